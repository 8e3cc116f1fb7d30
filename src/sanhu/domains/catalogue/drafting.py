"""Putting a complete version together, row by row: from a reviewed file, or from the version before it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sanhu.domains.catalogue.models import AffairItem, Article, CatalogueVersion, Duty
from sanhu.domains.catalogue.review import PlacedDuty, ReviewedItem
from sanhu.domains.catalogue.rules import LeadKind
from sanhu.domains.evidence.models import Witnessed

Row = TypeVar("Row", AffairItem, Duty)


@dataclass(frozen=True)
class Draft:
    """A version with its items and duties, written or about to be."""

    version: CatalogueVersion
    items: Sequence[AffairItem]
    duties: Sequence[Duty]

    @property
    def rows(self) -> list[Witnessed]:
        """Every row of the version, for the record."""
        return [self.version, *self.items, *self.duties]


def write_reviewed(
    version: CatalogueVersion, reviewed: Iterable[ReviewedItem], *, article: Article | None, territory: str
) -> Draft:
    """Write the items and the placed duties of a reviewed file under a version."""
    pairs = [(item, _item(item, version=version, article=article, territory=territory)) for item in reviewed]
    items = AffairItem.objects.bulk_create([item for _, item in pairs])
    duties = Duty.objects.bulk_create(
        _duty(placed, item=item, position=position)
        for seen, item in pairs
        for position, placed in enumerate(seen.duties, start=1)
    )
    return Draft(version, items, duties)


def write_copy(version: CatalogueVersion, base: CatalogueVersion, *, amended: Duty, lead: LeadKind) -> Draft:
    """Write a complete copy of `base` under a version, with one duty under another lead."""
    old_items = list(base.items.order_by("pk"))
    items = AffairItem.objects.bulk_create(_copied(item, version_id=version.pk) for item in old_items)
    new_item = {old.pk: new.pk for old, new in zip(old_items, items, strict=True)}
    duties = []
    for old in Duty.objects.filter(item__version=base).order_by("pk"):
        duty = _copied(old, item_id=new_item[old.item_id])
        if old.pk == amended.pk:
            _give(duty, lead)
        duties.append(duty)
    return Draft(version, items, Duty.objects.bulk_create(duties))


def _copied(row: Row, **changes: int) -> Row:
    values: dict[str, Any] = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    return type(row)(**values | changes)


def _give(duty: Duty, lead: LeadKind) -> None:
    """Put a duty under another lead; whoever leads no longer stands among the assistants."""
    text = str(lead)
    duty.lead_kind, duty.lead_specialty = lead.kind.value, lead.specialty.value
    if lead not in duty.choices_of_lead:
        duty.alternatives = [{"kind": text, "note": ""}, *duty.alternatives]
    duty.assist = [helper for helper in duty.assist if helper["kind"] != text]


def _item(reviewed: ReviewedItem, *, version: CatalogueVersion, article: Article | None, territory: str) -> AffairItem:
    row = reviewed.row
    return AffairItem(
        version=version,
        article=article,
        code=row.code,
        affair_class=row.affair_class.value,
        status=reviewed.status.value,
        name=row.name,
        name_en=row.name_en,
        definition=row.definition,
        purposes=[purpose.value for purpose in row.purposes],
        territory=[territory],
        is_public_nature=row.is_public_nature,
        origin=row.origin.value,
        brought_by=row.brought_by,
        legal_basis=list(row.legal_basis),
        money=[source.value for source in row.money],
        publicity=row.publicity.value,
        government_responsibility=any(duty.is_government_duty for duty in row.duties),
        end_rule=row.end_rule,
        indicators=list(reviewed.long_term.indicators),
        review_months=reviewed.long_term.review_months,
        source_lead=row.source_lead,
        deadline_text=row.deadline_text,
        money_text=row.money_text,
        mark=row.mark,
    )


def _duty(placed: PlacedDuty, *, item: AffairItem, position: int) -> Duty:
    row, clock = placed.row, placed.row.clock
    return Duty(
        item=item,
        position=position,
        part=row.part,
        part_en=row.part_en,
        lead_kind=placed.lead.kind.value,
        lead_specialty=placed.lead.specialty.value,
        alternatives=[option.as_json() for option in placed.options],
        assist=[helper.as_json() for helper in placed.assist],
        is_government_duty=row.is_government_duty,
        is_self_governance=row.is_self_governance,
        is_named_by_statute=row.is_named_by_statute,
        clock_amount=clock.rule.amount,
        clock_unit=clock.rule.unit.value,
        clock_roll=clock.rule.roll.value,
        clock_kind=clock.kind.value,
        clock_citation=clock.citation,
        is_demonstration_value=clock.is_demonstration,
    )
