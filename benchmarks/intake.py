"""`python -m benchmarks.intake`: half a million network rows, read and checked; time and memory.

Each format is checked by a process of its own, through the command line, as a person would. Exit 1
when one takes more than 40 s or 2 GB, or when a valid file is not accepted whole. The rival is
openpyxl, which only reads the same workbook.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
import xlsxwriter

from meks_geo.measure import WGS84
from meks_geo.store import Store

_MOST_S, _MOST_GB = 40.0, 2.0
_WEST, _SOUTH = 76.90, 52.20  # Pavlodar


def rows(count: int) -> gpd.GeoDataFrame:
    """Return valid heat and water sections of a made-up street grid, the same on each call."""
    random = np.random.default_rng(55)
    across = np.arange(count) % 1000
    along = np.arange(count) // 1000
    x, y = _WEST + across * 0.0004, _SOUTH + along * 0.0004
    starts, bends = np.column_stack([x, y]), np.column_stack([x + 0.0002, y + 0.0001])
    ends = np.column_stack([x + 0.0004, y])
    lines = shapely.linestrings(np.stack([starts, bends, ends], axis=1).round(6))
    return gpd.GeoDataFrame(
        {
            "network_id": [f"55-{n:06d}" for n in range(count)],
            "sector": np.where(random.random(count) < 0.5, "heat", "water"),
            "region": "KZ-55",
            "operator": np.where(random.random(count) < 0.5, "A", "B"),
            "wear_percent": random.integers(5, 95, count),
            "wear_basis": "inspection",
            "wear_date": "2026-06-30",
            "built_year": random.integers(1955, 2025, count),
            "diameter_mm": random.choice([100, 150, 200, 300, 500], count),
            "provenance": "synthetic",
        },
        geometry=lines,
        crs=WGS84,
    )


def write(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write the rows in the format of the path's ending."""
    if path.suffix == ".gpkg":
        pyogrio.write_dataframe(frame, path, layer="networks", driver="GPKG")
        return
    plain = pd.DataFrame(frame.drop(columns="geometry"))
    plain["geometry"] = shapely.to_wkt(frame.geometry.to_numpy(), rounding_precision=6)
    if path.suffix == ".csv":
        plain.to_csv(path, index=False)
        return
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("networks")
        sheet.write_row(0, 0, list(plain.columns))
        for number, row in enumerate(plain.itertuples(index=False), start=1):
            sheet.write_row(number, 0, row)


def check(path: Path, var: Path) -> tuple[float, float, dict[str, int]]:
    """Return seconds, GB at the peak, and the verdict's rows, accepted and problems."""
    command = [sys.executable, "-m", "meks_geo", "check", str(path), "--json"]
    return _measured(command, var)


def _measured(command: list[str], var: Path) -> tuple[float, float, dict[str, int]]:
    begun = time.perf_counter()
    env = {**os.environ, "MEKS_GEO_VAR": str(var)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, _, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    found = json.loads(said) if said.startswith("{") else {"rows": 0, "accepted": 0, "problems": []}
    counts = {**found, "problems": len(found["problems"])}
    return seconds, _gigabytes(usage), {k: counts[k] for k in ("rows", "accepted", "problems")}


def _gigabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1e6  # kilobytes on Linux


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rows", "count", type=click.IntRange(1), default=500_000, show_default=True)
def main(count: int) -> None:
    """Check half a million rows in each format."""
    kept = True
    click.echo("| file | MB | seconds | GB | rows | accepted | problems | |")
    click.echo("|---|--:|--:|--:|--:|--:|--:|---|")
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder) / "var"
        Store(var=var).build()
        frame = rows(count)
        for ending in ("xlsx", "gpkg", "csv"):
            path = Path(folder) / f"networks.{ending}"
            write(frame, path)
            seconds, gigabytes, verdict = check(path, var)
            whole = verdict == {"rows": count, "accepted": count, "problems": 0}
            good = whole and seconds <= _MOST_S and gigabytes <= _MOST_GB
            kept &= good
            click.echo(
                _line(f"`check` {ending}", path, seconds, gigabytes, *verdict.values(), good)
            )
        path = Path(folder) / "networks.xlsx"
        seconds, gigabytes, _ = _measured([sys.executable, "-c", _OPENPYXL, str(path)], var)
        click.echo(_line("(openpyxl, reading only)", path, seconds, gigabytes, count, "", "", None))
    sys.exit(0 if kept else 1)


_OPENPYXL = """
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1], read_only=True)
print(sum(1 for sheet in book for row in sheet.iter_rows(values_only=True)))
"""


def _line(name: str, path: Path, seconds: float, gigabytes: float, *rest: object) -> str:
    *counts, good = rest
    word = {True: "PASS", False: "**FAIL**", None: ""}[good]  # type: ignore[index]
    cells = [
        name,
        f"{path.stat().st_size / 1e6:.0f}",
        f"{seconds:.1f}",
        f"{gigabytes:.2f}",
        *counts,
    ]
    return f"| {' | '.join(map(str, cells))} | {word} |"


if __name__ == "__main__":
    main(prog_name=f"{Path(sys.executable).name} -m benchmarks.intake")
