"""The base map on paper: land, water, fills and borders, inside a frame."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D

from meks_geo import measure
from meks_geo.model import Base
from meks_geo.printmarks import rectangle
from meks_geo.printsheet import Box, Ink, Sheet
from meks_geo.scene import Area
from meks_geo.style import load, px_to_pt

Polygonal: TypeAlias = shapely.Polygon | shapely.MultiPolygon
Shapes: TypeAlias = npt.NDArray[np.object_]
Bounds: TypeAlias = tuple[float, float, float, float]

RISING = "rising"
_ACROSS = {RISING: (1.0, 1.0), "falling": (-1.0, 1.0), "level": (0.0, 2.0**0.5)}
_HATCH_MM, _PATTERN_MM = 1.5, 2.4
_HATCH_PT, _PATTERN_PT = 0.35, 0.22
HAIR_PT = 0.3
_FINE_MM = 0.04
_STROKE_SHARE = 0.62  # of the style sheet's widths: lines are finer on paper
_MARGIN_SHARE = 0.022  # of the frame, left free around the country
_LEAST_SPAN_M = 40_000.0
_RIM_MM = 3.0  # of the base map kept around a frame


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
    shapes: Mapping[str, Shapes]  # lakes, land and borders before they were paths


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
    return _projected(
        by_code,
        shapely.union_all(moved["outline"].to_numpy()),
        shapely.union_all(base.outline.geometry.force_2d().to_numpy()),
        lakes=moved["lakes"].to_numpy(),
        land=moved["neighbours"][kind == "land"].to_numpy(),
        borders=moved["neighbours"][kind == "border"].to_numpy(),
    )


def _projected(
    regions: Mapping[str, Polygonal],
    outline: Polygonal,
    outline_deg: Polygonal,
    *,
    lakes: Shapes,
    land: Shapes,
    borders: Shapes,
) -> Projected:
    """Return shapes in metres with their paths."""
    return Projected(
        regions=regions,
        region_paths={code: to_path([shape]) for code, shape in regions.items()},
        outline=outline,
        outline_deg=outline_deg,
        outline_path=to_path([outline]),
        lakes=to_path(lakes),
        land=to_path(land),
        borders=to_path(borders),
        shapes={"lakes": lakes, "land": land, "borders": borders},
    )


@lru_cache(maxsize=16)
def near(land: Projected, frame: "Frame") -> Projected:
    """Return the part of the base map that a frame shows, with a rim around it.

    The map of the whole country is the base map itself.
    """
    rim = _RIM_MM / frame.mm_per_m
    half_x = frame.box.width / frame.mm_per_m / 2 + rim
    half_y = frame.box.height / frame.mm_per_m / 2 + rim
    window = (frame.x_m - half_x, frame.y_m - half_y, frame.x_m + half_x, frame.y_m + half_y)
    if shapely.box(*window).covers(land.outline):
        return land

    def cut(shapes: Shapes) -> Shapes:
        clipped = shapely.clip_by_rect(shapes, *window)
        return np.asarray(clipped[~shapely.is_empty(clipped)])

    regions = {code: shapely.clip_by_rect(g, *window) for code, g in land.regions.items()}
    return _projected(
        {code: shape for code, shape in regions.items() if not shape.is_empty},
        shapely.clip_by_rect(land.outline, *window),
        land.outline_deg,
        **{name: cut(shapes) for name, shapes in land.shapes.items()},
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


@lru_cache(maxsize=16)
def on_sheet(land: Projected, frame: Frame) -> tuple[Mapping[str, Polygonal], Polygonal]:
    """Return the regions and the outline as by `Frame.shape`; shared, so never changed."""
    regions = {code: frame.shape(shape) for code, shape in land.regions.items()}
    return MappingProxyType(regions), frame.shape(land.outline)


def _extent(bounds: Bounds, land: Projected) -> tuple[float, float, float, float]:
    """Return left, right, low, high in metres of what of the country lies inside the bounds."""
    south, west, north, east = bounds
    shown = shapely.clip_by_rect(land.outline_deg, west, south, east, north)
    if shown.is_empty:
        shown = shapely.box(west, south, east, north).segmentize(0.25)
    points = shapely.get_coordinates(shown)
    x, y = measure.project(points[:, 0], points[:, 1])
    return float(x.min()), float(x.max()), float(y.min()), float(y.max())


def aspect(bounds: Bounds, land: Projected) -> float:
    """Return width by height of what `fit` shows."""
    left, right, low, high = _extent(bounds, land)
    return max(right - left, _LEAST_SPAN_M) / max(high - low, _LEAST_SPAN_M)


def fit(box: Box, bounds: Bounds, land: Projected) -> Frame:
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
    left, right, low, high = _extent(bounds, land)
    free = 1 - 2 * _MARGIN_SHARE
    span_x, span_y = max(right - left, _LEAST_SPAN_M), max(high - low, _LEAST_SPAN_M)
    mm_per_m = min(box.width * free / span_x, box.height * free / span_y)
    return Frame(box, mm_per_m, (left + right) / 2, (low + high) / 2)


def hatch(areas: Sequence[Polygonal], step_mm: float, pattern: str = RISING) -> Outline:
    """Return thin lines over areas, both in millimetres; the lines of all areas align.

    Areas may touch but not overlap. Each line is drawn between the edges it crosses, first to
    second, third to fourth.

    Parameters
    ----------
    areas
        Polygons.
    step_mm
        From line to line, along the sheet's edge for slanting lines.
    pattern
        `rising`, `falling` or `level`.
    """
    rings = _rings(areas)
    if not rings:
        return to_path(())
    across = np.array(_ACROSS[pattern])  # along a line, the sum of a point times this is the same
    starts, ends = (np.vstack([r[i : len(r) - 1 + i] for r in rings]) for i in (0, 1))
    start_sum, end_sum = starts @ across, ends @ across
    low, high = np.minimum(start_sum, end_sum), np.maximum(start_sum, end_sum)
    first = np.ceil(low / step_mm).astype(int)
    count = np.maximum(np.ceil(high / step_mm).astype(int) - first, 0)
    edge = np.repeat(np.arange(len(count)), count)
    line = first[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    share = (line * step_mm - start_sum[edge]) / (end_sum - start_sum)[edge]
    points = starts[edge] + share[:, None] * (ends - starts)[edge]
    points = points[np.lexsort((points[:, 0], line))]
    return Outline(points, [Outline.MOVETO, Outline.LINETO] * (len(points) // 2))


def draw_patterns(
    sheet: Sheet,
    zoned: Sequence[tuple[str, Polygonal]],
    scale: float,
    *,
    within: Box | None = None,
    group: str = "",
) -> None:
    """Put the lines of zones over their fills, so that no fill is told by its colour alone.

    Parameters
    ----------
    sheet
        Open page.
    zoned
        Zones and areas in millimetres.
    scale
        How much wider than on A4 lines are, and how much farther apart.
    within
        Nothing is drawn outside this box.
    group
        Name of the layer; each zone has its own where it is empty.
    """
    style = load()
    for zone, look in style.zones.items():
        shapes = [shape for code, shape in zoned if code == zone]
        if not shapes or not (look.hatched or zone in style.patterns):
            continue
        if look.hatched:
            lines = hatch(shapes, _HATCH_MM * scale)
            ink = Ink("none", style.palette.hatch, _HATCH_PT * scale)
        else:
            lines = hatch(shapes, _PATTERN_MM * scale, style.patterns[zone])
            ink = Ink("none", look.symbol, _PATTERN_PT * scale)
        layer = group or ("hatch" if look.hatched else f"lines-{zone}")
        sheet.paths(layer, [lines], ink, within=within)


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
    shapes, _ = on_sheet(land, frame)
    zoned = [(a.zone, shapes[a.id]) for a in filled]
    draw_patterns(sheet, zoned, scale, within=box)
    sheet.paths("lakes", [land.lakes], Ink(colours.water), within=box, to_mm=to_mm)
    edges = list(land.region_paths.values())
    sheet.paths("regions", edges, Ink("none", colours.border, thin), within=box, to_mm=to_mm)
    edge = Ink("none", colours.border, thick)
    sheet.paths("outline", [land.outline_path], edge, within=box, to_mm=to_mm)
    if chosen in land.region_paths:
        marked = Ink("none", colours.accent, 2 * thick)
        sheet.paths("chosen", [land.region_paths[chosen]], marked, within=box, to_mm=to_mm)


def outside(inner: Box, outer: Box) -> bool:
    """Tell whether a box reaches over another's edge."""
    low = inner.left < outer.left or inner.top < outer.top
    return low or inner.right > outer.right or inner.bottom > outer.bottom


def draw_frame(sheet: Sheet, frame: Frame) -> None:
    """Put the neat line around the map."""
    box = frame.box
    edge = Ink("none", load().palette.border, HAIR_PT * 1.6 * sheet.paper.scale)
    sheet.paths("frame", [rectangle(box.left, box.top, box.right, box.bottom)], edge)
