"""The working calendar: what was announced, how far it is loaded, and the clocks that moved when it grew."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.services.clocks import Moved
from sanhu.domains.catalogue.models import CalendarSource
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision, Refused
from sanhu.engines.tables import Fault
from sanhu.portals import clock
from sanhu.portals.announcements import COLUMNS, Announced, Announcement, Unreadable, announce, read_announcement
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.imports import AnnouncementForm, ConfirmForm
from sanhu.portals.desk.kept_files import KeptFile, seal, unseal, uploaded
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.submitting import submit
from sanhu.portals.desk.views.imports import MOST_FAULTS_SHOWN, csv_download

_KIND = "calendar"
_NEWEST = 50


@dataclass(frozen=True)
class _Tried:
    """What came of trying or writing an announcement: what it does, or what speaks against it."""

    announced: Announced | None = None
    faults: tuple[Fault, ...] = ()
    decision: Decision | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.CALENDAR_IMPORT)
def calendar(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the announcements; try one; write what was tried, after which running clocks have recomputed."""
    if request.method != "POST":
        return _show(request, acting, AnnouncementForm())
    if "kept" in request.POST:
        return _write(request, acting)
    form = AnnouncementForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, acting, form, status=422)
    file = uploaded(form.cleaned_data["file"], form.said())
    tried = _try(file, acting)
    if tried.announced is None:
        return _show(request, acting, form, tried=tried, status=422)
    return _show(request, acting, form, tried=tried, file=file)


def _try(file: KeptFile, acting: Acting) -> _Tried:
    try:
        return _Tried(announced=announce(_read(file), actor=acting.actor, at=clock.now(), dry_run=True))
    except Unreadable as unreadable:
        return _Tried(faults=unreadable.faults)
    except Refused as refused:
        return _Tried(decision=refused.decision)


def _read(file: KeptFile) -> Announcement:
    return read_announcement(file.data).named(**file.said)


def _write(request: HttpRequest, acting: Acting) -> HttpResponse:
    form = ConfirmForm(request.POST)
    file = unseal(request.POST["kept"], kind=_KIND, acting=acting)
    if not form.is_valid() or file is None:
        messages.error(request, _("试运行的结果已经过期，什么也没有写入。请重新选择文件。"))
        return _show(request, acting, AnnouncementForm(), status=422)
    try:
        written = submit(
            form,
            acting,
            lambda: announce(_read(file), actor=acting.actor, at=clock.now()).source.pk,
            about="import:calendar",
        )
    except Unreadable as unreadable:
        return _show(request, acting, AnnouncementForm(), tried=_Tried(faults=unreadable.faults), status=422)
    if not written.is_done:
        for text in form.non_field_errors():
            messages.error(request, str(text))
        tried = _Tried(decision=written.decision)
        return _show(request, acting, AnnouncementForm(), tried=tried, status=written.status)
    messages.success(request, _("已导入工作日历，运行中的期限已经重算。"))
    return redirect("desk:calendar_source", pk=int(written.ref))


def _show(
    request: HttpRequest,
    acting: Acting,
    form: AnnouncementForm,
    *,
    tried: _Tried | None = None,
    file: KeptFile | None = None,
    status: int = 200,
) -> HttpResponse:
    tried = tried or _Tried()
    known = working_calendar(clock.now())
    confirm = ConfirmForm(initial={"kept": seal(file, kind=_KIND, acting=acting)}) if file else None
    context = {
        "form": form,
        "first_day": known.first,
        "last_day": known.last,
        "sources": CalendarSource.objects.annotate(days_count=Count("days")).order_by("-imported_at", "-id")[:_NEWEST],
        "announced": tried.announced,
        "moved": _own(tried.announced.moved, acting) if tried.announced else [],
        "faults": tried.faults[:MOST_FAULTS_SHOWN],
        "decision": tried.decision,
        "confirm": confirm,
        "crumbs": [(_("导入"), reverse("desk:imports")), (_("工作日历"), "")],
    }
    return desk_page(request, "calendar", acting, context, status=status)


def _own(moved: tuple[Moved, ...], acting: Acting) -> list[Moved]:
    """A case number begins with its district: another district's matters are nobody's business here."""
    return [one for one in moved if one.number.startswith(acting.actor.district)]


@require_safe
@at_the_desk(Permission.CALENDAR_IMPORT)
def calendar_source(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show one announcement: its notice, its days, and the district's clocks that moved when it came."""
    source = CalendarSource.objects.filter(pk=pk).first()
    if source is None:
        raise Http404
    context = {
        "source": source,
        "days": source.days.order_by("day"),
        "moved": _moved_by(source, acting),
        "crumbs": [(_("导入"), reverse("desk:imports")), (_("工作日历"), reverse("desk:calendar"))],
    }
    return desk_page(request, "calendar_source", acting, context)


def _moved_by(source: CalendarSource, acting: Acting) -> list[Moved]:
    """The record knows: each moved clock left an entry of the same moment as the import, with both dates."""
    entries = Entry.objects.filter(
        district=acting.actor.district, event=MatterEvent.CLOCK_RECOMPUTED, at=source.imported_at
    ).order_by("id")
    found = [(entry.subject_ref, json.loads(entry.body)["facts"]) for entry in entries]
    return [
        Moved(number=ref.partition(":")[2], before=_instant(facts["before"]), after=_instant(facts["after"]))
        for ref, facts in found
    ]


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@require_safe
@at_the_desk(Permission.CALENDAR_IMPORT)
def calendar_template(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """An empty table with its header and two example rows."""
    del request, acting
    header = [column.label for column in COLUMNS if column.name != "kind"]
    rows = [["2026-10-01", "0", gettext("国庆节")], ["2026-10-10", "1", gettext("国庆节调休上班")]]
    return csv_download("sanhu-calendar.csv", header, rows)
