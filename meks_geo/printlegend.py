"""The legend on paper: a column of groups, set smaller where it would not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

import shapely
from babel.numbers import format_decimal

from meks_geo import printworks
from meks_geo.printbase import draw_patterns
from meks_geo.printmarks import Part, Pen, legend_parts, rectangle
from meks_geo.printsheet import Box, Ink, Sheet
from meks_geo.printtype import ASCENT, CAP, Type, text_width_mm, wrap
from meks_geo.scene import LegendGroup, LegendRow
from meks_geo.style import load

TITLE = Type("Bold", 8.0)
ROW = Type("Regular", 7.5)
NOTE = Type("Regular", 6.5)

_LEADING = 1.3
_ROW_GAP_EM = 0.36
_GROUP_GAP_EM = 1.35
_SYMBOL_MM = 7.0
_COUNT_GAP_MM = 2.0
_SWATCH_MM = (5.0, 3.1)
_SWATCH_LINES = 0.67  # of the lines on the map: nearer to each other
_HAIR_PT = 0.4
_CLOSER = 0.99  # each further step is at least this much smaller
_SIZES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend, or its first: where it starts and what stands in it, in millimetres."""

    top: float
    lines: tuple[str, ...]
    kind: Type
    row: LegendRow | None = None
    note: bool = False


@dataclass(frozen=True, slots=True)
class LegendLayout:
    """The legend set in a column: entries from top to bottom, the height used, the size chosen."""

    entries: tuple[Entry, ...]
    height: float
    size: float


@lru_cache(maxsize=512)
def _set(
    groups: tuple[LegendGroup, ...], width: float, size: float, lang: str, *, notes: bool
) -> LegendLayout:
    """Set the legend from a top of 0 at a size; kept, as a sheet is laid out more than once."""
    title, row_type, note = TITLE.scaled(size), ROW.scaled(size), NOTE.scaled(size)
    entries: list[Entry] = []
    top = 0.0
    for group in groups:
        if entries:
            top += _GROUP_GAP_EM * row_type.em_mm
        lines = wrap(group.title, title, width)
        entries.append(Entry(top, lines, title))
        top += title.em_mm * _LEADING * len(lines) + 0.35 * row_type.em_mm
        for row in group.rows:
            count = text_width_mm(count_text(row, lang), row_type)
            room = width - _SYMBOL_MM * size - (count + _COUNT_GAP_MM * size if count else 0.0)
            lines = wrap(row.label, row_type, room)
            entries.append(Entry(top, lines, row_type, row))
            top += row_type.em_mm * (_LEADING * len(lines) + _ROW_GAP_EM)
        if group.note and notes:
            lines = wrap(group.note, note, width)
            entries.append(Entry(top + 0.2 * note.em_mm, lines, note, note=True))
            top += note.em_mm * (_LEADING * len(lines) + 0.2)
    return LegendLayout(tuple(entries), top, size)


def count_text(row: LegendRow, lang: str) -> str:
    """Return the count of a row as the language writes it; empty for none."""
    return "" if row.count is None else str(format_decimal(row.count, locale=lang))


def lay_out(
    groups: Sequence[LegendGroup], width: float, height: float, lang: str, scale: float
) -> LegendLayout:
    """Return the legend set as large as it fits.

    Parameters
    ----------
    groups
        Blocks of the legend, in order.
    width, height
        Room for it, in millimetres. Where even the smallest size is too high, notes are left out.
    lang
        Language of the counts.
    scale
        How much larger than on A4 type is.
    """
    for size in _SIZES:
        found = _set(tuple(groups), width, size * scale, lang, notes=True)
        if found.height <= height:
            return found
    size = _SIZES[-1] * scale
    found = _set(tuple(groups), width, size, lang, notes=False)
    while found.height > height:
        size *= height / found.height * _CLOSER
        found = _set(tuple(groups), width, size, lang, notes=False)
    return found


def lay_out_columns(
    groups: Sequence[LegendGroup],
    columns: int,
    width: float,
    height: float,
    *,
    lang: str,
    scale: float,
) -> tuple[LegendLayout, ...]:
    """Return the legend set in columns of one height, groups kept whole and in their order.

    Parameters
    ----------
    groups
        Blocks of the legend, in order.
    columns
        At most so many.
    width, height
        Of each column, in millimetres. Type gets smaller until the tallest column fits; where even
        the smallest is too high, notes are left out.
    lang
        Language of the counts.
    scale
        How much larger than on A4 type is.
    """
    for size in _SIZES:
        found = _broken(groups, columns, width, size * scale, lang=lang, notes=True)
        if max((one.height for one in found), default=0.0) <= height:
            return found
    size = _SIZES[-1] * scale
    found = _broken(groups, columns, width, size, lang=lang, notes=False)
    while (tallest := max((one.height for one in found), default=0.0)) > height:
        size *= height / tallest * _CLOSER
        found = _broken(groups, columns, width, size, lang=lang, notes=False)
    return found


def _broken(
    groups: Sequence[LegendGroup],
    columns: int,
    width: float,
    size: float,
    *,
    lang: str,
    notes: bool,
) -> tuple[LegendLayout, ...]:
    """Return the groups broken into columns: the tallest as low, the others as even as can be."""
    alone = [_set((group,), width, size, lang, notes=notes).height for group in groups]
    gap = _GROUP_GAP_EM * ROW.em_mm * size
    best: tuple[float, float, tuple[int, ...]] = (float("inf"), 0.0, (0,))
    for count in range(min(columns, len(groups))):
        for breaks in combinations(range(1, len(groups)), count):
            ends = (0, *breaks, len(groups))
            highs = [sum(alone[a:b]) + gap * (b - a - 1) for a, b in pairwise(ends)]
            best = min(best, (max(highs), sum(high**2 for high in highs), ends))
    return tuple(
        _set(tuple(groups[a:b]), width, size, lang, notes=notes) for a, b in pairwise(best[2])
    )


def _draw_swatch(sheet: Sheet, zone: str, x: float, y: float, size: float) -> None:
    """Put a region's fill, with the lines that lie over it."""
    style = load()
    wide, high = (side * size for side in _SWATCH_MM)
    box = Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
    hair = _HAIR_PT * size
    sheet.paths("legend", [rectangle(*box.edges)], Ink(style.zones[zone].area))
    area = shapely.box(*box.edges)
    draw_patterns(sheet, [(zone, area)], _SWATCH_LINES * size, group="legend")
    sheet.paths("legend", [rectangle(*box.edges)], Ink("none", style.palette.border, hair))


def draw_legend(sheet: Sheet, layout: LegendLayout, box: Box, lang: str) -> None:
    """Put the legend on the sheet, from the top of the box."""
    colours, size = load().palette, layout.size
    pen = Pen(size)
    parts: list[Part] = []
    for entry in layout.entries:
        em = entry.kind.em_mm
        first = box.top + entry.top + em * ASCENT
        indent = _SYMBOL_MM * size if entry.row else 0.0
        colour = colours.ink_soft if entry.note else colours.ink
        for i, line in enumerate(entry.lines):
            at = (box.left + indent, first + i * em * _LEADING)
            sheet.text(at, line, entry.kind, colour)
        if entry.row is None:
            continue
        count = count_text(entry.row, lang)
        if count:
            sheet.text((box.right, first), count, entry.kind, colours.ink_soft, align="right")
        x, y = box.left + _SWATCH_MM[0] * size / 2, first - em * CAP / 2
        sort, _, code = entry.row.symbol.partition(":")
        if sort == "area":
            _draw_swatch(sheet, code, x, y, size)
        elif sort == "work":
            parts += printworks.sign(code, x, y, size)
        else:
            parts += legend_parts(entry.row.symbol, x, y, pen)
    sheet.paths("legend-marks", [p.path for p in parts], [p.ink for p in parts])
