"""The money of the demonstration district: its plan, its budgets, what was given to whom, and what was said. Invented.

Amounts of budgets are in yuan by line and nature, last year's and this year's beside each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sanhu.domains.funding.budget_terms import SpendingNature
from sanhu.domains.funding.terms import BudgetLine

_OFFICE, _SERVICE, _CAPITAL = SpendingNature.ADMINISTRATIVE, SpendingNature.SERVICE, SpendingNature.CAPITAL
_BENEFIT, _SOCIAL = SpendingNature.PUBLIC_BENEFIT, SpendingNature.SOCIAL
YUAN = 100
OFFICE = "东湖街道办事处"
CIVIL_AFFAIRS = "示范区民政局"
PUBLISHES, IS_LATE = "翠园社区居民委员会", "湖滨社区居民委员会"

Sheet = Mapping[tuple[str, str], tuple[int, int]]

DISTRICT_SHEET: Sheet = {
    (BudgetLine.L1, _OFFICE): (360_000, 380_000),
    (BudgetLine.L2, _OFFICE): (720_000, 800_000),
    (BudgetLine.L3, _OFFICE): (540_000, 570_000),
    (BudgetLine.L4, _OFFICE): (2_400_000, 2_520_000),
    (BudgetLine.L4, _SERVICE): (7_200_000, 7_680_000),
    (BudgetLine.L5A, _CAPITAL): (3_000_000, 2_600_000),
    (BudgetLine.L5B, _SERVICE): (960_000, 1_150_000),
    (BudgetLine.L6A, _CAPITAL): (800_000, 850_000),
    (BudgetLine.L6B, _SERVICE): (260_000, 300_000),
    (BudgetLine.L7, _BENEFIT): (2_400_000, 2_640_000),
    (BudgetLine.L8, _SOCIAL): (1_800_000, 2_200_000),
    (BudgetLine.L9, _SERVICE): (600_000, 660_000),
}
OFFICE_SHEET: Sheet = {
    (BudgetLine.L1, _OFFICE): (40_000, 42_000),
    (BudgetLine.L2, _OFFICE): (96_000, 104_000),
    (BudgetLine.L3, _OFFICE): (72_000, 76_000),
    (BudgetLine.L4, _SERVICE): (600_000, 640_000),
    (BudgetLine.L5A, _CAPITAL): (120_000, 130_000),
    (BudgetLine.L5B, _SERVICE): (160_000, 190_000),
    (BudgetLine.L6A, _CAPITAL): (30_000, 32_000),
    (BudgetLine.L6B, _SERVICE): (24_000, 26_000),
    (BudgetLine.L7, _BENEFIT): (80_000, 90_000),
}
# Why a line grows less than the reference, this year.
LAGGING: Mapping[str, str] = {
    BudgetLine.L5A: "上年两处社区综合服务站已建成交付，本年只余一处续建，建设经费相应减少，转为管理维护。"
}
# Of next year's draft the upkeep of facilities is still to be asked of the subdistricts.
STILL_OPEN = BudgetLine.L5B


@dataclass(frozen=True)
class Given:
    """Fiscal money of one quarter: for whom, on which line, how much."""

    body: str
    line: str
    amount_fen: int
    reason: str


@dataclass(frozen=True)
class Paid:
    """What a department pays on of it, to one community."""

    committee: str
    amount_fen: int


# The same in either quarter: below what a second person has to sign.
APPROPRIATIONS: tuple[Given, ...] = (
    Given(PUBLISHES, BudgetLine.L2, 15_000 * YUAN, "居委会工作经费，按季拨入"),
    Given(IS_LATE, BudgetLine.L2, 14_500 * YUAN, "居委会工作经费，按季拨入"),
    Given(OFFICE, BudgetLine.L5B, 42_000 * YUAN, "服务设施管理维护经费，按季拨入"),
    Given(CIVIL_AFFAIRS, BudgetLine.L7, 30_000 * YUAN, "为民服务专项经费，按季拨入"),
)
PAYMENTS: tuple[Paid, ...] = (Paid(PUBLISHES, 8_600 * YUAN), Paid(IS_LATE, 6_400 * YUAN))
PAID_LINE = BudgetLine.L7
# What the bank says of the last payment, and what it takes for itself.
BANK_SAYS_FEN, BANK_FEE_FEN = 6_040 * YUAN, 18 * YUAN
