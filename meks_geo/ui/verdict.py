"""What a check says, on the page: counts, problems by kind, their places, lists to take away."""

from collections import defaultdict
from collections.abc import Sequence
from html import escape
from pathlib import PurePath

import pandas as pd
import streamlit as st

from meks_geo import i18n, marks
from meks_geo.errors import Problem
from meks_geo.intake import door, findings, listing, referee
from meks_geo.intake.model import RawFile
from meks_geo.intake.places import places
from meks_geo.model import Dataset
from meks_geo.store import Store
from meks_geo.ui import cache, maps, shell
from meks_geo.ui.cache import Upload

_MAX_ROWS = 200
_STEM_LETTERS = 80
_TALLEST_ROWS = 10


def show(checked: door.Checked, upload: Upload, data: Dataset, lang: str) -> None:
    """Draw the verdict on a file and all that is wrong with it."""
    verdict = checked.verdict
    shell.step(lang, "3", "intake.verdict")
    errors = sum(1 for p in verdict.problems if p.severity == "error")
    warnings = len(verdict.problems) - errors
    _sentence(checked, warnings, lang)
    if checked.raw is not None:
        counts = (verdict.rows, verdict.accepted, errors, warnings)
        names = ("rows", "accepted", "errors", "warnings")
        shell.tiles(
            (i18n.text(lang, f"intake.{name}"), i18n.number(lang, count))
            for name, count in zip(names, counts, strict=True)
        )
    if not verdict.problems:
        return
    _take_away(checked, upload, lang)
    raw, schemas = checked.raw, Store().schemas()
    found, faulty = places(raw, verdict.problems, schemas, table=upload.table) if raw else ([], 0)
    if not found:
        _groups(checked, upload, lang)
        return
    left, right = st.columns([0.58, 0.42], gap="small")
    with left:
        _groups(checked, upload, lang)
    with right:
        maps.small(data, marks.of_faults(found, data, lang), "faults")
        drawn, whole = i18n.number(lang, len(found)), i18n.number(lang, faulty)
        shell.hint(i18n.text(lang, "intake.placed", drawn=drawn, count=whole))


def _sentence(checked: door.Checked, warnings: int, lang: str) -> None:
    verdict = checked.verdict
    if checked.raw is None:
        key, look = "intake.unreadable", "refused"
    elif verdict.passed:
        key, look = ("intake.passed_with_warnings" if warnings else "intake.passed"), "passed"
    elif any(p.severity == "error" for p in verdict.problems):
        key, look = "intake.refused", "refused"
    else:
        key, look = "intake.empty", "refused"
    st.html(f'<div class="verdict {look}">{escape(i18n.text(lang, key))}</div>')


def _take_away(checked: door.Checked, upload: Upload, lang: str) -> None:
    """Offer the sender's own file with its faults marked, and the list of problems."""
    stem = PurePath(upload.name).stem[:_STEM_LETTERS]
    suffix = i18n.text(lang, "referee.suffix")
    with st.container(horizontal=True, key="take-away"):
        if checked.raw is not None:
            ending = "xlsx" if checked.raw.kind in referee.WORKBOOKS else "gpkg"
            st.download_button(
                i18n.text(lang, f"intake.copy_{ending}"),
                data=lambda: cache.copy_bytes(upload, lang),
                file_name=f"{stem}-{suffix}.{ending}",
                on_click="ignore",
                key="copy",
                help=i18n.text(lang, "intake.copy_help"),
            )
        st.download_button(
            i18n.text(lang, "intake.list_csv"),
            data=lambda: listing.problems_csv(
                _found(checked, checked.verdict.problems, upload, lang), lang
            ),
            file_name=f"{stem}-{suffix}.csv",
            mime="text/csv",
            on_click="ignore",
            key="problems-csv",
        )


def _found(
    checked: door.Checked, problems: Sequence[Problem], upload: Upload, lang: str
) -> list[findings.Finding]:
    raw = checked.raw or RawFile(upload.name, "", ())
    return findings.findings(raw, problems, Store().schemas(), lang=lang, table=upload.table)


def _groups(checked: door.Checked, upload: Upload, lang: str) -> None:
    """Draw the problems by table and kind, errors first, the most frequent in front."""
    groups: dict[tuple[str, str, str], list[Problem]] = defaultdict(list)
    for one in checked.verdict.problems:
        groups[one.severity, one.table, one.code].append(one)
    order = sorted(groups, key=lambda g: (g[0] != "error", -len(groups[g]), g))
    for number, (severity, table, code) in enumerate(order):
        problems = groups[severity, table, code]
        parts = [i18n.text(lang, f"sheet.{table}")] if table else []
        name = " · ".join([*parts, _fault(lang, code)])
        sign = i18n.text(lang, f"severity.{severity}")
        count = i18n.number(lang, len(problems))
        with st.expander(f"{sign}: {name} — {count}", expanded=len(order) == 1):
            _table(_found(checked, problems[:_MAX_ROWS], upload, lang), number, lang)
            if len(problems) > _MAX_ROWS:
                shown = i18n.number(lang, _MAX_ROWS)
                shell.hint(i18n.text(lang, "intake.first_of", shown=shown, count=count))


def _fault(lang: str, code: str) -> str:
    """Return the short name of a kind of problem; the code itself where it has none."""
    key = f"fault.{code}"
    return i18n.text(lang, key) if i18n.has(lang, key) else code


def _table(found: Sequence[findings.Finding], number: int, lang: str) -> None:
    heads = dict(
        zip(
            ("severity", "table", "row", "column", "value", "what", "fix"),
            findings.heads(lang),
            strict=True,
        )
    )
    frame = pd.DataFrame(
        {
            "row": pd.array([one.row or one.problem.row for one in found], dtype="Int64"),
            "column": [one.column for one in found],
            "value": [one.value for one in found],
            "what": [one.what for one in found],
            "fix": [one.fix for one in found],
        }
    )
    config = {
        name: st.column_config.TextColumn(heads[name], width=width)
        for name, width in (("column", 120), ("value", 110), ("what", 270), ("fix", 290))
    }
    config["row"] = st.column_config.NumberColumn(heads["row"], width=60, format="%d")
    st.dataframe(
        frame,
        hide_index=True,
        column_config=config,
        height=shell.table_height(len(frame), _TALLEST_ROWS),
        placeholder="",
        key=f"problems-{number}",
    )
