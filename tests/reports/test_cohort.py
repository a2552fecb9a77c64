"""Rules of the cohort report and its file."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import User
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import enrol
from core import clock
from tests.queries import query_count
from tests.reports.conftest import just_signed_in
from tests.world import acting

COHORT = "/cohort/"


@pytest.fixture
def admin(client, world):
    return just_signed_in(client, world.admin)


def more_learners(world, count, **dates):
    for number in range(count):
        person = User.objects.create_user(f"more-{uuid4().hex}@example.test", name=f"Learner {number:03}")
        enrol(
            apprenticeship_id=uuid4(),
            provider=world.provider,
            standard_version=world.version,
            apprentice=person,
            employer=world.employer,
            started_on=dates.get("started_on", clock.today() - timedelta(days=100)),
            planned_end_on=dates.get("planned_end_on", clock.today() + timedelta(days=300)),
            by=acting(world.admin),
        )


def begun_long_ago(world):
    Apprenticeship.objects.filter(pk=world.apprenticeship.pk).update(
        started_on=clock.today() - timedelta(days=350), planned_end_on=clock.today() + timedelta(days=50)
    )


def names_on(page):
    return [row["name"] for row in page.context["rows"]]


def said(row, column):
    """The words of a cell."""
    return strip_tags(row["cells"][column])


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("admin", ["Apprentice", "Second Apprentice"]),
        ("iqa", ["Apprentice", "Second Apprentice"]),
        ("viewer", ["Apprentice", "Second Apprentice"]),
        ("assessor", ["Apprentice"]),
        ("mentor", ["Apprentice"]),
        ("other_admin", ["Other Apprentice"]),
    ],
)
def test_everybody_sees_their_own_cohort(client, world, who, sees):
    client.force_login(world.people[who])
    assert names_on(client.get(COHORT)) == sees


def test_apprentices_have_no_cohort(client, world):
    client.force_login(world.apprentice)
    assert client.get(COHORT).status_code == 404


@pytest.mark.parametrize(
    ("passed_days", "signed_off", "rag"),
    [
        (0, 0, "green"),
        (36, 1, "ahead"),
        (40, 1, "green"),
        (40, 0, "amber"),
        (100, 0, "red"),
        (100, 1, "green"),
        (1000, 5, "green"),
    ],
)
def test_pace_is_signed_off_against_elapsed_time(world, passed_days, signed_off, rag):
    Apprenticeship.objects.filter(pk=world.apprenticeship.pk).update(
        started_on=clock.today() - timedelta(days=passed_days),
        planned_end_on=clock.today() - timedelta(days=passed_days) + timedelta(days=400),
        signed_off_count=signed_off,
    )
    row = Apprenticeship.objects.with_pace().get(pk=world.apprenticeship.pk)
    assert row.expected_percent == min(100, passed_days / 4)
    assert row.actual_percent == signed_off * 20
    assert row.rag == rag


def test_a_standard_without_ksbs_has_no_percentage(world):
    Apprenticeship.objects.filter(pk=world.apprenticeship.pk).update(ksb_count=0)
    row = Apprenticeship.objects.with_pace().get(pk=world.apprenticeship.pk)
    assert row.actual_percent is None
    assert row.rag == "no_ksbs"


def test_nobody_on_a_break_or_withdrawn_is_behind(admin, world):
    begun_long_ago(world)
    assert said(admin.get(COHORT).context["rows"][0], "rag").startswith("Behind")
    world.on_break(effective_on=clock.today() - timedelta(days=20))
    row = admin.get(COHORT).context["rows"][0]
    assert (said(row, "rag"), said(row, "apprentice")) == ("Not counted", "Apprentice Break in learning")
    world.withdrawn()
    row = admin.get(COHORT).context["rows"][0]
    assert (said(row, "rag"), said(row, "apprentice")) == ("Not counted", "Apprentice Withdrawn")


def test_the_tiles_and_who_is_not_counted_add_up_and_each_leads_to_its_learners(admin, world):
    more_learners(world, 5)
    learners = list(Apprenticeship.objects.unscoped().filter(provider=world.provider).exclude(pk=world.second.pk))
    for learner in learners[:3]:
        world.on_break(apprenticeship_id=learner.pk)
    world.withdrawn(apprenticeship_id=learners[3].pk)
    world.past_gateway(apprenticeship_id=learners[4].pk)
    page = admin.get(COHORT)
    board = page.context["board"]
    assert [(name, count) for name, _, count in board.not_counted] == [
        ("break", 3),
        ("past_gateway", 1),
        ("withdrawn", 1),
    ]
    assert sum(count for *_, count in [*board.paces, *board.not_counted]) == board.learners == 7
    words = " ".join(strip_tags(page.content.decode()).split())
    assert "Not counted: 3 on a break 1 past the gateway 1 withdrawn" in words
    for name, _label, count in [*board.paces, *board.not_counted]:
        assert f"?rag={name}" in page.content.decode()
        assert len(names_on(admin.get(COHORT, {"rag": name}))) == count


@pytest.mark.parametrize(("query", "counted"), [("", 0), ("?status=withdrawn", 1)])
def test_the_ksbs_of_a_learner_who_left_are_counted_only_where_leavers_are_asked_for(admin, world, query, counted):
    world.judged({"K1": "met"})
    world.withdrawn()
    links = dict(links_of_the_board(admin.get(f"{COHORT}{query}")))
    address = next(address for address in links if "has=met" in address)
    assert (links[address], len(names_on(admin.get(f"{COHORT}{address}")))) == (counted, counted)
    assert names_on(admin.get(f"{COHORT}?has=met&rag=withdrawn")) == ["Apprentice"], "asked for by the reason"


def test_who_is_not_counted_comes_last_in_the_order_of_pace(admin, world):
    world.on_break()
    for sort in ("rag", "-rag"):
        assert names_on(admin.get(COHORT, {"sort": sort}))[-1] == "Apprentice"


def test_the_report_counts_what_was_judged(admin, world):
    world.signed_off("K1")
    world.judged({"K2": "met", "S1": "not_yet"})
    world.submitted("S2")
    row = next(row for row in admin.get(COHORT).context["rows"] if str(world.apprenticeship.pk) in row["address"])
    assert [said(row, name) for name in ("signed_off", "met", "needs_work", "submitted")] == ["1"] * 4
    assert said(row, "assessor") == "Assessor"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name=second", ["Second Apprentice"]),
        ("has=needs_work", ["Apprentice"]),
        ("status=withdrawn", []),
        ("name=%00", ["Apprentice", "Second Apprentice"]),
        ("assessor=nobody&employer=x&standard=1&start=2026-99&rag=blue&has=x", ["Apprentice", "Second Apprentice"]),
        ("page=99999999999999", ["Apprentice", "Second Apprentice"]),
        ("sort=-apprentice", ["Second Apprentice", "Apprentice"]),
        ("sort=nonsense", ["Apprentice", "Second Apprentice"]),
        ("employer=None", ["Second Apprentice"]),
    ],
)
def test_filters_and_sorts_stand_in_the_address_and_odd_ones_do_no_harm(admin, world, query, expected):
    world.judged({"S1": "not_yet"})
    assert names_on(admin.get(f"{COHORT}?{query}")) == expected


def test_each_column_sorts_both_ways(admin, world):
    world.signed_off("K1")
    for column in admin.get(COHORT).context["columns"]:
        up = names_on(admin.get(f"{COHORT}?sort={column.name}"))
        down = names_on(admin.get(f"{COHORT}?sort=-{column.name}"))
        assert sorted(up) == sorted(down) == ["Apprentice", "Second Apprentice"]


def test_filtering_by_employer_and_standard_and_month(admin, world):
    started = world.apprenticeship.started_on
    query = f"employer={world.employer.pk}&standard={world.version.pk}&start={started:%Y-%m}"
    assert names_on(admin.get(f"{COHORT}?{query}")) == ["Apprentice"]


def test_choices_offer_nobody_of_another_provider(admin, world):
    page = admin.get(COHORT).content.decode()
    assert "Other Assessor" not in page
    assert "Southmere" not in page


def test_htmx_gets_the_rows_alone(admin, world):
    answer = admin.get(COHORT, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert 'id="cohort"' in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


def test_the_report_asks_the_same_number_of_queries_at_any_size(admin, world):
    counts = set()
    for more in (3, 27):
        more_learners(world, more)
        counts.add(query_count(admin, COHORT))
    assert len(counts) == 1


def links_of_the_board(page):
    """The numbers of the board, each with the address that it leads to."""
    board = page.content.decode().split("<table", 1)[0]
    found = re.findall(r'<a class="figure-tile" href="([^"]*)"[^>]*>\s*<span class="figure-number">(\d+)', board)
    found += re.findall(r'<a href="([^"]*)"[^>]*>[^:<]*: (\d+) KSBs?\s*<', board)
    return [(address.replace("&amp;", "&"), int(number)) for address, number in found]


@pytest.mark.parametrize("query", ["", "?rag=red&has=needs_work&page=2", "?name=second&has=met"])
def test_each_number_of_the_board_is_what_its_link_shows(admin, world, query):
    more_learners(world, 2, started_on=clock.today() - timedelta(days=5))
    world.signed_off("K1")
    world.judged({"K2": "met", "S1": "not_yet"})
    world.submitted("S2")
    links = links_of_the_board(admin.get(f"{COHORT}{query}"))
    assert len(links) == 9
    for address, number in links:
        rows = admin.get(f"{COHORT}{address}").context["rows"]
        has = re.search(r"has=(\w+)", address)
        assert number == (sum(int(said(row, has[1])) for row in rows) if has else len(rows)), address


def test_each_number_of_a_learner_leads_to_those_ksbs(admin, world):
    world.signed_off("K1")
    world.judged({"K2": "met", "S1": "not_yet"})
    world.submitted("S2")
    page = admin.get(f"{COHORT}?has=signed_off").content.decode()
    found = re.findall(r'<a href="(/apprenticeships/[^"]*\?state=(\w+))">(\d+)</a>', page)
    assert {state: int(number) for _, state, number in found} == {
        "signed_off": 1,
        "met": 1,
        "submitted": 1,
        "needs_work": 1,
    }
    for address, state, number in found:
        shown = admin.get(address).context["progress"]
        assert [row.state for row in shown] == [state] * int(number)


def test_filters_stay_when_the_rows_are_sorted_or_turned(admin, world):
    more_learners(world, 52)
    page = admin.get(f"{COHORT}?name=learner&employer={world.employer.pk}").content.decode()
    kept = f"?name=learner&amp;employer={world.employer.pk}"
    assert f'{kept}&amp;sort=met"' in page
    assert f'{kept}&amp;page=2"' in page


def test_pages_hold_fifty_rows_and_miss_nobody_whatever_the_order(admin, world):
    more_learners(world, 60)
    for sort in ("met", "-rag", "assessor", "last_activity"):
        first, second = (admin.get(f"{COHORT}?sort={sort}&page={n}").context["rows"] for n in (1, 2))
        assert len(first) == 50
        assert len({row["address"] for row in first + second}) == 62


def test_the_sorted_column_says_so(admin, world):
    for sort, said in (("met", "ascending"), ("-met", "descending")):
        page = admin.get(f"{COHORT}?sort={sort}").content.decode()
        assert re.findall(r'aria-sort="(\w+)"', page) == [said]


def test_a_filter_that_cannot_be_is_said_so(admin, world):
    page = admin.get(f"{COHORT}?assessor=nobody").content.decode()
    assert "no longer one of the choices" in page


@pytest.mark.parametrize("typed", ["o'neill", "O’NEILL", "oneill", "siobhan", "Siobhán"])
def test_names_are_found_with_or_without_accents_and_apostrophes(admin, world, typed):
    world.apprentice.name = "Siobhán O’Neill"
    world.apprentice.save()
    assert names_on(admin.get(COHORT, {"name": typed})) == ["Siobhán O’Neill"]


def test_names_are_found_by_any_part_and_addresses_are_not(admin, world):
    assert names_on(admin.get(f"{COHORT}?name=appr+seco")) == ["Second Apprentice"]
    assert names_on(admin.get(f"{COHORT}?name=example.test")) == []


def test_a_mentor_sees_no_other_employers_learners(client, world):
    more_learners(world, 2)
    client.force_login(world.mentor)
    assert names_on(client.get(COHORT)) == ["Apprentice"]


def test_the_rule_of_the_pace_is_printed(admin, world):
    assert "Behind: more than 15" in admin.get(COHORT).content.decode()


@pytest.mark.parametrize(
    ("who", "goes_to"),
    [("assessor", "/queue/"), ("admin", "/cohort/"), ("iqa", "/quality/"), ("mentor", "/my-people/")],
)
def test_everybody_begins_where_their_work_is(client, world, who, goes_to):
    client.force_login(world.people[who])
    assert client.get("/").url == goes_to


def test_an_apprentice_begins_at_their_own_progress(client, world):
    client.force_login(world.apprentice)
    assert client.get("/").url == reverse("pages:coverage", args=[world.apprenticeship.pk])


def test_an_apprentice_of_several_apprenticeships_chooses_one(client, world):
    again = enrol(
        apprenticeship_id=uuid4(),
        provider=world.provider,
        standard_version=world.version,
        apprentice=world.apprentice,
        employer=None,
        started_on=clock.today(),
        planned_end_on=clock.today() + timedelta(days=300),
        by=acting(world.admin),
        beside=[world.apprenticeship.pk],
    )
    client.force_login(world.apprentice)
    page = client.get("/").content.decode()
    newer, older = (reverse("pages:coverage", args=[a.pk]) for a in (again, world.apprenticeship))
    assert page.index(newer) < page.index(older)


def test_somebody_with_nothing_yet_is_told_so(client, world):
    client.force_login(world.stranger)
    assert "Nothing is set up for you yet" in client.get("/").content.decode()
