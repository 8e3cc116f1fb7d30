"""Proposing that a task or an item leave a committee (R14): by a committee or a body of the district."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.events import AdmissionEvent
from sanhu.domains.admission.models import ReturnProposal, Task
from sanhu.domains.admission.parties import RETURN_ARTICLE
from sanhu.domains.admission.queries import returns as queries
from sanhu.domains.admission.queries.tasks import visible_to as visible_tasks
from sanhu.domains.admission.rules.demands import is_statutory
from sanhu.domains.admission.rules.returned_items import led_by_committee, parts_of_committee
from sanhu.domains.admission.rules.returns import Wanted, Words, check_wanted, faults_of, may_propose
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.services.steps import begin
from sanhu.domains.admission.tables import RETURN
from sanhu.domains.catalogue.models import AffairItem
from sanhu.domains.catalogue.queries import current_version, item_by_code, may_lead, working_calendar
from sanhu.domains.catalogue.reading import row_of
from sanhu.domains.catalogue.rules import AffairClass, LeadKind
from sanhu.domains.catalogue.services.proposal_door import lock_district
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.serials import next_in
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.queries import active_organisations
from sanhu.engines.actors import Actor
from sanhu.engines.deadlines import Fact, FactKind, Rule, Unit, compute
from sanhu.engines.decisions import ALLOWED, Decision, Refused, all_of, refuse
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar


@dataclass(frozen=True, kw_only=True)
class ReturnWish:
    """What is to leave which committee for which body, why, on what article, and what goes along.

    A task names its committee itself; `with_item` is that the item it belongs to is to lose the committees' part too.
    Without a task there is an item, and the committee that says later what came of it: a committee's own.
    """

    bearer_id: int
    reason: str
    article: str
    power_words: str
    money_words: str
    task_number: str = ""
    item_code: str = ""
    with_item: bool = False
    committee_id: int | None = None
    contradictions: tuple[str, ...] = ()
    figures: str = ""
    follows: str = ""


@dataclass(frozen=True)
class _Subject:
    """What is to go back, as it was found."""

    task: Task | None
    item: AffairItem | None
    committee: Organisation


def propose(*, actor: Actor, at: datetime, client_id: UUID, wish: ReturnWish) -> ReturnProposal:
    """Propose a return; whoever is to bear it is asked at once.

    Raises GateNotFound for a task the actor may not see or an item that is not on the list, Refused for whom and what
    the rules do not allow (X-02, X-04), for a second open proposal, and with X-17 past the loaded calendar.
    """
    once = Once(client_id=client_id, actor=actor, asked=asdict(wish), at=at)
    return queries.return_for(actor, once.answer(lambda: _propose(once, wish, at=at)))


@transaction.atomic
def _propose(once: Once, wish: ReturnWish, *, at: datetime) -> str:
    actor = once.actor
    proposer = Organisation.objects.filter(pk=actor.organisation_id or 0).first()
    _allow(may_propose(kind=SubjectKind(proposer.kind) if proposer else None, actor=actor))
    assert proposer is not None, "whoever proposes belongs somewhere"
    subject = _subject(wish, proposer, actor=actor, at=at)
    bearer = active_organisations(at).filter(district=actor.district, pk=wish.bearer_id).first()
    if bearer is None:
        raise Refused(refuse(_("承担单位：须是本区的单位"), citations=(RETURN_ARTICLE,)))
    _allow(check_wanted(_wanted(subject, bearer)))
    _check_words(wish)
    _check_first(subject, actor.district)
    proposal = _written(wish, subject, proposer=proposer, bearer=bearer, actor=actor, at=at)
    begin(proposal, event=AdmissionEvent.RETURN_PROPOSED, actor=actor, at=at)
    return once.remember(proposal.number)


def _allow(decision: Decision) -> None:
    if not decision:
        raise Refused(decision)


def _subject(wish: ReturnWish, proposer: Organisation, *, actor: Actor, at: datetime) -> _Subject:
    """Find what is meant: behind a lock, so that it is proposed once at a time."""
    if wish.task_number:
        return _of_task(wish, proposer, actor=actor, at=at)
    lock_district(actor.district)
    item = _item(actor.district, wish.item_code, at=at)
    if item is None:
        raise GateNotFound(wish.item_code)
    return _Subject(None, item, _committee(wish, proposer, at=at))


def _of_task(wish: ReturnWish, proposer: Organisation, *, actor: Actor, at: datetime) -> _Subject:
    seen = visible_tasks(actor).filter(number=wish.task_number).first()
    is_theirs = proposer.kind != SubjectKind.RESIDENTS_COMMITTEE or (seen and seen.committee_id == proposer.pk)
    if seen is None or not is_theirs:
        raise GateNotFound(wish.task_number)
    if wish.with_item:
        lock_district(actor.district)
    task = Task.objects.select_for_update(of=("self",)).select_related("application", "committee").get(pk=seen.pk)
    item = _item(actor.district, task.application.item_code, at=at) if wish.with_item else None
    if wish.with_item and item is None:
        reason = _("清单事项：这项任务没有对应的清单事项，不涉及清单修改")
        raise Refused(refuse(reason, citations=(RETURN_ARTICLE,)))
    return _Subject(task, item, task.committee)


def _item(district: str, code: str, *, at: datetime) -> AffairItem | None:
    version = current_version(district, legal_day(at))
    return item_by_code(version, code) if version and code else None


def _committee(wish: ReturnWish, proposer: Organisation, *, at: datetime) -> Organisation:
    if proposer.kind == SubjectKind.RESIDENTS_COMMITTEE:
        return proposer
    committees = active_organisations(at).filter(district=proposer.district, kind=SubjectKind.RESIDENTS_COMMITTEE)
    found = committees.filter(pk=wish.committee_id or 0).first()
    if found is None:
        raise Refused(refuse(_("居民委员会：须选择一个以后说明成效的居民委员会"), citations=(RETURN_ARTICLE,)))
    return found


def _wanted(subject: _Subject, bearer: Organisation) -> Wanted:
    task, item = subject.task, subject.item
    row = row_of(item) if item else None
    duties = list(item.duties.select_related("item")) if item else []
    parts = parts_of_committee(row) if row else ()
    return Wanted(
        committee_id=subject.committee.pk,
        bearer_id=bearer.pk,
        bearer_kind=SubjectKind(bearer.kind),
        is_government_duty=(
            (task is not None and (task.application.affair_class == AffairClass.K1 or task.is_statutory))
            or (item is not None and item.affair_class == AffairClass.K1)
            or any(duty.is_government_duty for duty in duties if duty.part in parts)
        ),
        has_task=task is not None,
        is_task_open=task is None or task.is_open,
        has_item=item is not None,
        has_part=bool(parts),
        is_statutory_item=item is not None and is_statutory(item.code) is not None,
        lawful_lead=_lawful_lead(item, bearer) if item else ALLOWED,
    )


def _lawful_lead(item: AffairItem, bearer: Organisation) -> Decision:
    """May this kind of body lead what the committees led (X-04)?"""
    led = led_by_committee(row_of(item))
    kind = LeadKind.of(bearer.kind, bearer.specialty)
    duties = item.duties.select_related("item__version__instrument")
    return all_of(*(may_lead(duty, kind) for duty in duties if duty.part in led))


def _check_words(wish: ReturnWish) -> None:
    words = Words(
        reason=wish.reason,
        figures=wish.figures,
        article=wish.article,
        power_words=wish.power_words,
        money_words=wish.money_words,
        contradictions=wish.contradictions,
    )
    if faults := faults_of(words):
        raise Refused(refuse(*faults, citations=(RETURN_ARTICLE,)))


def _check_first(subject: _Subject, district: str) -> None:
    open_one = queries.open_return_of(
        task_id=subject.task.pk if subject.task else None,
        district=district,
        item_code=subject.item.code if subject.item else "",
    )
    if open_one is not None:
        reason = gettext("同一件事已经有一件没有办完的回归建议：%(number)s") % {"number": open_one.number}
        raise Refused(refuse(reason, citations=(RETURN_ARTICLE,)))


def _written(
    wish: ReturnWish,
    subject: _Subject,
    *,
    proposer: Organisation,
    bearer: Organisation,
    actor: Actor,
    at: datetime,
) -> ReturnProposal:
    district, year, task = proposer.district, legal_day(at).year, subject.task
    due_on = _answers_due(at)
    serial = next_in(district=district, kind="return", year=year)
    return ReturnProposal.objects.create(
        number=f"{district}-{year}-R{serial:04}",
        district=district,
        proposer=proposer,
        committee=subject.committee,
        bearer=bearer,
        organ_id=task.application.organ_id if task else None,
        task=task,
        item_code=subject.item.code if subject.item else "",
        name=task.application.name if task else subject.item.name if subject.item else "",
        reason=wish.reason.strip(),
        contradictions=sorted(wish.contradictions),
        figures=wish.figures.strip(),
        article=wish.article.strip(),
        power_words=wish.power_words.strip(),
        money_words=wish.money_words.strip(),
        follows=_follows(wish, actor),
        state=RETURN.initial,
        revision=1,
        proposed_at=at,
        answer_within=settings.SANHU_RETURN_ANSWER_WORKING_DAYS,
        answers_due_on=due_on,
    )


def _answers_due(at: datetime) -> date:
    """Give the last day for an answer. Raises Refused with X-17 where it lies beyond the calendar."""
    rule = Rule(amount=settings.SANHU_RETURN_ANSWER_WORKING_DAYS, unit=Unit.WORKING_DAY)
    try:
        due_on = compute(rule, [Fact(FactKind.STARTED, at)], working_calendar(at)).due_on
    except BeyondCalendar as beyond:
        raise Refused(beyond.decision) from beyond
    assert due_on is not None, "a clock that never pauses has its day"
    return due_on


def _follows(wish: ReturnWish, actor: Actor) -> ReturnProposal | None:
    if not wish.follows:
        return None
    before = queries.visible_to(actor).filter(number=wish.follows).first()
    if before is None:
        raise GateNotFound(wish.follows)
    return before
