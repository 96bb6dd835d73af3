"""The sample registers: made up and labelled, accepted as they are, made again the same."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from benchmarks import rolls as sample
from meks_geo.intake import door

AT = date(2026, 11, 22)


@pytest.fixture(scope="module")
def path(root):
    return root / "data" / "sample" / "registers.xlsx"


@pytest.fixture(scope="module")
def checked(store, data, path):
    return door.examine(store, data, path, today=AT)


def test_it_is_accepted_whole(checked):
    assert checked.verdict.problems == ()
    assert checked.verdict.accepted == checked.verdict.rows > 400


def test_every_row_says_that_it_is_made_up_and_no_firm_has_a_number(checked):
    for table in checked.verdict.tables.values():
        assert set(table.frame["provenance"]) == {"synthetic"}
        assert "bin" not in table.frame
        if "name_ru" in table.frame:
            assert table.frame["name_ru"].str.startswith("Демо").all()


def test_it_is_made_again_the_same(data, path):
    def cells(book):
        return {
            sheet.title: list(sheet.iter_rows(values_only=True))
            for sheet in openpyxl.load_workbook(book).worksheets
        }

    made = BytesIO()
    sample.write(made, data)
    made.seek(0)
    assert cells(made) == cells(path)
