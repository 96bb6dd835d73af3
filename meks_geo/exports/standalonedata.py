"""What the stand-alone page knows: one document, with all three languages inside."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from meks_geo import (
    cards,
    i18n,
    linelayer,
    networks,
    planscene,
    planworks,
    scene,
    style,
    webmap,
    wording,
)
from meks_geo.exports import (
    passport,
    standalonecards,
    standalonelines,
    standalonerows,
    standaloneshapes,
    standalonetables,
)
from meks_geo.exports.standalonelines import Chosen
from meks_geo.exports.standalonetexts import Texts
from meks_geo.i18n import search_key
from meks_geo.model import Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.progress import Progress, part
from meks_geo.queries import Selection, select
from meks_geo.view import View
from meks_geo.vocabulary import COUNTRY, Lang, Layer

#: What stands on the page itself: keys of `standalone.*`, and keys of other families by their name.
_OWN = (
    "about", "found", "home", "nothing_found", "print", "results", "show_all", "show_table",
    "snapshot", "to_card",
)  # fmt: skip
_SHARED = {
    "conflict": "card.conflict",
    "close": "card.close",
    "latest": "card.latest",
    "newest": "card.newest",
    "nothing": "card.nothing_published",
    "layers": "filter.layers",
    "search": "filter.q_placeholder",
    "language": "app.language",
    "brand": "app.title",
    "sources": "page.sources",
    "map": "page.map",
    "attribution": "map.attribution",
    "unknown": "map.unknown",
    "nothing_known": "card.nothing_known",
    "project": "lines.project",
    "made_up": "lines.made_up",
    "drawn_course": "lines.schematic_course",
    "synthetic": "provenance.synthetic",
    "schematic": "provenance.schematic",
}
_LANGS = tuple(str(one) for one in Lang)


@dataclass(frozen=True, eq=False)
class _Page:
    """What the parts of the document are made from."""

    data: Dataset
    asked: Selection  # the view as it is
    full: Selection  # the same view with every layer, which the page switches on and off
    lines: Chosen
    stamp: str
    plan: SavedPlan | None

    def of(self, lang: str) -> Selection:
        """Return the full selection in a language."""
        return replace(self.full, view=replace(self.full.view, lang=lang))


def document(
    data: Dataset,
    view: View,
    *,
    stamp: str,
    progress: Progress,
    plan: SavedPlan | None = None,
) -> dict[str, object]:
    """Return all that the page needs, as plain JSON values.

    What differs by language is in `texts`, see `standalonetexts`; codes and figures stand once.
    """
    asked = select(data, view)
    full = select(data, replace(view, layers=tuple(Layer)))
    page = _Page(data, asked, full, standalonelines.chosen(full.lines), stamp, plan)
    texts = Texts()
    progress("lines", 0.1)
    found: dict[str, object] = {
        "lang": view.lang,
        "langs": [[one, i18n.text(one, f"app.lang_{one}")] for one in _LANGS],
        "layers": [one for one in Layer if one in view.layers],
        "chosen": view.sel,
        "start": view.region[0] if len(view.region) == 1 else COUNTRY,
        "style": style.to_leaflet(),
        "base": standaloneshapes.base(data.base),
        "lines": standalonelines.columns(full.lines, page.lines),
        "page": texts.merged([_words(page, lang) for lang in _LANGS]),
    }
    progress("scene", 0.2)
    found["scene"] = texts.merged([_scene(page, lang) for lang in _LANGS])
    found["tables"] = texts.merged([_tables(page, lang) for lang in _LANGS])
    found["cards"] = list(_cards(page, texts, part(progress, 0.4, 0.95)))
    found["search"] = _search(page)
    found["texts"] = texts.table()
    return found


def _words(page: _Page, lang: str) -> dict[str, object]:
    """Return what stands around map, card and tables."""
    selection = page.of(lang)
    origin = passport.of(page.data, _asked(page, lang), stamp=page.stamp, plan=page.plan)
    plants = selection.counts["plants"]
    words = {name: i18n.text(lang, f"standalone.{name}") for name in _OWN}
    words |= {name: i18n.text(lang, key) for name, key in _SHARED.items()}
    words["counts"] = i18n.text(
        lang,
        "map.counts",
        drawn="{drawn}",
        in_filter=i18n.number(lang, plants.in_filter),
        in_source=i18n.number(lang, plants.in_source),
    )
    words["segment"] = i18n.text(lang, "lines.title_segment", id="{id}")
    words["more"] = i18n.text(lang, "map.more_sources", count="{count}")
    short = wording.short_revision(page.data.revision)
    words["revision"] = i18n.text(lang, "map.revision", revision=short)
    inside = [*selection.plants.index, *selection.projects.index]
    latest = cards.latest(page.data, selection.state, inside, lang)
    return {
        "words": words,
        "title": origin.title,
        "subtitle": " · ".join((wording.subtitle(selection.view), *_named(page, lang))),
        "as_of": wording.as_of(selection.view),
        "stamp": page.stamp,
        "layers": [[one, i18n.label(lang, "layer", one)] for one in Layer],
        "totals": standalonetables.totals(selection),
        "foot": list(wording.foot(page.data, _asked(page, lang))[1:]),
        "notes": list(_notes(page, lang)),
        "passport": [list(row) for row in origin.rows()],
        "sources": [
            [one.publisher, one.title, _web(one.url), i18n.date(lang, one.date)]
            for one in origin.sources
        ],
        "latest": [[one.subject, one.name, one.attribute, one.value, one.day] for one in latest],
    }


def _named(page: _Page, lang: str) -> tuple[str, ...]:
    return (planworks.named(page.plan, lang),) if page.plan else ()


def _asked(page: _Page, lang: str) -> Selection:
    return replace(page.asked, view=replace(page.asked.view, lang=lang))


def _notes(page: _Page, lang: str) -> Iterator[str]:
    """Yield what the reader must know of the file as a whole."""
    inside, passing = len(page.lines.rows), len(page.full.lines)
    if inside < passing:
        yield i18n.text(
            lang,
            "standalone.lines_inside",
            inside=i18n.number(lang, inside),
            count=i18n.number(lang, passing),
        )


def _web(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""


def _scene(page: _Page, lang: str) -> dict[str, object]:
    """Return the map; its lines are those of the file, already filtered."""
    selection = page.of(lang)
    view = selection.view
    words = {name: i18n.text(lang, f"map.{name}") for name in webmap.WORDS}
    shown = scene.build(page.data, selection, stamp=page.stamp)
    shown = planscene.show(shown, page.data, view, page.plan)
    place = None if view.map is None else (view.map.lat, view.map.lon, view.map.zoom)
    found = webmap.payload(
        replace(shown, attribution="", selected=""), base_url="base", view=place, words=words
    )
    if shown.lines is not None:
        found["lines"] = {
            "url": "lines",
            "operators_url": "",
            "at": 0,
            "period": 0,
            "want": {"none": not len(page.lines.rows)},
            "letters": found["lines"]["letters"],  # type: ignore[index]
            "names": {"words": linelayer.names(lang)["words"]},
            "ahead": np.flatnonzero(np.isin(page.lines.rows, shown.lines.ahead)).tolist(),
            "left_out": standalonelines.left_out(page.data.lines, page.lines),
            "selected": -1,
        }
    return found


def _tables(page: _Page, lang: str) -> dict[str, object]:
    selection = page.of(lang)
    rows = [int(row) for row in page.lines.rows]
    found: dict[str, object] = {
        "plants": standalonetables.plants(page.data, selection),
        "projects": standalonetables.projects(page.data, selection),
    }
    if page.plan:
        found["works"] = standalonetables.works(page.data, page.plan, selection.view)
    if rows:
        found["networks"] = standalonerows.table(page.data, selection, rows)
    return found


def _subjects(page: _Page) -> list[str]:
    lines, rows = page.data.lines, page.lines.rows
    named = {
        one
        for row in rows
        for one in networks.projects_of(lines.text("project_ids", int(row)))
        if one in page.data.rows["projects"]
    }
    things = standalonecards.subjects(page.data, page.full, sorted(named))
    shipped = (
        one for one in (lines.id(int(row)) for row in rows) if one in page.data.rows["backbone"]
    )
    return [*things, *shipped]


def _cards(page: _Page, texts: Texts, progress: Progress) -> Iterator[list[object]]:
    """Yield id, id on the map, position ([lat, lon] or None) and card of each subject."""
    subjects = _subjects(page)
    state = page.full.state
    for number, one in enumerate(subjects):
        if number % 100 == 0:
            progress("cards", number / len(subjects))
        card = [standalonecards.of(page.data, state, one, lang) for lang in _LANGS]
        yield [one, _mark(page, one), _place(page, one), texts.merged(card)]


def _mark(page: _Page, subject: str) -> str:
    """Return the id under which a thing is on the map: a project stands where its plant does."""
    project = page.data.rows["projects"].get(subject)
    return str(project["plant_id"]) if project else subject


def _place(page: _Page, subject: str) -> list[float] | None:
    """Return where a thing stands, in degrees."""
    mark = _mark(page, subject)
    row = page.data.rows["plants"].get(mark) or page.data.rows["places"].get(mark)
    return [row["lat"], row["lon"]] if row else None


def _search(page: _Page) -> list[list[str]]:
    """Return id, sort and searchable text of what can be found, in the order of the answers.

    A plant is found by its own names, its town, its region and its projects; a project by its
    own, and by all that its plant is found by: as `queries.search` finds them.
    """
    data, full = page.data, page.full

    def names(table: str, key: str) -> list[str]:
        row = data.rows[table].get(key)
        return [key, row["name_kk"], row["name_ru"], row["name_en"]] if row else []

    def around(table: str, key: str) -> list[str]:
        row = data.rows[table].get(key)
        if row is None:
            return []
        return names("places", row["place_id"]) + names("regions", row["region"])

    found: list[list[str]] = []

    def add(one: str, sort: str, words: list[str]) -> None:
        found.append([one, sort, f" {search_key(' '.join(words))}"])

    for plant in (str(one) for one in full.plants.index):
        built = data.projects.index[data.projects["plant_id"] == plant]
        projects = [word for one in built for word in names("projects", str(one))]
        add(plant, "plants", names("plants", plant) + around("plants", plant) + projects)
    for project in (str(one) for one in full.projects.index):
        plant = str(data.rows["projects"][project]["plant_id"])
        own = names("projects", project) + around("projects", project)
        add(project, "projects", own + names("plants", plant) + around("plants", plant))
    for region in (str(one) for one in data.regions.index):
        add(region, "regions", names("regions", region))
    for place in (str(one) for one in full.cities.index):
        add(place, "cities", names("places", place))
    lines = data.lines
    for row in (int(one) for one in page.lines.rows):
        one = lines.id(row)
        add(one, "networks", [*(names("backbone", one) or [one]), lines.text("operator", row)])
    return found
