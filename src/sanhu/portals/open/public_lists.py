"""What else anybody may read: the catalogue, the areas, the register of admitted tasks and the record's checkpoint."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field

from sanhu.domains.admission.queries import tasks
from sanhu.domains.admission.queries.tasks import RegisterLine
from sanhu.domains.catalogue import queries as catalogue_queries
from sanhu.domains.catalogue.models import AffairItem, CatalogueVersion, Duty
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.evidence.checkpoints import latest
from sanhu.domains.places.queries import within
from sanhu.engines.checkpoints import read_note
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock, site
from sanhu.portals.look.templatetags.affairs import item_name, lead_words, part_name
from sanhu.portals.open.fields import AffairClassCode, AreaCode, Moment, PaperNumber, Shape
from sanhu.portals.open.filters import shortened
from sanhu.portals.open.operations import told

router = Router()
_COMMUNITY = 12
_FIGURES = ("starts_on", "ends_on", "minutes", "amount_fen", "ended_at")


class DutyShape(Shape):
    code: str
    part: str
    lead_kind: str
    lead_name: str
    within: int
    unit: str
    clock_kind: str
    citation: str
    is_demonstration_value: bool


class ItemShape(Shape):
    code: str
    affair_class: str = Field(alias="class")
    name: str
    standing: str
    publicity: str


class WholeItem(ItemShape):
    definition: str
    purposes: list[str]
    origin: str
    brought_by: str
    review_months: int
    end_rule: str
    duties: list[DutyShape]


class CatalogueShape(Shape):
    version: int
    in_force_from: date
    items: list[ItemShape]


class AreaShape(Shape):
    code: str
    name: str
    level: str


class AreasShape(Shape):
    items: list[AreaShape]


class TaskShape(Shape):
    number: str
    area: str
    organ: str
    committee: str
    name: str
    content: str
    boundary: str
    necessity: str
    affair_class: str = Field(alias="class")
    legal_basis: str
    starts_on: date
    ends_on: date
    minutes: int
    amount_fen: int
    state: str
    ended_at: Moment | None


class CommunityShape(Shape):
    area: str
    committee: str
    minutes: int
    amount_fen: int
    tasks: list[TaskShape]


class RegisterShape(Shape):
    on: date
    communities: list[CommunityShape]


class CheckpointShape(Shape):
    size: int
    at: Moment
    root: str
    note: str


class CatalogueFilter(Shape):
    affair_class: AffairClassCode | None = Field(None, alias="class")


class RegisterFilter(Shape):
    area: AreaCode | None = None


@router.get("/catalogue", url_name="catalogue", **told(gettext_noop("现行清单的事项"), CatalogueShape, 404))
def catalogue(request: HttpRequest, filters: Query[CatalogueFilter]) -> CatalogueShape:
    """List the items of the catalogue in force."""
    del request
    version, today = _version()
    wanted = AffairClass(filters.affair_class) if filters.affair_class else None
    found = catalogue_queries.items(version, affair_class=wanted)
    return CatalogueShape(
        version=version.number,
        in_force_from=version.in_force_from,
        items=[ItemShape(**_item(item, today)) for item in found],
    )


@router.get("/catalogue/{code}", url_name="item", **told(gettext_noop("清单里的一项和它的责任分解"), WholeItem, 404))
def item(request: HttpRequest, code: Path[PaperNumber]) -> WholeItem:
    """Show one item with its duties; each is called by the item's code and its place: K3-07/1."""
    del request
    version, today = _version()
    found = catalogue_queries.item_by_code(version, code)
    if found is None:
        raise Http404
    return WholeItem(
        **_item(found, today),
        definition=found.definition,
        purposes=[str(purpose) for purpose in found.purposes],
        origin=str(found.origin),
        brought_by=found.brought_by,
        review_months=found.review_months,
        end_rule=found.end_rule,
        duties=[_duty(found, duty) for duty in catalogue_queries.duties_for(found)],
    )


def _version() -> tuple[CatalogueVersion, date]:
    today = legal_day(clock.now())
    version = catalogue_queries.current_version(site.home_district(), today)
    if version is None:
        raise Http404
    return version, today


def _item(found: AffairItem, today: date) -> dict[str, str]:
    return {
        "code": found.code,
        "class": found.affair_class,
        "name": item_name(found),
        "standing": found.standing(today).value,
        "publicity": str(found.publicity),
    }


def _duty(found: AffairItem, duty: Duty) -> DutyShape:
    return DutyShape(
        code=f"{found.code}/{duty.position}",
        part=part_name(duty),
        lead_kind=str(duty.lead),
        lead_name=lead_words(duty.lead),
        within=duty.clock_amount,
        unit=duty.clock_unit,
        clock_kind=duty.clock_kind,
        citation=duty.clock_citation,
        is_demonstration_value=duty.is_demonstration_value,
    )


@router.get("/areas", url_name="areas", **told(gettext_noop("本区的街道和社区"), AreasShape, 404))
def areas(request: HttpRequest) -> AreasShape:
    """List the district, its streets and communities, by code."""
    del request
    found = within(site.home_district(), legal_day(clock.now()))
    return AreasShape(items=[AreaShape(code=area.prefix, name=area.name, level=str(area.level)) for area in found])


@router.get(
    "/register", url_name="register", **told(gettext_noop("请社区协助的事：各社区在册的任务"), RegisterShape, 404)
)
def register(request: HttpRequest, filters: Query[RegisterFilter]) -> RegisterShape:
    """List the admitted tasks each community bears today, by the community's code."""
    del request
    on = legal_day(clock.now())
    lines = tasks.register_all(site.home_district(), on)
    if filters.area:
        prefix = shortened(filters.area)[:_COMMUNITY]
        lines = [line for line in lines if line.area_code.startswith(prefix)]
    by_area: dict[str, list[RegisterLine]] = {}
    for line in lines:
        by_area.setdefault(line.area_code, []).append(line)
    return RegisterShape(on=on, communities=[_community(code, some) for code, some in by_area.items()])


def _community(code: str, lines: list[RegisterLine]) -> CommunityShape:
    return CommunityShape(
        area=code,
        committee=lines[0].committee,
        minutes=sum(line.minutes for line in lines),
        amount_fen=sum(line.amount_fen for line in lines),
        tasks=[_task(line) for line in lines],
    )


def _task(line: RegisterLine) -> TaskShape:
    same = ("number", "organ", "committee", "name", "content", "boundary", "necessity", "legal_basis", "state")
    values: dict[str, Any] = {name: getattr(line, name) for name in (*same, *_FIGURES)}
    values |= {"class": line.affair_class, "area": line.area_code}
    return TaskShape(**values)


@router.get("/record/checkpoint", url_name="checkpoint", **told(gettext_noop("记录最近一次签名"), CheckpointShape, 404))
def checkpoint(request: HttpRequest) -> CheckpointShape:
    """Give the newest signed checkpoint of the record."""
    del request
    newest = latest()
    if newest is None:
        raise Http404
    root = read_note(newest.note).root.hex()
    return CheckpointShape(size=newest.size, at=newest.at, root=root, note=newest.note)
