"""What the system says no with, in words of three languages."""

import errno
import os
import sqlite3
from contextlib import closing

import pytest

from meks_geo import i18n
from meks_geo.errors import by_system

LANGS = ("kk", "ru", "en")
REASONS = {
    errno.ENOSPC: "no-space",
    errno.EACCES: "no-access",
    errno.EPERM: "no-access",
    errno.EROFS: "read-only",
    errno.ENOENT: "not-there",
    errno.EISDIR: "folder",
    errno.EIO: "io-failed",
    errno.EBUSY: "busy",
    errno.ENOMEM: "no-memory",
    errno.EMLINK: None,
}


@pytest.mark.parametrize("number", REASONS, ids=errno.errorcode.get)
@pytest.mark.parametrize("code", ["unwritable-file", "unreadable-file", "work-failed"])
def test_what_the_system_says_is_told_without_its_prose(number, code):
    prose = os.strerror(number)
    problem = by_system(code, "a.csv", OSError(number, prose, "/srv/secret/a.csv"))
    assert (problem.code, problem.value) == (code, errno.errorcode[number])
    assert problem.params.get("reason") == REASONS[number]
    told = {i18n.problem_text(lang, problem) for lang in LANGS}
    assert len(told) == len(LANGS)
    assert not [text for text in told if prose in text or "/srv" in text or "{" in text]


def test_faults_of_sqlite_have_the_words_of_their_kind(tmp_path):
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"SQLite format 3\0" + b"x" * 4096)
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.Error) as caught:
        connection.execute("SELECT * FROM entries")
    assert by_system("unreadable-file", path.name, caught.value).params["reason"] == "corrupt"
    with pytest.raises(sqlite3.Error) as caught:
        sqlite3.connect(tmp_path / "no" / "journal.sqlite")
    problem = by_system("unwritable-file", path.name, caught.value)
    assert (problem.value, problem.params["reason"]) == ("SQLITE_CANTOPEN", "no-access")
    readonly = f"file:{tmp_path / 'new.sqlite'}"
    sqlite3.connect(tmp_path / "new.sqlite").close()
    with closing(sqlite3.connect(f"{readonly}?mode=ro", uri=True)) as connection:
        with pytest.raises(sqlite3.Error) as caught:
            connection.execute("CREATE TABLE x (y)")
        assert by_system("unwritable-file", "x", caught.value).params["reason"] == "read-only"


def test_what_a_program_said_of_its_failure_is_kept():
    problem = by_system("unwritable-file", "var", OSError(errno.EIO, "tippecanoe failed: no zoom"))
    assert (problem.value, dict(problem.params)) == ("tippecanoe failed: no zoom", {})


def test_an_error_without_a_name_of_the_system_has_that_of_its_kind():
    problem = by_system("unreadable-file", "r.gpkg", ValueError("x"), otherwise="corrupt")
    assert (problem.value, problem.params["reason"]) == ("ValueError", "corrupt")
    assert by_system("work-failed", "", OSError("prose")).value == "OSError"
