"""Shapefiles in a ZIP, unpacked under names of our own and read by GDAL."""

import codecs
import math
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZipInfo

import pyogrio
import pyogrio.raw

from meks_geo.errors import InputError, Problem
from meks_geo.intake import archives, bounds, shapes
from meks_geo.intake.cells import Texts
from meks_geo.intake.model import RawTable
from meks_geo.progress import Progress

_NEEDED = (".shx", ".dbf")
_PARTS = (".shp", *_NEEDED, ".prj", ".cpg")
_SMALL = 100_000
_DBF_HEADER = 32
_SPACES = 32
#: Windows-1251 with the Kazakh letters in places where other languages have theirs.
_WINDOWS = "kz1048"


def read_shapefiles(
    path: Path, members: list[ZipInfo], file: str, progress: Progress
) -> tuple[tuple[RawTable, ...], tuple[Problem, ...]]:
    """Return one table for each Shapefile of an archive.

    Parameters
    ----------
    path
        The archive.
    members
        Its members, as `archives.vet` returned them.
    file
        Its name as its sender knows it.
    progress
        Called as the work goes on.

    Returns
    -------
    tables, problems
        Shapefiles whose coordinate system is known, and `missing-crs` for each of the others.

    Raises
    ------
    InputError
        If a Shapefile lacks a part or is damaged, holds more than the bounds allow, or none names
        its coordinate system.
    """
    return shapes.found_or_refused(_each(path, members, file, progress))


def _each(
    path: Path, members: list[ZipInfo], file: str, progress: Progress
) -> Iterator[tuple[RawTable | None, tuple[Problem, ...]]]:
    by_name = {one.filename.replace("\\", "/").casefold(): one for one in members}
    stems = [name[:-4] for name in by_name if name.endswith(".shp") and not _is_litter(name)]
    rows = 0
    for done, stem in enumerate(stems, 1):
        parts = {end: by_name[stem + end] for end in _PARTS if stem + end in by_name}
        lacking = [end for end in _NEEDED if end not in parts]
        if lacking:
            value = PurePosixPath(stem).name + lacking[0]
            raise bounds.unreadable(file, reason="incomplete", value=value)
        shown = PurePosixPath(parts[".shp"].filename.replace("\\", "/")).stem
        with tempfile.TemporaryDirectory(prefix="meks-intake-") as folder:
            shp = _unpack(path, parts, Path(folder), file)
            table, crs = _read(shp, file, shown, bounds.MAX_ROWS - rows)
        rows += len(table)
        yield shapes.placed(file, table, shapes.crs_of(crs))
        progress("read", done / len(stems))


def _is_litter(name: str) -> bool:
    """Whether a member is what macOS adds to archives."""
    return name.startswith("__macosx/") or "/._" in f"/{name}"


def _unpack(path: Path, parts: dict[str, ZipInfo], folder: Path, file: str) -> Path:
    with path.open("rb") as raw:
        for end, member in parts.items():
            if end in (".prj", ".cpg") and member.file_size > _SMALL:
                raise archives.damaged(file, member.filename)
            with (folder / f"layer{end}").open("wb") as out:
                for piece in archives.chunks(raw, member, file):
                    out.write(piece)
    return folder / "layer.shp"


def _read(shp: Path, file: str, name: str, most: int) -> tuple[RawTable, str | None]:
    """Return the features in the coordinates of the file, and how it calls these."""
    with shp.open("rb") as raw:
        if raw.read(4) != b"\x00\x00\x27\x0a":
            raise archives.damaged(file, f"{name}.shp")
    fields = _check_dbf(shp.with_suffix(".dbf"), file, name, most)
    stated = _stated_encoding(shp)
    for encoding in [stated] if stated else ["utf-8", _WINDOWS]:
        try:
            return _table(shp, file, name, fields, encoding)
        except UnicodeDecodeError as error:
            if encoding in (stated, _WINDOWS):
                raise bounds.wrong_encoding(file, value=encoding) from error
    raise bounds.wrong_encoding(file)


def _check_dbf(dbf: Path, file: str, name: str, most: int) -> int:
    """Refuse a table that says more than it holds; return how many columns it has."""
    with dbf.open("rb") as raw:
        head = raw.read(_DBF_HEADER)
    if len(head) < _DBF_HEADER:
        raise archives.damaged(file, f"{name}.dbf")
    rows = int.from_bytes(head[4:8], "little")
    begin, width = int.from_bytes(head[8:10], "little"), int.from_bytes(head[10:12], "little")
    bounds.check_area(file, rows * ((begin - _DBF_HEADER) // _DBF_HEADER))
    if rows > most:
        raise bounds.too_many(file, "many-rows", rows, most)
    if width == 0 or begin < _DBF_HEADER or begin + rows * width > dbf.stat().st_size + 1:
        raise archives.damaged(file, f"{name}.dbf")
    return (begin - _DBF_HEADER) // _DBF_HEADER


def _stated_encoding(shp: Path) -> str | None:
    """Return the encoding that a `.cpg` names in any of the usual ways; None if none."""
    cpg = shp.with_suffix(".cpg")
    if not cpg.exists():
        return None
    text = cpg.read_text(encoding="latin-1").strip().casefold()
    number = re.fullmatch(r"(?:ansi|cp|oem|windows)?[ _-]*(\d{3,5})", text)
    if number:
        text = {"65001": "utf-8", "1251": _WINDOWS}.get(number[1], f"cp{number[1]}")
    if re.fullmatch(r"88591|8859[-_]?1", text):
        text = "latin-1"
    try:
        codecs.lookup(text)
        "".encode(text)
    except (LookupError, ValueError, TypeError):
        return None
    return text


def _table(
    shp: Path, file: str, name: str, fields: int, encoding: str
) -> tuple[RawTable, str | None]:
    """Read with a given encoding; texts are asked for byte by byte and decoded here."""
    with bounds.hushed():
        try:
            meta, _, wkb, values = _raw(shp)
        except UnicodeDecodeError:
            raise
        except InputError:
            raise
        except bounds.VECTOR_ERRORS as error:
            raise archives.damaged(file, error) from error
    count = len(wkb) if wkb is not None else max((len(one) for one in values), default=0)
    columns = []
    for title, cells in zip(meta["fields"], values, strict=True):
        column = Texts()
        column.add([_decoded(one, encoding) for one in cells.tolist()])
        columns.append((str(_decoded(str(title), encoding)), column))
    geometry = shapes.from_wkb(wkb) if wkb is not None else None
    kept = [pair for pair in columns if pair[0].casefold() not in ("fid", "ogc_fid")]
    if fields == 0:
        kept = []
    return shapes.table(file, name, kept, geometry, count=count), meta["crs"]


def _raw(shp: Path) -> tuple[Any, ...]:
    # one byte is one letter in Latin-1, so nothing is lost before the encoding is known
    return tuple(
        pyogrio.raw.read(shp, encoding="ISO-8859-1", force_2d=True, datetime_as_string=True)
    )


def _decoded(value: object, encoding: str) -> object:
    """Return a text that was read as Latin-1 in its own encoding; an empty number as nothing."""
    if isinstance(value, float) and math.isnan(value):
        return None
    if not isinstance(value, str) or value.isascii():
        return value
    return value.encode("latin-1").decode(encoding)
