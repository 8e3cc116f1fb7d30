"""Cells drawn into the map: what is refused, what a point finds, and what the map shows."""

import json
from collections.abc import Sequence
from datetime import date, datetime

import pytest

from sanhu.domains.evidence.models import Entry
from sanhu.domains.places import drawing
from sanhu.domains.places.drawing import DrawnCell
from sanhu.domains.places.models import CGCS2000, GridCell
from sanhu.domains.places.queries import cell_at, cells_of, district_map
from sanhu.domains.places.rules import IMPORT, OTHER_DISTRICT
from sanhu.domains.places.services import draw_cells
from sanhu.engines.actors import SYSTEM, Actor, ActorKind
from sanhu.engines.codes import grid_cells
from sanhu.engines.decisions import Refused
from sanhu.engines.tables import Fault, ImportReport
from tests.domains.places.conftest import Import

DAY = date(2026, 11, 9)
ONE, TWO, ELSEWHERE = "990101001001", "990101001002", "990102001001"


def square(west: float, south: float, size: float = 0.001) -> list[tuple[float, float]]:
    east, north = west + size, south + size
    return [(west, south), (east, south), (east, north), (west, north)]


LEFT = DrawnCell(ONE + "001", ONE, square(120.0, 30.0))
RIGHT = DrawnCell(ONE + "002", ONE, square(120.001, 30.0))
ABOVE = DrawnCell(TWO + "001", TWO, square(120.0, 30.001))


@pytest.fixture
def draw(district: ImportReport, at: datetime):
    """Draw cells into the fictitious district."""

    def _draw(cells: Sequence[DrawnCell], day: date = DAY) -> ImportReport:
        return draw_cells(actor=SYSTEM, at=at, cells=cells, valid_from=day)

    return _draw


def test_a_cell_is_stored_closed_with_what_is_derived_from_its_boundary(draw) -> None:
    report = draw([LEFT])
    assert (report.added, report.faults) == (1, ())
    cell = GridCell.objects.get()
    assert (cell.code, cell.area_code, cell.crs) == (ONE + "001", ONE, CGCS2000)
    assert cell.polygon == [[120.0, 30.0], [120.001, 30.0], [120.001, 30.001], [120.0, 30.001], [120.0, 30.0]]
    assert (cell.west, cell.south, cell.east, cell.north) == (120.0, 30.0, 120.001, 30.001)
    # 96.49 m by 110.85 m
    assert cell.area_m2 == pytest.approx(10_696, abs=5)


def test_the_same_cells_again_change_nothing(draw) -> None:
    draw([LEFT, RIGHT])
    before = list(GridCell.objects.order_by("id").values())
    again = draw([LEFT, RIGHT], day=date(2027, 1, 1))
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert list(GridCell.objects.order_by("id").values()) == before


def test_drawing_is_one_line_in_the_record(draw, at: datetime) -> None:
    report = draw([LEFT, RIGHT, ABOVE])
    entry = Entry.objects.get(event="cells.drawn")
    assert (entry.at, entry.district, entry.subject_ref) == (at, "990101", f"grid_cells:{report.digest}")
    assert json.loads(entry.body)["facts"]["added"] == 3


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ([DrawnCell(ONE + "1", ONE, square(1, 1))], [Fault(1, "code", grid_cells.WRONG_LENGTH)]),
        ([DrawnCell(ONE + "000", ONE, square(1, 1))], []),
        ([DrawnCell(ONE + "001", TWO, square(1, 1))], [Fault(1, "area_code", drawing.WRONG_AREA)]),
        ([DrawnCell("990101001009001", "990101001009", square(1, 1))], [Fault(1, "area_code", drawing.UNKNOWN_AREA)]),
        ([DrawnCell("990101001000001", "990101001000", square(1, 1))], [Fault(1, "area_code", drawing.UNKNOWN_AREA)]),
        ([LEFT, LEFT], [Fault(1, "code", drawing.DOUBLE_CELL), Fault(2, "code", drawing.DOUBLE_CELL)]),
        ([LEFT, DrawnCell(ONE + "002", ONE, square(120.0005, 30.0))],
         [Fault(1, "polygon", drawing.OVERLAPPING), Fault(2, "polygon", drawing.OVERLAPPING)]),
        ([LEFT, DrawnCell(TWO + "001", TWO, square(120.0005, 30.0))],
         [Fault(1, "polygon", drawing.OVERLAPPING), Fault(2, "polygon", drawing.OVERLAPPING)]),
    ],
)  # fmt: skip
def test_a_faulty_drawing_names_its_cells_and_changes_nothing(draw, cells, faults) -> None:
    report = draw(cells)
    assert list(report.faults) == faults
    assert GridCell.objects.exists() is (not faults)
    assert Entry.objects.filter(event="cells.drawn").exists() is (not faults)


@pytest.mark.parametrize(
    "ring",
    [
        [],
        [(120.0, 30.0)],
        [(120.0, 30.0), (120.1, 30.0)],
        [(120.0, 30.0), (120.1, 30.0), (120.0, 30.0)],
        [(120.0, 30.0), (120.1, 30.0), (120.2, 30.0)],
        [(120.0, 30.0), (120.1, 30.1), (120.1, 30.0), (120.0, 30.1)],
        [(30.0, 120.0), (30.0, 120.1), (30.1, 120.1)],
        [(float("nan"), 30.0), (120.1, 30.1), (120.1, 30.0)],
    ],
    ids=["empty", "point", "line", "there and back", "flat", "bow tie", "latitude first", "not a number"],
)
def test_what_is_no_polygon_is_refused(draw, ring) -> None:
    report = draw([LEFT, DrawnCell(ONE + "009", ONE, ring)])
    assert [(fault.row, fault.column) for fault in report.faults] == [(2, "polygon")]
    assert not GridCell.objects.exists()


def test_a_new_cell_over_a_standing_one_is_refused(draw) -> None:
    draw([LEFT])
    report = draw([DrawnCell(TWO + "001", TWO, square(120.0005, 30.0005))])
    assert report.faults == (Fault(1, "polygon", drawing.OVERLAPPING),)


def test_a_cell_drawn_anew_keeps_its_code_and_its_past(draw) -> None:
    draw([LEFT, RIGHT])
    wider = DrawnCell(RIGHT.code, ONE, square(120.001, 30.0, 0.002))
    report = draw([wider], day=date(2027, 1, 1))
    assert (report.added, report.changed) == (0, 1)
    found = [cells_of("990101", day).get(code=RIGHT.code).east for day in (date(2026, 12, 31), date(2027, 1, 1))]
    assert found == pytest.approx([120.002, 120.003])
    assert draw([RIGHT], day=date(2026, 12, 1)).faults == (Fault(1, "code", drawing.LATER_BOUNDARY),)


def test_a_cell_drawn_twice_on_one_day_is_put_right_in_place(draw) -> None:
    draw([RIGHT])
    draw([DrawnCell(RIGHT.code, ONE, square(120.001, 30.0, 0.002))])
    cell = GridCell.objects.get()
    assert (cell.east, cell.area_m2) == (pytest.approx(120.003), pytest.approx(4 * 10_696, abs=20))


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (120.0005, 30.0005, LEFT.code),
        (120.0015, 30.0005, RIGHT.code),
        (120.0005, 30.0015, ABOVE.code),
        (120.001, 30.0005, LEFT.code),  # on the border of two: the smaller code
        (120.0, 30.001, LEFT.code),  # on the corner of two communities
        (120.0, 30.0, LEFT.code),  # on the outer border
        (120.002, 30.0005, RIGHT.code),
        (119.9999, 30.0005, None),
        (120.0015, 30.0015, None),  # inside the box around all of them, inside none
        (30.0005, 120.0005, None),
        (float("nan"), 30.0005, None),
        (float("inf"), 30.0005, None),
    ],
)
def test_a_point_finds_its_cell(draw, lon: float, lat: float, code: str | None) -> None:
    draw([ABOVE, RIGHT, LEFT])
    found = cell_at(lon, lat, DAY, "990101")
    assert (found.code if found else None) == code


def test_a_point_is_sought_on_a_day_and_in_one_district(draw) -> None:
    draw([LEFT])
    assert cell_at(120.0005, 30.0005, DAY, "990101") is not None
    assert cell_at(120.0005, 30.0005, date(2026, 11, 8), "990101") is None
    assert cell_at(120.0005, 30.0005, DAY, "990102") is None


def test_a_point_is_found_with_one_query(draw, django_assert_num_queries) -> None:
    draw([LEFT, RIGHT, ABOVE])
    with django_assert_num_queries(1):
        found = cell_at(120.0005, 30.0005, DAY, "990101")
    assert found == GridCell.objects.get(code=LEFT.code)


def test_cells_are_listed_by_scope(draw) -> None:
    draw([LEFT, RIGHT, ABOVE, DrawnCell(ELSEWHERE + "001", ELSEWHERE, square(121.0, 30.0))])
    assert [cell.code for cell in cells_of("990101", DAY)] == [LEFT.code, RIGHT.code, ABOVE.code]
    assert [cell.code for cell in cells_of(TWO, DAY)] == [ABOVE.code]
    assert [cell.code for cell in cells_of("990102", DAY)] == [ELSEWHERE + "001"]


def test_a_click_on_the_map_comes_back_to_the_cell_it_shows(draw) -> None:
    draw([LEFT, RIGHT, ABOVE])
    drawn = district_map("990101", DAY, width=320)
    assert drawn is not None
    assert [(shape.code, shape.label) for shape in drawn.shapes] == [
        (LEFT.code, "一社区"),
        (RIGHT.code, "一社区"),
        (ABOVE.code, "二社区"),
    ]
    for shape in drawn.shapes:
        found = cell_at(*drawn.projection.to_lon_lat(shape.x, shape.y), DAY, "990101")
        assert found is not None
        assert found.code == shape.code


def test_where_nothing_is_drawn_there_is_no_map(draw) -> None:
    assert district_map("990101", DAY) is None


def test_a_map_names_a_community_as_it_was_called(draw, take: Import) -> None:
    draw([LEFT])
    take("code,name\n990101001001,新一社区\n", day="2026-12-01")
    names = [district_map("990101", day).shapes[0].label for day in (DAY, date(2026, 12, 1))]
    assert names == ["一社区", "新一社区"]


def test_only_who_may_draw_draws_and_only_at_home(draw, at: datetime) -> None:
    def officer(district: str, *permissions: str) -> Actor:
        return Actor(kind=ActorKind.POST, district=district, post_id=21, permissions=frozenset(permissions))

    with pytest.raises(Refused, match="权限"):
        draw_cells(actor=officer("990101"), at=at, cells=[LEFT], valid_from=DAY)
    report = draw_cells(actor=officer("990102", IMPORT), at=at, cells=[LEFT], valid_from=DAY)
    assert report.faults == (Fault(1, "code", OTHER_DISTRICT),)
    assert not GridCell.objects.exists()
    assert draw_cells(actor=officer("990101", IMPORT), at=at, cells=[LEFT], valid_from=DAY).added == 1
