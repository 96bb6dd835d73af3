"""Decks: real slides with native text, tables and charts, the same numbers in three languages."""

import re
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import deckworks
import intakes
import ooxml
import pytest
from deckworks import DAY, view
from pptx import Presentation
from pypdf import PdfReader

from meks_geo import linesources, queries
from meks_geo.exports import (
    deck,
    deckcharting,
    deckcharts,
    deckfit,
    deckparts,
    deckplan,
    deckreader,
    passport,
)
from meks_geo.exports.deckmodel import Box, Cell, Chart, Column, Row, Series
from meks_geo.exports.deckxml import FACE, TAGS
from meks_geo.exports.statements import number_in
from meks_geo.model import Source
from meks_geo.vocabulary import REGIONS

STAMP = "Қызмет бабында: әғқңөұүһі"
LETTERS = "әғқңөұүһі"


@pytest.fixture(scope="module")
def monkeymodule():
    with pytest.MonkeyPatch.context() as patch:
        deckworks.coarse(patch)
        yield patch


@pytest.fixture(scope="module")
def decks(data, monkeymodule):
    """The same deck in three languages, as files."""
    return {lang: deck.write(data, view(lang), stamp=STAMP) for lang in TAGS}


@pytest.fixture(scope="module")
def slides(decks):
    return list(Presentation(BytesIO(decks["kk"])).slides)


def shapes(slides, kind):
    return [s for page in slides for s in page.shapes if getattr(s, f"has_{kind}", False)]


# -- what is in it -------------------------------------------------------------------------------


def test_it_is_wide_and_each_slide_has_a_title_of_its_own(decks, slides):
    made = Presentation(BytesIO(decks["kk"]))
    assert round(made.slide_width / made.slide_height, 3) == round(16 / 9, 3)
    titles = [page.shapes.title.text_frame.text for page in slides]
    assert all(titles)
    assert len(set(titles)) == len(titles)


def test_tables_and_charts_are_native_and_pictures_are_maps_alone(slides):
    pictures = [s for page in slides for s in page.shapes if s.shape_type == 13]
    assert [s.name for s in pictures] == ["s1.map:map"]
    names = {s.name for s in shapes(slides, "table")}
    assert {"s1.totals:totals", "s1.plants.1:table", "s1.projects.1:table"} <= names
    charts = {s.name for s in shapes(slides, "chart")}
    assert charts == {"s1.totals:funding", "s1.totals:status", "s1.deadlines:chart"}


def test_what_is_no_text_has_words_for_who_cannot_see_it(slides):
    found = [*shapes(slides, "table"), *shapes(slides, "chart")]
    found += [s for page in slides for s in page.shapes if s.shape_type == 13]
    assert all(s._element.xpath(".//p:cNvPr/@descr")[0] for s in found)


def test_notes_say_sources_link_and_revision(data, slides):
    for page in slides:
        words = page.notes_slide.notes_text_frame.text
        assert data.revision in words
        assert f"rev={data.revision}" in words
    page = next(p for p in slides if any(s.name == "s1.projects.1:table" for s in p.shapes))
    claim = queries.select(data, view()).state.facts["kokshetau-chp-newbuild"]["cost_bn_kzt"].claim
    assert data.sources[claim.source].url in page.notes_slide.notes_text_frame.text


def test_the_stamp_stands_on_every_slide_and_nowhere_without_one(data, slides, monkeymodule):
    assert all(any(s.name.endswith(":stamp") for s in page.shapes) for page in slides)
    bare = deck.write(data, view(query="region=KZ-31"))
    assert ":stamp" not in "".join(
        s.name for page in Presentation(BytesIO(bare)).slides for s in page.shapes
    )


def test_every_run_has_its_language_and_one_face_serves_every_script(decks):
    for lang, content in decks.items():
        with ZipFile(BytesIO(content)) as file:
            pages = [n for n in file.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", n)]
            tags = {t for n in pages for t in re.findall(rb'<a:rPr lang="([^"]+)"', file.read(n))}
            theme = file.read("ppt/theme/theme1.xml").decode()
        assert tags == {TAGS[lang].encode()}
        assert theme.count(f'typeface="{FACE}"') == 6  # latin, ea, cs of headings and of text


def test_it_carries_what_it_states_and_a_hash_of_it(data, decks):
    made = Presentation(BytesIO(decks["ru"]))
    found = deckreader.opened(decks["ru"]).deck
    assert found.revision == data.revision
    digest = deckparts.payload(found)[1]
    assert made.core_properties.identifier == f"sha256:{digest}"
    assert made.core_properties.subject == DAY.isoformat()
    with ZipFile(BytesIO(decks["ru"])) as file:
        assert digest in file.read("docProps/custom.xml").decode()


# -- the same everywhere -------------------------------------------------------------------------


def test_three_languages_give_equal_numbers(decks):
    found = {lang: deckreader.opened(content) for lang, content in decks.items()}
    values = {
        lang: {(one.id, str(one.place)): one.says.value for one in it.deck.statements()}
        for lang, it in found.items()
    }
    assert values["kk"] == values["ru"] == values["en"]
    assert len(values["kk"]) > 150
    printed = {lang: numbers_in_tables(lang, it) for lang, it in found.items()}
    assert printed["kk"] == printed["ru"] == printed["en"]
    known = {k: v for k, v in values["en"].items() if isinstance(v, float | int)}
    told = {key: known[key] for key in printed["en"]}
    assert len(told) > 40
    for key, number in printed["en"].items():
        assert number == pytest.approx(abs(told[key]), abs=0.0501), key


def numbers_in_tables(lang, found):
    """What a reader of that language makes of the cells that hold numbers, by their place."""
    numbers = {}
    for statement, texts in found.standing():
        if isinstance(statement.says.value, float | int) and ":chart" not in statement.id:
            ((_, text),) = texts
            plain = re.sub(r"[^\d.,\u00a0]", "", text).strip("\u00a0.")
            if ":funding" in statement.id or ":status" in statement.id:
                continue  # a chart holds its numbers in no language
            numbers[statement.id, str(statement.place)] = number_in(lang, plain)
    return numbers


def test_the_same_arguments_give_the_same_bytes(data, decks):
    assert deck.write(data, view("ru"), stamp=STAMP) == decks["ru"]


def test_sums_are_those_of_the_query_and_charts_add_up_to_them(data, decks):
    found = deckreader.opened(decks["en"]).deck
    sums = queries.select(data, view()).totals
    told = {s.id: s.says.value for s in found.statements() if not s.says.is_fact}
    assert told["s1.totals:totals/value.cost"] == sums.cost_bn_kzt
    assert told["s1.totals:totals/value.projects"] == sums.projects
    funding = [v for k, v in told.items() if k.startswith("s1.totals:funding/")]
    status = [v for k, v in told.items() if k.startswith("s1.totals:status/")]
    assert round(sum(funding), 3) == sums.cost_bn_kzt
    assert sum(status) == sums.projects


def test_parents_are_not_summed_with_their_children(data):
    selection = queries.select(data, view(query=""))
    planned = deckplan.build(
        data, deckplan.recipe_of("en", "", "view", (("", "", view(query="")),))
    )
    told = {s.id: s.says.value for s in planned.statements() if not s.says.is_fact}
    funding = [v for k, v in told.items() if k.startswith("s1.totals:funding/")]
    assert round(sum(funding), 3) == selection.totals.cost_bn_kzt


def test_a_synthetic_project_is_in_no_sum_of_money_beside_the_rest(data):
    one = "kokshetau-chp-newbuild"
    projects = data.projects.copy()
    projects.loc[one, "provenance"] = "synthetic"
    every = view(query=f"{deckworks.QUERY}&provenance=official,press,schematic,synthetic")
    found = queries.select(replace(data, projects=projects), every)
    whole = queries.select(data, every)
    rest = round(whole.totals.cost_bn_kzt - whole.projects.at[one, "cost_bn_kzt"], 3)
    assert one in found.projects.index
    assert found.totals.cost_bn_kzt == pytest.approx(rest)
    chart = deckcharts.cost_by_funding("c", found, Box(0, 0, 1, 1))
    assert sum(chart.series[0].values) == pytest.approx(rest)


def test_kazakh_letters_are_in_the_text(decks):
    words = "".join(deckworks.texts(decks["kk"])).lower()
    assert [letter for letter in LETTERS if letter not in words] == []


@pytest.mark.parametrize("lang", sorted(TAGS))
def test_no_program_has_anything_to_repair(decks, lang):
    assert ooxml.faults(decks[lang]) == []


def test_an_atlas_and_a_deck_of_stories_need_no_repair(data, monkeymodule):
    few = view("kk", "region=KZ-63")
    assert ooxml.faults(deck.write(data, few, stamp=STAMP, atlas=True)) == []
    scenes = (("A & B <c>", 'He said "no"', few), ("A & B <c>", "", view("kk", "sel=KZ-10")))
    assert ooxml.faults(deck.write(data, few, scenes=scenes)) == []


def test_an_office_program_sets_every_kazakh_letter(decks, tmp_path):
    assert ooxml.faults(decks["kk"]) == []  # what is true of it on a machine without one too
    if ooxml.office() is None:
        return
    content = ooxml.saved(decks["kk"], "pdf", tmp_path)
    pages = PdfReader(BytesIO(content)).pages
    assert len(pages) == len(Presentation(BytesIO(decks["kk"])).slides)
    words = " ".join(page.extract_text() for page in pages).lower()
    assert [letter for letter in LETTERS if letter not in words] == []


# -- views of many kinds -------------------------------------------------------------------------


def test_long_tables_go_on_and_no_row_is_lost(data):
    everything = view(query="")
    planned = deckplan.build(data, deckplan.recipe_of("ru", "", "view", (("", "", everything),)))
    for table, ids in (
        ("plants", queries.select(data, everything).plants.index),
        ("projects", queries.select(data, everything).projects.index),
    ):
        pages = [s for s in planned.slides if s.key.startswith(f"s1.{table}.")]
        rows = [row.key for s in pages for t in s.tables for row in t.rows]
        assert len(pages) > 1
        assert sorted(rows) == sorted(ids)


def test_pages_hold_what_fits_and_break_long_words():
    columns = (Column("a", "Head", 1.0), Column("b", "Head", 1.0))
    rows = [Row(str(n), (Cell("word " * n), Cell("x" * 300))) for n in range(1, 12)]
    found = list(deckfit.pages(columns, rows, 4.0, 3.0, 10.0))
    assert [row for page in found for row in page] == rows
    assert len(found) > 2
    assert deckfit.lines("x" * 300, 1.0, 10.0) > 10


def test_an_atlas_has_one_slide_a_region(data):
    recipe = deckplan.recipe_of("kk", "", "atlas", (("", "", view("kk", "")),))
    planned = deckplan.build(data, recipe)
    pages = [s for s in planned.slides if s.key.endswith(".page")]
    assert [s.key.removesuffix(".page") for s in pages] == ["KZ", *REGIONS]
    assert all(len(s.pictures) == 1 for s in pages)
    assert all(t.box.top + 0.1 < deckfit.BOTTOM for s in pages for t in s.tables)


def test_a_story_has_its_own_titles_and_notes(data, monkeymodule):
    scenes = (
        ("First", "Said aloud.\nAnd this.", view("ru", "region=KZ-11", "2023-06-01")),
        ("Second", "", view("ru", "sel=kokshetau-chp-newbuild")),
    )
    content = deck.write(data, view("en"), scenes=scenes)
    pages = list(Presentation(BytesIO(content)).slides)
    titles = [page.shapes.title.text_frame.text for page in pages]
    assert "First" in titles
    assert "Second" in titles
    first = pages[titles.index("First")].notes_slide.notes_text_frame.text
    assert first.startswith("Said aloud.")
    assert "at=2023-06-01" in first
    assert "Kokshetau CHP construction" in titles
    found = deckreader.opened(content).deck
    assert found.recipe.lang == "en"
    facts = {one.id for one in found.statements()}
    assert "kokshetau-chp-newbuild/completion" in facts


def test_synthetic_lines_stand_apart_and_say_so(data):
    made = intakes.lines(3, region="KZ-11", provenance="synthetic", wear_percent="50").frame
    mixed = intakes.holding(data, made.set_index("network_id"))
    seen = view(query="region=KZ-11&provenance=official,press,schematic,synthetic")
    planned = deckplan.build(mixed, deckplan.recipe_of("en", "", "view", (("", "", seen),)))
    keys = [slide.key for slide in planned.slides]
    assert "s1.synthetic" in keys
    assert "s1.networks" not in keys
    slide = planned.slides[keys.index("s1.synthetic")]
    assert "ynthetic" in slide.title


def test_networks_name_the_files_that_their_lines_came_with(data):
    made = intakes.lines(3, region="KZ-11", provenance="official", wear_percent="50").frame
    held = intakes.holding(data, made.set_index("network_id"))
    files = {
        ("KZ-11", "heat"): Source("intake-1", "map.xlsx", "Aigul", "", "2026-10-05", "official"),
        ("KZ-11", "water"): Source("intake-2", "no.xlsx", "Aigul", "", "2026-10-05", "official"),
    }
    filed = replace(held, read_line_sources=lambda: files)
    scenes = (("", "", view(query="region=KZ-11")),)
    planned = deckplan.build(filed, deckplan.recipe_of("en", "", "view", scenes))
    (slide,) = [one for one in planned.slides if one.key == "s1.networks"]
    assert [line for line in slide.notes if line.startswith("Aigul. map.xlsx. ")]
    assert not [line for line in slide.notes if "no.xlsx" in line]
    tables = [t for one in planned.slides if one.key.startswith("end.") for t in one.tables]
    listed = {row.key for table in tables for row in table.rows}
    assert "intake-1" in listed
    assert "intake-2" not in listed


def test_a_view_names_the_sources_of_its_backbone(data):
    found = queries.select(data, view(query="sector=electricity"))
    backbone = data.rows["backbone"]
    wanted = {backbone[one]["source_id"] for one in found.lines.ids}
    assert wanted
    assert {one.id for one in linesources.of_all(data, found.lines)} == wanted
    listed = [one.id for one in passport.of(data, found).sources]
    assert wanted <= set(listed)
    assert len(set(listed)) == len(listed)
    pairs = {(region, "electricity") for region in (*REGIONS, "KZ")}
    file = Source("intake-1", "map.xlsx", "Aigul", "", "2026-10-05", "official")
    filed = replace(data, read_line_sources=lambda: dict.fromkeys(pairs, file))
    assert {one.id for one in linesources.of_all(filed, found.lines)} == wanted
    none = queries.select(data, view(query="sector=water"))
    assert linesources.of_all(data, none.lines) == ()


def test_nothing_in_view_makes_a_deck_all_the_same(data, monkeymodule):
    content = deck.write(data, view(query="q=zzzzzz"))
    assert deckreader.opened(content).deck.slides


def test_hostile_names_stay_text(data, monkeymodule):
    projects = data.projects.copy()
    name = '=cmd|"/c calc"!A1 <a:t>&\x01'
    projects.loc[projects["region"] == "KZ-11", ["name_kk", "name_ru", "name_en"]] = name
    hostile = replace(data, projects=projects)
    content = deck.write(hostile, view())
    assert any(text == name.replace("\x01", "") for text in deckworks.texts(content))
    chart = Chart("c", "bars", "t", (("a", "=1+1"),), (Series("s", "@x", (1.0,)),))
    found = deckcharting.data_of(chart)
    assert [one.label[:1] for one in found.categories] == ["\u200b"]


def test_whoever_waits_can_end_the_work(data):
    class StopError(Exception):
        pass

    def stop(_step, share):
        if share > 0.2:
            raise StopError

    with pytest.raises(StopError):
        deck.write(data, view(), progress=stop)
