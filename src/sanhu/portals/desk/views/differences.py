"""Differences between statements and books: three lists, what somebody says each is, and the second person's answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sanhu.domains.funding import clearing_queries
from sanhu.domains.funding.clearing_queries import difference_of, proposers_of
from sanhu.domains.funding.clearing_rules import kinds_of, may_explain, may_settle
from sanhu.domains.funding.models import Clearing, StatementLine, Voucher
from sanhu.domains.funding.services import clearing as services
from sanhu.domains.funding.services.statements import match_again
from sanhu.domains.funding.statement_terms import ClearingState
from sanhu.domains.subjects.permissions import Permission
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.statements import ExplainForm, RefuseClearingForm, SignClearingForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import SentForm, send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.ledger_accounts import PAGE_SIZE, account_words, money_tabs
from sanhu.portals.look.amounts import yuan
from sanhu.portals.look.moments import full_day_words

_Facts = tuple[tuple[str | Promise, str | Promise], ...]

EXPLAINERS = (Permission.FUNDING_BUDGET, Permission.FUNDING_CLOSE)


@require_safe
@at_the_desk(Permission.FUNDING_OVERSEE)
def differences(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show the three lists, what waits for a second person, and what is on its way."""
    actor = acting.actor
    lines = list(_first(clearing_queries.on_statement_only(actor)))
    candidates = clearing_queries.candidates_of(lines, district=actor.district)
    named = list(_first(clearing_queries.differing(actor)))
    numbers = {line.voucher_number for line in named}
    vouchers = {one.number: one for one in Voucher.objects.filter(district=actor.district, number__in=numbers)}
    waiting = clearing_queries.clearings_visible_to(actor).filter(state=ClearingState.WAITING).order_by("pk")
    context = {
        "lines": [(line, candidates[line.pk]) for line in lines],
        "named": [(line, vouchers[line.voucher_number]) for line in named],
        "vouchers": _first(clearing_queries.in_books_only(actor)),
        "waiting": _first(waiting),
        "timing": _first(clearing_queries.on_their_way(actor)),
        "most": PAGE_SIZE,
        "may_explain": bool(may_explain(actor)),
        "tabs": money_tabs(acting, "desk:differences"),
        "tabs_label": _("经费"),
        "crumbs": [(_("对账单"), reverse("desk:statements")), (_("差异"), "")],
    }
    return desk_page(request, "differences", acting, context)


def _first(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Give the oldest of a list: what is cleared makes room for the next."""
    return rows[:PAGE_SIZE]


@require_POST
@at_the_desk(*EXPLAINERS)
def statement_match(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Match what is open with what was posted since. Asked twice, it finds nothing more."""
    found = match_again(actor=acting.actor, at=clock.now())
    words = gettext("又对上 %(count)d 笔。") % {"count": found} if found else gettext("没有新对上的。")
    messages.success(request, words)
    return redirect("desk:differences")


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*EXPLAINERS)
def difference_explain(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Say what a difference is: of the line, the voucher or both that the address names."""
    line, voucher = _line_of(request, acting), _voucher_of(request, acting)
    if line is None and voucher is None:
        raise Http404
    form = ExplainForm(request.POST or None, kinds=kinds_of(difference_of(line, voucher)))
    sheet = _Sheet(_("说明差异"), _("提交，等另一人签认"), _facts(line, voucher))
    if request.method != "POST" or not form.is_valid():
        return _show(request, acting, sheet, form=form)

    def write() -> str:
        said = form.cleaned_data
        return services.explain(
            actor=acting.actor,
            at=clock.now(),
            client_id=said["client_id"],
            kind=said["kind"],
            reason=said["reason"],
            line_id=line.pk if line else None,
            voucher_number=voucher.number if voucher else "",
        ).ref

    written = send(form, write)
    if not written.is_done:
        return _show(request, acting, sheet, form=form, written=written)
    messages.success(request, gettext("已提交，等另一人签认。"))
    return redirect("desk:differences")


def _line_of(request: HttpRequest, acting: Acting) -> StatementLine | None:
    key = request.GET.get("line", "")
    if not key:
        return None
    if not key.isascii() or not key.isdigit() or len(key) > 18:
        raise Http404
    found = StatementLine.objects.select_related("statement").filter(district=acting.actor.district, pk=int(key))
    if (line := found.first()) is None:
        raise Http404
    return line


def _voucher_of(request: HttpRequest, acting: Acting) -> Voucher | None:
    number = request.GET.get("voucher", "")
    joined = Voucher.objects.select_related("debit__body", "credit__body")
    found = joined.filter(district=acting.actor.district, number=number).first()
    if number and found is None:
        raise Http404
    return found


@require_safe
@at_the_desk(Permission.FUNDING_OVERSEE)
def clearing(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show what somebody said a difference is, and what may be done about it."""
    found = _clearing_or_404(acting, pk)
    decision = may_settle(state=found.state, proposed_by=proposers_of(found), actor=acting.actor)
    context = {
        "clearing": found,
        "facts": _facts(found.line, found.voucher),
        "may_settle": bool(decision),
        "crumbs": [(_("差异"), reverse("desk:differences")), (found.get_kind_display(), "")],
    }
    return desk_page(request, "clearing", acting, context)


def _clearing_or_404(acting: Acting, pk: int) -> Clearing:
    joined = ("voucher__debit__body", "voucher__credit__body")
    found = clearing_queries.clearings_visible_to(acting.actor).select_related(*joined).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_OVERSEE)
def clearing_sign(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Sign an explanation as the second person."""
    found, form = _clearing_or_404(acting, pk), SignClearingForm(request.POST or None)

    def write() -> str:
        client_id = form.cleaned_data["client_id"]
        return services.sign_clearing(actor=acting.actor, at=clock.now(), client_id=client_id, clearing_id=found.pk).ref

    sheet = _Sheet(_("签认差异"), _("同意"), _facts(found.line, found.voucher), found)
    return _as_second(request, acting, sheet, form=form, write=write, done=_("已签认。"))


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_OVERSEE)
def clearing_refuse(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Refuse an explanation as the second person."""
    found, form = _clearing_or_404(acting, pk), RefuseClearingForm(request.POST or None)

    def write() -> str:
        said = form.cleaned_data
        return services.refuse_clearing(
            actor=acting.actor,
            at=clock.now(),
            client_id=said["client_id"],
            clearing_id=found.pk,
            reason=said["reason"],
        ).ref

    sheet = _Sheet(_("不同意说明"), _("不同意"), _facts(found.line, found.voucher), found)
    return _as_second(request, acting, sheet, form=form, write=write, done=_("已记下，这笔差异仍然开着。"))


def _as_second(
    request: HttpRequest,
    acting: Acting,
    sheet: "_Sheet",
    *,
    form: SentForm,
    write: Callable[[], str],
    done: Promise,
) -> HttpResponse:
    """Show the form to whoever may be the second person, to everybody else why not; then ask the service.

    Also where the decision is no: only the service knows a form that is sent a second time.
    """
    found = sheet.clearing
    assert found is not None, "what is settled was explained"
    decision = may_settle(state=found.state, proposed_by=proposers_of(found), actor=acting.actor)
    refusal = None if decision else Written(decision=decision, status=403)
    if request.method != "POST" or not form.is_valid():
        return _show(request, acting, sheet, form=form if decision else None, written=refusal)
    written = send(form, write)
    if not written.is_done:
        return _show(request, acting, sheet, form=form if decision else None, written=refusal or written)
    messages.success(request, str(done))
    return redirect("desk:clearing", pk=found.pk)


@dataclass(frozen=True)
class _Sheet:
    """The words around a form, the difference beside it, and what was said of it before."""

    title: str | Promise
    submit: str | Promise
    facts: "_Facts"
    clearing: Clearing | None = None


def _show(
    request: HttpRequest, acting: Acting, sheet: _Sheet, *, form: SentForm | None, written: Written | None = None
) -> HttpResponse:
    crumbs: list[tuple[str | Promise, str]] = [(_("差异"), reverse("desk:differences"))]
    if sheet.clearing is not None:
        crumbs.append((sheet.clearing.get_kind_display(), reverse("desk:clearing", args=[sheet.clearing.pk])))
    context = {
        "sheet": sheet,
        "form": form,
        "decision": None if written is None else written.decision,
        "crumbs": [*crumbs, (sheet.title, "")],
    }
    faulty = 422 if form is not None and form.is_bound else 200
    return desk_page(request, "clearing_form", acting, context, status=faulty if written is None else written.status)


def _facts(line: StatementLine | None, voucher: Voucher | None) -> _Facts:
    """Put what stands on the statement beside what stands in the books."""
    facts: list[tuple[str | Promise, str | Promise]] = []
    if line is not None:
        facts += [
            (_("对账单"), line.statement.name),
            (_("流水号"), line.reference),
            (_("记账日期"), full_day_words(line.booked_on)),
            (_("对账单金额"), yuan(line.amount_fen)),
            (_("写的凭证编号"), line.voucher_number or "—"),
        ]
    if voucher is not None:
        facts += [
            (_("凭证"), voucher.number),
            (_("入账"), full_day_words(voucher.settled_at) if voucher.settled_at else "—"),
            (_("凭证金额"), yuan(voucher.amount_fen)),
            (_("付款账户"), account_words(voucher.debit)),
            (_("收款账户"), account_words(voucher.credit)),
            (_("依据"), voucher.basis),
        ]
    return tuple(facts)
