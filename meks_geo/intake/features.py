"""The faulty features of a geometry file with the reasons, as a GeoPackage."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely

from meks_geo.intake.findings import Finding
from meks_geo.intake.model import RawFile, RawTable
from meks_geo.measure import WGS84

#: Columns that say what is wrong, before those of the file.
COLUMNS = ("feature", "severity", "code", "column", "value", "what", "how")

_RESERVED = frozenset({*COLUMNS, "fid", "geom", "geometry", "ogc_fid"})
_MAX_COLUMNS = 1_000


def faulty(raw: RawFile, found: Sequence[Finding], names: Mapping[int, str]) -> bytes:
    """Return a GeoPackage with one row for each problem.

    Parameters
    ----------
    raw
        The file as it was read.
    found
        Its problems in their places.
    names
        Table of each layer of the file by its position; others keep the name of their layer.

    Returns
    -------
    content
        Layer `<table>_problems` has the features that can be drawn, in EPSG:4326; table
        `<table>_other_problems` has what cannot, problems of the whole layer among it.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "problems.gpkg"
        taken: set[str] = set()
        for at in (*range(len(raw.tables)), None):
            own = [one for one in found if one.sheet == at]
            table = raw.tables[at] if at is not None else None
            name = names.get(at, table.name) if at is not None and table is not None else "file"
            if own or (len(raw.tables) == 1 and at == 0):
                _write(path, _free(name, taken), table, own)
        return path.read_bytes()


def _free(name: str, taken: set[str]) -> str:
    """Return a name for a layer that no other has, and remember it."""
    base = "".join(c if c.isalnum() or c in "-_" else "_" for c in name)[:40] or "layer"
    one, number = base, 2
    while one.casefold() in taken:
        one, number = f"{base}_{number}", number + 1
    taken.add(one.casefold())
    return one


def _write(path: Path, name: str, table: RawTable | None, found: Sequence[Finding]) -> None:
    """Add the layer of what can be drawn, and the table of what cannot."""
    at = _positions(table, found)
    frame = _told(found)
    if table is not None:
        frame = frame.assign(**_originals(table, at))
    shapes = _shapes(table, at)
    drawn = np.array([_is_usable(one) for one in shapes], dtype=bool)
    if drawn.any():
        layer = gpd.GeoDataFrame(frame[drawn], geometry=shapes[drawn], crs=WGS84)
        pyogrio.write_dataframe(layer, path, layer=f"{name}_problems", driver="GPKG")
    if not drawn.all() or not len(drawn):
        rest = frame[~drawn]
        pyogrio.write_dataframe(rest, path, layer=f"{name}_other_problems", driver="GPKG")


def _positions(table: RawTable | None, found: Sequence[Finding]) -> npt.NDArray[np.int64]:
    """Return where the feature of each problem is in its table; -1 for none."""
    if table is None:
        return np.full(len(found), -1, dtype=np.int64)
    wanted = [-1 if one.row is None else one.row for one in found]
    return np.asarray(pd.Index(table.numbers).get_indexer(wanted), dtype=np.int64)


def _told(found: Sequence[Finding]) -> pd.DataFrame:
    """Return the columns that say what is wrong."""
    rows = [
        (one.row, one.problem.severity, one.problem.code, one.column, one.value, one.what, one.fix)
        for one in found
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    types = dict.fromkeys(COLUMNS[1:], "object")
    return frame.astype({"feature": "Int64", **types})


def _originals(table: RawTable, at: npt.NDArray[np.int64]) -> dict[str, list[str]]:
    """Return the cells of the features by column, under names that a GeoPackage allows."""
    taken = set(_RESERVED)
    columns = {}
    for position, (name, cells) in enumerate(zip(table.header, table.columns, strict=True)):
        if position >= _MAX_COLUMNS:
            break
        one, number = name or f"column_{position + 1}", 1
        while one.casefold() in taken:
            one, number = f"{name or 'column'}_{number}", number + 1
        taken.add(one.casefold())
        columns[one] = [cells[row] if row >= 0 else "" for row in at.tolist()]
    return columns


def _shapes(table: RawTable | None, at: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    if table is None or table.geometry is None:
        return np.full(len(at), None, dtype=object)
    return np.array([table.geometry[row] if row >= 0 else None for row in at], dtype=object)


def _is_usable(shape: Any) -> bool:
    """Tell whether a program can draw a geometry."""
    if shape is None or shape.is_empty:
        return False
    return bool(np.isfinite(shapely.get_coordinates(shape)).all())
