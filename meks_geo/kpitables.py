"""Tables of the page of KPIs: cells as they are seen, and the same rows to take away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from meks_geo import facts, i18n, kpisums, kpiwords, wording
from meks_geo import ledger as ledgers
from meks_geo.kpirules import Rating, Rules
from meks_geo.kpis import ACTUAL, TARGET, WEAR, Kpi, Statement
from meks_geo.kpisums import Sum
from meks_geo.ledger import Crossing
from meks_geo.model import Dataset
from meks_geo.view import View
from meks_geo.vocabulary import COUNTRY, Standing

#: What is said of the country as a contact, and not as a figure.
HOTLINE = "hotline"
#: A sign for each rating that judges; the others have none.
SIGNS = {
    Rating.REACHED: "full",
    Rating.ON_COURSE: "full",
    Rating.LAGGING: "half",
    Rating.BEHIND: "empty",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it is seen.

    Parameters
    ----------
    text
        Words or a printed number; "" for nothing known.
    also
        Further lines under it, such as what other sources say.
    url
        Where it leads.
    sign
        `full`, `half`, `empty` or "".
    number
        It is a figure, and stands at the right.
    """

    text: str
    also: tuple[str, ...] = ()
    url: str = ""
    sign: str = ""
    number: bool = False


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is seen, and as it is taken away."""

    heads: Row
    rows: tuple[Row, ...]
    csv_heads: tuple[str, ...]
    csv_rows: tuple[tuple[str, ...], ...]


def _heads(lang: str, *names: str, numbers: Iterable[str] = ()) -> Row:
    return tuple(Cell(i18n.text(lang, f"kpis.{n}"), number=n in numbers) for n in names)


def _figure(text: str, *also: str) -> Cell:
    return Cell(text or "\u2014", tuple(one for one in also if one), number=True)


def _source(data: Dataset, lang: str, said: Statement, *also: str) -> Cell:
    return Cell(kpiwords.source(data, lang, said), also, data.sources[said.source].url)


def topic(data: Dataset, found: Sequence[Kpi], lang: str) -> Table:
    """Return KPIs with target, actual value, forecast, share done and rating.

    What other sources say stands under the value that it differs from, with its own rating.
    """
    names = ("target", "actual", "forecast", "done")
    heads = _heads(lang, "indicator", "period", *names, "rating", "source", numbers=names)
    rows = []
    before = ""
    for one in found:
        name = "" if one.id == before else i18n.name(lang, one.names)
        before = one.id
        rows.append((Cell(name, _named(data, one, lang)), *_kpi(data, one, lang)))
    return Table(
        heads, tuple(rows), kpiwords.heads(lang), tuple(kpiwords.csv_rows(data, found, lang))
    )


def _named(data: Dataset, one: Kpi, lang: str) -> tuple[str, ...]:
    """Return the plants and entities that a source names as counted, one a line."""
    return tuple(
        i18n.name(lang, data.rows[table][subject])
        for subject in one.named
        for table in ("plants", "entities")
        if subject in data.rows[table]
    )


def _kpi(data: Dataset, one: Kpi, lang: str) -> Row:
    of_target = [c for c in one.conflicts if c.said.role == TARGET]
    of_actual = [c for c in one.conflicts if c.said.role == ACTUAL]

    def differs(others: Sequence[object]) -> list[str]:
        return [
            i18n.text(lang, "kpis.other_source", value=kpiwords.value(lang, one, c.said))
            for c in one.conflicts
            if c in others
        ]

    latest = kpiwords.latest(lang, one)
    return (
        Cell(kpiwords.period(lang, one.period)),
        _figure(kpiwords.value(lang, one, one.target), *differs(of_target)),
        _figure(kpiwords.value(lang, one, one.actual), latest, *differs(of_actual)),
        _figure(kpiwords.forecast(lang, one)),
        _figure(
            kpiwords.done(lang, one.judged.done),
            *(kpiwords.done(lang, c.judged.done) for c in one.conflicts),
        ),
        Cell(
            kpiwords.rating(lang, one.judged.rating),
            (*_why(lang, one), *_rated_otherwise(lang, one)),
            sign=SIGNS.get(one.judged.rating, ""),
        ),
        _source(
            data,
            lang,
            one.said,
            *(kpiwords.source(data, lang, c.said) for c in one.conflicts),
        ),
    )


def _why(lang: str, one: Kpi) -> tuple[str, ...]:
    words = kpiwords.reason(lang, one)
    return (words,) if words else ()


def _rated_otherwise(lang: str, one: Kpi) -> tuple[str, ...]:
    """Return how the KPI stands by what other sources say, where that is another rating."""
    return tuple(
        f"{kpiwords.value(lang, one, c.said)}: {kpiwords.rating(lang, c.judged.rating)}"
        for c in one.conflicts
        if c.judged.rating != one.judged.rating
    )


def register(data: Dataset, found: Sequence[Kpi], lang: str) -> Table:
    """Return published counts with their sources."""
    rows = tuple(
        (
            Cell(i18n.name(lang, one.names)),
            _figure(kpiwords.value(lang, one, one.said)),
            _source(data, lang, one.said),
        )
        for one in found
    )
    heads = _heads(lang, "indicator", "value", "source", numbers=("value",))
    csv = tuple(kpiwords.csv_rows(data, found, lang))
    return Table(heads, rows, kpiwords.heads(lang), csv)


def statements(data: Dataset, rules: Rules, view: View) -> Table:
    """Return what else is said of the country: facts that are no value of a KPI."""
    lang = view.lang
    rows, csv = [], []
    registered = {
        (row["source_id"], f"{row[role]:g}")
        for row in data.kpis.to_dict("records")
        for role in (TARGET, ACTUAL)
        if row[role] == row[role]
    }
    for name, figure in facts.figures(data, COUNTRY, view.at).items():
        claim, kind = figure.claim, data.attributes[name]
        shown = claim.id in rules.links or _is_kpi(claim.source, claim.value, registered)
        if shown or name == HOTLINE or claim.standing != Standing.STANDS:
            continue
        words = i18n.value(
            lang,
            data.words.get(claim.value, {}).get(lang, claim.value),
            type=kind.type,
            unit=kind.unit,
            vocabulary=kind.vocabulary,
        )
        source = data.sources[claim.source]
        day = i18n.date(lang, claim.stated_on.text)
        label = i18n.text(lang, f"attribute.{name}")
        rows.append(
            (
                Cell(label),
                Cell(words, tuple(c.value for c in figure.conflicts)),
                Cell(f"{source.publisher}, {day}", url=source.url),
            )
        )
        csv.append((label, words, day, source.title or source.publisher, source.url))
    heads = _heads(lang, "statement", "value", "source")
    names = ("statement", "value", "stated", "source", "url")
    return Table(heads, tuple(rows), _texts(lang, names), tuple(csv))


def _is_kpi(source: str, value: str, registered: set[tuple[str, str]]) -> bool:
    try:
        return (source, f"{float(value):g}") in registered
    except ValueError:
        return False


def _texts(lang: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(i18n.text(lang, f"kpis.{name}") for name in names)


# -- sums ------------------------------------------------------------------------------------------


def funding(sums: Sequence[Sum], lang: str) -> Table:
    """Return the projects of record by who pays."""
    rows, csv = [], []
    for one in sums:
        name = i18n.label(lang, "funding", one.code)
        projects, cost, known = kpiwords.sum_cells(lang, one)
        rows.append((Cell(name), _figure(projects), _figure(cost), _figure(known)))
        csv.append((name, *_plain(lang, one)))
    names = ("projects", "cost", "cost_known")
    heads = _heads(lang, "funding", *names, numbers=names)
    return Table(heads, tuple(rows), _texts(lang, ("funding", *names)), tuple(csv))


def _plain(lang: str, one: Sum) -> tuple[str, str, str]:
    cost = i18n.number(lang, one.cost_bn_kzt, 3, grouping=False)
    return str(one.projects), cost, str(one.cost_known)


def regions(data: Dataset, found: Sequence[Kpi], view: View) -> Table:
    """Return the regions: published wear, plants declared red, projects and their cost."""
    lang = view.lang
    wears = dict(WEAR)
    newest = {(one.region, one.id): one for one in found if one.actual}
    rows, csv = [], []
    for one in kpisums.by_region(data, view.at):
        if view.region and one.code not in view.region:
            continue
        whole = one.code == COUNTRY
        region = data.rows["regions"][one.code]
        known = [None if whole else newest.get((one.code, kpi)) for kpi in wears.values()]
        full = i18n.text(lang, "kpis.whole_country") if whole else i18n.name(lang, region)
        name = full if whole else wording.short_region(lang, region)
        projects, cost, with_cost = kpiwords.sum_cells(lang, one)
        rows.append(
            (
                Cell(name),
                *(_wear(data, lang, kpi) for kpi in known),
                _figure("" if whole else str(one.red_plants), *_not_known(lang, one)),
                _figure(projects),
                _figure(cost if one.projects else "", with_cost if one.projects else ""),
            )
        )
        wear = (("", "") if kpi is None else _wear_csv(lang, kpi) for kpi in known)
        red = ("", "") if whole else (str(one.red_plants), str(one.unknown_plants))
        csv.append((full, *(cell for pair in wear for cell in pair), *red, *_plain(lang, one)))
    sectors = [i18n.label(lang, "sector", sector) for sector in wears]
    last = _heads(
        lang, "red_plants", "projects", "cost", numbers=("red_plants", "projects", "cost")
    )
    heads = (*_heads(lang, "region"), *(Cell(name, number=True) for name in sectors), *last)
    stated = i18n.text(lang, "kpis.stated")
    percent = i18n.unit(lang, "percent")
    csv_heads = (
        *_texts(lang, ("region",)),
        *(words for name in sectors for words in (f"{name}, {percent}", f"{name}: {stated}")),
        *_texts(lang, ("red_plants", "unknown_plants", "projects", "cost", "cost_known")),
    )
    return Table(heads, tuple(rows), csv_heads, tuple(csv))


def _not_known(lang: str, one: Sum) -> tuple[str, ...]:
    """Say of how many plants no zone is known: none declared red is not none red."""
    if not one.unknown_plants:
        return ()
    return (f"{i18n.text(lang, 'map.unknown')}: {i18n.number(lang, one.unknown_plants)}",)


def _wear(data: Dataset, lang: str, kpi: Kpi | None) -> Cell:
    if kpi is None:
        return _figure("")
    return _figure(kpiwords.value(lang, kpi, kpi.said), kpiwords.source(data, lang, kpi.said))


def _wear_csv(lang: str, kpi: Kpi) -> tuple[str, str]:
    said = kpi.said
    places = len(said.text.partition(".")[2])
    number = said.value is not None
    wear = i18n.number(lang, said.value, places, grouping=False) if number else said.text
    return wear, i18n.date(lang, said.stated_on.text)


# -- the ledger ------------------------------------------------------------------------------------


def ledger(data: Dataset, found: Sequence[Crossing], lang: str) -> Table:
    """Return what entered or left the red zone, the newest first."""
    rows = []
    for one in found:
        said = data.sources[one.now.source]
        day = i18n.date(lang, one.now.stated_on)
        sector = i18n.label(lang, "sector", one.sector) if one.sector else ""
        rows.append(
            (
                Cell(kpiwords.subject(data, lang, one), (kpiwords.kind(lang, one), sector)),
                Cell(i18n.text(lang, f"kpis.way_{one.way}")),
                Cell(i18n.date(lang, one.day.isoformat())),
                Cell(kpiwords.zone_before(lang, one)),
                Cell(kpiwords.zone(lang, one.now)),
                _figure(i18n.quantity(lang, one.now.wear, "percent")),
                _figure(i18n.number(lang, one.now.length_km)),
                _figure(i18n.number(lang, one.cost_bn_kzt, 1)),
                Cell(i18n.text(lang, f"kpis.cause_{one.cause}")),
                Cell(f"{said.publisher}, {day}", url=said.url),
            )
        )
    numbers = ("wear", "length", "cost")
    heads = _heads(
        lang,
        *("subject", "way", "day", "before", "now", *numbers, "cause", "source"),
        numbers=numbers,
    )
    csv = tuple(kpiwords.ledger_rows(data, found, lang))
    return Table(heads, tuple(rows), kpiwords.ledger_heads(lang), csv)


def lines(data: Dataset, view: View, since: date) -> Table:
    """Return the kilometres of reported lines in the red zone on two days."""
    lang = view.lang
    sums = ledgers.red_km(data, since, view.at)
    columns = ("red_before", "red_now", "unknown_before", "unknown_now")
    km = partial(i18n.number, lang, digits=1)
    rows, csv = [], []
    for row in sums.to_dict("records"):
        if view.region and row["region"] not in view.region:
            continue
        region = i18n.name(lang, data.rows["regions"][row["region"]])
        sector = i18n.label(lang, "sector", row["sector"])
        rows.append((Cell(region), Cell(sector), *(_figure(km(row[name])) for name in columns)))
        plain = (i18n.number(lang, row[name], 3, grouping=False) for name in columns)
        csv.append((region, sector, *plain))
    heads = _heads(lang, "region", "sector", *columns, numbers=columns)
    return Table(heads, tuple(rows), _texts(lang, ("region", "sector", *columns)), tuple(csv))
