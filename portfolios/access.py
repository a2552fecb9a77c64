"""Who may do what with evidence."""

from django.utils.translation import gettext as _

from accounts.access import require, roles_of
from accounts.models import Membership, Organisation, Role
from apprenticeships.access import administers, assesses, is_assessor_of, is_open, why_closed
from apprenticeships.models import Apprenticeship
from core.actor import Actor
from portfolios.models import Evidence, EvidenceFile
from portfolios.querysets.files import HIDING_ROLES


def can_set_policy(actor: Actor, provider: Organisation) -> bool:
    """Admins set the limits and prompts of their own provider."""
    return provider.kind == Organisation.Kind.PROVIDER and administers(actor, provider)


def can_add_evidence(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Apprentices show their own work, until the gateway or a withdrawal closes the portfolio. For what pages offer."""
    return apprenticeship.apprentice_id == actor.person_id and is_open(apprenticeship)


def require_own(actor: Actor, apprenticeship: Apprenticeship, message: str = "") -> None:
    """The apprentice whose it is, until the gateway or a withdrawal closes the portfolio. Says why not.

    Args:
        message: what is said to anybody but the apprentice.

    Raises:
        NotAllowed: it is somebody else's, or closed.
    """
    is_own = apprenticeship.apprentice_id == actor.person_id
    require(is_own, message or _("Only the apprentice can change this evidence."))
    require(is_open(apprenticeship), why_closed(apprenticeship))


def observes(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Whether `actor` may record an observation: for what pages offer. Rules of change ask `can_observe`."""
    return is_open(apprenticeship) and assesses(actor, apprenticeship)


def can_observe(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """The assigned assessor, perhaps in training, records observations and professional discussions."""
    return is_assessor_of(actor, apprenticeship)


def can_take_over(actor: Actor, evidence: Evidence) -> bool:
    """Another assessor of the apprentice goes on with it, once whoever recorded it no longer assesses them."""
    author = Actor(evidence.observed_by_id, evidence.provider_id)
    return can_observe(actor, evidence.apprenticeship) and not is_assessor_of(author, evidence.apprenticeship)


def require_writer(actor: Actor, evidence: Evidence) -> None:
    """Its apprentice or, of what an assessor recorded, that assessor until it is handed over. Says why not.

    Raises:
        NotAllowed: it is somebody else's, closed, or recorded by an assessor.
    """
    if evidence.observed_by_id is None:
        require_own(actor, evidence.apprenticeship)
        return
    is_theirs = evidence.observed_by_id == actor.person_id and can_observe(actor, evidence.apprenticeship)
    require(is_theirs, _("Only the assessor who recorded this can change it."))
    require(evidence.handed_over_at is None, _("You gave this to the apprentice. Unsend it to change it."))
    require(is_open(evidence.apprenticeship), why_closed(evidence.apprenticeship))


def can_change_evidence(actor: Actor, evidence: Evidence) -> bool:
    """Only its apprentice changes a piece of evidence; whether it is the moment for it is another question.

    What an assessor recorded, only they change, until they hand it over.
    """
    if evidence.observed_by_id:
        is_theirs = evidence.observed_by_id == actor.person_id and evidence.handed_over_at is None
        return is_theirs and observes(actor, evidence.apprenticeship)
    return can_add_evidence(actor, evidence.apprenticeship)


def can_prepare_again(actor: Actor, file: EvidenceFile) -> bool:
    """Its apprentice, and admins of the provider once it was submitted: they see it, and that it has no preview."""
    apprenticeship = file.evidence.apprenticeship
    if apprenticeship.apprentice_id == actor.person_id:
        return True
    return file.first_submitted_at is not None and administers(actor, apprenticeship.provider)


def may_hide_files(actor: Actor) -> bool:
    """Whether `actor` has a role in which files of others are hidden: for what pages offer."""
    return bool(roles_of(actor) & HIDING_ROLES)


def can_hide(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """Its assessor, and quality assurers and admins of the provider, hide a file; never the apprentice."""
    if apprenticeship.apprentice_id == actor.person_id:
        return False
    return is_assessor_of(actor, apprenticeship) or bool(settling_roles(actor, apprenticeship))


def settling_roles(actor: Actor, apprenticeship: Apprenticeship) -> list[str]:
    """A quality assurer and an admin, two people, never the apprentice: the roles in which `actor` has a say."""
    if apprenticeship.apprentice_id == actor.person_id:
        return []
    held = Membership.objects.acting(actor).filter(organisation=apprenticeship.provider_id)
    return sorted(held.filter(role__in=(Role.IQA, Role.PROVIDER_ADMIN)).values_list("role", flat=True))


def leaves_a_trace(actor: Actor) -> bool:
    """Viewers, auditors and those who hold a link come from outside, so each file that they open is on the record."""
    return actor.link_id is not None or bool(roles_of(actor) & {Role.VIEWER, Role.AUDITOR})
