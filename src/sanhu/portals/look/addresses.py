"""Where a request comes from."""

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Give the client's network address, believing as many proxies as stand in front and not one more.

    With n trusted proxies the n-th address from the right of X-Forwarded-For is the client's; whatever stands to its
    left was written by the client itself.
    """
    proxies = settings.SANHU_TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
