"""The works of a saved plan on a map: where they stand, when they begin, what they cost."""

from collections.abc import Iterator
from dataclasses import dataclass

from meks_geo import i18n, wording
from meks_geo.legend import LegendGroup, LegendRow
from meks_geo.model import Dataset
from meks_geo.planning import retelling
from meks_geo.planning.saved import SavedPlan, Subject, Work
from meks_geo.view import View
from meks_geo.vocabulary import COUNTRY

Lines = tuple[tuple[str, str], ...]

_MOST_LINES = 8  # works that a mark names, the costliest first


@dataclass(frozen=True, slots=True)
class WorkMark:
    """Works that begin at one place in one year.

    Parameters
    ----------
    id
        Candidate of the first of them.
    lat, lon
        Degrees.
    year, text
        The year, and what the mark shows: its last two digits, and how many works if several.
    title, hover
        What it is called, and works with years, source and cost.
    cost
        Of all of them, in words.
    link
        The subject that it opens: a thing of the map or a region.
    at_region
        Whether no better place than its region is known; it stands in the middle of that.
    """

    id: str
    lat: float
    lon: float
    year: int
    text: str
    title: str
    hover: Lines
    cost: str
    link: str
    at_region: bool = False


def named(saved: SavedPlan, lang: str) -> str:
    """Return which plan it is, as "label: value"; one on made-up data says so."""
    words = f"{i18n.text(lang, 'planout.plan')}: {saved.title}"
    return f"{words} ({i18n.text(lang, 'planout.trial')})" if saved.scenario.trial else words


def origin(saved: SavedPlan, lang: str) -> str:
    """Return title, version, day and revision of the record that a plan was solved on."""
    parts = (
        named(saved, lang).partition(": ")[2],
        saved.id,
        i18n.text(lang, "planout.version_of", number=i18n.number(lang, max(saved.version, 1))),
        i18n.text(lang, "map.as_of", date=i18n.date(lang, saved.as_of.isoformat())),
        i18n.text(lang, "map.revision", revision=wording.short_revision(saved.revision)),
    )
    return " · ".join(parts)


def title(data: Dataset, one: Work, lang: str) -> str:
    """Return what a work is called; a region by the short name that it has on the map."""
    whole = retelling.title(one, lang)
    row = data.rows["regions"].get(one.region)
    if row is None or one.kind not in ("region", "network"):
        return whole
    return whole.replace(i18n.name(lang, row), wording.short_region(lang, row), 1)


def region(data: Dataset, lang: str, code: str) -> str:
    """Return the short name of a region; its code where it is unknown."""
    row = data.rows["regions"].get(code)
    return wording.short_region(lang, row) if row else code


def years(one: Work) -> str:
    """Return the years in which a work is done and paid, `2027` or `2027-29`."""
    first, last = one.first_year, one.last_year
    return str(first) if first == last else f"{first}\u2013{last % 100:02d}"


def money(lang: str, amount: float) -> str:
    """Return an amount in bn KZT with its unit."""
    return i18n.quantity(lang, amount, "bn KZT", 1)


def inside(saved: SavedPlan, view: View | None) -> tuple[Work, ...]:
    """Return the works of the regions and sectors that a view asks for; all without one."""
    return tuple(one for one in saved.works if seen(one, view))


def seen(one: Subject, view: View | None) -> bool:
    """Tell whether a view asks for the region and sector of a candidate; a plant has no sector."""
    if view is None:
        return True
    here = not view.region or one.region in view.region
    return here and (not view.sector or one.sector in view.sector)


def narrowed(view: View | None) -> bool:
    """Tell whether a view asks for some regions or sectors only."""
    return view is not None and bool(view.region or view.sector)


def in_order(saved: SavedPlan, view: View | None) -> list[Work]:
    """Return the works that a view asks for, the earliest first, then the costliest."""
    found = inside(saved, view)
    return sorted(found, key=lambda one: (one.first_year, -one.cost_bn_kzt, one.candidate))


def layer(
    saved: SavedPlan, data: Dataset, lang: str, *, view: View | None = None
) -> tuple[WorkMark, ...]:
    """Return the marks of a plan's works, the earliest first; one a place and year.

    Parameters
    ----------
    data
        The record on which they are shown: it says where regions lie, and what is still there.
    view
        Its regions and sectors are the only ones whose works have a mark.

    Returns
    -------
    marks
        Works for the whole country have no place, so they are in none.
    """
    at_place: dict[tuple[int, float, float, bool], list[Work]] = {}
    for one in inside(saved, view):
        at = spot(data, one)
        if at is not None:
            at_place.setdefault((one.first_year, *at), []).append(one)
    return tuple(
        _mark(data, works, (lat, lon), lang, at_region=at_region)
        for (_, lat, lon, at_region), works in sorted(at_place.items(), key=lambda one: one[0])
    )


def spot(data: Dataset, one: Work) -> tuple[float, float, bool] | None:
    """Return latitude, longitude, and whether that is only the middle of a region."""
    if one.lat is not None and one.lon is not None:
        return one.lat, one.lon, False
    centre = data.middles.get(one.region)
    return None if centre is None else (*centre, True)


def _mark(
    data: Dataset, works: list[Work], at: tuple[float, float], lang: str, *, at_region: bool
) -> WorkMark:
    costliest = sorted(works, key=lambda one: (-one.cost_bn_kzt, one.candidate))
    first, year = costliest[0], costliest[0].first_year
    several = f"\u00d7{len(works)}" if len(works) > 1 else ""
    cost = money(lang, sum(one.cost_bn_kzt for one in works))
    where = wording.short_region(lang, data.rows["regions"][first.region])
    label = f"{where}: {i18n.plural(lang, 'planout.works', len(works))}"
    return WorkMark(
        id=first.candidate,
        lat=at[0],
        lon=at[1],
        year=year,
        text=f"{year % 100:02d}{several}",
        title=label if several else title(data, first, lang),
        hover=tuple(_hover(data, costliest, lang)),
        cost=cost,
        link=link(data, first) if not several else first.region,
        at_region=at_region,
    )


def _hover(data: Dataset, works: list[Work], lang: str) -> Iterator[tuple[str, str]]:
    for one in works[:_MOST_LINES]:
        said = (years(one), i18n.label(lang, "funding", one.source), money(lang, one.cost_bn_kzt))
        yield title(data, one, lang), " · ".join(said)
    more = len(works) - _MOST_LINES
    if more > 0:
        yield i18n.text(lang, "map.more_sources", count=i18n.number(lang, more)), ""


def link(data: Dataset, one: Work) -> str:
    """Return what a card can be opened of: the thing itself, else its town, else its region."""
    known = bool(data.subject_type(one.subject)) or one.subject in data.rows["places"]
    if known:
        return one.subject
    return one.place if one.place in data.rows["places"] else one.region


def legend(saved: SavedPlan, data: Dataset, lang: str, *, view: View | None = None) -> LegendGroup:
    """Return the block of the legend: for each year its money, and how many works begin in it."""
    works = inside(saved, view)
    rows = []
    for year in saved.years:
        count = sum(one.first_year == year for one in works)
        paid = sum(one.costs.get(year, 0.0) for one in works)
        if count or paid:
            words = f"{year}: {money(lang, paid)}"
            rows.append(LegendRow(f"work:{year % 100:02d}", words, count))
    vague = [one for one in works if one.lat is None and one.region != COUNTRY]
    if vague:
        year = min(one.first_year for one in vague)
        words = i18n.text(lang, "planout.at_region")
        rows.append(LegendRow(f"work:-{year % 100:02d}", words, len(vague)))
    notes = [i18n.text(lang, "planout.legend_note")]
    off = sum(spot(data, one) is None for one in works)
    if off:
        notes.append(i18n.text(lang, "planout.off_map", count=i18n.number(lang, off)))
    return LegendGroup(named(saved, lang), tuple(rows), " ".join(notes))
