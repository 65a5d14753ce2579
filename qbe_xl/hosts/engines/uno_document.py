"""One document of LibreOffice, as the engine's sheets and ranges see it: cells by boxes, number formats, protection."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from qbe_xl.hosts.engines.common import Box, EngineError, SheetProtected, format_address
from qbe_xl.hosts.engines.uno_bridge import struct, uno_exceptions
from qbe_xl.hosts.engines.uno_formulas import FunctionNames, to_excel, to_office
from qbe_xl.hosts.engines.uno_sizes import RowHeights

# com.sun.star.util.NumberFormat
DATE, TIME, TEXT, LOGICAL = 2, 4, 256, 1024
_LOCALE_STEP = 10_000  # keys of number formats: one block for each language, General first
_QUOTED = re.compile(r'("[^"]*"|\[[^\]]*\]|\\.)')
_CACHED_FORMULAS = 100_000
_LARGE = 1000
_WINDOW = (1200, 800)  # pixels


def address_of(box: Box, sheet: int) -> Any:
    """The CellRangeAddress of a box on the sheet with this index."""
    return struct(
        "table.CellRangeAddress", Sheet=sheet, StartColumn=box.column - 1, StartRow=box.row - 1,
        EndColumn=box.last_column - 1, EndRow=box.last_row - 1,
    )  # fmt: skip


def box_of(address: Any) -> Box:
    """The box of a CellRangeAddress."""
    return Box(address.StartRow + 1, address.StartColumn + 1, address.EndRow + 1, address.EndColumn + 1)


def area_of(sheet: Any, box: Box) -> Any:
    """The cells of a box on one of LibreOffice's sheets."""
    return sheet.getCellRangeByPosition(box.column - 1, box.row - 1, box.last_column - 1, box.last_row - 1)


def rectangles(cells: Iterable[tuple[int, int]]) -> list[Box]:
    """Few boxes that together are just these (row, column) cells: runs down a column, equal neighbours joined."""
    columns: dict[int, list[tuple[int, int]]] = {}
    for row, column in sorted(set(cells), key=lambda cell: (cell[1], cell[0])):
        runs = columns.setdefault(column, [])
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    boxes: list[Box] = []
    open_runs: dict[tuple[int, int], int] = {}  # run -> its first column
    last = None
    for column in sorted(columns):
        now = set(columns[column])
        for run in [run for run in open_runs if run not in now or last != column - 1]:
            boxes.append(Box(run[0], open_runs.pop(run), run[1], last or column))
        for run in now:
            open_runs.setdefault(run, column)
        last = column
    boxes.extend(Box(run[0], first, run[1], last or first) for run, first in open_runs.items())
    return sorted(boxes)


class Document:
    """A spreadsheet document, with what is asked of it more than once kept."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.selected: Any = None  # the range last selected, where the document has no view to ask
        self._types: dict[int, int] = {}
        self._codes: dict[str, int] = {}  # codes set or told, as they were written
        self._names: FunctionNames | None = None
        self._to_office: dict[str, str] = {}
        self._gridlines: list[tuple[Any, bool]] = []
        self._sheets: dict[str, Any] = {}  # by the name that each had when it was last asked for
        self.hidden_view_changed = False
        self.heights = RowHeights(self)

    @property
    def controller(self) -> Any:
        """The view, or None for a document without one."""
        return self.model.getCurrentController()

    @functools.cached_property
    def zero_day(self) -> dt.datetime:
        """The day with the number 0."""
        day = self.model.NullDate
        return dt.datetime(day.Year, day.Month, day.Day)

    @functools.cached_property
    def digit_width(self) -> float:
        """Width of the widest digit in the standard font, in 1/100 mm: what files measure columns in."""
        style = self.model.StyleFamilies.getByName("CellStyles").getByName("Default")
        large = struct("awt.FontDescriptor", Name=style.CharFontName, Height=_LARGE)
        font = self.model.ReferenceDevice.getFont(large)
        return max(font.getCharWidth(digit) for digit in "0123456789") / _LARGE * style.CharHeight * 2540 / 72

    # ------------------------------------------------------------------------------------------ view

    def view(self) -> Any:
        """The view, large enough to have panes. EngineError for a document without one."""
        view = self.controller
        if view is None or view.getFrame() is None:
            raise EngineError("这个文档没有窗口，不能设置视图。", "The document has no window whose view could be set.")
        frame = view.getFrame()
        if not frame.getContainerWindow().isVisible():
            self.hidden_view_changed = True
            if frame.getComponentWindow().getPosSize().Width < _WINDOW[0]:
                frame.getContainerWindow().setPosSize(0, 0, *_WINDOW, 15)
                frame.getComponentWindow().setPosSize(0, 0, *_WINDOW, 15)
        return view

    @contextlib.contextmanager
    def shown(self) -> Iterator[None]:
        """While files are written: only of a visible window does LibreOffice write panes and gridlines."""
        window = self.controller.getFrame().getContainerWindow() if self.hidden_view_changed else None
        if window is None:
            yield
            return
        window.setVisible(True)
        self.controller.getFrame().activate()
        try:
            yield
        finally:
            window.setVisible(False)

    def gridlines(self, sheet: Any) -> bool:
        """Are a sheet's gridlines shown? As last set here, else as the file has it."""
        for known, shown in self._gridlines:
            if known == sheet:
                return shown
        settings = self.model.getViewData()
        tables = [p.Value for p in settings.getByIndex(0) if p.Name == "Tables"] if settings.getCount() else []
        if tables and tables[0].hasByName(sheet.Name):
            return all(p.Value for p in tables[0].getByName(sheet.Name) if p.Name == "ShowGrid")
        return True

    def keep_gridlines(self, sheet: Any, shown: bool) -> None:
        """Remember how a sheet's gridlines were set; LibreOffice can only be told to turn them over."""
        self._gridlines = [pair for pair in self._gridlines if pair[0] != sheet] + [(sheet, shown)]

    # ------------------------------------------------------------------------------------------ cells

    def sheet(self, name: str) -> Any:
        """LibreOffice's sheet of this name, which must exist. Making the object anew takes longer than asking a known one
        whether it still bears the name."""
        known = self._sheets.get(name)
        try:
            if known is not None and known.getName() == name:
                return known
        except uno_exceptions():
            pass  # it was deleted
        found = self._sheets[name] = self.model.Sheets.getByName(name)
        return found

    def cells(self, sheet: Any, boxes: Sequence[Box]) -> Any:
        """One box as a range, several as one set of ranges: a property set there goes to all in one call."""
        if len(boxes) == 1:
            return area_of(sheet, boxes[0])
        index = sheet.RangeAddress.Sheet
        ranges = self.model.createInstance("com.sun.star.sheet.SheetCellRanges")
        ranges.addRangeAddresses(tuple(address_of(box, index) for box in boxes), False)
        return ranges

    def used(self, sheet: Any) -> Box:
        """The box around everything on the sheet; A1 if it is empty."""
        cursor = sheet.createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        return box_of(cursor.RangeAddress)

    def clipped(self, sheet: Any, box: Box) -> Box:
        """Of whole rows and columns, the part that is in use (at least their first cell)."""
        if not (box.whole_rows or box.whole_columns):
            return box
        used = self.used(sheet)
        return Box(
            box.row, box.column, max(box.row, min(box.last_row, used.last_row)),
            max(box.column, min(box.last_column, used.last_column)),
        )  # fmt: skip

    def uniform(self, sheet: Any, box: Box, name: str) -> Iterator[tuple[Box, Any]]:
        """The box in parts within which a property has one value, with that value; halved until it has."""
        area = area_of(sheet, box)
        if box.cells == 1 or area.getPropertyState(name).value != "AMBIGUOUS_VALUE":
            yield box, area.getPropertyValue(name)
            return
        rows, columns = box.shape
        if columns > 1:
            middle = box.column + columns // 2
            parts = (box._replace(last_column=middle - 1), box._replace(column=middle))
        else:
            middle = box.row + rows // 2
            parts = (box._replace(last_row=middle - 1), box._replace(row=middle))
        for part in parts:
            yield from self.uniform(sheet, part, name)

    def common(self, cells: Any, name: str, mixed: Any = None) -> Any:
        """A property of ranges, or `mixed` where the cells differ."""
        if cells.getPropertyState(name).value == "AMBIGUOUS_VALUE":
            return mixed
        return cells.getPropertyValue(name)

    def must_be_unlocked(self, sheet: Any, boxes: Sequence[Box]) -> None:
        """SheetProtected if a cell is locked; LibreOffice itself lets many changes of such cells drop silently."""
        if not sheet.isProtected():
            return
        for box in boxes:
            for part, protection in self.uniform(sheet, self.clipped(sheet, box), "CellProtection"):
                if protection.IsLocked:
                    raise SheetProtected(str(sheet.Name), format_address(part, False, False))

    # ------------------------------------------------------------------------------------------ numbers and dates

    def serial(self, when: dt.datetime | dt.time | dt.timedelta) -> float:
        """The number of a date, a time of day or a duration; whole milliseconds."""
        if isinstance(when, dt.time):
            when = dt.timedelta(
                hours=when.hour, minutes=when.minute, seconds=when.second, microseconds=when.microsecond
            )
        span = when if isinstance(when, dt.timedelta) else when - self.zero_day
        return span / dt.timedelta(days=1)

    def moment(self, number: float) -> dt.datetime | float:
        """The date of a number, to the millisecond; the number itself where the calendar ends."""
        try:
            return self.zero_day + dt.timedelta(milliseconds=round(number * 86_400_000))
        except OverflowError:
            return number

    def kind(self, key: int) -> int:
        """What the number format is for: a bit each for DATE, TIME, TEXT, LOGICAL (and others)."""
        if key not in self._types:
            self._types[key] = int(self.model.NumberFormats.getByKey(key).Type)
        return self._types[key]

    @staticmethod
    def is_general(key: int) -> bool:
        """Is it the format General, in whatever language?"""
        return key % _LOCALE_STEP == 0

    def key_of(self, code: str) -> int:
        """The number format with Excel's code. EngineError if it is none."""
        code = str(code)
        if code in self._codes:
            return self._codes[code]
        own = struct("lang.Locale")
        if code.lower() == "general":
            key = int(self.model.NumberFormats.getStandardIndex(own))
        else:
            # Read as English, kept without a language: else the file would say [$-409]0.000.
            try:
                key = int(
                    self.model.NumberFormats.addNewConverted(
                        code, struct("lang.Locale", Language="en", Country="US"), own
                    )
                )
            except uno_exceptions() as problem:
                raise EngineError(f"数字格式“{code}”无效。", f"'{code}' is no number format.") from problem
        self._codes[code] = key
        return key

    def code_of(self, key: int) -> str:
        """Excel's code of a number format; set again, it gives the very same format."""
        if self.is_general(key) or self.kind(key) & LOGICAL:
            return "General"
        for code, known in self._codes.items():
            if known == key:
                return code
        parts = _QUOTED.split(str(self.model.NumberFormats.getByKey(key).FormatString))
        if self.kind(key) & (DATE | TIME):
            parts[::2] = [part.lower().replace("am/pm", "AM/PM") for part in parts[::2]]
        code = "".join(parts)
        self._codes.setdefault(code, key)
        return code

    # ------------------------------------------------------------------------------------------ formulas

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """Names of the sheets, in their order."""
        return tuple(self.model.Sheets.ElementNames)

    @property
    def functions(self) -> FunctionNames:
        """Which functions are spelt differently in Excel."""
        if self._names is None:
            self._names = FunctionNames.of(self.model)
        return self._names

    def to_office(self, formula: str) -> str:
        """LibreOffice's notation of an Excel formula."""
        found = self._to_office.get(formula)
        if found is None:
            if len(self._to_office) > _CACHED_FORMULAS:
                self._to_office.clear()
            found = self._to_office[formula] = to_office(formula, self.functions)
        return found

    def excel_reader(self) -> Callable[[str], str]:
        """Turns LibreOffice's formulas into Excel's, with the sheets as they are now named."""
        names, functions = self.sheet_names, self.functions
        return functools.lru_cache(maxsize=None)(lambda formula: to_excel(formula, names, functions))
