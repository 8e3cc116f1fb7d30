"""Tests: fixed keys, cheap passwords, SQLite in a file or the PostgreSQL that DATABASE_URL names."""

import os
import tempfile
from pathlib import Path

from sanhu.config.databases import database
from sanhu.config.settings.base import *  # noqa: F403 - settings are one namespace by Django's design
from sanhu.portals import record_key

SANHU_DATA = Path(tempfile.gettempdir()) / "sanhu-test"
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
DATABASES = {"default": database(os.environ.get("DATABASE_URL", f"sqlite:///{SANHU_DATA}/{_WORKER}.sqlite3"))}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    SANHU_DATA.mkdir(exist_ok=True)
    # A file, not memory: the browser's server and the test share it across threads.
    DATABASES["default"]["TEST"] = {"NAME": f"{SANHU_DATA}/test-{_WORKER}-{os.getpid()}.sqlite3"}
    # A test's database need not outlive a power cut; what is killed in tests/crash runs on settings of its own.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
else:
    DATABASES["default"]["OPTIONS"].pop("pool")  # a pool outlives the test database

SECRET_KEY = "test-only-" + "k" * 60
SANHU_FIELD_KEY = bytes(range(32))
SANHU_RECEIPT_KEY = bytes(range(32, 64))
SANHU_RECORD_KEY_FILE = SANHU_DATA / f"record-key-{_WORKER}.pem"
record_key.create_once(SANHU_RECORD_KEY_FILE)
SANHU_CHECKPOINTS_FILE = SANHU_DATA / f"checkpoints-{_WORKER}-{os.getpid()}.txt"  # tests/conftest.py: one for each test
SANHU_PRODUCTION = False
SANHU_DEMO = False
DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
