"""A saved plan in what leaves the product: the map, the files, and the way back in."""

import csv
import io
import json
import sqlite3
from dataclasses import replace

import openpyxl
import pytest
import sampleplans
from deckworks import DAY, view

from meks_geo import i18n, planscene, planworks, queries, scene
from meks_geo.exports import outputs, plantables, planwear
from meks_geo.exports.outputs import OUTPUTS, Choice
from meks_geo.intake import door
from meks_geo.intake.sheets import PLAN_SHEETS
from meks_geo.planning import parameters
from meks_geo.planning.saved import Assumption
from meks_geo.progress import silent
from meks_geo.ui import planbasis
from meks_geo.vocabulary import Lang

PLAN = "plan=trial-run"
#: One without works, two with, and the country's own.
REGIONS = ("KZ-31", "KZ-55", "KZ-75", "KZ")


@pytest.fixture(scope="module")
def saved():
    return sampleplans.saved()


@pytest.fixture(scope="module")
def made(data, saved):
    """Files of one region with the plan, by kind; each made once."""
    kept = {}

    def of(code, lang="en", query=f"region=KZ-55&{PLAN}"):
        key = code, lang, query
        if key not in kept:
            choice = Choice(plan=saved, dpi=40)
            kept[key] = OUTPUTS[code].make(data, view(lang, query), choice, silent)
        return kept[key]

    return of


# -- on the map ------------------------------------------------------------------------------------


def test_works_stand_where_the_map_knows_them_one_mark_a_place_and_year(data, saved):
    marks = planworks.layer(saved, data, "en")
    assert [(one.year, one.text, one.at_region) for one in marks] == [
        (2026, "26", False), (2026, "26\u00d72", True), (2027, "27", False),
    ]  # fmt: skip
    city, region, plant = marks
    assert (city.lat, city.lon, city.title) == (51.73, 75.33, "ekibastuz-heat: heat supply")
    assert city.cost == "185.5\u00a0bn KZT"
    assert plant.link == "almaty-chp-2"
    assert region.link == "KZ-55"
    shape = data.base.regions.set_index("region").geometry["KZ-55"]
    assert shape.bounds[0] < region.lon < shape.bounds[2]
    assert [words for words, _ in region.hover] == [
        "KZ-55-heat: heat supply",
        "KZ-55-water: water supply",
    ]


def test_a_view_of_a_region_or_sector_shows_only_its_works(data, saved):
    def ids(query):
        return {one.candidate for one in planworks.inside(saved, view("en", query))}

    assert ids("region=KZ-75") == {"plant:almaty-chp-2"}
    assert ids("sector=water") == {"region:KZ-55-water"}
    assert len(ids("")) == len(saved.works)


def test_the_legend_counts_beginnings_and_money_and_what_is_not_on_the_map(data, saved):
    group = planworks.legend(saved, data, "en")
    assert [(one.symbol, one.label, one.count) for one in group.rows] == [
        ("work:26", "2026: 120.0\u00a0bn KZT", 3),
        ("work:27", "2027: 215.5\u00a0bn KZT", 1),
        ("work:28", "2028: 33.3\u00a0bn KZT", 1),
        ("work:-26", "Only the region is known", 2),
    ]
    assert group.title == "Plan: Heat first & <water>"
    assert "Works not on the map: 1" in group.note


@pytest.mark.parametrize("lang", Lang)
def test_a_map_with_a_plan_names_it_and_one_without_is_the_same_map(data, saved, lang):
    asked = view(lang, "region=KZ-55")
    bare = scene.build(data, queries.select(data, asked), link="x")
    assert planscene.show(bare, data, asked, None) is bare
    shown = planscene.show(bare, data, asked, saved)
    assert saved.title in shown.subtitle
    assert [one.text for one in shown.works] == ["26", "26\u00d72"]
    assert shown.legend[:-1] == bare.legend
    assert shown.top[1:] == bare.top
    assert shown.top[0].total == len(shown.top[0].rows) == 3
    assert shown.sites == bare.sites


def test_a_plan_on_made_up_data_says_so(data, saved):
    trial = replace(saved, scenario=replace(saved.scenario, trial=True))
    assert "made-up" in planworks.named(trial, "en")
    assert "made-up" in planworks.origin(trial, "en")
    assert "made-up" not in planworks.named(saved, "en")


def test_a_print_shows_flags_and_text_of_the_plan(made):
    drawing = made("svg").decode()
    for layer in ('id="works"', 'id="work-poles"', 'id="work-places"'):
        assert layer in drawing
    for words in (
        "Heat first &amp; &lt;water&gt;",
        "26×2",
        "Costliest works",
        "120.0\u00a0bn KZT",
    ):
        assert words in drawing
    assert 'id="works"' not in made("svg", query="region=KZ-31&plan=trial-run").decode()


# -- in files --------------------------------------------------------------------------------------


def test_each_file_says_which_plan_its_view_has(made, saved):
    said = planworks.origin(saved, "en")
    for words in (saved.id, "version 2", "abababab", "19 Nov 2026"):
        assert words in said
    rows = list(csv.DictReader(io.StringIO(made("csv").decode("utf-8-sig"))))
    assert {row["Plan"] for row in rows} == {said}
    assert json.loads(made("geojson"))["passport"]["plan"] == said
    base = sqlite3.connect(":memory:")
    base.deserialize(made("gpkg"))
    assert dict(base.execute("SELECT key, value FROM metadata"))["plan"] == said
    base.close()


def test_the_page_of_its_own_has_the_works_as_a_table_and_on_its_map(made):
    text = made("html").decode()
    stored = text.partition('id="document">')[2].partition("</script>")[0]
    document = json.loads(stored)
    table, texts = document["tables"]["works"], document["texts"]
    ids = [row[0] if isinstance(row[0], str) else texts[row[0]["$"]] for row in table["rows"]]
    assert ids == ["KZ-55", "KZ-55", "KZ-55"]  # what each row opens
    first = table["rows"][0][1]
    assert next(cell for cell in first if isinstance(cell, list))[1] == 2026
    assert table["numbers"]
    assert "<water>" not in stored


def _sheets(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.values) for sheet in book}


def test_a_workbook_has_the_tables_of_the_plan_with_typed_cells(made):
    sheets = _sheets(made("xlsx"))
    assert [one for one in sheets if one.startswith("Plan ")] == [
        "Plan works", "Plan money", "Plan wear", "Plan left out", "Plan assumptions",
    ]  # fmt: skip
    head, *rows = sheets["Plan works"]
    works = [dict(zip(head, row, strict=True)) for row in rows]
    assert works[0]["Begin"] == 2026
    assert works[0]["Cost, bn KZT"] == 185.5
    assert works[0]["2028, bn KZT"] is None
    assert works[0]["Wear, %"] == 91
    assert {row[:2]: row[2:] for row in sheets["Plan money"][1:]} == {
        ("Budget", "Available (the whole plan)"): (50, 50, 0, 100),
        ("Budget", "Spent"): (0, 0, 0, 0),
        ("Market via MEKS", "Available (the whole plan)"): (300, 300, 300, 900),
        ("Market via MEKS", "Spent"): (120, 95.5, 0, 215.5),
    }
    left = sheets["Plan left out"]
    assert left == left[:1]  # the region has none of them
    assumed = {row[0]: row for row in sheets["Plan assumptions"]}
    assert assumed["Rate: IFI"][1:4] == (9, "%", "Moved for the plan")
    assert assumed["Inflation: 2026"][3] == "Published"


def test_all_that_is_left_out_stands_in_the_workbook_with_its_reason(made):
    head, *rows = _sheets(made("xlsx", query=PLAN))["Plan left out"]
    by_name = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert by_name["late: heat supply"]["Why"] == "The money does not reach"
    assert by_name["late: heat supply"]["Money that is missing, bn KZT"] == 5.25
    assert by_name["dark: heat supply"]["Why"] == "Cannot be priced: length unknown, wear unknown"
    assert by_name["dark: heat supply"]["Money that is missing, bn KZT"] is None


def test_a_text_that_begins_like_a_formula_stays_a_text(made):
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "=1+1" in [cell.value for cell in cells if cell.data_type == "s"]
    assert [cell for cell in cells if cell.data_type == "f"] == []


@pytest.mark.parametrize("lang", ["kk", "en"])
def test_our_own_check_passes_over_the_sheets_of_a_plan(store, data, made, tmp_path, lang):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(made("xlsx", lang))
    verdict = door.examine(store, data, path, today=DAY).verdict
    others = [one for one in verdict.problems if one.code != "unknown-column"]
    assert [(one.code, one.table, one.value) for one in others] == []
    assert verdict.rows == verdict.accepted > 0
    assert "plants" in verdict.tables
    assert not any(name.startswith("plan_") for name in verdict.tables)


def test_money_of_a_view_is_that_of_its_works_and_of_all_views_that_of_the_plan(data, saved):
    whole = plantables.money(saved, "en")
    assert dict(zip(whole.keys, whole.rows, strict=True))["budget.spent"][2:] == (0, 120, 0, 120)
    assert whole.rows[0][1] == "Available"
    parts = [plantables.money(saved, "en", view("en", f"region={one}")) for one in REGIONS]
    spent = [sum(row[-1] for row in part.rows if row[1] == "Spent") for part in parts]
    assert spent == [0, 215.5, 120, 33.3]
    assert sum(spent) == pytest.approx(sum(row[-1] for row in whole.rows if row[1] == "Spent"))


def test_what_loans_take_follows_the_sector_and_says_that_it_is_the_whole_plan(saved):
    assert planwear.debt(saved, "en").title == "Debt service"
    heat = planwear.debt(saved, "en", view("en", "region=KZ-55&sector=heat"))
    assert heat.title == "Debt service (the whole plan)"
    assert heat.keys == ("heat",)
    assert planwear.debt(saved, "en", view("en", "sector=water")).rows == ()


def test_sheets_of_a_plan_are_those_that_the_intake_passes_over(data, saved):
    assert tuple(grid.name for grid in plantables.of(data, saved, "en")) == PLAN_SHEETS


@pytest.mark.parametrize("lang", Lang)
def test_numbers_that_a_plan_rests_on_are_called_in_words(lang, store, data):
    known = parameters.of(store.parameters(), data.sources)
    rests = tuple(
        Assumption(one.parameter, 1.0, one.unit, assumed=True)
        for one in planbasis.assumptions_of(known)
    )
    grid = plantables.assumptions(sampleplans.saved(assumptions=rests), lang)
    codes = {one.parameter for one in rests}
    assert len(codes) == len(rests) > 40
    told = [row[0] for row in grid.rows[-len(rests) :]]
    assert len(set(told)) == len(told)
    assert not codes & set(told)
    assert "ratio" not in [row[2] for row in grid.rows]


def test_three_languages_tell_the_same_numbers(data, saved):
    told = []
    for lang in Lang:
        grids = plantables.of(data, saved, lang)
        numbers = [c for g in grids for row in g.rows for c in row if isinstance(c, int | float)]
        told.append((numbers, [grid.keys for grid in grids]))
        assert all(i18n.has(lang, f"sheet.{grid.name}") for grid in grids)
    assert told[0] == told[1] == told[2]


# -- which plan ------------------------------------------------------------------------------------


def test_plans_are_looked_up_for_the_view_and_its_scenes_and_unknown_ones_reported(saved):
    scenes = (("a", "", view("en", "plan=other")), ("b", "", view("en", PLAN)))
    find = {"trial-run": saved}.get
    choice, asked, dropped = outputs.with_plans(
        Choice(scenes=scenes), view("en", "plan=gone"), find
    )
    assert dropped == ("plan=gone", "plan=other")
    assert (asked.plan, choice.plan, choice.plans) == ("", None, (saved,))
    assert [one.plan for _, _, one in choice.scenes] == ["", "trial-run"]
    choice, asked, dropped = outputs.with_plans(Choice(), view("en", PLAN), find)
    assert (asked.plan, choice.plan, dropped) == ("trial-run", saved, ())
    assert outputs.with_plans(Choice(), view("en", ""), find)[2] == ()
