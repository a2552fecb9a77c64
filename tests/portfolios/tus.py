"""A sender for the resumable door, which does as little as the protocol allows."""

import base64
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apprenticeships.models import Apprenticeship
from portfolios.models import Evidence, EvidenceFile, Upload

TUS = {"Tus-Resumable": "1.0.0"}
TEXT = b"I wrote the advert and asked two people to read it.\n" * 40
PIECE_TYPE = "application/offset+octet-stream"


def metadata(**pairs: str | bytes) -> str:
    """The pairs as Upload-Metadata carries them."""
    encoded = {
        key: value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        for key, value in pairs.items()
    }
    return ",".join(f"{key} {base64.b64encode(value).decode()}" for key, value in encoded.items())


class Door:
    """The way into one piece of evidence."""

    def __init__(self, client: Client, apprenticeship: Apprenticeship, evidence_id: UUID | None = None) -> None:
        self.client = client
        self.evidence_id = evidence_id or uuid4()
        self.address = reverse("pages:uploads", args=[apprenticeship.pk, self.evidence_id])

    def announce(self, name: str | bytes, size: int | str, **headers: str) -> HttpResponse:
        sent = TUS | {"Upload-Length": str(size), "Upload-Metadata": metadata(filename=name)} | headers
        return self.client.post(self.address, headers=sent, content_type="application/octet-stream")

    def send(self, address: str, offset: int, content: bytes, **headers: str) -> HttpResponse:
        sent = TUS | {"Upload-Offset": str(offset)} | headers
        return self.client.generic(
            "PATCH", address, content, headers=sent, CONTENT_TYPE=PIECE_TYPE, CONTENT_LENGTH=str(len(content))
        )

    def form(self, files: object, **words: str) -> HttpResponse:
        """Send files with the form of the piece, as its page does without a script."""
        revision = str(Evidence.objects.unscoped().get(pk=self.evidence_id).revision)
        sent = {"revision": revision, "files": files, "save": "1"} | words
        return self.client.post(reverse("pages:evidence-edit", args=[self.evidence_id]), sent)

    def head(self, address: str) -> HttpResponse:
        return self.client.head(address, headers=TUS)

    def cancel(self, address: str) -> HttpResponse:
        return self.client.delete(address, headers=TUS)

    def put(self, name: str | bytes, content: bytes) -> HttpResponse:
        """Announce a file and send it whole: the answer to the last request that was needed."""
        announced = self.announce(name, len(content))
        return self.send(announced["Location"], 0, content) if announced.status_code == 201 else announced


def begun(door: Door, name: str = "notes.txt", size: int | None = None, **headers: str) -> str:
    """The address of an upload that was announced just now, of TEXT if nothing else is said."""
    answer = door.announce(name, len(TEXT) if size is None else size, **headers)
    assert answer.status_code == 201, answer.content
    return answer["Location"]


def offset(door: Door, address: str) -> int:
    return int(door.head(address)["Upload-Offset"])


def stored_content() -> bytes:
    """What is kept of the only file."""
    with default_storage.open(EvidenceFile.objects.get().stored.name) as file:
        return file.read()


def left_behind() -> list[str]:
    """What lies in the spool and the store that no file of a piece names, and uploads still under way."""
    named = set(EvidenceFile.objects.values_list("stored", flat=True))
    folders = [Path(settings.UPLOAD_SPOOL), Path(default_storage.location)]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    objects = [str(path) for path in found if not any(str(path).endswith(name) for name in named)]
    return objects + [str(upload.pk) for upload in Upload.objects.under_way()]
