"""From "today I did …" to duties, and through them to KSBs."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.models import User
from occupations.duty_lens import duties_for
from occupations.importing.draft import DutyDraft, KsbDraft
from occupations.importing.writing import write
from occupations.models import StandardVersion
from occupations.outline import CORE
from tests.occupations.drafts import baker, large
from tests.queries import query_count

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client):
    client.force_login(User.objects.create_user("reader@example.test", "a long enough password", name="Rea Der"))
    return client


def bakery() -> StandardVersion:
    """A baker whose duties and KSBs say what a day brings."""
    return write(
        baker(
            ksbs=[
                KsbDraft("K", 1, "Allergens in bread and how customers are told", 1),
                KsbDraft("K", 2, "How yeast raises dough", 2),
                KsbDraft("S", 1, "Knead dough by hand", 3),
                KsbDraft("S", 2, "Ice a cake in patterns", 4, options=("Cakes",)),
                KsbDraft("B", 1, "Rise early", 5),
            ],
            duties=[
                DutyDraft(1, "Serve customers politely and take payments", ("K1", "B1"), (), "Nobody complains."),
                DutyDraft(2, "Prepare and prove the dough", ("K2", "S1", "B1"), ()),
                DutyDraft(3, "Decorate cakes for celebrations", ("S2",), ("Cakes",)),
            ],
            assessments=None,
        )
    ).version


def numbers(found):
    return [one.duty.number for one in found]


def test_the_duty_that_has_the_words_comes_first():
    assert numbers(duties_for("Today I prepared dough for the ovens", bakery()))[0] == 2


def test_a_duty_is_found_through_a_ksb_that_it_takes():
    (found,) = duties_for("A customer asked me about allergens", bakery())[:1]
    assert found.duty.number == 1
    assert [one.ksb.code for one in found.mentioned] == ["K1"]
    assert [one.ksb.code for one in found.others] == ["B1"]


def test_words_that_the_text_shares_are_named_and_marked():
    (found,) = duties_for("took a payment", bakery())
    assert found.words == {"payment"}
    assert [text for text, is_shared in found.pieces if is_shared] == ["payments"]


def test_a_word_that_begins_alike_is_found():
    assert numbers(duties_for("a decorative cake", bakery())) == [3]


@pytest.mark.parametrize("text", ["", "   ", "and then I did it", "astronomy", "!?", "x" * 100_000])
def test_a_text_that_fits_nothing_finds_nothing(text):
    assert duties_for(text, bakery()) == []


def test_an_option_narrows_what_is_looked_at():
    version = bakery()
    assert numbers(duties_for("iced a cake", version)) == [3]
    assert numbers(duties_for("iced a cake", version, option="2")) == [3]
    assert duties_for("iced a cake", version, option="1") == []
    assert duties_for("iced a cake", version, option=CORE) == []


def test_a_standard_without_duties_finds_nothing():
    assert duties_for("dough", write(baker(duties=None, assessments=None)).version) == []


def test_no_more_duties_than_asked_for_in_the_same_order_each_time():
    version = write(large("ST0009", 40)).version
    assert len(duties_for("rule of the trade and task", version)) == 5
    assert len(duties_for("task", version, most=2)) == 2
    assert duties_for("task", version) == duties_for("task", version)


@given(some.text(max_size=300))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_answered(text):
    version = StandardVersion.objects.first() or bakery()
    for found in duties_for(text, version):
        assert found.score > 0


def post(client, **told):
    return client.post(reverse("pages:duty-lens", args=["ST0123", "1.0"]), told)


def test_the_box_on_the_page_of_a_standard_leads_to_duties_and_ksbs(signed_in):
    bakery()
    page = signed_in.get("/standards/ST0123/1.0/").content.decode()
    assert reverse("pages:duty-lens", args=["ST0123", "1.0"]) in page
    answer = post(signed_in, did="kneaded dough by hand")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert reverse("pages:duty", args=["ST0123", "1.0", 2]) in text
    assert "/standards/ST0123/1.0/#S1" in text
    assert "<h1>" in text
    assert "kneaded dough by hand" in text


def test_htmx_gets_the_box_alone(signed_in):
    bakery()
    address = reverse("pages:duty-lens", args=["ST0123", "1.0"])
    answer = signed_in.post(address, {"did": "dough"}, headers={"HX-Request": "true"})
    assert "<h1>" not in answer.content.decode()
    assert "Duty 2" in answer.content.decode()


def test_a_standard_without_duties_has_no_box_and_says_why_nothing_is_found(signed_in):
    write(baker(duties=None, assessments=None))
    assert "duty-lens" not in signed_in.get("/standards/ST0123/1.0/").content.decode().replace("duty-lens.css", "")
    assert "No duties were published" in post(signed_in, did="dough").content.decode()


@pytest.mark.parametrize("did", ["", " ", "x" * 2_001, "nul\0byte"])
def test_what_cannot_be_looked_for_is_answered_by_the_field_and_kept(signed_in, did):
    bakery()
    answer = post(signed_in, did=did)
    assert answer.status_code == 422
    assert "is-invalid" in answer.content.decode()
    if len(did) > 2_000:
        assert did in answer.content.decode()


def test_words_that_no_duty_has_are_answered_with_advice(signed_in):
    bakery()
    assert "No duties match" in post(signed_in, did="astronomy").content.decode()


def test_nothing_of_the_text_stands_in_an_address(signed_in):
    bakery()
    assert 'method="post"' in signed_in.get("/standards/ST0123/1.0/").content.decode()
    answer = signed_in.get(reverse("pages:duty-lens", args=["ST0123", "1.0"]) + "?did=dough")
    assert "This matches" not in answer.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_duties(django_assert_num_queries):
    for reference, statements in (("ST0009", 6), ("ST0010", 60)):
        version = write(large(reference, statements)).version
        with django_assert_num_queries(5):
            duties_for("rule of the trade and task 3", version)


def test_a_duty_page_lists_its_ksbs_at_any_size_in_the_same_number_of_queries(signed_in):
    for reference, statements in (("ST0009", 6), ("ST0010", 60)):
        write(large(reference, statements))
    assert query_count(signed_in, "/standards/ST0009/1.0/duties/1/") == query_count(
        signed_in, "/standards/ST0010/1.0/duties/1/"
    )
