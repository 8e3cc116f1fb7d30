"""The form of one item of a proposal: what the four questions of R1 ask, read as the district's sheet is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sanhu.domains.catalogue.decision_key import Proposed, explain, propose_class
from sanhu.domains.catalogue.models.item import CLASS_CHOICES
from sanhu.domains.catalogue.rows import ItemRow, as_data, item_row
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.catalogue.terms import Boundary, MoneySource, Origin, Publicity, Purpose
from sanhu.domains.catalogue.workbook import cells
from sanhu.domains.catalogue.workbook.faults import Notes
from sanhu.domains.catalogue.workbook.grammar import joined
from sanhu.domains.catalogue.workbook.reading import CLASS_AGAINST_CODE
from sanhu.portals.desk.forms.catalogue_cells import DraftForm, SomeField, by_line, cell, short
from sanhu.portals.desk.submitting import OnceForm

_SALT = "sanhu.desk.proposal_item"


def _nature_choices() -> list[tuple[str, Any]]:
    """The questions of the decision key in their order, each by the word a sheet has for a yes; last that none is."""
    said = {word: cells.nature(word, Notes()) for word in cells.NATURE_WORDS}
    asked = {word: explain(nature) if nature else None for word, nature in said.items()}
    return [(word, question.label if question else _("都不是：目前不算社区事务")) for word, question in asked.items()]


class NatureField(forms.MultipleChoiceField):
    """The answers to the decision key (B.0): those that are yes; nothing chosen is not yet judged."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        """Give the answers, read as the sheet's cell."""
        chosen = super().clean(value)
        notes = Notes()
        said = cells.nature("；".join(chosen), notes)
        if said is not None and len(chosen) > len(_words_of(said)):
            raise forms.ValidationError(_("答案互相矛盾：“都不是”不能和别的同选，商品房小区和其他小区只能选一个。"))
        return said


def _words_of(nature: Any) -> list[str]:
    return cells.say_nature(nature).split("；") if nature else []


class ItemForm(DraftForm, OnceForm):
    """What is said of the item as a whole. Of an item that is there already, code and class stay."""

    needed = ("definition", "purposes", "legal_basis")

    code = cell(
        "code",
        is_required=True,
        help_text=_("类别、短横和数字，例如 K1-01。"),
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    affair_class = forms.TypedChoiceField(
        label=_("类别"), choices=[("", _("请选择类别")), *CLASS_CHOICES], coerce=AffairClass
    )
    name = cell("name", is_required=True)
    name_en = cell("name_en", help_text="")
    definition = cell("definition", lines=2)
    purposes = SomeField(label=_("目的"), choices=Purpose.choices, coerce=Purpose, required=False)
    is_public_nature = forms.BooleanField(
        label=_("是公共事务"), help_text=_("纯属私人或者商业的，不能列入清单。"), required=False
    )
    boundary = forms.TypedChoiceField(label=_("边界"), choices=Boundary.choices, coerce=Boundary)
    boundary_evidence = cell("boundary_evidence")
    nature = NatureField(
        label=_("归类判断"),
        help_text=_("从上往下问，第一个“是”决定类别；没有判断的不选。"),
        choices=_nature_choices,
        required=False,
    )
    origin = forms.TypedChoiceField(
        label=_("由何而来"), choices=[("", _("请选择由来")), *Origin.choices], coerce=Origin
    )
    legal_basis = cell("legal_basis", lines=3, help_text=_("文件名和条款，一行一条。"))
    needs_record = cell("needs_record")
    former_bearer = cell("former_bearer")
    money = SomeField(label=_("经费来源"), choices=MoneySource.choices, coerce=MoneySource, required=False)
    indicators = cell("indicators", lines=2, help_text=_("怎样算办好，一行一条；不写的按类别的指标。"))
    review_months = cell("review_months", widget=short())
    end_rule = cell("end_rule")
    publicity = forms.TypedChoiceField(
        label=_("公开方式"), choices=[("", _("请选择谁能看到办件")), *Publicity.choices], coerce=Publicity
    )
    certificates = cell(
        "certificates",
        lines=2,
        help_text=_("办理时要居民委员会开具的证明，一行一项；二十项不应开具的会被拒绝。"),
    )
    asked_data = cell(
        "asked_data",
        lines=2,
        help_text=_("办理时要居民或者居民委员会填报的信息，一行一项；已经掌握或者可以核验的会被拒绝。"),
    )
    source_lead = cell("source_lead", lines=1, help_text="")
    deadline_text = cell("deadline_text", lines=1, help_text="")
    money_text = cell("money_text", lines=1, help_text="")
    mark = cell("mark", help_text="")
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, known: ItemRow | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        if known is not None:
            del self.fields["code"], self.fields["affair_class"]

    def clean(self) -> dict[str, Any]:
        """The class is the code's."""
        said = super().clean() or {}
        code, affair_class = said.get("code"), said.get("affair_class")
        if code and affair_class and not code.startswith(affair_class.value):
            self.add_error("affair_class", _(CLASS_AGAINST_CODE))
        return said

    def said(self) -> dict[str, Any]:
        """What a valid form says of the whole, by the names of the row's fields."""
        kept = {"code": self.known.code, "affair_class": self.known.affair_class} if self.known else {}
        beside = {"client_id", "revision", "seen"}
        return kept | {name: value for name, value in self.cleaned_data.items() if name not in beside}

    @property
    def proposed(self) -> Proposed | None:
        """What the decision key says to the answers; None without one that can be read."""
        try:
            nature = self.fields["nature"].clean(self["nature"].value() or [])
        except forms.ValidationError:
            return None
        return propose_class(nature) if nature else None

    def sections(self) -> Iterator["Section"]:
        """The form in its parts."""
        for key, title, names in _SECTIONS:
            yield Section(key, title, [self[name] for name in names if name in self.fields])


@dataclass(frozen=True)
class Section:
    """A part of the form; the words of an older table are folded away."""

    key: str
    title: Promise
    fields: list[BoundField]

    @property
    def is_folded(self) -> bool:
        """Tell whether it stays shut until it is asked for, or something in it is faulty."""
        return self.key == _FOLDED and not any(field.errors for field in self.fields)


_FOLDED = "source"
_SECTIONS: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    (
        "what",
        _("何为此项事务"),
        (
            "code",
            "affair_class",
            "name",
            "name_en",
            "definition",
            "purposes",
            "is_public_nature",
            "boundary",
            "boundary_evidence",
            "nature",
        ),
    ),
    ("origin", _("由何而来"), ("origin", "legal_basis", "needs_record", "former_bearer")),
    ("duties", _("如何分解"), ("money",)),
    ("lasting", _("管理如何长效"), ("indicators", "review_months", "end_rule")),
    ("papers", _("要什么、出什么"), ("certificates", "asked_data", "publicity")),
    (_FOLDED, _("原来表格里的写法"), ("source_lead", "deadline_text", "money_text", "mark")),
)


def sealed(row: ItemRow | None) -> str:
    """Write a row so that the form can carry it along and bring it back unaltered."""
    return signing.dumps(as_data(row), salt=_SALT, compress=True) if row else ""


def unsealed(seal: str) -> ItemRow | None:
    """Give the row back; None where there was none, or where the seal is broken."""
    try:
        return item_row(signing.loads(seal, salt=_SALT))
    except signing.BadSignature:
        return None


def initial_of_item(row: ItemRow | None) -> Mapping[str, Any]:
    """An item as its form shows it; without one, what a new item begins with."""
    if row is None:
        return {"is_public_nature": True}
    plain = ("code", "name", "name_en", "definition", "needs_record", "former_bearer", "boundary_evidence", "end_rule")
    source = ("is_public_nature", "source_lead", "deadline_text", "money_text", "mark")
    lists = ("legal_basis", "indicators", "certificates", "asked_data")
    return {
        **{name: getattr(row, name) for name in (*plain, *source)},
        **{name: by_line(getattr(row, name), joined) for name in lists},
        **{name: getattr(row, name).value for name in ("affair_class", "boundary", "origin", "publicity")},
        **{name: [one.value for one in getattr(row, name)] for name in ("purposes", "money")},
        "nature": _words_of(row.nature),
        "review_months": str(row.review_months or ""),
    }
