"""Names of people and organisations: what shows is kept, in any script; what does not show is refused."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core import names
from core.fields import NameField


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Müller-Lüdenscheidt",
        "O’Brien",
        "علی‌رضا",  # a Persian name, with a zero-width non-joiner
        "ක්‍රිෂාන්",  # a Sinhala name, with a zero-width joiner
        "Sam 👩\u200d🔧",
        "李小龍",
        "Nguyễn Thị Ánh",
    ],
)
def test_a_name_of_any_script_is_kept_as_it_is_written(name: str):
    assert NameField().clean(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name",
    ["Ada\u202enimdA", "Ada\u2066", "Ada\u200b Admin", "Ada\x00", "Ada\u200f", "Ada\ufeff", "A\u00adda", "ㅤ", "\u2800"],
)
def test_a_name_with_characters_that_do_not_show_is_refused(name: str):
    with pytest.raises(ValidationError, match="hidden characters"):
        NameField().clean(name)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ada\u200d Admin", "Ada Admin"),
        ("\u200cAda", "Ada"),
        ("A\u200dda\u200c", "Ada"),
        ("  Ada \t Admin ", "Ada Admin"),
    ],
)
def test_a_joiner_that_joins_nothing_cannot_make_two_names_of_one(typed: str, kept: str):
    assert NameField().clean(typed) == kept


def test_a_name_of_joiners_alone_is_no_name():
    with pytest.raises(ValidationError):
        NameField().clean("\u200d\u200c")


@given(st.text("e\u0301\u200d\u200cم 👩\u200d\ufe0f"))
def test_tidying_twice_changes_nothing_more(text: str):
    assert names.tidy(names.tidy(text)) == names.tidy(text)
