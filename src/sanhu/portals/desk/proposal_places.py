"""One item within a proposal: as it stands there and in the version below, and what the rules find in it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from sanhu.domains.catalogue.judging import reviewed_of
from sanhu.domains.catalogue.models import CatalogueProposal
from sanhu.domains.catalogue.proposals import BLOCKING
from sanhu.domains.catalogue.queries import item_by_code
from sanhu.domains.catalogue.reading import row_of
from sanhu.domains.catalogue.review import Finding
from sanhu.domains.catalogue.rows import ItemRow, item_row
from sanhu.domains.catalogue.rules import Question
from sanhu.domains.catalogue.workbook.duplicates import SAME_NAME_AS_ITEM
from sanhu.domains.catalogue.workbook.judging import against_key
from sanhu.domains.catalogue.workbook.words import key


@dataclass(frozen=True)
class Place:
    """An item of a proposal: none `now` where it is new or was taken out, none `before` where the version lacks it.

    An item still to be written has no code.
    """

    code: str = ""
    now: ItemRow | None = None
    before: ItemRow | None = None

    @property
    def known(self) -> ItemRow | None:
        """The item as it is, or as it was."""
        return self.now or self.before

    @property
    def is_removed(self) -> bool:
        """Tell whether the proposal takes it out."""
        return self.now is None and self.before is not None


@dataclass(frozen=True)
class Held:
    """What the rules find in a row: `blocking` keeps a changed one from being submitted, the rest does not."""

    blocking: tuple[Finding, ...]
    hints: tuple[Finding, ...]
    drafts: tuple[tuple[ItemRow, tuple[Question, ...]], ...]
    doubts: tuple[str, ...]
    is_changed: bool


def place_of(found: CatalogueProposal, code: str) -> Place:
    """Find an item by its code."""
    data = next((data for data in found.rows if data["code"] == code), None)
    item = item_by_code(found.base, code) if found.base else None
    return Place(code, item_row(data) if data else None, row_of(item) if item else None)


def held(found: CatalogueProposal, row: ItemRow, *, before: ItemRow | None) -> Held:
    """Hold one row of a proposal against the rules as they are now."""
    (reviewed,) = reviewed_of(found, [row])
    return Held(
        blocking=tuple(finding for finding in reviewed.findings if finding.code in BLOCKING),
        hints=tuple(finding for finding in reviewed.findings if finding.code not in BLOCKING),
        drafts=((row, reviewed.open_questions),) if reviewed.open_questions else (),
        doubts=tuple(_doubts(found, row)),
        is_changed=row != before,
    )


def _doubts(found: CatalogueProposal, row: ItemRow) -> Iterator[str]:
    """What is to be looked at, as the import of a sheet says it: another class by the key, another item so named."""
    if doubt := against_key(row):
        reason, said = doubt
        yield gettext(reason) % said
    for data in found.rows:
        if data["code"] != row.code and key(data["name"]) == key(row.name):
            yield gettext(SAME_NAME_AS_ITEM) % {"code": data["code"], "name": data["name"]}
