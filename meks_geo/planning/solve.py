"""The case as a mixed-integer programme, solved exactly by HiGHS through scipy."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp
from scipy.sparse import csr_array

from meks_geo.planning.candidates import PLANT
from meks_geo.planning.case import Case, load

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Seconds after which the best plan so far is taken; its gap says how good it is.
TIME_LIMIT_S = 120.0
#: Options up to which the whole programme is solved at once.
EXACT_UP_TO = 400
#: Options of a large case that are solved first, and after that; and how many nodes of the tree.
_CORES, _NODES = (1_000, 4_000), 200
#: How much closer than the gap that is asked for, for the relaxed programme is no plan yet.
_CLOSER, _EPS = 0.6, 1e-9
#: Rounding of what the relaxed programme says of an option.
_SLACK = 1e-6
#: Of a case of middling size: how near the first plan is, and how many nodes a proof may take.
_COARSE, _PROOF_NODES = 0.02, 4_000
#: It is bettered so many times, so many items at a time; among how many options, how near, in how
#: many nodes.
_LOTS, _AROUND, _PART_GAP, _PART_NODES = ((40, 8), (80, 12), (30, 15)), 150, 0.003, 10
#: What scipy says where no choice keeps the limits.
_INFEASIBLE = 2


@dataclass(frozen=True, eq=False)
class Matrix:
    """Maximise `gain @ x` with `rows @ x <= limits` and every x 0 or 1: one x an option.

    `items` is the item of each option.
    """

    gain: Floats
    rows: csr_array
    limits: Floats
    items: Ints

    def worth(self, chosen: Sequence[int] | Ints) -> float:
        """Return the gain of some options."""
        return float(self.gain[np.asarray(chosen, dtype=np.int64)].sum())


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The relaxed programme of some options.

    Parameters
    ----------
    bound
        What no plan can exceed.
    x, reduced
        Share that is done of each option, and by how much the bound moves if one more of it is
        done: below 0 it falls.
    """

    bound: float
    x: Floats
    reduced: Floats


@dataclass(frozen=True, slots=True)
class Solution:
    """Options chosen, and what no plan can exceed."""

    chosen: tuple[int, ...]
    bound: float


class _Rows:
    """Rows of a matrix as they are met; what nobody uses has no row."""

    def __init__(self) -> None:
        """Begin with none."""
        self.limits: list[float] = []
        self.at: list[int] = []
        self.option: list[int] = []
        self.value: list[float] = []
        self._number: dict[tuple[object, ...], int] = {}

    def add(self, key: tuple[object, ...], limit: float, option: int, value: float) -> None:
        """Let an option take so much of what `key` names."""
        if key not in self._number:
            self._number[key] = len(self.limits)
            self.limits.append(limit)
        self.at.append(self._number[key])
        self.option.append(option)
        self.value.append(value)


def matrix(case: Case) -> Matrix:
    """Return the programme of a case.

    Rows: an item once at most; money of each source and year; contractors of each crew and year;
    plants of one place and year; a part or its whole.
    """
    rows = _Rows()
    pairs: dict[int, list[int]] = {}
    for number, pair in enumerate(case.together):
        for one in pair:
            pairs.setdefault(one, []).append(number)
    for n, option in enumerate(case.options):
        item = case.items[option.item]
        rows.add(("item", option.item), 1.0, n, 1.0)
        source = case.sources[option.source]
        costs = item.costs[case.years[option.year]]
        for step, cost in enumerate(costs):
            year = case.years[option.year + step]
            rows.add(("money", source, year), case.money[source][year], n, cost)
            rows.add(("crew", item.crew, year), case.capacity[item.crew], n, load(item))
            if item.crew == PLANT and item.candidate.place:
                place = ("place", item.candidate.place, year)
                rows.add(place, float(case.plants_a_place), n, 1.0)
        for number in pairs.get(option.item, ()):
            rows.add(("pair", number), 1.0, n, 1.0)
    gain = np.array([case.items[one.item].effect for one in case.options])
    shape = (len(rows.limits), len(case.options))
    table = csr_array((rows.value, (rows.at, rows.option)), shape=shape)
    items = np.array([one.item for one in case.options], dtype=np.int64)
    return Matrix(gain, table, np.array(rows.limits), items)


def solve(case: Case, *, gap: float = 0.0) -> Solution:
    """Return the best choice of options, at most `gap` (a share) below the best there is.

    The relaxed programme gives what no plan can exceed. Of a large case the options that it leaves
    in doubt, by their reduced costs, are solved first, and all of them only if that was not close
    enough; of a middling one a plan is bettered part by part before it is proven. The same case
    gives the same choice, unless the time runs out.

    Raises
    ------
    RuntimeError
        If the solver found no plan at all.
    """
    found = matrix(case)
    possible = _possible(found)
    if not len(possible):
        return Solution((), 0.0)
    if len(possible) <= EXACT_UP_TO:
        return _exact(found, possible, gap)
    relaxed = _relaxed(found, possible)
    if gap > 0 and len(possible) < 2 * _CORES[0]:
        return _searched(found, possible, relaxed, gap)
    bound = relaxed.bound
    order = np.argsort(np.abs(relaxed.reduced), kind="stable")
    best = Solution((), bound)
    for size in [one for one in _CORES if 2 * one <= len(possible)] or [len(possible)]:
        core = np.zeros(len(possible), dtype=bool)
        core[order[:size]] = True
        core |= (relaxed.x > _EPS) & (relaxed.x < 1 - _EPS)
        kept = possible[(relaxed.x > 1 - _EPS) & ~core]
        chosen, proven = _core(found, kept, possible[core], gap)
        if core.all():
            bound = min(bound, proven)
        if found.worth(chosen) > found.worth(best.chosen):
            best = Solution(chosen, bound)
        if bound <= found.worth(best.chosen) * (1 + gap):
            break
    return Solution(best.chosen, bound)


def _possible(found: Matrix) -> Ints:
    """Return the options that fit when nothing else is done."""
    table = found.rows.tocoo()
    too_much = table.data > found.limits[table.row] + _EPS
    fits = np.ones(len(found.gain), dtype=bool)
    fits[table.col[too_much]] = False
    return np.flatnonzero(fits)


def _relaxed(found: Matrix, options: Ints) -> Relaxed:
    """Solve the programme of these options as if parts of them could be done."""
    rows, gain = found.rows[:, options], found.gain[options]
    scale = float(gain.max())
    result = linprog(-gain / scale, A_ub=rows, b_ub=found.limits, bounds=(0, 1), method="highs")
    reduced = gain + scale * (rows.T @ result.ineqlin.marginals)
    return Relaxed(-float(result.fun) * scale, result.x, reduced)


def _exact(found: Matrix, options: Ints, gap: float) -> Solution:
    """Solve the whole programme of these options."""
    chosen, bound = _highs(found, options, found.limits, {"mip_rel_gap": gap})
    return Solution(chosen, max(found.worth(chosen), bound))


def _core(found: Matrix, kept: Ints, core: Ints, gap: float) -> tuple[tuple[int, ...], float]:
    """Return `kept` and the best of `core` beside it, and what none of `core` exceeds."""
    limits = found.limits - found.rows[:, kept].sum(axis=1)
    options = {"mip_rel_gap": gap * _CLOSER, "node_limit": _NODES}
    chosen, bound = _highs(found, core, limits, options)
    return tuple(sorted([*map(int, kept), *chosen])), bound


# -- cases of middling size: large works against little money --------------------------------------


def _searched(found: Matrix, options: Ints, relaxed: Relaxed, gap: float) -> Solution:
    """Return a plan within `gap` of the best: a first one, bettered, and then proven."""
    how = {"mip_rel_gap": max(gap, _COARSE), "node_limit": _NODES}
    chosen, bound = _highs(found, options, found.limits, how)
    bound = min(bound, relaxed.bound)
    while bound > found.worth(chosen) * (1 + gap):
        chosen = _bettered(found, options, relaxed, chosen, bound / (1 + gap))
        target = found.worth(chosen) * (1 + gap)
        if bound <= target:
            break
        better, proven = _above(found, options, relaxed, target)
        bound = min(bound, proven)
        if not better:
            break
        chosen = better
    return Solution(chosen, bound)


def _bettered(
    found: Matrix, options: Ints, relaxed: Relaxed, chosen: tuple[int, ...], enough: float
) -> tuple[int, ...]:
    """Return a plan in which some items at a time, drawn by lot, are chosen anew.

    The lots are the same each time, the value never falls, and what is worth `enough` will do.
    """
    lots = np.random.default_rng(0)
    order = options[np.argsort(-relaxed.reduced, kind="stable")]
    how = {"mip_rel_gap": _PART_GAP, "node_limit": _PART_NODES}
    now: Ints = np.array(chosen, dtype=np.int64)
    for freed in (size for times, size in _LOTS for _ in range(times)):
        if found.worth(now) >= enough:
            break
        busy = np.unique(found.items[now])
        out = np.isin(found.items[now], lots.choice(busy, min(freed, len(busy)), replace=False))
        kept = now[~out]
        free = order[~np.isin(found.items[order], found.items[kept])][:_AROUND]
        limits = found.limits - found.rows[:, kept].sum(axis=1)
        again, _ = _highs(found, np.union1d(free, now[out]), limits, how)
        if found.worth(again) > found.worth(now[out]) + _EPS:
            now = np.sort(np.concatenate([kept, again]).astype(np.int64))
    return tuple(map(int, now))


def _above(
    found: Matrix, options: Ints, relaxed: Relaxed, target: float
) -> tuple[tuple[int, ...], float]:
    """Return a plan worth `target` or more, and what no plan exceeds; () where none was found.

    An option whose reduced cost alone takes the relaxed programme below the target is in no such
    plan.
    """
    able = options[relaxed.reduced >= target - relaxed.bound - _SLACK]
    if not len(able):
        return (), target
    how = {"mip_rel_gap": _COARSE, "node_limit": _PROOF_NODES}
    result = _milp(found, able, found.limits, how, least=target)
    if result.x is not None:
        return _taken(able, result.x), relaxed.bound
    if result.status == _INFEASIBLE:
        return (), target
    return (), relaxed.bound


# -- HiGHS -----------------------------------------------------------------------------------------


def _highs(
    found: Matrix, options: Ints, limits: Floats, how: dict[str, float]
) -> tuple[tuple[int, ...], float]:
    """Return what HiGHS chooses of some options, and what it proved that none exceeds."""
    result = _milp(found, options, limits, how)
    if result.x is None:
        raise RuntimeError(result.message)
    bound = result.mip_dual_bound
    scale = float(found.gain[options].max())
    return _taken(options, result.x), float("inf") if bound is None else -float(bound) * scale


def _milp(
    found: Matrix, options: Ints, limits: Floats, how: dict[str, float], least: float | None = None
) -> OptimizeResult:
    """Let HiGHS choose of some options; with `least`, a choice worth so much."""
    gain, rows = found.gain[options], found.rows[:, options]
    scale = float(gain.max())
    constraints = [LinearConstraint(rows, -np.inf, limits)]
    if least is not None:
        worth = csr_array(gain[np.newaxis] / scale)
        constraints.append(LinearConstraint(worth, least / scale, np.inf))
    return milp(
        -gain / scale,
        constraints=constraints,
        integrality=np.ones(len(options)),
        bounds=Bounds(0, 1),
        options={"time_limit": TIME_LIMIT_S, **how},
    )


def _taken(options: Ints, x: Floats) -> tuple[int, ...]:
    return tuple(int(n) for n in options[x > 0.5])
