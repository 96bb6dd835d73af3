"""A deck as a value: slides with words, tables, charts and maps, before any file is written.

What is stored in a deck about itself is the same value, without pictures and positions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from meks_geo.exports.statements import Place, Says, Statement, Value
from meks_geo.scene import Scene
from meks_geo.view import View, decode, encode

#: What this version writes and reads.
VERSION = 1

#: What a deck may be of.
KINDS = ("view", "story", "atlas")

ChartKind = Literal["bars", "stacked", "lines"]


@dataclass(frozen=True, slots=True)
class Box:
    """Where something lies on a slide, in inches from its top left."""

    left: float = 0.0
    top: float = 0.0
    width: float = 1.0
    height: float = 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of a table; `tone` says how it looks, `link` where it leads."""

    text: str
    says: Says | None = None
    tone: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its head, its share of the width, which way its texts are aligned."""

    key: str
    title: str
    share: float = 1.0
    align: str = "l"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its key (the id of its thing) and a cell for each column."""

    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A native table; `name` is unique in its deck. Without a head it is a strip of tiles."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    alt: str = ""
    box: Box = Box()
    size_pt: float = 10.0
    head: bool = True


@dataclass(frozen=True, slots=True)
class Words:
    """A box of text: one paragraph a text."""

    name: str
    texts: tuple[str, ...]
    box: Box = Box()
    size_pt: float = 10.0
    tone: str = ""
    align: str = "l"


@dataclass(frozen=True, slots=True)
class Series:
    """A series of a chart: a value for each category, or points of x and y."""

    key: str
    name: str
    values: tuple[float | None, ...]
    xs: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart; bars have a category for each value, `lines` have points."""

    name: str
    kind: ChartKind
    title: str
    categories: tuple[tuple[str, str], ...]  # key, name
    series: tuple[Series, ...]
    unit: str = ""
    digits: int = 0
    alt: str = ""
    box: Box = Box()


@dataclass(frozen=True, slots=True)
class Picture:
    """A map; `digest` tells one drawing from another, `sha1` the file that was put in.

    Its legend stands beside it, in so many columns at most.
    """

    name: str
    digest: str
    alt: str = ""
    sha1: str = ""
    scene: Scene | None = None
    box: Box = Box()
    columns: int = 2


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide; `notes` are the paragraphs that the deck writes under it."""

    key: str
    title: str
    words: tuple[Words, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    cover: bool = False


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a deck is made of: views with title and notes each; `kind` is view, story or atlas."""

    kind: str
    lang: str
    stamp: str
    scenes: tuple[tuple[str, str, View], ...]

    @property
    def as_of(self) -> date:
        """The latest day of its views."""
        return max(view.at for _, _, view in self.scenes)

    def on(self, at: date) -> "Recipe":
        """Return the same deck as of a day, of the revision at hand.

        What a story tells of earlier days than its last one stays on those days.
        """
        now = self.as_of
        scenes = tuple(
            (title, notes, replace(view, at=at if view.at == now else view.at, rev=""))
            for title, notes, view in self.scenes
        )
        return replace(self, scenes=scenes)

    def day_of(self, slide: str) -> date:
        """Return the day that a slide speaks of, by its key."""
        number = slide.partition(".")[0].removeprefix("s")
        if self.kind == "atlas" or not number.isdecimal():
            return self.scenes[0][2].at
        return self.scenes[min(int(number), len(self.scenes)) - 1][2].at


@dataclass(frozen=True, slots=True)
class Deck:
    """A whole deck, of one revision and day."""

    recipe: Recipe
    revision: str
    link: str
    title: str
    slides: tuple[Slide, ...]

    @property
    def as_of(self) -> date:
        """The latest day of its views."""
        return self.recipe.as_of

    def statements(self) -> Iterator[Statement]:
        """Yield what stands in tables and charts, slide by slide."""
        for slide in self.slides:
            for table in slide.tables:
                yield from table_statements(slide.key, table)
            for chart in slide.charts:
                yield from points(slide.key, chart)


def table_statements(slide: str, table: Table) -> Iterator[Statement]:
    """Yield what the cells of a table state."""
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            if cell.says is not None:
                place = Place(slide, table.name, row.key, column.key)
                yield Statement(place, cell.says, cell.text)


def shown(chart: Chart, value: float | None) -> str:
    """Return how a value of a chart is compared: with the digits that it is shown with."""
    return "" if value is None else f"{value:.{chart.digits}f}"


def points(slide: str, chart: Chart) -> Iterator[Statement]:
    """Yield the values of a chart as statements: row is the category, column the series."""
    for series in chart.series:
        for number, value in enumerate(series.values):
            if chart.categories:
                key, words = chart.categories[number]
            else:
                key, words = str(number), f"{series.xs[number]:.2f}"
            said = " · ".join(part for part in (chart.title, series.name, words) if part)
            place = Place(slide, chart.name, key, series.key)
            yield Statement(place, Says("", said, value, chart.unit), shown(chart, value))


# -- as plain values -------------------------------------------------------------------------------


def dump(deck: Deck) -> dict[str, Any]:
    """Return what a deck stores of itself, as plain JSON values."""
    return {
        "version": VERSION,
        "revision": deck.revision,
        "link": deck.link,
        "title": deck.title,
        "kind": deck.recipe.kind,
        "lang": deck.recipe.lang,
        "stamp": deck.recipe.stamp,
        "scenes": [[title, notes, encode(view)] for title, notes, view in deck.recipe.scenes],
        "slides": [_dump_slide(slide) for slide in deck.slides],
    }


def _dump_slide(slide: Slide) -> dict[str, Any]:
    return {
        "key": slide.key,
        "title": slide.title,
        "notes": list(slide.notes),
        "words": [[one.name, list(one.texts)] for one in slide.words],
        "tables": [_dump_table(one) for one in slide.tables],
        "charts": [_dump_chart(one) for one in slide.charts],
        "pictures": [[one.name, one.digest, one.sha1, one.alt] for one in slide.pictures],
    }


def _dump_table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "head": table.head,
        "columns": [[one.key, one.title] for one in table.columns],
        "rows": [[row.key, [_dump_cell(cell) for cell in row.cells]] for row in table.rows],
    }


def _dump_cell(cell: Cell) -> list[Any]:
    if cell.says is None:
        return [cell.text]
    says = cell.says
    return [cell.text, says.subject, says.attribute, says.value, says.unit, says.source]


def _dump_chart(chart: Chart) -> dict[str, Any]:
    return {
        "name": chart.name,
        "kind": chart.kind,
        "title": chart.title,
        "unit": chart.unit,
        "digits": chart.digits,
        "categories": [list(one) for one in chart.categories],
        "series": [[s.key, s.name, list(s.values), list(s.xs)] for s in chart.series],
    }


def load(stored: Mapping[str, Any]) -> Deck:
    """Return the deck that `dump` stored.

    Raises
    ------
    KeyError, TypeError, ValueError, IndexError
        If it is not what `dump` writes.
    """
    if stored["version"] != VERSION:
        msg = f"version {stored['version']!r}"
        raise ValueError(msg)
    lang = _text(stored["lang"])
    if stored["kind"] not in KINDS:
        msg = f"kind {stored['kind']!r}"
        raise ValueError(msg)
    scenes = tuple(
        (_text(title), _text(notes), decode(_text(query), today=date(1900, 1, 1), lang=lang)[0])
        for title, notes, query in stored["scenes"]
    )
    if not scenes or any(view.lang != lang for _, _, view in scenes):
        msg = "views"
        raise ValueError(msg)
    recipe = Recipe(_text(stored["kind"]), lang, _text(stored["stamp"]), scenes)
    return Deck(
        recipe,
        _text(stored["revision"]),
        _text(stored["link"]),
        _text(stored["title"]),
        tuple(_load_slide(one) for one in stored["slides"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        msg = f"not a text: {value!r}"
        raise TypeError(msg)
    return value


def _load_slide(stored: Mapping[str, Any]) -> Slide:
    return Slide(
        key=_text(stored["key"]),
        title=_text(stored["title"]),
        notes=tuple(_text(one) for one in stored["notes"]),
        words=tuple(Words(_text(n), tuple(_text(t) for t in ts)) for n, ts in stored["words"]),
        tables=tuple(_load_table(one) for one in stored["tables"]),
        charts=tuple(_load_chart(one) for one in stored["charts"]),
        pictures=tuple(
            Picture(_text(name), _text(digest), sha1=_text(sha1), alt=_text(alt))
            for name, digest, sha1, alt in stored["pictures"]
        ),
    )


def _load_table(stored: Mapping[str, Any]) -> Table:
    columns = tuple(Column(_text(key), _text(title)) for key, title in stored["columns"])
    rows = tuple(
        Row(_text(key), tuple(_load_cell(cell) for cell in cells)) for key, cells in stored["rows"]
    )
    if any(len(row.cells) != len(columns) for row in rows):
        msg = "cells"
        raise ValueError(msg)
    return Table(_text(stored["name"]), columns, rows, head=bool(stored["head"]))


def _load_cell(stored: list[Any]) -> Cell:
    if len(stored) == 1:
        return Cell(_text(stored[0]))
    text, subject, attribute, value, unit, source = stored
    says = Says(_text(subject), _text(attribute), _value(value), _text(unit), _text(source))
    return Cell(_text(text), says)


def _value(stored: object) -> Value:
    if stored is None or isinstance(stored, float | int | str):
        return stored
    msg = f"not a value: {stored!r}"
    raise TypeError(msg)


def _number(stored: object) -> float | None:
    if stored is None or isinstance(stored, float | int):
        return stored
    msg = f"not a number: {stored!r}"
    raise TypeError(msg)


def _load_chart(stored: Mapping[str, Any]) -> Chart:
    series = tuple(
        Series(_text(key), _text(name), tuple(map(_number, values)), tuple(map(float, xs)))
        for key, name, values, xs in stored["series"]
    )
    categories = tuple((_text(key), _text(name)) for key, name in stored["categories"])
    for one in series:
        if len(one.values) != len(categories or one.xs):
            msg = "points"
            raise ValueError(msg)
    kind = stored["kind"]
    if kind not in ("bars", "stacked", "lines"):
        msg = f"chart {kind!r}"
        raise ValueError(msg)
    return Chart(
        name=_text(stored["name"]),
        kind=kind,
        title=_text(stored["title"]),
        categories=categories,
        series=series,
        unit=_text(stored["unit"]),
        digits=int(stored["digits"]),
    )
