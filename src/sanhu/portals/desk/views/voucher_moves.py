"""What may be done with a voucher: the second person's yes or no, and taking back what was posted (X-18)."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.funding.models import Voucher
from sanhu.domains.funding.queries import signing_of, why_second
from sanhu.domains.funding.rules import may_sign
from sanhu.domains.funding.services import paying, reversing
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.spending_queries import spendings_of
from sanhu.domains.funding.spending_rules import NAME_ERASED
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.vouchers import RejectForm, ReverseForm, SignForm
from sanhu.portals.desk.papers import Paper, show_paper
from sanhu.portals.desk.scans import keep_scans
from sanhu.portals.desk.sending import SentForm, send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.ledger_accounts import SEES_MONEY, account_words
from sanhu.portals.desk.views.vouchers import voucher_or_404
from sanhu.portals.look.amounts import yuan


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*SEES_MONEY)
def voucher_sign(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Sign as the second person, and post."""
    found = voucher_or_404(acting.actor, number)
    form = SignForm(request.POST or None)
    paper = _paper(found, title=_("签批凭证"), submit=_("同意，记账"), done=_("已签批，凭证已记账。"))

    def write() -> Voucher:
        client_id = form.cleaned_data["client_id"]
        return paying.sign(actor=acting.actor, at=clock.now(), client_id=client_id, number=number)

    return _as_second(request, acting, paper, form, write, decision=may_sign(signing_of(found), actor=acting.actor))


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*SEES_MONEY)
def voucher_reject(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Say no as the second person."""
    found = voucher_or_404(acting.actor, number)
    form = RejectForm(request.POST or None)
    paper = _paper(found, title=_("不同意凭证"), submit=_("不同意"), done=_("已记下，凭证没有通过。"))

    def write() -> Voucher:
        said = form.cleaned_data
        return paying.reject(
            actor=acting.actor, at=clock.now(), client_id=said["client_id"], number=number, reason=said["reason"]
        )

    return _as_second(request, acting, paper, form, write, decision=may_sign(signing_of(found), actor=acting.actor))


def _as_second(
    request: HttpRequest,
    acting: Acting,
    paper: Paper,
    form: SentForm,
    write: Callable[[], Voucher],
    *,
    decision: Decision,
) -> HttpResponse:
    """Show the form to whoever may be the second person, and to everybody else why not; then ask the service."""
    if request.method != "POST" or not form.is_valid():
        return show_paper(request, acting, paper, form) if decision else _refuse(request, acting, paper, decision)
    return _settle(request, acting, paper, form, write, decision=decision)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET, Permission.FUNDING_PAY)
def voucher_reverse(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Take a posted voucher back with a voucher of its own."""
    found = voucher_or_404(acting.actor, number)
    decision = reversing.may_reverse(found, actor=acting.actor)
    paper = _paper(found, title=_("冲销凭证"), submit=_("冲销"), done=_("冲销凭证已写好。"))
    form = ReverseForm(request.POST, request.FILES) if request.method == "POST" else ReverseForm()
    if not decision and not form.is_valid():
        return _refuse(request, acting, paper, decision)
    refusals = keep_scans(request, acting) if request.method == "POST" else []
    if request.method != "POST" or not form.is_valid() or refusals:
        return show_paper(request, acting, paper, form, scan_refusals=refusals)

    def write() -> Voucher:
        said = form.cleaned_data
        return reversing.reverse(
            actor=acting.actor,
            at=clock.now(),
            client_id=said["client_id"],
            number=number,
            basis=said["basis"],
            reason=said["reason"],
            draft_id=said["draft_id"],
        )

    return _settle(request, acting, paper, form, write, decision=decision)


def _refuse(request: HttpRequest, acting: Acting, paper: Paper, decision: Decision) -> HttpResponse:
    return show_paper(request, acting, paper, None, Written(decision=decision, status=403))


def _settle(
    request: HttpRequest,
    acting: Acting,
    paper: Paper,
    form: SentForm,
    write: Callable[[], Voucher],
    *,
    decision: Decision,
) -> HttpResponse:
    """Ask the service, also where the decision is no: only the service knows a form that is sent a second time."""

    def number() -> str:
        try:
            return write().number
        except FundingNotFound:
            raise Http404 from None

    written = send(form, number)
    if not written.is_done and not decision:
        return _refuse(request, acting, paper, decision)
    if not written.is_done:
        return show_paper(request, acting, paper, form, written)
    messages.success(request, str(paper.done))
    return redirect("desk:voucher", number=written.ref)


def _paper(found: Voucher, *, title: Promise, submit: Promise, done: Promise) -> Paper:
    """The voucher beside the form: what one compares the paper with."""
    facts: list[tuple[str | Promise, str | Promise]] = [
        (_("凭证"), found.number),
        (_("种类"), found.get_kind_display()),
        (_("金额"), yuan(found.amount_fen)),
        (_("付款账户"), account_words(found.debit)),
        (_("收款账户"), account_words(found.credit)),
        (_("依据"), found.basis),
    ]
    if spending := spendings_of([found]).get(found.pk):
        facts.append((_("支出类别"), spending.get_expense_display()))
        facts.append((_("付给"), spending.payee_name or gettext(NAME_ERASED)))
    if why := why_second(found):
        facts.append((_("为什么要第二人"), gettext(why)))
    return Paper(
        title=title,
        submit=submit,
        done=done,
        facts=tuple(facts),
        crumbs=(
            (_("凭证"), reverse("desk:vouchers")),
            (found.number, reverse("desk:voucher", kwargs={"number": found.number})),
            (title, ""),
        ),
    )
