"""An item as a table states it, before it is held against the rules; and the plain data it is kept and compared as."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sanhu.domains.catalogue.rules import AffairClass, Estate, LeadKind, Nature
from sanhu.domains.catalogue.terms import AssistRole, BasisKind, Boundary, MoneySource, Origin, Publicity, Purpose
from sanhu.engines.deadlines import ClockKind, Roll, Rule, Unit


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
class Basis:
    """What one participant's act rests on beyond the item's articles: an article, a contract, a decision (R24)."""

    kind: BasisKind
    text: str


@dataclass(frozen=True)
class DutyRow:
    """A duty as the row states it; the first lead option is the default.

    Without money of its own the item's pays; `evidence` says what shows that it was done.
    """

    part: str
    part_en: str
    leads: tuple[LeadOption, ...]
    assist: tuple[Assistant, ...]
    is_government_duty: bool
    is_self_governance: bool
    is_named_by_statute: bool
    clock: ClockTerms
    bases: tuple[Basis, ...] = ()
    money: tuple[MoneySource, ...] = ()
    evidence: str = ""


class StepUnit(StrEnum):
    """What the limit of a procedure's step is counted in."""

    NATURAL_DAY = "natural_day"
    WORKING_DAY = "working_day"


@dataclass(frozen=True)
class StepRow:
    """One step of an item's procedure (R44). A limit of 0 leaves it to the duty's own clock."""

    name: str
    actor: str
    materials: tuple[str, ...] = ()
    limit: int = 0
    unit: StepUnit = StepUnit.WORKING_DAY
    output: str = ""


@dataclass(frozen=True)
class ItemRow:
    """An item as the row states it. `source_lead`, `deadline_text` and `money_text` are the table's own cells.

    Without indicators and a review period of its own an item has its class's. `certificates` are those the residents'
    committee is to issue under it, `asked_data` what a resident or the committee is asked to fill in.
    """

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
    source_lead: str = ""
    deadline_text: str = ""
    money_text: str = ""
    mark: str = ""
    needs_record: str = ""
    former_bearer: str = ""
    boundary: Boundary = Boundary.IN_SCOPE
    boundary_evidence: str = ""
    nature: Nature | None = None
    certificates: tuple[str, ...] = ()
    asked_data: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    review_months: int = 0
    procedure: tuple[StepRow, ...] = ()

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


def item_row(data: Mapping[str, Any]) -> ItemRow:
    """Read one item from plain data. Raises ValueError or KeyError for a code nobody knows."""
    return ItemRow(
        code=data["code"],
        name=data["name"],
        name_en=data.get("name_en", ""),
        affair_class=AffairClass(data["class"]),
        definition=data["definition"],
        purposes=tuple(map(Purpose, data["purposes"])),
        origin=Origin(data["origin"]),
        is_public_nature=data["public_nature"],
        publicity=Publicity(data["publicity"]),
        end_rule=data.get("end_rule", ""),
        legal_basis=tuple(data["legal_basis"]),
        money=tuple(map(MoneySource, data["money"])),
        duties=tuple(duty_row(duty, whole=data) for duty in data["duties"]),
        source_lead=data.get("source_lead", ""),
        deadline_text=data.get("deadline_text", ""),
        money_text=data.get("money_text", ""),
        mark=data.get("mark", ""),
        needs_record=data.get("needs_record", ""),
        former_bearer=data.get("former_bearer", ""),
        boundary=Boundary(data.get("boundary", Boundary.IN_SCOPE)),
        boundary_evidence=data.get("boundary_evidence", ""),
        nature=nature_of(data["nature"]) if data.get("nature") else None,
        certificates=tuple(data.get("certificates", ())),
        asked_data=tuple(data.get("asked_data", ())),
        indicators=tuple(data.get("indicators", ())),
        review_months=data.get("review_months", 0),
        procedure=tuple(map(_step_row, data.get("procedure", ()))),
    )


def as_data(row: ItemRow) -> dict[str, Any]:
    """Write an item as plain data: `item_row` reads it back the same."""
    said: dict[str, Any] = {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "class": row.affair_class.value,
        "definition": row.definition,
        "purposes": [purpose.value for purpose in row.purposes],
        "origin": row.origin.value,
        "public_nature": row.is_public_nature,
        "publicity": row.publicity.value,
        "end_rule": row.end_rule,
        "legal_basis": list(row.legal_basis),
        "money": [source.value for source in row.money],
        "duties": [duty_data(duty) for duty in row.duties],
        "source_lead": row.source_lead,
        "deadline_text": row.deadline_text,
        "money_text": row.money_text,
        "mark": row.mark,
        "needs_record": row.needs_record,
        "former_bearer": row.former_bearer,
        "boundary": row.boundary.value,
        "boundary_evidence": row.boundary_evidence,
        "nature": nature_data(row.nature) if row.nature else None,
        "certificates": list(row.certificates),
        "asked_data": list(row.asked_data),
        "indicators": list(row.indicators),
        "review_months": row.review_months,
        "procedure": [_step_data(step) for step in row.procedure],
    }
    return said


def duty_row(data: Mapping[str, Any], *, whole: Mapping[str, Any]) -> DutyRow:
    """Read one duty; the item as a whole lends its name to a duty without one. Raises ValueError or KeyError."""
    return DutyRow(
        part=data.get("part", whole["name"]),
        part_en=data.get("part_en", whole.get("name_en", "")),
        leads=tuple(LeadOption(lead["kind"], lead.get("note", "")) for lead in data["leads"]),
        assist=tuple(map(assistant, data["assist"])),
        is_government_duty=data["government_duty"],
        is_self_governance=data.get("self_governance", False),
        is_named_by_statute=data.get("named_by_statute", False),
        clock=_clock(data["clock"]),
        bases=tuple(Basis(BasisKind(basis["kind"]), basis["text"]) for basis in data.get("bases", ())),
        money=tuple(map(MoneySource, data.get("money", ()))),
        evidence=data.get("evidence", ""),
    )


def duty_data(duty: DutyRow) -> dict[str, Any]:
    """Write a duty as plain data: `duty_row` reads it back the same."""
    clock = duty.clock
    return {
        "part": duty.part,
        "part_en": duty.part_en,
        "leads": [option.as_json() for option in duty.leads],
        "assist": [helper.as_json() for helper in duty.assist],
        "government_duty": duty.is_government_duty,
        "self_governance": duty.is_self_governance,
        "named_by_statute": duty.is_named_by_statute,
        "clock": {
            "amount": clock.rule.amount,
            "unit": clock.rule.unit.value,
            "roll": clock.rule.roll.value,
            "kind": clock.kind.value,
            "citation": clock.citation,
            "demonstration": clock.is_demonstration,
        },
        "bases": [{"kind": basis.kind.value, "text": basis.text} for basis in duty.bases],
        "money": [source.value for source in duty.money],
        "evidence": duty.evidence,
    }


def assistant(data: Mapping[str, Any]) -> Assistant:
    """Read one assistant as it is stored with a duty. Raises ValueError for a kind or a role nobody knows."""
    kind = data.get("kind", "")
    return Assistant(
        roles=tuple(map(AssistRole, data["roles"])),
        kind=str(LeadKind.parse(kind)) if kind else "",
        note=data.get("note", ""),
    )


def _clock(data: Mapping[str, Any]) -> ClockTerms:
    return ClockTerms(
        rule=Rule(amount=data["amount"], unit=Unit(data["unit"]), roll=Roll(data["roll"])),
        kind=ClockKind(data["kind"]),
        citation=data["citation"],
        is_demonstration=data["demonstration"],
    )


def _step_row(data: Mapping[str, Any]) -> StepRow:
    return StepRow(
        name=data["name"],
        actor=data["actor"],
        materials=tuple(data.get("materials", ())),
        limit=data.get("limit", 0),
        unit=StepUnit(data.get("unit", StepUnit.WORKING_DAY)),
        output=data.get("output", ""),
    )


def _step_data(step: StepRow) -> dict[str, Any]:
    return {
        "name": step.name,
        "actor": step.actor,
        "materials": list(step.materials),
        "limit": step.limit,
        "unit": step.unit.value,
        "output": step.output,
    }


def nature_of(data: Mapping[str, Any]) -> Nature:
    """Read the answers to the decision key."""
    return Nature(**{**data, "estate": Estate(data["estate"]) if data.get("estate") else None})


def nature_data(nature: Nature) -> dict[str, Any]:
    """Write the answers to the decision key as plain data."""
    return {**nature.__dict__, "estate": nature.estate.value if nature.estate else None}
