"""The export page without a browser: what it offers, and how a file comes to be."""

import time

import pytest

from meks_geo.exports.outputs import OUTPUTS
from meks_geo.ui.export import GROUPS

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
