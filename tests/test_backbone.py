"""The shipped backbone: named ends, straight between them, displaced by what a region sends."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from meks_geo import backbone, registers
from meks_geo.measure import WGS84

ENDS = pd.DataFrame(
    {
        "substation_id": ["a", "b", "c", "d"],
        "lon": [70.0, 72.0, 74.0, 76.0],
        "lat": [50.0, 51.0, 49.0, 52.0],
    }
)


@pytest.fixture(scope="module")
def schema(root):
    return registers.read_schemas(root / "data")["networks"]


def shipped(*rows):
    """Lines of the backbone; each row has id, first end, last end, and what it is said to pass."""
    names = ("network_id", "from_id", "to_id", "via_ids")
    cells = {
        "name_ru": "ВЛ", "sector": "electricity", "region": "KZ", "operator": "KEGOC",
        "voltage_kv": 500, "length_km": None, "built_year": None, "project_ids": "p",
        "provenance": "schematic", "source_id": "s", "note": "n",
    }  # fmt: skip
    frame = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows], columns=names)
    return frame.assign(**cells)


def sent(schema, *rows):
    """Networks that came in; each row has id, sector and region."""
    columns = [c.name for c in schema.columns if c.type != "geometry"]
    numbers = [c.name for c in schema.columns if c.type in ("number", "integer")]
    names = ("network_id", "sector", "region")
    frame = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows], columns=names)
    frame = frame.reindex(columns=columns)
    frame[numbers] = frame[numbers].astype(float)
    texts = [c for c in columns if c not in numbers]
    frame[texts] = frame[texts].astype(object).fillna("")
    shapes = [LineString([(60, 50), (61, 50)])] * len(rows)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


def coordinates(frame, one):
    shapes = frame.set_index("network_id").geometry
    return list(shapes[one].coords)


def test_a_line_runs_straight_from_its_first_end_to_its_last():
    found = backbone.drawn(shipped(("one", "a", "b", ""), ("two", "d", "c", "")), ENDS)
    assert coordinates(found, "one") == [(70, 50), (72, 51)]
    assert coordinates(found, "two") == [(76, 52), (74, 49)]
    assert found.crs == WGS84


def test_a_line_passes_what_it_is_said_to_pass_in_that_order():
    rows = shipped(("one", "a", "b", "c"), ("two", "a", "b", "d; c;"))
    found = backbone.drawn(rows, ENDS)
    assert coordinates(found, "one") == [(70, 50), (74, 49), (72, 51)]
    assert coordinates(found, "two") == [(70, 50), (76, 52), (74, 49), (72, 51)]


def test_a_substation_that_is_not_there_is_said():
    for row in (("one", "a", "x", ""), ("one", "x", "a", ""), ("one", "a", "b", "x")):
        with pytest.raises(KeyError, match="x"):
            backbone.drawn(shipped(row), ENDS)


def test_drawing_changes_neither_input_and_keeps_the_rows():
    rows, ends = shipped(("two", "a", "b", ""), ("one", "c", "d", "")), ENDS.copy()
    before = rows.copy()
    found = backbone.drawn(rows, ends)
    pd.testing.assert_frame_equal(rows, before)
    pd.testing.assert_frame_equal(ends, ENDS)
    assert list(found["network_id"]) == ["two", "one"]
    assert list(found.columns) == [*rows.columns, "geometry"]


def test_nothing_is_drawn_of_an_empty_backbone():
    found = backbone.drawn(shipped(), ENDS)
    assert found.empty
    assert found.crs == WGS84
    assert found.geometry.name == "geometry"


def test_lines_are_joined_in_the_order_of_their_ids(schema):
    networks = sent(schema, ("m", "heat", "KZ-55"), ("b", "heat", "KZ-10"))
    lines = shipped(("z", "a", "b", ""), ("a", "c", "d", ""), ("k", "a", "d", "b"))
    whole = backbone.joined(networks, lines, ENDS, schema)
    assert list(whole["network_id"]) == ["a", "b", "k", "m", "z"]
    assert list(whole.index) == [0, 1, 2, 3, 4]
    assert coordinates(whole, "k") == [(70, 50), (72, 51), (76, 52)]
    assert coordinates(whole, "m") == [(60, 50), (61, 50)]
    assert whole.crs == WGS84


def test_what_the_country_sends_of_electricity_displaces_the_shipped_lines(schema):
    networks = sent(schema, ("m", "electricity", "KZ"), ("n", "heat", "KZ-55"))
    whole = backbone.joined(networks, shipped(("a", "a", "b", "")), ENDS, schema)
    assert list(whole["network_id"]) == ["m", "n"]


@pytest.mark.parametrize("pair", [("electricity", "KZ-55"), ("heat", "KZ"), ("gas", "KZ-10")])
def test_what_another_region_or_sector_sends_does_not(schema, pair):
    whole = backbone.joined(sent(schema, ("m", *pair)), shipped(("a", "a", "b", "")), ENDS, schema)
    assert list(whole["network_id"]) == ["a", "m"]


def test_only_the_sector_and_region_that_were_sent_are_displaced(schema):
    lines = shipped(("a", "a", "b", ""), ("b", "c", "d", ""))
    lines.loc[1, "region"] = "KZ-55"
    whole = backbone.joined(sent(schema, ("m", "electricity", "KZ-55")), lines, ENDS, schema)
    assert list(whole["network_id"]) == ["a", "m"]


def test_of_two_lines_with_one_id_that_which_came_in_stays(schema):
    whole = backbone.joined(
        sent(schema, ("a", "heat", "KZ-55")), shipped(("a", "a", "b", "")), ENDS, schema
    )
    assert list(whole["sector"]) == ["heat"]
    assert coordinates(whole, "a") == [(60, 50), (61, 50)]


def test_without_what_came_in_the_backbone_is_all(schema):
    whole = backbone.joined(sent(schema), shipped(("a", "a", "b", "")), ENDS, schema)
    assert list(whole["network_id"]) == ["a"]
    assert list(whole.columns) == [c.name for c in schema.columns]


def test_without_a_backbone_what_came_in_is_all(schema):
    networks = sent(schema, ("m", "heat", "KZ-55"))
    whole = backbone.joined(networks, shipped(), ENDS, schema)
    assert list(whole["network_id"]) == ["m"]
    nothing = backbone.joined(sent(schema), shipped(), ENDS.head(0), schema)
    assert nothing.empty
    assert nothing.crs == WGS84


def test_joining_changes_none_of_its_inputs(schema):
    networks, lines = sent(schema, ("m", "heat", "KZ-55")), shipped(("a", "a", "b", ""))
    before = networks.copy(), lines.copy()
    backbone.joined(networks, lines, ENDS, schema)
    pd.testing.assert_frame_equal(networks, before[0])
    pd.testing.assert_frame_equal(lines, before[1])


@pytest.mark.parametrize("rows", [(), (("m", "heat", "KZ-55"),)])
def test_columns_and_types_are_those_of_the_schema(schema, rows):
    """Numbers are floats and empty as NaN, all else is text and empty as no text at all."""
    whole = backbone.joined(sent(schema, *rows), shipped(("a", "a", "b", "")), ENDS, schema)
    assert list(whole.columns) == [c.name for c in schema.columns]
    row = whole.set_index("network_id").loc["a"]
    for column in schema.columns:
        if column.type in ("number", "integer"):
            assert whole[column.name].dtype == np.float64, column
        elif column.type != "geometry":
            assert {type(cell) for cell in whole[column.name]} == {str}, column
    assert row["voltage_kv"] == 500
    assert np.isnan(row["length_km"])
    assert np.isnan(row["built_year"])
    assert np.isnan(row["diameter_mm"])
    assert row["operator"] == "KEGOC"
    assert row["wear_percent"] == row["wear_basis"] == row["wear_date"] == ""


def test_the_shipped_lines_are_drawn_between_the_points_of_the_register(root, schema):
    tables, problems = registers.read(root / "data", root / "geo")
    assert problems == []
    lines, ends = tables["backbone"], tables["substations"]
    whole = backbone.joined(sent(schema), lines, ends, schema).set_index("network_id")
    points = {row.substation_id: Point(row.lon, row.lat) for row in ends.itertuples()}
    assert set(whole.index) == set(lines["network_id"])
    for row in lines.itertuples():
        line = whole.geometry[row.network_id]
        assert Point(line.coords[0]) == points[row.from_id]
        assert Point(line.coords[-1]) == points[row.to_id]
    assert not whole["wear_percent"].any()
    assert set(whole["provenance"]) == {"schematic"}


def test_the_map_of_record_holds_the_shipped_lines(data, root):
    tables, _ = registers.read(root / "data", root / "geo")
    shown = data.networks
    assert set(tables["backbone"]["network_id"]) <= set(shown.index)
    west = shown.loc["line-500-ulke-karabatan"]
    assert (west["region"], west["project_ids"]) == ("KZ", "grid-west-ups")
    assert west["length_km"] == 604.3
