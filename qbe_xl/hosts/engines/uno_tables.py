"""Tables of a document that is open in LibreOffice: its database ranges, which .xlsx files hold as tables.

LibreOffice 7 keeps no table styles and writes a table only if it has filter buttons.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from xlwings import base_classes

from qbe_xl.hosts.engines.common import Box, Collection
from qbe_xl.hosts.engines.uno_bridge import edge, members
from qbe_xl.hosts.engines.uno_document import address_of, box_of
from qbe_xl.hosts.engines.uno_range import Range


@edge
class Table(base_classes.Table):
    """One table."""

    def __init__(self, sheet: Any, name: str) -> None:
        self.sheet = sheet
        self._name = name

    @property
    def api(self) -> Any:
        """LibreOffice's database range."""
        return self.sheet.book.document.model.DatabaseRanges.getByName(self._name)

    @property
    def parent(self) -> Any:
        """Its sheet."""
        return self.sheet

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self.sheet._changing()
        self.api.setName(value)
        self._name = value

    display_name = name

    @property
    def range(self) -> Range:
        """All of it."""
        return Range(self.sheet, (box_of(self.api.getDataArea()),))

    @property
    def header_row_range(self) -> Range | None:
        """The row of headings, if it has one."""
        box = self.range.box
        return Range(self.sheet, (box._replace(last_row=box.row),)) if self.show_headers else None

    @property
    def data_body_range(self) -> Range | None:
        """The rows between headings and totals, if there are any."""
        box = self.range.box
        first, last = box.row + self.show_headers, box.last_row - self.show_totals
        return Range(self.sheet, (Box(first, box.column, last, box.last_column),)) if first <= last else None

    @property
    def totals_row_range(self) -> Range | None:
        """The row of totals, if it has one."""
        box = self.range.box
        return Range(self.sheet, (box._replace(row=box.last_row),)) if self.show_totals else None

    insert_row_range = None

    @property
    def show_headers(self) -> bool:
        """Is the first row one of headings?"""
        return bool(self.api.ContainsHeader)

    @show_headers.setter
    def show_headers(self, value: bool) -> None:
        self.sheet._changing()
        self.api.ContainsHeader = bool(value)

    @property
    def show_totals(self) -> bool:
        """Is the last row one of totals?"""
        return bool(self.api.TotalsRow)

    @show_totals.setter
    def show_totals(self, value: bool) -> None:
        self.sheet._changing()
        self.api.TotalsRow = bool(value)

    @property
    def show_autofilter(self) -> bool:
        """Has it filter buttons?"""
        return bool(self.api.AutoFilter)

    @show_autofilter.setter
    def show_autofilter(self, value: bool) -> None:
        self.sheet._changing()
        self.api.AutoFilter = bool(value)

    @property
    def table_style(self) -> str | None:
        """None: LibreOffice keeps no table styles."""
        return None

    @table_style.setter
    def table_style(self, value: str) -> None:
        pass

    def resize(self, range: Any) -> None:
        """Another size; takes an xlwings Range."""
        self.sheet._changing()
        self.api.setDataArea(address_of(range.impl.box, self.sheet.index - 1))


@edge
class Tables(Collection, base_classes.Tables):
    """The tables of a sheet."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet

    @property
    def api(self) -> Any:
        """LibreOffice's database ranges, of all sheets."""
        return self.sheet.book.document.model.DatabaseRanges

    def _list(self) -> Sequence[Table]:
        here = self.sheet.index - 1
        return [Table(self.sheet, str(own.getName())) for own in members(self.api) if own.getDataArea().Sheet == here]

    def add(
        self, source_type: Any = None, source: Any = None, link_source: Any = None, has_headers: bool = True,
        destination: Any = None, table_style_name: str | None = None, name: str | None = None,
    ) -> Table:  # fmt: skip
        """A table over an xlwings Range, with filter buttons."""
        self.sheet._changing()
        ranges = self.api
        name = name or next(n for n in map("Table{}".format, count(1)) if not ranges.hasByName(n))
        ranges.addNewByName(name, address_of(source.impl.box, self.sheet.index - 1))
        table = ranges.getByName(name)
        table.ContainsHeader = bool(has_headers)
        table.AutoFilter = bool(has_headers)
        return Table(self.sheet, name)
