"""The card of a line: what is known of it on the day, its source, the projects that it names."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import intakes
import pytest
from shapely import LineString

from meks_geo import i18n, linecards, state
from meks_geo.exports import standalonecards
from meks_geo.model import Source
from meks_geo.ui import render
from meks_geo.vocabulary import Lang

DAY = date(2026, 11, 22)
HOSTILE = '<img src=x onerror="alert(1)">'
PROJECT = "pavlodar-chp-2-mod"
TAKEN = "line-500-agadyr-zhezkazgan"
ROWS = {
    "a": {"wear_percent": "70", "wear_date": "2026-10-01", "wear_basis": "inspection",
          "operator": HOSTILE, "project_ids": f"{PROJECT};gone", "built_year": 1975.0,
          "diameter_mm": 300.0},
    "b": {"provenance": "synthetic"},
    "c": {"provenance": "schematic"},
    TAKEN: {},
}  # fmt: skip


@pytest.fixture(scope="module")
def held(data):
    plain = {"sector": "heat", "region": "KZ-55", "provenance": "official"}
    names = {name for row in ROWS.values() for name in row} | plain.keys()
    numbers = {"built_year": float("nan"), "diameter_mm": float("nan")}
    cells = {
        name: [{**plain, **row}.get(name, numbers.get(name, "")) for row in ROWS.values()]
        for name in names
    }
    shape = LineString([(76.9, 52.3), (76.901, 52.3)])
    return intakes.holding(
        data, gpd.GeoDataFrame(cells, geometry=[shape] * len(ROWS), index=[*ROWS], crs=4326)
    )


def card(data, subject, lang="en", day=DAY):
    return linecards.card(data, state.as_of(data, day), subject, lang)


def values(found):
    (section,) = found.sections
    return {line.label: line.said.value for line in section.lines}


def test_a_card_says_what_the_row_says(held):
    found = card(held, "a")
    said = values(found)
    assert "70%" in said["Wear"]
    assert said["Zone"].startswith("Red")
    assert said["Operator"] == HOSTILE
    assert said["Length (on the ellipsoid)"].replace("\u00a0", " ") == "0.068 km"
    assert (said["Built"], said["Diameter"].replace("\u00a0", " ")) == ("1975", "300 mm")
    assert found.newest == "2026-10-01"
    assert found.place == "Pavlodar region"
    assert [one for _, one, _ in found.linked] == [PROJECT]
    assert said["Project"] == "gone (not in the register)"


def test_before_its_day_the_wear_is_unknown_and_has_no_basis(held):
    said = values(card(held, "a", day=date(2026, 9, 30)))
    assert (said["Wear"], said["Zone"]) == ("unknown", "unknown")
    assert "Basis of wear" not in said


def test_what_is_synthetic_says_so(held):
    found = card(held, "b")
    assert "Synthetic" in found.accuracy
    assert values(found)["Wear"] == "unknown"
    assert "Project" not in values(found)
    assert card(held, "c").accuracy == "Schematic course"


def test_a_file_that_takes_an_id_over_takes_its_name_too(held):
    found = card(held, TAKEN)
    assert found.title.endswith(TAKEN)
    assert (found.names, found.note) == ((), "")
    assert "Ends" not in values(found)


def test_the_source_stands_once(held):
    (section,) = card(held, "a").sections
    assert [bool(line.said.source) for line in section.lines] == [
        True, *[False] * (len(section.lines) - 1),
    ]  # fmt: skip


@pytest.mark.parametrize("lang", Lang)
def test_a_line_names_the_file_that_it_came_with(held, lang):
    file = Source("intake-1", f"{HOSTILE}.gpkg", "Aigul", "", "2026-10-05", "official")
    filed = replace(held, read_line_sources=lambda: {("KZ-55", "heat"): file})
    ((first, *_),) = (section.lines for section in card(filed, "a", lang).sections)
    printed = render.source(first.said)
    official = i18n.label(lang, "provenance", "official")
    assert printed.startswith(f"{official} · Aigul · &lt;img")
    assert printed.endswith(f".gpkg · {i18n.date(lang, '2026-10-05')}")
    ((made_up, *_),) = (section.lines for section in card(filed, "b", lang).sections)
    assert made_up.said.source == f"{i18n.label(lang, 'provenance', 'synthetic')} · Aigul"


@pytest.mark.parametrize("lang", Lang)
def test_a_line_of_the_backbone_has_ends_source_and_name(data, lang):
    for one, row in data.rows["backbone"].items():
        found = card(data, one, lang)
        (section,) = found.sections
        assert found.title == (row[f"name_{lang}"] or row["name_ru"])
        assert section.lines[0].said.url.startswith("http")
        assert " \u2013 " in section.lines[-1].said.value
        assert found.accuracy == i18n.text(lang, "lines.drawn_course")


@pytest.mark.parametrize(
    ("one", "built"),
    [
        ("line-500-shu-zhambyl", {2008: "not built yet", 2026: "not built yet"}),
        ("line-220-moynak-shelek", {2014: "not built yet", 2015: "unknown"}),
        ("line-500-semey-aktogay", {2017: "not built yet", 2018: "2018", 2026: "2018"}),
        ("line-500-ekibastuz-gres-1-aksu-gres", {2008: "unknown", 2026: "unknown"}),
        ("line-220-shymkent-kentau", {2008: "unknown", 2026: "unknown"}),
    ],
)
def test_a_line_that_is_not_built_on_the_day_says_so(data, one, built):
    said = {year: values(card(data, one, day=date(year, 1, 1)))["Built"] for year in built}
    assert said == built


def test_an_end_whose_site_is_not_known_says_where_it_is_drawn(data):
    assert values(card(data, "line-220-moynak-shelek"))["Ends"] == (
        "Moynak HPP \u2013 Shelek (centre of the settlement)"
    )


def test_a_source_without_a_day_leaves_nothing_behind(data):
    found = card(data, "line-500-agadyr-zhezkazgan")
    (section,) = found.sections
    assert (found.newest, section.lines[0].said.day) == ("", "")
    assert render.source(section.lines[0].said).endswith(">kegoc.kz</a>")
    state_of = state.as_of(data, DAY)
    for lang, words in (("en", "date not stated"), ("ru", "дата не указана")):
        assert standalonecards.of(data, state_of, found.id, lang)["newest"] == words


def test_another_subject_has_its_own_card(data):
    assert card(data, "KZ-55").id == "KZ-55"
    assert card(data, PROJECT).id == PROJECT
    assert card(data, "nobody") is None
