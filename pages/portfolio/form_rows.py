"""What the evidence form shows of KSBs and files, as plain values: dozens of rows, which the template only prints."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apprenticeships.models import Outcome
from core import moments
from pages.addresses import addresses_of
from pages.portfolio.forms import EvidenceForm, KsbChoice
from pages.templatetags.fields import field
from pages.templatetags.file_viewer import file_label
from pages.templatetags.states import drawn_outcome
from pages.templatetags.when import when
from portfolios.mapping import Standing
from portfolios.models import EvidenceFile


def ksb_rows(form: EvidenceForm, standings: Mapping[UUID, Standing]) -> dict[str, Any]:
    """The KSBs that are ticked or met, which stand on top, and the others under the heading of their type, in order."""
    chosen: list[dict[str, Any]] = []
    groups: dict[str, dict[str, Any]] = {}
    met = drawn_outcome(Outcome.MET)
    for choice in form.choices():
        row = _ksb_row(choice, standings.get(choice.ksb.pk), met)
        if choice.is_met or choice.is_claimed:
            chosen.append(row)
        else:
            group = groups.setdefault(choice.ksb.type, {"label": choice.ksb.type_label, "rows": []})
            group["rows"].append(row)
    return {"chosen": chosen, "groups": list(groups.values())}


def _ksb_row(choice: KsbChoice, standing: Standing | None, met: SafeString) -> dict[str, Any]:
    row: dict[str, Any] = {"is_gap": standing is not None and standing.is_gap}
    row |= _of_statement(choice.ksb.code, choice.ksb.statement)
    if choice.is_met:
        return row | {"met": met}
    return row | {
        "standing": _drawn_standing(standing.state.value, _in_words(standing)) if standing else "",
        "is_claimed": choice.is_claimed,
        "why": choice.why,
        "refused": field(choice.refused) if choice.refused else "",
    }


@lru_cache(maxsize=2_000)
def _of_statement(code: str, statement: str) -> dict[str, SafeString]:
    """What a row has of the standard's own words: the same for everybody who learns it, so it is drawn once."""
    question = _("How does it show %(code)s?") % {"code": code}
    return {
        "words": format_html('data-code="{0}" data-words="{0} {1}"', code, statement),
        "box": format_html('name="claim_{0}" id="id_claim_{0}"', code),
        "text": format_html("<strong>{}</strong> {}", code, statement),
        "box_label": format_html(
            '<label class="form-check-label" for="id_claim_{0}"><strong>{0}</strong> {1}</label>', code, statement
        ),
        "question": format_html('<label class="form-label" for="id_why_{}">{}</label>', code, question),
        "answer": format_html('name="why_{0}" id="id_why_{0}"', code),
    }


@lru_cache(maxsize=500)
def _drawn_standing(state: str, words: str) -> SafeString:
    return format_html(
        '<span class="ksb-standing" data-state="{0}"><svg class="state-icon" aria-hidden="true" focusable="false">'
        '<use href="#state-{0}"/></svg>{1}</span>',
        state,
        words,
    )


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
