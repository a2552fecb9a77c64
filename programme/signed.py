"""What is signed by several parties: of each kind, in which words, by whom for the provider, and who asks the employer.

Something else that parties sign is one more kind in `SignedKind`, its parties in `PARTIES`, a purpose of links for the
employer, and an entry here. The rest is the same for all: `programme.workflow.signatures` issues, signs and declines,
notices and what is waited for follow, and `pages/programme/signing.py` is the pages' part.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apprenticeships.access import is_mentor_of, is_open, is_own, why_closed
from apprenticeships.models import Apprenticeship
from core.actor import Actor
from programme import access
from programme.models import Party, SignedKind, SignedVersion
from programme.planning import fewer_hours
from programme.planning import statements as plan_statements
from programme.reviewing import statements as review_statements
from programme.scanning import recognition
from signing.models import Purpose


class Signing(NamedTuple):
    """How one kind of thing is signed.

    Attributes:
        purpose: of the link with which the employer signs.
        wording: the version of its statements' wording.
        statement_of: the sentence on the button, for a party and what they read.
        for_provider: who signs for the provider.
        may_ask: who asks the employer to sign, by a link.
        who_asks: what everybody else is told.
    """

    purpose: Purpose
    wording: int
    statement_of: Callable[[str, Mapping[str, Any]], str]
    for_provider: Callable[[Actor, Apprenticeship], bool]
    may_ask: Callable[[Actor, Apprenticeship], bool]
    who_asks: str | Promise


#: Grows whenever the wording of a declaration changes; a signature keeps both.
GATEWAY_WORDING = 1


def gateway_statement(party: str, shared: Mapping[str, Any]) -> str:
    """What somebody declares at the end of the training by pressing the button that says it."""
    words = {
        Party.PROVIDER: _t("For %(provider)s, I declare that the training is complete and that this list is right."),
        Party.APPRENTICE: _t("Everything I have put forward is my own work, and I am ready to be assessed."),
        Party.EMPLOYER: _t(
            "For %(employer)s, I confirm that %(apprentice)s works at the level of this occupation or above, and has "
            "shown all of its behaviours."
        ),
    }
    return words[Party(party)] % {name: shared[name] for name in ("provider", "employer", "apprentice")}


SIGNINGS = {
    SignedKind.REVIEW: Signing(
        purpose=Purpose.REVIEW,
        wording=review_statements.WORDING_VERSION,
        statement_of=review_statements.statement_of,
        for_provider=access.can_hold_reviews,
        may_ask=access.can_plan_reviews,
        who_asks=_("Only the assessor, the trainer and admins ask the employer to sign."),
    ),
    SignedKind.PLAN: Signing(
        purpose=Purpose.PLAN,
        wording=plan_statements.WORDING_VERSION,
        statement_of=plan_statements.statement_of,
        for_provider=access.can_plan_reviews,
        may_ask=access.can_plan_reviews,
        who_asks=_("Only the assessor, the trainer and admins ask the employer to sign."),
    ),
    SignedKind.FEWER_HOURS: Signing(
        purpose=Purpose.FEWER_HOURS,
        wording=fewer_hours.WORDING_VERSION,
        statement_of=fewer_hours.statement_of,
        for_provider=access.can_plan_reviews,
        may_ask=access.can_plan_reviews,
        who_asks=_("Only the assessor, the trainer and admins ask the employer to sign."),
    ),
    SignedKind.PRIOR_LEARNING: Signing(
        purpose=Purpose.PRIOR_LEARNING,
        wording=recognition.WORDING_VERSION,
        statement_of=recognition.statement_of,
        for_provider=access.can_plan_reviews,
        may_ask=access.can_plan_reviews,
        who_asks=_("Only the assessor, the trainer and admins ask the employer to sign."),
    ),
    SignedKind.GATEWAY: Signing(
        purpose=Purpose.GATEWAY,
        wording=GATEWAY_WORDING,
        statement_of=gateway_statement,
        for_provider=access.can_declare,
        may_ask=access.can_declare,
        who_asks=_("Only the assessor and admins ask the employer to declare."),
    ),
}


#: What is planned, which nobody signs any more once the training is over.
WHILE_TRAINING = (SignedKind.PLAN, SignedKind.PRIOR_LEARNING)


def signing_of(version: SignedVersion) -> Signing:
    """How this version is signed."""
    return SIGNINGS[SignedKind(version.kind)]


def can_sign(actor: Actor, version: SignedVersion, party: str) -> bool:
    """Each of its parties: the apprentice, their mentor for the employer, and for the provider whoever issues it."""
    apprenticeship = version.apprenticeship
    return party in version.parties and {
        Party.PROVIDER: signing_of(version).for_provider(actor, apprenticeship),
        Party.APPRENTICE: is_own(actor, apprenticeship),
        Party.EMPLOYER: is_mentor_of(actor, apprenticeship),
    }.get(Party(party), False)


def names_todays_employer(version: SignedVersion) -> bool:
    """Whether the employer in whose name it is signed still employs the apprentice: nobody signs for another."""
    employer = version.apprenticeship.employer
    return bool(version.shared["employer"] == (employer.name if employer else ""))


def why_over(version: SignedVersion) -> str:
    """Why nobody signs it any more; empty if it can be signed. What is planned is signed while there is training.

    What was held or delivered, such as a progress review, is signed afterwards as well.
    """
    apprenticeship = version.apprenticeship
    is_ahead = version.kind in WHILE_TRAINING
    return why_closed(apprenticeship) if is_ahead and not is_open(apprenticeship) else ""


def statement_for(version: SignedVersion, party: str) -> str:
    """The sentence that a party signs by pressing the button that says it."""
    return signing_of(version).statement_of(party, version.shared)


def link_content(version: SignedVersion) -> dict[str, Any]:
    """What the employer is shown and signs by a link: nothing of what is not for them."""
    shared = version.shared
    names = {name: shared[name] for name in ("apprentice", "provider", "standard", "title", "version", "employer")}
    about = {"signed": shared, "signed_sha256": version.sha256, "number": version.number}
    statement = statement_for(version, Party.EMPLOYER)
    return names | about | {"statement": statement, "wording": signing_of(version).wording}
