"""What is wrong with the rows of a table, kept by kind while it is found, told row by row after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from meks_geo.errors import WARNINGS, Problem
from meks_geo.intake.model import RawTable
from meks_geo.model import Schema

Positions = npt.NDArray[np.int64]
Params = Mapping[str, object]

#: Most problems of one file that are told row by row, and the first ones that each kind may tell
#: of its rows however many there are of others.
MOST_PROBLEMS, FIRST_OF_KIND = 100_000, 1_000

_LONGEST_VALUE = 200
_NO_PARAMS: Params = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Fault:
    """One kind of fault in one column of a table.

    Parameters
    ----------
    code
        Code of its problems.
    column
        Column name; "" for the whole row.
    at
        Positions of the rows that have it, ascending.
    values, params
        Offending text and further words of each row, parallel to `at`; may end after the first
        `MOST_PROBLEMS` rows. Empty `params` are none at all.
    severity
        `error` or `warning`; by default that of the code.
    """

    code: str
    column: str
    at: Positions
    values: Sequence[str] = ()
    params: Sequence[Params] = ()
    severity: str = ""

    @property
    def rejects(self) -> bool:
        """Whether its rows are left out."""
        return self.severity == "error" or (not self.severity and self.code not in WARNINGS)


@dataclass(frozen=True, eq=False)
class Draft:
    """The rows of a known table, typed, while they are checked.

    Parameters
    ----------
    columns
        Values of each column of the schema that the file has, parallel to the rows of `raw`:
        float arrays, or text.
    lines
        Geometry of networks, in two dimensions; None for other tables.
    lengths_km
        Length of each line on the ellipsoid; NaN without a usable line.
    refused
        Whether the table as a whole is refused, for want of a column.
    """

    raw: RawTable
    schema: Schema
    columns: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()
    lines: npt.NDArray[np.object_] | None = None
    lengths_km: npt.NDArray[np.float64] | None = None
    refused: bool = False

    @property
    def good(self) -> npt.NDArray[np.bool_]:
        """Which rows pass, as far as is known; none of a refused table."""
        good = np.full(len(self.raw), not self.refused)
        for fault in self.faults:
            if fault.rejects:
                good[fault.at] = False
        return good

    def ids(self) -> npt.NDArray[np.object_]:
        """Return the ids of all rows, as text."""
        return np.asarray(self.columns[self.schema.id_column], dtype=object)


def shorten(text: str) -> str:
    """Return a text as a message shows it: cut when it is very long."""
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def tell(file: str, drafts: Iterable[tuple[str, Draft]]) -> list[Problem]:
    """Return the problems of tables row by row, and for each kind how many are not listed."""
    tables = list(drafts)
    counts = [len(fault.at) for _, draft in tables for fault in draft.faults]
    shares = iter(_shares(counts))
    problems: list[Problem] = []
    for table, draft in tables:
        told: list[Problem] = []
        rest: list[Problem] = []
        for fault in draft.faults:
            shown = next(shares)
            told += _rows(file, table, draft.raw.numbers, fault, shown)
            rest += _rest(file, table, fault, len(fault.at) - shown)
        order = {column.name: place for place, column in enumerate(draft.schema.columns)}
        told.sort(key=lambda p: (p.row or 0, order.get(p.column or "", len(order))))
        problems += [*told, *rest]
    return problems


def _shares(counts: Sequence[int]) -> list[int]:
    """Return how many rows each kind of fault may tell."""
    shares = [min(count, FIRST_OF_KIND) for count in counts]
    left = MOST_PROBLEMS - sum(shares)
    for place, count in enumerate(counts):
        more = max(0, min(left, count - shares[place]))
        shares[place] += more
        left -= more
    return shares


def _rows(
    file: str, table: str, numbers: npt.NDArray[np.int64], fault: Fault, shown: int
) -> list[Problem]:
    rows = numbers[fault.at[:shown]].tolist()
    values = fault.values or [""] * shown
    params = fault.params or [_NO_PARAMS] * shown
    return [
        Problem(fault.code, file, row, fault.column or None, value, words, fault.severity, table)
        for row, value, words in zip(rows, values, params, strict=False)
    ]


def _rest(file: str, table: str, fault: Fault, count: int) -> list[Problem]:
    if not count:
        return []
    severity = "error" if fault.rejects else "warning"
    params = {"count": count, "kind": fault.code}
    return [
        Problem(
            "more-problems", file, None, fault.column or None, str(count), params, severity, table
        )
    ]
