"""The stand-alone page as bytes: what is in it, what is not, and that hostile text stays text."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import intakes
import numpy as np
import pytest
from shapely import LineString

from meks_geo import i18n, linecards, queries
from meks_geo.exports import standalone, standalonelines
from meks_geo.exports.standaloneshapes import packed
from meks_geo.exports.standalonetexts import Texts
from meks_geo.i18n import search_key
from meks_geo.model import Source
from meks_geo.state import as_of
from meks_geo.view import View, decode

AT = date(2026, 4, 8)
LANGS = ("kk", "ru", "en")
ISLAND = re.compile(r'<script type="application/json" id="document">(.*?)</script>', re.DOTALL)
HOSTILE = "</script><img src=x onerror=alert(1)>\u2028{{7*7}}\"'&<!--"


def written(data, query="", **options):
    view, _ = decode(query, today=AT)
    return standalone.write(data, view, **options).decode()


def document(page):
    return json.loads(ISLAND.search(page)[1])


def in_language(file, value, lang):
    """The value as the browser reads it."""
    place = [code for code, _ in file["langs"]].index(lang)
    if isinstance(value, list):
        return [in_language(file, one, lang) for one in value]
    if not isinstance(value, dict):
        return value
    if "$" in value:
        entry = file["texts"][value["$"]]
        return entry[place] if isinstance(entry, list) else entry
    return {name: in_language(file, one, lang) for name, one in value.items()}


def cards_of(file, lang):
    return {one: in_language(file, card, lang) for one, _, _, card in file["cards"]}


@pytest.fixture(scope="module")
def page(data):
    return written(data, "lang=ru&at=2026-04-08")


@pytest.fixture(scope="module")
def file(page):
    return document(page)


@pytest.fixture(scope="module")
def many(data):
    """A few of the shipped things, and lines of several wears."""
    count = 12
    frame = gpd.GeoDataFrame(
        {
            "sector": "heat",
            "region": "KZ-55",
            "wear_percent": [str(5 * i) for i in range(count)],
            "wear_date": "2025-01-01",
            "operator": [HOSTILE, "Тепло"] * (count // 2),
            "project_ids": "",
            "provenance": "synthetic",
        },
        index=[f"n-{i:02}" for i in range(count)],
        geometry=[LineString([(76 + i / 10, 52), (76.02 + i / 10, 52.01)]) for i in range(count)],
        crs=4326,
    )
    return intakes.holding(data, frame)


# -- the file ----------------------------------------------------------------------------------


def test_the_default_view_fits_into_three_megabytes(page):
    assert len(page.encode()) <= 3_000_000


def test_nothing_is_named_that_a_browser_would_fetch(page, root):
    frame = ISLAND.sub("", page)
    head, script = frame.split("<script>", 1)
    assert not re.findall(r"\b(?:src|href)=|@import", head)
    urls = {url[:10] for url in re.findall(r"url\((.*?)\)", head) if not url.startswith("#")}
    assert urls == {'"data:font'}
    assert not re.search(r"https?:", head)
    assert "sourceMappingURL" not in script
    for name in standalone.SCRIPTS:
        if name.startswith("standalone/"):
            assert "://" not in (root / "static" / name).read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none';")
    assert "connect-src" not in policy
    assert "unsafe-eval" not in policy


def test_the_policy_lets_only_the_script_of_the_file_run(page):
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in page
    assert "\r" not in page


def test_same_data_and_view_give_the_same_bytes(small):
    data = small.dataset()
    assert written(data) == written(data)


def test_the_page_says_revision_day_and_link(file, data):
    for lang in LANGS:
        rows = dict(in_language(file, file["page"], lang)["passport"])
        assert data.revision in rows.values()
        assert any(f"at=2026-04-08&rev={data.revision}" in value for value in rows.values())


def test_in_a_hall_the_type_is_larger_on_the_screen_and_as_ever_on_paper(small):
    def sizes(page):
        style = page.partition("</style>")[0]
        return [
            [float(size) for size in re.findall(r"font(?:-size)?:\s*([\d.]+)px", part)]
            for part in style.partition("@page")[::2]
        ]

    data = small.dataset()
    screen, paper = sizes(written(data, "lang=ru"))
    large, same = sizes(written(data, "lang=ru&theme=projector"))
    assert len(screen) > 30
    assert large == pytest.approx([1.3 * size for size in screen])
    assert same == paper
    assert paper


def test_a_stamp_stands_on_the_page_and_in_its_title(small):
    page = written(small.dataset(), "lang=en", stamp="For <official> use")
    assert "<title>For &lt;official&gt; use · " in page
    file = document(page)
    assert in_language(file, file["page"], "en")["stamp"] == "For <official> use"


# -- what is in it -----------------------------------------------------------------------------


def test_everything_in_the_view_has_its_card_in_each_language(file, data):
    view = View(at=AT)
    selection = queries.select(data, view)
    shown = {*selection.plants.index, *selection.projects.index, *data.regions.index}
    shown |= {*selection.cities.index, *data.backbone.index}
    state = as_of(data, AT)
    for lang in LANGS:
        cards = cards_of(file, lang)
        assert shown <= cards.keys()
        for subject, found in cards.items():
            card = linecards.card(data, state, subject, lang)
            assert found["title"] == card.title
            said = [(label, one["v"]) for s in found["sections"] for label, one, _ in s["lines"]]
            assert said == [
                (line.label, line.said.value) for s in card.sections for line in s.lines
            ]


def test_how_many_a_card_does_not_list_is_said_in_each_language(file):
    words = [in_language(file, file["page"], lang)["words"]["more"] for lang in LANGS]
    assert len(set(words)) == 3
    assert all("{count}" in one for one in words)


def test_a_view_of_one_region_holds_what_its_cards_speak_of_and_no_more(data):
    selection = queries.select(data, View(at=AT, region=("KZ-55",)))
    cards = cards_of(document(written(data, "region=KZ-55&at=2026-04-08")), "en")
    parts = {part["id"] for card in cards.values() for part in card["sections"]} - {""}
    assert parts
    assert parts <= cards.keys()
    things = {one for one in cards if data.subject_type(one) in ("plant", "project")}
    rows = data.rows["projects"]
    beside = {rows[one]["parent_id"] for one in selection.projects.index}
    assert things - beside == {*selection.plants.index, *selection.projects.index} - beside


def test_figures_are_the_same_in_each_language(file):
    def figures(lang):
        tables = in_language(file, file["tables"], lang)
        return [
            (one, [cell[1] for cell in cells if isinstance(cell, list)])
            for table in tables.values()
            for one, cells, *_ in table["rows"]
        ]

    assert figures("kk") == figures("ru") == figures("en")
    words = {lang: in_language(file, file["tables"], lang)["plants"]["heads"] for lang in LANGS}
    assert len({tuple(heads) for heads in words.values()}) == 3


def test_search_finds_what_the_product_finds(file, data):
    index = {one: key for one, _, key in file["search"]}
    for text in (
        "Павлодар",
        "өскемен",
        "ТЭЦ-2",
        "ekibastuz gres",
        "oskemen",
        "chp",
        "nothing at all",
    ):
        words = [f" {word}" for word in search_key(text).split()]
        found = {one for one, key in index.items() if all(word in key for word in words)}
        plants, projects = queries.search(data, text)
        of_view = {one for one, sort, _ in file["search"] if sort in ("plants", "projects")}
        assert found & of_view == (plants | projects) & of_view


def test_layers_that_the_view_hides_are_in_the_file_and_off(data):
    file = document(written(data, "layers=regions&at=2026-04-08&region=KZ-55"))
    assert file["layers"] == ["regions"]
    assert in_language(file, file["scene"], "kk")["sites"]


def test_the_filter_of_the_view_is_that_of_the_file(data):
    file = document(written(data, "zone=red&at=2026-04-08"))
    plants = queries.select(data, View(at=AT, zone=("red",))).plants.index
    table = in_language(file, file["tables"], "en")["plants"]
    assert [one for one, _ in table["rows"]] == list(plants)
    assert len(in_language(file, file["scene"], "en")["sites"]) == len(plants)


# -- lines -------------------------------------------------------------------------------------


def test_lines_that_do_not_fit_are_counted_and_the_worst_stay(many, monkeypatch):
    monkeypatch.setattr(standalonelines, "MOST_LINES", 5)
    file = document(written(many, "lang=en&provenance=synthetic&at=2026-04-08&region=KZ-55"))
    assert file["lines"]["id"] == [f"n-{i:02}" for i in range(7, 12)]
    notes = in_language(file, file["page"], "en")["notes"]
    assert len(notes) == 1
    assert "5" in notes[0]
    assert "12" in notes[0]


def test_points_have_a_bound_of_their_own(many, monkeypatch):
    monkeypatch.setattr(standalonelines, "MOST_POINTS", 7)
    passing = queries.select(many, View(at=AT, provenance=("synthetic",))).lines
    found = standalonelines.chosen(passing)
    assert len(found.rows) == 3
    assert sum(len(path) // 2 for one in found.paths for path in one) <= 7


def test_lines_keep_their_course_within_a_few_metres(many):
    passing = queries.select(many, View(at=AT, provenance=("synthetic",))).lines
    for row, (path,) in zip(*_chosen(passing), strict=True):
        points = np.cumsum(np.array(path).reshape(-1, 2), axis=0) / standalonelines.LINE_DEGREE
        assert np.abs(points - many.lines.points(int(row))).max() <= 1e-5


def _chosen(passing):
    found = standalonelines.chosen(passing)
    return found.rows, found.paths


def test_a_line_carries_the_file_that_it_came_with(many):
    source = Source("intake-1", HOSTILE, "Aigul", "", "2026-10-05", "official")
    filed = replace(many, read_line_sources=lambda: {("KZ-55", "heat"): source})
    query = "provenance=synthetic&at=2026-04-08&region=KZ-55"
    page = written(filed, query)
    assert page.count("</script") == 2
    found, bare = document(page), document(written(many, query))
    for lang in LANGS:
        day = i18n.date(lang, "2026-10-05")
        rows = in_language(found, found["tables"], lang)["networks"]["rows"]
        assert [row[3] for row in rows] == [["Aigul", HOSTILE, day]] * 12
        listed = in_language(found, found["page"], lang)["sources"]
        assert ["Aigul", HOSTILE, "", day] in listed
        rows = in_language(bare, bare["tables"], lang)["networks"]["rows"]
        assert [row[3] for row in rows] == [None] * 12


def test_a_view_without_lines_has_no_table_of_them(many):
    file = document(written(many, "at=2026-04-08&region=KZ-55&zone=red"))
    assert file["lines"]["id"] == []
    assert "networks" not in file["tables"]


# -- hostile text ------------------------------------------------------------------------------


def test_hostile_text_stays_text(many):
    plants = many.plants.copy()
    plants.loc["pavlodar-chp-2", ["name_kk", "name_ru", "name_en"]] = HOSTILE
    data = replace(many, plants=plants)
    page = written(data, "lang=en&at=2026-04-08&provenance=official,press,synthetic&region=KZ-55")
    assert page.count("</script") == 2
    assert "<img" not in page
    assert "\u2028" not in page
    cards = cards_of(document(page), "en")
    assert cards["pavlodar-chp-2"]["title"] == HOSTILE
    table = in_language(document(page), document(page)["tables"], "en")["networks"]
    place = table["columns"].index("operator")
    assert {row[1][place] for row in table["rows"]} == {HOSTILE, "Тепло"}


def test_an_address_that_is_not_of_the_web_is_no_link(data):
    sources = {
        one: replace(source, url="javascript:alert(1)") for one, source in data.sources.items()
    }
    page = written(
        replace(data, sources=MappingProxyType(sources)), "at=2026-04-08&region=KZ-55&lang=en"
    )
    assert "javascript:" not in page
    assert all(
        not url
        for _, _, url, _ in in_language(document(page), document(page)["page"], "en")["sources"]
    )


# -- while it is made --------------------------------------------------------------------------


def test_work_can_be_stopped_between_its_parts(small):
    class StoppedError(Exception):
        pass

    told = []

    def stop(step, share):
        told.append((step, share))
        if step == "cards":
            raise StoppedError

    with pytest.raises(StoppedError):
        standalone.write(small.dataset(), View(at=AT), progress=stop)
    assert [share for _, share in told] == sorted(share for _, share in told)


# -- its parts ---------------------------------------------------------------------------------


def test_what_all_languages_share_stands_once():
    texts = Texts()
    long = "a text that is long enough"
    found = texts.merged([{"a": [long, one, 7], "b": long} for one in ("x", "y", "z")])
    assert found == {"a": [{"$": 0}, {"$": 1}, 7], "b": {"$": 0}}
    assert texts.table() == [long, ["x", "y", "z"]]


def test_languages_may_differ_in_shape():
    texts = Texts()
    assert texts.merged([["x"], [], ["y"]]) == {"$": 0}
    assert texts.table() == [[["x"], [], ["y"]]]
    assert texts.merged([{"a": 1}, {"b": 1}, {"a": 1}]) == {"$": 1}
    assert texts.merged([1, True, 1]) == {"$": 2}


def test_points_come_back_from_their_distances():
    points = np.array([[766000, 523000], [766010, 522990], [-5, 0]])
    assert np.cumsum(np.array(packed(points)).reshape(-1, 2), axis=0).tolist() == points.tolist()
