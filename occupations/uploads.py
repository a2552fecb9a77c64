"""Importing from the page: an upload is kept until its owner has seen what would come of it and confirms it, once."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import User
from audit import chain as audit
from core import clock
from core.errors import OutOfTurn
from occupations import access
from occupations.importing.draft import Problem, Refused
from occupations.importing.files import Report, import_stream
from occupations.importing.identity import NOTHING, Given
from occupations.importing.known_formats import BY_NAME
from occupations.importing.preview import Source
from occupations.models import ImportDraft, ImportDraftFile

MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 20
#: How long an upload waits to be confirmed, and how long what came of it can be looked at.
KEPT_FOR = timedelta(hours=2)


@transaction.atomic
def keep(sources: Iterable[Source], by: User, format_name: str = "", given: Given = NOTHING) -> ImportDraft:
    """Keep an upload until it is confirmed or its time is over. Nothing of the catalogue changes.

    Raises:
        NotAllowed: `by` may not import.
    """
    require(access.can_import(by), _("Only admins of a training provider import standards."))
    now = clock.now()
    ImportDraft.objects.filter(expires_at__lt=now).delete()
    draft = ImportDraft.objects.create(
        owner=by,
        format=format_name,
        reference=given.reference,
        version=given.version,
        makes_codes=given.makes_codes,
        made_at=now,
        expires_at=now + KEPT_FOR,
    )
    ImportDraftFile.objects.bulk_create(
        ImportDraftFile(draft=draft, position=position, name=source.name, content=source.content)
        for position, source in enumerate(sources, start=1)
    )
    return draft


def sources_of(draft: ImportDraft) -> list[Source]:
    """The files of an upload."""
    return [Source(file.name, bytes(file.content)) for file in draft.files.all()]


def given_of(draft: ImportDraft) -> Given:
    """What its owner said about the files of an upload."""
    return Given(draft.reference, draft.version, draft.makes_codes)


def confirm(draft_id: UUID, by: User) -> ImportDraft:
    """Import what was uploaded, each standard in a transaction of its own, and let go of the files.

    Confirming twice, or twice at a time, imports once: whoever is second gets what came of the first.

    Raises:
        NotAllowed: `by` may not import, or did not upload it.
        OutOfTurn: its time is over.
    """
    draft, is_mine = _claimed(draft_id, by)
    if not is_mine:
        return draft
    report = Report()
    forced = BY_NAME.get(draft.format)
    sources = sources_of(draft)
    for source in sources:
        try:
            import_stream(BytesIO(source.content), source.name, report, by, forced, given_of(draft))
        except Refused as refused:
            report.errors += refused.problems
    report.finish()
    return _finish(draft, report, by, [hashlib.sha256(source.content).hexdigest() for source in sources])


@transaction.atomic
def discard(draft_id: UUID, by: User) -> None:
    """Let go of an upload that was not confirmed. Discarding what is gone does nothing."""
    ImportDraft.objects.filter(pk=draft_id, owner=by, confirmed_at=None).delete()


@transaction.atomic
def _claimed(draft_id: UUID, by: User) -> tuple[ImportDraft, bool]:
    """The upload, and whether it is for this caller to import it."""
    draft = ImportDraft.objects.select_for_update().get(pk=draft_id)
    require(access.can_import(by) and draft.owner_id == by.pk, _("Only the admin who uploaded this may bring it in."))
    if draft.confirmed_at:
        return draft, False
    if draft.expires_at <= clock.now():
        raise OutOfTurn(_("This upload waited too long and is gone. Choose the files again."))
    draft.confirmed_at = clock.now()
    draft.save(update_fields=["confirmed_at"])
    return draft, True


@transaction.atomic
def _finish(draft: ImportDraft, report: Report, by: User, sha256s: list[str]) -> ImportDraft:
    draft.result = {
        "written": [
            {
                "outcome": written.outcome.value,
                "reference": written.version.standard.reference,
                "version": written.version.version,
                "title": written.version.title,
                "revision": str(written.revision.pk) if written.revision else "",
            }
            for written in report.written
        ],
        "errors": [_told(problem) for problem in report.errors],
        "warnings": [_told(problem) for problem in report.warnings],
    }
    draft.save(update_fields=["result"])
    draft.files.all().delete()
    audit.record(
        "import_draft.confirmed",
        by,
        draft,
        organisation=by.acting_for,
        versions=report.versions,
        unchanged=report.unchanged,
        refused=len(report.errors),
        source_sha256s=sha256s,
    )
    return draft


def _told(problem: Problem) -> dict[str, str | int | None]:
    return {"file": problem.file, "line": problem.line, "reason": problem.reason}
