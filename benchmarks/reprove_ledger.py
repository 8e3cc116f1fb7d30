"""Re-proving a ledger of a million postings, beside summing the same postings with bare SQL.

A year of ten organs that pay ninety committees is loaded with SQL, on SQLite and on PostgreSQL: half a million
vouchers with two postings each, the reservations they are paid on and the totals of all accounts, as services would
have left them. Then `check_ledger` re-proves every invariant and must find nothing.
"""

import json
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from benchmarks import district
from benchmarks.figures import Figure, show

POSTINGS = 1_000_000
SECONDS_AIM = 20.0
ORGANS, COMMITTEES, FEN = 10, 90, 100
_SUMS = "SELECT account_id, side, sum(amount_fen), count(*) FROM funding_posting GROUP BY account_id, side"


def measure() -> Iterator[Figure]:
    """Measure each database in processes of its own."""
    for name in district.DATABASES:
        told = district.told("benchmarks.reprove_ledger", database=name)
        yield Figure(f"reprove_ledger_{name}_s", told["seconds"], "s", baseline=SECONDS_AIM)
        yield Figure(f"reprove_ledger_{name}_beside_bare_sums", told["seconds"], "s", baseline=told["bare_seconds"])


def measured(postings: int = POSTINGS) -> dict[str, float]:
    """Found, load, re-prove, sum: in the database the settings name. Raises RuntimeError for any finding."""
    district.found()
    from django.db import connection  # noqa: PLC0415 - after setup

    from sanhu.domains.funding.verification import check_ledger  # noqa: PLC0415 - after setup

    load(postings // 2)
    started = perf_counter()
    report = check_ledger()
    seconds = perf_counter() - started
    if not report.is_clean or report.postings != postings:
        raise RuntimeError(f"{report.postings} postings, {report.count} findings: {report.findings[:5]}")
    started = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(_SUMS)
        cursor.fetchall()
    return {"seconds": seconds, "bare_seconds": perf_counter() - started}


def load(vouchers: int) -> None:
    """Load so many vouchers: an appropriation for each organ, signed by two, then payments on one hold a pair."""
    from django.db import connection, transaction  # noqa: PLC0415 - after setup

    from sanhu.domains.subjects.models import Organisation, Person  # noqa: PLC0415 - after setup

    bodies = list(Organisation.objects.filter(district="990101").order_by("pk").values_list("pk", flat=True))
    asker, signer = Person.objects.filter(district="990101").order_by("pk").values_list("pk", flat=True)[:2]
    if len(bodies) < ORGANS + COMMITTEES:
        raise RuntimeError(f"the demonstration district has {len(bodies)} bodies only")
    dialect = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
    with transaction.atomic(), connection.cursor() as cursor:
        _accounts(bodies[: ORGANS + COMMITTEES], payments=vouchers - ORGANS)
        for statement, first, last in ((_APPROPRIATED, 1, ORGANS), (_PAID, ORGANS + 1, vouchers), (_POSTED, 0, 0)):
            said = statement.format(**dialect)
            named = {"first": first, "last": last, "asker": asker, "signer": signer}
            cursor.execute(said, {name: value for name, value in named.items() if f"%({name})s" in said})
        cursor.execute("ANALYZE")  # as a database that grew by and by has done by itself


def _accounts(bodies: list[int], *, payments: int) -> None:
    """Open the accounts and the holds with the totals that the payments lead to; keys 1 to 101, 1 to 900."""
    from django.utils import timezone  # noqa: PLC0415 - after setup

    from sanhu.domains.funding.models import LedgerAccount, Reservation  # noqa: PLC0415 - after setup

    count = ORGANS * COMMITTEES
    pairs = [FEN * len(range(pair, payments, count)) for pair in range(count)]
    paid = [sum(pairs[organ::ORGANS]) for organ in range(ORGANS)]
    got = [sum(pairs[committee * ORGANS : (committee + 1) * ORGANS]) for committee in range(COMMITTEES)]
    terms = {"district": "990101", "source": "fee_follows_affair", "line": "L9", "year": 2026}
    accounts = [LedgerAccount(pk=1, body=None, posted_fen=ORGANS * _BUDGET, **terms)]
    for organ, fen in enumerate(paid):
        totals = {"cap_fen": _BUDGET, "posted_fen": fen, "reserved_fen": COMMITTEES * _HELD}
        accounts.append(LedgerAccount(pk=2 + organ, body_id=bodies[organ], **totals, **terms))
    for committee, fen in enumerate(got):
        key = ORGANS + committee
        accounts.append(LedgerAccount(pk=2 + key, body_id=bodies[key], cap_fen=fen, **terms))
    LedgerAccount.objects.bulk_create(accounts)
    holds: list[Any] = [
        Reservation(
            pk=1 + pair,
            district="990101",
            account_id=2 + pair % ORGANS,
            payee_id=2 + ORGANS + pair // ORGANS,
            purpose_ref=f"project:{pair}",
            amount_fen=fen + _HELD,
            paid_fen=fen,
            made_at=timezone.now(),
            made_by_ref="system",
        )
        for pair, fen in enumerate(pairs)
    ]
    Reservation.objects.bulk_create(holds)


_BUDGET, _HELD = 1_000_000_000, 50
_SQLITE = {
    "count": "WITH RECURSIVE n(v) AS (SELECT %(first)s UNION ALL SELECT v + 1 FROM n WHERE v < %(last)s)",
    "at": "datetime('2026-01-05 01:00:00', '+' || (v * 50) || ' seconds')",
    "yes": "1",
    "no": "0",
}
_POSTGRES = {
    "count": "WITH n(v) AS (SELECT generate_series(%(first)s::bigint, %(last)s::bigint))",
    "at": "timestamptz '2026-01-05 01:00:00+00' + v * interval '50 seconds'",
    "yes": "true",
    "no": "false",
}
_COLUMNS = (
    "INSERT INTO funding_voucher (id, number, district, kind, state, debit_id, credit_id, amount_fen, reservation_id, "
    "purpose_ref, basis, reason, needs_second, asked_at, asked_by_id, settled_at, signed_by_id, answer) "
)
_APPROPRIATED = (
    "{count} "
    + _COLUMNS
    + f"SELECT v, '990101-2026-V' || v, '990101', 'appropriation', 'posted', 1, 1 + v, {_BUDGET}, NULL, '', "
    "'示预〔2026〕1号', '', {yes}, {at}, %(asker)s, {at}, %(signer)s, '' FROM n"
)
_PAID = (
    "{count} "
    + _COLUMNS
    + "SELECT v, '990101-2026-V' || v, '990101', 'payment', 'posted', "
    + f"2 + (v - 11) %% {ORGANS}, {2 + ORGANS} + (v - 11) %% {ORGANS * COMMITTEES} / {ORGANS}, {FEN}, "
    + f"1 + (v - 11) %% {ORGANS * COMMITTEES}, 'project:1', "
    "'示拨〔2026〕1号', '', {no}, {at}, %(asker)s, {at}, NULL, '' FROM n"
)
_POSTED = (
    "INSERT INTO funding_posting (id, voucher_id, account_id, side, amount_fen) "
    "SELECT id * 2 - 1, id, debit_id, 'out', -amount_fen FROM funding_voucher "
    "UNION ALL SELECT id * 2, id, credit_id, 'in', amount_fen FROM funding_voucher"
)


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(measured()))
    else:
        show(measure())
