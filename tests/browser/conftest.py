"""The product in a real browser: one server, one Chromium, and eyes on what must never happen."""

import csv
import io
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Error, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parents[2]
SHOTS = Path(__file__).parent / "shots"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--disable-quic",
]  # fmt: skip

#: Streamlit's own page looks for its server beside the page before it looks at the root.
KNOWN = re.compile(
    r"404 .* http://[^/]+/(projects|networks|plan|kpis|registers|sources|stories|export|verify|presenter|audience|intake|history)/_stcore/(health|host-config)$"
)

#: How long a condition may take to come true on a machine that does much else.
PATIENCE_S = 60
WIDE = {"width": 1500, "height": 1000}


# -- the server ------------------------------------------------------------------------------------


@contextmanager
def running(folder, **env):
    """Run the product as `make run` does; gives its address. The log is in `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MEKS_GEO_", "STREAMLIT_"))}
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", *options],
            cwd=ROOT,
            env=kept | {k: str(v) for k, v in env.items()},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(port, process, folder / "server.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(port, process, log):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def serve():
    """Start a server of one's own: `with serve(folder, MEKS_GEO_VAR=...) as address`."""
    return running


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of the product on the shipped registers; the repo's `var/` is left alone."""
    folder = tmp_path_factory.mktemp("server")
    with running(folder, MEKS_GEO_VAR=folder / "var") as address:
        yield address


# -- the browser -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def names():
    """The English names of the plants by id."""
    with (ROOT / "data" / "plants.csv").open(encoding="utf-8", newline="") as file:
        return {row["plant_id"]: row["name_en"] for row in csv.DictReader(file)}


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_window(browser, request):
    """Open a window at an address; at the end, nothing may have gone wrong behind the picture."""
    opened = []

    def open_one(address, **options):
        window = Window(browser, address, **options)
        opened.append(window)
        return window

    yield open_one
    failed = getattr(request.node, "failed", True)
    for number, window in enumerate(opened):
        if failed:
            _keep_picture(window, f"{request.node.name}-{number}")
        window.context.close()
    if not failed:
        for window in opened:
            window.assert_clean()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if call.when == "call":
        item.failed = report.failed


def _keep_picture(window, name):
    SHOTS.mkdir(exist_ok=True)
    try:
        window.page.screenshot(path=SHOTS / f"{re.sub(r'[^A-Za-z0-9-]+', '-', name)}.png")
    except Error as error:
        sys.stderr.write(f"no picture of {name}: {error}\n")
    sys.stderr.write(f"{name}: {window.page.url}\n  " + "\n  ".join(window.faults()) + "\n")


class Window:
    """A browser window on the product, and all that it asked for and complained about."""

    def __init__(self, browser, address, **options):
        self.host = urlsplit(address).netloc
        self.requests, self.complaints = [], []
        self.context = browser.new_context(**{"viewport": WIDE, "locale": "kk-KZ"} | options)
        self.context.set_default_timeout(PATIENCE_S * 1000)
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda e: self.complaints.append(f"page error: {e.error}"))
        self.page = self.context.new_page()
        self.runs = 0  # of the whole page, not of a part of it
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._received))
        self.page.goto(address)

    def _received(self, frame):
        if isinstance(frame, bytes):
            # a run of a part leaves the title and the icon of the page alone
            self.runs += ForwardMsg.FromString(frame).WhichOneof("type") == "page_config_changed"

    def _heard(self, message):
        said = f"console: {message.text} {message.location.get('url', '')}"
        if message.type == "error" and not KNOWN.search(said):
            self.complaints.append(said)

    def faults(self):
        local = ("data:", "blob:", "about:")
        outside = [
            f"asked another host: {url}"
            for url in dict.fromkeys(self.requests)
            if not url.startswith(local) and urlsplit(url).netloc != self.host
        ]
        return outside + self.complaints

    def assert_clean(self):
        assert self.faults() == []

    # -- waiting, always on a condition --------------------------------------------------------

    def until(self, true, what, seconds=PATIENCE_S):
        """Wait until `true()` is; an element that is replaced meanwhile is asked again."""
        end, look, last = time.monotonic() + seconds, time.monotonic() + 2, None
        while time.monotonic() < end:
            try:
                last = true()
            except Error as error:
                last = error
            if last and not isinstance(last, Error):
                return last
            if time.monotonic() > look:
                assert self.page.locator(".stException").count() == 0, "the page failed"
                look += 2
            self.page.wait_for_timeout(40)
        pytest.fail(f"waited {seconds} s for {what}; last: {last!r}; at {self.page.url}")

    def settled(self):
        """Wait until the page has nothing left to run."""
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        return self

    # -- the address -----------------------------------------------------------------------------

    @property
    def address(self):
        return dict(parse_qsl(urlsplit(self.page.url).query))

    def until_address(self, **wanted):
        """Wait until the address has these keys; None means that it has not."""
        self.until(
            lambda: all(self.address.get(key) == value for key, value in wanted.items()),
            f"the address to have {wanted}",
        )
        return self

    # -- the map -----------------------------------------------------------------------------------

    @property
    def map(self):
        """The map's frame, once it has drawn a scene."""

        def drawn():
            frames = [
                f for f in self.page.frames if "streamlit_folium" in f.url and not f.is_detached()
            ]
            return frames and frames[-1].evaluate("document.body.dataset.meksDrawn") and frames[-1]

        return self.until(drawn, "the map to be drawn")

    def until_map(self, expression, what):
        """Wait until a JavaScript expression is true in the map's frame."""
        return self.until(lambda: self.map.evaluate(expression), what)

    def markers(self):
        return self.map.evaluate(
            "document.querySelectorAll('.leaflet-marker-pane .meks-icon').length"
        )

    def until_markers(self, count):
        self.until(lambda: self.markers() == count, f"{count} markers")
        return self

    def place(self):
        """Where the map stands: latitude, longitude, zoom."""
        return self.map.evaluate("[map.getCenter().lat, map.getCenter().lng, map.getZoom()]")

    def mark(self):
        """Leave a mark in the map's frame that a new frame would not have."""
        self.map.evaluate("window.__probe = 'the same frame'")

    def is_marked(self):
        return self.map.evaluate("window.__probe") == "the same frame"

    def spot(self, name):
        """Where a plant's symbol stands in the window."""
        box = self.map.locator(f'.meks-icon[aria-label="{name}"]').first.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    # -- the rest of the page ----------------------------------------------------------------------

    def card_is(self, title):
        self.until(
            lambda: self.page.locator(".card-title").inner_text() == title, f"the card of {title}"
        )
        return self

    def box(self, key):
        return self.page.locator(f".st-key-w-{key} label")

    def is_checked(self, key):
        return self.page.locator(f".st-key-w-{key} input").is_checked()

    def foot(self):
        """The line under the map."""
        return self.page.locator(".foot").inner_text()

    def foot_count(self):
        """How many objects are drawn, as the foot of the map says."""
        return int(re.match(r"\D*(\d+)", self.foot()).group(1))

    def table(self):
        """The words of the table, as a screen reader finds them."""
        return "\n".join(
            self.page.locator(".st-key-table canvas [role=gridcell]").all_text_contents()
        )

    def picture(self):
        """The picture for paper that the PNG button gives."""
        with self.page.expect_download() as coming:
            self.page.get_by_role("button", name="PNG").click()
        assert coming.value.suggested_filename.endswith(".png")
        return Image.open(io.BytesIO(Path(coming.value.path()).read_bytes()))
