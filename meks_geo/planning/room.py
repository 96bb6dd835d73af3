"""What is left of money, contractors and places while options are taken one after another."""

from collections.abc import Iterable

from meks_geo.planning.candidates import PLANT
from meks_geo.planning.case import Case, Option, load

#: Rounding of sums of thousandths, and of the solver.
_SLACK = 1e-6


class Room:
    """What a case still has room for."""

    def __init__(self, case: Case) -> None:
        """Begin with everything there is."""
        self._case = case
        self._money = {s: dict(case.money[s]) for s in case.sources}
        self._crews: dict[tuple[str, int], float] = {}
        self._places: dict[tuple[str, int], int] = {}
        self._busy: dict[int, Option] = {}
        self._others: dict[int, list[int]] = {}
        for a, b in case.together:
            self._others.setdefault(a, []).append(b)
            self._others.setdefault(b, []).append(a)

    def costs(self, option: Option) -> list[tuple[str, int, float]]:
        """Return source, year and bn KZT of each year of an option."""
        source = self._case.sources[option.source]
        item = self._case.items[option.item]
        first = self._case.years[option.year]
        return [(source, first + n, cost) for n, cost in enumerate(item.costs[first])]

    def take(self, option: Option, sign: int = 1) -> None:
        """Do an option; with `sign` -1, undo it."""
        item = self._case.items[option.item]
        for source, year, cost in self.costs(option):
            self._money[source][year] -= sign * cost
            crew = (item.crew, year)
            self._crews[crew] = self._crews.get(crew, 0.0) + sign * load(item)
            if item.crew == PLANT and item.candidate.place:
                place = (item.candidate.place, year)
                self._places[place] = self._places.get(place, 0) + sign
        if sign > 0:
            self._busy[option.item] = option
        else:
            del self._busy[option.item]

    def lacking(self, option: Option) -> float:
        """Return how much money is missing for an option, in bn KZT."""
        gaps = (max(0.0, cost - self._money[s][year]) for s, year, cost in self.costs(option))
        return sum(gap for gap in gaps if gap > _SLACK)

    def barred_by(self, option: Option) -> str:
        """Return what else than money keeps an option out: `capacity`, `place`, `overlap` or ""."""
        item = self._case.items[option.item]
        if self.overlapping(option.item):
            return "overlap"
        for _, year, _ in self.costs(option):
            crew = self._crews.get((item.crew, year), 0.0) + load(item)
            if crew > self._case.capacity[item.crew] + _SLACK:
                return "capacity"
            place = item.candidate.place
            if item.crew == PLANT and place:
                busy = self._places.get((place, year), 0) + 1
                if busy > self._case.plants_a_place:
                    return "place"
        return ""

    def overlapping(self, item: int) -> tuple[int, ...]:
        """Return the chosen items that are part of an item or hold it."""
        return tuple(one for one in self._others.get(item, ()) if one in self._busy)

    def fits(self, option: Option) -> bool:
        """Return whether an option can be done besides what is taken; its item must be free."""
        return not self.barred_by(option) and not self.lacking(option)

    def taken(self) -> Iterable[Option]:
        """Return the options that are taken, by item."""
        return tuple(self._busy[item] for item in sorted(self._busy))

    def has(self, item: int) -> bool:
        """Return whether an item is done."""
        return item in self._busy
