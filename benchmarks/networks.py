"""`python -m benchmarks.networks`: a map with ten thousand, a hundred thousand, a million lines.

All of it on one machine in one run, in a browser: filters, moves, picks and first draws; what they
cost the server, what is sent; twenty sessions at once; the plain ways beside it. The view lets
every provenance through, so that the sidebar has the boxes of the zones. No filter is set twice on
one page: a browser keeps what it was sent before, and would be sent next to nothing.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import click
from playwright.sync_api import Browser

from benchmarks import machine, netreport
from benchmarks.browser import chromium
from benchmarks.clock import seconds
from benchmarks.netpages import Cost, Opened, Server, profile
from benchmarks.netreport import RIVALS, SESSIONS, VIEWS, Found
from benchmarks.report import verdicts
from benchmarks.rivals import lines_table
from benchmarks.servers import ROOT, environment, serve
from meks_geo import demo
from meks_geo.store import Store

_OUT = Path(__file__).parent / "out"
_PLAIN_LAYERS = "&layers=regions,cities,plants,projects"
_LINES, _MAP = {"kind": "lines", "watching": True}, {"kind": "map"}
#: Boxes clicked one after another, until the page is opened anew: ten different filters.
_WALK = (
    *("red", "unknown", "green", "yellow", "red"),
    *("unknown", "green", "red", "green", "yellow"),
)
_TURNS = 3
_PICKS, _PICK_TIMES, _APART_PX = 6, 50, 45
_DRAGS = ((-420, 0), (0, -180), (420, 0), (420, 0), (0, 180), (0, 180))  # round the centre
_RIVAL_SIZES, _RIVAL_PATIENCE_S = (10_000, 100_000), 300
_RIVAL_MS = 600_000


def _prepare(folder: Path, size: int) -> tuple[Path, float]:
    """Return a folder in which made-up lines are published, and the seconds that publishing took.

    A folder that was kept is taken as it is.
    """
    var = folder / str(size)
    source = var / "networks.gpkg"
    if (var / "ready").exists():
        return var, float((var / "ready").read_text())
    var.mkdir(parents=True, exist_ok=True)
    store = Store(root=ROOT, var=var)
    store.build()
    demo.write(source, demo.network(store.dataset(), size))
    command = [sys.executable, "-m", "meks_geo", "publish", str(source)]

    def publish() -> None:
        subprocess.run(
            [*command, "--author", "benchmark", "--note", "made-up lines"],
            cwd=ROOT, env=environment(var), check=True, capture_output=True, timeout=3600,
        )  # fmt: skip

    took = seconds(publish)
    (var / "ready").write_text(str(took))
    return var, took


# -- one interaction after another -----------------------------------------------------------------


def _first_draws(browser: Browser, url: str, server: Server, runs: int) -> dict[str, list[Cost]]:
    """Open both views with and without lines, by turns, each in a profile that knows nothing."""
    pages = {
        f"first draw, {view}{side}": (f"{url}/?{query}{more}", want)
        for view, query in VIEWS.items()
        for side, more, want in (("", "", _LINES), (", no networks", _PLAIN_LAYERS, _MAP))
    }
    found: dict[str, list[Cost]] = {name: [] for name in pages}
    for run in range(runs + 1):
        for name, (address, want) in pages.items():
            with profile(browser) as context:
                cost = Opened(context, server, {**want, "watching": False}).open(address)
            if run:  # the first of each warms up
                found[name].append(cost)
    return found


def _rounds(
    browser: Browser, address: str, server: Server, runs: int, act: Callable[[Opened, int], Cost]
) -> list[Cost]:
    """Return what `act` costs, on pages opened anew every few times."""
    found: list[Cost] = []
    while len(found) < runs:
        with profile(browser) as context:
            page = Opened(context, server, {**_LINES, "watching": False})
            page.open(address)
            found += [act(page, n) for n in range(min(len(_WALK), runs - len(found)))]
    return found


def _filter(page: Opened, number: int) -> Cost:
    return page.act(_LINES, page.box(_WALK[number]))


def _pan(page: Opened, number: int) -> Cost:
    """Drag the map; at rest when the page has heard where it is now."""
    box = page.frame_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 0.3 * box["height"]
    dx, dy = _DRAGS[number % len(_DRAGS)]
    mouse = page.page.mouse

    def drag() -> None:
        mouse.move(x - dx / 2, y - dy / 2)
        mouse.down()
        mouse.move(x + dx / 2, y + dy / 2, steps=6)
        mouse.up()

    heard = "(net.events.some((one) => one.what === 'move' && net.heard > one.at) || net.rested())"
    return page.act({"kind": "panned", "watching": True}, drag, heard)


def _picks(browser: Browser, address: str, server: Server, runs: int, into: Found) -> None:
    """Click on lines: to the event, to the card; and the pick alone."""
    cards, events = into.costs.setdefault("pick to card", []), into.costs.setdefault("to event", [])
    while len(cards) < runs:
        with profile(browser) as context:
            page = Opened(context, server, {**_LINES, "watching": False})
            page.open(address)
            box = page.frame_box()
            below = min(box["height"], 880 - box["y"])
            points = page.page.evaluate(
                "(given) => net.lines(...given)", [_PICKS, _APART_PX, below]
            )
            if not points:
                msg = f"no line to click on: {address}"
                raise RuntimeError(msg)
            for point in points[: runs - len(cards)]:
                at = box["x"] + point["x"], box["y"] + point["y"]
                pure = page.page.evaluate("(given) => net.pick(...given)", [point, _PICK_TIMES])
                into.pure_pick_ms.append(pure)
                page.page.mouse.move(*at)
                cost = page.act({"kind": "card"}, partial(page.page.mouse.click, *at))
                cards.append(cost)
                event = page.page.evaluate(
                    "(net.events.find((one) => one.what === 'line').at - net.start) / 1000"
                )
                events.append(Cost(event, 0.0, 0.0, 0, 0))


def _sessions(browser: Browser, address: str, server: Server, into: Found) -> None:
    """Open many pages in one browser; each changes the filter once the one before has painted."""
    with profile(browser) as context:
        pages: list[Opened] = []
        for number in range(1, SESSIONS + 1):
            page = Opened(context, server, {**_LINES, "watching": False})
            page.open(address)  # at once: a browser paints no page that nobody sees
            pages.append(page)
            if number in (1, SESSIONS):
                page.page.wait_for_timeout(2000)
                into.memory[str(number)] = server.memory_mb()
        for zone in _WALK[:_TURNS]:
            for page in pages:
                page.page.bring_to_front()  # a browser paints no page that nobody sees
                page.until("net.quiet()")
                page.begin(_LINES)
                page.box(zone)()
                page.until("net.painted > 0")
                into.in_turn.append(page.page.evaluate("(net.painted - net.start) / 1000"))
        into.memory["after"] = server.memory_mb()


def _measure(browser: Browser, var: Path, size: int, runs: int, *, sessions: bool) -> Found:
    """Measure everything at one size on a server of its own."""
    found = Found(size)
    city = VIEWS["city"]
    with serve("ours", var) as url:
        server = Server(url)
        found.part("first draws", partial(_first_draws, browser, url, server, runs))
        for view, query in VIEWS.items():
            for name, act in (("filter", _filter), ("pan", _pan)):
                title = f"{name}, {view}"
                walk = partial(_rounds, browser, f"{url}/?{query}", server, runs, act)
                found.part(title, lambda title=title, walk=walk: {title: walk()})
        found.part("pick", partial(_picks, browser, f"{url}/?{city}", server, runs, found))
    if sessions:
        with serve("ours", var) as url:
            call = partial(_sessions, browser, f"{url}/?{city}", Server(url), found)
            found.part(f"{SESSIONS} sessions", call)
    return found


# -- the others ------------------------------------------------------------------------------------


def _rival(browser: Browser, name: str, var: Path, runs: int) -> list[Cost]:
    """Click a box of a rival page on and off, at least three times and for some minutes at most."""
    source = var / "networks.gpkg"
    frame = lines_table.read(source)
    counts = len(frame), len(lines_table.in_zones(frame, {"red"}))
    wants = [{"kind": "shapes", "count": count} for count in counts]
    if name == "lines_pydeck":
        wants = [{"kind": "gl"}] * len(wants)
    with (
        _variable("MEKS_BENCH_LINES", str(source)),
        serve(name, var) as url,
        profile(browser) as context,
    ):
        page = Opened(context, Server(url), wants[0], _RIVAL_MS)
        page.open(url, "true")
        begun, found = monotonic(), list[Cost]()
        while len(found) < runs and (len(found) < 3 or monotonic() - begun < _RIVAL_PATIENCE_S):
            found.append(page.act(wants[(len(found) + 1) % 2], page.box("red")))
        return found


@contextmanager
def _variable(name: str, value: str) -> Any:
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]


def _tiles(var: Path) -> list[str]:
    """Return the table of the builders of tiles."""
    source = var / "networks.gpkg"
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.tiles", "--networks", str(source)],
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=3600,
    )  # fmt: skip
    return said.stdout.splitlines()


# -- all of it ------------------------------------------------------------------------------------


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--runs", type=click.IntRange(2), default=30, show_default=True)
@click.option("--sizes", default="10000,100000,1000000", show_default=True)
@click.option("--rivals", is_flag=True, help="also the plain ways and the builders of tiles")
@click.option("--tiles/--no-tiles", default=True, show_default=True, help="with --rivals")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="prepared folders")
def main(runs: int, sizes: str, keep: Path | None, *, rivals: bool, tiles: bool) -> None:
    """Measure maps with networks of several sizes; exit code 1 when a limit is broken."""
    load, cores = machine.load(), machine.limit_cores()
    today = datetime.now(UTC).date()
    asked = sorted({int(size) for size in sizes.split(",")})
    found: dict[int, Found] = {}
    built: dict[int, list[str]] = {}
    with ExitStack() as stack:
        temporary = nullcontext(str(keep)) if keep else tempfile.TemporaryDirectory()
        folder = Path(stack.enter_context(temporary)).resolve()
        browser = stack.enter_context(chromium())
        for size in asked:
            netreport.say(f"{size}: publish")
            var, publish = _prepare(folder, size)
            one = _measure(browser, var, size, runs, sessions=size == asked[-1])
            one.publish = publish
            if rivals:
                netreport.say(f"{size}: others")
                for name, title in RIVALS.items() if size in _RIVAL_SIZES else ():
                    call = partial(_rival, browser, name, var, runs)
                    one.part(title, lambda title=title, call=call: {title: call()})
                if tiles:
                    built[size] = _tiles(var)
            found[size] = one
            click.echo("\n".join(netreport.table([one])), err=True)
        version = browser.version
    limits = netreport.limits(found)
    lines = [
        f"# Networks on {today.isoformat()}",
        "",
        *(f"- {line}" for line in machine.describe(cores, version, load)),
        *(f"- publishing {one.size} lines: {one.publish:.0f} s" for one in found.values()),
        *netreport.memory(found.values()),
        *(
            f"- **not measured** at {one.size}: {what}"
            for one in found.values()
            for what in one.broken
        ),
        "",
        *verdicts(limits),
        "",
        *netreport.table(found.values()),
        "",
        *netreport.elements(found.values()),
        *(line for size in built for line in ("", *built[size])),
        "",
    ]
    text = "\n".join(lines)
    click.echo(text)
    _OUT.mkdir(exist_ok=True)
    (_OUT / f"{today.isoformat()}-networks.md").write_text(text, encoding="utf-8")
    whole = not any(one.broken for one in found.values())
    sys.exit(0 if whole and all(one.kept for one in limits) else 1)


if __name__ == "__main__":
    main(prog_name=f"{Path(sys.executable).name} -m benchmarks.networks")
