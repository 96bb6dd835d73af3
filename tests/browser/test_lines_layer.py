"""The layer of lines alone: a page with our scripts, an archive of a few lines, no server."""

import json
import math
import re
import struct
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from meks_geo import style, webmap

STATIC = Path(__file__).parents[2] / "static"
PAGE, TILES, OPERATORS = "http://map.test/", "/tiles/abc/networks.pmtiles", "/tiles/abc/ops.json"
ZOOM, EXTENT = 12, 4096
PX = EXTENT // 256
#: The tile in which the centre lies, and the centre: its middle.
X, Y = 2923, 1346
LON = (X + 0.5) / 2**ZOOM * 360 - 180
LAT = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (Y + 0.5) / 2**ZOOM))))
HOSTILE = "<img src=x onerror=alert(1)>"

RED = {"n": 7, "s": 0, "r": 1, "o": 0, "v": 0, "c": 0b0010, "a": 8000, "k": 2}
GREEN = {"n": 8, "s": 2, "r": 1, "o": 1, "v": 0, "c": 0b1010, "a": 1000, "b": 2000, "k": 2}
UNKNOWN = {"n": 9, "s": 2, "r": 2, "o": 1, "v": 3, "c": 0b1111, "p": "p-1; p-2", "k": 0}
LATER = {"n": 10, "s": 4, "r": 2, "o": 1, "v": 0, "c": 0b0000, "a": 7000, "d": 20260630, "k": 1}
#: Lines from west to east through the tile, and how many CSS px each is below its middle.
LINES = ((RED, 0), (GREEN, 40), (UNKNOWN, 60), (LATER, 80))


# -- an archive of one tile ------------------------------------------------------------------------


def varint(number):
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def message(field, body):
    return varint(field << 3 | 2) + varint(len(body)) + body


def tile():
    """Return a tile with `LINES` as a Mapbox vector tile."""
    keys, values, features = [], [], b""
    for properties, below in LINES:
        tags = b""
        for key, value in properties.items():
            kind = message(1, value.encode()) if key == "p" else varint(5 << 3) + varint(value)
            keys += [key] * (key not in keys)
            values += [kind] * (kind not in values)
            tags += varint(keys.index(key)) + varint(values.index(kind))
        start = varint(9) + varint(0) + varint(2 * (EXTENT // 2 + below * PX))
        shape = start + varint(10) + varint(2 * EXTENT) + varint(0)
        body = message(2, tags) + varint(3 << 3) + varint(2) + message(4, shape)
        features += message(2, body)
    named = b"".join(message(3, key.encode()) for key in keys)
    valued = b"".join(message(4, value) for value in values)
    head = message(1, b"networks") + varint(15 << 3) + varint(2) + varint(5 << 3) + varint(EXTENT)
    return message(3, head + features + named + valued)


def tile_id(zoom, x, y):
    """Return the place of a tile along the curve of PMTiles."""
    found, side = (4**zoom - 1) // 3, 2 ** (zoom - 1)
    while side:
        right, low = int(bool(x & side)), int(bool(y & side))
        found += side * side * ((3 * right) ^ low)
        if not low:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        side //= 2
    return found


def archive():
    body = tile()
    root = b"".join(map(varint, (1, tile_id(ZOOM, X, Y), 1, len(body), 1)))
    places = (127, len(root), 127 + len(root), 0, 127 + len(root), 0, 127 + len(root), len(body))
    head = b"PMTiles\x03" + struct.pack("<11Q", *places, 1, 1, 1)
    head += bytes([1, 1, 1, 1, 3, 14]) + struct.pack(
        "<4i", -180 * 10**7, -85 * 10**7, 1800000000, 850000000
    )
    return head.ljust(127, b"\0") + root + body


# -- the page --------------------------------------------------------------------------------------


def square(half):
    return [
        [
            [LON + x * half, LAT + y * half]
            for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
        ]
    ]


def base():
    region = {"type": "Feature", "properties": {"region": "KZ-55"}}
    region["geometry"] = {"type": "Polygon", "coordinates": square(5)}
    empty = {"type": "FeatureCollection", "features": []}
    layers = dict.fromkeys(("outline", "lakes", "neighbours"), empty)
    return layers | {"regions": {"type": "FeatureCollection", "features": [region]}}


def html():
    sheets = "".join(f'<link rel="stylesheet" href="/app/static/{name}">' for name in webmap.SHEETS)
    scripts = "".join(f'<script src="/app/static/{name}"></script>' for name in webmap.SCRIPTS)
    start = json.dumps({"style": style.to_leaflet()})
    return f"""<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">{sheets}
      <body><div id="map" style="height: 100vh"></div>{scripts}<script>
      const map = L.map("map", {{ center: [48, 67], zoom: 5, zoomSnap: 0.25, trackResize: false }});
      MEKS.init(map, {start});
      const events = [];
      document.addEventListener("meks", (event) => events.push(event.detail));
      </script>"""


class Alone:
    """A page with the map alone; `archive` is what its tiles answer: bytes, or a status."""

    def __init__(self, browser):
        self.archive, self.asked, self.complaints = archive(), [], []
        self.context = browser.new_context(viewport={"width": 800, "height": 500})
        self.context.route("**/*", self._answer)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(PAGE)

    def _answer(self, route):
        path = urlsplit(route.request.url).path
        if path == "/":
            route.fulfill(body=html(), content_type="text/html")
        elif path == "/base.json":
            route.fulfill(json=base())
        elif path.startswith("/app/static/"):
            route.fulfill(path=STATIC / path.removeprefix("/app/static/"))
        elif path == OPERATORS:
            route.fulfill(json=["Heat works", HOSTILE])
        else:
            self.asked.append(path)
            self._range(route)

    def _range(self, route):
        if isinstance(self.archive, int):
            route.fulfill(status=self.archive, json={"error": "wrong"})
            return
        first, last = map(int, re.findall(r"\d+", route.request.headers["range"]))
        found = self.archive[first : last + 1]
        route.fulfill(status=206 if found else 416, body=found)

    def update(self, lines=None, **scene):
        """Give the map a scene."""
        empty = {name: [] for name in ("areas", "cities", "sites", "marks", "labels", "legend")}
        area = {"id": "KZ-55", "zone": "unknown", "label": "Region", "value": "", "lat": LAT}
        area |= {"lon": LON, "hover": [], "inside": False}
        whole = {"base_url": "/base.json", "view": [LAT, LON, ZOOM], "words": {}, "lang": "en"}
        whole |= {"title": "", "bounds": [40, 46, 56, 87], "selected": "", "attribution": ""}
        whole |= empty | {"areas": [area], "lines": lines} | scene
        self.page.evaluate("scene => MEKS.update(scene)", whole)

    def paint(self, lines, **scene):
        """Give the map lines and wait until they are painted."""
        self.update(lines, **scene)
        self.page.wait_for_function("Number(document.body.dataset.meksLines) > 0", timeout=20_000)

    def zones(self):
        """Return the zones whose colours are on the canvases."""
        zones = style.load().zones
        colours = {zone: colour.symbol for zone, colour in zones.items()}
        colours["unknown"] = zones["unknown"].edge  # a hairline
        return set(self.page.evaluate(FOUND, colours))

    def events(self):
        return [(e["event"], e.get("row", e.get("id"))) for e in self.page.evaluate("events")][1:]

    def dots(self, left, top, wide=1, high=1):
        """Return the colours (red, green, blue, opacity) on the tile with lines, row by row."""
        found = self.page.evaluate(DOTS, [left, top, wide, high])
        return [tuple(found[at : at + 4]) for at in range(0, len(found), 4)]

    def over(self):
        """Return colour, width and dash of the strokes over the tiles, the lowest first."""
        return self.page.evaluate(OVER)

    def click(self, right, below):
        """Click beside the middle of the map, and wait for what a click may bring."""
        self.page.mouse.click(400 + right, 250 + below)
        self.page.wait_for_timeout(350)

    def tip(self):
        self.page.wait_for_selector(".meks-tip.meks-shown")
        return self.page.locator(".meks-tip").inner_text()


FOUND = """colours => Object.keys(colours).filter((zone) => {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(colours[zone].slice(i, i + 2), 16));
  return [...document.querySelectorAll(".leaflet-meks-lines-pane canvas")].some((canvas) => {
    if (!canvas.width) return false;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) {
      const [x, y, z] = [data[i] - r, data[i + 1] - g, data[i + 2] - b].map(Math.abs);
      if (data[i + 3] > 40 && Math.max(x, y, z) < 9) return true;
    }
    return false;
  });
})"""


#: What is on the one tile that has lines.
DOTS = """([left, top, wide, high]) => {
  const whole = (one) => one.getContext("2d").getImageData(0, 0, one.width, one.height).data;
  const there = [...document.querySelectorAll(".leaflet-meks-lines-pane canvas")];
  const tile = there.find((one) => one.width && whole(one).some((value) => value));
  return [...tile.getContext("2d").getImageData(left, top, wide, high).data];
}"""

OVER = """() => [...document.querySelectorAll(".leaflet-meks-over-pane path")]
  .filter((path) => path.getAttribute("d") !== "M0 0")
  .map((path) => ["stroke", "stroke-width", "stroke-dasharray"]
    .map((name) => path.getAttribute(name)))"""


def rgb(colour):
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


@pytest.fixture
def alone(browser):
    made = Alone(browser)
    yield made
    made.context.close()
    assert made.complaints == []


@pytest.fixture(scope="module")
def rules(browser):
    """A page of which only the rules are asked."""
    made = Alone(browser)
    yield made.page
    made.context.close()


def wanted(**changes):
    none = dict.fromkeys(("s", "r", "o", "i", "v", "z", "wear", "p"))
    return none | {"none": False} | changes


def lines(**changes):
    """Return the lines of a scene; keys of `want` may be given as they are."""
    want = wanted(**{k: changes.pop(k) for k in (*wanted(),) if k in changes})
    words = {"wear": "Wear", "zone": "Zone", "operator": "Operator", "unknown": "unknown"}
    words |= {"on": "as of", "provenance": "Provenance", "not_drawn": "Not drawn: {count}"}
    words |= {"no_tiles": "No networks", "damaged_tiles": "Damaged", "loading": "Loading"}
    words |= {"built": "Built", "ahead": "not built yet"}
    names = {"sectors": {"0": "Heat", "2": "Water", "4": "Gas"}, "words": words}
    names |= {"zones": ["red", "yellow", "green", "unknown"]}
    names |= {"provenance": {"0": "official", "3": "synthetic"}}
    made = {"url": TILES, "operators_url": OPERATORS, "at": 20261122, "period": 1, "want": want}
    made |= {"letters": None, "names": names, "left_out": [0] * 15, "selected": -1, "total": 4}
    made |= {"ahead": [], "selected_line": None}
    return made | changes


# -- the rules -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "passing"),
    [
        ({}, {7, 8, 9, 10}),
        ({"none": True}, set()),
        ({"s": [2]}, {8, 9}),
        ({"s": [2], "r": [2]}, {9}),
        ({"o": [0]}, {7}),
        ({"o": [0], "i": []}, {7}),
        ({"o": [0], "i": [9]}, {7, 9}),
        ({"o": [], "i": [8], "s": [4]}, set()),
        ({"v": [0, 1, 2]}, {7, 8, 10}),
        ({"z": [0]}, {7, 10}),
        ({"z": [3]}, {9}),
        ({"z": [0], "at": 20260629}, {7}),
        ({"z": [3], "at": 20260629}, {9, 10}),
        ({"z": [2], "period": 0}, {7, 8}),
        ({"z": [3], "period": -1}, {7, 8, 9, 10}),
        ({"wear": {"unknown": True}}, {9}),
        ({"wear": {"unknown": True}, "at": 20260101}, {9, 10}),
        ({"wear": {"low": 2000, "high": 7000}}, {8, 10}),
        ({"wear": {"low": 2001, "high": None}}, {7, 10}),
        ({"wear": {"low": None, "high": 1000}}, {8}),
        ({"wear": {"low": 0, "high": 10000}, "at": 20260101}, {7, 8}),
        ({"p": ["p-2"]}, {9}),
        ({"p": []}, set()),
    ],
)
def test_which_lines_pass(rules, state, passing):
    state = lines(**state)
    script = "([features, state]) => features.filter((one) => MEKS.lines.passes(one, state))"
    found = rules.evaluate(script, [[one for one, _ in LINES], state])
    assert {one["n"] for one in found} == passing


def test_zones_follow_the_day_and_the_period(rules):
    ask = "([feature, state]) => MEKS.lines.zoneOf(feature, state)"
    for feature, at, period, zone in (
        (RED, 20261122, 0, 2), (RED, 20261122, 1, 0), (RED, 20261122, -1, 3),
        (LATER, 20260630, 1, 0), (LATER, 20260629, 1, 3), (UNKNOWN, 20261122, 1, 3),
    ):  # fmt: skip
        assert rules.evaluate(ask, [feature, lines(at=at, period=period)]) == zone


# -- the layer -------------------------------------------------------------------------------------


def test_close_up_the_legend_names_no_fill_and_writes_numbers_as_its_language_does(alone):
    """A region has no fill under lines close up; Kazakh groups digits with spaces."""
    rows = {"area": "area:red", "line": "line:red"}
    legend = [
        {"title": name, "note": "", "rows": [{"symbol": one, "label": name, "count": 12345}]}
        for name, one in rows.items()
    ]
    alone.paint(lines(), legend=legend, lang="kk")
    shown = """() => [...document.querySelectorAll('.meks-legend section')]
        .map((section) => section.offsetParent !== null)"""
    assert alone.page.evaluate(shown) == [False, True]
    count = alone.page.locator(".meks-legend section:last-of-type .meks-count").inner_text()
    assert count.replace("\u202f", " ").replace("\u00a0", " ") == "12 345"
    alone.update(None, legend=legend)
    assert alone.page.evaluate(shown) == [True, True]


def test_a_filter_paints_anew_and_asks_for_nothing(alone):
    alone.paint(lines())
    assert alone.zones() == {"red", "green", "unknown"}
    asked = len(alone.asked)
    assert asked > 0
    alone.paint(lines(z=[2]))
    assert alone.zones() == {"green"}
    alone.paint(lines(period=-1))
    assert alone.zones() == {"unknown"}
    alone.paint(lines(none=True))
    assert alone.zones() == set()
    assert len(alone.asked) == asked
    alone.update()
    assert alone.page.locator(".leaflet-meks-lines-pane canvas").count() == 0


def test_a_line_is_picked_within_6_px_and_only_while_it_passes(alone):
    alone.paint(lines())
    alone.click(30, 5)
    assert alone.events() == [("line", 7)]
    alone.click(30, 9)
    assert alone.events()[1:] == [("region", "KZ-55")]
    alone.paint(lines(s=[2]))
    alone.click(30, 1)
    alone.click(30, 42)
    assert alone.events()[2:] == [("region", "KZ-55"), ("line", 8)]


def test_a_click_names_the_tiles_of_its_row_and_where_the_map_stands(alone):
    alone.paint(lines())
    alone.click(30, 0)
    told = alone.page.evaluate("events")[-1]
    assert (told["event"], told["row"], told["url"]) == ("line", 7, TILES)
    assert (told["lat"], told["lon"]) == pytest.approx((LAT, LON), abs=0.001)
    assert told["zoom"] == ZOOM


def test_a_line_that_is_not_built_is_hollow_and_its_tip_says_so(alone):
    alone.paint(lines())
    red = rgb(style.load().zones["red"].symbol)
    assert {dot[:3] for dot in alone.dots(20, 127, 200, 2)} == {red}
    alone.paint(lines(ahead=[7]))
    rim, inside, other, rim_too = (alone.dots(40, y)[0] for y in (126, 127, 128, 129))
    assert rim[:3] == pytest.approx(red, abs=8)
    assert rim_too[:3] == pytest.approx(red, abs=8)
    assert min(inside[:3]) == min(other[:3]) > 130
    alone.page.mouse.move(430, 250)
    alone.page.mouse.move(431, 250)
    alone.page.wait_for_timeout(100)
    assert "not built yet" in alone.tip()
    alone.page.mouse.move(431, 290)
    alone.page.wait_for_timeout(100)
    assert "not built yet" not in alone.tip()
    alone.paint(lines(ahead=[7], s=[2]))
    assert "red" not in alone.zones()


def test_the_legend_shows_a_hollow_line(rules):
    ask = """() => [...MEKS.draw.legendSymbol("hollow:line").querySelectorAll("line")]
      .map((line) => [line.getAttribute("stroke"), Number(line.getAttribute("stroke-width"))])"""
    (outer, wide), (inner, narrow) = rules.evaluate(ask)
    palette = style.load().palette
    assert (outer, inner) == (palette.ink_soft, palette.paper)
    assert wide > narrow


def test_sectors_are_told_apart_by_letters_at_every_zoom(alone):
    ink = {"ink": style.load().palette.ink}
    alone.paint(lines())
    assert alone.page.evaluate(FOUND, ink) == []
    alone.paint(lines(letters={"0": "H", "2": "W"}))
    assert alone.page.evaluate(FOUND, ink) == ["ink"]
    alone.paint(lines(letters={"4": "G"}, s=[0, 2]))
    assert alone.page.evaluate(FOUND, ink) == []


def test_a_selected_line_keeps_its_dash(alone):
    alone.paint(lines(selected=9))
    sheet = style.load()
    edge, accent = rgb(sheet.zones["unknown"].edge), rgb(sheet.palette.accent)
    across = [dot[:3] for dot in alone.dots(30, 188, 120)]
    paler = [dot for dot in across if min(dot) > max(edge) + 40]
    assert len(paler) > 20
    assert sum(max(abs(a - b) for a, b in zip(dot, edge, strict=True)) < 40 for dot in across) > 10
    assert accent in {dot[:3] for dot in alone.dots(30, 184, 1, 4)}


def test_a_selected_line_is_drawn_where_its_tiles_lack_it(alone):
    sheet = style.load()
    paths = [[[LAT, LON], [LAT, LON + 0.001]], [[LAT, LON + 0.002], [LAT, LON + 0.003]]]
    line = {"paths": paths, "zone": 0, "v": 2, "shown": 1 << ZOOM}
    alone.paint(lines(selected=77, selected_line=line))
    assert alone.over() == []
    alone.page.evaluate(f"map.setZoom({ZOOM - 1}, {{ animate: false }})")
    accent, paper, colour = alone.over()
    assert (accent[0], paper[0]) == (sheet.palette.accent, sheet.palette.paper)
    assert colour == [sheet.zones["red"].symbol, "3", "6,4"]
    alone.page.evaluate(f"map.setZoom({ZOOM}, {{ animate: false }})")
    assert alone.over() == []
    alone.paint(lines(selected=77, selected_line=line | {"shown": 0}, ahead=[77]))
    assert [stroke[0] for stroke in alone.over()][2:] == [colour[0], sheet.palette.paper]
    alone.update()
    assert alone.over() == []


def test_the_legend_keeps_clear_of_the_selected_line(alone):
    ends = [[LAT - 1, LON - 1], [LAT + 1, LON + 1]]
    line = {"paths": [ends], "zone": 0, "v": 0, "shown": 0xFFFF}
    rows = [{"symbol": "line:red", "label": "A class of lines", "count": n} for n in range(6)]
    legend = [{"title": "Lines", "note": "", "rows": rows}]
    bounds = [LAT - 1.1, LON - 1.1, LAT + 1.1, LON + 1.1]
    chosen = lines(selected=77, selected_line=line)
    alone.update(chosen, view=None, bounds=bounds, legend=legend)
    alone.page.wait_for_function("document.body.dataset.meksDrawn")
    ask = """ends => {
      const { right, top } = document.querySelector(".meks-legend").getBoundingClientRect();
      return { right, top, at: ends.map((end) => map.latLngToContainerPoint(end)) };
    }"""
    found = alone.page.evaluate(ask, ends)
    for at in found["at"]:
        assert 0 < at["x"] < 800
        assert 0 < at["y"] < 500
        assert at["x"] > found["right"] or at["y"] < found["top"]
    assert alone.page.evaluate("map.getZoom()") > 6.5


def test_a_symbol_wins_over_a_line(alone):
    site = {"id": "plant", "lat": LAT, "lon": LON, "dx_px": 0, "dy_px": 0, "kind": "chp"}
    site |= {"zone": "red", "size_px": 14, "hollow": False, "at_city": False, "status": ""}
    site |= {"title": "Plant", "hover": []}
    alone.paint(lines(), sites=[site])
    alone.click(0, 0)
    alone.page.mouse.move(402, 252)
    assert alone.events() == [("select", "plant")]
    assert alone.tip().startswith("Plant")


def test_a_tip_says_what_is_known_and_stays_text(alone):
    alone.paint(lines())
    alone.page.wait_for_timeout(100)
    told = {}
    for name, below in (("green", 40), ("unknown", 60), ("later", 80)):
        alone.page.mouse.move(430, 250 + below)
        alone.page.mouse.move(431, 250 + below)
        alone.page.wait_for_timeout(100)
        told[name] = alone.tip()
    assert "10–20 %" in told["green"]
    assert HOSTILE in told["green"]
    assert alone.page.locator(".meks-tip img").count() == 0
    assert "synthetic" in told["unknown"]
    assert "unknown" in told["unknown"]
    assert "70 % as of June 2026" in told["later"]
    alone.page.mouse.move(430, 230)
    alone.page.wait_for_timeout(100)
    assert alone.tip().startswith("Region")


def test_what_is_left_out_is_said(alone):
    alone.paint(lines(left_out=[0] * ZOOM + [12345, 0, 0]))
    assert alone.page.locator(".meks-lines-note").inner_text() == "Not drawn: 12,345"
    alone.paint(lines())
    assert not alone.page.locator(".meks-lines-note").is_visible()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [(404, "No networks"), (503, "Damaged"), (archive()[:200], "Damaged"), (b"PM", "Damaged")],
)
def test_an_archive_that_cannot_be_read_is_said_and_tried_again(alone, wrong, said):
    whole, alone.archive = alone.archive, wrong
    alone.update(lines())
    alone.page.wait_for_function(f"document.querySelector('.meks-notice').textContent === '{said}'")
    alone.archive = whole
    alone.paint(lines())
    assert alone.page.locator(".meks-notice").text_content() == ""
    assert "red" in alone.zones()


def test_a_server_that_is_busy_is_asked_again(alone):
    whole, alone.archive = alone.archive, 502
    alone.update(lines())
    alone.page.wait_for_function("document.querySelector('.meks-lines-note').textContent")
    assert alone.page.locator(".meks-lines-note").inner_text() == "Loading"
    assert alone.page.locator(".meks-notice").text_content() == ""
    alone.archive = whole
    alone.page.wait_for_function("Number(document.body.dataset.meksLines) > 0", timeout=20_000)
    assert "red" in alone.zones()
    assert not alone.page.locator(".meks-lines-note").is_visible()


#: How far the lines were when the map asked for the rest of the page.
WHEN_READY = """() => document.addEventListener("meks", ({ detail }) => {
  if (detail.event === "ready") window.ready = document.body.dataset.meksLines || "";
})"""


def test_the_rest_of_the_page_is_asked_for_when_the_lines_are_there(alone):
    alone.page.evaluate(WHEN_READY)
    alone.paint(lines())
    assert alone.page.wait_for_function("window.ready").json_value() == "1"


@pytest.mark.parametrize("answer", [404, 502, None])
def test_lines_that_do_not_come_hold_back_no_page(alone, answer):
    alone.archive = answer
    alone.page.evaluate(WHEN_READY)
    alone.update(lines() if answer else None)
    assert alone.page.wait_for_function("window.ready", timeout=5_000).json_value() == "0"


LOST_ON_THE_WAY = """(lost) => {
  const body = Response.prototype.arrayBuffer;
  Response.prototype.arrayBuffer = function () {
    return window.lost ? Promise.reject(new TypeError("network error")) : body.call(this);
  };
  window.lost = lost;
}"""


def test_an_answer_that_is_lost_on_its_way_is_asked_for_again(alone):
    alone.page.evaluate(LOST_ON_THE_WAY, arg=True)
    alone.update(lines())
    alone.page.wait_for_function("document.querySelector('.meks-lines-note').textContent")
    assert alone.page.locator(".meks-notice").text_content() == ""
    alone.page.evaluate("window.lost = false")
    alone.page.wait_for_function("Number(document.body.dataset.meksLines) > 0", timeout=20_000)
    assert "red" in alone.zones()


def test_an_archive_may_be_in_the_page(alone):
    alone.page.evaluate(
        "([url, bytes]) => { MEKS.preload[url] = new Uint8Array(bytes).buffer; }",
        [TILES, [*archive()]],
    )
    alone.paint(lines())
    assert alone.zones() == {"red", "green", "unknown"}
    assert alone.asked == []
