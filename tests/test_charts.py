"""The chart of a promise: a point a statement, whole years, nothing from the data run as markup."""

import re
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meks_geo import cards, charts
from meks_geo.state import as_of

SVG = "{http://www.w3.org/2000/svg}"
POINTS = [
    (date(2023, 12, 26), 2027.99, "2027"),
    (date(2024, 1, 16), 2028.99, "2028"),
    (date(2026, 4, 7), 2029.25, "2029-Q1"),
]


def chart(points, *, label="Completion", whole_years=True):
    text = charts.promise_chart(points, label=label, whole_years=whole_years)
    return ElementTree.fromstring(text)


def circles(svg):
    return [one for one in svg.iter() if one.tag.removeprefix(SVG) == "circle"]


def test_a_circle_a_statement_in_order_with_its_words():
    svg = chart(POINTS)
    dots = circles(svg)
    assert [dot[0].text for dot in dots] == ["2027", "2028", "2029-Q1"]
    across = [float(dot.get("cx")) for dot in dots]
    up = [-float(dot.get("cy")) for dot in dots]
    assert across == sorted(across)
    assert up == sorted(up), "a later deadline stands higher"
    assert svg.get("aria-label") == "Completion"


def test_the_chart_of_kokshetau(data):
    card = cards.card(data, as_of(data, date(2026, 4, 8)), "kokshetau-chp-newbuild", "ru")
    for promise in card.sections[0].promises:
        points = [
            (s.stated_on.first, s.number, s.value) for s in promise.steps if s.number is not None
        ]
        if promise.attribute == "contractor":
            assert points == []
            continue
        svg = chart(points, label=promise.label, whole_years=promise.attribute == "completion")
        dots = circles(svg)
        assert len(dots) == len(points) == len(promise.steps)
        across = [float(dot.get("cx")) for dot in dots]
        assert across == sorted(across), f"{promise.attribute}: the line runs back in time"
        ticks = [t.text for t in svg if t.tag.removeprefix(SVG) == "text"]
        if promise.attribute == "completion":
            assert {"2027", "2028", "2029"} <= set(ticks)


@pytest.mark.parametrize("points", [[], POINTS[:1]])
def test_one_statement_makes_no_chart(points):
    assert charts.promise_chart(points, label="", whole_years=False) == ""


def test_words_from_the_data_are_escaped():
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>&'
    points = [(day, value, hostile) for day, value, _ in POINTS]
    text = charts.promise_chart(points, label=hostile, whole_years=True)
    assert not re.search(r"<(script|img)", text)
    svg = ElementTree.fromstring(text)
    assert svg.get("aria-label") == hostile
    assert {dot[0].text for dot in circles(svg)} == {hostile}


@given(
    st.lists(
        st.tuples(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.floats(0, 1e6), st.just("x")),
        min_size=2,
        max_size=12,
    ),
    st.booleans(),
)
def test_every_point_is_inside_the_frame(points, years):
    points = sorted(points, key=lambda p: p[0])
    if years:
        points = [(day, 2000 + value % 60, text) for day, value, text in points]
    svg = chart(points, whole_years=years)
    _, _, width, height = (float(part) for part in svg.get("viewBox").split())
    dots = circles(svg)
    assert len(dots) == len(points)
    for dot in dots:
        assert 0 <= float(dot.get("cx")) <= width
        assert 0 <= float(dot.get("cy")) <= height
