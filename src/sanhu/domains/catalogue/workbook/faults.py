"""What is wrong or doubtful in a workbook: where the file itself has it, why, and under which refusal code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from openpyxl.utils import get_column_letter

from sanhu.domains.catalogue import shipped


@dataclass(frozen=True)
class Fault:
    """A fault or a warning at a cell; row and column are numbered as a spreadsheet does, 0 where there is no one row.

    `reason` is a message id and `said` what stands in it.
    """

    row: int
    column: int
    label: str
    reason: str
    code: str = ""
    said: Mapping[str, object] = field(default_factory=dict, compare=False)

    @property
    def letters(self) -> str:
        """The column as a spreadsheet calls it; empty where the fault is the row's or the file's."""
        return get_column_letter(self.column) if self.column else ""

    @property
    def words(self) -> str:
        """The reason in the language of whoever reads."""
        return gettext(self.reason) % self.said if self.said else gettext(self.reason)

    @property
    def citations(self) -> tuple[str, ...]:
        """The articles a refusal rests on, as message ids."""
        return shipped.matrix().citations.get(self.code, ()) if self.code else ()

    def as_json(self) -> dict[str, Any]:
        """As programs get it."""
        return {
            "row": self.row,
            "column": self.letters,
            "label": self.label,
            "code": self.code,
            "reason": self.words,
            "citations": list(map(gettext, self.citations)),
        }


@dataclass
class Notes:
    """Hears what a cell's reading finds; whoever reads goes on with the best guess at what was meant."""

    errors: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)
    warnings: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)

    def error(self, reason: str, code: str = "", /, **said: object) -> None:
        """What keeps the cell from being used."""
        self.errors.append((reason, code, said))

    def warn(self, reason: str, /, **said: object) -> None:
        """What was read in another way than it stands there."""
        self.warnings.append((reason, "", said))
