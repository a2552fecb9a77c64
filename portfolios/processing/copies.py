"""Who gets which bytes of a file: its owner what came, everybody else the cleaned copy, nobody an infected one."""

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import OutOfTurn
from files.file_names import with_ending
from files.storing import Copy
from portfolios.models import EvidenceFile, Rendition


class NotOpenYet(OutOfTurn):
    """A file that this person may see, but not open: the message says why, and what will change that."""


def can_tell_of_place(content_type: str) -> bool:
    """Whether files of this type can hold where they were made, and with what: themselves, or pictures in them."""
    return content_type.startswith(
        ("image/", "audio/", "video/", "application/vnd.openxmlformats-", "application/vnd.oasis.")
    )


def copy_for(user: User, file: EvidenceFile) -> Copy:
    """The bytes that `user`, who sees the file, gets of it. `file` has its evidence and apprenticeship loaded.

    Raises:
        NotOpenYet: it is infected; or it is not the person's own and not yet prepared, or cannot be cleaned.
    """
    is_own = file.evidence.apprenticeship.apprentice_id == user.pk
    if reason := why_closed(file, is_own=is_own):
        raise NotOpenYet(reason)
    if is_own or not file.cleaned:
        return Copy(str(file.stored.name), file.name, file.content_type, file.size_bytes, file.sha256)
    content_type, name = file.content_type, file.name
    if content_type == "image/heic":
        content_type, name = "image/jpeg", with_ending(name, "jpg")
    assert file.cleaned_size_bytes is not None, "a constraint"
    return Copy(str(file.cleaned.name), name, content_type, file.cleaned_size_bytes, file.cleaned_sha256)


def picture_of(user: User, rendition: Rendition) -> Copy:
    """The bytes of a picture that was made of a file; its own owner and others get the same ones.

    Raises:
        NotOpenYet: as for `copy_for`.
    """
    file = rendition.file
    if reason := why_closed(file, is_own=file.evidence.apprenticeship.apprentice_id == user.pk):
        raise NotOpenYet(reason)
    ending = rendition.content_type.rpartition("/")[2].replace("jpeg", "jpg")
    name = with_ending(f"{rendition.kind}-{rendition.number}", ending)
    # No hash is kept of it: its bytes never change, and its key is its own.
    return Copy(str(rendition.stored.name), name, rendition.content_type, rendition.size_bytes, rendition.pk.hex)


def why_closed(file: EvidenceFile, *, is_own: bool) -> str:
    """Why a file cannot be opened, in words for the person who asks; empty where it can."""
    if file.scan == EvidenceFile.Scan.INFECTED:
        if is_own:
            return _(
                "The virus check found something in this file, so nobody can open it here. Check your own device, and "
                "add a clean copy."
            )
        return _("The virus check found something in this file, so nobody can open it. Its owner is told.")
    if is_own:
        return ""
    if file.processing == EvidenceFile.Processing.WAITING:
        return _("This file is still being prepared. Try again in a minute.")
    if file.scan == EvidenceFile.Scan.WAITING:
        return _("This file still waits for the virus check. Try again in a few minutes.")
    if file.may_tell_of_place:
        return _(
            "This file could not be opened to take out where and with what it was made, so only its owner can open it. "
            "Ask for a copy in another format: a photo as JPEG, a recording as MP3, a film as MP4, a document with "
            "photos as JPEG."
        )
    return ""
