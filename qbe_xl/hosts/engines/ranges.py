"""The part of a range that needs no spreadsheet: where it is, what its address is, what lies within it.

An engine's Range derives from `BoxRange`, says how to make another of its kind (`_at`) and adds what touches cells.
"""

from __future__ import annotations

import numbers
from typing import Any, TypeVar

from xlwings import base_classes

from qbe_xl.hosts.engines.common import (
    MAX_ADDRESS,
    MAX_COLS,
    MAX_ROWS,
    Box,
    EngineError,
    column_number,
    format_address,
    parse_address,
    quoted_sheet,
)

Self = TypeVar("Self", bound="BoxRange")

WHOLE_SHEET = Box(1, 1, MAX_ROWS, MAX_COLS)


def corner(pair: Any) -> Box:
    """The cell of a (row, column) pair. IndexError below 1 or beyond the sheet."""
    row, column = (int(part) for part in pair)
    if row < 1 or column < 1:
        raise IndexError("Attempted to access 0-based Range. xlwings/Excel Ranges are 1-based.")
    if row > MAX_ROWS or column > MAX_COLS:
        raise IndexError(f"no such cell: row {row}, column {column}")
    return Box(row, column, row, column)


def text_boxes(address: str, longest: int = MAX_ADDRESS) -> tuple[Box, ...]:
    """Boxes of an address: EngineError beyond `longest` characters (Excel takes 255), ValueError if it is no address."""
    if len(address) > longest:
        raise EngineError(
            f"区域地址长 {len(address)} 个字符，超过 {longest} 个字符的上限：请分几次写。",
            f"The address has {len(address)} characters; a range takes at most {longest}: use several calls.",
        )
    return parse_address(address)


class BoxRange(base_classes.Range):
    """One or several boxes on a sheet; `boxes` is empty for a range without rows or columns.

    Values, shape, rows and columns are those of the first box, as in Excel; formats go to all.
    """

    boxes: tuple[Box, ...]
    sheet: Any
    options: dict[str, Any]

    def _at(self: Self, *boxes: Box) -> Self:
        """Another range on the same sheet."""
        raise NotImplementedError

    def _book_name(self) -> str:
        """The workbook's name, for external addresses."""
        return str(self.sheet.book.name)

    @property
    def box(self) -> Box:
        """The first box; IndexError for a range without cells."""
        return self.boxes[0]

    @property
    def coords(self) -> tuple[Any, int, int, int, int]:
        """(sheet, row, column, rows, columns) of the first box."""
        return (self.sheet, self.row, self.column, *self.shape)

    @property
    def row(self) -> int:
        """First row."""
        return self.box.row

    @property
    def column(self) -> int:
        """First column."""
        return self.box.column

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) of the first box."""
        return self.box.shape if self.boxes else (0, 0)

    def __len__(self) -> int:
        return sum(box.cells for box in self.boxes)

    @property
    def max_cells_per_read(self) -> int | None:
        """No limit: nothing has to be split."""
        return None

    @property
    def max_cells_per_write(self) -> int | None:
        """No limit: nothing has to be split."""
        return None

    def __call__(self: Self, arg1: Any, arg2: Any = None) -> Self:
        """A cell by (row, column) or by its number, counted along the rows; both may reach beyond the range."""
        if arg2 is None:
            if isinstance(arg1, str):
                boxes = text_boxes(arg1)
                return self._at(*(self._moved(box) for box in boxes))
            down, right = divmod(int(arg1) - 1, self.shape[1])
        else:
            down, right = int(arg1) - 1, as_column(arg2) - 1
        return self._at(corner((self.row + down, self.column + right)))

    def _moved(self, box: Box) -> Box:
        down, right = self.row - 1, self.column - 1
        return Box(box.row + down, box.column + right, box.last_row + down, box.last_column + right)

    @property
    def rows(self: Self) -> Self:
        """xlwings makes rows of its own from the shape."""
        return self

    @property
    def columns(self: Self) -> Self:
        """xlwings makes columns of its own from the shape."""
        return self

    @property
    def address(self) -> str:
        """Absolute address without the sheet."""
        return format_address(self.boxes)

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        """The address; `external` puts workbook and sheet in front, quoted where formulas need it."""
        text = format_address(self.boxes, row_absolute, col_absolute)
        if not external:
            return text
        place = f"[{self._book_name()}]{self.sheet.name}"
        plain = place.replace("[", "").replace("]", "").replace(".", "").replace("_", "")
        return f"{place if plain.isalnum() else quoted_sheet(place)}!{text}"

    @property
    def hyperlink_place(self) -> str:
        """'sheet'!A1, what an internal link points to."""
        return f"{quoted_sheet(self.sheet.name)}!{format_address(self.box, False, False)}"


def as_column(column: Any) -> int:
    """The number of a column given as number or letters."""
    if isinstance(column, numbers.Integral):
        return int(column)
    return column_number(str(column))


def boxes_from(arg1: Any, arg2: Any, named: Any, longest: int = MAX_ADDRESS) -> tuple[Box, ...]:
    """Boxes of what `sheet.range(arg1, arg2)` is given: ranges, (row, column) pairs, four numbers, addresses, names.

    (row, column, rows, columns) without rows or columns gives no box. `named(text)` gives the boxes of a name, or
    raises. With two arguments the box around both. An address has at most `longest` characters.
    """
    if isinstance(arg1, numbers.Integral) and isinstance(arg2, numbers.Integral):
        return (corner((arg1, arg2)),)
    if isinstance(arg1, tuple) and len(arg1) == 4 and arg2 is None:
        row, column, rows, columns = (int(part) for part in arg1)
        if not rows or not columns:
            return ()
        begin = corner((row, column))
        return (begin.around(corner((row + rows - 1, column + columns - 1))),)
    first = _boxes(arg1, named, longest)
    if arg2 is None:
        return first
    return (first[0].around(_boxes(arg2, named, longest)[0]),)


def _boxes(arg: Any, named: Any, longest: int) -> tuple[Box, ...]:
    if isinstance(arg, BoxRange):
        return arg.boxes
    if isinstance(arg, tuple):
        return (corner(arg),)
    try:
        return text_boxes(str(arg), longest)
    except ValueError:
        boxes: tuple[Box, ...] = named(str(arg))
        return boxes


__all__ = ["WHOLE_SHEET", "BoxRange", "boxes_from", "corner", "text_boxes"]
