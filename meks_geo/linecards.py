"""The card of a network line: where it lies, whose it is, its wear, its projects."""

from collections.abc import Iterator
from dataclasses import replace
from math import isnan

from meks_geo import cards, i18n, linesources, networks, wording
from meks_geo.cards import Card, Line, Said, Section
from meks_geo.dates import parse
from meks_geo.lines import ZONES, Lines
from meks_geo.model import Dataset, Row
from meks_geo.state import State
from meks_geo.vocabulary import Accuracy, Provenance, Standing, Zone


def card(data: Dataset, state: State, subject: str, lang: str) -> Card | None:
    """Return the card of a line, or of any other subject; None for an id that is not known."""
    number = data.lines.number(subject)
    if number is None or data.subject_type(subject) != "line":
        return cards.card(data, state, subject, lang)
    return _line_card(data, state, subject, number, lang)


def _line_card(data: Dataset, state: State, subject: str, number: int, lang: str) -> Card:
    lines = data.lines
    provenance = lines.text("provenance", number)
    shipped = networks.shipped(data).get(number)
    values = [
        *_values(data, state, number, lang),
        *_not_registered(data, lines.text("project_ids", number), lang),
        *_ends(data, shipped, lang),
    ]
    stated = _said(data, lines, number, shipped, lang)
    printed = [(label, value) for label, value in values if value]
    said = tuple(
        Line(label, replace(stated, value=value, source=stated.source if first else ""), ())
        for first, (label, value) in zip((True, *[False] * len(printed)), printed, strict=False)
    )
    region = data.rows["regions"].get(lines.text("region", number))
    return Card(
        id=subject,
        title=i18n.name(lang, shipped) if shipped else _title(lines, number, lang),
        names=_names(shipped, lang),
        place="" if region is None else i18n.name(lang, region),
        accuracy=_course(provenance, lang, shipped=shipped is not None),
        sections=(Section(subject, "", said, (), ()),),
        linked=tuple(_projects(data, state, lines.text("project_ids", number), lang)),
        newest=_newest(data, state, number, shipped),
        note="" if shipped is None else wording.words(data, lang, str(shipped["note"])),
    )


def _newest(data: Dataset, state: State, number: int, shipped: Row | None) -> str:
    """Return the day of the newest thing that is said of the line, "" where none is said."""
    if shipped is not None:
        return data.sources[shipped["source_id"]].date
    known = not isnan(networks.as_of(data, state.at).low[number])
    return data.lines.text("wear_date", number) if known else ""


def _title(lines: Lines, number: int, lang: str) -> str:
    sector = i18n.label(lang, "sector", lines.text("sector", number))
    return f"{sector}: {i18n.text(lang, 'lines.title_segment', id=lines.id(number))}"


def _names(shipped: Row | None, lang: str) -> tuple[str, ...]:
    if shipped is None:
        return ()
    names = (shipped["name_kk"], shipped["name_ru"], shipped["name_en"])
    return tuple(dict.fromkeys(n for n in names if n and n != i18n.name(lang, shipped)))


def _course(provenance: str, lang: str, *, shipped: bool) -> str:
    if shipped:
        return i18n.text(lang, "lines.drawn_course")
    if provenance == Provenance.SCHEMATIC:
        return i18n.text(lang, "lines.schematic_course")
    return i18n.text(lang, "lines.made_up") if provenance == Provenance.SYNTHETIC else ""


def _values(data: Dataset, state: State, number: int, lang: str) -> Iterator[tuple[str, str]]:
    """Yield label and value of what is known of the line; an unknown wear says so."""
    lines, figures = data.lines, networks.as_of(data, state.at)
    unknown = i18n.text(lang, "map.unknown")
    known = not isnan(figures.low[number])
    wear = i18n.quantity(lang, lines.text("wear_percent", number), "percent") if known else unknown
    day = lines.text("wear_date", number)
    if known and day:
        wear = f"{wear} · {i18n.date(lang, day)}"
    zone = ZONES[figures.zone[number]]
    basis = lines.text("wear_basis", number)
    built = str(lines.built_year[number] or unknown)
    if number in networks.ahead(data, state.at):
        built = i18n.text(lang, "lines.ahead")
    yield i18n.text(lang, "lines.wear"), wear
    yield (
        i18n.text(lang, "lines.zone"),
        unknown if zone == Zone.UNKNOWN else wording.zone_words(lang, zone, "computed"),
    )
    yield (
        i18n.text(lang, "lines.basis"),
        i18n.label(lang, "wear-basis", basis) if basis and known else "",
    )
    yield i18n.text(lang, "lines.operator"), lines.text("operator", number) or unknown
    yield i18n.text(lang, "lines.sector"), i18n.label(lang, "sector", lines.text("sector", number))
    yield i18n.text(lang, "lines.length"), i18n.quantity(lang, float(lines.km[number]), "km", 3)
    yield i18n.text(lang, "lines.built"), built
    for label, column, unit in (
        ("lines.voltage", lines.voltage_kv, "kV"),
        ("lines.size", lines.diameter_mm, "mm"),
    ):
        value = float(column[number])
        yield (
            i18n.text(lang, label),
            "" if isnan(value) else i18n.quantity(lang, f"{value:g}", unit),
        )


def _ends(data: Dataset, shipped: Row | None, lang: str) -> Iterator[tuple[str, str]]:
    if shipped is None:
        return
    if not isnan(shipped["length_km"]):
        length = i18n.quantity(lang, f"{shipped['length_km']:g}", "km")
        yield i18n.text(lang, "lines.published_length"), length
    rows = data.rows["substations"]
    ends = [_end(rows[shipped[end]], lang) for end in ("from_id", "to_id")]
    yield i18n.text(lang, "lines.ends"), " \u2013 ".join(ends)


def _end(station: Row, lang: str) -> str:
    name = i18n.name(lang, station)
    if station["location_accuracy"] != Accuracy.CITY:
        return name
    return i18n.text(lang, "lines.end_at_town", name=name)


def _not_registered(data: Dataset, text: str, lang: str) -> Iterator[tuple[str, str]]:
    """Yield the projects that the line names and the register lacks, where there are some."""
    lacking = sorted(networks.projects_of(text) - data.rows["projects"].keys())
    if lacking:
        named = [i18n.text(lang, "lines.not_registered", id=one) for one in lacking]
        yield i18n.text(lang, "lines.project"), ", ".join(named)


def _said(data: Dataset, lines: Lines, number: int, shipped: Row | None, lang: str) -> Said:
    """Return the source of a line, without a value: of the register, the file, or the revision."""
    if shipped is not None:
        source = data.sources[shipped["source_id"]]
        return Said(
            value="",
            number=None,
            day=i18n.date(lang, source.date) if source.date else "",
            stated_on=parse(source.date or "2100"),
            source=source.publisher,
            title=source.title,
            url=source.url,
            standing=Standing.STANDS,
            note="",
        )
    provenance = i18n.label(lang, "provenance", lines.text("provenance", number))
    file = linesources.of(data, number)
    if file is not None:
        return Said(
            value="",
            number=None,
            day=i18n.date(lang, file.date),
            stated_on=parse(file.date),
            source=f"{provenance} · {file.publisher}",
            title=file.title,
            url=file.url,
            standing=Standing.STANDS,
            note="",
        )
    return Said(
        value="",
        number=None,
        day=i18n.text(lang, "map.revision", revision=wording.short_revision(data.revision)),
        stated_on=parse("2100"),
        source=provenance,
        title="",
        url="",
        standing=Standing.STANDS,
        note="",
    )


def _projects(data: Dataset, state: State, text: str, lang: str) -> Iterator[tuple[str, str, str]]:
    for one in sorted(networks.projects_of(text)):
        row = state.project_rows.get(one)
        if row is None:
            continue
        status = str(row["status"])
        known = status and status != "unknown"
        words = i18n.label(lang, "status", status) if known else i18n.text(lang, "map.unknown")
        yield (
            f"{i18n.text(lang, 'lines.project')} · {words}",
            one,
            i18n.name(lang, data.rows["projects"][one]),
        )
