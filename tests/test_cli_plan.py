"""The command `plan`: the JSON document of the design, words in three languages, refusals."""

import ctypes
import json
import sys

import pytest
from click.testing import CliRunner

from meks_geo import cli_plan
from meks_geo.cli_plan import plan_command

MONEY = ["--money", "meks-market=300,ifi=100,budget=50", "--years", "2026-2029"]
AT = ["--at", "2026-11-22"]


@pytest.fixture(scope="module")
def run(store):
    env = {"MEKS_GEO_ROOT": str(store.root), "MEKS_GEO_VAR": str(store.var), "LANG": "en"}

    def call(*arguments):
        return CliRunner().invoke(plan_command, [*arguments, *AT], env=env)

    return call


@pytest.fixture(scope="module")
def document(run):
    done = run(*MONEY, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_the_document_is_that_of_the_design(document):
    assert list(document) == [
        *("objective", "value", "gap", "spent", "chosen", "left_out", "not_priceable"),
    ]
    assert document["objective"] == "wear-km"
    assert {tuple(one) for one in document["chosen"]} == {
        ("candidate", "year", "source", "cost_bn_kzt")
    }
    assert {tuple(one) for one in document["left_out"]} == {("candidate", "why", "shadow_bn")}
    assert {tuple(one) for one in document["not_priceable"]} == {("candidate", "missing")}
    assert set(document["spent"]) == {"meks-market", "ifi", "budget"}
    assert set(document["spent"]["ifi"]) == {"2026", "2027", "2028", "2029"}


def test_costs_add_up_to_what_is_spent_within_the_money(document):
    limits = {"meks-market": 300, "ifi": 100, "budget": 50}
    for source, by_year in document["spent"].items():
        for year, spent in by_year.items():
            chosen = [
                one["cost_bn_kzt"]
                for one in document["chosen"]
                if (one["source"], str(one["year"])) == (source, year)
            ]
            assert sum(chosen) == pytest.approx(spent, abs=1e-6)
            assert spent <= limits[source]


def test_every_candidate_is_somewhere_once(document):
    done = {one["candidate"] for one in document["chosen"]}
    out = [one["candidate"] for one in document["left_out"]]
    dark = [one["candidate"] for one in document["not_priceable"]]
    assert len(done) + len(out) + len(dark) == len({*done, *out, *dark})
    assert "region:KZ-27-electricity" in done
    assert "plant:uralsk-chp" in out
    assert {"candidate": "entity:zhaiykteploenergo", "missing": ["length_km"]} in document[
        "not_priceable"
    ]
    assert not [one for one in document["chosen"] if one["source"] == "budget"]
    assert all(one["why"] for one in document["left_out"])


def test_the_same_again(run, document):
    assert json.loads(run(*MONEY, "--json").stdout) == document


def test_red_plants_leave_red_where_that_is_asked(run):
    done = json.loads(run(*MONEY, "--objective", "entities-out-of-red", "--json").stdout)
    assert "plant:uralsk-chp" in {one["candidate"] for one in done["chosen"]}
    assert done["value"] == 10.0


def test_people_are_not_published_and_so_nothing_is_planned_by_them(run):
    done = json.loads(run(*MONEY, "--objective", "people", "--json").stdout)
    assert (done["value"], done["chosen"]) == (0.0, [])
    assert {"candidate": "plant:uralsk-chp", "missing": ["people"]} in done["not_priceable"]


def test_all_that_is_behind_it(run):
    done = json.loads(run(*MONEY, "--json", "--explain").stdout)
    one = done["explain"]["candidates"]["city:ekibastuz-heat"]
    assert one["estimate"]["unit_cost"]["works"][0] == "heat-programme"
    assert one["order"]["firmness"] <= 1
    assert one["trail"]["verdict"] == "cannot-be-assessed"
    assert one["sources"]["wear_percent"]["id"] == "alau-kz-01"
    assert all(p["assumed"] or p["source"] for p in done["explain"]["parameters"])
    assert done["explain"]["back_test"]


def test_money_by_year_comes_in_a_file(run, tmp_path):
    path = tmp_path / "money.csv"
    path.write_text("source,year,bn\nmeks-market,2026,300\nmeks-market,2027,0\n", "utf-8")
    done = json.loads(run("--money", str(path), "--years", "2026-2027", "--json").stdout)
    assert done["spent"] == {
        "meks-market": {"2026": done["spent"]["meks-market"]["2026"], "2027": 0}
    }
    assert done["spent"]["meks-market"]["2026"] > 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--money", "bank=3", "--years", "2026"], "unknown-code"),
        (["--money", "ifi=lots", "--years", "2026"], "not-a-number"),
        (["--money", "ifi=-5", "--years", "2026"], "not-a-number"),
        (["--money", "ifi=1,ifi=2", "--years", "2026"], "duplicate-id"),
        (["--money", "", "--years", "2026"], "missing-value"),
        (["--money", "ifi=1", "--years", "soon"], "bad-date"),
        (["--money", "ifi=1", "--years", "2029-2026"], "out-of-range"),
        (["--money", "ifi=1", "--years", "2020-2026"], "out-of-range"),
        (["--money", "nowhere.csv", "--years", "2026"], "unreadable-file"),
        (["--money", "ifi=1", "--years", "2026", "--finance", "tier:budget=2"], "out-of-range"),
        (["--money", "ifi=1", "--years", "2026", "--finance", "tenor:ifi=9.5"], "not-whole"),
        (["--money", "ifi=1", "--years", "2026", "--threshold", "gas=50"], "unknown-code"),
    ],
)
def test_a_call_that_cannot_be_answered_is_refused(run, arguments, code):
    done = run(*arguments)
    assert done.exit_code == 2, code
    assert len(done.stderr.splitlines()) == 1
    assert not done.stdout


def test_all_faults_of_a_file_of_money_are_told(run, tmp_path):
    path = tmp_path / "money.csv"
    path.write_text("source,year,bn\nbank,2026,5\nifi,x,5\nifi,2026,\nifi,2027,1e999\n", "utf-8")
    done = run("--money", str(path), "--years", "2026-2027")
    assert done.exit_code == 2
    assert [line.split(":")[1] for line in done.stderr.splitlines()] == ["2", "3", "4", "5"]
    path.write_text("who,when\n", "utf-8")
    done = run("--money", str(path), "--years", "2026")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 3)


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_it_answers_in_words(run, lang):
    done = run(*MONEY, "--lang", lang)
    assert done.exit_code == 0, done.stderr
    assert "region:KZ-27-electricity" in done.stdout
    assert "8" in done.stdout.splitlines()[0]
    trial = run(*MONEY, "--lang", lang, "--trial")
    assert trial.exit_code == 0
    assert trial.stdout.splitlines()[0] != done.stdout.splitlines()[0]


def test_a_trial_says_so_in_the_document(run):
    done = json.loads(run(*MONEY, "--trial", "--json").stdout)
    assert done["trial"] is True
    assert done["chosen"] == []


def test_what_a_reader_knows_comes_in_a_file(run, tmp_path):
    path = tmp_path / "known.csv"
    path.write_text("candidate,people,revenue_bn_kzt\ncity:ekibastuz-heat,150000,\n", "utf-8")
    done = json.loads(run(*MONEY, "--objective", "people", "--known", str(path), "--json").stdout)
    assert done["value"] == 150000
    path.write_text("candidate,people\ncity:ekibastuz-heat,many\n", "utf-8")
    assert run(*MONEY, "--known", str(path)).exit_code == 2
    path.write_text("candidate,people\nplant:nowhere,5\n", "utf-8")
    assert run(*MONEY, "--known", str(path)).exit_code == 2
    path.write_text("candidate,revenue\ncity:ekibastuz-heat,5\n,1\n", "utf-8")
    done = run(*MONEY, "--known", str(path))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "revenue_bn_kzt" in done.stderr


def test_what_the_solver_prints_is_no_part_of_the_answer(capfd):
    with cli_plan._solver_aside():
        ctypes.CDLL(None).puts(b"chatter")
    sys.stdout.write("answer\n")
    out, err = capfd.readouterr()
    assert (out, err) == ("answer\n", "chatter\n")
