"""A town at work: several people on several matters, with forms sent twice, late, stale or by the wrong person.

Everything happens through the services. What the town was told it got is remembered here, and held against the
database after every event.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from sanhu.domains.casework.deferring import GRANTING, REFUSING, Outcome
from sanhu.domains.casework.models import ClockPurpose, Deferral, Matter, Step
from sanhu.domains.casework.moves_on_the_way import MOVES_ON_THE_WAY
from sanhu.domains.casework.rules import MATTER, Satisfaction
from sanhu.domains.casework.services import urging
from sanhu.domains.casework.services.errors import MatterNotFound, StaleForm
from sanhu.domains.casework.services.intake import Report, register
from sanhu.domains.casework.services.moves import MoveRequest, make_move
from sanhu.domains.casework.services.ratings import rate
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.casework.services.retention import erase_contacts
from sanhu.domains.casework.services.ticks import tick
from sanhu.domains.evidence.models import Entry, Notice
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.sequencer import sequence
from sanhu.engines.decisions import Refused
from sanhu.portals.record_keeping import take_checkpoint
from sanhu.portals.worker import delivery
from tests.cast import ITEM, LEAD, MONDAY_MORNING, SAID, Cast, carry, move, report_matter, report_of
from tests.simulation.chance import Chance
from tests.simulation.outside import Crashed, Outside, dies_while_writing

# Who usually makes a move; one in five tries what is not theirs.
USUAL = {
    "window": "周",
    "dispatch": "徐",
    "lead": "吴孙马",
    "verifier": "陈",
    "closer": "何",
    "approver": "高",
    "supervisor": "高",
    "coordinator": "高",
}
EVERYBODY = "周徐吴孙陈何马高郑"
OF_A_FIRM, FIRM = "K3-07", "安居物业服务有限公司"
WITH_A_FIRM, HANDED_ROUND = "with a firm", "handed round"
BEGINNINGS = (
    *("accepted", "accepted", "assigned", WITH_A_FIRM, HANDED_ROUND, "in_progress", "in_progress"),
    *("done", "closed", "closed", "suspended"),
)
AT_FIRST, MOST_MATTERS = 3, 7


@dataclass(frozen=True)
class Reported:
    """A matter as its reporter knows it."""

    number: str
    receipt: str


@dataclass(frozen=True)
class Call:
    """One write somebody asked for: what it was, for whom, and how to ask again."""

    what: str
    client_id: UUID
    make: Callable[[datetime], str]
    bend: Callable[[datetime], str] | None = None  # the same client_id, something else


class Town:
    """One run: a seed decides everything that happens."""

    def __init__(self, cast: Cast, seed: int, patch: pytest.MonkeyPatch) -> None:
        self.cast, self.chance = cast, Chance(seed)
        self.chance.rule(patch)
        self.outside = Outside(self.chance, patch)
        self.at = MONDAY_MORNING
        patch.setattr(timezone, "now", lambda: self.at)
        self.reported: list[Reported] = []
        self.answered: dict[UUID, tuple[Call, str]] = {}
        self.diary: list[str] = []
        self.moves_made: set[str] = set()  # read at the end, before the walk is undone
        self._begin()

    def _begin(self) -> None:
        """Some matters are under way already, each as far as chance has it."""
        for _matter in range(AT_FIRST):
            to = self.chance.choice(BEGINNINGS)
            if to == WITH_A_FIRM:
                self._begin_with_a_firm()
                continue
            if to == HANDED_ROUND:
                self._begin_handed_round()
                continue
            carried = carry(self.cast, to=to, at=self.at)
            self.reported.append(Reported(carried.matter.number, carried.receipt))
            self.at = max(self.at, carried.at)
            asked = self.chance.choice((None, "ask_extension", "ask_suspension"))
            if to == "in_progress" and asked:
                move(self.cast, carried.matter.number, asked, by="孙", at=carried.at)
            self.diary.append(f"{carried.matter.number} is {to}")

    def live(self) -> None:
        """Let one thing happen."""
        self.at += timedelta(minutes=self.chance.randint(1, 45))
        events: tuple[tuple[Callable[[], str], int], ...] = (
            (self._somebody_reports, 6 if len(self.reported) < MOST_MATTERS else 0),
            (self._somebody_moves, 60),
            (self._reporter_rates, 8),
            (self._reporter_urges, 3),
            (self._a_form_comes_twice, 8),
            (self._a_form_is_bent, 3),
            (self._time_passes, 9),
            (self._worker_ticks, 8),
            (self._worker_delivers, 8),
            (self._worker_sequences, 6),
            (self._worker_forgets, 2),
        )
        happens = self.chance.choices([event for event, _ in events], [weight for _, weight in events])[0]
        self.diary.append(f"{self.at:%m-%d %H:%M} {happens()}")

    def _begin_with_a_firm(self) -> None:
        """A firm answers for it, which silence does not bind."""
        registered = report_matter(self.cast, at=self.at, cell_code="")
        duty, firm = self.cast.duties[OF_A_FIRM], self.cast.bodies[FIRM]
        move(self.cast, registered.number, "accept", by="周", at=self.at, duty_id=duty.pk)
        move(self.cast, registered.number, "assign", by="徐", at=self.at, lead_id=firm.pk)
        self.reported.append(Reported(registered.number, registered.receipt))
        self.diary.append(f"{registered.number} is with a firm")

    def _begin_handed_round(self) -> None:
        """Its lead sent it back twice, so that it waits for a ruling."""
        carried = carry(self.cast, to="assigned", at=self.at)
        number = carried.matter.number
        for code, by in (("send_back", "吴"), ("assign", "徐"), ("send_back", "吴")):
            move(self.cast, number, code, by=by, at=carried.at)
        self.reported.append(Reported(number, carried.receipt))
        self.at = max(self.at, carried.at)
        self.diary.append(f"{number} is handed round")

    # --- people

    def _somebody_reports(self) -> str:
        by = self.chance.choice("林林林周何")
        said = report_of(words=f"第 {len(self.reported) + 1} 处堆物。")
        if self.chance.random() < 0.5:
            address = f"lin{len(self.reported)}@example.com"
            said = replace(said, contact_channel=Channel.EMAIL, contact_address=address)
        client_id = self.chance.uuid()

        def make(report: Report) -> Callable[[datetime], str]:
            def ask(at: datetime) -> str:
                found = register(actor=self.cast.actor(by, at), at=at, client_id=client_id, report=report)
                if found.number not in {known.number for known in self.reported}:
                    self.reported.append(Reported(found.number, found.receipt))
                return f"registered {found.number}"

            return ask

        return self._ask(Call(f"{by} reports", client_id, make(said), make(replace(said, words="别的事。"))))

    def _somebody_moves(self) -> str:
        if not self.reported:
            return "nothing to move"
        asked_for = list(Deferral.objects.filter(outcome=Outcome.PENDING).values_list("matter__number", flat=True))
        numbers = asked_for if asked_for and self.chance.random() < 0.5 else [known.number for known in self.reported]
        matter = Matter.objects.get(number=self.chance.choice(numbers))
        allowed = [move for move in MATTER.moves_from(matter.state) if move.party not in {"system", "reporter"}]
        if not allowed or self.chance.random() < 0.05:
            allowed = list(MATTER.moves)
        pending = matter.deferrals.filter(outcome=Outcome.PENDING).first()
        deciding = [move for move in allowed if pending and (GRANTING | REFUSING).get(move.code) == pending.kind]
        if deciding and self.chance.random() < 0.7:
            allowed = deciding
        is_supervised = matter.clocks.filter(purpose=ClockPurpose.SUPERVISION, is_open=True).exists()
        if is_supervised and self.chance.random() < 0.4:
            allowed = [MATTER.move("answer_supervision")]
        onward = [move for move in allowed if move in MOVES_ON_THE_WAY]
        chosen = self.chance.choice(onward if onward and self.chance.random() < 0.35 else allowed)
        if chosen.code == "merge" and self.chance.random() < 0.6:
            return "nobody merges"
        usual = USUAL.get(chosen.party, EVERYBODY) if self.chance.random() < 0.8 else EVERYBODY
        by = self.chance.choice(usual)
        request = self._request(matter, chosen.code)
        client_id, number = self.chance.uuid(), matter.number

        def make(asked: MoveRequest) -> Callable[[datetime], str]:
            def ask(at: datetime) -> str:
                moved = make_move(
                    actor=self.cast.actor(by, at), at=at, client_id=client_id, number=number, request=asked
                )
                return f"moved {moved.number}"

            return ask

        bent = replace(request, reason=request.reason + "另说。")
        return self._ask(Call(f"{by} {chosen.code} {number[-3:]}", client_id, make(request), make(bent)))

    def _request(self, matter: Matter, code: str) -> MoveRequest:
        needs: dict[str, object] = dict(SAID.get(code, {}))
        stale = self.chance.random() < 0.08
        needs["revision"] = max(0, matter.revision - 1) if stale else matter.revision
        if code == "accept":
            needs["duty_id"] = self.cast.duties[self.chance.choice([ITEM, OF_A_FIRM])].pk
        elif code == "assign":
            usual = FIRM if matter.item and matter.item.code == OF_A_FIRM else LEAD
            lead = self.chance.choice([usual, usual, usual, "翠园社区居民委员会"])
            needs["lead_id"] = self.cast.bodies[lead].pk
        elif code in {"reclassify", "rule"}:
            codes = [ITEM, OF_A_FIRM]
            item = self.chance.choice(codes)
            needs["duty_id"] = self.cast.duties[item].pk
            if code == "rule":
                needs["lead_id"] = self.cast.bodies[FIRM if item == OF_A_FIRM else LEAD].pk
        elif code == "merge":
            needs["into"] = self.chance.choice(self.reported).number
        elif code == "ask_extension":
            needs["amount"] = self.chance.choice([1, 5, 50])
        return MoveRequest(move=code, **needs)  # type: ignore[arg-type]

    def _reporter_rates(self) -> str:
        if not self.reported:
            return "nothing to rate"
        known = self.chance.choice(self.reported)
        grade = self.chance.choice(list(Satisfaction))
        reopen = self.chance.random() < 0.6
        client_id = self.chance.uuid()

        def make(words: str) -> Callable[[datetime], str]:
            def ask(at: datetime) -> str:
                rate(
                    at=at,
                    client_id=client_id,
                    receipt_hash=receipt_hash(known.receipt),
                    satisfaction=grade,
                    words=words,
                    reopen=reopen,
                )
                return f"rated {known.number}"

            return ask

        return self._ask(Call(f"林 rates {known.number[-3:]} {grade}", client_id, make("谢谢。"), make("不谢。")))

    def _reporter_urges(self) -> str:
        if not self.reported:
            return "nothing to urge"
        known = self.chance.choice(self.reported)
        client_id = self.chance.uuid()

        def ask(at: datetime) -> str:
            urging.urge(at=at, client_id=client_id, receipt_hash=receipt_hash(known.receipt))
            return f"urged {known.number}"

        return self._ask(Call(f"林 urges {known.number[-3:]}", client_id, ask))

    # --- forms sent again

    def _a_form_comes_twice(self) -> str:
        if not self.answered:
            return "no form to send again"
        call, first = self.chance.choice(list(self.answered.values()))
        before = _size_of_the_record()
        # Whoever may not see the matter any more is not told what was answered.
        assert self._outcome(call.make) in {first, "not found"}, f"{call.what}: another answer the second time"
        assert _size_of_the_record() == before, f"{call.what}: done twice"
        return f"again: {call.what}"

    def _a_form_is_bent(self) -> str:
        bendable = [call for call, _first in self.answered.values() if call.bend is not None]
        if not bendable:
            return "no form to bend"
        call = self.chance.choice(bendable)
        assert call.bend is not None
        before = _size_of_the_record()
        with pytest.raises((ConflictError, MatterNotFound)), transaction.atomic():
            call.bend(self.at)
        assert _size_of_the_record() == before
        return f"bent: {call.what}"

    # --- time and the worker

    def _time_passes(self) -> str:
        passed = self.chance.choice([timedelta(hours=5), timedelta(days=1), timedelta(days=4)])
        self.at += passed
        turned = f", {tick(at=self.at)} clocks turn" if self.chance.random() < 0.5 else ""
        return f"{passed} pass{turned}"

    def _worker_ticks(self) -> str:
        return self._worker(lambda: f"{tick(at=self.at)} clocks turn")

    def _worker_delivers(self) -> str:
        return self._worker(lambda: f"{delivery.deliver(self.at)} messages leave")

    def _worker_sequences(self) -> str:
        def work() -> str:
            count = sequence()
            signed = take_checkpoint(self.at) if self.chance.random() < 0.5 else None
            return f"{count} entries chained{', signed' if signed else ''}"

        return self._worker(work)

    def _worker_forgets(self) -> str:
        return self._worker(lambda: f"{erase_contacts(at=self.at)} contacts erased")

    # --- crashes

    def _worker(self, work: Callable[[], str]) -> str:
        """Let the worker do a duty; one in ten times it dies over it, and its next round goes on."""
        if self.chance.random() >= 0.1:
            try:
                return work()
            except Crashed:
                return "the worker dies while sending"
        try:
            with dies_while_writing(self.chance.randint(1, 3)):
                return work()
        except Crashed:
            return "the worker dies"

    def _ask(self, call: Call) -> str:
        """Ask for a write; it may die in the middle, or before the answer is out, and then it is asked for again."""
        fate = self.chance.random()
        if fate < 0.1:
            before = _size_of_the_record()
            try:
                with dies_while_writing(1):
                    self._outcome(call.make)
            except Crashed:
                assert _size_of_the_record() == before, f"{call.what}: half of it is there"
        elif fate < 0.2:
            self._outcome(call.make)  # the answer is lost on the way
        outcome = self._outcome(call.make)
        if outcome.startswith(("registered", "moved", "rated", "urged")):
            self.answered[call.client_id] = (call, outcome)
        return f"{call.what}: {outcome}"

    def _outcome(self, make: Callable[[datetime], str]) -> str:
        """Ask, and give what came of it: what was done, or why not."""
        try:
            with transaction.atomic():
                return make(self.at)
        except Refused as refused:
            return f"refused: {refused.decision.reasons[0]}"
        except StaleForm:
            return "stale"
        except MatterNotFound:
            return "not found"


def _size_of_the_record() -> tuple[int, int, int]:
    return Entry.objects.count(), Step.objects.count(), Notice.objects.count()
