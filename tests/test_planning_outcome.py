"""What a plan brings about: worked by hand, parts never beside their whole, unknown never zero."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import Pipes, entity, plant, project

from meks_geo.planning import parameters, reckoning
from meks_geo.planning.candidates import Candidate
from meks_geo.planning.outcome import FIGURE, PARTS, Debt, Trajectory
from meks_geo.planning.plan import plan

AT = date(2026, 11, 22)
RED = dict.fromkeys(("heat", "electricity", "water", "wastewater", "combined"), 60.0)
YEARS = range(2026, 2030)
RICH = {"meks-market": dict.fromkeys(YEARS, 10_000.0)}


@pytest.fixture(scope="module")
def tables(store):
    return store.parameters()


@pytest.fixture(scope="module")
def known(tables, data):
    return parameters.of(tables, data.sources)


def area(kind, name, *, km, wear, sector="heat", region="KZ-55", **more):
    """A region or city by its published figure."""
    made = entity(name, km=km, wear=wear, sector=sector, region=region, **more)
    return replace(made, id=f"{kind}:{name}-{sector}")


@pytest.fixture
def solved(known):
    def call(candidates, *, money=RICH, objective="wear-km", figures=(), thresholds=RED):
        years = sorted({year for by_year in money.values() for year in by_year})
        made = plan(candidates, known, thresholds, money=money, years=years, objective=objective)
        return made, reckoning.outcome(made, candidates, known, thresholds, figures)

    return call


def test_wear_falls_by_what_is_cut_of_the_length(solved):
    """422 km worn by 91: three summers cut 422 x 0.51 = 215.22, a third of it (17 points) each."""
    made, found = solved([area("city", "ekibastuz", km=422.0, wear=91.0)])
    country, region = found.wear
    assert (country.region, region.region, region.basis) == ("KZ", "KZ-55", PARTS)
    assert region.before == 91.0
    assert dict(region.after) == {2026: 74.0, 2027: 57.0, 2028: 40.0, 2029: 40.0}
    assert (region.km, region.km_all, region.count, region.share) == (422.0, 422.0, 1, 1.0)
    assert country == replace(region, region="KZ")
    assert found.leaving_by_year() == {2028: ("city:ekibastuz-heat",)}
    assert made.value == 215.22


def test_a_mean_is_by_length_and_over_what_is_known(solved):
    """100 km of 90 and 300 km of 50: 60. Unknown wear and a bound are in no mean."""
    parts = [
        *(entity("a", km=100.0, wear=90.0), entity("b", km=300.0, wear=50.0)),
        *(entity("c", km=200.0), entity("d", wear=80.0)),
        replace(entity("e", km=50.0, wear=80.0), wear=">80", wear_high=100.0),
    ]
    _, found = solved(parts, money={"meks-market": {2026: 0.0}})
    (country, region) = found.wear
    assert region.before == 60.0
    assert dict(region.after) == {2026: 60.0}
    assert (region.km, region.km_all, region.count) == (400.0, 650.0, 2)
    assert region.share == pytest.approx(400 / 650)
    assert country.before == 60.0


def test_a_part_is_never_counted_beside_its_whole(solved):
    whole = area("region", "r", km=1000.0, wear=70.0)
    part = replace(entity("a", km=100.0, wear=90.0), wholes=(whole.id,))
    dark = replace(entity("b", km=100.0), wholes=(whole.id,))
    _, found = solved([whole, part, dark], money={"meks-market": {2026: 0.0}})
    assert {(one.km, one.km_all, one.count, one.before) for one in found.wear} == {
        (1000.0, 1000.0, 1, 70.0)
    }
    unknown = replace(whole, wear="", wear_low=None, wear_high=None)
    _, found = solved([unknown, part, dark], money={"meks-market": {2026: 0.0}})
    assert {(one.km, one.km_all, one.count, one.before) for one in found.wear} == {
        (100.0, 200.0, 1, 90.0)
    }


def test_works_on_a_part_lower_the_wear_of_its_whole(solved):
    """40 of 100 km are renewed where 1,000 km are worn by 70: by 40 x 0.8 / 1,000 = 3.2 points."""
    whole = area("region", "r", km=1000.0, wear=70.0, sector="water", region="KZ-79")
    part = replace(project("p", km=40.0, wear=80.0, bn=5.0), wholes=(whole.id,))
    _, found = solved([whole, part], money={"meks-market": {2026: 6.0}})
    assert {one.after[2026] for one in found.wear} == {66.8}
    assert found.outside == {}


def test_what_no_mean_knows_of_is_told_apart(solved):
    made, found = solved([project("p", km=40.0, wear=80.0, bn=5.0)])
    assert made.value == 32.0
    assert found.wear == ()
    assert found.outside == {"water": 32.0}


def test_the_figure_of_the_country_stands_beside_the_parts_and_is_never_added(solved):
    figure = Trajectory("heat", "KZ", FIGURE, 13_000.0, 13_000.0, 1, 50.0, {})
    city = area("city", "e", km=422.0, wear=91.0)
    _, found = solved([city], figures=(figure,))
    assert [(one.basis, one.region, one.km) for one in found.wear] == [
        *((FIGURE, "KZ", 13_000.0), (PARTS, "KZ", 422.0), (PARTS, "KZ-55", 422.0)),
    ]
    assert found.wear[0].after[2029] == round(50 - 100 * 215.22 / 13_000, 2)
    assert found.trajectory("heat", "KZ").basis == FIGURE
    assert found.trajectory("heat", "KZ-55").basis == PARTS
    assert found.trajectory("gas", "KZ") is None


def test_heat_and_water_lower_the_combined_figure_and_power_does_not(solved):
    whole = area("region", "r", km=1000.0, wear=50.0, sector="combined")
    heat = replace(entity("h", km=100.0, wear=90.0), wholes=(whole.id,))
    power = replace(entity("p", km=100.0, wear=90.0, sector="electricity"), wholes=(whole.id,))
    made, found = solved([replace(whole, superseded=False), heat, power])
    assert "entity:h" in {one.item.candidate.id for one in made.chosen}
    combined = found.trajectory("combined", "KZ-55")
    assert combined.after[2029] == 45.0  # 100 km x (90 - 40) / 100 = 50 of 1,000
    assert found.trajectory("electricity", "KZ-55").after[2029] == 40.0


def test_lines_on_the_map_count_and_the_figure_that_they_supersede_does_not(solved):
    """3 km: 1 worn by 80 in red, 1 worn by 20, 1 unknown. Red renewed: (80 + 20) / 2 becomes 10."""
    lines = Candidate(
        id="network:KZ-55-heat-x",
        names={},
        region="KZ-55",
        sector="heat",
        wear="50",
        wear_low=50.0,
        wear_high=50.0,
        length_km=3.0,
        red_km=1.0,
        unknown_km=1.0,
        worn_red_km=0.8,
        pipes=(Pipes(300.0, None, 1.0),),
    )
    old = area("city", "c", km=500.0, wear=90.0, superseded=True)
    _, found = solved([lines, old])
    region = found.trajectory("heat", "KZ-55")
    assert (region.km, region.km_all, region.before, region.after[2029]) == (2.0, 3.0, 50.0, 10.0)


def test_works_on_lines_of_a_bound_lower_no_mean_that_does_not_know_them(solved):
    """4 km by 90 and 6 by 60 are worn by 72; 5 km of >80 are in no mean. 3.6 of 10 are cut: 36."""
    lines = Candidate(
        id="network:KZ-55-heat-x",
        names={},
        region="KZ-55",
        sector="heat",
        wear="72",
        wear_low=72.0,
        wear_high=72.0,
        length_km=15.0,
        red_km=9.0,
        unknown_km=5.0,
        worn_red_km=7.6,
        worn_bound_km=4.0,
        pipes=(Pipes(300.0, None, 9.0),),
    )
    made, found = solved([lines])
    assert made.value == 7.6
    region = found.trajectory("heat", "KZ-55")
    assert (region.km, region.before, region.after[2029]) == (10.0, 72.0, 36.0)
    assert found.outside == {"heat": 4.0}
    figure = Trajectory("heat", "KZ", FIGURE, 13_000.0, 13_000.0, 1, 50.0, {})
    _, found = solved([lines], figures=(figure,))
    assert found.wear[0].after[2029] == round(50 - 100 * 7.6 / 13_000, 2)
    assert found.outside == {}


def test_who_leaves_red_does_so_when_the_works_end_whatever_was_cut_most(solved):
    things = [plant("p", mw=100.0), area("city", "c", km=100.0, wear=91.0), plant("g", mw=9.0)]
    things[2] = replace(things[2], zone="green", place="aqtau")
    for objective in ("wear-km", "entities-out-of-red"):
        made, found = solved(things, objective=objective)
        done = {one.item.candidate.id: max(one.costs) for one in made.chosen}
        expected = {one: done[one] for one in ("plant:p", "city:c-heat") if one in done}
        assert {one.candidate: one.year for one in found.leaving} == expected
        assert "city:c-heat" in expected


def test_money_says_what_there_is_and_what_is_spent(solved):
    money = {"meks-market": {2026: 6.0, 2027: 2.0}, "ifi": {2026: 1.0, 2027: 0.0}}
    made, found = solved([project("p", km=40.0, wear=80.0, bn=5.0)], money=money)
    assert {(one.source, one.year): (one.available, one.spent) for one in found.money} == {
        ("meks-market", 2026): (6.0, 5.0),
        ("meks-market", 2027): (2.0, 0.0),
        ("ifi", 2026): (1.0, 0.0),
        ("ifi", 2027): (0.0, 0.0),
    }
    assert sum(one.spent for one in found.money) == sum(one.cost_bn_kzt for one in made.chosen)


_PARTS = st.lists(
    st.tuples(
        st.floats(1, 500), st.none() | st.floats(1, 100), st.sampled_from(["", "region:r-heat"])
    ),
    max_size=6,
)


@settings(max_examples=30, deadline=None)
@given(_PARTS, st.none() | st.floats(30, 100), st.floats(0, 200))
def test_wear_never_rises_and_no_more_is_known_than_there_is(known, parts, whole, bn):
    things = [area("region", "r", km=3000.0, wear=whole)]
    things += [
        replace(entity(f"e{n}", km=km, wear=wear), wholes=(of,) if of else ())
        for n, (km, wear, of) in enumerate(parts)
    ]
    money = {"meks-market": dict.fromkeys(YEARS, bn)}
    made = plan(things, known, RED, money=money, years=tuple(YEARS), objective="wear-km")
    found = reckoning.outcome(made, things, known, RED)
    for one in found.wear:
        steps = [one.before, *one.after.values()]
        assert all(later <= earlier + 0.011 for earlier, later in pairwise(steps))
        assert min(steps) >= 0
        assert 0 < one.share <= 1
    cut = sum(one.item.effect for one in made.chosen)
    inside = [one for one in found.wear if one.region == "KZ"]
    shown = sum(one.km * (one.before - one.after[2029]) / 100 for one in inside)
    lost = sum((found.outside or {}).values())
    assert shown + lost == pytest.approx(cut, abs=0.02 * 3000 / 100 + 0.5)


# -- what loans take ------------------------------------------------------------------------------


def test_a_loan_takes_interest_in_its_grace_and_equal_payments_after(known):
    """10 bn of 2026 at 20 - 10 percent, 2 of 15 years grace: 1 bn twice, then 1.408 13 times."""
    found = reckoning.payments("meks-market", 10.0, 2026, known)
    assert sorted(found) == list(range(2027, 2042))
    assert (found[2027], found[2028]) == (1.0, 1.0)
    assert {round(found[year], 3) for year in range(2029, 2042)} == {1.408}
    left = 10.0
    for year in range(2029, 2042):
        left = left * 1.1 - found[year]
    assert left == pytest.approx(0, abs=1e-9)


def test_the_borrowers_own_share_is_no_loan(known):
    """International lenders lend 80 percent at 14."""
    assert reckoning.payments("ifi", 10.0, 2026, known)[2027] == pytest.approx(10 * 0.8 * 0.14)


def test_the_tariff_effect_is_known_only_where_the_revenue_is(solved):
    one = project("p", km=40.0, wear=80.0, bn=10.0, revenue_bn_kzt=5.0)
    other = project("q", km=40.0, wear=80.0, bn=10.0)
    _, found = solved([one, other], money={"meks-market": {2026: 20.0}})
    first = found.tariff[0]
    assert (first.year, first.sector, first.service) == (2027, "water", 2.0)
    assert (first.known_service, first.revenue, first.percent) == (1.0, 5.0, 20.0)
    _, found = solved([other], money={"meks-market": {2026: 20.0}})
    assert {(one.known_service, one.revenue, one.percent) for one in found.tariff} == {
        (0.0, None, None)
    }
    assert Debt(2027, "heat", 1.0, 1.0, 0.0).percent is None


def test_what_the_budget_pays_is_no_debt(solved):
    poor = entity("a", km=10.0, wear=90.0, revenue_bn_kzt=0.001)
    made, found = solved([poor], money={"budget": dict.fromkeys(YEARS, 100.0)})
    assert {one.source for one in made.chosen} == {"budget"}
    assert found.tariff == ()
    assert found.unpaid == made.chosen[0].cost_bn_kzt


def test_nothing_chosen_brings_nothing_about(solved):
    _, found = solved([], money={"ifi": {2026: 5.0}})
    assert (found.wear, found.leaving, found.tariff, found.unpaid) == ((), (), (), 0.0)


# -- the map of record ----------------------------------------------------------------------------


def test_the_targets_of_2029_are_those_of_every_source(data, tables):
    found = reckoning.targets_of(data, tables, AT, tuple(YEARS))
    goals = {
        (one.sector, one.value, one.stands)
        for one in found
        if (one.year, one.region) == (2029, "KZ")
    }
    assert {("heat", 42.0, True), ("heat", 40.0, False), ("water", 34.0, True)} <= goals
    assert {("electricity", 45.0, True), ("wastewater", 40.0, True)} <= goals
    assert all(one.source in data.sources and one.year >= 2026 for one in found)
    assert not reckoning.targets_of(data, tables, date(2020, 1, 1), tuple(YEARS))


def test_the_figures_of_the_country_are_the_newest_that_stand(data):
    found = {one.sector: one for one in reckoning.figures_of(data, AT)}
    assert (found["heat"].km, found["heat"].before) == (13_000.0, 50.0)
    assert found["heat"].sources == ("inform-kz-10", "el-kz-01")
    assert "electricity" not in found  # its length was never published
    earlier = {one.sector: one for one in reckoning.figures_of(data, date(2025, 1, 31))}
    assert earlier["heat"].before == 53.0  # of May 2024; "2024" alone orders by its first day
    assert reckoning.figures_of(data, date(2000, 1, 1)) == ()
