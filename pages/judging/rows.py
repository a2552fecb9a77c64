"""The rows of the queue and of a review as plain values: each is worked out here, so that the template only prints."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apprenticeships.models import Apprenticeship, KsbProgress, KsbState
from assessments.feedback_time import Due, Expected, expected
from assessments.moves.carrying import carried
from assessments.rounds import Round
from assessments.waiting import assessors_of, claimed_codes
from core import moments
from core.prepared import Prepared, Row
from pages.addresses import addresses_of
from pages.judging.forms import ReviewForm, blank_fields
from pages.templatetags.pace import rag
from pages.templatetags.states import drawn_ksb_state
from pages.templatetags.when import when
from portfolios.markers import Place, places


@lru_cache(maxsize=1_000)
def drawn_due(expected: Expected) -> SafeString:
    """The day on which feedback is due, and that it is near or past."""
    day, left = moments.day(expected.on), expected.days_left
    if expected.due == Due.LATE:
        late = ngettext("%(n)d working day late", "%(n)d working days late", -left) % {"n": -left}
        return format_html("{} {}", day, rag("red", late))
    if expected.due == Due.SOON:
        soon = ngettext("Due in %(n)d working day", "Due in %(n)d working days", left) % {"n": left}
        return format_html("{} {}", day, rag("amber", soon if left else _("Due today")))
    return format_html("{}", day)


def rows_of(submissions: Sequence[Row], *, is_assessor: bool) -> list[dict[str, Any]]:
    """A row for each submission of `assessments.waiting.queue`."""
    review, start, learner = addresses_of("review"), addresses_of("review-start"), addresses_of("coverage")
    codes = claimed_codes(frozenset(row[0] for row in submissions))
    assessors = {} if is_assessor else assessors_of(frozenset(row[5] for row in submissions))
    return [
        {
            "address": review(pk),
            "start_address": start(pk),
            "title": title,
            "round": round_,
            "has_begun": begun_at is not None,
            "apprentice": name,
            "apprentice_address": learner(apprenticeship),
            "codes": codes.get(pk, ""),
            "submitted": when(submitted_at),
            "due": drawn_due(expected(submitted_at)),
            "assessor": assessors.get(apprenticeship) or _("Nobody"),
            "standard": standard[0] if standard else "",
        }
        for pk, round_, submitted_at, begun_at, title, apprenticeship, name, *standard in submissions
    ]


def learners_of(to_confirm: Sequence[Row]) -> list[dict[str, Any]]:
    """Each learner of `assessments.waiting.to_confirm` with the KSBs to confirm."""
    address = addresses_of("coverage")
    return [
        {
            "name": name,
            "address": address(pk),
            "ksbs": [{"code": code, "address": f"{address(pk)}ksbs/{code}/"} for _, _, code in rows],
        }
        for (pk, name), rows in groupby(to_confirm, lambda row: row[:2])
    ]


#: Of these KSBs of an apprenticeship, which was read through `visible_to`, those that count today: id, code, state
#: and statement.
_counting = Prepared(
    lambda apprenticeship, ksbs: (
        KsbProgress.objects.unscoped()
        .filter(apprenticeship=apprenticeship, ksb__in=ksbs)
        .values_list("ksb", "ksb__code", "state", "ksb__statement")
    )
)


def judgements_of(
    shown: Round, apprenticeship: Apprenticeship, form: ReviewForm | None, added: Mapping[str, UUID]
) -> list[dict[str, Any]]:
    """A row for each claim to judge, with its fields: those of `form`, or without one those with nothing written.

    Args:
        added: the KSBs that the assessor adds, by their codes; their rows come last.
    """
    ways = carried(apprenticeship)
    now = {claim.ksb_id: ways.now(claim.ksb_id) for claim in shown.claims}
    counting = {}
    if now:
        found = _counting(apprenticeship=apprenticeship.pk, ksbs=frozenset({*now.values(), *added.values()}))
        counting = {ksb: (code, state, statement) for ksb, code, state, statement in found}
    marked: dict[str, list[Place]] = {}
    for place in places(shown.content.get("markers") or [], shown.content.get("files") or []):
        marked.setdefault(place.data["ksb"], []).append(place)
    learner = addresses_of("coverage")(apprenticeship.pk)
    rows = []
    for claim in shown.claims:
        code_today, state, _statement = counting.get(now[claim.ksb_id], (None, None, ""))
        code = claim.code
        is_moved = code_today is None or now[claim.ksb_id] != claim.ksb_id
        past = reverse("pages:ksb-past", args=[apprenticeship.pk, claim.ksb_id]) if is_moved else ""
        rows.append(
            {
                "code": code,
                "statement": claim.statement,
                "address": past or f"{learner}ksbs/{code}/",
                "is_moved": is_moved,
                "code_today": code_today,
                "why": claim.why,
                "places": marked.get(code, []),
                "signed_off": drawn_ksb_state(KsbState.SIGNED_OFF) if state == KsbState.SIGNED_OFF else "",
                **_fields(form, code),
            }
        )
    for code, ksb in added.items():
        if ksb not in now:
            code_today, state, statement = counting.get(ksb, (None, None, ""))
            rows.append(
                {
                    "code": code,
                    "statement": statement,
                    "address": f"{learner}ksbs/{code}/",
                    "added": ksb,
                    "drop_address": reverse("pages:review-drop", args=[shown.submission.pk, code]),
                    "code_today": code_today,
                    "signed_off": drawn_ksb_state(KsbState.SIGNED_OFF) if state == KsbState.SIGNED_OFF else "",
                    **_fields(form, code),
                }
            )
    return rows


def _fields(form: ReviewForm | None, code: str) -> dict[str, Any]:
    return (form.drawn(code) if form and code in form.codes else blank_fields(code))._asdict()
