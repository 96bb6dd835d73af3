"""The deck: real slides that can be edited, with a list of what they state."""

from collections.abc import Mapping, Sequence

from meks_geo.exports import deckparts, deckplan, deckwriter
from meks_geo.exports.deckmodel import Deck, Slide
from meks_geo.model import Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.progress import Progress, part, silent
from meks_geo.view import View

_PLANNED, _DRAWN = 0.15, 0.92


def write(
    data: Dataset,
    view: View,
    *,
    stamp: str = "",
    progress: Progress = silent,
    scenes: Sequence[tuple[str, str, View]] | None = None,
    atlas: bool = False,
    plans: Mapping[str, SavedPlan] | None = None,
) -> bytes:
    """Return a deck (PPTX, 16:9): native text, tables and charts, maps as pictures.

    Parameters
    ----------
    data
        A revision; never changed.
    view
        What the deck is of; its language is that of the deck.
    stamp
        Classification on every slide; "" for none.
    progress
        Called between slides; what it raises ends the work.
    scenes
        Title, notes and view of each part of a story, instead of the one view.
    atlas
        One slide of the country and one a region of the view.
    plans
        The saved plans that views name, by id.

    Returns
    -------
    deck
        The same bytes for the same arguments. `verify` reads it again.
    """
    kind = "story" if scenes else "atlas" if atlas else "view"
    recipe = deckplan.recipe_of(view.lang, stamp, kind, scenes or (("", "", view),))
    planned = deckplan.build(data, recipe, part(progress, 0.0, _PLANNED), plans)
    made = deckwriter.blank()
    drawing = part(progress, _PLANNED, _DRAWN)
    slides: list[Slide] = []
    for number, slide in enumerate(planned.slides):
        drawing(slide.key, number / len(planned.slides))
        slides.append(deckwriter.add(made, slide, data.base, lang=view.lang, stamp=stamp))
    progress("write", _DRAWN)
    deck = Deck(recipe, planned.revision, planned.link, planned.title, tuple(slides))
    deckparts.put(made, deck)
    content = deckparts.to_bytes(made)
    progress("done", 1.0)
    return content
