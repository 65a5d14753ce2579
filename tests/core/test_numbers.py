"""Exact numbers: reading, rounding, showing."""

from __future__ import annotations

import json
import math
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbe_xl.core.numbers import (
    exact,
    json_number,
    ratio_sum,
    shown,
    shown_percent,
    sticky_decimal,
    sticky_root,
    tidy,
    to_decimal,
    total,
)

HALF = Fraction(1, 2)
rationals = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**9)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, 12),
        (12.0, 12),
        (-0.0, 0),
        (0.1 + 0.2, Fraction(3, 10)),  # 0.30000000000000004
        (9 / 1000 * 100, Fraction(9, 10)),  # 0.8999999999999999
        (0.85 * 4.5, Fraction(153, 40)),  # 3.8249999999999997 -> 3.825
        (1.1, Fraction(11, 10)),
        (0.501787, Fraction(501787, 10**6)),
        (1234567890123456.0, 1234567890123460),  # a cell keeps 15 digits
        (1e22, 10**22),
        (5e-7, Fraction(5, 10**7)),
        ("0.50", HALF),
        ("+007", 7),
        ("-.5", -HALF),
        ("3.", 3),
        ("0.1234567890123456789", Fraction(1234567890123456789, 10**19)),  # texts are not cut to 15 digits
        (Decimal("4.50"), Fraction(9, 2)),
        (Decimal("1E+3"), 1000),
        (Fraction(6, 3), 2),
        (Fraction(1, 3), Fraction(1, 3)),
    ],
)
def test_exact(value, expected):
    result = exact(value)
    assert result == expected
    assert type(result) is (int if Fraction(expected).denominator == 1 else Fraction)


@pytest.mark.parametrize(
    "value",
    [
        *(True, False, math.nan, math.inf, -math.inf, None, [], 1j, b"1"),
        *(Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), Decimal("1E+999999999"), Decimal("1E-999999999")),
        *(
            "",
            " ",
            ".",
            "-",
            "1e3",
            "1,000",
            " 1",
            "1 ",
            "1\n",
            "１２０",
            "120人",
            "nan",
            "inf",
            "0x10",
            "1_000",
            "1/2",
        ),
        "9" * 100_000,
    ],
)
def test_exact_refuses(value):
    with pytest.raises(ValueError):
        exact(value)


def test_exact_takes_numpy_scalars():
    assert exact(numpy.float64(0.1) * 3) == Fraction(3, 10)
    assert exact(numpy.int64(7)) == 7 and type(exact(numpy.int64(7))) is int
    with pytest.raises(ValueError):
        exact(numpy.bool_(True))


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 14))
def test_a_decimal_of_15_digits_survives_the_cell(digits, places):
    value = Fraction(digits, 10**places)
    assert exact(float(value)) == value


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x == 0 or abs(x) > 1e-300))
def test_exact_agrees_with_15_digits_of_printf(value):
    assert exact(value) == Fraction(f"{value:.15g}")


@given(st.lists(rationals, max_size=40))
def test_total_is_the_exact_sum(values):
    assert total(values) == sum(values, Fraction(0))
    assert type(total([Fraction(1, 3), Fraction(2, 3)])) is int


def test_ratio_sum_of_nothing_is_zero():
    assert ratio_sum([]) == (0, 1)
    assert total([]) == 0


def test_tidy():
    assert type(tidy(Fraction(4, 2))) is int
    assert tidy(Fraction(1, 2)) == HALF


@given(rationals, st.integers(1, 30))
def test_to_decimal_is_the_nearest(x, digits):
    result = to_decimal(x, digits)
    scale = Fraction(10) ** (digits - 1 - result.adjusted())
    assert Fraction(result) == round(x * scale) / scale  # round() of a Fraction is exact and half even


def test_to_decimal_rounds_once_half_even():
    assert to_decimal(Fraction(25, 10), 1) == 2
    assert to_decimal(Fraction(35, 10), 1) == 4
    # a double rounding (to 4, then to 1) would give 3
    assert to_decimal(Fraction(24999, 10000), 1) == 2
    assert str(to_decimal(600, 3)) == "600"
    with pytest.raises(ValueError):
        to_decimal(1, 0)


@given(rationals, st.integers(1, 12))
def test_sticky_rounds_and_compares_like_the_exact_value(x, digits):
    sticky = sticky_decimal(x, 20)
    with localcontext() as context:
        context.prec = digits
        assert +sticky == to_decimal(x, digits)
    near = to_decimal(x, 12)
    assert (sticky < near, sticky == near) == (x < Fraction(near), x == Fraction(near))


@given(st.integers(0, 10**30), st.integers(1, 10**12))
def test_sticky_root_brackets_the_root(n, d):
    root = Fraction(sticky_root(n, d, 40))
    unit = Fraction(1, 10**39) * max(root, Fraction(1, 10**20))
    assert max(0, root - unit) ** 2 <= Fraction(n, d) <= (root + unit) ** 2


@given(st.fractions(min_value=0, max_value=10**12).filter(lambda x: len(str(x.numerator)) < 15))
def test_sticky_root_of_a_square_is_the_number(x):
    assert sticky_root(x.numerator**2, x.denominator**2, 40) == sticky_decimal(x, 40)


@pytest.mark.parametrize("depth", [42, 44, 50, 400])
def test_sticky_root_sees_what_it_cuts(depth):
    # √(1.5² ± 10**-2depth) is not 1.5, however close
    square, hair = 225 * 10 ** (2 * depth - 2), 1
    assert sticky_root(square, 10 ** (2 * depth), 40) == Decimal("1.5")
    assert sticky_root(square + hair, 10 ** (2 * depth), 40) > Decimal("1.5")
    assert sticky_root(square - hair, 10 ** (2 * depth), 40) < Decimal("1.5")


def test_sticky_root_refuses():
    for n, d in ((-1, 1), (1, 0), (1, -1)):
        with pytest.raises(ValueError):
            sticky_root(n, d, 40)


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (None, "null"),
        (0, "0"),
        (3, "3"),
        (Fraction(6, 2), "3"),
        (Decimal("6000.00"), "6000"),
        (Decimal("1E+2"), "100"),
        (HALF, "0.5"),
        (Fraction(1, 3), "0.333333333333333"),
        (Fraction(2, 3), "0.666666666666667"),
        (Fraction(3, 10), "0.3"),
        (10**15 - 1, "999999999999999"),
        (1234567890123455, "1234567890123460.0"),  # 15 digits, half even
        (-Fraction(1, 8), "-0.125"),
        (Decimal("0.1234567890123465000000000000000000000001"), "0.123456789012347"),  # just above a tie
        (Decimal("0.1234567890123465"), "0.123456789012346"),  # a tie: to even
        (3 + Fraction(1, 10**20), "3"),  # the same text as any other value with these 15 digits
    ],
)
def test_json_number(x, text):
    assert json.dumps(json_number(x)) == text


@pytest.mark.parametrize("x", [Decimal("NaN"), Decimal("Infinity"), 10**400])
def test_json_number_refuses(x):
    with pytest.raises(ValueError):
        json_number(x)


@given(rationals)
def test_json_numbers_are_15_digits_of_the_exact_value(x):
    value = json_number(x)
    assert Decimal(repr(value)) == to_decimal(x, 15)
    assert exact(value) == exact(to_decimal(x, 15))  # and read back as the same number


@pytest.mark.parametrize(
    ("x", "places", "limit", "text"),
    [
        (exact("0.501787"), 2, HALF, "0.502"),
        (exact("0.501787"), 2, None, "0.50"),
        (exact("0.4999999"), 2, HALF, "0.4999999"),
        (HALF, 2, HALF, "0.50"),
        (Decimal("0.5"), 3, HALF, "0.500"),
        (Decimal("0.5000000000000000000000000000000000000001"), 3, HALF, "0." + "5".ljust(39, "0") + "1"),
        (exact("3.825"), 2, exact("3.825"), "3.825"),  # 3.83 would be above its floor
        (exact("4.1667"), 2, exact("4.2"), "4.17"),
        (exact("0.125"), 2, None, "0.13"),  # half up, not half even
        (exact("-0.125"), 2, None, "-0.13"),
        (exact("-0.001"), 2, None, "0.00"),
        (exact("-0.001"), 2, 0, "-0.001"),
        (exact("0.001"), 2, 0, "0.001"),
        (1234567, 2, None, "1234567.00"),
        (1234567, 0, None, "1234567"),
        (exact("0.5"), 0, None, "1"),
        (0, 3, None, "0.000"),
        (Fraction(1, 3), 2, Fraction(1, 3), "0.33"),  # no decimal equals the limit
        (Fraction(33, 100), 2, Fraction(1, 3), "0.33"),
        (Fraction(1, 3), 2, Fraction(33, 100), "0.333"),
    ],
)
def test_shown(x, places, limit, text):
    assert shown(x, places, limit) == text


@given(rationals, st.integers(0, 4), st.integers(-(10**6), 10**6), st.integers(0, 4), st.integers(-3, 3))
def test_shown_never_contradicts_its_limit(x, places, digits, limit_places, nudge):
    limit = Fraction(digits, 10**limit_places)
    for value in (x, limit, limit + Fraction(nudge, 10**9), limit + Fraction(nudge, 7 * 10**5)):
        text = shown(value, places, limit)
        written = Fraction(text)
        assert (written < limit, written == limit) == (value < limit, value == limit)
        kept = len(text.partition(".")[2])
        assert kept >= places
        assert abs(written - value) <= Fraction(1, 2 * 10**kept)
        if kept > places:  # one decimal fewer would contradict
            shorter = Fraction(shown(value, kept - 1))
            assert (shorter < limit, shorter == limit) != (value < limit, value == limit)


def test_shown_percent():
    assert shown_percent(Fraction(57, 280), 2, Fraction(1, 5)) == "20.36%"
    assert shown_percent(Fraction(5144, 5414), 2, Fraction(95, 100)) == "95.01%"
    assert shown_percent(Fraction(99_999, 100_000), 2, 1) == "99.999%"  # 培训完成率 short of 100 %
    assert shown_percent(Fraction(99_999, 100_000), 1) == "100.0%"
    assert shown_percent(Decimal(1), 0, 1) == "100%"


def test_shown_refuses():
    with pytest.raises(ValueError):
        shown(1, -1)
    with pytest.raises(ValueError):
        shown(Decimal("NaN"), 2)
