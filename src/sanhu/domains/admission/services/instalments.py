"""Paying what falls due on a task (R34): by the body whose money was set aside, on a voucher with its paper."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.events import AdmissionEvent
from sanhu.domains.admission.models import Instalment, Task
from sanhu.domains.admission.parties import MONEY_ARTICLE
from sanhu.domains.admission.queries.tasks import visible_to
from sanhu.domains.admission.rules.tasks import may_pay
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.holds import standing_hold
from sanhu.domains.funding.models import Voucher
from sanhu.domains.funding.queries import is_paid
from sanhu.domains.funding.services.paying import ask_payment
from sanhu.domains.funding.terms import VoucherState
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse

_VOUCHER = "voucher:"


def pay(*, actor: Actor, at: datetime, client_id: UUID, instalment_id: int, basis: str, draft_id: UUID) -> Voucher:
    """Ask for the payment of an instalment; it is made at once, or waits where a second person has to sign.

    Raises GateNotFound for what the actor may not see, and Refused: to anybody but the payer, twice, after the end.
    """
    asked = {"pay": instalment_id, "basis": basis, "draft_id": draft_id}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    answer = once.answer(lambda: _pay(once, instalment_id, basis, draft_id, at=at))
    return Voucher.objects.get(number=answer.removeprefix(_VOUCHER))


@transaction.atomic
def _pay(once: Once, instalment_id: int, basis: str, draft_id: UUID, *, at: datetime) -> str:
    actor = once.actor
    task = visible_to(actor).select_for_update(of=("self",)).filter(instalments=instalment_id).first()
    if task is None:
        raise GateNotFound(str(instalment_id))
    reservation = standing_hold(task.reservation_id)
    decision = may_pay(district=task.district, payer_id=reservation.account.body_id, actor=actor)
    if not decision:
        raise Refused(decision)
    part = Instalment.objects.select_related("voucher").get(pk=instalment_id)
    _check(task, part)
    part.voucher = ask_payment(
        reservation=reservation,
        amount_fen=part.amount_fen,
        basis=basis,
        reason="",
        draft_id=draft_id,
        actor=actor,
        at=at,
    )
    part.save(update_fields=["voucher"])
    record(
        event=AdmissionEvent.INSTALMENT_PAID,
        actor=actor,
        at=at,
        subject=task.ref,
        district=task.district,
        rows=[part],
        facts={"instalment": part.ordinal, "voucher": part.voucher.number, "state": part.voucher.state},
    )
    return once.remember(part.voucher.ref)


def _check(task: Task, part: Instalment) -> None:
    faults = (
        (part.cancelled_at is not None or not task.is_open, _("任务已经结束，这一笔不再拨付")),
        (part.voucher is not None and is_paid(part.voucher), _("这一笔已经拨付")),
        (
            part.voucher is not None and part.voucher.state == VoucherState.WAITING,
            _("这一笔已经申请拨付，正等待第二人签批"),
        ),
    )
    if reasons := [reason for is_faulty, reason in faults if is_faulty]:
        raise Refused(refuse(*reasons, citations=(MONEY_ARTICLE,)))
