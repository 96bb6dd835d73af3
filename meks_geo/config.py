"""What an office sets for itself, read from the environment."""

import os

_KEEP = 200


def stamp() -> str:
    """Return the classification stamp for every page, print and file; "" when none is set."""
    return os.environ.get("MEKS_GEO_STAMP", "").strip()


def keep_revisions() -> int:
    """Return how many of the last entries of the journal keep their revision's file, 20 at least.

    Set by `MEKS_GEO_KEEP`; what is not a whole number counts as not set.
    """
    asked = os.environ.get("MEKS_GEO_KEEP", "").strip()
    return max(20, int(asked) if asked.isdecimal() else _KEEP)
