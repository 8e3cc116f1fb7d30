"""What each source may pay, as the data file has it: which lines and kinds of expense, what must be named (F.4)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.spending_terms import ExpenseKind
from sanhu.domains.funding.terms import BudgetLine, FundSource

_FILE = Path(__file__).parent / "data" / "source_rules.json"

# The articles the data file names, so that they are translated; a district's own stand as they are written.
SHIPPED_ARTICLES = (
    _("预算法第十三条"),
    _("分类管理办法第二十条"),
    _("彩票管理条例第三十三条"),
    _("彩票管理条例第三十六条"),
    _("慈善法第三十二条"),
    _("会计档案管理办法第十四条"),
)
TASK, EARMARK, NOTHING = "task", "earmark", ""


@dataclass(frozen=True)
class SourceRule:
    """What money of one source may pay, on which article, and how sure that is.

    `not_by_organs` are kinds of expense that a community's body may pay and an organ may not; `must_name` says what a
    spending has to be for: a task, an earmark, or nothing in particular.
    """

    source: str
    lines: frozenset[str]
    expenses: frozenset[str]
    not_by_organs: frozenset[str]
    must_name: str
    pays_government_duties: bool
    article: str
    confidence: str


@dataclass(frozen=True)
class NoticeRule:
    """Within how many days of a year's end whoever spends lottery money announces its use, and on what article."""

    article: str
    within_days: int


@dataclass(frozen=True)
class NamesRule:
    """For how many years the name of whoever was paid stays with the voucher, and on what article."""

    article: str
    kept_years: int


@lru_cache(maxsize=1)
def source_rules() -> Mapping[str, SourceRule]:
    """Give every source's rule, in the order of the sources. Raises ValueError or KeyError for what nobody knows."""
    rules = {row["source"]: _rule(row) for row in _data()["sources"]}
    return {source.value: rules[source.value] for source in FundSource}


def _rule(row: Mapping[str, Any]) -> SourceRule:
    if row["must_name"] not in {TASK, EARMARK, NOTHING}:
        raise ValueError(f"nothing is called {row['must_name']}")
    return SourceRule(
        source=FundSource(row["source"]).value,
        lines=frozenset(BudgetLine(line).value for line in row["lines"]),
        expenses=frozenset(ExpenseKind(kind).value for kind in row["expenses"]),
        not_by_organs=frozenset(ExpenseKind(kind).value for kind in row["not_by_organs"]),
        must_name=row["must_name"],
        pays_government_duties=row["pays_government_duties"],
        article=row["article"],
        confidence=row["confidence"],
    )


@lru_cache(maxsize=1)
def notice_rule() -> NoticeRule:
    """Give the rule for the yearly notice of lottery money."""
    row = _data()["lottery_notice"]
    return NoticeRule(article=row["article"], within_days=int(row["within_days"]))


@lru_cache(maxsize=1)
def names_rule() -> NamesRule:
    """Give the rule for keeping the names of whoever was paid."""
    row = _data()["payee_names"]
    return NamesRule(article=row["article"], kept_years=int(row["kept_years"]))


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return data
