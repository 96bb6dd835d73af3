"""Lengths and areas against published numbers, and the shape of the print projection."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon, box
from shapely.geometry import mapping

from meks_geo import measure

ORAL = (51.3667, 51.2333)
ALMATY = (76.9286, 43.2567)
CELL = box(0, 0, 1, 1)
CELL_KM2 = 12308.778


def test_project_puts_the_centre_at_zero():
    x, y = measure.project([67.5], [48.0])
    assert np.allclose([x, y], 0.0, atol=1e-6)


def test_project_of_nothing_is_nothing():
    x, y = measure.project([], [])
    assert x.size == y.size == 0


def test_project_keeps_north_up_and_east_right():
    x, y = measure.project([60.0, 75.0, 67.5], [48.0, 48.0, 55.0])
    assert x[0] < 0 < x[1]
    assert y[2] > 700_000


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, 91), (np.nan, 50), (7_000_000, 6_000_000)])
def test_project_refuses_what_are_no_degrees(lon, lat):
    with pytest.raises(ValueError, match=r"position 1 of 2"):
        measure.project([70.0, lon], [50.0, lat])


def test_to_print_crs_keeps_index_columns_and_its_input():
    frame = gpd.GeoDataFrame({"region": ["KZ-10"]}, geometry=[Point(70, 50)], crs=measure.WGS84)
    frame.index = ["a"]
    before = mapping(frame.geometry.iloc[0])
    moved = measure.to_print_crs(frame)
    assert list(moved.index) == ["a"]
    assert list(moved.columns) == list(frame.columns)
    x, y = measure.project([70], [50])
    assert np.allclose([moved.geometry.iloc[0].x, moved.geometry.iloc[0].y], [x[0], y[0]])
    assert mapping(frame.geometry.iloc[0]) == before


def test_to_print_crs_needs_a_crs():
    frame = gpd.GeoDataFrame(geometry=[Point(70, 50)])
    with pytest.raises(ValueError, match="set_crs"):
        measure.to_print_crs(frame)


def test_the_print_projection_keeps_areas():
    cell = box(69, 49, 70, 50).segmentize(0.01)
    frame = gpd.GeoDataFrame(geometry=[cell], crs=measure.WGS84)
    drawn_km2 = measure.to_print_crs(frame).area.iloc[0] / 1e6
    assert drawn_km2 == pytest.approx(measure.area_km2(cell), rel=1e-5)


def test_length_of_oral_to_almaty():
    assert measure.route_length_km(LineString([ORAL, ALMATY])) == pytest.approx(2115.9, abs=2.0)


def test_length_of_a_degree_of_meridian():
    assert measure.route_length_km(LineString([(0, 0), (0, 1)])) == pytest.approx(110.574, abs=1e-3)


def test_length_adds_up_over_parts():
    parts = [[ORAL, (60.0, 50.0)], [(60.0, 50.0), ALMATY]]
    whole = measure.route_length_km(MultiLineString(parts))
    assert whole == pytest.approx(sum(measure.route_length_km(LineString(p)) for p in parts))


def test_length_of_an_empty_line_is_zero():
    assert measure.route_length_km(LineString()) == 0.0


def test_length_refuses_metres():
    with pytest.raises(ValueError, match="degrees"):
        measure.route_length_km(LineString([(500_000, 5_000_000), (510_000, 5_000_000)]))


@pytest.mark.parametrize("step_deg", [0.0001, 0.005, 0.03, 0.06, 0.5])
def test_lengths_of_many_lines_are_those_of_each(step_deg):
    rng = np.random.default_rng(7)
    starts = np.column_stack([rng.uniform(46, 88, 200), rng.uniform(40, 56, 200)])
    walks = starts[:, None, :] + rng.normal(0, step_deg, (200, 5, 2)).cumsum(axis=1)
    lines = np.array([*map(LineString, walks), MultiLineString([*walks[:2]]), LineString()])
    wanted = [measure.route_length_km(line) for line in lines]
    assert measure.lengths_km(lines) == pytest.approx(wanted, rel=2e-7)


def test_lengths_near_the_pole_and_of_nothing():
    lines = np.array([LineString([(0, 89.99), (90, 89.99), (180, 89.99)])])
    wanted = measure.route_length_km(lines[0])
    assert measure.lengths_km(lines) == pytest.approx([wanted])
    assert measure.lengths_km(lines[:0]).tolist() == []
    assert measure.lengths_km(np.array([LineString()])).tolist() == [0.0]


def test_lengths_refuse_metres():
    metres = np.array([LineString([(500_000, 5_000_000), (510_000, 5_000_000)])])
    with pytest.raises(ValueError, match="give degrees"):
        measure.lengths_km(metres)


def test_area_of_a_degree_cell_at_the_equator():
    assert measure.area_km2(CELL) == pytest.approx(CELL_KM2, abs=0.5)


def test_area_does_not_depend_on_the_way_a_ring_runs():
    clockwise = Polygon(list(CELL.exterior.coords)[::-1])
    assert measure.area_km2(clockwise) == pytest.approx(measure.area_km2(CELL))


def test_area_leaves_holes_out_and_adds_parts_up():
    hole = [(0.2, 0.2), (0.2, 0.4), (0.4, 0.4), (0.4, 0.2)]
    pierced = Polygon(list(CELL.exterior.coords), [hole])
    expected = measure.area_km2(CELL) - measure.area_km2(Polygon(hole))
    assert measure.area_km2(pierced) == pytest.approx(expected)
    apart = box(10, 0, 11, 1)
    assert measure.area_km2(MultiPolygon([CELL, apart])) == pytest.approx(2 * CELL_KM2, abs=1.0)


def test_area_of_an_empty_polygon_is_zero():
    assert measure.area_km2(Polygon()) == 0.0


def test_area_refuses_metres():
    with pytest.raises(ValueError, match="degrees"):
        measure.area_km2(box(500_000, 5_000_000, 510_000, 5_010_000))


_LON, _LAT = st.floats(46, 88), st.floats(40, 56)
_POINTS = st.lists(st.tuples(_LON, _LAT), min_size=2, max_size=6)
_ROUTES = st.one_of(
    st.just(LineString()),
    st.just(MultiLineString()),
    _POINTS.map(LineString),
    st.lists(_POINTS, min_size=1, max_size=3).map(MultiLineString),
)


@given(st.lists(_ROUTES, max_size=8))
def test_many_lengths_at_once_are_those_one_by_one(routes):
    found = measure.lengths_km(routes)
    assert found.shape == (len(routes),)
    assert found.tolist() == pytest.approx([measure.route_length_km(r) for r in routes], rel=1e-9)


def test_many_lengths_refuse_metres():
    routes = [LineString([(50, 50), (51, 50)]), LineString([(500_000, 5_000_000), (51, 50)])]
    with pytest.raises(ValueError, match="degrees"):
        measure.lengths_km(routes)
