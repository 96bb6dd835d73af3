"""Where dense places find room on the map, larger: beside the country, never on it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from meks_geo.closeups import CloseUp
from meks_geo.printbase import Frame, Polygonal
from meks_geo.printlabels import NUMBER
from meks_geo.printmarks import Pen, circle, leader
from meks_geo.printsheet import Box, Ink, Sheet
from meks_geo.printtype import CAP, Type, text_width_mm, wrap
from meks_geo.style import load

TITLE = Type("Bold", 6.5)

#: Areas of the map of an inset in mm² on A4, tried in turn, and how flat or tall each may be made.
_AREAS_MM2 = (2400.0, 2000.0, 1650.0, 1350.0, 1100.0, 880.0, 700.0)
_BENDS = (1.0, 1.25, 0.8, 1.55)
_ASPECTS = (0.75, 1.9)
_LARGER = 2.0  # than on the map, at least, or there is no use in it
_EDGE_MM, _APART_MM, _STEP_MM, _RIM_COST = 2.0, 2.0, 2.0, 3.0
_STRIP_EM, _RIM_PX = 1.9, 1.2
_LEAST_TITLE, _SLACK_MM = 0.65, 0.01


@dataclass(frozen=True, slots=True)
class Inset:
    """A dense place with its number and its room on the sheet, title and map, in millimetres."""

    number: int
    of: CloseUp
    spot: tuple[float, float]
    box: Box

    def map_box(self, scale: float) -> Box:
        """Return the part of the room that is the map."""
        strip = TITLE.scaled(scale).em_mm * _STRIP_EM
        return Box(self.box.left, self.box.top + strip, self.box.right, self.box.bottom)


def place_insets(
    crowded: Sequence[CloseUp],
    frame: Frame,
    country: Polygonal,
    taken: Sequence[Box],
    scale: float,
) -> tuple[Inset, ...]:
    """Return the insets that have room, each as large as it can be and near its place.

    Parameters
    ----------
    crowded
        Dense places of which the map shows too little, the densest first.
    frame
        Where the map lies on the sheet.
    country
        Its outline on the sheet, in millimetres.
    taken
        What must stay free: marks, degrees, the scale bar.
    scale
        How much larger than on A4 type is.
    """
    grid = _grid(frame.box, country, taken, scale)
    insets: list[Inset] = []
    for one in crowded:
        south, west, north, east = one.bounds
        corners = frame.place([west, east, (west + east) / 2], [south, north, (south + north) / 2])
        wide, high = np.ptp(corners[:2], axis=0)
        spot = float(corners[2, 0]), float(corners[2, 1])
        sizes = [size for size in _sizes(float(wide / high), scale) if _helps(size, wide, high)]
        box = _room(grid, spot, sizes)
        if box is None:
            continue
        insets.append(Inset(len(insets) + 1, one, spot, box))
        grid = grid.without(box.grown(_APART_MM * scale))
    return tuple(insets)


@dataclass(frozen=True, eq=False)
class _Grid:
    """Squares of a map, and which of them are in use."""

    left: float
    top: float
    step: float
    used: npt.NDArray[np.bool_]

    def without(self, box: Box) -> "_Grid":
        """Return the grid with the squares that a box touches in use too."""
        left, top = (box.left - self.left) / self.step, (box.top - self.top) / self.step
        right, bottom = (box.right - self.left) / self.step, (box.bottom - self.top) / self.step
        rows = slice(max(0, math.floor(top)), max(0, math.ceil(bottom)))
        columns = slice(max(0, math.floor(left)), max(0, math.ceil(right)))
        used = self.used.copy()
        used[rows, columns] = True
        return _Grid(self.left, self.top, self.step, used)

    def free(self, columns: int, rows: int) -> npt.NDArray[np.bool_]:
        """Return where the upper left square of so many free ones may lie."""
        sums: npt.NDArray[np.int64] = np.zeros(np.add(self.used.shape, 1), dtype=np.int64)
        sums[1:, 1:] = self.used.cumsum(axis=0).cumsum(axis=1)
        if rows >= sums.shape[0] or columns >= sums.shape[1]:
            return np.zeros((0, 0), dtype=bool)
        over, under = sums[:-rows], sums[rows:]
        within = under[:, columns:] - over[:, columns:] - under[:, :-columns] + over[:, :-columns]
        return np.asarray(within == 0)


def _grid(frame: Box, country: Polygonal, taken: Sequence[Box], scale: float) -> _Grid:
    """Return the squares of a frame without its rim, in use where the country and others lie."""
    inner, step = frame.grown(-_EDGE_MM * scale), _STEP_MM * scale
    columns, rows = int(inner.width / step), int(inner.height / step)
    x = inner.left + step * (np.arange(columns) + 0.5)
    y = inner.top + step * (np.arange(rows) + 0.5)
    keep_off = country.simplify(step / 2).buffer(_APART_MM * scale + step * 0.71, quad_segs=2)
    shapely.prepare(keep_off)
    grid = _Grid(inner.left, inner.top, step, shapely.contains_xy(keep_off, *np.meshgrid(x, y)))
    for box in taken:
        grid = grid.without(box)
    return grid


def _sizes(aspect: float, scale: float) -> Iterator[tuple[float, float]]:
    """Return widths and heights of an inset with its title, the largest first."""
    strip = TITLE.scaled(scale).em_mm * _STRIP_EM
    for area in _AREAS_MM2:
        for bend in _BENDS:
            wide = (area * min(max(aspect * bend, _ASPECTS[0]), _ASPECTS[1])) ** 0.5
            yield wide * scale, area / wide * scale + strip


def _helps(size: tuple[float, float], wide: float, high: float) -> bool:
    """Tell whether an inset shows enough more than the map, on which its place is so large."""
    return size[0] >= _LARGER * wide and size[1] >= _LARGER * high


def _room(
    grid: _Grid, near: tuple[float, float], sizes: Sequence[tuple[float, float]]
) -> Box | None:
    """Return the free room of the first size that has any, near a place."""
    step = grid.step
    for wide, high in sizes:
        columns, rows = math.ceil(wide / step), math.ceil(high / step)
        free = grid.free(columns, rows)
        if not free.any():
            continue
        row, column = np.nonzero(free)
        # On the rim of the map it hides least of the neighbours.
        last = free.shape[0] - 1 - row, free.shape[1] - 1 - column
        rim = np.minimum.reduce([row, column, *last]) * step
        x = grid.left + step * column + wide / 2
        y = grid.top + step * row + high / 2
        best = int(np.argmin(np.hypot(x - near[0], y - near[1]) + _RIM_COST * rim))
        left, top = float(x[best]) - wide / 2, float(y[best]) - high / 2
        # At the far rims the squares end before the room does.
        left += step * columns - wide if last[1][best] == 0 else 0.0
        top += step * rows - high if last[0][best] == 0 else 0.0
        return Box(left, top, left + wide, top + high)
    return None


def put_title(sheet: Sheet, inset: Inset) -> None:
    """Put the number and the title of an inset over its map."""
    scale, ink = sheet.paper.scale, load().palette.ink
    kind = TITLE.scaled(scale)
    pad, strip = kind.em_mm * 0.7, kind.em_mm * _STRIP_EM
    y = inset.box.top + (strip + kind.em_mm * CAP) / 2
    number = str(inset.number)
    sheet.text((inset.box.left + pad, y), number, kind, load().palette.accent)
    left = inset.box.left + pad + text_width_mm(number, kind) + kind.em_mm * 0.6
    room = inset.box.right - pad - left
    fits = kind.scaled(max(_LEAST_TITLE, min(1.0, room / text_width_mm(inset.of.title, kind))))
    (line,) = wrap(inset.of.title, fits, room + _SLACK_MM, 1)
    sheet.text((left, y), line, fits, ink)


def draw_number(sheet: Sheet, inset: Inset, place: Box) -> None:
    """Put the number of an inset near its place on the map, with a line to it."""
    pen, colours = Pen(sheet.paper.scale), load().palette
    tie = leader(inset.spot, place.middle, pen)
    tag = circle(*place.middle, place.width / 2)
    ink = Ink(colours.paper, colours.accent, pen.pt(_RIM_PX))
    sheet.paths("inset-number", [tie.path, tag], [tie.ink, ink])
    kind = NUMBER.scaled(sheet.paper.scale)
    x, y = place.middle
    at = (x, y + kind.em_mm * CAP / 2)
    sheet.text(at, str(inset.number), kind, colours.accent, align="center")
