"""Saved plans and what-if on the command line: kept, listed, shown as they were, removed."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from click.testing import CliRunner

from meks_geo.cli_plan import plan_command
from meks_geo.cli_plans import plans_command
from meks_geo.store import Store

MONEY = ["--money", "meks-market=300,ifi=100", "--years", "2026-2029", "--at", "2026-11-22"]
WORDS = ["--title", "Қысқа дайындық", "--author", "Aigul", "--note", "first"]


def _place(store, folder):
    """The shipped map of record in a place with a journal of its own."""
    folder.mkdir()
    for name in ("published", "current"):
        (folder / name).symlink_to(store.var / name)
    env = {"MEKS_GEO_ROOT": str(store.root), "MEKS_GEO_VAR": str(folder), "LANG": "en"}

    def call(command, *arguments):
        return CliRunner().invoke(command, list(arguments), env=env)

    call.store = Store(root=store.root, var=folder)
    return call


@pytest.fixture
def run(store, tmp_path):
    return _place(store, tmp_path / "var")


@pytest.fixture(scope="module")
def kept(store, tmp_path_factory):
    """A place with one saved plan; only to be read."""
    place = _place(store, tmp_path_factory.mktemp("plans") / "var")
    place.made = place(plan_command, *MONEY, "--save", "winter", *WORDS, "--json", "--explain")
    assert place.made.exit_code == 0, place.made.stderr
    return place


@pytest.fixture
def holding(kept, run):
    """A place with that plan, free to be changed."""
    run.store.save_plan(kept.store.plan("winter"))
    return run


def test_a_saved_plan_is_the_same_document_as_when_it_was_saved(kept):
    made = json.loads(kept.made.stdout)
    del made["explain"]
    shown = kept(plan_command, "--saved", "winter", "--json")
    assert shown.exit_code == 0, shown.stderr
    assert json.loads(shown.stdout) == made
    plain = kept(plan_command, *MONEY, "--json")
    assert plain.stdout == shown.stdout


def test_where_nothing_is_saved_it_is_said(run):
    assert run(plans_command, "--json").stdout.strip() == "[]"
    assert "No plan is saved" in run(plans_command).stdout


def test_plans_are_listed_the_newest_first(holding):
    run = holding
    moved = ["--threshold", "heat=50", "--finance", "rate:ifi=9", "--weight", "excess=0.5"]
    done = run(plan_command, *MONEY, *moved, "--save", "spring", *WORDS)
    assert done.exit_code == 0, done.stderr
    spring, winter = json.loads(run(plans_command, "--json").stdout)
    assert (spring["id"], winter["id"]) == ("spring", "winter")
    assert (winter["title"], winter["author"], winter["version"]) == ("Қысқа дайындық", "Aigul", 1)
    assert winter["at"].endswith("Z")
    assert (winter["as_of"], winter["revision"]) == ("2026-11-22", run.store.current())
    assert spring["scenario"]["thresholds"] == {"heat": 50.0}
    assert spring["scenario"]["finance"] == {"rate:ifi": 9.0}
    assert spring["scenario"]["weights"] == {"excess": 0.5}
    assert "scenario" in winter
    lines = run(plans_command, "--lang", "kk").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["spring", "winter"]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_saved_plan_says_who_saved_it_and_of_which_record_it_is(kept, lang):
    shown = kept(plan_command, "--saved", "winter", "--lang", lang)
    assert shown.exit_code == 0, shown.stderr
    head, note, value, *rest = shown.stdout.splitlines()
    assert "Қысқа дайындық" in head
    assert "Aigul" in head
    assert kept.store.current() in head
    assert note == "first"
    fresh = kept(plan_command, *MONEY, "--lang", lang).stdout.splitlines()
    assert fresh[: len(rest) + 1] == [value, *rest]  # a fresh one goes on with the regions


def test_earlier_versions_stay_readable_and_removal_is_told(holding):
    run = holding
    money = ["--money", "ifi=1", "--years", "2026", "--at", "2026-11-22"]
    run(plan_command, *money, "--save", "winter", *WORDS)
    assert set(json.loads(run(plan_command, "--saved", "winter", "--json").stdout)["spent"]) == {
        "ifi"
    }
    first = run(plan_command, "--saved", "winter", "--version", "1", "--json")
    assert "meks-market" in json.loads(first.stdout)["spent"]
    assert run(plan_command, "--saved", "winter", "--version", "3").exit_code == 2
    why = ["--author", "Berik", "--note", "over"]
    gone = run(plans_command, "--remove", "winter", *why, "--json")
    assert (gone.exit_code, gone.stdout.strip()) == (0, "[]")
    assert run(plans_command, "--remove", "winter", *why).exit_code == 2
    assert run(plan_command, "--saved", "winter").exit_code == 2
    assert run(plan_command, "--saved", "winter", "--version", "1").exit_code == 0


def test_all_that_a_saved_plan_keeps_is_there_if_asked(kept):
    shown = json.loads(kept(plan_command, "--saved", "winter", "--json", "--explain").stdout)
    found = shown["explain"]
    assert (found["id"], found["version"]) == ("winter", 1)
    assert found["thresholds"]["heat"] == 60.0
    assert {one["parameter"] for one in found["assumptions"]} >= {"rate:ifi", "weight:excess"}
    goals = {(one["sector"], one["value"]) for one in found["outcome"]["targets"]}
    assert {("heat", 42.0), ("heat", 40.0)} <= goals
    assert found["works"][0]["asks"]
    fresh = json.loads(kept.made.stdout)["explain"]
    assert fresh["outcome"] == found["outcome"]
    assert fresh["scenario"] == found["scenario"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--threshold", "heat"], "--threshold"),
        (["--threshold", "heat=hot"], "--threshold"),
        (["--threshold", "heat=-5"], "--threshold"),
        (["--threshold", "steam=50"], "scenario"),
        (["--threshold", "heat=50", "--threshold", "heat=60"], "--threshold"),
        (["--finance", "rate:bank=5"], "scenario"),
        (["--finance", "rate:ifi=500"], "scenario"),
        (["--weight", "fame=1"], "scenario"),
        (["--save", "Winter", *WORDS], "plan"),
        (["--save", "../x", *WORDS], "plan"),
        (["--save", "winter"], "plan"),
    ],
)
def test_what_cannot_be_moved_or_saved_is_refused(run, arguments, words):
    done = run(plan_command, *MONEY, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert run.store.plans() == ()


@pytest.mark.parametrize(
    "arguments", [["--years", "2026"], ["--money", "ifi=1"], [], ["--saved", "nowhere"]]
)
def test_a_call_without_a_question_is_refused(run, arguments):
    done = run(plan_command, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr


def test_a_removal_has_an_author_and_a_reason(holding):
    done = holding(plans_command, "--remove", "winter")
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 2
    assert [one.id for one in holding.store.plans()] == ["winter"]


def test_a_damaged_plan_is_told_and_hides_no_other(holding):
    run = holding
    run.store.save_plan(replace(run.store.plan("winter"), id="spring"))
    with closing(sqlite3.connect(run.store.journal)) as connection:
        connection.execute("UPDATE plans SET text = '{' WHERE id = 'spring'")
        connection.commit()
    done = run(plans_command, "--json")
    assert done.exit_code == 1
    assert "spring" in done.stderr
    assert [one["id"] for one in json.loads(done.stdout)] == ["winter"]
    assert run(plan_command, "--saved", "spring").exit_code == 2
