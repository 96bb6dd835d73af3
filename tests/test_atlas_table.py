"""Tables on a sheet: what a cell may need, what fits, what is counted where it does not."""

from itertools import pairwise

import pytest

from meks_geo.exports.atlasdraw import draw
from meks_geo.exports.atlastable import BREAK, Cell, Column, Table, measure, stack
from meks_geo.exports.pagelegend import set_columns
from meks_geo.exports.pagesheet import draw_tiles
from meks_geo.legend import LegendGroup, LegendRow
from meks_geo.printsheet import A4_LANDSCAPE, Box, Sheet
from meks_geo.printtype import text_width_mm

WIDTH, LARGEST = 120.0, 1.12
COLUMNS = (Column("Жоба", 1.0), Column("Мәртебе"), Column("Құны", align="right"))


def table(count, **changes):
    rows = tuple(
        (Cell(f"Экибастузская ГРЭС-2, энергоблок № {n}"), Cell("Құрылыс"), Cell(f"{n},5"))
        for n in range(count)
    )
    return Table(**({"title": "Жобалар", "columns": COLUMNS, "rows": rows} | changes))


def put(*tables, width=WIDTH, height=150.0):
    sheet = Sheet(A4_LANDSCAPE, 72)
    placed = stack(tables, width, height)
    draw(sheet, placed, Box(10.0, 10.0, 10.0 + width, 10.0 + height), "kk")
    sheet.flush()
    return sheet, placed


def test_a_table_that_fits_is_set_whole_in_the_largest_size():
    sheet, (placed,) = put(table(5))
    assert (placed.rows, placed.measured.size) == (5, LARGEST)
    texts = [w.text for w in sheet.words]
    assert texts[0] == "Жобалар"
    assert texts.count("Құрылыс") == 5


def test_columns_fill_the_width_and_no_text_leaves_its_column():
    one = measure(table(3), WIDTH, 1.0)
    assert sum(one.widths) + 2 * 2.6 == pytest.approx(WIDTH)
    sheet, _ = put(table(3))
    for words in sheet.words:
        assert words.left >= 10.0 - 1e-6
        assert words.left + text_width_mm(words.text, words.kind) <= 10.0 + WIDTH + 0.02


def test_a_long_text_is_broken_into_lines_and_at_last_cut():
    text = "Ұзақ атау " * 40
    one = measure(table(1, rows=((Cell(text), Cell(""), Cell("")),)), WIDTH, 1.0)
    ((lines, *_),) = one.cells
    assert len(lines) == 3
    assert lines[-1].endswith("…")


def test_a_cell_keeps_the_lines_it_is_given():
    one = measure(table(1, rows=((Cell(f"a{BREAK}b"), Cell(""), Cell("")),)), WIDTH, 1.0)
    assert one.cells[0][0] == ("a", "b")
    assert one.heights[0] > measure(table(1), WIDTH, 1.0).heights[0]


def test_type_becomes_smaller_before_a_row_is_left_out():
    _, (whole,) = put(table(20), height=200.0)
    needed = whole.measured.height(20)
    _, (smaller,) = put(table(20), height=needed * 0.95)
    assert smaller.rows == 20
    assert smaller.measured.size < whole.measured.size


def test_what_does_not_fit_is_counted_under_the_table():
    sheet, (placed,) = put(table(60), height=80.0)
    left_out = 60 - placed.rows
    assert placed.measured.height(placed.rows) <= 80.0
    assert left_out > 0
    assert any(str(left_out) in w.text for w in sheet.words[-1:])


def test_type_becomes_somewhat_smaller_before_a_text_is_cut():
    name = "Қарағанды ЖЭО-3 жаңа энергия блогы мен қазандықтарын қайта жаңарту жобасы"
    rows = ((Cell(name), Cell("Құрылыс"), Cell("1")),)
    tried = [put(table(1, rows=rows), width=w)[1][0].measured for w in range(40, 100, 4)]
    assert tried[-1].size == LARGEST
    assert any(one.size < LARGEST and not one.cuts(1) for one in tried)


def test_a_word_too_wide_breaks_after_its_hyphen_and_no_other_word_does():
    rows = ((Cell("қазақстандық-сингапурлық"), Cell("ЖЭО-3"), Cell("")),)
    one = measure(table(1, rows=rows), 52.0, 1.0)
    assert one.cells[0][:2] == (("қазақстандық-", "сингапурлық"), ("ЖЭО-3",))


def test_of_very_many_rows_none_is_forgotten_in_the_count():
    sheet, (placed,) = put(table(5000), height=80.0)
    assert sheet.words[-1].text == f"тағы {5000 - placed.rows:,}".replace(",", "\u00a0")


def test_rows_beyond_those_kept_are_shown_only_where_room_is_left():
    _, (first, second) = put(table(10), table(40, keep=3), height=110.0)
    assert (first.rows, first.measured.size) == (10, LARGEST)
    assert 3 <= second.rows < 40
    assert second.top + second.measured.height(second.rows) <= 110.0


def test_the_longest_table_gives_way_first():
    _, (first, second) = put(table(4), table(25), height=70.0)
    assert first.rows == 4
    assert 4 < second.rows < 25
    assert second.top + second.measured.height(second.rows) <= 70.0


def test_where_there_is_hardly_room_each_table_keeps_a_row():
    _, placed = put(table(12), table(12), height=10.0)
    assert [one.rows for one in placed] == [1, 1]


def test_a_table_without_rows_says_so():
    sheet, _ = put(table(0, note="Дерек жоқ"))
    assert [w.text for w in sheet.words] == ["Жобалар", "Дерек жоқ"]


def test_a_wear_class_stands_before_its_text():
    rows = ((Cell("Жылу", zone="red"), Cell(""), Cell("")),)
    sheet, _ = put(table(1, rows=rows))
    (heat,) = [w for w in sheet.words if w.text == "Жылу"]
    assert heat.left > 12.0
    assert any(a.get_gid() == "row-marks" for a in sheet.figure.get_children())


# --- figures over the map ----------------------------------------------------------------------


@pytest.mark.parametrize("right", [60.0, 110.0, 170.0])
def test_figures_stay_in_their_box_and_off_each_other(right):
    sheet, box = Sheet(A4_LANDSCAPE, 72), Box(10.0, 10.0, right, 30.0)
    tiles = (
        ("Объектілер", "84", ""),
        ("Құны", "13 588,5 млрд ₸", "50 ішінен 20 үшін белгілі"),
        ("Орташа тозу", "белгісіз", "6 ішінен 0 үшін белгілі"),
    )
    draw_tiles(sheet, tiles, box)
    for words in sheet.words:
        assert words.left >= box.left - 0.01
        assert words.left + text_width_mm(words.text, words.kind) <= box.right + 0.01
    figures = sorted((w for w in sheet.words if w.kind.face == "Bold"), key=lambda w: w.left)
    for one, following in pairwise(figures):
        assert one.left + text_width_mm(one.text, one.kind) < following.left


# --- the legend in columns --------------------------------------------------------------------


def groups(*sizes):
    return tuple(
        LegendGroup(
            f"Топ {n}", tuple(LegendRow("zone:red", f"жол {n}-{i}", i) for i in range(size))
        )
        for n, size in enumerate(sizes)
    )


def test_a_legend_is_shared_out_into_columns_in_order():
    box = Box(0.0, 0.0, 120.0, 60.0)
    found = set_columns(groups(4, 4, 4, 4), (2,), box, "kk", 1.0)
    titles = [[e.lines[0] for e in part.entries if e.row is None] for part in found.parts]
    assert titles == [["Топ 0", "Топ 1"], ["Топ 2", "Топ 3"]]
    assert found.height <= 60.0


def test_all_columns_of_a_legend_have_one_size_of_type():
    found = set_columns(groups(24, 1), (2,), Box(0.0, 0.0, 120.0, 90.0), "kk", 1.0)
    assert len({part.size for part in found.parts}) == 1


def test_a_legend_of_one_block_has_one_column_and_of_none_has_none():
    box = Box(0.0, 0.0, 120.0, 60.0)
    assert len(set_columns(groups(3), (3,), box, "kk", 1.0).parts) == 1
    assert set_columns((), (3,), box, "kk", 1.0).height == 0.0


def test_a_legend_takes_the_columns_in_which_its_type_is_largest():
    low = Box(0.0, 0.0, 120.0, 40.0)
    one, two = (set_columns(groups(8, 8), (n,), low, "kk", 1.0) for n in (1, 2))
    assert two.size > one.size
    assert set_columns(groups(8, 8), (1, 2), low, "kk", 1.0) == two
