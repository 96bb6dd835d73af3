"""The same programme through PuLP, solved by CBC."""

import time

import pulp

from meks_geo.planning.solve import Matrix

#: Seconds after which CBC gives what it has.
LIMIT_S = 120


def solve(found: Matrix, gap: float) -> tuple[float, float]:
    """Return the seconds that building and solving take, and the value of the plan."""
    start = time.perf_counter()
    problem = pulp.LpProblem("plan", pulp.LpMaximize)
    chosen = [pulp.LpVariable(f"x{n}", cat=pulp.LpBinary) for n in range(len(found.gain))]
    problem += pulp.LpAffineExpression(list(zip(chosen, map(float, found.gain), strict=True)))
    rows = found.rows
    for row, limit in enumerate(found.limits):
        span = range(rows.indptr[row], rows.indptr[row + 1])
        terms = [(chosen[int(rows.indices[n])], float(rows.data[n])) for n in span]
        problem += pulp.LpAffineExpression(terms) <= float(limit)
    problem.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=gap, threads=2, timeLimit=LIMIT_S))
    return time.perf_counter() - start, float(pulp.value(problem.objective))
