"""The history of who looks after an apprenticeship, in words."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apprenticeships import access
from apprenticeships.models import Apprenticeship, Assignment, AssignmentChange
from apprenticeships.workflow.assigning import follows
from core import moments
from core.actor import Actor

#: The newest are shown; earlier ones are in the record.
MOST_CHANGES = 50
#: What the page says on which a change is undone.
UNDO_WORDS = {"heading": gettext_lazy("Undo this change"), "button": gettext_lazy("Undo the change")}


class ChangeLine(NamedTuple):
    """A change as a page shows it. `can_undo` says whether nothing has changed it since."""

    pk: UUID
    what: str
    reason: str
    who: str
    can_undo: bool
    undone: str
    at: datetime


def changes_of(actor: Actor, apprenticeship: Apprenticeship) -> list[ChangeLine]:
    """The changes that `actor` may see, newest first, with the reasons that are for them."""
    seen = AssignmentChange.objects.visible_to(actor).filter(apprenticeship=apprenticeship)
    reads_reasons = access.reads_staff_reasons(actor, apprenticeship)
    changes = list(seen.with_people().newest_first()[:MOST_CHANGES])
    lines: list[ChangeLine] = []
    standing: list[AssignmentChange] = []
    for change in changes:
        is_standing = not change.undoes_id and not _undone_by(change)
        can_undo = is_standing and not any(follows(later, change) for later in standing)
        line = line_of(change, can_undo=can_undo)
        lines.append(line if reads_reasons else line._replace(reason=""))
        if is_standing:
            standing.append(change)
    return lines


def line_of(change: AssignmentChange, *, can_undo: bool = False) -> ChangeLine:
    """A change in words."""
    undone = _undone_by(change)
    return ChangeLine(
        change.pk,
        _what(change),
        change.reason,
        _("%(name)s, %(when)s") % {"name": change.by, "when": moments.moment(change.at)},
        can_undo,
        _("Undone by %(name)s, %(when)s") % {"name": undone.by, "when": moments.moment(undone.at)} if undone else "",
        change.at,
    )


def _undone_by(change: AssignmentChange) -> AssignmentChange | None:
    return getattr(change, "undone_by", None)


def _what(change: AssignmentChange) -> str:
    said = {
        "before": change.before,
        "after": change.after,
        "day": moments.day(change.effective_on),
        "role": Assignment.Role(change.role).label,
        "until": moments.day(change.after_until) if change.after_until else "",
    }
    if change.is_cover:
        if change.after is None:
            words = _("%(before)s no longer covers for the assessor, from %(day)s")
        elif change.after_until:
            words = _("%(after)s covers for the assessor from %(day)s until %(until)s")
        else:
            words = _("%(after)s covers for the assessor from %(day)s")
    elif change.after is None:
        words = _("%(before)s is no longer the %(role)s, from %(day)s") if change.before else _("There is no %(role)s")
    elif change.before and change.before != change.after:
        words = _("%(after)s is the %(role)s in place of %(before)s, from %(day)s")
    else:
        words = _("%(after)s is the %(role)s, from %(day)s")
    if change.undoes_id:
        words = _("An earlier change was undone. %(what)s") % {"what": words}
    return words % said
