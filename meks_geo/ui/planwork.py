"""Solving the draft: at once where that takes less than a second, else beside the page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from meks_geo import i18n
from meks_geo.model import Dataset
from meks_geo.planning import answer as answers
from meks_geo.planning import parameters as assumed
from meks_geo.planning import scenario as scenarios
from meks_geo.planning.answer import Answer
from meks_geo.planning.parameters import Parameters
from meks_geo.planning.saved import SavedPlan
from meks_geo.planning.scenario import Scenario
from meks_geo.progress import Progress
from meks_geo.store import Store
from meks_geo.ui import cache, session, shell
from meks_geo.ui.jobs import Job
from meks_geo.view import View

#: How long a page waits for a plan before it says how far it is.
_AT_ONCE_S = 1.0
_LOOK_S = 0.5
_JOB, _CALLED_OFF = "plan_job", "plan_called_off"
#: The tables as they lie there: name, time of change (ns) and size of each file.
_Mark = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, eq=False)
class Made:
    """What became of a draft: the answer with all that is behind it, and the plan to be saved."""

    answer: Answer
    plan: SavedPlan


@dataclass(frozen=True, eq=False)
class Numbers:
    """What plans rest on, as tables and as values; those of one `digest` are the same."""

    tables: Mapping[str, pd.DataFrame]
    parameters: Parameters
    digest: str

    def __eq__(self, other: object) -> bool:
        """Compare digests: frames cannot be compared cheaply."""
        return isinstance(other, Numbers) and self.digest == other.digest

    def __hash__(self) -> int:
        """Hash what `__eq__` compares."""
        return hash(self.digest)


def numbers(data: Dataset) -> Numbers:
    """Return what plans rest on; the tables are read again when a file of them was written.

    Raises
    ------
    InputError
        With every fault of the tables.
    """
    return _numbers(data, _mark(Store().root / "data"))


def _mark(folder: Path) -> _Mark:
    """Return what tells whether the tables changed: reading them on each run would be felt."""
    files = [*sorted(folder.glob("*.csv")), *sorted(folder.glob("schema/*.csv"))]
    return tuple((str(p), s.st_mtime_ns, s.st_size) for p, s in ((p, p.stat()) for p in files))


@lru_cache(maxsize=2)
def _numbers(data: Dataset, mark: _Mark) -> Numbers:
    del mark
    tables = Store().parameters()
    text = "\n".join(f"{name}\n{tables[name].to_csv()}" for name in sorted(tables))
    digest = sha256(text.encode()).hexdigest()[:16]
    return Numbers(tables, assumed.of(tables, data.sources), digest)


def _made(data: Dataset, scenario: Scenario, at: date, given: Numbers) -> Made:
    found = answers.solve(data, given.tables, scenario, at)
    return Made(found, answers.saved_of(data, found))


def made(data: Dataset, scenario: Scenario, given: Numbers, view: View) -> Made | None:
    """Return the plan of a draft; None while it is solved or when it cannot be, and says so."""
    lang, at = view.lang, view.at
    asked = json.dumps(scenarios.to_json(scenario), sort_keys=True)
    parts = (data.revision, str(id(data)), at.isoformat(), given.digest, asked)
    key = f"plan-{sha256('|'.join(parts).encode()).hexdigest()[:20]}"
    before, who = session.kept(_JOB), session.token()
    if before and before != key:
        cache.plans().leave(before, who)
    session.keep(**{_JOB: key})
    if session.kept(_CALLED_OFF) == key:
        _again(lang)
        return None

    def work(progress: Progress) -> Made:
        progress("solve", 0.1)
        return _made(data, scenario, at, given)

    job: Job[Made] = cache.plans().start(key, work, who)
    if not job.done.wait(_AT_ONCE_S):
        _watch(key, lang)
        return None
    if job.problems:
        shell.complain(lang, job.problems)
        return None
    return job.made


@st.fragment(run_every=_LOOK_S)
def _watch(key: str, lang: str) -> None:
    """Say that a plan is being solved, with a way to call it off; goes on when it is there."""
    job = cache.plans().get(key)
    if job is None or job.done.is_set():
        st.rerun(scope="app")
        return
    with st.container(horizontal=True, vertical_alignment="center", key="plan-solving"):
        st.progress(int(job.share * 100), text=i18n.text(lang, "planpage.solving"), width=320)
        st.button(
            i18n.text(lang, "export.cancel"),
            key="plan-cancel",
            type="tertiary",
            on_click=_call_off,
            args=(key,),
        )


def _call_off(key: str) -> None:
    """Wait no longer for what is being solved; it is taken up again when that is asked for."""
    cache.plans().leave(key, session.token())
    session.keep(**{_CALLED_OFF: key})


def _again(lang: str) -> None:
    """Say that the draft is not solved, and offer to solve it."""
    with st.container(horizontal=True, vertical_alignment="center", key="plan-solving"):
        st.html(f'<span class="hint">{escape(i18n.text(lang, "planpage.called_off"))}</span>')
        st.button(
            i18n.text(lang, "planpage.solve"),
            key="plan-solve",
            type="primary",
            on_click=lambda: session.keep(**{_CALLED_OFF: ""}),
        )
