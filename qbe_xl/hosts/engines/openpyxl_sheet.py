"""Sheets of the openpyxl engine: their order, view, protection and selection."""

from __future__ import annotations

import re
from typing import Any

from openpyxl.worksheet.views import Selection
from openpyxl.worksheet.worksheet import Worksheet
from xlwings import NoSuchObjectError, base_classes

from qbe_xl.hosts.engines.common import (
    MAX_COLS,
    MAX_ROWS,
    Box,
    Collection,
    EngineError,
    SheetProtected,
    format_address,
    parse_address,
    quoted_sheet,
    split_sheet,
)
from qbe_xl.hosts.engines.openpyxl_cells import Cells
from qbe_xl.hosts.engines.openpyxl_charts import Charts
from qbe_xl.hosts.engines.openpyxl_layout import Layout
from qbe_xl.hosts.engines.openpyxl_names import Names, rename_in
from qbe_xl.hosts.engines.openpyxl_notes import Note, note_at
from qbe_xl.hosts.engines.openpyxl_range import Range
from qbe_xl.hosts.engines.openpyxl_tables import Tables
from qbe_xl.hosts.engines.ranges import WHOLE_SHEET, boxes_from

_MANY = 200_000


class Sheets(Collection, base_classes.Sheets):
    """The worksheets of a workbook, in order; chart sheets do not count."""

    def __init__(self, book: Any) -> None:
        self.book = book

    @property
    def api(self) -> Any:
        """openpyxl's worksheets."""
        return self.book.wb.worksheets

    def _list(self) -> list[Sheet]:
        return [self.book.sheet(ws) for ws in self.book.wb.worksheets]

    @property
    def active(self) -> Sheet:
        """The sheet in front."""
        sheet: Sheet = self.book.sheet(self.book.active_ws)
        return sheet

    def add(self, before: Any = None, after: Any = None, name: str | None = None) -> Sheet:
        """A new sheet, before the active one unless told, which becomes the active one."""
        self.book.guard_structure()
        wb = self.book.wb
        taken = {ws.title.casefold() for ws in wb._sheets}
        if name is None:
            name = next(
                n for n in (f"Sheet{k}" for k in range(len(wb._sheets) + 1, 10_000)) if n.casefold() not in taken
            )
        if before is not None:
            place = wb._sheets.index(before.ws)
        elif after is not None:
            place = wb._sheets.index(after.ws) + 1
        else:
            place = wb._sheets.index(self.book.active_ws)
        ws = wb.create_sheet(name, place)
        sheet: Sheet = self.book.sheet(ws)
        self.book.activate_sheet(ws)
        return sheet


class Sheet(base_classes.Sheet):
    """One worksheet."""

    def __init__(self, book: Any, ws: Worksheet, source: str | None) -> None:
        self._book = book
        self.ws = ws
        self.cells_store = Cells(book, ws, source)
        self.selected: tuple[Box, ...] = _selected(ws)

    @property
    def api(self) -> Worksheet:
        """openpyxl's worksheet."""
        return self.ws

    @property
    def book(self) -> Any:
        """Its workbook."""
        return self._book

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.ws.title)

    @name.setter
    def name(self, value: str) -> None:
        old = self.name
        if value == old:
            return
        self._book.guard_structure()
        if any(ws is not self.ws and ws.title.casefold() == value.casefold() for ws in self._book.wb._sheets):
            raise EngineError(f"已有名为“{value}”的工作表", f"There is a sheet named '{value}' already")
        self.ws.title = value
        rename_in(self._book, old, value)
        for sheet in self._book.sheets:
            for chart in sheet.charts:
                chart.redraw()

    @property
    def index(self) -> int:
        """Its place among the worksheets, from 1."""
        return int(self._book.wb.worksheets.index(self.ws)) + 1

    @property
    def names(self) -> Names:
        """The names that hold on this sheet alone."""
        return Names(self._book, self)

    @property
    def tables(self) -> Tables:
        """Its tables."""
        return Tables(self)

    @property
    def charts(self) -> Charts:
        """Its charts."""
        return Charts(self)

    @property
    def notes(self) -> list[Note]:
        """Its notes, by rows."""
        keys = sorted(key for key, cell in self.cells_store.store.items() if getattr(cell, "_comment", None))
        found = (note_at(self.at(Box(*key, *key))) for key in keys)
        return [note for note in found if note is not None]

    @property
    def layout(self) -> Layout:
        """Its columns and rows."""
        return Layout(self.ws)

    # ------------------------------------------------------------------------------------------ ranges

    def at(self, *boxes: Box) -> Range:
        """The range of these boxes."""
        return Range(self, boxes)

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        """A range by address, name, table, (row, column) pairs, or ranges of this sheet."""
        return Range(self, boxes_from(arg1, arg2, self._named))

    def _named(self, text: str) -> tuple[Box, ...]:
        sheet, rest = split_sheet(text)
        if sheet is not None and sheet.casefold() != self.name.casefold():
            raise EngineError(f"{text} 不在工作表“{self.name}”上", f"{text} is not on the sheet '{self.name}'")
        if sheet is not None:
            try:
                return parse_address(rest)
            except ValueError:
                text = rest
        for names in (self.names, self._book.names):
            if text in names:
                found = names(text).refers_to_range
                if found.sheet is not self:
                    raise EngineError(f"{text} 不在工作表“{self.name}”上", f"{text} is not on the sheet '{self.name}'")
                boxes: tuple[Box, ...] = found.boxes
                return boxes
        table, _, part = text.partition("[")
        if table in self.tables and part in ("", "#All]"):
            one = self.tables(table)
            rng: Range = one.range if part else one.data_body_range or one.range
            return rng.boxes
        raise NoSuchObjectError(f"没有地址或名称“{text}” / The address/named range '{text}' doesn't exist.")

    def reference(self, boxes: tuple[Box, ...]) -> str:
        """'学校'!$A$1:$B$2, as formulas and names write it."""
        return ",".join(f"{quoted_sheet(self.name)}!{format_address(box)}" for box in boxes)

    @property
    def cells(self) -> Range:
        """All cells."""
        return self.at(WHOLE_SHEET)

    @property
    def used_range(self) -> Range:
        """The box around every cell with a value or a format."""
        return self.at(self.cells_store.used())

    def clear_contents(self) -> None:
        """Empty every cell."""
        self.cells.clear_contents()

    def clear_formats(self) -> None:
        """Default format everywhere."""
        self.at(self.cells_store.used()).clear_formats()

    def clear(self) -> None:
        """Contents, formats, notes and links of every cell."""
        self.at(self.cells_store.used()).clear()

    def autofit(self, axis: str | None = None) -> None:
        """Fit the columns in use."""
        self.used_range.autofit(axis)

    # ------------------------------------------------------------------------------------------ protection

    @property
    def is_protected(self) -> bool:
        """Is the sheet protected?"""
        return bool(self.ws.protection.sheet)

    def guard_contents(self, boxes: tuple[Box, ...]) -> None:
        """SheetProtected if one of the cells is locked on a protected sheet."""
        if self.is_protected:
            for box in boxes:
                if self._locked(box):
                    raise SheetProtected(self.name, format_address(boxes))

    def guard_formulas(self, boxes: tuple[Box, ...]) -> None:
        """EngineError if a formula of the file would be overwritten in a book opened with read-only formulas."""
        cells = self.cells_store
        if not self._book.read_only_formulas or cells.source is None:
            return
        for box in boxes:
            for key, cell in cells.existing(box):
                if cell.data_type == "f" and key not in cells.written:
                    at = format_address(Box(*key, *key))
                    raise EngineError(f"{self.name}!{at} 是公式，不能改写", f"{self.name}!{at} is a formula, read only")

    def _locked(self, box: Box) -> bool:
        locked = self._book.styles.locked
        cells = self.cells_store
        if box.cells > _MANY:  # some of so many do not exist, and what does not exist is locked
            return True
        for r in range(box.row, box.last_row + 1):
            for c in range(box.column, box.last_column + 1):
                cell = cells.store.get((r, c))
                if locked(cells.style_of_absent((r, c)) if cell is None else cell._style):
                    return True
        return False

    def guard_formats(self, boxes: tuple[Box, ...]) -> None:
        """SheetProtected unless the protection allows formatting cells; as in Excel locked or not."""
        self.guard_permission("formatCells", format_address(boxes))

    def guard_permission(self, permission: str, address: str = "") -> None:
        """SheetProtected unless the sheet is open or its protection allows `permission` (openpyxl's name for it)."""
        if self.is_protected and getattr(self.ws.protection, permission):
            raise SheetProtected(self.name, address)

    def guard_objects(self, boxes: tuple[Box, ...]) -> None:
        """SheetProtected for a note where objects are protected or the cell is locked."""
        if self.is_protected and self.ws.protection.objects:
            raise SheetProtected(self.name, format_address(boxes))
        self.guard_contents(boxes)

    def guard_always(self, address: str = "") -> None:
        """SheetProtected on any protected sheet."""
        if self.is_protected:
            raise SheetProtected(self.name, address)

    # ------------------------------------------------------------------------------------------ view

    def activate(self) -> None:
        """Bring to the front. EngineError for a hidden sheet."""
        self._book.activate()
        self._book.activate_sheet(self.ws)

    def select(self) -> None:
        """As activate."""
        self.activate()

    def select_boxes(self, boxes: tuple[Box, ...]) -> None:
        """Remember the selection, in the file too."""
        self.selected = boxes
        view = self.ws.sheet_view
        first = format_address(Box(boxes[0].row, boxes[0].column, boxes[0].row, boxes[0].column), False, False)
        pane = view.pane.activePane if view.pane is not None else None
        kept = [s for s in view.selection if pane is not None and s.pane != pane]
        sqref = " ".join(format_address(box, False, False) for box in boxes)
        view.selection = [*kept, Selection(pane=pane, activeCell=first, sqref=sqref)]

    @property
    def visible(self) -> bool:
        """Is it shown in the row of tabs?"""
        return bool(self.ws.sheet_state == "visible")

    @visible.setter
    def visible(self, value: bool) -> None:
        self._book.guard_structure()
        if not value and self.visible:
            self._book.leave(self.ws)
        self.ws.sheet_state = "visible" if value else "hidden"

    @property
    def show_gridlines(self) -> bool:
        """Are grid lines shown?"""
        return self.ws.sheet_view.showGridLines is not False

    @show_gridlines.setter
    def show_gridlines(self, value: bool) -> None:
        self.ws.sheet_view.showGridLines = bool(value)

    @property
    def freeze_panes(self) -> FreezePanes:
        """Rows and columns that stay in view (Excel's own xlwings engine lacks this)."""
        return FreezePanes(self)

    @property
    def page_setup(self) -> PageSetup:
        """What is printed."""
        return PageSetup(self)

    # ------------------------------------------------------------------------------------------ as a whole

    def delete(self) -> None:
        """Take the sheet away; names that pointed to it point nowhere."""
        self._book.guard_structure()
        self._book.leave(self.ws)
        self._book.drop(self)

    def move(self, before: Any = None, after: Any = None) -> None:
        """To before or after another sheet of the workbook."""
        self._book.guard_structure()
        wb = self._book.wb
        active = wb.active
        wb._sheets.remove(self.ws)
        target = before or after
        wb._sheets.insert(wb._sheets.index(target.ws) + (0 if before is not None else 1), self.ws)
        wb.active = wb._sheets.index(active)

    def copy(self, before: Any = None, after: Any = None) -> None:
        """A copy before or after a sheet of this workbook, which becomes the active sheet. Charts stay behind."""
        target = before or after
        if target is None or target.book is not self._book:
            raise EngineError("只能在同一工作簿内复制工作表", "A sheet can be copied within its workbook only")
        self._book.guard_structure()
        wb = self._book.wb
        stem = re.sub(r" \(\d+\)$", "", self.name)[:26]
        taken = {ws.title.casefold() for ws in wb._sheets}
        title = next(t for t in (f"{stem} ({n})" for n in range(2, 1000)) if t.casefold() not in taken)
        ws = wb.copy_worksheet(self.ws)
        ws.title = title
        wb._sheets.remove(ws)
        wb._sheets.insert(wb._sheets.index(target.ws) + (0 if before is not None else 1), ws)
        made: Sheet = self._book.sheet(ws, self.cells_store.source)
        made.cells_store.written = set(self.cells_store.written)
        made.cells_store.computed = dict(self.cells_store.computed)
        self._book.activate_sheet(ws)

    def __repr__(self) -> str:
        return f"<openpyxl Sheet {self.name}>"


def _selected(ws: Worksheet) -> tuple[Box, ...]:
    selections = [s for s in ws.sheet_view.selection if s.sqref]
    if selections:
        try:
            return parse_address(",".join(str(selections[-1].sqref).split()))
        except ValueError:
            return (Box(1, 1, 1, 1),)
    return (Box(1, 1, 1, 1),)


class FreezePanes(base_classes.FreezePanes):
    """Rows and columns that stay in view."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def freeze_at(self, frozen_range: str) -> None:
        """Freeze the rows and columns of a range: "A1:B1", "A:A", "1:2"."""
        box = parse_address(frozen_range)[0]
        row = 1 if box.last_row == MAX_ROWS else box.last_row + 1
        column = 1 if box.last_column == MAX_COLS else box.last_column + 1
        self.unfreeze()
        self.sheet.ws.freeze_panes = format_address(Box(row, column, row, column), False, False)

    def unfreeze(self) -> None:
        """Let everything scroll."""
        view = self.sheet.ws.sheet_view
        view.pane = None
        # openpyxl adds a selection for each pane and never takes one away
        view.selection = [Selection(activeCell="A1", sqref="A1")]
        self.sheet.select_boxes(self.sheet.selected)


class PageSetup(base_classes.PageSetup):
    """What is printed."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @property
    def api(self) -> Any:
        """openpyxl's page setup."""
        return self.sheet.ws.page_setup

    @property
    def print_area(self) -> str | None:
        """Address of what is printed, None for everything."""
        text = str(self.sheet.ws.print_area or "")
        parts = [split_sheet(part)[1] for part in text.split(",")] if text else []
        return ",".join(parts) or None

    @print_area.setter
    def print_area(self, value: str | None) -> None:
        self.sheet.ws.print_area = None if not value else value.replace("$", "")
