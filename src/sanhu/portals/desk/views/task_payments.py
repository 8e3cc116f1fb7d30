"""Paying what falls due on a task."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.admission.models import Instalment, Task
from sanhu.domains.admission.queries import tasks as queries
from sanhu.domains.admission.rules.tasks import may_pay
from sanhu.domains.admission.services.instalments import pay
from sanhu.domains.funding.holds import over_years, standing_hold
from sanhu.domains.funding.models import Voucher
from sanhu.domains.funding.queries import recent_fen
from sanhu.domains.funding.rules import second_reason
from sanhu.domains.funding.terms import VoucherKind, VoucherState
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.tasks import InstalmentForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.scans import keep_scans
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.views.tasks import standing_of_part, task_or_404
from sanhu.portals.look.amounts import yuan


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_PAY)
def instalment_pay(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show what is to be paid to whom; take the paper's number and its scan, and pay."""
    part = _part_or_404(acting, pk)
    task = task_or_404(acting.actor, part.task.number)
    payer = task.reservation.account.body_id
    decision = may_pay(district=task.district, payer_id=payer, actor=acting.actor)
    if not decision:
        return _show(request, acting, part, None, decision=decision, status=403)
    if request.method != "POST":
        return _show(request, acting, part, InstalmentForm())
    refusals = keep_scans(request, acting)
    form = InstalmentForm(request.POST, request.FILES)
    if not form.is_valid() or refusals:
        return _show(request, acting, part, form, scan_refusals=refusals, status=422)
    said = form.cleaned_data
    written = send(
        form,
        lambda: (
            pay(
                actor=acting.actor,
                at=clock.now(),
                client_id=said["client_id"],
                instalment_id=pk,
                basis=said["basis"],
                draft_id=said["draft_id"],
            ).number
        ),
    )
    if not written.is_done:
        return _show(request, acting, part, form, decision=written.decision, status=written.status)
    messages.success(request, _paid_words(Voucher.objects.get(number=written.ref)))
    return redirect("desk:task", number=task.number)


def _paid_words(voucher: Voucher) -> str:
    said = {"number": voucher.number, "amount": yuan(voucher.amount_fen)}
    if voucher.state == VoucherState.WAITING:
        return gettext("凭证 %(number)s 已提交，%(amount)s，等第二人签批后拨付。") % said
    return gettext("已拨付 %(amount)s，凭证 %(number)s。") % said


def _part_or_404(acting: Acting, pk: int) -> Instalment:
    seen = queries.visible_to(acting.actor)
    part = Instalment.objects.filter(pk=pk, task__in=seen).select_related("task", "voucher").first()
    if part is None:
        raise Http404
    return part


def _show(
    request: HttpRequest,
    acting: Acting,
    part: Instalment,
    form: InstalmentForm | None,
    *,
    decision: Decision | None = None,
    scan_refusals: list[Decision] | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    task = task_or_404(acting.actor, part.task.number)
    reservation = standing_hold(task.reservation_id)
    is_unpaid = queries.unpaid(task).filter(pk=part.pk).exists()
    standing, words = standing_of_part(part, is_unpaid=is_unpaid, today=legal_day(at))
    is_payable = is_unpaid and standing != "waiting" and task.is_open
    context = {
        "part": part,
        "task": task,
        "application": task.application,
        "payer": reservation.account,
        "reservation": over_years(task.reservation_id),
        "standing": standing,
        "standing_words": words,
        "second": _second(acting, task, part, at=at) if is_payable else "",
        "form": form if is_payable or (form is not None and form.is_bound) else None,
        "decision": decision,
        "scan_refusals": scan_refusals or [],
        "crumbs": [
            (_("协助任务"), reverse("desk:tasks")),
            (task.number, reverse("desk:task", kwargs={"number": task.number})),
            (gettext("拨付第 %(n)d 笔") % {"n": part.ordinal}, ""),
        ],
    }
    return desk_page(request, "instalment_pay", acting, context, status=status)


def _second(acting: Acting, task: Task, part: Instalment, *, at: datetime) -> str:
    """Say why a second person will have to sign; empty where none will."""
    reservation = standing_hold(task.reservation_id)
    moved = recent_fen(
        kind=VoucherKind.PAYMENT,
        persons=acting.actor.persons,
        debit_id=reservation.account_id,
        credit_id=reservation.payee_id,
        at=at,
    )
    return second_reason(amount_fen=part.amount_fen, recent_fen=moved)
