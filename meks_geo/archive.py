"""Accepted intakes as files: the sender's own bytes, and what they change, both kept for good.

A helper of `store`, which alone decides where they lie. A key names both: the hash of the file and
of what it was taken to mean, because one file may be sent again after the registers have changed.
"""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pandas as pd
import pyogrio

from meks_geo import revisions
from meks_geo.amendment import CELLS, REMOVED, REPLACED, Amendment
from meks_geo.errors import InputError, by_system
from meks_geo.files import STAGING, settle
from meks_geo.model import Schema

_AMENDMENT = ".amendment.gpkg"
_GDAL_ERRORS = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError)
_CHUNK = 1 << 20


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def key_of(sha256: str, amendment: Amendment) -> str:
    """Return the key under which an intake is kept."""
    digest = hashlib.sha256()
    for name, frame in amendment.frames.items():
        if name == "networks":
            revisions.add_networks(digest, amendment.networks)
        else:
            digest.update(f"{name}\n{frame.to_csv(index=False)}".encode())
    return f"{sha256[:12]}-{digest.hexdigest()[:12]}"


def save(folder: Path, key: str, amendment: Amendment, original: Path) -> None:
    """Keep an intake; whoever finds it under its final name finds it whole."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{key}{_AMENDMENT}"
    if kept.exists():
        return
    ending = "".join(c for c in original.suffix.lower() if c.isalnum() or c == ".")[:10]
    staging = folder / f"{key}.original{STAGING}"
    shutil.copyfile(original, staging)
    settle(staging, folder / f"{key}.original{ending}", lasting=True)
    staging = folder / f"{key}{STAGING}.gpkg"
    revisions.write(staging, amendment.frames)
    settle(staging, kept, lasting=True)


def original(folder: Path, key: str) -> Path | None:
    """Return the sender's file of an intake; None when it is not kept."""
    found = (path for path in folder.glob(f"{key}.original*") if STAGING not in path.name)
    return next(found, None)


def load(folder: Path, key: str, schemas: Mapping[str, Schema], *, lines: bool = True) -> Amendment:
    """Return what an accepted intake changes; without `lines`, nothing of its networks.

    Raises
    ------
    InputError
        If it is not kept, or damaged.
    """
    path = folder / f"{key}{_AMENDMENT}"
    none = revisions.empty_networks(schemas["networks"])
    columns = {
        "cells": list(CELLS),
        "claims": [c.name for c in schemas["claims"].columns],
        "sources": [c.name for c in schemas["sources"].columns],
        "removed": list(REMOVED),
        "replaced": list(REPLACED),
    }
    with _readable(path):
        with _opened(path) as connection:
            texts = {name: _text(connection, name, named) for name, named in columns.items()}
        networks = revisions.read_networks(path, schemas["networks"]) if lines else none
    if not lines:
        texts["replaced"] = texts["replaced"][:0]
    return Amendment(id=f"intake-{key[:8]}", networks=networks, **texts)


def pairs(folder: Path, key: str) -> frozenset[tuple[str, str]]:
    """Return the (region, sector) pairs whose networks an intake replaced.

    Raises
    ------
    InputError
        If it is not kept, or damaged.
    """
    path = folder / f"{key}{_AMENDMENT}"
    with _readable(path), _opened(path) as connection:
        found = _text(connection, "replaced", list(REPLACED))
    return frozenset(found.itertuples(index=False, name=None))


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    address = f"{path.resolve().as_uri()}?immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        yield connection


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, *_GDAL_ERRORS) as error:
        problem = by_system("unreadable-file", path.name, error, otherwise="corrupt")
        raise InputError([problem]) from error


def _text(connection: sqlite3.Connection, table: str, columns: list[str]) -> pd.DataFrame:
    names = ", ".join(f'"{name}"' for name in columns)
    rows = connection.execute(f'SELECT {names} FROM "{table}" ORDER BY fid').fetchall()
    return pd.DataFrame(rows, columns=columns, dtype=object).fillna("")
