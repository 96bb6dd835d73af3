"""Names on the paper map: each is put where it is free, or left out; none lies on another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import shapely

from meks_geo.printsheet import Box, Sheet
from meks_geo.printtype import ASCENT, DESCENT, Type, text_width_mm, wrap
from meks_geo.scene import Area, CityMark, Label, Site
from meks_geo.style import load

REGION = Type("Regular", 7.5)
CHOSEN = Type("Bold", 8.5)
TAG = Type("Bold", 6.0)
LAKE = Type("Italic", 6.5)
SITE = Type("Regular", 6.0)
NUMBER = Type("Bold", 6.5)
PLACE = {1: Type("Regular", 7.0), 2: Type("Regular", 6.5), 3: Type("Regular", 6.0)}

_LEADING = 1.12
_TAG_EMS, _TAG_PAD_MM, _BARE_MM = 1.25, 0.35, 1.7
_PAD_MM = 0.5
_ROOM_MM = 2.5  # more room asked for by a place of rank 3
_REACH_MM = 26.0  # how far a region's name may lie from its given place
_STEP_MM = 1.2
_BROKEN, _OUTSIDE, _ELSEWHERE, _COVER = 3.0, 30.0, 45.0, 400.0  # in mm of distance
_SAMPLES = np.array([0.0, 0.12, 0.3, 0.7, 0.88, 1.0])  # of a name's width, at its top and bottom
_LAKE_REACH_MM = 6.0
_DOT_MM = 0.55
_AT_ONCE = 128  # places tried together, the nearest first
# Gaps between a place and its name, tried in turn: a large town's plants may lie around it.
_GAPS_MM = {1: (1.0, 2.0, 3.2, 4.5, 6.0), 2: (1.0, 2.0, 3.2), 3: (1.0,)}
_LAST_RANK = 3
_SITE_MM, _SITE_LINES, _SITE_GAPS_MM = 30.0, 3, (0.5, 1.5, 3.0)
_NUMBER_EMS = 1.5  # side of the tag of a number


@dataclass(frozen=True, slots=True)
class Placed:
    """A name with its place: lines are centred in the box."""

    layer: str
    id: str
    lines: tuple[str, ...]
    kind: Type
    colour: str
    box: Box
    dot: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """A city's figure with its place; no text where there is no room for it."""

    city: CityMark
    at: tuple[float, float]
    box: Box
    text: str


@dataclass
class Taken:
    """Boxes that are in use: of marks, which a region's name may touch at need, and of names."""

    frame: Box
    marks: list[Box] = field(default_factory=list)
    names: list[Box] = field(default_factory=list)
    scale: float = 1.0

    def overlap(self, boxes: np.ndarray, over: Sequence[Box]) -> np.ndarray:
        """Return, for each row left, top, right, bottom, the area in mm² that lies on others."""
        left, top = boxes[:, :2].min(axis=0)
        right, bottom = boxes[:, 2:].max(axis=0)
        reach = Box(left, top, right, bottom)
        near = [b for b in over if b.overlaps(reach)]
        if not near:
            return np.zeros(len(boxes))
        other = np.array([(b.left, b.top, b.right, b.bottom) for b in near])
        wide = np.minimum(boxes[:, None, 2:], other[None, :, 2:])
        wide = np.clip(wide - np.maximum(boxes[:, None, :2], other[None, :, :2]), 0.0, None)
        return np.asarray((wide[..., 0] * wide[..., 1]).sum(axis=1))

    def outside(self, boxes: np.ndarray) -> np.ndarray:
        """Tell which boxes reach over the frame or lie on a name."""
        f = self.frame
        off = (boxes[:, 0] < f.left) | (boxes[:, 1] < f.top)
        off |= (boxes[:, 2] > f.right) | (boxes[:, 3] > f.bottom)
        return np.asarray(off | (self.overlap(boxes, self.names) > 0))


def _size(lines: Sequence[str], kind: Type) -> tuple[float, float]:
    wide = max(text_width_mm(line, kind) for line in lines)
    high = kind.em_mm * (ASCENT + DESCENT + _LEADING * (len(lines) - 1))
    return wide, high


def _around(centres: np.ndarray, wide: float, high: float, pad: float) -> np.ndarray:
    half = np.array([wide / 2 + pad, high / 2 + pad])
    return np.hstack([centres - half, centres + half])


def _box(row: np.ndarray, pad: float) -> Box:
    return Box(*(float(v) for v in row)).grown(-pad)


def _variants(area: Area) -> list[tuple[str, ...]]:
    """Return the ways to set a region's name: in a line, its figure in a second one, broken."""
    figure = (area.value,) if area.value and area.inside else ()
    variants: list[tuple[str, ...]] = [(" · ".join((area.label, *figure)),)]
    if figure:
        variants.append((area.label, *figure))
    head, sep, tail = area.label.partition("-" if "-" in area.label else " ")
    if tail:
        variants.append((head + sep.strip(), tail, *figure))
    return variants


@lru_cache(maxsize=4)
def _grid(scale: float) -> np.ndarray:
    """Return offsets around a place in millimetres, the place itself first; read only."""
    steps = np.arange(-_REACH_MM, _REACH_MM + _STEP_MM / 2, _STEP_MM)
    x, y = np.meshgrid(steps, steps)
    offsets = np.column_stack([x.ravel(), y.ravel()])
    near = offsets[np.hypot(*offsets.T) <= _REACH_MM]
    return np.vstack([[(0.0, 0.0)], near]) * scale


@lru_cache(maxsize=4)
def _distance(scale: float) -> np.ndarray:
    """Return what the distance of each place of `_grid` costs; read only."""
    offsets = _grid(scale)
    return np.asarray(np.hypot(offsets[:, 0], offsets[:, 1] * 1.2) / scale)


def _outside_cost(shape: shapely.Geometry, centres: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Return what it costs that a name, or a part of it, lies outside its region."""
    cost = np.full(len(boxes), _ELSEWHERE + _OUTSIDE)
    within = shapely.contains_xy(shape, centres)
    inner = boxes[within]
    if not inner.size:
        return cost
    x = inner[:, 0, None] + (inner[:, 2] - inner[:, 0])[:, None] * _SAMPLES
    y = np.repeat(inner[:, [1, 3]], len(_SAMPLES), axis=1)
    inside = shapely.contains_xy(shape, np.hstack([x, x]).ravel(), y.ravel())
    cost[within] = _OUTSIDE * (1 - inside.reshape(y.shape).mean(axis=1))
    return cost


def _place_region(
    area: Area, at: np.ndarray, shape: shapely.Geometry, taken: Taken, scale: float
) -> Placed | None:
    """Put a region's name near its place: inside its shape, off the marks, whole, in that order."""
    kind, pad = REGION.scaled(scale), _PAD_MM * scale
    offsets, far = _grid(scale), _distance(scale)
    shapely.prepare(shape)
    best: tuple[float, tuple[str, ...], np.ndarray] | None = None
    for lines in _variants(area):
        size, least = _size(lines, kind), far + _BROKEN * (len(lines) - 1)
        found = np.full(len(offsets), np.inf)
        order = np.argsort(least, kind="stable")
        for some in np.array_split(order, range(_AT_ONCE, len(order), _AT_ONCE)):
            # Farther places cost more than this one whatever lies under them.
            if least[some[0]] > min(found.min(), best[0] if best else np.inf):
                break
            centres = at + offsets[some]
            boxes = _around(centres, *size, pad)
            cost = least[some] + _outside_cost(shape, centres, boxes)
            covered = taken.overlap(boxes, taken.marks)
            cost += _COVER * (covered > 0) + _COVER * covered
            cost[taken.outside(boxes)] = np.inf
            found[some] = cost
        first = int(np.argmin(found))
        if np.isfinite(found[first]) and (best is None or found[first] < best[0]):
            row = _around(at + offsets[first : first + 1], *size, pad)[0]
            best = float(found[first]), lines, row
    if best is None:
        return None
    return Placed("region-names", area.id, best[1], kind, load().palette.ink, _box(best[2], pad))


def _beside(xy: np.ndarray, wide: float, high: float, gap: float) -> np.ndarray:
    """Return middles of a name around a point, the best place first."""
    x, y = wide / 2 + gap, high / 2 + gap * 0.6
    turns = [(x, 0), (-x, 0), (0, -y), (0, y), (x, -y), (x, y), (-x, -y), (-x, y)]
    turns += [(wide / 3, -y), (wide / 3, y), (-wide / 3, -y), (-wide / 3, y)]
    return np.asarray(xy + np.array(turns))


def _place_point(label: Label, xy: np.ndarray, taken: Taken, scale: float) -> Placed | None:
    """Put a place's name beside its dot, or a lake's name on the lake."""
    kind = (LAKE if label.water else PLACE[min(label.rank, _LAST_RANK)]).scaled(scale)
    pad = (_PAD_MM + (_ROOM_MM if label.rank >= _LAST_RANK else 0.0)) * scale
    wide, high = _size((label.text,), kind)
    if not label.water and any(b.overlaps(_dot_box(xy, scale)) for b in taken.names):
        return None
    if label.water:
        near = _grid(scale)[np.hypot(*_grid(scale).T) <= _LAKE_REACH_MM * scale]
        centres = xy + near[np.argsort(np.hypot(*near.T), kind="stable")]
    else:
        gaps = _GAPS_MM[min(label.rank, _LAST_RANK)]
        centres = np.vstack([_beside(xy, wide, high, g * scale) for g in gaps])
    boxes = _around(centres, wide, high, pad)
    free = ~taken.outside(boxes) & (taken.overlap(boxes, taken.marks) == 0)
    if not free.any():
        return None
    soft = load().palette.ink_soft
    colour = load().palette.ink if label.rank == 1 and not label.water else soft
    dot = None if label.water else (float(xy[0]), float(xy[1]))
    layer = "lake-names" if label.water else "places"
    box = _box(boxes[int(np.argmax(free))], pad)
    return Placed(layer, label.text, (label.text,), kind, colour, box, dot)


def _dot_box(xy: np.ndarray, scale: float) -> Box:
    x, y = (float(v) for v in xy)
    return Box(x, y, x, y).grown(_DOT_MM * scale)


def place_chosen(
    text: str, at: tuple[float, float], reach: float, taken: Taken, scale: float
) -> Placed:
    """Put the name of what is selected beside its ring, in bold; it comes first and always."""
    kind, pad = CHOSEN.scaled(scale), _PAD_MM * scale
    wide, high = _size((text,), kind)
    boxes = _around(_beside(np.array(at), wide, high, reach + scale), wide, high, pad)
    cost = taken.overlap(boxes, taken.marks) + 1e4 * taken.outside(boxes)
    row = boxes[int(np.argmin(cost))]
    return Placed("chosen-name", text, (text,), kind, load().palette.ink, _box(row, pad))


def place_tags(
    cities: Iterable[tuple[CityMark, np.ndarray]], taken: Taken, scale: float
) -> list[Tag]:
    """Put the figures of cities near them: none is left out, at worst it loses its figure.

    Parameters
    ----------
    cities
        Each with its place on the sheet, in millimetres; those outside the frame are passed over.
    taken
        What is in use; the tags that are put are added.
    scale
        How much larger than on A4 type is.
    """
    offsets = _grid(scale)
    offsets = offsets[np.argsort(np.hypot(*offsets.T), kind="stable")]
    kind, pad = TAG.scaled(scale), _TAG_PAD_MM * scale
    tags: list[Tag] = []
    for city, xy in cities:
        if not _holds(taken.frame, xy):
            continue
        wide, high = text_width_mm(city.value, kind) + kind.em_mm, kind.em_mm * _TAG_EMS
        bare = _BARE_MM * scale
        for text, size in ((city.value, (wide, high)), ("", (bare, bare))):
            boxes = _around(xy + offsets, *size, pad)
            free = ~taken.outside(boxes) & (taken.overlap(boxes, taken.marks) == 0)
            tag = Tag(city, (float(xy[0]), float(xy[1])), _box(boxes[np.argmax(free)], pad), text)
            if free.any():
                break
        taken.names.append(tag.box)
        tags.append(tag)
    return tags


def place_regions(
    areas: Iterable[tuple[Area, np.ndarray, shapely.Geometry]], taken: Taken, scale: float
) -> list[Placed]:
    """Put the names of the regions; those with a figure first, then the small ones.

    Parameters
    ----------
    areas
        Each with its place and its shape on the sheet, in millimetres.
    taken
        What is in use; the names that are put are added.
    scale
        How much larger than on A4 type is.
    """
    placed = []
    for area, at, shape in sorted(areas, key=lambda a: (not a[0].value, a[2].area)):
        seen = shapely.intersection(shape, shapely.box(*_edges(taken.frame)))
        if seen.is_empty:
            continue
        near = at
        if not _holds(taken.frame, at):
            near = shapely.get_coordinates(seen.representative_point())[0]
        name = _place_region(area, near, seen, taken, scale)
        if name is not None:
            taken.names.append(name.box)
            placed.append(name)
    return placed


def _holds(box: Box, xy: np.ndarray) -> bool:
    return bool(box.left < xy[0] < box.right and box.top < xy[1] < box.bottom)


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom


def place_points(
    labels: Iterable[tuple[Label, np.ndarray]],
    taken: Taken,
    scale: float,
    known: Iterable[str] = (),
) -> list[Placed]:
    """Put the names of places and lakes, by rank; what has no room is left out.

    Parameters
    ----------
    labels
        Each with its place on the sheet, in millimetres.
    taken
        What is in use; the names that are put are added.
    scale
        How much larger than on A4 type is.
    known
        Names that the map shows already and does not repeat.
    """
    done, placed = set(known), []
    for label, xy in sorted(labels, key=lambda item: (item[0].rank, not item[0].water)):
        if label.rank > _LAST_RANK or label.text in done or not _holds(taken.frame, xy):
            continue
        name = _place_point(label, xy, taken, scale)
        if name is None:
            continue
        taken.names.append(name.box)
        if name.dot:
            taken.marks.append(_dot_box(xy, scale))
        done.add(label.text)
        placed.append(name)
    return placed


def dot_radius_mm(scale: float) -> float:
    """Return the radius of a place's dot in millimetres."""
    return _DOT_MM * scale


def draw_names(sheet: Sheet, names: Iterable[Placed]) -> None:
    """Put the names on the sheet, each with a halo of paper."""
    paper = load().palette.paper
    for name in names:
        em = name.kind.em_mm
        x, _ = name.box.middle
        for i, line in enumerate(name.lines):
            y = name.box.top + em * (ASCENT + _LEADING * i)
            sheet.text((x, y), line, name.kind, name.colour, align="center", halo=paper)


def place_sites(
    sites: Iterable[tuple[Site, tuple[float, float], float]], taken: Taken, scale: float
) -> list[Placed]:
    """Put the names of plants beside their marks, the largest first; what has no room is left out.

    Parameters
    ----------
    sites
        Each with the middle of its mark and how far the mark reaches, in millimetres.
    taken
        What is in use; the names that are put are added.
    scale
        How much larger than on A4 type is.
    """
    kind, pad, placed = SITE.scaled(scale), _TAG_PAD_MM * scale, []
    for site, at, reach in sorted(sites, key=lambda one: -one[0].size_px):
        lines = wrap(site.title, kind, _SITE_MM * scale, _SITE_LINES)
        if not lines or not _holds(taken.frame, np.array(at)):
            continue
        size = _size(lines, kind)
        gaps = [reach + more * scale for more in _SITE_GAPS_MM]
        centres = np.vstack([_beside(np.array(at), *size, gap) for gap in gaps])
        boxes = _around(centres, *size, pad)
        free = ~taken.outside(boxes) & (taken.overlap(boxes, taken.marks) == 0)
        if not free.any():
            continue
        box = _box(boxes[int(np.argmax(free))], pad)
        taken.names.append(box)
        placed.append(Placed("site-names", site.id, lines, kind, load().palette.ink, box))
    return placed


def place_number(at: tuple[float, float], taken: Taken, scale: float) -> Box:
    """Return room for a number near its place, off marks and names; it is added to `taken`."""
    side, pad = NUMBER.scaled(scale).em_mm * _NUMBER_EMS, _TAG_PAD_MM * scale
    offsets = _grid(scale)
    offsets = offsets[np.argsort(np.hypot(*offsets.T), kind="stable")]
    boxes = _around(np.array(at) + offsets, side, side, pad)
    cost = taken.overlap(boxes, taken.marks) + 1e4 * taken.outside(boxes)
    box = _box(boxes[int(np.argmin(cost))], pad)
    taken.names.append(box)
    return box
