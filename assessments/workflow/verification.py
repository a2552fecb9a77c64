"""Asking people with no account to confirm something, and what they answer where more than the link decides."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.models import Apprenticeship, EmployerContact
from apprenticeships.workflow import locked_apprenticeship
from assessments import access
from assessments.audit_actions import VERIFICATION_ASKED
from assessments.models import EmployerAnswer, Submission, Verification, VerificationKsb
from assessments.verifying import statements
from assessments.verifying.behaviours import standing_of
from assessments.workflow.behaviours import Answers, keep_signed, require_answers
from audit import chain as audit
from core import clock
from core.actor import ANYBODY, Actor
from core.errors import Incomplete, OutOfTurn, TokenTaken
from signing import workflow as signing
from signing.models import OF_EMPLOYERS, Link, Purpose, Signature
from signing.workflow import LinkClosed, link_of


@transaction.atomic
def ask_testimony(
    submission_id: UUID, by: Actor, *, verification_id: UUID, kind: str, name: str, email: str
) -> Verification:
    """Ask a witness or an expert to confirm one round of a piece of evidence, as it was sent.

    Args:
        verification_id: the form's one-use token: a second call with it returns what the first one made.
        kind: witness or expert.

    Raises:
        NotAllowed: `by` is neither its apprentice nor the assigned assessor.
        OutOfTurn: it was unsent; or too many people are being asked.
        Incomplete: the address is the apprentice's, an assessor's or that of `by`; or somebody there is asked already.
        TokenTaken: the id is of something else.
    """
    whose = Submission.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=submission_id)
    apprenticeship = locked_apprenticeship(whose)
    submission = Submission.objects.unscoped().select_related("snapshot").get(pk=submission_id)
    submission.apprenticeship = apprenticeship
    require(access.can_ask_testimony(by, apprenticeship), _("Only the apprentice and their assessor can ask for this."))
    if made := _made_before(verification_id, submission=submission_id):
        return made
    if submission.withdrawn_at:
        raise OutOfTurn(_("This evidence was unsent. Send it again before you ask somebody to confirm it."))
    if kind not in (Purpose.WITNESS, Purpose.EXPERT):
        raise Incomplete(_("Choose a witness or an expert."), field="kind")
    _require_not_asked(email, submission=submission_id, kind=kind)
    content = statements.of_submission(submission, kind)
    made = Verification(pk=verification_id, kind=kind, submission=submission)
    ksbs = statements.ksbs_in(submission, content)
    return _ask(made, apprenticeship, ksbs, content, name=name, email=email, by=by)


@transaction.atomic
def ask_employer(apprenticeship_id: UUID, by: Actor, *, verification_id: UUID, contact_id: UUID) -> Verification:
    """Ask the contact that the provider recorded for the employer to verify the behaviours that nobody verified yet.

    Args:
        verification_id: the form's one-use token: a second call with it returns what the first one made.

    Raises:
        NotAllowed: `by` is neither the assigned assessor nor an admin of the provider.
        OutOfTurn: no behaviour is left; the apprenticeship is over or withdrawn; or too many people are being asked.
        Incomplete: the contact is none of this employer's, is the apprentice or an assessor, or is asked already.
        TokenTaken: the id is of something else.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(
        access.can_ask_employer(by, apprenticeship),
        _("Only the assessor and admins of the training provider can ask the employer."),
    )
    require_open(apprenticeship)
    if made := _made_before(verification_id, apprenticeship=apprenticeship_id):
        return made
    contact = contacts_of(apprenticeship).get(contact_id)
    if contact is None:
        raise Incomplete(_("Choose somebody who is recorded as a contact at this employer."), field="contact")
    standing = standing_of(apprenticeship)
    left = standing.left
    if not left:
        raise OutOfTurn(_("There are no behaviours left for the employer to verify."))
    content = statements.of_behaviours(apprenticeship, contact.employer.name, left, standing.ways)
    made = Verification(pk=verification_id, kind=Purpose.EMPLOYER, contact=contact)
    ksbs = [ksb.pk for ksb in left]
    try:
        _require_not_asked(contact.email, apprenticeship=apprenticeship, kind=Purpose.EMPLOYER)
        return _ask(made, apprenticeship, ksbs, content, name=contact.name, email=contact.email, by=by)
    except Incomplete as refusal:
        raise Incomplete(str(refusal), field="contact") from refusal


def contacts_of(apprenticeship: Apprenticeship) -> dict[UUID, EmployerContact]:
    """The contacts that the provider recorded at the apprentice's employer, by their ids, in order of their names."""
    recorded = EmployerContact.objects.unscoped().filter(
        provider=apprenticeship.provider_id, employer=apprenticeship.employer_id, removed_at=None
    )
    return {contact.pk: contact for contact in recorded.select_related("employer").order_by("name", "pk")}


def colleagues_of(link: Link) -> list[EmployerContact]:
    """To whom the holder of an employer's link can pass it on: the other contacts recorded there."""
    others = contacts_of(link.apprenticeship).values() if link.purpose in OF_EMPLOYERS else ()
    return [contact for contact in others if contact.email != link.email]


@transaction.atomic
def confirm(
    token: str,
    *,
    shown: str,
    name: str,
    role: str,
    comment: str = "",
    answers: Answers | None = None,
    signed_in: Actor = ANYBODY,
) -> Signature:
    """Sign what a link shows; arguments and errors are those of `signing.workflow.sign`.

    Args:
        answers: on the employer's link, what is said of each behaviour that it shows, by its id.

    Raises:
        LinkClosed: also where the employer's contact is recorded no longer, or they answered otherwise before.
        Incomplete: also a behaviour without an answer, or *not yet* without words.
    """
    link = open_link(token)
    has_changed, answers = False, answers or {}
    if link is not None:
        # Held first, so that nothing changes between this and the signature.
        locked_apprenticeship(link.apprenticeship_id)
        has_changed = statements.has_changed(link)
    made = signing.sign(
        token,
        shown=shown,
        name=name,
        role=role,
        comment=comment,
        has_changed=has_changed,
        signed_in=signed_in,
    )
    link = made.link
    if link.purpose != Purpose.EMPLOYER:
        return made
    if kept := EmployerAnswer.objects.unscoped().filter(link_signature=made).first():
        if kept.says() != {ksb: (said.is_verified, said.words.strip()) for ksb, said in answers.items()}:
            raise LinkClosed
        return made
    # What was signed goes again, should an answer be missing.
    require_answers(link.content, answers)
    keep_signed(link, made, answers)
    return made


@transaction.atomic
def pass_on(
    token: str, *, name: str = "", email: str = "", contact_id: UUID | None = None, signed_in: Actor = ANYBODY
) -> Link:
    """Ask somebody else in one's place; errors are those of `signing.workflow.pass_on`.

    Args:
        name, email: of whoever is asked instead. For an employer's link they are not used.
        contact_id: another contact that the provider recorded, for an employer's link: it goes to nobody else.

    Raises:
        Incomplete: no name, no address, or no such contact.
    """
    link = open_link(token)
    if link is not None and link.purpose in OF_EMPLOYERS:
        contact = next((one for one in colleagues_of(link) if one.pk == contact_id), None)
        if contact is None:
            raise Incomplete(_("Choose one of these people."), field="contact")
        name, email = contact.name, contact.email
    if not name:
        raise Incomplete(_("Enter their full name."), field="name")
    if not email:
        raise Incomplete(_("Enter the email address."), field="email")
    return signing.pass_on(token, name=name, email=email, signed_in=signed_in)


def open_link(token: str) -> Link | None:
    """The link, if it works; None where a repeat may still find what it did.

    Raises:
        LinkClosed: the employer's contact is recorded no longer.
    """
    link = link_of(token)
    if link is not None and link.purpose in OF_EMPLOYERS:
        recorded = contacts_of(link.apprenticeship).values()
        if link.email not in {contact.email for contact in recorded}:
            raise LinkClosed
    return link


def _made_before(verification_id: UUID, **of: Any) -> Verification | None:
    made = Verification.objects.unscoped().filter(pk=verification_id).first()
    if made and not Verification.objects.unscoped().filter(pk=verification_id, **of).exists():
        raise TokenTaken
    return made


def _require_not_asked(email: str, **of: Any) -> None:
    asked = Verification.objects.unscoped().filter(**of).values("pk")
    if Link.objects.unscoped().filter(about__in=asked, email=email).unanswered().exists():
        raise Incomplete(_("They have been asked already. You can send the link again instead."), field="email")


def _ask(
    made: Verification,
    apprenticeship: Apprenticeship,
    ksbs: Sequence[UUID],
    content: dict[str, Any],
    *,
    name: str,
    email: str,
    by: Actor,
) -> Verification:
    made.apprenticeship, made.provider = apprenticeship, apprenticeship.provider
    made.asked_by_id, made.asked_at = by.person, clock.now()
    made.save(force_insert=True)
    VerificationKsb.objects.bulk_create(VerificationKsb(verification=made, ksb_id=ksb) for ksb in ksbs)
    audit.record(VERIFICATION_ASKED, by, made, organisation=apprenticeship.provider, kind=str(made.kind), ksbs=ksbs)
    signing.ask(apprenticeship, made.kind, about=made.pk, content=content, name=name, email=email, by=by)
    return made
