"""What is re-proved of published accounts: the file has its hash, and every row of it is a posting of the ledger."""

import csv
import hashlib
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from sanhu.domains.evidence.filing import misfiled_by_key
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.funding.models import Disclosure, Posting
from sanhu.domains.funding.public_account import Sums
from sanhu.domains.funding.terms import Side, VoucherKind

_BEFORE = 9  # columns that say what an amount is about
# As the columns of amounts have them: side, sign, and of what kind the voucher is where that counts. Files that were
# published before years were settled have the first four alone.
_AMOUNTS = (
    (Side.IN, 1, ""),
    (Side.OUT, -1, ""),
    (Side.IN, -1, ""),
    (Side.OUT, 1, ""),
    (Side.IN, 1, VoucherKind.CARRY_OVER),
    (Side.OUT, -1, VoucherKind.CARRY_OVER),
    (Side.OUT, -1, VoucherKind.RETURN),
)
_AT_A_TIME = 5_000

_Leg = tuple[str, str, int]


def published_files_have_their_hash() -> Iterator[Finding]:
    """The file that was kept is the one whose hash the record witnesses, and its sums are those that were told."""
    for found in Disclosure.objects.order_by("pk").iterator(chunk_size=20):
        rows = _rows_of(found)
        if rows is None:
            yield Finding(kind="disclosure_wrong", ref=found.row_ref, detail="its file is not the one published")
            continue
        sums, legs = Sums(), [(number, side, fen) for number, side, fen, _kind in rows]
        for _number, side, fen, kind in rows:
            sums = sums.plus(side, fen, kind)
        income, spending = sums.income_fen, sums.spending_fen
        if (income, spending, len(legs)) != (found.income_fen, found.spending_fen, found.posting_count):
            detail = f"its file holds {len(legs)} postings, {income} fen in and {spending} fen out"
            yield Finding(kind="disclosure_wrong", ref=found.row_ref, detail=detail)
        elif missing := Counter(legs) - _posted(legs, until=found.last_posting_id):
            detail = f"{missing.total()} of its rows are no postings, first {next(iter(missing))[0]}"
            yield Finding(kind="disclosure_wrong", ref=found.row_ref, detail=detail)


def _rows_of(disclosure: Disclosure) -> list[tuple[str, str, int, str]] | None:
    """Read number, side, fen and kind of what a published file holds; None where its hash is not the one told."""
    try:
        data = zlib.decompress(bytes(disclosure.table))
        if hashlib.sha256(data).hexdigest() != disclosure.sha256:
            return None
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1:]
        return [(row[0], *_amount_of(row)) for row in rows]
    except (zlib.error, UnicodeDecodeError, InvalidOperation, LookupError):
        return None


def _amount_of(row: list[str]) -> tuple[str, int, str]:
    """Give the side, the fen and the kind of the one amount of a row. Raises LookupError where there is none."""
    for (side, sign, kind), cell in zip(_AMOUNTS, row[_BEFORE:], strict=False):
        if cell:
            return side, sign * int(Decimal(cell) * 100), kind
    raise LookupError(row[0])


def _posted(legs: list[_Leg], *, until: int) -> Counter[_Leg]:
    """Count what the ledger has posted under these vouchers up to a posting."""
    numbers = sorted({number for number, _side, _fen in legs})
    posted = Counter[_Leg]()
    for start in range(0, len(numbers), _AT_A_TIME):
        found = Posting.objects.filter(voucher__number__in=numbers[start : start + _AT_A_TIME], pk__lte=until)
        posted.update(found.values_list("voucher__number", "side", "amount_fen"))
    return posted


def entries_of_disclosures_are_filed_where_they_are() -> Iterator[Finding]:
    """Compare the district of every entry about a disclosure with its own."""
    yield from misfiled_by_key("disclosure", Disclosure, "district")


DISCLOSURE_CHECKS = (published_files_have_their_hash, entries_of_disclosures_are_filed_where_they_are)
