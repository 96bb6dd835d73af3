"""The map in a real browser: clicks, filters, Back, moves, the keyboard."""

import json
from urllib.parse import urlsplit

import pytest

AT = "at=2026-04-08"
#: Leaflet rounds a centre to whole pixels: less than one of them at the zooms below, in degrees.
PIXEL = 0.03


# -- selecting ---------


def test_a_click_selects_and_the_frame_survives(open_window, server, names):
    window = open_window(f"{server}/?lang=en&{AT}")
    window.until_markers(84)
    window.settled()
    window.mark()
    # the two nuclear plants share a point
    for plant in ("ekibastuz-gres-1", "balkhash-npp", "second-npp"):
        name = names[plant]
        window.page.mouse.click(*window.spot(name))
        window.until_address(sel=plant)
        window.card_is(name)
        window.until_map(
            f"document.querySelector('.meks-chosen')?.textContent === {json.dumps(name)}",
            "the name beside the symbol",
        )
        assert window.is_marked()
    # a click on what is chosen lets go
    window.page.mouse.click(*window.spot(name))
    window.until_address(sel=None)
    assert window.is_marked()
    assert window.markers() == 84


def test_a_click_on_a_region_filters_by_it(open_window, server):
    window = open_window(f"{server}/?lang=en&{AT}")
    window.until_markers(84)
    window.settled()
    window.mark()
    # in the steppe of Ulytau no plant stands
    x, y = window.map.evaluate("(({x, y}) => [x, y])(map.latLngToContainerPoint([48.6, 65.5]))")
    frame = window.page.locator(".st-key-map iframe").bounding_box()
    window.page.mouse.click(frame["x"] + x, frame["y"] + y)
    window.until_address(region="KZ-62")
    assert window.is_marked()
    window.until(
        lambda: window.foot_count() == window.markers(), "as many markers as the foot says"
    )


# -- filtering ---------


SAMPLE = """() => {
  window.__samples = [];
  const look = () => {
    const box = map.getContainer();
    window.__samples.push([
      document.querySelectorAll(".leaflet-marker-pane .meks-icon").length,
      document.querySelectorAll(".leaflet-meks-base-pane path").length,
      getComputedStyle(box).visibility === "visible" ? box.offsetHeight : 0,
    ]);
  };
  look();
  window.__sampler = setInterval(look, 30);
}"""
SAMPLE_PAGE = """() => {
  window.__samples = [];
  window.__sampler = setInterval(() => {
    const frame = document.querySelector(".st-key-map iframe");
    window.__samples.push(frame ? frame.offsetHeight * getComputedStyle(frame).opacity : 0);
  }, 30);
}"""


def test_a_filter_keeps_the_view_and_never_blanks_the_map(open_window, server):
    window = open_window(f"{server}/?lang=en&{AT}&map=48,67,5.25")
    window.until_markers(84)
    window.settled()
    before = window.place()
    window.mark()
    window.map.evaluate(SAMPLE)
    window.page.evaluate(SAMPLE_PAGE)
    for zone, left in (("red", 10), ("yellow", 13)):
        window.box(f"zone-{zone}").click()
        window.until_markers(left)
        window.until(lambda n=left: window.foot_count() == n, f"the foot to say {left}")
    window.settled()
    window.page.wait_for_timeout(500)  # whatever still comes late is sampled too
    samples = window.map.evaluate("window.__samples")
    assert window.is_marked()
    assert len(samples) > 10
    assert {markers for markers, _, _ in samples} == {84, 10, 13}
    assert min(paths for _, paths, _ in samples) >= 20
    assert min(height for _, _, height in samples) > 300
    assert min(window.page.evaluate("window.__samples")) > 300
    assert window.place() == before
    assert window.address == {
        "lang": "en",
        "at": "2026-04-08",
        "map": "48,67,5.25",
        "zone": "red,yellow",
    }


# -- what does not come ---------


def test_a_map_whose_plants_do_not_come_says_so_and_asks_again(open_window, server):
    window = open_window(f"{server}/sources?lang=en&{AT}")
    window.settled()
    window.context.route("**/gazetteer/**", lambda route: route.abort())
    window.page.goto(f"{server}/?lang=en&{AT}")
    window.until_map("document.querySelector('.meks-notice').textContent !== ''", "words of it")
    assert window.markers() == 0
    assert any("gazetteer" in said for said in window.complaints)
    window.context.unroute("**/gazetteer/**")
    window.box("zone-red").click()
    window.until_markers(10)
    window.until_map("document.querySelector('.meks-notice').textContent === ''", "no words of it")
    window.complaints.clear()


# -- quick hands ---------


def test_a_click_that_cuts_a_run_short_switches_one_box_alone(open_window, server):
    for delay_ms in (0, 50, 150):
        window = open_window(f"{server}/?lang=en&{AT}")
        window.until_markers(84)
        window.settled()
        window.box("zone-red").click()
        window.page.wait_for_timeout(delay_ms)
        window.box("kind-chp").click()
        window.until_address(zone="red")
        window.until(lambda w=window: "kind" in w.address, "the second filter in the address")
        window.settled()
        assert window.address.keys() - {"map"} == {"lang", "at", "zone", "kind"}
        assert window.address["kind"] == "chp"


# -- Back ---------


def test_back_restores_filter_selection_and_widgets(open_window, server, names):
    window = open_window(f"{server}/?lang=en&{AT}")
    window.until_markers(84)
    window.settled()
    window.mark()
    window.box("zone-red").click()
    window.until_markers(10)
    window.box("kind-chp").click()
    window.until_address(zone="red", kind="chp")
    window.settled()
    plant = "pavlodar-chp-2"
    window.page.mouse.click(*window.spot(names[plant]))
    window.until_address(sel=plant)
    window.card_is(names[plant])
    window.settled()

    window.page.go_back()
    window.until_address(zone="red", kind="chp", sel=None)
    window.card_is("Kazakhstan")
    window.page.go_back()
    window.until_address(zone="red", kind=None, sel=None)
    window.until(
        lambda: not window.is_checked("kind-chp") and window.is_checked("zone-red"),
        "the boxes of that view",
    )
    window.page.go_back()
    window.until_address(zone=None, kind=None, sel=None)
    window.until_markers(84)
    window.until(lambda: not window.is_checked("zone-red"), "the box of that view")
    window.settled()
    assert window.address == {"lang": "en", "at": "2026-04-08"}  # and it does not bounce
    assert window.is_marked()

    window.page.go_forward()
    window.until_markers(10)
    window.until(lambda: window.is_checked("zone-red"), "the box of that view")


# -- moving ---------


def test_a_move_reaches_the_address_without_a_full_rerun(open_window, server):
    window = open_window(f"{server}/?lang=en&{AT}&zone=red")
    window.until_markers(10)
    window.page.wait_for_selector(".st-key-reset")  # the whole page, after the map
    window.settled()
    window.mark()
    search = window.page.locator(".st-key-w-q input")
    search.click()
    search.press_sequentially("pavlo")  # typed, not submitted
    runs = window.runs
    box = window.page.locator(".st-key-map iframe").bounding_box()
    window.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.4)
    window.page.mouse.wheel(0, -240)
    window.until(lambda: "map" in window.address, "the zoom in the address")
    window.settled()
    window.page.wait_for_timeout(500)  # a run that should not come would come by now
    assert window.runs == runs
    assert search.input_value() == "pavlo"
    assert "q" not in window.address
    assert window.is_marked()
    window.box("zone-yellow").click()
    window.until(lambda: window.runs > runs, "a run of the page, which a filter does ask for")


def test_a_pasted_address_gives_the_same_screen(open_window, server):
    window = open_window(f"{server}/?lang=en&{AT}&zone=red&map=48.3,67.7,5.37")
    window.until_markers(10)
    window.settled()
    assert window.place() == pytest.approx([48.3, 67.7, 5.37], abs=PIXEL)
    assert window.place()[2] == 5.37
    box = window.page.locator(".st-key-map iframe").bounding_box()
    x, y = box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5
    for _ in range(2):
        told = window.address["map"]
        window.page.mouse.move(x, y)
        window.page.mouse.down()
        window.page.mouse.move(x - 60, y + 40, steps=6)
        window.page.mouse.up()
        window.until(lambda t=told: window.address["map"] != t, "the pan in the address")
    window.settled()
    lat, lon, zoom = window.place()
    written = [float(part) for part in window.address["map"].split(",")]
    assert written == pytest.approx([lat, lon, zoom], abs=1e-4)

    other = open_window(window.page.url)
    other.until_markers(10)
    other.settled()
    assert urlsplit(other.page.url).query == urlsplit(window.page.url).query
    assert other.place() == pytest.approx([lat, lon, zoom], abs=PIXEL)
    assert other.place()[2] == zoom


# -- the keyboard ---------


def test_the_keyboard_reaches_a_plant_and_opens_its_card(open_window, server, names):
    window = open_window(f"{server}/?lang=en&{AT}&zone=red")
    window.until_markers(10)
    window.settled()
    window.mark()
    window.page.get_by_role("button", name="PNG").focus()
    focused = """document.hasFocus() && document.activeElement.matches(".meks-icon")
      && document.activeElement.getAttribute("aria-label")"""
    for _ in range(30):
        window.page.keyboard.press("Tab")
        name = window.map.evaluate(focused)
        if name in names.values():
            break
    assert name in names.values()
    window.until_map("document.querySelector('.meks-tip.meks-shown') !== null", "the hover card")
    window.page.keyboard.press("Enter")
    window.card_is(name)
    assert names[window.address["sel"]] == name
    window.settled()
    assert window.map.evaluate(focused) == name  # and is still there
