"""Taking down a demand (R7, R40): held against the list, and answered where nobody admitted it, in one deed."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.events import AdmissionEvent
from sanhu.domains.admission.models import Demand, Task
from sanhu.domains.admission.parties import NOTICE_ARTICLE
from sanhu.domains.admission.queries import demands as queries
from sanhu.domains.admission.rules.demands import (
    Facts,
    Judgement,
    Words,
    faults_of,
    is_statutory,
    judge,
    may_demand,
    may_record,
)
from sanhu.domains.admission.services.incidents import give_notice, start_answering
from sanhu.domains.admission.services.steps import apply, begin
from sanhu.domains.admission.tables import DEMAND
from sanhu.domains.admission.terms import DemandChannel, Ground
from sanhu.domains.catalogue.queries import current_version, item_by_code
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.serials import next_in
from sanhu.domains.funding.terms import MOST_FEN
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.queries import active_organisations
from sanhu.domains.subjects.rules.bodies import COMMUNITY_DIGITS
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar


@dataclass(frozen=True, kw_only=True)
class DemandWords:
    """A demand as a member takes it down: who wants what, how it came, and what came along (R8).

    `task_number` is the admitted task it belongs to, where the member knows it. Without it the item decides.
    """

    organ_id: int
    channel: str
    received_at: datetime
    name: str
    words: str
    minutes: int
    has_power: bool
    money_fen: int
    has_staff: bool
    is_emergency: bool
    emergency_basis: str = ""
    item_code: str = ""
    task_number: str = ""


def record_demand(*, actor: Actor, at: datetime, client_id: UUID, wish: DemandWords) -> Demand:
    """Take down a demand on one's own committee and hold it against the list at once.

    Raises Refused for whom or what the rules do not allow, for input that breaks its rule, and with X-17 where the day
    for the answer lies past the loaded calendar; requests.ConflictError for a client_id used for something else.
    """
    once = Once(client_id=client_id, actor=actor, asked=asdict(wish), at=at)
    return queries.demand_for(actor, once.answer(lambda: _record(once, wish, at=at)))


@transaction.atomic
def _record(once: Once, wish: DemandWords, *, at: datetime) -> str:
    actor = once.actor
    committee = _own_committee(actor)
    organ = _checked(wish, committee, at=at)
    judgement = _judged(wish, committee, at=at)
    demand = _written(wish, judgement, committee=committee, organ=organ, at=at)
    begin(demand, event=AdmissionEvent.DEMAND_RECORDED, actor=actor, at=at)
    try:
        _follow(demand, judgement, actor=actor, at=at)
    except BeyondCalendar as beyond:
        raise Refused(beyond.decision) from beyond
    return once.remember(demand.number)


def _own_committee(actor: Actor) -> Organisation:
    """Give the committee somebody may take down a demand for. Raises Refused."""
    own = Organisation.objects.filter(pk=actor.organisation_id or 0, kind=SubjectKind.RESIDENTS_COMMITTEE)
    committee = own.first()
    decision = may_record(is_committee=committee is not None, actor=actor)
    if committee is None or not decision:
        raise Refused(decision)
    return committee


def _checked(wish: DemandWords, committee: Organisation, *, at: datetime) -> Organisation:
    """Give the organ, or refuse with every field that breaks its rule."""
    words = Words(
        name=wish.name,
        words=wish.words,
        minutes=wish.minutes,
        money_fen=wish.money_fen,
        is_emergency=wish.is_emergency,
        emergency_basis=wish.emergency_basis,
        received_at=wish.received_at,
    )
    reasons = faults_of(words, most_fen=MOST_FEN, at=at)
    organ = active_organisations(at).filter(pk=wish.organ_id, district=committee.district).first()
    if organ is None or not may_demand(SubjectKind(organ.kind)):
        reasons.append(_("单位：须是本区的政府部门、街道或者公营企事业单位"))
    if wish.channel not in DemandChannel.values:
        reasons.append(_("怎样提出的：没有这种方式"))
    version = current_version(committee.district, legal_day(at))
    if wish.item_code and (version is None or item_by_code(version, wish.item_code) is None):
        reasons.append(_("清单事项：清单上没有这一项"))
    if organ is None or reasons:
        raise Refused(refuse(*reasons, citations=(NOTICE_ARTICLE,)))
    return organ


def _judged(wish: DemandWords, committee: Organisation, *, at: datetime) -> Judgement:
    right = queries.right_in_force(committee.district, legal_day(at))
    listed = queries.assist_list(district=committee.district, organ_id=wish.organ_id, committee_id=committee.pk)
    judgement = judge(
        Facts(
            organ_id=wish.organ_id,
            committee_id=committee.pk,
            received_at=wish.received_at,
            item_code=wish.item_code,
            task_number=wish.task_number,
            is_emergency=wish.is_emergency,
            emergency_basis=wish.emergency_basis,
            assist_list=listed,
            refusal_article=queries.refusal_article(right) if right else "",
        )
    )
    if wish.task_number and judgement.task_number != wish.task_number:
        reason = _("协助任务：没有这个部门交给本居民委员会、当日仍在期限内的这项任务")
        raise Refused(refuse(reason, citations=(NOTICE_ARTICLE,)))
    return judgement


def _written(
    wish: DemandWords, judgement: Judgement, *, committee: Organisation, organ: Organisation, at: datetime
) -> Demand:
    year, district = legal_day(at).year, committee.district
    serial = next_in(district=district, kind="demand", year=year)
    task = Task.objects.filter(district=district, number=judgement.task_number).first()
    return Demand.objects.create(
        number=f"{district}-{year}-D{serial:04}",
        district=district,
        committee=committee,
        organ=organ,
        area_code=_area_of(committee),
        channel=wish.channel,
        received_at=wish.received_at,
        recorded_at=at,
        name=wish.name.strip(),
        words=wish.words.strip(),
        item_code=wish.item_code,
        minutes=wish.minutes,
        has_power=wish.has_power,
        has_money=wish.money_fen > 0,
        money_fen=wish.money_fen,
        has_staff=wish.has_staff,
        is_emergency=wish.is_emergency,
        emergency_basis=wish.emergency_basis.strip() if wish.is_emergency else "",
        ground=judgement.ground,
        ground_article=judgement.article,
        task=task,
        state=DEMAND.initial,
        revision=1,
    )


def _area_of(committee: Organisation) -> str:
    """Give the community a committee serves."""
    served = committee.served_areas.filter(ended_at=None).order_by("code").values_list("code", flat=True).first()
    return (served or committee.district).ljust(COMMUNITY_DIGITS, "0")[:COMMUNITY_DIGITS]


def _follow(demand: Demand, judgement: Judgement, *, actor: Actor, at: datetime) -> None:
    """Let follow what the judgement says, in the same transaction."""
    match judgement.ground:
        case Ground.UNADMITTED:
            give_notice(demand, actor=actor, at=at)
        case Ground.EMERGENCY:
            start_answering(demand, settings.SANHU_EMERGENCY_RECORD_WORKING_DAYS, at=at)
            apply(
                demand,
                DEMAND.move("await_record"),
                actor=SYSTEM,
                at=at,
                reason=demand.emergency_basis,
                article=judgement.article,
            )
        case Ground.STATUTORY | Ground.ADMITTED:
            statutory = is_statutory(demand.item_code)
            because = judgement.task_number or (statutory.label if statutory else "")
            apply(demand, DEMAND.move("bear"), actor=SYSTEM, at=at, reason=because, article=judgement.article)
