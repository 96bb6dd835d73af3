"""Decks that come back: what in them is no longer true, and the same deck made true."""

import json
import re
from copy import deepcopy
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import deckworks
import ooxml
import pytest
from deckworks import DAY, A, Hand, saying, view
from pptx import Presentation
from pptx.util import Inches

from meks_geo import i18n
from meks_geo.errors import InputError
from meks_geo.exports import deck, deckparts, deckreader, verify
from meks_geo.exports.deckmodel import dump

COST = ("kokshetau-chp-newbuild", "cost_bn_kzt", "412.5")
DUE = ("semey-chp-3-newbuild", "completion", "2031-Q2")
ZONE = ("stepnogorsk-chp", "zone_declared", "yellow")
PROJECTS, PLANTS = "s1.projects.1:table", "s1.plants.1:table"


@pytest.fixture(scope="module")
def monkeymodule():
    with pytest.MonkeyPatch.context() as patch:
        deckworks.coarse(patch)
        yield patch


@pytest.fixture(scope="module")
def made(data, monkeymodule):
    """A deck of today, in English."""
    return deck.write(data, view())


@pytest.fixture(scope="module")
def later(data):
    """The map of record after three facts changed."""
    return saying(data, COST, DUE, ZONE)


@pytest.fixture
def hand(made):
    return Hand(made)


def check(data, content, lang="en", at=DAY):
    return verify.verify(data, content, at, lang)


def lines(report):
    return {line.id: (line.then, line.now) for line in report.changed}


# -- what is true and what is not ----------------------------------------------------------------


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_an_untouched_deck_of_today_gives_no_line(data, made, lang, monkeymodule):
    report = check(data, made if lang == "en" else deck.write(data, view(lang)), lang)
    assert (report.changed, report.derived, report.maps, report.deleted) == ((), (), (), 0)
    assert report.unchanged > 100


def test_three_changed_values_give_three_lines(data, later, made):
    report = check(later, made)
    assert lines(report) == {
        "kokshetau-chp-newbuild/cost_bn_kzt": (356, 412.5),
        "semey-chp-3-newbuild/completion": ("2029-12-31", "2031-Q2"),
        "stepnogorsk-chp/zone_declared": ("red", "yellow"),
    }
    assert {line.source for line in report.changed} == {sorted(data.sources)[0]}
    assert not any(line.edited for line in report.changed)


def test_what_is_counted_from_them_is_derived(later, made):
    report = check(later, made)
    told = {line.id: (line.then, line.now) for line in report.derived}
    assert told["s1.totals:totals/value.cost"] == (1542.4, 1598.9)
    assert told["s1.totals:totals/value.red"][1] == told["s1.totals:totals/value.red"][0] - 1
    assert "s1.totals:funding/state-fund.cost" in told
    assert report.maps  # the map shows the zone


def test_a_fact_on_two_slides_is_one_line(later, made):
    (line,) = [one for one in check(later, made).changed if one.id.startswith("semey")]
    assert len(line.slides) == 2


def test_a_value_said_again_changes_nothing(data, made):
    again = saying(data, ("kokshetau-chp-newbuild", "cost_bn_kzt", "356"))
    assert check(again, made).changed == ()


def test_what_was_unknown_and_is_known_now_is_a_line(data, made):
    known = saying(data, ("kurchatov-tpp-newbuild", "cost_bn_kzt", "9"))
    assert lines(check(known, made)) == {"kurchatov-tpp-newbuild/cost_bn_kzt": (None, 9)}


def test_a_deck_of_an_earlier_day_tells_what_came_since(data, monkeymodule):
    old = deck.write(data, view(at="2025-01-01"))
    assert check(data, old, at=date(2025, 1, 1)).changed == ()
    assert "kokshetau-chp-newbuild/completion" in lines(check(data, old))


def test_what_a_story_tells_of_earlier_days_stays_true(data, monkeymodule):
    told = "sel=kokshetau-chp-newbuild&region=KZ-11"
    scenes = [("Then", "", view(query=told, at="2023-12-26")), ("Now", "", view(query=told))]
    story = deck.write(data, view(), scenes=scenes)
    assert check(data, story).changed == ()
    due = ("kokshetau-chp-newbuild", "completion", "2030")
    later = saying(data, due)
    (line,) = check(later, story).changed
    assert (line.then, line.now) == ("2029-Q1", "2030")
    corrected = saying(data, due, day="2023-12-26")
    (line,) = check(corrected, story).changed
    assert (line.then, line.now) == ("2027", "2030")
    fresh = verify.refresh(corrected, story, DAY)
    assert check(corrected, fresh).changed == ()
    assert {"26 Dec 2023", "22 Nov 2026"} <= set(
        re.findall(r"as of (\d+ \w+ \d+)", " ".join(deckworks.texts(fresh)))
    )


def test_the_document_is_that_of_the_command_line(data, later, made):
    document = verify.document(later, check(later, made))
    json.dumps(document)
    assert {"changed", "unchanged"} <= set(document)
    line = next(one for one in document["changed"] if one["now"] == 412.5)
    assert {"statement", "then", "now", "source"} <= set(line)
    assert set(line["source"]) == {"id", "title", "url", "date"}
    assert line["statement"] == "Kokshetau CHP construction: Cost"


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_report_speaks_the_language_of_its_reader(later, made, lang):
    (line,) = [one for one in check(later, made, lang).changed if "cost" in one.id]
    assert i18n.text(lang, "attribute.cost_bn_kzt") in line.statement
    assert line.now_text == i18n.quantity(lang, "412.5", "bn KZT")


# -- read where it stands ------------------------------------------------------------------------


def test_an_edited_figure_is_a_line_and_a_comment_elsewhere_is_none(data, hand):
    hand.write(hand.cell(PROJECTS, "Kokshetau", "bn KZT"), "300")
    hand.shape("s1.projects.1:title").text_frame.text = "My own title"
    report = check(data, hand.content())
    assert lines(report) == {"kokshetau-chp-newbuild/cost_bn_kzt": (300, 356)}
    assert report.changed[0].edited


def test_an_edited_sum_and_an_edited_chart_are_lines(data, hand):
    table = hand.shape("s1.totals:totals").table
    hand.write(table.rows[1].cells[3], "2,000 bn KZT")
    space = hand.shape("s1.totals:status").chart._chartSpace
    point = space.xpath(".//c:val//c:v")[0]
    point.text = "77"
    told = lines(check(data, hand.content()))
    assert told["s1.totals:totals/value.cost"] == (2000, 1542.4)
    assert 77 in [then for then, _ in told.values()]
    assert len(told) == 2


def test_a_text_made_true_by_hand_is_true(later, hand):
    hand.write(hand.cell(PROJECTS, "Kokshetau", "bn KZT"), "412.50")
    assert "kokshetau-chp-newbuild/cost_bn_kzt" not in lines(check(later, hand.content()))


def test_figures_that_changed_places_are_both_untrue(data, hand):
    cells = [hand.cell(PROJECTS, first, "bn KZT") for first in ("Kokshetau", "Semey")]
    words = [cell.text for cell in cells]
    for cell, text in zip(cells, reversed(words), strict=True):
        hand.write(cell, text)
    told = lines(check(data, hand.content()))
    assert told == {
        "kokshetau-chp-newbuild/cost_bn_kzt": (578, 356),
        "semey-chp-3-newbuild/cost_bn_kzt": (356, 578),
    }


def test_a_figure_in_pieces_is_read_whole(data, hand):
    cell = hand.cell(PROJECTS, "Kokshetau", "bn KZT")
    run = cell.text_frame.paragraphs[0].runs[0]
    other = deepcopy(run._r)
    run.text = "3"
    run._r.addnext(other)
    other.find(f"{A}t").text = "56 "
    assert check(data, hand.content()).changed == ()


@pytest.mark.parametrize("ids", [True, False], ids=["ids", "no ids"])
def test_moved_and_inserted_rows_keep_their_figures(data, hand, ids):
    rows = hand.shape(PROJECTS).table._tbl.findall(f"{A}tr")
    rows[0].addnext(rows[-1])
    hand.insert_row(PROJECTS, "Mine: 12345")
    if not ids:
        hand.without_ids()
    report = check(data, hand.content())
    assert (report.changed, report.deleted) == ((), 0)


@pytest.mark.parametrize("ids", [True, False], ids=["ids", "no ids"])
def test_what_was_taken_out_is_no_statement(later, hand, ids):
    row = hand.row(PROJECTS, "Kokshetau")._tr
    row.getparent().remove(row)
    if not ids:
        hand.without_ids()
    hand.drop(hand.page("s1.deadlines:table"))
    report = check(later, hand.content())
    assert set(lines(report)) == {
        "semey-chp-3-newbuild/completion",
        "stepnogorsk-chp/zone_declared",
    }
    assert report.deleted > 8


def test_a_column_taken_out_or_moved_takes_its_figures_along(data, hand):
    table = hand.shape(PLANTS).table._tbl
    for line in table.findall(f"{A}tr"):
        cells = line.findall(f"{A}tc")
        line.remove(cells[3])  # stage
        line.insert(1, cells[7])  # MW
    bars = table.findall(f"{A}tblGrid/{A}gridCol")
    grid = bars[0].getparent()
    grid.remove(bars[3])
    grid.insert(1, bars[7])
    report = check(data, hand.content())
    assert report.changed == ()
    assert report.deleted == len(table.findall(f"{A}tr")) - 1


def test_without_ids_figures_are_found_by_their_heads_and_names(later, hand):
    hand.without_ids()
    assert len(check(later, hand.content()).changed) == 3


def test_a_deck_that_an_office_program_saved_again_is_checked_as_before(later, hand, tmp_path):
    hand.write(hand.cell(PROJECTS, "Semey", "bn KZT"), "300")
    if ooxml.office() is None:  # what such a program leaves: other bytes, and no ids of rows
        hand.without_ids()
        saved = hand.content()
    else:
        saved = ooxml.saved(hand.content(), "pptx", tmp_path)
    report = check(later, saved)
    assert lines(report) == lines(check(later, hand.content()))
    assert report.deleted == 0
    fresh = verify.refresh(later, saved, DAY)
    assert check(later, fresh).changed == ()


def test_a_refreshed_deck_needs_no_repair(later, made):
    assert ooxml.faults(verify.refresh(later, made, DAY)) == []


# -- refused in words ----------------------------------------------------------------------------


def spoiled(content, change):
    """The same file with members changed: `change` takes a name and its bytes."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = change(name, old.read(name))
            if body is not None:
                new.writestr(name, body)
    return out.getvalue()


def _other_deck():
    out = BytesIO()
    Presentation().save(out)
    return out.getvalue()


def _bomb(content):
    out = BytesIO(content)
    with ZipFile(out, "a", ZIP_DEFLATED) as file:
        file.writestr("ppt/media/zeros.bin", b"\0" * 12_000_000)
    return out.getvalue()


REFUSED = {
    "text": (lambda _: b"no deck at all", "not-a-deck"),
    "nothing": (lambda _: b"", "not-a-deck"),
    "locked": (lambda _: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "not-a-deck"),
    "workbook": (lambda c: spoiled(c, lambda n, b: b if "xl" in n else None), "not-a-deck"),
    "not ours": (lambda _: _other_deck(), "not-our-deck"),
    "cut short": (lambda c: c[: len(c) // 2], "damaged-deck"),
    "list edited": (
        lambda c: spoiled(
            c, lambda n, b: b.replace(b"356", b"999") if n == "customXml/item1.xml" else b
        ),
        "damaged-deck",
    ),
    "slide lost": (
        lambda c: spoiled(c, lambda n, b: None if n.endswith("slides/slide2.xml") else b),
        "damaged-deck",
    ),
    "entities": (
        lambda c: spoiled(
            c,
            lambda n, b: (
                b.replace(b"?>", b'?><!DOCTYPE p [<!ENTITY a "b">]>', 1)
                if n.endswith("slide1.xml")
                else b
            ),
        ),
        "damaged-deck",
    ),
    "bomb": (_bomb, "large-deck"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_deck_of_ours_is_refused_in_words(data, made, name, monkeypatch):
    monkeypatch.setattr(deckreader, "MAX_UNPACKED", 10_000_000)
    spoil, code = REFUSED[name]
    content = spoil(made)
    for reader in (check, lambda d, c: verify.refresh(d, c, DAY)):
        with pytest.raises(InputError) as refused:
            reader(data, content)
        assert [one.code for one in refused.value.problems] == [code]
    for lang in ("kk", "ru", "en"):
        assert all(i18n.problem_parts(lang, refused.value.problems[0]))


def _stored_as(made, change):
    """The same deck with another list, whose hash is right."""
    found = deckreader.opened(made)
    stored = dump(found.deck)
    change(stored)
    text = json.dumps(stored, ensure_ascii=False)
    digest = deckparts.sha256(text.encode()).hexdigest()
    body = f'<deck xmlns="{deckparts.SPACE}" sha256="{digest}">{deckparts.escape(text)}</deck>'
    return spoiled(made, lambda n, b: body.encode() if n == "customXml/item1.xml" else b)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda s: s.update(version=99), "newer-deck"),
        (lambda s: s.update(version="x"), "damaged-deck"),
        (lambda s: s.update(scenes=[]), "damaged-deck"),
        (lambda s: s.update(lang="xx"), "damaged-deck"),
        (lambda s: s.pop("slides"), "damaged-deck"),
        (lambda s: s.update(kind="other"), "damaged-deck"),
        (lambda s: s["slides"][0]["tables"][0]["rows"][0][1].pop(), "damaged-deck"),
        (lambda s: s["slides"].append(7), "damaged-deck"),
    ],
)
def test_a_list_that_we_did_not_write_is_refused(data, made, change, code):
    with pytest.raises(InputError) as refused:
        check(data, _stored_as(made, change))
    assert [one.code for one in refused.value.problems] == [code]


def test_a_thing_that_is_no_longer_held_is_unknown_now(data, made):
    def rename(stored):
        cells = [
            cell
            for slide in stored["slides"]
            for table in slide["tables"]
            for _, row in table["rows"]
            for cell in row
            if cell[1:2] == ["kokshetau-chp-newbuild"]
        ]
        for cell in cells:
            cell[1] = "gone-project"

    report = check(data, _stored_as(made, rename))
    told = lines(report)
    assert told["gone-project/cost_bn_kzt"] == (356, None)


# -- made true -----------------------------------------------------------------------------------


def statements(content):
    return {
        (one.id, one.place.shape, one.printed)
        for one in deckreader.opened(content).deck.statements()
    }


def test_a_refreshed_deck_is_true_and_that_made_anew(data, later, made):
    fresh = verify.refresh(later, made, DAY)
    report = check(later, fresh)
    assert (report.changed, report.derived, report.maps, report.deleted) == ((), (), (), 0)
    anew = deck.write(later, view())
    assert statements(fresh) == statements(anew)
    assert deckworks.texts(fresh) == deckworks.texts(anew)


@pytest.fixture(scope="module")
def decades(data, monkeymodule):
    """Some regions when little was known, and now."""
    some = "region=KZ-10,KZ-19,KZ-35,KZ-55,KZ-63"
    return [deck.write(data, view("ru", some, at)) for at in ("2023-01-01", DAY.isoformat())]


@pytest.mark.parametrize("back", [False, True], ids=["grows", "shrinks"])
def test_a_deck_of_another_day_gets_the_rows_and_slides_of_the_day(data, decades, back):
    then, now = reversed(decades) if back else decades
    fresh = verify.refresh(data, then, date(2023, 1, 1) if back else DAY)
    assert len(pages_of(then)) != len(pages_of(now))
    assert statements(fresh) == statements(now)
    assert pages_of(fresh) == pages_of(now)


def pages_of(content):
    """The titles of the slides."""
    pages = Presentation(BytesIO(content)).slides
    return [page.shapes.title.text_frame.text for page in pages]


def test_a_refresh_of_nothing_changes_nothing_to_be_seen(data, made):
    same = verify.refresh(data, made, DAY)
    assert deckworks.texts(same) == deckworks.texts(made)


def test_other_edits_are_kept(later, hand):
    hand.shape("s1.projects.1:title").text_frame.text = "My own title"
    own = hand.page(PROJECTS).shapes.add_textbox(0, 0, Inches(2), Inches(1))
    own.text_frame.text = "Remember this"
    hand.write(hand.cell(PROJECTS, "Kokshetau", "Project"), "Our CHP")
    run = hand.cell(PROJECTS, "Our CHP", "bn KZT").text_frame.paragraphs[0].runs[0]
    run.font.italic = True
    notes = hand.page(PROJECTS).notes_slide.notes_text_frame
    notes.add_paragraph().text = "A note of mine"
    hand.drop(hand.page("s1.totals:totals"))
    fresh = Hand(verify.refresh(later, hand.content(), DAY))
    told = deckworks.texts(fresh.content())
    assert {"My own title", "Remember this", "Our CHP", "412.5"} <= set(told)
    assert fresh.cell(PROJECTS, "Our CHP", "bn KZT").text_frame.paragraphs[0].runs[0].font.italic
    said = fresh.page(PROJECTS).notes_slide.notes_text_frame.text
    assert "A note of mine" in said
    assert f"rev={'f' * 64}" in said
    assert said.count("rev=") == 1
    assert not any(name.startswith("s1.totals") for name in names(fresh))
    assert check(later, fresh.content()).changed == ()


def names(hand):
    return [s.name for page in hand.made.slides for s in page.shapes]


def test_rows_that_somebody_chose_stay_as_chosen(later, hand):
    hand.insert_row(PROJECTS, "Mine")
    row = hand.row(PROJECTS, "Semey")._tr
    row.getparent().remove(row)
    fresh = Hand(verify.refresh(later, hand.content(), DAY))
    firsts = [r.cells[0].text for r in fresh.shape(PROJECTS).table.rows]
    assert firsts[1] == "Mine"
    assert not any(one.startswith("Semey CHP-3") for one in firsts)
    assert fresh.cell(PROJECTS, "Kokshetau", "bn KZT").text == "412.5"
    assert check(later, fresh.content()).changed == ()


def test_an_edited_figure_is_put_right(data, hand):
    hand.write(hand.cell(PROJECTS, "Kokshetau", "bn KZT"), "300")
    fresh = Hand(verify.refresh(data, hand.content(), DAY))
    assert fresh.cell(PROJECTS, "Kokshetau", "bn KZT").text == "356"


def test_a_zone_changes_its_colour_with_its_word(later, hand):
    before = hand.cell(PLANTS, "Stepnogorsk", "Zone").text_frame.paragraphs[0].runs[0]
    fresh = Hand(verify.refresh(later, hand.content(), DAY))
    after = fresh.cell(PLANTS, "Stepnogorsk", "Zone").text_frame.paragraphs[0].runs[0]
    assert after.text == "Yellow"
    assert after.font.color.rgb != before.font.color.rgb


def test_charts_are_refreshed_in_the_deck_and_in_their_workbook(later, hand):
    fresh = Hand(verify.refresh(later, hand.content(), DAY))
    chart = fresh.shape("s1.totals:funding").chart
    before = hand.shape("s1.totals:funding").chart
    assert sum(chart.plots[0].series[0].values) == pytest.approx(1598.9)
    assert sum(before.plots[0].series[0].values) == pytest.approx(1542.4)
    assert chart.part.chart_workbook.xlsx_part.blob != before.part.chart_workbook.xlsx_part.blob


def test_the_map_is_drawn_anew_and_a_picture_put_there_by_hand_stays(later, hand, data):
    fresh = Hand(verify.refresh(later, hand.content(), DAY))
    assert fresh.shape("s1.map:map").image.sha1 != hand.shape("s1.map:map").image.sha1
    own = Hand(deck.write(data, view(query="region=KZ-31"))).shape("s1.map:map").image.blob
    page = hand.page("s1.map:map")
    _, rel = page.part.get_or_add_image_part(BytesIO(own))
    hand.shape("s1.map:map")._element.blipFill.blip.rEmbed = rel
    kept = Hand(verify.refresh(later, hand.content(), DAY))
    assert kept.shape("s1.map:map").image.blob == own
    assert check(later, kept.content()).maps


def test_a_copied_slide_is_checked_and_refreshed_too(later, hand):
    page = hand.page(PROJECTS)
    copy = hand.made.slides.add_slide(page.slide_layout)
    for shape in page.shapes:
        copy.shapes._spTree.append(deepcopy(shape._element))
    line = next(o for o in check(later, hand.content()).changed if "cost" in o.id)
    assert len(line.slides) == 2
    fresh = verify.refresh(later, hand.content(), DAY)
    assert check(later, fresh).changed == ()


def test_whoever_waits_can_end_the_refresh(later, made):
    class StopError(Exception):
        pass

    def stop(_step, share):
        if share > 0.3:
            raise StopError

    with pytest.raises(StopError):
        verify.refresh(later, made, DAY, progress=stop)


def test_the_revision_and_link_of_a_refreshed_deck_are_new(later, made):
    fresh = Presentation(BytesIO(verify.refresh(later, made, DAY)))
    assert fresh.core_properties.keywords == f"revision {'f' * 64}"
    cover = " ".join(
        cell.text for s in fresh.slides[0].shapes if s.has_table for cell in s.table.iter_cells()
    )
    assert re.search(r"rev=f{64}", cover)
