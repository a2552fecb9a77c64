from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext_lazy as _

from accounts.audit_actions import PERSON_RENAMED
from accounts.models import Organisation, User
from audit import chain as audit
from audit.actions import Action, Audience, Undeclared, declare
from audit.models import GENESIS_HASH, INSTALLATION, Chain, Entry
from audit.verification import verify
from core import clock
from core.actor import SYSTEM
from tests.audit.actions import NUMBER_TOLD, PERSON_JOINED, PERSON_LEFT
from tests.world import acting, person


def somebody() -> User:
    return User(name="Somebody")


def record_and_close(number: int) -> None:
    """What one of many people at once does, on a connection of their own."""
    try:
        with transaction.atomic():
            audit.record(NUMBER_TOLD, SYSTEM, somebody(), number=number)
    finally:
        connection.close()


@pytest.mark.django_db
def test_the_first_entry_has_number_one_and_follows_nothing():
    first = audit.record(PERSON_JOINED, SYSTEM, somebody())
    assert (first.sequence, first.previous_hash) == (1, GENESIS_HASH)


@pytest.mark.django_db
def test_an_entry_follows_the_one_before_it_and_the_head_moves_on():
    first, second = (audit.record(PERSON_JOINED, SYSTEM, somebody()) for _ in range(2))
    assert (second.sequence, second.previous_hash) == (2, first.hash)
    head = Chain.objects.get(pk=INSTALLATION)
    assert (head.sequence, head.hash) == (2, second.hash)


@pytest.mark.django_db
def test_an_entry_says_who_did_what_to_which_row_and_when():
    by = person("assessor")
    with clock.at(datetime(2026, 3, 1, 9, 30, tzinfo=UTC)):
        made = audit.record(PERSON_RENAMED, acting(by), by, length=4)
    entry = Entry.objects.get(pk=made.pk)
    assert (entry.actor_person, entry.action, entry.subject_type, entry.subject) == (
        by.pk,
        "person.renamed",
        "accounts.user",
        str(by.pk),
    )
    assert (entry.at, entry.chain_id, entry.data) == (
        datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        INSTALLATION,
        {"length": 4},
    )


@pytest.mark.django_db
def test_an_entry_costs_three_queries(django_assert_num_queries):
    audit.record(PERSON_JOINED, SYSTEM, somebody())
    with django_assert_num_queries(3):
        audit.record(PERSON_JOINED, SYSTEM, somebody())


@pytest.mark.django_db
def test_a_subject_with_a_fingerprint_has_it_kept(world):
    decision = world.judged({"K1": "met"}).claims.get().decisions.get()
    [entry] = Entry.objects.of_subject(decision)
    assert entry.fingerprint == decision.fingerprint()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_the_transaction_of_its_change():
    with pytest.raises(TransactionManagementError):
        audit.record(PERSON_JOINED, SYSTEM, somebody())
    with pytest.raises(TransactionManagementError):
        audit.record_many([audit.Happening(PERSON_JOINED, SYSTEM, somebody())])
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_change_that_fails_takes_its_entry_with_it():
    def fail() -> None:
        with transaction.atomic():
            audit.record(PERSON_JOINED, SYSTEM, somebody())
            raise LookupError

    audit.record(PERSON_JOINED, SYSTEM, somebody())
    with pytest.raises(LookupError):
        fail()
    assert audit.record(PERSON_JOINED, SYSTEM, somebody()).sequence == 2
    assert not list(verify())


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_people_who_act_at_once_make_one_chain_without_gaps():
    with ThreadPoolExecutor(8) as people:
        list(people.map(record_and_close, range(40)))
    assert list(Entry.objects.values_list("sequence", flat=True)) == list(range(1, 41))
    assert {entry.data["number"] for entry in Entry.objects.all()} == set(range(40))
    assert not list(verify())


@pytest.mark.django_db
def test_many_entries_at_once_make_the_chain_that_one_by_one_would(monkeypatch):
    monkeypatch.setattr(audit, "BATCH_SIZE", 3)
    by = person("assessor")
    at = datetime(2026, 3, 1, tzinfo=UTC)
    audit.record(PERSON_JOINED, SYSTEM, by)
    assert (
        audit.record_many(audit.Happening(NUMBER_TOLD, acting(by), by, None, {"number": n}, at) for n in range(10))
        == 10
    )
    after = audit.record(PERSON_LEFT, SYSTEM, by)
    assert after.sequence == 12
    assert [entry.data.get("number") for entry in Entry.objects.all()] == [None, *range(10), None]
    assert not list(verify())


@pytest.mark.django_db
def test_no_entries_at_once_change_nothing():
    assert audit.record_many([]) == 0
    assert not Entry.objects.exists()
    assert not list(verify())


@pytest.mark.django_db
def test_the_record_of_an_organisation_is_its_own_newest_first(world):
    own = Entry.objects.of_organisation(world.provider).newest_first()
    assert {entry.chain_id for entry in own} == {world.provider.pk}
    assert [entry.sequence for entry in own] == sorted((entry.sequence for entry in own), reverse=True)
    assert Entry.objects.of_organisation(world.other_provider).exists()


@pytest.mark.django_db
def test_what_no_part_declares_is_not_recorded():
    made_up = Action("person.praised", _("praised a person"), "accounts.user", Audience.NOBODY)
    with pytest.raises(Undeclared, match="person.praised"), transaction.atomic():
        audit.record(made_up, SYSTEM, somebody())
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_an_action_is_recorded_of_rows_of_its_own_kind_alone():
    with pytest.raises(Undeclared, match="accounts.organisation"), transaction.atomic():
        audit.record(PERSON_JOINED, SYSTEM, Organisation(name="Somewhere"))


def test_two_actions_never_share_a_name():
    with pytest.raises(Undeclared, match="declared twice"):
        declare("claim.decided", _("did something else"), "assessments.decision")
