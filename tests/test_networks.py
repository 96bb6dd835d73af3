"""Lines as of a day: their length, wear and zone, and which of them a view lets through."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, MultiLineString

from meks_geo import measure, networks, queries
from meks_geo.view import View, decode
from meks_geo.vocabulary import Layer

DAY = date(2026, 11, 22)
PROJECT, OTHER = "pavlodar-chp-2-mod", "ekibastuz-gres-2-unit-3"

ROWS = {
    "a": {"wear_percent": "70", "operator": "Pavlodar Heat Networks", "project_ids": PROJECT},
    "b": {"wear_percent": "30", "wear_date": "2026-10-01", "sector": "water"},
    "c": {"wear_percent": ">80", "region": "KZ-10", "project_ids": f"x; {OTHER}"},
    "d": {"provenance": "synthetic", "wear_percent": "99"},
    "e": {"region": "KZ", "sector": "electricity", "wear_percent": "55-65"},
    "f": {"provenance": "press", "operator": "Су арнасы ЖШС", "wear_date": "2027"},
}
PLAIN = {"sector": "heat", "region": "KZ-55", "provenance": "official"}


def frame(rows, shapes=None):
    empty = ("operator", "wear_percent", "wear_basis", "wear_date", "project_ids")
    cells = pd.DataFrame(
        [{**dict.fromkeys(empty, ""), **PLAIN, **row} for row in rows.values()],
        index=pd.Index(list(rows), name="network_id"),
        columns=[*PLAIN, *empty, "built_year"],
    ).astype({"built_year": float})
    lines = shapes or [LineString([(76, 52), (76.1, 52)]) for _ in rows]
    return gpd.GeoDataFrame(cells, geometry=lines, crs=4326)


@pytest.fixture(scope="module")
def lines(data):
    """The shipped map of record with these lines; nothing is shared between two of them."""

    def make(rows, shapes=None):
        made = frame(rows, shapes)
        return replace(data, read_networks=lambda: made)

    return make


@pytest.fixture(scope="module")
def six(lines):
    return lines(ROWS)


def test_a_line_has_its_length_wear_and_zone(six):
    found = networks.as_of(six, DAY)
    assert list(found.index) == list(ROWS)
    assert list(found["zone"]) == ["red", "green", "red", "red", "unknown", "unknown"]
    assert list(found["wear_exact"].fillna(-1)) == [70, 30, -1, 99, -1, -1]
    assert list(found["wear_low"].fillna(-1).round(3)) == [70, 30, 80, 99, 55, -1]
    assert found["km"].tolist() == pytest.approx([6.867] * 6, abs=1e-3)
    before = networks.as_of(six, date(2026, 9, 30))
    assert list(before["wear"]) == ["70", "", ">80", "99", "55-65", ""]
    assert before.loc["b", "zone"] == "unknown"


def test_the_rule_is_that_of_the_sector_and_of_the_day(lines):
    data = lines({"h": {"wear_percent": "67"}, "w": {"wear_percent": "67", "sector": "water"}})
    days = {date(2024, 6, 1): "unknown", date(2025, 6, 1): "yellow", DAY: "red"}
    assert {day: networks.as_of(data, day).loc["w", "zone"] for day in days} == days
    assert networks.as_of(data, date(2025, 6, 1)).loc["h", "zone"] == "red"


def test_a_line_partly_known_by_then_is_unknown_until_its_period_ends(lines):
    data = lines({"a": {"wear_percent": "70", "wear_date": "2026-Q3"}})
    assert networks.as_of(data, date(2026, 9, 29)).loc["a", "wear"] == ""
    assert networks.as_of(data, date(2026, 9, 30)).loc["a", "wear"] == "70"


def test_without_lines_there_is_nothing_and_no_error(lines):
    data = lines({}, [])
    found = networks.as_of(data, DAY)
    assert len(found) == 0
    assert networks.summary(found) == {
        "km": 0.0, "known_km": 0.0, "wear_percent": None, "red_km": 0.0,
    }  # fmt: skip
    view = View(
        at=DAY, wear=decode("wear=60-", today=DAY)[0].wear, q="x", kind=("chp",), status=("design",)
    )
    assert len(networks.select(data, view, frozenset())) == 0


def test_the_mean_is_weighted_by_length_over_what_is_known(lines):
    shapes = [LineString([(76, 52), (76 + km, 52)]) for km in (0.1, 0.3, 0.5)]
    data = lines({"a": {"wear_percent": "80"}, "b": {"wear_percent": "40"}, "c": {}}, shapes)
    found = networks.summary(networks.as_of(data, DAY))
    km = [measure.route_length_km(shape) for shape in shapes]
    assert found["km"] == pytest.approx(sum(km), abs=1e-3)
    assert found["known_km"] == pytest.approx(km[0] + km[1], abs=1e-3)
    assert found["wear_percent"] == pytest.approx(50.0, abs=0.01)
    assert found["red_km"] == pytest.approx(km[0], abs=1e-3)


def test_the_lengths_are_those_of_the_parts(lines):
    parts = [[(76, 52), (76.1, 52)], [(77, 52), (77.1, 52), (77.1, 52.1)]]
    data = lines({"a": {}, "b": {}}, [MultiLineString(parts), LineString(parts[0])])
    assert networks.lengths_km(data).tolist() == pytest.approx(
        [measure.route_length_km(MultiLineString(parts)), 6.867], abs=1e-3
    )


# -- what a view lets through -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", "abcef"),
        ("provenance=synthetic", "d"),
        ("provenance=official,synthetic", "abcde"),
        ("region=KZ-55", "abf"),
        ("region=KZ-55,KZ-10", "abcf"),
        ("sector=water", "b"),
        ("sector=heat,electricity", "acef"),
        ("zone=red", "ac"),
        ("zone=unknown", "ef"),
        ("zone=green,unknown", "bef"),
        ("wear=60-", "ace"),
        ("wear=-60", "be"),
        ("wear=70-80", "a"),
        ("wear=unknown", "f"),
        ("kind=chp", ""),
        ("kind=chp,unknown", "abcef"),
        ("city=pavlodar", ""),
        ("city=unknown", "abcef"),
        ("q=heat pav", "a"),
        ("q=СУ", "f"),
        ("q=nobody", ""),
        ("region=KZ-55&zone=red", "a"),
        ("status=unknown,proposed,approved,design,financing,procurement,construction", "ac"),
        ("status=completed,cancelled", ""),
    ],
)
def test_filters_let_through_what_matches(six, query, left):
    view = replace(decode(query, today=DAY)[0], at=DAY)
    selection = queries.select(six, view)
    assert "".join(selection.lines.index) == left
    counts = selection.counts["networks"]
    assert (counts.in_source, counts.in_filter, counts.drawn) == (6, len(left), 0)
    described = queries.describe(selection, ())["layers"]["networks"]
    assert described["length_km"] == pytest.approx(6.867 * len(left), abs=0.01)


def test_status_funding_and_year_must_hold_on_one_project(six):
    state = queries.as_of(six, DAY)
    one, two = state.projects.loc[PROJECT], state.projects.loc[OTHER]
    view = View(at=DAY, status=(one["status"],), funding=(one["funding"],))
    assert "a" in queries.select(six, view).lines.index
    assert (one["status"], one["funding"]) != (two["status"], two["funding"])
    mixed = View(at=DAY, status=(one["status"],), funding=(two["funding"],))
    passing = state.projects[
        (state.projects["status"] == one["status"]) & (state.projects["funding"] == two["funding"])
    ]
    expected = {n for n, p in (("a", PROJECT), ("c", OTHER)) if p in passing.index}
    assert set(queries.select(six, mixed).lines.index) == expected


def test_layers_hide_and_never_filter(six):
    layers = tuple(one for one in Layer if one != Layer.NETWORKS)
    selection = queries.select(six, View(at=DAY, layers=layers))
    assert selection.counts["networks"].in_filter == 5


def test_selecting_changes_nothing(six):
    before = networks.as_of(six, DAY).copy()
    networks.select(six, View(at=DAY, region=("KZ-10",), q="x"), frozenset({PROJECT}))
    pd.testing.assert_frame_equal(networks.as_of(six, DAY), before)
    pd.testing.assert_frame_equal(
        pd.DataFrame(six.networks.drop(columns="geometry")),
        pd.DataFrame(frame(ROWS).drop(columns="geometry")),
    )
