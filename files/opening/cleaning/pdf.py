"""PDF: photos inside it without their details, and nothing in it that acts.

What acts is refused when a file comes in (`files.active_content`), as far as one can see without opening it. Here the
file is opened, so locked objects and lists packed in any way are looked into as well. qpdf writes the copy.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from files.opening.cleaning import exif, jpeg
from files.opening.cleaning.pieces import HIDDEN, POSITION, CannotClean

#: Kinds of acts that run a script, start a program, or open or fetch another file.
_ACTS = {"/JavaScript", "/Launch", "/ImportData", "/GoToE"}
#: Entries that are a script, carry files or media, or hold a form that only one program can show.
_ENTRIES = ("/JS", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/RichMediaSettings")


@dataclass
class CleanedPdf:
    """The document with its objects changed, and the names of what was taken out: none if nothing was."""

    document: Pdf
    removed: set[str] = field(default_factory=set)

    def write(self, _source: BinaryIO, target: BinaryIO) -> None:
        """Write the copy. What nothing points to any more, such as a file that was carried, is left out."""
        self.document.save(target, fix_metadata_version=False)


def clean(file: BinaryIO) -> CleanedPdf:
    """The same document, with cleaned photos and without acts.

    Raises:
        CannotClean: a photo tells of a place that cannot be taken out.
        pikepdf.PdfError: it does not open; pikepdf.PasswordError where that needs a password.
    """
    document = Pdf.open(file)
    made = CleanedPdf(document)
    for item in document.objects:
        if isinstance(item, Stream):
            made.removed |= _clean_stream(item)
        for part in _parts(item):
            made.removed |= _without_acts(part)
    return made


def _parts(item: Object) -> Iterator[Object]:
    """The dictionaries in an object, itself included, without those that are objects of their own."""
    waiting = [item]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Dictionary | Stream):
            yield part
            inner = [part[key] for key in part.keys()]  # noqa: SIM118  (iterating a stream is not over its keys)
        elif isinstance(part, Array):
            inner = list(part)
        else:
            continue
        waiting += [value for value in inner if isinstance(value, Dictionary | Array) and not value.is_indirect]


def _without_acts(part: Object) -> set[str]:
    if str(part.get("/S")) in _ACTS and not isinstance(part, Stream):
        for key in list(part.keys()):
            del part[key]
        return {HIDDEN}
    found = [key for key in _ENTRIES if key in part]
    for key in found:
        del part[key]
    return {HIDDEN} if found else set()


def _clean_stream(stream: Stream) -> set[str]:
    """Take place and device out of a photo, and the place out of what is written about the document."""
    if stream.get("/Subtype") == Name.XML:
        if b"GPSL" not in stream.read_bytes():
            return set()
        stream.write(b"")
        return {POSITION}
    if stream.get("/Filter") not in (Name.DCTDecode, Array([Name.DCTDecode])):
        return set()
    photo = stream.read_raw_bytes()
    try:
        cleaned = jpeg.clean(io.BytesIO(photo))
    except CannotClean:
        # What only a damaged picture holds stays, as in other documents, unless it tells of a place.
        if exif.tells_of_place(photo):
            raise
        return set()
    if cleaned.removed:
        copy = io.BytesIO()
        cleaned.write(io.BytesIO(photo), copy)
        how = stream.get("/DecodeParms")
        how = how if isinstance(how, Dictionary | Array) else None
        stream.write(copy.getvalue(), filter=Name.DCTDecode, decode_parms=how)
    return cleaned.removed
