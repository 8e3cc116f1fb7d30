"""A district in production. Refuses to start with demonstration keys, DEBUG or a missing setting."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from sanhu.config.databases import database
from sanhu.config.settings.base import *  # noqa: F403 - settings are one namespace by Django's design
from sanhu.portals.cli import keyfile


def _required(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise ImproperlyConfigured(f"{name} must be set in production") from None


if os.environ.get("DEBUG", "").lower() in {"1", "true", "yes"}:
    raise ImproperlyConfigured("DEBUG is refused in production")
if os.environ.get("SANHU_DEMO", "0") == "1":
    raise ImproperlyConfigured("SANHU_DEMO is refused in production: demonstration accounts have no place here")

SANHU_DATA = Path(_required("SANHU_DATA")).resolve()
_KEYS = keyfile.load(Path(_required("SANHU_KEYS_FILE")))
if _KEYS.demonstration:
    raise ImproperlyConfigured("SANHU_KEYS_FILE: demonstration keys are refused in production; run `sanhu keys create`")
SECRET_KEY = _KEYS.secret
SANHU_FIELD_KEY = _KEYS.field
SANHU_RECEIPT_KEY = _KEYS.receipt
SANHU_PRODUCTION = True
SANHU_DEMO = False
DEBUG = False

DATABASES = {"default": database(_required("DATABASE_URL"))}
ALLOWED_HOSTS = _required("SANHU_HOSTS").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
STATIC_ROOT = SANHU_DATA / "static"
SANHU_TRUSTED_PROXIES = int(os.environ.get("SANHU_TRUSTED_PROXIES", "1"))

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

EMAIL_HOST = os.environ.get("SANHU_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("SANHU_EMAIL_PORT", "25"))
DEFAULT_FROM_EMAIL = os.environ.get("SANHU_EMAIL_FROM", "noreply@localhost")
