"""Recognising prior learning: proposing it, and taking it off hours and price once all three have signed."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.workflow import locked_apprenticeship
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from programme import access
from programme.models import Party, SignedKind, SignedVersion
from programme.scanning.distance import distances, known_at_start, scans_of
from programme.scanning.ratings import asked_of
from programme.scanning.recognition import content_of, effect_of, mark_of
from programme.workflow.signatures import issue_version, newest_version


@transaction.atomic
def propose_prior_learning(
    apprenticeship_id: UUID,
    by: Actor,
    *,
    codes: Sequence[str],
    hours: int,
    pounds: int,
    price: int | None,
    why: str,
    shown: str,
) -> SignedVersion:
    """Freeze what was known at the start and what it takes off, sign it for the provider, and ask the other two.

    Hours and price change once all three have signed. That nothing was known is said in the same way.

    Args:
        codes: the KSBs that were known: those that somebody rated so in their first skills scan.
        hours, pounds: taken off.
        price: without prior learning, in pounds, if it is known.
        shown: `mark_of` the effect that stood on the screen: nobody agrees to figures that they have not seen.

    Raises:
        NotAllowed: `by` neither looks after the apprentice nor is an admin of the provider.
        OutOfTurn: the apprentice has not rated themselves; or the apprenticeship is past its gateway or over.
        Incomplete: with the field that is missing or wrong; or other figures were shown.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(
        access.can_plan_reviews(by, apprenticeship),
        _("Only the assessor, the trainer and admins recognise prior learning."),
    )
    require_open(apprenticeship)
    asked = asked_of(apprenticeship)
    found = distances(asked, scans_of(apprenticeship.pk), apprenticeship.standard_version_id)
    if not any(one.party == Party.APPRENTICE for one in found):
        raise OutOfTurn(_("The apprentice rates themselves in the skills scan first."))
    known = known_at_start(found)
    if wrong := [code for code in codes if code not in known]:
        raise Incomplete(_("%(code)s was not rated as known at the start.") % {"code": wrong[0]}, field="codes")
    ordered = [one.code for one in asked if one.code in codes]
    if hours and not ordered:
        raise Incomplete(_("Choose what was known, or take no hours off."), field="codes")
    if not why.strip():
        raise Incomplete(_("Say what shows it, or why nothing was recognised. An audit asks for it."), field="why")
    effect = effect_of(apprenticeship, hours, pounds, price)
    if effect.faults:
        raise Incomplete(effect.faults[0].message, field=effect.faults[0].field)
    if shown != mark_of(ordered, effect):
        raise Incomplete(_("Look at what this takes off first, then sign it."), field="shown")
    content = content_of(apprenticeship, ordered, effect, why.strip())
    before = newest_version(SignedKind.PRIOR_LEARNING, apprenticeship.pk)
    if before and before.content == content:
        return before
    return issue_version(apprenticeship, SignedKind.PRIOR_LEARNING, apprenticeship.pk, by, content, why)
