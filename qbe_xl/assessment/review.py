"""Checks that need what the assessment computed: stated values against ours, and whether anything could be assessed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from qbe_xl.assessment.results import Assessment, ItemResult
from qbe_xl.assessment.wording import CV_PLACES, number, plain
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import Exact, exact
from qbe_xl.county import Place, Stated


def review(result: Assessment) -> Iterator[Finding]:
    """Findings about the report that only the result shows."""
    yield from _stated_ratios(result)
    yield from _stated_cvs(result)
    if result.resources is not None and not result.resources.units:
        yield Finding("QBE-LOG-010")


def _stated_ratios(result: Assessment) -> Iterator[Finding]:
    county = result.county
    if county is None:
        return
    for item in _all_items(result):
        stated = county.stated.get(item.id)
        if stated is not None and isinstance(item.value, int | Fraction) and not agrees(stated.value, item.value):
            percent = item.criterion.percent
            yield _differs(item.name, plain(stated.value, percent), number(item.value, stated.value, percent), stated)


def _stated_cvs(result: Assessment) -> Iterator[Finding]:
    county = result.county
    if county is None or result.resources is None:
        return
    for stage in result.resources.stages.values():
        for indicator in stage.indicators.values():
            key = f"{indicator.indicator.id}.{stage.stage}.cv"
            stated = county.stated.get(key)
            if stated is None or indicator.cv is None or agrees(stated.value, exact(indicator.cv)):
                continue
            stage_name = STAGE_NAMES[stage.stage]
            name = Text(
                f"{stage_name.zh} {indicator.indicator.id} 差异系数",
                f"{stage_name.en} {indicator.indicator.id} coefficient of variation",
            )
            yield _differs(
                name,
                plain(stated.value),
                number(exact(indicator.cv), stated.value, places=CV_PLACES),
                stated,
            )


def _differs(name: Text, left: str, right: str, stated: Stated) -> Finding:
    place: Place | None = stated.place
    args = {"name": name, "left": left, "right": right}
    if place is None:
        return Finding("QBE-ARI-003", args=args)
    return Finding("QBE-ARI-003", place.sheet, place.ref, None, args, place.file)


def agrees(stated: Exact, computed: Exact) -> bool:
    """Whether a stated value is ours, rounded or cut to the decimals it was stated with (at least two)."""
    decimals = 2
    while (stated * 10**decimals).denominator != 1 and decimals < 15:
        decimals += 1
    # rounding up lifts a value by half a step at most, cutting lowers it by less than a step
    return -1 <= 2 * (computed - stated) * 10**decimals < 2


def _all_items(result: Assessment) -> Iterator[ItemResult]:
    for group in result.groups.values():
        for item in group.items:
            yield item
            yield from item.parts
