"""Giving a stored file back: whole or in part, with headers that keep it from acting as a page of ours.

Who may have it is the view's question, asked with `visible_to` at each request, ranges included.
"""

import os
from collections.abc import Iterator
from io import BufferedReader
from typing import Any, BinaryIO

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags

from files import file_types, storing
from files.http.ranges import ByteRange, RangeNotSatisfiable, requested_range
from files.storing import Copy

CHUNK_BYTES = 256 * 1024

#: What a file may do where a browser opens it as a page of its own: nothing. Beside that, the page that the browser
#: itself makes around a picture has styles; its player fetches the file once more, with the session, so it must count
#: as from here (no script runs there). Chromium 156 shows text and PDF under the bare policy.
_POLICY = "sandbox; default-src 'none'"
_POLICIES = {
    "image": f"{_POLICY}; img-src 'self'; style-src 'unsafe-inline'",
    "audio": "sandbox allow-same-origin; default-src 'none'; media-src 'self'; style-src 'unsafe-inline'",
    "video": "sandbox allow-same-origin; default-src 'none'; media-src 'self'; style-src 'unsafe-inline'",
}


class FileBytes:
    """The bytes of an open file from where it stands, `length` of them at most, a chunk at a time. Closes the file."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self.file = file
        self.remaining = length

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = self.file.read(min(CHUNK_BYTES, self.remaining)) if self.remaining else b""
        if not chunk:
            raise StopIteration
        self.remaining -= len(chunk)
        return chunk

    # What a server needs to send the file itself.
    def read(self, size: int = -1) -> bytes:
        return self.file.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def close(self) -> None:
        self.file.close()


class FileResponse(StreamingHttpResponse):
    """A stored file on its way out. It carries no cookie, whatever the session asks for."""

    #: A file on the disk is handed to the server, which sends it as far as `Content-Length` says without a thread. One
    #: in an object store is not set here: it is read by a thread, and waits on the server's disk for whoever is slow.
    file_to_stream: FileBytes | None = None
    block_size = CHUNK_BYTES

    def set_cookie(self, *args: Any, **kwargs: Any) -> None:
        return


def file_response(request: HttpRequest, copy: Copy) -> HttpResponse | FileResponse:
    """The file, or the one range of it that was asked for, for somebody who may see it."""
    size_bytes = copy.size_bytes
    etag = f'"{copy.sha256}"'
    if _is_picture(copy) and etag in parse_etags(request.headers.get("If-None-Match", "")):
        unchanged = _with_headers(FileResponse((), status=304, headers={"ETag": etag}), copy, 0)
        del unchanged["Content-Length"], unchanged["Content-Type"]
        return unchanged
    wanted: ByteRange | None = None
    # Only GET has ranges; If-Range asks for the whole file unless the rest is of the same one.
    if request.method == "GET" and request.headers.get("If-Range", etag) == etag:
        try:
            wanted = requested_range(request.headers.get("Range", ""), size_bytes)
        except RangeNotSatisfiable:
            refusal = FileResponse((), status=416, headers={"Content-Range": f"bytes */{size_bytes}"})
            return _with_headers(refusal, copy, 0)
    part = wanted or ByteRange(0, size_bytes - 1)
    content: FileBytes | tuple[Any, ...] = ()
    if request.method == "GET":
        content = FileBytes(storing.opened(copy.key, part.first), part.length)
    response = FileResponse(content, status=206 if wanted else 200)
    if isinstance(content, FileBytes) and isinstance(content.file, BufferedReader):
        response.file_to_stream = content
    response["ETag"] = etag
    if wanted:
        response["Content-Range"] = wanted.content_range(size_bytes)
    return _with_headers(response, copy, part.length)


def _is_picture(copy: Copy) -> bool:
    return copy.content_type.startswith("image/")


def _with_headers(response: FileResponse, copy: Copy, length: int) -> FileResponse:
    file_type = file_types.of_content_type(copy.content_type)
    content_type = file_type.content_type if file_type else "application/octet-stream"
    if content_type.startswith("text/"):
        # A file in UTF-16 has its mark, which a browser puts before this.
        content_type += "; charset=utf-8"
    response["Content-Type"] = content_type
    response["Content-Length"] = str(length)
    response["Content-Disposition"] = (
        content_disposition_header(not (file_type and file_type.is_inline), copy.name) or ""
    )
    response["Accept-Ranges"] = "bytes"
    # Our middleware leaves a policy that is already there alone, as it does other headers.
    response["Content-Security-Policy"] = _POLICIES.get(content_type.partition("/")[0], _POLICY)
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    # A browser may keep a picture, but asks here, where rights are checked, before it shows it again.
    response["Cache-Control"] = "private, no-cache" if _is_picture(copy) else "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
