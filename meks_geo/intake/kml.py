"""KML, one placemark at a time: its data are columns, its folders are tables."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np
import shapely

from meks_geo.errors import Problem
from meks_geo.intake import bounds, shapes
from meks_geo.intake.archives import damaged, refuse_entities
from meks_geo.intake.cells import Records
from meks_geo.intake.model import RawTable
from meks_geo.measure import WGS84
from meks_geo.progress import Progress

_CHUNK = 1 << 20
_HEAD = 100_000
_SPACE = re.compile(r"\s+")
_MAX_DEPTH = 100

#: Elements of a placemark that are columns of their own.
_PLAIN = frozenset({"name", "description"})


def read_kml(
    pieces: Iterable[bytes], file: str, name: str, progress: Progress
) -> tuple[tuple[RawTable, ...], tuple[Problem, ...]]:
    """Return the placemarks of a KML file, one table for each folder that has any.

    Parameters
    ----------
    pieces
        The content of the file, piece by piece; its size has been checked.
    file
        Its name as its sender knows it.
    name
        Name of the table of placemarks that lie in no folder.
    progress
        Called as the work goes on.

    Raises
    ------
    InputError
        If the XML is broken or declares entities, or holds more than the bounds allow.
    """
    marks = _Placemarks(file, name)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = marks.start
    parser.EndElementHandler = marks.end
    parser.CharacterDataHandler = marks.data
    parser.StartDoctypeDeclHandler = _refuser(file)
    head = b""
    try:
        for number, piece in enumerate(pieces):
            if len(head) < _HEAD:
                head += piece[:_HEAD]
                if number == 0:
                    refuse_entities(head, file, file)
            parser.Parse(piece, False)
            progress("read", 1 - 1 / (number + 2))
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged(file, error) from error
    crs = shapes.crs_of(WGS84)
    return shapes.found_or_refused(shapes.placed(file, one, crs) for one in marks.tables())


def pieces_of(path: Path) -> Iterator[bytes]:
    """Yield the content of a file piece by piece."""
    with path.open("rb") as raw:
        while piece := raw.read(_CHUNK):
            yield piece


def _refuser(file: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise bounds.unreadable(file, reason="entities", value=file)

    return refuse


class _Folder:
    """The placemarks of one folder, column by column."""

    def __init__(self, file: str, name: str) -> None:
        self.name = name
        self.records = Records(file)
        self.geometries: list[shapely.Geometry | None] = []


class _Placemarks:
    """Follows the elements of a KML document."""

    def __init__(self, file: str, name: str) -> None:
        self._file = file
        self._folders = [_Folder(file, name)]
        self._open = [self._folders[0]]
        self._path: list[str] = []
        self._text: list[str] = []
        self._size = self._rows = 0
        self._cells: dict[str, str] | None = None
        self._key = ""
        self._parts: list[shapely.Geometry | None] = []
        self._rings: list[Any] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        self._path.append(name)
        if len(self._path) > _MAX_DEPTH:
            raise damaged(self._file, name)
        self._text, self._size = [], 0
        if name == "Folder":
            self._folders.append(_Folder(self._file, ""))
            self._open.append(self._folders[-1])
        elif name == "Placemark":
            self._cells, self._parts = {}, []
        elif name in ("SimpleData", "Data"):
            self._key = attributes.get("name", "")
        elif name == "Polygon":
            self._rings = []

    def data(self, text: str) -> None:
        self._size += len(text)
        if self._size > bounds.MAX_BYTES // 4:
            raise bounds.too_many(self._file, "long-cell", self._size, bounds.MAX_CELL)
        self._text.append(text)

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        text, self._text = "".join(self._text), []
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        if name == "Placemark":
            self._close()
        elif name == "Folder":
            self._open.pop()
        elif name == "name" and parent == "Folder":
            self._open[-1].name = text.strip() or self._open[-1].name
        elif self._cells is not None:
            self._inside(name, parent, text)

    def _inside(self, name: str, parent: str, text: str) -> None:
        """Take what belongs to the placemark that is open."""
        cells = self._cells if self._cells is not None else {}
        if name in _PLAIN and parent == "Placemark" and text.strip():
            cells[name] = text
        elif (name == "SimpleData") or (name == "value" and parent == "Data"):
            cells[self._key] = text
        elif name == "coordinates":
            points = _points(text)
            if "Polygon" in self._path:
                self._rings.append(points)
            else:
                self._parts.append(_made(parent, points))
        elif name == "Polygon":
            self._parts.append(_polygon(self._rings))

    def _close(self) -> None:
        """Append the placemark that has ended to its folder."""
        folder, self._rows = self._open[-1], self._rows + 1
        if self._rows > bounds.MAX_ROWS:
            raise bounds.too_many(self._file, "many-rows", self._rows, bounds.MAX_ROWS)
        folder.records.add(self._cells or {})
        folder.geometries.append(_together(self._parts))
        self._cells = None

    def tables(self) -> Iterator[RawTable]:
        """Yield the folders that hold placemarks."""
        for folder in self._folders:
            count = len(folder.geometries)
            if not count:
                continue
            geometry = np.empty(count, dtype=object)
            geometry[:] = folder.geometries
            columns = folder.records.columns().items()
            name = folder.name or self._folders[0].name
            yield shapes.table(self._file, name, columns, geometry, count=count)


def _points(text: str) -> Any:
    """Return longitudes and latitudes of `lon,lat[,height]` between spaces; None if broken."""
    try:
        rows = [[float(n) for n in one.split(",")[:2]] for one in _SPACE.split(text.strip())]
        points = np.array(rows, dtype=np.float64)
    except ValueError:
        return None
    return points if points.ndim == 2 and points.shape[1] == 2 else None


def _made(kind: str, points: Any) -> shapely.Geometry | None:
    if points is None:
        return None
    try:
        if kind == "Point":
            return shapely.Point(points[0])
        return shapely.linestrings(points)
    except (ValueError, shapely.errors.ShapelyError):
        return None


def _polygon(rings: list[Any]) -> shapely.Geometry | None:
    if not rings or any(one is None for one in rings):
        return None
    try:
        return shapely.Polygon(rings[0], rings[1:])
    except (ValueError, shapely.errors.ShapelyError):
        return None


def _together(parts: list[shapely.Geometry | None]) -> shapely.Geometry | None:
    """Return the geometry of a placemark: one part as it is, several of a kind as one."""
    if not parts or any(one is None for one in parts):
        return None
    if len(parts) == 1:
        return parts[0]
    kinds = {one.geom_type for one in parts if one is not None}
    if kinds == {"LineString"}:
        return shapely.MultiLineString(parts)
    return shapely.GeometryCollection(parts)
