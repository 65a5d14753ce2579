"""Charts on the sheets of a document that is open in LibreOffice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlwings import base_classes

from qbe_xl.hosts.engines.common import Collection, EngineError
from qbe_xl.hosts.engines.uno_bridge import edge, enum, members, struct
from qbe_xl.hosts.engines.uno_document import address_of
from qbe_xl.hosts.engines.uno_looks import UNSET, number_of, rgb_of

_CHART_CLASS = "12dcae26-281f-416f-a234-c3086127382e"
_PER_POINT = 2540 / 72
_ASIDE = ("Vertical", "Stacked", "Percent")
# xlwings' kind -> LibreOffice's diagram and what is set there.
_KINDS: dict[str, tuple[str, dict[str, bool]]] = {
    "column_clustered": ("Bar", {}),
    "column_stacked": ("Bar", {"Stacked": True}),
    "column_stacked_100": ("Bar", {"Percent": True}),
    "bar_clustered": ("Bar", {"Vertical": True}),
    "bar_stacked": ("Bar", {"Vertical": True, "Stacked": True}),
    "bar_stacked_100": ("Bar", {"Vertical": True, "Percent": True}),
    "line": ("Line", {}),
    "line_markers": ("Line", {"Symbols": True}),
    "line_stacked": ("Line", {"Stacked": True}),
    "area": ("Area", {}),
    "area_stacked": ("Area", {"Stacked": True}),
    "pie": ("Pie", {}),
    "doughnut": ("Donut", {}),
    "xy_scatter": ("XY", {}),
    "radar": ("Net", {}),
}
_LEGEND = {"top": "TOP", "bottom": "BOTTOM", "left": "LEFT", "right": "RIGHT", "corner": "RIGHT"}


@edge
class ChartAxis(base_classes.ChartAxis):
    """The axis of the categories (X) or of the values (Y)."""

    def __init__(self, chart: Chart, letter: str) -> None:
        self.chart = chart
        self.letter = letter

    @property
    def api(self) -> Any:
        """LibreOffice's axis."""
        return getattr(self.chart.diagram, f"{self.letter}Axis")

    @property  # type: ignore[misc]
    def title(self) -> str | None:
        """Its title, or None."""
        if not getattr(self.chart.diagram, f"Has{self.letter}AxisTitle"):
            return None
        return str(getattr(self.chart.diagram, f"{self.letter}AxisTitle").String)

    @property  # type: ignore[misc]
    def minimum_scale(self) -> float | None:
        """Where it begins; None for automatic."""
        return None if self.api.AutoMin else float(self.api.Min)

    @property  # type: ignore[misc]
    def maximum_scale(self) -> float | None:
        """Where it ends; None for automatic."""
        return None if self.api.AutoMax else float(self.api.Max)

    @property  # type: ignore[misc]
    def major_unit(self) -> float | None:
        """Between marks; None for automatic."""
        return None if self.api.AutoStepMain else float(self.api.StepMain)

    @property  # type: ignore[misc]
    def number_format(self) -> str:
        """Excel's code."""
        return self.chart.sheet.book.document.code_of(int(self.api.NumberFormat))

    @property  # type: ignore[misc]
    def visible(self) -> bool:
        """Is it shown?"""
        return bool(getattr(self.chart.diagram, f"Has{self.letter}Axis"))

    def set(
        self, *, title: Any = UNSET, minimum_scale: Any = UNSET, maximum_scale: Any = UNSET, major_unit: Any = UNSET,
        number_format: Any = UNSET, visible: Any = UNSET, reverse_order: Any = UNSET, crosses: Any = UNSET,
    ) -> None:  # fmt: skip
        """What is given, in one go; None makes a scale automatic and removes the title."""
        self.chart.sheet._changing()
        diagram, axis = self.chart.diagram, self.api
        if title is not UNSET:
            setattr(diagram, f"Has{self.letter}AxisTitle", bool(title))
            if title:
                getattr(diagram, f"{self.letter}AxisTitle").String = title
        for name, value in (("Min", minimum_scale), ("Max", maximum_scale), ("StepMain", major_unit)):
            if value is None:
                setattr(axis, f"Auto{name}", True)
            elif value is not UNSET:
                setattr(axis, name, float(value))
        if number_format is not UNSET:
            axis.LinkNumberFormatToSource = False
            axis.NumberFormat = self.chart.sheet.book.document.key_of(number_format)
        if visible is not UNSET:
            setattr(diagram, f"Has{self.letter}Axis", bool(visible))
        if reverse_order is not UNSET:
            axis.ReverseDirection = bool(reverse_order)


def _axis_setter(name: str) -> property:
    read = getattr(ChartAxis, name)
    return property(read.fget, lambda self, value: self.set(**{name: value}), doc=read.__doc__)


for _name in ("title", "minimum_scale", "maximum_scale", "major_unit", "number_format", "visible"):
    setattr(ChartAxis, _name, _axis_setter(_name))


@edge
class ChartSeries(base_classes.ChartSeries):
    """One series of a chart."""

    def __init__(self, chart: Chart, index: int) -> None:
        self.chart = chart
        self.index = index

    @property
    def api(self) -> Any:
        """LibreOffice's properties of the series."""
        return self.chart.diagram.getDataRowProperties(self.index)

    @property  # type: ignore[misc]
    def name(self) -> str:
        """Its name, from the sheet."""
        return str(self.chart.model.getData().getColumnDescriptions()[self.index])

    @property
    def fill_color(self) -> tuple[int, int, int] | None:
        """The colour of its columns, sectors or lines."""
        return rgb_of(getattr(self.api, self._color))

    @fill_color.setter
    def fill_color(self, value: Any) -> None:
        self.set(fill_color=value)

    @property
    def line_color(self) -> tuple[int, int, int] | None:
        """As `fill_color` for lines."""
        return rgb_of(getattr(self.api, self._color))

    @line_color.setter
    def line_color(self, value: Any) -> None:
        self.set(line_color=value)

    @property
    def _color(self) -> str:
        """What LibreOffice calls the colour of a series of this kind."""
        known = self.api.getPropertySetInfo()
        return next((name for name in ("Color", "FillColor") if known.hasPropertyByName(name)), "LineColor")

    @property  # type: ignore[misc]
    def chart_type(self) -> str:
        """xlwings' word for its kind; a line among columns differs from the chart's."""
        count, lines = len(self.chart.model.getData().getData()[0]), getattr(self.chart.diagram, "NumberOfLines", 0)
        return "line" if self.index >= count - lines else self.chart.chart_type

    def _as_line(self) -> None:
        """This series and all after it as lines over the columns: LibreOffice knows no other order."""
        count = len(self.chart.model.getData().getData()[0])
        if "Bar" not in str(self.chart.diagram.getDiagramType()) or self.index == 0:
            raise EngineError(
                "只有柱形图中靠后的系列能改成折线。", "Only later series of a column chart can become lines."
            )
        self.chart.diagram.NumberOfLines = max(self.chart.diagram.NumberOfLines, count - self.index)

    def set(
        self, *, fill_color: Any = UNSET, line_color: Any = UNSET, chart_type: Any = UNSET, **others: Any
    ) -> None:  # fmt: skip
        """Colours, and "line" for the last series of a column chart; EngineError for what LibreOffice does not offer."""
        self.chart.sheet._changing()
        given = [name for name, value in others.items() if value is not UNSET]
        if given:
            raise EngineError(
                f"这个引擎不能设置图表系列的 {'、'.join(given)}。",
                f"This engine cannot set {', '.join(given)} of a series.",
            )
        if chart_type is not UNSET:
            self._draw_as(chart_type)
        if fill_color is not UNSET:
            self.api.FillColor = number_of(fill_color)
        if line_color is not UNSET:
            self.api.LineColor = number_of(line_color)

    def _draw_as(self, kind: str) -> None:
        diagram = self.chart.diagram
        count = len(self.chart.series._list())
        if kind != "line" or not hasattr(diagram, "NumberOfLines"):
            raise EngineError(
                f"这个引擎不能把图表的一个系列画成“{kind}”。", f"This engine cannot draw one series as '{kind}'."
            )
        # LibreOffice draws the last series of a column chart as lines, by their number
        diagram.NumberOfLines = max(int(diagram.NumberOfLines), count - self.index)


@edge
class ChartSeriesCollection(Collection, base_classes.ChartSeriesCollection):
    """The series of a chart."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart

    def _list(self) -> Sequence[ChartSeries]:
        return [ChartSeries(self.chart, index) for index in range(len(self.chart.model.getData().getData()[0]))]


@edge
class ChartLegend(base_classes.ChartLegend):
    """The legend of a chart."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart

    @property
    def api(self) -> Any:
        """LibreOffice's legend."""
        return self.chart.model.getLegend()

    @property
    def visible(self) -> bool:
        """Is it shown?"""
        return bool(self.chart.model.HasLegend)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.chart.sheet._changing()
        self.chart.model.HasLegend = bool(value)

    @property
    def position(self) -> str:
        """At which side."""
        return str(self.api.Alignment.value).lower()

    @position.setter
    def position(self, value: str) -> None:
        self.chart.sheet._changing()
        self.chart.model.HasLegend = True
        self.api.Alignment = enum("chart.ChartLegendPosition", _LEGEND[value])


@edge
class Chart(base_classes.Chart):
    """A chart on a sheet."""

    def __init__(self, sheet: Any, shape: Any) -> None:
        self.sheet = sheet
        self.shape = shape

    @property
    def api(self) -> Any:
        """LibreOffice's shape."""
        return self.shape

    @property
    def model(self) -> Any:
        """LibreOffice's chart document."""
        return self.shape.Model

    @property
    def diagram(self) -> Any:
        """LibreOffice's diagram in it."""
        return self.model.getDiagram()

    @property
    def parent(self) -> Any:
        """Its sheet."""
        return self.sheet

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.shape.Name or self.shape.PersistName)

    @name.setter
    def name(self, value: str) -> None:
        self.sheet._changing()
        self._call(value)

    def _call(self, name: str) -> None:
        """Give the shape its name, off the record: LibreOffice 7 crashes where that is undone after the sheet's deletion."""
        undo = self.sheet.book.document.model.UndoManager
        undo.lock()
        try:
            self.shape.Name = name
        finally:
            undo.unlock()

    def set_source_data(self, rng: Any, plot_by: str | None = None) -> None:
        """Headings and numbers of a range; as in Excel, texts in the first row and column are taken as headings."""
        self.sheet._changing()
        head, side = _headings(rng)
        charts, own = self.sheet.ws.getCharts(), self.shape.PersistName
        address = (address_of(rng.box, rng.sheet.index - 1),)
        if charts.getByName(own).getRanges():
            source = charts.getByName(own)
            source.HasColumnHeaders, source.HasRowHeaders = head, side
            source.setRanges(address)
        else:
            # A chart made without data never takes any: another one in its place does.
            place, size = self.shape.Position, self.shape.Size
            name, kind, title = self.name, self.chart_type, self.title
            charts.removeByName(own)
            place = struct("awt.Rectangle", X=place.X, Y=place.Y, Width=size.Width, Height=size.Height)
            charts.addNewByName(own, place, address, head, side)
            self.shape = next(c.shape for c in self.sheet.charts if c.shape.PersistName == own)
            self._call(name)
            self.chart_type = kind
            self.title = title
        if plot_by is None:
            plot_by = "rows" if rng.shape[1] - side > rng.shape[0] - head else "columns"
        self.diagram.DataRowSource = enum("chart.ChartDataRowSource", plot_by.upper())

    @property
    def chart_type(self) -> str:
        """xlwings' word for its kind."""
        diagram = self.diagram
        kind = str(diagram.getDiagramType()).rpartition(".")[2].removesuffix("Diagram")
        flags = {name: bool(getattr(diagram, name, False)) for name in _ASIDE}
        for name, (own, wished) in _KINDS.items():
            if own == kind and {n: wished.get(n, False) for n in _ASIDE} == flags and "Symbols" not in wished:
                return name
        return next((name for name, (own, _) in _KINDS.items() if own == kind), "combination")

    @chart_type.setter
    def chart_type(self, value: str) -> None:
        self.sheet._changing()
        if value not in _KINDS:
            raise EngineError(
                f"这个引擎不能画“{value}”图表。", f"This engine cannot draw a chart of the kind '{value}'."
            )
        kind, wished = _KINDS[value]
        model = self.model
        model.setDiagram(model.createInstance(f"com.sun.star.chart.{kind}Diagram"))
        for name, on in wished.items():
            if name == "Symbols":
                self.diagram.SymbolType = -1  # com.sun.star.chart.ChartSymbolType.AUTO
            else:
                setattr(self.diagram, name, on)

    @property
    def title(self) -> str | None:
        """Its title, or None."""
        return str(self.model.getTitle().String) if self.model.HasMainTitle else None

    @title.setter
    def title(self, value: str | None) -> None:
        self.sheet._changing()
        self.model.HasMainTitle = bool(value)
        if value:
            self.model.getTitle().String = value

    @property
    def legend(self) -> ChartLegend:
        """The legend."""
        return ChartLegend(self)

    @property
    def category_axis(self) -> ChartAxis:
        """The axis of the categories."""
        return ChartAxis(self, "X")

    @property
    def value_axis(self) -> ChartAxis:
        """The axis of the values."""
        return ChartAxis(self, "Y")

    @property
    def series(self) -> ChartSeriesCollection:
        """The series."""
        return ChartSeriesCollection(self)

    @property
    def style(self) -> int | None:
        """None: the styles are Excel's own."""
        return None

    @style.setter
    def style(self, value: int) -> None:
        pass

    def delete(self) -> None:
        """The chart goes."""
        self.sheet._changing()
        self.sheet.ws.getCharts().removeByName(self.shape.PersistName)

    def _move(self, **changes: float) -> None:
        self.sheet._changing()
        place, size = self.shape.Position, self.shape.Size
        for name, value in changes.items():
            setattr(place if name in "XY" else size, name, round(value * _PER_POINT))
        self.shape.setSize(size)
        self.shape.setPosition(place)

    @property
    def left(self) -> float:
        """Points from the sheet's left edge."""
        return float(self.shape.Position.X / _PER_POINT)

    @left.setter
    def left(self, value: float) -> None:
        self._move(X=value)

    @property
    def top(self) -> float:
        """Points from the sheet's upper edge."""
        return float(self.shape.Position.Y / _PER_POINT)

    @top.setter
    def top(self, value: float) -> None:
        self._move(Y=value)

    @property
    def width(self) -> float:
        """In points."""
        return float(self.shape.Size.Width / _PER_POINT)

    @width.setter
    def width(self, value: float) -> None:
        self._move(Width=value)

    @property
    def height(self) -> float:
        """In points."""
        return float(self.shape.Size.Height / _PER_POINT)

    @height.setter
    def height(self, value: float) -> None:
        self._move(Height=value)


def _headings(rng: Any) -> tuple[bool, bool]:
    """Are there texts in the first row, and in the first column?"""
    rows = rng.raw_value if rng.box.cells > 1 else [[rng.raw_value]]
    column = [row[0] for row in rows]
    head = rng.shape[0] > 1 and any(isinstance(value, str) for value in rows[0][1:] or rows[0])
    side = rng.shape[1] > 1 and any(isinstance(value, str) for value in column[1:] or column)
    return head, side


@edge
class Charts(Collection, base_classes.Charts):
    """The charts of a sheet."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet

    @property
    def api(self) -> Any:
        """LibreOffice's charts."""
        return self.sheet.ws.getCharts()

    @property
    def parent(self) -> Any:
        """The sheet."""
        return self.sheet

    def _list(self) -> Sequence[Chart]:
        shapes = members(self.sheet.ws.getDrawPage())
        ours = [
            s
            for s in shapes
            if s.supportsService("com.sun.star.drawing.OLE2Shape") and str(s.CLSID).lower() == _CHART_CLASS
        ]
        return [Chart(self.sheet, shape) for shape in ours]

    def add(
        self, left: float, top: float, width: float, height: float, chart_type: str | None = None, source: Any = None,
        plot_by: str | None = None, name: str | None = None, anchor: Any = None, style: int | None = None,
    ) -> Chart:  # fmt: skip
        """A chart at a place in points, or where the anchor (an xlwings Range) begins."""
        self.sheet._changing()
        if anchor is not None:
            left, top = anchor.left, anchor.top
        # LibreOffice's own name is one for the whole document, the one shown is one for the sheet
        taken = {n for sheet in members(self.sheet.book.document.model.Sheets) for n in sheet.getCharts().ElementNames}
        numbered = [f"Chart {number}" for number in range(1, len(taken) + len(self) + 2)]
        shown = next(n for n in numbered if not self.api.hasByName(n) and n not in self)
        own = next(n for n in numbered if n not in taken and n not in self)
        left, top, width, height = (round(part * _PER_POINT) for part in (left, top, width, height))
        place = struct("awt.Rectangle", X=left, Y=top, Width=width, Height=height)
        self.api.addNewByName(own, place, (), True, True)
        chart = next(c for c in self._list() if c.shape.PersistName == own)
        chart._call(name or shown)
        if source is not None:
            chart.set_source_data(source, plot_by)
        chart.chart_type = chart_type or "column_clustered"
        return chart
