"""Who drives a coefficient of variation: each unit's share of CV², the CV without it, and in which direction it pulls."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from qbe_xl.assessment.results import Assessment, IndicatorResult, ValueResult
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, sticky_root, total
from qbe_xl.measures import DIGITS, contributions, cv_at_most
from qbe_xl.planning.settings import tiny_share

Direction = Literal["much", "little", "even"]
DIRECTION_NAMES: dict[str, Text] = {
    "much": Text("偏高", "too much"),
    "little": Text("偏低", "too little"),
    "even": Text("持平", "even"),
}
_SHIFT = 640  # bits behind the point: far beyond the digits that are shown
_CLOSE = Decimal(10) ** -30


@dataclass(frozen=True)
class Driver:
    """One unit in one indicator.

    `share` is its part of CV², w·(x − X̄)² / CV²X̄² with w = its part of all pupils; the shares of a stage add up to
    exactly 1 (all 0 where the CV is 0). `cv_without`: the CV of the others; None where it is alone or they have nothing.
    `passes_without`: whether that is within the limit. `tiny`: too few pupils for its figure to say much.
    """

    value: ValueResult
    share: Decimal
    cv_without: Decimal | None
    passes_without: bool | None
    direction: Direction
    tiny: bool


@dataclass(frozen=True)
class Drivers:
    """One indicator of one stage: its units by falling share. `complete`: no unit's data are missing."""

    result: IndicatorResult
    units: tuple[Driver, ...]
    median_pupils: Exact
    tiny_below: Exact
    complete: bool

    @property
    def cv(self) -> Decimal | None:
        """The CV that the shares are of."""
        return self.result.cv if self.complete else self.result.cv_reported


def find_drivers(result: Assessment) -> tuple[Drivers, ...]:
    """Every indicator of every stage, stage by stage; over the units whose data are complete."""
    if result.resources is None:
        return ()
    found = []
    for stage in result.resources.stages.values():
        for key, indicator in stage.indicators.items():
            values = [unit.values[key] for unit in stage.units]
            known = [v for v in values if v.amount is not None and v.pupils is not None]
            if known:
                found.append(_drivers(indicator, known, len(known) == len(values)))
    return tuple(found)


def _drivers(result: IndicatorResult, values: Sequence[ValueResult], complete: bool) -> Drivers:
    amounts = [value.amount or 0 for value in values]
    pupils = [value.pupils or 0 for value in values]
    median: Exact = statistics.median(Fraction(p) for p in pupils)
    tiny_below = Fraction(median) * tiny_share()
    amount, headcount = Fraction(total(amounts)), Fraction(total(pupils))
    shares = contributions(amounts, pupils)
    without = without_each(amounts, pupils, result.cv_limit)
    units = []
    for value, share, (cv, passes) in zip(values, shares, without, strict=True):
        r, p = value.amount or 0, value.pupils or 0
        above = Fraction(r) * headcount - amount * p  # the sign of x − X̄
        direction: Direction = "much" if above > 0 else "little" if above < 0 else "even"
        units.append(Driver(value, share, cv, passes, direction, p < tiny_below))
    units.sort(key=lambda driver: -driver.share)
    return Drivers(result, tuple(units), median, tiny_below, complete)


def without_each(
    amounts: Sequence[Exact], pupils: Sequence[Exact], limit: Exact
) -> Iterator[tuple[Decimal | None, bool | None]]:
    """The CV of all others, and whether it is within the limit, for each unit in turn.

    √(P·A − B²)/B with P = Σp, A = Σr²/p, B = Σr over the others, from sums that are made once.
    """
    scale = 1 << _SHIFT
    squares = [
        r.numerator**2 * p.denominator * scale // (r.denominator**2 * p.numerator)
        for r, p in zip(amounts, pupils, strict=True)
    ]
    scaled = [r.numerator * scale // r.denominator for r in amounts]
    headcount, square, amount = Fraction(total(pupils)), sum(squares), sum(scaled)
    for i, p in enumerate(pupils):
        rest_p, rest_a, rest_b = headcount - p, square - squares[i], amount - scaled[i]
        if rest_p <= 0 or rest_b <= 0:
            yield None, None
            continue
        # P·A·scale − B² over B², each sum cut by less than a unit in the last of its 640 bits
        spread = rest_p.numerator * rest_a * scale - rest_p.denominator * rest_b**2
        cv = sticky_root(max(0, spread), rest_p.denominator * rest_b**2, DIGITS)
        yield _settled(cv), _passes(cv, i, amounts, pupils, limit)


def _settled(cv: Decimal) -> Decimal:
    """What only the cut sums leave over is no variation."""
    return cv if cv > _CLOSE else Decimal(0)


def _passes(cv: Decimal, i: int, amounts: Sequence[Exact], pupils: Sequence[Exact], limit: Exact) -> bool:
    """Whether the others are within the limit; exactly where the cut sums could not tell."""
    distance = Fraction(cv) - limit
    if abs(distance) > Fraction(_CLOSE):
        return distance < 0
    return cv_at_most([*amounts[:i], *amounts[i + 1 :]], [*pupils[:i], *pupils[i + 1 :]], limit)


def tiny_words(drivers: Drivers) -> Text:
    """Why a school is called tiny here."""
    median, below = float(drivers.median_pupils), float(drivers.tiny_below)
    share = f"{float(tiny_share()):.0%}"
    return Text(
        f"在校生不足本学段中位数（{median:g} 人）的 {share}（{below:g} 人）：增减一人、一间，生均值就变动很大",
        f"fewer pupils than {share} of the stage's median ({median:g}), that is {below:g}: one person or room moves its figure a lot",
    )
