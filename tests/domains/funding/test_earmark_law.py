"""The law of earmarks: whatever is asked for, none owes anything, and what is left is what came in less what went.

Two projects share the accounts of two years; money comes in, is spent, waits, is signed, rejected and taken back.
"""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanhu.domains.funding.earmark_queries import earmarked_in, left_fen, left_in, received_fen
from sanhu.domains.funding.lottery_queries import figures_of, plan_of, spent_of
from sanhu.domains.funding.models import Earmark, LedgerAccount, Voucher
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.terms import FundSource
from sanhu.domains.funding.verification import check_ledger
from sanhu.engines.decisions import Refused
from tests.domains.funding.money import COMMITTEE, LIMIT, Purse
from tests.domains.funding.projects import account_of, grant, register, spend

YEARS = (2025, 2026)
AMOUNTS = st.one_of(st.integers(1, 400_000), st.sampled_from([0, -1, LIMIT - 1, LIMIT, 10_000_000_000_001]))
KINDS = ("equipment", "services_bought", "activity", "wages", "office")
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["grant", "grant", "spend", "spend", "spend", "sign", "reject", "reverse"]),
        st.integers(0, 1),
        st.sampled_from(YEARS),
        st.sampled_from(KINDS),
        AMOUNTS,
        st.integers(0, 9),
    ),
    min_size=4,
    max_size=14,
)


def attempt(deed: Callable[[], object]) -> None:
    """Try something: it is done, or refused and nothing of it is there."""
    try:
        with transaction.atomic():
            deed()
    except (Refused, FundingNotFound, LedgerAccount.DoesNotExist):
        return


def do(purse: Purse, earmark: Earmark, year: int, what: str, kind: str, fen: int, place: int) -> None:
    numbers = list(Voucher.objects.order_by("pk").values_list("number", flat=True))
    waiting = list(Voucher.objects.filter(state="waiting").order_by("pk").values_list("number", flat=True))
    match what:
        case "grant":
            attempt(lambda: grant(purse, earmark, fen, year=year))
        case "spend":
            attempt(lambda: spend(purse, account_of(earmark, year), fen, expense=kind, purpose_ref=earmark.ref))
        case "sign" if waiting:
            attempt(lambda: purse.sign(waiting[place % len(waiting)], by="秦"))
        case "reject" if waiting:
            attempt(lambda: purse.reject(waiting[place % len(waiting)], by="秦"))
        case "reverse" if numbers:
            attempt(lambda: purse.reverse(numbers[place % len(numbers)]))


@pytest.mark.covers("R63", "R53")
@settings(
    max_examples=12 if connection.vendor == "sqlite" else 5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=DEEDS)
def test_no_earmark_ever_owes_and_every_sum_agrees(purse: Purse, deeds: list[tuple[str, int, int, str, int, int]]):
    with transaction.atomic():
        one = register(purse, plan={"equipment": 2 * LIMIT, "services_bought": 500_000}).earmark
        other = register(purse, plan={"activity": 300_000}, purpose="另一个项目").earmark
        for what, which, year, kind, fen, place in deeds:
            do(purse, (one, other)[which], year, what, kind, fen, place)
            _agree(one, other)
        assert check_ledger().findings == ()
        transaction.set_rollback(True)


def _agree(*earmarks: Earmark) -> None:
    accounts = LedgerAccount.objects.filter(body__name=COMMITTEE, source=FundSource.LOTTERY)
    for earmark in earmarks:
        by_account = [left_in(earmark.ref, account) for account in accounts]
        spent = spent_of(earmark)
        assert min(by_account, default=0) >= 0
        assert sum(by_account) == left_fen(earmark) == received_fen(earmark) - sum(spent.values())
        plan = plan_of(earmark.lottery_project)
        assert all(0 <= fen <= plan[kind] for kind, fen in spent.items())
    for account in accounts:
        assert earmarked_in(account) == account.available_fen
    told = {row["number"]: row["left_fen"] for row in figures_of(earmarks[0].body_id, max(YEARS))}
    assert told == {one.number: fen for one in earmarks if (fen := left_fen(one)) or one.number in told}
