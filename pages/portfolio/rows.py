"""The rows of a list of evidence as plain values: each is worked out here, so that the template only prints."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.prepared import Row
from pages.addresses import addresses_of
from pages.templatetags.states import drawn_state
from pages.templatetags.when import when
from portfolios.models import Evidence, EvidenceKind

_DOT = " · "


def rows_of(pieces: Iterable[Row]) -> list[dict[str, Any]]:
    """A row for each `portfolios.listing.ROW`."""
    address = addresses_of("evidence")
    kinds, states = dict(EvidenceKind.choices), dict(Evidence.State.choices)
    return [
        {
            "address": address(pk),
            "title": title or _("Untitled draft"),
            "is_showcase": is_showcase,
            "facts": _DOT.join(
                (
                    str(kinds.get(kind, kind)),
                    ngettext("%(n)d KSB", "%(n)d KSBs", claims) % {"n": claims},
                    ngettext("%(n)d file", "%(n)d files", files) % {"n": files},
                )
            ),
            "changed": when(changed_at),
            "state": drawn_state(state, str(states.get(state, state))),
        }
        for pk, title, is_showcase, kind, claims, files, changed_at, state in pieces
    ]


def put_aside_rows(drafts: Iterable[Row]) -> list[dict[str, Any]]:
    """A row for each of `portfolios.listing.put_aside`."""
    restore = addresses_of("evidence-restore")
    return [{"title": title or _("Untitled draft"), "restore_address": restore(pk)} for pk, title in drafts]


def latest_rows(pieces: Iterable[Row], *, for_changing: bool = False) -> list[dict[str, Any]]:
    """A row for each of `portfolios.listing.latest`, leading to the piece, or to its form."""
    address = addresses_of("evidence-edit" if for_changing else "evidence")
    states = dict(Evidence.State.choices)
    return [
        {
            "address": address(pk),
            "title": title or _("Untitled draft"),
            "state": drawn_state(state, str(states[state])),
            "changed": when(changed_at),
        }
        for pk, title, state, changed_at in pieces
    ]
