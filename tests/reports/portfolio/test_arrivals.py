"""A portfolio is looked through and imported by jobs: told as it goes, whole or not at all wherever a worker dies."""

import io
from contextlib import ExitStack
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from assessments.models import ExternalRecord
from core import clock
from core.errors import NotAllowed, OutOfTurn
from files.orphans import listed
from jobs.working import work_off
from notifications.models import Notice
from portfolios import workflow as collecting
from portfolios.models import Evidence, EvidenceFile
from reports.portfolio import arrivals, bringing_in, importing
from reports.portfolio.models import ArrivalState, PortfolioArrival
from reports.portfolio.workflow import drop_arrival, import_arrival, take_in
from tests import emptying
from tests.factories.files import make_mp3
from tests.kept import forget
from tests.reports.portfolio.moving import export
from tests.world import World, acting, make_world

pytestmark = pytest.mark.django_db(transaction=True)
#: An hour on, whoever uploaded it has left the page.
LATER = timedelta(hours=1)


@pytest.fixture(scope="module")
def made() -> list[bytes]:
    """What the first test exported, for all of them."""
    return []


@pytest.fixture
def content(made: list[bytes], tmp_path) -> bytes:
    """A portfolio of another installation: a piece that was decided on, and a draft with a file."""
    if not made:
        there = make_world()
        there.judged({"K1": "met"})
        collecting.add_file(there.draft("K2").pk, acting(there.apprentice), make_mp3())
        made.append(export(there, tmp_path).read_bytes())
        emptying.empty()
        forget()
    return made[0]


@pytest.fixture
def world(content: bytes) -> World:
    return make_world()


def taken_in(world: World, content: bytes) -> PortfolioArrival:
    return take_in(world.provider, acting(world.admin), File(io.BytesIO(content), "mine.zip"), file_name="mine.zip")


def looked_through(world: World, content: bytes) -> PortfolioArrival:
    arrival = taken_in(world, content)
    work_off()
    arrival.refresh_from_db()
    return arrival


def files() -> list[str]:
    """What is kept of portfolios that arrived."""
    return [name for folder in listed("arrivals")[0] for name in listed(f"arrivals/{folder}")[1]]


def news(world: World) -> list[str]:
    rows = Notice.objects.filter(person=world.admin, news__startswith="portfolio").order_by("at")
    return list(rows.values_list("news", flat=True))


def test_an_admin_uploads_a_portfolio_sees_what_is_in_it_and_imports_it(world: World, content: bytes):
    client, where = Client(), reverse("pages:portfolio-import")
    client.force_login(world.admin)
    answer = client.post(where, {"file": SimpleUploadedFile("mine.zip", content), "key": ""})
    arrival = PortfolioArrival.objects.get()
    page = answer["Location"]
    assert page == reverse("pages:portfolio-arrival", args=[arrival.pk])
    assert "Looking through the file: 0%" in client.get(page).content.decode()
    work_off()
    assert not ExternalRecord.objects.exists()
    shown = client.get(page).content.decode()
    assert "Pieces of evidence: 2." in shown
    assert "Import this portfolio" in shown
    assert client.post(page).status_code == 302
    assert "Importing: 0%" in client.get(page + "progress/").content.decode()
    work_off()
    arrival.refresh_from_db()
    assert arrival.state == ArrivalState.IMPORTED
    assert arrival.record == ExternalRecord.objects.get()
    assert reverse("pages:external", args=[arrival.record.apprenticeship_id]) in client.get(page).content.decode()
    assert news(world) == ["portfolio_ready", "portfolio_in"]
    assert not Notice.objects.filter(news="portfolio_ready", read_at=None).exists()
    assert files() == []
    assert "Imported" in client.get(where).content.decode()


@pytest.mark.parametrize("cut", ["no zip", "last bytes"])
def test_a_file_that_is_no_portfolio_is_refused_with_the_reason_and_told(world: World, content: bytes, cut: str):
    arrival = looked_through(world, b"no zip" if cut == "no zip" else content[:-100])
    assert arrival.state == ArrivalState.REFUSED
    assert "not a portfolio" in arrival.failure
    assert news(world) == ["portfolio_refused"]
    assert files() == []
    client = Client()
    client.force_login(world.admin)
    shown = client.get(reverse("pages:portfolio-arrival", args=[arrival.pk])).content.decode()
    assert "Nothing was imported." in shown
    with pytest.raises(OutOfTurn):
        import_arrival(arrival.pk, acting(world.admin))


def test_pressing_twice_imports_once(world: World, content: bytes):
    arrival = looked_through(world, content)
    for _ in range(2):
        import_arrival(arrival.pk, acting(world.admin))
    work_off()
    work_off()
    assert ExternalRecord.objects.count() == 1
    assert import_arrival(arrival.pk, acting(world.admin)).state == ArrivalState.IMPORTED


def test_a_worker_that_dies_among_the_files_leaves_nothing_and_the_next_begins_again(world: World, content: bytes):
    arrival = looked_through(world, content)
    import_arrival(arrival.pk, acting(world.admin))

    class Died(BaseException):
        """The process is gone: nothing catches that."""

    with ExitStack() as gone:

        def die(*_args: object, **_given: object) -> None:
            # From here on nobody is there to tidy up.
            gone.enter_context(patch.object(importing.storing, "remove", lambda key: None))
            raise Died

        gone.enter_context(patch.object(importing, "_brought_in", die))
        with pytest.raises(Died):
            bringing_in.bring_in(arrival.pk)
    assert not Evidence.objects.exists()
    assert not ExternalRecord.objects.exists()
    bringing_in.bring_in(arrival.pk)
    arrival.refresh_from_db()
    assert arrival.state == ArrivalState.IMPORTED
    assert arrival.said["is_repeat"] is False
    for file in EvidenceFile.objects.all():
        assert default_storage.size(file.stored.name) == file.size_bytes


def test_a_worker_that_dies_after_all_has_come_in_leaves_it_to_the_next_to_say_so(world: World, content: bytes):
    arrival = looked_through(world, content)
    told = arrival.said["told"]
    import_arrival(arrival.pk, acting(world.admin))
    with patch.object(bringing_in, "_note", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        bringing_in.bring_in(arrival.pk)
    record = ExternalRecord.objects.get()
    bringing_in.bring_in(arrival.pk)
    arrival.refresh_from_db()
    assert (arrival.record, arrival.said["is_repeat"], arrival.said["told"]) == (record, False, told)
    assert news(world) == ["portfolio_ready", "portfolio_in"]


def test_storage_that_is_away_is_tried_again_and_told_after_the_last_try(world: World, content: bytes):
    arrival = taken_in(world, content)
    with patch.object(arrivals.storing, "at_hand", side_effect=OSError("away")):
        with pytest.raises(OSError, match="away"):
            bringing_in.look_through(arrival.pk)
        bringing_in.look_through(arrival.pk, is_last_try=True)
    arrival.refresh_from_db()
    assert arrival.failure == "The files could not be read or saved. Try again later."


def test_the_bar_moves_with_the_files_before_anything_has_come_in(world: World, content: bytes):
    arrival = looked_through(world, content)
    import_arrival(arrival.pk, acting(world.admin))
    seen = []

    def look(*_args: object, **_given: object) -> None:
        seen.append(PortfolioArrival.objects.get(pk=arrival.pk).percent)
        raise OSError("away")

    with (
        patch.object(bringing_in, "TELL_EVERY_SECONDS", 0),
        patch.object(importing, "_brought_in", look),
        pytest.raises(OSError, match="away"),
    ):
        bringing_in.bring_in(arrival.pk)
    assert 50 < seen[0] < 100


def test_rights_are_asked_when_it_comes_in(world: World, content: bytes):
    arrival = looked_through(world, content)
    import_arrival(arrival.pk, acting(world.admin))
    Membership.objects.filter(user=world.admin).update(ended_on=clock.today())
    work_off()
    arrival.refresh_from_db()
    assert arrival.state == ArrivalState.REFUSED
    assert not ExternalRecord.objects.exists()


def test_nobody_else_uploads_imports_or_drops_a_portfolio(world: World, content: bytes):
    arrival = looked_through(world, content)
    for name in ("assessor", "iqa", "viewer", "apprentice", "mentor", "other_admin"):
        by = acting(world.people[name])
        for act in (import_arrival, drop_arrival):
            with pytest.raises(NotAllowed):
                act(arrival.pk, by)
        with pytest.raises(NotAllowed):
            take_in(world.provider, by, File(io.BytesIO(content), "mine.zip"), file_name="mine.zip")
        assert not PortfolioArrival.objects.visible_to(by).exists()


def test_a_portfolio_that_is_given_up_or_left_lying_goes_with_its_file(world: World, content: bytes):
    arrival = looked_through(world, content)
    for _ in range(2):
        drop_arrival(arrival.pk, acting(world.admin))
    assert files() == []
    looked_through(world, content)
    with clock.at(clock.now() + arrivals.ARRIVALS_LIVE + LATER):
        bringing_in.sweep()
    assert files() == []
    assert not PortfolioArrival.objects.exists()


def test_an_import_that_lost_its_job_says_so_after_a_day(world: World, content: bytes):
    arrival = looked_through(world, content)
    import_arrival(arrival.pk, acting(world.admin))
    with clock.at(clock.now() + bringing_in.LONGEST_IMPORT + LATER):
        bringing_in.sweep()
    arrival.refresh_from_db()
    assert arrival.failure == "It was cut off. Nothing was imported. Upload the file again."
    with pytest.raises(OutOfTurn):
        import_arrival(arrival.pk, acting(world.admin))
