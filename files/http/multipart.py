"""Names of files in forms, as people give them: Django drops files for theirs, and has no setting for it.

Its parser passes over a file, and says nothing, if the name is no UTF-8, holds nothing printable, or ends with a slash.
It takes joiners out of names, and answers a bare 400 where the headers of a file are longer than 1,024 bytes, which a
name in Chinese alone can be. Here each of these files reaches the upload handler, which makes its name safe.
"""

from typing import Any

from django.http import multipartparser
from django.http.multipartparser import LazyStream, MultiPartParser

#: The headers of one file. A name is at most 255 characters on any device, of four bytes each, twice as many encoded.
MOST_HEADER_BYTES = 8 * 1024
#: What stands for a name that nothing is left of.
NAMELESS = "file"

#: What is replaced here has no setting, and so is not in the stubs.
_parser: Any = multipartparser
_parse_part = _parser.parse_boundary_stream


def _name_as_sent(_of: MultiPartParser, file_name: str) -> str:
    return file_name.strip("\0") or NAMELESS


def _part_with_readable_headers(stream: LazyStream, most_bytes: int) -> tuple[str, dict[str, Any], LazyStream]:
    """A part of the form; what is no UTF-8 in its headers is replaced, so that no line of them is passed over."""
    begin = stream.read(most_bytes)
    end = begin.find(b"\r\n\r\n")
    if end >= 0:
        begin = begin[:end].decode(errors="replace").encode() + begin[end:]
    stream.unget(begin)
    part: tuple[str, dict[str, Any], LazyStream] = _parse_part(stream, most_bytes)
    return part


def keep_names() -> None:
    """Have Django's parser of forms read names like this from now on."""
    _parser.MAX_TOTAL_HEADER_SIZE = MOST_HEADER_BYTES
    _parser.parse_boundary_stream = _part_with_readable_headers
    _parser.MultiPartParser.sanitize_file_name = _name_as_sent
