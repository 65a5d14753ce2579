"""Charts of the result sheets in the open workbook. Their figures stand in the record's sheet, side by side, so that one
range makes one chart in every spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xlwings as xw

from qbe_xl.hosts.excel import state
from qbe_xl.outputs.results.drawing import Box, Chart, Drawing, Series

_POINTS = 0.75  # of a pixel
_PREFIX = "QBE_"
_OWN_COLUMNS = {"drivers": 103, "plan": 203}  # first column of the figures, by key of the sheet


def draw(book: xw.Book, drawing: Drawing, tabs: Mapping[str, str], before: Drawing | None) -> None:
    """Make the charts of a drawing; those that show the same as before stay."""
    columns, columns_before = _columns(drawing), _columns(before) if before else {}
    for sheet in drawing.sheets:
        target = book.sheets[tabs[sheet.key]]
        there = {chart.name: chart for chart in target.charts if chart.name.startswith(_PREFIX)}
        for chart in sheet.charts:
            figures = table(chart, drawing)
            known = _known(chart, sheet.key, before)
            at = sheet.key, chart.name
            if _PREFIX + chart.name in there and known == figures and columns[at] == columns_before.get(at):
                there.pop(_PREFIX + chart.name)
            else:
                if (old := there.pop(_PREFIX + chart.name, None)) is not None:
                    old.delete()
                _add(book, target, chart, figures, columns[at])
        for left in there.values():
            left.delete()


def _columns(drawing: Drawing) -> dict[tuple[str, str], int]:
    """Where the figures of each chart stand. Sheets that are written by themselves have columns of their own, or they would
    write over the figures of sheets that stay."""
    found = {}
    following = {first: first for first in (state.CHARTS_COLUMN, *_OWN_COLUMNS.values())}
    for sheet in drawing.sheets:
        first = _OWN_COLUMNS.get(sheet.key, state.CHARTS_COLUMN)
        for chart in sheet.charts:
            found[sheet.key, chart.name] = following[first]
            following[first] += len(chart.series) + 2
    return found


def _known(chart: Chart, key: str, before: Drawing | None) -> list[list[Any]] | None:
    """The figures that this chart showed before."""
    for sheet in before.sheets if before else ():
        if sheet.key == key:
            for old in sheet.charts:
                if (old.name, old.title, old.at) == (chart.name, chart.title, chart.at):
                    return table(old, before) if before else None
    return None


def table(chart: Chart, drawing: Drawing) -> list[list[Any]]:
    """Categories and values as a table: names of the series above, a category a row."""
    names = _cells(drawing, *chart.series[0].categories)
    columns = [
        [value if isinstance(value, int | float) else None for value in _cells(drawing, *series.values)]
        for series in in_order(chart)
    ]
    head: list[Any] = [None, *(series.name for series in in_order(chart))]
    return [head, *([str(name), *values] for name, *values in zip(names, *columns, strict=True))]


def _typed(cell: Any) -> Any:
    """Texts stay texts; a missing number leaves a gap in the chart."""
    if isinstance(cell, str):
        return f"'{cell}"
    return "=NA()" if cell is None else cell


def in_order(chart: Chart) -> list[Series]:
    """Columns before lines: the only order that every spreadsheet can mix them in."""
    return sorted(chart.series, key=lambda series: series.kind == "line")


def _cells(drawing: Drawing, key: str, box: Box) -> list[Any]:
    cells = drawing.sheet(key).cells
    return [
        cells[row, column].value
        for row in range(box[0], box[2] + 1)
        for column in range(box[1], box[3] + 1)
        if (row, column) in cells
    ]


def _add(book: xw.Book, target: xw.Sheet, chart: Chart, figures: list[list[Any]], column: int) -> None:
    record = state.open_sheet(book)
    source = record.range((1, column), (len(figures), column + len(figures[0]) - 1))
    source.value = [
        [figures[0][0], *map(_typed, figures[0][1:])],
        *([_typed(cell) for cell in row] for row in figures[1:]),
    ]
    made = target.charts.add(
        width=chart.width * _POINTS,
        height=chart.height * _POINTS,
        chart_type="column_clustered",
        source=source,
        plot_by="columns",
        name=_PREFIX + chart.name,
        anchor=target.range((chart.at[0] + 1, chart.at[1] + 1)),
        style=None,
    )
    made.title = chart.title
    for number, series in enumerate(in_order(chart)):
        if series.kind == "line":
            made.series[number].set(chart_type="line", line_color=series.colour)
        else:
            made.series[number].set(fill_color=series.colour)
