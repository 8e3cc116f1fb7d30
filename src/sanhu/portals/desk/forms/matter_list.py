"""What the list of matters is narrowed to, as its address says; every value is checked, typed or made by hand."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.listing import Due, Order, Wish
from sanhu.domains.casework.models import IntakeChannel
from sanhu.domains.casework.queries import Narrowing
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.engines.bigrams import Wanted, wanted
from sanhu.portals.desk.flags import NARROWINGS
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.look.forms import LookForm

MOST_QUERY = 60
_MADE_BY_HAND = "made_by_hand"
_ITEM_CODE = re.compile(r"K[1-7](-[0-9]{1,3})?", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{6}-?[0-9]{0,8}-?[0-9]{0,6}")

Words = str | Promise
COLUMNS: dict[str, Words] = {
    "due": _("期限"),
    "state": _("状态"),
    "item": _("类别"),
    "lead": _("主责"),
    "place": _("地点"),
    "reported": _("反映时间"),
    "channel": _("来源"),
}
USUAL_COLUMNS = ("due", "state", "item", "lead", "place")
DUES: dict[str, Words] = {Due.NEAR: _("临近期限"), Due.OVERDUE: _("已超期")}
NEWEST_FIRST = _("新的在前")


class OneOf(forms.CharField):
    """One of what is offered: without the price that a choice among a thousand bodies has in a form of Django's."""

    known: Container[str] = ()

    def clean(self, value: Any) -> Any:
        """Refuse what is not offered."""
        said = super().clean(value)
        if said and said not in self.known:
            raise ValidationError(
                gettext("“%(label)s”要从列出的选项里选。") % {"label": self.label}, code=_MADE_BY_HAND
            )
        return said


@dataclass(frozen=True)
class Choices:
    """One choice of the filter, as its component draws it."""

    name: str
    label: Words
    choices: list[tuple[str, Words]]
    chosen: str
    nothing: Words = ""

    @property
    def options(self) -> SafeString:
        """Write the options; a template takes ten times as long for a thousand of them."""
        drawn = (
            (value, mark_safe(" selected") if value == self.chosen else "", label) for value, label in self.choices
        )
        return format_html_join("", '<option value="{}"{}>{}</option>', drawn)


class MatterListForm(LookForm):
    """The whole filter. What is typed is refused in words; a choice that is none was made by hand."""

    q = forms.CharField(label=_("字词或者编号"), required=False, max_length=MOST_QUERY)
    state = OneOf(label=_("状态"), required=False)
    only = OneOf(label=_("只看"), required=False)
    due = OneOf(label=_("期限"), required=False)
    area = OneOf(label=_("地点"), required=False)
    lead = OneOf(label=_("主责"), required=False)
    affair_class = OneOf(label=_("大类"), required=False)
    channel = OneOf(label=_("来源"), required=False)
    item = forms.CharField(label=_("事项代码"), required=False, max_length=10)
    since = DayField(label=_("反映日期从"), required=False)
    until = DayField(label=_("反映日期到"), required=False)
    order = OneOf(label=_("顺序"), required=False)
    cols = forms.MultipleChoiceField(label=_("列"), required=False, choices=list(COLUMNS.items()))

    def __init__(self, *args: Any, areas: Iterable[tuple[str, str]], leads: Iterable[tuple[int, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._offered: dict[str, list[tuple[str, Words]]] = {
            "state": [(known.code, gettext(known.label)) for known in MATTER.states],
            "only": list(NARROWINGS.items()),
            "due": list(DUES.items()),
            "area": list(areas),
            "lead": [(str(key), name) for key, name in leads],
            "affair_class": [(known.value, known.label) for known in AffairClass],
            "channel": [(known.value, known.label) for known in IntakeChannel],
            "order": [(Order.DUE.value, _("先到期的在前（只列未办结的）"))],
        }
        for name, choices in self._offered.items():
            field = self.fields[name]
            assert isinstance(field, OneOf), "declared above"
            field.known = {value for value, _label in choices} | ({Order.REPORTED.value} if name == "order" else set())

    def clean_q(self) -> str:
        """Refuse what nothing can be found by."""
        said = str(self.cleaned_data["q"]).strip()
        if said and not _NUMBER.fullmatch(said) and not wanted(said).tokens:
            raise ValidationError(gettext("字词或者编号：至少两个相连的字，或者一个英文词、一个数"))
        return said

    def clean_item(self) -> str:
        """Refuse what is no beginning of an item's code."""
        code = str(self.cleaned_data["item"]).strip().upper()
        if code and not _ITEM_CODE.fullmatch(code):
            raise ValidationError(gettext("事项代码：要写成 K1-03 这样的代码"))
        return code

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("反映日期到：不能早于开始的日期"))
        return said

    @property
    def is_made_by_hand(self) -> bool:
        """Tell whether something is wrong that the page does not let one choose."""
        faults = (fault for name in self.errors for fault in self.errors[name].as_data())
        return any(fault.code in (_MADE_BY_HAND, "invalid_choice", "invalid_list") for fault in faults)

    @property
    def words(self) -> Wanted | None:
        """The words to find; None where there are none, or a number was written."""
        said = self.cleaned_data["q"]
        return wanted(said) if said and not _NUMBER.fullmatch(said) else None

    @property
    def ordered(self) -> Order:
        """The order; what comes due is listed by that."""
        said = self.cleaned_data
        return Order.DUE if said["due"] else Order(said["order"] or Order.REPORTED)

    @property
    def columns(self) -> frozenset[str]:
        """The columns to show."""
        return frozenset(self.cleaned_data["cols"] or USUAL_COLUMNS)

    @property
    def wish(self) -> Wish:
        """What the list is narrowed to."""
        said = self.cleaned_data
        return Wish(
            state=said["state"],
            only=Narrowing(said["only"]) if said["only"] else None,
            affair_class=said["affair_class"] or (said["item"] if len(said["item"]) == len("K1") else ""),
            item=said["item"] if len(said["item"]) > len("K1") else "",
            lead=int(said["lead"]) if said["lead"] else None,
            area=said["area"],
            due=Due(said["due"]) if said["due"] else None,
            reported_from=said["since"],
            reported_to=said["until"],
            channel=said["channel"],
            number=said["q"].replace("-", "") if said["q"] and self.words is None else "",
        )

    def choices_of(self, *names: str) -> Iterator[Choices]:
        """Give choices as they are drawn; one that offers nothing is left out."""
        for name in names:
            if offered := self._offered[name]:
                nothing = NEWEST_FIRST if name == "order" else ""
                yield Choices(name, self.fields[name].label or "", offered, str(self.data.get(name, "")), nothing)
