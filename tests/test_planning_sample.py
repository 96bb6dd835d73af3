"""The sample oblast: made up and labelled, accepted as it is, and planned on in a trial only."""

from datetime import date

import intakes
import pytest

from meks_geo.intake import door
from meks_geo.planning import budget, gather, parameters
from meks_geo.planning.plan import plan

AT = date(2026, 11, 22)
RED = dict.fromkeys(("heat", "electricity", "water", "wastewater"), 60.0)


@pytest.fixture(scope="module")
def checked(store, data, root):
    path = root / "data" / "sample" / "oblast.xlsx"
    return door.examine(store, data, path, table="", today=AT)


@pytest.fixture(scope="module")
def known(store, data):
    return parameters.of(store.parameters(), data.sources)


def test_it_is_accepted_whole(checked):
    assert checked.verdict.problems == ()
    assert checked.verdict.accepted == checked.verdict.rows > 1000


def test_every_row_says_that_it_is_made_up(checked):
    for table in checked.verdict.tables.values():
        assert set(table.frame["provenance"]) == {"synthetic"}


def test_it_is_planned_on_in_a_trial_only(checked, data, known, root):
    lines = checked.verdict.tables["networks"].frame.set_index("network_id")
    world = intakes.holding(data, lines)
    assert not [one for one in gather.gather(world, AT, known) if one.kind == "network"]
    trial = gather.gather(world, AT, known, trial=True)
    assert {one.provenance for one in trial} == {"synthetic"}
    assert {one.sector for one in trial} == {"heat", "electricity", "water", "wastewater"}
    years = tuple(range(2026, 2030))
    money = {"meks-market": dict.fromkeys(years, 3.0)}
    made = plan(trial, known, RED, money=money, years=years, objective="wear-km")
    assert made.value > 0
    assert made.gap <= 0.005
    text = (root / "data" / "sample" / "known.csv").read_text(encoding="utf-8")
    told = budget.told(text, "known.csv")
    assert all(one["people"] >= 0 and one["revenue_bn_kzt"] > 0 for one in told.values())
