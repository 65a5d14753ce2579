"""What the add-in wrote into a workbook, kept in a hidden sheet of it: so that a second run changes only what changed,
marks can be cleared and the last run taken back, also after the file was saved, sent and opened again.

The sheet may have been altered by anyone: whatever is read from it is checked, and can put back nothing but texts, numbers,
plain arithmetic and colours.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field, fields
from typing import Any

import xlwings as xw

from qbe_xl.core.languages import Text
from qbe_xl.forms.integrity import RECORD_MAGIC as MAGIC
from qbe_xl.forms.reader import RECORD_SHEET
from qbe_xl.outputs.results.drawing import Chart, Drawing, Drawn, DrawnSheet, Look, Series

SHEET = RECORD_SHEET
_SECOND = f"{SHEET} (2)"
_ABOUT = Text(
    "本表由 qbe_xl 维护：记录写入的结果和标记，用于刷新、清除和撤销。请勿修改；删除后只是不能撤销。",
    "Kept by qbe_xl: what it wrote, so that it can be refreshed, cleared and taken back. Do not edit; deleting it only loses that.",
)
_CHUNK = 30_000  # characters in a cell
_MOST_BYTES = 64 << 20
_MOST_CHUNKS = 2_000
_FIRST_ROW = 3
CHARTS_COLUMN = 3  # figures behind the charts stand from here on
_CALLS = frozenset(
    ("SUM", "SUMIF", "SUMPRODUCT", "SUMSQ", "SQRT", "ROUND", "ABS", "MAX", "MIN", "AVERAGE", "IF", "IFERROR", "N")
)
_FORMULA = re.compile(
    r'=(?:\'[^\'\[\]|]{1,60}\'!|[A-Z]+(?=\()|\$?[A-Z]{1,3}\$?[0-9]{1,7}|[0-9.]+|"[<>=]{1,2}[0-9.]+"|[-+*/^(),:<>= ])+'
)
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")


class Damaged(ValueError):
    """The record is not as it was written."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked cell: the colour and the comment it had, and those it was given."""

    sheet: str
    cell: str
    before_color: str | None
    color: str
    before_note: str | None
    note: str | None


@dataclass(slots=True)
class Written:
    """What stands in the workbook by our hand: result sheets by their drawing, and marks."""

    drawing: Drawing | None = None
    marks: list[Mark] = field(default_factory=list)

    def sheets(self) -> dict[str, DrawnSheet]:
        """The drawn sheets by key."""
        return {sheet.key: sheet for sheet in self.drawing.sheets} if self.drawing else {}


@dataclass(slots=True)
class State:
    """What was written last, and what stood there before that (None where nothing can be taken back)."""

    current: Written = field(default_factory=Written)
    previous: Written | None = None


def find_sheet(book: xw.Book) -> xw.Sheet | None:
    """The record's sheet, known by what its name begins with and its first cell."""
    for name in (SHEET, _SECOND):
        # a sheet of that name may be somebody's own
        if name in book.sheets and book.sheets[name].range("A1").value == MAGIC:
            return book.sheets[name]
    return None


def load(book: xw.Book) -> State:
    """The record; an empty one where there is none, Damaged where it cannot be trusted."""
    sheet = find_sheet(book)
    if sheet is None:
        return State()
    last = min(sheet.used_range.last_cell.row, _FIRST_ROW + _MOST_CHUNKS)
    if last < _FIRST_ROW:
        return State()
    cells = sheet.range((_FIRST_ROW, 1), (last, 1)).options(ndim=2).value
    return unpack("".join(str(row[0]) for row in cells if row[0]))


def open_sheet(book: xw.Book) -> xw.Sheet:
    """The record's sheet, made and hidden where there is none."""
    sheet = find_sheet(book)
    if sheet is None:
        active = book.sheets.active
        name = _SECOND if SHEET in book.sheets else SHEET
        sheet = book.sheets.add(name, after=book.sheets[len(book.sheets) - 1])
        sheet.range("A1:A2").value = [[MAGIC], [f"{_ABOUT.zh} {_ABOUT.en}"]]
        active.activate()
        sheet.visible = False
    return sheet


def save(book: xw.Book, state: State) -> None:
    """Write the record into its sheet."""
    sheet = open_sheet(book)
    last = sheet.used_range.last_cell.row
    if last >= _FIRST_ROW:
        sheet.range((_FIRST_ROW, 1), (last, 1)).clear_contents()
    text = pack(state)
    chunks = [[text[at : at + _CHUNK]] for at in range(0, len(text), _CHUNK)]
    sheet.range((_FIRST_ROW, 1), (_FIRST_ROW + len(chunks) - 1, 1)).value = chunks


def remove(book: xw.Book) -> None:
    """Remove the record."""
    sheet = find_sheet(book)
    if sheet is not None:
        sheet.delete()


# ---- as text


def pack(state: State) -> str:
    """The record as text of letters and digits."""
    data = {"current": _written(state.current), "previous": _written(state.previous) if state.previous else None}
    packed = zlib.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(), 1)
    # begins with a letter, so that no spreadsheet takes it for a number
    return "Q" + base64.b64encode(packed).decode("ascii")


def unpack(text: str) -> State:
    """The record from its text; Damaged where it is not one."""
    try:
        pump = zlib.decompressobj()
        data = pump.decompress(base64.b64decode(text.removeprefix("Q"), validate=True), _MOST_BYTES)
        if pump.unconsumed_tail:
            raise Damaged("the record is too large")
        read = json.loads(data)
        previous = read["previous"]
        return State(_read_written(read["current"]), _read_written(previous) if previous is not None else None)
    except (binascii.Error, zlib.error, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Damaged(str(error)) from error


def _written(written: Written) -> dict[str, Any]:
    drawing = written.drawing
    looks: dict[Look, int] = {}
    sheets = []
    for sheet in drawing.sheets if drawing else ():
        cells = []
        for (row, column), cell in sheet.cells.items():
            look = looks.setdefault(cell.look, len(looks))
            cells.append([row, column, cell.value, look, cell.formula, cell.link])
        plain = {name: getattr(sheet, name) for name in _PLAIN_SHEET}
        charts = [
            [*astuple(chart)[:-2], [astuple(s) for s in chart.series], chart.major_unit] for chart in sheet.charts
        ]
        sheets.append({**plain, "cells": cells, "heights": list(sheet.heights.items()), "charts": charts})
    return {
        "lang": drawing.lang if drawing else None,
        "title": drawing.title if drawing else "",
        "font": drawing.font_name if drawing else "",
        "looks": [astuple(look) for look in looks],
        "sheets": sheets,
        "marks": [astuple(mark) for mark in written.marks],
    }


_PLAIN_SHEET = ("key", "name", "widths", "merges", "freeze")


def _read_written(data: dict[str, Any]) -> Written:
    marks = [_mark(each) for each in data["marks"]]
    if data["lang"] is None:
        return Written(None, marks)
    if data["lang"] not in ("zh", "en"):
        raise Damaged("no such language")
    looks = [_look(each) for each in data["looks"]]
    sheets = [_sheet(each, looks) for each in data["sheets"]]
    return Written(Drawing(data["lang"], str(data["title"]), str(data["font"]), sheets), marks)


def _mark(values: Iterable[Any]) -> Mark:
    sheet, cell, before_color, color, before_note, note = values
    if not (_text(sheet) and _matches(_CELL, cell) and _matches(_COLOUR, color)):
        raise Damaged("a mark")
    if not (before_color is None or _matches(_COLOUR, before_color)) or not all(
        n is None or _text(n) for n in (before_note, note)
    ):
        raise Damaged("a mark")
    return Mark(sheet, cell, before_color, color, before_note, note)


def _look(values: list[Any]) -> Look:
    look = Look(*values)
    for each, name in ((getattr(look, f.name), f.name) for f in fields(Look)):
        if name in ("font_color", "fill", "border", "bottom") and not (each is None or _matches(_COLOUR, each)):
            raise Damaged("a colour")
        if isinstance(each, list | dict):
            raise Damaged("a format")
    return look


def _sheet(data: dict[str, Any], looks: list[Look]) -> DrawnSheet:
    sheet = DrawnSheet(str(data["key"]), str(data["name"]), [float(width) for width in data["widths"]])
    for row, column, value, look, formula, link in data["cells"]:
        if not (value is None or isinstance(value, str | int | float)) or not (link is None or _internal(link)):
            raise Damaged("a cell")
        if formula is not None and not harmless(formula):
            raise Damaged("a formula")
        sheet.cells[_count(row), _count(column)] = Drawn(value, looks[_count(look)], formula, link)
    sheet.merges = [(_count(a), _count(b), _count(c), _count(d)) for a, b, c, d in data["merges"]]
    sheet.heights = {_count(row): float(height) for row, height in data["heights"]}
    if data["freeze"] is not None:
        row, column = data["freeze"]
        sheet.freeze = (_count(row), _count(column))
    sheet.charts = [_chart(each) for each in data["charts"]]
    return sheet


def _chart(values: list[Any]) -> Chart:
    named = dict(zip((f.name for f in fields(Chart)), values, strict=True))
    named["at"] = (_count(named["at"][0]), _count(named["at"][1]))
    named["series"] = tuple(Series(s[0], _source(s[1]), _source(s[2]), *s[3:]) for s in named["series"])
    return Chart(**named)


def _source(values: list[Any]) -> tuple[str, tuple[int, int, int, int]]:
    key, (a, b, c, d) = values
    return str(key), (_count(a), _count(b), _count(c), _count(d))


def harmless(formula: object) -> bool:
    """Whether a formula is plain arithmetic over cells of this workbook, as the result sheets hold."""
    if not isinstance(formula, str) or not _FORMULA.fullmatch(formula):
        return False
    return set(re.findall(r"[A-Z]+(?=\()", formula)) <= _CALLS


def _internal(link: object) -> bool:
    return isinstance(link, str) and link.startswith("#") and "|" not in link


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1_048_576:
        raise Damaged("a number")
    return value


def _text(value: object) -> bool:
    return isinstance(value, str) and len(value) < 32_768


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
