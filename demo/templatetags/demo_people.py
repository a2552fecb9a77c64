"""The demo's people, for the sign-in page."""

from itertools import groupby

from django import template

from demo.cast import PEOPLE, House, Person

register = template.Library()


@register.simple_tag
def demo_people() -> list[tuple[House, list[Person]]]:
    """Who can sign in with one click, by provider."""
    return [(house, list(people)) for house, people in groupby(PEOPLE, key=lambda person: person.house)]
