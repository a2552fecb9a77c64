"""What a file may tell of where it was made, and why it stays closed to somebody."""

from django.utils.translation import gettext as _

from files.opening.cleaning.formats import CLEANERS
from portfolios.models import EvidenceFile, Withheld
from portfolios.viewing import ShownFile


def can_tell_of_place(content_type: str) -> bool:
    """Whether files of this type can hold where they were made, and with what: themselves, or pictures in them."""
    return content_type in CLEANERS


def why_closed(file: EvidenceFile | ShownFile, *, is_own: bool) -> str:
    """Why a file cannot be opened, in words for the person who asks; empty where it can."""
    if file.withheld:
        return why_withheld(file.withheld, is_own=is_own)
    if file.scan == EvidenceFile.Scan.INFECTED:
        if is_own:
            return _(
                "This file failed the virus check, so nobody can open it here. Check your own device "
                "and add a clean copy."
            )
        return _("This file failed the virus check, so nobody can open it. We have told its owner.")
    if is_own:
        return ""
    if file.processing == EvidenceFile.Processing.WAITING:
        return _("We are still getting this file ready. Try again in a minute.")
    if file.scan == EvidenceFile.Scan.WAITING:
        return _("This file is waiting for its virus check. Try again in a few minutes.")
    if file.may_tell_of_place:
        return _(
            "We could not remove the location and device details from this file, so only its owner "
            "can open it. Ask for a copy in another format: a photo as a JPEG, a recording as an MP3, a "
            "video as an MP4, a document with photos as JPEGs, or a PDF with no password."
        )
    return ""


def why_withheld(withheld: str, *, is_own: bool) -> str:
    """That staff hid a file, or that it was deleted, in words for its owner or for anybody else."""
    if withheld == Withheld.ERASED:
        return _("This file was deleted, because it showed somebody who should not be seen in it.")
    if is_own:
        return _(
            "Your training provider has hidden this file, because it may show somebody who should not be seen in it. "
            "Nobody can open it. Ask your assessor what to do."
        )
    return _("This file is hidden, because it may show somebody who should not be seen in it. Nobody can open it.")
