"""Tables of pages as files: each has CSV and a spreadsheet, of all its rows, with what the numbers are of."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from core import clock
from tests.assessments import quality
from tests.programme.learning import log, session
from tests.reports.conftest import just_signed_in
from tests.reports.test_cohort import more_learners
from tests.reports.test_spreadsheet import cells_of


def csv_rows(answer):
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))


def xlsx_of(answer):
    content = b"".join(answer.streaming_content)
    return cells_of(content), cells_of(content, 2)


@pytest.fixture
def admin(client, world):
    return just_signed_in(client, world.admin)


def test_lists_of_people_are_files_of_everybody_in_them(admin, world):
    more_learners(world, 60)
    User.objects.filter(pk=world.second.apprentice_id).update(name="=Second")
    world.submitted("K1")
    world.past_gateway(apprenticeship_id=world.second.pk)
    for path, report, first, count in (
        (f"{reverse('pages:progress-reviews')}?show=all", "progress_reviews", "Apprentice", None),
        (f"{reverse('pages:gateways')}?show=locked", "gateway", "Apprentice", 1),
        (f"{reverse('pages:waiting')}?kind=review", "waiting", "What", 1),
    ):
        shown = admin.get(path).context["page"].paginator.count
        assert count is None or shown == count, path
        written = csv_rows(admin.post(path, {"file": "csv"}))
        assert (written[0][0], len(written)) == (first, shown + 1), path
        sheet, about = xlsx_of(admin.post(path, {"file": "xlsx"}))
        assert [cell[1] for cell in sheet[0]] == written[0], path
        assert len(sheet) == shown + 1, path
        assert "as of" in about[1][0][1], path
        assert [one.data["rows"] for one in Entry.objects.filter(action="report.exported", data__report=report)] == (
            [shown, shown]
        )
        if report == "gateway":
            assert written[1][0] == "'=Second"
            assert written[1][-1] == clock.today().isoformat()
            assert (sheet[1][0], sheet[1][-1][0]) == (("inlineStr", "=Second"), "day")


def test_the_record_members_sessions_and_quality_lists_are_files_of_all_their_rows(admin, world):
    world.judged({"K1": "met"})
    quality.act_on(world, quality.plan(world).samples.unscoped().first())
    session(world, present=[world.apprenticeship.pk])
    for path, first in (
        (reverse("pages:people"), "Name"),
        (reverse("pages:sessions"), "Day"),
        (f"{reverse('pages:quality')}?show=actions", "KSB"),
        (f"{reverse('pages:quality')}?show=found", "KSB"),
        (f"{reverse('pages:quality')}?show=waiting", "KSB"),
        (f"{reverse('pages:quality')}?show=appeals", "KSB"),
        (f"{reverse('pages:record')}?action=submission.judged", "Number"),
    ):
        shown = admin.get(path).context["page"].paginator.count
        written = csv_rows(admin.post(path, {"file": "csv"}))
        assert (written[0][0], len(written)) == (first, shown + 1), path
        sheet, about = xlsx_of(admin.post(path, {"file": "xlsx"}))
        assert [cell[1] for cell in sheet[0]] == written[0], path
        assert len(sheet) == shown + 1, path
        assert "as of" in about[1][0][1], path
    whole = csv_rows(admin.post(reverse("pages:record"), {"file": "csv"}))
    assert whole[1][3] == "exported a report"
    assert len(whole) > 20


def test_a_file_of_people_is_for_whoever_says_again_who_they_are_and_sees_others(client, world):
    client.force_login(world.admin)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    for path in (reverse("pages:progress-reviews"), reverse("pages:waiting")):
        assert "reauthenticate" in client.post(path, {"file": "csv"})["Location"]
    client.force_login(world.apprentice)
    assert client.post(f"{reverse('pages:waiting')}?kind=rework", {"file": "csv"}).status_code == 404
    assert not Entry.objects.filter(action="report.exported").exists()


def test_groups_and_pictures_are_files_with_the_numbers_of_the_page(admin, world):
    world.signed_off("K1")
    more_learners(world, 3)
    page = admin.get("/cohort/overview/?by=standard")
    written = csv_rows(admin.get("/cohort/overview/?by=standard&csv=groups"))
    sheet, about = xlsx_of(admin.get("/cohort/overview/?by=standard&xlsx=groups"))
    shown = [
        [row["name"], row["learners"], row["counted"], *(cell["count"] for cell in row["cells"])]
        for row in page.context["groups"]
    ]
    assert [row[: len(shown[0])] for row in written[1:]] == [[str(value) for value in row] for row in shown]
    assert [[value for _kind, value in row] for row in sheet] == written
    assert {kind for kind, _value in sheet[1][1:]} == {"number"}
    assert any("of the learners who are counted" in line[0][1] for line in about)
    for picture in page.context["pictures"]:
        sheet, about = xlsx_of(admin.get(f"/cohort/overview/?by=standard&xlsx={picture.name}"))
        assert len(sheet) == len(picture.table().rows) + 1
        assert about[2][0][1] == picture.description
    for wrong in ("?csv=nothing", "?xlsx=nothing"):
        assert admin.get(f"/cohort/overview/{wrong}").status_code == 404


def test_an_apprentices_hours_are_a_spreadsheet_with_days_and_numbers(client, world):
    log(world, note="=1+1", minutes=90)
    client.force_login(world.apprentice)
    sheet, about = xlsx_of(client.post(reverse("pages:hours-csv", args=[world.apprenticeship.pk]), {"file": "xlsx"}))
    (row,) = sheet[1:]
    assert (row[0][0], row[2], row[4]) == ("day", ("number", "90"), ("inlineStr", "=1+1"))
    assert date.fromisoformat("1899-12-30").toordinal() + int(row[0][1]) <= clock.today().toordinal()
    assert "Only those that count" in about[2][0][1]
