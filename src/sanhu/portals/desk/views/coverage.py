"""The coverage matrix of a version: which functions its items bring together, what is missing and doubled (R25)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.coverage import Cell, Coverage, Expectation, coverage_of, totals_of
from sanhu.domains.catalogue.lawfulness import FUNCTIONS
from sanhu.domains.catalogue.models import CatalogueVersion
from sanhu.domains.catalogue.queries import current_version, versions
from sanhu.domains.catalogue.reading import leads_of, rows_of
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.subjects.kinds import Sector
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.views.duties import READS_CATALOGUE, version_asked
from sanhu.portals.desk.views.imports import csv_download
from sanhu.portals.look.templatetags.affairs import item_name, lead_words

# What a function is called beside its cell on a narrow page.
_SHORT: Mapping[Sector, Promise] = {
    Sector.GOVERNMENT: _("行政"),
    Sector.MARKET: _("市场调节"),
    Sector.COMMUNITY: _("自治"),
}


class Shown(TextChoices):
    """Which lines of the matrix are looked at."""

    GAPS = "gaps", _("有缺口")
    OVERLAPS = "overlaps", _("有重叠")


@dataclass(frozen=True)
class _Asked:
    """What the address asks for: a version, a class or all, all lines or only some. `lines` are all of the class."""

    version: CatalogueVersion | None
    current: CatalogueVersion | None
    affair_class: str
    only: str
    lines: Sequence[Coverage]

    @property
    def shown(self) -> list[Coverage]:
        match self.only:
            case Shown.GAPS:
                return [line for line in self.lines if line.gaps]
            case Shown.OVERLAPS:
                return [line for line in self.lines if line.overlaps]
            case _:
                return list(self.lines)

    def query(self, **changes: str) -> str:
        """The address's query with some of it changed: empty where it asks for everything of the version in force."""
        number = str(self.version.number) if self.version and self.version != self.current else ""
        said = {"version": number, "class": self.affair_class, "only": self.only} | changes
        return f"?{urlencode({name: value for name, value in said.items() if value})}"


@require_safe
@at_the_desk(*READS_CATALOGUE)
def coverage(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show the matrix of the version in force, or of the one asked for, with its totals."""
    asked = _asked(request, acting.actor)
    expected = shipped.expectations()
    classes = [AffairClass(asked.affair_class)] if asked.affair_class else list(AffairClass)
    totals = totals_of(asked.lines, expected)
    context = {
        "version": asked.version,
        "current": asked.current,
        "totals": totals,
        "functions": [(FUNCTIONS[sector], totals.taking_part[sector]) for sector in Sector],
        "lines": [(line, _cells(line), gap_words(line), overlap_words(line)) for line in asked.shown],
        "columns": list(FUNCTIONS.values()),
        "by_class": _tabs(asked, "class", asked.affair_class, [(one.value, one.value) for one in AffairClass]),
        "by_only": _tabs(asked, "only", asked.only, Shown.choices),
        "csv": asked.query(),
        "expected": [(one, _expected_words(expected[one]), _why(expected[one])) for one in classes],
    }
    return desk_page(request, "coverage", acting, context)


@require_safe
@at_the_desk(*READS_CATALOGUE)
def coverage_csv(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Give the lines that the page shows as a file."""
    asked = _asked(request, acting.actor)
    header = [gettext("编号"), gettext("事项"), gettext("类别")]
    for sector in Sector:
        header += [
            gettext("%(function)s：主责") % {"function": FUNCTIONS[sector]},
            gettext("%(function)s：协助") % {"function": FUNCTIONS[sector]},
        ]
    header += [gettext("缺口"), gettext("重叠")]
    lines = [
        [
            line.row.code,
            item_name(line.row),
            line.row.affair_class,
            *(_kinds(kinds) for cell in line.cells.values() for kinds in (cell.leads, cell.helpers)),
            gettext("；").join(gap_words(line)),
            gettext("；").join(overlap_words(line)),
        ]
        for line in asked.shown
    ]
    parts = (f"v{asked.version.number}" if asked.version else "", asked.affair_class, asked.only)
    return csv_download("-".join(("sanhu-coverage", *filter(None, parts))) + ".csv", header, lines)


def gap_words(line: Coverage) -> list[str]:
    """What an item lacks, gap by gap: 自治功能, or 行政功能或者市场调节功能 where one of them would do."""
    return [_either(group) for group in line.gaps]


def overlap_words(line: Coverage) -> list[str]:
    """In which functions several kinds of body lead, and which."""
    return [
        gettext("%(function)s：%(leads)s") % {"function": FUNCTIONS[sector], "leads": _kinds(line.cells[sector].leads)}
        for sector in line.overlaps
    ]


def _asked(request: HttpRequest, actor: Actor) -> _Asked:
    chosen, only = request.GET.get("class", ""), request.GET.get("only", "")
    if chosen and chosen not in set(AffairClass):
        raise BadRequest("class is one of K1 to K7")
    if only and only not in set(Shown):
        raise BadRequest("only is gaps or overlaps")
    known = list(versions(actor.district))
    current = current_version(actor.district, legal_day(clock.now()))
    version = version_asked(request, known) or current or (known[0] if known else None)
    lines = _lines(version) if version else ()
    return _Asked(version, current, chosen, only, [one for one in lines if chosen in ("", one.row.affair_class)])


def _lines(version: CatalogueVersion) -> Iterator[Coverage]:
    """Lay out the effective items by code; a draft governs nothing and covers nothing."""
    leads, expected = leads_of(version), shipped.expectations()
    for row in sorted(rows_of(version), key=lambda row: row.code):
        if row.code in leads:
            yield coverage_of(row, leads[row.code], expected=expected[row.affair_class])


def _cells(line: Coverage) -> list[tuple[Promise, Cell]]:
    return [(_SHORT[sector], cell) for sector, cell in line.cells.items()]


def _tabs(asked: _Asked, name: str, chosen: str, named: Iterable[tuple[str, str | Promise]]) -> list[dict[str, object]]:
    """The choices of one filter, the others left as they are."""
    return [
        {"url": asked.query(**{name: code}), "label": words, "is_current": code == chosen, "count": None}
        for code, words in (("", _("全部")), *named)
    ]


def _expected_words(expectation: Expectation) -> str:
    return gettext("、").join(_either(group) for group in expectation.groups)


def _either(group: Iterable[Sector]) -> str:
    return gettext("或者").join(str(FUNCTIONS[sector]) for sector in group)


def _why(expectation: Expectation) -> str:
    return expectation.why_en if (get_language() or "").startswith("en") else expectation.why


def _kinds(kinds: Iterable[object]) -> str:
    return gettext("、").join(lead_words(str(kind)) for kind in kinds)
