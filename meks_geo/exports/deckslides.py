"""The slides of a deck, each from one view: map, totals, networks, deadlines, tables, a card."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

from meks_geo import i18n, linesources, netsums, planscene, planworks, queries, scene, wording
from meks_geo.exports import deckcharts, decktables, passport
from meks_geo.exports.deckfit import BOTTOM, MARGIN, TOP, WIDE, pages
from meks_geo.exports.deckmodel import Box, Chart, Picture, Slide, Table, Words
from meks_geo.exports.decktables import Content
from meks_geo.model import Dataset, Source
from meks_geo.planning.saved import SavedPlan
from meks_geo.queries import Selection
from meks_geo.scene import Scene
from meks_geo.view import View

#: Slides that one table may take, and lines of a chart of deadlines.
MOST_PAGES, MOST_LINES = 40, 6

_SIZE_PT, SMALL_PT = 10.0, 9.0
_STRIP = 1.18
GAP = 0.25
_HALF = (WIDE - GAP) / 2


@dataclass(frozen=True, eq=False)
class Look:
    """One view of a deck, looked up. `key` begins the keys of its slides and the names in them."""

    data: Dataset
    key: str
    title: str
    notes: str
    view: View
    plan: SavedPlan | None = None

    @cached_property
    def selection(self) -> Selection:
        """What the view lets through."""
        return queries.select(self.data, self.view)

    @cached_property
    def passport(self) -> passport.Passport:
        """What a file of this view says of itself."""
        return passport.of(self.data, self.selection, plan=self.plan)

    @cached_property
    def scene(self) -> Scene:
        """What its map shows."""
        drawn = scene.build(self.data, self.selection)
        return planscene.show(drawn, self.data, self.view, self.plan)

    @property
    def lang(self) -> str:
        """Language of the view."""
        return self.view.lang

    def slide(
        self,
        name: str,
        title: str,
        *,
        tables: Sequence[Table] = (),
        charts: Sequence[Chart | None] = (),
        pictures: Sequence[Picture] = (),
        words: Sequence[Words] = (),
        sources: Iterable[str] = (),
    ) -> Slide:
        """Return a slide of this view with its subtitle, foot and notes."""
        key = f"{self.key}.{name}"
        named = planworks.named(self.plan, self.lang) if self.plan else ""
        parts = (wording.title(self.data, self.view), wording.subtitle(self.view), named)
        subtitle = " · ".join(part for part in parts if part not in ("", title))
        own = (
            Words(f"{key}:subtitle", (subtitle,), Box(MARGIN, 0.98, WIDE, 0.34), 11.0, "soft"),
            Words(
                f"{key}:foot",
                (" · ".join(self.passport.counts),),
                Box(MARGIN, 6.98, WIDE - 0.7, 0.36),
                8.5,
                "soft",
            ),
        )
        return Slide(
            key=key,
            title=title,
            words=(*own, *words),
            tables=tuple(tables),
            charts=tuple(chart for chart in charts if chart is not None),
            pictures=tuple(pictures),
            notes=self.paragraphs(tables, sources),
        )

    def paragraphs(self, tables: Sequence[Table], more: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the notes of a slide: the view's own, sources of its tables, link, revision."""
        lang, found = self.lang, self.passport
        ids = dict.fromkeys(
            cell.says.source
            for table in tables
            for row in table.rows
            for cell in row.cells
            if cell.says is not None and cell.says.source
        )
        listed = [_source_line(lang, self.data.sources[one]) for one in ids]
        listed += [one for one in more if one not in listed]
        return (
            *(line for line in self.notes.splitlines() if line.strip()),
            *([f"{i18n.text(lang, 'page.sources')}:"] if listed else ()),
            *listed,
            f"{i18n.text(lang, 'passport.link')}: {found.link}",
            f"{i18n.text(lang, 'passport.revision')}: {found.revision}",
            f"{i18n.text(lang, 'passport.as_of')}: {i18n.date(lang, found.as_of)}",
        )


def _source_line(lang: str, source: Source) -> str:
    parts = (source.publisher, source.title, i18n.date(lang, source.date), source.url)
    return ". ".join(part.rstrip(".") for part in parts if part)


def _strip(look: Look, slide: str, content: Content, top: float) -> Table:
    columns, rows = content
    box = Box(MARGIN, top, WIDE, _STRIP)
    alt = i18n.text(look.lang, "deck.totals")
    return Table(f"{look.key}.{slide}:totals", columns, rows, alt, box, 10.0, head=False)


# -- maps ------------------------------------------------------------------------------------------


def digest(drawn: Scene) -> str:
    """Return what tells one drawing of a map from another: all that is shown but its words."""
    parts: list[object] = [
        *((a.id, a.zone, a.inside, a.roll) for a in drawn.areas),
        *((c.id, c.zone, c.value) for c in drawn.cities),
        *(
            (s.id, s.lat, s.lon, s.kind, s.zone, s.size_px, s.hollow, s.at_city, s.status)
            for s in drawn.sites
        ),
        *((s.lat, s.lon) for s in drawn.stations),
        *((g.title, *((r.label, r.count) for r in g.rows)) for g in drawn.legend),
        (drawn.lang, drawn.bounds, drawn.selected),
        *((w.lat, w.lon, w.text, w.cost) for w in drawn.works),
    ]
    found = sha256(repr(parts).encode())
    if drawn.lines is not None:
        passing = drawn.lines.passing
        found.update(passing.rows.tobytes())
        found.update(passing.zone.tobytes())
    return found.hexdigest()


def map_of(look: Look, name: str, box: Box, *, columns: int = 2) -> Picture:
    """Return the map of a view with its legend and what it shows in words."""
    drawn = look.scene
    alt = i18n.text(look.lang, "deck.map_alt", title=drawn.title, subtitle=drawn.subtitle)
    counts = " · ".join(drawn.foot[:2])
    return Picture(
        name=f"{look.key}.{name}:map",
        digest=digest(drawn),
        alt=f"{alt} {counts}",
        scene=drawn,
        box=box,
        columns=columns,
    )


def map_slide(look: Look, *, totals: bool = False) -> Slide:
    """Return the map of a view with its legend; with the totals under it where asked for."""
    high = BOTTOM - TOP - (_STRIP + 0.12 if totals else 0.0)
    picture = map_of(look, "map", Box(MARGIN, TOP, WIDE, high))
    strip = [_strip(look, "map", decktables.totals(look.selection), BOTTOM - _STRIP)]
    return look.slide(
        "map",
        look.title,
        pictures=(picture,),
        tables=strip if totals else (),
        sources=look.scene.sources,
    )


# -- figures ---------------------------------------------------------------------------------------


def totals_slide(look: Look) -> Slide:
    """Return counts and sums of a view with its money by funding and its projects by status."""
    table = _strip(look, "totals", decktables.totals(look.selection), TOP)
    top = TOP + _STRIP + GAP
    left = Box(MARGIN, top, _HALF, BOTTOM - top)
    right = replace(left, left=MARGIN + _HALF + GAP)
    return look.slide(
        "totals",
        i18n.text(look.lang, "deck.totals"),
        tables=(table,),
        charts=(
            deckcharts.cost_by_funding(f"{look.key}.totals:funding", look.selection, left),
            deckcharts.projects_by_status(f"{look.key}.totals:status", look.selection, right),
        ),
    )


def network_slides(look: Look) -> Iterator[Slide]:
    """Yield kilometres by wear class; synthetic lines on a slide of their own that says so."""
    lang, state = look.lang, look.selection.state
    for part in netsums.parts(look.selection.lines):
        sums = netsums.table(look.data, state, part.lines, "sector", lang)
        name = "networks" if part.name == "reported" else "synthetic"
        table = _strip(look, name, decktables.network_totals(part, sums, lang), TOP)
        top = TOP + _STRIP + GAP
        box = Box(MARGIN, top, WIDE, BOTTOM - top - 0.55)
        notes = (
            i18n.text(lang, "legend.lines_note"),
            *netsums.rule_notes(look.data, look.view, sums),
        )
        note = Words(
            f"{look.key}.{name}:note",
            (" ".join(notes),),
            Box(MARGIN, BOTTOM - 0.52, WIDE, 0.5),
            9.0,
            "soft",
        )
        title = i18n.text(lang, f"networks.{part.name}")
        chart = deckcharts.km_by_class(f"{look.key}.{name}:classes", sums, lang, box)
        yield look.slide(
            name,
            title,
            tables=(table,),
            charts=(chart,),
            words=(note,),
            sources=[_source_line(lang, one) for one in linesources.of_all(look.data, part.lines)],
        )


def deadline_slide(look: Look) -> Slide | None:
    """Return the deadlines that moved most, announced and now; None where none moved."""
    shown = decktables.slipped(look.data, look.selection)[:MOST_LINES]
    if not shown:
        return None
    box = Box(MARGIN, TOP, _HALF, BOTTOM - TOP)
    chart = deckcharts.deadlines(
        f"{look.key}.deadlines:chart", look.data, look.selection, shown, box
    )
    columns, rows = decktables.promises(look.data, look.selection, shown)
    title = i18n.text(look.lang, "deck.deadlines_moved")
    table = Table(
        f"{look.key}.deadlines:table",
        columns,
        rows,
        title,
        replace(box, left=MARGIN + _HALF + GAP),
        _SIZE_PT,
    )
    return look.slide("deadlines", title, tables=(table,), charts=(chart,))


def card_slides(look: Look) -> Iterator[Slide]:
    """Yield what is known of the selected thing and of its projects, and how its deadline moved."""
    data, state = look.data, look.selection.state
    subject = look.view.sel
    if not state.facts.get(subject):
        return
    plant = state.plant_rows.get(subject)
    subjects = [subject, *(plant["project_ids"] if plant is not None else ())]
    for number, one in enumerate(subjects[:4]):
        content = decktables.card(data, look.selection, one)
        if not content[1]:
            continue
        kind = "plants" if plant is not None and not number else ""
        table_name = kind or next(
            t for t in ("projects", "entities", "plants") if one in data.rows[t]
        )
        title = wording.named(look.lang, data.rows[table_name][one])
        name = f"card{number + 1}"
        moved = table_name == "projects" and len(decktables.promised(data, look.selection, one)) > 1
        box = Box(MARGIN, TOP, 7.2 if moved else WIDE, BOTTOM - TOP)
        chart = (
            deckcharts.deadlines(
                f"{look.key}.{name}.1:chart",
                data,
                look.selection,
                (one,),
                Box(MARGIN + 7.2 + GAP, TOP, WIDE - 7.2 - GAP, 4.2),
            )
            if moved
            else None
        )
        yield from paged(look, name, title, content, charts=(chart,), box=box)


# -- tables ----------------------------------------------------------------------------------------


def paged(
    look: Look,
    name: str,
    title: str,
    content: Content,
    *,
    box: Box,
    size_pt: float = _SIZE_PT,
    charts: Sequence[Chart | None] = (),
    most: int = MOST_PAGES,
    what: str = "",
) -> Iterator[Slide]:
    """Yield slides of a table that goes on from one to the next; charts stand on the first.

    Where the slides that it may take do not hold it whole, their title says how many rows of
    `what` are shown.
    """
    columns, rows = content
    every = list(pages(columns, rows, box.width, box.height, size_pt))
    found = every[:most]
    if len(found) < len(every):
        shown, whole = (i18n.number(look.lang, n) for n in (sum(map(len, found)), len(rows)))
        title = i18n.text(look.lang, "deck.first_of", what=what or title, shown=shown, whole=whole)
    for number, page in enumerate(found, 1):
        place = f" ({number}/{len(found)})" if len(found) > 1 else ""
        table = Table(f"{look.key}.{name}.{number}:table", columns, page, title, box, size_pt)
        yield look.slide(
            f"{name}.{number}",
            f"{title}{place}",
            tables=(table,),
            charts=charts if number == 1 else (),
        )


def plant_slides(look: Look, *, most: int = MOST_PAGES) -> Iterator[Slide]:
    """Yield the plants of a view as a table."""
    content = decktables.plants(look.data, look.selection)
    title = i18n.plural(look.lang, "table.plants", len(content[1]))
    what = i18n.text(look.lang, "totals.objects")
    yield from paged(look, "plants", title, content, box=_whole(), most=most, what=what)


def project_slides(look: Look, *, most: int = MOST_PAGES) -> Iterator[Slide]:
    """Yield the projects of a view as a table."""
    content = decktables.projects(look.data, look.selection)
    title = i18n.plural(look.lang, "table.projects_title", len(content[1]))
    what = i18n.text(look.lang, "totals.projects")
    yield from paged(look, "projects", title, content, box=_whole(), most=most, what=what)


def source_slides(look: Look, sources: Sequence[Source]) -> Iterator[Slide]:
    """Yield the sources of a deck as a table."""
    content = decktables.sources(look.lang, sources)
    title = i18n.plural(look.lang, "table.sources_title", len(sources))
    what = i18n.text(look.lang, "page.sources")
    yield from paged(look, "sources", title, content, box=_whole(), size_pt=SMALL_PT, what=what)


def _whole() -> Box:
    return Box(MARGIN, TOP, WIDE, BOTTOM - TOP)
