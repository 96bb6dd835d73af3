"""A deck as PDF: one wide page a view, with its map, its legend and what is said about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from meks_geo import i18n, papers, planscene, planworks, queries, scene, wording
from meks_geo.exports import passport, planpage
from meks_geo.exports.pagelegend import draw_columns, set_columns
from meks_geo.exports.pagesheet import EDGE_MM, Around, draw_foot, draw_head, foot_top, has_lines
from meks_geo.model import Base, Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.printplate import longest_note, put_map
from meks_geo.printsheet import Box, Sheet, book
from meks_geo.printtype import ASCENT, Type, wrap
from meks_geo.progress import Progress, silent
from meks_geo.scene import Scene
from meks_geo.style import load
from meks_geo.view import View

Shown = tuple[str, str, View]

_NOTES = Type("Regular", 10.5)
_SIZES = (1.0, 0.94, 0.88, 0.82, 0.76)
_LEADING = 1.34
_SIDE_MM, _GUTTER_MM = 74.0, 7.0
_NOTES_SHARE = 0.5  # of the height beside the map, at most
_MOST_NOTES = 4000  # characters
_DPI = 300  # of what must lie on whole dots: the code


def write(
    data: Dataset,
    views: Sequence[Shown],
    *,
    stamp: str = "",
    progress: Progress = silent,
    plans: Mapping[str, SavedPlan] | None = None,
) -> bytes:
    """Return a deck of views as PDF, its text as text.

    Parameters
    ----------
    data
        A revision; never changed.
    views
        Title, notes and view of each page, one at least. Without a title the page is called by the
        filter of its view in words; without notes it has none. What the revision does not hold is
        left out of a view.
    stamp
        Classification on each page; none if empty.
    progress
        Called before each page; what it raises ends the work.
    plans
        The saved plans that views name, by id.

    Returns
    -------
    file
        A page of 16:9 a view, and one more where it has a plan. The same bytes for the same
        arguments.

    Raises
    ------
    ValueError
        If there is no view.
    """
    if not views:
        msg = "a deck needs one view at least"
        raise ValueError(msg)
    views = [(title, notes, queries.known_only(data, one)[0]) for title, notes, one in views]
    title, _, first = views[0]
    about = {
        "Title": f"{i18n.text(first.lang, 'app.title')} · {title or wording.title(data, first)}",
        "Subject": passport.link(first, data.revision),
        "Keywords": data.revision,
    }
    return book(_sheets(data, views, stamp, progress, plans or {}), about)


def _sheets(
    data: Dataset,
    views: Sequence[Shown],
    stamp: str,
    progress: Progress,
    plans: Mapping[str, SavedPlan],
) -> Iterator[Sheet]:
    """Yield the pages one by one; a view with a plan has two, the second for its tables."""
    number, pages = 0, len(views) + sum(view.plan in plans for _, _, view in views)
    for title, notes, view in views:
        number += 1
        progress("page", (number - 1) / pages)
        selection = queries.select(data, view)
        plan = plans.get(view.plan)
        origin = passport.of(data, selection, stamp=stamp, plan=plan)
        filtered = (wording.title(data, view),) if title else ()
        named = planworks.named(plan, view.lang) if plan else ""
        around = Around(
            title=title or origin.title,
            subtitle=" · ".join(filter(None, (*filtered, wording.subtitle(view), named))),
            stamp=stamp,
            link=origin.link,
            counts=origin.counts,
            attribution=origin.attribution,
            sources=tuple(
                dict.fromkeys(wording.source_words(view.lang, one) for one in origin.sources)
            ),
            number=number,
            pages=pages,
        )
        shown = planscene.show(scene.build(data, selection), data, view, plan)
        yield _compose(around, notes[:_MOST_NOTES], shown, data.base)
        if plan:
            number += 1
            subtitle = " · ".join((*filtered, wording.subtitle(view)))
            of_plan = replace(around, title=named, subtitle=subtitle, number=number)
            yield planpage.compose(of_plan, data, plan, view)
    progress("bind", 1.0)


def _compose(around: Around, notes: str, shown: Scene, base: Base) -> Sheet:
    """Return a page set on a wide sheet: the map, and beside it notes over the legend."""
    sheet = Sheet(papers.paper("16:9"), _DPI, live_text=True)
    scale, lang = sheet.paper.scale, shown.lang
    _, top = draw_head(sheet, around)
    note = longest_note(shown, scale) if has_lines(shown) else ""
    end = foot_top(sheet, around, note)
    left, right = EDGE_MM * scale, sheet.paper.width_mm - EDGE_MM * scale
    split = right - _SIDE_MM * scale
    plate = put_map(
        sheet, shown, base, Box(left, top, split - _GUTTER_MM * scale, end - 2.0 * scale)
    )
    side = Box(split, top, right, end - 2.0 * scale)
    rest = Box(split, _draw_notes(sheet, notes, side), right, side.bottom)
    draw_columns(sheet, set_columns(shown.legend, (1, 2), rest, lang, scale), rest, lang)
    draw_foot(sheet, around, end, plate.note if note else "")
    return sheet


def _draw_notes(sheet: Sheet, notes: str, box: Box) -> float:
    """Put notes at the top of a box, smaller where they are long; return where they end, in mm."""
    paragraphs = [" ".join(one.split()) for one in notes.splitlines() if one.strip()]
    if not paragraphs:
        return box.top
    most = box.height * _NOTES_SHARE
    for size in _SIZES:
        kind = _NOTES.scaled(sheet.paper.scale * size)
        lines = [wrap(one, kind, box.width) for one in paragraphs]
        step, gap = kind.em_mm * _LEADING, kind.em_mm * 0.5
        if step * sum(map(len, lines)) + gap * (len(lines) - 1) <= most:
            break
    else:
        room = max(int((most - gap * (len(lines) - 1)) / step), 1)
        lines = [wrap(" ".join(paragraphs), kind, box.width, room)]
    y = box.top
    for paragraph in lines:
        for line in paragraph:
            at = (box.left, y + kind.em_mm * ASCENT)
            sheet.text(at, line, kind, load().palette.ink)
            y += step
        y += gap
    return y + 3.0 * sheet.paper.scale
