"""The words that stand in cells of the template, in both languages: what drop-downs offer and what formulas answer."""

from __future__ import annotations

from qbe_xl.core.fields import YES_NO
from qbe_xl.core.languages import STATUS_NAMES, VALUE_STATUS_NAMES, Text
from qbe_xl.county import reasons

YES, NO = YES_NO["yes"], YES_NO["no"]
PASS, FAIL = STATUS_NAMES["pass"], STATUS_NAMES["fail"]
UNDETERMINED, NOT_APPLICABLE = STATUS_NAMES["undetermined"], STATUS_NAMES["not_applicable"]
ALLOWED, NO_DATA = VALUE_STATUS_NAMES["allowed"], VALUE_STATUS_NAMES["undetermined"]

MISSING = Text("缺", "Missing")
SCHOOL = Text("学校", "School")
CAMPUS = Text("校区", "Campus")
COUNTED = Text("计入", "Counted")
MERGED = Text("并入主校", "Merged")
EXCLUDED_TYPE = Text("不计（类型）", "Left out (type)")
EXCLUDED_SMALL = Text("不计（小教学点）", "Left out (small)")
NO_STAGE = Text("无本学段", "No such stage")
SENTINEL = Text("在此行上方插入", "Insert rows above this line")
TOTAL = Text("合计", "Total")
LEVELS = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ")
OVER_CAPACITY = Text(
    "学校行数超出结果表容量：请用“qbe-xl new-template --schools”生成更大的模板，或用 qbe-xl 直接评估本文件。",
    "More schools than the result sheets hold: make a larger template with qbe-xl new-template --schools, or assess this file with qbe-xl.",
)
STATED = Text("自报比例", "Stated")

SHEETS: dict[str, Text] = {
    "reasons": reasons.SHEET,
    "checks": Text("学校核查", "School checks"),
    "primary": Text("小学指标", "Primary indicators"),
    "junior": Text("初中指标", "Junior indicators"),
    "cv": Text("差异系数", "CV"),
    "result": Text("评估结果", "Result"),
}

# The hidden name that tells the variant with QBE_ calls from the template; the formulas of the two differ.
VARIANT_NAME = "QBE_VARIANT"
