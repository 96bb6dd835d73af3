"""The intake page without a browser: a file comes in, is judged, compared and published."""

import os
import re
import shutil
from html import escape

import pytest
import streamlit as st

from meks_geo import i18n, rights
from meks_geo.store import Store

LANGS = ("kk", "ru", "en")
HEAD = "plant_id,name_ru,kind,region,lat,lon,wear_percent,wear_date\n"
SCRIPT = "<script>alert(1)</script>"

#: A new plant with a script for a name, and a new wear of a known one.
GOOD = HEAD + (
    f"pavlodar-test-1,{SCRIPT} ТЭЦ,chp,KZ-55,52.28,76.95,75,2026-01-10\n"
    "aksu-gres,Аксуская ГРЭС (АО «ЕЭК»),condensing,KZ-55,52.11861,76.87583,64,2026-02-01\n"
)
#: Two unknown kinds, a wear of 140 % and an id that occurs twice.
FAULTY = HEAD + (
    "pavlodar-test-1,ТЭЦ-1,chpp,KZ-55,52.28,76.95,75,2026-01-10\n"
    "pavlodar-test-2,ТЭЦ-2,boiler,KZ-55,52.28,76.95,140,2026-01-10\n"
    "pavlodar-test-3,ТЭЦ-3,chp,KZ-55,52.28,76.95,75,2026-01-10\n"
    "pavlodar-test-3,ТЭЦ-4,chp,KZ-55,52.28,76.95,75,2026-01-10\n"
)


@pytest.fixture
def own(open_page, store, tmp_path, monkeypatch):
    """A store of one's own: what is published here is not seen by other tests."""
    var = tmp_path / "var"
    shutil.copytree(store.var, var)
    monkeypatch.setenv("MEKS_GEO_VAR", os.fspath(var))
    yield Store(root=store.root, var=var)
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def intake(open_page, own):
    """The intake page in a language, on a store of its own."""
    return lambda lang="en": open_page(f"lang={lang}&at=2026-11-22", page="intake")


def drop(page, text, name="plants.csv"):
    page.at.file_uploader[0].upload(name, text.encode(), "text/csv")
    return page.run()


def expanders(page):
    return [one.label for one in page.at.expander]


def publish(page, author="Асель Нурланова", note="Обследование"):
    page.at.text_input(key="w-author").set_value(author)
    page.at.text_area(key="w-note").set_value(note)
    (button,) = [b for b in page.at.button if b.form_id == "publish"]
    button.click()
    return page.run()


# -- template and file -------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_offers_a_template_and_takes_a_file(intake, lang):
    page = intake(lang)
    assert i18n.text(lang, "intake.template_hint") in page.text
    assert i18n.text(lang, "intake.file_hint") in page.text
    assert i18n.text(lang, "intake.template_button") in [b.label for b in page.at.download_button]
    assert page.at.file_uploader[0].label == i18n.text(lang, "intake.file_label")
    assert {"xlsx", "gpkg", "zip", "kml"} <= {
        one.removeprefix(".") for one in page.at.file_uploader[0].allowed_type
    }
    assert not page.part("verdict passed")
    assert not page.at.error


@pytest.mark.parametrize("lang", LANGS)
def test_words_of_the_drop_zone_are_in_the_language(intake, lang):
    styles = "".join(e.proto.body for e in intake(lang).at.html if "::after" in e.proto.body)
    first = i18n.text(lang, "intake.choose_file").split()[0]
    assert f'"{first}' in styles


def test_the_region_of_the_template_is_chosen_by_name(intake):
    page = intake("en")
    (box,) = [one for one in page.at.selectbox if one.key == "w-template-region"]
    assert box.options[0] == "The whole country"
    assert len(box.options) == 21
    assert "Pavlodar region" in box.options


# -- verdict -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_problems_are_grouped_by_table_and_kind_with_their_counts(intake, lang):
    page = drop(intake(lang), FAULTY)
    assert i18n.text(lang, "intake.refused") in page.text
    plants, sign = i18n.text(lang, "sheet.plants"), i18n.text(lang, "severity.error")
    assert expanders(page)[0] == f"{sign}: {plants} · {i18n.text(lang, 'fault.unknown-code')} — 2"
    assert f"{sign}: {plants} · {i18n.text(lang, 'fault.out-of-range')} — 1" in expanders(page)
    codes = page.at.dataframe[0].value
    assert codes["row"].tolist() == [2, 3]
    assert codes["value"].tolist() == ["chpp", "boiler"]
    assert all(codes["fix"])


def test_a_faulty_file_can_neither_be_compared_nor_published(intake, own):
    page = drop(intake(), FAULTY)
    assert not [b for b in page.at.button if b.form_id == "publish"]
    assert i18n.text("en", "intake.compare") not in page.text
    assert len(own.history()) == 1


def test_rows_accepted_and_problems_are_counted(intake):
    page = drop(intake(), FAULTY)
    assert next(iter(page.tiles_of("four").values())) == "4"
    assert page.tiles_of("four")["Accepted"] == "1"
    assert page.tiles_of("four")["Errors"] == "4"


def test_the_marked_copy_and_the_list_can_be_taken_away(intake):
    labels = [b.label for b in drop(intake(), FAULTY).at.download_button]
    assert "Your workbook with marks (XLSX)" in labels
    assert "List of problems (CSV)" in labels


def test_faulty_rows_with_a_place_are_on_a_map(intake):
    assert len(drop(intake(), FAULTY).at.get("component_instance")) == 1


@pytest.mark.parametrize("lang", LANGS)
def test_a_file_that_cannot_be_read_is_refused_in_words(intake, lang):
    page = drop(intake(lang), "PK\x03\x04 nonsense", name="map.xlsx")
    assert i18n.text(lang, "intake.unreadable") in page.text
    assert not page.at.exception
    assert any(i18n.text(lang, "fault.unreadable-file") in one for one in expanders(page))


def test_what_is_dropped_lies_under_its_hash_and_goes_when_it_is_put_aside(intake, own):
    page = drop(intake(), FAULTY, name="../../etc/passwd.csv")
    (kept,) = (own.var / "uploads").iterdir()
    assert kept.suffix == ".csv"
    assert len(kept.stem) == 64
    assert kept.stat().st_mode & 0o077 == 0
    page.button("put-aside").click()
    page.run()
    assert not list((own.var / "uploads").iterdir())
    assert not page.part("verdict refused")


def test_the_file_is_still_there_after_another_page(intake):
    page = drop(intake(), FAULTY)
    page.turn("sources").turn("intake")
    assert i18n.text("en", "intake.refused") in page.text


@pytest.mark.parametrize("text", [FAULTY, GOOD])
def test_the_kazakh_page_is_not_left_in_russian(intake, text):
    both = drop(intake("kk"), text).labels & drop(intake("ru"), text).labels
    shared = {"Карта", "Журнал", "Экспорт", "Алматы", "Астана", "Шымкент"}
    assert {one for one in both if re.search("[а-яё]", one)} <= shared


# -- comparison and publishing -----------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_a_good_file_is_compared_field_by_field(intake, lang):
    page = drop(intake(lang), GOOD)
    assert i18n.text(lang, "intake.passed") in page.text
    lines = page.at.dataframe[-1].value
    assert set(lines["state"]) == {i18n.text(lang, "diff.added"), i18n.text(lang, "diff.changed")}
    wear = lines[lines["field"] == i18n.text(lang, "attribute.wear_percent")]
    assert wear["new"].tolist() == [i18n.quantity(lang, "64", "percent")]
    assert i18n.text(lang, "diff.total_plants") in page.text


@pytest.mark.parametrize(("author", "note"), [("", "why"), ("who", ""), ("  ", "why")])
def test_publishing_needs_a_name_and_a_note(intake, own, author, note):
    page = publish(drop(intake("ru"), GOOD), author, note)
    assert page.at.error[0].value == i18n.text("ru", "intake.name_and_note")
    assert len(own.history()) == 1


def test_publishing_makes_an_entry_and_the_session_moves_on(intake, own):
    page = publish(drop(intake(), GOOD))
    entry = own.history()[-1]
    assert (entry.author, entry.note, entry.file) == (
        "Асель Нурланова",
        "Обследование",
        "plants.csv",
    )
    assert own.current() == entry.revision
    assert entry.revision[:8] in page.part("verdict passed")
    assert not page.part("revision"), "who publishes looks at what was published"
    assert not list((own.var / "uploads").iterdir())
    plants = page.turn("map").at.dataframe[0].value
    assert f"{SCRIPT} ТЭЦ" in set(plants["object"])


def test_a_script_in_a_name_stays_a_text(intake):
    page = publish(drop(intake(), GOOD, name=f"{SCRIPT}.csv"), author=SCRIPT, note=SCRIPT)
    everything = "".join(page.html)
    assert SCRIPT not in everything
    assert escape(SCRIPT) in everything
    page.turn("history")
    assert SCRIPT not in "".join(page.html)
    assert escape(SCRIPT) in "".join(page.html)


def test_a_comparison_with_an_old_revision_is_never_published(intake, own):
    page = drop(intake(), GOOD)
    other = own.rollback(1, author="other", note="meanwhile")
    assert other.revision == own.current()
    # the same revision came back: nothing has moved on, and publishing goes through
    assert own.history()[-1].number == 2
    page = publish(page)
    assert own.history()[-1].kind == "publish"


def test_what_moved_on_is_compared_again(intake, own, open_page):
    first, second = drop(intake(), GOOD), drop(intake(), GOOD.replace("test-1", "test-2"))
    publish(first)
    page = publish(second)
    assert len(own.history()) == 2
    assert "The map of record has changed since the comparison" in page.text
    page.button("compare-again").click()
    page.run()
    publish(page)
    assert len(own.history()) == 3
    assert own.history()[-1].counts["added"] == 1


def test_taking_much_off_is_asked_about(intake, own, data):
    plants = data.plants[~data.plants.index.isin(data.projects["plant_id"])]
    region = (
        plants.groupby("region")
        .size()
        .index.difference(data.plants[data.plants.index.isin(data.projects["plant_id"])]["region"])[
            0
        ]
    )
    there = plants[plants["region"] == region]
    assert len(there) > 1
    kept = there.iloc[0]
    line = (there.index[0], kept["name_ru"], kept["kind"], region, kept["lat"], kept["lon"], "", "")
    page = drop(intake(), HEAD + ",".join(map(str, line)) + "\n")
    page.box("w-replace").check()
    page.run()
    page = publish(page)
    assert page.at.error[0].value == i18n.text("en", "intake.agree_first")
    assert f"{i18n.name('en', data.rows['regions'][region])}, plants: " in page.text
    assert len(own.history()) == 1
    page.box("w-agree").check()
    publish(page)
    assert own.history()[-1].counts["removed"] == len(there) - 1


def test_what_something_kept_refers_to_cannot_be_taken_off(intake, own):
    page = drop(intake(), GOOD)
    page.box("w-replace").check()
    page.run()
    assert "Reference to a missing row" in page.text
    assert not [b for b in page.at.button if b.form_id == "publish"]


# -- rights ------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_who_may_not_check_is_told_so(intake, monkeypatch, lang):
    monkeypatch.setattr(rights, "may", lambda _user, action, _region="": action != "check")
    page = intake(lang)
    assert page.at.info[0].value == i18n.text(lang, "intake.may_not_check")
    assert not page.at.file_uploader


def test_who_may_not_publish_in_a_region_is_told_so(intake, monkeypatch):
    def may(_user, action, region=""):
        return action != "publish" or region != "KZ-55"

    monkeypatch.setattr(rights, "may", may)
    page = drop(intake(), GOOD)
    assert page.at.info[0].value == i18n.text("en", "intake.may_not_publish")
    assert not [b for b in page.at.button if b.form_id == "publish"]


def test_who_may_not_read_sees_nothing(open_page, monkeypatch):
    monkeypatch.setattr(rights, "may", lambda *_: False)
    page = open_page("lang=ru&at=2026-11-22")
    assert page.at.info[0].value == i18n.text("ru", "app.may_not_read")
    assert not page.at.dataframe
