"""The charts of a deck: money by funding, projects by status, kilometres by wear, deadlines."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pandas as pd

from meks_geo import i18n, wording
from meks_geo.dates import parse
from meks_geo.exports.deckmodel import Box, Chart, Series
from meks_geo.exports.decktables import promised
from meks_geo.lines import ZONES
from meks_geo.model import Dataset
from meks_geo.queries import Selection, reported, summable
from meks_geo.vocabulary import UNKNOWN, Funding, Status


def cost_by_funding(name: str, selection: Selection, box: Box) -> Chart | None:
    """Return the money of projects by who pays, in bn KZT.

    Parents, and synthetic projects beside others, are left out of the sums, as in the totals.
    """
    lang = selection.view.lang
    costs = summable(reported(selection.projects), "cost_bn_kzt")
    if costs.empty:
        return None
    sums = costs.groupby(selection.projects.loc[costs.index, "funding"]).sum()
    present = [one for one in Funding if one in sums.index]
    title = f"{i18n.text(lang, 'deck.cost_by_funding')}, {i18n.unit(lang, 'bn KZT')}"
    values = tuple(round(float(sums[one]), 3) for one in present)
    return Chart(
        name=name,
        kind="bars",
        title=title,
        categories=tuple((str(one), i18n.label(lang, "funding", one)) for one in present),
        series=(Series("cost", i18n.text(lang, "totals.cost"), values),),
        unit="bn KZT",
        digits=1,
        alt=title,
        box=box,
    )


def projects_by_status(name: str, selection: Selection, box: Box) -> Chart | None:
    """Return the number of projects by status, in the order of a project's life."""
    lang = selection.view.lang
    counts = Counter(status or UNKNOWN for status in selection.projects["status"])
    present = [one for one in (*Status, UNKNOWN) if counts[one]]
    if not present:
        return None
    title = i18n.text(lang, "deck.projects_by_status")
    words = {
        one: i18n.text(lang, "networks.status_unknown")
        if one == UNKNOWN
        else i18n.label(lang, "status", one)
        for one in present
    }
    return Chart(
        name=name,
        kind="bars",
        title=title,
        categories=tuple((str(one), words[one]) for one in present),
        series=(
            Series(
                "count",
                i18n.text(lang, "totals.projects"),
                tuple(float(counts[one]) for one in present),
            ),
        ),
        alt=title,
        box=box,
    )


def km_by_class(name: str, sums: pd.DataFrame, lang: str, box: Box) -> Chart:
    """Return kilometres of lines by sector and wear class; `sums` is of `netsums.table`."""
    title = f"{i18n.text(lang, 'networks.chart_sectors')}, {i18n.unit(lang, 'km')}"
    return Chart(
        name=name,
        kind="stacked",
        title=title,
        categories=tuple((str(code), str(row["name"])) for code, row in sums.iterrows()),
        series=tuple(
            Series(
                str(zone),
                i18n.label(lang, "zone", zone),
                tuple(round(float(km), 3) for km in sums[zone]),
            )
            for zone in ZONES
        ),
        unit="km",
        digits=0,
        alt=title,
        box=box,
    )


def deadlines(
    name: str, data: Dataset, selection: Selection, shown: Sequence[str], box: Box
) -> Chart | None:
    """Return deadlines by the day on which they were announced, both in years; a line a project.

    The longest line comes first: LibreOffice loses shorter ones in front of it. As on the page a
    deadline stands where its last day falls: the end of 2027 on 2027.
    """
    lang = selection.view.lang
    series = []
    for one in shown:
        said = promised(data, selection, one)
        if len(said) > 1:
            series.append(
                Series(
                    one,
                    wording.named(lang, selection.state.project_rows[one]),
                    tuple(_year(parse(claim.value).last) - 1 for claim in said),
                    tuple(_year(claim.stated_on.first) for claim in said),
                )
            )
    if not series:
        return None
    title = i18n.text(lang, "deck.deadlines")
    return Chart(
        name=name,
        kind="lines",
        title=title,
        categories=(),
        series=tuple(sorted(series, key=lambda one: -len(one.values))),
        unit="year",
        digits=2,
        alt=title,
        box=box,
    )


def _year(day: date) -> float:
    return round(day.year + min(day.timetuple().tm_yday / 365, 1.0), 3)
