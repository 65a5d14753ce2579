"""The worksheet functions inside `formulas`: every case and documented example gives what plain Python gives."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("TQDM_DISABLE", "1")

import formulas
import numpy as np
import openpyxl
import pytest
import schedula
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

from qbe_xl.functions import CellError, registered
from qbe_xl.hosts.formulas_host import LeftOut, compiled, hosted, register, taken
from tests.functions.cases import CASES, OMIT, Case
from tests.functions.compare import equal_cell, rows_of

EXAMPLES = [(f.name, e) for f in registered().values() for e in f.examples]
ERRORS = {error.value: error for error in CellError}


def placed(case: Case, name: str | None = None) -> tuple[str, dict[str, list[list[Any]]]]:
    """The call as a formula over ranges side by side from row 1 on, and what stands in each range."""
    column, refs, cells = 1, [], {}
    for arg in case.args:
        if arg is OMIT:
            refs.append("")
            continue
        table = arg if isinstance(arg, list) else [[arg]]
        last = get_column_letter(column + len(table[0]) - 1)
        first = get_column_letter(column)
        ref = f"{first}1" if len(table) == len(table[0]) == 1 else f"{first}1:{last}{len(table)}"
        refs.append(ref)
        cells[ref] = table
        column += len(table[0]) + 1
    return f"={name or case.function}({','.join(refs)})", cells


def given(table: list[list[Any]]) -> np.ndarray:
    """Cells as ExcelModel holds them."""
    array = np.empty((len(table), len(table[0])), dtype=object)
    for i, row in enumerate(table):
        for j, cell in enumerate(row):
            blank = cell is None
            array[i, j] = schedula.EMPTY if blank else _error(cell) if isinstance(cell, CellError) else cell
    return array


def _error(cell: CellError) -> Any:
    from formulas.tokens.operand import Error

    return Error.errors[cell.value]


def seen(answer: Any) -> list[list[Any]]:
    """An answer of `formulas` with its errors as ours; their own type tells them from texts."""
    table = np.asarray(getattr(answer, "value", answer), dtype=object)
    table = table.reshape(1, 1) if table.ndim == 0 else table
    return [[_cell(cell) for cell in row] for row in table.tolist()]


def _cell(cell: Any) -> Any:
    if type(cell).__name__ == "XlError":
        return ERRORS[str(cell)]
    return float(cell) if isinstance(cell, int | np.number) else cell


def same(found: list[list[Any]], expected: Any) -> bool:
    wanted = rows_of(expected)
    return [len(r) for r in found] == [len(r) for r in wanted] and all(
        equal_cell(a, b) for x, y in zip(found, wanted, strict=True) for a, b in zip(x, y, strict=True)
    )


def run(formula: str, cells: dict[str, list[list[Any]]]) -> list[list[Any]]:
    function = compiled(formula)
    return seen(function(*(formulas.Ranges().push(ref, given(cells[ref])) for ref in function.inputs)))


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.function}: {c.note}")
def test_case(case: Case) -> None:
    found = run(*placed(case))
    assert same(found, case.expected), found


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda x: x if isinstance(x, str) else x.formula[:60])
def test_documented_example(name: str, example: Any) -> None:
    found = seen(compiled(example.formula)())
    assert same(found, example.value), found


@pytest.mark.parametrize(
    "name", ["_xll.QBE_COEF", "_xll.qbe_coef", "[1]!QBE_COEF", r"'C:\加载项\qbe_xl.xlam'!QBE_COEF"]
)
def test_names_as_excel_stores_them(name: str) -> None:
    assert seen(compiled(f"={name}({{1;3}})*2")()) == [[1.0]]


def test_registered_under_both_names_and_twice_is_once() -> None:
    from formulas.functions import get_functions

    names = register()
    assert set(names) == {p + n for n in registered() for p in ("", "_XLL.")}
    assert register() == names
    assert set(names) <= set(get_functions())


# ---- what only this host could get wrong


def test_a_left_out_argument_is_not_a_zero() -> None:
    # with weights of 0 there are two values and one weight: a wrong shape
    assert seen(compiled("=QBE_COEF({1;3},)")()) == [[0.5]]
    assert seen(compiled("=QBE_COEF({1;3},0)")()) == [[CellError.VALUE]]
    # pupils of 高中: left out gives two parts, a typed 0 three
    assert len(seen(compiled("=QBE_SPLIT(100,5,5,)")())[0]) == 2
    assert len(seen(compiled("=QBE_SPLIT(100,5,5,0)")())[0]) == 3
    # and for others it is still 0
    assert seen(compiled("=SUM(1,,2)")()) == [[3.0]]
    assert LeftOut(0) == 0


def test_negative_constants_and_inner_formulas() -> None:
    assert seen(compiled("=QBE_STD({-1;3})")()) == [[CellError.VALUE]]
    assert seen(compiled("=QBE_STD(-1)")()) == [[CellError.VALUE]]
    assert seen(compiled("=QBE_ROOMS(1/0)")()) == [[CellError.DIV0]]
    assert seen(compiled('=IF(QBE_LIMIT("L1","小学")=4.2,"是","否")')()) == [["是"]]
    assert seen(compiled('=IFERROR(QBE_LIMIT("L9","小学"),"无")')()) == [["无"]]


def test_a_text_that_looks_like_an_error_stays_a_text() -> None:
    """A text function answers #REF! as a text: the real error would be counted as one."""
    assert seen(compiled("=ISTEXT(QBE_EXPLAIN(#REF!))")()) == [[True]]
    assert seen(compiled("=ISERROR(QBE_COEF(#REF!))")()) == [[True]]


def test_an_error_that_only_formulas_has_counts_as_missing() -> None:
    assert seen(compiled("=QBE_ROOMS(#GETTING_DATA)")()) == [[CellError.NA]]


def test_too_many_arguments_are_an_error_not_a_crash() -> None:
    assert seen(compiled("=QBE_ROOMS(1,2,3)")()) == [[CellError.VALUE]]


def test_whole_columns_of_numbers_are_passed_on_as_they_are() -> None:
    column = np.arange(5.0).reshape(5, 1)
    assert taken(column).dtype == np.float64
    assert hosted(registered()["QBE_INDICATOR"])("L1", column, np.array([[100.0]])).shape == (5, 1)


# ---- a workbook through ExcelModel

# for each function the first of each kind of answer: number or text, error, array
_PICKED: dict[tuple[str, str], Case] = {}
for _case in CASES:
    if sum(len(a) if isinstance(a, list) else 1 for a in _case.args) < 100:
        _kind = "array" if isinstance(_case.expected, tuple) else str(_case.expected)[:6]
        _PICKED.setdefault(
            (_case.function, _kind if isinstance(_case.expected, CellError) else type(_case.expected).__name__), _case
        )


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every picked case on a sheet of its own, its formula in row 40, stored with Excel's prefix on every other sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, case in enumerate(_PICKED.values()):
        sheet = book.create_sheet(f"C{number}")
        formula, cells = placed(case, f"_xll.{case.function}" if number % 2 else None)
        for ref, table in cells.items():
            start = sheet[ref.partition(":")[0]]
            for i, row in enumerate(table):
                for j, cell in enumerate(row):
                    target = sheet.cell(start.row + i, start.column + j)
                    target.value = cell.value if isinstance(cell, CellError) else cell
        rows = rows_of(case.expected)
        if len(rows) == len(rows[0]) == 1:
            sheet["A40"] = formula
        else:
            ref = f"A40:{get_column_letter(len(rows[0]))}{39 + len(rows)}"
            sheet["A40"] = ArrayFormula(ref, formula)
    path: Path = tmp_path_factory.mktemp("model") / "cases.xlsx"
    book.save(path)
    register()
    return dict(formulas.ExcelModel().loads(str(path)).finish().calculate())


@pytest.mark.parametrize(
    ("number", "case"), list(enumerate(_PICKED.values())), ids=lambda x: getattr(x, "note", str(x))
)
def test_workbook(solved: dict[str, Any], number: int, case: Case) -> None:
    rows = rows_of(case.expected)
    ref = "A40" if len(rows) == len(rows[0]) == 1 else f"A40:{get_column_letter(len(rows[0]))}{39 + len(rows)}"
    found = seen(solved[f"'[cases.xlsx]C{number}'!{ref}"])
    assert same(found, case.expected), (case, found)
