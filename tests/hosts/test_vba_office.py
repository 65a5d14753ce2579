"""The generated VBA compiles and runs, in LibreOffice's VBA mode, with a stand-in for xlwings: no Excel takes part."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from qbe_xl.functions import registered
from qbe_xl.hosts.excel.vba import vba_text
from tests.office import OfficeError, find_office

pytestmark = pytest.mark.office

# Answers by function name as pywin32 returns them to VBA: always two dimensions.
STAND_IN = """
Public Function StandIn(module, name, args, book, caller) As Variant
    Dim one(0 To 0, 0 To 0) As Variant
    Dim two(0 To 1, 0 To 1) As Variant
    Select Case name
        Case "QBE_INDICATOR"
            two(0, 0) = 1.5: two(0, 1) = "#DIV/0!": two(1, 0) = "#VALUE!": two(1, 1) = 0
            StandIn = two
            Exit Function
        Case "QBE_MEAN": one(0, 0) = "#N/A"
        Case "QBE_LIMIT": one(0, 0) = "#NOT AN ERROR!"
        Case "QBE_STATUS": one(0, 0) = "#REF!"
        Case "QBE_STD", "QBE_EXPLAIN": Err.Raise 1000, Description:="no Python"
        Case "QBE_SPLIT": one(0, 0) = (UBound(args) + 1) & IsMissing(args(3))
        Case "QBE_CHECK": one(0, 0) = UBound(args) & (args(2) Is Nothing)
        Case Else: one(0, 0) = 4.2
    End Select
    StandIn = one
End Function

Private Function Told(answer) As String
    If IsArray(answer) Then
        Told = UBound(answer, 1) & UBound(answer, 2) & " " & Told(answer(0, 0)) & " " & Told(answer(0, 1)) & " " & _
            Told(answer(1, 0)) & " " & Told(answer(1, 1))
    ElseIf IsError(answer) Then
        Told = "error " & CLng(answer)
    Else
        Told = TypeName(answer) & " " & answer
    End If
End Function
"""
ASKED = {
    "Told(QBE_COEF(1, 2))": "Double 4.2",
    "Told(QBE_MEAN(1, 2))": "error 2042",
    "Told(QBE_INDICATOR(1, 2, 3))": "11 Double 1.5 error 2007 error 2015 Integer 0",
    "Told(QBE_LIMIT(1, 2))": "String #NOT AN ERROR!",
    # a text function's text is no error, whatever it says
    "Told(QBE_STATUS(1, 2, 3, 4))": "String #REF!",
    # nothing answers: #NAME? among numbers, words among texts
    "Told(QBE_STD(1, 2))": "error 2029",
    "Told(QBE_EXPLAIN(1))": "String 无法运行 Python 函数，请检查安装：no Python",
    "Told(QBE_SPLIT(1, 2, 3))": "String 5True",
    "Told(QBE_SPLIT(1, 2, 3, 4))": "String 5False",
    "Told(QBE_CHECK(1))": "String 2True",
    'QbeText("\\u4F18\\u8D28 a\\uD840\\uDC00")': "优质 a𠀀",
}
# every error with its number in VBA
ASKED |= {
    f'Told(QbeError("{text}"))': f"error {number}"
    for text, number in {
        "#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036, "#N/A": 2042,
    }.items()
}  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The asked expressions and what they give."""
    try:
        soffice, python = find_office()
    except OfficeError as problem:
        pytest.fail(str(problem), pytrace=False)
    text = re.sub(r"^Attribute.*\n", "", vba_text()).replace("XLPy.CallUDF(", "StandIn(")
    text = text.replace("ThisWorkbook, Application.Caller", "0, 0")
    called = [f"Public Function Ask{i}() As String\n    Ask{i} = {e}\nEnd Function" for i, e in enumerate(ASKED)]
    folder = tmp_path_factory.mktemp("basic")
    module = folder / "module.bas"
    module.write_text("Option VBASupport 1\n" + text + STAND_IN + "\n".join(called) + "\n", encoding="utf-8")
    script = Path(__file__).with_name("basic_script.py")
    names = [f"Ask{i}" for i in range(len(ASKED))]
    found = subprocess.run(
        [python, "-I", str(script), soffice, str(folder / "profile"), str(module), *names],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    return dict(zip(ASKED, json.loads(found.stdout), strict=True))


@pytest.mark.parametrize("expression", ASKED)
def test_answer(answers: dict[str, object], expression: str) -> None:
    assert answers[expression] == ASKED[expression]


def test_every_function_is_in_the_module_that_ran() -> None:
    assert all(f"Public Function {name}(" in vba_text() for name in registered())
