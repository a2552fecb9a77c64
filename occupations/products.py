"""What one can take to learn an occupation: what its source lists, and the apprenticeship that its standard itself is.

A record of the public API is an apprenticeship and lists no products; a page of the map lists it among its products.
Whatever the source, it is shown once. It is worked out here and not written into what a version says, so that a record
after a page, or the reverse, makes no revision of it.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Left

from accounts.seen_by import SeenBy
from core.actor import Actor
from occupations.models import Product, SearchEntry, StandardVersion
from occupations.querysets import SIGHT

#: What a reference tells by its first two letters.
_KINDS = {"ST": "Apprenticeship", "FA": "Foundation apprenticeship", "AU": "Apprenticeship unit"}


def ways_to_learn(version: StandardVersion) -> list[Product]:
    """The products of a version in published order, each with its kind where that is known."""
    products = list(version.products.all())
    for product in products:
        product.kind = product.kind or kind_by(product.reference)
    reference = version.standard.reference
    kind = kind_by(reference)
    # A unit is listed under the code by which it is funded; an apprenticeship under its own reference.
    is_listed = any(product.reference == reference or product.kind == kind == _KINDS["AU"] for product in products)
    if is_listed or not _is_apprenticeship(version):
        return products
    own = Product(kind=kind, reference=reference, title=version.title, level=version.level, status=version.status)
    return [own, *products]


#: A person, to kind and first letters of the products that the standards they see lead to.
_listed = SeenBy(
    lambda actor: (
        Product.objects.filter(version__search_entry__in=SearchEntry.objects.visible_to(actor))
        # By default products are in order of position, which would make each of a kind another one.
        .order_by()
        .values_list("kind", Left("reference", 2))
        .distinct()
    ),
    SIGHT,
)


def kinds_held(actor: Actor, own: Iterable[str]) -> list[str]:
    """The kinds of product that the standards which `actor` sees lead to, in one query.

    Args:
        own: the kinds that some of these are themselves (`kind_by` of their `with_own_letters`).
    """
    return sorted({kind or kind_by(letters) for kind, letters in _listed(actor)}.union(own) - {""})


def with_own_letters(entries: QuerySet[SearchEntry]) -> QuerySet[Any, Any]:
    """With `own_letters`: how the reference of a standard that is an apprenticeship begins; empty for another."""
    return entries.annotate(
        own_letters=Case(When(_of_an_apprenticeship(), then=Left("standard__reference", 2)), default=Value(""))
    )


def with_kind(kind: str) -> Q:
    """Of search entries: those whose standard is learned by such a product."""
    letters = next((letters for letters, told in _KINDS.items() if told == kind), None)
    products = Q(kind=kind) | Q(kind="", reference__startswith=letters) if letters else Q(kind=kind)
    found = Q(version__in=Product.objects.filter(products).order_by().values("version"))
    if letters:
        found |= Q(standard__reference__startswith=letters) & _of_an_apprenticeship()
    return found


def kind_by(reference: str) -> str:
    """The kind that a reference, or its first letters, tells of; empty where it tells none."""
    return _KINDS.get(reference[:2], "")


def _is_apprenticeship(version: StandardVersion) -> bool:
    """Whether a standard is one that people are apprenticed under, and not an occupation alone.

    Foundation apprenticeships and units always are. Of others the template says it; where a source has none, it is a
    LARS code, which stands for a course.
    """
    if not version.standard.reference.startswith("ST"):
        return True
    return "apprenticeship" in version.template.casefold() if version.template else bool(version.lars_codes)


def _of_an_apprenticeship() -> Q:
    """The same of search entries."""
    by_template = Q(version__template__icontains="apprenticeship")
    by_code = Q(version__template="") & ~Q(version__lars_codes=[])
    return ~Q(standard__reference__startswith="ST") | by_template | by_code
