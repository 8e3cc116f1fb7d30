"""Writing a complete version out of reviewed rows, and reading the rows of a version back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.models import (
    AffairItem,
    Article,
    CatalogueVersion,
    Duty,
    DutyTerms,
    Instrument,
    ItemTerms,
    ProcedureStep,
)
from sanhu.domains.catalogue.review import PlacedDuty, ReviewedItem
from sanhu.domains.catalogue.rows import duty_data, nature_data
from sanhu.domains.evidence.models import Witnessed


@dataclass(frozen=True)
class Draft:
    """A version with everything in it, as it was written."""

    version: CatalogueVersion
    items: Sequence[AffairItem]
    duties: Sequence[Duty]
    terms: Sequence[ItemTerms | DutyTerms | ProcedureStep]

    @property
    def rows(self) -> list[Witnessed]:
        """Every row of the version, for the record."""
        return [self.version, *self.items, *self.duties, *self.terms]


def write_reviewed(version: CatalogueVersion, reviewed: Iterable[ReviewedItem], *, territory: str) -> Draft:
    """Write reviewed items under a version: the placed duties as duties, the others as what they are."""
    article = article_of_items(version.instrument)
    seen = list(reviewed)
    items = AffairItem.objects.bulk_create(
        _item(item, version=version, article=article, territory=territory) for item in seen
    )
    pairs = list(zip(seen, items, strict=True))
    placed = [(duty, item, position) for one, item in pairs for position, duty in enumerate(one.duties, start=1)]
    duties = Duty.objects.bulk_create(_duty(duty, item=item, position=position) for duty, item, position in placed)
    of_items = ItemTerms.objects.bulk_create(_terms_of_item(one, item) for one, item in pairs)
    of_duties = DutyTerms.objects.bulk_create(
        _terms_of_duty(written, duty) for (written, _item_, _position), duty in zip(placed, duties, strict=True)
    )
    steps = ProcedureStep.objects.bulk_create(step for one, item in pairs for step in _steps(one, item))
    return Draft(version, items, duties, [*of_items, *of_duties, *steps])


def article_of_items(instrument: Instrument | None) -> Article | None:
    """The article that lists the classes: what every item of the catalogue rests on."""
    if instrument is None:
        return None
    cited = shipped.demonstration_instrument()["items_cite"]
    return instrument.articles.filter(number=cited).first()


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
        indicators=list(reviewed.indicators),
        review_months=reviewed.review_months,
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


def _terms_of_item(reviewed: ReviewedItem, item: AffairItem) -> ItemTerms:
    row = reviewed.row
    return ItemTerms(
        item=item,
        needs_record=row.needs_record,
        former_bearer=row.former_bearer,
        boundary=row.boundary.value,
        boundary_evidence=row.boundary_evidence,
        nature=nature_data(row.nature) if row.nature else None,
        certificates=list(row.certificates),
        asked_data=list(row.asked_data),
        own_indicators=list(row.indicators),
        own_review_months=row.review_months,
        unplaced=[[place, duty_data(duty)] for place, duty in reviewed.unplaced],
    )


def _terms_of_duty(placed: PlacedDuty, duty: Duty) -> DutyTerms:
    row = placed.row
    return DutyTerms(
        duty=duty,
        bases=[{"kind": basis.kind.value, "text": basis.text} for basis in row.bases],
        money=[source.value for source in row.money],
        evidence=row.evidence,
    )


def _steps(reviewed: ReviewedItem, item: AffairItem) -> Iterator[ProcedureStep]:
    for position, step in enumerate(reviewed.row.procedure, start=1):
        yield ProcedureStep(
            item=item,
            position=position,
            name=step.name,
            actor=step.actor,
            materials=list(step.materials),
            limit=step.limit,
            unit=step.unit.value,
            output=step.output,
        )
