"""How a sheet is shared out: head, map, tables, legend, foot and code, upright or lying."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from meks_geo import i18n, printqr, printtable
from meks_geo.printlegend import LegendLayout, lay_out, lay_out_columns
from meks_geo.printsheet import Box, Paper
from meks_geo.printtype import ASCENT, CAP, DESCENT, Type, text_width_mm, wrap, wrap_whole
from meks_geo.scene import Scene
from meks_geo.standouts import Table
from meks_geo.style import load

TITLE = Type("Bold", 16.0)
SUBTITLE = Type("Regular", 9.0)
STAMP = Type("Bold", 9.0)
FOOT = Type("Regular", 7.5)
SMALL = Type("Regular", 6.5)

_MARGIN_MM = 10.0
_LEGEND_MM, _LEGEND_COLUMNS, _LEGEND_SHARE = 56.0, 3, 0.34
_SMALL_LEGEND, _MAP_SHARE = 0.85, 0.62  # of full size; of the height, what the map gets of it
_GUTTER_MM = 6.0
_CODE_MM = 21.0  # with more than four of its modules of paper around it
_FREE_MM = 2.2  # around the code
_LEADING = 1.28
_MAX_LINES = {"title": 2, "subtitle": 3, "note": 2, "foot": 3, "attribution": 2, "sources": 4}
_TABLE_MM, _TABLES_UPRIGHT = 64.0, 2  # least width of a table
_ROWS, _TABLE_SHARE = (4, 10), 0.4  # rows of a table, and most of the height that tables get
_AIR, _AIR_FOR_INSETS = 1.06, 1.25  # around the country, and for dense places beside it


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in the head or the foot; `y` is its baseline, in millimetres."""

    x: float
    y: float
    text: str
    kind: Type
    colour: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything lies on the sheet, in millimetres."""

    lines: tuple[Line, ...]
    stamp: Box | None
    map: Box
    tables: tuple[tuple[Table, Box], ...]
    legend: tuple[tuple[LegendLayout, Box], ...]
    code: Box | None


def share_out(scene: Scene, paper: Paper, aspect: float, note: str = "") -> Layout:
    """Return the layout of a sheet: legend beside the map where it lies, under it where upright.

    Parameters
    ----------
    scene
        What is said and shown.
    paper
        The sheet; lengths grow with its scale.
    aspect
        Width by height of what the map shows; tables take what the map does not need.
    note
        What the foot says of networks; give the longest one before the map is drawn.
    """
    lines, stamp, top = _head(scene, paper)
    edge = _MARGIN_MM * paper.scale
    whole = Box(edge, top, paper.width_mm - edge, paper.height_mm - edge)
    if paper.height_mm > paper.width_mm:
        return _upright(scene, paper, whole, head=(lines, stamp), aspect=aspect, note=note)
    return _lying(scene, paper, whole, head=(lines, stamp), aspect=aspect, note=note)


Head = tuple[list[Line], Box | None]


def _lying(
    scene: Scene, paper: Paper, whole: Box, *, head: Head, aspect: float, note: str
) -> Layout:
    """Map over tables over foot; the legend beside them, over the code."""
    scale = paper.scale
    right, columns = _legend_width(scene, whole, aspect, scale)
    left = Box(whole.left, whole.top, right.left - _GUTTER_MM * scale, whole.bottom)
    foot, below = _foot(scene, left, note, scale)
    code, caption = _code(scene, right, scale)
    low = code.top - 3.0 * scale if code else whole.bottom
    legend = _columns(scene, Box(right.left, right.top, right.right, low), columns, scale)
    body = Box(left.left, left.top, left.right, below - 2.2 * scale)
    room = Box(right.left, _end(legend, right.top) + 5.0 * scale, right.right, low - scale)
    rows = min(printtable.rows_in(room.height, scale), _most_rows(scene.top))
    if columns > 1 and rows >= _ROWS[0]:
        tables, bottom = _side_by_side(scene.top[:columns], rows, room, scale), body.bottom
    else:
        tables, bottom = _under_map(scene.top, body, aspect, scale)
    return Layout(
        (*head[0], *foot, *caption),
        head[1],
        Box(body.left, body.top, body.right, bottom),
        tables,
        legend,
        code,
    )


def _end(legend: Sequence[tuple[LegendLayout, Box]], top: float) -> float:
    """Return where the tallest column of a legend ends."""
    return max((at.top + one.height for one, at in legend), default=top)


def _under_map(
    top: Sequence[Table], body: Box, aspect: float, scale: float
) -> tuple[tuple[tuple[Table, Box], ...], float]:
    """Return as many tables as there is width for at the bottom of a body, and the map's bottom."""
    gap = _GUTTER_MM * scale
    some = top[: max(1, int((body.width + gap) / (_TABLE_MM * scale + gap)))]
    rows = _rows(some, body.height - _AIR * body.width / aspect, body.height, scale)
    bottom = body.bottom - (_band_mm(rows, scale) if rows else 0.0)
    return _side_by_side(some, rows, body, scale), bottom


def _legend_width(scene: Scene, whole: Box, aspect: float, scale: float) -> tuple[Box, int]:
    """Return the right of a lying sheet, and the legend's columns: two where the map leaves room.

    A second column is worth it where one would be set small, on paper much wider than the map.
    """
    gap, one = _GUTTER_MM * scale, _LEGEND_MM * scale
    room = whole.height - (_CODE_MM + 3.0) * scale if scene.link else whole.height
    alone = lay_out(scene.legend, one, room, scene.lang, scale)
    spare = whole.width - one - gap - _MAP_SHARE * whole.height * aspect
    if alone.size >= _SMALL_LEGEND * scale or spare < one + gap:
        return Box(whole.right - one, whole.top, whole.right, whole.bottom), 1
    return Box(whole.right - 2 * one - gap, whole.top, whole.right, whole.bottom), 2


def _columns(
    scene: Scene, box: Box, count: int, scale: float
) -> tuple[tuple[LegendLayout, Box], ...]:
    """Return the legend in columns that share a box, each with its place."""
    gap = _GUTTER_MM * scale
    width = (box.width - gap * (count - 1)) / count
    set_legend = lay_out_columns(
        scene.legend, count, width, box.height, lang=scene.lang, scale=scale
    )
    lefts = [box.left + n * (width + gap) for n in range(len(set_legend))]
    places = [Box(left, box.top, left + width, box.bottom) for left in lefts]
    return tuple(zip(set_legend, places, strict=True))


def _upright(
    scene: Scene, paper: Paper, whole: Box, *, head: Head, aspect: float, note: str
) -> Layout:
    """Map over the legend in columns over tables over foot, the code beside the foot."""
    scale = paper.scale
    code, caption = _code(scene, whole, scale, over=True)
    right = code.left - _GUTTER_MM * scale if code else whole.right
    foot, below = _foot(scene, Box(whole.left, whole.top, right, whole.bottom), note, scale)
    top_of_code = min((line.y - line.kind.em_mm * ASCENT for line in caption), default=below)
    up = max(below - top_of_code, 0.0)  # foot and code begin at one height
    foot = [replace(line, y=line.y - up) for line in foot]
    body = Box(whole.left, whole.top, whole.right, below - up - 3.0 * scale)
    bound = Box(body.left, body.top, body.right, body.top + body.height * _LEGEND_SHARE)
    columns = _columns(scene, bound, _LEGEND_COLUMNS, scale)
    high = max((one.height for one, _ in columns), default=0.0)
    high += 4.0 * scale if columns else 0.0
    rest = body.height - high
    air = _AIR_FOR_INSETS if scene.close_ups else _AIR
    tables, bottom = _in_bands(scene.top, rest - air * body.width / aspect, rest, body, scale)
    down = bottom - high + 4.0 * scale - body.top
    return Layout(
        (*head[0], *foot, *caption),
        head[1],
        Box(body.left, body.top, body.right, bottom - high),
        tables,
        tuple((one, replace(at, top=at.top + down, bottom=bottom)) for one, at in columns),
        code,
    )


def _in_bands(
    top: Sequence[Table], free: float, height: float, body: Box, scale: float
) -> tuple[tuple[tuple[Table, Box], ...], float]:
    """Return the tables of an upright sheet, two beside each other, and where they begin.

    Those that are left go under them where the map leaves room for both.
    """
    first, more = top[:_TABLES_UPRIGHT], top[_TABLES_UPRIGHT : 2 * _TABLES_UPRIGHT]
    half = min(free, height * _TABLE_SHARE) / 2
    rows = min(printtable.rows_in(half - 3.0 * scale, scale), _most_rows(top))
    bands = [(more, min(rows, _most_rows(more))), (first, min(rows, _most_rows(first)))]
    if not more or rows < _ROWS[0]:
        bands = [(first, _rows(first, free, height, scale))]
    found: tuple[tuple[Table, Box], ...] = ()
    for some, lines in bands:
        if lines:
            found = (*_side_by_side(some, lines, body, scale), *found)
            body = replace(body, bottom=body.bottom - _band_mm(lines, scale))
    return found, body.bottom


def _band_mm(rows: int, scale: float) -> float:
    """Return the height of tables of so many rows with the gap over them."""
    return printtable.height_mm(rows, scale) + 3.0 * scale


def _rows(tables: Sequence[Table], free: float, height: float, scale: float) -> int:
    """Return how many rows tables get where the map leaves so much of a height; 0 for none."""
    if not tables:
        return 0
    least, most = _ROWS
    rows = min(max(printtable.rows_in(free - 3.0 * scale, scale), least), most)
    bound = printtable.rows_in(height * _TABLE_SHARE - 3.0 * scale, scale)
    return min(rows, bound, _most_rows(tables))


def _most_rows(tables: Sequence[Table]) -> int:
    return min(max((len(table.rows) for table in tables), default=0), _ROWS[1])


def _side_by_side(
    tables: Sequence[Table], rows: int, body: Box, scale: float
) -> tuple[tuple[Table, Box], ...]:
    """Share the lower edge of a body out among tables."""
    if not rows:
        return ()
    gap, top = _GUTTER_MM * scale, body.bottom - printtable.height_mm(rows, scale)
    width = (body.width - gap * (len(tables) - 1)) / len(tables)
    lefts = [body.left + n * (width + gap) for n in range(len(tables))]
    return tuple(
        (table, Box(left, top, left + width, body.bottom))
        for table, left in zip(tables, lefts, strict=True)
    )


def _code(
    scene: Scene, room: Box, scale: float, *, over: bool = False
) -> tuple[Box | None, list[Line]]:
    """Return the place of the code in the lower right, and its caption beside or over it."""
    side = printqr.side_mm(scene.link, _CODE_MM * scale)
    if not side:
        return None, []
    box = Box(room.right - side, room.bottom - side, room.right, room.bottom)
    kind, ink = SMALL.scaled(scale), load().palette.ink_soft
    text = i18n.text(scene.lang, "print.open_view")
    free = _FREE_MM * scale
    if over:
        texts = wrap(text, kind, side)
        last, x = box.top - free, box.left
    else:
        texts = wrap(text, kind, room.width - side - free)
        last = box.bottom
        x = box.left - free - max(text_width_mm(t, kind) for t in texts)
    ups = range(len(texts) - 1, -1, -1)
    step = kind.em_mm * _LEADING
    return box, [Line(x, last - n * step, t, kind, ink) for n, t in zip(ups, texts, strict=True)]


def _stamp_box(scene: Scene, paper: Paper) -> Box | None:
    """Return the frame of the stamp, top right, where one is set."""
    if not scene.stamp:
        return None
    kind, edge = STAMP.scaled(paper.scale), _MARGIN_MM * paper.scale
    pad = kind.em_mm * 0.7
    right = paper.width_mm - edge
    wide = text_width_mm(scene.stamp, kind) + 2 * pad
    return Box(right - wide, edge, right, edge + kind.em_mm * CAP + 2 * kind.em_mm * 0.55)


def _stack(
    blocks: list[tuple[tuple[str, ...], Type, str, float]], x: float, top: float
) -> tuple[list[Line], float]:
    """Set blocks of lines one under the other; return them and the bottom of the last."""
    lines: list[Line] = []
    for texts, kind, colour, gap in blocks:
        if not texts:
            continue
        top += gap
        for text in texts:
            lines.append(Line(x, top + kind.em_mm * ASCENT, text, kind, colour))
            top += kind.em_mm * _LEADING
    return lines, top


def _head(scene: Scene, paper: Paper) -> tuple[list[Line], Box | None, float]:
    """Return title and subtitle, the stamp, and where what is under them begins."""
    scale, colours = paper.scale, load().palette
    edge = _MARGIN_MM * scale
    title, subtitle = TITLE.scaled(scale), SUBTITLE.scaled(scale)
    stamp = _stamp_box(scene, paper)
    room = paper.width_mm - 2 * edge - (stamp.width + 6.0 * scale if stamp else 0.0)
    first = wrap(scene.title, title, room, _MAX_LINES["title"])
    second = wrap(scene.subtitle, subtitle, room, _MAX_LINES["subtitle"])
    # The cap height, not the ascent, stands on the margin.
    lines, top = _stack(
        [(first, title, colours.ink, 0.0), (second, subtitle, colours.ink_soft, 0.6 * scale)],
        edge,
        edge - title.em_mm * (ASCENT - CAP),
    )
    return lines, stamp, max(top, stamp.bottom if stamp else 0.0) + 1.6 * scale


def _foot(scene: Scene, room: Box, note: str, scale: float) -> tuple[list[Line], float]:
    """Return counts, day, revision and sources at the bottom of a room, and where they begin."""
    colours, foot, small = load().palette, FOOT.scaled(scale), SMALL.scaled(scale)
    wide = room.width
    parts = wrap(" · ".join(scene.foot), foot, wide, _MAX_LINES["foot"])
    origin = wrap(scene.attribution, small, wide, _MAX_LINES["attribution"])
    sources = wrap_whole(scene.sources, small, wide, _MAX_LINES["sources"])
    said = wrap(note, small, wide, _MAX_LINES["note"])
    low = [
        (parts, foot, colours.ink, 0.0),
        (said, small, colours.ink, 0.5 * scale),
        (origin, small, colours.ink_soft, 0.5 * scale),
        (sources, small, colours.ink_soft, 0.5 * scale),
    ]
    _, height = _stack(low, room.left, 0.0)
    below = room.bottom - height + small.em_mm * (_LEADING - ASCENT - DESCENT)
    return _stack(low, room.left, below)[0], below
