"""Charts of the openpyxl engine, as xlwings asks for them; what is drawn stands in `openpyxl_drawing`."""

from __future__ import annotations

from typing import Any

from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor, TwoCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from xlwings import base_classes

from qbe_xl.hosts.engines.common import Box, Collection, EngineError, from_rgb, to_rgb
from qbe_xl.hosts.engines.openpyxl_drawing import (
    EMU_PER_POINT,
    Description,
    NamedAnchor,
    SeriesData,
    draw,
    family_of,
    plain_chart,
)

UNSET = base_classes._UNSET


class Charts(Collection, base_classes.Charts):
    """The charts of a sheet."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet

    @property
    def api(self) -> Any:
        """openpyxl's charts."""
        return self.sheet.ws._charts

    @property
    def parent(self) -> Any:
        """The sheet."""
        return self.sheet

    def _list(self) -> list[Chart]:
        return [Chart(self.sheet, drawn) for drawn in self.sheet.ws._charts]

    def add(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        chart_type: str | None = None,
        source: Any = None,
        plot_by: str | None = None,
        name: str | None = None,
        anchor: Any = None,
        style: int | None = 227,
    ) -> Chart:
        """A chart at a place in points, or at the corner of the range `anchor`."""
        self.sheet.guard_permission("objects")
        if anchor is not None:
            left, top = anchor.left, anchor.top
        taken = {chart.name for chart in self._list()}
        free = name or next(n for n in (f"Chart {k}" for k in range(1, 10_000)) if n not in taken)
        info = Description(free, float(left), float(top), float(width), float(height))
        info.kind = chart_type or info.kind
        info.style = style or info.style
        family_of(info.kind)
        drawn = plain_chart(info.kind)
        self.sheet.ws._charts.append(drawn)
        drawn.qbe_description = info
        chart = Chart(self.sheet, drawn)
        if source is not None:
            chart.set_source_data(source, plot_by)
        else:
            chart.redraw()
        return chart


class Chart(base_classes.Chart):
    """One chart."""

    def __init__(self, sheet: Any, drawn: Any) -> None:
        self.sheet = sheet
        self.drawn = drawn
        found = getattr(drawn, "qbe_description", None)
        self.info: Description = found or _read(sheet, drawn)
        drawn.qbe_description = self.info

    @property
    def api(self) -> Any:
        """(sheet's list of charts, openpyxl's chart)."""
        return self.sheet.ws._charts, self.drawn

    @property
    def parent(self) -> Any:
        """The sheet."""
        return self.sheet

    def redraw(self) -> None:
        """Draw it anew after a change; a chart that came with the file keeps its series as they were."""
        charts = self.sheet.ws._charts
        place = next((n for n, c in enumerate(charts) if getattr(c, "qbe_description", None) is self.info), None)
        if self.info.foreign:
            self.drawn.title = self.info.title
        else:
            self.drawn = draw(self.info)
            self.drawn.qbe_description = self.info
        self.drawn.anchor = self._anchor()
        if place is not None:
            charts[place] = self.drawn

    def _anchor(self) -> OneCellAnchor:
        info = self.info
        column, right, row, down = self.sheet.layout.cell_at(info.left, info.top)
        corner = AnchorMarker(
            col=column - 1, colOff=int(right * EMU_PER_POINT), row=row - 1, rowOff=int(down * EMU_PER_POINT)
        )
        size = XDRPositiveSize2D(int(info.width * EMU_PER_POINT), int(info.height * EMU_PER_POINT))
        return NamedAnchor(info.name, _from=corner, ext=size)

    def _set(self, **values: Any) -> None:
        self.sheet.guard_permission("objects")
        for key, value in values.items():
            setattr(self.info, key, value)
        self.redraw()

    @property
    def name(self) -> str:
        """Its name."""
        return self.info.name

    @name.setter
    def name(self, value: str) -> None:
        self._set(name=value)

    @property
    def chart_type(self) -> str:
        """xlwings' word for its kind; "combination" where series differ."""
        kinds = {data.kind or self.info.kind for data in self.info.series}
        return "combination" if len(kinds) > 1 else self.info.kind

    @chart_type.setter
    def chart_type(self, chart_type: str) -> None:
        family_of(chart_type)
        for data in self.info.series:
            data.kind = None
        self._set(kind=chart_type)

    @property
    def title(self) -> str | None:
        """Its title, None without."""
        return self.info.title

    @title.setter
    def title(self, value: str | None) -> None:
        self._set(title=value)

    @property
    def style(self) -> int:
        """Number of the style; only 1…48 have a place in the file."""
        return self.info.style

    @style.setter
    def style(self, value: int) -> None:
        self._set(style=value)

    @property
    def left(self) -> float:
        """Points."""
        return self.info.left

    @left.setter
    def left(self, value: float) -> None:
        self._set(left=float(value))

    @property
    def top(self) -> float:
        """Points."""
        return self.info.top

    @top.setter
    def top(self, value: float) -> None:
        self._set(top=float(value))

    @property
    def width(self) -> float:
        """Points."""
        return self.info.width

    @width.setter
    def width(self, value: float) -> None:
        self._set(width=float(value))

    @property
    def height(self) -> float:
        """Points."""
        return self.info.height

    @height.setter
    def height(self, value: float) -> None:
        self._set(height=float(value))

    def delete(self) -> None:
        """Take it away."""
        self.sheet.guard_permission("objects")
        charts = self.sheet.ws._charts
        charts[:] = [chart for chart in charts if getattr(chart, "qbe_description", None) is not self.info]

    # ------------------------------------------------------------------------------------------ data

    def set_source_data(self, rng: Any, plot_by: str | None = None) -> None:
        """Series from a range; which row and column are headings is seen from what stands there, as in Excel."""
        box: Box = rng.box
        store = rng.sheet.cells_store
        rows = store.block(box)
        labels = box.shape[1] > 1 and (rows[0][0] is None or any(isinstance(row[0], str) for row in rows[1:]))
        heads = box.shape[0] > 1 and any(isinstance(v, str) for v in rows[0][1 if labels else 0 :])
        data = Box(box.row + heads, box.column + labels, box.last_row, box.last_column)
        how = plot_by or ("columns" if data.shape[0] >= data.shape[1] else "rows")
        side = Box(data.row, box.column, data.last_row, box.column) if labels else None
        head = Box(box.row, data.column, box.row, data.last_column) if heads else None
        ws = rng.sheet.ws
        if how == "columns":
            parts = [Box(data.row, c, data.last_row, c) for c in range(data.column, data.last_column + 1)]
            names = [Box(box.row, p.column, box.row, p.column) if heads else None for p in parts]
            categories = side
        else:
            parts = [Box(r, data.column, r, data.last_column) for r in range(data.row, data.last_row + 1)]
            names = [Box(p.row, box.column, p.row, box.column) if labels else None for p in parts]
            categories = head
        texts = categories is not None and any(
            isinstance(value, str) for row in store.block(categories) for value in row
        )
        self.info.series = [
            SeriesData(ws, part, categories, texts, name) for part, name in zip(parts, names, strict=True)
        ]
        self.info.foreign = False
        self._set(plot_by=how)

    def set_x_axis_values(self, rng: Any) -> None:
        """Categories of every series."""
        texts = any(isinstance(value, str) for row in rng.sheet.cells_store.block(rng.box) for value in row)
        for data in self.info.series:
            data.categories, data.text_categories = rng.box, texts
        self._set()

    @property
    def plot_by(self) -> str:
        """ "rows" or "columns"."""
        return self.info.plot_by

    @plot_by.setter
    def plot_by(self, value: str) -> None:
        if not self.info.series:
            self.info.plot_by = value
            return
        first = self.info.series[0]
        boxes = [b for s in self.info.series for b in (s.values, s.categories, s.name_cell) if b is not None]
        whole = boxes[0]
        for box in boxes[1:]:
            whole = whole.around(box)
        self.set_source_data(self.sheet.book.sheet(first.ws).at(whole), value)

    @property
    def series(self) -> ChartSeriesCollection:
        """Its series."""
        return ChartSeriesCollection(self)

    @property
    def legend(self) -> ChartLegend:
        """Its legend."""
        return ChartLegend(self)

    @property
    def category_axis(self) -> ChartAxis:
        """The axis of the categories."""
        return ChartAxis(self, "category")

    @property
    def value_axis(self) -> ChartAxis:
        """The axis of the values."""
        return ChartAxis(self, "value")

    @property
    def secondary_value_axis(self) -> ChartAxis:
        """The second axis of values, of series whose group is "secondary"."""
        return ChartAxis(self, "secondary")


def _read(sheet: Any, drawn: Any) -> Description:
    """What can be said of a chart that came with the file."""
    anchor = drawn.anchor
    frame = getattr(anchor, "graphicFrame", None)
    name = frame.nvGraphicFramePr.cNvPr.name if frame is not None else "Chart"
    info = Description(name, 0.0, 0.0, 355.0, 211.0, foreign=True)
    layout = sheet.layout
    if isinstance(anchor, OneCellAnchor | TwoCellAnchor):
        start = anchor._from
        info.left = layout.left(start.col + 1) + start.colOff / EMU_PER_POINT
        info.top = layout.top(start.row + 1) + start.rowOff / EMU_PER_POINT
    if isinstance(anchor, TwoCellAnchor):
        end = anchor.to
        info.width = layout.left(end.col + 1) + end.colOff / EMU_PER_POINT - info.left
        info.height = layout.top(end.row + 1) + end.rowOff / EMU_PER_POINT - info.top
    elif isinstance(anchor, OneCellAnchor):
        info.width = anchor.ext.cx / EMU_PER_POINT
        info.height = anchor.ext.cy / EMU_PER_POINT
    kinds = {"LineChart": "line", "PieChart": "pie", "AreaChart": "area", "DoughnutChart": "doughnut"}
    kind = kinds.get(type(drawn).__name__, "xy_scatter")
    if type(drawn).__name__ == "BarChart":
        kind = ("bar" if drawn.barDir == "bar" else "column") + "_clustered"
    info.kind = kind
    info.title = _title_text(drawn.title)
    info.legend = "right" if drawn.legend is not None else None
    return info


def _title_text(title: Any) -> str | None:
    rich = getattr(getattr(title, "tx", None), "rich", None)
    if rich is None:
        return None
    return "\n".join("".join(run.t for run in paragraph.r or ()) for paragraph in rich.p) or None


class ChartSeriesCollection(Collection, base_classes.ChartSeriesCollection):
    """The series of a chart."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart

    def _list(self) -> list[ChartSeries]:
        return [ChartSeries(self.chart, data) for data in self.chart.info.series]


class ChartSeries(base_classes.ChartSeries):
    """One series; a kind of its own makes a combined chart."""

    def __init__(self, chart: Chart, data: SeriesData) -> None:
        self.chart = chart
        self.data = data

    @property
    def name(self) -> str:
        """What the legend says."""
        if self.data.name is not None:
            return self.data.name
        if self.data.name_cell is None:
            return f"Series{self.chart.info.series.index(self.data) + 1}"
        box = self.data.name_cell
        return str(self.chart.sheet.book.sheet(self.data.ws).cells_store.value((box.row, box.column)) or "")

    @name.setter
    def name(self, value: str) -> None:
        self.set(name=value)

    @property
    def chart_type(self) -> str:
        """Its kind."""
        return self.data.kind or self.chart.info.kind

    @chart_type.setter
    def chart_type(self, value: str) -> None:
        self.set(chart_type=value)

    @property
    def axis_group(self) -> str:
        """ "primary" or "secondary"."""
        return "secondary" if self.data.secondary else "primary"

    @axis_group.setter
    def axis_group(self, value: str) -> None:
        self.set(axis_group=value)

    def set(self, **values: Any) -> None:
        """Any of name, chart_type, axis_group, fill_color, line_color, marker_style, marker_size."""
        given = {key: value for key, value in values.items() if value is not UNSET}
        slots = {"name": "name", "chart_type": "kind", "marker_style": "marker", "marker_size": "marker_size"}
        for key, value in given.items():
            if key == "chart_type":
                family_of(value)
            if key in ("fill_color", "line_color"):
                rgb = to_rgb(value)
                setattr(self.data, key.partition("_")[0], None if rgb is None else from_rgb(rgb))
            elif key == "axis_group":
                self.data.secondary = value == "secondary"
            elif key in slots:
                setattr(self.data, slots[key], value)
            else:
                raise EngineError(f"此处不支持 {key}", f"{key} is not supported here")
        self.chart._set()


class ChartLegend(base_classes.ChartLegend):
    """The legend of a chart."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart

    @property
    def visible(self) -> bool:
        """Is it shown?"""
        return self.chart.info.legend is not None

    @visible.setter
    def visible(self, value: bool) -> None:
        self.chart._set(legend=(self.chart.info.legend or "right") if value else None)

    @property
    def position(self) -> str | None:
        """Where it stands, None while hidden."""
        return self.chart.info.legend

    @position.setter
    def position(self, value: str) -> None:
        self.chart._set(legend=value)


class ChartAxis(base_classes.ChartAxis):
    """One axis of a chart."""

    def __init__(self, chart: Chart, which: str) -> None:
        self.chart = chart
        self.look = chart.info.axis(which)

    def set(self, **values: Any) -> None:
        """Any of title, minimum_scale, maximum_scale, major_unit, number_format, visible, reverse_order."""
        slots = {
            "title": "title",
            "minimum_scale": "minimum",
            "maximum_scale": "maximum",
            "major_unit": "unit",
            "number_format": "number_format",
            "visible": "visible",
            "reverse_order": "reverse",
        }
        for key, value in values.items():
            if value is UNSET:
                continue
            if key not in slots:
                raise EngineError(f"此处不支持 {key}", f"{key} is not supported here")
            setattr(self.look, slots[key], value)
        self.chart._set()

    @property
    def title(self) -> str | None:
        """Its title."""
        return self.look.title

    @title.setter
    def title(self, value: str | None) -> None:
        self.set(title=value)

    @property
    def visible(self) -> bool:
        """Is it shown?"""
        return self.look.visible

    @visible.setter
    def visible(self, value: bool) -> None:
        self.set(visible=value)

    @property
    def number_format(self) -> str:
        """Format of its numbers."""
        return self.look.number_format or "General"

    @number_format.setter
    def number_format(self, value: str) -> None:
        self.set(number_format=value)
