"""The worksheet functions in a real LibreOffice with the add-in installed: the same answers as in Python.

Root cannot run LibreOffice's installer, so there another user does (see ``tests.office.install``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from qbe_xl.functions import CellError, registered
from qbe_xl.hosts.libreoffice.installed import environment, find_soffice, office_python
from tests.functions.cases import CASES, OMIT, Case
from tests.functions.compare import equal_cell, rows_of
from tests.office import Office, OfficeError, find_office
from tests.office.ops import set_array_formula, set_formula, settle, undo
from udfs.build_oxt import build

pytestmark = pytest.mark.office

EXAMPLES = [example for function in registered().values() for example in function.examples]
NAMES = list(registered())


@pytest.fixture(scope="session")
def add_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("dist") / "qbe_xl.oxt")


@pytest.fixture(scope="module")
def calc(add_in: Path) -> Iterator[Office]:
    """An office with the add-in, told where our environment is; what is missing fails the tests."""
    try:
        find_office()
    except OfficeError as problem:
        pytest.fail(str(problem), pytrace=False)
    soffice = find_soffice()
    theirs = office_python(soffice) if soffice else None
    ours = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if theirs != ours:
        pytest.fail(
            f"LibreOffice runs Python {theirs}, the tests {ours}: make .venv with Python {theirs}.", pytrace=False
        )
    with Office(extension=add_in, site=environment()) as running:
        yield running


# ---- writing questions into sheets, reading answers -----------------------------------------------------------------


def write_cell(sheet: Any, row: int, column: int, value: Any) -> None:
    """A value as it stands in a cell."""
    if value is None:
        return
    if isinstance(value, CellError):
        sheet.write_formula(row, column, f"={value}", None, str(value))
    elif value == "":
        sheet.write_formula(row, column, '=""', None, "")
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, value)


def ask(path: Path, cases: list[Case]) -> list[int]:
    """One sheet a case, its arguments in cells, its formula below them; returns the row (from 0) of each answer.

    The cached answers are wrong on purpose.
    """
    tops = []
    with xlsxwriter.Workbook(path) as book:
        for number, case in enumerate(cases):
            sheet = book.add_worksheet(f"c{number}")
            references, column, deepest = [], 0, 0
            for arg in case.args:
                if isinstance(arg, str) and arg == OMIT:
                    references.append("")
                    continue
                table = arg if isinstance(arg, list) else [[arg]]
                for y, line in enumerate(table):
                    for x, value in enumerate(line):
                        write_cell(sheet, y, column + x, value)
                bottom, right = len(table) - 1, column + len(table[0]) - 1
                single = (bottom, right) == (0, column)
                references.append(xl_rowcol_to_cell(0, column) if single else xl_range(0, column, bottom, right))
                column, deepest = right + 2, max(deepest, bottom)
            formula = f"={case.function}({','.join(references)})"
            wanted, top = rows_of(case.expected), deepest + 2
            if (len(wanted), len(wanted[0])) == (1, 1):
                sheet.write_formula(top, 0, formula, None, "stale")
            else:
                sheet.write_array_formula(top, 0, top + len(wanted) - 1, len(wanted[0]) - 1, formula, None, "stale")
            tops.append(top)
    return tops


def found_at(values: dict[str, Any], top: int, left: int, height: int, width: int) -> list[list[Any]]:
    """The cells of a block as Python has them."""
    cells = [[values.get(xl_rowcol_to_cell(top + y, left + x)) for x in range(width)] for y in range(height)]
    return [[CellError(c["error"]) if isinstance(c, dict) else c for c in line] for line in cells]


def differing(found: list[list[Any]], expected: Any) -> bool:
    return any(
        not equal_cell(a, float(b) if isinstance(b, int) else b)
        for x, y in zip(found, rows_of(expected), strict=True)
        for a, b in zip(x, y, strict=True)
    )


def without_arrays_of_errors(formula: str) -> bool:
    """LibreOffice has no errors among the constants of an array."""
    return "#" not in formula


def typed(formula: str) -> str:
    """A formula as LibreOffice's interface takes it: `;` between arguments and columns, `|` between rows."""
    swapped = {",": ";", ";": "|"}
    pieces = formula.split('"')
    pieces[::2] = ["".join(swapped.get(c, c) for c in piece) for piece in pieces[::2]]
    return '"'.join(pieces)


# ---- answers --------------------------------------------------------------------------------------------------------


def test_every_case_as_in_python(calc: Office, tmp_path: Path) -> None:
    tops = ask(tmp_path / "cases.xlsx", CASES)
    answer = calc.run(tmp_path / "cases.xlsx", timeout=600)
    wrong = []
    for number, (case, top) in enumerate(zip(CASES, tops, strict=True)):
        wanted = rows_of(case.expected)
        found = found_at(answer["values"][f"c{number}"], top, 0, len(wanted), len(wanted[0]))
        if differing(found, case.expected):
            wrong.append(f"{case.function}: {case.note}: {str(found)[:200]}, not {str(wanted)[:200]}")
    assert wrong == []


def test_every_example_in_a_workbook(calc: Office, tmp_path: Path) -> None:
    path = tmp_path / "examples.xlsx"
    chosen = [example for example in EXAMPLES if without_arrays_of_errors(example.formula)]
    assert len(chosen) > 40
    with xlsxwriter.Workbook(path) as book:
        for number, (formula, value) in enumerate(chosen):
            sheet = book.add_worksheet(f"c{number}")
            wanted = rows_of(value)
            if isinstance(value, tuple):
                sheet.write_array_formula(0, 0, len(wanted) - 1, len(wanted[0]) - 1, formula, None, "stale")
            else:
                sheet.write_formula(0, 0, formula, None, "stale")
    values = calc.run(path)["values"]
    for number, (formula, value) in enumerate(chosen):
        wanted = rows_of(value)
        found = found_at(values[f"c{number}"], 0, 0, len(wanted), len(wanted[0]))
        assert not differing(found, value), (formula, found)


@pytest.fixture
def blank_book(tmp_path: Path) -> Path:
    with xlsxwriter.Workbook(tmp_path / "blank.xlsx") as book:
        book.add_worksheet("S")
    return tmp_path / "blank.xlsx"


@pytest.mark.parametrize("settled", [False, True], ids=["at once", "a moment later"])
def test_every_example_typed(calc: Office, blank_book: Path, settled: bool) -> None:
    chosen = [example for example in EXAMPLES if without_arrays_of_errors(example.formula)]
    ops, row, places = [], 0, []
    for formula, value in chosen:
        wanted = rows_of(value)
        area = xl_range(row, 0, row + len(wanted) - 1, len(wanted[0]) - 1)
        enter = set_array_formula if isinstance(value, tuple) else set_formula
        ops.append(enter("S", area, typed(formula)))
        places.append(row)
        row += len(wanted)
    if settled:
        ops.append(settle("S"))
    values = calc.run(blank_book, ops=ops)["values"]["S"]
    for top, (formula, value) in zip(places, chosen, strict=True):
        wanted = rows_of(value)
        found = found_at(values, top, 0, len(wanted), len(wanted[0]))
        assert not differing(found, value), (formula, found)


def test_blanks_and_errors_in_typed_formulas(calc: Office, blank_book: Path) -> None:
    """LibreOffice's own way of calling add-ins takes a blank for 0 and stops at errors; ours does not."""
    ops = [
        set_formula("S", "A1", "=NA()"), set_formula("S", "A2", "=1/0"),
        set_formula("S", "B1", '=QBE_INDICATOR("L1";Z1;500)'), set_formula("S", "B2", '=QBE_STATUS("L1";"小学";Z1;500)'),
        set_formula("S", "B3", "=QBE_COEF(A1:A2)"), set_formula("S", "B4", '=QBE_STATUS("L1";"小学";A2;500)'),
        set_formula("S", "B5", '=IF(1;QBE_INDICATOR("L1";0;500)+1;0)'), settle("S"),
    ]  # fmt: skip
    values = calc.run(blank_book, ops=ops)["values"]["S"]
    assert values["B1"] == values["B3"] == {"error": "#N/A"}
    assert (values["B2"], values["B4"], values["B5"]) == ("缺数据", "数据有误：#DIV/0!", 1.0)


def test_one_undo_takes_an_entry_back(calc: Office, blank_book: Path) -> None:
    ops = [
        set_formula("S", "A1", "=1+1"), set_formula("S", "A2", "=QBE_ROOMS(13)"), settle("S"), undo("S"), settle("S"),
    ]  # fmt: skip
    answer = calc.run(blank_book, ops=ops)
    assert answer["values"]["S"] == {"A1": 2.0}


def test_answers_follow_their_cells(calc: Office, tmp_path: Path) -> None:
    ask(tmp_path / "one.xlsx", [Case("QBE_INDICATOR", ("L1", 21, 500), 4.2, "")])
    answer = calc.run(tmp_path / "one.xlsx", ops=[set_formula("c0", "C1", "=21*2")])
    assert answer["values"]["c0"]["A3"] == 8.4


def test_check_reads_the_workbook_that_calls(calc: Office, tmp_path: Path) -> None:
    from tests.functions.cases import TABLE

    with xlsxwriter.Workbook(tmp_path / "check.xlsx") as book:
        schools, sheet = book.add_worksheet("学校"), book.add_worksheet("问")
        for y, line in enumerate(TABLE):
            for x, value in enumerate(line):
                write_cell(schools, y, x, value)
        sheet.write_string("A1", "甲校")
        sheet.write_formula("B1", "=QBE_CHECK(A1)", None, "stale")
        sheet.write_formula("B2", "=QBE_CHECK(A1,学校!A1:R20)", None, "stale")
    values = calc.run(tmp_path / "check.xlsx")["values"]["问"]
    assert values["B1"] == values["B2"] == "达标 7/7"


# ---- names ----------------------------------------------------------------------------------------------------------


def test_names_survive_reading_and_writing(calc: Office, tmp_path: Path) -> None:
    path, out = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    formulas = ["=QBE_COEF(A1:A5,B1:B5)", "=qbe_coef(A1:A5,B1:B5)", "=IF(A1>0,ROUND(QBE_COEF(A1:A5,B1:B5),3),0)"]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        for row, (books, pupils) in enumerate([(279, 45), (137, 37), (935, 89), (160, 76), (402, 55)]):
            sheet.write_row(row, 0, [books / pupils, pupils])
        for row, formula in enumerate(formulas):
            sheet.write_formula(row, 3, formula, None, 0)
        sheet.write_array_formula("F1:F5", "{=QBE_SHARE(A1:A5,B1:B5)}", None, 0)
    ops = [set_formula("S", "D4", "=QBE_COEF(A1:A5;B1:B5)"), settle("S")]
    answer = calc.run(path, ops=ops, save_xlsx=out)["values"]["S"]
    assert answer["D1"] == answer["D2"] == answer["D4"] == pytest.approx(0.5152566, rel=1e-6)
    assert answer["D3"] == 0.515
    assert sum(answer[f"F{row}"] for row in range(1, 6)) == pytest.approx(1)
    saved = openpyxl.load_workbook(out)["S"]
    written = [str(saved[f"D{row}"].value).upper() for row in (1, 2, 3, 4)]
    assert written == [formulas[0], formulas[0], formulas[2], formulas[0]]
    assert saved["F1"].value.text == "=QBE_SHARE(A1:A5,B1:B5)"
    assert openpyxl.load_workbook(out, data_only=True)["S"]["D1"].value == pytest.approx(answer["D1"], rel=1e-14)
    assert calc.run(out)["values"]["S"]["D1"] == pytest.approx(answer["D1"], rel=1e-14)


def test_the_function_wizard_knows_them_all(calc: Office, blank_book: Path) -> None:
    shown = calc.run(blank_book, describe="QBE_")["functions"]
    assert sorted(shown) == sorted(NAMES)
    for name, function in registered().items():
        assert [arg[0] for arg in shown[name]["args"]] == [arg.name for arg in function.args]
        texts = (f"{function.title.zh}：{function.help.zh}", f"{function.title.en}: {function.help.en}")
        assert shown[name]["description"] in texts
        assert all(about for _, about, _ in shown[name]["args"])


# ---- where it cannot work -------------------------------------------------------------------------------------------


def test_another_python_is_told_in_the_cell(add_in: Path, tmp_path: Path) -> None:
    find_office()
    other = tmp_path / "venv"
    other.mkdir()
    (other / "pyvenv.cfg").write_text("version = 3.4.1\n", encoding="utf-8")
    ask(tmp_path / "two.xlsx", [Case("QBE_ROOMS", (13,), 2.0, ""), Case("QBE_EXPLAIN", ("L1",), "", "")])
    with Office(extension=add_in, site=other) as misled:
        values = misled.run(tmp_path / "two.xlsx")["values"]
    assert values["c0"]["A3"] == {"error": "#NAME?"}
    assert "3.4" in values["c1"]["A3"] and "qbe-xl doctor" in values["c1"]["A3"]


def test_a_missing_office_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QBE_SOFFICE", str(tmp_path / "none"))
    assert find_soffice() is None
