"""The pages of one standard: everything it says, its duties, its versions beside each other."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from accounts.models import User
from core.actor import SYSTEM
from occupations import outline, statuses
from occupations.importing.writing import adopt, write
from occupations.models import Revision, StandardVersion
from tests.occupations.drafts import baker, large
from tests.queries import query_count

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client):
    client.force_login(User.objects.create_user("reader@example.test", "a long enough password", name="Rea Der"))
    return client


def text_of(client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return page.content.decode()


def corrected() -> StandardVersion:
    """The baker of version 1.0 with one correction."""
    write(baker())
    write(baker(title="Master baker"))
    return adopt(Revision.objects.get(), SYSTEM)


def test_everything_that_is_held_is_on_the_page(signed_in):
    write(baker())
    page = text_of(signed_in, "/standards/ST0123/1.0/")
    for text in (
        *(
            "Baking bread and cakes.",
            "Bakes the town’s bread.",
            "Clean hands.",
            "12 months",
            "£5,000",
            "£22,843 a year",
        ),
        *("Bakers and flour confectioners", "5432/01", "Crust Ltd", "Night baker", "Low-energy baker", "sourdough"),
        *("Mid green occupation", "Career starter", "Core and options", "The Guild of Ovens", "non-integrated degree"),
        *("Food safety", "Before the gateway.", "Bakers’ Society", "Associate", "Level 1 English.", "Ofqual"),
        *("https://www.example.org/baker", "https://www.example.org/plan.pdf", "This standard is in revision."),
        *("Apprenticeship", "Bread", "Cakes", "published as B7", "Nobody complains.", "AO1 Bakes a loaf", "Core"),
        *("Version 1.1", "New oven rules", "2 January 2030", "baker.json", "2 (Technical)", "Assessment outcome"),
        *("Flours and their uses", "Serve customers politely"),
    ):
        assert escape(text) in page


def test_statements_name_their_duties_and_duties_their_statements():
    version = write(baker()).version
    parts = outline.outline(StandardVersion.objects.with_everything().get(pk=version.pk))
    assert {row.ksb.code: [duty.number for duty in row.duties] for kind in parts.kinds for row in kind.rows} == {
        "K1": [1, 2],
        "K2": [2],
        "S1": [],
        "B1": [1],
    }
    assert [[row.ksb.code for kind in duty.kinds for row in kind.rows] for duty in parts.duties] == [
        ["K1", "B1"],
        ["K1", "K2"],
    ]
    assert [ksb.code for ksb in parts.without_duty] == ["S1"]
    assert [[ksb.code for ksb in covered] for _, covered in parts.assessments] == [["K1", "K2"]]


@pytest.mark.parametrize(
    ("option", "codes", "duties"),
    [
        ("", ["K1", "K2", "S1", "B1"], [1, 2]),
        ("core", ["K1", "B1"], [1]),
        ("1", ["K1", "K2", "B1"], [1, 2]),
        ("2", ["K1", "S1", "B1"], [1]),
        ("7", ["K1", "K2", "S1", "B1"], [1, 2]),
        ("\0", ["K1", "K2", "S1", "B1"], [1, 2]),
    ],
)
def test_an_option_narrows_the_page_to_the_core_and_itself(signed_in, option, codes, duties):
    write(baker())
    shown = signed_in.get("/standards/ST0123/1.0/", {"option": option}).context["outline"]
    assert [row.ksb.code for kind in shown.kinds for row in kind.rows] == codes
    assert [row.duty.number for row in shown.duties] == duties


def test_an_address_without_a_correction_shows_the_newest(signed_in):
    corrected()
    assert "<h1>Master baker</h1>" in text_of(signed_in, "/standards/ST0123/1.0/")
    first = text_of(signed_in, "/standards/ST0123/1.0/?correction=0")
    assert "<h1>Baker</h1>" in first
    assert "A newer version is out" in first
    assert "<h1>Master baker</h1>" in text_of(signed_in, "/standards/ST0123/1.0/?correction=1")


@pytest.mark.parametrize("correction", ["2", "-1", "x", "", "\0", "²", "9" * 30])
def test_a_correction_that_is_not_held_is_not_found(signed_in, correction):
    corrected()
    for page in ("", "duties/1/"):
        assert signed_in.get(f"/standards/ST0123/1.0/{page}", {"correction": correction}).status_code == 404


def test_a_standard_of_prose_alone_shows_it(signed_in):
    nothing = dict.fromkeys(("options", "ksbs", "duties", "assessments", "products"))
    write(baker(prose="The body\nof the old template", **nothing))
    page = text_of(signed_in, "/standards/ST0123/1.0/")
    assert "of the old template" in page
    assert "no numbered KSBs" in page


def test_a_standard_with_nothing_but_a_title_has_a_page(signed_in):
    write(baker(**{name: None for name in vars(baker()) if name not in {"source_name", "source_sha256", "reference",
          "version", "is_version_named", "title", "lines", "warnings"}}))  # fmt: skip
    assert "No KSBs here" in text_of(signed_in, "/standards/ST0123/1.0/")
    assert "1 standard" in text_of(signed_in, "/standards/")


def test_a_version_log_of_any_shape_is_shown(signed_in):
    write(baker(version_log=[{"version": "Revised"}, {"version": "٣.٤"}, {}, {"version": "2.0", "change": None,
          "earliest_start_on": "soon"}, {"version": "1.0", "earliest_start_on": "2020-13-45"}]))  # fmt: skip
    assert "Version 2.0" in text_of(signed_in, "/standards/ST0123/1.0/")


def test_a_dutys_page_lists_its_ksbs(signed_in):
    write(baker())
    page = text_of(signed_in, "/standards/ST0123/1.0/duties/2/")
    for text in ("Prove the dough", "Flours and their uses", "How yeast works", "Bread"):
        assert text in page
    assert "Rise early" not in page
    assert reverse("pages:duty", args=["ST0123", "1.0", 1]) in page


@pytest.mark.parametrize("number", ["0", "3", "99999999999999999999"])
def test_a_duty_that_is_not_there_is_not_found(signed_in, number):
    write(baker())
    assert signed_in.get(f"/standards/ST0123/1.0/duties/{number}/").status_code == 404


def test_two_versions_are_held_against_each_other(signed_in):
    write(baker())
    write(baker(version="1.1", level=3, ksbs=[*baker().ksbs[1:]], summary="Bakes the town’s daily bread."))
    page = text_of(signed_in, "/standards/ST0123/compare/")
    assert "<ins>3</ins>" in page
    assert "1 removed" in page
    assert "Flours and their uses" in page
    assert "How yeast works" not in page
    assert "How yeast works" in text_of(signed_in, "/standards/ST0123/compare/?from=1.0&to=1.1&show=all")
    assert "1 added" in text_of(signed_in, "/standards/ST0123/compare/?from=1.1&to=1.0")
    assert "There are no differences" in text_of(signed_in, "/standards/ST0123/compare/?from=1.0&to=1.0")


def test_a_correction_is_compared_by_its_number(signed_in):
    corrected()
    assert "Master baker" in text_of(signed_in, "/standards/ST0123/compare/?from=1.0&to=1.0-1")


@pytest.mark.parametrize("query", ["from=9.9", "to=x", "from=%00", "from=1.0&to=1.0-7"])
def test_a_version_that_is_not_held_cannot_be_compared(signed_in, query):
    corrected()
    assert signed_in.get(f"/standards/ST0123/compare/?{query}").status_code == 404


def test_one_text_alone_says_that_there_is_nothing_to_compare(signed_in):
    write(baker())
    assert "only one version" in text_of(signed_in, "/standards/ST0123/compare/")
    assert signed_in.get("/standards/ST9999/compare/").status_code == 404


def test_markup_is_text_in_every_place(signed_in):
    evil = "<script>alert(1)</script>"
    write(baker())
    lists = {"keywords": [evil], "employers": [evil], "version_log": [{"version": "9.9", "change": evil}]}
    write(baker(version="1.1", title=evil, summary=evil * 9, notice=evil, **lists))
    for page in (
        "/standards/",
        "/standards/ST0123/1.1/",
        "/standards/ST0123/1.1/duties/1/",
        "/standards/ST0123/compare/",
    ):
        assert "<script>alert" not in text_of(signed_in, page)


@pytest.mark.parametrize("page", ["1.0/", "1.0/duties/1/", "compare/"])
def test_a_page_takes_a_fixed_number_of_queries(signed_in, page):
    for reference, statements in (("ST0001", 4), ("ST0002", 160)):
        write(large(reference, statements))
        write(large(reference, statements + 2, version="1.1"))
    assert query_count(signed_in, f"/standards/ST0001/{page}") == query_count(signed_in, f"/standards/ST0002/{page}")


def test_the_first_visit_to_a_text_takes_a_fixed_number_of_queries_too(signed_in):
    counts = []
    for reference, statements in (("ST0001", 4), ("ST0002", 4), ("ST0003", 160)):
        write(large(reference, statements))
        with CaptureQueriesContext(connection) as queries:
            text_of(signed_in, f"/standards/{reference}/1.0/")
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_a_text_that_was_looked_at_and_then_completed_is_shown_whole(signed_in):
    write(baker(overview=None, duties=None, assessments=None, employers=None))
    page = text_of(signed_in, "/standards/ST0123/1.0/")
    assert "Crust Ltd" not in page
    assert "duty-1" not in page
    write(baker())
    page = text_of(signed_in, "/standards/ST0123/1.0/")
    for told in ("Crust Ltd", "Baking bread and cakes.", 'id="duty-1"', "AO1 Bakes a loaf"):
        assert told in page


def test_options_that_were_looked_at_one_after_the_other_show_their_own_statements(signed_in):
    write(baker())
    for _ in range(2):
        for option, shown, hidden in (("1", "K2", "S1"), ("2", "S1", "K2"), ("core", "K1", "K2")):
            page = text_of(signed_in, f"/standards/ST0123/1.0/?option={option}")
            assert f"<dt>{shown}</dt>" in page
            assert f"<dt>{hidden}</dt>" not in page


def test_the_page_explains_the_signs_of_the_public_maps_legend(signed_in):
    write(baker())
    page = text_of(signed_in, "/standards/ST0123/1.0/")
    for row in statuses.legend():
        assert escape(row.label) in page
    assert {row.kind for row in statuses.legend()} >= {
        "potential",
        "in_development",
        "approved",
        "no_apprenticeship",
        "custom",
    }
