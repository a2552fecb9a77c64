"""Which kinds of file are evidence, in one table, and finding out which one a file is.

The content and the ending of the name must agree, except among photos and among recordings. What the browser says about
the type decides nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Incomplete
from core.words import Words
from files import active_content, office_content, office_files, signatures
from files.file_names import ending, with_ending


class FileRefused(Incomplete):
    """A file that cannot be evidence. The message says why, and what would do instead."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message, field="files")
        self.status = status


@dataclass(frozen=True)
class FileType:
    """One format that is accepted. `looks_like` reads from an open file, anywhere in it."""

    label: Words
    endings: tuple[str, ...]
    content_type: str
    looks_like: Callable[[BinaryIO], bool]
    is_inline: bool = False
    """Whether a browser may show it in place. Everything else is a download."""

    @property
    def found_in(self) -> Callable[[BinaryIO], str | None]:
        """What looks for content that a file of this format must not hold."""
        kind = self.content_type.partition("/")[0]
        if self.content_type.startswith(_OFFICE):
            return office_content.found_in_office
        if self.content_type.startswith(_OPEN_DOCUMENT):
            return office_content.found_in_open_document
        if self.content_type == "application/pdf":
            return active_content.found_in_pdf
        if self.content_type == "text/csv":
            return active_content.found_in_table
        return active_content.found_in_picture if kind == "image" else active_content.found_beside


#: How many files one piece of evidence holds, and so the most that one form may bring.
MAX_FILES = 20

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"

FILE_TYPES = (
    FileType(gettext_lazy("a JPEG photo"), ("jpg", "jpeg", "jfif"), "image/jpeg", signatures.is_jpeg, True),
    FileType(gettext_lazy("a PNG picture"), ("png",), "image/png", signatures.is_png, True),
    FileType(gettext_lazy("a WebP picture"), ("webp",), "image/webp", signatures.is_webp, True),
    FileType(gettext_lazy("a GIF picture"), ("gif",), "image/gif", signatures.is_gif, True),
    FileType(gettext_lazy("a HEIC photo"), ("heic", "heif"), "image/heic", signatures.is_heic, True),
    FileType(gettext_lazy("a PDF"), ("pdf",), "application/pdf", signatures.is_pdf, True),
    FileType(
        gettext_lazy("a Word document"),
        ("docx",),
        f"{_OFFICE}.wordprocessingml.document",
        office_files.is_office("word/document.xml"),
    ),
    FileType(
        gettext_lazy("an Excel workbook"),
        ("xlsx",),
        f"{_OFFICE}.spreadsheetml.sheet",
        office_files.is_office("xl/workbook.xml"),
    ),
    FileType(
        gettext_lazy("a PowerPoint presentation"),
        ("pptx",),
        f"{_OFFICE}.presentationml.presentation",
        office_files.is_office("ppt/presentation.xml"),
    ),
    FileType(
        gettext_lazy("an OpenDocument text"), ("odt",), f"{_OPEN_DOCUMENT}.text", office_files.is_open_document("text")
    ),
    FileType(
        gettext_lazy("an OpenDocument spreadsheet"),
        ("ods",),
        f"{_OPEN_DOCUMENT}.spreadsheet",
        office_files.is_open_document("spreadsheet"),
    ),
    FileType(
        gettext_lazy("an OpenDocument presentation"),
        ("odp",),
        f"{_OPEN_DOCUMENT}.presentation",
        office_files.is_open_document("presentation"),
    ),
    FileType(gettext_lazy("an MP4 video"), ("mp4", "m4v"), "video/mp4", signatures.is_mp4, True),
    FileType(gettext_lazy("a MOV video"), ("mov",), "video/quicktime", signatures.is_mov, True),
    FileType(gettext_lazy("a WebM video"), ("webm",), "video/webm", signatures.is_webm, True),
    FileType(gettext_lazy("an MP3 recording"), ("mp3",), "audio/mpeg", signatures.is_mp3, True),
    FileType(gettext_lazy("an M4A recording"), ("m4a",), "audio/mp4", signatures.is_m4a, True),
    FileType(gettext_lazy("a WAV recording"), ("wav",), "audio/wav", signatures.is_wav, True),
    FileType(gettext_lazy("an Ogg recording"), ("ogg", "oga", "opus"), "audio/ogg", signatures.is_ogg, True),
    # Text last: its check reads the whole file.
    FileType(gettext_lazy("plain text"), ("txt",), "text/plain", signatures.is_text, True),
    FileType(gettext_lazy("a CSV table"), ("csv",), "text/csv", signatures.is_text),
)

#: Within each of these an ending may be wrong.
_FAMILIES = ("image/", "audio/", "video/")

#: For the form's page and each refusal.
ALLOWED_DESCRIPTION = gettext_lazy(
    "photos (JPEG, PNG, WebP, GIF, HEIC), PDF, Word, Excel and PowerPoint (.docx, .xlsx, .pptx), OpenDocument, "
    "plain text, CSV, sound (MP3, M4A, WAV, Ogg) and video (MP4, MOV, WebM)"
)
#: For the `accept` attribute of a file input.
ACCEPTED_ENDINGS = ",".join(f".{name}" for file_type in FILE_TYPES for name in file_type.endings)

#: What to do about files that people often have and that are not on the list.
_ADVICE = {
    ("doc", "docm", "dot", "dotx", "dotm", "rtf"): gettext_lazy("Save it as a Word document (.docx) and add that."),
    ("xls", "xlsm", "xlsb", "xltx", "xltm"): gettext_lazy("Save it as an Excel workbook (.xlsx) and add that."),
    ("ppt", "pptm", "pps", "ppsx", "ppsm", "potx"): gettext_lazy("Save it as a presentation (.pptx) and add that."),
    ("zip", "rar", "7z", "tar", "gz", "tgz"): gettext_lazy("Unzip it and add the files one by one."),
    ("html", "htm", "mht", "mhtml", "webarchive", "xml", "svg", "pages", "numbers", "key", "md", "eml", "msg"): (
        gettext_lazy("Print or export it as a PDF and add that.")
    ),
    ("avif", "bmp", "tif", "tiff", "psd"): gettext_lazy("Save the picture as a JPEG or PNG and add that."),
    ("avi", "mkv", "wmv", "3gp", "mpg", "mpeg"): gettext_lazy("Save the video as an MP4 and add that."),
    ("aac", "amr", "flac", "wma", "aiff"): gettext_lazy("Save the recording as an MP3 or M4A and add that."),
}
_ADVICE_BY_ENDING = {name: advice for names, advice in _ADVICE.items() for name in names}


#: Why a file is refused for what it holds beside what it should.
_CONTAINS = {
    office_content.MACROS: gettext_lazy("“%(name)s” contains macros."),
    office_content.OBJECTS: gettext_lazy("“%(name)s” contains objects or files from other programs."),
    office_content.COMMANDS: gettext_lazy("“%(name)s” contains fields that start other programs or load other files."),
    office_content.ELSEWHERE: gettext_lazy("“%(name)s” loads a template or content from somewhere else when it opens."),
    office_content.ODD: gettext_lazy("“%(name)s” is not a valid file of its type."),
    active_content.SCRIPT: gettext_lazy("“%(name)s” contains scripts."),
    active_content.LAUNCH: gettext_lazy("“%(name)s” contains actions that start programs or open other files."),
    active_content.CARRIED: gettext_lazy("“%(name)s” has other files inside it."),
    active_content.FORM: gettext_lazy("“%(name)s” is a form that only works in one program."),
    active_content.CALLS: gettext_lazy("“%(name)s” contains formulas that start other programs."),
    active_content.FLOOD: gettext_lazy("“%(name)s” has more than 250 million pixels, which is too large to open."),
    active_content.TWOFOLD: gettext_lazy(
        "“%(name)s” has another type of file hidden inside it, such as an archive or a web page."
    ),
}


def _advice_on(named: FileType) -> str:
    if named.content_type == "application/pdf":
        return _("Print it to a new PDF and add that. If it has files inside it, add those one by one.")
    if named.content_type.startswith("image/"):
        return _("Open the picture on your device, save it again as a normal-sized JPEG or PNG, and add that.")
    if named.content_type.startswith((_OFFICE, _OPEN_DOCUMENT, "text/")):
        return _("Save it without them, or as a PDF, and add that.")
    return _("Save it again in the program that made it, and add that.")


def announced(name: str, size_bytes: int) -> FileType:
    """What kind of file a cleaned name and a size promise, before any byte has come.

    Raises:
        FileRefused: it is empty or too large, or nothing with this ending is on the list.
    """
    if not size_bytes:
        raise FileRefused(
            _("“%(name)s” is empty. Check that it opens on your device, then add it again.") % {"name": name}
        )
    if size_bytes > settings.EVIDENCE_FILE_MAX_BYTES:
        raise FileRefused(too_large_message(name), status=413)
    named = next((file_type for file_type in FILE_TYPES if ending(name) in file_type.endings), None)
    if named is None:
        raise FileRefused(_unlisted_message(name), status=415)
    return named


def detect(file: "BinaryIO | UploadedFile[bytes]", name: str) -> FileType:
    """What kind of file this is, by its content and the ending of its cleaned `name` together.

    Phones give photos and recordings the wrong ending: a HEIC photo called .jpg, a JPEG called .HEIC. These are what
    their content says, and `right_name` gives them its ending. Leaves the file at its beginning.

    Raises:
        FileRefused: it is empty or too large, its kind is not on the list, or content and ending do not agree.
    """
    # What a form brings is read like any other open file.
    content = cast(BinaryIO, file)
    try:
        named = announced(name, signatures.length_of(content))
        found = named if named.looks_like(content) else _kin(named, content)
        if found is None:
            raise FileRefused(_mismatch_message(content, name, named))
        if what := found.found_in(content):
            raise FileRefused(f"{_CONTAINS[what] % {'name': name}} {_advice_on(found)}")
        return found
    finally:
        file.seek(0)


def right_name(name: str, file_type: FileType) -> str:
    """A cleaned name with an ending that fits what the file is."""
    return name if ending(name) in file_type.endings else with_ending(name, file_type.endings[0])


def _kin(named: FileType, content: BinaryIO) -> FileType | None:
    """What a photo with the ending of another kind of photo is, or a recording with that of another kind."""
    family = next((family for family in _FAMILIES if named.content_type.startswith(family)), None)
    if family is None:
        return None
    return next((kin for kin in FILE_TYPES if kin.content_type.startswith(family) and kin.looks_like(content)), None)


def of_content_type(content_type: str) -> FileType | None:
    """The row of the table that a stored file was accepted as."""
    return next((file_type for file_type in FILE_TYPES if file_type.content_type == content_type), None)


def max_size_in_words() -> str:
    """The largest file that is accepted, such as “1 GB”."""
    megabytes = settings.EVIDENCE_FILE_MAX_BYTES // 1024**2
    return f"{megabytes // 1024} GB" if megabytes >= 1024 and megabytes % 1024 == 0 else f"{megabytes} MB"


def too_large_message(name: str) -> str:
    return _("“%(name)s” is larger than %(size)s, the limit for one file.") % {
        "name": name,
        "size": max_size_in_words(),
    }


def _unlisted_message(name: str) -> str:
    advice = _ADVICE_BY_ENDING.get(ending(name), "")
    refusal = _("You cannot add “%(name)s” because we do not accept this type of file.") % {"name": name}
    return " ".join(filter(None, [refusal, str(advice), _("You can add %(list)s.") % {"list": ALLOWED_DESCRIPTION}]))


def _mismatch_message(file: BinaryIO, name: str, named: FileType) -> str:
    """Why the content does not fit the ending, as far as it can be told, and what to do."""
    words = {"name": name, "named": named.label, "list": ALLOWED_DESCRIPTION}
    if named.content_type.startswith((_OFFICE, _OPEN_DOCUMENT)) and office_files.has_macros(file):
        return _("“%(name)s” contains macros. Save it without them and add that.") % words
    if office_files.is_locked_or_old(file):
        return (
            _(
                "“%(name)s” has a password or was made by an old program. Save it as "
                "%(named)s without a password and add that."
            )
            % words
        )
    found = next(
        (other for other in FILE_TYPES if other.looks_like is not named.looks_like and other.looks_like(file)), None
    )
    if found:
        words |= {"found": found.label, "ending": found.endings[0]}
        return (
            _(
                "“%(name)s” is named like %(named)s but is really %(found)s. Change the end of "
                "its name to .%(ending)s and add it again."
            )
            % words
        )
    if named.looks_like is signatures.is_text:
        return _("“%(name)s” is not plain text. Save it as UTF-8 text and add it again.") % words
    return (
        _("“%(name)s” is not %(named)s, or it is damaged. Check that it opens on your device. You can add %(list)s.")
        % words
    )
