"""The ledger of the red zone on a page: between a day of the reader's choice and the as-of date."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from meks_geo import dates, i18n, kpis, kpitables, kpiwords
from meks_geo.kpirules import Rules
from meks_geo.kpitables import Table
from meks_geo.ledger import Way, crossings
from meks_geo.model import Dataset
from meks_geo.since import year_before
from meks_geo.ui import session, shell
from meks_geo.view import FIRST_DAY, View
from meks_geo.vocabulary import COUNTRY

_SINCE = "ledger-since"


def show(data: Dataset, rules: Rules, view: View, draw: Callable[[Table, View, str], None]) -> None:
    """Draw the choice of the first day, the counts, and the tables; `draw` draws one of them."""
    lang = view.lang
    shell.title(i18n.text(lang, "kpis.ledger_title"))
    since = _since(view)
    if since >= view.at:
        st.info(i18n.text(lang, "kpis.ledger_order"))
        return
    days = (i18n.date(lang, day.isoformat()) for day in (since, view.at))
    shell.hint(i18n.text(lang, "kpis.ledger_span", **dict(zip(("since", "at"), days, strict=True))))
    found = [
        one
        for one in crossings(data, rules, since, view.at)
        if not view.region or one.region in view.region
    ]
    shell.tiles(
        [
            *(
                (
                    i18n.text(lang, f"kpis.way_{way}"),
                    i18n.number(lang, sum(1 for one in found if one.way == way)),
                )
                for way in Way
            ),
            (i18n.text(lang, "kpis.red_count"), _published(data, rules, since, view)),
        ]
    )
    if found:
        draw(kpitables.ledger(data, found, lang), view, "ledger")
    else:
        st.info(i18n.text(lang, "kpis.ledger_empty"))
    shell.hint(i18n.text(lang, "kpis.ledger_note"))
    lines = kpitables.lines(data, view, since)
    if lines.rows:
        shell.title(i18n.text(lang, "kpis.lines_title"))
        draw(lines, view, "lines")
        shell.hint(i18n.text(lang, "kpis.lines_note"))


def _since(view: View) -> date:
    """Draw the field of the first day; a year before the as-of date unless one was chosen."""
    kept = session.kept(_SINCE)
    since = date.fromisoformat(kept) if kept else year_before(view.at)
    key = session.seed("w-ledger-since", since)

    def keep() -> None:
        chosen = session.value_of(key)
        session.keep(**{_SINCE: chosen.isoformat() if chosen else ""})

    st.date_input(
        i18n.text(view.lang, "kpis.ledger_since"),
        key=key,
        format="DD.MM.YYYY",
        min_value=min(FIRST_DAY, since),
        max_value=max(dates.today(), since),
        on_change=keep,
        width=220,
    )
    return since


def _published(data: Dataset, rules: Rules, since: date, view: View) -> str:
    """Return the published count of red CHPs on both days; "unknown" where there was none."""
    counts = []
    for day in (since, view.at):
        found = [
            one
            for one in kpis.rows(data, rules, day, COUNTRY)
            if one.id == "chp-red" and one.actual
        ]
        unknown = i18n.text(view.lang, "map.unknown")
        counts.append(kpiwords.value(view.lang, found[-1], found[-1].actual) if found else unknown)
    return " → ".join(counts)
