"""Rules of having several chains."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Organisation, User
from audit import chain as audit
from audit.models import INSTALLATION, Chain, Entry
from audit.verification import verify
from core.actor import SYSTEM
from tests.audit.actions import NUMBER_TOLD

postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
ONE, OTHER = (Organisation(id=UUID(int=number)) for number in (1, 2))


def tell(organisation: Organisation | None) -> Entry:
    return audit.record(NUMBER_TOLD, SYSTEM, User(name="Somebody"), organisation=organisation)


def sequences(chain: UUID) -> list[int]:
    return list(Entry.objects.filter(chain=chain).order_by("sequence").values_list("sequence", flat=True))


@pytest.mark.django_db
def test_each_organisation_has_a_chain_that_begins_with_one():
    for organisation in (ONE, OTHER, ONE):
        tell(organisation)
    assert (sequences(ONE.pk), sequences(OTHER.pk)) == ([1, 2], [1])
    assert not list(verify())


@pytest.mark.django_db
def test_the_installations_record_has_the_opening_of_each_chain():
    for organisation in (ONE, ONE, OTHER):
        tell(organisation)
    opened = Entry.objects.filter(chain=INSTALLATION, action="chain.opened").order_by("sequence")
    assert [entry.subject for entry in opened] == [str(ONE.pk), str(OTHER.pk)]


@pytest.mark.django_db
def test_many_entries_go_to_the_chains_they_belong_to():
    places = [OTHER, None, ONE, OTHER, None, ONE, OTHER]
    audit.record_many(audit.Happening(NUMBER_TOLD, SYSTEM, User(name="Somebody"), place) for place in places)
    assert (sequences(ONE.pk), sequences(OTHER.pk)) == ([1, 2], [1, 2, 3])
    assert len(sequences(INSTALLATION)) == 4
    assert not list(verify())


@pytest.mark.django_db
def test_a_chain_that_was_removed_whole_shows(unguarded):
    tell(ONE)
    with unguarded():
        Entry.objects.filter(chain=ONE.pk).delete()
        Chain.objects.filter(pk=ONE.pk).delete()
    assert [fault.why for fault in verify()] == ["refers to a row that no longer exists"]


@pytest.mark.django_db
def test_a_chain_that_nobody_opened_shows():
    Chain.objects.create(pk=uuid4())
    assert [fault.why for fault in verify()] == ["is in no entry of the record"]


@pytest.mark.django_db
def test_an_entry_moved_to_another_chain_shows(unguarded):
    tell(ONE)
    tell(OTHER)
    tell(OTHER)
    with unguarded():
        Entry.objects.filter(chain=ONE.pk).update(chain=OTHER.pk, sequence=3)
    assert {fault.chain for fault in verify()} == {ONE.pk, OTHER.pk}


@pytest.mark.django_db
def test_an_entry_has_one_actor_at_most():
    entry = tell(ONE)
    entry.pk, entry.sequence, entry.actor_person, entry.actor_link = None, 2, uuid4(), uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_people_of_two_organisations_who_act_at_once_open_each_chain_once():
    def act(number: int) -> None:
        try:
            with transaction.atomic():
                tell((ONE, OTHER)[number % 2])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        list(people.map(act, range(20)))
    assert sequences(ONE.pk) == sequences(OTHER.pk) == list(range(1, 11))
    assert len(sequences(INSTALLATION)) == 2
    assert not list(verify())


@postgresql
@pytest.mark.django_db(transaction=True)
def test_a_provider_that_holds_its_chain_does_not_hold_up_another():
    with transaction.atomic():
        tell(ONE)
        tell(OTHER)
    holds, may_go_on = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                tell(ONE)
                holds.set()
                may_go_on.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as people:
        held = people.submit(hold)
        try:
            assert holds.wait(30)
            with transaction.atomic():
                tell(OTHER)
            assert not held.done()
        finally:
            may_go_on.set()
        held.result()
    assert (sequences(ONE.pk), sequences(OTHER.pk)) == ([1, 2], [1, 2])
