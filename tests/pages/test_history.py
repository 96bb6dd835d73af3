"""The history page without a browser: the journal, one entry, a comparison, the way back."""

import os
import shutil
from datetime import datetime
from html import escape

import pytest
import streamlit as st

from meks_geo import i18n, rights
from meks_geo.intake import door
from meks_geo.store import Store

LANGS = ("kk", "ru", "en")
DAY = datetime(2026, 11, 22).date()  # noqa: DTZ001 - a day
SCRIPT = "<script>alert(1)</script>"
PLANTS = (
    "plant_id,name_ru,kind,region,lat,lon,wear_percent,wear_date\n"
    "pavlodar-test-1,ТЭЦ,chp,KZ-55,52.28,76.95,75,2026-01-10\n"
    "aksu-gres,Аксуская ГРЭС (АО «ЕЭК»),condensing,KZ-55,52.11861,76.87583,64,2026-02-01\n"
)
NEW = "ТЭЦ"


def plants(page):
    """The names in the table beside the map."""
    return set(page.at.dataframe[0].value["object"])


@pytest.fixture(scope="module")
def published(store, tmp_path_factory):
    """A folder with two entries: the registers, and an intake with a script for a note."""
    folder = tmp_path_factory.mktemp("published")
    own = Store(root=store.root, var=folder / "var")
    shutil.copytree(store.var, own.var)
    path = folder / "plants.csv"
    path.write_text(PLANTS, encoding="utf-8")
    checked = door.examine(own, own.dataset(), path, today=DAY)
    proposal = door.propose(own, own.dataset(), checked, author="Асель", day=DAY)
    door.publish(own, proposal, note=SCRIPT)
    return own.var


@pytest.fixture
def own(open_page, published, store, tmp_path, monkeypatch):
    """A store of one's own with these two entries."""
    var = tmp_path / "var"
    shutil.copytree(published, var)
    monkeypatch.setenv("MEKS_GEO_VAR", os.fspath(var))
    yield Store(root=store.root, var=var)
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def history(open_page, own):
    return lambda lang="en", more="": open_page(f"lang={lang}&at=2026-11-22{more}", page="history")


def choose(page, number):
    """Choose an entry, as a click on its row does."""
    page.at.session_state["kept-entry"] = str(number)
    return page.run()


def bring_back(page, author, note, number=1):
    page.at.text_input(key=f"w-back-author-{number}").set_value(author)
    page.at.text_area(key=f"w-back-note-{number}").set_value(note)
    (button,) = [b for b in page.at.button if b.form_id == f"rollback-{number}"]
    button.click()
    return page.run()


@pytest.mark.parametrize("lang", LANGS)
def test_entries_are_listed_newest_first(history, own, lang):
    page = history(lang)
    table = page.at.dataframe[0].value
    assert table["number"].tolist() == [2, 1]
    kinds = [i18n.text(lang, f"history.{one}") for one in ("publish", "build")]
    assert table["kind"].tolist() == kinds
    assert table["file"].tolist() == ["plants.csv", ""]
    assert table["author"].tolist() == ["Асель", ""]
    assert table["revision"][0] == own.current()[:8]
    counted = i18n.text(lang, "history.counts", added="1", changed="1", removed="0")
    assert table["counts"].tolist() == [counted, ""]
    headers = [i18n.text(lang, f"history.head_{one}") for one in ("number", "at", "author")]
    assert page.headers[:3] == headers
    assert not page.at.error


def test_times_are_those_of_kazakhstan(history, own):
    utc = datetime.fromisoformat(own.history()[-1].at)
    shown = history("en").at.dataframe[0].value["at"][0]
    assert shown.endswith(f", {(utc.hour + 5) % 24:02d}:{utc.minute:02d}")


def test_the_newest_entry_stands_open_and_is_the_current_map(history, own):
    page = history()
    assert "Entry 2" in page.text
    assert own.history()[-1].sha256 in page.text
    assert "This is the current map." in page.text
    assert not [b for b in page.at.button if b.form_id]
    assert "The file that was sent" in [b.label for b in page.at.download_button]


def test_a_script_in_a_note_stays_a_text(history):
    page = history()
    assert SCRIPT not in "".join(page.html)
    assert escape(SCRIPT) in "".join(page.html)


def test_an_entry_links_to_the_map_of_then(history, own):
    page = choose(history(), 1)
    assert "Entry 1" in page.text
    link = next(e for e in page.at.get("page_link") if e.label == "The map of this revision")
    assert f"rev={own.history()[0].revision}" in link.proto.query_string


@pytest.mark.parametrize("lang", LANGS)
def test_two_entries_are_compared(history, lang):
    page = history(lang)
    (box,) = [one for one in page.at.selectbox if one.key.startswith("w-compare")]
    box.select_index(1)
    page.run()
    lines = page.at.dataframe[1].value
    assert set(lines["id"]) == {"pavlodar-test-1", "aksu-gres"}
    assert set(lines["state"]) == {i18n.text(lang, f"diff.{s}") for s in ("added", "changed")}
    assert len(page.at.get("component_instance")) == 1


@pytest.mark.parametrize(("author", "note"), [("", "why"), ("who", " ")])
def test_bringing_back_needs_a_name_and_a_note(history, own, author, note):
    page = bring_back(choose(history("ru"), 1), author, note)
    assert page.at.error[0].value == i18n.text("ru", "intake.name_and_note")
    assert len(own.history()) == 2


def test_an_earlier_state_comes_back_by_a_new_entry(history, own):
    page = bring_back(choose(history(), 1), "Ерлан", "published too early")
    entry = own.history()[-1]
    assert (entry.number, entry.kind, entry.target) == (3, "rollback", 1)
    assert (entry.author, entry.note) == ("Ерлан", "published too early")
    assert own.current() == own.history()[0].revision
    assert page.at.dataframe[0].value["number"].tolist() == [3, 2, 1]
    assert "Entry 3" in page.text
    assert NEW not in plants(page.turn("map"))


def test_who_may_not_roll_back_is_told_so(history, monkeypatch):
    monkeypatch.setattr(rights, "may", lambda _user, action, _region="": action != "rollback")
    page = choose(history("kk"), 1)
    assert page.at.info[0].value == i18n.text("kk", "history.may_not_rollback")
    assert not [b for b in page.at.button if b.form_id]


def test_a_revision_that_is_no_longer_kept_says_so(history, own):
    (own.published / f"{own.history()[0].revision}.gpkg").unlink()
    page = choose(history(), 1)
    assert "no longer kept" in page.text
    assert [b for b in page.at.button if b.form_id], "it can still be brought back"


def test_repairs_of_the_system_stand_below(history, own):
    own.note("", "repair", "removed x.gpkg")
    page = history("ru")
    (block,) = [e for e in page.at.expander if e.label == i18n.text("ru", "history.audit")]
    table = block.dataframe[0].value
    assert "удалён незаконченный файл: x.gpkg" in table["detail"].tolist()


# -- which revision a session looks at -----------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_an_open_session_keeps_its_revision_and_is_told_of_a_newer_one(open_page, own, lang):
    page = open_page(f"lang={lang}&at=2026-11-22")
    assert not page.part("revision")
    before = own.current()
    own.rollback(1, author="x", note="x")
    page.run()
    assert NEW in plants(page)
    words = i18n.text(lang, "app.newer_revision", revision=before[:8])
    assert page.part("revision") == words
    page.button("move-on").click()
    page.run()
    assert NEW not in plants(page)
    assert not page.part("revision")


def test_a_new_session_begins_with_the_current_revision(open_page, own):
    own.rollback(1, author="x", note="x")
    page = open_page("lang=en&at=2026-11-22")
    assert NEW not in plants(page)
    assert not page.part("revision")


@pytest.mark.parametrize("lang", LANGS)
def test_a_revision_in_the_address_is_named_with_a_way_back(open_page, own, lang):
    old = own.history()[0].revision
    page = open_page(f"lang={lang}&at=2026-11-22&rev={old}")
    assert NEW not in plants(page)
    assert page.part("revision") == i18n.text(lang, "app.revision_of_then", revision=old[:8])
    page.button("move-on").click()
    page.run()
    assert "rev" not in page.address
    assert NEW in plants(page)


def test_a_session_whose_revision_is_gone_goes_on_with_the_current_one(open_page, own):
    page = open_page("lang=en&at=2026-11-22")
    held = own.current()
    own.rollback(1, author="x", note="x")
    (own.published / f"{held}.gpkg").unlink()
    page.run()
    assert NEW not in plants(page)
    assert not page.part("revision")
