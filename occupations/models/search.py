"""What the list of standards searches: one row for each standard, kept beside it and not in it, for it is long."""

from django.db import models

from occupations.models.standards import Standard, StandardVersion
from occupations.querysets.search import SearchEntryQuerySet


class SearchEntry(models.Model):
    """The version of a standard that the list shows (the newest, as last corrected), and the words it is found by.

    Each column is a list of different words in lower case with a space before each (occupations.search.folded_words).
    """

    standard = models.OneToOneField(Standard, on_delete=models.CASCADE, primary_key=True, related_name="search_entry")
    version = models.OneToOneField(StandardVersion, on_delete=models.CASCADE, related_name="search_entry")
    heading = models.TextField(help_text="References and title.")
    names = models.TextField(help_text="Keywords, job titles and the names of options, beside the heading.")
    words = models.TextField(help_text="All words, of the heading and the names too.")

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "search entries"

    def __str__(self) -> str:
        return f"words of {self.standard_id}"
