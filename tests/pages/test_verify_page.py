"""The page that checks a deck, without a browser."""

import time

import deckworks
import pytest
from deckworks import Hand, view

from meks_geo import i18n
from meks_geo.exports import deck

LANGS = ("kk", "ru", "en")
PATIENCE_S = 60
MIME = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@pytest.fixture(scope="module")
def made(data):
    with pytest.MonkeyPatch.context() as patch:
        deckworks.coarse(patch)
        yield deck.write(data, view("ru", "region=KZ-11"))


@pytest.fixture
def opened(open_page):
    return lambda lang="en": open_page(f"lang={lang}&at=2026-11-22", page="verify")


def give(page, content, name="deck.pptx"):
    page.at.file_uploader[0].upload(name, content, MIME)
    return page.run()


@pytest.mark.parametrize("lang", LANGS)
def test_a_true_deck_is_called_true(opened, made, lang):
    page = give(opened(lang), made)
    assert i18n.text(lang, "verify.all_true") in page.text
    assert not page.at.dataframe
    assert not [one for one in page.at.button if one.key == "make-refreshed-deck"]


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_untrue_stands_in_a_table_with_its_source(data, opened, made, lang):
    hand = Hand(made)
    hand.write(hand.cell("s1.projects.1:table", "Строительство ТЭЦ в Кокшетау", "млрд ₸"), "300")
    page = give(opened(lang), hand.content())
    assert i18n.plural(lang, "verify.some_false", 1) in page.text
    (row,) = page.at.dataframe[0].value.to_dict("records")
    assert row["statement"].startswith(data.projects.loc["kokshetau-chp-newbuild", f"name_{lang}"])
    shown = [i18n.quantity(lang, figure, "bn KZT") for figure in (300, 356)]
    assert [row["then"], row["now"]] == shown
    assert row["url"].startswith("http")
    assert row["note"] == i18n.text(lang, "verify.edited")


def test_the_refreshed_deck_is_made_beside_the_page(data, opened, made):
    hand = Hand(made)
    hand.write(hand.cell("s1.projects.1:table", "Строительство ТЭЦ в Кокшетау", "млрд ₸"), "300")
    page = give(opened(), hand.content())
    (make,) = [one for one in page.at.button if one.key == "make-refreshed-deck"]
    make.click()
    deadline = time.monotonic() + PATIENCE_S
    while not [b for b in page.at.get("download_button") if "save-refreshed" in b.proto.id]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
        page.run()
    assert not [one for one in page.at.button if one.key == "make-refreshed-deck"]


def test_another_file_is_refused_in_words(opened):
    page = give(opened("ru"), b"PK nothing")
    assert "презентация повреждена" in page.text.lower()
    page = give(opened("ru"), b"<script>alert(1)</script>")
    assert "PPTX" in page.text
    assert "<script>alert" not in "".join(page.html)
