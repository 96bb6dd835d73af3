"""The stand-alone page in a real browser: opened from a file, with the network off."""

import json
import re
import time
from dataclasses import replace
from datetime import date

import geopandas as gpd
import intakes
import pytest
from pypdf import PdfReader
from shapely import LineString

from meks_geo import linecards, queries
from meks_geo.exports import standalone
from meks_geo.model import Source
from meks_geo.state import as_of
from meks_geo.view import View, decode

AT = date(2026, 4, 8)
HOSTILE = "</script><img src=x onerror=window.pwned=1>"
MARKERS = ".leaflet-marker-pane .meks-icon"
WIDE = {"width": 1500, "height": 1000}


class Paper:
    """A window on a file, and all that it asked for and complained about."""

    def __init__(self, browser, path, **options):
        self.requests, self.complaints = [], []
        self.context = browser.new_context(**{"viewport": WIDE, "offline": True} | options)
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda e: self.complaints.append(f"page error: {e.error}"))
        self.page = self.context.new_page()
        self.page.goto(path.as_uri())
        self.until("document.body.dataset.meksDrawn > 0")
        self.until("document.querySelector('.tab thead') !== null")  # what is below comes last

    def _heard(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def assert_clean(self):
        asked = [url for url in self.requests if not url.startswith(("data:", "file://"))]
        files = {url.split("#")[0] for url in self.requests if url.startswith("file://")}
        assert asked == []
        assert len(files) == 1
        assert self.complaints == []

    def count(self, selector):
        return self.page.locator(selector).count()

    def text(self, selector):
        return self.page.locator(selector).first.text_content()

    def until(self, expression, seconds=60):
        """Wait until an expression is true; Playwright's own way needs what the policy forbids."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, f"waited for {expression}"
            self.page.wait_for_timeout(40)


@pytest.fixture
def open_paper(browser):
    opened = []

    def open_one(path, **options):
        opened.append(Paper(browser, path, **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.assert_clean()
        one.context.close()


@pytest.fixture(scope="module")
def paper_of(tmp_path_factory):
    """Write the page of a view into a file."""

    def write(data, query, stamp=""):
        view, _ = decode(query, today=AT)
        path = tmp_path_factory.mktemp("paper") / "map.html"
        path.write_bytes(standalone.write(data, view, stamp=stamp))
        return path

    return write


@pytest.fixture(scope="module")
def usual(data, paper_of):
    return paper_of(data, "lang=kk&at=2026-04-08")


def test_the_map_is_drawn_from_a_file_with_the_network_off(open_paper, usual):
    window = open_paper(usual)
    assert window.count(MARKERS) == 84
    assert window.count(".leaflet-meks-base-pane path") >= 20
    assert window.count(".meks-legend section") >= 4
    window.until("document.body.dataset.meksLines > 0")
    drawn = """() => [...document.querySelectorAll(".leaflet-meks-lines-pane canvas")].some((c) => {
        const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
        return data.some((value) => value > 0);
    })"""
    assert window.page.evaluate(drawn)
    fonts = window.page.evaluate("[...document.fonts].filter((f) => f.status === 'loaded').length")
    assert fonts >= 2
    assert window.count("#failed") == 0


def test_each_language_is_inside(open_paper, usual):
    window = open_paper(usual)
    assert window.page.evaluate("document.documentElement.lang") == "kk"
    seen = set()
    for lang in ("ru", "en", "kk"):
        window.page.click(f".langs [data-lang={lang}]")
        assert window.page.evaluate("document.documentElement.lang") == lang
        second = ".tab th:nth-child(2) button"  # the first is one word in Kazakh and Russian
        parts = ("h1", ".card h2", second, ".meks-legend h3", ".tile-name", ".foot")
        seen.add(tuple(window.text(part) for part in parts))
        assert f"lang={lang}" in window.page.url
    assert len(seen) == 3
    assert all(len({words[i] for words in seen}) == 3 for i in range(len(next(iter(seen)))))


def test_a_click_opens_a_card_and_back_leaves_it(open_paper, usual, data):
    window = open_paper(usual)
    window.page.click(".langs [data-lang=en]")
    name = data.rows["plants"]["pavlodar-chp-2"]["name_en"]
    window.page.locator(f'{MARKERS}[aria-label="{name}"]').focus()
    window.page.keyboard.press("Enter")
    assert window.text(".card h2") == name
    assert window.text(".meks-chosen") == name
    assert window.count(".tab tr.chosen") == 1
    link = window.page.locator(".card .src a").first
    assert re.match(r"https?://", link.get_attribute("href"))
    assert link.get_attribute("rel") == "noopener noreferrer"
    window.page.go_back()
    window.until(f"document.querySelector('.card h2').textContent !== {json.dumps(name)}")
    window.page.go_forward()
    window.until(f"document.querySelector('.card h2').textContent === {json.dumps(name)}")
    window.page.keyboard.press("Escape")
    assert window.count(".meks-chosen") == 0


def test_a_line_and_a_region_open_their_cards(open_paper, usual, data):
    window = open_paper(usual)
    emit = "(what) => document.dispatchEvent(new CustomEvent('meks', {detail: what}))"
    window.page.evaluate(emit, {"event": "line", "row": 0})
    assert window.text(".card h2") == data.rows["backbone"][data.lines.id(0)]["name_kk"]
    window.page.evaluate(emit, {"event": "region", "id": "KZ-55"})
    assert window.text(".card h2") == data.rows["regions"]["KZ-55"]["name_kk"]
    window.page.evaluate(emit, {"event": "region", "id": "KZ-55"})  # lets go
    assert window.text(".card h2") == data.rows["regions"]["KZ"]["name_kk"]
    window.page.evaluate(emit, {"event": "select", "id": "__proto__"})
    assert window.text(".card h2") == data.rows["regions"]["KZ"]["name_kk"]


@pytest.fixture(scope="module")
def networks(data):
    """The shipped things, and lines of which more or less is known."""
    frame = gpd.GeoDataFrame(
        {
            "sector": ["heat", "electricity", "water"],
            "region": ["KZ-55", "KZ-55", "KZ"],
            "wear_percent": ["85.25", "65-70", ""],
            "wear_date": ["2025", "2026-02-01", ""],
            "wear_basis": ["inspection", "reported", ""],
            "operator": ["Тепло", HOSTILE, ""],
            "project_ids": ["pavlodar-chp-2-mod", "", ""],
            "provenance": ["synthetic", "official", "schematic"],
            "built_year": [1975, 2001, float("nan")],
            "diameter_mm": [700, float("nan"), 110.5],
            "voltage_kv": [float("nan"), 1150, float("nan")],
        },
        index=["n-1", "n-2", "n-3"],
        geometry=[LineString([(75 + i, 52), (76 + i, 52.4 + i)]) for i in range(3)],
        crs=4326,
    )
    return intakes.holding(data, frame)


SAID = """[...document.querySelectorAll(".card dl.facts dt")].map((label) =>
    [label.textContent, label.nextSibling.querySelector(".value").textContent])"""


def test_the_card_of_a_line_says_what_the_product_says(open_paper, paper_of, networks):
    query = "lang=en&at=2026-04-08&kind=unknown&provenance=official,press,schematic,synthetic"
    file = Source("intake-1", "map.xlsx", "Aigul", "", "2026-10-05", "official")
    filed = replace(networks, read_line_sources=lambda: {("KZ-55", "electricity"): file})
    window = open_paper(paper_of(filed, query))
    state = as_of(filed, AT)
    for lang in ("kk", "ru", "en"):
        for one in ("n-1", "n-2", "n-3"):
            window.page.evaluate(f"location.hash = 'lang={lang}&sel={one}'")
            card = linecards.card(filed, state, one, lang)
            title = json.dumps(card.title)
            window.until(f"document.querySelector('.card h2').textContent === {title}")
            lines = card.sections[0].lines
            assert window.page.evaluate(SAID) == [[line.label, line.said.value] for line in lines]
            said = lines[0].said
            words = [part for part in (said.source, said.title, said.day) if part]
            assert window.text(".card .src") == " · ".join(words)
            assert ("map.xlsx" in words) == (one == "n-2")
            small = window.page.locator(".card .small").all_text_contents()
            assert small[:-1] == [part for part in (card.place, card.accuracy) if part]
            named = window.page.locator(".card .relation + *").all_text_contents()
            assert named == [name for _, _, name in card.linked]


def test_a_card_says_how_many_it_does_not_list(open_paper, usual, data):
    window = open_paper(usual)
    card = linecards.card(data, as_of(data, AT), "KZ-55", "en")
    window.page.evaluate("location.hash = 'lang=en&sel=KZ-55'")
    window.until(f"document.querySelector('.card h2').textContent === {json.dumps(card.title)}")
    rest = len(card.linked) - window.count(".card .relation")
    assert rest > 0
    assert window.text(".card .relation ~ .note") == f"{rest} more"


def test_search_answers_as_the_product_does(open_paper, usual, data):
    window = open_paper(usual)
    for text in ("павлодар тэц-2", "PAVLODAR CHP", "екібастұз", "екибастуз", "«Өскемен»"):
        window.page.fill(".search input", text)
        found = window.page.evaluate("(text) => MEKS.find(text)", text)
        selection = queries.select(data, View(at=AT, q=text))
        asked = {one for one, sort in found if sort in ("plants", "projects")}
        assert asked == {*selection.plants.index, *selection.projects.index}
        assert asked
        assert window.count(".tab:not(.off) tbody tr") == len(selection.plants)
    window.page.press(".search input", "ArrowDown")
    window.page.press(".search input", "Enter")
    assert window.page.evaluate("document.activeElement.closest('.card') !== null")
    assert window.count(".tab:not(.off) tbody tr") == 84
    window.page.fill(".search input", "nothing of that name")
    assert window.count(".answers .none") == 1
    window.page.press(".search input", "Escape")
    assert window.count(".answers:visible") == 0


def test_tables_sort_by_number_with_the_unknown_last(open_paper, usual):
    window = open_paper(usual)
    window.page.click(".langs [data-lang=ru]")
    heads = window.page.locator(".tab:not(.off) thead button")
    column = heads.all_inner_texts().index("МВт")

    def figures():
        cells = window.page.locator(f".tab:not(.off) tbody tr > :nth-child({column + 1})")
        return [
            None if text == "—" else float(text.replace("\u00a0", "").replace(",", "."))
            for text in cells.all_inner_texts()
        ]

    for down in (False, True):
        heads.nth(column).click()
        found = figures()
        known = [one for one in found if one is not None]
        assert known == sorted(known, reverse=down)
        assert found[len(known) :] == [None] * (84 - len(known))
        assert len(set(known)) > 10


def test_layers_are_switched_on_and_off(open_paper, usual):
    window = open_paper(usual)
    window.page.uncheck("[name=plants]")
    window.until(f"document.querySelectorAll('{MARKERS}').length === 0")
    assert window.text(".foot").find("0 / ") >= 0
    window.page.check("[name=plants]")
    window.until(f"document.querySelectorAll('{MARKERS}').length === 84")
    assert window.count("section.meks-areas") == 1
    window.page.uncheck("[name=regions]")
    assert window.count("section.meks-areas") == 0
    before = window.count(".meks-legend section")
    window.page.uncheck("[name=networks]")
    assert window.count(".meks-legend section") < before
    assert window.count(".leaflet-meks-lines-pane canvas") == 0


def test_all_works_on_a_telephone(open_paper, usual):
    window = open_paper(usual, viewport={"width": 390, "height": 844}, has_touch=True)
    assert window.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert window.count(".meks-folded") == 1
    window.page.locator(".tab:not(.off) tbody tr").first.click()
    assert window.page.evaluate(
        "(() => { const { top } = document.querySelector('.card').getBoundingClientRect();"
        " return top > -400 && top < innerHeight; })()"
    )


def test_the_sheet_holds_map_card_and_both_tables(open_paper, paper_of, data, tmp_path):
    query = "lang=en&at=2026-04-08&region=KZ-55&kind=chp"
    window = open_paper(paper_of(data, query, stamp="FOR OFFICIAL USE"))
    window.page.pdf(path=tmp_path / "map.pdf", prefer_css_page_size=True)
    pages = [page.extract_text() for page in PdfReader(tmp_path / "map.pdf").pages]
    first, second, *rest = pages
    assert all("OFFICIAL" in page for page in pages)
    assert "MEKS · modernisation map" in first
    assert "Size: capacity" in first  # the legend
    assert "Pavlodar" in second  # the card
    assert any("Objects: " in page for page in rest)
    assert any("Projects: " in page for page in rest)
    assert not any("Search" in page or "Kaz" in page.split() for page in pages)
    assert window.count("body.printing") == 0


def test_hostile_names_do_nothing(open_paper, paper_of, data):
    plants = data.plants.copy()
    plants.loc["pavlodar-chp-2", ["name_kk", "name_ru", "name_en"]] = HOSTILE
    frame = gpd.GeoDataFrame(
        {"sector": "heat", "region": "KZ-55", "operator": HOSTILE, "provenance": "synthetic"},
        index=["n-1"],
        geometry=[LineString([(76, 52), (77, 52)])],
        crs=4326,
    )
    hostile = intakes.holding(replace(data, plants=plants), frame)
    path = paper_of(hostile, "at=2026-04-08&region=KZ-55&provenance=official,press,synthetic")
    window = open_paper(path)
    window.page.goto(f"{path.as_uri()}#lang=en&sel=pavlodar-chp-2")
    window.until(f"document.querySelector('.card h2').textContent === {json.dumps(HOSTILE)}")
    window.page.evaluate(
        "document.dispatchEvent(new CustomEvent('meks', {detail: {event: 'line', row: 0}}))"
    )
    window.page.fill(".search input", "img")
    assert window.page.evaluate("window.pwned") is None
    assert window.count("img[src=x]") == 0
