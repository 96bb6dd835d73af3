"""The block of the lines in the legend: what is counted, what is not built, what is said."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import intakes
import pytest
from shapely import LineString

from meks_geo import i18n, legend, networks, queries
from meks_geo.view import View
from meks_geo.vocabulary import Lang, Provenance

DAY = date(2026, 11, 22)
ROWS = {
    "a": {"wear_percent": "70", "wear_date": "2026-06"},
    "b": {"wear_percent": "30", "wear_date": "2026-06-30", "sector": "water"},
    "c": {"wear_date": "2026-06"},
    "s": {"wear_percent": "99", "provenance": "synthetic"},
    "t": {"wear_percent": "99", "provenance": "synthetic", "sector": "water"},
    "u": {"wear_percent": "55", "provenance": "synthetic", "sector": "electricity"},
}
BOTH = ("official", "synthetic")


@pytest.fixture(scope="module")
def six(data):
    plain = {"sector": "heat", "region": "KZ-55", "provenance": "official"}
    empty = dict.fromkeys(("wear_percent", "wear_date"), "")
    frame = gpd.GeoDataFrame(
        [{**plain, **empty, **row} for row in ROWS.values()],
        geometry=[LineString([(76.9, 52.3), (77.0, 52.3)])] * len(ROWS),
        index=[*ROWS],
        crs=4326,
    )
    return intakes.holding(data, frame)


def blocks(data, **keys):
    """Rows and notes of the blocks of lines and of their sectors, by the sort of their symbols."""
    view = View(lang="en", **{"at": DAY, "layers": ("networks",), **keys})
    return legend.groups(data, queries.select(data, view))


def counts(data, **keys):
    return {row.symbol: row.count for block in blocks(data, **keys) for row in block.rows}


def label(data, symbol, **keys):
    (found,) = [r.label for block in blocks(data, **keys) for r in block.rows if r.symbol == symbol]
    return found


# -- reported and synthetic ------------------------------------------------------------------------


def test_synthetic_lines_are_in_no_count_but_their_own(six):
    reported = {"line:red": 1, "line:green": 1, "line:unknown": 1, "letter:H": 2, "letter:W": 1}
    assert counts(six) == reported
    there = {"line:yellow": None, "letter:E": None, "dash:synthetic": 3}  # drawn, and not counted
    assert counts(six, provenance=BOTH) == reported | there
    assert "in no other count" in label(six, "dash:synthetic", provenance=BOTH)
    for lang in Lang:
        name = i18n.label(lang, "provenance", Provenance.SYNTHETIC)
        assert i18n.text(lang, "legend.synthetic_lines").startswith(f"{name}, ")


def test_synthetic_lines_alone_are_counted_and_named(six):
    alone = {"provenance": ("synthetic",)}
    assert counts(six, **alone) == {
        "line:red": 2, "line:yellow": 1, "dash:synthetic": 3,
        "letter:H": 1, "letter:W": 1, "letter:E": 1,
    }  # fmt: skip
    assert label(six, "dash:synthetic", **alone) == "Synthetic data"


# -- what is said of wear --------------------------------------------------------------------------


def test_before_all_wear_dates_the_note_says_why_no_line_has_a_colour(six):
    (lines, _) = blocks(six, at=date(2026, 6, 29))
    assert [(row.symbol, row.count) for row in lines.rows] == [("line:unknown", 3)]
    note = i18n.text("en", "legend.lines_note")
    assert lines.note == f"{note} Wear stated for a later date: 2."
    (lines, _) = blocks(six, at=date(2026, 6, 30))
    assert lines.note == note
    (lines,) = blocks(six, at=date(2026, 6, 29), sector=("water",))
    assert lines.note.endswith(": 1.")


def test_where_no_wear_was_ever_stated_nothing_is_said_of_it(data):
    (lines,) = blocks(data)
    assert {row.symbol for row in lines.rows if row.symbol.startswith("line:")} == {"line:unknown"}
    assert lines.note == ""


# -- what is not built, and substations ------------------------------------------------------------


@pytest.mark.parametrize("day", [date(2015, 1, 1), DAY])
def test_lines_that_are_not_built_are_a_row_of_their_own(data, day):
    rows = networks.ahead(data, day)
    assert len(rows)
    assert counts(data, at=day)["hollow:line"] == len(rows)
    assert counts(data, at=day)["line:unknown"] == len(data.backbone)
    found = counts(data, at=day, q="karabatan")
    assert found["hollow:line"] == len(set(rows) & {*networks.named_rows(data, "karabatan")})
    assert "hollow:line" not in counts(data, at=day, q="kokshetau kostanay")


def test_substations_placed_at_a_town_are_a_row_of_their_own(data):
    known = data.substations["location_accuracy"]
    ends = {*data.backbone["from_id"], *data.backbone["to_id"]}
    at_town = sum(known[one] == "city" for one in ends)
    found = counts(data)
    assert (found["station:"], found["ring:station"]) == (len(ends) - at_town, at_town)
    sites = counts(data, q="kokshetau kostanay")
    assert sites["station:"] == 2
    assert "ring:station" not in sites


def test_a_layer_that_is_switched_off_has_no_rows(data):
    selection = queries.select(data, View(at=DAY, layers=("plants",)))
    symbols = {row.symbol for block in legend.groups(data, selection) for row in block.rows}
    assert not [one for one in symbols if one.endswith((":line", ":station")) or one == "station:"]
    shown = replace(selection, view=replace(selection.view, layers=("networks",)))
    assert legend.groups(data, shown)
