"""Asking somebody to sign, sending the link again, and withdrawing it."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.canonical import canonical, digest
from core.errors import Incomplete, OutOfTurn
from core.moments import moment
from signing import access, mail
from signing.addresses import judges_of, reaches_any
from signing.audit_actions import LINK_RESENT, LINK_SENT, LINK_WITHDRAWN
from signing.models import Link, LinkState, state_of

LINK_LASTS = timedelta(days=14)
#: Pressing twice sends one mail.
ONE_PRESS_LASTS = timedelta(minutes=1)
#: This many people may wait to be heard about one apprenticeship: the site is no way to send mail to strangers.
MOST_OPEN = 20
#: How often a link is passed on.
LONGEST_CHAIN = 3


_OPEN = (LinkState.WAITING, LinkState.STARTED)
ASK = Act("ask", access.can_look_after, {}, creates=[LinkState.WAITING])
RESEND = Act(
    "resend",
    access.can_look_after,
    {
        LinkState.WAITING: [LinkState.WAITING],
        LinkState.STARTED: [LinkState.STARTED],
        LinkState.EXPIRED: [LinkState.WAITING, LinkState.STARTED],
    },
)
REVOKE = Act("revoke", access.can_look_after, {state: [LinkState.WITHDRAWN] for state in (*_OPEN, LinkState.EXPIRED)})


def token_hash(token: str) -> str:
    """What is kept of a link's token: whoever reads the table cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    return secrets.token_urlsafe(32)


def require_somebody_else(apprenticeship: Apprenticeship, email: str, *askers: UUID | None) -> None:
    """Refuse an address of the apprentice, of an assessor or of whoever asks: nobody confirms to themselves.

    Raises:
        Incomplete: it is one of theirs, written one way or another.
    """
    people = judges_of(apprenticeship) | {asker for asker in askers if asker}
    if reaches_any(email, people):
        raise Incomplete(
            _("Enter somebody else’s address. The apprentice, their assessor and you cannot confirm this."),
            field="email",
        )


@transaction.atomic
def ask(
    apprenticeship: Apprenticeship,
    purpose: str,
    *,
    about: UUID,
    content: dict[str, Any],
    name: str,
    email: str,
    by: Actor,
) -> Link:
    """Send somebody a link with which they sign `content`. Who may ask for what, the parts above have decided.

    Args:
        apprenticeship: locked by the caller.
        about: the id of what is asked for.
        content: what is shown and signed, with its “statement” and the number of its “wording”.

    Raises:
        Incomplete: the address is one of the apprentice's, of an assessor's or of who asks.
        OutOfTurn: too many people are being asked at once.
    """
    require_somebody_else(apprenticeship, email, by.person)
    if Link.objects.unscoped().filter(apprenticeship=apprenticeship).unanswered().count() >= MOST_OPEN:
        raise OutOfTurn(
            _("%(count)s people have been asked and have not answered. Withdraw a request before you send another.")
            % {"count": MOST_OPEN}
        )
    frozen = canonical(content)
    return send(
        Link(
            apprenticeship=apprenticeship,
            provider=apprenticeship.provider,
            purpose=purpose,
            about=about,
            content=frozen,
            sha256=digest(frozen),
            name=name,
            email=email,
            asked_by_id=by.person,
        ),
        by,
    )


def send(link: Link, by: Actor) -> Link:
    """Give a new link its token and its time, keep it and mail it."""
    token = new_token()
    link.asked_at = link.sent_at = clock.now()
    link.expires_at = link.asked_at + LINK_LASTS
    link.token_sha256 = token_hash(token)
    link.save(force_insert=True)
    audit.record(LINK_SENT, by, link, organisation=link.provider, purpose=str(link.purpose))
    mail.send_link(link, token)
    return link


@transaction.atomic
def resend(link_id: UUID, by: Actor) -> Link:
    """Send a new link for fourteen more days; the old one stops working. What its holder typed stays.

    Raises:
        NotAllowed: `by` does not look after it.
        OutOfTurn: it was answered, withdrawn or passed on; or the apprenticeship is over or withdrawn.
    """
    link = _locked(link_id, by)
    _require_unanswered(link)
    require_open(link.apprenticeship)
    if link.sent_at > clock.now() - ONE_PRESS_LASTS and link.is_open:
        return link
    token = new_token()
    link.sent_at = clock.now()
    link.expires_at = link.sent_at + LINK_LASTS
    link.token_sha256 = token_hash(token)
    link.save(update_fields=["sent_at", "expires_at", "token_sha256"])
    audit.record(LINK_RESENT, by, link, organisation=link.provider)
    mail.send_link(link, token)
    return link


@transaction.atomic
def revoke(link_id: UUID, by: Actor) -> Link:
    """Withdraw a link, which stops working at once. Doing so again changes nothing.

    Raises:
        NotAllowed: `by` does not look after it.
        OutOfTurn: it was answered or passed on.
    """
    link = _locked(link_id, by)
    if link.revoked_at:
        return link
    _require_unanswered(link)
    return _withdraw(link, by)


def withdraw_about(about: UUID, by: Actor) -> None:
    """Withdraw the link that asks for something, if one is open: it is not asked any more.

    Who may do so the parts above have decided. The apprenticeship is locked by the caller.
    """
    waiting = Link.objects.unscoped().select_for_update(no_key=True, of=("self",)).filter(about=about).unanswered()
    for link in waiting.select_related("provider"):
        _withdraw(link, by)


def _withdraw(link: Link, by: Actor) -> Link:
    link.revoked_at = clock.now()
    link.kept = {}
    link.save(update_fields=["revoked_at", "kept"])
    audit.record(LINK_WITHDRAWN, by, link, organisation=link.provider)
    return link


def _locked(link_id: UUID, by: Actor) -> Link:
    apprenticeship = locked_apprenticeship(
        Link.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=link_id)
    )
    link = (
        Link.objects.unscoped()
        .select_for_update(no_key=True, of=("self",))
        .select_related("asked_by", "follows")
        .get(pk=link_id)
    )
    link.apprenticeship, link.provider = apprenticeship, apprenticeship.provider
    require(RESEND.who(by, link), _("You do not have permission to change this request."))
    return link


def _require_unanswered(link: Link) -> None:
    at = link.signed_at or link.declined_at or link.revoked_at or link.passed_on_at
    if at and not REVOKE.starts_from(state_of(link)):
        said = {
            LinkState.SIGNED: _("%(name)s confirmed this on %(moment)s."),
            LinkState.DECLINED: _("%(name)s declined this on %(moment)s."),
            LinkState.WITHDRAWN: _("This request was withdrawn on %(moment)s."),
            LinkState.PASSED_ON: _("%(name)s passed this on to somebody else on %(moment)s."),
        }
        raise OutOfTurn(said[state_of(link)] % {"name": link.name, "moment": moment(at)})
