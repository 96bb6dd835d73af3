"""A saved plan in a deck: native charts and tables, notes, and what becomes of it later."""

from dataclasses import replace
from io import BytesIO

import deckworks
import pytest
import sampleplans
from deckworks import DAY, Hand, texts, view
from pptx import Presentation

from meks_geo.exports import deck, deckmodel, deckplan, deckreader, deckversions, verify
from meks_geo.exports.deckfit import BOTTOM, WIDE, heights
from meks_geo.planning.keeping import Version
from meks_geo.planning.outcome import Leaving

QUERY = "region=KZ-55&plan=trial-run"
#: The country: its wear has targets.
WHOLE = "kind=nuclear&provenance=press&plan=trial-run"
OLD = sampleplans.saved()
MANY = 110  # as many rows as a table of a deck may have, less a few
FIRST = replace(OLD, version=1, at_saved="2026-11-01T10:00:00+00:00", works=OLD.works[1:])
NEW = replace(
    OLD, version=3, at_saved="2026-11-21T10:00:00+00:00", title="Heat first", works=OLD.works[:1]
)


def version(number, plan):
    return Version(number, "trial-run", "2026-11-20T08:30:00+00:00", "A", "", plan)


def kept(*found):
    return lambda plan: found if plan == "trial-run" else ()


@pytest.fixture(scope="module")
def monkeymodule():
    with pytest.MonkeyPatch.context() as patch:
        deckworks.coarse(patch)
        yield patch


@pytest.fixture(scope="module")
def made(data, monkeymodule):
    return deck.write(data, view("en", QUERY), plans={"trial-run": OLD})


@pytest.fixture(scope="module")
def whole(data, monkeymodule):
    return deck.write(data, view("en", WHOLE), plans={"trial-run": OLD})


def check(data, content, *versions, at=DAY):
    return verify.verify(data, content, at, "en", versions=kept(*versions))


def keys(content):
    return [slide.key for slide in deckreader.opened(content).deck.slides]


def test_a_deck_of_a_view_with_a_plan_has_its_slides_after_the_map(made):
    found = [one for one in keys(made) if deckversions.of_plan(one)]
    assert found == [
        "s1.plan", "s1.planwear", "s1.planwear.1", "s1.planmoney.1", "s1.planleaving.1",
        "s1.plandebt.1", "s1.planworks.1", "s1.plannumbers.1",
    ]  # fmt: skip
    assert keys(made)[1:3] == ["s1.map", "s1.plan"]
    assert not deckversions.of_plan("s1.plants.1")


def test_money_and_wear_are_native_charts_with_their_numbers(whole):
    hand = Hand(whole)
    money = hand.shape("s1.plan:money").chart
    assert [one.name for one in money.plots[0].series] == ["Market via MEKS", "Budget"]
    assert [tuple(one.values) for one in money.plots[0].series] == [
        (120.0, 95.5, 33.3), (0.0, 120.0, 0.0),
    ]  # fmt: skip
    heat = hand.shape("s1.planwear:heat").chart
    names = [one.name for one in heat.plots[0].series]
    assert names[0] == "With the plan"
    assert [name.partition(" (")[0] for name in names[1:]] == [
        "Target 2029: 42%",
        "Target 2029: 40%",
    ]
    assert tuple(heat.plots[0].series[0].values) == (52.0, 51.1, 50.0, 50.0)


def test_tables_are_native_and_say_what_is_left_out(whole):
    hand = Hand(whole)
    works = hand.shape("s1.planworks.1:table").table
    assert [cell.text for cell in works.rows[0].cells][:3] == ["Works", "Region", "Begin"]
    assert len(works.rows) == 6
    late = hand.cell("s1.planleft.1:table", "late", "Money that is missing, bn KZT")
    assert late.text == "5.250"
    assert (
        hand.cell("s1.planleft.1:table", "crew", "Money that is missing, bn KZT").text == "\u2014"
    )


def test_who_leaves_the_red_zone_goes_on_over_slides_and_nobody_is_lost(data, monkeymodule):
    works = tuple(
        sampleplans.work(f"city:town-{number:03}", {2026: 1.0}, sector="heat")
        for number in range(MANY)
    )
    gone = tuple(Leaving(2026, one.candidate) for one in works)
    plan = replace(OLD, works=works, outcome=replace(OLD.outcome, leaving=gone))
    content = deck.write(data, view("en", QUERY), plans={"trial-run": plan})
    slides = [one for one in deckreader.opened(content).deck.slides if "planleaving" in one.key]
    assert len(slides) > 3
    rows = [row for one in slides for table in one.tables for row in table.rows]
    assert len({row.cells[1].text for row in rows}) == len(rows) == MANY
    for one in slides:
        (table,) = one.tables
        high = sum(heights(table.columns, table.rows, WIDE, table.size_pt, head=True))
        assert table.box.top + high <= BOTTOM + 0.01


def test_a_deck_of_a_region_has_the_works_and_wear_of_the_region(made):
    hand = Hand(made)
    assert len(hand.shape("s1.planworks.1:table").table.rows) == 4
    heat = hand.shape("s1.planwear:heat").chart
    assert tuple(heat.plots[0].series[0].values) == (91.0, 70.0, 45.2, 45.2)


def test_notes_say_which_plan_it_is_and_what_it_was_asked_with(made):
    page = Hand(made).page("s1.planwear:heat")
    notes = page.notes_slide.notes_text_frame.text
    for words in (
        "Plan: Heat first & <water>",
        "version 2",
        "A. Planner",
        "300 bn KZT",
        "Rate: IFI: 9",
    ):
        assert words in notes


def test_a_story_has_one_slide_of_the_plan_of_each_of_its_views(data, monkeymodule):
    other = replace(OLD, id="other", title="Other")
    scenes = [("One", "", view("en", QUERY)), ("Two", "", view("en", "region=KZ-75&plan=other"))]
    content = deck.write(data, view("en"), scenes=scenes, plans={"trial-run": OLD, "other": other})
    assert [one for one in keys(content) if deckversions.of_plan(one)] == ["s1.plan", "s2.plan"]
    assert "Plan: Other" in texts(content)


def test_an_unknown_plan_leaves_the_deck_as_it_is_without_one(data, monkeymodule):
    recipe = deckmodel.Recipe("view", "en", "", (("", "", view("en", QUERY)),))
    assert not any(deckversions.of_plan(s.key) for s in deckplan.build(data, recipe).slides)


# -- later -----------------------------------------------------------------------------------------


def test_a_plan_that_nobody_touched_is_still_true(data, made):
    report = check(data, made, version(1, OLD))
    assert (report.changed, report.derived, report.maps) == ((), (), ())


def test_a_newer_version_is_one_line_and_figures_keep_to_their_own(data, made):
    report = check(data, made, version(3, NEW), version(2, OLD), version(1, FIRST))
    (line,) = report.changed
    assert (report.derived, report.maps) == ((), ())
    assert line.statement == "Plan: Heat first & <water>"
    assert "version 2" in line.then_text
    assert "version 3" in line.now_text


def test_a_removed_plan_is_one_line(data, made):
    report = check(data, made, version(2, None), version(1, OLD))
    (line,) = report.changed
    assert (line.now, report.derived) == (None, ())
    assert line.now_text == "removed, or not kept here"
    assert verify.document(data, report)["changed"][0]["then"].startswith("2 2026-11-20")


def test_a_plan_of_another_server_is_one_line_too(data, made):
    report = check(data, made)
    assert [line.id for line in report.changed] == ["plan:trial-run/Heat first & <water>"]
    assert report.derived == ()


def test_a_figure_that_somebody_typed_over_is_found(data, made):
    hand = Hand(made)
    cell = hand.cell("s1.planworks.1:table", "ekibastuz-heat", "Cost, bn KZT")
    hand.write(cell, "99.9")
    report = check(data, hand.content(), version(1, OLD))
    (line,) = report.changed
    assert (line.then, line.now) == (99.9, 185.5)


def test_a_refreshed_deck_shows_the_newest_version(data, made):
    both = kept(version(2, NEW), version(1, OLD))
    fresh = verify.refresh(data, made, DAY, versions=both)
    assert len(Hand(fresh).shape("s1.planworks.1:table").table.rows) == 2
    assert "Plan: Heat first" in texts(fresh)
    assert verify.verify(data, fresh, DAY, "en", versions=both).changed == ()


def test_a_refreshed_deck_keeps_slides_of_a_plan_that_is_not_kept(data, made):
    fresh = verify.refresh(data, made, DAY)
    assert len(Hand(fresh).shape("s1.planworks.1:table").table.rows) == 4
    assert len(Presentation(BytesIO(fresh)).slides) == len(Presentation(BytesIO(made)).slides)


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_languages_differ_in_words_and_not_in_numbers(data, made, monkeymodule, lang):
    other = deck.write(data, view(lang, QUERY), plans={"trial-run": OLD})

    def values(content):
        found = deckreader.opened(content).deck.statements()
        return [
            (one.place, one.says.value) for one in found if deckversions.of_plan(one.place.slide)
        ]

    assert values(other) == values(made)
    assert len(values(made)) > 40
