"""A table on paper: real text in columns, as many whole rows as there is room for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path as Outline

from meks_geo import i18n
from meks_geo.printsheet import Box, Ink, Sheet
from meks_geo.printtype import ASCENT, DESCENT, Type, text_width_mm, wrap
from meks_geo.standouts import Column, Table
from meks_geo.style import load

TITLE = Type("Bold", 8.0)
HEAD = Type("Regular", 6.2)
CELL = Type("Regular", 7.0)

_ROW_EM, _HEAD_EM, _TITLE_EM = 1.52, 1.75, 1.62
_GAP_MM = 2.6  # between columns
_LEAST_WIDE_MM = 44.0  # the wide column gets this before another is given up
_SLACK_MM = 0.01  # what counting may lose
_RULE_PT, _HAIR_PT = 0.5, 0.25


@dataclass(frozen=True, slots=True)
class _Grid:
    """The columns that stay, as places in the table, with their left and right edges in mm."""

    kept: tuple[int, ...]
    left: tuple[float, ...]
    right: tuple[float, ...]


def height_mm(rows: int, scale: float) -> float:
    """Return the height of a table of so many rows, its title and header included."""
    top = TITLE.em_mm * _TITLE_EM + HEAD.em_mm * _HEAD_EM
    return (top + rows * CELL.em_mm * _ROW_EM) * scale


def rows_in(height: float, scale: float) -> int:
    """Return how many rows a table of that height in millimetres has."""
    return max(0, int((height - height_mm(0, scale)) / (CELL.em_mm * _ROW_EM * scale) + 1e-6))


def put_table(sheet: Sheet, table: Table, box: Box, lang: str, scale: float) -> float:
    """Put a table on a sheet, from the top of a box.

    Parameters
    ----------
    sheet
        Open page.
    table
        Its rows are set first to last; those for which there is no room are left out, and the
        title says how many of how many there are.
    box
        Room for it in millimetres; columns of a high `spare` go where it is narrow.
    lang
        Language of the count.
    scale
        How much larger than on A4 type is.

    Returns
    -------
    bottom
        Where the table ends on the sheet, in millimetres.
    """
    shown = table.rows[: rows_in(box.height, scale)]
    if not shown:
        return box.top
    title, head, cell = (kind.scaled(scale) for kind in (TITLE, HEAD, CELL))
    grid = _grid(table, shown, box, scale)
    colours = load().palette
    y = box.top + title.em_mm * ASCENT
    _put_title(sheet, table, len(shown), box, lang=lang, kind=title, y=y)
    y = box.top + title.em_mm * _TITLE_EM
    names = [table.columns[n].title for n in grid.kept]
    _put_row(sheet, table.columns, names, grid, y=_base(y, head, _HEAD_EM), kind=head)
    y += head.em_mm * _HEAD_EM
    rules, step = [y], cell.em_mm * _ROW_EM
    for row in shown:
        texts = [row[n] for n in grid.kept]
        _put_row(sheet, table.columns, texts, grid, y=_base(y, cell, _ROW_EM), kind=cell)
        y += step
        rules.append(y)
    paths = [Outline([(box.left, at), (box.right, at)]) for at in rules]
    thin = Ink("none", colours.border_neighbour, _HAIR_PT * scale)
    inks = [Ink("none", colours.border, _RULE_PT * scale), *[thin] * (len(paths) - 1)]
    sheet.paths("table-rules", paths, inks)
    return y


def _base(top: float, kind: Type, row_em: float) -> float:
    """Return the baseline of a row of that height from its top."""
    return top + kind.em_mm * (row_em + ASCENT - DESCENT) / 2


def _put_title(
    sheet: Sheet, table: Table, shown: int, box: Box, *, lang: str, kind: Type, y: float
) -> None:
    """Put the title, and beside it how many of how many rows there are."""
    colours, small = load().palette, Type("Regular", kind.size_pt * HEAD.size_pt / TITLE.size_pt)
    count = i18n.text(
        lang,
        "print.rows",
        shown=i18n.number(lang, shown),
        total=i18n.number(lang, table.total),
    )
    room = box.width - text_width_mm(count, small) - kind.em_mm
    sheet.text((box.left, y), wrap(table.title, kind, room, 1)[0], kind, colours.ink)
    sheet.text((box.right, y), count, small, colours.ink_soft, align="right")


def _put_row(
    sheet: Sheet,
    columns: Sequence[Column],
    texts: Sequence[str],
    grid: _Grid,
    *,
    y: float,
    kind: Type,
) -> None:
    """Put the cells of a row on its baseline, each cut to its column."""
    colours = load().palette
    colour = colours.ink_soft if kind.size_pt < CELL.size_pt * sheet.paper.scale else colours.ink
    for n, text, left, right in zip(grid.kept, texts, grid.left, grid.right, strict=True):
        if not text:
            continue
        (line,) = wrap(text, kind, right - left + _SLACK_MM, 1)
        if columns[n].number:
            sheet.text((right, y), line, kind, colour, align="right")
        else:
            sheet.text((left, y), line, kind, colour)


def _needs(table: Table, shown: Sequence[Sequence[str]], scale: float) -> list[float]:
    """Return the width that each column asks for, in millimetres."""
    head, cell = HEAD.scaled(scale), CELL.scaled(scale)
    return [
        max(
            text_width_mm(column.title, head),
            *(text_width_mm(row[n], cell) for row in shown),
        )
        for n, column in enumerate(table.columns)
    ]


def _grid(table: Table, shown: Sequence[Sequence[str]], box: Box, scale: float) -> _Grid:
    """Share the width out: columns that may go are given up until the wide ones have room."""
    needs, gap = _needs(table, shown, scale), _GAP_MM * scale
    kept = list(range(len(needs)))
    while True:
        wide = [n for n in kept if table.columns[n].wide]
        fixed = sum(needs[n] for n in kept if n not in wide) + gap * (len(kept) - 1)
        least = sum(min(needs[n], _LEAST_WIDE_MM * scale) for n in wide)
        spare = [n for n in kept if table.columns[n].spare]
        if fixed + least <= box.width or not spare:
            break
        kept.remove(max(spare, key=lambda n: table.columns[n].spare))
    room = max(box.width - fixed, least)
    asked = sum(needs[n] for n in wide) or 1.0
    widths = np.array([room * needs[n] / asked if n in wide else needs[n] for n in kept])
    widths *= min(1.0, (box.width - gap * (len(kept) - 1)) / max(widths.sum(), 1e-9))
    left = box.left + np.concatenate([[0.0], np.cumsum(widths + gap)[:-1]])
    return _Grid(tuple(kept), tuple(left.tolist()), tuple((left + widths).tolist()))
