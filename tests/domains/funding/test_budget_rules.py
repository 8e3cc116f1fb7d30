"""The tables and the data behind budgets: total, and agreeing with each other."""

from fractions import Fraction

import pytest

from sanhu.domains.funding.budget_lines import line_rules, mandatory_lines, source_in
from sanhu.domains.funding.budget_rules import (
    Compared,
    Held,
    adjusted,
    by_line,
    by_nature,
    check_explained,
    compared,
    filled_lines,
    may_ask_adjustment,
    may_move,
    may_open,
)
from sanhu.domains.funding.budget_tables import ADJUSTMENT, BUDGET
from sanhu.domains.funding.budget_terms import AdjustmentState, SpendingNature
from sanhu.domains.funding.terms import BudgetLine
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import SYSTEM, Actor, ActorKind
from sanhu.engines.growth import Growth
from sanhu.engines.workflow import StateTable
from sanhu.portals.desk.wording import EVENTS
from tests.domains.funding.budgets import CAPITAL, COMPLETE, OFFICE, SERVICE


@pytest.mark.parametrize("table", [BUDGET, ADJUSTMENT], ids=lambda table: table.name)
def test_a_table_is_total_and_every_event_has_words(table: StateTable):
    assert table.faults() == []
    assert all(move.event in EVENTS for move in table.moves)


WALKS = {
    (): "draft",
    ("edit", "edit", "submit"): "submitted",
    ("submit", "withdraw"): "draft",
    ("submit", "reject", "edit", "submit", "approve"): "locked",
}


@pytest.mark.parametrize("moves", WALKS, ids=" ".join)
def test_where_moves_lead(moves: tuple[str, ...]):
    assert BUDGET.replay(moves) == WALKS[moves]


def test_nothing_leaves_what_is_locked_and_approving_takes_another_power_than_preparing():
    assert BUDGET.moves_from("locked") == ()
    powers = {move.code: move.permission for move in BUDGET.moves}
    assert powers == {
        "edit": Permission.FUNDING_BUDGET,
        "submit": Permission.FUNDING_BUDGET,
        "withdraw": Permission.FUNDING_BUDGET,
        "approve": Permission.FUNDING_CLOSE,
        "reject": Permission.FUNDING_CLOSE,
    }
    assert {state.code for state in ADJUSTMENT.states} == set(AdjustmentState.values)


@pytest.mark.covers("R56", "R56.1", "R56.2", "R56.3", "R56.4", "R56.5", "R56.6")
def test_the_data_names_every_line_and_the_article_s_own_list_is_mandatory():
    assert list(line_rules()) == list(BudgetLine)
    assert [rule.line.value for rule in mandatory_lines()] == ["L1", "L2", "L3", "L4", "L5a", "L5b", "L6a", "L6b"]
    assert all(bool(rule.article) == rule.is_mandatory for rule in line_rules().values())
    assert all(rule.payers_in("zh-hans") and rule.payers_in("en") for rule in line_rules().values())
    assert all(source_in("zh-hans"))
    assert source_in("en") != source_in("zh-hans")


def test_sums_by_line_and_nature_stand_in_their_order():
    amounts = {("L2", SERVICE): 5, ("L2", OFFICE): 7, ("L1", CAPITAL): 1}
    assert list(by_line(amounts).items())[:3] == [("L1", 1), ("L2", 12), ("L3", 0)]
    assert list(by_nature(amounts)) == SpendingNature.values
    assert by_nature(amounts)[OFFICE] == 7
    assert adjusted(amounts, [{("L2", SERVICE): -5}, {("L3", SERVICE): 2}]) == {
        ("L2", SERVICE): 0,
        ("L2", OFFICE): 7,
        ("L1", CAPITAL): 1,
        ("L3", SERVICE): 2,
    }


TOTAL_FALLS, TOTAL_LAGS = "总额说明：总额比上年减少，须书面说明", "总额说明：总额的增长低于参照增长率，须书面说明"
L1_LAGS = "L1 社区党组织工作经费：增长低于参照增长率，须书面说明"


@pytest.mark.covers("R51", "R57")
@pytest.mark.parametrize(
    ("before", "now", "reference", "words", "reasons"),
    [
        (100, 100, None, {}, ()),
        (100, 99, None, {}, (TOTAL_FALLS,)),
        (100, 99, None, {"": "有"}, ()),
        (100, 105, 500, {}, ()),
        (100, 105, 501, {}, (TOTAL_LAGS, L1_LAGS)),
        (100, 105, 501, {"": "有"}, (L1_LAGS,)),
        (100, 105, 501, {"": "有", "L1": "有"}, ()),
        (100, 98, -300, {}, (TOTAL_FALLS,)),  # a fall of the total is always explained
        (100, 97, -200, {}, (TOTAL_FALLS, L1_LAGS)),
    ],
)
def test_what_has_to_be_explained(
    before: int, now: int, reference: int | None, words: dict[str, str], reasons: tuple[str, ...]
):
    found = compared({("L1", OFFICE): now}, {("L1", OFFICE): before}, reference_bp=reference)
    assert check_explained(found, words).reasons == reasons


def test_a_line_that_is_new_lags_behind_nothing_and_without_a_year_before_nothing_is_asked():
    found = compared(COMPLETE, {("L1", OFFICE): 100}, reference_bp=100)
    assert found.lines_to_explain == ("L1",)
    assert found.lines["L2"] == Growth(before_fen=0, now_fen=200)
    assert isinstance(found, Compared)
    assert found.ahead == Fraction(3600 - 100, 100) - Fraction(1, 100)
    assert found.ahead_bp == 349_900
    assert compared(COMPLETE, COMPLETE, reference_bp=None).ahead is None
    assert filled_lines(COMPLETE) == (8, 8)
    assert filled_lines({("L1", OFFICE): 1, ("L7", OFFICE): 1}) == (1, 8)
    assert check_explained(None, {})


def test_an_office_with_the_power_prepares_its_own_budget_and_no_other():
    office = Actor(
        kind=ActorKind.POST,
        district="990101",
        person_id=1,
        organisation_id=7,
        permissions=frozenset({Permission.FUNDING_BUDGET, Permission.FUNDING_CLOSE, Permission.FUNDING_VIEW}),
    )
    assert may_open(district="990101", body_id=7, actor=office)
    only = ("只有财政部门或者预算单位自己可以办理",)
    for body_id in (8, None):
        assert may_open(district="990101", body_id=body_id, actor=office).reasons == only
        submitted = Held("submitted", "990101", body_id, ())
        assert may_move(submitted, move="approve", actor=office).reasons == only
    assert may_ask_adjustment(Held("locked", "990101", 7, ()), actor=office)
    assert may_move(Held("draft", "990101", 7, ()), move="edit", actor=SYSTEM).reasons == ("您的岗位没有这项权限",)
