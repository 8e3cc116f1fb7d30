"""Where the catalogue names a kind of body and the district has none, or several: whom would a matter there go to?"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from sanhu.domains.catalogue.models import CatalogueVersion, Duty
from sanhu.domains.subjects.models import Organisation, ServedArea
from sanhu.domains.subjects.queries import active_organisations

# A community is served by whoever serves it, its street or its district.
_PREFIXES = (6, 9, 12)

_Lead = tuple[str, str]


@dataclass(frozen=True)
class Contested:
    """A community that several bodies of the one kind serve."""

    community: str
    bodies: tuple[Organisation, ...]


@dataclass(frozen=True)
class Gap:
    """A duty, and the communities (12 digits) where not exactly one body answers for it."""

    duty: Duty
    unserved: tuple[str, ...]
    contested: tuple[Contested, ...]


def gaps(version: CatalogueVersion, *, communities: Sequence[str], at: datetime) -> list[Gap]:
    """Find the gaps of a version in some communities, by item and part.

    It asks what `routing.route_duty` asks for one place, for all of them at once: one query for the duties and two for
    the bodies.
    """
    serving = _serving(version.district, at=at)
    duties = Duty.objects.filter(item__version=version).select_related("item").order_by("item__code", "position")
    by_lead: dict[_Lead, tuple[tuple[str, ...], tuple[Contested, ...]]] = {}
    found = []
    for duty in duties:
        lead = (duty.lead_kind, duty.lead_specialty)
        if lead not in by_lead:
            by_lead[lead] = _of_lead(serving[lead], communities)
        unserved, contested = by_lead[lead]
        if unserved or contested:
            found.append(Gap(duty=duty, unserved=unserved, contested=contested))
    return found


def _serving(district: str, *, at: datetime) -> dict[_Lead, dict[str, list[Organisation]]]:
    """Give the district's active bodies by kind and specialty, and under each by the codes they serve."""
    serving: dict[_Lead, dict[str, list[Organisation]]] = defaultdict(lambda: defaultdict(list))
    bodies = active_organisations(at).filter(district=district).order_by("name", "id")
    in_force = ServedArea.objects.filter(ended_at__isnull=True)
    for body in bodies.prefetch_related(Prefetch("served_areas", in_force)):
        for area in body.served_areas.all():
            serving[body.kind, body.specialty][area.code].append(body)
    return serving


def _of_lead(
    serving: dict[str, list[Organisation]], communities: Sequence[str]
) -> tuple[tuple[str, ...], tuple[Contested, ...]]:
    unserved: list[str] = []
    contested: list[Contested] = []
    for community in communities:
        bodies = {body.pk: body for length in _PREFIXES for body in serving.get(community[:length], ())}
        if not bodies:
            unserved.append(community)
        elif len(bodies) > 1:
            contested.append(Contested(community, tuple(sorted(bodies.values(), key=lambda body: body.name))))
    return tuple(unserved), tuple(contested)
