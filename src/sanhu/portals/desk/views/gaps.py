"""Where nobody answers for a duty, or more than one does: what the desk would be asked about, before it is."""

from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from sanhu.domains.casework.gaps import Gap
from sanhu.domains.casework.gaps import gaps as find_gaps
from sanhu.domains.catalogue.queries import current_version
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.places.models import AreaLevel
from sanhu.domains.places.queries import within
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page

_COMMUNITY = 12


@dataclass(frozen=True)
class GapRow:
    """A gap in words: the communities by name, or that it is all of them."""

    gap: Gap
    is_everywhere: bool
    unserved: tuple[str, ...]
    contested: tuple[tuple[str, str], ...]


@require_safe
@at_the_desk(Permission.MATTER_ASSIGN, Permission.CATALOGUE_AMEND)
def gaps(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the gaps of the current version in the actor's areas, duty by duty."""
    at = clock.now()
    version = current_version(acting.actor.district, legal_day(at))
    chosen = request.GET.get("class", "")
    if chosen and chosen not in set(AffairClass):
        raise BadRequest("class is one of K1 to K7")
    names = _communities(acting.actor)
    found = find_gaps(version, communities=list(names), at=at) if version and names else []
    context = {
        "version": version,
        "communities": len(names),
        "rows": [_row(gap, names) for gap in found if chosen in ("", gap.duty.item.affair_class)],
        "classes": list(AffairClass),
        "chosen": chosen,
    }
    return desk_page(request, "gaps", acting, context)


def _communities(actor: Actor) -> dict[str, str]:
    """The communities of an actor's areas by code; of a grid cell, the community it lies in."""
    rows = within(actor.district, legal_day(clock.now())).filter(level=AreaLevel.COMMUNITY)
    prefixes = tuple(prefix[:_COMMUNITY] for prefix in actor.areas)
    return {code: name for code, name in rows.values_list("code", "name") if code.startswith(prefixes)}


def _row(gap: Gap, names: dict[str, str]) -> GapRow:
    return GapRow(
        gap=gap,
        is_everywhere=len(gap.unserved) == len(names),
        unserved=tuple(names[code] for code in gap.unserved),
        contested=tuple(
            (names[one.community], gettext("、").join(body.name for body in one.bodies)) for one in gap.contested
        ),
    )
