Attribute VB_Name = "QbeUdfs"
' Written by scripts/udfs.py from the registry of functions; do not edit.
Option Explicit

Private Const PY_MODULE As String = "qbe_udfs"

Public Function QBE_COEF(values As Variant, Optional pupils As Variant) As Variant
    On Error GoTo failed
    QBE_COEF = QbeNumbers( _
        XLPy.CallUDF(PY_MODULE, "QBE_COEF", Array(values, pupils), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_COEF = CVErr(xlErrName)
End Function

Public Function QBE_MEAN(amounts As Variant, pupils As Variant) As Variant
    On Error GoTo failed
    QBE_MEAN = QbeNumbers( _
        XLPy.CallUDF(PY_MODULE, "QBE_MEAN", Array(amounts, pupils), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_MEAN = CVErr(xlErrName)
End Function

Public Function QBE_STD(values As Variant, Optional pupils As Variant) As Variant
    On Error GoTo failed
    QBE_STD = QbeNumbers( _
        XLPy.CallUDF(PY_MODULE, "QBE_STD", Array(values, pupils), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_STD = CVErr(xlErrName)
End Function

Public Function QBE_SHARE(values As Variant, pupils As Variant, Optional k As Variant) As Variant
    On Error GoTo failed
    QBE_SHARE = QbeNumbers( _
        XLPy.CallUDF(PY_MODULE, "QBE_SHARE", Array(values, pupils, k), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_SHARE = CVErr(xlErrName)
End Function

Public Function QBE_COMPOSITE(cvs As Variant) As Variant
    On Error GoTo failed
    QBE_COMPOSITE = QbeNumbers( _
        XLPy.CallUDF(PY_MODULE, "QBE_COMPOSITE", Array(cvs), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_COMPOSITE = CVErr(xlErrName)
End Function

Public Function QBE_INDICATOR(id As Variant, amount As Variant, pupils As Variant) As Variant
    On Error GoTo failed
    QBE_INDICATOR = QbeNumbers( _
        XLPy.CallUDF(PY_MODULE, "QBE_INDICATOR", Array(id, amount, pupils), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_INDICATOR = CVErr(xlErrName)
End Function

Public Function QBE_LIMIT(id As Variant, stage As Variant, Optional edition As Variant) As Variant
    On Error GoTo failed
    QBE_LIMIT = QbeNumbers( _
        XLPy.CallUDF(PY_MODULE, "QBE_LIMIT", Array(id, stage, edition), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_LIMIT = CVErr(xlErrName)
End Function

Public Function QBE_STATUS(id As Variant, stage As Variant, amount As Variant, pupils As Variant, Optional edition As Variant) As Variant
    On Error GoTo failed
    QBE_STATUS = QbeTexts( _
        XLPy.CallUDF(PY_MODULE, "QBE_STATUS", Array(id, stage, amount, pupils, edition), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_STATUS = QbeText("\u65E0\u6CD5\u8FD0\u884C Python \u51FD\u6570\uFF0C\u8BF7\u68C0\u67E5\u5B89\u88C5\uFF1A") & Err.Description
End Function

Public Function QBE_MET(stage As Variant, amounts7 As Variant, pupils As Variant, Optional part As Variant) As Variant
    On Error GoTo failed
    QBE_MET = QbeNumbers( _
        XLPy.CallUDF(PY_MODULE, "QBE_MET", Array(stage, amounts7, pupils, part), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_MET = CVErr(xlErrName)
End Function

Public Function QBE_CHECK(school As Variant, Optional table As Variant) As Variant
    On Error GoTo failed
    QBE_CHECK = QbeTexts( _
        XLPy.CallUDF(PY_MODULE, "QBE_CHECK", Array(school, table, Nothing), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_CHECK = QbeText("\u65E0\u6CD5\u8FD0\u884C Python \u51FD\u6570\uFF0C\u8BF7\u68C0\u67E5\u5B89\u88C5\uFF1A") & Err.Description
End Function

Public Function QBE_GAP(id As Variant, stage As Variant, amount As Variant, pupils As Variant) As Variant
    On Error GoTo failed
    QBE_GAP = QbeNumbers( _
        XLPy.CallUDF(PY_MODULE, "QBE_GAP", Array(id, stage, amount, pupils), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_GAP = CVErr(xlErrName)
End Function

Public Function QBE_SPLIT(amount As Variant, primary As Variant, junior As Variant, Optional senior As Variant, Optional stage As Variant) As Variant
    On Error GoTo failed
    QBE_SPLIT = QbeNumbers( _
        XLPy.CallUDF(PY_MODULE, "QBE_SPLIT", Array(amount, primary, junior, senior, stage), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_SPLIT = CVErr(xlErrName)
End Function

Public Function QBE_RETENTION(graduates As Variant, entrants As Variant, transfers_in As Variant, transfers_out As Variant, deaths As Variant) As Variant
    On Error GoTo failed
    QBE_RETENTION = QbeNumbers( _
        XLPy.CallUDF(PY_MODULE, "QBE_RETENTION", Array(graduates, entrants, transfers_in, transfers_out, deaths), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_RETENTION = CVErr(xlErrName)
End Function

Public Function QBE_ROOMS(classes As Variant, Optional kind As Variant) As Variant
    On Error GoTo failed
    QBE_ROOMS = QbeNumbers( _
        XLPy.CallUDF(PY_MODULE, "QBE_ROOMS", Array(classes, kind), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_ROOMS = CVErr(xlErrName)
End Function

Public Function QBE_RATE(id As Variant, value1 As Variant, Optional value2 As Variant, Optional value3 As Variant, Optional value4 As Variant, Optional value5 As Variant) As Variant
    On Error GoTo failed
    QBE_RATE = QbeNumbers( _
        XLPy.CallUDF(PY_MODULE, "QBE_RATE", Array(id, value1, value2, value3, value4, value5), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_RATE = CVErr(xlErrName)
End Function

Public Function QBE_RECOGNITION(valid As Variant, satisfied As Variant) As Variant
    On Error GoTo failed
    QBE_RECOGNITION = QbeNumbers( _
        XLPy.CallUDF(PY_MODULE, "QBE_RECOGNITION", Array(valid, satisfied), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_RECOGNITION = CVErr(xlErrName)
End Function

Public Function QBE_EXPLAIN(id As Variant, Optional lang As Variant) As Variant
    On Error GoTo failed
    QBE_EXPLAIN = QbeTexts( _
        XLPy.CallUDF(PY_MODULE, "QBE_EXPLAIN", Array(id, lang), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_EXPLAIN = QbeText("\u65E0\u6CD5\u8FD0\u884C Python \u51FD\u6570\uFF0C\u8BF7\u68C0\u67E5\u5B89\u88C5\uFF1A") & Err.Description
End Function

Public Function QBE_VERDICT(statuses As Variant) As Variant
    On Error GoTo failed
    QBE_VERDICT = QbeTexts( _
        XLPy.CallUDF(PY_MODULE, "QBE_VERDICT", Array(statuses), ThisWorkbook, Application.Caller))
    Exit Function
failed:
    QBE_VERDICT = QbeText("\u65E0\u6CD5\u8FD0\u884C Python \u51FD\u6570\uFF0C\u8BF7\u68C0\u67E5\u5B89\u88C5\uFF1A") & Err.Description
End Function

Private Function QbeError(ByVal cell As Variant) As Variant
    QbeError = cell
    If VarType(cell) <> vbString Then Exit Function
    Select Case cell
        Case "#N/A": QbeError = CVErr(xlErrNA)
        Case "#VALUE!": QbeError = CVErr(xlErrValue)
        Case "#DIV/0!": QbeError = CVErr(xlErrDiv0)
        Case "#REF!": QbeError = CVErr(xlErrRef)
        Case "#NAME?": QbeError = CVErr(xlErrName)
        Case "#NUM!": QbeError = CVErr(xlErrNum)
        Case "#NULL!": QbeError = CVErr(xlErrNull)
    End Select
End Function

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

' Called when the add-in opens: help for the function dialog.
Public Sub QbeDescribeFunctions()
    On Error Resume Next  ' help is not worth a message at start-up
    Describe_QBE_COEF
    Describe_QBE_MEAN
    Describe_QBE_STD
    Describe_QBE_SHARE
    Describe_QBE_COMPOSITE
    Describe_QBE_INDICATOR
    Describe_QBE_LIMIT
    Describe_QBE_STATUS
    Describe_QBE_MET
    Describe_QBE_CHECK
    Describe_QBE_GAP
    Describe_QBE_SPLIT
    Describe_QBE_RETENTION
    Describe_QBE_ROOMS
    Describe_QBE_RATE
    Describe_QBE_RECOGNITION
    Describe_QBE_EXPLAIN
    Describe_QBE_VERDICT
End Sub

Private Sub Describe_QBE_COEF()
    QbeDescribe "QBE_COEF", _
        QbeText("\u6821\u9645\u5DEE\u5F02\u7CFB\u6570\u3002\u6821\u9645\u5DEE\u5F02\u7CFB\u6570 CV = S \u00F7 X\u0304\uFF0C\u6309\u5728\u6821\u751F\u6570\u52A0\u6743\uFF1AX\u0304 = \u03A3px \u00F7 \u03A3p\uFF0CS = \u221A(\u03A3p(x \u2212 X\u0304)\u00B2 \u00F7 \u03A3p)\u3002\u4E0D\u7ED9 pupils \u65F6\uFF1A\u6070\u597D\u4E24\u5217\u3001\u81F3\u5C11\u4E24\u884C\u7684\u533A\u57DF\u6309\uFF08\u503C\uFF0C") & _
            QbeText("\u5728\u6821\u751F\u6570\uFF09\u8BFB\uFF1B\u4E00\u884C\u6216\u4E00\u5217\u6309\u7B49\u6743\u7B97\uFF0C\u4E0E\u5B98\u65B9\u53E3\u5F84\uFF08\u6309\u5728\u6821\u751F\u52A0\u6743\uFF09\u4E0D\u540C\uFF1B\u5176\u4ED6\u5F62\u72B6\u8FD4\u56DE #VALUE!\u3002\u9996\u884C\u4E3A\u6587\u5B57\u65F6\u89C6\u4F5C\u8868\u5934\uFF1B\u4E00\u5BF9\u4E24\u683C\u90FD\u7A7A\u5219\u8DF3\u8FC7\uFF0C\u53EA\u7A7A\u4E00\u683C\u8FD4\u56DE #N/A\uFF1B\u5728\u6821\u751F\u4E3A 0 \u7684\u5B66\u6821\u8DF3\u8FC7\uFF1B\u8D1F\u6570\u3001\u6587\u5B57\u8FD4") & _
            QbeText("\u56DE #VALUE!\uFF1B\u9519\u8BEF\u503C\u539F\u6837\u8FD4\u56DE\uFF1B\u5728\u6821\u751F\u5408\u8BA1\u4E3A 0 \u8FD4\u56DE #DIV/0!\u3002"), _
        Array( _
            QbeText("\u6BCF\u6821\u7684\u751F\u5747\u503C\uFF08\u6216\u6BCF\u767E\u751F\u503C\uFF09\uFF0C\u4E00\u6821\u4E00\u683C"), _
            QbeText("\u5728\u6821\u751F\u6570\uFF0C\u4E0E\u524D\u8005\u683C\u6570\u76F8\u540C"))
End Sub

Private Sub Describe_QBE_MEAN()
    QbeDescribe "QBE_MEAN", _
        QbeText("\u6309\u5B66\u751F\u6570\u5408\u5E76\u7684\u5E73\u5747\u503C\u3002\u5168\u53BF\u5E73\u5747\u503C X\u0304 = \u03A3\u8D44\u6E90\u603B\u91CF \u00F7 \u03A3\u5728\u6821\u751F\u6570\uFF08\u4E0D\u662F\u5404\u6821\u751F\u5747\u503C\u7684\u5E73\u5747\uFF09\u3002\u6BCF\u767E\u751F\u6307\u6807\u8BF7\u4E58\u4EE5 100\u3002\u9996\u884C\u4E3A\u6587\u5B57\u65F6\u89C6\u4F5C\u8868\u5934\uFF1B\u4E00\u5BF9\u4E24\u683C\u90FD\u7A7A\u5219\u8DF3\u8FC7\uFF0C\u53EA\u7A7A\u4E00\u683C\u8FD4\u56DE #N/A\uFF1B\u5728\u6821\u751F\u4E3A 0") & _
            QbeText(" \u7684\u5B66\u6821\u8DF3\u8FC7\uFF1B\u8D1F\u6570\u3001\u6587\u5B57\u8FD4\u56DE #VALUE!\uFF1B\u9519\u8BEF\u503C\u539F\u6837\u8FD4\u56DE\uFF1B\u5728\u6821\u751F\u5408\u8BA1\u4E3A 0 \u8FD4\u56DE #DIV/0!\u3002"), _
        Array( _
            QbeText("\u6BCF\u6821\u7684\u8D44\u6E90\u603B\u91CF\uFF0C\u4E00\u6821\u4E00\u683C"), _
            QbeText("\u5728\u6821\u751F\u6570\uFF0C\u4E0E\u524D\u8005\u683C\u6570\u76F8\u540C"))
End Sub

Private Sub Describe_QBE_STD()
    QbeDescribe "QBE_STD", _
        QbeText("\u6821\u9645\u6807\u51C6\u5DEE\u3002\u6821\u9645\u6807\u51C6\u5DEE S = \u221A(\u03A3p(x \u2212 X\u0304)\u00B2 \u00F7 \u03A3p)\uFF0C\u6309\u5728\u6821\u751F\u6570\u52A0\u6743\uFF0C\u603B\u4F53\u5F62\u5F0F\u3002\u4E0D\u7ED9 pupils \u65F6\uFF1A\u6070\u597D\u4E24\u5217\u3001\u81F3\u5C11\u4E24\u884C\u7684\u533A\u57DF\u6309\uFF08\u503C\uFF0C\u5728\u6821\u751F\u6570\uFF09\u8BFB\uFF1B\u4E00\u884C\u6216\u4E00\u5217\u6309\u7B49\u6743\u7B97\uFF0C\u4E0E\u5B98\u65B9\u53E3\u5F84\uFF08") & _
            QbeText("\u6309\u5728\u6821\u751F\u52A0\u6743\uFF09\u4E0D\u540C\uFF1B\u5176\u4ED6\u5F62\u72B6\u8FD4\u56DE #VALUE!\u3002\u9996\u884C\u4E3A\u6587\u5B57\u65F6\u89C6\u4F5C\u8868\u5934\uFF1B\u4E00\u5BF9\u4E24\u683C\u90FD\u7A7A\u5219\u8DF3\u8FC7\uFF0C\u53EA\u7A7A\u4E00\u683C\u8FD4\u56DE #N/A\uFF1B\u5728\u6821\u751F\u4E3A 0 \u7684\u5B66\u6821\u8DF3\u8FC7\uFF1B\u8D1F\u6570\u3001\u6587\u5B57\u8FD4\u56DE #VALUE!\uFF1B\u9519\u8BEF\u503C\u539F\u6837\u8FD4\u56DE\uFF1B\u5728\u6821\u751F\u5408\u8BA1") & _
            QbeText("\u4E3A 0 \u8FD4\u56DE #DIV/0!\u3002"), _
        Array( _
            QbeText("\u6BCF\u6821\u7684\u751F\u5747\u503C\uFF08\u6216\u6BCF\u767E\u751F\u503C\uFF09\uFF0C\u4E00\u6821\u4E00\u683C"), _
            QbeText("\u5728\u6821\u751F\u6570\uFF0C\u4E0E\u524D\u8005\u683C\u6570\u76F8\u540C"))
End Sub

Private Sub Describe_QBE_SHARE()
    QbeDescribe "QBE_SHARE", _
        QbeText("\u5404\u6821\u5BF9\u5DEE\u5F02\u7CFB\u6570\u7684\u8D21\u732E\u3002\u5404\u6821\u5360\u5DEE\u5F02\u7CFB\u6570\u5E73\u65B9\u7684\u4EFD\u989D p(x \u2212 X\u0304)\u00B2 \u00F7 \u03A3p(x \u2212 X\u0304)\u00B2\uFF0C\u5408\u8BA1\u4E3A 1\uFF1B\u5404\u6821\u76F8\u540C\u5219\u90FD\u4E3A 0\u3002\u4E0D\u7ED9 k \u65F6\u8FD4\u56DE\u4E0E values \u540C\u5F62\u7684\u6570\u7EC4\uFF08Excel 2016 \u53CA") & _
            QbeText("\u4EE5\u524D\u987B\u9009\u4E2D\u533A\u57DF\u540E\u6309 Ctrl+Shift+Enter\uFF09\uFF1B\u7ED9 k \u65F6\u8FD4\u56DE\u7B2C k \u6240\u5B66\u6821\uFF08\u8868\u5934\u4E0D\u8BA1\uFF09\u7684\u4EFD\u989D\uFF0C\u666E\u901A\u516C\u5F0F\u5373\u53EF\u3002\u7A7A\u767D\u548C\u6CA1\u6709\u5B66\u751F\u7684\u5B66\u6821\u4E3A 0\uFF0C\u8868\u5934\u5904\u4E3A #N/A\u3002"), _
        Array( _
            QbeText("\u6BCF\u6821\u7684\u751F\u5747\u503C\uFF08\u6216\u6BCF\u767E\u751F\u503C\uFF09\uFF0C\u4E00\u6821\u4E00\u683C"), _
            QbeText("\u5728\u6821\u751F\u6570\uFF0C\u4E0E\u524D\u8005\u683C\u6570\u76F8\u540C"), _
            QbeText("\u7B2C\u51E0\u6240\u5B66\u6821\uFF0C\u4ECE 1 \u6570\u8D77"))
End Sub

Private Sub Describe_QBE_COMPOSITE()
    QbeDescribe "QBE_COMPOSITE", _
        QbeText("\u7EFC\u5408\u5DEE\u5F02\u7CFB\u6570\u3002\u7EFC\u5408\u5DEE\u5F02\u7CFB\u6570\uFF1A\u5404\u9879\u6307\u6807\u5DEE\u5F02\u7CFB\u6570\u7684\u7B80\u5355\u5E73\u5747\uFF082012 \u5E74\u529E\u6CD5\u7684\u5224\u5B9A\u4F9D\u636E\uFF1B\u4F18\u8D28\u5747\u8861\u4EC5\u4F9B\u53C2\u8003\uFF0C\u987B\u9010\u9879\u8FBE\u6807\uFF09\u3002\u9996\u683C\u4E3A\u6587\u5B57\u65F6\u89C6\u4F5C\u8868\u5934\uFF1B\u6709\u7A7A\u683C\u8FD4\u56DE #N/A\uFF1B\u8D1F\u6570\u3001\u6587\u5B57\u8FD4\u56DE #VALUE!\uFF1B\u9519\u8BEF\u503C\u539F") & _
            QbeText("\u6837\u8FD4\u56DE\u3002"), _
        Array( _
            QbeText("\u5404\u9879\u6307\u6807\u7684\u5DEE\u5F02\u7CFB\u6570"))
End Sub

Private Sub Describe_QBE_INDICATOR()
    QbeDescribe "QBE_INDICATOR", _
        QbeText("\u6307\u6807\u503C\u3002\u6BCF\u767E\u540D\u5B66\u751F\u6216\u751F\u5747\u7684\u6307\u6807\u503C\uFF1A\u8D44\u6E90\u603B\u91CF \u00F7 \u5728\u6821\u751F\u6570\uFF08L1\u3001L2\u3001L3\u3001L7 \u4E58\u4EE5 100\uFF09\uFF0C\u4FDD\u7559 15 \u4F4D\u6709\u6548\u6570\u5B57\u3002\u5404\u53C2\u6570\u53EF\u4EE5\u662F\u4E00\u683C\u6216\u533A\u57DF\uFF0C\u9010\u683C\u8BA1\u7B97\uFF0C\u4E00\u683C\u7684\u53C2\u6570\u7528\u4E8E\u5168\u90E8\u3002\u7A7A\u683C\u8FD4\u56DE #N/A\uFF1B\u6587\u5B57") & _
            QbeText("\u3001\u8D1F\u6570\u3001\u4E0D\u8BA4\u8BC6\u7684\u7F16\u53F7\u6216\u5B66\u6BB5\u8FD4\u56DE #VALUE!\uFF1B\u9519\u8BEF\u503C\u539F\u6837\u8FD4\u56DE\u3002\u5728\u6821\u751F\u4E3A 0 \u8FD4\u56DE #DIV/0!\u3002"), _
        Array( _
            QbeText("\u6307\u6807\u7F16\u53F7 L1\u2013L7"), _
            QbeText("\u8D44\u6E90\u603B\u91CF\uFF08\u4EBA\u3001\u33A1\u3001\u5143\u3001\u95F4\uFF09\uFF0C\u4E0E\u586B\u62A5\u5355\u4F4D\u76F8\u540C"), _
            QbeText("\u5728\u6821\u751F\u6570"))
End Sub

Private Sub Describe_QBE_LIMIT()
    QbeDescribe "QBE_LIMIT", _
        QbeText("\u6807\u51C6\u9650\u503C\u3002\u67D0\u9879\u6307\u6807\u5728\u67D0\u5B66\u6BB5\u7684\u6807\u51C6\u3002L1.floor \u4E3A\u4F59\u9879\u5E95\u7EBF\uFF08\u6807\u51C6\u7684 85%\uFF09\uFF0CL1.cv \u4E3A\u5DEE\u5F02\u7CFB\u6570\u9650\u503C\uFF1BG4 \u7684 stage \u4E5F\u53EF\u586B\u529E\u5B66\u7C7B\u578B\uFF1B\u5176\u4ED6\u6761\u76EE\u5982 Q1\u3001G11.exchanged \u7684 s") & _
            QbeText("tage \u7559\u7A7A\uFF0C\u767E\u5206\u6BD4\u6309\u5C0F\u6570\u7ED9\u51FA\u3002\u6CA1\u6709\u6570\u503C\u6807\u51C6\u7684\u6761\u76EE\u8FD4\u56DE #N/A\u3002\u5404\u53C2\u6570\u53EF\u4EE5\u662F\u4E00\u683C\u6216\u533A\u57DF\uFF0C\u9010\u683C\u8BA1\u7B97\uFF0C\u4E00\u683C\u7684\u53C2\u6570\u7528\u4E8E\u5168\u90E8\u3002\u7A7A\u683C\u8FD4\u56DE #N/A\uFF1B\u6587\u5B57\u3001\u8D1F\u6570\u3001\u4E0D\u8BA4\u8BC6\u7684\u7F16\u53F7\u6216\u5B66\u6BB5\u8FD4\u56DE #VALUE!\uFF1B\u9519\u8BEF\u503C") & _
            QbeText("\u539F\u6837\u8FD4\u56DE\u3002"), _
        Array( _
            QbeText("\u7F16\u53F7\uFF1AL1\u2013L7\u3001L1.floor\u3001L1.cv\u3001G4\u3001Q1 \u7B49"), _
            QbeText("\u5B66\u6BB5\uFF1A\u5C0F\u5B66\u3001\u521D\u4E2D\uFF08primary\u3001junior \u4E5F\u53EF\uFF09"), _
            QbeText("\u6807\u51C6\u7248\u672C\u7F16\u53F7\uFF0C\u9ED8\u8BA4\u5168\u56FD\u6807\u51C6"))
End Sub

Private Sub Describe_QBE_STATUS()
    QbeDescribe "QBE_STATUS", _
        QbeText("\u6307\u6807\u662F\u5426\u8FBE\u6807\u3002\u4E00\u6821\u4E00\u9879\u662F\u5426\u8FBE\u6807\uFF1A\u8FBE\u6807\uFF1B\u53EF\u4F5C\u4F59\u9879\uFF08\u4F4E\u4E8E\u6807\u51C6\u4F46\u4E0D\u4F4E\u4E8E\u5176 85%\uFF0C\u6BCF\u6821\u81F3\u591A\u4E00\u9879\uFF09\uFF1B\u4E0D\u8FBE\u6807\uFF1B\u7F3A\u6570\u636E\uFF1B\u4E0D\u9002\u7528\uFF08\u65E2\u65E0\u5B66\u751F\u4E5F\u65E0\u8D44\u6E90\uFF09\u3002\u6309\u586B\u62A5\u6570\u7CBE\u786E\u6BD4\u8F83\uFF0C\u4E0D\u5148\u56DB\u820D\u4E94\u5165\u3002\u5404\u53C2\u6570\u53EF\u4EE5\u662F\u4E00\u683C\u6216\u533A\u57DF\uFF0C\u9010\u683C\u8BA1\u7B97") & _
            QbeText("\uFF0C\u4E00\u683C\u7684\u53C2\u6570\u7528\u4E8E\u5168\u90E8\u3002\u5355\u5143\u683C\u6709\u9519\u8BEF\u3001\u6587\u5B57\u6216\u8D1F\u6570\u65F6\u8FD4\u56DE\u201C\u6570\u636E\u6709\u8BEF\uFF1A\u2026\u201D\uFF0C\u7F16\u53F7\u6216\u5B66\u6BB5\u4E0D\u8BA4\u8BC6\u65F6\u8FD4\u56DE\u8BF4\u660E\u3002"), _
        Array( _
            QbeText("\u6307\u6807\u7F16\u53F7 L1\u2013L7"), _
            QbeText("\u5B66\u6BB5\uFF1A\u5C0F\u5B66\u3001\u521D\u4E2D\uFF08primary\u3001junior \u4E5F\u53EF\uFF09"), _
            QbeText("\u8D44\u6E90\u603B\u91CF\uFF08\u4EBA\u3001\u33A1\u3001\u5143\u3001\u95F4\uFF09\uFF0C\u4E0E\u586B\u62A5\u5355\u4F4D\u76F8\u540C"), _
            QbeText("\u5728\u6821\u751F\u6570"), _
            QbeText("\u6807\u51C6\u7248\u672C\u7F16\u53F7\uFF0C\u9ED8\u8BA4\u5168\u56FD\u6807\u51C6"))
End Sub

Private Sub Describe_QBE_MET()
    QbeDescribe "QBE_MET", _
        QbeText("\u4E03\u9879\u8FBE\u6807\u6570\u548C\u7ED3\u8BBA\u3002\u4E00\u6821\u4E03\u9879\u6307\u6807\u7684\u8FBE\u6807\u9879\u6570\u548C\u7ED3\u8BBA\uFF08\u8FBE\u6807\u3001\u4E0D\u8FBE\u6807\u3001\u5F85\u5B9A\uFF09\uFF1A\u81F3\u5C11\u516D\u9879\u8FBE\u6807\u3001\u4F59\u9879\u4E0D\u4F4E\u4E8E\u6807\u51C6\u7684 85%\u3002amounts7 \u4E3A\u4E00\u884C\uFF08\u6216\u4E00\u5217\uFF09\u4E03\u683C\uFF0C\u6309 L1\u2013L7 \u7684\u987A\u5E8F\uFF1B\u4E5F\u53EF\u4E3A\u591A\u884C\u4E03\u5217\uFF0C\u6BCF\u884C\u4E00\u6821\u3002") & _
            QbeText("\u7ED3\u679C\u6BCF\u6821\u4E24\u683C\uFF1A\u9879\u6570\u3001\u7ED3\u8BBA\uFF08Excel 2016 \u53CA\u4EE5\u524D\u987B\u9009\u4E2D\u533A\u57DF\u540E\u6309 Ctrl+Shift+Enter\uFF09\uFF1Bpart \u586B 1 \u53EA\u8981\u9879\u6570\uFF0C\u586B 2 \u53EA\u8981\u7ED3\u8BBA\uFF0C\u666E\u901A\u516C\u5F0F\u5373\u53EF\u3002\u7F3A\u6570\u636E\u4E0D\u7B97\u8FBE\u6807\uFF1B\u9519\u8BEF\u3001\u6587\u5B57\u3001\u8D1F\u6570\u4F7F") & _
            QbeText("\u9879\u6570\u4E3A\u76F8\u5E94\u9519\u8BEF\u503C\uFF0C\u7ED3\u8BBA\u4E3A\u201C\u6570\u636E\u6709\u8BEF\uFF1A\u2026\u201D\u3002"), _
        Array( _
            QbeText("\u5B66\u6BB5\uFF1A\u5C0F\u5B66\u3001\u521D\u4E2D\uFF08primary\u3001junior \u4E5F\u53EF\uFF09"), _
            QbeText("\u4E03\u9879\u8D44\u6E90\u603B\u91CF\uFF0C\u6309 L1\u2013L7 \u7684\u987A\u5E8F"), _
            QbeText("\u5728\u6821\u751F\u6570"), _
            QbeText("1 \u9879\u6570\uFF0C2 \u7ED3\u8BBA\uFF1B\u4E0D\u7ED9\u5219\u4E24\u8005\u90FD\u6709"))
End Sub

Private Sub Describe_QBE_CHECK()
    QbeDescribe "QBE_CHECK", _
        QbeText("\u4E00\u6821\u4E03\u9879\u6307\u6807\u7684\u7ED3\u8BBA\u3002\u6309\u5B66\u6821\u4EE3\u7801\u6216\u540D\u79F0\u7ED9\u51FA\u4E00\u6821\u7684\u7ED3\u8BBA\uFF0C\u5982\u201C\u8FBE\u6807 7/7\u201D\u201C\u8FBE\u6807 6/7\uFF08\u4F59\u9879 L3 0.80\uFF1C0.9\uFF09\u201D\u201C\u5C0F\u5B66 \u8FBE\u6807 7/7\uFF1B\u521D\u4E2D \u4E0D\u8FBE\u6807\uFF1AL3 0.71\uFF1C0.765\u201D\u3002table \u4E3A\u201C") & _
            QbeText("\u5B66\u6821\u201D\u5DE5\u4F5C\u8868\u8FDE\u540C\u8868\u5934\u7684\u533A\u57DF\uFF0C\u6309\u6A21\u677F\u7684\u8868\u5934\u8BC6\u522B\uFF1B\u6821\u533A\u5E76\u5165\u4E3B\u6821\u3001\u5171\u7528\u8D44\u6E90\u6298\u7B97\u3001\u8868\u5185\u9519\u8BEF\u7684\u5904\u7406\u90FD\u4E0E\u8BC4\u4F30\u76F8\u540C\u3002\u4E0D\u7ED9 table \u65F6\u7528\u5F53\u524D\u5DE5\u4F5C\u7C3F\u7684\u201C\u5B66\u6821\u201D\u5DE5\u4F5C\u8868\uFF0C\u6B64\u65F6\u7ED3\u679C\u5728\u8FD0\u884C\u8BC4\u4F30\u6216\u5B8C\u5168\u91CD\u7B97\uFF08Ctrl+Alt+") & _
            QbeText("F9\uFF09\u540E\u66F4\u65B0\u3002school \u53EF\u4EE5\u662F\u533A\u57DF\uFF0C\u9010\u6821\u7ED9\u51FA\u3002"), _
        Array( _
            QbeText("\u5B66\u6821\u4EE3\u7801\u6216\u5B66\u6821\u540D\u79F0"), _
            QbeText("\u201C\u5B66\u6821\u201D\u5DE5\u4F5C\u8868\u7684\u533A\u57DF\uFF0C\u8FDE\u540C\u8868\u5934"))
End Sub

Private Sub Describe_QBE_GAP()
    QbeDescribe "QBE_GAP", _
        QbeText("\u7F3A\u53E3\u3002\u8FBE\u5230\u6807\u51C6\u8FD8\u5DEE\u591A\u5C11\uFF1A\u4EBA\u548C\u6559\u5BA4\u5411\u4E0A\u53D6\u6574\uFF0C\u9762\u79EF\u548C\u91D1\u989D\u5411\u4E0A\u53D6\u5230 0.01\uFF1B\u5DF2\u8FBE\u6807\u4E3A 0\u3002\u5404\u53C2\u6570\u53EF\u4EE5\u662F\u4E00\u683C\u6216\u533A\u57DF\uFF0C\u9010\u683C\u8BA1\u7B97\uFF0C\u4E00\u683C\u7684\u53C2\u6570\u7528\u4E8E\u5168\u90E8\u3002\u7A7A\u683C\u8FD4\u56DE #N/A\uFF1B\u6587\u5B57\u3001\u8D1F\u6570\u3001\u4E0D\u8BA4\u8BC6\u7684\u7F16\u53F7\u6216\u5B66\u6BB5\u8FD4\u56DE #V") & _
            QbeText("ALUE!\uFF1B\u9519\u8BEF\u503C\u539F\u6837\u8FD4\u56DE\u3002\u6CA1\u6709\u5B66\u751F\u65F6\u4E3A 0\u3002"), _
        Array( _
            QbeText("\u6307\u6807\u7F16\u53F7 L1\u2013L7"), _
            QbeText("\u5B66\u6BB5\uFF1A\u5C0F\u5B66\u3001\u521D\u4E2D\uFF08primary\u3001junior \u4E5F\u53EF\uFF09"), _
            QbeText("\u8D44\u6E90\u603B\u91CF\uFF08\u4EBA\u3001\u33A1\u3001\u5143\u3001\u95F4\uFF09\uFF0C\u4E0E\u586B\u62A5\u5355\u4F4D\u76F8\u540C"), _
            QbeText("\u5728\u6821\u751F\u6570"))
End Sub

Private Sub Describe_QBE_SPLIT()
    QbeDescribe "QBE_SPLIT", _
        QbeText("\u5171\u7528\u8D44\u6E90\u6298\u7B97\u5230\u5B66\u6BB5\u3002\u4E00\u8D2F\u5236\u5B66\u6821\u3001\u5B8C\u5168\u4E2D\u5B66\u7684\u5171\u7528\u8D44\u6E90\uFF08L4\u2013L7\uFF09\u6309\u52A0\u6743\u5B66\u751F\u6570\u6298\u7B97\u5230\u5B66\u6BB5\uFF08\u5C0F\u5B66\u2236\u521D\u4E2D\u2236\u9AD8\u4E2D\uFF1D1\u22361.1\u22361.32\uFF0C\u89C1\u6807\u51C6 units.split_weights\uFF09\u3002\u4E0D\u7ED9 stage \u65F6\u6BCF") & _
            QbeText("\u6821\u8FD4\u56DE\u5C0F\u5B66\u3001\u521D\u4E2D\u4E24\u683C\uFF0C\u7ED9\u4E86 senior \u5219\u4E3A\u5C0F\u5B66\u3001\u521D\u4E2D\u3001\u9AD8\u4E2D\u4E09\u683C\uFF08Excel 2016 \u53CA\u4EE5\u524D\u987B\u9009\u4E2D\u533A\u57DF\u540E\u6309 Ctrl+Shift+Enter\uFF09\uFF1B\u7ED9 stage \u65F6\u53EA\u8FD4\u56DE\u8BE5\u5B66\u6BB5\u4E00\u683C\uFF0C\u666E\u901A\u516C\u5F0F\u5373\u53EF\u3002\u6CA1") & _
            QbeText("\u6709\u7684\u5B66\u6BB5\u586B 0\uFF1Bsenior \u7A7A\u7740\u6309 0 \u8BA1\u3002\u6CA1\u6709\u5B66\u751F\u8FD4\u56DE #DIV/0!\u3002"), _
        Array( _
            QbeText("\u5168\u6821\u5171\u7528\u7684\u8D44\u6E90\u603B\u91CF"), _
            QbeText("\u5C0F\u5B66\u5728\u6821\u751F\u6570"), _
            QbeText("\u521D\u4E2D\u5728\u6821\u751F\u6570"), _
            QbeText("\u9AD8\u4E2D\u5728\u6821\u751F\u6570\uFF0C\u9ED8\u8BA4 0"), _
            QbeText("\u53EA\u8981\u8FD9\u4E2A\u5B66\u6BB5\uFF1A\u5C0F\u5B66\u3001\u521D\u4E2D\u3001\u9AD8\u4E2D"))
End Sub

Private Sub Describe_QBE_RETENTION()
    QbeDescribe "QBE_RETENTION", _
        QbeText("\u521D\u4E2D\u4E09\u5E74\u5DE9\u56FA\u7387\u3002\u521D\u4E2D\u4E09\u5E74\u5DE9\u56FA\u7387 = \u6BD5\u4E1A\u751F \u00F7\uFF08\u4E09\u5E74\u524D\u521D\u4E00\u5728\u6821\u751F + \u8F6C\u5165 \u2212 \u8F6C\u51FA \u2212 \u6B7B\u4EA1\uFF09\uFF0C\u6309\u5C0F\u6570\u7ED9\u51FA\uFF080.95 \u5373 95%\uFF09\u3002\u5404\u53C2\u6570\u53EF\u4EE5\u662F\u4E00\u683C\u6216\u533A\u57DF\uFF0C\u9010\u683C\u8BA1\u7B97\uFF0C\u4E00\u683C\u7684\u53C2\u6570\u7528\u4E8E\u5168\u90E8\u3002\u7A7A\u683C\u8FD4\u56DE #") & _
            QbeText("N/A\uFF08\u7F3A\u6570\u636E\u4E0D\u5F53\u4F5C 0\uFF09\uFF1B\u6587\u5B57\u3001\u8D1F\u6570\u8FD4\u56DE #VALUE!\uFF1B\u5206\u6BCD\u4E3A 0 \u8FD4\u56DE #DIV/0!\uFF1B\u9519\u8BEF\u503C\u539F\u6837\u8FD4\u56DE\u3002"), _
        Array( _
            QbeText("\u672C\u5C4A\u6BD5\u4E1A\u751F"), _
            QbeText("\u4E09\u5E74\u524D\u521D\u4E00\u5728\u6821\u751F"), _
            QbeText("\u4E09\u5E74\u95F4\u8F6C\u5165"), _
            QbeText("\u4E09\u5E74\u95F4\u8F6C\u51FA"), _
            QbeText("\u4E09\u5E74\u95F4\u6B7B\u4EA1"))
End Sub

Private Sub Describe_QBE_ROOMS()
    QbeDescribe "QBE_ROOMS", _
        QbeText("\u5E94\u6709\u97F3\u4E50\u3001\u7F8E\u672F\u6559\u5BA4\u6570\u3002\u6BCF 12 \u4E2A\u73ED\uFF08\u4E0D\u8DB3 12 \u4E2A\u73ED\u7684\u96F6\u5934\u6309 12 \u4E2A\u8BA1\uFF09\u5E94\u6709\u97F3\u4E50\u3001\u7F8E\u672F\u4E13\u7528\u6559\u5BA4\u5404 1 \u95F4\uFF0C\u5373 \u2308\u73ED\u7EA7\u6570 \u00F7 12\u2309\u3002\u4E0D\u7ED9 kind \u6216\u586B\u201C\u97F3\u4E50\u201D\u201C\u7F8E\u672F\u201D\u65F6\u8FD4\u56DE\u8BE5\u7C7B\u5E94\u6709\u95F4\u6570\uFF08\u4E24\u7C7B\u76F8\u540C") & _
            QbeText("\uFF09\uFF1B\u586B\u201C\u5408\u8BA1\u201D\u8FD4\u56DE\u4E24\u7C7B\u4E4B\u548C\u3002\u5404\u53C2\u6570\u53EF\u4EE5\u662F\u4E00\u683C\u6216\u533A\u57DF\uFF0C\u9010\u683C\u8BA1\u7B97\uFF0C\u4E00\u683C\u7684\u53C2\u6570\u7528\u4E8E\u5168\u90E8\u3002\u7A7A\u683C\u8FD4\u56DE #N/A\uFF08\u7F3A\u6570\u636E\u4E0D\u5F53\u4F5C 0\uFF09\uFF1B\u6587\u5B57\u3001\u8D1F\u6570\u8FD4\u56DE #VALUE!\uFF1B\u5206\u6BCD\u4E3A 0 \u8FD4\u56DE #DIV/0!\uFF1B\u9519\u8BEF\u503C\u539F\u6837\u8FD4") & _
            QbeText("\u56DE\u3002kind \u4E0D\u8BA4\u8BC6\u8FD4\u56DE #VALUE!\u3002"), _
        Array( _
            QbeText("\u4E49\u52A1\u6559\u80B2\u73ED\u7EA7\u6570"), _
            QbeText("\u97F3\u4E50\u3001\u7F8E\u672F\u6216\u5408\u8BA1"))
End Sub

Private Sub Describe_QBE_RATE()
    QbeDescribe "QBE_RATE", _
        QbeText("\u53BF\u7EA7\u6BD4\u7387\u3002\u53BF\u7EA7\u6BD4\u7387\uFF0C\u6309\u5C0F\u6570\u7ED9\u51FA\uFF080.95 \u5373 95%\uFF1B\u5143\u3001\u7EA7\u7B49\u6309\u539F\u5355\u4F4D\uFF09\u3002"), _
        Array( _
            QbeText("\u6761\u76EE\u7F16\u53F7\uFF0C\u5982 G9\u3001G11.backbone\u3001Q1"), _
            QbeText("\u7B2C 1 \u4E2A\u6570"), _
            QbeText("\u7B2C 2 \u4E2A\u6570"), _
            QbeText("\u7B2C 3 \u4E2A\u6570"), _
            QbeText("\u7B2C 4 \u4E2A\u6570"), _
            QbeText("\u7B2C 5 \u4E2A\u6570"))
End Sub

Private Sub Describe_QBE_RECOGNITION()
    QbeDescribe "QBE_RECOGNITION", _
        QbeText("\u793E\u4F1A\u8BA4\u53EF\u5EA6\u3002\u793E\u4F1A\u8BA4\u53EF\u5EA6 = \u03A3\u6EE1\u610F\u95EE\u5377 \u00F7 \u03A3\u6709\u6548\u95EE\u5377\uFF0C\u5404\u7C7B\u8C03\u67E5\u5BF9\u8C61\u5408\u5E76\u8BA1\u7B97\uFF0C\u6309\u5C0F\u6570\u7ED9\u51FA\u3002\u9996\u884C\u4E3A\u6587\u5B57\u65F6\u89C6\u4F5C\u8868\u5934\uFF1B\u4E24\u683C\u90FD\u7A7A\u5219\u8DF3\u8FC7\uFF0C\u53EA\u7A7A\u4E00\u683C\u8FD4\u56DE #N/A\uFF1B\u8D1F\u6570\u3001\u6587\u5B57\u3001\u6EE1\u610F\u591A\u4E8E\u6709\u6548\u8FD4\u56DE #VALUE!\uFF1B\u6CA1") & _
            QbeText("\u6709\u6709\u6548\u95EE\u5377\u8FD4\u56DE #DIV/0!\uFF1B\u9519\u8BEF\u503C\u539F\u6837\u8FD4\u56DE\u3002"), _
        Array( _
            QbeText("\u5404\u7C7B\u5BF9\u8C61\u7684\u6709\u6548\u95EE\u5377\u6570"), _
            QbeText("\u5404\u7C7B\u5BF9\u8C61\u7684\u6EE1\u610F\u95EE\u5377\u6570"))
End Sub

Private Sub Describe_QBE_EXPLAIN()
    QbeDescribe "QBE_EXPLAIN", _
        QbeText("\u6761\u76EE\u8BF4\u660E\u3002\u7528\u6587\u5B57\u8BF4\u660E\u4E00\u4E2A\u7F16\u53F7\uFF1A\u6761\u76EE\uFF08L1\u3001G11.backbone\uFF09\u3001\u53EF\u9009\u653E\u5BBD\u3001\u7EA6\u5B9A\u3001\u68C0\u67E5\u6D88\u606F\uFF08QBE-DAT-012\uFF09\u3001\u5B57\u6BB5\uFF08pupils_primary\uFF09\uFF1B\u5305\u62EC\u6807\u51C6\u3001\u8BA1\u7B97\u65B9\u6CD5\u548C\u51FA\u5904\u3002lang \u586B ") & _
            QbeText("zh\uFF08\u9ED8\u8BA4\uFF09\u6216 en\u3002\u53EF\u4EE5\u662F\u533A\u57DF\uFF0C\u9010\u683C\u8BF4\u660E\u3002"), _
        Array( _
            QbeText("\u7F16\u53F7"), _
            QbeText("\u8BED\u8A00\uFF1Azh \u6216 en"))
End Sub

Private Sub Describe_QBE_VERDICT()
    QbeDescribe "QBE_VERDICT", _
        QbeText("\u7EFC\u5408\u7ED3\u8BBA\u3002\u4E00\u7247\u72B6\u6001\u7684\u603B\u7ED3\u8BBA\uFF1A\u6709\u4E00\u4E2A\u4E0D\u8FBE\u6807\u5373\u4E0D\u8FBE\u6807\uFF1B\u5426\u5219\u6709\u7F3A\u6570\u636E\u3001\u5F85\u5B9A\u3001\u7A7A\u683C\u6216\u9519\u8BEF\u503C\u5373\u5F85\u5B9A\uFF1B\u5426\u5219\u8FBE\u6807\uFF1B\u5168\u90E8\u4E0D\u9002\u7528\u4E3A\u4E0D\u9002\u7528\u3002\u8BA4\u8BC6 QBE_STATUS\u3001QBE_MET\u3001QBE_CHECK \u7684\u7ED3\u679C\u548C\u4E2D\u82F1\u6587\u72B6") & _
            QbeText("\u6001\u8BCD\uFF08\u901A\u8FC7\u3001pass\u3001fail\u3001undetermined \u7B49\uFF09\u3002\u533A\u57DF\u6070\u597D\u4E03\u5217\uFF08\u6216\u4E00\u5217\u4E03\u683C\uFF09\u65F6\uFF0C\u6BCF\u884C\uFF08\u6BCF\u5217\uFF09\u89C6\u4F5C\u4E00\u6821\u7684\u4E03\u9879\u6307\u6807\uFF1A\u4E00\u4E2A\u201C\u53EF\u4F5C\u4F59\u9879\u201D\u4E0D\u5F71\u54CD\u8FBE\u6807\uFF0C\u4E24\u4E2A\u5373\u4E0D\u8FBE\u6807\uFF1B\u5176\u4ED6\u5F62\u72B6\u91CC\u7684\u201C\u53EF\u4F5C\u4F59\u9879\u201D\u6309\u5F85\u5B9A\u3002") & _
            QbeText("\u542B\u4E0D\u8BA4\u8BC6\u7684\u6587\u5B57\u65F6\u8FD4\u56DE\u8BF4\u660E\u3002"), _
        Array( _
            QbeText("\u72B6\u6001\u6240\u5728\u7684\u533A\u57DF"))
End Sub

Private Sub QbeDescribe(ByVal name As String, ByVal about As String, ByVal arguments As Variant)
    Application.MacroOptions Macro:="'" & ThisWorkbook.name & "'!" & name, Description:=about, _
        Category:=QbeText("QBE \u4F18\u8D28\u5747\u8861"), ArgumentDescriptions:=arguments
End Sub
