"""The picture for paper, beside a bare plot of the same layers with geopandas."""

import io
import subprocess
import sys
from pathlib import Path

from matplotlib.figure import Figure

from benchmarks.clock import seconds
from benchmarks.rivals.tables import Layers
from benchmarks.servers import ROOT, environment
from meks_geo import printmap, queries, scene, style
from meks_geo.model import Dataset
from meks_geo.view import View

_MM_PER_INCH = 25.4
_DPI = 300


def ours(data: Dataset, view: View, runs: int) -> list[float]:
    """Return the seconds of drawing the default view, scene and filter included, once warm."""

    def draw() -> None:
        selection = queries.select(data, view)
        printmap.draw(scene.build(data, selection), data.base, printmap.A4_LANDSCAPE, _DPI)

    draw()
    return [seconds(draw) for _ in range(runs)]


def bare(layers: Layers, runs: int) -> list[float]:
    """Return the seconds of `GeoDataFrame.plot` of the same layers on the same sheet, once warm."""

    def draw() -> None:
        paper = printmap.A4_LANDSCAPE
        size = paper.width_mm / _MM_PER_INCH, paper.height_mm / _MM_PER_INCH
        figure = Figure(figsize=size, dpi=_DPI)
        axes = figure.add_axes((0.03, 0.05, 0.94, 0.9))
        zones = style.load().zones
        layers.neighbours.plot(ax=axes, color="#e9ecef")
        layers.regions.plot(
            ax=axes, color=[zones[z].area for z in layers.regions["zone"]], edgecolor="#7b8794"
        )
        layers.lakes.plot(ax=axes, color="#cfe3ee")
        for points in (layers.plants, layers.cities):
            if len(points):
                points.plot(ax=axes, color=[zones[z].symbol for z in points["zone"]])
        west, south, east, north = layers.regions.total_bounds
        axes.set(xlim=(west, east), ylim=(south, north))
        figure.savefig(io.BytesIO(), format="png")

    draw()
    return [seconds(draw) for _ in range(runs)]


def command(var: Path) -> float:
    """Return the seconds of the command `snapshot`, from the start of its process to the file."""
    call = ["snapshot", "--out", str(var / "bench.png")]

    def run() -> None:
        subprocess.run(
            [sys.executable, "-m", "meks_geo", *call],
            cwd=ROOT, env=environment(var), check=True, capture_output=True,
        )  # fmt: skip

    return seconds(run)
