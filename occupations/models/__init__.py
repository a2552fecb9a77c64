"""The catalogue of occupational standards: what a standard is, its versions, what each says, and where it leads."""

from occupations.models.progression import Favourite, ProgressionLink
from occupations.models.revisions import Revision
from occupations.models.standards import (
    Assessment,
    Duty,
    Green,
    Ksb,
    KsbType,
    Option,
    Product,
    Standard,
    StandardVersion,
)

__all__ = [
    "Assessment",
    "Duty",
    "Favourite",
    "Green",
    "Ksb",
    "KsbType",
    "Option",
    "Product",
    "ProgressionLink",
    "Revision",
    "Standard",
    "StandardVersion",
]
