"""Words that the rules are shown in: operators, units, limits, the names of groups."""

from __future__ import annotations

from decimal import Decimal

from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact
from qbe_xl.standards.model import AnyCriterion

SIGNS = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜"}

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

GROUP_NAMES: dict[str, Text] = {
    "entry": Text("基本条件", "Entry conditions"),
    "resources": Text("资源配置", "Resources"),
    "government": Text("政府保障程度", "Government"),
    "quality": Text("教育质量", "Quality"),
    "recognition": Text("社会认可度", "Recognition"),
    "vetoes": Text("一票否决", "Vetoes"),
}


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
