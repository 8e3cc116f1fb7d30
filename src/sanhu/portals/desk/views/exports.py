"""Taking a list away as a file: ask for it, see how far it is, fetch it, or cancel it. Only one's own are there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from sanhu.domains.subjects.models import ExportJob, ExportState
from sanhu.domains.subjects.services import exports as services
from sanhu.domains.subjects.services.doors import NotFound
from sanhu.domains.subjects.services.exports import ExportWish
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.exports import CancelForm, ExportForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.submitting import submit
from sanhu.portals.exports.listed import Listed, lists

_SHOWN = 20
_LOOK_AGAIN_SECONDS = 4
_PENDING = (ExportState.WAITING, ExportState.RUNNING)
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Line:
    """An export in words."""

    job: ExportJob
    title: str | Promise
    is_pending: bool
    is_ready: bool
    kept_until: datetime | None

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return 100 * self.job.done // self.job.total if self.job.total else 0


def _line(job: ExportJob, *, at: datetime) -> Line:
    listed = lists().get(job.listed)
    until = job.finished_at + timedelta(hours=settings.SANHU_EXPORT_KEPT_HOURS) if job.finished_at else None
    return Line(
        job=job,
        title=listed.title if listed else job.listed,
        is_pending=job.state in _PENDING,
        is_ready=job.state == ExportState.READY and until is not None and at < until,
        kept_until=until,
    )


def _listed_or_404(acting: Acting, code: str) -> Listed:
    listed = lists().get(code)
    if listed is None or not listed.may_be_seen_by(acting.actor):
        raise Http404
    return listed


def _filters(request: HttpRequest) -> QueryDict:
    """The filters of the list's page; which of its pages one was on is none of them."""
    kept = request.GET.copy()
    kept.pop("after", None)
    return kept


def _own(acting: Acting, *, at: datetime) -> list[Line]:
    return [_line(job, at=at) for job in services.exports_visible_to(acting.actor)[:_SHOWN]]


@require_safe
@at_the_desk()
def exports(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List what one asked for in this post, newest first."""
    return desk_page(request, "exports", acting, {"exports": _own(acting, at=clock.now())})


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk()
def export_ask(request: HttpRequest, *, acting: Acting, listed: str) -> HttpResponse:
    """Ask for a list as a file, with the filters in the address."""
    at = clock.now()
    wanted, filters = _listed_or_404(acting, listed), _filters(request)
    wanted.chosen(acting.actor, filters, at)  # faulty filters are told of here, not by the worker later
    query, page = filters.urlencode(), reverse(wanted.page)
    form = ExportForm(request.POST or None)
    context: dict[str, Any] = {
        "form": form,
        "listed": wanted,
        "is_filtered": any(filters.values()),
        "columns": [column.heading for column in wanted.columns_of(wanted.columns_asked(filters))],
        "crumbs": [(wanted.title, f"{page}?{query}" if query else page), (_("导出"), "")],
        "back_url": f"{page}?{query}" if query else page,
        "kept_hours": settings.SANHU_EXPORT_KEPT_HOURS,
        "exports": _own(acting, at=at),
    }
    if request.method != "POST":
        return desk_page(request, "export_ask", acting, context)
    if not form.is_valid():
        return desk_page(request, "export_ask", acting, context, status=422)
    wish = ExportWish(
        listed=listed,
        query=query,
        columns=wanted.columns_asked(filters),
        format=form.cleaned_data["format"],
        language=get_language() or settings.LANGUAGE_CODE,
    )
    written = submit(
        form, acting, lambda: services.ask_export(wish=wish, actor=acting.actor, at=at).pk, about=f"{listed}?{query}"
    )
    if not written.is_done:
        return desk_page(
            request, "export_ask", acting, {**context, "decision": written.decision}, status=written.status
        )
    return redirect("desk:export", pk=int(written.ref))


def _job_or_404(acting: Acting, pk: int) -> ExportJob:
    try:
        return services.export_for(acting.actor, pk)
    except NotFound:
        raise Http404 from None


@require_safe
@at_the_desk()
def export(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show how far an export is; the page looks again by itself until it is done."""
    line = _line(_job_or_404(acting, pk), at=clock.now())
    listed = lists().get(line.job.listed)
    context = {
        "line": line,
        "form": CancelForm(),
        "crumbs": [(line.title, reverse(listed.page) if listed else ""), (_("导出"), reverse("desk:exports"))],
    }
    answer = desk_page(request, "export", acting, context)
    if line.is_pending:
        answer["Refresh"] = str(_LOOK_AGAIN_SECONDS)
    return answer


@require_POST
@at_the_desk()
def export_cancel(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Cancel an export that is not done."""
    _job_or_404(acting, pk)
    form = CancelForm(request.POST)
    if form.is_valid():
        cancel = submit(
            form,
            acting,
            lambda: services.cancel_export(job_id=pk, actor=acting.actor, at=clock.now()).pk,
            about=f"export:{pk}",
        )
        if cancel.decision is not None:
            messages.warning(request, gettext(cancel.decision.reasons[0]))
    return redirect("desk:export", pk=pk)


@require_GET
@at_the_desk()
def export_file(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Give the file. That it was fetched, and how many rows it has, is entered into the record."""
    del request
    try:
        job = services.note_fetched(job_id=pk, actor=acting.actor, at=clock.now())
    except NotFound:
        raise Http404 from None
    answer: HttpResponseBase = StreamingHttpResponse(services.pieces_of(job), content_type=_TYPES[job.format])
    name = f"{job.listed}-{legal_day(job.asked_at):%Y%m%d}-{job.pk}.{job.format}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Length"] = str(job.size)
    return cast("HttpResponse", answer)  # the guard of the desk hands on whatever a view gives
