"""Page request to map drawn, filter change to map repainted: timed inside the browser itself."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from benchmarks.report import Marks
from meks_geo import queries
from meks_geo.model import Dataset
from meks_geo.view import View
from meks_geo.vocabulary import Zone

_PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
_SCREEN: ViewportSize = {"width": 1440, "height": 900}
_WAIT_MS = 90_000
_WARM_UP = 2
_ROUND = 10  # filter changes on one page, before it is opened anew
_BETWEEN_MS = 1000  # a person looks before changing the next filter; the page has come to rest

#: Text that only the message with the drawing carries.
CARRIER = {"ours": "MEKS.update", "plain": "bench-plant", "empty": "An empty page."}


@dataclass(frozen=True, slots=True)
class Want:
    """What must stand in the document for a page to count as drawn."""

    kind: str
    regions: int
    plants: int
    cities: int
    text: str = CARRIER["empty"]


def wanted(data: Dataset, kind: str, zone: tuple[str, ...] = ()) -> Want:
    """Return what a page draws today under a filter by zone."""
    selection = queries.select(data, View(at=datetime.now(UTC).date(), zone=zone))
    return Want(
        kind=kind,
        regions=len(data.base.regions),
        plants=selection.counts["plants"].drawn,
        cities=len(selection.cities),
    )


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield the browser of this machine, without a window."""
    path = shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


def _context(browser: Browser, want: Want) -> BrowserContext:
    """Return a browser profile that knows nothing, with the probe in it."""
    context = browser.new_context(viewport=_SCREEN, locale="kk-KZ")
    context.set_default_timeout(_WAIT_MS)
    context.add_init_script(f"window.benchWant = {_script(want)};")
    context.add_init_script(_PROBE)
    return context


def _script(want: Want) -> str:
    return json.dumps({**asdict(want), "after": 0})


def _until_painted(page: Page, kind: str) -> None:
    """Wait until what is wanted is painted and the server is silent.

    Raises
    ------
    RuntimeError
        If it does not come; says what is missing.
    """
    condition = "window.bench && window.bench.painted > 0 && window.bench.quiet()"
    try:
        page.wait_for_function(condition, polling=50)
    except PlaywrightTimeoutError as error:
        state = page.evaluate("window.bench && window.bench.state()")
        msg = f"{kind}: not drawn and at rest after {_WAIT_MS / 1000:.0f} s: {json.dumps(state)}"
        raise RuntimeError(msg) from error


def _marks(page: Page, kind: str) -> Marks:
    found: dict[str, Any] = page.evaluate("(text) => window.bench.marks(text)", CARRIER[kind])
    return Marks(**found)


def first_draw(browser: Browser, url: str, want: Want) -> Marks:
    """Open a page in a fresh profile and return its marks once it is drawn and at rest."""
    context = _context(browser, want)
    try:
        page = context.new_page()
        page.goto(url, wait_until="commit")
        _until_painted(page, want.kind)
        return _marks(page, want.kind)
    finally:
        context.close()


def first_draws(
    browser: Browser, urls: dict[str, str], wants: dict[str, Want], runs: int
) -> dict[str, list[Marks]]:
    """Open each page in turn, so that a busy minute of the machine falls on all of them."""
    for _ in range(_WARM_UP):
        for kind, url in urls.items():
            first_draw(browser, url, wants[kind])
    found: dict[str, list[Marks]] = {kind: [] for kind in urls}
    for _ in range(runs):
        for kind, url in urls.items():
            found[kind].append(first_draw(browser, url, wants[kind]))
    return found


def repaints(
    browser: Browser, urls: dict[str, str], data: Dataset, runs: int
) -> dict[str, list[Marks]]:
    """Switch the red zone on and off, by turns of ten on each page."""
    found: dict[str, list[Marks]] = {kind: [] for kind in urls}
    for done in range(0, runs, _ROUND):
        for kind, url in urls.items():
            found[kind] += _round(browser, url, data, kind, min(_ROUND, runs - done))
    return found


def _round(browser: Browser, url: str, data: Dataset, kind: str, count: int) -> list[Marks]:
    wants = [wanted(data, kind), wanted(data, kind, (Zone.RED,))]
    context = _context(browser, wants[0])
    try:
        page = context.new_page()
        page.goto(url, wait_until="commit")
        _until_painted(page, kind)
        box = page.locator(f".st-key-w-zone-{Zone.RED} label")
        box.scroll_into_view_if_needed()
        found = []
        for number in range(count):
            want = wants[(number + 1) % 2]
            page.wait_for_timeout(_BETWEEN_MS)
            page.evaluate("(want) => window.bench.arm(want)", asdict(want))
            box.click()
            _until_painted(page, kind)
            found.append(_marks(page, kind))
        return found
    finally:
        context.close()
