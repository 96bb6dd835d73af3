"""All that can be taken away: one row a kind of file, for the page, the command line and tests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from meks_geo import papers, printmap, queries, scene
from meks_geo.exports import atlas, deck, formats, pages, passport, standalone
from meks_geo.model import Dataset
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
    """

    fmt: str = "png"
    paper: str = "a4"
    orientation: str = "landscape"
    dpi: int = 300
    scenes: tuple[tuple[str, str, View], ...] = ()
    stamp: str = ""


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
    progress("draw", 0.4)
    sheet = papers.paper(choice.paper, choice.orientation)
    made = printmap.draw(drawn, data.base, sheet, dpi=choice.dpi, fmt=choice.fmt)
    progress("done", 1.0)
    return made


def _deck(data: Dataset, view: View, choice: Choice, progress: Progress) -> bytes:
    return deck.write(
        data, view, stamp=choice.stamp, progress=progress, scenes=choice.scenes or None
    )


def _deck_atlas(data: Dataset, view: View, choice: Choice, progress: Progress) -> bytes:
    return deck.write(data, view, stamp=choice.stamp, progress=progress, atlas=True)


def _pages(data: Dataset, view: View, choice: Choice, progress: Progress) -> bytes:
    views = choice.scenes or (("", "", view),)
    return pages.write(data, views, stamp=choice.stamp, progress=progress)


def _atlas(data: Dataset, view: View, choice: Choice, progress: Progress) -> bytes:
    return atlas.write(data, view, stamp=choice.stamp, progress=progress)


def _html(data: Dataset, view: View, choice: Choice, progress: Progress) -> bytes:
    return standalone.write(data, view, stamp=choice.stamp, progress=progress)


def _file(code: str) -> Output:
    form = formats.FORMATS[code]

    def make(data: Dataset, view: View, choice: Choice, progress: Progress) -> bytes:
        return form.write(data, view, stamp=choice.stamp, progress=progress)

    return Output(form.suffix, form.mime, make)


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
        "csv": _file("csv"),
        "gpkg": _file("gpkg"),
        "geojson": _file("geojson"),
        "html": Output(".html", "text/html", _html),
    }
)

#: Those that are prints of the one map, with a paper and an orientation.
PRINTS = ("png", "svg", "pdf")
#: Those that `export` writes, by the ending of the file.
FILES = ("xlsx", "csv", "gpkg", "geojson", "html")
#: Those that `deck` writes, by the ending of the file and whether an atlas is asked for.
DECKS: Mapping[tuple[str, bool], str] = MappingProxyType(
    {
        (".pptx", False): "deck",
        (".pdf", False): "deck-pdf",
        (".pdf", True): "atlas",
        (".pptx", True): "deck-atlas",
    }
)


def file_name(code: str, view: View, revision: str) -> str:
    """Return what a file is called: kind, day, revision."""
    kind = "" if code in (*PRINTS, *FILES) else f"-{code.removesuffix('-pdf')}"
    suffix = OUTPUTS[code].suffix
    return f"meks-geo{kind}-{view.at.isoformat()}-{revision[:8]}{suffix}"
