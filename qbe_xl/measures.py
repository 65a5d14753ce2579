"""The arithmetic of the assessment, exact: pooled mean, 差异系数, shares, splitting, gaps.

Every amount, headcount and limit is an `Exact` (int or Fraction; see `qbe_xl.core.numbers.exact`). A decision
never depends on rounding; a value that has to be rounded (a root, a long fraction) carries 40 digits and is cut
so that rounding it again, or comparing it with a shorter decimal, gives what the exact value gives.

The 校际差异系数 (CV) is the enrolment-weighted one of 《县域义务教育均衡发展督导评估暂行办法》 (教督〔2012〕3号).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import TypeVar

from qbe_xl.core.numbers import Exact, ratio_sum, sticky_decimal, sticky_root, tidy, to_decimal, total

DIGITS = 40  # carried by every Decimal given back
_COMPOSITE_DIGITS = 30  # below DIGITS, so that a mean of cut values lands on the line where the exact one does
_SHARE_PLACES = 40
_WIDE = Context(prec=_SHARE_PLACES + 1)
_BITS = (256, 1024)  # working precision of the intervals, before the fully exact sums


@dataclass(frozen=True)
class Variation:
    """How one indicator varies over the units (校) of a stage.

    units: number of units. pupils: Σp (人). mean: pooled mean X̄ = times·Σr/Σp, in the indicator's unit (not the
    mean of the units' values). std: 标准差 S. cv: 差异系数 S/X̄, None where Σr = 0. The Decimals have 40
    significant digits, cut as `sticky_decimal` cuts.
    """

    units: int
    pupils: Exact
    mean: Decimal
    std: Decimal
    cv: Decimal | None


def pooled_mean(amounts: Sequence[Exact], pupils: Sequence[Exact], times: Exact = 1) -> Exact:
    """X̄ = times·Σr/Σp exactly (平均值, 按学生数加权). `times` is 100 for 每百名学生 and 1 for 生均.

    Raises ValueError as `variation` does.
    """
    _columns(amounts, pupils)
    _positive(times, "times")
    return tidy(Fraction(times) * total(amounts) / total(pupils))


def variation(amounts: Sequence[Exact], pupils: Sequence[Exact], times: Exact = 1) -> Variation:
    """Pooled mean, 标准差 and 差异系数 of x_i = times·r_i/p_i over units i with p_i pupils (教督〔2012〕3号).

    X̄ = times·Σr/P; S = √(Σ(p_i/P)(x_i − X̄)²), P = Σp (population form, weighted by enrolment); CV = S/X̄, which
    may exceed 1. Equal ratios give exactly 0; no amounts at all give mean 0, std 0, cv None.

    amounts: r_i >= 0 in the field's unit (人、㎡、元、间), one a unit; pupils: p_i > 0 (人), as many.
    Raises ValueError: no units, unequal lengths, p <= 0, r < 0, times <= 0, or a cell that is not int or Fraction.
    """
    columns = _columns(amounts, pupils)
    _positive(times, "times")
    headcount = total(pupils)
    if not any(r for r, _, _, _ in columns):
        return Variation(len(columns), headcount, Decimal(0), Decimal(0), None)
    sums = _Ladder(columns, headcount)
    mean = sums.settle(lambda s: s.mean(times))
    if _equal_ratios(columns):
        return Variation(len(columns), headcount, mean, Decimal(0), Decimal(0))
    return Variation(len(columns), headcount, mean, sums.settle(lambda s: s.std(times)), sums.settle(_Sums.cv))


def cv_at_most(amounts: Sequence[Exact], pupils: Sequence[Exact], limit: Exact) -> bool:
    """Whether 差异系数 <= limit, decided exactly by P·Σ(r²/p) <= (1 + limit²)·(Σr)² (教督〔2012〕3号).

    So a CV exactly on the limit passes, and Σr = 0 passes (0 <= 0). The limit is a ratio, such as 1/2.
    Raises ValueError as `variation` does, and for a limit below 0.
    """
    columns = _columns(amounts, pupils)
    if not isinstance(limit, (int, Fraction)) or limit < 0:
        raise ValueError(f"the limit must be an exact number >= 0: {limit!r}")
    return _Ladder(columns, total(pupils)).settle(lambda s: s.cv_at_most(limit))


def contributions(amounts: Sequence[Exact], pupils: Sequence[Exact]) -> list[Decimal]:
    """Each unit's share of CV²: p_i(x_i − X̄)² / Σp(x − X̄)², in the order given, with 40 decimal places.

    The shares add up to exactly 1 (what cutting them leaves over goes to the largest remainders, ties in the
    order given); all are 0 where the ratios are equal. 各校对差异系数平方的贡献. Raises ValueError as `variation`.
    """
    columns = _columns(amounts, pupils)
    if _equal_ratios(columns):
        return [Decimal(0)] * len(columns)
    headcount = total(pupils)
    amount = total(amounts)
    pn, pd, an, ad = headcount.numerator, headcount.denominator, amount.numerator, amount.denominator
    # (r·P − p·R)²/p, each cut to some 300 bits below the largest: exact differences, so nothing cancels
    differences = []
    for a, b, p, q in columns:
        differences.append((abs(a * q * pn * ad - p * b * an * pd), b * q))
    top = max(n.bit_length() - d.bit_length() for n, d in differences)
    shift = _BITS[0] - top
    terms = []
    for (n, d), (_, _, p, q) in zip(differences, columns, strict=True):
        cut = (n << shift) // d if shift >= 0 else n // (d << -shift)
        terms.append((cut * cut * q << _BITS[0]) // p)
    whole = sum(terms)
    one = 10**_SHARE_PLACES
    parts = [divmod(term * one, whole) for term in terms]
    left = one - sum(part for part, _ in parts)
    largest = set(sorted(range(len(parts)), key=lambda i: -parts[i][1])[:left])
    return [Decimal(part + (i in largest)).scaleb(-_SHARE_PLACES, _WIDE) for i, (part, _) in enumerate(parts)]


def split_share(pupils_by_stage: Mapping[str, Exact], weights: Mapping[str, Exact], stage: str) -> Fraction:
    """The share of a 一贯制学校 or 完全中学's common facilities that goes to one stage: n_k·w_k / Σ n·w.

    pupils_by_stage: 人 per stage; weights: per stage, such as primary 1, junior 11/10 (小:初 = 1:1.1). The shares
    of all stages add up to exactly 1. Method as published for 教督〔2012〕3号 assessments.
    Raises ValueError: no weighted pupils at all, a stage with pupils but no weight, an unknown stage, a negative.
    """
    if stage not in pupils_by_stage:
        raise ValueError(f"unknown stage: {stage!r}")
    weighted: dict[str, Fraction] = {}
    for name, pupils in pupils_by_stage.items():
        if pupils and name not in weights:
            raise ValueError(f"no weight for stage {name!r}")
        weight = weights.get(name, 0)
        if pupils < 0 or weight < 0:
            raise ValueError(f"pupils and weight of {name!r} must not be negative")
        weighted[name] = Fraction(pupils) * weight
    whole = sum(weighted.values())
    if not whole:
        raise ValueError("no weighted pupils to split between")
    return weighted[stage] / whole


def meets(times: Exact, amount: Exact, limit: Exact, pupils: Exact) -> bool:
    """Whether times·amount >= limit·pupils, exactly: 21 teachers for 500 pupils meet 4.2 per 100 (达标).

    times: 100 for 每百名学生, 1 for 生均. Multiplied, not divided, so no pupils raise nothing: 0 >= 0 is met.
    """
    return times * amount >= limit * pupils


def shortfall(times: Exact, amount: Exact, limit: Exact, pupils: Exact, step: Exact) -> Exact:
    """The least multiple of `step` to add to `amount` so that it `meets` the limit; 0 when it does (缺口).

    step: 1 person or room (人、间), 1/100 for ㎡ and 元. Raises ValueError for times <= 0 or step <= 0.
    """
    _positive(times, "times")
    _positive(step, "step")
    if meets(times, amount, limit, pupils):
        return 0
    missing = Fraction(limit) * pupils / times - amount
    return tidy(-(-missing // step) * Fraction(step))


def composite(cvs: Sequence[Decimal | Exact]) -> Decimal:
    """综合差异系数: the plain mean of the indicators' CVs (教督〔2012〕3号), to 30 significant digits.

    Ten digits fewer than the CVs carry, so that CVs like 1/3 and 2/3 give exactly 0.5. ValueError if there is none.
    """
    if not cvs:
        raise ValueError("no coefficients of variation to average")
    return to_decimal(Fraction(total(Fraction(cv) for cv in cvs)) / len(cvs), _COMPOSITE_DIGITS)


# amount a/b and pupils p/q of one unit
_Column = tuple[int, int, int, int]
_Answer = TypeVar("_Answer", Decimal, bool)


@dataclass(frozen=True)
class _Sums:
    """P = pn/pd exactly, A = Σ(r²/p) within [a_low, a_high]/a_scale, B = Σr within [b_low, b_high]/b_scale.

    Every method gives the answers at the two ends of its interval; the true answer lies between them, and all of
    them are monotone, so equal ends are the true answer.
    """

    pn: int
    pd: int
    a_low: int
    a_high: int
    a_scale: int
    b_low: int
    b_high: int
    b_scale: int

    def mean(self, times: Exact) -> tuple[Decimal, Decimal]:
        """t·B/P."""
        n, d = times.numerator * self.pd, times.denominator * self.pn * self.b_scale
        return (
            sticky_decimal(Fraction(self.b_low * n, d), DIGITS),
            sticky_decimal(Fraction(self.b_high * n, d), DIGITS),
        )

    def _spread(self) -> tuple[int, int]:
        """P·A − B², times pd·a_scale·b_scale²; never below 0."""
        p, b = self.pn * self.b_scale**2, self.pd * self.a_scale
        return max(0, p * self.a_low - b * self.b_high**2), max(0, p * self.a_high - b * self.b_low**2)

    def std(self, times: Exact) -> tuple[Decimal, Decimal]:
        """t·√(P·A − B²)/P."""
        low, high = self._spread()
        n, d = times.numerator**2 * self.pd, (times.denominator * self.pn * self.b_scale) ** 2 * self.a_scale
        return sticky_root(low * n, d, DIGITS), sticky_root(high * n, d, DIGITS)

    def cv(self) -> tuple[Decimal, Decimal]:
        """√(P·A − B²)/B."""
        low, high = self._spread()
        scale = self.pd * self.a_scale
        return (
            sticky_root(low, scale * self.b_high**2, DIGITS),
            sticky_root(high, scale * self.b_low**2, DIGITS),
        )

    def cv_at_most(self, limit: Exact) -> tuple[bool, bool]:
        """P·A <= (1 + limit²)·B²."""
        c, d = limit.numerator**2, limit.denominator**2
        left, right = self.pn * d * self.b_scale**2, self.pd * self.a_scale * (c + d)
        return left * self.a_low <= right * self.b_high**2, left * self.a_high <= right * self.b_low**2


class _Ladder:
    """The sums at rising precision, each made when first needed; the last rung is exact, so an answer settles."""

    def __init__(self, columns: list[_Column], headcount: Exact) -> None:
        self._columns = columns
        self._headcount = headcount
        self._rungs: list[_Sums] = []

    def settle(self, ends: Callable[[_Sums], tuple[_Answer, _Answer]]) -> _Answer:
        rung = 0
        while True:
            if rung == len(self._rungs):
                bits = _BITS[rung] if rung < len(_BITS) else None
                self._rungs.append(_sums(self._columns, self._headcount, bits))
            low, high = ends(self._rungs[rung])
            if low == high:
                return low
            rung += 1


def _sums(columns: list[_Column], headcount: Exact, bits: int | None) -> _Sums:
    """The sums with about `bits` significant bits, or exactly if None."""
    pn, pd = headcount.numerator, headcount.denominator
    if bits is None:
        an, ad = ratio_sum((a * a * q, b * b * p) for a, b, p, q in columns)
        bn, bd = ratio_sum((a, b) for a, b, _, _ in columns)
        return _Sums(pn, pd, an, an, ad, bn, bn, bd)
    amounts = [column for column in columns if column[0]]
    if not amounts:
        return _Sums(pn, pd, 0, 0, 1, 0, 0, 1)
    # the largest term gets `bits` bits; below 0 nothing need be shifted
    b_top = max(a.bit_length() - b.bit_length() for a, b, _, _ in amounts)
    a_top = max(2 * a.bit_length() + q.bit_length() - 2 * b.bit_length() - p.bit_length() for a, b, p, q in amounts)
    b_shift, a_shift = max(0, bits - b_top), max(0, bits - a_top)
    a_low = b_low = b_cut = 0
    for a, b, p, q in amounts:
        if b == 1:
            b_low += a << b_shift
            a_low += (a * a * q << a_shift) // p
        else:
            b_low += (a << b_shift) // b
            b_cut += 1
            a_low += (a * a * q << a_shift) // (b * b * p)
    # each division cut off less than 1
    return _Sums(pn, pd, a_low, a_low + len(amounts), 1 << a_shift, b_low, b_low + b_cut, 1 << b_shift)


def _columns(amounts: Sequence[Exact], pupils: Sequence[Exact]) -> list[_Column]:
    if len(amounts) != len(pupils):
        raise ValueError(f"{len(amounts)} amounts for {len(pupils)} pupil numbers")
    if not len(amounts):
        raise ValueError("no units")
    columns = []
    for position, (r, p) in enumerate(zip(amounts, pupils, strict=True), start=1):
        if not isinstance(r, (int, Fraction)) or not isinstance(p, (int, Fraction)):
            raise ValueError(f"unit {position}: not an exact number: {r!r}, {p!r}")
        a, q = r.numerator, p.numerator
        if a < 0 or q <= 0:
            raise ValueError(f"unit {position}: needs amount >= 0 and pupils > 0, has {r} and {p}")
        columns.append((a, r.denominator, q, p.denominator))
    return columns


def _equal_ratios(columns: list[_Column]) -> bool:
    a0, b0, p0, q0 = columns[0]
    return all(a * q * b0 * p0 == a0 * q0 * b * p for a, b, p, q in columns)


def _positive(x: Exact, name: str) -> None:
    if x <= 0:
        raise ValueError(f"{name} must be above 0: {x}")
