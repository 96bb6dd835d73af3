"""Where the faulty rows of a file lie, so that they can be looked at on a map."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from meks_geo.errors import Problem
from meks_geo.intake.findings import sheets
from meks_geo.intake.geometry import read_lines
from meks_geo.intake.headers import incoming, read_heading
from meks_geo.intake.model import RawFile, RawTable
from meks_geo.model import Schema

#: Beyond these degrees nobody would look: south, west, north, east.
_FRAME = (28.0, 22.0, 66.0, 112.0)


@dataclass(frozen=True, slots=True)
class Place:
    """A faulty row that has a place: its shape in longitude and latitude degrees (EPSG:4326)."""

    table: str
    row: int
    shape: shapely.Geometry
    problems: tuple[Problem, ...]

    @property
    def severity(self) -> str:
        """`error` if any of its problems is one, else `warning`."""
        return "error" if any(p.severity == "error" for p in self.problems) else "warning"


def places(
    raw: RawFile,
    problems: Sequence[Problem],
    schemas: Mapping[str, Schema],
    *,
    table: str = "",
    most: int = 400,
) -> tuple[list[Place], int]:
    """Return where faulty rows lie, errors first, and how many rows are faulty in all.

    Coordinates are those of the file, right or wrong; a row without usable ones has no place.

    Parameters
    ----------
    table
        Table of a file that does not say which one it holds, as it was given to the check.
    most
        How many places are returned at most.
    """
    faulty: dict[tuple[str, int], list[Problem]] = defaultdict(list)
    for one in problems:
        if one.row is not None:
            faulty[one.table, one.row].append(one)
    at = sheets(raw, schemas, table=table)
    found: list[Place] = []
    for name in ("networks", "plants"):
        rows = {row for of, row in faulty if of == name}
        if name in at and rows:
            shapes = _shapes(raw.tables[at[name]], name, incoming(schemas[name]), raw, rows)
            found += [
                Place(name, row, shape, tuple(faulty[name, row])) for row, shape in shapes.items()
            ]
    found.sort(key=lambda place: place.severity != "error")
    return found[:most], len(faulty)


def _shapes(
    part: RawTable, name: str, schema: Schema, raw: RawFile, rows: set[int]
) -> dict[int, shapely.Geometry]:
    """Return the usable shapes of some rows, by row number."""
    at = np.flatnonzero(np.isin(part.numbers, list(rows)))
    shapes: Sequence[shapely.Geometry | None]
    if part.geometry is not None:
        shapes = list(part.geometry[at])
    else:
        positions = read_heading(part, schema, raw.name, raw.kind).positions
        needed = ("geometry",) if name == "networks" else ("lat", "lon")
        if not positions.keys() >= set(needed):
            return {}
        cells = [[part.columns[positions[column]][one] for one in at] for column in needed]
        shapes = list(read_lines(cells[0])) if name == "networks" else _points(*cells)
    numbers = part.numbers[at]
    good = [_is_in_frame(one) for one in shapes]
    return {int(n): s for n, s, is_good in zip(numbers, shapes, good, strict=True) if is_good}


def _points(lats: Sequence[str], lons: Sequence[str]) -> list[shapely.Geometry | None]:
    pairs = [(_number(lon), _number(lat)) for lat, lon in zip(lats, lons, strict=True)]
    return [None if lon is None or lat is None else shapely.Point(lon, lat) for lon, lat in pairs]


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _is_in_frame(shape: shapely.Geometry | None) -> bool:
    if shape is None or shape.is_empty:
        return False
    south, west, north, east = _FRAME
    left, low, right, high = shape.bounds
    return bool(west <= left <= right <= east and south <= low <= high <= north)
