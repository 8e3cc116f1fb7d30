"""A workbook held against the Measure and the catalogue that is there: each finding at its own cell."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.citing import OwnLaw, in_numerals
from sanhu.domains.catalogue.decision_key import propose_class
from sanhu.domains.catalogue.proposals import BLOCKING
from sanhu.domains.catalogue.review import Finding, ReviewedItem, review
from sanhu.domains.catalogue.row_faults import faults_of
from sanhu.domains.catalogue.rows import ItemRow
from sanhu.domains.catalogue.rules import Question
from sanhu.domains.catalogue.terms import Boundary
from sanhu.domains.catalogue.workbook.column import Column
from sanhu.domains.catalogue.workbook.columns import BY_NAME
from sanhu.domains.catalogue.workbook.duplicates import twins
from sanhu.domains.catalogue.workbook.faults import Fault
from sanhu.domains.catalogue.workbook.heading import Heading
from sanhu.domains.catalogue.workbook.reading import ItemPlace, Workbook

LEFT_OPEN = _("没有回答“%(question)s”：事项将停留在草案")
NOTHING_READ = _("表头下面没有一行内容")

NAMED = _("“%(about)s”：%(reason)s")
KEY_SAYS_OTHERWISE = _("按归类判断应为 %(proposed)s（%(because)s），写的是 %(written)s；请核对")
KEY_SAYS_NOTHING = _("按归类判断不属于任何一类；请核对是否为社区事务")

_COLUMN_OF_CODE = {
    "X-02": "leads",
    "X-03": "leads",
    "X-04": "leads",
    "X-06": "legal_basis",
    "X-14": "certificates",
    "X-15": "asked_data",
}
_COLUMN_OF_QUESTION = {
    Question.WHAT: "definition",
    Question.ORIGIN: "legal_basis",
    Question.DECOMPOSITION: "leads",
    Question.LONG_TERM: "indicators",
}


@dataclass(frozen=True)
class Judged:
    """What a file holds beside the catalogue that is there.

    `wanted` is the whole catalogue as it would be, none where there is an error. Items the file does not name stay,
    unless the file is the whole list; then they are `removed`.
    """

    book: Workbook
    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    added: int
    changed: int
    unchanged: int
    removed: int
    wanted: tuple[ItemRow, ...]

    @property
    def is_new(self) -> bool:
        """Tell whether anything would change."""
        return bool(self.added or self.changed or self.removed)

    def as_json(self) -> dict[str, Any]:
        """As programs get it."""
        return {
            "rows": self.book.rows,
            "items": len(self.book.items),
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "errors": [fault.as_json() for fault in self.errors],
            "warnings": [fault.as_json() for fault in self.warnings],
        }


def against_key(item: ItemRow) -> tuple[str, dict[str, Any]] | None:
    """Hold an item's class against what the decision key proposes (R17): a doubt and what it names, or None."""
    proposed = propose_class(item.nature) if item.nature else None
    if proposed is None or proposed.affair_class is item.affair_class:
        return None
    if proposed.decided_by is None:
        return KEY_SAYS_NOTHING, {}
    said = {"proposed": proposed.affair_class, "written": item.affair_class, "because": proposed.decided_by.label}
    return KEY_SAYS_OTHERWISE, said


def judge(
    book: Workbook,
    existing: Sequence[ItemRow],
    *,
    district: str,
    is_whole_list: bool = False,
    law: OwnLaw | None = None,
) -> Judged:
    """Hold a workbook against the rules and the catalogue; what a rule says of an unchanged item is a warning only."""
    items = [place.item for place in book.items]
    by_code = {item.code: item for item in existing}
    same = {item.code for item in items if by_code.get(item.code) == item}
    errors, warnings = list(book.errors), list(book.warnings)
    if book.heading is not None:
        if not book.rows:
            errors.append(Fault(book.heading.row + 1, 0, "", NOTHING_READ))
        for fault, is_error in _Judge(book, book.heading, same).faults(existing, district=district, law=law):
            (errors if is_error else warnings).append(fault)
    added = sum(item.code not in by_code for item in items)
    codes = {item.code for item in items}
    return Judged(
        book=book,
        errors=_in_order(errors),
        warnings=_in_order(warnings),
        added=added,
        changed=len(items) - added - len(same),
        unchanged=len(same),
        removed=sum(code not in codes for code in by_code) if is_whole_list else 0,
        wanted=() if errors else _wanted(items, existing, is_whole_list=is_whole_list),
    )


def _wanted(items: Sequence[ItemRow], existing: Sequence[ItemRow], *, is_whole_list: bool) -> tuple[ItemRow, ...]:
    if is_whole_list:
        return tuple(items)
    by_code = {item.code: item for item in items}
    known = {item.code for item in existing}
    kept = [by_code.get(item.code, item) for item in existing]
    return (*kept, *(item for item in items if item.code not in known))


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    once = {(fault.row, fault.column, fault.code, fault.label, fault.words): fault for fault in faults}
    return tuple(once[place] for place in sorted(once, key=lambda place: place[:3]))


class _Judge:
    """Puts each finding of the rules at its cell."""

    def __init__(self, book: Workbook, heading: Heading, same: set[str]) -> None:
        self._book, self._heading, self._same = book, heading, same
        self._told: dict[tuple[int, int], set[str]] = {}
        for fault in book.errors:
            self._told.setdefault((fault.row, fault.column), set()).add(fault.code)

    def faults(self, existing: Sequence[ItemRow], *, district: str, law: OwnLaw | None) -> Iterator[tuple[Fault, bool]]:
        """Give each fault, and whether it is an error or a warning."""
        yield from self._twins(existing)
        reviewed = review(
            [place.item for place in self._book.items],
            classes=shipped.classes(),
            territory=district,
            matrix=shipped.matrix(),
            law=law,
        )
        for place, found in zip(self._book.items, reviewed, strict=True):
            yield from self._of_item(place, found)

    def _twins(self, existing: Sequence[ItemRow]) -> Iterator[tuple[Fault, bool]]:
        places = self._book.items
        for twin in twins([place.item for place in places], existing):
            said: dict[str, object] = {"code": twin.code, "name": twin.name}
            if twin.earlier is not None:
                said["row"] = places[twin.earlier].row + 1
            row = places[twin.place].said_in["name"]
            yield self._heading.fault(row, BY_NAME["name"], twin.reason, **said), twin.is_error

    def _of_item(self, place: ItemPlace, found: ReviewedItem) -> Iterator[tuple[Fault, bool]]:
        is_new = place.item.code not in self._same
        has_blocking = False
        for finding in found.findings:
            is_error = is_new and finding.code in BLOCKING
            has_blocking |= is_error
            for fault in self._at(place, finding):
                if not self._is_told(fault):
                    yield fault, is_error
        if doubt := self._against_key(place):
            yield doubt, False
        if not has_blocking and not any(self._is_faulty(duty.row) for duty in place.duties):
            for question in found.open_questions:
                column = BY_NAME[_COLUMN_OF_QUESTION[question]]
                row = place.said_in.get(column.name, place.row)
                yield self._heading.fault(row, column, LEFT_OPEN, question=question.label), False
            for words in faults_of(place.item):
                yield self._heading.fault(place.row, BY_NAME["code"], words), True

    def _against_key(self, place: ItemPlace) -> Fault | None:
        """Hold the class against what the decision key proposes (R17)."""
        doubt = against_key(place.item)
        return self._heading.fault(place.said_in["nature"], BY_NAME["nature"], doubt[0], **doubt[1]) if doubt else None

    def _is_told(self, fault: Fault) -> bool:
        """Tell whether the reading has said the same of the cell already, or could not use it at all."""
        told = self._told.get((fault.row, fault.column), set())
        return fault.code in told or "" in told

    def _is_faulty(self, row: int) -> bool:
        return any(at == row + 1 for at, _column in self._told)

    def _at(self, place: ItemPlace, finding: Finding) -> Iterator[Fault]:
        """Put a finding at the cells that give rise to it, a fault for each reason."""
        # That the matrix has no such cell follows from X-02 and needs no second mention.
        reasons = finding.reasons[:1] if finding.code == "X-02" else finding.reasons
        for name, reason in zip(_columns(place.item, finding), reasons, strict=False):
            column = BY_NAME[name]
            rows = [place.said_in.get(name, place.row)]
            if not column.is_of_item and finding.part:
                rows = [duty.row for duty in place.duties if duty.duty.part == finding.part]
            for row in rows:
                yield self._said(row, column, reason, finding)

    def _said(self, row: int, column: Column, reason: str, finding: Finding) -> Fault:
        fault = self._heading.fault
        if finding.about:
            return fault(row, column, NAMED, finding.code, about=finding.about, reason=gettext(reason))
        return fault(row, column, reason, finding.code)


def _columns(item: ItemRow, finding: Finding) -> Iterator[str]:
    """Tell at which column each reason of a finding is at home, in the order in which the rules ask."""
    cited = shipped.matrix().citations
    match finding.code:
        case "X-01":
            yield from (name for name, is_good in _needed_by_x01(item) if not is_good)
        case "X-06" if finding.about:
            yield _cited_at(item, finding)
        case "X-03" | "X-04" if finding.lead and finding.lead not in _led_by(item, finding.part):
            yield "assist"
        case "" if finding.citations == cited["boundary"]:
            yield from (name for name, is_good in _needed_at_boundary(item) if not is_good)
        case "":
            yield "end_rule"
        case _:
            pass
    yield from repeat(_COLUMN_OF_CODE.get(finding.code, "name"))


def _cited_at(item: ItemRow, finding: Finding) -> str:
    """Tell in which column an article is cited in vain."""
    duty = next((duty for duty in item.duties if duty.part == finding.part), None)
    if duty is None:
        return "legal_basis"
    return "clock_citation" if finding.about in in_numerals(duty.clock.citation) else "bases"


def _led_by(item: ItemRow, part: str) -> set[str]:
    return {option.kind for duty in item.duties if duty.part == part for option in duty.leads}


def _needed_by_x01(item: ItemRow) -> tuple[tuple[str, bool], ...]:
    return (("purposes", bool(item.purposes)), ("public_nature", item.is_public_nature))


def _needed_at_boundary(item: ItemRow) -> tuple[tuple[str, bool], ...]:
    return (
        ("boundary", item.boundary is not Boundary.OUT_OF_SCOPE),
        ("boundary_evidence", item.boundary is Boundary.IN_SCOPE or bool(item.boundary_evidence)),
        ("legal_basis", bool(item.needs_record or item.legal_basis)),
    )
