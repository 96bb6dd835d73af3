"""Decks for tests: small ones, drawn coarsely, and hands that edit them as a person would."""

from copy import deepcopy
from dataclasses import replace
from datetime import date
from io import BytesIO
from types import MappingProxyType

from pptx import Presentation

from meks_geo.dates import parse
from meks_geo.exports import deckmaps
from meks_geo.model import Claim
from meks_geo.view import decode

DAY = date(2026, 11, 22)
#: The regions of the three CHPs, whose deadlines moved.
QUERY = "region=KZ-10,KZ-11,KZ-63"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def view(lang="en", query=QUERY, at="2026-11-22"):
    return decode(f"lang={lang}&at={at}&{query}", today=DAY)[0]


def coarse(monkeypatch):
    """Draw maps with few dots: they are looked at elsewhere."""
    monkeypatch.setattr(deckmaps, "DPI", 24)


def saying(data, *rows, day="2026-11-20", revision="f" * 64):
    """The same map of record in which somebody said more: rows of subject, attribute, value."""
    source = sorted(data.sources)[0]
    claims = {subject: dict(by_name) for subject, by_name in data.claims.items()}
    for number, (subject, attribute, value) in enumerate(rows):
        said = claims.setdefault(subject, {})
        claim = Claim(
            f"new-{number}", subject, attribute, value, parse(day), "stands", "", source, "", "",
            10**6 + number,
        )  # fmt: skip
        said[attribute] = (*said.get(attribute, ()), claim)
    frozen = {subject: MappingProxyType(by_name) for subject, by_name in claims.items()}
    return replace(data, claims=MappingProxyType(frozen), revision=revision)


class Hand:
    """A deck in the hands of a person."""

    def __init__(self, content):
        self.made = Presentation(BytesIO(content))

    def shape(self, name):
        found = [s for page in self.made.slides for s in page.shapes if s.name == name]
        assert len(found) == 1, (name, [s.name for p in self.made.slides for s in p.shapes])
        return found[0]

    def page(self, name):
        return next(p for p in self.made.slides if any(s.name == name for s in p.shapes))

    def row(self, table, first):
        """The row of a table whose first cell begins with these words."""
        rows = self.shape(table).table.rows
        return next(row for row in rows if row.cells[0].text.startswith(first))

    def cell(self, table, first, head):
        """The cell in that row under that head."""
        heads = [cell.text for cell in self.shape(table).table.rows[0].cells]
        return self.row(table, first).cells[heads.index(head)]

    def write(self, cell, text):
        """Type other words into a cell, in the look that it has."""
        runs = cell.text_frame.paragraphs[0].runs
        runs[0].text = text
        for run in runs[1:]:
            run.text = ""

    def without_ids(self):
        """Drop the ids of rows and columns, as other programs may."""
        for page in self.made.slides:
            for tag in ("rowId", "colId"):
                space = "{http://schemas.microsoft.com/office/drawing/2014/main}"
                for mark in list(page._element.iter(f"{space}{tag}")):
                    kept = mark.getparent().getparent()
                    kept.getparent().remove(kept)

    def drop(self, page):
        ids = self.made.slides._sldIdLst
        entry = ids[self.made.slides.index(page)]
        self.made.part.drop_rel(entry.rId)
        ids.remove(entry)

    def insert_row(self, table, words):
        """Put a row of one's own under the head."""
        rows = self.shape(table).table._tbl.findall(f"{A}tr")
        made = deepcopy(rows[1])
        for mark in made.iter("{http://schemas.microsoft.com/office/drawing/2014/main}rowId"):
            mark.set("val", "4242")
        for text in made.iter(f"{A}t"):
            text.text = words
        rows[0].addnext(made)

    def content(self):
        out = BytesIO()
        self.made.save(out)
        return out.getvalue()


def texts(content):
    """Every text of every slide, as a reader finds it."""
    found = []
    for page in Presentation(BytesIO(content)).slides:
        found += [one.text or "" for one in page._element.iter(f"{A}t")]
    return found
