"""A made-up network for trying the map and for benchmarks: it looks real and is nowhere true.

Towns and regions are those of the map of record; all else (streets, pipes, cables, sizes, years,
wear, operators) is drawn by lot, and every row says that it is synthetic.
"""

import errno
import os
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely

from meks_geo import measure
from meks_geo.demo import figures, links, towns
from meks_geo.files import STAGING, remove, settle
from meks_geo.model import Dataset
from meks_geo.shelf import GDAL_ERRORS
from meks_geo.vocabulary import WearBasis

#: What is drawn when nobody asks for another one.
SEED = 2026
#: More than this no file that comes in may hold.
MOST_SEGMENTS = 2_000_000

#: One line between towns for so many segments, while there are any.
_PER_LINK = 20
#: Before the shape of each line: GeoPackage, version 0, little end first without a box, EPSG 4326.
_HEADER = b"GP" + struct.pack("<BBi", 0, 1, 4326)
_BATCH = 50_000
_DAY = "2026-01-01T00:00:00.000Z"
_TEXTS = (
    "network_id", "sector", "region", "operator", "wear_percent", "wear_basis", "wear_date",
    "project_ids", "provenance",
)  # fmt: skip
_ORDER = (
    "network_id", "sector", "region", "operator", "wear_percent", "wear_basis", "wear_date",
    "built_year", "length_km", "diameter_mm", "voltage_kv", "project_ids", "provenance",
)  # fmt: skip


def network(data: Dataset, segments: int, seed: int = SEED) -> gpd.GeoDataFrame:
    """Return a made-up network of heat, water, wastewater, gas and electricity.

    Parameters
    ----------
    data
        Whose towns, regions, lakes, plants and projects it is drawn round.
    segments
        How many rows, exactly; from 1 to `MOST_SEGMENTS`.
    seed
        Another number is another network; the same one is the same network.

    Returns
    -------
    networks
        Columns of the networks table with `network_id` as the first, ascending; lines in EPSG:4326,
        each within the region that its row names. Texts are "" and numbers NaN where unknown.

    Raises
    ------
    ValueError
        If so many segments are too few or find no room.
    """
    if not 1 <= segments <= MOST_SEGMENTS:
        msg = f"{segments} segments: give 1 to {MOST_SEGMENTS}"
        raise ValueError(msg)
    between = links.draw_all(data, seed)[: segments // _PER_LINK]
    within = list(towns.lay_all(data, segments - len(between), seed))
    rng = np.random.default_rng([seed, 3])
    rows = figures.gather(within, between, rng)
    found = figures.columns(rows, data, segments, rng)
    lines = _lines(within, between)
    measured = found["wear_basis"] == WearBasis.INSPECTION
    found["length_km"] = np.where(measured, measure.lengths_km(lines).round(3), np.nan)
    found["network_id"] = _ids(rows["region"])
    order = np.argsort(found["network_id"], kind="stable")
    frame = pd.DataFrame({name: found[name][order] for name in _ORDER})
    frame = frame.astype(dict.fromkeys(_TEXTS, "str"))
    return gpd.GeoDataFrame(frame, geometry=lines[order], crs=measure.WGS84)


def _ids(regions: pd.Series) -> npt.NDArray[np.str_]:
    """Return ids that count within each region: in a larger network they stay where they were."""
    names = np.array([f"demo-{one[-2:]}-" for one in regions.cat.categories])
    within = regions.groupby(regions, observed=True).cumcount().to_numpy() + 1
    found: npt.NDArray[np.str_] = np.char.add(
        names[regions.cat.codes], np.char.zfill(within.astype(str), 6)
    )
    return found


def _lines(within: list[towns.Steps], between: list[links.Link]) -> npt.NDArray[np.object_]:
    """Return the lines of all rows, to a tenth of a millionth of a degree: a centimetre."""
    pairs = [np.stack([one.lon, one.lat], axis=-1) for one in within]
    of_towns = shapely.linestrings(np.concatenate([np.empty((0, 2, 2)), *pairs]).round(7))
    of_links = [shapely.LineString(one.points.round(7)) for one in between]
    return np.concatenate([of_towns, np.array(of_links, dtype=object)])


def write(path: Path, networks: gpd.GeoDataFrame) -> None:
    """Write a network as the layer `networks` of a new GeoPackage: the same bytes every time.

    There is no spatial index and no box round each line: a million lines are small enough for the
    intake.

    Raises
    ------
    OSError
        If it cannot be written; a file that was there stays.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    staging = path.with_name(f"{path.stem}{STAGING}.gpkg")
    remove(staging)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _DAY})
    try:
        pyogrio.write_dataframe(
            networks.iloc[:0],
            staging,
            layer="networks",
            driver="GPKG",
            geometry_type="LineString",
            layer_options={"SPATIAL_INDEX": "NO"},
        )
        with closing(sqlite3.connect(staging, isolation_level=None)) as connection:
            _fill(connection, networks)
        settle(staging, path)
    except (sqlite3.Error, *GDAL_ERRORS) as error:
        raise OSError(errno.EIO, os.strerror(errno.EIO)) from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        remove(staging)


def _fill(connection: sqlite3.Connection, networks: gpd.GeoDataFrame) -> None:
    """Put all rows into a layer that has none."""
    names = list(networks.columns.drop("geometry"))
    cells = ", ".join("?" * (len(names) + 1))
    into = f"INSERT INTO networks (geom, {', '.join(names)}) VALUES ({cells})"
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("BEGIN")
    for first in range(0, len(networks), _BATCH):
        part = networks.iloc[first : first + _BATCH]
        shapes = [_HEADER + one for one in shapely.to_wkb(part.geometry.to_numpy(), byte_order=1)]
        columns = [part[name].tolist() for name in names]
        connection.executemany(into, zip(shapes, *columns, strict=True))
    connection.execute(
        "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ?",
        networks.total_bounds.tolist(),
    )
    connection.execute("COMMIT")
