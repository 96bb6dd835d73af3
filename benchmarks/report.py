"""Numbers into Markdown, and the limits that they must keep."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

_MS = 1000.0


@dataclass(frozen=True, slots=True)
class Marks:
    """When what happened, ms by the browser's clock; NaN for what did not.

    `start` is the page's request or the click, `sent` the first word to the server, `carrier` the
    message with the drawing (`bytes` long), `opened` the frame's own start, `rendered` the drawing
    in the frame, `painted` the second animation frame after it stood in the document, `finished`
    the last word of the server. `frames` counts new map frames, `blank` the ms without any map.
    """

    start: float
    sent: float
    carrier: float
    opened: float
    rendered: float
    painted: float
    finished: float
    bytes: float
    frames: int
    blank: float

    @property
    def seconds(self) -> float:
        """From start to painted."""
        return (self.painted - self.start) / _MS


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of the issue and what was measured."""

    name: str
    found: float
    most: float
    unit: str

    @property
    def kept(self) -> bool:
        """Whether the limit is kept."""
        return self.found <= self.most


Series = Mapping[str, Sequence[float]]
Traces = Mapping[str, Sequence[Marks]]


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 % of the runs do not exceed, a measured one (nearest rank)."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def drawn(traces: Traces) -> dict[str, list[float]]:
    """Return the seconds from start to painted of each page."""
    return {kind: [one.seconds for one in found] for kind, found in traces.items()}


def table(rows: Sequence[tuple[str, Series]]) -> list[str]:
    """Return what was measured, ours first; the last column compares medians."""
    lines = ["| measured | of | runs | median, s | p95, s | ours is |", "|---|---|--:|--:|--:|--:|"]
    for name, series in rows:
        first = median(next(iter(series.values())))
        for number, (of, values) in enumerate(series.items()):
            times = f"{first / median(values):.2f} x" if number else ""
            middle, high = median(values), p95(values)
            lines.append(
                f"| {'' if number else name} | {of} | {len(values)} | {middle:.3f} | {high:.3f} "
                f"| {times} |"
            )
    return lines


def limits(draw: Traces, paint: Traces, snapshot: Sequence[float]) -> list[Limit]:
    """Return the limits asked of the product: the pages at the median, the snapshot at p95."""
    seconds, again = drawn(draw), drawn(paint)
    ours = paint["ours"]
    return [
        Limit(
            "first draw, times the empty page (medians)",
            median(seconds["ours"]) / median(seconds["empty"]),
            2.0,
            "x",
        ),
        Limit("first draw (median)", median(seconds["ours"]), 3.0, "s"),
        Limit("filter to repaint (median)", median(again["ours"]), 0.4, "s"),
        Limit("map frames made anew by filter changes", sum(one.frames for one in ours), 0, ""),
        Limit("time without a map in filter changes", sum(one.blank for one in ours) / _MS, 0, "s"),
        Limit("snapshot, warm (p95)", p95(snapshot), 1.5, "s"),
    ]


def verdicts(found: Sequence[Limit]) -> list[str]:
    """Return the limits as a table with PASS or FAIL."""
    lines = ["| limit | measured | at most | |", "|---|--:|--:|---|"]
    for one in found:
        word = "PASS" if one.kept else "**FAIL**"
        lines.append(
            f"| {one.name} | {_short(one.found)} {one.unit} | {one.most:g} {one.unit} | {word} |"
        )
    return lines


def _short(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"


_Step = Callable[[Marks], float]

#: Steps of a first drawing, in order; they add up to the whole.
_OPENING: tuple[tuple[str, _Step], ...] = (
    ("page and Streamlit's scripts, until a run is asked for", lambda m: m.sent - m.start),
    ("server: script run up to the message with the drawing", lambda m: m.carrier - m.sent),
    ("page: message to the frame's first moment", lambda m: m.opened - m.carrier),
    ("frame: component starts, gets the drawing", lambda m: m.rendered - m.opened),
    ("frame: libraries, base map, shapes, two animation frames", lambda m: m.painted - m.rendered),
    ("(empty page: message to painted)", lambda m: m.painted - m.carrier),
    ("(after the drawing: the rest of the server's run)", lambda m: m.finished - m.carrier),
    ("(the message with the drawing, kB)", lambda m: m.bytes / _MS),
)

#: Steps of a filter change, in order.
_CHANGE: tuple[tuple[str, _Step], ...] = (
    ("page: click to the first word to the server", lambda m: m.sent - m.start),
    ("server: script run up to the message with the drawing", lambda m: m.carrier - m.sent),
    ("page: message to the drawing in the frame", lambda m: m.rendered - m.carrier),
    ("frame: shapes, two animation frames", lambda m: m.painted - m.rendered),
    ("(after the drawing: the rest of the server's run)", lambda m: m.finished - m.carrier),
    ("(the message with the drawing, kB)", lambda m: m.bytes / _MS),
    ("(new map frames a change, mean)", lambda m: m.frames),
    ("(time without a map)", lambda m: m.blank),
)


def breakdown(title: str, traces: Traces, *, change: bool) -> list[str]:
    """Return the median ms of each step; steps in brackets are no part of the sum."""
    lines = [f"| {title}, median ms | {' | '.join(traces)} |", "|---|" + "--:|" * len(traces)]
    for name, step in _CHANGE if change else _OPENING:
        if "empty page" in name and "empty" not in traces:
            continue
        cells = [_middle([step(one) for one in found]) for found in traces.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _middle(values: Sequence[float]) -> str:
    known = [value for value in values if not math.isnan(value)]
    return f"{median(known):.0f}" if known else "-"
