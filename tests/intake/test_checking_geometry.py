"""Where lines and points lie: in the country, in their region, which way round, how long."""

import numpy as np
import pytest
import shapely
from builders_checking import LINE, NETWORK, PLANT, changed, places, table, verdict

from meks_geo import measure
from meks_geo.intake import geometry


@pytest.fixture
def check(data, root):
    return lambda *tables, **further: verdict(data, root, *tables, **further)


def _of(check, **change):
    return check(changed("networks", change))


# -- lines that are none ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "wkt",
    [
        "",
        "POINT (76.95 52.28)",
        "POLYGON ((76.9 52.2, 77 52.2, 77 52.3, 76.9 52.2))",
        "GEOMETRYCOLLECTION (LINESTRING (76.95 52.28, 76.97 52.30))",
        "GEOMETRYCOLLECTION (" * 20_000,
        "LINESTRING EMPTY",
        "LINESTRING (76.95 52.28)",
        "LINESTRING (76.95 52.28, 76.95 52.28)",
        "MULTILINESTRING ((76.95 52.28, 76.97 52.30), (76.95 52.28, 76.95 52.28))",
        "LINESTRING (nan 52.28, 76.97 52.30)",
        "LINESTRING (inf 52.28, 76.97 52.30)",
        "LINESTRING (76.95 52.28, 76.97",
        "LINESTRING (" + "(" * 10_000,
        "76.95 52.28",
        "=HYPERLINK()",
    ],
    ids=lambda wkt: wkt[:30],
)
def test_what_is_no_line_is_refused(check, wkt):
    found = _of(check, geometry=wkt)
    assert places(found) == [("bad-geometry", 2, "geometry")]
    assert found.accepted == 0
    assert found.problems[0].value == (wkt if len(wkt) <= 200 else wkt[:199] + "…")


def test_features_without_a_line_are_refused(check):
    row = {k: v for k, v in NETWORK.items() if k != "geometry"}
    shapes = [
        None,
        shapely.Point(76.95, 52.28),
        shapely.LineString(),
        shapely.from_wkt(LINE),
        shapely.linestrings(
            np.column_stack([np.linspace(76, 77, 100_001), np.full(100_001, 52.3)])
        ),
    ]
    rows = [row | {"network_id": f"n-{one}"} for one in range(len(shapes))]
    found = check(table("networks", *rows, geometry=shapes), kind="gpkg")
    assert places(found) == [("bad-geometry", one, "geometry") for one in (1, 2, 3, 5)]
    assert [p.value for p in found.problems] == ["", "POINT", "LINESTRING EMPTY", "LINESTRING"]
    assert found.tables["networks"].numbers.tolist() == [4]


def test_height_is_dropped_and_case_does_not_matter(check):
    for wkt in ("linestring z (76.95 52.28 100, 76.97 52.30 120)", f"  {LINE}", LINE.lower()):
        found = _of(check, geometry=wkt.strip())
        (line,) = found.tables["networks"].frame.geometry
        assert line.equals(shapely.from_wkt(LINE))
        assert not line.has_z
    assert found.tables["networks"].frame.crs == measure.WGS84


def test_lines_may_cross_themselves_and_have_parts(check):
    crossed = "LINESTRING (76.95 52.28, 76.97 52.30, 76.97 52.28, 76.95 52.30)"
    parts = "MULTILINESTRING ((76.95 52.28, 76.97 52.30), (76.98 52.28, 76.99 52.30))"
    assert _of(check, geometry=crossed).problems == ()
    assert _of(check, geometry=parts).problems == ()


# -- where they lie ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "wkt", "code"),
    [
        ("KZ-55", "LINESTRING (52.28 76.95, 52.30 76.97)", "lon-lat-swapped"),
        ("KZ", "LINESTRING (52.28 76.95, 52.30 76.97)", "lon-lat-swapped"),
        ("KZ-55", "LINESTRING (37.6 55.7, 37.7 55.8)", "outside-country"),
        ("KZ", "LINESTRING (37.6 55.7, 37.7 55.8)", "outside-country"),
        ("KZ-55", "LINESTRING (8565000 6850000, 8566000 6851000)", "outside-country"),
        ("KZ-55", "LINESTRING (76.95 52.28, 1e308 -1e308)", "outside-country"),
        ("KZ-10", LINE, "outside-region"),
        ("KZ-23", "LINESTRING (47.1 51.9, 47.11 51.91)", "lon-lat-swapped"),
        ("KZ-23", "LINESTRING (47.5 49.8, 47.51 49.81)", "lon-lat-swapped"),  # in KZ-27 as it is
        ("KZ-55", "LINESTRING (47.5 49.8, 47.51 49.81)", "outside-region"),
    ],
)
def test_a_line_elsewhere_is_refused(check, region, wkt, code):
    found = _of(check, region=region, geometry=wkt)
    assert places(found) == [(code, 2, "geometry")]
    assert found.problems[0].severity == "error"
    assert found.accepted == 0


def test_a_swapped_line_is_shown_as_it_would_be_read(check):
    (problem,) = _of(check, geometry="LINESTRING (52.28 76.95, 52.30 76.97)").problems
    assert problem.value == "76.95000, 52.28000"


def _across(data, share):
    """An east-west line of KZ-55 and KZ-39 of which a share lies beyond the widened KZ-55."""
    wide = geometry.areas(data.base)["KZ-55"]
    lat = 52.0
    west = wide.intersection(shapely.LineString([(70, lat), (90, lat)])).bounds[0]
    inside = 0.5
    length = inside / (1 - share)
    return f"LINESTRING ({west + inside} {lat}, {west + inside - length} {lat})"


@pytest.mark.parametrize(
    ("share", "severity"), [(0.03, "warning"), (0.08, "warning"), (0.12, "error"), (0.6, "error")]
)
def test_a_tenth_of_a_line_may_lie_outside_its_region(check, data, share, severity):
    found = _of(check, geometry=_across(data, share))
    (problem,) = found.problems
    assert (problem.code, problem.severity) == ("outside-region", severity)
    assert problem.params["region"] == "KZ-55"
    assert abs(problem.params["share"] - 100 * share) <= 1
    assert found.accepted == (severity == "warning")
    assert _of(check, region="KZ", geometry=_across(data, share)).problems == ()


def test_a_line_along_the_border_lies_on_both_sides_of_it(check, data):
    border = shapely.intersection(
        *(data.base.regions.set_index("region").geometry[one] for one in ("KZ-55", "KZ-10"))
    )
    piece = max(shapely.get_parts(shapely.line_merge(border)), key=lambda one: one.length)
    for region in ("KZ-55", "KZ-10"):
        assert _of(check, region=region, geometry=piece.wkt).problems == ()


def test_a_row_without_a_known_region_is_still_sought_in_the_country(check):
    found = _of(check, region="KZ-99", geometry="LINESTRING (37.6 55.7, 37.7 55.8)")
    assert places(found) == [("unknown-code", 2, "region"), ("outside-country", 2, "geometry")]


def test_a_scribble_over_the_border_takes_no_time(check, data):
    wide = geometry.areas(data.base)["KZ-55"]
    west = wide.intersection(shapely.LineString([(70, 52), (90, 52)])).bounds[0]
    rng = np.random.default_rng(0)
    points = np.column_stack(
        [rng.uniform(west - 0.5, west + 0.5, 50_000), rng.uniform(51.9, 52.1, 50_000)]
    )
    (problem,) = _of(check, geometry=shapely.LineString(points).wkt).problems
    assert problem.code == "outside-region"
    assert 40 <= problem.params["share"] <= 60


# -- lengths ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "codes"),
    [
        ("2.6", []),
        ("2.4", []),
        ("2.87", []),
        ("2.3", ["length-mismatch"]),
        ("3", ["length-mismatch"]),
    ],
)
def test_a_declared_length_is_measured_against_the_line(check, declared, codes):
    found = _of(check, length_km=declared)
    assert [p.code for p in found.problems] == codes
    assert found.accepted == 1
    for problem in found.problems:
        assert (problem.column, problem.value, problem.severity) == (
            "length_km",
            declared,
            "warning",
        )
        wanted = measure.route_length_km(shapely.from_wkt(LINE))
        assert problem.params["measured"] == pytest.approx(wanted, abs=0.001)


def test_a_drawn_course_is_no_measure_of_a_published_length(check):
    assert _of(check, length_km="30", provenance="schematic").problems == ()
    assert [p.code for p in _of(check, length_km="30", provenance="press").problems] == [
        "length-mismatch"
    ]


def test_a_line_that_lies_elsewhere_is_not_measured(check):
    found = _of(check, length_km="2.6", geometry="LINESTRING (52.28 76.95, 52.30 76.97)")
    assert places(found) == [("lon-lat-swapped", 2, "geometry")]


# -- points -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lat": "76.95", "lon": "52.28"}, "lon-lat-swapped"),
        ({"lat": "55.7", "lon": "37.6"}, "outside-country"),
        ({"lat": "5", "lon": "5"}, "outside-country"),
        ({"region": "KZ-10"}, "outside-region"),
    ],
)
def test_a_plant_elsewhere_is_refused(check, change, code):
    found = check(changed("plants", change))
    assert places(found) == [(code, 2, "lat")]
    assert found.accepted == 0
    if code == "outside-region":
        assert found.problems[0].params == {"region": "KZ-10", "share": 100}


def test_every_plant_of_record_lies_in_its_region(data):
    plants = data.plants
    regions = plants["region"].to_numpy(dtype=object)
    lat, lon = plants["lat"].to_numpy(), plants["lon"].to_numpy()
    assert geometry.locate_points(lat, lon, regions, data.base) == []


def test_points_give_the_position_that_the_columns_lack(check):
    row = {k: v for k, v in PLANT.items() if k not in ("lat", "lon")}
    rows = [row | {"plant_id": f"p-{one}"} for one in range(4)]
    shapes = [
        shapely.Point(76.95, 52.28),
        shapely.MultiPoint([(76.95, 52.28)]),
        shapely.from_wkt(LINE),
        None,
    ]
    found = check(table("plants", *rows, geometry=shapes), kind="gpkg")
    assert places(found) == [("bad-geometry", 3, "geometry"), ("bad-geometry", 4, "geometry")]
    frame = found.tables["plants"].frame
    assert (frame["lat"].tolist(), frame["lon"].tolist()) == ([52.28] * 2, [76.95] * 2)


def test_the_areas_are_two_kilometres_wider_than_the_outlines(data):
    regions = data.base.regions
    narrow = measure.to_print_crs(regions.set_geometry(regions.segmentize(0.1)))
    known = geometry.areas(data.base)
    wide = regions.set_geometry([known[one] for one in regions["region"]], crs=measure.WGS84)
    wide = measure.to_print_crs(wide)
    gaps = narrow.boundary.distance(wide.boundary)
    assert gaps.tolist() == pytest.approx([2000] * 20, abs=100)
    assert len(known) == 21
