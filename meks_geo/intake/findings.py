"""Problems of a file in words and in their places: which sheet, which row, which column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from meks_geo import i18n
from meks_geo.errors import Problem
from meks_geo.intake.cells import clean
from meks_geo.intake.headers import TABLES, find_table, incoming, read_heading
from meks_geo.intake.model import RawFile, RawTable, Verdict
from meks_geo.model import Schema

#: Marks on cells, and rows of the list, beyond which programs for tables become unusable.
MAX_NOTES = 5_000
MAX_LISTED = 20_000

#: Marks of a cell or row: fill colours that nothing else here uses.
COLOURS: Mapping[str, str] = {"error": "F7C6BF", "warning": "FBE3A6"}

#: Widths of the columns of the list, in characters.
WIDTHS = (16, 24, 8, 26, 28, 52, 52)

_MAX_NOTE = 1_500
_MAX_SAID = 6
_MAX_VALUE = 300


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, in words, with its place.

    Parameters
    ----------
    problem
        The problem itself.
    sheet
        Position of its sheet among the tables of the file; None where it speaks of the whole file.
    row
        Row number that the author sees; None for the header and for what is not of one row.
    position
        Position of the column in the header; None where the column is unknown or not there.
    severity, table, column, what, fix
        Words: how serious, names of sheet and column as the author knows them, what and how.
    """

    problem: Problem
    sheet: int | None
    row: int | None
    position: int | None
    severity: str
    table: str
    column: str
    what: str
    fix: str

    @property
    def value(self) -> str:
        """The offending text, not too long for a cell."""
        text = clean(self.problem.value)
        return text if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]}…"


def findings(
    raw: RawFile,
    problems: Sequence[Problem],
    schemas: Mapping[str, Schema],
    *,
    lang: str,
    table: str = "",
) -> list[Finding]:
    """Return every problem with its place, errors first.

    Parameters
    ----------
    raw
        The file that the problems were found in.
    problems
        What is wrong with it.
    schemas
        Schemas by table name.
    lang
        `kk`, `ru` or `en`.
    table
        Table of a file that does not say which one it holds, as it was given to the check.
    """
    wanted = {name: incoming(schemas[name]) for name in TABLES}
    sheets = _sheets(raw, wanted, table)
    positions = {
        name: read_heading(raw.tables[at], wanted[name], raw.name, raw.kind).positions
        for name, at in sheets.items()
        if name in wanted
    }
    found = [_finding(raw, one, sheets, positions, lang) for one in problems]
    return sorted(found, key=lambda one: one.problem.severity != "error")


def sheets(raw: RawFile, schemas: Mapping[str, Schema], *, table: str = "") -> dict[str, int]:
    """Return the position of each sheet of a file by the table that it is, and by its own name."""
    return _sheets(raw, {name: incoming(schemas[name]) for name in TABLES}, table)


def _sheets(raw: RawFile, wanted: Mapping[str, Schema], table: str) -> dict[str, int]:
    sheets: dict[str, int] = {}
    alone = len(raw.tables) == 1
    for at, one in enumerate(raw.tables):
        stem = PurePath(raw.name).stem if alone else ""
        name = table if alone and table else find_table(one, wanted, stem=stem, kind=raw.kind)
        sheets.setdefault(name or table or one.name, at)
    for at, one in enumerate(raw.tables):
        sheets.setdefault(one.name, at)
    return sheets


def _finding(
    raw: RawFile,
    problem: Problem,
    sheets: Mapping[str, int],
    positions: Mapping[str, Mapping[str, int]],
    lang: str,
) -> Finding:
    of_whole_sheet = problem.row is None and problem.value in sheets
    sheet = sheets.get(problem.value if of_whole_sheet else problem.table)
    if sheet is None and len(raw.tables) == 1:
        sheet = 0
    one = raw.tables[sheet] if sheet is not None else None
    column = problem.column or ""
    position = positions.get(problem.table, {}).get(column)
    if position is None and one is not None and column in one.header:
        position = one.header.index(column)
    label = _label(lang, column)
    if one is not None and position is not None and one.header[position]:
        label = one.header[position].rstrip(" *")
    params = {**problem.params, **_spoken(lang, problem)}
    what, fix = i18n.problem_parts(lang, replace(problem, column=label or None, params=params))
    return Finding(
        problem=problem,
        sheet=sheet,
        row=_row(one, problem.row),
        position=position,
        severity=i18n.text(lang, f"severity.{problem.severity}"),
        table=one.name if one is not None else _sheet_name(lang, problem.table),
        column=label,
        what=what,
        fix=fix,
    )


def _row(table: RawTable | None, row: int | None) -> int | None:
    """Return the row of a problem; None for the header, which the check calls row 1."""
    if row is None or table is None:
        return None
    is_header = table.geometry is None and (not len(table) or row < table.numbers[0])
    return None if is_header else row


def _spoken(lang: str, problem: Problem) -> dict[str, str]:
    """Return the parameters that name tables and columns, as the template does."""
    names = {name: str(problem.params.get(name, "")) for name in ("table", "nearest")}
    spoken = {name: _sheet_name(lang, text) for name, text in names.items() if text in TABLES}
    if problem.code == "unknown-column" and names["nearest"]:
        spoken["nearest"] = _label(lang, names["nearest"])
    return spoken


def _label(lang: str, column: str) -> str:
    key = f"column.{column}"
    return i18n.text(lang, key) if i18n.has(lang, key) else column


def _sheet_name(lang: str, table: str) -> str:
    key = f"sheet.{table}"
    return i18n.text(lang, key) if i18n.has(lang, key) else table


def note(found: Sequence[Finding], lang: str) -> str:
    """Return what a note on one cell says of all that is wrong there."""
    said = [f"{one.severity}: {one.what}. {one.fix}." for one in found[:_MAX_SAID]]
    if len(found) > _MAX_SAID:
        said.append(more(lang, len(found) - _MAX_SAID))
    text = "\n".join(clean(one) for one in said)
    return text if len(text) <= _MAX_NOTE else f"{text[:_MAX_NOTE]}…"


def more(lang: str, count: int) -> str:
    """Return the sentence that says how much is left out."""
    return i18n.text(lang, "referee.more", count=i18n.number(lang, count))


def worst(found: Iterable[Finding]) -> str:
    """Return `error` if any finding is one, else `warning`."""
    return "error" if any(one.problem.severity == "error" for one in found) else "warning"


def heads(lang: str) -> tuple[str, ...]:
    """Return the headers of the list of problems."""
    keys = ("severity", "table", "row", "column", "value", "what", "fix")
    return tuple(i18n.text(lang, f"referee.head_{key}") for key in keys)


def cells(one: Finding) -> tuple[str | int, ...]:
    """Return a row of the list of problems, under `heads`."""
    row = one.row if one.row is not None else (one.problem.row or "")
    return (one.severity, one.table, row, one.column, one.value, one.what, one.fix)


def opening(
    verdict: Verdict, found: Sequence[Finding], lost: Sequence[str], lang: str, *, places: int
) -> list[str]:
    """Return the lines above the list: the file, the counts, how to go on, what is not kept.

    `places` is the number of cells that are coloured.
    """
    errors = sum(one.problem.severity == "error" for one in found)
    counts = {
        "rows": verdict.rows,
        "accepted": verdict.accepted,
        "errors": errors,
        "warnings": len(found) - errors,
    }
    shown = {name: i18n.number(lang, count) for name, count in counts.items()}
    lines = [
        i18n.text(lang, "referee.file", file=verdict.file),
        i18n.text(lang, "referee.counts", **shown),
        i18n.text(lang, "referee.how" if found else "referee.clean"),
    ]
    if lost:
        lines.append(i18n.text(lang, "referee.lost"))
        lines += [f"\u2022 {i18n.text(lang, key)}" for key in lost]
    if places > MAX_NOTES:
        lines.append(i18n.text(lang, "referee.notes", count=i18n.number(lang, MAX_NOTES)))
    if len(found) > MAX_LISTED:
        lines.append(more(lang, len(found) - MAX_LISTED))
    return lines
