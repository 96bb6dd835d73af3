"""How long a call takes."""

import time
from collections.abc import Callable


def seconds(call: Callable[[], object]) -> float:
    """Return the seconds that one call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
