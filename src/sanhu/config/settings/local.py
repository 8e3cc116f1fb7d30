"""`make run` on one machine: its own SQLite file and keys in SANHU_DATA (by default ./var)."""

import hashlib
import os
from pathlib import Path

from sanhu.config.databases import database
from sanhu.config.settings.base import *  # noqa: F403 - settings are one namespace by Django's design
from sanhu.portals import record_key
from sanhu.portals.cli import keyfile

SANHU_DATA = Path(os.environ.get("SANHU_DATA", "var")).resolve()
_OWN_DATABASE = f"sqlite:///{SANHU_DATA / 'sanhu.sqlite3'}"
_URL = os.environ.get("DATABASE_URL", _OWN_DATABASE)
DATABASES = {"default": database(_URL)}
# Demonstration data goes only into the file that `make run` makes, or where SANHU_DEMO=1 asks for it.
SANHU_DEMO = os.environ.get("SANHU_DEMO", "1" if "DATABASE_URL" not in os.environ else "0") == "1"
SANHU_DEMO_MATTERS = 240  # how many matters the demonstration holds in the end

_KEYS = keyfile.load_or_create(SANHU_DATA / "keys.json", demonstration=True)
SECRET_KEY = _KEYS.secret
SANHU_FIELD_KEY = _KEYS.field
SANHU_RECEIPT_KEY = _KEYS.receipt
SANHU_RECORD_KEY_FILE = SANHU_DATA / record_key.NAME
record_key.create_once(SANHU_RECORD_KEY_FILE)
# Each database has checkpoints of its own: another one would look like a forked record.
_DATABASE = "" if _URL == _OWN_DATABASE else "-" + hashlib.sha256(_URL.encode()).hexdigest()[:8]
SANHU_CHECKPOINTS_FILE = SANHU_DATA / f"checkpoints{_DATABASE}.txt"
SANHU_PRODUCTION = False

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
STATIC_ROOT = SANHU_DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = SANHU_DATA / "outbox"
