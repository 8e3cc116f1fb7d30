"""What is re-proved of the ledger's entries: each is filed under its own district."""

from collections.abc import Iterator

from sanhu.domains.evidence.filing import misfiled_by_key, misfiled_by_number
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.funding.models import LedgerAccount, Reservation, Statement


def entries_are_filed_where_their_money_is() -> Iterator[Finding]:
    """Compare the district of every entry about vouchers, years, accounts, holds and statements with theirs."""
    for name in ("voucher", "year"):
        yield from misfiled_by_number(name)
    yield from misfiled_by_key("ledger_account", LedgerAccount, "district")
    yield from misfiled_by_key("reservation", Reservation, "district")
    yield from misfiled_by_key("statement", Statement, "district")
