"""xlwings' VBA module as the add-in carries it: cut down to what starts the Python server, and hardened.

Built from the module of the xlwings that is installed, which must be the one these changes were made for. Nothing is taken
from a workbook, its folder, configuration files or PATH: docs/decisions/add-in-hardening.md lists what was cut and why.
"""

from __future__ import annotations

import hashlib
import re
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

MODULE = "xlwings"
VERSION = "0.37.8"
SETTINGS_SHEET = "qbe_xl.conf"
_FILE = "xlwings_custom_addin.bas"  # the module of custom add-ins, in xlwings' package
# SHA-256 of that file, line ends as \n. Read the new module before changing this.
UPSTREAM = "b9df9e20d54d6f04220e8382068f4b4c82bc5a8f920148daf94d9ddbda6251d6"
# Errors raised by the VBA; the ribbon makes messages of them.
NO_PYTHON, NO_LIBRARY, BAD_PATH, NO_SETTING, NO_SERVER = 20001, 20002, 20003, 20004, 20005
LONGEST_COMMAND = 2000  # xlwings' library keeps the command in 2,048 bytes

# Procedures of xlwings that stay as they are, but for their visibility.
_KEPT = ("KillPy", "FileExistsOnWindows", "ParentFolder")


class UpstreamChanged(Exception):
    """The installed xlwings is not the one that the hardening was made for."""


def upstream() -> str:
    """The VBA module that the installed xlwings brings for custom add-ins, line ends as \\n.

    UpstreamChanged where it is another version than the one that was hardened.
    """
    if version("xlwings") != VERSION:
        raise UpstreamChanged(
            f"加载项按 xlwings {VERSION} 加固，装的是 {version('xlwings')}。/ The add-in is hardened for xlwings {VERSION}; "
            f"{version('xlwings')} is installed. pip install xlwings=={VERSION}"
        )
    spec = find_spec("xlwings")
    if spec is None or spec.origin is None:
        raise UpstreamChanged("没有安装 xlwings。/ xlwings is not installed.")
    return (Path(spec.origin).parent / _FILE).read_text(encoding="utf-8")


def hardened(text: str) -> str:
    """The text of `udfs/vba/xlwings.bas`, made from xlwings' module. UpstreamChanged where that is not the known one."""
    found = hashlib.sha256(text.encode()).hexdigest()
    if found != UPSTREAM:
        raise UpstreamChanged(
            f"xlwings 的 {_FILE} 不是加固时所用的那一份；请核对后再改 qbe_xl/hosts/excel/xlwings_vba.py。/ "
            f"{_FILE} of xlwings is not the one that was hardened: read it, then adapt qbe_xl/hosts/excel/xlwings_vba.py. "
            f"SHA-256 {found}"
        )
    parts = [_HEAD, licence(text), _DECLARATIONS, *(_private(procedure(text, name)) for name in _KEPT), _OWN]
    kept = "\n\n".join(part.strip("\n") for part in parts)
    return kept.replace("@VERSION@", VERSION).replace("Private Sub KillPy", "Public Sub KillPy") + "\n"


def licence(text: str) -> str:
    """The notice and licence at the head of xlwings' module, as comments."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("'xlwings is distributed under"))
    end = next(i for i, line in enumerate(lines) if line.startswith("'SOFTWARE, EVEN IF ADVISED"))
    return "\n".join(lines[start : end + 1])


def procedure(text: str, name: str) -> str:
    """The source of one procedure of a VBA module. LookupError where it is not there."""
    found = re.search(rf"^(?:Public |Private )?(Function|Sub) {name}\(.*?^End \1$", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise LookupError(name)
    return found[0]


def _private(source: str) -> str:
    return "Private " + re.sub(r"^(Public |Private )", "", source)


_HEAD = f"""\
Attribute VB_Name = "{MODULE}"
' The part of xlwings @VERSION@'s VBA module that starts its Python server, changed for this add-in; made by scripts/udfs.py.
' Settings come from this add-in's own sheet {SETTINGS_SHEET} alone: docs/decisions/add-in-hardening.md
' Everything is private but XLPy and KillPy: a formula in any cell can call the public functions of an add-in.
"""

_DECLARATIONS = f"""\
Option Explicit
Option Private Module

#If Win64 Then
    Private Const XLPyDLLName As String = "xlwings64-@VERSION@.dll"
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings64-@VERSION@.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal mode As Long = 1) As Long
#Else
    Private Const XLPyDLLName As String = "xlwings32-@VERSION@.dll"
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings32-@VERSION@.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal mode As Long = 1) As Long
#End If
Private Declare PtrSafe Function LoadLibrary Lib "KERNEL32" Alias "LoadLibraryA" (ByVal lpLibFileName As String) As LongPtr

Private Const SETTINGS As String = "{SETTINGS_SHEET}"
Private Const NO_PYTHON As Long = {NO_PYTHON}
Private Const NO_LIBRARY As Long = {NO_LIBRARY}
Private Const BAD_PATH As Long = {BAD_PATH}
Private Const NO_SETTING As Long = {NO_SETTING}
Private Const NO_SERVER As Long = {NO_SERVER}
"""  # noqa: E501

_OWN = f"""\
' As xlwings', with an error number of our own.
Public Function XLPy() As Variant
    XLPyLoadDLL
    If 0 <> XLPyDLLActivateAuto(XLPy, XLPyCommand, 1) Then Err.Raise NO_SERVER, Description:=XLPy
End Function

' xlwings looks in PATH too; here the library lies beside the interpreter (or one folder up, in a virtual environment).
Private Sub XLPyLoadDLL()
    Dim folder As String
    folder = ParentFolder(PythonFile)
    If LoadLibrary(folder & "\\" & XLPyDLLName) <> 0 Then Exit Sub
    If LoadLibrary(ParentFolder(folder) & "\\" & XLPyDLLName) <> 0 Then Exit Sub
    Err.Raise NO_LIBRARY, Description:=folder & "\\" & XLPyDLLName
End Sub

' xlwings goes through cmd.exe, found by name, and names the active workbook in the command. Here Python is started by its
' full path and isolated (-I): no PYTHON... variables, no user site, and not the current folder, which may be the workbook's.
Private Function XLPyCommand() As String
    Dim places As String, command As String
    places = Replace(Replace(GetConfig("PYTHONPATH"), "\\", "\\\\"), "'", "\\'")
    command = Chr$(34) & PythonFile & Chr$(34) & " -I -B -c " & Chr$(34) & _
        "import sys, site; paths = [p for p in '" & places & "'.split(';') if p]; sys.path[0:0] = paths; " & _
        "[site.addsitedir(p) for p in paths]; import xlwings; xlwings.serve('$(CLSID)')" & Chr$(34)
    If Len(command) > {LONGEST_COMMAND} Then Err.Raise BAD_PATH, Description:=places
    XLPyCommand = command
End Function

Private Function PythonFile() As String
    Dim found As String
    found = GetConfig("Interpreter_Win")
    If Not (Mid$(found, 2, 2) = ":\\" Or Left$(found, 2) = "\\\\") Then Err.Raise NO_PYTHON, Description:=found
    If Not FileExistsOnWindows(found) Then Err.Raise NO_PYTHON, Description:=found
    PythonFile = found
End Function

' xlwings asks the active workbook's sheet, this add-in's, a file in the workbook's folder, a file in the user's home, and has
' defaults. Here it is this add-in's sheet, or an error.
Private Function GetConfig(ByVal configKey As String) As String
    Dim sheet As Worksheet, row As Long
    Set sheet = ThisWorkbook.Worksheets(SETTINGS)
    For row = 1 To 20
        If UCase$(sheet.Cells(row, 1).Value) = UCase$(configKey) Then
            GetConfig = Usable(Expanded(sheet.Cells(row, 2).Value))
            Exit Function
        End If
    Next row
    Err.Raise NO_SETTING, Description:=configKey
End Function

' %NAME% becomes the user's environment variable.
Private Function Expanded(ByVal text As String) As String
    Dim parts As Variant, i As Long
    parts = Split(text, "%")
    For i = 1 To UBound(parts) - 1 Step 2
        parts(i) = Environ$(parts(i))
    Next i
    Expanded = Join(parts, "")
End Function

' The library takes paths in the system's code page; a quotation mark would end the command early, $( is a macro of its own.
Private Function Usable(ByVal text As String) As String
    If StrConv(StrConv(text, vbFromUnicode), vbUnicode) <> text Then Err.Raise BAD_PATH, Description:=text
    If InStr(text, Chr$(34)) > 0 Or InStr(text, "$(") > 0 Then Err.Raise BAD_PATH, Description:=text
    Usable = text
End Function
"""
