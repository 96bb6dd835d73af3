"""How much room a table takes on a slide, and where it goes on to the next one."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import ceil

from meks_geo.exports.deckmodel import Column, Row
from meks_geo.printtype import Type, text_width_mm

#: A slide, in inches, and what of it is for content.
WIDTH, HEIGHT = 13.333, 7.5
MARGIN = 0.5
WIDE = WIDTH - 2 * MARGIN
TOP, BOTTOM = 1.42, 6.85

#: Space in a cell, in inches: above and below its text together, left and right of it together.
PAD, SIDES = 0.09, 0.14

_MM, _PT = 25.4, 72.0
_LEADING = 1.22


def line_height(size_pt: float) -> float:
    """Return the height of a line of text, in inches."""
    return size_pt * _LEADING / _PT


def widths(columns: Sequence[Column], wide: float) -> tuple[float, ...]:
    """Return the widths of columns in a table so wide, in inches."""
    whole = sum(column.share for column in columns)
    return tuple(wide * column.share / whole for column in columns)


@lru_cache(maxsize=2048)
def _advance(face: str, letter: str) -> float:
    """Return the width of a letter of one point in size, in inches."""
    return text_width_mm(letter, Type(face, 10.0)) / _MM / 10.0


def text_width(text: str, size_pt: float, face: str = "Regular") -> float:
    """Return about how wide a text is, in inches: the face on the slide is a little narrower."""
    return size_pt * sum(_advance(face, letter) for letter in text)


def lines(text: str, wide: float, size_pt: float, face: str = "Regular") -> int:
    """Return how many lines a text takes in so much width (inches); long words are broken."""
    count, used = 1, 0.0
    space = text_width(" ", size_pt, face)
    for word in text.split():
        needed = text_width(word, size_pt, face)
        if used and used + space + needed > wide:
            count, used = count + 1, 0.0
        whole = ceil(needed / wide) - 1 if needed > wide else 0
        count += whole
        used += (space if used else 0.0) + needed - whole * wide
    return count


def row_height(texts: Sequence[str], room: Sequence[float], size_pt: float, face: str) -> float:
    """Return the height of a row, in inches; `room` are the widths of its cells."""
    most = max(
        lines(text, wide - SIDES, size_pt, face) for text, wide in zip(texts, room, strict=True)
    )
    return most * line_height(size_pt) + PAD


def heights(
    columns: Sequence[Column], rows: Sequence[Row], wide: float, size_pt: float, *, head: bool
) -> tuple[float, ...]:
    """Return the heights of the rows of a table in inches, that of its head first."""
    room = widths(columns, wide)
    found = [
        row_height([cell.text for cell in row.cells], room, size_pt, "Regular") for row in rows
    ]
    if head:
        found.insert(0, row_height([c.title for c in columns], room, size_pt, "Bold"))
    return tuple(found)


def pages(
    columns: Sequence[Column], rows: Sequence[Row], wide: float, high: float, size_pt: float
) -> Iterator[tuple[Row, ...]]:
    """Yield the rows that fit under one another with a head in so much height, page by page."""
    head, *each = heights(columns, rows, wide, size_pt, head=True)
    page: list[Row] = []
    used = head
    for row, height in zip(rows, each, strict=True):
        if page and used + height > high:
            yield tuple(page)
            page, used = [], head
        page.append(row)
        used += height
    if page:
        yield tuple(page)
