"""Admitted tasks in the hands of the gate's people: brought into force by 高, paid by 孙, borne by 陈 and 柳."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from sanhu.domains.admission.models import Application, ApplicationCommittee, Instalment, PowerGrant, Task
from sanhu.domains.admission.services import ending, entering, instalments, powers, steps, task_moves
from sanhu.domains.admission.services.task_moves import TaskMove
from sanhu.domains.admission.statutory import by_item
from sanhu.domains.admission.tables import APPLICATION
from sanhu.domains.admission.terms import GrantKind
from sanhu.domains.funding.models import Voucher
from sanhu.domains.funding.terms import BudgetLine, FundSource
from tests.cast import DISTRICT, MONDAY_MORNING
from tests.domains.casework.test_clocks import shanghai
from tests.domains.funding.money import Purse, keep_scan
from tests.gate import COMMITTEE, ORGAN, OTHER_COMMITTEE

STARTS_ON, ENDS_ON = date(2026, 12, 1), date(2026, 12, 30)  # thirty days
FIRST_DUE, SECOND_DUE = date(2026, 12, 5), date(2026, 12, 20)
PARTS = [
    {"due_on": FIRST_DUE.isoformat(), "amount_fen": 120_000},
    {"due_on": SECOND_DUE.isoformat(), "amount_fen": 60_000},
]
EACH_FEN = 180_000
MINUTES = 3001
DOCUMENT = "示城管委〔2026〕5号"
BUDGET = 1_000_000
STATUTORY_ITEM = next(iter(by_item()))
_SAID = ("legal_basis", "necessity", "content", "boundary", "frequency", "training", "cost_basis", "exit_terms")


def noon(day: date) -> datetime:
    """Give noon of a legal day."""
    return shanghai(day.isoformat(), "12:00")


@dataclass
class Bearing:
    """One test's tasks and their money."""

    purse: Purse

    def approved(self, *committees: str, **changes: object) -> Application:
        """Give an approved application of 区城市管理局 for some committees, both unless others are named."""
        gate = self.purse.gate
        said: dict[str, object] = {
            **dict.fromkeys(_SAID, "示例"),
            "name": "垃圾分类入户宣传",
            "affair_class": "K1",
            "acts": ["publicise"],
            "starts_on": STARTS_ON,
            "ends_on": ENDS_ON,
            "minutes_each": MINUTES,
            "power_kind": GrantKind.COMMISSION,
            "power_article": "示范区市容条例第十条",
            "power_scope": "入户宣传、登记意愿",
            "data_fields": [],
            "amount_each_fen": EACH_FEN,
            "source": FundSource.FEE_FOLLOWS_AFFAIR,
            "line": BudgetLine.L9,
            "instalments": PARTS,
            "state": "approved",
            "organ": gate.bodies[ORGAN],
        }
        if "account" not in changes:
            changes["account"] = self.purse.fund(BUDGET)
        application = Application.objects.create(
            number=f"{DISTRICT}-2026-A{Application.objects.count() + 1:04}",
            district=DISTRICT,
            revision=1,
            drafted_at=MONDAY_MORNING,
            submitted_at=MONDAY_MORNING,
            accepted_at=MONDAY_MORNING,
            **(said | changes),
        )
        for name in committees or (COMMITTEE, OTHER_COMMITTEE):
            ApplicationCommittee.objects.create(application=application, committee=gate.bodies[name])
        return application

    def put_in_force(
        self,
        application: Application,
        *,
        document_number: str = DOCUMENT,
        at: datetime | None = None,
        **period: date,
    ) -> list[Task]:
        """Bring an application into force as its door does, all in one transaction."""
        at = at or self.purse.now()
        actor = self.purse.gate.actor("高", at)
        with transaction.atomic():
            application = Application.objects.select_for_update().get(pk=application.pk)
            document = entering.Document(document_number, **period)
            rows = entering.put_in_force(application, document=document, actor=actor, at=at)
            application.in_force_at = at
            steps.apply(application, APPLICATION.move("put_in_force"), actor=actor, at=at, rows=rows)
        return list(Task.objects.filter(application=application).order_by("number"))

    def revoke(self, application: Application, *, at: datetime) -> None:
        """Revoke an application as its door does."""
        actor = self.purse.gate.actor("石", at)
        with transaction.atomic():
            application = Application.objects.select_for_update().get(pk=application.pk)
            rows = ending.end_tasks(application, move="revoke", actor=actor, at=at)
            application.ended_at = at
            steps.apply(application, APPLICATION.move("revoke"), actor=actor, at=at, reason="撤销", rows=rows)

    def task(self, *committees: str, at: datetime | None = None, **changes: object) -> Task:
        """Give a task in force, 翠园's unless another committee is named."""
        return self.put_in_force(self.approved(*(committees or (COMMITTEE,)), **changes), at=at)[0]

    def move(self, task: Task, code: str, *, by: str, on: date, **asked: object) -> Task:
        at = noon(on)
        revision = Task.objects.get(pk=task.pk).revision
        request = TaskMove(move=code, **({"revision": revision, "reason": "见台账。"} | asked))
        actor = self.purse.gate.actor(by, at)
        return task_moves.make_move(actor=actor, at=at, client_id=uuid4(), number=task.number, request=request)

    def hand_over(self, task: Task, *, on: date, to: str = OTHER_COMMITTEE, by: str = "高", **asked: object) -> Task:
        asked = {"committee_id": self.purse.gate.bodies[to].pk, "document_number": DOCUMENT} | asked
        return self.move(task, "hand_over", by=by, on=on, **asked)

    def pay(self, task: Task, ordinal: int = 1, *, by: str = "孙", on: date = STARTS_ON) -> Voucher:
        part, at = Instalment.objects.get(task=task, ordinal=ordinal), noon(on)
        actor = self.purse.gate.actor(by, at)
        return instalments.pay(
            actor=actor,
            at=at,
            client_id=uuid4(),
            instalment_id=part.pk,
            basis="示拨〔2026〕7号",
            draft_id=keep_scan(actor, at=at),
        )

    def withdraw(
        self, task: Task, *, last_day: date, on: date, by: str = "吴", reason: str = "机构调整。"
    ) -> PowerGrant:
        at = noon(on)
        return powers.withdraw(
            actor=self.purse.gate.actor(by, at),
            at=at,
            client_id=uuid4(),
            grant_id=Task.objects.get(pk=task.pk).grant_id,
            last_day=last_day,
            reason=reason,
        )

    def give_anew(
        self, task: Task, *, on: date, by: str = "吴", document_number: str = "示城管委〔2026〕8号"
    ) -> PowerGrant:
        at = noon(on)
        return powers.give_anew(
            actor=self.purse.gate.actor(by, at),
            at=at,
            client_id=uuid4(),
            number=task.number,
            document_number=document_number,
        )


class Broken(Exception):  # noqa: N818 - it is no error of the house
    """The database went away."""


@dataclass
class Reached:
    """How many changing statements there were, and whether the fault was among them."""

    statements: int = 0
    broke: bool = False


@contextmanager
def failing_at(nth: int) -> Iterator[Reached]:
    """Let the n-th statement fail that would change the database: the labelled points of a deed, one after another."""
    reached = Reached()

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            reached.statements += 1
            if reached.statements == nth:
                reached.broke = True
                raise Broken
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield reached
