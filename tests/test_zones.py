"""Wear zones: declared before computed, by the rule in force on the day, never guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meks_geo import zones
from meks_geo.vocabulary import Sector

PUBLISHED = (Sector.HEAT, Sector.ELECTRICITY, Sector.WATER, Sector.WASTEWATER)
ORDER = {"green": 0, "yellow": 1, "red": 2}


def red_above(data, sector, at):
    return [
        r.above_percent for r in zones.rules_in_force(data.rules, sector, at) if r.zone == "red"
    ]


@pytest.mark.parametrize("sector", [*PUBLISHED, Sector.COMBINED])
def test_there_is_no_rule_before_the_first_was_published(data, sector):
    assert zones.rules_in_force(data.rules, sector, date(2024, 12, 22)) == ()
    assert zones.compute((), "91") == "unknown"


@pytest.mark.parametrize("sector", PUBLISHED)
def test_the_red_threshold_is_by_sector_in_2025_and_60_for_all_from_2026(data, sector):
    in_2025 = 65 if sector == Sector.HEAT else 70
    for day in (date(2024, 12, 23), date(2025, 8, 25), date(2026, 1, 27)):
        assert red_above(data, sector, day) == [in_2025]
    for day in (date(2026, 1, 28), date(2026, 11, 21)):
        assert red_above(data, sector, day) == [60]


@pytest.mark.parametrize("sector", [*PUBLISHED, Sector.COMBINED])
@pytest.mark.parametrize("day", [date(2025, 8, 25), date(2026, 3, 1)])
def test_what_was_not_published_is_marked_assumed(data, sector, day):
    rules = zones.rules_in_force(data.rules, sector, day)
    assert [r.zone for r in rules] == ["red", "yellow", "green"]
    assumed = {r.zone for r in rules if r.assumed}
    # thresholds were published for red, for each kind of network; none for the combined figure
    published = set() if sector == Sector.COMBINED else {"red"}
    assert assumed == {"red", "yellow", "green"} - published
    assert [r.above_percent for r in rules if r.zone == "yellow"] == [40]


def test_gas_has_no_rule(data):
    assert zones.rules_in_force(data.rules, Sector.GAS, date(2026, 3, 1)) == ()


@pytest.mark.parametrize(
    ("wear", "zone"),
    [
        ("0", "green"), ("37", "green"), ("40", "green"), ("40.1", "yellow"), ("60", "yellow"),
        ("60.1", "red"), ("100", "red"),
        (">80", "red"), (">60", "red"), (">55", "unknown"), (">40", "unknown"),
        ("<40", "green"), ("<60", "unknown"), ("65-70", "red"), ("50-60", "yellow"),
        ("55-65", "unknown"), ("60-65", "unknown"), ("", "unknown"),
    ],
)  # fmt: skip
def test_zones_of_2026(data, wear, zone):
    rules = zones.rules_in_force(data.rules, Sector.HEAT, date(2026, 1, 28))
    assert zones.compute(rules, wear) == zone


@pytest.mark.parametrize(
    ("sector", "wear", "zone"),
    [("heat", "65", "yellow"), ("heat", "66", "red"), ("water", "66", "yellow"),
     ("water", "70", "yellow"), ("electricity", "82", "red"), ("heat", "65-70", "unknown")],
)  # fmt: skip
def test_zones_of_2025(data, sector, wear, zone):
    rules = zones.rules_in_force(data.rules, sector, date(2025, 8, 25))
    assert zones.compute(rules, wear) == zone


def test_more_wear_is_never_a_better_zone(data):
    @given(
        ends=st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(sorted),
        day=st.dates(date(2024, 12, 23)),
    )
    def grows(ends, day):
        low, high = (f"{end / 10:g}" for end in ends)
        rules = zones.rules_in_force(data.rules, Sector.HEAT, day)
        less, more = zones.compute(rules, low), zones.compute(rules, high)
        assert ORDER[less] <= ORDER[more]
        # a range has the zone of both its ends, or none
        assert zones.compute(rules, f"{low}-{high}") == (less if less == more else "unknown")

    grows()


@pytest.mark.parametrize(
    ("declared", "computed", "shown"),
    [
        ("yellow", "red", ("yellow", "declared")),
        ("", "red", ("red", "computed")),
        ("", "unknown", ("unknown", "")),
        ("out of red", "red", ("unknown", "declared")),
    ],
)
def test_the_declared_zone_comes_before_the_computed_one(declared, computed, shown):
    assert zones.shown(declared, computed) == shown
