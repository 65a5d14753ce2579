"""The sheet 疑问说明, in which a county answers queries: its name and its columns."""

from __future__ import annotations

from qbe_xl.core.languages import Text

SHEET = Text("疑问说明", "Explanations")
COLUMNS: dict[str, Text] = {
    "code": Text("编码", "Code"),
    "sheet": Text("工作表", "Sheet"),
    "range": Text("单元格", "Cells"),
    "school": Text("学校", "School"),
    "value": Text("当时的值", "Value then"),
    "reason": Text("原因说明", "Reason"),
    "who": Text("填写人", "Filled in by"),
    "date": Text("日期", "Date"),
}
