"""Puts new texts where old ones stand, in the look that they have there."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from pptx.oxml import parse_xml

from meks_geo.exports.deckreader import paragraphs
from meks_geo.exports.deckxml import Look, clean, look_of, plain_paragraphs, run_properties
from meks_geo.exports.statements import settled

_NS = "http://schemas.openxmlformats.org/drawingml/2006/main"
_A = f"{{{_NS}}}"


def put_paragraph(paragraph: Any, text: str) -> None:
    """Give a paragraph one text, in the look of its first run."""
    runs = paragraph.findall(f"{_A}r")
    for one in (*runs[1:], *paragraph.findall(f"{_A}br"), *paragraph.findall(f"{_A}fld")):
        paragraph.remove(one)
    if runs:
        run = runs[0]
    else:
        run = parse_xml(f'<a:r xmlns:a="{_NS}"><a:t/></a:r>')
        end = paragraph.find(f"{_A}endParaRPr")
        if end is None:
            paragraph.append(run)
        else:
            end.addprevious(run)
            look = deepcopy(end)
            look.tag = f"{_A}rPr"
            run.insert(0, look)
    run.find(f"{_A}t").text = clean(text)


def put_body(body: Any, text: str) -> None:
    """Give a cell or a title one text."""
    first, *others = body.findall(f"{_A}p")
    for one in others:
        body.remove(one)
    put_paragraph(first, text)


def put_cell(cell: Any, text: str, tone: str, lang: str, *, coloured: bool) -> None:
    """Give a cell of a table one text; `coloured` cells take the colour of their new value."""
    body = cell.find(f"{_A}txBody")
    put_body(body, text)
    if not coloured:
        return
    for run in body.iter(f"{_A}rPr"):
        size = int(run.get("sz") or 1000) / 100
        look: Look = look_of(tone, size)
        made = parse_xml(
            run_properties(look, lang).replace("<a:rPr ", f'<a:rPr xmlns:a="{_NS}" ', 1)
        )
        run.getparent().replace(run, made)


def put_words(body: Any, old: Sequence[str], new: Sequence[str]) -> None:
    """Replace the paragraphs of a box; only those that are still the old ones if any was edited."""
    found = body.findall(f"{_A}p")
    texts = paragraphs(body)
    if list(map(settled, texts)) == list(map(settled, old)) and new:
        for paragraph, text in zip(found, new, strict=False):
            put_paragraph(paragraph, text)
        for paragraph in found[len(new) :]:
            body.remove(paragraph)
        for text in new[len(found) :]:
            more = deepcopy(found[-1])
            put_paragraph(more, text)
            body.append(more)
        return
    following = dict(zip(map(settled, old), new, strict=False))
    for paragraph, text in zip(found, texts, strict=True):
        now = following.get(settled(text))
        if now is not None and settled(text):
            put_paragraph(paragraph, now)


def put_notes(body: Any, old: Sequence[str], new: Sequence[str], lang: str) -> None:
    """Bring the paragraphs that a deck wrote under a slide up to date; all others stay.

    A line that somebody took out stays out; nothing is done where all of them are gone.
    """
    held = {settled(text): one for one, text in zip(_all(body), paragraphs(body), strict=True)}
    found = {line: held[settled(line)] for line in old if settled(line) in held}
    if not found:
        return
    before = {_label(line): line for line in old if _label(line)}
    done: set[str] = set()
    anchor = None
    for line in new:
        was = line if line in old else before.get(_label(line), "") if _label(line) else ""
        if was:
            done.add(was)
            paragraph = found.get(was)
            if paragraph is None:
                continue
            if was != line:
                put_paragraph(paragraph, line)
            anchor = paragraph
            continue
        (made,) = plain_paragraphs((line,), lang)
        if anchor is None:
            body.findall(f"{_A}p")[0].addprevious(made)
        else:
            anchor.addnext(made)
        anchor = made
    for line, paragraph in found.items():
        if line not in done:
            paragraph.getparent().remove(paragraph)


def _all(body: Any) -> list[Any]:
    return list(body.findall(f"{_A}p"))


def _label(line: str) -> str:
    """Return what stands before the colon of a line such as the link; "" for a source."""
    label, colon, _ = line.partition(": ")
    return label if colon and len(label) < 40 and "." not in label else ""
