"""Rendering a page for residents."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanhu.portals.public.navigation import nav_items


def public_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a page with the residents' navigation."""
    return render(
        request, f"public/{template}.html", {"nav_items": nav_items(request), **(context or {})}, status=status
    )
