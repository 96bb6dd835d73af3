"""What slides say: covers, tables that are cut, deadlines of the register, made-up things."""

from dataclasses import replace

import pytest
from deckworks import view

from meks_geo import i18n, queries
from meks_geo.exports import (
    deckcharts,
    deckplan,
    deckslides,
    decktables,
    passport,
    standalonetables,
)
from meks_geo.exports.deckmodel import Box

PROJECT = "astana-telmana-ghs"
MOVED = (
    (PROJECT, "completion", "2027", "2026-01-09", "register"),
    (PROJECT, "completion", "2028", "2026-06-01"),
    (PROJECT, "completion", "2031", "2026-07-01", "doubtful"),
)


def slides(data, kind, *scenes):
    return deckplan.build(data, deckplan.recipe_of("en", "", kind, scenes)).slides


def said(cover, name):
    """What a cover says of itself under a label; None where it does not say it."""
    label = i18n.text("en", f"passport.{name}")
    rows = [row.cells for table in cover.tables for row in table.rows]
    return next((value.text for key, value in rows if key.text == label), None)


def test_the_cover_of_an_atlas_of_some_regions_is_of_them_all(data):
    asked = view(query="region=KZ-10,KZ-11")
    cover, *_, end = slides(data, "atlas", ("", "", asked))
    found = passport.of(data, queries.select(data, asked))
    assert said(cover, "counts") == " · ".join(found.counts)
    assert (said(cover, "filter"), said(cover, "link")) == (found.title, found.link)
    (foot,) = (words.texts for words in end.words if words.name.endswith(":foot"))
    assert foot == (" · ".join(found.counts),)
    assert any(found.link in one for one in end.notes)


def test_an_atlas_leaves_out_a_town_that_the_revision_does_not_hold(data):
    cover, *_ = slides(data, "atlas", ("", "", view(query="region=KZ-10&city=nowhere")))
    only = passport.of(data, queries.select(data, view(query="region=KZ-10")))
    assert said(cover, "filter") == only.title


def test_the_cover_of_a_story_of_several_days_names_none_of_them(data):
    then, now = (view(query="region=KZ-11", at=day) for day in ("2023-06-01", "2026-11-22"))
    cover, *_ = slides(data, "story", ("Then", "Said aloud.", then), ("Now", "", now))
    assert said(cover, "as_of") is said(cover, "link") is None
    assert said(cover, "revision") == data.revision
    assert cover.notes[0] == "Said aloud."
    assert any(data.revision in one for one in cover.notes)
    day = i18n.date("en", "2023-06-01")
    assert not any("at=2023-06-01" in one or day in one for one in cover.notes)
    cover, *_ = slides(data, "story", ("One", "", now), ("Two", "", now))
    assert said(cover, "as_of") == i18n.date("en", "2026-11-22")
    assert said(cover, "link") is not None


def test_a_table_that_is_cut_says_how_many_rows_it_shows(data):
    look = deckslides.Look(data, "s1", "All", "", view(query=""))
    (cut,) = deckslides.project_slides(look, most=1)
    shown, whole = len(cut.tables[0].rows), len(look.selection.projects)
    assert shown < whole
    assert cut.title == f"Projects: {shown} of {whole} shown"
    assert all("shown" not in one.title for one in deckslides.project_slides(look))


def test_a_deadline_moves_from_that_of_the_register(world):
    made = world(*MOVED)
    selection = queries.select(made, view(query=""))
    shown = decktables.slipped(made, selection)
    assert shown == (PROJECT,)
    _, (row,) = decktables.promises(made, selection, shown)
    assert [row.cells[n].text for n in (1, 3)] == ["2027", "2028"]
    assert row.cells[4].says.value == 12
    (line,) = deckcharts.deadlines("c", made, selection, shown, Box()).series
    assert len(line.values) == 2


def test_a_made_up_deadline_says_so_in_its_table_and_its_chart(data, world):
    projects = data.projects.copy()
    projects.loc[PROJECT, "provenance"] = "synthetic"
    made = world(*MOVED, projects=projects)
    selection = queries.select(made, view(query="provenance=synthetic"))
    _, (row,) = decktables.promises(made, selection, (PROJECT,))
    (line,) = deckcharts.deadlines("c", made, selection, (PROJECT,), Box()).series
    assert row.cells[0].text == line.name
    assert line.name.endswith(" (synthetic data)")


@pytest.mark.parametrize(("lang", "words"), [("kk", "синтет"), ("ru", "синтет"), ("en", "synth")])
def test_what_is_made_up_says_so_in_tables_of_decks_and_pages(data, lang, words):
    plants, projects = data.plants.copy(), data.projects.copy()
    plants.loc["pavlodar-chp-2", "provenance"] = "synthetic"
    projects.loc["pavlodar-chp-2-mod", "provenance"] = "synthetic"
    other = replace(data, plants=plants, projects=projects, revision="0" * 12)
    seen = view(lang, "region=KZ-55&provenance=official,press,schematic,synthetic")
    selection = queries.select(other, seen)
    for table, name in ((plants, "pavlodar-chp-2"), (projects, "pavlodar-chp-2-mod")):
        kind = "plants" if table is plants else "projects"
        _, rows = getattr(decktables, kind)(other, selection)
        told = {row.key: row.cells[0].text for row in rows}
        page = getattr(standalonetables, kind)(other, selection)
        for names in (told, {one: cells[0] for one, cells in page["rows"]}):
            assert len(names) > 1
            assert [one for one, text in names.items() if f"({words}" in text] == [name]
