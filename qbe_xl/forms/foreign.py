"""Workbooks in other formats (.xls, .xlsb, .ods, and .et where it is an .xls inside), read by python-calamine.

Its reader is fast but can end the whole process on a bad file, so it runs in guarded children alone. It gives values
and nothing else: error cells come as blanks, and formulas, hidden rows and defined names are not told. A note says so.
"""

from __future__ import annotations

import datetime
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.county.model import Submission
from qbe_xl.forms.child import prepare, read_guarded
from qbe_xl.forms.grid import Book, Grid, Source
from qbe_xl.forms.texts import letter
from qbe_xl.safety import OtherFormat, PackageFacts, Refused, SheetFacts, preflight
from qbe_xl.safety.nursery import inside_child
from qbe_xl.safety.package import SheetContents
from qbe_xl.safety.preflight import MAX_CELLS, MAX_MERGES, MAX_ROW, MAX_SHEETS

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

# What a suffix promises; a file that holds something else is read as what it is, and a note says so.
_PROMISES = {
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".xltx": "xlsx", ".xltm": "xlsx", ".xls": "xls", ".xlt": "xls", ".et": "xls",
    ".ett": "xls", ".xlsb": "xlsb", ".ods": "ods", ".csv": "csv", ".txt": "txt", ".htm": "html", ".html": "html",
}  # fmt: skip


def read_in_child(path: Path, form: str | Path | None) -> Submission:
    """As `qbe_xl.forms.read`, in a child of its own."""
    return read_guarded(path, form)


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The workbook, open for reading by whatever reads its format.

    Refused where it cannot be read; OtherFormat (a refusal too) where that would take a guarded child and this is none.
    """
    try:
        package = preflight(path, sheets=False)
    except OtherFormat as other:
        if not inside_child():
            raise
        yield ForeignBook(other)
        return
    with Book(package) as book:
        yield book


def remarks(book: Source) -> list[Finding]:
    """What is to be said about the format: what cannot be judged in it, and a name that promises another."""
    name = book.package.name
    kind = book.kind if isinstance(book, ForeignBook) else "xlsx"
    found = []
    if kind != "xlsx":
        found.append(Finding("QBE-FIL-018", args={"file": name, "kind": f".{kind}"}))
    promised = _PROMISES.get(Path(name).suffix.lower(), kind)
    if promised != kind:
        found.append(
            Finding("QBE-FIL-019", args={"file": name, "suffix": Path(name).suffix.lower(), "kind": f".{kind}"})
        )
    return found


class ForeignBook:
    """A `Source` of the values that calamine gives. Only in a guarded child."""

    def __init__(self, other: OtherFormat) -> None:
        self.kind = other.kind
        self._refused = other
        self._name = other.name
        self._grids: dict[str, Grid] = {}
        self._sheets: dict[str, CalamineSheet] = {}
        self._cells = 0
        try:
            import python_calamine as calamine
        except ImportError as error:
            raise Refused("QBE-FIL-017", file=self._name, kind=f".{self.kind}") from error
        # every error of the library's own
        self._faults = (
            calamine.CalamineError, calamine.PasswordError, calamine.WorksheetNotFound, calamine.XmlError,
            calamine.ZipError, OSError, ValueError, OverflowError,
        )  # fmt: skip
        try:
            self._book: CalamineWorkbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(other.data))
            listed = list(self._book.sheets_metadata)
        except calamine.PasswordError as error:
            raise Refused("QBE-FIL-006", file=self._name) from error
        except self._faults as error:
            raise self._damaged(error) from error
        if len(listed) > MAX_SHEETS:
            self._beyond(f"工作表多于 {MAX_SHEETS} 张", f"more than {MAX_SHEETS} sheets")
        sheets = []
        for entry in listed:
            kind = "worksheet" if entry.typ == calamine.SheetTypeEnum.WorkSheet else "other"
            state = "visible" if entry.visible == calamine.SheetVisibleEnum.Visible else "hidden"
            sheets.append(SheetFacts(entry.name, "", kind, state, self._loader(entry.name)))
        self.package = PackageFacts(
            name=self._name,
            sha256=hashlib.sha256(other.data).hexdigest(),
            sheets=tuple(sheets),
            names={},
            has_macros=False,
            external_links=False,
            data=other.data,
        )

    @property
    def sheets(self) -> tuple[SheetFacts, ...]:
        """The sheets that hold cells, in their order."""
        return self.package.worksheets

    def grid(self, name: str) -> Grid:
        """One sheet's values; Refused where they cannot be read or are beyond the bounds."""
        found = self._grids.get(name)
        if found is None:
            sheet = self._sheet(name)
            try:
                raw = sheet.to_python(skip_empty_area=False)
            except self._faults as error:
                raise self._damaged(error) from error
            found = self._grids[name] = Grid(self.package.sheet(name), [tuple(map(_value, row)) for row in raw])
        return found

    def _sheet(self, name: str) -> CalamineSheet:
        found = self._sheets.get(name)
        if found is None:
            try:
                found = self._book.get_sheet_by_name(name)
            except self._faults as error:
                raise self._damaged(error) from error
            if found.total_height > MAX_ROW:
                self._beyond(f"行号超过 {MAX_ROW}", f"a row beyond {MAX_ROW}")
            self._cells += found.total_height * found.total_width
            if self._cells > MAX_CELLS:
                self._beyond(f"单元格多于 {MAX_CELLS} 个", f"more than {MAX_CELLS} cells")
            self._sheets[name] = found
        return found

    def _loader(self, name: str) -> Any:
        def load() -> SheetContents:
            sheet = self._sheet(name)
            try:
                merged = sheet.merged_cell_ranges or []
            except self._faults as error:
                raise self._damaged(error) from error
            if len(merged) > MAX_MERGES:
                self._beyond(f"合并区域多于 {MAX_MERGES} 个", f"more than {MAX_MERGES} merged ranges")
            merges = tuple(f"{letter(c1)}{r1 + 1}:{letter(c2)}{r2 + 1}" for (r1, c1), (r2, c2) in merged)
            rows = self.grid(name).rows
            cells = sum(len(row) - row.count(None) for row in rows)
            return SheetContents(merges=merges, cells=cells, last_row=len(rows))

        return load

    def _damaged(self, error: BaseException) -> Refused:
        if ".et" in str(self._refused.values.get("kind")):  # WPS's own, beyond what an .xls is
            return Refused(self._refused.code, **self._refused.values)
        return Refused("QBE-FIL-007", file=self._name, problem=f"{type(error).__name__}: {error}"[:120])

    def _beyond(self, zh: str, en: str) -> None:
        raise Refused("QBE-FIL-010", file=self._name, problem=Text(zh, en))


def _value(raw: Any) -> Any:
    """A value as openpyxl would give it: blanks are None, whole numbers integers."""
    if raw == "":
        return None
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return int(raw)
    if type(raw) is datetime.date:
        return datetime.datetime(raw.year, raw.month, raw.day)
    return raw


__all__ = ["ForeignBook", "opened", "prepare", "read_in_child", "remarks"]
