"""An atlas as one PDF: the country first, then a page a region, each with map, tables, changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from meks_geo import i18n, planscene, planworks, queries, scene, wording
from meks_geo import since as changed
from meks_geo.exports import atlasfigures, atlaspage, atlasrows, passport
from meks_geo.exports.atlaspage import Page
from meks_geo.exports.atlastable import NONE
from meks_geo.exports.entities import passing_entities
from meks_geo.exports.pagesheet import Around, Tile
from meks_geo.model import Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.printsheet import Sheet, book
from meks_geo.progress import Progress, silent
from meks_geo.queries import Selection
from meks_geo.scene import Scene
from meks_geo.view import View, encode
from meks_geo.vocabulary import COUNTRY, REGIONS

_READY = 0.1  # share of the work that is done when the pages begin


@dataclass(frozen=True, slots=True)
class _Job:
    """What all pages of an atlas share."""

    data: Dataset
    view: View
    stamp: str
    earlier: date
    regions: tuple[str, ...]
    plan: SavedPlan | None

    def map_of(self, selection: Selection) -> Scene:
        """Return the map of a page."""
        found = scene.build(self.data, selection)
        return planscene.show(found, self.data, selection.view, self.plan)


def write(
    data: Dataset,
    view: View,
    *,
    stamp: str = "",
    progress: Progress = silent,
    since: date | None = None,
    plan: SavedPlan | None = None,
) -> bytes:
    """Return the atlas of a view as PDF on A4, its text as text.

    Parameters
    ----------
    data
        A revision; never changed.
    view
        Its filters hold on every page. Regions that it names are the only ones that have a page;
        what is selected and where its map stands is left aside.
    stamp
        Classification on each page; none if empty.
    progress
        Called after each page; what it raises ends the work.
    since
        The day with which each page compares; by default a year before that of the view.
    plan
        The saved plan of the view; each page shows its works there.

    Returns
    -------
    file
        The page of the country with the contents, then a page a region in the order of their
        codes. The same bytes for the same arguments.
    """
    plain = replace(view, sel="", map=None, sort="", present=False)
    named = tuple(one for one in REGIONS if one in view.region)
    earlier = since or changed.year_before(view.at)
    job = _Job(data, plain, stamp, earlier, named or REGIONS, plan)
    progress("select", 0.0)
    chosen = [queries.select(data, replace(plain, region=(one,))) for one in job.regions]
    progress("select", _READY)
    title = f"{i18n.text(view.lang, 'atlas.title')} · {i18n.text(view.lang, 'app.title')}"
    about = {
        "Title": f"{title} · {wording.as_of(view)}",
        "Subject": passport.link(plain, data.revision),
        "Keywords": f"{data.revision} {encode(plain)}",
    }
    return book(_sheets(job, chosen, progress), about)


def _sheets(job: _Job, chosen: Sequence[Selection], progress: Progress) -> Iterator[Sheet]:
    """Yield the pages one by one."""
    yield atlaspage.compose(_country(job, chosen), job.data.base)
    for number, (region, selection) in enumerate(zip(job.regions, chosen, strict=True), start=1):
        progress(region, _READY + (1 - _READY) * number / (len(chosen) + 1))
        yield atlaspage.compose(_region(job, region, number + 1, selection), job.data.base)
    progress("bind", 1.0)


def _around(job: _Job, code: str, number: int, selection: Selection) -> Around:
    """Return what stands around the page of a region or of the country."""
    data, view, lang = job.data, job.view, job.view.lang
    origin = passport.of(data, selection, stamp=job.stamp, plan=job.plan)
    named = (planworks.named(job.plan, lang),) if job.plan else ()
    others = replace(view, region=())
    filters = (wording.title(data, others),) if others.filters_on() else ()
    parts = (i18n.text(lang, "atlas.title"), wording.subtitle(view), *named, *filters)
    return Around(
        title=i18n.name(lang, data.rows["regions"][code]),
        subtitle=" · ".join(parts),
        stamp=job.stamp,
        link=origin.link,
        counts=(*origin.counts, f"{NONE}\u00a0{i18n.text(lang, 'map.unknown')}"),
        attribution=origin.attribution,
        sources=tuple(dict.fromkeys(wording.source_words(lang, one) for one in origin.sources)),
        number=number,
        pages=len(job.regions) + 1,
    )


def _region(job: _Job, code: str, number: int, selection: Selection) -> Page:
    """Return the page of a region."""
    data, view = job.data, job.view
    shown = job.map_of(selection)
    entities = passing_entities(data, selection)
    subjects = [*selection.plants.index, *selection.projects.index, *entities]
    found = changed.changes(data, job.earlier, view.at, map(str, subjects))
    return Page(
        around=_around(job, code, number, selection),
        scene=shown,
        tiles=_tiles(selection),
        beside=(
            atlasrows.plants(selection, shown.sites),
            atlasrows.projects(data, selection),
            atlasfigures.published(data, view, code),
            atlasfigures.kpis(data, view, code),
            atlasfigures.changes(data, view, found, job.earlier, keep=4),
        ),
    )


def _country(job: _Job, chosen: Sequence[Selection]) -> Page:
    """Return the first page: the country with the contents of the atlas."""
    data, view, lang = job.data, job.view, job.view.lang
    selection = queries.select(data, view)
    whole = queries.select(data, replace(view, region=(COUNTRY,)))
    numbers = range(2, len(chosen) + 2)
    entities = passing_entities(data, selection)
    subjects = [*selection.projects.index, *selection.plants.index, *entities, COUNTRY]
    found = changed.changes(data, job.earlier, view.at, map(str, subjects))
    count = i18n.number(lang, len(whole.projects))
    title = i18n.text(lang, "atlas.country_projects", count=count)
    return Page(
        around=_around(job, COUNTRY, 1, selection),
        scene=job.map_of(selection),
        tiles=_tiles(selection),
        beside=(
            atlasrows.contents(data, lang, tuple(zip(numbers, job.regions, chosen, strict=True))),
        ),
        below=(
            (
                atlasfigures.kpis(data, view, COUNTRY, keep=7),
                atlasfigures.published(data, view, COUNTRY, keep=3),
            ),
            (
                atlasrows.projects(data, whole, keep=5, brief=True, title=title),
                atlasfigures.changes(data, view, found, job.earlier, keep=4, brief=True),
            ),
        ),
    )


def _tiles(selection: Selection) -> tuple[Tile, ...]:
    """Return the figures over the map: label, figure, what it rests on."""
    lang, sums = selection.view.lang, selection.totals
    plants, projects = selection.counts["plants"].in_filter, selection.counts["projects"].in_filter
    unknown = i18n.text(lang, "map.unknown")

    def quantity(value: float | None, unit: str) -> str:
        return "" if value is None else i18n.quantity(lang, i18n.tenths(value), unit)

    def rests(known: int, whole: int) -> str:
        counts = {"known": i18n.number(lang, known), "whole": i18n.number(lang, whole)}
        return i18n.text(lang, "totals.known", **counts)

    added = [quantity(sums.electric_mw_added, "MW"), quantity(sums.heat_gcal_h_added, "Gcal/h")]
    added = [one for one in added if one]
    tiles = (
        ("totals.objects", i18n.number(lang, plants), ""),
        ("atlas.in_red", i18n.number(lang, atlasrows.in_red(selection)), ""),
        ("totals.projects", i18n.number(lang, projects), ""),
        ("totals.cost", quantity(sums.cost_bn_kzt, "bn KZT"), rests(sums.cost_known, projects)),
        ("totals.added", added[0] if added else "", " · ".join(added[1:])),
        ("totals.wear", quantity(sums.wear_percent, "percent"), rests(sums.wear_known, plants)),
    )
    return tuple((i18n.text(lang, key), value or unknown, note) for key, value, note in tiles)
