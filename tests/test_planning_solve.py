"""The solver of cases of middling size: within its gap of the best, bounded, the same again."""

import plans
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meks_geo.planning import parameters as module
from meks_geo.planning import solve
from meks_geo.planning.case import build

RED = dict.fromkeys(("electricity", "water", "wastewater"), 60.0)
YEARS = (2026, 2027)
GAP = 0.02


@pytest.fixture(scope="module")
def known(store, data):
    return module.of(store.parameters(), data.sources)


def case_of(known, rows, market, ifi):
    candidates = [
        plans.project(f"p{n}", km=km, wear=wear, bn=bn, sector=sector, funding="unknown")
        for n, (km, wear, bn, sector) in enumerate(rows)
    ]
    money = {"meks-market": dict.fromkeys(YEARS, market), "ifi": dict.fromkeys(YEARS, ifi)}
    return build(candidates, known, RED, money, YEARS, "wear-km")


def searched(case, gap=GAP):
    """The solution when no case is small enough to be solved at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solve, "EXACT_UP_TO", 0)
        return solve.solve(case, gap=gap)


def many(known, count=40):
    rows = [
        (n * 37 % 190 + 5, 41 + n * 7 % 50, n % 9 + 1, "water" if n % 2 else "electricity")
        for n in range(count)
    ]
    return case_of(known, rows, 20, 9)


jobs = st.lists(
    st.tuples(
        st.integers(5, 200),  # km
        st.integers(41, 95),  # wear
        st.integers(1, 12),  # bn
        st.sampled_from(["water", "electricity", "wastewater"]),
    ),
    min_size=1,
    max_size=5,
)


@given(jobs, st.integers(0, 20), st.integers(0, 10))
def test_it_is_within_its_gap_of_brute_force_and_no_plan_exceeds_the_bound(
    known, rows, market, ifi
):
    case = case_of(known, rows, market, ifi)
    best = plans.brute(case)
    found = searched(case)
    value = sum(case.items[case.options[n].item].effect for n in found.chosen)
    assert value <= best + 1e-6
    assert best <= found.bound + 1e-6
    assert found.bound <= value * (1 + GAP) + 1e-6


@given(jobs, st.integers(1, 20), st.integers(0, 10))
def test_what_is_left_out_of_the_proof_is_in_no_plan_so_good(known, rows, market, ifi):
    case = case_of(known, rows, market, ifi)
    best = plans.brute(case)
    matrix = solve.matrix(case)
    options = solve._possible(matrix)
    if len(options):
        relaxed = solve._relaxed(matrix, options)
        chosen, _ = solve._above(matrix, options, relaxed, best - 1e-3)
        assert matrix.worth(chosen) == pytest.approx(best, abs=2e-3)


def test_the_same_case_has_the_same_answer(known):
    first, second = searched(many(known)), searched(many(known))
    assert (first.chosen, first.bound) == (second.chosen, second.bound)
    assert first.chosen


def test_a_plan_is_bettered_and_never_worsened(known, monkeypatch):
    monkeypatch.setattr(solve, "_LOTS", ((4, 8),))
    matrix = solve.matrix(many(known, 20))
    options = solve._possible(matrix)
    relaxed = solve._relaxed(matrix, options)
    better = solve._bettered(matrix, options, relaxed, (), relaxed.bound)
    assert matrix.worth(better) > 0.8 * relaxed.bound
    again = solve._bettered(matrix, options, relaxed, better, relaxed.bound)
    assert matrix.worth(again) >= matrix.worth(better)
    assert solve._bettered(matrix, options, relaxed, better, 0.0) == better
    assert (matrix.rows[:, list(again)].sum(axis=1) <= matrix.limits + 1e-6).all()


#: Of three works two fit beside each other, and a part of the third is all that is missing.
TIGHT = [(40, 80, 6, "water"), (30, 90, 5, "water"), (25, 80, 4, "water")]


def test_a_better_plan_is_found_or_there_is_none(known):
    case = case_of(known, TIGHT, 6.5, 0.0)
    best = plans.brute(case)
    matrix = solve.matrix(case)
    options = solve._possible(matrix)
    relaxed = solve._relaxed(matrix, options)
    assert relaxed.bound > best + 1
    chosen, bound = solve._above(matrix, options, relaxed, best - 0.1)
    assert (matrix.worth(chosen), bound) == (pytest.approx(best), relaxed.bound)
    assert solve._above(matrix, options, relaxed, best + 0.1) == ((), best + 0.1)
    assert solve._above(matrix, options, relaxed, relaxed.bound + 1) == ((), relaxed.bound + 1)


def test_a_first_plan_that_is_far_off_is_left_behind(known, monkeypatch):
    """From nothing, and without any bettering, the proof itself climbs to the best."""
    case = case_of(known, TIGHT, 6.5, 0.0)
    best = plans.brute(case)
    monkeypatch.setattr(solve, "_highs", lambda *_args: ((), float("inf")))
    monkeypatch.setattr(solve, "_bettered", lambda *args: args[3])
    found = searched(case, gap=0.01)
    value = sum(case.items[case.options[n].item].effect for n in found.chosen)
    assert value == pytest.approx(best)
    assert found.bound == pytest.approx(best * 1.01)
