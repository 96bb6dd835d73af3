"""A grid of cells under a header, as a table: empty rows and columns left out, places kept."""

from collections.abc import Callable, Iterable, Sequence
from itertools import compress, islice, zip_longest

import numpy as np

from meks_geo.intake import bounds
from meks_geo.intake.cells import Texts, as_text
from meks_geo.intake.model import RawTable

_BATCH = 10_000


class Grid:
    """Rows of one sheet that are being read; the first row with text is the header.

    Parameters
    ----------
    file
        Name of the file as its sender knows it.
    name
        Name of the sheet.
    """

    def __init__(self, file: str, name: str) -> None:
        """Begin an empty table."""
        self._file = file
        self._name = name
        self.header: tuple[str, ...] = ()
        self._header_row = 0
        self._columns: list[Texts] = []
        self._numbers: list[int] = []
        self._seen = 0

    def __len__(self) -> int:
        """How many rows with text there are so far, without the header."""
        return len(self._numbers)

    def read(
        self, rows: Iterable[Sequence[object]], told: Callable[[int], None] | None = None
    ) -> None:
        """Append all rows, the first of them being row 1 of the sheet.

        Parameters
        ----------
        rows
            Cells as a reader gave them.
        told
            Called now and then with the number of rows so far.

        Raises
        ------
        InputError
            If there are more columns, or longer cells, than the bounds allow.
        """
        rows = iter(rows)
        while batch := list(islice(rows, _BATCH)):
            first = self._seen + 1
            self._seen += len(batch)
            if not self.header:
                batch, first = self._take_header(batch, first)
            if self.header:
                self._take(batch, first)
            if told:
                told(self._seen)

    def _take_header(
        self, batch: list[Sequence[object]], first: int
    ) -> tuple[list[Sequence[object]], int]:
        for place, row in enumerate(batch):
            names = [as_text(one) for one in row]
            if any(names):
                self._header_row = first + place
                self._widen(len(names))
                self.header = tuple(names)
                return batch[place + 1 :], first + place + 1
        return [], first

    def _widen(self, width: int) -> None:
        """Make room for more columns than the rows so far had."""
        if width > bounds.MAX_COLUMNS:
            raise bounds.too_many(self._file, "many-columns", width, bounds.MAX_COLUMNS)
        while len(self._columns) < width:
            column = Texts()
            column.cells = [""] * len(self._numbers)
            self._columns.append(column)

    def _take(self, batch: list[Sequence[object]], first: int) -> None:
        start = len(self._numbers)
        cells = list(zip_longest(*batch, fillvalue=None))
        self._widen(len(cells))
        cells += [(None,) * len(batch)] * (len(self._columns) - len(cells))
        for column, values in zip(self._columns, cells, strict=True):
            column.add(values)
            if column.longest > bounds.MAX_CELL:
                raise bounds.too_many(self._file, "long-cell", column.longest, bounds.MAX_CELL)
        bounds.check_area(self._file, len(self._columns) * (start + len(batch)))
        self._numbers += range(first, first + len(batch))
        self._drop_empty(start)

    def _drop_empty(self, start: int) -> None:
        """Drop the rows from a position on that have no text."""
        parts = [column.cells[start:] for column in self._columns]
        keep = [bool(text) for text in parts[0]]
        if not all(keep):
            keep = [any(row) for row in zip(*parts, strict=True)]
        if all(keep):
            return
        self._numbers[start:] = compress(self._numbers[start:], keep)
        for column, part in zip(self._columns, parts, strict=True):
            column.cells[start:] = compress(part, keep)

    def find(self, wanted: Callable[[str], bool]) -> list[tuple[int, int]]:
        """Return row number and position of the column of each cell whose text is wanted."""
        found = []
        for at, column in enumerate(self._columns):
            texts = {text for text in set(column.cells) if text and wanted(text)}
            if texts:
                found += [
                    (number, at)
                    for number, text in zip(self._numbers, column.cells, strict=True)
                    if text in texts
                ]
        return found

    def table(self, formulas: Iterable[tuple[int, int]] = ()) -> RawTable:
        """Return the table without empty columns.

        Parameters
        ----------
        formulas
            Row number and position of a column in the sheet, from 0, of each formula.
        """
        names = [*self.header, *[""] * (len(self._columns) - len(self.header))]
        places = [at for at, name in enumerate(names) if name or any(self._columns[at].cells)]
        position = {at: new for new, at in enumerate(places)}
        numbers = np.array(self._numbers, dtype=np.int64)
        rows = set(self._numbers) if formulas else set()
        return RawTable(
            name=self._name,
            header=tuple(names[at] for at in places),
            columns=tuple(self._columns[at].cells for at in places),
            numbers=numbers,
            formulas=frozenset(
                (row, position[at]) for row, at in formulas if at in position and row in rows
            ),
        )
