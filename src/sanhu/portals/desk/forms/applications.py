"""The form of an application: every field of B.8, in the order in which an official thinks of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.admission.application_fields import LABELS, REQUIRED
from sanhu.domains.admission.models import Application
from sanhu.domains.admission.queries.applications import asked_committees
from sanhu.domains.admission.rules.drafts import MOST_INSTALMENTS, MOST_TEXT
from sanhu.domains.admission.services.drafting import Draft
from sanhu.domains.admission.terms import GrantKind
from sanhu.domains.catalogue.acts import ACT_LABELS, BAN_LABELS, acts
from sanhu.domains.catalogue.models.item import CLASS_CHOICES
from sanhu.domains.funding.terms import BudgetLine, FundSource
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import ONE_DAY
from sanhu.portals.desk.forms.application_committees import CommitteesField, GroupedCheckboxes, committee_groups
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.forms.demands import item_choices
from sanhu.portals.desk.forms.money import YuanField
from sanhu.portals.desk.sending import SentForm

INSTALMENT_ROWS = 4
SUBMIT = "submit"


def _label(name: str) -> Any:
    return _(LABELS[name])


def _line(name: str, *, most: int = 200, hint: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(label=_label(name), help_text=hint, max_length=most, required=required)


def _words(name: str, *, hint: Any = "", rows: int = 3) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=_label(name), help_text=hint, max_length=MOST_TEXT, widget=widget)


@dataclass(frozen=True)
class Section:
    """A part of the form: what it asks, its fields, and its rows of a day and an amount."""

    title: Promise
    lead: Promise | str
    fields: list[BoundField]
    rows: list[tuple[BoundField, BoundField]]


_SECTIONS: tuple[tuple[Promise, Promise | str, tuple[str, ...]], ...] = (
    (_("什么事"), "", ("name", "affair_class", "item_code", "legal_basis")),
    (_("为什么要请居民委员会协助"), "", ("necessity",)),
    (
        _("请谁协助什么，边界在哪里"),
        _("居民委员会只协助，不主责。可以同时请几个社区；工作量和经费按一个社区写。"),
        ("committees", "acts", "content", "boundary"),
    ),
    (_("什么时候"), "", ("starts_on", "ends_on", "frequency")),
    (_("要花多少人工"), "", ("minutes_each",)),
    (
        _("权：凭什么做"),
        _("权随责走：授权要覆盖协助的全部期限。"),
        ("power_kind", "power_article", "power_scope", "training"),
    ),
    (_("数据和系统"), _("系统里已经有的、可以核验的，不能再让居民委员会采集或者填报。"), ("data_fields", "systems")),
    (
        _("费：谁出、出多少、什么时候到账"),
        _("费随事转：各笔之和要等于一个社区的经费。"),
        ("cost_basis", "amount_each_fen", "source", "line"),
    ),
    (_("考核和退出"), "", ("assessment", "exit_terms")),
)
_WITH_ROWS = "amount_each_fen"
# A draft is of some kind, for some time and money; the rest of what an application needs may still be open.
_NEVER_OPEN = frozenset({"name", "affair_class", "minutes_each", "power_kind", "amount_each_fen", "source", "line"})
_MAY_STAY_OPEN = tuple(name for name in REQUIRED if name not in {*_NEVER_OPEN, "instalments"})


class LinesField(forms.CharField):
    """Names of things, one on a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> tuple[str, ...]:
        """Give the lines that say something."""
        return tuple(line.strip() for line in super().clean(value).splitlines() if line.strip())

    def prepare_value(self, value: Any) -> Any:
        """Show a list as its lines."""
        return "\n".join(value) if isinstance(value, list | tuple) else value


class ApplicationForm(SentForm):
    """An application as it is being written: it may be saved with gaps, and goes out without."""

    named: Mapping[str, str] = {label: name for name, label in LABELS.items()} | {LABELS["instalments"]: "part_1"}

    name = _line("name", most=60, hint=_("一句话，例如：养犬登记上门宣传。"))
    affair_class = forms.ChoiceField(label=_label("affair_class"), choices=[("", _("请选择类别")), *CLASS_CHOICES])
    item_code = forms.ChoiceField(label=_("对应清单上的哪一项"), help_text=_("清单上没有的不选。"), required=False)
    legal_basis = _line("legal_basis", hint=_("写到条款，例如：城市居民委员会组织法第十条第八项。"))
    necessity = _words("necessity", hint=_("为什么本部门、下属单位和市场都办不了，非请居民委员会不可。"))
    committees = CommitteesField(label=_label("committees"))
    acts = forms.MultipleChoiceField(label=_label("acts"), widget=GroupedCheckboxes)
    content = _words("content", hint=_("具体做哪几步，谁来做。"))
    boundary = _words("boundary", hint=_("到哪里为止，哪些不做。"), rows=2)
    starts_on = DayField(label=_label("starts_on"))
    ends_on = DayField(label=_label("ends_on"))
    frequency = _line("frequency", most=60, hint=_("例如：每月一次。"))
    minutes_each = forms.IntegerField(
        label=_label("minutes_each"),
        help_text=_("全部期限里所有人加起来。例如每周 2 人时、共 48 周，写 5760。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )
    power_kind = forms.ChoiceField(label=_label("power_kind"), choices=GrantKind.choices, widget=forms.RadioSelect)
    power_article = _line("power_article", hint=_("写到条款。"))
    power_scope = _line("power_scope", hint=_("给居民委员会什么权限，包括查询信息、使用人员。"))
    training = _line("training", hint=_("由谁培训、培训几次。"))
    data_fields = LinesField(
        label=_label("data_fields"), help_text=_("每行一项，例如：犬只品种。不用采集、不用填报的不写。"), required=False
    )
    systems = _line("systems", hint=_("要用哪个系统、由谁录入。不用的不写。"), required=False)
    cost_basis = _line("cost_basis", hint=_("单价乘工作量，或者标准文件。"))
    amount_each_fen = YuanField(label=_("每个社区的经费（元）"))
    source = forms.ChoiceField(label=_label("source"), choices=[("", _("请选择资金来源")), *FundSource.choices])
    line = forms.ChoiceField(label=_label("line"), choices=[("", _("请选择预算科目")), *BudgetLine.choices])
    assessment = _line("assessment", hint=_("没有的不写；不得单独考核居民委员会。"), required=False)
    exit_terms = _line("exit_terms", hint=_("什么情况下提前结束。"))
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    renews = forms.CharField(label=_label("renews"), widget=forms.HiddenInput, max_length=20, required=False)

    def __init__(self, *args: Any, district: str, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("item_code", item_choices(district, on=legal_day(at)))
        self._choose("committees", committee_groups(district, at=at))
        self._choose("acts", act_groups())
        self.rows = self._rows_needed()
        for row in range(1, self.rows + 1):
            due, part = gettext("第 %(row)d 笔到账日期"), gettext("第 %(row)d 笔金额（元）")
            self.fields[f"due_{row}"] = DayField(label=due % {"row": row}, required=False)
            self.fields[f"part_{row}"] = YuanField(label=part % {"row": row}, required=False)

    def _rows_needed(self) -> int:
        """Offer some rows, and as many as there are already: none is lost by changing something else."""
        known = [row for row in range(1, MOST_INSTALMENTS + 1) if {f"part_{row}", f"due_{row}"} & self._asked_names()]
        return max([INSTALMENT_ROWS, *known])

    def _asked_names(self) -> set[str]:
        return set(self.data) | set(self.initial)

    @property
    def goes_out(self) -> bool:
        """Whether it is to be submitted, and not only saved."""
        return self.data.get("then") == SUBMIT

    def full_clean(self) -> None:
        """Clean; what a draft may leave open is asked for only when it goes out."""
        open_ones = [] if self.goes_out else [self.fields[name] for name in _MAY_STAY_OPEN]
        for field in open_ones:
            field.required = False
        super().full_clean()
        for field in open_ones:
            field.required = True

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField), "declared above"
        field.choices = choices

    def sections(self) -> list[Section]:
        """The form in its parts."""
        return [
            Section(
                title=title,
                lead=lead,
                fields=[self[name] for name in names],
                rows=self._pairs() if _WITH_ROWS in names else [],
            )
            for title, lead, names in _SECTIONS
        ]

    def _pairs(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"due_{row}"], self[f"part_{row}"]) for row in range(1, self.rows + 1)]

    def clean(self) -> dict[str, Any]:
        """A row is a day and an amount, or it is empty; an end is not before its beginning."""
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("不能早于开始日期。"))
        for row in range(1, self.rows + 1):
            due, part = f"due_{row}", f"part_{row}"
            if {due, part} & set(self.errors):
                continue
            if cleaned[due] is None and cleaned[part] is not None:
                self.add_error(due, _("写了金额的，要写到账日期。"))
            if cleaned[part] is None and cleaned[due] is not None:
                self.add_error(part, _("写了到账日期的，要写金额。"))
        return cleaned

    def wish(self) -> Draft:
        """What is to be written down."""
        said = self.cleaned_data
        plain = {name: said[name] for name in _PLAIN}
        return Draft(
            **plain,
            committee_ids=tuple(said["committees"]),
            acts=tuple(said["acts"]),
            data_fields=said["data_fields"],
            minutes_each=said["minutes_each"],
            amount_each_fen=said["amount_each_fen"],
            instalments=tuple(self._instalments()),
            renews=said["renews"],
        )

    def _instalments(self) -> Iterator[dict[str, Any]]:
        for row in range(1, self.rows + 1):
            due, part = self.cleaned_data[f"due_{row}"], self.cleaned_data[f"part_{row}"]
            if due is not None:
                yield {"due_on": due.isoformat(), "amount_fen": part}


_PLAIN = (
    "name",
    "affair_class",
    "item_code",
    "legal_basis",
    "necessity",
    "content",
    "boundary",
    "starts_on",
    "ends_on",
    "frequency",
    "power_kind",
    "power_article",
    "power_scope",
    "training",
    "systems",
    "cost_basis",
    "source",
    "line",
    "assessment",
    "exit_terms",
)


def initial_of(application: Application) -> dict[str, Any]:
    """An application as its form shows it."""
    parts = enumerate(application.instalments, start=1)
    rows = {
        f"{name}_{row}": part[key] for row, part in parts for name, key in (("due", "due_on"), ("part", "amount_fen"))
    }
    return {
        **{name: getattr(application, name) for name in _PLAIN},
        **rows,
        "committees": [committee.pk for committee in asked_committees(application)],
        "acts": application.acts,
        "data_fields": application.data_fields,
        "minutes_each": application.minutes_each or None,
        "amount_each_fen": application.amount_each_fen or None,
        "revision": application.revision,
        "renews": application.renews.number if application.renews else "",
    }


def renewal_of(application: Application) -> dict[str, Any]:
    """A new application that goes on where an effective one ends: all its words, and days still to be chosen."""
    initial = {name: value for name, value in initial_of(application).items() if not name.startswith("due_")}
    starts_on = application.ends_on + ONE_DAY
    return initial | {"starts_on": starts_on, "ends_on": None, "revision": None, "renews": application.number}


def act_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """What a committee can be asked to do, then what it may not be asked, by the ban."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for act in acts().values():
        groups.setdefault(act.ban, []).append((act.code, gettext(ACT_LABELS[act.code])))
    return [
        (
            gettext("不得要求：%(ban)s") % {"ban": gettext(BAN_LABELS[ban])}
            if ban
            else gettext("可以请居民委员会做的"),
            choices,
        )
        for ban, choices in groups.items()
    ]
