"""The command kpis: the shape of its JSON, exit codes, and lines for a person."""

import json

import click
import pytest
from click.testing import CliRunner

from meks_geo import cli_kpis
from meks_geo.store import Store

KEYS = {
    *("kpi_id", "name", "region", "unit", "period", "target", "actual", "share_done", "rating"),
    *("stated_on", "source", "conflicts"),
}
LANGS = ("kk", "ru", "en")


@pytest.fixture
def meks(root, store, data, monkeypatch):
    """The command on the shipped registers, which are read from the file only once."""
    monkeypatch.setattr(Store, "dataset", lambda _self, _revision="": data)
    group = click.Group(commands={one.name: one for one in cli_kpis.COMMANDS})
    env = {"MEKS_GEO_ROOT": str(root), "MEKS_GEO_VAR": str(store.var), "LC_ALL": "C"}
    return lambda *args: CliRunner(env=env).invoke(group, ["kpis", *args])


def document(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_every_kpi_has_the_promised_keys_and_types(meks):
    found = document(meks("--json", "--at", "2026-11-22"))
    assert len(found) > 100
    for one in found:
        assert one.keys() >= KEYS
        for key in ("target", "actual", "share_done", "forecast"):
            assert one[key] is None or isinstance(one[key], int | float)
        assert one["target"] is not None or one["actual"] is not None
        assert set(one["source"]) == {"id", "title", "url", "date"}
        assert isinstance(one["conflicts"], list)
    assert {one["region"] for one in found} > {"KZ", "KZ-35"}


def test_conflicting_sources_stand_side_by_side(meks):
    found = document(meks("--json", "--at", "2026-11-22", "--region", "KZ"))
    (one,) = [k for k in found if (k["kpi_id"], k["period"]) == ("wear-heat", "2029")]
    assert (one["target"], one["actual"], one["share_done"]) == (42, None, 0.2)
    assert (one["rating"], one["forecast"]) == ("on-course", 42.0)
    assert (one["stated_on"], one["source"]["id"]) == ("2026-01-26", "inform-kz-10")
    assert (one["latest"]["value"], one["latest"]["period"]) == (50, "2025")
    (other,) = one["conflicts"]
    assert (other["of"], other["value"], other["rating"]) == ("target", 40, "lagging")
    assert other["source"]["id"] == "qazinform-com-05"


def test_the_day_and_the_region_are_heeded(meks):
    before = document(meks("--json", "--at", "2023-01-01"))
    assert {one["kpi_id"] for one in before} >= {"chp-red", "chp-wear"}
    assert not [one for one in before if one["period"].startswith("2026")]
    region = document(meks("--json", "--region", "KZ-35", "--at", "2026-11-22"))
    assert {one["region"] for one in region} == {"KZ-35"}
    assert document(meks("--json", "--region", "KZ-71", "--at", "2026-11-22")) == []


@pytest.mark.parametrize("lang", LANGS)
def test_the_name_and_the_lines_are_in_the_language(meks, data, lang):
    (one, *_) = document(meks("--json", "--lang", lang, "--at", "2026-11-22"))
    assert one["name"] in set(data.kpis[f"name_{lang}"])
    lines = meks("--lang", lang, "--at", "2026-11-22", "--region", "KZ").stdout.splitlines()
    assert len(lines) > 100
    assert lines[0].startswith({"kk": "Қазақстан", "ru": "Казахстан", "en": "Kazakhstan"}[lang])
    assert one["name"] in lines[0]


@pytest.mark.parametrize("bad", [["--at", "yesterday"], ["--region", "KZ-99"], ["--nothing"]])
def test_a_call_that_cannot_be_done_is_code_two(meks, bad):
    result = meks("--json", *bad)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


def test_faulty_rules_are_told_and_are_code_one(meks, tmp_path, root, monkeypatch):
    (tmp_path / "data").mkdir()
    for path in (root / "data").iterdir():
        (tmp_path / "data" / path.name).symlink_to(path)
    text = (root / "data" / "kpi_rules.csv").read_text(encoding="utf-8")
    (tmp_path / "data" / "kpi_rules.csv").unlink()
    faulty = text.replace(",80,", ",eighty,")
    (tmp_path / "data" / "kpi_rules.csv").write_text(faulty, encoding="utf-8")
    read = Store.parameters
    monkeypatch.setattr(Store, "parameters", lambda _self: read(Store(root=tmp_path)))
    result = meks("--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "kpi_rules.csv:4:value" in result.stderr
