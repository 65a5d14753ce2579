"""Blocks of values and formulas, to and from LibreOffice, each in a handful of calls however many cells there are.

LibreOffice keeps numbers and texts only: what makes a number a date or a boolean is its number format, what makes a cell
an error is its formula. So a read asks for the values in one call and, only where there is something to find out, for
the texts shown; a write sets numbers and texts in one call and formats afterwards.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.formula.translate import Translator

from qbe_xl.hosts.engines.common import (
    ERRORS,
    Box,
    CellError,
    EngineError,
    column_letters,
    matrix,
    prepare_xl_data_element,
    typed,
)
from qbe_xl.hosts.engines.uno_bridge import struct
from qbe_xl.hosts.engines.uno_document import DATE, LOGICAL, TEXT, TIME, Document, area_of, box_of, rectangles

# com.sun.star.sheet: CellFlags.DATETIME; FormulaResult.VALUE; the flags of content (numbers, dates, texts, formulas).
_DATETIME, _VALUE_RESULT = 2, 1
CONTENT = 1 | 2 | 4 | 16
# What LibreOffice writes into .xlsx for the errors only it has; all others become #N/A there.
_AS_VALUE = {"Err:502", "Err:504", "Err:508", "Err:509", "Err:510", "Err:511", "Err:522"}
_OWN_NAMES = {"#ADDIN?": "#NAME?", "#MACRO?": "#NAME?", **dict.fromkeys(_AS_VALUE, "#VALUE!")}
_NUMBERS = {
    32767: "#N/A", 503: "#NUM!", 519: "#VALUE!", 521: "#NULL!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!",
}  # fmt: skip
_LIKE_NUMBER = re.compile(r"\s*[-+(]?[\d.,\s]*\d[\d.,\s]*(?:[eE][-+]?\d+)?[%)]?\s*")
_Cells = set[tuple[int, int]]


def error_name(shown: str) -> str:
    """Excel's name of an error that LibreOffice shows, as it stands in the .xlsx it saves."""
    return shown if shown in ERRORS else _OWN_NAMES.get(shown, "#N/A")


def shown_texts(document: Document, sheet: Any, box: Box, rows: list[list[Any]]) -> list[list[str]]:
    """The texts that the cells of a box with these values show, row by row; hidden cells too. One call."""
    shown = [[""] * len(row) for row in rows]
    filled_rows = [r for r, row in enumerate(rows) if any(value is not None for value in row)]
    if not filled_rows:
        return shown
    filled_columns = [c for c in range(len(rows[0])) if any(row[c] is not None for row in rows)]
    top, left, bottom, right = filled_rows[0], filled_columns[0], filled_rows[-1], filled_columns[-1]
    # Just the part with content: of empty margins no texts would come.
    part = Box(box.row + top, box.column + left, box.row + bottom, box.column + right)
    provider = document.model.createInstance("com.sun.star.chart2.data.DataProvider")
    provider.IncludeHiddenCells = True
    sequence = provider.createDataSequenceByRangeRepresentation(area_of(sheet, part).AbsoluteName)
    texts = sequence.getTextualData()  # column by column
    if len(texts) != part.cells:
        raise EngineError("LibreOffice 给出的单元格文本不完整。", "LibreOffice gave the texts of some cells only.")
    height = part.shape[0]
    for r in range(height):
        shown[top + r][left : right + 1] = texts[r::height]
    return shown


# ---------------------------------------------------------------------------------------------------- reading


def read(document: Document, sheet: Any, box: Box) -> list[list[Any]]:
    """Values as Excel gives them: float, str, bool, datetime, CellError, None."""
    part = document.clipped(sheet, box)
    area = area_of(sheet, part)
    rows = [[None if value == "" else value for value in row] for row in _raw(area)]
    floats = any(type(value) is float for row in rows for value in row)
    errors = any(value is _ERROR for row in rows for value in row)
    key = document.common(area, "NumberFormat", mixed=-1) if floats else 0
    if key >= 0 and floats:
        _convert_all(document, rows, document.kind(key))
    texts = shown_texts(document, sheet, part, rows) if errors or key < 0 else []
    if errors:
        for r, (values, shown) in enumerate(zip(rows, texts, strict=True)):
            for c, (value, text) in enumerate(zip(values, shown, strict=True)):
                if value is _ERROR:
                    known = text.startswith("Err:") or text in ERRORS or text in _OWN_NAMES
                    # Only an office in some other language names errors in its own words.
                    name = error_name(text) if known else _NUMBERS.get(area.getCellByPosition(c, r).getError(), "#N/A")
                    values[c] = CellError(name)
    if key < 0:
        _convert_some(document, sheet, part, rows, texts)
    return _padded(rows, box)


_ERROR = object()


def _raw(area: Any) -> list[list[Any]]:
    """Numbers, texts, "" for nothing; errors, which LibreOffice leaves out, marked."""
    return [[_ERROR if value is None else value for value in row] for row in area.getDataArray()]


def _padded(rows: list[list[Any]], box: Box) -> list[list[Any]]:
    """Empty cells up to the size of the box, of which only the part in use was read."""
    height, width = box.shape
    if len(rows[0]) < width:
        rows = [row + [None] * (width - len(row)) for row in rows]
    return rows + [[None] * width for _ in range(height - len(rows))]


def _convert_all(document: Document, rows: list[list[Any]], kind: int) -> None:
    make: Any = document.moment if kind & (DATE | TIME) else bool if kind & LOGICAL else None
    if make is not None:
        for row in rows:
            row[:] = [make(value) if type(value) is float else value for value in row]


def _convert_some(
    document: Document, sheet: Any, box: Box, rows: list[list[Any]], texts: Sequence[Sequence[str]]
) -> None:
    """Dates and booleans in cells with different number formats.

    Dates that are no formulas are found in one call. Of the rest, only a number that shows as something else than a
    number can be a boolean or, in a formula, a date: their formats are looked at.
    """
    area = area_of(sheet, box)
    top, left = box.row, box.column
    for part in map(box_of, area.queryContentCells(_DATETIME).getRangeAddresses()):
        for row in range(part.row - top, part.last_row - top + 1):
            for column in range(part.column - left, part.last_column - left + 1):
                if type(rows[row][column]) is float:
                    rows[row][column] = document.moment(rows[row][column])
    unclear = {
        (row + top, column + left)
        for row, (values, shown) in enumerate(zip(rows, texts, strict=True))
        for column, (value, text) in enumerate(zip(values, shown, strict=True))
        if type(value) is float and not _LIKE_NUMBER.fullmatch(text)
    }
    for rectangle in rectangles(unclear):
        for part, key in document.uniform(sheet, rectangle, "NumberFormat"):
            kind = document.kind(key)
            if kind & (DATE | TIME | LOGICAL):
                for row in range(part.row - top, part.last_row - top + 1):
                    begin, end = part.column - left, part.last_column - left + 1
                    some = [rows[row][begin:end]]
                    _convert_all(document, some, kind)
                    rows[row][begin:end] = some[0]


def read_formulas(document: Document, sheet: Any, box: Box) -> tuple[tuple[str, ...], ...]:
    """Formulas in Excel's notation; constants as the text one would type, without an apostrophe; "" for nothing."""
    area = area_of(sheet, document.clipped(sheet, box))
    formulas, values = area.getFormulaArray(), area.getDataArray()
    excel = None
    constants: _Cells = set()
    if any(value == formula != "" and formula.startswith("=") for f, v in zip(formulas, values, strict=True)
           for formula, value in zip(f, v, strict=True)):  # fmt: skip
        # A text that begins with "=": only here does it matter which cells are formulas.
        constants = _constants(area)
    rows: list[list[str]] = []
    for r, (line, data) in enumerate(zip(formulas, values, strict=True)):
        out = []
        for c, (formula, value) in enumerate(zip(line, data, strict=True)):
            if formula.startswith(("=", "{=")) and (r, c) not in constants:
                excel = excel or document.excel_reader()
                text = formula[1:-1] if formula.startswith("{") else formula
                text = excel(text)
                out.append(text[1:] if text[1:] in ERRORS else text)
            else:
                out.append(value if isinstance(value, str) else formula)
        rows.append(out)
    return tuple(map(tuple, (["" if x is None else x for x in row] for row in _padded(rows, box))))


def _constants(area: Any) -> _Cells:
    """Places of the texts that are no formulas, counted from the area's first cell."""
    address = area.RangeAddress
    return {
        (row - address.StartRow, column - address.StartColumn)
        for part in area.queryContentCells(4).getRangeAddresses()
        for row in range(part.StartRow, part.EndRow + 1)
        for column in range(part.StartColumn, part.EndColumn + 1)
    }


# ---------------------------------------------------------------------------------------------------- writing


class Block:
    """A block of values on its way in, sorted by what LibreOffice must be told about each."""

    def __init__(self, document: Document, sheet: Any, box: Box, value: Any, fill: bool = False) -> None:
        """fill: a single formula is written into each cell as if copied from the first."""
        self.document, self.sheet, self.box = document, sheet, box
        rows, columns = box.shape
        given = matrix(value, rows, columns)
        if fill and isinstance(value, str) and value.startswith("=") and box.cells > 1:
            given = filled(value, box)
        self.formulas: dict[tuple[int, int], str] = {}
        self.booleans: _Cells = set()
        self.dates: dict[bool, _Cells] = {False: set(), True: set()}  # with a time of day?
        self.numbers: _Cells = set()
        texts = self._kept_as_text(given)
        self.data = tuple(
            tuple(self._place(value, box.row + r, box.column + c, texts) for c, value in enumerate(line))
            for r, line in enumerate(given)
        )

    def _kept_as_text(self, given: list[list[Any]]) -> _Cells:
        """Cells formatted as text that are to take a text which elsewhere would be read as something else."""
        box = self.box
        doubtful = {
            (box.row + r, box.column + c)
            for r, line in enumerate(given)
            for c, value in enumerate(line)
            if type(value) is str and value and (value[0] == "=" or not isinstance(typed(value), str))
        }
        found: _Cells = set()
        for part in rectangles(doubtful):
            for piece, key in self.document.uniform(self.sheet, part, "NumberFormat"):
                if self.document.kind(key) & TEXT:
                    found |= {
                        (row, column)
                        for row in range(piece.row, piece.last_row + 1)
                        for column in range(piece.column, piece.last_column + 1)
                    }
        return found

    def _place(self, value: Any, row: int, column: int, texts: _Cells) -> Any:
        """What goes into the array for one cell; remembered besides if it needs more."""
        if isinstance(value, str) and not isinstance(value, CellError):
            if (row, column) in texts:
                return value
            if value.startswith("="):
                self.formulas[row, column] = self.document.to_office(value)
                return ""
            value = typed(value)
        else:
            value = prepare_xl_data_element(value) if not isinstance(value, CellError) else value
        if value is None:
            return ""
        if isinstance(value, CellError):
            self.formulas[row, column] = f"={value}"
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            self.booleans.add((row, column))
        elif isinstance(value, dt.datetime | dt.time | dt.timedelta):
            clock = not isinstance(value, dt.datetime) or value.time() != dt.time()
            self.dates[clock].add((row, column))
            return self.document.serial(value)
        else:
            self.numbers.add((row, column))
        return float(value)

    def write(self) -> None:
        """Values first, then the number formats that tell what the numbers are, then formulas."""
        document, sheet, box = self.document, self.sheet, self.box
        forget_booleans(document, sheet, box)
        if len(self.formulas) < box.cells:
            area_of(sheet, box).setDataArray(self.data)
        if self.booleans:
            key = document.model.NumberFormats.getStandardFormat(LOGICAL, struct("lang.Locale"))
            document.cells(sheet, rectangles(self.booleans)).NumberFormat = key
        for clock, code in ((False, "yyyy-mm-dd"), (True, "yyyy-mm-dd hh:mm")):
            plain = [
                part
                for rectangle in rectangles(self.dates[clock])
                for part, key in document.uniform(sheet, rectangle, "NumberFormat")
                if document.is_general(key)
            ]
            if plain:
                document.cells(sheet, plain).NumberFormat = document.key_of(code)
        # Last: a formula takes its number format from the cells it reads.
        for part in rectangles(self.formulas):
            area_of(sheet, part).setFormulaArray(
                tuple(
                    tuple(self.formulas[row, column] for column in range(part.column, part.last_column + 1))
                    for row in range(part.row, part.last_row + 1)
                )
            )


def filled(formula: str, box: Box) -> list[list[str]]:
    """The formula as it reads in each cell when copied from the first."""
    translator = Translator(formula, origin=f"{column_letters(box.column)}{box.row}")
    return [
        [
            translator.translate_formula(row_delta=row, col_delta=column) if row or column else formula
            for column in range(box.shape[1])
        ]
        for row in range(box.shape[0])
    ]


def forget_booleans(document: Document, sheet: Any, box: Box) -> None:
    """General instead of the boolean format, before other content comes: in Excel the content alone tells."""
    part = document.clipped(sheet, box)
    key = document.common(area_of(sheet, part), "NumberFormat", mixed=-1)
    if key >= 0:
        found: Iterable[Box] = [part] if document.kind(key) & LOGICAL else []
    else:
        found = boolean_boxes(document, sheet, part)
    boxes = list(found)
    if boxes:
        document.cells(sheet, boxes).NumberFormat = document.key_of("General")


def boolean_boxes(document: Document, sheet: Any, box: Box) -> list[Box]:
    """Where booleans stand in a box."""
    values = read(document, sheet, box)
    return rectangles(
        (box.row + r, box.column + c) for r, row in enumerate(values) for c, v in enumerate(row) if isinstance(v, bool)
    )
