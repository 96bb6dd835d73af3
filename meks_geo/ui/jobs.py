"""Long work of the pages: it goes on beside the page, says how far it is, and can be called off.

A job is known by what it makes; two sessions that ask for the same thing wait for the same job.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from meks_geo.errors import CancelledWorkError, InputError, Problem
from meks_geo.progress import Progress

_LOG = logging.getLogger(__name__)


@dataclass(eq=False)
class Job:
    """One piece of work: how far it is, then what it made or what stood against it."""

    share: float = 0.0
    made: bytes | None = None
    problems: tuple[Problem, ...] = ()
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


class Jobs:
    """The work of a process: at most `hands` at once, the last `kept` results within `most_bytes`.

    Safe to call from any thread.
    """

    def __init__(self, *, hands: int = 2, kept: int = 12, most_bytes: int = 256 * 2**20) -> None:
        """Begin without work."""
        self._pool = ThreadPoolExecutor(hands, thread_name_prefix="output")
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._kept, self._most_bytes = kept, most_bytes
        self._lock = threading.Lock()

    def get(self, key: str) -> Job | None:
        """Return the work of that key; None when there is none or it was forgotten."""
        with self._lock:
            return self._jobs.get(key)

    def start(self, key: str, work: Callable[[Progress], bytes]) -> Job:
        """Begin a piece of work, unless it is under way or done; failed work begins anew."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and not job.problems and not job.called_off.is_set():
                self._jobs.move_to_end(key)
                return job
            job = self._jobs[key] = Job()
            self._jobs.move_to_end(key)
            self._forget()
        self._pool.submit(_run, job, key, work)
        return job

    def drop(self, key: str) -> None:
        """Call a piece of work off and forget it."""
        with self._lock:
            job = self._jobs.pop(key, None)
        if job is not None:
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
        held = sum(len(job.made or b"") for job in self._jobs.values())
        for key, job in list(self._jobs.items()):
            if len(self._jobs) <= self._kept and held <= self._most_bytes:
                return
            if job.done.is_set():
                held -= len(job.made or b"")
                del self._jobs[key]


def _run(job: Job, key: str, work: Callable[[Progress], bytes]) -> None:
    """Do the work; whatever stands against it ends up in the job, in words for a person."""
    try:
        job.made = work(job.report)
        job.share = 1.0
    except CancelledWorkError:
        _LOG.info("called off: %s", key)
    except InputError as error:
        job.problems = error.problems
    except (OSError, MemoryError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        _LOG.error("work failed: %s", key, exc_info=error)
        job.problems = (Problem("work-failed", "", value=type(error).__name__),)
    finally:
        job.done.set()
