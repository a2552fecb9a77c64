"""What an assessor records of an apprentice's work: begun, handed over, and then the apprentice's to send."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import User
from apprenticeships.access import is_assessor_of, require_open
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow.locks import locked_apprenticeship
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import OutOfTurn
from portfolios import access, coverage, versions
from portfolios.audit_actions import (
    EVIDENCE_HANDED_OVER,
    EVIDENCE_OBSERVED,
    EVIDENCE_TAKEN_OVER,
    EVIDENCE_TAKEN_UP,
)
from portfolios.content import EvidenceContent
from portfolios.models import Evidence
from portfolios.workflow.evidence import (
    check_content,
    record_revision,
    require_editable,
    save_next_revision,
    write_claims,
)
from portfolios.workflow.locks import locked_evidence


@transaction.atomic
def start_observation(apprenticeship_id: UUID, by: Actor, *, evidence_id: UUID, content: EvidenceContent) -> Evidence:
    """Begin a draft of the apprentice's that the assessor records: an observation or a professional discussion.

    Only the assessor changes it. Who recorded it, and when, is part of what it says.

    Args:
        evidence_id: the form's one-use token: a second call with it returns the draft of the first.

    Raises:
        NotAllowed: `by` does not assess the apprentice today.
        OutOfTurn: the apprenticeship is closed.
        Incomplete: a kind or a day that cannot be.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(access.can_observe(by, apprenticeship), _("Only the assessor of this apprentice can record this."))
    require_open(apprenticeship)
    if made := Evidence.objects.unscoped().filter(pk=evidence_id).first():
        is_same = (made.apprenticeship_id, made.observed_by_id) == (apprenticeship.pk, by.person_id)
        require(is_same, _("This form cannot be used again."))
        return made
    check_content(apprenticeship, content)
    now = clock.now()
    evidence = Evidence(
        pk=evidence_id,
        apprenticeship=apprenticeship,
        provider_id=apprenticeship.provider_id,
        observed_by_id=by.person,
        created_at=now,
        changed_at=now,
        **content.columns(),
    )
    who = User.objects.get(pk=by.person).name
    evidence.answers = [{"prompt": _("Recorded by"), "text": _("%(name)s, assessor") % {"name": who}}]
    evidence.save(force_insert=True)
    touched = write_claims(evidence, content.reasons)
    coverage.refresh_drafts(apprenticeship, touched)
    versions.keep(evidence)
    audit.record(EVIDENCE_OBSERVED, by, evidence, organisation=apprenticeship.provider)
    return evidence


def mark_handed_over(evidence: Evidence, by: Actor) -> None:
    """Let the apprentice confirm it. It is locked, and was checked."""
    evidence.handed_over_at = clock.now()
    evidence.save(update_fields=["handed_over_at"])
    audit.record(EVIDENCE_HANDED_OVER, by, evidence, organisation=evidence.apprenticeship.provider)


@transaction.atomic
def take_up_observation(evidence_id: UUID, by: Actor) -> Evidence:
    """Go on with what was handed over, before the apprentice has confirmed it. Doing so again changes nothing.

    Raises:
        NotAllowed: `by` did not record it, or no longer assesses the apprentice.
        OutOfTurn: the apprentice has confirmed it.
    """
    evidence = locked_evidence(evidence_id)
    is_theirs = evidence.observed_by_id == by.person_id and access.can_observe(by, evidence.apprenticeship)
    require(is_theirs, _("Only the assessor who recorded this can change it."))
    require_open(evidence.apprenticeship)
    if evidence.first_submitted_at:
        raise OutOfTurn(_("The apprentice has confirmed this, so it cannot be changed now."))
    if evidence.handed_over_at:
        evidence.handed_over_at = None
        evidence.save(update_fields=["handed_over_at"])
        audit.record(EVIDENCE_TAKEN_UP, by, evidence, organisation=evidence.apprenticeship.provider)
    return evidence


@transaction.atomic
def take_over_observation(evidence_id: UUID, by: Actor) -> Evidence:
    """Go on with what a colleague recorded who no longer assesses the apprentice. Doing so again changes nothing.

    It keeps who began it, and says who took it over. What was handed over stays so, until it is taken back.

    Raises:
        NotAllowed: `by` does not assess the apprentice, or whoever recorded it still does.
        OutOfTurn: the apprentice has confirmed it, it was deleted, or the apprenticeship is closed.
    """
    evidence = locked_evidence(evidence_id)
    if evidence.observed_by_id == by.person_id:
        return evidence
    require(evidence.observed_by_id is not None, _("Only the apprentice can change this evidence."))
    require(
        access.can_take_over(by, evidence),
        _("Only another assessor of this apprentice can take this over, once whoever recorded it is no longer one."),
    )
    require_open(evidence.apprenticeship)
    if evidence.first_submitted_at:
        raise OutOfTurn(_("The apprentice has confirmed this, so it cannot be changed now."))
    require_editable(evidence)
    before, who = evidence.observed_by_id, User.objects.get(pk=by.person).name
    evidence.observed_by_id = by.person
    taken_over = {"prompt": _("Taken over by"), "text": _("%(name)s, assessor") % {"name": who}}
    evidence.answers = [*evidence.answers, taken_over]
    save_next_revision(evidence, ["answers", "observed_by"], [])
    record_revision(evidence, by)
    audit.record(EVIDENCE_TAKEN_OVER, by, evidence, organisation=evidence.apprenticeship.provider, before=before)
    return evidence


def left_behind(actor: Actor, apprenticeship: Apprenticeship) -> list[Evidence]:
    """What colleagues recorded, or began to, who no longer assess the apprentice: for whoever can take it over."""
    if not access.observes(actor, apprenticeship):
        return []
    rows = (
        Evidence.objects.unscoped()
        .filter(apprenticeship=apprenticeship, observed_by__isnull=False, state=Evidence.State.DRAFT)
        .filter(discarded_at=None, first_submitted_at=None)
        .exclude(observed_by=actor.person_id)
        .select_related("observed_by")
        .order_by("created_at")
    )
    authors = {row.observed_by_id: Actor(row.observed_by_id, row.provider_id) for row in rows}
    gone = {author for author, acting in authors.items() if not is_assessor_of(acting, apprenticeship)}
    return [row for row in rows if row.observed_by_id in gone]


def comment_on_observation(evidence: Evidence, by: Actor, comment: str) -> None:
    """Keep what the apprentice says of it beside the assessor's words. It is locked, and theirs to confirm."""
    require_editable(evidence)
    prompt = _("What the apprentice says")
    answers = [one for one in evidence.answers if one["prompt"] != prompt]
    if comment.strip():
        answers.append({"prompt": prompt, "text": comment.strip()})
    if answers != evidence.answers:
        evidence.answers = answers
        save_next_revision(evidence, ["answers"], [])
        record_revision(evidence, by)
