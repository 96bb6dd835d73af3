"""Native charts on a slide, with their numbers in a workbook inside the deck."""

from collections.abc import Sequence
from math import ceil, floor
from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
)
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.oxml import parse_xml
from pptx.util import Inches, Pt

from meks_geo.exports.deckmodel import Chart
from meks_geo.exports.deckxml import TAGS, clean
from meks_geo.style import load
from meks_geo.vocabulary import Lang, Zone

_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_TYPES = {
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked": XL_CHART_TYPE.BAR_STACKED,
    "lines": XL_CHART_TYPE.XY_SCATTER_LINES,
}
_POINTS = frozenset(
    {
        XL_CHART_TYPE.XY_SCATTER,
        XL_CHART_TYPE.XY_SCATTER_LINES,
        XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
        XL_CHART_TYPE.XY_SCATTER_SMOOTH,
        XL_CHART_TYPE.XY_SCATTER_SMOOTH_NO_MARKERS,
    }
)
_XY: Any = XyChartData  # python-pptx says nothing of their types
_BY_CATEGORY: Any = CategoryChartData
_COLOUR: Any = RGBColor
_SIZE, _TITLE_SIZE = Pt(11), Pt(12)
_PERCENT_STEP = 5
_IDS = 2**31
#: Lines of a chart: none has a colour of wear, and each has a mark and a dash of its own.
_LINES = (
    ("#00708a", MSO_LINE.SOLID, XL_MARKER_STYLE.CIRCLE),
    ("#1f2d38", MSO_LINE.DASH, XL_MARKER_STYLE.SQUARE),
    ("#6b7fb8", MSO_LINE.SOLID, XL_MARKER_STYLE.DIAMOND),
    ("#8a5fa0", MSO_LINE.LONG_DASH, XL_MARKER_STYLE.TRIANGLE),
    ("#5a6772", MSO_LINE.SOLID, XL_MARKER_STYLE.X),
    ("#3f88c5", MSO_LINE.ROUND_DOT, XL_MARKER_STYLE.STAR),
)


#: Bars of several series: none has a colour of wear, and each is lighter or darker than the next.
_FILLS = ("#00708a", "#a9c4d6", "#1f2d38", "#8a5fa0", "#d3dae0", "#5f86b3")


def data_of(chart: Chart) -> Any:
    """Return the numbers of a chart as its workbook will hold them."""
    pattern = "#,##0" + (f".{'0' * chart.digits}" if chart.digits else "")
    if chart.kind == "lines":
        points = _XY(number_format="0.00")
        for series in chart.series:
            one = points.add_series(_safe(series.name))
            for x, y in zip(series.xs, series.values, strict=True):
                one.add_data_point(x, y)
        return points
    found = _BY_CATEGORY(number_format=pattern)
    found.categories = [_safe(words) for _, words in chart.categories]
    for series in chart.series:
        found.add_series(_safe(series.name), series.values)
    return found


def _safe(text: str) -> str:
    """Return a name that stays text in the workbook of the chart."""
    clear = clean(text)
    return f"\u200b{clear}" if clear[:1] in ("=", "+", "-", "@") else clear


def put(slide: Any, chart: Chart, lang: str) -> None:
    """Put a chart on a slide of python-pptx."""
    box = chart.box
    frame = slide.shapes.add_chart(
        _TYPES[chart.kind],
        Inches(box.left),
        Inches(box.top),
        Inches(box.width),
        Inches(box.height),
        data_of(chart),
    )
    frame.name = chart.name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(chart.alt))
    native: Any = frame.chart
    space = native._chartSpace
    tag = parse_xml(f'<c:lang xmlns:c="{_C}" val="{TAGS[Lang(lang)]}"/>')
    space.insert(1 if space.find(f"{{{_C}}}date1904") is not None else 0, tag)
    native.font.size = _SIZE
    native.font.color.rgb = _rgb(load().palette.ink)
    native.has_title = True
    title = native.chart_title.text_frame
    title.text = clean(chart.title)
    run = title.paragraphs[0].runs[0]
    run.font.size, run.font.bold = _TITLE_SIZE, True
    run._r.get_or_add_rPr().set("lang", TAGS[Lang(lang)])
    if chart.kind == "lines":
        _lines(native, chart)
    else:
        _bars(native, chart)
    dress(native, chart)


def replace(native: Any, chart: Chart, since: int) -> None:
    """Give a chart other numbers; series that it had keep their look.

    A chart that somebody made one of another sort is left alone.
    """
    points = native.chart_type in _POINTS
    if points != (chart.kind == "lines"):
        return
    native.replace_data(data_of(chart))
    dress(native, chart, since)
    if points:
        _scale(native, chart)


def _bars(native: Any, chart: Chart) -> None:
    native.category_axis.reverse_order = True
    native.category_axis.format.line.color.rgb = _rgb(load().palette.border)
    native.category_axis.has_major_gridlines = False
    values = native.value_axis
    plot = native.plots[0]
    plot.gap_width = max(45, 320 - 70 * len(chart.categories))
    plot.vary_by_categories = False
    stacked = chart.kind == "stacked"
    native.has_legend = stacked
    values.has_major_gridlines = stacked
    values.minimum_scale = 0
    if stacked:
        plot.overlap = 100
        crossing = native.value_axis._element.find(f"{{{_C}}}crosses")
        crossing.set("val", "max")  # the values stand below
        values.major_gridlines.format.line.color.rgb = _rgb(load().palette.neighbours)
        values.tick_labels.number_format = "#,##0"
        values.tick_labels.number_format_is_linked = False
        values.format.line.fill.background()
        _legend(native)
        return
    values.visible = False
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format = "#,##0" + (f".{'0' * chart.digits}" if chart.digits else "")
    labels.number_format_is_linked = False
    labels.position = XL_LABEL_POSITION.OUTSIDE_END
    labels.show_value = True


def _lines(native: Any, chart: Chart) -> None:
    native.has_legend = True
    _legend(native)
    _scale(native, chart)
    for axis in (native.category_axis, native.value_axis):
        axis.tick_labels.number_format = "0"
        axis.tick_labels.number_format_is_linked = False
        axis.has_major_gridlines = True
        axis.major_gridlines.format.line.color.rgb = _rgb(load().palette.neighbours)


def _scale(native: Any, chart: Chart) -> None:
    """Let the axes of years begin and end with whole years."""
    spans = (
        [x for series in chart.series for x in series.xs],
        [y for series in chart.series for y in series.values if y is not None],
    )
    for axis, span in zip((native.category_axis, native.value_axis), spans, strict=True):
        step = _PERCENT_STEP if chart.unit == "percent" and span is spans[1] else 1
        low, high = floor(min(span) / step) * step, ceil(max(span) / step) * step
        high = max(high, low + step)
        axis.minimum_scale, axis.maximum_scale = low, high
        axis.major_unit = max(1, ceil((high - low) / 8 / step)) * step


def _legend(native: Any) -> None:
    native.legend.position = XL_LEGEND_POSITION.BOTTOM
    native.legend.include_in_layout = False
    native.legend.font.size = _SIZE


def _number_axes(native: Any) -> None:
    """Give the axes ids that PowerPoint takes: python-pptx writes some below zero."""
    for tag in ("axId", "crossAx"):
        for one in native._chartSpace.iter(f"{{{_C}}}{tag}"):
            one.set("val", str(int(one.get("val")) % _IDS))


def dress(native: Any, chart: Chart, since: int = 0) -> None:
    """Colour the series from `since` on: with colours of wear only where they are its classes."""
    _number_axes(native)
    for number, (series, made) in enumerate(zip(chart.series, _series(native), strict=False)):
        if number < since:
            continue
        if chart.kind == "lines":
            colour, dash, marker = _LINES[number % len(_LINES)]
            made.smooth = False
            made.format.line.color.rgb = _rgb(colour)
            made.format.line.width = Pt(2.25)
            made.format.line.dash_style = dash
            made.marker.style, made.marker.size = marker, 8
            made.marker.format.fill.solid()
            made.marker.format.fill.fore_color.rgb = _rgb(colour)
            made.marker.format.line.color.rgb = _rgb(colour)
        elif series.key in tuple(Zone):
            zone = load().zones[series.key]
            if zone.hatched:
                made.format.fill.patterned()
                made.format.fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
                made.format.fill.fore_color.rgb = _rgb(zone.symbol)
                made.format.fill.back_color.rgb = _rgb(load().palette.paper)
            else:
                made.format.fill.solid()
                made.format.fill.fore_color.rgb = _rgb(zone.symbol)
            made.format.line.color.rgb = _rgb(zone.edge)
        else:
            made.format.fill.solid()
            several = len(chart.series) > 1
            fill = _FILLS[number % len(_FILLS)] if several else load().palette.accent
            made.format.fill.fore_color.rgb = _rgb(fill)


def _series(native: Any) -> Sequence[Any]:
    return [one for plot in native.plots for one in plot.series]


def _rgb(colour: str) -> Any:
    return _COLOUR(*bytes.fromhex(colour.removeprefix("#")))
