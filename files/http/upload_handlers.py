"""Receiving files: only where a view takes them, from people who are signed in, up to the limits, and never in memory.

Django calls the handler while it reads a form, which is before the view runs and even before the form's token is
checked; so what may come in at all is decided here.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopFutureHandlers
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.errors import WorkflowError
from core.outages import FULL, outage_of
from files.file_names import clean_name
from files.file_types import MAX_FILES, max_size_in_words, too_large_message
from files.http import multipart

View = TypeVar("View", bound=Callable[..., Any])

# Django loads this module before it reads a form.
multipart.keep_names()


class BodyTooLarge(WorkflowError, RequestDataTooBig):
    """A request that is larger than all that its form may bring, refused before it is read.

    It is both kinds of error because a form is mostly read by the CSRF check, outside the reach of the middleware that
    makes pages of `WorkflowError`s; there Django hands it to the site's page for bad requests.
    """

    status = 413


@dataclass
class LeftOut:
    """What a form brought and was not kept."""

    too_large: list[str] = field(default_factory=list)
    no_room: list[str] = field(default_factory=list)
    surplus_count: int = 0


def takes_files(view: View) -> View:
    """Mark a view whose form brings files. Elsewhere files in a form are read past and dropped."""
    vars(view)["takes_files"] = True
    return view


def allowed_bytes(request: HttpRequest) -> int:
    """How large a body the view takes from this person."""
    if _may_bring(request, "keeps_what_arrives"):
        return settings.EVIDENCE_FILE_MAX_BYTES
    # Twice the text of a form: names, boundaries and headers of its parts come on top of it.
    form_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE * 2
    if _may_bring(request, "takes_files"):
        return form_bytes + MAX_FILES * settings.EVIDENCE_FILE_MAX_BYTES
    return form_bytes


def _may_bring(request: HttpRequest, mark: str) -> bool:
    """Whether the view is marked so, and somebody is signed in."""
    match = getattr(request, "resolver_match", None)
    user = getattr(request, "user", None)
    return bool(getattr(getattr(match, "func", None), mark, False) and user and user.is_authenticated)


def too_large_names(request: HttpRequest) -> list[str]:
    """The names of the files in the request that were larger than a file may be, and so were not kept."""
    return _left_out(request).too_large


def messages(request: HttpRequest) -> list[str]:
    """What to say beside the file field about files that the form brought and that were not kept."""
    left_out = _left_out(request)
    said = [too_large_message(name) for name in left_out.too_large]
    for name in left_out.no_room:
        said.append(
            _("“%(name)s” was not saved. %(reason)s Add it again later.") % {"name": name, "reason": FULL.reason}
        )
    if left_out.surplus_count:
        said.append(
            _("You chose %(chosen)s files. A piece of evidence can have up to %(most)s, so %(surplus)s were left out.")
            % {"chosen": MAX_FILES + left_out.surplus_count, "most": MAX_FILES, "surplus": left_out.surplus_count}
        )
    return said


def _left_out(request: HttpRequest) -> LeftOut:
    _read_the_form = request.FILES
    return getattr(request, "files_left_out", LeftOut())


class LimitingUploadHandler(FileUploadHandler):
    """Writes each file to a nameless temporary file, which the system frees even if the process is killed."""

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.left_out = LeftOut()
        self.file_count = 0
        self.received_bytes = 0
        self.receiving: UploadedFile[bytes] | None = None
        if request is not None:
            vars(request)["files_left_out"] = self.left_out

    def handle_raw_input(
        self,
        input_data: object,
        META: dict[str, Any],
        content_length: int,
        boundary: Any,  # the stubs call it text, which it is not
        encoding: str | None = None,
    ) -> None:
        """Refuse by the announced length; the server hands over no byte beyond it.

        Raises:
            BodyTooLarge: it is more than the form with all files at their limit.
        """
        request = cast(HttpRequest, self.request)
        self.takes_files = _may_bring(request, "takes_files")
        if content_length > allowed_bytes(request):
            raise BodyTooLarge(
                _(
                    "That was too much to send at once. Each file can be up to %(size)s, and you "
                    "can send up to %(count)s files at a time."
                )
                % {"size": max_size_in_words(), "count": MAX_FILES}
                if self.takes_files
                else _("That was too much to send.")
            )

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file_count += 1
        self.received_bytes = 0
        name = clean_name(self.file_name or "")
        with self._room_for(name):
            # Closed by the request when it ends, or by `_drop`.
            self.content = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115
            self.receiving = UploadedFile(file=self.content, name=name, content_type=self.content_type)
            self.receiving_name = name
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received_bytes += len(raw_data)
        if not self.takes_files:
            self._drop()
        if self.file_count > MAX_FILES:
            self.left_out.surplus_count += 1
            self._drop()
        if self.received_bytes > settings.EVIDENCE_FILE_MAX_BYTES:
            self.left_out.too_large.append(self.receiving_name)
            self._drop()
        with self._room_for(self.receiving_name):
            self.content.write(raw_data)
            # What is still in memory is written now: later, nobody could say which file it was of.
            self.content.flush()

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        upload, self.receiving = self.receiving, None
        if upload is None or not self.takes_files:
            return None
        upload.size = self.received_bytes
        self.content.seek(0)
        return upload

    def upload_interrupted(self) -> None:
        if self.receiving is not None:
            # On a full disk even closing may fail: it writes what is still in memory.
            with suppress(OSError):
                self.content.close()
            self.receiving = None

    @contextmanager
    def _room_for(self, name: str) -> Iterator[None]:
        """Leave this one file out if the disk is full; the words of the form are kept all the same."""
        try:
            yield
        except OSError as fault:
            if outage_of(fault) is not FULL:
                raise
            self.left_out.no_room.append(name)
            self._drop()

    def _drop(self) -> None:
        """Free what came of this file and read past the rest."""
        self.upload_interrupted()
        raise SkipFile
