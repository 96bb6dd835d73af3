"""One file that holds all that was ever published, and back again.

A helper of `store`. A backup is a ZIP: `manifest.json` (the hash of every other member),
`journal.sqlite`, the accepted intakes, and the revisions that it keeps. All but the journal never
change once they are written, and the journal is copied as of one moment, so a backup is safe while
the system runs.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from meks_geo import journal
from meks_geo.errors import InputError, Problem, by_system
from meks_geo.files import STAGING, settle
from meks_geo.journal import Entry, Kept
from meks_geo.planning import keeping

_FORMAT = 1
_MANIFEST = "manifest.json"
_JOURNAL = "journal.sqlite"
_MEMBER = re.compile(r"(intakes|published)/[A-Za-z0-9][A-Za-z0-9.-]{0,99}|journal\.sqlite")
_MAX_MANIFEST = 50_000_000
#: A member may unpack to so many times its size; one that stays under so many bytes, to any size.
_MOST_RATIO, _SMALL = 50, 100_000_000
_DAMAGED = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError),
)
_CHUNK = 1 << 20


def write(target: Path, var: Path, keep: int) -> None:
    """Write a backup of `var` with the revisions of the last `keep` entries.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left behind.
    """
    staging = target.with_name(f"{target.name}.part-{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(prefix="meks-geo-") as folder:
            copied = Path(folder) / _JOURNAL
            copied.write_bytes(journal.snapshot(var / _JOURNAL))
            entries = journal.entries(copied)
            _write_zip(staging, copied, var, entries, keep)
        settle(staging, target)
    finally:
        staging.unlink(missing_ok=True)


def _write_zip(path: Path, copied: Path, var: Path, entries: Sequence[Entry], keep: int) -> None:
    keys = dict.fromkeys(key for entry in entries for key in entry.intakes)
    hashes = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        hashes[_JOURNAL] = _add(archive, copied, _JOURNAL)
        for source in (p for key in keys for p in sorted((var / "intakes").glob(f"{key}.*"))):
            name = f"intakes/{source.name}"
            hashes[name] = _add(archive, source, name)
        for revision in dict.fromkeys(entry.revision for entry in reversed(entries[-keep:])):
            name = f"published/{revision}.gpkg"
            with suppress(FileNotFoundError):  # its time ran out; its intakes are here
                hashes[name] = _add(archive, var / name, name)
        created = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = {"format": _FORMAT, "created": created, "files": hashes}
        archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))


def _add(archive: zipfile.ZipFile, source: Path, name: str) -> str:
    """Add a file and return the hash of what was added."""
    digest = hashlib.sha256()
    with source.open("rb") as old, archive.open(name, "w", force_zip64=True) as new:
        while chunk := old.read(_CHUNK):
            digest.update(chunk)
            new.write(chunk)
    return digest.hexdigest()


def unpack(backup: Path, folder: Path) -> list[Entry]:
    """Unpack a backup into an empty folder, every byte proven; returns the entries of its journal.

    Raises
    ------
    InputError
        `unreadable-file` if it is no backup of ours or not whole, `too-large` if it is a bomb.
    """
    try:
        with zipfile.ZipFile(backup) as archive:
            _refuse_astray(archive, backup)
            files = _manifest(archive, backup.name)
            _refuse_bomb(archive, backup.name)
            for name, expected in files.items():
                _take(archive, name, expected, folder / name, backup.name)
    except InputError:
        raise
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise InputError([by_system("unreadable-file", backup.name, error)]) from error
    except _DAMAGED as error:
        raise _refused(backup.name, str(error)) from error
    if not journal.is_whole(folder / _JOURNAL):
        raise _refused(backup.name, _JOURNAL)
    entries = journal.entries(folder / _JOURNAL)
    for key in (key for entry in entries for key in entry.intakes):
        if len(list((folder / "intakes").glob(f"{key}.*"))) < 2:
            raise _refused(backup.name, key)
    return entries


def _refuse_astray(archive: zipfile.ZipFile, backup: Path) -> None:
    """Refuse a directory that points outside of its file: a seek there fails in many ways."""
    size = backup.stat().st_size
    if astray := [i.filename for i in archive.infolist() if not 0 <= i.header_offset < size]:
        raise _refused(backup.name, ", ".join(astray[:3]))


def _refuse_bomb(archive: zipfile.ZipFile, file: str) -> None:
    for info in archive.infolist():
        if info.file_size > max(_SMALL, _MOST_RATIO * info.compress_size):
            raise InputError([Problem("too-large", file, value=str(info.file_size))])


def _manifest(archive: zipfile.ZipFile, file: str) -> dict[str, str]:
    names = archive.namelist()
    if _MANIFEST not in names or archive.getinfo(_MANIFEST).file_size > _MAX_MANIFEST:
        raise _refused(file, _MANIFEST)
    try:
        manifest = json.loads(archive.read(_MANIFEST))
        files: dict[str, str] = {str(k): str(v) for k, v in manifest["files"].items()}
        known = manifest["format"] == _FORMAT
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refused(file, _MANIFEST) from error
    strange = [n for n in {*files, *names} - {_MANIFEST} if not _MEMBER.fullmatch(n)]
    missing = files.keys() - set(names)
    if not known or strange or missing or "journal.sqlite" not in files:
        raise _refused(file, ", ".join([*strange, *missing][:3]) or _MANIFEST)
    return files


def _take(archive: zipfile.ZipFile, name: str, expected: str, target: Path, file: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with archive.open(name) as old, target.open("wb") as new:
        while chunk := old.read(_CHUNK):
            digest.update(chunk)
            new.write(chunk)
    if digest.hexdigest() != expected:
        raise _refused(file, name)


def plans(folder: Path, file: str) -> list[Kept] | None:
    """Return the saved plans of an unpacked backup, each proven; None if it is of before them.

    Raises
    ------
    InputError
        If one of them cannot be read.
    """
    found = journal.every_plan(folder / _JOURNAL)
    for one in found or ():
        try:
            keeping.version_of(one)
        except InputError as error:
            raise _refused(file, one.id[:80]) from error
    return found


def move_in(folder: Path, var: Path) -> None:
    """Move the unpacked intakes and revisions to their places; what is there already stays."""
    for part in ("intakes", "published"):
        (var / part).mkdir(parents=True, exist_ok=True)
        for path in sorted((folder / part).glob("*")):
            target = var / part / path.name
            if not target.exists():
                staging = var / part / f"{path.name}{STAGING}"
                shutil.move(path, staging)
                settle(staging, target, lasting=True)


def _refused(file: str, reason: str) -> InputError:
    return InputError([Problem("unreadable-file", file, value=reason)])
