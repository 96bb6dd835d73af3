"""A backup is whole at any moment, comes back as it was, and what is no backup changes nothing."""

import hashlib
import json
import multiprocessing
import shutil
import zipfile
from pathlib import Path

import intakes
import pytest
from intakes import NEW, lines, publish, send, table

from meks_geo import backups, journal
from meks_geo.errors import InputError
from meks_geo.journal import Entry
from meks_geo.store import Store

_FORK = multiprocessing.get_context("fork")


@pytest.fixture(scope="module")
def kept(small_home, tmp_path_factory):
    """A store with two publications, and its backup; both only to be copied."""
    folder = tmp_path_factory.mktemp("backup")
    store = Store(root=small_home, var=shutil.copytree(small_home / "var", folder / "var"))
    send(store, networks=lines(3, wear_percent="70"), plants=table([NEW]))
    send(store, networks=lines(2, wear_percent="60"))
    store.backup(folder / "backup.zip")
    return store, folder / "backup.zip"


@pytest.fixture
def empty(small_home, tmp_path):
    return Store(root=small_home, var=tmp_path / "empty")


def files(var):
    """Every file but the logs of SQLite, which come and go, with the hash of its bytes."""
    return {
        str(path.relative_to(var)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(var.rglob("*"))
        if path.is_file() and not path.name.startswith(("journal.sqlite", "lock.sqlite"))
    }


def test_an_empty_place_gets_the_same_history_and_revision(kept, empty):
    store, backup = kept
    revision = empty.restore(backup, author="Berik")
    assert revision == store.current() == empty.current() == empty.dataset().revision
    *history, last = empty.history()
    assert history == store.history()
    assert (last.kind, last.author, last.note) == ("restore", "Berik", "backup.zip")
    assert (last.number, last.target, last.intakes) == (4, 3, history[-1].intakes)
    assert empty.revisions() == store.revisions()
    assert {n: h for n, h in files(empty.var).items() if n.startswith("intakes")} == {
        n: h for n, h in files(store.var).items() if n.startswith("intakes")
    }
    assert empty.repair() == []
    assert not list(empty.var.glob("before-restore-*"))
    assert len(empty.dataset().networks) == 2
    assert empty.rollback(2, author="a", note="n").revision == history[1].revision
    assert {oct(path.stat().st_mode)[-3:] for path in empty.published.glob("*.gpkg")} == {"444"}


def test_what_was_there_is_kept_as_a_backup_and_can_be_brought_back(kept, small):
    _, backup = kept
    mine = send(small, networks=lines(5, sector="water"))
    before = small.history()
    small.restore(backup, author="Berik")
    assert len(small.dataset().networks) == 2
    assert small.repair() == []
    (earlier,) = small.var.glob("before-restore-*.zip")
    assert small.restore(earlier, author="Berik") == mine.revision
    assert small.history()[:-1] == before
    assert set(small.dataset().networks["sector"]) == {"water"}
    assert len(list(small.var.glob("before-restore-*.zip"))) == 2


def test_revisions_that_the_backup_lacks_come_back_by_their_intakes(kept, empty, tmp_path):
    store, backup = kept
    thin = rewritten(backup, tmp_path / "thin.zip", drop=lambda name: name.startswith("published"))
    assert empty.restore(thin, author="a") == store.current()
    assert empty.rollback(2, author="a", note="n").revision == store.history()[1].revision


def test_a_backup_holds_the_revisions_of_the_last_entries(kept, tmp_path):
    store, _ = kept
    var = shutil.copytree(store.var, tmp_path / "var")
    with journal.writing(var / "journal.sqlite") as log:
        log.add(Entry("rollback", "a", "n", "f" * 12, (), target=1))  # its file is gone
    backups.write(tmp_path / "b.zip", var, keep=2)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        names = archive.namelist()
    assert [n for n in names if n.startswith("published")] == [f"published/{store.current()}.gpkg"]
    assert len([n for n in names if n.startswith("intakes")]) == 4


def test_where_a_backup_cannot_be_written_is_said(kept, tmp_path):
    store, _ = kept
    with pytest.raises(InputError) as raised:
        store.backup(tmp_path / "no such folder" / "b.zip")
    assert [(p.code, p.file) for p in raised.value.problems] == [("unwritable-file", "b.zip")]
    (tmp_path / "there").mkdir()
    with pytest.raises(InputError):
        store.backup(tmp_path / "there")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


# -- what is no backup ------------------------------------------------------------------------


def rewritten(backup, target, drop=lambda _: False, change=None, manifest=None, extra=None):
    """A copy of a backup: members left out, changed or added; the manifest follows, or does not."""
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        listed = json.loads(old.read("manifest.json"))
        contents = {n: old.read(n) for n in old.namelist() if n != "manifest.json"}
        contents = {n: (change or {}).get(n, b) for n, b in contents.items() if not drop(n)}
        contents |= extra or {}
        listed["files"] = {n: hashlib.sha256(b).hexdigest() for n, b in contents.items()}
        listed |= manifest or {}
        for name, content in contents.items():
            new.writestr(name, content)
        new.writestr("manifest.json", json.dumps(listed))
    return target


def intake_of(backup):
    with zipfile.ZipFile(backup) as archive:
        return next(n for n in archive.namelist() if n.endswith(".amendment.gpkg"))


def _truncated(backup, target):
    target.write_bytes(backup.read_bytes()[:-2000])


def _flipped(backup, target):
    content = bytearray(backup.read_bytes())
    for place in range(5000, len(content) - 5000, 9973):
        content[place] ^= 0xFF
    target.write_bytes(bytes(content))


def _foreign(_backup, target):
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")


def _traversal(backup, target):
    rewritten(backup, target, extra={"../../evil.gpkg": b"x"})


def _absolute(backup, target):
    rewritten(backup, target, extra={"/tmp/evil": b"x"})  # noqa: S108


def _hidden(backup, target):
    rewritten(backup, target, extra={"intakes/../../evil": b"x"})


def _unlisted_strange(backup, target):
    rewritten(backup, target)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("published/../evil", b"x")


def _bomb(backup, target):
    rewritten(backup, target, extra={"published/bomb.gpkg": b"\0" * 300_000_000})


def _intake_missing(backup, target):
    rewritten(backup, target, drop=lambda name: name == intake_of(backup))


def _original_missing(backup, target):
    rewritten(backup, target, drop=lambda name: ".original" in name)


def _listed_and_missing(backup, target):
    with zipfile.ZipFile(backup) as archive:
        listed = json.loads(archive.read("manifest.json"))["files"]
    rewritten(backup, target, drop=lambda n: n == intake_of(backup), manifest={"files": listed})


def _wrong_hash(backup, target):
    with zipfile.ZipFile(backup) as archive:
        listed = json.loads(archive.read("manifest.json"))["files"]
    rewritten(backup, target, manifest={"files": {**listed, intake_of(backup): "0" * 64}})


def _no_journal(backup, target):
    rewritten(backup, target, drop=lambda name: name == "journal.sqlite")


def _bad_journal(backup, target):
    rewritten(backup, target, change={"journal.sqlite": b"no journal" * 500})


def _bad_intake(backup, target):
    rewritten(backup, target, change={intake_of(backup): b"no geopackage" * 500})


def _other_format(backup, target):
    rewritten(backup, target, manifest={"format": 2})


def _no_manifest(backup, target):
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist()[:-1]:
            new.writestr(name, old.read(name))


def _odd_manifest(backup, target):
    rewritten(backup, target, manifest={"files": [1, 2]})


def _encrypted(backup, target):
    content = bytearray(backup.read_bytes())
    place = -1
    while (place := content.find(b"PK\x01\x02", place + 1)) >= 0:
        content[place + 8] |= 1
    place = -1
    while (place := content.find(b"PK\x03\x04", place + 1)) >= 0:
        content[place + 6] |= 1
    target.write_bytes(bytes(content))


def _nothing(_backup, target):
    target.write_bytes(b"")


def _absent(_backup, _target):
    pass


def _folder(_backup, target):
    target.mkdir()


_NO_BACKUPS = [
    _truncated, _flipped, _foreign, _traversal, _absolute, _hidden, _unlisted_strange, _bomb,
    _intake_missing, _original_missing, _listed_and_missing, _wrong_hash, _no_journal,
    _bad_journal, _bad_intake, _other_format, _no_manifest, _odd_manifest, _encrypted, _nothing,
    _absent, _folder,
]  # fmt: skip


@pytest.fixture(scope="module")
def living(small_home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("living")
    store = Store(root=small_home, var=shutil.copytree(small_home / "var", folder / "var"))
    send(store, networks=lines(1))
    return store


@pytest.mark.parametrize("make", _NO_BACKUPS, ids=lambda make: make.__name__.strip("_"))
def test_what_is_no_whole_backup_is_refused_and_changes_nothing(kept, living, tmp_path, make):
    _, backup = kept
    target = tmp_path / "sent.zip"
    make(backup, target)
    before = files(living.var), living.history()
    with pytest.raises(InputError) as raised:
        living.restore(target, author="a")
    (problem,) = raised.value.problems
    assert problem.code == ("too-large" if make is _bomb else "unreadable-file")
    assert problem.value != ""
    assert "sent.zip" not in problem.value
    assert (files(living.var), living.history()) == before
    assert not list(living.var.rglob("*staging*"))
    assert not list(tmp_path.rglob("evil*"))
    assert not list(Path(tmp_path.parent).glob("evil*"))


def test_a_damaged_byte_anywhere_is_never_another_crash(kept, tmp_path):
    _, backup = kept
    whole = backup.read_bytes()
    directory = whole.rindex(b"PK\1\2") - 200
    places = [*range(0, directory, directory // 40), *range(directory, len(whole))]
    refused = 0
    for number, place in enumerate(places):
        damaged = bytearray(whole)
        damaged[place] ^= 0xD5
        target, folder = tmp_path / f"{number}.zip", tmp_path / str(number)
        target.write_bytes(bytes(damaged))
        folder.mkdir()
        try:
            backups.unpack(target, folder)
        except InputError:
            refused += 1
        shutil.rmtree(folder)
        target.unlink()
    assert refused > 30


# -- while all goes on ------------------------------------------------------------------------


def test_a_backup_while_another_publishes_is_whole(small, tmp_path):
    amended = [
        intakes.amendment(small, networks=lines(20, wear_percent=str(50 + number)))
        for number in range(3)
    ]
    begin = _FORK.Event()

    def others():
        begin.set()
        while True:
            for one in amended:
                publish(small, one)

    child = _FORK.Process(target=others)
    child.start()
    begin.wait()
    try:
        made = []
        while len(small.history()) < 4:
            made.append(tmp_path / f"{len(made)}.zip")
            backups.write(made[-1], small.var, 20)
    finally:
        child.kill()
        child.join()
    small.repair()
    entries = small.history()
    assert len(made) > 1
    for path in (made[0], made[-1]):
        other = Store(root=small.root, var=tmp_path / path.stem)
        other.restore(path, author="a")
        *history, last = other.history()
        assert history == entries[: len(history)]
        assert last.revision == history[-1].revision == other.current()
        assert other.repair() == []
