Attribute VB_Name = "xlwings"
' The part of xlwings 0.37.8's VBA module that starts its Python server, changed for this add-in; made by scripts/udfs.py.
' Settings come from this add-in's own sheet qbe_xl.conf alone: docs/decisions/add-in-hardening.md
' Everything is private but XLPy and KillPy: a formula in any cell can call the public functions of an add-in.

'xlwings is distributed under a BSD 3-clause license.
'
'Copyright (C) 2014-present, Zoomer Analytics LLC.
'All rights reserved.
'
'Redistribution and use in source and binary forms, with or without modification,
'are permitted provided that the following conditions are met:
'
'* Redistributions of source code must retain the above copyright notice, this
'  list of conditions and the following disclaimer.
'
'* Redistributions in binary form must reproduce the above copyright notice, this
'  list of conditions and the following disclaimer in the documentation and/or
'  other materials provided with the distribution.
'
'* Neither the name of the copyright holder nor the names of its
'  contributors may be used to endorse or promote products derived from
'  this software without specific prior written permission.
'
'THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND
'ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED
'WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
'DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR
'ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES
'(INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES;
'LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON
'ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT
'(INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS
'SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.

Option Explicit
Option Private Module

#If Win64 Then
    Private Const XLPyDLLName As String = "xlwings64-0.37.8.dll"
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings64-0.37.8.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal mode As Long = 1) As Long
#Else
    Private Const XLPyDLLName As String = "xlwings32-0.37.8.dll"
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings32-0.37.8.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal mode As Long = 1) As Long
#End If
Private Declare PtrSafe Function LoadLibrary Lib "KERNEL32" Alias "LoadLibraryA" (ByVal lpLibFileName As String) As LongPtr

Private Const SETTINGS As String = "qbe_xl.conf"
Private Const NO_PYTHON As Long = 20001
Private Const NO_LIBRARY As Long = 20002
Private Const BAD_PATH As Long = 20003
Private Const NO_SETTING As Long = 20004
Private Const NO_SERVER As Long = 20005

Public Sub KillPy()
    XLPyLoadDLL
    Dim unused
    If 0 <> XLPyDLLActivateAuto(unused, XLPyCommand, -1) Then Err.Raise 1000, Description:=unused
End Sub

Private Function FileExistsOnWindows(ByVal FileSpec As String) As Boolean
   ' by Karl Peterson MS MVP VB
   Dim Attr As Long
   ' Guard against bad FileSpec by ignoring errors
   ' retrieving its attributes.
   On Error Resume Next
   Attr = GetAttr(FileSpec)
   If Err.Number = 0 Then
      ' No error, so something was found.
      ' If Directory attribute set, then not a file.
      FileExistsOnWindows = Not ((Attr And vbDirectory) = vbDirectory)
   End If
End Function

Private Function ParentFolder(ByVal Folder)
  #If Mac Then
      ParentFolder = Left$(Folder, InStrRev(Folder, "/") - 1)
  #Else
      ParentFolder = Left$(Folder, InStrRev(Folder, "\") - 1)
  #End If
End Function

' As xlwings', with an error number of our own.
Public Function XLPy() As Variant
    XLPyLoadDLL
    If 0 <> XLPyDLLActivateAuto(XLPy, XLPyCommand, 1) Then Err.Raise NO_SERVER, Description:=XLPy
End Function

' xlwings looks in PATH too; here the library lies beside the interpreter (or one folder up, in a virtual environment).
Private Sub XLPyLoadDLL()
    Dim folder As String
    folder = ParentFolder(PythonFile)
    If LoadLibrary(folder & "\" & XLPyDLLName) <> 0 Then Exit Sub
    If LoadLibrary(ParentFolder(folder) & "\" & XLPyDLLName) <> 0 Then Exit Sub
    Err.Raise NO_LIBRARY, Description:=folder & "\" & XLPyDLLName
End Sub

' xlwings goes through cmd.exe, found by name, and names the active workbook in the command. Here Python is started by its
' full path and isolated (-I): no PYTHON... variables, no user site, and not the current folder, which may be the workbook's.
Private Function XLPyCommand() As String
    Dim places As String, command As String
    places = Replace(Replace(GetConfig("PYTHONPATH"), "\", "\\"), "'", "\'")
    command = Chr$(34) & PythonFile & Chr$(34) & " -I -B -c " & Chr$(34) & _
        "import sys, site; paths = [p for p in '" & places & "'.split(';') if p]; sys.path[0:0] = paths; " & _
        "[site.addsitedir(p) for p in paths]; import xlwings; xlwings.serve('$(CLSID)')" & Chr$(34)
    If Len(command) > 2000 Then Err.Raise BAD_PATH, Description:=places
    XLPyCommand = command
End Function

Private Function PythonFile() As String
    Dim found As String
    found = GetConfig("Interpreter_Win")
    If Not (Mid$(found, 2, 2) = ":\" Or Left$(found, 2) = "\\") Then Err.Raise NO_PYTHON, Description:=found
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
