"""Tables set in type: the widths of their columns, their lines, and the size at which they fit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from meks_geo.printsheet import Align
from meks_geo.printtype import Type, text_width_mm, wrap
from meks_geo.scene import Site

TITLE = Type("Bold", 8.6)
HEAD = Type("Regular", 6.2)
ROW = Type("Regular", 7.2)
STRONG = Type("Bold", 7.2)
NOTE = Type("Regular", 6.4)

_SIZES = (1.12, 1.06, 1.0, 0.97, 0.94, 0.91, 0.88, 0.85, 0.82, 0.8)
LEADING = 1.2
PAD_EM = 0.25  # of the row's type, over and under its lines
GAP_MM = 2.6  # between columns
_APART_MM = 4.0  # between tables
_MOST_LINES, _HEAD_LINES = 3, 2
MARK_MM, CHIP_MM = 3.6, (2.6, 1.7)
#: Of the width: what a column may ask for at most, for a word, for a line, for broken lines.
_WORD_SHARE, _LINE_SHARE = 0.3, 0.8
_NAME_SHARE, _TEXT_SHARE = 0.45, 0.24  # with a share of the room that is left, and without
_HEAD_SHARE = 0.7  # of the width of one line of a head: what two lines need
_TWO_LINES, _THREE_LINES = 0.6, 0.42  # of the width of one line: what two or three lines need
_SLACK_MM = 0.02
_HYPHEN = re.compile(r"(?<=\w{4})-(?=\w{4})")  # of a long word; never that of a name and a number
_FURTHER_ROWS = 20  # beyond those kept that may find room; all others are counted, not set
_LOOK_AHEAD = 4  # rows beyond those kept that have a say in the widths
_SMALLER = 0.87  # than the largest type that fits: what a text that is not cut may cost
_ELLIPSIS = "…"
_FLOOR = 3  # rows that a table keeps while another has more
#: Separates lines that a cell must keep apart, and stands where nothing is known.
BREAK, NONE = "\n", "—"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its share of the room that is left, and whether its cells are never broken."""

    title: str
    share: float = 0.0
    align: Align = "left"
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; before it the mark of a plant as on the map, or a wear class."""

    text: str
    mark: Site | None = None
    zone: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table before it is set.

    Parameters
    ----------
    title
        Stands over it.
    rows
        Each with a cell a column.
    note
        What stands beside the title where there is no row.
    keep
        Rows for which the type is made smaller; further ones are shown where room is left.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    keep: int = 99


@dataclass(frozen=True, slots=True)
class Measured:
    """A table set at a size in a width: the lines of each cell, the height of each row, in mm."""

    table: Table
    size: float
    width: float
    widths: tuple[float, ...]
    head: tuple[tuple[str, ...], ...]
    cells: tuple[tuple[tuple[str, ...], ...], ...]
    heights: tuple[float, ...]

    def cuts(self, rows: int) -> int:
        """Return how many cells of so many rows are cut."""
        return sum(
            any(line.endswith(_ELLIPSIS) for line in cell)
            for row in self.cells[:rows]
            for cell in row
        )

    @property
    def top(self) -> float:
        """Height of title and head."""
        title, head = TITLE.scaled(self.size), HEAD.scaled(self.size)
        if not self.cells:
            return title.em_mm * LEADING
        lines = max((len(one) for one in self.head), default=0)
        return title.em_mm * (LEADING + 0.35) + head.em_mm * LEADING * lines

    def height(self, rows: int) -> float:
        """Return the height with so many rows, and the line that counts the others."""
        note = NOTE.scaled(self.size).em_mm * (LEADING + 0.4)
        more = note if rows < len(self.table.rows) else 0.0
        return self.top + sum(self.heights[:rows]) + more


@dataclass(frozen=True, slots=True)
class Placed:
    """A table with its place in a column: its top in millimetres, and how many rows it shows."""

    top: float
    measured: Measured
    rows: int


def measure(table: Table, width: float, size: float) -> Measured:
    """Return a table set in a width (millimetres) at a size of type."""
    gap = GAP_MM * size
    widths = _widths(table, width - gap * (len(table.columns) - 1), size)
    head = tuple(
        wrap(column.title, HEAD.scaled(size), room, _HEAD_LINES)
        for column, room in zip(table.columns, widths, strict=True)
    )
    cells = tuple(
        tuple(_lines(cell, room, size) for cell, room in zip(row, widths, strict=True))
        for row in table.rows[: table.keep + _FURTHER_ROWS]
    )
    em = ROW.scaled(size).em_mm
    heights = tuple(
        em * (LEADING * max([1, *(len(cell) for cell in row)]) + 2 * PAD_EM) for row in cells
    )
    return Measured(table, size, width, widths, head, cells, heights)


def indent(cell: Cell, size: float) -> float:
    """Return the room that the sign of a cell takes before its text, in millimetres."""
    if cell.mark:
        return MARK_MM * size
    return (CHIP_MM[0] + 1.0) * size if cell.zone else 0.0


def kind_of(cell: Cell, size: float) -> Type:
    """Return the type of a cell."""
    return (STRONG if cell.bold else ROW).scaled(size)


def _lines(cell: Cell, width: float, size: float) -> tuple[str, ...]:
    kind, room = kind_of(cell, size), width - indent(cell, size)
    parts = cell.text.split(BREAK)
    most = max(_MOST_LINES - len(parts) + 1, 1)
    return tuple(
        line for part in parts for line in wrap(_eased(part, kind, room), kind, room, most)
    )


def _eased(text: str, kind: Type, room: float) -> str:
    """Return a text that may break after the hyphens of the words that are too wide."""
    if not _HYPHEN.search(text):
        return text
    return " ".join(
        _HYPHEN.sub("- ", word) if text_width_mm(word, kind) > room else word
        for word in text.split(" ")
    )


def _widths(table: Table, room: float, size: float) -> tuple[float, ...]:
    """Share the width out: as wide as the words need, then as two lines of them, then as one.

    Room that is left goes to the columns that ask for a share of it.
    """
    needs = [_needs(table, number, room, size) for number in range(len(table.columns))]
    for less, more in pairwise(zip(*needs, strict=True)):
        if sum(less) <= room < sum(more):
            part = (room - sum(less)) / (sum(more) - sum(less))
            return tuple(a + part * (b - a) for a, b in zip(less, more, strict=True))
    least, _, most = zip(*needs, strict=True)
    if sum(least) > room:
        return tuple(one * room / sum(least) for one in least)
    shares = sum(column.share for column in table.columns) or 1.0
    rest = room - sum(most)
    return tuple(
        one + rest * column.share / shares for one, column in zip(most, table.columns, strict=True)
    )


def _needs(table: Table, number: int, room: float, size: float) -> tuple[float, float, float]:
    """Return the width of the longest word of a column, of two lines, and of one line."""
    column = table.columns[number]
    head = HEAD.scaled(size)
    title = text_width_mm(column.title, head)
    word = max(text_width_mm(one, head) for one in column.title.split(" "))
    word, line = max(word, _HEAD_SHARE * title if " " in column.title else 0.0), 0.0
    for row in table.rows[: table.keep + _LOOK_AHEAD]:
        kind, before = kind_of(row[number], size), indent(row[number], size)
        for text in row[number].text.split(BREAK):
            line = max(line, before + text_width_mm(text, kind))
            pieces = _HYPHEN.sub("- ", text).split(" ")
            longest = max(text_width_mm(one, kind) for one in pieces)
            word = max(word, before + longest)
    line = max(line, word) + _SLACK_MM
    if column.firm:
        return line, line, line
    word = min(word + _SLACK_MM, _WORD_SHARE * room)
    broken, most = (_TWO_LINES, _NAME_SHARE) if column.share else (_THREE_LINES, _TEXT_SHARE)
    lines = max(min(broken * line, most * room), word)
    return word, lines, max(min(line, _LINE_SHARE * room), lines)


def stack(tables: Sequence[Table], width: float, height: float) -> tuple[Placed, ...]:
    """Return tables one under the other, as large as they fit in a column.

    Parameters
    ----------
    tables
        In order; the rows that each keeps decide the size of type. Room that is left is given to
        further rows, one table after the other.
    width, height
        Of the column, in millimetres.

    Returns
    -------
    placed
        With tops from 0. Where even the smallest type is too large, the last tables lose rows.
    """
    found, counts = _choose(tables, width, height)
    if _whole(found, counts) > height:
        _shorten(found, counts, height)
    _lengthen(found, counts, height)
    placed, top = [], 0.0
    for one, count in zip(found, counts, strict=True):
        placed.append(Placed(top, one, count))
        top += one.height(count) + _APART_MM * one.size
    return tuple(placed)


def _choose(
    tables: Sequence[Table], width: float, height: float
) -> tuple[list[Measured], list[int]]:
    """Return tables in the largest type that fits; somewhat smaller where that cuts fewer texts."""
    best: tuple[int, list[Measured], list[int]] | None = None
    least = 0.0
    found: list[Measured] = []
    counts: list[int] = []
    for size in _SIZES:
        if size < least:
            break
        found = [measure(table, width, size) for table in tables]
        counts = [min(one.table.keep, len(one.cells)) for one in found]
        if _whole(found, counts) > height:
            continue
        cuts = sum(one.cuts(count) for one, count in zip(found, counts, strict=True))
        if best is None or cuts < best[0]:
            best = cuts, found, counts
        if not cuts:
            break
        least = least or size * _SMALLER
    return best[1:] if best else (found, counts)


def _whole(found: Sequence[Measured], counts: Sequence[int]) -> float:
    heights = [
        one.height(count) + _APART_MM * one.size for one, count in zip(found, counts, strict=True)
    ]
    return sum(heights) - (_APART_MM * found[0].size if found else 0.0)


def _shorten(found: Sequence[Measured], counts: list[int], height: float) -> None:
    """Take rows from the longest tables, the last first; one row is left where there was one."""
    for floor in (_FLOOR, 1):
        while _whole(found, counts) > height and max(counts, default=0) > floor:
            longest = max(range(len(counts)), key=lambda n: (counts[n], n))
            counts[longest] -= 1


def _lengthen(found: Sequence[Measured], counts: list[int], height: float) -> None:
    """Give rows to the tables that hold some back, as long as there is room."""
    for number, one in enumerate(found):
        while counts[number] < len(one.cells):
            counts[number] += 1
            if _whole(found, counts) > height:
                counts[number] -= 1
                break
