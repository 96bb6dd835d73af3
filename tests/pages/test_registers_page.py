"""The page of registers without a browser."""

import os
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
import rollbooks
import streamlit as st
from onepage import OnePage
from streamlit.components.v2.component_manager import BidiComponentManager

from meks_geo.intake import compare
from meks_geo.model import ROLLS
from meks_geo.store import Store
from meks_geo.ui import publish, shell

LANGS = ("kk", "ru", "en")
TITLES = {
    "kk": "Бағдарлама тізілімдері: Қазақстан",
    "ru": "Реестры программы: Казахстан",
    "en": "Registers of the programme: Kazakhstan",
}


@pytest.fixture(scope="module")
def home(small_home):
    """A folder in which the registers of `rollbooks` are published."""
    return rollbooks.published(small_home)


@pytest.fixture
def open_page(root, monkeypatch):
    """Open the page of a store at an address."""
    monkeypatch.setattr(
        BidiComponentManager, "discover_and_register_components", lambda *_, **__: None
    )
    # alone, the page has no other one to link to
    monkeypatch.setattr(
        shell, "to_page", lambda view, name: st.html(f"<p>[{view.lang} {name}]</p>")
    )

    def opened(var, query, of=None):
        monkeypatch.setenv("MEKS_GEO_VAR", os.fspath(var))
        if of is None:
            monkeypatch.delenv("MEKS_GEO_ROOT", raising=False)
        else:
            monkeypatch.setenv("MEKS_GEO_ROOT", os.fspath(of))
        return OnePage(root, "registers", query)

    return opened


@pytest.mark.parametrize("lang", LANGS)
def test_published_counts_stand_until_lists_are_loaded(open_page, store, lang):
    page = open_page(store.var, f"lang={lang}&at=2026-11-22")
    assert TITLES[lang] in page.text
    shown = re.sub(r"[\s\u00a0,]", "", page.text)
    assert all(count in shown for count in ("669", "220", "2700"))
    assert "kt.kz" in page.text
    assert len(page.at.info) == page.text.count(f"[{lang} intake]") == len(ROLLS)
    assert not page.at.dataframe


def test_before_they_were_published_no_count_stands(open_page, store):
    page = open_page(store.var, "lang=en&at=2025-08-05")
    assert "669" not in page.text
    assert page.text.count("No published count") == len(ROLLS)


@pytest.mark.parametrize("lang", LANGS)
def test_lists_stand_with_their_rows_and_regions(open_page, home, lang):
    page = open_page(home / "var", f"lang={lang}&at=2026-11-22", home)
    tables = [one.value for one in page.at.dataframe]
    assert [len(one) for one in tables] == [3, 1, 2, 2]
    assert list(tables[0]["bin"]) == ["012345678901", "", ""]
    assert not page.at.info


def test_the_filters_of_the_address_count(open_page, home):
    page = open_page(home / "var", "lang=en&at=2026-11-22&region=KZ-55&q=7-1", home)
    assert [len(one.value) for one in page.at.dataframe] == [1]  # the lot of that number
    assert len(page.at.info) == 3
    assert "No rows in this filter. In the list: 3" in page.at.info[0].value


def test_a_filter_that_leaves_no_synthetic_row_is_not_taken_for_an_empty_list(open_page, home):
    page = open_page(home / "var", "lang=en&at=2026-02-20&region=KZ-10&provenance=synthetic", home)
    assert "No rows in this filter" in page.at.info[0].value
    assert "No list is loaded" in page.at.info[1].value


def test_a_column_of_which_nothing_is_known_is_left_out(open_page, home):
    page = open_page(home / "var", "lang=en&at=2026-11-22&q=later", home)
    assert "bin" not in page.at.dataframe[0].value
    assert "localisation_percent" not in page.at.dataframe[0].value


def test_synthetic_rows_are_asked_for_and_stand_apart(open_page, home):
    page = open_page(home / "var", "lang=en&at=2026-11-22&region=KZ-55", home)
    assert "Synthetic rows: made to try the software" not in page.text
    both = page.go("lang=en&at=2026-11-22&provenance=official,press,schematic,synthetic")
    assert "Synthetic rows: made to try the software" in both.text
    assert [len(one.value) for one in both.at.dataframe] == [3, 1, 1, 2, 2]


def test_synthetic_rows_are_offered_where_there_are_no_others(open_page, home):
    page = open_page(home / "var", "lang=en&at=2026-11-22&q=Демо", home)
    assert "Synthetic rows not shown: 1" in page.text
    page.at.button(key="show-synthetic-contractors").click()
    page.run()
    assert "synthetic" in page.at.query_params["provenance"]


def test_a_hostile_name_stays_a_text(open_page, home):
    page = open_page(home / "var", "lang=en&at=2026-11-22", home)
    assert not any("<b>Wanted" in body for body in page.html)
    assert "<b>Wanted</b>" in list(page.at.dataframe[2].value["name"])


def test_a_row_that_was_chosen_does_not_outlive_the_rows_that_were_shown(open_page, home):
    def key(page):
        return re.sub(r"^\$\$ID-\w+-", "", page.at.dataframe[-1].proto.id)

    page = open_page(home / "var", "lang=en&at=2026-11-22", home)
    before = key(page)
    assert key(page.go("lang=ru&at=2026-11-22")) == before
    assert key(page.go("lang=ru&at=2026-11-22&q=7-1")) != before


def test_who_may_publish_is_asked_for_the_regions_of_what_a_register_changes(home, monkeypatch):
    asked = []
    monkeypatch.setattr(publish.session, "user", lambda: "local")
    monkeypatch.setattr(publish.rights, "may", lambda *given: asked.append(given[2]) or True)
    after = Store(root=home, var=home / "var").dataset()
    before = replace(after, **{name: getattr(after, name)[:0] for name in ROLLS})
    found = compare.difference(before, after, rollbooks.TODAY)
    assert publish._may_publish(SimpleNamespace(before=before, after=after, difference=found))
    assert set(asked) == {"KZ-55", "KZ-10", "KZ", ""}
