"""Small charts as SVG text: the same for the page, the stand-alone file and a test."""

from collections.abc import Sequence
from datetime import date
from html import escape

from meks_geo import style

_WIDTH, _HEIGHT = 290.0, 116.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 12.0, 10.0, 22.0


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
    palette = style.load().palette
    days = [p[0].toordinal() for p in points]
    values = [p[1] for p in points]
    ticks = (
        [float(y) for y in range(int(min(values)), int(max(values)) + 2)]
        if whole_years
        else _axis_values(min(values), max(values))
    )
    low, high = min(ticks), max(ticks)

    def x(day: float) -> float:
        span = max(days[-1] - days[0], 1)
        return _LEFT + (day - days[0]) / span * (_WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        span = (high - low) or 1.0
        return _HEIGHT - _BOTTOM - (value - low) / span * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(t):.1f}" y2="{y(t):.1f}" class="grid"/>'
        f'<text x="{_LEFT - 6}" y="{y(t) + 3.5:.1f}" text-anchor="end">{t:.0f}</text>'
        for t in ticks
    ]
    years = range(points[0][0].year, points[-1][0].year + 1)
    starts = [max(date(year, 1, 1).toordinal(), days[0]) for year in years]
    shown = [
        (s, yr)
        for s, yr in zip(starts, years, strict=True)
        if s == days[0] or x(s) - x(days[0]) > 34
    ]
    parts += [
        f'<text x="{x(s):.1f}" y="{_HEIGHT - 6:.0f}" text-anchor="middle">{yr}</text>'
        for s, yr in shown
    ]
    path = f"M{x(days[0]):.1f},{y(values[0]):.1f}" + "".join(
        f"H{x(d):.1f}V{y(v):.1f}" for d, v in zip(days[1:], values[1:], strict=True)
    )
    dots = "".join(
        f'<circle cx="{x(d):.1f}" cy="{y(v):.1f}" r="3"><title>{escape(text)}</title></circle>'
        for d, v, text in zip(days, values, (p[2] for p in points), strict=True)
    )
    return (
        f'<svg class="promise" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" '
        f'aria-label="{escape(label, quote=True)}" style="--line:{palette.accent};'
        f'--grid:{palette.neighbours};--ink:{palette.ink_soft}">'
        f'{"".join(parts)}<path d="{path}"/>{dots}</svg>'
    )
