"""What a plan brings about, year by year: money, wear beside its targets, red zone, debt service.

Values only, so that a saved plan keeps them; `reckoning` says how they come about.
"""

from collections.abc import Mapping
from dataclasses import dataclass

#: What the mean wear of a trajectory is a mean of: one published figure of the whole, or the parts
#: of which wear and length are known.
FIGURE, PARTS = "figure", "parts"


@dataclass(frozen=True, slots=True)
class Flow:
    """Money of one source in one year, in bn KZT: what there is, and what the plan spends."""

    source: str
    year: int
    available: float
    spent: float


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Mean wear of the networks of a sector in a region or the country, by length.

    Only works of the plan are counted: what ages or is repaired besides is not. The works of a
    candidate that take several years count evenly in each.

    Parameters
    ----------
    region
        Code of a region, or `KZ`.
    basis
        `figure`: a published figure of the whole. `parts`: the mean over the parts of it of which
        wear and length are published; never both added up.
    km, km_all
        Length of known wear, and of all of it whose length is known.
    count
        How many figures it is the mean of.
    before
        Percent, before any works.
    after
        Percent at the end of each year of the plan.
    sources
        Ids of the sources of wear and length, in order.
    """

    sector: str
    region: str
    basis: str
    km: float
    km_all: float
    count: int
    before: float
    after: Mapping[int, float]
    sources: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """Share of the length of which the wear is known, 0 to 1; None where there is none."""
        return self.km / self.km_all if self.km_all else None


@dataclass(frozen=True, slots=True)
class Target:
    """A published target of wear: percent by the end of a year, as one source states it.

    `stands` is the newest statement; what other sources say stands beside it.
    """

    sector: str
    region: str
    year: int
    value: float
    text: str
    source: str
    stated_on: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Leaving:
    """A plant, operator or city's networks whose works end in `year` and bring it out of red."""

    year: int
    candidate: str


@dataclass(frozen=True, slots=True)
class Debt:
    """What loans of the plan take in a year, in bn KZT of that year.

    Parameters
    ----------
    sector
        "" for plants and what has no sector.
    service
        Interest in the years of grace, equal payments after them.
    known_service, revenue
        Of those borrowers whose yearly revenue is known: their service, and their revenue. None
        where it is known of none.
    """

    year: int
    sector: str
    service: float
    known_service: float
    revenue: float | None

    @property
    def percent(self) -> float | None:
        """Service as percent of the revenue, over those whose revenue is known; else None."""
        return 100 * self.known_service / self.revenue if self.revenue else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """All of it.

    Parameters
    ----------
    wear
        By sector, the country first, then regions.
    outside
        Kilometres times wear (0 to 1) cut by works of which no trajectory knows, by sector.
    unpaid
        Works of the plan that the budget pays for, in bn KZT: they are no debt.
    """

    money: tuple[Flow, ...] = ()
    wear: tuple[Trajectory, ...] = ()
    targets: tuple[Target, ...] = ()
    leaving: tuple[Leaving, ...] = ()
    tariff: tuple[Debt, ...] = ()
    outside: Mapping[str, float] | None = None
    unpaid: float = 0.0

    def leaving_by_year(self) -> dict[int, tuple[str, ...]]:
        """Return who leaves red, by year."""
        years = sorted({one.year for one in self.leaving})
        return {
            year: tuple(one.candidate for one in self.leaving if one.year == year) for year in years
        }

    def trajectory(self, sector: str, region: str) -> Trajectory | None:
        """Return the trajectory of a sector in a region or `KZ`: of a figure before parts."""
        found = [one for one in self.wear if (one.sector, one.region) == (sector, region)]
        return min(found, key=lambda one: (FIGURE, PARTS).index(one.basis), default=None)
