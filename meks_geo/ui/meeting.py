"""Meetings: what a presenter shows now, for every screen that knows the code.

They live in the memory of one server. The code of a meeting is four letters that look the same in
Latin and Cyrillic, so that any keyboard will do. It lets a screen follow; who leads has a key
behind it. Both travel in the address.
"""

import gc
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from meks_geo.stories import Story, StoryScene, scene_view
from meks_geo.view import View

_LETTERS = "ABCEHKMPTXY"
_CYRILLIC = str.maketrans("АВСЕНКМРТХУ", _LETTERS)  # noqa: RUF001 - they look alike, so they count as one
_LENGTH = 4
_MOST = 64
_KEEP_S = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class State:
    """What every screen of a meeting shows.

    Parameters
    ----------
    code
        The four letters.
    revision
        The revision of the map of record that all screens read.
    number
        The scene of the story, from 0.
    view
        What is on the screen: that of the scene, until its presenter moves away from it.
    version
        Grows with each change; a screen that has drawn another one draws anew.
    dark
        The screens are to be black.
    began_s
        When the meeting was opened, on the clock of the board.
    """

    code: str
    story: Story
    revision: str
    number: int
    view: View
    version: int
    dark: bool
    began_s: float

    @property
    def scene(self) -> StoryScene:
        """The scene that is spoken of."""
        return self.story.scenes[self.number]

    @property
    def strayed(self) -> bool:
        """Whether something else than the view of the scene is on the screen."""
        return self.view != self.scene.view


@dataclass(slots=True)
class _Held:
    state: State
    key: str
    asked_s: float


class Board:
    """All meetings of this server: bounded, and safe to ask from any thread.

    Parameters
    ----------
    most
        How many there can be; the one that nobody asked for longest gives way to a new one.
    keep_s
        For how many seconds one is kept that nobody asks for.
    clock
        Seconds that only grow.
    """

    def __init__(
        self,
        most: int = _MOST,
        keep_s: float = _KEEP_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin without a meeting."""
        self._most, self._keep_s, self._clock = most, keep_s, clock
        self._lock = threading.Lock()
        self._held: OrderedDict[str, _Held] = OrderedDict()

    def open(self, story: Story, revision: str) -> str:
        """Open a meeting at the first scene of a story; returns the code with the key to lead it.

        Raises
        ------
        ValueError
            If the story has no scene.
        """
        if not story.scenes:
            msg = "a meeting needs a story with a scene"
            raise ValueError(msg)
        with self._lock:
            self._sweep()
            code = self._free_code()
            key = secrets.token_hex(8)
            now = self._clock()
            state = State(code, story, revision, 0, story.scenes[0].view, 1, False, now)
            self._held[code] = _Held(state, key, now)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return f"{code}-{key}"

    def look(self, code: str) -> State | None:
        """Return what is shown; None for no such meeting. The code may have its key behind it."""
        with self._lock:
            held = self._find(code)
            return None if held is None else held.state

    def leads(self, code: str) -> bool:
        """Return whether a code has the right key behind it."""
        with self._lock:
            return self._leading(code) is not None

    def step(self, code: str, by: int) -> None:
        """Go on by some scenes, back for a negative number; the ends are as far as it goes."""
        self._change(code, lambda s: _at(s, s.number + by) if by else s)

    def go(self, code: str, number: int) -> None:
        """Go to the scene of that number, and to the view that it has in the story."""
        self._change(code, lambda s: _at(s, number))

    def show(self, code: str, view: View) -> None:
        """Show another view than that of the scene."""
        self._change(code, lambda s: replace(s, view=scene_view(view)))

    def darken(self, code: str) -> None:
        """Make the screens black, or light again."""
        self._change(code, lambda s: replace(s, dark=not s.dark))

    def close(self, code: str) -> None:
        """End a meeting."""
        with self._lock:
            if self._leading(code) is not None:
                del self._held[_split(code)[0]]

    def now_s(self) -> float:
        """Return the time on the clock of the board, in seconds."""
        return self._clock()

    def _change(self, code: str, make: Callable[[State], State]) -> None:
        """Change what is shown, when the code has its key; to change nothing is no change."""
        with self._lock:
            held = self._leading(code)
            if held is None:
                return
            state = make(held.state)
            if state != held.state:
                held.state = replace(state, version=held.state.version + 1)

    def _find(self, code: str) -> _Held | None:
        self._sweep()
        letters = _split(code)[0]
        held = self._held.get(letters)
        if held is not None:
            held.asked_s = self._clock()
            self._held.move_to_end(letters)
        return held

    def _leading(self, code: str) -> _Held | None:
        held = self._find(code)
        key = _split(code)[1]
        if held is None or not hmac.compare_digest(held.key.encode(), key.encode()):
            return None
        return held

    def _sweep(self) -> None:
        """Forget what nobody asked for; who was asked for last stands last."""
        oldest = self._clock() - self._keep_s
        while self._held:
            code, held = next(iter(self._held.items()))
            if held.asked_s > oldest:
                return
            del self._held[code]

    def _free_code(self) -> str:
        while True:
            code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
            if code not in self._held:
                return code


def _at(state: State, number: int) -> State:
    number = min(max(number, 0), len(state.story.scenes) - 1)
    return replace(state, number=number, view=state.story.scenes[number].view, dark=False)


def _split(code: str) -> tuple[str, str]:
    """Return letters and key of a code as somebody may have typed it."""
    letters, _, key = code[:64].strip().partition("-")
    return letters.strip().upper().translate(_CYRILLIC), key.strip()


def letters(code: str) -> str:
    """Return the four letters of a code, without its key."""
    return _split(code)[0]


@lru_cache(maxsize=4)
def at_ease(revision: str) -> None:
    """Let what a revision holds in memory rest: what stays is not to be searched for garbage.

    After each run, that of a fragment too, Streamlit collects garbage among all objects: 0.12 s for
    ours. A screen that looks twice a second whether something changed would keep a fifth of a
    processor busy with that alone.
    """
    del revision  # once for each
    gc.collect()
    gc.freeze()


@lru_cache(maxsize=1)
def board() -> Board:
    """Return the meetings of this server."""
    return Board()
