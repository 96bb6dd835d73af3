"""Cells of tables that go out: typed by their column, kept by column, read as rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from meks_geo.i18n.catalogue import is_missing
from meks_geo.model import Column

#: Text, whole number, number, or None for an empty cell.
Cell = str | int | float | None
Columns = Mapping[str, Sequence[Cell]]

_NUMERIC = frozenset({"number", "integer", "bound"})


def cell(column: Column, raw: object) -> Cell:
    """Return a cell by the type of its column: a number where it is one, None where it is empty."""
    if is_missing(raw):
        return None
    if column.type == "value" and isinstance(raw, int | float):
        return raw
    if column.type not in _NUMERIC:
        return str(raw)
    try:
        number = float(str(raw))
    except ValueError:
        return str(raw)
    return int(number) if number.is_integer() and column.type != "number" else number


def of_rows(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Return typed cells by column out of rows; what a row lacks is empty."""
    return {c.name: [cell(c, row.get(c.name)) for row in rows] for c in columns}


def of_codes(
    column: Column, words: Sequence[str], codes: npt.NDArray[np.integer[Any]]
) -> list[Cell]:
    """Return typed cells of a column that is kept as codes, each word typed once."""
    typed = [cell(column, word) for word in words]
    return [typed[code] for code in codes.tolist()]


def of_numbers(column: Column, numbers: Iterable[float]) -> list[Cell]:
    """Return typed cells of numbers, NaN as empty ones."""
    whole = column.type == "integer"
    return [None if n != n else int(n) if whole else float(n) for n in numbers]  # noqa: PLR0124


class Rows(Sequence[Mapping[str, Cell]]):
    """Columns read as rows; a row is made when it is asked for.

    Parameters
    ----------
    columns
        Cells by column, all as many.
    count
        How many rows there are.
    """

    def __init__(self, columns: Columns, count: int) -> None:
        """Read these columns."""
        self._columns = columns
        self._count = count

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._count

    @overload
    def __getitem__(self, at: int) -> Mapping[str, Cell]: ...

    @overload
    def __getitem__(self, at: slice) -> list[Mapping[str, Cell]]: ...

    def __getitem__(self, at: int | slice) -> Mapping[str, Cell] | list[Mapping[str, Cell]]:
        """Return one row, or some of them."""
        if isinstance(at, slice):
            part = {name: cells[at] for name, cells in self._columns.items()}
            return list(Rows(part, len(range(*at.indices(self._count)))))
        return {name: cells[at] for name, cells in self._columns.items()}

    def __iter__(self) -> Iterator[Mapping[str, Cell]]:
        """Yield the rows in order."""
        names = list(self._columns)
        for row in zip(*self._columns.values(), strict=True):
            yield dict(zip(names, row, strict=True))
