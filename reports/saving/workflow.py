"""Saving and removing views of the cohort."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete
from reports.audit_actions import VIEW_REMOVED, VIEW_SAVED
from reports.saving import access
from reports.saving.models import ReportMailing, SavedView


@transaction.atomic
def save_view(organisation_id: UUID, by: Actor, name: str, query: str) -> SavedView:
    """Save filters under a name. The same name again stands for the new filters from then on.

    Args:
        query: as in an address, and without names of people: the caller leaves those out.

    Raises:
        NotAllowed: `by` oversees nobody here.
        Incomplete: no name, or nothing to save.
    """
    organisation = Organisation.objects.get(pk=organisation_id)
    is_here = by.organisation_id == organisation.pk
    require(is_here and access.can_save(by), _("Only people who oversee apprentices can save a view."))
    name = " ".join(name.split())
    if not name:
        raise Incomplete(_("Give it a name."), field="name")
    if not query:
        raise Incomplete(_("Choose filters or an order first. A name of a learner is never saved."), field="name")
    # Nobody else saves under the same name at the same time.
    audit.lock(organisation)
    before = SavedView.objects.unscoped().filter(organisation=organisation, name=name, removed_at=None).first()
    if before and before.query == query:
        return before
    if before:
        _remove(before, by)
    made = SavedView.objects.create(organisation=organisation, name=name, query=query, by_id=by.person, at=clock.now())
    if before:
        # Whoever gets it by mail goes on to get it.
        ReportMailing.objects.unscoped().filter(view=before, ended_at=None).update(view=made)
    audit.record(VIEW_SAVED, by, made, organisation=organisation)
    return made


@transaction.atomic
def remove_view(view_id: UUID, by: Actor) -> SavedView:
    """Remove a view for everybody. Links to it lead nowhere, and it is mailed no more. Again, it changes nothing.

    Raises:
        NotAllowed: `by` neither saved it nor is an admin of the provider.
    """
    view = SavedView.objects.unscoped().select_for_update(no_key=True).get(pk=view_id)
    require(access.can_remove(by, view), _("Only the person who saved it and an admin can remove it."))
    if view.removed_at is None:
        _remove(view, by)
        ReportMailing.objects.unscoped().filter(view=view, ended_at=None).update(ended_at=clock.now())
    return view


def _remove(view: SavedView, by: Actor) -> None:
    view.removed_at = clock.now()
    view.save(update_fields=["removed_at"])
    audit.record(VIEW_REMOVED, by, view, organisation=view.organisation)
