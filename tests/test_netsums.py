"""Sums of the page of networks: exact to the metre, the unknown and the synthetic apart."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

import geopandas as gpd
import intakes
import numpy as np
import pandas as pd
import pytest
from shapely import LineString

from meks_geo import measure, netsums, queries, zones
from meks_geo.lines import ZONES
from meks_geo.view import Span, View
from meks_geo.vocabulary import Provenance, Sector

DAY = date(2026, 11, 22)
ALL = tuple(Provenance)
METRE = 1e-3
PROJECTS = ["", "pavlodar-chp-2-mod", "ekibastuz-gres-2-unit-3", "nobody-knows", "meks"]


def rows_of(count, seed=4):
    """Made-up rows of every kind of cell, what is unknown among them."""
    random = np.random.default_rng(seed)

    def pick(*options):
        return options[int(random.integers(len(options)))]

    return [
        {
            "network_id": f"n-{n:04d}",
            "sector": pick("heat", "water", "gas", "electricity"),
            "region": pick("KZ", "KZ-10", "KZ-55"),
            "operator": pick("", "A", "B", "<b>C</b>"),
            "wear_percent": pick("", "20", "55", "61", "90", ">80", "35-62"),
            "wear_date": pick("", "2025", "2026-12"),
            "built_year": pick(1931.0, 1968.0, 1969.0, 1985.0, 2020.0, float("nan")),
            "project_ids": pick(*PROJECTS, f"{PROJECTS[1]};{PROJECTS[2]}"),
            "provenance": pick("official", "press", "synthetic"),
            "geometry": LineString(
                [(76, 50 + n / 500), (76 + float(random.uniform(0.001, 0.1)), 50.3 + n / 500)]
            ),
        }
        for n in range(count)
    ]


def holding(data, rows):
    frame = gpd.GeoDataFrame(pd.DataFrame(rows).set_index("network_id"), crs=4326)
    return intakes.holding(data, frame)


@pytest.fixture(scope="module")
def rows():
    return rows_of(400)


@pytest.fixture(scope="module")
def held(data, rows):
    return holding(data, rows)


def select(data, **keys):
    return queries.select(data, View(lang="en", at=DAY, **{"provenance": ALL, **keys}))


def zone_of(data, row):
    wear = "" if row["wear_date"] == "2026-12" else row["wear_percent"]
    return str(zones.compute(zones.rules_in_force(data.rules, row["sector"], DAY), wear))


def exact_wear(row):
    plain = row["wear_percent"].isdecimal() and row["wear_date"] != "2026-12"
    return float(row["wear_percent"]) if plain else None


def furthest(state, row):
    """The status that the row counts for, found by hand."""
    going_on = ("proposed", "approved", "design", "financing", "procurement", "construction")
    order = ["unknown", "cancelled", "completed", *going_on, "commissioning", "suspended"]
    statuses = state.projects["status"].to_dict()
    named = [one for one in row["project_ids"].split(";") if one]
    return max((statuses.get(one, "unknown") for one in named), key=order.index, default="")


KEYS = {
    "sector": lambda state, row: row["sector"],
    "region": lambda state, row: row["region"],
    "operator": lambda state, row: row["operator"] or "unknown",
    "status": furthest,
    "years": lambda state, row: (
        "unknown"
        if np.isnan(row["built_year"])
        else f"{int(row['built_year']) // 10 * 10}-{int(row['built_year']) // 10 * 10 + 9}"
    ),
}


@pytest.mark.parametrize("group", netsums.GROUPS)
@pytest.mark.parametrize("name", ["reported", "synthetic"])
def test_tables_are_those_of_brute_force_to_the_metre(held, rows, group, name):
    selection = select(held)
    (part,) = [one for one in netsums.parts(selection.lines) if one.name == name]
    km, by_zone = defaultdict(float), defaultdict(float)
    count, known, worn = defaultdict(int), defaultdict(float), defaultdict(float)
    for row in rows:
        if (row["provenance"] == "synthetic") != (name == "synthetic"):
            continue
        key, length = KEYS[group](selection.state, row), measure.route_length_km(row["geometry"])
        count[key] += 1
        km[key] += length
        by_zone[key, zone_of(held, row)] += length
        if exact_wear(row) is not None:
            known[key] += length
            worn[key] += length * exact_wear(row)
    found = netsums.table(held, selection.state, part.lines, group, "en")
    assert set(found.index) == set(km)
    for key in found.index:
        assert found.at[key, "km"] == pytest.approx(km[key], abs=METRE)
        assert found.at[key, "known_km"] == pytest.approx(known[key], abs=METRE)
        assert found.at[key, "lines"] == count[key]
        assert found.at[key, "wear"] == pytest.approx(worn[key] / known[key], abs=1e-3)
        assert found.at[key, "known_share"] == pytest.approx(100 * known[key] / km[key], abs=1e-3)
        for zone in ZONES:
            assert found.at[key, zone] == pytest.approx(by_zone[key, zone], abs=METRE)


@pytest.mark.parametrize("group", netsums.GROUPS)
def test_totals_are_the_same_from_each_table(held, rows, group):
    selection = select(held)
    (part, _) = netsums.parts(selection.lines)
    sums = netsums.totals(part.lines, netsums.table(held, selection.state, part.lines, group, "en"))
    mine = [row for row in rows if row["provenance"] != "synthetic"]

    def km(chosen):
        return pytest.approx(
            sum(measure.route_length_km(r["geometry"]) for r in mine if chosen(r)), abs=METRE
        )

    assert sums.lines == len(mine)
    assert sums.km == km(lambda _: True)
    assert sums.red_km == km(lambda r: zone_of(held, r) == "red")
    assert sums.classed_km == km(lambda r: zone_of(held, r) != "unknown")
    assert sums.known_km == km(lambda r: exact_wear(r) is not None)
    assert sums.project_km == km(lambda r: r["project_ids"])
    assert 20 < sums.wear_percent < 90


def test_synthetic_lines_are_never_summed_with_others(held, rows):
    def names(**keys):
        return [(p.name, len(p.lines)) for p in netsums.parts(select(held, **keys).lines)]

    made = sum(row["provenance"] == "synthetic" for row in rows)
    assert names() == [("reported", len(rows) - made), ("synthetic", made)]
    assert names(provenance=("synthetic",)) == [("synthetic", made)]
    assert names(provenance=("official", "press")) == [("reported", len(rows) - made)]
    assert names(zone=("red",), sector=("gas",)) == []


def test_what_is_unknown_is_a_class_of_its_own(data):
    base = {**rows_of(1)[0], "provenance": "official", "wear_date": "", "sector": "gas"}
    held = holding(data, [{**base, "wear_percent": "90"}])  # no rule speaks of gas
    selection = select(held)
    found = netsums.table(held, selection.state, selection.lines, "sector", "en")
    assert found.at["gas", "unknown"] == found.at["gas", "km"]
    assert np.isnan(found.at["gas", "red_share"])  # not nought: nobody knows
    assert found.at["gas", "wear"] == pytest.approx(90)
    later = holding(data, [{**base, "sector": "heat", "wear_percent": "90", "wear_date": "2027"}])
    selection = select(later)
    found = netsums.table(later, selection.state, selection.lines, "sector", "en")
    assert found.at["heat", "unknown"] == found.at["heat", "km"]
    assert np.isnan(found.at["heat", "wear"])
    assert netsums.totals(selection.lines, found).wear_percent is None


def test_groups_have_their_order(held):
    selection = select(held)

    def codes(group):
        return list(netsums.table(held, selection.state, selection.lines, group, "en").index)

    assert codes("sector") == [one for one in Sector if one in codes("sector")]
    assert codes("years")[0] == "1930-1939"
    assert codes("years")[-1] == "unknown"
    assert codes("status")[-1] == ""
    red = netsums.table(held, selection.state, selection.lines, "operator", "en")["red"].tolist()
    assert red == sorted(red, reverse=True)


def test_groups_have_names_in_each_language(held):
    selection = select(held)

    def names(group, lang):
        found = netsums.table(held, selection.state, selection.lines, group, lang)
        return dict(found["name"])

    assert names("region", "en")["KZ"] == "Between regions"
    assert names("operator", "en")["<b>C</b>"] == "<b>C</b>"
    assert names("status", "ru")[""] == "Без проекта"
    assert names("years", "en")["1960-1969"] == "1960–1969"
    assert names("sector", "kk")["heat"] == "Жылумен жабдықтау"
    for group in netsums.GROUPS:
        for lang in ("kk", "ru", "en"):
            assert all(names(group, lang).values())


def test_years_are_in_fives_where_they_span_fifty_at_most(data):
    rows = [
        {**row, "built_year": year, "provenance": "official"}
        for row, year in zip(rows_of(4), [1975.0, 1979.0, 2021.0, 2025.0], strict=True)
    ]
    held = holding(data, rows)
    selection = select(held)
    found = netsums.table(held, selection.state, selection.lines, "years", "en")
    assert list(found.index) == ["1975-1979", "2020-2024", "2025-2029"]
    bars, end = netsums.year_bars(found, "en")
    assert [bar.label for bar in bars] == [str(year) for year in range(1975, 2030, 5)]
    assert end == 2030
    assert sum(sum(bar.km) for bar in bars) == pytest.approx(found["km"].sum(), abs=METRE)


def test_bars_hold_what_the_tables_hold(held):
    selection = select(held)
    sectors = netsums.table(held, selection.state, selection.lines, "sector", "en")
    bars = netsums.sector_bars(sectors, "en")
    assert [bar.label for bar in bars] == list(sectors["name"])
    assert [bar.km for bar in bars] == [tuple(row) for row in sectors[list(ZONES)].to_numpy()]
    assert all(bar.total.endswith("km") for bar in bars)
    assert "unknown 100%" in [bar.note for bar in bars]  # gas: no rule
    years = netsums.table(held, selection.state, selection.lines, "years", "en")
    bars, end = netsums.year_bars(years, "en")
    assert [bar.label for bar in bars if bar.apart] == ["unknown"]
    assert bars[-1].apart
    assert [int(bar.label) for bar in bars[:-1]] == list(range(1930, end, 10))
    assert sum(sum(bar.km) for bar in bars) == pytest.approx(years["km"].sum(), abs=METRE)


def test_a_share_below_one_percent_is_not_nought():
    assert netsums.share("en", 0.2, 100) == "<1%"
    assert netsums.share("en", 40, 100) == "40%"
    assert netsums.share("en", 0, 100) == ""
    assert netsums.share("en", 0, 0) == ""


def test_the_rule_names_sectors_only_where_they_differ(held):
    selection = select(held)

    def notes(*sectors):
        found = netsums.table(held, selection.state, selection.lines, "sector", "en")
        return netsums.rule_notes(held, selection.view, found.loc[list(sectors)])

    (one,) = notes("heat", "water")
    assert one.startswith("Rule: red above 60%")
    assert "Assumed: yellow, green." in one
    both = notes("heat", "gas")
    assert both[0].startswith("Heat supply. Rule")
    assert both[1] == "Gas supply. No published rule on this date."


# -- lines with a drawn course ---------------------------------------------------------------------


def test_published_lengths_stand_beside_the_drawn_course(data):
    base = {**rows_of(1)[0], "provenance": "schematic"}
    ids = ["a", "b", "c"]
    held = holding(data, [{**base, "network_id": one} for one in ids])
    lengths = pd.DataFrame({"length_km": [50.5, np.nan, 9.0]}, index=["a", "b", "elsewhere"])
    held = replace(held, backbone=lengths)
    km = measure.route_length_km(base["geometry"])
    found = netsums.drawn(held, select(held).lines)
    assert (found.lines, found.with_length) == (3, 1)
    assert found.km == pytest.approx(3 * km, abs=METRE)
    assert found.published_km == 50.5
    assert found.same_km == pytest.approx(km, abs=METRE)


def test_without_schematic_lines_nothing_is_drawn(held):
    assert netsums.drawn(held, select(held).lines) is None


# -- filters ---------------------------------------------------------------------------------------


def test_options_count_the_lines_that_they_would_leave(held):
    chosen = {"region": ("KZ-10",), "sector": ("heat", "gas"), "zone": ("red", "unknown")}
    counts = netsums.facets(held, select(held, **chosen))
    assert set(counts) == {"region", "sector", "zone", "provenance"}
    for key, options in counts.items():
        for code, count in options.items():
            assert count == len(select(held, **{**chosen, key: (code,)}).lines)


# -- nothing in the filter -------------------------------------------------------------------------


def test_published_counts_every_line_of_the_revision(held, rows):
    found = netsums.published(held, select(held, sector=("gas",), zone=("red",)).view)
    assert set(found) == {"official", "press", "synthetic"}
    assert sum(lines for lines, _ in found.values()) == len(rows)


def test_loosening_says_which_single_filter_brings_lines_back(held):
    selection = select(
        held, sector=("gas",), zone=("red",), wear=Span(0, 100), provenance=("official",)
    )
    assert not len(selection.lines)
    offers = dict(netsums.loosen(held, selection))
    assert set(offers) == {"sector", "zone"}
    assert offers["sector"] == len(
        select(held, zone=("red",), wear=Span(0, 100), provenance=("official",)).lines
    )
    assert list(offers.values()) == sorted(offers.values(), reverse=True)


# -- line by line ----------------------------------------------------------------------------------


def worn(data, row):
    """What a wear counts for in the order of lines: its lower end, -1 for unknown."""
    wear = "" if row["wear_date"] == "2026-12" else row["wear_percent"]
    return float(wear.lstrip(">").split("-")[0]) if wear else -1.0


@pytest.mark.parametrize("most", [1, 7, 50, 399, 1000])
def test_the_most_worn_lines_come_first_then_the_longest(held, rows, most):
    passing = select(held, sector=("heat", "gas")).lines
    mine = [row for row in rows if row["sector"] in ("heat", "gas")]
    mine.sort(key=lambda r: (-worn(held, r), -measure.route_length_km(r["geometry"])))
    found = [held.lines.id(row) for row in netsums.worst(passing, most)]
    assert found == [row["network_id"] for row in mine[:most]]


def test_of_no_lines_none_is_the_worst(held):
    assert len(netsums.worst(select(held, kind=("chp",)).lines, 200)) == 0


def test_a_line_is_told_in_words(held, rows):
    row = next(r for r in rows if r["wear_percent"] == ">80" and r["wear_date"] == "2025")
    number = held.lines.number(row["network_id"])
    (told,) = netsums.line_table(held, select(held).lines, [number], DAY, "en").to_dict("records")
    assert told["line"] == row["network_id"]
    assert told["operator"] == row["operator"]
    assert told["length"] == pytest.approx(measure.route_length_km(row["geometry"]), abs=METRE)
    assert (told["wear"].replace("\u00a0", " "), told["wear_date"]) == (">80%", "2025")
    later = next(r for r in rows if r["wear_percent"] and r["wear_date"] == "2026-12")
    number = held.lines.number(later["network_id"])
    (told,) = netsums.line_table(held, select(held).lines, [number], DAY, "en").to_dict("records")
    assert (told["wear"], told["wear_date"], told["basis"]) == ("", "", "")


def test_shipped_lines_are_told_by_name_and_whether_they_are_built(data):
    passing = select(data).lines
    rows = netsums.worst(passing, 200)
    assert len(rows) == len(data.backbone)
    told = netsums.line_table(data, passing, rows, DAY, "en")
    assert told.at["line-500-ulke-karabatan", "line"] == "500 kV line Ulke - Karabatan"
    assert told.at["line-500-ulke-karabatan", "built"] == "Not built yet"
    assert told.at["line-500-semey-aktogay", "built"] == "2018"
    assert told.at["line-1150-kokshetau-kostanay", "built"] == ""
    assert told.at["line-1150-kokshetau-kostanay", "voltage"] == 1150
