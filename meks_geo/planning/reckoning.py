"""What a plan brings about, reckoned: wear by year beside its targets, red zone, debt service.

What is replaced is new; what ages or is repaired besides is not counted. Wear that is not known, or
published as a bound, is in no mean.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pandas as pd

from meks_geo import kpirules, kpis
from meks_geo.dates import parse
from meks_geo.kpis import Kpi, Statement
from meks_geo.model import Dataset, Row
from meks_geo.planning.candidates import CITY, COMBINED, ENTITY, NETWORK, REGION, Candidate
from meks_geo.planning.effects import effect
from meks_geo.planning.filter import LAST, service
from meks_geo.planning.outcome import (
    FIGURE,
    PARTS,
    Debt,
    Flow,
    Leaving,
    Outcome,
    Target,
    Trajectory,
)
from meks_geo.planning.parameters import Parameters
from meks_geo.planning.plan import Chosen, Plan
from meks_geo.planning.scenario import OUT_OF_RED, WEAR_KM
from meks_geo.vocabulary import COUNTRY, Scope, Sector, Standing

_DIGITS = 3
_WEAR_DIGITS = 2


def outcome(
    plan: Plan,
    candidates: Sequence[Candidate],
    parameters: Parameters,
    thresholds: Mapping[str, float],
    figures: Sequence[Trajectory] = (),
    targets: Sequence[Target] = (),
) -> Outcome:
    """Return what a plan brings about.

    Parameters
    ----------
    candidates
        All that there were, chosen or not.
    thresholds
        Red threshold by sector, in percent.
    figures
        Published figures of the country, without what the plan does: see `figures_of`.
    targets
        See `targets_of`.
    """
    cuts = _cuts(plan, parameters, thresholds)
    wear, outside = _wear(plan, candidates, cuts, figures)
    return Outcome(
        money=tuple(
            Flow(source, year, plan.case.money[source][year], spent)
            for source, by_year in plan.spent.items()
            for year, spent in by_year.items()
        ),
        wear=wear,
        targets=tuple(targets),
        leaving=_leaving(plan, parameters, thresholds),
        tariff=_tariff(plan, parameters),
        outside=outside,
        unpaid=round(
            sum((one.cost_bn_kzt for one in plan.chosen if _is_grant(one, parameters)), 0.0),
            _DIGITS,
        ),
    )


# -- wear ------------------------------------------------------------------------------------------


def exact(one: Candidate) -> float | None:
    """Return a wear that can be in a mean, in percent; None for a bound and for unknown."""
    return one.wear_low if one.wear_low is not None and one.wear_low == one.wear_high else None


def _known_km(one: Candidate) -> float:
    """Return the kilometres of which the wear is known, and can be in a mean."""
    if exact(one) is None or one.length_km is None:
        return 0.0
    return max(one.length_km - (one.unknown_km or 0.0), 0.0)


def _cuts(
    plan: Plan, parameters: Parameters, thresholds: Mapping[str, float]
) -> dict[str, dict[int, float]]:
    """Return the kilometres times wear (0 to 1) that each chosen candidate cuts, by year."""
    found = {}
    for one in plan.chosen:
        whole = effect(one.item.candidate, WEAR_KM, parameters, thresholds).value
        if whole:
            found[one.item.candidate.id] = dict.fromkeys(one.costs, whole / len(one.costs))
    return found


def _base(candidates: Iterable[Candidate], sector: str) -> list[Candidate]:
    """Return the networks of a sector by their published figures, none of them a part of another.

    The whole counts where its wear and length are known, else its parts do.
    """
    own = [
        one
        for one in candidates
        if one.sector == sector
        and one.kind in (ENTITY, NETWORK, REGION, CITY)
        and one.length_km
        and not one.superseded
    ]
    known = {one.id for one in own if _known_km(one)}
    counted = [one for one in own if one.id in known and not known & {*one.wholes}]
    wholes = {whole for one in counted for whole in one.wholes}
    taken = {one.id for one in counted}
    dark = [one for one in own if one.id not in known | wholes and not taken & {*one.wholes}]
    ids = {one.id for one in dark}
    return [*counted, *(one for one in dark if not ids & {*one.wholes})]


def _wear(
    plan: Plan,
    candidates: Sequence[Candidate],
    cuts: Mapping[str, Mapping[int, float]],
    figures: Sequence[Trajectory],
) -> tuple[tuple[Trajectory, ...], dict[str, float]]:
    """Return the trajectories, and what is cut by works of which none of them knows."""
    by_id = {one.id: one for one in candidates}
    found: list[Trajectory] = []
    outside: dict[str, float] = {}
    for sector in map(str, Sector):
        base = _base(candidates, sector)
        known = {one.id for one in base if _known_km(one)}
        inside: dict[str, list[Mapping[int, float]]] = defaultdict(list)
        every: list[Mapping[int, float]] = []
        lost = 0.0
        for one, by_year in cuts.items():
            if not _counts(by_id[one].sector, sector):
                continue
            every.append(by_year)
            holder = next((h for h in (one, *by_id[one].wholes) if h in known), None)
            share = 0.0 if holder is None else _share_in_mean(by_id[one]) if holder == one else 1.0
            if holder is not None:
                inside[holder].append({year: share * cut for year, cut in by_year.items()})
            if by_id[one].sector == sector:
                lost += (1 - share) * sum(by_year.values())
        found += [_ahead(one, every, plan) for one in figures if one.sector == sector]
        found += _of_parts(sector, base, inside, plan)
        told = any(one.sector == sector and one.basis == FIGURE for one in found)
        if lost and not told:
            outside[sector] = round(lost, _DIGITS)
    return tuple(found), outside


def _share_in_mean(one: Candidate) -> float:
    """Return the share of what its works cut that its own mean knows: no line of a bound."""
    return 1 - one.worn_bound_km / one.worn_red_km if one.worn_red_km else 1.0


def _counts(works: str, sector: str) -> bool:
    return works == sector or (sector == Sector.COMBINED and works in COMBINED)


def _of_parts(
    sector: str,
    base: Sequence[Candidate],
    inside: Mapping[str, Sequence[Mapping[int, float]]],
    plan: Plan,
) -> list[Trajectory]:
    """Return the means of the country and of each region over what is known in them."""
    regions = sorted({one.region for one in base} - {COUNTRY})
    found = []
    for region in (COUNTRY, *regions):
        parts = [one for one in base if region in (COUNTRY, one.region)]
        known = [one for one in parts if _known_km(one)]
        if not known:
            continue
        km = sum(_known_km(one) for one in known)
        start = Trajectory(
            sector=sector,
            region=region,
            basis=PARTS,
            km=round(km, _DIGITS),
            km_all=round(sum(one.length_km or 0.0 for one in parts), _DIGITS),
            count=len(known),
            before=sum(_known_km(one) * (exact(one) or 0.0) for one in known) / km,
            after={},
            sources=tuple(sorted({s for one in known for s in _sources(one)})),
        )
        cuts = [by_year for one in known for by_year in inside.get(one.id, ())]
        found.append(_ahead(start, cuts, plan))
    return found


def _sources(one: Candidate) -> list[str]:
    return [one.sources[name] for name in ("wear_percent", "length_km") if name in one.sources]


def _ahead(start: Trajectory, cuts: Sequence[Mapping[int, float]], plan: Plan) -> Trajectory:
    """Return a trajectory with the wear at the end of each year of the plan."""
    after, done = {}, 0.0
    for year in plan.case.years:
        done += sum(by_year.get(year, 0.0) for by_year in cuts)
        after[year] = round(max(start.before - 100 * done / start.km, 0.0), _WEAR_DIGITS)
    return Trajectory(
        sector=start.sector,
        region=start.region,
        basis=start.basis,
        km=start.km,
        km_all=start.km_all,
        count=start.count,
        before=round(start.before, _WEAR_DIGITS),
        after=after,
        sources=start.sources,
    )


def figures_of(data: Dataset, at: date) -> tuple[Trajectory, ...]:
    """Return the published wear and length of the networks of the whole country, by sector.

    The newest of each on a day; of a sector of which one of them was never published there is none.
    """
    table = data.indicators
    table = table[(table["scope"] == Scope.COUNTRY) & (table["standing"] == Standing.STANDS)]
    found = []
    for sector, rows in table.groupby("sector", sort=True):
        wear = _newest(rows[rows["wear_percent"].str.fullmatch(r"[\d.]+")], at)
        length = _newest(rows[rows["length_km"].notna()], at)
        if wear is None or length is None:
            continue
        km = float(length["length_km"])
        found.append(
            Trajectory(
                sector=str(sector),
                region=COUNTRY,
                basis=FIGURE,
                km=km,
                km_all=km,
                count=1,
                before=float(wear["wear_percent"]),
                after={},
                sources=tuple(dict.fromkeys((wear["source_id"], length["source_id"]))),
            )
        )
    return tuple(found)


def _newest(rows: pd.DataFrame, at: date) -> Row | None:
    """Return the row that was stated last on or before a day, by the fold of `facts`."""
    days = [(parse(day), row) for day, row in zip(rows["stated_on"], _rows(rows), strict=True)]
    seen = [(day.first, -day.days, n, row) for n, (day, row) in enumerate(days) if day.last <= at]
    return max(seen, key=lambda one: one[:3])[3] if seen else None


def _rows(table: pd.DataFrame) -> list[Row]:
    return list(table.to_dict("records"))


# -- targets ---------------------------------------------------------------------------------------


def targets_of(
    data: Dataset, tables: Mapping[str, pd.DataFrame], at: date, years: Sequence[int]
) -> tuple[Target, ...]:
    """Return the published targets of wear, as of a day.

    Parameters
    ----------
    tables
        What the store reads of planning and ratings.
    years
        Targets for the end of a year before the first of these are left out.
    """
    sectors = {kpi: str(sector) for sector, kpi in kpis.WEAR.items()}
    found = [
        target
        for one in kpis.rows(data, kpirules.read(tables), at)
        if one.id in sectors and one.target is not None
        for target in _targets(one, sectors[one.id])
    ]
    return tuple(one for one in found if one.year >= years[0])


def _targets(one: Kpi, sector: str) -> list[Target]:
    goal = one.target
    others = [other.said for other in one.conflicts if other.said.role == kpis.TARGET]
    return [
        _target(said, sector, stands=said is goal)
        for said in (goal, *others)
        if said is not None and said.value is not None
    ]


def _target(said: Statement, sector: str, *, stands: bool) -> Target:
    days = kpirules.span(said.period)
    return Target(
        sector=sector,
        region=said.region,
        year=days.last.year if days else 0,
        value=said.value or 0.0,
        text=said.text,
        source=said.source,
        stated_on=said.stated_on.text,
        stands=stands,
    )


# -- the red zone, and what loans take -------------------------------------------------------------


def _leaving(
    plan: Plan, parameters: Parameters, thresholds: Mapping[str, float]
) -> tuple[Leaving, ...]:
    """Return who leaves red, in the order of years; whatever the objective was."""
    found = [
        Leaving(max(one.costs), one.item.candidate.id)
        for one in plan.chosen
        if effect(one.item.candidate, OUT_OF_RED, parameters, thresholds).value
    ]
    return tuple(sorted(found, key=lambda one: (one.year, one.candidate)))


def _is_grant(one: Chosen, parameters: Parameters) -> bool:
    return int(parameters.value("tier", one.source)) == LAST


def _tariff(plan: Plan, parameters: Parameters) -> tuple[Debt, ...]:
    """Return what loans take, by year and sector, from the year after the first is taken."""
    owed: dict[tuple[int, str], list[tuple[float, float | None, str]]] = defaultdict(list)
    for one in plan.chosen:
        if _is_grant(one, parameters):
            continue
        candidate = one.item.candidate
        by_year: dict[int, float] = defaultdict(float)
        for year, cost in one.costs.items():
            for due, amount in payments(one.source, cost, year, parameters).items():
                by_year[due] += amount
        for year, amount in by_year.items():
            owed[year, candidate.sector].append((amount, candidate.revenue_bn_kzt, candidate.id))
    return tuple(_debt(*key, owed[key]) for key in sorted(owed))


def payments(
    source: str, cost_bn_kzt: float, year: int, parameters: Parameters
) -> dict[int, float]:
    """Return what a loan for works paid in `year` takes in each year after it, in bn KZT.

    Interest in the years of grace, then equal payments up to its tenor; without the borrower's own
    share, and with the rate after the subsidy.
    """
    rate = max(parameters.value("rate", source) - parameters.value("subsidy", source), 0.0)
    tenor, grace = (int(parameters.value(name, source)) for name in ("tenor", "grace"))
    loan = cost_bn_kzt * (1 - parameters.value("own-share", source) / 100)
    yearly = service(loan, rate, tenor, grace)
    found = dict.fromkeys(range(year + 1, year + grace + 1), loan * rate / 100)
    return found | dict.fromkeys(range(year + grace + 1, year + tenor + 1), yearly)


def _debt(year: int, sector: str, owed: Sequence[tuple[float, float | None, str]]) -> Debt:
    known = [(amount, revenue) for amount, revenue, _ in owed if revenue is not None]
    return Debt(
        year=year,
        sector=sector,
        service=round(sum((amount for amount, _, _ in owed), 0.0), 6),
        known_service=round(sum((amount for amount, _ in known), 0.0), 6),
        revenue=round(sum(revenue for _, revenue in known), 6) if known else None,
    )
