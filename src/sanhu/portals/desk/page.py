"""Rendering a page at the desk."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sanhu.domains.casework.queries import waiting_on
from sanhu.portals.desk.acting import Acting
from sanhu.portals.desk.navigation import nav_items

COUNTED = 99


@dataclass(frozen=True)
class AccountLine:
    """Who is acting, as the frame shows it."""

    name: str
    post: str
    organisation: str
    sector: str
    sign_out_url: str
    switch_url: str


def desk_page(
    request: HttpRequest, template: str, acting: Acting, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a page with the desk's frame: who is acting, where they may go, how much waits on them."""
    waiting = waiting_on(acting.actor).order_by()[: COUNTED + 1].count()
    frame = {
        "acting": acting,
        "actor": acting.actor,
        "nav_items": nav_items(request, acting.actor, waiting=waiting),
        "account": AccountLine(
            name=acting.post.person.name,
            post=acting.post.title,
            organisation=acting.post.organisation.name,
            sector=acting.post.organisation.sector,
            sign_out_url=reverse("desk:sign_out"),
            switch_url=reverse("desk:posts") if acting.others else "",
        ),
    }
    return render(request, f"desk/{template}.html", {**(context or {}), **frame}, status=status)
