"""What a saved plan brings about as tables: wear beside targets, who leaves red, debt service."""

from collections.abc import Sequence

from meks_geo import i18n, planworks
from meks_geo.exports.cells import Cell
from meks_geo.exports.plangrid import Grid, Head, with_unit
from meks_geo.model import Dataset
from meks_geo.planning import retelling
from meks_geo.planning.outcome import FIGURE, Debt, Target, Trajectory
from meks_geo.planning.saved import SavedPlan
from meks_geo.view import View
from meks_geo.vocabulary import COUNTRY, Sector

#: The year of the programme's targets.
_TARGET_YEAR = 2029
#: Years after a plan of which the debt service is told.
_AFTER = 3


def wear(data: Dataset, saved: SavedPlan, lang: str, view: View | None = None) -> Grid:
    """Return mean wear by sector and region at the end of each year, with published targets."""
    heads = (
        Head("region", i18n.text(lang, "table.region"), 1.4),
        Head("sector", i18n.text(lang, "column.sector"), 1.6),
        Head("basis", i18n.text(lang, "planout.mean_of"), 1.5),
        Head("before", with_unit(lang, "planout.before", "percent"), 1.0, 1),
        *(
            Head(f"y{year}", f"{year}, {i18n.unit(lang, 'percent')}", 0.8, 1)
            for year in saved.years
        ),
        Head("goals", with_unit(lang, "planout.targets", "percent"), 2.4),
        Head("km", with_unit(lang, "planout.known_km", "km"), 1.0, 0),
        Head("share", with_unit(lang, "planout.known_share", "percent"), 1.0, 0),
        Head("others", with_unit(lang, "planout.other_targets", "percent"), 2.4),
    )
    keys: list[str] = []
    rows: list[tuple[Cell, ...]] = []
    for one in saved.outcome.wear:
        if view and view.region and one.region not in (COUNTRY, *view.region):
            continue
        if view and view.sector and one.sector not in view.sector:
            continue
        goals_of = goals(saved, one.sector, one.region)
        others = [
            target for target in targets(saved, one.sector, one.region) if target not in goals_of
        ]
        share = None if one.share is None else 100 * one.share
        keys.append(f"{one.region}.{one.sector}.{one.basis}")
        rows.append(
            (
                planworks.region(data, lang, one.region),
                i18n.label(lang, "sector", one.sector),
                basis_words(one, lang),
                one.before,
                *(one.after.get(year) for year in saved.years),
                target_words(data, goals_of, lang),
                one.km,
                share,
                target_words(data, others, lang),
            )
        )
    title = i18n.text(lang, "planout.wear")
    return Grid("plan_wear", title, heads, tuple(keys), tuple(rows))


def basis_words(one: Trajectory, lang: str) -> str:
    """Return what a mean wear is of: a figure of the whole, or so many figures of parts."""
    if one.basis == FIGURE:
        return i18n.text(lang, "planout.of_whole")
    return i18n.plural(lang, "planout.of_parts", one.count)


def targets(saved: SavedPlan, sector: str, region: str) -> tuple[Target, ...]:
    """Return the published targets of a sector in a region or `KZ`, of every source."""
    return tuple(
        one for one in saved.outcome.targets if (one.sector, one.region) == (sector, region)
    )


def goals(saved: SavedPlan, sector: str, region: str) -> tuple[Target, ...]:
    """Return the targets of 2029 of every source; where there is none, those of the last year."""
    found = targets(saved, sector, region)
    years = {one.year for one in found}
    year = _TARGET_YEAR if _TARGET_YEAR in years else max(years, default=0)
    return tuple(one for one in found if one.year == year)


def target_words(data: Dataset, found: Sequence[Target], lang: str) -> str | None:
    """Return targets with their years and who states them; None for none."""
    parts = []
    for one in found:
        source = data.sources.get(one.source)
        by = f" ({source.publisher})" if source else ""
        parts.append(f"{one.year}: {i18n.quantity(lang, one.text, 'percent')}{by}")
    return "; ".join(parts) or None


def sectors(saved: SavedPlan, region: str) -> tuple[str, ...]:
    """Return the sectors whose mean wear is known in a region or `KZ`, in the order of the list."""
    known = {one.sector for one in saved.outcome.wear if one.region == region}
    return tuple(one for one in Sector if one in known)


def leaving(data: Dataset, saved: SavedPlan, lang: str, view: View | None = None) -> Grid:
    """Return who leaves the red zone and by which year; of those that a view asks for."""
    heads = (
        Head("year", i18n.text(lang, "planout.end"), 0.6, 0, grouped=False),
        Head("who", i18n.text(lang, "table.object"), 4.5),
        Head("region", i18n.text(lang, "table.region"), 1.5),
    )
    named = {one.candidate: one for one in planworks.inside(saved, view)}
    found = [
        (year, named[one])
        for year, leavers in saved.outcome.leaving_by_year().items()
        for one in leavers
        if one in named
    ]
    rows = tuple(
        (year, retelling.title(one, lang), planworks.region(data, lang, one.region))
        for year, one in found
    )
    keys = tuple(f"{year}.{one.candidate}" for year, one in found)
    return Grid("plan_leaving", i18n.text(lang, "planout.leaving"), heads, keys, rows)


def debt(saved: SavedPlan, lang: str, view: View | None = None) -> Grid:
    """Return what loans take in the years of a plan and the three after it, by sector.

    Where revenue is known, a row says what percent of it that is. It is known for the whole plan
    only: a view's sectors are kept apart, its regions are not, and the title says so.
    """
    last = saved.years[-1] + _AFTER
    by_sector: dict[str, dict[int, Debt]] = {}
    for one in saved.outcome.tariff:
        if one.year <= last and (not view or not view.sector or one.sector in view.sector):
            by_sector.setdefault(one.sector, {})[one.year] = one
    years = sorted({year for found in by_sector.values() for year in found})
    heads = (
        Head("sector", i18n.text(lang, "column.sector"), 1.8),
        Head("what", i18n.text(lang, "planout.what"), 1.8),
        *(Head(f"y{year}", str(year), 1.0, 2) for year in years),
    )
    keys: list[str] = []
    rows: list[tuple[Cell, ...]] = []
    service, share = (
        with_unit(lang, "planout.service", "bn KZT"),
        i18n.text(lang, "planout.of_revenue"),
    )
    for sector, found in by_sector.items():
        named = (
            i18n.label(lang, "sector", sector) if sector else i18n.label(lang, "layer", "plants")
        )
        paid = [found[year].service if year in found else None for year in years]
        percent = [found[year].percent if year in found else None for year in years]
        keys.append(sector or "plants")
        rows.append((named, service, *paid))
        if any(one is not None for one in percent):
            keys.append(f"{sector or 'plants'}.percent")
            rows.append((named, f"{share}, {i18n.unit(lang, 'percent')}", *percent))
    title = i18n.text(lang, "planout.service")
    if planworks.narrowed(view):
        title = f"{title} ({i18n.text(lang, 'planout.whole_plan')})"
    return Grid("plan_debt", title, heads, tuple(keys), tuple(rows))
