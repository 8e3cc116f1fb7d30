"""Forms of budgets: all lines at once, in yuan by line and nature; their moves; what is adjusted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.funding.budget_lines import line_rules
from sanhu.domains.funding.budget_queries import comes_to, locked_budget, plans_visible_to
from sanhu.domains.funding.budget_rules import Cell, by_line
from sanhu.domains.funding.budget_tables import APPROVER
from sanhu.domains.funding.budget_terms import MOST_NUMBER, MOST_WORDS, SpendingNature
from sanhu.domains.funding.models import Budget, DevelopmentPlan
from sanhu.domains.funding.services.budget_adjusting import Answer, Wish
from sanhu.domains.funding.services.budgeting import Draft
from sanhu.domains.funding.terms import BudgetLine
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.queries import active_organisations
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workflow import Move
from sanhu.portals.desk.forms.money import YuanField
from sanhu.portals.desk.sending import SentForm

TOTAL = "why_total"


@dataclass(frozen=True)
class GridRow:
    """A line of the form: what it is, its amounts by nature, what stands there now, and why it lags, if asked."""

    line: BudgetLine
    is_mandatory: bool
    payers: tuple[str, ...]
    cells: tuple[tuple[str, BoundField, int], ...]
    why: BoundField | None
    before_fen: int | None

    @property
    def present_fen(self) -> int:
        """What stands on the line now."""
        return sum(fen for _label, _field, fen in self.cells)


def _cell(line: BudgetLine, nature: SpendingNature) -> str:
    return f"fen_{line.value}_{nature.value}"


class GridForm(SentForm):
    """A form with an amount for every line and nature."""

    is_signed = False
    before: Mapping[str, int] = {}

    def __init__(self, *args: Any, present: Mapping[Cell, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present
        for line in BudgetLine:
            for nature in SpendingNature:
                label = gettext("%(line)s，%(nature)s") % {"line": line.label, "nature": nature.label}
                field = YuanField(label=label, required=False)
                field.widget.attrs["aria-label"] = label
                self.fields[_cell(line, nature)] = field

    @staticmethod
    def natures() -> list[str]:
        """Give the heads of the columns."""
        return [str(nature.label) for nature in SpendingNature]

    @cached_property
    def rows(self) -> list[GridRow]:
        """Give the lines with their fields."""
        language = get_language() or ""
        return [
            GridRow(
                line=line,
                is_mandatory=rule.is_mandatory,
                payers=rule.payers_in(language),
                cells=tuple(
                    (str(nature.label), self[_cell(line, nature)], self.present.get((line.value, nature.value), 0))
                    for nature in SpendingNature
                ),
                why=self[f"why_{line.value}"] if f"why_{line.value}" in self.fields else None,
                before_fen=self.before.get(line.value),
            )
            for line, rule in line_rules().items()
        ]

    def plain_fields(self) -> Iterator[BoundField]:
        """Give the fields that stand outside the table."""
        inside = {_cell(line, nature) for line in BudgetLine for nature in SpendingNature}
        inside |= {f"why_{line.value}" for line in BudgetLine}
        return (field for field in self.visible_fields() if field.name not in inside)

    def amounts(self) -> dict[Cell, int]:
        """Give what was written, without what is empty or nothing."""
        said = {
            (line.value, nature.value): self.cleaned_data[_cell(line, nature)]
            for line in BudgetLine
            for nature in SpendingNature
        }
        return {cell: fen for cell, fen in said.items() if fen}

    def clean(self) -> dict[str, Any]:
        """Name each amount that is below nothing, where nothing may be taken away."""
        said = super().clean() or self.cleaned_data
        for name, value in list(said.items()):
            if name.startswith("fen_") and not self.is_signed and value is not None and value < 0:
                self.add_error(name, ValidationError(_("不能小于 0。"), code="below_zero"))
        return said


class BudgetNewForm(SentForm):
    """For which year and whom a budget is begun."""

    named = {"年度": "year", "单位": "body_id"}

    year = forms.IntegerField(
        label=_("年度"), min_value=2000, max_value=2199, widget=forms.NumberInput(attrs={"class": "short"})
    )
    body_id = forms.TypedChoiceField(
        label=_("哪一级"), coerce=int, empty_value=None, required=False, help_text=_("每一级每年一份。")
    )

    def __init__(self, *args: Any, actor: Actor, at: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("year", legal_day(at).year + 1)
        offices = active_organisations(at).filter(district=actor.district, kind=SubjectKind.SUBDISTRICT_OFFICE)
        body = self.fields["body_id"]
        assert isinstance(body, forms.TypedChoiceField), "declared above"
        body.choices = [("", _("区本级")), *offices.order_by("name", "id").values_list("pk", "name")]


class BudgetForm(GridForm):
    """A draft as a whole: the plan it is linked to, every amount, and why what falls or lags does."""

    named = {"规划": "plan_id", "总额说明": TOTAL}

    plan_id = forms.TypedChoiceField(
        label=_("所属中长期规划"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("没有的可以不选，页面上会写明。"),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    why_total = forms.CharField(
        label=_("总额说明"),
        help_text=_("总额比上年减少，或者增长低于参照增长率的，写明原因。"),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, budget: Budget, actor: Actor, explanations: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        last = locked_budget(district=budget.district, year=budget.year - 1, body_id=budget.body_id)
        self.before = by_line(comes_to(last)) if last else {}
        self.initial.update(revision=budget.revision, plan_id=budget.plan_id)
        self.initial[TOTAL] = explanations.get("", "")
        for (line, nature), fen in self.present.items():
            self.initial[f"fen_{line}_{nature}"] = fen
        for line in BudgetLine:
            label = gettext("%(line)s，增长低于参照的原因") % {"line": line.label}
            field = forms.CharField(label=label, required=False, max_length=MOST_WORDS)
            field.widget.attrs["aria-label"] = label
            self.fields[f"why_{line.value}"] = field
            self.initial[f"why_{line.value}"] = explanations.get(line.value, "")
        plans = plans_visible_to(actor).filter(first_year__lte=budget.year, last_year__gte=budget.year)
        plan = self.fields["plan_id"]
        assert isinstance(plan, forms.TypedChoiceField), "declared above"
        plan.choices = [("", _("没有")), *((one.pk, plan_words(one)) for one in plans.order_by("-first_year", "pk"))]

    def draft(self) -> Draft:
        """What was written, once the form is valid."""
        said = self.cleaned_data
        words = {line.value: said[f"why_{line.value}"].strip() for line in BudgetLine} | {"": said[TOTAL].strip()}
        return Draft(
            amounts=self.amounts(),
            explanations={line: text for line, text in words.items() if text},
            plan_id=said["plan_id"],
        )


class BudgetMoveForm(SentForm):
    """The move of a budget as it stood when the form was opened."""

    named = {"理由": "reason", "意见": "reason"}

    reason = forms.CharField(
        label=_("理由"), max_length=MOST_WORDS, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, budget: Budget, move: Move, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("revision", budget.revision)
        self.fields["reason"].required = move.needs_reason
        if move.party != APPROVER:
            del self.fields["reason"]
        elif not move.needs_reason:
            self.fields["reason"].label = _("批准意见")


class AdjustmentForm(GridForm):
    """What is to change in a locked budget: on what document, why, and by how much more or less."""

    is_signed = True
    named = {"文号": "document_number", "理由": "reason"}

    document_number = forms.CharField(
        label=_("依据文件的文号"), help_text=_("例如：示财预〔2027〕3号。"), max_length=MOST_NUMBER
    )
    reason = forms.CharField(label=_("为什么调整"), max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 3}))

    def wish(self) -> Wish:
        """What was asked for, once the form is valid."""
        said = self.cleaned_data
        return Wish(changes=self.amounts(), document_number=said["document_number"], reason=said["reason"])


class AdjustmentAnswerForm(SentForm):
    """Yes or no to an adjustment."""

    named = {"理由": "reason"}

    move = forms.ChoiceField(
        label=_("您的决定"),
        choices=[("approve", _("批准调整")), ("reject", _("不予批准"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("理由"),
        help_text=_("不予批准的，必须写。"),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def answer(self) -> Answer:
        """What was decided, once the form is valid."""
        return Answer(self.cleaned_data["move"], self.cleaned_data["reason"])


def plan_words(plan: DevelopmentPlan) -> str:
    """Name a plan by its title, document and years."""
    return gettext("%(title)s（%(number)s，%(first)d—%(last)d 年）") % {
        "title": plan.title,
        "number": plan.document_number,
        "first": plan.first_year,
        "last": plan.last_year,
    }
