"""The pages beside a page: everybody is offered those that they may open, and no others."""

import re

import pytest
from django.urls import reverse

from pages.navigation import SECTIONS
from tests.access.browsers import browser_of, world_and_sessions

pytestmark = pytest.mark.django_db

_ROLES = ("apprentice", "assessor", "iqa", "viewer", "mentor", "trainer", "manager", "admin")


def _beside(page: str) -> dict[str, bool]:
    """The addresses that the line above a page offers, and which of them is said to be this page."""
    found = re.search(r'<nav class="section-nav".*?</nav>', page, re.DOTALL)
    links = re.findall(r'<a href="([^"]+)"( aria-current="page")?>', found[0]) if found else []
    return {address: bool(current) for address, current in links}


def test_everybody_may_open_each_page_that_stands_beside_another():
    world, sessions = world_and_sessions()
    for who in _ROLES:
        browser = browser_of(who, sessions)
        seen = set()
        for section, places in SECTIONS.items():
            ids = [world.apprenticeship.pk] if places[0].is_of_apprenticeship else []
            first = browser.get(reverse(f"pages:{section}", args=ids))
            if first.status_code != 200:
                continue
            for address in _beside(first.content.decode()):
                answer = browser.get(address)
                assert answer.status_code == 200, f"{who} at {address}"
                here = [one for one, current in _beside(answer.content.decode()).items() if current]
                assert here == [address], f"{who} at {address}"
                seen.add(address)
        assert seen, who


def test_a_page_that_does_not_exist_has_none_beside_it():
    world, sessions = world_and_sessions()
    answer = browser_of("other_admin", sessions).get(reverse("pages:coverage", args=[world.apprenticeship.pk]))
    assert answer.status_code == 404
    assert not _beside(answer.content.decode())


def _lines(page: str) -> list[list[str]]:
    """What each line of links above a page says."""
    found = re.search(r'<nav class="section-nav".*?</nav>', page, re.DOTALL)
    lines = re.findall(r"<ul>(.*?)</ul>", found[0]) if found else []
    return [re.findall(r">([^<]+)</a>", line) for line in lines]


def test_the_rules_of_a_provider_stand_under_one_link_and_beside_each_other():
    _world, sessions = world_and_sessions()
    browser = browser_of("admin", sessions)
    people = browser.get(reverse("pages:people")).content.decode()
    assert _lines(people) == [
        [
            *("Members", "Employer contacts", "Who assesses what", "Rules", "Power BI and Excel", "Keeping records"),
            "Everything as a file",
        ]
    ]
    rule = browser.get(reverse("pages:sign-off-rules")).content.decode()
    assert _lines(rule)[1] == ["Portfolio rules", "Assessment plan rules", "Sign-off rules", "Who is on track"]
    assert f'<a href="{reverse("pages:policy")}" aria-current="true">Rules</a>' in rule


def test_every_page_about_one_learner_stands_under_learners_or_under_what_it_is_about():
    world, sessions = world_and_sessions()
    browser = browser_of("admin", sessions)
    for name, place in (
        ("skills-scan", "cohort"),
        ("behaviours", "cohort"),
        ("history", "cohort"),
        ("files-to-hide", "quality"),
        ("erasure", "people"),
    ):
        page = browser.get(reverse(f"pages:{name}", args=[world.apprenticeship.pk])).content.decode()
        menu = page.partition('<nav class="site-nav"')[2].partition("</nav>")[0]
        assert re.findall(r'<a href="([^"]+)" aria-current="true"', menu) == [reverse(f"pages:{place}")], name


def test_apprentices_see_their_evidence_marked_and_not_their_progress_as_well():
    world, sessions = world_and_sessions()
    browser = browser_of("apprentice", sessions)
    own = reverse("pages:evidence-list", args=[world.apprenticeship.pk])
    for name, marked in (("evidence-list", own), ("evidence-new", own), ("hours", reverse("home"))):
        page = browser.get(reverse(f"pages:{name}", args=[world.apprenticeship.pk])).content.decode()
        menu = page.partition('<nav class="site-nav"')[2].partition("</nav>")[0]
        assert re.findall(r'<a href="([^"]+)" aria-current="\w+"', menu) == [marked], name
