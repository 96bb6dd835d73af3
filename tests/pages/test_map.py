"""The map page without a browser: what an address shows, and what a click writes into it."""

import re
import shutil
from datetime import date

import pytest
import streamlit as st

from meks_geo.state import as_of
from meks_geo.ui import shell

AT = date(2026, 4, 8)

LANGS = ("kk", "ru", "en")
TITLES = {"kk": "жаңғырту картасы", "ru": "карта модернизации", "en": "modernisation map"}
TEN_OF_84 = {"kk": "10 барлығы 84", "ru": "10 из 84", "en": "10 of 84"}
KOKSHETAU = "lang=en&at=2026-04-08&sel=kokshetau-chp-newbuild"

#: Words of the frame that are not Kazakh by nature: a file format, a paper size.
NOT_KAZAKH = {"PNG", "A4"}


# -- the view of an address -------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_opens_in_each_language(open_page, lang):
    page = open_page(f"lang={lang}&at=2026-03-01")
    assert TITLES[lang] in page.text
    assert page.tiles
    assert len(page.at.dataframe) == 1
    assert len(page.at.get("component_instance")) == 1
    assert not page.at.warning
    assert not page.at.info
    assert not page.at.error
    assert page.address == {"lang": lang, "at": "2026-03-01"}


@pytest.mark.parametrize(
    ("locale", "lang"),
    [("ru-RU", "ru"), ("en-GB", "en"), ("kk-KZ", "kk"), ("de", "kk"), (None, "kk")],
)
def test_the_browser_chooses_the_language_when_the_address_does_not(open_page, locale, lang):
    page = open_page("at=2026-03-01", locale=locale)
    assert page.address == {"lang": lang, "at": "2026-03-01"}
    assert TITLES[lang] in page.text


def test_an_empty_address_is_completed_with_language_and_day(open_page):
    address = open_page().address
    assert address["lang"] == "kk"
    assert abs((date.fromisoformat(address["at"]) - date.today()).days) <= 1  # noqa: DTZ011
    assert set(address) == {"lang", "at"}


@pytest.mark.parametrize("lang", LANGS)
def test_the_ministers_ten_are_counted_in_words_of_the_language(open_page, lang):
    page = open_page(f"lang={lang}&zone=red&kind=chp&at=2026-03-01")
    assert TEN_OF_84[lang] in page.tiles.values()
    assert len(page.at.dataframe[0].value) == 10
    assert "10 / " in page.part("foot")
    assert page.box("w-zone-red").value
    assert page.box("w-kind-chp").value
    assert not page.box("w-zone-yellow").value


def test_sidebar_says_how_many_objects_each_option_leaves(open_page):
    page = open_page("lang=en&zone=red&kind=chp&at=2026-03-01")
    # the count beside an option ignores its own key
    assert [page.box(f"w-zone-{z}").label for z in ("red", "yellow")] == [
        "Red :gray[10]",
        "Yellow :gray[3]",
    ]


def test_the_age_of_the_newest_statement_is_said_when_it_is_old(open_page):
    assert not open_page("lang=en&at=2026-04-08").part("age")
    assert "ago" in open_page("lang=en&at=2026-11-22").part("age")


# -- Kazakh ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["map", "projects", "sources"])
def test_the_kazakh_frame_has_no_words_of_another_language(open_page, name):
    page = open_page("lang=kk&at=2026-04-08&sel=kokshetau-chp-newbuild", page=name)
    words = {word for label in page.labels for word in re.findall(r"[^\W\d_]+\d?", label)}
    assert len(words) > 30
    assert {w for w in words if re.search("[A-Za-z]", w)} <= NOT_KAZAKH
    # ы, э, ё ... are common to both; of what has щ or ъ only one word is Kazakh, too
    foreign = {w for w in words if re.search("[щъЩЪ]", w)}
    assert {w for w in foreign if not w.lower().startswith("объект")} == set()
    russian = open_page("lang=ru&at=2026-04-08&sel=kokshetau-chp-newbuild", page=name).labels
    same = {label for label in page.labels & russian if re.search(r"[^\W\d_]", label)}
    assert same <= SAME_IN_BOTH, "labels that were left in Russian"


#: Labels that Kazakh and Russian share.
SAME_IN_BOTH = {
    "Объект",
    "PNG",
    "Карта",
    "Журнал",
    "Экспорт",
    "АЭС",
    "Бюджет",
    "МВт",
    "Технология",
    "млрд ₸",
    "млн $",
}


# -- nothing left ------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_an_empty_result_says_what_to_loosen(open_page, lang):
    page = open_page(f"lang={lang}&at=2026-03-01&kind=solar&zone=red")
    assert len(page.at.warning) == 1
    assert page.button("loosen-all").label == page.button("reset").label
    kind, zone = page.button("loosen-kind"), page.button("loosen-zone")
    assert re.search(r"\d", kind.label)
    assert re.search(r"\d", zone.label)


def test_loosening_a_filter_widens_and_keeps_the_others(open_page):
    page = open_page("lang=en&at=2026-03-01&kind=solar&zone=red")
    page.button("loosen-zone").click()
    page.run()
    assert page.address == {"lang": "en", "at": "2026-03-01", "kind": "solar"}
    assert not page.at.warning
    assert page.tiles["Objects"] == "3 of 84"


def test_what_a_loosening_button_promises_is_what_it_gives(open_page):
    page = open_page("lang=en&at=2026-03-01&kind=solar&zone=red&status=design")
    assert page.at.warning
    for key in [
        b.key for b in page.at.button if b.key.startswith("loosen-") and b.key != "loosen-all"
    ]:
        page.go("lang=en&at=2026-03-01&kind=solar&zone=red&status=design")
        promised = int(re.search(r"(\d+) objects?", page.button(key).label).group(1))
        page.button(key).click()
        page.run()
        left = [int(page.tiles[name].split(" of ")[0]) for name in ("Objects", "Projects")]
        assert sum(left) == promised


@pytest.mark.parametrize("name", ["ТЭЦ *1* ![x](https://host.test/p.png)", "$a$ :red[b] `c` \\"])
def test_a_label_shows_a_name_as_it_stands(name):
    label = shell.plain(name)
    assert re.sub(r"\\(.)", r"\1", label) == name
    assert not re.search(r"(?<!\\)(?:\\\\)*[*\[\]!$:`]", label)


# -- the card ----------------------------------------------------------------------------------


def test_a_card_says_how_many_projects_it_does_not_list(open_page, data):
    page = open_page("lang=en&at=2026-04-08&sel=KZ-55")
    listed = [b for b in page.at.button if str(b.key).startswith("linked-")]
    there = sum(row["region"] == "KZ-55" for row in as_of(data, AT).project_rows.values())
    assert 0 < len(listed) < there
    assert f"{there - len(listed)} more" in page.card


# -- a malformed address -----------------------------------------------------------------------


def test_a_bad_address_is_shown_as_far_as_it_is_understood(open_page):
    page = open_page(
        "lang=zz&zone=purple,red&foo=1&map=9,9&at=2026-13-01&sel=nope&year=9-1&rev=abcdef"
    )
    (note,) = page.at.info
    said = re.findall(r"`(.*?)`", note.value)
    assert sorted(said) == sorted(
        [
            "lang=zz",
            "zone=purple",
            "foo=1",
            "map=9,9",
            "at=2026-13-01",
            "sel=nope",
            "year=9-1",
            "rev=abcdef",
        ]
    )
    assert page.address.keys() == {"lang", "at", "zone"}
    assert page.address["zone"] == "red"
    assert page.address["lang"] == "kk"
    date.fromisoformat(page.address["at"])


def test_what_is_dropped_stays_one_line_of_code(open_page):
    page = open_page("lang=en&foo=a\n\n![](https://host.test/p.png)`")
    (note,) = page.at.info
    assert "`foo=a ![](https://host.test/p.png)`" in note.value
    assert "\n" not in note.value


def test_an_address_is_rewritten_canonically(open_page):
    page = open_page(
        "zone=red,red,yellow&wear=40.0-60.00&map=48.00001,67,5.250&at=2026-03-01&lang=ru&q= тэц "
    )
    assert page.address == {
        "lang": "ru",
        "at": "2026-03-01",
        "zone": "red,yellow",
        "wear": "40-60",
        "map": "48,67,5.25",
        "q": "тэц",
    }
    assert not page.at.info


ODD = [
    "q=<img src=x onerror=alert(1)>`**",
    "at=0001-01-01",
    "at=9999-12-31",
    "at=1899-12-31&wear=0-100&year=0-9999",
    "region=KZ-00,KZ,KZ-11&city=nowhere,astana",
    "layers=none&fill=none&present=1&theme=projector&sort=-nothing",
    "map=90,180,22&wear=unknown&year=unknown&status=unknown&funding=unknown",
    "layers=&zone=,,&sel=KZ",
    "sel=ekibastuz&at=2026-04-08",
    "provenance=synthetic",
    "sel=balkhash-npp&at=2020-01-01",
    "year=-2022&wear=101-",
    "year=2099-&wear=-0",
]


@pytest.mark.parametrize("query", ODD)
def test_no_address_fails(open_page, query):
    page = open_page(f"lang=en&{query}")
    assert page.address["lang"] == "en"
    assert "<img" not in "".join(page.html)


@pytest.mark.parametrize("name", ["projects", "sources"])
def test_no_address_fails_on_the_other_pages(open_page, name):
    page = open_page("lang=en", page=name)
    for query in ODD[:4]:
        page.go(f"lang=en&{query}")
        assert "<img" not in "".join(page.html)


# -- what a click writes -----------------------------------------------------------------------


def test_a_box_writes_the_address_and_takes_it_back(open_page):
    page = open_page("lang=en&at=2026-03-01&map=48,67,5.5")
    page.box("w-zone-red").check()
    page.run()
    assert page.address == {"lang": "en", "at": "2026-03-01", "map": "48,67,5.5", "zone": "red"}
    assert page.tiles["Objects"] == "10 of 84"
    page.box("w-zone-yellow").check()
    page.run()
    assert page.address["zone"] == "red,yellow"
    assert page.tiles["Objects"] == "13 of 84"
    page.box("w-zone-red").uncheck()
    page.run()
    page.box("w-zone-yellow").uncheck()
    page.run()
    assert page.address == {"lang": "en", "at": "2026-03-01", "map": "48,67,5.5"}
    assert page.tiles["Objects"] == "84 of 84"


def test_back_restores_the_widgets_from_the_address(open_page):
    page = open_page("lang=en&at=2026-03-01")
    page.box("w-zone-red").check()
    page.run()
    page.go("lang=en&at=2026-03-01")
    assert not page.box("w-zone-red").value
    assert page.address == {"lang": "en", "at": "2026-03-01"}
    page.go("lang=ru&at=2024-05-01&zone=yellow&wear=40-60&q=ТЭЦ&region=KZ-10&fill=heat")
    assert page.box("w-zone-yellow").value
    assert page.at.date_input(key="w-at-field").value == date(2024, 5, 1)
    assert page.at.slider(key="w-at").value == date(2024, 5, 1)
    assert page.at.slider(key="w-wear").value == (40, 60)
    assert page.at.text_input(key="w-q").value == "ТЭЦ"
    assert page.at.multiselect(key="w-region").value == ["KZ-10"]
    assert page.at.selectbox(key="w-fill").value == "heat"
    assert page.at.segmented_control(key="w-lang").value == "ru"


WRITTEN = [
    ("multiselect", "w-region", ["KZ-11", "KZ-10"], {"region": "KZ-11,KZ-10"}),
    ("date_input", "w-at-field", date(2024, 1, 15), {"at": "2024-01-15"}),
    ("slider", "w-at", date(2025, 6, 1), {"at": "2025-06-01"}),
    ("slider", "w-wear", (40, 60), {"wear": "40-60"}),
    ("slider", "w-wear", (60, 100), {"wear": "60-"}),
    ("slider", "w-year", (2023, 2028), {"year": "-2028"}),
    ("text_input", "w-q", "  кокшетау ", {"q": "кокшетау"}),
    ("selectbox", "w-fill", "heat", {"fill": "heat"}),
    ("segmented_control", "w-lang", "ru", {"lang": "ru"}),
    ("selectbox", "w-sort", "-wear", {"sort": "-wear"}),
]


def test_each_widget_writes_the_address(open_page):
    page = open_page("lang=en&at=2026-04-08")
    expected = {"lang": "en", "at": "2026-04-08"}
    for kind, key, value, written in WRITTEN:
        getattr(page.at, kind)(key=key).set_value(value)
        page.run()
        expected |= written
        assert page.address == expected, key


def test_a_range_that_is_the_whole_scale_is_no_filter(open_page):
    page = open_page("lang=en&at=2026-04-08&wear=40-60")
    page.at.slider(key="w-wear").set_value((0, 100))
    page.run()
    assert page.address == {"lang": "en", "at": "2026-04-08"}


def test_the_date_buttons_step_to_the_days_on_which_facts_changed(open_page):
    page = open_page("lang=en&at=2026-04-08")
    page.button("day-before").click()
    page.run()
    earlier = page.address["at"]
    assert earlier < "2026-04-08"
    page.button("day-after").click()
    page.run()
    assert page.address["at"] > earlier


def test_reset_clears_the_filters_and_nothing_else(open_page):
    kept = "lang=ru&at=2026-03-01&sel=pavlodar-chp-2&map=50,70,6&fill=heat"
    page = open_page(f"{kept}&zone=red&kind=chp&wear=40-&q=тэц&year=-2030&provenance=press")
    page.button("reset").click()
    page.run()
    assert page.address == dict(part.split("=") for part in kept.split("&"))
    assert page.tiles["Объекты"] == "84 из 84"
    assert page.button("reset").disabled


def test_layers_hide_and_do_not_filter(open_page):
    page = open_page("lang=en&at=2026-03-01")
    page.box("w-layers-plants").uncheck()
    page.run()
    assert "plants" not in page.address["layers"].split(",")
    assert page.tiles["Objects"] == "84 of 84"
    assert "Drawn 0 / in filter 84 / in source 84" in page.part("foot")


# -- the card ------------------------------------------------------------------------------------


def test_the_card_tells_the_promises_with_their_sources(open_page):
    page = open_page(KOKSHETAU)
    card = page.card
    for told in (
        "Kokshetau CHP construction",
        "356",
        "820 Gcal/h",
        "SEPCO1",
        "Q1 2029",
        "15 months",
    ):
        assert told in card, told
    for once_said in ("239", "Inter RAO", "2027", "2028"):
        assert once_said in card, once_said
    markup = "".join(page.html)
    links = re.findall(
        r'<a href="([^"]*)" title="[^"]*" target="_blank" rel="noopener noreferrer">', markup
    )
    assert len(links) > 5
    assert all(link.startswith("https://") for link in links)
    # each value of the card names its source and day
    facts = re.findall(r'<div class="value">.*?</div><div class="src">(.*?)</div>', markup)
    assert facts
    assert all("<a href=" in source or "register" in source for source in facts)


def test_the_card_of_an_earlier_day_tells_what_was_known_then(open_page):
    card = open_page("lang=en&at=2024-01-15&sel=kokshetau-chp-newbuild").card
    assert "Inter RAO" in card
    assert "2027" in card
    assert "SEPCO1" not in card
    nothing = open_page("lang=en&at=2020-01-01&sel=kokshetau-chp-newbuild").card
    assert "nothing known on this date" in nothing


def test_the_card_closes_and_opens_what_is_linked(open_page):
    page = open_page(KOKSHETAU)
    page.button("linked-kokshetau-chp-new").click()
    page.run()
    assert page.address["sel"] == "kokshetau-chp-new"
    page.button("open-kokshetau-chp-newbuild").click()
    page.run()
    assert page.address["sel"] == "kokshetau-chp-newbuild"
    page.button("card-close").click()
    page.run()
    assert "sel" not in page.address


def test_the_latest_statements_open_their_card(open_page):
    page = open_page("lang=en&at=2026-04-08")
    first = next(b for b in page.at.button if b.key.startswith("latest-0-"))
    first.click()
    page.run()
    assert first.key == f"latest-0-{page.address['sel']}"


# -- broken registers ------------------------------------------------------------------------------


LOOKS = 20


@pytest.fixture
def broken_office(root, store, tmp_path, monkeypatch):
    """Registers of one's own: a good build, then a kind that nobody knows in plants.csv, row 3."""
    for folder in ("data", "geo"):
        shutil.copytree(root / folder, tmp_path / folder)
    shutil.copytree(store.var, tmp_path / "var")

    def spoil():
        st.cache_resource.clear()  # pages look at the registers every few seconds, not on each run
        path = tmp_path / "data" / "plants.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        assert lines[2].startswith("semey-chp-3-new,")
        lines[2] = lines[2].replace(",chp,", ",steam-engine,", 1)
        path.write_text("".join(lines), encoding="utf-8")

    def move_in(var):
        monkeypatch.setenv("MEKS_GEO_ROOT", str(tmp_path))
        monkeypatch.setenv("MEKS_GEO_VAR", str(var))

    yield spoil, move_in, tmp_path
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.mark.parametrize("lang", LANGS)
def test_broken_registers_are_named_and_the_last_good_revision_is_served(
    open_page, broken_office, lang
):
    spoil, move_in, folder = broken_office
    page = open_page(f"lang={lang}&at=2026-03-01")
    move_in(folder / "var")
    page.run()
    assert not page.at.error
    spoil()
    for _ in range(LOOKS):  # a page does not wait for the one who looks
        page.run()
        if page.at.error:
            break
    (banner,) = page.at.error
    assert banner.value
    table = page.at.dataframe[0].value
    assert len(table) == 1
    file, row, column, what, cure = table.iloc[0]
    assert (file, row, column) == ("plants.csv", 3, "kind")
    assert "steam-engine" in what
    assert cure
    assert any(value.startswith("84 ") for value in page.tiles.values())
    page.box("w-zone-red").check()
    page.run()
    assert TEN_OF_84[lang] in page.tiles.values()


def test_without_any_good_revision_the_page_says_only_what_to_mend(open_page, broken_office):
    spoil, move_in, folder = broken_office
    page = open_page("lang=en")
    spoil()
    move_in(folder / "empty")
    page.run()
    assert len(page.at.error) == 1
    assert tuple(page.at.dataframe[0].value.iloc[0])[:3] == ("plants.csv", 3, "kind")
    assert not [b for b in page.html if "tiles" in b]
