"""Networks on paper: what a million lines leave on a sheet, and what they leave out.

A national sheet has no room for a street: the lines of a town fall on a millimetre. So each line is
first measured on the paper. Long ones are drawn with as many points as the printer can show; of the
short ones the worst of each sector stays in each small square. The rest is counted, and said.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path as Outline

from meks_geo import i18n
from meks_geo.lines import ZONES
from meks_geo.networks import Passing
from meks_geo.printbase import Frame, outside
from meks_geo.printcourses import (
    Courses,
    Ints,
    different,
    joined,
    laid,
    letter_places,
    meets,
    trace,
    worst,
)
from meks_geo.printlabels import Placed, Taken
from meks_geo.printmarks import Pen, line_inks
from meks_geo.printsheet import Box, Ink, Sheet
from meks_geo.printtype import ASCENT, DESCENT, Type, text_width_mm
from meks_geo.style import load

#: Side of a square in which one line a sector stays, the least length of a line, and the length
#: from which a line always stays; millimetres on A4.
CELL_MM, TICK_MM, LONG_MM = 0.3, 0.3, 3.0
#: A sector's letter is set on its lines again after so many millimetres, looked for in squares.
LETTER = Type("Bold", 5.5)
_REPEAT_MM, _STEP_MM = 22.0, 8.0
_WIDTHS = 4  # classes of `width_classes`
_RIM_PX = 1.6  # of accent, to each side of a selected line


@dataclass(frozen=True, eq=False)
class Stroke:
    """Lines that are drawn alike: a code of each, and their courses in millimetres as one path.

    Lines that are not built are `hollow`.
    """

    zone: str
    width: int
    provenance: str
    path: Outline
    lines: int
    hollow: bool = False


@dataclass(frozen=True, eq=False)
class Drawn:
    """What a sheet shows of lines, worst last, and what was made of the others.

    Parameters
    ----------
    strokes
        In the order of drawing.
    chosen
        The selected line and how it is drawn; None where there is none on the sheet.
    lines, km
        All of them.
    inside
        How many lie on the map of the sheet, wholly or in part.
    drawn, drawn_km
        How many of those are drawn, and their length on the ellipsoid.
    lengthened
        How many of those that are drawn are shorter than `TICK_MM` and drawn as long as that.
    cell_mm
        Side of the square in which the worst line of a sector stays, on this paper.
    places
        Where a sector's letter may stand, the best place first: the sector, x and y in millimetres.
    """

    strokes: tuple[Stroke, ...]
    chosen: Stroke | None
    lines: int
    km: float
    inside: int
    drawn: int
    drawn_km: float
    lengthened: int
    cell_mm: float
    places: tuple[tuple[str, float, float], ...] = ()

    @property
    def lettered(self) -> tuple[str, ...]:
        """The sectors whose letters have a place."""
        return tuple(dict.fromkeys(sector for sector, _, _ in self.places))


def generalise(
    passing: Passing,
    frame: Frame,
    scale: float = 1.0,
    *,
    chosen: int = -1,
    lettered: Collection[str] = (),
    ahead: Sequence[int] = (),
) -> Drawn:
    """Return what a sheet shows of lines.

    Parameters
    ----------
    passing
        The lines, with their zones as of a day.
    frame
        Where the map lies on the sheet, and its scale.
    scale
        How much larger than on A4 type and marks are; squares and least lengths grow with it.
    chosen
        Row of the selected line among all lines, which is always drawn; -1 for none.
    lettered
        Sectors that are told apart by a letter.
    ahead
        Rows among all lines of those that are not built, ascending.
    """
    lines = passing.lines
    parts = np.flatnonzero(passing.mask[lines.part_line])
    parts = parts[meets(lines, parts, frame)]
    on_mm = laid(lines).metres[parts] * np.float32(frame.mm_per_m)
    stays = (on_mm >= LONG_MM * scale) | (lines.part_line[parts] == chosen)
    short = np.flatnonzero(~stays)
    stays[short[worst(passing, parts[short], on_mm[short], frame, CELL_MM * scale)]] = True
    kept = parts[stays]
    rows = different(lines.part_line[kept])
    courses, lengthened = trace(lines, kept, frame, TICK_MM * scale)
    return Drawn(
        strokes=_strokes(passing, kept, courses, ahead),
        chosen=_chosen(passing, kept, courses, chosen, hollow=chosen in ahead),
        lines=len(passing),
        km=float(passing.km.sum()),
        inside=len(different(lines.part_line[parts])),
        drawn=len(rows),
        drawn_km=float(lines.km[rows].sum()),
        lengthened=len(different(lines.part_line[kept[lengthened]])),
        cell_mm=CELL_MM * scale,
        places=letter_places(
            passing,
            kept,
            courses,
            frame,
            lettered=lettered,
            step_mm=_STEP_MM * scale,
            least_mm=LONG_MM * scale,
        ),
    )


def _strokes(
    passing: Passing, parts: Ints, courses: Courses, ahead: Sequence[int]
) -> tuple[Stroke, ...]:
    """Return courses that are drawn alike put together: the worst last, the hollow over the whole.

    Of the others the wider lie over the thin.
    """
    if not len(parts):
        return ()
    lines = passing.lines
    of_line = lines.part_line[parts]
    origins = sorted(lines.words["provenance"])
    place = np.array([origins.index(one) for one in lines.words["provenance"]])
    worse = ZONES[::-1]
    sorts = (
        len(ZONES) - 1 - passing.figures.zone[of_line].astype(np.int64),
        np.isin(of_line, np.asarray(ahead, dtype=np.int64)).astype(np.int64),
        laid(lines).width[parts],
        place[lines.codes["provenance"][of_line]],
    )
    shape = (len(ZONES), 2, _WIDTHS, len(origins))
    sort = np.ravel_multi_index(sorts, shape)
    strokes = []
    for one in np.unique(sort):
        z, hollow, k, v = (int(n) for n in np.unravel_index(one, shape))
        alike = sort == one
        count, path = len(different(of_line[alike])), joined(courses, alike)
        strokes.append(Stroke(worse[z], k, origins[v], path, count, bool(hollow)))
    return tuple(strokes)


def _chosen(
    passing: Passing, parts: Ints, courses: Courses, chosen: int, *, hollow: bool
) -> Stroke | None:
    lines = passing.lines
    mine = lines.part_line[parts] == chosen
    if not mine.any():
        return None
    width = int(laid(lines).width[parts[mine][0]])
    zone = ZONES[passing.figures.zone[chosen]]
    origin = lines.text("provenance", chosen)
    return Stroke(zone, width, origin, joined(courses, mine), 1, hollow)


# -- on the sheet ----------------------------------------------------------------------------------


def draw(sheet: Sheet, drawn: Drawn, within: Box) -> None:
    """Put lines on the sheet: colour is the zone, width the size, a dash where they come from.

    Those that are not built are open in the middle.
    """
    pen = Pen(sheet.paper.scale)
    drawing = [(stroke.path, ink) for stroke in drawn.strokes for ink in _inks(stroke, pen)]
    sheet.paths("lines", [path for path, _ in drawing], [ink for _, ink in drawing], within=within)
    if drawn.chosen:
        inks = _inks(drawn.chosen, pen)
        rim = Ink("none", load().palette.accent, inks[0].width_pt + 2 * pen.pt(_RIM_PX))
        paths = [drawn.chosen.path] * (1 + len(inks))
        sheet.paths("chosen-line", paths, [rim, *inks], within=within)


def _inks(stroke: Stroke, pen: Pen) -> tuple[Ink, ...]:
    return line_inks(stroke.zone, stroke.width, stroke.provenance, pen, hollow=stroke.hollow)


def place_letters(
    drawn: Drawn, letters: Mapping[str, str], taken: Taken, scale: float
) -> list[Placed]:
    """Put the letters of sectors on their lines, again and again, where nothing else stands.

    Parameters
    ----------
    drawn
        What is drawn, with the places of letters.
    letters
        The letter of each sector.
    taken
        What is in use; the letters that are put are added.
    scale
        How much larger than on A4 type is.
    """
    kind, apart = LETTER.scaled(scale), _REPEAT_MM * scale
    placed: list[Placed] = []
    put: dict[str, list[tuple[float, float]]] = {sector: [] for sector in letters}
    for sector, x, y in drawn.places:
        if any(math.dist((x, y), other) < apart for other in put[sector]):
            continue
        text = letters[sector]
        wide, high = text_width_mm(text, kind) / 2, kind.em_mm * (ASCENT + DESCENT) / 2
        box = Box(x - wide, y - high, x + wide, y + high)
        if outside(box, taken.frame) or any(box.overlaps(b) for b in taken.marks + taken.names):
            continue
        put[sector].append((x, y))
        taken.names.append(box)
        colour = load().palette.ink
        placed.append(Placed("line-letters", sector, (text,), kind, colour, box))
    return placed


def note(drawn: Drawn, lang: str) -> str:
    """Return what was drawn of lines and what was left out, in words; "" for none to draw."""
    if not drawn.inside:
        return ""
    inside = i18n.number(lang, drawn.inside)
    if drawn.drawn == drawn.inside and not drawn.lengthened:
        return i18n.text(lang, "print.lines_all", inside=inside)
    return i18n.text(
        lang,
        "print.lines_note",
        inside=inside,
        drawn=i18n.number(lang, drawn.drawn),
        cell=i18n.quantity(lang, drawn.cell_mm, "mm", 1),
    )


def longest_note(passing: Passing, lang: str, scale: float) -> str:
    """Return a note that needs as much room as any on these lines."""
    count, km = len(passing), float(passing.km.sum())
    return note(Drawn((), None, count, km, count, count, km, count, CELL_MM * scale), lang)
