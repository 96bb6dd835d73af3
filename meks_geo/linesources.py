"""The sources of network lines: the register, or the files that they came with."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from meks_geo import networks
from meks_geo.model import Dataset, Source
from meks_geo.networks import Passing


@lru_cache(maxsize=4)
def by_line(data: Dataset) -> tuple[tuple[Source | None, ...], npt.NDArray[np.intp]]:
    """Return the sources of lines, and the place among them of the source of each line.

    The first is None, for lines of which it is not known; those of the register come before files.
    Callers share both and must not change them.
    """
    lines = data.lines
    shipped = {n: data.sources[row["source_id"]] for n, row in networks.shipped(data).items()}
    sources = tuple(dict.fromkeys((None, *shipped.values(), *data.line_sources.values())))
    place = {source: number for number, source in enumerate(sources)}
    regions, sectors = lines.words["region"], lines.words["sector"]
    table = [
        [place[data.line_sources.get((region, sector))] for sector in sectors] for region in regions
    ]
    by_pair = np.array(table, dtype=np.intp).reshape(len(regions), len(sectors))
    found: npt.NDArray[np.intp] = by_pair[lines.codes["region"], lines.codes["sector"]]
    found[list(shipped)] = [place[source] for source in shipped.values()]
    return sources, found


def of(data: Dataset, number: int) -> Source | None:
    """Return the source of a line; None where it is not known."""
    sources, places = by_line(data)
    return sources[int(places[number])]


def of_all(data: Dataset, passing: Passing) -> tuple[Source, ...]:
    """Return the sources of some lines, those of the register first."""
    sources, places = by_line(data)
    named = (sources[place] for place in np.unique(places[passing.rows]).tolist())
    return tuple(source for source in named if source is not None)
