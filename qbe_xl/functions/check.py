"""QBE_CHECK: one school under the rule on resources, read from the 学校 sheet as the reader reads it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from qbe_xl.assessment import assess_submission
from qbe_xl.assessment.results import Assessment, UnitResult, ValueResult
from qbe_xl.assessment.wording import number
from qbe_xl.core.languages import STAGE_NAMES, STATUS_NAMES
from qbe_xl.county import County, FileInfo, Submission
from qbe_xl.county.units import School
from qbe_xl.forms.grid import Grid
from qbe_xl.forms.notes import Notes
from qbe_xl.forms.profile import shipped_profile
from qbe_xl.forms.tables import read_table
from qbe_xl.functions.registry import Arg, worksheet_function
from qbe_xl.functions.values import Block, Cell, CellError, Stop, each, read, word
from qbe_xl.functions.words import joined, same
from qbe_xl.safety.package import SheetContents, SheetFacts

FORM = "qbe-county-1"
_SHEET = "schools"  # the profile's sheet that is passed as a table
NO_TABLE = "没有学校表：请把“学校”工作表的区域（连同表头）作为第二个参数"
NOT_READ = "学校表不认识：请连同表头一起选中“学校”工作表的区域"

Provider = Callable[[], Any]
_provider: Provider | None = None


def set_current_table(provider: Provider | None) -> Provider | None:
    """Sets where QBE_CHECK takes its table from when none is given, and returns what was set before.

    The provider is called at each use and returns the cells of the calling (or loaded) workbook's 学校 sheet from its
    first row, in any form that arguments have, or None where there is none. None takes the provider away.
    """
    global _provider
    before, _provider = _provider, provider
    return before


@worksheet_function(
    "QBE_CHECK",
    zh="一校七项指标的结论",
    en="One school's verdict on the seven indicators",
    help_zh="按学校代码或名称给出一校的结论，如“达标 7/7”“达标 6/7（余项 L3 0.80＜0.9）”“小学 达标 7/7；初中 不达标：L3 0.71＜0.765”。"
    "table 为“学校”工作表连同表头的区域，按模板的表头识别；校区并入主校、共用资源折算、表内错误的处理都与评估相同。不给 table 时用当前工作簿的“学校”"
    "工作表，此时结果在运行评估或完全重算（Ctrl+Alt+F9）后更新。school 可以是区域，逐校给出。",
    help_en="The verdict on one school, by code or name: 达标 7/7, 达标 6/7（余项 L3 0.80＜0.9） with the one allowed below its "
    "limit, or 小学 达标 7/7；初中 不达标：L3 0.71＜0.765. table is the range of the sheet 学校 with its header rows, understood "
    "by the template's headers; campuses, shared facilities and errors in the table are treated as in the assessment. "
    "Without table the workbook's own sheet is used, and the answer is refreshed by 运行评估 or full recalculation "
    "(Ctrl+Alt+F9). school may be a range, answered school by school.",
    args=[
        Arg("school", "学校代码或学校名称", "code or name of the school", type="text"),
        Arg("table", "“学校”工作表的区域，连同表头", "the sheet 学校 with its header rows", type="text", shape="range",
            optional=True),
    ],
    returns="text",
    broadcasts=True,
    examples=[
        (
            '=QBE_CHECK("甲校",{"学校名称","办学类型","小学在校生数","小学高于规定学历教师数","小学县级以上骨干教师数","小学体育艺术专任教师数",'
            '"教学及辅助用房面积","室内体育用房面积","室外运动场地面积","教学仪器设备值","网络多媒体教室数";'
            '"甲校","小学",500,21,5,4,2250,0,3750,1000000,12})',
            "达标 6/7（余项 L3 0.80＜0.9）",
        ),
        ('=QBE_CHECK("甲校",{"没有表头"})', NOT_READ),
    ],
)  # fmt: skip
def check_school(school: Block, table: Block) -> Any:
    """The 6-of-7 rule on one school, stage by stage, as text; a message where the school or the table is not found."""
    if table.absent:
        given = _provider() if _provider is not None else None
        if given is None:
            return NO_TABLE
        table = read(given)
    truths = tuple(i for i, cell in enumerate(table.cells) if isinstance(cell, bool))
    assessed = _assessed(tuple(map(tuple, table.table())), truths)
    if assessed is None:
        return NOT_READ

    def one(cell: Cell) -> str:
        try:
            wanted = word(cell)
        except Stop as stop:
            return str(stop.error)
        return "" if wanted is None else verdict_on(wanted, assessed)

    return each(one, school)


@lru_cache(maxsize=4)
def _assessed(rows: tuple[tuple[Cell, ...], ...], truths: tuple[int, ...]) -> Assessment | None:
    """The table read by the form and assessed; None where it has no header that the form knows.

    `truths`, where truth values stand, only tells tables apart that Python holds to be equal (1 == True).
    """
    sheet = shipped_profile(FORM).sheet(_SHEET)
    # an error text is what the reader knows from openpyxl too
    cells = [tuple(_raw(cell) for cell in row) for row in rows]
    while cells and cells[-1].count(None) == len(cells[-1]):
        cells.pop()  # whole columns were given
    facts = SheetFacts(sheet.sheet.zh, "", "worksheet", "visible", SheetContents)
    notes = Notes()
    found = read_table(Grid(facts, cells), sheet, notes, own_units=True)
    if not found.found:
        return None
    submission = Submission(FileInfo("(table)"), FORM, County(tuple(found.rows)), notes.all())
    return assess_submission(submission)


def _raw(cell: Cell) -> Any:
    if isinstance(cell, CellError):
        return cell.value
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell


def verdict_on(wanted: str, assessed: Assessment) -> str:
    """The sentence on the school with this code or name (or with this campus)."""
    key = same(wanted)
    schools = [s for s in assessed.schools if key in {same(row.text("school_code")) for row in s.rows}]
    schools = schools or [s for s in assessed.schools if key in {same(row.text("school_name")) for row in s.rows}]
    if not schools:
        return f"学校表中没有“{wanted}”"
    if len(schools) > 1:
        return f"学校表中有 {len(schools)} 所“{wanted}”，请用学校代码"
    school: School = schools[0]
    for excluded in assessed.excluded:
        if excluded.school is school:
            return f"不适用：{excluded.reason.zh}"
    units = [u for u in assessed.resources.units if u.unit.school is school] if assessed.resources else []
    if not units:
        return "不适用：没有学生"
    if len(units) == 1:
        return sentence(units[0])
    return "；".join(f"{STAGE_NAMES[u.unit.stage].zh} {sentence(u)}" for u in units)


def sentence(unit: UnitResult) -> str:
    """`达标 7/7`, `达标 6/7（余项 L3 0.80＜0.9）`, `不达标：L3 0.71＜0.765`, `待定 6/7（缺 L3）`."""
    below = joined(_comparison(unit.values[key]) for key in unit.below)
    score = f"{unit.met}/{len(unit.values)}"
    notes = [f"缺 {joined(unit.missing)}"] if unit.missing else []
    if unit.status != "fail" and below:
        notes.append(f"余项 {below}")
    rest = f"（{'，'.join(notes)}）" if notes else ""
    if unit.status == "fail":
        return f"不达标：{below}{rest}"
    return f"{STATUS_NAMES[unit.status].zh} {score}{rest}"


def _comparison(value: ValueResult) -> str:
    """`L3 0.71＜0.765`: against the limit where one such is allowed, else against the floor."""
    asked = value.limit if value.allowed else value.floor
    if value.value is None:
        return value.indicator.id
    shown = number(value.value, asked)
    return f"{value.indicator.id} {shown}＜{float(asked):g}"
