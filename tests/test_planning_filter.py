"""The MEKS filter: market first, budget last, and never because something is unknown."""

import json
from dataclasses import asdict
from datetime import date

import plans
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meks_geo.planning import filter as asking
from meks_geo.planning import parameters as module
from meks_geo.planning.estimates import Estimate

COST = Estimate(10.0, 10.0, 10.0, 2025, "published")


@pytest.fixture(scope="module")
def known(store, data):
    return module.of(store.parameters(), data.sources)


def trail(known, revenue, cost=COST, **more):
    one = plans.entity("a", km=10, wear=80, revenue_bn_kzt=revenue, **more)
    return asking.trail(one, cost, known)


def test_everyone_is_asked_in_order_with_numbers(known):
    found = trail(known, 4.0)
    assert [one.source for one in found.asks] == list(known.sources_of_money())
    lent = [one for one in found.asks if one.source != "budget"]
    assert all(one.service_bn_kzt > 0 and one.coverage > 0 for one in lent)
    assert [one.tier for one in found.asks] == sorted(one.tier for one in found.asks)


@pytest.mark.parametrize("revenue", [None, 0.1, 4.0, 100.0])
def test_a_cost_that_is_not_known_cannot_be_assessed(known, revenue):
    found = trail(known, revenue, Estimate(None, None, None, 2025, missing=("length_km",)))
    assert found.verdict == "cannot-be-assessed"
    assert "budget" not in found.allowed


def test_a_revenue_that_is_not_known_is_never_the_budget(known):
    found = trail(known, None)
    assert found.verdict == "cannot-be-assessed"
    assert {one.answer for one in found.asks} == {"cannot-be-assessed"}
    assert not {"budget", "state-fund"} & set(found.allowed)


def test_a_revenue_of_nothing_is_known_and_goes_to_the_budget(known):
    assert trail(known, 0.0).verdict == "budget"


def test_a_published_source_is_kept_unless_it_is_the_budget(known):
    assert trail(known, None, funding="ifi").allowed == ("ifi",)
    assert trail(known, None, funding="budget").verdict == "cannot-be-assessed"
    assert trail(known, None, funding="mixed").verdict == "cannot-be-assessed"


TIER = {"market": 1, "state-fund": 2, "budget": 3}
laxer = st.sampled_from([
    ("coverage", "", -0.2), ("tariff-rise", "", 10.0), ("savings", "", 5.0),
    ("rate", "ifi", -4.0), ("subsidy", "meks-market", 4.0), ("rate", "state-fund", -3.0),
    ("own-share", "ifi", 20.0), ("tenor", "meks-market", 5.0), ("tenor", "state-fund", 5.0),
])  # fmt: skip


@given(st.floats(0, 12), st.lists(laxer, max_size=4, unique_by=lambda one: one[:2]))
def test_a_laxer_filter_never_moves_anything_towards_the_budget(known, revenue, moves):
    changes = {(name, to): known.value(name, to) + by for name, to, by in moves}
    before, after = trail(known, revenue), trail(known.with_finance(changes), revenue)
    assert TIER[after.verdict] <= TIER[before.verdict]


@given(st.floats(0, 12), st.floats(0, 12))
def test_more_revenue_never_moves_anything_towards_the_budget(known, one, other):
    low, high = sorted((one, other))
    assert TIER[trail(known, high).verdict] <= TIER[trail(known, low).verdict]


def test_what_is_paid_with_own_money_alone_has_nothing_to_cover(known):
    moved = known.with_finance({("own-share", "ifi"): 100.0})
    found = [one for one in trail(moved, 4.0).asks if one.source == "ifi"]
    assert [(one.loan_bn_kzt, one.answer, one.why, one.coverage) for one in found] == [
        (0.0, "yes", "covered", None)
    ]
    assert json.dumps([asdict(one) for one in found], allow_nan=False)


def test_debt_service_pays_the_loan_back():
    yearly = asking.service(100, 12, 10, 3)
    owed = 100.0
    for _ in range(7):
        owed = owed * 1.12 - yearly
    assert owed == pytest.approx(0, abs=1e-9)
    assert asking.service(100, 0, 10, 0) == 10
    with pytest.raises(ValueError, match="grace"):
        asking.service(100, 10, 3, 3)


def test_projects_of_record_paid_by_the_budget_without_a_trail_are_listed(data):
    assert asking.budget_without_trail(data, date(2026, 11, 22)) == (
        "astana-chp-3-phase-1",
        "astana-telmana-ghs",
        "ridder-chp-repair",
    )
    assert asking.budget_without_trail(data, date(2020, 1, 1)) == ()
