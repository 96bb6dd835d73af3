"""The networks of a map: what a browser is told, the regions' figures, and the substations."""

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise

import geopandas as gpd
import intakes
import numpy as np
import pytest
from shapely import LineString, MultiLineString

from meks_geo import linelayer, queries, scene
from meks_geo.linelayer import PLACES, PROVENANCES, SECTORS
from meks_geo.lines import ZONES
from meks_geo.ui import maps
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


@pytest.fixture(scope="module")
def winding(data):
    """A line of two parts and very many points, and a short one."""
    course = [(60 + n / 500, 50 + n % 2 / 1000) for n in range(1000)]
    frame = gpd.GeoDataFrame(
        {"sector": "heat", "region": "KZ", "provenance": ["press", "official"]},
        geometry=[
            MultiLineString([course, [(70, 50), (70.1, 50.1)]]),
            LineString([(76.9, 52.3), (76.901, 52.3), (76.902, 52.301)]),
        ],
        index=["long", "short"],
        crs=4326,
    )
    return intakes.holding(data, frame)


def select(data, query="", at=DAY):
    view = replace(decode(query, today=DAY, lang="en")[0], at=at)
    return queries.select(data, view)


def drawn(data, query="", at=DAY):
    return linelayer.layer(data, select(data, query, at))


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


# -- what is not built, names, and the selected line -----------------------------------------------


@pytest.mark.parametrize("at", [date(1990, 1, 1), DAY])
def test_lines_that_a_later_year_builds_are_told_by_their_rows(data, at):
    told = drawn(data, at=at).payload()["ahead"]
    assert told == sorted(told)
    ids = {data.lines.id(row) for row in told}
    years = {one: row["built_year"] for one, row in data.rows["backbone"].items()}
    assert {one for one, year in years.items() if year > at.year} <= ids
    assert not {one for one, year in years.items() if year <= at.year} & ids
    assert bool(ids) or at == DAY


def test_of_the_lines_that_are_not_built_only_those_that_pass_are_told(data, monkeypatch):
    monkeypatch.setattr(linelayer.networks, "ahead", lambda *_: np.arange(len(data.lines)))
    passing = select(data, "q=kegoc").lines.rows.tolist()
    assert 0 < len(passing) < len(data.lines)
    assert drawn(data, "q=kegoc").payload()["ahead"] == passing


def test_lines_found_by_name_are_told_by_their_rows(data):
    found = wanted(data, "q=kokshetau kostanay")
    assert found["o"] == []
    names = {data.rows["backbone"][data.lines.id(row)]["name_en"] for row in found["i"]}
    assert names == {"1150 kV line Kokshetau - Kostanay"}
    assert wanted(data, "q=kegoc")["i"] == []
    assert wanted(data, "sector=electricity")["i"] is None


def test_the_selected_line_is_told_for_the_zooms_that_do_not_draw_it(held):
    told = drawn(held, "sel=b").payload()["selected_line"]
    number = held.lines.number("b")
    assert told["paths"] == [[[52.3, 76.9], [52.3, 77.0]]]
    assert (ZONES[told["zone"]], PROVENANCES[told["v"]]) == ("green", "official")
    assert told["shown"] == held.lines.shown[number]
    assert told["shown"] >> 14 & 1
    assert drawn(held, "sel=b&sector=heat").payload()["selected_line"] is None
    assert drawn(held).payload()["selected_line"] is None


def test_a_long_course_is_thinned_evenly_and_its_parts_stay_apart(winding):
    first, second = drawn(winding, "sel=long").payload()["selected_line"]["paths"]
    assert len(first) + len(second) <= 200
    assert len(first) > 190
    assert (first[0], first[-1]) == ([50.0, 60.0], [50.001, 61.998])
    steps = [b[1] - a[1] for a, b in pairwise(first)]
    assert max(steps) < 1.5 * min(steps)
    assert second == [[50.0, 70.0], [50.1, 70.1]]
    (whole,) = drawn(winding, "sel=short").payload()["selected_line"]["paths"]
    assert whole == [[52.3, 76.9], [52.3, 76.901], [52.301, 76.902]]


def test_a_map_without_a_place_shows_the_selected_line(winding):
    whole = scene.build(winding, select(winding)).bounds
    south, west, north, east = scene.build(winding, select(winding, "sel=short")).bounds
    assert 52.28 < south < 52.3 < 52.301 < north < 52.32
    assert 76.88 < west < 76.9 < 76.902 < east < 76.92
    for query in ("sel=short&map=50,60,8", "sel=short&provenance=press", "sel=short&layers=plants"):
        assert scene.build(winding, select(winding, query)).bounds == whole, query
    south, west, north, east = scene.build(winding, select(winding, "sel=long")).bounds
    assert (south, north) == pytest.approx((50 - 0.01, 50.1 + 0.01), abs=0.001)
    assert (west, east) == pytest.approx((60 - 1.01, 70.1 + 1.01), abs=0.001)


def test_a_click_on_a_tile_of_another_revision_means_nothing(held):
    url = drawn(held).payload()["url"]
    event = {"event": "line", "row": held.lines.number("b"), "url": url, "n": 1}
    assert maps.named(held, event)["id"] == "b"
    for wrong in ({"url": url.replace(held.revision, "0" * 64)}, {"url": None}, {"row": 4}):
        assert maps.named(held, event | wrong) == {}
    assert maps.named(held, {"event": "select", "id": "x"}) == {"event": "select", "id": "x"}


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
    assert alone["KZ-55"].replace("\u00a0", " ") == "Synthetic data: 7 km, 100% in red"


def test_the_ends_of_the_backbone_are_shown_with_its_lines(data):
    view = decode("", today=DAY, lang="en")[0]
    found = linelayer.stations(data, queries.select(data, view))
    ends = {row[end] for row in data.rows["backbone"].values() for end in ("from_id", "to_id")}
    assert {one.id for one in found} == ends
    assert all(one.title and one.hover for one in found)
    heat = queries.select(data, replace(view, sector=("heat",)))
    assert linelayer.stations(data, heat) == ()
