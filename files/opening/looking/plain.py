"""Plain text and tables of text: their words."""

import codecs
from pathlib import Path

from files.opening.looking.output import MOST_CHARACTERS, Output


def look(path: Path, output: Output) -> None:
    """The words, in the two encodings that are accepted."""
    with path.open("rb") as file:
        content = file.read(4 * MOST_CHARACTERS)
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    output.add_words(content.decode(encoding, "replace"))
