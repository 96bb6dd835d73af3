"""What an office sets for itself, read from the environment."""

import os

_KEEP = 200
_PORT, _MOST_PORT = 8501, 65_535


def stamp() -> str:
    """Return the classification stamp for every page, print and file; "" when none is set."""
    return os.environ.get("MEKS_GEO_STAMP", "").strip()


def address() -> str:
    """Return where the office's readers find the product, for links on paper; no `/` at its end.

    Set by `MEKS_GEO_ADDRESS`; what is no address of a web page counts as not set. Then it is this
    machine, on the port that `PORT` names.
    """
    asked = os.environ.get("MEKS_GEO_ADDRESS", "").strip().rstrip("/")
    return asked if asked.startswith(("http://", "https://")) else f"http://localhost:{_port()}"


def _port() -> int:
    asked = os.environ.get("PORT", "").strip()
    known = asked.isascii() and asked.isdecimal() and 0 < int(asked[:6]) <= _MOST_PORT
    return int(asked) if known else _PORT


def keep_revisions() -> int:
    """Return how many of the last entries of the journal keep their revision's file, 20 at least.

    Set by `MEKS_GEO_KEEP`; what is not a whole number counts as not set.
    """
    asked = os.environ.get("MEKS_GEO_KEEP", "").strip()
    return max(20, int(asked) if asked.isdecimal() else _KEEP)
