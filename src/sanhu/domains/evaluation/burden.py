"""What committees carry (R4, R7–R9): per committee and month, counted from records alone, with the same few queries.

Time is known of admitted tasks and of demands; how long a matter or a step of a procedure took is recorded nowhere, so
it is no part of any figure here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum

from sanhu.domains.casework.models import Step
from sanhu.domains.evaluation.borne import TaskMonth, task_months
from sanhu.domains.evaluation.months import Month, Period
from sanhu.domains.evaluation.rows import CARRIED, UNADMITTED, assisted_in, demands_in, led_in
from sanhu.domains.evaluation.sources import Sources
from sanhu.domains.evaluation.staffing import Staff, staff_of
from sanhu.domains.subjects.models import Organisation, ServedArea
from sanhu.domains.subjects.rules.bodies import COMMUNITY_DIGITS
from sanhu.engines.concentration import Concentration, concentration

LEAD, ASSIST = "lead", "assist"
_NOBODY = Staff(0, 0)


@dataclass(slots=True)
class FromOrgan:
    """What came from one organ: demands whatever was found of them, tasks, matters, and the recorded time."""

    demands: int = 0
    tasks: int = 0
    matters: int = 0
    minutes: int = 0


@dataclass(slots=True)
class Burden:
    """One committee in one month.

    `kinds` counts tasks and matters by class and role. `duties` are the tasks, and the demands that were carried beside
    them; `due_fen` is what had fallen due on the tasks, `paid_fen` how much of it was paid. `unadmitted` are demands
    nobody admitted (X-05), `refused` those among them answered by a letter of refusal.
    """

    organs: dict[int, FromOrgan] = field(default_factory=lambda: defaultdict(FromOrgan))
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    tasks: int = 0
    matters_led: int = 0
    matters_assisted: int = 0
    demands: int = 0
    carried: int = 0
    unadmitted: int = 0
    refused: int = 0
    minutes: int = 0
    minutes_without_money: int = 0
    duties_without_power: int = 0
    due_fen: int = 0
    paid_fen: int = 0
    staff: Staff = _NOBODY

    @property
    def duties(self) -> int:
        """How many duties the committee had of which a power is to be had."""
        return self.tasks + self.carried

    @property
    def share(self) -> Fraction | None:
        """The recorded time as a share of the staff's working time; None where that is nothing or unknown."""
        return Fraction(self.minutes, self.staff.minutes) if self.staff.minutes else None

    @property
    def concentration(self) -> Concentration | None:
        """How concentrated the recorded time is on few organs."""
        return concentration(organ.minutes for organ in self.organs.values())


Burdens = Mapping[tuple[int, Month], Burden]


def burdens(sources: Sources, period: Period, *, at: datetime) -> Burdens:
    """Count for every committee and month of which anything is recorded; read it by `.get`, or a new Burden."""
    found: dict[tuple[int, Month], Burden] = defaultdict(Burden)
    for task in task_months(sources.tasks, period):
        _add_task(found[task.committee_id, task.month], task)
    for row in _demand_rows(sources, period):
        _add_demands(found[row["committee_id"], period.months[row["nth"]]], row)
    _add_matters(found, sources, period)
    for key, staff in staff_of(sources.committees, period, at=at).items():
        found[key].staff = staff
    return dict(found)


def areas_of(sources: Sources) -> list[tuple[str, int]]:
    """Give the communities committees serve, by code, each with its committee."""
    served = ServedArea.objects.filter(organisation__in=sources.committees.values("pk"), ended_at=None)
    codes = served.order_by("code").values_list("code", "organisation_id")
    whole = [(code[:COMMUNITY_DIGITS], committee) for code, committee in codes if len(code) >= COMMUNITY_DIGITS]
    return list(dict.fromkeys(whole))


def names_of(found: Burdens) -> dict[int, Organisation]:
    """Give every organ that stands in some burdens."""
    return Organisation.objects.in_bulk({organ for burden in found.values() for organ in burden.organs})


def _add_task(burden: Burden, task: TaskMonth) -> None:
    organ = burden.organs[task.organ_id]
    organ.tasks += 1
    organ.minutes += task.minutes
    burden.tasks += 1
    burden.minutes += task.minutes
    burden.minutes_without_money += 0 if task.has_money else task.minutes
    burden.duties_without_power += not task.has_power
    burden.due_fen += task.due_fen
    burden.paid_fen += task.paid_fen
    burden.kinds[task.affair_class, ASSIST] += 1


def _demand_rows(sources: Sources, period: Period) -> Iterable[Mapping[str, Any]]:
    rows = demands_in(sources, period).annotate(nth=period.index("recorded_at"))
    return rows.values("committee_id", "nth", "organ_id").annotate(
        count=Count("pk"),
        unadmitted=Count("pk", filter=UNADMITTED),
        refused=Count("pk", filter=Q(is_refusal=True)),
        carried=Count("pk", filter=CARRIED),
        powerless=Count("pk", filter=CARRIED & Q(has_power=False)),
        work=Sum("minutes", filter=CARRIED, default=0),
        unpaid=Sum("minutes", filter=CARRIED & Q(has_money=False), default=0),
    )


def _add_demands(burden: Burden, row: Mapping[str, Any]) -> None:
    organ = burden.organs[row["organ_id"]]
    organ.demands += row["count"]
    organ.minutes += row["work"]
    burden.demands += row["count"]
    burden.carried += row["carried"]
    burden.unadmitted += row["unadmitted"]
    burden.refused += row["refused"]
    burden.minutes += row["work"]
    burden.minutes_without_money += row["unpaid"]
    burden.duties_without_power += row["powerless"]


def _add_matters(found: dict[tuple[int, Month], Burden], sources: Sources, period: Period) -> None:
    """Add the matters led, sent by whoever assigned them last, and those assisted in, sent by their leads."""
    given = Step.objects.filter(matter=OuterRef("pk"), move__in=("assign", "rule")).order_by("-ordinal")
    nth, sent = period.index("reported_at"), Subquery(given.values("organisation_id")[:1])
    columns = ("its", "nth", "sender", "item__affair_class")
    led = led_in(sources, period).annotate(nth=nth, its=F("lead_id"), sender=sent)
    for committee, month, sender, affair_class, count in _counted(led, columns):
        burden = found[committee, period.months[month]]
        burden.matters_led += count
        burden.kinds[affair_class, LEAD] += count
        if sender is not None and sender != committee:
            burden.organs[sender].matters += count
    by_area = defaultdict(list)
    for area, committee in areas_of(sources):
        by_area[area].append(committee)
    assisted = assisted_in(sources, period, areas=list(by_area))
    assisted = assisted.annotate(nth=nth, its=F("area_code"), sender=F("lead_id"))
    for area, month, sender, affair_class, count in _counted(assisted, columns):
        for committee in by_area.get(area, ()):
            burden = found[committee, period.months[month]]
            burden.matters_assisted += count
            burden.kinds[affair_class, ASSIST] += count
            burden.organs[sender].matters += count


def _counted(matters: Any, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    yield from matters.order_by().values(*columns).annotate(count=Count("pk")).values_list(*columns, "count")
