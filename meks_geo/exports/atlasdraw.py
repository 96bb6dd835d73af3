"""Tables put on a sheet: text, rules, marks; rows that found no room are counted under them."""

from collections.abc import Iterable

from matplotlib.path import Path as Outline

from meks_geo import i18n
from meks_geo.exports.atlastable import (
    CHIP_MM,
    GAP_MM,
    HEAD,
    LEADING,
    MARK_MM,
    NOTE,
    PAD_EM,
    ROW,
    TITLE,
    Cell,
    Measured,
    Placed,
    indent,
    kind_of,
)
from meks_geo.printmarks import Part, Pen, rectangle, site_parts
from meks_geo.printsheet import Align, Box, Ink, Sheet
from meks_geo.printtype import ASCENT, CAP, DESCENT, text_width_mm, wrap
from meks_geo.style import load

_HAIR_PT = 0.3


def draw(sheet: Sheet, placed: Iterable[Placed], box: Box, lang: str) -> None:
    """Put tables on the sheet, from the top left of a box."""
    rules: list[Part] = []
    signs: list[Part] = []
    for one in placed:
        top = box.top + one.top
        rules += _draw_head(sheet, one.measured, box.left, top)
        rules_of, signs_of = _draw_rows(sheet, one, box.left, top, lang)
        rules, signs = rules + rules_of, signs + signs_of
    sheet.paths("rules", [p.path for p in rules], [p.ink for p in rules])
    sheet.paths("row-marks", [p.path for p in signs], [p.ink for p in signs])


def _rule(left: float, width: float, y: float, *, firm: bool) -> Part:
    colours = load().palette
    ink = Ink("none", colours.border if firm else colours.border_neighbour, _HAIR_PT)
    return Part(Outline([(left, y), (left + width, y)]), ink)


def _draw_head(sheet: Sheet, one: Measured, left: float, top: float) -> list[Part]:
    """Put title and head on the sheet, the head on its lowest line; return the rule under it."""
    colours, title, head = load().palette, TITLE.scaled(one.size), HEAD.scaled(one.size)
    base = top + title.em_mm * ASCENT
    sheet.text((left, base), one.table.title, title, colours.ink)
    if not one.cells:
        note = NOTE.scaled(one.size)
        after = text_width_mm(one.table.title, title) + title.em_mm
        for line in wrap(one.table.note, note, max(one.width - after, title.em_mm), 1):
            sheet.text((left + after, base), line, note, colours.ink_soft)
        return []
    last = top + one.top - head.em_mm * (LEADING - ASCENT)
    for lines, x, align in zip(one.head, *_edges(one, left), strict=True):
        for up, line in enumerate(reversed(lines)):
            at = (x, last - up * head.em_mm * LEADING)
            sheet.text(at, line, head, colours.ink_soft, align=align)
    return [_rule(left, one.width, top + one.top, firm=True)]


def _draw_rows(
    sheet: Sheet, placed: Placed, left: float, top: float, lang: str
) -> tuple[list[Part], list[Part]]:
    """Put rows, and the line that counts those left out, on the sheet; return rules and signs."""
    one, note = placed.measured, NOTE.scaled(placed.measured.size)
    rules: list[Part] = []
    signs: list[Part] = []
    y = top + one.top
    for number in range(placed.rows):
        signs += _draw_row(sheet, one, number, left, y)
        y += one.heights[number]
        rules.append(_rule(left, one.width, y, firm=False))
    rest = len(one.table.rows) - placed.rows
    if rest:
        words = i18n.text(lang, "map.more_sources", count=i18n.number(lang, rest))
        at = (left, y + note.em_mm * (ASCENT + 0.3))
        sheet.text(at, words, note, load().palette.ink_soft)
    return rules, signs


def _edges(one: Measured, left: float) -> tuple[list[float], list[Align]]:
    """Return, for each column, where its text is aligned in millimetres, and how."""
    xs: list[float] = []
    for column, width in zip(one.table.columns, one.widths, strict=True):
        xs.append(left + {"left": 0.0, "center": width / 2, "right": width}[column.align])
        left += width + GAP_MM * one.size
    return xs, [column.align for column in one.table.columns]


def _draw_row(sheet: Sheet, one: Measured, number: int, left: float, top: float) -> list[Part]:
    """Put the text of a row on the sheet; return the signs before it."""
    ink, em = load().palette.ink, ROW.scaled(one.size).em_mm
    first = top + em * (PAD_EM + (LEADING - ASCENT - DESCENT) / 2 + ASCENT)
    signs: list[Part] = []
    row = zip(one.table.rows[number], one.cells[number], *_edges(one, left), strict=True)
    for cell, lines, x, align in row:
        before = indent(cell, one.size)
        for count, line in enumerate(lines):
            at = (x + before, first + count * em * LEADING)
            sheet.text(at, line, kind_of(cell, one.size), ink, align=align)
        signs += _sign(cell, x, first - em * CAP / 2, one.size)
    return signs


def _sign(cell: Cell, x: float, y: float, size: float) -> list[Part]:
    """Return the mark of a plant, or a chip in the colour of a wear class; nothing for neither."""
    if cell.mark:
        return site_parts(cell.mark, x + MARK_MM * 0.4 * size, y, Pen(size))
    if not cell.zone:
        return []
    wide, high = (side * size for side in CHIP_MM)
    style = load()
    zone = style.zones[cell.zone]
    face = style.palette.paper if zone.hatched else zone.symbol
    box = rectangle(x, y - high / 2, x + wide, y + high / 2)
    return [Part(box, Ink(face, style.palette.border, _HAIR_PT * size))]
