"""Small charts as SVG text: the same for the page, the stand-alone file and a test."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from math import ceil, floor

from meks_geo import style

_WIDTH, _HEIGHT = 290.0, 116.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 12.0, 10.0, 22.0
_YEAR_PX = 34.0


def _axis_values(low: float, high: float, steps: int = 3) -> list[float]:
    """Return up to about `steps` round values that cover low..high."""
    if high == low:
        return [low]
    rough = (high - low) / steps
    size = 10.0 ** len(str(int(rough))) / 10 if rough >= 1 else 1.0
    for factor in (1, 2, 5, 10):
        if rough <= size * factor:
            size *= factor
            break
    first = int(low // size) * size
    values = [first]
    while values[-1] < high:
        values.append(values[-1] + size)
    return values


def promise_chart(
    points: Sequence[tuple[date, float, str]], *, label: str, whole_years: bool
) -> str:
    """Return a step chart of announced values over the days on which they were announced.

    Parameters
    ----------
    points
        Day, value and its printed form, oldest first; fewer than two give "".
    label
        What the chart shows, for readers who cannot see it.
    whole_years
        The values are deadlines: the axis shows whole years.
    """
    if len(points) < 2:
        return ""
    days = [day.toordinal() for day, _, _ in points]
    values = [value for _, value, _ in points]
    ticks = _year_ticks(values) if whole_years else _axis_values(min(values), max(values))
    frame = _Frame(days[0], days[-1], min(ticks), max(ticks))
    palette = style.load().palette
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" '
        f'role="img" aria-label="{escape(label, quote=True)}" font-family="sans-serif" '
        f'font-size="9.5" fill="{palette.ink_soft}">'
        f'<g stroke="{palette.neighbours}">{_grid(frame, ticks)}</g>{_value_axis(frame, ticks)}'
        f"{_day_axis(frame, points[0][0].year, points[-1][0].year)}"
        f'<path d="{_steps(frame, days, values)}" fill="none" stroke="{palette.accent}" '
        f'stroke-width="2"/><g fill="{palette.accent}">'
        f"{_dots(frame, days, values, [text for _, _, text in points])}</g></svg>"
    )


def as_image(svg: str, label: str) -> str:
    """Return a chart as an HTML image that carries its own data; "" for no chart."""
    if not svg:
        return ""
    data = base64.b64encode(svg.encode()).decode()
    alt = escape(label, quote=True)
    return f'<img class="promise" alt="{alt}" src="data:image/svg+xml;base64,{data}">'


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where days (ordinals) and values lie on the picture."""

    first: int
    last: int
    low: float
    high: float

    def x(self, day: float) -> float:
        span = max(self.last - self.first, 1)
        return _LEFT + (day - self.first) / span * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        span = (self.high - self.low) or 1.0
        return _HEIGHT - _BOTTOM - (value - self.low) / span * (_HEIGHT - _TOP - _BOTTOM)


def _year_ticks(values: Sequence[float]) -> list[float]:
    return [float(year) for year in range(floor(min(values)), ceil(max(values)) + 1)]


def _grid(frame: _Frame, ticks: Sequence[float]) -> str:
    return "".join(
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{frame.y(t):.1f}" y2="{frame.y(t):.1f}"/>'
        for t in ticks
    )


def _value_axis(frame: _Frame, ticks: Sequence[float]) -> str:
    return "".join(
        f'<text x="{_LEFT - 6}" y="{frame.y(t) + 3.5:.1f}" text-anchor="end">{t:.0f}</text>'
        for t in ticks
    )


def _day_axis(frame: _Frame, first_year: int, last_year: int) -> str:
    """Return the years under the chart, each at its first day in the frame, where there is room."""
    parts = []
    free_from = 0.0
    for year in range(first_year, last_year + 1):
        x = frame.x(max(date(year, 1, 1).toordinal(), frame.first))
        if x >= free_from:
            parts.append(
                f'<text x="{x:.1f}" y="{_HEIGHT - 6:.0f}" text-anchor="middle">{year}</text>'
            )
            free_from = x + _YEAR_PX
    return "".join(parts)


def _steps(frame: _Frame, days: Sequence[int], values: Sequence[float]) -> str:
    start = f"M{frame.x(days[0]):.1f},{frame.y(values[0]):.1f}"
    later = zip(days[1:], values[1:], strict=True)
    return start + "".join(f"H{frame.x(d):.1f}V{frame.y(v):.1f}" for d, v in later)


def _dots(frame: _Frame, days: Sequence[int], values: Sequence[float], texts: Sequence[str]) -> str:
    return "".join(
        f'<circle cx="{frame.x(d):.1f}" cy="{frame.y(v):.1f}" r="3">'
        f"<title>{escape(t)}</title></circle>"
        for d, v, t in zip(days, values, texts, strict=True)
    )
