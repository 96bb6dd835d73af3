"""How often one caller may ask: a bucket of tokens that fills again with time."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil


class Buckets:
    """One bucket a caller; the callers that were not heard of for longest are forgotten.

    Parameters
    ----------
    size
        Requests that a caller may make at once.
    per_second
        Requests that come back each second.
    callers
        How many callers are remembered.
    clock
        Seconds that never run backwards.
    """

    def __init__(
        self,
        size: int,
        per_second: float,
        *,
        callers: int = 1024,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with full buckets."""
        self._size = size
        self._per_second = per_second
        self._callers = callers
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> int:
        """Take a token; return 0, or after how many seconds there is one again."""
        with self._lock:
            now = self._clock()
            left, seen = self._left.pop(caller, (float(self._size), now))
            left = min(self._size, left + (now - seen) * self._per_second)
            allowed = left >= 1
            self._left[caller] = (left - 1 if allowed else left, now)
            while len(self._left) > self._callers:
                self._left.popitem(last=False)
        return 0 if allowed else max(1, ceil((1 - left) / self._per_second))
