"""Brings the tables of a deck up to date: whole where nobody changed their rows, else by value."""

import re
from collections import defaultdict
from dataclasses import replace
from typing import Any

from meks_geo.exports.deckfit import heights
from meks_geo.exports.deckmodel import Cell, Deck, Row, Slide, Table
from meks_geo.exports.deckreader import Grid, Opened, Shape, grid, text_of
from meks_geo.exports.decktexts import put_cell
from meks_geo.exports.decktruth import Truth
from meks_geo.exports.deckwriter import links_of
from meks_geo.exports.deckxml import row_element
from meks_geo.exports.statements import Place, Statement, settled

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_COLOURED = "zone_declared"


def whole(name: str) -> str:
    """Return the name that the pages of one table share."""
    return re.sub(r"\.\d+:table$", ":table", name)


class Tables:
    """The tables of a deck that was read, and what they should hold now."""

    def __init__(self, found: Opened, new: Deck, truth: Truth) -> None:
        """Look which tables are as they were made."""
        self._truth, self._lang = truth, truth.lang
        self._old = {table.name: table for table in _tables(found.deck)}
        self._slide = {t.name: slide.key for slide in found.deck.slides for t in slide.tables}
        self._shapes = {name: found.shapes.get(name, ()) for name in self._old}
        self._rows: dict[str, dict[str, Row]] = defaultdict(dict)
        for table in _tables(new):
            self._rows[whole(table.name)] |= {row.key: row for row in table.rows}
        self._before: dict[str, dict[str, Row]] = defaultdict(dict)
        self._lines: dict[str, dict[str, Any]] = defaultdict(dict)
        self._edited: set[str] = set()
        for name, table in self._old.items():
            self._look_at(name, table)

    def _look_at(self, name: str, table: Table) -> None:
        """Keep the rows of a table at hand, or note that somebody changed which rows it has."""
        key = whole(name)
        self._before[key] |= {row.key: row for row in table.rows}
        shapes = self._shapes[name]
        found = grid(shapes[0].shape, table) if len(shapes) == 1 else None
        if found is None or not _as_made(found, table):
            self._edited.add(key)
            return
        self._lines[key] |= found.rows

    def as_made(self, name: str) -> bool:
        """Return whether no row of a table, on none of its pages, was put in, moved or removed."""
        return whole(name) not in self._edited

    def update(self, table: Table, shape: Shape) -> Table:
        """Bring one table up to date; returns what it holds now. `table` is how it is made now."""
        if self.as_made(table.name):
            self._rewrite(table, shape)
            return table
        return self.values_only(table.name)

    def _rewrite(self, table: Table, shape: Shape) -> None:
        """Give a table the rows of now; rows that were there keep their look and edited names."""
        found = shape.shape.table._tbl
        lines = self._lines[whole(table.name)]
        before = self._before[whole(table.name)]
        links = links_of(shape.page, table)
        high = heights(table.columns, table.rows, table.box.width, table.size_pt, head=table.head)
        body = found.findall(f"{_A}tr")[1 if table.head else 0 :]
        for one in body:
            found.remove(one)
        for row, height in zip(table.rows, high[1 if table.head else 0 :], strict=True):
            line = lines.pop(row.key, None)
            if line is None:
                line = row_element(table, row, height, self._lang, links)
            else:
                self._fill(line, row, before[row.key])
            found.append(line)

    def _fill(self, line: Any, row: Row, before: Row) -> None:
        for place, now, then in zip(line.findall(f"{_A}tc"), row.cells, before.cells, strict=True):
            stands = settled(text_of(place))
            ours = now.says is not None or stands == settled(then.text)
            if ours and stands != settled(now.text):
                self._put(place, now)

    def _put(self, place: Any, cell: Cell) -> None:
        coloured = cell.says is not None and cell.says.attribute == _COLOURED
        put_cell(place, cell.text, cell.tone, self._lang, coloured=coloured)

    def values_only(self, name: str) -> Table:
        """Write the values of now where they stand; returns what the table holds then."""
        table = self._old[name]
        grids = [grid(one.shape, table) for one in self._shapes[name]]
        rows = []
        for row in table.rows:
            later = self._rows[whole(name)].get(row.key)
            cells = []
            for number, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
                now = cell
                if cell.says is not None:
                    place = Place(self._slide[name], name, row.key, column.key)
                    says, text = self._truth.of(Statement(place, cell.says, cell.text))
                    tone = str(says.value) if says.attribute == _COLOURED else ""
                    now = replace(cell, text=text, says=says, tone=tone)
                elif later is not None:
                    now = replace(later.cells[number], says=None)
                self._put_in(grids, row.key, column.key, (cell, now))
                cells.append(now)
            rows.append(Row(row.key, tuple(cells)))
        return replace(table, rows=tuple(rows))

    def _put_in(
        self, grids: list[Grid | None], row: str, column: str, cells: tuple[Cell, Cell]
    ) -> None:
        then, now = cells
        for found in grids:
            place = None if found is None else found.cell(row, column)
            if place is None:
                continue
            stands = settled(text_of(place))
            if stands != settled(now.text) and (now.says or stands == settled(then.text)):
                self._put(place, now)


def _tables(deck: Deck) -> list[Table]:
    return [table for slide in deck.slides for table in slide.tables]


def _as_made(found: Grid, table: Table) -> bool:
    """Return whether a table has the rows and columns that it was made with, in their order."""
    lines = found.table.findall(f"{_A}tr")[1 if table.head else 0 :]
    keys = [row.key for row in table.rows]
    held = {id(line): key for key, line in found.rows.items()}
    if [held.get(id(line)) for line in lines] != keys:
        return False
    whole_rows = all(len(line.findall(f"{_A}tc")) == len(table.columns) for line in lines)
    bars = len(found.table.findall(f"{_A}tblGrid/{_A}gridCol"))
    places = [found.columns.get(column.key) for column in table.columns]
    return whole_rows and bars == len(table.columns) and places == list(range(bars))


def tables_of(slide: Slide) -> dict[str, Table]:
    """Return the tables of a slide by name."""
    return {table.name: table for table in slide.tables}
