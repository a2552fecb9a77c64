import json
from datetime import UTC, date, datetime, timedelta, timezone
from enum import IntEnum
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils.translation import gettext_lazy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apprenticeships.models import Outcome
from audit import chain as audit
from audit.models import Entry
from core.actor import SYSTEM
from core.canonical import canonical, digest
from tests.audit.actions import FACTS_TOLD, PERSON_JOINED
from tests.world import acting, person

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
FACTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | TEXT
    | st.uuids()
    | st.dates()
    | st.datetimes(timezones=st.just(UTC) | st.timezones()),
    lambda inner: st.lists(inner) | st.dictionaries(TEXT.map(canonical), inner),
    max_leaves=12,
)


def test_the_hash_of_known_facts_stays_what_it_is():
    facts = {"b": [1, True, None], "a": "Zoë", "at": datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "on": date(2026, 3, 1)}
    assert json.dumps(canonical(facts), ensure_ascii=False, sort_keys=True) == (
        '{"a": "Zoë", "at": "2026-03-29T01:30:00.000000Z", "b": [1, true, null], "on": "2026-03-01"}'
    )
    assert digest(facts) == "5edffbad77b4f40f73d45003e23181175b76c836f0da58232b6248f76905656b"


def test_text_has_one_form_however_it_was_typed():
    assert canonical("Zoe\u0308") == "Zo\u00eb"
    assert digest({"na\u0308me": "e\u0301"}) == digest({"n\u00e4me": "\u00e9"})


def test_a_moment_has_one_form_wherever_it_was_looked_at():
    moment = datetime(2026, 10, 25, 0, 30, 0, 120, tzinfo=UTC)
    assert canonical(moment) == "2026-10-25T00:30:00.000120Z"
    assert canonical(moment.astimezone(ZoneInfo("Europe/London"))) == canonical(moment)
    assert canonical(moment.astimezone(timezone(timedelta(hours=5, minutes=30)))) == canonical(moment)


def test_the_two_odd_hours_of_autumn_stay_apart():
    london = ZoneInfo("Europe/London")
    first, second = (datetime(2026, 10, 25, 1, 30, tzinfo=london, fold=fold) for fold in (0, 1))
    assert canonical(first) == "2026-10-25T00:30:00.000000Z"
    assert canonical(second) == "2026-10-25T01:30:00.000000Z"


def test_a_year_has_four_digits():
    assert canonical(datetime(33, 4, 3, tzinfo=UTC)) == "0033-04-03T00:00:00.000000Z"


def test_ids_and_choices_are_written_as_text():
    number = UUID("12345678123456781234567812345678")
    assert canonical({number: Outcome.NOT_YET}) == {"12345678-1234-5678-1234-567812345678": "not_yet"}
    assert digest(Outcome.MET) == digest("met")
    assert digest(IntEnum("Level", "LOW")["LOW"]) == digest(1)


def test_order_of_keys_does_not_count_and_order_of_lists_does():
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest([1, 2]) != digest([2, 1])


def test_true_is_not_one_and_a_number_is_not_its_text():
    assert len({digest(value) for value in (True, 1, "1", None, "", [], {})}) == 7


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), datetime(2026, 1, 1), {1: "a"}, {"a": {2.0}}, b"bytes", gettext_lazy("Met"), timedelta(1)],
    ids=repr,
)
def test_what_has_no_one_form_is_refused(value):
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "ok \udfff"], ids=ascii)
def test_text_that_a_database_would_not_keep_is_refused(text):
    for value in (text, [text], {text: 1}, {"a": text}):
        with pytest.raises(ValueError, match=r"NUL|surrogates"):
            canonical(value)


def test_two_keys_that_become_one_are_refused():
    with pytest.raises(ValueError, match="two keys"):
        canonical({"e\u0301": 1, "\u00e9": 2})


@given(FACTS)
def test_a_canonical_form_is_plain_json_and_its_own_canonical_form(value):
    written = canonical(value)
    assert json.loads(json.dumps(written)) == written
    assert canonical(written) == written
    assert digest(written) == digest(value)


@pytest.mark.django_db
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.dictionaries(TEXT.map(canonical), FACTS), at=st.datetimes(datetime(1900, 1, 1), timezones=st.just(UTC)))
def test_an_entry_comes_back_from_the_database_with_its_hash(db, facts, at):
    with transaction.atomic():
        audit.record_many([audit.Happening(FACTS_TOLD, SYSTEM, Entry(sequence=7), data=facts, at=at)])
        read = Entry.objects.newest_first()[0]
        assert read.data == canonical(facts)
        assert read.at == at
        assert audit.entry_hash(read) == read.hash
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_an_entry_has_the_same_hash_before_and_after_it_is_saved():
    assert connection.in_atomic_block
    by = person("zoë")
    made = audit.record(PERSON_JOINED, acting(by), by, microsecond_zero=datetime(2026, 1, 1, tzinfo=UTC), of=[by.pk])
    assert audit.entry_hash(Entry.objects.get(pk=made.pk)) == made.hash
