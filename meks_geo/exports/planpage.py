"""A page of a PDF with what a saved plan decides: figures, works, money, wear, what is left out."""

from meks_geo import i18n, papers
from meks_geo.exports import atlasdraw, plangrid, plantables, planwear
from meks_geo.exports.atlastable import Cell, Column, Table, stack
from meks_geo.exports.pagesheet import (
    EDGE_MM,
    Around,
    Tile,
    draw_foot,
    draw_head,
    draw_tiles,
    foot_top,
)
from meks_geo.exports.plangrid import Grid
from meks_geo.model import Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.planning.scenario import WEAR_KM
from meks_geo.printsheet import Box, Sheet
from meks_geo.view import View

_TITLE_MM, _GUTTER_MM = 104.0, 8.0
_SHARE = 0.52  # of the width: the works'
_DPI = 300  # of what must lie on whole dots: the code
#: Columns of each table, and the rows for which its type is made smaller.
_WORKS = ("work", "region", "first_year", "last_year", "source", "cost", "wear")
_LEFT = ("work", "region", "why", "shadow")
_SHORT = ("works", "leaving", "left", "gap")
_KEEP = {"plan_works": 14, "plan_money": 8, "plan_wear": 6, "plan_left_out": 5}


def compose(around: Around, data: Dataset, saved: SavedPlan, view: View) -> Sheet:
    """Return the page of a plan set on a wide sheet; its text stays text."""
    sheet, lang = Sheet(papers.paper("16:9"), _DPI, live_text=True), view.lang
    scale = sheet.paper.scale
    free, top = draw_head(sheet, around, title_mm=_TITLE_MM)
    draw_tiles(sheet, _tiles(saved, view), free)
    end = foot_top(sheet, around)
    left, right = EDGE_MM * scale, sheet.paper.width_mm - EDGE_MM * scale
    split, bottom = left + (right - left) * _SHARE, end - 2.0 * scale
    works = plantables.works(data, saved, lang, view).only(*_WORKS)
    wear = planwear.wear(data, saved, lang, view)
    years = (f"y{year}" for year in saved.years)
    out = plantables.left_out(data, saved, lang, view).only(*_LEFT)
    beside = (
        plantables.money(saved, lang, view),
        wear.only("region", "sector", "basis", "before", *years, "goals"),
    )
    for grids, box in (
        ((works, out), Box(left, top, split, bottom)),
        (beside, Box(split + _GUTTER_MM * scale, top, right, bottom)),
    ):
        tables = [_table(lang, one) for one in grids if one.rows]
        atlasdraw.draw(sheet, stack(tables, box.width, box.height), box, lang)
    draw_foot(sheet, around, end)
    return sheet


def _tiles(saved: SavedPlan, view: View) -> tuple[Tile, ...]:
    """Return the figures of a plan as tiles: a short name, figure, note."""
    lang = view.lang
    short = {key: i18n.text(lang, f"planout.tile_{key}") for key in _SHORT}
    if saved.objective == WEAR_KM:
        short["value"] = i18n.text(lang, "planout.tile_value")
    return tuple(
        (short.get(key, name), i18n.quantity(lang, value, unit), note)
        for key, name, value, unit, note in plantables.tiles(saved, view)
    )


def _table(lang: str, grid: Grid) -> Table:
    columns = tuple(
        Column(
            head.title,
            share=head.share if place == 0 or head.key == "why" else 0.0,
            align="left" if head.digits is None else "right",
            firm=head.digits is not None,
        )
        for place, head in enumerate(grid.heads)
    )
    rows = tuple(
        tuple(
            Cell(plangrid.printed(lang, head, cell), bold=place == 0)
            for place, (head, cell) in enumerate(zip(grid.heads, row, strict=True))
        )
        for row in grid.rows
    )
    return Table(grid.title, columns, rows, keep=_KEEP[grid.name])
