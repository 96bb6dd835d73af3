"""A hundred thousand lines in a real browser: filter, pick, read the card, and what goes wrong."""

import json
import math
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import date
from urllib.parse import urlsplit

import numpy as np
import pytest
import shapely
from pyproj import Geod

from meks_geo import demo, i18n, style
from meks_geo.intake import door
from meks_geo.store import Store

DAY = date(2026, 11, 22)
SEGMENTS = 100_000
#: Astana: the most crowded city of the made-up network.
LAT, LON, ZOOM = 51.16, 71.44, 13
CITY = f"at={DAY}&provenance=synthetic&map={LAT},{LON},{ZOOM}"
PICK_PX = 6
HOSTILE = '<img src=x onerror="window.__pwned=1">'

#: How many dots of each colour are on the canvases of the lines.
COUNTED = """colours => Object.fromEntries(Object.entries(colours).map(([zone, colour]) => {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
  let count = 0;
  for (const canvas of document.querySelectorAll(".leaflet-meks-lines-pane canvas")) {
    if (!canvas.width) continue;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) {
      const off = Math.max(...[data[i] - r, data[i + 1] - g, data[i + 2] - b].map(Math.abs));
      count += data[i + 3] > 200 && off < 4;
    }
  }
  return [zone, count];
}))"""
PAINTED = "Number(document.body.dataset.meksLines) > 0"
#: Whether nothing but the map itself lies at a place of its frame.
FREE = """([x, y]) => [[0, 0], [9, 0], [-9, 0], [0, 9], [0, -9]].every(([dx, dy]) => {
  const found = document.elementFromPoint(x + dx, y + dy);
  return found && found.closest(".leaflet-meks-base-pane") !== null;
})"""


# -- the map of record -----------------------------------------------------------------------------


def publish(store, frame, path, note):
    """Publish networks through the door, as the command does."""
    demo.write(path, frame)
    data = store.dataset()
    checked = door.examine(store, data, path, today=DAY)
    assert checked.verdict.problems == ()
    proposal = door.propose(store, data, checked, author="Aigul", day=DAY)
    return door.publish(store, proposal, note=note)


class Published:
    """A store with the made-up network, and the server that shows it."""

    def __init__(self, store, folder, entry, address):
        self.store, self.folder, self.entry, self.address = store, folder, entry, address
        self.data = store.dataset()
        self.frame = self.data.networks

    @property
    def archive(self):
        return self.store.tiles_of(self.entry.revision)

    def row(self, one):
        return self.frame.loc[one]


@pytest.fixture(scope="module")
def published(root, serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("networks")
    store = Store(root=root, var=folder / "var")
    store.build()
    frame = demo.network(store.dataset(), SEGMENTS)
    entry = publish(store, frame, folder / "demo.gpkg", "a made-up network")
    with serve(folder, MEKS_GEO_VAR=store.var) as address:
        yield Published(store, folder, entry, address)


# -- where a line is on the screen -----------------------------------------------------------------


def world_px(points):
    """Longitudes and latitudes to CSS px of the world at the zoom of the view."""
    lon, lat = np.radians(np.asarray(points)).T
    size = 256 * 2**ZOOM / (2 * math.pi)
    return np.column_stack([(lon + math.pi) * size, (math.pi - np.arcsinh(np.tan(lat))) * size])


def in_view(frame, half_px=230):
    """Lines near the middle of the view as shapes in px of the map about its middle."""
    near = frame.cx[LON - 0.2 : LON + 0.2, LAT - 0.12 : LAT + 0.12]
    centre = world_px([(LON, LAT)])[0]
    shapes = shapely.transform(near.geometry.to_numpy(), lambda p: world_px(p) - centre)
    inside = shapely.intersects(shapes, shapely.box(-half_px, -half_px, half_px, half_px))
    return near[inside], shapes[inside]


def alone(frame, wanted):
    """Lines that are wanted: id, a place 4 px beside it and beyond the reach of all others, and a
    place on its other side that no line is in reach of."""
    near, shapes = in_view(frame)
    passing = [may_be_red(wear) for wear in near["wear_percent"]]
    near, shapes = near[passing], shapes[passing]
    tree = shapely.STRtree(shapes)
    for one, row, shape in zip(near.index, near.itertuples(), shapes, strict=True):
        a, b = (shape.interpolate(share, normalized=True) for share in (0.45, 0.55))
        along = math.dist(*a.coords, *b.coords)
        if not wanted(row) or not along:
            continue
        middle = np.array([a.x + b.x, a.y + b.y]) / 2
        off = np.array([a.y - b.y, b.x - a.x]) / along
        beside, away = middle + 4 * off, middle - 9 * off
        there = tree.query(shapely.Point(beside), "dwithin", PICK_PX)
        nothing = tree.query(shapely.Point(away), "dwithin", PICK_PX + 0.5)
        if len(there) == 1 and not len(nothing):
            yield one, beside, away


def may_be_red(wear):
    return not wear.replace(".", "", 1).isdecimal() or float(wear) > 60


def free_spot(window, frame, wanted):
    """Id, place in the window within reach of a line, and a place out of its reach."""
    box = window.page.locator(".st-key-map iframe").bounding_box()
    size = window.map.evaluate("[map.getSize().x / 2, map.getSize().y / 2]")
    corner = np.array([box["x"], box["y"]])
    for one, beside, away in alone(frame, wanted):
        if window.map.evaluate(FREE, [float(v) for v in beside + size]):
            return one, corner + size + beside, corner + size + away
    pytest.fail("no line stands alone")


def is_told(row):
    """Whether a row says all that a card can say, and is in the red zone."""
    wear = row.wear_percent
    known = wear.replace(".", "", 1).isdecimal() and float(wear) > 65
    said = row.operator and row.wear_date and row.wear_basis
    return known and said and row.built_year > 0


# -- what is on the screen -------------------------------------------------------------------------


def colours():
    zones = style.load().zones
    return {zone: zones[zone].symbol for zone in ("red", "yellow", "green")} | {
        "unknown": zones["unknown"].edge
    }


def until_painted(window, after=-1):
    window.until_map(f"{PAINTED} && MEKS.linesDrawn && MEKS.linesDrawn.n > {after}", "lines")
    return window.map.evaluate("MEKS.linesDrawn.n")


def counted(window):
    return window.map.evaluate(COUNTED, colours())


def asked_for(window, *parts):
    return [url for url in window.requests if any(part in url for part in parts)]


def change(window, key, act):
    """Set a filter and wait until its lines are painted."""
    before, drawn = window.address.get(key), window.map.evaluate("MEKS.linesDrawn.n")
    act()
    window.until(lambda: window.address.get(key) != before, f"another {key} in the address")
    until_painted(window, drawn)
    window.settled()
    return sum(counted(window).values())


def card(window):
    """Label and value of each fact of the card."""
    facts = window.page.locator(".st-key-card dl.facts")
    labels = facts.locator("dt").all_inner_texts()
    values = facts.locator("dd .value").all_inner_texts()
    return dict(zip(labels, map(plain, values), strict=True))


def plain(text):
    return re.sub(r"\s", " ", text)


def title_of(lang, row, one):
    sector = i18n.label(lang, "sector", row["sector"])
    return f"{sector}: {i18n.text(lang, 'lines.title_segment', id=one)}"


def expected_card(lang, row):
    km = f"{Geod(ellps='WGS84').geometry_length(row.geometry) / 1000:.3f}"
    number = km if lang == "en" else km.replace(".", ",")
    wear = i18n.quantity(lang, row["wear_percent"], "percent")
    words = {
        "operator": row["operator"],
        "length": f"{number} {i18n.unit(lang, 'km')}",
        "wear": f"{wear} · {i18n.date(lang, row['wear_date'])}",
        "basis": i18n.label(lang, "wear-basis", row["wear_basis"]),
        "built": str(int(row["built_year"])),
    }
    return {i18n.text(lang, f"lines.{key}"): plain(value) for key, value in words.items()}


# -- filter, pick, read ----------------------------------------------------------------------------


def test_a_filter_repaints_and_a_click_opens_the_card(open_window, published):
    window = open_window(f"{published.address}/?lang=ru&{CITY}")
    window.settled()
    first = until_painted(window)
    before = counted(window)
    assert min(before[zone] for zone in ("red", "yellow", "green")) > 300, before
    window.mark()
    sent = len(asked_for(window, "/tiles/", "/basemap/"))
    assert sent > 0

    window.box("zone-red").click()
    window.until_address(zone="red")
    until_painted(window, first)
    after = counted(window)
    assert after["red"] > 300
    assert after["yellow"] == after["green"] == 0, after
    window.settled()
    assert len(asked_for(window, "/tiles/", "/basemap/")) == sent
    assert window.is_marked()

    one, beside, away = free_spot(window, published.frame, is_told)
    row = published.row(one)
    window.page.mouse.move(*(beside + 1))
    window.page.mouse.move(*beside)
    sector = i18n.label("ru", "sector", row["sector"])
    tip = window.map.locator(".meks-tip")
    window.until(lambda: tip.inner_text().startswith(sector), "the tip of the line")
    assert row["operator"] in plain(tip.inner_text())
    assert i18n.label("ru", "zone", "red") in tip.inner_text()
    window.page.mouse.move(*away)
    window.until(lambda: not tip.inner_text().startswith(sector), "the tip of the region")
    window.page.mouse.click(*beside)
    window.until_address(sel=one)
    window.card_is(title_of("ru", row, one))
    expected = expected_card("ru", row)
    window.until(lambda: expected.items() <= card(window).items(), f"a card with {expected}")
    assert window.is_marked()

    linked = open_window(f"{published.address}/?lang=ru&{CITY}&sel={one}")
    linked.card_is(title_of("ru", row, one)).settled()
    assert expected.items() <= card(linked).items()
    assert card(linked) == card(window)


def test_no_filter_asks_for_tiles_again(open_window, published):
    window = open_window(f"{published.address}/?lang=ru&{CITY}")
    window.settled()
    until_painted(window)
    window.mark()
    sent = len(asked_for(window, "/tiles/", "/basemap/"))
    page = window.page
    search = page.locator(".st-key-w-q input")
    operator = in_view(published.frame)[0]["operator"].mode()[0]
    shown = [sum(counted(window).values())]

    search.fill(operator)
    shown.append(change(window, "q", lambda: search.press("Enter")))
    shown.append(change(window, "at", page.locator(".st-key-day-before button").first.click))
    assert min(shown) > 100
    assert shown[0] > shown[1], "a filter must take lines from the map"
    assert len(asked_for(window, "/tiles/", "/basemap/")) == sent
    assert window.is_marked()


# -- the page of networks --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asked(published):
    """Kilometres and number of lines that the command `query --json` says of a view."""
    known = {}

    def ask(view):
        if view not in known:
            command = [sys.executable, "-m", "meks_geo", "query", "--json", "--view", view]
            env = os.environ | {"MEKS_GEO_VAR": os.fspath(published.store.var)}
            said = subprocess.run(command, env=env, capture_output=True, check=True, timeout=60)
            found = json.loads(said.stdout)
            assert found["revision"] == published.entry.revision
            known[view] = found["layers"]["networks"]
        return known[view]

    return ask


def number_in(lang, text):
    digits = re.sub(r"[^\d.,]", "", text)
    return float(digits.replace(",", "") if lang == "en" else digits.replace(",", "."))


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_page_of_networks_says_what_the_command_says(open_window, published, asked, lang):
    view = f"at={DAY}&zone=red&provenance=synthetic"
    window = open_window(f"{published.address}/networks?lang={lang}&{view}").settled()
    tiles = window.page.locator(".tiles.synthetic .tile")
    tiles.first.wait_for()
    shown = {
        tile.locator(".tile-name").inner_text(): tile.locator(".tile-value").inner_text()
        for tile in tiles.all()
    }
    found = asked(view)
    assert found["in_filter"] > 10_000
    length = shown[i18n.text(lang, "networks.length")]
    assert plain(length).endswith(i18n.unit(lang, "km"))
    assert number_in(lang, length) == pytest.approx(
        found["length_km"], abs=0.051
    )  # one digit is shown
    segments = number_in(lang, shown[i18n.text(lang, "networks.segments")])
    assert segments == found["in_filter"]


# -- an archive that cannot be read ----------------------------------------------------------------


@contextmanager
def broken(path, cut):
    """Cut an archive in half or take it away, and bring it back."""
    whole = path.with_suffix(".whole")
    path.rename(whole)
    try:
        if cut:
            body = whole.read_bytes()
            path.write_bytes(body[: len(body) // 2])
        yield
    finally:
        whole.replace(path)


@pytest.mark.parametrize(
    ("lang", "cut", "words"),
    [
        ("kk", True, "damaged_tiles"),
        ("ru", True, "damaged_tiles"),
        ("en", False, "no_tiles"),
        ("ru", False, "no_tiles"),
    ],
)
def test_a_broken_archive_is_said_in_words(open_window, published, lang, cut, words):
    with broken(published.archive, cut):
        window = open_window(f"{published.address}/?lang={lang}&{CITY}").settled()
        said = i18n.text(lang, f"lines.{words}")
        notice = window.map.locator(".meks-notice")
        window.until(lambda: notice.inner_text() == said, f"the notice {said!r}")
        assert notice.is_visible()
        assert sum(counted(window).values()) == 0
        assert i18n.unit(lang, "km") in window.page.locator(".tiles").first.inner_text()
        ours = [c for c in window.complaints if "networks.pmtiles" in c]
        assert ours
        window.complaints[:] = [c for c in window.complaints if c not in ours]


# -- other revisions -------------------------------------------------------------------------------


def archives(urls):
    return {urlsplit(url).path.split("/")[2] for url in urls}


def test_a_session_goes_on_with_its_own_revision(open_window, published):
    store, own = published.store, published.entry.revision
    window = open_window(f"{published.address}/?lang=en&{CITY}")
    window.settled()
    until_painted(window)
    page = window.page
    assert archives(asked_for(window, "/tiles/")) == {own}
    try:
        back = store.rollback(1, author="Berik", note="without the made-up network")
        near, _ = in_view(published.frame)
        few = near[near["sector"] == "heat"].head(40).assign(operator=HOSTILE)
        new = publish(store, few.reset_index(), published.folder / "few.gpkg", "a few").revision
        assert len({own, back.revision, new}) == 3

        sent = len(window.requests)
        window.map.evaluate(f"map.setZoom({ZOOM - 1}, {{ animate: false }})")
        window.until(lambda: any("/tiles/" in url for url in window.requests[sent:]), "more tiles")
        window.box("zone-red").click()
        window.until_address(zone="red")
        notice = page.locator(".st-key-revision")
        notice.wait_for()
        told = i18n.text("en", "app.newer_revision", revision=own[:8])
        assert told in notice.inner_text()
        window.settled()
        assert archives(asked_for(window, "/tiles/")) == {own}
        assert counted(window)["red"] > 300

        one = few.index[0]
        page.get_by_role("button", name=i18n.text("en", "app.move_on")).click()
        window.until(lambda: notice.count() == 0, "the line to go")
        window.settled()
        window.until(lambda: archives(asked_for(window, "/tiles/")) == {own, new}, "its tiles")
        last = open_window(f"{published.address}/?lang=en&{CITY}&sel={one}")
        last.card_is(title_of("en", published.row(one), one)).settled()
        assert card(last)[i18n.text("en", "lines.operator")] == HOSTILE
        until_painted(last)
        assert archives(asked_for(last, "/tiles/")) == {new}
        for frame in last.page.frames:
            assert frame.evaluate("window.__pwned") is None
            assert frame.evaluate("document.querySelectorAll('img[src=x]').length") == 0
    finally:
        store.rollback(published.entry.number, author="Berik", note="back")
