"""What a file holds, before and after it is checked, column by column."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan

import numpy as np
import numpy.typing as npt
import pandas as pd

from meks_geo.errors import Problem


def cell_text(value: object) -> str:
    """Return a cell as text: "" for an unknown number, a whole one without its decimals."""
    if isinstance(value, float):
        return "" if isnan(value) else repr(float(value)).removesuffix(".0")
    return str(value)


@dataclass(frozen=True, eq=False)
class RawTable:
    """One sheet, layer or file, as its author wrote it.

    Parameters
    ----------
    name
        Name of the sheet or layer; the file's stem where the format has none.
    header
        Column names as written; never the geometry of a geometry file.
    columns
        The cells as text, one list a column, parallel to `header`: "" for an empty cell, numbers
        with a decimal point, dates in ISO form.
    numbers
        The row numbers that the author's program shows: the header of a table is row 1; features of
        a geometry file count from 1.
    geometry
        Shapely geometries in longitude and latitude degrees (EPSG:4326), None where a feature has
        none; None for a table without geometry (a workbook's `geometry` column is text).
    formulas
        (row number, position in `header`) of each cell that is a formula; its stored value, if
        any, is in `columns`.
    """

    name: str
    header: tuple[str, ...]
    columns: tuple[list[str], ...]
    numbers: npt.NDArray[np.int64]
    geometry: npt.NDArray[np.object_] | None = None
    formulas: frozenset[tuple[int, int]] = frozenset()

    def __len__(self) -> int:
        """How many rows the table has, without its header."""
        return len(self.numbers)


@dataclass(frozen=True, eq=False)
class RawFile:
    """A file that could be read: `kind` is one of `KINDS`; `problems` speak of whole tables."""

    name: str
    kind: str
    tables: tuple[RawTable, ...]
    problems: tuple[Problem, ...] = ()


#: Formats that can be read, by the name that messages use.
KINDS = ("xlsx", "ods", "csv", "gpkg", "geojson", "shapefile", "kml")


@dataclass(frozen=True, eq=False)
class CheckedTable:
    """The rows of one table that passed.

    Parameters
    ----------
    frame
        One column for each column of the schema that the file has, in schema order, typed: numbers
        as float (NaN when empty), all else text ("" when empty). Index 0..n-1. Of `networks` it is
        a GeoDataFrame with `geometry` in EPSG:4326.
    numbers
        The author's row number of each row of `frame`.
    """

    frame: pd.DataFrame
    numbers: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a check found. `tables` holds only known tables that were not refused, by table name."""

    file: str
    rows: int
    tables: Mapping[str, CheckedTable]
    problems: tuple[Problem, ...]

    @property
    def accepted(self) -> int:
        """How many rows passed."""
        return sum(len(one.frame) for one in self.tables.values())

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong but warnings, and there is something to publish."""
        return self.accepted > 0 and not any(p.severity == "error" for p in self.problems)
