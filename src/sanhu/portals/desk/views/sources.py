"""Where money came from, at the desk: the five sources of the district, its levels and its bodies, and as a file."""

from collections.abc import Iterator

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.funding.queries import accounts_visible_to
from sanhu.domains.funding.sources_report import (
    BodyReport,
    Level,
    SourceReport,
    body_reports,
    district_report,
    level_reports,
    range_source,
    years_with_accounts,
)
from sanhu.domains.funding.terms import FundSource
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.legal_time import legal_day
from sanhu.engines.tables import write_rows
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.views.ledger_accounts import SEES_MONEY, money_tabs
from sanhu.portals.source_shares import (
    file_lines,
    is_as_it_should,
    main_words,
    nature_lines,
    range_words,
    short_words,
    source_lines,
)

PAGE_SIZE = 50
COLUMNS = (
    gettext_noop("范围"),
    gettext_noop("来源或者性质"),
    gettext_noop("金额（元）"),
    gettext_noop("合计（元）"),
    gettext_noop("占比"),
)
_LEVELS = {Level.DISTRICT: _("区级单位"), Level.SUBDISTRICT: _("街道"), Level.COMMUNITY: _("社区")}


@require_safe
@at_the_desk(*SEES_MONEY)
def sources(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show a year's five sources: of the district for whoever oversees it, then by level, then body by body."""
    visible = accounts_visible_to(acting.actor)
    known = years_with_accounts(visible)
    year = _year(request.GET.get("year", ""), known, this_year=legal_day(clock.now()).year)
    bodies = body_reports(visible, year) if year else []
    oversees = acting.actor.may(Permission.FUNDING_OVERSEE)
    whole = district_report(acting.actor.district, year) if oversees and year else None
    here = Paginator(bodies, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "year": year,
        "years": [(str(one), str(one)) for one in known],
        "whole": whole,
        "sources": source_lines(whole) if whole else [],
        "natures": nature_lines(whole) if whole and whole.by_nature else [],
        "main_words": main_words(whole) if whole else "",
        "range_words": range_words(whole) if whole else "",
        "is_fit": whole is not None and is_as_it_should(whole),
        "range_source": range_source(),
        "labels": [str(one.label) for one in FundSource],
        "levels": [(_LEVELS[level], *_cells(report)) for level, report in level_reports(bodies).items()]
        if whole
        else [],
        "here": here,
        "bodies": [(body.name, _LEVELS[body.level], *_cells(body.report)) for body in here.object_list],
        "tabs": money_tabs(acting, "desk:sources"),
        "tabs_label": _("经费"),
    }
    return desk_page(request, "sources", acting, context)


def _year(asked: str, known: list[int], *, this_year: int) -> int:
    """Give the year that is asked for, else the newest that has begun; 0 where there is none."""
    if not asked:
        return next((year for year in known if year <= this_year), 0)
    if not (asked.isascii() and asked.isdigit() and len(asked) == 4):
        raise BadRequest("year has four digits")
    return int(asked)


def _cells(report: SourceReport) -> tuple[list[tuple[str, int]], int, str, bool]:
    """Give each source's income with its name, the whole, and whether fiscal money is the main source."""
    parts = [(str(one.label), report.of(one).income_fen) for one in FundSource]
    return parts, report.income_fen, short_words(report), report.is_fiscal_largest is not False


@require_safe
@at_the_desk(*SEES_MONEY)
def sources_csv(request: HttpRequest, *, acting: Acting, year: int) -> HttpResponse:
    """Give a year's sources as a table: every share with its two numbers."""
    del request
    visible = accounts_visible_to(acting.actor)
    if year not in years_with_accounts(visible):
        raise Http404
    whole = district_report(acting.actor.district, year) if acting.actor.may(Permission.FUNDING_OVERSEE) else None
    data = b"".join(write_rows([gettext(column) for column in COLUMNS], _lines(whole, body_reports(visible, year))))
    answer = HttpResponse(data, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="sources-{acting.actor.district}-{year}.csv"'
    return answer


def _lines(whole: SourceReport | None, bodies: list[BodyReport]) -> Iterator[tuple[str, ...]]:
    if whole is not None:
        yield from file_lines(gettext("全区"), whole)
        for level, report in level_reports(bodies).items():
            yield from file_lines(str(_LEVELS[level]), report)
    for body in bodies:
        yield from file_lines(body.name, body.report)
