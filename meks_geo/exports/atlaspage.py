"""One page of an atlas set on a sheet: figures over the map, its legend, tables beside and below.

A page of a region has its tables beside the map and the legend; that of the country has a table
beside the map, and legend and further tables below both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from meks_geo.exports import atlasdraw
from meks_geo.exports.atlastable import Table, stack
from meks_geo.exports.pagelegend import draw_columns, set_columns
from meks_geo.exports.pagesheet import (
    EDGE_MM,
    Around,
    Tile,
    draw_foot,
    draw_head,
    draw_tiles,
    foot_top,
    has_lines,
)
from meks_geo.model import Base
from meks_geo.printplate import Plate, longest_note, put_map
from meks_geo.printsheet import A4_LANDSCAPE, Box, Sheet
from meks_geo.scene import Scene

_TITLE_MM = 104.0
_GUTTER_MM = 6.0
_SHARE, _COUNTRY_SHARE = 0.44, 0.575  # of the width: the map's
_COUNTRY_MAP_SHARE = 0.545  # of the height
_LEAST_MAP_MM, _MOST_MAP_SHARE = 74.0, 0.92  # of the height of a region's map; of its width
_LEGEND_SHARE = 0.385  # of the width of the country's page
_DPI = 300  # of what must lie on whole dots: the code


@dataclass(frozen=True, slots=True)
class Page:
    """A page before it is set.

    Parameters
    ----------
    around
        What stands around it.
    scene
        Its map and its legend.
    tiles
        Figures over the map: label, figure, what it rests on.
    beside
        Tables beside the map.
    below
        Columns of tables beside the legend, under the map; none for the page of a region.
    """

    around: Around
    scene: Scene
    tiles: tuple[Tile, ...]
    beside: tuple[Table, ...]
    below: tuple[tuple[Table, ...], ...] = ()


def compose(page: Page, base: Base) -> Sheet:
    """Return a page set on a sheet of A4; its text stays text."""
    sheet = Sheet(A4_LANDSCAPE, _DPI, live_text=True)
    free, top = draw_head(sheet, page.around, title_mm=_TITLE_MM)
    draw_tiles(sheet, page.tiles, free)
    note = longest_note(page.scene, sheet.paper.scale) if has_lines(page.scene) else ""
    end = foot_top(sheet, page.around, note)
    body = Box(EDGE_MM, top, sheet.paper.width_mm - EDGE_MM, end - 2.0)
    put = _put_country if page.below else _put_region
    plate = put(sheet, page, base, body)
    draw_foot(sheet, page.around, end, plate.note if note else "")
    return sheet


def _put_region(sheet: Sheet, page: Page, base: Base, body: Box) -> Plate:
    """Put map, legend under it and tables beside both."""
    lang = page.scene.lang
    split = body.left + body.width * _SHARE
    under = Box(body.left, body.top, split, body.bottom)
    most = Box(under.left, under.top + _LEAST_MAP_MM + _GUTTER_MM, under.right, under.bottom)
    legend = set_columns(page.scene.legend, (2,), most, lang, sheet.paper.scale)
    high = min(under.height - legend.height - _GUTTER_MM, under.width * _MOST_MAP_SHARE)
    plate = put_map(
        sheet, page.scene, base, Box(under.left, under.top, under.right, under.top + high)
    )
    room = Box(under.left, under.top + high + _GUTTER_MM * 0.7, under.right, under.bottom)
    draw_columns(sheet, legend, room, lang)
    beside = Box(split + _GUTTER_MM, body.top, body.right, body.bottom)
    _put_tables(sheet, page.beside, beside, lang)
    return plate


def _put_country(sheet: Sheet, page: Page, base: Base, body: Box) -> Plate:
    """Put map with a table beside it, and legend and tables under both."""
    lang = page.scene.lang
    split = body.left + body.width * _COUNTRY_SHARE
    cut = body.top + body.height * _COUNTRY_MAP_SHARE
    plate = put_map(sheet, page.scene, base, Box(body.left, body.top, split, cut))
    _put_tables(sheet, page.beside, Box(split + _GUTTER_MM, body.top, body.right, cut), lang)
    low = cut + _GUTTER_MM * 0.8
    legend_end = body.left + body.width * _LEGEND_SHARE
    legend = Box(body.left, low, legend_end, body.bottom)
    draw_columns(sheet, set_columns(page.scene.legend, (3, 2), legend, lang, 1.0), legend, lang)
    for box, tables in zip(
        _split(Box(legend_end + _GUTTER_MM, low, body.right, body.bottom), len(page.below)),
        page.below,
        strict=True,
    ):
        _put_tables(sheet, tables, box, lang)
    return plate


def _split(box: Box, count: int) -> Iterator[Box]:
    """Yield columns of one width side by side."""
    step = (box.width + _GUTTER_MM) / count
    for left, following in pairwise(box.left + step * number for number in range(count + 1)):
        yield Box(left, box.top, following - _GUTTER_MM, box.bottom)


def _put_tables(sheet: Sheet, tables: tuple[Table, ...], box: Box, lang: str) -> None:
    atlasdraw.draw(sheet, stack(tables, box.width, box.height), box, lang)
