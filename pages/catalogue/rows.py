"""The rows of the list of standards as plain values: each is worked out here, so that the template only prints."""

from collections.abc import Iterable
from typing import Any

from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from occupations.listing import ListRow
from occupations.models import Green
from pages.requests import Request
from pages.templatetags.catalogue import drawn_status, stars

_GREEN = dict(Green.choices)


def rows_of(versions: Iterable[ListRow], request: Request) -> list[dict[str, Any]]:
    """A row for each version of `occupations.listing.page_of`."""
    # An address holds the standard's slug and the version: these stand in for any.
    standard = reverse("pages:standard", args=["ST0000", "0.0"])
    progression = reverse("pages:progression", args=["ST0000"])
    star = stars(get_token(request), request.get_full_path())

    def address(slug: str, version: str) -> str:
        return standard.replace("ST0000", slug).replace("0.0", version)

    return [
        {
            "star": star(row.slug, row.is_favourite),
            "reference": row.reference,
            "is_private": row.owner is not None,
            "address": address(row.slug, row.version),
            "title": row.title,
            "version": _("version %(n)s") % {"n": row.version},
            "others": [{"number": number, "address": address(row.slug, number)} for number in row.other_numbers],
            "route": row.route,
            "progression_address": progression.replace("ST0000", row.slug),
            "green": row.green,
            "green_label": str(_GREEN.get(row.green, "")),
            "is_career_starter": row.is_career_starter,
            "status": drawn_status(row.status) if row.status else "",
            "level": _("Level %(level)s") % {"level": row.level} if row.level else "",
            "ksbs": _ksbs(row.ksb_count),
        }
        for row in versions
    ]


def _ksbs(count: int | None) -> str:
    return ngettext("%(n)d KSB", "%(n)d KSBs", count) % {"n": count} if count else _("no KSBs")
