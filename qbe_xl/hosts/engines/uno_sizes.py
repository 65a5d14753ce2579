"""Widths of columns in Excel's measure, and heights of the rows of new sheets: found once, not anew at every change."""

from __future__ import annotations

from typing import Any

from qbe_xl.hosts.engines.common import Box
from qbe_xl.hosts.engines.uno_bridge import uno_exceptions

# Excel measures columns in digits of its standard font, of 7 pixels, with 5 around; LibreOffice in 1/100 mm.
_AROUND = 5 / 7
PER_POINT = 2540 / 72


def chars_of(width: float, digit: float) -> float:
    """Excel's column width of a width, where a digit is so wide."""
    chars = width / digit
    return round(chars - _AROUND if chars > 1 + _AROUND else chars / (1 + _AROUND), 2)


def width_of(chars: float, digit: float) -> int:
    """The width of Excel's column width, where a digit is so wide."""
    return round((chars + _AROUND if chars >= 1 else chars * (1 + _AROUND)) * digit)


class RowHeights:
    """Of one document. LibreOffice measures all texts of the rows that a change touches, and a sheet that is being drawn is
    changed a hundred times; so while nothing is shown, the rows of sheets added meanwhile wait."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._waiting = False
        self._new: list[tuple[Any, list[Box]]] = []  # sheet, rows whose height was set
        self._measured = True

    def wait(self) -> None:
        """From now on nothing is shown."""
        self._waiting = True

    def added(self, sheet: Any) -> None:
        """A new sheet."""
        if self._waiting:
            self._new.append((sheet, []))

    def changing(self, sheet: Any) -> None:
        """Cells of a sheet are about to change: rows are measured unless the sheet is one of the new ones."""
        measure = not any(sheet is new for new, _ in self._new)
        if measure != self._measured:
            self._document.model.IsAdjustHeightEnabled = measure
            self._measured = measure

    def set_by_hand(self, sheet: Any, box: Box) -> None:
        """Rows were given a height."""
        for new, rows in self._new:
            if new is sheet:
                rows.append(box)

    def settle(self) -> None:
        """Everything is shown again: rows of the new sheets that have no height of their own are measured."""
        self._waiting = False
        new, self._new = self._new, []
        self.changing(None)
        for sheet, rows in new:
            try:
                last = self._document.used(sheet).last_row
                for first, end in _others(rows, last):
                    sheet.getCellRangeByPosition(0, first - 1, 0, end - 1).Rows.OptimalHeight = True
            except uno_exceptions():
                continue  # the sheet was deleted meanwhile


def _others(boxes: list[Box], last: int) -> list[tuple[int, int]]:
    """Runs of the rows up to the last that no box covers."""
    found, row = [], 1
    for box in sorted(boxes):
        if box.row > row:
            found.append((row, min(box.row - 1, last)))
        row = max(row, box.last_row + 1)
        if row > last:
            break
    if row <= last:
        found.append((row, last))
    return [(first, end) for first, end in found if first <= end]
