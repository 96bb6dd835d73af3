"""Shapes as short text: whole numbers, each point told by its distance from the one before it."""

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from meks_geo.model import Base

#: Parts of a degree in which the base map is told; about 11 m.
BASE_DEGREE = 10_000


def packed(points: npt.NDArray[np.integer[Any]]) -> list[int]:
    """Return points (n x 2, whole numbers) one after another: the first, then the distances."""
    before = np.vstack([np.zeros((1, 2), dtype=np.int64), points[:-1]])
    return [int(step) for step in (points - before).ravel()]


def base(found: Base) -> dict[str, object]:
    """Return the base map: of each layer its features as [code, type, coordinates].

    The code is a region's id or a neighbour's kind, "" for the others. Coordinates are nested as in
    GeoJSON, but a path is `packed` in units of 1 / `BASE_DEGREE` degrees.
    """
    return {
        "degree": BASE_DEGREE,
        "regions": _features(found.regions, "region"),
        "outline": _features(found.outline),
        "lakes": _features(found.lakes),
        "neighbours": _features(found.neighbours, "kind"),
    }


def _features(frame: gpd.GeoDataFrame, column: str = "") -> list[list[object]]:
    codes = frame[column] if column else [""] * len(frame)
    return [
        [str(code), shape.geom_type, _nested(shape.__geo_interface__["coordinates"])]
        for code, shape in zip(codes, frame.geometry, strict=True)
    ]


def _nested(coordinates: Sequence[Any]) -> list[Any]:
    if isinstance(coordinates[0][0], float | int):
        points = np.array([point[:2] for point in coordinates])
        return packed(np.round(points * BASE_DEGREE).astype(np.int64))
    return [_nested(part) for part in coordinates]
