"""Bringing a file of learners, confirming what would come of it, and discarding it. Each is one change of an import."""

import hashlib
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from apprenticeships import access
from apprenticeships.importing import steps
from apprenticeships.importing.jobs import check_learners, write_learners
from apprenticeships.importing.reading import Reading
from apprenticeships.models import LearnerImport
from core import clock
from core.actor import Actor
from core.errors import OutOfTurn
from jobs.queue import enqueue

#: With more rows than this, checking and writing are jobs, so that no page waits for them.
MOST_AT_ONCE = 100
_State = LearnerImport.State


def keep(reading: Reading, content: bytes, file_name: str, provider: Organisation, by: Actor) -> LearnerImport:
    """Keep what was read of a file until it is confirmed or its time is over, and check it: at once, or in a job.

    Raises:
        NotAllowed: `by` does not administer the provider.
    """
    with transaction.atomic():
        require(access.can_enrol(by, provider), _("Only an admin of the training provider can enrol apprentices."))
        LearnerImport.objects.unscoped().over().delete()
        found = LearnerImport(
            provider=provider,
            uploaded_by_id=cast(UUID, by.person_id),
            file_name=file_name[:255],
            sha256=hashlib.sha256(content).hexdigest(),
            format=reading.format,
            row_count=len(reading.rows),
            expires_at=clock.now() + steps.KEPT_FOR,
        )
        found.keep(reading.as_kept())
        found.save(force_insert=True)
        if is_large(found):
            enqueue(check_learners, str(found.pk), organisation=provider, subject=found.pk)
    if not is_large(found):
        steps.check(found.pk)
        found.refresh_from_db()
    return found


def is_large(found: LearnerImport) -> bool:
    """Whether it is checked and written in the background."""
    return found.row_count > MOST_AT_ONCE


def confirm(import_id: UUID, by: Actor, *, sends_invitations: bool = True) -> LearnerImport:
    """Write what was looked at, or go on where an import was interrupted. Confirming twice writes everything once.

    Args:
        sends_invitations: whether new learners with an address are mailed a link to sign in. An import that is gone on
            with keeps what was said at first.

    Raises:
        NotAllowed: `by` did not upload it, or does not administer the provider any more.
        OutOfTurn: its time is over, it is still being checked, or a row cannot be imported.
    """
    with transaction.atomic():
        found = _locked(import_id, by)
        if found.state == _State.DONE:
            return found
        if found.state == _State.CHECKING:
            raise OutOfTurn(_("This file is still being checked. Wait a moment."))
        if found.state == _State.WAITING:
            if found.expires_at and found.expires_at <= clock.now():
                raise OutOfTurn(_("This upload has expired. Choose the file again."))
            if found.found["counts"]["refused"]:
                raise OutOfTurn(_("Some rows cannot be imported, so nothing is. Correct the file and choose it again."))
            found.state, found.confirmed_at, found.sends_invitations = _State.WRITING, clock.now(), sends_invitations
            found.save(update_fields=["state", "confirmed_at", "sends_invitations"])
        if is_large(found):
            enqueue(write_learners, str(found.pk), organisation=found.provider, subject=found.pk)
    return found if is_large(found) else steps.go_on(found.pk)


@transaction.atomic
def discard(import_id: UUID, by: Actor) -> None:
    """Let go of an upload that was not confirmed. Discarding what is gone does nothing."""
    unconfirmed = LearnerImport.objects.unscoped().filter(state__in=[_State.CHECKING, _State.WAITING])
    unconfirmed.filter(pk=import_id, uploaded_by=by.person_id).delete()


def _locked(import_id: UUID, by: Actor) -> LearnerImport:
    found = (
        LearnerImport.objects.unscoped()
        .select_for_update(no_key=True, of=("self",))
        .select_related("provider")
        .get(pk=import_id)
    )
    allowed = found.uploaded_by_id == by.person_id and access.can_enrol(by, found.provider)
    require(allowed, _("Only the person who uploaded this file can import it."))
    return found
