"""No view sees part of what was sent.

To a server, a connection that breaks looks like the end of the body, and a form that was cut short looks like any other
form. So the body of every request that may change something is read before its view is called and before the form's
token is checked. It must be as long as announced, and a body in parts must be made of whole parts. If it is not, the
request is refused and nothing of it is kept.
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from io import IOBase
from typing import Any, BinaryIO, TypeVar, cast

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import gettext as _

from pages.error_pages import not_all_arrived

View = TypeVar("View", bound=Callable[..., HttpResponse])

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
#: The headers of one part: a long file name in UTF-8 and what goes with it.
MOST_HEADER_BYTES = 16 * 1024
_HAS_NAME = re.compile(rb"(?im)^content-disposition:[ \t]*form-data[ \t]*;(?:[^\r\n]*;)?[ \t]*name\*?=")


def keeps_what_arrives(view: View) -> View:
    """Mark a view whose PATCH is made for bodies that break off: it says how far it got, and the sender goes on there.

    Such a view reads the body itself, with `request.read`.
    """
    view.keeps_what_arrives = True  # type: ignore[attr-defined]
    return view


class BrokenOff(OSError):
    """The body ended before it was whole. Django passes it on as `UnreadablePostError`."""


class _Parts:
    """Follows the parts of a `multipart/form-data` body as it goes by.

    Django's parser does without a closing boundary and drops a part without a name. Here neither passes.
    """

    def __init__(self, boundary: str) -> None:
        self._mark = b"--" + boundary.encode("latin-1", "replace")
        self._rest = b""
        self._has_begun = False
        self.is_closed = False

    def follow(self, chunk: bytes) -> None:
        """Go on by `chunk`.

        Raises:
            BrokenOff: what came so far cannot become a whole form.
        """
        seen, start = self._rest + chunk, 0
        while not self.is_closed and (at := seen.find(self._mark, start)) >= 0:
            if not self._has_begun and at:
                raise BrokenOff
            self._has_begun = True
            start = at + len(self._mark)
            if seen.startswith(b"--", start):
                self.is_closed = True
                start += 2
                break
            end = seen.find(b"\r\n\r\n", start, start + MOST_HEADER_BYTES)
            if end < 0:
                if len(seen) > start + MOST_HEADER_BYTES:
                    raise BrokenOff
                start = at  # the rest of its headers comes with the next chunk
                break
            if not _HAS_NAME.search(seen, start, end + 2):
                raise BrokenOff
            start = end + 4
        else:
            # The next boundary may lie across this chunk and the one after it.
            start = max(start, len(seen) - len(self._mark) + 1)
        self._rest = seen[start:]
        if self.is_closed and self._rest.strip():
            raise BrokenOff


class _Body(IOBase):
    """A request's body that is given out in full or not at all, however the server hands it over."""

    def __init__(self, stream: IOBase, length_bytes: int, parts: _Parts | None) -> None:
        self._stream = stream
        self._left_bytes = length_bytes
        self._parts = parts

    @property
    def is_whole(self) -> bool:
        return not self._left_bytes and (self._parts is None or self._parts.is_closed)

    def read(self, size: int | None = -1, /) -> bytes:
        """The next `size` bytes, fewer at the end of the body only.

        Raises:
            BrokenOff: there are no more, and there should be.
        """
        wanted = self._left_bytes if size is None or size < 0 else min(size, self._left_bytes)
        if not wanted:
            return b""
        chunks = []
        while wanted:
            if not (chunk := self._stream.read(wanted)):
                raise BrokenOff
            chunks.append(chunk)
            wanted -= len(chunk)
            self._left_bytes -= len(chunk)
        came = b"".join(chunks)
        if self._parts:
            self._parts.follow(came)
            if not self._left_bytes and not self._parts.is_closed:
                raise BrokenOff
        return came


class WholeRequestMiddleware:
    """Refuses a request whose body did not all arrive.

    Stands before the check of the form's token, which reads the form too, takes a broken one for an empty one and goes
    on with a token from the headers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.method in SAFE_METHODS or (request.method == "PATCH" and hasattr(view, "keeps_what_arrives")):
            return None
        length = request.META.get("CONTENT_LENGTH") or "0"
        if "HTTP_TRANSFER_ENCODING" in request.META:
            # Django reads no further than the announced length, so it would see nothing of it.
            return not_all_arrived(
                request, _("This site takes only requests that say how long they are."), HTTPStatus.LENGTH_REQUIRED
            )
        if not re.fullmatch(r"[0-9]{1,18}", length) or not _arrives(request, int(length)):
            return not_all_arrived(request)
        return None


def _arrives(request: HttpRequest, length_bytes: int) -> bool:
    """Read the body: files of a form to temporary files, all else to memory, up to Django's limits for it."""
    is_in_parts = request.content_type == "multipart/form-data"
    parts = _Parts((request.content_params or {}).get("boundary", "")) if is_in_parts else None
    # Django has no public name for it. Without it nothing here would ever be whole, and every request be refused.
    body = _Body(cast(IOBase, request._stream), length_bytes, parts)
    request._stream = cast(BinaryIO, body)
    try:
        if is_in_parts and request.method == "POST":
            _read_form(request)
        else:
            request.body  # noqa: B018
    except UnreadablePostError:
        return False
    return body.is_whole


def _read_form(request: HttpRequest) -> None:
    try:
        request.POST  # noqa: B018
    finally:
        # Where it broke off in a file, that file's room is freed now and not at some later time.
        for handler in request.upload_handlers:
            handler.upload_interrupted()
