"""A part of the frame that is rendered once differs by the values it names."""

import pytest
from django.template import Context, Template

from pages.templatetags import fixed


def test_it_is_rendered_once_for_each_of_the_values_it_names():
    page = Template("{% load fixed %}{% fixed here roles %}{{ here }} {{ roles|length }} {{ count }}{% endfixed %}")
    assert page.render(Context({"here": "queue", "roles": {"assessor"}, "count": 1})) == "queue 1 1"
    assert page.render(Context({"here": "queue", "roles": {"assessor"}, "count": 2})) == "queue 1 1"
    assert page.render(Context({"here": "record", "roles": {"assessor"}, "count": 3})) == "record 1 3"
    assert page.render(Context({"here": "record", "roles": {"assessor", "iqa"}, "count": 4})) == "record 2 4"


def test_what_is_inside_stays_as_safe_as_it_was():
    page = Template("{% load fixed %}{% fixed here %}<b>{{ here }}</b>{% endfixed %}")
    for _ in range(2):
        assert page.render(Context({"here": "<i>"})) == "<b>&lt;i&gt;</b>"


def test_it_can_be_kept_under_a_name_and_shown_later():
    page = Template(
        "{% load fixed %}{% fixed here as part %} {{ count }} {% endfixed %}{% if part %}<{{ part }}>{% endif %}"
    )
    assert [page.render(Context({"here": "a", "count": count})) for count in ("1", "2")] == ["<1>", "<1>"]
    assert page.render(Context({"here": "b", "count": ""})) == ""


def test_a_part_that_holds_somebodys_token_is_refused():
    page = Template("{% load fixed %}{% fixed %}{% csrf_token %}{% endfixed %}")
    with pytest.raises(RuntimeError, match="token"):
        page.render(Context({"csrf_token": "theirs"}))


def test_long_parts_are_kept_up_to_a_number_of_characters(monkeypatch):
    monkeypatch.setattr(fixed, "MOST_CHARACTERS", 10)
    page = Template("{% load fixed %}{% fixed here %}{{ words }}{% endfixed %}")
    shown = [page.render(Context({"here": here, "words": words})) for here, words in
             (("a", "four"), ("b", "more"), ("a", "new"), ("c", "words"), ("a", "new"))]  # fmt: skip
    assert shown == ["four", "more", "four", "words", "new"]
