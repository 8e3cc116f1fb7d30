"""What budget performance is made of (R53): kinds of targets, grades, what follows a poor one, and its events."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

MOST_TARGETS, MOST_NAME, MOST_UNIT, MOST_GOAL, MOST_SAID = 20, 60, 12, 500, 500
# Values are kept in thousandths: no target is told more finely, and a whole number has no binary fraction.
THOUSAND = 1000
MOST_VALUE = 1_000_000_000 * THOUSAND

PERFORMANCE_ARTICLE = gettext_noop("《项目支出绩效评价管理办法》（财预〔2020〕10号）")


class Dimension(TextChoices):
    """The first level: what the hundred points are given for, beside execution."""

    OUTPUT = "output", _("产出指标")
    BENEFIT = "benefit", _("效益指标")
    SATISFACTION = "satisfaction", _("满意度指标")


class IndicatorKind(TextChoices):
    """The second level, in the order of the forms."""

    QUANTITY = "quantity", pgettext_lazy("performance", "数量")
    QUALITY = "quality", pgettext_lazy("performance", "质量")
    TIMELINESS = "timeliness", pgettext_lazy("performance", "时效")
    COST = "cost", pgettext_lazy("performance", "成本")
    ECONOMIC = "economic", pgettext_lazy("performance", "经济效益")
    SOCIAL = "social", pgettext_lazy("performance", "社会效益")
    ECOLOGICAL = "ecological", pgettext_lazy("performance", "生态效益")
    SUSTAINABLE = "sustainable", pgettext_lazy("performance", "可持续影响")
    SATISFACTION = "satisfaction", pgettext_lazy("performance", "满意度")


class TargetDirection(TextChoices):
    """Which side of a target is good, as the engine knows it."""

    AT_LEAST = "at_least", pgettext_lazy("performance", "不少于")
    AT_MOST = "at_most", pgettext_lazy("performance", "不多于")
    DESCRIBED = "described", pgettext_lazy("performance", "定性")


class Band(TextChoices):
    """The three bands of what can only be described, the best first."""

    REACHED = "reached", _("达成目标")
    PARTLY = "partly", _("部分达成并有一定效果")
    MISSED = "missed", _("未达成且效果较差")


class Grade(TextChoices):
    """How well money was used."""

    EXCELLENT = "excellent", pgettext_lazy("performance", "优")
    GOOD = "good", pgettext_lazy("performance", "良")
    FAIR = "fair", pgettext_lazy("performance", "中")
    POOR = "poor", pgettext_lazy("performance", "差")


class FollowUp(TextChoices):
    """What follows a poor grade (F.2)."""

    REDUCE = "reduce", _("核减以后年度的预算")
    STOP = "stop", _("停止安排")


class EvaluationState(TextChoices):
    """A self-evaluation waits until another person reviews it, or gives it back to be made anew."""

    WAITING = "waiting", pgettext_lazy("evaluation", "待复核")
    REVIEWED = "reviewed", pgettext_lazy("evaluation", "已复核")
    RETURNED = "returned", pgettext_lazy("evaluation", "已退回重评")


class PerformanceEvent(TextChoices):
    """What the record says happened to the performance of a budget."""

    TARGETS_SET = "performance.targets_set", _("确定绩效目标")
    CHECKED = "performance.checked", _("绩效监控")
    EVALUATED = "performance.evaluated", _("绩效自评")
    REVIEWED = "performance.reviewed", _("复核绩效自评")
    RETURNED = "performance.returned", _("退回绩效自评")
