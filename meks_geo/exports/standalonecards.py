"""Cards as plain values, for a page that has no server to ask."""

from collections.abc import Iterable, Mapping, Sequence

from meks_geo import charts, i18n, linecards
from meks_geo.cards import Card, Line, Promise, Said, Section
from meks_geo.model import Dataset
from meks_geo.queries import Selection
from meks_geo.state import State
from meks_geo.vocabulary import COUNTRY, Standing

#: Standings that are said beside a value.
_TOLD = (Standing.DOUBTFUL, Standing.REGISTER)

Plain = dict[str, object]


def of(data: Dataset, state: State, subject: str, lang: str) -> Plain:
    """Return the card of a thing, place or line as plain JSON values.

    Raises
    ------
    LookupError
        If there is no such subject.
    """
    found = linecards.card(data, state, subject, lang)
    if found is None:
        msg = f"no such subject: {subject}"
        raise LookupError(msg)
    return {
        "title": found.title,
        "small": [line for line in (found.place, found.accuracy, " · ".join(found.names)) if line],
        "newest": _newest(found, lang),
        "sections": [_section(section, found.id, lang) for section in found.sections],
        "linked": [list(one) for one in found.linked],
        "note": found.note,
    }


def subjects(data: Dataset, selection: Selection, more: Iterable[str]) -> tuple[str, ...]:
    """Return what has a card in a file beside its lines.

    Regions, the cities with a figure, the things of the view; the projects of its plants, and what
    its projects belong to. What else a card names has no card of its own in the file.

    Parameters
    ----------
    more
        Further ids, such as the projects of the lines.
    """
    state = selection.state
    plants = [str(one) for one in selection.plants.index]
    projects = [str(one) for one in selection.projects.index]
    rows = [data.rows["projects"][one] for one in projects]
    near = [
        *(project for one in plants for project in state.plant_rows[one]["project_ids"]),
        *(row[name] for row in rows for name in ("plant_id", "entity_id", "parent_id")),
    ]
    areas = [COUNTRY, *(str(one) for one in data.regions.index)]
    cities = [str(one) for one in selection.cities.index]
    asked = [*areas, *cities, *plants, *projects, *near, *more]
    return tuple(dict.fromkeys(one for one in asked if one))


def _newest(card: Card, lang: str) -> str:
    """Return the day of the newest statement; else what there is without one, or nothing."""
    if card.newest:
        return i18n.date(lang, card.newest)
    known = {line.said.standing for section in card.sections for line in section.lines}
    if Standing.STANDS in known:
        return i18n.text(lang, "card.undated")
    return i18n.text(lang, "card.register_only" if known else "card.nothing_known")


def _section(section: Section, owner: str, lang: str) -> Plain:
    return {
        "id": section.id if section.id != owner else "",
        "title": section.title if section.id != owner else "",
        "lines": [_line(line, lang) for line in section.lines],
        "promises": [_promise(promise, lang) for promise in section.promises],
        "history": [[label, _said(said, lang)] for label, said in section.history],
        "all": i18n.text(lang, "card.all_statements", count=len(section.history)),
    }


def _line(line: Line, lang: str) -> list[object]:
    return [line.label, _said(line.said, lang), [_said(one, lang) for one in line.conflicts]]


def _said(said: Said, lang: str) -> Mapping[str, object]:
    """Return a statement: value, day, source, title and address of it, standing, note, doubt."""
    standing = i18n.label(lang, "standing", said.standing) if said.standing in _TOLD else ""
    found = {
        "v": said.value,
        "d": said.day,
        "s": said.source,
        "t": said.title,
        "u": said.url if said.url.startswith(("https://", "http://")) else "",
        "w": standing,
        "n": said.note,
        "f": 1 if said.standing == Standing.DOUBTFUL else "",
    }
    return {name: value for name, value in found.items() if value}


def _promise(promise: Promise, lang: str) -> Plain:
    """Return how an announced value changed; one chart, without words, serves all languages."""
    points = [
        (said.stated_on.first, said.number, "")
        for said in promise.steps
        if said.number is not None and said.standing != Standing.DOUBTFUL
    ]
    told: Sequence[str] = [
        f"{said.day}: {said.value}"
        for said in promise.steps
        if said.number is not None and said.standing != Standing.DOUBTFUL
    ]
    return {
        "title": i18n.text(lang, "card.promise", what=promise.label),
        "change": promise.change,
        "chart": charts.promise_chart(
            points, label="", whole_years=promise.attribute == "completion"
        ),
        "told": f"{promise.label}: {', '.join(told)}",
        "steps": [_said(said, lang) for said in promise.steps],
    }
