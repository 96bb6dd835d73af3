"""A presenter and a hall in real browsers: keys, codes, who follows, and a line that breaks."""

import re
import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

HALL = {"width": 1920, "height": 1080}
#: Streamlit's own page looks for its server beside the page before it looks at the root.
BESIDE = re.compile(r"404 .*/(stories|presenter|audience)/_stcore/(health|host-config)$")
TITLE = ".hall-head h1"


def forgive(*windows):
    """Take out of the complaints what is known."""
    for window in windows:
        window.complaints[:] = [said for said in window.complaints if not BESIDE.search(said)]


def title(window):
    shown = window.page.locator(TITLE)
    return shown.inner_text() if shown.count() else ""


def until_title(window, words, seconds=60):
    window.until(lambda: words in title(window), f"the title {words!r}", seconds)
    return window


@pytest.fixture
def meeting(open_window, server):
    """A presenter's window on the story of the three plants, with its code and its address."""
    window = open_window(f"{server}/stories?lang=en&at=2026-11-22")
    window.page.locator(".st-key-open-three-chps button").click()
    window.page.wait_for_selector(".st-key-scene-10")
    window.settled()
    window.page.locator(".st-key-story-present button").click()
    window.page.wait_for_selector(".told")
    window.until_address(lang="en")
    yield window
    forgive(window)


def code_of(window):
    return window.page.locator(".code b").inner_text()


def hall_of(window, server):
    """The address of the hall's screen, as the presenter's link has it."""
    link = window.page.locator(".st-key-door a").get_attribute("href")
    assert link.startswith("./?")
    return server + link[1:]


# -- two browsers -----------------------------------------------------------------------------


def test_the_hall_and_the_audience_follow_the_keys(open_window, server, meeting):
    hall = open_window(hall_of(meeting, server), viewport=HALL)
    audience = open_window(f"{server}/audience?lang=kk", viewport=HALL, locale="ru-RU")
    audience.page.locator(".st-key-w-code input").fill(code_of(meeting).lower())
    audience.page.keyboard.press("Enter")
    until_title(hall, "three new CHPs are promised")
    until_title(audience, "үш жаңа ЖЭО")
    for window in (hall, audience):
        window.until_markers(8)
        window.mark()
    # nothing of Streamlit's frame, and the map fills what is not title, facts and foot
    for name in ("stHeader", "stSidebar", "stToolbar"):
        assert hall.page.locator(f"[data-testid={name}]:visible").count() == 0
    assert hall.page.locator(".st-key-header").count() == 0
    frame = hall.page.locator(".st-key-hall-map iframe").bounding_box()
    assert frame["width"] * frame["height"] > 0.55 * HALL["width"] * HALL["height"]
    # keys are heard in the page and in the map's frame, and none is lost
    hall.page.keyboard.press("PageDown")
    until_title(audience, "2024 жылғы қаңтар")
    until_title(hall, "January 2024")
    hall.map.locator("body").press("ArrowRight")
    until_title(audience, "2024 жылғы шілде")
    for key in ("PageDown", "PageDown", "PageUp", "PageDown"):
        hall.page.keyboard.press(key)
    until_title(hall, "August 2025")
    until_title(audience, "2025 жылғы тамыз")
    for window in (hall, audience):
        assert window.is_marked(), "the map is never made anew"
        window.until_map("document.querySelectorAll('.meks-beacon').length === 1", "the beacon")
    # the presenter's window leads as well, and black is black
    meeting.page.keyboard.press("PageDown")
    until_title(hall, "December 2025")
    hall.page.keyboard.press("b")
    audience.until(lambda: audience.page.locator(".hall-dark").count() == 1, "the dark")
    hall.page.keyboard.press("b")
    audience.until(lambda: audience.page.locator(".hall-dark").count() == 0, "the light")
    forgive(hall, audience)


def test_the_map_glides_and_every_screen_comes_to_the_same_place(open_window, server, meeting):
    hall = open_window(hall_of(meeting, server), viewport=HALL)
    audience = open_window(f"{server}/audience?code={code_of(meeting)}&lang=ru", viewport=HALL)
    until_title(hall, "three new CHPs")
    until_title(audience, "три новые ТЭЦ")
    for window in (hall, audience):
        window.until_markers(8)
        window.map.evaluate(
            "window.__zooms = []; map.on('move', () => window.__zooms.push(map.getZoom()));"
        )
    hall.page.keyboard.press("PageDown")
    at = "map.getCenter().distanceTo([52.5, 71.5]) < 3000 && Math.abs(map.getZoom() - 6) < 0.01"
    for window in (hall, audience):
        window.until_map(at, "the place of the scene")
        zooms = window.map.evaluate("window.__zooms")
        assert any(zoom < 5.9 for zoom in zooms), f"nothing on the way: {zooms}"
        window.until_map("!document.querySelector('.meks-zooming')", "the names back")
    # the end of a flight is no move of the presenter: nothing has strayed from the story
    hall.page.wait_for_timeout(1500)
    assert meeting.page.locator(".told i").count() == 0
    # but a drag is one, and the audience goes along
    box = hall.page.locator(".st-key-hall-map iframe").bounding_box()
    x, y = box["x"] + 500, box["y"] + 250
    hall.page.mouse.move(x, y)
    hall.page.mouse.down()
    hall.page.mouse.move(x - 200, y, steps=6)
    hall.page.mouse.up()
    audience.until_map("map.getCenter().lng > 72.0", "the place of the drag")
    meeting.until(lambda: meeting.page.locator(".told i").count() == 1, "the note of it")
    forgive(hall, audience)


def test_what_is_searched_stays_with_the_presenter_until_it_is_shown(open_window, server, meeting):
    audience = open_window(f"{server}/audience?code={code_of(meeting)}&lang=en", viewport=HALL)
    until_title(audience, "three new CHPs")
    audience.until_markers(8)
    meeting.page.locator(".st-key-w-drawer input").fill("balkhash npp")
    meeting.page.keyboard.press("Enter")
    meeting.page.locator(".st-key-found-balkhash-npp button").click()
    meeting.card_is("Balkhash NPP (first NPP, Ulken)")
    assert "three new CHPs" in title(audience)
    assert audience.markers() == 8
    meeting.page.locator(".st-key-show-hall button").click()
    audience.until(
        lambda: "Balkhash NPP" in audience.page.locator(".hall-side h2").inner_text(),
        "the facts of the answer",
    )
    audience.until_markers(84)
    forgive(audience)


# -- a line that breaks -----------------------------------------------------------------------


class Line:
    """A line to the server that can be cut and mended: what goes over it breaks on both ends."""

    def __init__(self, address):
        self.up, self._ends, self._lock = True, set(), threading.Lock()
        self._server = urlsplit(address).hostname, urlsplit(address).port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self):
        while True:
            try:
                near, _ = self._door.accept()
                far = socket.create_connection(self._server)
            except OSError:
                return
            with self._lock:
                self._ends |= {near, far}
                if not self.up:
                    self._break()
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, near, far):
        try:
            while sent := near.recv(65536):
                far.sendall(sent)
        except OSError:
            return
        finally:
            for end in (near, far):
                with self._lock:
                    self._ends.discard(end)
                _hang_up(end)

    def _break(self):
        while self._ends:
            _hang_up(self._ends.pop())

    def cut(self):
        with self._lock:
            self.up = False
            self._break()

    def mend(self):
        with self._lock:
            self.up = True

    def close(self):
        self.cut()
        self._door.close()


def _hang_up(end):
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@pytest.fixture
def line(server):
    made = Line(server)
    yield made
    made.close()


def test_a_screen_that_lost_its_line_comes_back_by_itself(open_window, meeting, line):
    audience = open_window(
        f"{line.address}/audience?code={code_of(meeting)}&lang=en", viewport=HALL
    )
    until_title(audience, "three new CHPs")
    audience.until_markers(8)
    audience.settled()
    audience.mark()
    forgive(audience)
    audience.assert_clean()
    line.cut()
    meeting.page.locator(".st-key-lead-on button").click()
    meeting.until(
        lambda: "January 2024" in meeting.page.locator(".told h2").inner_text(), "the next scene"
    )
    audience.page.wait_for_timeout(1500)
    assert "three new CHPs" in title(audience), "it shows what it had"
    assert audience.page.locator("[role=dialog]:visible").count() == 0
    line.mend()
    until_title(audience, "January 2024", 120)  # Streamlit waits longer after each failure
    audience.complaints.clear()  # of the cut
