"""The part of a page that shows who has signed a version, and asks whoever looks to sign it."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.access import runs_provider
from accounts.seen_by import SeenBy
from apprenticeships.querysets import SIGHT, reach_of
from assessments.workflow.verification import contacts_of
from core import moments
from core.actor import Actor
from pages.links.rows import drawn_link_state
from pages.programme.signing_forms import AskToSignForm, DeclineToSignForm
from programme import access
from programme.models import Party, PartyRefusal, PartySignature, SignedVersion
from programme.signed import names_todays_employer, statement_for, why_over
from signing.access import can_look_after
from signing.models import Link
from signing.models import state_of as link_state

_PARTIES = dict(Party.choices)
_signatures = SeenBy(
    lambda actor, version: (
        PartySignature.objects.visible_to(actor)
        .filter(version=version)
        .select_related("link_signature__disavowal")
        .order_by("at")
    ),
    SIGHT,
    is_the_same_every_day=True,
)
_refusals = SeenBy(
    lambda actor, version: (
        PartyRefusal.objects.visible_to(actor).filter(version=version).select_related("by").order_by("at")
    ),
    SIGHT,
    is_the_same_every_day=True,
)


def signatures_of(actor: Actor, version: SignedVersion) -> tuple[list[PartySignature], list[PartyRefusal]]:
    """Who has signed a version and who declined to, as somebody sees it. Two queries."""
    return list(_signatures(actor, version=version.pk)), list(_refusals(actor, version=version.pk))


def signing_part(
    actor: Actor, version: SignedVersion, *, is_newest: bool, sent: forms.Form | None = None
) -> dict[str, Any]:
    """What `programme/_signatures.html` shows of a version. Six queries at most.

    Args:
        version: read with its apprenticeship, its apprentice, provider and employer.
        is_newest: whether it is the version that counts: only that one is signed.
        sent: the form that was refused.
    """
    apprenticeship = version.apprenticeship
    is_newest = is_newest and not why_over(version)
    signatures, refusals = signatures_of(actor, version)
    missing = missing_of(version, signatures)
    signs_as = _signs_as(actor, version, signatures, missing) if is_newest else ""
    is_for_employer = names_todays_employer(version)
    signs_as = "" if signs_as == Party.EMPLOYER and not is_for_employer else signs_as
    asks = is_newest and Party.EMPLOYER in missing and is_for_employer and _may_ask(actor, version)
    link = _newest_link(actor, version) if asks else None
    declined = link if link and link.declined_at else None
    link = None if declined else link
    may_ask = asks and link is None
    contacts = contacts_of(apprenticeship).values() if may_ask else ()
    has_declined = any(one.by_id == actor.person_id for one in refusals)
    return {
        "version": version,
        "signatures": signature_rows(version, signatures, refusals),
        "missing": [str(party.label) for party in missing],
        "former_employer": "" if is_for_employer else version.shared["employer"],
        "signs_as": signs_as,
        "statement": statement_for(version, signs_as) if signs_as else "",
        "link": link,
        "declined": declined,
        "link_state": drawn_link_state(link_state(link)) if link else "",
        "may_change_link": link is not None and can_look_after(actor, link),
        "may_ask": may_ask,
        "ask_form": _sent(sent, AskToSignForm) or (AskToSignForm(contacts=contacts) if contacts else None),
        "decline_form": _sent(sent, DeclineToSignForm)
        or (DeclineToSignForm() if signs_as and not has_declined else None),
    }


def _sent(sent: forms.Form | None, kind: type[forms.Form]) -> forms.Form | None:
    return sent if isinstance(sent, kind) else None


def missing_of(version: SignedVersion, signatures: Iterable[PartySignature]) -> list[Party]:
    """Whose signature a version still needs. The signatures were read with what disowns them."""
    signed = {one.party for one in signatures if not _is_disowned(one)}
    return [party for party in version.parties if party not in signed]


def _is_disowned(signature: PartySignature) -> bool:
    return signature.link_signature is not None and hasattr(signature.link_signature, "disavowal")


def _signs_as(actor: Actor, version: SignedVersion, signatures: list[PartySignature], missing: list[Party]) -> str:
    """The party that somebody is asked to sign for: for what the page offers. The act asks for itself."""
    if any(one.by_id == actor.person_id for one in signatures):
        return ""
    learner = version.apprenticeship
    if learner.apprentice_id == actor.person_id:
        return Party.APPRENTICE.value if Party.APPRENTICE in missing else ""
    is_mentor = learner.pk in reach_of(actor).mentoring
    return Party.EMPLOYER.value if is_mentor and Party.EMPLOYER in missing else ""


def _may_ask(actor: Actor, version: SignedVersion) -> bool:
    """Whether the page offers to ask the employer. The act asks for itself."""
    learner = version.apprenticeship
    if learner.apprentice_id == actor.person_id:
        return False
    runs = runs_provider(actor) and actor.organisation_id == learner.provider_id
    return runs or access.holds_reviews(actor, learner)


def _newest_link(actor: Actor, version: SignedVersion) -> Link | None:
    """The newest link about this version that was not passed on, withdrawn or signed."""
    rows = Link.objects.visible_to(actor).filter(about=version.pk, signed_at=None, revoked_at=None, passed_on_at=None)
    rows = rows.select_related("apprenticeship__apprentice", "apprenticeship__provider", "asked_by")
    return rows.order_by("-asked_at").first()


def signature_rows(
    version: SignedVersion, signatures: Iterable[PartySignature], refusals: Iterable[PartyRefusal] = ()
) -> list[dict[str, Any]]:
    """Who has signed for each party, and who declined to, in their order."""
    signatures, refusals = list(signatures), list(refusals)
    return [
        {
            "party": _PARTIES[party],
            "signed": [
                {
                    "name": one.name,
                    "at": moments.moment_with_zone(one.at),
                    "statement": one.statement,
                    "is_disowned": _is_disowned(one),
                    "by_link": one.link_signature is not None,
                }
                for one in signatures
                if one.party == party
            ],
            "refused": [
                {"name": one.by.name, "at": moments.moment_with_zone(one.at), "reason": one.reason}
                for one in refusals
                if one.party == party
            ],
        }
        for party in version.parties
    ]
