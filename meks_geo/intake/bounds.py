"""How much of a file is read, and the refusal of what is more or cannot be read at all."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pyogrio

from meks_geo.errors import InputError, Problem

MB = 1_000_000

#: Bytes of a file as it is sent.
MAX_BYTES = 200 * MB
#: Rows of all tables of a file together.
MAX_ROWS = 2_000_000
#: Columns of one table.
MAX_COLUMNS = 1_000
#: Cells of all tables of a file, empty ones within a table too.
MAX_AREA = 30_000_000
#: Texts that the cells of a workbook share.
MAX_SHARED = 10_000_000
#: Characters of one cell.
MAX_CELL = 1_000_000
#: Characters of all cells of a table that repeat a shared text.
MAX_TEXT = 2_000 * MB
#: Points of one geometry; what is still too many for the map is the checker's matter.
MAX_VERTICES = 2_000_000
#: Points of all geometries of a file together.
MAX_ALL_VERTICES = 40_000_000
#: Members of an archive.
MAX_ENTRIES = 10_000
#: Bytes of an archive once it is unpacked, and how many times more than packed that may be.
MAX_UNPACKED = 1_500 * MB
MAX_RATIO = 250
#: Archives smaller than this once unpacked are never bombs.
HARMLESS = 20 * MB

#: What `pyogrio` raises for a file that it cannot read.
VECTOR_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    ValueError,
    OverflowError,
    MemoryError,
)


def unreadable(
    file: str, *, reason: str = "", value: str = "", row: int | None = None, **more: object
) -> InputError:
    """Return the refusal of a whole file.

    Parameters
    ----------
    file
        Name of the file as its sender knows it.
    reason
        Key of `reason.<reason>.what` and `.fix`, which say more than the words of the code; "" when
        these are enough.
    value, row
        The offending text and its row.
    more
        Further words for the message.
    """
    params = {"reason": reason, **more} if reason else more
    return InputError([Problem("unreadable-file", file, row, value=value[:200], params=params)])


def too_large(
    file: str, *, reason: str = "", value: str = "", row: int | None = None, **more: object
) -> InputError:
    """Return the refusal of a file that holds too much; parameters as of `unreadable`."""
    params = {"reason": reason, **more} if reason else more
    return InputError([Problem("too-large", file, row, value=value[:200], params=params)])


def wrong_encoding(file: str, *, value: str = "", row: int | None = None) -> InputError:
    """Return the refusal of a text whose letters cannot be told; parameters as of `unreadable`."""
    return InputError([Problem("wrong-encoding", file, row, value=value)])


def check_area(file: str, cells: int) -> None:
    """Refuse a file with more cells than the bounds allow."""
    if cells > MAX_AREA:
        raise too_many(file, "wide-sheet", cells, MAX_AREA)


def too_many(file: str, reason: str, size: float, most: float) -> InputError:
    """Return the refusal of what is over a bound: `size` of at most `most`."""
    return too_large(file, reason=reason, value=str(size), size=size, most=most)


class _Heard(logging.Handler):
    """Keeps what a library logs instead of printing it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line, a few at most."""
        if len(self.lines) < 100:
            self.lines.append(record.getMessage())


@contextmanager
def hushed() -> Iterator[list[str]]:
    """Keep what the geometry libraries say about a file off the screen; yield their lines."""
    logger, heard = logging.getLogger("pyogrio"), _Heard()
    passing = logger.propagate
    logger.addHandler(heard)
    logger.propagate = False
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield heard.lines
            heard.lines += [str(one.message) for one in caught[:100]]
    finally:
        logger.removeHandler(heard)
        logger.propagate = passing


class Panics:
    """Turns a panic of a reader written in Rust, which no class can be named for, into a refusal.

    Parameters
    ----------
    file
        Name of the file as its sender knows it.
    """

    def __init__(self, file: str) -> None:
        """Remember the file."""
        self._file = file

    def __enter__(self) -> None:
        """Watch what follows."""

    def __exit__(self, kind: type[BaseException] | None, error: object, _trace: object) -> None:
        """Refuse the file when the reader panicked."""
        if kind is not None and kind.__name__ == "PanicException":
            raise unreadable(self._file, reason="damaged", value=self._file)
