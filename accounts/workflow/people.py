"""People and organisations: adding them, and what they are called."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import require
from accounts.audit_actions import (
    INVITATION_CORRECTED,
    ORGANISATION_ADDED,
    PERSON_ADDED,
    PERSON_RENAMED,
    PERSON_REPLACED,
)
from accounts.models import Invitation, Organisation, User, external_suffix
from audit import chain as audit
from core.actor import SYSTEM, Actor


@transaction.atomic
def find_or_create_person(email: str, name: str) -> User:
    """The person with this address; a new one has no password, and comes in by a mailed link only."""
    email = email.strip().lower()
    person, created = User.objects.get_or_create(email=email, defaults={"name": name})
    if created:
        person.set_unusable_password()
        person.save(update_fields=["password"])
        audit.note(PERSON_ADDED, SYSTEM, person)
    return person


@transaction.atomic
def add_person(name: str) -> User:
    """A person for whom somebody else gave this name, such as an apprentice who is enrolled: nobody signs in as them.

    They get an address when they accept an invitation; whose address it is now does not matter, and is not told.
    """
    person = User(name=name)
    person.set_unusable_password()
    person.save()
    audit.note(PERSON_ADDED, SYSTEM, person)
    return person


@transaction.atomic
def add_external_person(name: str, provider: str) -> User:
    """Somebody who judged or sent something at another provider, of which only the name came here: no account.

    Args:
        provider: the name of that provider, which is shown with theirs wherever theirs is.
    """
    person = User(name=f"{name}{external_suffix(provider)}", external_provider=provider, is_active=False)
    person.set_unusable_password()
    person.save()
    audit.note(PERSON_ADDED, SYSTEM, person)
    return person


@transaction.atomic
def add_organisation(kind: Organisation.Kind, name: str, by: Actor, *, ukprn: int | None = None) -> Organisation:
    """Take in an organisation. Provider admins add employers; only the system adds others, by a command.

    An employer that another provider works with already is added once more: whom others work with is not told.

    Raises:
        NotAllowed: `by` is no provider admin, or the organisation is no employer.
    """
    if not by.is_system:
        allowed = kind == Organisation.Kind.EMPLOYER and access.is_provider_admin(by)
        require(allowed, _("Only an admin of a training provider can add an employer."))
    organisation = Organisation.objects.create(kind=kind, name=name, ukprn=ukprn)
    whose = organisation if by.organisation_id is None else Organisation.objects.get(pk=by.organisation_id)
    audit.record(ORGANISATION_ADDED, by, organisation, organisation=whose, kind=str(kind))
    return organisation


@transaction.atomic
def correct_name(person: User, name: str, organisation: Organisation, by: Actor) -> User:
    """Put right the name that was typed for somebody who was enrolled, and on the links to them that are not answered.

    Raises:
        NotAllowed: `by` does not administer the organisation, or the person has an account, whose name is theirs.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    may_correct = person.email is None and access.administers(by, organisation)
    require(may_correct, _("You do not have permission to change this name."))
    if person.name == name:
        return person
    person.name = name
    person.save(update_fields=["name"])
    audit.note(PERSON_RENAMED, by, person)
    for invitation in Invitation.objects.unanswered().select_for_update(no_key=True).filter(person=person):
        invitation.name = name
        invitation.save(update_fields=["name"])
        audit.record(INVITATION_CORRECTED, by, invitation, organisation=organisation)
    return person


@transaction.atomic
def remove_replaced(person_id: UUID, by: Actor) -> None:
    """Remove somebody of whom there is only a name: all that was theirs is now of `by`, the account that accepted."""
    for person in User.objects.select_for_update(no_key=True).filter(pk=person_id, email=None):
        audit.note(PERSON_REPLACED, by, person, by_account=by.person_id)
        person.delete()


def confirm_address(person: User) -> None:
    """The link came by mail, so the address is theirs."""
    EmailAddress.objects.filter(user=person, primary=True).exclude(email=person.email).update(primary=False)
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})


@transaction.atomic
def rename(person: User, name: str) -> User:
    """Change the name that others see, by the person themself."""
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.name != name:
        person.name = name
        person.save(update_fields=["name"])
        audit.note(PERSON_RENAMED, Actor(person.pk), person)
    return person
