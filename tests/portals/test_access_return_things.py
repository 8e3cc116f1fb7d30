"""What the gate's matrix asks about of going back: returns in every state, each somebody's, and their forms."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sanhu.domains.admission.models import ReturnProposal, Task
from tests.applying import application_of
from tests.domains.admission.returning import Going, move, proposed
from tests.gate import COMMITTEE, ORGAN, OTHER_ORGAN, Gate

# Items of which committees have a part that a decision may take: one for each state.
ITEMS = {"own": "K1-01", "consulted": "K1-02", "listing": "K1-06"}


def make_returns(
    gate: Gate, away: Gate, tasks: Mapping[str, Task], *, away_organ: str, at: datetime
) -> dict[str, ReturnProposal]:
    """Returns 陈 proposes in every state, one of 柳's for 区民政局, and one in the other district."""
    going = Going(gate, at)
    found = {
        what: going.return_of(None, to=state, item_code=ITEMS[what])
        for what, state in (("own", "proposed"), ("consulted", "consulted"), ("listing", "decided"))
    }
    found["decided"] = going.return_of(tasks["own"], to="decided")
    for what in ("transferred", "stated"):
        application = application_of(gate, to="effective", name=f"养犬入户宣传之{what}", minutes_each=60)
        going.at = max(going.at, application.in_force_at or at)
        found[what] = going.return_of(Task.objects.get(application=application), to="transferred")
    told = {"still_does": True, "reason": "又来要了。"}
    found["stated"] = move(gate, found["stated"].number, "state_outcome", by="陈", at=going.now(), **told)
    theirs = gate.bodies[OTHER_ORGAN].pk
    found["theirs"] = proposed(gate, tasks["theirs"], at=going.now(), by="柳", bearer_id=theirs)
    found["away"] = proposed(away, tasks["away"], at=going.now(), bearer_id=away.bodies[away_organ].pk)
    return found


def return_form(gate: Gate) -> dict[str, Any]:
    """Give a good form of a new return: an item nobody proposed yet."""
    return {
        "item": "K1-05",
        "committee": gate.bodies[COMMITTEE].pk,
        "bearer": gate.bodies[ORGAN].pk,
        "reason": "不该由居民委员会承担。",
        "article": "分类管理办法第七条",
        "power_words": "授权收回。",
        "money_words": "随事划转。",
    }


def return_move_form(code: str, *, at: datetime) -> dict[str, Any]:
    """Give what a move asks for beside its words."""
    decision = {"document_number": "示社建联〔2026〕9号", "transfers_on": (at + timedelta(days=1)).date().isoformat()}
    wanted: dict[str, dict[str, Any]] = {
        "answer": {"agrees": "yes"},
        "answer_last": {"agrees": "yes"},
        "agree": decision,
        "reject": decision,
        "state_outcome": {"still_does": "yes"},
        "verify": {"outcome": "came_back"},
    }
    return wanted.get(code, {})
