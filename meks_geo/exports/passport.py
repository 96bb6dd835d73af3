"""What every file that leaves the product says of itself: revision, day, filter, licence, link."""

from dataclasses import dataclass, replace

from meks_geo import config, i18n, linesources, planworks, wording
from meks_geo.model import Dataset, Source
from meks_geo.planning.saved import SavedPlan
from meks_geo.queries import Selection
from meks_geo.view import View, encode


@dataclass(frozen=True, slots=True)
class Passport:
    """The origin of a file, in the language of its view.

    Parameters
    ----------
    title
        The filter in words.
    as_of
        ISO date of the view.
    revision
        Content hash of the map of record, in full.
    link
        Address that opens the same view of the same revision.
    counts
        Drawn, in filter, in source: one text a part.
    sources
        The sources of the figures in the view, oldest use first.
    plan
        The saved plan of the view, with its version, day and revision; "" for none.
    """

    lang: str
    title: str
    as_of: str
    revision: str
    link: str
    counts: tuple[str, ...]
    sources: tuple[Source, ...]
    licence: str
    attribution: str
    stamp: str
    plan: str = ""

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Return what the file says of itself as label and value, the stamp first when set."""

        def row(key: str, value: str) -> tuple[str, str]:
            return i18n.text(self.lang, f"passport.{key}"), value

        return tuple(
            one
            for one in (
                row("stamp", self.stamp),
                row("product", i18n.text(self.lang, "app.title")),
                row("filter", self.title),
                (i18n.text(self.lang, "planout.plan"), self.plan),
                row("as_of", i18n.date(self.lang, self.as_of)),
                row("revision", self.revision),
                row("counts", " · ".join(self.counts)),
                row("link", self.link),
                row("licence", self.licence),
                row("attribution", self.attribution),
            )
            if one[1]
        )


def link(view: View, revision: str, path: str = "") -> str:
    """Return the address of a view of one revision, on the page `path`, the map by default."""
    return f"{config.address()}/{path}?{encode(replace(view, rev=revision, present=False))}"


def of(
    data: Dataset, selection: Selection, *, stamp: str = "", plan: SavedPlan | None = None
) -> Passport:
    """Return what a file made from a selection says of itself."""
    view = selection.view
    return Passport(
        lang=view.lang,
        title=wording.title(data, view),
        as_of=view.at.isoformat(),
        revision=data.revision,
        link=link(view, data.revision),
        counts=wording.foot(data, selection),
        sources=_sources(data, selection),
        licence=i18n.text(view.lang, "passport.licence_text"),
        attribution=i18n.text(view.lang, "map.attribution"),
        stamp=stamp,
        plan=planworks.origin(plan, view.lang) if plan else "",
    )


def _sources(data: Dataset, selection: Selection) -> tuple[Source, ...]:
    """Return the sources of every figure of the things in the view, then those of its lines."""
    ids: list[str] = []
    for subject in (*selection.plants.index, *selection.projects.index):
        ids += [figure.claim.source for figure in selection.state.facts[str(subject)].values()]
    ids += [*selection.areas["source_id"], *selection.cities["source_id"]]
    named = (*(data.sources[one] for one in ids), *linesources.of_all(data, selection.lines))
    return tuple({one.id: one for one in named}.values())
