"""The card of a thing: every attribute with value, date and source, and the history of its promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from meks_geo import facts, i18n, wording
from meks_geo.dates import parse, slip_months
from meks_geo.facts import Figure
from meks_geo.model import Claim, Dataset
from meks_geo.state import State, newest
from meks_geo.vocabulary import COUNTRY, OUT_OF_RED, Accuracy, Standing, Zone

#: Attributes whose announced values are shown in order, oldest first.
PROMISES = ("completion", "cost_bn_kzt", "cost_mn_usd", "contractor")


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as printed: value, day, source with its address, standing and note."""

    value: str
    number: float | None
    day: str
    stated_on: date
    source: str
    url: str
    standing: str
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """One attribute: what is true as of the day, and other values of the same day."""

    label: str
    said: Said
    conflicts: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """How one announced value changed; `change` is the slip or growth in words, or ""."""

    attribute: str
    label: str
    steps: tuple[Said, ...]
    change: str


@dataclass(frozen=True, slots=True)
class Section:
    """A thing on a card: the plant or place itself, or one of its projects."""

    id: str
    title: str
    lines: tuple[Line, ...]
    promises: tuple[Promise, ...]
    history: tuple[tuple[str, Said], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A card; `linked` are ids and names of further things that can be opened."""

    id: str
    title: str
    names: tuple[str, ...]
    place: str
    accuracy: str
    sections: tuple[Section, ...]
    linked: tuple[tuple[str, str, str], ...]
    newest: str
    note: str


def card(data: Dataset, state: State, subject: str, lang: str) -> Card | None:
    """Return the card of a plant, project, entity, region, place or the country; None for no such id."""
    kind = data.subject_type(subject)
    if kind in ("plant", "project", "entity"):
        return _thing(data, state, subject, kind, lang)
    if kind in ("region", "country") or subject in data.places.index:
        return _area(data, state, subject, lang)
    return None


def _thing(data: Dataset, state: State, subject: str, kind: str, lang: str) -> Card:
    table = {"plant": data.plants, "project": data.projects, "entity": data.entities}[kind]
    row = table.loc[subject]
    sections = [_section(data, state, subject, lang)]
    linked: list[tuple[str, str, str]] = []
    if kind == "plant":
        for project in state.plants.at[subject, "project_ids"]:
            sections.append(_section(data, state, project, lang))
    if kind == "project":
        linked = _around_project(data, subject, row, lang)
    found: dict[str, Figure] = {}
    for section in sections:
        found |= {f"{section.id}.{k}": f for k, f in state.facts[section.id].items()}
    return Card(
        id=subject,
        title=i18n.name(lang, row),
        names=_other_names(row, lang),
        place=_place(data, row, lang),
        accuracy=_accuracy(row, lang),
        sections=tuple(sections),
        linked=tuple(linked),
        newest=newest(found),
        note=row["note"],
    )


def _around_project(
    data: Dataset, subject: str, row: pd.Series, lang: str
) -> list[tuple[str, str, str]]:
    """Return plant, entity, parent and children of a project as relation, id and name."""
    related = [
        ("card.plant", row["plant_id"], data.plants),
        ("card.entity", row["entity_id"], data.entities),
        ("card.parent", row["parent_id"], data.projects),
    ]
    children = data.projects.index[data.projects["parent_id"] == subject]
    related += [("card.child", str(child), data.projects) for child in children]
    return [
        (i18n.text(lang, key), one, i18n.name(lang, table.loc[one])) for key, one, table in related if one
    ]


def _area(data: Dataset, state: State, subject: str, lang: str) -> Card:
    is_place = subject in data.places.index
    row = (data.places if is_place else data.regions).loc[subject]
    column = "place_id" if is_place else "region"
    lines = _indicator_lines(data, state.at, column, subject, lang)
    section = Section(subject, "", lines, (), ())
    if subject == COUNTRY:
        section = _section(data, state, subject, lang, extra=lines)
    projects = state.projects[state.projects[column] == subject]
    linked = [
        (i18n.label(lang, "status", p["status"]), str(i), i18n.name(lang, p))
        for i, p in projects.iterrows()
    ]
    days = [parse(line.said.stated_on.isoformat()) for line in lines]
    return Card(
        id=subject,
        title=i18n.name(lang, row),
        names=_other_names(row, lang),
        place="" if not is_place else i18n.name(lang, data.regions.loc[row["region"]]),
        accuracy="",
        sections=(section,),
        linked=tuple(linked),
        newest=max((d.text for d in days), default=""),
        note="",
    )


def _indicator_lines(
    data: Dataset, at: date, column: str, key: str, lang: str
) -> tuple[Line, ...]:
    """Return the published figures of a region or place as of a day, newest first."""
    table = data.indicators
    rows = table[(table[column] == key) & (table["wear_percent"] != "")]
    visible = [r for _, r in rows.iterrows() if parse(r["stated_on"]).last <= at]
    visible.sort(key=lambda r: parse(r["stated_on"]).first, reverse=True)
    lines = []
    for row in visible:
        source = data.sources[row["source_id"]]
        of = _scope_words(data, row, lang)
        day = parse(row["stated_on"])
        said = Said(
            value=i18n.quantity(lang, row["wear_percent"], "percent"),
            number=None,
            day=i18n.date(lang, row["stated_on"]),
            stated_on=day.last,
            source=source.title or source.publisher,
            url=source.url,
            standing=row["standing"],
            note=row["note"],
        )
        sector = i18n.label(lang, "sector", row["sector"])
        lines.append(Line(f"{sector} · {of}" if of else sector, said, ()))
    return tuple(lines)


def _scope_words(data: Dataset, row: pd.Series, lang: str) -> str:
    if row["entity_id"]:
        return i18n.name(lang, data.entities.loc[row["entity_id"]])
    if row["place_id"]:
        return i18n.name(lang, data.places.loc[row["place_id"]])
    return "" if row["scope"] in ("region", "country") else i18n.label(lang, "scope", row["scope"])


def _section(
    data: Dataset, state: State, subject: str, lang: str, extra: tuple[Line, ...] = ()
) -> Section:
    found = state.facts[subject]
    claims = data.claims.get(subject, {})
    histories = {name: facts.history(claims[name], state.at) for name in found}
    lines = tuple(
        Line(
            i18n.text(lang, f"attribute.{name}"),
            _said(data, figure.claim, lang),
            tuple(_said(data, c, lang) for c in figure.conflicts),
        )
        for name, figure in found.items()
    )
    promises = tuple(
        _promise(data, name, histories[name], lang)
        for name in PROMISES
        if name in found and len({c.value for c in histories[name]}) > 1
    )
    every = sorted((c for h in histories.values() for c in h), key=lambda c: c.stated_on.first)
    history = tuple(
        (i18n.text(lang, f"attribute.{c.attribute}"), _said(data, c, lang)) for c in reversed(every)
    )
    title = "" if subject == COUNTRY else i18n.name(lang, _row(data, subject))
    return Section(subject, title, (*lines, *extra), promises, history)


def _row(data: Dataset, subject: str) -> pd.Series:
    for table in (data.plants, data.projects, data.entities, data.regions):
        if subject in table.index:
            return table.loc[subject]
    msg = f"no such subject: {subject}"
    raise LookupError(msg)


def _said(data: Dataset, claim: Claim, lang: str) -> Said:
    attribute = data.attributes[claim.attribute]
    source = data.sources[claim.source]
    value = i18n.value(
        lang, claim.value, type=attribute.type, unit=attribute.unit, vocabulary=attribute.vocabulary
    )
    if claim.attribute == "zone_declared" and claim.value != OUT_OF_RED:
        value = wording.zone_words(lang, Zone(claim.value), "declared")
    return Said(
        value=value,
        number=_chart_number(claim),
        day=i18n.date(lang, claim.stated_on.text),
        stated_on=claim.stated_on.last,
        source=source.title or source.publisher,
        url=source.url,
        standing=claim.standing,
        note=claim.note,
    )


def _chart_number(claim: Claim) -> float | None:
    """Return where a promise stands on a chart: a cost as it is, a deadline in years; None for text."""
    if claim.attribute == "completion":
        last = parse(claim.value).last
        return last.year + last.timetuple().tm_yday / 366
    if claim.attribute in ("cost_bn_kzt", "cost_mn_usd"):
        return float(claim.value)
    return None


def _promise(data: Dataset, name: str, history: Sequence[Claim], lang: str) -> Promise:
    stands = [c for c in history if c.standing != Standing.DOUBTFUL]
    change = ""
    if len(stands) > 1 and name == "completion":
        months = slip_months(stands[0].value, stands[-1].value)
        if months:
            key = "card.slip" if months > 0 else "card.earlier"
            change = i18n.plural(lang, key, abs(months))
    elif len(stands) > 1 and name.startswith("cost"):
        first, last = float(stands[0].value), float(stands[-1].value)
        if first and first != last:
            sign = "+" if last > first else "\u2212"
            percent = i18n.quantity(lang, f"{abs(last / first - 1) * 100:.0f}", "percent")
            change = f"{sign}{percent}"
    label = i18n.text(lang, f"attribute.{name}")
    return Promise(name, label, tuple(_said(data, c, lang) for c in history), change)


def slip(data: Dataset, project: str, at: date) -> int | None:
    """Return by how many months a project's deadline moved since it was first announced.

    None when fewer than two deadlines were ever stated; 0 when it did not move.
    """
    claims = facts.history(data.claims.get(project, {}).get("completion", ()), at)
    stands = [c for c in claims if c.standing != Standing.DOUBTFUL]
    return slip_months(stands[0].value, stands[-1].value) if len(stands) > 1 else None


def _other_names(row: Mapping[str, str], lang: str) -> tuple[str, ...]:
    own = i18n.name(lang, row)
    names = (row["name_kk"], row["name_ru"], row["name_en"])
    return tuple(dict.fromkeys(n for n in names if n and n != own))


def _place(data: Dataset, row: pd.Series, lang: str) -> str:
    region = i18n.name(lang, data.regions.loc[row["region"]])
    town = i18n.name(lang, data.places.loc[row["place_id"]]) if row["place_id"] else ""
    return " · ".join(dict.fromkeys(p for p in (region, town) if p))


def _accuracy(row: pd.Series, lang: str) -> str:
    code = row.get("location_accuracy", "")
    if not code:
        return ""
    words = i18n.label(lang, "accuracy", code)
    return f"{words} · {row['location_source']}" if code == Accuracy.SITE else words
