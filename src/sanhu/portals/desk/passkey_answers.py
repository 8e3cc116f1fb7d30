"""A passkey's challenge in the session, and what the browser answered to it."""

import ipaddress
import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext

from sanhu.domains.subjects.services.passkeys import Site, State
from sanhu.portals import clock

_ASKED = "passkey"


def site_of(request: HttpRequest) -> Site:
    """Tell who we are to a device: the host of this very request."""
    host = request.get_host()
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return Site(host=name, origin=f"{request.scheme}://{host}", name=gettext("三互社区事务平台"))


def can_have_passkeys(request: HttpRequest) -> bool:
    """Tell whether devices bind keys to the address this page has: to a name they do, to bare numbers never."""
    try:
        ipaddress.ip_address(site_of(request).host.strip("[]"))
    except ValueError:
        return True
    return False


def ask_device(request: HttpRequest, purpose: str, offered: tuple[dict[str, Any], State]) -> HttpResponse:
    """Give the browser what it asks the device for, and keep the challenge until the answer comes."""
    options, state = offered
    request.session[_ASKED] = {"purpose": purpose, "state": dict(state), "at": int(clock.now().timestamp())}
    return JsonResponse(options)


def answer_of(request: HttpRequest, purpose: str) -> tuple[State, dict[str, Any]] | None:
    """Give the challenge and the answer to it; each challenge is answered once, soon, and for its own purpose."""
    asked = request.session.pop(_ASKED, None)
    oldest = clock.now() - timedelta(minutes=settings.SANHU_SECOND_STEP_MINUTES)
    if not asked or asked["purpose"] != purpose or asked["at"] < oldest.timestamp():
        return None
    try:
        answer = json.loads(request.POST.get("credential", ""))
    except ValueError:
        return None
    return (asked["state"], answer) if isinstance(answer, dict) else None
