"""The maps of a deck: pictures of the print map with its legend, sized for a slide."""

from meks_geo.exports.deckmodel import Box
from meks_geo.model import Base
from meks_geo.printlegend import LegendLayout, draw_legend, lay_out, lay_out_columns
from meks_geo.printmap import put_map
from meks_geo.printplate import longest_note
from meks_geo.printsheet import Box as Mm
from meks_geo.printsheet import Paper, Sheet
from meks_geo.printtype import DESCENT, Type, wrap
from meks_geo.scene import Scene
from meks_geo.style import load

DPI = 160
_MM = 25.4
_COLUMN_MM, _GUTTER_MM, _NOTE_MM = 46.0, 4.0, 3.4
_NOTE = Type("Regular", 6.5)
_LARGE, _PLAIN = 1.2, 0.95
_READABLE = 0.9  # a legend set smaller than this goes on in a second column


def picture(scene: Scene, base: Base, box: Box, *, columns: int) -> bytes:
    """Return a map that fills a box of a slide, as PNG; the same bytes for the same arguments.

    Marks and type are larger than on paper: a slide is read from afar.
    """
    scale = _LARGE if columns > 1 else _PLAIN
    paper = Paper("slide", box.width * _MM, box.height * _MM, scale)
    sheet = Sheet(paper, DPI)
    try:
        _compose(sheet, scene, base, columns)
        return sheet.to_bytes("png")
    finally:
        sheet.close()


def _compose(sheet: Sheet, scene: Scene, base: Base, columns: int) -> None:
    paper = sheet.paper
    scale = paper.scale
    note = _NOTE_MM * scale if longest_note(scene, scale) else 0.0
    edge = 0.4 * scale
    right = _legend(sheet, scene, edge, columns) - _GUTTER_MM * scale
    plate = put_map(sheet, scene, base, Mm(edge, edge, right, paper.height_mm - edge - note))
    kind = _NOTE.scaled(scale)
    for line in wrap(plate.note, kind, right - edge, 1) if note else ():
        at = paper.height_mm - kind.em_mm * DESCENT
        sheet.text((edge, at), line, kind, load().palette.ink_soft)


def _legend(sheet: Sheet, scene: Scene, edge: float, most: int) -> float:
    """Set the legend at the right in as many columns as it can be read in; returns its left."""
    paper, gap = sheet.paper, _GUTTER_MM * sheet.paper.scale
    wide, high = _COLUMN_MM * paper.scale, paper.height_mm - 2 * edge
    columns: tuple[LegendLayout, ...] = (
        lay_out(scene.legend, wide, high, scene.lang, paper.scale),
    )
    if most > 1 and columns[0].size < _READABLE * paper.scale:
        columns = lay_out_columns(
            scene.legend, most, wide, high, lang=scene.lang, scale=paper.scale
        )
    left = paper.width_mm - edge - wide * len(columns) - gap * (len(columns) - 1)
    for number, layout in enumerate(columns):
        at = left + number * (wide + gap)
        draw_legend(sheet, layout, Mm(at, edge, at + wide, edge + high), scene.lang)
    return left
