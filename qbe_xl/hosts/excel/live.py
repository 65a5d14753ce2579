"""The workbook that is open in the spreadsheet, as the forms' reader wants it: one transfer of values and one of formulas
for each sheet that is read, however many schools there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from typing import Any

import xlwings as xw

from qbe_xl.core.languages import Text
from qbe_xl.forms.grid import Grid
from qbe_xl.safety import PackageFacts, Refused, SheetFacts
from qbe_xl.safety.package import SheetContents
from qbe_xl.safety.preflight import MAX_ROW

MAX_COLUMNS = 702  # to column ZZ, as for files
_HEADER_ROWS = 12  # rows in which a merged cell can be part of a header
_NAMES = ("QBE_EDITION", "QBE_TEMPLATE")


class LiveBook:
    """An open workbook as a source for `forms.read_open`; sheets are read when they are asked for, once.

    `skip` are sheets that are none of the report: our own result sheets.
    """

    def __init__(self, book: xw.Book, skip: Collection[str] = ()) -> None:
        self._book = book
        self._grids: dict[str, Grid] = {}
        sheets = tuple(
            SheetFacts(
                name=sheet.name,
                part="",
                kind="worksheet",
                state="visible" if sheet.visible else "hidden",
                load=partial(self._contents, sheet.name),
            )
            for sheet in book.sheets
            if sheet.name not in skip
        )
        self.package = PackageFacts(book.name, "", sheets, _constants(book), False, False)

    @property
    def sheets(self) -> tuple[SheetFacts, ...]:
        """The sheets of the report, in their order."""
        return self.package.sheets

    def grid(self, name: str) -> Grid:
        """One sheet's values as the spreadsheet shows them now; Refused where there are more than can be read."""
        found = self._grids.get(name)
        if found is None:
            values = _values(_used(self._book.sheets[name]))
            found = self._grids[name] = Grid(self.package.sheet(name), [tuple(map(_plain, row)) for row in values])
        return found

    def _contents(self, name: str) -> SheetContents:
        """Formulas and merged header cells; asked for only when a sheet's formulas matter."""
        grid, used = self.grid(name), _used(self._book.sheets[name])
        formulas = {}
        for r, row in enumerate(rows_of(used.formula, used.shape)):
            for c, text in enumerate(row):
                # a text that begins so is its own value
                if isinstance(text, str) and text.startswith("=") and grid.at(r + 1, c) != text:
                    formulas[f"{column_letters(c)}{r + 1}"] = text[1:]
        filled = [sum(value is not None for value in row) for row in grid.rows]
        last = max((number for number, count in enumerate(filled, start=1) if count), default=0)
        merges = tuple(_merges(self._book.sheets[name], grid))
        return SheetContents(formulas=formulas, merges=merges, cells=sum(filled), last_row=last)


def column_letters(column: int) -> str:
    """A for 0, Z for 25, AA for 26 …"""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _constants(book: xw.Book) -> dict[str, str]:
    """The names that mark a template; none of the others matters here."""
    found = {}
    for name in book.names:
        if name.name in _NAMES:
            found[name.name] = str(name.refers_to or "")
    return found


def _used(sheet: xw.Sheet) -> xw.Range:
    """From A1 to the last cell in use, but not beyond what a file may have."""
    last = sheet.used_range.last_cell
    if last.column > MAX_COLUMNS or last.row > MAX_ROW:
        return sheet.range((1, 1), (min(last.row, MAX_ROW), min(last.column, MAX_COLUMNS)))
    return sheet.range((1, 1), last)


def _values(used: xw.Range) -> list[list[Any]]:
    rows: list[list[Any]] = used.options(ndim=2, err_to_str=True).value
    if used.shape[0] == MAX_ROW and any(value is not None for value in rows[-1]):
        name = used.sheet.name
        problem = Text(f"工作表“{name}”超过 {MAX_ROW} 行", f"the sheet “{name}” has more than {MAX_ROW} rows")
        raise Refused("QBE-FIL-010", file=used.sheet.book.name, problem=problem)
    return rows


def rows_of(found: Any, shape: tuple[int, int]) -> list[list[Any]]:
    """What `Range.formula` gives, always as rows: one cell is a text, one row or column may be flat."""
    if not isinstance(found, list | tuple):
        return [[found]]
    if found and isinstance(found[0], list | tuple):
        return [list(row) for row in found]
    return [list(found)] if shape[0] == 1 else [[value] for value in found]


def _plain(value: Any) -> Any:
    """Spreadsheets hand every number over with a fraction; whole ones are whole in a file."""
    return int(value) if type(value) is float and value.is_integer() else value


def _merges(sheet: xw.Sheet, grid: Grid) -> Iterator[str]:
    """Merged ranges that begin at a text in the header rows: only texts with a blank beside or below can be merged."""
    count = min(_HEADER_ROWS, len(grid.rows))
    width = max((len(grid.row(row)) for row in range(1, count + 1)), default=0)
    if not width or sheet.range((1, 1), (count, width)).merge_cells is False:
        return
    for row in range(1, count + 1):
        cells = grid.row(row)
        for column, value in enumerate(cells):
            beside = grid.at(row, column + 1) is None
            below = row < len(grid.rows) and grid.at(row + 1, column) is None
            if not isinstance(value, str) or not (beside or below):
                continue
            area = sheet.range((row, column + 1)).merge_area
            if area.shape != (1, 1):
                rows, columns = area.shape
                yield f"{column_letters(column)}{row}:{column_letters(column + columns - 1)}{row + rows - 1}"
