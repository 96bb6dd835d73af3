"""The page of plans without a browser, and the pieces that it draws."""

import os
import re
import shutil
import threading
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from onepage import PATIENCE_S, OnePage, plain
from streamlit.components.v2.component_manager import BidiComponentManager

from meks_geo import planchart, planmaps
from meks_geo.errors import InputError, Problem
from meks_geo.planchart import Line, Point, Slot, Source
from meks_geo.planmaps import Mark
from meks_geo.planning import answer, parameters, scenario
from meks_geo.store import Store
from meks_geo.ui import (
    cache,
    planbasis,
    plancompare,
    plandetails,
    plansides,
    plantables,
    planwork,
    shell,
)
from meks_geo.ui.plansides import Side
from meks_geo.view import View

AT = date(2026, 11, 22)
LANGS = ("kk", "ru", "en")
YEARS = range(2026, 2030)
HOSTILE = '<img src=x onerror="alert(1)">'


class Page(OnePage):
    """The page of plans, of which a part is shown at a time."""

    def turn(self, part):
        self.one("segmented_control", "w-plan-part").set_value(part).run()
        return self.checked()


@pytest.fixture(scope="module")
def var(store, tmp_path_factory):
    """What the running system writes, free for plans to be saved in."""
    folder = tmp_path_factory.mktemp("plans") / "var"
    shutil.copytree(store.var, folder)
    return folder


@pytest.fixture
def open_plan(root, var, data, monkeypatch):
    """Open the page at an address."""
    monkeypatch.setenv("MEKS_GEO_VAR", os.fspath(var))
    monkeypatch.delenv("MEKS_GEO_ROOT", raising=False)
    monkeypatch.setattr(
        BidiComponentManager, "discover_and_register_components", lambda *_, **__: None
    )
    monkeypatch.setattr(cache, "dataset", lambda _revision="": data)
    monkeypatch.setattr(planwork, "_AT_ONCE_S", PATIENCE_S)
    # a page alone knows no other page to lead to
    monkeypatch.setattr(shell, "to_map", lambda _view: None)
    monkeypatch.setattr(shell, "to_page", lambda _view, _name: None)
    return lambda query="lang=en&at=2026-11-22": Page(root, "plan", query)


@pytest.fixture(scope="module")
def solved(data, store):
    """Solve on the shipped registers: bn KZT a year by source, then what else is asked."""
    tables = store.parameters()

    def solve(money, **more):
        asked = scenario.make(
            {source: dict.fromkeys(YEARS, bn) for source, bn in money.items()}, YEARS, **more
        )
        found = answer.solve(data, tables, asked, AT)
        return answer.saved_of(data, found, id="one", title="One", author="A", note="")

    return solve


@pytest.fixture(scope="module")
def little(solved):
    return solved({"meks-market": 100.0})


@pytest.fixture(scope="module")
def much(solved):
    return solved({"meks-market": 400.0, "ifi": 200.0})


# -- the page --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_opens_in_each_language(open_plan, lang):
    page = open_plan(f"lang={lang}&at=2026-11-22")
    assert 'class="plan works"' in " ".join(page.html)
    assert len(page.tiles) == 4
    buttons = [b.proto.id for b in page.at.get("download_button")]
    assert len(buttons) == len(set(buttons)) >= 4
    for part in ("compare", "saved", "basis", "plan"):
        page.turn(part)


def test_more_money_is_told_at_once(open_plan):
    page = open_plan()
    before = page.tiles["Length times wear that is cut"]
    page.one("slider", "w-plan-money-meks-market").set_value(1500.0).run()
    after = page.checked().tiles["Length times wear that is cut"]
    assert kilometres(after) > kilometres(before)
    assert "Market via MEKS 1,500" in page.text
    page.one("button", "plan-reset").click().run()
    assert page.checked().tiles["Length times wear that is cut"] == before


def kilometres(text):
    return float(re.sub(r"[^\d.]", "", text))


def test_what_is_moved_says_so_and_what_it_was(open_plan):
    page = open_plan()
    slider = page.one("slider", "w-plan-threshold-heat")
    assert "published" in slider.label
    assert "inform.kz" in slider.help
    slider.set_value(55.0).run()
    assert "was: 60" in page.checked().one("slider", "w-plan-threshold-heat").label
    assert "Red zone thresholds, heat supply: 55%" in page.text
    rate = page.one("slider", "w-plan-number-rate-ifi")
    assert "assumed" in rate.label
    rate.set_value(9.0).run()
    assert "was: 14" in page.checked().one("slider", "w-plan-number-rate-ifi").label
    weight = page.one("slider", "w-plan-weight-people")
    weight.set_value(0.5).run()
    assert "People served: 0.5" in page.checked().text


def test_other_years_and_another_objective(open_plan):
    page = open_plan()
    page.one("slider", "w-plan-years").set_value((2027, 2031)).run()
    assert "2027–2031" in page.checked().text
    page.one("selectbox", "w-plan-objective").set_value("entities-out-of-red").run()
    assert "Entities that leave the red zone" in page.checked().tiles


def test_no_money_at_all_plans_nothing_and_says_so(open_plan):
    page = open_plan()
    for source in ("meks-market", "ifi"):
        page.one("slider", f"w-plan-money-{source}").set_value(0.0).run()
    page.checked()
    assert "There are no works in the plan" in [info.value for info in page.at.info]
    assert page.tiles["Cost"] == "0.0 bn KZT"


def test_a_trial_says_that_it_is_one(open_plan):
    page = open_plan()
    page.one("checkbox", "w-plan-trial").check().run()
    assert "Trial: a plan on made-up data only" in page.checked().text


def test_the_filter_of_the_page_narrows_the_tables_and_not_the_plan(open_plan):
    whole = open_plan()
    part = open_plan("lang=en&at=2026-11-22&region=KZ-79")
    assert part.tiles == whole.tiles
    assert "The filter of the page hides a part" in part.text
    assert "Shymkent" in part.text
    assert "Ekibastuz" not in part.text


def test_a_plan_is_saved_opened_compared_and_removed(open_plan, var):
    page = open_plan()
    page.one("text_input", "w-plan-title").set_value("Первый план")
    page.one("text_input", "w-plan-author").set_value("Aigul, analyst")
    page.one("text_area", "w-plan-note").set_value(HOSTILE)
    save_button(page, "Save").click().run()
    page.checked()
    (kept,) = Store(var=var).plans()
    assert (kept.id, kept.title, kept.version) == ("pervyy-plan", "Первый план", 1)
    assert page.at.query_params["plan"] in (["pervyy-plan"], "pervyy-plan")
    assert "Plan: Первый план" in page.text
    assert "<img src=x" not in " ".join(page.html)
    # another question beside it
    page.one("button", "plan-close").click().run()
    page.checked().one("slider", "w-plan-money-meks-market").set_value(1000.0).run()
    page.turn("compare")
    assert "A: Первый план" in page.text
    assert "B: Draft" in page.text
    # the plan stays what it was
    page.turn("saved")
    page.one("button", "plan-open-pervyy-plan").click().run()
    assert page.checked().tiles["Cost"] == plain(plandetails.money("en", kept.cost_bn_kzt))
    page.turn("saved")
    page.one("button", "plan-remove-pervyy-plan").click().run()
    save_button(page.checked(), "Remove from the list").click().run()
    assert "Give your name and the reason" in [e.value for e in page.at.error]
    page.one("text_input", "w-plan-remover-pervyy-plan").set_value("Aigul")
    page.one("text_input", "w-plan-why-pervyy-plan").set_value("a trial")
    save_button(page, "Remove from the list").click().run()
    page.checked()
    assert Store(var=var).plans() == ()
    assert "No plan is saved" in [info.value for info in page.at.info]


def save_button(page, label):
    (found,) = [b for b in page.at.button if b.label == label and b.proto.is_form_submitter]
    return found


def test_a_plan_without_a_name_is_not_saved(open_plan, var):
    before = Store(var=var).plans()
    page = open_plan()
    for title, author in (("", ""), ("A plan", " \u200b "), ("\u200b", "Aigul")):
        page.one("text_input", "w-plan-title").set_value(title)
        page.one("text_input", "w-plan-author").set_value(author)
        save_button(page, "Save").click().run()
        assert Store(var=var).plans() == before
        said = [error.value for error in page.checked().at.error]
        assert said == ["Give the plan a name and say who saves it"]


def test_an_unknown_plan_of_the_address_is_told(open_plan):
    page = open_plan("lang=en&at=2026-11-22&plan=nobody-saved-this")
    assert any("plan=nobody-saved-this" in info.value for info in page.at.info)
    assert "Plan: Draft" in page.text


def test_faulty_numbers_are_told_in_place_of_the_page(open_plan, monkeypatch):
    def faulty(_self):
        raise InputError([Problem("not-a-number", "finance.csv", 4, "value", "ten")])

    monkeypatch.setattr(planwork, "_mark", lambda _folder: (("written anew", 0, 0),))
    monkeypatch.setattr(Store, "parameters", faulty)
    page = open_plan()
    assert "The numbers that plans rest on have errors" in page.at.error[0].value


def test_long_work_can_be_called_off_and_taken_up_again(open_plan, monkeypatch):
    going_on, solve = threading.Event(), planwork._made

    def slow(*asked):
        going_on.wait(PATIENCE_S)
        return solve(*asked)

    monkeypatch.setattr(planwork, "_made", slow)
    monkeypatch.setattr(planwork, "_AT_ONCE_S", 0.01)
    page = open_plan("lang=en&at=2026-11-21")
    assert not page.tiles
    page.one("button", "plan-cancel").click().run()
    again = page.run().one("button", "plan-solve")
    assert "Called off" in page.text
    going_on.set()
    monkeypatch.setattr(planwork, "_AT_ONCE_S", PATIENCE_S)
    again.click().run()
    assert len(page.checked().tiles) == 4


def test_a_solver_that_fails_is_told_and_asked_again(open_plan, monkeypatch):
    def broken(*_asked):
        raise RuntimeError

    solve = planwork._made
    monkeypatch.setattr(planwork, "_made", broken)
    page = open_plan("lang=en&at=2026-11-20")
    assert "The work failed, name of the error: RuntimeError" in page.text
    monkeypatch.setattr(planwork, "_made", solve)
    assert len(page.run().tiles) == 4


def test_another_reader_still_gets_a_plan_that_one_left(open_plan, monkeypatch):
    going_on, solve = threading.Event(), planwork._made
    calls = []

    def slow(*asked):
        calls.append(asked)
        going_on.wait(PATIENCE_S)
        return solve(*asked)

    monkeypatch.setattr(planwork, "_made", slow)
    monkeypatch.setattr(planwork, "_AT_ONCE_S", 0.01)
    one, other = (open_plan("lang=en&at=2026-11-19") for _ in range(2))
    one.one("slider", "w-plan-years").set_value((2027, 2030)).run()
    one.checked().one("button", "plan-cancel").click().run()
    going_on.set()
    monkeypatch.setattr(planwork, "_AT_ONCE_S", PATIENCE_S)
    assert len(other.run().tiles) == 4
    assert len({asked[2:] for asked in calls}) == 1
    assert sum(asked[1].years == calls[0][1].years for asked in calls) == 1


def test_what_plans_rest_on_is_read_again_only_when_it_was_written(
    data, root, tmp_path, monkeypatch
):
    shutil.copytree(root / "data", tmp_path / "data")
    monkeypatch.setenv("MEKS_GEO_ROOT", os.fspath(tmp_path))
    first = planwork.numbers(data)
    assert planwork.numbers(data) is first
    table = tmp_path / "data" / "priority.csv"
    text = table.read_text("utf-8")
    table.write_text(text.replace("Weight assumed", "Weight still assumed", 1), "utf-8")
    assert planwork.numbers(data) != first


def test_before_anything_was_published_nothing_is_planned(open_plan):
    page = open_plan("lang=en&at=2015-01-01")
    assert "There are no works in the plan" in [info.value for info in page.at.info]
    for part in ("compare", "basis"):
        page.turn(part)


# -- what a work says of itself --------------------------------------------------------------------


def test_a_work_opens_to_its_formula_its_trail_and_its_sources(data, store, little):
    numbers = parameters.of(store.parameters(), data.sources)
    work = next(one for one in little.works if one.candidate == "project:shymkent-sewer")
    told = plain(plandetails.details(data, little, work, "en", ranks={}, parameters=numbers))
    assert "MEKS filter" in told
    assert "prices of 2025" in told
    named = [one for one in work.sources.values() if one in data.sources]
    assert named
    assert all(data.sources[one].publisher in told for one in named)


def inputs(data, plan, work):
    """The figures behind a work, by their names."""
    markup = plandetails.details(data, plan, work, "en", ranks={}, parameters=None)
    return {plain(a): b for a, b in re.findall(r"<th>(.*?)</th><td>(.*?)</td>", markup)}


def test_each_figure_behind_a_work_has_its_value(data, much):
    for work in much.works:
        markup = plandetails.details(data, much, work, "en", ranks={}, parameters=None)
        rows = re.findall(r"<tr><th>(.*?)</th><td>(.*?)</td>", markup.split("<section>")[-1])
        assert rows
        assert all(plain(cell.partition("<span")[0]) for _, cell in rows)
    work = replace(
        much.works[0], electric_mw=240.0, heat_gcal_h=300.5, people=41_200.0, revenue_bn_kzt=3.25
    )
    shown = {name: plain(cell) for name, cell in inputs(data, much, work).items()}
    assert shown["Electric capacity"].startswith("240 MW")
    assert shown["Heat capacity"].startswith("300.5 Gcal/h")
    assert shown["People served"] == "41,200"
    assert shown["Revenue a year"] == "3.25 bn KZT"


def test_a_figure_that_came_with_the_question_says_so(data, little):
    work = replace(little.works[0], people=700.0)
    told = ((work.candidate, "incidents", 12.0), (work.candidate, "people", 700.0))
    plan = replace(little, scenario=replace(little.scenario, told=told))
    shown = inputs(data, plan, work)
    given = "given with the question, not from the registers"
    assert plain(shown["People served"]) == f"700 {given}"
    assert plain(shown["Incidents a year"]) == f"12 {given}"
    assert given not in " ".join(inputs(data, little, work).values())
    unknown = replace(work, people=None)
    assert "People served" not in inputs(data, little, unknown)


def test_plans_of_one_name_are_told_apart_by_their_ids(little):
    saved = [replace(little, id=one, title=title) for one, title in (("a", "X"), ("b", "X"))]
    saved += [replace(little, id="c", title="Y"), replace(little, id="d", title="Draft")]
    assert list(plancompare.labels(saved, "en").values()) == [
        *("Draft", "X (a)", "X (b)", "Y", "Draft (d)")
    ]


def test_what_comes_from_data_cannot_become_markup(data, little):
    named = {f"name_{lang}": HOSTILE for lang in LANGS}
    odd = replace(little, works=tuple(replace(one, names=named) for one in little.works))
    left = replace(odd, left_out=tuple(replace(one, names=named) for one in odd.left_out))
    view = View(lang="en", at=AT)
    made = plantables.works(data, left, view, ranks={}, parameters=None, most=60)
    made += plansides.maps(data, (Side("", "", left),), view)
    assert "<img src=x" not in made
    assert "&lt;img" in made


def test_a_link_leads_only_to_a_web_page():
    assert "<a" not in plandetails.link("javascript:alert(1)", "x")
    assert "<script>" not in plandetails.link('https://a.kz/"><script>', "x")


# -- tables ----------------------------------------------------------------------------------------


def test_the_costs_of_the_works_add_up_to_what_is_spent(data, much):
    heads, rows = plantables.works_csv(data, much, View(lang="en", at=AT))
    assert all(len(row) == len(heads) for row in rows)
    cost = heads.index("Cost, bn KZT")
    spent = sum(sum(by_year.values()) for by_year in much.spent.values())
    assert sum(float(row[cost]) for row in rows) == pytest.approx(spent, abs=0.01)


@pytest.mark.parametrize("lang", LANGS)
def test_tables_are_as_wide_as_their_heads(data, store, much, lang):
    numbers = parameters.of(store.parameters(), data.sources)
    view = View(lang=lang, at=AT)
    pair = (Side("A", "x", much), Side("B", "y", much))
    tables = [
        plantables.left_out(data, much, view),
        plantables.dark(data, much.not_priceable, view),
        planbasis.unit_costs(data, numbers, lang),
        planbasis.back_test(data, numbers, lang),
        planbasis.assumptions(much.assumptions, lang),
        planbasis.trailless(data, AT, view),
        plancompare.figures(pair, lang),
        plancompare.tariff(pair, lang),
    ]
    for table in tables:
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.heads)}
        assert {len(row) for row in table.csv_rows} == {len(table.csv_heads)}


def test_what_needs_the_least_money_stands_first(data, little):
    table = plantables.left_out(data, little, View(lang="en", at=AT))
    shadows = [row[4] for row in table.csv_rows if row[4]]
    assert shadows
    assert [float(one) for one in shadows] == sorted(float(one) for one in shadows)
    assert all(row[4] for row in table.csv_rows[: len(shadows)])


def test_assumed_and_moved_numbers_look_so(solved):
    made = solved({"meks-market": 100.0}, finance={("rate", "ifi"): 9.0})
    table = planbasis.assumptions(made.assumptions, "en")
    said = {row[0]: row[3] for row in table.csv_rows}
    assert [name for name, how in said.items() if how == "moved"] == ["Rate: IFI"]
    assert "assumed" in said.values()
    assert "published" in said.values()


def test_two_plans_tell_only_where_they_differ(data, little, much):
    view = View(lang="en", at=AT)
    same = plancompare.differences(data, (Side("A", "x", much), Side("B", "y", much)), view)
    assert same.rows == ()
    table = plancompare.differences(data, (Side("A", "x", little), Side("B", "y", much)), view)
    ids = {row[0] for row in table.csv_rows}
    assert ids
    only = {one.candidate for one in much.works} - {one.candidate for one in little.works}
    assert only <= ids


# -- charts and maps -------------------------------------------------------------------------------


def test_two_charts_of_money_have_one_scale():
    small = (Source("x", "", (Slot(2026, 10.0, 100.0, "10"),)),)
    large = (Source("x", "", (Slot(2026, 50.0, 50.0, "50"),)),)
    scale = max(planchart.most(small), planchart.most(large))
    heights = [
        [float(h) for h in re.findall(r'class="spent".*?height="([\d.]+)"', chart)]
        for chart in (planchart.money(one, scale=scale, label="") for one in (small, large))
    ]
    assert heights[1][0] == pytest.approx(5 * heights[0][0], rel=0.02)


def test_both_targets_stand_beside_the_lines():
    lines = [Line("A", (Point(2025, 52.0, "52%"), Point(2029, 45.0, "45%")))]
    targets = [Point(2029, 42.0, "42%"), Point(2029, 40.0, "40%")]
    chart = planchart.levels(lines, targets, room=planchart.span(lines, targets), label="wear")
    assert chart.count('class="target"') == 2
    for words in ("A 45%", "42%", "40%"):
        assert f">{words}<" in chart
    found = re.findall(r'y="([\d.]+)" fill="#\w+"(?: font-weight="bold")?>', chart)
    places = sorted(float(y) for y in found)
    assert len(places) == 3
    assert all(b - a >= 10.9 for a, b in pairwise(places))
    assert places[-1] < 145
    assert planchart.levels([], targets, room=planchart.span(lines), label="") == ""


def test_the_second_line_is_dashed_and_no_colour_tells_them_apart():
    lines = [
        Line("A", (Point(2026, 1.0, "1"), Point(2027, 2.0, "2"))),
        Line("B", (Point(2026, 1.0, "1"), Point(2027, 3.0, "3")), dashed=True),
    ]
    chart = planchart.levels(lines, room=planchart.span(lines), label="")
    first, second = re.findall(r"<polyline [^>]*>", chart)
    assert "dasharray" not in first
    assert "dasharray" in second
    assert re.search(r'stroke="(#\w+)"', first)[1] == re.search(r'stroke="(#\w+)"', second)[1]


def mark(first, last, **more):
    return Mark(51.7, 75.3, more.pop("cost", 10.0), first, last, "red", more.pop("title", "x"))


@pytest.mark.parametrize(
    ("year", "state"), [(2026, "later"), (2027, "under-way"), (2028, "done"), (2029, "done")]
)
def test_a_map_shows_how_far_the_works_are(data, year, state):
    made = planmaps.picture(data.base, [mark(2027, 2028)], year=year, scale=10.0, label="")
    assert f'class="{state}"' in made
    assert made.count("<circle") == 1


def test_marks_of_one_place_do_not_hide_each_other(data):
    marks = [mark(2026, 2026, title=str(n)) for n in range(6)]
    made = planmaps.picture(data.base, marks, year=2026, scale=10.0, label="")
    places = set(re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', made))
    assert len(places) == 6


def test_maps_of_two_plans_have_one_scale(data, little, much):
    view = View(lang="en", at=AT)
    made = plansides.maps(data, (Side("A", "x", little), Side("B", "y", much)), view)
    assert made.count("<figure>") == 8
    assert re.findall(r"<figcaption><b>(.*?)</b>", made)[:2] == ["A 2026", "B 2026"]


def test_the_country_on_a_small_map_is_small(data):
    made = planmaps.picture(data.base, [], year=2026, scale=1.0, label="")
    assert len(made) < 20_000
    assert planmaps.picture(data.base, [], year=2026, scale=1.0, label="") == made
