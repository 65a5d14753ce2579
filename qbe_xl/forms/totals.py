"""Rows of sums in the table of schools: by which label they are known, and which rows they certainly add up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

Kind = Literal["whole", "block", "open"]

_LABEL = re.compile(r"(?P<of>.*?)(?P<word>合计|总计|小计|共计|累计)(?:数|人数)?(?P<more>[:(\[].*)?")
_ENGLISH = {"total": "whole", "totals": "whole", "grandtotal": "whole", "subtotal": "block", "sub-total": "block"}
_PART = "其中"  # 其中：小学 … is a part of the sum above it
# What may stand before 合计 where it is the sum of every school.
_ALL = frozenset(
    (
        "",
        "全县",
        "全区",
        "全市",
        "全旗",
        "全部",
        "县",
        "区",
        "市",
        "本县",
        "本区",
        "学校",
        "各校",
        "全县学校",
        "所有学校",
    )
)
# What makes a sum one of some schools or of some of their pupils, wherever it stands.
_SOME = re.compile(
    "小学|初中|中学|高中|九年|十二年|完中|幼儿|教学点|校区|公办|民办|城区|城市|镇区|农村|乡村|寄宿|不含|除|其中|含"
)


def is_total(label: str) -> bool:
    """Whether a normalised label is that of a row of sums, never of a school."""
    return label in _ENGLISH or label.startswith(_PART) or _LABEL.fullmatch(label) is not None


def kind_of(label: str) -> Kind:
    """What the label says of the rows it adds up: every school, those of its block, or nothing that is certain."""
    if label in _ENGLISH:
        return "whole" if _ENGLISH[label] == "whole" else "block"
    match = _LABEL.fullmatch(label)
    if match is None or label.startswith(_PART) or _SOME.search(match["of"] + (match["more"] or "")):
        return "open"
    return "whole" if match["word"] != "小计" and match["of"] in _ALL else "block"


def added_up(totals: Mapping[int, str], schools: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Row number of a sum → the first and the last school row that it certainly adds up; others are left out.

    `totals`: row number → label; `schools`: the row numbers of the schools in ascending order.
    The sum of all stands alone above or below every school. Sums of blocks stand at the end of each block, every school
    being in one; where a school is in none, or another sum stands among them, none is certain.
    """
    if not schools:
        return {}
    first, last = schools[0], schools[-1]
    kinds = {number: kind_of(label) for number, label in totals.items()}
    found: dict[int, tuple[int, int]] = {}
    whole = [number for number, kind in kinds.items() if kind == "whole"]
    above, below = [n for n in whole if n < first], [n for n in whole if n > last]
    if len(above) + len(below) == len(whole):
        for alone in (above, below):
            if len(alone) == 1:
                found[alone[0]] = (first, last)
    among = [number for number, kind in kinds.items() if kind != "block" and first < number < last]
    return found if among else found | _blocks([n for n, kind in kinds.items() if kind == "block"], schools)


def _blocks(ends: Sequence[int], schools: Sequence[int]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    before = 0
    for end in sorted(ends):
        block = [number for number in schools if before < number < end]
        if not block:
            return {}
        found[end] = (block[0], block[-1])
        before = end
    return found if schools[-1] < before else {}
