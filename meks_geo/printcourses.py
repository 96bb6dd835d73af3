"""Lines measured on paper: which meet the sheet, which stay where many fall on one spot, and how.

Helpers of `printlines`. All of them work on parts of lines: a line of several parts may lie on the
sheet with one of them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.path import Path as Outline

from meks_geo import measure
from meks_geo.lines import DEGREE, Lines
from meks_geo.networks import Passing
from meks_geo.printbase import Frame
from meks_geo.tilefeatures import width_classes
from meks_geo.vocabulary import Provenance

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_FINE_MM = 0.04  # half a dot at 300 dpi: what a course may lose
_SLACK = 1.05  # lengths on the sheet and on the ellipsoid agree to this
_METRES = 111_320.0  # of a degree of latitude
#: Where the parts of the number begin by which lines of a square are compared; the least is worst.
_ZONE_BIT, _WEAR_BIT, _LENGTH_BIT = 56, 42, 30
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Parts:
    """All parts of lines: middle point in metres of the print map, length in metres."""

    x: npt.NDArray[np.float32]
    y: npt.NDArray[np.float32]
    metres: npt.NDArray[np.float32]
    width: npt.NDArray[np.uint8]  # of its line


@lru_cache(maxsize=2)
def laid(lines: Lines) -> Parts:
    """Return the parts of lines; callers share the arrays and must not change them."""
    starts, ends = lines.part_start[:-1], lines.part_start[1:]
    middle = (starts + ends - 1) // 2
    x, y = measure.project(lines.x[middle] / DEGREE, lines.y[middle] / DEGREE)
    across = np.diff(lines.x).astype(np.float32)  # whole numbers first: they lose nothing
    across *= np.cos(np.radians(lines.y[1:].astype(np.float32) / DEGREE))
    steps = np.hypot(across, np.diff(lines.y).astype(np.float32))
    steps *= np.float32(_METRES / DEGREE)
    steps = np.append(steps, np.float32(0.0))
    steps[ends - 1] = 0.0  # from one part to the next is no way
    metres = np.add.reduceat(steps, starts) if len(starts) else np.empty(0, np.float32)
    width = width_classes(lines).astype(np.uint8)[lines.part_line]
    return Parts(x.astype(np.float32), y.astype(np.float32), metres, width)


@dataclass(frozen=True, eq=False)
class Courses:
    """Points on the sheet in millimetres, and the part of each as its place among those drawn."""

    points: Floats
    part: Ints


def different(ascending: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Return numbers in ascending order, each once."""
    return ascending[np.flatnonzero(np.diff(ascending, prepend=-1))]


def meets(lines: Lines, parts: Ints, frame: Frame) -> Mask:
    """Tell which parts have a box that meets the frame."""
    known = laid(lines)
    half = np.array([frame.box.width, frame.box.height]) / (2 * frame.mm_per_m)
    off_x = np.abs(known.x[parts] - np.float32(frame.x_m)) - np.float32(half[0])
    off_y = np.abs(known.y[parts] - np.float32(frame.y_m)) - np.float32(half[1])
    found: Mask = (off_x <= 0) & (off_y <= 0)
    # A part reaches no farther from its middle point than it is long.
    reach = known.metres[parts] * np.float32(_SLACK)
    near = np.flatnonzero(~found & (off_x <= reach) & (off_y <= reach))
    if near.size:
        points, starts = _points(lines, parts[near], frame)
        low = np.minimum.reduceat(points, starts[:-1])
        high = np.maximum.reduceat(points, starts[:-1])
        b = frame.box
        apart = (low > (b.right, b.bottom)) | (high < (b.left, b.top))
        found[near] = ~apart.any(axis=1)
    return found


def worst(
    passing: Passing, parts: Ints, on_mm: npt.NDArray[np.float32], frame: Frame, cell_mm: float
) -> Ints:
    """Return which parts stay where one a sector stays in each square: places in `parts`.

    Synthetic lines have squares of their own: none takes the place of a reported one.
    The worst zone first, then the most worn, then the longest, then the first row.
    """
    lines, known = passing.lines, laid(passing.lines)
    if not len(parts):
        return np.empty(0, dtype=np.int64)
    step = cell_mm / frame.mm_per_m
    column = np.floor((known.x[parts] - frame.x_m) / step).astype(np.int64)
    row = np.floor((known.y[parts] - frame.y_m) / step).astype(np.int64)
    column -= column.min()
    row -= row.min()
    of_line = lines.part_line[parts]
    made_up = np.array([one == Provenance.SYNTHETIC for one in lines.words["provenance"]], np.int64)
    group = lines.codes["sector"][of_line] * 2 + made_up[lines.codes["provenance"][of_line]]
    groups = max(len(lines.words["sector"]), 1) * 2
    slot = (row * (column.max() + 1) + column) * groups + group
    wear = np.nan_to_num(passing.figures.high[of_line], nan=-1.0)
    rank = passing.figures.zone[of_line].astype(np.int64) << _ZONE_BIT
    rank |= np.clip(10_000 - np.round(wear * 100), 0, 16_383).astype(np.int64) << _WEAR_BIT
    rank |= np.clip(4095 - on_mm * 1000, 0, 4095).astype(np.int64) << _LENGTH_BIT
    rank |= np.arange(len(parts))
    best = np.full(int(slot.max()) + 1, _NEVER)
    np.minimum.at(best, slot, rank)
    return np.flatnonzero(best[slot] == rank)


def _points(lines: Lines, parts: Ints, frame: Frame) -> tuple[Floats, Ints]:
    """Return the points of parts in millimetres, and where each part begins and the last ends."""
    first, count = lines.part_start[parts], np.diff(lines.part_start)[parts]
    starts = np.concatenate([[0], np.cumsum(count)])
    at = np.repeat(first - starts[:-1], count) + np.arange(starts[-1])
    return frame.place(lines.x[at] / DEGREE, lines.y[at] / DEGREE), starts


def trace(
    lines: Lines, parts: Ints, frame: Frame, tick_mm: float
) -> tuple[Courses, npt.NDArray[np.bool_]]:
    """Return parts as courses on the sheet, and which were made longer."""
    if not len(parts):
        return Courses(np.empty((0, 2)), np.empty(0, dtype=np.int64)), np.empty(0, dtype=bool)
    points, starts = _points(lines, parts, frame)
    extent = np.maximum.reduceat(points, starts[:-1]) - np.minimum.reduceat(points, starts[:-1])
    tiny: Mask = np.hypot(extent[:, 0], extent[:, 1]) < tick_mm
    of_part = np.repeat(np.arange(len(parts)), np.diff(starts))
    whole = ~tiny[of_part]
    left, number = np.unique(of_part[whole], return_inverse=True)
    fine = shapely.simplify(
        shapely.linestrings(points[whole], indices=number), _FINE_MM, preserve_topology=False
    )
    course, of_course = shapely.get_coordinates(fine, return_index=True)
    first, last = points[starts[:-1][tiny]], points[starts[1:][tiny] - 1]
    along = last - first
    length = np.hypot(along[:, 0], along[:, 1])[:, None]
    along = np.where(length > 0, along / np.maximum(length, 1e-12), (1.0, 0.0)) * (tick_mm / 2)
    middle = points[(starts[:-1] + starts[1:] - 1)[tiny] // 2]
    ticks = np.stack([middle - along, middle + along], axis=1).reshape(-1, 2)
    owner = np.concatenate([left[of_course], np.repeat(np.flatnonzero(tiny), 2)])
    order = np.argsort(owner, kind="stable")
    return Courses(np.concatenate([course, ticks])[order], owner[order]), tiny


def joined(courses: Courses, chosen: Mask) -> Outline:
    """Return the courses of some parts as one path."""
    taken = chosen[courses.part]
    codes = np.full(int(taken.sum()), Outline.LINETO, dtype=Outline.code_type)
    codes[np.flatnonzero(np.diff(courses.part[taken], prepend=-1))] = Outline.MOVETO
    return Outline(courses.points[taken], codes)


def letter_places(
    passing: Passing,
    parts: Ints,
    courses: Courses,
    frame: Frame,
    *,
    lettered: Collection[str],
    step_mm: float,
    least_mm: float,
) -> tuple[tuple[str, float, float], ...]:
    """Return where letters of sectors may stand: sector, x and y in millimetres, best first.

    In each square of side `step_mm`, on the longest step of each sector whose lines are at least
    `least_mm` long there together.
    """
    lines, words, box = passing.lines, passing.lines.words["sector"], frame.box
    wanted = np.array([word in lettered for word in words])
    if not wanted.any():
        return ()
    starts, ends = courses.points[:-1], courses.points[1:]
    middle, long = (starts + ends) / 2, np.hypot(*(ends - starts).T)
    sector = lines.codes["sector"][lines.part_line[parts[courses.part]]][:-1]
    of_one = (courses.part[:-1] == courses.part[1:]) & wanted[sector]
    of_one &= (middle > (box.left, box.top)).all(axis=1)
    of_one &= (middle < (box.right, box.bottom)).all(axis=1)
    middle, long, sector = middle[of_one], long[of_one], sector[of_one]
    squares = np.floor((middle - (box.left, box.top)) / step_mm).astype(np.int64)
    square = (squares[:, 1] * 10_000 + squares[:, 0]) * len(words) + sector
    order = np.lexsort((-long, square))
    _, first, of_square = np.unique(square[order], return_index=True, return_inverse=True)
    enough = np.bincount(of_square, long[order], minlength=len(first)) >= least_mm
    best = order[first[enough]]
    best = best[np.argsort(-long[best], kind="stable")]
    return tuple((words[sector[n]], *map(float, middle[n])) for n in best)
