"""How reported rows become schools and units: campuses merged, exclusions listed, shared facilities divided.

Each step is a function of its own, so that what happened to a row can be looked at:
rows → `merge_campuses` → schools → `exclusion` → `units_of` → units.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from qbe_xl.core.expressions import Expression
from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, tidy
from qbe_xl.county.model import County, Row
from qbe_xl.measures import split_share
from qbe_xl.standards import STAGES_OF_TYPE, Edition, stage_field
from qbe_xl.standards.model import Option, Resource, Where

PUPIL_STAGES = ("primary", "junior", "senior")


def row_pupils(row: Row, stage: str) -> Exact | None:
    """在校生 of one row at one stage: None where missing, 0 where the school has no such stage.

    A blank is missing where the type of school implies the stage, and no pupils where it does not.
    """
    name = f"pupils_{stage}"
    value = row.number_of(name)
    if value is not None:
        return value if value >= 0 else None
    if name in row.unusable:
        return None
    return None if stage in STAGES_OF_TYPE.get(row.text("school_type"), PUPIL_STAGES) else 0


def is_campus(row: Row) -> bool:
    """Whether the row is a campus (是否计校数 = 否) to be merged into another school."""
    return row.get("counted") == "no"


@dataclass(frozen=True)
class School:
    """A school after campuses were merged: its main row and the rows of its campuses."""

    main: Row
    campuses: tuple[Row, ...] = ()

    @property
    def code(self) -> str:
        """学校代码 of the main row."""
        return self.main.text("school_code")

    @property
    def name(self) -> str:
        """学校名称 of the main row."""
        return self.main.text("school_name")

    @property
    def type(self) -> str:
        """办学类型 id of the main row."""
        return self.main.text("school_type")

    @property
    def rows(self) -> tuple[Row, ...]:
        """The main row and its campuses."""
        return (self.main, *self.campuses)

    @cached_property
    def pupils(self) -> dict[str, Exact | None]:
        """在校生 by stage (primary, junior, senior); None where a row's is missing."""
        return {stage: _sum(row_pupils(row, stage) for row in self.rows) for stage in PUPIL_STAGES}

    @property
    def compulsory_pupils(self) -> Exact | None:
        """Pupils of primary and junior stages together, None where one is missing."""
        return _sum((self.pupils["primary"], self.pupils["junior"]))

    def total(self, name: str) -> Exact | None:
        """The sum of a number field over the rows; None where a row's is missing.

        A blank stage field of a row without that stage is 0, as for a junior school with a primary campus.
        """
        stage = field_of(name).stage
        if stage and name == f"pupils_{stage}":
            return self.pupils[stage]
        return _sum(row_number(row, name, stage) for row in self.rows)

    def value(self, formula: Expression, stage: str | None = None) -> Exact | None:
        """A formula over number fields, None where one is missing. `stage` completes fields that exist by stage."""
        if formula.is_name:
            return self.total(stage_field(formula.text, stage) if stage else formula.text)
        names = {name: stage_field(name, stage) if stage else name for name in formula.names}
        totals = {name: self.total(field) for name, field in names.items()}
        if any(value is None for value in totals.values()):
            return None
        return formula.value({name: value for name, value in totals.items() if value is not None})

    def cells(self, names: Iterable[str]) -> tuple[str, ...]:
        """The places of fields in all rows."""
        wanted = tuple(names)
        return tuple(cell for row in self.rows for cell in row.cells(*wanted))

    def largest_class(self) -> Exact | None:
        """The largest class of any stage and campus, None where none is known."""
        sizes = [row.number_of(f"largest_class_{s}") for row in self.rows for s in ("primary", "junior")]
        known = [size for size in sizes if size is not None]
        return max(known) if known else None


def row_number(row: Row, name: str, stage: str | None) -> Exact | None:
    """A number of a row; a blank at a stage that the row does not have is 0."""
    value = row.number_of(name)
    if value is not None and value < 0:
        return None  # nothing can be less than none
    if value is None and stage and name not in row.unusable and row_pupils(row, stage) == 0:
        return 0
    return value


def _sum(values: Iterable[Exact | None]) -> Exact | None:
    result: Exact = 0
    for value in values:
        if value is None:
            return None
        result += value
    return result


def merge_campuses(county: County, edition: Edition) -> tuple[School, ...]:
    """One School for every row that counts as a school, in order, with its campuses.

    A campus whose main school cannot be found stays a school of its own; the checks report it as an error.
    """
    if edition.file.units.campuses.value != "merge":
        return tuple(School(row) for row in county.schools)
    mains = {row.text("school_code"): row for row in county.schools if not is_campus(row) and row.get("school_code")}
    campuses: dict[int, list[Row]] = {}
    merged: set[int] = set()
    for row in county.schools:
        main = mains.get(row.text("main_school")) if is_campus(row) else None
        if main is not None:
            campuses.setdefault(id(main), []).append(row)
            merged.add(id(row))
    return tuple(School(row, tuple(campuses.get(id(row), ()))) for row in county.schools if id(row) not in merged)


@dataclass(frozen=True)
class Exclusion:
    """A school that takes no part in the seven indicators and the CV, and why."""

    school: School
    reason: Text


def exclusion(school: School, edition: Edition) -> Exclusion | None:
    """Why a school takes no part in the seven indicators and the CV; None where it does."""
    rules = edition.file.units
    if school.type in rules.excluded_types.value:
        kind = field_of("school_type")
        text = Text("{0}不计入七项指标和差异系数", "{0}: left out of the seven indicators and the CV")
        return Exclusion(
            school,
            Text(
                text.zh.format(kind.choice_name(school.type, "zh")), text.en.format(kind.choice_name(school.type, "en"))
            ),
        )
    pupils = school.compulsory_pupils
    least = rules.teaching_point_min_pupils.value
    if school.type == "teaching_point" and pupils is not None and pupils < least:
        return Exclusion(
            school,
            Text(f"教学点 {pupils} 人，不足 {least} 人", f"Teaching point of {pupils} pupils, below {least}"),
        )
    return None


@dataclass(frozen=True)
class Unit:
    """One school at one stage, as it counts in the seven indicators and the CV.

    `pupils` None: missing. `share` is this stage's part of shared facilities (1 where there is one stage; None where
    it cannot be known). `amounts` by indicator id, after merging, options and division; None: missing.
    """

    school: School
    stage: str
    pupils: Exact | None
    share: Exact | None
    amounts: dict[str, Exact | None]
    edition: Edition = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        """Stable id: school code and stage."""
        return f"{self.school.code}/{self.stage}"

    def cells(self, indicator: Resource) -> tuple[str, ...]:
        """Where an indicator's amount and the pupils stand, in the main row and the campuses."""
        names = (*_fields(self.edition, indicator, self.stage, self.school), f"pupils_{self.stage}")
        return self.school.cells(names)


def units_of(school: School, edition: Edition) -> tuple[Unit, ...]:
    """The units of a school, one a stage with pupils (or with pupils that should have been reported)."""
    units = []
    for stage in edition.stages:
        pupils = school.pupils[stage]
        if pupils == 0:
            continue
        share = stage_share(school, edition, stage)
        amounts: dict[str, Exact | None] = {}
        for indicator in edition.resources:
            amount = indicator_amount(school, edition, indicator, stage)
            if indicator.split and amount is not None:
                amount = None if share is None else tidy(amount * share)
            amounts[indicator.id] = amount
        units.append(Unit(school, stage, pupils, share, amounts, edition))
    return tuple(units)


def stage_share(school: School, edition: Edition, stage: str) -> Exact | None:
    """The stage's share of shared facilities, n·w / Σ n·w; None where a stage's pupils are missing."""
    pupils = {s: n for s, n in school.pupils.items() if n != 0}
    if set(pupils) == {stage}:
        return 1
    known = {s: n for s, n in pupils.items() if n is not None}
    if len(known) < len(pupils):
        return None
    weights: dict[str, Exact] = {s: w for s, w in edition.file.units.split_weights.value.items()}
    return tidy(Fraction(split_share(known, weights, stage)))


def indicator_amount(school: School, edition: Edition, indicator: Resource, stage: str) -> Exact | None:
    """The raw amount of an indicator before division, with what options in force add; None where missing."""
    amount = school.value(indicator.amount, stage)
    for option in _adding(edition, indicator, school):
        # a relaxation can only help: what was not reported is not added
        extra = school.total(stage_field(option.add_amount or "", stage))
        amount = None if amount is None else amount + (extra or 0)
    return None if amount is not None and amount < 0 else amount  # a part larger than its whole was reported


def _adding(edition: Edition, indicator: Resource, school: School) -> tuple[Option, ...]:
    options = edition.options_for(indicator.id)
    return tuple(o for o in options if o.add_amount is not None and applies(o.where, school))


def _fields(edition: Edition, indicator: Resource, stage: str, school: School) -> tuple[str, ...]:
    extra = tuple(stage_field(o.add_amount or "", stage) for o in _adding(edition, indicator, school))
    return (*edition.amount_fields(indicator, stage), *extra)


def applies(where: Where, school: School) -> bool:
    """Whether an option is for this school. What is not reported does not hold: a relaxation must be shown."""
    if where.area and school.main.text("area") not in where.area:
        return False
    if where.types and school.type not in where.types:
        return False
    pupils = school.compulsory_pupils
    if where.pupils_between is not None:
        low, high = where.pupils_between
        if pupils is None or not low <= pupils <= high:
            return False
    if where.built_by is not None and not _built_by(school.main, where.built_by):
        return False
    if where.largest_class_below is not None:
        largest = school.largest_class()
        if largest is None or largest >= where.largest_class_below:
            return False
    if where.migrant_share_above is not None:
        migrants = school.total("migrant_pupils")
        if pupils is None or migrants is None or not migrants > where.migrant_share_above * pupils:
            return False
    return where.dense_centre is None or (school.main.get("dense_centre") == "yes") == where.dense_centre


def _built_by(row: Row, year: int) -> bool:
    built = row.number_of("built_year")
    if built is not None:
        return built <= year
    return row.get(f"built_by_{year}") == "yes"


def county_units(
    county: County, edition: Edition
) -> tuple[tuple[School, ...], tuple[Exclusion, ...], tuple[Unit, ...]]:
    """All three steps: merged schools, those left out with the reason, and the units that count."""
    schools = merge_campuses(county, edition)
    left_out = []
    units: list[Unit] = []
    for school in schools:
        excluded = exclusion(school, edition)
        if excluded is not None:
            left_out.append(excluded)
        else:
            units.extend(units_of(school, edition))
    return schools, tuple(left_out), tuple(units)
