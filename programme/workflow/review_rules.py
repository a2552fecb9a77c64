"""What a provider asks in reviews, and how often one apprentice's progress is reviewed."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from apprenticeships.workflow import locked_apprenticeship
from audit import chain as audit
from core import clock, names
from core.actor import Actor
from core.errors import Incomplete
from programme import access
from programme.audit_actions import REVIEW_RHYTHM_SET, REVIEW_TEMPLATE_SET
from programme.models import ReviewRhythm, ReviewTemplate
from programme.reviewing.sections import ASKED, MOST_SECTIONS, PRIVATE, Section, as_json, sections_of


@transaction.atomic
def set_template(provider_id: UUID, by: Actor, sections: Sequence[Section]) -> ReviewTemplate | None:
    """Make another version of the form of a provider's reviews, for those that are planned from now on.

    The same sections again change nothing; None is returned where these are the usual ones and there was no other form.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        Incomplete: a section without a title, too many, or one missing that the funding rules ask for.
    """
    provider = Organisation.objects.select_for_update(no_key=True).get(pk=provider_id)
    require(access.can_set_template(by, provider), _("Only an admin of the training provider can do this."))
    keys = [section.key for section in sections]
    missing = [section.title for section in sections_of(None) if section.key in ASKED and section.key not in keys]
    if missing:
        raise Incomplete(
            _("The funding rules ask for this in every review, so it cannot be left out: %(titles)s.")
            % {"titles": ", ".join(missing)},
            field="sections",
        )
    if len(sections) > MOST_SECTIONS or len(set(keys)) < len(keys):
        raise Incomplete(_("A form has %(count)s sections at most.") % {"count": MOST_SECTIONS}, field="sections")
    if any(not section.title.strip() for section in sections):
        raise Incomplete(_("Give each section a title."), field="sections")
    settled = as_json(
        section._replace(
            is_required=section.is_required or section.key in ASKED,
            is_hidden=section.is_hidden or section.key in PRIVATE,
        )
        for section in sections
    )
    before = ReviewTemplate.objects.unscoped().filter(provider=provider).newest_first().first()
    if settled == as_json(sections_of(before)):
        return before
    made = ReviewTemplate.objects.create(
        provider=provider,
        number=before.number + 1 if before else 1,
        sections=settled,
        by_id=by.person,
        at=clock.now(),
    )
    audit.record(REVIEW_TEMPLATE_SET, by, made, organisation=provider, number=made.number)
    return made


@transaction.atomic
def set_review_rhythm(
    apprenticeship_id: UUID, by: Actor, *, months: int | None, reason: str, agreed_with: str = ""
) -> ReviewRhythm:
    """Have an apprentice's progress reviewed more or less often than the rule says, or by the rule again.

    Args:
        months: every so many calendar months; None for the rule of the funding year.
        reason: why the training is delivered so, which an audit asks for.
        agreed_with: who agreed for the employer.

    Raises:
        NotAllowed: `by` neither holds its reviews nor is an admin of the provider.
        Incomplete: no reason, nobody who agreed, or a number of months that is not from 1 to 12.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(
        access.can_plan_reviews(by, apprenticeship),
        _("Only the assessor, the trainer and admins can change how often progress is reviewed."),
    )
    if months is not None and not 1 <= months <= 12:
        raise Incomplete(_("Enter a number of months from 1 to 12."), field="months")
    if not reason.strip():
        raise Incomplete(_("Say why. An audit asks for it."), field="reason")
    who = names.tidy(agreed_with) if months else ""
    if months and not who:
        raise Incomplete(_("Enter who agreed to this for the employer."), field="agreed_with")
    before = ReviewRhythm.objects.unscoped().filter(apprenticeship=apprenticeship).newest_first().first()
    if before and (before.months, before.reason, before.agreed_with) == (months, reason.strip(), who):
        return before
    made = ReviewRhythm.objects.create(
        apprenticeship=apprenticeship,
        provider=apprenticeship.provider,
        months=months,
        reason=reason.strip(),
        agreed_with=who,
        by_id=by.person,
        at=clock.now(),
    )
    audit.record(REVIEW_RHYTHM_SET, by, made, organisation=apprenticeship.provider, months=months)
    return made
