"""The shipped registers, broken one at a time: each fault has code, file, row and column."""

import csv
import shutil

import pytest

from meks_geo import registers


@pytest.fixture
def home(root, tmp_path):
    """A copy of the registers that may be broken."""
    shutil.copytree(root / "data", tmp_path / "data")
    (tmp_path / "geo").mkdir()
    shutil.copy(root / "geo" / "places.csv", tmp_path / "geo")
    return tmp_path


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def save(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def set_cell(path, row, column, value):
    """Change one cell; `row` is the line as an editor shows it."""
    rows = table(path)
    rows[row - 1][rows[0].index(column)] = value
    save(path, rows)


def faults(home):
    _, problems = registers.read(home / "data", home / "geo")
    return [(p.code, p.file, p.row, p.column) for p in problems]


def test_the_shipped_registers_have_no_faults(home):
    tables, problems = registers.read(home / "data", home / "geo")
    assert problems == []
    assert {"plants", "projects", "claims", "sources", "places", "attributes"} <= tables.keys()
    assert len(tables["plants"]) == len(table(home / "data" / "plants.csv")) - 1


BAD_CELLS = [
    ("plants", 3, "name_ru", "", "missing-value", "name_ru"),
    ("plants", 4, "lat", "north", "not-a-number", "lat"),
    ("plants", 5, "kind", "chpp", "unknown-code", "kind"),
    ("plants", 6, "region", "KZ-99", "dangling-reference", "region"),
    ("plants", 7, "lat", "5.2", "outside-country", "lat"),
    ("plants", 8, "lon", "76,9", "decimal-comma", "lon"),
    ("claims", 2, "value", "a lot", "not-a-number", "value"),
    ("claims", 3, "claim_id", "c_002", "bad-id", "claim_id"),
    ("claims", 4, "subject_id", "kokshetau-chp", "dangling-reference", "subject_id"),
    ("claims", 5, "attribute", "contractors", "dangling-reference", "attribute"),
    ("claims", 6, "source_id", "nowhere", "dangling-reference", "source_id"),
    ("claims", 7, "value", "aproved", "unknown-code", "value"),
    ("claims", 8, "stated_on", "2026-02-30", "bad-date", "stated_on"),
    ("claims", 9, "standing", "maybe", "unknown-code", "standing"),
    ("claims", 11, "attribute", "operator", "unknown-code", "attribute"),
    ("zone_rules", 2, "above_percent", "170", "out-of-range", "above_percent"),
    ("indicators", 2, "scope", "village", "unknown-code", "scope"),
    ("sources", 2, "url", "abai.kz", "unknown-code", "url"),
    ("kpis", 4, "target", "many", "not-a-number", "target"),
]


def test_every_bad_cell_of_every_register_is_reported_at_once(home):
    for file, row, column, value, *_ in BAD_CELLS:
        set_cell(home / "data" / f"{file}.csv", row, column, value)
    assert sorted(faults(home)) == sorted(
        (code, f"{file}.csv", row, where) for file, row, _, _, code, where in BAD_CELLS
    )


def test_a_decimal_comma_is_read_and_warned_of(home):
    set_cell(home / "data" / "plants.csv", 2, "lat", "53,2841")
    tables, (problem,) = registers.read(home / "data", home / "geo")
    assert (problem.code, problem.row, problem.severity) == ("decimal-comma", 2, "warning")
    assert tables["plants"].loc[0, "lat"] == 53.2841


def test_longitude_and_latitude_swapped(home):
    path = home / "data" / "plants.csv"
    rows = table(path)
    lat, lon = rows[0].index("lat"), rows[0].index("lon")
    rows[3][lat], rows[3][lon] = rows[3][lon], rows[3][lat]
    save(path, rows)
    assert faults(home) == [("lon-lat-swapped", "plants.csv", 4, "lat")]


def test_the_same_id_twice(home):
    path = home / "data" / "plants.csv"
    rows = table(path)
    save(path, [*rows, rows[1]])
    assert faults(home) == [("duplicate-id", "plants.csv", len(rows) + 1, "plant_id")]


def test_a_place_in_geo_is_checked_like_the_rest(home):
    set_cell(home / "geo" / "places.csv", 3, "rank", "9")
    assert ("out-of-range", "places.csv", 3, "rank") in faults(home)


def test_a_column_that_is_gone_refuses_the_table(home):
    path = home / "data" / "plants.csv"
    rows = table(path)
    kind = rows[0].index("kind")
    save(path, [row[:kind] + row[kind + 1 :] for row in rows])
    tables, problems = registers.read(home / "data", home / "geo")
    assert [(p.code, p.row, p.column) for p in problems] == [("missing-column", 1, "kind")]
    assert tables["plants"].empty


def test_an_unknown_column_is_a_warning_with_the_nearest_name(home):
    path = home / "data" / "plants.csv"
    rows = table(path)
    rows[0][rows[0].index("note")] = "noted"
    save(path, rows)
    _, (problem,) = registers.read(home / "data", home / "geo")
    assert (problem.code, problem.column, problem.severity) == (
        "unknown-column",
        "noted",
        "warning",
    )
    assert problem.params["nearest"] == "note"


def test_another_encoding_names_the_line(home):
    path = home / "data" / "plants.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines, 1) if "№" in line or not line.isascii())
    path.write_bytes("".join(lines).encode("cp1251", errors="replace"))
    assert ("wrong-encoding", "plants.csv", first, None) in faults(home)


def test_a_comma_outside_quotes_shifts_no_columns(home):
    path = home / "data" / "claims.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[4] = lines[4].replace("Inter RAO - Export", "Inter RAO, Export", 1)
    path.write_text("".join(lines), encoding="utf-8")
    assert ("unreadable-file", "claims.csv", 5, None) in faults(home)


def test_the_row_is_the_line_that_an_editor_shows(home):
    path = home / "data" / "plants.csv"
    rows = table(path)
    note = rows[0].index("note")
    rows[1][note] = "first line\nsecond line, with a comma\n\nfourth"
    rows[2][rows[0].index("kind")] = "chpp"
    rows[1][rows[0].index("kind")] = "hidro"  # a row of many lines is where it begins
    save(path, rows)
    text = path.read_text(encoding="utf-8").splitlines()
    line = next(n for n, one in enumerate(text, 1) if ",chpp," in one)
    assert line == 6
    assert faults(home) == [
        ("unknown-code", "plants.csv", 2, "kind"),
        ("unknown-code", "plants.csv", line, "kind"),
    ]


def test_empty_lines_and_a_byte_order_mark_are_no_faults(home):
    path = home / "data" / "plants.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:3], "\n", *lines[3:], "\n"]), encoding="utf-8-sig")
    assert faults(home) == []
    set_cell_line = path.read_text(encoding="utf-8").splitlines(keepends=True)
    set_cell_line[4] = set_cell_line[4].replace(",nuclear,", ",atomic,").replace(",chp,", ",x,")
    path.write_text("".join(set_cell_line), encoding="utf-8")
    assert faults(home) == [("unknown-code", "plants.csv", 5, "kind")]


@pytest.mark.parametrize("text", ["", "\n", '"open quote\nnever closed'])
def test_a_file_without_a_table_is_a_fault_of_that_file(home, text):
    (home / "data" / "entities.csv").write_text(text, encoding="utf-8")
    found = [fault for fault in faults(home) if fault[1] == "entities.csv"]
    assert {code for code, *_ in found} <= {"missing-column", "unreadable-file", "unknown-column"}
    assert {"missing-column", "unreadable-file"} & {code for code, *_ in found}


@pytest.mark.parametrize("name", ["data/plants.csv", "data/claims.csv", "geo/places.csv"])
def test_a_missing_file_is_a_fault_and_no_crash(home, name):
    path = home / name
    path.unlink()
    assert ("unreadable-file", path.name, None, None) in faults(home)
