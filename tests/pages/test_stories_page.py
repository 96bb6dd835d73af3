"""The pages of stories and of the presenter without a browser."""

from datetime import date

import pytest

from meks_geo import i18n, stories
from meks_geo.stories import Story, StoryScene, Words
from meks_geo.ui import session
from meks_geo.ui import stories as stories_ui
from meks_geo.ui.meeting import board
from meks_geo.view import View

LANGS = ("kk", "ru", "en")
SCRIPT = "<script>alert(1)</script>"
AT = "2026-04-08"


def one(text):
    return Words((("", text),))


def story():
    scenes = (
        StoryScene(one("First"), one(f"Say {SCRIPT}"), View(at=date(2024, 1, 16))),
        StoryScene(one(SCRIPT), Words(), View(at=date(2026, 3, 1), zone=("red",))),
    )
    return Story(one("Own"), scenes)


@pytest.fixture
def page(open_page):
    def open_one(lang="en"):
        return open_page(f"lang={lang}&at={AT}", page="stories")

    return open_one


def press(page, key):
    page.button(key).click()
    return page.run()


def kept(page):
    return stories.read(page.at.session_state["kept-story"], date(2026, 11, 22))


def titles(page):
    return [one.title.of("en") for one in kept(page).scenes]


# -- the list ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_a_ready_story_opens_in_each_language(page, store, lang):
    opened = press(page(lang), "open-three-chps")
    (found,) = [s for name, s in stories.shipped(store.root).items() if name == "three-chps"]
    assert opened.at.text_input(key=f"w-story-title-{lang}").value == found.title_in(lang)
    for title, _, _ in found.scenes_in(lang):
        assert title in opened.text


def test_a_scene_is_moved_changed_and_taken_out(page):
    opened = page()
    opened.at.session_state["kept-story"] = stories.dump(story())
    opened.run()
    press(opened, "scene-down-0")
    assert titles(opened) == [SCRIPT, "First"]
    press(opened, "scene-edit-1")
    opened.at.text_input(key="w-scene-title-1-en").set_value("Last")
    opened.run()
    opened.at.text_input(key="w-scene-view-1").set_value("?at=2025-01-01&zone=pink&lang=ru")
    opened.run()
    assert kept(opened).scenes[1].title.of("en") == "Last"
    assert kept(opened).scenes[1].view == View(at=date(2025, 1, 1))
    assert "zone=pink" in opened.at.info[0].value
    press(opened, "scene-edit-0")
    assert not any("zone=pink" in note.value for note in opened.at.info)
    press(opened, "scene-remove-0")
    assert titles(opened) == ["Last"]
    opened.at.text_input(key="w-story-title-en").set_value(" ")
    opened.run()
    assert kept(opened).title_in("en") == "Own"


def test_what_a_story_says_never_becomes_markup(page):
    opened = page()
    opened.at.session_state["kept-story"] = stories.dump(story())
    opened.run()
    assert SCRIPT in opened.text
    assert not any("<script" in body for body in opened.html)


def test_a_file_is_loaded_and_a_bad_one_complained_of(page):
    opened = page("ru")
    opened.at.file_uploader[0].upload("s.yaml", b"title: [", "application/yaml")
    opened.run()
    assert i18n.text("ru", "problem.story-not-read.fix") in opened.text
    opened.at.file_uploader[0].upload("s.yaml", stories.dump(story()).encode(), "application/yaml")
    opened.run()
    assert opened.at.text_input(key="w-story-title-ru").value == "Own"
    assert i18n.text("ru", "problem.story-not-read.fix") not in opened.text


# -- presenting -------------------------------------------------------------------------------


@pytest.fixture
def led(store):
    """The code of a meeting with its key."""
    code = board().open(story(), store.current())
    yield code
    board().close(code)


def presenter(open_page, code, lang="en"):
    opened = open_page(f"lang={lang}&at={AT}", page="presenter")
    return opened.go(f"lang={lang}&at={AT}&code={code}")


@pytest.mark.parametrize("lang", LANGS)
def test_the_presenter_reads_notes_and_what_comes_next(open_page, led, lang):
    opened = presenter(open_page, led, lang)
    assert f"Say {SCRIPT}" in opened.text
    assert not any("<script" in body for body in opened.html)
    assert f"{i18n.text(lang, 'present.next')}: {SCRIPT}" in opened.text
    assert board().look(led).code in opened.text
    assert opened.address == {"lang": lang, "at": AT, "code": led}
    press(opened, "lead-on")
    assert board().look(led).number == 1
    assert i18n.text(lang, "present.last") in opened.text


def test_a_code_without_its_key_leads_nothing(open_page, led):
    opened = presenter(open_page, led.partition("-")[0])
    assert opened.at.info[0].value == i18n.text("en", "present.nothing_led")
    assert "Say" not in opened.text


def test_an_answer_is_found_out_of_sight_and_shown_when_asked(open_page, led):
    opened = presenter(open_page, led)
    before = board().look(led)
    opened.at.text_input(key="w-drawer").set_value(" balkhash  npp")
    opened.run()
    press(opened, "found-balkhash-npp")
    assert "Balkhash NPP" in opened.card
    press(opened, "open-balkhash-npp-newbuild")
    assert opened.address == {"lang": "en", "at": AT, "code": led}
    press(opened, "found-balkhash-npp")
    assert board().look(led) == before
    press(opened, "show-hall")
    shown = board().look(led)
    assert (shown.view.sel, shown.view.at, shown.number) == ("balkhash-npp", date(2026, 4, 8), 0)
    assert shown.view.map.zoom > 6
    assert i18n.text("en", "present.strayed") in opened.text
    press(opened, "lead-scene")
    assert not board().look(led).strayed


# -- the screens ------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_audience_follows_in_its_own_language(open_page, led, lang):
    code = led.partition("-")[0]
    opened = open_page(f"lang={lang}&at={AT}", page="audience").go(
        f"lang={lang}&at={AT}&code={code}"
    )
    assert "First" in opened.part("hall-head")
    assert i18n.date(lang, "2024-01-16") in opened.part("hall-head")
    board().step(led, 1)
    opened.run()
    assert SCRIPT in opened.part("hall-head")
    assert not any("<script" in body for body in opened.html)
    assert not opened.at.get("page_link"), "nothing of the frame around a page"
    assert not [b for b in opened.at.button if b.key.startswith("hall-")], "it does not lead"


def test_the_audience_is_asked_for_its_code(open_page, led):
    opened = open_page(f"lang=en&at={AT}", page="audience")
    assert i18n.text("en", "present.join") in opened.text
    opened.at.text_input(key="w-code").set_value(led.partition("-")[0].lower())
    opened.run()
    assert "First" in opened.part("hall-head")
    opened.go(f"lang=en&at={AT}&code=????")
    assert i18n.text("en", "present.no_meeting") in opened.text


def test_one_view_fills_the_screen_without_a_meeting(open_page):
    opened = open_page(f"lang=en&at={AT}&sel=kokshetau-chp-newbuild&present=1")
    assert "2029" in opened.text
    assert "15 months" in opened.text
    assert not opened.at.get("page_link")
    press(opened, "hall-leave")
    assert "present" not in opened.address
    assert opened.address["sel"] == "kokshetau-chp-newbuild"
    assert opened.at.get("page_link")


def test_who_leads_goes_on_and_leaves_with_what_is_shown(open_page, led):
    opened = open_page(f"lang=en&at={AT}&present=1&code={led}")
    assert "First" in opened.part("hall-head")
    press(opened, "hall-on")
    assert board().look(led).number == 1
    assert SCRIPT in opened.part("hall-head")
    press(opened, "hall-leave")
    assert opened.address == {"lang": "en", "at": "2026-03-01", "zone": "red"}


def test_a_stamp_stands_on_every_screen(open_page, led, monkeypatch):
    monkeypatch.setenv("MEKS_GEO_STAMP", "For <b> use")
    opened = open_page(f"lang=en&at={AT}&present=1&code={led}")
    assert "For <b> use" in opened.text


def test_a_meeting_that_is_over_says_so(open_page):
    opened = open_page(f"lang=ru&at={AT}&present=1&code=ABCE-0")
    assert i18n.text("ru", "present.ended") in opened.text
    press(opened, "ended")
    assert opened.address == {"lang": "ru", "at": AT}


def test_a_view_of_the_map_becomes_a_scene(open_page, monkeypatch):
    open_page(f"lang=en&at={AT}")
    texts = {"story": stories.dump(story())}
    monkeypatch.setattr(session, "kept", lambda name: texts.get(name, ""))
    monkeypatch.setattr(session, "keep", lambda **new: texts.update(new))
    stories_ui.add_view(View(lang="en", at=date(2026, 4, 8), zone=("red",), present=True))
    added = stories.read(texts["story"], date(2026, 11, 22)).scenes[-1]
    assert added.view == View(at=date(2026, 4, 8), zone=("red",))
    assert "Red" in added.title.of("en")


def test_a_story_that_could_not_be_read_again_is_refused_in_words(monkeypatch):
    texts = {"story": stories.dump(story())}
    before = texts["story"]
    monkeypatch.setattr(session, "current", lambda: View(lang="en"))
    monkeypatch.setattr(session, "keep", lambda **new: texts.update(new))
    told = "\u04d9" * stories.MOST_NOTES
    notes = stories.Words(tuple((lang, told) for lang in ("kk", "ru", "en")))
    scene = stories.StoryScene(stories.Words((("en", "Long"),)), notes, View(lang="en"))
    long = story()
    for _ in range(20):
        long = stories.with_scene(long, scene)
    stories_ui.keep(long)
    assert texts["story"] == before
    assert texts["story_wrong"]
    stories_ui.keep(story())
    assert texts["story_wrong"] == ""
