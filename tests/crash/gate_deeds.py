"""Killed at every statement of a deed that gives task, power and money: says what was left after each death.

    python -m tests.crash.gate_deeds      with a database and the environment of the house's witness

One process founds a district, carries an application to its approval, and then forks a child for each statement of
`put_in_force`, which does the deed and kills itself right after that statement. The last two die right before and right
after the commit. Then the same with `hand_over`. The answer is one JSON object.
"""

import json
import os
import signal
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402

from sanhu.domains.admission.models import Application, Instalment, PowerGrant, Task  # noqa: E402
from sanhu.domains.admission.services.task_moves import TaskMove, make_move  # noqa: E402
from sanhu.domains.admission.verification import CHECKS as ADMISSION  # noqa: E402
from sanhu.domains.evidence.models import Entry  # noqa: E402
from sanhu.domains.evidence.verify import verify  # noqa: E402
from sanhu.domains.funding.models import LedgerAccount, Posting, Reservation  # noqa: E402
from sanhu.domains.funding.verification import CHECKS as FUNDING  # noqa: E402
from tests import applying  # noqa: E402
from tests.cast import found_demo_district  # noqa: E402
from tests.gate import OTHER_COMMITTEE, Gate, open_gate  # noqa: E402

_WRITES = ("INSERT", "UPDATE", "DELETE")
BEFORE_COMMIT, AFTER_COMMIT = "before commit", "after commit"
Deed = Callable[[], object]


def standing() -> dict[str, Any]:
    """Count what stands: none of it may be there without the rest."""
    reserved = LedgerAccount.objects.filter(body__isnull=False).values_list("reserved_fen", flat=True)
    return {
        "application": list(Application.objects.values_list("state", flat=True)),
        "tasks": sorted(Task.objects.values_list("state", flat=True)),
        "grants": PowerGrant.objects.count(),
        "reservations": Reservation.objects.count(),
        "instalments": Instalment.objects.filter(cancelled_at=None).count(),
        "reserved_fen": sum(reserved),
        "postings": Posting.objects.count(),
        "entries": Entry.objects.count(),
    }


def die() -> None:
    """End as a process ends that is killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def killed(deed: Deed, *, after: int | str) -> bool:
    """Do a deed in a child that dies where it is told; tell whether it came so far as to die there."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            _watch(after)
            deed()
        finally:
            os._exit(3)  # it was never killed
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _watch(after: int | str) -> None:
    written = 0

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal written
        result = execute(sql, params, many, context)
        if sql.lstrip().upper().startswith(_WRITES):
            written += 1
            if written == after:
                die()
        return result

    really: Callable[[BaseDatabaseWrapper], None] = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    def commit(self: BaseDatabaseWrapper) -> None:
        if after != AFTER_COMMIT:
            if after != BEFORE_COMMIT:
                os._exit(4)  # the deed has fewer statements than that
            die()
        really(self)
        die()

    connection.execute_wrappers.append(watch)
    BaseDatabaseWrapper._commit = commit  # type: ignore[attr-defined]


def crashed(deed: Deed) -> dict[str, Any]:
    """Kill the deed after each of its statements, before its commit and after it; say what stood each time."""
    told: dict[str, Any] = {"before": standing(), "after_statement": []}
    statement = 1
    while killed(deed, after=statement):
        told["after_statement"].append(standing())
        statement += 1
    told["died_before_commit"] = killed(deed, after=BEFORE_COMMIT)
    told["before_commit"] = standing()
    told["died_after_commit"] = killed(deed, after=AFTER_COMMIT)
    told["after_commit"] = standing()
    return told


def put_in_force(gate: Gate, application: Application) -> Deed:
    """Give the deed that brings an approved application into force."""
    return lambda: applying.move(gate, application.number, "put_in_force", by="高")


def hand_over(gate: Gate) -> Deed:
    """Give the deed that hands the one task over, with what is left of its money."""
    task = Task.objects.get(state="in_force")
    request = TaskMove(
        move="hand_over",
        revision=task.revision,
        reason="社区调整，由邻近社区承担。",
        committee_id=gate.bodies[OTHER_COMMITTEE].pk,
        document_number=applying.DOCUMENT,
    )
    actor = gate.actor("高", applying.APPLIED_AT)
    return lambda: make_move(
        actor=actor, at=applying.APPLIED_AT, client_id=uuid4(), number=task.number, request=request
    )


def main() -> None:
    call_command("migrate", verbosity=0, skip_checks=True)
    gate = open_gate(found_demo_district())
    application = applying.application_of(gate, to="approved")
    told = {
        "put_in_force": crashed(put_in_force(gate, application)),
        "hand_over": crashed(hand_over(gate)),
        "findings": [str(finding) for finding in verify(checks=(*FUNDING, *ADMISSION)).findings],
    }
    print(json.dumps(told))


main()
