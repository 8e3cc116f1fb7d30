"""The data files that come with the house: the 100 items, the matrix, the classes and the demonstration instrument.

They are reviewed by people, so each keeps the wording of the table it was transcribed from beside what was made of it.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sanhu.domains.catalogue.rules import AffairClass, LeadKind, Matrix
from sanhu.domains.catalogue.terms import AssistRole, MoneySource, Origin, Publicity, Purpose
from sanhu.engines.deadlines import ClockKind, Roll, Rule, Unit

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class LeadOption:
    """One of the bodies a row offers as lead. `kind` is text, because a row may name a body nobody registered."""

    kind: str
    note: str = ""

    def as_json(self) -> dict[str, str]:
        """As it is stored with a duty."""
        return {"kind": self.kind, "note": self.note}


@dataclass(frozen=True)
class Assistant:
    """Who helps, and how; without a kind the note says who."""

    roles: tuple[AssistRole, ...]
    kind: str = ""
    note: str = ""

    def as_json(self) -> dict[str, object]:
        """As it is stored with a duty."""
        return {"kind": self.kind, "note": self.note, "roles": [role.value for role in self.roles]}


@dataclass(frozen=True)
class ClockTerms:
    """A duty's time limit, where the number comes from, and whether it only stands in for a number not yet made."""

    rule: Rule
    kind: ClockKind
    citation: str
    is_demonstration: bool


@dataclass(frozen=True)
class DutyRow:
    """A duty as the file states it; the first lead option is the default."""

    part: str
    part_en: str
    leads: tuple[LeadOption, ...]
    assist: tuple[Assistant, ...]
    is_government_duty: bool
    is_self_governance: bool
    is_named_by_statute: bool
    clock: ClockTerms


@dataclass(frozen=True)
class ItemRow:
    """An item as the file states it. `source_lead`, `deadline_text` and `money_text` are the table's own cells."""

    code: str
    name: str
    name_en: str
    affair_class: AffairClass
    definition: str
    purposes: tuple[Purpose, ...]
    origin: Origin
    is_public_nature: bool
    publicity: Publicity
    end_rule: str
    legal_basis: tuple[str, ...]
    money: tuple[MoneySource, ...]
    duties: tuple[DutyRow, ...]
    source_lead: str
    deadline_text: str
    money_text: str
    mark: str

    @property
    def brought_by(self) -> str:
        """Who brought the affair: the body that answers for it first."""
        return next((option.kind for duty in self.duties for option in duty.leads), "")


@dataclass(frozen=True)
class ClassRow:
    """What holds for every item of a class: its names, who leads in words, and how it is kept going (R1)."""

    affair_class: AffairClass
    name: str
    name_en: str
    lead: str
    lead_en: str
    indicators: tuple[str, ...]
    review_months: int


@lru_cache(maxsize=1)
def items() -> tuple[ItemRow, ...]:
    """Give the items of the shipped catalogue. Raises ValueError or KeyError for a code nobody knows."""
    return tuple(item_row(row) for row in _read("items.json"))


@lru_cache(maxsize=1)
def matrix() -> Matrix:
    """Give the class × lead matrix."""
    return Matrix.from_data(_read("matrix.json"))


@lru_cache(maxsize=1)
def classes() -> dict[AffairClass, ClassRow]:
    """Give what the file says of each class."""
    rows = (
        ClassRow(
            affair_class=AffairClass(row["code"]),
            name=row["name"],
            name_en=row["name_en"],
            lead=row["lead"],
            lead_en=row["lead_en"],
            indicators=tuple(row["indicators"]),
            review_months=row["review_months"],
        )
        for row in _read("classes.json")
    )
    return {row.affair_class: row for row in rows}


@lru_cache(maxsize=1)
def _lead_names() -> dict[str, tuple[str, str]]:
    return {kind: (names[0], names[1]) for kind, names in _read("lead_kinds.json").items()}


def lead_name(kind: LeadKind | str, *, language: str = "zh-hans") -> str:
    """Say a kind of body in words; one without words of its own is called by its kind, then by its code."""
    names = _lead_names()
    text = str(kind)
    found = names.get(text) or names.get(text.partition(":")[0])
    return text if found is None else found[language.startswith("en")]


def demonstration_instrument() -> dict[str, Any]:
    """Give the instrument of the fictitious district."""
    instrument: dict[str, Any] = _read("instrument.json")
    return instrument


def item_row(data: dict[str, Any]) -> ItemRow:
    """Read one item. Raises ValueError or KeyError for a code nobody knows."""
    return ItemRow(
        code=data["code"],
        name=data["name"],
        name_en=data["name_en"],
        affair_class=AffairClass(data["class"]),
        definition=data["definition"],
        purposes=tuple(Purpose(purpose) for purpose in data["purposes"]),
        origin=Origin(data["origin"]),
        is_public_nature=data["public_nature"],
        publicity=Publicity(data["publicity"]),
        end_rule=data.get("end_rule", ""),
        legal_basis=tuple(data["legal_basis"]),
        money=tuple(MoneySource(code) for code in data["money"]),
        duties=tuple(_duty_row(duty, whole=data) for duty in data["duties"]),
        source_lead=data["source_lead"],
        deadline_text=data["deadline_text"],
        money_text=data["money_text"],
        mark=data["mark"],
    )


def _duty_row(data: dict[str, Any], *, whole: dict[str, Any]) -> DutyRow:
    return DutyRow(
        part=data.get("part", whole["name"]),
        part_en=data.get("part_en", whole["name_en"]),
        leads=tuple(LeadOption(lead["kind"], lead.get("note", "")) for lead in data["leads"]),
        assist=tuple(map(_assistant, data["assist"])),
        is_government_duty=data["government_duty"],
        is_self_governance=data.get("self_governance", False),
        is_named_by_statute=data.get("named_by_statute", False),
        clock=_clock(data["clock"]),
    )


def _assistant(data: dict[str, Any]) -> Assistant:
    kind = data.get("kind", "")
    return Assistant(
        roles=tuple(AssistRole(role) for role in data["roles"]),
        kind=str(LeadKind.parse(kind)) if kind else "",
        note=data.get("note", ""),
    )


def _clock(data: dict[str, Any]) -> ClockTerms:
    return ClockTerms(
        rule=Rule(amount=data["amount"], unit=Unit(data["unit"]), roll=Roll(data["roll"])),
        kind=ClockKind(data["kind"]),
        citation=data["citation"],
        is_demonstration=data["demonstration"],
    )


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))
