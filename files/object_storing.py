"""Keeping the bytes of files in an S3-compatible object store. Loaded only where one is set."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, cast

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage

from core.outages import StorageFault

#: What is sent at once. Larger objects go in parts of this size, of which a store takes up to 10,000.
PART_BYTES = 8 * 1024 * 1024
_MISSING = {"NoSuchKey", "404", "NotFound"}
_TAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "412"}


@contextmanager
def _in_our_words(name: str) -> Iterator[None]:
    """The store's errors as those of a disk, which is what the rest of the site knows."""
    try:
        yield
    except ClientError as fault:
        code = fault.response.get("Error", {}).get("Code", "")
        if code in _MISSING:
            raise FileNotFoundError(f"{name} is not there") from None
        if code in _TAKEN:
            raise FileExistsError(f"{name} is taken") from None
        raise StorageFault(f"the object store answered {code}") from fault
    except BotoCoreError as fault:
        raise StorageFault(f"the object store does not answer: {type(fault).__name__}") from fault


class DurableS3Storage(S3Storage):
    """A bucket in which what `save` has returned for is whole, and never written over.

    The store itself refuses a second object under a key (`If-None-Match`), so two writers cannot both be first.
    """

    bucket_name: str

    def _save(self, name: str, content: "File[bytes]") -> str:
        key = self._key(name)
        client = self.connection.meta.client
        facts = {"Bucket": self.bucket_name, "Key": key}
        parts = content.chunks(PART_BYTES)
        first, second = next(parts, b""), next(parts, None)
        with _in_our_words(name):
            if second is None:
                client.put_object(**facts, Body=first, IfNoneMatch="*", ContentType="application/octet-stream")
            else:
                self._save_in_parts(client, facts, first, second, parts)
        return name

    def _save_in_parts(
        self, client: Any, facts: dict[str, str], first: bytes, second: bytes, others: Iterator[bytes]
    ) -> None:
        begun = client.create_multipart_upload(**facts, ContentType="application/octet-stream")
        facts = facts | {"UploadId": begun["UploadId"]}
        sent: list[dict[str, Any]] = []

        def send(part: bytes) -> None:
            number = len(sent) + 1
            answer = client.upload_part(**facts, PartNumber=number, Body=part)
            sent.append({"PartNumber": number, "ETag": answer["ETag"]})

        try:
            send(first)
            send(second)
            for part in others:
                send(part)
            client.complete_multipart_upload(**facts, MultipartUpload={"Parts": sent}, IfNoneMatch="*")
        except BaseException:
            with suppress(ClientError, BotoCoreError):
                client.abort_multipart_upload(**facts)
            raise

    def opened_at(self, name: str, first: int) -> BinaryIO:
        """An object, to be read from this byte on; only what is read is fetched."""
        key = self._key(name)
        wanted = {"Range": f"bytes={first}-"} if first else {}
        with _in_our_words(name):
            answer = self.connection.meta.client.get_object(Bucket=self.bucket_name, Key=key, **wanted)
        return cast(BinaryIO, _Body(answer["Body"], name))

    def delete(self, name: str) -> None:
        with _in_our_words(name):
            super().delete(name)  # type: ignore[no-untyped-call]

    def _key(self, name: str) -> str:
        return cast(str, self._normalize_name(name))  # type: ignore[no-untyped-call]


class _Body:
    """What the store sends, with its errors in our words."""

    def __init__(self, body: Any, name: str) -> None:
        self.body, self.name, self.closed = body, name, False

    def read(self, length: int = -1) -> bytes:
        with _in_our_words(self.name):
            return cast(bytes, self.body.read(None if length < 0 else length))

    def close(self) -> None:
        self.closed = True
        self.body.close()

    def __enter__(self) -> "_Body":
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()
