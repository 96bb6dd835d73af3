"""The way to a file that takes its time: made once, called off, tried again, saved."""

import threading

import pytest
from streamlit.testing.v1 import AppTest

from meks_geo import i18n
from meks_geo.errors import InputError, Problem
from meks_geo.ui import cache, making

PATIENCE_S = 60
STATE = {}
TOO_LARGE = Problem("too-large", "given.bin", value="9")


def script():
    """What the page of these tests is."""
    import test_making  # noqa: PLC0415 - this function runs as a script of its own

    from meks_geo.ui import making  # noqa: PLC0415

    wanted = test_making.STATE["wanted"]
    making.way("en", wanted, make="Begin")
    making.troubles("en", wanted.key)


@pytest.fixture
def page():
    """A page with one file, whose work waits until it is let go."""
    go_on = threading.Event()

    def work(progress):
        while not go_on.wait(0.01):
            progress("half", 0.5)
        if STATE.pop("fails", False):
            raise InputError([TOO_LARGE])
        return b"x" * 2048

    wanted = making.Wanted("key-of-it", "it", "it.bin", "application/octet-stream", work)
    STATE["wanted"] = wanted
    at = AppTest.from_function(script, default_timeout=PATIENCE_S)
    at.go_on = go_on
    yield at.run()
    go_on.set()
    job = cache.jobs().get(wanted.key)
    for who in () if job is None else tuple(job.waiting):
        cache.jobs().call_off(wanted.key, who)


def keys(at):
    assert not at.exception
    return {one.key for one in at.button}


def ended(at):
    """The page after the work has come to its end."""
    assert cache.jobs().get("key-of-it").done.wait(PATIENCE_S)
    return at.run()


def test_a_file_is_made_when_it_is_asked_for_and_then_saved(page):
    assert [one.label for one in page.button] == ["Begin"]
    page.button(key="make-it").click().run()
    assert keys(page) == {"cancel-key-of-it"}
    page.go_on.set()
    ended(page)
    assert keys(page) == set()
    (save,) = page.get("download_button")
    assert save.proto.label.endswith("2 KB")


def test_what_was_called_off_can_be_begun_again(page):
    page.button(key="make-it").click().run()
    job = cache.jobs().get("key-of-it")
    page.button(key="cancel-key-of-it").click().run()
    assert job.done.wait(PATIENCE_S)
    assert job.made is None
    assert keys(page.run()) == {"make-it"}


def test_calling_off_leaves_the_work_to_others_that_wait(page):
    page.button(key="make-it").click().run()
    job = cache.jobs().get("key-of-it")
    job.waiting.add("another session")
    page.button(key="cancel-key-of-it").click().run()
    assert keys(page.run()) == {"make-it"}
    page.go_on.set()
    assert job.done.wait(PATIENCE_S)
    assert job.made is not None


def test_what_stands_against_it_is_said_and_the_button_tries_again(page):
    STATE["fails"] = True
    page.button(key="make-it").click().run()
    page.go_on.set()
    ended(page)
    assert keys(page) == {"make-it"}
    what, fix = i18n.problem_parts("en", TOO_LARGE)
    assert [one.proto.body for one in page.html] == [
        f'<div class="complaint"><b>{what}.</b> {fix}.</div>'
    ]
    page.button(key="make-it").click().run()
    ended(page)
    assert keys(page) == set()
