"""The door to one's own matter: the ticket that a shown receipt code left in the browser."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from sanhu.domains.casework import queries
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.portals.public.page import public_page
from sanhu.portals.public.tickets import shown_ticket


def with_own_matter(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open the matter of the ticket, or ask for the code again."""

    @wraps(view)
    def opened(request: HttpRequest, **named: Any) -> HttpResponse:
        hashed = shown_ticket(request)
        if hashed is None:
            return redirect("public:receipt")
        try:
            matter = queries.matter_by_receipt(hashed)
        except MatterNotFound:
            return redirect("public:receipt")
        return never_cache(view)(request, matter=matter, **named)

    return opened


def with_shown_matter(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open the matter of the ticket, unless its kind is never shown on the web: then say that, and do nothing."""

    @wraps(view)
    def opened(request: HttpRequest, *, matter: Matter, **named: Any) -> HttpResponse:
        if matter.publicity == "never":
            status = 200 if request.method in ("GET", "HEAD") else 403
            return public_page(request, "not_shown", {"matter": matter}, status=status)
        return view(request, matter=matter, **named)

    return with_own_matter(opened)
