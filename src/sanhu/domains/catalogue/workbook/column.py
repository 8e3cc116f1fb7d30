"""What a column of a workbook is, whatever it holds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sanhu.domains.catalogue.rows import DutyRow, ItemRow
from sanhu.domains.catalogue.workbook.faults import Notes
from sanhu.domains.catalogue.workbook.words import Words


@dataclass(frozen=True)
class Column:
    """A column. `empty` is what an empty cell means; `code` is the refusal that an empty required cell meets."""

    name: str
    label: str
    about: str
    read: Callable[[str, Notes], Any]
    say: Callable[[ItemRow, DutyRow], str]
    is_of_item: bool = True
    is_required: bool = False
    is_list: bool = False
    empty: Any = ""
    code: str = ""
    also: tuple[str, ...] = ()
    offered: Callable[[], Words[Any]] | None = None
    width: int = 16

    @property
    def is_closed(self) -> bool:
        """Tell whether a cell holds exactly one of a few words."""
        return self.offered is not None and not self.is_list
