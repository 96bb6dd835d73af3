"""The page of KPIs without a browser."""

import os
import re
from dataclasses import replace

import pytest
import streamlit as st
from onepage import OnePage
from streamlit.components.v2.component_manager import BidiComponentManager

from meks_geo.errors import InputError, Problem
from meks_geo.store import Store
from meks_geo.ui import cache, kpis, shell

LANGS = ("kk", "ru", "en")
TITLES = {
    "kk": "Бағдарламаның негізгі көрсеткіштері: Қазақстан",
    "ru": "Ключевые показатели программы: Казахстан",
    "en": "Key indicators of the programme: Kazakhstan",
}


@pytest.fixture
def open_kpis(root, store, data, monkeypatch):
    """Open the page at an address."""
    monkeypatch.setenv("MEKS_GEO_VAR", os.fspath(store.var))
    monkeypatch.delenv("MEKS_GEO_ROOT", raising=False)
    monkeypatch.setattr(
        BidiComponentManager, "discover_and_register_components", lambda *_, **__: None
    )
    monkeypatch.setattr(cache, "dataset", lambda _revision="": data)
    # alone, the page has no other one to link to
    monkeypatch.setattr(
        shell, "to_page", lambda view, name: st.html(f"<p>[{view.lang} {name}]</p>")
    )
    return lambda query: OnePage(root, "kpis", query)


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_opens_in_each_language(open_kpis, lang):
    page = open_kpis(f"lang={lang}&at=2026-11-22")
    assert TITLES[lang] in page.text
    assert "1465" in page.text
    for count in ("669", "220"):
        assert count in page.text
    assert len({tab.label for tab in page.at.tabs}) == 4
    buttons = [b.proto.id for b in page.at.get("download_button")]
    assert len(buttons) == len(set(buttons)) >= 9


def test_targets_of_both_sources_and_the_rating_are_told(open_kpis):
    page = open_kpis("lang=en&at=2026-11-22")
    text = page.text
    assert "42% Another source: 40%" in text
    assert "On course 40%: Lagging" in text
    assert "Period over, no result published" in text
    assert "Period not over, no result published" in text
    assert "The base year and the thresholds are assumed" in text
    assert "red 19 · yellow 11 · green 7" in " ".join(page.html)
    assert "red 10 · yellow 17 · green 10" in " ".join(page.html)


def test_no_wear_colour_stands_for_a_rating(open_kpis):
    tables = [b for b in open_kpis("lang=en&at=2026-11-22").html if 'class="kpis"' in b]
    assert tables
    assert not [b for b in tables if re.search(r"#[0-9a-f]{6}|style=", b)]
    assert any('class="sign full"' in b for b in tables)


def test_the_page_follows_the_day(open_kpis):
    page = open_kpis("lang=en&at=2023-06-01")
    assert "10 · actual" not in page.text
    assert "19 · actual, 2022" in page.text
    assert "1465" not in page.text
    page.go("lang=en&at=2020-01-01")
    assert page.at.info[0].value == "No key indicator was published by this date"


def test_a_region_has_its_own_table_and_unknown_is_told(open_kpis):
    page = open_kpis("lang=en&at=2026-11-22&region=KZ-35")
    assert "Karaganda region" in page.text
    assert "66%" in page.row("Wear of heat networks")
    empty = open_kpis("lang=en&at=2026-11-22&region=KZ-71")
    assert "Astana: no figure was published by this date. Unknown is not zero" in empty.text


@pytest.mark.parametrize("day", ["2029-12-31", "1900-06-01"])
def test_no_day_breaks_the_ledger(open_kpis, day):
    page = open_kpis(f"lang=en&at={day}")
    for field in (f for f in page.at.date_input if f.key == "w-ledger-since"):
        assert field.min <= field.value <= field.max


def test_the_ledger_spans_from_the_chosen_day(open_kpis):
    page = open_kpis("lang=en&at=2026-11-22")
    assert "From 22 Nov 2025 to 22 Nov 2026" in page.text
    assert not page.row("Ridder CHP")
    (field,) = [f for f in page.at.date_input if f.key == "w-ledger-since"]
    field.set_value(field.value.replace(year=2025, month=8, day=1)).run()
    assert not page.at.exception
    assert "From 1 Aug 2025 to 22 Nov 2026" in page.text
    assert "Left" in page.row("Ridder CHP")
    assert "red, told by the later statement" in page.row("Ridder CHP")
    page.go("lang=en&at=2025-07-01")
    assert "The first day must be before the as-of date" in [i.value for i in page.at.info]


def test_what_comes_from_data_cannot_become_markup(open_kpis, data, monkeypatch):
    hostile = '<img src=x onerror="alert(1)">'
    odd = replace(data, kpis=data.kpis.assign(name_en=hostile))
    monkeypatch.setattr(cache, "dataset", lambda _revision="": odd)
    page = open_kpis("lang=en&at=2026-11-22")
    assert "&lt;img src=x" in " ".join(page.html)
    assert "<img src=x" not in " ".join(page.html)


def test_a_link_leads_only_to_a_web_page():
    cell = kpis.Cell("<b>", url="javascript:alert(1)")
    assert kpis.markup(kpis.Table((cell,), ((cell,),), (), ())).count("<a ") == 0
    safe = kpis.Cell("x", url='https://a.kz/"><script>')
    made = kpis.markup(kpis.Table((safe,), ((safe,),), (), ()))
    assert "<script>" not in made
    assert 'rel="noopener"' in made


def test_faulty_rules_are_told_in_place_of_the_page(open_kpis, monkeypatch):
    def faulty(_self):
        raise InputError([Problem("not-a-number", "kpi_rules.csv", 4, "value", "eighty")])

    monkeypatch.setattr(Store, "parameters", faulty)
    page = open_kpis("lang=en&at=2026-11-22")
    assert "The rules of the ratings have errors" in page.at.error[0].value
    assert list(page.at.dataframe[0].value["File"]) == ["kpi_rules.csv"]
