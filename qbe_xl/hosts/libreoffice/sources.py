"""The sources of qbe_xl.oxt that follow from the registry: the interface (IDL), the wizard's texts, the Basic functions."""

from __future__ import annotations

import json
import re

from qbe_xl.functions import WorksheetFunction, registered

IDENTIFIER = "org.qbexl.addin"
SERVICE = "org.qbexl.QbeAddIn"
BRIDGE = "org.qbexl.QbeBridge"
BASIC_MODULE = "QbeUdf"


def method_of(name: str) -> str:
    """`QBE_COEF` → `qbeCoef`, its name in the interface."""
    head, *rest = name.lower().split("_")
    return head + "".join(word.capitalize() for word in rest)


def idl_text() -> str:
    """The interface with one method a function. LibreOffice reads IDL itself, so nothing has to compile it.

    The first argument is the document that the formula stands in; formulas do not show it.
    """
    lines = ["module org { module qbexl {", "  interface XQbe : com::sun::star::uno::XInterface {"]
    for function in registered().values():
        args = ["[in] com::sun::star::beans::XPropertySet document"]
        args += [f"[in] any {_identifier(arg.name)}" for arg in function.args]
        # Calc takes rows only where the interface promises rows
        gives = "sequence< sequence< any > >" if function.array else "any"
        lines.append(f"    {gives} {method_of(function.name)}({', '.join(args)});")
    return "\n".join([*lines, "  };", _BRIDGE, "}; };", ""])


_BRIDGE = """  interface XQbeBridge : com::sun::star::uno::XInterface {
    void begin([in] string name);
    void give([in] any value);
    void leaveOut();
    any answer();
  };"""


def _identifier(name: str) -> str:
    """A name that is no word of IDL; users see the wizard's names, not these."""
    return "arg" + "".join(word.capitalize() for word in re.split("[^A-Za-z0-9]+", name))


def wizard_json() -> str:
    """Names and help of functions and arguments, zh and en, for the function wizard; baked, so that they need no Python."""
    found = {method_of(name): _described(function) for name, function in registered().items()}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _described(function: WorksheetFunction) -> dict[str, object]:
    return {
        "name": function.name,
        "text": function.returns == "text",
        "array": function.array,
        "help": {
            "zh": f"{function.title.zh}：{function.help.zh}",
            "en": f"{function.title.en}: {function.help.en}",
        },
        "args": [{"name": arg.name, "zh": arg.zh, "en": arg.en} for arg in function.args],
    }


# No error handling: a Basic error opens a dialog, or stops all Basic. So nothing here can fail but a missing add-in,
# and that is asked about.
_BASIC_HEAD = f"""' Worksheet functions of qbe_xl, for formulas that come from .xlsx files. Written by the add-in; changes are lost.
Option VBASupport 1

Global qbeBridge As Object

Private Function QbeBegin(name As String) As Boolean
  If IsNull(qbeBridge) Then Set qbeBridge = CreateUnoService("{BRIDGE}")
  QbeBegin = Not IsNull(qbeBridge)
  If QbeBegin Then qbeBridge.begin(name)
End Function

Private Function QbeAnswer() As Variant
  Dim i As Long, j As Long, answer As Variant
  answer = qbeBridge.answer()
  If IsArray(answer) Then
    Dim grid() As Variant
    ReDim grid(UBound(answer), UBound(answer(0)))
    For i = 0 To UBound(answer)
      For j = 0 To UBound(answer(0))
        grid(i, j) = answer(i)(j)
      Next j
    Next i
    QbeAnswer = grid
  Else
    QbeAnswer = answer
  End If
End Function

Private Function QbeMissing() As Variant
  Dim none(0, 0, 0)
  QbeMissing = none
End Function
"""


def basic_text() -> str:
    """The functions in Basic, in ASCII: Calc finds these when it reads `QBE_COEF(...)` in an .xlsx file.

    With VBA support a reference arrives as a range, so that blanks and errors are not lost. Without the add-in they
    give an array of three dimensions, which Calc shows as #VALUE!.
    """
    return "\n".join([_BASIC_HEAD, *map(_basic_function, registered().values())])


def _basic_function(function: WorksheetFunction) -> str:
    names = [f"p{k}" for k in range(1, len(function.args) + 1)]
    lines = [
        f"Function {function.name}({', '.join(f'Optional {name}' for name in names)}) As Variant",
        f'  If QbeBegin("{function.name}") Then',
    ]
    for name in names:
        lines.append(f"    If IsMissing({name}) Then qbeBridge.leaveOut() Else qbeBridge.give({name})")
    lines += [f"    {function.name} = QbeAnswer()", "  Else", f"    {function.name} = QbeMissing()", "  End If"]
    lines += ["End Function", ""]
    return "\n".join(lines)
