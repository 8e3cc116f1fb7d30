"""The parts of an item's form that come more than once: its duties, and the steps of its procedure."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from sanhu.domains.catalogue.row_faults import MOST_AMOUNT, MOST_OF_STEP
from sanhu.domains.catalogue.rows import ClockTerms, DutyRow, ItemRow, StepRow, StepUnit
from sanhu.domains.catalogue.terms import MoneySource
from sanhu.domains.catalogue.workbook import cells
from sanhu.domains.catalogue.workbook.grammar import LIST_SIGNS, items, joined
from sanhu.domains.catalogue.workbook.reading import HOURS_DO_NOT_ROLL, NO_DEMONSTRATION
from sanhu.engines.deadlines import ClockKind, Roll, Rule, Unit
from sanhu.portals.desk.forms.catalogue_cells import CellField, DraftForm, SomeField, by_line, cell, short
from sanhu.portals.matters import CLOCK_KINDS

UNITS = (
    (Unit.NATURAL_DAY, _("自然日")),
    (Unit.WORKING_DAY, _("工作日")),
    (Unit.WORKING_HOUR, _("工作时")),
    (Unit.CLOCK_HOUR, _("小时")),
    (Unit.MONTH, _("月")),
)
ROLLS = ((Roll.NONE, _("不顺延")), (Roll.NEXT_WORKDAY, _("顺延到下一个工作日")))
_MATERIAL_SIGNS = "、" + LIST_SIGNS
NAMES_OF_BODIES = "bodies"  # the page's list of names to choose from


class BlockForm(DraftForm):
    """One of several alike: left as it was offered it counts as not there."""

    def __init__(self, *args: Any, prefix: str, **kwargs: Any) -> None:
        kwargs["initial"] = {**self.offered, **(kwargs.get("initial") or {})}
        super().__init__(*args, prefix=prefix, empty_permitted=True, use_required_attribute=False, **kwargs)

    offered: Mapping[str, Any] = {}
    further: tuple[str, ...] = ()

    @property
    def is_there(self) -> bool:
        """Tell whether anything was written in it."""
        return self.has_changed()

    @property
    def shown(self) -> list[BoundField]:
        """The fields that stand open."""
        return [field for field in self.visible_fields() if field.name not in self.further]

    @property
    def folded(self) -> list[BoundField]:
        """The fields that are seldom needed."""
        return [self[name] for name in self.further]

    @property
    def is_unfolded(self) -> bool:
        """Tell whether one of those says something, or is faulty."""
        return any(field.value() or field.errors for field in self.folded)


class DutyRowForm(BlockForm):
    """One duty: who leads and helps, on what, by when."""

    offered: Mapping[str, Any] = {
        "clock_unit": Unit.NATURAL_DAY.value,
        "clock_roll": Roll.NONE.value,
        "clock_kind": ClockKind.PROMISE.value,
    }
    needed = ("leads",)
    further = ("part_en", "is_self_governance", "is_named_by_statute", "money", "evidence")

    part = cell("part")
    leads = cell("leads", widget=forms.TextInput(attrs={"list": NAMES_OF_BODIES, "autocomplete": "off"}))
    assist = cell("assist", lines=2, help_text=_("一行一个，写“单位：作用”，例如“物业服务企业：劝阻、报告”。"))
    is_government_duty = forms.BooleanField(
        label=_("政府法定职责"), help_text=_("是政府法定职责的，居民委员会不得主责。"), required=False
    )
    clock_amount = cell("clock_amount", is_required=True, help_text="", widget=short())
    clock_unit = forms.TypedChoiceField(label=_("期限单位"), choices=UNITS, coerce=Unit)
    clock_roll = forms.TypedChoiceField(label=_("末日顺延"), choices=ROLLS, coerce=Roll)
    clock_kind = forms.TypedChoiceField(
        label=_("期限性质"),
        help_text=_("只有法律法规写了数字的才是法定。"),
        choices=list(CLOCK_KINDS.items()),
        coerce=ClockKind,
    )
    clock_citation = cell("clock_citation", is_required=True)
    is_demonstration = forms.BooleanField(label=_("示范值，有待本区确定"), required=False)
    bases = cell(
        "bases",
        lines=2,
        help_text=_("一行一条，写“种类：内容”，例如“合同：物业服务合同”；种类也可以是法律条文、章程或者会议决定。"),
    )
    part_en = cell("part_en")
    is_self_governance = forms.BooleanField(label=_("自治任务"), required=False)
    is_named_by_statute = forms.BooleanField(label=_("法律法规点名由这类主体承担"), required=False)
    money = SomeField(
        label=_("任务经费"),
        help_text=_("另有经费的才选；不选的按事项的经费。"),
        choices=MoneySource.choices,
        coerce=MoneySource,
        required=False,
    )
    evidence = cell("evidence")

    def clean(self) -> dict[str, Any]:
        """Hours do not roll, and what the law gives is no demonstration."""
        said = super().clean() or {}
        unit, roll = said.get("clock_unit"), said.get("clock_roll")
        if unit and unit.is_hours and roll is Roll.NEXT_WORKDAY:
            self.add_error("clock_roll", _(HOURS_DO_NOT_ROLL))
        if said.get("clock_kind") is ClockKind.STATUTORY and said.get("is_demonstration"):
            self.add_error("is_demonstration", _(NO_DEMONSTRATION))
        return said

    def row(self, *, name: str, name_en: str) -> DutyRow:
        """What a valid form says; a duty without a name of its own has the item's."""
        said = self.cleaned_data
        clock = Rule(said["clock_amount"], said["clock_unit"], said["clock_roll"])
        return DutyRow(
            part=said["part"] or name,
            part_en=said["part_en"] if said["part"] else said["part_en"] or name_en,
            clock=ClockTerms(clock, said["clock_kind"], said["clock_citation"], said["is_demonstration"]),
            **{field: said[field] for field in _SAME_OF_DUTY},
        )


_SAME_OF_DUTY = (
    "leads",
    "assist",
    "is_government_duty",
    "is_self_governance",
    "is_named_by_statute",
    "bases",
    "money",
    "evidence",
)


def initial_of_duty(duty: DutyRow, item: ItemRow) -> dict[str, Any]:
    """A duty as its form shows it."""
    clock = duty.clock
    is_named_alike = (duty.part, duty.part_en) == (item.name, item.name_en)
    return {
        "part": "" if is_named_alike else duty.part,
        "part_en": "" if is_named_alike else duty.part_en,
        "leads": cells.say_leads(duty.leads),
        "assist": by_line(duty.assist, cells.say_assistants),
        "is_government_duty": duty.is_government_duty,
        "is_self_governance": duty.is_self_governance,
        "is_named_by_statute": duty.is_named_by_statute,
        "clock_amount": str(clock.rule.amount),
        "clock_unit": clock.rule.unit.value,
        "clock_roll": clock.rule.roll.value,
        "clock_kind": clock.kind.value,
        "clock_citation": clock.citation,
        "is_demonstration": clock.is_demonstration,
        "bases": by_line(duty.bases, cells.say_bases),
        "money": [source.value for source in duty.money],
        "evidence": duty.evidence,
    }


def _of_step(name: str, label: Any, **more: Any) -> CellField:
    return CellField(cells.text_of(MOST_OF_STEP[name][1]), label=label, **more)


class StepRowForm(BlockForm):
    """One step of the procedure: who does what with which papers, by when, and what comes of it (R44)."""

    offered: Mapping[str, Any] = {"unit": StepUnit.WORKING_DAY.value}

    name = _of_step("name", _("步骤"))
    actor = _of_step("actor", _("由谁承办"), widget=forms.TextInput(attrs={"list": NAMES_OF_BODIES}))
    materials = CellField(
        lambda text, _notes: items(text, _MATERIAL_SIGNS),
        is_list=True,
        empty=(),
        label=_("材料"),
        help_text=_("几样用“、”隔开。"),
        required=False,
    )
    limit = CellField(
        cells.number(0, MOST_AMOUNT),
        empty=0,
        label=_("时限"),
        help_text=_("不写的，随任务的期限。"),
        widget=short(),
        required=False,
    )
    unit = forms.TypedChoiceField(
        label=_("时限单位"),
        choices=[(unit.value, label) for unit, label in UNITS if unit.value in set(StepUnit)],
        coerce=StepUnit,
    )
    output = _of_step("output", _("形成的文书"), required=False)

    def row(self) -> StepRow:
        """What a valid form says."""
        said = self.cleaned_data
        return StepRow(**{name: said[name] for name in ("name", "actor", "materials", "limit", "unit", "output")})


def initial_of_step(step: StepRow) -> dict[str, Any]:
    """A step as its form shows it."""
    return {
        "name": step.name,
        "actor": step.actor,
        "materials": joined(step.materials, "、", _MATERIAL_SIGNS),
        "limit": str(step.limit or ""),
        "unit": step.unit.value,
        "output": step.output,
    }
