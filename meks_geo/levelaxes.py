"""What small charts of levels over the years share, as SVG text: axes, targets, the frame."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from meks_geo import style

_TOP, _BOTTOM = 12.0, 22.0
_YEAR_PX = 30.0
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Axes:
    """The size of a chart and the room beside its lines, in pixels, and the values on its left."""

    width: float
    height: float
    left: float
    right: float
    ticks: tuple[float, ...]

    @property
    def base(self) -> float:
        """The lowest place of a line."""
        return self.height - _BOTTOM

    @property
    def top(self) -> float:
        """The highest place of a line."""
        return _TOP

    def across(self, share: float) -> float:
        """Return a place from left (0) to right (1)."""
        return self.left + share * (self.width - self.left - self.right)

    def y(self, value: float) -> float:
        """Return the height of a value."""
        size = (self.ticks[-1] - self.ticks[0]) or 1.0
        return self.base - (value - self.ticks[0]) / size * (self.base - _TOP)


def ticks(low: float, high: float, least: float = 1e-6) -> tuple[float, ...]:
    """Return three to five round values around low and high; at least so far apart."""
    rough = max(high - low, least) / 3
    power = 1e9
    while power > rough:
        power /= 10
    size = next(power * factor for factor in _STEPS if power * factor >= rough)
    first = low // size
    count = int(-(-(high - first * size) // size))
    return tuple(round((first + n) * size, 9) for n in range(max(count, 1) + 1))


def grid(axes: Axes) -> str:
    """Return a line and a number for each value on the left."""
    line = style.load().palette.neighbours
    return "".join(
        f'<line x1="{axes.left}" x2="{axes.width - axes.right:.0f}" y1="{axes.y(t):.1f}" '
        f'y2="{axes.y(t):.1f}" stroke="{line}"/><text x="{axes.left - 6}" '
        f'y="{axes.y(t) + 3.5:.1f}" text-anchor="end">{t:g}</text>'
        for t in axes.ticks
    )


def years(axes: Axes, places: Iterable[tuple[int, float]]) -> str:
    """Return years at their places, as many as there is room for."""
    parts, free_from = [], 0.0
    for year, x in places:
        if x >= free_from:
            at = f'x="{x:.1f}" y="{axes.height - 6:.0f}"'
            parts.append(f'<text {at} text-anchor="middle">{year}</text>')
            free_from = x + _YEAR_PX
    return "".join(parts)


def targets(marks: Iterable[tuple[float, float, str]]) -> str:
    """Return an open diamond for each place and its words."""
    ink = style.load().palette.accent
    shapes = "".join(
        f'<path class="target" d="M{x:.1f},{y - 4.5:.1f}l4.5,4.5l-4.5,4.5l-4.5,-4.5z">'
        f"<title>{escape(words)}</title></path>"
        for x, y, words in marks
    )
    return f'<g fill="#fff" stroke="{ink}" stroke-width="1.5">{shapes}</g>'


def frame(inside: str, width: float, height: float, size: float, label: str) -> str:
    """Return a chart around what is drawn; `size` of its type, `label` for who cannot see it."""
    soft = style.load().palette.ink_soft
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'role="img" aria-label="{escape(label, quote=True)}" font-family="sans-serif" '
        f'font-size="{size}" fill="{soft}">{inside}</svg>'
    )
