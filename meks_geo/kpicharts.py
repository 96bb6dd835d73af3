"""A level over the years as SVG text: what was, what is promised, and where a line leads.

No colour has a meaning here: shapes tell a value (dot), a target (open diamond) and a forecast
(dashed line to an open dot) apart, so it reads in black and white too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from meks_geo import levelaxes, style
from meks_geo.levelaxes import Axes

WIDTH, _HEIGHT = 330.0, 150.0
_LEFT, _RIGHT = 34.0, 40.0
_LABEL_PX, _TYPE_PX = 11.0, 9.5
_LEAST = 1.0  # between the highest and the lowest value of a chart


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
    parts = (
        levelaxes.grid(frame.axes),
        levelaxes.years(frame.axes, frame.years()),
        _today(frame, series.at, palette.ink_soft),
        _line(frame, series.actual, palette.ink),
        _ahead(frame, series, palette.ink_soft),
        levelaxes.targets((frame.x(m.day), frame.y(m.value), m.text) for m in series.targets),
        _words(frame, series, palette.ink),
    )
    return levelaxes.frame("".join(parts), WIDTH, _HEIGHT, _TYPE_PX, label)


@dataclass(frozen=True, slots=True)
class _Frame:
    first: date
    last: date
    axes: Axes

    def x(self, day: date) -> float:
        return self.axes.across((day - self.first).days / max((self.last - self.first).days, 1))

    def y(self, value: float) -> float:
        return self.axes.y(value)

    def years(self) -> Iterator[tuple[int, float]]:
        """Yield each year and the place of its last day."""
        for year in range(self.first.year, self.last.year + 1):
            yield year, self.x(min(date(year, 12, 31), self.last))


def _frame(marks: Sequence[Mark], at: date) -> _Frame:
    values = [mark.value for mark in marks]
    days = [mark.day for mark in marks]
    inside = [at] if min(days) <= at <= max(days) else []
    ticks = levelaxes.ticks(min(values), max(values), _LEAST)
    axes = Axes(WIDTH, _HEIGHT, _LEFT, _RIGHT, ticks)
    return _Frame(min([*days, *inside]), max([*days, *inside]), axes)


def _today(frame: _Frame, at: date, ink: str) -> str:
    if not frame.first <= at <= frame.last:
        return ""
    x = frame.x(at)
    return (
        f'<line class="today" x1="{x:.1f}" x2="{x:.1f}" y1="{frame.axes.top}" '
        f'y2="{frame.axes.base:.0f}" stroke="{ink}" stroke-width=".8" stroke-dasharray="1 2"/>'
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
