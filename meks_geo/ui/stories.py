"""The page of stories: open one, change it, keep it as a file, present it."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from html import escape
from pathlib import Path

import streamlit as st

from meks_geo import dates, i18n, queries, stories, wording
from meks_geo.errors import InputError
from meks_geo.model import Dataset
from meks_geo.store import Store
from meks_geo.stories import Story, StoryScene, Words
from meks_geo.ui import session, shell
from meks_geo.ui.meeting import board
from meks_geo.view import View, changed, encode, to_params

_ROOT = Path(__file__).resolve().parents[2]
_CSS = (Path(__file__).parent / "stories.css").read_text(encoding="utf-8")
_STORY, _CHOSEN = "story", "story_scene"
_MOST_SHOWN = 70


# -- the story of this session ---------------------------------------------------------------------


@lru_cache(maxsize=16)
def _read(text: str, today: date) -> Story:
    return stories.read(text, today)


@lru_cache(maxsize=1)
def _shipped(root: Path) -> dict[str, Story]:
    return stories.shipped(root)


def current() -> Story | None:
    """Return the story that this session has open; None for none."""
    text = session.kept(_STORY)
    return _read(text, dates.today()) if text else None


def keep(story: Story) -> None:
    """Keep a story for this session; one that could not be read again is refused in words."""
    text = stories.dump(story)
    try:
        _read(text, dates.today())
    except InputError as error:
        lang = session.current().lang
        session.keep(story_wrong="\n".join(i18n.problem_text(lang, one) for one in error.problems))
        return
    session.keep(**{_STORY: text, "story_wrong": ""})


def add_view(view: View) -> None:
    """Put a view at the end of the story of this session; begins a story when there is none."""
    data = shell.record(view)
    title = f"{wording.title(data, view)} \u00b7 {wording.as_of(view)}"[: stories.MOST_TITLE]
    scene = StoryScene(_one(view.lang, title), Words(), stories.scene_view(view))
    story = current() or Story(_one(view.lang, i18n.text(view.lang, "stories.untitled")))
    keep(stories.with_scene(story, scene))
    if session.kept("story_wrong"):
        st.toast(shell.plain(session.kept("story_wrong")))


def add_button(view: View) -> None:
    """Draw the button that puts what is on the map into the story of this session."""
    story = current()
    count = 0 if story is None else len(story.scenes)
    st.button(
        i18n.text(view.lang, "stories.add"),
        key="story-add",
        help=i18n.plural(view.lang, "stories.scenes", count),
        disabled=count >= stories.MOST_SCENES,
        on_click=add_view,
        args=(view,),
    )


def _one(lang: str, text: str) -> Words:
    return Words(((str(lang), text),))


# -- the page --------------------------------------------------------------------------------------


def page(view: View) -> None:
    """Draw the page: the stories there are, and the one that is open."""
    st.html(f"<style>{_CSS}</style>")
    left, right = st.columns([0.3, 0.7], gap="medium")
    with left:
        _choice(view)
    with right:
        story = current()
        if story is None:
            st.info(i18n.text(view.lang, "stories.none_open"))
        else:
            _open(view, story)


def _choice(view: View) -> None:
    """Draw what can be opened: stories that ship with the product, a file, a new one."""
    lang = view.lang
    shell.title(i18n.text(lang, "stories.shipped"))
    for name, story in _shipped(Store().root).items():
        with st.container(key=f"shipped-{name}"):
            st.button(
                story.title_in(lang),
                key=f"open-{name}",
                on_click=_take,
                args=(story,),
                width="stretch",
            )
            shell.hint(i18n.plural(lang, "stories.scenes", len(story.scenes)))
    shell.title(i18n.text(lang, "stories.from_file"))
    shell.uploader_words(lang)
    key = f"w-story-file-{session.kept('story_files') or '0'}"
    st.file_uploader(
        i18n.text(lang, "stories.from_file"),
        type=["yaml", "yml", "json"],
        key=key,
        label_visibility="collapsed",
        on_change=_load,
        args=(key,),
    )
    complaint = session.kept("story_wrong")
    for line in complaint.split("\n") if complaint else ():
        st.html(f'<div class="complaint">{escape(line)}</div>')
    st.button(
        i18n.text(lang, "stories.new"),
        key="story-new",
        on_click=_take,
        args=(Story(_one(lang, i18n.text(lang, "stories.untitled"))),),
    )


def _take(story: Story) -> None:
    keep(story)
    session.keep(**{_CHOSEN: "", "story_view": ""})


def _load(key: str) -> None:
    """Open the story of a file that was dropped; say what is wrong with it when it is none."""
    file = session.value_of(key)
    if file is None:
        return
    lang = session.current().lang
    try:
        story = stories.read(file.getvalue(), dates.today(), name=file.name)
    except InputError as error:
        problems = error.problems
    else:
        _take(story)
        problems = story.problems
    told = "\n".join(i18n.problem_text(lang, one) for one in problems[:8])
    number = int(session.kept("story_files") or 0) + 1  # the next drop zone is an empty one
    session.keep(story_wrong=told, story_files=str(number))


def _open(view: View, story: Story) -> None:
    lang = view.lang
    key = session.seed(f"w-story-title-{lang}", story.title_in(lang))
    st.text_input(
        i18n.text(lang, "stories.title"),
        key=key,
        max_chars=stories.MOST_TITLE,
        on_change=lambda: _retitle(lang, str(session.value_of(key) or "")),
    )
    _deeds(view, story)
    if not story.scenes:
        shell.hint(i18n.text(lang, "stories.empty"))
    data = shell.record(view)
    chosen = session.kept(_CHOSEN)
    for number, scene in enumerate(story.scenes):
        _row(data, view, story, number)
        if chosen == str(number):
            _edit(view, number, scene)


def _deeds(view: View, story: Story) -> None:
    """Draw what can be done with the whole story."""
    lang = view.lang
    with st.container(key="story-deeds", horizontal=True, vertical_alignment="center"):
        if st.button(
            i18n.text(lang, "stories.present"),
            key="story-present",
            type="primary",
            disabled=not story.scenes,
        ):
            code = board().open(story, session.revision())
            params = {**to_params(changed(session.current(), sel="", q="")), "code": code}
            st.switch_page(_ROOT / "pages" / "presenter.py", query_params=params)
        st.download_button(
            i18n.text(lang, "stories.save"),
            data=lambda: stories.dump(story).encode(),
            file_name="meks-geo-story.yaml",
            mime="application/yaml",
            on_click="ignore",
            key="story-save",
        )
        count = i18n.plural(lang, "stories.scenes", len(story.scenes))
        st.html(f'<span class="hint">{escape(count)}</span>', width="content")


def _retitle(lang: str, text: str) -> None:
    """Change the title of the open story; it is never without one."""
    story = current()
    words = Words() if story is None else story.title.written(lang, " ".join(text.split()))
    if story is not None and words.texts:
        keep(Story(words, story.scenes))


# -- one scene -------------------------------------------------------------------------------------


def _row(data: Dataset, view: View, story: Story, number: int) -> None:
    """Draw one scene of the list: its title, what it shows, and what can be done with it."""
    lang = view.lang
    scene = story.scenes[number]
    there, _ = queries.known_only(data, changed(scene.view, lang=lang))
    what = f"{wording.as_of(there)} \u00b7 {wording.title(data, there)}"
    if len(what) > _MOST_SHOWN:
        what = f"{what[: _MOST_SHOWN - 1]}\u2026"
    with st.container(
        key=f"scene-{number}", horizontal=True, vertical_alignment="center", border=True
    ):
        st.html(
            f'<div class="scene-title"><b>{number + 1}. {escape(scene.title.of(lang))}</b>'
            f"<span>{escape(what)}</span></div>",
            width="stretch",
        )
        up = partial(_change, partial(stories.moved, number=number, by=-1))
        down = partial(_change, partial(stories.moved, number=number, by=1))
        remove = partial(_change, partial(stories.without, number=number))
        _deed(view, number, "\u2191", "up", up, off=number == 0)
        _deed(view, number, "\u2193", "down", down, off=number + 1 == len(story.scenes))
        chosen = "" if session.kept(_CHOSEN) == str(number) else str(number)
        _deed(
            view,
            number,
            "\u270e",
            "edit",
            lambda: session.keep(**{_CHOSEN: chosen, "story_view": ""}),
        )
        _deed(view, number, "\u00d7", "remove", remove)
        st.page_link(
            _ROOT / "pages" / "map.py",
            label=i18n.text(lang, "card.show_on_map"),
            query_params=to_params(there),
            width="content",
        )


def _deed(
    view: View, number: int, sign: str, name: str, act: Callable[[], None], *, off: bool = False
) -> None:
    st.button(
        sign,
        key=f"scene-{name}-{number}",
        type="tertiary",
        help=i18n.text(view.lang, f"stories.{name}"),
        disabled=off,
        on_click=act,
        width="content",
    )


def _change(make: Callable[[Story], Story]) -> None:
    """Change the open story as it is by now: a field may have been written a moment before."""
    story = current()
    if story is not None:
        keep(make(story))
    session.keep(**{_CHOSEN: "", "story_view": ""})


def _edit(view: View, number: int, scene: StoryScene) -> None:
    """Draw the fields of one scene, in the language of the page."""
    lang = view.lang
    with st.container(key="scene-edit", border=True):
        title = session.seed(f"w-scene-title-{number}-{lang}", scene.title.of(lang))
        notes = session.seed(f"w-scene-notes-{number}-{lang}", scene.notes.of(lang))
        query = session.seed(f"w-scene-view-{number}", encode(changed(scene.view, lang=lang)))

        def write() -> None:
            _rewrite(number, lang, *(str(session.value_of(k) or "") for k in (title, notes, query)))

        label = i18n.text(lang, "stories.scene_title")
        st.text_input(label, key=title, max_chars=stories.MOST_TITLE, on_change=write)
        label = i18n.text(lang, "stories.notes")
        st.text_area(label, key=notes, max_chars=stories.MOST_NOTES, height=160, on_change=write)
        label = i18n.text(lang, "stories.view")
        st.text_input(label, key=query, max_chars=2000, on_change=write)
        complaint = session.kept("story_view")
        if complaint:
            shell.dropped(lang, complaint.split("\n"))


def _rewrite(number: int, lang: str, *texts: str) -> None:
    """Keep what stands in the fields of a scene; a scene is never without a title."""
    title, notes, query = texts
    story = current()
    if story is None or number >= len(story.scenes):
        return
    scene = story.scenes[number]
    view, dropped = stories.view_of(query, dates.today())
    words = scene.title.written(lang, " ".join(title.split()))
    changed_scene = StoryScene(
        words if words.texts else scene.title, scene.notes.written(lang, notes), view
    )
    keep(stories.with_scene(story, changed_scene, number))
    session.keep(story_view="\n".join(dropped))
