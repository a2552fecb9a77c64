"""Compresses what pages answer, whatever stands before the site."""

import gzip
import re
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

#: Above this level a page gets 3 % smaller and takes half as long again.
LEVEL = 5
#: A shorter answer fits into one packet as it is.
LEAST_BYTES = 500
#: At most so much padding hides what a single letter does to the length.
MOST_PADDING_BYTES = 100

_TEXT = re.compile(r"text/|application/(?:json|manifest\+json)|image/svg")
_ACCEPTS_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
_FLAGS_AT, _HAS_NAME, _HEAD_BYTES = 3, 8, 10


class CompressionMiddleware:
    """Sends text as gzip to a browser that takes it. What streams, as evidence does, goes out as it is.

    The length of a compressed page can tell a secret in it to somebody who sees it and gets words of their own into the
    page (BREACH). So Django masks the CSRF token differently in each answer, and each answer has random padding.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            not isinstance(response, HttpResponse)
            or response.has_header("Content-Encoding")
            or len(response.content) < LEAST_BYTES
        ):
            return response
        if not _TEXT.match(response.get("Content-Type", "")):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if _ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "")):
            response.content = padded(gzip.compress(response.content, LEVEL, mtime=0))
            response["Content-Encoding"] = "gzip"
            response["Content-Length"] = str(len(response.content))
            if response.get("ETag", "").startswith('"'):
                # Padded by chance, it is the same page but not the same bytes.
                response["ETag"] = f"W/{response['ETag']}"
        return response


def padded(compressed: bytes) -> bytes:
    """The same gzip text with a file name of random length in its head, which readers pass over."""
    head = bytearray(compressed[:_HEAD_BYTES])
    head[_FLAGS_AT] |= _HAS_NAME
    return bytes(head) + b"a" * secrets.randbelow(MOST_PADDING_BYTES + 1) + b"\0" + compressed[_HEAD_BYTES:]
