"""The referee's copy: the file as it was sent, with what is wrong in its places."""

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from zipfile import BadZipFile

from openpyxl.utils.exceptions import InvalidFileException

from meks_geo import i18n
from meks_geo.intake import features, findings, losses, marked, rebuilt
from meks_geo.intake.findings import Finding
from meks_geo.intake.headers import TABLES, incoming, read_heading
from meks_geo.intake.model import RawFile, RawTable, Verdict
from meks_geo.model import Schema
from meks_geo.vocabulary import Lang

#: Formats that are given back as a workbook; the others as a GeoPackage.
WORKBOOKS = frozenset({"xlsx", "ods", "csv"})

_NUMERIC = frozenset({"number", "integer", "bound"})
_STEM_LETTERS = 80

#: What openpyxl raises for a workbook that others can read.
_NOT_OURS = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, OSError),
    *(NotImplementedError, RecursionError, SyntaxError, EOFError, MemoryError),
    *(BadZipFile, InvalidFileException, zlib.error),
)


def copy(
    path: Path,
    raw: RawFile,
    verdict: Verdict,
    schemas: Mapping[str, Schema],
    *,
    lang: str,
    table: str = "",
) -> tuple[bytes, str, tuple[str, ...]]:
    """Return the sender's file with its problems marked.

    Parameters
    ----------
    path
        The file as it was sent; only read.
    raw
        The same file as it was read.
    verdict
        What the check says of it.
    schemas
        Schemas by table name.
    lang
        `kk`, `ru` or `en`: language of notes and of the list of problems.
    table
        Table of a file that does not say which one it holds, as it was given to the check.

    Returns
    -------
    content
        Of a workbook or CSV file an XLSX workbook, its first sheet a list of all problems; mended
        and sent again it is read like the original. Of a geometry file a GeoPackage of the faulty
        features.
    name
        A name for it.
    lost
        Messages `referee.lost_...`: what of the sender's file the copy does not keep.
    """
    found = findings.findings(raw, verdict.problems, schemas, lang=lang, table=table)
    sheets = findings.sheets(raw, schemas, table=table)
    name = _name(raw.name, lang)
    if raw.kind not in WORKBOOKS:
        tables = {at: one for one, at in sheets.items() if one in TABLES}
        return features.faulty(raw, found, tables), f"{name}.gpkg", ()
    content, lost = _workbook(path, raw, verdict, found, (sheets, schemas), lang)
    return content, f"{name}.xlsx", lost


def _name(file: str, lang: str) -> str:
    """Return the name of a copy without its ending; that of a copy of a copy is no longer."""
    stem = PurePath(file.replace("\\", "/")).stem
    for one in Lang:
        stem = stem.removesuffix(f"-{i18n.text(one, 'referee.suffix')}")
    return f"{stem[:_STEM_LETTERS]}-{i18n.text(lang, 'referee.suffix')}"


def _workbook(
    path: Path,
    raw: RawFile,
    verdict: Verdict,
    found: Sequence[Finding],
    known: tuple[Mapping[str, int], Mapping[str, Schema]],
    lang: str,
) -> tuple[bytes, tuple[str, ...]]:
    """Return the own workbook marked where that can be done, else a new one."""
    if raw.kind == "xlsx" and losses.can_be_rewritten(path):
        try:
            return marked.mark(path, raw, verdict, found, lost=losses.of_workbook(path), lang=lang)
        except _NOT_OURS:
            pass  # rebuilt from its values instead, and the copy says so
    layout = _layout(raw, *known, lang)
    lost = () if raw.kind == "csv" else ("referee.lost_formats",)
    return rebuilt.rebuild(raw, verdict, found, layout=layout, lost=lost, lang=lang)


def _layout(
    raw: RawFile, sheets: Mapping[str, int], schemas: Mapping[str, Schema], lang: str
) -> rebuilt.Layout:
    """Return names under which the sheets are known again, and which columns hold numbers."""
    tables = {at: name for name, at in sheets.items() if name in TABLES}
    names, numeric = [], []
    for at, one in enumerate(raw.tables):
        table = tables.get(at, "")
        keeps_name = raw.kind != "csv" or not table
        names.append(one.name if keeps_name else i18n.text(lang, f"sheet.{table}"))
        numeric.append(_numeric(raw, one, schemas[table]) if table else frozenset())
    return rebuilt.Layout(tuple(names), tuple(numeric))


def _numeric(raw: RawFile, table: RawTable, schema: Schema) -> frozenset[int]:
    positions = read_heading(table, incoming(schema), raw.name, raw.kind).positions
    return frozenset(
        positions[c.name] for c in schema.columns if c.type in _NUMERIC and c.name in positions
    )
