"""A whole file: what passes, what is told, in what bounds; hostile cells in, words out."""

import numpy as np
import pytest
from builders_checking import (
    ENTITY,
    LINE,
    NETWORK,
    PLANT,
    PROJECT,
    ROWS,
    TODAY,
    changed,
    places,
    table,
    verdict,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from meks_geo import i18n, registers, state
from meks_geo.errors import WARNINGS, Problem
from meks_geo.intake import checking, drafts
from meks_geo.intake.model import RawFile
from meks_geo.vocabulary import Lang


@pytest.fixture(scope="module")
def check(data, root):
    return lambda *tables, **further: verdict(data, root, *tables, **further)


def test_a_whole_file_passes_and_is_typed(check):
    found = check(*(changed(name, {}) for name in ROWS))
    assert found.problems == ()
    assert found.passed
    assert (found.file, found.rows, found.accepted) == ("file.xlsx", 4, 4)
    assert list(found.tables) == ["plants", "entities", "projects", "networks"]
    for name, one in found.tables.items():
        wanted = {**ROWS[name], **({"lat": 52.28, "lon": 76.95} if name == "plants" else {})}
        frame = one.frame.to_wkt() if name == "networks" else one.frame
        assert frame.drop(columns="geometry", errors="ignore").to_dict("records") == [
            {k: v for k, v in wanted.items() if k != "geometry"}
        ]
        assert one.numbers.tolist() == [2]


def test_an_empty_file_has_nothing_to_publish(check):
    for tables in ((), (table("plants", header=tuple(PLANT)),)):
        found = check(*tables)
        assert (found.accepted, found.problems, found.passed) == (0, (), False)
    empty = check(table("networks", header=tuple(NETWORK)))
    assert len(empty.tables["networks"].frame) == 0
    assert empty.tables["networks"].frame.crs is not None


def test_rows_keep_the_numbers_of_their_author(check):
    rows = table(
        "plants", PLANT, PLANT | {"plant_id": "p-2", "kind": "x"}, PLANT | {"plant_id": "p-3"}
    )
    rows = type(rows)(rows.name, rows.header, rows.columns, np.array([5, 17, 40]))
    found = check(rows)
    assert places(found) == [("unknown-code", 17, "kind")]
    assert found.tables["plants"].numbers.tolist() == [5, 40]


def test_what_the_reader_said_stays(data, root):
    said = Problem("missing-crs", "f.zip")
    raw = RawFile("f.zip", "shapefile", (changed("plants", {}),), (said,))
    found = checking.check(raw, data, registers.read_schemas(root / "data"), today=TODAY)
    assert found.problems == (said,)


def test_progress_only_grows_and_ends_at_the_end(data, root):
    shares = []
    verdict(
        data,
        root,
        *(changed(name, {}) for name in ROWS),
        progress=lambda step, share: shares.append((step, share)),
    )
    assert [share for _, share in shares] == sorted(share for _, share in shares)
    assert shares[-1] == ("record", 1.0)
    assert [*dict.fromkeys(step for step, _ in shares)] == [
        "columns",
        "geometry",
        "together",
        "record",
    ]


def test_the_file_and_the_record_are_not_changed(check, data):
    rows = changed("networks", {"wear_percent": "57,3", "region": "x"}, {"geometry": ""})
    before = ([list(column) for column in rows.columns], rows.numbers.tolist())
    records = data.projects.copy()
    check(rows, changed("projects", {}))
    assert ([list(column) for column in rows.columns], rows.numbers.tolist()) == before
    assert records.equals(data.projects)


def test_the_objects_of_record_come_in_again_as_they_are(check, data, root):
    today = state.as_of(data, TODAY)
    schemas = registers.read_schemas(root / "data")
    tables = []
    for name in ("plants", "entities", "projects"):
        frame = getattr(data, name)
        columns = [c.name for c in schemas[name].columns if c.intake and c.kept != "qualifier"]
        rows = [
            {
                column: one
                if column == frame.index.name
                else _cell(frame, one, column, today.facts[one])
                for column in columns
            }
            for one in frame.index
        ]
        tables.append(table(name, *rows))
    found = check(*tables)
    assert places(found) == []
    assert found.accepted == sum(len(one) for one in tables)


def _cell(frame, one, column, facts):
    if column in frame.columns:
        value = frame.at[one, column]
        return "" if value != value else str(value)  # noqa: PLR0124
    return facts[column].value if column in facts else ""


# -- many problems ----------------------------------------------------------------------------


def test_each_kind_of_problem_is_told_and_the_rest_is_counted(check, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_PROBLEMS", 25)
    monkeypatch.setattr(drafts, "FIRST_OF_KIND", 5)
    rows = [{"plant_id": f"p-{one}", "kind": "x", "wear_percent": f"y{one}"} for one in range(40)]
    found = check(changed("plants", *rows))
    told = {name: len(places(found, name)) for name in ("unknown-code", "not-a-number")}
    assert told == {"unknown-code": 20, "not-a-number": 5}
    rest = [p for p in found.problems if p.code == "more-problems"]
    assert [(p.column, p.params["kind"], p.params["count"], p.severity) for p in rest] == [
        ("kind", "unknown-code", 20, "error"),
        ("wear_percent", "not-a-number", 35, "error"),
    ]
    assert found.accepted == 0


def test_the_rest_of_warnings_is_a_warning(check, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_PROBLEMS", 1)
    monkeypatch.setattr(drafts, "FIRST_OF_KIND", 1)
    found = check(
        changed("plants", {"wear_percent": "1,5"}, {"plant_id": "p-2", "wear_percent": "2,5"})
    )
    assert [(p.code, p.severity) for p in found.problems] == [
        ("decimal-comma", "warning"),
        ("more-problems", "warning"),
    ]
    assert found.passed


def test_a_file_of_nothing_but_garbage_is_told_in_bounds(check):
    count = 10_000
    rows = [
        {"network_id": f"_{one}", "sector": f"s{one}", "region": f"r{one}"} for one in range(count)
    ]
    found = check(changed("networks", *rows))
    assert found.accepted == 0
    assert len(found.problems) <= drafts.MOST_PROBLEMS
    assert len(places(found, "unknown-code")) == 2 * count


# -- hostile ----------------------------------------------------------------------------------

CELLS = st.one_of(
    st.sampled_from(
        [
            *(
                "",
                "0",
                "-1",
                "1e999",
                "nan",
                "inf",
                "1,5",
                ">80",
                "65-70",
                "2027",
                "2026-13",
                "KZ-55",
            ),
            *("KZ", "heat", "meks", "j-1", "a;b;;", ";", "<script>", "=1+1", "\u00a0", "\u200b"),
            *(LINE, "LINESTRING EMPTY", "LINESTRING (1e308 1, -1e308 1)", "LINESTRING Z (1 2, 3)"),
            *("MULTILINESTRING (EMPTY)", "LINESTRING (76 52, nan 53)", "9" * 400, "\U0001f525"),
        ]
    ),
    st.text(max_size=20),
    st.floats().map(str),
)


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(ROWS)),
    st.lists(
        st.dictionaries(
            st.sampled_from(
                sorted(
                    {c for row in ROWS.values() for c in row}
                    | {"wear_percent", "length_km", "project_ids", "parent_id", "wear_date"}
                )
            ),
            CELLS,
            max_size=4,
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_whatever_stands_in_the_cells_is_let_in_or_told_in_words(check, root, name, changes):
    found = check(changed(name, *changes))
    rejected = {p.row for p in found.problems if p.severity == "error" and p.row != 1}
    kept = set(found.tables[name].numbers.tolist()) if name in found.tables else set()
    if name in found.tables:
        assert kept | rejected == set(range(2, 2 + len(changes)))
        assert not kept & rejected
        again = found.tables[name].frame
        assert again[registers.read_schemas(root / "data")[name].id_column].is_unique
    for problem in found.problems:
        assert (problem.severity == "warning") or problem.code not in WARNINGS
        for lang in Lang:
            assert i18n.problem_text(lang, problem)


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.text(max_size=15), st.text(max_size=15)), max_size=8),
    st.sampled_from(["", *ROWS]),
)
def test_any_header_is_taken_or_told(check, cells, named):
    found = check(table("x", dict(cells)), table=named)
    assert found.accepted == 0
    assert all(i18n.problem_text("kk", p) for p in found.problems)


def test_the_rows_of_the_builders_are_those_of_the_schemas(root):
    schemas = registers.read_schemas(root / "data")
    for name, row in {
        "plants": PLANT,
        "entities": ENTITY,
        "projects": PROJECT,
        "networks": NETWORK,
    }.items():
        required = {c.name for c in schemas[name].columns if c.required and c.intake}
        assert row.keys() == required
