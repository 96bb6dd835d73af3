"""KPIs as of a day: what stands, what other sources say, and how it is rated."""

import csv
import io
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from meks_geo import kpicharts, kpirules, kpis, kpisums, kpitables, kpiwords
from meks_geo.dates import parse
from meks_geo.errors import InputError
from meks_geo.intake import listing
from meks_geo.kpirules import Aim, Kind, Point, Rating, Topic, rate_flow, rate_level, span
from meks_geo.state import as_of
from meks_geo.view import View
from meks_geo.vocabulary import COUNTRY, Funding

AT = date(2026, 11, 22)
LANGS = ("kk", "ru", "en")
LEVEL = Kind(Topic.WEAR, Aim.LESS, level=True, comparable=True, order=0)
FLOW = Kind(Topic.REPAIRS, Aim.MORE, level=False, comparable=True, order=0)


@pytest.fixture(scope="module")
def rules(store):
    return kpirules.read(store.parameters())


@pytest.fixture(scope="module")
def found(data, rules):
    """All KPIs of the day, by region, id and period."""
    return {(k.region, k.id, k.period): k for k in kpis.rows(data, rules, AT)}


@pytest.fixture(scope="module")
def country(found):
    return lambda kpi, period: found[COUNTRY, kpi, period]


def values(one):
    return tuple(said and said.value for said in (one.target, one.actual))


def table(data, *rows):
    """The same map of record with these rows of KPIs alone: period, target, actual, day, source."""
    cells = [
        {
            "kpi_id": "wear-heat",
            "name_kk": "а",
            "name_ru": "б",
            "name_en": "c",
            "region": COUNTRY,
            "unit": "percent",
            "period": period,
            "target": float("nan") if target is None else float(target),
            "actual": float("nan") if actual is None else float(actual),
            "stated_on": day,
            "source_id": source,
        }
        for period, target, actual, day, source in rows
    ]
    frame = pd.DataFrame(cells, index=[f"k{n}" for n in range(len(cells))])
    return replace(data, kpis=frame, indicators=data.indicators[:0], claims={})


# -- the published figures -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kpi", "period", "target", "actual"),
    [
        ("net-km-year", "2025", 8500, None),
        ("net-km-year", "2026", 14000, None),
        ("equip-year", "2025", 42000, None),
        ("heat-km-repair", "2025", 323, 323),
        ("heat-km-repair", "2026", 377, None),
        ("lines-km", "2025", 17000, 17000),
        ("substations", "2026", 444, None),
        ("rep-units", "2026", 9, None),
        ("rep-boilers", "2025", 63, 63),
        ("rep-turb", "2026", 51, None),
        ("nme-red-exit", "2025", 6, None),
        ("nme-red-exit", "2026", 11, None),
        ("nme-red", "2026", None, 82),
        ("chp-red", "2022", None, 19),
        ("chp-yellow", "2022", None, 11),
        ("chp-green", "2022", None, 7),
        ("chp-red", "2025", None, 10),
        ("chp-yellow", "2025", None, 17),
        ("chp-green", "2025", None, 10),
        ("wear-power", "2029", 45, None),
        ("wear-water", "2029", 34, None),
        ("invest-year", "2025", 150, None),
        ("invest-year", "2026", 1000, None),
        ("confirmed", "2026", None, 974),
        ("heat-fund-budget", "2025", None, 104.2),
        ("proj-tender", "2026", None, 130),
        ("epc", "2025", None, 669),
        ("manuf", "2025", None, 220),
        ("items", "2025", None, 2700),
        ("meks-funding-total", "2025-2029", 13588, None),
    ],
)
def test_a_named_figure_of_the_programme_is_there(country, kpi, period, target, actual):
    one = country(kpi, period)
    assert values(one) == (target, actual)
    assert one.said.source


def test_every_kpi_of_the_register_has_a_kind(data, rules):
    assert set(data.kpis["kpi_id"]) == set(rules.kinds)
    assert {kind.topic for kind in rules.kinds.values()} <= set(Topic)
    assert {kind.aim for kind in rules.kinds.values()} <= set(Aim)


def test_every_row_of_the_register_is_told_as_a_value_or_beside_one(data, found):
    told = {
        (one.id, one.period, said.role, said.value, said.source)
        for one in found.values()
        for said in (one.target, one.actual, *(c.said for c in one.conflicts))
        if said is not None
    }
    told_values = {row[:4] for row in told}
    for row in data.kpis.to_dict("records"):
        for role in ("target", "actual"):
            if not pd.isna(row[role]):
                assert (row["kpi_id"], row["period"], role, row[role]) in told_values, row


def test_links_lead_to_claims_and_indicators_that_hold_such_a_value(data, rules):
    claims = {
        c.id: c for by_name in data.claims.values() for group in by_name.values() for c in group
    }
    for one, link in rules.links.items():
        assert one in claims or one in data.indicators.index
        assert link.kpi in rules.kinds
        assert link.role in ("target", "actual", "named")
        assert span(link.period) is not None
    assert set(rules.moves) <= set(claims)
    assert {claims[one].attribute for one in rules.moves} == {"zone_declared"}
    assert all("red" in claims[one].paraphrase for one in rules.moves)


def test_who_is_counted_is_named_beside_the_count(data, rules, country, found):
    one = country("nme-red-exit", "2025")
    assert len(one.named) == values(one)[0] == 6
    assert set(one.named) <= set(data.entities.index)
    assert country("nme-red-exit", "2026").named == ()  # eleven, and none of them named
    assert [k for k in found.values() if k.named] == [one]
    before = kpis.rows(data, rules, date(2025, 8, 6))
    assert not [k for k in before if k.named]


@pytest.mark.parametrize("lang", LANGS)
def test_the_names_stand_under_the_indicator(data, country, lang):
    kpi = country("nme-red-exit", "2025")
    ((first, *_),) = kpitables.topic(data, [kpi], lang).rows
    assert set(first.also) == {data.entities.at[one, f"name_{lang}"] for one in kpi.named}


def test_numbers_said_of_the_country_are_kpis_or_statements_beside_them(data, rules):
    """No number that is claimed of the country is lost on the page."""
    shown = kpitables.statements(data, rules, View(at=AT, lang="en")).csv_rows
    said = {row[0] for row in shown}
    for words in ("NMEs to leave the red zone", "Number of CHPs"):
        assert any(words.casefold() in one.casefold() for one in said), (words, said)
    assert not any("contractors" in one.casefold() for one in said)  # a KPI already


# -- the fold --------------------------------------------------------------------------------------


def test_where_sources_differ_both_targets_stand_side_by_side(country):
    one = country("wear-heat", "2029")
    assert values(one) == (42, None)
    (other,) = one.conflicts
    assert (other.said.value, other.said.source) == (40, "qazinform-com-05")
    assert (one.judged.done, one.judged.rating) == (0.2, Rating.ON_COURSE)
    assert (other.judged.done, other.judged.rating) == (0.1667, Rating.LAGGING)
    assert [c.said.value for c in country("wear-power", "2029").conflicts] == [51]
    assert [c.said.value for c in country("wear-sewer", "2029").conflicts] == [41]


def test_the_newest_statement_stands_and_an_exact_day_beats_its_month(country):
    one = country("wear-heat", "2026")
    assert one.target.value == 49
    assert one.target.stated_on.text == "2026-02-08"
    assert [c.said.value for c in one.conflicts] == [48]
    assert country("meks-net-km-water", "2025-2029").target.value == 5000


def test_nothing_is_known_before_it_is_said(data, rules):
    assert kpis.rows(data, rules, date(2020, 1, 1)) == ()
    before = {(k.id, k.period): k for k in kpis.rows(data, rules, date(2025, 8, 20), COUNTRY)}
    assert values(before["chp-red", "2022"]) == (None, 19)
    assert ("chp-red", "2025") not in before
    assert before["invest-year", "2025"].judged.rating == Rating.RUNNING
    assert before["invest-year", "2025"].target.stated_on.text == "2025-08-07"


def test_a_month_is_known_from_its_last_day(data, rules):
    def water(day):
        found = kpis.rows(data, rules, day, COUNTRY)
        return [one.period for one in found if one.id == "wear-water"]

    assert water(date(2025, 9, 29)) == []
    assert water(date(2025, 9, 30)) == ["2029"]


def test_a_later_statement_of_one_source_replaces_the_earlier_one(data, rules):
    world = table(
        data,
        ("2029", 42, None, "2025-01", "a"),
        ("2029", 40, None, "2026-01", "a"),
        ("2029", 41, None, "2025-06", "b"),
        ("2029", 40, None, "2025-07", "c"),
    )
    (one,) = kpis.rows(world, rules, AT)
    assert one.target.value == 40
    assert [c.said.value for c in one.conflicts] == [41]
    (then,) = kpis.rows(world, rules, date(2025, 12, 1))
    assert then.target.value == 40
    assert [(c.said.source, c.said.value) for c in then.conflicts] == [("b", 41), ("a", 42)]


def test_regions_have_the_wear_that_was_published_of_them_and_no_average(found, data, rules):
    of_region = {key[1:]: one for key, one in found.items() if key[0] == "KZ-35"}
    assert {kpi: one.actual.value for (kpi, _), one in of_region.items()} == {
        "wear-heat": 66, "wear-power": 65, "wear-water": 68, "wear-sewer": 80, "wear-eng": 62,
    }  # fmt: skip
    assert all(one.judged.rating == Rating.NO_TARGET for one in of_region.values())
    assert not any(key[0] == "KZ-71" for key in found)
    only = kpis.rows(data, rules, AT, "KZ-35")
    assert {one.region for one in only} == {"KZ-35"}
    cities = data.indicators[data.indicators["scope"] != "region"]["wear_percent"]
    assert "91" in set(cities)  # of Ekibastuz, and never of its region
    assert all(one.actual.value != 91 for key, one in found.items() if key[0] == "KZ-55")


def test_the_country_comes_first_and_inputs_stay_as_they_are(data, rules):
    before = data.kpis.copy(), data.indicators.copy()
    regions = [one.region for one in kpis.rows(data, rules, AT)]
    assert regions == sorted(regions, key=[COUNTRY, *data.regions.index].index)
    pd.testing.assert_frame_equal(data.kpis, before[0])
    pd.testing.assert_frame_equal(data.indicators, before[1])


# -- rating ----------------------------------------------------------------------------------------


def rated_flow(rules, target, period, actual, at=AT, kind=FLOW):
    point = actual and Point(actual[0], date.fromisoformat(actual[1]))
    return rate_flow(rules, kind, target, span(period), point, at)


def test_what_is_done_in_a_period_is_a_share_of_its_target(rules):
    over = rated_flow(rules, 200, "2025", (150, "2026-02-01"))
    assert (over.done, over.rating, over.forecast) == (0.75, Rating.BEHIND, None)
    assert rated_flow(rules, 200, "2025", (170, "2026-02-01")).rating == Rating.LAGGING
    assert rated_flow(rules, 200, "2025", (200, "2026-02-01")).rating == Rating.REACHED
    half = rated_flow(rules, 200, "2026", (100, "2026-06-30"))
    assert (half.done, half.rating) == (0.5, Rating.ON_COURSE)


def test_without_a_result_nothing_is_zero(rules):
    assert rated_flow(rules, 200, "2026", None) == kpirules.Judgement(Rating.RUNNING)
    assert rated_flow(rules, 200, "2025", None) == kpirules.Judgement(Rating.NO_RESULT)
    assert rated_flow(rules, None, "2025", (5, "2025-12-31")).rating == Rating.NO_TARGET
    assert rated_flow(rules, 0, "2025", (5, "2025-12-31")).rating == Rating.NO_TARGET
    zero = rated_flow(rules, 200, "2025", (0, "2026-01-01"))
    assert (zero.done, zero.rating) == (0, Rating.BEHIND)


def rated_level(rules, target, period, base, now, kind=LEVEL, at=AT):
    way = tuple(p and Point(p[0], parse(p[1]).last) for p in (base, now))
    return rate_level(rules, kind, target, span(period), way, at)


def test_a_level_is_rated_by_its_way_to_the_target(rules):
    one = rated_level(rules, 42, "2029", (52, "2024"), (50, "2025"))
    assert (one.done, one.rating, one.forecast) == (0.2, Rating.ON_COURSE, 42.0)
    assert rated_level(rules, 40, "2029", (52, "2024"), (50, "2025")).rating == Rating.LAGGING
    assert rated_level(rules, 30, "2029", (52, "2024"), (50, "2025")).rating == Rating.BEHIND
    away = rated_level(rules, 42, "2029", (52, "2024"), (55, "2025"))
    assert (away.done, away.rating) == (-0.3, Rating.BEHIND)
    there = rated_level(rules, 50.48, "2025", (52, "2024"), (50, "2025"))
    assert (there.rating, there.forecast) == (Rating.REACHED, None)
    more = replace(LEVEL, aim=Aim.MORE)
    assert rated_level(rules, 10, "2025", (7, "2024"), (10, "2025"), more).rating == Rating.REACHED


def test_a_level_without_a_base_or_a_way_is_not_measured(rules):
    assert rated_level(rules, 42, "2029", None, (50, "2025")).rating == Rating.NOT_COMPARABLE
    assert rated_level(rules, 42, "2029", (52, "2024"), (52, "2024")).rating == Rating.RUNNING
    assert rated_level(rules, 42, "2025", (52, "2024"), (52, "2024")).rating == Rating.NO_RESULT
    assert rated_level(rules, 62, "2026", (62, "2024"), (74, "2025")).rating == Rating.BEHIND
    assert rated_level(rules, 55, "2029", (52, "2024"), (53, "2025")).rating == Rating.REACHED
    assert rated_level(rules, 51, "2022", (53, "2022"), (53, "2022")).rating == Rating.BEHIND
    not_one = replace(LEVEL, comparable=False)
    judged = rated_level(rules, 45, "2029", (62, "2024"), (74, "2025"), not_one)
    assert judged == kpirules.Judgement(Rating.NOT_COMPARABLE)


def test_two_starting_points_of_one_target_are_no_trend(country):
    one = country("wear-power", "2029")
    assert (one.judged.rating, one.judged.forecast) == (Rating.NOT_COMPARABLE, None)
    assert one.latest.value == 74


def test_a_forecast_beyond_what_can_be_is_none(data, rules):
    world = table(
        data,
        ("2024", None, 60, "2025-01", "a"),
        ("2025", None, 10, "2026-01", "a"),
        ("2029", 5, None, "2025-01", "a"),
    )
    last = kpis.rows(world, rules, AT)[-1]
    assert last.period == "2029"
    assert (last.judged.forecast, last.judged.rating) == (None, Rating.ON_COURSE)


def test_rules_that_no_source_states_are_marked(rules):
    assert rules.assumed == {"base-year", "on-course", "lagging"}
    for lang in LANGS:
        lines = kpiwords.rule_lines(rules, lang)
        assert len(set(lines)) == 7
        assert any("2024" in line for line in lines)
        assert any("80" in line and "100" in line for line in lines)


def test_faulty_rules_are_told_all_at_once(store):
    tables = {name: table.copy() for name, table in store.parameters().items()}
    tables["kpi_rules"] = tables["kpi_rules"].drop(index="lagging")
    tables["kpi_kinds"].loc["epc", ["topic", "aim"]] = ["register", "up"]
    tables["kpi_links"].loc["c219", "period"] = "soon"
    with pytest.raises(InputError) as told:
        kpirules.read(tables)
    found = [(p.code, p.file, p.column, p.value) for p in told.value.problems]
    assert found == [
        ("missing-value", "kpi_rules.csv", "rule_id", "lagging"),
        ("unknown-code", "kpi_kinds.csv", "topic", "register"),
        ("unknown-code", "kpi_kinds.csv", "aim", "up"),
        ("bad-date", "kpi_links.csv", "period", "soon"),
    ]
    assert told.value.problems[1].params == {"nearest": "registers"}


def test_a_kpi_that_the_rules_do_not_know_is_shown_and_not_rated(data, rules):
    world = table(data, ("2025", 1, 2, "2025", "a"))
    stranger = replace(world, kpis=world.kpis.assign(kpi_id="new-one"))
    (one,) = kpis.rows(stranger, rules, AT)
    assert (one.topic, one.judged.rating) == (Topic.OTHER, Rating.NO_TARGET)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-2029", date(2025, 1, 1), date(2029, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_periods_are_dates_or_years(text, first, last):
    days = span(text)
    assert (days.first, days.last) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "soon", "2029-2025", "2025-", "-2025", "2025-20a9", "2026-13"]
)
def test_what_names_no_period_is_none_and_breaks_nothing(data, rules, text):
    assert span(text) is None
    world = table(data, (text, 42, 50, "2025-01", "a"), ("2029", 40, None, "2025-01", "a"))
    found = kpis.rows(world, rules, AT)
    assert [one.period for one in found] == ["2029", text]
    assert found[1].judged.rating == Rating.NO_TARGET
    assert kpiwords.period("ru", text) == text
    assert kpiwords.series("ru", found, AT).actual == ()


# -- tables and charts -----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_a_table_is_taken_away_with_what_other_sources_say(data, found, lang):
    rows = [one for one in found.values() if one.id == "wear-heat" and one.region == COUNTRY]
    made = kpitables.topic(data, rows, lang)
    assert len(made.rows) == len(rows)
    content = listing.to_csv(made.csv_heads, made.csv_rows, lang).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(content), delimiter="," if lang == "en" else ";"))
    assert len(read) == 1 + len(rows) + sum(len(one.conflicts) for one in rows)
    assert len({len(row) for row in read}) == 1
    assert len(set(read[0])) == len(read[0])
    targets = {row[4] for row in read[1:]}
    assert {"42", "40", "48", "49"} <= targets
    assert any(cell.startswith("50") and cell.endswith("48") for cell in targets)
    assert all(row[-1].startswith("http") for row in read[1:])


def test_signs_stand_for_ratings_that_judge_and_for_no_other():
    assert set(kpitables.SIGNS) == {
        Rating.REACHED, Rating.ON_COURSE, Rating.LAGGING, Rating.BEHIND,
    }  # fmt: skip


def test_who_pays_is_summed_without_parents(data):
    sums = {one.code: one for one in kpisums.by_funding(data, AT)}
    assert set(sums) <= set(Funding)
    assert sums["budget"].cost_bn_kzt == 17.7
    assert sums["foreign-loan"].cost_bn_kzt is None  # unknown, and not zero
    whole = sum(one.cost_bn_kzt or 0 for one in sums.values())
    assert whole < 13588  # the programme is not among them
    early = date(2025, 2, 1)  # the programme is known, its projects are not
    table = as_of(data, early).projects
    mixed = table[table["known"] & (table["funding"] == "mixed")]
    assert {"meks", "grid-north-east-south"} <= set(mixed.index)  # both have parts
    sums = {one.code: one for one in kpisums.by_funding(data, early)}
    assert sums["mixed"].projects == len(mixed) - 2
    region = {one.code: one for one in kpisums.by_funding(data, AT, ("KZ-55",))}
    other = {one.code: one.projects for one in kpisums.by_funding(data, AT, ("KZ-10",))}
    both = {one.code: one.projects for one in kpisums.by_funding(data, AT, ("KZ-55", "KZ-10"))}
    assert both == {
        code: other.get(code, 0) + (region[code].projects if code in region else 0)
        for code in {**region, **other}
    }
    assert region["budget"].cost_bn_kzt == 11.3


@pytest.mark.parametrize(("lang", "wear"), [("kk", "50,4"), ("ru", "50,4"), ("en", "50.4")])
def test_wear_in_a_file_has_the_comma_of_its_language(found, data, lang, wear):
    made = kpitables.regions(data, tuple(found.values()), View(lang=lang, at=AT, region=("KZ-27",)))
    (row,) = made.csv_rows
    assert wear in row


def test_nothing_synthetic_is_in_the_sums_beside_the_kpis(data):
    made_up = {
        name: getattr(data, name).assign(provenance="synthetic") for name in ("projects", "plants")
    }
    other = replace(data, **made_up)
    assert kpisums.by_funding(other, AT) == ()
    sums = kpisums.by_region(other, AT)
    assert {(one.projects, one.cost_bn_kzt, one.red_plants) for one in sums} == {(0, None, 0)}


def test_regions_say_how_many_zones_are_unknown(data):
    sums = {one.code: one for one in kpisums.by_region(data, AT)}
    assert sums["KZ-27"].red_plants == 1
    assert sums["KZ-71"].red_plants == 0
    assert sums["KZ-71"].unknown_plants > 0
    assert sum(one.red_plants for one in sums.values()) == 10
    assert list(sums)[-1] == COUNTRY
    early = {one.code: one for one in kpisums.by_region(data, date(1990, 1, 1))}
    assert all(one.projects == 0 and one.cost_bn_kzt is None for one in early.values())


def test_zone_counts_become_bars_of_whole_periods(data, rules):
    bars = kpiwords.zone_bars("en", kpis.rows(data, rules, AT, COUNTRY))
    assert [(bar.label, bar.km) for bar in bars] == [
        ("2022", (19, 11, 7, 0)), ("2024", (19, 11, 7, 0)), ("2025", (10, 17, 10, 0)),
    ]  # fmt: skip
    earlier = kpiwords.zone_bars("en", kpis.rows(data, rules, date(2023, 1, 1), COUNTRY))
    assert [bar.label for bar in earlier] == ["2022"]


def test_a_chart_shows_both_targets_and_follows_the_day(data, rules):
    def chart(at):
        rows = [one for one in kpis.rows(data, rules, at, COUNTRY) if one.id == "wear-heat"]
        return kpicharts.levels(kpiwords.series("en", rows, at), label="Wear <of> heat")

    now = chart(AT)
    assert (now.count('class="actual"'), now.count('class="target"')) == (3, 6)
    assert now.count('class="forecast"') == 1
    for words in ("42%", "40%", "48%", "49%"):
        assert f">{words}</text>" in now, words
    assert "&lt;of&gt;" in now
    assert 'class="today"' in now
    before = chart(date(2024, 12, 31))
    assert (before.count('class="actual"'), before.count('class="target"')) == (1, 1)
    assert chart(date(2024, 1, 1)) == ""


def test_no_value_lies_after_the_day_of_the_view(data, rules):
    day = date(2025, 9, 30)
    rows = [one for one in kpis.rows(data, rules, day, COUNTRY) if one.id == "chp-wear"]
    series = kpiwords.series("en", rows, day)
    assert [mark.day for mark in series.actual][-2:] == [date(2024, 12, 31), day]


def test_a_chart_of_one_value_is_none():
    mark = kpicharts.Mark(AT, 50.0, "50 %")
    assert kpicharts.levels(kpicharts.Series((mark,), (), None, AT), label="x") == ""
    two = kpicharts.Series((), (mark, replace(mark, value=41.0)), None, AT)
    assert kpicharts.levels(two, label="x") == ""  # two sources, one day: nothing to compare
    same = kpicharts.Series((mark, replace(mark, day=date(2027, 1, 1))), (), None, AT)
    assert kpicharts.levels(same, label="x").startswith("<svg")
