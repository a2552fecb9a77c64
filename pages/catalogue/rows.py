"""The rows of the list of standards as plain values: each is worked out here, so that the template only prints."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from occupations.models import StandardVersion


def rows_of(versions: Iterable[StandardVersion]) -> list[dict[str, Any]]:
    """A row for each version of `occupations.listing.page_of`."""
    # An address holds the standard's slug and the version: these stand in for any.
    standard = reverse("pages:standard", args=["ST0000", "0.0"])
    progression = reverse("pages:progression", args=["ST0000"])

    def address(slug: str, version: str) -> str:
        return standard.replace("ST0000", slug).replace("0.0", version)

    return [
        {
            "reference": version.standard.reference,
            "slug": version.standard.slug,
            "is_private": version.standard.owner_id is not None,
            "is_favourite": version.is_favourite,
            "address": address(version.standard.slug, version.version),
            "title": version.title,
            "version": version.version,
            "others": [
                {"number": number, "address": address(version.standard.slug, number)}
                for number in version.other_numbers
            ],
            "route": version.route,
            "progression_address": progression.replace("ST0000", version.standard.slug),
            "green": version.green,
            "green_label": version.get_green_display(),
            "is_career_starter": version.is_career_starter,
            "status": version.status,
            "level": version.level,
            "ksb_count": version.ksb_count,
        }
        for version in versions
    ]
