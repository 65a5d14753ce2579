"""Every figure of a county by year. A year without the figure leaves a gap, never a zero."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from qbe_xl.assessment.results import Assessment
from qbe_xl.assessment.run import usable
from qbe_xl.assessment.statuses import Status
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import Exact, exact, quotient, total
from qbe_xl.county import County, Row
from qbe_xl.county.units import row_pupils
from qbe_xl.planning.whatif import criteria
from qbe_xl.standards import Edition, model

Measure = Literal[
    "verdict", "group", "met", "mean", "below", "cv", "composite", "item", "part",
    "mean_class", "largest_class", "over_classes", "mean_school", "school_size", "school_class",
]  # fmt: skip

COUNTED = ("所", "个班")  # units of figures that count schools or classes


@dataclass(frozen=True)
class Year:
    """One year's report, assessed. `year` is what stands in the report."""

    year: int
    assessment: Assessment

    @property
    def blocked(self) -> bool:
        """Whether errors keep the verdict back; values in error count as missing, the rest stands."""
        return self.assessment.blocked


@dataclass(frozen=True)
class Point:
    """A figure in one year; all None where there is none."""

    value: Exact | Decimal | str | None = None
    status: Status | None = None
    limit: Exact | None = None

    @property
    def number(self) -> Exact | None:
        """The value where it is a number, exactly as computed."""
        return None if self.value is None or isinstance(self.value, str) else exact(self.value)


@dataclass(frozen=True)
class Line:
    """One figure through the years: a point a year, in order.

    `operator`: how the value must stand to its limit (>= <= > <); None where no limit decides. `school` and
    `school_name` for figures of one school, matched by code.
    """

    id: str
    measure: Measure
    stage: str | None
    name: Text
    unit: str | None
    percent: bool
    operator: str | None
    points: tuple[Point, ...]
    school: str | None = None
    school_name: str | None = None


_Key = tuple[str, Measure, str | None, str | None]  # id, measure, stage, code of the school
_About = tuple[Text, str | None, bool, str | None, str | None]  # name, unit, percent, operator, name of the school
_Found = dict[_Key, tuple[_About, Point]]


def county_lines(years: Sequence[Year]) -> tuple[Line, ...]:
    """Verdict, groups, indicators (CV, mean, schools below), schools met, sizes and items, in the order of the rules."""
    return tuple(_joined([_of_county(year.assessment) for year in years]))


def school_lines(years: Sequence[Year]) -> tuple[Line, ...]:
    """The size and the largest classes of every school that has a code."""
    return tuple(_joined([_of_schools(year.assessment) for year in years]))


def _joined(found: Sequence[_Found]) -> Iterator[Line]:
    for key in dict.fromkeys(key for each in found for key in each):
        # names as the newest report has them
        name, unit, percent, operator, school_name = next(each[key][0] for each in reversed(found) if key in each)
        points = tuple(each[key][1] if key in each else Point() for each in found)
        line_id, measure, stage, school = key
        yield Line(line_id, measure, stage, name, unit, percent, operator, points, school, school_name)


def _of_county(result: Assessment) -> _Found:
    operators = {item.id: item.operator for group in result.groups.values() for item in group.items}
    operators |= {p.id: p.operator for g in result.groups.values() for item in g.items for p in item.parts}
    found: _Found = {}
    placed = False
    for (line_id, measure, stage), ((name, unit, percent), cell) in criteria(result).items():
        if not placed and measure == "group" and line_id != "resources":
            found |= _sizes(result)
            placed = True
        operator = "<=" if measure == "cv" else operators.get(line_id) if measure in ("item", "part") else None
        # where schools or classes are counted, the value is their number, whatever the criterion itself measures
        about = (name, unit, percent and unit not in COUNTED, operator, None)
        found[line_id, measure, stage, None] = (about, Point(cell.value, cell.status, cell.limit))
    return found


# ---- sizes


def class_criteria(edition: Edition) -> tuple[model.EachClass, ...]:
    """The criteria about the size of classes (班额)."""
    return tuple(c for c in edition.file.criteria if isinstance(c, model.EachClass))


def is_size_of_schools(criterion: model.AnyCriterion) -> bool:
    """Whether it limits the size of schools (校额)."""
    return isinstance(criterion, model.EachSchool) and bool(criterion.at_most_by_type)


def _sizes(result: Assessment) -> _Found:
    found: _Found = {}
    if result.county is None or result.resources is None:
        return found
    county = usable(result.county, result.findings)
    for stage, units in ((key, each.units) for key, each in result.resources.stages.items()):
        word = STAGE_NAMES[stage]
        pupils = [unit.unit.pupils for unit in units]
        known = [n for n in pupils if n is not None]
        mean = quotient(total(known), len(known)) if known and len(known) == len(pupils) else None
        name = Text(f"{word.zh}：校均规模", f"{word.en}: mean size of schools")
        found["size", "mean_school", stage, None] = ((name, "人", False, None, None), Point(mean))
    for criterion in class_criteria(result.edition):
        rows = [row for row in county.schools if row.text("school_type") not in criterion.scope.without]
        for stage, limit in criterion.at_most.items():
            here = [row for row in rows if row_pupils(row, stage) != 0]
            if here:
                found |= _classes(criterion, stage, limit, here)
    return found


def _classes(criterion: model.EachClass, stage: str, limit: Exact, rows: Sequence[Row]) -> _Found:
    """Mean and largest class and the number above the size allowed; a figure is a gap where one school's is missing."""
    word = STAGE_NAMES[stage]
    pupils = _complete([row_pupils(row, stage) for row in rows])
    classes = _complete([row.number_of(f"{criterion.classes}_{stage}") for row in rows])
    mean = None
    if pupils is not None and classes is not None and total(classes):
        mean = quotient(total(pupils), total(classes))
    largest = [row.number_of(f"{criterion.largest}_{stage}") for row in rows]
    every = _complete(largest)
    status: Status = "undetermined" if every is None else "pass"
    if any(n is not None and n > limit for n in largest):
        status = "fail"
    over = _complete([row.number_of(f"{criterion.over}_{stage}") for row in rows])
    names = (
        Text(f"{word.zh}：平均班额", f"{word.en}: mean class"),
        Text(f"{word.zh}：最大班额", f"{word.en}: largest class"),
        Text(f"{word.zh}：超过 {limit} 人的班", f"{word.en}: classes above {limit}"),
    )
    over_point = Point()
    if over is not None:
        over_point = Point(total(over), "fail" if total(over) else "pass", 0)
    return {
        (criterion.id, "mean_class", stage, None): ((names[0], "人", False, None, None), Point(mean)),
        (criterion.id, "largest_class", stage, None): (
            (names[1], "人", False, "<=", None),
            Point(max(every) if every else None, status, limit),
        ),
        (criterion.id, "over_classes", stage, None): ((names[2], "个班", False, None, None), over_point),
    }


def _complete(values: Sequence[Exact | None]) -> list[Exact] | None:
    known = [value for value in values if value is not None]
    return known if len(known) == len(values) else None


# ---- schools


def _of_schools(result: Assessment) -> _Found:
    found: _Found = {}
    for item in (item for group in result.groups.values() for whole in group.items for item in whole.parts or (whole,)):
        if is_size_of_schools(item.criterion):
            for each in item.schools:
                if each.school.code:
                    about = (Text("在校生数", "pupils"), "人", False, "<=", each.school.name)
                    point = Point(each.value, each.status, each.limit)
                    found[item.id, "school_size", None, each.school.code] = (about, point)
    county = usable(result.county, result.findings) if result.county is not None else County()
    for criterion in class_criteria(result.edition):
        for row in county.schools:
            code = row.text("school_code")
            if code and row.text("school_type") not in criterion.scope.without:
                found |= _largest(criterion, row, code)
    return found


def _largest(criterion: model.EachClass, row: Row, code: str) -> _Found:
    found: _Found = {}
    for stage, limit in criterion.at_most.items():
        largest = row.number_of(f"{criterion.largest}_{stage}")
        if largest is not None and row_pupils(row, stage) != 0:
            word = STAGE_NAMES[stage]
            name = Text(f"{word.zh}最大班额", f"largest class, {word.en.lower()}")
            status: Status = "fail" if largest > limit else "pass"
            about = (name, "人", False, "<=", row.text("school_name") or code)
            found[criterion.id, "school_class", stage, code] = (about, Point(largest, status, limit))
    return found
