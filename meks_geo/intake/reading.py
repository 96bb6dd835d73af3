"""A file that comes in, whatever its format, as tables of texts.

The format is found in the content of the file, and its ending has to agree. Everything is bounded
before it is unpacked, and whatever a file holds, the answer is its tables or a refusal in words.
"""

import re
from pathlib import Path, PurePath
from zipfile import ZipInfo

import numpy as np

from meks_geo.errors import Problem
from meks_geo.intake import archives, bounds, texts, workbooks
from meks_geo.intake.geojson import read_geojson
from meks_geo.intake.kml import pieces_of, read_kml
from meks_geo.intake.model import RawFile, RawTable
from meks_geo.intake.packages import read_gpkg
from meks_geo.intake.shapefiles import read_shapefiles
from meks_geo.progress import Progress, silent

__all__ = ["read"]

_HEAD = 4096
_ENCRYPTED_SCAN = 64_000

#: Endings that each kind of file may have; a name without an ending says nothing of the kind.
_ENDINGS = {
    "xlsx": (".xlsx", ".xlsm"),
    "ods": (".ods",),
    "csv": (".csv", ".tsv", ".txt"),
    "gpkg": (".gpkg",),
    "geojson": (".geojson", ".json"),
    "shapefile": (".zip",),
    "kml": (".kml", ".kmz"),
}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1f]")
_MOST_CONTROLS = 0.1
#: Beginnings of documents, pictures and archives that are sent by mistake.
_FOREIGN = (
    *(b"%PDF", b"{\\rtf", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"II*\0", b"MM\0*"),
    *(b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"),
)

_Found = tuple[tuple[RawTable, ...], tuple[Problem, ...]]


def read(path: Path, *, name: str = "", progress: Progress = silent) -> RawFile:
    """Return the tables of a file, as their author wrote them.

    Parameters
    ----------
    path
        The file; it is only read. A `-wal` beside a GeoPackage is read with it.
    name
        Name of the file as its sender knows it; that of `path` unless given.
    progress
        Called with `read` and the share that is done.

    Returns
    -------
    raw
        Tables with text in every cell, geometry in longitude and latitude degrees. Sheets without a
        header, and the sheets that templates and verdicts add, are left out. `problems` has
        `missing-crs` for each layer that does not say what its coordinates are.

    Raises
    ------
    InputError
        If the file cannot be used at all: `unreadable-file`, `too-large`, `wrong-encoding`, or
        `missing-crs` when that is so of all its layers.
    """
    file = name or path.name
    ending, stem = PurePath(file).suffix.casefold(), PurePath(file).stem
    try:
        size = path.stat().st_size
        if size > bounds.MAX_BYTES:
            raise bounds.too_many(
                file, "big-file", size // bounds.MB, bounds.MAX_BYTES // bounds.MB
            )
        with path.open("rb") as raw:
            head = raw.read(_HEAD)
        if not head:
            raise bounds.unreadable(file, reason="empty", value=file)
        kind, members = _kind(path, head, file, ending)
        progress("read", 0.05)
        with np.errstate(all="ignore"):
            tables, problems = _tables(path, kind, members, (file, stem), progress)
    except OSError as error:
        raise bounds.unreadable(file, value=file) from error
    except MemoryError as error:
        raise bounds.too_large(file, value=file) from error
    if not tables and not problems:
        raise bounds.unreadable(file, reason="empty", value=file)
    rows = sum(len(one) for one in tables)
    if rows > bounds.MAX_ROWS:
        raise bounds.too_many(file, "many-rows", rows, bounds.MAX_ROWS)
    progress("read", 1.0)
    return RawFile(file, kind, tables, problems)


def _tables(
    path: Path, kind: str, members: list[ZipInfo], names: tuple[str, str], progress: Progress
) -> _Found:
    """Hand a file to the reader of its kind; `names` are those of the file and of a lone table."""
    file, stem = names
    match kind:
        case "xlsx":
            return workbooks.read_xlsx(path, members, file, progress), ()
        case "ods":
            return workbooks.read_ods(path, members, file, progress), ()
        case "csv":
            return texts.read_csv(path, file, stem, progress), ()
        case "gpkg":
            return read_gpkg(path, file, progress)
        case "geojson":
            return read_geojson(path, file, stem, progress)
        case "shapefile":
            return read_shapefiles(path, members, file, progress)
        case _:
            return _kml(path, members, file, stem, progress)


def _kml(path: Path, members: list[ZipInfo], file: str, stem: str, progress: Progress) -> _Found:
    if not members:
        return read_kml(pieces_of(path), file, stem, progress)
    with path.open("rb") as raw:
        return read_kml(archives.chunks(raw, members[0], file), file, stem, progress)


def _kind(path: Path, head: bytes, file: str, ending: str) -> tuple[str, list[ZipInfo]]:
    """Return the kind of a file by its content, and the members of an archive.

    Raises
    ------
    InputError
        If the kind is not read here, or is not what the ending says.
    """
    members: list[ZipInfo] = []
    if head.startswith(b"PK"):
        members = archives.vet(path, file)
        kind, members = _kind_of_archive(path, members, file)
    else:
        kind = _kind_of_head(path, head, file)
    if ending and ending not in _ENDINGS[kind]:
        raise bounds.unreadable(file, reason="other-kind", value=kind, ending=ending)
    return kind, members


def _kind_of_archive(path: Path, members: list[ZipInfo], file: str) -> tuple[str, list[ZipInfo]]:
    names = {one.filename.replace("\\", "/").casefold() for one in members}
    if "xl/workbook.xml" in names:
        return "xlsx", members
    if "xl/workbook.bin" in names:
        raise bounds.unreadable(file, reason="old-workbook", value="XLSB")
    kinds = [one for one in members if one.filename == "mimetype" and one.file_size < 200]
    if kinds:
        with path.open("rb") as raw:
            mime = archives.content(raw, kinds[0], file)
        if mime.strip().startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            return "ods", members
    if any(name.endswith(".shp") for name in names):
        return "shapefile", members
    documents = [one for one in members if one.filename.casefold().endswith(".kml")]
    if len(documents) == 1:
        return "kml", documents
    raise bounds.unreadable(file, reason="no-shapefile", value=file)


def _kind_of_head(path: Path, head: bytes, file: str) -> str:
    """Return the kind of a file that is no archive, by how it begins."""
    if head.startswith(_OLE):
        with path.open("rb") as raw:
            known = raw.read(_ENCRYPTED_SCAN)
            raw.seek(max(0, path.stat().st_size - _ENCRYPTED_SCAN))
            known += raw.read(_ENCRYPTED_SCAN)
        locked = "EncryptedPackage".encode("utf-16-le") in known
        reason = "encrypted" if locked else "old-workbook"
        raise bounds.unreadable(file, reason=reason, value=file if locked else "XLS")
    if head.startswith(_FOREIGN):
        raise bounds.unreadable(file, reason="unknown-kind", value=file)
    if head.startswith(b"SQLite format 3\0"):
        return "gpkg"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", "ignore").lstrip()
        return "geojson" if text.startswith("{") else "csv"
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith(b"{"):
        return "geojson"
    if begin.startswith(b"<"):
        if re.search(rb"<(?:\w+:)?kml[\s>]", head) or b"<!" in begin[:200]:
            return _kml_or_refusal(begin, file)
        raise bounds.unreadable(file, reason="unknown-kind", value=file)
    if b"\0" in head or _controls(head) > _MOST_CONTROLS:
        raise bounds.unreadable(file, reason="unknown-kind", value=file)
    return "csv"


def _controls(head: bytes) -> float:
    """Return the share of control characters."""
    return len(_CONTROL.findall(head)) / len(head)


def _kml_or_refusal(begin: bytes, file: str) -> str:
    archives.refuse_entities(begin, file, file)
    if not re.search(rb"<(?:\w+:)?kml[\s>]", begin):
        raise bounds.unreadable(file, reason="unknown-kind", value=file)
    return "kml"
