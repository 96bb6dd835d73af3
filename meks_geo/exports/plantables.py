"""Tables of a saved plan: its figures, works, money, what is left out, assumptions."""

from collections.abc import Iterable

from meks_geo import i18n, planworks
from meks_geo.exports import planwear
from meks_geo.exports.cells import Cell
from meks_geo.exports.plangrid import EXACT, Grid, Head, with_unit
from meks_geo.exports.statements import plain
from meks_geo.model import Dataset
from meks_geo.planning import retelling
from meks_geo.planning.effects import UNITS
from meks_geo.planning.saved import SavedPlan, Subject, Work
from meks_geo.view import View
from meks_geo.vocabulary import Funding

#: Sources of money in the order in which they are asked.
_ASKED = (
    *(Funding.MEKS_MARKET, Funding.PRIVATE, Funding.IFI, Funding.FOREIGN_LOAN),
    *(Funding.STATE_FUND, Funding.BUDGET),
)


def of(data: Dataset, saved: SavedPlan, lang: str, view: View | None = None) -> tuple[Grid, ...]:
    """Return every table of a plan, as `intake.sheets.PLAN_SHEETS` calls them.

    A view leaves works of other regions and sectors out.
    """
    return (
        works(data, saved, lang, view),
        money(saved, lang, view),
        planwear.wear(data, saved, lang, view),
        left_out(data, saved, lang, view),
        assumptions(saved, lang),
    )


#: Key, name, value, its unit and what stands beside it.
Tile = tuple[str, str, float | None, str, str]


def tiles(saved: SavedPlan, view: View) -> tuple[Tile, ...]:
    """Return the figures of a plan in the regions and sectors of a view."""
    lang, works = view.lang, planworks.inside(saved, view)
    inside = {one.candidate for one in works}
    leaving = sum(one.candidate in inside for one in saved.outcome.leaving)
    effect = round(sum(one.effect for one in works), 3)
    effect = saved.value if len(works) == len(saved.works) else effect
    cost = round(sum(one.cost_bn_kzt for one in works), 3)
    whole = i18n.text(lang, "totals.of", whole=i18n.number(lang, len(saved.works)))
    first, last = saved.years[0], saved.years[-1]
    span = str(first) if first == last else f"{first}\u2013{last}"
    out = sum(planworks.seen(one, view) for one in (*saved.left_out, *saved.not_priceable))
    objective = i18n.text(lang, f"plan.objective.{saved.objective}")
    return (
        ("value", objective, effect, UNITS[saved.objective], ""),
        ("cost", i18n.text(lang, "planout.cost"), cost, "bn KZT", span),
        ("works", i18n.text(lang, "planout.works_title"), len(works), "", whole),
        ("leaving", i18n.text(lang, "planout.leaving"), leaving, "", ""),
        ("left", i18n.text(lang, "planout.left_out"), out, "", ""),
        ("gap", i18n.text(lang, "plan.gap"), round(100 * saved.gap, 2), "percent", ""),
    )


# -- works -----------------------------------------------------------------------------------------


def works(data: Dataset, saved: SavedPlan, lang: str, view: View | None = None) -> Grid:
    """Return the works of a plan, the earliest first, then the costliest."""
    heads = (
        Head("work", i18n.text(lang, "planout.work"), 3.0),
        Head("region", i18n.text(lang, "table.region"), 1.4),
        Head("sector", i18n.text(lang, "column.sector"), 1.2),
        Head("first_year", i18n.text(lang, "planout.begin"), 0.8, 0, grouped=False),
        Head("last_year", i18n.text(lang, "planout.end"), 0.8, 0, grouped=False),
        Head("source", i18n.text(lang, "table.funding"), 1.7),
        Head("cost", with_unit(lang, "planout.cost", "bn KZT"), 1.0, 1),
        *(Head(f"y{year}", f"{year}, {i18n.unit(lang, 'bn KZT')}", 1.0, 1) for year in saved.years),
        *(
            Head(key, with_unit(lang, f"planout.{key}", "bn KZT"), 1.0, 1)
            for key in ("low", "central", "high")
        ),
        Head("prices", i18n.text(lang, "planout.prices"), 0.8, 0, grouped=False),
        Head("wear", with_unit(lang, "table.wear", "percent"), 0.8, 1),
        Head("zone", i18n.text(lang, "table.zone"), 1.0),
        Head("length", with_unit(lang, "networks.length", "km"), 1.25, 1),
        Head("works_km", with_unit(lang, "planout.works_km", "km"), 1.0, 1),
        Head("effect", effect_words(saved, lang), 1.2, 1),
        Head("rank", i18n.text(lang, "planout.rank"), 0.7, 0),
        Head("id", i18n.text(lang, "planout.id"), 2.0),
    )
    found = planworks.in_order(saved, view)
    rows = tuple(_work(data, saved, one, lang) for one in found)
    title = i18n.text(lang, "planout.works_title")
    return Grid("plan_works", title, heads, tuple(one.candidate for one in found), rows)


def effect_words(saved: SavedPlan, lang: str) -> str:
    """Return what a plan adds up, with its unit where it has one."""
    words = i18n.text(lang, f"plan.objective.{saved.objective}")
    unit = UNITS[saved.objective]
    return words if unit == "count" else f"{words}, {i18n.unit(lang, unit)}"


def _work(data: Dataset, saved: SavedPlan, one: Work, lang: str) -> tuple[Cell, ...]:
    cost = one.estimate
    return (
        *_place(data, one, lang),
        one.first_year,
        one.last_year,
        i18n.label(lang, "funding", one.source),
        one.cost_bn_kzt,
        *(one.costs.get(year) for year in saved.years),
        *(cost.low, cost.central, cost.high, cost.year),
        plain(one.wear, "bound"),
        i18n.label(lang, "zone", one.zone) if one.zone else None,
        *(one.length_km, one.works_km, one.effect, one.rank, one.candidate),
    )


def _place(data: Dataset, one: Subject, lang: str) -> tuple[Cell, Cell, Cell]:
    region = planworks.region(data, lang, one.region)
    sector = i18n.label(lang, "sector", one.sector) if one.sector else None
    return retelling.title(one, lang), region, sector


def sources(saved: SavedPlan) -> tuple[str, ...]:
    """Return the sources of money of a plan in the order in which they are asked, budget last."""
    return tuple(sorted(saved.money, key=_ASKED.index))


# -- money -----------------------------------------------------------------------------------------


def money(saved: SavedPlan, lang: str, view: View | None = None) -> Grid:
    """Return what there is and what is spent, by source and year, with what all years make.

    What there is, is for the whole plan; what is spent, for the regions and sectors of a view.
    """
    works_ = planworks.inside(saved, view) if planworks.narrowed(view) else None
    there_is = i18n.text(lang, "planout.available")
    if works_ is not None:
        there_is = f"{there_is} ({i18n.text(lang, 'planout.whole_plan')})"
    unit = i18n.unit(lang, "bn KZT")
    heads = (
        Head("source", i18n.text(lang, "table.funding"), 2.0),
        Head("what", i18n.text(lang, "planout.what"), 1.2),
        *(Head(f"y{year}", f"{year}, {unit}", 1.0, 1) for year in saved.years),
        Head("all", f"{i18n.text(lang, 'planout.all_years')}, {unit}", 1.0, 1),
    )
    keys: list[str] = []
    rows: list[tuple[Cell, ...]] = []
    for source in sources(saved):
        spent = saved.spent.get(source, {}) if works_ is None else spending(saved, works_, source)
        for what, words, amounts in (
            ("available", there_is, saved.money[source]),
            ("spent", i18n.text(lang, "planout.spent"), spent),
        ):
            by_year = [round(amounts.get(year, 0.0), 3) for year in saved.years]
            keys.append(f"{source}.{what}")
            rows.append(
                (i18n.label(lang, "funding", source), words, *by_year, round(sum(by_year), 3))
            )
    title = i18n.text(lang, "planout.money")
    return Grid("plan_money", title, heads, tuple(keys), tuple(rows))


def spending(saved: SavedPlan, found: Iterable[Work], source: str) -> dict[int, float]:
    """Return what works take from a source in each year of a plan, bn KZT."""
    costs = [one.costs for one in found if one.source == source]
    return {year: round(sum(one.get(year, 0.0) for one in costs), 3) for year in saved.years}


# -- what is left out, and what it rests on --------------------------------------------------------


def left_out(data: Dataset, saved: SavedPlan, lang: str, view: View | None = None) -> Grid:
    """Return what is left out and why, what cannot be priced last, with what is unknown of it."""
    heads = (
        Head("work", i18n.text(lang, "table.object"), 2.4),
        Head("region", i18n.text(lang, "table.region"), 1.3),
        Head("sector", i18n.text(lang, "column.sector"), 1.2),
        Head("why", i18n.text(lang, "planout.why"), 3.6),
        Head("shadow", with_unit(lang, "planout.shadow", "bn KZT"), 1.0, 3),
        Head("source", i18n.text(lang, "table.funding"), 1.5),
        Head("year", i18n.text(lang, "planout.from_year"), 0.8, 0, grouped=False),
        Head("id", i18n.text(lang, "planout.id"), 2.0),
    )
    keys: list[str] = []
    rows: list[tuple[Cell, ...]] = []
    for one in sorted(saved.left_out, key=retelling.nearness):
        if planworks.seen(one, view):
            source = i18n.label(lang, "funding", one.source) if one.source else None
            why = retelling.why(one, lang)
            keys.append(one.candidate)
            rows.append(
                (*_place(data, one, lang), why, one.shadow_bn, source, one.year, one.candidate)
            )
    for dark in saved.not_priceable:
        if planworks.seen(dark, view):
            why = f"{i18n.text(lang, 'planout.no_price')}: {retelling.missing(dark, lang)}"
            keys.append(dark.candidate)
            rows.append((*_place(data, dark, lang), why, None, None, None, dark.candidate))
    title = i18n.text(lang, "planout.left_out")
    return Grid("plan_left_out", title, heads, tuple(keys), tuple(rows))


def assumptions(saved: SavedPlan, lang: str) -> Grid:
    """Return the numbers that a plan rests on: published, assumed, or moved for it."""
    heads = (
        Head("parameter", i18n.text(lang, "planout.parameter"), 2.0),
        Head("value", i18n.text(lang, "column.value"), 1.0, EXACT),
        Head("unit", i18n.text(lang, "column.unit"), 1.0),
        Head("basis", i18n.text(lang, "planout.basis"), 1.4),
        Head("source", i18n.text(lang, "table.title"), 3.0),
        Head("url", i18n.text(lang, "table.url"), 3.0),
        Head("note", i18n.text(lang, "column.note"), 3.0),
    )
    moved = dict(saved.scenario.thresholds)
    keys: list[str] = []
    rows: list[tuple[Cell, ...]] = []
    for sector, percent in saved.thresholds.items():
        words = f"{i18n.text(lang, 'planout.threshold')}: {i18n.label(lang, 'sector', sector)}"
        basis = "moved" if sector in moved else "in_force"
        keys.append(f"threshold:{sector}")
        cells = (words, percent, i18n.unit(lang, "percent"), i18n.text(lang, f"planout.{basis}"))
        rows.append((*cells, None, None, None))
    for one in saved.assumptions:
        basis = "moved" if one.moved else "assumed" if one.assumed else "published"
        keys.append(one.parameter)
        rows.append(
            (
                *(retelling.parameter(one.parameter, lang), one.value),
                retelling.unit(one.unit, lang) or None,
                i18n.text(lang, f"planout.{basis}"),
                *(one.source_title or None, one.source_url or None, one.note or None),
            )
        )
    title = i18n.text(lang, "planout.assumptions")
    return Grid("plan_assumptions", title, heads, tuple(keys), tuple(rows))
