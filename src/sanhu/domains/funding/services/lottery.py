"""Lottery projects: registering what was approved, letting its money in, and the yearly notice of its use."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.earmark_queries import earmark_for
from sanhu.domains.funding.earmark_terms import EarmarkKind
from sanhu.domains.funding.lottery_queries import expected_fen, figures_of, plan_of
from sanhu.domains.funding.lottery_rules import (
    NOTHING_NEW,
    NOTHING_TO_TELL,
    ProjectWish,
    check_notice,
    check_plan,
    check_project,
    check_receipt,
    due_on,
    may_announce,
)
from sanhu.domains.funding.lottery_terms import LotteryEvent
from sanhu.domains.funding.models import LotteryNotice, LotteryProject, PlannedExpense, Voucher
from sanhu.domains.funding.rules import MONEY_ARTICLE, NOT_PERMITTED
from sanhu.domains.funding.services.earmarks import open_earmark, receive
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.posting import Papers
from sanhu.domains.funding.services.years import let_nobody_post
from sanhu.domains.funding.source_rules import notice_rule
from sanhu.domains.funding.spending_terms import ExpenseKind
from sanhu.domains.funding.terms import BudgetLine
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import require
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day


@dataclass(frozen=True)
class Grant:
    """Money that comes in for a project: into which year, how much, and on what paper."""

    number: str
    year: int
    amount_fen: int
    basis: str
    reason: str
    draft_id: UUID


def register_project(*, actor: Actor, at: datetime, client_id: UUID, wish: ProjectWish) -> LotteryProject:
    """Register a project as it was approved, once, with its earmark and its plan.

    Raises Refused, with X-12 for a plan on what lottery money may not go on; FundingNotFound for another district's
    body.
    """
    once = Once(client_id=client_id, actor=actor, asked=asdict(wish), at=at)
    return LotteryProject.objects.select_related("earmark").get(
        earmark__number=once.answer(lambda: _register(once, wish, at=at))
    )


@transaction.atomic
def _register(once: Once, wish: ProjectWish, *, at: datetime) -> str:
    actor = once.actor
    _require_budget(actor)
    require(check_project(wish))
    require(check_plan(wish.plan), field="plan")
    earmark = open_earmark(
        kind=EarmarkKind.LOTTERY_PROJECT,
        body_id=wish.body_id,
        line=BudgetLine.L10,
        purpose=wish.purpose,
        actor=actor,
        at=at,
    )
    project = LotteryProject.objects.create(
        earmark=earmark,
        organ=wish.organ,
        document_number=wish.document_number.strip(),
        approved_on=wish.approved_on,
        field=wish.field,
        first_on=wish.first_on,
        last_on=wish.last_on,
    )
    plan = [
        PlannedExpense.objects.create(project=project, expense=kind, amount_fen=wish.plan[kind])
        for kind in ExpenseKind
        if kind in wish.plan
    ]
    record(
        event=LotteryEvent.PROJECT_REGISTERED,
        actor=actor,
        at=at,
        subject=earmark.ref,
        district=earmark.district,
        rows=[project, *plan],
        facts={"document_number": project.document_number, "planned_fen": sum(wish.plan.values())},
    )
    return once.remember(earmark.number)


def receive_grant(*, actor: Actor, at: datetime, client_id: UUID, grant: Grant) -> Voucher:
    """Let a project's money in, once, never more than its plan comes to; from the limit on a second person signs."""
    once = Once(client_id=client_id, actor=actor, asked=asdict(grant), at=at)
    return Voucher.objects.get(number=once.answer(lambda: _receive(once, grant, at=at)))


@transaction.atomic
def _receive(once: Once, grant: Grant, *, at: datetime) -> str:
    actor = once.actor
    earmark = earmark_for(actor, grant.number)
    _require_budget(actor)
    if not LotteryProject.objects.filter(earmark=earmark).exists():
        raise FundingNotFound(grant.number)

    def leaves_room() -> None:
        project = LotteryProject.objects.select_for_update().get(earmark=earmark)
        planned = sum(plan_of(project).values())
        room = check_receipt(planned_fen=planned, received_fen=expected_fen(earmark), amount_fen=grant.amount_fen)
        require(room, field="amount_fen")

    voucher = receive(
        earmark=earmark,
        year=grant.year,
        amount_fen=grant.amount_fen,
        papers=Papers(basis=grant.basis, reason=grant.reason, draft_id=grant.draft_id),
        actor=actor,
        at=at,
        once_locked=leaves_room,
    )
    return once.remember(voucher.number)


def announce(*, actor: Actor, at: datetime, client_id: UUID, year: int, words: str) -> LotteryNotice:
    """Announce how one's own body used lottery money in a year that is over, once; anew where something changed."""
    once = Once(client_id=client_id, actor=actor, asked={"announce": year, "words": words}, at=at)
    ref = once.answer(lambda: _announce(once, year, words.strip(), at=at))
    return LotteryNotice.objects.select_related("body").get(pk=int(ref.rpartition(":")[2]))


@transaction.atomic
def _announce(once: Once, year: int, words: str, *, at: datetime) -> str:
    actor = once.actor
    require(may_announce(actor))
    assert actor.organisation_id is not None, "a body announces"
    assert actor.person_id is not None, "a post is held by somebody"
    require(check_notice(year=year, words=words, today=legal_day(at)), field="words")
    let_nobody_post()
    figures = figures_of(actor.organisation_id, year)
    if not figures:
        raise Refused(refuse(NOTHING_TO_TELL, citations=(notice_rule().article,)))
    last = LotteryNotice.objects.filter(body=actor.organisation_id, year=year).order_by("ordinal").last()
    if last is not None and (last.figures, last.words) == (figures, words):
        raise Refused(refuse(NOTHING_NEW, citations=(notice_rule().article,)))
    notice = LotteryNotice.objects.create(
        district=actor.district,
        body_id=actor.organisation_id,
        year=year,
        ordinal=1 if last is None else last.ordinal + 1,
        published_at=at,
        published_by_id=actor.person_id,
        due_on=due_on(year),
        figures=figures,
        words=words,
    )
    record(
        event=LotteryEvent.NOTICE_PUBLISHED,
        actor=actor,
        at=at,
        subject=notice.ref,
        district=notice.district,
        rows=[notice],
        facts={"year": year, "projects": len(figures), "is_late": legal_day(at) > notice.due_on},
    )
    return once.remember(notice.ref)


def _require_budget(actor: Actor) -> None:
    if actor.kind is not ActorKind.POST or not actor.may(Permission.FUNDING_BUDGET):
        raise Refused(refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,)))
