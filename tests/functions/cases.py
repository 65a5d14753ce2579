"""One table of cases for all hosts: what goes into the cells, and what comes out.

An argument is a single value or a list of rows; in both None is a blank cell, a `CellError` an error, and a str a text, so
that every case can be written into a sheet. A left-out optional argument is `OMIT`. `expected` is a single value, or a
tuple of rows for an array. Arithmetic stands above what is not obvious.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from qbe_xl.functions import CellError

NA, VALUE, DIV0, REF, NAME, NUM = (
    CellError.NA, CellError.VALUE, CellError.DIV0, CellError.REF, CellError.NAME, CellError.NUM,
)  # fmt: skip
OMIT = "\0omit"


class Case(NamedTuple):
    """One call. `args` may contain OMIT between others."""

    function: str
    args: tuple[Any, ...]
    expected: Any
    note: str


def col(*cells: Any) -> list[list[Any]]:
    """A column."""
    return [[cell] for cell in cells]


def row(*cells: Any) -> list[list[Any]]:
    """A row."""
    return [list(cells)]


def rows(*cells: Any) -> tuple[tuple[Any, ...], ...]:
    """An expected column."""
    return tuple((cell,) for cell in cells)


# Worked example of the 2012 rules: books / pupils, X̄ = 1913/302 = 6.334437, CV 0.515257
BOOKS = (279, 137, 935, 160, 402)
PUPILS = (45, 37, 89, 76, 55)
PER_PUPIL = tuple(b / p for b, p in zip(BOOKS, PUPILS, strict=True))
CV = 0.51525662988447645

# 5,000 schools: x = 1 and 3 by turns, equally many pupils: X̄ = 2, S = 1, CV = 0.5
MANY_X = col(*(1 + 2 * (k % 2) for k in range(5000)))
MANY_P = col(*([120] * 5000))
# 5,000 L1 values: 21·100/(500+k)
MANY_AMOUNTS = col(*([21] * 5000))
MANY_PUPILS = col(*(500 + k for k in range(5000)))

FULL = (21, 5, 4.5, 2250, 3750, 1_000_000, 11.5)  # exactly on all seven limits of 小学 at 500 pupils

HEAD = (
    "学校代码", "学校名称", "办学类型", "是否计校数", "主校代码", "小学在校生数", "初中在校生数", "小学高于规定学历教师数",
    "小学县级以上骨干教师数", "小学体育艺术专任教师数", "初中高于规定学历教师数", "初中县级以上骨干教师数", "初中体育艺术专任教师数",
    "教学及辅助用房面积", "室内体育用房面积", "室外运动场地面积", "教学仪器设备值", "网络多媒体教室数",
)  # fmt: skip
TABLE = [
    ["某县学校表", *[None] * 17],
    list(HEAD),
    # 1000 pupils: every value exactly on its limit
    ["S1", "甲校", "小学", "是", None, 1000, None, 42, 10, 9, None, None, None, 4500, 0, 7500, 2_000_000, 23],
    # L3 = 100·8/1000 = 0.8, below 0.9 and not below 0.765
    ["S2", "乙校", "小学", "是", None, 1000, None, 42, 10, 8, None, None, None, 4500, 0, 7500, 2_000_000, 23],
    # nine-year, 1000 + 700; L3 of 初中 = 100·5/700 = 0.714, below the floor 0.765
    ["S3", "丙校", "九年一贯制学校", "是", None, 1000, 700, 42, 10, 9, 38, 7, 5, 20000, 0, 30000, 9_000_000, 90],
    # L2 missing
    ["S4", "丁校", "小学", "是", None, 1000, None, 42, None, 9, None, None, None, 4500, 0, 7500, 2_000_000, 23],
    ["S5", "戊教学点", "教学点", "是", None, 30, None, 2, 1, 1, None, None, None, 200, 0, 300, 90_000, 1],
    # 600 + 400 pupils with its campus: all exactly on the limits together
    ["S6", "己校", "小学", "是", None, 600, None, 42, 10, 9, None, None, None, 4500, 0, 7500, 2_000_000, 23],
    ["S7", "己校东区", "小学", "否", "S6", 400, None, 0, 0, 0, None, None, None, 0, 0, 0, 0, 0],
    ["S8", "同名校", "小学", "是", None, 1000, None, 42, 10, 9, None, None, None, 4500, 0, 7500, 2_000_000, 23],
    ["S9", "同名校", "小学", "是", None, 1000, None, 42, 10, 9, None, None, None, 4500, 0, 7500, 2_000_000, 23],
]

CASES: list[Case] = [
    # ---- QBE_COEF
    Case("QBE_COEF", (col(*PER_PUPIL), col(*PUPILS)), CV, "worked example, published as 0.52"),
    Case("QBE_COEF", (row(*PER_PUPIL), row(*PUPILS)), CV, "rows"),
    Case("QBE_COEF", (col(*PER_PUPIL), row(*PUPILS)), CV, "a column against a row: as many cells"),
    Case("QBE_COEF", ([list(p) for p in zip(PER_PUPIL, PUPILS, strict=True)],), CV, "two columns"),
    Case("QBE_COEF", ([["生均图书", "在校生"], *map(list, zip(PER_PUPIL, PUPILS, strict=True))],), CV, "two columns, header"),
    Case("QBE_COEF", (col("x", *PER_PUPIL), col("p", *PUPILS)), CV, "header over both"),
    Case("QBE_COEF", (col("x", *PER_PUPIL), col(None, *PUPILS)), CV, "header over one, blank over the other"),
    Case("QBE_COEF", (col("x", 1, 3), col(5, 10, 30)), VALUE, "a text beside a number is no header"),
    Case("QBE_COEF", (col("300", 1, 3), col("5", 10, 30)), VALUE, "numbers typed as text are no header"),
    # x = 1, 3 equally weighted: X̄ 2, S 1
    Case("QBE_COEF", (col(1, 3),), 0.5, "one column: equal weights"),
    Case("QBE_COEF", (row(1, 3),), 0.5, "one row of two: equal weights, not a pair"),
    Case("QBE_COEF", (row("值", 1, 3),), 0.5, "one row with a label"),
    Case("QBE_COEF", ([[1, 10], [3, 10]],), 0.5, "two rows of two: pairs"),
    Case("QBE_COEF", ([[1, 2, 3], [4, 5, 6]],), VALUE, "three columns are no pairs"),
    Case("QBE_COEF", ([[1, 3], [1, 3]], [[10, 30], [10, 30]]), 0.34641016151377546, "blocks of the same shape"),
    Case("QBE_COEF", (col(1, 3, 5), col(10, 30)), VALUE, "ragged: three values, two weights"),
    Case("QBE_COEF", (col(1, None, 3), col(10, None, 10)), 0.5, "both blank: skipped"),
    Case("QBE_COEF", (col(1, "", 3), col(10, None, 10)), 0.5, "an empty text is blank"),
    Case("QBE_COEF", (col(1, None, 3), col(10, 10, 10)), NA, "value blank"),
    Case("QBE_COEF", (col(1, 2, 3), col(10, None, 10)), NA, "pupils blank"),
    Case("QBE_COEF", (col(1, None, 3),), 0.5, "equal weights: a blank is skipped"),
    Case("QBE_COEF", (col(1, 9, 3), col(10, 0, 10)), 0.5, "pupils 0: skipped"),
    Case("QBE_COEF", (col(1, 3), col(0, 0)), DIV0, "no pupils"),
    Case("QBE_COEF", (col(0, 0), col(10, 10)), DIV0, "no amounts"),
    Case("QBE_COEF", (col(None, None), col(None, None)), DIV0, "nothing at all"),
    Case("QBE_COEF", (col(1, -3), col(10, 10)), VALUE, "negative value"),
    Case("QBE_COEF", (col(1, 3), col(10, -10)), VALUE, "negative pupils"),
    Case("QBE_COEF", (col(1, "三", 3), col(10, 10, 10)), VALUE, "text below the first row"),
    Case("QBE_COEF", (col(1, "3"), col(10, 10)), VALUE, "a number typed as text"),
    Case("QBE_COEF", (col(1, REF, 3), col(10, 10, 10)), REF, "an error comes through"),
    Case("QBE_COEF", (col(1, 3), col(10, DIV0)), DIV0, "an error among the weights"),
    Case("QBE_COEF", (col(1, NA, -3), col(10, None, 10)), NA, "an error before anything else"),
    Case("QBE_COEF", (7, 12), 0.0, "1×1: one school"),
    Case("QBE_COEF", (7,), 0.0, "1×1 alone"),
    Case("QBE_COEF", (col(0.1, 0.1, 0.1), col(3, 7, 11)), 0.0, "equal values give exactly 0"),
    Case("QBE_COEF", (MANY_X, MANY_P), 0.5, "5,000 rows"),
    # 1 of 100 pupils, 0 elsewhere: X̄ = 0.01, S = √(0.01·0.99), CV = √99: never capped
    Case("QBE_COEF", (col(1, 0), col(1, 99)), 9.9498743710662, "above 1"),
    # ---- QBE_MEAN
    Case("QBE_MEAN", (col(*BOOKS), col(*PUPILS)), 1913 / 302, "worked example"),
    Case("QBE_MEAN", (row(*BOOKS), col(*PUPILS)), 1913 / 302, "row against column"),
    Case("QBE_MEAN", (col("图书", *BOOKS), col("在校生", *PUPILS)), 1913 / 302, "header"),
    Case("QBE_MEAN", (10, 4), 2.5, "one school"),
    Case("QBE_MEAN", (col(0, 0), col(3, 4)), 0.0, "no amounts: the mean is 0"),
    Case("QBE_MEAN", (col(5, 6), col(0, 0)), DIV0, "zero pupils"),
    Case("QBE_MEAN", (col(5, None, 7), col(1, None, 2)), 4.0, "both blank: skipped"),
    Case("QBE_MEAN", (col(5, None), col(1, 2)), NA, "blank"),
    Case("QBE_MEAN", (col(5, 6), None), VALUE, "weights missing"),
    Case("QBE_MEAN", (col(5, "x"), col(1, 2)), VALUE, "text"),
    Case("QBE_MEAN", (col(5, NAME), col(1, 2)), NAME, "error"),
    Case("QBE_MEAN", (col(5, 6, 7), col(1, 2)), VALUE, "ragged"),
    Case("QBE_MEAN", (MANY_X, MANY_P), 2 / 120, "5,000 rows: Σ 10000 / Σ 600000"),
    # ---- QBE_STD
    # X̄ = (10 + 90)/40 = 2.5; S² = (10·2.25 + 30·0.25)/40 = 0.75
    Case("QBE_STD", (col(1, 3), col(10, 30)), 0.75**0.5, "weighted"),
    Case("QBE_STD", (col(1, 3),), 1.0, "equal weights"),
    Case("QBE_STD", ([[1, 10], [3, 30]],), 0.75**0.5, "two columns"),
    Case("QBE_STD", (col(0, 0), col(10, 30)), 0.0, "values of 0"),
    Case("QBE_STD", (4, 10), 0.0, "one school"),
    Case("QBE_STD", (col(1, 3), col(0, 0)), DIV0, "zero pupils"),
    Case("QBE_STD", (col(1, 3), col(10, None)), NA, "blank"),
    Case("QBE_STD", (col(1, "x"), col(10, 30)), VALUE, "text"),
    Case("QBE_STD", (col(1, NUM), col(10, 30)), NUM, "error"),
    Case("QBE_STD", (MANY_X, MANY_P), 1.0, "5,000 rows"),
    # ---- QBE_SHARE: terms 10·2.25 = 22.5 and 30·0.25 = 7.5 of 30
    Case("QBE_SHARE", (col(1, 3), col(10, 30)), rows(0.75, 0.25), "an array"),
    Case("QBE_SHARE", (row(1, 3), row(10, 30)), ((0.75, 0.25),), "a row gives a row"),
    Case("QBE_SHARE", (col(1, 3), col(10, 30), 1), 0.75, "the first"),
    Case("QBE_SHARE", (col("值", 1, 3), col("人", 10, 30)), rows(NA, 0.75, 0.25), "a header keeps its place"),
    Case("QBE_SHARE", (col("值", 1, 3), col("人", 10, 30), 2), 0.25, "a header is not counted"),
    Case("QBE_SHARE", (col(1, None, 3, 8), col(10, None, 30, 0)), rows(0.75, 0.0, 0.25, 0.0), "skipped: no share"),
    Case("QBE_SHARE", (col(2, 2), col(10, 30)), rows(0.0, 0.0), "equal values"),
    Case("QBE_SHARE", (col(0, 0), col(10, 30)), DIV0, "no amounts"),
    Case("QBE_SHARE", (5, 10), 0.0, "one school"),
    Case("QBE_SHARE", (col(1, 3), col(10, 30), 3), VALUE, "beyond the end"),
    Case("QBE_SHARE", (col(1, 3), col(10, 30), 1.5), VALUE, "half a school"),
    Case("QBE_SHARE", (col(1, 3), col(10, 30), "甲"), VALUE, "which: a text"),
    Case("QBE_SHARE", (col(1, 3), col(10, None)), NA, "blank"),
    Case("QBE_SHARE", (col(1, REF), col(10, 30)), REF, "error"),
    Case("QBE_SHARE", (MANY_X, MANY_P, 5000), 1 / 5000, "5,000 rows"),
    # ---- QBE_COMPOSITE
    Case("QBE_COMPOSITE", (row(0.437, 0.419, 0.255, 0.188, 0.171, 0.263, 0.263, 0.420),), 0.302, "万州 小学"),
    Case("QBE_COMPOSITE", (col("差异系数", 0.4, 0.2),), 0.30000000000000004, "header"),
    Case("QBE_COMPOSITE", (0.4,), 0.4, "1×1"),
    Case("QBE_COMPOSITE", (col(0.4, None),), NA, "a missing CV: no composite"),
    Case("QBE_COMPOSITE", (col(0.4, DIV0),), DIV0, "error"),
    Case("QBE_COMPOSITE", (col(0.4, "高"),), VALUE, "text"),
    Case("QBE_COMPOSITE", (col(0.4, -0.1),), VALUE, "negative"),
    # ---- QBE_INDICATOR
    Case("QBE_INDICATOR", ("L1", 21, 500), 4.2, "per 100 pupils"),
    Case("QBE_INDICATOR", ("l4", 2250, 500), 4.5, "per pupil, lower case"),
    Case("QBE_INDICATOR", ("L3", 9, 1000), 0.9, "0.9 as typed, not 0.8999…"),
    Case("QBE_INDICATOR", ("L1", col(21, 42), col(500, 500)), rows(4.2, 8.4), "columns"),
    Case("QBE_INDICATOR", ("L1", row(21, 42), 500), ((4.2, 8.4),), "one pupils cell for a row"),
    Case("QBE_INDICATOR", (row("L1", "L4"), row(21, 2250), col(500, 1000)), ((4.2, 4.5), (2.1, 2.25)), "a block"),
    Case("QBE_INDICATOR", (col("L1", "L9"), 21, 500), rows(4.2, VALUE), "an unknown id in its place only"),
    Case("QBE_INDICATOR", ("L1", col(21, 42, 63), col(500, 500)), VALUE, "ragged"),
    Case("QBE_INDICATOR", ("L1", col(21, None, "x", -1, REF, 0), col(500, 500, 500, 500, 500, 500)),
         rows(4.2, NA, VALUE, VALUE, REF, 0.0), "each cell by itself"),
    Case("QBE_INDICATOR", ("L1", 21, 0), DIV0, "zero pupils"),
    Case("QBE_INDICATOR", ("L1", 21, None), NA, "blank pupils"),
    Case("QBE_INDICATOR", (None, 21, 500), NA, "blank id"),
    Case("QBE_INDICATOR", ("L1", "21", 500), VALUE, "a number typed as text"),
    Case("QBE_INDICATOR", ("L1", MANY_AMOUNTS, MANY_PUPILS),
         rows(*(float(f"{2100 / (500 + k):.15g}") for k in range(5000))), "5,000 rows, one call"),
    # ---- QBE_LIMIT
    Case("QBE_LIMIT", ("L1", "小学"), 4.2, "Chinese stage"),
    Case("QBE_LIMIT", ("L1", "初中"), 5.3, "Chinese stage"),
    Case("QBE_LIMIT", ("L1", "Primary"), 4.2, "English stage"),
    Case("QBE_LIMIT", ("L6", col("小学", "初中")), rows(2000.0, 2500.0), "column of stages"),
    Case("QBE_LIMIT", (row("L1", "L2"), col("小学", "初中")), ((4.2, 1.0), (5.3, 1.0)), "ids across, stages down"),
    # 0.85 · 4.5 and 0.85 · 5.3
    Case("QBE_LIMIT", ("L4.floor", "小学"), 3.825, "floor"),
    Case("QBE_LIMIT", ("L1.floor", "初中"), 4.505, "floor"),
    Case("QBE_LIMIT", ("L1.cv", "小学"), 0.5, "CV"),
    Case("QBE_LIMIT", ("L1.cv", "初中"), 0.45, "CV"),
    Case("QBE_LIMIT", ("G4", "小学"), 2000.0, "size by stage"),
    Case("QBE_LIMIT", ("G4", "九年一贯制学校"), 2500.0, "size by type of school"),
    Case("QBE_LIMIT", ("G5", "初中"), 50.0, "class size"),
    Case("QBE_LIMIT", ("Q1", None), 0.95, "a county ratio"),
    Case("QBE_LIMIT", ("G11.backbone", None), 0.2, "a part"),
    Case("QBE_LIMIT", ("G7", None, "cn-qbe-2017-shenyang"), 8000.0, "an overlay"),
    Case("QBE_LIMIT", ("L1", "小学", "no-such-edition"), VALUE, "unknown edition"),
    Case("QBE_LIMIT", ("L1", "小学", "qbe_xl/standards/cn-qbe-2017.yaml"), VALUE, "a path is no edition"),
    Case("QBE_LIMIT", ("G1", None), NA, "a declaration has no limit"),
    Case("QBE_LIMIT", ("L8", "小学"), VALUE, "unknown id"),
    Case("QBE_LIMIT", ("L1", "大学"), VALUE, "unknown stage"),
    Case("QBE_LIMIT", ("L1", "高中"), VALUE, "not assessed"),
    Case("QBE_LIMIT", ("L1", None), NA, "stage blank"),
    Case("QBE_LIMIT", ("L1", REF), REF, "error"),
    # ---- QBE_STATUS
    Case("QBE_STATUS", ("L1", "小学", 21, 500), "达标", "exactly on the limit"),
    Case("QBE_STATUS", ("L3", "小学", 9, 1000), "达标", "binary floats would say 0.8999…"),
    Case("QBE_STATUS", ("L4", "小学", 1912.5, 500), "可作余项", "3.825: exactly on the floor"),
    Case("QBE_STATUS", ("L4", "小学", 1912.49, 500), "不达标", "just below the floor"),
    Case("QBE_STATUS", ("L1", "junior", 21, 500), "不达标", "4.2 < 4.505"),
    Case("QBE_STATUS", ("L1", "小学", None, 500), "缺数据", "amount blank"),
    Case("QBE_STATUS", ("L1", "小学", 21, None), "缺数据", "pupils blank"),
    Case("QBE_STATUS", ("L1", "小学", NA, 500), "缺数据", "#N/A is missing"),
    Case("QBE_STATUS", ("L1", "小学", REF, 500), "数据有误：#REF!", "other errors"),
    Case("QBE_STATUS", ("L1", "小学", "21", 500), "数据有误：#VALUE!", "text"),
    Case("QBE_STATUS", ("L1", "小学", -1, 500), "数据有误：#VALUE!", "negative"),
    Case("QBE_STATUS", ("L1", "小学", 0, 0), "不适用", "zero pupils, no amounts"),
    Case("QBE_STATUS", ("L1", "小学", 5, 0), "数据有误：#DIV/0!", "amounts without pupils"),
    Case("QBE_STATUS", ("L9", "小学", 21, 500), "没有这个指标：L9", "unknown id"),
    Case("QBE_STATUS", ("L1", "大学", 21, 500), "没有这个学段：大学", "unknown stage"),
    Case("QBE_STATUS", ("L1", None, 21, 500), "没有这个学段：（空）", "blank stage"),
    Case("QBE_STATUS", ("L1", "小学", 21, 500, "xx"), "没有这个标准版本", "unknown edition"),
    Case("QBE_STATUS", ("L1", col("小学", "初中"), col(21, 21), col(500, 400)), rows("达标", "可作余项"), "column"),
    Case("QBE_STATUS", ("L1", "小学", col(1, 2, 3), col(1, 2)), "各参数的行列数不一致", "ragged"),
    Case("QBE_STATUS", ("L1", "小学", MANY_AMOUNTS, MANY_PUPILS),
         # 2100 ≥ 4.2·p up to 500; 2100 ≥ 3.57·p up to 588
         rows("达标", *["可作余项"] * 88, *["不达标"] * 4911), "5,000 rows"),
    # ---- QBE_MET
    Case("QBE_MET", ("小学", row(*FULL), 500), ((7.0, "达标"),), "exactly on all limits"),
    Case("QBE_MET", ("primary", col(*FULL), 500), ((7.0, "达标"),), "a column of seven"),
    Case("QBE_MET", ("小学", row(*FULL), 500, 1), 7.0, "the number"),
    Case("QBE_MET", ("小学", row(*FULL), 500, 2), "达标", "the verdict"),
    Case("QBE_MET", ("小学", [list(FULL), [21, 5, 4, 2250, 3750, 1e6, 11.5], [21, 5, 4, 2250, 3750, 1e6, 11]], 500),
         ((7.0, "达标"), (6.0, "达标"), (5.0, "不达标")), "one below is allowed, two are not"),
    Case("QBE_MET", ("小学", [[21, 5, 3.8, 2250, 3750, 1e6, 11.5]], 500, 2), "不达标", "0.76: below the floor"),
    Case("QBE_MET", ("小学", [[21, None, 4.5, 2250, 3750, 1e6, 11.5]], 500), ((6.0, "待定"),), "6 met, 1 missing"),
    Case("QBE_MET", ("小学", [[21, None, 3, 2250, 3750, 1e6, 11.5]], 500), ((5.0, "不达标"),), "missing cannot mend it"),
    Case("QBE_MET", ("小学", row(*FULL), None), ((0.0, "待定"),), "pupils missing"),
    Case("QBE_MET", ("小学", [[0] * 7], 0), ((0.0, "不适用"),), "zero pupils"),
    Case("QBE_MET", (col("小学", "初中"), [list(FULL), list(FULL)], col(500, 500)),
         # at 初中 500 pupils: 4.2 < 4.505 fails L1, 4.5 < 4.93 fails L4; L2, L3 met, L7 2.3 < 2.4
         ((7.0, "达标"), (2.0, "不达标")), "stages down"),
    Case("QBE_MET", ("小学", [["x", 5, 4.5, 2250, 3750, 1e6, 11.5]], 500), ((VALUE, "数据有误：#VALUE!"),), "text"),
    Case("QBE_MET", ("小学", [[REF, 5, 4.5, 2250, 3750, 1e6, 11.5]], 500, 1), REF, "error"),
    Case("QBE_MET", ("大学", row(*FULL), 500), ((VALUE, "数据有误：#VALUE!"),), "unknown stage"),
    Case("QBE_MET", ("小学", row(1, 2, 3), 500), VALUE, "not seven"),
    Case("QBE_MET", ("小学", row(*FULL), col(1, 2)), VALUE, "ragged"),
    Case("QBE_MET", ("小学", row(*FULL), 500, 3), VALUE, "no such part"),
    # ---- QBE_CHECK
    Case("QBE_CHECK", ("S1", TABLE), "达标 7/7", "by code"),
    Case("QBE_CHECK", ("乙校", TABLE), "达标 6/7（余项 L3 0.80＜0.9）", "by name; one allowed below"),
    Case("QBE_CHECK", ("丙校", TABLE), "小学 达标 7/7；初中 不达标：L3 0.71＜0.765", "two stages"),
    Case("QBE_CHECK", ("S4", TABLE), "待定 6/7（缺 L2）", "missing"),
    Case("QBE_CHECK", ("S5", TABLE), "不适用：教学点 30 人，不足 50 人", "left out"),
    Case("QBE_CHECK", ("S6", TABLE), "达标 7/7", "with its campus"),
    Case("QBE_CHECK", ("己校东区", TABLE), "达标 7/7", "the campus stands for its school"),
    Case("QBE_CHECK", ("同名校", TABLE), "学校表中有 2 所“同名校”，请用学校代码", "ambiguous"),
    Case("QBE_CHECK", ("无此校", TABLE), "学校表中没有“无此校”", "unknown"),
    Case("QBE_CHECK", (None, TABLE), "", "blank"),
    Case("QBE_CHECK", (REF, TABLE), "#REF!", "error"),
    Case("QBE_CHECK", (col("S1", None, "S4"), TABLE), rows("达标 7/7", "", "待定 6/7（缺 L2）"), "a column"),
    Case("QBE_CHECK", ("S1", row("甲", "乙")), "学校表不认识：请连同表头一起选中“学校”工作表的区域", "no header"),
    # ---- QBE_GAP
    Case("QBE_GAP", ("L1", "小学", 20, 500), 1.0, "a person"),
    Case("QBE_GAP", ("L1", "小学", 20, 501), 2.0, "1.042 persons are 2"),
    Case("QBE_GAP", ("L1", "小学", 21, 500), 0.0, "met"),
    Case("QBE_GAP", ("L7", "初中", 0, 100), 3.0, "2.4 rooms are 3"),
    Case("QBE_GAP", ("L4", "小学", 0.001, 1), 4.5, "4.499 ㎡ are 4.50"),
    Case("QBE_GAP", ("L6", "初中", 2499.995, 1), 0.01, "yuan to 0.01"),
    Case("QBE_GAP", ("L1", "小学", 0, 0), 0.0, "zero pupils"),
    Case("QBE_GAP", ("L1", col("小学", "初中"), 20, 400), rows(0.0, 2.0), "column: 16.8 and 21.2 wanted"),
    Case("QBE_GAP", ("L1", "小学", None, 500), NA, "blank"),
    Case("QBE_GAP", ("L1", "小学", "x", 500), VALUE, "text"),
    Case("QBE_GAP", ("L1", "小学", DIV0, 500), DIV0, "error"),
    Case("QBE_GAP", ("L0", "小学", 1, 500), VALUE, "unknown id"),
    # ---- QBE_SPLIT: 166 + 1.1·210 = 397; 23226·166/397 and 23226·231/397
    Case("QBE_SPLIT", (23226, 166, 210), ((23226 * 166 / 397, 23226 * 231 / 397),), "published example"),
    Case("QBE_SPLIT", (23226, 166, 210, OMIT, "小学"), 23226 * 166 / 397, "one stage"),
    Case("QBE_SPLIT", (col(23226, 100), col(166, 50), col(210, 0)),
         ((23226 * 166 / 397, 23226 * 231 / 397), (100.0, 0.0)), "two schools"),
    Case("QBE_SPLIT", (col(23226, 100), col(166, 50), col(210, 0), OMIT, "junior"),
         rows(23226 * 231 / 397, 0.0), "two schools, one stage"),
    # 1.1·100 : 1.32·100 = 110 : 132
    Case("QBE_SPLIT", (2420, 0, 100, 100), ((0.0, 1100.0, 1320.0),), "完全中学: 1 : 1.2"),
    Case("QBE_SPLIT", (2420, 0, 100, 100, "高中"), 1320.0, "its 高中"),
    Case("QBE_SPLIT", (100, 0, 0), DIV0, "zero pupils"),
    Case("QBE_SPLIT", (100, None, 5), NA, "blank"),
    Case("QBE_SPLIT", (100, "x", 5), VALUE, "text"),
    Case("QBE_SPLIT", (REF, 5, 5), REF, "error"),
    Case("QBE_SPLIT", (100, 5, 5, OMIT, "大学"), VALUE, "unknown stage"),
    Case("QBE_SPLIT", (col(1, 2, 3), col(1, 2), 5), VALUE, "ragged"),
    # ---- QBE_RETENTION: 5144/(5426 + 3 − 15 − 0) = 5144/5414
    Case("QBE_RETENTION", (5144, 5426, 3, 15, 0), 5144 / 5414, "临邑, published as 95.01 %"),
    Case("QBE_RETENTION", (col(5144, 95), col(5426, 100), col(3, 0), col(15, 0), col(0, 0)),
         rows(5144 / 5414, 0.95), "columns"),
    Case("QBE_RETENTION", (5144, 5426, None, 15, 0), NA, "blank is not 0"),
    Case("QBE_RETENTION", (5, 0, 0, 0, 0), DIV0, "no entrants"),
    Case("QBE_RETENTION", (5, 3, 0, 9, 0), VALUE, "more left than entered"),
    Case("QBE_RETENTION", (5144, "约5426", 3, 15, 0), VALUE, "text"),
    Case("QBE_RETENTION", (5144, NAME, 3, 15, 0), NAME, "error"),
    # ---- QBE_ROOMS
    Case("QBE_ROOMS", (12,), 1.0, "12 classes"),
    Case("QBE_ROOMS", (13,), 2.0, "and one more"),
    Case("QBE_ROOMS", (13, "音乐"), 2.0, "music"),
    Case("QBE_ROOMS", (13, "art"), 2.0, "art"),
    Case("QBE_ROOMS", (13, "合计"), 4.0, "both"),
    Case("QBE_ROOMS", (col(0, 24, None, "x", REF),), rows(0.0, 2.0, NA, VALUE, REF), "column"),
    Case("QBE_ROOMS", (13, "舞蹈"), VALUE, "unknown kind"),
    Case("QBE_ROOMS", (-1,), VALUE, "negative"),
    # ---- QBE_RATE
    Case("QBE_RATE", ("G9", 1175, 3350), 1175 / 3350, "training"),
    Case("QBE_RATE", ("g11.Backbone", 57, 280), 57 / 280, "a part, in any case"),
    Case("QBE_RATE", ("G14", 1320, 2200), 0.6, "an item with one ratio"),
    Case("QBE_RATE", ("G14.allocated", 1320, 2200), 0.6, "and by its part"),
    Case("QBE_RATE", ("G15", 1100, 86, 1186), 1.0, "three numbers"),
    Case("QBE_RATE", ("Q1", 5144, 5426, 3, 15, 0), 5144 / 5414, "five numbers"),
    Case("QBE_RATE", ("Q2", 126, 131), 126 / 131, "disabled children"),
    # 1704000/(24·100·710) = 1
    Case("QBE_RATE", ("G6", 1_704_000, 24, 710), 1.0, "small schools"),
    Case("QBE_RATE", ("S1", 430, 500), 0.86, "recognition"),
    Case("QBE_RATE", ("Q4", col(5, 4), col(100, 100)), rows(0.05, 0.04), "each school"),
    Case("QBE_RATE", ("G9", 1175), NA, "too few"),
    Case("QBE_RATE", ("G9", 1175, 3350, 1), VALUE, "too many"),
    Case("QBE_RATE", ("G9", 0, 0), DIV0, "nothing of nothing"),
    Case("QBE_RATE", ("G11", 1, 2), VALUE, "two ratios: say which"),
    Case("QBE_RATE", ("G1", 1, 2), VALUE, "no ratio"),
    Case("QBE_RATE", ("X1", 1, 2), VALUE, "unknown id"),
    Case("QBE_RATE", ("G9", "x", 2), VALUE, "text"),
    Case("QBE_RATE", ("G9", NUM, 2), NUM, "error"),
    # ---- QBE_RECOGNITION
    Case("QBE_RECOGNITION", (col(200, 300), col(190, 240)), 0.86, "430 / 500"),
    Case("QBE_RECOGNITION", (row(200, 300), col(190, 240)), 0.86, "row against column"),
    Case("QBE_RECOGNITION", (col("有效", 200), col("满意", 170)), 0.85, "header"),
    Case("QBE_RECOGNITION", (500, 430), 0.86, "1×1"),
    Case("QBE_RECOGNITION", (col(200, None), col(190, None)), 0.95, "both blank: skipped"),
    Case("QBE_RECOGNITION", (col(200, 300), col(190, None)), NA, "blank"),
    Case("QBE_RECOGNITION", (col(200, 0), col(190, 0)), 0.95, "a group of nobody"),
    Case("QBE_RECOGNITION", (col(200, 0), col(190, 1)), VALUE, "satisfied without returns"),
    Case("QBE_RECOGNITION", (col(200, 300), col(190, 301)), VALUE, "more satisfied than valid"),
    Case("QBE_RECOGNITION", (0, 0), DIV0, "no returns"),
    Case("QBE_RECOGNITION", (col(200, 300), col(190)), VALUE, "ragged"),
    Case("QBE_RECOGNITION", (col(200, "x"), col(190, 5)), VALUE, "text"),
    Case("QBE_RECOGNITION", (col(200, NAME), col(190, 5)), NAME, "error"),
    # ---- QBE_EXPLAIN
    Case("QBE_EXPLAIN", (None,), "请填编号，如 L1。", "blank"),
    Case("QBE_EXPLAIN", (None, "en"), "Enter an id, as L1.", "blank, English"),
    Case("QBE_EXPLAIN", ("L1", "fr"), "语言请填 zh 或 en。/ The language is zh or en.", "unknown language"),
    Case("QBE_EXPLAIN", (REF,), "#REF!", "error"),
    # ---- QBE_VERDICT
    Case("QBE_VERDICT", (col("达标", "达标"),), "达标", "all met"),
    Case("QBE_VERDICT", (row("达标", "不达标", "缺数据"),), "不达标", "fail outranks undetermined"),
    Case("QBE_VERDICT", (col("pass", "Undetermined", "Not applicable"),), "待定", "English"),
    Case("QBE_VERDICT", (col("通过", "不适用"),), "达标", "not applicable counts as met"),
    Case("QBE_VERDICT", ("不适用",), "不适用", "1×1"),
    Case("QBE_VERDICT", (col("达标", None),), "待定", "a blank is missing"),
    Case("QBE_VERDICT", (col("达标", DIV0),), "待定", "an error is missing"),
    Case("QBE_VERDICT", (col("达标", "数据有误：#REF!"),), "待定", "unsound data"),
    Case("QBE_VERDICT", (col("达标 7/7", "小学 达标 7/7；初中 不达标：L3 0.71＜0.765"),), "不达标", "answers of QBE_CHECK"),
    Case("QBE_VERDICT", (col("达标 6/7（余项 L3 0.80＜0.9）", "不适用：没有学生"),), "达标", "answers of QBE_CHECK"),
    Case("QBE_VERDICT", (col("待定 6/7（缺 L2）"),), "待定", "answers of QBE_CHECK"),
    Case("QBE_VERDICT", (row(*["达标"] * 6, "可作余项"),), "达标", "seven of one school, one allowed"),
    Case("QBE_VERDICT", (col(*["达标"] * 5, "可作余项", "可作余项"),), "不达标", "seven of one school, two"),
    Case("QBE_VERDICT", ([["达标"] * 6 + ["可作余项"], ["可作余项"] + ["达标"] * 6],), "达标", "two schools, one each"),
    Case("QBE_VERDICT", (col("达标", "可作余项"),), "待定", "elsewhere it decides nothing"),
    Case("QBE_VERDICT", (col("达标", "好"),), "不认识的状态：好", "unknown word"),
    Case("QBE_VERDICT", (col("达标", 1),), "不认识的状态：1", "a number is no status"),
    Case("QBE_VERDICT", (col(*["达标"] * 5000),), "达标", "5,000 rows"),
]  # fmt: skip
