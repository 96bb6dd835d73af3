"""What plans bring about as pictures: money, wear beside its targets, small maps, debt service.

Every function takes one plan or two: two stand side by side, in the same scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from meks_geo import charts, i18n, planchart, planmaps, planworks
from meks_geo.model import Dataset
from meks_geo.planchart import Line, Point, Slot, Span
from meks_geo.planmaps import Mark
from meks_geo.planning.outcome import Target, Trajectory
from meks_geo.planning.retelling import title
from meks_geo.planning.saved import SavedPlan, Work
from meks_geo.planning.scenario import SOURCES
from meks_geo.ui import plantables
from meks_geo.ui.plandetails import amount, money
from meks_geo.ui.plandraw import picture
from meks_geo.view import View
from meks_geo.vocabulary import COUNTRY, Sector

#: Sectors in the order of the charts.
_SECTORS = tuple(Sector)
#: From this share on a length counts as known in whole.
_ALL = 0.995


@dataclass(frozen=True)
class Side:
    """One plan: its letter ("" for one that stands alone), what it is called, and itself."""

    letter: str
    name: str
    plan: SavedPlan


# -- money -----------------------------------------------------------------------------------------


def spending(sides: Sequence[Side], lang: str) -> list[str]:
    """Return a chart a plan: what it spends of what there is, by source and year."""
    used = {source for side in sides for source in side.plan.spent}
    found = [_sources(side, [one for one in SOURCES if one in used], lang) for side in sides]
    scale = max((planchart.most(one) for one in found), default=0.0)
    pictures = []
    for side, sources in zip(sides, found, strict=True):
        said = "; ".join(
            f"{one.label}: {', '.join(f'{slot.year}: {slot.text}' for slot in one.slots)}"
            for one in sources
        )
        svg = planchart.money(sources, scale=scale, label=said)
        pictures.append(picture(svg, said, heading(side)))
    return pictures


def _sources(side: Side, used: Sequence[str], lang: str) -> tuple[planchart.Source, ...]:
    """Return the money of a plan, source by source; two plans have the same rows."""
    plan = side.plan
    there = plan.money
    found = []
    for source in used:
        by_year = plan.spent.get(source, {})
        slots = tuple(
            Slot(
                year,
                by_year.get(year, 0.0),
                there.get(source, {}).get(year),
                amount(lang, by_year.get(year, 0.0)),
            )
            for year in plan.years
        )
        spent, given = sum(by_year.values()), sum(there.get(source, {}).values())
        total = i18n.text(
            lang,
            "planpage.of_money",
            spent=amount(lang, spent),
            money=money(lang, given),
        )
        found.append(planchart.Source(i18n.label(lang, "funding", source), total, slots))
    return tuple(found)


def heading(side: Side) -> str:
    """Return what stands over a picture of a plan."""
    return f"{side.letter}: {side.name}" if side.letter else ""


# -- wear ------------------------------------------------------------------------------------------


def wear(data: Dataset, sides: Sequence[Side], view: View) -> list[str]:
    """Return a chart a sector and place: mean wear year by year, and what is promised."""
    lang = view.lang
    pictures = []
    for sector in _SECTORS:
        if view.sector and sector not in view.sector:
            continue
        for place in (COUNTRY, *(one for one in view.region if one != COUNTRY)):
            found = [(side, side.plan.outcome.trajectory(sector, place)) for side in sides]
            pictures.append(_wear(data, found, sector, place, lang))
    return [one for one in pictures if one]


def _wear(
    data: Dataset,
    found: Sequence[tuple[Side, Trajectory | None]],
    sector: str,
    place: str,
    lang: str,
) -> str:
    known = [(side, one) for side, one in found if one is not None]
    if not known:
        return ""
    lines = [_line(side, one, lang, dashed=n > 0) for n, (side, one) in enumerate(known)]
    targets = _targets(known[0][0].plan, sector, place)
    marks = [
        Point(one.year, one.value, i18n.quantity(lang, one.text, "percent")) for one in targets
    ]
    room = planchart.span(lines, marks)
    label = i18n.label(lang, "sector", sector)
    name = f"{label}: {planworks.region(data, lang, place)}" if place != COUNTRY else label
    said = f"{name}. {'; '.join(_told(line) for line in lines)}"
    svg = planchart.levels(lines, marks, room=_room(room), label=said)
    notes = [_basis(one, lang) for _, one in known[:1]]
    notes += [_target_note(data, one, lang) for one in targets]
    box = picture(svg, said, name)
    words = "".join(f'<span class="also">{escape(note)}</span>' for note in notes)
    return box.removesuffix("</div>") + f"{words}</div>" if box else ""


def _room(span: Span) -> Span:
    """Return the axes with at least five percent of wear from end to end."""
    if span.high - span.low >= 5:
        return span
    middle = (span.high + span.low) / 2
    return Span(span.first, span.last, max(middle - 2.5, 0.0), middle + 2.5)


def _line(side: Side, one: Trajectory, lang: str, *, dashed: bool) -> Line:
    before = Point(min(one.after) - 1, one.before, i18n.quantity(lang, one.before, "percent", 1))
    after = (
        Point(year, value, i18n.quantity(lang, value, "percent", 1))
        for year, value in sorted(one.after.items())
    )
    return Line(side.letter, (before, *after), dashed)


def _told(line: Line) -> str:
    points = ", ".join(f"{point.year}: {point.text}" for point in line.points)
    return f"{line.name} {points}".strip()


def _targets(plan: SavedPlan, sector: str, place: str) -> list[Target]:
    """Return what is promised for a sector and place; made-up data is not held against it."""
    if plan.scenario.trial:
        return []
    return [one for one in plan.outcome.targets if (one.sector, one.region) == (sector, place)]


def _basis(one: Trajectory, lang: str) -> str:
    """Say what the mean is a mean of, and over which length."""
    said = i18n.text(lang, f"planpage.mean_{one.basis}", count=i18n.number(lang, one.count))
    km = i18n.text(lang, "planpage.known_km", km=i18n.quantity(lang, one.km, "km", 0))
    if one.share is None or one.share > _ALL:
        return f"{said}; {km}"
    share = i18n.quantity(lang, 100 * one.share, "percent", 0)
    return f"{said}; {km}, {i18n.text(lang, 'planpage.of_length', share=share)}"


def _target_note(data: Dataset, one: Target, lang: str) -> str:
    source = data.sources.get(one.source)
    value = i18n.quantity(lang, one.text, "percent")
    said = f"{i18n.text(lang, 'kpis.target')} {one.year}: {value}"
    day = i18n.date(lang, one.stated_on)
    return f"{said} ({source.publisher}, {day})" if source else said


# -- maps ------------------------------------------------------------------------------------------


def maps(data: Dataset, sides: Sequence[Side], view: View) -> str:
    """Return small maps as HTML, one a year and plan, all in the same scale; "" for no place."""
    lang = view.lang
    marks = [_marks(data, side.plan, view) for side in sides]
    scale = max((planmaps.largest(one) for one in marks), default=0.0)
    years = sorted({year for side in sides for year in side.plan.years})
    if scale <= 0:
        return ""
    cells = []
    for year in years:
        for side, found in zip(sides, marks, strict=True):
            cells.append(_map(data, side, found, year, scale, lang))
    kind = "plan-maps two" if len(sides) > 1 else "plan-maps"
    return f'<div class="{kind}">{"".join(cells)}</div>'


def _map(
    data: Dataset, side: Side, marks: Sequence[Mark], year: int, scale: float, lang: str
) -> str:
    done = [one for one in marks if one.state(year) == "done"]
    cost = sum(one.cost for one in done)
    said = f"{i18n.text(lang, 'planpage.done')}: {i18n.number(lang, len(done))}"
    said = f"{said}, {money(lang, cost)}" if done else said
    svg = planmaps.picture(data.base, marks, year=year, scale=scale, label=said)
    head = f"{side.letter} {year}".strip()
    image = charts.as_image(svg, f"{head}. {said}")
    return f"<figure>{image}<figcaption><b>{escape(head)}</b>{escape(said)}</figcaption></figure>"


def keys(data: Dataset, sides: Sequence[Side], view: View) -> str:
    """Return the signs of the maps with their words, and what is not on them, as HTML."""
    lang = view.lang
    signs = "".join(
        f"<span>{_sign(state)}{escape(i18n.text(lang, f'planpage.state_{state}'))}</span>"
        for state in ("later", "under-way", "done")
    )
    notes = [i18n.text(lang, "planpage.map_note")]
    for side in sides:
        absent = len(planworks.in_order(side.plan, view)) - len(_marks(data, side.plan, view))
        if absent:
            said = i18n.text(lang, "planpage.no_place", count=i18n.number(lang, absent))
            notes.append(f"{side.letter} {said}".strip())
    words = "".join(f"<span>{escape(note)}</span>" for note in notes)
    return f'<div class="plan-keys">{signs}{words}</div>'


def _sign(state: str) -> str:
    """Return the sign of a state as an image beside its words."""
    return charts.as_image(planmaps.key(state), "").replace(' class="promise"', "")


def letters(sides: Sequence[Side]) -> str:
    """Return which line is which plan, as HTML."""
    rows = "".join(
        f'<span><i class="line{" dashed" if n else ""}"></i>{escape(heading(side))}</span>'
        for n, side in enumerate(sides)
    )
    return f'<div class="plan-keys">{rows}</div>'


def _marks(data: Dataset, plan: SavedPlan, view: View) -> list[Mark]:
    """Return works at their places; those without one at the middle of their region."""
    found = []
    for one in planworks.in_order(plan, view):
        place = planworks.spot(data, one)
        if place is None:
            continue
        found.append(
            Mark(
                lat=place[0],
                lon=place[1],
                cost=one.cost_bn_kzt,
                first=one.first_year,
                last=one.last_year,
                zone=one.zone,
                title=_titled(one, view.lang),
            )
        )
    return found


def _titled(one: Work, lang: str) -> str:
    return f"{title(one, lang)}, {plantables.years(one)}, {money(lang, one.cost_bn_kzt)}"


# -- debt service ----------------------------------------------------------------------------------


def debt(sides: Sequence[Side], lang: str) -> str:
    """Return the chart of what loans take a year, in bn KZT; "" where nothing is borrowed."""
    lines = []
    for number, side in enumerate(sides):
        by_year: dict[int, float] = {}
        for one in side.plan.outcome.tariff:
            by_year[one.year] = by_year.get(one.year, 0.0) + one.service
        points = tuple(
            Point(year, value, amount(lang, value)) for year, value in sorted(by_year.items())
        )
        if any(point.value for point in points):
            lines.append(Line(side.letter, points, number > 0))
    if not lines:
        return ""
    name = f"{i18n.text(lang, 'planpage.service')}, {i18n.unit(lang, 'bn KZT')}"
    said = f"{name}. {'; '.join(_told(line) for line in lines)}"
    room = planchart.span(lines, zero=True)
    return picture(planchart.levels(lines, room=room, label=said), said, name)
