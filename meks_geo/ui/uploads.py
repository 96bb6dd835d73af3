"""Files that were dropped on the page, kept under `var/uploads` while they are worked on."""

import hashlib
import secrets
import threading
import time
from collections import Counter
from pathlib import Path, PurePath
from typing import BinaryIO

from meks_geo.files import STAGING, settle
from meks_geo.store import Store

#: Endings that may be dropped; what a file really is shows in its content.
ENDINGS = (
    *("xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "tsv", "txt"),
    *("gpkg", "geojson", "json", "zip", "kml", "kmz"),
)

_CHUNK = 1 << 20
_KEEP_S = 24 * 3600
#: How often each file is worked on: equal files of two sessions are one.
_HELD: Counter[Path] = Counter()
_LOCK = threading.Lock()


def path_of(store: Store, sha256: str, name: str) -> Path:
    """Return where a file lies: it is named by its hash, and only its ending is the sender's."""
    ending = PurePath(name).suffix.lower().removeprefix(".")
    known = ending if ending in ENDINGS else "bin"
    return store.var / "uploads" / f"{sha256}.{known}"


def keep(store: Store, name: str, content: BinaryIO) -> str:
    """Write a file where nobody else may read it; returns its SHA-256.

    Files that nobody asked for since a day are swept away.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    folder = store.var / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep_old(folder)
    staging = folder / f"{secrets.token_hex(8)}{STAGING}"
    staging.touch(mode=0o600)
    digest = hashlib.sha256()
    try:
        with staging.open("wb") as file:
            content.seek(0)
            while chunk := content.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
        path = path_of(store, digest.hexdigest(), name)
        with _LOCK:
            _HELD[path] += 1
        settle(staging, path)
    finally:
        staging.unlink(missing_ok=True)
    return digest.hexdigest()


def is_there(store: Store, sha256: str, name: str) -> bool:
    """Return whether a file is still kept; asking keeps it for another day."""
    path = path_of(store, sha256, name)
    if not path.exists():
        return False
    path.touch()
    return True


def forget(store: Store, sha256: str, name: str) -> None:
    """Remove a file that is no longer needed, unless it was dropped again, here or elsewhere."""
    path = path_of(store, sha256, name)
    with _LOCK:
        _HELD[path] -= 1
        if _HELD[path] <= 0:
            del _HELD[path]
            path.unlink(missing_ok=True)


def _sweep_old(folder: Path) -> None:
    oldest = time.time() - _KEEP_S
    for path in folder.iterdir():
        if path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
