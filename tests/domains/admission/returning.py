"""Returns on their way: 陈 proposes that 翠园's task go back, 吴 answers, 石 decides, 高 transfers and verifies.

The list is changed by 高 and approved by 石. The task is of 区城市管理局, which is to bear it unless another is named.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sanhu.domains.admission.models import ReturnProposal, Task
from sanhu.domains.admission.services.return_moves import ReturnMove, make_move
from sanhu.domains.admission.services.returns import ReturnWish, propose
from sanhu.domains.catalogue.services.deciding import approve_proposal
from sanhu.engines.legal_time import day_start, legal_day
from tests.gate import COMMITTEE, ORGAN, Gate

ITEM = "K1-04"  # dog keeping: the police register, committees assist and publicise
DECISION = "示社建联〔2026〕3号"
SAID: dict[str, dict[str, object]] = {
    "answer": {"agrees": True, "reason": "职责本在我局，收回自办。"},
    "answer_last": {"agrees": True, "reason": "职责本在我局，收回自办。"},
    "agree": {"document_number": DECISION, "reason": "属于部门法定职责，居民委员会只协助。"},
    "reject": {"document_number": DECISION, "reason": "期限将满，到期自行结束。"},
    "change_list": {},
    "transfer": {"reason": "资料、授权、经费当面点交。"},
    "state_outcome": {"still_does": False, "reason": "没有再来要过。"},
    "verify": {"outcome": "held", "reason": "查下派登记和办件，没有再发生。"},
    "withdraw": {"reason": "已与部门商定。"},
}
# Who makes each move of the happy way, and the state it leads to.
WAY = (
    ("consulted", "answer_last", "吴"),
    ("decided", "agree", "石"),
    ("transferred", "transfer", "高"),
    ("verified", "verify", "高"),
)


def wish_of(gate: Gate, task: Task | None = None, **changes: object) -> ReturnWish:
    """Give what 陈 wants: that 区城市管理局 does itself what it asked 翠园 to help with."""
    said: dict[str, object] = {
        "bearer_id": None if "bearer_id" in changes else gate.bodies[ORGAN].pk,
        "task_number": task.number if task else "",
        "item_code": "" if task else ITEM,
        "reason": "每月占去居委会两成时间，权力和经费都没有跟上。",
        "article": "城市居民委员会组织法第四十三条",
        "power_words": "入户宣传的委托收回，资料移交。",
        "money_words": "未拨付的预留和未用余额退回委托部门。",
        "contradictions": ("C1",),
        "figures": "本月占工作时间 21%。",
    }
    return ReturnWish(**(said | changes))  # type: ignore[arg-type]


def proposed(
    gate: Gate, task: Task | None = None, *, at: datetime, by: str = "陈", **changes: object
) -> ReturnProposal:
    """Propose a return, 陈's unless another proposes."""
    return propose(actor=gate.actor(by, at), at=at, client_id=uuid4(), wish=wish_of(gate, task, **changes))


def move(gate: Gate, number: str, code: str, *, by: str, at: datetime, **asked: object) -> ReturnProposal:
    """Make a move with what it needs, on the return as it stands; `asked` changes or adds to that."""
    needs: dict[str, object] = {"revision": ReturnProposal.objects.get(number=number).revision, **SAID[code]}
    if code == "agree":
        needs |= {"transfers_on": legal_day(at)}
    request = ReturnMove(move=code, **(needs | asked))  # type: ignore[arg-type]
    return make_move(actor=gate.actor(by, at), at=at, client_id=uuid4(), number=number, request=request)


def listed(gate: Gate, number: str, *, at: datetime) -> ReturnProposal:
    """Let 高 propose the change of the list, and 石, another person, approve it."""
    found = move(gate, number, "change_list", by="高", at=at)
    assert found.list_proposal is not None
    later = at + timedelta(minutes=5)
    approve_proposal(actor=gate.actor("石", later), at=later, client_id=uuid4(), proposal_id=found.list_proposal.pk)
    return ReturnProposal.objects.get(number=number)


def check_day(proposal: ReturnProposal) -> datetime:
    """Give ten in the morning of the first day on which what came of it is looked at."""
    assert proposal.check_from is not None
    return at_ten(proposal.check_from)


def at_ten(day: date) -> datetime:
    """Give ten in the morning of a legal day."""
    return day_start(day) + timedelta(hours=10)


@dataclass
class Going:
    """Take a return along its way, ten minutes a step."""

    gate: Gate
    at: datetime

    def now(self) -> datetime:
        self.at += timedelta(minutes=10)
        return self.at

    def return_of(self, task: Task | None, *, to: str, **changes: object) -> ReturnProposal:
        """Propose and carry to a state, each step by its own person."""
        found = proposed(self.gate, task, at=self.now(), **changes)
        if to in {"proposed", "withdrawn"}:
            return self._step(found, "withdraw", "陈") if to == "withdrawn" else found
        for state, code, who in WAY:
            if to == "rejected" and state == "decided":
                return self._step(found, "reject", "石")
            if code == "transfer" and found.item_code:
                found = listed(self.gate, found.number, at=self.now())
            if code == "verify":
                self.at = check_day(found)
                found = self._step(found, "state_outcome", "陈")
            found = self._step(found, code, who)
            if state == to:
                break
        assert found.state == to
        return found

    def _step(self, found: ReturnProposal, code: str, who: str) -> ReturnProposal:
        return move(self.gate, found.number, code, by=who, at=self.now())


__all__ = ["COMMITTEE", "DECISION", "ITEM", "Going", "at_ten", "check_day", "listed", "move", "proposed", "wish_of"]
