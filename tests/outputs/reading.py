"""Reading a results workbook back, for tests."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from qbe_xl.core.languages import Lang
from qbe_xl.outputs.results.words import SHEETS
from qbe_xl.outputs.results_workbook import results_bytes
from tests.outputs.counties import assessment


@cache
def written(name: str, lang: Lang) -> bytes:
    """The results workbook of one of the counties."""
    return results_bytes(assessment(name), lang)


@cache
def opened(name: str, lang: Lang = "zh", values: bool = True) -> Workbook:
    """The same, opened: cached values, or formulas."""
    return openpyxl.load_workbook(io.BytesIO(written(name, lang)), data_only=values)


def sheet(name: str, key: str, lang: Lang = "zh", values: bool = True) -> Worksheet:
    """One of its sheets."""
    return opened(name, lang, values)[SHEETS[key][lang]]


def cells(worksheet: Worksheet) -> Iterator[Cell]:
    """Every cell that holds something."""
    for row in worksheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                yield cell


def find(worksheet: Worksheet, text: Any, column: int | None = None, after: int = 0) -> Cell:
    """The first cell with this value."""
    for cell in cells(worksheet):
        if cell.value == text and cell.row > after and (column is None or cell.column == column):
            return cell
    raise AssertionError(f"{text!r} is not in {worksheet.title}")


@dataclass(frozen=True)
class Table:
    """The rows below a header, up to the first row whose first column is empty."""

    names: list[str]
    rows: list[list[Cell]]

    def column(self, name: str) -> list[Any]:
        return [row[self.names.index(name)].value for row in self.rows]


def table(worksheet: Worksheet, first: str, after: int = 0) -> Table:
    """The table whose header starts with this name in the first column."""
    head = find(worksheet, first, 1, after)
    names = [str(cell.value) for cell in worksheet[head.row] if cell.value is not None]
    rows = []
    for row in worksheet.iter_rows(min_row=head.row + 1, max_col=len(names)):
        if row[0].value is None and all(cell.value is None for cell in row):
            break
        rows.append(list(row))
    return Table(names, rows)
