"""After the solver: what is chosen moves forward, what still fits is done, nothing is lost."""

import plans
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meks_geo.planning import parameters as module
from meks_geo.planning import plan
from meks_geo.planning.case import build
from meks_geo.planning.room import Room
from meks_geo.planning.solve import Solution

RED = dict.fromkeys(("heat", "electricity", "water", "wastewater"), 60.0)
YEARS = (2026, 2027, 2028)


@pytest.fixture(scope="module")
def known(store, data):
    return module.of(store.parameters(), data.sources)


def case_of(known, candidates, money, years=YEARS):
    by_year = {one: dict.fromkeys(years, float(bn)) for one, bn in money.items()}
    return build(candidates, known, RED, by_year, years, "wear-km")


def number(case, candidate, year, source):
    """The option of a candidate's name, a year and a source."""
    return next(
        n
        for n, one in enumerate(case.options)
        if case.items[one.item].candidate.subject == candidate
        and case.years[one.year] == year
        and case.sources[one.source] == source
    )


@pytest.fixture
def answer(monkeypatch):
    """The plan of a case when the solver has chosen these options."""

    def made(case, *chosen, bound=0.0):
        monkeypatch.setattr(plan, "solve", lambda _case, **_gap: Solution(chosen, bound))
        return plan.answer(case)

    return made


def done(made):
    """First year and source by candidate."""
    return {one.item.candidate.subject: (min(one.costs), one.source) for one in made.chosen}


def test_an_empty_choice_is_filled_by_worth_a_tenge(known, answer):
    """The dear one has the greater effect and comes first by name: it is not worth its money."""
    dear = plans.project("a-dear", km=60, wear=80, bn=10, funding="meks-market")
    cheap = plans.project("b-cheap", km=50, wear=80, bn=4, funding="meks-market")
    small = plans.project("c-small", km=40, wear=80, bn=4, funding="meks-market")
    case = case_of(known, [dear, cheap, small], {"meks-market": 10}, (2026,))
    made = answer(case)
    assert set(done(made)) == {"b-cheap", "c-small"}
    assert made.value == pytest.approx(72)
    assert made.gap == 0


def test_works_move_to_the_first_year_and_the_source_asked_first(known, answer):
    one = plans.project("a", km=50, wear=80, bn=4, funding="unknown")
    case = case_of(known, [one], {"meks-market": 10, "ifi": 10})
    made = answer(case, number(case, "a", 2028, "ifi"))
    assert done(made) == {"a": (2026, "meks-market")}


def test_what_moves_forward_makes_room_for_more(known, answer):
    """Beside works in the only year that the second can be paid in, nothing fits at first."""
    early = plans.project("a", km=50, wear=80, bn=6, funding="meks-market")
    late = plans.project("b", km=10, wear=80, bn=6, funding="meks-market")
    money = {"meks-market": {2026: 7.0, 2027: 7.5}}
    case = build([early, late], known, RED, money, (2026, 2027), "wear-km")
    made = answer(case, number(case, "a", 2027, "meks-market"))
    assert {name: year for name, (year, _) in done(made).items()} == {"a": 2026, "b": 2027}


def test_the_better_one_moves_first(known, answer):
    low = plans.project("a-low", km=10, wear=80, bn=6, funding="meks-market")
    high = plans.project("b-high", km=50, wear=80, bn=6, funding="meks-market")
    case = case_of(known, [low, high], {"meks-market": 7.5})
    chosen = [
        number(case, "a-low", 2028, "meks-market"),
        number(case, "b-high", 2027, "meks-market"),
    ]
    assert done(answer(case, *chosen)) == {
        "a-low": (2027, "meks-market"),
        "b-high": (2026, "meks-market"),
    }


jobs = st.lists(
    st.tuples(
        st.integers(5, 200),  # km
        st.integers(41, 95),  # wear
        st.integers(1, 12),  # bn
        st.sampled_from(["water", "electricity"]),
        st.sampled_from(["meks-market", "ifi", "unknown"]),
        st.integers(0, 99),  # which option the solver takes, if it fits
    ),
    min_size=1,
    max_size=7,
)


@given(jobs, st.integers(1, 20), st.integers(0, 10))
def test_nothing_goes_out_and_nothing_more_fits(known, rows, market, ifi):
    candidates = [
        plans.project(f"p{n}", km=km, wear=wear, bn=bn, sector=sector, funding=funding)
        for n, (km, wear, bn, sector, funding, _) in enumerate(rows)
    ]
    case = case_of(known, candidates, {"meks-market": market, "ifi": ifi})
    chosen, room = _some(case, [row[-1] for row in rows])
    room = plan._tidied(case, Solution(tuple(chosen), 0.0))
    taken = {one.item: one for one in room.taken()}
    assert taken.keys() >= {case.options[n].item for n in chosen}
    for option in case.options:
        if option.item not in taken:
            assert not room.fits(option)
        elif (option.year, option.source) < (taken[option.item].year, taken[option.item].source):
            room.take(taken[option.item], -1)
            assert not room.fits(option)
            room.take(taken[option.item])


def _some(case, picks):
    """Options that fit beside each other, one of each item by number, as a solver may choose."""
    room, chosen = Room(case), []
    for item, pick in enumerate(picks[: len(case.items)]):
        options = [n for n, one in enumerate(case.options) if one.item == item]
        if options and pick % 3:
            n = options[pick % len(options)]
            if room.fits(case.options[n]):
                room.take(case.options[n])
                chosen.append(n)
    return chosen, room


def test_the_bound_of_the_solver_tells_the_gap(known, answer):
    one = plans.project("a", km=50, wear=80, bn=4, funding="meks-market")
    case = case_of(known, [one], {"meks-market": 10}, (2026,))
    assert answer(case, bound=44.0).gap == pytest.approx(0.1)
    assert answer(case, bound=10.0).gap == 0
