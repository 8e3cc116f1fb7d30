"""Reservations on ten hot budgets: how many are accepted a second, beside the same conditional update in bare SQL.

Sixteen clients reserve through the service at once, on SQLite and on a durable PostgreSQL, each form once and more of
them than the budgets hold. After each round the same sixteen make the service's one conditional update, and nothing
else, in a copy of the database, so that both meet the same machine. In the end no budget may be overspent, every
answer must be a reservation that is there once, and `sanhu ledger check` must find nothing.
"""

import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from threading import Barrier
from time import perf_counter
from typing import Any
from uuid import uuid4

from benchmarks import district
from benchmarks.bare_intake import Statement, connected
from benchmarks.budgets import BUDGETS, appropriated, officer
from benchmarks.figures import Figure, show

CLIENTS = 16
ROUNDS = 4
FORMS = 40  # of each client in a round
BARE = 200
FEN = 700
# A tenth of what is asked for is more than there is.
CAP = FEN * (CLIENTS * ROUNDS * FORMS * 9 // 10 // BUDGETS)

_UPDATE = (
    "UPDATE funding_ledgeraccount SET reserved_fen = reserved_fen + 1 "
    "WHERE id = ? AND cap_fen >= posted_fen + reserved_fen + 1"
)


def measure() -> Iterator[Figure]:
    """Measure each database in processes of its own."""
    for name in district.DATABASES:
        told = district.told("benchmarks.reservations", database=name)
        yield Figure(f"reservations_{name}_beside_bare_sql", told["per_s"], "accepted/s", baseline=told["bare_per_s"])
        yield Figure(f"reservations_{name}_overspend", told["overspend_fen"], "fen", baseline=0)


def measured(folder: Path) -> dict[str, float]:
    """Found, appropriate, reserve, make the bare updates, prove: in the database the settings name."""
    district.found()
    from django.db import connection  # noqa: PLC0415 - after setup

    from sanhu.portals import clock  # noqa: PLC0415 - after setup

    actor, at = officer(), clock.now()
    pairs = appropriated(actor, fen=CAP, at=at)
    connection.close()
    if connection.vendor == "postgresql":  # a database in use cannot be copied
        connection.close_pool()
    copy = district.copied(os.environ["DATABASE_URL"], folder)
    accepted: list[int] = []
    rates, bare_rates = [], []
    for round_ in range(ROUNDS):
        asked = [_forms(pairs, seed=round_ * CLIENTS + client) for client in range(CLIENTS)]
        answers, seconds = at_once([_client(actor, at, forms) for forms in asked])
        accepted += [key for answer in answers for key in answer]
        rates.append(sum(map(len, answers)) / seconds)
        bare_rates.append(_bare(copy, [account for account, _payee in pairs]))
    return {"per_s": median(rates[:-1]), "bare_per_s": median(bare_rates), "overspend_fen": overspent(accepted)}


def _forms(pairs: list[tuple[int, int]], *, seed: int) -> list[tuple[int, int]]:
    chance = random.Random(seed)
    return [chance.choice(pairs) for _ in range(FORMS)]


def _client(actor: Any, at: Any, forms: list[tuple[int, int]]) -> Callable[[], list[int]]:
    """Reserve for each form through the service; give the keys of what was accepted."""
    from django.db import connection  # noqa: PLC0415 - after setup

    from sanhu.domains.funding.services.holding import Wish, reserve  # noqa: PLC0415 - after setup
    from sanhu.engines.decisions import Refused  # noqa: PLC0415 - after setup

    def press() -> list[int]:
        accepted = []
        for account, payee in forms:
            wish = Wish(account_id=account, payee_id=payee, amount_fen=FEN, purpose_ref="project:bench")
            try:
                accepted.append(reserve(actor=actor, at=at, client_id=uuid4(), wish=wish).pk)
            except Refused as no:
                if no.decision.code != "X-08":
                    raise
        connection.close()
        return accepted

    return press


def _bare(copy: str, accounts: list[int]) -> float:
    """Let the same number of clients make the conditional update alone; give the updates a second."""

    def client(seed: int) -> Callable[[], float]:
        chance = random.Random(seed)
        said = [[Statement(_UPDATE, (chance.choice(accounts),))] for _ in range(BARE)]

        def press() -> float:
            with connected(copy) as bare:
                return bare.write(said)

        return press

    _each, seconds = at_once([client(seed) for seed in range(CLIENTS)])
    return CLIENTS * BARE / seconds


def at_once(deeds: list[Callable[[], Any]]) -> tuple[list[Any], float]:
    """Do deeds in threads of their own, started together; give what each gave, and the seconds until the last."""
    gate = Barrier(len(deeds) + 1)

    def do(deed: Callable[[], Any]) -> Any:
        gate.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        waiting = [pool.submit(do, deed) for deed in deeds]
        gate.wait()
        started = perf_counter()
        done = [future.result() for future in waiting]
        return done, perf_counter() - started


def overspent(accepted: list[int]) -> int:
    """Give the fen by which budgets are overspent. Raises RuntimeError where anything is doubled, lost or wrong."""
    from sanhu.domains.funding.models import LedgerAccount, Reservation  # noqa: PLC0415 - after setup
    from sanhu.domains.funding.verification import check_ledger  # noqa: PLC0415 - after setup

    there = set(Reservation.objects.values_list("pk", flat=True))
    if there != set(accepted) or len(accepted) != len(there):
        raise RuntimeError(f"{len(accepted)} reservations were answered, {len(there)} are there")
    if not (report := check_ledger()).is_clean:
        raise RuntimeError(f"sanhu ledger check: {report.findings[:5]}")
    budgets = LedgerAccount.objects.filter(body__isnull=False)
    return sum(max(0, -account.available_fen) for account in budgets)


if __name__ == "__main__":
    if folders := sys.argv[1:]:
        print(json.dumps(measured(Path(folders[0]))))
    else:
        show(measure())
