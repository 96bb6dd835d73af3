"""The networks of a map: what a browser is told, the regions' figures, and the substations."""

import json
from dataclasses import replace
from datetime import date

import geopandas as gpd
import intakes
import pytest
from shapely import LineString

from meks_geo import linelayer, queries, scene
from meks_geo.linelayer import PLACES, PROVENANCES, SECTORS
from meks_geo.lines import ZONES
from meks_geo.view import decode
from meks_geo.vocabulary import Layer

DAY = date(2026, 11, 22)
PROJECT = "pavlodar-chp-2-mod"
ROWS = {
    "a": {"wear_percent": "70", "operator": "Pavlodar heat", "project_ids": PROJECT},
    "b": {"wear_percent": "30", "sector": "water", "operator": "Water"},
    "c": {"region": "KZ-10", "wear_percent": ">80"},
    "s": {"provenance": "synthetic", "wear_percent": "99"},
}


@pytest.fixture(scope="module")
def held(data):
    plain = {"sector": "heat", "region": "KZ-55", "provenance": "official"}
    empty = dict.fromkeys(("operator", "wear_percent", "project_ids"), "")
    cells = [{**plain, **empty, **row} for row in ROWS.values()]
    names = [*plain, *empty]
    frame = gpd.GeoDataFrame(
        {name: [row[name] for row in cells] for name in names},
        geometry=[LineString([(76.9, 52.3), (77.0, 52.3)])] * len(ROWS),
        index=[*ROWS],
        crs=4326,
    )
    return intakes.holding(data, frame)


def drawn(data, query=""):
    view = replace(decode(query, today=DAY, lang="en")[0], at=DAY)
    return linelayer.layer(data, queries.select(data, view))


def wanted(data, query):
    return drawn(data, query).payload()["want"]


def test_without_a_filter_only_the_provenance_is_asked_for(held):
    want = wanted(held, "")
    assert [PROVENANCES[n] for n in want.pop("v")] == ["official", "press", "schematic"]
    assert want.pop("none") is False
    assert set(want.values()) == {None}


def test_a_filter_is_told_in_the_codes_of_the_tiles(held):
    want = wanted(held, "region=KZ-55&sector=heat,water&zone=red,unknown&wear=60.5-70&q=pavl")
    assert [PLACES[n] for n in want["r"]] == ["KZ-55"]
    assert [SECTORS[n] for n in want["s"]] == ["heat", "water"]
    assert [ZONES[n] for n in want["z"]] == ["red", "unknown"]
    assert want["wear"] == {"low": 6050, "high": 7000}
    assert [held.lines.words["operator"][n] for n in want["o"]] == ["Pavlodar heat"]


def test_ranges_may_be_open_or_unknown(held):
    assert wanted(held, "wear=-60")["wear"] == {"low": None, "high": 6000}
    assert wanted(held, "wear=unknown")["wear"] == {"unknown": True}


def test_a_filter_of_projects_names_only_projects_that_lines_have(held):
    status = held and queries.as_of(held, DAY).projects.at[PROJECT, "status"]
    assert wanted(held, f"status={status}")["p"] == [PROJECT]
    assert wanted(held, "status=cancelled") | {"p": None} == wanted(held, "") | {"none": True}


def test_nothing_left_is_said(held):
    assert wanted(held, "kind=chp")["none"] is True


def test_what_is_not_drawn_is_counted_for_each_zoom(held):
    left = drawn(held).payload()["left_out"]
    assert len(left) == 15
    assert left[5] == 3  # less than 4 px long
    assert left[8] == 1  # of the square of two sectors, the synthetic line apart
    assert left[13] == left[14] == 0
    assert drawn(held).payload()["total"] == 3


def test_letters_tell_sectors_apart_where_there_are_several(held):
    assert drawn(held).payload()["letters"] == {"0": "H", "2": "W"}
    assert drawn(held, "sector=heat").payload()["letters"] is None


def test_the_payload_is_plain_and_names_the_revision(held):
    told = json.loads(json.dumps(drawn(held, "sel=b").payload(), allow_nan=False))
    assert told["url"] == f"/tiles/{held.revision}/networks.pmtiles"
    assert told["selected"] == held.lines.number("b")
    assert told["at"] == 20261122
    assert held.lines.periods[told["period"]] <= "2026-11-22"
    assert told["names"]["words"]["not_drawn"].count("{count}") == 1


def test_a_layer_that_is_switched_off_is_not_there(held):
    others = ",".join(one for one in Layer if one != Layer.NETWORKS)
    assert drawn(held, f"layers={others}") is None


def test_regions_show_kilometres_and_the_red_share_of_what_is_reported(held):
    selection = queries.select(held, replace(decode("", today=DAY, lang="en")[0], at=DAY))
    rolls = {k: v.replace("\u00a0", " ") for k, v in linelayer.rolls(selection).items()}
    assert rolls == {"KZ-55": "14 km, 50% in red", "KZ-10": "7 km, 100% in red"}
    areas = {a.id: a.roll for a in scene.build(held, selection).areas}
    assert areas["KZ-55"] == linelayer.rolls(selection)["KZ-55"]
    assert areas["KZ-11"] == ""


def test_synthetic_lines_roll_up_only_when_nothing_else_is_asked_for(held):
    view = replace(decode("provenance=official,synthetic", today=DAY, lang="en")[0], at=DAY)
    both = linelayer.rolls(queries.select(held, view))
    assert both["KZ-55"].replace("\u00a0", " ") == "14 km, 50% in red"
    alone = linelayer.rolls(queries.select(held, replace(view, provenance=("synthetic",))))
    assert alone["KZ-55"].replace("\u00a0", " ") == "7 km, 100% in red"


def test_the_ends_of_the_backbone_are_shown_with_its_lines(data):
    view = decode("", today=DAY, lang="en")[0]
    found = linelayer.stations(data, queries.select(data, view))
    ends = {row[end] for row in data.rows["backbone"].values() for end in ("from_id", "to_id")}
    assert {one.id for one in found} == ends
    assert all(one.title and one.hover for one in found)
    heat = queries.select(data, replace(view, sector=("heat",)))
    assert linelayer.stations(data, heat) == ()
