"""Lines as of a day: their length, wear and zone, and which of them a view lets through."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import intakes
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, MultiLineString

from meks_geo import measure, networks, queries, zones
from meks_geo.lines import ZONES
from meks_geo.view import Place, View, decode
from meks_geo.vocabulary import Layer, Provenance

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
        return intakes.holding(data, made)

    return make


@pytest.fixture(scope="module")
def six(lines):
    return lines(ROWS)


def zones_of(data, day):
    return [ZONES[code] for code in networks.as_of(data, day).zone]


def whole(data, day=DAY):
    """All lines, the synthetic ones too."""
    return networks.of_provenance(data, day, tuple(Provenance))


def test_a_line_has_its_length_wear_and_zone(six):
    found = networks.as_of(six, DAY)
    assert [six.lines.id(n) for n in range(6)] == list(ROWS)
    assert zones_of(six, DAY) == ["red", "green", "red", "red", "unknown", "unknown"]
    assert list(np.nan_to_num(found.exact, nan=-1)) == [70, 30, -1, 99, -1, -1]
    assert list(np.nan_to_num(found.low, nan=-1).round(3)) == [70, 30, 80, 99, 55, -1]
    assert six.lines.km.tolist() == pytest.approx([6.867] * 6, abs=1e-3)
    before = networks.as_of(six, date(2026, 9, 30))
    assert list(np.isnan(before.low)) == [False, True, False, False, False, True]
    assert zones_of(six, date(2026, 9, 30))[1] == "unknown"


def test_the_rule_is_that_of_the_sector_and_of_the_day(lines):
    data = lines({"h": {"wear_percent": "67"}, "w": {"wear_percent": "67", "sector": "water"}})
    days = {date(2024, 6, 1): "unknown", date(2025, 6, 1): "yellow", DAY: "red"}
    assert {day: zones_of(data, day)[1] for day in days} == days
    assert zones_of(data, date(2025, 6, 1))[0] == "red"


def test_every_zone_is_the_one_that_the_rules_give(data, lines):
    wears = ["", "0", "40", "40.5", "59.99", "60", "61", "65.01", "70", "71", ">80", "<40", "55-65"]
    sectors = ["heat", "water", "gas", "electricity"]
    rows = {
        f"{sector}-{n:02d}": {"sector": sector, "wear_percent": wear}
        for sector in sorted(sectors)
        for n, wear in enumerate(wears)
    }
    held = lines(rows)
    for day in (date(2024, 1, 1), date(2025, 6, 1), date(2026, 1, 31), date(2026, 3, 1), DAY):
        expected = [
            zones.compute(zones.rules_in_force(data.rules, row["sector"], day), row["wear_percent"])
            for row in rows.values()
        ]
        assert zones_of(held, day) == [str(zone) for zone in expected]


def test_a_line_partly_known_by_then_is_unknown_until_its_period_ends(lines):
    data = lines({"a": {"wear_percent": "70", "wear_date": "2026-Q3"}})
    assert np.isnan(networks.as_of(data, date(2026, 9, 29)).low[0])
    assert networks.as_of(data, date(2026, 9, 30)).low[0] == 70


def test_without_lines_there_is_nothing_and_no_error(lines):
    data = lines({}, [])
    found = whole(data)
    assert len(found) == 0
    assert networks.summary(found) == {
        "km": 0.0, "known_km": 0.0, "wear_percent": None, "red_km": 0.0,
    }  # fmt: skip
    assert networks.by(found, "sector", "zone").empty
    view = View(
        at=DAY, wear=decode("wear=60-", today=DAY)[0].wear, q="x", kind=("chp",), status=("design",)
    )
    assert len(networks.select(data, view, frozenset())) == 0


def test_the_mean_is_weighted_by_length_over_what_is_known(lines):
    shapes = [LineString([(76, 52), (76 + km, 52)]) for km in (0.1, 0.3, 0.5)]
    data = lines({"a": {"wear_percent": "80"}, "b": {"wear_percent": "40"}, "c": {}}, shapes)
    found = networks.summary(whole(data))
    km = [measure.route_length_km(shape) for shape in shapes]
    assert found["km"] == pytest.approx(sum(km), abs=1e-3)
    assert found["known_km"] == pytest.approx(km[0] + km[1], abs=1e-3)
    assert found["wear_percent"] == pytest.approx(50.0, abs=0.01)
    assert found["red_km"] == pytest.approx(km[0], abs=1e-3)


def test_the_lengths_are_those_of_the_parts(lines):
    parts = [[(76, 52), (76.1, 52)], [(77, 52), (77.1, 52), (77.1, 52.1)]]
    data = lines({"a": {}, "b": {}}, [MultiLineString(parts), LineString(parts[0])])
    assert data.lines.km.tolist() == pytest.approx(
        [measure.route_length_km(MultiLineString(parts)), 6.867], abs=1e-3
    )
    assert data.lines.points(0).tolist() == [list(point) for part in parts for point in part]


def test_sums_are_those_of_brute_force(lines):
    random = np.random.default_rng(4)
    sectors, wears = ["gas", "heat", "water"], ["", "20", "55", "61", "90", ">80", "35-62"]
    rows = {
        f"n-{n:04d}": {
            "sector": str(random.choice(sectors)),
            "region": str(random.choice(["KZ-10", "KZ-55"])),
            "operator": str(random.choice(["A", "B", ""])),
            "wear_percent": str(random.choice(wears)),
            "wear_date": str(random.choice(["", "2025", "2026-12"])),
            "built_year": float(random.choice([1960, 1985, np.nan])),
        }
        for n in range(600)
    }
    shapes = [LineString([(76, 52), (76 + x, 52)]) for x in random.uniform(0.001, 0.1, 600)]
    data = lines(rows, shapes)
    columns = ("region", "operator", "zone", "built_year")
    expected = {}
    for row, shape in zip(rows.values(), shapes, strict=True):
        if row["sector"] not in ("heat", "gas"):
            continue
        known = row["wear_date"] != "2026-12"
        rules = zones.rules_in_force(data.rules, row["sector"], DAY)
        zone = zones.compute(rules, row["wear_percent"] if known else "")
        year = 0 if np.isnan(row["built_year"]) else int(row["built_year"])
        key = (row["region"], row["operator"], str(zone), year)
        lines_, km = expected.get(key, (0, 0.0))
        expected[key] = lines_ + 1, km + measure.route_length_km(shape)
    found = networks.by(networks.select(data, View(at=DAY, sector=("heat", "gas")), None), *columns)
    assert len(found) == len(expected)
    for row in found.itertuples():
        count, km = expected[row.region, row.operator, row.zone, row.built_year]
        assert row.lines == count
        assert row.km == pytest.approx(km, abs=1e-3)  # to the metre


def test_kilometres_by_status_count_a_line_once(six):
    found = networks.by_status(whole(six), {PROJECT: "design", f"x; {OTHER}": "construction"})
    assert dict(zip(found["status"], found["lines"], strict=True)) == {
        "design": 1, "construction": 1, "": 4,
    }  # fmt: skip


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
    view = replace(decode(query, today=DAY)[0], at=DAY, map=Place(52, 76, 13))
    selection = queries.select(six, view)
    assert "".join(selection.lines.ids) == left
    counts = selection.counts["networks"]
    assert (counts.in_source, counts.in_filter, counts.drawn) == (6, len(left), len(left))
    from_afar = queries.select(six, replace(view, map=None))
    assert from_afar.counts["networks"].drawn == 0  # a town's lines are less than a pixel there
    described = queries.describe(selection, ())["layers"]["networks"]
    reported = left if left == "d" else left.replace("d", "")
    assert described["length_km"] == pytest.approx(6.867 * len(reported), abs=0.01)


def test_status_funding_and_year_must_hold_on_one_project(six):
    state = queries.as_of(six, DAY)
    one, two = state.projects.loc[PROJECT], state.projects.loc[OTHER]
    view = View(at=DAY, status=(one["status"],), funding=(one["funding"],))
    assert "a" in queries.select(six, view).lines.ids
    assert (one["status"], one["funding"]) != (two["status"], two["funding"])
    mixed = View(at=DAY, status=(one["status"],), funding=(two["funding"],))
    passing = state.projects[
        (state.projects["status"] == one["status"]) & (state.projects["funding"] == two["funding"])
    ]
    expected = {n for n, p in (("a", PROJECT), ("c", OTHER)) if p in passing.index}
    assert set(queries.select(six, mixed).lines.ids) == expected


def test_layers_hide_and_never_filter(six):
    layers = tuple(one for one in Layer if one != Layer.NETWORKS)
    selection = queries.select(six, View(at=DAY, layers=layers))
    assert selection.counts["networks"].in_filter == 5


def test_selecting_changes_nothing(six):
    before = [array.copy() for array in (networks.as_of(six, DAY).zone, six.lines.km)]
    networks.select(six, View(at=DAY, region=("KZ-10",), q="x"), frozenset({PROJECT}))
    networks.by(networks.select(six, View(at=DAY), None), "sector", "zone")
    after = (networks.as_of(six, DAY).zone, six.lines.km)
    assert all((a == b).all() for a, b in zip(before, after, strict=True))
    pd.testing.assert_frame_equal(
        pd.DataFrame(six.networks.drop(columns="geometry")),
        pd.DataFrame(frame(ROWS).drop(columns="geometry")),
    )


# -- what is not built -----------------------------------------------------------------------------

LATER = {  # lines of 2016, 2018 and 2023
    "line-500-ekibastuz-semey", "line-500-semey-oskemen", "line-500-semey-aktogay",
    "line-500-aktogay-taldykorgan", "line-500-taldykorgan-alma",
    "line-220-uralskaya-pravoberezhnaya", "line-220-pravoberezhnaya-inder",
    "line-220-inder-karabatan", "line-220-karabatan-kulsary", "line-220-kulsary-tengiz",
}  # fmt: skip
BEING_BUILT = {"line-500-ulke-karabatan", "line-500-shu-zhambyl", "line-500-zhambyl-shymkent"}


def ahead(data, day):
    rows = networks.ahead(data, day).tolist()
    assert rows == sorted(rows)
    return {data.lines.id(row) for row in rows}


def test_lines_of_a_later_year_or_of_a_project_that_goes_on_are_not_built(data):
    today, before = ahead(data, DAY), ahead(data, date(2015, 1, 1))
    assert today >= BEING_BUILT
    assert not today & LATER
    assert today | LATER <= before
    built = data.backbone.index[data.backbone["built_year"] <= 2014]
    assert len(built) > 3
    assert before.isdisjoint(built)
    old = data.backbone.index[
        (data.backbone["built_by"] == "") & data.backbone["built_year"].isna()
    ]
    assert before.isdisjoint(old), "of a line without year and builder nothing says that it is new"


def test_a_line_is_built_when_its_project_is_said_to_be_completed(world):
    said = world(
        ("grid-south", "status", "construction", "2024-05-01"),
        ("grid-south", "status", "completed", "2026-03"),
    )
    before, after = ahead(said, date(2026, 3, 30)), ahead(said, date(2026, 3, 31))
    assert before - after == {"line-500-shu-zhambyl", "line-500-zhambyl-shymkent"}
    assert not after - before
    assert "line-500-ulke-karabatan" in after, "a status that nobody stated is not completed"


def test_lines_that_came_in_are_as_their_file_says(data, lines):
    shared = next(iter(BEING_BUILT))
    assert ahead(lines({shared: {"sector": "electricity", "region": "KZ"}}), DAY) == set()
    rows = {"n-1": {"built_year": 2030.0, "project_ids": "grid-south"}}
    assert ahead(lines(rows), DAY) == set()


# -- found by name ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("semey oskemen", {"line-500-semey-oskemen"}),
        ("Өскемен", {"line-500-semey-oskemen"}),
        ("усть-каменог сем", {"line-500-semey-oskemen"}),
        ("line-500-shu", {"line-500-shu-zhambyl", "line-500-yukgres-shu"}),
        ("emey", set()),
        ("юкгрэс 1", {"line-500-agadyr-yukgres-1"}),
    ],
)
def test_shipped_lines_are_found_by_their_names_ends_and_ids(data, text, left):
    rows = networks.named_rows(data, text)
    assert {data.lines.id(row) for row in rows} == left
    assert set(networks.select(data, View(at=DAY, q=text), None).ids) == left


def test_a_line_is_found_by_its_operator_or_by_its_name(data):
    kegoc = set(queries.select(data, View(at=DAY, q="kegoc")).lines.ids)
    assert kegoc == set(data.backbone.index[data.backbone["operator"] == "KEGOC"])
    both = queries.select(data, View(at=DAY, q="agadyr", sector=("electricity",))).lines.ids
    nobodys = data.backbone.index[data.backbone["operator"] == ""]
    assert set(nobodys) & set(both), "a line without an operator is found too"


def test_names_of_lines_that_gave_way_find_nothing(six):
    assert networks.named_rows(six, "semey") == []
    assert len(networks.select(six, View(at=DAY, q="semey"), None)) == 0


def test_wear_of_a_later_day_is_counted(six):
    assert networks.dated_later(whole(six), DAY) == 0
    assert networks.dated_later(whole(six), date(2026, 9, 30)) == 1  # "f" states none
