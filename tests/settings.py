"""The site's own settings, with what tests need: a key, quick hashes, a folder of their own, plain static files."""

import os
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="craftmark-tests-"))
os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 60)
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("ALLOW_PLAIN_HTTP", "1")
os.environ.setdefault("VAR_DIR", str(_folder))
# A folder of its own, for the server reads all of it at each start.
(_folder / "static").mkdir()
os.environ.setdefault("STATIC_ROOT", str(_folder / "static"))

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, INSTALLED_APPS, STORAGES  # noqa: E402
from reports.pack.notes import PrivateKey  # noqa: E402

if "demo" not in INSTALLED_APPS:
    INSTALLED_APPS.append("demo")

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PACK_KEY = PrivateKey.made("craftmark.test").written()
MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
EVIDENCE_FILE_MAX_BYTES = 1024 * 1024
# Tests of the second factor switch it on; the others sign people in without one.
SECOND_FACTOR_REQUIRED = False
# No test asks what is left after the power went, so nobody waits for the disk.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, because tests of simultaneous acts need several connections with the real locks.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
else:
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"
