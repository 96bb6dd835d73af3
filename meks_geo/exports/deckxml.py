"""The XML of text and tables on a slide: runs in their language, rows and columns with ids.

PowerPoint keeps the ids of rows and columns when others are put in, moved or removed; that is how a
figure is found again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

from pptx.oxml import parse_xml

from meks_geo.exports.deckfit import heights, widths
from meks_geo.exports.deckmodel import Box, Cell, Row, Table
from meks_geo.style import load
from meks_geo.vocabulary import Lang, Zone

#: A face with every letter of the three languages that is on each office computer.
FACE = "Arial"

TAGS = {Lang.KK: "kk-KZ", Lang.RU: "ru-RU", Lang.EN: "en-US"}

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_A16 = "http://schemas.microsoft.com/office/drawing/2014/main"
_SPACES = f'xmlns:a="{_A}" xmlns:p="{_P}" xmlns:r="{_R}"'
_TABLE = "http://schemas.openxmlformats.org/drawingml/2006/table"
_COLUMN_ID, _ROW_ID = (
    "{9D8B030D-6E8A-4147-A177-3AD203B41FA5}",
    "{0D108BD9-81ED-4DB2-BD59-A6C34878D82A}",
)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_EMU_PER_INCH, _EMU_PER_PT = 914400, 12700
_HAIR_PT = 0.5


def emu(inches: float) -> int:
    """Return a length in the units of the file."""
    return round(inches * _EMU_PER_INCH)


def clean(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return _NOT_XML.sub("", text)


def _hex(colour: str) -> str:
    return colour.removeprefix("#").upper()


def key_id(key: str) -> int:
    """Return the id of a row or column in the file; never 0."""
    return crc32(key.encode()) or 1


@dataclass(frozen=True, slots=True)
class Look:
    """How a text is set."""

    size_pt: float
    bold: bool = False
    colour: str = ""


def look_of(tone: str, size_pt: float) -> Look:
    """Return how a tone looks; the zones have the colours of their edges."""
    palette = load().palette
    if tone in (Zone.RED, Zone.YELLOW, Zone.GREEN):
        return Look(size_pt, True, load().zones[tone].edge)
    return {
        "big": Look(size_pt * 1.8, True, palette.ink),
        "label": Look(size_pt, False, palette.ink_soft),
        "note": Look(size_pt * 0.88, False, palette.ink_soft),
        "soft": Look(size_pt, False, palette.ink_soft),
        "bold": Look(size_pt, True, palette.ink),
        "strong": Look(size_pt, True, palette.ink),
        "head": Look(size_pt, True, palette.ink),
    }.get(tone, Look(size_pt, False, palette.ink))


def run_properties(look: Look, lang: str, link: str = "", tag: str = "rPr") -> str:
    """Return the properties of a run; `link` is the id of a relationship."""
    fill = f'<a:solidFill><a:srgbClr val="{_hex(look.colour)}"/></a:solidFill>'
    click = f'<a:hlinkClick r:id="{link}"/>' if link else ""
    bold = ' b="1"' if look.bold else ' b="0"'
    return (
        f'<a:{tag} lang="{TAGS[Lang(lang)]}" sz="{round(look.size_pt * 100)}"{bold} dirty="0">'
        f"{fill}{click}</a:{tag}>"
    )


def paragraph(text: str, look: Look, lang: str, *, align: str = "l", link: str = "") -> str:
    """Return a paragraph with one run; an empty one keeps its look for what is typed later."""
    words = escape(clean(text))
    inside = (
        f"<a:r>{run_properties(look, lang, link)}<a:t>{words}</a:t></a:r>"
        if words
        else run_properties(look, lang, tag="endParaRPr")
    )
    return f'<a:p><a:pPr algn="{align}"/>{inside}</a:p>'


def plain_paragraphs(texts: Sequence[str], lang: str) -> list[Any]:
    """Return paragraphs that look as their place wants, for speaker notes."""
    return [
        parse_xml(
            f'<a:p xmlns:a="{_A}"><a:r><a:rPr lang="{TAGS[Lang(lang)]}" dirty="0"/>'
            f"<a:t>{escape(clean(text))}</a:t></a:r></a:p>"
        )
        for text in texts
    ]


def _place(box: Box, space: str) -> str:
    return (
        f'<{space}:xfrm><a:off x="{emu(box.left)}" y="{emu(box.top)}"/>'
        f'<a:ext cx="{emu(box.width)}" cy="{emu(box.height)}"/></{space}:xfrm>'
    )


def text_box(
    number: int, name: str, paragraphs: str, box: Box, *, anchor: str = "t", framed: bool = False
) -> Any:
    """Return a box of text; `framed` is that of a stamp."""
    line = (
        f'<a:ln w="12700"><a:solidFill><a:srgbClr val="{_hex(load().palette.ink)}"/>'
        "</a:solidFill></a:ln>"
        if framed
        else ""
    )
    return parse_xml(
        f"<p:sp {_SPACES}><p:nvSpPr><p:cNvPr id={quoteattr(str(number))} name={quoteattr(name)}/>"
        '<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr>'
        f'{_place(box, "a")}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>{line}'
        '</p:spPr><p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" '
        f'anchor="{anchor}"><a:normAutofit/></a:bodyPr><a:lstStyle/>{paragraphs}</p:txBody></p:sp>'
    )


def number_field(number: int, name: str, page: int, lang: str, box: Box) -> Any:
    """Return the number of a slide, which its program keeps up to date."""
    look = run_properties(look_of("soft", 9.0), lang)
    field = (
        '<a:p><a:pPr algn="r"/><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum">'
        f"{look}<a:t>{page}</a:t></a:fld></a:p>"
    )
    return text_box(number, name, field, box)


# -- tables ----------------------------------------------------------------------------------------


def table_frame(number: int, table: Table, lang: str, links: dict[str, str]) -> Any:
    """Return a native table; `links` are the relationships of its addresses."""
    wide = widths(table.columns, table.box.width)
    high = heights(table.columns, table.rows, table.box.width, table.size_pt, head=table.head)
    grid = "".join(
        f'<a:gridCol w="{emu(width)}"><a:extLst><a:ext uri="{_COLUMN_ID}">'
        f'<a16:colId xmlns:a16="{_A16}" val="{key_id(column.key)}"/></a:ext></a:extLst></a:gridCol>'
        for column, width in zip(table.columns, wide, strict=True)
    )
    rows = ""
    if table.head:
        cells = "".join(
            _cell(Cell(column.title, tone="head"), column.align, table, lang, head=True)
            for column in table.columns
        )
        rows += _row("", cells, high[0])
        high = high[1:]
    for row, height in zip(table.rows, high, strict=True):
        rows += row_xml(table, row, height, lang, links)
    whole = Box(table.box.left, table.box.top, table.box.width, sum(high))
    flags = ' firstRow="1"' if table.head else ""
    return parse_xml(
        f"<p:graphicFrame {_SPACES}><p:nvGraphicFramePr>"
        f"<p:cNvPr id={quoteattr(str(number))} name={quoteattr(table.name)} "
        f"descr={quoteattr(clean(table.alt))}/>"
        '<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/>'
        f'</p:nvGraphicFramePr>{_place(whole, "p")}<a:graphic><a:graphicData uri="{_TABLE}">'
        f"<a:tbl><a:tblPr{flags}/><a:tblGrid>{grid}</a:tblGrid>{rows}</a:tbl>"
        "</a:graphicData></a:graphic></p:graphicFrame>"
    )


def row_xml(table: Table, row: Row, height: float, lang: str, links: dict[str, str]) -> str:
    """Return one row of a table, without the declarations of its spaces."""
    cells = "".join(
        _cell(cell, column.align, table, lang, links=links)
        for column, cell in zip(table.columns, row.cells, strict=True)
    )
    return _row(row.key, cells, height)


def row_element(table: Table, row: Row, height: float, lang: str, links: dict[str, str]) -> Any:
    """Return one row of a table on its own."""
    text = row_xml(table, row, height, lang, links)
    return parse_xml(text.replace("<a:tr ", f"<a:tr {_SPACES} ", 1))


def _row(key: str, cells: str, height: float) -> str:
    return (
        f'<a:tr h="{emu(height)}">{cells}<a:extLst><a:ext uri="{_ROW_ID}">'
        f'<a16:rowId xmlns:a16="{_A16}" val="{key_id(key)}"/></a:ext></a:extLst></a:tr>'
    )


def _cell(
    cell: Cell,
    align: str,
    table: Table,
    lang: str,
    *,
    head: bool = False,
    links: dict[str, str] | None = None,
) -> str:
    look = look_of(cell.tone, table.size_pt)
    link = (links or {}).get(cell.link, "") if cell.link else ""
    words = paragraph(cell.text, look, lang, align=align, link=link)
    palette = load().palette
    tiles = not table.head and bool(table.columns) and table.columns[0].align == "ctr"
    none = '<a:ln{0} w="0"><a:noFill/></a:ln{0}>'
    rule = (
        f'<a:lnB w="{round((1.25 if head else _HAIR_PT) * _EMU_PER_PT)}"><a:solidFill>'
        f'<a:srgbClr val="{_hex(palette.accent if head else palette.neighbours)}"/>'
        "</a:solidFill></a:lnB>"
    )
    edges = none.format("L") + none.format("R") + none.format("T")
    edges += none.format("B") if tiles else rule
    fill = '<a:solidFill><a:srgbClr val="F5F7F8"/></a:solidFill>' if tiles else "<a:noFill/>"
    anchor = "b" if head else "ctr"
    return (
        f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{words}</a:txBody>"
        f'<a:tcPr marL="64008" marR="64008" marT="36576" marB="36576" anchor="{anchor}">'
        f"{edges}{fill}</a:tcPr></a:tc>"
    )
