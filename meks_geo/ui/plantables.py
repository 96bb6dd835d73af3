"""Tables of a plan: works by year, what is left out, what cannot be priced, what it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from meks_geo import i18n, planworks
from meks_geo.kpitables import Cell, Table
from meks_geo.model import Dataset
from meks_geo.planning import retelling
from meks_geo.planning.parameters import Parameters
from meks_geo.planning.priority import Ranked
from meks_geo.planning.retelling import title
from meks_geo.planning.saved import Dark, Left, SavedPlan, Work
from meks_geo.ui import plandetails
from meks_geo.ui.plandetails import money
from meks_geo.view import View

#: Columns of the works as they are seen, and as they are taken away.
_WORKS = ("work", "years", "source", "cost", "low_high", "effect")
_WORKS_CSV = (
    *("candidate", "work", "region", "sector", "years", "source", "cost_bn", "low_bn"),
    *("central_bn", "high_bn", "prices", "effect", "wear", "zone", "length", "replaced"),
    *("order", "of_order", "firmness", "filter", "provenance"),
)
#: Columns that are called as elsewhere.
_REUSED = {
    **{"region": "column.region", "sector": "column.sector", "zone": "column.zone"},
    **{"wear": "column.wear_percent", "length": "column.length_km", "unit": "column.unit"},
    **{"filter": "attribute.meks_filter", "source_title": "kpis.source", "url": "table.url"},
    **{"assumed": "column.assumed", "provenance": "column.provenance"},
}
_NUMBERS = frozenset({"cost", "low_high", "effect", "shadow"})


def heads(lang: str, names: Iterable[str]) -> tuple[Cell, ...]:
    """Return the heads of columns."""
    return tuple(Cell(word(lang, name), number=name in _NUMBERS) for name in names)


def word(lang: str, name: str) -> str:
    """Return what a column is called; one of `..._bn` with its unit."""
    if name.endswith("_bn"):
        return f"{word(lang, name.removesuffix('_bn'))}, {i18n.unit(lang, 'bn KZT')}"
    return i18n.text(lang, _REUSED.get(name) or f"planpage.col_{name}")


def words(lang: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return what columns are called."""
    return tuple(word(lang, name) for name in names)


def figure(text: str, *also: str) -> Cell:
    """Return a cell with a number; an unknown one is shown as a dash."""
    return Cell(text or "\u2014", tuple(one for one in also if one), number=True)


def plain(value: float | None, lang: str, digits: int = 3) -> str:
    """Return a number for a spreadsheet; "" for an unknown one."""
    return i18n.number(lang, value, digits, grouping=False)


# -- works by year ---------------------------------------------------------------------------------


def works(
    data: Dataset,
    plan: SavedPlan,
    view: View,
    *,
    ranks: Mapping[str, Ranked],
    parameters: Parameters | None,
    most: int,
) -> str:
    """Return the works as HTML, those of each first year under its heading; every text is escaped.

    Parameters
    ----------
    ranks, parameters
        As for `plandetails.details`.
    most
        How many works are shown.
    """
    lang = view.lang
    found = planworks.in_order(plan, view)
    head = "".join(
        f"<th{' class=n' if cell.number else ''}>{escape(cell.text)}</th>"
        for cell in heads(lang, _WORKS)
    )
    parts, left = [], most
    for year in plan.years:
        of_year = [one for one in found if one.first_year == year]
        if of_year and left > 0:
            parts.append(_year(lang, year, of_year))
        for one in of_year[: max(left, 0)]:
            why = plandetails.details(data, plan, one, lang, ranks=ranks, parameters=parameters)
            parts.append(_work(data, plan, one, lang))
            parts.append(f'<tr class="more"><td colspan="{len(_WORKS)}">{why}</td></tr>')
        left -= len(of_year)
    return (
        f'<div class="plan-scroll"><table class="plan works"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(parts)}</tbody></table></div>"
    )


def _year(lang: str, year: int, found: Sequence[Work]) -> str:
    total = sum(one.cost_bn_kzt for one in found)
    count = i18n.text(lang, "planpage.begins", count=i18n.number(lang, len(found)))
    words_ = f"{year} \u00b7 {count} \u00b7 {money(lang, total)}"
    return f'<tr class="year"><th colspan="{len(_WORKS)}">{escape(words_)}</th></tr>'


def _work(data: Dataset, plan: SavedPlan, one: Work, lang: str) -> str:
    cost = one.estimate
    digits_ = plandetails.places(cost.central)
    low_high = "\u2013".join(i18n.number(lang, end, digits_) for end in (cost.low, cost.high))
    prices = i18n.text(lang, "planpage.prices_of", year=str(cost.year))
    unit, digits = unit_of(plan.objective)
    cells = (
        ("y", years(one), ""),
        ("", i18n.label(lang, "funding", one.source), ""),
        ("n", money(lang, one.cost_bn_kzt), ""),
        ("n", low_high if cost.low is not None else "\u2014", prices),
        ("n", i18n.quantity(lang, one.effect, unit, digits), ""),
    )
    rest = "".join(
        f'<td class="{kind}" data-label="{escape(word(lang, name), quote=True)}">{escape(text)}'
        f"{f'<span class=also>{escape(note)}</span>' if note else ''}</td>"
        for name, (kind, text, note) in zip(_WORKS[1:], cells, strict=True)
    )
    return (
        f'<tr class="work"><th scope="row">{escape(title(one, lang))}'
        f'<span class="also">{escape(_where(data, lang, one))}</span></th>'
        f"{rest}</tr>"
    )


def _where(data: Dataset, lang: str, one: Work) -> str:
    """Return where a work is and how worn it is."""
    parts = [planworks.region(data, lang, one.region)]
    if one.wear:
        wear = i18n.quantity(lang, one.wear, "percent")
        parts.append(f"{i18n.text(lang, 'attribute.wear_percent').lower()} {wear}")
    if one.zone:
        parts.append(i18n.label(lang, "zone", one.zone).lower())
    return " \u00b7 ".join(parts)


def years(one: Work) -> str:
    """Return the years of a work."""
    first, last = one.first_year, one.last_year
    return str(first) if first == last else f"{first}\u2013{last}"


def unit_of(objective: str) -> tuple[str, int]:
    """Return the unit of an objective and its decimals."""
    return ("km", 1) if objective == "wear-km" else ("count", 0)


def works_csv(
    data: Dataset, plan: SavedPlan, view: View
) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return the works to take away: heads and rows."""
    lang = view.lang
    rows = []
    for one in planworks.in_order(plan, view):
        cost = one.estimate
        firm = None if one.firmness is None else 100 * one.firmness
        sector = i18n.label(lang, "sector", one.sector) if one.sector else ""
        rows.append(
            [
                *(
                    one.candidate,
                    title(one, lang),
                    planworks.region(data, lang, one.region),
                    sector,
                ),
                *(years(one), i18n.label(lang, "funding", one.source)),
                *(plain(bn, lang) for bn in (one.cost_bn_kzt, cost.low, cost.central, cost.high)),
                *(str(cost.year), plain(one.effect, lang), one.wear),
                i18n.label(lang, "zone", one.zone) if one.zone else "",
                *(plain(km, lang) for km in (one.length_km, one.works_km)),
                *("" if n is None else str(n) for n in (one.rank, one.ranked)),
                *(plain(firm, lang, 0), plandetails.verdict(lang, one.verdict)),
                i18n.label(lang, "provenance", one.provenance) if one.provenance else "",
            ]
        )
    return words(lang, _WORKS_CSV), rows


# -- what is not in the plan -----------------------------------------------------------------------


def left_out(data: Dataset, plan: SavedPlan, view: View) -> Table:
    """Return what is left out and why; what the least money would bring in stands first."""
    lang = view.lang
    found = [one for one in plan.left_out if planworks.seen(one, view)]
    found.sort(key=retelling.nearness)
    names = ("object", "region", "why", "shadow", "shadow_source")
    rows = tuple(
        (
            Cell(title(one, lang)),
            Cell(planworks.region(data, lang, one.region)),
            Cell(retelling.why(one, lang)),
            figure(money(lang, one.shadow_bn, 3)),
            Cell(_from(lang, one)),
        )
        for one in found
    )
    csv = tuple(
        (
            *(one.candidate, title(one, lang), planworks.region(data, lang, one.region)),
            *(retelling.why(one, lang), plain(one.shadow_bn, lang), _from(lang, one)),
        )
        for one in found
    )
    titles = ("candidate", "object", "region", "why", "shadow_bn", "shadow_source")
    return Table(heads(lang, names), rows, words(lang, titles), csv)


def _from(lang: str, one: Left) -> str:
    if not one.source:
        return ""
    source = i18n.label(lang, "funding", one.source)
    return source if one.year is None else f"{source}, {one.year}"


def dark(data: Dataset, found: Sequence[Dark], view: View) -> Table:
    """Return what cannot be priced or weighed, and what is not known of it."""
    lang = view.lang
    kept = [one for one in found if planworks.seen(one, view)]
    names = ("object", "region", "missing")
    rows = tuple(
        (
            *(Cell(title(one, lang)), Cell(planworks.region(data, lang, one.region))),
            Cell(retelling.missing(one, lang)),
        )
        for one in kept
    )
    csv = tuple(
        (
            *(one.candidate, title(one, lang), planworks.region(data, lang, one.region)),
            retelling.missing(one, lang),
        )
        for one in kept
    )
    return Table(heads(lang, names), rows, words(lang, ("candidate", *names)), csv)


def idle(data: Dataset, found: Mapping[str, Sequence[str]], view: View) -> Table:
    """Return the regions of which nothing can be planned, and how many candidates each has."""
    lang = view.lang
    rows = tuple(
        (Cell(planworks.region(data, lang, one)), figure(i18n.number(lang, len(ids))))
        for one, ids in found.items()
    )
    csv = tuple((planworks.region(data, lang, one), str(len(ids))) for one, ids in found.items())
    names = ("region", "known")
    titles = tuple(Cell(word(lang, name), number=name == "known") for name in names)
    return Table(titles, rows, words(lang, names), csv)
