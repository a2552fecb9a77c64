"""Putting people on a standard, and taking up what one was put on."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import workflow as people
from accounts.access import require
from accounts.models import Invitation, Organisation, Role, User
from apprenticeships import access, progress, uln
from apprenticeships.audit_actions import APPRENTICESHIP_ENROLLED, APPRENTICESHIP_TAKEN_UP
from apprenticeships.employers import employer_called
from apprenticeships.facts import Facts, require_facts
from apprenticeships.models import Apprenticeship, Assignment
from apprenticeships.querysets import ApprenticeshipQuerySet
from apprenticeships.rules import programme_of, published_hours, rules_of_start
from apprenticeships.starting import require_dates
from apprenticeships.workflow.assigning import assign
from apprenticeships.workflow.locks import locked_apprenticeship
from audit import chain as audit
from core import clock
from core.actor import ANYBODY, Actor
from core.errors import Incomplete, OutOfTurn, TokenTaken
from core.folding import folded
from occupations.models import StandardVersion


class AlreadyEnrolled(Incomplete):
    """The same person is on the same standard at the same provider, and nobody said that they are enrolled once more.

    Attributes:
        others: what they are enrolled on.
    """

    def __init__(self, others: list[Apprenticeship]) -> None:
        super().__init__(
            _("They are on this standard already. Tick the box if you want a second apprenticeship for them."),
            field="beside",
        )
        self.others = others


@transaction.atomic
def enrol(
    *,
    apprenticeship_id: UUID,
    provider: Organisation,
    standard_version: StandardVersion,
    apprentice: User,
    employer: Organisation | None,
    started_on: date,
    planned_end_on: date,
    by: Actor,
    email: str = "",
    beside: Collection[UUID] = (),
    facts: Facts = Facts(),  # noqa: B008  # frozen
) -> Apprenticeship:
    """Put `apprentice` on `standard_version` at `provider`, with a progress row for every KSB.

    `apprenticeship_id` is the form's one-use token: a second call with it returns what the first one made.

    Args:
        apprentice: somebody who said yes to it, or whom nobody signs in as yet (`accounts.workflow.add_person`).
        email: the address by which they are enrolled, if that is not their account's yet.
        beside: the enrolments of the same person on the same standard here that `by` knows of. This is one more.
        facts: identifiers, hours and price, as far as they are known.

    Raises:
        NotAllowed: `by` does not administer the provider, or would enrol themself, or the standard is another
            provider's own.
        Incomplete: the dates break a rule of `apprenticeships.starting`, or the facts one of `apprenticeships.facts`.
        AlreadyEnrolled: there is one that is not in `beside`.
        TokenTaken: another provider's apprenticeship has this id.
    """
    provider = _locked_provider(provider)
    require(access.can_enrol(by, provider), _("Only an admin of the training provider can enrol apprentices."))
    require(by.person_id != apprentice.pk, _("You cannot enrol yourself."))
    owner_id = standard_version.standard.owner_id
    require(owner_id in (None, provider.pk), _("This provider cannot enrol apprentices on this standard."))
    if made := _made_before(apprenticeship_id, provider):
        return made
    require_dates(standard_version, started_on, planned_end_on)
    rules = rules_of_start(programme_of(standard_version), started_on)
    require_facts(facts, rules, started_on, published_hours(standard_version, started_on))
    same = Apprenticeship.objects.unscoped().filter(provider=provider)
    _require_own_number(same, facts, apprentice, email)
    others = same.of_person(standard_version.standard, person=apprentice, email=email)
    require_known(others, beside)
    apprenticeship = Apprenticeship.objects.create(
        pk=apprenticeship_id,
        apprentice=apprentice,
        provider=provider,
        employer=employer,
        standard_version=standard_version,
        started_on=started_on,
        planned_end_on=planned_end_on,
        **facts.columns(),
    )
    progress.begin(apprenticeship)
    audit.record(
        APPRENTICESHIP_ENROLLED,
        by,
        apprenticeship,
        organisation=provider,
        standard_version=standard_version.pk,
        **({"beside": sorted(str(pk) for pk in beside)} if beside else {}),
    )
    return apprenticeship


def _locked_provider(provider: Organisation) -> Organisation:
    """The provider, locked: two who enrol somebody there at once find one another's enrolment."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=provider.pk)


def _require_own_number(here: ApprenticeshipQuerySet, facts: Facts, apprentice: User, email: str) -> None:
    """Refuse a ULN or reference that somebody else has here. The same person may have several apprenticeships.

    Raises:
        Incomplete: for `uln` or `learner_reference`.
    """
    addresses = {email.strip().lower(), apprentice.email or ""} - {""}
    for field, number in (("uln", facts.uln), ("learner_reference", facts.learner_reference)):
        if not number or number == uln.NOT_KNOWN:
            continue
        for one in here.enrolled().filter(**{field: number}).select_related("apprentice"):
            is_same = one.apprentice_id == apprentice.pk or folded(one.apprentice.name) == folded(apprentice.name)
            invited = Invitation.objects.filter(person=one.apprentice_id, email__in=addresses)
            if not is_same and one.apprentice.email not in addresses and not invited.exists():
                raise Incomplete(
                    _("%(name)s has this number already. Check it, or enter the name as it is there.")
                    % {"name": one.apprentice.name},
                    field=field,
                )


def require_known(others: ApprenticeshipQuerySet, beside: Collection[UUID]) -> None:
    """Refuse to enrol somebody once more without a word.

    Raises:
        AlreadyEnrolled: there are others than those in `beside`.
    """
    found = list(others.select_related("apprentice", "standard_version").order_by("started_on", "pk"))
    if any(one.pk not in beside for one in found):
        raise AlreadyEnrolled(found)


def _made_before(apprenticeship_id: UUID, provider: Organisation) -> Apprenticeship | None:
    made = Apprenticeship.objects.unscoped().filter(pk=apprenticeship_id).first()
    if made and made.provider_id != provider.pk:
        raise TokenTaken
    return made


@transaction.atomic
def enrol_and_invite(
    *,
    apprenticeship_id: UUID,
    provider: Organisation,
    standard_version: StandardVersion,
    name: str,
    email: str,
    employer: Organisation | str,
    started_on: date,
    planned_end_on: date,
    by: Actor,
    assessor: User | None = None,
    beside: Collection[UUID] = (),
    facts: Facts = Facts(),  # noqa: B008  # frozen
) -> Apprenticeship:
    """Enrol somebody by the name and address that were typed, and invite them: all of it, or nothing.

    Until they accept, the apprenticeship is of a person of that name who has no account, whoever has the address.

    Args:
        employer: one that the provider works with, or the name of another, which is added.
        assessor: who looks after it from today, if that is known.
        beside, facts: as for `enrol`.

    Raises:
        NotAllowed, TokenTaken, AlreadyEnrolled: as for `enrol`.
        Incomplete: as for `enrol` and `assign`.
    """
    provider = _locked_provider(provider)
    require(access.can_enrol(by, provider), _("Only an admin of the training provider can enrol apprentices."))
    require(not _has_address(by.person, email), _("You cannot enrol yourself."))
    if made := _made_before(apprenticeship_id, provider):
        return made
    if isinstance(employer, str):
        employer = employer_called(employer, provider, by)
    apprentice = people.add_person(name)
    apprenticeship = enrol(
        apprenticeship_id=apprenticeship_id,
        provider=provider,
        standard_version=standard_version,
        apprentice=apprentice,
        employer=employer,
        started_on=started_on,
        planned_end_on=planned_end_on,
        by=by,
        email=email,
        beside=beside,
        facts=facts,
    )
    people.invite_to_sign_in(apprentice, email, provider, by)
    return assign(apprenticeship.pk, by, assessor=assessor)


@transaction.atomic
def invite_again(apprenticeship_id: UUID, email: str, by: Actor) -> Invitation:
    """Send an apprentice who has not accepted another link, perhaps to another address.

    Raises:
        NotAllowed: `by` does not administer the provider, or it is their own address.
        OutOfTurn: the apprentice has accepted.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(access.administers(by, apprenticeship.provider), _("Only an admin of the training provider can do this."))
    require(not _has_address(by.person, email), _("You cannot enrol yourself."))
    if apprenticeship.undone_at:
        raise OutOfTurn(_("This enrolment was undone. Restore it first."))
    if not apprenticeship.awaits_acceptance:
        raise OutOfTurn(_("%(name)s has already accepted.") % {"name": apprenticeship.apprentice})
    return people.invite_to_sign_in(apprenticeship.apprentice, email, apprenticeship.provider, by)


def _has_address(person_id: UUID | None, email: str) -> bool:
    return person_id is not None and User.objects.filter(pk=person_id, email=email.strip().lower()).exists()


@transaction.atomic
def accept_and_take_up(token: str, password: str | None = None, by: Actor = ANYBODY) -> User:
    """Take up an invitation and, of an apprentice, what they were enrolled on.

    Somebody who has an account goes on with it: their apprenticeship becomes that account's, under its name.

    Raises:
        NotAllowed, OutOfTurn, Incomplete: as for `accounts.workflow.accept_invitation`.
        NotAllowed: somebody would become the apprentice whom they enrolled or look after.
    """
    invitation = people.invitation_of(token)
    enrolled_as = invitation.person_id if invitation else None
    # Locked before the invitation, as `invite_again` does.
    list(
        Apprenticeship.objects.unscoped()
        .select_for_update(no_key=True)
        .filter(apprentice=enrolled_as)
        .values_list("pk")
    )
    person = people.accept_invitation(token, password, by)
    if invitation and enrolled_as and enrolled_as != person.pk:
        _hand_over(enrolled_as, person, invited_by=invitation.invited_by_id)
    return person


def _hand_over(enrolled_as: UUID, person: User, invited_by: UUID | None) -> None:
    """Let `person` have what somebody without an account was enrolled on. Done before, there is nothing left to do."""
    enrolled = Apprenticeship.objects.unscoped().filter(apprentice=enrolled_as).select_related("provider")
    for apprenticeship in enrolled:
        looks_after = (
            Assignment.objects.filter(apprenticeship=apprenticeship, person=person).from_day(clock.today()).exists()
        )
        require(
            not looks_after and invited_by != person.pk,
            _("You enrolled this apprentice, or are their assessor, trainer or mentor, so you cannot be it yourself."),
        )
        apprenticeship.apprentice = person
        apprenticeship.save(update_fields=["apprentice"])
        audit.record(APPRENTICESHIP_TAKEN_UP, Actor(person.pk), apprenticeship, organisation=apprenticeship.provider)
    people.remove_replaced(enrolled_as, Actor(person.pk))


@transaction.atomic
def invite_mentor(apprenticeship_id: UUID, name: str, email: str, by: Actor) -> Invitation:
    """Invite somebody at the apprentice's employer; once they accept, they can be chosen as the mentor.

    Raises:
        NotAllowed: `by` does not administer the provider.
        Incomplete: the apprenticeship has no employer, or as for `accounts.workflow.invite`.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(access.administers(by, apprenticeship.provider), _("Only an admin of the training provider can do this."))
    if apprenticeship.employer is None:
        raise Incomplete(_("This apprenticeship has no employer yet."))
    return people.invite(apprenticeship.employer, email, name, Role.MENTOR, by)
