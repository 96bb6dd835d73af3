"""What a revision is made of: the shipped registers, and the accepted intakes one after another.

A helper of `store`, which alone decides where the folders lie. Nothing is written here.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from meks_geo import amendment as amendments
from meks_geo import registers, revisions
from meks_geo.amendment import Amendment
from meks_geo.errors import InputError, Problem
from meks_geo.measure import WGS84
from meks_geo.model import Schema
from meks_geo.progress import Progress


@dataclass(frozen=True, eq=False)
class Content:
    """What a revision is made of.

    Parameters
    ----------
    tables, base
        Frames by table, and geometry of the base map by layer.
    registers
        Fingerprint of the shipped registers that went in.
    aside
        Ids that intakes speak of and that are not there.
    """

    revision: str
    tables: Mapping[str, pd.DataFrame]
    base: Mapping[str, gpd.GeoDataFrame]
    registers: str
    aside: tuple[str, ...] = ()


def fingerprint(root: Path) -> str:
    """Return the hash of the bytes of the shipped registers and geometry."""
    digest = hashlib.sha256()
    files = [*sorted(root.glob("data/**/*.csv")), *sorted(root.glob("geo/*.*json"))]
    for path in [*files, *sorted(root.glob("geo/*.csv"))]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def make(
    root: Path,
    schemas: Mapping[str, Schema],
    amended: Sequence[Amendment],
    networks: gpd.GeoDataFrame,
    progress: Progress,
) -> Content:
    """Return what the shipped registers and these intakes make.

    Parameters
    ----------
    networks
        Networks to begin with: those of earlier intakes that are given without theirs.

    Raises
    ------
    InputError
        If a register has errors, with all of them.
    """
    mark = fingerprint(root)
    tables, problems = registers.read(root / "data", root / "geo")
    if any(p.severity == "error" for p in problems):
        raise InputError(problems)
    tables["networks"] = networks
    progress("geometry", 0.35)
    base = {name: _geometry(root, name) for name in revisions.GEOMETRY}
    for one in amended:
        tables = amendments.apply(tables, one)
    tables, aside = amendments.tie(tables) if amended else (tables, ())
    progress("revision", 0.5)
    return Content(revisions.content_hash(tables, base), tables, base, mark, aside)


def _geometry(root: Path, name: str) -> gpd.GeoDataFrame:
    path = root / "geo" / f"{name}.geojson"
    try:
        frame = pyogrio.read_dataframe(path)
    except pyogrio.errors.DataSourceError as error:
        raise InputError([Problem("unreadable-file", path.name, value=str(error))]) from error
    return frame.set_crs(WGS84, allow_override=True)
