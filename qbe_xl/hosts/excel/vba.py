"""The VBA that Excel calls for `=QBE_COEF(...)`: one short function each, made from the registry, ASCII only.

It goes into the add-in ready-made, so that nobody needs xlwings' "Import Functions" or trust in the VBA project model. An
error's text that comes back from Python becomes the spreadsheet's own error here.
"""

from __future__ import annotations

from collections.abc import Iterator

from qbe_xl.functions import CellError, WorksheetFunction, registered
from qbe_xl.hosts.excel.udfs import CATEGORY, LONGEST_HELP, description, parameters

MODULE = "QbeUdfs"
PYTHON_MODULE = "qbe_udfs"
_CONSTANTS = {
    CellError.NA: "xlErrNA",
    CellError.VALUE: "xlErrValue",
    CellError.DIV0: "xlErrDiv0",
    CellError.REF: "xlErrRef",
    CellError.NAME: "xlErrName",
    CellError.NUM: "xlErrNum",
    CellError.NULL: "xlErrNull",
}
_PIECE = 100  # characters in one literal: six ASCII characters each, and VBA takes 1,023 a line
_NO_PYTHON = "无法运行 Python 函数，请检查安装："

_TAIL = """\
' Numbers: an error's text from Python becomes the error itself; 1 x 1 becomes a single value.
Private Function QbeNumbers(ByVal answer As Variant) As Variant
    Dim i As Long, j As Long
    If Not IsArray(answer) Then
        QbeNumbers = QbeError(answer)
        Exit Function
    End If
    answer = QbeRows(answer)
    For i = LBound(answer, 1) To UBound(answer, 1)
        For j = LBound(answer, 2) To UBound(answer, 2)
            answer(i, j) = QbeError(answer(i, j))
        Next j
    Next i
    QbeNumbers = QbeTexts(answer)
End Function

' Texts stay texts; 1 x 1 becomes a single value, which may be longer than a text in an array.
Private Function QbeTexts(ByVal answer As Variant) As Variant
    QbeTexts = answer
    If Not IsArray(answer) Then Exit Function
    answer = QbeRows(answer)
    QbeTexts = answer
    If LBound(answer, 1) <> UBound(answer, 1) Then Exit Function
    If LBound(answer, 2) <> UBound(answer, 2) Then Exit Function
    QbeTexts = answer(LBound(answer, 1), LBound(answer, 2))
End Function

' xlwings' server hands a single row over flat: it becomes a row of two dimensions.
Private Function QbeRows(ByVal answer As Variant) As Variant
    Dim last As Long, j As Long, row() As Variant
    last = LBound(answer, 1) - 1
    On Error Resume Next
    last = UBound(answer, 2)
    On Error GoTo 0
    If last >= LBound(answer, 1) Then
        QbeRows = answer
        Exit Function
    End If
    ReDim row(0 To 0, LBound(answer, 1) To UBound(answer, 1))
    For j = LBound(answer, 1) To UBound(answer, 1)
        row(0, j) = answer(j)
    Next j
    QbeRows = row
End Function
"""

DECODE = """\
' \\uXXXX becomes ChrW(&HXXXX): VBA source holds ASCII only.
Private Function QbeText(ByVal escaped As String) As String
    Dim at As Long, found As String
    at = 1
    Do While at <= Len(escaped)
        If Mid$(escaped, at, 2) = "\\u" Then
            found = found & ChrW(CLng("&H" & Mid$(escaped, at + 2, 4) & "&"))
            at = at + 6
        Else
            found = found & Mid$(escaped, at, 1)
            at = at + 1
        End If
    Loop
    QbeText = found
End Function
"""


def vba_text() -> str:
    """The text of `udfs/vba/QbeUdfs.bas`."""
    lines = [
        f'Attribute VB_Name = "{MODULE}"',
        "' Written by scripts/udfs.py from the registry of functions; do not edit.",
        "Option Explicit",
        "",
        f'Private Const PY_MODULE As String = "{PYTHON_MODULE}"',
        "",
    ]
    for function in registered().values():
        lines += [*_stub(function), ""]
    lines += [*_errors(), "", *_TAIL.splitlines(), "", *DECODE.splitlines(), "", *_descriptions()]
    return "\n".join(lines) + "\n"


def _stub(function: WorksheetFunction) -> Iterator[str]:
    asked = [
        f"{'Optional ' if arg.optional else ''}{arg.name} As Variant" for arg in function.args
    ]  # always Variant: a range must arrive as a range
    handed = ["Nothing" if name == "caller" else name for name in parameters(function)]
    texts = function.returns == "text"
    yield f"Public Function {function.name}({', '.join(asked)}) As Variant"
    yield "    On Error GoTo failed"
    # the add-in, never the active workbook: a workbook being assessed has no say in what runs
    call = f'XLPy.CallUDF(PY_MODULE, "{function.name}", Array({", ".join(handed)}), ThisWorkbook, Application.Caller)'
    yield f"    {function.name} = {'QbeTexts' if texts else 'QbeNumbers'}( _"
    yield f"        {call})"
    yield "    Exit Function"
    yield "failed:"
    failed = f"{literal(_NO_PYTHON)} & Err.Description" if texts else "CVErr(xlErrName)"
    yield f"    {function.name} = {failed}"
    yield "End Function"


def _errors() -> Iterator[str]:
    yield "Private Function QbeError(ByVal cell As Variant) As Variant"
    yield "    QbeError = cell"
    yield "    If VarType(cell) <> vbString Then Exit Function"
    yield "    Select Case cell"
    for error, constant in _CONSTANTS.items():
        yield f'        Case "{error}": QbeError = CVErr({constant})'
    yield "    End Select"
    yield "End Function"


def _descriptions() -> Iterator[str]:
    """What the function dialog shows; to be called when the add-in opens. A Sub each: VBA limits their size."""
    yield "' Called when the add-in opens: help for the function dialog."
    yield "Public Sub QbeDescribeFunctions()"
    yield "    On Error Resume Next  ' help is not worth a message at start-up"
    yield from (f"    Describe_{name}" for name in registered())
    yield "End Sub"
    for function in registered().values():
        yield ""
        yield f"Private Sub Describe_{function.name}()"
        yield f'    QbeDescribe "{function.name}", _'
        yield f"        {literal(description(function))}, _"
        yield "        Array( _"
        texts = [f"            {literal(arg.zh[:LONGEST_HELP])}" for arg in function.args]
        yield from (f"{text}, _" for text in texts[:-1])
        yield f"{texts[-1]})"
        yield "End Sub"
    yield ""
    yield "Private Sub QbeDescribe(ByVal name As String, ByVal about As String, ByVal arguments As Variant)"
    yield '    Application.MacroOptions Macro:="\'" & ThisWorkbook.name & "\'!" & name, Description:=about, _'
    yield f"        Category:={literal(CATEGORY.zh)}, ArgumentDescriptions:=arguments"
    yield "End Sub"


def literal(text: str) -> str:
    """A text as a VBA expression in ASCII, in pieces that fit a line."""
    if text.isascii():
        return '"' + text.replace('"', '""') + '"'
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
    return " & _\n            ".join(f'QbeText("{_escaped(piece)}")' for piece in pieces)


def _escaped(text: str) -> str:
    units = text.encode("utf-16-be")
    codes = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    # a backslash is escaped too, so that nothing typed can look like an escape
    plain = (chr(code) if 32 <= code < 127 and chr(code) != "\\" else f"\\u{code:04X}" for code in codes)
    return "".join(plain).replace('"', '""')
