"""The commands around files that come in: exit codes, and what is said on standard error."""

import pytest
from click.testing import CliRunner

from meks_geo import i18n
from meks_geo.cli import main

HEADINGS = "plant_id,name_ru,kind,region,lat,lon\n"
SIGNED = ("--author", "Aigul", "--note", "why")
LANGS = ("kk", "ru", "en")


@pytest.fixture
def send(small, tmp_path):
    """Call a command with a CSV file of plants; the map of record is small."""
    env = {"MEKS_GEO_ROOT": str(small.root), "MEKS_GEO_VAR": str(small.var), "LC_ALL": "C"}

    def call(command, text, *args):
        file = tmp_path / "plants.csv"
        file.write_text(text, encoding="utf-8")
        return CliRunner(env=env).invoke(main, [command, str(file), *args])

    return call


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("command", "args"), [("diff", ()), ("publish", SIGNED)])
def test_a_file_without_rows_is_refused_in_words(send, small, command, args, lang):
    before = small.current()
    result = send(command, HEADINGS, *args, "--lang", lang)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [i18n.text(lang, "intake.empty")]
    assert (small.current(), len(small.history())) == (before, 1)


def test_a_file_without_rows_has_no_faults(send):
    result = send("check", HEADINGS, "--lang", "en")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "Rows accepted: 0 of 0\n"


def test_a_file_with_faults_is_not_called_empty(send):
    result = send("diff", f"{HEADINGS}new-chp,Новая,no-such-kind,KZ-55,52.3,76.9\n", "--lang", "en")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no-such-kind" in result.stderr
    assert i18n.text("en", "intake.empty") not in result.stderr


def test_what_would_be_added_is_said(send):
    result = send("diff", f"{HEADINGS}new-chp,Новая,chp,KZ-55,52.3,76.9\n", "--lang", "en")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Plants: added 1, changed 0, removed 0," in result.stdout
