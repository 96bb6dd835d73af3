"""Type on paper: the product's font, the width of text, its breaking into lines, its outlines."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextToPath

Align = Literal["left", "center", "right"]

MM_PER_INCH = 25.4
MM_PER_PT = MM_PER_INCH / 72

#: Heights of Noto Sans in ems, from the baseline.
ASCENT, CAP, DESCENT = 0.76, 0.714, 0.22

FONTS = Path(__file__).with_name("fonts")
_ELLIPSIS = "…"
_DOT, _HELD_DOT = " · ", "\u00a0· "  # a line may end with a dot between parts, never begin with it
_END = "|"  # kerns with nothing, so where it stands is where the word ends


@dataclass(frozen=True, slots=True)
class Type:
    """A face (`Regular`, `Bold`, `Italic`) at a size."""

    face: str
    size_pt: float

    @property
    def em_mm(self) -> float:
        """Size of the type in millimetres."""
        return self.size_pt * MM_PER_PT

    def scaled(self, factor: float) -> "Type":
        """Return the same face, larger or smaller."""
        return Type(self.face, self.size_pt * factor)


@lru_cache(maxsize=8)
def font(face: str) -> FontProperties:
    """Return the product's font of a face (`Regular`, `Bold`, `Italic`)."""
    return FontProperties(fname=FONTS / f"NotoSans-{face}.ttf")


def properties(kind: Type) -> FontProperties:
    """Return the font of a type at its size, for matplotlib's own text."""
    found = font(kind.face).copy()
    found.set_size(kind.size_pt)
    return found


@dataclass(frozen=True)
class _Word:
    """Outlines of a word, y up, and where the next begins; in ems."""

    vertices: npt.NDArray[np.float64]
    codes: npt.NDArray[np.uint8]
    advance: float


@lru_cache(maxsize=8192)
def _word(text: str, face: str) -> _Word:
    maker = TextToPath()
    em = float(maker.FONT_SCALE)
    opened = get_font(FONTS / f"NotoSans-{face}.ttf")
    opened.set_size(em, maker.DPI)
    glyphs, shapes, _ = maker.get_glyphs_with_font(opened, text + _END)
    vertices = [np.empty((0, 2))]
    codes = [np.empty(0, dtype=Outline.code_type)]
    for name, x, y, _ in glyphs[:-1]:
        drawn, kinds = shapes[name]
        vertices.append(np.asarray(drawn).reshape(-1, 2) + np.array([x, y]))
        codes.append(np.asarray(kinds, dtype=Outline.code_type))
    return _Word(np.vstack(vertices) / em, np.concatenate(codes), float(glyphs[-1][1]) / em)


def text_width_mm(text: str, kind: Type) -> float:
    """Return the width of a line of text in millimetres, kerning included; 0.0 for no text."""
    words = text.split(" ")
    ems = sum(_word(word, kind.face).advance for word in words)
    return (ems + (len(words) - 1) * _space(kind.face)) * kind.em_mm


@lru_cache(maxsize=8)
def _space(face: str) -> float:
    return _word("\u00a0", face).advance


def outlines(text: str, kind: Type, x: float, y: float) -> Outline:
    """Return the outlines of a line of text that starts at x, y on its baseline, in millimetres."""
    vertices, codes, along = [np.empty((0, 2))], [np.empty(0, dtype=Outline.code_type)], 0.0
    for text_of_word in text.split(" "):
        word = _word(text_of_word, kind.face)
        vertices.append(word.vertices + np.array([along, 0.0]))
        codes.append(word.codes)
        along += word.advance + _space(kind.face)
    placed = np.vstack(vertices) * (kind.em_mm, -kind.em_mm) + (x, y)
    return Outline(placed, np.concatenate(codes))


def _shorten(word: str, kind: Type, width_mm: float) -> str:
    """Cut a word that alone is wider than the line."""
    if text_width_mm(word, kind) <= width_mm:
        return word
    fits = bisect_right(
        range(1, len(word)), width_mm, key=lambda n: text_width_mm(word[:n] + _ELLIPSIS, kind)
    )
    return word[: max(fits, 1)] + _ELLIPSIS


def wrap(text: str, kind: Type, width_mm: float, max_lines: int = 99) -> tuple[str, ...]:
    """Return text set in lines.

    Parameters
    ----------
    text
        Breaks at plain spaces only, never at no-break spaces.
    kind
        Type it is set in.
    width_mm
        Width of the column in millimetres; a single longer word is cut with an ellipsis.
    max_lines
        What does not fit in them is cut with an ellipsis.

    Returns
    -------
    lines
        None wider than the column; empty for empty text.
    """
    lines: list[str] = []
    for given in text.replace(_DOT, _HELD_DOT).split(" "):
        word = _shorten(given, kind, width_mm)
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width_mm(joined, kind) <= width_mm:
            lines[-1] = joined
        else:
            lines.append(word)
    lines = [
        line.replace(_HELD_DOT, _DOT).replace(_HELD_DOT[:-1], _DOT[:-1]) for line in lines if line
    ]
    if len(lines) <= max_lines:
        return tuple(lines)
    kept = lines[:max_lines]
    while " " in kept[-1] and text_width_mm(kept[-1] + " " + _ELLIPSIS, kind) > width_mm:
        kept[-1] = kept[-1].rsplit(" ", 1)[0]
    kept[-1] += f" {_ELLIPSIS}"
    return tuple(kept)


def wrap_whole(
    parts: Sequence[str], kind: Type, width_mm: float, max_lines: int
) -> tuple[str, ...]:
    """Return as many whole parts as fit in the lines, joined by dots; an ellipsis is the rest."""
    for count in range(len(parts), 0, -1):
        text = _DOT.join(parts[:count]) + ("" if count == len(parts) else f" · {_ELLIPSIS}")
        lines = wrap(text, kind, width_mm)
        if len(lines) <= max_lines:
            return lines
    return wrap(parts[0], kind, width_mm, max_lines) if parts else ()


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text on a sheet; `xy_mm` is on its baseline, where `align` says.

    `halo` is the colour of a rim, `link` an address that it opens; both may be "".
    """

    xy_mm: tuple[float, float]
    text: str
    kind: Type
    colour: str
    align: Align
    halo: str = ""
    link: str = ""

    @property
    def left(self) -> float:
        """Return where the line starts, in millimetres."""
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[self.align]
        return self.xy_mm[0] - share * text_width_mm(self.text, self.kind)
