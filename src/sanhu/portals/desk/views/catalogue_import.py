"""The district's own list at the desk: a workbook is tried, its faults named and marked; a clean one is proposed."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.catalogue.models import CatalogueProposal
from sanhu.domains.catalogue.queries import versions
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.workbook.bringing import FaultyWorkbook, Wish, bring_in, try_workbook
from sanhu.domains.catalogue.workbook.columns import COLUMNS
from sanhu.domains.catalogue.workbook.judging import Judged
from sanhu.domains.catalogue.workbook.marking import marked_copy
from sanhu.domains.catalogue.workbook.packing import packed, unpacked
from sanhu.domains.catalogue.workbook.reading import Workbook, read_sheet, read_workbook
from sanhu.domains.catalogue.workbook.template import template
from sanhu.domains.catalogue.workbook.writing import as_csv, as_xlsx
from sanhu.domains.subjects.permissions import Permission
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.catalogue_import import ProposeForm, WorkbookForm
from sanhu.portals.desk.kept_files import KeptFile, seal, unseal, uploaded
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.imports import MOST_FAULTS_SHOWN

_KIND = "catalogue"
_MOST_KEPT = 1_900_000  # what a form may carry, with room for its other fields
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WAYS = {"xlsx": (as_xlsx, _XLSX), "csv": (as_csv, "text/csv; charset=utf-8")}


@dataclass(frozen=True)
class _Tried:
    """A workbook that was tried: what it holds, and the sheet, sealed for the next step, where a form can carry it."""

    judged: Judged
    file_name: str
    kept: str

    @property
    def may_be_proposed(self) -> bool:
        """Tell whether it is clean, says something new, and can be sent back."""
        return bool(self.kept) and not self.judged.errors and self.judged.is_new


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.CATALOGUE_AMEND)
def catalogue_import(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Try a workbook; give it back marked; propose what was tried."""
    if request.method != "POST":
        return _show(request, acting, WorkbookForm())
    if "kept" in request.POST:
        return _go_on(request, acting)
    form = WorkbookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, acting, form, status=422)
    file = uploaded(form.cleaned_data["file"], form.said())
    tried = _try(read_workbook(file.data), file, acting)
    return _show(request, acting, WorkbookForm(), tried=tried, status=422 if tried.judged.errors else 200)


def _try(book: Workbook, file: KeptFile, acting: Acting) -> _Tried:
    judged = try_workbook(book, district=acting.actor.district, is_whole_list=file.said["is_whole_list"])
    kept = seal(KeptFile(file.name, packed(book.sheet), file.said), kind=_KIND, acting=acting) if book.is_whole else ""
    return _Tried(judged, file.name, kept if len(kept) <= _MOST_KEPT else "")


def _go_on(request: HttpRequest, acting: Acting) -> HttpResponse:
    file = unseal(request.POST["kept"], kind=_KIND, acting=acting)
    if file is None:
        messages.error(request, _("试运行的结果已经过期，什么也没有写入。请重新选择文件。"))
        return _show(request, acting, WorkbookForm(), status=422)
    book = read_sheet(unpacked(file.data))
    if "marked" in request.POST:
        judged = try_workbook(book, district=acting.actor.district, is_whole_list=file.said["is_whole_list"])
        return _download(marked_copy(book, judged.errors, judged.warnings), "sanhu-catalogue-marked.xlsx", _XLSX)
    return _propose(request, acting, book, file)


def _propose(request: HttpRequest, acting: Acting, book: Workbook, file: KeptFile) -> HttpResponse:
    form = ProposeForm(request.POST, district=acting.actor.district)
    if not form.is_valid():
        return _show(request, acting, WorkbookForm(), tried=_try(book, file, acting), propose=form, status=422)
    said = form.cleaned_data
    wish = Wish(said["reason"], said["in_force_from"], said["instrument"], file.said["is_whole_list"])

    def write() -> int:
        return bring_in(
            actor=acting.actor,
            at=clock.now(),
            client_id=said["client_id"],
            district=acting.actor.district,
            book=book,
            wish=wish,
        ).pk

    try:
        written = send(form, write)
    except FaultyWorkbook:  # another version has come since it was tried
        return _show(request, acting, WorkbookForm(), tried=_try(book, file, acting), status=422)
    if not written.is_done:
        tried = _try(book, file, acting)
        return _show(request, acting, WorkbookForm(), tried=tried, propose=form, written=written, status=written.status)
    proposal = CatalogueProposal.objects.get(pk=int(written.ref))
    words = gettext("已形成第 %(number)s 号修改建议，由另一人批准后成为新版本。")
    messages.success(request, words % {"number": proposal.number})
    return redirect("desk:proposal", number=proposal.number)


def _show(
    request: HttpRequest,
    acting: Acting,
    form: WorkbookForm,
    *,
    tried: _Tried | None = None,
    propose: ProposeForm | None = None,
    written: Written | None = None,
    status: int = 200,
) -> HttpResponse:
    judged = tried.judged if tried else None
    if tried and tried.may_be_proposed and propose is None:
        propose = ProposeForm(initial={"kept": tried.kept}, district=acting.actor.district)
    context = {
        "form": form,
        "tried": tried,
        "judged": judged,
        "errors": judged.errors[:MOST_FAULTS_SHOWN] if judged else (),
        "more_errors": max(0, len(judged.errors) - MOST_FAULTS_SHOWN) if judged else 0,
        "warnings": judged.warnings[:MOST_FAULTS_SHOWN] if judged else (),
        "more_warnings": max(0, len(judged.warnings) - MOST_FAULTS_SHOWN) if judged else 0,
        "propose": propose,
        "decision": written.decision if written else None,
        "newest": versions(acting.actor.district).first(),
        "columns": COLUMNS,
        "command": f"sanhu import catalogue FILE --district {acting.actor.district} --dry-run",
        "crumbs": [(_("清单"), reverse("desk:duties")), (_("导入清单"), "")],
    }
    return desk_page(request, "catalogue_import", acting, context, status=status)


@require_safe
@at_the_desk(Permission.CATALOGUE_AMEND)
def catalogue_template(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """The empty workbook to fill in."""
    del request, acting
    return _download(template(), "sanhu-catalogue-template.xlsx", _XLSX)


@require_safe
@at_the_desk(Permission.CATALOGUE_AMEND)
def catalogue_list(request: HttpRequest, *, acting: Acting, form: str) -> HttpResponse:
    """The newest version as a workbook that reads back the same."""
    del request
    newest = versions(acting.actor.district).first()
    if form not in _WAYS or newest is None:
        raise Http404
    write, content_type = _WAYS[form]
    return _download(write(rows_of(newest)), f"sanhu-catalogue-{newest.district}-{newest.number}.{form}", content_type)


def _download(data: bytes, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=content_type, headers=headers)
