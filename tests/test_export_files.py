"""Views as GeoJSON, CSV and workbooks: what they say, and that they come in again."""

import csv
import io
import json
from dataclasses import replace
from datetime import datetime
from functools import partial

import intakes
import openpyxl
import pytest

from meks_geo import queries
from meks_geo.errors import InputError
from meks_geo.exports import csvfile, formats, geojson, safe, tables, workbook
from meks_geo.intake import checking, door, reading
from meks_geo.model import ROLLS
from meks_geo.progress import silent
from meks_geo.view import View

TODAY = intakes.TODAY
VIEW = View(lang="kk", at=TODAY)
HOSTILE = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def world_with(data):
    """The map of record with a few networks, and a plant with a name that is a formula."""
    frame = intakes.lines(
        3,
        wear_percent=["72", ">80", ""],
        built_year=[1984.0, float("nan"), 2001.0],
        length_km=[5.3, float("nan"), float("nan")],
        provenance="official",
    ).frame.set_index("network_id")
    plants = data.plants.copy()
    plants.loc["pavlodar-chp-2", "name_en"] = HOSTILE
    return intakes.holding(replace(data, plants=plants), frame)


@pytest.fixture(scope="module")
def book(world_with):
    return workbook.write(world_with, replace(VIEW, lang="ru"), stamp="Для служебного пользования")


@pytest.fixture(scope="module")
def sheets(book):
    return openpyxl.load_workbook(io.BytesIO(book))


@pytest.fixture
def check(store, world_with, tmp_path):
    """What the intake says of a file: accepted rows, and problems beside columns that explain."""

    def one(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        raw = reading.read(path)
        verdict = checking.check(raw, world_with, store.schemas(), today=TODAY)
        against = [p for p in verdict.problems if p.code != "unknown-column"]
        assert verdict.rows == verdict.accepted, against
        return {name: len(t.frame) for name, t in verdict.tables.items()}, against

    return one


# -- GeoJSON ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", geojson.LAYERS)
def test_a_layer_is_one_collection(world_with, layer):
    content = geojson.write(world_with, VIEW, layer=layer)
    document = json.loads(content)
    assert (document["type"], document["name"]) == ("FeatureCollection", layer)
    table = tables.table(world_with, queries.select(world_with, VIEW), layer)
    assert [f["id"] for f in document["features"]] == [r[table.id_column] for r in table.rows]
    assert all(f["type"] == "Feature" and "geometry" in f for f in document["features"])
    assert geojson.write(world_with, VIEW, layer=layer) == content


def test_geojson_says_where_it_comes_from(world_with):
    view = replace(VIEW, region=("KZ-55",))
    document = json.loads(geojson.write(world_with, view, stamp="ҚБПҮ", layer="plants"))
    said = document["passport"]
    assert said["revision"] == world_with.revision
    assert said["as_of"] == TODAY.isoformat()
    assert "Павлодар" in said["filter"]
    assert said["stamp"] == "ҚБПҮ"
    assert said["licence"]
    assert f"rev={world_with.revision}" in said["link"]
    named = {f["properties"]["wear_source_id"] for f in document["features"]} - {None}
    assert named <= {source["id" if "id" in source else "source_id"] for source in said["sources"]}


def test_the_position_stands_once(world_with):
    document = json.loads(geojson.write(world_with, VIEW, layer="plants"))
    for feature in document["features"]:
        assert feature["geometry"]["type"] == "Point"
        assert not {"lat", "lon"} & feature["properties"].keys()


def test_values_are_typed(world_with):
    document = json.loads(geojson.write(world_with, VIEW, layer="networks"))
    lines = {f["id"]: f["properties"] for f in document["features"] if f["id"].startswith("n-")}
    assert lines["n-0"]["wear_percent"] == 72
    assert lines["n-1"]["wear_percent"] == ">80"
    assert lines["n-2"]["wear_percent"] is None
    assert lines["n-0"]["built_year"] == 1984
    assert lines["n-1"]["length_km"] is None


@pytest.mark.parametrize(
    ("changes", "layer"),
    [
        ({}, "plants"),
        ({"sector": ("heat",)}, "networks"),
        ({"sector": ("gas",)}, "plants"),  # there are no such lines
        ({"layers": ("networks",)}, "networks"),
        ({"layers": ("regions", "projects")}, "plants"),
    ],
)
def test_a_file_for_one_layer_holds_that_of_the_view(world_with, changes, layer):
    view = replace(VIEW, **changes)
    assert geojson.layer_of(queries.select(world_with, view)) == layer
    assert json.loads(geojson.write(world_with, view))["name"] == layer


@pytest.mark.parametrize("layer", [name for name in tables.TABLES if name not in ROLLS])
def test_geojson_comes_in_again(world_with, check, layer):
    accepted, against = check(f"{layer}.geojson", geojson.write(world_with, VIEW, layer=layer))
    assert against == []
    assert accepted == {layer: len(queries_of(world_with, layer))}


def queries_of(data, layer, view=VIEW):
    return tables.table(data, queries.select(data, view), layer)


# -- CSV -------------------------------------------------------------------------------------------


def read_csv(content):
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True))


def test_csv_opens_in_excel_and_says_where_it_comes_from(world_with):
    content = csvfile.write(world_with, VIEW, stamp="ҚБПҮ")
    rows = read_csv(content)
    assert len(rows) == len(queries_of(world_with, "plants"))
    assert {row["Редакция"] for row in rows} == {world_with.revision}
    assert "Тозу, %" in rows[0]
    assert {"ҚБПҮ", TODAY.isoformat()} <= set(rows[0].values())
    assert csvfile.write(world_with, VIEW, stamp="ҚБПҮ") == content


def test_a_name_that_is_a_formula_stays_text_in_csv(world_with):
    content = csvfile.write(world_with, VIEW)
    cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    assert f"'{HOSTILE}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("text", ["=1+1", "+7", "-2", "@a", "\t=1", "\r=1", " =1", "\n=1"])
def test_what_begins_like_a_formula_is_quoted(text):
    assert safe.neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Ekibastuz", ">80", "<40", "65-70", "2029-Q1", "a=b"])
def test_other_texts_stay_as_they_are(text):
    assert safe.neutral(text) == text


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize("layer", ["plants", "networks"])
def test_csv_comes_in_again(world_with, check, layer, lang):
    view = replace(VIEW, lang=lang)
    accepted, against = check(f"{layer}.csv", csvfile.write(world_with, view, layer=layer))
    assert against == []
    assert accepted == {layer: len(queries_of(world_with, layer))}


# -- workbook --------------------------------------------------------------------------------------


def test_a_workbook_has_a_cover_and_a_sheet_a_table(sheets, world_with):
    cover, *others = sheets.sheetnames
    assert others == ["Станции", "Проекты", "Субъекты естественных монополий", "Сети"]
    cells = [str(cell.value) for row in sheets[cover] for cell in row if cell.value is not None]
    assert "Для служебного пользования" in cells
    assert world_with.revision in cells
    assert any("localhost" in cell or "http" in cell for cell in cells)
    used = queries_of(world_with, "sources")
    assert {row["source_id"] for row in used.rows} & set(cells)


def test_headers_are_frozen_and_filtered(sheets):
    for name in sheets.sheetnames[1:]:
        sheet = sheets[name]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.oddHeader.right.text == "Для служебного пользования"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.max_row > 1


def test_columns_are_typed_and_say_their_unit(sheets):
    sheet = sheets["Станции"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    assert {"Износ, %", "Электрическая мощность, МВт", "Зона"} <= heads.keys()
    column = heads["Электрическая мощность, МВт"]
    values = [sheet.cell(row, column).value for row in range(2, sheet.max_row + 1)]
    assert any(values)
    assert {type(one) for one in values} <= {int, float, type(None)}
    assert 0 not in values
    days = [sheet.cell(row, heads["Дата оценки износа"]).value for row in range(2, sheet.max_row)]
    kinds = {type(one) for one in days}
    assert datetime in kinds
    assert all(len(one) < 10 for one in days if isinstance(one, str))  # noqa: PLR2004


def test_no_cell_of_a_workbook_is_a_formula(sheets):
    cells = [cell for name in sheets.sheetnames for row in sheets[name] for cell in row]
    assert HOSTILE in {cell.value for cell in cells}
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


def test_a_workbook_comes_in_again(world_with, book, check):
    accepted, against = check("view.xlsx", book)
    assert against == []
    found = {name: len(queries_of(world_with, name)) for name in tables.TABLES}
    assert accepted == {name: count for name, count in found.items() if count}
    assert set(tables.TABLES) - set(accepted) == set(ROLLS)


def test_what_was_edited_in_a_workbook_comes_in(world_with, store, book, tmp_path):
    sheets = openpyxl.load_workbook(io.BytesIO(book))
    sheet = sheets["Проекты"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    row = next(r for r in range(2, 99) if sheet.cell(r, 1).value == "kokshetau-chp-newbuild")
    sheet.cell(row, heads["Подрядчик"]).value = "Other"
    sheet.cell(row, heads["Дата заявления"]).value = datetime(2026, 11, 1)  # noqa: DTZ001
    sheets.save(tmp_path / "edited.xlsx")
    found = door.examine(store, world_with, tmp_path / "edited.xlsx", today=TODAY)
    assert {p.code for p in found.verdict.problems} <= {"unknown-column"}
    row = found.verdict.tables["projects"].frame.set_index("project_id")
    assert row.loc["kokshetau-chp-newbuild", "contractor"] == "Other"
    assert row.loc["kokshetau-chp-newbuild", "stated_on"] == "2026-11-01"


def test_the_same_view_gives_the_same_workbook(world_with):
    view = replace(VIEW, region=("KZ-55",))
    assert workbook.write(world_with, view) == workbook.write(world_with, view)


def test_a_line_that_no_cell_can_hold_is_refused(data):
    frame = intakes.lines(1, provenance="official").frame.set_index("network_id")
    long = frame.set_geometry(frame.geometry.segmentize(0.00001), crs=4326)
    with pytest.raises(InputError) as refused:
        workbook.write(intakes.holding(data, long), replace(VIEW, region=("KZ-55",)))
    assert [p.code for p in refused.value.problems] == ["too-large"]


def test_a_table_without_rows_has_no_sheet(data):
    empty = workbook.write(data, replace(VIEW, region=("KZ-55",), kind=("nuclear",)))
    assert len(openpyxl.load_workbook(io.BytesIO(empty)).sheetnames) == 1


# -- all -------------------------------------------------------------------------------------------


def test_every_format_reports_how_far_it_is_and_can_be_called_off(data):
    class StopError(RuntimeError):
        pass

    def stop(_step, share):
        if share > 0:
            raise StopError

    view = replace(VIEW, region=("KZ-55",))
    for form in formats.FORMATS.values():
        shares = []
        form.write(
            data, view, stamp="", progress=lambda _step, share, told=shares: told.append(share)
        )
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
        with pytest.raises(StopError):
            form.write(data, view, stamp="", progress=stop)


def test_languages_differ_in_words_and_not_in_numbers(world_with):
    write = partial(geojson.write, world_with, layer="plants")
    kk, en = (json.loads(write(replace(VIEW, lang=lang))) for lang in ("kk", "en"))
    assert kk["features"] == en["features"]
    assert kk["passport"]["licence"] != en["passport"]["licence"]
    assert silent("", 1.0) is None
