"""How values are shown: rounded, but never so that they seem to contradict their status."""

from __future__ import annotations

from decimal import Decimal

from qbe_xl.core.numbers import Exact, shown, shown_percent
from qbe_xl.standards.wording import SIGNS, UNIT_WORDS, plain, with_unit

__all__ = ["CV_PLACES", "LISTED", "PLACES", "SIGNS", "UNIT_WORDS", "listing", "number", "plain", "with_unit"]

CV_PLACES = 3
PLACES = 2
LISTED = 5


def number(value: Exact | Decimal, limit: Exact | None = None, percent: bool = False, places: int = PLACES) -> str:
    """A value as shown: whole numbers without decimals, percentages with a sign."""
    if percent:
        return shown_percent(value, places, limit)
    if not isinstance(value, Decimal) and value.denominator == 1:
        return str(value.numerator)
    return shown(value, places, limit)


def listing(names: list[str], lang: str, most: int = LISTED, counter: str = "项") -> str:
    """The first few names, and how many there are in all; `counter` is the Chinese measure word."""
    head = names[:most]
    rest = len(names) - len(head)
    if lang == "zh":
        return "、".join(head) + (f"等 {len(names)} {counter}" if rest else "")
    return ", ".join(head) + (f" and {rest} more" if rest else "")
