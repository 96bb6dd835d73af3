"""What is wrong with a file, as data: a problem has a code, a place and a value, never prose."""

import errno
import os
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

_NO_PARAMS: Mapping[str, object] = MappingProxyType({})

#: Codes that keep the row; every other code rejects the row or refuses the table.
WARNINGS = frozenset(
    {
        *("unknown-column", "decimal-comma", "length-mismatch"),
        *("other-region", "length-shrank", "wear-fell"),
    }
)

#: What the system says no with, by what a person can do about it: words of `reason.<reason>`.
_REASONS = {
    **dict.fromkeys(("ENOSPC", "EDQUOT", "SQLITE_FULL"), "no-space"),
    **dict.fromkeys(("EACCES", "EPERM", "SQLITE_PERM", "SQLITE_CANTOPEN"), "no-access"),
    **dict.fromkeys(("EROFS", "SQLITE_READONLY"), "read-only"),
    "ENOENT": "not-there",
    **dict.fromkeys(("EISDIR", "ENOTDIR"), "folder"),
    **dict.fromkeys(("EIO", "SQLITE_IOERR"), "io-failed"),
    **dict.fromkeys(("EBUSY", "SQLITE_BUSY", "SQLITE_LOCKED"), "busy"),
    **dict.fromkeys(("SQLITE_CORRUPT", "SQLITE_NOTADB"), "corrupt"),
    **dict.fromkeys(("ENOMEM", "SQLITE_NOMEM", "MemoryError"), "no-memory"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in one place of a file.

    Parameters
    ----------
    code
        Key of `problem.<code>.what` and `problem.<code>.fix` in the catalogues.
    file
        Name of the file as the user knows it.
    row
        Line number that the user's program shows (header = 1); None for the whole table.
    column
        Column name; None for the whole row.
    value
        The offending text, as it stands in the file.
    params
        Further words for the message, such as `nearest`.
    severity
        `error` or `warning`; a warning keeps the row.
    table
        Table that the place is in, where a file can hold several; else "".
    """

    code: str
    file: str
    row: int | None = None
    column: str | None = None
    value: str = ""
    params: Mapping[str, object] = field(default_factory=lambda: _NO_PARAMS)
    severity: str = ""
    table: str = ""

    def __post_init__(self) -> None:
        """Fill the severity from the code when it is not given."""
        if not self.severity:
            object.__setattr__(self, "severity", "warning" if self.code in WARNINGS else "error")


class InputError(ValueError):
    """A file that cannot be used at all; carries every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems; the message lists where they are, for logs."""
        self.problems = tuple(problems)
        places = "; ".join(f"{p.file}:{p.row or '-'}:{p.column or '-'}: {p.code}" for p in problems)
        super().__init__(places)


def by_system(code: str, file: str, error: BaseException, *, otherwise: str = "") -> Problem:
    """Return a problem for what the system, and no rule of ours, has against a file or a work.

    `value` is the system's own name of it, the same in every language: `ENOSPC`, `SQLITE_FULL`, or
    the class of the error. Its prose is English and left out, but where a program that was called
    has said why it failed.

    Parameters
    ----------
    otherwise
        Reason where the name of the error tells none.
    """
    name = type(error).__name__
    if isinstance(error, OSError):
        name = errno.errorcode.get(error.errno or 0, name)
        if name == "EIO" and error.strerror != os.strerror(errno.EIO):
            return Problem(code, file, value=error.strerror or name)
    elif isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", "") or name
    # SQLite tells kinds of a fault apart: SQLITE_IOERR_WRITE, SQLITE_READONLY_DIRECTORY
    family = "_".join(name.split("_")[:2])
    reason = _REASONS.get(family, otherwise)
    return Problem(code, file, value=name, params={"reason": reason} if reason else _NO_PARAMS)


class UnknownSubjectError(LookupError):
    """A subject id that the map of record does not hold."""


class NothingPublishedError(RuntimeError):
    """There is no published revision to read yet."""


class MovedOnError(RuntimeError):
    """The map of record is no longer the revision that something was compared with."""


class CancelledWorkError(RuntimeError):
    """Whoever asked for a piece of work no longer wants it."""
