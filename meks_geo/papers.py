"""The papers a map can be printed on."""

from meks_geo.printsheet import Paper

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
