"""A community's public account of 10,000 postings: how long its page takes over HTTP, beside its sums in bare SQL.

`sanhu serve` runs as it does for a district, on SQLite and on a durable PostgreSQL. The postings are loaded with SQL
among 100,000 others and the year is published; then one reader opens the page again and again, and after each page a
bare connection asks for the same sums.
"""

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from statistics import quantiles
from uuid import uuid4

from benchmarks import district
from benchmarks.bare_intake import connected
from benchmarks.figures import Figure, show
from benchmarks.reprove_ledger import ORGANS, load

POSTINGS, OTHERS = 10_000, 100_000
P95_AIM_MS = 100.0
WARMING_UP, READINGS = 20, 200
YEAR = 2026
# Of all that was paid a tenth goes to one committee, on forty tasks.
_TO_ONE = """
UPDATE funding_posting SET account_id = {account} WHERE side = 'in' AND id % 2 = 0 AND id / 2 % {every} = 0
   AND voucher_id > {organs}
"""
_VOUCHERS = """
UPDATE funding_voucher SET credit_id = {account}, purpose_ref = 'task:' || (id % 40)
WHERE id IN (SELECT voucher_id FROM funding_posting WHERE account_id = {account} AND side = 'in')
"""
_BARE = """
SELECT account.source, account.line, voucher.purpose_ref, posting.side, sum(posting.amount_fen) AS fen, count(*) AS n
FROM funding_posting AS posting
JOIN funding_ledgeraccount AS account ON account.id = posting.account_id
JOIN funding_voucher AS voucher ON voucher.id = posting.voucher_id
WHERE posting.account_id IN ({accounts})
GROUP BY account.source, account.line, voucher.purpose_ref, posting.side
"""


def measure() -> Iterator[Figure]:
    """Measure each database in processes of its own."""
    for name in district.DATABASES:
        told = district.told("benchmarks.public_account", database=name)
        yield Figure(f"public_account_{name}_p95", told["p95_ms"], "ms", baseline=P95_AIM_MS)
        yield Figure(f"public_account_{name}_beside_bare_sql", told["p95_ms"], "ms", baseline=told["bare_p95_ms"])


def measured() -> dict[str, float]:
    """Found, load, publish, serve, read: in the database the settings name."""
    district.found()
    area, accounts = _prepared()
    bare_sql = _BARE.format(accounts=", ".join(map(str, accounts)))
    pages, bare_reads = [], []
    with district.served() as port, connected(os.environ["DATABASE_URL"]) as bare:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        for reading in range(WARMING_UP + READINGS):
            started = time.perf_counter()
            page = _page(connection, f"/accounts/{area}/{YEAR}/")
            read = time.perf_counter()
            rows = bare.rows(bare_sql)
            ended = time.perf_counter()
            if reading >= WARMING_UP:
                pages.append((read - started) * 1000)
                bare_reads.append((ended - read) * 1000)
    # What the page shows is what is there.
    fen, count = (int(sum(row[name] for row in rows)) for name in ("fen", "n"))
    shown = re.search(r"<dd>¥([0-9,.]+)</dd>", page)
    if count < POSTINGS or shown is None or shown[1] != f"{fen // 100:,}.{fen % 100:02}":
        raise RuntimeError(f"{count} postings of {fen} fen, and the page says {shown and shown[1]}: {page[:2000]}")
    return {"p95_ms": _p95(pages), "bare_p95_ms": _p95(bare_reads)}


def _prepared() -> tuple[str, list[int]]:
    """Load the postings, give a committee its tenth, publish the year; give the community and its accounts."""
    from django.db import connection  # noqa: PLC0415 - after setup
    from django.utils import timezone  # noqa: PLC0415 - after setup

    from sanhu.domains.funding.disclosure_rules import Period  # noqa: PLC0415 - after setup
    from sanhu.domains.funding.models import LedgerAccount  # noqa: PLC0415 - after setup
    from sanhu.domains.funding.public_account import accounts_of  # noqa: PLC0415 - after setup
    from sanhu.domains.funding.services.disclosing import disclose  # noqa: PLC0415 - after setup
    from sanhu.domains.subjects.models import Post  # noqa: PLC0415 - after setup
    from sanhu.domains.subjects.queries import actor_of  # noqa: PLC0415 - after setup

    load(OTHERS // 2 + ORGANS)
    posts = Post.objects.select_related("organisation", "role").filter(role__code="committee_member")
    actor = actor_of(posts.filter(organisation__name__startswith="翠园社区居民委员会")[0])
    area = next(code for code in actor.areas if len(code) == 12)
    account = LedgerAccount.objects.filter(body_id=actor.organisation_id, year=YEAR).first()
    if account is None:
        account = LedgerAccount.objects.create(
            district="990101", body_id=actor.organisation_id, source="fee_follows_affair", line="L9", year=YEAR
        )
    with connection.cursor() as cursor:
        for statement in (_TO_ONE, _VOUCHERS):
            every = OTHERS // 2 // POSTINGS
            cursor.execute(statement.format(account=account.pk, every=every, organs=ORGANS))
        cursor.execute("ANALYZE")
    at = timezone.now().replace(year=YEAR + 1, month=1, day=4)
    disclose(actor=actor, at=at, client_id=uuid4(), area_code=area, period=Period(YEAR))
    accounts = list(accounts_of(area, YEAR).values_list("pk", flat=True))
    connection.close()
    return area, accounts


def _page(connection: HTTPConnection, url: str) -> str:
    connection.request("GET", url)
    response = connection.getresponse()
    page = response.read().decode()
    if response.status != 200:
        raise RuntimeError(f"{response.status}: {page[:2000]}")
    return page


def _p95(milliseconds: list[float]) -> float:
    return quantiles(milliseconds, n=20)[18]


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(measured()))
    else:
        show(measure())
