"""What the map says of lines and substations, in a page with our scripts and no server."""

import pytest
from test_lines_layer import LAT, LON, OPERATORS, Alone, lines

HOSTILE = "<img src=x onerror=window.pwned=1>"


@pytest.fixture
def alone(browser):
    made = Alone(browser)
    yield made
    made.context.close()
    assert made.complaints == []


def told(alone):
    """Return the tip of the red line."""
    for right in (30, 31):
        alone.page.mouse.move(400 + right, 250)
    alone.page.wait_for_timeout(60)
    return alone.tip()


def until(true, alone):
    """Wait until `true()` is."""
    for _ in range(150):
        if true():
            return
        alone.page.wait_for_timeout(60)
    pytest.fail("waited too long")


# -- lines -----------------------------------------------------------------------------------------


def test_a_line_of_the_backbone_is_told_by_name_and_stays_text(alone):
    facts = [["Voltage", "500 kV"], ["Project", HOSTILE]]
    alone.paint(lines(shipped={"7": [f"500 kV line {HOSTILE}", facts]}))
    tip = told(alone)
    assert tip.startswith(f"500 kV line {HOSTILE}")
    assert tip.index("Voltage") < tip.index("Wear")
    assert tip.count(HOSTILE) == 2
    assert alone.page.locator(".meks-tip img").count() == 0
    assert alone.page.evaluate("window.pwned") is None


def test_a_line_that_came_in_by_a_file_is_told_by_its_sector(alone):
    alone.paint(lines(shipped={"8": ["Another line", []]}))
    assert told(alone).startswith("Heat")


def test_operators_that_did_not_come_are_asked_for_again_by_a_later_tip(alone):
    alone.context.route(f"**{OPERATORS}", lambda route: route.fulfill(status=503, json={}))
    alone.paint(lines())
    assert "Heat works" not in told(alone)
    alone.context.unroute(f"**{OPERATORS}")
    until(lambda: "Heat works" in told(alone), alone)


def test_who_may_not_read_the_networks_is_told_so(alone):
    shown = lines()
    shown["names"]["words"]["forbidden_tiles"] = "Forbidden"
    whole, alone.archive = alone.archive, 403
    alone.update(shown)
    notice = alone.page.locator(".meks-notice")
    until(lambda: notice.text_content() == "Forbidden", alone)
    alone.archive = whole
    alone.paint(shown)
    assert notice.text_content() == ""


# -- substations -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("at_city", "rings"), [(True, 1), (False, 0)])
def test_a_substation_at_a_town_has_a_dashed_ring_and_a_site_has_none(alone, at_city, rings):
    station = {"id": "s", "lat": LAT, "lon": LON, "title": HOSTILE, "at_city": at_city}
    alone.update(stations=[station | {"hover": [["Position", HOSTILE]]}])
    icon = alone.page.locator(".meks-icon")
    until(lambda: icon.locator("rect").count() == 1, alone)
    assert icon.locator("circle[stroke-dasharray]").count() == rings
    for right in (0, 1):
        alone.page.mouse.move(400 + right, 250)
    assert alone.tip().count(HOSTILE) == 2
    assert alone.page.evaluate("window.pwned") is None


def test_the_legend_tells_a_substation_at_a_town_from_one_at_its_site(alone):
    rows = [{"symbol": one, "label": one, "count": 1} for one in ("station:", "ring:station")]
    alone.update(legend=[{"title": "Lines", "note": "", "rows": rows}])
    site, town = alone.page.locator(".meks-legend li").all()
    assert (site.locator("rect").count(), site.locator("circle").count()) == (1, 0)
    assert (town.locator("rect").count(), town.locator("circle").count()) == (1, 1)
