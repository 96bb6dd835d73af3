"""Marks on paper: plants, cities' figures, and the same marks in the legend."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from matplotlib.path import Path as Outline

from meks_geo.printsheet import Box, Ink
from meks_geo.printtype import CAP, MM_PER_PT, Type, outlines, text_width_mm
from meks_geo.scene import Site
from meks_geo.style import Shape, Style, line_colour, load, px_to_pt
from meks_geo.vocabulary import Zone

FloatArray = npt.NDArray[np.float64]

#: A mark on A4 against the same mark on screen: the paper's map is smaller than the window's.
PRINT_SHARE = 0.80

_DISC_AT = 0.80  # of the symbol's half side, up and right
_GAP_PX = 1.6  # between a ring or disc and what is next to it
_HAIR_PX = 1.2
_ACCENT_PX = 3.0
_LEGEND_PX = 12.0
_LINE_SHARE = 0.85  # of it, to each side: a line of the legend
_RING_DASH_PX = (2.6, 2.0)
_TAG_PX = 1.5
_TOUCH_SHARE = 0.94  # of the sum of two half sides: how near two marks may come
_SPREAD_STEPS = 80
_NUDGE_MM = 1e-3
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
_LEADER_PX = 0.8
_PERCENT = "%"
_BAR = ((-0.52, -0.18), (0.18, 0.52))  # two bars of a suspended project, of the disc's radius
#: Signs of zones as rectangles left, top, right, bottom of a symbol's half side.
_BARS = {
    "minus": ((-0.58, -0.16, 0.58, 0.16),),
    "plus": ((-0.58, -0.16, 0.58, 0.16), (-0.16, -0.58, 0.16, 0.58)),
}
_DOT = 0.3  # radius of the sign that is no bar


@dataclass(frozen=True, slots=True)
class Part:
    """A path in millimetres on the sheet and how it is drawn."""

    path: Outline
    ink: Ink


@dataclass(frozen=True, slots=True)
class Pen:
    """Turns lengths of the style sheet into lengths on paper."""

    scale: float

    def mm(self, px: float) -> float:
        """Return millimetres on paper."""
        return self.pt(px) * MM_PER_PT

    def pt(self, px: float) -> float:
        """Return points on paper."""
        return px_to_pt(px) * PRINT_SHARE * self.scale


def _polygon(points: np.ndarray) -> Outline:
    closed = np.vstack([points, points[:1]])
    codes = [Outline.MOVETO, *[Outline.LINETO] * (len(points) - 1), Outline.CLOSEPOLY]
    return Outline(closed, codes)


@lru_cache(maxsize=1)
def _unit_circle() -> Outline:
    return Outline.unit_circle()


def circle(x: float, y: float, radius: float) -> Outline:
    """Return a circle; all in millimetres."""
    unit = _unit_circle()
    return Outline(np.asarray(unit.vertices) * radius + np.array([x, y]), unit.codes)


def rectangle(left: float, top: float, right: float, bottom: float) -> Outline:
    """Return a rectangle; all in millimetres."""
    return _polygon(np.array([(left, top), (right, top), (right, bottom), (left, bottom)]))


def _shape(shape: Shape, x: float, y: float, half: float) -> Outline:
    if isinstance(shape, str):
        return circle(x, y, half)
    return _polygon(np.array(shape) * half + (x, y))


def _pie(x: float, y: float, radius: float, share: float) -> Outline:
    """Return a share of a disc, clockwise from the top (y runs down)."""
    turns = np.linspace(0.0, share * 2 * math.pi, max(3, round(48 * share)))
    rim = np.column_stack([x + radius * np.sin(turns), y - radius * np.cos(turns)])
    return _polygon(np.vstack([[(x, y)], rim]))


def disc_parts(status: str, x: float, y: float, pen: Pen) -> list[Part]:
    """Return the disc of a project's status: its filled share tells how far the project is."""
    style = load()
    ink, paper = style.palette.ink, style.palette.paper
    radius = pen.mm(style.sizes.status_px) / 2
    share = style.statuses[status]
    parts = [Part(circle(x, y, radius), Ink(paper, ink, pen.pt(_HAIR_PX)))]
    if share < 0:
        parts += [
            Part(
                rectangle(
                    x + radius * left, y - radius * 0.5, x + radius * right, y + radius * 0.5
                ),
                Ink(ink),
            )
            for left, right in _BAR
        ]
    elif share >= 1:
        parts.append(Part(circle(x, y, radius), Ink(ink)))
    elif share > 0:
        parts.append(Part(_pie(x, y, radius, share), Ink(ink)))
    return parts


def _body_ink(style: Style, zone: str, pen: Pen, *, hollow: bool) -> Ink:
    colours = style.zones[zone]
    if hollow:
        return Ink(style.palette.paper, colours.edge, pen.pt(style.sizes.hollow_stroke_px))
    return Ink(colours.symbol, style.palette.paper, pen.pt(style.sizes.symbol_stroke_px))


def _sign_parts(zone: str, x: float, y: float, half: float, *, hollow: bool) -> list[Part]:
    """Return the sign inside a symbol that tells its zone without colour; none for unknown."""
    style = load()
    sign = style.signs.get(zone)
    if sign is None:
        return []
    if sign not in _BARS:
        return [Part(circle(x, y, half * _DOT), Ink(style.zones[zone].edge))]
    ink = Ink(style.zones[zone].edge if hollow else style.palette.paper)
    bars = [[x + half * a, y + half * b, x + half * c, y + half * d] for a, b, c, d in _BARS[sign]]
    return [Part(rectangle(*bar), ink) for bar in bars]


def _ring(x: float, y: float, radius: float, colour: str, pen: Pen) -> Part:
    dash = (pen.pt(_RING_DASH_PX[0]), pen.pt(_RING_DASH_PX[1]))
    return Part(circle(x, y, radius), Ink("none", colour, pen.pt(_HAIR_PX), dash))


def site_parts(site: Site, x: float, y: float, pen: Pen) -> list[Part]:
    """Return the parts of a plant's mark, bottom first: ring, body, sign, status disc.

    Parameters
    ----------
    site
        The plant; its `dx_px`, `dy_px` are not added here.
    x, y
        Middle of the mark on the sheet, in millimetres.
    pen
        Turns pixels of the style sheet into lengths on this paper.
    """
    style = load()
    half = pen.mm(site.size_px) / 2
    parts = []
    if site.at_city:
        gap = pen.mm(style.sizes.ring_px)
        parts.append(_ring(x, y, half + gap, style.palette.ink_soft, pen))
    shape = _shape(style.shapes[site.kind], x, y, half)
    parts.append(Part(shape, _body_ink(style, site.zone, pen, hollow=site.hollow)))
    parts += _sign_parts(site.zone, x, y, half, hollow=site.hollow)
    if site.status:
        parts += disc_parts(site.status, x + half * _DISC_AT, y - half * _DISC_AT, pen)
    return parts


def tag_parts(zone: str, box: Box, pen: Pen) -> list[Part]:
    """Return the tag of a city's figure: a frame of the colour of its zone; the caller writes."""
    style = load()
    ink = Ink(style.palette.paper, style.zones[zone].symbol, pen.pt(_TAG_PX))
    return [Part(rectangle(box.left, box.top, box.right, box.bottom), ink)]


def leader(start: tuple[float, float], end: tuple[float, float], pen: Pen) -> Part:
    """Return the thin line from a place to its mark where that is moved; in millimetres."""
    return Part(Outline([start, end]), Ink("none", load().palette.ink_soft, pen.pt(_LEADER_PX)))


def accent(path: Outline, pen: Pen) -> Part:
    """Return the outline of what is selected."""
    return Part(path, Ink("none", load().palette.accent, pen.pt(_ACCENT_PX)))


def accent_ring(x: float, y: float, half_mm: float, pen: Pen) -> Part:
    """Return the ring of what is selected, around a mark of that half side."""
    return accent(circle(x, y, half_mm + pen.mm(load().sizes.ring_px + _GAP_PX)), pen)


def reach_mm(site: Site, pen: Pen) -> float:
    """Return how far a mark reaches from its middle, in mm; the status disc is left out."""
    ring = load().sizes.ring_px if site.at_city else _HAIR_PX
    return pen.mm(site.size_px / 2 + ring)


def mark_box(site: Site, x: float, y: float, pen: Pen) -> Box:
    """Return the box around a mark at x, y on the sheet, all in millimetres."""
    reach = far = reach_mm(site, pen)
    if site.status:
        disc = load().sizes.status_px / 2 + _HAIR_PX
        far = max(reach, pen.mm(site.size_px / 2 * _DISC_AT + disc))
    return Box(x - reach, y - far, x + far, y + reach)


def _near(
    points: FloatArray, halves: FloatArray, limit_mm: float
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], FloatArray]:
    """Return the pairs of marks that may touch when each moves up to the limit, both ways round.

    Returns
    -------
    one, other, least
        Two marks, and how near they may come, in millimetres.
    """
    least = (halves[:, None] + halves[None, :]) * _TOUCH_SHARE
    apart = points[:, None] - points[None, :]
    may_touch = np.hypot(apart[..., 0], apart[..., 1]) < least + 2 * limit_mm
    np.fill_diagonal(may_touch, val=False)
    one, other = np.nonzero(may_touch)
    return one, other, least[one, other]


def spread(points: FloatArray, halves: FloatArray, limit_mm: float) -> FloatArray:
    """Return marks pushed off each other, as far as the limit lets them.

    Parameters
    ----------
    points
        Rows of x, y in millimetres; never changed.
    halves
        Half sides of the marks in millimetres.
    limit_mm
        No mark moves farther than this.

    Returns
    -------
    moved
        New rows in the same order, the same each time; marks that touch nothing stay.
    """
    moved = points.copy()
    one, other, least = _near(points, halves, limit_mm)
    turns = np.arange(len(points)) * _GOLDEN_ANGLE
    nudge = np.column_stack([np.cos(turns), np.sin(turns)]) * _NUDGE_MM
    for _ in range(_SPREAD_STEPS):
        apart = moved[one] - moved[other]
        distance = np.hypot(apart[:, 0], apart[:, 1])
        lack = np.clip(least - distance, 0.0, None)
        if not lack.any():
            break
        # Marks on one point have no direction to part in: each gets its own.
        same = (distance < _NUDGE_MM) & (lack > 0)
        apart[same] += (nudge[one] - nudge[other])[same]
        distance = np.maximum(np.hypot(apart[:, 0], apart[:, 1]), _NUDGE_MM)
        push = apart * (lack / distance)[:, None]
        sums = [np.bincount(one, push[:, axis], minlength=len(points)) for axis in (0, 1)]
        moved = moved + 0.4 * np.column_stack(sums)
        off = moved - points
        far = np.maximum(np.hypot(off[:, 0], off[:, 1]) / limit_mm, 1.0)
        moved = points + off / far[:, None]
    return moved


def line_inks(
    zone: str, width: int, provenance: str, pen: Pen, *, hollow: bool = False
) -> tuple[Ink, ...]:
    """Return how a network's line is drawn: the colour of its zone, a dash where it comes from.

    Parameters
    ----------
    zone
        Wear that is unknown makes a grey hairline of any width.
    width
        Class of its size, 0 to 3.
    provenance
        Official lines are solid.
    pen
        Turns pixels of the style sheet into lengths on this paper.
    hollow
        Of a line that is not built two thin strokes are left: its second ink opens the middle.
    """
    style = load()
    wide_mm = style.lines.hairline_mm if zone == Zone.UNKNOWN else style.lines.width_mm[width]
    if hollow:
        wide_mm = max(wide_mm, style.lines.hollow_mm)
    wide = wide_mm / MM_PER_PT * pen.scale
    dash = tuple(pen.pt(px) for px in style.lines.dash.get(provenance, ()))
    whole = Ink("none", line_colour(zone), wide, dash)
    if not hollow:
        return (whole,)
    return whole, Ink("none", style.palette.paper, wide * style.lines.hollow_share, dash)


def station_parts(x: float, y: float, pen: Pen, *, at_city: bool) -> list[Part]:
    """Return the mark of a substation around its middle in millimetres, bottom first.

    Where only its town is known it has a dashed ring.
    """
    style = load()
    half = pen.mm(style.sizes.station_px) / 2
    ink = Ink(style.palette.paper, style.palette.ink, pen.pt(_HAIR_PX))
    body = Part(rectangle(x - half, y - half, x + half, y + half), ink)
    if not at_city:
        return [body]
    ring = half + pen.mm(style.sizes.ring_px)
    return [_ring(x, y, ring, style.palette.ink_soft, pen), body]


def _line_sign(sort: str, code: str, x: float, y: float, pen: Pen) -> list[Part]:
    """Return the line of the legend: of a zone, of where lines come from, or of those not built."""
    style = load()
    half = pen.mm(_LEGEND_PX) * _LINE_SHARE
    path = Outline([(x - half, y), (x + half, y)])
    if sort == "dash":
        dash = tuple(pen.pt(px) for px in style.lines.dash[code])
        wide = style.lines.width_mm[2] / MM_PER_PT * pen.scale
        return [Part(path, Ink("none", style.palette.ink_soft, wide, dash))]
    zone, hollow = (Zone.UNKNOWN, True) if sort == "hollow" else (code, False)
    widest = len(style.lines.width_mm) - 1
    return [Part(path, ink) for ink in line_inks(zone, widest, "", pen, hollow=hollow)]


def _letter(text: str, x: float, y: float, half: float) -> Part:
    """Return a sector's letter around its middle in millimetres."""
    kind = Type("Bold", half * 1.6 / MM_PER_PT)
    left, base = x - text_width_mm(text, kind) / 2, y + kind.em_mm * CAP / 2
    return Part(outlines(text, kind, left, base), Ink(load().palette.ink))


def _tag_sign(zone: str, x: float, y: float, half: float, pen: Pen) -> list[Part]:
    """Return the tag of the legend, which stands for a figure."""
    box = Box(x - 1.6 * half, y - half, x + 1.6 * half, y + half)
    kind = Type("Bold", half * 1.35 / MM_PER_PT)
    wide = text_width_mm(_PERCENT, kind)
    sign = outlines(_PERCENT, kind, x - wide / 2, y + kind.em_mm * CAP / 2)
    return [*tag_parts(zone, box, pen), Part(sign, Ink(load().zones[zone].edge))]


def legend_parts(symbol: str, x: float, y: float, pen: Pen) -> list[Part]:
    """Return the mark of a legend row, around its middle in millimetres.

    Parameters
    ----------
    symbol
        `sort:code`, see `scene.LegendRow`; a fill (`area`) is drawn by the legend itself.
    x, y
        Middle of the mark on the sheet, in millimetres.
    pen
        Turns pixels of the style sheet into lengths on this paper.

    Raises
    ------
    ValueError
        If the sort or the code is not known.
    """
    style = load()
    sort, _, code = symbol.partition(":")
    half = pen.mm(_LEGEND_PX) / 2
    soft, paper = style.palette.ink_soft, style.palette.paper
    hollow = Ink(paper, soft, pen.pt(style.sizes.hollow_stroke_px))
    try:
        if sort == "zone":
            body = _body_ink(style, code, pen, hollow=False)
            sign = _sign_parts(code, x, y, half, hollow=False)
            return [Part(_shape(style.shapes["chp"], x, y, half), body), *sign]
        if sort == "city":
            return _tag_sign(code, x, y, half, pen)
        if sort == "letter":
            return [_letter(code, x, y, half)]
        if sort == "station" or symbol == "ring:station":
            return station_parts(x, y, pen, at_city=sort == "ring")
        if sort in ("line", "dash") or symbol == "hollow:line":
            return _line_sign(sort, code, x, y, pen)
        if sort == "kind":
            return [Part(_shape(style.shapes[code], x, y, half), Ink(soft))]
        if sort == "hollow":
            return [Part(_shape(style.shapes[code], x, y, half * 0.85), hollow)]
        if sort == "ring":
            inner = Part(_shape(style.shapes["chp"], x, y, half * 0.42), Ink(soft))
            return [_ring(x, y, half * 1.15, soft, pen), inner]
        if sort == "status":
            return disc_parts(code, x, y, pen)
    except KeyError:
        pass
    msg = (
        f"legend symbol {symbol!r} is not sort:code with a known code; "
        "sorts are zone, city, line, dash, letter, station, kind, hollow, ring, status"
    )
    raise ValueError(msg)
