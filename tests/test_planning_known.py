"""From an akimat's file to the plan: people served, incidents and revenue of its operators."""

import shutil
from datetime import date

import intakes
import pytest

from meks_geo.intake import amend, door
from meks_geo.planning import filter as asking
from meks_geo.planning import parameters, priority
from meks_geo.planning.estimates import estimate
from meks_geo.planning.gather import gather
from meks_geo.planning.plan import plan
from meks_geo.store import Store

AT = date(2026, 11, 22)
RED = dict.fromkeys(("heat", "electricity", "water", "wastewater"), 60.0)
YEARS = tuple(range(2026, 2030))
ROW = {"entity_id": "e-1", "name_ru": "Субъект", "sector": "water", "region": "KZ-55"}
KNOWN = {"people_served": 49000.0, "incidents_per_year": 32.0, "revenue_bn_kzt": 2.27}


@pytest.fixture(scope="module")
def assumed(store, data):
    return parameters.of(store.parameters(), data.sources)


@pytest.fixture
def candidates(small, assumed):
    """What could be modernised of the few registers and what was sent, by id."""

    def found(**more):
        return {one.id: one for one in gather(small.dataset(), AT, assumed, **more)}

    return found


def test_what_comes_in_is_known_with_its_source(small, candidates):
    intakes.send(small, entities=intakes.table([{**ROW, "length_km": 50.0, **KNOWN}]))
    one = candidates()["entity:e-1"]
    assert (one.people, one.incidents, one.revenue_bn_kzt) == (49000, 32, 2.27)
    assert {"people", "incidents", "revenue_bn_kzt"} <= one.sources.keys()
    assert all(one.sources[name].startswith("intake-") for name in ("people", "incidents"))
    assert "people" not in one.lacks


def test_none_is_not_unknown(small, candidates):
    rows = [
        {**ROW, "incidents_per_year": 0.0, "people_served": float("nan")},
        {**ROW, "entity_id": "e-2", "incidents_per_year": float("nan"), "people_served": 0.0},
    ]
    intakes.send(small, entities=intakes.table(rows))
    found = candidates()
    first, second = found["entity:e-1"], found["entity:e-2"]
    assert (first.incidents, first.people, first.revenue_bn_kzt) == (0, None, None)
    assert (second.incidents, second.people) == (None, 0)
    assert "people" not in first.sources
    assert {"people", "revenue_bn_kzt"} <= set(first.lacks)


def test_a_plant_may_say_whom_it_serves(small, candidates):
    row = intakes.shipped_plant(small.dataset(), people_served=120000.0, revenue_bn_kzt=31.5)
    intakes.send(small, plants=intakes.table([row]))
    one = candidates()[f"plant:{intakes.SHIPPED}"]
    assert (one.people, one.incidents, one.revenue_bn_kzt) == (120000, None, 31.5)


def test_a_newer_figure_counts_and_the_same_one_changes_nothing(small):
    intakes.send(small, entities=intakes.table([{**ROW, **KNOWN}]))
    again = intakes.amendment(small, entities=intakes.table([{**ROW, **KNOWN}]))
    assert again.claims.empty
    newer = intakes.table([{**ROW, "people_served": 51000.0}])
    amended = intakes.amendment(small, entities=newer, sha256="cd" * 32)
    assert amended.claims[["attribute", "value"]].values.tolist() == [["people_served", "51000"]]


def test_what_a_reader_tells_counts_before_the_map_and_has_no_source_of_it(small, candidates):
    intakes.send(small, entities=intakes.table([{**ROW, **KNOWN}]))
    told = {"entity:e-1": {"people": 1000.0}}
    one = candidates(told=told)["entity:e-1"]
    assert (one.people, one.incidents) == (1000, 32)
    assert "people" not in one.sources
    assert "incidents" in one.sources


# -- the sample oblast ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def oblast(small_home, root, assumed, tmp_path_factory):
    """The candidates of a trial, when the sample oblast is published on a few registers."""
    home = tmp_path_factory.mktemp("oblast") / "home"
    shutil.copytree(small_home, home)
    store = Store(root=home, var=home / "var")
    path = root / "data" / "sample" / "oblast.xlsx"
    checked = door.examine(store, store.dataset(), path, table="", today=AT)
    sender = intakes.sender(AT)
    amended = amend.amendment(checked.verdict, store.dataset(), store.schemas(), sender)
    intakes.publish(store, amended)
    return gather(store.dataset(), AT, assumed, trial=True)


def test_the_sample_brings_in_who_is_served_and_who_can_pay(oblast, assumed):
    operators = [one for one in oblast if one.kind == "entity"]
    assert {one.sector for one in operators} == {"heat", "electricity", "water", "wastewater"}
    for one in operators:
        assert None not in (one.people, one.incidents, one.revenue_bn_kzt, one.red_km)
    trails = [asking.trail(one, estimate(one, assumed), assumed) for one in operators]
    verdicts = {one.verdict for one in trails}
    assert "cannot-be-assessed" not in verdicts
    assert len(verdicts) > 1
    ranked = priority.order(oblast, assumed, RED).networks
    assert {one.known_weight for one in ranked if one.candidate.kind == "entity"} == {1.0}


def test_the_sample_is_planned_by_people_served(oblast, assumed):
    money = {
        one: dict.fromkeys(YEARS, 5.0) for one in ("meks-market", "ifi", "state-fund", "budget")
    }
    made = plan(oblast, assumed, RED, money=money, years=YEARS, objective="people")
    assert made.value > 0
    assert made.value == sum(one.item.candidate.people for one in made.chosen)
