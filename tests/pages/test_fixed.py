"""A part of the frame that is rendered once differs by the values it names."""

from django.template import Context, Template


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
