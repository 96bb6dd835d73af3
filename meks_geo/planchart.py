"""Charts of a funded plan as SVG text: money by source and year, and levels over the years.

No colour has a meaning here: a full box is money that the plan spends, an outlined one money that
there is; two plans are told apart by a full and a dashed line and by their letters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from meks_geo import levelaxes, style
from meks_geo.levelaxes import Axes

_WIDTH = 340.0
_ROW, _TOP, _BAR, _BASE = 74.0, 30.0, 32.0, 62.0
_LEFT, _RIGHT, _HEIGHT = 36.0, 54.0, 158.0
_LABEL_PX, _TYPE_PX = 11.0, 10.5


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
    return levelaxes.frame("".join(rows), _WIDTH, _ROW * len(sources), _TYPE_PX, label)


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
    axes = Axes(_WIDTH, _HEIGHT, _LEFT, _RIGHT, levelaxes.ticks(room.low, room.high))
    span_ = max(room.last - room.first, 1)
    x = {
        year: axes.across((year - room.first) / span_) for year in range(room.first, room.last + 1)
    }
    marks = ((x[one.year], axes.y(one.value), one.text) for one in targets)
    parts = [levelaxes.grid(axes), levelaxes.years(axes, x.items())]
    parts += [_line(axes, x, line) for line in lines]
    parts += [levelaxes.targets(marks), _ends(axes, lines, targets)]
    return levelaxes.frame("".join(parts), _WIDTH, _HEIGHT, _TYPE_PX, label)


def _line(axes: Axes, x_of: Mapping[int, float], line: Line) -> str:
    palette = style.load().palette
    at = [(x_of[one.year], axes.y(one.value), one.text) for one in line.points]
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


def _ends(axes: Axes, lines: Sequence[Line], targets: Sequence[Point]) -> str:
    """Return last values and targets at the right, moved apart where they would touch."""
    palette = style.load().palette
    ends = [(line.name, line.points[-1]) for line in lines if line.points]
    words = [(axes.y(p.value), f"{name} {p.text}".strip(), palette.ink, "") for name, p in ends]
    words += [(axes.y(p.value), p.text, palette.accent, "bold") for p in targets]
    parts = []
    places = _apart([y for y, *_ in sorted(words)], axes.base)
    for place, (_, text, ink, weight) in zip(places, sorted(words), strict=True):
        bold = f' font-weight="{weight}"' if weight else ""
        parts.append(
            f'<text x="{_WIDTH - _RIGHT + 9:.0f}" y="{place + 3.5:.1f}" fill="{ink}"{bold}>'
            f"{escape(text)}</text>"
        )
    return "".join(parts)


def _apart(wanted: Sequence[float], below: float) -> list[float]:
    """Return heights for labels, lowest number first, that do not touch and stay on the chart."""
    places: list[float] = []
    for y in wanted:
        places.append(max(y, places[-1] + _LABEL_PX) if places else y)
    for number in range(len(places) - 1, -1, -1):
        places[number] = min(places[number], below)
        below = places[number] - _LABEL_PX
    return places
