"""Geometries as they come from a file: bounded, flat, and in longitude and latitude."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from meks_geo.errors import InputError, Problem
from meks_geo.intake import bounds
from meks_geo.intake.cells import Texts
from meks_geo.intake.model import RawTable
from meks_geo.measure import WGS84

Geometries = npt.NDArray[np.object_]

_DEGREES = pyproj.CRS(WGS84)


def crs_of(stated: object) -> pyproj.CRS | None:
    """Return the coordinate system that a name, a code or a WKT text stands for; None if none."""
    if not isinstance(stated, str) or not stated.strip() or len(stated) > bounds.MAX_CELL:
        return None
    with bounds.hushed():
        try:
            crs = pyproj.CRS.from_user_input(stated.strip())
            # an engineering or a vertical system has no way to longitude and latitude
            pyproj.Transformer.from_crs(crs, _DEGREES, always_xy=True)
        except (pyproj.exceptions.ProjError, ValueError):
            return None
    return crs


def to_degrees(geometries: Geometries, crs: pyproj.CRS) -> Geometries:
    """Return geometries in longitude and latitude; what cannot be placed gets infinities."""
    if crs.equals(_DEGREES, ignore_axis_order=True):
        return geometries
    transformer = pyproj.Transformer.from_crs(crs, _DEGREES, always_xy=True)
    points = shapely.get_coordinates(geometries)
    with bounds.hushed():
        x, y = transformer.transform(points[:, 0], points[:, 1])
    return np.asarray(
        shapely.set_coordinates(geometries.copy(), np.column_stack((x, y))), dtype=object
    )


def from_wkb(values: Sequence[bytes | None]) -> Geometries:
    """Return geometries of WKB; None for what is missing or broken."""
    found = np.empty(len(values), dtype=object)
    if len(values):
        with bounds.hushed():
            found[:] = shapely.from_wkb(np.array(values, dtype=object), on_invalid="ignore")
    return found


def checked(geometries: Geometries, file: str) -> Geometries:
    """Return geometries without heights, held to the bounds.

    Raises
    ------
    InputError
        `too-large` if one geometry, or all together, have more points than the bounds allow.
    """
    points = shapely.get_num_coordinates(geometries)
    most = int(points.max(initial=0))
    if most > bounds.MAX_VERTICES:
        row = int(points.argmax()) + 1
        raise bounds.too_large(file, reason="many-vertices", row=row, size=most,
            most=bounds.MAX_VERTICES, value=str(most),
        )  # fmt: skip
    if points.sum() > bounds.MAX_ALL_VERTICES:
        raise bounds.too_many(file, "many-vertices", int(points.sum()), bounds.MAX_ALL_VERTICES)
    if shapely.has_z(geometries).any() or shapely.has_m(geometries).any():
        return np.asarray(shapely.force_2d(geometries), dtype=object)
    return geometries


def table(
    file: str,
    name: str,
    fields: Iterable[tuple[str, Texts]],
    geometry: Geometries | None,
    *,
    count: int,
) -> RawTable:
    """Return a table of features, counted from 1, without its empty nameless columns.

    Raises
    ------
    InputError
        `too-large` if a column has a longer cell than the bounds allow.
    """
    kept = [(title.strip(), column) for title, column in fields]
    if len(kept) > bounds.MAX_COLUMNS:
        raise bounds.too_many(file, "many-columns", len(kept), bounds.MAX_COLUMNS)
    longest = max((column.longest for _, column in kept), default=0)
    if longest > bounds.MAX_CELL:
        raise bounds.too_many(file, "long-cell", longest, bounds.MAX_CELL)
    return RawTable(
        name=name,
        header=tuple(title for title, _ in kept),
        columns=tuple(column.cells for _, column in kept),
        numbers=np.arange(1, count + 1, dtype=np.int64),
        geometry=geometry,
    )


def placed(
    file: str, raw: RawTable, crs: pyproj.CRS | None
) -> tuple[RawTable | None, tuple[Problem, ...]]:
    """Return a table with its geometry in degrees, or the reason why that cannot be known."""
    if raw.geometry is None:
        return raw, ()
    if crs is None:
        return None, (Problem("missing-crs", file, table=raw.name),)
    flat = to_degrees(checked(raw.geometry, file), crs)
    return RawTable(raw.name, raw.header, raw.columns, raw.numbers, flat), ()


def found_or_refused(
    tables: Iterable[tuple[RawTable | None, tuple[Problem, ...]]],
) -> tuple[tuple[RawTable, ...], tuple[Problem, ...]]:
    """Return the tables that are placed and the problems of the others.

    Raises
    ------
    InputError
        If no table is left and there are problems.
    """
    pairs: list[Any] = list(tables)
    kept = tuple(one for one, _ in pairs if one is not None)
    problems = tuple(problem for _, some in pairs for problem in some)
    if problems and not kept:
        raise InputError(problems)
    return kept, problems
