"""From the bytes of a file to its learners, whichever of the known formats it has."""

from django.utils.translation import gettext as _

from apprenticeships.importing.ilr import looks_like_ilr, read_ilr
from apprenticeships.importing.reading import Reading, Refused
from apprenticeships.importing.spreadsheets import read_xlsx
from apprenticeships.importing.tables import read_csv

#: An ILR of ten thousand learners has about 50 MB.
MAX_BYTES = 100 * 1024 * 1024


def read(content: bytes, name: str) -> Reading:
    """The learners of a file, recognised by its content.

    Raises:
        Refused: it is empty or too large, of another kind, or cannot be read.
    """
    if not content.strip():
        raise Refused(_("This file is empty."))
    if len(content) > MAX_BYTES:
        raise Refused(_("This file is larger than 100 MB. Split it into smaller files."))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return read_xlsx(content)
    if looks_like_ilr(content):
        return read_ilr(content)
    return read_csv(content, name)
