"""Rendering a page at the desk."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sanhu.domains.casework import publications
from sanhu.domains.casework.waiting import states_waiting
from sanhu.portals.desk.acting import Acting
from sanhu.portals.desk.navigation import nav_items
from sanhu.portals.desk.shortcuts import SHORTCUTS
from sanhu.portals.look.templatetags.personal_data import person_words

COUNTED = 99


@dataclass(frozen=True)
class AccountLine:
    """Who is acting, as the frame shows it; `absent` and `until` where it is as somebody's deputy."""

    name: str
    post: str
    organisation: str
    sector: str
    sign_out_url: str
    posts_url: str
    security_url: str
    may_switch: bool
    absent: str
    until: date | None


def desk_page(
    request: HttpRequest, template: str, acting: Acting, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a page with the desk's frame: who is acting, where they may go, how much waits on them."""
    waiting = {
        "desk:inbox": len(states_waiting(acting.actor, most=COUNTED + 1)),
        "desk:publications": publications.waiting_on(acting.actor).order_by()[: COUNTED + 1].count(),
    }
    frame = {
        "acting": acting,
        "actor": acting.actor,
        "shortcuts": SHORTCUTS,
        "nav_items": nav_items(request, acting.actor, waiting=waiting),
        "account": _account_line(acting),
    }
    return render(request, f"desk/{template}.html", {**(context or {}), **frame}, status=status)


def _account_line(acting: Acting) -> AccountLine:
    lent, post = acting.delegation, acting.post
    return AccountLine(
        name=person_words(acting.account.person if lent else post.person),
        post=post.title,
        organisation=post.organisation.name,
        sector=post.organisation.sector,
        sign_out_url=reverse("desk:sign_out"),
        posts_url=reverse("desk:posts"),
        security_url=reverse("desk:security"),
        may_switch=bool(acting.others),
        absent=person_words(post.person) if lent else "",
        until=lent.ends_on if lent else None,
    )
