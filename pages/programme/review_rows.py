"""Progress reviews as plain values for pages: what one says, who has signed it, and where each apprentice stands."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apprenticeships.models import KsbState
from core import clock, moments
from pages.addresses import addresses_of
from pages.pictures.drawing import svg
from pages.pictures.tables import drawn_table
from pages.templatetags.pace import rag
from pages.templatetags.states import drawn_state
from programme.learning_hours.durations import in_words as minutes_in_words
from programme.models import Party, ProgressReview, ReviewState, SignedVersion
from programme.reviewing.rhythm import in_words
from programme.reviewing.schedule import Place
from programme.scanning.distance import from_json
from reports.learners.travelled import pictures_of
from reports.pictures import Picture

#: The look of each state: that of the state of a KSB which it resembles most.
_LOOKS = {
    ReviewState.PLANNED: KsbState.NOT_STARTED,
    ReviewState.HELD: KsbState.IN_PROGRESS,
    ReviewState.WAITING: KsbState.SUBMITTED,
    ReviewState.COMPLETE: KsbState.SIGNED_OFF,
    ReviewState.CANCELLED: KsbState.NOT_STARTED,
}
_PARTIES = dict(Party.choices)


def state_of(review: ProgressReview) -> ReviewState:
    """How far a review has come. It was read `with_signatures`."""
    return review.state(is_complete=vars(review)["is_complete"])


def drawn_review_state(state: ReviewState) -> SafeString:
    """The markup of how far a review has come."""
    return drawn_state(_LOOKS[state].value, str(state.label))


def missing_signatures(review: ProgressReview) -> list[str]:
    """Whose signature a review that was sent still needs."""
    if not review.issued_at or review.cancelled_at:
        return []
    return [str(party.label) for party in Party if not vars(review)[f"signed_{party.value}"]]


def drawn_due(place: Place, today: date) -> SafeString | str:
    """How soon a review is due, with its colour where it is soon or overdue."""
    if place.due_on is None:
        return _("None is due")
    words = in_words(place.due_on, today)
    looks = {"overdue": "red", "soon": "amber"}
    return rag(looks[place.how_due], words) if place.how_due else words


def review_rows(reviews: Iterable[ProgressReview]) -> list[dict[str, Any]]:
    """A row for each review of one apprentice. They were read `with_signatures`."""
    address = addresses_of("progress-review")
    return [
        {
            "address": address(review.pk),
            "title": title_of(review),
            "state": drawn_review_state(state_of(review)),
            "missing": missing_signatures(review),
            "reason": review.cancel_reason,
        }
        for review in reviews
    ]


def title_of(review: ProgressReview) -> str:
    """What a review is called: by its day."""
    return _("Review of %(day)s") % {"day": moments.day(review.held_on or review.planned_on)}


def place_rows(places: Iterable[Place]) -> list[dict[str, Any]]:
    """A row for each apprentice: when their next review is due, and what is planned."""
    learner, review, today = addresses_of("learner-reviews"), addresses_of("progress-review"), clock.today()
    none_yet = _("None yet")
    return [
        {
            "name": place.apprentice,
            "address": learner(place.apprenticeship),
            "due_on": moments.short_day(place.due_on) if place.due_on else "—",
            "due": drawn_due(place, today),
            "last": moments.short_day(place.last_held_on) if place.last_held_on else none_yet,
            "planned": moments.short_day(place.prepared_on) if place.prepared_on else "",
            "planned_address": review(place.prepared) if place.prepared else "",
            "is_held": place.is_held,
        }
        for place in places
    ]


def _day(written: str | None) -> str:
    return moments.day(date.fromisoformat(written)) if written else ""


def document(version: SignedVersion, *, with_hidden: bool, style: str = "") -> dict[str, Any]:
    """What a version of a review says, for reading; `style` is that of its pictures, for paper."""
    return document_of(version.shared, style) | {"hidden": version.content["hidden"] if with_hidden else []}


def document_of(shared: Mapping[str, Any], style: str = "") -> dict[str, Any]:
    """What all three see of a review, for reading."""
    standing = shared["standing"]
    return {
        "held_on": _day(shared["held_on"]),
        "due_on": _day(shared["due_on"]),
        "is_late": bool(shared["due_on"] and shared["held_on"] > shared["due_on"]),
        "participants": [{"party": _PARTIES[one["party"]], "name": one["name"]} for one in shared["participants"]],
        "absent": shared["absent"],
        "standing": standing_said(standing, shared["apprentice"], style),
        "carried": [_action(one) for one in shared["carried"]],
        "sections": shared["sections"],
        "actions": [_action(one) for one in shared["actions"]],
        "hidden": [],
    }


def standing_said(standing: Mapping[str, Any], name: str, style: str = "") -> dict[str, Any]:
    """How far the apprentice of this name has come, as `Standing.to_json` has it, in words."""
    gap = standing["gap_points"]
    since, on, end = (
        one if isinstance(one, str) else one.isoformat()
        for one in (standing["since"], standing["on"], standing["planned_end_on"])
    )
    pace = ""
    if gap is not None:
        behind = ngettext("%(n)s percentage point behind", "%(n)s percentage points behind", abs(gap))
        ahead = ngettext("%(n)s percentage point ahead", "%(n)s percentage points ahead", abs(gap))
        pace = (behind if gap < 0 else ahead if gap else _("Exactly as expected")) % {"n": abs(gap)}
    return {
        **{name: ", ".join(standing[name]) for name in ("signed_off", "met", "needs_work", "gaps")},
        "counts": _("%(done)s of %(all)s") % {"done": standing["signed_off_count"], "all": standing["ksb_count"]},
        "actual": standing["actual_percent"],
        "expected": standing["expected_percent"],
        "pace": pace,
        "since": _day(since),
        "on": _day(on),
        "planned_end": _day(end),
        "late": ", ".join(standing["late"]),
        "hours": _hours_said(standing["hours"]),
        "travelled": [_travelled_said(one, style) for one in pictures_of(from_json(standing["travelled"]), name)],
    }


def _travelled_said(picture: Picture, style: str) -> dict[str, Any]:
    return {
        "title": picture.title,
        "words": picture.description,
        "svg": svg(picture, style),
        "table": drawn_table(picture),
    }


def _hours_said(hours: Mapping[str, int | None]) -> str:
    said = {name: minutes_in_words(minutes or 0) for name, minutes in hours.items()}
    if hours["planned"] is None:
        return _("%(actual)s confirmed") % said
    return _("%(actual)s of %(planned)s confirmed, %(expected)s expected by then") % said


def _action(one: Mapping[str, Any]) -> dict[str, Any]:
    return {**one, "owner": _PARTIES[one["owner"]], "due_on": _day(one["due_on"])}


def actions_said(actions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Actions with their owner and day in words."""
    return [_action(one) for one in actions]
