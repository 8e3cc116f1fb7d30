"""A proposal held against the rules: what differs from the version it starts from, and what of that cannot stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.differences import ItemDifference, changed_codes, differences
from sanhu.domains.catalogue.models import CatalogueProposal
from sanhu.domains.catalogue.proposals import BLOCKING
from sanhu.domains.catalogue.queries import own_law
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.review import Finding, ReviewedItem, review
from sanhu.domains.catalogue.rows import ItemRow, item_row


@dataclass(frozen=True)
class Judged:
    """The rows before and after, the latter held against the rules; `changed` are the codes that are new or differ."""

    before: tuple[ItemRow, ...]
    reviewed: tuple[ReviewedItem, ...]
    changed: frozenset[str]

    @property
    def of_changed(self) -> list[ReviewedItem]:
        """The rows this proposal answers for."""
        return [item for item in self.reviewed if item.row.code in self.changed]

    @property
    def blocking(self) -> list[Finding]:
        """What keeps the proposal from being submitted."""
        return [finding for item in self.of_changed for finding in item.findings if finding.code in BLOCKING]

    @property
    def hints(self) -> list[Finding]:
        """What leaves an item a draft and stops nothing."""
        return [finding for item in self.of_changed for finding in item.findings if finding.code not in BLOCKING]

    @property
    def drafts(self) -> list[ReviewedItem]:
        """The rows that would stay drafts because a question of R1 is open."""
        return [item for item in self.of_changed if item.open_questions]

    @cached_property
    def differences(self) -> tuple[ItemDifference, ...]:
        """What differs, item by item."""
        return differences(self.before, [item.row for item in self.reviewed])


def rows_in(proposal: CatalogueProposal) -> tuple[ItemRow, ...]:
    """Give the items of a proposal as rows."""
    return tuple(item_row(data) for data in proposal.rows)


def rows_under(proposal: CatalogueProposal) -> tuple[ItemRow, ...]:
    """Give the items of the version a proposal starts from."""
    return rows_of(proposal.base) if proposal.base is not None else ()


def judge(proposal: CatalogueProposal) -> Judged:
    """Hold a proposal's rows against the rules as they are now."""
    before, rows = rows_under(proposal), rows_in(proposal)
    return Judged(before, reviewed_of(proposal, rows), changed_codes(before, rows))


def reviewed_of(proposal: CatalogueProposal, rows: Iterable[ItemRow]) -> tuple[ReviewedItem, ...]:
    """Hold some rows of a proposal against the rules as they are now, as the whole is when it is submitted."""
    law = own_law(proposal.instrument)
    return review(rows, classes=shipped.classes(), territory=proposal.district, matrix=shipped.matrix(), law=law)
