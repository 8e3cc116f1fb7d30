"""What becomes of what is left, by source: the rules as a table; pots; and whether fiscal money is the main source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.domains.funding.public_account import Sums
from sanhu.domains.funding.sources_report import SourceReport, Standing, level_of
from sanhu.domains.funding.year_end_rules import Hold, Leftover, Pot, most_years, outcome_of, pots_of

# Source, does what it is for go on, has the budget office agreed, of which year is the money; and what becomes of it.
RULES = [
    ("fiscal", False, False, 2026, "return"),
    ("fiscal", False, True, 2026, "carry"),
    ("fiscal", False, True, 2025, "return"),  # its second year is over
    ("fiscal", True, False, 2026, "carry"),
    ("fiscal", True, False, 2025, "carry"),
    ("fee_follows_affair", True, False, 2026, "carry"),
    ("fee_follows_affair", True, False, 2024, "carry"),
    ("fee_follows_affair", False, False, 2026, "return"),
    ("fee_follows_affair", False, True, 2026, "return"),  # nobody may agree to anything else
    ("lottery", True, False, 2026, "carry"),
    ("lottery", False, True, 2026, "return"),
    ("paid_service", False, False, 2020, "carry"),
    ("paid_service", True, True, 2026, "carry"),
    ("social_donation", False, False, 2020, "carry"),
    ("social_donation", False, True, 2026, "carry"),
]


@pytest.mark.covers("R63")
@pytest.mark.parametrize(("source", "runs", "agreed", "first", "action"), RULES)
def test_what_becomes_of_what_is_left(source: str, runs: bool, agreed: bool, first: int, action: str):
    left = Leftover(source, first_year=first, year=2026, is_running=runs, has_consent=agreed)
    assert outcome_of(left).action == action
    assert outcome_of(left).article
    assert most_years() == 2


def test_only_young_fiscal_money_may_go_over_by_agreement():
    sources = ("fiscal", "fee_follows_affair", "lottery", "paid_service", "social_donation")
    assert [outcome_of(Leftover(one, 2026, 2026)).may_be_carried for one in sources] == [True, *[False] * 4]
    assert not outcome_of(Leftover("fiscal", 2025, 2026)).may_be_carried


# What came in and went out by purpose, what is set aside, what came over; and the pots that are left.
POTS = [
    ({"": (10, 0)}, [], {}, [Pot("", 2026, 10)]),
    ({"": (10, 10)}, [], {}, []),
    # a purpose without money of its own is met from what is for nothing in particular, what is earmarked last
    ({"": (10, 0), "task:1": (0, 4)}, [], {}, [Pot("", 2026, 6)]),
    ({"": (0, 4), "task:1": (10, 0)}, [], {}, [Pot("task:1", 2026, 6)]),
    (
        {"": (2, 0), "x": (0, 5), "task:1": (9, 0), "earmark:1": (7, 0)},
        [],
        {},
        [Pot("task:1", 2026, 6), Pot("earmark:1", 2026, 7)],
    ),
    # the oldest is spent first
    ({"": (10, 3)}, [], {"": {2025: 4}}, [Pot("", 2025, 1), Pot("", 2026, 6)]),
    ({"": (10, 5)}, [], {"": {2024: 2, 2025: 4}}, [Pot("", 2025, 1), Pot("", 2026, 4)]),
    # what is set aside is taken from its own purpose first, then from what is free, the oldest first
    ({"": (10, 0)}, [Hold(7, "task:1", 6)], {"": {2025: 4}}, [Pot("task:1", 2025, 6, 7), Pot("", 2026, 4)]),
    ({"": (5, 0), "p": (5, 0)}, [Hold(7, "p", 6)], {}, [Pot("p", 2026, 6, 7), Pot("", 2026, 4)]),
]


@pytest.mark.parametrize(("flows", "holds", "carried", "pots"), POTS)
def test_what_is_left_is_divided_by_what_it_is_for(
    flows: dict[str, tuple[int, int]], holds: list[Hold], carried: dict[str, dict[int, int]], pots: list[Pot]
):
    assert pots_of(flows, holds=holds, carried=carried, year=2026) == pots


FLOWS = st.dictionaries(
    st.sampled_from(["", "task:1", "task:2", "earmark:1"]),
    st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)),
    max_size=4,
)


@given(flows=FLOWS, old=st.integers(0, 10**9), set_aside=st.integers(0, 10**9))
def test_pots_are_what_is_left_to_the_fen(flows: dict[str, tuple[int, int]], old: int, set_aside: int):
    left = sum(income - spent for income, spent in flows.values())
    if left < 0:
        return  # an account never lets out more than came in
    holds = [Hold(1, "task:2", min(left, set_aside))] if min(left, set_aside) else []
    carried = {"": {2025: min(old, flows.get("", (0, 0))[0])}}
    pots = pots_of(flows, holds=holds, carried=carried, year=2026)
    assert sum(pot.fen for pot in pots) == left
    assert all(pot.fen > 0 for pot in pots)
    assert sum(pot.fen for pot in pots if pot.first_year == 2025 and pot.hold is None) <= carried[""][2025]


def report(**fen: int) -> SourceReport:
    return SourceReport({source: Sums(income_fen=amount) for source, amount in fen.items()})


# What came of which source; is fiscal money the largest, and how the rest stands to 5-30 per cent.
REPORTS = [
    ({}, None, Standing.NO_DATA),
    ({"fiscal": 100}, True, Standing.BELOW),
    ({"fiscal": 95, "lottery": 5}, True, Standing.WITHIN),
    ({"fiscal": 70, "lottery": 10, "paid_service": 20}, True, Standing.WITHIN),
    ({"fiscal": 69, "lottery": 11, "paid_service": 20}, True, Standing.ABOVE),
    ({"fiscal": 9_501, "lottery": 499}, True, Standing.BELOW),
    ({"fiscal": 40, "social_donation": 40, "lottery": 20}, False, Standing.ABOVE),
    ({"fee_follows_affair": 3}, False, Standing.ABOVE),
]


@pytest.mark.covers("R63")
@pytest.mark.parametrize(("fen", "is_main", "standing"), REPORTS)
def test_fiscal_money_is_the_main_source_or_that_is_said(fen: dict[str, int], is_main: bool | None, standing: Standing):
    found = report(**fen)
    assert (found.is_fiscal_largest, found.standing) == (is_main, standing)
    assert found.non_fiscal.whole_fen == sum(fen.values())
    assert {source: share.part_fen for source, share in found.income.items() if share.part_fen} == fen


def test_bodies_stand_at_their_level():
    kinds = ("functional_department", "subdistrict_office", "service_centre", "residents_committee")
    assert [level_of(kind).value for kind in kinds] == ["district", "subdistrict", "subdistrict", "community"]
