"""The rows of a list of evidence as plain values: each is worked out here, so that the template only prints."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import ngettext

from pages.addresses import addresses_of
from pages.templatetags.when import when
from portfolios.models import Evidence


def rows_of(pieces: Iterable[Evidence]) -> list[dict[str, Any]]:
    """A row for each piece, which was read `with_figures`."""
    address = addresses_of("evidence")
    return [
        {
            "address": address(piece.pk),
            "title": str(piece),
            "is_showcase": piece.is_showcase,
            "kind": piece.get_kind_display(),
            "claims": ngettext("%(n)d KSB", "%(n)d KSBs", piece.claim_count) % {"n": piece.claim_count},
            "files": ngettext("%(n)d file", "%(n)d files", piece.file_count) % {"n": piece.file_count},
            "changed": when(piece.changed_at),
            "state": piece.state,
            "label": piece.get_state_display(),
        }
        for piece in pieces
    ]
