"""What measures the map on paper: meridians and parallels, a scale bar and a north mark."""

import math

import numpy as np
import shapely
from babel.numbers import format_decimal
from babel.units import format_unit
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D

from meks_geo import i18n
from meks_geo.printbase import HAIR_PT, Frame, Projected, on_sheet, outside, to_path
from meks_geo.printmarks import rectangle
from meks_geo.printsheet import Box, Ink, Sheet
from meks_geo.printtype import CAP, Type, text_width_mm
from meks_geo.style import load

_STEPS_DEG = (0.25, 0.5, 1.0, 2.0, 5.0)
_LEAST_LINES = 4
_BAR_SHARE = 0.15  # of the frame's width, at most
_SHORT_SHARE = 0.3  # the same of a small map
_GRATICULE = Type("Regular", 5.5)
_BAR, _NORTH = Type("Regular", 6.5), Type("Bold", 6.5)
_NORTH_MM, _NEEDLE_MM = (5.0, 9.6), (6.2, 1.5)  # width and height; length and half width


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
            x = box.left + 1.2 * scale + text_width_mm(label, kind) / 2
            degrees.append((label, x, y + kind.em_mm * CAP / 2))
    paths = [to_path([shapely.LineString(line)]) for line in lines]
    ink = Ink("none", colours.border_neighbour, HAIR_PT * scale)
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


def draw_scale_bar(sheet: Sheet, frame: Frame, land: Projected, lang: str) -> Box:
    """Put a scale bar and a north mark in a corner free of the country; return their box."""
    scale, box = sheet.paper.scale, frame.box
    kind = _BAR.scaled(scale)
    length_km = _round_length(box.width * _BAR_SHARE / frame.mm_per_m / 1000)
    long_mm = length_km * 1000 * frame.mm_per_m
    label = format_unit(length_km, "length-kilometer", "short", locale=lang)
    north = _NORTH_MM[0] * scale
    wide = north + 1.5 * scale + long_mm + text_width_mm(label, kind) / 2 + scale
    high = _NORTH_MM[1] * scale
    gap_x, gap_y = 7.0 * scale, 5.0 * scale
    left, right = box.left + gap_x, box.right - gap_x - wide
    top, bottom = box.top + gap_y, box.bottom - gap_y - high
    _, country = on_sheet(land, frame)
    places = [Box(x, y, x + wide, y + high) for y in (bottom, top) for x in (left, right)]
    free = (p for p in places if not country.intersects(shapely.box(*p.edges)))
    place = next(free, places[0])
    _draw_north(sheet, frame, (place.left + north / 2, place.bottom), lang)
    _draw_bar(sheet, (place.left + north + 1.5 * scale, place.bottom - scale), long_mm, label)
    return place


def _draw_bar(sheet: Sheet, at: tuple[float, float], long_mm: float, label: str) -> None:
    """Put the bar, its lower left end at a place, with 0 and its length over it."""
    colours, scale, (x, y) = load().palette, sheet.paper.scale, at
    kind, tall, hair = _BAR.scaled(scale), 1.0 * scale, HAIR_PT * 1.4 * scale
    halves = [
        rectangle(x, y - tall, x + long_mm / 2, y),
        rectangle(x + long_mm / 2, y - tall, x + long_mm, y),
    ]
    inks = [
        Ink(colours.ink_soft, colours.ink_soft, hair),
        Ink(colours.paper, colours.ink_soft, hair),
    ]
    sheet.paths("scale", halves, inks)
    for text, along in (("0", x), (label, x + long_mm)):
        over = (along, y - tall - 0.9 * scale)
        sheet.text(over, text, kind, colours.ink_soft, align="center", halo=colours.neighbours)


def north_turn(frame: Frame, at: tuple[float, float]) -> float:
    """Return how far north lies from straight up at a place on the sheet, in radians, clockwise.

    Meridians of the projection are straight and meet in one point.
    """
    one, other = (frame.place([lon, lon], [40.0, 50.0]) for lon in (60.0, 75.0))
    along, across = one[1] - one[0], other[1] - other[0]
    share = np.linalg.solve(np.column_stack([along, -across]), other[0] - one[0])[0]
    x, y = one[0] + share * along - at
    return math.atan2(float(x), float(-y))


def _draw_north(sheet: Sheet, frame: Frame, foot: tuple[float, float], lang: str) -> None:
    """Put a needle that points north, and the letter of north over it; `foot` is below it."""
    colours, scale = load().palette, sheet.paper.scale
    kind = _NORTH.scaled(scale)
    long, half = _NEEDLE_MM[0] * scale, _NEEDLE_MM[1] * scale
    middle = foot[0], foot[1] - long / 2 - 0.4 * scale
    turn = Affine2D().rotate(north_turn(frame, middle)).translate(*middle)
    tip, notch = (0.0, -long / 2), (0.0, long / 2 - 0.28 * long)
    sides = [Outline([tip, (s * half, long / 2), notch, tip], closed=True) for s in (-1, 1)]
    hair = HAIR_PT * 1.4 * scale
    inks = [
        Ink(colours.ink_soft, colours.ink_soft, hair),
        Ink(colours.paper, colours.ink_soft, hair),
    ]
    sheet.paths("north", sides, inks, to_mm=turn)
    x, y = turn.transform(tip)
    sheet.text(
        (float(x), float(y) - 0.8 * scale),
        i18n.text(lang, "print.north"),
        kind,
        colours.ink_soft,
        align="center",
        halo=colours.neighbours,
    )


def draw_short_bar(sheet: Sheet, frame: Frame, lang: str) -> Box:
    """Put a scale bar into the lower right of a small map; return its box."""
    scale, box = sheet.paper.scale, frame.box
    kind = _NORTH.scaled(scale)
    length_km = _round_length(box.width * _SHORT_SHARE / frame.mm_per_m / 1000)
    long_mm = length_km * 1000 * frame.mm_per_m
    label = format_unit(length_km, "length-kilometer", "short", locale=lang)
    half = text_width_mm(label, kind) / 2
    x = box.right - scale - max(half, scale) - long_mm
    y = box.bottom - 1.4 * scale
    _draw_bar(sheet, (x, y), long_mm, label)
    return Box(x - scale, y - 5.0 * scale, box.right, box.bottom)
