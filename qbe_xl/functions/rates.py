"""County figures: shared amounts divided between stages, retention, rooms, the county ratios, recognition."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from qbe_xl.core.expressions import Expression
from qbe_xl.core.fields import field_of
from qbe_xl.core.numbers import Exact, total
from qbe_xl.functions.registry import Arg, worksheet_function
from qbe_xl.functions.values import (
    Block,
    Cell,
    CellError,
    Stop,
    amount,
    arranged,
    common_shape,
    each,
    rounded,
    spread,
    word,
)
from qbe_xl.functions.variation import pairs_of
from qbe_xl.functions.words import criterion_of, same, stage_of
from qbe_xl.measures import split_share
from qbe_xl.standards import DEFAULT_EDITION, Edition, load_edition
from qbe_xl.standards.explain import criterion_ids
from qbe_xl.standards.model import EachSchool, Ratio, Rooms, Survey

MOST_FIELDS = 5  # of a ratio's formula, hence arguments of QBE_RATE after the id
_EACH_ZH = "各参数可以是一格或区域，逐格计算，一格的参数用于全部。"
_EACH_EN = "Arguments are single cells or ranges, answered cell by cell; a single cell serves all. "
_ERRORS_ZH = "空格返回 #N/A（缺数据不当作 0）；文字、负数返回 #VALUE!；分母为 0 返回 #DIV/0!；错误值原样返回。"
_ERRORS_EN = (
    "Blanks give #N/A (missing is not 0), texts and negative numbers #VALUE!, a denominator of 0 #DIV/0!; errors come "
    "through."
)


@worksheet_function(
    "QBE_SPLIT",
    zh="共用资源折算到学段",
    en="Shared amount divided between stages",
    help_zh="一贯制学校、完全中学的共用资源（L4–L7）按加权学生数折算到学段（小学∶初中∶高中＝1∶1.1∶1.32，见标准 units.split_weights）。不给 "
    "stage 时每校返回小学、初中两格，给了 senior 则为小学、初中、高中三格（Excel 2016 及以前须选中区域后按 Ctrl+Shift+Enter）；给 stage 时只返回"
    "该学段一格，普通公式即可。没有的学段填 0；senior 空着按 0 计。没有学生返回 #DIV/0!。" + _ERRORS_ZH,
    help_en="What a school of several stages shares (L4 to L7), divided by weighted pupils (primary : junior : senior as in "
    "the edition, units.split_weights). Without stage two cells a school, primary and junior, or three with senior (in "
    "Excel 2016 and before: select the cells and press Ctrl+Shift+Enter); with stage that stage's part only, an ordinary "
    "formula. Enter 0 for a stage that the school does not have; a blank senior is 0. No pupils give #DIV/0!. "
    + _ERRORS_EN,
    args=[
        Arg("amount", "全校共用的资源总量", "the whole school's amount"),
        Arg("primary", "小学在校生数", "pupils, primary", unit="人"),
        Arg("junior", "初中在校生数", "pupils, junior", unit="人"),
        Arg("senior", "高中在校生数，默认 0", "pupils, senior; 0 if left out", unit="人", optional=True),
        Arg("stage", "只要这个学段：小学、初中、高中", "that stage only: 小学, 初中, 高中, primary, junior or senior",
            type="text", optional=True),
    ],
    returns="number_array",
    examples=[
        ("=QBE_SPLIT(23226,166,210)", ((9711.62720403023, 13514.3727959698),)),
        ('=QBE_SPLIT(23226,166,210,,"初中")', 13514.3727959698),
        ('=QBE_SPLIT(2200,0,100,100,"初中")', 1000.0),
        ("=QBE_SPLIT(100,0,0)", CellError.DIV0),
    ],
)  # fmt: skip
def split_amount(amount_: Block, primary: Block, junior: Block, senior: Block, stage: Block) -> Any:
    """amount × n_k·w_k / Σ n·w for each stage (n × 2 or n × 3) or for one (as `amount`). Errors as its help says."""
    edition = load_edition(DEFAULT_EDITION)
    weights: dict[str, Exact] = {name: weight for name, weight in edition.file.units.split_weights.value.items()}

    def part(all_: Cell, p: Cell, j: Cell, s: Cell, at: Cell) -> float:
        wanted = stage_of(at)
        heads = {"primary": amount(p), "junior": amount(j), "senior": 0 if s is None else amount(s)}
        have = amount(all_)
        if not any(heads.values()):
            raise Stop(CellError.DIV0)
        return rounded(have * split_share(heads, weights, wanted))

    if not stage.absent:
        return each(part, amount_, primary, junior, senior, stage)
    blocks = (amount_, primary, junior, senior)
    rows, columns = common_shape(blocks)
    if columns != 1:
        raise Stop(CellError.VALUE)
    stages = ("primary", "junior") if senior.absent else ("primary", "junior", "senior")
    answers: list[Any] = []
    for have, p, j, s in zip(*(spread(block, rows, 1) for block in blocks), strict=True):
        for name in stages:
            try:
                answers.append(part(have, p, j, s, name))
            except Stop as stop:
                answers.append(stop.error)
    if rows == 1 and len({*answers}) == 1 and isinstance(answers[0], CellError):
        return answers[0]
    return arranged(answers, rows, len(stages), False)


# ---- ratios ---------------------------------------------------------------------------------------------------------


def quotient(formula: Expression, cells: list[Cell]) -> float:
    """A formula's value, its fields taken from the cells in order. Stop: #DIV/0!, or #VALUE! for a negative divisor."""
    known = dict(zip(formula.names, (amount(cell) for cell in cells), strict=True))
    top, bottom = formula.sides()
    divisor = bottom.value(known)
    if divisor == 0:
        raise Stop(CellError.DIV0)
    if divisor < 0:
        raise Stop(CellError.VALUE)
    return rounded(Fraction(top.value(known)) / divisor)


@worksheet_function(
    "QBE_RETENTION",
    zh="初中三年巩固率",
    en="Three-year retention in junior school",
    help_zh="初中三年巩固率 = 毕业生 ÷（三年前初一在校生 + 转入 − 转出 − 死亡），按小数给出（0.95 即 95%）。"
    + _EACH_ZH
    + _ERRORS_ZH,
    help_en="Three-year retention: graduates / (entrants three years ago + transfers in - transfers out - deaths), as a "
    "fraction (0.95 is 95%). " + _EACH_EN + _ERRORS_EN,
    args=[
        Arg("graduates", "本届毕业生", "graduates", unit="人"),
        Arg("entrants", "三年前初一在校生", "pupils of the first year three years ago", unit="人"),
        Arg("transfers_in", "三年间转入", "transfers in", unit="人"),
        Arg("transfers_out", "三年间转出", "transfers out", unit="人"),
        Arg("deaths", "三年间死亡", "deaths", unit="人"),
    ],
    returns="number_array",
    broadcasts=True,
    examples=[
        ("=QBE_RETENTION(5144,5426,3,15,0)", 0.950129294421869),
        ("=QBE_RETENTION(5144,0,0,0,0)", CellError.DIV0),
    ],
)
def retention(graduates: Block, entrants: Block, transfers_in: Block, transfers_out: Block, deaths: Block) -> Any:
    """Q1 by the edition's own formula, whose fields stand in this order. A divisor below 0 gives #VALUE!."""
    formula = formula_of("Q1", load_edition(DEFAULT_EDITION))
    return each(lambda *cells: quotient(formula, list(cells)), graduates, entrants, transfers_in, transfers_out, deaths)


def formula_of(text: str, edition: Edition) -> Expression:
    """The quotient of a ratio by its id: county ratios and their parts, Q4 (one school), S1. Stop #VALUE! for others."""
    criterion = criterion_of(text, edition)
    if isinstance(criterion, Survey):
        return Expression(f"{criterion.satisfied} / {criterion.valid}")
    if isinstance(criterion, Ratio | EachSchool) and criterion.formula is not None:
        formula: Expression = criterion.formula
        if formula.is_quotient:
            return formula
    raise Stop(CellError.VALUE)


def rate_arguments(edition: Edition) -> dict[str, tuple[str, ...]]:
    """For each id that QBE_RATE takes, the fields that it wants after it, in order; quotients only."""
    found: dict[str, tuple[str, ...]] = {}
    for each_id in criterion_ids(edition):
        if each_id.partition(".")[0] in found:
            continue  # the whole stands for its only ratio
        try:
            found[each_id] = formula_of(each_id, edition).names
        except Stop:
            continue
    return found


def _order(lang: str) -> str:
    """The argument order of every id, as a sentence of the help."""
    edition = load_edition(DEFAULT_EDITION)
    parts = []
    for each_id, names in rate_arguments(edition).items():
        fields = [field_of(name).name for name in names]
        listed = "，".join(f.zh for f in fields) if lang == "zh" else ", ".join(f.en for f in fields)
        parts.append(f"{each_id}（{listed}）" if lang == "zh" else f"{each_id} ({listed})")
    return "；".join(parts) + "。" if lang == "zh" else "; ".join(parts) + "."


@worksheet_function(
    "QBE_RATE",
    zh="县级比率",
    en="A county ratio",
    help_zh="县级比率，按小数给出（0.95 即 95%；元、级等按原单位）。编号之后依次填："
    + _order("zh")
    + "只含一个比率的条目可省去后缀，如 G14。多填返回 #VALUE!，少填返回 #N/A。"
    + _EACH_ZH
    + _ERRORS_ZH,
    help_en="A county ratio as a fraction (0.95 is 95%; yuan and the like in their own unit). After the id, in this order: "
    + _order("en")
    + " An item with one ratio needs no suffix (G14). Too many give #VALUE!, too few #N/A. "
    + _EACH_EN
    + _ERRORS_EN,
    args=[
        Arg("id", "条目编号，如 G9、G11.backbone、Q1", "id, as G9, G11.backbone, Q1", type="text", shape="cell"),
        Arg("value1", "第 1 个数", "first number"),
        *(Arg(f"value{k}", f"第 {k} 个数", f"number {k}", optional=True) for k in range(2, MOST_FIELDS + 1)),
    ],
    returns="number_array",
    broadcasts=True,
    examples=[
        ('=QBE_RATE("G9",1175,3350)', 0.350746268656716),
        ('=QBE_RATE("G11.backbone",57,280)', 0.203571428571429),
        ('=QBE_RATE("G15",1100,86,1186)', 1.0),
        ('=QBE_RATE("Q1",5144,5426,3,15,0)', 0.950129294421869),
        ('=QBE_RATE("G9",1175)', CellError.NA),
    ],
)
def county_rate(id: Block, *values: Block) -> Any:
    """The edition's formula for an id over values in the order of its fields. Errors: #VALUE! unknown id, too many."""
    if not id.single:
        raise Stop(CellError.VALUE)
    text = word(id.cells[0])
    if text is None:
        raise Stop(CellError.NA)
    formula = formula_of(text, load_edition(DEFAULT_EDITION))
    if len(formula.names) > len(values) or any(not v.absent for v in values[len(formula.names) :]):
        raise Stop(CellError.VALUE)
    return each(lambda *cells: quotient(formula, list(cells)), *values[: len(formula.names)])


@worksheet_function(
    "QBE_ROOMS",
    zh="应有音乐、美术教室数",
    en="Music and art rooms needed",
    help_zh="每 12 个班（不足 12 个班的零头按 12 个计）应有音乐、美术专用教室各 1 间，即 ⌈班级数 ÷ 12⌉。不给 kind 或填“音乐”“美术”时返回该类应有间数"
    "（两类相同）；填“合计”返回两类之和。" + _EACH_ZH + _ERRORS_ZH + "kind 不认识返回 #VALUE!。",
    help_en="One music and one art room for every 12 classes or part of 12: classes / 12, rounded up. Without kind, or with "
    "音乐, 美术, music or art, the number of one kind (both are the same); with 合计 or total both together. "
    + _EACH_EN
    + _ERRORS_EN
    + " An unknown kind gives #VALUE!.",
    args=[
        Arg("classes", "义务教育班级数", "classes of compulsory education", unit="个"),
        Arg("kind", "音乐、美术或合计", "music, art or total", type="text", optional=True),
    ],
    returns="number_array",
    broadcasts=True,
    examples=[
        ("=QBE_ROOMS(13)", 2.0),
        ('=QBE_ROOMS({0;12;25},"音乐")', ((0.0,), (1.0,), (3.0,))),
        ('=QBE_ROOMS(13,"合计")', 4.0),
    ],
)
def rooms_needed(classes: Block, kind: Block) -> Any:
    """⌈classes / per_classes⌉ of one kind, or of all kinds together (G3). Errors: #N/A blank, #VALUE!."""
    rule = next(c for c in load_edition(DEFAULT_EDITION).file.criteria if isinstance(c, Rooms))
    one = {same(w) for key, room in rule.rooms.items() for w in (key, room.name.zh, room.name.en)}

    def needed(cell: Cell, which: Cell) -> float:
        asked = same(word(which) or "")
        count = math.ceil(Fraction(amount(cell)) / rule.per_classes)
        if asked in ("合计", "total"):
            return rounded(count * len(rule.rooms))
        if asked and asked not in one:
            raise Stop(CellError.VALUE)
        return rounded(count)

    return each(needed, classes, kind)


@worksheet_function(
    "QBE_RECOGNITION",
    zh="社会认可度",
    en="Public recognition",
    help_zh="社会认可度 = Σ满意问卷 ÷ Σ有效问卷，各类调查对象合并计算，按小数给出。首行为文字时视作表头；两格都空则跳过，只空一格返回 #N/A；负数、"
    "文字、满意多于有效返回 #VALUE!；没有有效问卷返回 #DIV/0!；错误值原样返回。",
    help_en="Public recognition: Σ satisfied / Σ valid returns over all groups asked, as a fraction. A first row of texts is "
    "a header; a pair is skipped if both cells are blank, one blank gives #N/A; negative numbers, texts and more "
    "satisfied than valid give #VALUE!; no valid returns give #DIV/0!; errors come through.",
    args=[
        Arg("valid", "各类对象的有效问卷数", "valid returns, one group a cell", shape="range", unit="份"),
        Arg("satisfied", "各类对象的满意问卷数", "satisfied, as many cells", shape="range", unit="份"),
    ],
    returns="number",
    examples=[
        ("=QBE_RECOGNITION({200;300},{190;240})", 0.86),
        ("=QBE_RECOGNITION({200;300},{210;240})", CellError.VALUE),
    ],
)
def recognition(valid: Block, satisfied: Block) -> float:
    """Σ satisfied / Σ valid (S1), exact before it is rounded to 15 digits."""
    if satisfied.absent:
        raise Stop(CellError.NA if valid.single else CellError.VALUE)
    pairs = pairs_of(satisfied, valid, all_weights=True)
    if np.any(pairs.values > pairs.weights):
        raise Stop(CellError.VALUE)
    top = total(amount(x) for x in pairs.values.tolist())
    bottom = total(amount(x) for x in pairs.weights.tolist())
    if bottom == 0:
        raise Stop(CellError.DIV0)
    return rounded(Fraction(top) / bottom)
