"""Importing from the page: an upload is kept until its owner has seen what would come of it and confirms it.

It is then written standard by standard, each in a transaction together with how far the upload has got. Whoever was
interrupted, by a closed page or a killed server, goes on with it from there.
"""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import OutOfTurn
from occupations import access
from occupations.audit_actions import IMPORT_DRAFT_CONFIRMED
from occupations.importing import writing
from occupations.importing.across import odd_across
from occupations.importing.draft import Problem, Refused, StandardDraft
from occupations.importing.files import notes_on
from occupations.importing.identity import NOTHING, Given
from occupations.importing.known_formats import BY_NAME
from occupations.importing.onward import link_onward
from occupations.importing.preview import Source, read
from occupations.models import ImportDraft, ImportDraftFile, Standard, StandardVersion

MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 20
#: How long an upload waits to be confirmed, and how long what came of it can be looked at.
KEPT_FOR = timedelta(hours=2)


@transaction.atomic
def keep(
    sources: Iterable[Source],
    by: Actor,
    owner: Organisation | None = None,
    format_name: str = "",
    given: Given = NOTHING,
) -> ImportDraft:
    """Keep an upload until it is confirmed or its time is over. Nothing of the catalogue changes.

    Args:
        owner: the provider whose private standards these are to be; None for the catalogue.

    Raises:
        NotAllowed: `by` may not import there.
    """
    require(access.can_change(by, owner), _("You do not have permission to import standards here."))
    now = clock.now()
    ImportDraft.objects.filter(expires_at__lt=now).exclude(state=ImportDraft.State.WRITING).delete()
    draft = ImportDraft.objects.create(
        uploaded_by_id=cast(UUID, by.person_id),
        owner=owner,
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
    """What was said about the files of an upload by whoever brought them."""
    return Given(draft.reference, draft.version, draft.makes_codes)


def confirm(draft_id: UUID, by: Actor) -> ImportDraft:
    """Import what was uploaded, or go on where an import was interrupted, and let go of the files when all is written.

    Confirming twice, or twice at a time, imports each standard once: whoever comes second takes up what is left.

    Raises:
        NotAllowed: `by` may not import there, or did not upload it.
        OutOfTurn: its time is over.
    """
    draft = _begun(draft_id, by)
    if draft.state == ImportDraft.State.DONE:
        return draft
    standards, problems = read(sources_of(draft), BY_NAME.get(draft.format), given_of(draft))
    for place in range(draft.written_count, len(standards)):
        _write_next(draft_id, place, standards[place], by)
    return _finish(draft_id, standards, problems, by)


@transaction.atomic
def discard(draft_id: UUID, by: Actor) -> None:
    """Let go of an upload that was not confirmed. Discarding what is gone does nothing."""
    ImportDraft.objects.filter(pk=draft_id, uploaded_by=by.person_id, state=ImportDraft.State.WAITING).delete()


def _locked(draft_id: UUID, by: Actor) -> ImportDraft:
    draft = ImportDraft.objects.select_for_update(no_key=True, of=("self",)).select_related("owner").get(pk=draft_id)
    allowed = draft.uploaded_by_id == by.person_id and access.can_change(by, draft.owner)
    require(allowed, _("Only the person who uploaded this can import it."))
    return draft


@transaction.atomic
def _begun(draft_id: UUID, by: Actor) -> ImportDraft:
    """The upload, confirmed from now on if it was not before."""
    draft = _locked(draft_id, by)
    if draft.state == ImportDraft.State.WAITING:
        if draft.expires_at <= clock.now():
            raise OutOfTurn(_("This upload has expired. Choose the files again."))
        draft.state = ImportDraft.State.WRITING
        draft.confirmed_at = clock.now()
        draft.save(update_fields=["state", "confirmed_at"])
    return draft


@transaction.atomic
def _write_next(draft_id: UUID, place: int, standard: StandardDraft, by: Actor) -> None:
    """Write one standard of an upload and note that it is written, unless somebody else has done so already."""
    draft = _locked(draft_id, by)
    if draft.state != ImportDraft.State.WRITING or draft.written_count != place:
        return
    try:
        written = writing.write(standard, by, draft.owner)
    except Refused as refused:
        draft.result["errors"] += [_told(problem) for problem in refused.problems]
    else:
        notes = [*standard.warnings, *notes_on(written, standard)]
        draft.result["warnings"] += [_told(problem) for problem in notes]
        draft.result["written"].append(
            {
                "outcome": written.outcome.value,
                "id": str(written.version.pk),
                "slug": written.version.standard.slug,
                "reference": written.version.standard.reference,
                "version": written.version.version,
                "title": written.version.title,
                "revision": str(written.revision.pk) if written.revision else "",
            }
        )
    draft.written_count = place + 1
    draft.save(update_fields=["written_count", "result"])


@transaction.atomic
def _finish(draft_id: UUID, standards: list[StandardDraft], problems: list[Problem], by: Actor) -> ImportDraft:
    """Do what takes all that came in, record it, and let go of the files."""
    draft = _locked(draft_id, by)
    if draft.state == ImportDraft.State.DONE:
        return draft
    for standard in standards:
        held = Standard.objects.of_owner(draft.owner).filter(reference=standard.reference).first()
        if held and standard.leads_to:
            link_onward(held, standard.leads_to, standard.source_name, by)
    written = draft.result["written"]
    new = [row["id"] for row in written if row["outcome"] in (writing.Outcome.CREATED, writing.Outcome.COMPLETED)]
    odd = odd_across(StandardVersion.objects.unscoped().filter(pk__in=new), draft.owner)
    draft.result["warnings"] += [_told(problem) for problem in odd]
    draft.result["errors"] += [_told(problem) for problem in problems]
    draft.state = ImportDraft.State.DONE
    draft.expires_at = clock.now() + KEPT_FOR
    draft.save(update_fields=["state", "result", "expires_at"])
    outcomes = [row["outcome"] for row in written]
    audit.record(
        IMPORT_DRAFT_CONFIRMED,
        by,
        draft,
        organisation=draft.owner,
        versions=outcomes.count(writing.Outcome.CREATED),
        unchanged=outcomes.count(writing.Outcome.UNCHANGED),
        refused=len(draft.result["errors"]),
        source_sha256s=[hashlib.sha256(source.content).hexdigest() for source in sources_of(draft)],
    )
    draft.files.all().delete()
    return draft


def _told(problem: Problem) -> dict[str, str | int | None]:
    return {"file": problem.file, "line": problem.line, "reason": problem.reason}
