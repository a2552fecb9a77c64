"""Where an occupation leads: published and computed links, the map, and what carries over."""

import re
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from accounts.models import User
from core.actor import SYSTEM
from occupations import progression, progression_map
from occupations.importing.writing import adopt, write
from occupations.matching import catalogue
from occupations.matching.likeness import Statement
from occupations.models import ProgressionLink, Revision, StandardVersion
from tests.factories.accounts import UserFactory
from tests.occupations.drafts import baker
from tests.occupations.occupations import BAKING, BREAD, CAKES, ICING, SAILING, SHIPS, bakery, occupation
from tests.queries import query_count
from tests.world import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client):
    client.force_login(User.objects.create_user("reader@example.test", "a long enough password", name="Rea Der"))
    return client


def ways_from(version: StandardVersion) -> progression.Progression:
    """As somebody sees them who has no private standards."""
    return progression.progression(version, acting(UserFactory()))


def titles(links):
    return [link.version.title for link in links]


def publish(start: StandardVersion, end: StandardVersion) -> None:
    ProgressionLink.objects.create(start=start.standard, end=end.standard, source_name="map-page.txt")


def test_links_go_from_lower_levels_to_higher_ones():
    held = bakery()
    told = ways_from(held["pastry"])
    assert titles(told.onward) == ["Bakery manager"]
    assert titles(told.back) == ["Baker"]
    assert "Sailor" not in titles(told.links)


def test_an_occupation_of_the_same_level_is_a_way_onward():
    held = bakery()
    occupation("ST0005", "Bun maker", 2, BREAD, BAKING)
    told = ways_from(held["baker"])
    assert titles(told.onward)[0] == "Bun maker"
    assert told.back == []


def test_a_link_says_how_alike_both_are_and_how_many_statements_carry_over():
    held = bakery()
    (link,) = [link for link in ways_from(held["baker"]).onward if link.slug == "ST0003"]
    assert not link.is_published
    assert 30 < link.percent <= 100
    pairs = progression.carried_over(held["baker"], held["manager"]).pairs
    assert (link.carried_count, link.statement_count) == (len(pairs), 7)
    # It is the same from the other side.
    (back,) = [link for link in ways_from(held["manager"]).back if link.slug == "ST0001"]
    assert back.percent == link.percent
    assert (back.carried_count, back.statement_count) == (link.carried_count, 7)


def test_the_index_and_the_pairs_agree():
    held = bakery()
    index = catalogue.held()
    ours = [Statement.of(ksb) for ksb in progression.ksbs_of(held["baker"])]
    found = {one.version_id: one for one in index.alike(ours, 0.0)}
    for name in ("baker", "pastry", "manager", "sailor"):
        told = progression.carried_over(held["baker"], held[name])
        assert found[held[name].pk].their_answered_count == len(told.pairs)
    assert found[held["baker"].pk].similarity == pytest.approx(1, abs=1e-6)


def test_what_a_source_publishes_is_shown_first_and_as_published_however_little_is_alike():
    held = bakery()
    publish(held["baker"], held["sailor"])
    told = ways_from(held["baker"])
    assert titles(told.onward)[0] == "Sailor"
    assert [link.is_published for link in told.onward] == [True, False, False]
    assert titles(ways_from(held["sailor"]).back) == ["Baker"]


def test_a_published_link_is_not_shown_as_computed_too():
    held = bakery()
    publish(held["baker"], held["pastry"])
    told = ways_from(held["baker"])
    assert titles(told.links).count("Pastry chef") == 1
    assert told.onward[0].is_published
    assert told.onward[0].percent > 20


@pytest.mark.parametrize("status", ["Retired", "Withdrawn"])
def test_nobody_is_led_to_what_is_closed(status):
    held = bakery()
    occupation("ST0006", "Roll maker", 3, BREAD, BAKING, status=status)
    assert "Roll maker" not in titles(ways_from(held["baker"]).links)


@pytest.mark.parametrize(("level", "is_linked"), [(None, False), (6, False), (5, True)])
def test_no_link_leaps_more_than_three_levels_or_to_a_level_that_is_not_known(level, is_linked):
    held = bakery()
    occupation("ST0006", "Master of bread", level, BREAD, BAKING)
    assert ("Master of bread" in titles(ways_from(held["baker"]).links)) is is_linked


def test_no_more_than_six_computed_links_each_way_the_most_similar():
    bakery()
    for number in range(10, 19):
        occupation(f"ST00{number}", f"Baker {number}", 3, BREAD, BAKING[: number % 3 + 1])
    told = ways_from(StandardVersion.objects.get(standard__reference="ST0001"))
    assert len(told.onward) == 6
    assert [link.percent for link in told.onward] == sorted((link.percent for link in told.onward), reverse=True)


def test_a_new_text_is_compared_as_soon_as_it_is_there():
    held = bakery()
    assert "Sailor" not in titles(ways_from(held["baker"]).links)
    occupation("ST0004", "Sailor", 3, BREAD, BAKING, route="Transport and logistics", version="1.1")
    assert "Sailor" in titles(ways_from(held["baker"]).links)
    # A correction counts too.
    assert "Bakery manager" in titles(ways_from(held["baker"]).links)
    occupation("ST0003", "Bakery manager", 5, SHIPS, SAILING)
    adopt(Revision.objects.get(), SYSTEM)
    assert "Bakery manager" not in titles(ways_from(held["baker"]).links)


def test_the_index_is_kept_while_nothing_changes():
    bakery()
    assert catalogue.held() is catalogue.held()


def test_an_empty_catalogue_and_one_without_statements_answer_nothing():
    assert catalogue.Catalogue([]).alike([], 0.0) == []
    bare = write(baker(ksbs=None, duties=None, assessments=None)).version
    told = ways_from(bare)
    assert (told.links, told.is_comparable) == ([], False)


def test_a_standard_with_knowledge_alone_is_compared_by_it():
    one = occupation("ST0001", "Taster", 2, [*BREAD, CAKES[0]], [])
    occupation("ST0002", "Critic", 3, [*BREAD, CAKES[1]], [])
    (link,) = ways_from(one).onward
    assert link.carried_count >= 4


def test_the_map_puts_each_occupation_into_its_band_once():
    held = bakery()
    occupation("ST0007", "Professor of bread", 6, BREAD, BAKING)
    picture = progression_map.picture(ways_from(held["pastry"]))
    columns = [column.x for column in picture.columns]
    where = {box.version.title: columns.index(box.x) for box in picture.boxes}
    assert where == {"Baker": 0, "Pastry chef": 0, "Bakery manager": 1, "Professor of bread": 2}
    assert [box.version.title for box in picture.boxes if box.link is None] == ["Pastry chef"]
    assert len(picture.arrows) == 3


def test_no_boxes_of_the_map_overlap_and_all_are_within_it():
    held = bakery()
    for number in range(10, 19):
        occupation(f"ST00{number}", f"{'Very long title of an occupation ' * 4}{number}", 3 + number % 4, BREAD, BAKING)
    picture = progression_map.picture(ways_from(held["pastry"]))
    boxes = picture.boxes
    for one in boxes:
        assert one.x >= 0
        assert one.y >= progression_map.HEAD_HEIGHT
        assert one.x + one.width <= picture.width
        assert one.y + one.height <= picture.height
        for other in boxes:
            apart = one.x != other.x or one.y + one.height <= other.y or other.y + other.height <= one.y
            assert one is other or apart


def test_the_page_says_in_the_list_what_the_picture_shows(signed_in):
    held = bakery()
    publish(held["baker"], held["sailor"])
    page = signed_in.get(reverse("pages:progression", args=["ST0001"]))
    assert page.status_code == 200
    text = page.content.decode()
    svg = ElementTree.fromstring(re.search(r"<svg class=\"map\".*?</svg>", text, re.DOTALL)[0])  # noqa: S314
    drawn = {link.get("href") for link in svg.iter("a")}
    lists = set(re.findall(r'class="way-title" href="([^"]+)"', text))
    assert drawn == lists
    assert len(drawn) == 3
    assert svg.get("role") == "group"
    assert [svg.find("title").text, svg.find("desc") is not None] == ["Occupations linked with Baker", True]
    assert text.count(">Published<") == 1
    assert text.count(">Estimated<") == 2
    assert "% similar" in text


def test_the_page_has_no_style_of_its_own(signed_in):
    bakery()
    assert "style=" not in signed_in.get(reverse("pages:progression", args=["ST0001"])).content.decode()


def test_a_standard_with_nothing_to_compare_says_so(signed_in):
    write(baker(ksbs=None, duties=None, assessments=None))
    page = signed_in.get(reverse("pages:progression", args=["ST0123"]))
    assert "There is nothing to compare" in page.content.decode()
    bakery()
    page = signed_in.get(reverse("pages:progression", args=["ST0004"]))
    assert "No next steps found yet" in page.content.decode()


def test_from_one_to_another_shows_pairs_what_is_new_and_what_falls_away(signed_in):
    bakery()
    page = signed_in.get(reverse("pages:carries-over", args=["ST0001", "ST0002"]))
    assert page.status_code == 200
    text = page.content.decode()
    assert "From Baker to Pastry chef" in text
    assert "<mark>Knead</mark> <mark>dough</mark>" in text
    told = page.context["carried"]
    assert [ksb.statement for ksb in told.new] == [CAKES[3], ICING[2]]
    assert [ksb.statement for ksb in told.gone] == [BREAD[3], BAKING[2]]


@pytest.mark.parametrize("to", ["ST0001", "ST9999"])
def test_there_is_no_way_to_itself_or_to_what_is_not_held(signed_in, to):
    bakery()
    assert signed_in.get(f"/standards/ST0001/progression/{to}/").status_code == 404
    assert signed_in.get("/standards/ST9999/progression/").status_code == 404


def test_markup_in_a_statement_is_shown_as_text(signed_in):
    bakery()
    occupation("ST0008", "Baker <b>bold</b>", 3, [f"{text} <script>x</script>" for text in BREAD], BAKING)
    for address in ("/standards/ST0001/progression/", "/standards/ST0001/progression/ST0008/"):
        text = signed_in.get(address).content.decode()
        assert "<script>x" not in text
        assert "Baker &lt;b&gt;bold" in text


def test_the_page_of_a_standard_and_the_list_lead_to_it(signed_in):
    bakery()
    address = reverse("pages:progression", args=["ST0001"])
    assert address in signed_in.get("/standards/ST0001/1.0/").content.decode()
    assert address in signed_in.get("/standards/?words=baker").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_links(signed_in):
    held = bakery()
    addresses = ("/standards/ST0001/progression/", "/standards/ST0001/progression/ST0002/")
    for address in addresses:
        signed_in.get(address)
    before = [query_count(signed_in, address) for address in addresses]
    for number in range(10, 19):
        publish(held["baker"], occupation(f"ST00{number}", f"Baker {number}", 3, BREAD, BAKING))
    for address in addresses:
        signed_in.get(address)
    assert [query_count(signed_in, address) for address in addresses] == before
