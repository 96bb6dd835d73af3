"""The print map: a `Scene` set on a sheet of paper, as PNG, SVG or PDF."""

from meks_geo.model import Base
from meks_geo.printbase import aspect, project_base
from meks_geo.printlabels import Placed
from meks_geo.printlayout import STAMP, Layout, share_out
from meks_geo.printlegend import draw_legend
from meks_geo.printmarks import rectangle
from meks_geo.printplate import Plate, longest_note, put_map
from meks_geo.printqr import put_qr
from meks_geo.printsheet import A4_LANDSCAPE, Ink, Paper, Sheet, book
from meks_geo.printtable import put_table
from meks_geo.printtype import CAP
from meks_geo.scene import Scene
from meks_geo.style import load

__all__ = [
    "A4_LANDSCAPE", "Paper", "Plate", "book", "compose", "draw", "layout_of", "place_names",
    "put_map",
]  # fmt: skip


def layout_of(scene: Scene, base: Base, paper: Paper = A4_LANDSCAPE) -> Layout:
    """Return where everything of a scene lies on a sheet."""
    return _layout(scene, base, paper, longest_note(scene, paper.scale))


def _layout(scene: Scene, base: Base, paper: Paper, note: str) -> Layout:
    return share_out(scene, paper, aspect(scene.bounds, project_base(base)), note)


def place_names(scene: Scene, base: Base, paper: Paper = A4_LANDSCAPE) -> list[Placed]:
    """Return the names that the map of a scene shows, with their boxes in mm on the sheet."""
    return list(_compose(scene, base, Sheet(paper, 72)).names)


def _draw_words(sheet: Sheet, scene: Scene, layout: Layout) -> None:
    """Put the head, the stamp and the foot on the sheet."""
    ink, scale = load().palette.ink, sheet.paper.scale
    for line in layout.lines:
        sheet.text((line.x, line.y), line.text, line.kind, line.colour)
    if layout.stamp:
        kind = STAMP.scaled(scale)
        sheet.paths("stamp", [rectangle(*layout.stamp.edges)], Ink("none", ink, 0.8 * scale))
        x, y = layout.stamp.middle
        sheet.text((x, y + kind.em_mm * CAP / 2), scene.stamp, kind, ink, align="center")


def _compose(scene: Scene, base: Base, sheet: Sheet) -> Plate:
    """Set a scene on a sheet; return what its map shows."""
    longest = longest_note(scene, sheet.paper.scale)
    layout = _layout(scene, base, sheet.paper, longest)
    plate = put_map(sheet, scene, base, layout.map)
    for legend, box in layout.legend:
        draw_legend(sheet, legend, box, scene.lang)
    for table, box in layout.tables:
        put_table(sheet, table, box, scene.lang, sheet.paper.scale)
    if layout.code:
        put_qr(sheet, scene.link, layout.code)
    said = layout if plate.note == longest else _layout(scene, base, sheet.paper, plate.note)
    _draw_words(sheet, scene, said)
    facts = " · ".join((scene.subtitle, *scene.foot))
    sheet.about = {"Title": scene.title, "Subject": facts, "Keywords": scene.link}
    return plate


def compose(scene: Scene, base: Base, paper: Paper = A4_LANDSCAPE, dpi: int = 300) -> Sheet:
    """Return a scene set on a sheet, before it becomes a file; arguments as of `draw`."""
    sheet = Sheet(paper, dpi)
    _compose(scene, base, sheet)
    return sheet


def draw(
    scene: Scene,
    base: Base,
    paper: Paper = A4_LANDSCAPE,
    dpi: int = 300,
    fmt: str = "png",
) -> bytes:
    """Return the print map of a scene as a file.

    Parameters
    ----------
    scene
        What the map shows; texts are set as given, in `scene.lang`.
    base
        Geometry in degrees (EPSG:4326); drawn in the equal-area projection of `measure.PRINT_CRS`.
    paper
        Size of the sheet in millimetres; the legend stands under the map where it is upright.
    dpi
        Dots per inch of a PNG.
    fmt
        `png`, `svg` or `pdf`; text stays text in the latter two, with its fonts in the file.

    Returns
    -------
    file
        The same bytes for the same arguments: no date, no program name, no chance.

    Raises
    ------
    ValueError
        If the format is another, or a symbol of the legend is not known.
    """
    sheet = Sheet(paper, dpi, live_text=fmt != "png")
    try:
        _compose(scene, base, sheet)
        return sheet.to_bytes(fmt)
    finally:
        sheet.close()
