"""`python -m benchmarks.netprint`: the paper map with a million lines, beside bare matplotlib.

All lines are made up by `demo-network`. Each case runs in a process of its own, so that its memory
is its own: selection, scene and an A4 picture at 300 dpi, once to warm up, then some runs. The
rival draws the same lines as `LineCollection`s in the colours of their zones, none left out. Exit 1
when ours takes more than 5 s or 1 GB.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import click
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from benchmarks.machine import limit_cores, load
from benchmarks.servers import ROOT, environment
from meks_geo import demo, lines, measure, printmap, queries, scene, segments, style
from meks_geo.lines import DEGREE, ZONES
from meks_geo.model import Dataset
from meks_geo.store import Store
from meks_geo.view import View
from meks_geo.vocabulary import Provenance

_MOST_S, _MOST_GB = 5.0, 1.0
_DPI, _BARE_RUNS = 300, 2
_CASES = {"the country": (), "Pavlodar region": ("KZ-55",), "the city of Almaty": ("KZ-75",)}


def _view(region: tuple[str, ...]) -> View:
    return View(at=datetime.now(UTC).date(), region=region, provenance=tuple(Provenance))


def _ours(folder: Path, region: tuple[str, ...]) -> bytes:
    data = _known(folder)
    shown = scene.build(data, queries.select(data, _view(region)))
    return printmap.draw(shown, data.base, printmap.A4_LANDSCAPE, _DPI)


@cache
def _known(folder: Path) -> Dataset:
    """Return the dataset with the made-up lines, read once."""
    data = Store(var=folder / "var").dataset()
    return replace(data, read_lines=lambda: lines.load(folder / "lines.npz"))


def _bare(folder: Path, region: tuple[str, ...]) -> bytes:
    data = _known(folder)
    found = queries.select(data, _view(())).lines
    paper = printmap.A4_LANDSCAPE
    figure = Figure(figsize=(paper.width_mm / 25.4, paper.height_mm / 25.4), dpi=_DPI)
    axes = figure.add_axes((0.03, 0.05, 0.94, 0.9))
    axes.set_aspect("equal")
    every = found.lines
    x, y = measure.project(every.x / DEGREE, every.y / DEGREE)
    parts = np.split(np.column_stack([x, y]), every.part_start[1:-1])
    zone = found.figures.zone[every.part_line]
    for code, name in reversed(list(enumerate(ZONES))):
        alike = [parts[n] for n in np.flatnonzero(zone == code)]
        colour = style.load().zones[name].symbol
        axes.add_collection(LineCollection(alike, colors=colour, linewidths=0.5))
    regions = measure.to_print_crs(data.base.regions)
    chosen = regions[regions["region"].isin(region)] if region else regions
    west, south, east, north = chosen.total_bounds
    axes.set(xlim=(west, east), ylim=(south, north))
    out = BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _run(kind: str, folder: Path, case: str, runs: int) -> None:
    """Print as JSON the seconds of each run, those of the processors, the size of the file."""
    limit_cores()
    draw = {"ours": _ours, "bare": _bare}[kind]
    picture = draw(folder, _CASES[case])
    walls, cores = [], []
    for _ in range(runs):
        begun, used = time.perf_counter(), time.process_time()
        again = draw(folder, _CASES[case])
        walls.append(time.perf_counter() - begun)
        cores.append(time.process_time() - used)
        assert again == picture, "the same lines gave another picture"
    click.echo(json.dumps({"walls": walls, "cores": cores, "size": [len(picture)]}))


def _make(folder: Path, count: int) -> None:
    """Put a revision of the registers and so many made-up lines into a folder."""
    store = Store(var=folder / "var")
    store.build()
    data = store.dataset()
    made = demo.network(data, count).sort_values("network_id", ignore_index=True)
    lines.save(folder / "lines.npz", segments.columns(made, data.rules))


def _child(folder: Path, *options: str) -> tuple[str, float]:
    """Return what a process of this module said, and GB at its peak.

    The peak that the system tells of a process is never below what its parent held when it began,
    so all that needs much memory runs in a child.
    """
    call = [sys.executable, "-m", "benchmarks.netprint", "--folder", os.fspath(folder), *options]
    with subprocess.Popen(
        call, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment(folder / "var")
    ) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        msg = f"{' '.join(options)}: the process ended with code {process.returncode}"
        raise RuntimeError(msg)
    return said, usage.ru_maxrss / 1e6  # kilobytes on Linux


def _compare(folder: Path, runs: int) -> bool:
    click.echo("| picture | seconds, least | median | of processors | GB | kB | |")
    click.echo("|---|--:|--:|--:|--:|--:|---|")
    kept = True
    for case in _CASES:
        for kind, times in (("ours", runs), ("bare", min(runs, _BARE_RUNS))):
            said, gigabytes = _child(folder, "--child", kind, "--case", case, "--runs", str(times))
            found = json.loads(said)
            good = statistics.median(found["walls"]) <= _MOST_S and gigabytes <= _MOST_GB
            kept &= good or kind == "bare"
            word = "" if kind == "bare" else "PASS" if good else "**FAIL**"
            name = case if kind == "ours" else f"{case}: bare matplotlib"
            cells = [
                f"{min(found['walls']):.2f}", f"{statistics.median(found['walls']):.2f}",
                f"{statistics.median(found['cores']):.2f}", f"{gigabytes:.2f}",
                f"{found['size'][0] / 1e3:.0f}",
            ]  # fmt: skip
            click.echo(f"| {name} | {' | '.join(cells)} | {word} |")
    return kept


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--segments", "count", type=click.IntRange(1), default=1_000_000, show_default=True)
@click.option("--runs", type=click.IntRange(1), default=12, show_default=True)
@click.option("--child", type=click.Choice(["make", "ours", "bare"]), hidden=True)
@click.option("--folder", type=click.Path(path_type=Path), hidden=True)
@click.option("--case", type=click.Choice(list(_CASES)), hidden=True)
def main(count: int, runs: int, child: str, folder: Path, case: str) -> None:
    """Draw the country, a region and a city with so many made-up lines."""
    if child == "make":
        _make(folder, count)
        return
    if child:
        _run(child, folder, case, runs)
        return
    with tempfile.TemporaryDirectory() as name:
        _child(Path(name), "--child", "make", "--segments", str(count))
        click.echo(f"{count} lines, {time.strftime('%Y-%m-%d')}, load {load()}")
        kept = _compare(Path(name), runs)
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
