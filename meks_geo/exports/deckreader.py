"""Reads a deck that comes back: vetted before it is unpacked, its places found after edits."""

import json
import struct
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha1, sha256
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from pptx import Presentation
from pptx.exc import PythonPptxError
from pptx.oxml import parse_xml

from meks_geo.errors import InputError, Problem
from meks_geo.exports import deckparts
from meks_geo.exports.deckmodel import (
    VERSION,
    Chart,
    Deck,
    Table,
    load,
    points,
    shown,
    table_statements,
)
from meks_geo.exports.deckxml import key_id
from meks_geo.exports.statements import Statement, settled

#: Bytes of a deck as it is sent, unpacked, and of its XML alone; and its parts.
MAX_BYTES, MAX_UNPACKED, MAX_XML, MAX_PARTS = 100_000_000, 300_000_000, 80_000_000, 8_000

_MAX_STORED = 20_000_000
_MAIN = "ppt/presentation.xml"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_A16 = "{http://schemas.microsoft.com/office/drawing/2014/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_ENCRYPTED = 0x1
_OLE = b"\xd0\xcf\x11\xe0"
_UNREADABLE = (
    *(BadZipFile, NotImplementedError, OSError, EOFError, struct.error, zlib.error),
    *(
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        SyntaxError,
        PythonPptxError,
        RecursionError,
    ),
)


def _damaged(name: str, value: object) -> InputError:
    said = type(value).__name__ if isinstance(value, Exception) else str(value)
    return InputError((Problem("damaged-deck", name, value=said),))


def _no_deck(name: str, value: str) -> InputError:
    return InputError((Problem("not-a-deck", name, value=value),))


def _too_large(name: str, size: int) -> InputError:
    return InputError((Problem("large-deck", name, value=f"{size / 1e6:.0f} MB"),))


@dataclass(frozen=True)
class Shape:
    """A shape of ours in a deck: where it is now."""

    slide: int  # number of its slide, from 1
    page: Any
    shape: Any


@dataclass(frozen=True)
class Opened:
    """A deck that was read: the presentation, what it stored of itself, its shapes by name."""

    made: Any
    deck: Deck
    shapes: dict[str, tuple[Shape, ...]]

    def of_slide(self, key: str) -> tuple[Any, ...]:
        """Return the slides that hold a shape of ours of that slide; copies too."""
        found = {
            id(one.page): one.page
            for name, shapes in self.shapes.items()
            if name.startswith(f"{key}:")
            for one in shapes
        }
        return tuple(found.values())

    def standing(self) -> Iterator[tuple[Statement, list[tuple[int, str]]]]:
        """Yield each statement with the slides and the texts that stand at its place now."""
        for slide in self.deck.slides:
            for table in slide.tables:
                grids = [(s.slide, grid(s.shape, table)) for s in self.shapes.get(table.name, ())]
                for statement in table_statements(slide.key, table):
                    row, column = statement.place.row, statement.place.column
                    yield statement, _texts(grids, row, column)
            for chart in slide.charts:
                held = self.shapes.get(chart.name, ())
                drawn = [(one.slide, chart_values(one.shape, chart) or {}) for one in held]
                for statement in points(slide.key, chart):
                    place = statement.place.row, statement.place.column
                    yield (
                        statement,
                        [(n, shown(chart, v[place])) for n, v in drawn if place in v],
                    )


def _texts(
    grids: Iterable[tuple[int, "Grid | None"]], row: str, column: str
) -> list[tuple[int, str]]:
    cells = [(number, found.cell(row, column)) for number, found in grids if found is not None]
    return [(number, text_of(cell)) for number, cell in cells if cell is not None]


def opened(content: bytes, name: str = "") -> Opened:
    """Return a deck of ours, vetted and read.

    Parameters
    ----------
    content
        The file.
    name
        Its name as its sender knows it.

    Raises
    ------
    InputError
        If it is too large, no presentation, damaged, or holds no list of what it states.
    """
    _vet(content, name)
    with reading(name):
        made = Presentation(BytesIO(content))
        part = deckparts.find(made)
        shapes = _index(list(made.slides))
    if part is None:
        raise InputError((Problem("not-our-deck", name),))
    return Opened(made, _stored(part.blob, name), shapes)


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Refuse in words what breaks while parts of a deck are looked at: any may be spoiled.

    Raises
    ------
    InputError
        In the place of what was raised.
    """
    try:
        yield
    except InputError:
        raise
    except _UNREADABLE as error:
        raise _damaged(name, error) from error


def _vet(content: bytes, name: str) -> None:
    """Refuse what is no presentation, and what would unpack to too much."""
    if len(content) > MAX_BYTES:
        raise _too_large(name, len(content))
    if not content.startswith(b"PK"):
        value = "encrypted or PPT" if content.startswith(_OLE) else content[:8].hex()
        raise _no_deck(name, value)
    with reading(name), ZipFile(BytesIO(content)) as archive:
        members = archive.infolist()
        unpacked = sum(one.file_size for one in members)
        texts = [one for one in members if one.filename.lower().endswith((".xml", ".rels"))]
        in_texts = sum(one.file_size for one in texts)
        if len(members) > MAX_PARTS or unpacked > MAX_UNPACKED or in_texts > MAX_XML:
            raise _too_large(name, unpacked)
        if any(one.flag_bits & _ENCRYPTED for one in members):
            raise _no_deck(name, "encrypted")
        if _MAIN not in {one.filename for one in members}:
            raise _no_deck(name, _MAIN)
        for one in texts:
            if b"<!DOCTYPE" in archive.read(one):
                raise _damaged(name, one.filename)


def _stored(blob: bytes, name: str) -> Deck:
    """Return what a deck stored of itself."""
    if len(blob) > _MAX_STORED:
        raise _damaged(name, "customXml")
    with reading(name):
        element = parse_xml(blob)
        text = element.text or ""
        stored = json.loads(text)
    if sha256(text.encode()).hexdigest() != element.get("sha256"):
        raise _damaged(name, "sha256")
    version = stored.get("version") if isinstance(stored, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise InputError((Problem("newer-deck", name, value=str(version)),))
    with reading(name):
        return load(stored)


def _index(pages: Sequence[Any]) -> dict[str, tuple[Shape, ...]]:
    found: dict[str, list[Shape]] = defaultdict(list)
    for number, page in enumerate(pages, 1):
        for shape in _flat(page.shapes):
            found[str(shape.name)].append(Shape(number, page, shape))
    return {name: tuple(shapes) for name, shapes in found.items()}


def _flat(shapes: Iterable[Any]) -> Iterator[Any]:
    """Yield shapes, those in groups too."""
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _flat(shape.shapes)
        else:
            yield shape


# -- text ------------------------------------------------------------------------------------------


def paragraphs(body: Any) -> list[str]:
    """Return the texts of the paragraphs of a text body."""
    return [_words(one) for one in body.iter(f"{_A}p")]


def _words(paragraph: Any) -> str:
    parts = []
    for one in paragraph.iter(f"{_A}t", f"{_A}br"):
        parts.append("\n" if one.tag == f"{_A}br" else one.text or "")
    return "".join(parts)


def body_of(shape: Any) -> Any | None:
    """Return the text body of a shape; None when it has none."""
    return shape._element.txBody if getattr(shape, "has_text_frame", False) else None


def text_of(cell: Any) -> str:
    """Return the text of a cell, its paragraphs one under the other."""
    return "\n".join(paragraphs(cell))


# -- tables ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grid:
    """The rows and columns of a table of ours that are still there, by key."""

    table: Any  # a:tbl
    rows: dict[str, Any]  # a:tr
    columns: dict[str, int]

    def cell(self, row: str, column: str) -> Any | None:
        """Return a cell; None when its row or column is gone."""
        line, place = self.rows.get(row), self.columns.get(column)
        if line is None or place is None:
            return None
        cells = line.findall(f"{_A}tc")
        return cells[place] if place < len(cells) else None


def grid(shape: Any, table: Table) -> Grid | None:
    """Return the rows and columns of a table that a deck stored; None when it is none now.

    By their ids; where a program dropped all of those, by their first text, then by position.
    """
    if not getattr(shape, "has_table", False):
        return None
    found = shape.table._tbl
    lines = found.findall(f"{_A}tr")
    body = lines[1:] if table.head else lines
    keys = [row.key for row in table.rows]
    firsts = [row.cells[0].text if row.cells else "" for row in table.rows]
    rows = _matched(body, keys, firsts, [_first(line) for line in body], "rowId")
    bars = found.findall(f"{_A}tblGrid/{_A}gridCol")
    heads = [_words(cell) for cell in lines[0].findall(f"{_A}tc")] if table.head and lines else []
    titles = [column.title for column in table.columns] if table.head else []
    columns = _matched(bars, [c.key for c in table.columns], titles, heads, "colId")
    places = {id(bar): number for number, bar in enumerate(bars)}
    return Grid(found, rows, {key: places[id(bar)] for key, bar in columns.items()})


def _first(line: Any) -> str:
    cells = line.findall(f"{_A}tc")
    return " ".join(paragraphs(cells[0])) if cells else ""


def _matched(
    elements: Sequence[Any],
    keys: Sequence[str],
    stored: Sequence[str],
    now: Sequence[str],
    tag: str,
) -> dict[str, Any]:
    """Return elements by key: by their ids, else by texts that are there once, else by position."""
    ids: dict[str, Any] = {}
    for one in elements:
        mark = one.find(f".//{_A16}{tag}")
        if mark is not None:
            ids.setdefault(str(mark.get("val")), one)
    known = {key: ids[str(key_id(key))] for key in keys if str(key_id(key)) in ids}
    if known:
        return known
    by_text: dict[str, list[Any]] = defaultdict(list)
    for text, one in zip(now, elements, strict=False):
        by_text[settled(text)].append(one)
    found = {
        key: by_text[settled(text)][0]
        for key, text in zip(keys, stored, strict=False)
        if text and len(by_text.get(settled(text), ())) == 1
    }
    if len(elements) == len(keys):
        taken = {id(one) for one in found.values()}
        for key, one in zip(keys, elements, strict=True):
            if key not in found and id(one) not in taken:
                found[key] = one
    return found


# -- charts and pictures ---------------------------------------------------------------------------


def chart_values(shape: Any, chart: Chart) -> dict[tuple[str, str], float | None] | None:
    """Return the values of a chart by category and series, those that are still there.

    None when the shape is no chart now.
    """
    if not getattr(shape, "has_chart", False):
        return None
    found: dict[tuple[str, str], float | None] = {}
    drawn = list(shape.chart._chartSpace.iter(f"{_C}ser"))
    names = [_cached(one.find(f"{_C}tx")) for one in drawn]
    for number, series in enumerate(chart.series):
        by_name = [n for n, name in enumerate(names) if name.get(0, "") == series.name]
        if len(by_name) == 1:
            one = drawn[by_name[0]]
        elif len(drawn) == len(chart.series):
            one = drawn[number]
        else:
            continue
        values = one.find(f"{_C}val" if chart.categories else f"{_C}yVal")
        held = _cached(values)
        labels = _cached(one.find(f"{_C}cat"))
        keys = chart.categories or tuple((str(n), "") for n in range(len(series.values)))
        same = len(labels) == len(keys) or not chart.categories
        places = {text: place for place, text in labels.items()}
        for index, (key, words) in enumerate(keys):
            place = places.get(words, index if same else None)
            if place is not None:
                found[key, series.key] = _float(held.get(place))
    return found


def _cached(holder: Any | None) -> dict[int, str]:
    """Return the values that a chart keeps of its workbook, by place."""
    if holder is None:
        return {}
    return {
        int(point.get("idx", "0")): point.findtext(f"{_C}v") or ""
        for point in holder.iter(f"{_C}pt")
    }


def _float(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def picture_hash(shape: Any) -> str:
    """Return the hash of the file in a picture; "" when it is none now."""
    image = getattr(shape, "image", None)
    return "" if image is None else sha1(image.blob, usedforsecurity=False).hexdigest()
