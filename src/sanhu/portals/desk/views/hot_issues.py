"""What several report of one thing in one place: as a list, and where on the map; each with its matters."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from sanhu.domains.casework.hot_issues import PERIODS, HotIssue, issues_for, with_matters
from sanhu.domains.casework.queries import sees_areas
from sanhu.domains.casework.search.rarities import are_many
from sanhu.domains.places.queries import community_map, within
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.hot_issues import Issue
from sanhu.engines.legal_time import legal_day
from sanhu.engines.maps import Region
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.matter_rows import summary
from sanhu.portals.desk.page import desk_page

# From how many reporters of hot issues on a community is drawn in the next darker ink.
INK_FROM = (3, 8, 20)
MOST_NAMED = 40
_KEPT_SECONDS = 300


@dataclass(frozen=True)
class Row:
    """One issue in words."""

    hot: HotIssue
    title: str
    place: str


@dataclass(frozen=True)
class Tab:
    """A period; how many issues there are is known of the one that is shown."""

    url: str
    label: str
    is_current: bool
    count: int | None


@dataclass(frozen=True)
class Drawn:
    """A community on the map, with how many report what is hot there."""

    region: Region
    reporters: int

    @property
    def ink(self) -> int:
        """How dark it is drawn, from 0 to 3."""
        return sum(self.reporters >= least for least in INK_FROM)


@require_safe
@at_the_desk(Permission.MATTER_VIEW)
def hot_issues(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show the hottest issues first; communities stand on the map, and none above another (X-21)."""
    at = clock.now()
    days = next((period for period in PERIODS if request.GET.get("days") == str(period)), PERIODS[0])
    found = with_matters(_issues(acting.actor, days=days, at=at), acting.actor)
    on, district = legal_day(at), acting.actor.district
    names = dict(within(district, on).values_list("code", "name"))
    drawn = community_map(district, on) if found else None
    counted = Counter[str]()
    for hot in found:
        counted[hot.issue.place] += hot.issue.reporters
    context = {
        "rows": [_row(hot, names.get(hot.issue.place, hot.issue.place)) for hot in found],
        "tabs": [
            Tab(
                url=f"{request.path}?days={period}",
                label=gettext("近 %(days)d 天") % {"days": period},
                is_current=period == days,
                count=len(found) if period == days else None,
            )
            for period in PERIODS
        ],
        "tabs_label": gettext("多久以内反映的"),
        "map": drawn,
        "regions": [Drawn(region, counted[region.code]) for region in drawn.regions] if drawn else [],
        "is_named": drawn is not None and len(drawn.regions) <= MOST_NAMED,
    }
    return desk_page(request, "hot_issues", acting, context)


def _issues(actor: Actor, *, days: int, at: datetime) -> list[Issue]:
    """Gather anew where matters are few; of many keep it for some minutes, since all of the period is read for it."""
    scope = (actor.district, actor.organisation_id, sees_areas(actor), *sorted(actor.areas), days)
    key = f"hot-issues:{hashlib.sha256(repr(scope).encode()).hexdigest()}"
    known: list[Issue] | None = cache.get(key)
    if known is not None:
        return known
    found = issues_for(actor, days=days, at=at)
    if are_many(at):
        cache.set(key, found, _KEPT_SECONDS)
    return found


def _row(hot: HotIssue, place: str) -> Row:
    return Row(
        hot=hot,
        title=summary(hot.matters[0]),
        place=place,
    )
