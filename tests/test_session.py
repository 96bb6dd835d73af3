"""The owner of address and session state: what an event of the map means."""

from datetime import date

import pytest

from meks_geo.ui import maps, session
from meks_geo.view import Place, View, changed

VIEW = View(lang="ru", at=date(2026, 3, 1))


def test_a_move_is_kept_as_the_place_of_the_map():
    event = {"event": "move", "lat": 48.5, "lon": 67.25, "zoom": 5.25, "n": 1}
    assert session.map_changes(VIEW, event) == {"map": Place(48.5, 67.25, 5.25)}


def test_an_echo_of_the_same_place_changes_nothing():
    there = changed(VIEW, map=Place(48.5, 67.25, 5.25))
    event = {"event": "move", "lat": 48.5, "lon": 67.25, "zoom": 5.25, "n": 1}
    assert session.map_changes(there, event) == {}


@pytest.mark.parametrize("kind", ["select", "city"])
def test_a_click_selects_and_a_second_one_lets_go(kind):
    event = {"event": kind, "id": "balkhash-npp", "n": 1}
    assert session.map_changes(VIEW, event) == {"sel": "balkhash-npp"}
    chosen = changed(VIEW, sel="balkhash-npp")
    assert session.map_changes(chosen, event) == {"sel": ""}
    assert session.map_changes(changed(VIEW, sel="ekibastuz"), event) == {"sel": "balkhash-npp"}


def test_a_click_on_a_region_filters_by_it_and_a_second_one_lets_go():
    event = {"event": "region", "id": "KZ-11", "n": 1}
    assert session.map_changes(VIEW, event) == {"region": ("KZ-11",), "map": None}
    assert session.map_changes(changed(VIEW, region=("KZ-11",)), event) == {
        "region": (),
        "map": None,
    }
    # one of several is narrowed to
    both = changed(VIEW, region=("KZ-10", "KZ-11"))
    assert session.map_changes(both, event)["region"] == ("KZ-11",)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"event": "shout"},
        {"event": "move"},
        {"event": "move", "lat": 48, "lon": 67},
        {"event": "move", "lat": "north", "lon": 67, "zoom": 5},
        {"event": "move", "lat": None, "lon": 67, "zoom": 5},
        {"event": "move", "lat": [], "lon": {}, "zoom": 5},
        {"event": "select"},
        {"event": "select", "id": None},
        {"event": "select", "id": 7},
        {"event": "select", "id": ["a"]},
        {"event": "city", "id": {"a": 1}},
        {"event": "region", "id": "KZ"},
        {"event": "region", "id": "KZ-00"},
        {"event": "region", "id": None},
        {"event": ["select"], "id": "balkhash-npp"},
    ],
)
def test_what_an_event_cannot_mean_changes_nothing(event):
    assert session.map_changes(VIEW, event) == {}


def test_a_region_that_cannot_be_hashed_is_no_region():
    assert session.map_changes(VIEW, {"event": "region", "id": ["KZ-11"]}) == {}


def test_an_event_changes_no_view():
    before = changed(VIEW)
    session.map_changes(VIEW, {"event": "region", "id": "KZ-11"})
    assert before == VIEW


def test_a_row_is_chosen_where_another_one_is(monkeypatch):
    state = {}
    monkeypatch.setattr(session.st, "session_state", state)
    session.choose_row("table", None)
    assert state == {}
    session.choose_row("table", 3)
    assert session.selected_row("table") == 3
    state["table"] = kept = dict(state["table"])
    session.choose_row("table", 3)
    assert state["table"] is kept  # nothing is written anew
    session.choose_row("table", None)
    assert session.selected_row("table") is None


@pytest.fixture
def pauses(monkeypatch):
    """The pauses of a page that a browser with a new session asks for."""
    made = []
    monkeypatch.setattr(session.st, "session_state", {})
    monkeypatch.setattr(session, "has_browser", lambda: True)
    monkeypatch.setattr(maps.time, "sleep", made.append)
    return made


def run(*, on_map=True):
    """Run a page once; return whether the map alone was drawn."""
    session.start(on_map=on_map, dropped=())
    maps.give_way()
    return session.is_held()


def test_the_page_waits_for_the_map_only_when_a_change_draws_it_anew(pauses):
    assert run()
    assert not run()
    assert pauses == []  # the browser has the map of this run
    assert not run()
    assert len(pauses) == 1


def test_a_page_that_no_map_opened_gives_way_from_the_first_run(pauses):
    assert not run(on_map=False)
    assert len(pauses) == 1
    assert not run()
    assert len(pauses) == 2
