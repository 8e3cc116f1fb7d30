"""What verifying finds, as values."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """What can be wrong with the record and the rows it witnesses. Checks of higher domains bring their own kinds."""

    ENTRY_UNREADABLE = "entry_unreadable"
    ENTRY_ALTERED = "entry_altered"
    ENTRY_MISSING = "entry_missing"
    CHAIN_BROKEN = "chain_broken"
    COLUMN_ALTERED = "column_altered"
    RECORD_TRUNCATED = "record_truncated"
    HEAD_ALTERED = "head_altered"
    ENTRY_DATED_BACK = "entry_dated_back"
    RECORD_ROLLED_BACK = "record_rolled_back"
    RECORD_FORKED = "record_forked"
    TREE_ALTERED = "tree_altered"
    CHECKPOINT_ALTERED = "checkpoint_altered"
    OPENING_MISSING = "opening_missing"
    ROW_UNREADABLE = "row_unreadable"
    ROW_ALTERED = "row_altered"
    ROW_MISSING = "row_missing"
    ROW_UNWITNESSED = "row_unwitnessed"
    VALUE_UNREADABLE = "value_unreadable"
    PHOTO_ALTERED = "photo_altered"
    CHECK_FAILED = "check_failed"


@dataclass(frozen=True)
class Finding:
    """One thing found faulty: what kind of fault, where (a typed reference), and the entry's place in the chain.

    `detail` names fields and numbers, never a personal value.
    """

    kind: str
    ref: str
    detail: str = ""
    seq: int | None = None


Check = Callable[[], Iterator[Finding]]
Progress = Callable[[str, int, int], None]
"""Called with what is being checked, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Report:
    """What verifying saw: entries in the chain and behind it, rows compared, and the faults in a stable order.

    `count` is the number of all faults; `findings` holds the first of them.
    """

    chained: int
    tail: int
    rows: int
    count: int
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found faulty."""
        return self.count == 0
