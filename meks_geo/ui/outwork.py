"""Work for other portals: few pieces at once, each made once, the last ones kept."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor


class TooBusyError(RuntimeError):
    """Too many pieces of work are waiting already."""


class Workshop:
    """Makes bytes in threads of its own, and keeps the results that were asked for last.

    Parameters
    ----------
    at_once
        Pieces that are worked on at the same time.
    waiting
        Pieces that may wait besides; one more is refused.
    keep_bytes
        How much is kept in all; what is larger than a quarter of it is not kept.
    """

    def __init__(self, at_once: int = 2, waiting: int = 8, keep_bytes: int = 64_000_000) -> None:
        """Begin with nothing kept."""
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="meks-out")
        self._most = at_once + waiting
        self._room = keep_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._open: dict[Hashable, Future[bytes]] = {}

    async def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return what `make` gives: kept from before, in the making for another one, or made now.

        Raises
        ------
        TooBusyError
            If too much is waiting already.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            work = self._open.get(key)
            if work is None:
                if len(self._open) >= self._most:
                    raise TooBusyError
                work = self._open[key] = self._pool.submit(self._made, key, make)
        # one caller who hangs up must not call off what others wait for
        return await asyncio.shield(asyncio.wrap_future(work))

    def _made(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        try:
            content = make()
            with self._lock:
                self._keep(key, content)
            return content
        finally:
            with self._lock:
                self._open.pop(key, None)

    def _keep(self, key: Hashable, content: bytes) -> None:
        if len(content) > self._room // 4:
            return
        self._kept[key] = content
        while sum(map(len, self._kept.values())) > self._room:
            self._kept.popitem(last=False)
