"""Charts drawn in openpyxl's terms.

A chart is kept as a plain description and drawn anew in openpyxl's terms whenever it changes, since there a chart of
columns with a line over it is two charts in one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from openpyxl import chart as file_charts
from openpyxl.chart.data_source import AxDataSource, NumDataSource, NumRef, StrRef
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series, SeriesLabel, XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.spreadsheet_drawing import OneCellAnchor
from openpyxl.worksheet.worksheet import Worksheet

from qbe_xl.hosts.engines.common import Box, EngineError, format_address, quoted_sheet

EMU_PER_POINT = 12_700
_FILE_STYLES = 48

_GROUPINGS = {"stacked_100": "percentStacked", "stacked": "stacked", "clustered": "clustered"}
_LEGENDS = {"top": "t", "bottom": "b", "left": "l", "right": "r", "corner": "tr"}
_FAMILIES = ("column", "bar", "line", "area", "pie", "doughnut", "xy_scatter")
_MARKERS = {"automatic": "auto", "none": "none"}


@dataclass
class SeriesData:
    """One series: where its values, categories and name stand, and how it looks."""

    ws: Worksheet
    values: Box
    categories: Box | None = None
    text_categories: bool = False
    name_cell: Box | None = None
    name: str | None = None
    kind: str | None = None
    secondary: bool = False
    fill: str | None = None
    line: str | None = None
    marker: str | None = None
    marker_size: int | None = None


@dataclass
class Axis:
    """One axis."""

    title: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    unit: float | None = None
    number_format: str | None = None
    visible: bool = True
    reverse: bool = False


@dataclass
class Description:
    """One chart; places and sizes in points."""

    name: str
    left: float
    top: float
    width: float
    height: float
    kind: str = "column_clustered"
    title: str | None = None
    legend: str | None = "right"
    plot_by: str = "columns"
    style: int = 2
    series: list[SeriesData] = field(default_factory=list)
    axes: dict[str, Axis] = field(default_factory=dict)
    foreign: bool = False  # read from a file: drawn as it was read until its data are set

    def axis(self, which: str) -> Axis:
        """The axis "category", "value" or "secondary", made at first sight."""
        return self.axes.setdefault(which, Axis())


def family_of(kind: str) -> str:
    """The family a kind of chart belongs to; EngineError for one that cannot be drawn."""
    for family in sorted(_FAMILIES, key=len, reverse=True):
        if kind == family or kind.startswith(f"{family}_"):
            return family
    raise EngineError(f"此处不能画“{kind}”类型的图表", f"Charts of type '{kind}' cannot be drawn here")


class NamedAnchor(OneCellAnchor):
    """An anchor that gives the chart its name: openpyxl numbers charts and knows no names."""

    tagname = "oneCellAnchor"
    # openpyxl's metaclass gives each class only the parts it names itself
    __elements__ = OneCellAnchor.__elements__
    __attrs__ = OneCellAnchor.__attrs__
    __nested__ = OneCellAnchor.__nested__

    def __init__(self, name: str, **values: Any) -> None:
        object.__setattr__(self, "chart_name", name)
        super().__init__(**values)

    def __setattr__(self, key: str, value: Any) -> None:
        if key == "graphicFrame" and value is not None:
            value.nvGraphicFramePr.cNvPr.name = self.chart_name
        super().__setattr__(key, value)


# ---------------------------------------------------------------------------------------------------- drawing


def _reference(ws: Worksheet, box: Box) -> str:
    return f"{quoted_sheet(ws.title)}!{format_address(box)}"


def _series(data: SeriesData, kind: str, number: int) -> Any:
    family = family_of(kind)
    values = NumDataSource(numRef=NumRef(f=_reference(data.ws, data.values)))
    labels = None
    if data.categories is not None:
        place = _reference(data.ws, data.categories)
        labels = AxDataSource(strRef=StrRef(f=place)) if data.text_categories else AxDataSource(numRef=NumRef(f=place))
    if family == "xy_scatter":
        made = XYSeries(idx=number, order=number)
        made.xVal, made.yVal = labels, values
    else:
        made = Series(idx=number, order=number)
        made.cat, made.val = labels, values
    if data.name is not None:
        made.tx = SeriesLabel(v=data.name)
    elif data.name_cell is not None:
        made.tx = SeriesLabel(strRef=StrRef(f=_reference(data.ws, data.name_cell)))
    made.spPr = GraphicalProperties()
    if data.fill:
        made.spPr.solidFill = data.fill
    if data.line:
        made.spPr.line.solidFill = data.line
    if family in ("line", "xy_scatter"):
        made.smooth = "smooth" in kind
        plain = "none" if (family == "line" and "markers" not in kind) or "no_markers" in kind else None
        symbol = _MARKERS.get(data.marker or "", data.marker) or plain
        if symbol:
            made.marker = Marker(symbol=symbol, size=data.marker_size)
        if kind == "xy_scatter":
            made.spPr.line.noFill = True
    return made


def plain_chart(kind: str) -> Any:
    """openpyxl's chart of a kind, without series."""
    family = family_of(kind)
    grouping = next((file for word, file in _GROUPINGS.items() if kind.endswith(word)), "standard")
    if family in ("column", "bar"):
        made = file_charts.BarChart()
        made.type = "col" if family == "column" else "bar"
        made.grouping = grouping
        made.overlap = 100 if "tacked" in grouping else None
        return made
    if family == "line":
        made = file_charts.LineChart()
        made.grouping = grouping
        return made
    if family == "area":
        made = file_charts.AreaChart()
        made.grouping = grouping
        return made
    if family == "xy_scatter":
        made = file_charts.ScatterChart()
        made.style = None
        made.scatterStyle = "smoothMarker" if "smooth" in kind else "lineMarker"
        return made
    return file_charts.PieChart() if family == "pie" else file_charts.DoughnutChart()


def _dress_axis(axis: Any, look: Axis) -> None:
    axis.delete = not look.visible
    axis.title = look.title
    axis.scaling.min, axis.scaling.max = look.minimum, look.maximum
    axis.scaling.orientation = "maxMin" if look.reverse else "minMax"
    if look.unit is not None and hasattr(axis, "majorUnit"):
        axis.majorUnit = look.unit
    if look.number_format is not None:
        axis.number_format = look.number_format
        axis.numFmt.sourceLinked = False


def draw(info: Description) -> Any:
    """The openpyxl chart of a description: one for each kind and axis of its series, laid over each other."""
    groups: dict[tuple[str, bool], Any] = {}
    for number, data in enumerate(info.series):
        key = (data.kind or info.kind, data.secondary)
        groups.setdefault(key, plain_chart(key[0])).series.append(_series(data, key[0], number))
    first = next(iter(groups.values()), None) or plain_chart(info.kind)
    for (_, secondary), part in groups.items():
        if hasattr(part, "y_axis"):
            _dress_axis(part.x_axis, info.axis("category"))
            _dress_axis(part.y_axis, info.axis("secondary" if secondary else "value"))
            if secondary:
                part.y_axis.axId = 200
                part.y_axis.crosses = "max"
                part.y_axis.majorGridlines = None
        if part is not first:
            first += part
    first.title = info.title
    # Without a title Excel puts the name of an only series there.
    first.legend = Legend() if info.legend else None
    if info.legend:
        first.legend.position = _LEGENDS[info.legend]
    first.style = info.style if 1 <= info.style <= _FILE_STYLES else None
    return first
