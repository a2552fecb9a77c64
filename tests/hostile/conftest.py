import pytest


@pytest.fixture
def folders(settings, tmp_path) -> None:
    """Folders of the test's own for all files that are kept or on their way."""
    settings.UPLOAD_SPOOL = tmp_path / "spool"
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "uploads")
    (tmp_path / "uploads").mkdir()
    backend = "files.storing.DurableFileSystemStorage"
    options = {"location": tmp_path / "files", "base_url": None, "file_permissions_mode": 0o600}
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": backend, "OPTIONS": options}}
