"""What an office sets for itself, read from the environment."""

import os


def stamp() -> str:
    """Return the classification stamp for every page, print and file; "" when none is set."""
    return os.environ.get("MEKS_GEO_STAMP", "").strip()
