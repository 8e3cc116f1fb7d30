"""Forms of budget performance: a sheet of targets at once, what is expected and reached of each, and the review."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.funding.models import PerformanceTarget
from sanhu.domains.funding.performance_queries import LinePerformance
from sanhu.domains.funding.performance_rules import Reached, Verdict, Wished
from sanhu.domains.funding.performance_scheme import dimension_of, scheme
from sanhu.domains.funding.performance_terms import (
    MOST_GOAL,
    MOST_NAME,
    MOST_SAID,
    MOST_UNIT,
    FollowUp,
    Grade,
    IndicatorKind,
    TargetDirection,
)
from sanhu.domains.funding.services.performance import SheetWish
from sanhu.portals.desk.sending import SentForm
from sanhu.portals.performance import number_words, target_words

ROWS = 12
_NUMBER = re.compile(r"\d{1,10}(?:\.\d{1,3})?", re.ASCII)
_CELLS = ("kind", "name", "unit", "direction", "value", "points")
CONFIRM, RETURN = "confirm", "return"


class NumberField(forms.Field):
    """A value above or at 0 with at most three decimals, cleaned to whole thousandths; nothing is rounded."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "short"})

    def to_python(self, value: Any) -> int | None:
        """Give the thousandths, or None where nothing was written."""
        text = unicodedata.normalize("NFKC", str(value or "")).replace(",", "").removesuffix("%").strip()
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise ValidationError(_("要写成数字，最多三位小数，例如 95 或者 8.5。"), code="not_number")
        return int(Decimal(text).scaleb(3))

    def prepare_value(self, value: Any) -> Any:
        """Write thousandths as they are asked for; what somebody typed stays as it was typed."""
        return number_words(value) if isinstance(value, int) else value


@dataclass(frozen=True)
class Row:
    """A row of the sheet: its number and its fields with their heads."""

    number: int
    cells: tuple[tuple[str, BoundField], ...]


def kind_choices() -> list[tuple[str, Any]]:
    """Give the kinds under their dimensions, each with the points it shares in."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for kind in IndicatorKind:
        dimension = dimension_of()[kind.value]
        label = gettext("%(dimension)s（%(points)d 分）") % {
            "dimension": dimension.label,
            "points": scheme().dimensions[dimension.value],
        }
        groups.setdefault(label, []).append((kind.value, kind.label))
    return [("", "—"), *groups.items()]


class SheetForm(SentForm):
    """The targets of a line, all at once; rows that are left empty are none."""

    named = {"总体目标": "goal"}

    goal = forms.CharField(
        label=_("总体目标"),
        help_text=_("这笔钱今年要做成什么，一两句话。"),
        max_length=MOST_GOAL,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    ordinal = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, found: LinePerformance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(
            ordinal=found.sheet.ordinal if found.sheet else 0, goal=found.sheet.goal if found.sheet else ""
        )
        for number in range(1, ROWS + 1):
            for name, (label, field) in _fields().items():
                field.label = gettext("第 %(number)d 行，%(cell)s") % {"number": number, "cell": label}
                field.widget.attrs["aria-label"] = field.label
                self.fields[f"{name}_{number}"] = field
        for number, target in enumerate(found.targets[:ROWS], start=1):
            for name in _CELLS:
                self.initial[f"{name}_{number}"] = getattr(target, name)

    @staticmethod
    def heads() -> list[str]:
        """Give the heads of the columns."""
        return [str(label) for label, _field in _fields().values()]

    def rows(self) -> Iterator[Row]:
        """Give the rows with their fields."""
        heads = self.heads()
        for number in range(1, ROWS + 1):
            yield Row(number, tuple(zip(heads, (self[f"{name}_{number}"] for name in _CELLS), strict=True)))

    def clean(self) -> dict[str, Any]:
        """Number what was filled in, so that a refusal of the third target finds its row."""
        said = super().clean() or self.cleaned_data
        filled = [number for number in range(1, ROWS + 1) if _is_filled(said, number)]
        rows = {_nth(place): f"name_{number}" for place, number in enumerate(filled, start=1)}
        self.named = {**type(self).named, **rows}
        for number in filled:
            for name in ("kind", "direction"):
                if not said.get(f"{name}_{number}") and f"{name}_{number}" not in self.errors:
                    self.add_error(f"{name}_{number}", ValidationError(_("请选一个。"), code="required"))
        self.filled = filled
        return said

    def wish(self) -> SheetWish:
        """What was written, once the form is valid."""
        said = self.cleaned_data
        targets = [
            Wished(
                kind=said[f"kind_{number}"],
                name=said[f"name_{number}"],
                unit=said[f"unit_{number}"],
                direction=said[f"direction_{number}"],
                value=said[f"value_{number}"],
                points=said[f"points_{number}"] or 0,
            )
            for number in self.filled
        ]
        return SheetWish(said["goal"], targets)


def _nth(number: int) -> str:
    """Name a target as refusals do, before their colon."""
    return gettext("第 %(number)d 项") % {"number": number}


def _is_filled(said: dict[str, Any], number: int) -> bool:
    return any(said.get(f"{name}_{number}") not in (None, "") for name in _CELLS)


def _fields() -> dict[str, tuple[Any, forms.Field]]:
    """Give the fields of one row with their heads, in their order."""
    directions = [("", "—"), *TargetDirection.choices]
    return {
        "kind": (_("类别"), forms.ChoiceField(choices=kind_choices(), required=False)),
        "name": (_("指标"), forms.CharField(max_length=MOST_NAME, required=False)),
        "unit": (_("单位"), _short(forms.CharField(max_length=MOST_UNIT, required=False))),
        "direction": (_("要求"), forms.ChoiceField(choices=directions, required=False)),
        "value": (_("目标值"), NumberField(required=False)),
        "points": (_("分值"), _short(forms.IntegerField(min_value=1, max_value=100, required=False))),
    }


def _short(field: forms.Field) -> forms.Field:
    field.widget.attrs["class"] = "short"
    return field


@dataclass(frozen=True)
class ValueRow:
    """A target beside what is asked about it."""

    number: int
    target: PerformanceTarget
    meant: str
    value: BoundField
    words: BoundField


class _ValuesForm(SentForm):
    """A value and words for each target of a sheet."""

    words_needed = True
    ordinal = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, found: LinePerformance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets: Sequence[PerformanceTarget] = found.targets
        self.initial["ordinal"] = found.sheet.ordinal if found.sheet else 0
        rows: dict[str, str] = {}
        for number, target in enumerate(self.targets, start=1):
            value, words = NumberField(), forms.CharField(max_length=MOST_SAID, required=self.words_needed)
            value.label = gettext("%(name)s，数值") % {"name": target.name}
            words.label = gettext("%(name)s，说明") % {"name": target.name}
            words.widget = forms.Textarea(attrs={"rows": 2})
            for field in (value, words):
                field.widget.attrs["aria-label"] = field.label
            self.fields[f"value_{number}"], self.fields[f"words_{number}"] = value, words
            rows[_nth(number)] = f"words_{number}"
        self.named = {**type(self).named, **rows}

    def rows(self) -> Iterator[ValueRow]:
        """Give the targets with their fields."""
        for number, target in enumerate(self.targets, start=1):
            fields = self[f"value_{number}"], self[f"words_{number}"]
            yield ValueRow(number, target, target_words(target), *fields)

    def plain_fields(self) -> Iterator[BoundField]:
        """Give the fields that stand outside the table."""
        return (field for field in self.visible_fields() if not field.name.startswith(("value_", "words_")))

    def values(self) -> list[Reached]:
        """What was written, once the form is valid."""
        said = self.cleaned_data
        numbers = range(1, len(self.targets) + 1)
        return [Reached(said[f"value_{number}"], said[f"words_{number}"]) for number in numbers]


class CheckForm(_ValuesForm):
    """What is expected of each target by the end of the year."""

    words_needed = False


class EvaluateForm(_ValuesForm):
    """What was reached of each target, and of the whole."""

    named = {"总体完成情况": "summary"}

    summary = forms.CharField(label=_("总体完成情况"), max_length=MOST_SAID, widget=forms.Textarea(attrs={"rows": 3}))


class ReviewForm(SentForm):
    """Whether a self-evaluation stands, with which grade, and what follows a poor one."""

    named = {"理由": "reason", "等级": "grade", "怎样处理": "follow_up", "处理的办法": "follow_words"}

    move = forms.ChoiceField(
        label=_("您的决定"),
        choices=[(CONFIRM, _("复核通过")), (RETURN, _("退回重评"))],
        widget=forms.RadioSelect,
    )
    grade = forms.ChoiceField(
        label=_("等级"), help_text=_("和得分算出的等级不一样的，写明理由。"), choices=Grade.choices
    )
    reason = forms.CharField(
        label=_("理由"),
        help_text=_("退回或者改动等级的，必须写。"),
        max_length=MOST_SAID,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    follow_up = forms.ChoiceField(
        label=_("怎样处理"),
        help_text=_("只有评为“差”的才选。"),
        choices=[("", _("不处理")), *FollowUp.choices],
        required=False,
    )
    follow_words = forms.CharField(
        label=_("处理的办法"),
        help_text=_("评为“差”的，写明从哪一年起、怎样核减或者停止。"),
        max_length=MOST_SAID,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, computed: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("grade", computed)

    def verdict(self) -> Verdict:
        """What was decided, once the form is valid."""
        said = self.cleaned_data
        if said["move"] == RETURN:
            return Verdict(confirms=False, reason=said["reason"])
        return Verdict(
            confirms=True,
            grade=said["grade"],
            reason=said["reason"],
            follow_up=said["follow_up"],
            follow_words=said["follow_words"],
        )
