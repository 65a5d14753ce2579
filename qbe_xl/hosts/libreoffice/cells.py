"""What LibreOffice's cells hold, to and from what the worksheet functions take. Runs inside the office, without `uno`.

LibreOffice keeps an error in a number that is not one: a NaN whose lower 32 bits are the error's number.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any

from qbe_xl.functions import CellError, registered, set_current_table, to_rows

_NUMBERS = {
    CellError.NULL: 521, CellError.DIV0: 532, CellError.VALUE: 519, CellError.REF: 524, CellError.NAME: 525,
    CellError.NUM: 503, CellError.NA: 32767,
}  # fmt: skip
_ERRORS = {number: error for error, number in _NUMBERS.items()}
_QUIET_NAN = 0x7FF80000 << 32
SCHOOLS_SHEETS = ("学校", "Schools")


def error_of(number: int) -> CellError:
    """The error with LibreOffice's number; those that only LibreOffice has (`Err:502`) are #VALUE!, as in its .xlsx."""
    return _ERRORS.get(number, CellError.VALUE)


def as_nan(error: CellError) -> float:
    """The number that LibreOffice shows as this error."""
    return float(struct.unpack("<d", struct.pack("<Q", _QUIET_NAN | _NUMBERS[error]))[0])


def from_nan(number: float) -> CellError:
    """The error that such a number stands for."""
    code: int = struct.unpack("<Q", struct.pack("<d", number))[0] & 0xFFFFFFFF
    return error_of(code)


def cells(given: Any) -> Any:
    """An argument as the functions take it: a range is read, errors become `CellError`, an empty text is blank.

    given: a number, a text, None, rows of these, or an office's cell range (`getDataArray`, `getCellByPosition`).
    """
    if hasattr(given, "getDataArray"):
        return _range(given)
    if isinstance(given, tuple | list):
        return [[_cell(x) for x in row] if isinstance(row, tuple | list) else _cell(row) for row in given]
    return _cell(given)


def _cell(raw: Any) -> Any:
    if isinstance(raw, float) and math.isnan(raw):
        return from_nan(raw)
    return None if raw == "" else raw


def _range(area: Any) -> list[list[Any]]:
    """The cells of a range; one bulk call, and one more for each error."""
    table = [list(row) for row in area.getDataArray()]
    for y, row in enumerate(table):
        for x, value in enumerate(row):
            if value == "":
                row[x] = None
            elif value is None or value != value:
                row[x] = error_of(area.getCellByPosition(x, y).getError())
    return table


def office_value(answer: Any) -> Any:
    """An answer as the office takes it: a number, a text, or rows of these as tuples; errors as such NaNs."""
    rows = to_rows(answer)
    if len(rows) == 1 and len(rows[0]) == 1:
        return _office_cell(rows[0][0])
    return tuple(tuple(map(_office_cell, row)) for row in rows)


def _office_cell(cell: Any) -> float | str:
    if isinstance(cell, CellError):
        return as_nan(cell)
    return cell if isinstance(cell, str) else float(cell)


def call(name: str, given: Sequence[Any], document: Any = None) -> Any:
    """The answer of a worksheet function to arguments as LibreOffice hands them over; None is one left out.

    document: the calling workbook, whose sheet 学校 QBE_CHECK reads where it is given no table.
    """
    function = registered()[name]
    args = [cells(each) for each in given]
    before = set_current_table(lambda: schools_of(document))
    try:
        return office_value(function.call(*args))
    finally:
        set_current_table(before)


def schools_of(document: Any) -> Any:
    """The used cells of the workbook's sheet 学校 from its first row; None where it has none."""
    if not hasattr(document, "getSheets"):
        return None
    sheets = document.getSheets()
    for name in SCHOOLS_SHEETS:
        if sheets.hasByName(name):
            sheet = sheets.getByName(name)
            cursor = sheet.createCursor()
            cursor.gotoEndOfUsedArea(False)
            end = cursor.getRangeAddress()
            return _range(sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow))
    return None
