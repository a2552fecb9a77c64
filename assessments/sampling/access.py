"""Who may plan samples, check decisions, answer and close actions."""

from uuid import UUID

from django.db.models import Q

from accounts.access import roles_of
from accounts.models import Membership, Role, User
from apprenticeships.access import has_conflict
from apprenticeships.models import Apprenticeship
from assessments.models import Appeal, Decision, Finding, Sample, StandardisationAction, StandardisationNote
from assessments.querysets.sampling import QUALITY_ROLES
from assessments.results.access import had_a_part
from core.actor import Actor

#: Whom an action can be given to.
_OWNING_ROLES = (Role.ASSESSOR, Role.IQA, Role.PROVIDER_ADMIN)


def sees_quality(actor: Actor) -> bool:
    """Whether `actor` has anything to see of quality assurance here: whoever oversees it, and assessors."""
    return bool(roles_of(actor) & (QUALITY_ROLES | {Role.ASSESSOR}))


def audits(actor: Actor) -> bool:
    """Whether `actor` comes from outside and reads what was checked about the learners of their scope."""
    return Role.AUDITOR in roles_of(actor)


def sees_checks(actor: Actor) -> bool:
    """Whether `actor` sees any decisions that were checked, or are to be."""
    return sees_quality(actor) or audits(actor)


def oversees_quality(actor: Actor) -> bool:
    """Whether `actor` reads all of the provider's quality assurance."""
    return bool(roles_of(actor) & QUALITY_ROLES)


def assures(actor: Actor) -> bool:
    """Whether `actor` is a quality assurer here: for what pages offer. Rules of change ask `is_assurer`."""
    return Role.IQA in roles_of(actor)


def is_assurer(actor: Actor, provider: UUID) -> bool:
    """Internal quality assurers of the provider, today, acting for it."""
    return Membership.objects.acting(actor).filter(organisation=provider, role=Role.IQA).exists()


def can_sample(actor: Actor, whose: Apprenticeship) -> bool:
    """Quality assurers add decisions to a sample; not about whom they have a conflict of interest with."""
    return is_assurer(actor, whose.provider_id) and not has_conflict(actor.person_id, whose)


def is_unconcerned(actor: Actor, sample: Sample) -> bool:
    """Whether `actor` had no part in what was decided: neither judged the claim, or marked, nor is its apprentice.

    Nor does a conflict of interest stand between them and the apprentice.
    """
    if actor.person_id in (sample.assessor_id, sample.apprenticeship.apprentice_id):
        return False
    if has_conflict(actor.person_id, sample.apprenticeship):
        return False
    if sample.result:
        return not had_a_part(actor, sample.result)
    return not Decision.objects.unscoped().filter(claim__decisions=sample.decision_id, by=actor.person_id).exists()


def can_check(actor: Actor, sample: Sample) -> bool:
    """Quality assurers check decisions of others, never their own, and never what was decided about themself."""
    return is_assurer(actor, sample.provider_id) and is_unconcerned(actor, sample)


def answers(actor: Actor, finding: Finding) -> bool:
    """Whether the finding is for `actor`: for what pages offer. Rules of change ask `can_answer`."""
    return actor.organisation_id == finding.provider_id and actor.person_id in (finding.assessor_id, finding.owner_id)


def can_answer(actor: Actor, finding: Finding) -> bool:
    """The assessor whose decision it was, and whoever has to act, while they work for the provider."""
    works_there = Membership.objects.acting(actor).filter(organisation=finding.provider_id, role__in=_OWNING_ROLES)
    return answers(actor, finding) and works_there.exists()


def can_close(actor: Actor, finding: Finding) -> bool:
    """Who may check the decision closes the action, but nobody their own."""
    return actor.person_id != finding.owner_id and can_check(actor, finding.sample)


def is_unconcerned_by(actor: Actor, appeal: Appeal) -> bool:
    """Whether `actor` had no part in what an appeal is against: who neither decided nor is its apprentice.

    Nor does a conflict of interest stand between them and the apprentice.
    """
    if actor.person_id in (appeal.assessor_id, appeal.apprenticeship.apprentice_id):
        return False
    if has_conflict(actor.person_id, appeal.apprenticeship):
        return False
    if appeal.withdrawal:
        return appeal.withdrawal.sign_off.by_id != actor.person_id
    about = Decision.objects.unscoped().filter(claim__decisions=appeal.decision_id)
    return not about.filter(by=actor.person_id, at__lte=appeal.at).exists()


def can_decide_appeal(actor: Actor, appeal: Appeal) -> bool:
    """Quality assurers decide appeals against others’ acts, never against their own, and never their own appeals."""
    return is_assurer(actor, appeal.provider_id) and is_unconcerned_by(actor, appeal)


def notes_on(actor: Actor, action: StandardisationAction, kind: str) -> bool:
    """Whether `actor` may say this of an action: for what pages offer. Rules of change ask `can_note_on`."""
    is_owner = action.owner_id == actor.person_id and kind == StandardisationNote.Kind.DONE
    return actor.organisation_id == action.provider_id and (is_owner or assures(actor))


def can_note_on(actor: Actor, action: StandardisationAction, kind: str) -> bool:
    """Quality assurers close and open what a standardisation agreed; who has to act says that it is done."""
    works_there = Membership.objects.acting(actor).filter(organisation=action.provider_id)
    if action.owner_id == actor.person_id and kind == StandardisationNote.Kind.DONE:
        return works_there.exists()
    return is_assurer(actor, action.provider_id)


def owners_at(provider: UUID) -> list[User]:
    """The people whom an action can be given to, by name."""
    held = Membership.objects.live().filter(organisation=provider, role__in=_OWNING_ROLES)
    return list(User.objects.filter(Q(pk__in=held.values("user")), is_active=True).order_by("name", "pk"))
