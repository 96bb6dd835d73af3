"""A view as a GeoPackage: layers that can be corrected and sent back, with the look of the screen.

`plants` and `networks` are layers, `projects` and `entities` plain tables, and so are the registers
of the programme that have rows: all with the names and codes of a file that comes in. What only
goes out are views, which QGIS shows and nobody can edit, and which the intake passes over:
`regions`, `projects_on_map`, `indicators`, `figures`, `sources` and `metadata`. The styles of
`layer_styles` are found by QGIS itself.
"""

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely

from meks_geo import measure, queries
from meks_geo.exports import gpkgviews, passport, qgisstyle, tables
from meks_geo.exports.cells import Cell
from meks_geo.exports.passport import Passport
from meks_geo.exports.tables import Table
from meks_geo.model import ROLLS, Column, Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.progress import Progress, silent
from meks_geo.view import View

#: Layers with a geometry, and its name in the file.
_SPATIAL = {"plants": "Point", "networks": "LineString"}
GEOMETRY = "geom"
#: Of the format: the one that the QGIS of older machines knows too.
_VERSION = "1.2"
#: Projects draw on plants, networks on nothing: what is written first is drawn at the bottom.
_ORDER = ("networks", "plants", "projects", "entities")


def write(
    data: Dataset,
    view: View,
    *,
    stamp: str = "",
    progress: Progress = silent,
    plan: SavedPlan | None = None,
) -> bytes:
    """Return the tables of a view as a GeoPackage; the same bytes for the same arguments.

    Returns
    -------
    content
        Coordinates are longitude and latitude (EPSG:4326). Every object in the filter is there, as
        of the day of the view; a cell is NULL where nothing is known.
    """
    selection = queries.select(data, view)
    found = [tables.table(data, selection, name) for name in _ORDER]
    listed = [tables.table(data, selection, name) for name in ROLLS]
    found += [one for one in listed if len(one)]
    others = [tables.table(data, selection, name) for name in ("regions", "indicators", "figures")]
    others.append(tables.used_sources(data, [*found, *others]))
    said = passport.of(data, selection, stamp=stamp, plan=plan)
    progress("rows", 0.3)
    with tempfile.TemporaryDirectory(prefix="meks-export-") as folder:
        path = Path(folder) / "view.gpkg"
        for number, one in enumerate(found):
            _write_layer(path, one)
            progress("write", 0.3 + 0.5 * (number + 1) / len(found))
        with closing(sqlite3.connect(path, isolation_level=None)) as base:
            base.execute("PRAGMA journal_mode = OFF")
            base.execute("BEGIN")
            gpkgviews.add(base, others, _metadata(said), projects=found[_ORDER.index("projects")])
            _describe(base, said)
            _add_styles(base, data, said)
            base.execute("COMMIT")
            base.execute("VACUUM")
            progress("done", 1.0)
            return base.serialize()


def _write_layer(path: Path, found: Table) -> None:
    columns = {c.name: _column(c, found.cells[c.name]) for c in _kept(found)}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(found)))
    kind = _SPATIAL.get(found.name)
    if kind is None:
        pyogrio.write_dataframe(frame, path, layer=found.name, driver="GPKG", append=True)
        return
    shapes = np.asarray(found.geometry, dtype=object)
    if kind == "LineString":
        kind, shapes = _lines(shapes)
    pyogrio.write_dataframe(
        gpd.GeoDataFrame(frame, geometry=shapes, crs=measure.WGS84),
        path,
        layer=found.name,
        driver="GPKG",
        geometry_type=kind,
        append=path.exists(),
        layer_options={"GEOMETRY_NAME": GEOMETRY},
        dataset_options=None if path.exists() else {"VERSION": _VERSION},
    )


def _kept(found: Table) -> Sequence[Column]:
    """Return the columns of a layer: its points say where plants are, and nothing beside them."""
    return [c for c in found.columns if found.name != "plants" or c.name not in ("lat", "lon")]


def _column(column: Column, cells: Sequence[Cell]) -> Any:
    if column.type == "integer":
        return pd.array([pd.NA if one is None else int(one) for one in cells], dtype="Int64")
    if column.type == "number":
        return np.array([np.nan if one is None else one for one in cells], dtype=np.float64)
    texts = [one if one is None or isinstance(one, str) else repr(one) for one in cells]
    return pd.Series(texts, dtype=object, index=pd.RangeIndex(len(texts)))


def _lines(shapes: npt.NDArray[np.object_]) -> tuple[str, npt.NDArray[np.object_]]:
    """Return lines of one kind: multi-lines if there are any among them."""
    several = shapely.get_type_id(shapes) == shapely.GeometryType.MULTILINESTRING
    if not several.any():
        return "LineString", shapes
    parts, owner = shapely.get_parts(shapes, return_index=True)
    return "MultiLineString", np.asarray(shapely.multilinestrings(parts, indices=owner))


def _metadata(said: Passport) -> list[tuple[str, str]]:
    """Return what the file says of itself, by keys that do not depend on the language."""
    return [
        ("language", said.lang),
        ("stamp", said.stamp),
        ("filter", said.title),
        *([("plan", said.plan)] if said.plan else []),
        ("as_of", said.as_of),
        ("revision", said.revision),
        ("counts", " · ".join(said.counts)),
        ("link", said.link),
        ("licence", said.licence),
        ("attribution", said.attribution),
    ]


def _describe(base: sqlite3.Connection, said: Passport) -> None:
    """Say of every layer where it comes from, and date it by the day of the view."""
    words = " · ".join(f"{label}: {value}" for label, value in said.rows())
    base.execute(
        "UPDATE gpkg_contents SET last_change = ?, description = ?",
        (f"{said.as_of}T00:00:00.000Z", words),
    )


def _add_styles(base: sqlite3.Connection, data: Dataset, said: Passport) -> None:
    """Write the look of the layers where QGIS looks for it."""
    base.execute(
        "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
        "f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), "
        "f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, "
        "useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), "
        "update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"
    )
    day = f"{said.as_of}T00:00:00.000Z"
    shaped = {*_SPATIAL, *gpkgviews.SPATIAL}
    base.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
        "update_time) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', ?)",
        [
            (
                layer,
                GEOMETRY if layer in shaped else "",
                layer,
                qgisstyle.qml(layer, data, said.lang),
                said.title,
                day,
            )
            for layer in qgisstyle.layers()
        ],
    )
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
        (day,),
    )
