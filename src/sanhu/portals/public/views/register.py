"""The public register of admitted tasks (R37–R40): each community by its code, none above another (X-21)."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.admission.queries import tasks
from sanhu.domains.places.models import Area
from sanhu.domains.places.queries import community as community_in
from sanhu.domains.places.queries import path_of
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.public.communities import streets_of
from sanhu.portals.public.page import public_page

_A_YEAR = timedelta(days=365)


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """List every community of the district by its code: how many tasks, of how many organs, time and money."""
    on = legal_day(clock.now())
    streets = streets_of(site.home_district(), on)
    lines = [line for street in streets for line in street.lines]
    context = {
        "streets": streets,
        "on": on,
        "communities": len(lines),
        "tasks": sum(line.tasks for line in lines),
        "minutes": sum(line.minutes for line in lines),
        "amount_fen": sum(line.amount_fen for line in lines),
    }
    return public_page(request, "register", context)


@require_safe
def register_of(request: HttpRequest, area: str) -> HttpResponse:
    """Show each task of a community: who asks, for what, why, on what law, until when, for how much."""
    on = legal_day(clock.now())
    community = community_or_404(area, on)
    lines = tasks.register_of(community.code, on)
    context = {
        "community": community,
        "tasks": lines,
        "minutes": sum(line.minutes for line in lines),
        "amount_fen": sum(line.amount_fen for line in lines),
        "ended": tasks.ended_of(community.code, on, since=on - _A_YEAR),
        "crumbs": [
            (_("请社区协助的事"), reverse("public:register")),
            *((name, "") for name in path_of(area, on)[1:-1]),
        ],
    }
    return public_page(request, "register_of", context)


def community_or_404(code: str, on: date) -> Area:
    """Give the community of this district that a code names. What there is not is not found."""
    found = community_in(code, on, district=site.home_district())
    if found is None:
        raise Http404
    return found
