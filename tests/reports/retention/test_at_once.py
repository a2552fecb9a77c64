"""An erasure while something else is under way: a job on a file, a file to download, both admins at once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from audit.verification import verify
from core import clock
from core.errors import OutOfTurn, WorkflowError
from jobs.working import work_off
from portfolios import workflow as collecting
from portfolios.models import EvidenceFile, FileText, Rendition
from portfolios.processing.outcomes import Prepared, finish_preparation, locked_file
from reports.exports.models import Export
from reports.exports.workflow import ask_for_export
from reports.person.workflow import ask_for_own_data
from reports.retention import workflow
from reports.retention.models import UNDONE_FOR, Erasure, ErasureState
from tests.factories.files import make_png
from tests.reports.retention.keeping import SEVEN_YEARS, ask, erase, hold, later, second_admin
from tests.world import World, acting, make_world


@pytest.mark.django_db
def test_a_file_that_a_mentor_had_made_goes_with_the_learner_in_it(world: World):
    """Seen: files of the provider went, and one that the employer's mentor had asked for stayed for its seven days."""
    world.withdrawn()
    with later():
        second_admin(world)
        asked_for = {"given": {}, "seen": [str(world.apprenticeship.pk)]}
        made = ask_for_export(
            Export.Kind.LEARNERS, acting(world.mentor), provider_id=world.employer.pk, asked_for=asked_for
        )
        with pytest.raises(OutOfTurn, match="is being made"):
            ask(world)
        work_off()
        made.refresh_from_db()
        assert made.made_at
        erase(world)
        made.refresh_from_db()
        assert made.deleted_at


def at_once(*acts: Callable[[], object]) -> list[BaseException]:
    """Do these in threads of their own, and return what is no refusal."""
    start, faults = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except WorkflowError:
            pass
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))
    return faults


def agreed(world: World) -> Erasure:
    return workflow.agree_to_erasure(ask(world).pk, acting(second_admin(world)))


def in_time(act: Callable[[], object]) -> Callable[[], object]:
    """As when it can be taken back no longer: a thread has a time of its own."""

    def run() -> object:
        with clock.at(clock.now() + SEVEN_YEARS + 2 * UNDONE_FOR):
            return act()

    return run


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_job_that_ends_while_a_learner_is_erased_leaves_a_record_that_fits():
    """Seen on PostgreSQL: the file was named as it was before its job ended, and `verify_audit` called it forged."""
    world = make_world()
    file = collecting.add_file(world.draft("K1").pk, acting(world.apprentice), make_png())
    world.withdrawn()
    with later():
        made = agreed(world)
    is_held, is_begun = threading.Event(), threading.Event()

    def job() -> None:
        with transaction.atomic():
            locked_file(file.pk)
            is_held.set()
            is_begun.wait(20)
            if connection.vendor == "postgresql":
                _wait_until_somebody_waits()
            finish_preparation(file.pk, Prepared(words="What the picture says."))

    def erased() -> None:
        is_held.wait(20)
        is_begun.set()
        workflow.carry_out(made.pk)

    assert at_once(job, in_time(erased)) == []
    made.refresh_from_db()
    assert made.state == ErasureState.DONE
    assert EvidenceFile.objects.unscoped().get(pk=file.pk).withheld == "erased"
    assert not FileText.objects.filter(file=file.pk).exists()
    assert not Rendition.objects.unscoped().filter(file=file.pk).exists()
    assert list(verify()) == []


def _wait_until_somebody_waits() -> None:
    """Until another transaction waits for a row that this one holds."""
    for_us = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(for_us)
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waited")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_hold_a_cancellation_and_two_workers_at_once_leave_one_story():
    world = make_world()
    world.draft("K1", title="Never sent")
    world.withdrawn()
    with later():
        made = agreed(world)
    other = second_admin(world)
    faults = at_once(
        in_time(lambda: workflow.carry_out(made.pk)),
        in_time(lambda: workflow.carry_out(made.pk)),
        in_time(lambda: workflow.end_erasure(made.pk, acting(world.admin))),
        in_time(lambda: hold(world)),
        in_time(lambda: workflow.agree_to_erasure(made.pk, acting(other))),
        in_time(lambda: ask_for_own_data(acting(world.apprentice))),
    )
    assert faults == []
    made.refresh_from_db()
    world.apprenticeship.refresh_from_db()
    assert (made.state == ErasureState.DONE) == (world.apprenticeship.erased_at is not None)
    assert not (made.done_at and made.ended_at)
    assert list(verify()) == []
