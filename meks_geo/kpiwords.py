"""KPIs and the ledger in words: cells of tables, rows to take away, points of charts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial

from meks_geo import barcharts, i18n, wording
from meks_geo.kpicharts import Mark, Series
from meks_geo.kpirules import Rating, Rules, span
from meks_geo.kpis import ACTUAL, TARGET, Kpi, Statement
from meks_geo.kpisums import Sum
from meks_geo.ledger import Crossing, Known
from meks_geo.model import Dataset
from meks_geo.vocabulary import OUT_OF_RED, UNKNOWN, Zone

#: Columns of the table of KPIs that is taken away.
_COLUMNS = (
    *("region", "indicator", "period", "unit", TARGET, ACTUAL, "latest", "forecast", "done"),
    *("rating", "taken", "stated", "source", "url"),
)
_LEDGER = (
    *("way", "subject", "kind", "sector", "region", "day", "before", "now", "wear", "length"),
    *("cost", "cause", "stated", "source", "url"),
)


def period(lang: str, text: str) -> str:
    """Return a period as the language writes it."""
    days = span(text)
    if days is None or "-" not in text:
        return text
    return f"{days.first.year}\u2013{days.last.year}" if len(text) == 9 else i18n.date(lang, text)


def value(lang: str, one: Kpi, said: Statement | None) -> str:
    """Return a value of a KPI with its unit; "" for none."""
    return "" if said is None else printed(lang, said.text, one.unit)


def printed(lang: str, text: str, unit: str) -> str:
    """Return a value with its unit and all decimals that it was published with."""
    places = len(text.partition(".")[2])
    return i18n.quantity(lang, text, unit, places or None)


def latest(lang: str, one: Kpi) -> str:
    """Return the newest value of another period by which a level is rated; "" for none."""
    if one.latest is None or one.latest.period == one.period:
        return ""
    return f"{value(lang, one, one.latest)} ({period(lang, one.latest.period)})"


def forecast(lang: str, one: Kpi) -> str:
    """Return where a straight line leads; "" where none can be drawn."""
    ahead = one.judged.forecast
    return "" if ahead is None else i18n.quantity(lang, ahead, one.unit, 1)


def done(lang: str, share: float | None) -> str:
    """Return a share done in percent; "" where it is not known."""
    return "" if share is None else i18n.quantity(lang, 100 * share, "percent", 0)


def rating(lang: str, code: Rating) -> str:
    """Return a rating in words."""
    return i18n.text(lang, f"kpis.rating_{code}")


def reason(lang: str, one: Kpi) -> str:
    """Return why the values of a KPI cannot be compared; "" where they can, or none is known."""
    key = f"kpis.why_{one.id}"
    told = one.judged.rating == Rating.NOT_COMPARABLE and i18n.has(lang, key)
    return i18n.text(lang, key) if told else ""


def source(data: Dataset, lang: str, said: Statement) -> str:
    """Return who said it and when."""
    publisher = data.sources[said.source].publisher
    return f"{publisher}, {i18n.date(lang, said.stated_on.text)}"


def rule_lines(rules: Rules, lang: str) -> tuple[str, ...]:
    """Return how ratings and forecasts come about, one sentence a rule."""
    percent = partial(i18n.quantity, lang, unit="percent")
    return (
        i18n.text(lang, "kpis.rule_flow"),
        i18n.text(lang, "kpis.rule_level", year=str(rules.base_year)),
        i18n.text(
            lang,
            "kpis.rule_pace",
            on_course=percent(100 * rules.on_course),
            lagging=percent(100 * rules.lagging),
        ),
        i18n.text(lang, "kpis.rule_none"),
        i18n.text(lang, "kpis.rule_forecast"),
        i18n.text(lang, "kpis.rule_sources"),
        *([i18n.text(lang, "kpis.rule_assumed")] if rules.assumed else []),
    )


# -- to take away ----------------------------------------------------------------------------------


def heads(lang: str) -> tuple[str, ...]:
    """Return the headers of `csv_rows`."""
    return tuple(i18n.text(lang, f"kpis.{name}") for name in _COLUMNS)


def csv_rows(data: Dataset, found: Iterable[Kpi], lang: str) -> Iterable[tuple[str, ...]]:
    """Yield the KPIs, each followed by what other sources say; numbers without their unit."""
    for one in found:
        number = partial(_plain, lang)
        yield (
            *_begin(data, one, lang),
            number(one.target),
            number(one.actual),
            latest(lang, one),
            i18n.number(lang, one.judged.forecast, 1, grouping=False),
            done(lang, one.judged.done),
            rating(lang, one.judged.rating),
            i18n.text(lang, "kpis.taken_yes"),
            *_sourced(data, lang, one.said),
        )
        for other in one.conflicts:
            yield (
                *_begin(data, one, lang),
                number(other.said) if other.said.role == TARGET else "",
                number(other.said) if other.said.role == ACTUAL else "",
                "",
                "",
                done(lang, other.judged.done),
                rating(lang, other.judged.rating),
                i18n.text(lang, "kpis.taken_no"),
                *_sourced(data, lang, other.said),
            )


def _begin(data: Dataset, one: Kpi, lang: str) -> tuple[str, ...]:
    region = i18n.name(lang, data.rows["regions"][one.region])
    unit = i18n.unit(lang, one.unit)
    return region, i18n.name(lang, one.names), period(lang, one.period), unit


def _plain(lang: str, said: Statement | None) -> str:
    if said is None:
        return ""
    places = len(said.text.partition(".")[2])
    return (
        said.text if said.value is None else i18n.number(lang, said.value, places, grouping=False)
    )


def _sourced(data: Dataset, lang: str, said: Statement) -> tuple[str, str, str]:
    found = data.sources[said.source]
    return i18n.date(lang, said.stated_on.text), found.title or found.publisher, found.url


# -- charts ----------------------------------------------------------------------------------------


def series(lang: str, found: Sequence[Kpi], at: date) -> Series:
    """Return the years of one KPI of one region as a chart shows them."""
    actual, targets = [], []
    for one in found:
        days = span(one.period)
        if days is None:
            continue

        for said in (one.target, one.actual, *(other.said for other in one.conflicts)):
            if said is None or said.value is None:
                continue
            text = printed(lang, said.text, one.unit)
            if said.role == TARGET:
                targets.append(Mark(days.last, said.value, text))
            else:  # a period that is not over has a value of the day at the latest
                actual.append(Mark(min(days.last, at), said.value, text))
    return Series(tuple(actual), tuple(targets), _furthest(lang, found), at)


def _furthest(lang: str, found: Sequence[Kpi]) -> Mark | None:
    """Return the forecast for the last period that has one."""
    for one in reversed(found):
        days = span(one.period)
        if one.judged.forecast is not None and days is not None:
            return Mark(days.last, one.judged.forecast, forecast(lang, one))
    return None


def zone_bars(lang: str, found: Sequence[Kpi]) -> tuple[barcharts.Bar, ...]:
    """Return the published counts of CHPs by zone, one bar a period of which all are known."""
    by_period: dict[str, dict[str, float]] = {}
    for one in found:
        zone = one.id.removeprefix("chp-")
        if one.id.startswith("chp-") and zone in tuple(Zone) and one.actual and one.actual.value:
            by_period.setdefault(one.period, {})[zone] = one.actual.value
    classes = [zone for zone in Zone if zone != Zone.UNKNOWN]
    return tuple(
        barcharts.Bar(
            label=period(lang, when),
            km=(*(counts[zone] for zone in classes), 0.0),
            total=i18n.number(lang, sum(counts.values())),
            note=" \u00b7 ".join(
                f"{i18n.label(lang, 'zone', zone).lower()} {i18n.number(lang, counts[zone])}"
                for zone in classes
            ),
        )
        for when, counts in by_period.items()
        if counts.keys() >= set(classes)
    )


# -- the ledger ------------------------------------------------------------------------------------


def subject(data: Dataset, lang: str, one: Crossing) -> str:
    """Return the name of what crossed the edge of the red zone."""
    tables = {"plant": "plants", "entity": "entities", "city": "places"}
    row: Mapping[str, object] = data.rows[tables.get(one.kind, "regions")].get(one.subject, {})
    return i18n.name(lang, row) or one.subject


def kind(lang: str, one: Crossing) -> str:
    """Return what kind of thing it is."""
    return i18n.text(lang, f"kpis.of_{one.kind}")


def zone(lang: str, known: Known) -> str:
    """Return a zone, and how it came about, in words."""
    if known.zone == OUT_OF_RED:
        return i18n.label(lang, "zone", OUT_OF_RED)
    if known.zone == UNKNOWN:
        return i18n.text(lang, "map.unknown")
    words = wording.zone_words(lang, known.zone, known.basis)
    return f"{words}, {i18n.text(lang, 'kpis.assumed')}" if known.assumed else words


def zone_before(lang: str, one: Crossing) -> str:
    """Return the zone before; where only the later statement tells of it, that is said."""
    if one.before.zone == UNKNOWN and one.now.came_from:
        came = i18n.label(lang, "zone", one.now.came_from).lower()
        return i18n.text(lang, "kpis.said_later", zone=came)
    return zone(lang, one.before)


def ledger_heads(lang: str) -> tuple[str, ...]:
    """Return the headers of `ledger_rows`."""
    return tuple(i18n.text(lang, f"kpis.{name}") for name in _LEDGER)


def ledger_rows(data: Dataset, found: Iterable[Crossing], lang: str) -> Iterable[tuple[str, ...]]:
    """Yield the ledger; what is unknown is empty, never zero."""
    number = partial(i18n.number, lang, grouping=False)
    for one in found:
        said = data.sources[one.now.source]
        yield (
            i18n.text(lang, f"kpis.way_{one.way}"),
            subject(data, lang, one),
            kind(lang, one),
            i18n.label(lang, "sector", one.sector) if one.sector else "",
            i18n.name(lang, data.rows["regions"][one.region]),
            i18n.date(lang, one.day.isoformat()),
            zone_before(lang, one),
            zone(lang, one.now),
            i18n.quantity(lang, one.now.wear, "percent"),
            number(one.now.length_km),
            number(one.cost_bn_kzt),
            i18n.text(lang, f"kpis.cause_{one.cause}"),
            i18n.date(lang, one.now.stated_on),
            said.title or said.publisher,
            said.url,
        )


def sum_cells(lang: str, one: Sum) -> tuple[str, str, str]:
    """Return how many projects, their cost, and of how many it is known."""
    unknown = i18n.text(lang, "map.unknown")
    cost = i18n.number(lang, one.cost_bn_kzt, 1) or unknown
    known = f"{i18n.number(lang, one.cost_known)} / {i18n.number(lang, one.projects)}"
    return i18n.number(lang, one.projects), cost, known


def newest_day(found: Iterable[Kpi]) -> str:
    """Return the day of the newest statement among KPIs; "" for none."""
    days = [one.said.stated_on for one in found]
    return max(days, key=lambda p: (p.last, p.first)).text if days else ""
