"""What every page's frame shows, whichever portal it belongs to."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

ELDER_COOKIE = "elder"


def page(request: HttpRequest) -> dict[str, Any]:
    """Give the frame its name and the reading size the reader chose."""
    return {
        "site_name": getattr(settings, "SANHU_SITE_NAME", "") or gettext("三互 · 社区事务"),
        "is_demonstration": settings.SANHU_DEMO,
        "elder": request.COOKIES.get(ELDER_COOKIE) == "1",
    }
