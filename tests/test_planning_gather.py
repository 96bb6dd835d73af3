"""Candidates of the map of record: what is known of each, and what it lacks."""

from datetime import date

import intakes
import pandas as pd
import plans
import pytest

from meks_geo.planning import gather as module
from meks_geo.planning import parameters
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
