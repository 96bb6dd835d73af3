"""The base map on paper: land, water, fills, borders, graticule and scale bar, inside a frame."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from babel.numbers import format_decimal
from babel.units import format_unit
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D

from meks_geo import measure
from meks_geo.model import Base
from meks_geo.printmarks import rectangle
from meks_geo.printsheet import Box, Ink, Sheet
from meks_geo.printtype import CAP, Type, text_width_mm
from meks_geo.scene import Area
from meks_geo.style import load, px_to_pt

Polygonal: TypeAlias = shapely.Polygon | shapely.MultiPolygon

_HATCH_MM = 1.5
_HATCH_PT = 0.35
_HAIR_PT = 0.3
_FINE_MM = 0.04
_STROKE_SHARE = 0.62  # of the style sheet's widths: lines are finer on paper
_MARGIN_SHARE = 0.022  # of the frame, left free around the country
_LEAST_SPAN_M = 40_000.0
_STEPS_DEG = (0.25, 0.5, 1.0, 2.0, 5.0)
_LEAST_LINES = 4
_BAR_SHARE = 0.15  # of the frame's width, at most
_GRATICULE = Type("Regular", 5.5)
_BAR = Type("Regular", 6.5)


@dataclass(frozen=True, eq=False)
class Projected:
    """The base map in the projection of the print map (metres), and as paths; one for each base."""

    regions: Mapping[str, Polygonal]
    region_paths: Mapping[str, Outline]
    outline: Polygonal
    outline_deg: Polygonal
    outline_path: Outline
    lakes: Outline
    land: Outline
    borders: Outline


def _rings(geometries: Iterable[shapely.Geometry]) -> list[np.ndarray]:
    """Return rings of polygons and courses of lines; holes run the other way than outer rings."""
    rings: list[np.ndarray] = []
    parts = shapely.get_parts(np.array(list(geometries), dtype=object))
    for part in shapely.orient_polygons(parts):
        if isinstance(part, shapely.Polygon):
            rings += [shapely.get_coordinates(r) for r in (part.exterior, *part.interiors)]
        elif isinstance(part, shapely.LineString):
            rings.append(shapely.get_coordinates(part))
    return [ring for ring in rings if len(ring) > 1]


def to_path(geometries: Iterable[shapely.Geometry]) -> Outline:
    """Return lines and polygons as one path, in the same coordinates; empty for no geometry."""
    rings = _rings(geometries)
    if not rings:
        return Outline(np.empty((0, 2)), np.empty(0, dtype=Outline.code_type))
    codes = np.full(sum(map(len, rings)), Outline.LINETO, dtype=Outline.code_type)
    starts = np.cumsum([0, *map(len, rings)])[:-1]
    codes[starts] = Outline.MOVETO
    for start, ring in zip(starts, rings, strict=True):
        if (ring[0] == ring[-1]).all():
            codes[start + len(ring) - 1] = Outline.CLOSEPOLY
    return Outline(np.vstack(rings), codes)


@lru_cache(maxsize=4)
def project_base(base: Base) -> Projected:
    """Return the base map in metres; kept for the base maps used last."""
    moved = {
        name: measure.to_print_crs(getattr(base, name)).geometry.force_2d()
        for name in ("regions", "outline", "lakes", "neighbours")
    }
    by_code = {str(c): g for c, g in zip(base.regions["region"], moved["regions"], strict=True)}
    kind = base.neighbours["kind"].to_numpy()
    return Projected(
        regions=by_code,
        region_paths={code: to_path([g]) for code, g in by_code.items()},
        outline=shapely.union_all(moved["outline"].to_numpy()),
        outline_deg=shapely.union_all(base.outline.geometry.force_2d().to_numpy()),
        outline_path=to_path(moved["outline"]),
        lakes=to_path(moved["lakes"]),
        land=to_path(moved["neighbours"][kind == "land"]),
        borders=to_path(moved["neighbours"][kind == "border"]),
    )


@dataclass(frozen=True)
class Frame:
    """Where the map lies on the sheet: `box` in mm, and metres to millimetres."""

    box: Box
    mm_per_m: float
    x_m: float
    y_m: float

    @property
    def to_mm(self) -> Affine2D:
        """Transform from metres of the projection to millimetres on the sheet."""
        x, y = self.box.middle
        turned = Affine2D().translate(-self.x_m, -self.y_m).scale(self.mm_per_m, -self.mm_per_m)
        return turned.translate(x, y)

    def place(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> np.ndarray:
        """Return places in degrees as rows of x, y in millimetres on the sheet."""
        points_m = np.column_stack(measure.project(lon, lat))
        return np.asarray(self.to_mm.transform(points_m)).reshape(-1, 2)

    def shape(self, geometry_m: Polygonal) -> Polygonal:
        """Return a geometry in metres in millimetres on the sheet, as finely as print shows."""
        return shapely.transform(geometry_m, self.to_mm.transform).simplify(_FINE_MM)


@lru_cache(maxsize=8)
def on_sheet(land: Projected, frame: Frame) -> tuple[Mapping[str, Polygonal], Polygonal]:
    """Return the regions and the outline as by `Frame.shape`; shared, so never changed."""
    regions = {code: frame.shape(shape) for code, shape in land.regions.items()}
    return MappingProxyType(regions), frame.shape(land.outline)


def fit(box: Box, bounds: tuple[float, float, float, float], land: Projected) -> Frame:
    """Return the frame that shows all of the country that lies inside the bounds.

    Parameters
    ----------
    box
        Place of the map on the sheet, in millimetres.
    bounds
        South, west, north, east in degrees.
    land
        The projected base map.
    """
    south, west, north, east = bounds
    shown = shapely.clip_by_rect(land.outline_deg, west, south, east, north)
    if shown.is_empty:
        shown = shapely.box(west, south, east, north).segmentize(0.25)
    points = shapely.get_coordinates(shown)
    x, y = measure.project(points[:, 0], points[:, 1])
    free = 1 - 2 * _MARGIN_SHARE
    span_x, span_y = max(np.ptp(x), _LEAST_SPAN_M), max(np.ptp(y), _LEAST_SPAN_M)
    mm_per_m = min(box.width * free / span_x, box.height * free / span_y)
    middle = (x.min() + x.max()) / 2, (y.min() + y.max()) / 2
    return Frame(box, float(mm_per_m), float(middle[0]), float(middle[1]))


def hatch(areas: Sequence[Polygonal], step_mm: float) -> Outline:
    """Return thin diagonal lines over areas, both in millimetres; the lines of all areas align.

    Areas may touch but not overlap. Along a line x + y is the same; each line is drawn between the
    edges it crosses, first to second, third to fourth.
    """
    rings = _rings(areas)
    starts, ends = (np.vstack([r[i : len(r) - 1 + i] for r in rings]) for i in (0, 1))
    start_sum, end_sum = starts.sum(axis=1), ends.sum(axis=1)
    low, high = np.minimum(start_sum, end_sum), np.maximum(start_sum, end_sum)
    first = np.ceil(low / step_mm).astype(int)
    count = np.maximum(np.ceil(high / step_mm).astype(int) - first, 0)
    edge = np.repeat(np.arange(len(count)), count)
    line = first[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    share = (line * step_mm - start_sum[edge]) / (end_sum - start_sum)[edge]
    points = starts[edge] + share[:, None] * (ends - starts)[edge]
    points = points[np.lexsort((points[:, 0], line))]
    return Outline(points, [Outline.MOVETO, Outline.LINETO] * (len(points) // 2))


def draw_base(
    sheet: Sheet, frame: Frame, land: Projected, areas: Sequence[Area], chosen: str
) -> None:
    """Put the base map and the fills of the regions on the sheet, bottom first."""
    style = load()
    colours, sizes, scale = style.palette, style.sizes, sheet.paper.scale
    box, to_mm = frame.box, frame.to_mm
    thin = px_to_pt(sizes.region_stroke_px) * _STROKE_SHARE * scale
    thick = px_to_pt(sizes.outline_stroke_px) * _STROKE_SHARE * scale
    ground = [rectangle(box.left, box.top, box.right, box.bottom)]
    sheet.paths("ground", ground, Ink(colours.neighbours))
    sheet.paths("neighbours", [land.land], Ink(colours.neighbours), within=box, to_mm=to_mm)
    border = Ink("none", colours.border_neighbour, thin)
    sheet.paths("borders", [land.borders], border, within=box, to_mm=to_mm)
    sheet.paths("land", [land.outline_path], Ink(colours.land), within=box, to_mm=to_mm)
    filled = [a for a in areas if a.inside and a.id in land.regions]
    plain = [a for a in filled if not style.zones[a.zone].hatched]
    fills = [Ink(style.zones[a.zone].area) for a in plain]
    sheet.paths("areas", [land.region_paths[a.id] for a in plain], fills, within=box, to_mm=to_mm)
    hatched = [a.id for a in filled if style.zones[a.zone].hatched]
    if hatched:
        shapes, _ = on_sheet(land, frame)
        lines = hatch([shapes[one] for one in hatched], _HATCH_MM * scale)
        sheet.paths("hatch", [lines], Ink("none", colours.hatch, _HATCH_PT * scale), within=box)
    sheet.paths("lakes", [land.lakes], Ink(colours.water), within=box, to_mm=to_mm)
    edges = list(land.region_paths.values())
    sheet.paths("regions", edges, Ink("none", colours.border, thin), within=box, to_mm=to_mm)
    edge = Ink("none", colours.border, thick)
    sheet.paths("outline", [land.outline_path], edge, within=box, to_mm=to_mm)
    if chosen in land.region_paths:
        marked = Ink("none", colours.accent, 2 * thick)
        sheet.paths("chosen", [land.region_paths[chosen]], marked, within=box, to_mm=to_mm)


def _graticule_step(frame: Frame) -> float:
    """Return the largest step in degrees with at least some parallels in the frame."""
    height_deg = frame.box.height / frame.mm_per_m / 111_000
    fits = [step for step in _STEPS_DEG if height_deg / step >= _LEAST_LINES - 1]
    return max(fits, default=_STEPS_DEG[0])


def _crossing(line: np.ndarray, axis: int, at: float) -> float | None:
    """Return where a line in millimetres crosses x (axis 0) or y (axis 1) = `at`, if it does."""
    side = line[:, axis] - at
    turns = np.flatnonzero(np.sign(side[:-1]) != np.sign(side[1:]))
    if not turns.size:
        return None
    i = int(turns[0])
    share = side[i] / (side[i] - side[i + 1])
    other = 1 - axis
    return float(line[i, other] + share * (line[i + 1, other] - line[i, other]))


def draw_graticule(sheet: Sheet, frame: Frame, lang: str) -> list[Box]:
    """Put meridians, parallels and their degrees on the sheet; return the boxes of the degrees."""
    colours, box, scale = load().palette, frame.box, sheet.paper.scale
    kind = _GRATICULE.scaled(scale)
    step = _graticule_step(frame)
    meridians = np.arange(math.ceil(20 / step), 115 / step) * step
    parallels = np.arange(math.ceil(30 / step), 66 / step) * step
    across, along = np.linspace(20, 115, 200), np.linspace(30, 66, 100)
    lines: list[np.ndarray] = []
    degrees: list[tuple[str, float, float]] = []
    for lon in meridians:
        lines.append(frame.place(np.full(along.shape, lon), along))
        x = _crossing(lines[-1], 1, box.bottom)
        if x is not None:
            degrees.append((f"{format_decimal(lon, locale=lang)}°", x, box.bottom - 1.2 * scale))
    for lat in parallels:
        lines.append(frame.place(across, np.full(across.shape, lat)))
        y = _crossing(lines[-1], 0, box.left)
        if y is not None:
            label = f"{format_decimal(lat, locale=lang)}°"
            degrees.append((label, box.left + 3.0 * scale, y + kind.em_mm * CAP / 2))
    paths = [to_path([shapely.LineString(line)]) for line in lines]
    ink = Ink("none", colours.border_neighbour, _HAIR_PT * scale)
    sheet.paths("graticule", paths, ink, within=box)
    boxes = []
    for label, x, y in degrees:
        half = text_width_mm(label, kind) / 2
        place = Box(x - half, y - kind.em_mm, x + half, y)
        if not outside(place, box):
            sheet.text(
                (x, y), label, kind, colours.ink_soft, align="center", halo=colours.neighbours
            )
            boxes.append(place)
    return boxes


def _round_length(most: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not above `most`."""
    power = 10.0 ** math.floor(math.log10(most))
    return max(m * power for m in (1, 2, 5) if m * power <= most)


def outside(inner: Box, outer: Box) -> bool:
    """Tell whether a box reaches over another's edge."""
    low = inner.left < outer.left or inner.top < outer.top
    return low or inner.right > outer.right or inner.bottom > outer.bottom


def draw_scale_bar(sheet: Sheet, frame: Frame, land: Projected, lang: str) -> Box:
    """Put a scale bar in a corner free of the country, if there is one; return its box."""
    colours, scale, box = load().palette, sheet.paper.scale, frame.box
    kind = _BAR.scaled(scale)
    length_km = _round_length(box.width * _BAR_SHARE / frame.mm_per_m / 1000)
    long_mm = length_km * 1000 * frame.mm_per_m
    label = format_unit(length_km, "length-kilometer", "short", locale=lang)
    wide, high = long_mm + text_width_mm(label, kind) / 2 + 2 * scale, 6.0 * scale
    gap_x, gap_y = 7.0 * scale, 6.0 * scale
    left, right = box.left + gap_x, box.right - gap_x - wide
    top, bottom = box.top + gap_y, box.bottom - gap_y - high
    _, country = on_sheet(land, frame)
    places = [Box(x, y, x + wide, y + high) for y in (bottom, top) for x in (left, right)]
    free = (
        p for p in places if not country.intersects(shapely.box(p.left, p.top, p.right, p.bottom))
    )
    place = next(free, places[0])
    x, y, tall = place.left + scale, place.bottom - scale, 1.0 * scale
    halves = [
        rectangle(x, y - tall, x + long_mm / 2, y),
        rectangle(x + long_mm / 2, y - tall, x + long_mm, y),
    ]
    hair = _HAIR_PT * 1.4 * scale
    inks = [
        Ink(colours.ink_soft, colours.ink_soft, hair),
        Ink(colours.paper, colours.ink_soft, hair),
    ]
    sheet.paths("scale", halves, inks)
    for text, at in (("0", x), (label, x + long_mm)):
        over = (at, y - tall - 0.9 * scale)
        sheet.text(over, text, kind, colours.ink_soft, align="center", halo=colours.neighbours)
    return place


def draw_frame(sheet: Sheet, frame: Frame) -> None:
    """Put the neat line around the map."""
    box = frame.box
    edge = Ink("none", load().palette.border, _HAIR_PT * 1.6 * sheet.paper.scale)
    sheet.paths("frame", [rectangle(box.left, box.top, box.right, box.bottom)], edge)
