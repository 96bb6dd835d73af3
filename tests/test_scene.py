"""What a map shows, its legend and its words: decided once, for the screen and for paper."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pandas as pd
import pytest

from meks_geo import i18n, queries, scene, wording
from meks_geo.view import decode
from meks_geo.vocabulary import Lang, Zone
from meks_geo.zones import rules_in_force

NOW = date(2026, 11, 21)
NOT_BUILT = {
    "balkhash-npp", "second-npp", "semey-chp-3-new", "oskemen-chp-3-new", "ekibastuz-gres-3",
    "kurchatov-tpp", "kokshetau-chp-new", "turkistan-ccgt", "kyzylorda-chp-new",
}  # fmt: skip
HOSTILE = '<img src=x onerror="alert(1)">&{{7*7}}'


def select(data, query=""):
    view, dropped = decode(query, today=NOW, lang="en")
    assert dropped == ()
    return queries.select(data, view)


def draw(data, query=""):
    return scene.build(data, select(data, query))


def counts(drawn, sort):
    """Counts of the legend's rows of one sort of symbol, by code."""
    found = Counter()
    for group in drawn.legend:
        for row in group.rows:
            kind, _, code = row.symbol.partition(":")
            if kind == sort:
                found[code] += row.count
    return found


def note_of(drawn, sort):
    return next(g.note for g in drawn.legend if g.rows[0].symbol.startswith(f"{sort}:"))


# -- marks ------------------------------------------------------------------------------------


def test_plants_that_are_not_built_are_hollow(data):
    sites = {s.id: s for s in draw(data).sites}
    assert {i for i, s in sites.items() if s.hollow} == NOT_BUILT
    assert len(sites) == 84
    early = {s.id: s.hollow for s in draw(data, "at=2026-03-01").sites}
    assert early["semey-chp-1"] is False
    assert early["kokshetau-chp-new"] is True


def test_a_position_known_only_to_the_city_is_marked(data):
    at_city = {s.id for s in draw(data).sites if s.at_city}
    assert at_city == set(data.plants.index[data.plants["location_accuracy"] == "city"])
    assert {"balkhash-npp", "kokshetau-chp-new"} <= at_city
    assert "uralsk-chp" not in at_city


def test_two_plants_on_one_point_are_side_by_side(data):
    sites = {s.id: s for s in draw(data).sites}
    first, second = sites["balkhash-npp"], sites["second-npp"]
    assert (first.lat, first.lon) == (second.lat, second.lon)
    assert first.dx_px != second.dx_px
    points = defaultdict(list)
    for site in sites.values():
        points[site.lat, site.lon].append(site)
    shared = [group for group in points.values() if len(group) > 1]
    assert shared
    for group in shared:
        row = sorted(group, key=lambda s: s.dx_px)
        for left, right in pairwise(row):
            apart = right.dx_px - left.dx_px
            assert apart >= (left.size_px + right.size_px) / 2
    assert {s.dx_px for group in points.values() if len(group) == 1 for s in group} == {0.0}


def test_large_marks_are_under_small_ones_and_the_selected_one_on_top(data):
    drawn = draw(data, "sel=ekibastuz-gres-1")
    assert drawn.sites[-1].id == drawn.selected == "ekibastuz-gres-1"
    sizes = [s.size_px for s in drawn.sites[:-1]]
    assert sizes == sorted(sizes, reverse=True)
    # a project is shown at its plant
    by_project = draw(data, "sel=kokshetau-chp-newbuild")
    assert by_project.selected == by_project.sites[-1].id == "kokshetau-chp-new"


def test_size_grows_with_capacity(data):
    sizes = {s.id: s.size_px for s in draw(data).sites}
    assert sizes["ekibastuz-gres-1"] > sizes["petropavl-chp-2"] > sizes["nurgisa-spp"]


def test_a_region_without_a_published_figure_is_unknown_and_says_no_data(data):
    areas = {a.id: a for a in draw(data, "at=2026-03-01").areas}
    assert len(areas) == 20
    assert {i: a.zone for i, a in areas.items() if a.value} == {
        "KZ-55": "red", "KZ-35": "red", "KZ-10": "yellow", "KZ-63": "yellow", "KZ-62": "yellow",
        "KZ-59": "yellow",
    }  # fmt: skip
    blank = areas["KZ-71"]
    assert (blank.zone, blank.value) == ("unknown", "")
    assert i18n.text("en", "map.no_data") in blank.hover[0][1]
    assert "66" in areas["KZ-55"].hover[0][1]


def test_a_region_outside_the_filter_stays_on_the_map_without_its_fill(data):
    drawn = draw(data, "region=KZ-55")
    assert [a.id for a in drawn.areas if a.inside] == ["KZ-55"]
    assert {a.value for a in drawn.areas if not a.inside} == {""}
    south, west, north, east = drawn.bounds
    assert 49 < south < north < 55
    assert 73 < west < east < 80
    whole = draw(data).bounds
    assert whole[0] < south < north < whole[2]


def test_a_citys_figure_is_a_mark_and_not_a_fill(data):
    drawn = draw(data, "fill=heat&at=2026-03-01")
    marks = {c.id: c for c in drawn.cities}
    assert (marks["ekibastuz"].zone, marks["ridder"].zone) == ("red", "red")
    assert "91" in marks["ekibastuz"].value
    assert next(a for a in drawn.areas if a.id == "KZ-63").zone == "unknown"
    assert draw(data, "fill=none").cities == ()


def test_places_and_lakes_are_named_in_the_language_of_the_view(data):
    labels = {lang: draw(data, f"lang={lang}").labels for lang in Lang}
    assert len({len(one) for one in labels.values()}) == 1
    names = {lang: {label.text for label in one} for lang, one in labels.items()}
    for lang, column in (("kk", "name_kk"), ("ru", "name_ru"), ("en", "name_en")):
        assert set(data.places[column]) <= names[lang]
    lakes = {label.text for label in labels["en"] if label.water}
    assert {"Caspian Sea", "Lake Balkhash"} <= lakes | {f"Lake {name}" for name in lakes}


# -- legend -----------------------------------------------------------------------------------

VIEWS = (
    "", "zone=red&kind=chp&at=2026-03-01", "fill=heat&at=2026-03-01",
    "region=KZ-55,KZ-19&fill=water", "status=construction", "at=2024-01-15&fill=electricity",
    "layers=plants", "layers=none", "fill=none", "kind=hydro&zone=red", "at=2019-01-01",
)  # fmt: skip


@pytest.mark.parametrize("query", VIEWS)
def test_the_legend_counts_what_is_drawn(data, query):
    drawn = draw(data, query)
    assert counts(drawn, "zone") == Counter(s.zone for s in drawn.sites)
    assert counts(drawn, "kind") == Counter(s.kind for s in drawn.sites)
    assert counts(drawn, "status") == Counter(s.status for s in drawn.sites if s.status)
    assert counts(drawn, "hollow")["chp"] == sum(s.hollow for s in drawn.sites)
    assert counts(drawn, "hollow")["line"] == len(drawn.lines.ahead if drawn.lines else ())
    assert counts(drawn, "ring")["city"] == sum(s.at_city for s in drawn.sites)
    assert counts(drawn, "ring")["station"] == sum(s.at_city for s in drawn.stations)
    assert counts(drawn, "station").total() == sum(not s.at_city for s in drawn.stations)
    assert counts(drawn, "city") == Counter(c.zone for c in drawn.cities)
    assert counts(drawn, "area") == Counter(a.zone for a in drawn.areas if a.inside)
    assert all(row.count and row.label for group in drawn.legend for row in group.rows)


def test_no_data_is_a_class_of_its_own(data):
    drawn = draw(data, "at=2026-03-01")
    labels = {r.label: r.count for g in drawn.legend for r in g.rows if r.symbol == "area:unknown"}
    assert labels == {i18n.text("en", "map.no_data"): 14}
    assert counts(drawn, "zone")["unknown"] == 84 - 10 - 3


@pytest.mark.parametrize(
    ("fill", "day", "threshold", "others"),
    [
        ("heat", "2025-06-01", "65", ("60", "70")),
        ("water", "2025-06-01", "70", ("60", "65")),
        ("heat", "2026-01-27", "65", ("60", "70")),
        ("heat", "2026-01-28", "60", ("65", "70")),
        ("electricity", "2026-03-01", "60", ("65", "70")),
    ],
)
def test_the_legend_states_the_rule_in_force(data, fill, day, threshold, others):
    note = note_of(draw(data, f"fill={fill}&at={day}"), "area")
    assert i18n.quantity("en", threshold, "percent") in note
    assert not [other for other in others if i18n.quantity("en", other, "percent") in note]
    for zone in (Zone.YELLOW, Zone.GREEN):
        assert i18n.label("en", "zone", zone).lower() in note, "what is assumed says so"


def test_before_the_first_rule_the_legend_says_that_there_is_none(data):
    drawn = draw(data, "fill=electricity&at=2024-12-22")
    assert note_of(drawn, "area") == i18n.text("en", "legend.no_rule")
    assert set(counts(drawn, "area")) == {"unknown"}


def test_the_legend_says_who_declared_the_zones_and_when(data):
    note = note_of(draw(data, "at=2026-03-01"), "zone")
    assert i18n.date("en", "2026-02") in note
    scheme = data.schemes.loc["chp-energy-ministry", "name_en"]
    assert scheme in note
    assert note_of(draw(data, "kind=hydro"), "zone") == i18n.text("en", "legend.no_zone_declared")


def test_classes_are_intervals_of_the_rule(data):
    rules = rules_in_force(data.rules, "heat", date(2026, 3, 1))
    said = [wording.class_words("en", rules, zone) for zone in ("red", "yellow", "green")]
    assert i18n.quantity("en", "60", "percent") in said[0]
    assert said[1:] == [i18n.quantity("en", span, "percent") for span in ("40-60", "0-40")]
    assert said[0] != i18n.quantity("en", "60", "percent")


# -- one scene for all ------------------------------------------------------------------------


def test_a_hidden_layer_draws_nothing_and_is_still_counted(data):
    hidden, shown = draw(data, "layers=none&fill=heat"), draw(data, "fill=heat")
    assert (hidden.sites, hidden.cities, hidden.areas, hidden.legend) == ((), (), (), ())
    assert len(shown.sites) == 84
    words = i18n.text("en", "map.counts", drawn="0", in_filter="84", in_source="84")
    assert hidden.foot.count(words) == 1
    only_plants = draw(data, "layers=plants")
    assert (only_plants.areas, only_plants.cities) == ((), ())
    assert {s.status for s in only_plants.sites} == {""}


def test_the_language_changes_words_and_nothing_else(data):
    def shape(drawn):
        return (
            [(a.id, a.zone, a.lat, a.lon, a.inside, len(a.hover)) for a in drawn.areas],
            [(c.id, c.zone, c.lat, c.lon, len(c.hover)) for c in drawn.cities],
            [replace(s, title="", hover=()) for s in drawn.sites],
            [len(s.hover) for s in drawn.sites],
            [(r.symbol, r.count) for g in drawn.legend for r in g.rows],
            drawn.bounds,
            len(drawn.foot),
        )

    query = "fill=heat&at=2026-03-01&zone=red,unknown&sel=uralsk-chp"
    drawn = {lang: draw(data, f"{query}&lang={lang}") for lang in Lang}
    assert shape(drawn["kk"]) == shape(drawn["ru"]) == shape(drawn["en"])
    for part in ("title", "subtitle", "foot", "legend", "labels"):
        assert len({str(getattr(one, part)) for one in drawn.values()}) == 3, part


def test_the_same_view_gives_the_same_scene(data):
    query = "fill=heat&zone=red&at=2026-03-01"
    assert draw(data, query) == draw(data, query)


def test_names_from_the_data_pass_through_as_text(data, world):
    plants, places, regions = data.plants.copy(), data.places.copy(), data.regions.copy()
    for table in (plants, places, regions):
        table[["name_kk", "name_ru", "name_en"]] = HOSTILE
    told = world(
        ("uralsk-chp", "wear_percent", "88", "2023-11-02"),
        plants=plants, places=places, regions=regions,
    )  # fmt: skip
    drawn = draw(told, "fill=heat&region=KZ-27")
    assert [s.title for s in drawn.sites] == [HOSTILE]
    assert {a.label for a in drawn.areas} == {HOSTILE}
    assert {c.title for c in drawn.cities} == {HOSTILE}
    assert HOSTILE in {label.text for label in drawn.labels}
    assert HOSTILE in drawn.title


def test_the_foot_says_drawn_in_filter_in_source_date_and_revision(data):
    drawn = draw(data, "zone=red&kind=chp&at=2026-03-01")
    assert drawn.foot[0] == i18n.text(
        "en", "map.counts", drawn="10", in_filter="10", in_source="84"
    )
    assert any(i18n.date("en", "2026-03-01") in part for part in drawn.foot)
    assert any(data.revision[:8] in part for part in drawn.foot)
    # two projects of the ten, both at their plants: nothing is off the map
    assert not [p for p in drawn.foot if p == i18n.text("en", "map.off_map", count="2")]
    heat = draw(data, "sector=heat")
    projects = select(data, "sector=heat").counts["projects"]
    off = projects.in_filter - projects.drawn
    assert off >= 4
    assert i18n.text("en", "map.off_map", count=str(off)) in heat.foot


def test_the_foot_counts_what_is_not_known_yet(world):
    told = world(("uralsk-chp", "wear_percent", "88", "2023-11-02"))
    drawn = draw(told)
    assert [s.id for s in drawn.sites] == ["uralsk-chp"]
    assert i18n.text("en", "map.not_known_yet", count="83") in drawn.foot


def test_the_stamp_and_the_sources_are_on_the_map(data):
    selection = select(data, "zone=red&kind=chp&at=2026-03-01")
    assert scene.build(data, selection, stamp="For official use").stamp == "For official use"
    drawn = scene.build(data, selection)
    assert drawn.stamp == ""
    lada = data.sources["lada-kz-02"]
    assert wording.source_words("en", lada) in drawn.sources
    assert len(set(drawn.sources)) == len(drawn.sources)


# -- words ------------------------------------------------------------------------------------


def test_the_title_is_the_filter_in_words(data):
    drawn = draw(data, "zone=red&kind=chp&region=KZ-55&wear=60-&year=2026-2029&q=тэц")
    parts = drawn.title.split(" · ")
    assert all(": " in part for part in parts)
    assert len(parts) == 6
    for words in ("Red", data.regions.loc["KZ-55", "name_en"], "60%", "«тэц»"):
        assert words in drawn.title
    assert "2026" in drawn.title
    assert "2029" in drawn.title
    assert draw(data).title == i18n.text("en", "map.all_objects")


@pytest.mark.parametrize("lang", Lang)
def test_every_option_of_a_filter_has_words(data, lang):
    everything = select(data)
    for key, options in queries.facets(data, everything.view).items():
        for code in options:
            words = wording.option(data, lang, key, code)
            assert words
            assert words != code or (lang, code) == ("en", "unknown")


def test_a_zone_that_is_computed_says_so(data):
    red = i18n.label("en", "zone", "red")
    assert wording.zone_words("en", "red", "declared") == red
    computed = wording.zone_words("en", "red", "computed")
    assert computed != red
    assert i18n.text("en", "map.computed") in computed
    assert wording.zone_words("en", "unknown", "") not in (red, computed, "unknown")


def test_hover_says_kind_zone_and_wear_with_their_dates(data):
    sites = {s.id: dict(s.hover) for s in draw(data, "at=2026-03-01").sites}
    uralsk = " | ".join(f"{k}: {v}" for k, v in sites["uralsk-chp"].items())
    wanted = [
        i18n.label("en", "kind", "chp"), i18n.label("en", "zone", "red"),
        i18n.date("en", "2026-02"), i18n.quantity("en", "88", "percent"),
        i18n.date("en", "2023-11-02"),
    ]  # fmt: skip
    assert [words for words in wanted if words not in uralsk] == []
    (left_red,) = data.plants.index[
        [
            any(c.value == "out of red" for c in data.claims.get(p, {}).get("zone_declared", ()))
            for p in data.plants.index
        ]
    ]
    assert i18n.label("en", "zone", "out of red") in " ".join(sites[left_red].values())
    planned = " ".join(sites["kokshetau-chp-new"].values())
    assert i18n.label("en", "stage", "planned") in planned


@pytest.mark.parametrize(
    ("lang", "region", "short"), [("en", "KZ-11", "Akmola"), ("ru", "KZ-10", "Абай")]
)
def test_a_region_is_labelled_without_the_word_for_region(data, lang, region, short):
    assert wording.short_region(lang, data.regions.loc[region]) == short


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_no_two_regions_have_one_short_name(data, lang):
    rows = data.rows["regions"]
    short = {one: wording.short_region(lang, row) for one, row in rows.items()}
    assert len(set(short.values())) == len(short)
    cities = {short[one] for one, row in rows.items() if row["kind"] == "city"}
    assert cities <= wording.CITY_REGIONS
    assert all(" " not in name for name in cities)


def test_building_a_scene_changes_no_input(data):
    selection = select(data, "fill=heat&zone=red")
    frames = ("plants", "projects", "regions", "areas", "cities")
    before = [getattr(selection, name).copy() for name in frames]
    scene.build(data, selection)
    for name, frame in zip(frames, before, strict=True):
        pd.testing.assert_frame_equal(getattr(selection, name), frame)
