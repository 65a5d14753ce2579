"""Columns and rows of an openpyxl sheet: widths, heights, hiding, places in points.

A file may give one entry to many columns; openpyxl keeps it under the first of them. Entries are split here before
one of the columns is changed, so that its neighbours keep theirs.
"""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from qbe_xl.hosts.engines.common import MAX_COLS, Box, EngineError, column_letters

# A column is so much wider in the file than its width in characters (padding and grid line).
_PADDING = 0.7109375
_DEFAULT_WIDTH = 8.43
_PIXELS_PER_CHARACTER = 7
_POINTS_PER_PIXEL = 0.75
_DEFAULT_HEIGHT = 15.0
_WIDEST, _HIGHEST = 255, 409.5
_WIDEST_FIT = 80


class Layout:
    """Columns and rows of one sheet."""

    def __init__(self, ws: Worksheet) -> None:
        self.ws = ws

    # ------------------------------------------------------------------------------------------ columns

    def column(self, number: int) -> ColumnDimension | None:
        """The entry that holds for a column, or None."""
        holder = self.ws.column_dimensions
        found = holder.get(column_letters(number))
        if found is not None and (not found.min or found.min <= number <= (found.max or found.min)):
            return found
        return next((d for d in holder.values() if d.min and d.min <= number <= (d.max or d.min)), None)

    def columns(self, first: int, last: int) -> Iterator[ColumnDimension]:
        """Entries of exactly the columns first…last, split from wider ones or made; one for a long new stretch."""
        self._split(first)
        self._split(last + 1)
        holder = self.ws.column_dimensions
        here = sorted((d for d in holder.values() if first <= self._bounds(d)[0] <= last), key=self._bounds)
        number = first
        for dimension in here:
            begin, end = self._bounds(dimension)
            if number < begin:
                yield self._made(number, begin - 1)
            yield dimension
            number = end + 1
        if number <= last:
            yield self._made(number, last)

    def _made(self, first: int, last: int) -> ColumnDimension:
        letters = column_letters(first)
        # 13 would be written as a width of its own; the sheet's default stays in force without one.
        width = self.ws.sheet_format.defaultColWidth or _DEFAULT_WIDTH + _PADDING
        made = ColumnDimension(self.ws, index=letters, min=first, max=last, width=width)
        self.ws.column_dimensions[letters] = made
        return made

    @staticmethod
    def _bounds(dimension: ColumnDimension) -> tuple[int, int]:
        dimension.reindex()
        return dimension.min, dimension.max

    def _split(self, number: int) -> None:
        """Let no entry reach over the border before column `number`."""
        if number > MAX_COLS:
            return
        for dimension in list(self.ws.column_dimensions.values()):
            begin, end = self._bounds(dimension)
            if begin < number <= end:
                rest = copy.copy(dimension)
                rest.index = column_letters(number)
                rest.min, rest.max = number, end
                if dimension._style:
                    rest._style = StyleArray(dimension._style)
                dimension.max = number - 1
                self.ws.column_dimensions[rest.index] = rest
                return

    def _file_width(self, number: int) -> float:
        found = self.column(number)
        if found is not None and found.width:
            return float(found.width)
        return float(self.ws.sheet_format.defaultColWidth or _DEFAULT_WIDTH + _PADDING)

    def width(self, box: Box) -> float | None:
        """Width in characters, as Excel counts; None where columns differ."""
        widths = {round(max(self._file_width(c) - _PADDING, 0), 2) for c in self._few(box.column, box.last_column)}
        return widths.pop() if len(widths) == 1 else None

    def _few(self, first: int, last: int) -> Iterable[int]:
        """Columns to look at: all of a few; of very many those that can differ."""
        if last - first < 1000:
            return range(first, last + 1)
        marks = {first, last}
        for dimension in self.ws.column_dimensions.values():
            begin, end = self._bounds(dimension)
            marks.update(n for n in (begin, end, end + 1) if first <= n <= last)
        return marks

    def set_width(self, box: Box, width: float) -> None:
        """Set the width in characters; 0 hides."""
        if not 0 <= width <= _WIDEST:
            raise EngineError(f"列宽须在 0 至 {_WIDEST} 之间：{width}", f"A width is 0 to {_WIDEST}: {width}")
        for dimension in self.columns(box.column, box.last_column):
            dimension.width = float(width) + _PADDING
            dimension.hidden = width == 0

    def column_hidden(self, box: Box) -> bool | None:
        """Are the columns hidden? None where they differ."""
        seen = {bool(d and d.hidden) for d in map(self.column, self._few(box.column, box.last_column))}
        return seen.pop() if len(seen) == 1 else None

    def hide_columns(self, box: Box, hidden: bool) -> None:
        """Hide columns or show them."""
        for dimension in self.columns(box.column, box.last_column):
            dimension.hidden = hidden

    # ------------------------------------------------------------------------------------------ rows

    def row_height(self, number: int) -> float:
        """Height of one row in points, hidden or not."""
        found = self.ws.row_dimensions.get(number)
        if found is not None and found.height is not None:
            return float(found.height)
        return float(self.ws.sheet_format.defaultRowHeight or _DEFAULT_HEIGHT)

    def _rows(self, box: Box) -> Iterable[int]:
        """Rows that can differ from the default: those with an entry, and one without where there is one."""
        known = [r for r in self.ws.row_dimensions if box.row <= r <= box.last_row]
        if len(known) == box.last_row - box.row + 1:
            return known
        other = next(r for r in range(box.row, box.last_row + 1) if r not in self.ws.row_dimensions)
        return [*known, other]

    def height(self, box: Box) -> float | None:
        """Height in points; None where rows differ."""
        heights = {self.row_height(r) for r in self._rows(box)}
        return heights.pop() if len(heights) == 1 else None

    def set_height(self, box: Box, height: float) -> None:
        """Set the height in points; 0 hides."""
        if not 0 <= height <= _HIGHEST:
            raise EngineError(f"行高须在 0 至 {_HIGHEST} 之间：{height}", f"A height is 0 to {_HIGHEST}: {height}")
        if box.whole_columns:
            self.ws.sheet_format.defaultRowHeight = float(height)
            self.ws.sheet_format.customHeight = True
            for number in list(self.ws.row_dimensions):
                self.ws.row_dimensions[number].height = float(height)
            return
        for number in range(box.row, box.last_row + 1):
            row = self.ws.row_dimensions[number]
            row.hidden = height == 0
            row.height = float(height) or None

    def row_hidden(self, box: Box) -> bool | None:
        """Are the rows hidden? None where they differ."""
        seen = {r in self.ws.row_dimensions and bool(self.ws.row_dimensions[r].hidden) for r in self._rows(box)}
        return seen.pop() if len(seen) == 1 else None

    def hide_rows(self, box: Box, hidden: bool) -> None:
        """Hide rows or show them."""
        if box.whole_columns and hidden:
            self.ws.sheet_format.zeroHeight = True
            return
        last = max(self.ws.row_dimensions, default=box.row) if box.whole_columns else box.last_row
        for number in range(box.row, last + 1):
            self.ws.row_dimensions[number].hidden = hidden

    # ------------------------------------------------------------------------------------------ places

    def _column_points(self, number: int) -> float:
        found = self.column(number)
        if found is not None and found.hidden:
            return 0.0
        return int(self._file_width(number) * _PIXELS_PER_CHARACTER + 0.5) * _POINTS_PER_PIXEL

    def _row_points(self, number: int) -> float:
        found = self.ws.row_dimensions.get(number)
        return 0.0 if found is not None and found.hidden else self.row_height(number)

    def left(self, number: int) -> float:
        """Points from the sheet's left edge to a column."""
        return sum(self._column_points(c) for c in range(1, number))

    def top(self, number: int) -> float:
        """Points from the sheet's top edge to a row."""
        plain = float(self.ws.sheet_format.defaultRowHeight or _DEFAULT_HEIGHT)
        known = [r for r in self.ws.row_dimensions if r < number]
        return plain * (number - 1 - len(known)) + sum(self._row_points(r) for r in known)

    def size(self, box: Box) -> tuple[float, float]:
        """(width, height) of a box in points."""
        return self.left(box.last_column + 1) - self.left(box.column), self.top(box.last_row + 1) - self.top(box.row)

    def cell_at(self, left: float, top: float) -> tuple[int, float, int, float]:
        """(column, points into it, row, points into it) of a place on the sheet, counted from 1."""
        column = row = 1
        while left >= (wide := self._column_points(column)) > 0 or wide == 0:
            left -= wide
            column += 1
        while top >= (high := self._row_points(row)) > 0 or high == 0:
            top -= high
            row += 1
        return column, left, row, top

    # ------------------------------------------------------------------------------------------ fitting

    def fit_columns(self, cells: Iterable[tuple[tuple[int, int], str]]) -> None:
        """Widths after the longest of the texts at (row, column)."""
        longest: dict[int, int] = {}
        for (_, column), text in cells:
            wide = max((display_width(line) for line in text.split("\n")), default=0)
            longest[column] = max(longest.get(column, 0), wide)
        for column, wide in longest.items():
            self.set_width(Box(1, column, 1, column), min(wide + 1.0, _WIDEST_FIT))

    def fit_rows(self, first: int, last: int) -> None:
        """Give up set heights, so that the program that opens the file fits them."""
        for number in [r for r in self.ws.row_dimensions if first <= r <= last]:
            if not self.ws.row_dimensions[number].hidden:
                self.ws.row_dimensions[number].height = None


def display_width(text: str) -> int:
    """Columns a text takes: a Chinese character counts as two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def dimensions_style(layout: Layout, box: Box) -> list[Any]:
    """The entries that carry the format of whole columns or rows."""
    if box.whole_columns:
        return list(layout.columns(box.column, box.last_column))
    return [layout.ws.row_dimensions[r] for r in range(box.row, box.last_row + 1)]
