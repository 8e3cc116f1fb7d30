"""Reading demands: what an actor may see, what they are held against, and how a demand stands."""

from datetime import date, datetime

from django.db.models import Q, QuerySet

from sanhu.domains.admission.models import Demand, RefusalRight, Task
from sanhu.domains.admission.parties import NOTICE_ARTICLE
from sanhu.domains.admission.queries.parties import parties_of
from sanhu.domains.admission.rules.demands import (
    LAPSED,
    MOST_CITED,
    UNADMITTED,
    UNADMITTED_CODE,
    ListedTask,
    Standing,
)
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.terms import Ground
from sanhu.domains.catalogue.models import Instrument
from sanhu.domains.catalogue.queries import current_version
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse
from sanhu.engines.legal_time import day_start, legal_day
from sanhu.engines.workdays import ONE_DAY


def visible_to(actor: Actor) -> QuerySet[Demand]:
    """Demands an actor may see: those their body met or made, and for the coordinating body all of the district."""
    if actor.kind is not ActorKind.POST or not actor.may(Permission.ADMISSION_VIEW):
        return Demand.objects.none()
    demands = Demand.objects.filter(district=actor.district)
    if actor.may(Permission.DEMAND_SETTLE):
        return demands
    return demands.filter(Q(committee_id=actor.organisation_id) | Q(organ_id=actor.organisation_id))


def demand_for(actor: Actor, number: str) -> Demand:
    """Give one demand as a page shows it. Raises GateNotFound for what the actor may not see."""
    joined = ("committee", "organ", "task__application", "application")
    demand = visible_to(actor).filter(number=number).select_related(*joined).first()
    if demand is None:
        raise GateNotFound(number)
    return demand


def standing_of(demand: Demand, *, actor: Actor, at: datetime) -> Standing:
    """What the rules need to know of a demand, for whoever acts."""
    return Standing(
        parties=parties_of(
            district=demand.district,
            organ_id=demand.organ_id,
            committee_ids=[demand.committee_id],
            actor=actor,
            at=at,
        ),
        state=demand.state,
        is_late=demand.due_on is not None and legal_day(at) > demand.due_on,
    )


def decision_of(demand: Demand) -> Decision:
    """Say what came of holding a demand against the list: allowed, or refused as X-05 with reason and article."""
    if demand.ground != Ground.UNADMITTED:
        return ALLOWED
    reason = LAPSED if demand.is_emergency else UNADMITTED
    return refuse(reason, citations=(demand.ground_article, NOTICE_ARTICLE), code=UNADMITTED_CODE)


def assist_list(*, district: str, organ_id: int, committee_id: int) -> tuple[ListedTask, ...]:
    """Give what was ever admitted for an organ at a committee, as the judgement reads it."""
    tasks = Task.objects.filter(district=district, application__organ_id=organ_id, committee_id=committee_id)
    columns = ("number", "application__item_code", "starts_on", "ends_on", "ended_at")
    return tuple(
        ListedTask(
            number=number,
            organ_id=organ_id,
            committee_id=committee_id,
            item_code=item_code,
            starts_at=day_start(starts_on),
            ends_at=day_start(ends_on + ONE_DAY),
            until=ended_at,
        )
        for number, item_code, starts_on, ends_on, ended_at in tasks.values_list(*columns)
    )


def right_in_force(district: str, on: date) -> RefusalRight | None:
    """Give the right to refuse that holds in a district on a day: registered by then, its instrument in force.

    A right that ended on that day does not hold any more on it.
    """
    rights = RefusalRight.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=day_start(on + ONE_DAY)),
        district=district,
        registered_at__lt=day_start(on + ONE_DAY),
    )
    for right in rights.select_related("article__instrument").order_by("pk"):
        if right.article.instrument.is_in_force(on):
            return right
    return None


def rights_visible_to(actor: Actor) -> QuerySet[RefusalRight]:
    """Give the rights to refuse of an actor's district, past ones too, newest first; they are public."""
    rights = RefusalRight.objects.filter(district=actor.district).select_related("article__instrument")
    return rights.order_by("-pk")


def refusal_article(right: RefusalRight) -> str:
    """Cite the article that gives the right, with the number of its instrument."""
    instrument = right.article.instrument
    whole = f"《{instrument.title}》（{instrument.number}）{right.article.number}"
    return whole if len(whole) <= MOST_CITED else f"{instrument.number}{right.article.number}"


def measure_in_force(district: str, on: date) -> Instrument | None:
    """Give the district's Measure where one is in force on a day."""
    version = current_version(district, on)
    found = version.instrument if version else None
    return found if found is not None and found.is_in_force(on) else None
