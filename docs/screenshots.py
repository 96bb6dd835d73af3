"""The pictures of the README, taken from the running product: `make screenshots`.

Starts the pages on a free port with a revision of their own, opens each view in headless Chromium,
waits until the picture stands still, and draws the print through the command line.
"""

import io
import os
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from PIL import Image, ImageColor
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "img"
AT = "2026-04-08"
WIDE: ViewportSize = {"width": 1600, "height": 1000}
PHONE: ViewportSize = {"width": 390, "height": 844}
PATIENCE_S = 60.0
STEP_MS = 500
COLOURS = 256


class Shot(NamedTuple):
    """One picture: its file, the page, the language and the rest of the view."""

    name: str
    page: str
    lang: str
    rest: str = ""
    size: ViewportSize = WIDE


SHOTS = (
    *(Shot(f"map-{lang}", "", lang, "&sel=kokshetau-chp-new") for lang in ("kk", "ru", "en")),
    Shot("projects-ru", "projects", "ru"),
    Shot("sources-en", "sources", "en"),
    Shot("phone-kk", "", "kk", size=PHONE),
)


def until(ready: Callable[[], bool], what: str, pause: Callable[[], None]) -> None:
    """Wait for a condition; raises TimeoutError, saying what was waited for, after a minute."""
    end = time.monotonic() + PATIENCE_S
    while not ready():
        if time.monotonic() > end:
            msg = f"{what}: not there after {PATIENCE_S:.0f} s"
            raise TimeoutError(msg)
        pause()


def answers(url: str) -> bool:
    """Return whether an address answers."""
    with suppress(OSError), urllib.request.urlopen(url, timeout=5):
        return True
    return False


@contextmanager
def serve(env: Mapping[str, str]) -> Iterator[str]:
    """Run the product on a free port; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(f"{url}/healthz"), "the server", lambda: time.sleep(0.2))
        yield url
    finally:
        process.terminate()
        process.wait()


def map_is_drawn(page: Page) -> bool:
    """Return whether the map on the page has drawn a scene."""
    frames = [frame for frame in page.frames if "folium" in frame.url]
    return any(frame.evaluate("!!document.body?.dataset.meksDrawn") for frame in frames)


def take(browser: Browser, url: str, shot: Shot) -> Image.Image:
    """Return the picture of a page once two in a row are the same."""
    phone = shot.size is PHONE
    page = browser.new_page(viewport=shot.size, is_mobile=phone, has_touch=phone, locale=shot.lang)
    seen = [b""]

    def pause() -> None:
        page.wait_for_timeout(STEP_MS)

    def stands_still() -> bool:
        seen.append(page.screenshot())
        return seen[-1] == seen[-2]

    page.set_default_timeout(PATIENCE_S * 1000)
    page.goto(f"{url}/{shot.page}?lang={shot.lang}&at={AT}{shot.rest}")
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    if not shot.page:
        until(lambda: map_is_drawn(page), f"the map of {shot.name}", pause)
    page.wait_for_selector('[data-testid="stDataFrame"] canvas')
    until(stands_still, f"a still picture of {shot.name}", pause)
    page.close()
    return Image.open(io.BytesIO(seen[-1]))


def draw_print(env: Mapping[str, str], folder: Path) -> Image.Image:
    """Return the A4 picture of the command line, scaled down to the width of the others."""
    out = folder / "print.png"
    command = [sys.executable, "-m", "meks_geo", "snapshot", "--view", f"lang=ru&at={AT}"]
    subprocess.run([*command, "--out", str(out)], cwd=ROOT, env=env, check=True)
    picture = Image.open(out)
    height = round(picture.height * WIDE["width"] / picture.width)
    return picture.convert("RGB").resize((WIDE["width"], height), Image.Resampling.LANCZOS)


def save(picture: Image.Image, name: str) -> None:
    """Write a picture in its most frequent colours; those of the style sheet stay exact."""
    full = picture.convert("RGB")
    sheet = tomllib.loads((ROOT / "meks_geo" / "style.toml").read_text(encoding="utf-8"))
    parts = [zone[part] for zone in sheet["zones"].values() for part in ("symbol", "area", "edge")]
    counted = sorted(full.getcolors(full.width * full.height) or [], reverse=True)
    colours = dict.fromkeys([*map(ImageColor.getrgb, parts), *(colour for _, colour in counted)])
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in list(colours)[:COLOURS] for part in colour])
    few = full.quantize(palette=palette, dither=Image.Dither.NONE)
    few.save(IMAGES / f"{name}.png", optimize=True)


def main() -> None:
    """Take every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as var:
        env = {**os.environ, "MEKS_GEO_VAR": var, "MEKS_GEO_STAMP": ""}
        save(draw_print(env, Path(var)), "print-ru")
        with serve(env) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
            for shot in SHOTS:
                save(take(browser, url, shot), shot.name)
            browser.close()


if __name__ == "__main__":
    main()
