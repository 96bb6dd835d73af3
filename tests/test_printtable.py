"""Tables on paper: whole rows, columns that fit, and a count of what is left out."""

from itertools import pairwise

import pytest
from sheets import texts

from meks_geo.printsheet import A4_LANDSCAPE, Box, Sheet
from meks_geo.printtable import height_mm, put_table, rows_in
from meks_geo.printtype import text_width_mm
from meks_geo.standouts import Column, Table

COLUMNS = (
    Column("Нысан", wide=True),
    Column("Өңір", spare=2),
    Column("Тозу", number=True),
    Column("Күні", number=True, spare=1),
)


def table(count, name="ЖЭО"):
    rows = tuple((f"{name}-{n}", "Қарағанды", f"{90 - n} %", "10.10.2023") for n in range(count))
    return Table("Ең жоғары тозу", COLUMNS, rows, 40)


def put(one, width=100.0, rows=4, lang="kk"):
    sheet = Sheet(A4_LANDSCAPE, 72)
    box = Box(10, 20, 10 + width, 20 + height_mm(rows, 1.0))
    return sheet, box, put_table(sheet, one, box, lang, 1.0)


def test_rows_that_do_not_fit_are_left_out_and_counted():
    sheet, box, bottom = put(table(9))
    said = texts(sheet)
    assert "ЖЭО-3" in said
    assert "ЖЭО-4" not in said
    assert "40 ішінен 4" in said
    assert bottom == pytest.approx(box.bottom)


@pytest.mark.parametrize("rows", range(0, 12))
def test_height_and_rows_agree(rows):
    assert rows_in(height_mm(rows, 1.3), 1.3) == rows


def test_a_short_table_ends_where_its_rows_do():
    _, box, bottom = put(table(2))
    assert bottom == pytest.approx(box.top + height_mm(2, 1.0))


def test_no_room_for_a_row_draws_nothing():
    sheet, box, bottom = put(table(2), rows=0)
    assert sheet.words == []
    assert bottom == box.top


def test_columns_go_where_it_is_narrow_and_the_first_stays_whole():
    one = table(3, name="Қарағанды ЖЭО, бірінші кезек")
    wide, narrow, least = (texts(put(one, width)[0]) for width in (120.0, 70.0, 56.0))
    assert "Қарағанды" in wide
    assert "Қарағанды" not in narrow
    assert "10.10.2023" in narrow
    assert "10.10.2023" not in least
    for said in (wide, narrow, least):
        assert "Қарағанды ЖЭО, бірінші кезек-0" in said
        assert "90 %" in said


def test_words_stay_in_the_table_and_apart():
    long = table(5, name="Екібастұз МАЭС-1 Болат Нұржанов атындағы электр станциясы")
    sheet, box, _ = put(long, 80.0, 5)
    lines = {}
    for word in sheet.words:
        right = word.left + text_width_mm(word.text, word.kind)
        assert box.left - 0.01 <= word.left
        assert right <= box.right + 0.01
        lines.setdefault(round(word.xy_mm[1], 3), []).append((word.left, right))
    for spans in lines.values():
        spans.sort()
        assert all(end < start for (_, end), (start, _) in pairwise(spans))


def test_numbers_end_at_one_edge():
    sheet, _, _ = put(table(4))
    ends = {w.xy_mm[0] for w in sheet.words if w.text.endswith("%")}
    assert len(ends) == 1
    assert {w.align for w in sheet.words if w.text.endswith("%")} == {"right"}


def test_what_comes_from_data_is_set_as_it_is():
    odd = '=cmd|"/c calc"!A1 $x^2$ <b>'
    sheet, _, _ = put(Table("t", (Column("a", wide=True),), ((odd,),), 1), 150.0)
    assert odd in texts(sheet)
