"""Rules of events of accounts, and of sealing them."""

import pytest

from accounts.audit_actions import SESSION_BEGAN
from accounts.models import User
from audit import chain as audit
from audit import sealing
from audit.models import INSTALLATION, AccountEvent, Chain, Entry
from audit.verification import verify
from core.actor import SYSTEM
from jobs.tasks import seal_account_events

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(db: None) -> list[AccountEvent]:
    return [audit.note(SESSION_BEGAN, SYSTEM, User(name="Somebody"), number=number) for number in range(5)]


def test_an_event_waits_for_no_chain(events):
    assert not Chain.objects.exists()


def test_the_job_seals_all_events_with_one_entry(events):
    seal_account_events.func()
    entry = Entry.objects.get(chain=INSTALLATION)
    assert (entry.action, entry.data["count"]) == ("account_events.sealed", 5)
    assert set(AccountEvent.objects.values_list("sealed_in", flat=True)) == {entry.sequence}
    assert not list(verify())


def test_nothing_is_sealed_where_nothing_waits(events):
    assert (sealing.seal_events(), sealing.seal_events()) == (5, 0)
    assert Entry.objects.count() == 1


def test_a_sealing_that_was_cut_off_loses_nothing(events, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH_SIZE", 2)
    seal_of, calls = sealing.seal_of, []

    def cut_off(batch):
        calls.append(len(batch))
        if len(calls) == 2:
            raise ConnectionError
        return seal_of(batch)

    monkeypatch.setattr(sealing, "seal_of", cut_off)
    with pytest.raises(ConnectionError):
        sealing.seal_events()
    assert AccountEvent.objects.unsealed().count() == 3
    monkeypatch.setattr(sealing, "seal_of", seal_of)
    assert sealing.seal_events() == 3
    assert [entry.data["count"] for entry in Entry.objects.all()] == [2, 2, 1]
    assert not list(verify())


@pytest.mark.parametrize(
    "change",
    [
        {"action": "session.ended"},
        {"at": "2020-01-01T00:00:00Z"},
        {"actor_person": "12345678123456781234567812345678"},
        {"actor_link": "12345678123456781234567812345678"},
        {"actor_organisation": "12345678123456781234567812345678"},
        {"subject": "somebody else"},
        {"subject_type": "other.kind"},
        {"data": {}},
        {"sealed_in": None},
        {"sealed_in": 99},
    ],
    ids=str,
)
def test_a_sealed_event_that_was_changed_shows(events, unguarded, change):
    sealing.seal_events()
    with unguarded():
        AccountEvent.objects.filter(pk=events[2].pk).update(**change)
    assert next(verify()).action == "account_events.sealed"


def test_a_sealed_event_that_was_removed_shows(events, unguarded):
    sealing.seal_events()
    with unguarded():
        events[2].delete()
    assert [fault.sequence for fault in verify()] == [1]


def test_an_event_that_claims_to_be_sealed_shows(events):
    AccountEvent.objects.update(sealed_in=7)
    assert len(list(verify())) == 5
