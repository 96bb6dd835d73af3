"""The plan: exact on small cases, within its limits, monotone, the same again, and it says why."""

from collections import Counter
from dataclasses import replace

import plans
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meks_geo.planning import parameters as module
from meks_geo.planning import plan, solve
from meks_geo.planning.case import build, load

RED = {"heat": 60.0, "electricity": 60.0, "water": 60.0, "wastewater": 60.0}


@pytest.fixture(scope="module")
def known(store, data):
    return module.of(store.parameters(), data.sources)


def made(known, candidates, money, years=(2026,), objective="wear-km", **more):
    by_year = {one: dict.fromkeys(years, float(bn)) for one, bn in money.items()}
    return plan.plan(
        candidates, known, RED, money=by_year, years=years, objective=objective, **more
    )


def ids(one):
    return [chosen.item.candidate.id for chosen in one.chosen]


jobs = st.lists(
    st.tuples(
        st.integers(5, 200),  # km
        st.integers(41, 95),  # wear
        st.integers(1, 12),  # bn
        st.sampled_from(["water", "electricity", "wastewater"]),
        st.sampled_from(["meks-market", "ifi", "unknown"]),
    ),
    min_size=1,
    max_size=5,
)


def drawn(rows):
    return [
        plans.project(f"p{n}", km=km, wear=wear, bn=bn, sector=sector, funding=funding)
        for n, (km, wear, bn, sector, funding) in enumerate(rows)
    ]


@given(jobs, st.integers(0, 20), st.integers(0, 10), st.booleans())
def test_it_equals_brute_force(known, rows, market, ifi, part):
    candidates = drawn(rows)
    if part and len(candidates) > 1:
        whole, *rest = candidates
        candidates = [whole, *(_part(one, whole.id) for one in rest)]
    money = {"meks-market": dict.fromkeys((2026, 2027), market), "ifi": {2026: ifi, 2027: ifi}}
    case = build(candidates, known, RED, money, (2026, 2027), "wear-km")
    found = plan.answer(case, gap=0.0)
    assert found.value == pytest.approx(plans.brute(case), abs=2e-3)


def _part(one, whole):
    return replace(one, wholes=(whole,))


@given(jobs, st.integers(0, 20), st.integers(0, 10))
def test_more_money_never_makes_it_worse(known, rows, market, more):
    candidates = drawn(rows)
    values = [
        made(known, candidates, {"meks-market": bn, "ifi": 3}, (2026, 2027)).value
        for bn in (market, market + more)
    ]
    assert values[1] >= values[0] - 1e-6


@given(jobs, st.integers(1, 20))
def test_it_keeps_within_money_and_contractors_and_adds_up(known, rows, market):
    found = made(known, drawn(rows), {"meks-market": market, "ifi": 5}, (2026, 2027, 2028))
    paid, worked = Counter(), Counter()
    for one in found.chosen:
        for year, cost in one.costs.items():
            paid[one.source, year] += cost
            worked[one.item.crew, year] += load(one.item)
    for (source, year), bn in paid.items():
        assert bn <= found.case.money[source][year] + 1e-6
        assert found.spent[source][year] == pytest.approx(bn)
    for (crew, _), works in worked.items():
        assert works <= found.case.capacity[crew] + 1e-6
    done, out = set(ids(found)), {one.candidate for one in found.left_out}
    assert not done & out
    assert len(ids(found)) == len(done)
    everyone = {f"project:p{n}" for n in range(len(rows))}
    assert done | out | set(found.case.missing) == everyone


@given(jobs, st.integers(1, 12))
def test_the_shadow_money_brings_a_candidate_in_beside_all_others(known, rows, market):
    found = made(known, drawn(rows), {"meks-market": market})
    for one in found.left_out:
        if one.why == "money":
            assert one.shadow_bn > 0
            richer = dict(found.case.money)
            richer[one.source] = {2026: market + one.shadow_bn}
            case = build(drawn(rows), known, RED, richer, (2026,), "wear-km")
            effect = {i.candidate.id: i.effect for i in case.items}[one.candidate]
            assert plan.answer(case).value >= found.value + effect - 1e-2


def test_the_same_question_has_the_same_answer(known):
    candidates = drawn(
        [(n * 7 % 90 + 10, 45 + n, n % 9 + 1, "water", "unknown") for n in range(40)]
    )
    answers = [
        made(known, order, {"meks-market": 20, "ifi": 8}, (2026, 2027))
        for order in (candidates, candidates[::-1], candidates)
    ]
    assert len({(tuple(ids(one)), one.value, str(one.spent)) for one in answers}) == 1


def test_a_large_case_is_solved_near_the_best(known, monkeypatch):
    rows = [(n * 37 % 190 + 5, 41 + n % 50, n % 9 + 1, "water", "unknown") for n in range(60)]
    money = {"meks-market": 90, "ifi": 60}
    monkeypatch.setattr(solve, "EXACT_UP_TO", 10)
    monkeypatch.setattr(solve, "_CORES", (40, 4000))
    near = made(known, drawn(rows), money, (2026, 2027), gap=0.03)
    assert 0 <= near.gap <= 0.03
    relaxed = solve.solve(near.case, gap=0.03)
    assert near.value <= relaxed.bound + 1e-6
    assert near.value >= relaxed.bound * 0.97


# -- why ------------------------------------------------------------------------------------------


def why(one, candidate):
    return next(out for out in one.left_out if out.candidate == candidate)


def test_a_part_and_its_whole_are_never_both_done(known):
    whole = plans.entity("whole", km=500, wear=80, sector="water")
    part = _part(plans.project("part", km=100, wear=80, bn=5), whole.id)
    found = made(known, [whole, part], {"meks-market": 500}, (2026, 2027))
    assert ids(found) == ["entity:whole"]
    out = why(found, "project:part")
    assert (out.why, out.detail, out.shadow_bn) == ("overlap", "entity:whole", None)


def test_unknown_is_listed_and_never_planned(known):
    candidates = [
        plans.entity("no-length", wear=80),
        plans.entity("no-wear", km=100),
        plans.project("no-cost", km=None, wear=80, bn=None),
    ]
    found = made(known, candidates, {"meks-market": 1000})
    assert found.chosen == ()
    assert found.case.missing == {
        "entity:no-length": ("length_km",),
        "entity:no-wear": ("wear_percent",),
        "project:no-cost": ("length_km", "cost_bn_kzt"),
    }


def test_people_that_are_not_known_are_not_nobody(known):
    known_people = plans.entity("a", km=100, wear=80, people=5000.0)
    found = made(
        known,
        [known_people, plans.entity("b", km=100, wear=80)],
        {"meks-market": 500},
        (2026, 2027, 2028),
        objective="people",
    )
    assert (found.value, found.case.missing) == (5000.0, {"entity:b": ("people",)})


def test_works_longer_than_the_plan_are_left_out(known):
    heat = plans.entity("long", km=1000, wear=90)  # 513 km: three summers by its length
    found = made(known, [heat], {"meks-market": 9999})
    assert (why(found, heat.id).why, why(found, heat.id).shadow_bn) == ("years", None)
    done = made(known, [heat], {"meks-market": 9999}, tuple(range(2026, 2033)))
    (one,) = done.chosen
    assert len(one.costs) == one.item.years > 1
    assert sum(one.costs.values()) == pytest.approx(one.cost_bn_kzt)


def test_one_plant_of_a_place_at_a_time(known):
    pair = [plans.plant("a", mw=10, wear=90), plans.plant("b", mw=10, wear=85)]
    found = made(known, pair, {"meks-market": 500}, (2026, 2027), objective="entities-out-of-red")
    assert found.value == 1
    assert [one.why for one in found.left_out] == ["place"]
    longer = made(
        known, pair, {"meks-market": 500}, (2026, 2027, 2028, 2029), "entities-out-of-red"
    )
    years = [year for one in longer.chosen for year in one.costs]
    assert longer.value == 2
    assert len(set(years)) == len(years)


def test_contractors_run_out_before_money(known):
    few = known.with_finance({("capacity", "water"): 100.0, ("crew-share", ""): 100.0})
    jobs = [plans.project(f"p{n}", km=60, wear=80, bn=1) for n in range(2)]
    found = made(few, jobs, {"meks-market": 500})
    assert len(found.chosen) == 1
    assert [(one.why, one.shadow_bn) for one in found.left_out] == [("capacity", None)]


def test_the_market_only_pays_where_the_filter_cannot_be_answered(known):
    unknown = plans.entity("a", km=50, wear=80, sector="water")
    assert made(known, [unknown], {"budget": 500, "state-fund": 500}).chosen == ()
    out = made(known, [unknown], {"budget": 500}).left_out[0]
    assert (out.why, out.source) == ("no-source", "meks-market")
    assert out.shadow_bn > 0
    assert [one.source for one in made(known, [unknown], {"ifi": 500}).chosen] == ["ifi"]


def test_works_under_way_and_new_builds_are_not_chosen(known):
    busy = plans.entity("busy", km=50, wear=80, under_way="shymkent-sewer")
    new = plans.project("new", km=50, wear=80, bn=1, new_build=True)
    found = made(known, [busy, new], {"meks-market": 500})
    assert [(one.candidate, one.why) for one in found.left_out] == [
        ("entity:busy", "under-way"),
        ("project:new", "no-effect"),
    ]


def test_nothing_to_choose_is_an_answer(known):
    found = made(known, [], {"meks-market": 100})
    assert (found.value, found.gap, found.chosen) == (0.0, 0.0, ())
    assert found.spent == {"meks-market": {2026: 0.0}}
