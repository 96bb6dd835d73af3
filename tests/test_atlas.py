"""The atlas by its pages: one a region, numbers and names on each, the same in three languages."""

import io
import re
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from pypdf import PdfReader

from meks_geo import i18n
from meks_geo.exports import atlas, atlasfigures, atlaspage, atlasrows
from meks_geo.printbase import outside
from meks_geo.printsheet import A4_LANDSCAPE, Box, Sheet
from meks_geo.printtype import ASCENT, DESCENT, text_width_mm
from meks_geo.queries import select
from meks_geo.view import View
from meks_geo.vocabulary import REGIONS, Lang

AT = date(2026, 6, 1)
TWO = ("KZ-10", "KZ-55")
VIEW = View(lang="kk", at=AT, region=TWO)
STAMP = "Қызмет бабында пайдалану үшін"
KAZAKH = "әғқңөұүһі"


def text_of(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.fixture(scope="module")
def drawn(data):
    """An atlas of some regions in a language: the file, and its sheets with their words."""
    real, made = atlaspage.compose, {}

    def of(lang, regions=("KZ-55",)):
        if lang not in made:
            sheets = []
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(
                    atlaspage, "compose", lambda *page: sheets.append(real(*page)) or sheets[-1]
                )
                pdf = atlas.write(data, replace(VIEW, lang=lang, region=regions), stamp=STAMP)
            made[lang] = pdf, sheets
        return made[lang]

    of("kk", TWO)
    return of


@pytest.fixture(scope="module")
def pdf(drawn):
    return drawn("kk")[0]


@pytest.fixture(scope="module")
def texts(pdf):
    return text_of(pdf)


@pytest.fixture(scope="module")
def pages(data):
    """The pages of an atlas before they are set on a sheet; nothing is drawn."""
    made = {}

    def of(view, **options):
        key = (view, options.get("since"))
        if key not in made or "progress" in options:
            found = []
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(atlaspage, "compose", lambda *page: found.append(page[0]) or blank())
                atlas.write(data, view, **options)
            made[key] = found
        return made[key]

    return of


def blank():
    return Sheet(A4_LANDSCAPE, 72, live_text=True)


# --- the file ---------------------------------------------------------------------------------


def test_the_country_comes_first_then_a_page_a_region(pages, data):
    found = pages(View(lang="en", at=AT))
    assert len(found) == 21
    names = [i18n.name("en", data.rows["regions"][one]) for one in ("KZ", *REGIONS)]
    assert [page.around.title for page in found] == names
    assert [page.around.number for page in found] == list(range(1, 22))
    assert {page.around.pages for page in found} == {21}


def test_a_view_of_some_regions_has_pages_of_these_only(texts):
    assert len(texts) == 3


def test_every_page_says_what_it_is_of_which_day_and_how_secret(texts, data):
    for number, (region, text) in enumerate(zip(("KZ", *TWO), texts, strict=True), start=1):
        assert i18n.name("kk", data.rows["regions"][region]) in text
        assert f"{number} / 3" in text
        assert "01.06.2026" in text
        assert data.revision[:8] in text
        assert STAMP in text


def test_a_page_names_the_plants_of_its_region_and_no_others(texts, data):
    plants = data.rows["plants"]
    for region, text in zip(TWO, texts[1:], strict=True):
        here = [i18n.name("kk", row) for row in plants.values() if row["region"] == region]
        plain = " ".join(text.split())
        assert sum(name in plain for name in here) >= len(here) - 1
    assert "Екібастұз ГРЭС-1" not in texts[1]


def test_each_page_opens_its_own_view(pdf, data):
    for region, page in zip(TWO, PdfReader(io.BytesIO(pdf)).pages[1:], strict=True):
        links = {note.get_object()["/A"]["/URI"] for note in page["/Annots"]}
        assert any(f"region={region}" in one and data.revision in one for one in links)


def test_the_same_atlas_has_the_same_bytes(data, pdf):
    assert atlas.write(data, VIEW, stamp=STAMP) == pdf


def test_the_file_carries_its_fonts_with_all_kazakh_letters(pdf, texts):
    fonts = [
        font.get_object()
        for page in PdfReader(io.BytesIO(pdf)).pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())
    whole = "".join(texts)
    assert [letter for letter in KAZAKH if letter not in whole and letter != "һ"] == []


def test_work_that_is_called_off_ends_at_the_next_page(data):
    steps = []

    def progress(step, share):
        steps.append(share)
        if len(steps) == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        atlas.write(data, VIEW, progress=progress)
    assert len(steps) == 3


def test_progress_grows_to_the_whole(data, pages):
    shares = []
    pages(VIEW, progress=lambda _, share: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


# --- what a page holds ------------------------------------------------------------------------


def test_the_contents_name_each_page_and_its_counts(data, pages):
    found = pages(View(lang="en", at=AT))
    (contents,) = found[0].beside
    assert len(contents.rows) == 20
    assert [row[-1].text for row in contents.rows] == [str(n) for n in range(2, 22)]
    objects = sum(int(row[1].text) for row in contents.rows)
    assert objects == len(data.plants)


def test_a_region_without_a_kpi_of_its_own_says_so(pages):
    page = pages(VIEW)[1]
    kpis = page.beside[3]
    assert kpis.rows == ()
    assert kpis.note == i18n.text("kk", "card.nothing_published")


def test_the_country_shows_targets_beside_actual_values_and_their_sources(data):
    table = atlasfigures.kpis(data, View(lang="en", at=date(2026, 3, 1)), "KZ")
    (heat,) = [row for row in table.rows if row[0].text == "Wear of heat networks"]
    assert [cell.text for cell in heat[1:3]] == ["50% (2025)", "49% (2026)"]
    assert "lada.kz" in heat[3].text
    assert table.rows[0][0].text == "MEKS total investment"


def test_kpis_of_an_earlier_day_are_those_known_then(data):
    table = atlasfigures.kpis(data, View(lang="en", at=date(2024, 6, 1)), "KZ")
    (heat,) = [row for row in table.rows if row[0].text == "Wear of heat networks"]
    assert [cell.text for cell in heat[1:3]] == ["53% (2023)", "43% (2030)"]


def test_figures_of_sources_that_the_view_leaves_out_are_left_out(data):
    only = View(lang="en", at=AT, provenance=("official",))
    published = atlasfigures.published(data, replace(only, provenance=("press",)), "KZ-55")
    assert published.rows
    of = {one.publisher for one in data.sources.values() if one.provenance == "press"}
    assert {row[3].text for row in published.rows} <= of


def test_published_wear_is_the_newest_of_each_thing_with_its_class(data):
    table = atlasfigures.published(data, View(lang="en", at=AT), "KZ-55")
    names = [row[0].text for row in table.rows]
    assert len(names) == len(set(names))
    assert any(row[0].zone == "red" for row in table.rows)


def test_a_doubtful_figure_is_not_published_wear(data):
    view = View(lang="en", at=AT)
    before = [row[1].text for row in atlasfigures.published(data, view, "KZ-55").rows]
    table = data.indicators.copy()
    table.loc[table["region"] == "KZ-55", "standing"] = "doubtful"
    assert before
    assert atlasfigures.published(replace(data, indicators=table), view, "KZ-55").rows == ()


def test_a_slipped_deadline_is_told_with_its_months(data, pages):
    found = pages(View(lang="en", at=AT), since=date(2025, 1, 1))
    rows = [row for page in found[1:] for row in page.beside[4].rows]
    moved = [row for row in rows if row[1].text == "Completion" and row[2].text != "unknown"]
    assert any(re.search(r"\(\+\d+.months\)", row[3].text) for row in moved)
    assert all(row[5].text for row in rows)


def test_the_day_to_compare_with_is_a_year_before_by_default(pages):
    titles = [page.beside[-1].title for page in pages(VIEW)[1:]]
    assert titles == ["Өзгерістер: 01.06.2025 – 01.06.2026"] * 2


def test_unknown_is_shown_as_unknown_and_never_as_zero(data):
    selection = select(data, View(lang="en", at=AT))
    for row in atlasrows.projects(data, selection).rows:
        assert not row[3].text.startswith("0")
    for row in atlasrows.plants(selection, ()).rows:
        assert row[5].text != "0"


def test_a_part_follows_its_whole(data):
    selection = select(data, View(lang="en", at=AT, region=("KZ-55",)))
    names = [row[0].text for row in atlasrows.projects(data, selection).rows]
    whole, part = (
        i18n.name("en", data.rows["projects"][one])
        for one in ("aksu-gres-units", "aksu-gres-unit-7")
    )
    assert names.index(f"–\u00a0{part}") == names.index(whole) + 1


def test_changes_are_those_of_the_filter_and_made_up_ones_say_so(data, world, monkeypatch):
    one = "atyrau-heat-networks"
    said = [
        (one, "wear_percent", "60", "2025-01-01"),
        (one, "wear_percent", "70", "2026-03-01"),
    ]
    name = i18n.name("en", data.rows["entities"][one])

    def changed(of, **filters):
        found = []
        monkeypatch.setattr(atlaspage, "compose", lambda *page: found.append(page[0]) or blank())
        atlas.write(of, View(lang="en", at=AT, region=("KZ-23",), **filters))
        country, region = found
        tables = country.below[1][1], region.beside[4]
        return [[row[0].text for row in table.rows] for table in tables]

    assert changed(world(*said)) == [[f"{name}: wear"], [name]]
    assert changed(world(*said), sector=("water",)) == [[], []]
    entities = data.entities.assign(provenance="synthetic")
    made_up = world(*said, entities=entities)
    assert changed(made_up) == [[], []]
    marked = f"{name} (synthetic data)"
    assert changed(made_up, provenance=("synthetic",)) == [[f"{marked}: wear"], [marked]]


def test_made_up_data_says_so_in_its_row(data):
    plants = data.plants.copy()
    plants.loc[plants.index[0], "provenance"] = "synthetic"
    other = replace(data, plants=plants, revision="0" * 12)
    view = View(lang="en", at=AT, provenance=("synthetic",))
    (row,) = atlasrows.plants(select(other, view), ()).rows
    assert row[0].text.endswith("(synthetic data)")


def test_no_project_is_lost_in_the_order(data):
    selection = select(data, View(lang="en", at=AT))
    rows = atlasrows.projects(data, selection).rows
    assert len(rows) == len(selection.projects)


def test_the_three_languages_tell_the_same(pages):
    told = {lang: pages(replace(VIEW, lang=lang)) for lang in Lang}
    shapes = [
        [[len(table.rows) for table in page.beside] for page in of_one] for of_one in told.values()
    ]
    assert shapes[0] == shapes[1] == shapes[2]
    for kk, ru in zip(told["kk"], told["ru"], strict=True):
        assert kk.around.link.replace("lang=kk", "lang=ru") == ru.around.link
        costs = [
            [re.sub(r"\D", "", row[3].text) for row in page.beside[1].rows]
            for page in (kk, ru)
            if not page.below
        ]
        assert costs[:1] == costs[1:]


# --- how it is set ----------------------------------------------------------------------------


def boxes(sheet):
    return [
        (
            words.text,
            Box(
                words.left,
                words.xy_mm[1] - words.kind.em_mm * ASCENT * 0.8,
                words.left + text_width_mm(words.text, words.kind),
                words.xy_mm[1] + words.kind.em_mm * DESCENT * 0.2,
            ),
        )
        for words in sheet.words
        if words.text.strip()
    ]


@pytest.mark.parametrize("lang", Lang)
def test_no_text_lies_on_another_or_leaves_the_paper(drawn, lang):
    for sheet in drawn(lang)[1]:
        found = boxes(sheet)
        touching = [(a[0], b[0]) for a, b in combinations(found, 2) if a[1].overlaps(b[1])]
        assert touching == []
        inner = Box(5, 5, sheet.paper.width_mm - 5, sheet.paper.height_mm - 5)
        assert [text for text, box in found if outside(box, inner)] == []
