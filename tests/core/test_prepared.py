"""Statements that are put together once: the rows of whoever asks, and of nobody else."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organisation, User
from accounts.seen_by import SeenBy
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import SIGHT
from core import clock, scope
from core.prepared import Prepared
from tests.world import acting, make_world

pytestmark = pytest.mark.django_db


def people(*names: str) -> list[User]:
    return [User.objects.create_user(f"{name}@example.test", name=name) for name in names]


def test_each_id_gets_its_own_rows_from_one_statement():
    ada, ben = people("Ada", "Ben")
    named = Prepared(lambda person: User.objects.filter(pk=person).values_list("pk", "name"))
    assert list(named(person=ada.pk)) == [(ada.pk, "Ada")]
    assert list(named(person=ben.pk)) == [(ben.pk, "Ben")]
    assert len(named._statements) == 1


def test_sets_of_any_size_are_filled_in():
    ada, ben, cem = people("Ada", "Ben", "Cem")
    named = Prepared(lambda these: User.objects.filter(pk__in=these).order_by("name").values_list("name"))
    assert list(named(these=frozenset({ada.pk}))) == [("Ada",)]
    assert list(named(these=frozenset({cem.pk, ada.pk, ben.pk}))) == [("Ada",), ("Ben",), ("Cem",)]


def test_an_empty_set_is_that_of_no_row():
    """Seen: the notices of somebody who has none, on PostgreSQL."""
    ada, _ben = people("Ada", "Ben")
    named = Prepared(lambda these: User.objects.filter(pk__in=these).values_list("name"))
    others = Prepared(lambda these: User.objects.exclude(pk__in=these).values_list("name"))
    assert list(named(these=frozenset())) == []
    assert named(these=frozenset()).count() == 0
    assert len(list(others(these=frozenset()))) == 2
    assert list(named(these=frozenset({ada.pk}))) == [("Ada",)]


def test_words_are_filled_in_as_they_are():
    ada, ben = people("Ada", "Ben")
    named = Prepared(lambda person, name: User.objects.filter(pk=person, name=name).values_list("pk"))
    assert list(named(person=ada.pk, name="Ada")) == [(ada.pk,)]
    assert list(named(person=ben.pk, name="Ben")) == [(ben.pk,)]
    assert list(named(person=ben.pk, name="Ada' OR '1'='1")) == []
    assert len(named._statements) == 1


def test_a_statement_that_would_keep_a_part_of_a_word_is_refused():
    people("Ada")
    careless = Prepared(lambda name: User.objects.filter(name__contains=name).values_list("pk"))
    with pytest.raises(ValueError, match="an id or a moment"):
        list(careless(name="Ada"))


def test_instances_come_with_what_is_selected_with_them():
    ada, ben = people("Ada", "Ben")
    provider = Organisation.objects.create(kind="provider", name="College", ukprn=10_000_001)
    for person in (ada, ben):
        Membership.objects.create(user=person, organisation=provider, role="assessor", started_on=clock.today())

    def build(person: UUID):
        return (
            Membership.objects.filter(user=person)
            .select_related("user", "organisation")
            .annotate(named=F("user__name"))
        )

    held = Prepared(build)
    for person in (ada, ben):
        (place,) = held(person=person.pk)
        with CaptureQueriesContext(connection) as queries:
            assert (place.user, place.organisation, place.role, place.named) == (
                person,
                provider,
                "assessor",
                person.name,
            )
        assert not queries.captured_queries
    assert held(person=provider.pk).first() is None
    assert held(person=ada.pk).count() == 1


def test_an_instance_without_one_of_its_kind_beside_it_says_so():
    (ada,) = people("Ada")
    Membership.objects.create(user=ada, organisation=None, role="catalogue_keeper", started_on=clock.today())
    held = Prepared(lambda person: Membership.objects.filter(user=person).select_related("organisation"))
    assert [place.organisation for place in held(person=ada.pk)] == [None]


def test_a_reading_that_prefetches_is_refused():
    careless = Prepared(lambda: User.objects.prefetch_related("memberships"))
    with pytest.raises(ValueError, match="prefetches nothing"):
        list(careless())


def test_a_part_of_the_rows_and_their_number_can_be_read():
    ids = frozenset(person.pk for person in people("Ada", "Ben", "Cem"))
    named = Prepared(lambda these: User.objects.filter(pk__in=these).order_by("name").values_list("name"))
    assert named(these=ids)[1:3] == [("Ben",), ("Cem",)]
    assert named(these=ids).count() == 3


def test_a_percent_sign_in_a_statement_stays_one():
    people("Ada")
    named = Prepared(lambda: User.objects.filter(name__contains="100%").values_list("name"))
    User.objects.create_user("more@example.test", name="100% Ada")
    assert list(named()) == [("100% Ada",)]


def test_a_statement_that_would_keep_an_id_is_refused():
    (ada,) = people("Ada")
    careless = Prepared(lambda: User.objects.filter(pk=ada.pk).values_list("name"))
    with pytest.raises(ValueError, match="an id or a moment"):
        list(careless())


def test_a_statement_that_would_keep_a_moment_is_refused():
    careless = Prepared(lambda: User.objects.filter(joined_at__lt=clock.now()).values_list("name"))
    with pytest.raises(ValueError, match="an id or a moment"):
        list(careless())


def test_a_query_with_ids_that_stand_in_for_any_is_refused():
    def careless(person: UUID):
        return User.objects.filter(name=User.objects.filter(pk=person).values_list("name", flat=True).first() or "")

    with pytest.raises(RuntimeError, match="put together"):
        list(Prepared(careless)(person=people("Ada")[0].pk))


def test_a_reading_of_somebodys_rows_that_does_not_say_whose_is_refused():
    everybody = Prepared(lambda: Apprenticeship.objects.values_list("pk"))
    with scope.enforced(), pytest.raises(scope.ScopeMissing):
        list(everybody())


def test_what_holds_today_is_asked_anew_on_the_next_day():
    (ada,) = people("Ada")
    provider = Organisation.objects.create(kind="provider", name="College", ukprn=10_000_001)
    today = clock.today()
    Membership.objects.create(user=ada, organisation=provider, role="assessor", started_on=today + timedelta(days=1))
    live = Prepared(lambda person: Membership.objects.live().filter(user=person).values_list("role"))
    assert list(live(person=ada.pk)) == []
    with clock.at(clock.now() + timedelta(days=1)):
        assert list(live(person=ada.pk)) == [("assessor",)]


learners_seen = SeenBy(lambda actor: Apprenticeship.objects.visible_to(actor).values_list("pk"), SIGHT)


def test_everybody_reads_what_they_see_and_nothing_else():
    """Whoever asked first: colleagues, learners, people of another college, somebody who has left."""
    askers = list(make_world().people.values())
    for person in askers:
        places = Membership.objects.filter(user=person).select_related("organisation")
        person.acting_for = next((place.organisation for place in places if place.organisation), None)
    differing = set()
    for person in askers + askers[::-1]:
        expected = frozenset(Apprenticeship.objects.visible_to(acting(person)).values_list("pk"))
        assert frozenset(learners_seen(acting(person))) == expected, person
        differing.add(expected)
    assert len(differing) > 3


def test_a_statement_on_which_the_day_has_no_bearing_is_kept_overnight():
    (ada,) = people("Ada")
    named = Prepared(lambda person: User.objects.filter(pk=person).values_list("name"), is_the_same_every_day=True)
    for days in (0, 1):
        with clock.at(clock.now() + timedelta(days=days)):
            assert list(named(person=ada.pk)) == [("Ada",)]
    assert len(named._statements) == 1


def test_rows_whose_number_is_known_are_not_counted(django_assert_num_queries):
    people("Ada", "Ben")
    shown = Prepared(lambda: User.objects.order_by("name").values_list("name"))
    rows = shown().of_number(2)
    with django_assert_num_queries(1):
        assert (rows.count(), rows[0:1]) == (2, [("Ada",)])
