"""What is kept is whole, is never overwritten, and goes again when its row does not come."""

import hashlib
import io
import tracemalloc

import pytest
from botocore.config import Config
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, OperationalError, transaction
from django.test import override_settings
from storages.backends.s3 import S3Storage

from files import storing
from portfolios.models import EvidenceFile, may_be_named
from tests.factories import files
from tests.factories.storages import storage_settings

KEY = "evidence/ab/abcdef"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """Storage of the test's own."""
    backend = "files.storing.DurableFileSystemStorage"
    options = {"location": tmp_path, "base_url": None, "file_permissions_mode": 0o600}
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": backend, "OPTIONS": options}}
    return tmp_path


def objects(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_bytes_are_kept_as_they_came_with_their_count_and_hash(folder):
    upload = files.make_jpeg()
    content = upload.read()

    kept = storing.store(upload, KEY)

    assert (folder / KEY).read_bytes() == content
    assert kept == storing.StoredFile(KEY, len(content), hashlib.sha256(content).hexdigest())
    assert objects(folder) == [KEY]


def test_only_the_site_may_read_what_is_kept(folder):
    storing.store(files.make_pdf(), KEY)

    assert (folder / KEY).stat().st_mode & 0o777 == 0o600
    assert (folder / KEY).parent.stat().st_mode & 0o777 == 0o700


def test_an_object_is_never_overwritten(folder):
    storing.store(files.make_text(text="first"), KEY)

    with pytest.raises(FileExistsError):
        storing.store(files.make_text(text="second"), KEY)

    assert (folder / KEY).read_bytes() == b"first"
    assert objects(folder) == [KEY]


def test_an_object_that_appears_at_the_same_moment_is_not_overwritten(folder, monkeypatch):
    storing.store(files.make_text(text="first"), KEY)
    monkeypatch.setattr(
        storing.DurableFileSystemStorage, "get_available_name", lambda self, name, max_length=None: name
    )

    with pytest.raises(FileExistsError):
        storing.store(files.make_text(text="second"), KEY)

    assert (folder / KEY).read_bytes() == b"first"


def test_nothing_is_left_of_an_upload_that_breaks_off(folder):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > 300_000:
                raise OSError("the disk is full")
            return super().read(size)

    with pytest.raises(OSError, match="full"):
        storing.store(File(Broken(bytes(1_000_000)), "a.txt"), KEY)

    assert objects(folder) == []


def test_fewer_bytes_than_announced_are_not_kept(folder):
    upload = files.make_text()
    upload.size += 1

    with pytest.raises(OSError, match="announced"):
        storing.store(upload, KEY)

    assert objects(folder) == []


def test_memory_does_not_grow_with_the_file(folder, tmp_path_factory):
    large = tmp_path_factory.mktemp("large") / "large.bin"
    with large.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    tracemalloc.start()

    with large.open("rb") as file:
        storing.store(File(file, "large.bin"), KEY)

    assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    tracemalloc.stop()
    assert (folder / KEY).stat().st_size == 64 * 1024 * 1024


@pytest.mark.django_db
def test_the_bytes_stay_when_the_block_succeeds(folder):
    with storing.stored(files.make_text(), KEY, is_named=may_be_named) as kept, transaction.atomic():
        assert objects(folder) == [KEY]

    assert kept.size_bytes
    assert objects(folder) == [KEY]


@pytest.mark.django_db
@pytest.mark.parametrize("error", [IntegrityError, OperationalError, ValueError, KeyboardInterrupt])
def test_the_bytes_go_when_the_transaction_fails(folder, error):
    with pytest.raises(error), storing.stored(files.make_text(), KEY, is_named=may_be_named), transaction.atomic():
        raise error

    assert objects(folder) == []


def test_the_bytes_stay_when_the_row_is_there_although_the_answer_was_lost(folder, world):
    piece = world.draft("K1")

    def add_a_file_and_lose_the_connection():
        with storing.stored(files.make_text(), KEY, is_named=may_be_named) as kept:
            EvidenceFile.objects.create(
                evidence=piece,
                stored=KEY,
                name="notes.txt",
                content_type="text/plain",
                size_bytes=kept.size_bytes,
                sha256=kept.sha256,
                added_by=world.apprenticeship.apprentice,
            )
            raise OperationalError("the connection was lost while committing")

    with pytest.raises(OperationalError):
        add_a_file_and_lose_the_connection()

    assert objects(folder) == [KEY]


@pytest.mark.django_db
def test_the_bytes_stay_when_the_database_cannot_say_whether_a_row_names_them(folder, monkeypatch):
    def gone(queryset):
        raise OperationalError("no server")

    monkeypatch.setattr(EvidenceFile.objects.all().__class__, "exists", gone)

    with pytest.raises(OperationalError), storing.stored(files.make_text(), KEY, is_named=may_be_named):
        raise OperationalError

    assert objects(folder) == [KEY]


def test_a_removed_object_is_gone_and_removing_it_again_is_no_error(folder):
    storing.store(files.make_text(), KEY)

    storing.remove(KEY)
    storing.remove(KEY)

    assert objects(folder) == []


# What the audit asks --------------------------------------------------------------------------------------------------
def a_row(kept):
    return EvidenceFile(stored=kept.key, size_bytes=kept.size_bytes, sha256=kept.sha256)


def test_untouched_bytes_have_no_fault():
    assert a_row(storing.store(files.make_png(), KEY)).content_fault() is None


def test_a_changed_byte_is_a_fault(folder):
    kept = storing.store(files.make_png(), KEY)
    content = bytearray((folder / KEY).read_bytes())
    content[50] ^= 1
    (folder / KEY).write_bytes(content)

    assert "changed" in a_row(kept).content_fault()


def test_a_cut_object_is_a_fault(folder):
    kept = storing.store(files.make_png(), KEY)
    (folder / KEY).write_bytes(b"")

    assert "0 bytes" in a_row(kept).content_fault()


def test_a_missing_object_is_a_fault():
    kept = storing.store(files.make_png(), KEY)
    storing.remove(KEY)

    assert "missing" in a_row(kept).content_fault()


# On an object store ---------------------------------------------------------------------------------------------------
@pytest.fixture
def bucket(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {"default": storage_settings("s3", tmp_path)}


@pytest.mark.parametrize("size", [1, 8 * 1024 * 1024, 20 * 1024 * 1024 + 1])
def test_an_object_store_keeps_small_and_large_alike(bucket, size):
    content = hashlib.sha256(b"seed").digest() * (size // 32 + 1)
    kept = storing.store(ContentFile(content[:size], "a.bin"), KEY)

    assert (kept.size_bytes, kept.sha256) == (size, hashlib.sha256(content[:size]).hexdigest())
    assert a_row(kept).content_fault() is None
    with storing.opened(KEY, size - 1) as file:
        assert file.read() == content[size - 1 : size]


@pytest.mark.parametrize("size", [10, 9 * 1024 * 1024])
def test_an_object_store_never_overwrites(bucket, size, monkeypatch):
    monkeypatch.setattr(S3Storage, "get_available_name", lambda self, name, max_length=None: name)
    storing.store(files.make_text(text="first"), KEY)

    with pytest.raises(FileExistsError):
        storing.store(ContentFile(bytes(size), "a.bin"), KEY)

    with storing.opened(KEY) as file:
        assert file.read() == b"first"


def test_an_object_store_says_what_is_missing(bucket):
    kept = storing.store(files.make_png(), KEY)
    storing.remove(KEY)
    storing.remove(KEY)

    assert "missing" in a_row(kept).content_fault()
    with pytest.raises(FileNotFoundError):
        storing.opened(KEY)


def test_an_object_store_that_is_away_is_an_error_of_reading(settings, tmp_path):
    options = storage_settings("s3", tmp_path)
    options["OPTIONS"] |= {"endpoint_url": "http://127.0.0.1:9", "client_config": Config(retries={"max_attempts": 0})}
    settings.STORAGES = settings.STORAGES | {"default": options}

    with pytest.raises(OSError, match="does not answer"):
        storing.opened(KEY)


def test_an_object_is_brought_at_hand_for_a_job(bucket, tmp_path):
    kept = storing.store(files.make_pdf(), KEY)

    with storing.at_hand(KEY, tmp_path) as path:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == kept.sha256
    assert not path.exists()


def test_keeping_works_on_any_storage():
    with override_settings(STORAGES={"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}):
        kept = storing.store(files.make_text(), KEY)

        assert default_storage.size(KEY) == kept.size_bytes
        assert a_row(kept).content_fault() is None
