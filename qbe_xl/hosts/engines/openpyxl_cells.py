"""Cells of an openpyxl sheet, read and written as Excel does it: the values of formulas, typed texts, dates, errors.

Works on openpyxl's own cell store, since its setters infer and check far too much for a block of 35 000 cells, and
never makes a cell that was not asked for.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.formula.translate import Translator
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE, is_date_format
from openpyxl.utils.datetime import from_excel, to_excel
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from qbe_xl.hosts.engines.common import Box, CellError, EngineError, column_letters, typed

Key = tuple[int, int]  # (row, column)

_DATE_TIME, _DATE, _CLOCK, _DURATION = 22, 14, 20, 46  # numbers of built-in formats
_PERCENT, _PERCENT_2, _GROUPED, _GROUPED_2 = 9, 10, 3, 4
_LONGEST_TEXT = 32_767
_MOST_CELLS = 5_000_000

# Functions newer than the file format: the file wants a prefix, the user never sees it.
_NEWER = (
    "CONCAT|TEXTJOIN|IFS|SWITCH|MAXIFS|MINIFS|XLOOKUP|XMATCH|FILTER|UNIQUE|SORT|SORTBY|SEQUENCE|LET|LAMBDA|IFNA|"
    "STDEV\\.P|STDEV\\.S|VAR\\.P|VAR\\.S|PERCENTILE\\.INC|RANK\\.EQ|MODE\\.SNGL|NUMBERVALUE|FORMULATEXT|ISFORMULA"
)
_ADD_PREFIX = re.compile(rf"(?<![\w.])({_NEWER})(?=\()", re.IGNORECASE)
_PREFIX = re.compile(r"_xl(?:fn|ws|pm|udf)\.(?:_xlws\.)?")
_QUOTED = re.compile(r'("(?:[^"]|"")*"|\'(?:[^\']|\'\')*\')')


def formula_for_file(text: str) -> str:
    """A formula as the file wants it: newer functions with their prefix."""
    parts = _QUOTED.split(text)
    return "".join(
        part if n % 2 else _ADD_PREFIX.sub(r"_xlfn.\1", _PREFIX.sub("", part)) for n, part in enumerate(parts)
    )


def formula_shown(text: str) -> str:
    """A formula as Excel shows it: without those prefixes."""
    return _PREFIX.sub("", text) if "_xl" in text else text


class Cells:
    """What is in one sheet's cells, beside openpyxl's own store: the values of its formulas.

    `source` is the sheet's name in the file it came from; None for a new sheet, whose formulas have no values yet.
    """

    def __init__(self, book: Any, ws: Worksheet, source: str | None) -> None:
        self.book = book
        self.ws = ws
        self.source = source
        self.written: set[Key] = set()  # formulas written since, whose cached values count no more
        self.computed: dict[Key, Any] = {}
        self._cached: dict[Key, Any] | None = None
        self._dates: dict[int, bool] = {}

    # ------------------------------------------------------------------------------------------ reading

    @property
    def store(self) -> dict[Key, Any]:
        """openpyxl's cells by (row, column)."""
        store: dict[Key, Any] = self.ws._cells
        return store

    def of_formula(self, key: Key) -> Any:
        """The value of the formula at `key`: computed here, else cached in the file, else None."""
        if key in self.computed:
            return self.computed[key]
        if key in self.written or self.source is None:
            return None
        if self._cached is None:
            self._cached = self.book.cached_values(self.source)
        return self._cached.get(key)

    def is_date(self, style: Any) -> bool:
        """Does the number format of a cell's style show dates or times?"""
        number = style[3] if style else 0
        if not number:
            return False
        known = self._dates.get(number)
        if known is None:
            known = self._dates[number] = bool(is_date_format(self.number_format(number)))
        return known

    def number_format(self, number: int) -> str:
        """The text of a number format by its id."""
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return str(BUILTIN_FORMATS.get(number, "General"))
        return str(self.ws.parent._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])

    def value(self, key: Key) -> Any:
        """Raw value of one cell: None, str, float or int, bool, datetime or CellError."""
        cell = self.store.get(key)
        return None if cell is None or cell._value is None else self._shown(cell, key)

    def _shown(self, cell: Any, key: Key) -> Any:
        kind = cell.data_type
        value = cell._value
        if kind == "s":
            return value if type(value) is str else str(value)
        if kind == "n":
            if cell._style and cell._style[3] and self.is_date(cell._style) and not isinstance(value, bool):
                return self.as_date(value)
            return value
        if kind == "f":
            found = self.of_formula(key)
            if type(found) in (float, int) and self.is_date(cell._style):
                return self.as_date(found)
            return found
        if kind == "e":
            return CellError(value)
        if kind == "d" and not self.is_date(cell._style):
            return to_excel(value, self.ws.parent.epoch)
        return value

    def as_date(self, number: Any) -> Any:
        """A serial number as date; what is out of range stays a number, as it shows ##### in Excel."""
        if not isinstance(number, int | float):
            return number
        try:
            return from_excel(number, self.ws.parent.epoch)
        except (ValueError, OverflowError):
            return number

    def block(self, box: Box) -> list[list[Any]]:
        """Raw values of a box, row by row; a box of whole rows or columns ends where the sheet is in use."""
        box = self.clipped(box)
        get = self.store.get
        shown = self._shown
        columns = range(box.column, box.last_column + 1)
        rows = []
        for r in range(box.row, box.last_row + 1):
            row: list[Any] = []
            for c in columns:
                cell = get((r, c))
                if cell is None or cell._value is None:
                    row.append(None)
                elif cell.data_type == "s" or (cell.data_type == "n" and not (cell._style and cell._style[3])):
                    row.append(cell._value)  # most cells, without a call
                else:
                    row.append(shown(cell, (r, c)))
            rows.append(row)
        return rows

    def formulas(self, box: Box) -> list[list[str]]:
        """Formulas of a box; of other cells the text of their value, "" where there is none."""
        box = self.clipped(box)
        columns = range(box.column, box.last_column + 1)
        return [[self._formula((r, c)) for c in columns] for r in range(box.row, box.last_row + 1)]

    def _formula(self, key: Key) -> str:
        cell = self.store.get(key)
        if cell is None or cell._value is None:
            return ""
        value = cell._value
        if cell.data_type == "f":
            if isinstance(value, DataTableFormula):
                return ""
            text = value.text if isinstance(value, ArrayFormula) else value
            return formula_shown(text if text.startswith("=") else f"={text}")
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
            value = to_excel(value, self.ws.parent.epoch)
        return f"{value:.15g}" if isinstance(value, int | float) else str(value)

    # ------------------------------------------------------------------------------------------ extent

    def filled(self) -> set[Key]:
        """The cells that hold something."""
        return {key for key, cell in self.store.items() if cell._value is not None}

    def used(self) -> Box:
        """The box around every cell with a value or a format; A1 of an empty sheet."""
        keys = [
            key for key, cell in self.store.items() if cell._value is not None or (cell._style and any(cell._style))
        ]
        if not keys:
            return Box(1, 1, 1, 1)
        rows = [key[0] for key in keys]
        columns = [key[1] for key in keys]
        return Box(min(rows), min(columns), max(rows), max(columns))

    def clipped(self, box: Box) -> Box:
        """`box`, but of whole rows and columns only what is in use (at least one cell)."""
        if not (box.whole_rows or box.whole_columns):
            if box.cells > _MOST_CELLS:
                raise EngineError(f"区域过大：{box.cells} 个单元格", f"The range is too large: {box.cells} cells")
            return box
        used = self.used()
        last_row = max(used.last_row, box.row) if box.whole_columns else box.last_row
        last_column = max(used.last_column, box.column) if box.whole_rows else box.last_column
        return Box(box.row, box.column, last_row, last_column)

    def existing(self, box: Box) -> Iterator[tuple[Key, Any]]:
        """The cells that exist within a box, without making any."""
        store = self.store
        if box.cells < len(store):
            for r in range(box.row, box.last_row + 1):
                for c in range(box.column, box.last_column + 1):
                    if (r, c) in store:
                        yield (r, c), store[r, c]
            return
        for key in [key for key in store if box.holds(*key)]:
            yield key, store[key]

    def made(self, key: Key) -> Any:
        """The cell, made with the format of its row or column where it is new."""
        cell = self.store.get(key)
        if cell is None:
            cell = self.store[key] = Cell(self.ws, row=key[0], column=key[1])
            style = self.style_of_absent(key)
            if style:
                cell._style = StyleArray(style)
            if key[0] > self.ws._current_row:
                self.ws._current_row = key[0]
        return cell

    def style_of_absent(self, key: Key) -> Any:
        """The style a cell that does not exist yet has from its row or column; None if from neither."""
        row = self.ws.row_dimensions.get(key[0])
        if row is not None and row._style and any(row._style):
            return row._style
        holder = self.ws.column_dimensions
        column = holder.get(column_letters(key[1]))
        if column is None:
            column = next((d for d in holder.values() if d.min and d.min <= key[1] <= (d.max or d.min)), None)
        return column._style if column is not None and column._style and any(column._style) else None

    # ------------------------------------------------------------------------------------------ writing

    def clear(self, box: Box) -> None:
        """Empty the cells of a box, leaving formats and notes."""
        for key, cell in self.existing(box):
            self._empty(key, cell)

    def _empty(self, key: Key, cell: Any) -> None:
        if type(cell) is MergedCell:
            return
        cell._value = None
        cell.data_type = "n"
        self.forget(key)
        if cell._style and cell._style[7]:
            self._prefix(cell, 0)

    def forget(self, key: Key) -> None:
        """No formula stands at `key` any more."""
        self.computed.pop(key, None)
        self.written.discard(key)

    def _prefix(self, cell: Any, mark: int) -> None:
        style = StyleArray(cell._style) if cell._style else StyleArray()
        style[7] = mark
        cell._style = style

    def _format(self, cell: Any, number: int) -> None:
        """Give a cell of general format the number format that what was typed in brings along."""
        if cell._style and cell._style[3]:
            return
        style = StyleArray(cell._style) if cell._style else StyleArray()
        style[3] = number
        cell._style = style

    def put_block(self, box: Box, rows: list[list[Any]]) -> None:
        """Write rows of values into a box of the same size."""
        put, store, ws = self.put, self.store, self.ws
        quick = not (self.written or self.computed or self._styled_lines())
        for r, row in enumerate(rows, box.row):
            for c, value in enumerate(row, box.column):
                kind = type(value)
                if not quick or not (kind is float or kind is int) or not math.isfinite(value):
                    put((r, c), value)
                    continue
                cell = store.get((r, c))  # plain numbers, which most are, without a call
                if cell is None:
                    cell = store[r, c] = Cell(ws, row=r, column=c)
                elif type(cell) is MergedCell or (cell._style and cell._style[7]):
                    put((r, c), value)
                    continue
                cell._value = value
                cell.data_type = "n"
        ws._current_row = max(ws._current_row, box.last_row)

    def _styled_lines(self) -> bool:
        """Does a row or column have a format of its own, that new cells take over?"""
        lines = (*self.ws.row_dimensions.values(), *self.ws.column_dimensions.values())
        return any(line._style and any(line._style) for line in lines)

    def fill(self, box: Box, value: Any) -> None:
        """One value into every cell; a formula is carried on relatively, as Excel does."""
        if value is None or value == "":
            self.clear(box)
            return
        if box.cells > _MOST_CELLS:
            raise EngineError(f"区域过大：{box.cells} 个单元格", f"The range is too large: {box.cells} cells")
        carry = isinstance(value, str) and value.startswith("=") and len(value) > 1 and box.cells > 1
        translator = Translator(value, origin=f"{column_letters(box.column)}{box.row}") if carry else None
        for r in range(box.row, box.last_row + 1):
            for c in range(box.column, box.last_column + 1):
                if translator is not None:
                    self.put((r, c), translator.translate_formula(f"{column_letters(c)}{r}"))
                else:
                    self.put((r, c), value)

    def put(self, key: Key, value: Any) -> None:
        """Write one value as Excel takes it through `.value` or `.formula`."""
        if value is None or value == "":
            if key in self.store:
                self._empty(key, self.store[key])
            return
        cell = self.made(key)
        if type(cell) is MergedCell:  # what is hidden under a merged cell takes nothing
            return
        if self.written or self.computed:
            self.forget(key)
        if isinstance(value, str):
            self._put_text(key, cell, value)
            return
        if cell._style and cell._style[7]:
            self._prefix(cell, 0)
        self._put_plain(cell, value)

    def _put_plain(self, cell: Any, value: Any) -> None:
        if isinstance(value, bool):
            cell._value, cell.data_type = value, "b"
        elif isinstance(value, int | float):
            if not math.isfinite(value):
                raise EngineError(f"不是有限的数：{value}", f"Not a finite number: {value}")
            cell._value, cell.data_type = value, "n"
        elif isinstance(value, dt.datetime):
            cell._value, cell.data_type = value, "d"
            self._format(cell, _DATE_TIME if value.time() != dt.time() else _DATE)
        elif isinstance(value, dt.date):
            cell._value, cell.data_type = dt.datetime(value.year, value.month, value.day), "d"
            self._format(cell, _DATE)
        elif isinstance(value, dt.time | dt.timedelta):
            cell._value, cell.data_type = value, "d"
            self._format(cell, _CLOCK if isinstance(value, dt.time) else _DURATION)
        else:
            name = type(value).__name__
            raise EngineError(f"单元格不能存放 {name} 类型的值", f"A cell cannot hold a value of type {name}")

    def _put_text(self, key: Key, cell: Any, text: str) -> None:
        if len(text) > _LONGEST_TEXT + 1 or ILLEGAL_CHARACTERS_RE.search(text):
            raise EngineError(
                "文本过长或含有单元格不能存放的控制字符",
                "The text is too long or has control characters that a cell cannot hold",
            )
        prefixed = bool(cell._style and cell._style[7])
        if isinstance(text, CellError):
            cell._value, cell.data_type = str(text), "e"
        elif text[0] == "'":
            cell._value, cell.data_type = text[1:], "s"
            if not prefixed:
                self._prefix(cell, 1)
            return
        elif cell._style and self.number_format(cell._style[3]) == "@":
            cell._value, cell.data_type = text, "s"
        elif text[0] == "=" and len(text) > 1:
            cell._value, cell.data_type = formula_for_file(text), "f"
            self.written.add(key)
        else:
            self._put_typed(cell, text)
        if prefixed:
            self._prefix(cell, 0)

    def _put_typed(self, cell: Any, text: str) -> None:
        value = typed(text)
        if isinstance(value, CellError):
            cell._value, cell.data_type = str(value), "e"
        elif isinstance(value, str):
            cell._value, cell.data_type = value, "s"
        else:
            self._put_plain(cell, value)
            bare = text.strip()
            if bare.endswith("%"):
                self._format(cell, _PERCENT_2 if "." in bare else _PERCENT)
            elif "," in bare and isinstance(value, float):
                self._format(cell, _GROUPED_2 if "." in bare else _GROUPED)

    def put_array(self, box: Box, text: str, address: str) -> None:
        """An array formula over a box; it stands in its first cell."""
        self.clear(box)
        key = (box.row, box.column)
        cell = self.made(key)
        cell._value, cell.data_type = ArrayFormula(address, formula_for_file(text)), "f"
        self.written.add(key)

    def array_at(self, key: Key) -> ArrayFormula | None:
        """The array formula that fills a cell, or None."""
        cell = self.store.get(key)
        if cell is not None and isinstance(cell._value, ArrayFormula):
            return cell._value
        return None


__all__ = ["Cells", "Key", "formula_for_file", "formula_shown"]
