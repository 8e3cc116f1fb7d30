"""What the fields of an application are called (B.8), and which of them it cannot be submitted without."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

LABELS: Mapping[str, str] = {
    "name": _("事项名称"),
    "affair_class": _("类别"),
    "item_code": _("清单事项编号"),
    "legal_basis": _("法律依据"),
    "necessity": _("必要性"),
    "content": _("协助内容"),
    "boundary": _("协助边界"),
    "acts": _("协助行为"),
    "starts_on": _("开始日期"),
    "ends_on": _("结束日期"),
    "frequency": _("频次"),
    "minutes_each": _("每个社区的工作量（分钟）"),
    "power_kind": _("权限来源"),
    "power_article": _("权限依据"),
    "power_scope": _("权限范围"),
    "training": _("培训"),
    "systems": _("信息系统"),
    "data_fields": _("需采集或者填报的数据项"),
    "cost_basis": _("经费标准"),
    "amount_each_fen": _("每个社区的经费"),
    "source": _("资金来源"),
    "line": _("预算科目"),
    "instalments": _("拨付时点"),
    "assessment": _("考核要求"),
    "exit_terms": _("退出条件"),
    "committees": _("请求协助的居民委员会"),
    "renews": _("续期的原申请"),
}

# A draft may leave these empty, an application may not; what is left out here is empty where there is nothing to say.
REQUIRED = (
    "name",
    "affair_class",
    "legal_basis",
    "necessity",
    "content",
    "boundary",
    "acts",
    "frequency",
    "minutes_each",
    "power_kind",
    "power_article",
    "power_scope",
    "training",
    "cost_basis",
    "amount_each_fen",
    "source",
    "line",
    "instalments",
    "exit_terms",
    "committees",
)
