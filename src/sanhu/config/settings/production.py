"""A district in production. Refuses to start with demonstration keys, DEBUG or a missing setting."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from sanhu.config.databases import database
from sanhu.config.settings.base import *  # noqa: F403 - settings are one namespace by Django's design
from sanhu.portals import record_key
from sanhu.portals.cli import keyfile


def _required(name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} must be set in production")
    return value


def _number(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip() or str(default)
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} is a number, not {value!r}")
    return int(value)


def _one_of(name: str, choices: tuple[str, ...]) -> str:
    """Read a setting that has a few values; the first is what it is when nothing is said."""
    value = os.environ.get(name, "").strip() or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is one of {', '.join(choices)}, not {value!r}")
    return value


def _https(name: str) -> str:
    """Read a setting that is an address, or nothing."""
    value = os.environ.get(name, "").strip()
    if value and not value.startswith("https://"):
        raise ImproperlyConfigured(f"{name} begins with https://")
    return value


def _parts(text: str) -> list[str]:
    return [value for part in text.split(",") if (value := part.strip())]


def _hosts(text: str) -> list[str]:
    hosts = _parts(text)
    if not hosts or any(character in text for character in "*/:"):
        raise ImproperlyConfigured("SANHU_HOSTS names each host: no *, no scheme, no port")
    return hosts


def _robots(text: str) -> tuple[str, ...]:
    hosts = tuple(_parts(text))
    if any(character in text for character in "*/@"):
        raise ImproperlyConfigured("SANHU_WEBHOOK_HOSTS names each host: no *, no scheme, no path")
    return hosts


def _keys(path: str) -> keyfile.Keys:
    try:
        return keyfile.load(Path(path))
    except (OSError, ValueError) as unreadable:
        raise ImproperlyConfigured(f"SANHU_KEYS_FILE cannot be used: {unreadable}") from unreadable


if os.environ.get("DEBUG", "").lower() in {"1", "true", "yes"}:
    raise ImproperlyConfigured("DEBUG is refused in production")
if os.environ.get("SANHU_DEMO", "0") == "1":
    raise ImproperlyConfigured("SANHU_DEMO is refused in production: demonstration accounts have no place here")

SANHU_DATA = Path(_required("SANHU_DATA")).resolve()
_KEYS = _keys(_required("SANHU_KEYS_FILE"))
if _KEYS.demonstration:
    raise ImproperlyConfigured("SANHU_KEYS_FILE: demonstration keys are refused in production; run `sanhu keys create`")
SECRET_KEY = _KEYS.secret
SANHU_FIELD_KEY = _KEYS.field
SANHU_RECEIPT_KEY = _KEYS.receipt
# Only the worker and `sanhu record` read the private half. Where it is missing nothing is signed, and /health/ says so.
SANHU_RECORD_KEY_FILE = Path(
    os.environ.get("SANHU_RECORD_KEY_FILE", "").strip() or Path(_required("SANHU_KEYS_FILE")).with_name(record_key.NAME)
)
SANHU_CHECKPOINTS_FILE = Path(
    os.environ.get("SANHU_CHECKPOINTS_FILE", "").strip() or SANHU_DATA / "checkpoints.txt"
).resolve()
SANHU_PRODUCTION = True
SANHU_DEMO = False
DEBUG = False

try:
    DATABASES = {"default": database(_required("DATABASE_URL"))}
except ValueError as unknown:
    raise ImproperlyConfigured(str(unknown)) from unknown
ALLOWED_HOSTS = _hosts(_required("SANHU_HOSTS"))
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
STATIC_ROOT = SANHU_DATA / "static"
SANHU_TRUSTED_PROXIES = _number("SANHU_TRUSTED_PROXIES", 1)

# H.3: two ways of identification, for the three administrators at least.
SANHU_SECOND_FACTOR = _one_of("SANHU_SECOND_FACTOR", ("administrators", "everybody", "optional"))
SANHU_OIDC_ISSUER = _https("SANHU_OIDC_ISSUER")
if SANHU_OIDC_ISSUER:
    SANHU_OIDC_CLIENT_ID = _required("SANHU_OIDC_CLIENT_ID")
    SANHU_OIDC_CLIENT_SECRET = _required("SANHU_OIDC_CLIENT_SECRET")
    SANHU_OIDC_NAME = _required("SANHU_OIDC_NAME")
    SANHU_OIDC_AMR = tuple(_parts(os.environ.get("SANHU_OIDC_AMR", "mfa")))

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

SANHU_SITE_URL = _https("SANHU_SITE_URL")
if _ROBOTS := os.environ.get("SANHU_WEBHOOK_HOSTS", "").strip():
    SANHU_WEBHOOK_HOSTS = _robots(_ROBOTS)

SANHU_METRICS_TOKEN = os.environ.get("SANHU_METRICS_TOKEN", "").strip()

EMAIL_HOST = os.environ.get("SANHU_EMAIL_HOST", "localhost")
EMAIL_PORT = _number("SANHU_EMAIL_PORT", 25)
DEFAULT_FROM_EMAIL = os.environ.get("SANHU_EMAIL_FROM", "noreply@localhost")
