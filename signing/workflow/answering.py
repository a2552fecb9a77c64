"""What the holder of a link does with it. Opening it does nothing: each of these follows a form that was sent."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apprenticeships.workflow import locked_apprenticeship
from audit import chain as audit
from core import clock, names
from core.actor import ANYBODY, Actor
from core.acts import Act
from core.errors import Incomplete, NotAllowed, OutOfTurn
from signing import access, mail, receipts
from signing.addresses import judges_of
from signing.audit_actions import (
    LINK_DECLINED,
    LINK_PASSED_ON,
    LINK_STARTED,
    LINK_USED,
    SIGNATURE_DISOWNED,
    SIGNATURE_MADE,
)
from signing.models import Disavowal, Link, LinkState, Signature, state_of
from signing.workflow.asking import LONGEST_CHAIN, require_somebody_else, send, token_hash

_OPEN = (LinkState.WAITING, LinkState.STARTED)
START = Act("start", access.holds, {state: [LinkState.STARTED] for state in _OPEN})
SIGN = Act("sign", access.holds, {LinkState.STARTED: [LinkState.SIGNED]})
DECLINE = Act("decline", access.holds, {state: [LinkState.DECLINED] for state in _OPEN})
PASS_ON = Act("pass_on", access.holds, {state: [LinkState.PASSED_ON] for state in _OPEN})
PASS_ON_MAKES = Act("pass_on", access.holds, {}, creates=[LinkState.WAITING])
DISOWN = Act("disown", receipts.signature_of, {LinkState.SIGNED: [LinkState.DISOWNED]})


class LinkClosed(OutOfTurn):
    """The link is not one that works. Nobody learns whether it was used, withdrawn, expired or never there."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("This link does not work."))


class TextChanged(OutOfTurn):
    """There is a later version than the signer was told of, so they are told before they sign."""

    def __init__(self) -> None:
        super().__init__(
            _("Something changed while you had this page open, so nothing has been sent. Check it and send it again.")
        )


def link_of(token: str) -> Link | None:
    """The link with this token, if it is one that works. Asking changes nothing."""
    link = (
        Link.objects.unscoped()
        .select_related("apprenticeship__apprentice", "provider", "asked_by", "follows")
        .filter(token_sha256=token_hash(token))
        .first()
    )
    return link if link and link.is_open else None


def asked_by(token: str) -> Link | None:
    """The link with this token, whatever became of it: a form that comes again is made of it. It is never shown."""
    return Link.objects.unscoped().filter(token_sha256=token_hash(token)).first()


@transaction.atomic
def start(token: str) -> Link:
    """Note that whoever was asked has begun: before this they see who asks and for what, and nothing of the work.

    Raises:
        LinkClosed: the link does not work.
    """
    link = _locked(token, START)
    if not link.started_at:
        link.started_at = clock.now()
        link.save(update_fields=["started_at"])
        audit.record(LINK_STARTED, Actor(link_id=link.pk), link, organisation=link.provider)
    return link


@transaction.atomic
def keep_for_later(
    token: str, *, name: str = "", role: str = "", comment: str = "", answers: Mapping[str, str] | None = None
) -> Link:
    """Keep what was typed so far, for whoever opens the same link again. Nothing is signed, and nobody else reads it.

    Args:
        answers: what was pressed besides, where the link asks for more than a signature.

    Raises:
        LinkClosed: the link does not work.
    """
    link = _locked(token, START)
    link.kept = {"name": name, "role": role, "comment": comment}
    if answers:
        link.kept["answers"] = dict(answers)
    link.save(update_fields=["kept"])
    return link


@transaction.atomic
def sign(
    token: str,
    *,
    shown: str,
    name: str,
    role: str,
    comment: str = "",
    has_changed: bool = False,
    signed_in: Actor = ANYBODY,
) -> Signature:
    """Sign what the link shows. The same again returns the first signature.

    Args:
        shown: the edition that stood on the signer's screen.
        name, role: who they say they are, and what they do.
        has_changed: whether there is a later version of what is signed, of which the signer must have been told.
        signed_in: who is signed in to the site in that browser, if anybody is.

    Raises:
        LinkClosed: the link does not work, or somebody signed by it in other words.
        NotAllowed: the apprentice or an assessor is signed in there.
        OutOfTurn: nobody pressed “Start” yet.
        TextChanged: what stood on the screen is not what would be signed.
        Incomplete: no name, or no role; or the name or the address is that of the apprentice or an assessor.
    """
    name, role, comment = names.tidy(name), names.tidy(role), comment.strip()
    link = _locked(token, SIGN, repeat=LinkState.SIGNED)
    if link.signed_at:
        made = Signature.objects.unscoped().get(link=link)
        if made.same_as(name, role, comment):
            return made
        raise LinkClosed
    _require_not_themselves(link, signed_in)
    if not SIGN.starts_from(state_of(link)):
        raise OutOfTurn(_("Press Start first."))
    if shown != link.edition(has_changed=has_changed):
        raise TextChanged
    _require_name(link, name)
    if not role:
        raise Incomplete(_("Enter your job title, or how you know the apprentice."), field="role")
    by = Actor(link_id=link.pk)
    link.signed_at = clock.now()
    link.kept = {}
    link.save(update_fields=["signed_at", "kept"])
    made = Signature.objects.create(
        link=link,
        apprenticeship=link.apprenticeship,
        provider=link.provider,
        sha256=link.sha256,
        statement=link.content["statement"],
        wording=link.content["wording"],
        name=name,
        role=role,
        comment=comment,
        was_told_of_change=has_changed,
        at=link.signed_at,
    )
    audit.record(LINK_USED, by, link, organisation=link.provider)
    audit.record(SIGNATURE_MADE, by, made, organisation=link.provider, purpose=str(link.purpose))
    mail.send_receipt(made)
    return made


@transaction.atomic
def decline(token: str, *, reason: str, signed_in: Actor = ANYBODY) -> Link:
    """Say that one does not sign, and why; whoever asked reads it. Declining again changes nothing.

    Raises:
        LinkClosed: the link does not work.
        NotAllowed: the apprentice or an assessor is signed in there.
        Incomplete: no reason.
    """
    link = _locked(token, DECLINE, repeat=LinkState.DECLINED)
    if link.declined_at:
        return link
    _require_not_themselves(link, signed_in)
    if not reason.strip():
        raise Incomplete(_("Say why you cannot confirm this."), field="reason")
    link.declined_at = clock.now()
    link.decline_reason = reason.strip()
    link.kept = {}
    link.save(update_fields=["declined_at", "decline_reason", "kept"])
    audit.record(LINK_DECLINED, Actor(link_id=link.pk), link, organisation=link.provider)
    return link


@transaction.atomic
def pass_on(token: str, *, name: str, email: str, signed_in: Actor = ANYBODY) -> Link:
    """Ask somebody else in one's place, by name: they get a link of their own, and whoever asked is told who it is.

    The same again returns the link that was made.

    Raises:
        LinkClosed: the link does not work.
        NotAllowed: the apprentice or an assessor is signed in there.
        OutOfTurn: it has been passed on too often.
        Incomplete: the address is that of the apprentice, of an assessor, of whoever asked, or the same.
    """
    link = _locked(token, PASS_ON, repeat=LinkState.PASSED_ON)
    if link.passed_on_at:
        following = Link.objects.unscoped().get(follows=link)
        if (following.name, following.email) == (name, email):
            return following
        raise LinkClosed
    _require_not_themselves(link, signed_in)
    require_somebody_else(link.apprenticeship, email, link.asked_by_id)
    if email == link.email:
        raise Incomplete(_("This is the address that your own link was sent to. Enter somebody else’s."), field="email")
    if _length(link) >= LONGEST_CHAIN:
        raise OutOfTurn(
            _("This has been passed on %(count)s times already. Tell %(name)s who should be asked.")
            % {"count": LONGEST_CHAIN, "name": link.asked_by}
        )
    by = Actor(link_id=link.pk)
    link.passed_on_at = clock.now()
    link.kept = {}
    link.save(update_fields=["passed_on_at", "kept"])
    audit.record(LINK_PASSED_ON, by, link, organisation=link.provider)
    return send(
        Link(
            apprenticeship=link.apprenticeship,
            provider=link.provider,
            purpose=link.purpose,
            about=link.about,
            content=link.content,
            sha256=link.sha256,
            name=name,
            email=email,
            follows=link,
            asked_by=link.asked_by,
        ),
        by,
    )


@transaction.atomic
def disown(receipt: str) -> Signature:
    """Say, from the receipt, that one did not sign: the signature counts for nothing from then on, and all can see it.

    Saying so again changes nothing.

    Raises:
        LinkClosed: it is no receipt of this site's.
    """
    signature = DISOWN.who(receipt)
    if signature is None:
        raise LinkClosed
    link = signature.link
    locked_apprenticeship(link.apprenticeship_id)
    if not Disavowal.objects.unscoped().filter(signature=signature).exists():
        made = Disavowal.objects.create(signature=signature, at=clock.now())
        audit.record(SIGNATURE_DISOWNED, Actor(link_id=link.pk), made, organisation=link.provider)
    return signature


def _locked(token: str, act: Act[Any], *, repeat: LinkState | None = None) -> Link:
    """The link, locked, if it works; or if it was used up by the act that is done again, and so is in `repeat`."""
    found = Link.objects.unscoped().filter(token_sha256=token_hash(token)).values_list("pk", "apprenticeship").first()
    if found is None:
        raise LinkClosed
    apprenticeship = locked_apprenticeship(found[1])
    link = (
        Link.objects.unscoped().select_for_update(no_key=True, of=("self",)).select_related("asked_by").get(pk=found[0])
    )
    link.apprenticeship, link.provider = apprenticeship, apprenticeship.provider
    if not act.who(token_hash(token), link) or not (link.is_open or state_of(link) == repeat):
        raise LinkClosed
    return link


def _require_not_themselves(link: Link, signed_in: Actor) -> None:
    """Neither the apprentice nor an assessor answers, whatever has become of addresses and assignments since."""
    if signed_in.person_id in judges_of(link.apprenticeship):
        raise NotAllowed(
            _("You are signed in as somebody who cannot answer this. Only %(name)s can.") % {"name": link.name}
        )
    try:
        require_somebody_else(link.apprenticeship, link.email, link.asked_by_id)
    except Incomplete:
        raise NotAllowed(
            _("This link was sent to the apprentice, to an assessor or to whoever asked, so it cannot be used.")
        ) from None


def _require_name(link: Link, name: str) -> None:
    if not name:
        raise Incomplete(_("Enter your name."), field="name")
    if names.has_hidden(name):
        raise Incomplete(_("This name contains hidden characters. Type it again."), field="name")
    if name.casefold() == names.tidy(link.apprenticeship.apprentice.name).casefold():
        raise Incomplete(_("This is the apprentice’s name. Enter your own."), field="name")


def _length(link: Link) -> int:
    """How often it was passed on to get here."""
    count, before = 0, link.follows_id
    while before:
        count += 1
        before = Link.objects.unscoped().values_list("follows", flat=True).get(pk=before)
    return count
