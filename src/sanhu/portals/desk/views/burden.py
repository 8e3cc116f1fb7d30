"""What committees carry, month by month: the district by code and never ranked, and one community with its records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.admission.rules.inflows import check_order
from sanhu.domains.evaluation.burden import Burden, areas_of, burdens, names_of
from sanhu.domains.evaluation.contradictions import (
    NOT_RECORDED_OF_ASSISTANCE,
    NOT_RECORDED_OF_SERVICES,
    contradictions_of,
)
from sanhu.domains.evaluation.indicators import indicators_of, is_over_ceiling, led_for_government, self_governed
from sanhu.domains.evaluation.months import Month, Period
from sanhu.domains.evaluation.outcomes import outcomes_of
from sanhu.domains.evaluation.records import records_of
from sanhu.domains.evaluation.sources import Sources, recorded_since, seen_by
from sanhu.domains.places.models import AreaLevel
from sanhu.domains.places.queries import path_of, within
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.burden import (
    MonthForm,
    class_rows,
    concentration_words,
    decimal_words,
    drawn,
    figures_of,
    indicator_rows,
    month_words,
    organ_rows,
    percent_words,
)
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.views.imports import csv_download
from sanhu.portals.desk.views.returns import may_propose_return

READS_BURDEN = (Permission.DEMAND_SETTLE, Permission.DEMAND_RECORD)
_COLUMNS = (
    gettext_noop("社区代码"),
    gettext_noop("社区"),
    gettext_noop("居民委员会"),
    gettext_noop("派来工作的单位（个）"),
    gettext_noop("在期协助任务（项）"),
    gettext_noop("主责办件（件）"),
    gettext_noop("协助办件（件）"),
    gettext_noop("用时（分钟）"),
    gettext_noop("人员工作时间（分钟）"),
    gettext_noop("占比"),
    gettext_noop("无经费用时（分钟）"),
    gettext_noop("有责事项（项）"),
    gettext_noop("其中无权（项）"),
    gettext_noop("登记的下派（件）"),
    gettext_noop("未经准入（X-05，件）"),
    gettext_noop("发出拒绝承接告知单（件）"),
    gettext_noop("集中度分子"),
    gettext_noop("集中度分母"),
    gettext_noop("有效来源数"),
)


@dataclass(frozen=True)
class Line:
    """A community in the district's table; without a committee nothing is counted."""

    code: str
    name: str
    committee: str
    burden: Burden


@require_safe
@at_the_desk(*READS_BURDEN)
def burden(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show every community an actor may see, by code; any other order is refused (X-21)."""
    at = clock.now()
    form, month, decision = _asked(request, acting, at)
    is_shown = form.is_valid() and bool(decision)
    context = {
        "form": form,
        "month": month,
        "month_name": month_words(month),
        "lines": lines_of(acting.actor, month, at=at) if is_shown else [],
        "decision": None if decision else decision,
        "is_shown": is_shown,
        "is_running": month == form.present,
        "today": legal_day(at),
    }
    return desk_page(request, "burden", acting, context, status=200 if is_shown else 422)


@require_safe
@at_the_desk(*READS_BURDEN)
def burden_csv(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Give the same table as a file, with the numerator and the denominator of each ratio."""
    at = clock.now()
    form, month, _decision = _asked(request, acting, at)
    if not form.is_valid():
        raise Http404
    rows = [list(_cells(line)) for line in lines_of(acting.actor, month, at=at)]
    return csv_download(f"sanhu-burden-{month}.csv", [gettext(column) for column in _COLUMNS], rows)


@require_safe
@at_the_desk(*READS_BURDEN)
def burden_of(request: HttpRequest, *, acting: Acting, area: str) -> HttpResponse:
    """Show one community's month: its funnel, the four contradictions, and the records behind each figure."""
    at = clock.now()
    form, month, _decision = _asked(request, acting, at)
    sources, committee, areas = _community_or_404(seen_by(acting.actor), area)
    today = legal_day(at)
    shown = form.shown
    counted = burdens(sources, Period(shown, today), at=at)
    found = counted.get((committee.pk, month)) or Burden()
    organs = organ_rows(found, names_of({(committee.pk, month): found}))
    only = Period((month,), today)
    said = contradictions_of(sources, only, areas=areas, at=at)
    indicators = indicators_of(found, counted.values())
    place = path_of(area, today)
    name = place[-1] if place else area
    context = {
        "form": form,
        "month": month,
        "month_name": month_words(month),
        "is_running": month == form.present,
        "today": today,
        "area": area,
        "name": name,
        "committee": committee,
        "may_return": may_propose_return(acting.actor),
        "burden": found,
        "share": percent_words(found.share),
        "measured": concentration_words(found.concentration),
        "organs": organs,
        "funnel": drawn(organs, committee.name),
        "classes": class_rows(found),
        "indicators": indicator_rows(indicators),
        "self_governed": indicator_rows([self_governed(indicators)])[0],
        "outcomes": outcomes_of(committee, Period(shown, today), said=said),
        "led_for_government": led_for_government(found),
        "is_over": is_over_ceiling(found),
        "ceiling": settings.SANHU_ASSISTING_PERCENT,
        "said": said,
        "no_services": [gettext(one) for one in NOT_RECORDED_OF_SERVICES],
        "no_assistance": [gettext(one) for one in NOT_RECORDED_OF_ASSISTANCE],
        "records": records_of(sources, only, areas=areas),
        "year": figures_of(shown, {when: one for (_key, when), one in counted.items()}),
        "crumbs": [(_("居委会负担"), reverse("desk:burden")), (name, "")],
    }
    return desk_page(request, "burden_of", acting, context, status=200 if form.is_valid() else 422)


def _asked(request: HttpRequest, acting: Acting, at: datetime) -> tuple[MonthForm, Month, Decision]:
    since = recorded_since(acting.actor.district)
    form = MonthForm(request.GET.get("month", ""), today=legal_day(at), since=since)
    return form, form.chosen, check_order(request.GET.get("order", ""))


def _community_or_404(sources: Sources, area: str) -> tuple[Sources, Organisation, list[str]]:
    """Give the committee that serves a community, its sources and all it serves. Another's is not found."""
    served = areas_of(sources)
    key = next((committee for code, committee in served if code == area), None)
    if key is None:
        raise Http404
    committee = sources.committees.get(pk=key)
    return sources.of(committee), committee, [code for code, other in served if other == key]


def lines_of(actor: Actor, month: Month, *, at: datetime) -> list[Line]:
    """Give a line for each committee an actor may see, and for each community without one, by the community's code."""
    sources, today = seen_by(actor), legal_day(at)
    counted = burdens(sources, Period((month,), today), at=at)
    names, committees = _communities(sources, today), dict(sources.committees.values_list("pk", "name"))
    served = areas_of(sources)
    lines = [
        Line(code, names.get(code, code), committees[key], counted.get((key, month)) or Burden())
        for code, key in served
    ]
    taken = {code for code, _key in served}
    if actor.may(Permission.DEMAND_SETTLE):  # a committee sees its own alone
        lines += [Line(code, name, "", Burden()) for code, name in names.items() if code not in taken]
    return sorted(lines, key=lambda line: (line.code, line.committee))


def _communities(sources: Sources, on: date) -> dict[str, str]:
    found = within(sources.district, on).filter(level=AreaLevel.COMMUNITY)
    return dict(found.values_list("code", "name"))


def _cells(line: Line) -> Iterator[str]:
    yield from (line.code, line.name, line.committee)
    one, measured = line.burden, line.burden.concentration
    if not line.committee:
        yield from ("",) * (len(_COLUMNS) - 3)
        return
    staff = "" if one.staff.minutes is None else one.staff.minutes
    numbers = (len(one.organs), one.tasks, one.matters_led, one.matters_assisted, one.minutes, staff)
    yield from map(str, numbers)
    yield percent_words(one.share)
    further = (one.minutes_without_money, one.duties, one.duties_without_power)
    yield from map(str, (*further, one.demands, one.unadmitted, one.refused))
    if measured is None:
        yield from ("", "", gettext("无数据"))
    else:
        yield from (str(measured.numerator), str(measured.denominator))
        yield decimal_words(measured.effective_number, places=1)
