"""Lines by column: what they hold, and that they come back from their file as they were."""

from datetime import date

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, MultiLineString

from meks_geo import lines, segments
from meks_geo.lines import DEGREE, ZONES

TEXTS = ("sector", "region", "operator", "project_ids", "provenance", "wear_percent", "wear_basis")
HOSTILE = '</script><img src=x onerror="alert(1)">\n\\"},{ ₸ 🔥'


def frame(rows):
    empty = dict.fromkeys((*TEXTS, "wear_date"), "")
    empty |= {"built_year": float("nan"), "voltage_kv": float("nan"), "diameter_mm": float("nan")}
    shapes = [row.pop("shape", LineString([(76.9, 52.3), (76.95, 52.31)])) for row in rows]
    cells = [{**empty, "sector": "heat", "region": "KZ-55", **row} for row in rows]
    names = ["network_id", *empty]
    return gpd.GeoDataFrame(
        {name: [row[name] for row in cells] for name in names}, geometry=shapes, crs=4326
    )


@pytest.fixture
def few(data):
    rows = [
        {"network_id": "a-1", "wear_percent": "70", "operator": HOSTILE, "built_year": 1975.0},
        {"network_id": "a-2", "wear_percent": ">80", "wear_date": "2026-Q3", "diameter_mm": 300.0},
        {"network_id": "b", "sector": "electricity", "voltage_kv": 500.0, "project_ids": "x;y"},
    ]
    return segments.columns(frame(rows), data.rules)


def test_a_line_is_found_by_its_id_and_named_by_its_row(few):
    assert [few.number(one) for one in ("a-1", "a-2", "b")] == [0, 1, 2]
    assert [few.number(one) for one in ("", "a", "a-3", "z", "А-1")] == [None] * 5
    assert [few.id(n) for n in range(3)] == ["a-1", "a-2", "b"]


def test_columns_hold_what_the_rows_say(few):
    assert few.text("operator", 0) == HOSTILE
    assert [few.text("wear_percent", n) for n in range(3)] == ["70", ">80", ""]
    assert list(few.built_year) == [1975, 0, 0]
    assert list(few.seen_from) == [0, 20260930, 0]
    assert few.low[1] > 80
    assert few.high[1] == 100
    assert np.isnan(few.exact[1])
    assert few.exact[0] == 70
    assert np.isnan([few.low[2], few.diameter_mm[0], few.voltage_kv[0]]).all()
    assert [ZONES[code] for code in few.zones[-1]] == ["red", "red", "unknown"]
    assert few.periods == tuple(sorted(few.periods))


def test_a_file_gives_back_what_was_saved(few, tmp_path):
    path = tmp_path / "x.lines.npz"
    lines.save(path, few)
    back = lines.load(path)
    assert back.words == few.words
    assert back.periods == few.periods
    for name in ("ids", "low", "high", "exact", "zones", "km", "shown", "x", "y", "part_start"):
        np.testing.assert_array_equal(getattr(back, name), getattr(few, name))
    for name, codes in few.codes.items():
        np.testing.assert_array_equal(back.codes[name], codes)


def test_the_same_lines_are_the_same_file(few, tmp_path):
    for name in ("a.npz", "b.npz"):
        lines.save(tmp_path / name, few)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_file_cut_short_is_refused(few, tmp_path, share):
    path = tmp_path / "x.lines.npz"
    lines.save(path, few)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(lines.NOT_WHOLE):
        lines.load(path)


def test_parts_of_a_line_stay_together(data):
    parts = [[(76.0, 52.0), (76.1, 52.0)], [(77.0, 52.0), (77.1, 52.0), (77.1, 52.1)]]
    rows = [
        {"network_id": "a", "shape": LineString(parts[0])},
        {"network_id": "b", "shape": MultiLineString(parts)},
    ]
    found = segments.columns(frame(rows), data.rules)
    assert found.points(0).tolist() == [list(p) for p in parts[0]]
    assert found.points(1).tolist() == [list(p) for part in parts for p in part]
    assert list(found.part_line) == [0, 1, 1]


def test_points_are_kept_to_a_centimetre(data):
    shape = LineString([(76.123456789, 52.987654321), (76.2, 53.0)])
    found = segments.columns(frame([{"network_id": "a", "shape": shape}]), data.rules)
    assert abs(found.points(0)[0] - shape.coords[0]).max() <= 0.5 / DEGREE + 1e-12


def test_ids_are_in_order_whatever_the_order_of_the_rows(data):
    found = segments.columns(frame([{"network_id": one} for one in "cab"]), data.rules)
    assert [found.id(n) for n in range(3)] == ["a", "b", "c"]
    assert [found.number(one) for one in "abc"] == [0, 1, 2]


def test_a_day_is_written_as_a_number():
    assert lines.day_number(date(2026, 3, 1)) == 20260301
