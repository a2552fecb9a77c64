"""Stating at the end that there were fewer off-the-job hours than planned."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.workflow import locked_apprenticeship
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from programme import access
from programme.learning_hours.totals import figures_of
from programme.models import SignedKind, SignedVersion
from programme.planning.fewer_hours import content_of, lacking_of, mark_of
from programme.workflow.signatures import issue_version, newest_version


@transaction.atomic
def state_fewer_hours(apprenticeship_id: UUID, by: Actor, *, why: str, shown: str | None = None) -> SignedVersion:
    """Freeze the hours of today with the reason, sign it for the provider, and ask the employer to sign it.

    The same hours and reason again return the statement that there is.

    Args:
        shown: `mark_of` the figures that stood on the screen, if there was one.

    Raises:
        NotAllowed: `by` neither looks after the apprentice nor is an admin of the provider.
        OutOfTurn: no hours are lacking; or the apprenticeship is past its gateway, over or withdrawn.
        Incomplete: no reason; or the hours are no longer those that were shown.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(
        access.can_plan_reviews(by, apprenticeship),
        _("Only the assessor, the trainer and admins can state that there were fewer hours."),
    )
    require_open(apprenticeship)
    if not why.strip():
        raise Incomplete(_("Say why there were fewer hours. The employer reads this."), field="why")
    figures = figures_of(apprenticeship)
    if not lacking_of(figures):
        raise OutOfTurn(_("No hours are missing, so there is nothing to sign."))
    if shown is not None and shown != mark_of(figures):
        raise Incomplete(
            _("The hours have changed since you opened this page. Look at the new figures, then sign."), field="why"
        )
    content = content_of(apprenticeship, figures, why.strip())
    before = newest_version(SignedKind.FEWER_HOURS, apprenticeship.pk)
    if before and before.content == content:
        return before
    return issue_version(apprenticeship, SignedKind.FEWER_HOURS, apprenticeship.pk, by, content, why)
