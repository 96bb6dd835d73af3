"""What was measured of maps with networks, and the report and limits of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

import click
from playwright.sync_api import Error as PlaywrightError

from benchmarks.netpages import MAP, Cost
from benchmarks.report import Limit, p95

#: Queries of the views. All provenances pass, so that the sidebar has the boxes of the zones.
_ALL = "lang=ru&provenance=official,press,schematic,synthetic"
VIEWS = {"city": f"{_ALL}&map=51.16,71.44,13", "national": _ALL}
#: Names of the plain ways.
RIVALS = {"lines_plain": "`folium.GeoJson`", "lines_pydeck": "`st.pydeck_chart`"}
SESSIONS = 20
_NOT = float("nan")


@dataclass
class Found:
    """What was measured at one size: costs by the name of the interaction."""

    size: int
    publish: float = float("nan")
    costs: dict[str, list[Cost]] = field(default_factory=dict)
    pure_pick_ms: list[float] = field(default_factory=list)
    memory: dict[str, float] = field(default_factory=dict)
    in_turn: list[float] = field(default_factory=list)

    broken: list[str] = field(default_factory=list)

    def part(self, name: str, call: Callable[[], dict[str, list[Cost]] | None]) -> None:
        """Measure a part; what never comes is said, and the other parts are measured."""
        say(f"{self.size}: {name}")
        try:
            self.costs |= call() or {}
        except (RuntimeError, PlaywrightError) as error:
            self.broken.append(f"{name}: {str(error)[:400]}")
            say(self.broken[-1])

    def seconds(self, name: str) -> list[float]:
        """Return the seconds of an interaction."""
        return [one.seconds for one in self.costs.get(name, ())] or [float("nan")]


def table(found: Iterable[Found]) -> list[str]:
    """Return a row for each interaction and size."""
    lines = [
        "| measured | lines | runs | median, s | p95, s | server CPU, s | map message, kB "
        "| all, kB | no lines shown, s |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in found:
        for name, costs in one.costs.items():
            if not costs:
                continue
            times = [cost.seconds for cost in costs]
            blank = sum(cost.blank_ms for cost in costs) / 1000
            lines.append(
                f"| {name} | {one.size} | {len(costs)} | {median(times):.3f} | {p95(times):.3f} "
                f"| {median(c.cpu for c in costs):.2f} "
                f"| {median(c.elements[MAP] for c in costs) / 1e3:.1f} "
                f"| {median(c.sent for c in costs) / 1e3:.1f} | {blank:.2f} |"
            )
        if one.pure_pick_ms:
            ms = one.pure_pick_ms
            lines.append(
                f"| the pick alone, a whole click | {one.size} | {len(ms)} "
                f"| {median(ms) / 1e3:.5f} | {p95(ms) / 1e3:.5f} | | | | |"
            )
        if one.in_turn:
            lines.append(
                f"| filter, {SESSIONS} sessions in one browser in turn | {one.size} "
                f"| {len(one.in_turn)} | {median(one.in_turn):.3f} | {p95(one.in_turn):.3f} "
                "| | | | |"
            )
    return lines


def elements(found: Iterable[Found]) -> list[str]:
    """Return the bytes of a filter change by kind of element."""
    lines = ["| bytes of a filter change, mean | lines | |", "|---|--:|---|"]
    for one in found:
        for view in VIEWS:
            costs = one.costs.get(f"filter, {view}", [])
            if not costs:
                continue
            sums = sum((cost.elements for cost in costs), start=type(costs[0].elements)())
            parts = ", ".join(f"{k} {v / len(costs) / 1e3:.2f} kB" for k, v in sums.most_common())
            http = sum(cost.http for cost in costs) / len(costs) / 1e3
            lines.append(f"| {view} | {one.size} | {parts}; by HTTP {http:.1f} kB |")
    return lines


def memory(found: Iterable[Found]) -> list[str]:
    """Return what the sessions cost in memory, as far as it was measured."""
    lines = []
    for one in found:
        if "after" in one.memory:
            first, many, after = one.memory["1"], one.memory[str(SESSIONS)], one.memory["after"]
            each = (many - first) / (SESSIONS - 1)
            lines.append(
                f"- server's memory at {one.size}: {first:.0f} MB with 1 session, {many:.0f} MB "
                f"with {SESSIONS}, so {each:.1f} MB a session; {after:.0f} MB after the turns"
            )
    return lines


def limits(found: dict[int, Found]) -> list[Limit]:
    """Return the limits of issue and size, as far as what they need was measured."""
    largest = found[max(found)]
    limits = []
    for view in VIEWS:
        name = f"filter, {view}"
        limits += [
            Limit(f"{name} (median)", median(largest.seconds(name)), 0.6, "s"),
            Limit(
                f"{name}: bytes of a change (median)",
                median([c.sent / 1e3 for c in largest.costs.get(name, ())] or [_NOT]), 20, "kB",
            ),
            Limit(f"{name}: time without lines",
                  sum(cost.blank_ms for cost in largest.costs.get(name, ())) / 1e3, 0, "s"),
            Limit(
                f"first draw, {view}, times no networks (medians)",
                median(largest.seconds(f"first draw, {view}"))
                / median(largest.seconds(f"first draw, {view}, no networks")),
                1.3, "x",
            ),
        ]  # fmt: skip
        if len(found) > 1 and 100_000 in found:
            before = found[100_000]
            grown = median(largest.seconds(name)) / median(before.seconds(name))
            limits.append(Limit(f"{name}, times that at 100000 (medians)", grown, 1.5, "x"))
    plain = found.get(100_000, largest).costs.get(RIVALS["lines_plain"])
    if plain and 100_000 in found:
        ours = median(found[100_000].seconds("filter, national"))
        share = ours / median(cost.seconds for cost in plain)
        limits.append(Limit("filter at 100000, times the plain way", share, 1 / 25, "x"))
    if largest.in_turn:
        limits.append(Limit(f"filter, {SESSIONS} sessions (p95)", p95(largest.in_turn), 1.5, "s"))
    return limits


def say(what: str) -> None:
    """Tell how far the run is."""
    click.echo(f"... {datetime.now(UTC):%H:%M:%S} {what}", err=True)
