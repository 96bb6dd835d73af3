"""The map of a `Scene`, drawn in a box of an open sheet: no head, no foot, no legend."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from meks_geo import i18n, printlines, printworks
from meks_geo.closeups import CloseUp
from meks_geo.model import Base
from meks_geo.printbase import (
    HAIR_PT,
    Frame,
    Projected,
    draw_base,
    draw_frame,
    fit,
    near,
    on_sheet,
    project_base,
)
from meks_geo.printgrid import draw_graticule, draw_scale_bar, draw_short_bar
from meks_geo.printinsets import Inset, draw_number, place_insets, put_title
from meks_geo.printlabels import (
    TAG,
    Placed,
    Tag,
    Taken,
    dot_radius_mm,
    draw_names,
    place_chosen,
    place_number,
    place_points,
    place_regions,
    place_sites,
    place_tags,
)
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
    station_parts,
    tag_parts,
)
from meks_geo.printsheet import Box, Ink, Sheet
from meks_geo.printtype import CAP
from meks_geo.scene import Scene, Site
from meks_geo.style import load

_SPREAD_MM = 5.5  # how far a mark may be moved off its neighbours
_LEADER_SHARE = 0.4  # of its size: a mark moved farther than that is tied to its place by a line
_RIM_MM = 2.4  # of an inset, left free for marks that stand at its edge
_NAMED_MM_PER_M = 0.13e-3  # plants are named on maps of this scale on A4, and on larger ones


@dataclass(frozen=True)
class Mark:
    """A plant with the middle of its mark on the sheet and the place it stands for, in mm."""

    of: Site
    x: float
    y: float
    at: tuple[float, float]
    side: float
    reach: float
    box: Box


@dataclass(frozen=True)
class Plate:
    """What was drawn in a box.

    Parameters
    ----------
    frame
        Where the map lies on the sheet, and its scale.
    marks, names
        The plants inside the frame and the names that found room, with their boxes in mm.
    insets
        Dense places that are shown larger, with their room on the sheet.
    note
        What was drawn of networks and what was left out, in words; "" for a map without lines.
    """

    frame: Frame
    marks: tuple[Mark, ...]
    names: tuple[Placed, ...]
    insets: tuple[Inset, ...]
    note: str


def put_map(sheet: Sheet, scene: Scene, base: Base, box: Box, *, close_ups: bool = True) -> Plate:
    """Draw the map of a scene in a box of a sheet, with its neat line.

    Parameters
    ----------
    sheet
        Open page; type and marks are as large as its paper's scale says.
    scene
        What the map shows.
    base
        Geometry in degrees (EPSG:4326); drawn in the equal-area projection of `measure.PRINT_CRS`.
    box
        Place of the map on the sheet in millimetres; nothing is drawn outside it.
    close_ups
        Show dense places larger, beside the country, where the map is too small for them.

    Returns
    -------
    plate
        What was drawn.
    """
    whole, scale = project_base(base), sheet.paper.scale
    frame = fit(box, scene.bounds, whole)
    land = near(whole, frame)
    draw_base(sheet, frame, land, scene.areas, scene.selected)
    drawn = _draw_lines(sheet, scene, frame)
    used = draw_graticule(sheet, frame, scene.lang)
    used.append(draw_scale_bar(sheet, frame, land, scene.lang))
    marks = place_marks(scene, frame, Pen(scale))
    insets = _insets(scene, frame, land, marks=marks, used=used, scale=scale) if close_ups else ()
    blocked = used + [i.box for i in insets]
    taken = Taken(box.grown(-1.0 * scale), [m.box for m in marks], blocked, scale)
    flags = printworks.place(scene.works, frame, taken)
    numbers = [place_number(i.spot, taken, scale) for i in insets]
    names, tags = _place_names(scene, land, frame, marks=marks, taken=taken, drawn=drawn)
    _draw_objects(sheet, scene, frame, marks=marks, names=names, tags=tags)
    printworks.draw(sheet, flags, box)
    for inset, place in zip(insets, numbers, strict=True):
        draw_number(sheet, inset, place)
        _draw_inset(sheet, scene, whole, inset)
    draw_frame(sheet, frame)
    note = printlines.note(drawn, scene.lang) if drawn else ""
    return Plate(frame, tuple(marks), tuple(names), insets, note)


def longest_note(scene: Scene, scale: float) -> str:
    """Return a note that needs as much room as the one of `Plate` will; "" without lines."""
    return printlines.longest_note(scene.lines.passing, scene.lang, scale) if scene.lines else ""


def _insets(
    scene: Scene,
    frame: Frame,
    land: Projected,
    *,
    marks: Sequence[Mark],
    used: Sequence[Box],
    scale: float,
) -> tuple[Inset, ...]:
    """Return the insets of the places where marks crowd on the map."""
    held = [(one, _inside(one, marks)) for one in scene.close_ups]
    held.sort(key=lambda one: -len(one[1]))
    crowded = [one for one, inside in held if _is_crowded(inside)]
    if not crowded:
        return ()
    _, country = on_sheet(land, frame)
    return place_insets(crowded, frame, country, [*used, *(m.box for m in marks)], scale)


def _inside(place: CloseUp, marks: Sequence[Mark]) -> list[Mark]:
    south, west, north, east = place.bounds
    return [m for m in marks if south <= m.of.lat <= north and west <= m.of.lon <= east]


def _is_crowded(inside: Sequence[Mark]) -> bool:
    """Tell whether marks of a place lie on each other or had to be moved."""
    moved = any(_is_moved(m) for m in inside)
    return moved or any(one.box.overlaps(other.box) for one, other in combinations(inside, 2))


def _is_moved(mark: Mark) -> bool:
    """Tell whether a mark stands so far from its place that a line ties it there."""
    return math.dist(mark.at, (mark.x, mark.y)) > _LEADER_SHARE * mark.side


def _draw_inset(sheet: Sheet, scene: Scene, whole: Projected, inset: Inset) -> None:
    """Put a dense place on the sheet, larger, with the names of its plants."""
    scale, colours = sheet.paper.scale, load().palette
    room = inset.map_box(scale)
    frame = replace(fit(room.grown(-_RIM_MM * scale), inset.of.bounds, whole), box=room)
    land = near(whole, frame)
    sheet.paths("inset", [rectangle(*inset.box.edges)], Ink(colours.paper))
    put_title(sheet, inset)
    draw_base(sheet, frame, land, scene.areas, scene.selected)
    drawn = _draw_lines(sheet, scene, frame)
    used = [draw_short_bar(sheet, frame, scene.lang)]
    marks = place_marks(scene, frame, Pen(scale))
    taken = Taken(frame.box.grown(-0.6 * scale), [m.box for m in marks], used, scale)
    flags = printworks.place(scene.works, frame, taken)
    few = replace(scene, areas=(), cities=())
    names, tags = _place_names(few, land, frame, marks=marks, taken=taken, drawn=drawn)
    _draw_objects(sheet, scene, frame, marks=marks, names=names, tags=tags)
    printworks.draw(sheet, flags, frame.box)
    edge = Ink("none", colours.border, HAIR_PT * 1.6 * scale)
    sheet.paths("inset-frame", [rectangle(*b.edges) for b in (frame.box, inset.box)], edge)


def place_marks(scene: Scene, frame: Frame, pen: Pen) -> list[Mark]:
    """Return the marks in the frame, in the order in which they are drawn."""
    places = frame.place([s.lon for s in scene.sites], [s.lat for s in scene.sites])
    moved = np.array([(s.dx_px, s.dy_px) for s in scene.sites]).reshape(-1, 2) * pen.mm(1.0)
    halves = np.array([s.size_px for s in scene.sites]) * pen.mm(0.5)
    points = spread(places + moved, halves, _SPREAD_MM * pen.scale)
    marks = []
    for site, at, (x, y) in zip(scene.sites, places.tolist(), points.tolist(), strict=True):
        box = mark_box(site, x, y, pen)
        if box.overlaps(frame.box):
            side, reach = pen.mm(site.size_px), reach_mm(site, pen)
            marks.append(Mark(site, x, y, (at[0], at[1]), side, reach, box))
    return marks


def _put_parts(sheet: Sheet, layer: str, parts: Sequence[Part], within: Box) -> None:
    sheet.paths(layer, [p.path for p in parts], [p.ink for p in parts], within=within)


def _draw_lines(sheet: Sheet, scene: Scene, frame: Frame) -> printlines.Drawn | None:
    """Put networks and their substations on the sheet, where the scene has some."""
    layer, scale = scene.lines, sheet.paper.scale
    if layer is None:
        return None
    lettered = layer.sectors if len(layer.sectors) > 1 else ()
    drawn = printlines.generalise(
        layer.passing,
        frame,
        scale,
        chosen=layer.selected,
        lettered=lettered,
        ahead=layer.ahead,
    )
    printlines.draw(sheet, drawn, frame.box)
    places = frame.place([s.lon for s in scene.stations], [s.lat for s in scene.stations])
    stations = [
        part
        for one, (x, y) in zip(scene.stations, places.tolist(), strict=True)
        for part in station_parts(x, y, Pen(scale), at_city=one.at_city)
    ]
    _put_parts(sheet, "stations", stations, frame.box)
    return drawn


def _place_names(
    scene: Scene,
    land: Projected,
    frame: Frame,
    *,
    marks: Sequence[Mark],
    taken: Taken,
    drawn: printlines.Drawn | None,
) -> tuple[list[Placed], list[Tag]]:
    """Find room for names: what is selected, cities' figures, regions, plants, towns, lines."""
    scale, names = taken.scale, list[Placed]()
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
    put = {p.id for p in names}
    known = {a.label for a in named if a.id in put}
    if frame.mm_per_m >= _NAMED_MM_PER_M * scale:
        others = [m for m in marks if m.of.id != scene.selected]
        names += place_sites([(m.of, (m.x, m.y), m.reach) for m in others], taken, scale)
    spots = frame.place([p.lon for p in scene.labels], [p.lat for p in scene.labels])
    names += place_points(zip(scene.labels, spots, strict=True), taken, scale, known)
    if drawn:
        letters = {one: i18n.text(scene.lang, f"lines.letter_{one}") for one in drawn.lettered}
        names += printlines.place_letters(drawn, letters, taken, scale)
    return names, tags


def _draw_objects(
    sheet: Sheet,
    scene: Scene,
    frame: Frame,
    *,
    marks: Sequence[Mark],
    names: Sequence[Placed],
    tags: Sequence[Tag],
) -> None:
    """Put dots of places, figures of cities, plants and names on the sheet, in that order."""
    scale, pen = sheet.paper.scale, Pen(sheet.paper.scale)
    dots = [circle(*n.dot, dot_radius_mm(scale)) for n in names if n.dot]
    dot = Ink(load().palette.ink_soft, load().palette.paper, 0.4 * scale)
    sheet.paths("place-dots", dots, dot, within=frame.box)
    _draw_tags(sheet, frame, tags, scene.selected, pen)
    _draw_plants(sheet, frame, marks, scene.selected, pen)
    draw_names(sheet, names)


def _draw_tags(sheet: Sheet, frame: Frame, tags: Sequence[Tag], chosen: str, pen: Pen) -> None:
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
            grown = tag.box.grown(pen.mm(load().sizes.ring_px) / 2)
            _put_parts(sheet, "chosen-mark", [accent(rectangle(*grown.edges), pen)], frame.box)


def _draw_plants(sheet: Sheet, frame: Frame, marks: Sequence[Mark], chosen: str, pen: Pen) -> None:
    """Put plants and the ring of the selected one on the sheet."""
    moved = [leader(m.at, (m.x, m.y), pen) for m in marks if _is_moved(m)]
    _put_parts(sheet, "leaders", moved, frame.box)
    plants = [p for m in marks for p in site_parts(m.of, m.x, m.y, pen)]
    _put_parts(sheet, "plants", plants, frame.box)
    rings = [accent_ring(m.x, m.y, m.reach, pen) for m in marks if m.of.id == chosen]
    _put_parts(sheet, "chosen-mark", rings, frame.box)
