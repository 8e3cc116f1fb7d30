"""What two lines of the demonstration's budget are meant to achieve, and how that stood in the autumn. Invented."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from sanhu.domains.funding.budget_queries import locked_budget
from sanhu.domains.funding.models import PerformanceCheck
from sanhu.domains.funding.performance_rules import Reached, Wished
from sanhu.domains.funding.performance_terms import IndicatorKind, TargetDirection
from sanhu.domains.funding.services.performance import LineRef, SheetWish, check_line, set_targets
from sanhu.domains.funding.terms import BudgetLine
from sanhu.engines.legal_time import legal_day
from sanhu.portals.cli.demo.applying import TREASURER
from sanhu.portals.cli.demo.telling import DISTRICT, Telling, acting

_AT_LEAST, _AT_MOST, _DESCRIBED = TargetDirection
_CHECKED_DAYS_AGO = 40
SHEETS: Mapping[BudgetLine, SheetWish] = {
    BudgetLine.L5B: SheetWish(
        "全区社区服务设施按月检修，坏了及时修好，居民随时能用。",
        (
            Wished(IndicatorKind.QUANTITY, "设施检修", "次", _AT_LEAST, 144_000, 15),
            Wished(IndicatorKind.TIMELINESS, "报修三日内修好", "%", _AT_LEAST, 95_000, 20),
            Wished(IndicatorKind.COST, "每平方米维护费用", "元", _AT_MOST, 28_000, 15),
            Wished(IndicatorKind.SOCIAL, "每周开放时间", "小时", _AT_LEAST, 56_000, 20),
            Wished(IndicatorKind.SUSTAINABLE, "维护责任落实到人", "", _DESCRIBED, None, 10),
            Wished(IndicatorKind.SATISFACTION, "使用居民满意度", "%", _AT_LEAST, 90_000, 10),
        ),
    ),
    BudgetLine.L7: SheetWish(
        "每个社区的为民服务项目由居民提出、商定，当年做完。",
        (
            Wished(IndicatorKind.QUANTITY, "完成的为民服务项目", "个", _AT_LEAST, 36_000, 25),
            Wished(IndicatorKind.QUALITY, "验收一次通过", "%", _AT_LEAST, 90_000, 25),
            Wished(IndicatorKind.SOCIAL, "参加商定的居民", "人次", _AT_LEAST, 2_400_000, 30),
            Wished(IndicatorKind.SATISFACTION, "受益居民满意度", "%", _AT_LEAST, 90_000, 10),
        ),
    ),
}
_EXPECTED: Mapping[BudgetLine, tuple[Reached, ...]] = {
    BudgetLine.L5B: (
        Reached(144_000, ""),
        Reached(88_000, "两处站点的维修单位换了，九月起才有人到场。已按合同催办，十一月补修完。"),
        Reached(26_500, ""),
        Reached(56_000, ""),
        Reached(85_000, "新交付的两处站点还没有指定维护人，本月底前由街道指定。"),
        Reached(91_000, ""),
    ),
    BudgetLine.L7: (Reached(37_000, ""), Reached(92_000, ""), Reached(2_600_000, ""), Reached(92_000, "")),
}


def set_sheets(telling: Telling, number: str, at: datetime) -> None:
    """Set the targets of a budget that is still a draft."""
    for line, wish in SHEETS.items():
        of = LineRef(number, line.value)
        set_targets(actor=acting(TREASURER, at), at=at, client_id=telling.next_id(), of=of, wish=wish)


def play_performance(*, as_of: datetime) -> int:
    """Say how this year's targets stand, where they were set and nobody has said so yet; give how often."""
    budget = locked_budget(district=DISTRICT, year=legal_day(as_of).year, body_id=None)
    if budget is None:
        return 0
    told = 0
    for line, expected in _EXPECTED.items():
        is_set = budget.sheets.filter(line=line).exists()
        if is_set and not PerformanceCheck.objects.filter(sheet__budget=budget, sheet__line=line).exists():
            telling = Telling(f"performance {budget.number} {line.value}", as_of)
            at = telling.moment(_CHECKED_DAYS_AGO, 15)
            of = LineRef(budget.number, line.value)
            with transaction.atomic():
                officer = acting(TREASURER, at)
                check_line(actor=officer, at=at, client_id=telling.next_id(), of=of, expected=expected)
            told += 1
    return told
