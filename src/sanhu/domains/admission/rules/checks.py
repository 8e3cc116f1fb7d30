"""The checks before any person reads an application: everything that speaks against it, all at once (R37, B.8)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.application_fields import LABELS
from sanhu.domains.admission.parties import ADMISSION_ARTICLE, MONEY_ARTICLE
from sanhu.domains.admission.rules.bans import find_banned, find_held, find_words
from sanhu.domains.admission.rules.findings import CheckFinding
from sanhu.domains.catalogue.acts import Act, HeldField, plain_name
from sanhu.domains.funding.rules import check_source
from sanhu.engines.money import in_yuan
from sanhu.engines.workdays import ONE_DAY, BeyondCalendar, WorkCalendar

NO_MONEY = "X-08"
# 全国年节及纪念日放假办法: so many days of a year nobody works, whatever the weekends around them become.
_HOLIDAYS, _YEAR = 13, 365
_WEEKEND = 5


@dataclass(frozen=True)
class Standards:
    """The district's numbers, all of them configuration."""

    apply_before_working_days: int
    staff_minutes_a_day: int
    assisting_percent: int
    cost_fen_a_minute: int
    first_payment_within_days: int


@dataclass(frozen=True)
class Admitted:
    """A task in force at a committee, as far as another one may meet it."""

    number: str
    name: str
    item_code: str
    starts_on: date
    ends_on: date
    minutes: int


@dataclass(frozen=True)
class Community:
    """A committee that is asked: how many people could help, and what they help with already."""

    name: str
    staff: int
    tasks: tuple[Admitted, ...] = ()
    is_active: bool = True


@dataclass(frozen=True)
class Predecessor:
    """What is to be renewed: its last day, and whether it still is an admission that was not taken back."""

    ends_on: date
    is_renewable: bool


@dataclass(frozen=True)
class Facts:
    """All a check reads. `given` tells of each field that must be there whether it is; `texts` are the free words."""

    today: date
    calendar: WorkCalendar
    standards: Standards
    given: Mapping[str, bool]
    texts: Mapping[str, str]
    name: str
    item_code: str
    acts: tuple[Act, ...]
    data_fields: tuple[str, ...]
    starts_on: date
    ends_on: date
    minutes_each: int
    amount_each_fen: int
    source: str
    line: str
    instalments: tuple[tuple[date, int], ...]
    communities: tuple[Community, ...]
    predecessor: Predecessor | None = None
    hinting_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    held_fields: tuple[HeldField, ...] = ()


def check(facts: Facts) -> tuple[CheckFinding, ...]:
    """Give everything the checks find, refusals and hints, in the order of the form."""
    return (
        *_missing(facts),
        *_too_late(facts),
        *_renewal(facts),
        *find_banned(facts.acts),
        *find_words(facts.texts, facts.hinting_words),
        *find_held(facts.data_fields, facts.held_fields),
        *against_tasks(facts),
        *_money_short(facts),
        *_instalments(facts),
        *_source(facts),
    )


def against_tasks(facts: Facts) -> tuple[CheckFinding, ...]:
    """Give what the tasks already in force at the committees speak against: doubles, and people's time."""
    return (*_inactive(facts), *_doubles(facts), *_beyond_staff(facts))


def _missing(facts: Facts) -> Iterator[CheckFinding]:
    for name, is_given in facts.given.items():
        if not is_given:
            figures = {"field": LABELS[name]}
            yield CheckFinding(name, _("%(field)s：不能为空"), citation=ADMISSION_ARTICLE, figures=figures)


def _too_late(facts: Facts) -> Iterator[CheckFinding]:
    """An application comes in so many working days before the help begins; beyond the calendar nobody can count."""
    days = facts.standards.apply_before_working_days
    figures = {"days": str(days)}
    try:
        earliest = facts.calendar.add(facts.today, days)
    except BeyondCalendar as beyond:
        if facts.starts_on > facts.calendar.last or facts.today > facts.calendar.last:
            decision = beyond.decision
            yield CheckFinding("starts_on", decision.reasons[0], citation=ADMISSION_ARTICLE, code=decision.code)
        else:
            reason = _("开始日期：须在提交之日起 %(days)s 个工作日以后")
            yield CheckFinding("starts_on", reason, citation=ADMISSION_ARTICLE, figures=figures)
        return
    if facts.starts_on < earliest:
        reason = _("开始日期：须在提交之日起 %(days)s 个工作日以后，最早 %(earliest)s")
        figures["earliest"] = earliest.isoformat()
        yield CheckFinding("starts_on", reason, citation=ADMISSION_ARTICLE, figures=figures)


def _renewal(facts: Facts) -> Iterator[CheckFinding]:
    before = facts.predecessor
    if before is None:
        return
    if not before.is_renewable:
        reason = _("续期的原申请：须为本单位已生效或者已到期的申请")
        yield CheckFinding("renews", reason, citation=ADMISSION_ARTICLE)
    if facts.starts_on <= before.ends_on:
        reason = _("开始日期：续期须在原准入结束之后，即 %(day)s 以后开始")
        figures = {"day": before.ends_on.isoformat()}
        yield CheckFinding("starts_on", reason, citation=ADMISSION_ARTICLE, figures=figures)


def _inactive(facts: Facts) -> Iterator[CheckFinding]:
    for community in facts.communities:
        if not community.is_active:
            reason = _("请求协助的居民委员会：%(committee)s已经撤销")
            figures = {"committee": community.name}
            yield CheckFinding("committees", reason, citation=ADMISSION_ARTICLE, figures=figures)


def _doubles(facts: Facts) -> Iterator[CheckFinding]:
    wanted = plain_name(facts.name)
    for community in facts.communities:
        for task in community.tasks:
            is_same = wanted == plain_name(task.name) or (bool(facts.item_code) and facts.item_code == task.item_code)
            if is_same and overlap(facts, task):
                reason = _("事项重复：%(committee)s在这一期间已有同一事项的协助任务 %(task)s")
                figures = {"committee": community.name, "task": task.number}
                yield CheckFinding("name", reason, citation=ADMISSION_ARTICLE, figures=figures)


def overlap(facts: Facts, task: Admitted) -> int:
    """Count the days on which both would run."""
    return max(0, (min(facts.ends_on, task.ends_on) - max(facts.starts_on, task.starts_on)).days + 1)


def _beyond_staff(facts: Facts) -> Iterator[CheckFinding]:
    """What a community's people may give to assistance, less what admitted tasks take of it in the same period."""
    standards = facts.standards
    days = working_days(facts.calendar, facts.starts_on, facts.ends_on)
    for community in facts.communities:
        capacity = community.staff * standards.staff_minutes_a_day * days * standards.assisting_percent // 100
        taken = sum(_share(facts, task) for task in community.tasks)
        if facts.minutes_each + taken > capacity:
            reason = _(
                "工作量：%(committee)s在这一期间可用于协助的时间为 %(capacity)s 分钟，"
                "已准入的任务占 %(taken)s 分钟，本申请需要 %(wanted)s 分钟，超出人力"
            )
            figures = {
                "committee": community.name,
                "capacity": str(capacity),
                "taken": str(taken),
                "wanted": str(facts.minutes_each),
            }
            yield CheckFinding("minutes_each", reason, citation=ADMISSION_ARTICLE, figures=figures)


def _share(facts: Facts, task: Admitted) -> int:
    """The part of a task's minutes that falls into the period, rounded up."""
    days = (task.ends_on - task.starts_on).days + 1
    return -(-task.minutes * overlap(facts, task) // days)


def working_days(calendar: WorkCalendar, first: date, last: date) -> int:
    """Count the working days from one day to another, both included.

    This weighs people's time and sets no deadline. Beyond the calendar no announcement says yet which days are off, so
    there weekdays count, less the law's thirteen holidays a year.
    """
    known = calendar.count(first - ONE_DAY, min(last, calendar.last)) if calendar.first < first <= calendar.last else 0
    unknown_from = max(first, calendar.last + ONE_DAY)
    length = max(0, (last - unknown_from).days + 1)
    weekdays = sum((unknown_from + timedelta(days=day)).weekday() < _WEEKEND for day in range(length))
    return known + max(0, weekdays + -length * _HOLIDAYS // _YEAR)


def _money_short(facts: Facts) -> Iterator[CheckFinding]:
    needed = facts.minutes_each * facts.standards.cost_fen_a_minute
    if facts.amount_each_fen < needed:
        reason = _("经费：按本区每分钟 %(standard)s 的标准，每个社区需要 %(needed)s，申请只有 %(amount)s")
        figures = {
            "standard": in_yuan(facts.standards.cost_fen_a_minute),
            "needed": in_yuan(needed),
            "amount": in_yuan(facts.amount_each_fen),
        }
        yield CheckFinding("amount_each_fen", reason, citation=MONEY_ARTICLE, code=NO_MONEY, figures=figures)


def _instalments(facts: Facts) -> Iterator[CheckFinding]:
    if not facts.instalments:
        return
    days, total = [day for day, _amount in facts.instalments], sum(amount for _day, amount in facts.instalments)
    if total != facts.amount_each_fen:
        reason = _("拨付时点：各期合计 %(total)s，与每个社区的经费 %(amount)s 不一致")
        figures = {"total": in_yuan(total), "amount": in_yuan(facts.amount_each_fen)}
        yield CheckFinding("instalments", reason, citation=MONEY_ARTICLE, figures=figures)
    if min(days) < facts.starts_on or max(days) > facts.ends_on:
        yield CheckFinding("instalments", _("拨付时点：每期须在协助期限以内"), citation=MONEY_ARTICLE)
    within = facts.standards.first_payment_within_days
    if min(days) > facts.starts_on + timedelta(days=within):
        reason = _("拨付时点：第一期不得晚于开始后 %(days)s 天")
        figures = {"days": str(within)}
        yield CheckFinding("instalments", reason, citation=MONEY_ARTICLE, figures=figures)


def _source(facts: Facts) -> Iterator[CheckFinding]:
    """What a committee is asked to help with is a government duty, so the government pays (R55)."""
    if not (facts.source and facts.line):
        return
    decision = check_source(source=facts.source, line=facts.line, is_government_duty=True)
    for reason in decision.reasons:
        yield CheckFinding(
            "source", reason, citation=decision.citations[0] if decision.citations else "", code=decision.code
        )
