"""The case as a mixed-integer programme, solved exactly by HiGHS through scipy."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
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


@dataclass(frozen=True, eq=False)
class Matrix:
    """Maximise `gain @ x` with `rows @ x <= limits` and every x 0 or 1: one x an option."""

    gain: Floats
    rows: csr_array
    limits: Floats


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
    return Matrix(gain, table, np.array(rows.limits))


def solve(case: Case, *, gap: float = 0.0) -> Solution:
    """Return the best choice of options, at most `gap` (a share) below the best there is.

    The relaxed programme gives what no plan can exceed. Of a large case the options that it leaves
    in doubt, by their reduced costs, are solved first, and all of them only if that was not close
    enough. The same case gives the same choice, unless the time runs out.

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
    rows, gain = found.rows[:, possible], found.gain[possible]
    scale = float(gain.max())
    relaxed = linprog(-gain / scale, A_ub=rows, b_ub=found.limits, bounds=(0, 1), method="highs")
    bound = -float(relaxed.fun) * scale
    reduced = gain / scale + rows.T @ relaxed.ineqlin.marginals
    order = np.argsort(np.abs(reduced), kind="stable")
    best = Solution((), bound)
    for size in [one for one in _CORES if 2 * one <= len(possible)] or [len(possible)]:
        core = np.zeros(len(possible), dtype=bool)
        core[order[:size]] = True
        core |= (relaxed.x > _EPS) & (relaxed.x < 1 - _EPS)
        kept = possible[(relaxed.x > 1 - _EPS) & ~core]
        chosen, proven = _core(found, kept, possible[core], gap)
        if core.all():
            bound = min(bound, proven)
        value = float(found.gain[list(chosen)].sum())
        if value > found.gain[list(best.chosen)].sum():
            best = Solution(chosen, bound)
        if value >= bound * (1 - gap):
            break
    return Solution(best.chosen, bound)


def _possible(found: Matrix) -> Ints:
    """Return the options that fit when nothing else is done."""
    table = found.rows.tocoo()
    too_much = table.data > found.limits[table.row] + _EPS
    fits = np.ones(len(found.gain), dtype=bool)
    fits[table.col[too_much]] = False
    return np.flatnonzero(fits)


def _exact(found: Matrix, options: Ints, gap: float) -> Solution:
    """Solve the whole programme of these options."""
    chosen, bound = _highs(found, options, found.limits, {"mip_rel_gap": gap})
    value = float(found.gain[list(chosen)].sum())
    return Solution(chosen, max(value, bound))


def _core(found: Matrix, kept: Ints, core: Ints, gap: float) -> tuple[tuple[int, ...], float]:
    """Return `kept` and the best of `core` beside it, and what none of `core` exceeds."""
    limits = found.limits - found.rows[:, kept].sum(axis=1)
    options = {"mip_rel_gap": gap * _CLOSER, "node_limit": _NODES}
    chosen, bound = _highs(found, core, limits, options)
    return tuple(sorted([*map(int, kept), *chosen])), bound


def _highs(
    found: Matrix, options: Ints, limits: Floats, how: dict[str, float]
) -> tuple[tuple[int, ...], float]:
    """Return what HiGHS chooses of some options, and what it proved that none exceeds."""
    gain = found.gain[options]
    scale = float(gain.max())
    result = milp(
        -gain / scale,
        constraints=LinearConstraint(found.rows[:, options], -np.inf, limits),
        integrality=np.ones(len(options)),
        bounds=Bounds(0, 1),
        options={"time_limit": TIME_LIMIT_S, **how},
    )
    if result.x is None:
        raise RuntimeError(result.message)
    chosen = tuple(int(n) for n in options[result.x > 0.5])
    bound = result.mip_dual_bound
    return chosen, float("inf") if bound is None else -float(bound) * scale
