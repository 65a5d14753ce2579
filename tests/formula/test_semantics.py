"""Operators and functions as spreadsheets have them: what must come out, and what LibreOffice makes of the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from qbe_xl.formula.values import ErrorValue
from tests.formula.sheets import NAME, computed
from tests.office import Office

DIV, VALUE, REF, NUM, NA = (ErrorValue(word) for word in ("#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#N/A"))
# what stands in the sheet; A7 is blank
CELLS: dict[str, Any] = {
    "A1": 3.0, "A2": "300", "A3": True, "A4": "校", "A5": -2.5, "A6": "",
    "B1": 0.1, "B2": 0.2, "B3": 0.3, "B4": "Abc", "B5": "aBC", "B6": 1e300,
    "C1": 5.0, "C2": 7.0, "C3": "x", "C4": 11.0,
    "D1": "a", "D2": "b", "D3": "a", "D4": "A",
}  # fmt: skip
# formula: value in Excel
CASES: dict[str, Any] = {
    # SUM, COUNT, AVERAGE: in cells only numbers count, typed into the call also what can be read as one
    "SUM(A1:A7)": 0.5,
    "SUM(A1,A2,B1)": 3.1,
    "SUM(A1:A2,C1:C4)": 26.0,
    "COUNT(A1:A7)": 2.0,
    "COUNT(A1,A2,A3,A4,A7)": 1.0,
    "COUNT(C1:C4,A5)": 4.0,
    "COUNT(INDEX(A1:A7,2),INDEX(A1:A7,1))": 1.0,
    "COUNT(1,A1/0)": 1.0,
    "AVERAGE(C1:C4)": 23 / 3,
    "AVERAGE(A6:A7)": DIV,
    "SUM(A1,1/0)": DIV,
    # blanks: 0 among numbers, an empty text among texts
    "A7+1": 1.0,
    "A7": 0.0,
    'A7&""': "",
    'A7=""': True,
    "A7=0": True,
    "A7=A6": True,
    "A6=0": False,
    "ISNUMBER(A7)": False,
    'IF(A7,"ja","nein")': "nein",
    # order: numbers, texts, truth values; case does not matter
    "A4>1000000": True,
    '"">B6': True,
    "A4>=A1": True,
    "A3>A4": True,
    "B4=B5": True,
    '"B"<"a"': False,
    '"a"<"B"': True,
    "A1<>A2": True,
    "A1=A2": False,
    # 15 digits
    "B1+B2=B3": True,
    "B1+B2>B3": False,
    "B1+B2-B3": 0.0,
    "9/1000*100>=0.9": True,
    "1/3=0.333333333333333": True,
    "1/3=0.33333333333333": False,
    "3>2.9999": True,
    # arithmetic and its errors
    "2+3*4^2/8-1": 7.0,
    "-2^2": 4.0,
    "2^3^2": 64.0,
    "50%*4": 2.0,
    "A1/A7": DIV,
    "A4*2": VALUE,
    "A3+1": 2.0,
    "0^0": NUM,
    "(-8)^0.5": NUM,
    "B6*B6": NUM,
    "SQRT(A5)": NUM,
    "SQRT(A1*A1)": 3.0,
    # rounding: decimals decide, halves go away from zero
    "ROUND(2.675,2)": 2.68,
    "ROUND(1.005,2)": 1.01,
    "ROUND(A5,0)": -3.0,
    "ROUND(0.5,0)": 1.0,
    "ROUND(1234.5,-2)": 1200.0,
    "ROUND(0.45-0.3-0.15,6)": 0.0,
    "ROUND(1E+16+2,0)": 1e16 + 2,
    "ROUNDUP(25/12,0)": 3.0,
    "ROUNDUP(24/12,0)": 2.0,
    "ROUNDUP(0.1*3*10,0)": 3.0,
    "ROUNDUP(A5,0)": -3.0,
    # IF takes one branch: what the other would fail with does not matter
    "IF(A1>2,1,1/0)": 1.0,
    "IF(A1>5,1)": False,
    "IF(1/0,1,2)": DIV,
    "IF(A4,1,2)": VALUE,
    "IF(A1,A7,2)": 0.0,
    # AND, OR look at everything and pass over texts in cells
    "AND(A1,A3)": True,
    "AND(A3,A4)": True,
    "OR(A7,A4,A1)": True,
    "OR(A1>5,B1>5)": False,
    "AND(A1:A5)": True,
    "OR(A1=3,1/0)": DIV,
    "AND(A4,A7)": VALUE,
    "NOT(A1)": False,
    "NOT(A7)": True,
    # & joins numbers as they are shown
    'A1&"/"&B1': "3/0.1",
    'A3&""': "TRUE",
    '1/3&""': "0.333333333333333",
    '3199000401&""': "3199000401",
    '0.0001&""': "0.0001",
    'A1/0&""': DIV,
    # counting and looking up
    'COUNTIF(D1:D4,"a")': 3.0,
    'COUNTIF(A1:A7,"校")': 1.0,
    "SUMPRODUCT((D1:D4=D1)*1,C1:C4)": 16.0,
    'SUMPRODUCT((D1:D4="a")*(C1:C4="x"))': 1.0,
    "SUMPRODUCT(ISNUMBER(C1:C4)*1,C1:C4)": 23.0,
    "SUMPRODUCT((A1:A7<>\"\")*1)": 5.0,
    "SUMPRODUCT(C1:C4*2)": VALUE,
    "INDEX(C1:C4,2)": 7.0,
    "INDEX(C1:C4,2.9)": 7.0,
    "INDEX(C1:C4,5)": REF,
    'INDEX(A1:A7,7)&""': "",
    "INDEX(A1:A7,7)": 0.0,
    "ROWS(A1:A7)": 7.0,
    'MATCH(D2,{"a","b"},0)': 2.0,
    'MATCH("B",{"a","b"},0)': 2.0,
    'MATCH("c",{"a","b"},0)': NA,
    'MATCH(A7,{"a","b"},0)': NA,
    'COUNT(MATCH("c",{"a","b"},0))': 0.0,
    "MATCH(C2,{5,7},0)": 2.0,
}  # fmt: skip
# where LibreOffice is of another opinion than Excel: a truth value in a cell is a number there, logic over texts, 0^0,
# and at how many digits two numbers are one
OFFICE_DIFFERS = {
    "SUM(A1:A7)", "COUNT(A1:A7)", "COUNT(A1,A2,A3,A4,A7)", "A3>A4", 'A3&""', "0^0",
}  # fmt: skip
PLACES = {f"F{index}": f"={formula}" for index, formula in enumerate(CASES, start=1)}
RESULT = computed(PLACES, CELLS)


def same(seen: Any, wanted: Any) -> bool:
    if isinstance(wanted, ErrorValue | bool | str) or isinstance(seen, str):
        return type(seen) is type(wanted) and seen == wanted
    return bool(seen == pytest.approx(wanted, rel=1e-15, abs=0))


@pytest.mark.parametrize("formula", CASES)
def test_as_excel(formula: str) -> None:
    ref = f"F{list(CASES).index(formula) + 1}"
    assert RESULT.path(NAME, ref) == "block"
    assert same(RESULT.value(NAME, ref), CASES[formula]), RESULT.value(NAME, ref)


@pytest.mark.parametrize("formula", CASES)
def test_over_many_rows_as_over_one(formula: str) -> None:
    """The same formula as a block of several cells: references stay where they are."""
    fixed = formula
    for column in "ABCD":
        for row in range(1, 8):
            fixed = fixed.replace(f"{column}{row}", f"${column}${row}")
    found = computed({f"F{row}": f"={fixed}" for row in range(1, 5)}, CELLS)
    assert len(found.bound.steps) == 1
    for row in range(1, 5):
        assert same(found.value(NAME, f"F{row}"), CASES[formula])


@pytest.mark.office
def test_as_libreoffice(tmp_path: Path, office: Office) -> None:
    path = tmp_path / "cases.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(NAME)
        for ref, value in CELLS.items():
            if value == "":
                sheet.write_formula(ref, '=""')  # an empty text; a string would be written as a blank
            else:
                sheet.write(ref, value)
        for ref, formula in PLACES.items():
            sheet.write_formula(ref, formula)
    values = office.run(path)["values"][NAME]
    different = {}
    for ref, formula in PLACES.items():
        seen, wanted = values.get(ref), RESULT.value(NAME, ref)
        if isinstance(seen, dict):
            agree = isinstance(wanted, ErrorValue)
        elif isinstance(wanted, ErrorValue):
            agree = False
        else:
            agree = seen == (pytest.approx(float(wanted), rel=1e-14) if isinstance(wanted, float | bool) else wanted)
        if not agree:
            different[formula[1:]] = (seen, wanted)
    assert {formula: values for formula, values in different.items() if formula not in OFFICE_DIFFERS} == {}
    assert set(different) == OFFICE_DIFFERS, "a difference is gone"
