"""What comes in is read as its author wrote it: every format, letter by letter, row by row."""

import datetime as dt
import json
import logging
import sqlite3
import warnings

import builders_reading as make
import geopandas as gpd
import numpy as np
import pytest
import shapely

from meks_geo.errors import InputError
from meks_geo.intake import bounds
from meks_geo.intake.reading import read

NOON = dt.datetime(2026, 4, 8, 12, tzinfo=dt.UTC).replace(tzinfo=None)


@pytest.fixture
def put(tmp_path):
    """Write a file and return its path."""

    def write(content, name):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def table(put):
    """Read the only table of a file."""

    def one(content, name):
        (found,) = read(put(content, name)).tables
        return found

    return one


def cells(table):
    return dict(zip(table.header, table.columns, strict=True))


def refusal(path):
    with pytest.raises(InputError) as caught:
        read(path)
    (problem,) = caught.value.problems
    return problem


# -- every format ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", make.KINDS)
def test_a_valid_file_is_read(put, kind):
    raw = read(put(make.valid(kind), f"networks.{make.ENDINGS[kind]}"))
    (table,) = raw.tables
    assert (raw.kind, raw.problems, table.name) == (kind, (), "networks")
    found = cells(table)
    assert found["network_id"] == [f"hn-{n:06d}" for n in range(5)]
    assert found["operator"] == ["ТОО «Павлодарские тепловые сети»"] * 5
    assert found["wear_date"] == ["2025-12-31"] * 5
    assert found["built_year"] == ["1960", "1961", "1962", "1963", "1964"]
    # dBase cuts names to ten characters
    assert found["wear_perce" if kind == "shapefile" else "wear_percent"][:2] == ["40.5", "41.5"]
    if table.geometry is None:
        assert table.numbers.tolist() == [2, 3, 4, 5, 6]
        assert found["geometry"][0] == "LINESTRING (76.9 52.2, 76.91 52.2)"
    else:
        assert table.numbers.tolist() == [1, 2, 3, 4, 5]
        assert "geometry" not in found
        assert shapely.equals_exact(table.geometry, np.array(make.lines(5)), 1e-9).all()


def test_progress_goes_up_to_one(put):
    for kind in make.KINDS:
        seen = []
        path = put(make.valid(kind), f"networks.{make.ENDINGS[kind]}")
        read(path, progress=lambda step, share, seen=seen: seen.append((step, share)))
        shares = [share for _, share in seen]
        assert {step for step, _ in seen} == {"read"}
        assert shares == sorted(shares)
        assert shares[-1] == 1.0


def test_the_name_is_the_one_that_the_sender_knows(put):
    path = put(make.valid("csv"), "upload-1")
    raw = read(path, name="Сети Павлодара.csv")
    assert (raw.name, raw.tables[0].name) == ("Сети Павлодара.csv", "Сети Павлодара")


# -- workbooks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("build", [make.xlsx, make.ods])
def test_cells_become_text(table, build):
    rows = [
        ("a", "b"),
        (1, 2.5),
        (dt.date(2026, 4, 8), "  \u00a0x\u00a0"),
        ("2,5", -3),
        (0.1, 1e-7),
    ]
    found = table(build({"s": rows}), f"x.{build.__name__}")
    assert found.columns == (
        ["1", "2026-04-08", "2,5", "0.1"],
        ["2.5", "x", "-3", "1e-07"],
    )


def test_truth_values_and_times(table):
    rows = [("a", "b"), (True, False), (NOON, 12345678901234567890)]
    found = table(make.xlsx({"s": rows}), "x.xlsx")
    # a day with a time of day is written by the day format as the day it is on
    assert [column[0] for column in found.columns] == ["true", "false"]
    assert found.columns[0][1].startswith("2026-04-08")
    assert found.columns[1][1] == "1.234567890123457e+19"


@pytest.mark.parametrize("build", [make.xlsx, make.ods])
def test_empty_rows_and_columns_are_left_out_and_places_are_kept(table, build):
    rows = [
        (None, None, None, None),
        (None, "id", None, "wear"),
        (None, "a", None, 1),
        (None, None, None, None),
        (None, "   ", None, None),
        (None, "b", None, 2),
    ]
    found = table(build({"s": rows}), f"x.{build.__name__}")
    assert found.header == ("id", "wear")
    assert found.columns == (["a", "b"], ["1", "2"])
    assert found.numbers.tolist() == [3, 6]


@pytest.mark.parametrize("build", [make.xlsx, make.ods])
def test_formulas_are_named_by_row_and_column(table, build):
    rows = [(None, "id", None, "wear"), (None, "a", None, 1), (None, "b", None, "=1+1")]
    found = table(build({"s": rows}), f"x.{build.__name__}")
    assert found.header == ("id", "wear")
    assert found.formulas == {(3, 1)}


def test_a_formula_keeps_its_stored_value(table):
    rows = [("id", "wear"), ("a", "=1+1")]
    content = make.with_part(
        make.xlsx({"s": rows}),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<v>0</v>", b"<v>2</v>"),
    )
    assert table(content, "x.xlsx").columns[1] == ["2"]


def test_an_error_is_not_an_empty_cell(table):
    content = make.with_part(
        make.xlsx({"s": [("id", "wear"), ("a", 77)]}),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<c r="B2"><v>77</v>', b'<c r="B2" t="e"><v>#N/A</v>'),
    )
    assert table(content, "x.xlsx").columns[1] == ["#N/A"]


def test_sheets_of_the_template_and_empty_ones_are_left_out(put):
    sheets = {
        **{"about": [("x",)], "Lists": [("y",)], "Verdict": [("z",)], "empty": []},
        **{"networks": [("network_id",), ("a",)], "сети 2": [("network_id",)]},
    }
    raw = read(put(make.xlsx(sheets), "x.xlsx"))
    assert [(one.name, len(one)) for one in raw.tables] == [("networks", 1), ("сети 2", 0)]


def test_places_are_found_without_references(table):
    content = make.with_part(
        make.xlsx({"s": [("id", "wear"), ("a", 77)]}),
        "xl/worksheets/sheet1.xml",
        lambda xml: (
            xml.replace(b' r="A1"', b"").replace(b' r="B1"', b"")
            .replace(b' r="A2"', b"").replace(b' r="B2"', b"")
        ),
    )  # fmt: skip
    found = table(content, "x.xlsx")
    assert (found.header, found.columns) == (("id", "wear"), (["a"], ["77"]))


# -- CSV ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_separators_and_encodings(table, separator, encoding):
    rows = [("id", "название, «имя»", "wear"), ("a", "ТЭЦ; «Восток», 2\tя", "1,5")]
    found = table(make.csv_bytes(rows, separator, encoding), "networks.csv")
    assert found.header == rows[0]
    assert found.columns == (["a"], ["ТЭЦ; «Восток», 2\tя"], ["1,5"])


def test_kazakh_letters_of_windows(table):
    rows = [("id", "атауы"), ("a", "Қызылорда жылу желілері, Өскемен, Ұлытау, Әл-Фараби, һүңғ")]
    found = table(make.csv_bytes(rows, ";", "kz1048"), "networks.csv")
    assert found.columns[1] == [rows[1][1]]


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ("id,имя\na,Павлодар\nb,ТЭЦ\n".encode() + b"c,\xd0\n", 4),  # UTF-8 cut in a letter
        ("id,имя\n".encode() + b"a,\xff\xff\xff\n", 2),
        (b"\xff\xfei\0d\0\n\0a", None),
    ],
)
def test_a_text_in_no_known_encoding_is_refused(put, content, row):
    problem = refusal(put(content, "networks.csv"))
    assert (problem.code, problem.row) == ("wrong-encoding", row)


def test_rows_of_a_csv_are_those_of_the_program_that_shows_it(table):
    content = b'id,name\r\n\r\na,"two\r\nlines"\r\n,\r\nb,x\r\n'
    found = table(content, "x.csv")
    assert found.numbers.tolist() == [3, 5]
    assert found.columns[0] == ["a", "b"]


def test_formulas_of_a_csv(table):
    values = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "-2.5", "+7", "-1,5", "-", "x=1"]
    found = table(make.csv_bytes([("id",), *((v,) for v in values)]), "x.csv")
    assert found.formulas == {(2, 0), (3, 0), (4, 0), (5, 0)}
    assert found.columns[0] == values


def test_controls_are_cleaned_and_numbers_that_are_none_stay_text(table):
    found = table("id,wear\na\u200b\u202e,NaN\nb\x07,inf\n".encode(), "x.csv")
    assert found.columns == (["a", "b"], ["NaN", "inf"])


def test_cells_beyond_the_header_refuse_the_file(put):
    problem = refusal(put(b"id,geometry\na,x\nb,LINESTRING (51 47, 52 48)\n", "x.csv"))
    assert (problem.code, problem.row) == ("unreadable-file", 3)
    assert problem.params["reason"] == "spilt-cells"


def test_an_open_quotation_does_not_swallow_rows(put):
    problem = refusal(put(b'id,name\na,"x\nb,y\nc,z\n', "x.csv"))
    assert (problem.code, problem.params["reason"]) == ("unreadable-file", "quotes")


def test_short_rows_are_filled_up(table):
    assert table(b"id,name,wear\na\nb,x\n", "x.csv").columns == (["a", "b"], ["", "x"], ["", ""])


def test_a_stated_separator_is_taken(table):
    found = table(b"sep=;\r\nid;name\r\na;x,y,z\r\n", "x.csv")
    assert (found.header, found.numbers.tolist()) == (("id", "name"), [3])
    assert found.columns[1] == ["x,y,z"]


# -- GeoPackage --------------------------------------------------------------------------------


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:32643", "EPSG:28413"])
@pytest.mark.parametrize("kind", ["gpkg", "shapefile"])
def test_any_system_that_names_itself_comes_out_in_degrees(table, crs, kind):
    frame = make.frame(3, crs)
    content = make.gpkg({"networks": frame}) if kind == "gpkg" else make.shapefile(frame)
    found = table(content, f"networks.{make.ENDINGS[kind]}")
    assert shapely.equals_exact(found.geometry, np.array(make.lines(3)), 1e-6).all()


def test_layers_plain_tables_and_what_is_ignored(put):
    frame = make.frame(2)
    content = make.gpkg(
        {"networks": frame, "layer_styles": frame.drop(columns="geometry"), "сети 2": frame}
    )
    raw = read(put(content, "x.gpkg"))
    assert [one.name for one in raw.tables] == ["networks", "сети 2"]
    assert all("fid" not in one.header for one in raw.tables)


def test_a_plain_table_has_no_geometry(put):
    bare = make.frame(2).drop(columns="geometry")
    raw = read(put(make.gpkg({"networks": make.frame(1), "plants": bare}), "x.gpkg"))
    tables = {one.name: one for one in raw.tables}
    assert tables["plants"].geometry is None
    assert len(tables["plants"]) == 2


def test_rows_in_the_wal_are_read_and_nothing_is_written(tmp_path):
    path = tmp_path / "x.gpkg"
    path.write_bytes(make.valid("gpkg", 3))
    writer = sqlite3.connect(path, isolation_level=None)
    try:
        make.without_index(writer)
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("UPDATE networks SET operator = 'new' WHERE network_id = 'hn-000001'")
        before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
        (table,) = read(path).tables
        assert cells(table)["operator"][1] == "new"
        assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before
    finally:
        writer.close()


def test_triggers_and_views_do_nothing(put):
    content = make.changed_gpkg(
        make.valid("gpkg"),
        "CREATE TRIGGER t AFTER INSERT ON networks BEGIN DELETE FROM networks; END",
        "CREATE VIEW endless AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
        "SELECT x FROM c",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
        "VALUES ('endless', 'attributes', 'endless')",
    )
    path = put(content, "x.gpkg")
    (table,) = read(path).tables
    assert (table.name, len(table)) == ("networks", 5)
    assert path.read_bytes() == content


def test_kinds_that_change_from_row_to_row_stay_text(put):
    content = make.changed_gpkg(
        make.valid("gpkg", 4),
        "UPDATE networks SET wear_percent = 'old' WHERE network_id = 'hn-000000'",
        "UPDATE networks SET wear_percent = NULL WHERE network_id = 'hn-000001'",
        "UPDATE networks SET wear_percent = x'6162' WHERE network_id = 'hn-000002'",
        "UPDATE networks SET wear_percent = 7 WHERE network_id = 'hn-000003'",
        "UPDATE networks SET geom = NULL WHERE network_id = 'hn-000003'",
    )
    (table,) = read(put(content, "x.gpkg")).tables
    assert cells(table)["wear_percent"] == ["old", "", "ab", "7"]
    assert table.geometry[3] is None


@pytest.mark.parametrize("kind", ["gpkg", "shapefile"])
def test_a_layer_without_a_system_is_refused_alone(put, kind):
    bare = gpd.GeoDataFrame(make.frame(2)).set_crs(None, allow_override=True)
    if kind == "gpkg":
        path = put(make.gpkg({"networks": bare, "other": make.frame(1)}), "x.gpkg")
        raw = read(path)
        assert [one.name for one in raw.tables] == ["other"]
        assert [(p.code, p.table) for p in raw.problems] == [("missing-crs", "networks")]
    path = put(
        make.gpkg({"networks": bare}) if kind == "gpkg" else make.shapefile(bare),
        f"y.{make.ENDINGS[kind]}",
    )
    assert refusal(path).code == "missing-crs"


# -- GeoJSON -----------------------------------------------------------------------------------


def test_features_keep_their_place_whatever_they_are(table):
    line = shapely.LineString([(76.9, 52.2), (76.91, 52.2)])
    features = [
        make.feature(line, id="a", wear=1),
        None,
        make.feature(None, id="b", wear="x", more=[1, 2]),
        {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [["x", 1]]}},
        make.feature(shapely.LineString([(1, 2, 3), (4, 5, 6)]), id="c", wear=True, fid=9),
    ]
    found = table(make.geojson(features), "networks.geojson")
    assert found.numbers.tolist() == [1, 2, 3, 4, 5]
    assert cells(found) == {
        "id": ["a", "", "b", "", "c"],
        "wear": ["1", "", "x", "", "true"],
        "more": ["", "", "[1, 2]", "", ""],
    }
    assert [None if one is None else one.geom_type for one in found.geometry] == [
        *("LineString", None, None, None, "LineString")
    ]
    assert not found.geometry[4].has_z


def test_a_named_system_is_honoured_wherever_it_stands(table):
    frame = make.frame(2, "EPSG:32643")
    features = [make.feature(one, id="x") for one in frame.geometry]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32643"}}
    content = make.geojson(features)[:-1] + b', "crs": ' + json.dumps(crs).encode() + b"}"
    found = table(content, "x.geojson")
    assert shapely.equals_exact(found.geometry, np.array(make.lines(2)), 1e-6).all()


def test_an_unknown_system_is_refused(put):
    crs = {"type": "name", "properties": {"name": "of my own"}}
    problem = refusal(put(make.geojson([make.feature(None, id="x")], crs=crs), "x.geojson"))
    assert problem.code == "missing-crs"


def test_numbers_that_are_none_reach_the_geometry(table):
    shape = b'{"type": "LineString", "coordinates": [[NaN, 1], [2, 1e999]]}'
    content = make.geojson([make.feature(None, id="x")]).replace(b"null", shape)
    points = shapely.get_coordinates(table(content, "x.geojson").geometry)
    assert np.isnan(points[0, 0])
    assert np.isinf(points[1, 1])


# -- Shapefile and KML -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "leave_out"),
    [
        ("UTF-8", ()),
        ("UTF-8", (".cpg",)),
        ("cp1251", ()),
        ("cp1251", (".cpg",)),
    ],
)
def test_letters_of_a_shapefile(table, encoding, leave_out):
    content = make.shapefile(make.frame(2), encoding=encoding, leave_out=leave_out)
    found = cells(table(content, "x.zip"))
    assert found["operator"] == ["ТОО «Павлодарские тепловые сети»"] * 2


def test_several_shapefiles_in_folders(put):
    first, second = make.shapefile(make.frame(1), "networks"), make.shapefile(make.frame(2), "b")
    members = [(f"dir/{n}", c) for n, c in [*make.unzipped(first), *make.unzipped(second)]]
    raw = read(put(make.zipped([*members, ("__MACOSX/dir/._b.shp", b"x")]), "x.zip"))
    assert [(one.name, len(one)) for one in raw.tables] == [("networks", 1), ("b", 2)]


def test_empty_numbers_of_a_shapefile_are_empty(table):
    frame = make.frame(2)
    frame["length_km"] = [1.5, float("nan")]
    assert cells(table(make.shapefile(frame), "x.zip"))["length_km"] == ["1.5", ""]


@pytest.mark.parametrize("part", [".dbf", ".shx"])
def test_a_shapefile_without_a_part_is_refused(put, part):
    problem = refusal(put(make.shapefile(make.frame(1), leave_out=(part,)), "x.zip"))
    assert (problem.code, problem.params["reason"]) == ("unreadable-file", "incomplete")
    assert problem.value == f"networks{part}"


def test_placemarks_of_a_kml(put):
    content = make.kml(make.network_rows(2)).replace(
        b"</Folder>",
        b"<Placemark><name>n</name><ExtendedData><Data name='network_id'><value>m</value></Data>"
        b"</ExtendedData><MultiGeometry>"
        b"<LineString><coordinates>1,2 3,4</coordinates></LineString>"
        b"<LineString><coordinates>5,6,0 7,8,0</coordinates></LineString>"
        b"</MultiGeometry></Placemark><Placemark>"
        b"<LineString><coordinates>1,x</coordinates></LineString></Placemark></Folder>",
    )
    (table,) = read(put(content, "x.kml")).tables
    assert cells(table)["network_id"] == ["hn-000000", "hn-000001", "m", ""]
    assert table.geometry[2].wkt == "MULTILINESTRING ((1 2, 3 4), (5 6, 7 8))"
    assert table.geometry[3] is None


def test_a_zipped_kml(put):
    raw = read(put(make.zipped([("doc.kml", make.valid("kml"))]), "x.kmz"))
    assert (raw.kind, len(raw.tables[0])) == ("kml", 5)


# -- nothing on the screen ---------------------------------------------------------------------


def test_nothing_is_printed_or_logged(put, capfd, caplog):
    bent = make.frame(2)
    content = make.shapefile(bent)
    spoilt = make.with_part(content, "networks.shp", lambda one: one[:-30])
    files = (("a.zip", content), ("b.zip", spoilt), ("c.gpkg", make.valid("gpkg")))
    caplog.clear()
    with caplog.at_level(logging.DEBUG):
        for name, one in files:
            try:
                read(put(one, name))
            except InputError as error:
                assert error.problems  # noqa: PT017
    assert capfd.readouterr() == ("", "")
    assert not [one for one in caplog.records if one.name.startswith("pyogrio")]


def test_what_a_library_says_is_kept_off_the_screen(caplog):
    with bounds.hushed() as heard:
        logging.getLogger("pyogrio._io").warning("logged")
        warnings.warn("warned", RuntimeWarning, stacklevel=1)
    assert heard == ["logged", "warned"]
    assert caplog.records == []
