"""A plan by its name in the view: on the command line."""

import json

import pytest
import sampleplans
from click.testing import CliRunner

from meks_geo.cli import main
from meks_geo.planning.keeping import Version
from meks_geo.store import Store

VIEW = "lang=en&at=2026-04-08&region=KZ-55"
SAVED = sampleplans.saved()


@pytest.fixture
def meks(root, store, data, monkeypatch):
    """The command line on the shipped registers, with one plan in the journal."""
    entry = Version(1, SAVED.id, SAVED.at_saved, SAVED.author, "", SAVED)
    monkeypatch.setattr(Store, "dataset", lambda _self, _revision="": data)
    monkeypatch.setattr(Store, "plan", lambda _self, one: SAVED if one == SAVED.id else None)
    monkeypatch.setattr(
        Store, "plan_versions", lambda _self, one: (entry,) if one == SAVED.id else ()
    )
    runner = CliRunner(
        env={"MEKS_GEO_ROOT": str(root), "MEKS_GEO_VAR": str(store.var), "LC_ALL": "C"}
    )
    return lambda *args: runner.invoke(main, [str(one) for one in args])


def test_a_print_of_a_view_shows_the_plan_that_it_names(meks, tmp_path):
    out = tmp_path / "p.svg"
    result = meks("snapshot", "--view", f"{VIEW}&plan=trial-run", "--out", out)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    assert "Plan: Heat first &amp; &lt;water&gt;" in out.read_text()
    assert "plan=trial-run" in out.read_text()


def test_a_plan_that_is_not_there_is_reported_and_the_file_is_made_without(meks, tmp_path):
    out = tmp_path / "p.geojson"
    result = meks("export", "--view", f"{VIEW}&plan=gone", "--out", out)
    assert result.exit_code == 0
    assert "plan=gone" in result.stderr
    passport = json.loads(out.read_text())["passport"]
    assert "plan" not in passport
    assert "plan=" not in passport["link"]


def test_a_deck_with_a_plan_is_still_true(meks, tmp_path):
    out = tmp_path / "p.pptx"
    made = meks("deck", "--view", "lang=en&region=KZ-55&plan=trial-run", "--out", out)
    assert made.exit_code == 0, made.stderr
    result = meks("verify-deck", out, "--json")
    assert json.loads(result.stdout)["changed"] == []
    assert result.exit_code == 0, result.stdout
