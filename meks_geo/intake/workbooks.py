"""Workbooks: XLSX and ODS, their values by calamine, their formulas by their XML."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO
from zipfile import ZipInfo

import python_calamine as calamine
from defusedxml import DefusedXmlException, ElementTree

from meks_geo.errors import InputError
from meks_geo.intake import archives, bounds, sheetxml, skims
from meks_geo.intake.grids import Grid
from meks_geo.intake.model import RawTable
from meks_geo.intake.sheetfacts import SheetFacts
from meks_geo.intake.sheets import helper_names
from meks_geo.progress import Progress

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_HEAD = 100_000
_SMALL_PART = 20 * bounds.MB

#: What calamine raises for a workbook that it cannot read.
_CALAMINE_ERRORS = (calamine.CalamineError, OSError, ValueError, OverflowError, MemoryError)


def read_xlsx(
    path: Path, members: list[ZipInfo], file: str, progress: Progress
) -> tuple[RawTable, ...]:
    """Return the sheets of an XLSX workbook that hold anything.

    Parameters
    ----------
    path
        The workbook.
    members
        Its parts, as `archives.vet` returned them.
    file
        Its name as its sender knows it.
    progress
        Called as the work goes on.

    Raises
    ------
    InputError
        If the workbook is damaged, or holds more than the bounds allow.
    """
    by_name = {one.filename.replace("\\", "/").lstrip("/").casefold(): one for one in members}
    facts: dict[str, SheetFacts] = {}
    with path.open("rb") as raw:
        for name, member in by_name.items():
            if name == "xl/styles.xml" and member.file_size > _SMALL_PART:
                raise _oversized(member, file)
            if name.endswith((".xml", ".rels")):
                _check_prolog(raw, member, file)
        parts, shared = _sheet_parts(raw, by_name, file)
        for part in {one for one in parts.values() if not one.endswith(".xml")}:
            _check_prolog(raw, by_name[part], file)
        for sheet, part in parts.items():
            facts[sheet] = _sheet_facts(raw, by_name[part], file)
        bounds.check_area(file, sum(one.rows * one.columns for one in facts.values()))
        cells = sum(one.cells for one in facts.values())
        bounds.check_area(file, cells)
        for one in shared:
            _check_repetition(raw, one, [by_name[p] for p in parts.values()], cells, file)
    progress("read", 0.3)
    return _read_sheets(path, file, facts, progress)


def _check_prolog(raw: BinaryIO, member: ZipInfo, file: str) -> None:
    head = b""
    for piece in archives.chunks(raw, member, file):
        head += piece
        if len(head) >= _HEAD:
            break
    archives.refuse_entities(head, file, member.filename)


def _sheet_parts(
    raw: BinaryIO, by_name: dict[str, ZipInfo], file: str
) -> tuple[dict[str, str], list[ZipInfo]]:
    """Return the part, in small letters, of each sheet by its name, and those of shared texts."""
    book, relations = by_name.get("xl/workbook.xml"), by_name.get("xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        raise archives.damaged(file, "xl/workbook.xml")
    try:
        trees = [
            ElementTree.fromstring(_small(raw, part, file), forbid_dtd=True)
            for part in (book, relations)
        ]
    except (ElementTree.ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise archives.damaged(file, error) from error
    targets = {one.get("Id"): _part(one.get("Target") or "") for one in trees[1]}
    parts: dict[str, str] = {}
    for sheet in (one for one in trees[0].iter() if one.tag.rpartition("}")[2] == "sheet"):
        identity = sheet.get(_RELATION) or sheet.get(_STRICT_RELATION)
        part, name = targets.get(identity, ""), sheet.get("name") or ""
        if name in parts:
            raise archives.damaged(file, name)
        if part in by_name:
            parts[name] = part
    named = {
        _part(one.get("Target") or "")
        for one in trees[1]
        if (one.get("Type") or "").casefold().endswith("/sharedstrings")
    }
    shared = [by_name[one] for one in sorted({*named, "xl/sharedstrings.xml"}) if one in by_name]
    return parts, shared


def _part(target: str) -> str:
    """Return the name of the part that a relation of the workbook points to."""
    path = target.replace("\\", "/")
    return (path.lstrip("/") if path.startswith(("/", "xl/")) else f"xl/{path}").casefold()


def _small(raw: BinaryIO, member: ZipInfo, file: str) -> bytes:
    if member.file_size > _SMALL_PART:
        raise _oversized(member, file)
    return archives.content(raw, member, file)


def _oversized(member: ZipInfo, file: str) -> InputError:
    """Return the refusal of a part that is never large in an honest workbook."""
    most = _SMALL_PART // bounds.MB
    return bounds.too_many(file, "bomb", member.file_size // bounds.MB, most)


def _sheet_facts(raw: BinaryIO, member: ZipInfo, file: str) -> SheetFacts:
    """Return what a sheet's XML says; parse it only when a glance at it does not settle it."""
    facts = skims.skim(archives.chunks(raw, member, file))
    if facts is None or facts.special:
        return sheetxml.parse_sheet(archives.chunks(raw, member, file), file)
    return facts


def _check_repetition(
    raw: BinaryIO, shared: ZipInfo, sheets: Sequence[ZipInfo], cells: int, file: str
) -> None:
    """Refuse a workbook whose shared texts would fill the memory once they are in their cells."""
    texts = sum(
        piece.count(b"<si") + piece.count(b":si") for piece in archives.chunks(raw, shared, file)
    )
    if texts > bounds.MAX_SHARED:
        raise bounds.too_many(file, "wide-sheet", texts, bounds.MAX_SHARED)
    if cells * shared.file_size <= bounds.MAX_TEXT:
        return
    sizes = skims.shared_sizes(archives.chunks(raw, shared, file))
    if cells * int(sizes.max(initial=0)) <= bounds.MAX_TEXT:
        return
    total = sum(skims.repeated_text(archives.chunks(raw, one, file), sizes, file) for one in sheets)
    if total > bounds.MAX_TEXT:
        raise bounds.too_many(file, "bomb", total // bounds.MB, bounds.MAX_TEXT // bounds.MB)


def read_ods(
    path: Path, members: list[ZipInfo], file: str, progress: Progress
) -> tuple[RawTable, ...]:
    """Return the sheets of an ODS workbook that hold anything.

    Parameters
    ----------
    path
        The workbook.
    members
        Its parts, as `archives.vet` returned them.
    file
        Its name as its sender knows it.
    progress
        Called as the work goes on.

    Raises
    ------
    InputError
        If the workbook is damaged or encrypted, or holds more than the bounds allow.
    """
    by_name = {one.filename: one for one in members}
    body, manifest = by_name.get("content.xml"), by_name.get("META-INF/manifest.xml")
    if body is None:
        raise archives.damaged(file, "content.xml")
    with path.open("rb") as raw:
        if manifest and b"encryption-data" in _small(raw, manifest, file):
            raise bounds.unreadable(file, reason="encrypted", value=file)
        for member in members:
            if member.filename.endswith(".xml") and member.file_size:
                _check_prolog(raw, member, file)
        facts = sheetxml.parse_ods(archives.chunks(raw, body, file), file)
    bounds.check_area(file, sum(one.rows * one.columns for one in facts.values()))
    progress("read", 0.3)
    return _read_sheets(path, file, facts, progress)


def _read_sheets(
    path: Path, file: str, facts: dict[str, SheetFacts], progress: Progress
) -> tuple[RawTable, ...]:
    try:
        with bounds.Panics(file), calamine.CalamineWorkbook.from_path(path) as book:
            return tuple(_tables(book, file, facts, progress))
    except InputError:
        raise
    except calamine.PasswordError as error:
        raise bounds.unreadable(file, reason="encrypted", value=file) from error
    except _CALAMINE_ERRORS as error:
        raise archives.damaged(file, error) from error


def _tables(
    book: calamine.CalamineWorkbook,
    file: str,
    facts: dict[str, SheetFacts],
    progress: Progress,
) -> Iterator[RawTable]:
    ignored, rows = helper_names(), 0
    wanted = [
        one.name
        for one in book.sheets_metadata
        if one.typ == calamine.SheetTypeEnum.WorkSheet
        and one.name.strip().casefold() not in ignored
    ]
    for done, name in enumerate(wanted):
        sheet, known = book.get_sheet_by_name(name), facts.get(name, SheetFacts())
        rows += sheet.total_height
        if rows > bounds.MAX_ROWS:
            raise bounds.too_many(file, "many-rows", rows, bounds.MAX_ROWS)
        left = sheet.start[1] if sheet.start else 0
        grid = Grid(file, name.strip())

        def told(seen: int, done: int = done, height: int = sheet.total_height) -> None:
            progress("read", 0.3 + 0.7 * (done + 0.5 + 0.5 * seen / (height + 1)) / len(wanted))

        told(0)
        grid.read(_rows(sheet, known.errors, left), told)
        if grid.header:
            yield grid.table([(row, column - left) for row, column in known.formulas])


def _rows(
    sheet: calamine.CalamineSheet, errors: Mapping[tuple[int, int], str], left: int
) -> Iterator[Sequence[object]]:
    """Yield the rows of a sheet from row 1 on, errors as their text and not as empty cells."""
    if not errors:
        yield from sheet.iter_rows()
        return
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in errors.items():
        by_row.setdefault(row, []).append((column - left, text))
    for number, cells in enumerate(sheet.iter_rows(), 1):
        for at, text in by_row.get(number, ()):
            if 0 <= at < len(cells):
                cells[at] = text
        yield cells
