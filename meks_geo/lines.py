"""The networks of a revision by column: what filters, sums, tiles and prints need of many lines.

A frame of a million shapes takes seconds to read and to filter; these arrays take a tenth of a
second. They follow from the rows and the zone rules of a revision (`segments` makes them) and never
change: `store` keeps them in a file beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from meks_geo.vocabulary import Zone

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.floating[Any]]

#: Columns that are kept as codes, each with the texts that its codes stand for.
CODED = (
    "sector", "region", "operator", "project_ids", "provenance", "wear_percent", "wear_basis",
    "wear_date",
)  # fmt: skip
#: Coordinates are whole numbers of this part of a degree, about a centimetre.
DEGREE = 10_000_000
#: Zones by their code in `Lines.zones`.
ZONES = tuple(str(zone) for zone in Zone)

#: What reading a file that is not there or not whole raises.
NOT_WHOLE = (OSError, EOFError, ValueError, KeyError, BadZipFile)

_FORMAT = 1


@dataclass(frozen=True, eq=False)
class Lines:
    """One element a line in each array, in the order of the rows of the revision.

    Parameters
    ----------
    ids
        Ids, as UTF-8 bytes, in ascending order.
    codes, words
        For each column of `CODED`: a code a line (int32), and the texts that codes stand for.
    low, high, exact
        Wear in percent: its interval, and the number where it is one; NaN for unknown.
    periods, zones
        First days (ISO) of the times between changes of the zone rules, oldest first, and for each
        time the zone of each line as a code of `ZONES` (uint8, times x lines). Before the first
        time no rule is known.
    seen_from
        Day from which the wear is known, as year * 10000 + month * 100 + day; 0 for always.
    built_year, voltage_kv, diameter_mm
        0 or NaN where unknown.
    km
        Length on the ellipsoid in kilometres.
    shown
        Bit z is set where the map draws the line at zoom z, see `thinning`.
    part_line, part_start, x, y
        Geometry: line of each part; where a part begins among the points (and, last, where they
        end); longitude and latitude of the points in units of 1 / `DEGREE` degrees.
    """

    ids: npt.NDArray[np.bytes_]
    codes: Mapping[str, npt.NDArray[np.int32]]
    words: Mapping[str, tuple[str, ...]]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    exact: npt.NDArray[np.float64]
    periods: tuple[str, ...]
    zones: npt.NDArray[np.uint8]
    seen_from: npt.NDArray[np.int32]
    built_year: npt.NDArray[np.int16]
    voltage_kv: npt.NDArray[np.float64]
    diameter_mm: npt.NDArray[np.float64]
    km: npt.NDArray[np.float64]
    shown: npt.NDArray[np.uint16]
    part_line: npt.NDArray[np.int32]
    part_start: npt.NDArray[np.int64]
    x: npt.NDArray[np.int32]
    y: npt.NDArray[np.int32]

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.ids)

    def number(self, network_id: str) -> int | None:
        """Return the row of a line, counted from 0; None for an unknown id."""
        wanted = network_id.encode()
        at = int(np.searchsorted(self.ids, wanted))
        return at if at < len(self.ids) and self.ids[at] == wanted else None

    def id(self, number: int) -> str:
        """Return the id of a row."""
        return bytes(self.ids[number]).decode()

    def text(self, column: str, number: int) -> str:
        """Return the text of a coded column in a row."""
        return self.words[column][int(self.codes[column][number])]

    def points(self, number: int) -> Floats:
        """Return the points of a row, parts one after another: longitude, latitude in degrees."""
        parts = np.flatnonzero(self.part_line == number)
        rows = [np.arange(self.part_start[p], self.part_start[p + 1]) for p in parts]
        chosen = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
        return np.column_stack([self.x[chosen], self.y[chosen]]) / DEGREE


def day_number(day: date) -> int:
    """Return a day as it is written in `seen_from`."""
    return day.year * 10_000 + day.month * 100 + day.day


# -- as a file -------------------------------------------------------------------------------------

_PLAIN = tuple(f.name for f in fields(Lines) if f.name not in ("codes", "words", "periods"))


def save(path: Path, lines: Lines) -> None:
    """Write lines to a file; it is on the disk for sure only after `files.settle`."""
    arrays: dict[str, Any] = {name: getattr(lines, name) for name in _PLAIN}
    arrays |= {f"codes.{name}": found for name, found in lines.codes.items()}
    arrays |= {f"words.{name}": _packed(found) for name, found in lines.words.items()}
    with path.open("wb") as file:
        np.savez(file, format=np.array(_FORMAT), periods=_packed(lines.periods), **arrays)


def load(path: Path) -> Lines:
    """Return the lines of a file.

    Raises
    ------
    OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile
        One of `NOT_WHOLE`, if there is no such file, or it is cut or damaged.
    """
    with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
        if int(file["format"]) != _FORMAT:
            msg = f"{path.name} is of another format"
            raise ValueError(msg)
        return Lines(
            codes={name: file[f"codes.{name}"] for name in CODED},
            words={name: _unpacked(file[f"words.{name}"]) for name in CODED},
            periods=_unpacked(file["periods"]),
            **{name: file[name] for name in _PLAIN},
        )


def load_words(path: Path, column: str) -> tuple[str, ...]:
    """Return the texts that the codes of one column stand for, and read nothing else.

    Raises
    ------
    OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile
        One of `NOT_WHOLE`, as `load`.
    """
    with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
        return _unpacked(file[f"words.{column}"])


def _packed(texts: Sequence[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\0".join(["", *texts]).encode(), dtype=np.uint8)


def _unpacked(found: npt.NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(found.tobytes().decode().split("\0")[1:])
