"""What of a workbook cannot be kept when it is written anew, found by looking into it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from openpyxl.utils import range_boundaries

#: A workbook with more XML than this, unpacked, takes openpyxl too long.
MAX_BYTES = 16_000_000

#: Cells that merged ranges, links and notes may speak of, all together.
MAX_PLACES = 200_000

_CHUNK, _OVERLAP = 1 << 20, 200
_RANGED = frozenset({"mergeCell", "hyperlink", "comment"})
_NOT_XML = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"\xd0\xcf\x11\xe0")

#: Parts of a workbook whose presence alone tells, by what is lost.
_PARTS = {
    "referee.lost_macros": re.compile(r"xl/(vbaProject|macrosheets/)"),
    "referee.lost_charts": re.compile(r"xl/(charts|chartsheets)/"),
    "referee.lost_slicers": re.compile(r"xl/(slicers|slicerCaches|timelines|timelineCaches)/"),
    "referee.lost_pivots": re.compile(r"xl/pivotTables/"),
    "referee.lost_threads": re.compile(r"xl/threadedComments/"),
    "referee.lost_controls": re.compile(r"xl/(ctrlProps|activeX|embeddings)/"),
    "referee.lost_connections": re.compile(r"xl/(connections\.xml|queryTables/|model/)"),
    "referee.lost_pictures": re.compile(r"xl/(media/.*\.(?!png|jpe?g|gif|bmp)\w+$|richData/)"),
    "referee.lost_signature": re.compile(r"_xmlsignatures/"),
}

#: Words inside parts that tell, by what is lost: the parts, then the words.
_WORDS = {
    "referee.lost_shapes": (
        re.compile(r"xl/drawings/drawing[^/]*\.xml$"),
        re.compile(rb"<(\w+:)?(sp|grpSp|cxnSp)[ >]"),
    ),
    "referee.lost_extensions": (
        re.compile(r"xl/worksheets/[^/]*\.xml$"),
        re.compile(rb"<x14:(conditionalFormatting|dataValidation|sparklineGroup)s?[ >]"),
    ),
}


def of_workbook(path: Path) -> tuple[str, ...]:
    """Return the keys of what writing an XLSX workbook anew loses or may change.

    Parameters
    ----------
    path
        A workbook that was read, and so is within the bounds.

    Returns
    -------
    keys
        Messages `referee.lost_...`, in a fixed order.
    """
    with ZipFile(path) as archive:
        names = [name.replace("\\", "/").lstrip("/") for name in archive.namelist()]
        lost = [key for key, part in _PARTS.items() if any(map(part.match, names))]
        for key, (part, words) in _WORDS.items():
            parts = [name for name in archive.namelist() if part.search(name)]
            if any(words.search(piece) for name in parts for piece in _pieces(archive, name)):
                lost.append(key)
    return tuple(lost)


def can_be_rewritten(path: Path) -> bool:
    """Tell whether openpyxl can read an XLSX workbook and write it again in bounded time.

    It makes a cell of each place of a merged range, of a link and of a note, and it is slow.

    Parameters
    ----------
    path
        A workbook that was read, and so is within the bounds.
    """
    spent = _Spent()
    with ZipFile(path) as archive:
        for member in archive.infolist():
            with archive.open(member) as part:
                if part.read(4).startswith(_NOT_XML):
                    continue
            spent.size += member.file_size
            if spent.size > MAX_BYTES:
                return False
            with archive.open(member) as part:
                _count(part, spent)
            if spent.places > MAX_PLACES:
                return False
    return True


@dataclass
class _Spent:
    """Bytes of XML, and cells that ranges would make."""

    size: int = 0
    places: int = 0


def _count(part: IO[bytes], spent: _Spent) -> None:
    """Add the cells that the ranges of a part would make; stop at a part that is no XML."""

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] in _RANGED and spent.places <= MAX_PLACES:
            spent.places += _area(attributes.get("ref", ""))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.ParseFile(part)
    except expat.ExpatError:
        return  # nor can openpyxl read it


def _area(ref: str) -> int:
    try:
        left, top, right, bottom = range_boundaries(ref)
    except ValueError:
        return 1  # refused later
    if None in (left, top, right, bottom):
        return MAX_PLACES + 1  # whole rows or columns
    width, height = abs(int(right) - int(left)) + 1, abs(int(bottom) - int(top)) + 1
    return width * height


def _pieces(archive: ZipFile, name: str) -> Iterator[bytes]:
    """Yield a part piece by piece; each begins with the end of the one before it."""
    with archive.open(name) as part:
        rest = b""
        while piece := part.read(_CHUNK):
            yield rest + piece
            rest = piece[-_OVERLAP:]
