"""Sending something to be signed by the parties of an apprenticeship, signing it, and declining to."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import User
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from assessments import workflow as assessing
from assessments.workflow.verification import contacts_of, open_link
from audit import chain as audit
from core import clock, moments
from core.actor import ANYBODY, Actor
from core.acts import Act
from core.canonical import digest
from core.errors import Incomplete, NotAllowed, OutOfTurn
from programme.audit_actions import PARTY_DECLINED, PARTY_SIGNED, VERSION_ISSUED
from programme.models import Party, PartyRefusal, PartySignature, ReviewState, SignedKind, SignedVersion
from programme.signed import can_sign, link_content, names_todays_employer, signing_of, statement_for, why_over
from programme.states import PlanState
from programme.workflow.taking_off import take_off
from signing import workflow as signing
from signing.addresses import reaches_any
from signing.models import Link, Signature
from signing.workflow import LinkClosed

#: Of a progress review; so with everything else that parties sign.
SIGN = Act("sign_version", can_sign, {ReviewState.WAITING: [ReviewState.WAITING, ReviewState.COMPLETE]})
SIGN_PLAN = Act(
    "sign_version",
    can_sign,
    {PlanState.WAITING: [PlanState.WAITING, PlanState.STANDS], PlanState.STANDS: [PlanState.REPLACED]},
)


def issue_version(
    apprenticeship: Apprenticeship, kind: SignedKind, about: UUID, by: Actor, content: dict[str, Any], reason: str = ""
) -> SignedVersion:
    """Freeze what is to be signed and sign it for the provider, where the provider is one of its parties.

    Who may do so, and whether it differs from the version before, the caller has asked. The apprenticeship is locked.
    Links to the version before stop working.

    Args:
        about: the id of what it is a version of.
        content: “shared” is what all parties see, with the names that `link_content` takes; “hidden”, if there is
            any, is not for the employer.
        reason: why there is another version than the one before.
    """
    before = newest_version(kind, about)
    version = SignedVersion.objects.create(
        kind=kind,
        about=about,
        apprenticeship=apprenticeship,
        provider=apprenticeship.provider,
        number=before.number + 1 if before else 1,
        content=content,
        sha256=digest(content),
        reason=reason.strip() if before else "",
        by_id=by.person,
        at=clock.now(),
    )
    audit.record(VERSION_ISSUED, by, version, organisation=apprenticeship.provider, kind=str(kind), about=about)
    if before:
        signing.withdraw_about(before.pk, by)
    if Party.PROVIDER in version.parties:
        _sign(version, by, Party.PROVIDER)
    return version


def newest_version(kind: SignedKind, about: UUID) -> SignedVersion | None:
    """The version of something that counts, if there is one."""
    return SignedVersion.objects.unscoped().of(kind).filter(about=about).order_by("number").last()


@transaction.atomic
def sign_version(version_id: UUID, by: Actor, *, party: str, shown: str) -> PartySignature:
    """Sign in the app, as the apprentice, as their mentor at the employer, or for the provider. Again changes nothing.

    Args:
        shown: the hash of the version that was on the screen.

    Raises:
        NotAllowed: `by` is not that party, or has signed for another.
        OutOfTurn: there is a later version; somebody signed for that party already; it names another employer; it is
            a declaration; or a plan of somebody who has withdrawn or is past the gateway;
            or what follows from it can no longer follow.
    """
    version = _locked(version_id)
    _require_no_declaration(version.kind)
    made = sign_as_party(version, by, party=party, shown=shown)
    take_off(version)
    return made


def sign_as_party(version: SignedVersion, by: Actor, *, party: str, shown: str) -> PartySignature:
    """The part of `sign_version` that declaring shares. The apprenticeship is locked."""
    _require_party(version, by, party)
    theirs = PartySignature.objects.unscoped().filter(version=version, by=by.person_id).first()
    if theirs:
        require(theirs.party == party, _("You have signed this for another party. Nobody signs for two."))
        return theirs
    _require_newest(version, shown)
    _require_not_over(version)
    _require_unsigned(version, party)
    if party == Party.EMPLOYER:
        _require_todays_employer(version)
        signing.withdraw_about(version.pk, by)
    return _sign(version, by, Party(party))


@transaction.atomic
def decline_version(version_id: UUID, by: Actor, *, party: str, shown: str, reason: str) -> PartyRefusal:
    """Say in the app that one does not sign, and why. Again, it changes nothing; one can sign it after all.

    Raises:
        NotAllowed: `by` is not that party.
        OutOfTurn: there is a later version; or it was signed for that party.
        Incomplete: no reason.
    """
    version = _locked(version_id)
    _require_party(version, by, party)
    if made := PartyRefusal.objects.unscoped().filter(version=version, by=by.person_id).first():
        return made
    _require_newest(version, shown)
    _require_unsigned(version, party)
    if not reason.strip():
        raise Incomplete(_("Say why you don’t want to sign this."), field="reason")
    made = PartyRefusal.objects.create(
        version=version,
        apprenticeship=version.apprenticeship,
        provider=version.apprenticeship.provider,
        party=party,
        by_id=by.person,
        reason=reason.strip(),
        at=clock.now(),
    )
    provider = version.apprenticeship.provider
    audit.record(PARTY_DECLINED, by, made, organisation=provider, party=str(party), version=version.pk)
    return made


@transaction.atomic
def ask_employer_to_sign(version_id: UUID, by: Actor, *, contact_id: UUID) -> Link:
    """Send a contact that the provider recorded for the employer a link with which they sign, without an account.

    Raises:
        NotAllowed: `by` is not one who asks the employer to sign things of this kind.
        OutOfTurn: there is a later version, the employer has signed, or it names another employer; or too many people
            are being asked.
        Incomplete: the contact is none of this employer's, has signed for another party, or somebody is asked already.
    """
    version = _locked(version_id)
    apprenticeship, how = version.apprenticeship, signing_of(version)
    require(how.may_ask(by, apprenticeship), str(how.who_asks))
    _require_newest(version, version.sha256)
    _require_not_over(version)
    _require_unsigned(version, Party.EMPLOYER)
    _require_todays_employer(version)
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
    if reaches_any(contact.email, _signers(version)):
        raise Incomplete(_("They have signed this for another party. Nobody signs for two."), field="contact")
    try:
        return signing.ask(
            apprenticeship,
            how.purpose,
            about=version.pk,
            content=link_content(version),
            name=contact.name,
            email=contact.email,
            by=by,
        )
    except Incomplete as refusal:
        raise Incomplete(str(refusal), field="contact") from refusal


@transaction.atomic
def sign_version_by_link(
    token: str, *, shown: str, name: str, role: str, comment: str = "", signed_in: Actor = ANYBODY
) -> Signature:
    """Sign for the employer what a link shows; arguments and errors are those of `signing.workflow.sign`.

    Raises:
        LinkClosed: also where the employer's contact is recorded no longer, the employer has signed, or there is
            another employer now.
        NotAllowed: also where somebody is signed in there who has signed for another party, or it was sent to them.
        OutOfTurn: also where there is a later version; or it is a declaration.
    """
    link = open_link(token)
    if link is not None:
        _require_no_declaration(SignedVersion.objects.unscoped().values_list("kind", flat=True).get(pk=link.about))
    return sign_as_employer(token, shown=shown, name=name, role=role, comment=comment, signed_in=signed_in)


def sign_as_employer(
    token: str, *, shown: str, name: str, role: str, comment: str = "", signed_in: Actor = ANYBODY
) -> Signature:
    """The part of `sign_version_by_link` that declaring shares."""
    link = open_link(token)
    if link is not None:
        version = _locked(link.about)
        if not names_todays_employer(version):
            raise LinkClosed
        _require_newest(version, version.sha256)
        _require_not_over(version)
        signers = _signers(version)
        if signed_in.person_id in signers:
            raise NotAllowed(_("You are signed in as somebody who has signed this for another party."))
        # It may have been passed on to them.
        if reaches_any(link.email, signers):
            raise NotAllowed(_("This link was sent to somebody who has signed this for another party."))
    made = signing.sign(token, shown=shown, name=name, role=role, comment=comment, signed_in=signed_in)
    if not PartySignature.objects.unscoped().filter(link_signature=made).exists():
        version = _locked(made.link.about)
        signature = PartySignature.objects.create(
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
        take_off(version)
    return made


@transaction.atomic
def pass_on_version(token: str, *, contact_id: UUID | None, signed_in: Actor = ANYBODY) -> Link:
    """Ask another recorded contact to sign in one's place; errors are those of `assessments.workflow.pass_on`.

    Raises:
        Incomplete: also where they have signed for another party: they could not sign it.
    """
    link = open_link(token)
    if link is not None:
        version = _locked(link.about)
        contact = contacts_of(version.apprenticeship).get(contact_id) if contact_id else None
        if contact and reaches_any(contact.email, _signers(version)):
            raise Incomplete(
                _("%(name)s has signed this for another party. Nobody signs for two.") % {"name": contact.name},
                field="contact",
            )
    return assessing.pass_on(token, contact_id=contact_id, signed_in=signed_in)


def _locked(version_id: UUID) -> SignedVersion:
    whose = SignedVersion.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=version_id)
    apprenticeship = locked_apprenticeship(whose)
    version = SignedVersion.objects.unscoped().get(pk=version_id)
    version.apprenticeship = apprenticeship
    return version


def _require_no_declaration(kind: str) -> None:
    """More follows from a declaration than its signature, so `reports.gateway.workflow` has functions for it."""
    if kind == SignedKind.GATEWAY:
        raise OutOfTurn(_("Declarations are made on the page of the gateway, so nothing was signed."))


def _require_party(version: SignedVersion, by: Actor, party: str) -> None:
    require(SIGN.who(by, version, party), _("Only those who are asked to sign this can do so here."))


def _require_newest(version: SignedVersion, shown: str) -> None:
    rows = SignedVersion.objects.unscoped().filter(about=version.about, kind=version.kind)
    if shown == version.sha256 and rows.newest().filter(pk=version.pk).exists():
        return
    if shown == version.sha256 and not rows.filter(number__gt=version.number).exists():
        raise OutOfTurn(_("These declarations were withdrawn or returned, so nothing was signed. Look at them again."))
    raise OutOfTurn(_("This was changed since, so nothing was signed. Look at it again."))


def _require_todays_employer(version: SignedVersion) -> None:
    if not names_todays_employer(version):
        raise OutOfTurn(
            _("This names %(employer)s, and the apprentice has another employer now. Ask for a new version.")
            % {"employer": version.shared["employer"] or _("no employer")}
        )


def _signers(version: SignedVersion) -> set[UUID]:
    """Who has signed it in the app, for whichever party."""
    signed = version.signatures.unscoped().values_list("by", flat=True)
    return {person for person in signed if person}


def _require_not_over(version: SignedVersion) -> None:
    if why := why_over(version):
        raise OutOfTurn(why)


def _require_unsigned(version: SignedVersion, party: str) -> None:
    signed = PartySignature.objects.unscoped().standing().filter(version=version, party=party).first()
    if signed:
        raise OutOfTurn(
            _("%(name)s signed this on %(when)s.") % {"name": signed.name, "when": moments.moment(signed.at)}
        )


def _sign(version: SignedVersion, by: Actor, party: Party) -> PartySignature:
    signature = PartySignature.objects.create(
        version=version,
        apprenticeship=version.apprenticeship,
        provider=version.apprenticeship.provider,
        party=party,
        by_id=by.person,
        name=User.objects.values_list("name", flat=True).get(pk=by.person),
        statement=statement_for(version, party),
        wording=signing_of(version).wording,
        sha256=version.sha256,
        at=clock.now(),
    )
    _record(signature, by, version.apprenticeship)
    return signature


def _record(signature: PartySignature, by: Actor, apprenticeship: Apprenticeship) -> None:
    audit.record(
        PARTY_SIGNED,
        by,
        signature,
        organisation=apprenticeship.provider,
        party=str(signature.party),
        version=signature.version_id,
    )
