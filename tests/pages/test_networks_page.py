"""The page of networks without a browser."""

import csv
import io
from datetime import date

import geopandas as gpd
import intakes
import pandas as pd
import pytest
from shapely import LineString

from meks_geo import i18n, netsums, queries
from meks_geo import networks as networks_of
from meks_geo.ui import cache, networks, tables
from meks_geo.view import View
from meks_geo.vocabulary import Provenance

LANGS = ("kk", "ru", "en")
EVERY = "provenance=official,press,schematic,synthetic"
HOSTILE = '<img src=x onerror="alert(1)">'
FORMULA = "=HYPERLINK(1)"

ROWS = {
    "a": {"wear_percent": "70", "operator": HOSTILE, "project_ids": "pavlodar-chp-2-mod"},
    "b": {"wear_percent": "30", "sector": "water", "operator": FORMULA},
    "c": {"region": "KZ-10", "built_year": 1975.0},
    "d": {"provenance": "synthetic", "wear_percent": "99", "built_year": 1961.0},
}
PLAIN = {"sector": "heat", "region": "KZ-55", "provenance": "official", "operator": ""}
EMPTY = {"wear_percent": "", "wear_basis": "", "wear_date": "", "project_ids": ""}


@pytest.fixture(scope="module")
def four(data):
    """The shipped map of record with four lines."""
    cells = [{**PLAIN, **EMPTY, "built_year": float("nan"), **row} for row in ROWS.values()]
    frame = pd.DataFrame(cells, index=pd.Index(list(ROWS), name="network_id"))
    shapes = [LineString([(76, 52), (76.1, 52)])] * len(ROWS)
    return intakes.holding(data, gpd.GeoDataFrame(frame, geometry=shapes, crs=4326))


@pytest.fixture
def page(open_page, four, monkeypatch):
    """Open the page on four lines."""
    monkeypatch.setattr(cache, "dataset", lambda _revision="": four)
    return lambda query: open_page(f"at=2026-11-22&{query}", page="networks")


@pytest.fixture
def shipped(open_page):
    """Open the page on the shipped registers."""
    return lambda query: open_page(f"at=2026-11-22&{query}", page="networks")


def table(page, number=0):
    return [one.value for one in page.at.dataframe if "km" in one.value][number]


def single_lines(page, number=0):
    return [one.value for one in page.at.dataframe if "line" in one.value][number]


# -- what stands on it -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "length", "made_up"),
    [
        ("kk", "Ұзындығы", "бағдарламаны сынау үшін жасалған"),
        ("ru", "Протяжённость", "созданы, чтобы опробовать программу"),
        ("en", "Length", "made to try the software"),
    ],
)
def test_the_page_opens_in_each_language(page, lang, length, made_up):
    opened = page(f"lang={lang}&{EVERY}")
    assert set(opened.address) == {"lang", "at", "provenance"}
    reported, synthetic = opened.tiles_of("reported"), opened.tiles_of("synthetic")
    assert reported[length].startswith(("20,6", "20.6"))
    assert synthetic[length].startswith(("6,9", "6.9"))
    assert made_up in opened.part("made-up")
    assert len(opened.part("bars").splitlines()) == 4
    assert any(f"{length}, " in header for header in opened.headers)


def test_the_strip_says_what_is_known(page):
    tiles = page("lang=en").tiles_of("reported")
    assert tiles == {
        "Length": "20.6 km",
        "In the red zone": "6.9 km 33%",
        "Mean wear": "50% for 67% of the length",
        "Segments": "3",
        "With a project": "6.9 km 33%",
    }


def test_synthetic_lines_are_off_until_asked_for(page):
    opened = page("lang=en")
    assert not opened.part("made-up")
    assert len(opened.at.dataframe) == 2
    assert "tiles synthetic" not in "".join(opened.html)
    alone = page("lang=en&provenance=synthetic")
    assert "made to try the software" in alone.part("made-up")
    assert len(alone.at.dataframe) == 2


def test_the_legend_says_each_class_with_its_kilometres(page):
    opened = page("lang=en")
    legend = opened.part("classes")
    for words in ("Red 6.9 km · 33%", "Green 6.9 km · 33%", "Unknown 6.9 km · 33%"):
        assert words in legend
    assert "Yellow" not in legend
    assert "Before the date of its wear" in opened.part("hint")
    assert "Rule: red above 60%" in opened.part("hint")
    before = page("lang=en&at=2024-01-01").part("hint")
    assert "No published rule on this date." in before


def test_charts_are_said_in_words(page):
    (sectors, years) = [
        body.replace("\u00a0", " ")
        for body in page("lang=en").html
        if body.startswith('<div class="bars')
    ]
    assert "Heat supply 13.7 km: red 50% · unknown 50%" in sectors
    assert "1975–1979: 6.9 km; year unknown: 13.7 km" in years


def test_the_shipped_backbone_says_that_its_course_is_drawn(shipped, data):
    opened = shipped("lang=en")
    known = data.backbone["length_km"].dropna()
    assert f"Schematic lines: {len(data.backbone)}" in opened.part("hint")
    assert f"A published length is known for {len(known)} of them" in opened.part("hint")
    assert opened.tiles_of("reported")["In the red zone"] == "unknown"


@pytest.mark.parametrize("day", ["2015-01-01", "2026-11-22"])
@pytest.mark.parametrize(
    ("lang", "words"),
    [("kk", "әлі салынбағаны: "), ("ru", "ещё не построено: "), ("en", "not built yet: ")],
)
def test_what_is_not_built_is_said_beside_the_kilometres(shipped, data, lang, words, day):
    rows = networks_of.ahead(data, date.fromisoformat(day))
    said = shipped(f"lang={lang}&at={day}").part("hint").replace("\u00a0", " ")
    assert len(rows)
    km = i18n.quantity(lang, float(data.lines.km[rows].sum()), "km").replace("\u00a0", " ")
    assert f"{words}{len(rows)} " in said
    assert f", {km}" in said.partition(words)[2][:60]


def test_without_lines_that_are_not_built_nothing_is_said_of_them(page):
    assert "not built" not in page("lang=en").part("hint")


# -- line by line ----------------------------------------------------------------------------------


def test_the_lines_are_listed_one_by_one_the_most_worn_first(page):
    opened = page(f"lang=en&{EVERY}")
    assert single_lines(opened)["line"].tolist() == ["a", "b", "c"]
    assert single_lines(opened)["operator"].tolist() == [HOSTILE, FORMULA, ""]
    assert single_lines(opened, 1)["line"].tolist() == ["d"]
    titles = opened.part("table-title")
    assert "Network lines: 3" in titles
    assert "Network lines: 1" in titles
    assert not any("onerror" in body for body in opened.html)


def test_the_count_is_of_all_lines_where_not_all_are_listed(page, monkeypatch):
    monkeypatch.setattr(tables, "MOST_LINES", 2)
    opened = page("lang=en")
    assert single_lines(opened)["line"].tolist() == ["a", "b"]
    assert "Network lines: 3" in opened.part("table-title")
    assert "Shown: 2" in opened.part("hint")


def test_a_selected_line_has_its_card_beside_the_table(page):
    assert "Choose a row" in page("lang=en").part("hint")
    opened = page("lang=en&sel=a")
    assert HOSTILE in opened.card
    assert "Choose a row" not in opened.part("hint")
    assert "Choose a row" in page("lang=en&sel=a&sector=water").part("hint")


def test_a_shipped_line_has_its_card_too(shipped):
    assert "Semey" in shipped("lang=en&sel=line-500-semey-oskemen").card


# -- the view --------------------------------------------------------------------------------------


def test_the_page_follows_the_view(page):
    assert table(page("lang=en"))["lines"].sum() == 3
    assert table(page("lang=en&sector=water"))["lines"].tolist() == [1]
    assert table(page("lang=en&region=KZ-10"))["lines"].tolist() == [1]
    assert table(page("lang=en&zone=red"))["lines"].tolist() == [1]


@pytest.mark.parametrize("group", netsums.GROUPS)
@pytest.mark.parametrize("lang", LANGS)
def test_kilometres_are_grouped_as_the_address_says(page, four, group, lang):
    opened = page(f"lang={lang}&sort=by_{group}")
    selection = queries.select(four, View(lang=lang, at=date(2026, 11, 22)))
    expected = netsums.table(four, selection.state, selection.lines, group, lang)
    assert table(opened)["name"].tolist() == expected["name"].tolist()
    assert table(opened)["km"].tolist() == expected["km"].tolist()
    control = opened.at.get("segmented_control")
    assert [c.value for c in control if c.key == "w-by-reported"] == [group]


def test_the_grouping_goes_to_the_address_and_holds_for_both_parts(page):
    opened = page(f"lang=en&{EVERY}")
    (control,) = [c for c in opened.at.get("segmented_control") if c.key == "w-by-synthetic"]
    control.set_value("region")
    opened.run()
    assert opened.address["sort"] == "by_region"
    assert set(table(opened, 0)["name"]) == {"Pavlodar region", "Abai region"}
    assert table(opened, 1)["name"].tolist() == ["Pavlodar region"]


@pytest.mark.parametrize("query", ["sort=-cost", "sort=by_nothing", "sort=by_", "map=1,2"])
def test_another_order_or_a_bad_address_shows_sectors(page, query):
    opened = page(f"lang=en&{query}")
    assert table(opened)["name"].tolist() == ["Heat supply", "Water supply"]


def test_what_is_dropped_from_the_address_is_said(page):
    opened = page("lang=en").go("lang=en&at=2026-11-22&sector=steam&region=KZ-99")
    assert any("sector=steam" in info.value for info in opened.at.info)
    assert table(opened)["lines"].sum() == 3


def test_the_filters_count_lines(page):
    opened = page(f"lang=en&{EVERY}&zone=red")
    labels = {box.key: box.label for box in opened.at.checkbox}
    assert labels["w-sector-heat"].endswith(":gray[2]")
    assert "w-sector-water" not in labels  # none of it is red
    assert labels["w-zone-green"].endswith(":gray[1]")
    assert labels["w-provenance-synthetic"].endswith(":gray[1]")
    assert "segments" in opened.part("facet-title")
    assert not [key for key in labels if key.startswith("w-kind")]
    assert "w-city" not in [choice.key for choice in opened.at.multiselect]
    opened.box("w-sector-heat").check()
    opened.run()
    assert opened.address["sector"] == "heat"


def test_a_filter_that_lines_have_no_share_in_can_be_taken_off(page):
    opened = page("lang=en&kind=chp")
    assert not opened.at.dataframe
    opened.box("w-kind-chp").uncheck()
    opened.run()
    assert table(opened)["lines"].sum() == 3


# -- hostile text and files ------------------------------------------------------------------------


def test_hostile_operators_are_text_and_nothing_else(page):
    opened = page("lang=en&sort=by_operator")
    assert HOSTILE in table(opened)["name"].tolist()
    assert not any("onerror" in body for body in opened.html)


@pytest.mark.parametrize("lang", LANGS)
def test_the_file_has_every_row_to_the_metre_and_no_formula(four, lang):
    selection = queries.select(four, View(lang=lang, at=date(2026, 11, 22)))
    sums = netsums.table(four, selection.state, selection.lines, "operator", lang)
    content = networks.as_csv(sums, "reported", "operator", lang)
    assert content.startswith(b"\xef\xbb\xbf")
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    head, *rows = csv.reader(text, delimiter="," if lang == "en" else ";")
    assert len(rows) == len(sums) == 3
    assert len(head) == len(rows[0]) == 11
    assert f"'{FORMULA}" in [row[1] for row in rows]
    for row, km in zip(rows, sums["km"], strict=True):
        assert float(row[2].replace(",", ".")) == pytest.approx(km, abs=5e-4)
        assert len(row[2].replace(",", ".").split(".")[1]) == 3


def test_the_file_says_what_is_synthetic(four):
    selection = queries.select(
        four, View(lang="en", at=date(2026, 11, 22), provenance=(Provenance.SYNTHETIC,))
    )
    sums = netsums.table(four, selection.state, selection.lines, "sector", "en")
    content = networks.as_csv(sums, "synthetic", "sector", "en").decode("utf-8-sig")
    assert content.splitlines()[1].startswith("Synthetic networks: made to try the software,")


# -- nothing ---------------------------------------------------------------------------------------


def test_nothing_in_the_filter_says_what_is_published_and_what_to_loosen(page):
    opened = page("lang=en&sector=gas&zone=red")
    (said,) = [warning.value.replace("\u00a0", " ") for warning in opened.at.warning]
    assert "No network segments for these filters." in said
    assert "official data: 3 segments, 20.6 km" in said
    assert "synthetic data: 1 segment, 6.9 km" in said
    assert "Synthetic networks are off by default." in said
    assert not opened.at.dataframe
    opened.button("loosen-sector").click()
    opened.run()
    assert "sector" not in opened.address
    assert table(opened)["lines"].sum() == 1


def test_synthetic_lines_are_one_click_away(page):
    opened = page("lang=ru&region=KZ-11")
    opened.button("show-synthetic").click()
    opened.run()
    assert opened.address["provenance"] == "official,press,schematic,synthetic"


def test_a_revision_without_lines_says_so(open_page, data, monkeypatch):
    frame = gpd.GeoDataFrame(
        pd.DataFrame(columns=[*PLAIN, *EMPTY, "built_year"]).astype({"built_year": float}),
        geometry=[],
        crs=4326,
    )
    monkeypatch.setattr(cache, "dataset", lambda _revision="": intakes.holding(data, frame))
    opened = open_page("lang=en", page="networks")
    assert "This revision holds no networks." in [info.value for info in opened.at.info]
    assert not opened.at.dataframe
