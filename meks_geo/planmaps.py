"""Small maps of a plan, one a year, as SVG text: what is done by its end, under way, still to do.

All of them have the same scale of sizes, so they compare. The only colour is that of the ring: the
wear zone of what is renewed, before the works. A full mark is done, a half one under way, a hollow
one still to be done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from math import cos, radians, sin, sqrt

import numpy as np
import shapely

from meks_geo import measure, style
from meks_geo.model import Base
from meks_geo.vocabulary import Zone

#: Width of a map in px; its height follows from the country.
WIDTH = 300.0
_MARGIN = 6.0
_COARSE_M = 9_000.0
_LEAST_PX, _MOST_PX = 2.4, 9.0
_SPREAD_PX, _SAME_PX, _TURN = 4.6, 5.0, 137.508


@dataclass(frozen=True, slots=True)
class Mark:
    """Works at their place (degrees): cost in bn KZT, first and last year, wear zone before."""

    lat: float
    lon: float
    cost: float
    first: int
    last: int
    zone: str
    title: str

    def state(self, year: int) -> str:
        """Return how far the works are at the end of a year: `later`, `under-way` or `done`."""
        if self.last <= year:
            return "done"
        return "under-way" if self.first <= year else "later"


@dataclass(frozen=True, slots=True)
class _Ground:
    """The country as SVG paths, and how metres become px."""

    land: str
    height: float
    left: float
    top: float
    scale: float

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        x, y = measure.project([lon], [lat])
        return (float(x[0]) - self.left) * self.scale, (self.top - float(y[0])) * self.scale


@lru_cache(maxsize=4)
def _ground(base: Base) -> _Ground:
    shapes = measure.to_print_crs(base.regions).geometry.to_numpy()
    coarse = shapely.coverage_simplify(shapes, _COARSE_M)
    left, bottom, right, top = shapely.total_bounds(coarse)
    scale = (WIDTH - 2 * _MARGIN) / (right - left)
    margin = _MARGIN / scale
    ground = _Ground("", (top - bottom) * scale + 2 * _MARGIN, left - margin, top + margin, scale)
    rings = [ring for shape in coarse for ring in _rings(shape)]
    land = "".join(_path(ring, ground) for ring in rings)
    return _Ground(land, ground.height, ground.left, ground.top, ground.scale)


def _rings(shape: shapely.Geometry) -> list[shapely.Geometry]:
    parts = shapely.get_parts(shape)
    return [shapely.get_exterior_ring(part) for part in parts]


def _path(ring: shapely.Geometry, ground: _Ground) -> str:
    points = shapely.get_coordinates(ring)
    px = np.column_stack(
        [(points[:, 0] - ground.left) * ground.scale, (ground.top - points[:, 1]) * ground.scale]
    )
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in px[:-1]) + "Z"


def largest(marks: Sequence[Mark]) -> float:
    """Return the largest cost: the scale of maps that are compared."""
    return max((one.cost for one in marks), default=0.0)


def picture(base: Base, marks: Sequence[Mark], *, year: int, scale: float, label: str) -> str:
    """Return the map of what is done by the end of a year.

    Parameters
    ----------
    base
        The base map.
    marks
        All works of the plan; those not yet begun are drawn hollow.
    scale
        Cost in bn KZT of the largest mark, see `largest`.
    label
        What the map shows, for readers who cannot see it.
    """
    ground, palette = _ground(base), style.load().palette
    placed = _placed(marks, ground)
    drawn = sorted(placed, key=lambda one: -one[0].cost)
    dots = "".join(_mark(one, x, y, _radius(one.cost, scale), year) for one, x, y in drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {ground.height:.0f}" '
        f'role="img" aria-label="{escape(label, quote=True)}" font-family="sans-serif">'
        f'<path d="{ground.land}" fill="{palette.land}" stroke="{palette.border}" '
        f'stroke-width=".5"/>{dots}</svg>'
    )


def _placed(marks: Sequence[Mark], ground: _Ground) -> list[tuple[Mark, float, float]]:
    """Return the marks with their places in px; those of one place stand around it."""
    taken: list[tuple[float, float, int]] = []
    placed = []
    for one in sorted(marks, key=lambda mark: (-mark.cost, mark.title)):
        x, y = ground.at(one.lon, one.lat)
        for number, (x0, y0, count) in enumerate(taken):
            if abs(x - x0) < _SAME_PX and abs(y - y0) < _SAME_PX:
                taken[number] = (x0, y0, count + 1)
                away, turn = _SPREAD_PX * sqrt(count), radians(_TURN * count)
                x, y = x0 + away * cos(turn), y0 + away * sin(turn)
                break
        else:
            taken.append((x, y, 1))
        placed.append((one, x, y))
    return placed


def _radius(cost: float, scale: float) -> float:
    """Return the radius of a mark: its area grows with the cost."""
    share = min(cost / scale, 1.0) if scale > 0 else 0.0
    return max(_LEAST_PX, _MOST_PX * sqrt(max(share, 0.0)))


def _mark(one: Mark, x: float, y: float, radius: float, year: int) -> str:
    state, palette = one.state(year), style.load().palette
    zone = style.load().zones.get(one.zone) or style.load().zones[Zone.UNKNOWN]
    ring = zone.symbol
    title = f"<title>{escape(one.title)}</title>"
    place = f'cx="{x:.1f}" cy="{y:.1f}"'
    if state == "done":
        return (
            f'<circle class="done" {place} r="{radius:.1f}" fill="{palette.ink}" stroke="{ring}" '
            f'stroke-width="1.6">{title}</circle>'
        )
    hollow = (
        f'<circle class="{state}" {place} r="{radius:.1f}" fill="{palette.paper}" '
        f'fill-opacity=".85" stroke="{ring}" stroke-width="1.6">{title}</circle>'
    )
    if state == "later":
        return hollow
    return hollow + _half(x, y, radius - 0.8, palette.ink)


def _half(x: float, y: float, radius: float, ink: str) -> str:
    """Return the left half of a disc."""
    if radius <= 0:
        return ""
    return (
        f'<path class="half" d="M{x:.1f},{y - radius:.1f}a{radius:.1f},{radius:.1f} 0 0 0 '
        f'0,{2 * radius:.1f}z" fill="{ink}"/>'
    )


def key(state: str, *, size: float = 14.0) -> str:
    """Return the sign of a state, for the words beside the maps.

    Parameters
    ----------
    state
        `later`, `under-way` or `done`.
    size
        Its width in px.
    """
    years = {"done": 3, "under-way": 2, "later": 1}
    sample = Mark(0.0, 0.0, 1.0, 2, 3, Zone.UNKNOWN, "")
    drawn = _mark(sample, size / 2, size / 2, size / 2 - 2, years[state])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size:.0f}" height="{size:.0f}" '
        f'viewBox="0 0 {size:.0f} {size:.0f}">{drawn}</svg>'
    )
