"""Commands that write files: what they write, what they refuse, and what stays as it was."""

import csv
import json

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from meks_geo import i18n
from meks_geo.cli import main
from meks_geo.store import Store

VIEW = "lang=en&at=2026-04-08&region=KZ-11"
STORY = """
title: {en: Akmola}
scenes:
  - title: {en: Then}
    view: at=2024-01-15&region=KZ-11
  - title: {en: Now}
    view: at=2026-04-08&region=KZ-11
"""


@pytest.fixture
def meks(root, store, data, monkeypatch):
    """The command line on the shipped registers, which are read from the file only once."""
    monkeypatch.setattr(Store, "dataset", lambda _self, _revision="": data)
    runner = CliRunner(
        env={"MEKS_GEO_ROOT": str(root), "MEKS_GEO_VAR": str(store.var), "LC_ALL": "C"}
    )
    return lambda *args: runner.invoke(main, [str(one) for one in args])


def test_export_writes_the_file_that_its_ending_names(meks, tmp_path):
    for ending, begins in (("csv", b"\xef\xbb\xbf"), ("geojson", b"{"), ("xlsx", b"PK")):
        out = tmp_path / f"akmola.{ending}"
        result = meks("export", "--view", VIEW, "--out", out)
        assert result.exit_code == 0, result.stderr
        assert out.read_bytes().startswith(begins)
    assert [p.name for p in tmp_path.iterdir() if "staging" in p.name] == []


def test_export_writes_the_layer_that_is_asked_for(meks, tmp_path):
    for layer in ("plants", "projects", "networks", "regions"):
        out = tmp_path / f"{layer}.geojson"
        result = meks("export", "--view", VIEW, "--layer", layer, "--out", out)
        assert result.exit_code == 0, result.stderr
        assert json.loads(out.read_bytes())["name"] == layer
    table = tmp_path / "projects.csv"
    assert meks("export", "--view", VIEW, "--layer", "projects", "--out", table).exit_code == 0
    assert "kokshetau-chp-newbuild" in table.read_text("utf-8-sig")


def test_figures_and_sources_are_layers_of_a_csv_alone(meks, tmp_path):
    found = {}
    for layer in ("figures", "sources"):
        out = tmp_path / f"{layer}.csv"
        result = meks("export", "--view", VIEW, "--layer", layer, "--out", out)
        assert result.exit_code == 0, result.stderr
        with out.open(encoding="utf-8-sig", newline="") as file:
            found[layer] = list(csv.DictReader(file, strict=True))
        out = tmp_path / f"{layer}.geojson"
        refused = meks("export", "--view", VIEW, "--layer", layer, "--out", out)
        assert (refused.exit_code, out.exists()) == (2, False)
        assert "csv" in refused.stderr
        assert ".geojson" in refused.stderr
    name = i18n.text("en", "column.source_id")
    named = {row[name] for row in found["figures"]}
    assert named
    assert named <= {row[name] for row in found["sources"]}


def test_a_layer_is_refused_where_the_file_holds_them_all(meks, tmp_path):
    for name, layer, said in (
        ("all.xlsx", "plants", "csv, geojson"),
        ("all.csv", "clouds", "'networks'"),
    ):
        result = meks("export", "--view", VIEW, "--layer", layer, "--out", tmp_path / name)
        assert result.exit_code == 2
        assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_atlas_compares_with_the_day_that_is_asked_for(meks, tmp_path):
    found = {}
    for day in ("2023-01-01", "2026-04-01"):
        out = tmp_path / f"{day}.pdf"
        result = meks("deck", "--view", VIEW, "--atlas", "--since", day, "--out", out)
        assert result.exit_code == 0, result.stderr
        found[day] = PdfReader(out).pages[1].extract_text()
    assert i18n.date("en", "2023-01-01") in found["2023-01-01"]
    assert i18n.date("en", "2026-04-01") in found["2026-04-01"]
    for wrong in (("--atlas", "--out", tmp_path / "a.pptx"), ("--out", tmp_path / "a.pdf")):
        result = meks("deck", "--view", VIEW, "--since", "2023-01-01", *wrong)
        assert (result.exit_code, "--atlas" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("command", "known"),
    [
        ("export", "xlsx, csv, gpkg, geojson, html"),
        ("deck", "pptx, pdf"),
        ("snapshot", "png, svg, pdf"),
    ],
)
def test_an_ending_that_no_file_has_is_refused_with_those_that_there_are(
    meks, tmp_path, command, known
):
    out = tmp_path / "map.docx"
    result = meks(command, "--out", out, "--lang", "ru")
    assert (result.exit_code, out.exists()) == (2, False)
    assert ".docx" in result.stderr
    assert known in result.stderr


def test_what_stood_in_the_place_stays_when_nothing_can_be_written(meks, tmp_path):
    (tmp_path / "map.csv").mkdir()
    result = meks("export", "--view", VIEW, "--out", tmp_path / "map.csv")
    assert result.exit_code == 2
    assert [p.name for p in tmp_path.iterdir()] == ["map.csv"]


def test_a_picture_with_more_dots_than_can_be_drawn_is_refused(meks, tmp_path):
    result = meks("snapshot", "--out", tmp_path / "wall.png", "--paper", "a0", "--dpi", "600")
    assert result.exit_code == 2
    assert "600" in result.stderr
    assert "72" in result.stderr


def test_a_story_becomes_a_page_a_scene(meks, tmp_path):
    (tmp_path / "story.yaml").write_text(STORY, encoding="utf-8")
    out = tmp_path / "story.pdf"
    result = meks("deck", "--view", "lang=en", "--story", tmp_path / "story.yaml", "--out", out)
    assert result.exit_code == 0, result.stderr
    assert len(PdfReader(out).pages) == 2


def test_a_story_that_is_none_is_refused_in_words(meks, tmp_path):
    (tmp_path / "story.yaml").write_text("title: [", encoding="utf-8")
    result = meks("deck", "--story", tmp_path / "story.yaml", "--out", tmp_path / "d.pdf")
    assert result.exit_code == 2
    assert "story.yaml" in result.stderr
    assert "Traceback" not in result.stderr
    result = meks("deck", "--story", tmp_path / "none.yaml", "--out", tmp_path / "d.pdf")
    assert result.exit_code == 2
    assert "none.yaml" in result.stderr


def test_what_is_not_understood_in_a_story_is_left_out_and_said(meks, tmp_path):
    text = STORY.replace("region=KZ-11", "regoin=KZ-10&city=nowhere&region=KZ-11", 1)
    (tmp_path / "story.yaml").write_text(text, encoding="utf-8")
    out = tmp_path / "story.pdf"
    result = meks("deck", "--view", "lang=en", "--story", tmp_path / "story.yaml", "--out", out)
    assert result.exit_code == 0, result.stderr
    assert len(PdfReader(out).pages) == 2
    assert all(one in result.stderr for one in ("story.yaml:5", "regoin", "city=nowhere"))


def test_an_atlas_of_a_story_is_refused(meks, tmp_path):
    (tmp_path / "story.yaml").write_text(STORY, encoding="utf-8")
    for name in ("a.pdf", "a.pptx"):
        asked = ("--atlas", "--story", tmp_path / "story.yaml", "--out", tmp_path / name)
        result = meks("deck", "--view", VIEW, *asked)
        assert (result.exit_code, "--story" in result.stderr) == (2, True)
        assert not (tmp_path / name).exists()


def test_a_deck_of_today_holds_and_what_is_no_deck_is_refused(meks, tmp_path):
    deck = tmp_path / "d.pptx"
    made = meks("deck", "--view", "lang=kk&region=KZ-11", "--out", deck)
    assert made.exit_code == 0, made.stderr
    result = meks("verify-deck", deck, "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["changed"] == []
    assert found["unchanged"] > 10
    (tmp_path / "not.pptx").write_bytes(b"PK\x03\x04 no deck")
    refused = meks("verify-deck", tmp_path / "not.pptx", "--json")
    assert refused.exit_code == 2
    assert "not.pptx" in refused.stderr
