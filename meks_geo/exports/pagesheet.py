"""What stands around a page of a PDF: title, stamp, code of its link, counts, sources, number."""

from dataclasses import dataclass

from matplotlib.path import Path as Outline

from meks_geo.printmarks import rectangle
from meks_geo.printqr import put_qr
from meks_geo.printsheet import Box, Ink, Sheet
from meks_geo.printtype import ASCENT, CAP, DESCENT, Type, text_width_mm, wrap, wrap_whole
from meks_geo.scene import Scene
from meks_geo.style import load

EDGE_MM = 10.0

_TITLE = Type("Bold", 18.0)
_SUBTITLE = Type("Regular", 8.2)
_STAMP = Type("Bold", 8.5)
_FOOT = Type("Regular", 7.0)
_SMALL = Type("Regular", 6.2)
_NUMBER = Type("Bold", 8.5)
_VALUE = Type("Bold", 12.0)
_SIDE = Type("Regular", 5.8)
_LEAST_TILE_MM, _TILE_GAP_MM = 13.0, 3.5
_QR_MM, _BAND_MM = 16.5, 16.5
_LEADING = 1.26
_NUMBER_MM = 18.0
_RULE_PT, _HAIR_PT = 1.1, 0.4
_LINES = {"title": 2, "subtitle": 2, "foot": 2, "note": 2, "attribution": 1, "sources": 2}


#: Label, figure, what it rests on.
Tile = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a page.

    Parameters
    ----------
    title, subtitle
        Over the page.
    counts
        First line of the foot, one text a part.
    link
        Address that opens the same view; printed as a code too.
    number, pages
        Of this page, and how many there are.
    """

    title: str
    subtitle: str
    stamp: str
    link: str
    counts: tuple[str, ...]
    attribution: str
    sources: tuple[str, ...]
    number: int
    pages: int


def has_lines(shown: Scene) -> bool:
    """Tell whether a map has networks, so that its note speaks of them."""
    return shown.lines is not None and len(shown.lines.passing) > 0


def draw_head(sheet: Sheet, around: Around, *, title_mm: float = 0.0) -> tuple[Box, float]:
    """Put title, stamp and code on the sheet.

    Parameters
    ----------
    title_mm
        Width of the title; 0 for all there is.

    Returns
    -------
    free, bottom
        The box between title and code, for figures; and where the page begins, in millimetres.
    """
    scale, colours = sheet.paper.scale, load().palette
    left, right = EDGE_MM * scale, sheet.paper.width_mm - EDGE_MM * scale
    top = _draw_stamp(sheet, around.stamp, right) if around.stamp else EDGE_MM * scale
    code = _QR_MM * scale
    put_qr(sheet, around.link, Box(right - code, top, right, top + code))
    room = title_mm * scale or right - left - code - 6.0 * scale
    title, subtitle = _TITLE.scaled(scale), _SUBTITLE.scaled(scale)
    y = top - title.em_mm * (ASCENT - CAP)
    for kind, colour, lines in (
        (title, colours.ink, wrap(around.title, title, room, _LINES["title"])),
        (subtitle, colours.ink_soft, wrap(around.subtitle, subtitle, room, _LINES["subtitle"])),
    ):
        for line in lines:
            sheet.text((left, y + kind.em_mm * ASCENT), line, kind, colour, link=around.link)
            y += kind.em_mm * _LEADING
        y += 0.5 * scale
    bottom = max(top + _BAND_MM * scale, y) + 1.6 * scale
    rule = [Outline([(left, bottom), (right, bottom)])]
    sheet.paths("head-rule", rule, Ink("none", colours.accent, _RULE_PT * scale))
    free = Box(left + room + 5.0 * scale, top, right - code - 5.0 * scale, top + _BAND_MM * scale)
    return free, bottom + 3.2 * scale


def _draw_stamp(sheet: Sheet, words: str, right: float) -> float:
    """Put the stamp top right; return where the rest of the head begins."""
    scale, ink = sheet.paper.scale, load().palette.ink
    kind, top = _STAMP.scaled(scale), EDGE_MM * scale * 0.7
    wide = text_width_mm(words, kind) + 1.4 * kind.em_mm
    box = Box(right - wide, top, right, top + kind.em_mm * (CAP + 0.9))
    sheet.paths("stamp", [rectangle(*box.edges)], Ink("none", ink, 0.8 * scale))
    x, y = box.middle
    sheet.text((x, y + kind.em_mm * CAP / 2), words, kind, ink, align="center")
    return box.bottom + 2.0 * scale


def _foot_lines(sheet: Sheet, around: Around, note: str) -> list[tuple[str, Type, str]]:
    scale, colours = sheet.paper.scale, load().palette
    foot, small = _FOOT.scaled(scale), _SMALL.scaled(scale)
    wide = sheet.paper.width_mm - (2 * EDGE_MM + _NUMBER_MM) * scale
    blocks = (
        (wrap(" · ".join(around.counts), foot, wide, _LINES["foot"]), foot, colours.ink),
        (wrap(note, small, wide, _LINES["note"]), small, colours.ink),
        (wrap_whole(around.sources, small, wide, _LINES["sources"]), small, colours.ink_soft),
        (wrap(around.attribution, small, wide, _LINES["attribution"]), small, colours.ink_soft),
    )
    return [(line, kind, colour) for lines, kind, colour in blocks for line in lines]


def foot_top(sheet: Sheet, around: Around, note: str = "") -> float:
    """Return where the page ends and its foot begins, in millimetres.

    `note` is one that needs as much room as the note will.
    """
    high = sum(kind.em_mm * _LEADING for _, kind, _ in _foot_lines(sheet, around, note))
    return (
        sheet.paper.height_mm - EDGE_MM * sheet.paper.scale * 0.8 - high - 1.8 * sheet.paper.scale
    )


def draw_foot(sheet: Sheet, around: Around, top: float, note: str = "") -> None:
    """Put counts, a note, sources and the number of the page on the sheet, from a top in mm."""
    scale, colours = sheet.paper.scale, load().palette
    left, right = EDGE_MM * scale, sheet.paper.width_mm - EDGE_MM * scale
    rule = [Outline([(left, top), (right, top)])]
    sheet.paths("foot-rule", rule, Ink("none", colours.border, _HAIR_PT * scale))
    y = top + 1.2 * scale
    for line, kind, colour in _foot_lines(sheet, around, note):
        sheet.text((left, y + kind.em_mm * ASCENT), line, kind, colour)
        y += kind.em_mm * _LEADING
    number = _NUMBER.scaled(scale)
    at = (right, top + 1.2 * scale + number.em_mm * (ASCENT + DESCENT) * 0.8)
    sheet.text(at, f"{around.number} / {around.pages}", number, colours.ink, align="right")


def draw_tiles(sheet: Sheet, tiles: tuple[Tile, ...], box: Box) -> None:
    """Put figures side by side in a box: each with its label over it and what it rests on under."""
    scale, colours = sheet.paper.scale, load().palette
    label, value, side = (kind.scaled(scale) for kind in (_SMALL, _VALUE, _SIDE))
    wants = [
        max(text_width_mm(figure, value), text_width_mm(name, label), _LEAST_TILE_MM * scale)
        for name, figure, _ in tiles
    ]
    gap = (box.width - sum(wants)) / max(len(tiles) - 1, 1)
    squeeze = 1.0
    if gap < _TILE_GAP_MM * scale:
        gap = _TILE_GAP_MM * scale
        squeeze = (box.width - gap * (len(tiles) - 1)) / sum(wants)
    left = box.left
    for (name, figure, note), want in zip(tiles, wants, strict=True):
        room = want * squeeze
        y = box.top + label.em_mm * CAP
        for line in wrap(name, label, room, 1):
            sheet.text((left, y), line, label, colours.ink_soft)
        y += label.em_mm * _LEADING + value.em_mm * 0.8
        fits = min(1.0, room / max(text_width_mm(figure, value), 0.1))
        sheet.text((left, y), figure, value.scaled(fits), colours.ink)
        y += side.em_mm * 1.5
        for line in wrap(note, side, min(room + gap * 0.8, box.right - left), 2):
            sheet.text((left, y), line, side, colours.ink_soft)
            y += side.em_mm * _LEADING
        left += room + gap
