"""Views as GeoPackages: layers, the look in QGIS, and the way back in."""

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import intakes
import numpy as np
import pyogrio
import pytest
import shapely

from meks_geo import queries, style, tilefeatures
from meks_geo.exports import geopackage, gpkgviews, qgisparts, qgisstyle, tables
from meks_geo.intake import checking, door, reading
from meks_geo.model import ROLLS
from meks_geo.view import View
from meks_geo.vocabulary import LISTS, Kind, Zone

TODAY = intakes.TODAY
VIEW = View(lang="kk", at=TODAY, fill="heat")
#: No register of the programme ships: an empty one is no layer.
TABLES = tuple(name for name in tables.TABLES if name not in ROLLS)
QGIS_PYTHON = "/usr/bin/python3"
LOOK = Path(__file__).with_name("qgis_look.py")


@pytest.fixture(scope="module")
def held(data):
    """The map of record with networks beside the national ones, one of two parts."""
    frame = intakes.lines(
        4,
        wear_percent=["72", ">80", "", "30"],
        wear_date=["2025", "2026-01-01", "", ""],
        diameter_mm=[530.0, 100.0, np.nan, 800.0],
        built_year=[1984.0, np.nan, 2001.0, np.nan],
        provenance=["official", "press", "official", "schematic"],
    ).frame.set_index("network_id")
    return intakes.holding(data, frame)


@pytest.fixture(scope="module")
def content(held):
    return geopackage.write(held, VIEW, stamp="ҚБПҮ")


@pytest.fixture(scope="module")
def package(content, tmp_path_factory):
    path = tmp_path_factory.mktemp("gpkg") / "view.gpkg"
    path.write_bytes(content)
    return path


def rows_of(path, sql):
    with closing(sqlite3.connect(path)) as base:
        return base.execute(sql).fetchall()


def test_gdal_reads_every_layer(package, held):
    found = dict(pyogrio.list_layers(package).tolist())
    assert set(found) == {
        *TABLES,
        *tables.OTHERS,
        *("projects_on_map", "metadata", "layer_styles"),
    }
    assert {found["plants"], found["projects_on_map"]} == {"Point"}
    assert found["networks"] == "LineString"
    assert found["regions"] == "MultiPolygon"
    assert found["projects"] is None
    selection = queries.select(held, VIEW)
    for name in (*TABLES, "regions", "indicators", "figures"):
        frame = pyogrio.read_dataframe(package, layer=name)
        table = tables.table(held, selection, name)
        assert list(frame[table.id_column]) == [row[table.id_column] for row in table.rows], name
        if found[name]:
            assert frame.crs.to_epsg() == 4326
            assert not frame.geometry.is_empty.any()


def test_cells_are_typed_and_unknown_ones_are_null(package):
    frame = pyogrio.read_dataframe(package, layer="networks").set_index("network_id")
    assert list(frame.loc[["n-0", "n-1", "n-3"], "wear_percent"]) == ["72", ">80", "30"]
    assert frame["wear_percent"].isna()["n-2"]
    assert frame.loc["n-0", "built_year"] == 1984
    assert np.isnan(frame.loc["n-1", "built_year"])
    kinds = {name: kind for _, name, kind, *_ in rows_of(package, "PRAGMA table_info(networks)")}
    assert kinds["diameter_mm"] in ("REAL", "DOUBLE")
    assert kinds["built_year"] in ("MEDIUMINT", "INTEGER")
    nulls = "SELECT count(*) FROM plants WHERE electric_mw = 0 OR name_kk = '' OR wear_percent = ''"
    assert rows_of(package, nulls) == [(0,)]


def test_the_point_alone_says_where_a_plant_is(package):
    names = {row[1] for row in rows_of(package, "PRAGMA table_info(plants)")}
    assert not {"lat", "lon"} & names


def test_projects_are_shown_at_their_plants(package, held):
    frame = pyogrio.read_dataframe(package, layer="projects_on_map").set_index("project_id")
    linked = [one for one, row in held.rows["projects"].items() if row["plant_id"]]
    assert sorted(frame.index) == sorted(linked)
    point, plant = frame.geometry.loc[intakes.PROJECT], held.rows["plants"]["pavlodar-chp-2"]
    assert (point.x, point.y) == (plant["lon"], plant["lat"])


def test_the_file_says_where_it_comes_from(package, held):
    said = dict(rows_of(package, "SELECT key, value FROM metadata"))
    assert said["revision"] == held.revision
    assert said["as_of"] == TODAY.isoformat()
    assert said["stamp"] == "ҚБПҮ"
    assert {"filter", "licence", "link", "attribution"} <= said.keys()
    for name, words in rows_of(package, "SELECT table_name, description FROM gpkg_contents"):
        if name != "layer_styles":
            assert held.revision in words, name
    assert {"layer_styles"} == {
        name
        for (name,) in rows_of(package, "SELECT table_name FROM gpkg_contents")
        if name.startswith("layer")
    }


def test_the_same_view_gives_the_same_bytes(held, content):
    assert geopackage.write(held, VIEW, stamp="ҚБПҮ") == content


@pytest.mark.parametrize("kind", [("nuclear",), ("wind",)])
def test_a_view_with_little_in_it_is_a_file_all_the_same(data, store, tmp_path, kind):
    path = tmp_path / "few.gpkg"
    path.write_bytes(geopackage.write(data, replace(VIEW, region=("KZ-55",), kind=kind)))
    assert pyogrio.read_info(path, layer="plants")["features"] <= 5
    assert pyogrio.read_info(path, layer="networks")["features"] == 0
    assert against(checked(path, data, store)) == []


def test_lines_of_several_parts_are_kept(held, tmp_path):
    shapes = held.networks.geometry.to_numpy().copy()
    shapes[1] = shapely.MultiLineString([shapes[1], shapes[0]])
    several = intakes.holding(held, held.networks.set_geometry(shapes, crs=4326))
    path = tmp_path / "parts.gpkg"
    path.write_bytes(geopackage.write(several, replace(VIEW, region=("KZ-55",))))
    frame = pyogrio.read_dataframe(path, layer="networks").set_index("network_id")
    assert set(frame.geometry.geom_type) == {"MultiLineString"}
    assert len(frame.geometry.loc["n-1"].geoms) == 2


# -- the way back in -------------------------------------------------------------------------------


def checked(path, data, store):
    return checking.check(reading.read(path), data, store.schemas(), today=TODAY)


def against(verdict):
    return [p for p in verdict.problems if p.code != "unknown-column"]


def test_it_comes_in_again(package, held, store):
    verdict = checked(package, held, store)
    assert against(verdict) == []
    assert verdict.rows == verdict.accepted
    assert {name: len(t.frame) for name, t in verdict.tables.items()} == {
        name: len(tables.table(held, queries.select(held, VIEW), name)) for name in TABLES
    }
    added = {column.name for columns in tables.ADDED.values() for column in columns}
    assert {p.column for p in verdict.problems} <= added


def test_an_edit_and_nothing_else_is_what_changed(data, store, tmp_path):
    path = tmp_path / "edited.gpkg"
    path.write_bytes(geopackage.write(data, VIEW))
    with closing(sqlite3.connect(path)) as base, base:
        for name in ("IsEmpty", "MinX", "MaxX", "MinY", "MaxY"):  # of the index of the layer
            base.create_function(f"ST_{name}", 1, lambda _shape: 0)
        base.execute("UPDATE plants SET electric_mw = 123 WHERE plant_id = 'pavlodar-chp-2'")
        base.execute(
            "UPDATE projects SET contractor = 'Other' WHERE project_id = ?", [intakes.PROJECT]
        )
    found = door.examine(store, data, path, today=TODAY)
    proposal = door.propose(store, data, found, author="Aigul", day=TODAY)
    changed = {
        (name, one): {c.column for c in cells}
        for name, table in proposal.difference.tables.items()
        for one, cells in table.changed.items()
    }
    assert changed == {
        ("plants", "pavlodar-chp-2"): {"electric_mw"},
        ("projects", intakes.PROJECT): {"contractor"},
    }
    assert not any(t.added or t.removed for t in proposal.difference.tables.values())


# -- the look --------------------------------------------------------------------------------------


def renderer(layer, data, lang="kk"):
    root = ElementTree.fromstring(qgisstyle.qml(layer, data, lang).split("\n", 1)[1])
    return root, root.find("renderer-v2")


def properties(layer):
    return {one.get("k"): one.get("v") for one in layer.findall("prop")}


@pytest.mark.parametrize(
    ("layer", "prop", "shade"),
    [
        ("plants", "color", "symbol"),
        ("networks", "line_color", "symbol"),
        ("regions", "color", "area"),
    ],
)
def test_each_zone_has_the_colour_of_the_screen(data, layer, prop, shade):
    _, found = renderer(layer, data)
    assert found.get("attr") == "zone"
    symbols = {one.get("name"): one for one in found.find("symbols")}
    colours = {}
    for category in found.find("categories"):
        parts = symbols[category.get("symbol")].findall("layer")
        part = parts[-1] if layer == "plants" else parts[0]
        colours[category.get("value")] = properties(part)[prop]
    for zone in Zone:
        wanted = getattr(style.load().zones[zone], shade)
        if layer == "networks" and zone == Zone.UNKNOWN:
            wanted = style.load().zones[zone].edge
        assert colours[zone] == qgisparts.rgb(wanted)
    assert colours[""] == colours["unknown"]


def test_each_kind_has_a_marker_like_its_shape():
    corners = {"square": 4, "triangle": 3, "pentagon": 5, "diamond": 4, "hexagon": 6}
    shapes = style.load().shapes
    assert set(qgisstyle.MARKERS) == set(Kind)
    for kind, (name, _) in qgisstyle.MARKERS.items():
        if isinstance(shapes[kind], str):
            assert name == shapes[kind]
        else:
            assert len(shapes[kind]) == corners.get(name, 12)


def test_lines_widen_where_they_do_on_the_screen(held):
    for (mm, kv), width in zip(qgisstyle.WIDE, (1, 2, 3), strict=True):
        few = replace(
            held.lines,
            diameter_mm=np.full(len(held.lines), float(mm)),
            voltage_kv=np.full(len(held.lines), np.nan),
        )
        assert set(tilefeatures.width_classes(few)) == {width}
        few = replace(few, diameter_mm=few.voltage_kv, voltage_kv=np.full(len(few), float(kv)))
        assert set(tilefeatures.width_classes(few)) == {width}


def test_the_size_of_a_plant_is_that_of_the_screen():
    largest = style.px_to_pt(style.symbol_px(10_000, None))
    smallest = style.px_to_pt(style.symbol_px(None, None))
    text = qgisstyle.qml.__globals__["_size_pt"](style.load())
    numbers = text.replace("*", " ").split()
    assert float(numbers[0]) == smallest
    assert float(numbers[0]) + float(numbers[2]) == largest


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_labels_and_offered_codes_are_in_the_language(data, lang):
    root, found = renderer("plants", data, lang)
    labels = {c.get("value"): c.get("label") for c in found.find("categories")}
    assert len({labels[zone] for zone in Zone}) == len(Zone)
    aliases = {a.get("field"): a.get("name") for a in root.iter("alias")}
    assert aliases["wear_percent"] == tables.label(lang, column("plants", "wear_percent"))
    widgets = {field.get("name"): field for field in root.find("fieldConfiguration")}
    offered = [o.get("value") for o in widgets["kind"].iter("Option") if o.get("name")]
    assert set(LISTS["kind"]) <= set(offered)
    locked = {f.get("name") for f in root.find("editable") if f.get("editable") == "0"}
    assert locked == {c.name for c in tables.ADDED["plants"]}


def column(name, wanted):
    return next(c for c in tables.columns_of(name) if c.name == wanted)


def test_every_style_belongs_to_a_layer(package):
    layers = {name for (name,) in rows_of(package, "SELECT table_name FROM gpkg_contents")}
    styled = rows_of(
        package, "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles"
    )
    assert {name for name, *_ in styled} == set(qgisstyle.layers()) <= layers
    shaped = {name for (name,) in rows_of(package, "SELECT table_name FROM gpkg_geometry_columns")}
    assert shaped == {"plants", "networks", *gpkgviews.SPATIAL}
    for name, geometry, default, text in styled:
        assert (geometry == "geom") == (name in shaped)
        assert default
        assert ElementTree.fromstring(text.split("\n", 1)[1]).tag == "qgis"


@pytest.fixture(scope="module")
def seen(package, tmp_path_factory):
    """What QGIS says of the file and makes of it; None where there is no QGIS."""
    asked = (
        subprocess.run([QGIS_PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
        if Path(QGIS_PYTHON).exists()
        else None
    )
    if asked is None or asked.returncode:
        return None
    folder = tmp_path_factory.mktemp("qgis")
    path = Path(shutil.copy(package, folder / "edited.gpkg"))
    done = subprocess.run(
        [QGIS_PYTHON, LOOK, path, folder / "map.png"],
        capture_output=True,
        check=True,
        env={"QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "LC_ALL": "C.UTF-8"},
    )
    return json.loads(done.stdout.decode().splitlines()[-1]), path


def test_qgis_shows_the_colours_of_the_screen(seen, package):
    zones = style.load().zones
    if seen is None:  # no QGIS on this machine: the style that it would read says the same
        (text,) = rows_of(
            package, "SELECT styleQML FROM layer_styles WHERE f_table_name = 'plants'"
        )
        assert all(qgisparts.rgb(one.symbol) in text[0] for one in zones.values())
        return
    found, _ = seen
    for name in ("plants", "networks", "regions"):
        assert found[name]["valid"]
        assert found[name]["renderer"] == "categorizedSymbol"
        assert found[name]["by"] == "zone"
        assert found[name]["not_understood"] == []
        shade = "area" if name == "regions" else "symbol"
        assert found[name]["colours"]["red"] == getattr(zones["red"], shade)
    assert found["projects_on_map"]["by"] == "status"
    assert all(found[name]["valid"] for name in ("metadata", "sources", "projects", "entities"))
    assert found["plants"]["widgets"]["kind"] == "ValueMap"
    assert found["projects"]["widgets"]["status"] == "ValueMap"
    assert found["entities"]["widgets"]["sector"] == "ValueMap"
    assert found["plants"]["aliases"]["wear_percent"] == tables.label(
        "kk", column("plants", "wear_percent")
    )
    matching = [
        zones[zone].symbol in near
        for zone, stage, near in found["dots"].values()
        if stage == "operating"
    ]
    assert sum(matching) >= 0.8 * len(matching) > 0  # some lie under others
    hollow = ["#ffffff" in near for _, stage, near in found["dots"].values() if stage == "planned"]
    assert sum(hollow) >= 0.5 * len(hollow) > 0


def test_what_was_edited_in_qgis_comes_in(seen, package, held, store):
    if seen is None:
        assert against(checked(package, held, store)) == []
        return
    found, path = seen
    assert found["changed"]
    assert all(found["read_only"].values())
    verdict = checked(path, held, store)
    assert against(verdict) == []
    assert verdict.rows == verdict.accepted
    frame = verdict.tables["plants"].frame.set_index("plant_id")
    was = held.rows["plants"]["pavlodar-chp-2"]
    assert frame.loc["pavlodar-chp-2", "wear_percent"] == "88"
    assert frame.loc["pavlodar-chp-2", "lon"] == pytest.approx(was["lon"] + 0.01)
