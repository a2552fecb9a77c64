"""Asking for an export, having it, and doing away with it. What makes it is `making`."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation, User
from apprenticeships.models import Apprenticeship
from audit import chain as audit
from audit.models import Entry
from core import clock
from core.actor import Actor
from core.errors import OutOfTurn
from files import storing
from files.storing import Copy
from jobs.queue import ASKED_FOR, MEDIA, enqueue
from reports.audit_actions import EXPORT_ASKED, EXPORT_DELETED, EXPORT_DOWNLOADED
from reports.exports.catalogue import kind_of
from reports.exports.jobs import make
from reports.exports.locks import locked_export
from reports.exports.models import Export, ExportState

#: For how long an export is kept.
EXPORTS_LIVE = timedelta(days=7)
#: How long one entry stands for what the same person fetches of the same file: a download may come in many parts.
ONE_DOWNLOAD_LASTS = timedelta(hours=1)


@transaction.atomic
def ask_for_export(
    kind: Export.Kind,
    by: Actor,
    *,
    apprenticeship: Apprenticeship | None = None,
    provider_id: UUID | None = None,
    asked_for: dict[str, Any] | None = None,
) -> Export:
    """Have a file made by a job. While one like it is being made for the same person, that one is returned.

    Args:
        apprenticeship: whose it is, locked by the caller, if it is of one learner.
        provider_id: of which organisation it is, if it is of no one learner.
        asked_for: what this kind needs to be told.

    Raises:
        NotAllowed: `by` may not have an export of this kind.
    """
    now, asked_for = clock.now(), asked_for or {}
    export = Export(
        kind=kind,
        apprenticeship=apprenticeship,
        provider_id=apprenticeship.provider_id if apprenticeship else provider_id,
        asked_by_id=by.person,
        asked_at=now,
        asked_for=asked_for,
        expires_at=now + EXPORTS_LIVE,
    )
    require(kind_of(export).may_have(by, export), str(kind_of(export).refused))
    # Nobody asks for the same twice at the same time.
    User.objects.select_for_update(no_key=True).get(pk=by.person)
    mine = Export.objects.unscoped().filter(
        apprenticeship=apprenticeship, provider_id=export.provider_id, asked_by=by.person_id, kind=kind
    )
    under_way = mine.standing().filter(made_at=None)
    if apprenticeship is None:
        under_way = under_way.filter(asked_for=asked_for)
    if found := under_way.first():
        return found
    export.save(force_insert=True)
    organisation = Organisation.objects.get(pk=export.provider_id) if export.provider_id else None
    audit.record(EXPORT_ASKED, by, export, organisation=organisation, kind=str(kind))
    enqueue(make, str(export.pk), organisation=organisation, subject=export.pk, queue=MEDIA, priority=ASKED_FOR)
    return export


@transaction.atomic
def download_export(export_id: UUID, by: Actor) -> Copy:
    """The bytes of an export, for whoever asked for it and nobody else. Each download is recorded.

    Raises:
        NotAllowed: it is somebody else's, or `by` may not have it any more.
        OutOfTurn: it is not ready, it was deleted, or it holds a file that staff hid since.
    """
    export = locked_export(export_id)
    require(export.asked_by_id == by.person_id, _("Only the person who asked for this file can download it."))
    require(kind_of(export).may_have(by, export), str(kind_of(export).refused))
    if export.state != ExportState.READY or export.expires_at <= clock.now():
        raise OutOfTurn(_("This file is no longer here. Files are deleted after 7 days. You can ask for another one."))
    if Export.objects.unscoped().holding_hidden().filter(pk=export.pk).exists():
        raise OutOfTurn(
            _("Something in this file was hidden after it was made. Ask for another one: it will leave that out.")
        )
    recent = Entry.objects.of_subject(export).filter(
        action=EXPORT_DOWNLOADED.name, actor_person=by.person_id, at__gt=clock.now() - ONE_DOWNLOAD_LASTS
    )
    if not recent.exists():
        audit.record(EXPORT_DOWNLOADED, by, export, organisation=export.provider, sha256=export.sha256)
    assert export.size_bytes is not None, "a constraint"
    return Copy(str(export.stored.name), export.name, export.content_type, export.size_bytes, export.sha256)


@transaction.atomic
def delete_export(export_id: UUID, by: Actor) -> Export:
    """Delete a file that is ready, before its time or, by the system, at its end. Doing so again changes nothing.

    Raises:
        NotAllowed: it is somebody else's.
        OutOfTurn: it is not made yet.
    """
    export = locked_export(export_id)
    require(
        by.is_system or export.asked_by_id == by.person_id, _("Only the person who asked for this file can delete it.")
    )
    if export.deleted_at:
        return export
    if export.state != ExportState.READY:
        raise OutOfTurn(_("This file is not ready, so there is nothing to delete."))
    export.deleted_at, export.asked_for = clock.now(), {}
    export.save(update_fields=["deleted_at", "asked_for"])
    audit.record(EXPORT_DELETED, by, export, organisation=export.provider)
    key = str(export.stored.name)
    # Cut off in between, it is an object that no export names, which the sweep removes.
    transaction.on_commit(lambda: storing.remove(key))
    return export
