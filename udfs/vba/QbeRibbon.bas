Attribute VB_Name = "QbeRibbon"
' Written by scripts/udfs.py from the registry of macros; do not edit.
Option Explicit

' Words may hold characters that MsgBox cannot show.
Private Declare PtrSafe Function MessageBoxW Lib "user32" (ByVal hwnd As LongPtr, ByVal text As LongPtr, ByVal caption As LongPtr, ByVal style As Long) As Long

Private qbeUi As IRibbonUI
Private qbeBusy As Boolean
Private qbeChosen As String  ' a line a workbook, newest first: its name, a tab, the place in the list of editions
Private Const QBE_EDITIONS As Long = 3

' ---- the buttons

Public Sub RunAssessment(control As IRibbonControl)
    QbeRun "run_assessment"
End Sub

Public Sub ChooseEdition(control As IRibbonControl, id As String, index As Integer)
    If QbeRun("choose_edition", QbeEditionId(index)) Then QbeRemember index
    WorkbookChanged
End Sub

Public Sub CheckData(control As IRibbonControl)
    QbeRun "check_data"
End Sub

Public Sub PreviousFinding(control As IRibbonControl)
    QbeRun "previous_finding"
End Sub

Public Sub NextFinding(control As IRibbonControl)
    QbeRun "next_finding"
End Sub

Public Sub ClearMarks(control As IRibbonControl)
    QbeRun "clear_marks"
End Sub

Public Sub WhatIsMissing(control As IRibbonControl)
    QbeRun "what_is_missing"
End Sub

Public Sub CompareScenarios(control As IRibbonControl)
    QbeRun "compare_scenarios"
End Sub

Public Sub CheapestPlan(control As IRibbonControl)
    QbeRun "cheapest_plan"
End Sub

Public Sub ExportResults(control As IRibbonControl)
    QbeRun "export_results"
End Sub

Public Sub UndoRun(control As IRibbonControl)
    QbeRun "undo_run"
End Sub

Public Sub SwitchLanguage(control As IRibbonControl)
    QbeRun "switch_language"
End Sub

Public Sub AboutAndDiagnose(control As IRibbonControl)
    QbeRun "about_and_diagnose"
End Sub

Public Sub RestartPython(control As IRibbonControl)
    On Error GoTo failed
    qbeBusy = False
    KillPy
    QbeTell QbeWord("restarted", "label", QbeLanguage), 64
    Exit Sub
failed:
    QbeTell QbeFailure(Err.Number, Err.Description), 16
End Sub

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
    If Not qbeUi Is Nothing Then qbeUi.InvalidateControl "qbe_choose_edition"
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
        Case 20001: code = "QBE-XLA-004"
        Case 20002: code = "QBE-XLA-005"
        Case 20003: code = "QBE-XLA-006"
        Case 20004: code = "QBE-XLA-007"
        Case 20005: code = "QBE-XLA-008"
        Case Else: code = "QBE-XLA-009"
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
    QbeFailure = QbeFailure & vbLf & QbeWord("log", "label", QbeLanguage) & Environ$("LOCALAPPDATA") & "\qbe_xl\logs"
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

' The whole of what Python can be told; empty for anything else.
Private Function QbeCommand(ByVal key As String) As String
    Select Case key
        Case "run_assessment||zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('run_assessment', '', 'zh')"
        Case "run_assessment||en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('run_assessment', '', 'en')"
        Case "choose_edition||zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('choose_edition', '', 'zh')"
        Case "choose_edition||en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('choose_edition', '', 'en')"
        Case "choose_edition|cn-qbe-2017|zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('choose_edition', 'cn-qbe-2017', 'zh')"
        Case "choose_edition|cn-qbe-2017|en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('choose_edition', 'cn-qbe-2017', 'en')"
        Case "choose_edition|cn-qbe-2017-shenyang|zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('choose_edition', 'cn-qbe-2017-shenyang', 'zh')"
        Case "choose_edition|cn-qbe-2017-shenyang|en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('choose_edition', 'cn-qbe-2017-shenyang', 'en')"
        Case "check_data||zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('check_data', '', 'zh')"
        Case "check_data||en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('check_data', '', 'en')"
        Case "previous_finding||zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('previous_finding', '', 'zh')"
        Case "previous_finding||en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('previous_finding', '', 'en')"
        Case "next_finding||zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('next_finding', '', 'zh')"
        Case "next_finding||en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('next_finding', '', 'en')"
        Case "clear_marks||zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('clear_marks', '', 'zh')"
        Case "clear_marks||en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('clear_marks', '', 'en')"
        Case "what_is_missing||zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('what_is_missing', '', 'zh')"
        Case "what_is_missing||en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('what_is_missing', '', 'en')"
        Case "compare_scenarios||zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('compare_scenarios', '', 'zh')"
        Case "compare_scenarios||en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('compare_scenarios', '', 'en')"
        Case "cheapest_plan||zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('cheapest_plan', '', 'zh')"
        Case "cheapest_plan||en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('cheapest_plan', '', 'en')"
        Case "export_results||zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('export_results', '', 'zh')"
        Case "export_results||en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('export_results', '', 'en')"
        Case "undo_run||zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('undo_run', '', 'zh')"
        Case "undo_run||en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('undo_run', '', 'en')"
        Case "switch_language||zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('switch_language', '', 'zh')"
        Case "switch_language||en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('switch_language', '', 'en')"
        Case "about_and_diagnose||zh"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('about_and_diagnose', '', 'zh')"
        Case "about_and_diagnose||en"
            QbeCommand = "import qbe_xl.hosts.excel.ribbon as r; r.run('about_and_diagnose', '', 'en')"
    End Select
End Function

Private Function QbeEditionId(ByVal index As Integer) As String
    Select Case index
        Case 0: QbeEditionId = ""
        Case 1: QbeEditionId = "cn-qbe-2017"
        Case 2: QbeEditionId = "cn-qbe-2017-shenyang"
    End Select
End Function

Private Function QbeEditionLabel(ByVal index As Integer, ByVal language As String) As String
    Select Case language & index
        Case "zh0": QbeEditionLabel = QbeText("\u5DE5\u4F5C\u7C3F\u81EA\u5E26")
        Case "zh1": QbeEditionLabel = QbeText("\u53BF\u57DF\u4E49\u52A1\u6559\u80B2\u4F18\u8D28\u5747\u8861\u53D1\u5C55\u7763\u5BFC\u8BC4\u4F30\uFF082017 \u5E74\uFF09")
        Case "zh2": QbeEditionLabel = QbeText("\u6C88\u9633\u5E02\u4F18\u8D28\u5747\u8861\u8BC4\u4F30\uFF08\u5728 2017 \u5E74\u56FD\u5BB6\u6807\u51C6\u4E0A\u63D0\u9AD8\uFF09")
        Case "en0": QbeEditionLabel = "As the workbook says"
        Case "en1": QbeEditionLabel = "Quality and balanced compulsory education in counties (2017)"
        Case "en2": QbeEditionLabel = "Shenyang, raised above the national edition of 2017"
    End Select
End Function

Private Function QbeWord(ByVal id As String, ByVal kind As String, ByVal language As String) As String
    If language = "zh" Then QbeWord = QbeWordZh(id, kind) Else QbeWord = QbeWordEn(id, kind)
End Function

Private Function QbeWordZh(ByVal id As String, ByVal kind As String) As String
    Select Case id & "." & kind
        Case "qbe_tab.label"
            QbeWordZh = QbeText("\u4F18\u8D28\u5747\u8861 QBE")
        Case "qbe_tab.screentip"
            QbeWordZh = QbeText("\u4F18\u8D28\u5747\u8861 QBE")
        Case "qbe_tab.supertip"
            QbeWordZh = QbeText("\u4F18\u8D28\u5747\u8861 QBE")
        Case "qbe_group_assess.label"
            QbeWordZh = QbeText("\u8BC4\u4F30")
        Case "qbe_group_assess.screentip"
            QbeWordZh = QbeText("\u8BC4\u4F30")
        Case "qbe_group_assess.supertip"
            QbeWordZh = QbeText("\u8BC4\u4F30")
        Case "qbe_group_check.label"
            QbeWordZh = QbeText("\u6570\u636E\u68C0\u67E5")
        Case "qbe_group_check.screentip"
            QbeWordZh = QbeText("\u6570\u636E\u68C0\u67E5")
        Case "qbe_group_check.supertip"
            QbeWordZh = QbeText("\u6570\u636E\u68C0\u67E5")
        Case "qbe_group_plan.label"
            QbeWordZh = QbeText("\u6574\u6539")
        Case "qbe_group_plan.screentip"
            QbeWordZh = QbeText("\u6574\u6539")
        Case "qbe_group_plan.supertip"
            QbeWordZh = QbeText("\u6574\u6539")
        Case "qbe_group_results.label"
            QbeWordZh = QbeText("\u7ED3\u679C")
        Case "qbe_group_results.screentip"
            QbeWordZh = QbeText("\u7ED3\u679C")
        Case "qbe_group_results.supertip"
            QbeWordZh = QbeText("\u7ED3\u679C")
        Case "qbe_group_help.label"
            QbeWordZh = QbeText("\u5E2E\u52A9")
        Case "qbe_group_help.screentip"
            QbeWordZh = QbeText("\u5E2E\u52A9")
        Case "qbe_group_help.supertip"
            QbeWordZh = QbeText("\u5E2E\u52A9")
        Case "qbe_run_assessment.label"
            QbeWordZh = QbeText("\u8FD0\u884C\u8BC4\u4F30")
        Case "qbe_run_assessment.screentip"
            QbeWordZh = QbeText("\u8FD0\u884C\u8BC4\u4F30")
        Case "qbe_run_assessment.supertip"
            QbeWordZh = QbeText("\u8BFB\u53D6\u5F53\u524D\u5DE5\u4F5C\u7C3F\uFF0C\u68C0\u67E5\u6570\u636E\uFF0C\u9010\u9879\u8BC4\u4F30\uFF0C\u5199\u51FA\u7ED3\u679C\u8868\u5E76\u6807\u51FA\u6709\u95EE\u9898\u7684\u5355\u5143\u683C\u3002")
        Case "qbe_choose_edition.label"
            QbeWordZh = QbeText("\u8BC4\u4F30\u6807\u51C6")
        Case "qbe_choose_edition.screentip"
            QbeWordZh = QbeText("\u8BC4\u4F30\u6807\u51C6")
        Case "qbe_choose_edition.supertip"
            QbeWordZh = QbeText("\u9009\u62E9\u6309\u54EA\u4E00\u7248\u6807\u51C6\u8BC4\u4F30\uFF1B\u4E0D\u9009\u65F6\u7528\u5DE5\u4F5C\u7C3F\u81EA\u5E26\u7684\u7248\u672C\u3002")
        Case "qbe_check_data.label"
            QbeWordZh = QbeText("\u68C0\u67E5\u6570\u636E")
        Case "qbe_check_data.screentip"
            QbeWordZh = QbeText("\u68C0\u67E5\u6570\u636E")
        Case "qbe_check_data.supertip"
            QbeWordZh = QbeText("\u53EA\u68C0\u67E5\u586B\u62A5\u662F\u5426\u5B8C\u6574\u3001\u5408\u7406\uFF0C\u4E0D\u4E0B\u7ED3\u8BBA\u3002")
        Case "qbe_previous_finding.label"
            QbeWordZh = QbeText("\u4E0A\u4E00\u4E2A\u95EE\u9898")
        Case "qbe_previous_finding.screentip"
            QbeWordZh = QbeText("\u4E0A\u4E00\u4E2A\u95EE\u9898")
        Case "qbe_previous_finding.supertip"
            QbeWordZh = QbeText("\u8DF3\u5230\u4E0A\u4E00\u4E2A\u6709\u95EE\u9898\u7684\u5355\u5143\u683C\uFF0C\u8BF4\u660E\u95EE\u9898\u548C\u6539\u6CD5\u3002")
        Case "qbe_next_finding.label"
            QbeWordZh = QbeText("\u4E0B\u4E00\u4E2A\u95EE\u9898")
        Case "qbe_next_finding.screentip"
            QbeWordZh = QbeText("\u4E0B\u4E00\u4E2A\u95EE\u9898")
        Case "qbe_next_finding.supertip"
            QbeWordZh = QbeText("\u8DF3\u5230\u4E0B\u4E00\u4E2A\u6709\u95EE\u9898\u7684\u5355\u5143\u683C\uFF0C\u8BF4\u660E\u95EE\u9898\u548C\u6539\u6CD5\u3002")
        Case "qbe_clear_marks.label"
            QbeWordZh = QbeText("\u6E05\u9664\u6807\u8BB0")
        Case "qbe_clear_marks.screentip"
            QbeWordZh = QbeText("\u6E05\u9664\u6807\u8BB0")
        Case "qbe_clear_marks.supertip"
            QbeWordZh = QbeText("\u53BB\u6389\u6807\u8272\u548C\u6279\u6CE8\uFF0C\u6062\u590D\u539F\u6765\u7684\u683C\u5F0F\uFF1B\u4E0D\u52A8\u6570\u636E\u3002")
        Case "qbe_what_is_missing.label"
            QbeWordZh = QbeText("\u7F3A\u4EC0\u4E48")
        Case "qbe_what_is_missing.screentip"
            QbeWordZh = QbeText("\u7F3A\u4EC0\u4E48")
        Case "qbe_what_is_missing.supertip"
            QbeWordZh = QbeText("\u5217\u51FA\u6CA1\u6709\u586B\u62A5\u7684\u6570\u636E\uFF0C\u5404\u6821\u548C\u5168\u53BF\u79BB\u6807\u51C6\u8FD8\u5DEE\u591A\u5C11\uFF0C\u5DEE\u5F02\u7CFB\u6570\u7531\u54EA\u4E9B\u5B66\u6821\u9020\u6210\uFF1B\u8BA4\u4E0D\u51FA\u7684\u5DE5\u4F5C\u7C3F\u5219\u8BF4\u660E\u7F3A\u54EA\u4E9B\u8868\u3002")
        Case "qbe_compare_scenarios.label"
            QbeWordZh = QbeText("\u60C5\u666F")
        Case "qbe_compare_scenarios.screentip"
            QbeWordZh = QbeText("\u60C5\u666F")
        Case "qbe_compare_scenarios.supertip"
            QbeWordZh = QbeText("\u6309\u5DE5\u4F5C\u8868\u201C\u60C5\u666F\u201D\u4E2D\u7684\u64CD\u4F5C\u6D4B\u7B97\uFF0C\u73B0\u72B6\u4E0E\u5404\u60C5\u666F\u5E76\u5217\uFF1B\u6CA1\u6709\u8FD9\u5F20\u8868\u65F6\u6DFB\u52A0\u4E00\u5F20\u7A7A\u767D\u7684\u3002")
        Case "qbe_cheapest_plan.label"
            QbeWordZh = QbeText("\u6574\u6539\u65B9\u6848")
        Case "qbe_cheapest_plan.screentip"
            QbeWordZh = QbeText("\u6574\u6539\u65B9\u6848")
        Case "qbe_cheapest_plan.supertip"
            QbeWordZh = QbeText("\u6C42\u4F7F\u8D44\u6E90\u914D\u7F6E\u5168\u90E8\u8FBE\u6807\u7684\u6700\u4F4E\u8D39\u7528\u65B9\u6848\uFF0C\u5217\u51FA\u5206\u6821\u3001\u5206\u5E74\u5B89\u6392\uFF1B\u5355\u4EF7\u53EF\u7528\u672C\u5730\u7684 costs.yaml\u3002")
        Case "qbe_export_results.label"
            QbeWordZh = QbeText("\u5BFC\u51FA\u7ED3\u679C")
        Case "qbe_export_results.screentip"
            QbeWordZh = QbeText("\u5BFC\u51FA\u7ED3\u679C")
        Case "qbe_export_results.supertip"
            QbeWordZh = QbeText("\u628A\u7ED3\u679C\u53E6\u5B58\u4E3A\u4E00\u4E2A\u65B0\u5DE5\u4F5C\u7C3F\uFF0C\u653E\u5728\u5F53\u524D\u6587\u4EF6\u65C1\u8FB9\u3002")
        Case "qbe_undo_run.label"
            QbeWordZh = QbeText("\u64A4\u9500\u5199\u5165")
        Case "qbe_undo_run.screentip"
            QbeWordZh = QbeText("\u64A4\u9500\u5199\u5165")
        Case "qbe_undo_run.supertip"
            QbeWordZh = QbeText("\u64A4\u9500\u672C\u63D2\u4EF6\u6700\u8FD1\u4E00\u6B21\u5199\u5165\u7684\u7ED3\u679C\u8868\u548C\u6807\u8BB0\uFF0C\u6062\u590D\u5230\u4E4B\u524D\u7684\u6837\u5B50\u3002")
        Case "qbe_switch_language.label"
            QbeWordZh = QbeText("\u4E2D\u6587 / English")
        Case "qbe_switch_language.screentip"
            QbeWordZh = QbeText("\u4E2D\u6587 / English")
        Case "qbe_switch_language.supertip"
            QbeWordZh = QbeText("\u5207\u6362\u7ED3\u679C\u548C\u63D0\u793A\u7684\u8BED\u8A00\u3002")
        Case "qbe_about_and_diagnose.label"
            QbeWordZh = QbeText("\u5173\u4E8E\u4E0E\u8BCA\u65AD")
        Case "qbe_about_and_diagnose.screentip"
            QbeWordZh = QbeText("\u5173\u4E8E\u4E0E\u8BCA\u65AD")
        Case "qbe_about_and_diagnose.supertip"
            QbeWordZh = QbeText("\u663E\u793A\u7248\u672C\u548C\u8FD0\u884C\u73AF\u5883\uFF0C\u68C0\u67E5\u5B89\u88C5\u662F\u5426\u6B63\u5E38\u3002")
        Case "qbe_restart_python.label"
            QbeWordZh = QbeText("\u91CD\u542F Python")
        Case "qbe_restart_python.screentip"
            QbeWordZh = QbeText("\u91CD\u542F Python")
        Case "qbe_restart_python.supertip"
            QbeWordZh = QbeText("\u7ED3\u675F\u5E76\u91CD\u65B0\u542F\u52A8\u540E\u53F0\u7684 Python\uFF1B\u66F4\u65B0\u7A0B\u5E8F\u4E4B\u540E\uFF0C\u6216\u8005\u6CA1\u6709\u53CD\u5E94\u65F6\u4F7F\u7528\u3002")
        Case "title.label"
            QbeWordZh = QbeText("\u4F18\u8D28\u5747\u8861 QBE")
        Case "log.label"
            QbeWordZh = QbeText("\u65E5\u5FD7\uFF1A")
        Case "restarted.label"
            QbeWordZh = QbeText("Python \u5DF2\u7ED3\u675F\uFF0C\u4E0B\u6B21\u4F7F\u7528\u65F6\u91CD\u65B0\u542F\u52A8\u3002")
        Case "QBE-XLA-001.label"
            QbeWordZh = QbeText("\u6CA1\u6709\u6253\u5F00\u7684\u5DE5\u4F5C\u7C3F\u3002\u8BF7\u5148\u6253\u5F00\u8981\u8BC4\u4F30\u7684\u5DE5\u4F5C\u7C3F\u3002")
        Case "QBE-XLA-002.label"
            QbeWordZh = QbeText("\u5F53\u524D\u5DE5\u4F5C\u7C3F\u5904\u4E8E\u53D7\u4FDD\u62A4\u7684\u89C6\u56FE\u3002\u8BF7\u5148\u70B9\u201C\u542F\u7528\u7F16\u8F91\u201D\u3002")
        Case "QBE-XLA-003.label"
            QbeWordZh = QbeText("Excel \u6B63\u5FD9\uFF0C\u6216\u6B63\u5728\u7F16\u8F91\u5355\u5143\u683C\u3002\u8BF7\u6309 Enter \u6216 Esc \u7ED3\u675F\u7F16\u8F91\u540E\u518D\u8BD5\u3002")
        Case "QBE-XLA-004.label"
            QbeWordZh = QbeText("\u627E\u4E0D\u5230 Python\uFF1A{about}\u3002\u8BF7\u91CD\u65B0\u8FD0\u884C\u5B89\u88C5\u5305\u4E2D\u7684\u5B89\u88C5\u811A\u672C\u3002")
        Case "QBE-XLA-005.label"
            QbeWordZh = QbeText("\u4E0D\u80FD\u52A0\u8F7D {about}\u3002\u8BF7\u91CD\u65B0\u8FD0\u884C\u5B89\u88C5\u5305\uFF1B\u5982\u88AB\u5B89\u5168\u8F6F\u4EF6\u62E6\u622A\uFF0C\u8BF7\u8054\u7CFB\u7BA1\u7406\u5458\u3002")
        Case "QBE-XLA-006.label"
            QbeWordZh = QbeText("\u5B89\u88C5\u8DEF\u5F84\u592A\u957F\uFF0C\u6216\u542B\u6709\u672C\u673A Windows \u4E0D\u80FD\u4F20\u9012\u7684\u5B57\u7B26\uFF1A{about}\u3002\u8BF7\u6362\u4E00\u4E2A\u7528\u6237\u6587\u4EF6\u5939\u5B89\u88C5\u3002")
        Case "QBE-XLA-007.label"
            QbeWordZh = QbeText("\u52A0\u8F7D\u9879\u7F3A\u5C11\u8BBE\u7F6E {about}\u3002\u8BF7\u91CD\u65B0\u5B89\u88C5\u52A0\u8F7D\u9879\u3002")
        Case "QBE-XLA-008.label"
            QbeWordZh = QbeText("\u4E0D\u80FD\u542F\u52A8 Python\uFF1A{about}\u3002\u8BF7\u70B9\u201C\u91CD\u542F Python\u201D\uFF1B\u4ECD\u4E0D\u884C\u8BF7\u8FD0\u884C\u201C\u8BCA\u65AD.cmd\u201D\u3002")
        Case "QBE-XLA-009.label"
            QbeWordZh = QbeText("\u8FD0\u884C\u4E2D\u65AD\uFF1A{about}\u3002\u60A8\u7684\u6570\u636E\u6CA1\u6709\u4E22\u5931\uFF1B\u8BF7\u70B9\u201C\u91CD\u542F Python\u201D\u540E\u518D\u8BD5\u3002")
        Case "QBE-XLA-010.label"
            QbeWordZh = QbeText("\u672C\u52A0\u8F7D\u9879\u53EA\u80FD\u5728 Windows \u4E0A\u7684 Excel \u4E2D\u8FD0\u884C\u3002\u5728 LibreOffice \u4E2D\u8BF7\u7528\u5B83\u81EA\u5DF1\u7684\u83DC\u5355\u3002")
    End Select
End Function

Private Function QbeWordEn(ByVal id As String, ByVal kind As String) As String
    Select Case id & "." & kind
        Case "qbe_tab.label"
            QbeWordEn = "QBE"
        Case "qbe_tab.screentip"
            QbeWordEn = "QBE"
        Case "qbe_tab.supertip"
            QbeWordEn = "QBE"
        Case "qbe_group_assess.label"
            QbeWordEn = "Assess"
        Case "qbe_group_assess.screentip"
            QbeWordEn = "Assess"
        Case "qbe_group_assess.supertip"
            QbeWordEn = "Assess"
        Case "qbe_group_check.label"
            QbeWordEn = "Check data"
        Case "qbe_group_check.screentip"
            QbeWordEn = "Check data"
        Case "qbe_group_check.supertip"
            QbeWordEn = "Check data"
        Case "qbe_group_plan.label"
            QbeWordEn = "Remedy"
        Case "qbe_group_plan.screentip"
            QbeWordEn = "Remedy"
        Case "qbe_group_plan.supertip"
            QbeWordEn = "Remedy"
        Case "qbe_group_results.label"
            QbeWordEn = "Results"
        Case "qbe_group_results.screentip"
            QbeWordEn = "Results"
        Case "qbe_group_results.supertip"
            QbeWordEn = "Results"
        Case "qbe_group_help.label"
            QbeWordEn = "Help"
        Case "qbe_group_help.screentip"
            QbeWordEn = "Help"
        Case "qbe_group_help.supertip"
            QbeWordEn = "Help"
        Case "qbe_run_assessment.label"
            QbeWordEn = "Run assessment"
        Case "qbe_run_assessment.screentip"
            QbeWordEn = "Run assessment"
        Case "qbe_run_assessment.supertip"
            QbeWordEn = "Read the active workbook, check the data, assess every criterion, write the result sheets and mark the cells with problems."
        Case "qbe_choose_edition.label"
            QbeWordEn = "Standard"
        Case "qbe_choose_edition.screentip"
            QbeWordEn = "Standard"
        Case "qbe_choose_edition.supertip"
            QbeWordEn = "Choose the edition of the standard to assess by; without a choice it is the one the workbook names."
        Case "qbe_check_data.label"
            QbeWordEn = "Check data"
        Case "qbe_check_data.screentip"
            QbeWordEn = "Check data"
        Case "qbe_check_data.supertip"
            QbeWordEn = "Only check whether the report is complete and sound; no verdict."
        Case "qbe_previous_finding.label"
            QbeWordEn = "Previous problem"
        Case "qbe_previous_finding.screentip"
            QbeWordEn = "Previous problem"
        Case "qbe_previous_finding.supertip"
            QbeWordEn = "Go to the previous cell with a problem and show what is wrong and how to mend it."
        Case "qbe_next_finding.label"
            QbeWordEn = "Next problem"
        Case "qbe_next_finding.screentip"
            QbeWordEn = "Next problem"
        Case "qbe_next_finding.supertip"
            QbeWordEn = "Go to the next cell with a problem and show what is wrong and how to mend it."
        Case "qbe_clear_marks.label"
            QbeWordEn = "Clear marks"
        Case "qbe_clear_marks.screentip"
            QbeWordEn = "Clear marks"
        Case "qbe_clear_marks.supertip"
            QbeWordEn = "Remove colours and comments and restore the former formats; data stay untouched."
        Case "qbe_what_is_missing.label"
            QbeWordEn = "What is missing"
        Case "qbe_what_is_missing.screentip"
            QbeWordEn = "What is missing"
        Case "qbe_what_is_missing.supertip"
            QbeWordEn = "List figures not reported, what is lacking to the limits, who drives the CVs; for an unknown form the sheets looked for."
        Case "qbe_compare_scenarios.label"
            QbeWordEn = "Scenarios"
        Case "qbe_compare_scenarios.screentip"
            QbeWordEn = "Scenarios"
        Case "qbe_compare_scenarios.supertip"
            QbeWordEn = "Work out the actions in the sheet Scenarios, each scenario beside the present; without that sheet a blank one is added."
        Case "qbe_cheapest_plan.label"
            QbeWordEn = "Cheapest plan"
        Case "qbe_cheapest_plan.screentip"
            QbeWordEn = "Cheapest plan"
        Case "qbe_cheapest_plan.supertip"
            QbeWordEn = "Find the cheapest plan by which all resources meet the standard, by school and by year; prices may be your own costs.yaml."
        Case "qbe_export_results.label"
            QbeWordEn = "Export results"
        Case "qbe_export_results.screentip"
            QbeWordEn = "Export results"
        Case "qbe_export_results.supertip"
            QbeWordEn = "Save the results as a new workbook beside the current file."
        Case "qbe_undo_run.label"
            QbeWordEn = "Take back"
        Case "qbe_undo_run.screentip"
            QbeWordEn = "Take back"
        Case "qbe_undo_run.supertip"
            QbeWordEn = "Take back what the add-in last wrote: result sheets and marks return to what they were."
        Case "qbe_switch_language.label"
            QbeWordEn = QbeText("\u4E2D\u6587 / English")
        Case "qbe_switch_language.screentip"
            QbeWordEn = QbeText("\u4E2D\u6587 / English")
        Case "qbe_switch_language.supertip"
            QbeWordEn = "Switch the language of results and messages."
        Case "qbe_about_and_diagnose.label"
            QbeWordEn = "About and diagnosis"
        Case "qbe_about_and_diagnose.screentip"
            QbeWordEn = "About and diagnosis"
        Case "qbe_about_and_diagnose.supertip"
            QbeWordEn = "Show versions and the environment, and check the installation."
        Case "qbe_restart_python.label"
            QbeWordEn = "Restart Python"
        Case "qbe_restart_python.screentip"
            QbeWordEn = "Restart Python"
        Case "qbe_restart_python.supertip"
            QbeWordEn = "End the Python in the background and start it anew: after an update, or when it does not answer."
        Case "title.label"
            QbeWordEn = "QBE"
        Case "log.label"
            QbeWordEn = "Log: "
        Case "restarted.label"
            QbeWordEn = "Python has ended; it starts anew when it is next used."
        Case "QBE-XLA-001.label"
            QbeWordEn = "No workbook is open. Open the workbook to be assessed first."
        Case "QBE-XLA-002.label"
            QbeWordEn = QbeText("The workbook is in Protected View. Choose \u201CEnable Editing\u201D first.")
        Case "QBE-XLA-003.label"
            QbeWordEn = "Excel is busy, or a cell is being edited. Press Enter or Esc, then try again."
        Case "QBE-XLA-004.label"
            QbeWordEn = "Python was not found: {about}. Run the installer of the kit again."
        Case "QBE-XLA-005.label"
            QbeWordEn = "{about} cannot be loaded. Run the installer again; if security software blocks it, ask your administrator."
        Case "QBE-XLA-006.label"
            QbeWordEn = "The path of the installation is too long or holds characters that this Windows cannot pass on: {about}. Install it in another folder of the user."
        Case "QBE-XLA-007.label"
            QbeWordEn = "The add-in lacks its setting {about}. Install the add-in again."
        Case "QBE-XLA-008.label"
            QbeWordEn = QbeText("Python cannot be started: {about}. Choose \u201CRestart Python\u201D; if that does not help, run the diagnosis") & _
            QbeText(" of the kit.")
        Case "QBE-XLA-009.label"
            QbeWordEn = QbeText("The run was interrupted: {about}. No data are lost; choose \u201CRestart Python\u201D and try again.")
        Case "QBE-XLA-010.label"
            QbeWordEn = "This add-in runs in Excel on Windows only. In LibreOffice use its own menu."
    End Select
End Function

' \uXXXX becomes ChrW(&HXXXX): VBA source holds ASCII only.
Private Function QbeText(ByVal escaped As String) As String
    Dim at As Long, found As String
    at = 1
    Do While at <= Len(escaped)
        If Mid$(escaped, at, 2) = "\u" Then
            found = found & ChrW(CLng("&H" & Mid$(escaped, at + 2, 4) & "&"))
            at = at + 6
        Else
            found = found & Mid$(escaped, at, 1)
            at = at + 1
        End If
    Loop
    QbeText = found
End Function
