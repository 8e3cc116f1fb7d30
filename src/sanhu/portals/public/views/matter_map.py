"""The district's communities drawn, each with how many public matters are open there, and the same as a table."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.casework.public_lists import OPEN, Counts
from sanhu.domains.places.queries import community_map
from sanhu.engines.legal_time import legal_day
from sanhu.engines.maps import Region
from sanhu.portals import clock, site
from sanhu.portals.public.communities import streets_of
from sanhu.portals.public.counting import counts_of_communities
from sanhu.portals.public.page import public_page

# From how many open matters on a community is drawn in the next darker ink. The number itself always stands beside.
INK_FROM = (1, 5, 20)
# Beyond so many communities their names would lie on each other; the table still has them all.
MOST_NAMED = 40


@dataclass(frozen=True)
class Drawn:
    """A community on the map."""

    region: Region
    counts: Counts

    @property
    def ink(self) -> int:
        """How dark it is drawn, from 0 to 3."""
        return sum(self.counts.open >= least for least in INK_FROM)


@dataclass(frozen=True)
class Row:
    """A community in the table."""

    code: str
    name: str
    counts: Counts


@require_safe
def matter_map(request: HttpRequest) -> HttpResponse:
    """Show where public matters are open; communities stand in the order of their codes, none above another (X-21)."""
    district, at = site.home_district(), clock.now()
    on = legal_day(at)
    counted, none = counts_of_communities(district, at=at), Counts()
    drawn = community_map(district, on)
    streets = [
        (street.name, [Row(line.code, line.name, counted.get(line.code, none)) for line in street.lines])
        for street in streets_of(district, on)
    ]
    context = {
        "map": drawn,
        "regions": [Drawn(region, counted.get(region.code, none)) for region in drawn.regions] if drawn else [],
        "is_named": drawn is not None and len(drawn.regions) <= MOST_NAMED,
        "streets": streets,
        "open": sum(counts.open for counts in counted.values()),
        "overdue": sum(counts.overdue for counts in counted.values()),
        "state": OPEN,
        "crumbs": [(_("办理公开"), reverse("public:matters"))],
    }
    return public_page(request, "matter_map", context)
