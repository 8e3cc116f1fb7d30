"""Which body a duty falls to: kind of body × area served. One answer is taken, none or two are asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sanhu.domains.casework.models import Matter
from sanhu.domains.catalogue import queries as catalogue
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.rules import LeadKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.queries import bodies_serving
from sanhu.engines.decisions import Decision


@dataclass(frozen=True)
class Route:
    """The bodies that fit a duty at a place. Exactly one is an answer; anything else is a gap the desk is shown."""

    bodies: Sequence[Organisation]

    @property
    def only(self) -> Organisation | None:
        """The one body, where there is one."""
        return self.bodies[0] if len(self.bodies) == 1 else None


def route(matter: Matter, *, at: datetime) -> Route:
    """Find the bodies of the duty's lead kind that serve the matter's place."""
    duty = matter.duty
    assert duty is not None, "only an accepted matter is routed"
    return route_duty(duty, district=matter.district, location=matter.location, at=at)


def route_duty(duty: Duty, *, district: str, location: str, at: datetime) -> Route:
    """Find the bodies of a duty's lead kind that serve a place."""
    return Route(
        bodies_serving(district=district, kind=duty.lead_kind, specialty=duty.lead_specialty, location=location, at=at)
    )


def may_lead(*, duty: Duty, body: Organisation) -> Decision:
    """May this body lead this duty? The class × lead matrix and the committee rule hold for every choice."""
    return catalogue.may_lead(duty, LeadKind.of(body.kind, body.specialty))
