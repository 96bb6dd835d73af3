"""The export page without a browser: what it offers, and how a file comes to be."""

import time
from datetime import date

import pytest

from meks_geo.exports.outputs import OUTPUTS, Choice
from meks_geo.ui.export import GROUPS, job_key
from meks_geo.view import decode

PATIENCE_S = 60


@pytest.fixture
def export(open_page):
    return lambda query: open_page(query, page="export")


def button(page, code):
    return next(b for b in page.at.button if b.key == f"make-{code}")


def test_every_kind_of_file_is_offered_once():
    offered = [code for codes in GROUPS.values() for code in codes]
    assert sorted(offered) == sorted(OUTPUTS)


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_page_says_what_its_files_will_say_of_themselves(export, data, lang):
    page = export(f"lang={lang}&at=2026-04-08&zone=red")
    assert data.revision in page.text
    assert {f"make-{code}" for code in OUTPUTS} <= {b.key for b in page.at.button}


def test_the_day_and_the_layer_are_part_of_what_a_file_is(data):
    view, _ = decode("lang=en&at=2026-04-08", today=date(2026, 11, 22))

    def keys(**asked):
        choice = Choice(**asked)
        return {code: job_key(data.revision, view, code, choice) for code in OUTPUTS}

    plain, since, layer = keys(), keys(since=date(2024, 1, 1)), keys(layer="networks")
    assert {code for code in OUTPUTS if plain[code] != since[code]} == {"atlas"}
    assert {code for code in OUTPUTS if plain[code] != layer[code]} == {"csv", "geojson"}


@pytest.mark.parametrize(("query", "layer"), [("", "plants"), ("&layers=networks", "networks")])
def test_the_page_begins_with_the_layer_of_the_view_and_a_year(export, query, layer):
    page = export(f"lang=en&at=2026-04-08{query}")
    (chosen,) = [one for one in page.at.button_group if one.key == "w-layer"]
    assert chosen.value == layer
    assert page.at.date_input(key="w-since").value == date(2025, 4, 8)


def test_a_file_is_made_beside_the_page_and_can_be_saved(export):
    page = export("lang=en&at=2026-04-08&region=KZ-11")
    button(page, "csv").click()
    deadline = time.monotonic() + PATIENCE_S
    while not any("save-csv" in b.proto.id for b in page.at.get("download_button")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
        page.run()
    assert all(b.key != "make-csv" for b in page.at.button)
    assert any(b.key == "make-xlsx" for b in page.at.button)
