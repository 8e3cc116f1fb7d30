"""Hypothesis walks through the gate and the ledger, lawfully and not: what must hold holds after every step.

Anybody may try anything at any moment. What the house refuses it refuses with a reason and without a trace; whatever it
takes leaves every posting balanced, no cap exceeded, and no task in force without its power and its money.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from sanhu.domains.admission.models import Application, GateStep, Instalment, PowerGrant, Task
from sanhu.domains.admission.services import instalments, powers, task_moves
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.services.task_moves import TaskMove
from sanhu.domains.admission.services.ticks import tick
from sanhu.domains.admission.tables import APPLICATION
from sanhu.domains.admission.terms import Choice
from sanhu.domains.admission.verification import CHECKS as ADMISSION
from sanhu.domains.evidence.models import Entry
from sanhu.domains.funding.models import LedgerAccount, Posting, Voucher
from sanhu.domains.funding.services import years
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.terms import MOST_FEN, VoucherState
from sanhu.domains.funding.verification import CHECKS as FUNDING
from sanhu.engines.decisions import Refused
from sanhu.engines.legal_time import legal_day
from tests import applying
from tests.cast import found_demo_district
from tests.domains.funding.money import Purse, keep_scan
from tests.gate import COMMITTEE, OTHER_COMMITTEE, Gate, open_gate

OFFICIALS = (*"孙吴蒋董高石罗田秦陈柳周郑", "吴会", "董会", "罗会", "秦会")  # 郑 is of the other district
APPLICANTS = {"孙": "区城市管理局", "蒋": "区民政局"}
_gate: list[Gate] = []
_done: Counter[str] = Counter()

MUST_HAPPEN = ("refused", "put_in_force", "expire", "suspend_for_power", "payment posted", "reversal posted")
Draw = Callable[[Any], Any]
RIGHTLY = ""  # whoever may
MOSTLY_RIGHT = (RIGHTLY,) * 2 * len(OFFICIALS) + OFFICIALS
# Hypothesis chooses the seed and how long a walk is; its own choices are too much alike to get far.
DEEDS = (
    "draft",
    "carry_on",
    "carry_on",
    "try_anything",
    "vote",
    "pay",
    "pay",
    "handle",
    "move_task",
    "move_task",
    "withdraw_power",
    "nonsense",
    "time_passes",
    "time_passes",
)


class AtTheGate(RuleBasedStateMachine):
    """One district on one walk; it is rolled back at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = _gate[0]
        self.at = applying.APPLIED_AT + timedelta(hours=3)
        self.walk = transaction.atomic()
        self.walk.__enter__()

    def teardown(self) -> None:
        findings = [finding for check in (*FUNDING, *ADMISSION) for finding in check()]
        _done.update(GateStep.objects.values_list("move", flat=True))
        _done.update(f"{kind} {state}" for kind, state in Voucher.objects.values_list("kind", "state"))
        transaction.set_rollback(True)
        self.walk.__exit__(None, None, None)
        assert findings == [], "what `sanhu verify` proves is true"

    # --- what happens

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.chance = Random(seed)

    @rule()
    def somebody_acts(self) -> None:
        getattr(self, f"_{self.chance.choice(DEEDS)}")(self.chance.choice)

    def now(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    def asks(self, deed: Callable[..., object], *given: object, **named: object) -> bool:
        """Do a deed of which nobody knows whether it is allowed; what is refused leaves no trace."""
        before = (Entry.objects.count(), GateStep.objects.count(), Voucher.objects.count())
        try:
            with transaction.atomic():
                deed(*given, **named)
        except (Refused, GateNotFound, FundingNotFound):
            _done["refused"] += 1
            assert (Entry.objects.count(), GateStep.objects.count(), Voucher.objects.count()) == before
            return False
        return True

    def _draft(self, draw: Draw) -> None:
        name = draw(["反诈宣传", "防火宣传", "文明养犬入户宣传"])
        whom = draw([(COMMITTEE,), (OTHER_COMMITTEE,), (COMMITTEE, OTHER_COMMITTEE)])
        starts_on = legal_day(self.at) + timedelta(days=draw([50, 50, 10]))
        ends_on = starts_on + timedelta(days=30)
        if ends_on.year != self.at.year:
            return  # neither the calendar nor the budget reaches so far
        minutes = draw([600, 600, 15_000])
        half = minutes * settings.SANHU_COST_FEN_A_MINUTE // 2
        parts = [(starts_on, half), (starts_on + timedelta(days=20), half)]
        applying.drafted(
            self.gate,
            by=draw(sorted(APPLICANTS)),
            at=self.now(),
            name=name,
            starts_on=starts_on,
            ends_on=ends_on,
            minutes_each=minutes,
            amount_each_fen=2 * half,
            instalments=tuple({"due_on": on.isoformat(), "amount_fen": fen} for on, fen in parts),
            committee_ids=tuple(self.gate.bodies[one].pk for one in whom),
        )

    def _one(self, draw: Draw) -> Application:
        return draw(list(Application.objects.select_related("organ").order_by("pk")))

    def _carry_on(self, draw: Draw) -> None:
        """Whoever's turn it is does what the usual way asks for, until somebody is refused."""
        application = self._one(draw)
        for _ in range(draw(range(1, 17))):
            application.refresh_from_db()
            wanted = self._next(application)
            if wanted is None or not self._move(application, *wanted):
                break

    def _next(self, application: Application) -> tuple[str, str] | None:
        applicant = next(who for who, organ in APPLICANTS.items() if organ == application.organ.name)
        match application.state:
            case "draft" | "returned":
                return "submit", applicant
            case "submitted":
                return "accept", "高"
            case "reviewing":
                return self._opinion(application)
            case "joint_meeting":
                given = set(application.votes.filter(round=application.round).values_list("person_id", flat=True))
                sitting = ("石", "吴会", "董会", "罗会", "秦会")
                still = [who for who in sitting if self.gate[who].person.pk not in given]
                return ("vote", still[0]) if still else ("approve", "石")
            case "approved":
                return "put_in_force", "高"
            case _:
                return None

    def _opinion(self, application: Application) -> tuple[str, str]:
        given = set(application.opinions.filter(round=application.round).values_list("kind", "committee__name"))
        wanted = [("legality", None, "check_legality", "罗"), ("funding", None, "check_funding", "田")]
        asked = application.committees.filter(ended_at=None).values_list("committee__name", flat=True)
        wanted += [("hearing", name, "hear", applying.HEARERS[name]) for name in asked]
        return next(((move, who) for kind, name, move, who in wanted if (kind, name) not in given), ("convene", "高"))

    def _try_anything(self, draw: Draw) -> None:
        code = draw([move.code for move in APPLICATION.moves])
        rightly = {"revoke": "石", "reject": "石", "return": "高", "withdraw": "孙"}.get(code, "罗")
        self._move(self._one(draw), code, draw(MOSTLY_RIGHT) or rightly)

    def _vote(self, draw: Draw) -> None:
        who, choice = draw(["石", "吴会", "吴", "罗会"]), draw(Choice.values)
        self._move(self._one(draw), "vote", who, choice=choice)

    def _move(self, application: Application, code: str, who: str, **asked: object) -> bool:
        if code == "vote" and not asked:
            partial = {"区城市管理局": "吴会", "区民政局": "董会"}[application.organ.name]
            asked = {"choice": "recuse" if who == partial else "approve"}
        elif code == "check_funding":
            asked = {"account_id": self._funded(application)}
        return self.asks(applying.move, self.gate, application.number, code, by=who, at=self.now(), **asked)

    def _funded(self, application: Application) -> int | None:
        """Money comes into the budget, but not always enough for all that is asked."""
        account = LedgerAccount.objects.filter(body=application.organ, year=2026).first()
        if account is None:
            purse = Purse(self.gate, at=self.at)
            account = purse.fund(1_000_000, application.organ.name)
            self.at = purse.at
        return account.pk

    def _time_passes(self, draw: Draw) -> None:
        later = self.at + timedelta(days=draw([5, 20, 50]))
        if legal_day(later) <= applying.ENDS_ON:
            self.at = later
        tick(at=self.at)
        assert tick(at=self.at) == 0, "a doubled tick changes nothing"

    def _pay(self, draw: Draw) -> None:
        at = self.now()
        actor = self.gate.actor(draw(MOSTLY_RIGHT) or "孙", at)
        place = draw(range(3))
        for part in Instalment.objects.filter(task__is_open=True).order_by("pk")[place : place + 1]:
            asked = {"instalment_id": part.pk, "basis": "示拨〔2026〕7号", "draft_id": keep_scan(actor, at=at)}
            self.asks(instalments.pay, actor=actor, at=at, client_id=uuid4(), **asked)

    def _handle(self, draw: Draw) -> None:
        deed, place = draw(["sign", "reject", "reverse", "reverse"]), draw(range(3))
        who = draw(MOSTLY_RIGHT) or {"reverse": "田"}.get(deed, "秦")
        purse = Purse(self.gate, at=self.now())
        for voucher in Voucher.objects.order_by("-pk")[place : place + 1]:
            self.asks(getattr(purse, deed), voucher.number, by=who)
        self.at = purse.at

    def _move_task(self, draw: Draw) -> None:
        at, place = self.now(), draw(range(3))
        code = draw(["suspend", "suspend", "resume", "hand_over", "expire"])
        for task in Task.objects.filter(is_open=True).select_related("committee").order_by("-pk")[place : place + 1]:
            rightly = "高" if code == "hand_over" else applying.HEARERS[task.committee.name]
            to = OTHER_COMMITTEE if task.committee.name == COMMITTEE else COMMITTEE
            request = TaskMove(
                move=code,
                revision=task.revision,
                reason="见台账，已经核对。",
                committee_id=self.gate.bodies[to].pk,
                unspent_fen=draw([0, 0, 1, -1, 100_000]),
                document_number=applying.DOCUMENT,
            )
            actor = self.gate.actor(draw(MOSTLY_RIGHT) or rightly, at)
            asked = {"actor": actor, "at": at, "number": task.number, "request": request}
            self.asks(task_moves.make_move, client_id=uuid4(), **asked)

    def _withdraw_power(self, draw: Draw) -> None:
        at, place = self.now(), draw(range(3))
        actor = self.gate.actor(draw(["吴", "吴", "董", "孙"]), at)
        last_day = legal_day(at) + timedelta(days=draw(range(-1, 16)))
        for grant in PowerGrant.objects.order_by("-pk")[place : place + 1]:
            asked = {"actor": actor, "at": at, "grant_id": grant.pk, "last_day": last_day}
            self.asks(powers.withdraw, client_id=uuid4(), reason="机构调整。", **asked)

    def _nonsense(self, draw: Draw) -> None:
        """What nobody may do whoever they are: no year is over, and no such amount is one."""
        who, purse = draw(MOSTLY_RIGHT), Purse(self.gate, at=self.now())
        assert not self.asks(purse.appropriate, draw([0, -1, MOST_FEN + 1]), by=who or "田")
        at = purse.now()
        actor = self.gate.actor(who or "秦", at)
        assert not self.asks(years.close_year, actor=actor, at=at, client_id=uuid4(), year=2026)
        self.at = purse.at

    # --- what holds

    @invariant()
    def postings_balance_and_caps_hold(self) -> None:
        sums = Posting.objects.values("voucher", "account__source").annotate(total=Sum("amount_fen"))
        assert [row for row in sums if row["total"]] == []
        for account in LedgerAccount.objects.filter(body__isnull=False):
            assert account.posted_fen + account.reserved_fen <= account.cap_fen

    @invariant()
    def nothing_is_in_force_without_power_and_money(self) -> None:
        in_force = Task.objects.filter(state="in_force").select_related("grant", "reservation", "application")
        for task in in_force:
            assert task.application.state == "effective"
            assert task.grant.valid_from <= max(task.starts_on, legal_day(task.in_force_at))
            assert task.grant.valid_to >= min(task.ends_on, legal_day(self.at)), "power"
            paid = Voucher.objects.filter(
                reservation=task.reservation, state=VoucherState.POSTED, reversed_by__isnull=True
            ).exclude(kind="reversal")
            assert task.reservation.released_fen == 0
            assert task.reservation.held_fen + task.reservation.paid_fen == task.reservation.amount_fen, "money"
            assert (paid.aggregate(total=Sum("amount_fen"))["total"] or 0) <= task.reservation.paid_fen


@pytest.mark.django_db
@pytest.mark.covers("R33", "R34", "R38", "R39", "R58")
def test_no_walk_breaks_the_gate_or_the_ledger():
    with transaction.atomic():
        _gate[:] = [open_gate(found_demo_district())]
        applying.application_of(_gate[0], to="effective", ends_on=date(2026, 12, 18))
        applying.application_of(_gate[0], to="reviewing", name="垃圾分类入户宣传")
        run_state_machine_as_test(
            AtTheGate,
            settings=how(
                max_examples=25,
                stateful_step_count=40,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    assert [deed for deed in MUST_HAPPEN if not _done[deed]] == [], "the walks come so far"
