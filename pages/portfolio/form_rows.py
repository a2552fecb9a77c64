"""What the evidence form shows of KSBs and files, as plain values: dozens of rows, which the template only prints."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import moments
from pages.addresses import addresses_of
from pages.portfolio.forms import EvidenceForm, KsbChoice
from pages.templatetags.fields import field
from pages.templatetags.file_viewer import file_label
from pages.templatetags.states import drawn_state
from pages.templatetags.when import when
from portfolios.mapping import Standing
from portfolios.models import EvidenceFile


def ksb_rows(form: EvidenceForm, standings: Mapping[UUID, Standing]) -> dict[str, Any]:
    """The KSBs that are ticked or met, which stand on top, and the others under the heading of their type, in order."""
    chosen: list[dict[str, Any]] = []
    groups: dict[str, dict[str, Any]] = {}
    met = drawn_state("met", _("Met"))
    for choice in form.choices():
        row = _ksb_row(choice, standings.get(choice.ksb.pk), met)
        if choice.is_met or choice.is_claimed:
            chosen.append(row)
        else:
            group = groups.setdefault(choice.ksb.type, {"label": choice.ksb.type_label, "rows": []})
            group["rows"].append(row)
    return {"chosen": chosen, "groups": list(groups.values())}


def _ksb_row(choice: KsbChoice, standing: Standing | None, met: SafeString) -> dict[str, Any]:
    code = choice.ksb.code
    row: dict[str, Any] = {
        "code": code,
        "statement": choice.ksb.statement,
        "is_gap": standing is not None and standing.is_gap,
    }
    if choice.is_met:
        return row | {"met": met}
    if standing:
        row |= {"state": standing.state.value, "standing": _in_words(standing)}
    return row | {
        "is_claimed": choice.is_claimed,
        "question": _("How does it show %(code)s?") % {"code": code},
        "why": choice.why,
        "refused": field(choice.refused) if choice.refused else "",
    }


def _in_words(standing: Standing) -> str:
    """How a KSB stands without this piece."""
    if standing.is_gap:
        return _("No other evidence yet")
    count = standing.other_pieces
    words = f"{standing.label} · " + ngettext("%(n)d other piece", "%(n)d other pieces", count) % {"n": count}
    return f"{words} · {_('well covered')}" if standing.is_well_covered else words


def file_rows(files: Iterable[EvidenceFile]) -> list[dict[str, Any]]:
    """A receipt for each file of a working copy, and the way to take it off."""
    remove = addresses_of("file-remove")
    return [
        {
            "key": file.pk,
            "label": file_label(file),
            "name": file.name,
            "added": when(file.added_at),
            "added_at": moments.moment(file.added_at),
            "size": ngettext("%(n)d byte", "%(n)d bytes", file.size_bytes) % {"n": file.size_bytes},
            "sha256": file.sha256,
            "sha256_start": file.sha256[:8],
            "remove_address": remove(file.pk),
        }
        for file in files
    ]
