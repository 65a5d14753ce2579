"""Sheets of a document that is open in LibreOffice, as xlwings knows them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

from xlwings import base_classes

from qbe_xl.hosts.engines.common import Collection, EngineError, format_address, parse_address, split_sheet
from qbe_xl.hosts.engines.ranges import WHOLE_SHEET, boxes_from
from qbe_xl.hosts.engines.uno_bridge import edge, members
from qbe_xl.hosts.engines.uno_charts import Charts
from qbe_xl.hosts.engines.uno_document import address_of, box_of
from qbe_xl.hosts.engines.uno_looks import Note
from qbe_xl.hosts.engines.uno_names import Names
from qbe_xl.hosts.engines.uno_range import Range
from qbe_xl.hosts.engines.uno_tables import Tables

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
_LONGEST_ADDRESS = 10_000  # characters: here Excel's limit would only mean more calls


def checked_name(name: str) -> str:
    """The name of a sheet. EngineError if Excel would refuse it (LibreOffice takes more)."""
    if not name or len(name) > _LONGEST_NAME or _NOT_IN_NAMES.search(name) or name[0] == "'" or name[-1] == "'":
        raise EngineError(
            f"工作表名称“{name}”无效：须为 1 到 {_LONGEST_NAME} 个字符，不得含有 [ ] : * ? / \\，首尾不得是单引号。",
            f"'{name}' cannot name a sheet: 1 to {_LONGEST_NAME} characters, none of [ ] : * ? / \\, no apostrophe at "
            "either end.",
        )
    return name


@edge
class Sheets(Collection, base_classes.Sheets):
    """The sheets of a workbook in their order."""

    def __init__(self, book: Any) -> None:
        self.book = book

    @property
    def api(self) -> Any:
        """LibreOffice's collection."""
        return self.book.document.model.Sheets

    def _list(self) -> Sequence[Sheet]:
        document = self.book.document
        return [Sheet(self.book, document.sheet(name)) for name in document.sheet_names]

    def __len__(self) -> int:
        return int(self.api.getCount())

    def _find(self, key: Any) -> Sheet | None:
        # by all names at once: asking every sheet for its name takes long over a pipe
        document = self.book.document
        names = document.sheet_names
        if isinstance(key, int):
            return Sheet(self.book, document.sheet(names[key - 1])) if 1 <= key <= len(names) else None
        wanted = str(key).casefold()
        found = next((name for name in names if name.casefold() == wanted), None)
        return Sheet(self.book, document.sheet(found)) if found is not None else None

    @property
    def active(self) -> Sheet:
        """The sheet in front."""
        return Sheet(self.book, self.book.active_ws())

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        """A new sheet, in front of the active one if no place is given; it becomes the active one."""
        self.book.app.check()
        sheets = self.api
        name = (
            checked_name(name)
            if name
            else next(n for n in map("Sheet{}".format, itertools.count(1)) if not sheets.hasByName(n))
        )
        place = before.index - 1 if before else after.index if after else self.active.index - 1
        sheets.insertNewByName(name, place)
        sheet = Sheet(self.book, self.book.document.sheet(name))
        self.book.document.heights.added(sheet.ws)
        sheet.activate()
        return sheet


@edge
class Sheet(base_classes.Sheet):
    """One sheet. It stays the same through renaming and moving."""

    def __init__(self, book: Any, ws: Any) -> None:
        self._book = book
        self.ws = ws

    @property
    def api(self) -> Any:
        """LibreOffice's sheet."""
        return self.ws

    @property
    def book(self) -> Any:
        """The workbook."""
        return self._book

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.ws.getName())

    @name.setter
    def name(self, value: str) -> None:
        self._changing()
        other = self._book.sheets._find(checked_name(value))
        if other is not None and other.index != self.index:
            raise EngineError(f"已有名为“{value}”的工作表。", f"There is a sheet named '{value}' already.")
        self.ws.setName(value)

    @property
    def index(self) -> int:
        """Its place, from 1."""
        return int(self.ws.getRangeAddress().Sheet) + 1

    def _changing(self) -> None:
        self._book.app.check()

    # ------------------------------------------------------------------------------------------ cells

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        """A range by address, (row, column) pairs, other ranges, or a name (which may lie on another sheet)."""
        elsewhere: list[Range] = []

        def named(text: str) -> Any:
            sheet, address = split_sheet(text)
            if sheet is not None:
                elsewhere.append(self._book.sheets(sheet).range(address))
            else:
                elsewhere.append(self._book.names.range_of(text, self))
            return elsewhere[-1].boxes

        boxes = boxes_from(arg1, arg2, named, _LONGEST_ADDRESS)
        return Range(elsewhere[0].sheet if elsewhere else self, boxes)

    @property
    def cells(self) -> Range:
        """All cells."""
        return Range(self, (WHOLE_SHEET,))

    @property
    def used_range(self) -> Range:
        """What is in use: content, notes and formats."""
        return Range(self, (self._book.document.used(self.ws),))

    def clear_contents(self) -> None:
        """Values and formulas of the whole sheet go."""
        self.used_range.clear_contents()

    def clear_formats(self) -> None:
        """Formats of the whole sheet go."""
        self.used_range.clear_formats()

    def clear(self) -> None:
        """Values, formats and notes of the whole sheet go."""
        self.used_range.clear()

    def autofit(self, axis: str | None = None) -> None:
        """Columns as wide, rows as high as their content: "c", "r" or both."""
        self.used_range.autofit(axis)

    @property
    def notes(self) -> list[Note]:
        """All notes."""
        places = [note.getPosition() for note in members(self.ws.getAnnotations())]
        return [Note(self.range((place.Row + 1, place.Column + 1))) for place in places]

    # ------------------------------------------------------------------------------------------ the sheet itself

    def activate(self) -> None:
        """In front; a hidden sheet cannot be."""
        if not self.visible:
            raise EngineError(f"工作表“{self.name}”已隐藏，不能激活。", f"The sheet '{self.name}' is hidden.")
        self._book.activate_ws(self.ws)

    select = activate

    def delete(self) -> None:
        """The sheet goes. LibreOffice 7 loses the texts of its notes when that is undone: rather clear and use again."""
        self._changing()
        sheets = self._book.document.model.Sheets
        if sum(1 for ws in members(sheets) if ws.IsVisible) < 2 and self.visible:
            raise EngineError("工作簿中至少要有一张可见的工作表。", "A workbook must keep one visible sheet.")
        sheets.removeByName(self.name)

    def copy(self, before: Sheet | None = None, after: Sheet | None = None) -> None:
        """A copy at that place of the same workbook, under a name like Excel's."""
        self._changing()
        target = before or after
        if target is not None and target.book.document.model != self._book.document.model:
            raise EngineError("不能把工作表复制到另一个工作簿。", "A sheet cannot be copied into another workbook.")
        place = before.index - 1 if before else after.index if after else len(self._book.sheets)
        names = self._book.sheets
        name = next(n for i in itertools.count(2) if (n := f"{self.name[:25]} ({i})") not in names)
        self._book.document.model.Sheets.copyByName(self.name, name, place)

    def move(self, before: Sheet | None = None, after: Sheet | None = None) -> None:
        """To another place in the workbook."""
        self._changing()
        place = before.index - 1 if before else after.index if after else len(self._book.sheets)
        self._book.document.model.Sheets.moveByName(self.name, place)

    @property
    def visible(self) -> bool:
        """Is it shown?"""
        return bool(self.ws.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        self._changing()
        sheets = self._book.document.model.Sheets
        if not value and self.visible and sum(1 for ws in members(sheets) if ws.IsVisible) < 2:
            raise EngineError("工作簿中至少要有一张可见的工作表。", "A workbook must keep one visible sheet.")
        self.ws.IsVisible = bool(value)

    @property
    def show_gridlines(self) -> bool:
        """Are the lines between cells shown?"""
        return bool(self._book.document.gridlines(self.ws))

    @show_gridlines.setter
    def show_gridlines(self, value: bool) -> None:
        self._changing()
        if bool(value) != self.show_gridlines:
            helper = self._book.app.service("frame.DispatchHelper")
            self._in_view(lambda view: helper.executeDispatch(view.getFrame(), ".uno:ToggleSheetGrid", "", 0, ()))
            self._book.document.keep_gridlines(self.ws, bool(value))

    def _in_view(self, act: Any) -> None:
        """Do something to the view while this sheet is in front. EngineError for a document that has none."""
        view = self._book.document.view()
        before = view.getActiveSheet()
        view.setActiveSheet(self.ws)
        try:
            act(view)
        finally:
            view.setActiveSheet(before)

    @property
    def freeze_panes(self) -> FreezePanes:
        """Rows and columns that stay."""
        return FreezePanes(self)

    @property
    def page_setup(self) -> PageSetup:
        """How it prints."""
        return PageSetup(self)

    # ------------------------------------------------------------------------------------------ what stands on it

    @property
    def names(self) -> Names:
        """Names that count on this sheet only."""
        return Names(self._book, self)

    @property
    def charts(self) -> Charts:
        """The charts."""
        return Charts(self)

    @property
    def tables(self) -> Tables:
        """The tables."""
        return Tables(self)


@edge
class FreezePanes(base_classes.FreezePanes):
    """Rows and columns of a sheet that stay when the rest scrolls."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def freeze_at(self, frozen_range: str) -> None:
        """The cells that stay: "A1:B2" two rows and two columns, "1:1" one row, "A:A" one column."""
        self.sheet._changing()
        box = parse_address(frozen_range)[0]
        rows = 0 if box.whole_columns else box.last_row
        columns = 0 if box.whole_rows else box.last_column
        self.sheet._in_view(lambda view: view.freezeAtPosition(columns, rows))

    def unfreeze(self) -> None:
        """Nothing stays."""
        self.sheet._changing()
        self.sheet._in_view(lambda view: view.freezeAtPosition(0, 0))


@edge
class PageSetup(base_classes.PageSetup):
    """How a sheet prints."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @property
    def api(self) -> Any:
        """LibreOffice's page style."""
        styles = self.sheet.book.document.model.StyleFamilies.getByName("PageStyles")
        return styles.getByName(self.sheet.ws.PageStyle)

    @property
    def print_area(self) -> str | None:
        """Address of what is printed; None for all."""
        areas = [box_of(area) for area in self.sheet.ws.getPrintAreas()]
        return format_address(areas) if areas else None

    @print_area.setter
    def print_area(self, value: str | None) -> None:
        self.sheet._changing()
        index = self.sheet.index - 1
        boxes = parse_address(value) if value else ()
        self.sheet.ws.setPrintAreas(tuple(address_of(box, index) for box in boxes))
