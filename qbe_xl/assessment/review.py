"""Checks that need what the assessment computed: stated values against ours, and whether anything could be assessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from qbe_xl.assessment.results import Assessment, ItemResult
from qbe_xl.assessment.wording import CV_PLACES, number, plain
from qbe_xl.checks.stated import agrees
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import exact
from qbe_xl.county import Place, Stated


def review(result: Assessment, found: Sequence[Finding] = ()) -> Iterator[Finding]:
    """Findings about the report that only the result shows; a stated CV that a finding explains already is not told twice."""
    yield from _stated_ratios(result)
    yield from _stated_cvs(
        result, {(f.file, f.sheet, ref) for f in found if f.code in _EXPLAIN for ref in (f.range, *f.also)}
    )
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


_EXPLAIN = ("QBE-POL-004", "QBE-POL-005")  # why a stated CV is not ours


def _stated_cvs(result: Assessment, told: set[tuple[str | None, str | None, str | None]]) -> Iterator[Finding]:
    county = result.county
    if county is None or result.resources is None:
        return
    for stage in result.resources.stages.values():
        for indicator in stage.indicators.values():
            key = f"{indicator.indicator.id}.{stage.stage}.cv"
            stated = county.stated.get(key)
            if stated is None or indicator.cv is None or agrees(stated.value, exact(indicator.cv)):
                continue
            if stated.place is not None and (stated.place.file, stated.place.sheet, stated.place.ref) in told:
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


def _all_items(result: Assessment) -> Iterator[ItemResult]:
    for group in result.groups.values():
        for item in group.items:
            yield item
            yield from item.parts
