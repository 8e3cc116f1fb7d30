"""What every page's frame shows, whichever portal it belongs to."""

import threading
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import gettext

from sanhu.domains.casework.models import Matter

ELDER_COOKIE, SCHEME_COOKIE = "elder", "scheme"
SCHEMES = ("dark", "light")


@dataclass(frozen=True)
class Loading:
    """How far the demonstration has been loaded."""

    done: int
    total: int


# Set once everything is there: from then on no page asks the database about it.
_ALL_LOADED = threading.Event()


def _loading() -> Loading | None:
    total = settings.SANHU_DEMO_MATTERS if settings.SANHU_DEMO else 0
    if not total or _ALL_LOADED.is_set():
        return None
    try:
        done = Matter.objects.count()
    except DatabaseError:  # the frame must stand even where the database is away
        return None
    if done >= total:
        _ALL_LOADED.set()
        return None
    return Loading(done=done, total=total)


def page(request: HttpRequest) -> dict[str, Any]:
    """Give the frame its name, and the reading size and the colours the reader chose."""
    elder, scheme = request.COOKIES.get(ELDER_COOKIE) == "1", request.COOKIES.get(SCHEME_COOKIE, "")
    classes = ["elder"] * elder + [scheme] * (scheme in SCHEMES)
    return {
        "site_name": getattr(settings, "SANHU_SITE_NAME", "") or gettext("三互 · 社区事务"),
        "is_demonstration": settings.SANHU_DEMO,
        "loading": _loading(),
        "elder": elder,
        "page_class": " ".join(classes),
    }
