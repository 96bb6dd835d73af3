"""Long work of the pages: it goes on beside the page, says how far it is, and can be called off.

A job is known by what it makes; two sessions that ask for the same thing wait for the same job.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from meks_geo.errors import CancelledWorkError, InputError, Problem, by_system
from meks_geo.progress import Progress

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(eq=False)
class Job(Generic[_T]):
    """One piece of work: how far it is, then what it made or what stood against it.

    `waiting` names who asked for it and still wants it.
    """

    share: float = 0.0
    made: _T | None = None
    problems: tuple[Problem, ...] = ()
    waiting: set[str] = field(default_factory=set)
    begun: bool = False
    called_off: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)

    def report(self, _step: str, share: float) -> None:
        """Take how far the work is.

        Raises
        ------
        CancelledWorkError
            If the work was called off; the worker lets it pass.
        """
        if self.called_off.is_set():
            raise CancelledWorkError
        self.share = min(max(share, self.share), 1.0)

    def cancel(self) -> None:
        """Call the work off; it ends at its next report."""
        self.called_off.set()


class Jobs(Generic[_T]):
    """The work of a process: at most `hands` at once, the last `kept` results within `most_bytes`.

    Only results that are bytes have a size. Safe to call from any thread.
    """

    def __init__(self, *, hands: int = 2, kept: int = 12, most_bytes: int = 256 * 2**20) -> None:
        """Begin without work."""
        self._pool = ThreadPoolExecutor(hands, thread_name_prefix="output")
        self._jobs: OrderedDict[str, Job[_T]] = OrderedDict()
        self._kept, self._most_bytes = kept, most_bytes
        self._lock = threading.Lock()

    def get(self, key: str) -> Job[_T] | None:
        """Return the work of that key; None when there is none or it was forgotten."""
        with self._lock:
            return self._jobs.get(key)

    def start(self, key: str, work: Callable[[Progress], _T], who: str = "") -> Job[_T]:
        """Begin a piece of work, unless it is under way or done; failed work begins anew."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and not job.problems and not job.called_off.is_set():
                job.waiting.add(who)
                self._jobs.move_to_end(key)
                return job
            job = self._jobs[key] = Job(waiting={who})
            self._jobs.move_to_end(key)
            self._forget()
        # what a worker raises, whatever it is, is kept by its future: no work ends in silence
        self._pool.submit(_begin, job, work).add_done_callback(partial(_end, job, key))
        return job

    def leave(self, key: str, who: str) -> None:
        """Wait no longer for a piece of work; one that nobody waits for is not begun any more."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                return
            job.waiting.discard(who)
            if job.waiting or job.begun:
                return
            del self._jobs[key]
        job.cancel()

    def call_off(self, key: str, who: str = "") -> None:
        """Wait no longer for a piece of work; it ends when nobody waits for it."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                return
            job.waiting.discard(who)
            if job.waiting:
                return
            del self._jobs[key]
        job.cancel()

    def close(self) -> None:
        """Call all work off and wait for its end."""
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            job.cancel()
        self._pool.shutdown()

    def _forget(self) -> None:
        """Let the oldest results go until the rest is within the bounds; with the lock held."""
        held = sum(_size(job.made) for job in self._jobs.values())
        for key, job in list(self._jobs.items()):
            if len(self._jobs) <= self._kept and held <= self._most_bytes:
                return
            if job.done.is_set():
                held -= _size(job.made)
                del self._jobs[key]


def _size(made: object) -> int:
    return len(made) if isinstance(made, bytes) else 0


def _begin(job: Job[_T], work: Callable[[Progress], _T]) -> _T:
    """Do the work, unless it was called off while it waited for a hand."""
    job.report("begin", 0.0)
    job.begun = True
    return work(job.report)


def _end(job: Job[_T], key: str, future: "Future[_T]") -> None:
    """Keep what came of the work; what stands against it in words for a person."""
    error = future.exception()
    if error is None:
        job.made, job.share = future.result(), 1.0
    elif isinstance(error, CancelledWorkError):
        _LOG.info("called off: %s", key)
        job.called_off.set()
    elif isinstance(error, InputError) and error.problems:
        job.problems = error.problems
    else:
        _LOG.error("work failed: %s", key, exc_info=error)
        job.problems = (by_system("work-failed", "", error),)
    job.done.set()
