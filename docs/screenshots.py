"""The pictures of the README and the guides, taken from the running product: `make screenshots`.

Starts the pages on a free port, opens each view in headless Chromium, waits until the picture
stands still, and draws the print through the command line.
"""

import io
import os
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageColor
from playwright.sync_api import Browser, Error, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "img"
AT = "2026-04-08"
WIDE: ViewportSize = {"width": 1600, "height": 1000}
PHONE: ViewportSize = {"width": 390, "height": 844}
PATIENCE_S, STEP_MS = 60.0, 500


class Shot(NamedTuple):
    """One picture: its file, the page, the language, the rest of the view.

    `ready` is what must stand on the page, `drop` the text of a CSV that is given to it.
    """

    name: str
    page: str
    lang: str
    rest: str = ""
    size: ViewportSize = WIDE
    ready: str = '[data-testid="stDataFrame"] canvas'
    drop: str = ""


#: A sheet of plants with the usual faults, for the guides.
FAULTY = """plant_id;name_ru;kind;region;lat;lon;electric_mw;wear_percent;wear_date
sample-chp-1;ТЭЦ-1 (образец);chp;KZ-55;52,28;76.95;много;71.5;2026-06-30
sample-chp-2;ТЭЦ-2 (образец);теплоэлектроцентраль;KZ-55;76.95;52.28;120;130;2031
sample-chp-2;ТЭЦ-3 (образец);chp;KZ-55;51.1;71.4;=60*2;65-70;2026-06
"""
LANGS = ("kk", "ru", "en")
GUIDES = (
    *(Shot(f"intake-{lang}", "intake", lang, ready=".st-key-drop") for lang in LANGS),
    *(
        Shot(f"intake-problems-{lang}", "intake", lang, ready=".st-key-take-away", drop=FAULTY)
        for lang in LANGS
    ),
)
SHOTS = (
    *GUIDES,
    *(Shot(f"map-{lang}", "", lang, "&sel=kokshetau-chp-new") for lang in LANGS),
    Shot("projects-ru", "projects", "ru"),
    Shot("sources-en", "sources", "en"),
    Shot("phone-kk", "", "kk", size=PHONE),
)


def until(ready: Callable[[], bool], what: str, pause: Callable[[], None]) -> None:
    """Wait for a condition; raises TimeoutError, naming what was waited for, after a minute."""
    end = time.monotonic() + PATIENCE_S
    while not ready():
        pause()
        if time.monotonic() > end:
            raise TimeoutError(what)


def answers(port: int) -> bool:
    """Return whether something listens on a port."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def serve(env: Mapping[str, str]) -> Iterator[str]:
    """Run the product on a free port; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *options]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        until(lambda: answers(port), "the server", partial(time.sleep, 0.2))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def map_is_drawn(page: Page) -> bool:
    """Return whether the map on the page has drawn a scene."""
    frames = [frame for frame in page.frames if "folium" in frame.url]
    with suppress(Error):  # a frame that is still being loaded
        return any(frame.evaluate("!!document.body?.dataset.meksDrawn") for frame in frames)
    return False


def take(browser: Browser, url: str, shot: Shot) -> Image.Image:
    """Return the picture of a page once two in a row are the same."""
    phone = shot.size is PHONE
    page = browser.new_page(viewport=shot.size, is_mobile=phone, has_touch=phone, locale=shot.lang)
    pause = partial(page.wait_for_timeout, STEP_MS)
    seen = [b""]

    def stands_still() -> bool:
        seen.append(page.screenshot())
        return seen[-1] == seen[-2]

    page.set_default_timeout(PATIENCE_S * 1000)
    page.goto(f"{url}/{shot.page}?lang={shot.lang}&at={AT}{shot.rest}")
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    until(lambda: bool(shot.page) or map_is_drawn(page), f"the map of {shot.name}", pause)
    if shot.drop:
        given = {"name": "plants.csv", "mimeType": "text/csv", "buffer": shot.drop.encode()}
        page.set_input_files('input[type="file"]', given)
    page.wait_for_selector(shot.ready)
    until(stands_still, f"a still picture of {shot.name}", pause)
    return Image.open(io.BytesIO(seen[-1]))


def draw_print(env: Mapping[str, str], folder: Path) -> Image.Image:
    """Return the A4 picture of the command line, scaled down to the width of the others."""
    out = str(folder / "print.png")
    command = ["-m", "meks_geo", "snapshot", "--view", f"lang=ru&at={AT}", "--out", out]
    subprocess.run([sys.executable, *command], cwd=ROOT, env=env, check=True)
    picture = Image.open(out).convert("RGB")
    picture.thumbnail((WIDE["width"], picture.height), Image.Resampling.LANCZOS)
    return picture


def save(picture: Image.Image, name: str) -> None:
    """Write a picture in its most frequent colours; those of the wear zones stay exact."""
    pixels = np.asarray(picture.convert("RGB"), dtype=np.int64).reshape(-1, 3)
    colours, which, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    sheet = tomllib.loads((ROOT / "meks_geo" / "style.toml").read_text(encoding="utf-8"))
    zones = [zone[part] for zone in sheet["zones"].values() for part in ("symbol", "area", "edge")]
    kept = np.concatenate([[*map(ImageColor.getrgb, zones)], colours[np.argsort(-counts)]])[:256]
    nearest = np.array([((kept - colour) ** 2).sum(axis=1).argmin() for colour in colours])
    few = Image.frombytes("P", picture.size, nearest[which].astype(np.uint8).tobytes())
    few.putpalette(kept.astype(np.uint8).tobytes())
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
