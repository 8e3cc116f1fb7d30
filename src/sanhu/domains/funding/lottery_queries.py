"""Reading lottery projects: their plan, what was spent of it by kind, the notices of a body, and what is late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum

from sanhu.domains.funding.earmark_terms import EarmarkKind
from sanhu.domains.funding.lottery_rules import Way, due_on
from sanhu.domains.funding.models import Earmark, LotteryNotice, LotteryProject, PlannedExpense, Posting, Voucher
from sanhu.domains.funding.spending_queries import spent_by, waiting_by_expense
from sanhu.domains.funding.spending_terms import ExpenseKind
from sanhu.domains.funding.terms import Side, VoucherKind, VoucherState
from sanhu.engines.legal_time import legal_day

_GIVEN = Q(voucher__kind=VoucherKind.APPROPRIATION) | Q(voucher__reverses__kind=VoucherKind.APPROPRIATION)
_RETURNED = Q(voucher__kind=VoucherKind.RETURN) | Q(voucher__reverses__kind=VoucherKind.RETURN)


def projects_in(district: str) -> QuerySet[LotteryProject]:
    """Give a district's projects, the newest first. What was approved for whom is read by everybody."""
    found = LotteryProject.objects.filter(earmark__district=district, earmark__kind=EarmarkKind.LOTTERY_PROJECT)
    return found.select_related("earmark__body").order_by("-id")


def plan_of(project: LotteryProject) -> dict[str, int]:
    """Give a project's plan by kind of expense, in the order of the kinds."""
    planned = dict(PlannedExpense.objects.filter(project=project).values_list("expense", "amount_fen"))
    return {kind.value: planned[kind] for kind in ExpenseKind if kind in planned}


def way_of(project: LotteryProject) -> Way:
    """Give a project on its way; what waits for a second person counts as spent."""
    spent, waiting = spent_of(project.earmark), waiting_by_expense(project.earmark.ref)
    both = {kind: spent.get(kind, 0) + waiting.get(kind, 0) for kind in {*spent, *waiting}}
    return Way(first_on=project.first_on, last_on=project.last_on, plan=plan_of(project), spent=both)


def spent_of(earmark: Earmark, year: int | None = None) -> dict[str, int]:
    """Give what was spent of an earmark by kind of expense, in the order of the kinds; of one fiscal year or of all."""
    found = spent_by(_postings(earmark, year), "expense")
    return {kind.value: found[kind] for kind in ExpenseKind if kind in found}


def expected_fen(earmark: Earmark) -> int:
    """Give what of an earmark's money came in or waits for a second person to come in."""
    waiting = Voucher.objects.filter(
        purpose_ref=earmark.ref, kind=VoucherKind.APPROPRIATION, state=VoucherState.WAITING
    )
    received = _sum(_postings(earmark, None).filter(_GIVEN, side=Side.IN))
    return received + (waiting.aggregate(fen=Sum("amount_fen"))["fen"] or 0)


# --- the yearly notice


def figures_of(body_id: int, year: int) -> list[dict[str, Any]]:
    """Give what the ledger has of a body's projects in a fiscal year: one object for each project with money then.

    What is left counts every year up to then; what went over into the next one lies there, and is still left.
    """
    projects = LotteryProject.objects.filter(earmark__body=body_id).select_related("earmark").order_by("pk")
    return [figures for project in projects if (figures := _figures(project, year))]


def _figures(project: LotteryProject, year: int) -> dict[str, Any] | None:
    earmark = project.earmark
    of_year, until = _postings(earmark, year), _postings(earmark, None).filter(account__year__lte=year)
    if not until.exists():
        return None
    received = _sum(of_year.filter(_GIVEN, side=Side.IN))
    returned = -_sum(of_year.filter(_RETURNED))
    spent = spent_of(earmark, year)
    left = _sum(until.exclude(voucher__kind=VoucherKind.CARRY_OVER).exclude(_CARRIED_BACK))
    if not (received or spent or returned or left):
        return None
    return {
        "number": earmark.number,
        "purpose": earmark.purpose,
        "field": project.field,
        "received_fen": received,
        "spent": spent,
        "returned_fen": returned,
        "left_fen": left,
    }


_CARRIED_BACK = Q(voucher__reverses__kind=VoucherKind.CARRY_OVER, voucher__kind=VoucherKind.REVERSAL)


@dataclass(frozen=True)
class NoticeStanding:
    """How the notice of a year stands: published when, or by when it has to be."""

    year: int
    due_on: date
    notice: LotteryNotice | None
    today: date
    is_over: bool

    @property
    def is_late(self) -> bool:
        """Whether it was published after its day, or is not and its day is past."""
        told = legal_day(self.notice.published_at) if self.notice else self.today
        return self.is_over and told > self.due_on


def notices_of(body_id: int) -> Mapping[int, LotteryNotice]:
    """Give a body's newest notice of each year."""
    found = LotteryNotice.objects.filter(body=body_id).select_related("body", "published_by").order_by("ordinal")
    return {notice.year: notice for notice in found}


def standings_of(body_id: int, *, today: date) -> list[NoticeStanding]:
    """Give how a body's notices stand, for every year in which it has lottery money, the newest first."""
    projects = Earmark.objects.filter(body=body_id, kind=EarmarkKind.LOTTERY_PROJECT)
    refs = [earmark.ref for earmark in projects]
    years = set(
        Posting.objects.filter(account__body=body_id, voucher__purpose_ref__in=refs).values_list(
            "account__year", flat=True
        )
    )
    found = notices_of(body_id)
    return [
        NoticeStanding(
            year=year,
            due_on=due_on(year),
            notice=found.get(year),
            today=today,
            is_over=today > date(year, 12, 31),
        )
        for year in sorted(years | set(found), reverse=True)
    ]


def _postings(earmark: Earmark, year: int | None) -> QuerySet[Posting]:
    found = Posting.objects.filter(voucher__purpose_ref=earmark.ref, account__body=earmark.body_id)
    return found if year is None else found.filter(account__year=year)


def _sum(postings: QuerySet[Posting]) -> int:
    return postings.aggregate(fen=Sum("amount_fen"))["fen"] or 0
