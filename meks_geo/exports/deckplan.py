"""Which slides a deck has: of a view, of a story, or one a region."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from meks_geo import i18n, queries, wording
from meks_geo.exports import decktables
from meks_geo.exports.deckatlas import atlas_slide
from meks_geo.exports.deckfit import BOTTOM, MARGIN, WIDE
from meks_geo.exports.deckmodel import KINDS, Box, Deck, Recipe, Slide, Table, Words
from meks_geo.exports.deckslides import (
    Look,
    card_slides,
    deadline_slide,
    map_slide,
    network_slides,
    plant_slides,
    project_slides,
    source_slides,
    totals_slide,
)
from meks_geo.exports.deckworks import headline_slide, plan_slides
from meks_geo.model import Dataset, Source
from meks_geo.planning.saved import SavedPlan
from meks_geo.progress import Progress, silent
from meks_geo.view import View
from meks_geo.vocabulary import REGIONS

_AGENDA = 12


def build(
    data: Dataset,
    recipe: Recipe,
    progress: Progress = silent,
    plans: Mapping[str, SavedPlan] | None = None,
) -> Deck:
    """Return the deck that a recipe makes of a revision; nothing is drawn yet.

    Parameters
    ----------
    plans
        The saved plans that its views name, by id; a view whose plan is not there has none.

    Raises
    ------
    ValueError
        If the recipe is of no known kind, or has no view.
    """
    if recipe.kind not in KINDS or not recipe.scenes:
        msg = f"no such deck: {recipe.kind!r} of {len(recipe.scenes)} views"
        raise ValueError(msg)
    looks = list(_looks(data, recipe, plans or {}))
    whole = _whole(looks[0], recipe)
    slides = [_cover(whole, recipe, [look.title for look in looks])]
    sources: dict[str, Source] = {}
    for number, look in enumerate(looks):
        slides += _body(look, recipe.kind)
        sources |= {one.id: one for one in look.passport.sources}
        progress("plan", (number + 1) / len(looks))
    end = replace(whole, key="end", notes="")
    slides += source_slides(end, tuple(sources.values()))
    return Deck(
        recipe=recipe,
        revision=data.revision,
        link=whole.passport.link,
        title=slides[0].words[0].texts[0],
        slides=tuple(slides),
    )


def _looks(data: Dataset, recipe: Recipe, plans: Mapping[str, SavedPlan]) -> Iterator[Look]:
    """Yield the views of a deck; an atlas has one of the country and one a region."""
    if recipe.kind != "atlas":
        for number, (title, notes, asked) in enumerate(recipe.scenes, 1):
            view, _ = queries.known_only(data, asked)
            named = title or wording.title(data, view)
            yield Look(data, f"s{number}", named, notes, view, plans.get(view.plan))
        return
    _, notes, asked = recipe.scenes[0]
    view, _ = queries.known_only(data, asked)
    lang, plan = view.lang, plans.get(view.plan)
    country = i18n.name(lang, data.rows["regions"]["KZ"])
    if not view.region:
        yield Look(data, "KZ", country, notes, replace(view, sel="", map=None), plan)
    for region in view.region or REGIONS:
        if region in data.rows["regions"]:
            name = i18n.name(lang, data.rows["regions"][region])
            alone = replace(view, region=(region,), city=(), sel="", map=None)
            yield Look(data, region, name, "", alone, plan)


def _whole(first: Look, recipe: Recipe) -> Look:
    """Return what the cover and the sources speak of: of an atlas all that was asked for."""
    if recipe.kind != "atlas":
        return first
    asked, _ = queries.known_only(first.data, recipe.scenes[0][2])
    return replace(first, view=replace(asked, sel="", map=None))


def _body(look: Look, kind: str) -> Iterator[Slide]:
    """Yield the slides of one view."""
    if kind == "atlas":
        yield atlas_slide(look)
        return
    yield map_slide(look, totals=kind == "story")
    yield from card_slides(look)
    if look.plan is not None:
        yield from (headline_slide(look),) if kind == "story" else plan_slides(look)
    if kind == "story":
        yield from _one_table(look)
        return
    yield totals_slide(look)
    yield from network_slides(look)
    moved = deadline_slide(look)
    if moved is not None:
        yield moved
    yield from plant_slides(look)
    yield from project_slides(look)


def _one_table(look: Look) -> Iterator[Slide]:
    """Yield a table of a story's view if it fits on one slide: its projects, else its plants."""
    if look.view.sel:
        return
    for make in (project_slides, plant_slides):
        found: Sequence[Slide] = list(make(look, most=2))
        if len(found) == 1:
            yield replace(found[0], title=f"{look.title}: {found[0].title}")
            return


def _cover(look: Look, recipe: Recipe, titles: Sequence[str]) -> Slide:
    """Return the first slide: what the deck is, and what it says of itself."""
    lang = look.lang
    of = replace(look.passport, stamp=recipe.stamp)
    columns, rows = decktables.origin(of)
    title = i18n.text(lang, "app.title")
    hidden = {i18n.text(lang, f"passport.{key}") for key in _of_one_scene(recipe)}
    unsaid = [": ".join(cell.text for cell in r.cells) for r in rows if r.cells[0].text in hidden]
    if recipe.kind == "story":
        listed = tuple(f"{n}. {one}" for n, one in enumerate(titles[:_AGENDA], 1))
    elif recipe.kind == "atlas":
        listed = (f"{i18n.text(lang, 'deck.atlas')}: {look.passport.title}",)
    else:
        listed = (titles[0],)
    hidden.add(i18n.text(lang, "passport.product"))
    rows = tuple(row for row in rows if row.cells[0].text not in hidden)
    high = 0.5 * len(listed) if len(listed) > 1 else 0.9
    top = 1.7 + min(high, 3.2) + 0.2
    return Slide(
        key="cover",
        title=title,
        words=(
            Words(
                "cover:subject",
                listed,
                Box(MARGIN, 1.7, WIDE, min(high, 3.2)),
                16.0 if len(listed) > 1 else 24.0,
            ),
        ),
        tables=(
            Table(
                "cover:origin",
                columns,
                rows,
                title,
                Box(MARGIN, top, WIDE, BOTTOM - top),
                10.0,
                head=False,
            ),
        ),
        notes=tuple(one for one in look.paragraphs(()) if one not in unsaid),
        cover=True,
    )


def _of_one_scene(recipe: Recipe) -> tuple[str, ...]:
    """Return what the cover does not say of itself, as it holds for one scene of a story only."""
    if recipe.kind != "story":
        return ()
    several = len({view.at for _, _, view in recipe.scenes}) > 1
    return ("filter", "counts", *(("as_of", "link") if several else ()))


def recipe_of(lang: str, stamp: str, kind: str, scenes: Sequence[tuple[str, str, View]]) -> Recipe:
    """Return a recipe whose views are all in one language."""
    return Recipe(kind, lang, stamp, tuple((t, n, replace(v, lang=lang)) for t, n, v in scenes))
