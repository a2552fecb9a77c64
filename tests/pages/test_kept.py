"""Words and addresses that are put together once read as those that Django puts together each time."""

from uuid import uuid4

import pytest
from django.template import Context, Engine, Template
from django.urls import NoReverseMatch, reverse, set_script_prefix

from pages.templatetags.kept import AddressNode, KeptNode

WORDS = [
    "{% translate 'Ready & able: 100%' %}",
    "{% blocktranslate trimmed %}\n  One line\n  and 100%\n{% endblocktranslate %}",
    "{% translate said %}",
    "{% translate 'Kept' as kept %}<{{ kept }}>",
    "{% blocktranslate %}Hello {{ said }}{% endblocktranslate %}",
    "{% blocktranslate count n=n %}One{% plural %}{{ n }} of them{% endblocktranslate %}",
]


@pytest.mark.parametrize("text", WORDS)
def test_words_read_as_djangos_do_each_time(text: str):
    page = Template("{% load i18n %}" + text)
    plain = Engine(libraries={"i18n": "django.templatetags.i18n"}).from_string("{% load i18n %}" + text)
    for said, n in (("<b>", 1), ("Sam", 2)):
        assert page.render(Context({"said": said, "n": n})) == plain.render(Context({"said": said, "n": n}))


def test_only_words_with_nothing_of_the_page_in_them_are_kept():
    kept = [any(isinstance(node, KeptNode) for node in Template("{% load i18n %}" + text).nodelist) for text in WORDS]
    assert kept == [True, True, False, False, False, False]


def test_addresses_are_those_of_what_the_page_shows_now():
    page = Template("{% url 'pages:ksb' pk code %} {% url 'home' %}")
    assert sum(isinstance(node, AddressNode) for node in page.nodelist) == 2
    for pk, code in ((uuid4(), "K1"), (uuid4(), "S12"), (uuid4(), "K1")):
        shown = page.render(Context({"pk": pk, "code": code}))
        assert shown == f"{reverse('pages:ksb', args=[pk, code])} {reverse('home')}"


def test_an_address_follows_the_place_that_the_site_is_put_at():
    page = Template("{% url 'home' %}{% url 'pages:evidence' pk %}")
    pk = uuid4()
    before = page.render(Context({"pk": pk}))
    set_script_prefix("/portfolio/")
    try:
        there = [reverse("home"), reverse("pages:evidence", args=[pk])]
        assert page.render(Context({"pk": pk})) == "".join(there)
        assert all(address.startswith("/portfolio/") for address in there)
    finally:
        set_script_prefix("/")
    assert page.render(Context({"pk": pk})) == before


def test_an_address_that_cannot_be_is_a_fault_as_ever():
    with pytest.raises(NoReverseMatch):
        Template("{% url 'pages:evidence' pk %}").render(Context({"pk": ""}))
    assert Template("{% url 'pages:evidence' '' as there %}<{{ there }}>").render(Context()) == "<>"
