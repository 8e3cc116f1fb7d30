"""The money rooms of the demonstration district: budgets, what was given and paid, a statement, a public account.

Each tale is told in one transaction and known again by what it leaves behind, as those of the gate are.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.funding.budget_rules import Cell
from sanhu.domains.funding.disclosure_rules import QUARTERS, Period
from sanhu.domains.funding.models import (
    Budget,
    BudgetAdjustment,
    DevelopmentPlan,
    Disclosure,
    LedgerAccount,
    ReferenceRate,
    Voucher,
)
from sanhu.domains.funding.services import budget_adjusting as adjusting
from sanhu.domains.funding.services import budgeting, holding, paying, plans
from sanhu.domains.funding.services.accounts import account_for
from sanhu.domains.funding.services.budget_locking import approve_budget
from sanhu.domains.funding.services.budgets import Order, appropriate
from sanhu.domains.funding.services.disclosing import disclose
from sanhu.domains.funding.terms import BudgetLine, FundSource
from sanhu.domains.subjects.queries import posts_in_force
from sanhu.engines.legal_time import legal_day
from sanhu.portals.cli.demo import money_tales as tales
from sanhu.portals.cli.demo.applying import TREASURER
from sanhu.portals.cli.demo.bank import reconcile, statements
from sanhu.portals.cli.demo.donating import play_donation
from sanhu.portals.cli.demo.performing import play_performance, set_sheets
from sanhu.portals.cli.demo.telling import DISTRICT, Telling, acting, body

TREASURY_HEAD, CIVIL_OFFICER, CHAIR_OF_COMMITTEE = "0078", "0024", "0031"
_COMMUNITY = "990101001001"
_RATE_BP = 500
_YEAR = timedelta(days=365)
_ACCOUNT, _MOST = "public account", 10_000
_OVER_FOR = timedelta(days=10)  # a quarter that was over for so long could be published
_PUBLISHED_AFTER = timedelta(days=8)
_GIVEN_ON, _PAID_ON = timedelta(days=20), timedelta(days=45)  # days into a quarter

# What a tale is called, what it leaves behind, and how it is told.
Tale = tuple[str, QuerySet[Any], Callable[[Telling], None]]


def play_money(*, as_of: datetime) -> int:
    """Tell every tale of the money that was not told yet, and give how many."""
    if not posts_in_force(as_of).filter(person__district=DISTRICT, person__staff_number=TREASURER).exists():
        return 0  # the district was founded before there was money
    told = 0
    for name, traces, tell in _tales(as_of):
        if not traces.exists():
            if name.startswith(_ACCOUNT):
                sequence(limit=_MOST)  # what is published names its place in the record
            with transaction.atomic():
                tell(Telling(name, as_of))
            told += 1
    return told + play_performance(as_of=as_of) + play_donation(as_of=as_of)


def _tales(as_of: datetime) -> Iterator[Tale]:
    this_year = legal_day(as_of).year
    number = f"示政发〔{this_year - 1}〕6号"
    ours, theirs = partial(_budgeted, sheet=tales.DISTRICT_SHEET), partial(_budgeted, sheet=tales.OFFICE_SHEET)
    if not DevelopmentPlan.objects.filter(district=DISTRICT).exists():
        yield number, DevelopmentPlan.objects.filter(document_number=number), partial(_planned, number=number)
    for year in (this_year - 1, this_year):
        rates = ReferenceRate.objects.filter(district=DISTRICT, year=year)
        yield f"reference rate {year}", rates, partial(_rated, year=year)
        for office, tell in (("", ours), (tales.OFFICE, theirs)):
            budgets = Budget.objects.filter(district=DISTRICT, year=year)
            found = budgets.filter(body__name=office) if office else budgets.filter(body=None)
            yield f"budget {year} {office}", found, partial(tell, year=year, office=office)
    drafts = Budget.objects.filter(district=DISTRICT, year=this_year + 1, body=None)
    yield f"draft {this_year + 1}", drafts, partial(_drafted, year=this_year + 1)
    adjustments = BudgetAdjustment.objects.filter(budget__district=DISTRICT, budget__year=this_year)
    yield f"adjustments {this_year}", adjustments, partial(_adjusted, year=this_year)
    for period in _two_quarters(as_of):
        basis = _basis(period)
        yield basis, Voucher.objects.filter(district=DISTRICT, basis__startswith=basis), partial(_given, period=period)
    for period in _two_quarters(as_of):
        published = Disclosure.objects.filter(area_code=_COMMUNITY, year=period.year, quarter=period.quarter)
        yield f"{_ACCOUNT} {period.code}", published, partial(_published, period=period)
    yield "statement", statements(), reconcile


def _two_quarters(as_of: datetime) -> tuple[Period, Period]:
    """The last two quarters that have been over for some days, the older first."""
    today = legal_day(as_of)
    quarters = [Period(year, quarter) for year in (today.year - 1, today.year) for quarter in QUARTERS]
    older, newer = [one for one in quarters if one.ends_on + _OVER_FOR <= today][-2:]
    return older, newer


@dataclass
class _Days:
    """Moments of a tale after one another, each on the day it is said to be on, or before where that is a weekend."""

    telling: Telling
    first: date

    def at(self, days: int, hour: float = 10) -> datetime:
        """Give an hour of the day so many days after the first."""
        day = self.first + timedelta(days=days)
        return self.telling.moment((legal_day(self.telling.as_of) - day).days, hour)


# --- budgets, and what they are held against


def _prepared_from(as_of: datetime, year: int) -> date:
    """The day on which the budget of a year was begun: soon after the district was founded, or in December."""
    founded = legal_day(as_of - _YEAR)
    if year < legal_day(as_of).year:
        return founded + timedelta(days=3)
    return max(founded + timedelta(days=10), date(year - 1, 12, 1))


def _planned(telling: Telling, *, number: str) -> None:
    first = legal_day(telling.as_of).year - 1
    at = _Days(telling, legal_day(telling.as_of - _YEAR)).at(2)
    upkeep = {BudgetLine.L5B: 900_000, BudgetLine.L6B: 250_000, BudgetLine.L7: 2_300_000}
    targets = {
        (first + later, line.value): (yuan + yuan // 10 * later) * tales.YUAN
        for later in range(5)
        for line, yuan in upkeep.items()
    }
    plan = plans.Plan(
        title="示范区社会事业发展五年规划",
        document_number=number,
        first_year=first,
        last_year=first + 4,
        targets=targets,
    )
    plans.record_plan(actor=acting(TREASURER, at), at=at, client_id=telling.next_id(), plan=plan)


def _rated(telling: Telling, *, year: int) -> None:
    at = _Days(telling, legal_day(telling.as_of - _YEAR)).at(2, 11)
    rate = plans.Rate(
        year=year,
        rate_bp=_RATE_BP,
        name="一般公共预算支出增长率",
        source=f"示范区{year}年预算编制通知（示财预〔{year - 1}〕30号）",
    )
    plans.record_rate(actor=acting(TREASURER, at), at=at, client_id=telling.next_id(), rate=rate)


def _amounts(sheet: tales.Sheet, *, is_last: bool) -> dict[Cell, int]:
    return {cell: (last if is_last else this) * tales.YUAN for cell, (last, this) in sheet.items()}


def _budgeted(telling: Telling, *, sheet: tales.Sheet, year: int, office: str) -> None:
    """Prepare a budget, submit it, and let another person approve it."""
    is_last = year < legal_day(telling.as_of).year
    days = _Days(telling, _prepared_from(telling.as_of, year))
    why = {} if is_last or office else dict(tales.LAGGING)
    number = _drawn_up(telling, days, _amounts(sheet, is_last=is_last), year=year, office=office, why=why)
    if not office:
        set_sheets(telling, number, days.at(2, 9))
    at = days.at(2, 15)
    budgeting.submit_budget(actor=acting(TREASURER, at), at=at, client_id=telling.next_id(), number=number)
    at = days.at(5)
    words = "经区政府常务会议审定，同意。"
    head = acting(TREASURY_HEAD, at)
    approve_budget(actor=head, at=at, client_id=telling.next_id(), number=number, words=words)


def _drawn_up(
    telling: Telling, days: _Days, amounts: Mapping[Cell, int], *, year: int, office: str = "", why: Mapping[str, str]
) -> str:
    """Begin a budget and write its amounts; give its number."""
    at = days.at(0)
    officer, body_id = acting(TREASURER, at), body(office).pk if office else None
    opened = budgeting.open_budget(actor=officer, at=at, client_id=telling.next_id(), year=year, body_id=body_id)
    covering = DevelopmentPlan.objects.filter(district=DISTRICT, first_year__lte=year, last_year__gte=year)
    plan_id = covering.values_list("pk", flat=True).first()
    draft = budgeting.Draft(amounts=amounts, explanations=why, plan_id=plan_id)
    at = days.at(1, 14)
    budgeting.edit_budget(actor=officer, at=at, client_id=telling.next_id(), number=opened.number, draft=draft)
    return opened.number


def _drafted(telling: Telling, *, year: int) -> None:
    """Begin next year's budget; a mandatory line still has nothing on it."""
    amounts = _amounts(tales.DISTRICT_SHEET, is_last=False)
    written = {cell: fen + fen // 10 for cell, fen in amounts.items() if cell[0] != tales.STILL_OPEN}
    _drawn_up(telling, _Days(telling, legal_day(telling.moment(7))), written, year=year, why={})


def _adjusted(telling: Telling, *, year: int) -> None:
    """Adjust this year's budget once, and ask for it a second time."""
    number = Budget.objects.get(district=DISTRICT, year=year, body=None).number
    capital = (BudgetLine.L5A.value, "capital")
    upkeep = (BudgetLine.L5B.value, "service")
    network = (BudgetLine.L6B.value, "service")
    first = adjusting.Wish(
        changes={capital: -100_000 * tales.YUAN, upkeep: 100_000 * tales.YUAN},
        document_number=f"示财预〔{year}〕41号",
        reason="续建项目结算节余，转作已建成站点的管理维护。",
    )
    asked = _asked(telling, number, first, ago=18)
    at = telling.moment(15)
    adjusting.settle_adjustment(
        actor=acting(TREASURY_HEAD, at),
        at=at,
        client_id=telling.next_id(),
        number=number,
        position=asked.position,
        answer=adjusting.Answer("approve"),
    )
    second = adjusting.Wish(
        changes={network: 40_000 * tales.YUAN},
        document_number=f"示财预〔{year}〕47号",
        reason="社区信息平台线路扩容，维护经费不足。",
    )
    _asked(telling, number, second, ago=4)


def _asked(telling: Telling, number: str, wish: adjusting.Wish, *, ago: int) -> BudgetAdjustment:
    at = telling.moment(ago)
    officer = acting(TREASURER, at)
    return adjusting.ask_adjustment(actor=officer, at=at, client_id=telling.next_id(), number=number, wish=wish)


# --- what was given and paid, and published


def _basis(period: Period) -> str:
    return f"示财预〔{period.year}〕5{period.quarter}号"


def _given(telling: Telling, *, period: Period) -> None:
    """Appropriate a quarter's fiscal money, and let a department pay some of it on to two communities."""
    days = _Days(telling, period.starts_on)
    at = days.at(_GIVEN_ON.days)
    officer = acting(TREASURER, at)
    for ordinal, given in enumerate(tales.APPROPRIATIONS, start=1):
        order = Order(
            body_id=body(given.body).pk,
            source=FundSource.FISCAL,
            line=given.line,
            year=period.year,
            amount_fen=given.amount_fen,
            basis=f"{_basis(period)}-{ordinal}",
            reason=given.reason,
            draft_id=telling.scanned(officer, at),
        )
        appropriate(actor=officer, at=at + timedelta(minutes=ordinal), client_id=telling.next_id(), order=order)
    _paid_on(telling, days, period)


def _paid_on(telling: Telling, days: _Days, period: Period) -> None:
    at = days.at(_PAID_ON.days)
    officer = acting(CIVIL_OFFICER, at)
    account = _account(tales.CIVIL_AFFAIRS, period)
    for ordinal, paid in enumerate(tales.PAYMENTS, start=1):
        moment = at + timedelta(minutes=ordinal)
        wish = holding.Wish(
            account_id=account.pk,
            payee_id=_receiving(paid.committee, period, moment).pk,
            amount_fen=paid.amount_fen,
            purpose_ref=f"project:示民服〔{period.year}〕{period.quarter}号",
        )
        held = holding.reserve(actor=officer, at=moment, client_id=telling.next_id(), wish=wish)
        paying.ask_payment(
            reservation=held,
            amount_fen=paid.amount_fen,
            basis=f"示民拨〔{period.year}〕{period.quarter}{ordinal}号",
            reason="为民服务专项经费，按季拨付",
            draft_id=telling.scanned(officer, moment),
            actor=officer,
            at=moment,
        )


def _account(name: str, period: Period) -> LedgerAccount:
    return LedgerAccount.objects.get(body=body(name), source=FundSource.FISCAL, line=tales.PAID_LINE, year=period.year)


def _receiving(name: str, period: Period, at: datetime) -> LedgerAccount:
    return account_for(
        district=DISTRICT,
        body_id=body(name).pk,
        source=FundSource.FISCAL,
        line=tales.PAID_LINE,
        year=period.year,
        actor=acting(TREASURER, at),
        at=at,
    )


def _published(telling: Telling, *, period: Period) -> None:
    """Let one committee publish its account; the others are late."""
    after = legal_day(telling.as_of) - (period.ends_on + _PUBLISHED_AFTER)
    at = telling.moment(after.days, 15)
    chair = acting(CHAIR_OF_COMMITTEE, at)
    disclose(actor=chair, at=at, client_id=telling.next_id(), area_code=_COMMUNITY, period=period)
