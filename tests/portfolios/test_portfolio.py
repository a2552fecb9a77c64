"""The portfolio as a whole: finding pieces, ways to look at them, and what is shown first."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import Entry
from core import clock
from portfolios import workflow
from portfolios.content import EvidenceContent
from portfolios.models import Evidence, EvidenceFile, FileText, Rendition
from tests.factories.files import make_png
from tests.queries import query_count
from tests.world import acting


@pytest.fixture
def apprentice(client, world):
    client.force_login(world.apprentice)
    return client


def titles(client, world, **asked):
    """The titles of the pieces that a portfolio shows."""
    page = client.get(reverse("pages:evidence-list", args=[world.apprenticeship.pk]), asked)
    assert page.status_code == 200
    return [row["title"] for row in page.context["rows"]] or [piece.title for piece in page.context["page"]]


def with_file(world, piece, *, words="", transcript=""):
    file = workflow.add_file(piece.pk, acting(world.apprentice), make_png(f"{piece.title}.png"))
    EvidenceFile.objects.filter(pk=file.pk).update(transcript=transcript)
    FileText.objects.update_or_create(file=file, defaults={"words": words})
    return file


@pytest.mark.parametrize(
    "words",
    ["stocktake", "STOCK", "shelf plan", "barcode", "overheard", "seven aisles"],
    ids=["title", "beginning and capitals", "both words", "words of a file", "transcript", "words of the narrative"],
)
def test_a_piece_is_found_by_its_words_and_its_files(apprentice, world, words):
    piece = world.draft("K1", title="Stocktake and shelf plan")
    Evidence.objects.filter(pk=piece.pk).update(narrative="I counted seven aisles.")
    with_file(world, piece, words="Barcode scanner list", transcript="As overheard at the till.")
    world.draft("K1", title="Something else")
    assert titles(apprentice, world, words=words) == ["Stocktake and shelf plan"]


@pytest.mark.parametrize("words", ["oneill", "O’Neill’s", "ONEILL", "cafe", "café", "office", "stocktake", "über"])
def test_apostrophes_accents_ligatures_and_soft_hyphens_make_no_difference_in_a_search(apprentice, world, words):
    piece = world.draft("K1", title="O'Neill's plan for the Café")
    answers = [{"prompt": "Where were you?", "text": "In the o\ufb03ce, ÜBER all"}]
    Evidence.objects.filter(pk=piece.pk).update(narrative="The stock\u00adtake", answers=answers)
    assert titles(apprentice, world, words=words) == ["O'Neill's plan for the Café"]
    assert titles(apprentice, world, words="where") == []


def test_no_piece_is_found_by_a_word_that_none_has(apprentice, world):
    world.draft("K1")
    page = apprentice.get(reverse("pages:evidence-list", args=[world.apprenticeship.pk]), {"words": "zeppelin"})
    assert "Nothing fits" in page.content.decode()


def test_a_file_that_was_taken_off_no_longer_finds_its_piece(apprentice, world):
    piece = world.draft("K1")
    file = with_file(world, piece, words="barcode")
    workflow.remove_file(file.pk, acting(world.apprentice))
    assert titles(apprentice, world, words="barcode") == []


def test_pieces_are_narrowed_by_ksb_kind_state_and_day(apprentice, world):
    old = world.draft("K1", title="Old")
    new = world.draft("S1", title="New")
    world.submitted("K2", title="Handed in")
    Evidence.objects.filter(pk=old.pk).update(happened_on=clock.today() - timedelta(days=90), kind="project")
    assert titles(apprentice, world, ksb="S1") == ["New"]
    assert titles(apprentice, world, kind="project") == ["Old"]
    assert titles(apprentice, world, state="submitted") == ["Handed in"]
    assert titles(apprentice, world, until=(clock.today() - timedelta(days=30)).isoformat()) == ["Old"]
    assert set(titles(apprentice, world, since=(clock.today() - timedelta(days=30)).isoformat())) == {
        new.title,
        "Handed in",
    }


def test_a_filter_that_cannot_be_is_said_and_everything_is_shown(apprentice, world):
    world.draft("K1", title="Only one")
    page = apprentice.get(
        reverse("pages:evidence-list", args=[world.apprenticeship.pk]), {"since": "yesterday", "ksb": "K99"}
    )
    assert [row["title"] for row in page.context["rows"]] == ["Only one"]
    assert page.context["form"].errors.keys() == {"since", "ksb"}


def test_others_do_not_find_what_an_apprentice_is_still_changing(client, world):
    piece = world.judged({"K1": "not_yet"}, title="Advert").evidence
    workflow.revise_evidence(
        piece.pk,
        acting(world.apprentice),
        revision=Evidence.objects.get(pk=piece.pk).revision,
        content=EvidenceContent.written(
            title="Advert",
            narrative="Secret new words",
            happened_on=clock.today(),
            claims={world.ksb("K1").pk: "Why", world.ksb("S2").pk: "New claim"},
        ),
    )
    with_file(world, piece, words="unsubmitted")
    client.force_login(world.assessor)
    assert titles(client, world) == ["Advert"]
    assert titles(client, world, words="secret") == []
    assert titles(client, world, words="unsubmitted") == []
    assert titles(client, world, ksb="S2") == []
    client.force_login(world.apprentice)
    assert titles(client, world, words="secret") == ["Advert"]


@pytest.mark.parametrize("look", ["list", "gallery", "timeline", "nonsense"])
def test_every_way_to_look_shows_every_piece(apprentice, world, look):
    world.draft("K1", title="A draft")
    world.judged({"K1": "met"}, title="Accepted one")
    page = apprentice.get(reverse("pages:evidence-list", args=[world.apprenticeship.pk]), {"look": look})
    assert "A draft" in page.content.decode()
    assert "Accepted one" in page.content.decode()


def test_the_timeline_puts_pieces_under_the_month_they_happened_in(apprentice, world):
    piece = world.draft("K1")
    Evidence.objects.filter(pk=piece.pk).update(happened_on="2026-03-14")
    page = apprentice.get(reverse("pages:evidence-list", args=[world.apprenticeship.pk]), {"look": "timeline"})
    assert "March 2026" in page.content.decode()


def test_the_gallery_shows_the_picture_that_was_made_of_a_file(apprentice, world):
    file = with_file(world, world.draft("K1"))
    small = Rendition.objects.create(
        file=file,
        kind="thumbnail",
        stored="renditions/x",
        content_type="image/webp",
        size_bytes=1,
        width=320,
        height=200,
    )
    page = apprentice.get(reverse("pages:evidence-list", args=[world.apprenticeship.pk]), {"look": "gallery"})
    assert str(small.pk) in page.content.decode()


@pytest.mark.parametrize("look", ["list", "gallery", "timeline"])
def test_queries_do_not_grow_with_pieces(apprentice, world, look):
    url = reverse("pages:evidence-list", args=[world.apprenticeship.pk])
    for _ in range(2):
        with_file(world, world.draft("K1"))
    url = f"{url}?look={look}&words=advert"
    few = query_count(apprentice, url)
    for _ in range(8):
        with_file(world, world.draft("K1", "S1"))
    assert query_count(apprentice, url) == few


def test_htmx_gets_the_pieces_without_the_page_around_them(apprentice, world):
    world.draft("K1")
    answer = apprentice.get(
        reverse("pages:evidence-list", args=[world.apprenticeship.pk]), headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in answer
    assert 'id="portfolio"' in answer


def test_what_an_apprentice_is_proud_of_comes_first(apprentice, world):
    first = world.draft("K1", title="Proud of it")
    world.draft("K1", title="Newer")
    answer = apprentice.post(reverse("pages:evidence-showcase", args=[first.pk]), {"show": "1"}, follow=True)
    assert "is now marked as one of your best" in answer.content.decode()
    assert titles(apprentice, world) == ["Proud of it", "Newer"]
    assert titles(apprentice, world, showcase="on") == ["Proud of it"]
    assert Entry.objects.filter(action="evidence.showcased").count() == 1
    apprentice.post(reverse("pages:evidence-showcase", args=[first.pk]), {"show": "0"})
    assert titles(apprentice, world, showcase="on") == []


def test_showing_first_twice_is_recorded_once(world):
    piece = world.draft("K1")
    workflow.set_showcase(piece.pk, acting(world.apprentice), is_showcase=True)
    workflow.set_showcase(piece.pk, acting(world.apprentice), is_showcase=True)
    assert Entry.objects.filter(action="evidence.showcased").count() == 1


def test_the_way_back_after_showing_first_stays_on_the_site(apprentice, world):
    piece = world.draft("K1")
    answer = apprentice.post(
        reverse("pages:evidence-showcase", args=[piece.pk]), {"show": "1", "next": "https://elsewhere.test/"}
    )
    assert answer.url == reverse("pages:evidence-list", args=[world.apprenticeship.pk])
