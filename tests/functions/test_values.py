"""Arguments as any host or library hands them over: lists, numpy, pandas, other programs' errors."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from qbe_xl.functions import (
    QBE_CHECK,
    QBE_COEF,
    QBE_INDICATOR,
    QBE_SHARE,
    QBE_STATUS,
    QBE_STD,
    CellError,
    evaluate,
    to_rows,
)  # fmt: skip
from qbe_xl.functions.values import cell_of, error_of, read
from tests.functions.cases import TABLE

NUMBERS = [6.2, 3.7, 10.5]
PUPILS = [45, 37, 89]
CV = 0.360297697095167


@pytest.mark.parametrize(
    ("raw", "cell"),
    [
        (None, None), ("", None), ("  ", None), ("\u3000", None), (math.nan, None), (pd.NA, None), (pd.NaT, None),
        (Decimal("NaN"), None), (np.float64("nan"), None),
        (3, 3.0), (np.int64(3), 3.0), (np.float32(0.5), 0.5), (Decimal("4.2"), 4.2), (Fraction(1, 4), 0.25),
        (math.inf, CellError.NUM), (10**400, CellError.NUM),
        (True, True), (np.bool_(False), False),
        ("300", "300"), (" 甲 ", " 甲 "), (date(2024, 9, 1), "2024-09-01"),
        ("#N/A", CellError.NA), ("#ref!", CellError.REF), ("#NULL!", CellError.NULL), ("#SPILL!", CellError.VALUE),
        ("#GETTING_DATA", CellError.NA), ("Err:502", CellError.VALUE), ("#1", "#1"), (CellError.NUM, CellError.NUM),
    ],
)  # fmt: skip
def test_a_cell(raw: Any, cell: Any) -> None:
    found = cell_of(raw)
    assert found is cell or (type(found) is type(cell) and found == cell)


def test_every_error_is_known_by_its_text() -> None:
    for error in CellError:
        assert error_of(str(error)) is error
        assert error_of("x" + str(error)) is None


@pytest.mark.parametrize(
    ("value", "shape", "flat"),
    [
        (5, (1, 1), False), ("x", (1, 1), False), ([], (1, 1), True), ([1, 2, 3], (3, 1), True), ((1, 2), (2, 1), True),
        (range(4), (4, 1), True), ([[1, 2, 3]], (1, 3), False), ([[1], [2, 3]], (2, 2), False), ([1, [2, 3]], (2, 2), False),
        (np.array(7.0), (1, 1), True), (np.ones(3), (3, 1), True), (np.ones((2, 3)), (2, 3), False),
        (pd.Series([1, 2]), (2, 1), True), (pd.DataFrame({"a": [1, 2], "b": [3, 4]}), (2, 2), False),
        (((1, 2), (3, 4)), (2, 2), False), ([np.ones(2), np.ones(2)], (2, 2), False),
    ],
)  # fmt: skip
def test_the_shape_of_a_block(value: Any, shape: tuple[int, int], flat: bool) -> None:
    block = read(value)
    assert ((block.rows, block.columns), block.flat) == (shape, flat)
    assert len(block.cells) == block.size


def test_cells_stand_row_by_row() -> None:
    assert read([[1, "a"], [2]]).table() == [[1.0, "a"], [2.0, None]]
    assert read(np.array([[1.0, math.nan], [3.0, 4.0]])).column(1).cells == [None, 4.0]
    assert read(np.asfortranarray([[1, 2], [3, 4]])).cells == [1.0, 2.0, 3.0, 4.0]
    assert read([["x", 2], [3, 4]]).column(0).cells == ["x", 3.0]


FORMS = [
    list, tuple, np.array, pd.Series, lambda v: [[x] for x in v], lambda v: [list(v)], lambda v: np.array(v, dtype=object),
    lambda v: np.array(v)[:, None], lambda v: pd.DataFrame({"v": v}), lambda v: (x for x in v),
    lambda v: pd.Series(v, dtype="Float64"), lambda v: np.repeat(np.array(v, dtype=float), 2)[::2],
]  # fmt: skip


@pytest.mark.parametrize("values", FORMS)
@pytest.mark.parametrize("pupils", FORMS)
def test_every_form_gives_the_same(values: Any, pupils: Any) -> None:
    assert QBE_COEF(values(NUMBERS), pupils(PUPILS)) == pytest.approx(CV, rel=1e-14)


def test_nan_and_na_are_blank() -> None:
    for blank in (math.nan, None, "", pd.NA):
        assert QBE_COEF([6.2, blank, 3.7, 10.5], [45, blank, 37, 89]) == pytest.approx(CV, rel=1e-14)
        assert QBE_COEF([6.2, blank, 3.7, 10.5], [45, 3, 37, 89]) is CellError.NA
    assert QBE_COEF(np.array([6.2, math.nan]), np.array([45.0, 37.0])) is CellError.NA
    assert QBE_COEF(pd.Series([6.2, None, 3.7, 10.5]), pd.Series([45, None, 37, 89])) == pytest.approx(CV, rel=1e-14)


def test_truth_values_are_no_numbers() -> None:
    assert QBE_COEF([1, True], [1, 1]) is CellError.VALUE
    assert QBE_COEF(np.array([True, False]), [1, 1]) is CellError.VALUE


def test_answers_have_the_dimensions_of_what_was_given() -> None:
    assert QBE_INDICATOR("L1", 21, 500) == 4.2
    assert QBE_INDICATOR("L1", np.array([21, 42]), 500).shape == (2,)
    assert QBE_INDICATOR("L1", [[21], [42]], 500).shape == (2, 1)
    assert QBE_INDICATOR("L1", [[21, 42]], [[500], [250]]).shape == (2, 2)
    assert QBE_INDICATOR("L1", [21, 42], [500, 500]).dtype == np.float64
    assert QBE_INDICATOR("L1", [21, None], [500, 500]).dtype == object
    assert QBE_SHARE(pd.Series([1, 3]), pd.Series([10, 30])).tolist() == [0.75, 0.25]
    assert QBE_STATUS("L1", "小学", [21, 42], 500).tolist() == ["达标", "达标"]
    assert to_rows(QBE_INDICATOR("L1", [21, 42], 500)) == [[4.2], [8.4]]
    assert to_rows(CellError.NA) == [[CellError.NA]]


@pytest.mark.parametrize("places", [0, 2])
def test_the_way_over_whole_columns_gives_what_single_cells_give(places: int) -> None:
    amounts = np.round(np.random.default_rng(5).uniform(0, 90, 300), places)[:, None]
    pupils = np.random.default_rng(6).integers(1, 3000, 300)[:, None]
    for key in ("L1", "L4"):
        whole = QBE_INDICATOR(key, amounts, pupils)
        single = [
            [QBE_INDICATOR(key, a, p)] for a, p in zip(amounts[:, 0].tolist(), pupils[:, 0].tolist(), strict=True)
        ]
        assert whole.tolist() == single


def test_a_row_against_a_column_has_a_bound() -> None:
    assert QBE_INDICATOR("L1", np.ones((1, 3000)), np.ones((3000, 1))) is CellError.VALUE


@pytest.mark.parametrize("huge", [1e300, 1e-300, 1e150])
def test_the_scale_does_not_matter(huge: float) -> None:
    assert QBE_COEF([huge, 3 * huge], [1, 1]) == pytest.approx(0.5, rel=1e-15)
    assert QBE_COEF([1, 3], [huge, huge]) == pytest.approx(0.5, rel=1e-15)
    assert QBE_SHARE([huge, 3 * huge], [1, 1]).tolist() == pytest.approx([0.5, 0.5], rel=1e-15)


@pytest.mark.parametrize(
    "formula",
    [
        "QBE_COEF(1)",
        "=QBE_COEF(A1)",
        "=QBE_NONE(1)",
        "=QBE_COEF({1;2)",
        "=QBE_COEF(1",
        "=QBE_COEF(1)+1",
        "=1",
        "=QBE_COEF(1))",
    ],
)
def test_only_calls_with_constants_are_evaluated(formula: str) -> None:
    with pytest.raises(ValueError):
        evaluate(formula)


def test_constants_of_all_kinds() -> None:
    assert evaluate('=QBE_STATUS("L1", "小学", 21, 500)') == "达标"
    assert evaluate("=QBE_COEF({1,-2})") is CellError.VALUE
    assert evaluate("=QBE_COEF({1,#REF!})") is CellError.REF
    assert evaluate("=QBE_COEF({1,TRUE})") is CellError.VALUE
    assert evaluate('=QBE_EXPLAIN("a""b")').startswith('没有“a"b”这个编号')


def test_a_mean_between_two_floats_does_no_harm() -> None:
    # X̄ = 2^52 + 1/2 cannot be written as a float; S is 1/2 all the same
    assert QBE_STD([2**52, 2**52 + 1], [1, 1]) == 0.5


def test_a_truth_value_in_the_table_is_not_taken_for_1() -> None:
    table = [[*row] for row in TABLE]
    column = table[1].index("小学县级以上骨干教师数")
    table[2][column] = 1
    assert QBE_CHECK("S1", table) == "不达标：L2 0.10＜0.85"
    table[2][column] = True
    assert QBE_CHECK("S1", table) == "待定 6/7（缺 L2）"
