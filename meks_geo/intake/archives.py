"""ZIP archives that are vetted before anyone unpacks them."""

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from meks_geo.errors import InputError
from meks_geo.intake import bounds

_CHUNK = 1 << 20
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1
_MAX_PROLOG = 100_000

#: What may stand before the root element of XML: text declaration, comments, space.
_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DTD = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def vet(path: Path, file: str) -> list[ZipInfo]:
    """Return the members of an archive, folders left out.

    Parameters
    ----------
    path
        The archive.
    file
        Its name as its sender knows it.

    Returns
    -------
    members
        Each is a file whose stated size is within the bounds; nothing has been unpacked yet.

    Raises
    ------
    InputError
        If the archive is damaged or encrypted, has unsafe or repeated names, or would unpack to
        more than the bounds allow.
    """
    try:
        with ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.filename.endswith("/")]
    except (BadZipFile, NotImplementedError, ValueError, struct.error, OSError, EOFError) as error:
        raise damaged(file, error) from error
    if len(members) > bounds.MAX_ENTRIES:
        raise bounds.too_many(file, "many-entries", len(members), bounds.MAX_ENTRIES)
    if any(one.flag_bits & _ENCRYPTED for one in members):
        raise bounds.unreadable(file, reason="encrypted", value=file)
    seen, size = set(), path.stat().st_size
    for one in members:
        name = one.filename.replace("\\", "/").casefold()
        unsafe = not name or ".." in name.split("/") or re.match(r"/|[a-z]:", name)
        if unsafe or name in seen:
            raise bounds.unreadable(file, reason="unsafe-names", value=one.filename)
        seen.add(name)
        astray = not 0 <= one.header_offset < size
        if astray or one.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise damaged(file, one.filename)
    _check_sizes(members, file)
    return members


def _check_sizes(members: list[ZipInfo], file: str) -> None:
    """Refuse an archive that says itself that it is a bomb."""
    unpacked = sum(one.file_size for one in members)
    packed = max(1, sum(one.compress_size for one in members))
    if unpacked > bounds.MAX_UNPACKED or (
        unpacked > bounds.HARMLESS and unpacked > packed * bounds.MAX_RATIO
    ):
        most = min(bounds.MAX_UNPACKED, max(bounds.HARMLESS, packed * bounds.MAX_RATIO))
        raise bounds.too_many(file, "bomb", unpacked // bounds.MB, most // bounds.MB)


def damaged(file: str, detail: object) -> InputError:
    """Return the refusal of a file that is damaged or cut short."""
    return bounds.unreadable(file, reason="damaged", value=str(detail))


def chunks(raw: BinaryIO, member: ZipInfo, file: str) -> Iterator[bytes]:
    """Yield the content of a member piece by piece, and hold it to its stated size.

    Other readers of the same archive trust the compressed stream, not the stated size; so a member
    that goes on beyond it, or ends before it, is refused here.

    Parameters
    ----------
    raw
        The archive itself, open for reading.
    member
        One of its members, of those that `vet` returned.
    file
        Name of the archive as its sender knows it.

    Raises
    ------
    InputError
        If the member is damaged or larger than it says.
    """
    raw.seek(member.header_offset)
    head = raw.read(_LOCAL_HEADER.size)
    if len(head) < _LOCAL_HEADER.size or not head.startswith(b"PK\3\4"):
        raise damaged(file, member.filename)
    *_, name_size, extra_size = _LOCAL_HEADER.unpack(head)
    raw.seek(name_size + extra_size, 1)
    total = crc = 0
    for piece in _unpacked(raw, member, file):
        total += len(piece)
        crc = zlib.crc32(piece, crc)
        if total > member.file_size:
            raise damaged(file, member.filename)
        yield piece
    if total != member.file_size or crc != member.CRC:
        raise damaged(file, member.filename)


def _unpacked(raw: BinaryIO, member: ZipInfo, file: str) -> Iterator[bytes]:
    left = member.compress_size
    stream = None if member.compress_type == ZIP_STORED else zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0:
        packed = raw.read(min(_CHUNK, left))
        if not packed:
            raise damaged(file, member.filename)
        left -= len(packed)
        if stream is None:
            yield packed
            continue
        try:
            while packed and not stream.eof:
                yield stream.decompress(packed, _CHUNK)
                packed = stream.unconsumed_tail
        except zlib.error as error:
            raise damaged(file, member.filename) from error
    if stream is not None:
        yield stream.flush()


def content(raw: BinaryIO, member: ZipInfo, file: str) -> bytes:
    """Return the whole content of a small member, held to its stated size."""
    return b"".join(chunks(raw, member, file))


def refuse_entities(head: bytes, file: str, part: str) -> None:
    """Refuse XML that declares a document type, and so may declare entities.

    Parameters
    ----------
    head
        Beginning of the XML; its root element must begin in it.
    file, part
        Names for the refusal.

    Raises
    ------
    InputError
        If there is such a declaration, or the text is not XML in UTF-8.
    """
    body = head[:_MAX_PROLOG].removeprefix(b"\xef\xbb\xbf")
    found = _PROLOG.match(body)
    rest = body[found.end() :] if found else body
    if _DTD.match(rest):
        raise bounds.unreadable(file, reason="entities", value=part)
    if not re.match(rb"<[A-Za-z_]", rest):
        raise damaged(file, part)
