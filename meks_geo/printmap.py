"""The print map: a `Scene` set on a sheet of paper, as PNG, SVG or PDF."""

from dataclasses import dataclass

from meks_geo.printbase import (
    BaseMap,
    Frame,
    Projected,
    draw_base,
    draw_frame,
    draw_graticule,
    draw_scale_bar,
    fit,
    project_base,
)
from meks_geo.printlabels import (
    Placed,
    Taken,
    dot_radius_mm,
    draw_names,
    place_chosen,
    place_points,
    place_regions,
)
from meks_geo.printlegend import LegendLayout, draw_legend, lay_out
from meks_geo.printmarks import (
    Part,
    Pen,
    accent_parts,
    circle,
    city_parts,
    mark_box,
    reach_mm,
    rectangle,
    site_parts,
)
from meks_geo.printsheet import A4_LANDSCAPE, Box, Ink, Paper, Sheet
from meks_geo.printtype import ASCENT, CAP, DESCENT, Type, text_width_mm, wrap, wrap_whole
from meks_geo.scene import CityMark, Label, Scene, Site
from meks_geo.style import load

__all__ = ["A4_LANDSCAPE", "BaseMap", "Paper", "compose", "draw", "place_names"]

TITLE = Type("Bold", 16.0)
SUBTITLE = Type("Regular", 9.0)
STAMP = Type("Bold", 9.0)
FOOT = Type("Regular", 7.5)
SMALL = Type("Regular", 6.5)

_MARGIN_MM = 10.0
_LEGEND_MM = 56.0
_GUTTER_MM = 6.0
_LEADING = 1.28
_MAX_LINES = {"title": 2, "subtitle": 3, "foot": 2, "attribution": 2, "sources": 3}


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
    legend: Box


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


def _lay_out(scene: Scene, paper: Paper) -> Layout:
    """Share the sheet out: head, map with the legend beside it, foot."""
    scale, colours = paper.scale, load().palette
    edge = _MARGIN_MM * scale
    wide = paper.width_mm - 2 * edge
    title, subtitle, foot, small = (t.scaled(scale) for t in (TITLE, SUBTITLE, FOOT, SMALL))
    stamp = _stamp_box(scene, paper)
    room = wide - (stamp.width + 6.0 * scale if stamp else 0.0)
    head = [
        (wrap(scene.title, title, room, _MAX_LINES["title"]), title, colours.ink, 0.0),
        (
            wrap(scene.subtitle, subtitle, room, _MAX_LINES["subtitle"]),
            subtitle,
            colours.ink_soft,
            0.6 * scale,
        ),
    ]
    # The cap height, not the ascent, stands on the margin.
    top_lines, top = _stack(head, edge, edge - title.em_mm * (ASCENT - CAP))
    parts = wrap(" · ".join(scene.foot), foot, wide, _MAX_LINES["foot"])
    origin = wrap(scene.attribution, small, wide, _MAX_LINES["attribution"])
    sources = wrap_whole(scene.sources, small, wide, _MAX_LINES["sources"])
    low = [
        (parts, foot, colours.ink, 0.0),
        (origin, small, colours.ink_soft, 0.5 * scale),
        (sources, small, colours.ink_soft, 0.5 * scale),
    ]
    _, height = _stack(low, edge, 0.0)
    below = paper.height_mm - edge - height + small.em_mm * (_LEADING - ASCENT - DESCENT)
    bottom_lines, _ = _stack(low, edge, below)
    top = max(top, stamp.bottom if stamp else 0.0) + 1.6 * scale
    split = paper.width_mm - edge - _LEGEND_MM * scale
    bottom = below - 2.2 * scale
    return Layout(
        tuple(top_lines + bottom_lines),
        stamp,
        Box(edge, top, split - _GUTTER_MM * scale, bottom),
        Box(split, top, paper.width_mm - edge, bottom),
    )


@dataclass(frozen=True)
class Mark:
    """A plant or a city's figure with its place on the sheet, in millimetres."""

    of: Site | CityMark
    x: float
    y: float
    reach: float
    box: Box


def _marks(scene: Scene, frame: Frame, pen: Pen) -> list[Mark]:
    """Return the marks in the frame, in the order in which they are drawn."""
    given: list[Site | CityMark] = [*scene.cities, *scene.sites]
    points = frame.place([m.lon for m in given], [m.lat for m in given])
    marks = []
    for mark, (x, y) in zip(given, points, strict=True):
        moved = (mark.dx_px, mark.dy_px) if isinstance(mark, Site) else (0.0, 0.0)
        at = float(x) + pen.mm(moved[0]), float(y) + pen.mm(moved[1])
        placed = Mark(mark, *at, reach_mm(mark, pen), mark_box(mark, *at, pen))
        if placed.box.overlaps(frame.box):
            marks.append(placed)
    return marks


def _draw_marks(sheet: Sheet, frame: Frame, marks: list[Mark], chosen: str, pen: Pen) -> None:
    """Put cities' figures, plants and the ring of what is selected on the sheet."""
    cities: list[Part] = []
    plants: list[Part] = []
    rings: list[Part] = []
    for mark in marks:
        if isinstance(mark.of, CityMark):
            cities += city_parts(mark.of.zone, mark.x, mark.y, pen)
        else:
            plants += site_parts(mark.of, mark.x, mark.y, pen)
        if mark.of.id == chosen:
            rings += accent_parts(mark.x, mark.y, mark.reach, pen)
    for layer, parts in (("cities", cities), ("plants", plants), ("chosen-mark", rings)):
        sheet.paths(layer, [p.path for p in parts], [p.ink for p in parts], within=frame.box)


def _place_names(
    scene: Scene, frame: Frame, land: Projected, marks: list[Mark], degrees: list[Box], scale: float
) -> list[Placed]:
    """Find room for the names: what is selected, regions, then lakes and places by rank."""
    inner = frame.box.grown(-1.0 * scale)
    taken = Taken(inner, [m.box for m in marks], list(degrees))
    names: list[Placed] = []
    for mark in marks:
        if mark.of.id == scene.selected and not names:
            ring = mark.reach + Pen(scale).mm(load().sizes.ring_px)
            taken.marks.append(mark.box.grown(ring - mark.reach))
            names.append(place_chosen(mark.of.title, (mark.x, mark.y), ring, taken, scale))
            taken.names.append(names[0].box)
    named = [a for a in scene.areas if a.id in land.regions]
    places = frame.place([a.lon for a in named], [a.lat for a in named])
    shapes = [frame.shape(land.regions[a.id]) for a in named]
    names += place_regions(zip(named, places, shapes, strict=True), taken, scale)
    figures = [Label(f"{c.title} · {c.value}", c.lat, c.lon, 1) for c in scene.cities if c.value]
    points = [*figures, *scene.labels]
    spots = frame.place([p.lon for p in points], [p.lat for p in points])
    put = {p.id for p in names}
    known = {a.label for a in named if a.id in put} | {c.title for c in scene.cities if c.value}
    names += place_points(zip(points, spots, strict=True), taken, scale, known)
    return names


def place_names(scene: Scene, base: BaseMap, paper: Paper = A4_LANDSCAPE) -> list[Placed]:
    """Return the names that the map of a scene shows, with their boxes in millimetres on the sheet."""
    return _compose(scene, base, Sheet(paper, 72))[1]


def _draw_words(sheet: Sheet, scene: Scene, layout: Layout) -> None:
    """Put the head, the stamp and the foot on the sheet."""
    ink, scale = load().palette.ink, sheet.paper.scale
    for line in layout.lines:
        sheet.text((line.x, line.y), line.text, line.kind, line.colour)
    if layout.stamp:
        box, kind = layout.stamp, STAMP.scaled(scale)
        frame = [rectangle(box.left, box.top, box.right, box.bottom)]
        sheet.paths("stamp", frame, Ink("none", ink, 0.8 * scale))
        x, y = box.middle
        sheet.text((x, y + kind.em_mm * CAP / 2), scene.stamp, kind, ink, align="center")


def _compose(scene: Scene, base: BaseMap, sheet: Sheet) -> tuple[Sheet, list[Placed]]:
    """Set a scene on a sheet; return the names that found room too."""
    layout, land = _lay_out(scene, sheet.paper), project_base(base)
    scale = sheet.paper.scale
    pen = Pen(scale)
    frame = fit(layout.map, scene.bounds, land)
    draw_base(sheet, frame, land, scene.areas, scene.selected)
    used = draw_graticule(sheet, frame, scene.lang)
    used.append(draw_scale_bar(sheet, frame, land, scene.lang))
    marks = _marks(scene, frame, pen)
    names = _place_names(scene, frame, land, marks, used, scale)
    dots = [circle(*n.dot, dot_radius_mm(scale)) for n in names if n.dot]
    dot = Ink(load().palette.ink_soft, load().palette.paper, 0.4 * scale)
    sheet.paths("place-dots", dots, dot, within=frame.box)
    _draw_marks(sheet, frame, marks, scene.selected, pen)
    draw_names(sheet, names)
    draw_frame(sheet, frame)
    legend: LegendLayout = lay_out(
        scene.legend, layout.legend.width, layout.legend.height, scene.lang, scale
    )
    draw_legend(sheet, legend, layout.legend, scene.lang)
    _draw_words(sheet, scene, layout)
    return sheet, names


def compose(scene: Scene, base: BaseMap, paper: Paper = A4_LANDSCAPE, dpi: int = 300) -> Sheet:
    """Return a scene set on a sheet, before it becomes a file; arguments as of `draw`."""
    return _compose(scene, base, Sheet(paper, dpi))[0]


def draw(
    scene: Scene,
    base: BaseMap,
    paper: Paper = A4_LANDSCAPE,
    dpi: int = 300,
    fmt: str = "png",
) -> bytes:
    """Return the print map of a scene as a file.

    Parameters
    ----------
    scene
        What the map shows; texts are set as given, in `scene.lang`.
    base
        Geometry in degrees (EPSG:4326); drawn in the equal-area projection of `measure.PRINT_CRS`.
    paper
        Size of the sheet in millimetres.
    dpi
        Dots per inch of a PNG.
    fmt
        `png`, `svg` or `pdf`.

    Returns
    -------
    file
        The same bytes for the same arguments: no date, no program name, no chance.

    Raises
    ------
    ValueError
        If the format is another, or a symbol of the legend is not known.
    """
    sheet = Sheet(paper, dpi, live_text=fmt == "pdf")
    return _compose(scene, base, sheet)[0].to_bytes(fmt)
