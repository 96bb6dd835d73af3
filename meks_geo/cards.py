"""The card of a thing: each attribute with value, date, source; the history of its promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from meks_geo import facts, i18n, rolls, rollwords, wording
from meks_geo.dates import Period, parse, slip_months
from meks_geo.facts import Figure
from meks_geo.model import Claim, Dataset, Row
from meks_geo.state import State, newest
from meks_geo.vocabulary import COUNTRY, OUT_OF_RED, UNKNOWN, Accuracy, Standing, Zone

#: Attributes whose announced values are shown in order, oldest first.
PROMISES = ("completion", "cost_bn_kzt", "cost_mn_usd", "contractor")

#: Attributes that are news, the weightiest first.
_NEWS = (
    "status",
    "completion",
    "cost_bn_kzt",
    "cost_mn_usd",
    "contractor",
    "zone_declared",
    "wear_percent",
    "funding",
)
_MAX_LATEST = 8


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as printed: value, day, source with its address, standing and note."""

    value: str
    number: float | None
    day: str
    stated_on: Period
    source: str
    title: str
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
    """Return the card of any subject or place; None for an id that is not known."""
    kind = data.subject_type(subject)
    if kind in ("plant", "project", "entity"):
        return _thing(data, state, subject, kind, lang)
    if kind in ("region", "country") or subject in data.places.index:
        return _area(data, state, subject, lang)
    return None


def _thing(data: Dataset, state: State, subject: str, kind: str, lang: str) -> Card:
    row = _row(data, subject)
    own = _section(data, state, subject, lang)
    sections = [own]
    linked: list[tuple[str, str, str]] = []
    if kind == "plant":
        projects = state.plant_rows[subject]["project_ids"]
        built = [_section(data, state, project, lang) for project in projects]
        # Of a plant that is not there yet, what is promised comes first.
        sections = [*built, own] if state.plant_rows[subject]["hollow"] else [own, *built]
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
        note=wording.words(data, lang, row["note"]),
    )


def _around_project(data: Dataset, subject: str, row: Row, lang: str) -> list[tuple[str, str, str]]:
    """Return plant, entity, parent and children of a project as relation, id and name."""
    related = [
        ("card.plant", row["plant_id"], data.plants),
        ("card.entity", row["entity_id"], data.entities),
        ("card.parent", row["parent_id"], data.projects),
    ]
    children = data.projects.index[data.projects["parent_id"] == subject]
    related += [("card.child", str(child), data.projects) for child in children]
    return [
        (i18n.text(lang, key), one, i18n.name(lang, table.loc[one]))
        for key, one, table in related
        if one
    ]


def _area(data: Dataset, state: State, subject: str, lang: str) -> Card:
    """Return the card of a region, a place or the country: its figures and its projects."""
    is_place = subject in data.rows["places"]
    row = data.rows["places" if is_place else "regions"][subject]
    column = "place_id" if is_place else "region"
    lines = _indicator_lines(data, state.at, column, subject, lang)
    firm = [line for line in lines if line.said.standing != Standing.DOUBTFUL]
    current = {line.label: line for line in reversed(firm)}
    shown = tuple(line for line in lines if current.get(line.label) is line)
    older = tuple((line.label, line.said) for line in lines if line not in shown)
    claims = data.claims.get(subject, {}) if subject == COUNTRY else {}
    said = [c for name in claims for c in facts.history(claims[name], state.at)]
    said.sort(key=lambda c: c.stated_on.first, reverse=True)
    history = tuple(
        (i18n.text(lang, f"attribute.{c.attribute}"), _said(data, c, lang)) for c in said
    )
    linked = [
        (_status_words(lang, row["status"]), one, i18n.name(lang, row))
        for one, row in state.project_rows.items()
        if row[column] == subject
    ]
    return Card(
        id=subject,
        title=i18n.name(lang, row),
        names=_other_names(row, lang),
        place="" if not is_place else i18n.name(lang, data.rows["regions"][row["region"]]),
        accuracy="",
        sections=(Section(subject, "", shown, (), (*older, *history)),),
        linked=() if subject == COUNTRY else tuple(linked),
        newest=_newest(lines),
        note="",
    )


def _newest(lines: Sequence[Line]) -> str:
    days = [line.said.stated_on for line in lines]
    return max(days, key=lambda p: (p.last, p.first)).text if days else ""


def _status_words(lang: str, status: str) -> str:
    return (
        i18n.text(lang, "map.unknown") if status == UNKNOWN else i18n.label(lang, "status", status)
    )


@dataclass(frozen=True, slots=True)
class Latest:
    """A statement among the newest: about which thing, what it says and on which day."""

    subject: str
    name: str
    attribute: str
    value: str
    day: str


def latest(data: Dataset, state: State, subjects: Sequence[str], lang: str) -> tuple[Latest, ...]:
    """Return the newest statements about subjects as of the day, one a subject and day."""
    found: dict[tuple[str, str], Claim] = {}
    for subject in subjects:
        for figure in state.facts[subject].values():
            claim = figure.claim
            if claim.standing == Standing.STANDS and claim.attribute in _NEWS:
                key = (subject, claim.stated_on.text)
                held = found.get(key)
                if held is None or _NEWS.index(claim.attribute) < _NEWS.index(held.attribute):
                    found[key] = claim
    newest_first = sorted(found.values(), key=lambda c: c.stated_on.last, reverse=True)
    return tuple(
        Latest(
            c.subject,
            i18n.name(lang, _row(data, c.subject)),
            i18n.text(lang, f"attribute.{c.attribute}"),
            _said(data, c, lang).value,
            i18n.date(lang, c.stated_on.text),
        )
        for c in newest_first[:_MAX_LATEST]
    )


def _indicator_lines(data: Dataset, at: date, column: str, key: str, lang: str) -> tuple[Line, ...]:
    """Return the published figures of a region or place as of a day, newest first."""
    table = data.indicators
    rows = table[(table[column] == key) & (table["wear_percent"] != "")].to_dict("records")
    visible = [row for row in rows if parse(row["stated_on"]).last <= at]
    visible.sort(key=lambda r: parse(r["stated_on"]).first, reverse=True)
    return tuple(Line(*_indicator(data, row, lang), ()) for row in visible)


def _indicator(data: Dataset, row: Row, lang: str) -> tuple[str, Said]:
    source = data.sources[row["source_id"]]
    said = Said(
        value=i18n.quantity(lang, row["wear_percent"], "percent"),
        number=None,
        day=i18n.date(lang, row["stated_on"]),
        stated_on=parse(row["stated_on"]),
        source=source.publisher,
        title=source.title,
        url=source.url,
        standing=row["standing"],
        note=wording.words(data, lang, row["note"]),
    )
    sector = i18n.label(lang, "sector", row["sector"])
    of = _scope_words(data, row, lang)
    return (f"{sector} · {of}" if of else sector), said


def _scope_words(data: Dataset, row: Row, lang: str) -> str:
    if row["entity_id"]:
        return i18n.name(lang, data.rows["entities"][row["entity_id"]])
    if row["place_id"]:
        return i18n.name(lang, data.rows["places"][row["place_id"]])
    return "" if row["scope"] in ("region", "country") else i18n.label(lang, "scope", row["scope"])


def _section(data: Dataset, state: State, subject: str, lang: str) -> Section:
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
    if subject in data.rows["projects"]:
        bought = _procurement(data, subject, state.at, lang)
        lines += tuple(Line(label, steps[-1], ()) for label, steps in bought)
        history += tuple((label, said) for label, steps in bought for said in reversed(steps))
    return Section(subject, i18n.name(lang, _row(data, subject)), lines, promises, history)


def _procurement(
    data: Dataset, project: str, at: date, lang: str
) -> list[tuple[str, tuple[Said, ...]]]:
    """Return the lots of a project, each with its stages, oldest first."""
    return [
        (rollwords.lot_name(lot, lang), tuple(_stage(data, row, lang) for row in lot.steps))
        for lot in rolls.lots_of(data, project, at)
    ]


def _stage(data: Dataset, row: Row, lang: str) -> Said:
    return Said(
        value=rollwords.step(data, row, lang),
        number=None,
        day=i18n.date(lang, row["stage_date"]),
        stated_on=parse(row["stage_date"]),
        source=rollwords.source(row, lang),
        title=row["source_title"],
        url=row["source_url"],
        standing=Standing.STANDS,
        note="",
    )


def _row(data: Dataset, subject: str) -> Row:
    for table in ("plants", "projects", "entities", "regions"):
        if subject in data.rows[table]:
            return data.rows[table][subject]
    msg = f"no such subject: {subject}"
    raise LookupError(msg)


def _said(data: Dataset, claim: Claim, lang: str) -> Said:
    attribute = data.attributes[claim.attribute]
    source = data.sources[claim.source]
    raw = wording.words(data, lang, claim.value) if attribute.type == "text" else claim.value
    value = i18n.value(
        lang, raw, type=attribute.type, unit=attribute.unit, vocabulary=attribute.vocabulary
    )
    if claim.attribute == "zone_declared" and claim.value != OUT_OF_RED:
        value = wording.zone_words(lang, Zone(claim.value), "declared")
    return Said(
        value=value,
        number=_chart_number(claim),
        day=i18n.date(lang, claim.stated_on.text),
        stated_on=claim.stated_on,
        source=source.publisher,
        title=source.title,
        url=source.url,
        standing=claim.standing,
        note=wording.words(data, lang, claim.note),
    )


def _chart_number(claim: Claim) -> float | None:
    """Return where a promise stands on a chart: a cost, a deadline in years; None for text.

    A deadline stands where its last day falls, the end of 2027 on the line of 2027.
    """
    if claim.attribute == "completion":
        last = parse(claim.value).last
        return last.year - 1 + min(last.timetuple().tm_yday / 365, 1.0)
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


def _place(data: Dataset, row: Row, lang: str) -> str:
    region = i18n.name(lang, data.rows["regions"][row["region"]])
    town = i18n.name(lang, data.rows["places"][row["place_id"]]) if row["place_id"] else ""
    return " · ".join(dict.fromkeys(p for p in (region, town) if p))


def _accuracy(row: Row, lang: str) -> str:
    code = row.get("location_accuracy", "")
    if code == Accuracy.CITY:
        return i18n.text(lang, "legend.ring")
    return i18n.label(lang, "accuracy", code) if code else ""
