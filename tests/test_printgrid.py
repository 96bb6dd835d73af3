"""The north mark, the scale bars and the degrees tell the truth."""

import math

import pytest
from shapely import LineString
from sheets import layer, make_base, make_scene

from meks_geo import measure
from meks_geo.printbase import fit, project_base
from meks_geo.printgrid import draw_graticule, draw_scale_bar, draw_short_bar, north_turn
from meks_geo.printsheet import A4_LANDSCAPE, Box, Sheet

MAP = Box(10, 20, 230, 150)


@pytest.fixture(scope="module")
def land():
    return project_base(make_base())


@pytest.fixture(scope="module")
def frame(land):
    return fit(MAP, make_scene().bounds, land)


@pytest.mark.parametrize("lon", [48.0, 60.0, 67.5, 75.0, 86.0])
@pytest.mark.parametrize("lat", [42.0, 48.0, 54.0])
def test_the_needle_points_along_the_meridian(frame, lon, lat):
    here, there = frame.place([lon, lon], [lat, lat + 0.1])
    along = math.atan2(there[0] - here[0], -(there[1] - here[1]))
    assert north_turn(frame, tuple(here)) == pytest.approx(along, abs=1e-3)


def bar_mm(sheet):
    left, right = (half.get_extents() for half in layer(sheet, "scale").get_paths())
    return right.x1 - left.x0


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_bar_is_as_long_as_it_says(frame, land, lang):
    sheet = Sheet(A4_LANDSCAPE, 72)
    draw_scale_bar(sheet, frame, land, lang)
    (said,) = [w.text for w in sheet.words if w.text[0].isdigit() and w.text != "0"]
    km = float("".join(c for c in said if c.isdigit()))
    assert bar_mm(sheet) / frame.mm_per_m / 1000 == pytest.approx(km)


def test_the_scale_of_the_bar_is_that_of_the_ellipsoid(frame, land):
    ends = frame.place([67.5, 67.5], [47.0, 49.0])
    length = measure.route_length_km(LineString([(67.5, 47.0), (67.5, 49.0)]))
    assert math.dist(*ends) / frame.mm_per_m / 1000 == pytest.approx(length, rel=0.01)


def test_bar_and_needle_stand_in_their_box_inside_the_map(frame, land):
    sheet = Sheet(A4_LANDSCAPE, 72)
    place = draw_scale_bar(sheet, frame, land, "kk")
    for word in sheet.words:
        assert place.left - 1 < word.left
        assert place.top - 0.5 < word.xy_mm[1] < place.bottom
    assert MAP.left < place.left < place.right < MAP.right
    assert MAP.top < place.top < place.bottom < MAP.bottom


def test_a_small_bar_stays_in_its_map(frame):
    sheet = Sheet(A4_LANDSCAPE, 72)
    place = draw_short_bar(sheet, frame, "ru")
    assert place.right <= MAP.right
    assert bar_mm(sheet) < 0.31 * MAP.width


def test_degrees_lie_on_the_map(frame):
    sheet = Sheet(A4_LANDSCAPE, 72)
    boxes = draw_graticule(sheet, frame, "en")
    assert len(boxes) == len(sheet.words) > 4
    assert all(w.text.endswith("°") for w in sheet.words)
