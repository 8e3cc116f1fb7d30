"""Every kind of row of earmarks, spending and lottery projects, and how its owner would alter one."""

from collections.abc import Mapping

from sanhu.domains.funding.models import Earmark, LotteryNotice, LotteryProject, PlannedExpense, Spending, Voucher
from tests.tampering.targets import LONG_AGO, Columns, Target


def _of_no_spending() -> Columns:
    """A voucher that is no spending; each tells of its own."""
    return {"voucher_id": Voucher.objects.filter(spending__isnull=True).values_list("pk", flat=True)[0]}


def _of_no_project() -> Columns:
    """An earmark that no project tells of."""
    return {"earmark_id": 10**6}


# A plan's rows have no date of their own: the project has.
UNDATED = {"planned expense"}
SPENDING: Mapping[str, Target] = {
    "earmark": Target(
        Earmark,
        flipped={"purpose": "另一个用途"},
        fresh=lambda: {"number": "990101-2099-Z0099"},
        dated=(Earmark, {"opened_at": LONG_AGO}),
    ),
    "lottery project": Target(
        LotteryProject,
        flipped={"document_number": "另一个文号"},
        fresh=_of_no_project,
        dated=(LotteryProject, {"approved_on": LONG_AGO.date()}),
    ),
    "planned expense": Target(
        PlannedExpense, flipped={"amount_fen": 9_999_999}, fresh=lambda: {"expense": "materials"}
    ),
    "spending": Target(
        Spending,
        flipped={"nature": "capital"},
        fresh=_of_no_spending,
        dated=(Voucher, {"asked_at": LONG_AGO}),
    ),
    "lottery notice": Target(
        LotteryNotice,
        flipped={"words": "另一种说法"},
        fresh=lambda: {"ordinal": 99},
        dated=(LotteryNotice, {"published_at": LONG_AGO}),
    ),
}
