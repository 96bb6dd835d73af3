"""Tables of an atlas on figures: published wear, targets and actual values, what changed."""

from collections.abc import Sequence
from datetime import date
from math import isnan

from meks_geo import i18n, since, wording, zones
from meks_geo.dates import parse, slip_months
from meks_geo.exports.atlastable import NONE, Cell, Column, Table
from meks_geo.model import Dataset, Row
from meks_geo.since import Change
from meks_geo.view import View
from meks_geo.vocabulary import Provenance, Scope, Sector, Standing

_DASH, _NBSP = "\u2013", "\u00a0"

#: KPIs that are shown first, in this order; the others follow as they stand in the register.
HEADLINES = (
    "meks-funding-total", "meks-net-km", "wear-heat", "wear-power", "wear-water", "wear-sewer",
    "chp-wear", "chp-red", "net-km-year", "invest-year", "heat-km-repair", "lines-km",
    "meks-gen-mw", "nme-red",
)  # fmt: skip


def _text(lang: str, key: str) -> str:
    return i18n.text(lang, key)


def published(data: Dataset, view: View, region: str, *, keep: int = 8) -> Table:
    """Return the newest published figure of each sector and each thing it speaks of, of a region.

    Doubtful figures are left out, and those of sources that the view leaves out.
    """
    lang = view.lang
    table = data.indicators
    newest: dict[tuple[str, ...], Row] = {}
    rows = table[(table["region"] == region) & (table["wear_percent"] != "")].to_dict("records")
    for row in sorted(rows, key=lambda r: parse(r["stated_on"]).first):
        seen = parse(row["stated_on"]).last <= view.at and row["standing"] == Standing.STANDS
        if seen and data.sources[row["source_id"]].provenance in view.provenance:
            newest[tuple(row[k] for k in ("sector", "scope", "place_id", "entity_id"))] = row
    sectors, scopes = list(Sector), list(Scope)
    found = sorted(
        newest.values(), key=lambda r: (scopes.index(r["scope"]), sectors.index(r["sector"]))
    )
    return Table(
        _text(lang, "atlas.published"),
        (
            Column(_text(lang, "column.sector"), 1.0),
            Column(_text(lang, "table.wear"), align="right", firm=True),
            Column(_text(lang, "table.date"), firm=True),
            Column(_text(lang, "atlas.source")),
        ),
        tuple(_published(data, view, row) for row in found),
        _text(lang, "card.nothing_published"),
        keep,
    )


def _published(data: Dataset, view: View, row: Row) -> tuple[Cell, ...]:
    lang = view.lang
    of = i18n.label(lang, "sector", row["sector"])
    if row["entity_id"]:
        of += f" · {i18n.name(lang, data.rows['entities'][row['entity_id']])}"
    elif row["place_id"]:
        of += f" · {i18n.name(lang, data.rows['places'][row['place_id']])}"
    elif row["scope"] == Scope.PART:
        of += f" · {i18n.label(lang, 'scope', row['scope'])}"
    rules = zones.rules_in_force(data.rules, row["sector"], view.at)
    zone = zones.shown(row["zone_declared"], zones.compute(rules, row["wear_percent"])).zone
    return (
        Cell(of, zone=zone),
        Cell(i18n.quantity(lang, row["wear_percent"], "percent")),
        Cell(i18n.date(lang, row["stated_on"])),
        Cell(_publisher(data, lang, row["source_id"])),
    )


def _publisher(data: Dataset, lang: str, source: str) -> str:
    """Return who published a figure; for made-up data, that it is made up."""
    one = data.sources[source]
    made_up = one.provenance == Provenance.SYNTHETIC
    return i18n.label(lang, "provenance", Provenance.SYNTHETIC) if made_up else one.publisher


def kpis(data: Dataset, view: View, region: str, *, keep: int = 8) -> Table:
    """Return the targets and actual values of a region: one row a KPI.

    The actual value is that of the latest period; the target that of the nearest period which has
    not ended, else of the latest. Of two values for a period the one stated last counts.
    """
    lang = view.lang
    rows = [
        row
        for row in data.kpis[data.kpis["region"] == region].to_dict("records")
        if parse(row["stated_on"]).last <= view.at
        and data.sources[row["source_id"]].provenance in view.provenance
    ]
    ids = dict.fromkeys(row["kpi_id"] for row in rows)
    first = [one for one in HEADLINES if one in ids]
    return Table(
        _text(lang, "atlas.kpis"),
        (
            Column(_text(lang, "atlas.indicator"), 1.0),
            Column(_text(lang, "atlas.actual")),
            Column(_text(lang, "atlas.target")),
            Column(_text(lang, "atlas.source")),
        ),
        tuple(
            _kpi(data, view, [row for row in rows if row["kpi_id"] == one])
            for one in dict.fromkeys([*first, *ids])
        ),
        _text(lang, "card.nothing_published"),
        keep,
    )


def _kpi(data: Dataset, view: View, rows: Sequence[Row]) -> tuple[Cell, ...]:
    lang = view.lang

    def rank(row: Row) -> tuple[int, date]:
        return _ends(row, view.at), parse(row["stated_on"]).first

    def printed(row: Row | None, column: str) -> str:
        if row is None:
            return NONE
        value = i18n.quantity(lang, row[column], row["unit"]).replace(" ", _NBSP)
        return f"{value} ({row['period'].replace('-', _DASH)})" if row["period"] else value

    actual = max((row for row in rows if not isnan(row["actual"])), key=rank, default=None)
    planned = sorted((row for row in rows if not isnan(row["target"])), key=rank)
    ahead = [row for row in planned if _ends(row, view.at) >= view.at.year]
    nearest = [row for row in ahead if _ends(row, view.at) == _ends(ahead[0], view.at)]
    last = nearest or planned
    target = last[-1] if last else None
    sources = (data.sources[row["source_id"]] for row in (actual, target) if row is not None)
    said = dict.fromkeys(
        f"{_publisher(data, lang, one.id)} {i18n.date(lang, one.date)}".strip() for one in sources
    )
    return (
        Cell(i18n.name(lang, rows[-1])),
        Cell(printed(actual, "actual")),
        Cell(printed(target, "target")),
        Cell(", ".join(said)),
    )


def _ends(row: Row, at: date) -> int:
    """Return the year in which the period of a KPI ends; that of the view for one without."""
    return int(row["period"][-4:]) if row["period"] else at.year


def changes(
    data: Dataset,
    view: View,
    found: Sequence[Change],
    earlier: date,
    *,
    keep: int = 6,
    brief: bool = False,
) -> Table:
    """Return what changed between a day and that of the view, the weightiest first.

    Parameters
    ----------
    brief
        For a narrow column: object and attribute together, without the source.
    """
    lang = view.lang
    days = {"since": i18n.date(lang, earlier), "at": i18n.date(lang, view.at)}
    thing, attribute = _text(lang, "table.object"), _text(lang, "atlas.indicator")
    before, now = Column(_text(lang, "atlas.before")), Column(_text(lang, "atlas.now"))
    day, source = Column(_text(lang, "table.date"), firm=True), Column(_text(lang, "atlas.source"))
    rows = [_change(data, lang, one) for one in since.weightiest(found)]
    columns = [Column(thing, 1.0), Column(attribute), before, now, day, source]
    if brief:
        columns = [Column(f"{thing}: {attribute.lower()}", 1.0), before, now, day]
        rows = [(Cell(f"{row[0].text}: {row[1].text.lower()}"), *row[2:5]) for row in rows]
    return Table(
        i18n.text(lang, "atlas.changes", **days),
        tuple(columns),
        tuple(rows),
        _text(lang, "atlas.no_changes"),
        keep,
    )


def _change(data: Dataset, lang: str, one: Change) -> tuple[Cell, ...]:
    now = _value(data, lang, one.attribute, one.now)
    if one.before and one.attribute == "completion":
        months = slip_months(one.before, one.now)
        sign = "+" if months > 0 else "\u2212"
        unit = i18n.unit(lang, "months")
        now += f" ({sign}{i18n.number(lang, abs(months))}{_NBSP}{unit})" if months else ""
    before = _value(data, lang, one.attribute, one.before) if one.before else ""
    return (
        Cell(_name(data, lang, one.subject)),
        Cell(_text(lang, f"attribute.{one.attribute}")),
        Cell(before or _text(lang, "map.unknown")),
        Cell(now, bold=bool(one.before)),
        Cell(i18n.date(lang, one.stated_on)),
        Cell(_publisher(data, lang, one.source)),
    )


def _name(data: Dataset, lang: str, subject: str) -> str:
    for table in ("plants", "projects", "entities"):
        if subject in data.rows[table]:
            return wording.named(lang, data.rows[table][subject])
    return i18n.name(lang, data.rows["regions"][subject])


def _value(data: Dataset, lang: str, name: str, value: str) -> str:
    """Return a value of a claim in words."""
    of = data.attributes[name]
    words = wording.words(data, lang, value) if of.type == "text" else value
    printed = i18n.value(lang, words, type=of.type, unit=of.unit, vocabulary=of.vocabulary)
    return printed.replace(" ", _NBSP) if of.unit else printed
