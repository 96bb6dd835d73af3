"""The print map: a `Scene` set on a sheet of paper, as PNG, SVG or PDF."""

import math
from dataclasses import dataclass

import numpy as np

from meks_geo import i18n, printlines
from meks_geo.model import Base
from meks_geo.printbase import (
    Frame,
    Projected,
    draw_base,
    draw_frame,
    draw_graticule,
    draw_scale_bar,
    fit,
    on_sheet,
    project_base,
)
from meks_geo.printlabels import (
    TAG,
    Placed,
    Tag,
    Taken,
    dot_radius_mm,
    draw_names,
    place_chosen,
    place_points,
    place_regions,
    place_tags,
)
from meks_geo.printlegend import LegendLayout, draw_legend, lay_out
from meks_geo.printmarks import (
    Part,
    Pen,
    accent,
    accent_ring,
    circle,
    leader,
    mark_box,
    reach_mm,
    rectangle,
    site_parts,
    spread,
    station,
    tag_parts,
)
from meks_geo.printsheet import A4_LANDSCAPE, Box, Ink, Paper, Sheet
from meks_geo.printtype import ASCENT, CAP, DESCENT, Type, text_width_mm, wrap, wrap_whole
from meks_geo.scene import Scene, Site
from meks_geo.style import load

__all__ = ["A4_LANDSCAPE", "Paper", "compose", "draw", "place_names"]

TITLE = Type("Bold", 16.0)
SUBTITLE = Type("Regular", 9.0)
STAMP = Type("Bold", 9.0)
FOOT = Type("Regular", 7.5)
SMALL = Type("Regular", 6.5)

_MARGIN_MM = 10.0
_LEGEND_MM = 56.0
_GUTTER_MM = 6.0
_LEADING = 1.28
_SPREAD_MM = 5.5  # how far a mark may be moved off its neighbours
_LEADER_SHARE = 0.4  # of its size: a mark moved farther than that is tied to its place by a line
_MAX_LINES = {"title": 2, "subtitle": 3, "note": 2, "foot": 2, "attribution": 2, "sources": 3}


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


def _lay_out(scene: Scene, paper: Paper, note: str = "") -> Layout:
    """Share the sheet out: head, map with the legend beside it, foot with a note in it."""
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
    said = wrap(note, small, wide, _MAX_LINES["note"])
    low = [
        (parts, foot, colours.ink, 0.0),
        (said, small, colours.ink, 0.5 * scale),
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
    """A plant with the middle of its mark on the sheet and the place it stands for, in mm."""

    of: Site
    x: float
    y: float
    at: tuple[float, float]
    reach: float
    box: Box


def _marks(scene: Scene, frame: Frame, pen: Pen) -> list[Mark]:
    """Return the marks in the frame, in the order in which they are drawn."""
    places = frame.place([s.lon for s in scene.sites], [s.lat for s in scene.sites])
    moved = np.array([(s.dx_px, s.dy_px) for s in scene.sites]).reshape(-1, 2) * pen.mm(1.0)
    halves = np.array([s.size_px for s in scene.sites]) * pen.mm(0.5)
    points = spread(places + moved, halves, _SPREAD_MM * pen.scale)
    marks = []
    for site, at, (x, y) in zip(scene.sites, places.tolist(), points.tolist(), strict=True):
        box = mark_box(site, x, y, pen)
        if box.overlaps(frame.box):
            marks.append(Mark(site, x, y, (at[0], at[1]), reach_mm(site, pen), box))
    return marks


def _put_parts(sheet: Sheet, layer: str, parts: list[Part], within: Box) -> None:
    sheet.paths(layer, [p.path for p in parts], [p.ink for p in parts], within=within)


def _draw_tags(sheet: Sheet, frame: Frame, tags: list[Tag], chosen: str, pen: Pen) -> None:
    """Put the figures of cities on the sheet, each with a line to its city."""
    leaders = [leader(tag.at, tag.box.middle, pen) for tag in tags]
    _put_parts(sheet, "city-leaders", leaders, frame.box)
    frames = [p for tag in tags for p in tag_parts(tag.city.zone, tag.box, pen)]
    _put_parts(sheet, "cities", frames, frame.box)
    kind = TAG.scaled(sheet.paper.scale)
    for tag in tags:
        x, y = tag.box.middle
        colour = load().zones[tag.city.zone].edge
        if tag.text:
            sheet.text((x, y + kind.em_mm * CAP / 2), tag.text, kind, colour, align="center")
        if tag.city.id == chosen:
            b = tag.box.grown(pen.mm(load().sizes.ring_px) / 2)
            ring = accent(rectangle(b.left, b.top, b.right, b.bottom), pen)
            _put_parts(sheet, "chosen-mark", [ring], frame.box)


def _draw_plants(sheet: Sheet, frame: Frame, marks: list[Mark], chosen: str, pen: Pen) -> None:
    """Put plants and the ring of the selected one on the sheet."""
    far = [m for m in marks if math.dist(m.at, (m.x, m.y)) > _LEADER_SHARE * pen.mm(m.of.size_px)]
    moved = [leader(m.at, (m.x, m.y), pen) for m in far]
    _put_parts(sheet, "leaders", moved, frame.box)
    plants = [p for m in marks for p in site_parts(m.of, m.x, m.y, pen)]
    _put_parts(sheet, "plants", plants, frame.box)
    rings = [accent_ring(m.x, m.y, m.reach, pen) for m in marks if m.of.id == chosen]
    _put_parts(sheet, "chosen-mark", rings, frame.box)


def _place_names(
    scene: Scene,
    frame: Frame,
    land: Projected,
    *,
    marks: list[Mark],
    degrees: list[Box],
    drawn: printlines.Drawn | None,
    scale: float,
) -> tuple[list[Placed], list[Tag]]:
    """Find room for names: what is selected, cities' figures, regions, lakes, places, lines."""
    inner = frame.box.grown(-1.0 * scale)
    taken = Taken(inner, [m.box for m in marks], list(degrees))
    names: list[Placed] = []
    for mark in marks:
        if mark.of.id == scene.selected and not names:
            ring = mark.reach + Pen(scale).mm(load().sizes.ring_px)
            taken.marks.append(mark.box.grown(ring - mark.reach))
            names.append(place_chosen(mark.of.title, (mark.x, mark.y), ring, taken, scale))
            taken.names.append(names[0].box)
    spots = frame.place([c.lon for c in scene.cities], [c.lat for c in scene.cities])
    tags = place_tags(zip(scene.cities, spots, strict=True), taken, scale)
    named = [a for a in scene.areas if a.id in land.regions]
    places = frame.place([a.lon for a in named], [a.lat for a in named])
    shapes = [on_sheet(land, frame)[0][a.id] for a in named]
    names += place_regions(zip(named, places, shapes, strict=True), taken, scale)
    spots = frame.place([p.lon for p in scene.labels], [p.lat for p in scene.labels])
    put = {p.id for p in names}
    known = {a.label for a in named if a.id in put}
    names += place_points(zip(scene.labels, spots, strict=True), taken, scale, known)
    if drawn:
        letters = {one: i18n.text(scene.lang, f"lines.letter_{one}") for one in drawn.lettered}
        names += printlines.place_letters(drawn, letters, taken, scale)
    return names, tags


def place_names(scene: Scene, base: Base, paper: Paper = A4_LANDSCAPE) -> list[Placed]:
    """Return the names that the map of a scene shows, with their boxes in mm on the sheet."""
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


def _draw_lines(sheet: Sheet, scene: Scene, frame: Frame) -> printlines.Drawn | None:
    """Put networks and their substations on the sheet, where the scene has some."""
    layer, scale = scene.lines, sheet.paper.scale
    if layer is None:
        return None
    lettered = layer.sectors if len(layer.sectors) > 1 else ()
    drawn = printlines.generalise(
        layer.passing, frame, scale, chosen=layer.selected, lettered=lettered
    )
    printlines.draw(sheet, drawn, frame.box)
    places = frame.place([s.lon for s in scene.stations], [s.lat for s in scene.stations])
    stations = [station(x, y, Pen(scale)) for x, y in places.tolist()]
    _put_parts(sheet, "stations", stations, frame.box)
    return drawn


def _note(scene: Scene, scale: float) -> str:
    """Return a note that needs as much room as the one on the networks will."""
    return printlines.longest_note(scene.lines.passing, scene.lang, scale) if scene.lines else ""


def _compose(scene: Scene, base: Base, sheet: Sheet) -> tuple[Sheet, list[Placed]]:
    """Set a scene on a sheet; return the names that found room too."""
    scale, land = sheet.paper.scale, project_base(base)
    layout = _lay_out(scene, sheet.paper, _note(scene, scale))
    pen = Pen(scale)
    frame = fit(layout.map, scene.bounds, land)
    draw_base(sheet, frame, land, scene.areas, scene.selected)
    drawn = _draw_lines(sheet, scene, frame)
    used = draw_graticule(sheet, frame, scene.lang)
    used.append(draw_scale_bar(sheet, frame, land, scene.lang))
    marks = _marks(scene, frame, pen)
    names, tags = _place_names(
        scene, frame, land, marks=marks, degrees=used, drawn=drawn, scale=scale
    )
    dots = [circle(*n.dot, dot_radius_mm(scale)) for n in names if n.dot]
    dot = Ink(load().palette.ink_soft, load().palette.paper, 0.4 * scale)
    sheet.paths("place-dots", dots, dot, within=frame.box)
    _draw_tags(sheet, frame, tags, scene.selected, pen)
    _draw_plants(sheet, frame, marks, scene.selected, pen)
    draw_names(sheet, names)
    draw_frame(sheet, frame)
    legend: LegendLayout = lay_out(
        scene.legend, layout.legend.width, layout.legend.height, scene.lang, scale
    )
    draw_legend(sheet, legend, layout.legend, scene.lang)
    note = printlines.note(drawn, scene.lang) if drawn else ""
    _draw_words(sheet, scene, _lay_out(scene, sheet.paper, note))
    return sheet, names


def compose(scene: Scene, base: Base, paper: Paper = A4_LANDSCAPE, dpi: int = 300) -> Sheet:
    """Return a scene set on a sheet, before it becomes a file; arguments as of `draw`."""
    return _compose(scene, base, Sheet(paper, dpi))[0]


def draw(
    scene: Scene,
    base: Base,
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
    try:
        return _compose(scene, base, sheet)[0].to_bytes(fmt)
    finally:
        sheet.close()
