"""What we keep of people, and how long: told before anybody reports (PIPL 17)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanhu.portals.public.page import public_page
from sanhu.portals.retention import RULES


@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """Say what is kept of whoever reports, who sees it, how long, and how it is erased sooner."""
    return public_page(request, "kept", {"rules": [rule for rule in RULES if rule.for_reporters]})
