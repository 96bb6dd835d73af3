"""The stable command line: shapes of its JSON, exit codes, and errors in the reader's language."""

import json
import shutil
import struct

import pytest
from click.testing import CliRunner

from meks_geo import i18n
from meks_geo.cli import main
from meks_geo.errors import Problem
from meks_geo.store import Store

LANGS = ("kk", "ru", "en")
KOKSHETAU = "kokshetau-chp-newbuild"
TEN = {
    "maek-chp-2", "semey-chp-1", "temirtau-gres-1", "petropavl-chp-2", "pavlodar-chp-2",
    "stepnogorsk-chp", "uralsk-chp", "kyzylorda-chp-old", "arkalyk-chp", "taraz-chp-4",
}  # fmt: skip


def call(home, var, *args, **env):
    runner = CliRunner(
        env={"MEKS_GEO_ROOT": str(home), "MEKS_GEO_VAR": str(var), "LC_ALL": "C", **env}
    )
    return runner.invoke(main, args)


@pytest.fixture
def meks(root, store, data, monkeypatch):
    """The command line on the shipped registers, which are read from the file only once."""
    read = Store.dataset

    def once(self, revision=""):
        return data if revision in ("", data.revision) else read(self, revision)

    monkeypatch.setattr(Store, "dataset", once)
    return lambda *args, **env: call(root, store.var, *args, **env)


@pytest.fixture
def broken(root, store, tmp_path):
    """The command line on registers with a fault in row 2 of the claims, and a good revision."""
    for folder in ("data", "geo"):
        shutil.copytree(root / folder, tmp_path / folder)
    shutil.copytree(store.var, tmp_path / "var")
    path = tmp_path / "data" / "claims.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",cost_bn_kzt,239,", ",cost_bn_kzt,a lot,", 1), encoding="utf-8")
    return lambda *args, var="var", **env: call(tmp_path, tmp_path / var, *args, **env)


def document(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


# -- build ------------------------------------------------------------------------------------


def test_build_prints_the_revision(meks, store):
    result = meks("build")
    assert (result.exit_code, result.stdout) == (0, f"{store.current()}\n")
    assert result.stderr == ""


def test_a_broken_register_stops_the_build_with_file_row_and_column(broken):
    result = broken("build")
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("claims.csv:2:value: ")
    assert "a lot" in line


def test_a_broken_register_leaves_the_last_good_revision_in_use(broken, store):
    result = broken("query", "--view", "zone=red&kind=chp&at=2026-03-01", "--json")
    found = document(result)
    assert found["revision"] == store.current()
    assert set(found["layers"]["plants"]["ids"]) == TEN
    assert "claims.csv:2:value" in result.stderr


def test_a_broken_register_with_nothing_published_is_bad_data(broken):
    result = broken("query", "--json", var="empty")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "claims.csv:2:value" in result.stderr


# -- query ------------------------------------------------------------------------------------


def test_query_says_what_a_view_lets_through(meks, store):
    found = document(meks("query", "--view", "zone=red&kind=chp&at=2026-03-01", "--json"))
    assert list(found) == ["revision", "as_of", "dropped", "layers", "totals"]
    assert found["revision"] == store.current()
    assert (found["as_of"], found["dropped"]) == ("2026-03-01", [])
    plants = found["layers"]["plants"]
    assert plants | {"ids": None} == {"in_source": 84, "in_filter": 10, "drawn": 10, "ids": None}
    assert set(plants["ids"]) == TEN
    counted = {"in_source", "in_filter", "drawn"}
    assert {name: set(layer) for name, layer in found["layers"].items()} == {
        "plants": counted | {"ids"},
        "projects": counted | {"ids"},
        "regions": counted | {"ids"},
        "networks": counted | {"length_km"},
    }
    totals = found["totals"]
    assert set(totals) == {
        "projects", "cost_bn_kzt", "electric_mw_added", "heat_gcal_h_added", "wear_percent",
        "wear_known_share",
    }  # fmt: skip
    assert (totals["wear_percent"], totals["wear_known_share"]) == (79.25, 0.4)
    assert totals["projects"] == found["layers"]["projects"]["in_filter"]


def test_query_reports_everything_that_it_dropped(meks):
    view = "kind=chp,steam&colour=red&city=atlantis&sel=nothing&year=2029-2026&at=yesterday"
    found = document(meks("query", "--view", view, "--json"))
    assert set(found["dropped"]) == {
        "kind=steam", "colour=red", "city=atlantis", "sel=nothing", "year=2029-2026",
        "at=yesterday",
    }  # fmt: skip


def test_query_reports_a_plan_that_is_not_there(meks):
    done = meks("query", "--view", "plan=nowhere", "--json")
    assert json.loads(done.stdout)["dropped"] == ["plan=nowhere"]


def test_query_of_a_revision_that_is_not_there_is_unusable(meks):
    result = meks("query", "--view", "rev=0123456789ab", "--json", "--lang", "ru")
    assert (result.exit_code, result.stdout) == (2, "")
    expected = i18n.problem_text("ru", Problem("unknown-revision", "var", value="0123456789ab"))
    assert result.stderr.strip() == expected


def test_query_in_words(meks):
    said = {
        lang: meks("query", "--view", "zone=red&kind=chp&at=2026-03-01", "--lang", lang).stdout
        for lang in LANGS
    }
    assert all("10 / 10 / 84" in text for text in said.values())
    assert len(set(said.values())) == 3


# -- facts ------------------------------------------------------------------------------------


def test_facts_of_kokshetau_as_of_2024(meks):
    found = document(meks("facts", KOKSHETAU, "--at", "2024-01-15", "--json"))
    assert list(found) == ["subject", "at", "attributes"]
    assert (found["subject"], found["at"]) == (KOKSHETAU, "2024-01-15")
    values = {name: figure["value"] for name, figure in found["attributes"].items()}
    assert values["contractor"] == "Inter RAO - Export"
    assert values["completion"] == "2027"
    assert values["cost_bn_kzt"] == 239


def test_facts_of_kokshetau_as_of_2026(meks):
    attributes = document(meks("facts", KOKSHETAU, "--at", "2026-04-08", "--json"))["attributes"]
    values = {name: figure["value"] for name, figure in attributes.items()}
    assert {
        "cost_bn_kzt": 356, "heat_gcal_h": 820, "completion": "2029-Q1", "status": "construction",
    }.items() <= values.items()  # fmt: skip
    cost = attributes["cost_bn_kzt"]
    assert set(cost) == {
        "value", "unit", "stated_on", "standing", "source", "conflicts", "history",
    }  # fmt: skip
    assert (cost["unit"], cost["stated_on"], cost["standing"]) == ("bn KZT", "2026-04-07", "stands")
    assert set(cost["source"]) == {"id", "title", "url", "date"}
    assert cost["source"]["url"].startswith("https://www.themoscowtimes.com/2026/04/07/")
    assert [said["value"] for said in cost["history"]] == [239, 347, 356, 356.3, 356]
    status = [(said["value"], said["standing"]) for said in attributes["status"]["history"]]
    assert ("design", "doubtful") in status
    assert attributes["status"]["history"][-1]["note"]


def test_facts_shows_conflicts_of_the_same_day(meks):
    found = document(meks("facts", "oskemen-chp-3-newbuild", "--at", "2023-12-26", "--json"))
    completion = found["attributes"]["completion"]
    assert completion["value"] == "2030"
    assert [said["value"] for said in completion["conflicts"]] == ["2027"]


@pytest.mark.parametrize(
    ("subject", "name", "value"),
    [
        ("maek-chp-2", "wear_percent", ">70"),
        ("uralsk-chp", "wear_percent", 88),
        ("petropavl-chp-2", "wear_percent", 57.3),
        ("zhaiykteploenergo", "wear_percent", 86),
        ("KZ", "total_mw_three_chps", 960),
    ],
)
def test_numbers_are_numbers_and_bounds_are_text(meks, subject, name, value):
    found = document(meks("facts", subject, "--at", "2026-11-21", "--json"))["attributes"][name]
    assert found["value"] == value
    assert type(found["value"]) is type(value)


def test_facts_of_what_is_not_known_yet_is_empty(meks):
    found = document(meks("facts", KOKSHETAU, "--at", "2020-01-01", "--json"))
    assert found == {"subject": KOKSHETAU, "at": "2020-01-01", "attributes": {}}


def test_facts_of_the_country_by_either_name(meks):
    both = [
        document(meks("facts", name, "--at", "2026-11-21", "--json"))["attributes"]
        for name in ("KZ", "national")
    ]
    assert both[0] == both[1] != {}


def test_facts_in_words_are_in_the_language_asked_for(meks):
    said = {
        lang: meks("facts", KOKSHETAU, "--at", "2026-04-08", "--lang", lang).stdout
        for lang in LANGS
    }
    assert len(set(said.values())) == 3
    for lang, text in said.items():
        assert i18n.date(lang, "2026-04-07") in text
        assert i18n.quantity(lang, "820", "Gcal/h") in text


@pytest.mark.parametrize("lang", LANGS)
def test_an_unknown_subject_is_unusable_in_the_readers_words(meks, lang):
    result = meks("facts", "no-such-plant", "--json", "--lang", lang)
    assert (result.exit_code, result.stdout) == (2, "")
    problem = Problem("unknown-subject", "SUBJECT", value="no-such-plant")
    assert result.stderr.strip() == i18n.problem_text(lang, problem)


@pytest.mark.parametrize(
    ("env", "lang"),
    [({"LC_ALL": "ru_RU.UTF-8"}, "ru"), ({"LC_ALL": "kk_KZ.UTF-8"}, "kk"), ({"LC_ALL": "C"}, "en"),
     ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "ru_KZ"}, "ru")],
)  # fmt: skip
def test_without_lang_the_environment_chooses_the_words(meks, env, lang):
    result = meks("facts", "no-such-plant", **env)
    problem = Problem("unknown-subject", "SUBJECT", value="no-such-plant")
    assert result.stderr.strip() == i18n.problem_text(lang, problem)


def test_a_day_that_is_none_is_unusable(meks):
    result = meks("facts", KOKSHETAU, "--at", "2026-02-30")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "2026-02-30" in result.stderr


# -- snapshot ---------------------------------------------------------------------------------


def test_snapshot_writes_a_picture_of_the_size_of_the_paper(meks, tmp_path):
    out = tmp_path / "map.png"
    view = "zone=red&kind=chp&at=2026-03-01&lang=ru"
    result = meks("snapshot", "--view", view, "--out", str(out), "--dpi", "72")
    assert result.exit_code == 0, result.stderr
    written = out.read_bytes()
    assert written.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", written[16:24])
    assert width == pytest.approx(297 / 25.4 * 72, abs=1)
    assert height == pytest.approx(210 / 25.4 * 72, abs=1)


@pytest.mark.parametrize("name", ["map.jpg", "map", "map.png.exe"])
def test_a_format_that_is_not_offered_is_unusable(meks, tmp_path, name):
    result = meks("snapshot", "--out", str(tmp_path / name), "--lang", "en")
    assert result.exit_code == 2
    assert "png, svg, pdf" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_unusable(meks, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    out = tmp_path / "file" / "map.png"
    result = meks("snapshot", "--out", str(out), "--dpi", "72", "--lang", "kk")
    assert result.exit_code == 2
    assert result.stderr.startswith("map.png: ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "args",
    [["--paper", "a9"], ["--dpi", "1"], ["--orientation", "round"], ["--lang", "de"], []],
)
def test_a_wrong_call_is_unusable(meks, tmp_path, args):
    out = ["--out", str(tmp_path / "map.png")] if args else []
    assert meks("snapshot", *out, *args).exit_code == 2
