"""The workbook that a region fills in."""

from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from meks_geo import facts, i18n, registers
from meks_geo.errors import UnknownSubjectError
from meks_geo.intake import about, checking, guide, prefill, reading, rules, template
from meks_geo.intake.prefill import intake_columns
from meks_geo.intake.sheets import HELPER_SHEETS, helper_names
from meks_geo.measure import WGS84
from meks_geo.vocabulary import LISTS, Lang

TODAY = date(2026, 11, 22)
LANGS = ("kk", "ru", "en")
REGIONS = ("KZ-55", "KZ-10", "")


@pytest.fixture(scope="module")
def schemas(root):
    return registers.read_schemas(root / "data")


@pytest.fixture(scope="module")
def made(data, schemas):
    """Make a template of the shipped map, each once."""

    @cache
    def content(lang, region):
        return template.workbook(data, schemas, lang=lang, region=region, today=TODAY)

    return content


@pytest.fixture
def make(made, schemas, tmp_path):
    """Write a template and return where it is."""

    def write(lang="en", region="", data=None):
        path = tmp_path / f"{lang}-{region}.xlsx"
        if data is None:
            path.write_bytes(made(lang, region))
        else:
            path.write_bytes(
                template.workbook(data, schemas, lang=lang, region=region, today=TODAY)
            )
        return path

    return write


def opened(path):
    return openpyxl.load_workbook(path)


def sheet(path, table, lang="en"):
    return opened(path)[i18n.text(lang, f"sheet.{table}")]


def columns_of(worksheet, schema):
    """Column letters by name; the order of the sheet is that of the schema."""
    names = [c.name for c in intake_columns(schema)]
    letters = [cell.column_letter for cell in worksheet[1]]
    return dict(zip(names, letters, strict=True))


def validation(worksheet, letter):
    """The rule of a column."""
    return next(
        one
        for one in worksheet.data_validations.dataValidation
        if str(one.sqref).startswith(f"{letter}2:")
    )


def offered(book, rule):
    """What the drop-down list of a rule offers."""
    ((name, cells),) = book.defined_names[rule.formula1].destinations
    return [row[0].value for row in book[name][cells]]


def about_text(path, lang="en"):
    worksheet = opened(path)[i18n.text(lang, "sheet.about")]
    return [[c for c in row if c is not None] for row in worksheet.iter_rows(values_only=True)]


def networks(rows):
    """A map's networks from (id, region, line)."""
    frame = gpd.GeoDataFrame(
        {
            "sector": "heat",
            "region": [region for _, region, _ in rows],
            "operator": "",
            "wear_percent": ">80",
            "wear_basis": "",
            "wear_date": "",
            "built_year": 1984.0,
            "length_km": float("nan"),
            "diameter_mm": float("nan"),
            "voltage_kv": float("nan"),
            "project_ids": "",
            "provenance": "official",
        },
        geometry=[line for _, _, line in rows],
        crs=WGS84,
        index=pd.Index([one for one, _, _ in rows], name="network_id"),
    )
    return lambda: frame


LINE = shapely.LineString([(76.94, 52.28), (76.9600000000000012, 52.28), (76.96, 52.29)])


# -- sent back as it is -----------------------------------------------------------------------


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("lang", LANGS)
def test_an_untouched_template_has_no_problem(make, data, schemas, lang, region):
    path = make(lang, region)
    raw = reading.read(path)
    verdict = checking.check(raw, data, schemas, today=TODAY)
    assert verdict.problems == ()
    filled = {t: prefill.table(data, schemas[t], region=region, today=TODAY) for t in guide.TABLES}
    assert verdict.accepted == verdict.rows == sum(len(one.rows) for one in filled.values()) > 0
    for table, one in filled.items():
        frame = verdict.tables[table].frame
        for column in intake_columns(schemas[table]):
            if column.type == "geometry":
                continue
            wanted = [row[column.name] for row in one.rows]
            if column.type in ("number", "integer"):
                found = ["" if pd.isna(v) else v for v in frame[column.name]]
            else:
                wanted = [_plain(v) for v in wanted]
                found = list(frame[column.name])
            assert found == wanted, (table, column.name)


def _plain(cell):
    return f"{cell:g}" if isinstance(cell, float) else cell


def test_numbers_are_numbers_and_bounds_are_text(make, schemas):
    worksheet = sheet(make("en"), "plants")
    at = columns_of(worksheet, schemas["plants"])
    row = {c.value: c.row for c in worksheet[at["plant_id"]]}
    assert worksheet[f"{at['lat']}{row['aksu-gres']}"].value == 52.11861
    assert worksheet[f"{at['electric_mw']}{row['aksu-gres']}"].value == 2450
    assert worksheet[f"{at['wear_percent']}{row['karaganda-chp-1']}"].value == ">55"
    assert worksheet[f"{at['wear_percent']}{row['petropavl-chp-2']}"].value == 57.3


def test_what_changes_is_what_was_last_said_by_that_day(data, schemas):
    for table in ("plants", "projects"):
        for row in prefill.table(data, schemas[table], region="", today=TODAY).rows:
            known = facts.figures(data, row[schemas[table].id_column], TODAY)
            for column in (c for c in intake_columns(schemas[table]) if c.kept == "claim"):
                said = known[column.name].value if column.name in known else ""
                if column.name == "funding" and not said:
                    said = "unknown"
                found = row[column.name]
                assert (float(said) if isinstance(found, float) else said) == found


def test_an_earlier_day_shows_what_was_known_then(world, schemas):
    then = world(
        ("semey-chp-1", "wear_percent", "60", "2024-05"),
        ("semey-chp-1", "wear_percent", "70", "2026-03-01"),
    )

    def wear(day):
        rows = prefill.table(then, schemas["plants"], region="KZ-10", today=day).rows
        row = next(r for r in rows if r["plant_id"] == "semey-chp-1")
        return row["wear_percent"], row["wear_date"]

    assert wear(date(2026, 2, 28)) == (60.0, "2024-05")
    assert wear(date(2026, 3, 1)) == (70.0, "2026-03-01")
    assert wear(date(2024, 5, 30)) == ("", "")


def test_nothing_is_said_in_the_name_of_the_region(data, schemas):
    for row in prefill.table(data, schemas["projects"], region="", today=TODAY).rows:
        assert (row["stated_on"], row["source_title"], row["source_url"]) == ("", "", "")
    for row in prefill.table(data, schemas["plants"], region="", today=TODAY).rows:
        assert row["wear_basis"] == ""
        assert bool(row["wear_date"]) == (row["wear_percent"] != "")


def test_a_template_of_a_region_holds_that_region_alone(data, schemas):
    for table in ("plants", "entities", "projects"):
        own = prefill.table(data, schemas[table], region="KZ-55", today=TODAY)
        whole = prefill.table(data, schemas[table], region="", today=TODAY)
        assert {row["region"] for row in own.rows} <= {"KZ-55"}
        register = getattr(data, table)
        assert len(whole.rows) + len(whole.incomplete) == len(register)
        assert len(own.rows) + len(own.incomplete) == (register["region"] == "KZ-55").sum()


def test_an_unknown_region_is_refused(data, schemas):
    with pytest.raises(UnknownSubjectError):
        template.workbook(data, schemas, lang="en", region="KZ-99", today=TODAY)


def test_a_row_that_lacks_a_required_value_is_left_out_and_named(world, schemas, make):
    bare = world(("semey-chp-3-newbuild", "status", "design", "2026-01-01"))
    filled = prefill.table(bare, schemas["projects"], region="KZ-10", today=TODAY)
    assert [row["project_id"] for row in filled.rows] == ["semey-chp-3-newbuild"]
    assert filled.rows[0]["funding"] == "unknown"
    assert "kurchatov-tpp-newbuild" in filled.incomplete
    said = "\n".join(str(line) for line in about_text(make("en", "KZ-10", data=bare)))
    assert "kurchatov-tpp-newbuild" in said
    assert "semey-chp-3-newbuild" not in said


# -- networks ---------------------------------------------------------------------------------


def test_networks_come_back_to_the_last_digit(make, data, schemas):
    held = replace(data, read_networks=networks([("n-1", "KZ-55", LINE), ("n-2", "KZ-10", LINE)]))
    path = make("ru", "KZ-55", data=held)
    raw = reading.read(path)
    table = next(one for one in raw.tables if one.name == "Сети")
    cells = dict(zip(table.header, table.columns, strict=True))
    assert cells["ID участка сети *"] == ["n-1"]
    assert cells["Износ, %"] == [">80"]
    assert shapely.from_wkt(cells["Геометрия (WKT) *"][0]).equals(LINE)
    assert shapely.get_coordinates(shapely.from_wkt(cells["Геометрия (WKT) *"][0])).tolist() == (
        shapely.get_coordinates(LINE).tolist()
    )


@pytest.mark.parametrize("fault", ["many", "long"])
def test_networks_that_do_not_fit_are_left_out_as_a_whole(make, data, schemas, monkeypatch, fault):
    long = shapely.LineString([(60 + i / 1000.123456789, 50) for i in range(2000)])
    rows = [("n-1", "KZ-55", LINE), ("n-2", "KZ-55", LINE if fault == "many" else long)]
    if fault == "many":
        monkeypatch.setattr(prefill, "MAX_ROWS", 1)
    held = replace(data, read_networks=networks(rows))
    filled = prefill.table(held, schemas["networks"], region="KZ-55", today=TODAY)
    assert (filled.rows, filled.left_out) == ((), 2)
    held = replace(held, plants=data.plants.iloc[:0], projects=data.projects.iloc[:0])
    path = make("en", "KZ-55", data=held)
    assert sheet(path, "networks").max_row == 1
    assert any("GeoPackage" in str(line) and ": 2." in str(line) for line in about_text(path))


def test_many_rows_are_written_alike(data, schemas, monkeypatch):
    def content():
        made = template.workbook(data, schemas, lang="kk", today=TODAY)
        book = openpyxl.load_workbook(BytesIO(made))
        return {s.title: list(s.iter_rows(values_only=True)) for s in book}

    whole = content()
    monkeypatch.setattr(template, "_STREAM_ROWS", 0)
    assert content() == whole


# -- the sheets -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_each_table_has_a_sheet_and_the_lists_are_hidden(make, lang):
    book = opened(make(lang))
    names = [i18n.text(lang, f"sheet.{one}") for one in ("about", *guide.TABLES, "lists")]
    assert book.sheetnames == names
    assert all(len(name) <= 31 for name in names)
    assert [s.sheet_state for s in book] == ["visible"] * (1 + len(guide.TABLES)) + ["hidden"]
    assert not any(s.protection.sheet for s in book)
    assert {names[0].casefold(), names[-1].casefold()} <= helper_names()


@pytest.mark.parametrize("lang", LANGS)
def test_headers_say_what_is_required_and_carry_a_note(make, schemas, lang):
    book = opened(make(lang))
    for table in guide.TABLES:
        worksheet = book[i18n.text(lang, f"sheet.{table}")]
        assert worksheet.freeze_panes == "B2"
        cells = list(worksheet[1])
        columns = intake_columns(schemas[table])
        assert len(cells) == len(columns)
        for cell, column in zip(cells, columns, strict=True):
            label = i18n.text(lang, f"column.{column.name}")
            assert cell.value == (f"{label} *" if column.required else label)
            note = cell.comment.text
            assert note.startswith(i18n.text(lang, f"column_note.{column.name}"))
            assert note.endswith(column.name)
            if column.type == "code":
                assert all(
                    i18n.label(lang, column.vocabulary, code) in note
                    for code in LISTS[column.vocabulary]
                )


@pytest.mark.parametrize("lang", LANGS)
def test_closed_lists_drop_down(make, data, schemas, lang):
    book = opened(make(lang))
    for table in guide.TABLES:
        worksheet = book[i18n.text(lang, f"sheet.{table}")]
        at = columns_of(worksheet, schemas[table])
        for column in (c for c in intake_columns(schemas[table]) if guide.is_closed(c)):
            rule = validation(worksheet, at[column.name])
            found = offered(book, rule)
            assert rule.showErrorMessage
            if column.type == "code":
                codes = LISTS[column.vocabulary]
                assert found == [i18n.label(lang, column.vocabulary, one) for one in codes]
            else:
                country = i18n.name(lang, data.rows["regions"]["KZ"])
                assert len(set(found)) == len(found)
                assert (country in found) == (table in guide.COUNTRYWIDE)
                assert set(data.regions[f"name_{lang}"]) - {country} <= set(found)


def test_references_offer_the_ids_of_their_sheet_and_take_others(make, schemas):
    path = make("en", "KZ-55")
    book, worksheet = opened(path), sheet(path, "projects")
    at = columns_of(worksheet, schemas["projects"])
    rule = validation(worksheet, at["plant_id"])
    ((name, _),) = book.defined_names[rule.formula1].destinations
    assert name == "Plants"
    assert not rule.showErrorMessage


def test_numbers_are_kept_within_their_limits(make, schemas):
    worksheet = sheet(make("en"), "networks")
    at = columns_of(worksheet, schemas["networks"])
    year, length = (validation(worksheet, at[name]) for name in ("built_year", "length_km"))
    assert (year.type, float(year.formula1), float(year.formula2)) == ("whole", 1900, 2060)
    assert (length.type, float(length.formula1), float(length.formula2)) == ("decimal", 0, 10000)
    assert "10,000" in length.prompt
    assert validation(worksheet, at["wear_percent"]).type == "custom"


@pytest.mark.parametrize("lang", LANGS)
def test_help_has_room(schemas, lang):
    for table in guide.TABLES:
        for position, column in enumerate(intake_columns(schemas[table])):
            rule = rules.rule(lang, column, position, "")
            assert len(rule["error_title"]) <= 32
            assert len(rule["error_message"]) <= 255
            assert len(rule.get("input_title", "")) <= 32
            assert len(rule.get("input_message", "")) <= 255
            assert rule["error_message"] == guide.allowed(lang, column)


def test_dates_and_ids_stay_as_they_are_typed(make, schemas):
    worksheet = sheet(make("en"), "projects")
    at = columns_of(worksheet, schemas["projects"])
    for name in ("project_id", "completion", "stated_on", "plant_id", "contractor"):
        assert worksheet[f"{at[name]}2"].number_format == "@" or (
            worksheet.column_dimensions[at[name]].number_format == "@"
        )
    assert worksheet[f"{at['cost_bn_kzt']}2"].number_format == "General"


def test_no_text_of_the_map_becomes_a_formula(make, data):
    plants = data.plants.copy()
    plants.loc["aksu-gres", ["name_ru", "name_en"]] = ['=HYPERLINK("http://x","y")', "http://x.kz"]
    path = make("en", "KZ-55", data=replace(data, plants=plants))
    book = opened(path)
    assert not [c for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert not [c for s in book for row in s.iter_rows() for c in row if c.hyperlink]
    texts = {c for row in sheet(path, "plants").iter_rows(values_only=True) for c in row}
    assert {'=HYPERLINK("http://x","y")', "http://x.kz"} <= texts


def test_the_same_day_gives_the_same_bytes_and_leaves_the_map_alone(data, schemas):
    before = {t: getattr(data, t).copy() for t in ("plants", "projects", "entities")}
    first = template.workbook(data, schemas, lang="ru", region="KZ-55", today=TODAY)
    assert template.workbook(data, schemas, lang="ru", region="KZ-55", today=TODAY) == first
    for table, frame in before.items():
        pd.testing.assert_frame_equal(getattr(data, table), frame)


# -- the first sheet --------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_first_sheet_explains_each_column_and_code(make, data, schemas, lang):
    lines = about_text(make(lang, "KZ-55"), lang)
    flat = {str(cell) for line in lines for cell in line}
    assert any(data.revision[:12] in text for text in flat)
    assert any(data.regions.at["KZ-55", f"name_{lang}"] in text for text in flat)
    for table in guide.TABLES:
        for column in intake_columns(schemas[table]):
            assert column.name in flat
            assert i18n.text(lang, f"column_note.{column.name}") in flat
            if column.type == "code":
                assert set(LISTS[column.vocabulary]) <= flat


def test_counts_of_the_first_sheet_are_those_of_the_sheets(make):
    path = make("en", "KZ-55")
    book = opened(path)
    counts = {line[0]: line[1] for line in about_text(path) if len(line) == 2}
    for table in guide.TABLES:
        name = i18n.text("en", f"sheet.{table}")
        assert counts[name] == book[name].max_row - 1


@pytest.mark.parametrize("lang", LANGS)
def test_the_example_rows_pass_every_check(make, data, schemas, lang):
    path = make(lang)
    book = opened(path)
    for table in guide.TABLES:
        worksheet = book[i18n.text(lang, f"sheet.{table}")]
        worksheet.delete_rows(2, worksheet.max_row)
        row = guide.example(lang, schemas[table])
        for position, column in enumerate(intake_columns(schemas[table]), start=1):
            shown = guide.shown(lang, data, column, row[column.name])
            worksheet.cell(2, position).value = None if shown == "" else shown
    book.save(path)
    verdict = checking.check(reading.read(path), data, schemas, today=TODAY)
    assert [(p.code, p.table, p.column, p.value) for p in verdict.problems] == []
    assert verdict.accepted == len(guide.TABLES)


@pytest.mark.parametrize("lang", LANGS)
def test_the_example_stands_on_the_first_sheet_alone(make, lang):
    path = make(lang)
    ids = {"example-heat-0001", "example-chp-1", "example-entity-1", "example-project-1"}
    assert ids <= {str(cell) for line in about_text(path, lang) for cell in line}
    for table in guide.TABLES:
        worksheet = sheet(path, table, lang)
        assert not ids & {c for row in worksheet.iter_rows(values_only=True) for c in row}


def test_rows_of_the_first_sheet_are_high_enough():
    short, long = about.Line("text", ("a" * 10,)), about.Line("text", ("a" * 1000,))
    assert about._height(long) > 3 * about._height(short)


# -- names ------------------------------------------------------------------------------------


def test_helper_sheets_are_known_in_every_language():
    assert set(HELPER_SHEETS) <= helper_names()
    for lang in Lang:
        for one in HELPER_SHEETS:
            assert i18n.text(lang, f"sheet.{one}").casefold() in helper_names()
        for table in guide.TABLES:
            assert i18n.text(lang, f"sheet.{table}").casefold() not in helper_names()
