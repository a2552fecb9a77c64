"""What forms say of what was typed: plain words of ours, whatever the field."""

import re
from collections.abc import Iterator

import pytest
from django import forms
from django.template.loader import render_to_string
from django.urls import get_resolver

#: How Django says it.
DJANGOS = re.compile(
    r"Ensure|valid choice|This field|submitted|valid (URL|UUID|JSON|email|value|date)|a list of values"
)


class Filled(forms.Form):
    words = forms.CharField(max_length=5, required=False)
    words_needed = forms.CharField()
    choice = forms.ChoiceField(choices=[("a", "A")], required=False)
    choice_needed = forms.ChoiceField(choices=[("a", "A")])
    number = forms.IntegerField(max_value=5, required=False)
    address = forms.EmailField(required=False)
    agreed = forms.BooleanField()


def every_form(above: type = forms.BaseForm) -> Iterator[type]:
    for form in above.__subclasses__():
        yield form
        yield from every_form(form)


def words_of(field: forms.Field) -> Iterator[str]:
    """Whatever it can say, as far as it is known before something is typed."""
    yield from map(str, field.error_messages.values())
    for validator in field.validators:
        yield str(field.error_messages.get(getattr(validator, "code", ""), getattr(validator, "message", "")))


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("words", "sixsix", "Use 5 characters or fewer. You have used 6."),
        ("words", "\0", "This contains a character that cannot be saved. Type it again."),
        ("words_needed", "", "Fill this in."),
        ("choice", "b", "This is no longer one of the choices. Choose another."),
        ("choice_needed", "", "Choose one."),
        ("number", "6", "Enter 5 or less."),
        ("address", "me", "Enter an email address in the correct format, such as name@example.com."),
        ("agreed", "", "Tick this to continue."),
    ],
)
def test_a_refused_field_says_what_to_do(field: str, typed: str, told: str) -> None:
    assert told in Filled({field: typed}).errors[field]


def test_a_label_that_asks_has_no_colon_after_its_question_mark_in_the_summary() -> None:
    class Asking(forms.Form):
        again = forms.CharField(label="Enrol this person again?")
        name = forms.CharField(label="Name")

    summary = render_to_string("components/error_summary.html", {"form": Asking({})})
    assert "Enrol this person again? Fill this in." in summary
    assert "Name: Fill this in." in summary


def test_no_field_of_any_form_speaks_in_djangos_words() -> None:
    assert get_resolver().url_patterns, "all pages are loaded, and so are their forms"
    fields = [
        (form, name, field)
        for form in every_form()
        if not form.__module__.startswith("django.")
        for name, field in getattr(form, "base_fields", {}).items()
    ]
    assert len(fields) > 80
    said = {(form.__name__, name, words) for form, name, field in fields for words in words_of(field)}
    assert not {one for one in said if DJANGOS.search(one[2])}
