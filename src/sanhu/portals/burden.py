"""The burden of a committee as pages show it: the month that is asked for, its figures in words, and the funnel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.evaluation.burden import ASSIST, LEAD, Burden, FromOrgan
from sanhu.domains.evaluation.indicators import LABELS, MONEY, Indicator
from sanhu.domains.evaluation.months import Month, months_to
from sanhu.domains.subjects.kinds import SubjectKind, sector_of
from sanhu.domains.subjects.models import Organisation
from sanhu.engines.concentration import Concentration
from sanhu.engines.funnel import Funnel, Origin, funnel
from sanhu.engines.money import in_yuan
from sanhu.portals.look.amounts import person_time

MONTHS_OFFERED = 24
MONTHS_SHOWN = 12
NOT_RECORDED = _("没有记录")


class MonthForm(forms.Form):
    """Which month, of those since the record begins; without one, the one that runs."""

    month = forms.ChoiceField(
        label=_("月份"), required=False, error_messages={"invalid_choice": _("月份：请从列表里选一个月")}
    )

    def __init__(self, asked: str, *, today: date, since: date | None) -> None:
        self.present = Month.of(today)
        self.offered = [one for one in months_to(self.present, MONTHS_OFFERED) if one >= Month.of(since or today)]
        super().__init__({"month": asked or str(self.present)})
        field = self.fields["month"]
        assert isinstance(field, forms.ChoiceField), "declared above"
        field.choices = [(str(month), month_words(month)) for month in reversed(self.offered)]

    @property
    def chosen(self) -> Month:
        """The month that was asked for; where it is none of those offered, the one that runs."""
        said = self.cleaned_data.get("month", "") if self.is_valid() else ""
        return Month.parse(said) or self.present

    @property
    def shown(self) -> list[Month]:
        """The chosen month and those before it, as far as there is a record and a year goes."""
        return [one for one in months_to(self.chosen, MONTHS_SHOWN) if one >= self.offered[0]]


def month_words(month: Month) -> str:
    """Name a month: 2026年11月."""
    return gettext("%(year)d年%(month)d月") % {"year": month.year, "month": month.month}


def percent_words(share: Fraction | None) -> str:
    """Write a share to a tenth of a percent; without a denominator it is said that there are no data."""
    if share is None:
        return gettext("无数据")
    tenths = round(share * 1000)
    return f"{tenths // 10}.{tenths % 10}%"


def decimal_words(value: Fraction, *, places: int) -> str:
    """Write a fraction with so many decimals, rounded half to even.

    >>> decimal_words(Fraction(1, 3), places=2)
    '0.33'
    """
    scaled = round(value * 10**places)
    return f"{scaled // 10**places}.{scaled % 10**places:0{places}}"


@dataclass(frozen=True)
class ConcentrationWords:
    """A concentration as it is shown, with what it was made of."""

    index: str
    effective: str
    numerator: int
    denominator: int


def concentration_words(measured: Concentration | None) -> ConcentrationWords | None:
    """Put a concentration into words; None where no time was recorded."""
    if measured is None:
        return None
    index = decimal_words(measured.index, places=3)
    effective = decimal_words(measured.effective_number, places=1)
    return ConcentrationWords(index, effective, measured.numerator, measured.denominator)


@dataclass(frozen=True)
class OrganRow:
    """An organ beside the funnel, and what came from it."""

    organ: Organisation
    sent: FromOrgan

    @property
    def sector(self) -> str:
        """The organ's sector."""
        return sector_of(SubjectKind(self.organ.kind)).value

    @property
    def time(self) -> str:
        """The recorded time; of an organ that sent nothing but matters none is recorded."""
        return person_time(self.sent.minutes) if self.sent.tasks or self.sent.demands else str(NOT_RECORDED)


def organ_rows(burden: Burden, names: Mapping[int, Organisation]) -> list[OrganRow]:
    """List the organs by credit code and name: in no order that ranks them."""
    rows = [OrganRow(names[key], sent) for key, sent in burden.organs.items()]
    return sorted(rows, key=lambda row: (row.organ.uscc, row.organ.name))


def drawn(rows: Sequence[OrganRow], committee: str) -> Funnel | None:
    """Draw the funnel; None where nothing came."""
    origins = [Origin(row.organ.name, row.sector, row.sent.minutes) for row in rows]
    return funnel(origins, committee) if origins else None


@dataclass(frozen=True)
class ClassRow:
    """A class of affairs, and how many of it the committee leads and assists in."""

    affair_class: AffairClass
    led: int
    assisted: int


def class_rows(burden: Burden) -> list[ClassRow]:
    """List the seven classes in their order."""
    kinds = burden.kinds
    return [ClassRow(one, kinds[one.value, LEAD], kinds[one.value, ASSIST]) for one in AffairClass]


def figures_of(months: Iterable[Month], burdens: Mapping[Month, Burden]) -> list[tuple[Month, str, Burden]]:
    """Set months side by side, the latest first, each with its name."""
    rows = [(month, month_words(month), burdens.get(month) or Burden()) for month in months]
    return rows[::-1]


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator in words: what it measures, how it stands, of what it is made, and what is aimed at."""

    code: str
    label: str
    value: str
    parts: str
    target: str


def indicator_rows(indicators: Iterable[Indicator]) -> list[IndicatorRow]:
    """Put indicators into words."""
    return [_in_words(one) for one in indicators]


def _in_words(one: Indicator) -> IndicatorRow:
    label = gettext(LABELS[one.code])
    if one.denominator is None:
        return IndicatorRow(one.code, label, str(one.numerator), "", one.target)
    parts = [in_yuan(part) if one.code == MONEY else str(part) for part in (one.numerator, one.denominator)]
    return IndicatorRow(one.code, label, percent_words(one.share), " ÷ ".join(parts), one.target)
