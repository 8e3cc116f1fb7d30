"""Reading the catalogue: which version holds on a day, what is in it, who may lead, and which days are working days."""

from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from django.db.models import Max, Min, QuerySet

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.citing import OwnLaw
from sanhu.domains.catalogue.models import (
    AffairItem,
    Article,
    CalendarDay,
    CatalogueProposal,
    CatalogueVersion,
    Duty,
    Instrument,
    ItemReview,
    ItemTerms,
    ProcedureStep,
)
from sanhu.domains.catalogue.rules import AffairClass, Answers, LeadKind, Question, check_lead, unanswered
from sanhu.domains.catalogue.stages import Reached
from sanhu.domains.catalogue.terms import InstrumentStageKind, ItemStatus
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Decision
from sanhu.engines.official_calendar import official_calendar
from sanhu.engines.workdays import WorkCalendar


def current_version(district: str, on: date) -> CatalogueVersion | None:
    """Give the version a district's matters follow on a day; None before its first."""
    return versions(district).filter(in_force_from__lte=on).first()


def versions(district: str) -> QuerySet[CatalogueVersion]:
    """Give a district's versions, newest first."""
    return CatalogueVersion.objects.filter(district=district).select_related("instrument").order_by("-number")


def items(
    version: CatalogueVersion, *, affair_class: AffairClass | None = None, with_drafts: bool = False
) -> QuerySet[AffairItem]:
    """Give a version's items by code, with their duties; drafts only when asked for."""
    found = version.items.select_related("version__instrument", "terms").prefetch_related("duties").order_by("code")
    if affair_class is not None:
        found = found.filter(affair_class=affair_class)
    return found if with_drafts else found.filter(status=ItemStatus.EFFECTIVE)


def item_by_code(version: CatalogueVersion, code: str) -> AffairItem | None:
    """Give one item, a draft too; None when the version has no such code."""
    return items(version, with_drafts=True).filter(code=code).first()


def duties_for(item: AffairItem) -> QuerySet[Duty]:
    """Give an item's duties in their order."""
    return item.duties.select_related("item__version__instrument").order_by("position")


def reviews_of(district: str, code: str) -> QuerySet[ItemReview]:
    """Give the reviews of a district's item, newest first, whatever version they were made under."""
    return ItemReview.objects.filter(district=district, code=code).select_related("version").order_by("-on")


def review_periods(district: str, *, code: str = "") -> dict[str, date]:
    """Give for each item's code since when it was not reviewed: its last review, or its first day in force.

    With a `code`, for that item alone.
    """
    one = {"code": code} if code else {}
    began = AffairItem.objects.filter(version__district=district, status=ItemStatus.EFFECTIVE, **one)
    since: dict[str, date] = dict(began.values_list("code").annotate(day=Min("version__in_force_from")).order_by())
    reviewed = ItemReview.objects.filter(district=district, **one)
    return since | dict(reviewed.values_list("code").annotate(day=Max("on")).order_by())


def choosable_duties(version: CatalogueVersion) -> QuerySet[Duty]:
    """Give the duties a matter may be accepted under: those of effective items, by code and position."""
    return (
        Duty.objects.filter(item__version=version, item__status=ItemStatus.EFFECTIVE)
        .select_related("item")
        .order_by("item__code", "position")
    )


def missing_answers(item: AffairItem) -> tuple[Question, ...]:
    """Give the questions of R1 an item leaves open; a duty that found no lawful lead leaves the decomposition open."""
    parts = {duty.part for duty in item.duties.all()}
    unplaced = {
        finding["part"]
        for finding in item.version.findings
        if finding["item_code"] == item.code and finding["part"] and finding["part"] not in parts
    }
    return unanswered(
        Answers(
            definition=item.definition,
            purposes=item.purposes,
            brought_by=item.brought_by,
            legal_basis=item.legal_basis,
            has_lead=[True] * len(parts) + [False] * len(unplaced),
            indicators=item.indicators,
            review_months=item.review_months,
            needs_record=needs_record_of(item),
        )
    )


def needs_record_of(item: AffairItem) -> str:
    """Give the need an item rests on; empty where it rests on none, or is older than such words (R15)."""
    try:
        return item.terms.needs_record
    except ItemTerms.DoesNotExist:
        return ""


def procedure_of(item: AffairItem) -> QuerySet[ProcedureStep]:
    """Give the steps of an item's procedure in their order (R44)."""
    return item.procedure.order_by("position")


def proposals_visible_to(actor: Actor) -> QuerySet[CatalogueProposal]:
    """Give the proposals an actor may read, newest first: drafts too for whoever prepares them in the district."""
    found = CatalogueProposal.objects.select_related("base", "instrument", "version").order_by("-pk")
    if actor.kind is ActorKind.SYSTEM:
        return found
    if actor.kind is not ActorKind.POST:
        return found.none()
    here = found.filter(district=actor.district)
    if actor.may(Permission.CATALOGUE_AMEND):
        return here
    if actor.may(Permission.CATALOGUE_APPROVE):
        return here.filter(submitted_at__isnull=False)
    return here.none()


def may_lead(duty: Duty, lead: LeadKind) -> Decision:
    """May this kind of body lead this duty (X-02, X-04)?"""
    return check_lead(duty.assignment_to(lead), matrix=shipped.matrix())


def article(version: CatalogueVersion, number: str) -> Article | None:
    """Give an article of the version's instrument by its number; None without an instrument."""
    return Article.objects.filter(instrument=version.instrument, number=number).first() if version.instrument else None


def stages_of(instrument: Instrument) -> tuple[Reached, ...]:
    """Give the stages an instrument reached, in order; where none were kept, those its own days tell."""
    kept = instrument.stages.order_by("position").values_list("stage", "on")
    if found := tuple(Reached(InstrumentStageKind(stage), on) for stage, on in kept):
        return found
    told = (
        (InstrumentStageKind.ADOPTED, instrument.adopted_on),
        (InstrumentStageKind.IN_FORCE, instrument.in_force_from),
    )
    return tuple(Reached(stage, on) for stage, on in told if on is not None)


def articles_on(instrument: Instrument, on: date) -> dict[str, str]:
    """Give the text of an instrument's articles on a day, by number: as amended by then (R31)."""
    texts = dict(instrument.articles.order_by("pk").values_list("number", "text"))
    for amendment in instrument.stages.filter(stage=InstrumentStageKind.AMENDED, on__lte=on).order_by("position"):
        texts |= {one["number"]: one["text"] for one in amendment.articles}
    return texts


def own_law(instrument: Instrument | None) -> OwnLaw | None:
    """Give the instrument as rows may cite it: with every article it has or an announced amendment brings."""
    return OwnLaw(instrument.title, frozenset(articles_on(instrument, date.max))) if instrument is not None else None


def working_calendar(at: datetime) -> WorkCalendar:
    """Give the working calendar as it was known at an instant: the official one and what was imported by then."""
    days = CalendarDay.objects.filter(source__imported_at__lte=at).order_by("source__imported_at", "source_id", "day")
    return _with_days(tuple(days.values_list("source_id", "source__year", "day", "is_working")))


@lru_cache(maxsize=32)
def _with_days(said: tuple[tuple[int, int | None, date, bool], ...]) -> WorkCalendar:
    """Build a calendar out of announcements. Kept by what they say: after a dry run the next one has the same key."""
    calendar = official_calendar()
    for (_source, year), days in groupby(said, key=itemgetter(0, 1)):
        calendar = with_announcement(
            calendar, year=year, days={day: is_working for _source, _year, day, is_working in days}
        )
    return calendar


def with_announcement(calendar: WorkCalendar, *, year: int | None, days: dict[date, bool]) -> WorkCalendar:
    """Give the calendar with an announcement in it: a new year where one is declared, single days otherwise.

    Raises BeyondCalendar for days outside the calendar, ValueError for a year that does not adjoin it.
    """
    if year is None or calendar.first.year <= year <= calendar.last.year:
        return calendar.with_overrides(days)
    return calendar.extended(
        year,
        rest=[day for day, is_working in days.items() if not is_working],
        work=[day for day, is_working in days.items() if is_working],
    )
