"""Work is asked for with the change that needs it, tried five times, taken once, and shown to those it is done for."""

import itertools
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from core import clock
from jobs import retrying, schedule
from jobs.models import JobOwner, ScheduledRun, Worker
from jobs.queue import MOST_TRIES, enqueue
from jobs.working import JobWorker, work_off
from portfolios.workflow import add_file
from tests.factories.files import make_png
from tests.jobs.chores import chore, failing, slow_once
from tests.world import acting, make_world

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_a_change_that_is_rolled_back_asks_for_nothing(tmp_path):
    with transaction.atomic():
        enqueue(chore, str(tmp_path / "log"), 1)
        transaction.set_rollback(True)
    assert DBTaskResult.objects.count() == 0


@pytest.mark.django_db
def test_a_failing_job_is_tried_five_times_later_each_time_and_then_stays():
    enqueue(failing)
    waits = []
    for _try in range(MOST_TRIES):
        work_off()
        job = DBTaskResult.objects.get()
        if job.status == "READY":
            waits.append(job.run_after - clock.now())
            DBTaskResult.objects.update(run_after=clock.now())
    assert (job.status, len(job.worker_ids), retrying.fault_of(job)) == ("FAILED", MOST_TRIES, "ValueError")
    assert "try 5" in job.traceback
    assert len(waits) == MOST_TRIES - 1
    assert all(earlier < later for earlier, later in itertools.pairwise(waits))


@pytest.mark.django_db
def test_the_job_of_a_silent_worker_goes_back_once_and_that_of_a_living_one_stays():
    for name, heard in (("alive", clock.now()), ("dead", clock.now() - 2 * retrying.LEASE)):
        Worker.objects.create(pk=name, queues="default", heard_at=heard)
        enqueue(failing)
        DBTaskResult.objects.filter(status="READY").get().claim(name)
    assert (retrying.give_back(), retrying.give_back()) == (1, 0)
    assert DBTaskResult.objects.get(status="RUNNING").worker_ids == ["alive"]
    assert DBTaskResult.objects.get(status="READY").worker_ids == ["dead"]


@pytest.mark.django_db
def test_a_job_that_kills_every_worker_is_failed_in_the_end():
    enqueue(failing)
    for number in range(MOST_TRIES):
        DBTaskResult.objects.get().claim(f"dead-{number}")
        retrying.give_back()
    assert DBTaskResult.objects.get().exception_class_path.endswith("WorkerLost")


@pytest.mark.django_db
def test_a_worker_takes_the_newest_and_the_oldest_by_turns(tmp_path):
    """Who adds a file while a thousand wait sees it soon; the thousand move on all the same."""
    for number in range(4):
        enqueue(chore, str(tmp_path / "log"), number)
    worker = JobWorker()
    taken = [worker._take() for _number in range(4)]
    assert [job.args_kwargs["args"][1] for job in taken if job] == [3, 0, 2, 1]


@pytest.mark.django_db
def test_files_that_nobody_names_are_swept_every_hour():
    name = "portfolios.processing.jobs.sweep_files"
    now = clock.now().replace(minute=10)
    with clock.at(now):
        schedule.tick()
    with clock.at(now + timedelta(hours=1)):
        schedule.tick()
    assert ScheduledRun.objects.filter(name=name).count() == 2
    work_off()
    assert DBTaskResult.objects.filter(task_path=name, status="SUCCESSFUL").count() == 2


@pytest.mark.django_db
def test_each_turn_of_the_clock_is_taken_once():
    due = [one for one in schedule.SCHEDULE.values() if one.is_due()]
    assert schedule.tick() == len(due) > 0
    assert schedule.tick() == 0
    with clock.at(clock.now() + timedelta(days=1)):
        assert schedule.tick() == len(due)
    work_off()
    assert not DBTaskResult.objects.failed().exists()


@pytest.mark.django_db
def test_old_jobs_and_turns_are_forgotten_and_failed_ones_later():
    enqueue(failing)
    DBTaskResult.objects.update(status="FAILED", finished_at=clock.now() - timedelta(days=20))
    enqueue(failing)
    DBTaskResult.objects.filter(status="READY").update(
        status="SUCCESSFUL", finished_at=clock.now() - timedelta(days=20)
    )
    ScheduledRun.objects.create(name="x", slot=clock.now() - timedelta(days=40))
    schedule.prune()
    assert [job.status for job in DBTaskResult.objects.all()] == ["FAILED"]
    assert not ScheduledRun.objects.exists()


# The page and the command ---------------------------------------------------------------------------------------------
def fail_all():
    DBTaskResult.objects.update(
        status="FAILED", finished_at=clock.now(), exception_class_path="builtins.OSError", traceback="disk full"
    )


@pytest.mark.django_db
def test_admins_see_and_retry_failed_jobs_of_their_own_files_alone(client):
    world = make_world()
    add_file(world.draft("K1").pk, acting(world.apprentice), make_png("board.png"))
    fail_all()
    client.force_login(world.other_admin)
    assert "board.png" not in client.get(reverse("pages:failed-jobs")).content.decode()
    client.force_login(world.admin)
    page = client.get(reverse("pages:failed-jobs")).content.decode()
    assert "board.png" in page
    assert "Preparing a file" in page
    assert "disk full" not in page
    owned = JobOwner.objects.get()
    assert client.post(reverse("pages:job-retry", args=[owned.pk])).status_code == 302
    assert client.post(reverse("pages:job-retry", args=[owned.pk])).status_code == 409
    work_off()
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


@pytest.mark.django_db
def test_the_page_asks_the_same_number_of_queries_at_any_size(client):
    world = make_world()
    client.force_login(world.admin)
    client.get(reverse("pages:failed-jobs"))  # a first visit notes when the session is used
    counts = []
    for _round in range(2):
        piece = world.draft("K1")
        for number in range(3):
            add_file(piece.pk, acting(world.apprentice), make_png(f"{number}.png", (8 + number, 8)))
        fail_all()
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("pages:failed-jobs"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_the_operator_sees_the_queue_and_has_all_tried_again():
    enqueue(failing)
    fail_all()
    said = StringIO()
    call_command("jobs", stdout=said)
    assert "Failed: 1" in said.getvalue()
    call_command("jobs", "--trace", str(DBTaskResult.objects.get().pk), stdout=said)
    assert "disk full" in said.getvalue()
    call_command("jobs", "--retry-all", stdout=said)
    assert DBTaskResult.objects.get().status == "READY"


# Real workers ---------------------------------------------------------------------------------------------------------
def start_worker(*arguments: str) -> subprocess.Popen:
    database = connection.settings_dict
    address = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        who = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
        address = f"postgres://{who}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    environment = os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "STATIC_ROOT": "static-of-no-worker",
    }
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "manage.py", "work", *arguments], cwd=ROOT, env=environment
    )


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_queue_and_nothing_is_lost_or_doubled(tmp_path):
    log = tmp_path / "log"
    for number in range(40):
        enqueue(chore, str(log), number)
    workers = [start_worker("--until-empty") for _ in range(2)]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    assert sorted(map(int, log.read_text().split())) == list(range(40))
    assert not Worker.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_killed_worker_is_done_by_another(tmp_path):
    log = tmp_path / "log"
    enqueue(slow_once, str(log))
    killed = start_worker()
    until = time.monotonic() + 30
    while not log.exists() and time.monotonic() < until:
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.wait(timeout=10)
    assert DBTaskResult.objects.get(task_path=slow_once.module_path).status == "RUNNING"
    Worker.objects.update(heard_at=clock.now() - 2 * retrying.LEASE)  # a minute passes

    JobWorker(until_empty=True).run()

    assert DBTaskResult.objects.get(task_path=slow_once.module_path).status == "SUCCESSFUL"
    assert log.read_text().split() == ["begun", "begun", "done"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_not_stand_behind_the_pages_that_wait_for_its_locks(tmp_path):
    log = tmp_path / "log"
    enqueue(slow_once, str(log))
    worker = start_worker()
    until = time.monotonic() + 30
    while not log.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert os.getpriority(os.PRIO_PROCESS, worker.pid) == os.getpriority(os.PRIO_PROCESS, 0)
    worker.kill()
    worker.wait(timeout=10)
