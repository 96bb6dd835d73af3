"""A deck as a presentation: native text, tables and charts, maps as pictures with alt texts."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha1
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.util import Inches

from meks_geo.exports import deckcharting, deckmaps
from meks_geo.exports.deckfit import HEIGHT, MARGIN, WIDE, WIDTH, text_width
from meks_geo.exports.deckmodel import Box, Picture, Slide, Table, Words
from meks_geo.exports.deckxml import (
    FACE,
    clean,
    emu,
    look_of,
    number_field,
    paragraph,
    plain_paragraphs,
    table_frame,
    text_box,
)
from meks_geo.model import Base
from meks_geo.style import load

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_TITLE_ONLY = 5
_STAMP_PT, _TITLE_PT, _COVER_PT = 11.0, 22.0, 36.0
_STAMP_PAD = 0.24


def blank() -> Any:
    """Return an empty presentation of 16:9 in the product's colours and face."""
    made: Any = Presentation()
    across = emu(WIDTH) / made.slide_width
    made.slide_width, made.slide_height = emu(WIDTH), emu(HEIGHT)
    for layout in (made.slide_master, *made.slide_layouts):
        for shape in layout.placeholders:
            if shape._element.spPr.xfrm is not None:
                shape.left, shape.width = round(shape.left * across), round(shape.width * across)
    _dress_theme(made)
    return made


def _dress_theme(made: Any) -> None:
    """Name one face for every script, and the product's colours, in the theme of the deck."""
    part = made.slide_master.part.part_related_by(RT.THEME)
    theme = parse_xml(part.blob)
    scheme = theme.find(f".//{{{_A}}}fontScheme")
    for kind in ("majorFont", "minorFont"):
        fonts = scheme.find(f"{{{_A}}}{kind}")
        for child in list(fonts):
            fonts.remove(child)
        for script in ("latin", "ea", "cs"):
            fonts.append(parse_xml(f'<a:{script} xmlns:a="{_A}" typeface="{FACE}"/>'))
    palette, zones = load().palette, load().zones
    colours = {
        "dk1": palette.ink,
        "lt1": palette.paper,
        "dk2": palette.ink_soft,
        "lt2": palette.land,
        "accent1": palette.accent,
        "accent2": zones["red"].symbol,
        "accent3": zones["yellow"].symbol,
        "accent4": zones["green"].symbol,
        "accent5": zones["unknown"].symbol,
        "accent6": palette.border,
        "hlink": palette.accent,
        "folHlink": palette.ink_soft,
    }
    colour_scheme = theme.find(f".//{{{_A}}}clrScheme")
    for name, colour in colours.items():
        slot = colour_scheme.find(f"{{{_A}}}{name}")
        for child in list(slot):
            slot.remove(child)
        value = colour.removeprefix("#").upper()
        slot.append(parse_xml(f'<a:srgbClr xmlns:a="{_A}" val="{value}"/>'))
    part.blob = serialize_part_xml(theme)


def add(made: Any, slide: Slide, base: Base, *, lang: str, stamp: str) -> Slide:
    """Put a slide at the end of a presentation.

    Returns
    -------
    slide
        The same slide, its pictures with the hash of the file that was put in.
    """
    page = made.slides.add_slide(made.slide_layouts[_TITLE_ONLY])
    number = len(made.slides)
    stamp_wide = _stamp(page, slide, lang, stamp)
    _title(page, slide, lang, stamp_wide)
    pictures = tuple(put_picture(page, one, base) for one in slide.pictures)
    for words in slide.words:
        put_words(page, words, lang)
    for table in slide.tables:
        put_table(page, table, lang)
    for chart in slide.charts:
        deckcharting.put(page, chart, lang)
    box = Box(WIDTH - MARGIN - 0.6, 6.98, 0.6, 0.3)
    tree = page.shapes._spTree
    tree.append(number_field(_next(page), f"{slide.key}:number", number, lang, box))
    if slide.notes:
        body = page.notes_slide.notes_text_frame._txBody
        for old in list(body.p_lst):
            body.remove(old)
        for one in plain_paragraphs(slide.notes, lang):
            body.append(one)
    return replace(slide, pictures=pictures)


def _next(page: Any) -> int:
    return int(page.shapes._next_shape_id)


def _stamp(page: Any, slide: Slide, lang: str, stamp: str) -> float:
    """Put the classification top right; returns how much of the width it takes, in inches."""
    if not stamp:
        return 0.0
    wide = text_width(stamp, _STAMP_PT, "Bold") + _STAMP_PAD
    wide = min(wide, WIDE / 2)
    words = paragraph(stamp, look_of("bold", _STAMP_PT), lang, align="ctr")
    box = Box(WIDTH - MARGIN - wide, 0.3, wide, 0.3)
    page.shapes._spTree.append(
        text_box(_next(page), f"{slide.key}:stamp", words, box, anchor="ctr", framed=True)
    )
    return wide + 0.3


def _title(page: Any, slide: Slide, lang: str, taken: float) -> None:
    """Set the title in the place that outlines and screen readers look for it."""
    title = page.shapes.title
    title.name = f"{slide.key}:title"
    size = _COVER_PT if slide.cover else _TITLE_PT
    room = WIDE - taken
    if not slide.cover:
        wide = text_width(slide.title, size, "Bold")
        size = max(13.0, min(size, size * 1.9 * room / max(wide, 0.1)))
    top, high = (0.7, 0.9) if slide.cover else (0.3, 0.66)
    title.left, title.top = Inches(MARGIN), Inches(top)
    title.width, title.height = Inches(room), Inches(high)
    body = title._element.txBody
    for old in list(body.p_lst):
        body.remove(old)
    body.append(
        parse_xml(
            paragraph(slide.title, look_of("bold", size), lang).replace(
                "<a:p>", f'<a:p xmlns:a="{_A}">', 1
            )
        )
    )
    settings = body.bodyPr
    for name in ("lIns", "tIns", "rIns", "bIns"):
        settings.set(name, "0")
    settings.set("anchor", "b" if slide.cover else "ctr")


def put_words(page: Any, words: Words, lang: str) -> None:
    """Put a box of text on a slide."""
    look = look_of(words.tone, words.size_pt)
    inside = "".join(paragraph(text, look, lang, align=words.align) for text in words.texts)
    page.shapes._spTree.append(text_box(_next(page), words.name, inside, words.box))


def put_table(page: Any, table: Table, lang: str) -> None:
    """Put a native table on a slide."""
    links = links_of(page, table)
    page.shapes._spTree.append(table_frame(_next(page), table, lang, links))


def links_of(page: Any, table: Table) -> dict[str, str]:
    """Return the relationships of a slide to the addresses in a table, made where missing."""
    addresses = dict.fromkeys(cell.link for row in table.rows for cell in row.cells if cell.link)
    return {
        one: page.part.relate_to(clean(one), RT.HYPERLINK, is_external=True) for one in addresses
    }


def put_picture(page: Any, picture: Picture, base: Base) -> Picture:
    """Draw a map and put it on a slide, with its alt text."""
    content = draw(picture, base)
    box = picture.box
    shape = page.shapes.add_picture(
        BytesIO(content),
        Inches(box.left),
        Inches(box.top),
        Inches(box.width),
        Inches(box.height),
    )
    shape.name = picture.name
    shape._element.nvPicPr.cNvPr.set("descr", clean(picture.alt))
    return replace(picture, sha1=sha1(content, usedforsecurity=False).hexdigest())


def draw(picture: Picture, base: Base) -> bytes:
    """Return the file of a map.

    Raises
    ------
    ValueError
        If the picture has no scene: it was read out of a file.
    """
    if picture.scene is None:
        msg = f"nothing to draw: {picture.name}"
        raise ValueError(msg)
    return deckmaps.picture(picture.scene, base, picture.box, columns=picture.columns)


def pictures_of(slides: Sequence[Slide]) -> int:
    """Return how many maps are to be drawn."""
    return sum(len(slide.pictures) for slide in slides)
