"""A table of a saved plan: columns with their units, typed cells, and how they are printed."""

from dataclasses import dataclass

from meks_geo import i18n
from meks_geo.exports.cells import Cell
from meks_geo.exports.statements import NONE

#: Decimals of a number that is printed as it is.
EXACT = -1


@dataclass(frozen=True, slots=True)
class Head:
    """A column: key, name with its unit, how many decimals its numbers have, share of a width.

    `digits` is None for texts, `EXACT` for numbers that are printed as they are; years are numbers
    that are not `grouped`.
    """

    key: str
    title: str
    share: float = 1.0
    digits: int | None = None
    grouped: bool = True


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: a key for each row, and typed cells; None where nothing is known."""

    name: str
    title: str
    heads: tuple[Head, ...]
    keys: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def only(self, *keys: str) -> "Grid":
        """Return the table with some of its columns, in the order given."""
        order = {one.key: place for place, one in enumerate(self.heads)}
        places = [order[key] for key in keys]
        heads = tuple(self.heads[n] for n in places)
        rows = tuple(tuple(row[n] for n in places) for row in self.rows)
        return Grid(self.name, self.title, heads, self.keys, rows)


def printed(lang: str, head: Head, cell: Cell) -> str:
    """Return a cell in words; a dash where nothing is known."""
    if cell is None or cell == "":
        return NONE
    if isinstance(cell, str):
        return cell
    digits = head.digits
    if digits == EXACT:
        digits = len(f"{cell:.6f}".rstrip("0").partition(".")[2])
    return i18n.number(lang, cell, digits, grouping=head.grouped)


def with_unit(lang: str, key: str, unit: str) -> str:
    """Return a text and the sign of a unit, as the head of a column."""
    return f"{i18n.text(lang, key)}, {i18n.unit(lang, unit)}"
