"""The registers of the programme through the same door as a modernisation map."""

import shutil
import sqlite3
from contextlib import closing
from datetime import date

import intakes
import openpyxl
import pandas as pd
import pytest
import rollbooks
from rollbooks import TODAY

from meks_geo import i18n, queries, revisions
from meks_geo.errors import InputError
from meks_geo.exports import csvfile, geojson, geopackage, workbook
from meks_geo.intake import door, guide, prefill
from meks_geo.model import ROLLS
from meks_geo.store import Store
from meks_geo.view import View

ALL = ("official", "press", "schematic", "synthetic")


@pytest.fixture(scope="module")
def home(small_home):
    """A folder in which the registers of `rollbooks` are published, and their file."""
    return rollbooks.published(small_home).parent


@pytest.fixture
def kept(home):
    """The store with the registers; it is only read."""
    return Store(root=home / "home", var=home / "home" / "var")


@pytest.fixture
def free(home, tmp_path):
    """A copy of it that may be changed."""
    shutil.copytree(home / "home", tmp_path / "home")
    return Store(root=tmp_path / "home", var=tmp_path / "home" / "var")


@pytest.fixture
def problems(small_home, tmp_path):
    """Check sheets of rows; returns code, table, row and column of each problem."""
    store = Store(root=small_home, var=small_home / "var")

    def found(**sheets):
        path = rollbooks.write(tmp_path / "x.xlsx", **sheets)
        verdict = rollbooks.examine(store, path).verdict
        return [(p.code, p.table, p.row, p.column) for p in verdict.problems]

    return found


def counts(entry):
    return {name: count for name, count in entry.counts.items() if name != "unchanged"}


# -- check -----------------------------------------------------------------------------------------


def test_what_is_right_is_accepted(problems):
    assert problems(**rollbooks.tables()) == []


CONTRACTOR = {"contractor_id": "x", "name_ru": "ТОО", "region": "KZ-55"}
PRODUCT = {"product_id": "x", "name_ru": "Трубы"}
STAGE = {
    "procurement_id": "x",
    "project_id": intakes.PROJECT,
    "procurement_stage": "planned",
    "stage_date": "2026-01-10",
}


@pytest.mark.parametrize(
    ("table", "row", "code", "column"),
    [
        ("contractors", {**CONTRACTOR, "bin": "12345678901"}, "bad-bin", "bin"),
        ("contractors", {**CONTRACTOR, "bin": "12345678901x"}, "bad-bin", "bin"),
        ("contractors", {**CONTRACTOR, "region": "KZ-99"}, "unknown-code", "region"),
        ("contractors", {**CONTRACTOR, "name_ru": ""}, "missing-value", "name_ru"),
        ("contractors", {**CONTRACTOR, "lat": 52.3, "lon": 10.0}, "outside-country", "lat"),
        ("contractors", {**CONTRACTOR, "lat": 43.2, "lon": 76.9}, "outside-region", "lat"),
        ("contractors", {**CONTRACTOR, "lat": 76.9, "lon": 52.3}, "lon-lat-swapped", "lat"),
        ("contractors", {**CONTRACTOR, "lat": 52.3, "lon": ""}, "missing-value", "lon"),
        ("contractors", {**CONTRACTOR, "stated_on": "2027-01-01"}, "future-date", "stated_on"),
        ("contractors", {**CONTRACTOR, "source_url": "javascript:x"}, "unknown-code", "source_url"),
        ("contractors", {**CONTRACTOR, "address": "=1+1"}, "", ""),
        ("products", {**PRODUCT, "localisation_percent": 101}, "out-of-range",
         "localisation_percent"),
        ("products", {**PRODUCT, "manufacturer_id": "nobody"}, "dangling-reference",
         "manufacturer_id"),
        ("procurement", {**STAGE, "project_id": "nothing"}, "dangling-reference", "project_id"),
        ("procurement", {**STAGE, "contractor_id": "nobody"}, "dangling-reference",
         "contractor_id"),
        ("procurement", {**STAGE, "procurement_stage": "signed"}, "unknown-code",
         "procurement_stage"),
        ("procurement", {**STAGE, "stage_date": "2026-12-01"}, "future-date", "stage_date"),
        ("procurement", {**STAGE, "stage_date": ""}, "missing-value", "stage_date"),
        ("procurement", {**STAGE, "amount_bn_kzt": -1}, "out-of-range", "amount_bn_kzt"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_code_and_place(problems, table, row, code, column):
    assert problems(**{table: [row]}) == ([(code, table, 2, column)] if code else [])


def test_ids_are_given_once_and_columns_are_needed(problems):
    assert problems(contractors=[CONTRACTOR, CONTRACTOR]) == [
        ("duplicate-id", "contractors", 3, "contractor_id")
    ]
    assert problems(procurement=[{"procurement_id": "x"}])[0][0] == "missing-column"
    assert ("unknown-column", "products", 1, "prise") in problems(
        products=[{**PRODUCT, "prise": 4}]
    )


def test_what_leans_on_a_row_that_falls_falls_too(problems):
    makers = [{"manufacturer_id": "m", "name_ru": "Завод", "region": "KZ-55", "bin": "1"}]
    found = problems(manufacturers=makers, products=[{**PRODUCT, "manufacturer_id": "m"}])
    assert [one[:3] for one in found] == [
        ("bad-bin", "manufacturers", 2),
        ("dangling-reference", "products", 2),
    ]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_sheets_and_headers_are_known_in_three_languages(kept, tmp_path, lang):
    schemas = kept.schemas()
    sheets = {
        i18n.text(lang, f"sheet.{name}"): [
            {
                guide.header(lang, column): row.get(column.name, "")
                for column in schemas[name].columns
            }
            for row in rows
        ]
        for name, rows in rollbooks.tables().items()
    }
    verdict = rollbooks.examine(kept, rollbooks.write(tmp_path / "x.xlsx", **sheets)).verdict
    assert verdict.problems == ()
    assert {name: len(one.frame) for name, one in verdict.tables.items()} == {
        "contractors": 4, "manufacturers": 1, "products": 2, "procurement": 4,
    }  # fmt: skip


# -- publish, compare, take back -------------------------------------------------------------------


def test_publishing_is_an_entry_and_a_revision_that_reads_back(kept):
    entry = kept.last()
    assert counts(entry) == {"added": 11, "changed": 0, "removed": 0}
    data = kept.dataset()
    row = data.rows["contractors"]["builder"]
    assert (row["bin"], row["lat"], row["provenance"]) == ("012345678901", 52.28, "official")
    assert data.rows["procurement"]["p3"]["amount_bn_kzt"] == 0.04
    assert data.products.at["wanted", "localisation_percent"] != 0.0  # NaN: nobody said


def test_a_row_without_a_day_counts_from_the_day_of_publication(kept, free, tmp_path):
    rows = [{**CONTRACTOR, "contractor_id": f"c{n}"} for n in (1, 2)]
    rows[1]["stated_on"] = "2026"  # not over yet
    path = rollbooks.write(tmp_path / "x.xlsx", contractors=rows)
    rollbooks.send(free, path)
    data = free.dataset()
    assert [data.contractors.at[one, "stated_on"] for one in ("c1", "c2")] == ["2026-11-22"] * 2
    again = rollbooks.propose(free, path, day=date(2026, 12, 24))
    assert again.difference.counts["changed"] == 0


def test_the_same_file_changes_nothing_the_second_time(home, free):
    proposal = rollbooks.propose(free, home / "rolls.xlsx")
    assert proposal.after.revision == proposal.before.revision
    assert proposal.amendment.cells.empty


def test_a_changed_cell_is_told_and_an_empty_one_says_nothing(free, tmp_path):
    changed = {**CONTRACTOR, "contractor_id": "builder", "address": "Павлодар"}
    path = rollbooks.write(tmp_path / "x.xlsx", contractors=[changed])
    found = rollbooks.propose(free, path).difference
    assert list(found.tables["contractors"].changed) == ["builder"]
    cells = found.tables["contractors"].changed["builder"]
    assert {one.column for one in cells} == {"name_ru", "address", "stated_on"}
    assert next(one for one in cells if one.column == "stated_on").new == "2026-11-22"


def test_rows_go_only_when_that_is_asked_and_only_of_the_same_owner(free, tmp_path):
    lists = {
        "contractors": [{**CONTRACTOR, "contractor_id": "builder"}],
        "procurement": [{**STAGE, "procurement_id": "p4"}],
    }
    path = rollbooks.write(tmp_path / "x.xlsx", **lists)
    assert rollbooks.propose(free, path).difference.counts["removed"] == 0
    found = rollbooks.propose(free, path, replace=True).difference
    assert set(found.tables["contractors"].removed) == {"made-up"}  # of the same region
    assert set(found.tables["procurement"].removed) == {"p1", "p2", "p3"}
    assert set(found.takes_much) == {("KZ-55", "contractors"), ("KZ-55", "procurement")}


def test_what_something_kept_refers_to_cannot_go(free, tmp_path):
    path = rollbooks.write(tmp_path / "x.xlsx", contractors=[{**CONTRACTOR, "contractor_id": "n"}])
    with pytest.raises(InputError) as caught:
        rollbooks.send(free, path, replace=True, allow_removal=True)
    (problem,) = caught.value.problems
    assert (problem.code, problem.table, problem.column) == (
        "dangling-reference", "procurement", "contractor_id",
    )  # fmt: skip


def test_stages_of_a_project_that_is_gone_are_set_aside(free):
    path = free.root / "data" / "projects.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(intakes.PROJECT)]
    path.write_text("".join(kept), encoding="utf-8")
    for name in ("claims", "kpi_links"):
        other = free.root / "data" / f"{name}.csv"
        rows = other.read_text(encoding="utf-8").splitlines(keepends=True)
        text = "".join(row for row in rows if f",{intakes.PROJECT}," not in row)
        other.write_text(text, encoding="utf-8")
    free.build()
    assert free.dataset().procurement.empty
    assert len(free.dataset().contractors) == 4


def test_a_rollback_brings_back_the_record_without_lists(free):
    first = free.history()[0]
    entry = free.rollback(first.number, author="Aigul", note="too early")
    assert entry.revision == first.revision
    assert all(getattr(free.dataset(), name).empty for name in ROLLS)


def test_a_backup_carries_them(kept, small, tmp_path):
    kept.backup(tmp_path / "b.zip")
    small.restore(tmp_path / "b.zip", author="Aigul")
    assert small.current() == kept.current()
    for name in ROLLS:
        pd.testing.assert_frame_equal(getattr(small.dataset(), name), getattr(kept.dataset(), name))


def test_empty_lists_are_no_part_of_a_revision(small):
    content = small.content(())
    bare = {name: frame for name, frame in content.tables.items() if name not in ROLLS}
    assert revisions.content_hash(bare, content.base) == content.revision == small.current()
    assert not set(ROLLS) & set(revisions.layers_of(content.tables, content.base))


def test_a_revision_of_a_time_before_the_registers_opens(small):
    path = small.published / f"{small.current()}.gpkg"
    with closing(sqlite3.connect(path)) as base:
        names = {row[0] for row in base.execute("SELECT table_name FROM gpkg_contents")}
    assert not names & set(ROLLS)
    data = small.dataset()
    for name in ROLLS:
        assert list(getattr(data, name).columns) == [
            column.name for column in small.schemas()[name].columns[1:]
        ]


# -- template, exports -----------------------------------------------------------------------------


def test_a_template_of_a_region_holds_its_own_rows(kept):
    data, schemas = kept.dataset(), kept.schemas()

    def ids(name, region):
        rows = prefill.table(data, schemas[name], region=region, today=TODAY).rows
        return [row[schemas[name].id_column] for row in rows]

    assert ids("contractors", "KZ-55") == ["builder", "made-up"]
    assert ids("products", "KZ-55") == ["pipe"]
    assert sorted(ids("procurement", "KZ-55")) == ["p1", "p2", "p3", "p4"]
    assert ids("procurement", "KZ-10") == []


@pytest.mark.parametrize("kind", ["xlsx", "gpkg"])
def test_what_goes_out_comes_in_again_and_changes_nothing(kept, tmp_path, kind):
    data = kept.dataset()
    view = View(lang="kk", at=TODAY, provenance=ALL)
    write = {"xlsx": workbook.write, "gpkg": geopackage.write}[kind]
    path = tmp_path / f"out.{kind}"
    path.write_bytes(write(data, view))
    checked = rollbooks.examine(kept, path, data)
    assert checked.verdict.problems == ()
    assert set(ROLLS) <= set(checked.verdict.tables)
    proposal = door.propose(kept, data, checked, author="Aigul", day=TODAY)
    changed = {n: proposal.difference.tables[n] for n in ROLLS}
    assert all(not one.added and not one.changed for one in changed.values())


@pytest.mark.parametrize("kind", ["csv", "geojson"])
@pytest.mark.parametrize("name", ROLLS)
def test_a_register_as_one_layer_comes_in_again(kept, tmp_path, name, kind):
    data = kept.dataset()
    view = View(lang="ru", at=TODAY, provenance=ALL)
    path = tmp_path / f"out.{kind}"
    write = {"csv": csvfile.write, "geojson": geojson.write}[kind]
    path.write_bytes(write(data, view, layer=name))
    verdict = rollbooks.examine(kept, path, data).verdict
    assert verdict.problems == ()
    assert len(verdict.tables[name].frame) == len(getattr(data, name))


def test_a_workbook_of_registers_alone_has_no_other_sheet(kept, tmp_path):
    view = View(lang="en", at=TODAY)
    path = tmp_path / "r.xlsx"
    path.write_bytes(workbook.write(kept.dataset(), view, names=ROLLS))
    names = openpyxl.load_workbook(path).sheetnames
    assert names == [i18n.text("en", f"sheet.{one}") for one in ("about", *ROLLS)]


def test_an_empty_register_adds_nothing_to_a_file(small, tmp_path):
    view = View(lang="en", at=TODAY)
    path = tmp_path / "r.xlsx"
    path.write_bytes(workbook.write(small.dataset(), view))
    names = openpyxl.load_workbook(path).sheetnames
    assert not {i18n.text("en", f"sheet.{one}") for one in ROLLS} & set(names)


def test_totals_of_the_map_know_nothing_of_the_registers(kept, small):
    with_lists, without = (
        queries.select(store.dataset(), View(at=TODAY, provenance=ALL)).totals
        for store in (kept, small)
    )
    assert with_lists == without
