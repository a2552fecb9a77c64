"""What people type arrives as text: lines end in one way, and bytes that are no text are refused.

A browser sends each line of a text field with two characters at its end, and the page counts one. So that a text that
fits on the page fits here as well, and reads the same afterwards, the lines of every field end in one character.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from pages.error_pages import not_all_arrived

_IN_PARTS = "multipart/form-data"
_FORMS = {_IN_PARTS, "application/x-www-form-urlencoded"}
#: Two characters at the end of a line, or the one that nothing but very old systems use.
_LINE_END = re.compile("\r\n?")
#: What bytes that are no text become when they are read.
_UNREADABLE = "\ufffd"


class PlainTextMiddleware:
    """Stands behind the check that a request is whole, which reads its form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.method != "POST" or request.content_type not in _FORMS:
            return None
        if field := _unreadable_field(request):
            what = _("Something in the field “%(field)s” cannot be read as text, so nothing was saved. Type it again.")
            return not_all_arrived(request, what % {"field": field.replace("_", " ")})
        if any("\r" in value for _name, values in request.POST.lists() for value in values):
            request.POST = _with_plain_lines(request.POST)  # type: ignore[assignment]
        return None


def _unreadable_field(request: HttpRequest) -> str:
    """The name of a field that came as bytes which are no text, if there is one."""
    doubtful = next((name for name, values in request.POST.lists() if _UNREADABLE in "".join([name, *values])), "")
    if request.content_type == _IN_PARTS:
        return doubtful
    body = request.body
    if not doubtful and body.isascii():
        return ""
    # Somebody may have typed that very character; and bytes that are no text may have been read as another alphabet's.
    for pair in body.split(b"&"):
        try:
            unquote_to_bytes(pair).decode()
        except UnicodeDecodeError:
            return pair.partition(b"=")[0].decode(errors="replace")
    return ""


def _with_plain_lines(form: QueryDict) -> QueryDict:
    plain = form.copy()
    for name, values in form.lists():
        plain.setlist(name, [_LINE_END.sub("\n", value) for value in values])
    plain._mutable = False
    return plain
