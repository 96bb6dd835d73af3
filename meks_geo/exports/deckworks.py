"""The slides of a saved plan: what it decides, money, wear beside targets, works, what is out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from meks_geo import i18n, planworks, wording
from meks_geo.exports import decktables, plangrid, plantables, planwear
from meks_geo.exports.deckfit import BOTTOM, MARGIN, TOP, WIDE
from meks_geo.exports.deckmodel import Box, Cell, Chart, Column, Row, Series, Slide, Table, Words
from meks_geo.exports.deckslides import GAP, SMALL_PT, Look, paged
from meks_geo.exports.decktables import Content
from meks_geo.exports.plangrid import Grid
from meks_geo.exports.statements import Says, plan_printed, plan_says
from meks_geo.planning import retelling
from meks_geo.planning.outcome import Trajectory
from meks_geo.planning.saved import SavedPlan
from meks_geo.vocabulary import COUNTRY

_STRIP, _SIZE_PT = 1.18, 10.0
_HALF = (WIDE - GAP) / 2
#: Rows of a table that goes on over slides, and charts of wear on one slide.
MOST_ROWS, MOST_LEFT, MOST_CHARTS = 120, 40, 4
_RIGHT = "r"
_WORKS = (
    "work", "region", "first_year", "last_year", "source", "cost", "wear", "length", "effect",
)  # fmt: skip
_LEFT = ("work", "region", "why", "shadow", "source", "year")
#: Cells at the left that together say what a row is of, where it is not the first alone.
_NAMED = {"plan_money": 2, "plan_wear": 3, "plan_leaving": 2, "plan_debt": 2}


def plan_slides(look: Look) -> Iterator[Slide]:
    """Yield all slides of the plan of a view."""
    saved, lang = _saved(look), look.lang
    yield headline_slide(look)
    wear = wear_slide(look)
    if wear is not None:
        yield wear
    table = planwear.wear(look.data, saved, lang, look.view)
    years = (f"y{year}" for year in saved.years)
    kept = ("region", "sector", "basis", "before", *years, "goals", "km", "share")
    yield from _grid_slides(look, "planwear", table.only(*kept))
    yield from _grid_slides(look, "planmoney", plantables.money(saved, lang, look.view))
    gone = planwear.leaving(look.data, saved, lang, look.view)
    yield from _grid_slides(look, "planleaving", gone)
    yield from _grid_slides(look, "plandebt", planwear.debt(saved, lang, look.view))
    works = plantables.works(look.data, saved, lang, look.view).only(*_WORKS)
    yield from _grid_slides(look, "planworks", works)
    out = plantables.left_out(look.data, saved, lang, look.view)
    yield from _grid_slides(look, "planleft", out.only(*_LEFT), MOST_LEFT)
    numbers = plantables.assumptions(saved, lang).only("parameter", "value", "unit", "basis")
    yield from _grid_slides(look, "plannumbers", numbers)


def _saved(look: Look) -> SavedPlan:
    """Return the plan of a view.

    Raises
    ------
    ValueError
        If it has none.
    """
    if look.plan is None:
        msg = f"no plan: {look.key}"
        raise ValueError(msg)
    return look.plan


# -- what it decides -------------------------------------------------------------------------------


def headline_slide(look: Look) -> Slide:
    """Return what a plan decides: its figures, whose it is and of which day, its money."""
    saved, key = _saved(look), f"{look.key}.plan"
    columns, rows = decktables.tiles_of(look.lang, plantables.tiles(saved, look.view))
    box = Box(MARGIN, TOP, WIDE, _STRIP)
    title = planworks.named(saved, look.lang)
    strip = Table(f"{key}:totals", columns, rows, title, box, _SIZE_PT, head=False)
    top = TOP + _STRIP + GAP
    left = Box(MARGIN, top, _HALF, BOTTOM - top)
    columns, rows = _about(look)
    about = Table(f"{key}:about", columns, rows, title, left, _SIZE_PT, head=False)
    chart = _money_chart(look, replace(left, left=MARGIN + _HALF + GAP))
    return _slide(look, "plan", title, tables=(strip, about), charts=(chart,))


def _about(look: Look) -> Content:
    """Return whose plan it is, of which day, and what it was asked with."""
    saved, lang = _saved(look), look.lang
    says = plan_says(saved)
    version = Cell(plan_printed(lang, says.value), says, "strong")
    rows = [Row("version", (Cell(i18n.text(lang, "planout.version"), tone="label"), version))]
    rows += [
        Row(key, (Cell(label, tone="label"), Cell(value)))
        for key, label, value in _asked(look)
        if value
    ]
    return (Column("name", "", 1.0), Column("value", "", 2.2)), tuple(rows)


def _asked(look: Look) -> Iterator[tuple[str, str, str]]:
    """Yield key, name and value of what a plan was asked with, and by whom."""
    saved, lang = _saved(look), look.lang
    yield "author", i18n.text(lang, "planout.author"), saved.author
    yield "note", i18n.text(lang, "planout.note"), saved.note
    as_of = i18n.date(lang, saved.as_of.isoformat())
    revision = wording.short_revision(saved.revision)
    told = f"{as_of} · {i18n.text(lang, 'map.revision', revision=revision)}"
    yield "as_of", i18n.text(lang, "passport.as_of"), told
    objective = i18n.text(lang, f"plan.objective.{saved.objective}")
    yield "objective", i18n.text(lang, "planout.objective"), objective
    for source in plantables.sources(saved):
        amounts = _amounts(lang, saved.money[source])
        yield f"money.{source}", i18n.label(lang, "funding", source), amounts
    moved = [
        f"{i18n.label(lang, 'sector', sector)} {i18n.quantity(lang, percent, 'percent')}"
        for sector, percent in saved.scenario.thresholds
    ]
    yield "thresholds", i18n.text(lang, "planout.thresholds_moved"), ", ".join(moved)
    numbers = [
        f"{retelling.parameter(one.parameter, lang)}: {i18n.number(lang, one.value, None)}"
        for one in saved.assumptions
        if one.moved
    ]
    yield "numbers", i18n.text(lang, "planout.numbers_moved"), ", ".join(numbers)
    trial = i18n.text(lang, "plan.trial") if saved.scenario.trial else ""
    yield "trial", i18n.text(lang, "table.provenance"), trial


def _amounts(lang: str, amounts: Mapping[int, float]) -> str:
    """Return the money of a source in bn KZT: once where it is the same each year."""
    unit = i18n.unit(lang, "bn KZT")
    if len(set(amounts.values())) == 1:
        first, last = min(amounts), max(amounts)
        years = str(first) if first == last else f"{first}\u2013{last}"
        each = i18n.number(lang, next(iter(amounts.values())))
        return f"{years}: {each} {unit}"
    told = (f"{year}: {i18n.number(lang, amount)}" for year, amount in sorted(amounts.items()))
    return f"{'; '.join(told)} {unit}"


# -- charts ----------------------------------------------------------------------------------------


def _money_chart(look: Look, box: Box) -> Chart | None:
    """Return what a plan spends by year, a series a source; works of the view only."""
    saved, lang = _saved(look), look.lang
    works = planworks.inside(saved, look.view)
    used = [one for one in plantables.sources(saved) if any(work.source == one for work in works)]
    if not used:
        return None
    title = f"{i18n.text(lang, 'planout.money')}, {i18n.unit(lang, 'bn KZT')}"
    return Chart(
        name=f"{look.key}.plan:money",
        kind="stacked",
        title=title,
        categories=tuple((str(year), str(year)) for year in saved.years),
        series=tuple(
            Series(
                source,
                i18n.label(lang, "funding", source),
                tuple(plantables.spending(saved, works, source).values()),
            )
            for source in used
        ),
        unit="bn KZT",
        digits=1,
        alt=title,
        box=box,
    )


def wear_slide(look: Look) -> Slide | None:
    """Return mean wear by sector at the end of each year beside its targets; None where unknown.

    Of the one region that the view asks for, else of the country.
    """
    saved, lang = _saved(look), look.lang
    region = look.view.region[0] if len(look.view.region) == 1 else COUNTRY
    shown = [
        one
        for sector in planwear.sectors(saved, region)
        if not look.view.sector or sector in look.view.sector
        for one in (saved.outcome.trajectory(sector, region),)
        if one is not None
    ][:MOST_CHARTS]
    if not shown:
        return None
    wide = (WIDE - GAP * (len(shown) - 1)) / len(shown)
    charts = [
        _wear_chart(
            look,
            one,
            Box(MARGIN + number * (wide + GAP), TOP, wide, BOTTOM - TOP - 0.5),
        )
        for number, one in enumerate(shown)
    ]
    name = i18n.name(lang, look.data.rows["regions"][region])
    note = Words(
        f"{look.key}.planwear:note",
        (i18n.text(lang, "planout.wear_note"),),
        Box(MARGIN, BOTTOM - 0.42, WIDE, 0.4),
        9.0,
        "soft",
    )
    title = f"{i18n.text(lang, 'planout.wear')}: {name}"
    sources = [one.source for one in saved.outcome.targets if one.region == region]
    sources += [source for one in shown for source in one.sources]
    return _slide(look, "planwear", title, charts=charts, words=(note,), sources=sources)


def _wear_chart(look: Look, one: Trajectory, box: Box) -> Chart:
    """Return the mean wear of a sector: before the works, at the end of each year, and targets."""
    saved, lang = _saved(look), look.lang
    years = (saved.years[0] - 1, *saved.years)
    values = (one.before, *(one.after.get(year) for year in saved.years))
    known = [(x, y) for x, y in zip(years, values, strict=True) if y is not None]
    series = [
        Series(
            "plan",
            i18n.text(lang, "planout.with_plan"),
            tuple(round(y, 2) for _, y in known),
            tuple(float(x) for x, _ in known),
        )
    ]
    for number, target in enumerate(planwear.goals(saved, one.sector, one.region)):
        words = planwear.target_words(look.data, [target], lang) or ""
        named = f"{i18n.text(lang, 'planout.target')} {words}"
        series.append(Series(f"target{number}", named, (target.value,), (float(target.year),)))
    sector = i18n.label(lang, "sector", one.sector)
    mean = f"{i18n.text(lang, 'planout.mean_wear')}, {i18n.unit(lang, 'percent')}"
    title = f"{sector}: {mean} ({planwear.basis_words(one, lang)})"
    return Chart(
        name=f"{look.key}.planwear:{one.sector}",
        kind="lines",
        title=title,
        categories=(),
        series=tuple(series),
        unit="percent",
        digits=1,
        alt=title,
        box=box,
    )


# -- tables ----------------------------------------------------------------------------------------


def content(lang: str, grid: Grid) -> Content:
    """Return a table of a plan as a slide has it: its numbers are statements."""
    columns = tuple(
        Column(one.key, one.title, one.share, "l" if one.digits is None else _RIGHT)
        for one in grid.heads
    )
    rows = []
    for key, row in zip(grid.keys, grid.rows, strict=True):
        name = " · ".join(map(str, row[: _NAMED.get(grid.name, 1)]))
        cells = []
        for place, (head, value) in enumerate(zip(grid.heads, row, strict=True)):
            text = plangrid.printed(lang, head, value)
            number = head.digits is not None and isinstance(value, int | float)
            says = Says("", f"{name}: {head.title}", value) if number else None
            cells.append(Cell(text, says, "" if place else "strong"))
        rows.append(Row(key, tuple(cells)))
    return columns, tuple(rows)


def _grid_slides(look: Look, name: str, grid: Grid, most: int = MOST_ROWS) -> Iterator[Slide]:
    """Yield the slides of a table of a plan, as many rows as a deck may have."""
    columns, rows = content(look.lang, grid)
    if not rows:
        return
    counted = grid.name in ("plan_works", "plan_left_out")
    title = f"{grid.title}: {i18n.number(look.lang, len(rows))}" if counted else grid.title
    if len(rows) > most:
        title = i18n.text(
            look.lang,
            "deck.first_of",
            what=grid.title,
            shown=i18n.number(look.lang, most),
            whole=i18n.number(look.lang, len(rows)),
        )
    box = Box(MARGIN, TOP, WIDE, BOTTOM - TOP)
    found = paged(look, name, title, (columns, rows[:most]), box=box, size_pt=SMALL_PT)
    for slide in found:
        yield replace(slide, notes=(*_notes(look), *slide.notes))


def _notes(look: Look) -> tuple[str, ...]:
    """Return in the notes of a slide which plan it is of, and what it was asked with."""
    saved, lang = _saved(look), look.lang
    said = (f"{label}: {value}" for _, label, value in _asked(look) if value)
    version = plan_printed(lang, plan_says(saved).value)
    return (planworks.named(saved, lang), version, *said)


def _slide(
    look: Look,
    name: str,
    title: str,
    *,
    tables: Sequence[Table] = (),
    charts: Sequence[Chart | None] = (),
    words: Sequence[Words] = (),
    sources: Iterable[str] = (),
) -> Slide:
    """Return a slide whose notes say which plan it is of; `sources` are ids."""
    known = look.data.sources
    ids = [one for one in dict.fromkeys(sources) if one in known]
    lines = [wording.source_words(look.lang, known[one]) for one in ids]
    made = look.slide(name, title, tables=tables, charts=charts, words=words, sources=lines)
    return replace(made, notes=(*_notes(look), *made.notes))
