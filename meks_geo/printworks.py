"""Works of a plan on paper: dark flags with the year in which they begin, tied to their places."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path as Outline

from meks_geo.planworks import WorkMark
from meks_geo.printbase import Frame
from meks_geo.printlabels import Taken
from meks_geo.printmarks import Part, Pen, circle, rectangle
from meks_geo.printsheet import Box, Ink, Sheet
from meks_geo.printtype import CAP, Type, outlines, text_width_mm
from meks_geo.style import load

FLAG = Type("Bold", 6.4)

_PAD_EM = (0.38, 0.34)  # of the type: left and right of the year, over and under it
_FAR_MM = (1.6, 3.0, 4.6, 6.6, 9.0, 12.0)  # how far a flag may stand from its place, tried in turn
_WAYS = 16
_ON_FLAG, _ON_MARK, _OUTSIDE = 40.0, 6.0, 1e6  # mm of distance, for a mm² of it
_DOT_MM, _POLE_PX, _EDGE_PX = 0.5, 1.1, 1.2


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag with the place it stands for, in millimetres on the sheet."""

    of: WorkMark
    at: tuple[float, float]
    box: Box


def _half(text: str, kind: Type) -> tuple[float, float]:
    """Return half the width and half the height of a flag, in millimetres."""
    em = kind.em_mm
    return text_width_mm(text, kind) / 2 + em * _PAD_EM[0], em * (CAP / 2 + _PAD_EM[1])


def place(works: Sequence[WorkMark], frame: Frame, taken: Taken) -> list[Flag]:
    """Return the flags of the works inside a frame, each near its place and off all others.

    Parameters
    ----------
    works
        In the order in which they choose their room.
    taken
        Marks are avoided where there is room, names and the frame's edge always. The flags' own
        boxes are added to its marks.
    """
    kind, scale = FLAG.scaled(taken.scale), taken.scale
    spots = frame.place([w.lon for w in works], [w.lat for w in works])
    flags: list[Flag] = []
    for work, (x, y) in zip(works, spots.tolist(), strict=True):
        if not Box(x, y, x, y).grown(1e-6).overlaps(frame.box):
            continue
        half = _half(work.text, kind)
        boxes, far = _rooms((x, y), half, scale)
        cost = far + _ON_FLAG * taken.overlap(boxes, [one.box for one in flags])
        cost += _ON_MARK * taken.overlap(boxes, taken.marks) + _OUTSIDE * taken.outside(boxes)
        left, top, right, bottom = boxes[int(np.argmin(cost))].tolist()
        flags.append(Flag(work, (x, y), Box(left, top, right, bottom)))
    taken.marks.extend(one.box for one in flags)
    return flags


def _rooms(
    at: tuple[float, float], half: tuple[float, float], scale: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return boxes around a place, straight over it first, and how far each is from it."""
    found, far = [], []
    for reach in _FAR_MM:
        for way in range(_WAYS):
            # straight up, then to both sides in turn
            turn = math.ceil(way / 2) * (1 if way % 2 else -1) * 2 * math.pi / _WAYS
            x = at[0] + math.sin(turn) * (reach * scale + half[0])
            y = at[1] - math.cos(turn) * (reach * scale + half[1])
            found.append((x - half[0], y - half[1], x + half[0], y + half[1]))
            far.append(reach * scale + abs(turn) * 0.2 * scale)
    return np.array(found), np.array(far)


def _body(box: Box, pen: Pen, *, hollow: bool) -> Part:
    """Return the cloth of a flag: dark for a known place, hollow for the middle of a region."""
    colours = load().palette
    face = colours.paper if hollow else colours.ink
    edge = colours.ink if hollow else colours.paper
    return Part(rectangle(*box.edges), Ink(face, edge, pen.pt(_EDGE_PX)))


def draw(sheet: Sheet, flags: Sequence[Flag], within: Box) -> None:
    """Put flags on the sheet: a line to the place, a dot on it, the cloth, the year."""
    colours, scale = load().palette, sheet.paper.scale
    pen, kind = Pen(scale), FLAG.scaled(scale)
    pole = Ink("none", colours.ink, pen.pt(_POLE_PX))
    poles = [Outline([one.at, one.box.middle]) for one in flags]
    sheet.paths("work-poles", poles, pole, within=within)
    dot = Ink(colours.ink, colours.paper, pen.pt(_EDGE_PX) / 2)
    dots = [circle(*one.at, _DOT_MM * scale) for one in flags]
    sheet.paths("work-places", dots, dot, within=within)
    bodies = [_body(one.box, pen, hollow=one.of.at_region) for one in flags]
    sheet.paths("works", [p.path for p in bodies], [p.ink for p in bodies], within=within)
    for one in flags:
        x, y = one.box.middle
        colour = colours.ink if one.of.at_region else colours.paper
        at = (x, y + kind.em_mm * CAP / 2)
        sheet.text(at, one.of.text, kind, colour, align="center")


def sign(text: str, x: float, y: float, size: float) -> list[Part]:
    """Return the flag of the legend around its middle in millimetres; its letters are shapes.

    Parameters
    ----------
    text
        What stands on it; a hollow one begins with `-`.
    size
        How much larger than on A4 it is.
    """
    hollow, words = text.startswith("-"), text.removeprefix("-")
    kind, colours = FLAG.scaled(size), load().palette
    wide, high = _half(words, kind)
    body = _body(Box(x - wide, y - high, x + wide, y + high), Pen(size), hollow=hollow)
    left, base = x - text_width_mm(words, kind) / 2, y + kind.em_mm * CAP / 2
    letters = outlines(words, kind, left, base)
    return [body, Part(letters, Ink(colours.ink if hollow else colours.paper))]
