"""A sheet of paper measured in millimetres from its top left: paths, text, the file it becomes."""

import io
import os
import struct
import threading
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib import patheffects
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path as Outline
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, Transform, TransformedBbox

from meks_geo.printtype import MM_PER_INCH, Type, outlines, properties, text_width_mm
from meks_geo.style import load

_HALO_PT = 0.9  # to each side
_PNG_LEVEL, _BAND_ROWS = 2, 256
_HANDS = min(os.cpu_count() or 1, 4)
_ADLER = 65521  # Adler-32 counts up to this prime
_RC_LOCK = threading.Lock()  # matplotlib's settings belong to the process
_VECTOR = {"svg": {"Date": None}, "pdf": {"CreationDate": None, "Creator": None, "Producer": None}}


Align = Literal["left", "center", "right"]


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


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text on the sheet; `xy_mm` is on its baseline, where `align` says."""

    xy_mm: tuple[float, float]
    text: str
    kind: Type
    colour: str
    align: Align
    halo: str

    @property
    def left(self) -> float:
        """Return where the line starts, in millimetres."""
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[self.align]
        return self.xy_mm[0] - share * text_width_mm(self.text, self.kind)


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def _pack(dots: npt.NDArray[np.uint8]) -> tuple[bytes, int, int]:
    """Return rows of dots compressed, to be followed by more; their checksum and size."""
    high, wide, _ = dots.shape
    rows = np.zeros((high, 1 + 3 * wide), dtype=np.uint8)  # each row starts with 0: no filter
    inner = rows[:, 1:].reshape(high, wide, 3)
    for colour in range(3):
        inner[..., colour] = dots[..., colour]
    press = zlib.compressobj(_PNG_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = press.compress(rows.data) + press.flush(zlib.Z_FULL_FLUSH)
    return packed, zlib.adler32(rows.data), rows.size


def _encode_png(dots: npt.NDArray[np.uint8], dpi: int) -> bytes:
    """Return red, green and blue of dots as a PNG; for flat colours smaller than Pillow's.

    Bands of rows are compressed side by side; how many hands there are changes nothing in the file.
    """
    high, wide, _ = dots.shape
    bands = [dots[top : top + _BAND_ROWS] for top in range(0, high, _BAND_ROWS)]
    with ThreadPoolExecutor(_HANDS) as hands:
        packed = list(hands.map(_pack, bands))
    low, sums = 1, 0  # the two halves of Adler-32 over all bands
    for _, checksum, size in packed:
        sums = (sums + (checksum >> 16) + size * (low - 1)) % _ADLER
        low = (low + (checksum & 0xFFFF) - 1) % _ADLER
    body = [b"\x78\x5e", *(data for data, _, _ in packed), b"\x03\x00"]  # head, bands, end mark
    per_m = round(dpi * 1000 / MM_PER_INCH)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)),
            _chunk(b"sRGB", b"\x00"),
            _chunk(b"pHYs", struct.pack(">IIB", per_m, per_m, 1)),
            _chunk(b"IDAT", b"".join([*body, struct.pack(">HH", sums, low)])),
            _chunk(b"IEND", b""),
        ]
    )


class Sheet:
    """A page on which paths and text are put in millimetres, x right and y down."""

    def __init__(self, paper: Paper, dpi: int, *, live_text: bool = False) -> None:
        """Open an empty page of a whole number of dots; live text can be searched in a PDF."""
        self.paper = paper
        self.dpi = dpi
        dots = (round(mm / MM_PER_INCH * dpi) for mm in (paper.width_mm, paper.height_mm))
        wide, high = ((count + 1e-6) / dpi for count in dots)
        self.figure = Figure(figsize=(wide, high), dpi=dpi, facecolor=load().palette.paper)
        self._canvas: Any = FigureCanvasAgg(self.figure)
        unit = Affine2D().scale(1 / paper.width_mm, -1 / paper.height_mm).translate(0.0, 1.0)
        self._unit = unit
        self._order = 0
        self.live_text = live_text
        self.words: list[Words] = []
        self._waiting: list[Words] = []

    def _transform(self, to_mm: Affine2D | None) -> Transform:
        own = self._unit if to_mm is None else to_mm + self._unit
        return own + self.figure.transFigure

    def _next(self) -> int:
        """Return the place in the pile: what is put later lies above."""
        self._order += 1
        return self._order

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
            Name of the layer, kept as the id of the group (in SVG too).
        paths
            In millimetres, or in what `to_mm` turns into millimetres; none is fine.
        inks
            One for all paths, or one for each.
        within
            Nothing is drawn outside this box.
        to_mm
            Given where the paths are not in millimetres.
        """
        self._flush()
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
            gid=layer,
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
        """
        self.words.append(Words(xy_mm, text, kind, colour, align, halo))
        self._waiting.append(self.words[-1])

    def _flush(self) -> None:
        """Draw the text that waits: rims first, so that none covers another text."""
        waiting, self._waiting = self._waiting, []
        if self.live_text:
            for words in waiting:
                self._put_live(words)
        elif waiting:
            shapes = [outlines(w.text, w.kind, w.left, w.xy_mm[1]) for w in waiting]
            width_pt = 2 * _HALO_PT * self.paper.scale
            rims = [(s, w.halo) for s, w in zip(shapes, waiting, strict=True) if w.halo]
            inks = [Ink("none", colour, width_pt) for _, colour in rims]
            self._put("rims", [shape for shape, _ in rims], inks)
            self._put("text", shapes, [Ink(w.colour) for w in waiting])

    def _put_live(self, words: Words) -> None:
        """Put text that stays text in the file, so that it can be searched and copied."""
        put = Text(
            *words.xy_mm,
            words.text,
            color=words.colour,
            fontproperties=properties(words.kind),
            horizontalalignment=words.align,
            verticalalignment="baseline",
            transform=self._transform(None),
            zorder=self._next(),
            parse_math=False,
        )
        if words.halo:
            width_pt = 2 * _HALO_PT * self.paper.scale
            put.set_path_effects(
                [patheffects.withStroke(linewidth=width_pt, foreground=words.halo)]
            )
        self.figure.add_artist(put)

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
        self._flush()
        if fmt == "png":
            return self._png()
        if fmt not in _VECTOR:
            msg = f"format {fmt!r} is not one of png, svg, pdf"
            raise ValueError(msg)
        out = io.BytesIO()
        fixed: dict[Any, Any] = {"svg.hashsalt": "meks-geo", "pdf.fonttype": 42}
        with _RC_LOCK, mpl.rc_context(fixed):
            self.figure.savefig(out, format=fmt, metadata=_VECTOR[fmt])
        return out.getvalue()

    def close(self) -> None:
        """Let go of dots and shapes at once: they refer to each other, and are many megabytes."""
        self._canvas.renderer = None
        self.figure.clear()

    def _png(self) -> bytes:
        self._canvas.draw()
        return _encode_png(np.asarray(self._canvas.buffer_rgba()), self.dpi)
