"""The page of plans in a real browser: a slider is moved, a work opens, two plans stand side by
side, on a large screen and on a phone."""

import shutil
from datetime import date

import pytest

from meks_geo.planning import answer, scenario
from meks_geo.store import Store

DAY = "2026-11-22"
PHONE = {"viewport": {"width": 390, "height": 844}}
YEARS = range(2026, 2030)


@pytest.fixture(scope="module")
def planned(root, store, serve, tmp_path_factory):
    """A server with one saved plan; gives its address."""
    folder = tmp_path_factory.mktemp("plans")
    shutil.copytree(store.var, folder / "var")
    kept = Store(root=root, var=folder / "var")
    data = kept.dataset()
    asked = scenario.make({"meks-market": dict.fromkeys(YEARS, 100.0)}, YEARS)
    found = answer.solve(data, kept.parameters(), asked, date.fromisoformat(DAY))
    kept.save_plan(
        answer.saved_of(data, found, id="small", title="Small plan", author="Aigul", note="")
    )
    with serve(folder, MEKS_GEO_VAR=folder / "var") as address:
        yield address


def tile(window):
    return window.page.locator(".tile-value").first.inner_text()


def test_a_slider_moves_the_plan_and_a_work_opens(planned, open_window):
    window = open_window(f"{planned}/plan?lang=en&at={DAY}", locale="en-GB")
    page = window.page
    page.wait_for_selector("table.plan.works")
    before = tile(window)
    handle = page.locator(".st-key-w-plan-money-meks-market input")
    handle.focus()
    for _ in range(20):
        handle.press("ArrowRight")
    window.until(lambda: tile(window) != before, "the plan to follow the slider")
    window.settled()
    work = page.locator("details.why").first
    work.locator("summary").click()
    window.until(lambda: "MEKS filter" in work.inner_text(), "the work to open")
    assert "noopener" in work.locator("a").first.get_attribute("rel")


def test_a_saved_plan_of_the_address_stands_beside_the_draft(planned, open_window):
    window = open_window(f"{planned}/plan?lang=en&at={DAY}&plan=small", locale="en-GB")
    page = window.page
    page.wait_for_selector("text=Plan: Small plan")
    window.settled()
    page.get_by_role("button", name="Solve again on the record").first.click()
    page.wait_for_selector(".plan-maps.two figure")
    window.settled()
    assert page.locator(".plan-maps.two figure").count() == 2 * len(YEARS)
    assert "A: Small plan" in page.locator(".plan-scroll").first.inner_text()


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_nothing_is_wider_than_a_phone(planned, open_window, lang):
    window = open_window(f"{planned}/plan?lang={lang}&at={DAY}", **PHONE)
    window.page.wait_for_selector("table.plan.works")
    window.settled()
    wide = window.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
