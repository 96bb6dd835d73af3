"""Whether what is served is what is there: looked at by the way, so that no page waits for it."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from meks_geo.errors import Problem

_EVERY_S, _PATIENCE_S = 15.0, 1.0

Problems = tuple[Problem, ...]


class Lookout:
    """Looks from time to time, in a thread of its own; what it said last holds until it is done.

    After an upgrade a look replays all that was ever published, which takes minutes where there
    are a million lines: meanwhile the revision of before is served.

    Parameters
    ----------
    look
        Puts right what is out of date; returns what is wrong with the registers. What it raises
        is raised by the next call of `problems`.
    every_s, patience_s
        Seconds between two looks, and those that the one who begins a look waits for it.
    """

    def __init__(
        self,
        look: Callable[[], Problems],
        *,
        every_s: float = _EVERY_S,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        """Keep what to do; nothing is looked at before the first call of `problems`."""
        self._look, self._every_s, self._patience_s = look, every_s, patience_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lookout")
        self._lock = threading.Lock()
        self._known: Problems = ()
        self._next = 0.0
        self._running: Future[Problems] | None = None

    def problems(self) -> Problems:
        """Return what the last look found; begins a new one when it is time."""
        with self._lock:
            begins = self._running is None and time.monotonic() >= self._next
            if begins:
                self._running = self._thread.submit(self._look)
            running = self._running
        if running is not None and begins:
            wait([running], timeout=self._patience_s)
        with self._lock:
            if running is not None and running is self._running and running.done():
                self._running = None
                self._next = time.monotonic() + self._every_s
                self._known = running.result()
            return self._known
