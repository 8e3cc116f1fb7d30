"""The gate of the demonstration district: money, applications on their way, and demands, made through the services.

Each tale is told in one transaction and known again by what it is about, so that a stop in between loses nothing and a
second start doubles nothing.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from sanhu.domains.admission.models import Application, Demand, ReturnProposal
from sanhu.domains.admission.services import demand_moves
from sanhu.domains.admission.services.demand_moves import DemandMove
from sanhu.domains.admission.services.demands import DemandWords, record_demand
from sanhu.domains.funding.models import Voucher
from sanhu.domains.funding.services import paying
from sanhu.domains.funding.services.budgets import Order, appropriate
from sanhu.domains.funding.terms import BudgetLine, FundSource
from sanhu.domains.subjects.queries import posts_in_force
from sanhu.engines.legal_time import legal_day
from sanhu.portals.cli.demo.applying import CHAIR, TREASURER, apply_for, first_day
from sanhu.portals.cli.demo.gate_tales import BUDGETS, WANTS, WISHES, Budget, Want
from sanhu.portals.cli.demo.returning import RETURNS, go_home
from sanhu.portals.cli.demo.telling import DISTRICT, Telling, acting, body

_TREASURY_HEAD = "0078"

# What a tale is called, what it leaves behind, and how it is told.
Tale = tuple[str, QuerySet[Any], Callable[[Telling], None]]


def play_gate(*, as_of: datetime) -> int:
    """Tell every tale of the gate that was not told yet, and give how many."""
    if not posts_in_force(as_of).filter(person__district=DISTRICT, person__staff_number=CHAIR).exists():
        return 0  # the district was founded before there was a gate
    told = 0
    for name, traces, tell in _tales(as_of):
        if not traces.filter(district=DISTRICT).exists():
            with transaction.atomic():
                tell(Telling(name, as_of))
            told += 1
    return told


def _tales(as_of: datetime) -> Iterator[Tale]:
    years = _years(as_of)
    for budget in BUDGETS:
        for year in years[-1:] if budget.waits else years:
            basis = budget.basis(year)
            yield basis, Voucher.objects.filter(basis=basis), partial(_budgeted, budget=budget, year=year)
    for wish in WISHES:
        yield wish.name, Application.objects.filter(name=wish.name), partial(apply_for, wish=wish)
    for tale in RETURNS:
        traces = ReturnProposal.objects.filter(name=tale.task)
        yield f"回归{tale.task}", traces, partial(go_home, tale=tale)
    for want in WANTS:
        yield want.name, Demand.objects.filter(name=want.name), partial(_demanded, want=want)


def _years(as_of: datetime) -> range:
    """The years in which the money of the applications is paid: this one, the next, early in a year the last too."""
    today = legal_day(as_of)
    return range(min(today.year, *(first_day(wish, as_of).year for wish in WISHES)), today.year + 2)


def _budgeted(telling: Telling, *, budget: Budget, year: int) -> None:
    """Appropriate a department's money of a year; what needs a second person is signed, or waits for them."""
    at = telling.moment(budget.ago)
    officer = acting(TREASURER, at)
    order = Order(
        body_id=body(budget.organ).pk,
        source=FundSource.FEE_FOLLOWS_AFFAIR,
        line=BudgetLine.L9,
        year=year,
        amount_fen=budget.amount_fen,
        basis=budget.basis(year),
        reason=budget.reason,
        draft_id=telling.scanned(officer, at),
    )
    voucher = appropriate(actor=officer, at=at, client_id=telling.next_id(), order=order)
    if voucher.needs_second and not budget.waits:
        signed = telling.moment(budget.ago, 15)
        head = acting(_TREASURY_HEAD, signed)
        paying.sign(actor=head, at=signed, client_id=telling.next_id(), number=voucher.number)


# --- demands


def _demanded(telling: Telling, *, want: Want) -> None:
    """Take down a demand at its committee; the organ may have made an application of it since."""
    at = telling.moment(want.ago)
    wish = DemandWords(
        organ_id=body(want.organ).pk,
        channel=want.channel,
        received_at=telling.moment(want.ago, 9),
        name=want.name,
        words=want.words,
        minutes=want.minutes,
        has_power=False,
        money_fen=0,
        has_staff=False,
        item_code=want.item_code,
        is_emergency=bool(want.emergency_basis),
        emergency_basis=want.emergency_basis,
    )
    member = acting(want.member, at)
    demand = record_demand(actor=member, at=at, client_id=telling.next_id(), wish=wish)
    if want.converted_by:
        later = telling.moment(want.converted_ago, 14)
        request = DemandMove(move="convert", revision=demand.revision)
        officer = acting(want.converted_by, later)
        demand_moves.make_move(
            actor=officer, at=later, client_id=telling.next_id(), number=demand.number, request=request
        )
