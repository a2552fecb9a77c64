"""What a version of a standard says, apart from when and from where it came: for telling whether two say the same."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from audit.canonical import digest

if TYPE_CHECKING:
    from occupations.models import Ksb, Product, StandardVersion

#: Published facts of a version, by field.
FACTS = (
    "version",
    "title",
    "occupation_reference",
    "status",
    "route",
    "level",
    "overview",
    "summary",
    "median_salary_pounds",
    "soc_code",
    "soc_title",
    "soc_groups",
    "employers",
    "job_titles",
    "keywords",
)


def content_of(
    version: "StandardVersion", products: Iterable["Product"], ksbs: Iterable["Ksb"]
) -> dict[str, dict[str, Any]]:
    """The facts by field, the products by place and reference, and the statements by code. None need be saved."""
    return {
        "facts": {"reference": version.standard.reference} | {name: getattr(version, name) for name in FACTS},
        "products": {
            f"{product.position} {product.reference}": [product.title, product.level, product.status]
            for product in products
        },
        "ksbs": {ksb.code: [ksb.position, ksb.type, ksb.number, ksb.statement] for ksb in ksbs},
    }


def digest_of(version: "StandardVersion", products: Iterable["Product"], ksbs: Iterable["Ksb"]) -> str:
    """SHA-256 of the content."""
    return digest(content_of(version, products, ksbs))
