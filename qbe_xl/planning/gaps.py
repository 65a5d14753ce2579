"""What is missing: for every unit, indicator and item, to the limit and to the floor, in people, ㎡, 元, rooms, classes.

Every gap is the least multiple of its step (1 person or room, 0.01 ㎡, 0.01 元) that, added, makes the status flip; it is
computed from what the assessment found, by the same exact inequality that decided it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from qbe_xl.assessment.each_school import rooms_of
from qbe_xl.assessment.resources import CENT, gap_step
from qbe_xl.assessment.results import Assessment, IndicatorResult, ItemResult, SchoolResult, UnitResult, ValueResult
from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, total
from qbe_xl.county.units import School, row_pupils
from qbe_xl.measures import shortfall
from qbe_xl.planning.changes import Change
from qbe_xl.standards import Edition, model, stage_field
from qbe_xl.standards.model import Resource

Direction = Literal["more", "less", "answer"]


@dataclass(frozen=True)
class UnitGap:
    """What one unit lacks in one indicator, in the unit of the amount; 0 where it lacks nothing."""

    unit: UnitResult
    value: ValueResult
    step: Exact
    to_limit: Exact
    to_floor: Exact

    @property
    def indicator(self) -> Resource:
        """The indicator."""
        return self.value.indicator


@dataclass(frozen=True)
class SchoolGap:
    """What one school has to add to one of its fields, so that every unit it counts for meets the limit (the floor).

    For teachers, reported by stage, that is the unit's gap. For shared facilities it is the largest of the units' gaps,
    each divided by the unit's share; `decided_by` is the stage that asks most.
    """

    school: School
    indicator: Resource
    field: str
    step: Exact
    to_limit: Exact
    to_floor: Exact
    decided_by: str
    units: tuple[UnitGap, ...]

    def filled(self, less: Exact = 0, floor: bool = False) -> Change:
        """The change that fills the gap (or `less` short of it), for `planning.changes.apply`."""
        amount = self.to_floor if floor else self.to_limit
        return Change(self.school.code or self.school.name, self.field, "add", amount - less)


@dataclass(frozen=True)
class IndicatorGap:
    """One indicator over a stage: the sum of its units' gaps beside the gap of the stage's mean; the two differ, since
    what one unit has too much does not help another."""

    result: IndicatorResult
    step: Exact
    floor: Exact
    units_to_limit: Exact
    units_to_floor: Exact
    mean_to_limit: Exact
    mean_to_floor: Exact


@dataclass(frozen=True)
class FacilityGap:
    """One shared facility over all schools: what the schools lack in all, stages taken together."""

    indicator: Resource
    schools: int
    to_limit: Exact
    to_floor: Exact


@dataclass(frozen=True)
class ItemGap:
    """What one item lacks, of the county or of one school.

    more, less: `amount` more or less of `field` (its unit and step) meets the item. answer: it is a yes/no or a rating,
    so there is no amount. `name` tells kinds of rooms apart.
    """

    item: ItemResult
    school: SchoolResult | None
    direction: Direction
    amount: Exact | None
    step: Exact
    field: str | None
    unit: str | None
    name: Text


@dataclass(frozen=True)
class SeatGap:
    """Classes above the size allowed, in one school (or campus) at one stage.

    `more_classes`: classes that it takes besides those there are, pupils spread evenly; None where pupils or classes are
    missing. `if_divided`: where pupils stay with their grade and each such class is divided by itself (an upper figure
    for a largest class of that size); None where the largest class is missing.
    """

    item: ItemResult
    result: SchoolResult
    stage: str
    limit: Exact
    pupils: Exact | None
    classes: Exact | None
    largest: Exact | None
    over: Exact | None
    more_classes: int | None
    if_divided: Exact | None


@dataclass(frozen=True)
class Gaps:
    """All that is missing in one assessment. `size` are schools above the number of pupils allowed (among `items`)."""

    assessment: Assessment
    units: tuple[UnitGap, ...]
    schools: tuple[SchoolGap, ...]
    indicators: tuple[IndicatorGap, ...]
    facilities: tuple[FacilityGap, ...]
    items: tuple[ItemGap, ...]
    seats: tuple[SeatGap, ...]
    unknown: int  # values of units that cannot be judged, for data are missing

    @property
    def county(self) -> tuple[ItemGap, ...]:
        """Items of the county itself."""
        return tuple(gap for gap in self.items if gap.school is None)

    @property
    def of_schools(self) -> tuple[ItemGap, ...]:
        """Items that single schools do not meet."""
        return tuple(gap for gap in self.items if gap.school is not None)


def find_gaps(result: Assessment) -> Gaps:
    """Everything that is missing; empty where nothing could be assessed."""
    if result.resources is None:
        return Gaps(result, (), (), (), (), (), (), 0)
    edition = result.edition
    units = [(unit, _unit_gaps(unit, edition)) for unit in result.resources.units]
    schools = tuple(_school_gaps(units, edition))
    every = tuple(gap for _, found in units for gap in found)
    items: list[ItemGap] = []
    seats: list[SeatGap] = []
    for group in result.groups.values():
        for whole in group.items:
            for item in whole.parts or (whole,):
                if isinstance(item.criterion, model.EachClass):
                    seats += _seats(item)
                else:
                    items += _item_gaps(item, edition)
    return Gaps(
        result,
        tuple(gap for gap in every if gap.to_limit),
        schools,
        tuple(_indicator_gaps(result, every)),
        tuple(_facilities(schools, edition)),
        tuple(items),
        tuple(seats),
        sum(len(unit.missing) for unit, _ in units),
    )


# ---- the seven indicators


def _unit_gaps(unit: UnitResult, edition: Edition) -> list[UnitGap]:
    found = []
    for value in unit.values.values():
        if value.amount is None or value.pupils is None:
            continue
        step = gap_step(value.indicator, unit.unit.stage, edition)
        times: Exact = value.indicator.per_pupils
        to_limit = shortfall(times, value.amount, value.limit, value.pupils, step)
        to_floor = shortfall(times, value.amount, value.floor, value.pupils, step)
        found.append(UnitGap(unit, value, step, to_limit, to_floor))
    return found


def _school_gaps(units: list[tuple[UnitResult, list[UnitGap]]], edition: Edition) -> Iterator[SchoolGap]:
    by_school: dict[int, list[UnitGap]] = {}
    for unit, found in units:
        by_school.setdefault(id(unit.unit.school), []).extend(found)
    for gaps in by_school.values():
        for indicator in edition.resources:
            own = [gap for gap in gaps if gap.indicator.id == indicator.id]
            if not any(gap.to_limit for gap in own):
                continue
            if indicator.split:
                yield _shared(own)
            else:
                yield from (_shared([gap]) for gap in own if gap.to_limit)


def _shared(gaps: list[UnitGap]) -> SchoolGap:
    """The school's gap from its units', each measured in the school's own amount."""
    asked = [(of_school(gap, gap.value.limit), of_school(gap, gap.value.floor), gap) for gap in gaps]
    most, _, first = max(asked, key=lambda each: (each[0], each[1]))
    unit = first.unit.unit
    field = stage_field(first.indicator.amount.names[0], unit.stage)
    return SchoolGap(
        unit.school, first.indicator, field, first.step, most, max(floor for _, floor, _ in asked), unit.stage,
        tuple(gaps),
    )  # fmt: skip


def of_school(gap: UnitGap, limit: Exact) -> Exact:
    """The least to add to the whole school's amount so that this unit's part of it meets the limit."""
    share = Fraction(gap.unit.unit.share or 1) if gap.indicator.split else Fraction(1)
    amount, pupils = gap.value.amount or 0, gap.value.pupils or 0
    return shortfall(gap.indicator.per_pupils * share, amount / share, limit, pupils, gap.step)


def _indicator_gaps(result: Assessment, every: tuple[UnitGap, ...]) -> Iterator[IndicatorGap]:
    stages = result.resources.stages.values() if result.resources is not None else ()
    for stage in stages:
        for key, indicator in stage.indicators.items():
            own = [gap for gap in every if gap.indicator.id == key and gap.unit.unit.stage == stage.stage]
            step = gap_step(indicator.indicator, stage.stage, result.edition)
            floor = result.edition.floor(indicator.indicator, stage.stage)
            times: Exact = indicator.indicator.per_pupils
            amounts, pupils = total(gap.value.amount or 0 for gap in own), total(gap.value.pupils or 0 for gap in own)
            yield IndicatorGap(
                indicator, step, floor,
                indicator.gap_schools, total(gap.to_floor for gap in own),
                indicator.gap_mean, shortfall(times, amounts, floor, pupils, step) if own else 0,
            )  # fmt: skip


def _facilities(schools: tuple[SchoolGap, ...], edition: Edition) -> Iterator[FacilityGap]:
    for indicator in edition.resources:
        own = [gap for gap in schools if gap.indicator.id == indicator.id]
        yield FacilityGap(
            indicator, len({id(gap.school) for gap in own}), total(g.to_limit for g in own), total(g.to_floor for g in own)
        )


# ---- the items


def _item_gaps(item: ItemResult, edition: Edition) -> Iterator[ItemGap]:
    criterion = item.criterion
    if isinstance(criterion, model.Rooms):
        for school in item.schools:
            yield from _rooms(item, school, criterion, edition)
    elif isinstance(criterion, model.EachSchool):
        for school in item.schools:
            if school.status == "fail":
                yield _of_one_school(item, school, criterion)
    elif item.status != "fail":
        return
    elif isinstance(criterion, model.Ratio):
        top, _ = criterion.formula.sides()
        name = top.names[0]
        quotient = criterion.formula.is_quotient
        numerator = item.numerator if quotient else item.value
        if isinstance(numerator, str) or numerator is None or item.limit is None or item.operator is None:
            return
        denominator = item.denominator if quotient and item.denominator is not None else 1
        yield _counted(item, None, name, numerator, denominator, item.limit, item.operator)
    elif isinstance(criterion, model.Survey):
        yield _counted(
            item, None, criterion.satisfied, item.numerator or 0, item.denominator or 1, item.limit or 0, item.operator or ">="
        )
    elif isinstance(criterion, model.Declaration | model.Veto):
        yield ItemGap(item, None, "answer", None, 1, criterion.field, None, item.name)


def _rooms(item: ItemResult, school: SchoolResult, criterion: model.Rooms, edition: Edition) -> Iterator[ItemGap]:
    for room in (rooms_of(school.school, criterion, edition) or {}).values():
        if room.known and room.lacking:
            unit = field_of(room.field).unit
            yield ItemGap(item, school, "more", room.lacking, 1, room.field, unit, field_of(room.field).name)


def _of_one_school(item: ItemResult, school: SchoolResult, criterion: model.EachSchool) -> ItemGap:
    if criterion.formula is None:
        return ItemGap(item, school, "answer", None, 1, criterion.field, None, item.name)
    top, bottom = criterion.formula.sides()
    numerator, denominator = school.school.value(top), school.school.value(bottom)
    operator = "<=" if criterion.at_most_by_type else criterion.operator or "<="
    return _counted(item, school, top.names[0], numerator or 0, denominator or 1, school.limit or 0, operator)


def _counted(
    item: ItemResult, school: SchoolResult | None, field: str, numerator: Exact, denominator: Exact, limit: Exact,
    operator: str,
) -> ItemGap:  # fmt: skip
    """How much more or less of the numerator makes numerator / denominator stand to the limit as it should."""
    described = field_of(field)
    step: Exact = 1 if described.type in ("count", "year", "level") or described.unit == "分钟" else CENT
    missing = Fraction(limit) * denominator - numerator
    direction: Direction = "more" if operator in (">=", ">") else "less"
    steps = math.ceil((missing if direction == "more" else -missing) / step)
    if operator in (">", "<") and steps * step == abs(missing):
        steps += 1  # the limit itself is not enough
    unit = None if described.unit == "比例" else described.unit or (None if item.criterion.percent else item.criterion.unit)
    return ItemGap(item, school, direction, steps * Fraction(step), step, field, unit, described.name)


def _seats(item: ItemResult) -> Iterator[SeatGap]:
    criterion = item.criterion
    if not isinstance(criterion, model.EachClass):
        return
    for result in item.schools:
        row = result.school.main
        for stage, limit in criterion.at_most.items():
            pupils = row_pupils(row, stage)
            largest = row.number_of(f"{criterion.largest}_{stage}")
            over = row.number_of(f"{criterion.over}_{stage}")
            if pupils == 0 or not ((largest is not None and largest > limit) or (over is not None and over > 0)):
                continue
            classes = row.number_of(f"{criterion.classes}_{stage}")
            more = None
            if pupils is not None and classes is not None:
                more = max(0, math.ceil(Fraction(pupils) / limit - classes))
            divided = None if largest is None else (over or 1) * (math.ceil(Fraction(largest) / limit) - 1)
            yield SeatGap(item, result, stage, limit, pupils, classes, largest, over, more, divided)
