"""Proving the record: the chain from its first entry, then every row it vouches for, then what higher domains add.

Everything is read in one snapshot, so a district at work can be verified while it works. Nothing is written.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection, transaction

from sanhu.domains.evidence.findings import Check, Finding, FindingKind, Progress, Report
from sanhu.domains.evidence.verify_chain import Walk
from sanhu.domains.evidence.verify_rows import RowComparison, photo_findings
from sanhu.domains.evidence.verify_tree import Witnesses

__all__ = ["Check", "Finding", "FindingKind", "Progress", "Report", "made", "one_snapshot", "verify"]

MOST_KEPT = 1000
# What damaged data raises in a check; anything else is a fault of the check itself and is not hidden.
_DAMAGE = (ValueError, TypeError, LookupError, ArithmeticError, ObjectDoesNotExist, DatabaseError)


def verify(
    *, progress: Progress | None = None, checks: Iterable[Check] = (), witnesses: Witnesses | None = None
) -> Report:
    """Verify the record, the witnessed rows and `checks`, and report what is faulty in a stable order.

    `witnesses` brings the checkpoints from outside the database, against which a record cut short, forked or set back
    is held.
    """
    progress = progress or _silent
    count, kept = 0, []
    walk = Walk(witnesses=witnesses or Witnesses())
    comparison = RowComparison(walk.last_words, unopened=walk.unopened)
    with one_snapshot():
        for finding in _findings(walk, comparison, progress, checks):
            count += 1
            if count <= MOST_KEPT:
                kept.append(finding)
    return Report(chained=walk.chained, tail=walk.tail, rows=comparison.compared, count=count, findings=tuple(kept))


def _findings(walk: Walk, comparison: RowComparison, progress: Progress, checks: Iterable[Check]) -> Iterator[Finding]:
    yield from walk.findings(progress)
    yield from comparison.findings(progress)
    yield from photo_findings(progress)
    for check in checks:
        yield from made(check)


def made(check: Check) -> Iterator[Finding]:
    """Make one check. Where damaged data makes it stumble, that is a finding, not the end of verifying."""
    try:
        yield from check()
    except _DAMAGE as stumble:
        if not connection.is_usable():
            raise
        yield Finding(FindingKind.CHECK_FAILED, getattr(check, "__name__", "check"), type(stumble).__name__)


def _silent(_what: str, _done: int, _total: int) -> None:
    """Report no progress."""


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Read everything as it was at one moment, without keeping a writer waiting."""
    if connection.in_atomic_block:  # the caller's transaction is the snapshot
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Not atomic(): that would begin IMMEDIATE and hold SQLite's one write lock for as long as verifying takes.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
