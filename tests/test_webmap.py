"""The web map: all of the scene, nothing from elsewhere, no markup from data, no stale frame."""

import dataclasses
import gzip
import hashlib
import json
import re
from datetime import date
from pathlib import Path

import folium
import pytest
import streamlit_folium
from folium.template import Template

from meks_geo import i18n, queries, webmap, wording
from meks_geo.scene import (
    Area,
    CityMark,
    Label,
    LegendGroup,
    LegendRow,
    Mark,
    Scene,
    Site,
    build,
)
from meks_geo.view import decode

STATIC = Path(__file__).parents[1] / "static"
BASE_URL = "/basemap/abc.json"
WORDS = dict.fromkeys(webmap.WORDS, "word")
HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "{{7*7}}",
    "{% raw %}{# x #}{{{ 'name' }}}",
    "a\u2028b\u2029c & 'q' \"d\" \\ _0 _meks {map}",
)


def site(name: str, **changes: object) -> Site:
    """Return a plant."""
    made = Site(
        id=name,
        lat=52.3,
        lon=76.9,
        dx_px=0.0,
        dy_px=0.0,
        kind="chp",
        zone="red",
        size_px=14.0,
        hollow=False,
        at_city=True,
        status="construction",
        title="Павлодарская ТЭЦ",
        hover=(("Износ", "83 %"),),
    )
    return dataclasses.replace(made, **changes)


def scene(**changes: object) -> Scene:
    """Return a small scene with something in each layer."""
    made = Scene(
        lang="ru",
        title="Карта",
        subtitle="",
        areas=(
            Area("KZ-55", "red", "Павлодарская", "66 %", 52.0, 76.0, (("Износ", "66 %"),), True),
            Area("KZ-11", "unknown", "Акмолинская", "", 51.9, 70.0, (), False),
        ),
        cities=(CityMark("ekibastuz", 51.7, 75.3, "red", "91 %", "Экибастуз", ()),),
        sites=(site("KZ-002"), site("KZ-001", zone="yellow", kind="hydro", status="")),
        labels=(Label("Астана", 51.2, 71.4, 1), Label("Балқаш", 46.1, 74.0, 2, water=True)),
        legend=(
            LegendGroup("Зона", (LegendRow("zone:red", "красная", 10),), "примечание"),
            LegendGroup("Вид", (LegendRow("kind:chp", "ТЭЦ"),)),
        ),
        bounds=(40.6, 46.5, 55.4, 87.3),
        selected="KZ-001",
        foot=(),
        attribution="UN OCHA",
        sources=(),
        stamp="",
        marks=(Mark("n-1", "added", 52.0, 76.0, (((52.0, 76.0), (52.1, 76.1)),), "n-1", ()),),
    )
    return dataclasses.replace(made, **changes)


def overlay(shown: Scene, **changes: object) -> folium.FeatureGroup:
    """Return the overlay with the usual arguments."""
    arguments = {"base_url": BASE_URL, "view": None, "words": WORDS, **changes}
    return webmap.overlay(shown, **arguments)


def sent(shown: Scene) -> tuple[str, str]:
    """Return base map and overlay as streamlit-folium sends them to the browser."""
    base = webmap.base_map()
    base.get_root().render()
    base.render()
    script = streamlit_folium._get_map_string(base)
    return script, streamlit_folium._get_feature_group_string(overlay(shown), map=base)


def argument(script: str) -> dict[str, object]:
    """Return what the script gives to `MEKS.update`."""
    return json.loads(re.search(r"MEKS\.update\((.*)\);", script).group(1))


def test_payload_carries_the_whole_scene_in_order() -> None:
    shown = scene()
    found = webmap.payload(shown, base_url=BASE_URL, view=(48.0, 67.0, 5.25), words=WORDS)
    for layer in ("areas", "cities", "sites", "labels", "marks"):
        assert found[layer] == [dataclasses.asdict(item) for item in getattr(shown, layer)]
    assert found["legend"] == [
        {**dataclasses.asdict(group), "rows": [dataclasses.asdict(row) for row in group.rows]}
        for group in shown.legend
    ]
    assert found["selected"] == "KZ-001"
    assert found["view"] == [48.0, 67.0, 5.25]
    assert found["bounds"] == list(shown.bounds)


def test_what_is_sent_is_the_payload() -> None:
    shown = scene()
    plain = webmap.payload(shown, base_url=BASE_URL, view=None, words=WORDS)
    assert argument(sent(shown)[1]) == json.loads(json.dumps(plain))


@pytest.mark.parametrize(
    "changed",
    [
        scene(sites=(site("KZ-002"), site("KZ-003", zone="yellow", kind="hydro", status=""))),
        scene(sites=(site("in_progress"),)),
        scene(sites=(site("in_review"),)),
        scene(sites=(site("KZ-002", status="design"), site("KZ-001"))),
        scene(selected=""),
    ],
)
def test_a_change_reaches_the_same_frame(changed: Scene) -> None:
    """streamlit-folium's key leaves out `_tails`: the base must not change, the overlay must."""
    base, first = sent(scene())
    base_after, second = sent(changed)
    assert base == base_after
    key = streamlit_folium.generate_js_hash
    assert key(base, "map") == key(base_after, "map")
    assert first != second


def test_tails_of_data_are_not_lost_to_the_key() -> None:
    key = streamlit_folium.generate_js_hash
    scripts = [sent(scene(sites=(site(name),)))[1] for name in ("lvl_red", "lvl_green")]
    assert key(scripts[0]) != key(scripts[1])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_arrives_as_text(text: str) -> None:
    shown = scene(
        sites=(site("KZ-001", title=text, hover=((text, text),)),),
        attribution=text,
        legend=(LegendGroup(text, (LegendRow("zone:red", text, 1),), text),),
    )
    script = sent(shown)[1]
    assert argument(script)["sites"][0]["title"] == text
    assert argument(script)["attribution"] == text
    for forbidden in ("<", ">", "{{", "{%", "{#", "\u2028", "\u2029", "49"):
        assert forbidden not in script.split("MEKS.update(")[1].split(");\n")[0]


def test_hostile_text_survives_a_whole_page() -> None:
    shown = scene(sites=tuple(site(f"p-{i}", title=text) for i, text in enumerate(HOSTILE)))
    base = webmap.base_map()
    overlay(shown).add_to(base)
    page = base.get_root().render()
    assert [found["title"] for found in argument(page)["sites"]] == list(HOSTILE)
    assert "<img" not in page


def test_script_literal_is_not_a_template() -> None:
    literal = webmap.to_script(["{{7*7}}", "{%x%}", "{#x#}", "{{{"])
    assert Template(literal).render() == literal
    assert json.loads(literal) == ["{{7*7}}", "{%x%}", "{#x#}", "{{{"]


def test_numbers_must_be_finite() -> None:
    with pytest.raises(ValueError, match="JSON"):
        webmap.to_script({"lat": float("nan")})


def test_no_file_comes_from_another_host() -> None:
    base = webmap.base_map()
    overlay(scene()).add_to(base)
    page = base.get_root().render()
    assert not re.findall(r"https?:|//[a-z0-9]+\.", page)
    links = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert links
    assert all(link.startswith(("/app/static/", webmap.BUNDLE)) for link in links)
    assert not re.search(r"jquery|bootstrap|awesome|glyphicon", page, re.IGNORECASE)
    assert "http" not in streamlit_folium._get_header(base).replace("http-equiv", "")


def test_folium_itself_is_left_alone() -> None:
    assert folium.Map.default_js is not webmap.MapOfRecord.default_js
    assert any("jquery" in name for name, _ in folium.Map.default_js)


def test_links_name_files_that_are_there() -> None:
    for name in (*webmap.SCRIPTS, *webmap.SHEETS):
        assert (STATIC / name).is_file(), name


def test_static_files_name_no_other_host() -> None:
    for name in (name for name in (*webmap.SCRIPTS, *webmap.SHEETS) if name.startswith("meks-geo")):
        text = (STATIC / name).read_text(encoding="utf-8")
        text = text.replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:", text), name


def test_static_digest_is_that_of_the_files() -> None:
    digest = hashlib.sha256()
    for name in (*webmap.SCRIPTS, *webmap.SHEETS):
        digest.update((STATIC / name).read_bytes())
    expected = digest.hexdigest()[: len(webmap.STATIC_DIGEST)]
    assert expected == webmap.STATIC_DIGEST, f'set STATIC_DIGEST = "{expected}" in webmap.py'


def test_base_map_is_new_on_each_call() -> None:
    assert webmap.base_map() is not webmap.base_map()
    assert sent(scene())[0].count("MEKS.init(map_div, ") == 1
    assert "MEKS.update" not in sent(scene())[0]


# -- plants and names by an address of their own ---------------------------------------------------


def as_the_browser(slim, known):
    """Return the layers that `gazetteer.js` makes out of ids and the gazetteer."""
    status = {} if slim["statuses"] else {"status": ""}
    sites = [
        {**known["sites"][one], "dx_px": slim["shifts"].get(one, 0.0), **status}
        for one in slim["sites"]
    ]
    named = {"names": known["line_names"], "shipped": known["shipped"]}
    lines = slim["lines"] and {**slim["lines"], **named}
    stations = [known["stations"][one] for one in slim["stations"]]
    areas = [{**area, **known["areas"][area["id"]]} for area in slim["areas"]]
    made = {"areas": areas, "sites": sites, "stations": stations, "lines": lines}
    return {**made, "labels": known["labels"]}


@pytest.mark.parametrize(
    "query",
    ["", "&zone=red", "&layers=regions,plants", "&layers=regions", "&sel=kokshetau-chp-new"],
)
def test_scene_by_ids_and_the_gazetteer_are_the_whole_scene(data, query) -> None:
    view, _ = decode(f"lang=kk&at=2026-04-08{query}", today=date(2026, 4, 8))
    drawn = build(data, queries.select(data, view))
    whole, slim = (
        webmap.payload(drawn, base_url=BASE_URL, view=None, words=WORDS, gazetteer_url=url)
        for url in ("", "/gazetteer")
    )
    known = webmap.gazetteer(data, view.at, view.lang)
    assert whole["sites"] or query == "&layers=regions"
    made = {**slim, **as_the_browser(slim, known), "gazetteer_url": ""}
    assert {k: v for k, v in made.items() if k not in ("shifts", "statuses")} == whole


# -- what is said of substations and of the backbone -----------------------------------------------

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def told(data):
    """What a browser knows of the plants, substations and lines of record, by language."""
    return {lang: webmap.gazetteer(data, DAY, lang) for lang in ("kk", "ru", "en")}


def said(pairs):
    """Return pairs of label and value with plain spaces."""
    return {label: re.sub(r"\s", " ", value) for label, value in pairs}


def test_a_substation_says_how_exact_its_point_is_and_who_says_so(data, told) -> None:
    rows = data.rows["substations"]
    for lang, places in (("kk", "Орны"), ("ru", "Положение"), ("en", "Position")):
        stations = told[lang]["stations"]
        assert {one for one, row in rows.items() if row["location_accuracy"] == "city"} == {
            one for one, station in stations.items() if station["at_city"]
        }
        for one, row in rows.items():
            hover = said(stations[one]["hover"])
            words = i18n.text(lang, "lines.at_town")
            assert hover[places].startswith(words) == (row["location_accuracy"] == "city")
            assert data.sources[row["location_source_id"]].publisher in hover[places]
            assert data.sources[row["source_id"]].publisher in hover[i18n.text(lang, "kpis.source")]
            note = wording.words(data, lang, row["note"])
            assert hover.get(i18n.text(lang, "column.note"), "") == note
    station = said(told["en"]["stations"]["ss-agadyr"]["hover"])
    assert station["Voltage"] == "500 kV"
    assert station["Position"] == "to the town only · GeoNames"
    assert station["Source"] == "ebrd.com 27 Jun 2005"
    assert station["Note"].startswith("The site of the substation is not published")


def test_a_line_of_the_backbone_says_its_name_and_the_status_of_its_project(data, told) -> None:
    number = str(data.lines.number("line-500-ekibastuz-agadyr"))
    title, facts = told["en"]["shipped"][number]
    assert title == "500 kV line Ekibastuz - Agadyr"
    assert said(facts) == {
        "Sector": "Electricity supply",
        "Voltage": "500 kV",
        "Published length": "462 km",
        "Project": "Completed",
    }
    assert told["kk"]["shipped"][number][0] == "Екібастұз – Ақадыр 500 кВ электр беру желісі"
    assert len(told["ru"]["shipped"]) == len(data.rows["backbone"])
    length = i18n.text("ru", "lines.published_length")
    for one, row in data.rows["backbone"].items():
        told_of = said(told["ru"]["shipped"][str(data.lines.number(one))][1])
        assert (length in told_of) == (row["length_km"] == row["length_km"])


def test_the_status_of_a_lines_project_is_that_of_the_day(data) -> None:
    number = str(data.lines.number("line-500-ulke-karabatan"))
    state = {day: queries.as_of(data, day).project_rows for day in (date(2019, 1, 1), DAY)}
    words = {
        day: said(webmap.gazetteer(data, day, "en")["shipped"][number][1]).get("Project")
        for day in state
    }
    for day, rows in state.items():
        status = rows["grid-west-ups"]["status"]
        known = i18n.label("en", "status", status) if status not in ("", "unknown") else "unknown"
        assert words[day] == known
    assert words[DAY] != words[date(2019, 1, 1)]


def test_what_is_told_of_the_backbone_is_small(told) -> None:
    for lang, known in told.items():
        text = json.dumps({"a": known["shipped"], "b": known["stations"]}, ensure_ascii=False)
        assert len(gzip.compress(text.encode())) < 8_000, lang


def test_a_filter_sends_of_a_plant_its_id_alone(data) -> None:
    view, _ = decode("lang=ru&at=2026-04-08&zone=red", today=date(2026, 4, 8))
    drawn = build(data, queries.select(data, view))
    slim = webmap.payload(drawn, base_url=BASE_URL, view=None, words=WORDS, gazetteer_url="/g")
    known = webmap.gazetteer(data, view.at, view.lang)
    assert 0 < len(slim["sites"]) < len(known["sites"])
    assert all(isinstance(one, str) for one in slim["sites"])
