"""The words of the tus protocol 1.0: what a request announces, and the headers that every answer carries."""

import base64
import binascii
import functools
import re
from collections.abc import Callable
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.db import Error as DatabaseFault
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from core.errors import Incomplete, WorkflowError
from core.outages import outage_of
from files.http.receiving import OtherOffset, Piece, Upload

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,checksum,expiration"
CHECKSUMS = {"sha256": 32, "sha1": 20}
PIECE_TYPE = "application/offset+octet-stream"
_KEY_SPACE = UUID("6f4c5d8e-8a53-4d0b-9a43-0b7c6a1f2f55")

View = Callable[..., HttpResponse]


class BadRequest(Incomplete):
    """A header is missing or makes no sense; `status` says which kind of fault."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def speaks_tus(view: View) -> View:
    """Answer in the protocol's terms: its headers on everything, and every refusal as JSON with a message."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            if request.method == "OPTIONS":
                response = _abilities()
            elif request.method != "GET" and request.headers.get("Tus-Resumable") != VERSION:
                response = refusal(request, BadRequest(_("This needs the header Tus-Resumable: 1.0.0."), status=412))
                response["Tus-Version"] = VERSION
            else:
                response = view(request, *args, **kwargs)
        except Http404:
            response = refusal(request, BadRequest(_("That upload does not exist."), status=404))
        except WorkflowError as error:
            response = refusal(request, error)
        except (OSError, DatabaseFault) as fault:
            if (found := outage_of(fault)) is None:
                raise
            message = f"{found.reason} {_('Nothing that has already arrived is lost.')}"
            response = refusal(request, BadRequest(message, status=found.status))
            response["Retry-After"] = str(found.retry_after_seconds)
        response["Tus-Resumable"] = VERSION
        return response

    return answer


def refusal(request: HttpRequest, error: WorkflowError) -> JsonResponse:
    """A refused act, for a program and for the person before it."""
    response = JsonResponse({"message": str(error)}, status=error.status)
    if isinstance(error, OtherOffset):
        response["Upload-Offset"] = str(error.offset)
    if error.status == 423:
        response["Retry-After"] = "1"
    return response


def _abilities() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Tus-Version"] = VERSION
    response["Tus-Extension"] = EXTENSIONS
    response["Tus-Checksum-Algorithm"] = ",".join(CHECKSUMS)
    response["Tus-Max-Size"] = str(settings.EVIDENCE_FILE_MAX_BYTES)
    return response


def with_progress(response: HttpResponse, upload: Upload) -> HttpResponse:
    """With how far the upload has come, and until when it is kept."""
    response["Upload-Offset"] = str(upload.received_bytes)
    if upload.finished_at is None:
        response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


def announced_length(request: HttpRequest) -> int:
    if "Upload-Length" not in request.headers:
        raise BadRequest(_("The header Upload-Length is missing, so we cannot tell how large the file is."))
    return _number(request, "Upload-Length")


def announced_metadata(request: HttpRequest) -> dict[str, str]:
    """The pairs of Upload-Metadata, decoded."""
    found = {}
    for pair in filter(None, map(str.strip, request.headers.get("Upload-Metadata", "").split(","))):
        key, _space, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise BadRequest(_("Upload-Metadata is not in the format that the protocol requires.")) from None
    return found


def announced_name(metadata: dict[str, str]) -> str:
    name = metadata.get("filename") or metadata.get("name")
    if not name:
        raise BadRequest(_("Upload-Metadata has no filename, so we cannot tell what the file is called."))
    return name


def announced_sha256(metadata: dict[str, str]) -> str:
    """The hash of the whole file in hexadecimal, or nothing."""
    given = metadata.get("sha256", "").lower()
    if not re.fullmatch(r"(?:[0-9a-f]{64})?", given):
        raise BadRequest(_("The sha256 in Upload-Metadata is not 64 hexadecimal digits."))
    return given


def upload_id(request: HttpRequest, user_id: UUID, piece_id: UUID) -> UUID:
    """The id that the upload gets: the same for the same Idempotency-Key of the same person and piece."""
    if key := request.headers.get("Idempotency-Key"):
        return uuid5(_KEY_SPACE, f"{user_id} {piece_id} {key}")
    return uuid4()


def announced_piece(request: HttpRequest) -> Piece:
    """What a PATCH says about the piece that it brings."""
    if request.content_type != PIECE_TYPE:
        raise BadRequest(_("Each part of a file must have the type %(type)s.") % {"type": PIECE_TYPE}, status=415)
    if not request.META.get("CONTENT_LENGTH"):
        raise BadRequest(
            _("The header Content-Length is missing, so we cannot tell how long this part is."), status=411
        )
    return Piece(_number(request, "Upload-Offset"), _number(request, "Content-Length"), _checksum(request))


def _checksum(request: HttpRequest) -> tuple[str, bytes] | None:
    if not (given := request.headers.get("Upload-Checksum")):
        return None
    algorithm, _space, encoded = given.strip().partition(" ")
    if algorithm not in CHECKSUMS:
        raise BadRequest(_("Checksums can be %(list)s.") % {"list": ", ".join(CHECKSUMS)})
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != CHECKSUMS[algorithm]:
        raise BadRequest(_("The checksum is not in the format that the protocol requires."))
    return algorithm, digest


def _number(request: HttpRequest, header: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", given := request.headers.get(header, "")):
        raise BadRequest(_("The header %(header)s is not a number of bytes.") % {"header": header})
    return int(given)
