"""Rules of the cohort as a file."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.models import User
from apprenticeships.models import Apprenticeship
from assessments import workflow as assess
from audit.models import Entry
from core import clock
from tests.reports.conftest import just_signed_in
from tests.reports.test_cohort import COHORT, more_learners, names_on
from tests.world import acting

FILE = "/cohort.csv"


@pytest.fixture
def admin(client, world):
    return just_signed_in(client, world.admin)


def content_of(answer):
    return b"".join(answer.streaming_content)


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(content_of(answer).decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("query", ["?name=learner&sort=-apprentice", "?rag=red&sort=rag", "?status=withdrawn", ""])
def test_the_file_holds_exactly_what_is_filtered_in_that_order(admin, world, query):
    more_learners(world, 3)
    shown = names_on(admin.get(f"{COHORT}{query}"))
    assert [row["Apprentice"] for row in rows_of(admin.post(f"{FILE}{query}"))] == shown


def test_the_file_holds_every_page(admin, world):
    more_learners(world, 55)
    assert len(rows_of(admin.post(f"{FILE}?page=2"))) == 57


@pytest.mark.parametrize("who", ["admin", "iqa", "viewer", "assessor", "mentor", "other_admin"])
def test_the_file_holds_nobody_that_the_asker_does_not_see(client, world, who):
    just_signed_in(client, world.people[who])
    shown = names_on(client.get(COHORT))
    assert [row["Apprentice"] for row in rows_of(client.post(FILE))] == shown


def test_the_file_has_what_the_report_has(admin, world):
    world.signed_off("K1")
    world.submitted("S2")
    row = rows_of(admin.post(f"{FILE}?has=signed_off"))[0]
    assert (row["KSBs"], row["Signed off"], row["Met"], row["Submitted"], row["Needs work"]) == (
        "5",
        "1",
        "0",
        "1",
        "0",
    )
    assert (row["Actual %"], row["Expected %"], row["Gap (percentage points)"], row["On track?"]) == (
        "20.0",
        "50.0",
        "-30.0",
        "Behind",
    )
    assert (row["Assessor"], row["Employer"]) == ("Assessor", str(world.employer))
    assert row["Page"] == "http://testserver" + reverse("pages:coverage", args=[world.apprenticeship.pk])


def test_the_file_has_every_column_of_the_page(admin, world):
    headings = re.findall(r"<th scope=\"col\".*?<a [^>]*>(.*?)</a>", admin.get(COHORT).content.decode(), re.DOTALL)
    columns = [heading.removesuffix(" %") for heading in rows_of(admin.post(FILE))[0]]
    assert headings
    assert [heading for heading in columns if heading in headings] == headings


def test_the_file_holds_no_addresses_of_people(admin, world):
    assert b"@example.test" not in content_of(admin.post(FILE))


def test_the_file_opens_in_a_spreadsheet_with_its_accents(admin, world):
    User.objects.filter(pk=world.apprentice.pk).update(name='Zoë "Z" Ångström, the\nfirst')
    answer = admin.post(f"{FILE}?name=Ångström")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="learners-{clock.today().isoformat()}.csv"'
    content = content_of(answer)
    assert content.startswith(b"\xef\xbb\xbf")
    assert '\r\n"Zoë ""Z"" Ångström, the\nfirst",'.encode() in content
    assert content.endswith(b"\r\n")


def test_days_are_those_of_the_clock_on_the_wall(admin, world):
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    Apprenticeship.objects.filter(pk=world.apprenticeship.pk).update(last_activity_at=late)
    days = {row["Apprentice"]: row["Last activity"] for row in rows_of(admin.post(FILE))}
    assert days["Apprentice"] == "2026-07-02"


def test_a_name_that_is_a_formula_is_text_in_the_file(admin, world):
    User.objects.filter(pk=world.apprentice.pk).update(name='=HYPERLINK("http://evil.example","x")')
    rows = rows_of(admin.post(f"{FILE}?name=HYPERLINK"))
    assert rows[0]["Apprentice"].startswith("'=")


def test_each_export_is_on_the_record_without_names(admin, world):
    admin.post(f"{FILE}?name=second")
    entry = Entry.objects.get(action="report.exported")
    assert (entry.actor_person, entry.chain_id) == (world.admin.pk, world.provider.pk)
    assert entry.data == {"report": "cohort", "rows": 1}


def test_a_file_is_not_made_by_following_a_link(admin, world):
    assert admin.get(FILE).status_code == 405
    assert not Entry.objects.filter(action="report.exported").exists()


def test_apprentices_have_no_file(client, world):
    just_signed_in(client, world.apprentice)
    assert client.post(FILE).status_code == 404


def test_whoever_signed_in_long_ago_is_asked_again_and_comes_back_to_the_same_rows(client, world):
    client.force_login(world.admin)
    answer = client.post(f"{FILE}?name=second&sort=met")
    assert answer.url.startswith("/account/reauthenticate/?next=")
    assert not Entry.objects.filter(action="report.exported").exists()
    assert "press the download button again" in client.get(answer.url).content.decode()
    back = client.post(
        "/account/reauthenticate/",
        {"password": "correct horse battery", "next": f"{COHORT}?name=second&sort=met"},
    )
    assert back.url == f"{COHORT}?name=second&sort=met"
    assert len(rows_of(client.post(f"{FILE}?name=second&sort=met"))) == 1


@pytest.mark.parametrize("who", ["admin", "iqa", "viewer", "assessor", "mentor"])
def test_nothing_of_a_review_that_is_to_be_sent_is_counted_or_shown_to_anybody_else(client, world, who):
    """Finished, it can be undone for ten minutes: the file, the cohort and the learner's pages are as they were."""
    submission = world.submitted("K1", "S1")
    just_signed_in(client, world.people[who])
    pages = [COHORT, f"{COHORT}?has=met", f"{COHORT}?has=needs_work", reverse("pages:notices")]
    pages += [reverse(f"pages:{name}", args=[world.apprenticeship.pk]) for name in ("coverage", "changes")]
    pages += [reverse("pages:ksb", args=[world.apprenticeship.pk, code]) for code in ("K1", "S1")]
    pages += [reverse("pages:coverage", args=[world.apprenticeship.pk]) + "?state=met"]

    def seen() -> list[object]:
        shown = [re.sub(r'value="[\w-]{64}"|"X-CSRFToken": ?"\w+"', "", page_of(client, at)) for at in pages]
        return [rows_of(client.post(FILE)), *shown]

    before = seen()
    world.finish(submission, {"K1": "met", "S1": "not_yet"})
    assert seen() == before
    assess.send_review(submission.pk, acting(world.assessor))
    assert seen()[0] != before[0], "once it is sent, it counts"


def page_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()
