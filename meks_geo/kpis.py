"""KPIs as of a day: targets and actual values of the country and of regions, folded and rated.

A value is a statement, as everywhere: the newest on or before the day wins, by the fold of `facts`.
What other sources say of the same KPI and period stands beside it, and is never averaged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from meks_geo.dates import Period, parse
from meks_geo.kpirules import Judgement, Point, Rules, Topic, rate_flow, rate_level, span
from meks_geo.model import Dataset, Row
from meks_geo.vocabulary import COUNTRY, Scope, Sector, Standing

TARGET, ACTUAL, NAMED = "target", "actual", "named"
#: The KPI that a published wear of networks is a value of.
WEAR = {
    Sector.HEAT: "wear-heat",
    Sector.ELECTRICITY: "wear-power",
    Sector.WATER: "wear-water",
    Sector.WASTEWATER: "wear-sewer",
    Sector.COMBINED: "wear-eng",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One value of a KPI for a period, as one source states it.

    Parameters
    ----------
    text, value
        The value as published, and as a number; None for a bound.
    role
        `target` or `actual`.
    order
        Its place in the file; of statements of one day the later one wins.
    """

    kpi: str
    region: str
    period: str
    role: str
    text: str
    value: float | None
    stated_on: Period
    source: str
    order: int

    @property
    def weight(self) -> tuple[date, int, int]:
        """What the fold orders by: see `facts`."""
        return self.stated_on.first, -self.stated_on.days, self.order


@dataclass(frozen=True, slots=True)
class Conflict:
    """What another source says, and how the KPI stands by it."""

    said: Statement
    judged: Judgement


@dataclass(frozen=True, slots=True)
class Kpi:
    """One KPI of one region in one period, as of a day.

    Parameters
    ----------
    names
        Row with `name_kk`, `name_ru`, `name_en`.
    target, actual
        The values that stand; None where nothing was published.
    latest
        For a level with a target: the newest value up to the end of the period, by which it is
        rated; may be of an earlier period.
    judged
        Share done, rating and forecast.
    conflicts
        Other values of other sources for the same period.
    named
        Ids of the plants and entities that a source names as counted in it.
    """

    id: str
    names: Row
    region: str
    unit: str
    topic: str
    period: str
    target: Statement | None
    actual: Statement | None
    latest: Statement | None
    judged: Judgement
    conflicts: tuple[Conflict, ...]
    named: tuple[str, ...] = ()

    @property
    def said(self) -> Statement:
        """The statement that the row rests on: the actual value, else the target."""
        found = self.actual or self.target
        if found is None:
            msg = f"a KPI without a value: {self.id} {self.period}"
            raise ValueError(msg)
        return found


def rows(data: Dataset, rules: Rules, at: date, region: str = "") -> tuple[Kpi, ...]:
    """Return the KPIs known as of a day.

    Parameters
    ----------
    data
        A revision; never changed.
    rules
        What ratings rest on.
    at
        Statements after this day are not known.
    region
        Code of a region or of the country; "" for all, the country first.

    Returns
    -------
    kpis
        By region, then in the order of `kpi_kinds.csv`, then by the end of the period. What was
        published of regions is the wear of their networks; nothing is summed up or averaged.
    """
    known = [s for s in _statements(data, rules) if s.stated_on.last <= at]
    wanted = [s for s in known if not region or s.region == region]
    groups: dict[tuple[str, str], list[Statement]] = {}
    for one in wanted:
        groups.setdefault((one.region, one.kpi), []).append(one)
    order = {code: n for n, code in enumerate([COUNTRY, *data.regions.index])}
    topics = {topic: n for n, topic in enumerate(Topic)}

    def place(key: tuple[str, str]) -> tuple[int, int, int]:
        kind = rules.kind(key[1])
        return order.get(key[0], len(order)), topics[Topic(kind.topic)], kind.order

    named = _named(data, rules, at)
    return tuple(
        replace(one, named=named.get((one.region, one.id, one.period), ()))
        for key in sorted(groups, key=place)
        for one in _of_one(_names(data)[key[1]], rules, groups[key], at)
    )


def _named(data: Dataset, rules: Rules, at: date) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """Return the subjects that claims up to a day name, by region, KPI and period.

    What is named is counted in a KPI of the country.
    """
    found: dict[tuple[str, str, str], list[str]] = {}
    links = {one: link for one, link in rules.links.items() if link.role == NAMED}
    for subject, attributes in data.claims.items() if links else ():
        for claim in (one for said in attributes.values() for one in said):
            link = links.get(claim.id)
            stands = claim.standing == Standing.STANDS and claim.stated_on.last <= at
            if link is not None and stands:
                found.setdefault((COUNTRY, link.kpi, link.period), []).append(subject)
    return {key: tuple(sorted(ids)) for key, ids in found.items()}


def _of_one(names: Row, rules: Rules, statements: Sequence[Statement], at: date) -> Iterable[Kpi]:
    """Yield the periods of one KPI of one region."""
    kind = rules.kind(statements[0].kpi)
    parts: dict[str, dict[str, list[Statement]]] = {}
    for one in statements:
        parts.setdefault(one.period, {TARGET: [], ACTUAL: []})[one.role].append(one)
    standing = {p: {role: _winner(said) for role, said in s.items()} for p, s in parts.items()}
    levels = [s[ACTUAL] for s in standing.values()]
    for period in sorted(parts, key=_end):
        target, actual = standing[period][TARGET], standing[period][ACTUAL]
        latest = _latest(levels, _end(period)) if kind.level and target else actual
        base = _latest(levels, date(rules.base_year, 12, 31))

        def judged(
            goal: Statement | None,
            found: Statement | None,
            period: str = period,
            base: Statement | None = base,
        ) -> Judgement:
            number = None if goal is None else goal.value
            if kind.level:
                way = (_at_end(base), _at_end(found))
                return rate_level(rules, kind, number, span(period), way, at)
            return rate_flow(rules, kind, number, span(period), _when_said(found), at)

        yield Kpi(
            id=statements[0].kpi,
            names=names,
            region=statements[0].region,
            unit=str(names["unit"]),
            topic=kind.topic,
            period=period,
            target=target,
            actual=actual,
            latest=latest,
            judged=_within(judged(target, latest), str(names["unit"])),
            conflicts=(
                *(Conflict(o, judged(o, latest)) for o in _others(target, parts[period][TARGET])),
                *(Conflict(o, judged(target, o)) for o in _others(actual, parts[period][ACTUAL])),
            ),
        )


def _within(judged: Judgement, unit: str) -> Judgement:
    """Return a judgement without a forecast that cannot be."""
    ahead = judged.forecast
    possible = ahead is None or (ahead >= 0 and (unit != "percent" or ahead <= 100))
    return judged if possible else Judgement(judged.rating, judged.done)


def _winner(said: Sequence[Statement]) -> Statement | None:
    return max(said, key=lambda one: one.weight, default=None)


def _others(winner: Statement | None, said: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the newest statement of each other source, where its value is another one."""
    if winner is None:
        return ()
    newest: dict[str, Statement] = {}
    for one in sorted(said, key=lambda s: s.weight):
        newest[one.source] = one
    newest.pop(winner.source, None)
    found = [one for one in newest.values() if one.text != winner.text]
    return tuple(sorted(found, key=lambda s: s.weight, reverse=True))


def _latest(levels: Iterable[Statement | None], end: date) -> Statement | None:
    """Return the level of the newest period that ends by a day."""
    found = [s for s in levels if s is not None and s.value is not None and _end(s.period) <= end]
    return max(found, key=lambda s: _end(s.period), default=None)


def _end(period: str) -> date:
    days = span(period)
    return date.max if days is None else days.last


def _at_end(said: Statement | None) -> Point | None:
    if said is None or said.value is None:
        return None
    return Point(said.value, _end(said.period))


def _when_said(said: Statement | None) -> Point | None:
    if said is None or said.value is None:
        return None
    return Point(said.value, said.stated_on.last)


# -- what was stated -------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _names(data: Dataset) -> Mapping[str, Row]:
    """Return names and unit of each KPI."""
    table = data.kpis.drop_duplicates("kpi_id").set_index("kpi_id")
    return {str(one): row for one, row in table.to_dict("index").items()}


def _statements(data: Dataset, rules: Rules) -> list[Statement]:
    """Return every value of a KPI: of the register, of claims of the country, of indicators."""
    found = [*_registered(data), *_claimed(data, rules), *_indicated(data, rules)]
    named = _names(data)
    return [one for one in found if one.kpi in named]


def _registered(data: Dataset) -> Iterable[Statement]:
    for order, row in enumerate(data.kpis.to_dict("records")):
        for role in (TARGET, ACTUAL):
            if row[role] == row[role]:  # not NaN
                yield Statement(
                    row["kpi_id"],
                    row["region"],
                    row["period"],
                    role,
                    f"{row[role]:g}" if abs(row[role]) < 1e5 else f"{row[role]:.0f}",
                    float(row[role]),
                    parse(row["stated_on"]),
                    row["source_id"],
                    order,
                )


def _claimed(data: Dataset, rules: Rules) -> Iterable[Statement]:
    for claims in data.claims.get(COUNTRY, {}).values():
        for claim in claims:
            link = rules.links.get(claim.id)
            if link is not None and link.role != NAMED and claim.standing == Standing.STANDS:
                yield Statement(
                    link.kpi,
                    COUNTRY,
                    link.period,
                    link.role,
                    claim.value,
                    _number(claim.value),
                    claim.stated_on,
                    claim.source,
                    claim.order,
                )


def _indicated(data: Dataset, rules: Rules) -> Iterable[Statement]:
    """Yield the wear of regions; of the country only what is linked, the rest is registered."""
    for order, (one, row) in enumerate(data.indicators.to_dict("index").items()):
        link = rules.links.get(str(one))
        of_region = row["scope"] == Scope.REGION and row["sector"] in WEAR
        if not row["wear_percent"] or row["standing"] != Standing.STANDS:
            continue
        if link is None and not of_region:
            continue
        stated_on = parse(row["stated_on"])
        yield Statement(
            WEAR[row["sector"]] if link is None else link.kpi,
            row["region"],
            str(stated_on.first.year) if link is None else link.period,
            ACTUAL if link is None else link.role,
            row["wear_percent"],
            _number(row["wear_percent"]),
            stated_on,
            row["source_id"],
            order,
        )


def _number(text: str) -> float | None:
    """Return a plain number; None for a bound, which is no number to reckon with."""
    try:
        return float(text)
    except ValueError:
        return None
