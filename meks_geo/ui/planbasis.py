"""What plans rest on: unit costs and how far they miss, numbers, and who pays without a trail."""

from datetime import date

import streamlit as st

from meks_geo import i18n, kpiwords, planworks
from meks_geo.kpitables import Cell, Table
from meks_geo.model import Dataset
from meks_geo.planning import estimates, retelling
from meks_geo.planning.estimates import Tested, UnitCost
from meks_geo.planning.filter import budget_without_trail
from meks_geo.planning.packing import assumptions_of
from meks_geo.planning.parameters import Parameters, Works
from meks_geo.planning.saved import Assumption, SavedPlan
from meks_geo.ui import plandraw, plantables
from meks_geo.ui.plandetails import money
from meks_geo.ui.plantables import figure, heads, plain, words
from meks_geo.view import View
from meks_geo.vocabulary import Sector


def show(data: Dataset, view: View, plan: SavedPlan | None, parameters: Parameters) -> None:
    """Draw the tables; `plan` is the one whose numbers are told, None for those of the record."""
    lang = view.lang
    plandraw.part(lang, "sheet.unit_costs", "planpage.unit_costs_note")
    plandraw.table(unit_costs(data, parameters, lang), view, "unit-costs")
    plandraw.part(lang, "planpage.back_test", "planpage.back_test_note")
    plandraw.table(back_test(data, parameters, lang), view, "back-test")
    plandraw.part(lang, "planpage.assumptions", "planpage.assumptions_note")
    found = plan.assumptions if plan else assumptions_of(parameters)
    plandraw.table(assumptions(found, lang), view, "assumptions")
    plandraw.part(lang, "planpage.trailless", "planpage.trailless_note")
    table = trailless(data, view.at, view)
    if table.rows:
        plandraw.table(table, view, "no-trail")
    else:
        st.info(i18n.text(lang, "planpage.trailless_none"))


# -- unit costs ------------------------------------------------------------------------------------


def item(lang: str, code: str) -> str:
    """Return what an item of `unit_costs.csv` is called."""
    if code in tuple(Sector):
        return i18n.label(lang, "sector", code)
    return i18n.text(lang, f"planpage.item_{code}")


def unit_costs(data: Dataset, parameters: Parameters, lang: str) -> Table:
    """Return the cost of one unit of each item, with the published works that it comes from."""
    pairs = dict.fromkeys((one.item, one.unit) for one in parameters.works if one.role != "check")
    found = [
        cost
        for code, unit in pairs
        if (cost := estimates.unit_cost(parameters, code, unit)) is not None
    ]
    names = ("item", "unit_cost", "low_high", "prices", "derived")
    rows = tuple(_unit_row(data, one, lang) for one in found)
    csv_names = ("item", "unit", "low_bn", "central_bn", "high_bn", "prices", "assumed", "derived")
    csv = tuple(
        (
            *(item(lang, one.item), i18n.unit(lang, one.unit)),
            *(plain(bn, lang, 6) for bn in (one.low, one.central, one.high)),
            *(str(one.price_year), _assumed_ends(one, lang)),
            "; ".join(_made_of(data, works, lang) for works in one.works),
        )
        for one in found
    )
    numbers = tuple(
        Cell(head.text, number=name in ("unit_cost", "low_high"))
        for name, head in zip(names, heads(lang, names), strict=True)
    )
    return Table(numbers, rows, words(lang, csv_names), csv)


def _unit_row(data: Dataset, one: UnitCost, lang: str) -> tuple[Cell, ...]:
    per = f"{i18n.unit(lang, 'bn KZT')}/{i18n.unit(lang, one.unit)}"
    ends = "\u2013".join(i18n.number(lang, end, 4) for end in (one.low, one.high))
    made = tuple(_made_of(data, works, lang) for works in one.works)
    return (
        Cell(item(lang, one.item)),
        figure(f"{i18n.number(lang, one.central, 4)} {per}"),
        figure(ends, _assumed_ends(one, lang)),
        Cell(str(one.price_year)),
        Cell(made[0], made[1:]),
    )


def _assumed_ends(one: UnitCost, lang: str) -> str:
    """Say which end is an assumed spread."""
    ends = ", ".join(plantables.word(lang, end).lower() for end in one.assumed)
    return f"{i18n.text(lang, 'planpage.assumed')}: {ends}" if ends else ""


def _made_of(data: Dataset, works: Works, lang: str) -> str:
    """Return published works as cost, size, prices and source."""
    size = i18n.quantity(lang, works.size, works.unit)
    prices = i18n.text(lang, "planpage.prices_of", year=str(works.price_year))
    source = data.sources.get(works.source)
    named = f", {source.publisher}" if source else ""
    return f"{money(lang, works.cost_bn_kzt)} / {size} ({prices}{named})"


def back_test(data: Dataset, parameters: Parameters, lang: str) -> Table:
    """Return each project with a published cost beside the estimate made without it."""
    found = estimates.back_test(parameters)
    names = ("object", "item", "published", "estimated", "low_high", "error")
    rows = tuple(_tested(data, one, lang) for one in found)
    csv = tuple(
        (
            *(_project(data, one.works.project, lang), item(lang, one.works.item)),
            *(plain(bn, lang) for bn in (one.works.cost_bn_kzt, one.central, one.low, one.high)),
            *(str(one.works.price_year), plain(one.error_percent, lang, 1)),
        )
        for one in found
    )
    csv_names = (
        *("object", "item", "published_bn", "estimated_bn", "low_bn", "high_bn", "prices"),
        "error",
    )
    last = ("published", "estimated", "low_high", "error")
    titles = tuple(Cell(plantables.word(lang, name), number=name in last) for name in names)
    return Table(titles, rows, words(lang, csv_names), csv)


def _tested(data: Dataset, one: Tested, lang: str) -> tuple[Cell, ...]:
    works = one.works
    low_high = "\u2013".join(i18n.number(lang, end, 1) for end in (one.low, one.high))
    within = i18n.text(lang, "planpage.within" if one.within else "planpage.beyond")
    error = i18n.quantity(lang, one.error_percent, "percent", 0)
    sign = "+" if round(one.error_percent) > 0 else ""
    prices = i18n.text(lang, "planpage.prices_of", year=str(works.price_year))
    size = i18n.quantity(lang, works.size, works.unit)
    return (
        Cell(_project(data, works.project, lang)),
        Cell(item(lang, works.item), (size,)),
        figure(money(lang, works.cost_bn_kzt), prices),
        figure(money(lang, one.central)),
        figure(low_high, within),
        figure(f"{sign}{error}"),
    )


def _project(data: Dataset, project: str, lang: str) -> str:
    row = data.rows["projects"].get(project)
    return i18n.name(lang, row) if row else project


# -- numbers ---------------------------------------------------------------------------------------


def assumptions(found: tuple[Assumption, ...], lang: str) -> Table:
    """Return the numbers that a plan rests on; what is assumed or moved looks so."""
    names = ("parameter", "value", "origin")
    rows, csv = [], []
    for one in found:
        called = retelling.parameter(one.parameter, lang)
        sign = retelling.unit(one.unit, lang)
        value = kpiwords.printed(lang, f"{one.value:g}", one.unit if sign else "")
        said = _origin(one, lang)
        rows.append((Cell(called), figure(value), Cell(said, (one.source_title,), one.source_url)))
        csv.append(
            (
                *(called, plain(one.value, lang), sign),
                *(said, one.source_title, one.source_url),
            )
        )
    csv_names = ("parameter", "value", "unit", "origin", "source_title", "url")
    titles = tuple(Cell(plantables.word(lang, name), number=name == "value") for name in names)
    return Table(titles, tuple(rows), words(lang, csv_names), tuple(csv))


def _origin(one: Assumption, lang: str) -> str:
    if one.moved:
        return i18n.text(lang, "planpage.moved")
    return i18n.text(lang, "planpage.assumed" if one.assumed else "planpage.sourced")


# -- who pays without a trail ----------------------------------------------------------------------


def trailless(data: Dataset, at: date, view: View) -> Table:
    """Return the live projects of record that the budget pays for: no source shows why."""
    lang = view.lang
    found = [{**data.rows["projects"][one], "id": one} for one in budget_without_trail(data, at)]
    found = [one for one in found if not view.region or one["region"] in view.region]
    names = ("object", "region")
    rows = tuple(
        (Cell(i18n.name(lang, one)), Cell(planworks.region(data, lang, str(one["region"]))))
        for one in found
    )
    csv = tuple(
        (str(one["id"]), i18n.name(lang, one), planworks.region(data, lang, str(one["region"])))
        for one in found
    )
    return Table(heads(lang, names), rows, words(lang, ("candidate", *names)), csv)
