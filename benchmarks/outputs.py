"""`python -m benchmarks.outputs`: what a view becomes, in a warm process, beside its rivals.

Prints of the shipped map and of a hundred thousand made-up lines; the atlas, decks in three
languages, files of data, the page that needs no server and its first draw from a file. Rivals are
the print layout of QGIS on the same lines (where its Python is installed), and a picture of our own
page with as many dots taken by Chromium. Exit 1 when a limit is broken.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

import click
from playwright.sync_api import Browser

from benchmarks import machine
from benchmarks.browser import chromium
from benchmarks.clock import seconds
from benchmarks.report import Limit, p95, verdicts
from benchmarks.servers import ROOT, serve
from meks_geo import demo, lines, segments
from meks_geo.exports.outputs import OUTPUTS, Choice
from meks_geo.model import Dataset
from meks_geo.progress import silent
from meks_geo.store import Store
from meks_geo.view import View
from meks_geo.vocabulary import Lang, Provenance

_DOTS = {"width": 3508, "height": 2480}  # A4 at 300 dpi
_QGIS = "/usr/bin/python3"
_LEAST_BYTES = 200_000  # of a map with lines on it; an empty sheet has less
_LONG_RUNS = 3
_PATIENCE_MS = 60_000
_MADE_UP = replace(View(lang=Lang.RU), provenance=tuple(Provenance))


def _view(**more: object) -> View:
    return replace(View(lang=Lang.RU, at=datetime.now(UTC).date()), **more)


def _timed(call: Callable[[], object], runs: int) -> list[float]:
    call()
    return [seconds(call) for _ in range(runs)]


def _make(data: Dataset, code: str, view: View) -> bytes:
    return OUTPUTS[code].make(data, view, Choice(), silent)


def _with_lines(data: Dataset, folder: Path, count: int) -> Dataset:
    """Return the dataset with made-up lines in the place of the shipped ones."""
    networks = demo.network(data, count).sort_values("network_id", ignore_index=True)
    lines.save(folder / "lines.npz", segments.columns(networks, data.rules))
    return replace(
        data,
        read_lines=lambda: lines.load(folder / "lines.npz"),
        read_networks=lambda: networks.set_index("network_id"),
    )


def _qgis(data: Dataset, folder: Path, runs: int) -> dict[str, list[float]]:
    """Return the seconds of QGIS's print layout for the same lines; none where it is not here."""
    gpkg = folder / "lines.gpkg"
    gpkg.write_bytes(_make(data, "gpkg", replace(_MADE_UP, at=_view().at)))
    script = ROOT / "benchmarks" / "rivals" / "qgis_layout.py"
    alone = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            [_QGIS, str(script), str(gpkg), str(folder), str(runs)],
            capture_output=True, check=True, timeout=900, text=True, env=alone,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError) as error:
        click.echo(f"... QGIS is left out: {error}", err=True)
        return {}
    found = json.loads(done.stdout.strip().splitlines()[-1])
    if min(found["bytes"].values()) < _LEAST_BYTES:
        msg = f"QGIS drew an empty map: {found['bytes']}"
        raise RuntimeError(msg)
    seconds_by_kind: dict[str, list[float]] = found["seconds"]
    return seconds_by_kind


def _first_draws(browser: Browser, file: Path, runs: int) -> list[float]:
    """Return the seconds from opening the file to the first map, each in an empty profile."""
    found = []
    for _ in range(runs):
        context = browser.new_context(
            offline=True, bypass_csp=True, viewport={"width": 1440, "height": 900}
        )
        page = context.new_page()
        page.goto(file.as_uri(), wait_until="commit")
        page.wait_for_function("window.MEKS && MEKS.drawn", timeout=_PATIENCE_MS)
        found.append(page.evaluate("MEKS.drawn.at / 1000"))
        context.close()
    return found


def _screenshots(browser: Browser, runs: int) -> list[float]:
    """Return the seconds of pictures of our own page, the page itself already drawn."""
    with tempfile.TemporaryDirectory() as var, serve("ours", Path(var)) as url:
        page = browser.new_page(viewport=_DOTS)
        page.goto(f"{url}/?lang=ru")
        page.wait_for_selector(".st-key-reset", timeout=_PATIENCE_MS * 2, state="attached")
        page.wait_for_timeout(4000)
        found = _timed(page.screenshot, runs)
        page.close()
    return found


def _prints(data: Dataset, made_up: Dataset, runs: int) -> dict[str, list[float]]:
    region = _view(region=("KZ-55",))
    wide = replace(_MADE_UP, at=_view().at)
    cases: dict[str, tuple[Dataset, str, View]] = {
        "PNG, A4 300 dpi, default view": (data, "png", _view()),
        "PNG, one region": (data, "png", region),
        "PDF, default view": (data, "pdf", _view()),
        "SVG, default view": (data, "svg", _view()),
        "PNG, 100 000 lines": (made_up, "png", wide),
        "PDF, 100 000 lines": (made_up, "pdf", wide),
    }
    return {name: _timed(partial(_make, *case), runs) for name, case in cases.items()}


def _files(data: Dataset, runs: int) -> dict[str, list[float]]:
    codes = ("xlsx", "csv", "gpkg", "geojson", "html", "deck", "deck-pdf")
    found = {code: _timed(partial(_make, data, code, _view()), runs) for code in codes}
    found["atlas, 21 pages"] = _timed(partial(_make, data, "atlas", _view()), _LONG_RUNS)
    tongues = [_view(lang=lang) for lang in Lang]

    def three() -> None:
        for view in tongues:
            _make(data, "deck-atlas", view)

    found["decks of the regions in three languages"] = _timed(three, 1)
    return found


def _limits(found: dict[str, list[float]], qgis: dict[str, list[float]]) -> list[Limit]:
    asked = {
        "PNG, A4 300 dpi, default view": 1.0,
        "PNG, one region": 0.7,
        "atlas, 21 pages": 15.0,
        "decks of the regions in three languages": 30.0,
        "stand-alone page, first draw from a file": 1.0,
    }
    limits = [Limit(f"{n} (median)", median(found[n]), most, "s") for n, most in asked.items()]
    for kind, name in (("png", "PNG, 100 000 lines"), ("pdf", "PDF, 100 000 lines")):
        if kind in qgis:
            share = median(found[name]) / median(qgis[kind])
            limits.append(Limit(f"{name}, times QGIS (medians)", share, 2.0, "x"))
    return limits


@click.command()
@click.option("--runs", type=click.IntRange(1), default=10)
@click.option("--lines", "count", type=click.IntRange(1000), default=100_000)
def main(runs: int, count: int) -> None:
    """Measure and print; exit 1 when a limit is broken."""
    before, cores = machine.load(), machine.limit_cores()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(root=ROOT, var=folder / "var")
        store.build()
        data = store.dataset()
        made_up = _with_lines(data, folder, count)
        found = _prints(data, made_up, runs) | _files(data, runs)
        qgis = _qgis(made_up, folder, runs)
        (folder / "map.html").write_bytes(_make(data, "html", _view()))
        with chromium() as browser:
            draws = _first_draws(browser, folder / "map.html", runs)
            found["stand-alone page, first draw from a file"] = draws
            found["(rival) Chromium, picture of the page with as many dots"] = _screenshots(
                browser, min(runs, _LONG_RUNS)
            )
            about = machine.describe(cores, browser.version, before)
        found |= {f"(rival) QGIS, {kind.upper()} of the lines": s for kind, s in qgis.items()}
    limits = _limits(found, qgis)
    rows = ["| output | runs | median, s | p95, s |", "|---|--:|--:|--:|"]
    rows += [f"| {n} | {len(s)} | {median(s):.3f} | {p95(s):.3f} |" for n, s in found.items()]
    click.echo("\n".join([*(f"- {one}" for one in about), "", *verdicts(limits), "", *rows]))
    sys.exit(0 if all(one.kept for one in limits) else 1)


if __name__ == "__main__":
    main()
