"""The VBA behind the ribbon: one callback for each control, and one private way to Python, with fixed commands only.

No text of a workbook reaches Python: every command stands in the source, whole. Texts are ASCII with escapes.
"""

from __future__ import annotations

from collections.abc import Iterator

from qbe_xl.core.languages import LANGUAGES, Lang, Text
from qbe_xl.core.messages import catalogue, joined
from qbe_xl.hosts.excel.ribbon_xml import MODULE, RESTART, controls, editions, words
from qbe_xl.hosts.excel.vba import DECODE, literal
from qbe_xl.hosts.excel.xlwings_vba import BAD_PATH, NO_LIBRARY, NO_PYTHON, NO_SERVER, NO_SETTING

# What is written for Python to run; only names of the registry and ids of editions are put in, when this is generated.
COMMAND = "import qbe_xl.hosts.excel.ribbon as r; r.run('{macro}', '{argument}', '{lang}')"
TITLE = Text("优质均衡 QBE", "QBE")

# Said by Python, where it runs.
IN_PYTHON = ("QBE-XLA-011", "QBE-XLA-012", "QBE-XLA-013")
# What VBA itself has to say, before Python runs: the catalogue's sentences.
MESSAGES: dict[str, Text] = {
    code: Text(joined(entry.text.zh, entry.fix.zh, "zh"), joined(entry.text.en, entry.fix.en, "en"))
    for code, entry in catalogue().items()
    if code.startswith("QBE-XLA-") and code not in IN_PYTHON
}
LOG_AT = Text("日志：", "Log: ")
RESTARTED = Text("Python 已结束，下次使用时重新启动。", "Python has ended; it starts anew when it is next used.")
_BY_ERROR = {
    NO_PYTHON: "QBE-XLA-004",
    NO_LIBRARY: "QBE-XLA-005",
    BAD_PATH: "QBE-XLA-006",
    NO_SETTING: "QBE-XLA-007",
    NO_SERVER: "QBE-XLA-008",
}
_OTHERWISE = "QBE-XLA-009"

_HEAD = f"""\
Attribute VB_Name = "{MODULE}"
' Written by scripts/udfs.py from the registry of macros; do not edit.
Option Explicit

' Words may hold characters that MsgBox cannot show.
Private Declare PtrSafe Function MessageBoxW Lib "user32" (ByVal hwnd As LongPtr, ByVal text As LongPtr, ByVal caption As LongPtr, ByVal style As Long) As Long

Private qbeUi As IRibbonUI
Private qbeBusy As Boolean
Private qbeChosen As String  ' a line a workbook, newest first: its name, a tab, the place in the list of editions
"""  # noqa: E501

_BODY = """\
' ---- what the ribbon asks

Public Sub RibbonLoaded(ribbon As IRibbonUI)
    Set qbeUi = ribbon
End Sub

Public Sub RibbonLabel(control As IRibbonControl, ByRef returnedVal)
    returnedVal = QbeWord(control.ID, "label", QbeLanguage)
End Sub

Public Sub RibbonScreentip(control As IRibbonControl, ByRef returnedVal)
    returnedVal = QbeWord(control.ID, "screentip", QbeLanguage)
End Sub

Public Sub RibbonSupertip(control As IRibbonControl, ByRef returnedVal)
    returnedVal = QbeWord(control.ID, "supertip", QbeLanguage)
End Sub

Public Sub EditionCount(control As IRibbonControl, ByRef returnedVal)
    returnedVal = QBE_EDITIONS
End Sub

Public Sub EditionId(control As IRibbonControl, index As Integer, ByRef returnedVal)
    returnedVal = "qbe_edition_" & index
End Sub

Public Sub EditionLabel(control As IRibbonControl, index As Integer, ByRef returnedVal)
    returnedVal = QbeEditionLabel(index, QbeLanguage)
End Sub

Public Sub EditionSelected(control As IRibbonControl, ByRef returnedVal)
    returnedVal = QbeChosenHere()
End Sub

' Another workbook is in front: what was chosen for it is shown.
Public Sub WorkbookChanged()
    On Error Resume Next
    If Not qbeUi Is Nothing Then qbeUi.InvalidateControl "@CHOICE@"
End Sub

' ---- the way to Python

' Whether Python took the command; whatever else went wrong has been told by then.
Private Function QbeRun(ByVal macro As String, Optional ByVal edition As String) As Boolean
    Dim hindrance As String, before As Variant, number As Long, about As String
    If qbeBusy Then Exit Function
    On Error GoTo failed
    before = False
    before = Application.StatusBar
    hindrance = QbeHindrance()
    If hindrance <> "" Then
        QbeTell hindrance, 48
        Exit Function
    End If
    qbeBusy = True
    Application.EnableCancelKey = 0  ' Esc stops the run in Python, between phases, and must not break off this one
    XLPy.SetAttr XLPy.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook
    XLPy.Exec "" & QbeCommand(macro & "|" & edition & "|" & QbeLanguage)
    QbeRestore before
    QbeRun = True
    Exit Function
failed:
    number = Err.Number
    about = Err.Description
    QbeRestore before
    QbeTell QbeFailure(number, about), 16
End Function

Private Sub QbeRestore(ByVal before As Variant)
    On Error Resume Next  ' Excel may refuse all of it while it is shutting down
    qbeBusy = False
    Application.EnableCancelKey = 1
    Application.StatusBar = before
    Application.ScreenUpdating = True
    Application.DisplayAlerts = True
End Sub

' Why nothing can be run now; empty where it can.
Private Function QbeHindrance() As String
#If Mac Then
    QbeHindrance = QbeMessage("QBE-XLA-010", "")
#Else
    If Not Application.ActiveProtectedViewWindow Is Nothing Then
        QbeHindrance = QbeMessage("QBE-XLA-002", "")
    ElseIf ActiveWorkbook Is Nothing Then
        QbeHindrance = QbeMessage("QBE-XLA-001", "")
    ElseIf Not Application.Ready Or Not Application.Interactive Then
        QbeHindrance = QbeMessage("QBE-XLA-003", "")
    End If
#End If
End Function

Private Function QbeFailure(ByVal number As Long, ByVal about As String) As String
    Dim code As String, at As Long
    Select Case number
@CODES@
        Case Else: code = "@OTHERWISE@"
    End Select
    about = Replace(about, vbCr, "")
    at = InStr(about, vbLf)
    If at > 0 Then about = Left$(about, at - 1)
    at = InStr(about, "QBE-")
    If at > 0 Then
        ' Python has a code and words of its own
        QbeFailure = Mid$(about, at)
    Else
        QbeFailure = QbeMessage(code, Left$(about, 400))
    End If
    QbeFailure = QbeFailure & vbLf & QbeWord("log", "label", QbeLanguage) & Environ$("LOCALAPPDATA") & "\\qbe_xl\\logs"
End Function

Private Function QbeMessage(ByVal code As String, ByVal about As String) As String
    QbeMessage = code & " " & Replace(QbeWord(code, "label", QbeLanguage), "{about}", about)
End Function

' English where Office is neither Chinese (all kinds of it share the lower ten bits) nor silent about it.
Private Function QbeLanguage() As String
    Dim id As Long
    QbeLanguage = "zh"
    On Error Resume Next
    id = Application.LanguageSettings.LanguageID(2)
    If id <> 0 And (id And 1023) <> 4 Then QbeLanguage = "en"
End Function

Private Sub QbeTell(ByVal text As String, ByVal style As Long)
    Dim title As String
    title = QbeWord("title", "label", QbeLanguage)
#If Mac Then
    MsgBox text, style, title
#Else
    MessageBoxW Application.hwnd, StrPtr(text), StrPtr(title), style
#End If
End Sub

Private Sub QbeRemember(ByVal index As Long)
    If Not ActiveWorkbook Is Nothing Then qbeChosen = vbLf & ActiveWorkbook.name & vbTab & index & qbeChosen
End Sub

Private Function QbeChosenHere() As Long
    Dim head As String, at As Long
    If ActiveWorkbook Is Nothing Then Exit Function
    head = vbLf & ActiveWorkbook.name & vbTab
    at = InStr(qbeChosen, head)
    If at > 0 Then QbeChosenHere = Val(Mid$(qbeChosen, at + Len(head)))
End Function
"""


def ribbon_text() -> str:
    """The text of `udfs/vba/QbeRibbon.bas`."""
    found = controls()
    choice = next((control.id for control in found if control.argument), "")
    codes = "\n".join(f'        Case {number}: code = "{code}"' for number, code in _BY_ERROR.items())
    body = _BODY.replace("@CHOICE@", choice).replace("@CODES@", codes).replace("@OTHERWISE@", _OTHERWISE)
    lines = [*_HEAD.splitlines(), f"Private Const QBE_EDITIONS As Long = {len(editions())}", ""]
    lines += ["' ---- the buttons", ""]
    for control in found:
        lines += [*_callback(control.name, control.callback, bool(control.argument)), ""]
    lines += [*body.splitlines(), "", *_commands(), "", *_edition_ids(), "", *_edition_labels(), "", *_words(), ""]
    return "\n".join([*lines, *DECODE.splitlines()]) + "\n"


def workbook_text() -> str:
    """What stands in the module ThisWorkbook, below its attributes."""
    return _THIS_WORKBOOK


def commands() -> dict[str, str]:
    """Every command that can be run, by macro, edition and language."""
    found = {}
    for control in controls():
        if control.name != RESTART:
            for argument in [edition for edition, _ in editions()] if control.argument else [""]:
                for lang in LANGUAGES:
                    key = f"{control.name}|{argument}|{lang}"
                    found[key] = COMMAND.format(macro=control.name, argument=argument, lang=lang)
    return found


def _callback(name: str, callback: str, chooses: bool) -> Iterator[str]:
    if name == RESTART:
        yield from _RESTART.splitlines()
        return
    if not chooses:
        yield f"Public Sub {callback}(control As IRibbonControl)"
        yield f'    QbeRun "{name}"'
    else:
        # the id that Excel hands over is not used: only the place in our own list counts
        yield f"Public Sub {callback}(control As IRibbonControl, id As String, index As Integer)"
        yield f'    If QbeRun("{name}", QbeEditionId(index)) Then QbeRemember index'
        yield "    WorkbookChanged"
    yield "End Sub"


_RESTART = """\
Public Sub RestartPython(control As IRibbonControl)
    On Error GoTo failed
    qbeBusy = False
    KillPy
    QbeTell QbeWord("restarted", "label", QbeLanguage), 64
    Exit Sub
failed:
    QbeTell QbeFailure(Err.Number, Err.Description), 16
End Sub
"""

_THIS_WORKBOOK = f"""\
Option Explicit

Private WithEvents qbeExcel As Application
Private qbeDescribed As Boolean

Private Sub Workbook_Open()
    On Error Resume Next  ' help and labels are not worth a message at start-up
    Set qbeExcel = Application
    Describe
End Sub

Private Sub qbeExcel_WorkbookActivate(ByVal Wb As Workbook)
    On Error Resume Next
    Describe
    {MODULE}.WorkbookChanged
End Sub

' Excel takes help for functions only while a workbook is open.
Private Sub Describe()
    If qbeDescribed Or ActiveWorkbook Is Nothing Then Exit Sub
    qbeDescribed = True
    QbeDescribeFunctions
    ThisWorkbook.Saved = True
End Sub
"""


def _commands() -> Iterator[str]:
    yield "' The whole of what Python can be told; empty for anything else."
    yield "Private Function QbeCommand(ByVal key As String) As String"
    yield "    Select Case key"
    for key, command in commands().items():
        yield f'        Case "{key}"'
        yield f"            QbeCommand = {literal(command)}"
    yield "    End Select"
    yield "End Function"


def _edition_ids() -> Iterator[str]:
    yield "Private Function QbeEditionId(ByVal index As Integer) As String"
    yield "    Select Case index"
    for index, (edition, _) in enumerate(editions()):
        yield f'        Case {index}: QbeEditionId = "{edition}"'
    yield "    End Select"
    yield "End Function"


def _edition_labels() -> Iterator[str]:
    yield "Private Function QbeEditionLabel(ByVal index As Integer, ByVal language As String) As String"
    yield "    Select Case language & index"
    for lang in LANGUAGES:
        for index, (_, label) in enumerate(editions()):
            yield f'        Case "{lang}{index}": QbeEditionLabel = {literal(label[lang])}'
    yield "    End Select"
    yield "End Function"


def _words() -> Iterator[str]:
    texts = {"title": (TITLE,), "log": (LOG_AT,), "restarted": (RESTARTED,)}
    texts |= {code: (message,) for code, message in MESSAGES.items()}
    yield "Private Function QbeWord(ByVal id As String, ByVal kind As String, ByVal language As String) As String"
    yield '    If language = "zh" Then QbeWord = QbeWordZh(id, kind) Else QbeWord = QbeWordEn(id, kind)'
    yield "End Function"
    for lang in LANGUAGES:
        yield ""
        name = f"QbeWord{lang.capitalize()}"
        yield f"Private Function {name}(ByVal id As String, ByVal kind As String) As String"
        yield '    Select Case id & "." & kind'
        for id_, told in {**words(), **texts}.items():
            yield from _cases(name, id_, told, lang)
        yield "    End Select"
        yield "End Function"


def _cases(name: str, id_: str, told: tuple[Text, ...], lang: Lang) -> Iterator[str]:
    for kind, text in zip(("label", "screentip", "supertip"), told, strict=False):
        yield f'        Case "{id_}.{kind}"'
        yield f"            {name} = {literal(text[lang])}"
