"""Whose records are counted: each room says what an actor may see of it, and what everybody may."""

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Min, QuerySet

from sanhu.domains.admission.models import Demand, Task
from sanhu.domains.admission.queries import demands, tasks
from sanhu.domains.casework import queries as matters
from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.legal_time import legal_day


@dataclass(frozen=True)
class Sources:
    """Committees whose burden is counted, and the records it is counted from."""

    district: str
    committees: QuerySet[Organisation]
    tasks: QuerySet[Task]
    demands: QuerySet[Demand]
    matters: QuerySet[Matter]

    def of(self, committee: Organisation) -> "Sources":
        """Give what concerns one committee. Matters are told apart by lead and place where they are counted."""
        return replace(
            self,
            committees=self.committees.filter(pk=committee.pk),
            tasks=self.tasks.filter(committee=committee),
            demands=self.demands.filter(committee=committee),
        )


def seen_by(actor: Actor) -> Sources:
    """Give what an actor may count: the coordinating body its district, a committee itself, anybody else nothing."""
    return Sources(
        district=actor.district,
        committees=committees_visible_to(actor),
        tasks=tasks.visible_to(actor),
        demands=demands.visible_to(actor),
        matters=matters.visible_to(actor).order_by(),
    )


def committees_visible_to(actor: Actor) -> QuerySet[Organisation]:
    """The committees whose burden an actor may read, closed ones too."""
    committees = _committees(actor.district)
    if actor.kind is not ActorKind.POST:
        return committees.none()
    if actor.may(Permission.DEMAND_SETTLE):
        return committees
    own = actor.organisation_id if actor.may(Permission.DEMAND_RECORD) else None
    return committees.filter(pk=own or 0)


def published(district: str) -> Sources:
    """Give what everybody may count of a district.

    Tasks are public, of matters those that are; of demands the figures are shown and never a demand itself.
    """
    return Sources(
        district=district,
        committees=_committees(district),
        tasks=Task.objects.filter(district=district),
        demands=Demand.objects.filter(district=district),
        matters=matters.public_matters(district).order_by(),
    )


def recorded_since(district: str) -> date | None:
    """Give the day on which the record of a district begins; of what was before, nothing is known."""
    first = Entry.objects.filter(district=district).aggregate(first=Min("at"))["first"]
    return legal_day(first) if first else None


def _committees(district: str) -> QuerySet[Organisation]:
    return Organisation.objects.filter(district=district, kind=SubjectKind.RESIDENTS_COMMITTEE)
