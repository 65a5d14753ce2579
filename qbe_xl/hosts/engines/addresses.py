"""A1 addresses: boxes, several areas, whole rows and columns, both ways."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

MAX_ROWS = 1_048_576
MAX_COLS = 16_384
# Excel takes no longer text for a range; more areas need more calls.
MAX_ADDRESS = 255


class Box(NamedTuple):
    """A rectangle of cells, rows and columns counted from 1, ends included."""

    row: int
    column: int
    last_row: int
    last_column: int

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.last_row - self.row + 1, self.last_column - self.column + 1

    @property
    def cells(self) -> int:
        """Number of cells."""
        rows, columns = self.shape
        return rows * columns

    @property
    def whole_rows(self) -> bool:
        """From the first column to the last possible one."""
        return self.column == 1 and self.last_column == MAX_COLS

    @property
    def whole_columns(self) -> bool:
        """From the first row to the last possible one."""
        return self.row == 1 and self.last_row == MAX_ROWS

    def holds(self, row: int, column: int) -> bool:
        """Is the cell within?"""
        return self.row <= row <= self.last_row and self.column <= column <= self.last_column

    def common(self, other: Box) -> Box | None:
        """The part both share, or None."""
        box = Box(
            max(self.row, other.row),
            max(self.column, other.column),
            min(self.last_row, other.last_row),
            min(self.last_column, other.last_column),
        )
        return box if box.row <= box.last_row and box.column <= box.last_column else None

    def around(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.row, other.row),
            min(self.column, other.column),
            max(self.last_row, other.last_row),
            max(self.last_column, other.last_column),
        )


@functools.cache
def column_letters(column: int) -> str:
    """Letters of a column: 1 is A, 16384 is XFD. IndexError outside a sheet."""
    if not 1 <= column <= MAX_COLS:
        raise IndexError(f"no such column: {column}")
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Number of a column by its letters. ValueError if there is none."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"no such column: {letters!r}")
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= MAX_COLS:
        raise ValueError(f"no such column: {letters!r}")
    return number


_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_ROWS = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})")


def _cell(text: str) -> tuple[int, int]:
    found = _CELL.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= MAX_ROWS:
        raise ValueError(f"not an address: {text!r}")
    return int(found[2]), column_number(found[1])


def _area(text: str) -> Box:
    text = text.strip()
    if found := _COLUMNS.fullmatch(text):
        first, last = sorted((column_number(found[1]), column_number(found[2])))
        return Box(1, first, MAX_ROWS, last)
    if found := _ROWS.fullmatch(text):
        first, last = sorted((int(found[1]), int(found[2])))
        if first < 1 or last > MAX_ROWS:
            raise ValueError(f"not an address: {text!r}")
        return Box(first, 1, last, MAX_COLS)
    begin, _, end = text.partition(":")
    one = _cell(begin)
    other = _cell(end) if end else one
    return Box(min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))


def parse_address(text: str) -> tuple[Box, ...]:
    """Boxes of an A1 address without sheet, `$` or not: "A1", "A1:C5", "A:B", "1:3", "A1:B2,D4".

    ValueError if it is none (it may be a name then). The length is not looked at: see MAX_ADDRESS.
    """
    return tuple(_area(part) for part in text.split(","))


def split_sheet(text: str) -> tuple[str | None, str]:
    """("学校", "$A$1") of "学校!$A$1" or "'学校'!$A$1" or "='学校'!$A$1"; the sheet is None where none is named."""
    text = text.removeprefix("=")
    sheet, mark, rest = text.rpartition("!")
    if not mark:
        return None, text
    if sheet.startswith("'") and sheet.endswith("'") and len(sheet) > 1:
        sheet = sheet[1:-1].replace("''", "'")
    return sheet, rest


def quoted_sheet(name: str) -> str:
    """A sheet's name as formulas write it: '学校', with its apostrophes doubled."""
    return "'" + name.replace("'", "''") + "'"


def _corner(row: int, column: int, row_absolute: bool, column_absolute: bool) -> str:
    return f"{'$' if column_absolute else ''}{column_letters(column)}{'$' if row_absolute else ''}{row}"


def _format_area(box: Box, row_absolute: bool, column_absolute: bool) -> str:
    if box.whole_columns and not box.whole_rows:
        mark = "$" if column_absolute else ""
        return f"{mark}{column_letters(box.column)}:{mark}{column_letters(box.last_column)}"
    if box.whole_rows:
        mark = "$" if row_absolute else ""
        return f"{mark}{box.row}:{mark}{box.last_row}"
    first = _corner(box.row, box.column, row_absolute, column_absolute)
    if box.cells == 1:
        return first
    return f"{first}:{_corner(box.last_row, box.last_column, row_absolute, column_absolute)}"


def format_address(boxes: Box | Iterable[Box], row_absolute: bool = True, column_absolute: bool = True) -> str:
    """The address of one box or several, as Excel writes it: "$A$1:$C$5,$D$4", "$A:$B", "$1:$3"."""
    areas: Sequence[Box] = (boxes,) if isinstance(boxes, Box) else tuple(boxes)
    return ",".join(_format_area(box, row_absolute, column_absolute) for box in areas)
