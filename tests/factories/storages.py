"""The places where bytes can lie: a folder, or a bucket of an S3-compatible store emulated on the loopback address."""

import atexit
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

STORAGES = ["folder", "s3"]


@lru_cache
def _object_store() -> str:
    """The address of the emulated store, started for the first test that needs it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    atexit.register(server.stop)
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"


@lru_cache
def _client() -> Any:
    import boto3

    return boto3.client("s3", endpoint_url=_object_store(), region_name="eu-west-2", **_KEYS)


_KEYS = {"aws_access_key_id": "made-up", "aws_secret_access_key": "made-up"}


def storage_settings(kind: str, folder: Path) -> dict[str, Any]:
    """What stands under `STORAGES["default"]`: an empty folder, or a new bucket."""
    if kind == "folder":
        return {"BACKEND": "files.storing.DurableFileSystemStorage", "OPTIONS": {"location": folder}}
    bucket = f"evidence-{uuid4().hex[:12]}"
    _client().create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    options = {
        "bucket_name": bucket,
        "endpoint_url": _object_store(),
        "region_name": "eu-west-2",
        "access_key": "made-up",
        "secret_key": "made-up",
        "default_acl": None,
        "file_overwrite": False,
        "signature_version": "s3v4",
    }
    return {"BACKEND": "files.object_storing.DurableS3Storage", "OPTIONS": options}
