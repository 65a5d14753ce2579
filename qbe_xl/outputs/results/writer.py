"""A drawing written into a new workbook by XlsxWriter. The same drawing gives the same bytes."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.chart import Chart as WrittenChart
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from qbe_xl.outputs.results.drawing import MARGINS, Box, Chart, Drawing, DrawnSheet, Look, Series

PROPERTY = "qbe_xl_result"
LAYOUT = "1"
_CREATED = datetime(2000, 1, 1)  # a fixed date: the same input gives the same bytes
_PAPER_A4 = 9
_THIN, _DOTTED = 1, 4
_INK = "#1F2A37"
_VALIGN = {"top": "top", "center": "vcenter", "bottom": "bottom"}
_SMALL_FONT = {"size": 9}


def workbook_bytes(drawing: Drawing) -> bytes:
    """The workbook's bytes; a document property tells it as one of ours."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
            "default_format_properties": {"font_name": drawing.font_name, "font_size": 10},
        },
    )
    workbook.set_properties({"title": drawing.title, "created": _CREATED, "comments": "qbe-xl"})
    workbook.set_custom_property(PROPERTY, LAYOUT, "text")
    workbook.set_size(2000, 1300)
    formats = _Formats(workbook)
    written = [(sheet, workbook.add_worksheet(sheet.name)) for sheet in drawing.sheets]
    for number, (sheet, worksheet) in enumerate(written):
        _set_up(sheet, worksheet)
        _cells(sheet, worksheet, formats)
        for box, words in sheet.choices:
            worksheet.data_validation(*box, {"validate": "list", "source": list(words)})
        for chart in sheet.charts:
            _chart(drawing, chart, workbook, worksheet)
        if number == 0:
            worksheet.activate()
    workbook.close()
    return buffer.getvalue()


class _Formats:
    """XlsxWriter's formats by look. Looks are told by identity first: hashing one for every cell takes long."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.by_id: dict[int, Format] = {}
        self.by_look: dict[Look, Format] = {}

    def of(self, look: Look) -> Format:
        found = self.by_id.get(id(look))
        if found is None:
            found = self.by_look.get(look)
            if found is None:
                found = self.by_look[look] = self.workbook.add_format(_properties(look))
            self.by_id[id(look)] = found
        return found


def _properties(look: Look) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "font_name": look.font_name,
        "font_size": look.font_size,
        "font_color": look.font_color,
        "bold": look.bold,
        "italic": look.italic,
        "valign": _VALIGN[look.valign],
        "text_wrap": look.wrap,
        "num_format": look.number_format,
    }
    if look.underline:
        properties["underline"] = 1
    if look.fill is not None:
        properties["bg_color"] = look.fill
    if look.align is not None:
        properties["align"] = look.align
    if look.indent:
        properties["indent"] = look.indent
    if look.border is not None:
        properties |= {"border": _THIN, "border_color": look.border}
    if look.bottom is not None:
        properties |= {"bottom": _DOTTED, "bottom_color": look.bottom}
    return properties


def _set_up(sheet: DrawnSheet, worksheet: Worksheet) -> None:
    """Widths, heights and printing."""
    for column, width in enumerate(sheet.widths):
        worksheet.set_column(column, column, width)
    for row, height in sheet.heights.items():
        worksheet.set_row(row, height)
    worksheet.hide_gridlines(2)
    worksheet.set_paper(_PAPER_A4)
    if not sheet.portrait:
        worksheet.set_landscape()
    worksheet.set_margins(**MARGINS)
    if sheet.scale is None:
        worksheet.fit_to_pages(*sheet.pages)
    else:
        worksheet.set_print_scale(sheet.scale)
    if sheet.header:
        worksheet.set_header(sheet.header)
    worksheet.set_footer(sheet.footer)
    if sheet.freeze is not None:
        worksheet.freeze_panes(*sheet.freeze)
    if sheet.repeat is not None:
        worksheet.repeat_rows(*sheet.repeat)
    if sheet.repeat_columns is not None:
        worksheet.repeat_columns(*sheet.repeat_columns)
    if sheet.autofilter is not None:
        worksheet.autofilter(*sheet.autofilter)
    if sheet.print_area is not None:
        worksheet.print_area(*sheet.print_area)
    worksheet.set_h_pagebreaks(list(sheet.row_breaks))
    worksheet.set_v_pagebreaks(list(sheet.column_breaks))
    if sheet.across:
        worksheet.print_across()
    if sheet.centred:
        worksheet.center_horizontally()


def _cells(sheet: DrawnSheet, worksheet: Worksheet, formats: _Formats) -> None:
    for top, left, bottom, right in sheet.merges:
        worksheet.merge_range(top, left, bottom, right, "", formats.of(sheet.cells[top, left].look))
    for (row, column), cell in sheet.cells.items():
        form, value = formats.of(cell.look), cell.value
        if cell.formula is not None:
            worksheet.write_formula(row, column, cell.formula, form, value)
        elif cell.link is not None:
            worksheet.write_url(row, column, _target(cell.link), form, str(value), cell.tip)
        elif isinstance(value, str):  # never taken as a formula, a link or a number
            worksheet.write_string(row, column, value, form)
        elif value is not None:
            worksheet.write_number(row, column, value, form)
        else:
            worksheet.write_blank(row, column, None, form)


def _target(link: str) -> str:
    """A link as XlsxWriter spells it."""
    return f"internal:{link[1:]}" if link.startswith("#") else f"external:{link}"


# ---- charts


def _chart(drawing: Drawing, chart: Chart, workbook: Workbook, worksheet: Worksheet) -> None:
    """Columns, with lines drawn over them."""
    columns: WrittenChart = workbook.add_chart({"type": "column"})
    lines: WrittenChart | None = None
    for series in chart.series:
        name = {
            "name": series.name,
            "categories": _reference(drawing, *series.categories),
            "values": _reference(drawing, *series.values),
        }
        if series.kind == "column":
            columns.add_series({**name, "gap": 60, "overlap": -5, **_column_look(series)})
            continue
        if lines is None:
            lines = workbook.add_chart({"type": "line"})
        lines.add_series({**name, "line": {"color": series.colour, "width": 1.75, "dash_type": series.dash}})
    if lines is not None:
        columns.combine(lines)
    columns.set_title({"name": chart.title, "name_font": {"size": 12, "bold": True}, "overlay": False})
    name_font = {"size": 9, "bold": False}
    columns.set_x_axis({"name": chart.x_name, "name_font": name_font, "num_font": _SMALL_FONT})
    y_axis: dict[str, Any] = {
        "name": chart.y_name,
        "name_font": name_font,
        "num_font": _SMALL_FONT,
        "num_format": chart.number_format,
        "min": 0,
        "major_gridlines": {"visible": True, "line": {"color": "#D5DAE1", "width": 0.5}},
    }
    if chart.major_unit is not None:
        y_axis["major_unit"] = chart.major_unit
    columns.set_y_axis(y_axis)
    columns.set_legend({"position": "bottom", "font": _SMALL_FONT})
    columns.set_size({"width": chart.width, "height": chart.height})
    options = {"x_offset": 4, "y_offset": 2, "object_position": 2, "description": chart.title}
    worksheet.insert_chart(*chart.at, columns, options)


def _reference(drawing: Drawing, key: str, box: Box) -> list[str | int]:
    return [drawing.sheet(key).name, *box]


def _column_look(series: Series) -> dict[str, Any]:
    look: dict[str, Any] = {"border": {"color": _INK, "width": 0.75}}
    if series.pattern is None:
        look["fill"] = {"color": series.colour}
    else:
        look["pattern"] = {"pattern": series.pattern, "fg_color": series.colour, "bg_color": "#FFFFFF"}
    return look
