"""`python -m benchmarks.kills`: kill a process at random moments while it publishes.

After each kill the map of record must be one whole revision, and the next start must put the rest
right and say so. Exit code 1 when it is not.
"""

import multiprocessing
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from multiprocessing.context import ForkProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import click
import geopandas as gpd
import numpy as np
from shapely import LineString

from benchmarks.machine import limit_cores, load
from benchmarks.servers import ROOT
from meks_geo import journal
from meks_geo.amendment import Amendment
from meks_geo.intake.amend import Sender, amendment
from meks_geo.intake.compare import difference
from meks_geo.intake.model import CheckedTable, Verdict
from meks_geo.journal import Entry
from meks_geo.store import Store

_DAY = date(2026, 11, 22)
_KEPT = 20
_AGAIN = 5

#: Where a publish was when it died, in the order of its steps, by what it left.
STEPS = (
    "nothing written yet",
    "writing the intake",
    "intake kept, nothing more",
    "writing the revision",
    "revision whole, not in the journal",
    "in the journal, not current",
    "current, older files not removed yet",
    "done",
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A store before a publish, what is to be published, and the revisions before and after."""

    store: Store
    amended: Amendment
    file: Path
    old: str
    new: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """One kill: the step it fell on, what the next start did, and what was wrong."""

    step: str
    repaired: tuple[str, ...]
    faults: tuple[str, ...]


def stage(folder: Path, root: Path = ROOT, lines: int = 200) -> Stage:
    """Prepare a store with a history so long that the next publish lets an old revision go."""
    store = Store(root=root, var=folder / "var")
    file = folder / "map.xlsx"
    file.write_bytes(b"a file " * 1000)
    store.build()
    _publish(store, _amended(store, lines, "60"), file)
    old = store.history()[-1]
    with journal.writing(store.journal) as log:
        for _ in range(_KEPT - 2):
            log.add(Entry("rollback", "local", "again", old.revision, old.intakes, target=2))
    store.repair()
    amended = _amended(store, lines, "70")
    new, seconds = rehearse(store, amended, file)
    return Stage(store, amended, file, old.revision, new, seconds)


def _amended(store: Store, lines: int, wear: str) -> Amendment:
    ids = [f"n-{i}" for i in range(lines)]
    shapes = [LineString([(76.9, 52.3 + i / 1e4), (76.95, 52.3 + i / 1e4)]) for i in range(lines)]
    frame = gpd.GeoDataFrame(
        {"network_id": ids, "sector": "heat", "region": "KZ-55", "wear_percent": wear},
        geometry=shapes,
        crs=4326,
    )
    checked = {"networks": CheckedTable(frame, np.arange(lines))}
    verdict = Verdict("map.xlsx", lines, checked, ())
    sender = Sender("local", _DAY, "map.xlsx", "ab" * 32)
    return amendment(verdict, store.dataset(), store.schemas(), sender)


def _publish(store: Store, amended: Amendment, file: Path) -> str:
    entry = store.publish(
        amended, file, author="local", note="a test", file=file.name, counts={"changed": 1}
    )
    return entry.revision


def rehearse(store: Store, amended: Amendment, file: Path) -> tuple[str, float]:
    """Return the revision that a publish makes, and its seconds, in a process of its own."""
    var = shutil.copytree(store.var, file.parent / "rehearsal")
    copy = Store(root=store.root, var=var)
    child, ready = _start(copy, amended, file)
    ready.wait()
    begun = time.perf_counter()
    child.join()
    seconds = time.perf_counter() - begun
    new = copy.current() or ""
    shutil.rmtree(var)
    return new, seconds


def kill(prepared: Stage, var: Path, delay_s: float) -> Outcome:
    """Publish in a process of its own, kill it after a delay, and look at what is left in `var`."""
    store = Store(root=prepared.store.root, var=shutil.copytree(prepared.store.var, var))
    child, ready = _start(store, prepared.amended, prepared.file)
    ready.wait()
    time.sleep(delay_s)
    child.kill()
    child.join()
    step = _step(store, prepared)
    faults = _faults(store, prepared, step)
    repaired = store.repair()
    faults += _faults_after(store, prepared, step, repaired)
    shutil.rmtree(var)
    return Outcome(step, tuple(repaired), tuple(faults))


def _start(store: Store, amended: Amendment, file: Path) -> tuple[ForkProcess, Event]:
    """Publish in a process of its own, which says when it begins; what is imported stays so."""
    context = multiprocessing.get_context("fork")
    ready = context.Event()

    def run() -> None:
        ready.set()
        _publish(store, amended, file)

    child = context.Process(target=run)
    child.start()
    return child, ready


def _step(store: Store, prepared: Stage) -> str:
    """Return where the publish was, by what is on the disk."""
    before = {path.name for path in prepared.store.intakes.glob("*")}
    intakes = {path.name for path in store.intakes.glob("*")} - before
    whole = (store.published / f"{prepared.new}.gpkg").exists()
    number = 0
    if intakes:
        number = 2 if any(n.endswith(".amendment.gpkg") for n in intakes) else 1
    if number == 2 and list(store.published.glob("*.staging*")):
        number = 3
    if whole:
        number = 4
    if store.history()[-1].revision == prepared.new:
        number = 5
        if store.current() == prepared.new:
            number = 6 if len(store.revisions()) > 2 else 7
    return STEPS[number]


def _faults(store: Store, prepared: Stage, step: str) -> list[str]:
    """Return what is wrong with what a reader sees right after the kill."""
    current, last = store.current(), store.history()[-1].revision
    faults = []
    if current not in (prepared.old, prepared.new):
        faults.append(f"{step}: current is {current}")
    if not (store.published / f"{last}.gpkg").exists():
        faults.append(f"{step}: the journal names a revision without a file")
    if current and not _is_whole(store, current):
        faults.append(f"{step}: {current} is not whole")
    return faults


def _faults_after(store: Store, prepared: Stage, step: str, repaired: list[str]) -> list[str]:
    """Return what is wrong after the next start."""
    entries = store.history()
    keys = {key for entry in entries for key in entry.intakes}
    checks = {
        "journal and current differ": store.current() == entries[-1].revision,
        "staging files left": not list(store.var.rglob("*staging*")),
        "revisions without an entry": store.revisions()
        == {entry.revision for entry in entries[-_KEPT:]},
        "intakes without an entry": {p.name.split(".")[0] for p in store.intakes.glob("*")} == keys,
        "entries lost or doubled": len(entries)
        == len(prepared.store.history()) + (entries[-1].revision == prepared.new),
        "the repair was not said": bool(repaired) == (step not in (STEPS[0], STEPS[-1]))
        or step == STEPS[0],
        "the repair is not in the audit trail": [d.detail for d in store.audit()][::-1][
            len(prepared.store.audit()) :
        ]
        == repaired,
        "a second repair did more": store.repair() == [],
        "not whole": _is_whole(store, store.current() or ""),
    }
    return [f"{step}: {name}" for name, kept in checks.items() if not kept]


def _is_whole(store: Store, revision: str) -> bool:
    path = store.published / f"{revision}.gpkg"
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        (word,) = connection.execute("PRAGMA integrity_check").fetchone()
        (layers,) = connection.execute("SELECT count(*) FROM gpkg_contents").fetchone()
        (wear,) = connection.execute("SELECT count(DISTINCT wear_percent) FROM networks").fetchone()
    return bool(word == "ok" and layers > 10 and wear == 1)


def reads_and_goes_on(prepared: Stage, var: Path) -> bool:
    """Return whether after a kill in the middle all is read and the same file can be published."""
    store = Store(root=prepared.store.root, var=var)
    before = store.dataset()
    revision = _publish(store, prepared.amended, prepared.file)
    found = difference(before, store.dataset(), _DAY).tables["networks"]
    return revision == prepared.new and len(found.changed) + found.unchanged == len(before.networks)


def moments(points: int, seed: int) -> list[float]:
    """Return random shares of a publish, one in each of as many equal spans, in random order."""
    chance = random.Random(seed)  # noqa: S311
    shares = [1.1 * (n + chance.random()) / points for n in range(points)]
    chance.shuffle(shares)
    return shares


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--points", type=click.IntRange(1), default=200, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(points: int, seed: int) -> None:
    """Kill a publish at random moments and say what came of it."""
    os.environ["MEKS_GEO_KEEP"] = str(_KEPT)
    click.echo(f"load of the machine: {load()}, cores used: {limit_cores()}")
    with tempfile.TemporaryDirectory() as folder:
        prepared = stage(Path(folder))
        times, outcomes = [prepared.seconds], []
        for number, share in enumerate(moments(points, seed)):
            if number % _AGAIN == _AGAIN - 1:  # a machine is not always as fast
                times.append(rehearse(prepared.store, prepared.amended, prepared.file)[1])
            outcomes.append(kill(prepared, Path(folder) / "killed", share * times[-1]))
        click.echo(f"one publish: {min(times):.2f} to {max(times):.2f} s; seed {seed}")
    counted = Counter(one.step for one in outcomes)
    click.echo(f"\n| the kill fell | times of {points} |\n|---|--:|")
    for step in STEPS:
        click.echo(f"| {step} | {counted[step]} |")
    mended = sum(bool(one.repaired) for one in outcomes)
    faults = [fault for one in outcomes for fault in one.faults]
    click.echo(f"\nstarts that had something to repair: {mended}; faults: {len(faults)}")
    for fault in faults:
        click.echo(f"FAULT {fault}", err=True)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main(prog_name=f"{Path(sys.executable).name} -m benchmarks.kills")
