"""The referee's copy: the sender's own file with what is wrong in its places."""

import json
import warnings
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from meks_geo import i18n, registers
from meks_geo.errors import Problem
from meks_geo.intake import checking, findings, losses, marked, reading, rebuilt, referee, template
from meks_geo.intake import listed as listed_by_us
from meks_geo.intake.model import RawFile, RawTable, Verdict
from meks_geo.measure import WGS84

TODAY = date(2026, 11, 22)
LANGS = ("kk", "ru", "en")
RED, YELLOW = (findings.COLOURS[one] for one in ("error", "warning"))
WKT = "LINESTRING (76.94 52.28, 76.96 52.28)"


@pytest.fixture(scope="module")
def schemas(root):
    return registers.read_schemas(root / "data")


@pytest.fixture
def judge(data, schemas):
    """Read and check a file, and return what was read and the verdict."""

    def run(path):
        raw = reading.read(path)
        return raw, checking.check(raw, data, schemas, today=TODAY)

    return run


@pytest.fixture
def copy_of(judge, schemas, tmp_path):
    """Read and check a file, write its copy into a folder of its own and return where it is."""

    def run(path, lang="en", table=""):
        raw, verdict = judge(path)
        content, name, lost = referee.copy(path, raw, verdict, schemas, lang=lang, table=table)
        folder = tmp_path / f"copy-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        (folder / name).write_bytes(content)
        return folder / name, lost

    return run


@pytest.fixture(scope="module")
def pavlodar(data, schemas):
    """The template of a region with objects."""
    return template.workbook(data, schemas, lang="en", region="KZ-55", today=TODAY)


@pytest.fixture
def filled(pavlodar, tmp_path):
    """A file of that template, to be spoilt."""
    path = tmp_path / "map.xlsx"
    path.write_bytes(pavlodar)
    return path


def spoil(path, **cells):
    """Change cells of the sheet of plants, and return the workbook's path."""
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book["Plants"][place] = value
    book.save(path)
    return path


def colour(cell):
    fill = cell.fill
    return fill.fgColor.rgb[2:] if fill.fill_type == "solid" else ""


def coloured(sheet):
    """The marked cells of a sheet by their colour."""
    return {
        cell.coordinate: colour(cell)
        for row in sheet.iter_rows()
        for cell in row
        if colour(cell) in (RED, YELLOW)
    }


def listed(path):
    """The rows of the list of problems, and where their links lead."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    heads = next(i for i, row in enumerate(rows) if row[2] is not None)
    links = {
        cell.row - heads - 2: cell.hyperlink.location
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink
    }
    return rows[heads + 1 :], links


def verdict_of(name, *problems, rows=1):
    return Verdict(name, rows, {}, tuple(problems))


# -- the own workbook -------------------------------------------------------------------------


def test_faulty_cells_are_coloured_by_severity_and_say_what_and_how(filled, copy_of):
    spoil(filled, H3="abc", M8="57,3", C6=None)
    path, lost = copy_of(filled)
    sheet = openpyxl.load_workbook(path)["Plants"]
    assert coloured(sheet) == {"H3": RED, "M8": YELLOW, "C6": RED}
    note = sheet["H3"].comment.text
    what, fix = i18n.problem_parts("en", Problem("not-a-number", "", value="abc"))
    assert "Error" in note
    assert what in note
    assert fix in note
    assert "Warning" in sheet["M8"].comment.text
    assert lost == ()


def test_every_other_cell_is_as_it_was(filled, copy_of):
    book = openpyxl.load_workbook(spoil(filled, H3="abc"))
    book["Plants"]["B4"].font = Font(italic=True, color="FF123456")
    book["Plants"]["T1"], book["Plants"]["T2"] = "=1+1", "=SUM(H4:H5)"
    book["Plants"]["U2"] = "=not a formula"
    book["Plants"]["U2"].data_type = "s"
    book["Plants"].row_dimensions[4].height = 33
    book.save(filled)
    path, _ = copy_of(filled)
    before, after = openpyxl.load_workbook(filled), openpyxl.load_workbook(path)
    assert after.sheetnames[1:] == before.sheetnames
    for sheet in before:
        copied = after[sheet.title]
        assert copied.dimensions == sheet.dimensions
        assert copied.freeze_panes == sheet.freeze_panes
        assert copied.sheet_state == sheet.sheet_state
        rules = [(one.type, str(one.sqref), one.formula1) for one in _rules(sheet)]
        assert [(one.type, str(one.sqref), one.formula1) for one in _rules(copied)] == rules
        for row in sheet.iter_rows():
            for cell in row:
                twin = copied[cell.coordinate]
                assert (twin.value, twin.data_type) == (cell.value, cell.data_type)
                assert twin.number_format == cell.number_format
                assert repr(twin.font) == repr(cell.font)
                if colour(twin) not in (RED, YELLOW):
                    assert colour(twin) == colour(cell)
                    assert (twin.comment and twin.comment.text) == (
                        cell.comment and cell.comment.text
                    )
    assert after["Plants"].row_dimensions[4].height == 33
    assert after["Plants"]["U2"].data_type == "s"


def _rules(sheet):
    return sheet.data_validations.dataValidation


def test_notes_of_the_sender_stay_above_ours(filled, copy_of):
    book = openpyxl.load_workbook(spoil(filled, H3="abc"))
    book["Plants"]["H3"].comment = Comment("Asked the operator.", "Aigul")
    book["Plants"]["H4"].comment = Comment("Seen on site.", "Aigul")
    book.save(filled)
    path, _ = copy_of(filled)
    sheet = openpyxl.load_workbook(path)["Plants"]
    assert sheet["H3"].comment.text.startswith("Asked the operator.\n")
    assert "abc" in sheet["H3"].comment.text
    assert sheet["H3"].comment.author == "Aigul"
    assert sheet["H4"].comment.text == "Seen on site."


@pytest.mark.parametrize("lang", LANGS)
def test_the_list_comes_first_with_a_link_to_each_cell(filled, copy_of, lang):
    spoil(filled, H3="abc", M8="57,3")
    path, _ = copy_of(filled, lang)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == i18n.text(lang, "sheet.verdict")
    assert book.active.title == book.sheetnames[0]
    assert [s.title for s in book if s.sheet_view.tabSelected] == [book.sheetnames[0]]
    rows, links = listed(path)
    error, warning = (i18n.text(lang, f"severity.{one}") for one in ("error", "warning"))
    assert [(row[0], row[2], row[4]) for row in rows] == [(error, 3, "abc"), (warning, 8, "57,3")]
    assert list(links.values()) == ["'Plants'!H3", "'Plants'!M8"]
    top = [str(row[0]) for row in book.worksheets[0].iter_rows(values_only=True) if row[0]]
    counts = {"rows": "24", "accepted": "23", "errors": "1", "warnings": "1"}
    assert i18n.text(lang, "referee.counts", **counts) in top


def test_several_problems_of_one_cell_share_a_note(filled, judge, schemas):
    raw, _ = judge(filled)
    problems = [
        Problem("unknown-column", "map.xlsx", 2, "kind", "x", table="plants"),
        *(
            Problem("unknown-code", "map.xlsx", 2, "kind", f"v{n}", table="plants")
            for n in range(9)
        ),
    ]
    content, _, _ = referee.copy(filled, raw, verdict_of("m", *problems), schemas, lang="en")
    cell = openpyxl.load_workbook(BytesIO(content))["Plants"]["E2"]
    assert colour(cell) == RED
    assert "v0" in cell.comment.text
    assert "4 more" in cell.comment.text


def test_problems_of_a_row_a_table_and_the_file_have_a_place(filled, judge, schemas):
    raw, _ = judge(filled)
    problems = [
        Problem("duplicate-id", "map.xlsx", 4, None, "x", table="plants"),
        Problem("missing-column", "map.xlsx", 1, "kind_of", table="projects"),
        Problem("unknown-table", "map.xlsx", value="Networks", table="Networks"),
        Problem("too-large", "map.xlsx", value="3"),
    ]
    content, _, _ = referee.copy(filled, raw, verdict_of("m", *problems), schemas, lang="en")
    book = openpyxl.load_workbook(BytesIO(content))
    assert coloured(book["Plants"]) == {"A4": RED}
    assert coloured(book["Projects"]) == {"A1": RED}
    assert coloured(book["Networks"]) == {"A1": RED}
    assert book.worksheets[0].max_row >= 4


def test_a_header_below_empty_rows_and_columns_is_found(tmp_path, copy_of):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Entities"
    for place, text in zip(
        ("B4", "C4", "D4", "F4", "G4"),
        ("entity_id", "name_ru", "sector", "region", "wear_percent"),
        strict=True,
    ):
        sheet[place] = text
    for place, text in zip(
        ("B6", "C6", "D6", "F6", "G6"), ("e-1", "А", "heat", "KZ-55", "x"), strict=True
    ):
        sheet[place] = text
    sheet["H4"] = "surroundings"
    sheet.merge_cells("C6:C7")
    path = tmp_path / "entities.xlsx"
    book.save(path)
    copied, _ = copy_of(path)
    assert coloured(openpyxl.load_workbook(copied)["Entities"]) == {"G6": RED, "H4": YELLOW}


def test_a_problem_inside_merged_cells_marks_the_cell_that_shows(filled, judge, schemas):
    book = openpyxl.load_workbook(filled)
    book["Plants"].merge_cells("P2:P4")
    book.save(filled)
    raw, _ = judge(filled)
    problem = Problem("bad-id", "map.xlsx", 4, "operator", "x", table="plants")
    content, _, lost = referee.copy(filled, raw, verdict_of("m", problem), schemas, lang="en")
    assert lost == ()
    assert coloured(openpyxl.load_workbook(BytesIO(content))["Plants"]) == {"P2": RED}


# -- sent again -------------------------------------------------------------------------------


def test_mended_and_sent_again_it_passes(filled, copy_of, judge):
    spoil(filled, H3="abc", M8="57,3")
    path, _ = copy_of(filled, "kk")
    before = {(p.code, p.table, p.row) for p in judge(filled)[1].problems}
    assert {(p.code, p.table, p.row) for p in judge(path)[1].problems} == before
    spoil(path, H3=52.1, M8=57.3)
    _, verdict = judge(path)
    assert verdict.problems == ()
    assert verdict.passed


def test_marks_of_an_earlier_copy_are_taken_off(filled, copy_of):
    book = openpyxl.load_workbook(spoil(filled, H3="abc", I4=99, M8="57,3"))
    book["Plants"]["I4"].comment = Comment("Mine.", "Aigul")
    book.save(filled)
    first, _ = copy_of(filled, "ru")
    second, _ = copy_of(spoil(first, H3=52.1, I4=76.9), "en")
    book = openpyxl.load_workbook(second)
    assert coloured(book["Plants"]) == {"M8": YELLOW}
    assert book["Plants"]["H3"].comment is None
    assert book["Plants"]["I4"].comment.text == "Mine."
    assert book["Plants"]["M8"].comment.text.count("MEKS Geo") == 1
    assert book.sheetnames[0] == "Result of the check"
    assert "Результат проверки" not in book.sheetnames
    assert second.name == "map-checked.xlsx"


def test_a_sheet_of_the_sender_with_the_name_of_the_list_is_kept(filled, copy_of):
    book = openpyxl.load_workbook(spoil(filled, H3="abc"))
    book.create_sheet("Result of the check")["A1"] = "minutes of our meeting"
    book.save(filled)
    path, _ = copy_of(filled)
    book = openpyxl.load_workbook(path)
    assert book["Result of the check"]["A1"].value == "minutes of our meeting"
    assert coloured(book["Plants"]) == {"H3": RED}
    _, verdict = path, reading.read(path)
    assert {one.name for one in verdict.tables} == {
        "Networks", "Plants", "Natural monopoly entities", "Projects", "EPC contractors",
        "Domestic manufacturers", "Product items", "Procurement",
    }  # fmt: skip


# -- what cannot be kept ----------------------------------------------------------------------


def test_what_is_lost_is_said_on_the_list_and_returned(filled, copy_of):
    book = openpyxl.load_workbook(spoil(filled, H3="abc"))
    chart = BarChart()
    chart.add_data(Reference(book["Plants"], min_col=11, min_row=1, max_row=5))
    book["Plants"].add_chart(chart, "A20")
    book.save(filled)
    path, lost = copy_of(filled)
    assert lost == ("referee.lost_charts",)
    said = [
        row[0] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    ]
    assert f"\u2022 {i18n.text('en', lost[0])}" in said


@pytest.mark.parametrize(
    ("part", "content", "key"),
    [
        ("xl/vbaProject.bin", b"", "macros"),
        ("xl/slicers/slicer1.xml", b"", "slicers"),
        ("xl/pivotTables/pivotTable1.xml", b"", "pivots"),
        ("xl/threadedComments/threadedComment1.xml", b"", "threads"),
        ("xl/ctrlProps/ctrlProp1.xml", b"", "controls"),
        ("xl/connections.xml", b"", "connections"),
        ("xl/media/image1.emf", b"", "pictures"),
        ("_xmlsignatures/sig1.xml", b"", "signature"),
        ("xl/drawings/drawing1.xml", b"<xdr:sp macro=''>", "shapes"),
        ("xl/worksheets/sheet1.xml", b"<c/>" * 300_000 + b"<x14:sparklineGroups >", "extensions"),
        ("xl/worksheets/sheet2.xml", b"<x14:dataValidations count='1'>", "extensions"),
        ("xl/media/image1.png", b"", None),
        ("xl/drawings/drawing1.xml", b"<xdr:pic>", None),
        ("xl/comments1.xml", b"<x14:dataValidations >", None),
    ],
)
def test_losses_are_found_inside_the_file(tmp_path, part, content, key):
    path = tmp_path / "book.xlsx"
    with ZipFile(path, "w") as archive:
        archive.writestr(part, content)
    assert losses.of_workbook(path) == ((f"referee.lost_{key}",) if key else ())


@pytest.mark.parametrize("lang", LANGS)
def test_each_loss_has_words(lang):
    keys = [*losses._PARTS, *losses._WORDS, "referee.lost_dates", "referee.lost_formats"]
    assert len({i18n.text(lang, key) for key in keys}) == len(keys)


def test_a_workbook_that_cannot_be_written_back_is_rebuilt(filled, copy_of, monkeypatch):
    def fail(*_args, **_kwargs):
        raise KeyError("xl/theme")

    spoil(filled, H3="abc", M8="57,3")
    whole = reading.read(filled)
    with monkeypatch.context() as broken:
        broken.setattr(marked.openpyxl, "load_workbook", fail)
        path, lost = copy_of(filled)
    assert lost == ("referee.lost_formats",)
    book = openpyxl.load_workbook(path)
    assert coloured(book["Plants"]) == {"H3": RED, "M8": YELLOW}
    again = reading.read(path)
    assert [one.name for one in again.tables] == [one.name for one in whole.tables]
    for one, twin in zip(whole.tables, again.tables, strict=True):
        assert (one.header, one.columns) == (twin.header, twin.columns)
        assert one.numbers.tolist() == twin.numbers.tolist()


def test_a_workbook_that_is_too_long_is_rebuilt(filled, copy_of, monkeypatch):
    monkeypatch.setattr(losses, "MAX_BYTES", 100)
    _, lost = copy_of(spoil(filled, H3="abc"))
    assert lost == ("referee.lost_formats",)


@pytest.mark.parametrize(
    "element",
    [
        '<mergeCells count="1"><mergeCell ref="A50:XFD1048576"/></mergeCells>',
        '<hyperlinks><hyperlink location="x" ref="B50:XFD1048576"/></hyperlinks>',
    ],
)
def test_ranges_without_end_do_not_hang_the_copy(filled, copy_of, tmp_path, element):
    spoil(filled, H3="abc")
    hostile = tmp_path / "hostile.xlsx"
    with ZipFile(filled) as source, ZipFile(hostile, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet3.xml":
                content = content.replace(b"</sheetData>", f"</sheetData>{element}".encode())
            target.writestr(name, content)
    path, lost = copy_of(hostile)
    assert lost == ("referee.lost_formats",)
    assert coloured(openpyxl.load_workbook(path)["Plants"]) == {"H3": RED}


def test_pictures_do_not_count_as_length(tmp_path, monkeypatch):
    monkeypatch.setattr(losses, "MAX_BYTES", 100)
    path = tmp_path / "book.xlsx"
    with ZipFile(path, "w") as archive:
        archive.writestr("xl/media/image1.png", b"\x89PNG" + bytes(1000))
        archive.writestr("xl/workbook.xml", b"<a/>")
    assert losses.can_be_rewritten(path)


def test_no_warning_gets_out(filled, copy_of):
    spoil(filled, H3="abc")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        copy_of(filled)
    assert said == []


# -- text files -------------------------------------------------------------------------------


@pytest.fixture
def text_file(tmp_path):
    path = tmp_path / "heat.csv"
    path.write_text(
        "network_id;sector;region;wear_percent;built_year;operator;geometry\n"
        f"n-1;heat;KZ-55;57,3;1984;1.10;{WKT}\n"
        f"=cmd;heat;KZ-55;>80;007;;{WKT}\n"
        "\n"
        f"n-3;heatt;KZ-55;80;1990;;{WKT}\n",
        encoding="utf-8",
    )
    return path


def test_a_text_file_comes_back_as_a_workbook_in_its_own_rows(text_file, copy_of):
    path, lost = copy_of(text_file)
    assert path.name == "heat-checked.xlsx"
    assert lost == ()
    sheet = openpyxl.load_workbook(path)["Networks"]
    marks = coloured(sheet)
    assert {"A3": RED, "B5": RED, "D2": YELLOW}.items() <= marks.items()
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=cmd", "s")
    assert (sheet["D3"].value, sheet["D5"].value, sheet["D2"].value) == (">80", 80, "57,3")
    assert (sheet["E3"].value, sheet["F2"].value) == ("007", "1.10")
    assert sheet["A4"].value is None
    assert "heatt" in sheet["B5"].comment.text
    rows, links = listed(path)
    assert {row[1] for row in rows} == {"Networks"}
    assert "'Networks'!B5" in links.values()


def test_the_workbook_of_a_text_file_passes_when_it_is_mended(text_file, copy_of, judge):
    path, _ = copy_of(text_file, "ru")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[1]
    sheet["A3"], sheet["B5"], sheet["D2"], sheet["E3"] = "n-2", "heat", 57.3, 1985
    book.save(path)
    _, verdict = judge(path)
    assert verdict.problems == ()
    assert verdict.accepted == 3


def test_of_very_many_places_all_are_coloured_and_some_annotated(
    text_file, copy_of, filled, monkeypatch
):
    for module in (findings, marked, rebuilt):
        monkeypatch.setattr(module, "MAX_NOTES", 1)
    spoil(filled, H3="abc", I4="abc", H5="abc")
    for source, name in ((text_file, "Networks"), (filled, "Plants")):
        path, _ = copy_of(source)
        book = openpyxl.load_workbook(path)
        assert len(coloured(book[name])) >= 3
        notes = [c for r in book[name].iter_rows(min_row=2) for c in r if c.comment]
        assert len(notes) == 1
        said = [str(row[0]) for row in book.worksheets[0].iter_rows(values_only=True)]
        assert i18n.text("en", "referee.notes", count="1") in said


def test_of_very_many_problems_the_list_says_how_many_it_leaves_out(
    filled, judge, schemas, monkeypatch
):
    for module in (findings, listed_by_us):
        monkeypatch.setattr(module, "MAX_LISTED", 10)
    raw, _ = judge(filled)
    problems = [Problem("bad-id", "m", 2, "kind", str(n), table="plants") for n in range(15)]
    content, _, _ = referee.copy(filled, raw, verdict_of("m", *problems), schemas, lang="en")
    sheet = openpyxl.load_workbook(BytesIO(content), read_only=True).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert len([row for row in rows if row[0] == "Error"]) == 10
    assert any(row[0] and str(row[0]).startswith("5 more") for row in rows)


@pytest.mark.parametrize("kind", ["ods", "csv"])
def test_names_and_texts_that_a_workbook_forbids_are_made_fit(schemas, tmp_path, kind):
    header = ("plant_id", "a" * 40_000)
    cells = (["x", "y"], ["b" * 40_000, "\u2028"])
    names = ["History", "a/b[c]:*?" * 9, "Result of the check", "history", "'"]
    tables = tuple(RawTable(n, header, cells, np.array([2, 1_048_577])) for n in names)
    raw = RawFile("x.ods", kind, tables)
    verdict = verdict_of("x.ods", Problem("bad-id", "x.ods", 2, "plant_id", "x", table="plants"))
    content, _, lost = referee.copy(tmp_path / "x", raw, verdict, schemas, lang="en")
    assert {"referee.lost_long", "referee.lost_rows"} <= set(lost)
    book = openpyxl.load_workbook(BytesIO(content))
    assert len(book.sheetnames) == 6
    assert all(0 < len(name) <= 31 for name in book.sheetnames)
    assert len({name.casefold() for name in book.sheetnames}) == 6


# -- geometry files ---------------------------------------------------------------------------


def feature(number, geometry, **properties):
    known = {"network_id": f"n-{number}", "sector": "heat", "region": "KZ-55"}
    shape = shapely.geometry.mapping(shapely.from_wkt(geometry)) if geometry else None
    return {"type": "Feature", "properties": {**known, **properties}, "geometry": shape}


@pytest.fixture
def geometry_file(tmp_path):
    path = tmp_path / "networks.geojson"
    features = [
        feature(1, WKT, wear_percent=150, code="mine", Feature="x"),
        feature(2, None, sector="heatt"),
        feature(3, WKT),
        feature(3, "POINT (76.94 52.28)"),
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def test_a_geometry_file_gives_its_faulty_features_with_the_reasons(geometry_file, copy_of):
    path, lost = copy_of(geometry_file)
    assert path.name == "networks-checked.gpkg"
    assert lost == ()
    drawn = gpd.read_file(path, layer="networks_problems")
    assert drawn.crs == WGS84
    assert list(drawn.columns[:7]) == [
        "feature", "severity", "code", "column", "value", "what", "how",
    ]  # fmt: skip
    found = drawn.set_index("code")
    assert found.at["out-of-range", "feature"] == 1
    assert found.at["out-of-range", "value"] == "150"
    assert found.at["out-of-range", "severity"] == "error"
    assert found.at["out-of-range", "what"]
    assert found.at["out-of-range", "how"]
    assert found.at["out-of-range", "geometry"].equals(shapely.from_wkt(WKT))
    assert found.at["duplicate-id", "feature"] == 4
    assert 3 not in set(drawn["feature"])


def test_columns_of_the_file_stand_beside_the_reasons(geometry_file, copy_of):
    path, _ = copy_of(geometry_file)
    row = gpd.read_file(path, layer="networks_problems").set_index("feature").loc[1]
    assert (row["network_id"], row["wear_percent"]) == ("n-1", "150")
    assert row["code_1"] == "mine"
    assert row["Feature_1"] == "x"


def test_features_that_cannot_be_drawn_stand_in_a_table_without_geometry(geometry_file, copy_of):
    path, _ = copy_of(geometry_file)
    assert dict(pyogrio.list_layers(path))["networks_other_problems"] is None
    rest = pyogrio.read_dataframe(path, layer="networks_other_problems", read_geometry=False)
    assert {"unknown-code", "bad-geometry"} <= set(rest.loc[rest["feature"] == 2, "code"])
    assert "unknown-column" in set(rest.loc[rest["feature"].isna(), "code"])
    assert set(rest.loc[rest["feature"] == 2, "network_id"]) == {"n-2"}


def test_coordinates_without_end_are_not_drawn(schemas, tmp_path):
    lines = np.array(
        [shapely.LineString([(76, np.inf), (76, 52)]), shapely.LineString(), None], dtype=object
    )
    table = RawTable("Übersicht/1", ("fid", ""), (["1"] * 3, ["a"] * 3), np.arange(1, 4), lines)
    problems = [
        Problem("bad-geometry", "x.kml", n, "geometry", table="networks") for n in (1, 2, 3)
    ]
    problems.append(Problem("missing-crs", "x.kml"))
    raw = RawFile("x.kml", "kml", (table,))
    content, name, _ = referee.copy(
        tmp_path / "x", raw, verdict_of("x.kml", *problems), schemas, lang="ru"
    )
    assert name == "x-проверено.gpkg"
    path = tmp_path / name
    path.write_bytes(content)
    assert [kind for _, kind in pyogrio.list_layers(path)] == [None]
    rest = pyogrio.read_dataframe(path, read_geometry=False)
    assert sorted(rest["feature"].dropna()) == [1, 2, 3]
    assert {"fid_1", "column_2"} <= set(rest.columns)


def test_each_layer_has_its_problems_apart(schemas, tmp_path):
    line = np.array([shapely.from_wkt(WKT)], dtype=object)
    one = RawTable("networks", ("network_id",), (["n-1"],), np.array([1]), line)
    other = RawTable("roads", ("name",), (["M-38"],), np.array([1]), line)
    problems = [
        Problem("bad-id", "x.gpkg", 1, "network_id", "n-1", table="networks"),
        Problem("unknown-table", "x.gpkg", value="roads", table="roads"),
    ]
    raw = RawFile("x.gpkg", "gpkg", (one, other))
    content, _, _ = referee.copy(
        tmp_path / "x", raw, verdict_of("x.gpkg", *problems), schemas, lang="en"
    )
    path = tmp_path / "copy.gpkg"
    path.write_bytes(content)
    assert set(pyogrio.list_layers(path)[:, 0]) == {"networks_problems", "roads_other_problems"}


# -- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("map.xlsx", "map-checked.xlsx"),
        ("map-checked.xlsx", "map-checked.xlsx"),
        ("map-проверено.ods", "map-checked.xlsx"),
        ("..\\..\\etc/passwd.csv", "passwd-checked.xlsx"),
        ("a" * 300 + ".csv", "a" * 80 + "-checked.xlsx"),
    ],
)
def test_a_copy_is_named_after_its_file(schemas, tmp_path, file, name):
    raw = RawFile(file, "csv", (RawTable("t", ("x",), ([],), np.array([], dtype=np.int64)),))
    _, found, _ = referee.copy(tmp_path / "x", raw, verdict_of(file), schemas, lang="en")
    assert found == name


def test_a_file_without_a_fault_has_a_list_that_says_so(filled, copy_of):
    path, _ = copy_of(filled, "kk")
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert any(row[0] == i18n.text("kk", "referee.clean") for row in rows)


def test_marks_use_colours_that_the_template_does_not(filled):
    book = openpyxl.load_workbook(filled)
    assert not any(coloured(sheet) for sheet in book)
    assert PatternFill("solid", start_color=RED) != PatternFill("solid", start_color=YELLOW)
