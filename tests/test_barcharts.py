"""Bars of kilometres: what is drawn is what is known, and can be read without colour."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from meks_geo import barcharts, style
from meks_geo.barcharts import Bar
from meks_geo.vocabulary import Zone

SVG = "{http://www.w3.org/2000/svg}"


def boxes(svg):
    """Class, left, top, width and height of each box."""
    found = ElementTree.fromstring(svg).iter(f"{SVG}rect")
    return [
        (box.get("class"), *(float(box.get(name)) for name in ("x", "y", "width", "height")))
        for box in found
        if box.get("class")
    ]


def texts(svg):
    return [text.text for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def columns(bars, end=2000, **more):
    return barcharts.columns(bars, end=end, unit="km", number=str, label="what", **more)


@pytest.mark.parametrize("width", [barcharts.WIDE, barcharts.NARROW])
def test_rows_are_as_long_as_their_kilometres(width):
    bars = [Bar("Heat", (10, 20, 30, 40), "100 km", "red 10%"), Bar("Water", (0, 25, 0, 25))]
    svg = barcharts.rows(bars, label="what", width=width)
    drawn = boxes(svg)
    assert [zone for zone, *_ in drawn] == [*Zone, "yellow", "unknown"]
    lengths = [box[3] for box in drawn]
    assert lengths == pytest.approx([width * n / 100 for n in (10, 20, 30, 40, 25, 25)], abs=0.01)
    assert drawn[1][1] == pytest.approx(drawn[0][1] + drawn[0][3], abs=0.01)  # one after another
    assert {"Heat", "100 km", "red 10%", "Water"} <= set(texts(svg))


def test_columns_are_as_high_as_their_kilometres_and_worst_first():
    svg = columns([Bar("1980", (30, 0, 0, 0)), Bar("1990", (10, 20, 30, 0))])
    drawn = boxes(svg)
    assert [zone for zone, *_ in drawn] == ["red", "red", "yellow", "green"]
    heights = [box[4] for box in drawn]
    assert heights == pytest.approx([heights[1] * n for n in (3, 1, 2, 3)], abs=0.05)
    bottoms = [box[2] + box[4] for box in drawn]
    assert bottoms[0] == pytest.approx(bottoms[1])
    assert bottoms[2] == pytest.approx(drawn[1][2])  # yellow stands on red
    assert {"1980", "1990", "2000", "km"} <= set(texts(svg))


def test_what_has_no_year_stands_apart():
    svg = columns([Bar("1990", (1, 0, 0, 0)), Bar("unknown", (0, 0, 0, 2), apart=True)])
    (_, left, _, width, _), (_, apart, *_) = boxes(svg)
    assert apart > left + width + 5
    assert "unknown" in texts(svg)


def test_only_what_has_no_year():
    svg = columns([Bar("unknown", (0, 0, 0, 2), apart=True)], end=0)
    assert len(boxes(svg)) == 1
    assert "0" not in texts(svg)[-1]


def test_colours_are_those_of_the_style_sheet_and_unknown_is_hatched():
    svg = barcharts.rows([Bar("Heat", (1, 1, 1, 1))], label="what")
    for zone, look in style.load().zones.items():
        fill = "url(#unknown-class)" if zone == Zone.UNKNOWN else look.symbol
        assert f'<rect class="{zone}"' in svg
        assert f'fill="{fill}"' in svg


def test_years_have_room():
    bars = [Bar(str(year), (1, 0, 0, 0)) for year in range(1900, 2060, 5)]
    svg = columns(bars, end=2060, width=barcharts.NARROW)
    marks = [
        float(text.get("x"))
        for text in ElementTree.fromstring(svg).iter(f"{SVG}text")
        if (text.text or "").startswith(("19", "20")) and text.get("text-anchor") == "middle"
    ]
    assert min(b - a for a, b in pairwise(marks)) >= 30


@pytest.mark.parametrize("highest", [0.0004, 0.9, 1, 7, 10, 99, 101, 12_583.7, 86_000])
def test_the_axis_begins_at_nothing_and_covers_the_highest(highest):
    shown = []
    barcharts.columns(
        [Bar("1990", (highest, 0, 0, 0))],
        end=2000,
        unit="km",
        number=lambda n: shown.append(n) or f"{n}",
        label="what",
    )
    assert shown[0] == 0
    assert shown[-1] >= highest > shown[-2]
    assert 3 <= len(shown) <= 7


def test_nothing_gives_no_chart():
    assert barcharts.rows([], label="what") == ""
    assert barcharts.rows([Bar("Heat", (0, 0, 0, 0))], label="what") == ""
    assert columns([]) == ""


def test_texts_are_escaped():
    svg = barcharts.rows([Bar("<script>", (1, 0, 0, 0), "a & b")], label='"><script>')
    assert "<script>" not in svg
    assert {"<script>", "a & b"} <= set(texts(svg))
    assert ElementTree.fromstring(svg).get("aria-label") == '"><script>'
