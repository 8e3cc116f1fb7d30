"""The rows of a year's end, and how whoever owns the database would alter one."""

from collections.abc import Mapping

from sanhu.domains.funding.models import CarryConsent, SettlementLine, YearSettlement
from tests.tampering.targets import LONG_AGO, Target

YEAR_END: Mapping[str, Target] = {
    "consent": Target(
        CarryConsent,
        flipped={"basis": "另一份文件"},
        fresh=lambda: {"withdrawn_at": LONG_AGO},
        dated=(CarryConsent, {"given_at": LONG_AGO}),
    ),
    "settlement": Target(
        YearSettlement,
        flipped={"reason": "另一个说明"},
        fresh=lambda: {"ordinal": 99},
        dated=(YearSettlement, {"proposed_at": LONG_AGO}),
    ),
    "settlement_line": Target(
        SettlementLine,
        flipped={"first_year": 2019},
        fresh=lambda: {"first_year": 2018, "voucher_id": None},
    ),
}
