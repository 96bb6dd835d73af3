"""Maps of changes and of faults: what is marked, where, and in which state."""

from datetime import date
from types import SimpleNamespace

import geopandas as gpd
import intakes
import pytest
import shapely

from meks_geo import i18n, marks
from meks_geo.errors import Problem
from meks_geo.intake.compare import Change, Difference, TableDifference, Totals
from meks_geo.intake.places import Place
from meks_geo.measure import WGS84

LINE = shapely.LineString([(76.9, 52.2), (76.95, 52.25), (77.0, 52.2)])
NOTHING = TableDifference((), {}, (), 0)
TOTALS = Totals(0, 0, 0, 0, 0, 0.0, None, 0.0, 0.0)


def difference(**tables):
    names = ("networks", "plants", "entities", "projects")
    whole = {name: tables.get(name, NOTHING) for name in names}
    return Difference("a", "b", date(2026, 11, 22), whole, TOTALS, TOTALS, {})


def revision(data, lines):
    """The shipped map with a few lines."""
    frame = gpd.GeoDataFrame(
        {"sector": ["heat"] * len(lines), "region": ["KZ-55"] * len(lines)},
        geometry=[LINE] * len(lines),
        index=list(lines),
        crs=WGS84,
    )
    return intakes.holding(data, frame)


def test_a_plant_is_marked_by_what_happened_to_it(data):
    changed = {"aksu-gres": (Change("wear_percent", "60", "64"),)}
    found = difference(plants=TableDifference(("balkhash-npp",), changed, (), 82))
    scene, placeless = marks.of_difference(found, data, data, "en")
    assert {m.id: m.state for m in scene.marks} == {"balkhash-npp": "added", "aksu-gres": "changed"}
    aksu = next(m for m in scene.marks if m.id == "aksu-gres")
    assert (aksu.lat, aksu.lon) == (
        data.plants.at["aksu-gres", "lat"],
        data.plants.at["aksu-gres", "lon"],
    )
    assert aksu.hover == (("Changed", i18n.text("en", "attribute.wear_percent")),)
    assert placeless == 0


def test_a_project_stands_at_its_plant_and_one_without_is_counted(data):
    at = data.projects["plant_id"].isin(data.plants.index)
    placed, homeless = data.projects.index[at][0], data.projects.index[~at][0]
    found = difference(projects=TableDifference((), {}, (placed, homeless), 0))
    scene, placeless = marks.of_difference(found, data, data, "ru")
    (mark,) = scene.marks
    assert mark.id == data.projects.at[placed, "plant_id"]
    assert mark.state == "removed"
    assert i18n.name("ru", data.rows["projects"][placed]) in dict(mark.hover).values()
    assert placeless == 1


def test_lines_are_drawn_from_the_revision_that_has_them(data):
    before, after = revision(data, ["old", "same"]), revision(data, ["new", "same"])
    found = difference(networks=TableDifference(("new",), {}, ("old",), 1))
    scene, _ = marks.of_difference(found, before, after, "kk")
    assert {m.id: m.state for m in scene.marks} == {"new": "added", "old": "removed"}
    assert scene.marks[0].paths == (((52.2, 76.9), (52.25, 76.95), (52.2, 77.0)),)
    assert [row.symbol for row in scene.legend[0].rows] == ["mark:added", "mark:removed"]
    assert [row.count for row in scene.legend[0].rows] == [1, 1]


def test_of_very_many_lines_some_are_left_out_and_counted(data):
    ids = [f"n{number}" for number in range(marks.MOST_LINES + 7)]
    after = revision(data, ids)
    found = difference(networks=TableDifference(tuple(ids), {}, (), 0))
    scene, _ = marks.of_difference(found, revision(data, []), after, "en")
    assert len(scene.marks) == marks.MOST_LINES
    assert not any(mark.sign for mark in scene.marks), "signs would cover so many lines"
    assert marks.lines_left_out(found) == 7


def test_a_long_line_is_thinned_but_keeps_its_ends(data):
    zigzag = [(70 + n / 1000, 50 + (n % 2) / 50) for n in range(1000)]
    place = Place("networks", 7, shapely.LineString(zigzag), (Problem("bad-geometry", "f", 7),))
    (mark,) = marks.of_faults([place], data, "en").marks
    (path,) = mark.paths
    assert len(path) < 100
    assert path[0] == (50.0, 70.0)
    assert path[-1] == (50.02, 70.999)


def test_a_fault_says_its_row_and_what_is_wrong(data):
    fault = Problem("outside-region", "f", 5, "lat", "KZ-55", {"region": "KZ-55", "share": 100})
    place = Place("plants", 5, shapely.Point(76.9, 43.2), (fault,))
    scene = marks.of_faults([place], data, "en")
    (mark,) = scene.marks
    assert (mark.state, mark.lat, mark.lon) == ("error", 43.2, 76.9)
    assert mark.title == "Plants, row 5"
    assert mark.hover == (("Error", i18n.problem_parts("en", fault)[0]),)


def test_the_map_has_no_fill_so_that_colour_means_wear_alone(data):
    place = Place("plants", 5, shapely.Point(76.9, 52.2), (Problem("bad-id", "f", 5),))
    scene = marks.of_faults([place], data, "ru")
    assert scene.areas
    assert not any(area.inside for area in scene.areas)
    assert not scene.sites
    assert not scene.cities


@pytest.mark.parametrize("paths", [(), (((52.0, 76.0), (52.1, 76.1)),)])
def test_the_bounds_hold_every_mark(paths):
    one = SimpleNamespace(lat=52.0, lon=76.0, paths=paths)
    other = SimpleNamespace(lat=43.0, lon=51.0, paths=())
    south, west, north, east = marks.bounds_of([one, other])
    assert south < 43.0 < 52.1 < north
    assert west < 51.0 < 76.1 < east


def test_without_marks_the_whole_country_is_shown(data):
    assert marks.bounds_of([]) is None
    scene, _ = marks.of_difference(difference(), data, data, "en")
    west, south, east, north = data.base.outline.total_bounds
    assert scene.bounds == (south, west, north, east)
    assert scene.legend == ()
