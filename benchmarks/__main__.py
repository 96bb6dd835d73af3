"""`python -m benchmarks`: measure, print, write `out/`; exit 1 when a limit is broken."""

import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click

from benchmarks import browser, core, machine, prints, report
from benchmarks.rivals.tables import layers
from benchmarks.servers import ROOT, serve
from meks_geo.model import Dataset
from meks_geo.store import Store
from meks_geo.view import View

_OUT = Path(__file__).parent / "out"
_NAMES = {"ours": "ours", "empty": "(a) empty Streamlit page", "plain": "(b) the plain way"}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--runs", type=click.IntRange(2), default=30, show_default=True)
def main(runs: int) -> None:
    """Measure the product beside an empty page and the plain way, all in one run."""
    load, cores = machine.load(), machine.limit_cores()
    today = datetime.now(UTC).date()
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        store = Store(root=ROOT, var=var)
        _say("build, load, select")
        store.build()
        data, view = store.dataset(), View(at=today)
        engine = [
            ("`meks_geo build` from nothing", {"ours": core.builds(runs)}),
            ("load of a revision", {"ours": core.loads(store, runs)}),
            ("select + scene, filter changed", {"ours": core.filters(data, view, runs)}),
            ("select + scene, new as-of date", {"ours": core.days(data, today, runs)}),
        ]
        _say("snapshot")
        snapshot = prints.ours(data, view, runs)
        plot = prints.bare(layers(data, today), runs)
        command = prints.command(var)
        version, draw, paint = _in_browser(data, var, runs)

    limits = report.limits(draw, paint, snapshot)
    lines = [
        f"# Benchmarks of {today.isoformat()}",
        "",
        f"runs: {runs}",
        "",
        *(f"- {line}" for line in machine.describe(cores, version, load)),
        "",
        *report.verdicts(limits),
        "",
        *report.table(
            [
                ("page request to map drawn", _named(report.drawn(draw))),
                ("filter change to map repainted", _named(report.drawn(paint))),
                ("snapshot, A4 300 dpi, warm", {"ours": snapshot, "bare geopandas.plot": plot}),
                ("command `snapshot`, whole process", {"ours": [command]}),
                *engine,
            ]
        ),
        "",
        *report.breakdown("first draw", draw, change=False),
        "",
        *report.breakdown("filter change", paint, change=True),
        "",
    ]
    text = "\n".join(lines)
    click.echo(text)
    _OUT.mkdir(exist_ok=True)
    (_OUT / f"{today.isoformat()}.md").write_text(text, encoding="utf-8")
    sys.exit(0 if all(one.kept for one in limits) else 1)


def _in_browser(data: Dataset, var: Path, runs: int) -> tuple[str, report.Traces, report.Traces]:
    """Return the browser's version, the first drawings and the repaints."""
    with ExitStack() as stack:
        _say("first draw")
        urls = {kind: stack.enter_context(serve(kind, var)) for kind in _NAMES}
        wants = {kind: browser.wanted(data, kind) for kind in urls}
        chromium = stack.enter_context(browser.chromium())
        draw = browser.first_draws(chromium, urls, wants, runs)
        _say("filter change")
        maps = {kind: url for kind, url in urls.items() if kind != "empty"}
        return chromium.version, draw, browser.repaints(chromium, maps, data, runs)


def _named(series: dict[str, list[float]]) -> dict[str, list[float]]:
    return {_NAMES[kind]: values for kind, values in series.items()}


def _say(what: str) -> None:
    click.echo(f"... {what}", err=True)


if __name__ == "__main__":
    main(prog_name=f"{Path(sys.executable).name} -m benchmarks")
