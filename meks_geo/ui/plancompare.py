"""Two plans side by side: figures, maps, money, wear, who leaves the red zone, debt service."""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from meks_geo import i18n, planworks, wording
from meks_geo.kpitables import Cell, Table
from meks_geo.model import Dataset
from meks_geo.planning.retelling import title
from meks_geo.planning.saved import SavedPlan, Work
from meks_geo.ui import plandraw, plansides, plantables, session, shell
from meks_geo.ui.plandetails import money
from meks_geo.ui.plandraw import called
from meks_geo.ui.planshelf import DRAFT, SIDE_A, SIDE_B
from meks_geo.ui.plansides import Side
from meks_geo.ui.plantables import figure, plain, word, words
from meks_geo.view import View

_SIDES = ((SIDE_A, "A"), (SIDE_B, "B"))


def chosen(saved: Sequence[SavedPlan]) -> tuple[str, str]:
    """Return which plans are compared: ids, or `DRAFT`; by default the newest and the draft."""
    known = {one.id for one in saved} | {DRAFT}
    usual = (saved[0].id if saved else DRAFT, DRAFT)
    kept = (session.kept(SIDE_A), session.kept(SIDE_B))
    first, second = (one if one in known else other for one, other in zip(kept, usual, strict=True))
    return first, second


def choose(saved: Sequence[SavedPlan], lang: str) -> None:
    """Draw the two fields that say which plans are compared."""
    named = labels(saved, lang)
    held = chosen(saved)
    with st.container(key="plan-sides", horizontal=True):
        for (name, letter), one in zip(_SIDES, held, strict=True):
            key = session.seed(f"w-{name}", one)
            st.selectbox(
                i18n.text(lang, "planpage.side", letter=letter),
                list(named),
                format_func=named.__getitem__,
                key=key,
                on_change=_keep,
                args=(name, key),
            )


def labels(saved: Sequence[SavedPlan], lang: str) -> dict[str, str]:
    """Return what each plan is called, the draft too; of one title, with their ids."""
    draft = i18n.text(lang, "planpage.draft")
    often = Counter([draft, *(one.title for one in saved)])
    named = {one.id: one.title for one in saved}
    told = {one: f"{words} ({one})" if often[words] > 1 else words for one, words in named.items()}
    return {DRAFT: draft, **told}


def _keep(name: str, key: str) -> None:
    session.keep(**{name: str(session.value_of(key))})


def show(data: Dataset, view: View, sides: tuple[Side, Side]) -> None:
    """Draw both."""
    lang = view.lang
    plans = (sides[0].plan, sides[1].plan)
    plandraw.trial(lang, *plans)
    plandraw.table(figures(sides, lang), view, called("two", *plans))
    plandraw.part(lang, "planpage.maps", "planpage.maps_note")
    maps = plansides.maps(data, sides, view)
    if maps:
        st.html(maps + plansides.keys(data, sides, view))
    else:
        st.info(i18n.text(lang, "planpage.no_works"))
    plandraw.part(lang, "planpage.money_by_year", "planpage.money_by_year_note")
    plandraw.pictures(plansides.spending(sides, lang))
    wear(data, sides, view)
    plandraw.part(lang, "planpage.leaving")
    leaving(sides, view)
    plandraw.part(lang, "planpage.tariff", "planpage.tariff_note")
    plandraw.pictures([plansides.debt(sides, lang)])
    by_sector(sides, view)
    plandraw.part(lang, "planpage.differences")
    table = differences(data, sides, view)
    if table.rows:
        plandraw.table(table, view, called("differences", *plans))
    else:
        st.info(i18n.text(lang, "planpage.same_works"))


def wear(data: Dataset, sides: Sequence[Side], view: View) -> None:
    """Draw the wear of each sector year by year, or say that nothing is known of it."""
    plandraw.part(view.lang, "planpage.wear", "planpage.wear_note")
    found = plansides.wear(data, sides, view)
    if not found:
        st.info(i18n.text(view.lang, "planpage.no_wear"))
        return
    if len(sides) > 1:
        st.html(plansides.letters(sides))
    plandraw.pictures(found)


# -- figures ---------------------------------------------------------------------------------------


def figures(sides: Sequence[Side], lang: str) -> Table:
    """Return what the plans come to, a row a figure and a column a plan."""
    rows = [
        ("objective", [i18n.text(lang, f"plan.objective.{s.plan.objective}") for s in sides]),
        ("result", [_value(s.plan, lang) for s in sides]),
        ("cost", [money(lang, s.plan.cost_bn_kzt) for s in sides]),
        ("there", [money(lang, _there(s.plan)) for s in sides]),
        ("chosen", [i18n.number(lang, len(s.plan.works)) for s in sides]),
        ("left", [i18n.number(lang, len(s.plan.left_out)) for s in sides]),
        ("dark", [i18n.number(lang, len(s.plan.not_priceable)) for s in sides]),
        ("gap", [i18n.quantity(lang, 100 * s.plan.gap, "percent", 2) for s in sides]),
        ("leaves", [i18n.number(lang, len(s.plan.outcome.leaving)) for s in sides]),
        ("day", [i18n.date(lang, s.plan.as_of.isoformat()) for s in sides]),
        ("record", [wording.short_revision(s.plan.revision) for s in sides]),
    ]
    names = tuple(plansides.heading(side) or side.name for side in sides)
    heads = (Cell(""), *(Cell(name, number=True) for name in names))
    cells = tuple((Cell(word(lang, name)), *(figure(v) for v in values)) for name, values in rows)
    csv = tuple((word(lang, name), *values) for name, values in rows)
    return Table(heads, cells, (word(lang, "figure"), *names), csv)


def _value(plan: SavedPlan, lang: str) -> str:
    unit, digits = plantables.unit_of(plan.objective)
    return i18n.quantity(lang, plan.value, unit, digits)


def _there(plan: SavedPlan) -> float:
    return sum(amount for by_year in plan.money.values() for amount in by_year.values())


# -- who leaves the red zone -----------------------------------------------------------------------


def leaving(sides: Sequence[Side], view: View) -> None:
    """Draw who leaves the red zone in which year."""
    table = leavers(sides, view)
    if table.rows:
        plandraw.table(table, view, called("leaving", *(side.plan for side in sides)))
    else:
        st.info(i18n.text(view.lang, "planpage.nobody_leaves"))


def leavers(sides: Sequence[Side], view: View) -> Table:
    """Return a row a year with who leaves red by each plan."""
    lang = view.lang
    years = sorted({one.year for side in sides for one in side.plan.outcome.leaving})
    named: list[Mapping[str, str]] = [
        {one.candidate: title(one, lang) for one in planworks.in_order(side.plan, view)}
        for side in sides
    ]
    gone = [side.plan.outcome.leaving_by_year() for side in sides]
    rows, csv = [], []
    for year in years:
        lists = [
            [names[one] for one in left.get(year, ()) if one in names]
            for names, left in zip(named, gone, strict=True)
        ]
        if not any(lists):
            continue
        rows.append(
            (Cell(str(year)), *(Cell(i18n.number(lang, len(one)), tuple(one)) for one in lists))
        )
        csv.append((str(year), *("; ".join(one) for one in lists)))
    alone = word(lang, "leaves")
    heads = (word(lang, "year"), *(plansides.heading(side) or alone for side in sides))
    return Table(tuple(map(Cell, heads)), tuple(rows), heads, tuple(csv))


# -- what loans take -------------------------------------------------------------------------------


def by_sector(sides: Sequence[Side], view: View) -> None:
    """Draw the debt service of each year and sector, folded away: it goes on for many years."""
    table = tariff(sides, view.lang)
    if table.rows:
        with st.expander(i18n.text(view.lang, "planpage.by_sector"), expanded=False):
            plandraw.table(table, view, called("tariff", *(side.plan for side in sides)))
    for side in sides:
        if side.plan.outcome.unpaid:
            bn = money(view.lang, side.plan.outcome.unpaid)
            said = i18n.text(view.lang, "planpage.unpaid", money=bn)
            shell.hint(f"{side.letter} {said}".strip())


def tariff(sides: Sequence[Side], lang: str) -> Table:
    """Return the debt service of each year and sector, and its share of a known revenue."""
    keys = sorted({(one.year, one.sector) for side in sides for one in side.plan.outcome.tariff})
    found = [{(one.year, one.sector): one for one in s.plan.outcome.tariff} for s in sides]
    rows, csv = [], []
    for year, sector in keys:
        label = i18n.label(lang, "sector", sector) if sector else i18n.text(lang, "planpage.plants")
        cells, plains = [], []
        for of in found:
            one = of.get((year, sector))
            share = i18n.quantity(lang, one.percent, "percent", 1) if one else ""
            unknown = i18n.text(lang, "plan.missing.revenue_bn_kzt")
            of_revenue = i18n.text(lang, "planpage.of_revenue", share=share) if share else unknown
            cells.append(figure(money(lang, one.service, 2), of_revenue) if one else figure(""))
            plains += [plain(one.service, lang), share] if one else ["", ""]
        rows.append((Cell(str(year)), Cell(label), *cells))
        csv.append((str(year), label, *plains))
    names = [plansides.heading(side) or side.name for side in sides]
    service = i18n.text(lang, "planpage.service")
    heads = (
        *(Cell(word(lang, name)) for name in ("year", "sector")),
        *(Cell(name if len(names) > 1 else service, number=True) for name in names),
    )
    csv_heads = [*words(lang, ("year", "sector"))]
    for name in names:
        csv_heads += [f"{name}: {service}", f"{name}: {word(lang, 'share')}"]
    return Table(heads, tuple(rows), tuple(csv_heads), tuple(csv))


# -- works of one and not of the other -------------------------------------------------------------


def differences(data: Dataset, sides: tuple[Side, Side], view: View) -> Table:
    """Return the works that the plans do not do alike: with years, source and cost by each."""
    lang = view.lang
    by_plan = [{one.candidate: one for one in planworks.in_order(s.plan, view)} for s in sides]
    rows, csv = [], []
    for one in sorted({*by_plan[0], *by_plan[1]}):
        pair = [of.get(one) for of in by_plan]
        if pair[0] is not None and pair[1] is not None and _same(pair[0], pair[1]):
            continue
        work = pair[0] or pair[1]
        if work is None:
            continue
        name, region = title(work, lang), planworks.region(data, lang, work.region)
        told = [_told(of, lang) for of in pair]
        rows.append((Cell(name, (region,)), *(Cell(*parts) for parts in told)))
        csv.append((one, name, region, *(", ".join([t, *also]) for t, also in told)))
    heads = (word(lang, "work"), *(plansides.heading(side) for side in sides))
    csv_heads = (word(lang, "candidate"), heads[0], word(lang, "region"), *heads[1:])
    return Table(tuple(map(Cell, heads)), tuple(rows), csv_heads, tuple(csv))


def _same(one: Work, other: Work) -> bool:
    return (one.source, dict(one.costs)) == (other.source, dict(other.costs))


def _told(one: Work | None, lang: str) -> tuple[str, tuple[str, ...]]:
    if one is None:
        return "\u2014", ()
    source = i18n.label(lang, "funding", one.source)
    return plantables.years(one), (f"{source}, {money(lang, one.cost_bn_kzt)}",)
