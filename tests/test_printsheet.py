"""Sheets as files: text that stays text, fonts that travel with it, books of several sheets."""

import base64
import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from sheets import KAZAKH, make_base, make_scene, texts

from meks_geo import printmap
from meks_geo.printsheet import Paper, Sheet, book
from meks_geo.printtext import FAMILY
from meks_geo.printtype import Type, outlines

SVG = "{http://www.w3.org/2000/svg}"
REGULAR = Type("Regular", 9.0)
SMALL = Paper("card", 100.0, 60.0)


@pytest.fixture(scope="module")
def scene():
    hostile = '<script>alert("&")</script> ]]> ' + KAZAKH
    return replace(make_scene(), title=hostile, link="http://map.example/?lang=kk&at=2026-04-08")


@pytest.fixture(scope="module")
def svg(scene):
    return printmap.draw(scene, make_base(), fmt="svg")


@pytest.fixture(scope="module")
def pdf(scene):
    return printmap.draw(scene, make_base(), fmt="pdf")


def card(text, live=True):
    sheet = Sheet(SMALL, 72, live_text=live)
    sheet.text((10.0, 20.0), text, REGULAR, "#1f2d38", halo="#ffffff")
    return sheet


def embedded(svg):
    """The fonts in a drawing by style and weight."""
    rule = r"font-style:(\w+);font-weight:(\d+);src:url\(data:font/woff;base64,([^)]+)\)"
    return {
        (style, weight): TTFont(io.BytesIO(base64.b64decode(data)))
        for style, weight, data in re.findall(rule, svg.decode())
    }


def spoken(pdf):
    """The text of a PDF, spaces apart."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return "".join("".join(pages).split())


# --- SVG --------------------------------------------------------------------------------------


def test_all_words_are_text_in_an_svg(scene, svg):
    said = [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    assert sorted(said) == sorted(texts(printmap.compose(scene, make_base(), dpi=50)))


def test_a_drawing_carries_every_letter_it_uses(svg):
    fonts = embedded(svg)
    for element in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        font = fonts[element.get("font-style"), element.get("font-weight")]
        assert set(element.text) - set(map(chr, font.getBestCmap())) == set()
        assert FAMILY in element.get("font-family")


def test_a_drawing_asks_for_nothing_outside(svg):
    assert re.findall(rb"url\((?!#|data:)", svg) == []
    assert b"<image" not in svg
    assert b"@import" not in svg


def test_groups_of_a_drawing_have_names_of_their_own(svg):
    ids = re.findall(rb'id="([^"]+)"', svg)
    assert len(ids) == len(set(ids))


def test_words_keep_their_width_whatever_font_a_reader_has(svg):
    for element in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        assert float(element.get("textLength")) > 0 or not element.text.strip()


# --- PDF --------------------------------------------------------------------------------------


def test_every_word_of_a_pdf_can_be_found(scene, pdf):
    said = spoken(pdf)
    for text in texts(printmap.compose(scene, make_base(), dpi=50)):
        assert "".join(text.split()) in said
    assert KAZAKH in said


def test_a_pdf_holds_its_fonts(pdf):
    fonts = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values()
    faces = [f.get_object()["/DescendantFonts"][0].get_object() for f in fonts]
    assert faces
    for face in faces:
        assert face["/Subtype"] == "/CIDFontType2"
        assert "NotoSans" in face["/BaseFont"]
        assert "/FontFile2" in face["/FontDescriptor"]


def test_a_pdf_says_what_it_shows(scene, pdf):
    said = PdfReader(io.BytesIO(pdf)).metadata
    assert said["/Title"] == scene.title
    assert said["/Keywords"] == scene.link
    assert all(part in said["/Subject"] for part in scene.foot)
    assert "/CreationDate" not in said
    assert "/Producer" not in said


def test_a_text_may_open_an_address():
    sheet = Sheet(SMALL, 72, live_text=True)
    sheet.text((10, 20), "ашу", REGULAR, "#00708a", link="http://map.example/?a=1&b=2")
    assert b'xlink:href="http://map.example/?a=1&amp;b=2"' in sheet.to_bytes("svg")
    (page,) = PdfReader(io.BytesIO(sheet.to_bytes("pdf"))).pages
    (mark,) = page["/Annots"]
    assert mark.get_object()["/A"]["/URI"] == "http://map.example/?a=1&b=2"


# --- books ------------------------------------------------------------------------------------


def test_a_book_has_a_page_for_each_sheet():
    wide = Paper("wide", 200.0, 60.0)
    sheets = [card("бірінші бет"), Sheet(wide, 72, live_text=True)]
    found = PdfReader(io.BytesIO(book(sheets, {"Title": "Атлас"})))
    sides = [round(float(page.mediabox.width) / 72 * 25.4) for page in found.pages]
    assert sides == [100, 200]
    assert "біріншібет" in "".join(found.pages[0].extract_text().split())
    assert found.metadata["/Title"] == "Атлас"


def test_a_book_keeps_one_sheet_open_and_closes_it():
    made = []

    def pages():
        for number in range(3):
            assert all(not sheet.figure.get_children()[1:] for sheet in made)
            made.append(card(f"бет {number}"))
            yield made[-1]

    assert len(PdfReader(io.BytesIO(book(pages()))).pages) == 3
    assert len(made) == 3


def test_the_same_sheets_give_the_same_book():
    assert book([card("бір"), card("екі")]) == book([card("бір"), card("екі")])


def test_a_failed_sheet_leaves_no_book():
    def pages():
        yield card("бір")
        msg = "cancelled"
        raise KeyboardInterrupt(msg)

    with pytest.raises(KeyboardInterrupt):
        book(pages())


# --- the letters on dots ----------------------------------------------------------------------


def test_every_kazakh_letter_has_a_shape_of_its_own():
    missing = outlines("\ue000", REGULAR, 0, 0).vertices.shape
    shapes = [outlines(letter, REGULAR, 0, 0).vertices for letter in KAZAKH]
    assert all(len(shape) > 3 for shape in shapes)
    assert sum(shape.shape == missing for shape in shapes) <= 1
    for n, one in enumerate(shapes):
        assert not any(np.array_equal(one, other) for other in shapes[:n])
