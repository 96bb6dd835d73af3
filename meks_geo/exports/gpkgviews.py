"""What a GeoPackage shows beside its tables, as SQL views over tables of their own.

Views are layers for GDAL and QGIS, cannot be edited, and are passed over by the intake.
"""

import sqlite3
from collections.abc import Sequence

import numpy as np
import shapely

from meks_geo.exports.tables import Table

#: Views with a geometry.
SPATIAL = ("regions", "projects_on_map")

_PREFIX = "data_"
_SRS = 4326
_TYPES = {"number": "REAL", "integer": "INTEGER"}
#: Of a geometry: magic, version 0, little-endian without a box, coordinate system.
_HEADER = b"GP\x00\x01" + _SRS.to_bytes(4, "little")


def add(
    base: sqlite3.Connection,
    found: Sequence[Table],
    metadata: Sequence[tuple[str, str]],
    *,
    projects: Table,
) -> None:
    """Add the views of a file that holds `plants` and `projects`.

    Parameters
    ----------
    found
        Tables that become views; polygons in longitude and latitude degrees (EPSG:4326).
    metadata
        Key and value of what the file says of itself.
    projects
        Whose columns the view of the projects at their plants shows.
    """
    for one in found:
        _fill(base, one)
        _show(base, one)
    base.execute(f"CREATE TABLE {_PREFIX}metadata (fid INTEGER PRIMARY KEY, key TEXT, value TEXT)")
    base.executemany(f"INSERT INTO {_PREFIX}metadata (key, value) VALUES (?, ?)", metadata)
    base.execute(
        f"CREATE VIEW metadata AS SELECT fid AS OGC_FID, key, value FROM {_PREFIX}metadata"
    )
    _register(base, "metadata", None)
    names = ", ".join(f'p."{column.name}"' for column in projects.columns)
    base.execute(
        f"CREATE VIEW projects_on_map AS SELECT p.fid AS OGC_FID, s.geom AS geom, {names} "
        "FROM projects p JOIN plants s ON s.plant_id = p.plant_id"
    )
    bounds = base.execute(
        "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'plants'"
    ).fetchone()
    _register(base, "projects_on_map", bounds, "POINT")


def _fill(base: sqlite3.Connection, found: Table) -> None:
    """Write the rows of a view into a table that is not listed as a layer."""
    columns = [f'"{c.name}" {_TYPES.get(c.type, "TEXT")}' for c in found.columns]
    names = [f'"{c.name}"' for c in found.columns]
    rows = [[row[c.name] for c in found.columns] for row in found.rows]
    if found.geometry is not None:
        columns.append("geom MULTIPOLYGON")
        names.append("geom")
        blobs = [_HEADER + one for one in shapely.to_wkb(_multi(found.geometry), byte_order=1)]
        rows = [[*row, blob] for row, blob in zip(rows, blobs, strict=True)]
    table = f"{_PREFIX}{found.name}"
    base.execute(f"CREATE TABLE {table} (fid INTEGER PRIMARY KEY, {', '.join(columns)})")
    # names are those of our own schemas
    into = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    base.executemany(into, rows)


def _multi(shapes: np.ndarray) -> list[shapely.MultiPolygon]:
    return [shapely.MultiPolygon(list(shapely.get_parts(one))) for one in shapes]


def _show(base: sqlite3.Connection, found: Table) -> None:
    names = [f'"{c.name}"' for c in found.columns]
    if found.geometry is None:
        columns, bounds = ", ".join(names), None
    else:
        columns = ", ".join(["geom", *names])
        bounds = tuple(shapely.total_bounds(found.geometry).tolist())
    table = f"{_PREFIX}{found.name}"
    base.execute(f"CREATE VIEW {found.name} AS SELECT fid AS OGC_FID, {columns} FROM {table}")
    _register(base, found.name, bounds, "MULTIPOLYGON")


def _register(
    base: sqlite3.Connection, name: str, bounds: tuple[float, ...] | None, kind: str = ""
) -> None:
    """List a view as a layer, with its box in degrees; without one as a plain table."""
    sort = "attributes" if bounds is None else "features"
    box = bounds or (None, None, None, None)
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, min_x, min_y, max_x, max_y, "
        "srs_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (name, sort, name, *box, None if bounds is None else _SRS),
    )
    if bounds is not None:
        base.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (name, kind, _SRS)
        )
