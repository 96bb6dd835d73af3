"""The lines of a file as a plain frame: what both rivals draw, and what is expected of them."""

import os
from collections.abc import Collection
from pathlib import Path

import geopandas as gpd
import pandas as pd

ZONES = ("red", "yellow", "green", "unknown")
COLOURS = {"red": "#c0392b", "yellow": "#f0a830", "green": "#2a8c7a", "unknown": "#8a949d"}


def read(path: Path | None = None) -> gpd.GeoDataFrame:
    """Return sector, operator, wear_percent, zone and geometry of the lines of a file."""
    frame = gpd.read_file(path or os.environ["MEKS_BENCH_LINES"])
    wear = pd.to_numeric(frame["wear_percent"].astype(str).str.extract(r"(\d+\.?\d*)")[0])
    zone = pd.cut(wear, [-1, 40, 60, 101], labels=["green", "yellow", "red"])
    frame["zone"] = zone.astype(object).where(wear.notna(), "unknown")
    return frame[["sector", "operator", "wear_percent", "zone", "geometry"]]


def in_zones(frame: gpd.GeoDataFrame, zones: Collection[str]) -> gpd.GeoDataFrame:
    """Return the lines of some zones; all for none."""
    return frame[frame["zone"].isin(zones)] if zones else frame
