"""What a file may tell of where it was made, and why it stays closed to somebody."""

from django.utils.translation import gettext as _

from files.opening.cleaning.formats import CLEANERS
from portfolios.models import EvidenceFile
from portfolios.viewing import ShownFile


def can_tell_of_place(content_type: str) -> bool:
    """Whether files of this type can hold where they were made, and with what: themselves, or pictures in them."""
    return content_type in CLEANERS


def why_closed(file: EvidenceFile | ShownFile, *, is_own: bool) -> str:
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
            "photos as JPEG, a PDF without its password."
        )
    return ""
