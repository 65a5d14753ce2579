"""`formulas.ExcelModel`: the slow way, for formulas that the blocks do not cover, and to compare the blocks with.

Only formulas of our own templates come here. Not safe in threads: use processes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from qbe_xl.forms.texts import cell_of
from qbe_xl.formula.values import ERRORS, CellValue, ErrorValue

BOOK = "QBE.XLSX"
Cell = tuple[str, str]  # sheet and A1 reference


def calculate(values: Mapping[Cell, CellValue], formulas_of: Mapping[Cell, str]) -> dict[Cell, CellValue]:
    """The values of formula cells, given the cells that they look at (blank ones may be left out).

    `formulas_of` holds formulas with their equals sign.
    """
    os.environ.setdefault("TQDM_DISABLE", "1")
    import formulas

    cells: dict[str, Any] = {_id(*cell): _given(value) for cell, value in values.items() if value is not None}
    cells |= {_id(*cell): formula for cell, formula in formulas_of.items()}
    if not cells:
        return {}
    solution = formulas.ExcelModel().from_dict(cells).calculate()
    return {cell: _taken(solution.get(_id(*cell).upper())) for cell in formulas_of}


def _id(sheet: str, ref: str) -> str:
    cell_of(ref)
    quoted = sheet.replace("'", "''")
    return f"'[{BOOK}]{quoted}'!{ref}".upper()


def _given(value: CellValue) -> Any:
    if isinstance(value, ErrorValue):
        from formulas.tokens.operand import Error

        return Error.errors[str(value)]
    if isinstance(value, str) and value.startswith("="):
        return '="' + value.replace('"', '""') + '"'
    return value


def _taken(found: Any) -> CellValue:
    if found is None:
        return ErrorValue("#NAME?")
    value = found.value[0, 0] if hasattr(found, "value") else found
    text = str(value)
    if type(value).__name__ == "XlError" and text in ERRORS:
        return ErrorValue(text)
    if isinstance(value, str):
        return text
    if type(value).__name__ in {"bool", "bool_"}:
        return bool(value)
    return float(value) if type(value).__name__ != "Token" else 0.0
