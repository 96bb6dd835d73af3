"""The funded plan: what is done, when and by whom, within the money; what is left out, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from meks_geo.planning.candidates import Candidate
from meks_geo.planning.case import Case, Item, Option, build
from meks_geo.planning.parameters import Parameters
from meks_geo.planning.room import Room
from meks_geo.planning.scenario import Money
from meks_geo.planning.solve import Solution, solve

#: Options up to which a plan is the very best, and how far a larger one may miss it.
_BEST_UP_TO, _GAP = 150, 0.005
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate that is done: a cost in bn KZT for each of its years, all of one source."""

    item: Item
    source: str
    costs: Mapping[int, float]

    @property
    def cost_bn_kzt(self) -> float:
        """What it costs in all, in bn KZT of the years in which it is paid."""
        return round(sum(self.costs.values()), _DIGITS)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A candidate that is not done.

    Parameters
    ----------
    why
        `money`, `capacity` (contractors), `place` (another plant of the place), `years` (the works
        take longer than the plan), `overlap` (a part of `detail`, or holds it), `under-way` (by the
        project `detail`), `superseded` (by lines on the map), `no-effect`, `not-worn`, `not-red`,
        `stays-red`, `no-source` (none of the sources that may pay for it is in the plan).
    shadow_bn
        Money that is missing for it besides all that is chosen, in bn KZT, in `source` from `year`
        on. None where money alone does not bring it in.
    """

    candidate: str
    why: str
    detail: str = ""
    shadow_bn: float | None = None
    source: str = ""
    year: int | None = None


@dataclass(frozen=True, eq=False)
class Plan:
    """The answer to a case.

    Parameters
    ----------
    value, gap
        What the plan adds to the objective, and by what share of it the best may be better.
    spent
        bn KZT by source and year.
    """

    case: Case
    value: float
    gap: float
    spent: Money
    chosen: tuple[Chosen, ...]
    left_out: tuple[LeftOut, ...]


def plan(
    candidates: Sequence[Candidate],
    parameters: Parameters,
    thresholds: Mapping[str, float],
    *,
    money: Money,
    years: Sequence[int],
    objective: str,
    gap: float | None = None,
) -> Plan:
    """Return the plan for candidates; arguments as in `case.build`.

    Parameters
    ----------
    gap
        Share by which the plan may miss the best one; by default none, but 0.005 for a large case.
    """
    return answer(build(candidates, parameters, thresholds, money, years, objective), gap=gap)


def answer(case: Case, *, gap: float | None = None) -> Plan:
    """Return the plan of a case, put in order: early years and the sources asked first."""
    allowed = _GAP if len(case.options) > _BEST_UP_TO else 0.0
    solution = solve(case, gap=allowed if gap is None else gap)
    room = _tidied(case, solution)
    chosen = tuple(_chosen(case, room, option) for option in room.taken())
    value = sum((one.item.effect for one in chosen), 0.0)
    bound = max(solution.bound, value)
    return Plan(
        case=case,
        value=round(value, _DIGITS),
        gap=round((bound - value) / value, 6) if value else 0.0,
        spent=_spent(case, chosen),
        chosen=chosen,
        left_out=_left_out(case, room),
    )


def _chosen(case: Case, room: Room, option: Option) -> Chosen:
    costs = {year: cost for _, year, cost in room.costs(option)}
    return Chosen(case.items[option.item], case.sources[option.source], costs)


def _spent(case: Case, chosen: Sequence[Chosen]) -> Money:
    return {
        source: {
            year: round(
                sum((one.costs.get(year, 0.0) for one in chosen if one.source == source), 0.0),
                _DIGITS,
            )
            for year in case.years
        }
        for source in case.sources
    }


def _tidied(case: Case, solution: Solution) -> Room:
    """Return the solution with works as early as they fit, and with what still fits beside it.

    The value never falls: nothing that is chosen goes out.
    """
    room = Room(case)
    for number in solution.chosen:
        room.take(case.options[number])
    by_item: dict[int, list[Option]] = {}
    for option in case.options:
        by_item.setdefault(option.item, []).append(option)
    rest = sorted(by_item, key=lambda n: (-_worth(case.items[n]), n))
    changed = True
    while changed:
        changed = _earlier(case, room, by_item)
        for item in rest:
            if not room.has(item):
                fitting = next((one for one in _in_order(by_item[item]) if room.fits(one)), None)
                if fitting is not None:
                    room.take(fitting)
    return room


def _worth(item: Item) -> float:
    """Return the effect of an item a bn KZT."""
    return item.effect / max(item.estimate.central or 0.0, 1e-9)


def _in_order(options: Sequence[Option]) -> list[Option]:
    return sorted(options, key=lambda one: (one.year, one.source))


def _earlier(case: Case, room: Room, by_item: Mapping[int, Sequence[Option]]) -> bool:
    """Move what is chosen to the earliest year and first source where it fits; best worth first."""
    moved = False
    for option in sorted(room.taken(), key=lambda one: (-_worth(case.items[one.item]), one.item)):
        room.take(option, -1)
        better = next((one for one in _in_order(by_item[option.item]) if room.fits(one)), option)
        room.take(better)
        moved |= (better.year, better.source) < (option.year, option.source)
    return moved


# -- what is left out ------------------------------------------------------------------------------


def _left_out(case: Case, room: Room) -> tuple[LeftOut, ...]:
    found = [LeftOut(one, why, detail) for one, (why, detail) in case.barred.items()]
    by_item: dict[int, list[Option]] = {}
    for option in case.options:
        by_item.setdefault(option.item, []).append(option)
    found += [
        _reason(case, room, item, by_item.get(item, []))
        for item in range(len(case.items))
        if not room.has(item)
    ]
    return tuple(sorted(found, key=lambda one: one.candidate))


def _reason(case: Case, room: Room, number: int, options: Sequence[Option]) -> LeftOut:
    item = case.items[number]
    one = item.candidate.id
    if not item.costs:
        return LeftOut(one, "years", str(item.years))
    if not options:
        first, costs = next(iter(item.costs.items()))
        needed = round(sum(costs), _DIGITS)
        return LeftOut(one, "no-source", "", needed, item.trail.allowed[0], first)
    others = room.overlapping(number)
    if others:
        return LeftOut(one, "overlap", case.items[others[0]].candidate.id)
    free = [option for option in options if not room.barred_by(option)]
    if not free:
        return LeftOut(one, room.barred_by(options[0]))
    best = min(free, key=lambda option: (room.lacking(option), option.year, option.source))
    short = round(room.lacking(best), _DIGITS)
    return LeftOut(one, "money", "", short, case.sources[best.source], case.years[best.year])
