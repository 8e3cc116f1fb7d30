"""What is re-proved of the gate's entries: each is filed under its own district."""

from collections.abc import Iterator

from sanhu.domains.admission.models import RefusalRight
from sanhu.domains.evidence.filing import misfiled_by_key, misfiled_by_number
from sanhu.domains.evidence.findings import Finding


def entries_are_filed_where_their_paper_is() -> Iterator[Finding]:
    """Compare the district of every entry about what moves at the gate and rights to refuse with theirs."""
    for name in ("application", "task", "demand", "return"):
        yield from misfiled_by_number(name)
    yield from misfiled_by_key("refusal_right", RefusalRight, "district")
