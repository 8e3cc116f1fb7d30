"""Forms of what budgets are held against: a plan with its targets, a reference rate with its source."""

import re
import unicodedata
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.funding.budget_queries import plan_as_recorded
from sanhu.domains.funding.budget_terms import MOST_NUMBER, MOST_REASON, MOST_SOURCE, MOST_TITLE
from sanhu.domains.funding.models import DevelopmentPlan
from sanhu.domains.funding.services.plans import Plan, Rate
from sanhu.domains.funding.terms import BudgetLine
from sanhu.engines.legal_time import legal_day
from sanhu.portals.desk.forms.money import YuanField
from sanhu.portals.desk.sending import SentForm

_RATE = re.compile(r"([-+]?)(\d{1,4})(?:\.(\d{1,2}))?%?", re.ASCII)
_MOST_TARGETS = 6000
_PARTS = 3


class PercentField(forms.Field):
    """A rate in per cent, cleaned to whole basis points; more than two decimals are refused, nothing is rounded."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "short"})

    def to_python(self, value: Any) -> int | None:
        """Give the basis points, or None where nothing was written."""
        text = unicodedata.normalize("NFKC", str(value or "")).replace("\u2212", "-").strip()
        if not text:
            return None
        found = _RATE.fullmatch(text)
        if found is None:
            raise ValidationError(_("要写成百分数，最多两位小数，例如 5.25。"), code="not_percent")
        points = int(found[2]) * 100 + int((found[3] or "").ljust(2, "0"))
        return -points if found[1] == "-" else points


class TargetsField(forms.CharField):
    """Targets, one on each line: year, line of the budget, yuan. Cleaned to fen by year and line."""

    def clean(self, value: Any) -> Any:
        """Give the targets. Raises ValidationError naming every line that cannot be read."""
        targets: dict[tuple[int, str], int] = {}
        faults = []
        for number, text in enumerate(str(super().clean(value)).splitlines(), start=1):
            if not text.strip():
                continue
            found = _target(text)
            if found is None:
                faults.append(
                    gettext("第 %(number)d 行：要写成“年度 科目 金额”，例如 2027 L5b 120000。") % {"number": number}
                )
            elif found[0] in targets:
                faults.append(gettext("第 %(number)d 行：这一年这个科目上面已经写过。") % {"number": number})
            else:
                targets[found[0]] = found[1]
        if faults:
            raise ValidationError(faults)
        return targets


def _target(text: str) -> tuple[tuple[int, str], int] | None:
    parts = unicodedata.normalize("NFKC", text).split()
    lines = {line.value.lower(): line.value for line in BudgetLine}
    if len(parts) != _PARTS or not re.fullmatch(r"\d{4}", parts[0], re.ASCII) or parts[1].lower() not in lines:
        return None
    try:
        fen = YuanField().clean(parts[2])
    except ValidationError:
        return None
    return ((int(parts[0]), lines[parts[1].lower()]), fen) if fen and fen > 0 else None


class _Year(forms.IntegerField):
    """A year of four digits."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label, min_value=2000, max_value=2199, widget=forms.NumberInput(attrs={"class": "short"})
        )


class PlanForm(SentForm):
    """A medium- or long-term plan: what it is called, from when to when, and its targets."""

    named = {"名称": "title", "文号": "document_number", "起止年度": "last_year", "目标": "targets"}

    title = forms.CharField(label=_("名称"), max_length=MOST_TITLE)
    document_number = forms.CharField(label=_("文号"), max_length=MOST_NUMBER)
    first_year = _Year(_("起始年度"))
    last_year = _Year(_("结束年度"))
    targets = TargetsField(
        label=_("各年目标"),
        help_text=_("一行一个：年度 科目 金额（元），例如 2027 L5b 120000。"),
        required=False,
        max_length=_MOST_TARGETS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def plan(self) -> Plan:
        """What was written, once the form is valid."""
        said = self.cleaned_data
        return Plan(
            title=said["title"],
            document_number=said["document_number"],
            first_year=said["first_year"],
            last_year=said["last_year"],
            targets=said["targets"],
        )


class PlanCorrectionForm(PlanForm):
    """A plan as it should have been recorded, and why it is corrected."""

    named = {**PlanForm.named, "更正理由": "reason"}

    reason = forms.CharField(
        label=_("更正理由"),
        help_text=_("写明登记时错在哪里；原来的登记和理由都留着。"),
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, plan: DevelopmentPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stood = plan_as_recorded(plan)
        self.initial.update({name: stood[name] for name in ("title", "document_number", "first_year", "last_year")})
        targets = plan.targets.filter(amount_fen__gt=0).order_by("year", "line")
        self.initial["targets"] = "\n".join(
            f"{one.year} {one.line} {one.amount_fen // 100}.{one.amount_fen % 100:02}" for one in targets
        )


class RateForm(SentForm):
    """By how much budgets of a year should grow at least, and where that is written."""

    named = {"年度": "year", "增长率": "rate_bp", "指标": "name", "来源": "source"}

    year = _Year(_("年度"))
    rate_bp = PercentField(label=_("增长率（%）"))
    name = forms.CharField(label=_("指标"), help_text=_("例如：区一般公共预算支出增长率。"), max_length=MOST_TITLE)
    source = forms.CharField(label=_("来源"), help_text=_("写明文件或者公报。"), max_length=MOST_SOURCE)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("year", legal_day(at).year + 1)

    def rate(self) -> Rate:
        """What was written, once the form is valid."""
        said = self.cleaned_data
        return Rate(year=said["year"], rate_bp=said["rate_bp"], name=said["name"], source=said["source"])
