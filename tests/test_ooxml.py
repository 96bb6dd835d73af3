"""Decks and workbooks as packages: nothing to repair, and the rules see what is broken."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import deckworks
import ooxml
import pytest
from deckworks import view

from meks_geo.exports import deck, workbook
from meks_geo.intake import template
from meks_geo.vocabulary import Lang


@pytest.fixture(scope="module")
def made(data):
    with pytest.MonkeyPatch.context() as patch:
        deckworks.coarse(patch)
        yield deck.write(data, view(query="region=KZ-63"))


@pytest.mark.parametrize("lang", Lang)
def test_a_workbook_needs_no_repair(data, lang):
    assert ooxml.faults(workbook.write(data, view(lang, ""))) == []


@pytest.mark.parametrize("lang", Lang)
def test_a_template_needs_no_repair(data, store, lang):
    made = template.workbook(data, store.schemas(), lang=lang, region="KZ-63", today=deckworks.DAY)
    assert ooxml.faults(made) == []


def spoiled(content, name, old, new):
    """The same package in which a member has other bytes, or is gone if `new` is None."""
    out, found = BytesIO(), False
    with ZipFile(BytesIO(content)) as given, ZipFile(out, "w", ZIP_DEFLATED) as package:
        for one in given.namelist():
            body = given.read(one)
            if one == name:
                found = new is None or old in body
                if new is None:
                    continue
                body = body.replace(old, new, 1)
            package.writestr(one, body)
    assert found, name
    return out.getvalue()


SLIDE, CHART = "ppt/slides/slide3.xml", "ppt/charts/chart1.xml"
BROKEN = {
    "a part that is gone": ("ppt/theme/theme1.xml", b"", None),
    "no end of a tag": (SLIDE, b"</p:cSld>", b""),
    "two shapes of one id": (SLIDE, b'<p:cNvPr id="2"', b'<p:cNvPr id="3"'),
    "an axis below zero": (CHART, b'<c:axId val="', b'<c:axId val="-'),
    "cells in another order": (SLIDE, b"<a:tblGrid>", b"<a:tblGrid/><a:tblPr/><a:tblGrid>"),
    "a column too much": (SLIDE, b"<a:tblGrid>", b'<a:tblGrid><a:gridCol w="1"/>'),
    "a link to a file of this machine": (
        "ppt/slides/_rels/slide3.xml.rels",
        b"</Relationships>",
        b'<Relationship Id="x" Type="t" Target="file:///c:/x" TargetMode="External"/>'
        b"</Relationships>",
    ),
    "a relationship of nothing": (SLIDE, b"<p:cSld", b'<p:cSld r:id="rId99"'),
    "a slide of no known type": (
        "[Content_Types].xml",
        b'PartName="/ppt/slides/slide3.xml"',
        b'PartName="/ppt/slides/slide99.xml"',
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_seen(made, what):
    assert ooxml.faults(made) == []
    assert ooxml.faults(spoiled(made, *BROKEN[what]))
