"""One page of an atlas in a deck: map, counts and sums, the first plants and projects."""

from meks_geo import i18n
from meks_geo.exports import decktables
from meks_geo.exports.deckfit import BOTTOM, MARGIN, TOP, WIDE, heights, pages
from meks_geo.exports.deckmodel import Box, Slide, Table, Words
from meks_geo.exports.deckslides import GAP, SMALL_PT, Look, map_of

_MAP, _CAPTION = 7.8, 0.3
_LEFT, _WIDE = MARGIN + _MAP + GAP, WIDE - _MAP - GAP


def atlas_slide(look: Look) -> Slide:
    """Return one page of an atlas: map, counts and sums, the first plants and projects."""
    picture = map_of(look, "page", Box(MARGIN, TOP, _MAP, BOTTOM - TOP), columns=1)
    columns, rows = decktables.upright(decktables.totals(look.selection))
    used = sum(heights(columns, rows, _WIDE, SMALL_PT, head=False))
    alt = i18n.text(look.lang, "deck.totals")
    box = Box(_LEFT, TOP, _WIDE, used)
    tables = [Table(f"{look.key}.page:totals", columns, rows, alt, box, SMALL_PT, head=False)]
    words = []
    top = TOP + used + 0.12
    for name, share in (("plants", 2), ("projects", 1)):
        room = (BOTTOM - top) / share - _CAPTION - (0.1 if share > 1 else 0.0)
        found = _first(look, name, top, room)
        if found is not None:
            head, table = found
            words.append(head)
            tables.append(table)
            top = table.box.top + table.box.height + 0.1
    return look.slide(
        "page",
        look.title,
        tables=tables,
        words=words,
        pictures=(picture,),
        sources=look.scene.sources,
    )


def _first(look: Look, name: str, top: float, room: float) -> tuple[Words, Table] | None:
    """Return the first plants or projects that there is room for, with a line over them."""
    make = decktables.plants if name == "plants" else decktables.projects
    columns, rows = make(look.data, look.selection, short=True)
    if not rows:
        return None
    page = next(pages(columns, rows, _WIDE, room, SMALL_PT))
    head = _shown(look.lang, name, len(page), len(rows))
    words = Words(
        f"{look.key}.page:{name}-head", (head,), Box(_LEFT, top, _WIDE, 0.28), 10.0, "bold"
    )
    high = sum(heights(columns, page, _WIDE, SMALL_PT, head=True))
    box = Box(_LEFT, top + _CAPTION, _WIDE, high)
    return words, Table(f"{look.key}.page:{name}", columns, page, head, box, SMALL_PT)


def _shown(lang: str, name: str, shown: int, whole: int) -> str:
    """Return how many of the plants or projects of a view a table shows."""
    if shown == whole:
        return i18n.plural(
            lang, "table.plants" if name == "plants" else "table.projects_title", whole
        )
    what = "totals.objects" if name == "plants" else "totals.projects"
    return i18n.text(
        lang,
        "deck.first_of",
        what=i18n.text(lang, what),
        shown=i18n.number(lang, shown),
        whole=i18n.number(lang, whole),
    )
