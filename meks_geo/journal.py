"""The journal: who changed the map of record, when, why, and which revision came of it.

A helper of `store`, which alone decides where it lies. One SQLite file in WAL mode: a change of the
map of record is one transaction, and its commit is the point from which the change counts. A
process that dies before it has changed nothing.
"""

import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

_WAIT_S = 60.0
_REVISION = re.compile(r"[0-9a-f]{12}")
_KEY = re.compile(r"[0-9a-f]{12}-[0-9a-f]{12}")
_TABLES = """
CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    author TEXT NOT NULL,
    note TEXT NOT NULL,
    revision TEXT NOT NULL,
    intakes TEXT NOT NULL,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    counts TEXT NOT NULL,
    target INTEGER
);
CREATE TABLE IF NOT EXISTS audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    user TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS plans (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL,
    author TEXT NOT NULL,
    note TEXT NOT NULL
);
"""
_COLUMNS = "number, kind, at, author, note, revision, intakes, file, sha256, counts, target"
_PLAN_COLUMNS = "number, id, text, at, author, note"
_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of the map of record.

    Parameters
    ----------
    number
        Grows by one, never used twice; 0 for an entry that is not written yet.
    kind
        `build` (the shipped registers changed), `publish`, `rollback` or `restore`.
    at
        UTC, ISO, to the second.
    revision
        The revision that it made current.
    intakes
        Keys of the accepted intakes of which the revision is made, in order.
    file, sha256
        Name of the file that came in and hash of its bytes; "" for a build or rollback.
    counts
        Objects added, changed, removed and unchanged.
    target
        Of a rollback, the entry whose state it brought back.
    """

    kind: str
    author: str
    note: str
    revision: str
    intakes: tuple[str, ...]
    file: str = ""
    sha256: str = ""
    counts: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    target: int | None = None
    number: int = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """A line of the audit trail: who did what, a repair of the system itself too."""

    at: str
    user: str
    action: str
    detail: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A version of a saved plan as its text; its removal has none.

    Parameters
    ----------
    number
        Grows by one, over all plans; 0 for one that is not written yet.
    at
        UTC, ISO, to the second.
    """

    id: str
    text: str
    author: str
    note: str
    at: str = ""
    number: int = 0


class Writing:
    """An open transaction: the only way to write."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Keep the connection of the transaction."""
        self._connection = connection

    def entries(self) -> list[Entry]:
        """Return all entries, oldest first."""
        return _entries(self._connection)

    def last(self) -> Entry | None:
        """Return the newest entry; None before the first."""
        found = _entries(self._connection, "ORDER BY number DESC LIMIT 1")
        return found[0] if found else None

    def add(self, entry: Entry) -> Entry:
        """Write an entry; returns it with its number and time."""
        counts, intakes = json.dumps(dict(entry.counts)), json.dumps(entry.intakes)
        values = (
            *(entry.kind, now(), entry.author, entry.note, entry.revision, intakes),
            *(entry.file, entry.sha256, counts, entry.target),
        )
        self._connection.execute(
            "INSERT INTO entries (kind, at, author, note, revision, intakes, file, sha256, counts, "
            "target) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        written = self.last()
        assert written is not None  # noqa: S101 - the row above
        return written

    def replace(self, entries: Sequence[Entry], plans: Sequence[Kept] | None = None) -> None:
        """Put the entries of another journal in place of all that are there; numbers stay theirs.

        So with its plans, unless it is of a time that kept none. The audit trail goes on: it is of
        this system.
        """
        self._connection.execute("DELETE FROM entries")
        for one in entries:
            intakes, counts = json.dumps(one.intakes), json.dumps(dict(one.counts))
            values = (
                *(one.number, one.kind, one.at, one.author, one.note, one.revision, intakes),
                *(one.file, one.sha256, counts, one.target),
            )
            self._connection.execute(
                f"INSERT INTO entries ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values
            )
        if plans is not None:
            self._connection.execute("DELETE FROM plans")
            self._connection.executemany(
                f"INSERT INTO plans ({_PLAN_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
                [(p.number, p.id, p.text, p.at, p.author, p.note) for p in plans],
            )

    def plans(self, plan: str) -> list[Kept]:
        """Return all that was kept of a plan, oldest first."""
        return _plans(self._connection, "WHERE id = ? ORDER BY number", plan)

    def keep(self, plan: Kept) -> None:
        """Write a version of a plan, or its removal."""
        self._connection.execute(
            "INSERT INTO plans (id, text, at, author, note) VALUES (?, ?, ?, ?, ?)",
            (plan.id, plan.text, plan.at, plan.author, plan.note),
        )

    def note(self, user: str, action: str, detail: str) -> None:
        """Write a line of the audit trail."""
        self._connection.execute(
            "INSERT INTO audit (at, user, action, detail) VALUES (?, ?, ?, ?)",
            (now(), user, action, detail),
        )


@contextmanager
def writing(path: Path) -> Iterator[Writing]:
    """Open the journal for one change; waits for another writer, keeps all or nothing.

    Raises
    ------
    sqlite3.OperationalError
        If the file cannot be written, or another writer is not done after a minute.
    """
    with closing(_connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        with connection:  # commits, or rolls back what is still open
            for statement in filter(str.strip, _TABLES.split(";")):
                connection.execute(statement)
            yield Writing(connection)


def entries(path: Path) -> list[Entry]:
    """Return all entries, oldest first; none when there is no journal yet."""
    if not path.exists():
        return []
    with _reading(path) as connection:
        return _entries(connection) if _has_tables(connection) else []


def plans(path: Path, plan: str = "") -> list[Kept] | None:
    """Return all that was kept of a plan, oldest first; without one the newest of each plan.

    None where the journal is of a time that kept no plans, or there is none.
    """
    if not path.exists():
        return None
    with _reading(path) as connection:
        if not _has_tables(connection, "plans"):
            return None
        if plan:
            return _plans(connection, "WHERE id = ? ORDER BY number", plan)
        newest = "WHERE number IN (SELECT max(number) FROM plans GROUP BY id) ORDER BY number"
        return _plans(connection, newest)


def every_plan(path: Path) -> list[Kept] | None:
    """Return every version of every plan, oldest first; None as in `plans`."""
    with _reading(path) as connection:
        return _plans(connection) if _has_tables(connection, "plans") else None


def audit(path: Path, limit: int = 200) -> list[Deed]:
    """Return the newest lines of the audit trail, newest first."""
    if not path.exists():
        return []
    with _reading(path) as connection:
        if not _has_tables(connection):
            return []
        rows = connection.execute(
            "SELECT at, user, action, detail FROM audit ORDER BY number DESC LIMIT ?", (limit,)
        )
        return [Deed(*row) for row in rows]


def snapshot(path: Path) -> bytes:
    """Return a journal as it is at one moment, also while it is written, as the bytes of a file."""
    with _reading(path) as old, closing(_connect(Path(":memory:"))) as new:
        old.backup(new)
        return new.serialize()


def is_whole(path: Path) -> bool:
    """Return whether a file is a journal that can be read from end to end, and makes sense."""
    try:
        with closing(_connect(path)) as connection:
            (word,) = connection.execute("PRAGMA integrity_check").fetchone()
            if word != "ok" or not _has_tables(connection):
                return False
            found = _entries(connection)
            kept = _plans(connection) if _has_tables(connection, "plans") else None
    except (sqlite3.Error, ValueError, TypeError):
        return False
    if any(not isinstance(text, str) for one in kept or () for text in (one.id, one.text)):
        return False
    return all(
        isinstance(one.kind, str)
        and _REVISION.fullmatch(one.revision)
        and all(_KEY.fullmatch(key) for key in one.intakes)
        for one in found
    )


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a journal to read it, also in a folder where SQLite may not write its helper files.

    There a copy is read, with what a writer that died left in the log beside it.
    """
    with closing(_connect(path)) as connection:
        readable = _is_readable(connection)
        if readable:
            yield connection
    if readable:
        return
    with tempfile.TemporaryDirectory(prefix="meks-geo-") as folder:
        for name in (path.name, f"{path.name}-wal"):
            if path.with_name(name).exists():
                shutil.copyfile(path.with_name(name), Path(folder) / name)
        with closing(_connect(Path(folder) / path.name)) as connection:
            yield connection


def _is_readable(connection: sqlite3.Connection) -> bool:
    try:
        _has_tables(connection)
    except sqlite3.OperationalError:
        return False
    return True


def _has_tables(connection: sqlite3.Connection, *names: str) -> bool:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {*(names or ("entries", "audit"))} <= {str(name) for (name,) in found}


def _entries(connection: sqlite3.Connection, order: str = "ORDER BY number") -> list[Entry]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM entries {order}")
    return [
        Entry(
            number=number,
            kind=kind,
            at=at,
            author=author,
            note=note,
            revision=revision,
            intakes=tuple(json.loads(intakes)),
            file=file,
            sha256=sha256,
            counts=MappingProxyType(json.loads(counts)),
            target=target,
        )
        for (
            *(number, kind, at, author, note, revision, intakes, file, sha256, counts, target),
        ) in rows
    ]


def _plans(
    connection: sqlite3.Connection, where: str = "ORDER BY number", *values: str
) -> list[Kept]:
    rows = connection.execute(f"SELECT {_PLAN_COLUMNS} FROM plans {where}", values)
    return [
        Kept(number=number, id=one, text=text, at=at, author=author, note=note)
        for number, one, text, at, author, note in rows
    ]


def now() -> str:
    """Return the time in UTC, ISO, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
