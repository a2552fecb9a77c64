"""What one can take to learn an occupation: what its source lists, and the apprenticeship that its standard itself is.

A record of the public API is an apprenticeship and lists no products; a page of the map lists it among its products.
Whatever the source, it is shown once. It is worked out here and not written into what a version says, so that a record
after a page, or the reverse, makes no revision of it.
"""

from django.db.models import Q, QuerySet
from django.db.models.functions import Left

from occupations.models import Product, SearchEntry, StandardVersion

#: What a reference tells by its first two letters.
_KINDS = {"ST": "Apprenticeship", "FA": "Foundation apprenticeship", "AU": "Apprenticeship unit"}


def ways_to_learn(version: StandardVersion) -> list[Product]:
    """The products of a version in published order, each with its kind where that is known."""
    products = list(version.products.all())
    for product in products:
        product.kind = product.kind or _kind_by(product.reference)
    reference = version.standard.reference
    kind = _kind_by(reference)
    # A unit is listed under the code by which it is funded; an apprenticeship under its own reference.
    is_listed = any(product.reference == reference or product.kind == kind == _KINDS["AU"] for product in products)
    if is_listed or not _is_apprenticeship(version):
        return products
    own = Product(kind=kind, reference=reference, title=version.title, level=version.level, status=version.status)
    return [own, *products]


def kinds_held(entries: QuerySet[SearchEntry]) -> list[str]:
    """The kinds of product that the standards of these search entries lead to, in two queries."""
    # By default products are in order of position, which would make each of a kind another one.
    listed = Product.objects.filter(version__search_entry__in=entries).order_by()
    kinds = {kind or _kind_by(letters) for kind, letters in listed.values_list("kind", Left("reference", 2)).distinct()}
    own = entries.filter(_of_an_apprenticeship()).values_list(Left("standard__reference", 2)).distinct()
    return sorted((kinds | {_kind_by(letters) for (letters,) in own}) - {""})


def with_kind(kind: str) -> Q:
    """Of search entries: those whose standard is learned by such a product."""
    letters = next((letters for letters, told in _KINDS.items() if told == kind), None)
    products = Q(kind=kind) | Q(kind="", reference__startswith=letters) if letters else Q(kind=kind)
    found = Q(version__in=Product.objects.filter(products).order_by().values("version"))
    if letters:
        found |= Q(standard__reference__startswith=letters) & _of_an_apprenticeship()
    return found


def _kind_by(reference: str) -> str:
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
