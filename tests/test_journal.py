"""The journal: all or nothing, numbers used once, readable while it is written."""

import sqlite3
from contextlib import closing

import pytest

from meks_geo import journal
from meks_geo.journal import Entry

A, B = "a" * 12, "b" * 12
KEY = f"{A}-{B}"


def entry(revision=A, **more):
    return Entry("publish", "Aigul", "why", revision, (KEY,), **more)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.sqlite"


def write(path, *found):
    with journal.writing(path) as log:
        return [log.add(one) for one in found]


def test_what_is_written_is_read_back_with_number_and_time(path):
    (written,) = write(path, entry(file="м.xlsx", sha256="ff", counts={"added": 2}, target=None))
    assert written.number == 1
    assert len(written.at) == len("2026-11-22T04:00:00Z")
    assert journal.entries(path) == [written]
    assert (written.file, written.intakes, dict(written.counts)) == ("м.xlsx", (KEY,), {"added": 2})
    assert written.target is None


def test_without_a_journal_there_is_no_history_and_reading_makes_none(path):
    assert (journal.entries(path), journal.audit(path)) == ([], [])
    assert not path.exists()
    path.touch()
    assert (journal.entries(path), journal.audit(path)) == ([], [])


def test_a_change_that_fails_leaves_nothing(path):
    write(path, entry())

    def half():
        with journal.writing(path) as log:
            log.add(entry(B))
            log.note("a", "b", "c")
            raise LookupError

    with pytest.raises(LookupError):
        half()
    assert [one.revision for one in journal.entries(path)] == [A]
    assert journal.audit(path) == []
    assert write(path, entry(B))[0].number == 2


def test_a_writer_sees_its_own_and_a_reader_the_last_whole_state(path):
    write(path, entry())
    with journal.writing(path) as log:
        log.add(entry(B))
        assert log.last().revision == B
        assert [one.revision for one in log.entries()] == [A, B]
        assert len(journal.entries(path)) == 1
    assert len(journal.entries(path)) == 2


def test_a_second_writer_waits_and_gives_up(path, monkeypatch):
    monkeypatch.setattr(journal, "_WAIT_S", 0.01)

    def second():
        with journal.writing(path):
            pass

    with journal.writing(path), pytest.raises(sqlite3.OperationalError, match="locked"):
        second()


def test_the_entries_of_another_journal_take_the_place_and_no_number_comes_twice(path):
    write(path, entry(), entry(B), entry())
    old = journal.entries(path)[:1]
    with journal.writing(path) as log:
        log.note("a", "b", "c")
        log.replace(old)
        new = log.add(Entry("restore", "x", "y", B, ()))
    assert journal.entries(path) == [*old, new]
    assert new.number == 4
    assert [deed.action for deed in journal.audit(path)] == ["b"]


def test_the_audit_trail_is_newest_first_and_bounded(path):
    with journal.writing(path) as log:
        for number in range(5):
            log.note("Aigul", "look", str(number))
    assert [deed.detail for deed in journal.audit(path, limit=3)] == ["4", "3", "2"]
    assert journal.audit(path)[0].user == "Aigul"


def test_a_snapshot_is_one_moment_also_while_it_is_written(path, tmp_path):
    write(path, entry())
    copied = tmp_path / "copy.sqlite"
    with journal.writing(path) as log:
        log.add(entry(B))
        copied.write_bytes(journal.snapshot(path))
    assert [one.revision for one in journal.entries(copied)] == [A]
    assert journal.is_whole(copied)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("intakes", "not json"),
        ("intakes", '["../../etc/passwd"]'),
        ("intakes", "5"),
        ("counts", "["),
        ("revision", "../x"),
        ("revision", "A" * 12),
    ],
)
def test_a_journal_that_makes_no_sense_is_not_whole(path, column, value):
    write(path, entry())
    assert journal.is_whole(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"UPDATE entries SET {column} = ?", (value,))
    assert not journal.is_whole(path)


@pytest.mark.parametrize("how", ["empty", "text", "cut", "overwritten", "other tables"])
def test_a_damaged_journal_is_not_whole(path, how):
    write(path, *[entry()] * 200)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    whole = path.read_bytes()
    damaged = {
        "empty": b"",
        "text": b"no journal" * 1000,
        "cut": whole[: len(whole) // 2],
        "overwritten": whole[:8192] + b"\xff" * 4096 + whole[12288:],
    }
    path.unlink()
    if how == "other tables":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE entries (number)")
    else:
        path.write_bytes(damaged[how])
    assert not journal.is_whole(path)
