"""What the places of a deck should say now: facts by their claims, sums by the deck made anew."""

from dataclasses import replace
from datetime import date

from meks_geo.exports import deckversions
from meks_geo.exports.deckmodel import Deck
from meks_geo.exports.deckversions import Versions
from meks_geo.exports.statements import NONE, Says, Statement, fact_now, printed
from meks_geo.model import Dataset

#: Column in which figures stand with their units; the heads of the others name the unit.
WITH_UNIT = "value"


class Truth:
    """What is true of the statements of a deck, by the same deck made of the current revision."""

    def __init__(
        self, data: Dataset, old: Deck, new: Deck, versions: Versions = deckversions.none_kept
    ) -> None:
        """Look up what the deck made anew counts and sums; `versions` are those of plans."""
        self.data, self._recipe, self._versions = data, new.recipe, versions
        self._slides = {slide.key for slide in new.slides}
        self.lang = old.recipe.lang
        self._sums = {one.id: one for one in new.statements() if not one.says.is_fact}
        self._bars = {
            chart.name: chart.digits
            for slide in old.slides
            for chart in slide.charts
            if chart.kind != "lines"
        }

    def day_of(self, statement: Statement) -> date:
        """Return the day that the slide of a statement speaks of."""
        return self._recipe.day_of(statement.place.slide)

    def of(self, statement: Statement) -> tuple[Says, str]:
        """Return what a statement says now, and how it is printed at its place.

        A class that a chart no longer has is 0; a row that a list no longer has, such as a deadline
        among those that moved most, is not untrue for that. Nor is what a plan says that is not
        kept here.
        """
        if statement.says.is_plan:
            plan = deckversions.now(statement.says, self._versions)
            return plan, printed(self.data, self.lang, plan)
        if statement.says.is_fact:
            return self._fact(statement)
        now = self._sums.get(statement.id)
        if now is not None:
            return now.says, now.printed
        slide = statement.place.slide
        if deckversions.of_plan(slide) and slide not in self._slides:
            return statement.says, statement.printed
        digits = self._bars.get(statement.place.shape)
        if digits is not None:
            return replace(statement.says, value=0), f"{0:.{digits}f}"
        return statement.says, statement.printed

    def _fact(self, statement: Statement) -> tuple[Says, str]:
        says = statement.says
        now = fact_now(self.data, says.subject, says.attribute, self.day_of(statement))
        if now is None:
            return replace(says, value=None, source=""), NONE
        unit = statement.place.column == WITH_UNIT
        return now, printed(self.data, self.lang, now, unit=unit)
