"""A sheet of paper measured in millimetres from its top left: paths, text, the file it becomes."""

import io
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D, Bbox, Transform, TransformedBbox

from meks_geo import printpng
from meks_geo.printtext import LiveWords, font_faces
from meks_geo.printtype import MM_PER_INCH, Align, Type, Words, outlines
from meks_geo.style import load

__all__ = ["A4_LANDSCAPE", "Align", "Box", "Ink", "Paper", "Sheet", "Words", "book"]

_HALO_PT = 0.9  # to each side
_RC_LOCK = threading.Lock()  # matplotlib's settings belong to the process
_FIXED: dict[Any, Any] = {"svg.hashsalt": "meks-geo", "pdf.fonttype": 42}
_VECTOR: Mapping[str, Mapping[str, str | None]] = {
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
#: A lone path with one setting would be drawn as a marker, half a dot off all other paths.
_AS_PATHS = (True, True)
_STYLE_END = "</style>"


@dataclass(frozen=True, slots=True)
class Paper:
    """A size of paper; `scale` is how much larger type and marks are than on A4."""

    name: str
    width_mm: float
    height_mm: float
    scale: float = 1.0


A4_LANDSCAPE = Paper("a4", 297.0, 210.0)


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle on the sheet, in millimetres, y down."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width in millimetres."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in millimetres."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """Middle of the box, x and y in millimetres."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in millimetres."""
        return self.left, self.top, self.right, self.bottom

    def grown(self, by: float) -> "Box":
        """Return the box with each side moved out by so many millimetres."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def overlaps(self, other: "Box") -> bool:
        """Tell whether the boxes share some area."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Ink:
    """How paths are drawn: colours as hex or "none", widths and dashes in points."""

    face: str = "none"
    edge: str = "none"
    width_pt: float = 0.0
    dash_pt: tuple[float, ...] = ()


def _settings() -> AbstractContextManager[None]:
    """Return matplotlib's settings for vector files; to be held under the lock only."""
    return mpl.rc_context(_FIXED)


class Sheet:
    """A page on which paths and text are put in millimetres, x right and y down."""

    def __init__(self, paper: Paper, dpi: int, *, live_text: bool = False) -> None:
        """Open an empty page of a whole number of dots; live text stays text in SVG and PDF."""
        self.paper = paper
        self.dpi = dpi
        #: Dots across and down.
        self.dots = (
            round(paper.width_mm / MM_PER_INCH * dpi),
            round(paper.height_mm / MM_PER_INCH * dpi),
        )
        wide, high = ((count + 1e-6) / dpi for count in self.dots)
        self.figure = Figure(figsize=(wide, high), dpi=dpi, facecolor=load().palette.paper)
        self._canvas: Any = FigureCanvasAgg(self.figure)
        unit = Affine2D().scale(1 / paper.width_mm, -1 / paper.height_mm).translate(0.0, 1.0)
        self._unit = unit
        self._order = 0
        self.live_text = live_text
        self.words: list[Words] = []
        #: What a vector file says of itself: `Title`, `Subject`, `Keywords`.
        self.about: dict[str, str] = {}
        self._waiting: list[Words] = []
        self._layers: Counter[str] = Counter()

    def _transform(self, to_mm: Affine2D | None) -> Transform:
        own = self._unit if to_mm is None else to_mm + self._unit
        return own + self.figure.transFigure

    def _next(self) -> int:
        """Return the place in the pile: what is put later lies above."""
        self._order += 1
        return self._order

    def _id(self, layer: str) -> str:
        """Return the name of a group, which no other group of the sheet has."""
        self._layers[layer] += 1
        count = self._layers[layer]
        return layer if count == 1 else f"{layer}-{count}"

    def paths(
        self,
        layer: str,
        paths: Sequence[Outline],
        inks: Ink | Sequence[Ink],
        *,
        within: Box | None = None,
        to_mm: Affine2D | None = None,
    ) -> None:
        """Put paths on the sheet, in their order.

        Parameters
        ----------
        layer
            Name of the layer, kept as the id of the group (in SVG too); a number tells later
            groups of the same name apart.
        paths
            In millimetres, or in what `to_mm` turns into millimetres; none is fine.
        inks
            One for all paths, or one for each.
        within
            Nothing is drawn outside this box.
        to_mm
            Given where the paths are not in millimetres.
        """
        self.flush()
        self._put(layer, paths, inks, within, to_mm)

    def _put(
        self,
        layer: str,
        paths: Sequence[Outline],
        inks: Ink | Sequence[Ink],
        within: Box | None = None,
        to_mm: Affine2D | None = None,
    ) -> None:
        if not paths:
            return
        each = [inks] if isinstance(inks, Ink) else list(inks)
        drawn = PathCollection(
            paths,
            facecolors=[i.face for i in each],
            edgecolors=[i.edge for i in each],
            linewidths=[i.width_pt for i in each],
            linestyles=[(0, [d / (i.width_pt or 1) for d in i.dash_pt] or None) for i in each],
            transform=self._transform(to_mm),
            zorder=self._next(),
            joinstyle="round",
            antialiaseds=_AS_PATHS,
            gid=self._id(layer),
        )
        if within is not None:
            edges = Bbox.from_extents(within.left, within.top, within.right, within.bottom)
            drawn.set_clip_box(TransformedBbox(edges, self._transform(None)))
        self.figure.add_artist(drawn, clip=within is None)

    def text(
        self,
        xy_mm: tuple[float, float],
        text: str,
        kind: Type,
        colour: str,
        *,
        align: Align = "left",
        halo: str = "",
        link: str = "",
    ) -> None:
        """Put one line of text, as given, on the sheet.

        Parameters
        ----------
        xy_mm
            On the baseline: the line's start, `center` or `right` end as `align` says.
        text
            No part of it is a formula or a mark-up.
        kind, colour
            Type and colour.
        halo
            Colour of a rim that sets the text off from what lies under it; none if empty.
        link
            Address that the text opens in SVG and PDF; none if empty.
        """
        self.words.append(Words(xy_mm, text, kind, colour, align, halo, link))
        self._waiting.append(self.words[-1])

    def flush(self) -> None:
        """Draw the text that waits: rims first, so that none covers another text."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        rimmed = waiting if not self.live_text else [w for w in waiting if w.halo]
        shapes = [outlines(w.text, w.kind, w.left, w.xy_mm[1]) for w in rimmed]
        width_pt = 2 * _HALO_PT * self.paper.scale
        rims = [(s, w.halo) for s, w in zip(shapes, rimmed, strict=True) if w.halo]
        inks = [Ink("none", colour, width_pt) for _, colour in rims]
        self._put("rims", [shape for shape, _ in rims], inks)
        if not self.live_text:
            self._put("text", shapes, [Ink(w.colour) for w in waiting])
            return
        for words in waiting:
            live = LiveWords(words, self._transform(None), self._next())
            self.figure.add_artist(live, clip=False)

    def to_bytes(self, fmt: str = "png") -> bytes:
        """Return the file: the same sheet gives the same bytes.

        Parameters
        ----------
        fmt
            `png`, `svg` or `pdf`.

        Raises
        ------
        ValueError
            If the format is another.
        """
        self.flush()
        if fmt == "png":
            return self._png()
        if fmt == "pdf":
            return _bind((self,), self.about)
        if fmt == "svg":
            return self._svg()
        msg = f"format {fmt!r} is not one of png, svg, pdf"
        raise ValueError(msg)

    def close(self) -> None:
        """Let go of dots and shapes at once: they refer to each other, and are many megabytes."""
        self._canvas.renderer = None
        self.figure.clear()

    def _png(self) -> bytes:
        self._canvas.draw()
        return printpng.encode(np.asarray(self._canvas.buffer_rgba()), self.dpi)

    def _svg(self) -> bytes:
        """Return the drawing with the letters of its fonts that it uses."""
        out = io.BytesIO()
        names = {"Title": "Title", "Subject": "Description", "Keywords": "Keywords"}
        about: dict[str, Any] = {names[key]: value for key, value in self.about.items()}
        with _RC_LOCK, _settings():
            self.figure.savefig(out, format="svg", metadata={**_VECTOR["svg"], **about})
        drawing = out.getvalue().decode()
        if self.live_text:
            head, _, rest = drawing.partition(_STYLE_END)
            drawing = f"{head}\n{font_faces(self.words)}\n{_STYLE_END}{rest}"
        return drawing.encode()


def book(sheets: Iterable[Sheet], about: Mapping[str, str] | None = None) -> bytes:
    """Return sheets as the pages of one PDF, with the letters of its fonts that it uses.

    Parameters
    ----------
    sheets
        Opened with `live_text`, of any sizes, one at least. Each is asked for when its turn comes
        and closed when it is in the book, so a generator keeps no more than one sheet open.
    about
        `Title`, `Subject`, `Keywords` of the file.

    Returns
    -------
    file
        The same bytes for the same sheets.
    """
    return _bind(_closing(sheets), about or {})


def _closing(sheets: Iterable[Sheet]) -> Iterator[Sheet]:
    for sheet in sheets:
        try:
            yield sheet
        finally:
            sheet.close()


def _bind(sheets: Iterable[Sheet], about: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    pages = PdfPages(out, metadata={**_VECTOR["pdf"], **about})
    for sheet in sheets:
        sheet.flush()
        with _RC_LOCK, _settings():
            pages.savefig(sheet.figure)
    with _RC_LOCK, _settings():
        pages.close()
    return out.getvalue()
