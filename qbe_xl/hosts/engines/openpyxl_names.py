"""Names of the openpyxl engine, of the workbook and of single sheets."""

from __future__ import annotations

import re
from typing import Any

from openpyxl.cell.cell import MergedCell
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from xlwings import base_classes

from qbe_xl.hosts.engines.common import Box, Collection, EngineError, parse_address, quoted_sheet, split_sheet
from qbe_xl.hosts.engines.openpyxl_cells import formula_for_file, formula_shown

_NAME = re.compile(r"[^\W\d][\w.\\?]*", re.UNICODE)
_PLAIN_SHEET = re.compile(r"[^\W\d]\w*")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*|[RrCc]")
_TEXTS = re.compile(r'("(?:[^"]|"")*")')


class Names(Collection, base_classes.Names):
    """All names of a workbook (those of one sheet read "Sheet!name"), or with `sheet` those of that sheet."""

    def __init__(self, book: Any, sheet: Any = None) -> None:
        self.book = book
        self.sheet = sheet

    @property
    def api(self) -> Any:
        """openpyxl's names of the scope."""
        return self.book.wb.defined_names if self.sheet is None else self.sheet.ws.defined_names

    def _list(self) -> list[Name]:
        if self.sheet is not None:
            return [Name(self.book, key, self.sheet) for key in self.api]
        names = [Name(self.book, key, None) for key in self.api]
        for sheet in self.book.sheets:
            names += [Name(self.book, key, sheet) for key in sheet.ws.defined_names]
        return sorted(names, key=lambda name: name.name.casefold())

    def _find(self, key: Any) -> Name | None:
        found: Name | None = super()._find(key)
        if found is None and isinstance(key, str):
            sheet, bare = split_sheet(key)
            bare = bare.casefold()
            for name in self._list():
                scope = name.sheet.name.casefold() if name.sheet is not None else None
                wanted = sheet.casefold() if sheet else (self.sheet.name.casefold() if self.sheet is not None else None)
                if name.key.casefold() == bare and scope == wanted:
                    return name
        return found

    def add(self, name: str, refers_to: str) -> Name:
        """Define a name, or define it anew; "Sheet!name" holds on that sheet alone. EngineError for no valid name."""
        scope, key = split_sheet(name)
        sheet = self.sheet
        if scope is not None:
            sheet = self.book.sheets._find(scope)
            if sheet is None:
                raise EngineError(f"没有工作表“{scope}”", f"There is no sheet '{scope}'")
        if not _NAME.fullmatch(key) or _LIKE_A_CELL.fullmatch(key) or len(key) > 255:
            raise EngineError(f"“{key}”不能用作名称", f"'{key}' cannot be a name")
        holder = self.book.wb.defined_names if sheet is None else sheet.ws.defined_names
        old = next((k for k in holder if k.casefold() == key.casefold()), None)
        if old is not None:
            del holder[old]
        holder[key] = DefinedName(key, attr_text=_attr(refers_to))
        return Name(self.book, key, sheet)

    def of_range(self, rng: Any) -> Name | None:
        """The name of exactly this range."""
        for name in self._list():
            found = name.boxes()
            if found is not None and found[0] is rng.sheet and found[1] == rng.boxes:
                return name
        return None


def _attr(refers_to: str) -> str:
    """What a name stands for, as the file writes it; a text without "=" is a text, as in Excel."""
    text = str(refers_to)
    if not text.startswith("="):
        return '"' + text.replace('"', '""') + '"'
    return formula_for_file(text[1:])


class Name(base_classes.Name):
    """One name."""

    def __init__(self, book: Any, key: str, sheet: Any) -> None:
        self.book = book
        self.key = key
        self.sheet = sheet

    @property
    def _holder(self) -> Any:
        return self.book.wb.defined_names if self.sheet is None else self.sheet.ws.defined_names

    @property
    def api(self) -> DefinedName:
        """openpyxl's name."""
        return self._holder[self.key]

    @property
    def name(self) -> str:
        """The name; of a sheet's own name with the sheet in front."""
        if self.sheet is None:
            return self.key
        title = self.sheet.name
        return f"{title if _PLAIN_SHEET.fullmatch(title) else quoted_sheet(title)}!{self.key}"

    @name.setter
    def name(self, value: str) -> None:
        attr = self.api.attr_text
        scope = self.sheet
        new = Names(self.book, scope).add(value, f"={attr}")
        if new.key != self.key and self.key in self._holder:
            del self._holder[self.key]
        self.key = new.key

    @property
    def refers_to(self) -> str:
        """What it stands for: "=Sheet!$A$1", a constant or a formula."""
        return f"={formula_shown(self.api.attr_text or '')}"

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self.api.attr_text = _attr(value)

    def boxes(self) -> tuple[Any, tuple[Box, ...]] | None:
        """(sheet, boxes) of a name for cells of one sheet; None for anything else."""
        text = self.api.attr_text or ""
        sheets: list[str | None] = []
        boxes: list[Box] = []
        for part in _areas(text):
            sheet, address = split_sheet(part)
            try:
                boxes += parse_address(address)
            except ValueError:
                return None
            sheets.append(sheet)
        found = self.book.sheets._find(sheets[0]) if sheets and sheets[0] and len(set(sheets)) == 1 else None
        return None if found is None else (found, tuple(boxes))

    @property
    def refers_to_range(self) -> Any:
        """The range. EngineError for a constant, a formula, or cells that are gone."""
        found = self.boxes()
        if found is None:
            raise EngineError(
                f"名称“{self.name}”不指向单元格：{self.refers_to}",
                f"The name '{self.name}' is not one of cells: {self.refers_to}",
            )
        return found[0].at(*found[1])

    def delete(self) -> None:
        """Take it away."""
        del self._holder[self.key]


def _areas(text: str) -> list[str]:
    """The areas of a reference: split at the commas outside quoted sheet names."""
    pieces = re.split(r"('(?:[^']|'')*')", text)
    joined = "".join(p.replace(",", "\0") if not n % 2 else p for n, p in enumerate(pieces))
    return joined.strip("()").split("\0")


# ---------------------------------------------------------------------------------------------------- renaming


def _reference(title: str) -> re.Pattern[str]:
    plain = re.escape(title)
    quoted = re.escape(quoted_sheet(title))
    return re.compile(rf"(?:(?<![\w'.\]]){plain}|{quoted})!", re.IGNORECASE)


def rename_in(book: Any, old: str, new: str | None) -> None:
    """Carry a sheet's new name (None: it is gone) into formulas, names and internal links, as Excel does."""
    pattern = _reference(old)
    put = "#REF!" if new is None else f"{quoted_sheet(new)}!"
    if new is None:
        pattern = re.compile(pattern.pattern + r"\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?", re.IGNORECASE)

    def carried(text: str) -> str:
        if "!" not in text:
            return text
        parts = _TEXTS.split(text)
        return "".join(p if n % 2 else pattern.sub(lambda _: put, p) for n, p in enumerate(parts))

    holders = [book.wb.defined_names, *(ws.defined_names for ws in book.wb.worksheets)]
    for holder in holders:
        for name in holder.values():
            name.attr_text = carried(name.attr_text or "") or None
    for ws in book.wb.worksheets:
        for cell in ws._cells.values():
            if type(cell) is MergedCell:
                continue
            if cell.data_type == "f":
                if isinstance(cell._value, str):
                    cell._value = carried(cell._value)
                elif isinstance(cell._value, ArrayFormula):
                    cell._value.text = carried(cell._value.text)
            if cell._hyperlink is not None and cell._hyperlink.location and new is not None:
                cell._hyperlink.location = carried(cell._hyperlink.location)
