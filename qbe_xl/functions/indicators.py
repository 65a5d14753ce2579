"""The seven indicators one value at a time: value, limit, status, gap, and how many of the seven are met."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from qbe_xl.assessment.resources import gap_step
from qbe_xl.assessment.statuses import Status
from qbe_xl.core.numbers import Exact
from qbe_xl.functions.registry import Arg, worksheet_function
from qbe_xl.functions.values import (
    Block,
    Cell,
    CellError,
    Stop,
    amount,
    arranged,
    common_shape,
    count,
    each,
    is_flat,
    number,
    read,
    rounded,
    spread,
    word,
)
from qbe_xl.functions.words import (
    ALLOWED,
    criterion_of,
    edition_of,
    indicator_of,
    same,
    stage_of,
    type_of,
    value_status,
)
from qbe_xl.measures import meets, shortfall
from qbe_xl.standards import DEFAULT_EDITION, Edition, load_edition
from qbe_xl.standards.model import EachClass, EachSchool, Ratio, Resource, Survey

_ID = Arg("id", "指标编号 L1–L7", "indicator, L1 to L7", type="text")
_STAGE = Arg("stage", "学段：小学、初中（primary、junior 也可）", "stage: 小学, 初中, primary or junior", type="text")
_AMOUNT = Arg(
    "amount", "资源总量（人、㎡、元、间），与填报单位相同", "the amount as reported (people, ㎡, yuan, rooms)"
)
_PUPILS = Arg("pupils", "在校生数", "enrolment", unit="人")
_EDITION = Arg(
    "edition", "标准版本编号，默认全国标准", "edition id, the national one if left out", type="text", shape="cell",
    optional=True,
)  # fmt: skip
_EACH_ZH = "各参数可以是一格或区域，逐格计算，一格的参数用于全部。"
_EACH_EN = "Arguments are single cells or ranges, answered cell by cell; a single cell serves all. "
_ERRORS_ZH = "空格返回 #N/A；文字、负数、不认识的编号或学段返回 #VALUE!；错误值原样返回。"
_ERRORS_EN = "Blanks give #N/A; texts, negative numbers and unknown ids or stages #VALUE!; errors come through."
_EXACT_TO = 1e13  # times 100 is still a whole number that float64 holds exactly


@worksheet_function(
    "QBE_INDICATOR",
    zh="指标值",
    en="Value of an indicator",
    help_zh="每百名学生或生均的指标值：资源总量 ÷ 在校生数（L1、L2、L3、L7 乘以 100），保留 15 位有效数字。"
    + _EACH_ZH
    + _ERRORS_ZH
    + "在校生为 0 返回 #DIV/0!。",
    help_en="An indicator's value per pupil, or per 100 pupils (L1, L2, L3, L7): amount / pupils, to 15 significant "
    "digits. " + _EACH_EN + _ERRORS_EN + " No pupils give #DIV/0!.",
    args=[_ID, _AMOUNT, _PUPILS],
    returns="number_array",
    broadcasts=True,
    examples=[
        ('=QBE_INDICATOR("L1",21,500)', 4.2),
        ('=QBE_INDICATOR("L4",{2250;1800},{500;360})', ((4.5,), (5.0,))),
        ('=QBE_INDICATOR("L1",21,0)', CellError.DIV0),
    ],
)
def indicator_value(id: Block, amount_: Block, pupils: Block) -> Any:
    """times × amount / pupils in the indicator's unit. Errors: #N/A blank, #VALUE!, #DIV/0! no pupils."""
    edition = load_edition(DEFAULT_EDITION)
    fast = _whole_columns(id, amount_, pupils, edition)
    return fast if fast is not None else each(_Indicator(edition), id, amount_, pupils)


class _Indicator:
    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def __call__(self, id: Cell, amount_: Cell, pupils: Cell) -> float:
        indicator = indicator_of(id, self.edition)
        have, heads = amount(amount_), amount(pupils)
        if heads == 0:
            raise Stop(CellError.DIV0)
        return rounded(Fraction(indicator.per_pupils * have) / heads)


def _whole_columns(id: Block, amount_: Block, pupils: Block, edition: Edition) -> Any:
    """The same over whole columns of whole numbers, where floats are as exact; None where a cell needs a closer look."""
    r, p = amount_.floats, pupils.floats
    if not id.single or r is None or p is None or not (r.min() >= 0 and p.min() > 0) or is_flat((id, amount_, pupils)):
        return None
    rows, columns = common_shape((amount_, pupils))
    if rows * columns == 1:
        return None
    if float(r.max()) > _EXACT_TO or float(p.max()) > _EXACT_TO or (r % 1).any() or (p % 1).any():
        return None  # a product or a decimal that float64 would round before the division
    times = float(indicator_of(id.cells[0], edition).per_pupils)
    shapes = (amount_.rows, amount_.columns), (pupils.rows, pupils.columns)
    values = times * r.reshape(shapes[0]) / p.reshape(shapes[1])
    digits = [float(f"{x:.15g}") for x in values.reshape(-1).tolist()]
    return np.array(digits).reshape(rows, columns)


@worksheet_function(
    "QBE_LIMIT",
    zh="标准限值",
    en="Limit of a criterion",
    help_zh="某项指标在某学段的标准。L1.floor 为余项底线（标准的 85%），L1.cv 为差异系数限值；G4 的 stage 也可填办学类型；其他条目如 Q1、"
    "G11.exchanged 的 stage 留空，百分比按小数给出。没有数值标准的条目返回 #N/A。" + _EACH_ZH + _ERRORS_ZH,
    help_en="The limit of an indicator at a stage. L1.floor is the floor of the remaining indicator (85% of the limit), "
    "L1.cv the limit of the CV; for G4 stage may also be a type of school; for others, as Q1 or G11.exchanged, leave it "
    "blank; percentages are fractions. A criterion without a numeric limit gives #N/A. " + _EACH_EN + _ERRORS_EN,
    args=[
        Arg("id", "编号：L1–L7、L1.floor、L1.cv、G4、Q1 等", "id: L1 to L7, L1.floor, L1.cv, G4, Q1 …", type="text"),
        _STAGE,
        _EDITION,
    ],
    returns="number_array",
    broadcasts=True,
    examples=[
        ('=QBE_LIMIT("L1","小学")', 4.2),
        ('=QBE_LIMIT("L1.floor","初中")', 4.505),
        ('=QBE_LIMIT("L1.cv","junior")', 0.45),
        ('=QBE_LIMIT("Q1","")', 0.95),
        ('=QBE_LIMIT("G7","","cn-qbe-2017-shenyang")', 8000.0),
        ('=QBE_LIMIT("L9","小学")', CellError.VALUE),
    ],
)
def limit(id: Block, stage: Block, edition: Block) -> Any:
    """The limit as in the edition's file. Errors: #VALUE! unknown id, stage or edition; #N/A none is set."""
    rules = edition_of(edition)
    return each(lambda i, s: rounded(_limit(i, s, rules)), id, stage)


def _limit(id: Cell, stage: Cell, edition: Edition) -> Exact:
    text = word(id)
    if text is None:
        raise Stop(CellError.NA)
    head, _, tail = same(text).partition(".")
    if any(same(indicator.id) == head for indicator in edition.resources):
        return _resource_limit(indicator_of(head, edition), tail, _by_stage(stage), edition)
    criterion = criterion_of(text, edition)
    found: Exact | None = None
    if isinstance(criterion, EachClass):
        found = criterion.at_most.get(_by_stage(stage))  # type: ignore[call-overload]
    elif isinstance(criterion, EachSchool) and criterion.at_most_by_type:
        found = criterion.at_most_by_type.get(type_of(stage) or _by_stage(stage))
    elif isinstance(criterion, Ratio | EachSchool | Survey):
        found = criterion.limit
    if found is None:
        raise Stop(CellError.NA)
    return found


def _resource_limit(indicator: Resource, which: str, stage: str, edition: Edition) -> Exact:
    if which == "":
        found: Exact = indicator.at_least[stage]  # type: ignore[index]
        return found
    if which == "floor":
        return edition.floor(indicator, stage)
    if which == "cv":
        found = indicator.cv_at_most[stage]  # type: ignore[index]
        return found
    raise Stop(CellError.VALUE)


def _by_stage(cell: Cell) -> str:
    """primary or junior; Stop as `stage_of`, #VALUE! for 高中."""
    stage = stage_of(cell)
    if stage == "senior":
        raise Stop(CellError.VALUE)
    return stage


# ---- status ---------------------------------------------------------------------------------------------------------


def problem(error: CellError) -> str:
    """What a text function says of a cell that it cannot use."""
    return "缺数据" if error is CellError.NA else f"数据有误：{error}"


def status(indicator: Resource, stage: str, have: Cell, heads: Cell, edition: Edition) -> str:
    """pass, allowed, fail, undetermined (a blank or #N/A) or not_applicable (neither pupils nor amounts), exactly.

    Stop: other errors, #VALUE! for texts and negatives, #DIV/0! for an amount without pupils.
    """
    try:
        r: Exact | None = amount(have)
    except Stop as stop:
        if stop.error is not CellError.NA:
            raise
        r = None
    try:
        p = amount(heads)
    except Stop as stop:
        if stop.error is not CellError.NA:
            raise
        return "undetermined"
    if r is None:
        return "undetermined"
    if p == 0:
        if r == 0:
            return "not_applicable"
        raise Stop(CellError.DIV0)
    times: Exact = indicator.per_pupils
    if meets(times, r, indicator.at_least[stage], p):  # type: ignore[index]
        return "pass"
    return ALLOWED if meets(times, r, edition.floor(indicator, stage), p) else "fail"


@worksheet_function(
    "QBE_STATUS",
    zh="指标是否达标",
    en="Status of an indicator",
    help_zh="一校一项是否达标：达标；可作余项（低于标准但不低于其 85%，每校至多一项）；不达标；缺数据；不适用（既无学生也无资源）。按填报数精确比较，"
    "不先四舍五入。" + _EACH_ZH + "单元格有错误、文字或负数时返回“数据有误：…”，编号或学段不认识时返回说明。",
    help_en="Whether a school meets one indicator: 达标 (met); 可作余项 (below the limit, at least 85% of it: one a school "
    "is allowed); 不达标 (not met); 缺数据 (no data); 不适用 (neither pupils nor amounts). Compared exactly, never rounded "
    "first. " + _EACH_EN + "Errors, texts and negative numbers give 数据有误：…, unknown ids or stages a message.",
    args=[_ID, _STAGE, _AMOUNT, _PUPILS, _EDITION],
    returns="text",
    broadcasts=True,
    examples=[
        ('=QBE_STATUS("L1","小学",21,500)', "达标"),
        ('=QBE_STATUS("L4","小学",1912.5,500)', "可作余项"),
        ('=QBE_STATUS("L3","初中",7,1000)', "不达标"),
        ('=QBE_STATUS("L3","初中","",1000)', "缺数据"),
    ],
)
def indicator_status(id: Block, stage: Block, amount_: Block, pupils: Block, edition: Block) -> Any:
    """The status of one value, in words; exact decisions on decimals of 15 digits, as the assessment's."""
    try:
        rules = edition_of(edition)
    except Stop:
        return "没有这个标准版本"

    def one(i: Cell, s: Cell, r: Cell, p: Cell) -> str:
        try:
            indicator = indicator_of(i, rules)
        except Stop:
            return f"没有这个指标：{_shown(i)}"
        try:
            at = _by_stage(s)
        except Stop:
            return f"没有这个学段：{_shown(s)}"
        try:
            return value_status(status(indicator, at, r, p, rules))
        except Stop as stop:
            return problem(stop.error)

    try:
        return each(one, id, stage, amount_, pupils)
    except Stop:
        return "各参数的行列数不一致"


def _shown(cell: Cell) -> str:
    return "（空）" if cell is None else str(cell)


@worksheet_function(
    "QBE_GAP",
    zh="缺口",
    en="What is missing to the limit",
    help_zh="达到标准还差多少：人和教室向上取整，面积和金额向上取到 0.01；已达标为 0。"
    + _EACH_ZH
    + _ERRORS_ZH
    + "没有学生时为 0。",
    help_en="What is missing to the limit: people and rooms rounded up to whole ones, areas and money to 0.01; 0 where it "
    "is met. " + _EACH_EN + _ERRORS_EN + " Without pupils it is 0.",
    args=[_ID, _STAGE, _AMOUNT, _PUPILS],
    returns="number_array",
    broadcasts=True,
    examples=[
        ('=QBE_GAP("L1","小学",20,500)', 1.0),
        ('=QBE_GAP("L4","初中",5000,1000)', 800.0),
        ('=QBE_GAP("L1",{"小学";"初中"},20,{400;400})', ((0.0,), (2.0,))),
    ],
)
def gap(id: Block, stage: Block, amount_: Block, pupils: Block) -> Any:
    """The least that must be added, in the unit of the amount. Errors: #N/A blank, #VALUE!."""
    edition = load_edition(DEFAULT_EDITION)

    def one(i: Cell, s: Cell, r: Cell, p: Cell) -> float:
        indicator, at = indicator_of(i, edition), _by_stage(s)
        least: Exact = indicator.at_least[at]  # type: ignore[index]
        step = gap_step(indicator, at, edition)
        return rounded(shortfall(indicator.per_pupils, amount(r), least, amount(p), step))

    return each(one, id, stage, amount_, pupils)


# ---- the seven together ---------------------------------------------------------------------------------------------


def school_status(statuses: list[str], edition: Edition) -> tuple[int, Status]:
    """(indicators met, status) of one school at one stage from the statuses of its values, by the rule on resources."""
    if all(s == "not_applicable" for s in statuses):
        return 0, "not_applicable"
    met = sum(s in ("pass", "not_applicable") for s in statuses)
    below = sum(s in (ALLOWED, "fail") for s in statuses)
    if "fail" in statuses or below > len(statuses) - edition.file.resource_rule.met_at_least:
        return met, "fail"
    return met, "undetermined" if "undetermined" in statuses else "pass"


@worksheet_function(
    "QBE_MET",
    zh="七项达标数和结论",
    en="How many of the seven are met",
    help_zh="一校七项指标的达标项数和结论（达标、不达标、待定）：至少六项达标、余项不低于标准的 85%。amounts7 为一行（或一列）七格，按 L1–L7 的顺序；"
    "也可为多行七列，每行一校。结果每校两格：项数、结论（Excel 2016 及以前须选中区域后按 Ctrl+Shift+Enter）；part 填 1 只要项数，填 2 只要"
    "结论，普通公式即可。缺数据不算达标；错误、文字、负数使项数为相应错误值，结论为“数据有误：…”。",
    help_en="How many of the seven indicators a school meets, and its verdict (达标, 不达标, 待定): at least six met, the "
    "remaining one at least 85% of its limit. amounts7 is a row (or column) of seven cells in the order L1 to L7, or "
    "several rows of seven, one a school. Two cells a school: number and verdict (in Excel 2016 and before: select the "
    "cells and press Ctrl+Shift+Enter); part 1 gives the number only, 2 the verdict only, an ordinary formula. Missing "
    "data are not met; errors, texts and negative numbers give an error for the number and 数据有误：… for the verdict.",
    args=[
        _STAGE,
        Arg("amounts7", "七项资源总量，按 L1–L7 的顺序", "the seven amounts, in the order L1 to L7", shape="range"),
        _PUPILS,
        Arg(
            "part",
            "1 项数，2 结论；不给则两者都有",
            "1 number, 2 verdict; both if left out",
            shape="cell",
            optional=True,
        ),
    ],
    returns="number_array",
    examples=[
        ('=QBE_MET("小学",{21,5,4.5,2250,3750,1000000,11.5},500)', ((7.0, "达标"),)),
        ('=QBE_MET("小学",{21,5,4,2250,3750,1000000,11.5},500,1)', 6.0),
        ('=QBE_MET("小学",{21,5,4,2250,3750,1000000,11},500,2)', "不达标"),
    ],
)
def met(stage: Block, amounts7: Block, pupils: Block, part: Block) -> Any:
    """n × 2 (number met, verdict), or one of the two. Errors: #VALUE! where there are not seven, or part is not 1 or 2."""
    edition = load_edition(DEFAULT_EDITION)
    indicators = edition.resources
    seven = len(indicators)
    if amounts7.columns != seven and amounts7.size == seven:
        amounts7 = read([amounts7.cells])
    wanted = 0.0 if part.absent else number(part.cells[0]) if part.single else -1.0
    if amounts7.columns != seven or wanted not in (0, 1, 2):
        raise Stop(CellError.VALUE)
    rows = amounts7.rows
    if any(block.columns != 1 or block.rows not in (1, rows) for block in (stage, pupils)):
        raise Stop(CellError.VALUE)
    answers = []
    for at, have, heads in zip(
        spread(stage, rows, 1), amounts7.table(), spread(pupils, rows, 1), strict=True
    ):  # fmt: skip
        answers.append(_met_row(at, have, heads, edition))
    if wanted:
        column = [answer[int(wanted) - 1] for answer in answers]
        return column[0] if rows == 1 else arranged(column, rows, 1, False)
    return arranged([cell for answer in answers for cell in answer], rows, 2, False)


def _met_row(at: Cell, have: list[Cell], heads: Cell, edition: Edition) -> tuple[float | CellError, str]:
    try:
        stage = _by_stage(at)
        if heads is not None and heads is not CellError.NA:
            count(heads)
        statuses = [status(i, stage, r, heads, edition) for i, r in zip(edition.resources, have, strict=True)]
    except Stop as stop:
        return stop.error, problem(stop.error)
    number_met, verdict = school_status(statuses, edition)
    return float(number_met), "待定" if verdict == "undetermined" else value_status(verdict)
