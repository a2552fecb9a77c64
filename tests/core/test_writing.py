"""Writing rows and columns of rows by kept statements."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Organisation, User
from audit.models import INSTALLATION, Chain, Entry
from core import clock
from core.writing import insert, update

pytestmark = pytest.mark.django_db


def test_only_the_named_fields_of_these_rows_change():
    ada, ben, cem = (User.objects.create_user(f"{name}@example.test", name=name) for name in ("ada", "ben", "cem"))
    ada.name, ben.name, cem.name = "Ada L", "Ben M", "Cem N"
    ada.is_active = False
    update([ada, ben], ["name"])
    kept = {row.email: (row.name, row.is_active) for row in User.objects.all()}
    assert kept == {
        "ada@example.test": ("Ada L", True),
        "ben@example.test": ("Ben M", True),
        "cem@example.test": ("cem", True),
    }


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        update([], ["name"])


def test_rows_that_come_at_once_are_as_if_they_had_been_saved():
    provider = Organisation(
        kind="provider", name="College\t\\of \N{LATIN SMALL LETTER E WITH ACUTE} %s", ukprn=10_000_001
    )
    insert([provider])
    kept = Organisation.objects.get(pk=provider.pk)
    assert (kept.name, kept.kind, kept.ukprn) == (provider.name, "provider", 10_000_001)
    entries = [
        Entry(
            chain_id=INSTALLATION,
            sequence=place,
            at=clock.now(),
            action="thing.happened",
            subject_type="a.b",
            subject="1",
            data={"words": 'a "quoted"\n\\line', "of": [None, 1, True]},
            actor_person=provider.pk,
            previous_hash="a",
            hash="b",
        )
        for place in (1, 2)
    ]
    Chain.objects.get_or_create(pk=INSTALLATION)
    insert(entries)
    kept = list(Entry.objects.filter(action="thing.happened"))
    assert [one.facts() for one in kept] == [one.facts() for one in entries]
    assert kept[0].pk != kept[1].pk


def test_no_row_comes_where_one_may_not():
    rows = [Organisation(kind="provider", name=name, ukprn=10_000_001) for name in ("One", "Two")]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(rows)
    assert not Organisation.objects.exists()
