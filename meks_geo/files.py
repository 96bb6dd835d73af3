"""Files that are either there whole or not at all, and folders that one process changes at a time.

A helper of `store`. Whatever is half written carries `STAGING` in its name, and is written only by
who holds the lock of its folder: what carries it when the lock is taken was left by a process that
died.
"""

import errno
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

#: Part of the name of what is not whole yet.
STAGING = ".staging"
_LOCK = "lock.sqlite"
_EFFECTIVE = os.access in os.supports_effective_ids


class BusyError(OSError):
    """Another process changes the folder, and was not done in time."""


@contextmanager
def alone(folder: Path, wait_s: float) -> Iterator[None]:
    """Let one process or thread at a time change what is in a folder.

    The lock is that of an empty SQLite file: the system takes it from a process that dies. Nobody
    else may open that file: closing it would let go the lock of another thread.

    Raises
    ------
    BusyError
        If another one is not done after `wait_s` seconds.
    OSError
        If nothing can be written there.
    """
    try:
        with closing(
            sqlite3.connect(folder / _LOCK, timeout=wait_s, isolation_level=None)
        ) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            if not os.access(folder / _LOCK, os.W_OK, effective_ids=_EFFECTIVE):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            raise BusyError(errno.EBUSY, os.strerror(errno.EBUSY)) from error
        raise


def settle(staging: Path, target: Path, *, lasting: bool = False) -> None:
    """Give a written file its name, once its bytes are on the disk.

    Parameters
    ----------
    lasting
        Nobody is to change it any more: a program that opens it may only read.
    """
    with staging.open("rb+") as file:
        os.fsync(file.fileno())
    if lasting:
        staging.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    staging.replace(target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def remove(path: Path) -> None:
    """Remove a file, a lasting one too, or a folder with all that is in it."""
    if path.is_dir():
        shutil.rmtree(path)
        return
    if os.name != "posix":
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    path.unlink(missing_ok=True)


def sweep(folder: Path) -> list[str]:
    """Remove what is half written; returns the names. Only for who holds the lock."""
    found = sorted(folder.glob(f"*{STAGING}*"))
    for path in found:
        remove(path)
    return [path.name for path in found]
