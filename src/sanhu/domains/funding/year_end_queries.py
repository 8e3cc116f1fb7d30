"""Reading settlements of years, who proposed them, and what the budget office let go over."""

from collections.abc import Mapping

from django.db.models import QuerySet, Sum

from sanhu.domains.evidence.models import Entry
from sanhu.domains.funding.models import CarryConsent, SettlementLine, YearSettlement
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.year_end_terms import SettlementState, YearEndAction
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import persons_of
from sanhu.engines.actors import Actor, ActorKind


def settlements_visible_to(actor: Actor) -> QuerySet[YearSettlement]:
    """The settlements an actor may read: the district's, for whoever oversees its money."""
    settlements = YearSettlement.objects.select_related("proposed_by", "settled_by")
    if actor.kind is ActorKind.SYSTEM:
        return settlements
    return settlements.filter(district=actor.district) if _oversees(actor) else settlements.none()


def consents_visible_to(actor: Actor) -> QuerySet[CarryConsent]:
    """What the budget office let go over, for whoever oversees the district's money."""
    consents = CarryConsent.objects.select_related("account__body", "given_by")
    if actor.kind is ActorKind.SYSTEM:
        return consents
    return consents.filter(district=actor.district) if _oversees(actor) else consents.none()


def _oversees(actor: Actor) -> bool:
    return actor.kind is ActorKind.POST and actor.may(Permission.FUNDING_OVERSEE)


def settlement_for(actor: Actor, pk: int) -> YearSettlement:
    """Give one settlement. Raises FundingNotFound for what the actor may not see."""
    found = settlements_visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise FundingNotFound(pk)
    return found


def settlement_proposers(settlement: YearSettlement) -> frozenset[int]:
    """Give who proposed a settlement: one person, or with a deputy two."""
    entries = Entry.objects.filter(subject_ref=settlement.ref).order_by("id")
    first = list(entries.values_list("actor_ref", flat=True)[:1])
    return frozenset({settlement.proposed_by_id}) | persons_of(first)


def settled_fen(district: str, year: int) -> Mapping[tuple[str, str], int]:
    """Give what went over and back at the end of a year, by source and action."""
    lines = SettlementLine.objects.filter(
        settlement__district=district, settlement__year=year, settlement__state=SettlementState.SIGNED
    )
    rows = lines.order_by().values_list("account__source", "action").annotate(total=Sum("fen"))
    return {(source, action): fen for source, action, fen in rows}


def returned_of_its_year(district: str, year: int, *, source: str) -> Mapping[str, int]:
    """Give what of a year's own money went back at its end, by budget line; what had come over before does not count.

    That much was appropriated and is no longer.
    """
    lines = SettlementLine.objects.filter(
        settlement__district=district,
        settlement__year=year,
        settlement__state=SettlementState.SIGNED,
        account__source=source,
        action=YearEndAction.RETURN,
        first_year=year,
    )
    return dict(lines.order_by().values_list("account__line").annotate(total=Sum("fen")))
