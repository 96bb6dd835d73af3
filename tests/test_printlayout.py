"""Every paper, lying and upright: all parts on the sheet, none on another, no word on a word."""

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from sheets import make_base, make_scene

from meks_geo import papers, printmap, printsheet, queries, scene
from meks_geo.exports import passport
from meks_geo.printlegend import lay_out_columns
from meks_geo.printtype import ASCENT, DESCENT, text_width_mm
from meks_geo.scene import LegendGroup, LegendRow
from meks_geo.standouts import Column, Table
from meks_geo.view import View

SHEETS = [(name, turn) for name in papers.PAPERS for turn in papers.ORIENTATIONS]
COLUMNS = (Column("Нысан", wide=True), Column("Тозу", number=True))
TABLES = tuple(
    Table(title, COLUMNS, tuple((f"ЖЭО-{n}", f"{90 - n} %") for n in range(12)), 30)
    for title in ("Ең жоғары тозу", "Құны ең жоғары жобалар", "Қызыл аймақ")
)
LINK = "http://map.example/?lang=kk&at=2026-04-08&rev=4f1c9ae2"


@pytest.fixture(scope="module")
def full():
    return replace(make_scene(), link=LINK, top=TABLES)


@pytest.fixture(scope="module")
def national(data):
    """The default view of the shipped registers in each language."""

    def build(lang):
        view = View(lang=lang, at=date(2026, 4, 8))
        link = passport.link(view, data.revision)
        return scene.build(data, queries.select(data, view), stamp="Қызмет бабында", link=link)

    return {lang: build(lang) for lang in ("kk", "ru", "en")}


def parts(layout):
    """Boxes of all parts but the words; the legend as high as it is set."""
    legends = [replace(box, bottom=box.top + legend.height) for legend, box in layout.legend]
    tables = [box for _, box in layout.tables]
    code = [layout.code] if layout.code else []
    return [layout.map, *legends, *tables, *code]


def boxes(words):
    """Boxes of words, as high as their letters."""
    for word in words:
        em, (_, y) = word.kind.em_mm, word.xy_mm
        right = word.left + text_width_mm(word.text, word.kind)
        yield word, printsheet.Box(word.left, y - em * ASCENT * 0.9, right, y + em * DESCENT * 0.6)


@pytest.mark.parametrize(("name", "turn"), SHEETS)
def test_parts_lie_on_the_sheet_and_off_each_other(full, name, turn):
    paper = papers.paper(name, turn)
    layout = printmap.layout_of(full, make_base(), paper)
    edge = 10.0 * paper.scale - 0.01
    for box in parts(layout):
        assert edge <= box.left < box.right <= paper.width_mm - edge
        assert edge <= box.top < box.bottom <= paper.height_mm - edge
    for one, other in combinations(parts(layout), 2):
        assert not one.grown(-0.01).overlaps(other)
    assert layout.tables
    assert layout.code is not None


@pytest.mark.parametrize(("name", "turn"), SHEETS)
def test_the_map_is_the_largest_part(full, name, turn):
    layout = printmap.layout_of(full, make_base(), papers.paper(name, turn))
    first, *others = parts(layout)
    area = first.width * first.height
    assert all(area > 1.5 * box.width * box.height for box in others)


@pytest.mark.parametrize("name", papers.PAPERS)
def test_the_legend_stands_beside_a_lying_map_and_under_an_upright_one(full, name):
    lying = printmap.layout_of(full, make_base(), papers.paper(name))
    upright = printmap.layout_of(full, make_base(), papers.paper(name, "portrait"))
    assert all(box.left > lying.map.right for _, box in lying.legend)
    assert all(box.top > upright.map.bottom for _, box in upright.legend)
    assert len(upright.legend) == 3


@pytest.mark.parametrize("name", papers.PAPERS)
def test_an_upright_sheet_has_a_third_table_where_the_map_leaves_room(full, name):
    paper = papers.paper(name, "portrait")
    roomy = replace(full, legend=full.legend[:2], close_ups=())
    layout = printmap.layout_of(roomy, make_base(), paper)
    assert [table for table, _ in layout.tables] == list(TABLES)
    first, second, third = (box for _, box in layout.tables)
    assert first.top == second.top > layout.map.bottom
    assert third.top > first.bottom
    assert third.right == second.right
    assert third.bottom < paper.height_mm
    crowded = printmap.layout_of(full, make_base(), paper)
    assert 1 < len(crowded.tables) <= len(TABLES)


@pytest.mark.parametrize(("name", "turn"), SHEETS)
def test_the_whole_legend_is_set(full, name, turn):
    layout = printmap.layout_of(full, make_base(), papers.paper(name, turn))
    rows = [e.row for legend, _ in layout.legend for e in legend.entries if e.row]
    assert rows == [row for group in full.legend for row in group.rows]


@pytest.mark.parametrize(("name", "turn"), SHEETS)
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_legend_of_the_country_is_set_large_enough(data, national, lang, name, turn):
    paper = papers.paper(name, turn)
    layout = printmap.layout_of(national[lang], data.base, paper)
    assert all(legend.size >= 0.8 * paper.scale for legend, _ in layout.legend)


@pytest.mark.parametrize("turn", papers.ORIENTATIONS)
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_no_word_lies_on_another(data, national, lang, turn):
    paper = papers.paper("a4", turn)
    sheet = printmap.compose(national[lang], data.base, paper, dpi=50)
    found = list(boxes(sheet.words))
    for word, box in found:
        assert box.left >= 9.99, word
        assert box.right <= paper.width_mm - 9.99, word
    for (one, first), (other, second) in combinations(found, 2):
        assert not first.overlaps(second), (one.text, other.text)


@pytest.mark.parametrize("turn", papers.ORIENTATIONS)
def test_what_a_scene_does_not_have_takes_no_room(full, turn):
    paper, base = papers.paper("a4", turn), make_base()
    bare = replace(full, link="", top=())
    less, more = (printmap.layout_of(one, base, paper) for one in (full, bare))
    assert more.tables == ()
    assert more.code is None
    assert more.map.height > less.map.height


def test_three_languages_show_the_same_figures(national):
    numbers = [
        [tuple("".join(filter(str.isdigit, cell)) for cell in row[-2:-1]) for row in table.rows]
        for one in national.values()
        for table in one.top
    ]
    per = len(numbers) // 3
    assert numbers[:per] == numbers[per : 2 * per] == numbers[2 * per :]
    assert per == 2


def test_columns_of_a_legend_are_as_even_as_can_be():
    groups = tuple(
        LegendGroup(f"{n}", tuple(LegendRow("kind:chp", "ЖЭО", 1) for _ in range(rows)))
        for n, rows in enumerate((3, 3, 3, 3, 14))
    )
    columns = lay_out_columns(groups, 3, 56.0, 300.0, lang="kk", scale=1.0)
    titles = [[e.lines[0] for e in one.entries if e.row is None] for one in columns]
    assert titles == [["0", "1"], ["2", "3"], ["4"]]
