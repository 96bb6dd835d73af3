"""Work beside the page: it tells how far it is, can be called off, and fails in words."""

import errno
import sqlite3
import threading

import pytest

from meks_geo.errors import InputError, Problem
from meks_geo.ui.jobs import Jobs

PATIENCE_S = 20


@pytest.fixture
def jobs():
    made = Jobs(hands=1, kept=2, most_bytes=100)
    yield made
    made.close()


def test_what_was_made_is_there_for_everyone_who_asks_again(jobs):
    calls = []

    def work(progress):
        calls.append(1)
        progress("half", 0.5)
        return b"made"

    job = jobs.start("one", work)
    assert job.done.wait(PATIENCE_S)
    assert (job.made, job.share, job.problems) == (b"made", 1.0, ())
    assert jobs.start("one", work) is job
    assert calls == [1]


def test_a_call_off_ends_the_work_at_its_next_report(jobs):
    began, go_on = threading.Event(), threading.Event()
    after = []

    def work(progress):
        began.set()
        go_on.wait(PATIENCE_S)
        progress("on", 0.5)
        after.append("went on")
        return b"never"

    job = jobs.start("one", work)
    assert began.wait(PATIENCE_S)
    jobs.call_off("one")
    go_on.set()
    assert job.done.wait(PATIENCE_S)
    assert (job.made, after, jobs.get("one")) == (None, [], None)


def test_who_calls_off_stops_nobody_else_that_waits(jobs):
    go_on = threading.Event()

    def work(progress):
        go_on.wait(PATIENCE_S)
        progress("on", 0.5)
        return b"made"

    job = jobs.start("one", work, "me")
    assert jobs.start("one", work, "you") is job
    jobs.call_off("one", "me")
    go_on.set()
    assert job.done.wait(PATIENCE_S)
    assert (job.made, jobs.get("one")) == (b"made", job)
    jobs.call_off("one", "you")
    assert jobs.get("one") is None


def test_what_stands_against_it_is_kept_and_another_try_begins_anew(jobs):
    problem = Problem("too-large", "f")

    def refused(_progress):
        raise InputError([problem])

    job = jobs.start("one", refused)
    assert job.done.wait(PATIENCE_S)
    assert job.problems == (problem,)
    again = jobs.start("one", lambda _progress: b"fine")
    assert again is not job
    assert again.done.wait(PATIENCE_S)
    assert again.made == b"fine"


def test_a_fault_of_our_own_is_a_problem_and_no_dead_thread(jobs):
    job = jobs.start("one", lambda _progress: bytes([1 // int("0")]))
    assert job.done.wait(PATIENCE_S)
    assert [(p.code, p.value) for p in job.problems] == [("work-failed", "ZeroDivisionError")]
    assert jobs.start("two", lambda _progress: b"x").done.wait(PATIENCE_S)


class Unforeseen(BaseException):
    """What no handler of ours names."""


@pytest.mark.parametrize(
    ("error", "value", "reason"),
    [
        (RuntimeError("of a library"), "RuntimeError", None),
        (AttributeError("x"), "AttributeError", None),
        (sqlite3.OperationalError("no such table"), "OperationalError", None),
        (Unforeseen(), "Unforeseen", None),
        (InputError([]), "InputError", None),
        (OSError(errno.ENOSPC, "No space left on device"), "ENOSPC", "no-space"),
        (MemoryError(), "MemoryError", "no-memory"),
    ],
)
def test_whatever_a_work_dies_of_is_said_logged_and_not_final(jobs, caplog, error, value, reason):
    def dies(_progress):
        raise error

    job = jobs.start("one", dies)
    assert job.done.wait(PATIENCE_S)
    ((code, said, why),) = [(p.code, p.value, p.params.get("reason")) for p in job.problems]
    assert (code, said, why) == ("work-failed", value, reason)
    assert caplog.records[-1].exc_info[1] is error
    again = jobs.start("one", lambda _progress: b"fine")
    assert again.done.wait(PATIENCE_S)
    assert again.made == b"fine"


# -- who waits -------------------------------------------------------------------------------------


@pytest.fixture
def busy(jobs):
    """The only hand has work until it is let go."""
    began, go_on = threading.Event(), threading.Event()

    def work(_progress):
        began.set()
        go_on.wait(PATIENCE_S)
        return b"first"

    jobs.start("first", work, "a")
    assert began.wait(PATIENCE_S)
    yield go_on
    go_on.set()


def test_work_that_another_one_waits_for_goes_on_when_one_leaves(jobs, busy):
    job = jobs.start("next", lambda _progress: b"made", "a")
    assert jobs.start("next", lambda _progress: b"other", "b") is job
    jobs.leave("next", "a")
    busy.set()
    assert job.done.wait(PATIENCE_S)
    assert job.made == b"made"


def test_work_that_nobody_waits_for_is_not_begun(jobs, busy):
    calls = []
    job = jobs.start("next", calls.append, "a")
    jobs.leave("next", "a")
    assert jobs.get("next") is None
    busy.set()
    assert job.done.wait(PATIENCE_S)
    assert calls == []


def test_work_under_way_is_taken_up_again_by_who_comes_back(jobs, busy):
    job = jobs.get("first")
    jobs.leave("first", "a")
    jobs.leave("nowhere", "a")
    assert jobs.start("first", lambda _progress: b"twice", "a") is job
    busy.set()
    assert job.done.wait(PATIENCE_S)
    assert job.made == b"first"


def test_progress_never_goes_back(jobs):
    seen = []

    def work(progress):
        for share in (0.2, 0.8, 0.3):
            progress("step", share)
            seen.append(jobs.get("one").share)
        return b""

    assert jobs.start("one", work).done.wait(PATIENCE_S)
    assert seen == [0.2, 0.8, 0.8]


def test_the_oldest_results_go_when_there_are_too_many_or_too_large(jobs):
    for key, size in (("a", 10), ("b", 10), ("c", 10)):
        assert jobs.start(key, lambda _progress, size=size: b"x" * size).done.wait(PATIENCE_S)
    assert [jobs.get(key) is not None for key in "abc"] == [False, True, True]
    assert jobs.start("d", lambda _progress: b"x" * 200).done.wait(PATIENCE_S)
    jobs.start("e", lambda _progress: b"x").done.wait(PATIENCE_S)
    assert jobs.get("d") is None
    assert jobs.get("e").made == b"x"
