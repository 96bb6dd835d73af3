"""Text that stays text in a file: words as SVG and PDF write them, and the fonts they need."""

import base64
import io
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from matplotlib.artist import Artist
from matplotlib.transforms import Transform

from meks_geo.printtype import FONTS, Words, properties, text_width_mm

FAMILY = "MEKS Noto Sans"  # no name of an installed font, so what is embedded is what is used
_STYLES = {"Regular": ("normal", 400), "Bold": ("normal", 700), "Italic": ("italic", 400)}
_FALLBACK = f"'{FAMILY}','Noto Sans',sans-serif"
_DIGITS = 3


class LiveWords(Artist):
    """A line of text for the vector formats, at the left end that the sheet measured."""

    def __init__(self, words: Words, at: Transform, order: float) -> None:
        """Take words, what turns millimetres into the units of the file, and their place."""
        super().__init__()
        self.words = words
        self.set_transform(at)
        self.set_zorder(order)

    def draw(self, renderer: Any) -> None:
        """Write the words into an SVG or a PDF."""
        words = self.words
        at = self.get_transform()
        x, y = at.transform((words.left, words.xy_mm[1]))
        right, _ = at.transform((words.left + text_width_mm(words.text, words.kind), 0.0))
        writer = getattr(renderer, "writer", None)
        if writer is not None:
            _write_svg(writer, words, x, renderer.height - y, right - x)
            return
        gc = renderer.new_gc()
        gc.set_foreground(words.colour)
        gc.set_url(words.link or None)
        renderer.draw_text(gc, x, y, words.text, properties(words.kind), 0.0, ismath=False)
        gc.restore()


def _number(value: float) -> str:
    return f"{round(value, _DIGITS):g}"


def _write_svg(writer: Any, words: Words, x: float, y: float, width: float) -> None:
    """Write a text element that keeps its width whatever font a reader has."""
    style, weight = _STYLES[words.kind.face]
    attributes = {
        "x": _number(x),
        "y": _number(y),
        "fill": words.colour,
        "font-family": _FALLBACK,
        "font-size": _number(words.kind.size_pt),
        "font-style": style,
        "font-weight": str(weight),
        "textLength": _number(width),
        "lengthAdjust": "spacingAndGlyphs",
        "xml:space": "preserve",
    }
    if words.link:
        writer.start("a", {"xlink:href": words.link, "target": "_blank"})
    writer.element("text", words.text, attrib=attributes)
    if words.link:
        writer.end("a")


def font_faces(words: Iterable[Words]) -> str:
    """Return the style sheet that carries, of each face in use, the letters in use."""
    letters: dict[str, set[str]] = {}
    for one in words:
        letters.setdefault(one.kind.face, set()).update(one.text)
    rules = []
    for face in sorted(letters):
        style, weight = _STYLES[face]
        data = base64.b64encode(subset_font(face, "".join(sorted(letters[face])))).decode()
        rules.append(
            f"@font-face{{font-family:'{FAMILY}';font-style:{style};font-weight:{weight};"
            f"src:url(data:font/woff;base64,{data}) format('woff')}}"
        )
    return "\n".join(rules)


@lru_cache(maxsize=64)
def subset_font(face: str, letters: str) -> bytes:
    """Return a font with the glyphs of some letters and their kerning; the same bytes each time."""
    options = subset.Options(flavor="woff", layout_features=["kern", "mark", "ccmp"])
    options.recalc_timestamp = False
    with TTFont(FONTS / f"NotoSans-{face}.ttf", recalcTimestamp=False) as font:
        cut = subset.Subsetter(options)
        cut.populate(text=letters)
        cut.subset(font)
        out = io.BytesIO()
        subset.save_font(font, out, options)
        return out.getvalue()
