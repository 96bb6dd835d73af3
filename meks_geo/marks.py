"""Maps of what happened: the changes between two revisions, and the faults of a file."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

import shapely

from meks_geo import i18n
from meks_geo.intake.compare import Difference, TableDifference
from meks_geo.intake.places import Place
from meks_geo.intake.telling import field_name, object_name
from meks_geo.legend import LegendGroup, LegendRow
from meks_geo.model import Dataset
from meks_geo.scene import Mark, Scene, plain

STATES = ("added", "changed", "removed")
SEVERITIES = ("error", "warning")

#: Lines of one state that are drawn; more would be neither seen nor sent in time.
MOST_LINES = 300
#: Beyond so many lines of one state their signs would cover them.
_MOST_SIGNS = 40
_MOST_POINTS = 60
_MOST_SAID = 6
_COARSE_DEG = 0.0005
_MARGIN_DEG, _CLOSE_DEG = 0.15, 0.01

Lines = tuple[tuple[str, str], ...]
Paths = tuple[tuple[tuple[float, float], ...], ...]


def of_difference(
    found: Difference, before: Dataset, after: Dataset, lang: str
) -> tuple[Scene, int]:
    """Return the map of a difference, and how many of its objects have no place on it.

    A project stands at its plant. Lines beyond `MOST_LINES` of a state are left out of the map.
    """
    sites, placeless = _sites(found, before, after, lang)
    lines = tuple(_lines(found.tables["networks"], before, after, lang))
    words = {state: i18n.text(lang, f"diff.{state}") for state in STATES}
    scene = _map(after, lang, i18n.text(lang, "diff.map"), (*lines, *sites), words)
    return scene, placeless


def of_faults(places: Sequence[Place], data: Dataset, lang: str) -> Scene:
    """Return the map of faulty rows of a file, each where the file puts it."""
    marks = tuple(_fault(place, number, lang) for number, place in enumerate(places))
    words = {one: i18n.text(lang, f"severity.{one}") for one in SEVERITIES}
    return _map(data, lang, i18n.text(lang, "intake.map"), marks, words)


def _map(
    data: Dataset, lang: str, title: str, marks: tuple[Mark, ...], words: Mapping[str, str]
) -> Scene:
    """Return a map of marks with a legend of those states, in the order of `words`, that occur."""
    drawn = Counter(mark.state for mark in marks)
    rows = tuple(
        LegendRow(f"mark:{state}", word, drawn[state])
        for state, word in words.items()
        if drawn[state]
    )
    legend = (LegendGroup(title, rows),) if rows else ()
    return plain(data, lang, title=title, marks=marks, legend=legend, bounds=bounds_of(marks))


def bounds_of(marks: Sequence[Mark]) -> tuple[float, float, float, float] | None:
    """Return south, west, north, east around marks, in degrees; None for none."""
    points = [p for mark in marks for p in ((mark.lat, mark.lon), *chain(*mark.paths))]
    if not points:
        return None
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    least = _CLOSE_DEG if any(mark.paths for mark in marks) else _MARGIN_DEG
    high = least + (max(lats) - min(lats)) / 8
    wide = least + (max(lons) - min(lons)) / 8
    below = high + (max(lats) - min(lats) + 2 * high) / 5  # where the legend lies
    return min(lats) - below, min(lons) - wide, max(lats) + high, max(lons) + wide


# -- plants, and projects at their plants ----------------------------------------------------------


def _states(table: TableDifference) -> Iterator[tuple[str, str]]:
    for state, ids in zip(STATES, (table.added, table.changed, table.removed), strict=True):
        yield from ((one, state) for one in ids)


def _sites(
    found: Difference, before: Dataset, after: Dataset, lang: str
) -> tuple[tuple[Mark, ...], int]:
    own = dict(_states(found.tables["plants"]))
    projects: dict[str, list[tuple[str, str]]] = defaultdict(list)
    placeless = sum(1 for _ in _states(found.tables["entities"]))
    for one, state in _states(found.tables["projects"]):
        data = before if state == "removed" else after
        plant = str(data.rows["projects"][one]["plant_id"])
        if plant in after.rows["plants"] or plant in before.rows["plants"]:
            projects[plant].append((one, state))
        else:
            placeless += 1
    marks = [
        _site(plant, own.get(plant, ""), projects[plant], found, (before, after), lang)
        for plant in dict.fromkeys([*own, *projects])
    ]
    return tuple(marks), placeless


def _site(
    plant: str,
    own: str,
    projects: Sequence[tuple[str, str]],
    found: Difference,
    revisions: tuple[Dataset, Dataset],
    lang: str,
) -> Mark:
    before, after = revisions
    data = after if plant in after.rows["plants"] else before
    row = data.rows["plants"][plant]
    states = {state for _, state in projects}
    hover = _changed_fields(found.tables["plants"], plant, lang) if own == "changed" else ()
    of_projects = tuple(
        (
            i18n.text(lang, f"diff.{state}"),
            object_name(before if state == "removed" else after, "projects", one, lang),
        )
        for one, state in projects[:_MOST_SAID]
    )
    return Mark(
        id=plant,
        state=own or (states.pop() if len(states) == 1 else "changed"),
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        paths=(),
        title=i18n.name(lang, row),
        hover=(*hover, *of_projects),
    )


def _changed_fields(table: TableDifference, one: str, lang: str) -> Lines:
    """Return the names of the fields that changed; their values stand in the table."""
    names = list(dict.fromkeys(field_name(lang, c.column) for c in table.changed[one]))
    more = len(names) - _MOST_SAID
    shown = ", ".join(names[:_MOST_SAID]) + (f" +{more}" if more > 0 else "")
    return ((i18n.text(lang, "diff.changed"), shown),)


# -- lines -----------------------------------------------------------------------------------------


def _lines(table: TableDifference, before: Dataset, after: Dataset, lang: str) -> Iterator[Mark]:
    for state, ids in zip(STATES, (table.added, table.changed, table.removed), strict=True):
        frame = (before if state == "removed" else after).networks
        few = len(ids) <= _MOST_SIGNS
        for one in islice(ids, MOST_LINES):
            row = frame.loc[one]
            fields = _changed_fields(table, one, lang) if state == "changed" else ()
            sector = i18n.label(lang, "sector", str(row["sector"]))
            hover = ((i18n.text(lang, "column.sector"), sector), *fields)
            yield _line(one, state, row.geometry, one, hover, few)


def _line(
    mark_id: str, state: str, shape: shapely.Geometry, title: str, hover: Lines, sign: bool
) -> Mark:
    point = shapely.line_interpolate_point(_longest(shape), 0.5, normalized=True)
    return Mark(
        id=mark_id,
        state=state,
        lat=round(point.y, 5),
        lon=round(point.x, 5),
        paths=_paths(shape),
        title=title,
        hover=hover,
        sign=sign,
    )


def _longest(shape: shapely.Geometry) -> shapely.Geometry:
    return max(shapely.get_parts(shape), key=lambda part: part.length)


def _paths(shape: shapely.Geometry) -> Paths:
    """Return a line as latitude and longitude, with few points: this is a picture."""
    parts = [part for part in shapely.get_parts(shape) if not part.is_empty][:_MOST_POINTS]
    return tuple(_thinned(shapely.simplify(part, _COARSE_DEG)) for part in parts)


def _thinned(part: shapely.Geometry) -> tuple[tuple[float, float], ...]:
    points = shapely.get_coordinates(part)
    step = 1 + len(points) // _MOST_POINTS
    kept = [*points[:-1:step], points[-1]]
    return tuple((round(float(lat), 5), round(float(lon), 5)) for lon, lat in kept)


# -- faults ----------------------------------------------------------------------------------------


def _fault(place: Place, number: int, lang: str) -> Mark:
    where = i18n.text(
        lang,
        "intake.row_of",
        table=i18n.text(lang, f"sheet.{place.table}"),
        row=i18n.number(lang, place.row, grouping=False),
    )
    hover = tuple(
        (i18n.text(lang, f"severity.{one.severity}"), i18n.problem_parts(lang, one)[0])
        for one in place.problems[:_MOST_SAID]
    )
    shape, mark_id = place.shape, f"{place.table}-{place.row}-{number}"
    if shape.geom_type in ("LineString", "MultiLineString") and shape.length:
        return _line(mark_id, place.severity, shape, where, hover, True)
    lon, lat = shapely.get_coordinates(shape)[0]
    return Mark(mark_id, place.severity, float(lat), float(lon), (), where, hover)


def lines_left_out(found: Difference) -> int:
    """Return how many changed lines the map of a difference leaves out."""
    table = found.tables["networks"]
    ids: Mapping[str, int] = {
        "added": len(table.added),
        "changed": len(table.changed),
        "removed": len(table.removed),
    }
    return sum(max(0, count - MOST_LINES) for count in ids.values())
