"""Bangfu's own settings with test secrets and throw-away folders.

``BANGFU_TEST_DATABASE=postgresql pytest -m postgresql`` starts a PostgreSQL cluster and runs there the tests
that are marked so.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

# Processes that a test starts (workers, servers) inherit the folder; whoever made it removes it.
if "BANGFU_TEST_FOLDER" not in os.environ:
    os.environ["BANGFU_TEST_FOLDER"] = tempfile.mkdtemp(prefix="bangfu-test-")
    atexit.register(shutil.rmtree, os.environ["BANGFU_TEST_FOLDER"], ignore_errors=True)
_folder = Path(os.environ["BANGFU_TEST_FOLDER"])
# Each process of ``pytest -n`` has its own folder in it, and so its own database, files and workers.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if _worker and _folder.name != _worker:
    _folder = _folder / _worker
    _folder.mkdir(exist_ok=True)
    os.environ["BANGFU_TEST_FOLDER"] = str(_folder)

for name in ("BANGFU_DEMO", "BANGFU_TODAY", "BANGFU_FILES", "BANGFU_CIPHER", "BANGFU_MAX_UPLOAD"):
    os.environ.pop(name, None)
os.environ["BANGFU_SECRET_KEY"] = "only for tests"
os.environ["BANGFU_FIELD_KEYS"] = (
    '{"current": "k2", "keys": {"k1": "AAECAwQFBgcICQoLDA0ODw==", "k2": "EBESExQVFhcYGRobHB0eHw=="},'
    ' "index": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}'
)
os.environ["BANGFU_VAR"] = str(_folder)
if os.environ.get("BANGFU_TEST_DATABASE") == "postgresql" and "DATABASE_URL" not in os.environ:
    from tests.postgresql import cluster_url

    url = cluster_url()
    if url is None:
        sys.exit(
            "PostgreSQL is not installed (no initdb found), so its tests cannot run: apt install postgresql"
        )
    os.environ["DATABASE_URL"] = url

from bangfu.config.settings import *  # noqa: E402, F403
from bangfu.config.settings import DATABASES, INSTALLED_APPS, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: other processes (workers) read it too.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
DATABASES["default"]["CONN_MAX_AGE"] = 0

INSTALLED_APPS += ["tests.platform.samples"]
STATIC_ROOT = _folder / "static"
STATIC_ROOT.mkdir(exist_ok=True)
ALLOWED_HOSTS = ["testserver"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
