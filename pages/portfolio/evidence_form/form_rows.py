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
from core.readable import readable
from pages.addresses import addresses_of
from pages.portfolio.evidence_form.forms import EvidenceForm, KsbChoice
from pages.templatetags.fields import field
from pages.templatetags.file_viewer import file_label
from pages.templatetags.states import drawn_outcome
from portfolios.mapping import Standing
from portfolios.models import EvidenceFile


def ksb_rows(
    form: EvidenceForm, standings: Mapping[UUID, Standing], *, said: Mapping[UUID, str], wants_line: bool
) -> dict[str, Any]:
    """The KSBs that were met with this piece, how many are claimed, and the others by their type, in order.

    Args:
        said: by a KSB's id, the feedback on it in the round before.
        wants_line: whether each claim needs a line of its own.
    """
    met: list[dict[str, Any]] = []
    groups: dict[str, dict[str, Any]] = {}
    drawn_met = drawn_outcome(Outcome.MET)
    claimed = 0
    for choice in form.choices():
        claimed += choice.is_met or choice.is_claimed
        if choice.is_met:
            met.append({"text": _of_statement(choice.ksb.code, choice.ksb.statement, wants_line)["text"]})
            continue
        group = groups.setdefault(choice.ksb.type, {"label": choice.ksb.type_label, "rows": []})
        row = _ksb_row(choice, standings.get(choice.ksb.pk), wants_line)
        group["rows"].append(row | {"said": said[choice.ksb.pk]} if choice.ksb.pk in said else row)
    return {
        "met": met,
        "met_mark": drawn_met,
        "claimed": claimed,
        "groups": list(groups.values()),
        "count": len(form.ksbs),
    }


def _ksb_row(choice: KsbChoice, standing: Standing | None, wants_line: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"is_gap": standing is not None and standing.is_gap}
    row |= _of_statement(choice.ksb.code, choice.ksb.statement, wants_line)
    return row | {
        "standing": _drawn_standing(standing.state.value, _in_words(standing)) if standing else "",
        "is_claimed": choice.is_claimed,
        "why": choice.why,
        "refused": field(choice.refused) if choice.refused else "",
    }


@lru_cache(maxsize=2_000)
def _of_statement(code: str, statement: str, wants_line: bool) -> dict[str, SafeString]:
    """What a row has of the standard's own words: the same for everybody who learns it, so it is drawn once."""
    words = _("How does it show %(code)s?") if wants_line else _("How does it show %(code)s? (optional)")
    question, statement = words % {"code": code}, readable(statement)
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
    """Each file of a working copy, and the way to take it off."""
    remove = addresses_of("file-remove")
    return [
        {
            "key": file.pk,
            "label": file_label(file),
            "name": file.name,
            "remove_address": remove(file.pk),
        }
        for file in files
    ]
