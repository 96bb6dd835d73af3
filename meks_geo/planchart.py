"""Charts of a funded plan as SVG text: money by source and year, and levels over the years.

No colour has a meaning here: a full box is money that the plan spends, an outlined one money that
there is; two plans are told apart by a full and a dashed line and by their letters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from meks_geo import style

_WIDTH = 340.0
_ROW, _TOP, _BAR, _BASE = 74.0, 30.0, 32.0, 62.0
_LEFT, _RIGHT, _HEIGHT, _HEAD, _FOOT = 36.0, 54.0, 158.0, 12.0, 22.0
_LABEL_PX, _YEAR_PX = 11.0, 30.0
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Slot:
    """Money of one source in one year, in one unit: what is spent, what there is, and in words.

    `there` is None where it is not known.
    """

    year: int
    spent: float
    there: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """Money of one source over the years; `total` is printed."""

    label: str
    total: str
    slots: tuple[Slot, ...]


def most(sources: Sequence[Source]) -> float:
    """Return the largest amount in a chart of money: the same for two makes them comparable."""
    return max(
        (max(slot.spent, slot.there or 0.0) for one in sources for slot in one.slots), default=0.0
    )


def money(sources: Sequence[Source], *, scale: float, label: str) -> str:
    """Return one row of bars a source; "" where there is none.

    Parameters
    ----------
    scale
        The amount that is as high as a row, see `most`.
    label
        What the chart shows, for readers who cannot see it.
    """
    if not sources or scale <= 0:
        return ""
    rows = [_row(one, number * _ROW, scale) for number, one in enumerate(sources)]
    return _frame("".join(rows), _ROW * len(sources), label)


def _row(one: Source, top: float, scale: float) -> str:
    palette = style.load().palette
    step = _WIDTH / max(len(one.slots), 1)
    bars = "".join(_bar(slot, n * step, step, top, scale) for n, slot in enumerate(one.slots))
    return (
        f'<text x="0" y="{top + 11:.1f}" fill="{palette.ink}">{escape(one.label)}</text>'
        f'<text x="{_WIDTH:.0f}" y="{top + 11:.1f}" text-anchor="end" font-weight="bold" '
        f'fill="{palette.ink}">{escape(one.total)}</text>{bars}'
    )


def _bar(slot: Slot, left: float, step: float, top: float, scale: float) -> str:
    palette = style.load().palette
    wide, x, base = min(step - 8, 56.0), left, top + _BASE
    there = 0.0 if slot.there is None else slot.there
    spent_px, there_px = (_BAR * value / scale for value in (slot.spent, there))
    high = max(spent_px, there_px)
    return (
        f'<rect class="there" x="{x + 0.5:.1f}" y="{base - there_px:.1f}" width="{wide:.1f}" '
        f'height="{there_px:.1f}" fill="{palette.paper}" stroke="{palette.ink_soft}"/>'
        f'<rect class="spent" x="{x + 0.5:.1f}" y="{base - spent_px:.1f}" width="{wide:.1f}" '
        f'height="{spent_px:.1f}" fill="{palette.ink_soft}"><title>{escape(slot.text)}</title>'
        f'</rect><text x="{x + wide / 2:.1f}" y="{base - high - 3:.1f}" text-anchor="middle" '
        f'font-size="9.5" fill="{palette.ink}">{escape(slot.text)}</text>'
        f'<text x="{x + wide / 2:.1f}" y="{base + 10:.1f}" text-anchor="middle" '
        f'font-size="9">{slot.year}</text>'
    )


# -- levels over the years -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """A value at the end of a year, and its printed form."""

    year: int
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One plan: its letter ("" for a plan that stands alone), and its points, oldest first."""

    name: str
    points: tuple[Point, ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """The years and values that a chart has room for."""

    first: int
    last: int
    low: float
    high: float


def span(lines: Sequence[Line], targets: Sequence[Point] = (), *, zero: bool = False) -> Span:
    """Return what charts must have room for; ValueError where there is no point at all.

    Parameters
    ----------
    zero
        The axis begins at 0: for amounts.
    """
    points = [*(point for line in lines for point in line.points), *targets]
    years, values = [one.year for one in points], [one.value for one in points]
    return Span(min(years), max(years), 0.0 if zero else min(values), max(values))


def levels(lines: Sequence[Line], targets: Sequence[Point] = (), *, room: Span, label: str) -> str:
    """Return lines over the years, with what is promised beside them; "" without a line.

    Parameters
    ----------
    targets
        All that are promised; of one year several, where sources differ.
    room
        The axes; the same for charts that are compared.
    label
        What the chart shows, for readers who cannot see it.
    """
    if not any(line.points for line in lines):
        return ""
    palette, axes = style.load().palette, _Axes(room, _ticks(room.low, room.high))
    parts = [_grid(axes, palette.neighbours), _years(axes)]
    parts += [_line(axes, line) for line in lines]
    parts.append(_targets(axes, targets, palette.accent))
    parts.append(_ends(axes, lines, targets))
    return _frame("".join(parts), _HEIGHT, label)


@dataclass(frozen=True, slots=True)
class _Axes:
    room: Span
    ticks: tuple[float, ...]

    def x(self, year: int) -> float:
        years = max(self.room.last - self.room.first, 1)
        return _LEFT + (year - self.room.first) / years * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        size = (self.ticks[-1] - self.ticks[0]) or 1.0
        return _HEIGHT - _FOOT - (value - self.ticks[0]) / size * (_HEIGHT - _HEAD - _FOOT)


def _ticks(low: float, high: float) -> tuple[float, ...]:
    """Return three to five round values around low and high."""
    rough = max(high - low, 1e-6) / 3
    power = 1e9
    while power > rough:
        power /= 10
    size = next(power * factor for factor in _STEPS if power * factor >= rough)
    first = low // size
    count = int(-(-(high - first * size) // size))
    return tuple(round((first + n) * size, 9) for n in range(max(count, 1) + 1))


def _grid(axes: _Axes, line: str) -> str:
    return "".join(
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT:.0f}" y1="{axes.y(t):.1f}" '
        f'y2="{axes.y(t):.1f}" stroke="{line}"/><text x="{_LEFT - 6}" '
        f'y="{axes.y(t) + 3.5:.1f}" text-anchor="end">{t:g}</text>'
        for t in axes.ticks
    )


def _years(axes: _Axes) -> str:
    """Return the years, as many as there is room for."""
    parts, free_from = [], 0.0
    for year in range(axes.room.first, axes.room.last + 1):
        x = axes.x(year)
        if x >= free_from:
            words = f'<text x="{x:.1f}" y="{_HEIGHT - 6:.0f}" text-anchor="middle">{year}</text>'
            parts.append(words)
            free_from = x + _YEAR_PX
    return "".join(parts)


def _line(axes: _Axes, line: Line) -> str:
    palette = style.load().palette
    at = [(axes.x(one.year), axes.y(one.value), one.text) for one in line.points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in at)
    dash = ' stroke-dasharray="5 3"' if line.dashed else ""
    fill = palette.paper if line.dashed else palette.ink
    dots = "".join(
        f'<circle class="value" cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{fill}">'
        f"<title>{escape(f'{line.name} {words}'.strip())}</title></circle>"
        for x, y, words in at
    )
    return (
        f'<polyline points="{path}" fill="none" stroke="{palette.ink}" stroke-width="1.5"{dash}/>'
        f'<g stroke="{palette.ink}" stroke-width="1.2">{dots}</g>'
    )


def _targets(axes: _Axes, marks: Sequence[Point], ink: str) -> str:
    parts = []
    for mark in marks:
        x, y = axes.x(mark.year), axes.y(mark.value)
        parts.append(
            f'<path class="target" d="M{x:.1f},{y - 4.5:.1f}l4.5,4.5l-4.5,4.5l-4.5,-4.5z">'
            f"<title>{escape(mark.text)}</title></path>"
        )
    return f'<g fill="#fff" stroke="{ink}" stroke-width="1.5">{"".join(parts)}</g>'


def _ends(axes: _Axes, lines: Sequence[Line], targets: Sequence[Point]) -> str:
    """Return last values and targets at the right, moved apart where they would touch."""
    palette = style.load().palette
    ends = [(line.name, line.points[-1]) for line in lines if line.points]
    words = [(axes.y(p.value), f"{name} {p.text}".strip(), palette.ink, "") for name, p in ends]
    words += [(axes.y(p.value), p.text, palette.accent, "bold") for p in targets]
    parts = []
    places = _apart([y for y, *_ in sorted(words)])
    for place, (_, text, ink, weight) in zip(places, sorted(words), strict=True):
        bold = f' font-weight="{weight}"' if weight else ""
        parts.append(
            f'<text x="{_WIDTH - _RIGHT + 9:.0f}" y="{place + 3.5:.1f}" fill="{ink}"{bold}>'
            f"{escape(text)}</text>"
        )
    return "".join(parts)


def _apart(wanted: Sequence[float]) -> list[float]:
    """Return heights for labels, lowest number first, that do not touch and stay on the chart."""
    places: list[float] = []
    for y in wanted:
        places.append(max(y, places[-1] + _LABEL_PX) if places else y)
    below = _HEIGHT - _FOOT
    for number in range(len(places) - 1, -1, -1):
        places[number] = min(places[number], below)
        below = places[number] - _LABEL_PX
    return places


def _frame(inside: str, height: float, label: str) -> str:
    soft = style.load().palette.ink_soft
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {height:.0f}" '
        f'role="img" aria-label="{escape(label, quote=True)}" font-family="sans-serif" '
        f'font-size="10.5" fill="{soft}">{inside}</svg>'
    )
