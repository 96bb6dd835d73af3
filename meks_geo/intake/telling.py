"""A difference between two revisions in words: which object, which field, from what to what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from meks_geo import i18n, wording
from meks_geo.intake.compare import TABLES, Change, Difference
from meks_geo.model import Column, Dataset, Row, Schema

#: Tables whose rows are told by their names.
_NAMED = ("regions", "places", "plants", "projects", "contractors", "manufacturers")


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a difference, in words; only a changed object has a field with values."""

    state: str
    table: str
    id: str
    name: str
    field: str = ""
    old: str = ""
    new: str = ""
    old_date: str = ""
    new_date: str = ""


def lines(
    found: Difference,
    before: Dataset,
    after: Dataset,
    schemas: Mapping[str, Schema],
    lang: str,
) -> Iterator[Told]:
    """Yield what was removed, then what changed field by field, then what was added."""
    for table in TABLES:
        for one in found.tables[table].removed:
            yield Told("removed", table, one, object_name(before, table, one, lang))
    for table in TABLES:
        columns = {column.name: column for column in schemas[table].columns}
        for one, changes in found.tables[table].changed.items():
            name = object_name(after, table, one, lang)
            for change in changes:
                yield _told(change, Told("changed", table, one, name), columns, after, lang)
    for table in TABLES:
        for one in found.tables[table].added:
            yield Told("added", table, one, object_name(after, table, one, lang))


def object_name(data: Dataset, table: str, one: str, lang: str) -> str:
    """Return the name of an object; a line has its sector, a lot its project and stage."""
    if table == "networks":
        return i18n.label(lang, "sector", str(data.networks.at[one, "sector"]))
    if table == "procurement":
        row = data.rows[table][one]
        stage = i18n.label(lang, "procurement-stage", row["procurement_stage"])
        return f"{i18n.name(lang, data.rows['projects'][row['project_id']])} · {stage}"
    return i18n.name(lang, data.rows[table][one])


def field_name(lang: str, column: str) -> str:
    """Return what a field is called."""
    key = f"attribute.{column}"
    return i18n.text(lang, key if i18n.has(lang, key) else f"column.{column}")


def _told(
    change: Change, of: Told, columns: Mapping[str, Column], data: Dataset, lang: str
) -> Told:
    old, new = (_value(data, columns, change.column, raw, lang) for raw in (change.old, change.new))
    if old == new:  # told apart only by digits that are not printed
        old, new = change.old, change.new
    if change.column == "geometry":
        new = i18n.text(lang, "diff.drawn_anew")
    return Told(
        state=of.state,
        table=of.table,
        id=of.id,
        name=of.name,
        field=field_name(lang, change.column),
        old=old,
        new=new,
        old_date=i18n.date(lang, change.old_date) if change.old_date else "",
        new_date=i18n.date(lang, change.new_date) if change.new_date else "",
    )


def _value(data: Dataset, columns: Mapping[str, Column], name: str, raw: str, lang: str) -> str:
    """Return a value as the language prints it; "" for unknown."""
    if not raw:
        return ""
    if name in data.attributes:
        kind = data.attributes[name]
        text = wording.words(data, lang, raw) if kind.type == "text" else raw
        return i18n.value(lang, text, type=kind.type, unit=kind.unit, vocabulary=kind.vocabulary)
    column = columns[name]
    if column.type == "ref" and column.vocabulary in _NAMED:
        row: Row | None = data.rows[column.vocabulary].get(raw)
        return i18n.name(lang, row) if row else raw
    return i18n.value(lang, raw, type=column.type, unit=column.unit, vocabulary=column.vocabulary)
