"""Why a work is in a plan, as HTML that opens: its place, what it costs, who was asked."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from meks_geo import i18n
from meks_geo.model import Dataset
from meks_geo.planning.parameters import Parameters
from meks_geo.planning.priority import Ranked
from meks_geo.planning.saved import Ask, Cost, SavedPlan, Work

#: Figures that a work rests on, and their words.
_FIGURES = {
    "wear_percent": "attribute.wear_percent",
    "zone_declared": "attribute.zone_declared",
    "length_km": "attribute.length_km",
    "electric_mw": "attribute.electric_mw",
    "heat_gcal_h": "attribute.heat_gcal_h",
    "cost_bn_kzt": "attribute.cost_bn_kzt",
    "funding": "attribute.funding",
    "people": "attribute.people_served",
    "incidents": "attribute.incidents_per_year",
    "revenue_bn_kzt": "attribute.revenue_bn_kzt",
}


def money(lang: str, bn: float | None, digits: int | None = None) -> str:
    """Return an amount with its unit; "" for an unknown one. Small ones have more decimals."""
    return i18n.quantity(lang, bn, "bn KZT", places(bn) if digits is None else digits)


def amount(lang: str, bn: float) -> str:
    """Return an amount in bn KZT without its unit."""
    return i18n.number(lang, bn, places(bn))


def places(bn: float | None) -> int:
    """Return with how many decimals an amount in bn KZT is told: at least three of its digits."""
    size = abs(bn or 0.0)
    return 1 if size >= 10 or not size else 2 if size >= 1 else 3


def details(
    data: Dataset,
    plan: SavedPlan,
    work: Work,
    lang: str,
    *,
    ranks: Mapping[str, Ranked],
    parameters: Parameters | None,
) -> str:
    """Return the piece that opens under a work; every text in it is escaped.

    Parameters
    ----------
    ranks
        Places in the order of modernisation with their criteria, where they are at hand.
    parameters
        Unit costs with their works, where they are at hand.
    """
    blocks = (
        _block(lang, "planpage.order", _order(lang, work, ranks.get(work.candidate))),
        _block(lang, "planpage.estimate", _estimate(data, lang, work, parameters)),
        _block(lang, "planpage.effect", _effect(lang, plan, work)),
        _block(lang, "attribute.meks_filter", _trail(lang, work)),
        _block(lang, "planpage.inputs", _inputs(data, lang, plan, work)),
    )
    return (
        f'<details class="why"><summary>{escape(summary(lang, work))}</summary>'
        f'<div class="blocks">{"".join(blocks)}</div></details>'
    )


def summary(lang: str, work: Work) -> str:
    """Return in a line the place, its firmness and who may pay."""
    parts = []
    if work.rank is not None:
        parts.append(f"{i18n.text(lang, 'planpage.order')}: {_place(lang, work)}")
    if work.firmness is not None:
        firm = i18n.quantity(lang, 100 * work.firmness, "percent", 0)
        parts.append(f"{i18n.text(lang, 'planpage.firmness')}: {firm}")
    if work.verdict:
        said = verdict(lang, work.verdict)
        parts.append(f"{i18n.text(lang, 'attribute.meks_filter')}: {said[:1].lower()}{said[1:]}")
    return " \u00b7 ".join(parts) or i18n.text(lang, "planpage.why")


def verdict(lang: str, code: str) -> str:
    """Return the verdict of the filter in words."""
    return i18n.text(lang, f"planpage.verdict_{code}")


def _place(lang: str, work: Work) -> str:
    place = i18n.number(lang, work.rank)
    return place if work.ranked is None else f"{place} / {i18n.number(lang, work.ranked)}"


def _block(lang: str, key: str, rows: Iterable[tuple[str, str]]) -> str:
    """Return one part of the explanation: rows of a label and of markup that is escaped."""
    body = "".join(f"<tr><th>{escape(label)}</th><td>{cell}</td></tr>" for label, cell in rows)
    return f"<section><h5>{escape(i18n.text(lang, key))}</h5><table>{body}</table></section>"


# -- the parts -------------------------------------------------------------------------------------


def _order(lang: str, work: Work, ranked: Ranked | None) -> list[tuple[str, str]]:
    if work.rank is None:
        return [("", escape(i18n.text(lang, "planpage.no_order")))]
    rows = [(i18n.text(lang, "planpage.place"), escape(_place(lang, work)))]
    if work.firmness is not None:
        firm = i18n.quantity(lang, 100 * work.firmness, "percent", 0)
        moved = ""
        if ranked is not None:
            moved = i18n.text(lang, "planpage.between", best=ranked.best, worst=ranked.worst)
        rows.append((i18n.text(lang, "planpage.firmness"), _with_note(firm, moved)))
    if ranked is None:
        return rows
    rows += [
        _criterion(lang, part.criterion, part.value, part.unit, part.share, part.weight)
        for part in ranked.parts
    ]
    score = i18n.number(lang, ranked.score, 3)
    note = i18n.text(
        lang,
        "planpage.known_weight",
        share=i18n.quantity(lang, 100 * ranked.known_weight, "percent", 0),
    )
    return [*rows, (i18n.text(lang, "planpage.score"), _with_note(score, note))]


def _criterion(
    lang: str, name: str, value: float | None, unit: str, share: float | None, weight: float
) -> tuple[str, str]:
    """Return a criterion: its value, the share that it makes of the most, and its weight."""
    label = i18n.text(lang, f"planpage.criterion_{name}")
    if value is None or share is None:
        return label, escape(i18n.text(lang, "map.unknown"))
    shown = i18n.quantity(lang, value, unit)
    formula = f"{i18n.number(lang, share, 3)} \u00d7 {i18n.number(lang, weight, 3)}"
    return label, _with_note(shown, formula)


def _estimate(
    data: Dataset, lang: str, work: Work, parameters: Parameters | None
) -> list[tuple[str, str]]:
    cost = work.estimate
    rows = [
        (
            i18n.text(lang, "planpage.range"),
            _with_note(
                span(lang, cost), i18n.text(lang, "planpage.prices_of", year=str(cost.year))
            ),
        ),
        (i18n.text(lang, "planpage.basis"), escape(_formula(lang, cost))),
    ]
    named = {one.id: one for one in parameters.works} if parameters else {}
    for one in (named[name] for name in cost.works if name in named):
        made = (
            f"{money(lang, one.cost_bn_kzt)} / {i18n.quantity(lang, one.size, one.unit)} "
            f"({i18n.text(lang, 'planpage.prices_of', year=str(one.price_year))})"
        )
        rows.append((_source_name(data, one.source), _with_source(data, made, one.source, lang)))
    by_year = ", ".join(f"{year}: {amount(lang, bn)}" for year, bn in work.costs.items())
    rows.append((i18n.text(lang, "planpage.in_years"), _with_note(by_year, _of_plan(lang, work))))
    return rows


def span(lang: str, cost: Cost) -> str:
    """Return an estimate as low, central and high, in bn KZT."""
    if cost.central is None:
        return i18n.text(lang, "map.unknown")
    digits = places(cost.central)
    ends = [i18n.number(lang, one, digits) for one in (cost.low, cost.central, cost.high)]
    listed = " \u00b7 ".join(one for one in ends if one)
    return f"{listed} {i18n.unit(lang, 'bn KZT')}"


def _of_plan(lang: str, work: Work) -> str:
    total = money(lang, work.cost_bn_kzt)
    return i18n.text(lang, "planpage.with_inflation", money=total)


def _formula(lang: str, cost: Cost) -> str:
    """Return what an estimate is made of."""
    if cost.basis != "unit-cost" or cost.size is None or cost.unit_central is None:
        return i18n.text(lang, "planpage.basis_published")
    parts = [
        i18n.quantity(lang, cost.size, cost.unit),
        f"{i18n.number(lang, cost.unit_central, 4)} "
        f"{i18n.unit(lang, 'bn KZT')}/{i18n.unit(lang, cost.unit)}",
    ]
    if abs(cost.factor - 1.0) > 1e-6:
        parts.append(i18n.number(lang, cost.factor, 2))
    product = " \u00d7 ".join(parts)
    return f"{product} = {money(lang, cost.central)}"


def _effect(lang: str, plan: SavedPlan, work: Work) -> list[tuple[str, str]]:
    unit = "km" if plan.objective == "wear-km" else "count"
    digits = 1 if unit == "km" else 0
    rows = [
        (
            i18n.text(lang, f"plan.objective.{plan.objective}"),
            escape(i18n.quantity(lang, work.effect, unit, digits)),
        )
    ]
    if work.works_km is not None:
        replaced = i18n.quantity(lang, work.works_km, "km", 1)
        rows.append((i18n.text(lang, "planpage.replaced"), escape(replaced)))
    return rows


def _trail(lang: str, work: Work) -> list[tuple[str, str]]:
    rows = [
        (i18n.label(lang, "funding", one.source), _with_note(_answer(lang, one), _terms(lang, one)))
        for one in work.asks
    ]
    if work.verdict:
        said = f"<b>{escape(verdict(lang, work.verdict))}</b>"
        rows.append((i18n.text(lang, "planpage.verdict"), said))
    return rows


def _answer(lang: str, one: Ask) -> str:
    return i18n.text(lang, f"plan.ask.{one.why}")


def _terms(lang: str, one: Ask) -> str:
    """Return the numbers with which a lender was asked."""
    if one.loan_bn_kzt is None:
        return ""
    parts = [
        (i18n.text(lang, "planpage.loan"), money(lang, one.loan_bn_kzt)),
        (i18n.text(lang, "planpage.rate"), i18n.quantity(lang, one.rate_percent, "percent")),
        (i18n.text(lang, "planpage.tenor"), i18n.quantity(lang, one.tenor_years, "years")),
        (i18n.text(lang, "planpage.grace"), i18n.quantity(lang, one.grace_years, "years")),
        (i18n.text(lang, "planpage.a_year"), money(lang, one.service_bn_kzt, 2)),
        (i18n.text(lang, "planpage.available"), money(lang, one.available_bn_kzt, 2)),
        (i18n.text(lang, "planpage.coverage"), i18n.number(lang, one.coverage, 2)),
    ]
    return ", ".join(f"{label}: {value}" for label, value in parts if value)


def _inputs(data: Dataset, lang: str, plan: SavedPlan, work: Work) -> list[tuple[str, str]]:
    """Return each figure that is known of a work, with its source or that the reader gave it."""
    told = {name: value for one, name, value in plan.scenario.told if one == work.candidate}
    values = _values(lang, work)
    if "incidents" in told:
        values["incidents"] = i18n.quantity(lang, told["incidents"], "count")
    rows = []
    for name, key in _FIGURES.items():
        value = values.get(name, "")
        if not value:
            continue
        cell = _with_source(data, value, work.sources.get(name, ""), lang)
        if name in told:
            cell = _with_note(value, i18n.text(lang, "planpage.told"))
        rows.append((i18n.text(lang, key), cell))
    return rows or [("", escape(i18n.text(lang, "map.unknown")))]


def _values(lang: str, work: Work) -> dict[str, str]:
    """Return what a work keeps of the figures, printed; "" for what it does not know."""
    published = work.estimate.central if work.estimate.basis == "published" else None
    funding = [one.source for one in work.asks if one.why == "as-published"]
    declared = work.zone if "zone_declared" in work.sources else ""
    return {
        "wear_percent": i18n.quantity(lang, work.wear, "percent"),
        "zone_declared": i18n.label(lang, "zone", declared) if declared else "",
        "length_km": i18n.quantity(lang, work.length_km, "km"),
        "electric_mw": i18n.quantity(lang, work.electric_mw, "MW"),
        "heat_gcal_h": i18n.quantity(lang, work.heat_gcal_h, "Gcal/h"),
        "cost_bn_kzt": money(lang, published),
        "funding": i18n.label(lang, "funding", funding[0]) if funding else "",
        "people": i18n.quantity(lang, work.people, "count", 0),
        "revenue_bn_kzt": money(lang, work.revenue_bn_kzt),
    }


# -- pieces of markup ------------------------------------------------------------------------------


def _with_note(text: str, note: str) -> str:
    also = f'<span class="also">{escape(note)}</span>' if note else ""
    return f"{escape(text)}{also}"


def _source_name(data: Dataset, source: str) -> str:
    return data.sources[source].publisher if source in data.sources else source


def _with_source(data: Dataset, text: str, source: str, lang: str) -> str:
    found = data.sources.get(source)
    if found is None:
        return escape(text)
    day = i18n.date(lang, found.date)
    named = ", ".join(one for one in (found.publisher, day) if one)
    return f'{escape(text)}<span class="also">{link(found.url, named)}</span>'


def link(url: str, words: str) -> str:
    """Return words that lead to a web page; the words alone where the address is none."""
    if not url.startswith(("https://", "http://")):
        return escape(words)
    return f'<a href="{escape(url, quote=True)}" target="_blank" rel="noopener">{escape(words)}</a>'


def by_candidate(ranked: Sequence[Ranked]) -> dict[str, Ranked]:
    """Return places in the order by candidate."""
    return {one.candidate.id: one for one in ranked}
