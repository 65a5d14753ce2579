"""How numbers stand in cells: the full value, with as many decimals shown as it takes not to contradict the status."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from qbe_xl.assessment.wording import CV_PLACES, PLACES
from qbe_xl.core.numbers import Exact, exact, shown

_MOST_PLACES = 12  # a cell keeps 15 digits; more decimals would show none of its own


def as_float(value: Exact | Decimal) -> float:
    """The nearest float, which is what a cell holds."""
    if isinstance(value, Decimal):
        return float(value)
    return value.numerator / value.denominator


def decimals(value: Exact | Decimal, limit: Exact | None, places: int = PLACES) -> int:
    """Decimals to show so that the value stands to its limit as it does."""
    text = shown(value, places, limit)
    return min(_MOST_PLACES, len(text.partition(".")[2]))


def number_format(
    value: Exact | Decimal, limit: Exact | None = None, *, percent: bool = False, whole: bool = True,
    places: int = PLACES, mark: str = "",
) -> str:  # fmt: skip
    """The number format of a cell; `mark` is shown behind the number, whole numbers have no decimals if `whole`."""
    if percent:
        value = exact(value) * 100
        limit = None if limit is None else limit * 100
    integral = whole and not isinstance(value, Decimal) and value.denominator == 1
    count = 0 if integral else decimals(value, limit, places)
    large = value >= 1000 or value <= -1000
    text = ("#,##0" if large else "0") + ("." + "0" * count if count else "")
    return text + ("%" if percent else "") + (f'" {mark}"' if mark else "")


def cv_format(value: Decimal, limit: Exact | None) -> str:
    """The number format of a CV."""
    return number_format(value, limit, whole=False, places=CV_PLACES)


def limit_format(limit: Exact, percent: bool = False) -> str:
    """The number format of a limit, as it is written in the rules."""
    limit = limit * 100 if percent else limit
    count = 0
    while (Fraction(limit) * 10**count).denominator != 1 and count < _MOST_PLACES:
        count += 1
    return ("#,##0" if limit >= 1000 else "0") + ("." + "0" * count if count else "") + ("%" if percent else "")


def spread_format(value: Exact | Decimal) -> str:
    """The number format of a squared deviation, which may be tiny or huge, within some ten characters."""
    if value >= 10**9:
        return "0.000E+00"
    if value >= 10**5:
        return "#,##0"
    return "#,##0.00" if value >= 1 or value == 0 else "0.0000"
