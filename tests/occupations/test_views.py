"""The catalogue's pages: open to everybody who is signed in, at a fixed number of queries."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from accounts.models import User
from core.readable import with_lines
from occupations.importing.writing import write
from tests.occupations.pages import SEED, read, with_line_after

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client):
    client.force_login(User.objects.create_user("reader@example.test", "a long enough password", name="Rea Der"))
    return client


def another(number: int, title: str = "Recruitment resourcer"):
    return write(read(SEED.replace("0321", f"{number:04}").replace("Recruitment resourcer", title))).version


def test_strangers_are_asked_to_sign_in(client):
    write(read(SEED))
    for address in ("/standards/", "/standards/ST0321/1.0/"):
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


def test_the_list_shows_each_standard_once_with_its_newest_text_and_its_other_versions(signed_in):
    for number in ("1.0", "1.9", "1.10"):
        write(read(with_line_after(SEED, "Status: ", f"Version: {number}")))
    page = signed_in.get("/standards/")
    assert page.status_code == 200
    assert [version.version for version in page.context["page"]] == ["1.10"]
    for number in ("1.0", "1.9", "1.10"):
        assert reverse("pages:standard", args=["ST0321", number]) in page.content.decode()


@pytest.mark.parametrize(
    ("words", "found"),
    [("st0002", {"Baker"}), ("BAK", {"Baker"}), ("0001", {"Recruitment resourcer"})],
)
def test_search_is_by_title_and_reference(signed_in, words, found):
    another(1)
    another(2, "Baker")
    page = signed_in.get("/standards/", {"words": words})
    assert {version.title for version in page.context["page"]} == found


def test_a_title_with_the_reference_of_another_finds_both_and_says_that_none_fits(signed_in):
    another(1)
    another(2, "Baker")
    page = signed_in.get("/standards/", {"words": "baker st0001"})
    assert {version.title for version in page.context["page"]} == {"Baker", "Recruitment resourcer"}
    assert "No exact match. These come closest." in page.content.decode()


@pytest.mark.parametrize("words", ["x" * 101, "x" * 10_000, "nul\0byte"])
def test_search_words_that_cannot_be_are_answered_on_the_page(signed_in, words):
    page = signed_in.get("/standards/", {"words": words})
    assert page.status_code == 422
    assert "is-invalid" in page.content.decode()


@pytest.mark.parametrize(
    "query", [{"level": "9"}, {"level": "x"}, {"route": "nowhere"}, {"green": "x"}, {"status": "\0"}, {"product": "x"}]
)
def test_a_filter_that_nothing_has_is_answered_on_the_page(signed_in, query):
    another(1)
    assert signed_in.get("/standards/", query).status_code == 422


@pytest.mark.parametrize("page_number", ["0", "-1", "x", "99999999999999999999"])
def test_an_odd_page_number_shows_a_page(signed_in, page_number):
    another(1)
    assert signed_in.get("/standards/", {"page": page_number}).status_code == 200


def test_empty_lists_say_what_to_do(signed_in):
    assert "No standards yet" in signed_in.get("/standards/").content.decode()
    another(1)
    assert "No standards match" in signed_in.get("/standards/", {"words": "<b>pilot"}).content.decode()


def test_the_page_of_a_standard_shows_everything_that_is_held(signed_in):
    version = write(read(SEED, "ST0321.txt")).version
    page = signed_in.get("/standards/ST0321/1.0/").content.decode()
    for ksb in version.ksbs.all():
        assert f"<dt>{ksb.code}</dt>" in page
        for line in with_lines(ksb.statement).splitlines():
            assert escape(line) in page
    for text in (
        *(version.title, version.route, version.status, version.overview, version.summary, version.soc_title),
        *version.employers,
        *version.keywords,
        *(text for group in version.soc_groups for text in group),
        *("£22,843 a year", "2 (Technical)", "OCC0321", "Approved for delivery", "ST0321.txt"),
        *(version.source_sha256, version.content_sha256),
    ):
        assert escape(text) in page


def test_markup_in_a_page_is_shown_as_text(signed_in):
    write(read(SEED.replace("K4: Recruitment", "K4: <script>alert(1)</script>")))
    page = signed_in.get("/standards/ST0321/1.0/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    "address", ["ST9999/1.0", "ST0321/2.0", "st0321/1.0", "ST0321/1", "ST0321/1.0%00", "%00/1.0", "ST03210/1.0"]
)
def test_a_standard_that_is_not_held_is_not_found(signed_in, address):
    write(read(SEED))
    assert signed_in.get(f"/standards/{address}/").status_code == 404


@pytest.mark.parametrize("address", ["/standards/", "/standards/ST0321/1.0/"])
def test_nothing_is_sent_to_the_catalogue(signed_in, address):
    write(read(SEED))
    assert signed_in.post(address).status_code == 405


def queries(client, address: str, counted) -> int:
    client.get(address)
    with counted as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_takes_a_fixed_number_of_queries(signed_in, django_assert_max_num_queries):
    another(1)
    few = queries(signed_in, "/standards/", django_assert_max_num_queries(20))
    for number in range(2, 60):
        another(number)
    assert queries(signed_in, "/standards/", django_assert_max_num_queries(20)) == few


def test_a_standard_takes_a_fixed_number_of_queries(signed_in, django_assert_max_num_queries):
    another(1)
    few = queries(signed_in, "/standards/ST0001/1.0/", django_assert_max_num_queries(20))
    more = [f"B{number}: Behaviour number {number}" for number in range(10, 60)]
    write(read(with_line_after(SEED, "B9:", *more)))
    write(read(with_line_after(SEED, "Status: ", "Version: 1.1")))
    assert queries(signed_in, "/standards/ST0321/1.0/", django_assert_max_num_queries(20)) == few
