"""A drawn map: what it shows, and that a click comes back to where it was on the ground."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.engines.maps import MARGIN, Outline, area_m2, draw, draw_regions, metres_per_degree

# A square kilometre near 30° N 120° E would be about 0.0104° by 0.0090°.
SQUARE = [(120.0, 30.0), (120.02, 30.0), (120.02, 30.01), (120.0, 30.01), (120.0, 30.0)]
EAST_HALF = [(120.01, 30.0), (120.02, 30.0), (120.02, 30.01), (120.01, 30.01)]


def test_north_is_up_and_the_margin_is_kept() -> None:
    shapes = draw([Outline("1", "甲", SQUARE)], width=320)
    assert shapes.width == 320
    assert shapes.projection.project(120.0, 30.01) == pytest.approx((MARGIN, MARGIN))
    assert shapes.projection.project(120.02, 30.0)[0] == pytest.approx(320 - MARGIN)
    assert shapes.projection.project(120.02, 30.0)[1] == pytest.approx(shapes.height - MARGIN, abs=1)
    assert shapes.view_box == f"0 0 320 {shapes.height}"


def test_metres_are_as_long_to_the_north_as_to_the_east() -> None:
    shapes = draw([Outline("1", "甲", SQUARE)])
    east, north = metres_per_degree(30.005)
    assert shapes.projection.x_per_degree / east == pytest.approx(shapes.projection.y_per_degree / north)


def test_a_shape_holds_its_points_and_its_label_inside() -> None:
    (left, right) = draw([Outline("1", "甲", SQUARE), Outline("2", "乙", EAST_HALF)], width=320).shapes
    assert (left.code, left.label) == ("1", "甲")
    assert left.points.split(" ")[0] == left.points.split(" ")[-1]
    xs = [float(point.split(",")[0]) for point in right.points.split(" ")]
    assert len(xs) == 4
    assert min(xs) == pytest.approx(160, abs=0.1)
    assert min(xs) < right.x < max(xs)


def test_cells_of_one_code_are_drawn_as_one_region_without_the_line_between() -> None:
    west_half = [(120.0, 30.0), (120.01, 30.0), (120.01, 30.01), (120.0, 30.01)]
    apart = [(120.03, 30.0), (120.04, 30.0), (120.04, 30.01), (120.03, 30.01)]
    outlines = [Outline("2", "乙", apart), Outline("1", "甲", west_half), Outline("1", "甲", EAST_HALF)]
    drawn = draw_regions(outlines, width=320)
    assert [(region.code, region.label) for region in drawn.regions] == [("1", "甲"), ("2", "乙")], "by their codes"
    (first, second) = drawn.regions
    assert (first.path.count("M"), first.path.count("Z")) == (1, 1)
    xs = [float(pair.split(",")[0]) for pair in first.path.strip("MZ").split(" ")]
    assert (min(xs), max(xs)) == (pytest.approx(MARGIN, abs=0.1), pytest.approx(MARGIN + 304 / 2, abs=0.1))
    assert min(xs) < first.x < max(xs) < second.x
    assert draw(outlines, width=320).height == drawn.height


def test_a_region_of_two_parts_has_its_label_in_the_larger_one() -> None:
    small = [(120.03, 30.0), (120.032, 30.0), (120.032, 30.002), (120.03, 30.002)]
    (region,) = draw_regions([Outline("1", "甲", small), Outline("1", "甲", SQUARE)], width=320).regions
    assert region.path.count("M") == 2
    assert region.x < MARGIN + 304 * 2 / 3.2


@pytest.mark.parametrize(
    "outlines",
    [
        [],
        [Outline("1", "甲", [])],
        [Outline("1", "甲", [(120, 30), (120, 31)])],
        [Outline("1", "甲", [(120, 30), (121, 30)])],
    ],
)
def test_nothing_cannot_be_drawn(outlines: list[Outline]) -> None:
    with pytest.raises(ValueError, match="draw"):
        draw(outlines)


def test_area_is_in_square_metres() -> None:
    # 0.02° by 0.01° at 30.005° N: 1,929.6 m by 1,108.5 m.
    assert area_m2(SQUARE) == pytest.approx(2_139_000, rel=0.001)
    assert area_m2(EAST_HALF) * 2 == pytest.approx(area_m2(SQUARE), rel=1e-6)


@given(
    lon=st.floats(73, 134),
    lat=st.floats(18, 53),
    size=st.floats(0.001, 0.5),
    at=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    width=st.integers(200, 2000),
)
def test_a_click_comes_back_to_the_ground(
    lon: float, lat: float, size: float, at: tuple[float, float], width: int
) -> None:
    ring = [(lon, lat), (lon + size, lat), (lon + size, lat + size), (lon, lat + size)]
    projection = draw([Outline("1", "", ring)], width=width).projection
    place = (lon + at[0] * size, lat + at[1] * size)
    back = projection.to_lon_lat(*projection.project(*place))
    assert all(math.isclose(a, b, abs_tol=1e-9) for a, b in zip(place, back, strict=True))
