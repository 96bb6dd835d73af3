"""Rows of networks into the columns of `lines`."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from meks_geo import measure, thinning, zones
from meks_geo.dates import parse
from meks_geo.lines import CODED, DEGREE, ZONES, Lines, day_number
from meks_geo.model import ZoneRule
from meks_geo.validate import bounds
from meks_geo.vocabulary import Provenance


def columns(networks: gpd.GeoDataFrame, rules: Sequence[ZoneRule]) -> Lines:
    """Return the lines of networks in ascending order of their ids.

    Parameters
    ----------
    networks
        Columns of the schema with `network_id` as a column; geometry in EPSG:4326.
    rules
        The zone rules of the same revision.
    """
    networks = networks.sort_values("network_id", kind="stable")
    codes, words = {}, {}
    for name in CODED:
        found, texts = pd.factorize(networks[name].to_numpy(dtype=object), use_na_sentinel=False)
        codes[name], words[name] = found.astype(np.int32), tuple(str(text) for text in texts)
    figures = np.array(
        [_interval(text) for text in words["wear_percent"]], dtype=np.float64
    ).reshape(-1, 3)
    low, high, exact = figures[codes["wear_percent"]].T
    periods = _periods(rules)
    part_line, part_start, x, y = _points(networks.geometry.to_numpy())
    seen = np.array([_first_seen(text) for text in words["wear_date"]], dtype=np.int32)
    made: dict[str, Any] = {
        "ids": np.array([str(one).encode() for one in networks["network_id"]], dtype=np.bytes_),
        "codes": codes,
        "words": words,
        "low": low,
        "high": high,
        "exact": exact,
        "periods": periods,
        "zones": _zones(codes, words, rules, periods),
        "seen_from": seen[codes["wear_date"]],
        "built_year": networks["built_year"].fillna(0).to_numpy(dtype=np.int16),
        "voltage_kv": networks["voltage_kv"].to_numpy(dtype=np.float64),
        "diameter_mm": networks["diameter_mm"].to_numpy(dtype=np.float64),
        "km": measure.lengths_km(networks.geometry.to_numpy()),
        "part_line": part_line,
        "part_start": part_start,
        "x": x,
        "y": y,
    }
    shown = thinning.shown(
        group=_groups(codes, words),
        high=high,
        km=made["km"],
        part_line=part_line,
        part_start=part_start,
        x=x / DEGREE,
        y=y / DEGREE,
    )
    return Lines(shown=shown, **made)


def _groups(
    codes: Mapping[str, npt.NDArray[np.int32]], words: Mapping[str, tuple[str, ...]]
) -> npt.NDArray[np.int32]:
    """Return a number for each sector, and another one for its synthetic lines."""
    made_up = np.array([one == Provenance.SYNTHETIC for one in words["provenance"]], dtype=np.int32)
    found: npt.NDArray[np.int32] = codes["sector"] * 2 + made_up[codes["provenance"]]
    return found


def _interval(text: str) -> tuple[float, float, float]:
    if not text:
        return np.nan, np.nan, np.nan
    low, high = bounds(text)
    return low, high, low if low == high and text[0] not in "<>" else np.nan


def _periods(rules: Sequence[ZoneRule]) -> tuple[str, ...]:
    return tuple(sorted({rule.in_force_from.last.isoformat() for rule in rules}))


def _first_seen(text: str) -> int:
    """Return the day from which a row with this `wear_date` has its wear: its last one."""
    if not text:
        return 0
    return day_number(parse(text).last)


def _zones(
    codes: Mapping[str, npt.NDArray[np.int32]],
    words: Mapping[str, tuple[str, ...]],
    rules: Sequence[ZoneRule],
    periods: Sequence[str],
) -> npt.NDArray[np.uint8]:
    table = np.empty((len(periods), len(words["sector"]), len(words["wear_percent"])), np.uint8)
    for time, first in enumerate(periods):
        for row, sector in enumerate(words["sector"]):
            known = zones.rules_in_force(rules, sector, date.fromisoformat(first))
            table[time, row] = [
                ZONES.index(str(zones.compute(known, text))) for text in words["wear_percent"]
            ]
    found: npt.NDArray[np.uint8] = table[:, codes["sector"], codes["wear_percent"]]
    return found


def _points(
    shapes: npt.NDArray[np.object_],
) -> tuple[
    npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.int32]
]:
    parts, part_line = shapely.get_parts(shapes, return_index=True)
    points, part = shapely.get_coordinates(parts, return_index=True)
    starts = np.searchsorted(part, np.arange(len(parts) + 1))
    x, y = np.round(points * DEGREE).astype(np.int32).T
    return part_line.astype(np.int32), starts.astype(np.int64), x, y
