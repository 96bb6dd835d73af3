"""GeoJSON, one feature at a time: whatever stands in a feature, it keeps its place in the file."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from meks_geo.errors import InputError, Problem
from meks_geo.intake import bounds, shapes
from meks_geo.intake.archives import damaged
from meks_geo.intake.cells import Records
from meks_geo.intake.model import RawTable
from meks_geo.intake.texts import decode
from meks_geo.measure import WGS84
from meks_geo.progress import Progress

_SPACE = re.compile(r"[ \t\r\n]*")
_REPORT_EVERY = 20_000
_IGNORED = frozenset({"fid", "ogc_fid"})

#: What a nested list of anything but numbers, or a GEOS that does not like them, raises.
_SHAPE_ERRORS = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    shapely.errors.ShapelyError,
)


def read_geojson(
    path: Path, file: str, name: str, progress: Progress
) -> tuple[tuple[RawTable, ...], tuple[Problem, ...]]:
    """Return the features of a GeoJSON file as one table.

    Parameters
    ----------
    path
        The file; its size has been checked.
    file
        Its name as its sender knows it.
    name
        Name of the table.
    progress
        Called as the work goes on.

    Returns
    -------
    tables, problems
        The table in longitude and latitude; an old `crs` member is honoured, without one the
        coordinates are taken for such degrees already.

    Raises
    ------
    InputError
        If the file is no GeoJSON of features, or holds more than the bounds allow, or names a
        coordinate system that is not known (`missing-crs`).
    """
    text = decode(path.read_bytes(), file)
    features = _Features(file, len(text), progress)
    try:
        top = _walk(text, features)
    except (ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise damaged(file, error) from error
    if top.get("type") == "Feature":
        features.add(top, 0)
    elif not features.found:
        raise bounds.unreadable(file, reason="no-features", value=file)
    crs = top.get("crs")
    stated = _named(crs) if crs is not None else WGS84
    raw = features.table(name)
    return shapes.found_or_refused([shapes.placed(file, raw, shapes.crs_of(stated))])


def _walk(text: str, features: "_Features") -> dict[str, Any]:
    """Hand over each feature of a collection; return the other members of the object."""
    decoder = json.JSONDecoder()
    top: dict[str, Any] = {}
    at = _skip(text, 0)
    _expect(text, at, "{")
    at = _skip(text, at + 1)
    while text[at : at + 1] != "}":
        key, at = decoder.raw_decode(text, at)
        at = _skip(text, at)
        _expect(text, at, ":")
        at = _skip(text, at + 1)
        if key == "features" and text[at : at + 1] == "[" and not features.found:
            at = _each(text, at, decoder, features)
        else:
            top[str(key)], at = decoder.raw_decode(text, at)
        at = _skip(text, at)
        if text[at : at + 1] == "}":
            break
        _expect(text, at, ",")
        at = _skip(text, at + 1)
    if _skip(text, at + 1) != len(text.rstrip("\0")):
        _expect(text, at + 1, "end")
    return top


def _each(text: str, at: int, decoder: json.JSONDecoder, features: "_Features") -> int:
    features.found = True
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        feature, at = decoder.raw_decode(text, at)
        features.add(feature, at)
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        else:
            _expect(text, at, "]")
    return at + 1


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _expect(text: str, at: int, sign: str) -> None:
    if text[at : at + 1] != sign:
        msg = f"{sign} expected"
        raise json.JSONDecodeError(msg, text, min(at, len(text)))


def _named(crs: object) -> str | None:
    """Return the name in an old `crs` member."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None


class _Features:
    """Collects features column by column as they come."""

    def __init__(self, file: str, size: int, progress: Progress) -> None:
        self._file = file
        self._size = size
        self._progress = progress
        self._records = Records(file)
        self._geometries: list[shapely.Geometry | None] = []
        self.found = False

    def add(self, feature: object, at: int) -> None:
        """Append one member of the list of features; what is none becomes an empty row."""
        row = len(self._geometries)
        if row >= bounds.MAX_ROWS:
            raise bounds.too_many(self._file, "many-rows", row + 1, bounds.MAX_ROWS)
        properties = feature.get("properties") if isinstance(feature, dict) else None
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        self._records.add(properties if isinstance(properties, dict) else {})
        self._geometries.append(_shape(geometry))
        if row % _REPORT_EVERY == 0:
            self._progress("read", at / max(1, self._size))

    def table(self, name: str) -> RawTable:
        """Return what was collected."""
        geometry = np.empty(len(self._geometries), dtype=object)
        geometry[:] = self._geometries
        columns = self._records.columns().items()
        fields = [(title, cells) for title, cells in columns if title.casefold() not in _IGNORED]
        return shapes.table(self._file, name, fields, geometry, count=len(geometry))


def _shape(geometry: object) -> shapely.Geometry | None:
    """Return a geometry of its GeoJSON object; None for a null or for what is none."""
    if not isinstance(geometry, dict):
        return None
    try:
        if geometry.get("type") == "LineString":
            return shapely.linestrings(_pairs(geometry["coordinates"]))
        return shapely.from_geojson(json.dumps(geometry), on_invalid="ignore")
    except _SHAPE_ERRORS:
        return None


def _pairs(coordinates: object) -> Any:
    """Return the coordinates of a line as an array; heights and measures are left out."""
    points = np.asarray(coordinates)
    if points.dtype.kind not in "if" or points.ndim != 2:
        msg = "not a list of positions"
        raise ValueError(msg)
    return points[:, :2].astype(np.float64)
