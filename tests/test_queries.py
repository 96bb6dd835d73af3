"""Filters, counts and sums: on hand-made worlds, and against the rules spelt out row by row."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meks_geo import queries, state
from meks_geo.view import Place, Span, View, decode
from meks_geo.vocabulary import Funding, Status

NOW = date(2026, 11, 21)
TEN = {
    "maek-chp-2", "semey-chp-1", "temirtau-gres-1", "petropavl-chp-2", "pavlodar-chp-2",
    "stepnogorsk-chp", "uralsk-chp", "kyzylorda-chp-old", "arkalyk-chp", "taraz-chp-4",
}  # fmt: skip


def view_of(query):
    view, dropped = decode(query, today=NOW)
    assert dropped == ()
    return view


def ask(data, query=""):
    return queries.select(data, view_of(query))


# -- filters ----------------------------------------------------------------------------------


def test_the_ministers_ten(data):
    found = ask(data, "zone=red&kind=chp&at=2026-03-01")
    assert set(found.plants.index) == TEN
    assert found.counts["plants"] == queries.Counts(in_source=84, in_filter=10, drawn=10)
    # the list was published in February 2026; before, nobody had said so
    assert not TEN & set(ask(data, "zone=red&kind=chp&at=2022-12-19").plants.index)


@pytest.mark.parametrize(
    ("query", "plant"),
    [
        ("status=proposed&funding=budget", "astana-chp-3"),  # phase I: budget; II: proposed
        ("status=design&year=2028", "ekibastuz-gres-2"),  # unit 3: 2028; unit 4: design
        ("status=completed&year=unknown", "ekibastuz-gres-1"),  # unit 1: completed 2024; stack
    ],
)
def test_no_two_real_projects_are_mixed_into_one(data, query, plant):
    for part in query.split("&"):
        assert plant in ask(data, part).plants.index
    assert plant not in ask(data, query).plants.index


def test_status_funding_and_year_must_hold_on_one_project(world):
    first, second = "astana-chp-3-phase-1", "astana-chp-3-phase-2"
    told = world(
        (first, "status", "construction", "2025-01-01"),
        (first, "funding", "budget", "2025-01-01"),
        (first, "completion", "2026", "2025-01-01"),
        (second, "status", "design", "2025-01-01"),
        (second, "funding", "private", "2025-01-01"),
        (second, "completion", "2029-H2", "2025-01-01"),
    )
    for query, of_one in (
        ("status=construction&funding=budget&year=2026", {first}),
        ("status=design&funding=budget,private&year=2027-", {second}),
        ("status=construction,design&year=2026-2029", {first, second}),
        ("status=construction&funding=private", set()),
        ("status=design&year=2026", set()),
        ("funding=budget&year=2029", set()),
    ):
        for part in query.split("&"):
            assert "astana-chp-3" in ask(told, part).plants.index
        found = ask(told, query)
        assert ("astana-chp-3" in found.plants.index) is bool(of_one)
        assert set(found.projects.index) == of_one


@pytest.mark.parametrize(
    ("query", "stays"),
    [
        ("wear=60-", True), ("wear=85-90", True), ("wear=100-", True), ("wear=-85", True),
        ("wear=-79", False), ("wear=40-60", False), ("wear=60-80", False), ("wear=unknown", False),
    ],
)  # fmt: skip
def test_a_bound_matches_the_ranges_that_it_overlaps(data, query, stays):
    assert ("taraz-chp-4" in ask(data, query).plants.index) is stays  # stated as >80


def test_ranges_include_both_ends(data):
    for query in ("wear=57.3", "wear=57.3-60", "wear=50-57.3"):
        assert "petropavl-chp-2" in ask(data, query).plants.index
    for query in ("wear=57.4-60", "wear=50-57.2"):
        assert "petropavl-chp-2" not in ask(data, query).plants.index
    # 2029-Q1 is inside 2029, and in no other year
    kokshetau = [
        "kokshetau-chp-newbuild" in ask(data, f"year={years}").projects.index
        for years in ("2029", "2026-2029", "2029-", "-2029", "-2028", "2030-")
    ]
    assert kokshetau == [True, True, True, True, False, False]


def test_a_region_filters_every_layer_that_has_one(data):
    found = ask(data, "region=KZ-55&fill=heat")
    assert set(found.plants["region"]) == set(found.projects["region"]) == {"KZ-55"}
    assert list(found.regions.index) == ["KZ-55"]
    assert set(found.cities.index) == {"pavlodar", "ekibastuz"}
    assert found.areas.empty
    assert found.counts["regions"] == queries.Counts(in_source=20, in_filter=1, drawn=1)


def test_what_a_row_lacks_matches_only_unknown(data):
    everything = ask(data)
    for key, column in (("status", "status"), ("kind", "kind"), ("sector", "sector")):
        lacking = everything.projects[everything.projects[column].isin(["", "unknown"])].index
        assert len(lacking)
        assert set(ask(data, f"{key}=unknown").projects.index) == set(lacking)
        named = {v for v in everything.projects[column] if v not in ("", "unknown")}
        assert not set(lacking) & set(ask(data, f"{key}={','.join(named)}").projects.index)
    for key, column in (("year", "year_low"), ("wear", "wear_low")):
        lacking = everything.projects.index[everything.projects[column].isna()]
        assert set(ask(data, f"{key}=unknown").projects.index) == set(lacking)
        assert not set(lacking) & set(ask(data, f"{key}=0-").projects.index)


def test_layers_hide_and_never_filter(data):
    shown, hidden = ask(data, "kind=chp&fill=heat"), ask(data, "kind=chp&fill=heat&layers=none")
    for name, counts in shown.counts.items():
        assert hidden.counts[name] == replace(counts, drawn=0)
    assert list(hidden.plants.index) == list(shown.plants.index)
    assert hidden.totals == shown.totals
    assert len(shown.cities) > len(hidden.cities) == 0


def test_synthetic_is_off_until_it_is_named(data, world):
    plants = data.plants.copy()
    plants.loc["uralsk-chp", "provenance"] = "synthetic"
    mixed = world(("uralsk-chp", "wear_percent", "88", "2023-11-02"), plants=plants)
    assert "uralsk-chp" not in ask(mixed).plants.index
    assert ask(mixed).totals.wear_percent is None
    assert list(ask(mixed, "provenance=synthetic").plants.index) == ["uralsk-chp"]


def test_what_is_not_known_yet_is_in_the_filter_and_not_drawn(world):
    told = world(("uralsk-chp", "wear_percent", "88", "2023-11-02"))
    assert ask(told).counts["plants"] == queries.Counts(in_source=84, in_filter=84, drawn=1)
    assert ask(told, "at=2023-11-01").counts["plants"].drawn == 0


def codes(*allowed):
    return st.one_of(st.just(()), st.lists(st.sampled_from(allowed), max_size=4).map(tuple))


SOME_VIEWS = st.builds(
    View,
    at=st.sampled_from([date(2024, 1, 15), date(2026, 3, 1), NOW]),
    layers=st.sampled_from([("plants", "projects", "regions"), ("plants",), ("none",)]),
    region=st.sampled_from([(), (), (), ("KZ-55", "KZ-71", "KZ-10"), ("KZ", "KZ-35")]),
    kind=codes("chp", "condensing", "nuclear", "unknown"),
    zone=st.sampled_from([(), (), ("red",), ("unknown", "yellow")]),
    status=codes(*Status, "unknown"),
    funding=codes(*Funding),
    wear=st.sampled_from([None, None, Span(unknown=True), Span(60), Span(None, 60), Span(85, 90)]),
    year=st.sampled_from([None, None, Span(unknown=True), Span(2026, 2029), Span(None, 2025)]),
)


def _inside(span, low, high):
    if span is None:
        return True
    if span.unknown or pd.isna(low):
        return span.unknown and bool(pd.isna(low))
    return (span.low is None or high >= span.low) and (span.high is None or low <= span.high)


def _own_keys(row, view):
    listed = all(
        not wanted or (row[key] or "unknown") in wanted
        for key, wanted in (("region", view.region), ("kind", view.kind), ("zone", view.zone))
    )
    return listed and _inside(view.wear, row["wear_low"], row["wear_high"])


def _project_keys(row, view):
    listed = all(
        not wanted or row[key] in wanted
        for key, wanted in (("status", view.status), ("funding", view.funding))
    )
    return listed and _inside(view.year, row["year_low"], row["year_high"])


def test_filters_agree_with_the_rules_row_by_row(data):
    rows = {}
    for day in (date(2024, 1, 15), date(2026, 3, 1), NOW):
        now = state.as_of(data, day)
        rows[day] = now.plants.to_dict("index"), now.projects.to_dict("index")

    @settings(max_examples=40)
    @given(view=SOME_VIEWS)
    def agree(view):
        all_plants, all_projects = rows[view.at]
        projects = {i: row for i, row in all_projects.items() if _project_keys(row, view)}
        owners = {row["plant_id"] for row in projects.values()}
        asked = view.status or view.funding or view.year
        plants = {
            i
            for i, row in all_plants.items()
            if _own_keys(row, view) and (not asked or i in owners)
        }
        found = queries.select(data, view)
        assert set(found.plants.index) == plants
        assert set(found.projects.index) == {i for i, r in projects.items() if _own_keys(r, view)}
        for counts in found.counts.values():
            assert 0 <= counts.drawn <= counts.in_filter <= counts.in_source

    agree()


# -- counts and sums --------------------------------------------------------------------------


def test_the_mean_is_over_what_is_known_and_says_over_how_much(data):
    ten = ask(data, "zone=red&kind=chp&at=2026-03-01").totals
    assert ten.wear_percent == pytest.approx((88 + 57.3 + 81.7 + 90) / 4)
    assert (ten.wear_known, ten.wear_known_share) == (4, 0.4)
    every = ask(data, "at=2026-03-01").totals
    assert every.wear_percent == ten.wear_percent  # no bound is in it
    assert every.wear_known_share == pytest.approx(4 / 84, abs=1e-4)
    nothing = ask(data, "kind=hydro").totals
    assert (nothing.wear_percent, nothing.wear_known_share) == (None, 0)


def test_a_parent_is_listed_but_never_summed_with_its_children(world):
    parent = ("aksu-gres-units", "electric_mw", "700", "2024-03-07")
    child = ("aksu-gres-unit-7", "electric_mw", "325", "2026-01-30")
    assert ask(world(parent)).totals.electric_mw_added == 700
    assert ask(world(child)).totals.electric_mw_added == 325
    both = ask(world(parent, child))
    assert both.totals.electric_mw_added in (700, 325)
    assert {"aksu-gres-units", "aksu-gres-unit-7"} <= set(both.projects.index)


def test_the_programme_is_never_summed_with_its_projects(data, world):
    told = world(
        ("meks", "cost_bn_kzt", "13588", "2025-01-13"),
        ("karagandy-su", "cost_bn_kzt", "2.5", "2025-09-01"),
        ("ridder-chp-repair", "cost_bn_kzt", "6.4", "2025-09-01"),
    )
    assert ask(told).totals.cost_bn_kzt == pytest.approx(8.9)
    without_children = world(
        ("meks", "cost_bn_kzt", "13588", "2025-01-13"),
        ("ridder-chp-repair", "cost_bn_kzt", "6.4", "2025-09-01"),
    )
    assert ask(without_children).totals.cost_bn_kzt == 6.4
    real = ask(data)
    assert "meks" in real.projects.index
    assert real.totals.cost_bn_kzt < 13588
    parents = ["meks", "aksu-gres-units", "grid-north-east-south"]
    costs = real.projects["cost_bn_kzt"].drop(parents).dropna()
    assert real.totals.cost_bn_kzt == pytest.approx(costs.sum())
    assert real.totals.cost_known == len(costs)


def test_what_is_completed_or_cancelled_is_not_to_be_added(world):
    ends = ("completed", "cancelled", "suspended", "construction")
    names = ("topar-unit-3", "maek-unit-4", "kurchatov-tpp-newbuild", "almaty-chp-2-gas")
    rows = [(n, "status", s, "2025-01-01") for n, s in zip(names, ends, strict=True)]
    rows += [(n, "electric_mw", str(10**i), "2025-01-01") for i, n in enumerate(names)]
    rows += [(n, "heat_gcal_h", str(2 * 10**i), "2025-01-01") for i, n in enumerate(names)]
    rows += [(n, "cost_bn_kzt", str(3 * 10**i), "2025-01-01") for i, n in enumerate(names)]
    sums = ask(world(*rows)).totals
    assert (sums.electric_mw_added, sums.heat_gcal_h_added) == (1100, 2200)
    assert sums.cost_bn_kzt == 3333
    assert ask(world()).totals.electric_mw_added is None


def test_what_is_synthetic_is_summed_only_where_there_is_nothing_else(data, world):
    project, plant = "topar-unit-3", "pavlodar-chp-1"
    told = world(
        (project, "cost_bn_kzt", "500", "2025-01-01"),
        (project, "electric_mw", "1000", "2025-01-01"),
        ("maek-unit-4", "cost_bn_kzt", "7", "2025-01-01"),
        ("maek-unit-4", "electric_mw", "100", "2025-01-01"),
        (plant, "wear_percent", "90", "2025-01-01"),
        ("pavlodar-chp-2", "wear_percent", "40", "2025-01-01"),
        projects=made_up(data.projects, project),
        plants=made_up(data.plants, plant),
    )
    both = ask(told, "provenance=official,press,schematic,synthetic")
    assert (project in both.projects.index, plant in both.plants.index) == (True, True)
    sums = both.totals
    assert sums.projects == len(both.projects)
    assert (sums.cost_bn_kzt, sums.cost_known, sums.electric_mw_added) == (7, 1, 100)
    assert (sums.wear_percent, sums.wear_known) == (40, 1)
    assert sums.wear_known_share == pytest.approx(1 / (len(both.plants) - 1), abs=1e-4)
    alone = ask(told, "provenance=synthetic").totals
    assert (alone.projects, alone.cost_bn_kzt, alone.electric_mw_added) == (1, 500, 1000)
    assert (alone.wear_percent, alone.wear_known_share) == (90, 1)


def made_up(table, one):
    changed = table.copy()
    changed.loc[one, "provenance"] = "synthetic"
    return changed


FACET_VIEWS = (
    "",
    "zone=red,yellow&kind=chp&at=2026-03-01",
    "status=construction,unknown&year=2026-2030&region=KZ-55,KZ-71,KZ-10&q=а",
)
NEVER_COUNTED = {"region": "KZ", "kind": "solar", "status": "cancelled", "zone": "green"}


@pytest.mark.parametrize("query", FACET_VIEWS)
def test_the_count_beside_an_option_is_what_choosing_it_leaves(data, query):
    view = view_of(query)
    counted = queries.facets(data, view)
    assert counted.keys() >= {"region", "city", "sector", "kind", "status", "funding", "zone"}
    every = queries.facets(data, View(at=view.at))
    for key, options in counted.items():
        some = sorted(every[key])[:: {"city": 15, "region": 4}.get(key, 1)]
        for option in {*some, *getattr(view, key), NEVER_COUNTED.get(key, "unknown")}:
            found = queries.select(data, replace(view, **{key: (option,)}))
            plain = (found.projects["plant_id"] == "").sum()
            left = {
                **dict.fromkeys(("region", "city", "provenance"), len(found.plants) + plain),
                **dict.fromkeys(("kind", "zone"), len(found.plants)),
            }.get(key, len(found.projects))
            assert options.get(option, 0) == left, (key, option)


def test_loosening_names_the_filter_to_drop_and_what_that_brings(data):
    view = view_of("kind=hydro&zone=red&region=KZ-10")
    assert queries.select(data, view).counts["plants"].in_filter == 0
    offers = queries.loosen(data, view)
    assert offers
    assert [n for _, n in offers] == sorted((n for _, n in offers), reverse=True)
    for key, number in offers:
        found = queries.select(data, replace(view, **{key: ()}))
        assert len(found.plants) + len(found.projects) == number > 0


@pytest.mark.parametrize(
    "query", ["q=нетакого&kind=hydro", "provenance=synthetic", "wear=0-1", "year=1900"]
)
def test_loosening_reaches_every_kind_of_filter(data, query):
    view = view_of(query)
    key, number = queries.loosen(data, view)[0]
    found = queries.select(data, replace(view, **{key: getattr(View(), key)}))
    assert len(found.plants) + len(found.projects) == number > 0


# -- search -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "plant"),
    [
        ("Көкшетау", "kokshetau-chp-new"),
        ("кокшетау", "kokshetau-chp-new"),
        ("KOKSHETAU", "kokshetau-chp-new"),
        ("Өскемен", "oskemen-chp"),
        ("оскемен", "oskemen-chp"),
        ("Ust-Kam", "oskemen-chp"),
        ("усть каменогорск", "oskemen-chp"),
        ("экибастуз", "ekibastuz-gres-1"),
        ("Екібастұз", "ekibastuz-gres-1"),
        ("екибастуз", "ekibastuz-gres-1"),
        ("караганды", "karaganda-chp-3"),
        ("  тэц-3   карага ", "karaganda-chp-3"),
        ("ékibastuz", "ekibastuz-gres-1"),
    ],
)
def test_a_name_is_found_in_any_language_and_on_any_keyboard(data, typed, plant):
    plants, projects = queries.search(data, typed)
    assert plant in plants
    assert len(plants) < len(data.plants) / 4
    linked = data.projects.index[data.projects["plant_id"] == plant]
    assert set(linked) <= projects


def test_a_search_asks_for_every_word_and_may_find_nothing(data):
    assert "almaty-chp-2" not in queries.search(data, "караганда тэц")[0]
    assert queries.search(data, "нетакого") == (frozenset(), frozenset())
    assert ask(data, "q=оскемен").plants.index.isin(queries.search(data, "Өскемен")[0]).all()


# -- the rest ---------------------------------------------------------------------------------


def test_ids_that_this_revision_does_not_hold_are_dropped_and_reported(data):
    view = view_of("city=semey,atlantis,unknown&sel=no-such-plant")
    kept, dropped = queries.known_only(data, view)
    assert (kept.city, kept.sel) == (("semey", "unknown"), "")
    assert set(dropped) == {"city=atlantis", "sel=no-such-plant"}
    for one in ("uralsk-chp", "kokshetau-chp-newbuild", "KZ-55", "KZ", "ekibastuz"):
        assert queries.known_only(data, replace(view, sel=one))[0].sel == one


def test_queries_change_neither_the_registers_nor_the_state(data):
    view = view_of("zone=red&q=тэц&wear=60-&year=2025-&status=construction&fill=heat")
    now = state.as_of(data, view.at)
    tables = ("plants", "projects", "regions", "places", "indicators")
    before = [getattr(data, n).copy() for n in tables] + [now.plants.copy(), now.projects.copy()]
    found = queries.select(data, view)
    queries.facets(data, view)
    queries.loosen(data, view)
    queries.describe(found, ())
    after = [*(getattr(data, n) for n in tables), now.plants, now.projects]
    for old, new in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(old, new)


def test_the_document_of_the_query_command(data):
    found = ask(data, "zone=red&kind=chp&at=2026-03-01")
    document = queries.describe(found, ("colour=red",))
    assert list(document) == ["as_of", "dropped", "layers", "totals"]
    assert (document["as_of"], document["dropped"]) == ("2026-03-01", ["colour=red"])
    listed = {"in_source", "in_filter", "drawn", "ids"}
    shapes = {name: set(layer) for name, layer in document["layers"].items()}
    assert shapes == {
        **dict.fromkeys(("plants", "projects", "regions"), listed),
        "networks": listed - {"ids"} | {"length_km"},
    }
    assert Counter(document["layers"]["plants"]["ids"]) == Counter(TEN)
    assert set(document["totals"]) == {
        "projects", "cost_bn_kzt", "electric_mw_added", "heat_gcal_h_added", "wear_percent",
        "wear_known_share",
    }  # fmt: skip


@pytest.mark.parametrize(("zoom", "nearest"), [(3.4, 3), (3.5, 4), (4.5, 5), (6.5, 7), (6.49, 6)])
def test_lines_are_counted_at_the_zoom_whose_tiles_a_browser_draws(data, zoom, nearest):
    found = queries.select(data, View(at=NOW, map=Place(48, 67, zoom)))
    expected = len(found.lines) - found.lines.left_out[nearest]
    assert found.counts["networks"].drawn == expected
