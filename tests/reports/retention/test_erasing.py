"""What is erased is gone everywhere, what stays still fits the record, and it takes two people."""

import io
import threading
import zipfile
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.workflow import invite, rename
from apprenticeships.models import Change
from assessments.models import Decision, Snapshot, VoiceNote
from audit import guards
from audit.models import ErasedRow
from audit.verification import verify as verify_record
from core.errors import NotAllowed, OutOfTurn
from files import storing
from jobs.working import work_off
from portfolios.models import EvidenceFile
from reports.exports import learners
from reports.exports.making import make_export
from reports.exports.models import Export, ExportState
from reports.exports.workflow import ask_for_export
from reports.person.workflow import ask_for_own_data
from reports.provider.workflow import ask_for_provider_export
from reports.retention import erasing, workflow
from reports.retention.jobs import erase_due
from reports.retention.models import UNDONE_FOR, ErasureState
from tests.reports.retention.keeping import NAME, ask, carry_out, erase, hold, later, left, plan, second_admin, where
from tests.world import World, acting, make_world

pytestmark = pytest.mark.django_db


def test_after_an_erasure_the_name_is_nowhere_and_the_record_still_verifies(world: World):
    left(world)
    address = world.apprentice.email
    work_off()
    keys = [str(file.stored.name) for file in EvidenceFile.objects.unscoped()] + [
        note.stored for note in VoiceNote.objects.unscoped()
    ]
    decided = list(Decision.objects.unscoped().order_by("pk").values_list("pk", "outcome", "by", "snapshot_sha256"))
    hashes = set(Snapshot.objects.values_list("sha256", flat=True))
    assert len(where(NAME)) > 15
    with later():
        made = erase(world)
        assert made.state == ErasureState.DONE
        work_off()
        assert where("Quirkwater") == set()
        # Somebody else's address ends like theirs.
        assert where(address) <= {"accounts.User.email"}
        assert not User.objects.filter(email=address).exists()
        for key in keys:
            with pytest.raises(FileNotFoundError), storing.opened(key):
                pass
        assert list(verify_record()) == []
        assert decided == list(
            Decision.objects.unscoped().order_by("pk").values_list("pk", "outcome", "by", "snapshot_sha256")
        )
        assert hashes == set(Snapshot.objects.values_list("sha256", flat=True))
        person = User.objects.get(pk=world.apprentice.pk)
        assert (person.name, person.email, person.is_active) == ("Erased", None, False)
        with later(UNDONE_FOR):
            workflow.carry_out(made.pk)
        assert list(verify_record()) == []
        row = Change.objects.unscoped().filter(apprenticeship=world.apprenticeship).first()
        with pytest.raises(IntegrityError), transaction.atomic():
            Change.objects.unscoped().filter(pk=row.pk).update(reason="Written over.")


def test_an_erased_row_that_somebody_alters_afterwards_is_found(world: World):
    world.withdrawn(reason="They found another job.")
    with later():
        second_admin(world)
        made = erase(world)
        assert list(verify_record()) == []
        with pytest.raises(IntegrityError), transaction.atomic():
            ErasedRow.objects.filter(act=made.pk).delete()
        with transaction.atomic():
            ErasedRow.objects.create(act=uuid4(), subject_type="apprenticeships.change", key="1", before="a", after="b")
            assert ["belongs to no erasure" in one.why for one in verify_record()] == [True]
            transaction.set_rollback(True)
        guards.remove(connection)
        Change.objects.unscoped().filter(apprenticeship=world.apprenticeship).update(reason="Another reason.")
        assert list(verify_record())


def test_it_takes_two_admins_of_the_provider_and_what_both_have_read(world: World):
    world.withdrawn()
    with later():
        other = second_admin(world)
        for person in (world.assessor, world.iqa, world.other_admin, world.apprentice):
            with pytest.raises(NotAllowed):
                ask(world, by=person)
        with pytest.raises(OutOfTurn, match="has changed since"):
            workflow.ask_for_erasure(
                world.apprenticeship.pk, acting(world.admin), plan_sha256="0" * 64, reason="They are due."
            )
        made = ask(world)
        assert ask(world, by=other) == made
        with pytest.raises(NotAllowed):
            workflow.agree_to_erasure(made.pk, acting(world.admin))
        workflow.end_erasure(made.pk, acting(other))
        with pytest.raises(OutOfTurn):
            workflow.agree_to_erasure(made.pk, acting(other))
        again = ask(world)
        for _ in range(2):
            workflow.agree_to_erasure(again.pk, acting(other))
        with pytest.raises(OutOfTurn):
            workflow.carry_out(again.pk)
        erase_due.call()
        work_off()
        again.refresh_from_db()
        assert again.state == ErasureState.AGREED
        # For thirty days either can take it back.
        workflow.end_erasure(again.pk, acting(world.admin))
        carry_out(again)
        assert again.state == ErasureState.ENDED
        again = workflow.agree_to_erasure(ask(world).pk, acting(other))
        with later(UNDONE_FOR):
            erase_due.call()
            work_off()
        again.refresh_from_db()
        assert again.state == ErasureState.DONE
        with pytest.raises(OutOfTurn):
            workflow.end_erasure(again.pk, acting(other))
        with pytest.raises(OutOfTurn, match="erased already"):
            ask(world)


def test_a_legal_hold_stops_an_erasure_at_each_step_until_it_is_lifted(world: World):
    world.withdrawn()
    with later():
        other, asked_by = second_admin(world), acting(world.admin)
        first = hold(world)
        assert workflow.put_on_hold(world.apprenticeship.pk, acting(other), "Another reason.") == first
        with pytest.raises(OutOfTurn, match="legal hold"):
            ask(world)
        workflow.lift_hold(first.pk, asked_by, "The case is closed.")
        workflow.lift_hold(first.pk, asked_by, "Again.")
        made = ask(world)
        second = hold(world, "An appeal.")
        with pytest.raises(OutOfTurn, match="legal hold"):
            workflow.agree_to_erasure(made.pk, acting(other))
        workflow.lift_hold(second.pk, asked_by, "Over.")
        workflow.agree_to_erasure(made.pk, acting(other))
        third = hold(world, "One more.")
        with pytest.raises(OutOfTurn, match="legal hold"):
            carry_out(made)
        with later(UNDONE_FOR):
            # The job leaves it for another day.
            erase_due.call()
            work_off()
        made.refresh_from_db()
        assert made.state == ErasureState.AGREED
        workflow.lift_hold(third.pk, asked_by, "Over.")
        assert carry_out(made).state == ErasureState.DONE
        assert list(verify_record()) == []


def test_inside_the_retention_period_only_what_nobody_judged_goes(world: World):
    world.judged({"K1": "met"}, title="Judged")
    draft = world.draft("K2", title="Only a draft")
    with pytest.raises(OutOfTurn, match="has not ended"):
        ask(world)
    world.withdrawn()
    found = plan(world)
    assert (found.parts, found.account) == (["working"], False)
    assert any("retention period" in kept.why for kept in found.kept)
    second_admin(world)
    erase(world)
    assert "Only a draft" not in str(type(draft).objects.unscoped().values_list("title"))
    assert type(draft).objects.unscoped().filter(title="Judged").exists()
    world.apprenticeship.refresh_from_db()
    assert world.apprenticeship.erased_at is None
    assert list(verify_record()) == []


def test_an_erasure_waits_for_a_file_that_is_being_made_and_removes_one_that_is_ready(world: World):
    world.withdrawn()
    with later():
        second_admin(world)
        export = ask_for_own_data(acting(world.apprentice))
        with pytest.raises(OutOfTurn, match="is being made"):
            ask(world)
        work_off()
        erase(world)
        assert Export.objects.unscoped().get(pk=export.pk).deleted_at


def _learners(world: World) -> Export:
    told = learners.asked_for(acting(world.admin), {}, "", [])
    return ask_for_export(Export.Kind.LEARNERS, acting(world.admin), provider_id=world.provider.pk, asked_for=told)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "ask_for",
    [
        _learners,
        lambda world: ask_for_provider_export(acting(world.admin))[0],
        lambda world: ask_for_own_data(acting(world.apprentice)),
    ],
    ids=["learners", "provider", "person"],
)
def test_a_file_asked_for_while_records_are_erased_has_nothing_of_them(
    ask_for: Callable[[World], Export], monkeypatch: pytest.MonkeyPatch
):
    world = make_world()
    rename(world.apprentice, NAME)
    world.draft("K1", title=f"Draft of {NAME}")
    world.withdrawn(reason=f"{NAME} found another job.")
    made: list[Export] = []
    is_over = threading.Event()

    def other() -> None:
        try:
            export = ask_for(world)
            make_export(export.pk)
            made.append(export)
        finally:
            is_over.set()
            connection.close()

    another = threading.Thread(target=other)
    close = erasing.Eraser._close

    def closing(eraser: erasing.Eraser) -> None:
        """In the middle of the erasure somebody asks, and it goes on once they wait or have their file."""
        close(eraser)
        another.start()
        while connection.vendor == "postgresql" and not is_over.is_set() and not _somebody_waits():
            pass

    with later():
        second_admin(world)
        monkeypatch.setattr(erasing.Eraser, "_close", closing)
        erase(world)
        another.join()
        (export,) = made
        export.refresh_from_db()
        assert export.state == ExportState.READY, export.failure
        with storing.opened(str(export.stored.name)) as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
            words = b"".join(archive.read(name) for name in archive.namelist())
        assert b"Quirkwater" not in words


def _somebody_waits() -> bool:
    """Whether another connection waits for a lock. Only PostgreSQL has several that write."""
    with connection.cursor() as cursor:
        # Within a transaction it would say again and again what it said at first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def test_the_dry_run_takes_few_statements(world: World):
    left(world)
    with later(), CaptureQueriesContext(connection) as statements:
        assert plan(world).counts
    assert len(statements) <= 10, [one["sql"] for one in statements]


def test_the_account_stays_while_another_provider_has_invited_them(world: World):
    world.withdrawn()
    with later():
        assert plan(world).account
        invite(world.other_provider, world.apprentice.email, "Amira", "assessor", acting(world.other_admin))
        found = plan(world)
        assert not found.account
        assert any("Their account" in kept.why for kept in found.kept)


def test_what_waits_stands_in_the_way(world: World):
    world.submitted("K1")
    world.withdrawn()
    with later():
        assert any("waiting to be reviewed" in words for words in plan(world).in_the_way)
