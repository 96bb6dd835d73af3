"""What is wrong with a file, as data: a problem has a code, a place and a value, never prose."""

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


class UnknownSubjectError(LookupError):
    """A subject id that the map of record does not hold."""


class NothingPublishedError(RuntimeError):
    """There is no published revision to read yet."""


class MovedOnError(RuntimeError):
    """The map of record is no longer the revision that something was compared with."""


class CancelledWorkError(RuntimeError):
    """Whoever asked for a piece of work no longer wants it."""
