"""The papers a map can be printed on."""

from meks_geo.printsheet import Paper
from meks_geo.printtype import MM_PER_INCH

#: Long side, short side in millimetres, and how much larger type and marks are than on A4.
_SIZES = {
    "a4": (297.0, 210.0, 1.0),
    "a3": (420.0, 297.0, 1.25),
    "a0": (1189.0, 841.0, 2.8),
    "16:9": (338.667, 190.5, 1.1),
}

PAPERS = tuple(_SIZES)
ORIENTATIONS = ("landscape", "portrait")
FORMATS = ("png", "svg", "pdf")


def paper(name: str = "a4", orientation: str = "landscape") -> Paper:
    """Return a sheet by the name and orientation of the command line.

    Raises
    ------
    KeyError
        If there is no paper of that name.
    """
    long_mm, short_mm, scale = _SIZES[name]
    if orientation == "portrait":
        return Paper(name, short_mm, long_mm, scale)
    return Paper(name, long_mm, short_mm, scale)


#: Most dots of a picture: A0 at 300 dots an inch, with a little to spare.
MOST_DOTS = 150_000_000


def most_dpi(sheet: Paper) -> int:
    """Return the finest picture of a sheet that can be drawn, in dots per inch."""
    square_inches = sheet.width_mm * sheet.height_mm / MM_PER_INCH**2
    return int((MOST_DOTS / square_inches) ** 0.5)
