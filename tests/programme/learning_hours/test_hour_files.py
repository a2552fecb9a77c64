"""Logs of hours in files: read as they come, every fault named, the same file again nothing new."""

from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apprenticeships.models import Apprenticeship
from programme import workflow
from programme.learning_hours.files import read_log
from programme.models import OffTheJobEntry
from tests.programme.learning import log
from tests.world import acting, make_world

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).resolve().parents[4] / "shared" / "data" / "learners" / "otj-clock-change.csv"
GOOD = """Date,Duration,Description,Kind,Delivered by,KSBs
1/7/2026,3:30,Adverts,teaching,Nina Tutor,K1 S2
2026-07-02,90m,Reading,Assignment or guided reading,,
2026-07-02,90m,Reading,Assignment or guided reading,,
2026-07-03,1.5,My portfolio,portfolio,,
"""


@pytest.fixture(autouse=True)
def on_one_day():
    with time_machine.travel("2026-07-20T12:00:00Z"):
        yield


@pytest.fixture
def world(db):
    return make_world()


def bring_in(world, text, by=None):
    read = read_log(text, world.apprenticeship)
    assert read.faults == []
    return workflow.import_hours(world.apprenticeship.pk, acting(by or world.apprentice), read.entries)


def test_a_log_is_read_and_the_same_file_again_brings_nothing(world):
    assert bring_in(world, GOOD) == 4
    assert bring_in(world, GOOD) == 0
    assert read_log(GOOD, world.apprenticeship).known == 4
    minutes = OffTheJobEntry.objects.unscoped().order_by("happened_on", "pk").values_list("minutes", flat=True)
    assert list(minutes) == [210, 90, 90, 90]
    assert Apprenticeship.objects.unscoped().get(pk=world.apprenticeship.pk).off_the_job_waiting_minutes == 390


def test_what_an_assessor_brings_in_is_confirmed_and_what_an_admin_brings_in_waits(world):
    bring_in(world, GOOD, by=world.assessor)
    bring_in(world, "Date,Minutes,Description\n2026-07-04,30,Elsewhere\n", by=world.admin)
    now = Apprenticeship.objects.unscoped().get(pk=world.apprenticeship.pk)
    assert (now.off_the_job_minutes, now.off_the_job_waiting_minutes) == (390, 30)


def test_every_fault_is_named_by_line_and_column_and_nothing_comes_in(world):
    log(world, happened_on=date(2026, 7, 1), minutes=1430)
    bad = """Date;Start;End;Description;KSBs;Kind
1/7/2026;09:00;10:00;Too much;K1;
;09:00;10:00;No day;;
32/7/2026;9;10;No such day;;
2026-07-05;25:00;10:00;No time;;
2026-07-06;09:00;09:00;No length;;
2026-07-07;09:00;10:00;;;
2026-07-08;09:00;10:00;Wrong code;Q7;
2026-07-09;09:00;10:00;Wrong kind;;sleeping
2026-07-10;09:00;10:00;First;;
2026-07-10;09:30;10:30;At the same time;;
2027-07-10;09:00;10:00;To come;;
"""
    found = {(fault.line, fault.column) for fault in read_log(bad, world.apprenticeship).faults}
    assert found == {
        (2, "minutes"),
        (3, "date"),
        (4, "date"),
        (5, "start"),
        (6, "end"),
        (7, "note"),
        (8, "ksbs"),
        (9, "kind"),
        (11, "start"),
        (12, "date"),
    }


@pytest.mark.parametrize("text", ["", "\n\n", "Date,What\n", "Date,Description\n1/7/2026,x\n", '"', "a" * 1000])
def test_a_file_that_is_no_log_is_refused_and_not_a_failure(world, text):
    assert read_log(text, world.apprenticeship).faults


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample files are not here")
def test_the_nights_of_the_clock_change_and_of_the_new_year_come_out_right(world):
    with time_machine.travel("2027-04-20T12:00:00Z"):
        read = read_log(SAMPLE.read_text(), world.apprenticeship)
        # The second entry begins 15 minutes before the first one ends.
        assert [(fault.line, fault.column) for fault in read.faults] == [(3, "start")]
        assert [words.minutes for _pk, words in read.entries] == [165, 180, 60, 60, 60]
        assert read.entries[-1][1].happened_on == date(2026, 7, 1)


def test_a_log_is_shown_before_it_is_brought_in(client, world):
    client.force_login(world.apprentice)
    where = reverse("pages:hours-import", args=[world.apprenticeship.pk])
    assert client.post(where, {}).status_code == 422
    page = client.post(where, {"file": SimpleUploadedFile("log.csv", GOOD.encode("utf-8-sig"))})
    assert page.context["form"].errors == {}
    assert page.context["log"].faults == []
    assert page.status_code == 200
    assert "Import 4 entries" in page.content.decode()
    assert not OffTheJobEntry.objects.unscoped().exists()
    assert client.post(where, {"text": GOOD, "do": "import"}).status_code == 302
    assert OffTheJobEntry.objects.unscoped().count() == 4
    again = client.post(where, {"file": SimpleUploadedFile("log.csv", GOOD.encode())}).content.decode()
    assert "nothing to import" in again


def test_a_file_in_another_encoding_or_with_faults_is_refused_on_the_page(client, world):
    client.force_login(world.apprentice)
    where = reverse("pages:hours-import", args=[world.apprenticeship.pk])
    odd = client.post(where, {"file": SimpleUploadedFile("log.csv", "Datum,é\n".encode("utf-16"))})
    assert odd.status_code == 422
    faulty = client.post(where, {"text": "Date,Minutes,Description\nsoon,30,x\n", "do": "import"})
    assert faulty.status_code == 422
    assert "Line 2, date" in faulty.content.decode()
