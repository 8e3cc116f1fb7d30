"""The lines of a budget as the data file has them: which are mandatory, on what article, and who usually pays (F.3)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.terms import BudgetLine

_FILE = Path(__file__).parent / "data" / "budget_lines.json"

BUDGET_ARTICLE = _("《新时期如何构建社区事务长效管理机制》：专项经费纳入年度财政预算")
# What is not in the approved budget is not spent, and that changes by lawful procedure alone.
BUDGET_LAW = _("预算法第十三条")
PLAN_ARTICLE = _("《新时期如何构建社区事务长效管理机制》：纳入社会事业中长期发展规划")
GROWTH_ARTICLE = _("《新时期如何构建社区事务长效管理机制》：随着经济发展相应增加")
# The six items of the article's own list.
_ITEMS: Mapping[int, str] = {
    1: _("《新时期如何构建社区事务长效管理机制》专项经费第一项：社区党组织工作经费"),
    2: _("《新时期如何构建社区事务长效管理机制》专项经费第二项：社区居委会工作经费"),
    3: _("《新时期如何构建社区事务长效管理机制》专项经费第三项：社区工作站工作经费"),
    4: _("《新时期如何构建社区事务长效管理机制》专项经费第四项：社区工作人员的工资福利待遇"),
    5: _("《新时期如何构建社区事务长效管理机制》专项经费第五项：社区服务设施建设及后续管理维护经费"),
    6: _("《新时期如何构建社区事务长效管理机制》专项经费第六项：社区信息网络建设和管理维护经费"),
}


@dataclass(frozen=True)
class LineRule:
    """What the data file says of a line; one that is not of the article's list has no article."""

    line: BudgetLine
    is_mandatory: bool
    article: str
    payers: tuple[str, ...]
    payers_en: tuple[str, ...]

    def payers_in(self, language: str) -> tuple[str, ...]:
        """Give who usually pays, in the reader's language."""
        return self.payers_en if language.startswith("en") else self.payers


@lru_cache(maxsize=1)
def line_rules() -> dict[BudgetLine, LineRule]:
    """Give every line's rule, in the order of the lines. Raises ValueError or KeyError for what nobody knows."""
    return {
        rule.line: rule
        for rule in (
            LineRule(
                line=BudgetLine(row["code"]),
                is_mandatory=row["is_mandatory"],
                article=_ITEMS[row["article_item"]] if row["article_item"] else "",
                payers=tuple(row["payers"]),
                payers_en=tuple(row["payers_en"]),
            )
            for row in _data()["lines"]
        )
    }


def mandatory_lines() -> tuple[LineRule, ...]:
    """Give the lines without which a budget does not lock (R56)."""
    return tuple(rule for rule in line_rules().values() if rule.is_mandatory)


def source_in(language: str) -> tuple[str, str]:
    """Say where the list of lines and where the payers come from."""
    data, mark = _data(), "_en" if language.startswith("en") else ""
    return data[f"source{mark}"], data[f"payer_source{mark}"]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return data
