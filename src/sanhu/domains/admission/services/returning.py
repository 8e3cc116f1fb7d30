"""A task leaves its committee for whoever is to bear it, with power and money (R14, R33, R34): all of it, or none."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.models import Application, ReturnProposal, Task
from sanhu.domains.admission.queries.tasks import standing_of
from sanhu.domains.admission.rules.returns import may_end_task
from sanhu.domains.admission.services.ending import cancel_unpaid, close, take_back
from sanhu.domains.admission.services.handing_over import hand_over
from sanhu.domains.admission.services.steps import not_before_the_last_step
from sanhu.domains.funding.holds import standing_hold
from sanhu.domains.funding.models import Voucher
from sanhu.domains.funding.services.accounts import account_for
from sanhu.domains.funding.services.giving_back import give_back
from sanhu.domains.funding.services.moving import move_remainder
from sanhu.domains.funding.terms import VoucherKind
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.decisions import Refused

RETURNED = _("任务已回归承担单位，权限随之收回")


@dataclass(frozen=True)
class Going:
    """What goes along: what of the money paid is not spent, and the paper that gives another committee its power."""

    unspent_fen: int = 0
    document_number: str = ""


def transfer_task(
    proposal: ReturnProposal, going: Going, *, reason: str, article: str, actor: Actor, at: datetime
) -> datetime:
    """End the proposal's task where it still runs, and write on the proposal what went along. Gives the moment.

    What was set aside and not paid goes to whoever bears it now: to the payer's own account as free money, to another
    body as set aside for it. What was paid and not spent goes there by voucher. Another committee takes the task over.
    Raises Refused, and then the caller's transaction holds nothing.
    """
    if proposal.task_id is None:
        return at
    seen = Task.objects.get(pk=proposal.task_id)
    Application.objects.select_for_update().get(pk=seen.application_id)
    task = Task.objects.select_for_update().get(pk=seen.pk)
    if not task.is_open:
        return at
    at = not_before_the_last_step(task, at)
    decision = may_end_task(awaits_signature=standing_of(task, actor=actor, at=at).awaits_signature)
    if not decision:
        raise Refused(decision)
    if proposal.bearer.kind == SubjectKind.RESIDENTS_COMMITTEE:
        _hand_over(proposal, task, going, reason=reason, article=article, actor=actor, at=at)
    else:
        _go_back(proposal, task, going, reason=reason, article=article, actor=actor, at=at)
    return at


def _hand_over(
    proposal: ReturnProposal, task: Task, going: Going, *, reason: str, article: str, actor: Actor, at: datetime
) -> None:
    heir = hand_over(
        task,
        heir_id=proposal.bearer_id,
        unspent_fen=going.unspent_fen,
        document_number=going.document_number,
        reason=reason,
        article=article,
        actor=actor,
        at=at,
    )
    proposal.successor, proposal.reservation = heir, heir.reservation
    proposal.released_fen, proposal.unspent_fen = heir.amount_fen, going.unspent_fen
    moved = Voucher.objects.filter(kind=VoucherKind.TRANSFER, purpose_ref=heir.ref)
    proposal.voucher = moved.first() if going.unspent_fen else None


def _go_back(
    proposal: ReturnProposal, task: Task, going: Going, *, reason: str, article: str, actor: Actor, at: datetime
) -> None:
    _move_money(proposal, task, going, actor=actor, at=at)
    cancelled = cancel_unpaid(task, at=at)
    take_back(task, reason=RETURNED, actor=actor, at=at)
    facts = {
        "return": proposal.number,
        "bearer": proposal.bearer_id,
        "amount_fen": proposal.released_fen,
        "unspent_fen": proposal.unspent_fen,
    }
    close(task, "go_back", actor=SYSTEM, at=at, rows=cancelled, reason=reason, article=article, facts=facts)


def _move_money(proposal: ReturnProposal, task: Task, going: Going, *, actor: Actor, at: datetime) -> None:
    reservation = standing_hold(task.reservation_id)
    account, unspent_fen, basis = reservation.account, going.unspent_fen, proposal.document_number
    proposal.unspent_fen = unspent_fen
    is_home = proposal.bearer_id == account.body_id
    if is_home or reservation.held_fen + unspent_fen == 0:
        proposal.released_fen, proposal.voucher = give_back(
            reservation, purpose_ref=task.ref, unspent_fen=unspent_fen, basis=basis, actor=actor, at=at
        )
        return
    payee = account_for(
        district=account.district,
        body_id=proposal.bearer_id,
        source=account.source,
        line=account.line,
        year=account.year,
        actor=actor,
        at=at,
    )
    moved, proposal.voucher = move_remainder(
        reservation,
        payee=payee,
        purpose_ref=proposal.ref,
        unspent_fen=unspent_fen,
        basis=basis,
        actor=actor,
        at=at,
    )
    proposal.reservation, proposal.released_fen = moved, moved.amount_fen
