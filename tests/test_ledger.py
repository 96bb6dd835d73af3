"""The ledger of the red zone: who entered or left between two days, by what, and what it says."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import intakes
import pandas as pd
import pytest
from shapely import LineString

from meks_geo import kpirules, kpitables, kpiwords, ledger
from meks_geo.ledger import Way
from meks_geo.view import View

AT = date(2026, 11, 22)
EARLY = date(2021, 1, 1)
LANGS = ("kk", "ru", "en")
PLANT, ENTITY = "uralsk-chp", "su-resursy-marketing"


@pytest.fixture(scope="module")
def rules(store):
    return kpirules.read(store.parameters())


@pytest.fixture(scope="module")
def told(data, rules):
    """The whole ledger of the shipped registers, by what it is about."""
    return {(c.kind, c.subject, c.sector): c for c in ledger.crossings(data, rules, EARLY, AT)}


def of_plant(world, rules, since, at):
    found = ledger.crossings(world, rules, since, at)
    return [(c.way, c.day.isoformat()) for c in found if c.subject == PLANT][::-1]


# -- of record -------------------------------------------------------------------------------------


def test_plants_that_were_said_to_leave_the_red_zone_left_it(told):
    for plant in ("ekibastuz-chp", "oskemen-chp", "ridder-chp", "zhezkazgan-chp"):
        one = told["plant", plant, ""]
        assert (one.way, one.before.zone, one.now.came_from) == (Way.LEFT, "unknown", "red")
    assert told["plant", "zhezkazgan-chp", ""].now.zone == "out of red"
    assert told["plant", "ridder-chp", ""].cost_bn_kzt == 6.4
    assert told["plant", "oskemen-chp", ""].cost_bn_kzt is None


def test_the_ten_red_plants_were_found_red_and_did_not_enter(told):
    found = [c for c in told.values() if c.kind == "plant" and c.way == Way.FOUND]
    assert len(found) == 10
    assert not [c for c in told.values() if c.kind == "plant" and c.way == Way.ENTERED]
    assert {c.cause for c in found} == {"statement"}


def test_a_new_threshold_is_told_from_a_change_of_wear(told):
    one = told["region", "KZ-35", "electricity"]
    assert (one.way, one.cause, one.day) == (Way.ENTERED, "rule", date(2026, 1, 28))
    assert (one.before.zone, one.now.zone, one.now.wear) == ("yellow", "red", "65")
    assert not one.now.assumed
    assert told["region", "KZ-55", "combined"].now.assumed


def test_an_entity_is_red_from_the_first_threshold_that_was_published(told):
    one = told["entity", "zhaiykteploenergo", "heat"]
    assert (one.way, one.cause, one.day) == (Way.FOUND, "rule", date(2024, 12, 23))
    assert told["entity", ENTITY, "wastewater"].cost_bn_kzt == 44.9


def test_length_is_that_of_the_figure_and_unknown_where_none_was_published(told):
    assert told["region", "KZ-27", "electricity"].now.length_km == 20000
    assert told["region", "KZ-35", "heat"].now.length_km is None


def test_cities_were_declared_and_doubtful_figures_are_left_out(told, data):
    cities = [c for c in told.values() if c.kind == "city"]
    assert len(cities) == 12
    assert {c.now.basis for c in cities} == {"declared"}
    doubtful = data.indicators[data.indicators["standing"] == "doubtful"]
    said = {(c.now.wear, c.now.source) for c in told.values() if c.kind != "entity"}
    assert not set(zip(doubtful["wear_percent"], doubtful["source_id"], strict=True)) & said


def test_the_newest_is_first_and_days_lie_in_the_span(data, rules):
    since = date(2025, 8, 22)
    found = ledger.crossings(data, rules, since, AT)
    days = [c.day for c in found]
    assert days == sorted(days, reverse=True)
    assert all(since < day <= AT for day in days)
    assert not [c for c in found if c.subject in ("oskemen-chp", "ridder-chp")]
    assert ledger.crossings(data, rules, AT, AT) == ()
    assert ledger.crossings(data, rules, AT, EARLY) == ()


# -- by hand ---------------------------------------------------------------------------------------


def test_each_step_over_the_edge_is_told_not_the_ends_alone(world, rules):
    said = world(
        (PLANT, "zone_declared", "yellow", "2022-01-01"),
        (PLANT, "zone_declared", "red", "2023-01-01"),
        (PLANT, "zone_declared", "green", "2024-01-01"),
    )
    steps = [(Way.ENTERED, "2023-01-01"), (Way.LEFT, "2024-01-01")]
    assert of_plant(said, rules, EARLY, AT) == steps
    assert of_plant(said, rules, date(2023, 6, 1), AT) == steps[1:]
    assert of_plant(said, rules, EARLY, date(2023, 6, 1)) == steps[:1]


def test_a_partial_day_counts_from_its_last_one(world, rules):
    said = world(
        (PLANT, "zone_declared", "yellow", "2022"), (PLANT, "zone_declared", "red", "2023")
    )
    assert of_plant(said, rules, EARLY, AT) == [(Way.ENTERED, "2023-12-31")]
    assert of_plant(said, rules, EARLY, date(2023, 12, 30)) == []


def test_doubtful_and_repeated_statements_are_no_crossing(world, rules):
    said = world(
        (PLANT, "zone_declared", "red", "2022-01-01"),
        (PLANT, "zone_declared", "green", "2023-01-01", "doubtful"),
        (PLANT, "zone_declared", "red", "2024-01-01"),
    )
    assert of_plant(said, rules, date(2022, 6, 1), AT) == []


def test_from_yellow_to_green_and_from_unknown_to_yellow_is_no_crossing(world, rules):
    said = world(
        (PLANT, "zone_declared", "yellow", "2022-01-01"),
        (PLANT, "zone_declared", "green", "2023-01-01"),
    )
    assert of_plant(said, rules, EARLY, AT) == []


def test_a_bound_over_the_edge_has_no_zone(world, rules):
    said = world(
        (ENTITY, "wear_percent", "30", "2025-02-01"),
        (ENTITY, "wear_percent", ">50", "2025-06-01"),
        (ENTITY, "wear_percent", ">80", "2025-09-01"),
    )
    found = [c for c in ledger.crossings(said, rules, EARLY, AT) if c.kind == "entity"]
    assert [(c.way, c.day) for c in found] == [(Way.ENTERED, date(2025, 9, 1))]
    assert (found[0].before.wear, found[0].now.wear) == ("30", ">80")


def test_a_repaired_entity_leaves_by_its_wear(world, rules):
    said = world(
        (ENTITY, "wear_percent", "73.5", "2025-08-28"),
        (ENTITY, "wear_percent", "16", "2026-06-01"),
        (ENTITY, "length_km", "164.4", "2025-08-28"),
    )
    found = [c for c in ledger.crossings(said, rules, date(2026, 1, 1), AT) if c.kind == "entity"]
    assert [(c.way, c.cause, c.now.length_km) for c in found] == [(Way.LEFT, "statement", 164.4)]


# -- lines -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lines(data):
    """Three heat lines of one region: red since 2025, yellow by the rule of 2024, synthetic red."""
    cells = {
        "sector": "heat",
        "region": "KZ-55",
        "wear_percent": ["80", "62", "99"],
        "wear_date": ["2025-06-01", "2023-06-01", "2023-06-01"],
        "provenance": ["official", "official", "synthetic"],
    }
    index = pd.Index(["a", "b", "c"], name="network_id")
    shapes = [LineString([(76, 52), (76.1, 52)])] * 3
    frame = gpd.GeoDataFrame(pd.DataFrame(cells, index=index), geometry=shapes, crs=4326)
    return intakes.holding(data, frame)


def test_kilometres_in_red_by_region_and_sector(lines):
    (row,) = ledger.red_km(lines, date(2025, 1, 1), AT).to_dict("records")
    assert (row["region"], row["sector"]) == ("KZ-55", "heat")
    one = row["red_now"] / 2
    assert one == pytest.approx(6.87, abs=0.05)
    assert (row["red_before"], row["unknown_before"]) == (0.0, pytest.approx(one))
    assert row["unknown_now"] == 0


def test_kilometres_of_unknown_wear_are_not_zero(lines, data):
    (row,) = ledger.red_km(lines, date(2024, 1, 1), AT).to_dict("records")
    assert pd.isna(row["red_before"])  # no rule yet: nothing was known of any line
    assert row["unknown_before"] == pytest.approx(2 * 6.87, abs=0.1)
    assert ledger.red_km(data, EARLY, AT).empty


# -- in words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_ledger_is_told_and_taken_away(told, data, lang):
    found = list(told.values())
    made = kpitables.ledger(data, found, lang)
    assert len(made.rows) == len(made.csv_rows) == len(found)
    assert {len(row) for row in made.csv_rows} == {len(made.csv_heads)}
    assert len(set(made.csv_heads)) == len(made.csv_heads)
    names = {kpiwords.subject(data, lang, one) for one in found}
    assert not names & {one.subject for one in found}  # every one has a name


def test_what_is_unknown_stays_empty(told, data):
    one = told["region", "KZ-35", "heat"]
    ((*_, wear, km, cost, _cause, _day, _source, _url),) = kpiwords.ledger_rows(data, [one], "en")
    assert (wear, km, cost) == ("66%", "", "")


def test_a_threshold_that_is_assumed_says_so(told):
    assert "assumed" in kpiwords.zone("en", told["region", "KZ-55", "combined"].now)
    assert "assumed" not in kpiwords.zone("en", told["region", "KZ-35", "electricity"].now)


def test_a_name_that_would_be_a_formula_or_markup_stays_text(data, rules, lines):
    entities = data.entities.assign(name_en="=HYPERLINK(1)")
    odd = replace(data, entities=entities)
    found = [c for c in ledger.crossings(odd, rules, EARLY, AT) if c.kind == "entity"]
    names = {kpiwords.subject(odd, "en", one) for one in found}
    assert names == {"=HYPERLINK(1)"}  # made harmless where it is written: see `listing.to_csv`
    table = kpitables.lines(lines, View(at=AT, lang="en"), date(2025, 1, 1))
    assert len(table.rows) == 1
