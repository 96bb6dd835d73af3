"""Trees that grow along streets from where water, heat or current comes from to every house."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from meks_geo.demo.streets import BLOCKED, Streets

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_NOWHERE = 10**12
#: Crossings near the centre from which a way to most of a town is looked for.
_STARTS = 6


@dataclass(frozen=True, eq=False)
class Tree:
    """Steps of a tree; the crossings are positions in the flattened arrays of the streets.

    Parameters
    ----------
    start, end
        Crossings of each step, `start` nearer to the source.
    flow
        How many steps hang on each one, with itself: large on trunks, 1 at the ends.
    """

    start: Ints
    end: Ints
    flow: Ints


def grow(
    rng: np.random.Generator, streets: Streets, far: Floats, sources: Ints, wanted: int
) -> Tree:
    """Return the trees that grow from sources and reach the crossings nearest to the centre.

    Parameters
    ----------
    far
        How late a crossing is reached, rows x columns: 0 is first.
    sources
        Open crossings, as positions.
    wanted
        Steps; there are fewer when no more can be reached.
    """
    across = _roughened(rng, streets.across)
    along = _roughened(rng, streets.along)
    cost = _costs(across, along, sources)
    parent = _parents(cost, across, along, sources)
    cost, late = cost.ravel(), far.ravel().astype(np.float64).copy()
    reached = cost < BLOCKED
    _free_ways_in(late, parent, reached, sources)
    late, _ = _along_the_way(late, parent)
    candidates = np.flatnonzero(reached & (parent != np.arange(len(parent))))
    order = np.lexsort((candidates, cost[candidates], late[candidates]))
    end = np.sort(candidates[order[:wanted]])
    return Tree(parent[end], end, _flows(end, parent)[end])


def connected(streets: Streets) -> Streets:
    """Return streets without the crossings that no way leads to from about the centre."""
    open_ones = np.flatnonzero(streets.is_open)
    central = open_ones[np.argsort(streets.far.ravel()[open_ones], kind="stable")]
    reached = np.zeros_like(streets.is_open)
    for start in central[:_STARTS]:
        found = _costs(streets.across, streets.along, np.array([start])) < BLOCKED
        if found.sum() > reached.sum():
            reached = found
        if 2 * reached.sum() > len(open_ones):
            break
    return replace(streets, is_open=reached)


def _roughened(rng: np.random.Generator, costs: Ints) -> Ints:
    return np.where(costs == BLOCKED, BLOCKED, costs * rng.integers(8, 14, costs.shape))


def _costs(across: Ints, along: Ints, sources: Ints) -> Ints:
    """Return the cost of the cheapest way from a source, rows x columns.

    Whole rows and columns are gone along at once, there and back, until nothing gets cheaper.
    """
    rows, columns = across.shape[0], along.shape[1]
    found = np.full((rows, columns), _NOWHERE)
    found.ravel()[sources] = 0
    east, north = np.zeros((2, rows, columns), dtype=np.int64)
    np.cumsum(across, axis=1, out=east[:, 1:])
    np.cumsum(along, axis=0, out=north[1:])
    while True:
        before = found.copy()
        for way, axis in ((east, 1), (north, 0)):
            ahead = np.minimum.accumulate(found - way, axis=axis) + way
            np.minimum(found, ahead, out=found)
            back = np.flip(
                np.minimum.accumulate(np.flip(found + way, axis=axis), axis=axis), axis=axis
            )
            np.minimum(found, back - way, out=found)
        if (found == before).all():
            return found


def _parents(cost: Ints, across: Ints, along: Ints, sources: Ints) -> Ints:
    """Return the crossing before each one on its way; sources and islands are their own."""
    rows, columns = cost.shape
    through = np.full((4, rows, columns), 2 * _NOWHERE)
    through[0, :, 1:] = cost[:, :-1] + across
    through[1, :, :-1] = cost[:, 1:] + across
    through[2, 1:] = cost[:-1] + along
    through[3, :-1] = cost[1:] + along
    step = np.array([-1, 1, -columns, columns])[np.argmin(through, axis=0)].ravel()
    parent = np.arange(rows * columns)
    reached = cost.ravel() < BLOCKED
    parent[reached] += step[reached]
    parent[sources] = sources
    return parent


def _free_ways_in(late: Floats, parent: Ints, reached: Flags, sources: Ints) -> None:
    """Let the trunk from each source into the town come first, however far off the source is."""
    _, root = _along_the_way(late, parent)
    for source in np.unique(sources):
        basin = np.flatnonzero(reached & (root == source))
        at = int(basin[np.argmin(late[basin])])
        while late[at] > 0:
            late[at] = 0.0
            at = int(parent[at])


def _along_the_way(late: Floats, parent: Ints) -> tuple[Floats, Ints]:
    """Return the largest value on the way to the source, and the source, of each crossing."""
    jump = parent
    while True:
        late = np.maximum(late, late[jump])
        further = jump[jump]
        if (further == jump).all():
            return late, jump
        jump = further


def _depths(parent: Ints) -> Ints:
    jump = parent
    depth: Ints = (parent != np.arange(len(parent))).astype(np.int64)
    while True:
        depth = depth + depth[jump]
        further = jump[jump]
        if (further == jump).all():
            return depth
        jump = further


def _flows(end: Ints, parent: Ints) -> Ints:
    """Return how many steps hang on each crossing, summed level by level from the ends inwards."""
    flow = np.zeros(len(parent), dtype=np.int64)
    flow[end] = 1
    depth = _depths(parent)[end]
    order = end[np.argsort(-depth, kind="stable")]
    bounds = np.flatnonzero(np.diff(np.sort(-depth))) + 1
    for level in np.split(order, bounds):
        np.add.at(flow, parent[level], flow[level])
    return flow
