"""Whom a training provider asks at an employer."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from apprenticeships import access
from apprenticeships.audit_actions import EMPLOYER_CONTACT_ADDED, EMPLOYER_CONTACT_REMOVED
from apprenticeships.employers import employers_of
from apprenticeships.models import EmployerContact
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete


@transaction.atomic
def add_contact(provider_id: UUID, employer_id: UUID, by: Actor, *, name: str, email: str) -> EmployerContact:
    """Record somebody who speaks for an employer. The same address again returns the contact that is there.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        Incomplete: no apprentice of the provider works for this employer.
    """
    provider = _locked_provider(provider_id, by)
    if not employers_of(provider).filter(pk=employer_id).exists():
        raise Incomplete(_("Choose an employer that one of your apprentices works for."), field="employer")
    alike = EmployerContact.objects.unscoped().filter(
        provider=provider, employer=employer_id, email=email, removed_at=None
    )
    if standing := alike.first():
        return standing
    contact = EmployerContact.objects.create(
        provider=provider,
        employer_id=employer_id,
        name=name,
        email=email,
        added_by_id=by.person,
        added_at=clock.now(),
    )
    audit.record(EMPLOYER_CONTACT_ADDED, by, contact, organisation=provider, employer=employer_id)
    return contact


@transaction.atomic
def remove_contact(contact_id: UUID, by: Actor) -> EmployerContact:
    """Stop asking somebody. What they confirmed stays; doing so again changes nothing.

    Raises:
        NotAllowed: `by` is no admin of the provider.
    """
    provider_id = EmployerContact.objects.unscoped().values_list("provider", flat=True).get(pk=contact_id)
    provider = _locked_provider(provider_id, by)
    contact = EmployerContact.objects.unscoped().get(pk=contact_id)
    if not contact.removed_at:
        contact.removed_at = clock.now()
        contact.save(update_fields=["removed_at"])
        audit.record(EMPLOYER_CONTACT_REMOVED, by, contact, organisation=provider, employer=contact.employer_id)
    return contact


def _locked_provider(provider_id: UUID, by: Actor) -> Organisation:
    provider = Organisation.objects.select_for_update(no_key=True).get(pk=provider_id)
    require(access.administers(by, provider), _("Only an admin of the training provider can change this."))
    return provider
