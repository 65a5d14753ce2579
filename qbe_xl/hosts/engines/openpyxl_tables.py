"""Tables of the openpyxl engine."""

from __future__ import annotations

from typing import Any

from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table as FileTable
from openpyxl.worksheet.table import TableColumn as FileColumn
from openpyxl.worksheet.table import TableStyleInfo
from xlwings import base_classes

from qbe_xl.hosts.engines.common import Box, Collection, EngineError, format_address, parse_address


class Tables(Collection, base_classes.Tables):
    """The tables of a sheet."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet

    @property
    def api(self) -> Any:
        """openpyxl's tables by name."""
        return self.sheet.ws.tables

    @property
    def parent(self) -> Any:
        """The sheet."""
        return self.sheet

    def _list(self) -> list[Table]:
        return [Table(self.sheet, table) for table in self.sheet.ws.tables.values()]

    def add(
        self,
        source_type: Any = None,
        source: Any = None,
        link_source: Any = None,
        has_headers: Any = True,
        destination: Any = None,
        table_style_name: str | None = None,
        name: str | None = None,
    ) -> Table:
        """A table over a range whose first row holds the headings; these become unique texts, as in Excel."""
        if not has_headers:
            raise EngineError("表格须带标题行", "A table needs its row of headings here: has_headers=True")
        rng = source.impl
        self.sheet.guard_always(rng.address)
        box: Box = rng.box
        if any(table.range.box.common(box) for table in self._list()):
            raise EngineError(f"{rng.address} 与已有表格重叠", f"{rng.address} overlaps with another table")
        if box.shape[0] == 1:  # a table has at least one row of data
            box = box.around(Box(box.row + 1, box.column, box.row + 1, box.last_column))
        table = FileTable(displayName=self._free_name(name), ref=format_address(box, False, False))
        table.name = table.displayName
        table.tableStyleInfo = TableStyleInfo(name=table_style_name, showRowStripes=True)
        made = Table(self.sheet, table)
        made.take_headings()
        self.sheet.ws._tables.add(table)
        return made

    def _free_name(self, name: str | None) -> str:
        book = self.sheet.book
        taken = {t.displayName.casefold() for ws in book.wb.worksheets for t in ws.tables.values()}
        taken |= {key.casefold() for key in book.wb.defined_names}
        if name is None:
            return next(n for n in (f"Table{k}" for k in range(1, 10_000)) if n.casefold() not in taken)
        if name.casefold() in taken:
            raise EngineError(f"名称“{name}”已被使用", f"The name '{name}' is taken")
        return name


class Table(base_classes.Table):
    """One table."""

    def __init__(self, sheet: Any, table: FileTable) -> None:
        self.sheet = sheet
        self.table = table

    @property
    def api(self) -> FileTable:
        """openpyxl's table."""
        return self.table

    @property
    def parent(self) -> Any:
        """The sheet."""
        return self.sheet

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.table.displayName)

    @name.setter
    def name(self, value: str) -> None:
        if value == self.name:
            return
        del self.sheet.ws._tables[self.table.displayName]
        self.table.displayName = self.table.name = Tables(self.sheet)._free_name(value)
        self.sheet.ws._tables.add(self.table)

    @property
    def display_name(self) -> str:
        """Its name."""
        return self.name

    @display_name.setter
    def display_name(self, value: str) -> None:
        self.name = value

    @property
    def _box(self) -> Box:
        return parse_address(self.table.ref)[0]

    @property
    def _rows(self) -> tuple[int, int]:
        """(rows of headings, rows of totals)."""
        heads = 1 if self.table.headerRowCount is None else int(self.table.headerRowCount)
        return heads, int(self.table.totalsRowCount or 0)

    @property
    def range(self) -> Any:
        """All of it."""
        return self.sheet.at(self._box)

    @property
    def header_row_range(self) -> Any:
        """The headings, None where they are hidden."""
        box = self._box
        return self.sheet.at(Box(box.row, box.column, box.row, box.last_column)) if self._rows[0] else None

    @property
    def data_body_range(self) -> Any:
        """The data, None without a row."""
        box = self._box
        heads, totals = self._rows
        first, last = box.row + heads, box.last_row - totals
        return self.sheet.at(Box(first, box.column, last, box.last_column)) if first <= last else None

    @property
    def totals_row_range(self) -> Any:
        """The totals, None where they are not shown."""
        box = self._box
        return self.sheet.at(Box(box.last_row, box.column, box.last_row, box.last_column)) if self._rows[1] else None

    @property
    def insert_row_range(self) -> Any:
        """Only an empty table has one in Excel."""
        return None

    def resize(self, range: Any) -> None:
        """To another range that begins in the same row."""
        box: Box = range.impl.box
        if box.row != self._box.row:
            raise EngineError("表格的标题行须留在原处", "The headings of a table stay in their row")
        self.sheet.guard_always(range.address)
        self.table.ref = format_address(box, False, False)
        self.take_headings()

    def take_headings(self) -> None:
        """Make the headings unique texts and the columns' names, and let the filter cover the table."""
        box = self._box
        cells = self.sheet.cells_store
        seen: set[str] = set()
        columns = []
        for number, column in enumerate(range_of(box), 1):
            value = cells.value((box.row, column))
            text = str(int(value) if isinstance(value, float) and value.is_integer() else value or f"列{number}")
            name, count = text, 2
            while name.casefold() in seen:
                name, count = f"{text}{count}", count + 1
            seen.add(name.casefold())
            if name != value and self._rows[0]:
                cells.put((box.row, column), f"'{name}")
            columns.append(FileColumn(id=number, name=name))
        self.table.tableColumns = columns
        if self._rows[0]:
            self.table.autoFilter = AutoFilter(ref=self.table.ref)

    @property
    def columns(self) -> TableColumns:
        """Its columns."""
        return TableColumns(self)

    @property
    def show_autofilter(self) -> bool:
        """Are the arrows of the filter shown?"""
        return self.table.autoFilter is not None

    @show_autofilter.setter
    def show_autofilter(self, value: bool) -> None:
        self.table.autoFilter = AutoFilter(ref=self.table.ref) if value else None

    @property
    def show_headers(self) -> bool:
        """Are the headings shown?"""
        return bool(self._rows[0])

    @show_headers.setter
    def show_headers(self, value: bool) -> None:
        if bool(value) != self.show_headers:
            raise EngineError("不能改变标题行的显示", "Headings cannot be shown or hidden here")

    @property
    def show_totals(self) -> bool:
        """Are totals shown?"""
        return bool(self._rows[1])

    @show_totals.setter
    def show_totals(self, value: bool) -> None:
        if bool(value) != self.show_totals:
            raise EngineError("不能改变汇总行的显示", "Totals cannot be shown or hidden here")

    @property
    def table_style(self) -> str | None:
        """Name of the style."""
        return self.table.tableStyleInfo.name if self.table.tableStyleInfo else None

    @table_style.setter
    def table_style(self, value: str) -> None:
        self._style().name = value

    def _style(self) -> TableStyleInfo:
        if self.table.tableStyleInfo is None:
            self.table.tableStyleInfo = TableStyleInfo(showRowStripes=True)
        return self.table.tableStyleInfo

    @property
    def show_table_style_row_stripes(self) -> bool:
        """Are rows striped?"""
        return bool(self._style().showRowStripes)

    @show_table_style_row_stripes.setter
    def show_table_style_row_stripes(self, value: bool) -> None:
        self._style().showRowStripes = bool(value)

    @property
    def show_table_style_column_stripes(self) -> bool:
        """Are columns striped?"""
        return bool(self._style().showColumnStripes)

    @show_table_style_column_stripes.setter
    def show_table_style_column_stripes(self, value: bool) -> None:
        self._style().showColumnStripes = bool(value)

    @property
    def show_table_style_first_column(self) -> bool:
        """Does the first column stand out?"""
        return bool(self._style().showFirstColumn)

    @show_table_style_first_column.setter
    def show_table_style_first_column(self, value: bool) -> None:
        self._style().showFirstColumn = bool(value)

    @property
    def show_table_style_last_column(self) -> bool:
        """Does the last column stand out?"""
        return bool(self._style().showLastColumn)

    @show_table_style_last_column.setter
    def show_table_style_last_column(self, value: bool) -> None:
        self._style().showLastColumn = bool(value)


def range_of(box: Box) -> range:
    """The columns of a box."""
    return range(box.column, box.last_column + 1)


class TableColumns(Collection, base_classes.TableColumns):
    """The columns of a table."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def _list(self) -> list[TableColumn]:
        return [TableColumn(self.table, n) for n in range(1, len(self.table.table.tableColumns) + 1)]


class TableColumn(base_classes.TableColumn):
    """One column of a table."""

    def __init__(self, table: Table, number: int) -> None:
        self.table = table
        self.number = number

    @property
    def name(self) -> str:
        """Its heading."""
        return str(self.table.table.tableColumns[self.number - 1].name)

    @property
    def index(self) -> int:
        """Its place, from 1."""
        return self.number

    def _part(self, rng: Any) -> Any:
        box: Box = rng.box
        column = box.column + self.number - 1
        return self.table.sheet.at(Box(box.row, column, box.last_row, column))

    @property
    def range(self) -> Any:
        """With its heading."""
        return self._part(self.table.range)

    @property
    def data_body_range(self) -> Any:
        """Its data, None without a row."""
        body = self.table.data_body_range
        return None if body is None else self._part(body)
