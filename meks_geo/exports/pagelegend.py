"""The legend of a page in several columns of about one height, set as large as it fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

from meks_geo.legend import LegendGroup
from meks_geo.printlegend import LegendLayout, draw_legend, lay_out
from meks_geo.printsheet import Box, Sheet

_SIZES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)
_GUTTER_MM = 5.0
_ANY = float("inf")


@dataclass(frozen=True, slots=True)
class Columns:
    """A legend set in columns of one width: each from the same top; sizes in millimetres."""

    parts: tuple[LegendLayout, ...]
    width: float
    step: float

    @property
    def height(self) -> float:
        """Height of the longest column."""
        return max((part.height for part in self.parts), default=0.0)

    @property
    def size(self) -> float:
        """Size of type of the smallest column."""
        return min((part.size for part in self.parts), default=0.0)


def set_columns(
    groups: Sequence[LegendGroup], counts: Sequence[int], box: Box, lang: str, scale: float
) -> Columns:
    """Return a legend set in columns, groups kept whole and in order.

    Parameters
    ----------
    counts
        Numbers of columns to try; the one with the largest type wins, then the first.
    box
        Room for it, in millimetres. Where even the smallest size is too high, notes are left out.
    scale
        How much larger than on A4 type is.
    """
    tried = [_in_columns(tuple(groups), count, box, (lang, scale)) for count in counts]
    return max(tried, key=lambda one: one.size)


def _in_columns(
    groups: tuple[LegendGroup, ...], count: int, box: Box, look: tuple[str, float]
) -> Columns:
    lang, scale = look
    gutter = _GUTTER_MM * scale
    width = (box.width - gutter * (count - 1)) / count
    for size in _SIZES:
        found = _balance(groups, count, width, _ANY, (lang, scale * size))
        if max((part.height for part in found), default=0.0) <= box.height:
            break
    else:
        found = _balance(groups, count, width, box.height, (lang, scale * size))
    return Columns(found, width, width + gutter)


@lru_cache(maxsize=512)
def _set(
    groups: tuple[LegendGroup, ...], width: float, height: float, look: tuple[str, float]
) -> LegendLayout:
    return lay_out(groups, width, height, *look)


def _balance(
    groups: tuple[LegendGroup, ...],
    count: int,
    width: float,
    height: float,
    look: tuple[str, float],
) -> tuple[LegendLayout, ...]:
    """Return the split into columns whose longest is the shortest."""
    count = min(count, len(groups))
    best: tuple[LegendLayout, ...] = ()
    for cuts in combinations(range(1, len(groups)), max(count - 1, 0)):
        ends = (0, *cuts, len(groups))
        parts = tuple(_set(groups[low:high], width, height, look) for low, high in pairwise(ends))
        if not best or max(p.height for p in parts) < max(p.height for p in best):
            best = parts
    return best


def draw_columns(sheet: Sheet, columns: Columns, box: Box, lang: str) -> None:
    """Put a legend in columns on the sheet, from the top left of a box."""
    for number, part in enumerate(columns.parts):
        left = box.left + number * columns.step
        draw_legend(sheet, part, Box(left, box.top, left + columns.width, box.bottom), lang)
