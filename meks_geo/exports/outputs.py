"""All that can be taken away: one row a kind of file, for the page, the command line and tests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from meks_geo import papers, planscene, printmap, queries, scene
from meks_geo.exports import (
    atlas,
    csvfile,
    deck,
    formats,
    geojson,
    pages,
    passport,
    standalone,
)
from meks_geo.model import Dataset
from meks_geo.planning.saved import SavedPlan
from meks_geo.progress import Progress, silent
from meks_geo.view import View

#: A view with the title and the notes that it has in a story.
Scenes = Sequence[tuple[str, str, View]]

_PDF = "application/pdf"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked of a file besides the view.

    Parameters
    ----------
    fmt, paper, orientation, dpi
        Of a printed map; `OUTPUTS` sets the format itself.
    scenes
        Views of a story, instead of the one view; only for decks.
    stamp
        Classification; "" for none.
    since
        The day with which an atlas compares; by default a year before that of the view.
    layer
        What a file with room for one layer holds, one of its `LAYERS`; chosen by the view unless
        given.
    plan, plans
        The saved plan of the view, and those of the scenes; see `with_plans`.
    """

    fmt: str = "png"
    paper: str = "a4"
    orientation: str = "landscape"
    dpi: int = 300
    scenes: tuple[tuple[str, str, View], ...] = ()
    stamp: str = ""
    since: date | None = None
    layer: str = ""
    plan: SavedPlan | None = None
    plans: tuple[SavedPlan, ...] = ()


Make = Callable[[Dataset, View, Choice, Progress], bytes]


@dataclass(frozen=True, slots=True)
class Output:
    """A kind of file: ending with its dot, media type, and what makes it."""

    suffix: str
    mime: str
    make: Make


def snapshot(data: Dataset, view: View, choice: Choice, progress: Progress = silent) -> bytes:
    """Return the print map of a view.

    Raises
    ------
    KeyError
        If there is no such paper.
    ValueError
        If there is no such format.
    """
    progress("scene", 0.1)
    link = passport.link(view, data.revision)
    drawn = scene.build(data, queries.select(data, view), stamp=choice.stamp, link=link)
    drawn = planscene.show(drawn, data, view, choice.plan)
    progress("draw", 0.4)
    sheet = papers.paper(choice.paper, choice.orientation)
    made = printmap.draw(drawn, data.base, sheet, dpi=choice.dpi, fmt=choice.fmt)
    progress("done", 1.0)
    return made


def with_plans(
    choice: Choice, view: View, find: Callable[[str], SavedPlan | None]
) -> tuple[Choice, View, tuple[str, ...]]:
    """Return a choice with the plans that its views name, and the view.

    Parameters
    ----------
    find
        Returns a saved plan by its id, None where there is none.

    Returns
    -------
    choice, view, dropped
        Without the plans that are not there, which are reported as `plan=id`.
    """
    ids = dict.fromkeys((view.plan, *(one.plan for _, _, one in choice.scenes)))
    found = {one: find(one) for one in ids if one}

    def known(one: View) -> View:
        return replace(one, plan="") if found.get(one.plan) is None else one

    scenes = tuple((title, notes, known(one)) for title, notes, one in choice.scenes)
    plans = tuple(plan for plan in found.values() if plan is not None)
    chosen = replace(choice, scenes=scenes, plan=found.get(view.plan), plans=plans)
    return chosen, known(view), tuple(f"plan={one}" for one, plan in found.items() if plan is None)


def _plans(choice: Choice) -> dict[str, SavedPlan]:
    """Return the plans of all views by id."""
    return {one.id: one for one in (choice.plan, *choice.plans) if one is not None}


def _deck(data: Dataset, view: View, choice: Choice, progress: Progress) -> bytes:
    return deck.write(
        data,
        view,
        stamp=choice.stamp,
        progress=progress,
        scenes=choice.scenes or None,
        plans=_plans(choice),
    )


def _deck_atlas(data: Dataset, view: View, choice: Choice, progress: Progress) -> bytes:
    plans = _plans(choice)
    return deck.write(data, view, stamp=choice.stamp, progress=progress, atlas=True, plans=plans)


def _pages(data: Dataset, view: View, choice: Choice, progress: Progress) -> bytes:
    views = choice.scenes or (("", "", view),)
    return pages.write(data, views, stamp=choice.stamp, progress=progress, plans=_plans(choice))


def _atlas(data: Dataset, view: View, choice: Choice, progress: Progress) -> bytes:
    return atlas.write(
        data,
        view,
        stamp=choice.stamp,
        progress=progress,
        since=choice.since,
        plan=choice.plan,
    )


def _html(data: Dataset, view: View, choice: Choice, progress: Progress) -> bytes:
    return standalone.write(data, view, stamp=choice.stamp, progress=progress, plan=choice.plan)


def _file(code: str, make: Make | None = None) -> Output:
    form = formats.FORMATS[code]

    def whole(data: Dataset, view: View, choice: Choice, progress: Progress) -> bytes:
        return form.write(data, view, stamp=choice.stamp, progress=progress, plan=choice.plan)

    return Output(form.suffix, form.mime, make or whole)


def _layered(write: Callable[..., bytes]) -> Make:
    """Return what makes a file that has room for one layer."""

    def make(data: Dataset, view: View, choice: Choice, progress: Progress) -> bytes:
        more = {"stamp": choice.stamp, "layer": choice.layer, "plan": choice.plan}
        return write(data, view, progress=progress, **more)

    return make


def _print(fmt: str, mime: str) -> Output:
    def make(data: Dataset, view: View, choice: Choice, progress: Progress) -> bytes:
        return snapshot(data, view, replace(choice, fmt=fmt), progress)

    return Output(f".{fmt}", mime, make)


#: By code, in the order of the page.
OUTPUTS: Mapping[str, Output] = MappingProxyType(
    {
        "png": _print("png", "image/png"),
        "svg": _print("svg", "image/svg+xml"),
        "pdf": _print("pdf", _PDF),
        "deck": Output(".pptx", _PPTX, _deck),
        "deck-pdf": Output(".pdf", _PDF, _pages),
        "atlas": Output(".pdf", _PDF, _atlas),
        "deck-atlas": Output(".pptx", _PPTX, _deck_atlas),
        "xlsx": _file("xlsx"),
        "csv": _file("csv", _layered(csvfile.write)),
        "gpkg": _file("gpkg"),
        "geojson": _file("geojson", _layered(geojson.write)),
        "html": Output(".html", "text/html", _html),
    }
)

#: Those that are prints of the one map, with a paper and an orientation.
PRINTS = ("png", "svg", "pdf")
#: Those that `export` writes, by the ending of the file.
FILES = ("xlsx", "csv", "gpkg", "geojson", "html")
#: Those with room for one layer, and the layers that each can hold.
LAYERED = ("csv", "geojson")
LAYERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"csv": (*geojson.LAYERS, "figures", "sources"), "geojson": geojson.LAYERS}
)
#: Those that `deck` writes, by the ending of the file and whether an atlas is asked for.
DECKS: Mapping[tuple[str, bool], str] = MappingProxyType(
    {
        (".pptx", False): "deck",
        (".pdf", False): "deck-pdf",
        (".pdf", True): "atlas",
        (".pptx", True): "deck-atlas",
    }
)


def file_name(code: str, view: View, revision: str, layer: str = "") -> str:
    """Return what a file is called: kind or layer, day, revision."""
    kind = layer if code in LAYERED else ""
    kind = f"-{kind}" if kind else ""
    if code not in (*PRINTS, *FILES):
        kind = f"-{code.removesuffix('-pdf')}"
    suffix = OUTPUTS[code].suffix
    return f"meks-geo{kind}-{view.at.isoformat()}-{revision[:8]}{suffix}"
