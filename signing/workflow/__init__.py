"""Every change of a link, by whoever asks and by whoever holds it."""

from signing.workflow.answering import (
    LinkClosed,
    TextChanged,
    asked_by,
    decline,
    disown,
    keep_for_later,
    link_of,
    pass_on,
    sign,
    start,
)
from signing.workflow.asking import LONGEST_CHAIN, ask, resend, revoke, withdraw_about

__all__ = [
    "LONGEST_CHAIN",
    "LinkClosed",
    "TextChanged",
    "ask",
    "asked_by",
    "decline",
    "disown",
    "keep_for_later",
    "link_of",
    "pass_on",
    "resend",
    "revoke",
    "sign",
    "start",
    "withdraw_about",
]
