"""What is out of date is put right beside the pages, which never wait long for it."""

import threading

import pytest

from meks_geo.errors import InputError, Problem
from meks_geo.ui.lookout import Lookout

FAULT = (Problem("bad-date", "claims.csv"),)


def finished(lookout):
    """Return what a lookout says once the look that is under way is done."""
    running = lookout._running
    if running is not None:
        running.exception(timeout=10)
    return lookout.problems()


def test_a_quick_look_is_told_at_once():
    assert Lookout(lambda: FAULT, patience_s=10).problems() == FAULT


def test_while_a_look_takes_its_time_what_was_known_holds():
    gate, looks = threading.Event(), []

    def look():
        looks.append(1)
        return FAULT if gate.wait(10) else ()

    lookout = Lookout(look, every_s=0, patience_s=0)
    assert [lookout.problems() for _ in range(3)] == [(), (), ()]
    assert len(looks) == 1  # nobody begins a second one beside it
    gate.set()
    assert finished(lookout) == FAULT


def test_nobody_looks_again_before_it_is_time():
    looks = []
    lookout = Lookout(lambda: tuple(looks.append(1) or ()), every_s=1000, patience_s=10)
    assert [lookout.problems() for _ in range(3)] == [(), (), ()]
    assert len(looks) == 1


def test_a_fault_that_was_mended_is_told_no_longer():
    found = iter((FAULT, ()))
    lookout = Lookout(lambda: next(found), every_s=0, patience_s=10)
    assert [lookout.problems(), lookout.problems()] == [FAULT, ()]


def test_what_a_look_raises_is_raised_and_the_next_one_looks_again():
    answers = iter((InputError(FAULT), None))

    def look():
        if (error := next(answers)) is not None:
            raise error
        return ()

    lookout = Lookout(look, every_s=0, patience_s=10)
    with pytest.raises(InputError):
        lookout.problems()
    assert lookout.problems() == ()
