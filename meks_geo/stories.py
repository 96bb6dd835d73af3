"""A story: views in an order, each with a title and notes, in a file that a person can read.

    title: {kk: ..., ru: ..., en: ...}      or one text for all languages
    scenes:
    - title: ...
      notes: ...
      view: at=2026-04-08&region=KZ-55      what stands after the question mark of the map's address

A scene has no language of its own: each reader sees it in theirs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from meks_geo import storyfile
from meks_geo.errors import InputError, Problem
from meks_geo.storyfile import MOST_BYTES, Node
from meks_geo.view import FIRST_DAY, View, changed, decode, encode
from meks_geo.vocabulary import Lang

__all__ = [
    "MOST_BYTES", "MOST_SCENES", "Story", "StoryScene", "Words", "dump", "moved", "read", "shipped",
    "view_of", "with_scene", "without",
]  # fmt: skip

#: The most scenes that a story has.
MOST_SCENES = 60
#: The longest title, notes and view, in characters.
MOST_TITLE, MOST_NOTES, _MOST_VIEW = 200, 6000, 2000
_ANY = ""
_PROBLEMS = 40


@dataclass(frozen=True, slots=True)
class Words:
    """A text in the languages that it was written in; one under "" is for all of them."""

    texts: tuple[tuple[str, str], ...] = ()

    def of(self, lang: str) -> str:
        """Return the text in a language, else in the nearest one that it was written in."""
        found = dict(self.texts)
        for one in (lang, _ANY, Lang.RU, Lang.EN, Lang.KK):
            if found.get(one):
                return found[one]
        return ""

    def written(self, lang: str, text: str) -> "Words":
        """Return the words with the text of one language changed; "" takes that language out."""
        found = dict(self.texts)
        key = _ANY if set(found) == {_ANY} else str(lang)
        found[key] = storyfile.clean(text)
        order = (_ANY, *(one.value for one in Lang))
        return Words(tuple((one, found[one]) for one in order if found.get(one)))


@dataclass(frozen=True, slots=True)
class StoryScene:
    """One view of a story, with what is written over it and what its presenter says."""

    title: Words
    notes: Words
    view: View


@dataclass(frozen=True, slots=True)
class Story:
    """Views in an order. `problems` are those of its file that do not keep it from being shown."""

    title: Words
    scenes: tuple[StoryScene, ...] = ()
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    def title_in(self, lang: str) -> str:
        """Return the title in a language, else in the nearest one."""
        return self.title.of(lang)

    def scenes_in(self, lang: str) -> tuple[tuple[str, str, View], ...]:
        """Return title, notes and view of each scene, in a language."""
        return tuple(
            (one.title.of(lang), one.notes.of(lang), changed(one.view, lang=lang))
            for one in self.scenes
        )


def view_of(text: str, today: date) -> tuple[View, tuple[str, ...]]:
    """Return the view of a query string or of a whole address, and what was not understood."""
    view, dropped = decode(text.partition("?")[2] or text, today=today)
    return scene_view(view), tuple(one for one in dropped if not one.startswith("code="))


def scene_view(view: View) -> View:
    """Return a view as a scene keeps it: without a language, and not as a screen of a hall."""
    return replace(view, lang=Lang.KK.value, present=False)


# -- a story as a file -----------------------------------------------------------------------------


class _Reader:
    """Reads the tree of one file; keeps every problem that it meets."""

    def __init__(self, name: str, today: date) -> None:
        self.name, self.today = name, today
        self.problems: list[Problem] = []

    def story(self, root: Node) -> Story:
        parts = storyfile.mapping(root, ("title", "scenes"), self.name, self.problems.append)
        title = self._words(parts.get("title"), root, "title", MOST_TITLE)
        return Story(title, tuple(self._scenes(parts.get("scenes"), root)))

    def _scenes(self, node: Node | None, above: Node) -> Iterable[StoryScene]:
        if node is None:
            self._missing(above, "scenes")
            return
        listed = storyfile.sequence(node)
        if listed is None:
            self.problems.append(Problem("story-no-list", *self._at(node), "scenes"))
            return
        if len(listed) > MOST_SCENES:
            place = self._at(listed[MOST_SCENES])
            most = {"most": MOST_SCENES}
            self.problems.append(Problem("story-too-many", *place, "scenes", params=most))
        for one in listed[:MOST_SCENES]:
            yield self._scene(one)

    def _scene(self, node: Node) -> StoryScene:
        known = ("title", "notes", "view")
        parts = storyfile.mapping(node, known, self.name, self.problems.append)
        title = self._words(parts.get("title"), node, "title", MOST_TITLE)
        notes = Words()
        if "notes" in parts:
            notes = self._words(parts["notes"], node, "notes", MOST_NOTES, optional=True)
        return StoryScene(title, notes, self._view(parts.get("view"), node))

    def _view(self, node: Node | None, above: Node) -> View:
        if node is None:
            self._missing(above, "view")
            return View()
        text = storyfile.scalar(node)
        if text is None or len(text) > _MOST_VIEW:
            self._no_text(node, "view", _MOST_VIEW)
            return View()
        view, dropped = view_of(text, self.today)
        for part in dropped:
            place = self._at(node)
            self.problems.append(
                Problem("story-view", *place, "view", part[:80], severity="warning")
            )
        return view

    def _words(
        self, node: Node | None, above: Node, column: str, most: int, *, optional: bool = False
    ) -> Words:
        if node is None:
            self._missing(above, column)
            return Words()
        if storyfile.is_mapping(node):
            langs = tuple(one.value for one in Lang)
            parts = storyfile.mapping(node, langs, self.name, self.problems.append)
            texts = {one: self._text(part, column, most) for one, part in parts.items()}
        else:
            texts = {_ANY: self._text(node, column, most)}
        order = (_ANY, *(one.value for one in Lang))
        words = Words(tuple((one, texts[one]) for one in order if texts.get(one)))
        if not words.texts and not optional:
            self._missing(node, column)
        return words

    def _text(self, node: Node, column: str, most: int) -> str:
        text = storyfile.scalar(node)
        if text is None or len(text) > most:
            self._no_text(node, column, most)
            return ""
        return text if column == "notes" else " ".join(text.split())

    def _missing(self, node: Node, column: str) -> None:
        if self._at(node) not in {(p.file, p.row) for p in self.problems if p.column == column}:
            self.problems.append(Problem("story-missing", *self._at(node), column))

    def _no_text(self, node: Node, column: str, most: int) -> None:
        params = {"most": most}
        self.problems.append(Problem("story-no-text", *self._at(node), column, params=params))

    def _at(self, node: Node) -> tuple[str, int]:
        return self.name, storyfile.row_of(node)


def read(content: str | bytes, today: date, *, name: str = "story.yaml") -> Story:
    """Return the story of a YAML or JSON file.

    Parameters
    ----------
    content
        The file; at most `MOST_BYTES` long.
    today
        As-of date of a view that names none.
    name
        What the file is called, for complaints.

    Raises
    ------
    InputError
        If it is no story: too large, not readable, or a title, a scene or a view is missing. It
        carries every problem. What is merely not understood (an unknown key, a part of a view) is
        left out and reported in `Story.problems`.
    """
    reader = _Reader(name, today)
    story = reader.story(storyfile.compose(content, name))
    problems = tuple(sorted(reader.problems, key=lambda p: p.row or 0))[:_PROBLEMS]
    if any(problem.severity == "error" for problem in reader.problems):
        raise InputError(problems)
    return replace(story, problems=problems)


def dump(story: Story) -> str:
    """Return a story as YAML; what `read` makes of it is the same story."""
    document = {
        "title": _plain(story.title),
        "scenes": [
            {
                "title": _plain(one.title),
                **({"notes": _plain(one.notes)} if one.notes.texts else {}),
                "view": _query(one.view),
            }
            for one in story.scenes
        ],
    }
    return storyfile.write(document)


def _plain(words: Words) -> object:
    texts = dict(words.texts)
    return texts[_ANY] if set(texts) == {_ANY} else texts


def _query(view: View) -> str:
    """Return the query string of a view without its language."""
    parts = encode(scene_view(view)).split("&")
    return "&".join(part for part in parts if not part.startswith("lang="))


def shipped(root: Path) -> dict[str, Story]:
    """Return the stories that ship with the product, by the name of their file.

    Each of their scenes names its day.

    Raises
    ------
    InputError
        If one of them is no story.
    """
    paths = sorted((root / "data" / "stories").glob("*.yaml"))
    return {path.stem: read(path.read_bytes(), FIRST_DAY, name=path.name) for path in paths}


# -- a story that is made --------------------------------------------------------------------------


def with_scene(story: Story, scene: StoryScene, number: int | None = None) -> Story:
    """Return the story with a scene at its end, or in place of the scene of that number.

    A story that is full stays as it is.
    """
    if number is not None:
        scenes = (*story.scenes[:number], scene, *story.scenes[number + 1 :])
    else:
        scenes = (*story.scenes, scene)[:MOST_SCENES]
    return replace(story, scenes=scenes)


def without(story: Story, number: int) -> Story:
    """Return the story without the scene of that number, from 0."""
    return replace(story, scenes=(*story.scenes[:number], *story.scenes[number + 1 :]))


def moved(story: Story, number: int, by: int) -> Story:
    """Return the story with a scene moved up (-1) or down (1); an end is as far as it goes."""
    scenes = list(story.scenes)
    scene = scenes.pop(number)
    scenes.insert(max(0, number + by), scene)
    return replace(story, scenes=tuple(scenes))
