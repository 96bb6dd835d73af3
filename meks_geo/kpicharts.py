"""A level over the years as SVG text: what was, what is promised, and where a line leads.

No colour has a meaning here: shapes tell a value (dot), a target (open diamond) and a forecast
(dashed line to an open dot) apart, so it reads in black and white too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from meks_geo import style

WIDTH, _HEIGHT = 330.0, 150.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 40.0, 12.0, 22.0
_LABEL_PX, _YEAR_PX = 11.0, 30.0
_SIZES = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Mark:
    """A value on a day, and its printed form."""

    day: date
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """What one chart shows.

    Parameters
    ----------
    actual
        Values by day, oldest first.
    targets
        All that are promised; of one day several, where sources differ.
    forecast
        Where a straight line leads; None for no forecast.
    at
        The day of the view, drawn as a line.
    """

    actual: tuple[Mark, ...]
    targets: tuple[Mark, ...]
    forecast: Mark | None
    at: date


def levels(series: Series, *, label: str) -> str:
    """Return the chart as SVG; "" where there is nothing to compare.

    Parameters
    ----------
    series
        What to draw.
    label
        What the chart shows, for readers who cannot see it.
    """
    marks = [*series.actual, *series.targets, *([series.forecast] if series.forecast else [])]
    if len({mark.day for mark in marks}) < 2:
        return ""
    frame = _frame(marks, series.at)
    palette = style.load().palette
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {_HEIGHT:.0f}" '
        f'role="img" aria-label="{escape(label, quote=True)}" font-family="sans-serif" '
        f'font-size="9.5" fill="{palette.ink_soft}">{_grid(frame, palette.neighbours)}'
        f"{_years(frame)}{_today(frame, series.at, palette.ink_soft)}"
        f"{_line(frame, series.actual, palette.ink)}"
        f"{_ahead(frame, series, palette.ink_soft)}"
        f"{_targets(frame, series.targets, palette.accent)}"
        f"{_words(frame, series, palette.ink)}</svg>"
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    first: date
    last: date
    ticks: tuple[float, ...]

    def x(self, day: date) -> float:
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        span = (self.ticks[-1] - self.ticks[0]) or 1.0
        return _HEIGHT - _BOTTOM - (value - self.ticks[0]) / span * (_HEIGHT - _TOP - _BOTTOM)


def _frame(marks: Sequence[Mark], at: date) -> _Frame:
    values = [mark.value for mark in marks]
    days = [mark.day for mark in marks]
    inside = [at] if min(days) <= at <= max(days) else []
    return _Frame(min([*days, *inside]), max([*days, *inside]), _ticks(min(values), max(values)))


def _ticks(low: float, high: float) -> tuple[float, ...]:
    """Return three to five round values around low and high."""
    rough = max(high - low, 1.0) / 3
    power = 10.0
    while power > rough:
        power /= 10
    size = next(power * factor for factor in _SIZES if power * factor >= rough)
    first = low // size
    count = int(-(-(high - first * size) // size))
    return tuple(round((first + n) * size, 6) for n in range(max(count, 1) + 1))


def _grid(frame: _Frame, line: str) -> str:
    return "".join(
        f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT:.0f}" y1="{frame.y(t):.1f}" '
        f'y2="{frame.y(t):.1f}" stroke="{line}"/><text x="{_LEFT - 6}" '
        f'y="{frame.y(t) + 3.5:.1f}" text-anchor="end">{t:g}</text>'
        for t in frame.ticks
    )


def _years(frame: _Frame) -> str:
    """Return the years, each under its last day, as many as there is room for."""
    parts, free_from = [], 0.0
    for year in range(frame.first.year, frame.last.year + 1):
        x = frame.x(min(date(year, 12, 31), frame.last))
        if x >= free_from:
            parts.append(
                f'<text x="{x:.1f}" y="{_HEIGHT - 6:.0f}" text-anchor="middle">{year}</text>'
            )
            free_from = x + _YEAR_PX
    return "".join(parts)


def _today(frame: _Frame, at: date, ink: str) -> str:
    if not frame.first <= at <= frame.last:
        return ""
    x = frame.x(at)
    return (
        f'<line class="today" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" '
        f'y2="{_HEIGHT - _BOTTOM:.0f}" stroke="{ink}" stroke-width=".8" stroke-dasharray="1 2"/>'
    )


def _line(frame: _Frame, marks: Sequence[Mark], ink: str) -> str:
    points = " ".join(f"{frame.x(m.day):.1f},{frame.y(m.value):.1f}" for m in marks)
    dots = "".join(
        f'<circle class="actual" cx="{frame.x(m.day):.1f}" cy="{frame.y(m.value):.1f}" r="3">'
        f"<title>{escape(m.text)}</title></circle>"
        for m in marks
    )
    return (
        f'<polyline points="{points}" fill="none" stroke="{ink}" stroke-width="1.5"/>'
        f'<g fill="{ink}">{dots}</g>'
    )


def _ahead(frame: _Frame, series: Series, ink: str) -> str:
    if series.forecast is None or not series.actual:
        return ""
    start, end = series.actual[-1], series.forecast
    return (
        f'<line x1="{frame.x(start.day):.1f}" y1="{frame.y(start.value):.1f}" '
        f'x2="{frame.x(end.day):.1f}" y2="{frame.y(end.value):.1f}" stroke="{ink}" '
        f'stroke-dasharray="4 3"/><circle class="forecast" cx="{frame.x(end.day):.1f}" '
        f'cy="{frame.y(end.value):.1f}" r="3" fill="#fff" stroke="{ink}">'
        f"<title>{escape(end.text)}</title></circle>"
    )


def _targets(frame: _Frame, marks: Sequence[Mark], ink: str) -> str:
    parts = []
    for mark in marks:
        x, y = frame.x(mark.day), frame.y(mark.value)
        parts.append(
            f'<path class="target" d="M{x:.1f},{y - 4.5:.1f}l4.5,4.5l-4.5,4.5l-4.5,-4.5z">'
            f"<title>{escape(mark.text)}</title></path>"
        )
    return f'<g fill="#fff" stroke="{ink}" stroke-width="1.5">{"".join(parts)}</g>'


def _words(frame: _Frame, series: Series, ink: str) -> str:
    """Return the targets that lie ahead beside their marks, moved apart where they would touch."""
    last = series.actual[-1].day if series.actual else frame.first
    ahead = sorted({(m.day, frame.y(m.value), m.text) for m in series.targets if m.day > last})
    parts, free = [], {day: 0.0 for day, _, _ in ahead}
    for day, y, words in ahead:
        place = max(y, free[day])
        free[day] = place + _LABEL_PX
        parts.append(
            f'<text x="{frame.x(day) + 7:.1f}" y="{place + 3.5:.1f}" fill="{ink}" '
            f'font-weight="bold" stroke="#fff" stroke-width="3" paint-order="stroke">'
            f"{escape(words)}</text>"
        )
    return "".join(parts)
