"""Files that were dropped on the page: private, named by their hash, gone after a day."""

import hashlib
import io
import os

import pytest

from meks_geo.store import Store
from meks_geo.ui import uploads


@pytest.fixture
def own(root, tmp_path):
    return Store(root=root, var=tmp_path / "var")


def keep(own, name="map.csv", content=b"a,b\n"):
    return uploads.keep(own, name, io.BytesIO(content))


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("map.XLSX", ".xlsx"),
        ("../../etc/passwd", ".bin"),
        ("x.py", ".bin"),
        ("a/b.csv", ".csv"),
        ("c:\\d.gpkg", ".gpkg"),
        (".zip", ".bin"),
    ],
)
def test_nothing_of_the_senders_name_but_a_known_ending_is_used(own, name, ending):
    sha256 = keep(own, name)
    assert sha256 == hashlib.sha256(b"a,b\n").hexdigest()
    (path,) = (own.var / "uploads").iterdir()
    assert path.name == f"{sha256}{ending}"
    assert path == uploads.path_of(own, sha256, name)


def test_nobody_else_may_read_it(own):
    keep(own)
    folder = own.var / "uploads"
    (path,) = folder.iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    assert path.stat().st_mode & 0o077 == 0


def test_what_nobody_asked_for_since_a_day_is_swept_away(own):
    old, fresh = keep(own, content=b"old"), keep(own, content=b"fresh")
    path = uploads.path_of(own, old, "map.csv")
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 25 * 3600))
    assert uploads.is_there(own, fresh, "map.csv")
    keep(own, content=b"new")
    assert not uploads.is_there(own, old, "map.csv")
    assert uploads.is_there(own, fresh, "map.csv")


def test_asking_for_a_file_keeps_it_for_another_day(own):
    sha256 = keep(own)
    path = uploads.path_of(own, sha256, "map.csv")
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 23 * 3600))
    before = path.stat().st_mtime
    assert uploads.is_there(own, sha256, "map.csv")
    assert path.stat().st_mtime > before


def test_a_file_is_forgotten_twice_without_harm(own):
    sha256 = keep(own)
    uploads.forget(own, sha256, "map.csv")
    uploads.forget(own, sha256, "map.csv")
    assert not uploads.is_there(own, sha256, "map.csv")


def test_a_file_that_was_dropped_twice_stays_until_the_last_is_put_aside(own):
    sha256 = keep(own)
    assert keep(own) == sha256  # by the same session or another one
    uploads.forget(own, sha256, "map.csv")
    assert uploads.is_there(own, sha256, "map.csv")
    uploads.forget(own, sha256, "map.csv")
    assert not uploads.is_there(own, sha256, "map.csv")


def test_a_reader_that_fails_leaves_nothing_behind(own):
    class Broken(io.BytesIO):
        def read(self, *_):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        uploads.keep(own, "map.csv", Broken(b"x"))
    assert list((own.var / "uploads").iterdir()) == []
