"""The rules of an Office package that a program repairs, or refuses, when they are broken.

Not the schemas: those rules that no schema holds, and the order of the elements that we write.
"""

import posixpath
import re
import shutil
import subprocess
from collections import Counter
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CT = "{http://schemas.openxmlformats.org/package/2006/content-types}"
REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_SHEET_NAME = re.compile(r"[^][:*?/\\]{1,31}")
_MOST_CELL_TEXT = 32_767
#: Ids of masters and layouts begin where those of slides may not reach.
_FIRST_SLIDE, _FIRST_MASTER = 256, 2**31

#: What stands before what, of the elements that our own code writes.
ORDERS = {
    f"{A}tcPr": ("lnL", "lnR", "lnT", "lnB", "noFill", "solidFill", "extLst"),
    f"{A}rPr": ("ln", "noFill", "solidFill", "latin", "ea", "cs", "sym", "hlinkClick", "extLst"),
    f"{A}tbl": ("tblPr", "tblGrid", "tr"),
    f"{A}tr": ("tc", "extLst"),
    f"{A}p": ("pPr", ("r", "br", "fld"), "endParaRPr"),
    f"{P}sp": ("nvSpPr", "spPr", "style", "txBody", "extLst"),
    f"{P}spPr": ("xfrm", "prstGeom", "noFill", "solidFill", "ln", "extLst"),
    f"{P}txBody": ("bodyPr", "lstStyle", "p"),
    f"{P}graphicFrame": ("nvGraphicFramePr", "xfrm", "graphic", "extLst"),
    f"{C}chartSpace": (
        "date1904", "lang", "roundedCorners", "style", "clrMapOvr", "pivotFmts", "protection",
        "chart", "spPr", "txPr", "externalData", "printSettings", "userShapes", "extLst",
    ),
    f"{S}worksheet": (
        "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData",
        "sheetProtection", "autoFilter", "mergeCells", "conditionalFormatting", "dataValidations",
        "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "ignoredErrors",
        "drawing", "legacyDrawing", "tableParts", "extLst",
    ),
}  # fmt: skip


def office():
    """Return the office program of this machine; None where there is none."""
    return shutil.which("soffice")


def saved(content, ending, folder):
    """Return what the office program makes of a deck when it saves it as another kind of file."""
    (folder / "given.pptx").write_bytes(content)
    subprocess.run(
        [office(), f"-env:UserInstallation=file://{folder}/office", "--headless",
         "--convert-to", ending, "--outdir", f"{folder}/saved", f"{folder}/given.pptx"],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (folder / "saved" / f"given.{ending}").read_bytes()


def faults(content):
    """Return what is wrong with a deck or a workbook, one line a fault."""
    with ZipFile(BytesIO(content)) as package:
        names = package.namelist()
        parts = {name: package.read(name) for name in names}
    found = [f"twice: {n}" for n, count in Counter(map(str.lower, names)).items() if count > 1]
    found += [f"no name of a part: {n}" for n in names if n.startswith(("/", ".")) or "\\" in n]
    trees = {}
    for name, body in parts.items():
        if name.endswith((".xml", ".rels")):
            try:
                trees[name] = etree.fromstring(body)
            except etree.XMLSyntaxError as error:
                found.append(f"{name}: {error}")
    found += _untyped(parts, trees)
    for name, tree in trees.items():
        found += _links(name, tree, parts) if name.endswith(".rels") else _uses(name, tree, trees)
        found += _order(name, tree)
    found += _unreached(parts, trees)
    for name, tree in trees.items():
        found += _slide(name, tree) + _sheet(name, tree) + _chart(name, tree)
    found += _deck(trees) + _workbook(trees)
    for name, body in parts.items():
        if name.endswith(".xlsx"):
            found += [f"{name}: {one}" for one in faults(body)]
    return found


def _untyped(parts, trees):
    types = trees["[Content_Types].xml"]
    ends = {one.get("Extension").lower() for one in types.iter(f"{CT}Default")}
    named = [one.get("PartName") for one in types.iter(f"{CT}Override")]
    found = [f"type of a part that is not there: {n}" for n in named if n[1:] not in parts]
    found += [f"two types: {n}" for n, count in Counter(named).items() if count > 1]
    for name in parts:
        known = f"/{name}" in named or name.rpartition(".")[2].lower() in ends
        if not known and name != "[Content_Types].xml":
            found.append(f"no type: {name}")
    return found


def _home(rels):
    """The folder of the part that a list of relationships belongs to."""
    return posixpath.dirname(posixpath.dirname(rels))


def _of(rels):
    return posixpath.join(_home(rels), posixpath.basename(rels).removesuffix(".rels"))


def _target(rels, one):
    target = one.get("Target")
    joined = target[1:] if target.startswith("/") else posixpath.join(_home(rels), target)
    return posixpath.normpath(joined)


def _links(name, tree, parts):
    ids = Counter(one.get("Id") for one in tree)
    found = [f"{name}: two of id {one}" for one, count in ids.items() if count > 1]
    for one in tree:
        target = one.get("Target")
        if one.get("TargetMode") == "External":
            if not re.match(r"(https?|mailto):\S+$", target):
                found.append(f"{name}: leads to {target!r}")
        elif _target(name, one) not in parts:
            found.append(f"{name}: {target} is not there")
    return found


def _uses(name, tree, trees):
    rels = posixpath.join(posixpath.dirname(name), "_rels", f"{posixpath.basename(name)}.rels")
    known = {one.get("Id") for one in trees[rels]} if rels in trees else set()
    used = {
        value
        for element in tree.iter(etree.Element)
        for key, value in element.attrib.items()
        if key.startswith(R) and value
    }
    return [f"{name}: {one} is no relationship" for one in sorted(used - known)]


def _unreached(parts, trees):
    """Parts that nothing leads to: programs call a package with such parts damaged."""
    reached = {_target(n, one) for n, tree in trees.items() if n.endswith(".rels") for one in tree}
    plain = (n for n in parts if not n.endswith(".rels") and n != "[Content_Types].xml")
    found = [f"nothing leads to {name}" for name in plain if name not in reached]
    rels = (n for n in trees if n.endswith(".rels") and n != "_rels/.rels")
    return found + [f"relationships of nothing: {name}" for name in rels if _of(name) not in parts]


def _order(name, tree):
    found = []
    for element in tree.iter(*ORDERS):
        places = {}
        for number, tags in enumerate(ORDERS[element.tag]):
            places |= dict.fromkeys((tags,) if isinstance(tags, str) else tags, number)
        ranks = []
        for child in element.iterchildren(etree.Element):
            tag = etree.QName(child).localname
            if tag not in places:
                found.append(f"{name}: {tag} in {etree.QName(element).localname}")
            ranks.append(places.get(tag, 0))
        if ranks != sorted(ranks):
            tags = [etree.QName(child).localname for child in element]
            found.append(f"{name}: order of {etree.QName(element).localname}: {tags}")
    return found


def _slide(name, tree):
    ids = Counter(one.get("id") for one in tree.iter(f"{P}cNvPr"))
    found = [f"{name}: two shapes of id {one}" for one, count in ids.items() if count > 1]
    found += [f"{name}: no id of a shape: {one}" for one in ids if not 0 < int(one) < 2**31]
    for table in tree.iter(f"{A}tbl"):
        wide = len(table.findall(f"{A}tblGrid/{A}gridCol"))
        rows = table.findall(f"{A}tr")
        if not rows or {len(row.findall(f"{A}tc")) for row in rows} != {wide}:
            found.append(f"{name}: a table of {wide} columns has other rows")
        keys = Counter(m.get("val") for m in table.iter("{*}rowId"))
        keys += Counter(f"column {m.get('val')}" for m in table.iter("{*}colId"))
        found += [f"{name}: {one} twice in a table" for one, count in keys.items() if count > 1]
    for body in (*tree.iter(f"{P}txBody"), *tree.iter(f"{A}txBody")):
        if body.find(f"{A}p") is None:
            found.append(f"{name}: a text without a paragraph")
    for one in tree.iter(f"{A}ext"):
        if one.get("cx") and min(int(one.get("cx")), int(one.get("cy"))) < 0:
            found.append(f"{name}: a shape of less than nothing")
    return found


def _chart(name, tree):
    if tree.tag != f"{C}chartSpace":
        return []
    used = {one.get("val") for tag in ("axId", "crossAx") for one in tree.iter(f"{C}{tag}")}
    axes = {one.getparent().find(f"{C}axId").get("val") for one in tree.iter(f"{C}crossAx")}
    found = [f"{name}: axis of id {one}" for one in used if not 0 <= int(one) < 2**31]
    return found + [f"{name}: no axis of id {one}" for one in used - axes]


def _deck(trees):
    show = trees.get("ppt/presentation.xml")
    if show is None:
        return []
    slides = [int(one.get("id")) for one in show.iter(f"{P}sldId")]
    above = [int(one.get("id")) for one in show.iter(f"{P}sldMasterId")]
    above += [
        int(one.get("id"))
        for name, tree in trees.items()
        if name.startswith("ppt/slideMasters/")
        for one in tree.iter(f"{P}sldLayoutId")
    ]
    found = [f"slide of id {one}" for one in slides if not _FIRST_SLIDE <= one < _FIRST_MASTER]
    found += [f"master or layout of id {one}" for one in above if one < _FIRST_MASTER]
    every = Counter(slides + above)
    return found + [f"id {one} twice in the deck" for one, count in every.items() if count > 1]


def _sheet(name, tree):
    if tree.tag != f"{S}worksheet":
        return []
    found, last = [], (0, 0)
    for cell in tree.iter(f"{S}c"):
        letters, row = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r")).groups()
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        if (int(row), column) <= last:
            found.append(f"{name}: {cell.get('r')} stands after its place")
        last = (int(row), column)
        words = "".join(one.text or "" for one in cell.iter(f"{S}t"))
        if len(words) > _MOST_CELL_TEXT:
            found.append(f"{name}: {cell.get('r')} is too long")
    return found


def _workbook(trees):
    book = trees.get("xl/workbook.xml")
    if book is None:
        return []
    names = [one.get("name") for one in book.iter(f"{S}sheet")]
    found = [f"sheet {one!r}" for one in names if not _SHEET_NAME.fullmatch(one)]
    twice = Counter(map(str.lower, names))
    found += [f"two sheets {one!r}" for one, count in twice.items() if count > 1]
    ids = Counter(one.get("sheetId") for one in book.iter(f"{S}sheet"))
    return found + [f"two sheets of id {one}" for one, count in ids.items() if count > 1]
