"""QBE_COEF and its kin: how a per-pupil value varies over schools, weighted by enrolment (教督〔2012〕3号)."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from qbe_xl.functions.registry import Arg, worksheet_function
from qbe_xl.functions.values import Block, Cell, CellError, Floats, Stop, cell_of, number

_VALUES = Arg("values", "每校的生均值（或每百生值），一校一格", "per-pupil values, one a school", shape="range")
_PUPILS = Arg("pupils", "在校生数，与前者格数相同", "enrolment, as many cells", shape="range", unit="人")
_RULES_ZH = (
    "首行为文字时视作表头；一对两格都空则跳过，只空一格返回 #N/A；在校生为 0 的学校跳过；负数、文字返回 #VALUE!；"
    "错误值原样返回；在校生合计为 0 返回 #DIV/0!。"
)
_RULES_EN = (
    "A first row of texts is a header; a pair is skipped if both cells are blank, one blank gives #N/A; schools without "
    "pupils are skipped; negative numbers and texts give #VALUE!; errors come through; no pupils at all give #DIV/0!."
)
_FORMS_ZH = "不给 pupils 时：恰好两列、至少两行的区域按（值，在校生数）读；一行或一列按等权算，与官方口径（按在校生加权）不同；其他形状返回 #VALUE!。"
_FORMS_EN = (
    "Without pupils: a range of exactly two columns and at least two rows is (value, pupils); one row or one column is "
    "weighted equally, which the official figure (weighted by enrolment) is not; any other shape gives #VALUE!."
)
_SMALL = 1e-280  # below this, terms lose digits
_PIECE = 32_768  # numbers worked on at a time


class Pairs(NamedTuple):
    """Values and weights of the schools that count; `places` are their positions among all cells, None for all.

    `header`: how many cells at the start are a header; `size`: of all cells.
    """

    values: Floats
    weights: Floats
    places: Any
    header: int
    size: int


def pairs_of(values: Block, pupils: Block, all_weights: bool = False) -> Pairs:
    """Values with their weights, one pair a school, by the rules of QBE_COEF. Stop as they say.

    `all_weights` keeps the pairs whose weight is 0.
    """
    width = values.columns if values.rows > 1 else 1
    if pupils.absent:
        if values.columns == 2 and values.rows >= 2:
            values, pupils, width = values.column(0), values.column(1), 1
        elif values.rows == 1 or values.columns == 1:
            return _equal(values)
        else:
            raise Stop(CellError.VALUE)
    if values.size != pupils.size:
        raise Stop(CellError.VALUE)
    header = 0
    x, p = values.floats, pupils.floats
    if x is None or p is None:
        a, b = values.cells, pupils.cells
        if values.size > width and is_header([*a[:width], *b[:width]]):
            header = width
        x, p = _numbers(a[header:]), _numbers(b[header:])
    return _weighed(x, p, header, all_weights)


def _equal(values: Block) -> Pairs:
    header = 0
    x = values.floats
    if x is None:
        header = int(values.size > 1 and is_header(values.cells[:1]))
        x = _numbers(values.cells[header:])
    return _weighed(x, np.where(np.isnan(x), np.nan, 1.0), header)


def _weighed(x: Floats, p: Floats, header: int, all_weights: bool = False) -> Pairs:
    size = header + len(x)
    if len(x) and float(x.min()) >= 0 and float(p.min()) > 0:  # NaN is neither: nothing to sort out
        return Pairs(x, p, None, header, size)
    if (x < 0).any() or (p < 0).any():
        raise Stop(CellError.VALUE)
    blank = np.isnan(x)
    if (blank != np.isnan(p)).any():
        raise Stop(CellError.NA)
    keep = ~blank if all_weights else ~blank & (p > 0)
    if not keep.any():
        raise Stop(CellError.DIV0)
    return Pairs(x[keep], p[keep], np.flatnonzero(keep) + header, header, size)


def is_header(cells: list[Cell]) -> bool:
    """Whether the first row is a header: texts and blanks, at least one text, and none that reads as a number."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if not texts or any(not isinstance(cell, str) and cell is not None for cell in cells):
        return False
    return not any(_numeric(text) for text in texts)


def _numeric(text: str) -> bool:
    try:
        float(text.replace(",", "").replace("，", ""))
    except ValueError:
        return False
    return True


def _numbers(cells: list[Cell]) -> Floats:
    """Numbers, NaN where blank. Stop: the first error, else #VALUE! where there is a text or truth value."""
    for cell in cells:
        if isinstance(cell, CellError):
            raise Stop(cell)
    return np.array([math.nan if cell is None else number(cell) for cell in cells], dtype=np.float64)


class Spread(NamedTuple):
    """Pooled mean X̄ and standard deviation S."""

    mean: float
    std: float


def spread_of(pairs: Pairs) -> Spread:
    """X̄ = Σpx/Σp and S = √(Σp(x − X̄)²/Σp), in two passes. Stop #NUM! beyond the range of cells."""
    x, p = pairs.values, pairs.weights
    low, high = float(x.min()), float(x.max())
    if low == high:
        return Spread(high, 0.0)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        found = _tried(x, p, 1.0) or _tried(x / high, p / float(p.max()), high)
    if found is None:
        raise Stop(CellError.NUM)
    return found


def _tried(x: Floats, p: Floats, scale: float) -> Spread | None:
    try:
        return _spread(x, p, scale)
    except (OverflowError, ValueError):  # what fsum says of sums beyond the range
        return None


def _spread(x: Floats, p: Floats, scale: float) -> Spread | None:
    """Both passes, piece by piece so that what is worked on stays in the processor's cache; None where it overflows."""
    pieces = [(x[i : i + _PIECE], p[i : i + _PIECE]) for i in range(0, len(x), _PIECE)]
    buffer = np.empty(min(_PIECE, len(x)))
    difference = np.empty_like(buffer)
    total = math.fsum(float(w.sum()) for _, w in pieces)
    mean = math.fsum(float(np.multiply(w, v, out=buffer[: len(v)]).sum()) for v, w in pieces) / total
    rests, squares = [], []
    for v, w in pieces:
        d = np.subtract(v, mean, out=difference[: len(v)])
        terms = np.multiply(w, d, out=buffer[: len(v)])
        rests.append(float(terms.sum()))
        terms *= d
        squares.append(float(terms.sum()))
    if not (math.isfinite(mean) and all(map(math.isfinite, squares)) and (scale != 1 or math.fsum(squares) > _SMALL)):
        return None
    rest = math.fsum(rests)  # what rounding the mean left over
    square = (math.fsum(squares) - rest * rest / total) / total
    std = math.sqrt(square) if square > 0 else 0.0
    if not (std > 0 and math.isfinite(std * scale) and math.isfinite(mean * scale) and mean > 0):
        return None
    return Spread(mean * scale, std * scale)


@worksheet_function(
    "QBE_COEF",
    zh="校际差异系数",
    en="Coefficient of variation between schools",
    help_zh="校际差异系数 CV = S ÷ X̄，按在校生数加权：X̄ = Σpx ÷ Σp，S = √(Σp(x − X̄)² ÷ Σp)。"
    + _FORMS_ZH
    + _RULES_ZH
    + "各校值全为 0 也返回 #DIV/0!。",
    help_en="Coefficient of variation between schools, CV = S / X̄, weighted by enrolment: X̄ = Σpx / Σp, "
    "S = √(Σp(x − X̄)² / Σp). " + _FORMS_EN + " " + _RULES_EN + " Values that are all 0 give #DIV/0! too.",
    args=[
        _VALUES,
        Arg("pupils", _PUPILS.zh, _PUPILS.en, shape="range", unit="人", optional=True),
    ],
    returns="number",
    examples=[
        ("=QBE_COEF({6.2;3.7;10.5},{45;37;89})", 0.360297697095167),
        ("=QBE_COEF({6.2,45;3.7,37;10.5,89})", 0.360297697095167),
        ('=QBE_COEF({"值","在校生";6.2,45;3.7,37;10.5,89})', 0.360297697095167),
        ("=QBE_COEF({6.2;3.7;10.5})", 0.412988377839717),
        ("=QBE_COEF({0;0},{45;37})", CellError.DIV0),
    ],
)
def coefficient_of_variation(values: Block, pupils: Block) -> float:
    """差异系数 S / X̄ of per-pupil values x weighted by pupils p, in the population form (教督〔2012〕3号).

    Returns a ratio (0.5153, never capped). Errors: #VALUE! shape, text, negative; #N/A one cell of a pair blank;
    #DIV/0! no pupils or all values 0.
    """
    spread = spread_of(pairs_of(values, pupils))
    if spread.mean == 0:
        raise Stop(CellError.DIV0)
    return spread.std / spread.mean


@worksheet_function(
    "QBE_MEAN",
    zh="按学生数合并的平均值",
    en="Pooled mean",
    help_zh="全县平均值 X̄ = Σ资源总量 ÷ Σ在校生数（不是各校生均值的平均）。每百生指标请乘以 100。" + _RULES_ZH,
    help_en="Pooled mean X̄ = Σ amounts / Σ pupils (not the mean of the schools' values). Multiply by 100 for figures "
    "per 100 pupils. " + _RULES_EN,
    args=[Arg("amounts", "每校的资源总量，一校一格", "amounts, one a school", shape="range"), _PUPILS],
    returns="number",
    examples=[
        ("=QBE_MEAN({279;137;935;160;402},{45;37;89;76;55})", 6.33443708609272),
        ("=QBE_MEAN({279;137},{0;0})", CellError.DIV0),
    ],
)
def pooled_mean(amounts: Block, pupils: Block) -> float:
    """X̄ = Σr/Σp of raw amounts r over pupils p. Errors as QBE_COEF; amounts of 0 only give 0."""
    if pupils.absent and not amounts.single:
        raise Stop(CellError.VALUE)
    if pupils.absent:
        raise Stop(CellError.NA)
    pairs = pairs_of(amounts, pupils)
    with np.errstate(over="ignore"):
        top, bottom = float(pairs.values.sum()), float(pairs.weights.sum())
    if not (math.isfinite(top) and math.isfinite(bottom)):
        raise Stop(CellError.NUM)
    return number(cell_of(top / bottom))


@worksheet_function(
    "QBE_STD",
    zh="校际标准差",
    en="Standard deviation between schools",
    help_zh="校际标准差 S = √(Σp(x − X̄)² ÷ Σp)，按在校生数加权，总体形式。" + _FORMS_ZH + _RULES_ZH,
    help_en="Standard deviation between schools, S = √(Σp(x − X̄)² / Σp), weighted by enrolment, population form. "
    + _FORMS_EN
    + " "
    + _RULES_EN,
    args=[_VALUES, Arg("pupils", _PUPILS.zh, _PUPILS.en, shape="range", unit="人", optional=True)],
    returns="number",
    examples=[("=QBE_STD({1;3},{10;30})", 0.866025403784439), ("=QBE_STD({2;2},{10;30})", 0.0)],
)
def standard_deviation(values: Block, pupils: Block) -> float:
    """标准差 S of per-pupil values, in their own unit. Shapes and errors as QBE_COEF; values of 0 only give 0."""
    return spread_of(pairs_of(values, pupils)).std


@worksheet_function(
    "QBE_SHARE",
    zh="各校对差异系数的贡献",
    en="Each school's share of the CV",
    help_zh="各校占差异系数平方的份额 p(x − X̄)² ÷ Σp(x − X̄)²，合计为 1；各校相同则都为 0。不给 k 时返回与 values 同形的数组"
    "（Excel 2016 及以前须选中区域后按 Ctrl+Shift+Enter）；给 k 时返回第 k 所学校（表头不计）的份额，普通公式即可。"
    "空白和没有学生的学校为 0，表头处为 #N/A。" + _RULES_ZH,
    help_en="Each school's share of CV squared, p(x − X̄)² / Σp(x − X̄)²; the shares add up to 1 and are 0 where all "
    "values are equal. Without k an array of the shape of values (in Excel 2016 and before: select the cells and press "
    "Ctrl+Shift+Enter); with k the share of the k-th school (a header is not counted), an ordinary formula. Blank rows "
    "and schools without pupils have 0, a header #N/A. " + _RULES_EN,
    args=[_VALUES, _PUPILS, Arg("k", "第几所学校，从 1 数起", "which school, from 1", shape="cell", optional=True)],
    returns="number_array",
    examples=[
        ("=QBE_SHARE({1;3},{10;30})", ((0.75,), (0.25,))),
        ("=QBE_SHARE({1;3},{10;30},2)", 0.25),
        ("=QBE_SHARE({1;3},{10;30},3)", CellError.VALUE),
    ],
)
def share_of_variation(values: Block, pupils: Block, k: Block) -> Any:
    """Shares of CV² in the shape of `values`, or the k-th as one number. k beyond the schools gives #VALUE!."""
    if pupils.absent:
        raise Stop(CellError.NA if values.single else CellError.VALUE)
    if not k.single:
        raise Stop(CellError.VALUE)
    pairs = pairs_of(values, pupils)
    spread = spread_of(pairs)
    if spread.mean == 0:
        raise Stop(CellError.DIV0)
    shares = _shares(pairs, spread)
    if pairs.places is not None or pairs.header:
        places = pairs.places if pairs.places is not None else np.arange(pairs.header, pairs.size)
        everywhere = np.zeros(pairs.size)
        everywhere[places] = shares
        shares = everywhere
    if not k.absent:
        wanted = number(k.cells[0])
        if not (wanted.is_integer() and 1 <= wanted <= pairs.size - pairs.header):
            raise Stop(CellError.VALUE)
        return float(shares[pairs.header + int(wanted) - 1])
    if pairs.header:
        with_header = shares.astype(object)
        with_header[: pairs.header] = CellError.NA
        shares = with_header
    return shares if values.flat else shares.reshape(values.rows, values.columns)


def _shares(pairs: Pairs, spread: Spread) -> Floats:
    if spread.std == 0:
        return np.zeros(len(pairs.values))
    difference = pairs.values - spread.mean
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        terms = pairs.weights * difference**2
        whole = float(terms.sum())
        if not (math.isfinite(whole) and whole > _SMALL):  # at the ends of the number range, in units of S
            terms = pairs.weights / float(pairs.weights.max()) * (difference / spread.std) ** 2
            whole = float(terms.sum())
    return terms / whole


@worksheet_function(
    "QBE_COMPOSITE",
    zh="综合差异系数",
    en="Composite coefficient of variation",
    help_zh="综合差异系数：各项指标差异系数的简单平均（2012 年办法的判定依据；优质均衡仅供参考，须逐项达标）。首格为文字时视作表头；"
    "有空格返回 #N/A；负数、文字返回 #VALUE!；错误值原样返回。",
    help_en="Composite coefficient of variation: the plain mean of the indicators' CVs (decides under the rules of 2012; "
    "for quality balance it is for information only, each CV counts). A text in the first cell is a header; a blank "
    "gives #N/A, negative numbers and texts #VALUE!; errors come through.",
    args=[Arg("cvs", "各项指标的差异系数", "the indicators' CVs", shape="range")],
    returns="number",
    examples=[
        ("=QBE_COMPOSITE({0.437,0.419,0.255,0.188,0.171,0.263,0.263,0.42})", 0.302),
        ("=QBE_COMPOSITE({-0.1,0.2})", CellError.VALUE),
    ],
)
def composite_cv(cvs: Block) -> float:
    """综合差异系数: the mean of the CVs; a missing one gives #N/A, as the mean of the others would be another figure."""
    cells = cvs.cells
    if len(cells) > 1 and is_header(cells[: cvs.columns if cvs.rows > 1 else 1]):
        cells = cells[cvs.columns if cvs.rows > 1 else 1 :]
    x = _numbers(cells)
    if (x < 0).any():
        raise Stop(CellError.VALUE)
    if np.isnan(x).any():
        raise Stop(CellError.NA)
    try:
        return math.fsum(x) / len(x)
    except OverflowError as error:
        raise Stop(CellError.NUM) from error
