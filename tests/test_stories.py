"""Stories: what a file may hold, what is said of a bad one, and the two that ship."""

import csv
import json
import re
from datetime import date

import pytest

from meks_geo import cards, i18n, queries, stories, storyfile
from meks_geo.errors import InputError
from meks_geo.stories import Story, StoryScene, Words
from meks_geo.view import Place, View

LANGS = ("kk", "ru", "en")
TODAY = date(2026, 11, 22)
SCENE = "{title: One, view: at=2026-04-08}"


def read(text):
    return stories.read(text, TODAY)


def codes(text):
    """What is wrong with a file: code, line and key of each problem."""
    with pytest.raises(InputError) as caught:
        read(text)
    for problem in caught.value.problems:
        assert all(i18n.problem_text(lang, problem) for lang in LANGS)
    return [(p.code, p.row, p.column) for p in caught.value.problems]


# -- a good file ------------------------------------------------------------------------------


def test_a_story_is_a_title_and_scenes_of_views():
    story = read(
        "title: {kk: Бір, en: One}\n"
        "scenes:\n"
        "- title: {ru: Первая, en: First}\n"
        "  notes: |\n"
        "    Say this.\n"
        "    Then that.\n"
        "  view: at=2026-04-08&region=KZ-55&sel=aksu-gres&map=52,76,7\n"
        "- title: Second\n"
        "  view: http://localhost:8501/?lang=ru&at=2025-01-01&present=1&code=ABCE-1\n"
    )
    assert (story.title_in("kk"), story.title_in("en"), story.problems) == ("Бір", "One", ())
    (title, notes, first), (_, nothing, second) = story.scenes_in("kk")
    assert title == "Первая"  # Russian is nearest where Kazakh is missing
    assert notes == "Say this.\nThen that."
    assert first == View(
        lang="kk", at=date(2026, 4, 8), region=("KZ-55",), sel="aksu-gres", map=Place(52, 76, 7)
    )
    assert (nothing, second) == ("", View(lang="kk", at=date(2025, 1, 1)))
    assert story.scenes_in("en")[0][0] == "First"


def test_json_is_read_too_and_may_be_indented_with_tabs():
    document = {"title": "A \U0001f525", "scenes": [{"title": "B: c", "view": "at=2026-04-08"}]}
    assert read(json.dumps(document)) == read(json.dumps(document, ensure_ascii=False))
    story = read(json.dumps(document, indent="\t").encode())
    assert (story.title_in("ru"), story.scenes_in("ru")[0][0]) == ("A \U0001f525", "B: c")


def test_every_scalar_is_text_as_it_stands():
    story = read("title: 2025\nscenes: [{title: No, notes: ~, view: ''}]")
    assert story.title_in("en") == "2025"
    assert story.scenes_in("en") == (("No", "", View(lang="en", at=TODAY)),)


def test_what_is_not_understood_is_left_out_and_said():
    story = read("title: A\nhue: red\nscenes:\n- title: B\n  view: at=2026-04-08&zone=pink&x=1")
    assert [(p.code, p.row, p.value, p.severity) for p in story.problems] == [
        ("story-unknown-key", 2, "hue", "warning"),
        ("story-view", 5, "zone=pink", "warning"),
        ("story-view", 5, "x=1", "warning"),
    ]
    assert story.scenes[0].view == View(at=date(2026, 4, 8))
    for problem in story.problems:
        assert all(i18n.problem_text(lang, problem) for lang in LANGS)


def test_what_cannot_be_printed_is_no_part_of_a_text():
    story = read('title: "a\\u202eb\\tc"\nscenes: [{title: x, notes: "1\\r\\n2\\0", view: ""}]')
    assert story.title_in("en") == "a b c"
    assert story.scenes_in("en")[0][1] == "1\n2"


# -- a bad one --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("title: [", [("story-not-read", 1, None)]),
        ("", [("story-not-read", 1, None)]),
        ("- a\n- b", [("story-not-read", 1, None)]),
        ("title: A\n\tscenes: x: y: z", [("story-not-read", 2, None)]),
        (b"\xff\xfe\x00", [("wrong-encoding", None, None)]),
        ("title: A", [("story-missing", 1, "scenes")]),
        (f"scenes: [{SCENE}]", [("story-missing", 1, "title")]),
        (f"title: ''\nscenes: [{SCENE}]", [("story-missing", 1, "title")]),
        ("title: A\nscenes: {a: b}", [("story-no-list", 2, "scenes")]),
        ("title: A\nscenes: [x]", [("story-no-mapping", 2, None), ("story-missing", 2, "title"),
                                   ("story-missing", 2, "view")]),
        ("title: A\nscenes:\n- view: at=2026-01-01", [("story-missing", 3, "title")]),
        ("title: A\nscenes:\n- title: B\n", [("story-missing", 3, "view")]),
        ("title: A\ntitle: B\nscenes: []", [("story-repeated", 2, "title")]),
        ("title: [A]\nscenes: []", [("story-no-text", 1, "title")]),
        ("title: A\nscenes: [{title: {ru: [x]}, view: ''}]",
         [("story-no-text", 2, "title")]),
        (f"title: {'x' * 201}\nscenes: []",
         [("story-no-text", 1, "title")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(text, found):
    assert codes(text) == found


def test_a_file_is_bounded_before_it_is_read():
    text = "title: A\nscenes:\n" + "- {title: B, view: ''}\n" * 5
    assert codes(text + "#" * stories.MOST_BYTES) == [("story-too-large", None, None)]
    many = "title: A\nscenes:\n" + "- {title: B, view: ''}\n" * (stories.MOST_SCENES + 1)
    assert codes(many) == [("story-too-many", stories.MOST_SCENES + 3, "scenes")]


@pytest.mark.parametrize(
    "text",
    [
        "title: &a A\nscenes: [{title: *a, view: ''}]",
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\ntitle: *c",
        "title: A\nscenes: " + "[" * 5000,
        "title: A\nscenes: " + "[" * 40 + "]" * 40,
        "title: !!python/object/apply:os.system [id]\nscenes: []",
        '{"title": "\\ud800", "scenes": ' + "[" * 3000,
    ],
)
def test_nothing_in_a_file_can_run_grow_or_nest_without_end(text):
    assert codes(text)


# -- written again ----------------------------------------------------------------------------


def test_what_is_written_is_read_as_the_same_story():
    view = View(at=date(2026, 4, 8), q="a: «б» & #", zone=("red",), map=Place(48.5, 67, 5.25))
    story = Story(
        Words((("kk", "Үш ЖЭО: «не»"), ("en", "- a: b"))),
        (
            StoryScene(Words((("", "yes"),)), Words((("ru", "раз\n\nдва: три"),)), view),
            StoryScene(Words((("kk", "2026-04-08"),)), Words(), View(at=TODAY)),
        ),
    )
    text = stories.dump(story)
    assert read(text) == story
    assert "Үш ЖЭО" in text  # a person can read it
    assert "lang=" not in text
    assert text == stories.dump(read(text))


def test_words_are_those_of_the_language_or_the_nearest():
    words = Words((("kk", "а"), ("en", "b")))
    assert [words.of(one) for one in LANGS] == ["а", "b", "b"]
    assert words.written("ru", "в").texts == (("kk", "а"), ("ru", "в"), ("en", "b"))
    assert words.written("kk", " ").texts == (("en", "b"),)
    assert Words((("", "x"),)).written("ru", "y").texts == (("", "y"),)
    assert Words().of("kk") == ""


def test_scenes_are_added_moved_changed_and_taken_out():
    def named(story):
        return [one.title.of("en") for one in story.scenes]

    a, b, c = (StoryScene(Words((("", one),)), Words(), View()) for one in "abc")
    story = Story(Words((("", "s"),)), (a, b))
    assert named(stories.with_scene(story, c)) == ["a", "b", "c"]
    assert named(stories.with_scene(story, c, 0)) == ["c", "b"]
    assert named(stories.moved(story, 1, -1)) == ["b", "a"]
    assert named(stories.moved(story, 0, -1)) == ["a", "b"]
    assert named(stories.moved(story, 1, 1)) == ["a", "b"]
    assert named(stories.without(story, 0)) == ["b"]
    full = Story(story.title, (a,) * stories.MOST_SCENES)
    assert len(stories.with_scene(full, b).scenes) == stories.MOST_SCENES
    assert named(story) == ["a", "b"]  # nothing of it was changed


def test_a_text_is_a_text_or_nothing():
    root = storyfile.compose("a: ''\nb: [1]\nc: ~\nd: '~'", "x")
    parts = storyfile.mapping(root, ("a", "b", "c", "d"), "x", print)
    assert [storyfile.scalar(parts[one]) for one in "abcd"] == ["", None, "", "~"]


# -- the stories that ship --------------------------------------------------------------------

NUMBER = re.compile(r"\d+(?:[ ,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
GROUPED = re.compile(r"[ ,](?=\d{3}(?!\d))")


@pytest.fixture(scope="module")
def shipped(root):
    return stories.shipped(root)


def test_two_stories_ship_without_a_fault_in_three_languages(shipped):
    assert list(shipped) == ["red-zone", "three-chps"]
    for story in shipped.values():
        assert story.problems == ()
        assert len(story.scenes) > 8
        for words in (story.title, *(w for s in story.scenes for w in (s.title, s.notes))):
            assert [lang for lang, _ in words.texts] == list(LANGS)
            assert len({text for _, text in words.texts}) == 3


def test_their_views_are_of_a_day_and_understood(shipped, data):
    for story in shipped.values():
        assert min(scene.view.at for scene in story.scenes) > date(2022, 1, 1)
        for scene in story.scenes:
            assert queries.known_only(data, scene.view) == (scene.view, ())
            selection = queries.select(data, scene.view)
            shown = [selection.plants, selection.projects, selection.areas, selection.cities]
            assert any(len(one) for one in shown), scene.title


def test_the_history_of_the_three_plants_unfolds(shipped, data):
    scenes = shipped["three-chps"].scenes
    days = [scene.view.at for scene in scenes]
    assert days == sorted(days)
    assert len(set(days)) > 7
    slips = [
        cards.slip(data, "kokshetau-chp-newbuild", day) for day in (days[0], days[1], days[-1])
    ]
    assert slips == [0, 12, 15]


def _numbers(text):
    """The numbers of a text, as their digits; `13 588`, `13,588` and `13588` are one."""
    found = NUMBER.findall(re.sub(r"(?:ТМ|TM)-\d", "", text))
    return sorted(GROUPED.sub("", one).replace(",", ".") for one in found)


def test_their_figures_are_equal_in_three_languages(shipped):
    for story in shipped.values():
        for scene in story.scenes:
            for words in (scene.title, scene.notes):
                kk, ru, en = (_numbers(words.of(lang)) for lang in LANGS)
                assert kk == ru == en, words.of("en")


def test_every_figure_in_them_stands_in_the_registers(shipped, root):
    pool = set()
    for table in ("claims", "indicators", "kpis", "projects"):
        with (root / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    pool |= set(_numbers(cell))
                    pool |= {part.lstrip("0") for part in re.findall(r"\d+", cell)}
    for story in shipped.values():
        for scene in story.scenes:
            for words in (scene.title, scene.notes):
                assert set(_numbers(words.of("en"))) <= pool, words.of("en")
