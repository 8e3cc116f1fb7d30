"""The rows of a version, exactly as it was made of them: writing them again gives the same version."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sanhu.domains.catalogue.models import (
    AffairItem,
    CatalogueVersion,
    Duty,
    DutyTerms,
    ItemTerms,
    ProcedureStep,
)
from sanhu.domains.catalogue.rows import (
    Basis,
    ClockTerms,
    DutyRow,
    ItemRow,
    LeadOption,
    StepRow,
    StepUnit,
    assistant,
    duty_row,
    nature_of,
)
from sanhu.domains.catalogue.rules import AffairClass, LeadKind
from sanhu.domains.catalogue.terms import BasisKind, Boundary, ItemStatus, MoneySource, Origin, Publicity, Purpose
from sanhu.engines.deadlines import ClockKind


@dataclass(frozen=True)
class _Parts:
    """What stands beside the items of a version; versions older than these tables have the duties alone."""

    duties: Mapping[int, Sequence[Duty]]
    of_items: Mapping[int, ItemTerms]
    of_duties: Mapping[int, DutyTerms]
    steps: Mapping[int, Sequence[ProcedureStep]] = field(default_factory=dict)


def rows_of(version: CatalogueVersion) -> tuple[ItemRow, ...]:
    """Give every item of a version as a row, in the order they were written in; five queries whatever their number."""
    parts = _parts(version)
    return tuple(_row(item, parts) for item in version.items.order_by("pk"))


def leads_of(version: CatalogueVersion) -> dict[str, dict[str, LeadKind]]:
    """Give who leads in a version's effective items, by item code and duty part: each has a lead, or it is a draft."""
    found: dict[str, dict[str, LeadKind]] = defaultdict(dict)
    for duty in Duty.objects.filter(item__version=version, item__status=ItemStatus.EFFECTIVE).select_related("item"):
        found[duty.item.code][duty.part] = duty.lead
    return dict(found)


def row_of(item: AffairItem) -> ItemRow:
    """Give one item as a row."""
    return _row(item, _parts(item.version, item=item))


def _parts(version: CatalogueVersion, item: AffairItem | None = None) -> _Parts:
    duties: dict[int, list[Duty]] = defaultdict(list)
    steps: dict[int, list[ProcedureStep]] = defaultdict(list)
    of_item = {"item": item} if item is not None else {"item__version": version}
    of_duty = {f"duty__{name}": value for name, value in of_item.items()}
    for duty in Duty.objects.filter(**of_item).order_by("item_id", "position"):
        duties[duty.item_id].append(duty)
    for step in ProcedureStep.objects.filter(**of_item).order_by("item_id", "position"):
        steps[step.item_id].append(step)
    return _Parts(
        duties=duties,
        of_items={terms.item_id: terms for terms in ItemTerms.objects.filter(**of_item)},
        of_duties={terms.duty_id: terms for terms in DutyTerms.objects.filter(**of_duty)},
        steps=steps,
    )


def _row(item: AffairItem, parts: _Parts) -> ItemRow:
    terms = parts.of_items.get(item.pk) or ItemTerms(item=item, boundary=Boundary.IN_SCOPE)
    duties = [_duty(duty, parts.of_duties.get(duty.pk)) for duty in parts.duties.get(item.pk, ())]
    for place, data in sorted(terms.unplaced, key=lambda one: int(one[0])):
        duties.insert(place, duty_row(data, whole={"name": item.name}))
    return ItemRow(
        code=item.code,
        name=item.name,
        name_en=item.name_en,
        affair_class=AffairClass(item.affair_class),
        definition=item.definition,
        purposes=tuple(map(Purpose, item.purposes)),
        origin=Origin(item.origin),
        is_public_nature=item.is_public_nature,
        publicity=Publicity(item.publicity),
        end_rule=item.end_rule,
        legal_basis=tuple(item.legal_basis),
        money=tuple(map(MoneySource, item.money)),
        duties=tuple(duties),
        source_lead=item.source_lead,
        deadline_text=item.deadline_text,
        money_text=item.money_text,
        mark=item.mark,
        needs_record=terms.needs_record,
        former_bearer=terms.former_bearer,
        boundary=Boundary(terms.boundary),
        boundary_evidence=terms.boundary_evidence,
        nature=nature_of(terms.nature) if terms.nature else None,
        certificates=tuple(terms.certificates),
        asked_data=tuple(terms.asked_data),
        indicators=tuple(terms.own_indicators),
        review_months=terms.own_review_months,
        procedure=tuple(map(_step, parts.steps.get(item.pk, ()))),
    )


def _duty(duty: Duty, terms: DutyTerms | None) -> DutyRow:
    return DutyRow(
        part=duty.part,
        part_en=duty.part_en,
        leads=_leads(duty),
        assist=tuple(map(assistant, duty.assist)),
        is_government_duty=duty.is_government_duty,
        is_self_governance=duty.is_self_governance,
        is_named_by_statute=duty.is_named_by_statute,
        clock=ClockTerms(
            rule=duty.clock_rule,
            kind=ClockKind(duty.clock_kind),
            citation=duty.clock_citation,
            is_demonstration=duty.is_demonstration_value,
        ),
        bases=tuple(Basis(BasisKind(said["kind"]), said["text"]) for said in terms.bases) if terms else (),
        money=tuple(map(MoneySource, terms.money)) if terms else (),
        evidence=terms.evidence if terms else "",
    )


def _leads(duty: Duty) -> tuple[LeadOption, ...]:
    """Who may lead, the one who does before the others."""
    offered = [LeadOption(option["kind"], option["note"]) for option in duty.alternatives]
    first = [option for option in offered if LeadKind.parse(option.kind) == duty.lead] or [LeadOption(str(duty.lead))]
    return (*first, *(option for option in offered if option not in first))


def _step(step: ProcedureStep) -> StepRow:
    return StepRow(step.name, step.actor, tuple(step.materials), step.limit, StepUnit(step.unit), step.output)
