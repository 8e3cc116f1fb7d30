"""What one committee carries, for everybody to read: one community at a time, held against no other (X-21)."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.admission.models import Task
from sanhu.domains.evaluation.borne import TaskMonth, task_months
from sanhu.domains.evaluation.burden import Burden, areas_of, burdens, names_of
from sanhu.domains.evaluation.contradictions import (
    NOT_RECORDED_OF_ASSISTANCE,
    NOT_RECORDED_OF_SERVICES,
    contradictions_of,
)
from sanhu.domains.evaluation.indicators import indicators_of, self_governed
from sanhu.domains.evaluation.months import Period, months_to
from sanhu.domains.evaluation.outcomes import outcomes_of
from sanhu.domains.evaluation.sources import Sources, published, recorded_since
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.burden import (
    MONTHS_SHOWN,
    MonthForm,
    class_rows,
    concentration_words,
    drawn,
    indicator_rows,
    month_words,
    organ_rows,
    percent_words,
)
from sanhu.portals.public.page import public_page
from sanhu.portals.public.views.register import community_or_404


@require_safe
def burden_of(request: HttpRequest, area: str) -> HttpResponse:
    """Show one community's month: who sent work, how much of it with power and money, and where to read on."""
    at = clock.now()
    today = legal_day(at)
    community = community_or_404(area, today)
    form = MonthForm(request.GET.get("month", ""), today=today, since=recorded_since(site.home_district()))
    month = form.chosen
    period = Period((month,), today)
    context = {
        "community": community,
        "form": form,
        "month_name": month_words(month),
        "is_running": month == form.present,
        "today": today,
        "crumbs": [
            (_("请社区协助的事"), reverse("public:register")),
            (community.name, reverse("public:register_of", args=[community.code])),
        ],
    }
    sources = published(site.home_district())
    served = areas_of(sources)
    key = next((committee for code, committee in served if code == community.code), None)
    if key is not None:
        committee = sources.committees.get(pk=key)
        own, areas = sources.of(committee), [code for code, other in served if other == key]
        found = burdens(own, period, at=at).get((key, month)) or Burden()
        organs = organ_rows(found, names_of({(key, month): found}))
        said = contradictions_of(own, period, areas=areas, at=at)
        context |= {
            "committee": committee,
            "burden": found,
            "share": percent_words(found.share),
            "measured": concentration_words(found.concentration),
            "organs": organs,
            "funnel": drawn(organs, committee.name),
            "classes": class_rows(found),
            "said": said,
            "self_governed": indicator_rows([self_governed(indicators_of(found, [found]))])[0],
            "outcomes": outcomes_of(committee, Period(months_to(month, MONTHS_SHOWN), today), said=said),
            "no_services": [gettext(one) for one in NOT_RECORDED_OF_SERVICES],
            "no_assistance": [gettext(one) for one in NOT_RECORDED_OF_ASSISTANCE],
            "tasks": _tasks(own, period),
        }
    return public_page(request, "burden_of", context, status=200 if form.is_valid() else 422)


def _tasks(sources: Sources, period: Period) -> list[tuple[Task, TaskMonth]]:
    """Give the tasks of the month, each with what of it fell there."""
    months = list(task_months(sources.tasks, period))
    tasks = sources.tasks.select_related("application__organ").in_bulk([one.task_id for one in months])
    return [(tasks[one.task_id], one) for one in months]
