"""What stands in the tables of a deck: totals, plants, projects, promises, a card, sources."""

from collections.abc import Iterable, Sequence

import pandas as pd

from meks_geo import cards, i18n, netsums, wording
from meks_geo.dates import slip_months
from meks_geo.exports.deckmodel import Cell, Column, Row
from meks_geo.exports.passport import Passport
from meks_geo.exports.statements import NONE, Says, fact, printed
from meks_geo.facts import history
from meks_geo.model import Claim, Dataset, Source
from meks_geo.queries import PROGRAMME, Selection
from meks_geo.vocabulary import Standing, Zone

Content = tuple[tuple[Column, ...], tuple[Row, ...]]

_RIGHT = "r"


def _sum(lang: str, words: str, value: float | None, unit: str = "") -> Cell:
    """Return a counted or summed figure."""
    says = Says("", words, value, unit)
    return Cell(i18n.quantity(lang, value, unit) or NONE, says, "big")


def _fact(data: Dataset, selection: Selection, subject: str, attribute: str) -> Cell:
    says = fact(data, selection.state.facts[subject], subject, attribute)
    text = printed(data, selection.view.lang, says)
    return Cell(text, says, says.value if attribute == "zone_declared" else "")  # type: ignore[arg-type]


# -- totals ----------------------------------------------------------------------------------------


def totals(selection: Selection) -> Content:
    """Return the counts and sums of a selection as tiles: name, figure, and of how many it is."""
    lang, sums = selection.view.lang, selection.totals
    plants, projects = selection.counts["plants"], selection.counts["projects"]
    red = int((selection.plants["zone"] == Zone.RED).sum())
    unknown = int((selection.plants["zone"] == Zone.UNKNOWN).sum())
    zone = i18n.text(lang, "filter.zone")

    def text(key: str) -> str:
        return i18n.text(lang, key)

    def of(whole: int) -> str:
        return i18n.text(lang, "totals.of", whole=i18n.number(lang, whole))

    def known(count: int, whole: int) -> str:
        return i18n.text(
            lang,
            "totals.known",
            known=i18n.number(lang, count),
            whole=i18n.number(lang, whole),
        )

    zone_red = f"{zone}: {i18n.label(lang, 'zone', Zone.RED).lower()}"
    zone_unknown = f"{i18n.label(lang, 'zone', Zone.UNKNOWN).lower()}: "
    tiles: tuple[tuple[str, str, float | None, str, str], ...] = (
        ("plants", text("totals.objects"), plants.in_filter, "", of(plants.in_source)),
        ("red", zone_red, red, "", zone_unknown + i18n.number(lang, unknown)),
        ("projects", text("totals.projects"), sums.projects, "", of(projects.in_source)),
        (
            *("cost", text("totals.cost"), sums.cost_bn_kzt, "bn KZT"),
            known(sums.cost_known, sums.projects),
        ),
        ("electric", text("deck.electric_added"), sums.electric_mw_added, "MW", ""),
        ("heat", text("deck.heat_added"), sums.heat_gcal_h_added, "Gcal/h", ""),
        (
            *("wear", text("totals.wear"), sums.wear_percent, "percent"),
            known(sums.wear_known, plants.in_filter),
        ),
    )
    return tiles_of(lang, tiles)


def tiles_of(lang: str, tiles: Sequence[tuple[str, str, float | None, str, str]]) -> Content:
    """Return key, name, value, unit and note of each tile as rows of a strip of tiles."""
    values = tuple(_sum(lang, words, value, unit) for _, words, value, unit, _ in tiles)
    columns = tuple(
        Column(key, "", max(len(cell.text), 9.0), align="ctr")
        for (key, *_), cell in zip(tiles, values, strict=True)
    )
    return columns, (
        Row("name", tuple(Cell(words, tone="label") for _, words, *_ in tiles)),
        Row("value", values),
        Row("note", tuple(Cell(note, tone="note") for *_, note in tiles)),
    )


def upright(content: Content) -> Content:
    """Return tiles as rows: name and figure side by side, the note after the figure's name."""
    columns, (names, values, notes) = content
    rows = tuple(
        Row(
            column.key,
            (
                Cell(f"{name.text} ({note.text})" if note.text else name.text),
                Cell(value.text, value.says, "strong"),
            ),
        )
        for column, name, value, note in zip(
            columns, names.cells, values.cells, notes.cells, strict=True
        )
    )
    return (Column("name", "", 3.1), Column("value", "", 1.7, _RIGHT)), rows


def network_totals(part: netsums.Part, sums: pd.DataFrame, lang: str) -> Content:
    """Return kilometres of lines that may be summed, as tiles."""
    whole = netsums.totals(part.lines, sums)
    red = whole.red_km if whole.classed_km else None
    nothing = i18n.quantity(lang, 0, "percent")
    classed = netsums.share(lang, whole.classed_km, whole.km) or nothing
    known = netsums.share(lang, whole.known_km, whole.km)
    for_length = i18n.text(lang, "networks.for_length", percent=known) if known else ""
    classes = i18n.text(lang, "deck.zone_known", percent=classed)
    tiles: tuple[tuple[str, str, float | None, str, str], ...] = (
        ("km", i18n.text(lang, "networks.length"), whole.km, "km", ""),
        ("red", i18n.text(lang, "networks.red"), red, "km", classes),
        ("wear", i18n.text(lang, "networks.mean_wear"), whole.wear_percent, "percent", for_length),
        ("lines", i18n.text(lang, "networks.segments"), whole.lines, "", ""),
        ("project", i18n.text(lang, "networks.with_project"), whole.project_km, "km", ""),
    )
    return tiles_of(lang, tiles)


# -- plants and projects ---------------------------------------------------------------------------


def plants(data: Dataset, selection: Selection, *, short: bool = False) -> Content:
    """Return the plants of which something is known, the worst zone first, then the most worn."""
    lang, rows = selection.view.lang, selection.state.plant_rows
    order = list(Zone)

    def rank(one: str) -> tuple[int, float, float]:
        row = rows[one]
        return order.index(row["zone"]), -_or_zero(row["wear_high"]), -_or_zero(row["electric_mw"])

    ids = sorted((str(one) for one in selection.plants.index if rows[str(one)]["known"]), key=rank)
    columns = (
        Column("name", i18n.text(lang, "table.object"), 2.7),
        Column("kind", i18n.text(lang, "table.kind"), 1.2),
        Column("region", i18n.text(lang, "table.region"), 1.7),
        Column("stage", i18n.text(lang, "attribute.stage"), 1.1),
        Column("zone_declared", i18n.text(lang, "table.zone"), 1.0),
        Column("wear_percent", _head(lang, "table.wear", "percent"), 1.0 if short else 0.8, _RIGHT),
        Column("wear_date", i18n.text(lang, "table.wear_date"), 1.0, _RIGHT),
        Column("electric_mw", i18n.unit(lang, "MW"), 0.8, _RIGHT),
        Column("heat_gcal_h", i18n.unit(lang, "Gcal/h"), 0.9, _RIGHT),
    )
    said = {"stage", "zone_declared", "wear_percent", "electric_mw", "heat_gcal_h"}
    made = []
    for one in ids:
        row = rows[one]
        plain = {
            "name": wording.named(lang, row),
            "kind": i18n.label(lang, "kind", row["kind"]),
            "region": _region(data, lang, row["region"]),
            "wear_date": i18n.date(lang, row["wear_date"]) or NONE,
        }
        made.append(_row(data, selection, one, columns, said, plain))
    kept = {"name", "zone_declared", "wear_percent", "electric_mw"}
    return _only((columns, tuple(made)), kept) if short else (columns, tuple(made))


def projects(data: Dataset, selection: Selection, *, short: bool = False) -> Content:
    """Return the projects, the most costly first; a programme of the country comes last."""
    lang, rows = selection.view.lang, selection.state.project_rows

    def rank(one: str) -> tuple[bool, bool, float, str]:
        row = rows[one]
        return one == PROGRAMME, not row["known"], -_or_zero(row["cost_bn_kzt"]), row["completion"]

    ids = sorted((str(one) for one in selection.projects.index), key=rank)
    columns = (
        Column("name", i18n.text(lang, "table.project"), 2.6),
        Column("region", i18n.text(lang, "table.region"), 1.35),
        Column("status", i18n.text(lang, "attribute.status"), 1.5 if short else 1.2),
        Column("funding", i18n.text(lang, "table.funding"), 1.45),
        Column("cost_bn_kzt", i18n.unit(lang, "bn KZT"), 0.95 if short else 0.75, _RIGHT),
        Column("cost_mn_usd", i18n.unit(lang, "mn USD"), 0.75, _RIGHT),
        Column("electric_mw", i18n.unit(lang, "MW"), 0.65, _RIGHT),
        Column("heat_gcal_h", i18n.unit(lang, "Gcal/h"), 0.75, _RIGHT),
        Column("completion", i18n.text(lang, "table.due"), 1.1, _RIGHT),
        Column("contractor", i18n.text(lang, "table.contractor"), 1.8),
    )
    said = {column.key for column in columns} - {"name", "region"}
    made = []
    for one in ids:
        row = rows[one]
        name = wording.named(lang, row)
        if row["parent_id"] and row["parent_id"] != PROGRAMME:
            name = f"↳ {name}"
        plain = {"name": name, "region": _region(data, lang, row["region"])}
        made.append(_row(data, selection, one, columns, said, plain))
    kept = {"name", "status", "cost_bn_kzt", "completion"}
    return _only((columns, tuple(made)), kept) if short else (columns, tuple(made))


def _row(
    data: Dataset,
    selection: Selection,
    one: str,
    columns: Sequence[Column],
    said: set[str],
    plain: dict[str, str],
) -> Row:
    return Row(
        one,
        tuple(
            _fact(data, selection, one, column.key)
            if column.key in said
            else Cell(plain[column.key], tone="strong" if column.key == "name" else "")
            for column in columns
        ),
    )


def _only(content: Content, kept: set[str]) -> Content:
    columns, rows = content
    places = [n for n, column in enumerate(columns) if column.key in kept]
    return (
        tuple(columns[n] for n in places),
        tuple(Row(row.key, tuple(row.cells[n] for n in places)) for row in rows),
    )


def _head(lang: str, key: str, unit: str) -> str:
    return f"{i18n.text(lang, key)}, {i18n.unit(lang, unit)}"


def _region(data: Dataset, lang: str, region: str) -> str:
    return wording.short_region(lang, data.rows["regions"][region])


def _or_zero(value: float) -> float:
    return 0.0 if pd.isna(value) else float(value)


# -- promises --------------------------------------------------------------------------------------


def promised(data: Dataset, selection: Selection, project: str) -> tuple[Claim, ...]:
    """Return every deadline of a project that is not in doubt, oldest first.

    That of a register row is among them: `cards.slip` counts from it too.
    """
    claims = data.claims.get(project, {}).get("completion", ())
    seen = history(claims, selection.view.at)
    return tuple(c for c in seen if c.standing != Standing.DOUBTFUL)


def slipped(data: Dataset, selection: Selection) -> tuple[str, ...]:
    """Return the projects whose deadline moved, the longest slip first."""
    moved = {
        str(one): cards.slip(data, str(one), selection.view.at) for one in selection.projects.index
    }
    found = [one for one, months in moved.items() if months]
    return tuple(sorted(found, key=lambda one: -(moved[one] or 0)))


def promises(data: Dataset, selection: Selection, shown: Sequence[str]) -> Content:
    """Return of projects the first deadline, the one of now, and by how much it moved."""
    lang = selection.view.lang
    columns = (
        Column("name", i18n.text(lang, "table.project"), 2.6),
        Column("first", i18n.text(lang, "deck.first_due"), 1.0, _RIGHT),
        Column("first_on", i18n.text(lang, "deck.first_said"), 1.3, _RIGHT),
        Column("completion", i18n.text(lang, "deck.due_now"), 1.2, _RIGHT),
        Column("slip", i18n.text(lang, "table.slip"), 1.0, _RIGHT),
    )
    rows = []
    for one in shown:
        said = promised(data, selection, one)
        months = slip_months(said[0].value, said[-1].value)
        name = wording.named(lang, selection.state.project_rows[one])
        label = f"{name}: {i18n.text(lang, 'table.slip')}"
        sign = "+" if months > 0 else ""
        slip = f"{sign}{i18n.number(lang, months)}\u00a0{i18n.text(lang, 'unit.months')}"
        rows.append(
            Row(
                one,
                (
                    Cell(name, tone="strong"),
                    Cell(i18n.date(lang, said[0].value)),
                    Cell(i18n.date(lang, said[0].stated_on.text)),
                    _fact(data, selection, one, "completion"),
                    Cell(slip, Says("", label, months)),
                ),
            )
        )
    return columns, tuple(rows)


# -- one thing -------------------------------------------------------------------------------------


def card(data: Dataset, selection: Selection, subject: str) -> Content:
    """Return what is known of a thing: attribute, value with unit, day and source."""
    lang, found = selection.view.lang, selection.state.facts[subject]
    columns = (
        Column("attribute", i18n.text(lang, "column.attribute"), 2.2),
        Column("value", i18n.text(lang, "column.value"), 2.4),
        Column("stated_on", i18n.text(lang, "table.date"), 1.0, _RIGHT),
        Column("source", i18n.text(lang, "table.publisher"), 1.8),
    )
    rows = []
    for name, figure in found.items():
        says = fact(data, found, subject, name)
        rows.append(
            Row(
                name,
                (
                    Cell(i18n.text(lang, f"attribute.{name}")),
                    Cell(printed(data, lang, says, unit=True), says, "strong"),
                    Cell(i18n.date(lang, figure.claim.stated_on.text)),
                    Cell(data.sources[figure.claim.source].publisher),
                ),
            )
        )
    return columns, tuple(rows)


# -- where it all comes from -----------------------------------------------------------------------


def origin(found: Passport) -> Content:
    """Return what the deck says of itself."""
    rows = tuple(
        Row(str(number), (Cell(label, tone="label"), Cell(value, link=_web(value))))
        for number, (label, value) in enumerate(found.rows())
    )
    return (Column("name", "", 1.0), Column("value", "", 4.0)), rows


def sources(lang: str, found: Iterable[Source]) -> Content:
    """Return sources as publisher, title, day and address, in the order of their first use."""
    columns = (
        Column("publisher", i18n.text(lang, "table.publisher"), 1.7),
        Column("title", i18n.text(lang, "table.title"), 4.6),
        Column("date", i18n.text(lang, "table.date"), 0.9, _RIGHT),
        Column("url", i18n.text(lang, "table.url"), 4.6),
    )
    return columns, tuple(
        Row(
            one.id,
            (
                Cell(one.publisher),
                Cell(one.title),
                Cell(i18n.date(lang, one.date)),
                Cell(one.url, link=_web(one.url)),
            ),
        )
        for one in found
    )


def _web(address: str) -> str:
    return address if address.startswith(("http://", "https://")) else ""
