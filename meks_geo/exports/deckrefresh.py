"""A deck made true: the same file with the values of now in place, and all other edits kept."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha1
from io import BytesIO
from typing import Any

from meks_geo.exports import (
    deckcharting,
    deckparts,
    deckplan,
    deckreader,
    deckversions,
    deckwriter,
)
from meks_geo.exports.deckmodel import Chart, Deck, Picture, Slide
from meks_geo.exports.deckreader import Opened, body_of, chart_values, picture_hash, text_of
from meks_geo.exports.decksync import Tables, tables_of
from meks_geo.exports.decktexts import put_body, put_notes, put_words
from meks_geo.exports.decktruth import Truth
from meks_geo.exports.deckversions import Versions
from meks_geo.exports.deckxml import clean
from meks_geo.exports.statements import settled
from meks_geo.model import Base, Dataset
from meks_geo.progress import Progress, part, silent

_PLANNED = 0.2


def refresh(
    data: Dataset,
    content: bytes,
    at: date,
    *,
    progress: Progress = silent,
    name: str = "",
    versions: Versions = deckversions.none_kept,
) -> bytes:
    """Return a deck with the values of a day: texts, tables, charts, maps and notes.

    Statements are written anew where they stand. Tables whose rows nobody changed get the rows of
    now, on further slides where they no longer fit; in others only the values change. Every other
    text is replaced only while it is the one that the deck was made with.

    Parameters
    ----------
    data
        The revision that is true now; never changed.
    content
        The deck, as it was made or edited.
    at
        Day of the truth.
    progress
        Called between slides; what it raises ends the work.
    name
        Name of the file as its sender knows it.
    versions
        What is kept of a saved plan: the deck gets the newest version. Slides of a plan that is not
        kept stay as they are.

    Raises
    ------
    InputError
        If it is no deck of ours, damaged or too large.
    """
    found = deckreader.opened(content, name)
    plans = deckversions.newest(found.deck, versions)
    new = deckplan.build(data, found.deck.recipe.on(at), part(progress, 0.0, _PLANNED), plans)
    with deckreader.reading(name):
        tables = Tables(found, new, Truth(data, found.deck, new, versions))
        work = _Work(data.base, found, tables)
        slides = work.slides(new, part(progress, _PLANNED, 0.95))
        deckparts.put(found.made, Deck(new.recipe, new.revision, new.link, new.title, slides))
        made = deckparts.to_bytes(found.made)
    progress("done", 1.0)
    return made


class _Work:
    """One deck on its way from what it said to what is true now."""

    def __init__(self, base: Base, found: Opened, tables: Tables) -> None:
        self._base, self._found, self._tables = base, found, tables
        self._recipe = found.deck.recipe
        self._old = {slide.key: slide for slide in found.deck.slides}

    def slides(self, new: Deck, progress: Progress) -> tuple[Slide, ...]:
        """Bring every slide up to date, add what is new, and take away what is no more."""
        made = []
        last = None
        for number, slide in enumerate(new.slides):
            progress(slide.key, number / len(new.slides))
            pages = self._found.of_slide(slide.key)
            if pages:
                made.append(self._update(slide, self._old[slide.key], pages))
                last = pages[-1]
            elif slide.key not in self._old and all(
                self._tables.as_made(table.name) for table in slide.tables
            ):
                added = deckwriter.add(
                    self._found.made,
                    slide,
                    self._base,
                    lang=self._recipe.lang,
                    stamp=self._recipe.stamp,
                )
                last = self._move_after(last)
                made.append(added)
        keys = {slide.key for slide in new.slides}
        gone = (slide for slide in self._found.deck.slides if slide.key not in keys)
        return (*made, *(kept for kept in map(self._leave, gone) if kept is not None))

    def _move_after(self, last: Any | None) -> Any:
        """Move the slide that was added after another one; returns it."""
        slides = self._found.made.slides
        page = slides[len(slides) - 1]
        if last is not None:
            ids = slides._sldIdLst
            ids.insert(slides.index(last) + 1, ids[-1])
        return page

    def _leave(self, slide: Slide) -> Slide | None:
        """Remove a slide that is no longer of the deck; one that somebody worked on stays."""
        pages = self._found.of_slide(slide.key)
        if not pages:
            return None
        if deckversions.of_plan(slide.key):
            return slide
        tables = [self._tables.values_only(table.name) for table in slide.tables]
        if all(self._as_made(slide, page) for page in pages):
            for page in pages:
                self._remove(page)
            return None
        return replace(slide, tables=tuple(tables))

    def _as_made(self, slide: Slide, page: Any) -> bool:
        ours = all(str(shape.name).startswith(f"{slide.key}:") for shape in page.shapes)
        return ours and all(self._tables.as_made(table.name) for table in slide.tables)

    def _remove(self, page: Any) -> None:
        slides = self._found.made.slides
        entry = slides._sldIdLst[slides.index(page)]
        self._found.made.part.drop_rel(entry.rId)
        slides._sldIdLst.remove(entry)

    # -- one slide ---------------------------------------------------------------------------------

    def _update(self, slide: Slide, old: Slide, pages: Sequence[Any]) -> Slide:
        self._title(slide, old)
        before = {words.name: words.texts for words in old.words}
        for words in slide.words:
            for one in self._found.shapes.get(words.name, ()):
                body = body_of(one.shape)
                if body is not None and words.name in before:
                    put_words(body, before[words.name], words.texts)
        for page in pages:
            frame = page.notes_slide.notes_text_frame if page.has_notes_slide else None
            if frame is not None:
                put_notes(frame._txBody, old.notes, slide.notes, self._recipe.lang)
        self._charts(slide, old, pages[0])
        pictures = [self._picture(one, old) for one in slide.pictures]
        return replace(
            slide, tables=tuple(self._all_tables(slide, old, pages[0])), pictures=tuple(pictures)
        )

    def _title(self, slide: Slide, old: Slide) -> None:
        for one in self._found.shapes.get(f"{slide.key}:title", ()):
            body = body_of(one.shape)
            stands = "" if body is None else settled(text_of(body))
            if body is not None and stands == settled(old.title) != settled(slide.title):
                put_body(body, slide.title)

    def _all_tables(self, slide: Slide, old: Slide, page: Any) -> Iterable[Any]:
        held = tables_of(old)
        for table in slide.tables:
            shapes = self._found.shapes.get(table.name, ())
            if table.name not in held:
                deckwriter.put_table(page, table, self._recipe.lang)
                yield table
            elif shapes:
                yield self._tables.update(table, shapes[0])
        now = tables_of(slide)
        for name in held:
            if name not in now and self._found.shapes.get(name):
                yield self._tables.values_only(name)

    def _charts(self, slide: Slide, old: Slide, page: Any) -> None:
        held = {chart.name: chart for chart in old.charts}
        for chart in slide.charts:
            if chart.name not in held:
                deckcharting.put(page, chart, self._recipe.lang)
                continue
            for one in self._found.shapes.get(chart.name, ()):
                if getattr(one.shape, "has_chart", False) and _stale(one.shape, chart):
                    since = len(held[chart.name].series)
                    deckcharting.replace(one.shape.chart, chart, since)

    def _picture(self, picture: Picture, old: Slide) -> Picture:
        """Draw a map anew where it shows something else now; another picture there stays."""
        before = next((one for one in old.pictures if one.name == picture.name), None)
        shapes = self._found.shapes.get(picture.name, ())
        if before is None or not shapes:
            return before or picture
        if before.digest == picture.digest:
            return replace(picture, sha1=before.sha1)
        ours = [one for one in shapes if picture_hash(one.shape) == before.sha1]
        if not ours:
            return before
        content = deckwriter.draw(picture, self._base)
        for one in ours:
            _put_image(one.page, one.shape, content)
            about = one.shape._element.nvPicPr.cNvPr
            if about.get("descr") == clean(before.alt):
                about.set("descr", clean(picture.alt))
        return replace(picture, sha1=sha1(content, usedforsecurity=False).hexdigest())


def _stale(shape: Any, chart: Chart) -> bool:
    """Return whether a chart in the deck has other numbers than it should have now."""
    values = chart_values(shape, chart) or {}
    digits = chart.digits
    wanted = {
        (chart.categories[n][0] if chart.categories else str(n), series.key): value
        for series in chart.series
        for n, value in enumerate(series.values)
    }
    drawn = sum(len(list(plot.series)) for plot in shape.chart.plots)
    if values.keys() != wanted.keys() or drawn != len(chart.series):
        return True
    return any(_rounded(values[key], digits) != _rounded(wanted[key], digits) for key in wanted)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _put_image(page: Any, shape: Any, content: bytes) -> None:
    """Put another file in a picture; its place, size and cut stay."""
    _, made = page.part.get_or_add_image_part(BytesIO(content))
    blip = shape._element.blipFill.blip
    old = blip.rEmbed
    blip.rEmbed = made
    if old != made and old not in page._element.xpath("//@r:embed"):
        page.part.rels.pop(old)
