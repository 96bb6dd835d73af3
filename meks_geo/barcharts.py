"""Bars of kilometres by wear class as SVG text: one row a group, or one column a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from math import log10

from meks_geo import style
from meks_geo.vocabulary import Zone

#: Widths in px: of a large screen, and of a phone, where text must not shrink with the picture.
WIDE, NARROW = 500.0, 340.0

_ROW, _BAR, _BAR_TOP, _NOTE = 47.0, 13.0, 16.0, 40.0
_HEIGHT = 214.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 6.0, 22.0, 24.0
_APART, _GAP = 58.0, 20.0
_LABEL_PX = 36.0
_HATCH = "unknown-class"


@dataclass(frozen=True, slots=True)
class Bar:
    """Kilometres of one group, by the classes of `Zone` in their order.

    Parameters
    ----------
    label
        What is counted; in a chart of times the first year of the bar.
    km
        One number a class.
    total, note
        The sum and its parts, printed.
    apart
        The bar is no part of the row of times: it stands behind a gap.
    """

    label: str
    km: tuple[float, ...]
    total: str = ""
    note: str = ""
    apart: bool = False


def rows(bars: Sequence[Bar], *, label: str, width: float = WIDE) -> str:
    """Return one bar under another, the longest as wide as the chart; "" for none.

    Over a bar stand its label and its sum, under it its parts in words: so it is read without
    colour too.
    """
    longest = max((sum(bar.km) for bar in bars), default=0.0)
    if not longest:
        return ""
    parts = [_row(bar, number * _ROW, width, longest) for number, bar in enumerate(bars)]
    return _frame("".join(parts), width, _ROW * len(bars), label)


def _row(bar: Bar, top: float, width: float, longest: float) -> str:
    ink = style.load().palette.ink
    ends = [*accumulate((km * width / longest for km in bar.km), initial=0.0)]
    boxes = "".join(
        _box(zone, left, top + _BAR_TOP, right - left, _BAR)
        for zone, left, right in zip(Zone, ends, ends[1:], strict=False)
    )
    return (
        f'<text x="0" y="{top + 11:.1f}" fill="{ink}">{escape(bar.label)}</text>'
        f'<text x="{width:.0f}" y="{top + 11:.1f}" text-anchor="end" font-weight="bold" '
        f'fill="{ink}">{escape(bar.total)}</text>{boxes}'
        f'<text x="0" y="{top + _NOTE:.1f}" font-size="10">{escape(bar.note)}</text>'
    )


def columns(
    bars: Sequence[Bar],
    *,
    end: int,
    unit: str,
    number: Callable[[float], str],
    label: str,
    width: float = WIDE,
) -> str:
    """Return bars side by side along the years; "" where there is nothing to show.

    Parameters
    ----------
    bars
        Of equal times without a gap between them, oldest first; then one that stands apart, if any.
    end
        Year at which the last time ends.
    unit
        Unit of the axis.
    number
        Prints a value of the axis.
    label
        What the chart shows, for readers who cannot see it.
    width
        Width of the picture in px, see `WIDE`.
    """
    highest = max((sum(bar.km) for bar in bars), default=0.0)
    if not highest:
        return ""
    ticks = _ticks(highest)
    inner = _HEIGHT - _TOP - _BOTTOM
    scale = inner / ticks[-1]
    timed = [bar for bar in bars if not bar.apart]
    apart = [bar for bar in bars if bar.apart]
    room = width - _LEFT - _RIGHT - (_APART + _GAP) * len(apart)
    step = room / max(len(timed), 1)
    parts = [_grid(ticks, scale, width, number), f'<text x="0" y="10">{escape(unit)}</text>']
    parts += [_column(bar, _LEFT + n * step, step, scale) for n, bar in enumerate(timed)]
    parts.append(_years([*(bar.label for bar in timed), str(end)] if timed else [], step))
    for bar in apart:
        left = width - _RIGHT - _APART
        wide = min(step, _APART) if timed else _APART
        parts.append(_column(bar, left + (_APART - wide) / 2, wide, scale))
        parts.append(_under(bar.label, left + _APART / 2))
    return _frame("".join(parts), width, _HEIGHT, label)


def _column(bar: Bar, left: float, width: float, scale: float) -> str:
    base = _HEIGHT - _BOTTOM
    ends = [*accumulate((km * scale for km in bar.km), initial=0.0)]
    return "".join(
        _box(zone, left + 1, base - high, max(width - 2, 1), high - low)
        for zone, low, high in zip(Zone, ends, ends[1:], strict=False)
    )


def _box(zone: str, left: float, top: float, width: float, height: float) -> str:
    """Return the box of one class; one that is too small for a pixel is left out."""
    if min(width, height) < 0.05:
        return ""
    look = style.load().zones[zone]
    fill = f"url(#{_HATCH})" if look.hatched else look.symbol
    edge = f' stroke="{look.symbol}" stroke-width=".8"' if look.hatched else ""
    return (
        f'<rect class="{zone}" x="{left:.2f}" y="{top:.2f}" width="{width:.2f}" '
        f'height="{height:.2f}" fill="{fill}"{edge}/>'
    )


def _grid(
    ticks: Sequence[float], scale: float, width: float, number: Callable[[float], str]
) -> str:
    line = style.load().palette.neighbours
    base = _HEIGHT - _BOTTOM
    return "".join(
        f'<line x1="{_LEFT}" x2="{width - _RIGHT:.0f}" y1="{base - t * scale:.1f}" '
        f'y2="{base - t * scale:.1f}" stroke="{line}"/>'
        f'<text x="{_LEFT - 6}" y="{base - t * scale + 3.5:.1f}" text-anchor="end">'
        f"{escape(number(t))}</text>"
        for t in ticks
    )


def _years(years: Sequence[str], step: float) -> str:
    """Return the years at the edges of the bars, as many as there is room for."""
    every = max(1, -int(-_LABEL_PX // step)) if step else 1
    return "".join(_under(year, _LEFT + n * step) for n, year in enumerate(years) if not n % every)


def _under(words: str, x: float) -> str:
    return f'<text x="{x:.1f}" y="{_HEIGHT - 8:.0f}" text-anchor="middle">{escape(words)}</text>'


def _ticks(highest: float) -> list[float]:
    """Return round values from 0 to at least the highest, four or five steps."""
    power = 10.0 ** int(log10(highest) // 1)
    size = next(power * f for f in (0.2, 0.25, 0.5, 1, 2, 2.5) if power * f * 5 >= highest)
    steps = -int(-highest // size)
    return [round(size * n, 9) for n in range(steps + 1)]


def _frame(inside: str, width: float, height: float, label: str) -> str:
    palette, unknown = style.load().palette, style.load().zones[Zone.UNKNOWN]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'role="img" aria-label="{escape(label, quote=True)}" font-family="sans-serif" '
        f'font-size="11" fill="{palette.ink_soft}">'
        f'<defs><pattern id="{_HATCH}" width="5" height="5" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="5" height="5" fill="{unknown.area}"/>'
        f'<rect width="1.6" height="5" fill="{unknown.symbol}"/></pattern></defs>{inside}</svg>'
    )
