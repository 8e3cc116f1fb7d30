"""An application of the demonstration on its way: asked for, examined, heard, voted on, in force, and paid."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sanhu.domains.admission.models import Application, Instalment
from sanhu.domains.admission.services import application_moves, instalments
from sanhu.domains.admission.services.application_moves import ApplicationMove
from sanhu.domains.admission.services.drafting import Draft, draft
from sanhu.domains.admission.terms import Choice, GrantKind
from sanhu.domains.funding.models import LedgerAccount
from sanhu.domains.funding.terms import BudgetLine, FundSource
from sanhu.domains.subjects.queries import actor_of, posts_in_force
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.portals.cli.demo.gate_tales import Wish
from sanhu.portals.cli.demo.telling import DISTRICT, Telling, acting, body

EXAMINER, CHAIR, LAWYER, TREASURER = "0071", "0075", "0076", "0077"
MEMBERS, _MEMBER = ("0023", "0025", "0026", "0027"), "joint_meeting_member"
# How many days after it was asked for each thing happens.
_ACCEPTED, _RETURNED, _LAWFUL, _FUNDED, _HEARD, _CONVENED, _MEETS, _IN_FORCE = 1, 2, 3, 4, 5, 6, 9, 12
_PERIOD = timedelta(days=100)
_PAID_AHEAD = 3  # days before an instalment is due
_RETURNED_FOR = "一是没有写明由谁到场确认；二是协助边界太笼统；三是频次“随时”算不出工作量。请一次补齐。"


def first_day(wish: Wish, as_of: datetime) -> date:
    """Give the day the help is to begin."""
    return legal_day(as_of) - timedelta(days=wish.starts_ago)


def apply_for(telling: Telling, *, wish: Wish) -> None:
    """Draft an application, submit it, and take it as far as it came."""
    at = telling.moment(wish.asked_ago, 9)
    officer = acting(wish.officer, at)
    drafted = draft(actor=officer, at=at, client_id=telling.next_id(), wish=_draft(wish, telling.as_of))
    way = _Way(telling, wish, drafted)
    way.move("submit", wish.officer, day=0)
    if wish.to == "returned":
        way.move("return", EXAMINER, day=_RETURNED, reason=_RETURNED_FOR)
        return
    way.be_examined()
    if wish.to in {"joint_meeting", "rejected", "effective"}:
        way.be_decided()
    if wish.to == "effective":
        way.move("put_in_force", EXAMINER, day=_IN_FORCE, document_number=f"示授〔{at.year}〕{drafted.pk}号")
        way.be_paid()


def _draft(wish: Wish, as_of: datetime) -> Draft:
    starts_on = first_day(wish, as_of)
    parts = [{"due_on": starts_on + timedelta(days=days), "amount_fen": fen} for days, fen in wish.parts]
    return Draft(
        name=wish.name,
        affair_class=wish.affair_class,
        starts_on=starts_on,
        ends_on=starts_on + _PERIOD,
        minutes_each=wish.minutes,
        power_kind=GrantKind.COMMISSION,
        amount_each_fen=wish.amount_fen,
        source=FundSource.FEE_FOLLOWS_AFFAIR,
        line=BudgetLine.L9,
        legal_basis=wish.legal_basis,
        necessity=wish.necessity,
        content=wish.content,
        boundary=wish.boundary,
        acts=wish.acts,
        frequency=wish.frequency,
        power_article=wish.legal_basis,
        power_scope=wish.content,
        training="部门派人讲解半天，给出书面做法",
        cost_basis="按本区每分钟 0.60 元的标准，另计材料费",
        instalments=tuple(parts),
        exit_terms="期满自行结束；经费逾期未到的，居民委员会可以依法中止",
        committee_ids=tuple(body(name).pk for name in wish.committees),
    )


@dataclass
class _Way:
    """The way of one application; each step is half an hour later in the day than the one before."""

    telling: Telling
    wish: Wish
    application: Application
    hour: float = 9

    def move(self, code: str, by: str | Actor, *, day: int, role: str = "", **asked: object) -> None:
        """Let somebody make a move, so many days after the application was asked for."""
        self.hour += 0.5
        at = self.telling.moment(self.wish.asked_ago - day, self.hour)
        self.application = application_moves.make_move(
            actor=by if isinstance(by, Actor) else acting(by, at, role),
            at=at,
            client_id=self.telling.next_id(),
            number=self.application.number,
            request=ApplicationMove(code, self.application.revision, **asked),  # type: ignore[arg-type]
        )

    def be_examined(self) -> None:
        """Be accepted, and looked at by law, money and committees; what is still reviewed lacks some of it."""
        self.move("accept", EXAMINER, day=_ACCEPTED)
        self.move(
            "check_legality", LAWYER, day=_LAWFUL, agrees=True, reason="有法律依据，边界清楚，没有禁止交办的内容。"
        )
        if self.wish.to == "reviewing":
            self._be_heard(self.wish.committees[:1])
            return
        account = LedgerAccount.objects.get(
            district=DISTRICT,
            body_id=self.application.organ_id,
            source=FundSource.FEE_FOLLOWS_AFFAIR,
            line=BudgetLine.L9,
            year=self.application.starts_on.year,
        )
        reason = "预算已下达，余额足够。"
        self.move("check_funding", TREASURER, day=_FUNDED, agrees=True, reason=reason, account_id=account.pk)
        self._be_heard(self.wish.committees)

    def _be_heard(self, committees: tuple[str, ...]) -> None:
        for name in committees:
            at = self.telling.moment(self.wish.asked_ago - _HEARD, self.hour)
            post = (
                posts_in_force(at)
                .select_related("organisation", "role")
                .filter(organisation=body(name))
                .order_by("pk")[0]
            )
            agrees = self.wish.to != "rejected"
            reason = "人手排得开，愿意协助。" if agrees else "上门打分会让老人为难，居民委员会也不宜替部门评价服务商。"
            self.move("hear", actor_of(post), day=_HEARD, agrees=agrees, reason=reason)

    def be_decided(self) -> None:
        """Come before the joint meeting; where it still sits, one member has voted."""
        meets_on = legal_day(self.telling.moment(self.wish.asked_ago - _MEETS))
        self.move("convene", EXAMINER, day=_CONVENED, meets_on=meets_on)
        choice = Choice.REJECT if self.wish.to == "rejected" else Choice.APPROVE
        for member in MEMBERS[:1] if self.wish.to == "joint_meeting" else MEMBERS:
            own = acting(member, self.telling.as_of).organisation_id == self.application.organ_id
            chosen = Choice.RECUSE if own else choice
            self.move("vote", member, day=_MEETS, role=_MEMBER, choice=chosen)
        if self.wish.to == "effective":
            self.move("approve", CHAIR, day=_MEETS)
        elif self.wish.to == "rejected":
            self.move("reject", CHAIR, day=_MEETS, reason="服务评价应由部门委托第三方进行，不交居民委员会。")

    def be_paid(self) -> None:
        """Be paid what fell due, each part a few days ahead of its day."""
        for part in self._due():
            ago = (legal_day(self.telling.as_of) - part.due_on).days + _PAID_AHEAD
            at = self.telling.moment(ago, 11)
            officer = acting(self.wish.officer, at)
            instalments.pay(
                actor=officer,
                at=at,
                client_id=self.telling.next_id(),
                instalment_id=part.pk,
                basis=f"示拨〔{at.year}〕{part.pk}号",
                draft_id=self.telling.scanned(officer, at),
            )

    def _due(self) -> Iterator[Instalment]:
        today = legal_day(self.telling.as_of)
        parts = Instalment.objects.filter(task__application=self.application, due_on__lt=today)
        late = parts.order_by("task__number", "-ordinal").first() if self.wish.is_paid_late else None
        for part in parts.select_related("task").order_by("due_on", "task__number"):
            if part != late:
                yield part
