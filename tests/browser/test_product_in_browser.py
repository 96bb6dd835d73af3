"""The product in a real browser: quiet, offline, safe, on a phone, on paper, at first start."""

import csv
import gzip
import http.client
import json
import os
import shutil
import time
from urllib.parse import urlsplit

import pytest

from meks_geo import i18n

AT = "at=2026-04-08"
OUR_TYPE = """[...document.fonts].some(
  (face) => face.family.includes("Noto Sans") && face.status === "loaded")"""
TOO_WIDE_PX = """Math.max(...[":root", "[data-testid=stMain]"]
  .map((selector) => document.querySelector(selector))
  .map((element) => element.scrollWidth - element.clientWidth))"""
HOVERED = "document.querySelector('.meks-tip.meks-shown .meks-tip-title')?.textContent"
HOSTILE = '<img src=x onerror="window.__pwned=1">'


# -- pages and languages ---------


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_page_in_each_language_is_quiet_and_asks_no_other_host(open_window, server, lang):
    window = open_window(f"{server}/?lang={lang}&{AT}")
    page = window.page
    assert window.map.evaluate("document.documentElement.lang") == lang
    assert window.markers() == 84
    assert window.map.evaluate("getComputedStyle(map.getContainer()).visibility") == "visible"
    no_flag = "document.querySelector('.leaflet-control-attribution svg') === null"
    assert window.map.evaluate(no_flag)
    for name in ("projects", "kpis", "stories", "export", "sources", "map"):
        title = i18n.text(lang, f"page.{name}")
        page.locator(".st-key-nav").get_by_text(title, exact=True).click()
        window.until(
            lambda n=name: urlsplit(page.url).path == ("/" if n == "map" else f"/{n}"),
            f"the page {name}",
        )
        window.settled()
        window.until(
            lambda t=title: page.locator(".st-key-nav [class*='-on']").inner_text() == t, title
        )
        assert page.locator(".brand").inner_text() == i18n.text(lang, "app.title")
        assert page.title() == i18n.text(lang, "app.title")
        window.until_address(lang=lang, at="2026-04-08")
    assert window.map
    fonts = {urlsplit(url).path for url in window.requests if url.endswith((".woff2", ".ttf"))}
    assert any(path.startswith("/app/static/fonts/NotoSans") for path in fonts)
    for where in (page, window.map):
        window.until(
            lambda w=where: w.evaluate(OUR_TYPE),
            "our own type",
        )
    assert page.locator("text=Made with Streamlit").count() == 0


@pytest.mark.parametrize("name", ["projects", "sources"])
def test_a_page_opens_by_its_own_address(open_window, server, name):
    window = open_window(f"{server}/{name}?lang=ru&{AT}&zone=red")
    window.page.wait_for_selector(".st-key-nav")
    window.settled()
    assert urlsplit(window.page.url).path == f"/{name}"
    assert window.address == {"lang": "ru", "at": "2026-04-08", "zone": "red"}
    window.page.wait_for_selector('[data-testid="stDataFrame"] canvas')


# -- hostile registers ---------


@pytest.fixture(scope="module")
def hostile_server(serve, root, tmp_path_factory):
    """The registers, with markup as the name of a plant and of a project, and in notes."""
    folder = tmp_path_factory.mktemp("hostile")
    for name in ("data", "geo"):
        shutil.copytree(root / name, folder / name)
    for name, subject in (("plants", "pavlodar-chp-2"), ("projects", "kokshetau-chp-newbuild")):
        path = folder / "data" / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        head = rows[0]
        (row,) = [r for r in rows if r[0] == subject]
        for column in ("name_kk", "name_ru", "name_en", "note"):
            row[head.index(column)] = HOSTILE
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    with serve(folder, MEKS_GEO_ROOT=folder, MEKS_GEO_VAR=folder / "var") as address:
        yield address


def test_markup_in_the_registers_is_shown_and_not_run(open_window, hostile_server):
    window = open_window(f"{hostile_server}/?lang=en&{AT}&zone=red", accept_downloads=True)
    window.until_markers(10)
    window.settled()
    marker = window.map.locator(".meks-icon").evaluate_all(
        "(all, name) => all.findIndex((one) => one.getAttribute('aria-label') === name)", HOSTILE
    )
    box = window.map.locator(".meks-icon").nth(marker).bounding_box()
    at = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    window.page.mouse.move(*at)
    window.until_map(
        f"{HOVERED} === {json.dumps(HOSTILE)}",
        "the hover card",
    )
    window.page.mouse.click(*at)
    window.until_address(sel="pavlodar-chp-2")
    window.card_is(HOSTILE)
    card = window.page.locator(".st-key-card")
    window.until(lambda: card.inner_text().count(HOSTILE) >= 2, "the name and the note on the card")
    window.until_map(
        "document.querySelector('.meks-chosen')?.textContent.startsWith('<img')",
        "the name beside the symbol",
    )
    window.until(lambda: HOSTILE in window.table(), "the name in the table")
    picture = window.picture()
    assert picture.size == (3508, 2480)

    projects = open_window(f"{hostile_server}/projects?lang=en&{AT}&sel=kokshetau-chp-newbuild")
    projects.card_is(HOSTILE)
    projects.until(lambda: HOSTILE in projects.table(), "the name in the table")
    plant = open_window(f"{hostile_server}/?lang=en&{AT}&sel=kokshetau-chp-new&q=<img")
    plant.until(
        lambda: HOSTILE in plant.page.locator(".st-key-card").inner_text(),
        "the project on its plant's card",
    )
    for one in (window, projects, plant):
        one.settled()
        for frame in one.page.frames:
            assert frame.evaluate("window.__pwned") is None
            assert frame.evaluate("document.querySelectorAll('img[src=x], [onerror]').length") == 0


# -- a phone ---------


def test_a_phone_shows_map_and_card_and_opens_the_sidebar(open_window, server):
    window = open_window(
        f"{server}/?lang=kk&{AT}&sel=kokshetau-chp-new",
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        has_touch=True,
        device_scale_factor=2,
    )
    page = window.page
    window.until_markers(84)
    window.settled()
    for part in (".st-key-map iframe", ".st-key-card", ".st-key-table", ".tiles", ".st-key-header"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= 390, part
        assert box["height"] > 20, part
    assert page.evaluate(TOO_WIDE_PX) <= 1  # streamlit's own table rounds up by a pixel
    assert page.locator(".st-key-map iframe").bounding_box()["height"] > 300
    window.until_map(
        "document.querySelector('.meks-legend').classList.contains('meks-folded')",
        "a folded legend",
    )
    page.locator('[data-testid="stExpandSidebarButton"]').tap()
    window.until(lambda: page.locator(".st-key-w-zone-red").bounding_box()["x"] >= 0, "the sidebar")
    window.box("zone-red").tap()
    window.until_address(zone="red")


# -- what the server gives away ---------


def get(server, path, **headers):
    """Ask for a path as it stands, dots and all: status, headers, body."""
    link = http.client.HTTPConnection(urlsplit(server).netloc, timeout=60)
    try:
        link.request("GET", path, headers=headers)
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        link.close()


def test_the_server_gives_the_base_map_and_no_data(open_window, server):
    window = open_window(f"{server}/?lang=en&{AT}")
    window.until_markers(84)
    (base,) = {url for url in window.requests if "/basemap/" in url}
    status, headers, body = get(server, urlsplit(base).path)
    assert status == 200
    assert "immutable" in headers["Cache-Control"]
    assert headers["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(body))["regions"]["features"]) == 20
    assert get(server, "/healthz")[::2] == (200, b"ok")
    status, _, body = get(server, "/readyz")
    assert status == 200
    assert (
        json.loads(body)["revision"] in window.foot()
        or json.loads(body)["revision"][:8] in window.foot()
    )
    for path in (
        "/app/static/../data/plants.csv", "/app/static/..%2fdata%2fplants.csv",
        "/app/static/data.csv", "/app/static/data/plants.csv", "/app/static/%2e%2e/var/current",
        "/app/static/",
    ):  # fmt: skip
        status, _, body = get(server, path)
        assert status in (400, 404), path
        assert b"plant_id" not in body
    for path in (
        "/data/plants.csv",
        "/static/../data/plants.csv",
        "/media/plants.csv",
        "/var/current",
    ):
        assert b"kokshetau-chp-new" not in get(server, path)[2], path


def test_the_png_button_gives_a_sheet_for_print(open_window, server):
    window = open_window(f"{server}/?lang=ru&{AT}&zone=red", accept_downloads=True)
    window.until_markers(10)
    window.settled()
    picture = window.picture()
    assert picture.format == "PNG"
    assert picture.size == (3508, 2480)
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert len(picture.convert("RGB").resize((350, 248)).getcolors(100_000)) > 50


# -- the first start ---------


def test_the_first_start_builds_by_itself(open_window, serve, tmp_path):
    busy = max(os.getloadavg()[0] / (os.cpu_count() or 1), 1)
    with serve(tmp_path, MEKS_GEO_VAR=tmp_path / "var") as address:
        assert get(address, "/readyz")[0] == 503
        start = time.monotonic()
        window = open_window(f"{address}/?lang=en&{AT}")
        window.page.wait_for_selector('[data-testid="stProgress"]')
        assert "map of record" in window.page.locator('[data-testid="stProgress"]').inner_text()
        window.until_markers(84)
        took = time.monotonic() - start
        assert get(address, "/readyz")[0] == 200
        window.until(
            lambda: window.page.locator('[data-testid="stProgress"]').count() == 0, "the bar to go"
        )
        window.settled()
        window.context.close()
    assert took < 15 * busy, f"{took:.1f} s"
