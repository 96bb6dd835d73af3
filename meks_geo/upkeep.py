"""The files of a store kept in agreement with its journal, whatever a process left behind.

A helper of `store`, for who holds the lock. The journal is the truth: what it does not name goes,
and `current` names the revision of its last entry.
"""

import json
from collections.abc import Collection, Sequence
from pathlib import Path

import geopandas as gpd
import pyogrio

from meks_geo.files import STAGING, remove, settle, sweep
from meks_geo.journal import Entry
from meks_geo.model import Schema
from meks_geo.revisions import empty_networks, read_networks


def point(var: Path, revision: str, registers: str) -> None:
    """Make a revision the current one; `registers` is the fingerprint of what it was built from."""
    swap(prepare(var, revision, registers))


def prepare(var: Path, revision: str, registers: str) -> Path:
    """Write down that a revision is the current one; it counts from `swap` on.

    After that no disk is too full to go on.
    """
    staging = var / f"current{STAGING}"
    staging.write_text(json.dumps({"revision": revision, "registers": registers}), encoding="utf-8")
    return staging


def swap(staging: Path) -> None:
    """Make what was prepared count."""
    settle(staging, staging.with_name("current"))


def marker(var: Path) -> dict[str, str]:
    """Return the current revision and its `registers`; nothing when there is no such file."""
    try:
        found: dict[str, str] = json.loads((var / "current").read_text(encoding="utf-8"))
        known = (var / "published" / f"{found['revision']}.gpkg").exists()
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}
    return found if known else {}


def revisions(var: Path) -> frozenset[str]:
    """Return the revisions that have a file."""
    found = (var / "published").glob("*.gpkg")
    return frozenset(path.stem for path in found if STAGING not in path.name)


def mend(var: Path, entries: Sequence[Entry], keep: int) -> list[str]:
    """Make the files agree with the journal; returns what was done.

    Parameters
    ----------
    keep
        How many of the last entries keep the file of their revision.
    """
    done = [f"removed {name}" for part in _folders(var) for name in sweep(part)]
    if not entries:
        return done
    kept = {entry.revision for entry in entries[-keep:]}
    keys = {key for entry in entries for key in entry.intakes}
    published = sorted((var / "published").glob("*.*"))
    gone = [path for path in published if path.name.split(".")[0] not in kept]
    gone += _unnamed(var / "intakes", keys)
    for path in gone:
        remove(path)
        done.append(f"removed {path.name}")
    last = entries[-1].revision
    if marker(var).get("revision") != last and last in revisions(var):
        point(var, last, "")
        done.append(f"current {last}")
    return done


def known_networks(
    var: Path, entries: Sequence[Entry], keys: Sequence[str], schema: Schema
) -> tuple[gpd.GeoDataFrame, int]:
    """Return the networks that the first of these intakes made, and of how many of them.

    Networks come from intakes alone, so those of any revision can be gone on from. A file that
    cannot be read counts as not there: the intakes hold the same.
    """
    begun = [one for one in entries if one.intakes == tuple(keys[: len(one.intakes)])]
    for entry in sorted(begun, key=lambda one: -len(one.intakes)):
        path = var / "published" / f"{entry.revision}.gpkg"
        if entry.intakes and path.exists():
            try:
                return read_networks(path, schema), len(entry.intakes)
            except pyogrio.errors.DataSourceError:
                continue
    return empty_networks(schema), 0


def _folders(var: Path) -> tuple[Path, ...]:
    return (var, var / "published", var / "intakes")


def _unnamed(intakes: Path, keys: Collection[str]) -> list[Path]:
    return [path for path in sorted(intakes.glob("*")) if path.name.split(".")[0] not in keys]
