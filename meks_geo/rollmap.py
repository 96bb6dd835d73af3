"""How many of something each region has, as a small map in SVG: numbers, and shades of one grey.

Wear has the colours of the product; a count has none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from math import cos, hypot, radians

import shapely

from meks_geo import style
from meks_geo.i18n import number
from meks_geo.model import Base

WIDTH = 560.0
_MARGIN, _FONT_PX = 8.0, 13.0
#: Numbers keep this far apart; the one of a city moves out of the way.
_APART_PX = 25.0
_LEAST_SHADE, _MOST_SHADE = 0.14, 0.68
_DETAIL_DEG = 0.02

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Area:
    path: str
    anchor: Point
    size: float


@dataclass(frozen=True, slots=True)
class _Sheet:
    areas: Mapping[str, _Area]
    height: float


def svg(base: Base, counts: Mapping[str, int], *, lang: str, label: str) -> str:
    """Return the map as SVG.

    Parameters
    ----------
    base
        Polygons of the regions, longitude and latitude in degrees.
    counts
        Number by code of region; a region without one has no number on it. Codes that are no
        region are passed over.
    lang
        Language of the numbers.
    label
        What the map shows, for readers who cannot see it.
    """
    sheet = _sheet(base)
    palette = style.load().palette
    shown = {one: count for one, count in counts.items() if one in sheet.areas and count}
    most = max(shown.values(), default=1)
    shapes = "".join(
        f'<path d="{area.path}" fill="{_shade(shown.get(one, 0), most)}"/>'
        for one, area in sheet.areas.items()
    )
    spots = _spots({one: sheet.areas[one] for one in shown})
    leaders = "".join(
        f'<path d="M{x:.1f},{y:.1f}L{to_x:.1f},{to_y:.1f}" stroke="{palette.ink_soft}" '
        'stroke-width="1" fill="none"/>'
        for (x, y), (to_x, to_y) in ((sheet.areas[one].anchor, at) for one, at in spots.items())
        if hypot(x - to_x, y - to_y) > 1
    )
    numbers = "".join(
        f'<text x="{x:.1f}" y="{y + _FONT_PX * 0.36:.1f}" text-anchor="middle" '
        f'stroke="{palette.paper}" stroke-width="3" paint-order="stroke">'
        f"{escape(number(lang, shown[one]))}</text>"
        for one, (x, y) in spots.items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {sheet.height:.0f}" '
        f'role="img" aria-label="{escape(label, quote=True)}" font-family="sans-serif" '
        f'font-size="{_FONT_PX}" font-weight="700" fill="{palette.ink}">'
        f'<g stroke="{palette.border}" stroke-width="0.8" stroke-linejoin="round">{shapes}</g>'
        f"{leaders}{numbers}</svg>"
    )


@lru_cache(maxsize=4)
def _sheet(base: Base) -> _Sheet:
    """Return the regions as paths; north is up, and distances fit in the middle of the country."""
    west, south, east, north = base.regions.total_bounds
    across = cos(radians((south + north) / 2))
    scale = (WIDTH - 2 * _MARGIN) / ((east - west) * across)

    def place(lon: float, lat: float) -> Point:
        return _MARGIN + (lon - west) * across * scale, _MARGIN + (north - lat) * scale

    areas = {}
    for region, shape in zip(base.regions["region"], base.regions.geometry, strict=True):
        plain = shape.simplify(_DETAIL_DEG)
        rings = [ring for part in shapely.get_parts(plain) for ring in _rings(part)]
        path = "".join(
            "M"
            + "L".join(f"{x:.1f},{y:.1f}" for x, y in (place(*xy[:2]) for xy in ring.coords))
            + "Z"
            for ring in rings
        )
        inside = shape.representative_point()
        areas[str(region)] = _Area(path, place(inside.x, inside.y), float(shape.area))
    return _Sheet(areas, 2 * _MARGIN + (north - south) * scale)


def _rings(part: shapely.Polygon) -> list[shapely.LinearRing]:
    return [part.exterior, *part.interiors]


def _shade(count: int, most: int) -> str:
    """Return the colour of a region: paper without any, the darkest grey with the most."""
    palette = style.load().palette
    if not count:
        return palette.paper
    share = _LEAST_SHADE + (_MOST_SHADE - _LEAST_SHADE) * count / most
    ends = (_rgb(palette.paper), _rgb(palette.border))
    mixed = (round(a + (b - a) * share) for a, b in zip(*ends, strict=True))
    return "#" + "".join(f"{one:02x}" for one in mixed)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _spots(areas: Mapping[str, _Area]) -> dict[str, Point]:
    """Return where each number stands: in its region, or beside a city that is too near another."""
    spots: dict[str, Point] = {}
    for one in sorted(areas, key=lambda region: (-areas[region].size, region)):
        spots[one] = _free(areas[one].anchor, list(spots.values()))
    return spots


def _free(wanted: Point, taken: list[Point]) -> Point:
    """Return the first point around a wanted one that is far enough from those taken."""
    x, y = wanted
    steps = ((0, 0), (1, 0), (0, 1), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))
    for dx, dy in steps:
        spot = (x + dx * _APART_PX, y + dy * _APART_PX)
        if all(hypot(spot[0] - a, spot[1] - b) >= _APART_PX for a, b in taken):
            return spot
    return wanted
