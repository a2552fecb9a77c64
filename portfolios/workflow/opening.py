"""Opening a file of evidence: who gets which bytes and texts, and the trace that somebody from outside leaves."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from apprenticeships.audit_actions import LEARNER_OPENED
from apprenticeships.models import Apprenticeship
from audit import chain as audit
from audit.actions import Action
from audit.models import Entry
from core import clock
from core.actor import Actor
from core.errors import OutOfTurn
from files.file_names import with_ending
from files.storing import Copy
from portfolios import access
from portfolios.audit_actions import EVIDENCE_FILE_OPENED, EVIDENCE_OPENED
from portfolios.models import Evidence, EvidenceFile, Rendition
from portfolios.processing.copies import why_closed
from portfolios.viewing import Shown

#: How long one entry stands for what the same person opens of the same file: its pages, its pictures, each range.
ONE_OPENING_LASTS = timedelta(hours=1)


class NotOpenYet(OutOfTurn):
    """A file that this person may see, but not open: the message says why, and what will change that."""


def open_file(by: Actor, file_or_rendition: EvidenceFile | Rendition) -> Copy:
    """The bytes that `by`, who sees the file, gets of it or of a picture of it. Nothing else gives bytes to people.

    Its owner gets what came, everybody else the cleaned copy, nobody an infected one. An opening by somebody from
    outside is recorded, once for all that they open of the file within an hour.

    Args:
        file_or_rendition: found through `visible_to`, with its evidence and apprenticeship loaded.

    Raises:
        NotOpenYet: staff hid it or had it deleted; it is infected; or it is not the person's own and not yet prepared,
            or cannot be cleaned.
    """
    file = file_or_rendition if isinstance(file_or_rendition, EvidenceFile) else file_or_rendition.file
    is_own = file.evidence.apprenticeship.apprentice_id == by.person_id
    if reason := why_closed(file, is_own=is_own):
        raise NotOpenYet(reason)
    if access.leaves_a_trace(by):
        _record(by, [file.pk])
    if isinstance(file_or_rendition, Rendition):
        return _picture(file_or_rendition)
    return _copy(file, is_own=is_own)


def show_texts(by: Actor, files: Sequence[Shown]) -> Sequence[Shown]:
    """Let a page show what is said and read in these files, too. Nothing else lets it, but for who may change them.

    Of those that staff hid a page shows neither. To see the words of a file is to open it: what
    somebody from outside is shown is recorded as an opening.

    Args:
        files: found through `visible_to`, from `portfolios.viewing`.
    """
    for file in files:
        if file.withheld:
            # A page that shows what may be changed in it has nothing to show either.
            file.transcript, file.excerpt, file.pictures = "", None, []
    if access.leaves_a_trace(by):
        _record(by, [file.pk for file in files if file.transcript or (file.excerpt and not file.pictures)])
    for file in files:
        file.shows_texts = True
    return files


def note_opening(by: Actor, thing: Apprenticeship | Evidence) -> None:
    """Record that an external auditor opened pages about a learner, or a piece of evidence, once within an hour.

    Args:
        thing: found through `visible_to`.
    """
    action = LEARNER_OPENED if isinstance(thing, Apprenticeship) else EVIDENCE_OPENED
    if not _fresh(by, [thing.pk], action):
        return
    with transaction.atomic():
        # Locked, so that two pages opened at once make one entry.
        locked = type(thing).objects.unscoped().select_for_update(no_key=True, of=("self",)).get(pk=thing.pk)
        if _fresh(by, [thing.pk], action):
            audit.record(action, by, locked, organisation=locked.provider)


def _record(by: Actor, files: Collection[UUID]) -> None:
    """One statement for all of them, where each was opened within the hour."""
    if not (fresh := _fresh(by, files)):
        return
    with transaction.atomic():
        # Locked, so that two ranges asked for at once make one entry.
        locked = list(
            EvidenceFile.objects.unscoped()
            .select_for_update(no_key=True, of=("self",))
            .select_related("evidence__apprenticeship__provider")
            .filter(pk__in=fresh)
            .order_by("pk")
        )
        fresh = _fresh(by, fresh)
        audit.record_many(
            audit.Happening(EVIDENCE_FILE_OPENED, by, file, organisation=file.evidence.apprenticeship.provider)
            for file in locked
            if file.pk in fresh
        )


def _fresh(by: Actor, things: Iterable[UUID], action: Action = EVIDENCE_FILE_OPENED) -> set[UUID]:
    """Those of these files, or other things, that `by` has not opened within the hour."""
    wanted = set(things)
    if not wanted:
        return wanted
    made = Entry.objects.filter(
        subject_type=action.subject,
        subject__in=[str(pk) for pk in wanted],
        action=action.name,
        actor_person=by.person_id,
        actor_link=by.link_id,
        at__gt=clock.now() - ONE_OPENING_LASTS,
    )
    return wanted - {UUID(subject) for subject in made.values_list("subject", flat=True)}


def _copy(file: EvidenceFile, *, is_own: bool) -> Copy:
    if is_own or not file.cleaned:
        return Copy(str(file.stored.name), file.name, file.content_type, file.size_bytes, file.sha256)
    content_type, name = file.content_type, file.name
    if content_type == "image/heic":
        content_type, name = "image/jpeg", with_ending(name, "jpg")
    assert file.cleaned_size_bytes is not None, "a constraint"
    return Copy(str(file.cleaned.name), name, content_type, file.cleaned_size_bytes, file.cleaned_sha256)


def _picture(rendition: Rendition) -> Copy:
    """The same bytes for its owner and for others."""
    ending = rendition.content_type.rpartition("/")[2].replace("jpeg", "jpg")
    name = with_ending(f"{rendition.kind}-{rendition.number}", ending)
    # No hash is kept of it: its bytes never change, and its key is its own.
    return Copy(str(rendition.stored.name), name, rendition.content_type, rendition.size_bytes, rendition.pk.hex)
