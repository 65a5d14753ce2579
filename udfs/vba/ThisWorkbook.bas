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
    QbeRibbon.WorkbookChanged
End Sub

' Excel takes help for functions only while a workbook is open.
Private Sub Describe()
    If qbeDescribed Or ActiveWorkbook Is Nothing Then Exit Sub
    qbeDescribed = True
    QbeDescribeFunctions
    ThisWorkbook.Saved = True
End Sub
