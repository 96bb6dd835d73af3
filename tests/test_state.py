"""The map of record as of a day: what a plant, a project and a region are shown as."""

from datetime import date

import pandas as pd
import pytest

from meks_geo import state

MARCH, NOW = date(2026, 3, 1), date(2026, 11, 21)
RED = {
    "maek-chp-2", "semey-chp-1", "temirtau-gres-1", "petropavl-chp-2", "pavlodar-chp-2",
    "stepnogorsk-chp", "uralsk-chp", "kyzylorda-chp-old", "arkalyk-chp", "taraz-chp-4",
}  # fmt: skip


# -- plants and projects ----------------------------------------------------------------------


def test_the_ministers_red_list_is_declared_and_not_read_off_the_wear(data):
    plants = state.as_of(data, MARCH).plants
    assert set(plants.index[plants["zone"] == "red"]) == RED
    assert set(plants.loc[sorted(RED), "zone_basis"]) == {"declared"}
    # worn by more than 80 percent, but nobody declared a zone: a number, not a colour
    undeclared = plants.loc[["sogra-chp", "maek-tpp-3", "kentau-chp-5"]]
    assert set(undeclared["zone"]) == {"unknown"}
    assert (undeclared["wear_low"] >= 80).all()


def test_what_is_only_out_of_red_has_no_zone_but_says_so(data):
    plants = state.as_of(data, NOW).plants
    (found,) = plants.index[plants["zone_text"] == "out of red"]
    assert "zhezkazgan" in found
    assert (plants.at[found, "zone"], plants.at[found, "zone_basis"]) == ("unknown", "declared")


@pytest.mark.parametrize(
    ("plant", "low", "high", "exact"),
    [
        ("maek-tpp-3", 80, 100, None),
        ("karaganda-chp-1", 55, 100, None),
        ("uralsk-chp", 88, 88, 88),
        ("petropavl-chp-2", 57.3, 57.3, 57.3),
    ],
)
def test_a_bound_is_an_interval_and_no_number(data, plant, low, high, exact):
    row = state.as_of(data, NOW).plants.loc[plant]
    assert (row["wear_low"], row["wear_high"]) == pytest.approx((low, high))
    assert pd.isna(row["wear_exact"]) if exact is None else row["wear_exact"] == exact


def test_wear_is_that_of_the_day(data):
    wear = {
        day: state.as_of(data, day).plants.at["uralsk-chp", "wear"]
        for day in (date(2022, 12, 19), date(2022, 12, 20), date(2023, 11, 2))
    }
    assert list(wear.values()) == ["", ">80", "88"]


def test_a_plant_is_hollow_until_it_is_built(world):
    plant = "semey-chp-1"
    built = world(
        (plant, "stage", "planned", "2024-01-01"),
        (plant, "stage", "construction", "2025-01-01"),
        (plant, "stage", "operating", "2026-01-01"),
        (plant, "stage", "closed", "2027-01-01"),
    )
    hollow = [
        bool(state.as_of(built, date(year, 6, 1)).plants.at[plant, "hollow"])
        for year in (2023, 2024, 2025, 2026, 2027)
    ]
    assert hollow == [False, True, True, False, False]


def test_a_plant_shows_its_most_advanced_live_project(world):
    plant, first, second = "astana-chp-3", "astana-chp-3-phase-1", "astana-chp-3-phase-2"
    told = world(
        (first, "status", "design", "2024-01-01"),
        (second, "status", "construction", "2024-02-01"),
        (second, "status", "completed", "2025-01-01"),
        (first, "status", "cancelled", "2026-01-01"),
    )
    shown = [
        state.as_of(told, date(*day, 2)).plants.at[plant, "live_status"]
        for day in ((2023, 1), (2024, 1), (2024, 2), (2025, 1), (2026, 1))
    ]
    assert shown == ["", "design", "construction", "design", ""]


def test_a_project_takes_region_kind_zone_and_wear_from_its_plant(data):
    now = state.as_of(data, NOW)
    linked = now.projects[now.projects["plant_id"] != ""]
    owner = now.plants.loc[linked["plant_id"]].set_axis(linked.index)
    columns = ["region", "kind", "zone", "wear_low", "wear_high"]
    pd.testing.assert_frame_equal(linked[columns], owner[columns], check_dtype=False)
    plain = now.projects[now.projects["plant_id"] == ""]
    assert set(plain["kind"]) == {""}
    assert not plain["on_map"].any()
    # an entity's network wear: 73.5 and 65 percent, red above 60 since January 2026
    assert plain.loc[["shymkent-sewer", "atyrau-heat-nets"], "zone"].tolist() == ["red", "red"]


def test_nothing_is_known_of_anything_before_the_first_statement(world):
    empty = state.as_of(world(), NOW)
    assert not empty.plants["known"].any()
    assert set(empty.plants["zone"]) == {"unknown"}
    assert empty.plants[["wear_low", "electric_mw", "heat_gcal_h"]].isna().all(axis=None)
    assert set(empty.projects["status"]) == set(empty.projects["funding"]) == {"unknown"}


def test_folding_leaves_the_registers_as_they_are(data):
    before = {n: getattr(data, n).copy() for n in ("plants", "projects", "indicators", "places")}
    state.as_of.__wrapped__(data, MARCH)
    state.indicators.__wrapped__(data, MARCH, "heat")
    for name, frame in before.items():
        pd.testing.assert_frame_equal(getattr(data, name), frame)


# -- indicators -------------------------------------------------------------------------------


def test_only_figures_of_a_region_fill_a_region(data):
    by_region, by_place = state.indicators(data, NOW, "heat")
    assert by_region["wear"].to_dict() == {
        "KZ-27": "50.4", "KZ-31": "54", "KZ-79": "37", "KZ-35": "66",
    }  # fmt: skip
    assert set(by_place["scope"]) == {"city", "operator"}
    # Pavlodar region has two towns above 90 percent and still no figure of its own
    assert {"pavlodar", "ekibastuz"} <= set(by_place.index)
    assert "KZ-55" not in by_region.index


def test_the_regions_of_the_combined_figure(data):
    by_region, by_place = state.indicators(data, NOW, "combined")
    assert by_region["wear"].to_dict() == {
        "KZ-55": "66", "KZ-35": "62", "KZ-10": "59", "KZ-63": "58", "KZ-62": "58", "KZ-59": "56",
    }  # fmt: skip
    assert by_place.empty
    assert state.indicators(data, date(2025, 12, 30), "combined")[0].empty


def test_a_citys_figure_is_a_mark_at_its_place(data):
    _, by_place = state.indicators(data, NOW, "heat")
    for place, row in by_place.iterrows():
        town = data.places.loc[place]
        assert (row["lat"], row["lon"]) == (town["lat"], town["lon"])
    assert by_place.at["ekibastuz", "wear"] == "91"
    assert by_place.at["uralsk", "scope"] == "operator"


def test_doubtful_figures_are_left_out(data):
    doubtful = data.indicators[data.indicators["standing"] == "doubtful"]
    assert {"i025", "i031", "i046"} <= set(doubtful.index)
    _, heat = state.indicators(data, NOW, "heat")
    assert "atyrau" not in heat.index  # i031 is all there is for Atyrau
    assert heat.at["temirtau", "wear"] == "67"  # not 88, which is "up to", of two towns
    by_region, sewers = state.indicators(data, NOW, "wastewater")
    assert "90" not in {*by_region["wear"], *sewers["wear"]}  # pumping stations only


def test_shymkent_is_a_region_of_its_own(data):
    by_region, by_place = state.indicators(data, NOW, "heat")
    assert (by_region.at["KZ-79", "wear"], by_region.at["KZ-79", "scope"]) == ("37", "region")
    assert by_region.at["KZ-79", "zone"] == "green"
    assert "shymkent" not in by_place.index


def test_a_zone_of_a_figure_is_declared_else_computed_by_the_rule_of_the_day(data):
    _, heat = state.indicators(data, date(2024, 6, 1), "heat")
    assert heat.loc["ridder", ["zone", "zone_basis"]].tolist() == ["red", "declared"]  # at 59.5
    water = {
        day: state.indicators(data, day, "water")[0].loc["KZ-35", ["zone", "zone_basis"]].tolist()
        for day in (date(2025, 10, 14), date(2026, 1, 28))
    }
    assert list(water.values()) == [["yellow", "computed"], ["red", "computed"]]  # at 68
    early = state.indicators(data, date(2024, 6, 1), "electricity")[0]
    assert early.loc["KZ-27", ["wear", "zone", "zone_basis"]].tolist() == ["82", "unknown", ""]
