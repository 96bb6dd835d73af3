"""Candidates of the map of record: what is known of each, and what it lacks."""

from dataclasses import replace
from datetime import date

import intakes
import pandas as pd
import plans
import pytest

from meks_geo.planning import effects, groups, parameters
from meks_geo.planning import gather as module
from meks_geo.planning.candidates import Pipes
from meks_geo.planning.plan import plan
from meks_geo.planning.telling import nothing_planned, title

AT = date(2026, 11, 22)
RED = dict.fromkeys(("heat", "electricity", "water", "wastewater", "combined"), 60.0)


@pytest.fixture(scope="module")
def known(store, data):
    return parameters.of(store.parameters(), data.sources)


@pytest.fixture(scope="module")
def found(data, known):
    return {one.id: one for one in module.gather(data, AT, known)}


@pytest.fixture(scope="module")
def mapped(data):
    """The map of record with lines of two operators of Pavlodar region, and synthetic ones."""
    tables = [
        intakes.lines(
            3,
            prefix="a",
            operator="Heat One",
            wear_percent=["80", "20", ""],
            wear_date="2026-01-01",
            diameter_mm=[800.0, 200.0, 200.0],
        ),
        intakes.lines(2, prefix="b", first=5, operator="", wear_percent=">70"),
        intakes.lines(
            2, prefix="s", first=9, operator="Made up", wear_percent="90", provenance="synthetic"
        ),
    ]
    whole = pd.concat([one.frame for one in tables], ignore_index=True)
    for name in whole:
        if name not in ("geometry", "diameter_mm"):
            whole[name] = whole[name].fillna("")
    return intakes.holding(data, whole.set_index("network_id"))


def test_the_red_plants_the_projects_and_the_figures_are_candidates(found, data):
    red = [one for one in found.values() if one.kind == "plant" and one.zone == "red"]
    assert len(red) == 10
    kinds = {one.kind for one in found.values()}
    assert kinds == {"plant", "entity", "network", "project", "region", "city"}
    assert found["region:KZ-27-electricity"].length_km == 20000
    assert found["city:ekibastuz-heat"].length_km == 422
    assert found["city:ekibastuz-heat"].wear == "91"


def test_programmes_parents_and_what_is_over_are_no_candidates(found):
    for gone in ("meks", "aksu-gres-units", "topar-unit-3", "ekibastuz-heat-mains"):
        assert f"project:{gone}" not in found


def test_what_is_not_published_is_none_and_named(found):
    city = found["city:kyzylorda-heat"]
    assert (city.wear_low, city.length_km) == (None, 207.7)
    assert "wear_percent" in city.lacks
    entity = found["entity:zhaiykteploenergo"]
    assert (entity.wear, entity.length_km, entity.people) == ("86", None, None)
    assert {"length_km", "people", "revenue_bn_kzt"} <= set(entity.lacks)


def test_a_length_published_with_a_cost_is_that_of_the_project(found):
    sewer = found["project:shymkent-sewer"]
    assert (sewer.length_km, sewer.cost_bn_kzt, sewer.wear) == (164.4, 44.9, "73.5")
    assert sewer.sources["length_km"] == "enbekshiqazaq-kz-01"
    assert sewer.wholes == ("entity:su-resursy-marketing",)


def test_parts_know_their_wholes(found):
    assert "region:KZ-27-heat" in found["entity:zhaiykteploenergo"].wholes
    assert "city:petropavl-heat" in found["project:petropavl-heat-nets"].wholes
    assert "region:KZ-35-combined" in found["region:KZ-35-heat"].wholes
    for one in found.values():
        assert one.id not in one.wholes


def test_the_past_knows_less(data, known):
    before = {one.id for one in module.gather(data, date(2022, 1, 1), known)}
    assert "entity:zhaiykteploenergo" in before  # in the register, with nothing known of it
    assert not [one for one in before if one.startswith(("region:", "city:"))]


def test_every_source_of_a_candidate_is_one(found, data):
    for one in found.values():
        named = {source for name, source in one.sources.items() if name != "of"}
        assert named <= data.sources.keys(), one.id


# -- lines ----------------------------------------------------------------------------------------


def test_lines_are_grouped_by_operator_with_their_red_kilometres(mapped, known):
    found = {one.id: one for one in module.gather(mapped, AT, known)}
    (group,) = [one for one in found.values() if one.names.get("name_ru") == "Heat One"]
    each = group.length_km / 3
    assert group.red_km == pytest.approx(each, rel=1e-3)
    assert group.unknown_km == pytest.approx(each, rel=1e-3)
    assert group.worn_red_km == pytest.approx(each * 0.8, rel=1e-3)
    assert float(group.wear) == pytest.approx(50, abs=0.1)
    assert group.pipes == (Pipes(800.0, None, group.red_km),)
    unnamed = found["network:KZ-55-heat-unknown"]
    assert (unnamed.wear, unnamed.wear_low) == ("", None)  # a bound is never in a mean
    assert unnamed.red_km > 0


def _with_lines(data, count, **cells):
    cells = {"operator": "Heat One", "wear_percent": "80", "wear_date": "2026-01-01", **cells}
    table = intakes.lines(count, **cells)
    return intakes.holding(data, table.frame.set_index("network_id"))


def _groups(world, known):
    found = {one.id: one for one in module.gather(world, AT, known)}
    return found, next(one for one in found.values() if one.names.get("name_ru") == "Heat One")


@pytest.fixture(scope="module")
def projects(found):
    """A project that is being built, and two that are not."""
    every = [one for one in found.values() if one.kind == "project" and not one.new_build]
    busy = next(one.subject for one in every if one.under_way)
    return busy, *[one.subject for one in every if not one.under_way][:2]


def test_red_lines_that_a_project_renews_already_are_no_works(data, known, projects):
    busy, planned, _ = projects
    named = [busy, f"{planned};{busy}", planned, ""]
    world = _with_lines(data, 4, project_ids=named, wear_percent=["80", "90", "80", ">70"])
    _, group = _groups(world, known)
    each = group.length_km / 4
    assert group.red_km == pytest.approx(2 * each, rel=1e-3)
    assert group.worn_red_km == pytest.approx(each * (0.8 + 0.7), rel=1e-3)
    assert group.worn_bound_km == pytest.approx(each * 0.7, rel=1e-3)
    assert sum(one.km for one in group.pipes) == pytest.approx(group.red_km)
    assert float(group.wear) == pytest.approx(250 / 3, abs=0.1)  # they are worn until it is done
    assert group.under_way == ""


def test_lines_in_red_that_are_all_renewed_already_are_under_way(data, known, projects):
    busy = projects[0]
    _, group = _groups(
        _with_lines(data, 2, project_ids=[busy, ""], wear_percent=["80", "9"]), known
    )
    assert (group.red_km, group.worn_red_km, group.under_way) == (0.0, None, busy)


def test_lines_and_the_project_that_they_name_are_never_both_in_a_plan(data, known, projects):
    _, planned, other = projects
    found, group = _groups(_with_lines(data, 3, project_ids=["", f"{planned}; {other}", ""]), known)
    assert group.projects == tuple(sorted((planned, other)))
    assert group.red_km == pytest.approx(group.length_km)
    for one in (planned, other):
        assert group.id in found[f"project:{one}"].wholes
    others = [one for one in found.values() if group.id in one.wholes]
    assert len(others) == 2


def test_works_on_lines_leave_the_mean_of_what_is_known(data, known):
    """4 by 90, 6 by 60 and 5 of >80, all of one length: the mean is 72, and 36 after the works."""
    wears = ["90"] * 4 + ["60"] * 6 + [">80"] * 5
    _, group = _groups(_with_lines(data, 15, wear_percent=wears), known)
    assert float(group.wear) == pytest.approx(72, abs=0.05)
    assert effects.wear_after(group, known) == pytest.approx(36, abs=0.1)
    assert group.worn_red_km == pytest.approx(7.6 * group.length_km / 15, rel=1e-3)


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        (["official", "official"], "official"),
        (["press", "official"], ""),
        (["schematic", "schematic"], "schematic"),
    ],
)
def test_a_group_has_the_provenance_that_its_lines_share(data, known, kept, shown):
    _, group = _groups(_with_lines(data, 2, provenance=kept), known)
    assert group.provenance == shown


def _joined(entity, **lines):
    cells = {"length_km": 30.0, "red_km": 8.0, "unknown_km": 10.0, "worn_red_km": 7.0, **lines}
    group = replace(
        plans.entity("lines", wear=70.0),
        id="network:x",
        names=entity.names,
        worn_bound_km=2.0,
        **cells,
    )
    free, (one,) = groups.with_entities([group], [entity])
    assert free == []
    return one


def test_what_an_operator_claims_of_its_networks_counts_before_its_lines():
    silent = _joined(plans.entity("a"))
    assert (silent.length_km, silent.wear, silent.unknown_km) == (30.0, "70.0", 10.0)
    assert (silent.zone, silent.worn_bound_km) == ("red", 2.0)
    long = _joined(plans.entity("a", km=100.0, sources={"length_km": "s"}))
    assert (long.length_km, long.wear, long.unknown_km, long.red_km) == (100.0, "70.0", 80.0, 8.0)
    told = _joined(plans.entity("a", km=100.0, wear=50.0))
    assert (told.length_km, told.wear, told.unknown_km, told.zone) == (100.0, "50.0", 0.0, "yellow")
    assert (told.red_km, told.worn_bound_km) == (8.0, 0.0)  # all of it is in the mean of the claim
    declared = _joined(plans.entity("a", zone="green", zone_basis="declared"))
    assert (declared.wear, declared.zone) == ("70.0", "green")


def test_the_more_precise_of_two_figures_of_one_day_counts(data, known):
    table = data.indicators
    row = table[(table["region"] == "KZ-27") & (table["sector"] == "electricity")].iloc[:1]
    rows = [row.assign(stated_on=day, wear_percent=wear, scope="region", standing="stands")
            for day, wear in (("2025-01-01", "51"), ("2025", "52"), ("2025-01", "53"))]  # fmt: skip
    world = replace(data, indicators=pd.concat(rows))
    found = {one.id: one for one in module.gather(world, AT, known)}
    assert found["region:KZ-27-electricity"].wear == "51"


def test_lines_supersede_the_published_figures_of_their_sector(mapped, known):
    found = {one.id: one for one in module.gather(mapped, AT, known)}
    assert found["city:ekibastuz-heat"].superseded
    assert not found["region:KZ-27-electricity"].superseded


def test_synthetic_lines_are_planned_on_only_in_a_trial_and_alone(mapped, known):
    reported = module.gather(mapped, AT, known)
    assert not [one for one in reported if one.provenance == "synthetic"]
    assert not [one for one in reported if one.names.get("name_ru") == "Made up"]
    trial = module.gather(mapped, AT, known, trial=True)
    assert [one.names["name_ru"] for one in trial] == ["Made up"]
    assert {one.provenance for one in trial} == {"synthetic"}


def test_what_a_reader_tells_counts(data, known):
    told = {"entity:zhaiykteploenergo": {"people": 300_000.0, "revenue_bn_kzt": 9.0}}
    found = {one.id: one for one in module.gather(data, AT, known, told=told)}
    assert found["entity:zhaiykteploenergo"].people == 300_000
    assert found["entity:atyrau-heat-networks"].people is None


def test_the_dataset_stays_as_it_is(data, known):
    before = data.indicators.copy()
    module.gather(data, AT, known)
    assert before.equals(data.indicators)


def test_nothing_can_be_planned_for_most_regions_and_that_is_said(data, known, found):
    money = {"meks-market": {2026: 300.0}}
    made = plan(tuple(found.values()), known, RED, money=money, years=(2026,), objective="wear-km")
    nothing = nothing_planned(data, tuple(found.values()), made)
    assert "KZ-75" in nothing
    assert "KZ-27" not in nothing
    assert "KZ" not in nothing


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_candidate_has_a_name(data, found, lang):
    assert all(title(data, one, lang) for one in found.values())
    assert title(data, plans.entity("x", km=1, sector="water"), lang).startswith("x: ")
