"""Confirmations as plain values: a row for each thing that somebody was asked."""

from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apprenticeships.models import KsbState
from assessments.verifying.confirmations import Asked
from pages.addresses import addresses_of
from pages.templatetags.states import drawn_state
from pages.templatetags.when import in_words
from signing.models import LinkState, Purpose

#: The look of each state of a link: that of the state of a KSB which it resembles most.
_LOOKS = {
    LinkState.WAITING: KsbState.SUBMITTED,
    LinkState.STARTED: KsbState.IN_PROGRESS,
    LinkState.SIGNED: KsbState.MET,
    LinkState.DISOWNED: KsbState.NEEDS_WORK,
    LinkState.DECLINED: KsbState.NEEDS_WORK,
    LinkState.EXPIRED: KsbState.NEEDS_WORK,
    LinkState.WITHDRAWN: KsbState.NOT_STARTED,
    LinkState.PASSED_ON: KsbState.NOT_STARTED,
}
_PURPOSES = dict(Purpose.choices)


def drawn_link_state(state: LinkState) -> SafeString:
    """The markup of how far a link has come."""
    return drawn_state(_LOOKS[state].value, str(state.label))


def drawn_asked_state(one: Asked) -> SafeString:
    """The same of one thing that somebody was asked: an employer answers, behaviour by behaviour."""
    if one.purpose == Purpose.EMPLOYER and one.stands:
        return drawn_state(_LOOKS[one.state].value, _("Answered"))
    return drawn_link_state(one.state)


def asked_rows(asked: Iterable[Asked]) -> list[dict[str, Any]]:
    """A row for each: who, for what, how far it is, and for how long it has been so."""
    address = addresses_of("verification")
    return [
        {
            "address": address(one.about),
            "what": str(_PURPOSES[one.purpose]),
            "who": f"{one.signed_name}, {one.signed_role}" if one.signed_name else one.name,
            "state": drawn_asked_state(one),
            "since": _since(one),
        }
        for one in asked
    ]


def _since(one: Asked) -> str:
    at = one.disowned_at or one.signed_at or one.declined_at or one.revoked_at
    if at:
        return in_words(at)
    words = _("started, asked %(when)s") if one.state == LinkState.STARTED else _("asked %(when)s")
    return words % {"when": in_words(one.asked_at)}
