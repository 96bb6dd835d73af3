"""GeoPackages, read as the SQLite databases they are: no view, no trigger, no extension runs."""

import os
import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pyproj

from meks_geo.errors import Problem
from meks_geo.intake import bounds, shapes
from meks_geo.intake.archives import damaged
from meks_geo.intake.cells import Texts
from meks_geo.intake.model import RawTable
from meks_geo.progress import Progress

#: Tables of QGIS that hold no objects.
_IGNORED = frozenset({"layer_styles", "qgis_projects"})
_BATCH = 10_000
#: Steps of the database engine between two counts, and how many counts reading may take: several
#: times what the largest allowed table needs. Not a time, which would depend on the machine.
_STEPS = 100_000
_MOST_COUNTS = 2_000
_MAX_BLOB = 64 * bounds.MB

_HEADER = struct.Struct("<2s2B")
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}

#: What reading may do to a database; all else is denied.
_ALLOWED = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_PRAGMA, sqlite3.SQLITE_FUNCTION}
)
_PRAGMAS = frozenset({"table_info", "trusted_schema", "query_only", "cell_size_check"})
_FUNCTIONS = frozenset({"count", "lower"})


def read_gpkg(
    path: Path, file: str, progress: Progress
) -> tuple[tuple[RawTable, ...], tuple[Problem, ...]]:
    """Return the layers and plain tables of a GeoPackage.

    Parameters
    ----------
    path
        The GeoPackage; a `-wal` beside it is read too. Neither is changed.
    file
        Its name as its sender knows it.
    progress
        Called as the work goes on.

    Returns
    -------
    tables, problems
        Layers whose coordinate system is known, and `missing-crs` for each of the others.

    Raises
    ------
    InputError
        If the file is no GeoPackage or damaged, holds more than the bounds allow, or has no layer
        whose coordinate system is known.
    """
    try:
        with _opened(path, file) as base:
            return shapes.found_or_refused(_layers(base, file, progress))
    except sqlite3.OperationalError as error:
        if "decode to UTF-8" in str(error):
            raise bounds.wrong_encoding(file) from error
        raise damaged(file, error) from error
    except sqlite3.DataError as error:
        raise bounds.too_many(file, "long-cell", _MAX_BLOB, _MAX_BLOB) from error
    except (sqlite3.Error, OverflowError, UnicodeError) as error:
        raise damaged(file, error) from error


@contextmanager
def _opened(path: Path, file: str) -> Iterator[sqlite3.Connection]:
    """Open a database so that nothing in it can act, and nothing outside it changes."""
    journal = Path(f"{path}-wal")
    with tempfile.TemporaryDirectory(prefix="meks-intake-") as folder:
        if journal.exists():
            if journal.stat().st_size > bounds.MAX_BYTES:
                size = journal.stat().st_size // bounds.MB
                raise bounds.too_many(file, "big-file", size, bounds.MAX_BYTES // bounds.MB)
            copy = Path(folder) / "copy.gpkg"
            shutil.copyfile(path, copy)
            shutil.copyfile(journal, f"{copy}-wal")
            address = f"file:{quote(os.fspath(copy))}?mode=ro"
        else:
            address = f"file:{quote(os.fspath(path.absolute()))}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as base:
            _tame(base)
            yield base


def _tame(base: sqlite3.Connection) -> None:
    """Let a connection read tables and nothing else, in a bounded number of steps."""
    counts = count()
    base.set_progress_handler(lambda: int(next(counts) > _MOST_COUNTS), _STEPS)
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_BLOB)
    base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON"):
        base.execute(f"PRAGMA {pragma}")
    base.set_authorizer(_may)


def _may(action: int, first: str | None, second: str | None, *_: object) -> int:
    """Allow what reading needs."""
    allowed = action in _ALLOWED
    if action == sqlite3.SQLITE_PRAGMA:
        allowed = first in _PRAGMAS
    if action == sqlite3.SQLITE_FUNCTION:
        allowed = second in _FUNCTIONS
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _layers(
    base: sqlite3.Connection, file: str, progress: Progress
) -> Iterator[tuple[RawTable | None, tuple[Problem, ...]]]:
    plain = {
        name
        for name, statement in base.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' LIMIT 10000"
        )
        if statement and not str(statement)[:40].upper().lstrip().startswith("CREATE VIRTUAL")
    }
    if "gpkg_contents" not in plain:
        raise bounds.unreadable(file, reason="no-gpkg", value=file)
    listed = {
        str(name): kind
        for name, kind in base.execute("SELECT table_name, data_type FROM gpkg_contents LIMIT 1000")
        if name in plain and kind in ("features", "attributes") and name not in _IGNORED
    }
    shape = _geometry_columns(base) if "gpkg_geometry_columns" in plain else {}
    rows = cells = 0
    for done, name in enumerate(listed):
        if listed[name] == "features" and name not in shape:
            raise damaged(file, name)
        column, crs = shape.get(name, ("", None))

        def told(share: float, done: int = done) -> None:
            progress("read", (done + share) / len(listed))

        table = _read_layer(base, file, name, column, (bounds.MAX_ROWS - rows, cells), told=told)
        rows, cells = rows + len(table), cells + len(table) * len(table.header)
        if len(table) or table.header:
            yield shapes.placed(file, table, crs)


def _geometry_columns(base: sqlite3.Connection) -> dict[str, tuple[str, pyproj.CRS | None]]:
    """Return the geometry column and the coordinate system of each layer."""
    systems = {
        row[0]: _system(*row[1:])
        for row in base.execute(
            "SELECT srs_id, organization, organization_coordsys_id, definition "
            "FROM gpkg_spatial_ref_sys LIMIT 20000"
        )
        if row[0] not in (0, -1)
    }
    return {
        str(name): (str(column), shapes.crs_of(systems.get(identity)))
        for name, column, identity in base.execute(
            "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns LIMIT 1000"
        )
    }


def _system(organization: object, code: object, definition: object) -> str:
    """Return how to call a coordinate system: by its definition, else by its code."""
    text = str(definition or "").strip()
    if text and text.casefold() != "undefined":
        return text
    return f"{organization}:{code}" if organization and code else ""


def _read_layer(
    base: sqlite3.Connection,
    file: str,
    name: str,
    geometry: str,
    room: tuple[int, int],
    *,
    told: Callable[[float], None],
) -> RawTable:
    """Return one table as it is; its geometry in the coordinates of the file.

    `room` is how many rows it may have, and how many cells the tables before it had.
    """
    most, before = room
    info = base.execute(f"PRAGMA table_info({_quoted(name)})").fetchall()
    keys = {row[1] for row in info if row[5] and str(row[2]).upper() == "INTEGER"}
    ignored = {geometry, *keys, "fid", "ogc_fid"}
    titles = [str(row[1]) for row in info if row[1] not in ignored]
    if len(titles) > bounds.MAX_COLUMNS:
        raise bounds.too_many(file, "many-columns", len(titles), bounds.MAX_COLUMNS)
    has_geometry = bool(geometry)
    if has_geometry and geometry not in {row[1] for row in info}:
        raise damaged(file, f"{name}.{geometry}")
    wanted = [*titles, *([geometry] if has_geometry else [])]
    if not wanted:
        return shapes.table(file, name, [], None, count=0)
    columns = [Texts() for _ in titles]
    blobs: list[bytes | None] = []
    rows = 0
    # the names come from the database and are quoted
    (whole,) = base.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()
    cursor = base.execute(f"SELECT {', '.join(map(_quoted, wanted))} FROM {_quoted(name)}")
    while batch := cursor.fetchmany(_BATCH):
        rows += len(batch)
        if rows > most:
            raise bounds.too_many(file, "many-rows", rows, most)
        bounds.check_area(file, before + rows * len(titles))
        values: Sequence[tuple[object, ...]] = list(zip(*batch, strict=True))
        for column, cells in zip(columns, values, strict=False):
            column.add(cells)
        if has_geometry:
            blobs += map(_wkb, values[-1])
        told(min(0.9, rows / max(1, whole)))
    geometries = shapes.from_wkb(blobs) if has_geometry else None
    return shapes.table(file, name, zip(titles, columns, strict=True), geometries, count=rows)


def _wkb(blob: object) -> bytes | None:
    """Return the WKB in a GeoPackage geometry; None for a null or for what is none."""
    if not isinstance(blob, bytes) or len(blob) < 8:
        return None
    magic, _version, flags = _HEADER.unpack_from(blob)
    if magic != b"GP" or flags & 0x20:
        return None
    size = _ENVELOPE_BYTES.get((flags >> 1) & 0x7)
    return None if size is None else blob[8 + size :]
