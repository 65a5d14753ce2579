"""Charts in a Word document: native and editable, with their data in a small workbook inside the document.

XlsxWriter draws the chart; its part goes into the document, and the workbook beside it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from qbe_xl.outputs.report.word_markup import escaped

CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CREATED = datetime(2000, 1, 1)  # a fixed date: the same report gives the same bytes
_EMU_PER_MM = 36_000
_PATTERNS = (None, "wide_upward_diagonal", "dotted_diamond", "narrow_horizontal")  # told apart without colour
_COLOURS = ("#1F5C99", "#D97A1E", "#4C8C4A", "#7A4FA3")
_DASHES = ("solid", "dash", "round_dot", "long_dash_dot")
_LINES = ("#B3261E", "#5F3A00", "#33691E", "#4A148C")
_GREY = "#D5DAE1"


@dataclass(frozen=True)
class Bars:
    """What is drawn: one column a category and series, and limits as lines across; values may have gaps (None).

    `labels`: what stands on each column; where it is not the number in `number_format`, as a text; none: nothing.
    """

    title: str
    categories: Sequence[str]
    series: Sequence[tuple[str, Sequence[float | None]]]
    labels: Sequence[Sequence[str]] = ()
    limits: Sequence[tuple[str, Sequence[float | None]]] = ()
    unit: str = ""
    number_format: str = "0.00"


def chart_parts(bars: Bars, font: str) -> tuple[bytes, bytes]:
    """(the chart's part, which wants its workbook as relation rId1; the workbook)."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(buffer, options)
    workbook.set_properties({"created": _CREATED})
    sheet = workbook.add_worksheet("data")
    columns = [*bars.series, *bars.limits]
    for row, category in enumerate(bars.categories, start=1):
        sheet.write_string(row, 0, category)
    for column, (name, values) in enumerate(columns, start=1):
        sheet.write_string(0, column, name)
        for row, value in enumerate(values, start=1):
            if value is not None:
                sheet.write_number(row, column, value)
    chart = workbook.add_chart({"type": "column"})
    lines = workbook.add_chart({"type": "line"}) if bars.limits else None
    small: dict[str, Any] = {"name": font, "size": 9}
    for column in range(1, len(columns) + 1):
        place = len(bars.categories)
        where: dict[str, Any] = {
            "name": ["data", 0, column],
            "categories": ["data", 1, 0, place, 0],
            "values": ["data", 1, column, place, column],
        }
        number = column - 1
        if number < len(bars.series):
            labels = _labels(bars, number, {**small, "size": 8})
            chart.add_series({**where, "gap": 60, **labels, **_fill(number)})
        elif lines is not None:
            kind = number - len(bars.series)
            look = {"color": _LINES[kind % 4], "width": 1.75, "dash_type": _DASHES[kind % 4]}
            lines.add_series({**where, "line": look, "marker": {"type": "none"}})
    if lines is not None:
        chart.combine(lines)
    chart.set_title({"name": bars.title, "name_font": {**small, "size": 11, "bold": True}, "overlay": False})
    ticks = {"major_tick_mark": "outside", "minor_tick_mark": "none"}
    value_axis: dict[str, Any] = {
        "name": bars.unit,
        "name_font": {**small, "bold": False},
        "num_font": small,
        "num_format": bars.number_format,
        "min": 0,
        **ticks,
        "major_gridlines": {"visible": True, "line": {"color": _GREY, "width": 0.5}},
    }
    chart.set_x_axis({"num_font": small, **ticks})
    chart.set_y_axis(value_axis)
    chart.set_legend({"position": "bottom", "font": small} if len(columns) > 1 else {"none": True})
    chart.set_chartarea({"border": {"none": True}})
    sheet.insert_chart(0, len(columns) + 2, chart, {"description": bars.title})
    workbook.close()
    data = buffer.getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        part = package.read("xl/charts/chart1.xml")
    return _for_document(part.decode("utf-8")).encode("utf-8"), data


def _for_document(part: str) -> str:
    """The chart's part as a document wants it: all that has a default said, page set-up gone, its workbook named."""
    part = re.sub("<c:printSettings>.*?</c:printSettings>", "", part, flags=re.DOTALL)
    part = part.replace("<c:chart>", '<c:roundedCorners val="0"/><c:chart>', 1)
    part = part.replace('<c:plotVisOnly val="1"/>', '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/>')
    # What a label does not show must be said, or LibreOffice shows it.
    shown = "".join(
        f'<c:show{what} val="{int(what == "Val")}"/>' for what in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
    )
    part = part.replace('<c:showVal val="1"/>', shown)
    source = f'<c:externalData xmlns:r="{_RELATIONS}" r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'
    return part.replace("</c:chartSpace>", source + "</c:chartSpace>")


def _labels(bars: Bars, number: int, font: dict[str, Any]) -> dict[str, Any]:
    """The numbers on a series' columns."""
    if not bars.labels:
        return {}
    values, texts = bars.series[number][1], bars.labels[number]
    custom = [
        {"delete": True} if value is None
        else None if formatted(value, bars.number_format) == text
        else {"value": text, "font": font}
        for value, text in zip(values, texts, strict=True)
    ]  # fmt: skip
    return {"data_labels": {"value": True, "num_format": bars.number_format, "font": font, "custom": custom}}


def formatted(value: float, number_format: str) -> str:
    """A number as a spreadsheet shows it in one of the formats that we use: `0.00`, `#,##0`, `0.00%`."""
    places = len(number_format.rstrip("%").partition(".")[2])
    number = Decimal(repr(value)) * (100 if number_format.endswith("%") else 1)
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:,}" if "," in number_format else f"{rounded}" + ("%" if number_format.endswith("%") else "")


def _fill(number: int) -> dict[str, Any]:
    colour, pattern = _COLOURS[number % 4], _PATTERNS[number % 4]
    border = {"border": {"color": "#1F2A37", "width": 0.75}}
    if pattern is None:
        return {"fill": {"color": colour}, **border}
    return {"pattern": {"pattern": pattern, "fg_color": colour, "bg_color": "#FFFFFF"}, **border}


def add_chart(part: Any, chart: bytes, workbook: bytes) -> str:
    """Add both parts to the document that `part` (of python-docx) belongs to; returns the relation's id in `part`."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    package = part.package
    taken = {str(known.partname) for known in package.iter_parts()}
    number = next(n for n in range(1, 10_000) if f"/word/charts/report{n}.xml" not in taken)
    drawn = Part(PackURI(f"/word/charts/report{number}.xml"), CHART_TYPE, chart, package)
    data = Part(PackURI(f"/word/embeddings/report{number}.xlsx"), WORKBOOK_TYPE, workbook, package)
    if drawn.relate_to(data, RELATIONSHIP_TYPE.PACKAGE) != "rId1":
        raise ValueError("the chart names its workbook rId1")
    relation: str = part.relate_to(drawn, RELATIONSHIP_TYPE.CHART)
    return relation


def inline(relation: str, name: str, description: str, width_mm: float, height_mm: float) -> str:
    """The drawing, in line with the text; `description` is read out to those who cannot see it."""
    width, height = int(width_mm * _EMU_PER_MM), int(height_mm * _EMU_PER_MM)
    chart = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    return (
        '<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        ' distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="1" name="{escaped(name)}" descr="{escaped(description)}"/><wp:cNvGraphicFramePr/>'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f'<a:graphicData uri="{chart}"><c:chart xmlns:c="{chart}" xmlns:r="{_RELATIONS}" r:id="{relation}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
