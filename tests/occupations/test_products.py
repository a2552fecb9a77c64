"""What one can take to learn an occupation: what a source lists, and the apprenticeship that the standard itself is."""

import pytest

from accounts.models import User
from occupations.importing.draft import ProductDraft
from occupations.importing.writing import Outcome, write
from occupations.models import Product, Revision
from tests.occupations.drafts import baker

pytestmark = pytest.mark.django_db

API, OCCUPATION = "Structured Apprenticeship Standard", "Occupational Standard"


@pytest.fixture
def signed_in(client):
    client.force_login(User.objects.create_user("reader@example.test", "a long enough password", name="Rea Der"))
    return client


def ways(client, reference="ST0123"):
    page = client.get(f"/standards/{reference}/1.0/")
    return [(way.reference, way.kind, way.title, way.level, way.status) for way in page.context["ways_to_learn"]]


def titles(client, kind):
    return [version.title for version in client.get("/standards/", {"product": kind}).context["page"]]


@pytest.mark.parametrize(
    ("reference", "told", "kind"),
    [
        ("ST0123", {"template": API}, "Apprenticeship"),
        ("ST0123", {"template": "", "lars_codes": [12]}, "Apprenticeship"),
        ("FA0123", {"template": ""}, "Foundation apprenticeship"),
        ("AU0123", {"template": ""}, "Apprenticeship unit"),
    ],
)
def test_an_apprenticeship_is_a_way_to_learn_its_own_occupation(signed_in, reference, told, kind):
    write(baker(reference=reference, products=None, status="Retired", level=2, **told))
    write(baker(reference="ST0999", title="Plain", products=None, template=OCCUPATION))
    assert ways(signed_in, reference) == [(reference, kind, "Baker", 2, "Retired")]
    assert "Ways to train" in signed_in.get(f"/standards/{reference}/1.0/").content.decode()
    assert titles(signed_in, kind) == ["Baker"]


@pytest.mark.parametrize("told", [{"template": OCCUPATION, "lars_codes": [12]}, {"template": "", "lars_codes": []}])
def test_an_occupation_without_apprenticeship_has_no_product_of_its_own(signed_in, told):
    write(baker(products=None, **told))
    assert ways(signed_in) == []
    page = signed_in.get("/standards/")
    assert page.context["form"].fields.get("product") is None


def test_an_apprenticeship_that_its_source_lists_is_shown_once_with_its_kind(signed_in):
    listed = [ProductDraft("ST0123", "Baker", 2, "Approved", 1), ProductDraft("TL1", "Baking", 3, "", 2, "T Level")]
    write(baker(template=API, products=listed))
    assert ways(signed_in) == [
        ("ST0123", "Apprenticeship", "Baker", 2, "Approved"),
        ("TL1", "T Level", "Baking", 3, ""),
    ]
    assert titles(signed_in, "Apprenticeship") == titles(signed_in, "T Level") == ["Baker"]


def test_a_unit_is_listed_under_its_class_code_alone(signed_in):
    listed = [ProductDraft("ZSC00003", "Baker", 2, "", 1, "Apprenticeship unit")]
    write(baker(reference="AU0123", template="", products=listed))
    assert [reference for reference, *_ in ways(signed_in, "AU0123")] == ["ZSC00003"]


def test_the_map_after_the_api_and_the_reverse_make_no_revision():
    listed = [ProductDraft("ST0123", "Baker", 2, "Approved", 1)]
    for first, second in ((None, listed), (listed, None)):
        reference = "ST0123" if first is None else "ST0124"
        write(baker(reference=reference, products=first, template=API))
        assert write(baker(reference=reference, products=second, template=API)).outcome in (
            Outcome.COMPLETED,
            Outcome.UNCHANGED,
        )
    assert not Revision.objects.exists()
    assert Product.objects.count() == 2
