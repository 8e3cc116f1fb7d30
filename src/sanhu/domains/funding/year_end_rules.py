"""What becomes of money that is left at the end of a year, by its source (F.4). No models are imported here.

Nothing crosses source, line or body. Under each purpose an account's money is a pot of its own; a purpose for which
more went out than came in was met from the money that was for nothing in particular. The oldest money goes first.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.earmark_terms import EARMARK_PREFIX
from sanhu.domains.funding.rules import LOTTERY_ARTICLE, MONEY_ARTICLE, NOT_PERMITTED
from sanhu.domains.funding.terms import FundSource
from sanhu.domains.funding.year_end_terms import SettlementState, YearEndAction
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse

TASK_PREFIX = "task:"
YEAR_END_ARTICLE = _("预算法第四十二条")
_DONOR_ARTICLE = _("慈善法：捐赠财产按约定的用途使用")
_ARTICLES: Mapping[str, str] = {
    FundSource.FISCAL: YEAR_END_ARTICLE,
    FundSource.FEE_FOLLOWS_AFFAIR: MONEY_ARTICLE,
    FundSource.LOTTERY: LOTTERY_ARTICLE,
    FundSource.PAID_SERVICE: MONEY_ARTICLE,
    FundSource.SOCIAL_DONATION: _DONOR_ARTICLE,
}
_USUAL: Mapping[str, str] = {
    FundSource.FISCAL: _("财政资金没有用完的交回财政；预算部门同意的，可以结转"),
    FundSource.FEE_FOLLOWS_AFFAIR: _("任务已经结束，或者没有对应的任务，余额交回"),
    FundSource.LOTTERY: _("项目已经结束，或者没有对应的项目，余额交回"),
    FundSource.PAID_SERVICE: _("有偿服务的收入归本单位，结转下年"),
    FundSource.SOCIAL_DONATION: _("捐赠按捐赠人的用途结转下年，不交回财政，不转给别的单位"),
}
_RUNNING = _("任务、项目还在进行，余额随任务、项目结转")
_CONSENTED = _("预算部门同意结转")
_TOO_OLD = _("已经满最长年限，不能再结转，交回")
OWN_SETTLEMENT = _("第二人须是另一个人：自己提出的结算不能自己签批，换岗位也不行")


@dataclass(frozen=True)
class Leftover:
    """Money that is left at the end of `year`: its source, its first year, and whether what it is for goes on."""

    source: str
    first_year: int
    year: int
    is_running: bool = False
    has_consent: bool = False


@dataclass(frozen=True)
class Outcome:
    """What becomes of it, why, on what article, and whether the budget office could let it go over instead."""

    action: YearEndAction
    reason: str
    article: str
    may_be_carried: bool = False


def outcome_of(leftover: Leftover) -> Outcome:
    """Say what becomes of what is left.

    >>> outcome_of(Leftover("fiscal", first_year=2026, year=2026)).action.value
    'return'
    >>> outcome_of(Leftover("fiscal", first_year=2026, year=2026, has_consent=True)).action.value
    'carry'
    >>> outcome_of(Leftover("fiscal", first_year=2025, year=2026, has_consent=True)).action.value
    'return'
    """
    rule, article = _rules()["sources"][leftover.source], _ARTICLES[leftover.source]
    if leftover.is_running and rule["while_running"] != rule["usual"]:
        return Outcome(YearEndAction(rule["while_running"]), _RUNNING, article)
    is_young = leftover.year - leftover.first_year + 1 < most_years()
    if rule["on_consent"] and leftover.has_consent:
        if is_young:
            return Outcome(YearEndAction(rule["on_consent"]), _CONSENTED, article, may_be_carried=True)
        return Outcome(YearEndAction(rule["usual"]), _TOO_OLD, article)
    may_be_carried = bool(rule["on_consent"]) and is_young
    reason = _TOO_OLD if rule["on_consent"] and not is_young else _USUAL[leftover.source]
    return Outcome(YearEndAction(rule["usual"]), reason, article, may_be_carried=may_be_carried)


def rules_by_source() -> list[tuple[FundSource, str, str]]:
    """Give what becomes of what is left, source by source, with the article."""
    return [(source, _USUAL[source], _ARTICLES[source]) for source in FundSource]


def most_years() -> int:
    """Give for how many years fiscal money may be used at most, the one it was given for among them."""
    return int(_rules()["most_years"])


def rules_source() -> str:
    """Say where the rules come from."""
    return str(_rules()["source_zh"])


@cache
def _rules() -> dict[str, Any]:
    text = resources.files("sanhu.domains.funding").joinpath("data/year_end.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


# --- what is left, by what it is for


@dataclass(frozen=True)
class Hold:
    """Money of an account that is set aside for a purpose."""

    key: int
    purpose_ref: str
    fen: int


@dataclass(frozen=True)
class Pot:
    """What of an account is left under a purpose, since which year, and whether it is set aside."""

    purpose_ref: str
    first_year: int
    fen: int
    hold: int | None = None


Flows = Mapping[str, tuple[int, int]]
"""What came in and what went out under each purpose, in fen, neither less than nothing."""


def pots_of(flows: Flows, *, holds: Sequence[Hold], carried: Mapping[str, Mapping[int, int]], year: int) -> list[Pot]:
    """Divide what is left of an account by what it is for, and by the year since which it is there.

    `carried` says what of the income came over from the year before, by purpose and by the money's first year.

    >>> found = pots_of({"": (1000, 0), "task:1": (0, 300)}, holds=[Hold(7, "task:2", 200)], carried={}, year=2026)
    >>> [(pot.purpose_ref, pot.fen, pot.hold) for pot in found]
    [('task:2', 200, 7), ('', 500, None)]
    """
    left = {purpose: income - spent for purpose, (income, spent) in flows.items()}
    lacking = sum(-fen for fen in left.values() if fen < 0)
    kept = {purpose: max(0, fen) for purpose, fen in left.items()}
    layers = {
        purpose: _layers(flows[purpose][0], kept[purpose], carried.get(purpose, {}), year=year)
        for purpose in sorted(kept, key=_free_first)
    }
    _take(layers, lacking, first="")
    found = []
    for hold in holds:
        since = _take(layers, hold.fen, first=hold.purpose_ref)
        found.append(Pot(hold.purpose_ref, since or year, hold.fen, hold.key))
    return found + [
        Pot(purpose, first_year, fen)
        for purpose, by_year in layers.items()
        for first_year, fen in sorted(by_year.items())
        if fen
    ]


def _free_first(purpose: str) -> tuple[bool, bool, str]:
    """Order purposes by how freely their money may be used: what is earmarked comes last."""
    return purpose.startswith(EARMARK_PREFIX), bool(purpose), purpose


def _layers(income: int, left: int, carried: Mapping[int, int], *, year: int) -> dict[int, int]:
    """Give what is left by its first year, when the oldest was spent first."""
    found = dict(sorted(carried.items()))
    found[year] = found.get(year, 0) + max(0, income - sum(carried.values()))
    _spend(found, sum(found.values()) - left)
    return found


def _spend(layers: dict[int, int], fen: int) -> int | None:
    """Take from the oldest first; give the first year of what was taken."""
    since = None
    for first_year in sorted(layers):
        taken = min(fen, layers[first_year])
        if taken:
            layers[first_year] -= taken
            fen -= taken
            since = since or first_year
    return since


def _take(layers: Mapping[str, dict[int, int]], fen: int, *, first: str) -> int | None:
    """Take from one purpose first, then from what is freest; give the oldest first year of what was taken."""
    years = []
    for purpose in sorted(layers, key=lambda one: (one != first, _free_first(one))):
        taken = min(fen, sum(layers[purpose].values()))
        if taken and (since := _spend(layers[purpose], taken)):
            years.append(since)
        fen -= taken
    return min(years, default=None)


# --- who may


def may_propose(actor: Actor) -> Decision:
    """May this person say what becomes of what is left?"""
    is_person = actor.kind is ActorKind.POST and actor.person_id is not None
    if is_person and (actor.may(Permission.FUNDING_BUDGET) or actor.may(Permission.FUNDING_CLOSE)):
        return ALLOWED
    return refuse(NOT_PERMITTED, citations=(YEAR_END_ARTICLE,))


def may_consent(actor: Actor) -> Decision:
    """May this person say for the budget office that fiscal money goes over?"""
    is_person = actor.kind is ActorKind.POST and actor.person_id is not None
    if is_person and actor.may(Permission.FUNDING_BUDGET):
        return ALLOWED
    return refuse(NOT_PERMITTED, citations=(YEAR_END_ARTICLE,))


def may_sign_settlement(*, state: str, proposed_by: frozenset[int], actor: Actor) -> Decision:
    """May this person be the second one, for yes or for no?"""
    if state != SettlementState.WAITING:
        return refuse(_("这份结算已经签批过，或者没有通过"))
    if actor.kind is not ActorKind.POST or actor.person_id is None or not actor.may(Permission.FUNDING_CLOSE):
        return refuse(NOT_PERMITTED, citations=(YEAR_END_ARTICLE,))
    if actor.persons & proposed_by:
        return refuse(OWN_SETTLEMENT, citations=(YEAR_END_ARTICLE,))
    return ALLOWED
