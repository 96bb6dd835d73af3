"""The layers of a view as tables."""

from dataclasses import replace
from datetime import date

import intakes
import numpy as np
import pytest
import shapely

from meks_geo import i18n, queries
from meks_geo.exports import entities, linetable, tables
from meks_geo.intake import headers
from meks_geo.intake.model import RawTable
from meks_geo.model import Source
from meks_geo.view import Span, View
from meks_geo.vocabulary import Lang

TODAY = intakes.TODAY
VIEW = View(lang="ru", at=TODAY)


def made(data, name, view=VIEW, **more):
    return tables.table(data, queries.select(data, view), name, **more)


def row_of(table, one):
    return next(row for row in table.rows if row[table.id_column] == one)


@pytest.mark.parametrize("name", tables.TABLES)
def test_a_table_has_the_columns_that_come_in_then_those_that_explain(data, store, name):
    table = made(data, name)
    coming = [c.name for c in store.schemas()[name].columns if c.intake and c.type != "geometry"]
    names = [c.name for c in table.columns]
    assert names[: len(coming)] == coming
    assert names[len(coming) :] == [c.name for c in tables.ADDED[name]]
    assert all(set(row) == set(names) for row in table.rows)
    assert not set(names[len(coming) :]) & set(coming)


@pytest.mark.parametrize("lang", Lang)
def test_no_added_column_is_called_like_one_that_comes_in(lang):
    for name in tables.TABLES:
        labels = [tables.label(lang, column) for column in tables.columns_of(name)]
        assert len(set(map(str.casefold, labels))) == len(labels), name


@pytest.mark.parametrize(
    "view",
    [VIEW, replace(VIEW, region=("KZ-55",)), replace(VIEW, zone=("red",), kind=("chp",))],
    ids=["all", "region", "red"],
)
def test_tables_hold_what_is_in_the_filter(data, view):
    found = queries.select(data, view)
    for name, ids in (
        ("plants", found.plants.index),
        ("projects", found.projects.index),
        ("networks", found.lines.ids),
        ("regions", found.regions.index),
    ):
        table = tables.table(data, found, name)
        assert [row[table.id_column] for row in table.rows] == list(ids)
        assert len(table) == (found.counts[name].in_filter)


def test_layers_that_are_switched_off_are_written_all_the_same(data):
    hidden = replace(VIEW, layers=("regions",))
    assert list(made(data, "plants", hidden).rows) == list(made(data, "plants").rows)


def test_a_plant_says_what_was_last_stated_and_by_whom(data):
    facts = queries.select(data, VIEW).state.facts
    worn = [row for row in made(data, "plants").rows if row["wear_percent"] is not None]
    assert worn
    for row in worn:
        wear = facts[row["plant_id"]]["wear_percent"]
        assert str(row["wear_percent"]) == wear.value
        assert row["wear_date"] == wear.claim.stated_on.text
        assert row["wear_source_id"] == wear.claim.source
    row = row_of(made(data, "plants"), "pavlodar-chp-2")
    declared = facts["pavlodar-chp-2"]["zone_declared"]
    assert (row["zone"], row["zone_basis"]) == (declared.value, "declared")
    assert row["zone_source_id"] == declared.claim.source
    assert isinstance(row["electric_mw"], float)


def test_a_capacity_names_a_source_only_where_it_stated_all_of_it(data, world):
    def said(held, plant):
        row = row_of(made(held, "plants"), plant)
        return row["capacity_stated_on"], row["capacity_source_id"]

    facts = queries.select(data, VIEW).state.facts["astana-chp-1"]
    assert facts["electric_mw"].claim.source != facts["heat_gcal_h"].claim.source
    assert said(data, "astana-chp-1") == (None, None)
    one_source = world(
        ("astana-chp-1", "electric_mw", "22", "2025-08-10"),
        ("astana-chp-1", "heat_gcal_h", "794", "2025-08-10"),
        ("pavlodar-chp-1", "heat_gcal_h", "500", "2025-01-01"),
        ("pavlodar-chp-2", "electric_mw", "110", "2024-01-01"),
        ("pavlodar-chp-2", "heat_gcal_h", "332", "2025-01-01"),
    )
    assert said(one_source, "astana-chp-1") == ("2025-08-10", "abai-kz-01")
    assert said(one_source, "pavlodar-chp-1") == ("2025-01-01", "abai-kz-01")
    assert said(one_source, "pavlodar-chp-2") == (None, None)


def test_what_nobody_stated_is_an_empty_cell_and_no_zero(world):
    data = world(("pavlodar-chp-2", "wear_percent", ">80", "2025"))
    plants = made(data, "plants")
    row = row_of(plants, "pavlodar-chp-2")
    assert (row["wear_percent"], row["wear_date"]) == (">80", "2025")
    assert row["electric_mw"] is None
    assert row["stage"] is None
    assert row["zone"] == "unknown"
    other = row_of(plants, "pavlodar-chp-1")
    assert other["wear_percent"] is None
    projects = made(data, "projects")
    assert {row["funding"] for row in projects.rows} == {None}
    assert {row["cost_bn_kzt"] for row in projects.rows} == {None}


def test_figures_are_those_of_the_day(world):
    data = world(
        ("pavlodar-chp-2", "wear_percent", "70", "2024-01-01"),
        ("pavlodar-chp-2", "wear_percent", "75.5", "2026-01-01"),
    )
    before, after = (
        row_of(made(data, "plants", replace(VIEW, at=day)), "pavlodar-chp-2")["wear_percent"]
        for day in (date(2025, 6, 1), TODAY)
    )
    assert (before, after) == (70, 75.5)


def test_a_project_leaves_the_day_and_source_of_a_row_to_who_changes_it(data):
    for row in made(data, "projects").rows:
        assert row["stated_on"] is row["source_title"] is row["source_url"] is None
    row = row_of(made(data, "projects"), "kokshetau-chp-newbuild")
    claim = queries.select(data, VIEW).state.facts["kokshetau-chp-newbuild"]["status"].claim
    said = (row["status_stated_on"], row["status_source_id"])
    assert said == (claim.stated_on.text, claim.source)


def test_projects_stand_at_their_plants_and_others_nowhere(data):
    table = made(data, "projects")
    for row, point in zip(table.rows, table.geometry, strict=True):
        plant = data.rows["plants"].get(row["plant_id"])
        assert (point is None) == (plant is None)
        if plant is not None:
            assert (point.x, point.y) == (plant["lon"], plant["lat"])


@pytest.fixture(scope="module")
def held(data):
    """The map of record with networks of Pavlodar, of many parts and with a later wear."""
    frame = intakes.lines(
        5,
        wear_percent=["72", ">80", "", "30", "50"],
        wear_date=["2025", "2027-01-01", "", "", ""],
        wear_basis="inspection",
        diameter_mm=[530.0, 100.0, np.nan, 800.0, np.nan],
        built_year=[1984.0, np.nan, np.nan, 2001.0, np.nan],
        length_km=[1.5, 2.5, np.nan, 3.5, 4.5],
        provenance=["official", "official", "official", "synthetic", "schematic"],
    ).frame
    shapes = frame.geometry.to_numpy().copy()
    shapes[2] = shapely.MultiLineString([shapes[2], shapely.LineString([(77, 52.2), (77.1, 52.2)])])
    frame = frame.set_geometry(shapes, crs=4326).set_index("network_id")
    return intakes.holding(data, frame)


def test_lines_have_their_zone_and_no_wear_from_the_future(held):
    table = made(held, "networks")
    assert [row["network_id"] for row in table.rows] == ["n-0", "n-1", "n-2", "n-4"]
    assert [row["zone"] for row in table.rows] == ["red", "unknown", "unknown", "yellow"]
    assert [row["wear_percent"] for row in table.rows] == [72, None, None, 50]
    assert [row["wear_date"] for row in table.rows] == ["2025", None, None, None]
    assert [row["wear_basis"] for row in table.rows][1] is None
    assert [row["built_year"] for row in table.rows] == [1984, None, None, None]
    assert [row["length_km"] for row in table.rows] == [1.5, 2.5, None, 4.5]
    assert all(row["measured_km"] > 0 for row in table.rows)


def test_lines_name_the_file_that_they_came_with(held):
    file = Source("intake-1", "map.xlsx", "Aigul", "", "2026-10-05", "official")
    filed = replace(held, read_line_sources=lambda: {("KZ-55", "heat"): file})
    table = made(filed, "networks")
    assert {row["source_id"] for row in table.rows} == {"intake-1"}
    (source,) = tables.used_sources(filed, [table]).rows
    assert (source["title"], source["publisher"]) == ("map.xlsx", "Aigul")
    assert source["date"] == "2026-10-05"
    assert {row["source_id"] for row in made(held, "networks").rows} == {None}


def test_the_list_of_sources_holds_those_of_the_lines(held, data):
    file = Source("intake-1", "map.xlsx", "Aigul", "", "2026-10-05", "official")
    filed = replace(held, read_line_sources=lambda: {("KZ-55", "heat"): file})
    assert "intake-1" in {row["source_id"] for row in made(filed, "sources").rows}
    asked = replace(VIEW, region=("KZ-10",))
    assert "intake-1" not in {row["source_id"] for row in made(filed, "sources", asked).rows}
    listed = [row["source_id"] for row in made(data, "sources").rows]
    assert {row["source_id"] for row in data.rows["backbone"].values()} <= set(listed)
    assert len(set(listed)) == len(listed)


def test_lines_of_the_backbone_name_their_sources(data):
    table = made(data, "networks")
    backbone = data.rows["backbone"]
    assert len(table) == len(backbone)
    for row in table.rows:
        assert row["source_id"] == backbone[row["network_id"]]["source_id"]
    used = {row["source_id"] for row in tables.used_sources(data, [table]).rows}
    assert used == {row["source_id"] for row in backbone.values()}


def test_synthetic_lines_come_only_when_asked_for(held):
    asked = replace(VIEW, provenance=("synthetic",))
    assert [row["network_id"] for row in made(held, "networks", asked).rows] == ["n-3"]


@pytest.mark.parametrize("exact", [True, False])
def test_lines_keep_their_course(held, exact):
    table = made(held, "networks", exact=exact)
    for row, shape in zip(table.rows, table.geometry, strict=True):
        wanted = held.networks.loc[row["network_id"], "geometry"]
        assert shape.geom_type == wanted.geom_type
        assert shapely.equals_exact(shape, wanted, tolerance=0.0 if exact else 1e-7)
    assert (table.rows[0]["length_km"] is None) == (not exact)


def test_lines_are_found_in_any_order(held):
    rows = np.array([2, 0])
    shapes = linetable.shapes_of(held.lines, np.sort(rows))
    assert [shape.geom_type for shape in shapes] == ["LineString", "MultiLineString"]
    assert len(linetable.shapes_of(held.lines, np.array([], dtype=np.int64))) == 0


def test_entities_pass_by_the_rules_of_lines(data):
    def ids(**changes):
        found = queries.select(data, replace(VIEW, **changes))
        return set(entities.passing_entities(data, found))

    everything = ids()
    assert everything == set(data.entities.index)
    assert ids(sector=("heat",)) == set(data.entities.index[data.entities["sector"] == "heat"])
    assert ids(region=("KZ-23",)) == set(data.entities.index[data.entities["region"] == "KZ-23"])
    assert ids(kind=("chp",)) == set()
    assert ids(kind=("unknown",)) == everything
    assert ids(provenance=("synthetic",)) == set()
    assert ids(wear=Span(unknown=True)) | ids(wear=Span(0, 100)) == everything
    assert not ids(wear=Span(unknown=True)) & ids(wear=Span(0, 100))
    declared = {one for one in everything if "zone_declared" in data.claims[one]}
    assert declared <= ids(zone=("red",))
    assert ids(zone=("red",)) - declared <= ids(wear=Span(60, 100))
    assert "atyrau-heat-networks" in ids(q="атырау")
    assert ids(q="zzzz") == set()
    asked = ids(funding=("ifi", "meks-market", "budget", "mixed", "private"))
    linked = {row["entity_id"] for row in data.rows["projects"].values()}
    assert asked <= linked


def test_every_source_that_is_named_is_listed(data):
    selection = queries.select(data, VIEW)
    found = [tables.table(data, selection, name) for name in (*tables.TABLES, "figures")]
    listed = {row["source_id"] for row in tables.used_sources(data, found).rows}
    named = {
        row[c.name]
        for one in found
        for row in one.rows
        for c in one.columns
        if c.name.endswith("source_id") and row[c.name]
    }
    assert named
    assert named == listed
    assert tables.table(data, selection, "sources").rows


def test_figures_and_indicators_are_those_of_the_view(data):
    view = replace(VIEW, region=("KZ-55",))
    figures = made(data, "figures", view)
    plants = set(queries.select(data, view).plants.index)
    assert plants <= {row["subject_id"] for row in figures.rows}
    values = {(row["subject_id"], row["attribute"]): row["value"] for row in figures.rows}
    assert isinstance(values["pavlodar-chp-2", "electric_mw"], float)
    indicators = made(data, "indicators", view)
    assert {row["region"] for row in indicators.rows} == {"KZ-55"}
    assert not made(data, "indicators", replace(VIEW, at=date(1990, 1, 1))).rows


def test_regions_carry_the_figure_that_fills_them(data):
    table = made(data, "regions", replace(VIEW, fill="heat"))
    assert len(table) == 20
    shown = queries.select(data, replace(VIEW, fill="heat")).areas
    for row in table.rows:
        assert row["zone"] == (shown["zone"].get(row["region"], "unknown"))
        assert (row["wear_percent"] is None) == (row["region"] not in shown.index)
    bare = made(data, "regions", replace(VIEW, fill="none"))
    assert {row["wear_percent"] for row in bare.rows} == {None}


def test_there_is_no_other_table(data):
    with pytest.raises(KeyError):
        made(data, "claims-of-nobody")


def test_headers_have_their_unit_in_every_language():
    for lang in Lang:
        heads = {c.name: tables.label(lang, c) for c in tables.columns_of("plants")}
        assert heads["electric_mw"].endswith(i18n.unit(lang, "MW"))
        assert "%" in heads["wear_percent"]


def test_what_files_add_for_their_readers_is_what_the_intake_passes_over():
    added = {name: tuple(c.name for c in columns) for name, columns in tables.ADDED.items()}
    assert added == dict(headers.EXPLAINING)


@pytest.mark.parametrize("lacking", [(), ("source_id",)])
def test_what_our_files_add_to_networks_is_passed_over_also_in_those_of_before(store, lacking):
    names = [c.name for c in tables.columns_of("networks") if c.name not in lacking]
    raw = RawTable("networks", tuple(names), tuple(["x"] for _ in names), np.array([2]))
    heading = headers.read_heading(raw, store.schemas()["networks"], "f.csv", "csv")
    assert [p for p in heading.problems if p.code == "unknown-column"] == []


def test_an_added_column_alone_is_told(store):
    names = ("network_id", "measured_km")
    raw = RawTable("networks", names, (["x"], ["1"]), np.array([2]))
    heading = headers.read_heading(raw, store.schemas()["networks"], "f.csv", "csv")
    told = [p.value or p.column for p in heading.problems if p.code == "unknown-column"]
    assert told == ["measured_km"]
