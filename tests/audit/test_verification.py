import json
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from assessments.feedback import Feedback
from assessments.models import Decision, SignOff, Snapshot
from audit import chain as audit
from audit.models import GENESIS_HASH, INSTALLATION, Chain, Entry
from audit.verification import Anchor, faults, verify
from core.actor import SYSTEM
from portfolios import workflow
from portfolios.audit_actions import EVIDENCE_FILE_OPENED
from portfolios.models import EvidenceFile
from tests.audit.actions import FILE_RENAMED, NUMBER_TOLD
from tests.factories.files import make_png
from tests.world import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries():
    """Five entries that speak of no row."""
    return [audit.record(NUMBER_TOLD, SYSTEM, User(name="Somebody"), number=n) for n in range(5)]


@pytest.fixture
def decision(world):
    return world.signed_off("K1").decisions.get()


@pytest.fixture
def file(world):
    return workflow.add_file(world.draft("K1").pk, acting(world.apprentice), make_png())


def first_fault(anchor=None, **kwargs):
    return next(verify(anchors={INSTALLATION: anchor} if anchor else None, **kwargs), None)


def rewrite_after(sequence, chain=INSTALLATION):
    """Make every later entry fit again, as somebody who knows how would."""
    previous = Entry.objects.get(chain=chain, sequence=sequence)
    previous.hash = audit.entry_hash(previous)
    previous.save()
    for entry in Entry.objects.filter(chain=chain, sequence__gt=sequence):
        entry.previous_hash = previous.hash
        entry.hash = audit.entry_hash(entry)
        entry.save()
        previous = entry
    Chain.objects.filter(pk=chain).update(sequence=previous.sequence, hash=previous.hash)


def test_an_empty_record_fits():
    assert not list(verify())


def test_the_record_of_real_work_fits(decision, file):
    assert not list(verify())


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"number": 20}},
        {"data": {"number": 1.5}},
        {"data": {}},
        {"action": "number.forgotten"},
        {"actor_person": "12345678123456781234567812345678"},
        {"actor_organisation": "12345678123456781234567812345678"},
        {"fingerprint": "f" * 64},
        {"actor_link": "12345678123456781234567812345678"},
        {"subject": "someone else"},
        {"subject_type": "accounts.organisation"},
        {"at": "2026-01-01T00:00:00Z"},
        {"hash": "f" * 64},
        {"previous_hash": "f" * 64},
        {"format_version": 2},
    ],
    ids=str,
)
def test_an_entry_that_was_changed_is_named(entries, tamper, change):
    tamper(3, **change)
    assert first_fault().sequence == 3


def test_an_entry_that_was_changed_with_its_hash_shows_at_the_next(entries, unguarded):
    with unguarded():
        Entry.objects.filter(sequence=3).update(data={"number": 20})
        changed = Entry.objects.get(sequence=3)
        changed.hash = audit.entry_hash(changed)
        changed.save()
    assert str(first_fault()).endswith("was not written after entry 3 as that is now")


def test_an_entry_removed_from_the_middle_shows_at_the_next(entries, unguarded):
    with unguarded():
        Entry.objects.filter(sequence=3).delete()
    fault = first_fault()
    assert (fault.sequence, fault.why) == (4, "does not follow entry 2: what was between them is missing")


def test_the_first_entry_cannot_go_unseen(entries, unguarded):
    with unguarded():
        Entry.objects.filter(sequence=1).delete()
    assert first_fault().sequence == 2


def test_two_entries_in_swapped_order_are_named(entries, unguarded):
    with unguarded():
        Entry.objects.filter(sequence=2).update(sequence=99)
        Entry.objects.filter(sequence=3).update(sequence=2)
        Entry.objects.filter(sequence=99).update(sequence=3)
    assert first_fault().sequence == 2


def test_a_tail_that_was_cut_off_shows_by_the_head(entries, unguarded):
    with unguarded():
        Entry.objects.filter(sequence__gt=3).delete()
    assert str(first_fault()) == "entry 4 of the installation’s record is missing: the record continues to entry 5"


def test_a_record_that_was_removed_whole_shows_by_the_head(entries, unguarded):
    with unguarded():
        Entry.objects.all().delete()
    assert first_fault().sequence == 1


def test_an_entry_put_at_the_end_by_hand_shows_by_the_head(entries):
    forged = Entry(chain_id=INSTALLATION, sequence=6, at=entries[4].at, action="forged", previous_hash=entries[4].hash)
    forged.hash = audit.entry_hash(forged)
    forged.save(force_insert=True)
    assert str(first_fault()).endswith("is the last entry, but the head of the record names another")


def test_a_head_that_was_set_back_shows(entries, unguarded):
    with unguarded():
        Chain.objects.update(sequence=0, hash=GENESIS_HASH)
    assert first_fault().sequence == 5


def test_a_tail_cut_off_with_its_head_shows_by_an_anchor(entries, unguarded):
    anchor = Anchor(entries[4].sequence, entries[4].hash)
    with unguarded():
        Entry.objects.filter(sequence__gt=3).delete()
        Chain.objects.update(sequence=3, hash=entries[2].hash)
    assert not list(verify())
    assert (
        str(first_fault(anchor=anchor))
        == "entry 4 of the installation’s record is missing: the anchor was written at entry 5"
    )


def test_a_history_that_was_rewritten_shows_by_an_anchor(entries, unguarded):
    anchor = Anchor(entries[3].sequence, entries[3].hash)
    with unguarded():
        Entry.objects.filter(sequence=2).update(data={"number": 20})
        rewrite_after(2)
    assert not list(verify())
    fault = first_fault(anchor=anchor)
    assert (fault.sequence, fault.why) == (
        4,
        "is not the one that the anchor was written for: the record was rewritten",
    )


def test_a_record_that_only_grew_fits_its_anchor(entries):
    anchor = Anchor(entries[3].sequence, entries[3].hash)
    audit.record(NUMBER_TOLD, SYSTEM, User(name="Somebody"), number=5)
    assert not list(verify(anchors={INSTALLATION: anchor}))


def test_an_entry_that_cannot_even_be_read_is_named(entries, unguarded):
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL keeps nothing in a column that is not of its type")
    with unguarded(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET at = '2026-13-45 00:00:00' WHERE sequence = 3")
    assert first_fault().sequence == 3


def test_a_decision_whose_words_were_changed_is_named(decision, unguarded):
    with unguarded():
        Decision.objects.update(feedback=Feedback(meets="Well done."))
    fault = first_fault()
    assert (fault.action, fault.subject) == ("claim.decided", f"assessments.decision {decision.pk}")
    assert fault.why == "refers to a row that has been changed since"


def test_a_snapshot_that_was_changed_is_named(decision, unguarded):
    with unguarded():
        Snapshot.objects.update(content={"title": "Something better"})
    assert first_fault().subject.startswith("assessments.submission")


def test_a_sign_off_given_to_somebody_else_is_named(decision, world, unguarded):
    with unguarded():
        SignOff.objects.update(by=world.second_assessor)
    assert first_fault().action == "ksb.signed_off"


def test_a_row_that_is_gone_is_named(decision, unguarded):
    with unguarded():
        decision.grounds.all().delete()
        decision.delete()
    assert first_fault().why == "refers to a row that no longer exists"


def test_a_judgement_that_is_in_no_entry_is_named(decision, world):
    claim = world.submitted("S1").claims.get()
    sha256 = claim.submission.snapshot.sha256
    forged = Decision.objects.create(claim=claim, outcome="met", by=world.assessor, snapshot_sha256=sha256)
    assert str(first_fault()) == f"a row (assessments.decision {forged.pk}) is in no entry of the record"


def test_an_entry_that_speaks_of_an_unknown_kind_of_row_is_named(unguarded, entries):
    with unguarded():
        Entry.objects.filter(sequence=3).update(subject_type="gone.model", fingerprint="0" * 64)
        rewrite_after(3)
    assert first_fault().why == "refers to an unknown kind of row"


@pytest.mark.parametrize("change", [{"subject": "no id"}, {"data": ["a"]}, {"data": "a"}], ids=str)
def test_an_entry_that_makes_no_sense_stops_nothing(decision, unguarded, change):
    entry = Entry.objects.of_subject(decision).get()
    with unguarded():
        Entry.objects.filter(pk=entry.pk).update(**change)
        rewrite_after(entry.sequence, entry.chain_id)
    assert first_fault().subject.startswith("assessments.decision")


def test_a_file_whose_name_was_changed_is_named(file):
    EvidenceFile.objects.update(name="better.png")
    assert first_fault().action == "evidence_file.added"


def test_a_row_that_may_change_is_held_against_its_newest_entry(file, world, monkeypatch):
    monkeypatch.setattr(faults, "BATCH_SIZE", 1)
    EvidenceFile.objects.update(name="renamed.png")
    file.refresh_from_db()
    audit.record(FILE_RENAMED, acting(world.apprentice), file, organisation=world.provider)
    assert not list(verify())
    EvidenceFile.objects.update(name="again.png")
    assert first_fault().action == "evidence_file.renamed"


def test_looking_at_a_row_that_was_changed_does_not_make_it_good(file, world):
    assert not list(verify())
    EvidenceFile.objects.update(name="better.png")
    file.refresh_from_db()
    with transaction.atomic():
        audit.record(EVIDENCE_FILE_OPENED, acting(world.viewer), file, organisation=world.provider)
    assert first_fault().action == "evidence_file.added"


def test_a_file_whose_bytes_were_changed_is_named(file):
    with open(default_storage.path(file.stored.name), "r+b") as stored:
        stored.write(b"\0")
    fault = first_fault()
    assert fault.subject == f"portfolios.evidencefile {file.pk}"
    assert fault.why == "refers to a file that does not match: its content was changed"


def test_a_file_whose_bytes_are_gone_is_named_unless_files_are_left_out(file):
    default_storage.delete(file.stored.name)
    assert first_fault().action == "evidence_file.added"
    assert not list(verify(files=False))


def test_a_file_is_read_once_however_many_entries_speak_of_it(file, world, monkeypatch):
    workflow.remove_file(file.pk, acting(world.apprentice))
    read = []
    monkeypatch.setattr(EvidenceFile, "content_fault", lambda row: read.append(row.pk))
    monkeypatch.setattr(faults, "BATCH_SIZE", 1)
    assert not list(verify())
    assert read == [file.pk]


def test_faults_are_named_in_order_across_kinds(decision, file, tamper, unguarded, world):
    EvidenceFile.objects.update(name="better.png")
    with unguarded():
        Decision.objects.update(feedback=Feedback(meets="Well done."))
    tamper(2, chain=world.provider.pk, action="other")
    found = [fault.sequence for fault in verify()]
    assert found == sorted(found)
    # The entry, the file, the decision, and the sign-off that rests on it.
    assert len(found) == 4


def test_the_queries_grow_with_the_batches_and_not_with_the_entries(entries, monkeypatch):
    def query_count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert not list(verify())
        return len(queries)

    few = query_count()
    audit.record_many(audit.Happening(NUMBER_TOLD, SYSTEM, User(name="Somebody")) for _ in range(400))
    assert query_count() == few


def test_the_command_tells_how_many_entries_there_are_and_the_head(entries, capsys):
    call_command("verify_audit")
    assert capsys.readouterr().out == "5 entries in 1 chain, and everything matches.\n"


def test_the_command_lists_all_that_does_not_fit(entries, tamper, capsys):
    tamper(2, action="other")
    tamper(4, action="other")
    with pytest.raises(CommandError, match="2 things do not match") as refused:
        call_command("verify_audit")
    assert refused.value.returncode == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" of ")[0] for line in lines] == ["Entry 2", "Entry 4"]


def test_the_command_tells_programs_where_each_chain_ends_and_what_does_not_fit(entries, tamper, capsys):
    tamper(2, action="other")
    with pytest.raises(CommandError):
        call_command("verify_audit", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["chains"] == {str(INSTALLATION): {"sequence": 5, "hash": entries[4].hash}}
    assert [(fault["sequence"], fault["action"]) for fault in told["faults"]] == [(2, "other")]


def test_the_command_can_verify_one_chain(decision, world, tamper, capsys):
    tamper(2, chain=world.provider.pk, action="other")
    call_command("verify_audit", chain=world.other_provider.pk)
    assert capsys.readouterr().out.endswith(" in 1 chain, and everything matches.\n")
    with pytest.raises(CommandError):
        call_command("verify_audit", chain=world.provider.pk)
    with pytest.raises(CommandError, match="There is no record of"):
        call_command("verify_audit", chain=uuid4())


def test_an_anchor_written_by_the_command_finds_a_tail_cut_off_later(entries, unguarded, tmp_path):
    anchor = tmp_path / "anchor"
    call_command("verify_audit", write_anchor=anchor)
    assert anchor.read_text() == f"{INSTALLATION} 5 {entries[4].hash}\n"
    call_command("verify_audit", anchor=anchor)
    with unguarded():
        Entry.objects.filter(sequence=5).delete()
        Chain.objects.update(sequence=F("sequence") - 1, hash=entries[3].hash)
    call_command("verify_audit")
    with pytest.raises(CommandError, match="1 thing does not match"):
        call_command("verify_audit", anchor=anchor, write_anchor=anchor)
    assert anchor.read_text() == f"{INSTALLATION} 5 {entries[4].hash}\n"


@pytest.mark.parametrize("text", ["", "5", "five " + "0" * 64, "5 " + "0" * 63])
def test_a_file_that_is_no_anchor_is_refused_by_name(entries, tmp_path, text):
    anchor = tmp_path / "anchor"
    anchor.write_text(text)
    with pytest.raises(CommandError, match="is not an anchor"):
        call_command("verify_audit", anchor=anchor)


def test_an_anchor_that_is_not_there_is_refused_by_name(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_audit", anchor=tmp_path / "none")


def test_the_command_can_leave_files_out(file, capsys):
    default_storage.delete(file.stored.name)
    call_command("verify_audit", "--no-files")
    with pytest.raises(CommandError):
        call_command("verify_audit")
    assert "its content is missing" in capsys.readouterr().out
