"""Admitted tasks month by month: how many of a task's minutes fall into each, and whether it had power and money then.

A task's minutes were admitted for its whole period. They are spread over its days so that the months together give the
whole, and no minute is lost; on days on which it was suspended, or had ended, none is borne.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from django.db.models import BigIntegerField, Case, CharField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Concat

from sanhu.domains.admission.models import GateStep, Instalment, PowerGrant, Task
from sanhu.domains.evaluation.months import Month, Period
from sanhu.domains.funding.models import Voucher
from sanhu.domains.funding.terms import VoucherKind, VoucherState
from sanhu.engines.legal_time import day_start, legal_day
from sanhu.engines.workdays import ONE_DAY

Span = tuple[date, date]  # from a day up to, and without, another
_PAYS = (VoucherKind.PAYMENT, VoucherKind.TRANSFER)
_IS_PAID = Q(kind__in=_PAYS) | Q(kind=VoucherKind.REVERSAL, reverses__kind__in=_PAYS)
_SUSPENDS, _RESUMES = frozenset({"suspend", "suspend_for_power"}), "resume"


@dataclass(frozen=True, slots=True)
class TaskMonth:
    """One task in one month. It had money when something of it was paid and nothing that had fallen due was unpaid.

    `due_fen` is what had fallen due by the end of what is counted, `paid_fen` how much of that had been paid.
    """

    task_id: int
    number: str
    committee_id: int
    organ_id: int
    affair_class: str
    month: Month
    minutes: int
    has_power: bool
    has_money: bool
    due_fen: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a task beside its own row."""

    stops: Mapping[str, Sequence[Span]]
    powers: Mapping[int, Sequence[Span]]
    due: Mapping[int, Sequence[tuple[date, datetime | None, int]]]
    paid: Mapping[str, Sequence[tuple[datetime, int]]]


class _Row(NamedTuple):
    """A task's own row."""

    pk: int
    number: str
    committee_id: int
    application__organ_id: int
    application__affair_class: str
    minutes: int
    starts_on: date
    ends_on: date
    in_force_at: datetime
    ended_at: datetime | None
    state: str
    grant_id: int


def task_months(tasks: QuerySet[Task], period: Period) -> Iterator[TaskMonth]:
    """Give every task of some for each month on a day of which it ran; five queries, however many there are."""
    concerned = _running(tasks, period)
    known = _Known(_stops(concerned), _powers(concerned), _due(concerned), _paid(concerned))
    for row in concerned.order_by("committee_id", "number").values_list(*_Row._fields):
        yield from _months_of(_Row(*row), known, period)


def _running(tasks: QuerySet[Task], period: Period) -> QuerySet[Task]:
    begins, ends = period.instants
    return tasks.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=begins),
        starts_on__lt=period.until,
        ends_on__gte=period.first,
        in_force_at__lt=ends,
    ).order_by()


def _months_of(task: _Row, known: _Known, period: Period) -> Iterator[TaskMonth]:
    begins, last = max(task.starts_on, legal_day(task.in_force_at)), task.ends_on + ONE_DAY
    ended = min(last, legal_day(task.ended_at)) if task.ended_at else last
    # A task that was handed over kept the minutes that were used until then; of others the rest is borne by nobody.
    whole = begins, ended if task.state == "handed_over" else last
    ref = f"task:{task.number}"
    stops, powers = known.stops.get(ref, ()), known.powers.get(task.grant_id, ())
    due, paid = known.due.get(task.pk, ()), known.paid.get(ref, ())
    for month, first, until in period.spans:
        if ended <= first or begins >= until:
            continue
        from_, to = max(begins, first), min(ended, until)
        had, owed = _money(due, paid, before=to)
        yield TaskMonth(
            task_id=task.pk,
            number=task.number,
            committee_id=task.committee_id,
            organ_id=task.application__organ_id,
            affair_class=task.application__affair_class,
            month=month,
            minutes=sum(share(task.minutes, whole=whole, part=span) for span in without((from_, to), stops)),
            has_power=not without((from_, to), powers),
            has_money=had > 0 and had >= owed,
            due_fen=owed,
            paid_fen=min(max(had, 0), owed),
        )


def share(amount: int, *, whole: Span, part: Span) -> int:
    """Give the part of an amount that falls on some days of a span, so that parts side by side give the whole.

    >>> days = [date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)]
    >>> [share(100, whole=(days[0], days[3]), part=part) for part in zip(days, days[1:])]
    [33, 33, 34]
    """
    first = whole[0].toordinal()
    length = whole[1].toordinal() - first
    return amount * (part[1].toordinal() - first) // length - amount * (part[0].toordinal() - first) // length


def without(span: Span, taken: Sequence[Span]) -> list[Span]:
    """Give what is left of a span when some others, in order, are taken from it."""
    if not taken:
        return [span]
    left, (here, end) = [], span
    for from_, to in taken:
        if to <= here or from_ >= end:
            continue
        if from_ > here:
            left.append((here, from_))
        here = max(here, to)
    return [*left, (here, end)] if here < end else left


def _money(
    due: Sequence[tuple[date, datetime | None, int]], paid: Sequence[tuple[datetime, int]], *, before: date
) -> tuple[int, int]:
    """Give what had been paid before a day, and what had fallen due."""
    moment = _begins(before)
    had = sum(amount for at, amount in paid if at < moment)
    owed = sum(
        amount
        for due_on, cancelled_at, amount in due
        if due_on < before and not (cancelled_at and cancelled_at < moment)
    )
    return had, owed


_begins = lru_cache(maxsize=1024)(day_start)


def _stops(tasks: QuerySet[Task]) -> Mapping[str, Sequence[Span]]:
    """Give the days on which tasks were suspended: from the day of the suspension to the day it was taken up again."""
    moves = GateStep.objects.filter(subject_ref__in=_refs(tasks), move__in=[*_SUSPENDS, _RESUMES])
    found: dict[str, list[Span]] = defaultdict(list)
    for ref, move, at in moves.order_by("subject_ref", "ordinal").values_list("subject_ref", "move", "at"):
        spans, day = found[ref], legal_day(at)
        if move in _SUSPENDS:
            spans.append((day, date.max))
        elif spans:
            spans[-1] = (spans[-1][0], day)
    return found


def _powers(tasks: QuerySet[Task]) -> Mapping[int, Sequence[Span]]:
    """Give the days on which tasks had power, by their latest grant: its own and those of the ones it follows."""
    holders = tasks.values("committee_id")
    rows = PowerGrant.objects.filter(holder__in=holders).values_list("pk", "valid_from", "valid_to", "follows_id")
    grants = {pk: (valid_from, valid_to + ONE_DAY, follows) for pk, valid_from, valid_to, follows in rows}
    found = {}
    for pk in grants:
        spans, here = [], pk
        while here in grants:
            valid_from, to, follows = grants[here]
            spans.append((valid_from, to))
            here = follows or 0
        found[pk] = spans[::-1]
    return found


def _due(tasks: QuerySet[Task]) -> Mapping[int, Sequence[tuple[date, datetime | None, int]]]:
    found: dict[int, list[tuple[date, datetime | None, int]]] = defaultdict(list)
    parts = Instalment.objects.filter(task__in=tasks.values("pk"))
    for task, due_on, cancelled_at, amount in parts.values_list("task_id", "due_on", "cancelled_at", "amount_fen"):
        found[task].append((due_on, cancelled_at, amount))
    return found


def _paid(tasks: QuerySet[Task]) -> Mapping[str, Sequence[tuple[datetime, int]]]:
    """Give what was paid on tasks and when; what came along from an earlier bearer counts, what was reversed does not.

    A reversal names the purpose of what it takes back. What the bearer spent of it, and what went over or back at the
    end of a year, has the same purpose and is no payment.
    """
    signed = Case(
        When(kind=VoucherKind.REVERSAL, then=-F("amount_fen")), default=F("amount_fen"), output_field=BigIntegerField()
    )
    posted = Voucher.objects.filter(_IS_PAID, state=VoucherState.POSTED, purpose_ref__in=_refs(tasks))
    rows = posted.order_by().values("purpose_ref", "settled_at").annotate(amount=Sum(signed))
    found: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for ref, settled_at, amount in rows.values_list("purpose_ref", "settled_at", "amount"):
        assert settled_at is not None, "what is posted is settled"
        found[ref].append((settled_at, amount))
    return found


def _refs(tasks: QuerySet[Task]) -> QuerySet[Task, dict[str, str]]:
    return tasks.annotate(its_ref=Concat(Value("task:"), "number", output_field=CharField())).values("its_ref")  # type: ignore[return-value]
