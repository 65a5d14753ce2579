"""Defined names of a document that is open in LibreOffice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlwings import base_classes

from qbe_xl.hosts.engines.common import Collection, EngineError, parse_address, split_sheet
from qbe_xl.hosts.engines.uno_bridge import edge, struct
from qbe_xl.hosts.engines.uno_document import box_of
from qbe_xl.hosts.engines.uno_formulas import excel_sheet
from qbe_xl.hosts.engines.uno_range import Range


@edge
class Name(base_classes.Name):
    """A name: of the workbook, or of one sheet (then it is called sheet!name)."""

    def __init__(self, book: Any, key: str, sheet: Any = None) -> None:
        self.book = book
        self.key = key
        self.sheet = sheet

    @property
    def _home(self) -> Any:
        return (self.sheet.ws if self.sheet else self.book.document.model).NamedRanges

    @property
    def api(self) -> Any:
        """LibreOffice's named range."""
        return self._home.getByName(self.key)

    @property
    def name(self) -> str:
        """The name, with its sheet if it counts there only."""
        return f"{excel_sheet(self.sheet.name)}!{self.key}" if self.sheet else self.key

    @name.setter
    def name(self, value: str) -> None:
        self.book.app.check()
        self.api.setName(value)
        self.key = value

    @property
    def refers_to(self) -> str:
        """What it means, in Excel's notation, with "=" in front."""
        return "=" + self.book.document.excel_reader()(str(self.api.getContent()))

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self.book.app.check()
        self.api.setContent(self.book.document.to_office("=" + value.removeprefix("="))[1:])

    @property
    def refers_to_range(self) -> Range:
        """The cells it means. EngineError if it means something else."""
        cells = self.api.getReferredCells()
        if cells is None:
            raise EngineError(f"名称“{self.name}”指的不是单元格区域。", f"The name '{self.name}' does not mean cells.")
        address = cells.getRangeAddress()
        sheet = self.book.sheets(int(address.Sheet) + 1)
        return Range(sheet, (box_of(address),))

    def delete(self) -> None:
        """The name goes."""
        self.book.app.check()
        self._home.removeByName(self.key)


@edge
class Names(Collection, base_classes.Names):
    """All names of a workbook, or those of one sheet."""

    def __init__(self, book: Any, sheet: Any = None) -> None:
        self.book = book
        self.sheet = sheet

    @property
    def api(self) -> Any:
        """LibreOffice's named ranges."""
        return (self.sheet.ws if self.sheet else self.book.document.model).NamedRanges

    def _list(self) -> Sequence[Name]:
        found = [Name(self.book, key, self.sheet) for key in self.api.getElementNames()]
        if self.sheet is None:
            found += [Name(self.book, key, s) for s in self.book.sheets for key in s.ws.NamedRanges.getElementNames()]
        return found

    def _find(self, key: Any) -> Name | None:
        # names of single sheets are called sheet!name, so a plain one needs no look at every sheet
        if self.sheet is not None or not isinstance(key, str) or "!" in key:
            found: Name | None = super()._find(key)
            return found
        own = next((known for known in self.api.getElementNames() if known.casefold() == key.casefold()), None)
        return Name(self.book, own) if own is not None else None

    def snapshot(self) -> list[tuple[str, Name]]:
        """(name, handle) of each."""
        return [(name.name, name) for name in self._list()]

    def add(self, name: str, refers_to: str) -> Name:
        """A new name; one that is there already now means this. "sheet!name" makes one of that sheet."""
        self.book.app.check()
        place, key = split_sheet(name)
        sheet = self.book.sheets(place) if place else self.sheet
        home = (sheet.ws if sheet else self.book.document.model).NamedRanges
        content = self.book.document.to_office("=" + refers_to.removeprefix("="))[1:]
        known = next((own for own in home.getElementNames() if own.casefold() == key.casefold()), None)
        if known:
            home.getByName(known).setContent(content)
        else:
            home.addNewByName(key, content, struct("table.CellAddress"), 0)
        return Name(self.book, known or key, sheet)

    def meaning(self, rng: Range) -> Name | None:
        """The name that means just this range."""
        for name in self._list():
            sheet, address = split_sheet(name.refers_to)
            if sheet == rng.sheet.name:
                try:
                    boxes = parse_address(address)
                except ValueError:  # a formula
                    continue
                if boxes == rng.boxes:
                    return name
        return None

    def range_of(self, text: str, sheet: Any) -> Range:
        """The cells that a name means, seen from a sheet. EngineError if there is no such name."""
        for names in (sheet.names, self):
            found = next((n for n in names if n.key.casefold() == text.casefold()), None)
            if found is not None:
                return found.refers_to_range
        raise EngineError(f"没有这样的区域或名称：{text}", f"There is no such range or name: {text}")
