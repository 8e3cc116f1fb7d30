"""Bringing in tables: tried first, with every fault by row and column, then written as tried (H.6)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import NOT_PERMITTED
from sanhu.engines.decisions import refuse
from sanhu.engines.tables import TOO_MANY_ROWS, ImportReport, write_rows
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.imports import ConfirmForm, ImportForm
from sanhu.portals.desk.kept_files import KeptFile, seal, unseal, uploaded
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.submitting import submit
from sanhu.portals.desk.tables import TABLES, Table

BRINGS_IN = (Permission.SUBJECTS_MANAGE, Permission.PLACES_IMPORT, Permission.CALENDAR_IMPORT)
MOST_FAULTS_SHOWN = 200


class Faulty(Exception):  # noqa: N818 - it names what came of it
    """What was good when it was tried is faulty now; nothing was written."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__("faulty")
        self.report = report


@require_safe
@at_the_desk(*BRINGS_IN)
def imports(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Offer the tables one may bring in."""
    context = {
        "tables": [table for table in TABLES.values() if acting.actor.may(table.permission)],
        "may_import_calendar": acting.actor.may(Permission.CALENDAR_IMPORT),
    }
    return desk_page(request, "imports", acting, context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*BRINGS_IN)
def import_file(request: HttpRequest, *, acting: Acting, kind: str) -> HttpResponse:
    """Try a file; write what was tried."""
    table = _table_or_404(kind)
    if not acting.actor.may(table.permission):
        return _forbidden(request, acting)
    if request.method != "POST":
        return _show(request, acting, table, ImportForm())
    if "kept" in request.POST:
        return _write(request, acting, table)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, acting, table, form, status=422)
    file = uploaded(form.cleaned_data["file"], {})
    report = table.bring_in(file, acting, at=clock.now(), dry_run=True)
    return _show(request, acting, table, ImportForm(), report=report, file=file, status=422 if report.faults else 200)


def _write(request: HttpRequest, acting: Acting, table: Table) -> HttpResponse:
    form = ConfirmForm(request.POST)
    file = unseal(request.POST["kept"], kind=table.kind, acting=acting)
    if not form.is_valid() or file is None:
        messages.error(request, _("试运行的结果已经过期，什么也没有写入。请重新选择文件。"))
        return _show(request, acting, table, ImportForm(), status=422)
    skip_bad = form.cleaned_data["skip_bad"]

    def write() -> str:
        report = table.bring_in(file, acting, at=clock.now(), dry_run=False, skip_bad=skip_bad)
        if not report.is_written:
            raise Faulty(report)
        return f"{report.added}/{report.changed}/{report.unchanged}"

    try:
        written = submit(form, acting, write, about=f"import:{table.kind}")
    except Faulty as faulty:
        return _show(request, acting, table, ImportForm(), report=faulty.report, file=file, status=422)
    if not written.is_done:
        for reason in written.decision.reasons if written.decision else form.non_field_errors():
            messages.error(request, gettext(str(reason)))
        return _show(request, acting, table, ImportForm(), status=written.status)
    added, changed, unchanged = written.ref.split("/")
    words = gettext("已导入%(label)s：新增 %(added)s，变更 %(changed)s，未变 %(unchanged)s。")
    messages.success(
        request, words % {"label": table.label, "added": added, "changed": changed, "unchanged": unchanged}
    )
    return redirect("desk:import_file", kind=table.kind)


def _show(
    request: HttpRequest,
    acting: Acting,
    table: Table,
    form: ImportForm,
    *,
    report: ImportReport | None = None,
    file: KeptFile | None = None,
    status: int = 200,
) -> HttpResponse:
    would_write = report is not None and report.added + report.changed > 0
    is_readable = report is not None and (would_write or not report.faults)
    context = {
        "table": table,
        "form": form,
        "report": report,
        "file_name": file.name if file else "",
        "faults": report.faults[:MOST_FAULTS_SHOWN] if report else (),
        "more_faults": max(0, len(report.faults) - MOST_FAULTS_SHOWN) if report else 0,
        "is_too_long": report is not None and any(fault.reason == TOO_MANY_ROWS for fault in report.faults),
        "confirm": _confirm(report, file, acting, table) if report and file and would_write else None,
        "is_readable": is_readable,
        "command": table.command(acting.actor.district),
        "crumbs": [(_("导入"), reverse("desk:imports")), (table.label, "")],
    }
    return desk_page(request, "import_file", acting, context, status=status)


def _confirm(report: ImportReport, file: KeptFile, acting: Acting, table: Table) -> ConfirmForm:
    kept = seal(file, kind=table.kind, acting=acting)
    return ConfirmForm(initial={"kept": kept, "skip_bad": bool(report.faults)})


@require_safe
@at_the_desk(*BRINGS_IN)
def import_template(request: HttpRequest, *, acting: Acting, kind: str) -> HttpResponse:
    """An empty table with its header and one example row, as a spreadsheet opens it."""
    table = _table_or_404(kind)
    if not acting.actor.may(table.permission):
        return _forbidden(request, acting)
    rows = [table.template_row(acting.actor.district)]
    return csv_download(f"sanhu-{table.kind}.csv", [column.label for column in table.columns], rows)


def csv_download(name: str, header: list[str], rows: list[list[str]]) -> HttpResponse:
    """A table as a file to save."""
    content = b"".join(write_rows(header, rows))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _table_or_404(kind: str) -> Table:
    if kind not in TABLES:
        raise Http404
    return TABLES[kind]


def _forbidden(request: HttpRequest, acting: Acting) -> HttpResponse:
    context = {"decision": refuse(NOT_PERMITTED), "acting": acting}
    return render(request, "desk/forbidden.html", context, status=403)
