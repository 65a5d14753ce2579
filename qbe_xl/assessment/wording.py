"""How values are shown: rounded, but never so that they seem to contradict their status."""

from __future__ import annotations

from decimal import Decimal

from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, shown, shown_percent
from qbe_xl.standards.model import AnyCriterion

SIGNS = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜"}
CV_PLACES = 3
PLACES = 2
LISTED = 5

UNIT_WORDS = {
    "人": "",
    "个": "",
    "间": "",
    "所": "",
    "份": "",
    "年": " years",
    "级": "",
    "元": " yuan",
    "㎡": " ㎡",
    "分钟": " min",
    "比例": "",
}


def number(value: Exact | Decimal, limit: Exact | None = None, percent: bool = False, places: int = PLACES) -> str:
    """A value as shown: whole numbers without decimals, percentages with a sign."""
    if percent:
        return shown_percent(value, places, limit)
    if not isinstance(value, Decimal) and value.denominator == 1:
        return str(value.numerator)
    return shown(value, places, limit)


def plain(value: Exact, percent: bool = False) -> str:
    """A limit as it is written in the rules: 0.85 as 85%, 4.505 as 4.505."""
    value = value * 100 if percent else value
    text = str(value) if value.denominator == 1 else f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    return f"{text}%" if percent else text


def with_unit(text: str, criterion: AnyCriterion) -> Text:
    """A shown number with the criterion's unit, in both languages."""
    if criterion.percent or criterion.unit is None:
        return Text(text, text)
    return Text(f"{text} {criterion.unit}", f"{text}{UNIT_WORDS.get(criterion.unit, ' ' + criterion.unit)}")


def listing(names: list[str], lang: str, most: int = LISTED) -> str:
    """The first few names, and how many more there are."""
    head = names[:most]
    rest = len(names) - len(head)
    if lang == "zh":
        return "、".join(head) + (f"等 {len(names)} 项" if rest else "")
    return ", ".join(head) + (f" and {rest} more" if rest else "")
