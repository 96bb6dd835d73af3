"""A file comes in through a real browser: refused, mended, compared, published, brought back."""

from urllib.parse import urlsplit

import pytest

from meks_geo import i18n

AT = "at=2026-11-22"
SCRIPT = '<img src=x onerror="window.__pwned=1">'
HEAD = "plant_id,name_ru,kind,region,lat,lon,wear_percent,wear_date\n"
ROW = (
    f"pavlodar-test-1,{SCRIPT.replace(chr(34), '')} ТЭЦ,{{kind}},KZ-55,52.28,76.95,75,2026-01-10\n"
)
SIGNS = "document.querySelectorAll('.leaflet-marker-pane .meks-icon').length"
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def own_server(serve, tmp_path_factory):
    """A server of one's own: what is published here is not seen by other tests."""
    folder = tmp_path_factory.mktemp("intake")
    with serve(folder, MEKS_GEO_VAR=folder / "var") as address:
        yield address


def drop(window, text, name="plants.csv"):
    chooser = window.page.locator('[data-testid="stFileUploaderDropzoneInput"]')
    chooser.set_input_files({"name": name, "mimeType": "text/csv", "buffer": text.encode()})
    window.page.locator(".file-name", has_text=name).wait_for()
    window.settled()


def test_a_file_is_refused_mended_compared_and_published(open_window, own_server):
    other = open_window(f"{own_server}/?lang=kk&{AT}").settled()
    other.until_markers(84)
    window = open_window(f"{own_server}/intake?lang=ru&{AT}").settled()
    page = window.page

    drop(window, HEAD + ROW.format(kind="chpp"))
    page.locator(".verdict.refused").wait_for()
    group = f"{i18n.text('ru', 'sheet.plants')} · {i18n.text('ru', 'fault.unknown-code')} — 1"
    page.locator('[data-testid="stExpander"]', has_text=group).wait_for()
    assert window.map.evaluate(SIGNS) == 1
    with page.expect_download() as coming:
        page.get_by_role("button", name=i18n.text("ru", "intake.copy_xlsx")).click()
    assert coming.value.suggested_filename.endswith(".xlsx")

    drop(window, HEAD + ROW.format(kind="chp"), name="mended.csv")
    page.locator(".verdict.passed").wait_for()
    window.until(lambda: window.map.evaluate(SIGNS) == 1, "the new plant on the map")
    page.get_by_label(i18n.text("ru", "intake.author")).fill(SCRIPT)
    page.get_by_label(i18n.text("ru", "intake.note"), exact=True).fill(SCRIPT)
    page.get_by_role("button", name=i18n.text("ru", "intake.publish_button")).click()
    page.locator(".st-key-published").wait_for()
    assert page.locator(".file-name").count() == 0

    other.page.locator(".st-key-nav").get_by_text(i18n.text("kk", "page.sources")).click()
    other.page.locator(".st-key-revision").wait_for()
    other.page.locator(".st-key-nav").get_by_text(i18n.text("kk", "page.map"), exact=True).click()
    other.until(lambda: urlsplit(other.page.url).path == "/", "the map page")
    other.settled().until_markers(84)
    other.page.get_by_role("button", name=i18n.text("kk", "app.move_on")).click()
    other.until_markers(85)
    other.until(lambda: other.page.locator(".st-key-revision").count() == 0, "the line to go")

    published = page.locator(".st-key-published")
    published.get_by_text(i18n.text("ru", "page.history"), exact=True).click()
    window.until(lambda: urlsplit(page.url).path == "/history", "the history page")
    page.locator(".st-key-entry").wait_for()
    assert SCRIPT in page.locator(".st-key-entry").inner_text()
    for one in (page, other.page):
        assert one.evaluate("window.__pwned") is None


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_pages_fit_a_phone_and_speak_one_language(open_window, own_server, lang):
    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    window = open_window(f"{own_server}/intake?lang={lang}&{AT}", **phone).settled()
    zone = window.page.locator('[data-testid="stFileUploaderDropzone"]')
    zone.wait_for()
    said = zone.locator("button p").evaluate(
        "(e) => [getComputedStyle(e).fontSize, getComputedStyle(e, '::after').content]"
    )
    assert said == ["0px", f'"{i18n.text(lang, "intake.choose_file")}"']
    assert not zone.locator('[data-testid="stFileUploaderDropzoneInstructions"]').is_visible()
    assert window.page.evaluate(FITS)
    window.page.goto(f"{own_server}/history?lang={lang}&{AT}")
    window.page.locator(".st-key-entry").wait_for()
    assert window.page.evaluate(FITS)


def test_an_entry_is_chosen_by_a_click_on_its_row(open_window, own_server):
    window = open_window(f"{own_server}/history?lang=en&{AT}").settled()
    page = window.page
    page.locator(".st-key-entry").wait_for()
    entries = page.locator('[data-testid="stDataFrame"]').first
    first = page.locator(".st-key-entry h2").inner_text()
    number = int(first.split()[-1])
    assert number > 1, "what was published above is an entry of its own"
    box = entries.locator("canvas").first.bounding_box()
    row = box["height"] / (number + 1)
    page.mouse.click(box["x"] + 16, box["y"] + 2.5 * row)
    window.until(
        lambda: page.locator(".st-key-entry h2").inner_text() == f"Entry {number - 1}",
        "the entry below the newest",
    )
