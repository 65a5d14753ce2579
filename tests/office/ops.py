"""What a user does in an open workbook, as data for ``Office.run(path, ops=[...])``.

Rows count from 1 as in the row heads; columns are letters (``"F"``) or count from 1; cells and ranges are A1 texts.
Protected sheets without a password are unprotected first, as a user would.
"""

from __future__ import annotations

from typing import Any

Op = dict[str, Any]
Column = str | int


def insert_rows(sheet: str, at: int, count: int = 1) -> Op:
    """Insert ``count`` empty rows above row ``at``."""
    return {"op": "insert_rows", "sheet": sheet, "at": at, "count": count}


def delete_rows(sheet: str, at: int, count: int = 1) -> Op:
    """Delete ``count`` rows from row ``at`` on."""
    return {"op": "delete_rows", "sheet": sheet, "at": at, "count": count}


def insert_columns(sheet: str, at: Column, count: int = 1) -> Op:
    """Insert ``count`` empty columns to the left of column ``at``."""
    return {"op": "insert_columns", "sheet": sheet, "at": at, "count": count}


def delete_columns(sheet: str, at: Column, count: int = 1) -> Op:
    """Delete ``count`` columns from column ``at`` on."""
    return {"op": "delete_columns", "sheet": sheet, "at": at, "count": count}


def move_rows(sheet: str, at: int, before: int, count: int = 1) -> Op:
    """Cut ``count`` rows from row ``at`` on and insert them above row ``before`` (numbers as before the move).

    As by hand, rows moved above the first row of a range that formulas sum leave that range.
    """
    return {"op": "move_rows", "sheet": sheet, "at": at, "before": before, "count": count}


def move_columns(sheet: str, at: Column, before: Column, count: int = 1) -> Op:
    """Cut ``count`` columns from column ``at`` on and insert them left of column ``before``."""
    return {"op": "move_columns", "sheet": sheet, "at": at, "before": before, "count": count}


def move_range(sheet: str, source: str, target: str) -> Op:
    """Cut the range ``source`` and paste it with its top left cell at ``target``; references follow."""
    return {"op": "move_range", "sheet": sheet, "source": source, "target": target}


def copy_range(sheet: str, source: str, target: str) -> Op:
    """Copy the range ``source`` to ``target`` (its top left cell): relative references shift, as when filling down."""
    return {"op": "copy_range", "sheet": sheet, "source": source, "target": target}


def set_value(sheet: str, cell: str, number: float) -> Op:
    """Enter a number."""
    return {"op": "set_value", "sheet": sheet, "cell": cell, "number": number}


def set_text(sheet: str, cell: str, text: str) -> Op:
    """Enter a text, taken as text even if it looks like a number or a formula."""
    return {"op": "set_text", "sheet": sheet, "cell": cell, "text": text}


def set_formula(sheet: str, cell: str, formula: str) -> Op:
    """Enter a formula in LibreOffice's English notation: ``=SUM($学校.B2:B9;1)``."""
    return {"op": "set_formula", "sheet": sheet, "cell": cell, "formula": formula}


def set_array_formula(sheet: str, cells: str, formula: str) -> Op:
    """Enter an array formula into a range, in LibreOffice's English notation."""
    return {"op": "set_array_formula", "sheet": sheet, "cell": cells, "formula": formula}


def settle(sheet: str) -> Op:
    """Wait until the office has nothing left to do."""
    return {"op": "settle", "sheet": sheet}


def undo(sheet: str) -> Op:
    """Undo the last action."""
    return {"op": "undo", "sheet": sheet}


def clear(sheet: str, cell: str) -> Op:
    """Empty a cell or range; its format stays."""
    return {"op": "clear", "sheet": sheet, "cell": cell}
