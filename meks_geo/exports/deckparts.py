"""What a deck carries about itself beside its slides, and the file that it becomes.

The list of what it states lies in a part of its own (`customXml`) with a hash; revision, day and
link stand in its properties too, where a person sees them. Same deck, same bytes.
"""

import json
import re
from datetime import UTC, datetime, time
from hashlib import sha256
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI

from meks_geo.exports.deckmodel import Deck, dump
from meks_geo.exports.deckxml import TAGS, clean
from meks_geo.vocabulary import Lang

#: Name of our own part, and of its version.
SPACE = "urn:meks-geo:deck:1"

_CUSTOM_XML = "application/xml"
_CUSTOM_PROPERTIES = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_XML_PROPERTIES = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_ITEM_ID = "{5C5B7A5E-3B7C-4C60-9E0B-6D656B73676F}"
_PROPERTY_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MOMENTS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_PACKED = (".png", ".jpg", ".jpeg", ".gif", ".mp4")


def payload(deck: Deck) -> tuple[str, str]:
    """Return what a deck stores of itself as JSON, and its SHA-256."""
    text = json.dumps(dump(deck), ensure_ascii=False, separators=(",", ":"))
    text = clean(text)
    return text, sha256(text.encode()).hexdigest()


def put(made: Any, deck: Deck) -> None:
    """Store in a presentation what the deck says of itself; replaces what was stored before."""
    text, digest = payload(deck)
    body = f'{_HEAD}<deck xmlns="{SPACE}" sha256="{digest}">{escape(text)}</deck>'.encode()
    part = find(made)
    package = made.part.package
    if part is None:
        item = _free_name(package)
        part = Part(PackURI(f"/customXml/item{item}.xml"), _CUSTOM_XML, package, body)
        made.part.relate_to(part, RT.CUSTOM_XML)
        name = PackURI(f"/customXml/itemProps{item}.xml")
        about = Part(name, _XML_PROPERTIES, package, _item_properties())
        part.relate_to(about, RT.CUSTOM_XML_PROPS)
    else:
        part.blob = body
    _properties(made, deck, digest)


def find(made: Any) -> Part | None:
    """Return our part of a presentation; None when it has none."""
    for part in made.part.package.iter_parts():
        if "/customXml/" in str(part.partname) and SPACE.encode() in part.blob[:400]:
            found: Part = part
            return found
    return None


def _free_name(package: Any) -> int:
    taken = {str(part.partname) for part in package.iter_parts()}
    return next(n for n in range(1, len(taken) + 2) if f"/customXml/item{n}.xml" not in taken)


def _item_properties() -> bytes:
    return (
        f'{_HEAD}<ds:datastoreItem ds:itemID="{_ITEM_ID}" '
        'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{SPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    ).encode()


def _properties(made: Any, deck: Deck, digest: str) -> None:
    """Write the properties that every program shows; their times are those of the data."""
    core = made.core_properties
    moment = datetime.combine(deck.as_of, time(), UTC).replace(tzinfo=None)
    core.title, core.author, core.last_modified_by = clean(deck.title)[:250], "MEKS Geo", "MEKS Geo"
    core.subject = deck.as_of.isoformat()
    core.keywords = f"revision {deck.revision}"
    core.comments = deck.link[:250]
    core.identifier = f"sha256:{digest}"
    core.language = TAGS[Lang(deck.recipe.lang)]
    core.category = clean(deck.recipe.stamp)[:250]
    core.created = core.modified = moment
    core.revision = 1
    own = {
        "MEKS Geo revision": deck.revision,
        "MEKS Geo as of": deck.as_of.isoformat(),
        "MEKS Geo link": deck.link,
        "MEKS Geo statements sha256": digest,
    }
    _custom(made.part.package, own)


def _custom(package: Any, own: dict[str, str]) -> None:
    """Write properties of our own beside those that others have put there."""
    space = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
    types = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
    old = next(
        (r.target_part for r in package._rels.values() if r.reltype == RT.CUSTOM_PROPERTIES), None
    )
    kept = ""
    if old is not None:
        found = re.findall(r"<property\b.*?</property>", old.blob.decode("utf-8"), re.DOTALL)
        kept = "".join(one for one in found if 'name="MEKS Geo ' not in one)
    first = max([1, *map(int, re.findall(r'\bpid="(\d+)"', kept))]) + 1
    mine = "".join(
        f'<property fmtid="{_PROPERTY_SET}" pid="{n}" name="{escape(name)}">'
        f"<vt:lpwstr>{escape(clean(value))}</vt:lpwstr></property>"
        for n, (name, value) in enumerate(own.items(), first)
    )
    body = f'{_HEAD}<Properties xmlns="{space}" xmlns:vt="{types}">{kept}{mine}</Properties>'
    if old is not None:
        old.blob = body.encode()
        return
    part = Part(PackURI("/docProps/custom.xml"), _CUSTOM_PROPERTIES, package, body.encode())
    package.relate_to(part, RT.CUSTOM_PROPERTIES)


# -- the file --------------------------------------------------------------------------------------


def to_bytes(made: Any) -> bytes:
    """Return a presentation as a file that holds no time of day: same content, same bytes."""
    raw = BytesIO()
    made.save(raw)
    return _settled(raw.getvalue())


def _settled(content: bytes) -> bytes:
    """Return a package with the times of its members fixed, in the order in which they lie."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w") as new:
        for member in old.infolist():
            body = old.read(member)
            if member.filename.endswith(".xlsx"):
                body = _settled_workbook(body)
            info = ZipInfo(member.filename, _EPOCH)
            packed = member.filename.lower().endswith((*_PACKED, ".xlsx"))
            info.compress_type = ZIP_STORED if packed else ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            new.writestr(info, body, compresslevel=6)
    return out.getvalue()


def _settled_workbook(content: bytes) -> bytes:
    """Return the workbook of a chart without the moment at which it was made."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for member in old.infolist():
            body = old.read(member)
            if member.filename == "docProps/core.xml":
                body = _MOMENTS.sub(rb"\g<1>2000-01-01T00:00:00Z\2", body)
            info = ZipInfo(member.filename, _EPOCH)
            info.compress_type = ZIP_DEFLATED
            new.writestr(info, body)
    return out.getvalue()
