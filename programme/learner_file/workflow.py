"""Changing a learner's file: adding, replacing, withdrawing and opening documents, and saying who sees each."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from audit import chain as audit
from audit.models import Entry
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn, TokenTaken
from files import file_types, storing
from files.file_names import clean_name
from files.storing import Copy
from jobs.queue import enqueue
from programme.audit_actions import (
    DOCUMENT_ADDED,
    DOCUMENT_OPENED,
    DOCUMENT_READERS_SET,
    DOCUMENT_REPLACED,
    DOCUMENT_WITHDRAWN,
)
from programme.learner_file import access
from programme.learner_file.jobs import prepare_document
from programme.learner_file.models import DocumentKind, LearnerDocument, Seeing, document_key, may_be_named

#: As large as a document of this file is.
MOST_BYTES = 50 * 1024**2
#: How long one entry stands for what the same person opens of the same document.
ONE_OPENING_LASTS = timedelta(hours=1)


def add_document(
    apprenticeship_id: UUID,
    by: Actor,
    upload: "UploadedFile[bytes]",
    *,
    document_id: UUID,
    kind: str,
    title: str,
    dated_on: date,
    readers: Collection[str] = (),
    is_support: bool = False,
    replaces: UUID | None = None,
) -> LearnerDocument:
    """Add a document, or a later version of one. Nobody but who added it opens it before it was checked.

    Args:
        document_id: the form's one-use token.
        dated_on: the day that stands on it.
        readers: the roles that see it, by their names in `Seeing`; nobody else does.
        is_support: whether it is about learning support, which is for the few whom that names.
        replaces: the version that it takes the place of. Kind, readers and whether it is about learning support are
            those of that version.

    Raises:
        NotAllowed: `by` may not add to this file, or write about the learner’s support.
        Incomplete: something is missing or wrong; FileRefused: it is no file that is taken.
        OutOfTurn: the version that it replaces was replaced or withdrawn.
        TokenTaken: the id is of something else.
    """
    title = " ".join(title.split())
    if not title:
        raise Incomplete(_("Say what this document is."), field="title")
    if kind not in DocumentKind.values:
        raise Incomplete(_("Choose what kind of document this is."), field="kind")
    if dated_on > clock.today():
        raise Incomplete(_("Choose today or an earlier day."), field="dated_on")
    name = clean_name(upload.name or "")
    if (upload.size or 0) > MOST_BYTES:
        raise Incomplete(_("Choose a file of %(n)d MB at most.") % {"n": MOST_BYTES // 1024**2}, field="file")
    file_type = file_types.detect(upload, name)
    with storing.stored(upload, document_key(), is_named=may_be_named) as stored, transaction.atomic():
        apprenticeship = locked_apprenticeship(apprenticeship_id)
        before = _replaced(replaces, apprenticeship, by) if replaces else None
        if before:
            kind, is_support, readers = before.kind, before.is_support, before.readers()
        elif is_support:
            require(
                access.can_write_support(by, apprenticeship),
                _("Only the lead assessor and people who were named write about learning support."),
            )
        else:
            require(
                access.can_add(by, apprenticeship),
                _("Only the apprentice, their assessors and trainers, and admins add to this file."),
            )
        if made := LearnerDocument.objects.unscoped().filter(pk=document_id).first():
            if (made.apprenticeship_id, made.added_by_id) != (apprenticeship.pk, by.person_id):
                raise TokenTaken
            storing.remove(stored.key)
            return made
        if before and hasattr(before, "replaced_by"):
            raise OutOfTurn(_("There is a later version of this document already. Look at it first."))
        made = LearnerDocument.objects.create(
            pk=document_id,
            apprenticeship=apprenticeship,
            provider_id=apprenticeship.provider_id,
            replaces=before,
            kind=kind,
            title=title,
            dated_on=dated_on,
            is_support=is_support,
            **{} if is_support else _sights(readers, by, apprenticeship),
            added_by_id=by.person,
            added_at=clock.now(),
            name=name,
            content_type=file_type.content_type,
            original_sha256=stored.sha256,
            stored=stored.key,
            size_bytes=stored.size_bytes,
            sha256=stored.sha256,
        )
        action = DOCUMENT_REPLACED if before else DOCUMENT_ADDED
        audit.record(action, by, made, organisation=apprenticeship.provider, sha256=stored.sha256)
        enqueue(prepare_document, str(made.pk), organisation=apprenticeship.provider, subject=made.pk)
    return made


def _sights(readers: Collection[str], by: Actor, apprenticeship: Apprenticeship) -> dict[str, bool]:
    """Who sees it: whom the form names; whoever adds it sees what they add, by the role that they add it with."""
    if unknown := set(readers) - set(Seeing.values):
        raise Incomplete(_("Choose who sees this document."), field=sorted(unknown)[0])
    wanted = set(readers)
    if by.person_id == apprenticeship.apprentice_id:
        wanted.add(Seeing.APPRENTICE.value)
    if not wanted:
        raise Incomplete(_("Choose at least one role that sees this document."), field="readers")
    return {name: name in wanted for name in Seeing.values}


def _locked(document_id: UUID) -> LearnerDocument:
    """A document, locked after its apprenticeship, as everywhere."""
    whose = LearnerDocument.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=document_id)
    apprenticeship = locked_apprenticeship(whose)
    found: LearnerDocument = LearnerDocument.objects.unscoped().select_for_update(no_key=True).get(pk=document_id)
    found.apprenticeship = apprenticeship
    return found


def _replaced(document_id: UUID, apprenticeship: Apprenticeship, by: Actor) -> LearnerDocument:
    before = _locked(document_id)
    require(
        before.apprenticeship_id == apprenticeship.pk and access.can_change(by, before),
        _("Only whoever added this document, and admins, replace it."),
    )
    if before.withdrawn_at:
        raise OutOfTurn(_("This document was withdrawn. Add the new one as a document of its own."))
    return before


@transaction.atomic
def withdraw_document(document_id: UUID, by: Actor, reason: str) -> LearnerDocument:
    """Say that a document does not count any more. It stays, with the reason. Again, it changes nothing.

    Raises:
        NotAllowed: `by` neither added it nor is an admin; of learning support, does not write about that.
        Incomplete: no reason.
        OutOfTurn: there is a later version, which is the one to withdraw.
    """
    document = _locked(document_id)
    require(access.can_change(by, document), _("Only whoever added this document, and admins, withdraw it."))
    if document.withdrawn_at:
        return document
    if hasattr(document, "replaced_by"):
        raise OutOfTurn(_("There is a later version of this document. Withdraw that one."))
    if not reason.strip():
        raise Incomplete(_("Say why it does not count any more."), field="reason")
    document.withdrawn_by_id, document.withdrawn_at = by.person, clock.now()
    document.withdrawn_because = reason.strip()
    document.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])
    audit.record(DOCUMENT_WITHDRAWN, by, document, organisation=document.apprenticeship.provider)
    return document


@transaction.atomic
def set_document_readers(document_id: UUID, by: Actor, readers: Collection[str]) -> LearnerDocument:
    """Say which roles see a document from now on. The same again changes nothing.

    Raises:
        NotAllowed: `by` neither added it nor is an admin.
        OutOfTurn: it is about learning support, whose readers are named.
        Incomplete: no role, or one that there is not.
    """
    document = _locked(document_id)
    require(access.can_change(by, document), _("Only whoever added this document, and admins, say who sees it."))
    if document.is_support:
        raise OutOfTurn(_("Documents about learning support are for those who are named for it."))
    sights = _sights(readers, by, document.apprenticeship)
    if {name for name, sees in sights.items() if sees} == set(document.readers()):
        return document
    for name, sees in sights.items():
        setattr(document, name, sees)
    document.save(update_fields=list(sights))
    audit.record(
        DOCUMENT_READERS_SET,
        by,
        document,
        organisation=document.apprenticeship.provider,
        readers=sorted(document.readers()),
    )
    return document


def open_document(by: Actor, document: LearnerDocument) -> Copy:
    """The bytes of a document that `by` sees: nothing else gives them to people. Each opening is recorded once an hour.

    Args:
        document: found through `visible_to`, with its provider.

    Raises:
        OutOfTurn: it is not checked yet and somebody else’s, or cannot be opened; the message says why.
    """
    if document.state == LearnerDocument.State.REFUSED:
        raise OutOfTurn(document.refused_because)
    if document.state == LearnerDocument.State.WAITING and document.added_by_id != by.person_id:
        raise OutOfTurn(_("This document is still being checked. Try again in a minute."))
    if document.added_by_id != by.person_id:
        with transaction.atomic():
            LearnerDocument.objects.unscoped().select_for_update(no_key=True).get(pk=document.pk)
            recent = Entry.objects.of_subject(document).filter(
                action=DOCUMENT_OPENED.name, actor_person=by.person_id, at__gt=clock.now() - ONE_OPENING_LASTS
            )
            if not recent.exists():
                audit.record(DOCUMENT_OPENED, by, document, organisation=document.provider)
    return Copy(document.stored, document.name, document.content_type, document.size_bytes, document.sha256)
