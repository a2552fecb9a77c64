"""Fields that are drawn without a template look like those that crispy-forms draws."""

import re

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms

from pages.templatetags.fields import field


class _Answer(forms.Form):
    done = forms.ChoiceField(
        label="Was “<b>” done?", required=False, choices=[("yes", "Done"), ("no", "Not done")], widget=forms.RadioSelect
    )


class _Words(forms.Form):
    said = forms.CharField(label="What <was> said", help_text="“&” is fine", required=False, max_length=20)
    day = forms.CharField(label="Day", widget=forms.DateInput(attrs={"type": "date"}), initial="2026-03-02")


def _tags(markup: str) -> list[str]:
    """Tags and words, without the space between them and without what only groups."""
    parts = re.findall(r"<[^>]+>|[^<>]+", re.sub(r"</?div\s*>", "", markup.replace("</div>", "")))
    return [text for part in parts if (text := re.sub(r"\s+", " ", part).replace(" >", ">").strip())]


@pytest.mark.parametrize("sent", [None, {}, {"done": "no"}])
def test_buttons_to_choose_one_of_are_drawn_as_ever(sent: dict[str, str] | None):
    bound = _Answer(sent)["done"]
    drawn = _tags(field(bound))
    assert drawn == _tags(as_crispy_field(bound))
    assert 'value="no"' in "".join(drawn)
    assert ("checked" in "".join(drawn)) == (sent == {"done": "no"})


def test_an_empty_field_says_what_it_is_for_and_takes_what_is_typed_the_next_time():
    for sent, said in (({}, ""), ({"said": "<i>"}, "&lt;i&gt;"), ({}, "")):
        drawn = field(_Words(sent)["said"])
        assert "What &lt;was&gt; said" in drawn
        assert "“&amp;” is fine" in drawn
        assert 'maxlength="20"' in drawn
        assert (f'value="{said}"' in drawn) == bool(said)
    assert 'value="2026-03-02"' in field(_Words()["day"])
