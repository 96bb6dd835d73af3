"""Files that mean harm, or are merely broken: refused in words, soon and without much memory."""

import io
import json
import struct
import time
import zipfile
import zlib

import builders_reading as make
import numpy as np
import pytest
import shapely

from meks_geo import i18n
from meks_geo.errors import InputError
from meks_geo.intake import archives, bounds
from meks_geo.intake.reading import read
from meks_geo.vocabulary import Lang

#: Reading is never slower than this here, whatever comes.
PATIENCE_S = 5.0


@pytest.fixture
def refusal(tmp_path):
    """Read a file that has to be refused, soon and in words; return code and reason."""

    def one(content, name):
        path = tmp_path / name
        path.write_bytes(content)
        start = time.monotonic()
        with pytest.raises(InputError) as caught:
            read(path)
        assert time.monotonic() - start < PATIENCE_S
        problem = caught.value.problems[0]
        for lang in Lang:
            assert problem.file in i18n.problem_text(lang, problem)
        return problem.code, problem.params.get("reason", "")

    return one


BOOK = make.valid("xlsx")


def part(change, name="xl/worksheets/sheet1.xml"):
    return make.with_part(BOOK, name, change)


# -- archives ----------------------------------------------------------------------------------


def test_a_bomb_that_says_so_is_refused_unopened(refusal):
    zeros = bytes(60_000_000)
    for name in ("xl/media/image1.png", "xl/worksheets/sheet1.xml"):
        content = make.zipped(
            [*((n, c) for n, c in make.unzipped(BOOK) if n != name), (name, zeros)]
        )
        assert refusal(content, "x.xlsx") == ("too-large", "bomb")


def test_a_bomb_that_states_a_small_size_is_refused(refusal):
    name = "xl/sharedStrings.xml"
    bomb = b"<sst><si><t>" + b"a" * 60_000_000 + b"</t></si></sst>"
    content = bytearray(
        make.zipped([*((n, c) for n, c in make.unzipped(BOOK) if n != name), (name, bomb)])
    )
    # both headers say that 1000 bytes come out, and give the checksum of these
    stated = struct.pack("<L", 1000)
    true = struct.pack("<L", len(bomb))
    crc, false_crc = (struct.pack("<L", zlib.crc32(one)) for one in (bomb, bomb[:1000]))
    assert content.count(true) == 2
    content = bytes(content).replace(true, stated).replace(crc, false_crc)
    assert refusal(content, "x.xlsx") == ("unreadable-file", "damaged")


def test_a_directory_that_points_astray_is_damage(refusal):
    # of the record that ends an archive: where its directory begins, and of that: where a part does
    end, first = BOOK.rindex(b"PK\5\6") + 16, BOOK.index(b"PK\1\2") + 42
    for place in (end, end + 3, first + 2, first + 3):
        content = bytearray(BOOK)
        content[place] ^= 0xD5
        assert refusal(bytes(content), "x.xlsx") == ("unreadable-file", "damaged")


def test_unpacking_stops_where_the_stated_size_ends(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(make.zipped([("a.xml", bytes(50_000_000))]))
    with zipfile.ZipFile(path) as archive:
        (member,) = archive.infolist()
    member.file_size = 1000
    with path.open("rb") as raw:
        pieces = archives.chunks(raw, member, "x.zip")
        with pytest.raises(InputError):
            next(pieces)


@pytest.mark.parametrize("name", ["../../etc/x", "/etc/x", "C:\\x", "a/..\\..\\x"])
def test_unsafe_names_are_refused(refusal, tmp_path, name):
    for kind in ("xlsx", "shapefile"):
        content = make.zipped([*make.unzipped(make.valid(kind)), (name, b"x")])
        assert refusal(content, f"x.{make.ENDINGS[kind]}") == ("unreadable-file", "unsafe-names")
    assert {one.name for one in tmp_path.iterdir()} == {"x.xlsx", "x.zip"}


def test_repeated_names_are_refused(refusal):
    content = make.zipped([*make.unzipped(BOOK), ("XL/Workbook.xml", b"<x/>")])
    assert refusal(content, "x.xlsx") == ("unreadable-file", "unsafe-names")


def test_many_members_are_refused(refusal):
    content = make.zipped([(f"{n}", b"") for n in range(bounds.MAX_ENTRIES + 1)])
    assert refusal(content, "x.zip") == ("too-large", "many-entries")


def test_a_locked_archive_is_refused(refusal):
    content = bytearray(make.valid("shapefile"))
    at = content.index(b"PK\1\2")
    content[at + 8] |= 1
    assert refusal(bytes(content), "x.zip") == ("unreadable-file", "encrypted")


def test_archives_in_archives_are_left_alone(tmp_path, refusal):
    assert refusal(make.zipped([("a.xlsx", BOOK)]), "x.zip") == ("unreadable-file", "no-shapefile")
    path = tmp_path / "y.zip"
    path.write_bytes(make.zipped([*make.unzipped(make.valid("shapefile")), ("b.zip", BOOK)]))
    assert len(read(path).tables) == 1


# -- XML ---------------------------------------------------------------------------------------

LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(
        b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (n + 1, *[n] * 8)
        for n in range(97, 110)
    )
    + b"]>"
)
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'


def laughing(xml):
    """Return XML that declares entities before its root element."""
    head, _, body = xml.partition(b"?>")
    return HEAD + b"<!-- c -->" + LAUGHS + (body if head.startswith(b"<?xml") else xml)


@pytest.mark.parametrize(
    "name",
    [
        *("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"),
        *("xl/_rels/workbook.xml.rels", "xl/styles.xml", "docProps/app.xml"),
    ],
)
def test_entities_are_refused_in_every_part_of_a_workbook(refusal, name):
    code, reason = refusal(part(laughing, name), "x.xlsx")
    assert (code, reason) == ("unreadable-file", "entities")


def test_entities_are_refused_in_ods_and_kml(refusal):
    content = make.with_part(make.valid("ods"), "content.xml", laughing)
    assert refusal(content, "x.ods") == ("unreadable-file", "entities")
    assert refusal(laughing(make.valid("kml")), "x.kml") == ("unreadable-file", "entities")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-7"])
def test_xml_in_another_encoding_is_no_way_around(refusal, encoding):
    changed = part(lambda xml: laughing(xml).decode().encode(encoding))
    assert refusal(changed, "x.xlsx")[0] == "unreadable-file"


def test_deep_xml_and_json(refusal):
    deep = b"<kml>" + b"<Folder>" * 200_000
    assert refusal(deep, "x.kml") == ("unreadable-file", "damaged")
    for text in (
        b'{"type": "FeatureCollection", "features": ' + b"[" * 2_000_000,
        b'{"a":' * 999_999,
    ):
        assert refusal(text, "x.geojson") == ("unreadable-file", "damaged")


# -- workbooks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'r="B3"', b'r="XFD1048576"'),
        (b'r="B3"', b"r='XFD1048576'"),
        (b'r="B3"', b'r="xfd1048576"'),
        (b'r="B3"', b'r="B99999999"'),
        (b'r="B3"', b' r = "ZZZ9999999"'),
        (b'<c r="B3"', b'<c\nr="XFD1048576"'),
        (b'<row r="3"', b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row><row r="3"'),
    ],
)
def test_a_cell_in_a_far_corner_is_refused(refusal, old, new):
    content = part(lambda xml: xml.replace(old, new))
    assert content != BOOK
    assert refusal(content, "x.xlsx") == ("too-large", "wide-sheet")


def test_a_cell_in_no_place_is_refused(refusal):
    content = part(lambda xml: xml.replace(b'r="B3"', b'r="$B$3"'))
    assert refusal(content, "x.xlsx") == ("unreadable-file", "damaged")


def test_a_long_text_in_many_cells_is_refused(refusal):
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 60_001))
    long = b"<sst><si><t>" + b"ab" * 50_000 + b"</t></si></sst>"
    content = part(lambda _: f"<worksheet><sheetData>{cells}</sheetData></worksheet>".encode())
    content = make.with_part(content, "xl/sharedStrings.xml", lambda _: long)
    assert refusal(content, "x.xlsx") == ("too-large", "bomb")
    disguised = make.with_part(
        content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v>", b"<!-- --><v>")
    )
    assert refusal(disguised, "x.xlsx")[0] in ("too-large", "unreadable-file")


@pytest.mark.parametrize(
    "xml",
    [
        '<table:table-row table:number-rows-repeated="999999999">{cell}</table:table-row>',
        "<table:table-row>{wide}</table:table-row>",
        "<table:table-row>{empty}{cell}</table:table-row>",
        '<table:table-row table:number-rows-repeated="99999999"/><table:table-row>{cell}{cell}'
        "</table:table-row>",
    ],
)
def test_repetition_in_ods_is_refused(refusal, xml):
    cell = '<table:table-cell office:value-type="float" office:value="1"/>'
    many = 'table:number-columns-repeated="999999999"'
    rows = xml.format(
        cell=cell,
        wide=cell.replace("cell ", f"cell {many} "),
        empty=f"<table:table-cell {many}/>",
    )
    content = make.ods_of(f'<table:table table:name="s">{rows}</table:table>')
    assert refusal(content, "x.ods") == ("too-large", "wide-sheet")


def test_the_padding_of_an_honest_ods_is_read(tmp_path):
    pad = '<table:table-cell table:number-columns-repeated="16380"/>'
    row = '<table:table-row><table:table-cell office:value-type="string"><text:p>{}</text:p>'
    end = (
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    rows = "".join(row.format(one) + f"</table:table-cell>{pad}</table:table-row>" for one in "ab")
    path = tmp_path / "x.ods"
    path.write_bytes(make.ods_of(f'<table:table table:name="s">{rows}{end}</table:table>'))
    (table,) = read(path).tables
    assert (table.header, table.columns) == (("a",), (["b"],))


@pytest.mark.parametrize(("locked", "reason"), [(False, "old-workbook"), (True, "encrypted")])
def test_old_and_locked_workbooks_are_refused_in_words(refusal, locked, reason):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
    content = ole + "EncryptedPackage".encode("utf-16-le") * locked + bytes(500)
    for name in ("x.xls", "x.xlsx"):
        assert refusal(content, name) == ("unreadable-file", reason)
    assert refusal(make.zipped([("xl/workbook.bin", b"x")]), "x.xlsb")[1] == "old-workbook"


# -- cells and geometries ----------------------------------------------------------------------

LONG = "a" * 50_000_000


def test_a_cell_of_fifty_megabytes_is_refused(refusal):
    rows = [("network_id", "operator"), ("a", LONG)]
    text = f"network_id,operator\na,{LONG}\n".encode()
    assert refusal(text, "x.csv") == ("too-large", "long-cell")
    text = make.geojson([make.feature(None, operator=LONG)])
    assert refusal(text, "x.geojson") == ("too-large", "long-cell")
    assert refusal(make.kml([("a", LONG)], rows[0], [None]), "x.kml") == ("too-large", "long-cell")
    content = make.changed_gpkg(
        make.valid("gpkg"), "UPDATE networks SET operator = printf('%.*c', 50000000, 'a')"
        " WHERE network_id = 'hn-000001'"
    )  # fmt: skip
    assert refusal(content, "x.gpkg") == ("too-large", "long-cell")


def test_a_cell_of_two_megabytes_in_a_workbook_is_refused(refusal):
    noise = np.random.default_rng(1).integers(97, 123, 2_000_000, dtype=np.uint8).tobytes()
    content = part(
        lambda xml: xml.replace(b"Pavlodar", noise).replace(b"<t>hn-000001", b"<t>" + noise, 1),
        "xl/sharedStrings.xml",
    )
    assert refusal(content, "x.xlsx") == ("too-large", "long-cell")


def test_endless_geometries_are_refused_and_large_ones_read(refusal, tmp_path):
    turn = np.linspace(0, 2 * np.pi, 1_200_000, endpoint=False)
    ring = shapely.Polygon(np.column_stack((70 + np.cos(turn), 50 + np.sin(turn))))
    frame = make.frame(1).set_geometry([ring], crs=make.frame(1).crs)
    path = tmp_path / "x.gpkg"
    path.write_bytes(make.gpkg({"networks": frame}))
    assert shapely.get_num_coordinates(read(path).tables[0].geometry[0]) > 1_000_000
    many = frame.set_geometry(
        [shapely.LineString(np.ones((bounds.MAX_VERTICES + 1, 2)))], crs=frame.crs
    )
    assert refusal(make.gpkg({"networks": many}), "y.gpkg") == ("too-large", "many-vertices")


def test_many_shared_texts_and_repeated_cells_are_refused(refusal, monkeypatch):
    monkeypatch.setattr(bounds, "MAX_SHARED", 10)
    assert refusal(BOOK, "x.xlsx") == ("too-large", "wide-sheet")
    monkeypatch.setattr(bounds, "MAX_SHARED", 1000)
    monkeypatch.setattr(bounds, "MAX_AREA", 90)
    again = part(lambda xml: xml.replace(b"</row>", b'<c r="A1"><v>1</v></c>' * 20 + b"</row>", 1))
    assert refusal(again, "x.xlsx") == ("too-large", "wide-sheet")


def test_many_cells_are_refused_in_every_format(refusal, monkeypatch):
    monkeypatch.setattr(bounds, "MAX_AREA", 40)
    for kind in make.KINDS:
        content = make.valid(kind)
        assert refusal(content, f"x.{make.ENDINGS[kind]}") == ("too-large", "wide-sheet"), kind


def test_two_sheets_of_one_name_are_refused(refusal):
    book = make.xlsx({"a": [("x",)], "b": [("y",)]})
    content = make.with_part(
        book, "xl/workbook.xml", lambda xml: xml.replace(b'name="b"', b'name="a"')
    )
    assert refusal(content, "x.xlsx") == ("unreadable-file", "damaged")


def test_wide_tables_are_refused(refusal):
    names = [f"c{n}" for n in range(bounds.MAX_COLUMNS + 1)]
    for content, name in (
        (make.csv_bytes([names, names]), "x.csv"),
        (make.xlsx({"s": [names, names]}), "x.xlsx"),
        (make.geojson([make.feature(None, **dict.fromkeys(names, 1))]), "x.geojson"),
    ):
        assert refusal(content, name) == ("too-large", "many-columns")


def test_too_many_rows_are_refused(refusal, monkeypatch):
    monkeypatch.setattr(bounds, "MAX_ROWS", 4)
    for kind in make.KINDS:
        content = make.valid(kind)
        assert refusal(content, f"x.{make.ENDINGS[kind]}") == ("too-large", "many-rows"), kind


def test_a_file_over_the_limit_is_not_opened(refusal, monkeypatch):
    monkeypatch.setattr(bounds, "MAX_BYTES", 100)
    assert refusal(make.valid("csv"), "x.csv") == ("too-large", "big-file")


def test_huge_numbers_and_odd_values_of_json(tmp_path, refusal):
    digits = b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"n":%s}}]}'
    assert refusal(digits % (b"9" * 5000), "x.geojson") == ("unreadable-file", "damaged")
    path = tmp_path / "y.geojson"
    path.write_bytes(digits % (b"9" * 400))
    assert read(path).tables[0].columns[0] == ["9" * 400]


# -- lies, cuts and noise ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", make.KINDS)
def test_a_file_that_lies_about_its_kind_is_refused(refusal, kind):
    content = make.valid(kind)
    for other in make.KINDS:
        if other != kind:
            code, reason = refusal(content, f"x.{make.ENDINGS[other]}")
            assert (code, reason) == ("unreadable-file", "other-kind")


@pytest.mark.parametrize("kind", make.KINDS)
def test_a_cut_file_is_refused_or_read_and_never_more(tmp_path, kind):
    content = make.valid(kind)
    for share in (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.999):
        path = tmp_path / f"x.{make.ENDINGS[kind]}"
        path.write_bytes(content[: int(len(content) * share)])
        try:
            tables = read(path).tables
        except InputError:
            continue
        # a text can be cut between two rows, a database be padded; else nothing may pass
        assert kind in ("csv", "gpkg")
        assert len(tables[0]) <= 5


def test_empty_files_and_other_things_are_refused(refusal):
    assert refusal(b"", "x.xlsx") == ("unreadable-file", "empty")
    assert refusal(b"\n\n", "x.csv") == ("unreadable-file", "empty")
    assert refusal(make.xlsx({"networks": []}), "x.xlsx") == ("unreadable-file", "empty")
    assert refusal(zipped_nothing(), "x.zip") == ("unreadable-file", "no-shapefile")
    assert refusal(b"%PDF-1.7 a,b", "x.csv") == ("unreadable-file", "unknown-kind")
    assert refusal(b"<html><table>", "x.xls") == ("unreadable-file", "unknown-kind")
    assert refusal(json.dumps({"a": 1}).encode(), "x.json") == ("unreadable-file", "no-features")
    assert refusal(b"SQLite format 3\0" + bytes(4096), "x.gpkg")[0] == "unreadable-file"


def zipped_nothing():
    content = io.BytesIO()
    zipfile.ZipFile(content, "w").close()
    return content.getvalue()


def test_a_folder_or_nothing_at_all_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(InputError):
            read(path)


def test_a_view_in_the_place_of_a_table_is_never_run(refusal):
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"
    for name in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys", "networks"):
        content = make.changed_gpkg(
            make.valid("gpkg"),
            "PRAGMA foreign_keys = OFF",
            "PRAGMA legacy_alter_table = ON",
            f"ALTER TABLE {name} RENAME TO old",
            f"CREATE VIEW {name} AS {endless}",
        )
        assert refusal(content, "x.gpkg")[0] in ("unreadable-file", "missing-crs")
