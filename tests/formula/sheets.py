"""Any formulas on one sheet, evaluated as blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qbe_xl.forms.texts import cell_of
from qbe_xl.formula.binding import bind
from qbe_xl.formula.evaluation import Result, evaluate
from qbe_xl.formula.plan import Sheets, plan_of
from qbe_xl.formula.syntax import Plan

NAME = "表"


def plan_for(formulas: Mapping[str, str], closing_row: int = 10**9) -> Plan:
    """The plan of formulas by their cells; ranges to the closing row may turn out longer."""
    cells = [(0, *cell_of(ref), formula) for ref, formula in formulas.items()]
    return plan_of(cells, Sheets(("sheet",), (NAME,), frozenset()), (0, closing_row), lambda wanted: [])


def rows_of(cells: Mapping[str, Any]) -> list[list[Any]]:
    """Cells by reference as rows."""
    rows: list[list[Any]] = []
    for ref, value in cells.items():
        row, column = cell_of(ref)
        while len(rows) < row:
            rows.append([])
        rows[row - 1] += [None] * (column + 1 - len(rows[row - 1]))
        rows[row - 1][column] = value
    return rows


def computed(formulas: Mapping[str, str], cells: Mapping[str, Any]) -> Result:
    """The formulas evaluated over the cells."""
    return evaluate(bind(plan_for(formulas)), {NAME: rows_of(cells)})
