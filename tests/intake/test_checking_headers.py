"""Which table a sheet is, and which column is which, in three languages and by other hands."""

import pytest
from builders_checking import NETWORK, PLANT, ROWS, changed, places, table, verdict

from meks_geo import i18n, registers
from meks_geo.intake.headers import TABLES, find_table, incoming, read_heading
from meks_geo.intake.spelling import key
from meks_geo.vocabulary import Lang


@pytest.fixture
def check(data, root):
    return lambda *tables, **further: verdict(data, root, *tables, **further)


@pytest.fixture
def schemas(root):
    found = registers.read_schemas(root / "data")
    return {name: incoming(found[name]) for name in TABLES}


def _columns(schema, *header, kind="xlsx"):
    return dict(read_heading(table("t", header=header), schema, "f", kind).positions)


# -- tables -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("lang", Lang)
def test_a_table_is_known_by_its_name_in_each_language(schemas, name, lang):
    written = i18n.text(lang, f"sheet.{name}")
    for one in (name, name.upper(), written, f" {written.upper()} ", f"{written} (KZ-55)"):
        assert find_table(table(one), schemas) == name


def test_a_table_is_known_by_its_id_column_or_by_its_file(schemas):
    assert find_table(table("Лист1", {"ID участка сети": "a"}), schemas) == "networks"
    assert find_table(table("Лист1", ROWS["projects"]), schemas) == "projects"
    linked = ROWS["projects"] | {"plant_id": "p", "entity_id": "e"}
    assert find_table(table("Лист1", linked), schemas) == "projects"
    assert find_table(table("layer", {"a": "1"}), schemas, stem="Pavlodar networks 2026") == (
        "networks"
    )
    assert find_table(table("layer", {"a": "1"}), schemas, stem="networks-of-plants") == ""


def test_an_unknown_sheet_is_refused_with_the_nearest_name(check):
    found = check(changed("plants", {}), table("Netwrks", {"a": "1"}))
    (problem,) = found.problems
    assert (problem.code, problem.value, problem.row) == ("unknown-table", "Netwrks", None)
    assert problem.params["nearest"] == "networks"
    assert list(found.tables) == ["plants"]
    assert found.rows == 2


def test_the_table_can_be_named_by_the_caller(check):
    rows = table("data", *({"ID": "x"},))
    assert places(check(rows, table="networks"), "missing-column")
    assert places(check(rows), "unknown-table") == [("unknown-table", None, None)]
    assert [p.value for p in check(rows, table="claims").problems] == ["claims"]


def test_a_second_table_of_one_name_is_refused(check):
    found = check(changed("plants", {}), changed("plants", {"plant_id": "p-2"}))
    assert places(found) == [("repeated-table", None, None)]
    assert found.accepted == 1
    assert not found.passed


# -- columns ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("lang", Lang)
def test_each_column_is_known_by_its_label_in_each_language(schemas, name, lang):
    columns = schemas[name].columns
    labels = [i18n.text(lang, f"column.{c.name}") for c in columns]
    wanted = {c.name: place for place, c in enumerate(columns)}
    assert _columns(schemas[name], *labels) == wanted
    assert _columns(schemas[name], *(f"{label.upper()} *" for label in labels)) == wanted
    assert _columns(schemas[name], *(c.name for c in columns)) == wanted


@pytest.mark.parametrize(
    "written",
    ["Length, km", "length (KM)", "LENGTH", "length-km", "Протяжённость [км]", "протяженность км*"],
)
def test_the_unit_of_a_header_may_be_written_or_left_out(schemas, written):
    assert _columns(schemas["networks"], written) == {"length_km": 0}


@pytest.mark.parametrize("written", ["Length, m", "Length (miles)", "Протяжённость, м"])
def test_a_header_in_another_unit_is_not_taken_for_the_column(schemas, written):
    assert _columns(schemas["networks"], written) == {}


def test_words_for_two_columns_of_one_table_never_meet(schemas):
    for schema in schemas.values():
        for lang in Lang:
            labels = [key(i18n.text(lang, f"column.{c.name}")) for c in schema.columns]
            assert len(set(labels)) == len(labels)


def test_an_unknown_column_is_a_warning_with_the_nearest_name(check):
    found = check(changed("networks", {"wear_percnt": "1", "Foo": "1"}))
    assert places(found) == [
        ("unknown-column", 1, "wear_percnt"),
        ("unknown-column", 1, "Foo"),
    ]
    assert [p.params["nearest"] for p in found.problems] == ["wear_percent", ""]
    assert {p.severity for p in found.problems} == {"warning"}
    assert {p.table for p in found.problems} == {"networks"}
    assert found.passed


def test_a_column_that_stands_twice_counts_once(check):
    found = check(table("networks", NETWORK | {"Сектор": "water"}))
    assert places(found) == [("unknown-column", 1, "Сектор")]
    assert found.tables["networks"].frame["sector"].tolist() == ["heat"]


def test_a_missing_column_refuses_the_table_and_the_cells_are_checked_all_the_same(check):
    row = {k: v for k, v in PLANT.items() if k != "kind"}
    found = check(table("plants", row | {"lat": "x"}), changed("entities", {}))
    assert places(found) == [("missing-column", 1, "kind"), ("not-a-number", 2, "lat")]
    assert list(found.tables) == ["entities"]


@pytest.mark.parametrize("gone", ["network_id", "region", "sector", "geometry"])
def test_each_required_column_of_networks_is_missed(check, gone):
    row = {k: v for k, v in NETWORK.items() if k != gone}
    found = check(table("networks", row), changed("projects", {}))
    assert places(found, "missing-column") == [("missing-column", 1, gone)]
    assert list(found.tables) == ["projects"]


def test_columns_that_programs_add_are_no_news(check):
    assert places(check(changed("networks", {"fid": "1"}))) == []


def test_the_short_names_of_a_shapefile_are_known(schemas):
    names = ("network_id", "wear_perce", "diameter_m", "project_id")
    wanted = {"network_id": 0, "wear_percent": 1, "diameter_mm": 2, "project_ids": 3}
    assert _columns(schemas["networks"], *names, kind="shapefile") == wanted
    assert _columns(schemas["networks"], *names) == {"network_id": 0}


def test_headers_of_features_have_no_row(check):
    row = {k: v for k, v in PLANT.items() if k not in ("kind", "lat", "lon")}
    found = check(table("plants", row, geometry=[None]), kind="gpkg")
    assert ("missing-column", None, "kind") in places(found)
    assert ("missing-column", None, "lat") not in places(found)


def test_wkt_is_the_geometry_in_each_language(schemas):
    for written in ("WKT", "geom", "Геометрия", "Geometry (WKT)"):
        assert _columns(schemas["networks"], written) == {"geometry": 0}
