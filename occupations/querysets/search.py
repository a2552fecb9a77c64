"""The words for reading what the list of standards searches."""

from typing import TYPE_CHECKING

from occupations.querysets.standards import OfStandardQuerySet

if TYPE_CHECKING:
    from occupations.models.search import SearchEntry


class SearchEntryQuerySet(OfStandardQuerySet["SearchEntry"]):
    path = "standard"
