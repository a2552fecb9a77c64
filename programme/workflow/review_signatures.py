"""Sending progress reviews to be signed, and what the three parties sign."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import User
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from assessments.workflow.verification import contacts_of, open_link
from audit import chain as audit
from core import clock, moments
from core.actor import ANYBODY, Actor
from core.canonical import digest
from core.errors import Incomplete, NotAllowed, OutOfTurn
from programme import access
from programme.audit_actions import REVIEW_HELD, REVIEW_ISSUED, REVIEW_SENT, REVIEW_SIGNED
from programme.models import Party, ReviewSignature, ReviewVersion
from programme.review_statements import WORDING_VERSION, content_of, link_content, statement_of
from programme.review_words import written
from programme.sections import sections_of
from programme.standing import carried_into, last_held, standing_of
from programme.workflow.reviews import locked_review, require_holder, require_not_cancelled, write_notes
from signing import workflow as signing
from signing.addresses import reaches_any
from signing.models import Link, Purpose, Signature


@transaction.atomic
def issue_review(
    review_id: UUID, by: Actor, *, revision: int, words: Mapping[str, str], reason: str = ""
) -> ReviewVersion:
    """Freeze what was written, sign it for the provider, and ask the apprentice and the employer to sign it.

    Once it was signed, other words make another version, for a reason that all read: it is signed again by all. The
    same words again return the version that there is.

    Args:
        revision, words: as for `keep_notes`.

    Raises:
        NotAllowed: `by` does not hold its reviews.
        OutOfTurn: it was cancelled.
        Incomplete: with the field in which something is missing; for a correction, the reason.
        StaleNotes: as for `keep_notes`.
    """
    review = locked_review(review_id)
    require_holder(by, review)
    require_not_cancelled(review)
    apprenticeship = review.apprenticeship
    notes = write_notes(review, by, revision=revision, words=words)
    sections, carried = sections_of(review.template), carried_into(review)
    said = written(notes.words, sections, carried, review.pk, apprenticeship.started_on)
    before = review.versions.unscoped().last()
    if before:
        standing = before.shared["standing"]
    else:
        held_before = last_held(apprenticeship.pk, before=review)
        since = held_before.held_on if held_before and held_before.held_on else apprenticeship.started_on
        standing = standing_of(apprenticeship.pk, since).to_json()
    content = content_of(review, apprenticeship, said, sections, standing)
    if before and before.content == content:
        return before
    if before and not reason.strip():
        raise Incomplete(_("Say why you correct a review that was signed."), field="reason")
    version = ReviewVersion.objects.create(
        review=review,
        apprenticeship=apprenticeship,
        provider=apprenticeship.provider,
        number=before.number + 1 if before else 1,
        content=content,
        sha256=digest(content),
        reason=reason.strip() if before else "",
        by_id=by.person,
        at=clock.now(),
    )
    if (review.held_on, bool(review.issued_at)) != (said.held_on, True):
        action = REVIEW_SENT if review.held_on == said.held_on else REVIEW_HELD
        review.held_on = said.held_on
        review.issued_at = review.issued_at or clock.now()
        review.save(update_fields=["held_on", "issued_at"])
        audit.record(action, by, review, organisation=apprenticeship.provider, held_on=said.held_on)
    audit.record(REVIEW_ISSUED, by, version, organisation=apprenticeship.provider, number=version.number)
    if before:
        signing.withdraw_about(before.pk, by)
    _sign(version, by, Party.PROVIDER)
    return version


@transaction.atomic
def sign_review(version_id: UUID, by: Actor, *, party: str, shown: str) -> ReviewSignature:
    """Sign a review in the app, as its apprentice or as their mentor at the employer. Again, it changes nothing.

    Args:
        shown: the hash of the version that was on the screen.

    Raises:
        NotAllowed: `by` is not that party, or has signed for another.
        OutOfTurn: it was corrected since; or somebody signed for that party already.
    """
    version = _locked(version_id)
    apprenticeship = version.apprenticeship
    rule = {
        Party.APPRENTICE: apprenticeship.apprentice_id == by.person_id,
        Party.EMPLOYER: access.is_mentor_of(by, apprenticeship),
    }
    require(rule.get(Party(party), False), _("Only the apprentice and their mentor at the employer sign this here."))
    theirs = ReviewSignature.objects.unscoped().filter(version=version, by=by.person_id).first()
    if theirs:
        require(theirs.party == party, _("You have signed this review for another party. Nobody signs for two."))
        return theirs
    _require_newest(version, shown)
    _require_unsigned(version, party)
    if party == Party.EMPLOYER:
        signing.withdraw_about(version.pk, by)
    return _sign(version, by, Party(party))


@transaction.atomic
def ask_employer_to_sign(version_id: UUID, by: Actor, *, contact_id: UUID) -> Link:
    """Send a contact that the provider recorded for the employer a link with which they sign, without an account.

    Raises:
        NotAllowed: `by` neither holds its reviews nor is an admin of the provider.
        OutOfTurn: it was corrected, or the employer has signed; or too many people are being asked.
        Incomplete: the contact is none of this employer's, has signed for another party, or somebody is asked already.
    """
    version = _locked(version_id)
    apprenticeship = version.apprenticeship
    require(
        access.can_plan_reviews(by, apprenticeship),
        _("Only the assessor, the trainer and admins ask the employer to sign."),
    )
    _require_newest(version, version.sha256)
    _require_unsigned(version, Party.EMPLOYER)
    contact = contacts_of(apprenticeship).get(contact_id)
    if contact is None:
        raise Incomplete(_("Choose somebody who is recorded as a contact at this employer."), field="contact")
    waiting = Link.objects.unscoped().filter(about=version.pk).unanswered().first()
    if waiting:
        if waiting.email == contact.email:
            return waiting
        raise Incomplete(
            _("%(name)s has been asked already. Withdraw that request first.") % {"name": waiting.name}, field="contact"
        )
    signers = version.signatures.unscoped().filter(by__isnull=False).values_list("by", flat=True)
    if reaches_any(contact.email, [one for one in signers if one]):
        raise Incomplete(_("They have signed this review for another party. Nobody signs for two."), field="contact")
    try:
        return signing.ask(
            apprenticeship,
            Purpose.REVIEW,
            about=version.pk,
            content=link_content(version),
            name=contact.name,
            email=contact.email,
            by=by,
        )
    except Incomplete as refusal:
        raise Incomplete(str(refusal), field="contact") from refusal


@transaction.atomic
def sign_review_by_link(
    token: str, *, shown: str, name: str, role: str, comment: str = "", signed_in: Actor = ANYBODY
) -> Signature:
    """Sign for the employer what a link shows; arguments and errors are those of `signing.workflow.sign`.

    Raises:
        LinkClosed: also where the employer's contact is recorded no longer, or the employer has signed.
        NotAllowed: also where somebody is signed in there who has signed for another party.
    """
    link = open_link(token)
    if link is not None:
        version = _locked(link.about)
        signers = set(version.signatures.unscoped().values_list("by", flat=True))
        if signed_in.person_id and signed_in.person_id in signers:
            raise NotAllowed(_("You are signed in as somebody who has signed this for another party."))
    made = signing.sign(token, shown=shown, name=name, role=role, comment=comment, signed_in=signed_in)
    if not ReviewSignature.objects.unscoped().filter(link_signature=made).exists():
        version = _locked(made.link.about)
        signature = ReviewSignature.objects.create(
            version=version,
            apprenticeship=version.apprenticeship,
            provider=version.apprenticeship.provider,
            party=Party.EMPLOYER,
            link_signature=made,
            name=made.name,
            statement=made.statement,
            wording=made.wording,
            sha256=version.sha256,
            at=made.at,
        )
        _record(signature, Actor(link_id=made.link_id), version.apprenticeship)
    return made


def _locked(version_id: UUID) -> ReviewVersion:
    whose = ReviewVersion.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=version_id)
    apprenticeship = locked_apprenticeship(whose)
    version = ReviewVersion.objects.unscoped().select_related("review").get(pk=version_id)
    version.apprenticeship = apprenticeship
    return version


def _require_newest(version: ReviewVersion, shown: str) -> None:
    require_not_cancelled(version.review)
    later = ReviewVersion.objects.unscoped().filter(review=version.review_id, number__gt=version.number)
    if shown != version.sha256 or later.exists():
        raise OutOfTurn(_("This review was corrected since, so nothing was signed. Look at it again."))


def _require_unsigned(version: ReviewVersion, party: str) -> None:
    signed = ReviewSignature.objects.unscoped().standing().filter(version=version, party=party).first()
    if signed:
        raise OutOfTurn(
            _("%(name)s signed this on %(when)s.") % {"name": signed.name, "when": moments.moment(signed.at)}
        )


def _sign(version: ReviewVersion, by: Actor, party: Party) -> ReviewSignature:
    signature = ReviewSignature.objects.create(
        version=version,
        apprenticeship=version.apprenticeship,
        provider=version.apprenticeship.provider,
        party=party,
        by_id=by.person,
        name=User.objects.values_list("name", flat=True).get(pk=by.person),
        statement=statement_of(party, version.shared["employer"]),
        wording=WORDING_VERSION,
        sha256=version.sha256,
        at=clock.now(),
    )
    _record(signature, by, version.apprenticeship)
    return signature


def _record(signature: ReviewSignature, by: Actor, apprenticeship: Apprenticeship) -> None:
    audit.record(
        REVIEW_SIGNED,
        by,
        signature,
        organisation=apprenticeship.provider,
        party=str(signature.party),
        version=signature.version_id,
    )
