"""Statements of the bank: what somebody else says arrived, held against the vouchers; what differs stands out."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.catalogue.services.calendars import FaultyRows
from sanhu.domains.funding.clearing_queries import (
    cleared_lines,
    clearings_visible_to,
    differing,
    in_books_only,
    on_statement_only,
    said_of,
)
from sanhu.domains.funding.models import Statement, StatementLine
from sanhu.domains.funding.queries import statements_visible_to
from sanhu.domains.funding.services.statements import import_statement
from sanhu.domains.funding.statement_columns import COLUMNS
from sanhu.domains.funding.statement_terms import ClearingState
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.tables import Fault
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.statements import StatementForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.submitting import Written, submit
from sanhu.portals.desk.views.imports import MOST_FAULTS_SHOWN
from sanhu.portals.desk.views.ledger_accounts import PAGE_SIZE, money_tabs
from sanhu.portals.look.keyset import Page, page_of

IMPORTERS = (Permission.FUNDING_BUDGET, Permission.FUNDING_CLOSE)


@require_safe
@at_the_desk(Permission.FUNDING_OVERSEE)
def statements(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the statements, newest first, and say how much differs from the books."""
    visible = statements_visible_to(acting.actor).select_related("source")
    is_open = Q(lines__voucher__isnull=True) & ~Q(lines__in=cleared_lines(acting.actor.district))
    counted = visible.annotate(line_count=Count("lines"), difference_count=Count("lines", filter=is_open))
    page: Page[Statement] = page_of(
        counted.order_by("-imported_at", "-id"),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=visible,
    )
    context = {
        "page": page,
        "difference_counts": (
            on_statement_only(acting.actor).count(),
            in_books_only(acting.actor).count(),
            differing(acting.actor).count(),
            clearings_visible_to(acting.actor).filter(state=ClearingState.WAITING).count(),
        ),
        "may_import": any(acting.actor.may(permission) for permission in IMPORTERS),
        "tabs": money_tabs(acting, "desk:statements"),
        "tabs_label": _("经费"),
    }
    return desk_page(request, "statements", acting, context)


@require_safe
@at_the_desk(Permission.FUNDING_OVERSEE)
def statement(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show one statement line by line, with the voucher each confirms."""
    found = statements_visible_to(acting.actor).select_related("source").filter(pk=pk).first()
    if found is None:
        raise Http404
    page: Page[StatementLine] = page_of(
        found.lines.select_related("voucher").order_by("id"),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
    )
    said = said_of(page.rows)
    context = {
        "statement": found,
        "page": page,
        "rows": [(line, said.get(line.pk)) for line in page.rows],
        "crumbs": [(_("对账单"), reverse("desk:statements")), (found.name, "")],
    }
    return desk_page(request, "statement", acting, context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*IMPORTERS)
def statement_import(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Take a statement in whole, or say of every faulty row why not."""
    form = StatementForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, acting, form, status=422 if form.is_bound else 200)
    name, origin = form.cleaned_data["name"], form.cleaned_data["origin"]
    data = form.cleaned_data["file"].read()
    try:
        written = submit(
            form,
            acting,
            lambda: import_statement(actor=acting.actor, at=clock.now(), name=name, data=data, origin=origin).pk,
            about="statement",
        )
    except FaultyRows as faulty:
        return _show(request, acting, form, faults=faulty.faults, status=422)
    if not written.is_done:
        return _show(request, acting, form, written=written, status=written.status)
    messages.success(request, gettext("已导入：%(name)s。") % {"name": name})
    return redirect("desk:statement", pk=int(written.ref))


def _show(
    request: HttpRequest,
    acting: Acting,
    form: StatementForm,
    *,
    faults: Sequence[Fault] = (),
    written: Written | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "faults": faults[:MOST_FAULTS_SHOWN],
        "more_faults": max(0, len(faults) - MOST_FAULTS_SHOWN),
        "decision": written.decision if written else None,
        "columns": COLUMNS,
        "crumbs": [(_("对账单"), reverse("desk:statements")), (_("导入对账单"), "")],
    }
    return desk_page(request, "statement_import", acting, context, status=status)
