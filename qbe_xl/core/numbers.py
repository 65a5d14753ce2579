"""Exact numbers: what a reported number means, and how an exact value is written down.

Reported numbers are decimals, so every decision is made on integers and fractions; a value is rounded only
to be shown or stored. 精确数：填报数按十进制精确解读，判定不取整，仅在显示和保存时舍入。
"""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Iterable
from decimal import MAX_EMAX, MIN_EMIN, ROUND_05UP, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import cache
from typing import TypeAlias

Exact: TypeAlias = int | Fraction

REPORTED_DIGITS = 15  # what a spreadsheet keeps of a number

_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_LARGEST_INT = 10**REPORTED_DIGITS
_MOST_PLACES = 400  # wider than any float; keeps "1E999999999" from becoming a number of that length


def exact(value: int | float | Decimal | str | Fraction) -> Exact:
    """The exact value of a reported number; integral results are `int`.

    A float is the shortest decimal of its 15 significant digits (0.30000000000000004 is 3/10), because that is
    what a spreadsheet shows and keeps. A str is a plain ASCII decimal such as "-12.50": no exponent, separator or
    blank. int, Decimal and Fraction are taken as they are. Raises ValueError for bool, NaN, infinities, other
    texts and other types.
    """
    kind = type(value)
    if kind is int:
        return value  # type: ignore[return-value]  # narrowed by the exact type, which excludes bool
    if isinstance(value, float):
        if value.is_integer() and -_LARGEST_INT < value < _LARGEST_INT:
            return int(value)
        if not math.isfinite(value):
            raise ValueError(f"not a finite number: {value!r}")
        return _from_decimal(Decimal(f"{value:.{REPORTED_DIGITS}g}"))
    if isinstance(value, str):
        if len(value) > _MOST_PLACES or _PLAIN.fullmatch(value) is None:
            raise ValueError(f"not a plain decimal number: {value[:40]!r}")
        return _from_decimal(Decimal(value))
    if isinstance(value, Fraction):
        return tidy(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"not a finite number: {value!r}")
        return _from_decimal(value)
    other: object = value  # bool, numpy's integers, or what no type checker let through
    if not isinstance(other, bool) and isinstance(other, numbers.Integral):
        return int(other)
    raise ValueError(f"not a number: {value!r}")


def tidy(x: Exact) -> Exact:
    """The same value, as `int` where it is integral."""
    return x.numerator if x.denominator == 1 else x


def quotient(n: Exact, d: Exact) -> Exact:
    """n/d exactly; integral results are `int`. ZeroDivisionError where d is 0."""
    result = Fraction(n, d)
    return result.numerator if result.denominator == 1 else result


def total(values: Iterable[Exact]) -> Exact:
    """The exact sum, in near-linear time even where every term has a denominator of its own; 0 for no values."""
    return tidy(Fraction(*ratio_sum((x.numerator, x.denominator) for x in values)))


def ratio_sum(terms: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Σ n/d over pairs (n, d) with d > 0, as a pair (n, d) in no particular terms.

    Adds up what shares a denominator, then the rest as a balanced tree without reducing: reducing after each
    addition would cost quadratic time.
    """
    by_denominator: dict[int, int] = {}
    for n, d in terms:
        by_denominator[d] = by_denominator.get(d, 0) + n
    level = [(n, d) for d, n in by_denominator.items()]
    if not level:
        return 0, 1
    while len(level) > 1:
        paired = [(a * d + c * b, b * d) for (a, b), (c, d) in zip(level[::2], level[1::2], strict=False)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]


def to_decimal(x: Exact, digits: int) -> Decimal:
    """x correctly rounded (half even) to `digits` significant digits. ValueError if digits < 1."""
    return _rounded(x, _context(digits, ROUND_HALF_EVEN))


def sticky_decimal(x: Exact, digits: int) -> Decimal:
    """x cut to `digits` significant digits so that nothing is lost for later rounding or comparing.

    Exact where the digits suffice; otherwise the last digit is never 0 or 5. So rounding the result to fewer
    digits rounds x correctly, and comparing it with any shorter decimal compares x. ValueError if digits < 1.
    """
    return _rounded(x, _context(digits, ROUND_05UP))


def sticky_root(n: int, d: int, digits: int) -> Decimal:
    """√(n/d), cut as `sticky_decimal` cuts. ValueError if n < 0, d <= 0 or digits < 1."""
    if n < 0 or d <= 0:
        raise ValueError("the root needs n >= 0 and d > 0")
    context = _context(digits, ROUND_05UP)
    if n == 0:
        return Decimal(0)
    # 10**place makes the integer root a few digits longer than asked for
    place = digits + 3 - math.floor((n.bit_length() - d.bit_length()) * 0.150515)
    if place >= 0:
        square, rest = divmod(n * 10 ** (2 * place), d)
    else:
        square, rest = divmod(n, d * 10 ** (-2 * place))
    root = math.isqrt(square)
    cut = rest != 0 or root * root != square
    return _plain(Decimal(root * 10 + cut).scaleb(-place - 1, context))


def json_number(x: Exact | Decimal | None) -> int | float | None:
    """x as a JSON number: 15 significant digits, correctly rounded (half even); None stays None (missing, 缺数据).

    int where the rounded value is integral and below 10**15 in size, else float: equal values always give the
    same text. Raises ValueError for NaN, infinities, and values beyond a float's range.
    """
    if x is None:
        return None
    if type(x) is int and -_LARGEST_INT < x < _LARGEST_INT:
        return x
    context = _context(REPORTED_DIGITS, ROUND_HALF_EVEN)
    if isinstance(x, Decimal):
        if not x.is_finite():
            raise ValueError(f"not a finite number: {x!r}")
        rounded = context.plus(x)
    else:
        rounded = _rounded(x, context)
    result = float(rounded)
    if math.isinf(result):
        raise ValueError("the number is beyond what JSON readers understand")
    if abs(rounded) < _LARGEST_INT and rounded == rounded.to_integral_value():
        return int(rounded)
    return result


def shown(x: Exact | Decimal, places: int, limit: Exact | None = None) -> str:
    """x as text with `places` decimals, and with as many more as it takes not to contradict its limit.

    Rounded half up away from zero (四舍五入), no thousands separators, never "-0.00". Trailing zeros up to
    `places` are kept. With a limit, the text stands to it as x does (<, = or >): against 1/2, 0.501787 with two
    places is "0.502" (not "0.50"), 0.4999999 is "0.4999999", 1/2 is "0.50". Decimals are added one by one, so
    the text is the shortest such. Where x equals a limit that no decimal can write (1/3), `places` is kept.
    Raises ValueError if places < 0 or x is not finite.
    """
    if places < 0:
        raise ValueError(f"places must not be negative: {places}")
    if isinstance(x, Decimal):
        x = exact(x)
    n, d = x.numerator, x.denominator
    scaled = _half_up(n * 10**places, d)
    if limit is not None:
        ln, ld = limit.numerator, limit.denominator
        relation = _sign(n * ld - ln * d)
        if relation or _without(_without(ld, 2), 5) == 1:  # else no decimal equals the limit
            while _sign(scaled * ld - ln * 10**places) != relation:
                places += 1
                scaled = _half_up(n * 10**places, d)
    digits = f"{abs(scaled):0{places + 1}d}"
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if scaled < 0 else text


def shown_percent(x: Exact | Decimal, places: int, limit: Exact | None = None) -> str:
    """x times 100 with "%", shown as `shown` does; the limit is a ratio too (17/20 for 85 %)."""
    if isinstance(x, Decimal):
        x = exact(x)
    return shown(x * 100, places, None if limit is None else limit * 100) + "%"


@cache
def _context(digits: int, rounding: str) -> Context:
    return Context(prec=digits, rounding=rounding, Emin=MIN_EMIN, Emax=MAX_EMAX)


def _rounded(x: Exact, context: Context) -> Decimal:
    # one operation on exact operands, hence one rounding
    return _plain(context.divide(Decimal(x.numerator), Decimal(x.denominator)))


def _plain(value: Decimal) -> Decimal:
    """The same value without trailing zeros and, below 10**15, without an exponent."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or exponent == 0 or (exponent < 0 and digits[-1] != 0):
        return value
    short = value.normalize(_context(len(digits), ROUND_HALF_EVEN))
    if -1 < short.adjusted() < REPORTED_DIGITS and short == short.to_integral_value():
        return Decimal(int(short))
    return short


def _from_decimal(value: Decimal) -> Exact:
    if value and abs(value.adjusted()) > _MOST_PLACES:
        raise ValueError(f"out of range: {value!r}"[:80])
    n, d = value.as_integer_ratio()
    return n if d == 1 else Fraction(n, d)


def _half_up(n: int, d: int) -> int:
    """n/d to the nearest integer, halves away from zero; d > 0."""
    nearest = (2 * abs(n) + d) // (2 * d)
    return -nearest if n < 0 else nearest


def _sign(n: int) -> int:
    return (n > 0) - (n < 0)


def _without(n: int, factor: int) -> int:
    while n % factor == 0:
        n //= factor
    return n
