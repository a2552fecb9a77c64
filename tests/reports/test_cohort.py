"""Rules of the cohort report and its file."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from audit import clock
from audit.models import Entry
from portfolios.models import Apprenticeship
from portfolios.workflow import enrol
from reports.csv_safety import as_text, cell
from tests.queries import query_count

COHORT = "/cohort/"


@pytest.fixture
def admin(client, world):
    client.force_login(world.admin)
    return client


def more_learners(world, count, **dates):
    for number in range(count):
        person = User.objects.create_user(f"more-{uuid4().hex}@example.test", name=f"Learner {number:03}")
        enrol(
            apprenticeship_id=uuid4(),
            provider=world.provider,
            standard_version=world.version,
            apprentice=person,
            employer=world.employer,
            started_on=dates.get("started_on", clock.today() - timedelta(days=100)),
            planned_end_on=dates.get("planned_end_on", clock.today() + timedelta(days=300)),
            by=world.admin,
        )


def names_on(page):
    return [row.apprentice.name for row in page.context["page"]]


def rows_of(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("admin", ["Apprentice", "Second Apprentice"]),
        ("iqa", ["Apprentice", "Second Apprentice"]),
        ("viewer", ["Apprentice", "Second Apprentice"]),
        ("assessor", ["Apprentice"]),
        ("mentor", ["Apprentice"]),
        ("other_admin", ["Other Apprentice"]),
    ],
)
def test_everybody_sees_their_own_cohort(client, world, who, sees):
    client.force_login(world.people[who])
    assert names_on(client.get(COHORT)) == sees


def test_apprentices_have_no_cohort(client, world):
    client.force_login(world.apprentice)
    assert client.get(COHORT).status_code == 404


@pytest.mark.parametrize(
    ("passed_days", "signed_off", "rag"),
    [
        (0, 0, "green"),
        (36, 1, "ahead"),
        (40, 1, "green"),
        (40, 0, "amber"),
        (100, 0, "red"),
        (100, 1, "green"),
        (1000, 5, "green"),
    ],
)
def test_pace_is_signed_off_against_elapsed_time(world, passed_days, signed_off, rag):
    Apprenticeship.objects.filter(pk=world.apprenticeship.pk).update(
        started_on=clock.today() - timedelta(days=passed_days),
        planned_end_on=clock.today() - timedelta(days=passed_days) + timedelta(days=400),
        signed_off_count=signed_off,
    )
    row = Apprenticeship.objects.with_pace().get(pk=world.apprenticeship.pk)
    assert row.expected_percent == min(100, passed_days / 4)
    assert row.actual_percent == signed_off * 20
    assert row.rag == rag


def test_a_standard_without_ksbs_has_no_percentage(world):
    Apprenticeship.objects.filter(pk=world.apprenticeship.pk).update(ksb_count=0)
    row = Apprenticeship.objects.with_pace().get(pk=world.apprenticeship.pk)
    assert row.actual_percent is None
    assert row.rag == ""


def test_the_report_counts_what_was_judged(admin, world):
    world.signed_off("K1")
    world.judged({"K2": "met", "S1": "not_yet"})
    world.submitted("S2")
    row = next(row for row in admin.get(COHORT).context["page"] if row.pk == world.apprenticeship.pk)
    assert (row.signed_off_count, row.met_count, row.needs_work_count, row.submitted_count) == (1, 1, 1, 1)
    assert row.assessor_name == "Assessor"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name=second", ["Second Apprentice"]),
        ("has=needs_work", ["Apprentice"]),
        ("status=withdrawn", []),
        ("name=%00", ["Apprentice", "Second Apprentice"]),
        ("assessor=nobody&employer=x&standard=1&start=2026-99&rag=blue&has=x", ["Apprentice", "Second Apprentice"]),
        ("page=99999999999999", ["Apprentice", "Second Apprentice"]),
        ("sort=-apprentice", ["Second Apprentice", "Apprentice"]),
        ("sort=nonsense", ["Apprentice", "Second Apprentice"]),
        ("employer=None", ["Second Apprentice"]),
    ],
)
def test_filters_and_sorts_stand_in_the_address_and_odd_ones_do_no_harm(admin, world, query, expected):
    world.judged({"S1": "not_yet"})
    assert names_on(admin.get(f"{COHORT}?{query}")) == expected


def test_each_column_sorts_both_ways(admin, world):
    world.signed_off("K1")
    for column in admin.get(COHORT).context["columns"]:
        up = names_on(admin.get(f"{COHORT}?sort={column.name}"))
        down = names_on(admin.get(f"{COHORT}?sort=-{column.name}"))
        assert sorted(up) == sorted(down) == ["Apprentice", "Second Apprentice"]


def test_filtering_by_employer_and_standard_and_month(admin, world):
    started = world.apprenticeship.started_on
    query = f"employer={world.employer.pk}&standard={world.version.pk}&start={started:%Y-%m}"
    assert names_on(admin.get(f"{COHORT}?{query}")) == ["Apprentice"]


def test_choices_offer_nobody_of_another_provider(admin, world):
    page = admin.get(COHORT).content.decode()
    assert "Other Assessor" not in page
    assert "Southmere" not in page


def test_htmx_gets_the_rows_alone(admin, world):
    answer = admin.get(COHORT, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert 'id="cohort"' in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


def test_the_file_holds_exactly_what_is_filtered_in_that_order(admin, world):
    more_learners(world, 3)
    query = "?name=learner&sort=-apprentice"
    shown = names_on(admin.get(f"{COHORT}{query}"))
    rows = rows_of(admin.post(f"{reverse('reports:cohort-csv')}{query}"))
    assert [row["Apprentice"] for row in rows] == shown == ["Learner 002", "Learner 001", "Learner 000"]
    assert rows[0]["Signed off"] == "0"


def test_each_export_is_on_the_record(admin, world):
    admin.post(reverse("reports:cohort-csv"))
    entry = Entry.objects.get(action="report.exported")
    assert (entry.actor, entry.data["rows"]) == (world.admin.pk, 2)


def test_a_name_that_is_a_formula_is_text_in_the_file(admin, world):
    User.objects.filter(pk=world.apprentice.pk).update(name='=HYPERLINK("http://evil.example","x")')
    rows = rows_of(admin.post(reverse("reports:cohort-csv") + "?name=HYPERLINK"))
    assert rows[0]["Apprentice"].startswith("'=")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.sampled_from("=+-@\t\r\n＝＋－＠"))
def test_no_text_cell_begins_like_a_formula(text, start):
    for value in (start + text, f"  {start}{text}", text):
        shown = str(cell(value)).lstrip()
        assert not shown[:1] or shown[0] not in "=+-@＝＋－＠"


def test_numbers_stay_numbers():
    assert cell(-3.5) == -3.5
    assert as_text("plain") == "plain"


def test_the_report_asks_the_same_number_of_queries_at_any_size(admin, world):
    counts = set()
    for more in (3, 27):
        more_learners(world, more)
        counts.add(query_count(admin, COHORT))
    assert len(counts) == 1


def test_the_rule_of_the_pace_is_printed(admin, world):
    assert "Behind: more than 15" in admin.get(COHORT).content.decode()


@pytest.mark.parametrize(
    ("who", "goes_to"),
    [("assessor", "/queue/"), ("admin", "/cohort/"), ("iqa", "/cohort/"), ("mentor", "/cohort/")],
)
def test_everybody_begins_where_their_work_is(client, world, who, goes_to):
    client.force_login(world.people[who])
    assert client.get("/").url == goes_to


def test_an_apprentice_begins_at_their_own_progress(client, world):
    client.force_login(world.apprentice)
    assert client.get("/").url == reverse("portfolios:coverage", args=[world.apprenticeship.pk])


def test_somebody_with_nothing_yet_is_told_so(client, world):
    client.force_login(world.stranger)
    assert "Nothing is set up for you yet" in client.get("/").content.decode()
