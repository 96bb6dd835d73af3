"""The engine without a browser: build, load, and what one filter change computes."""

import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

from benchmarks.clock import seconds
from benchmarks.servers import ROOT, environment
from meks_geo import queries, scene
from meks_geo.model import Dataset
from meks_geo.store import Store
from meks_geo.view import View
from meks_geo.vocabulary import Zone

_BUILDS = 5


def builds(runs: int) -> list[float]:
    """Return the seconds of `python -m meks_geo build` into an empty folder; five at most."""

    def build() -> None:
        with tempfile.TemporaryDirectory() as var:
            subprocess.run(
                [sys.executable, "-m", "meks_geo", "build"],
                cwd=ROOT, env=environment(Path(var)), check=True, capture_output=True,
            )  # fmt: skip

    return [seconds(build) for _ in range(min(runs, _BUILDS))]


def loads(store: Store, runs: int) -> list[float]:
    """Return the seconds of reading the published revision."""
    return [seconds(store.dataset) for _ in range(runs)]


def filters(data: Dataset, view: View, runs: int) -> list[float]:
    """Return the seconds of selection and scene when the red zone goes on and off."""
    views = cycle([replace(view, zone=(Zone.RED,)), view])
    scene.build(data, queries.select(data, view))  # the day is folded once
    return [_scene_seconds(data, next(views)) for _ in range(runs)]


def days(data: Dataset, first: date, runs: int) -> list[float]:
    """Return the seconds of selection and scene on days that were not asked for before."""
    asked = [View(at=first - timedelta(days=7 * (n + 1))) for n in range(runs)]
    return [_scene_seconds(data, view) for view in asked]


def _scene_seconds(data: Dataset, view: View) -> float:
    return seconds(lambda: scene.build(data, queries.select(data, view)))
