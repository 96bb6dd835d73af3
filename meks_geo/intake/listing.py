"""Lists to take away as CSV: the problems of a file, and the lines of a difference."""

import csv
import io
from collections.abc import Iterable, Sequence

from meks_geo import i18n
from meks_geo.intake.findings import Finding, cells, heads
from meks_geo.intake.telling import Told
from meks_geo.vocabulary import Lang

#: What programs for tables take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def problems_csv(found: Iterable[Finding], lang: str) -> bytes:
    """Return problems under the headers of the referee's list; see `to_csv`."""
    return to_csv(heads(lang), (cells(one) for one in found), lang)


def difference_csv(told: Iterable[Told], lang: str) -> bytes:
    """Return the lines of a difference; see `to_csv`."""
    return to_csv(difference_heads(lang), (difference_cells(one, lang) for one in told), lang)


def difference_heads(lang: str) -> tuple[str, ...]:
    """Return the headers of the lines of a difference."""
    names = ("state", "table", "id", "name", "field", "old", "new", "old_date", "new_date")
    return tuple(i18n.text(lang, f"diff.head_{name}") for name in names)


def difference_cells(one: Told, lang: str) -> tuple[str, ...]:
    """Return a line of a difference, under `difference_heads`."""
    table = i18n.text(lang, f"sheet.{one.table}")
    state = i18n.text(lang, f"diff.{one.state}")
    return (
        *(state, table, one.id, one.name, one.field),
        *(one.old, one.new, one.old_date, one.new_date),
    )


def to_csv(head: Sequence[str], rows: Iterable[Sequence[str | int]], lang: str) -> bytes:
    """Return a table as UTF-8 with a byte order mark, the way a program for tables opens it.

    The separator is what such a program expects in that language: a semicolon where the comma
    belongs to numbers. A text that would become a formula is kept a text by an apostrophe.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter="," if lang == Lang.EN else ";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str | int) -> str | int:
    if isinstance(cell, str) and cell.startswith(_FORMULA) and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(text: str) -> bool:
    return text[1:].replace(".", "", 1).isdecimal() and text[0] in "+-"
