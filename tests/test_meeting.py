"""Meetings: a code, a key, what every screen shows; bounded, and safe from many threads."""

import threading
from datetime import date

import pytest

from meks_geo.stories import Story, StoryScene, Words
from meks_geo.ui import meeting, present
from meks_geo.ui.meeting import Board
from meks_geo.view import View

DAYS = [date(2026, 1, day) for day in (1, 2, 3)]


def story(days=DAYS):
    scenes = (StoryScene(Words((("", str(day)),)), Words(), View(at=day)) for day in days)
    return Story(Words((("", "s"),)), tuple(scenes))


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def board(clock):
    return Board(most=3, keep_s=60, clock=clock)


def test_a_meeting_begins_at_the_first_scene(board):
    code = board.open(story(), "abc123")
    state = board.look(code)
    assert (state.number, state.view, state.revision) == (0, View(at=DAYS[0]), "abc123")
    assert (state.version, state.dark, state.strayed) == (1, False, False)
    assert code.startswith(f"{state.code}-")
    assert len(state.code) == 4


def test_a_code_follows_and_only_its_key_leads(board):
    code = board.open(story(), "r")
    letters = meeting.letters(code)
    for follower in (letters, f"{letters}-", f"{letters}-0000000000000000", ""):
        assert not board.leads(follower)
        board.step(follower, 1)
        board.show(follower, View())
        board.darken(follower)
        board.close(follower)
    assert board.look(letters) == board.look(code)
    assert board.look(letters).version == 1
    assert board.leads(code)


def test_a_code_may_be_typed_on_any_keyboard(board):
    code = board.open(story(), "r")
    letters = meeting.letters(code)
    cyrillic = letters.translate(str.maketrans("ABCEHKMPTXY", "АВСЕНКМРТХУ"))
    for typed in (letters.lower(), f"  {letters} ", cyrillic, cyrillic.lower()):
        assert board.look(typed) is not None
    for typed in ("", "-", "????", "A" * 10_000, f"{letters}X"):
        assert board.look(typed) is None


def test_a_presenter_goes_on_back_and_anywhere(board):
    code = board.open(story(), "r")

    def at():
        state = board.look(code)
        return state.number, state.view.at, state.version

    board.step(code, 1)
    assert at() == (1, DAYS[1], 2)
    board.step(code, 99)
    assert at() == (2, DAYS[2], 3)
    board.step(code, 1)
    assert at() == (2, DAYS[2], 3), "the end is as far as it goes, and nothing has changed"
    board.go(code, -5)
    assert at() == (0, DAYS[0], 4)


def test_another_view_is_shown_until_the_next_scene(board):
    code = board.open(story(), "r")
    board.show(code, View(lang="ru", at=DAYS[2], sel="aksu-gres", present=True))
    state = board.look(code)
    assert state.view == View(at=DAYS[2], sel="aksu-gres"), "no language, no screen of its own"
    assert state.strayed
    assert state.number == 0
    board.step(code, 1)
    assert not board.look(code).strayed
    board.darken(code)
    assert board.look(code).dark
    board.step(code, 1)
    assert not board.look(code).dark


def test_what_nobody_asks_for_is_forgotten(board, clock):
    first, second = board.open(story(), "r"), board.open(story(), "r")
    clock.now += 50
    assert board.look(first) is not None
    clock.now += 20
    assert board.look(second) is None
    assert board.look(first) is not None
    board.close(first)
    assert board.look(first) is None


def test_there_are_only_so_many_and_the_quietest_gives_way(board):
    codes = [board.open(story(), "r") for _ in range(3)]
    board.look(codes[0])
    codes.append(board.open(story(), "r"))
    assert [board.look(code) is not None for code in codes] == [True, False, True, True]


def test_a_meeting_needs_a_scene(board):
    with pytest.raises(ValueError, match="scene"):
        board.open(story(days=[]), "r")


def test_many_threads_lose_no_step():
    board = Board()
    code = board.open(story([date(2026, 1, 1)] * 60), "r")
    go = threading.Barrier(4)

    def walk():
        go.wait()
        for _ in range(10):
            board.step(code, 1)
            board.look(code)

    threads = [threading.Thread(target=walk) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (board.look(code).number, board.look(code).version) == (40, 41)


def test_there_is_one_board_a_server():
    assert meeting.board() is meeting.board()


# -- keys ---------------------------------------------------------------------------------------


def test_keys_that_came_in_one_answer_are_all_counted():
    by, heard = present.steps({"event": "step", "frame": "f", "sum": 3}, "")
    assert by == 3
    assert present.steps({"event": "ready", "frame": "f", "sum": 3}, heard) == (0, heard)
    assert present.steps({"event": "step", "frame": "f", "sum": 2}, heard)[0] == -1
    assert present.steps({"event": "step", "frame": "g", "sum": 1}, heard)[0] == 1, "a new frame"


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"frame": 1, "sum": 2},
        {"frame": "f"},
        {"frame": "f", "sum": "2"},
        {"frame": "f", "sum": None},
    ],
)
def test_what_is_no_count_is_no_step(event):
    assert present.steps(event, "f:1") == (0, "f:1")
    assert present.steps({"frame": "f", "sum": 10**9}, "f:x")[0] == 60
