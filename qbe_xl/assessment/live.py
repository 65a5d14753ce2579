"""What every live cell of the template must show for an assessment: cached values for viewers, and the tests' yardstick.

The template's formulas are written independently of the engine; these are the engine's own values, cell by cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from qbe_xl.assessment.results import Assessment, ItemResult, StageResult, UnitResult
from qbe_xl.assessment.statuses import Status
from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import STATUS_NAMES, VALUE_STATUS_NAMES, Lang, Text
from qbe_xl.core.numbers import Exact
from qbe_xl.county import Row
from qbe_xl.county.units import School, is_campus, row_number, row_pupils
from qbe_xl.forms.template import Template, words
from qbe_xl.forms.template.cells import Key
from qbe_xl.forms.template.layout import UNIT_ROW
from qbe_xl.standards import model

Shown = float | int | str


def live_values(result: Assessment, template: Template) -> dict[Key, Shown]:
    """The value of every live cell by key; blank ("") for rows that hold no school. The result must be usable."""
    blank: dict[Key, Shown] = {cell.key: "" for cell in template.live_cells()}
    return {**blank, **_Values(result, template).all()}


Table = Mapping[int, Mapping[str, Shown]]
"""What a table of results must show, by row of the table of schools and name of column; a blank cell may be absent."""


def live_tables(result: Assessment, template: Template) -> dict[str, Table]:
    """As `live_values`, of the tables with a row a school, by sheet id: 学校核查, 小学指标, 初中指标."""
    return _Values(result, template).tables()


def live_results(result: Assessment, template: Template) -> dict[Key, Shown]:
    """As `live_values`, of the county's results alone: CVs, items and the survey. Blank cells may be absent."""
    return _Values(result, template).results()


def _number(value: Exact | Decimal | None) -> float | int:
    if value is None:
        raise ValueError("a missing number has no value")
    if isinstance(value, int):
        return value
    return float(value)


class _Values:
    def __init__(self, result: Assessment, template: Template) -> None:
        self.result, self.template = result, template
        self.lang: Lang = template.layout.lang
        self.schools = {school.main.number: school for school in result.schools}
        self.items = {item.id: item for group in result.groups.values() for item in group.items}
        self.items |= {part.id: part for item in list(self.items.values()) for part in item.parts}
        self.lost = words.MISSING[self.lang]
        self.status_words = {status: text[self.lang] for status, text in STATUS_NAMES.items()}
        self.value_words = {status: text[self.lang] for status, text in VALUE_STATUS_NAMES.items()}
        self.type_words = {choice.id: choice.name[self.lang] for choice in field_of("school_type").choices}
        self.fields = [(name, field_of(name).stage) for name in template.checks.fields]

    def word(self, text: Text) -> str:
        return text[self.lang]

    def maybe(self, value: Exact | Decimal | None) -> Shown:
        return self.lost if value is None else _number(value)

    def all(self) -> dict[Key, Shown]:
        values: dict[Key, Shown] = {}
        for sheet, table in self.tables().items():
            first: Key = ("check",) if sheet == "checks" else ("unit", sheet)
            for number, row in table.items():
                values |= {(*first, number - UNIT_ROW, name): value for name, value in row.items()}
        return values | self.results()

    def tables(self) -> dict[str, Table]:
        rows = self.result.county.schools if self.result.county else ()
        heads = {row.number: self._head(row) for row in rows}
        found: dict[str, Table] = {"checks": {row.number: heads[row.number] | dict(self._check(row)) for row in rows}}
        for stage in self.template.units:
            found[stage] = {number: dict(self._unit(number, stage, head)) for number, head in heads.items()}
        return found

    def results(self) -> dict[Key, Shown]:
        return {**dict(self._cvs()), **dict(self._result()), **dict(self._survey())}

    # ---- 学校核查

    def _head(self, row: Row) -> dict[str, Shown]:
        """What the sheets of the stages show too."""
        school = self.schools.get(row.number)
        apart = is_campus(row) or school is None
        counted = self.word(words.MERGED) if apart or school is None else self._counted(school)
        return {"code": row.text("school_code"), "name": row.text("school_name"), "counted": counted}

    def _check(self, row: Row) -> Iterator[tuple[str, Shown]]:
        kind = row.text("school_type")
        yield "type", self.type_words.get(kind, kind)
        campus = is_campus(row)
        yield "role", self.word(words.CAMPUS if campus else words.SCHOOL)
        school = self.schools.get(row.number)
        yield "into", row.text("main_school") if campus else row.text("school_code")
        for stage in self.template.units:
            yield f"has.{stage}", int(row_pupils(row, stage) != 0)
        own = {field: self.maybe(self._own(row, field, stage)) for field, stage in self.fields}
        for field, value in own.items():
            yield f"own.{field}", value
        if school is not None and not campus:
            yield "campuses", len(school.campuses)
            for field, value in own.items():
                yield f"sum.{field}", self.maybe(school.total(field)) if school.campuses else value
            yield "compulsory", self.maybe(school.compulsory_pupils)
            weights = self.result.edition.file.units.split_weights.value
            known = [pupils * weights[stage] for stage, pupils in school.pupils.items() if pupils is not None]  # type: ignore[index]
            yield "weighted", _number(sum(known)) if len(known) == len(school.pupils) else self.lost
        for item_id, criterion in self.template.checks.items:
            yield from self._school_item(item_id, criterion, row, school)

    def _own(self, row: Row, field: str, stage: str | None) -> Exact | None:
        return row_pupils(row, stage) if stage and field == f"pupils_{stage}" else row_number(row, field, stage)

    def _counted(self, school: School) -> str:
        rules = self.result.edition.file.units
        if school.type in rules.excluded_types.value:
            return self.word(words.EXCLUDED_TYPE)
        if any(exclusion.school is school for exclusion in self.result.excluded):
            return self.word(words.EXCLUDED_SMALL)
        return self.word(words.COUNTED)

    def _school_item(
        self, item_id: str, criterion: model.AnyCriterion, row: Row, school: School | None
    ) -> Iterator[tuple[str, Shown]]:
        found = self._statuses.get(item_id)
        if found is None:
            yield f"{item_id}.status", self._unreported(criterion, row, school)
            return
        if row.number not in found:
            return
        yield f"{item_id}.status", self.status_words[found[row.number]]
        if school is None:
            return
        if isinstance(criterion, model.Rooms):
            classes = school.value(criterion.classes)
            yield f"{item_id}.classes", self.maybe(classes)
            needed = None if classes is None else math.ceil(Fraction(classes) / criterion.per_classes)
            yield f"{item_id}.needed", self.maybe(needed)

    @cached_property
    def _statuses(self) -> dict[str, dict[int, Status]]:
        """Every school's status by item and row."""
        return {
            item_id: {each.school.main.number: each.status for each in item.schools}
            for item_id, item in self.items.items()
        }

    def _unreported(self, criterion: model.AnyCriterion, row: Row, school: School | None) -> Shown:
        """A part that no school reports is left out by the engine; the sheet shows every school in scope as open."""
        from qbe_xl.assessment.each_school import in_scope

        asked = School(row) if criterion.level == "campus" else school
        if asked is not None and isinstance(criterion, model.EachSchool) and in_scope(asked, criterion.scope):
            return STATUS_NAMES["undetermined"][self.lang]
        return ""

    # ---- 小学指标, 初中指标

    def _unit(self, number: int, stage: str, head: Mapping[str, Shown]) -> Iterator[tuple[str, Shown]]:
        yield "code", head["code"]
        yield "name", head["name"]
        unit = self._units[stage].get(number)
        if head["counted"] != self.word(words.COUNTED):
            yield "counted", head["counted"]
            return
        if unit is None:
            yield "counted", self.word(words.NO_STAGE)
            return
        yield "counted", self.word(words.COUNTED)
        yield "pupils", self.maybe(unit.unit.pupils)
        yield "share", self.maybe(self._share(unit, stage))
        yield "met", unit.met
        yield "verdict", self.status_words[unit.status]
        means = self._means[stage]
        for key, value in unit.values.items():
            yield f"{key}.amount", self.maybe(value.amount)
            yield f"{key}.value", self.maybe(value.value)
            yield f"{key}.status", self.value_words["allowed" if value.allowed else value.status]
            if value.value is not None and key in means and value.pupils is not None:
                gap = value.value - means[key]
                yield f"{key}.square", float(value.pupils * gap * gap)

    @cached_property
    def _means(self) -> dict[str, dict[str, Fraction]]:
        stages = self.result.resources.stages if self.result.resources else {}
        return {
            stage: {key: Fraction(each.mean) for key, each in found.indicators.items() if each.mean is not None}
            for stage, found in stages.items()
        }

    def _share(self, unit: UnitResult, stage: str) -> Exact | None:
        """The sheet divides even where one stage stands alone, and needs all three pupil numbers."""
        pupils = unit.unit.school.pupils
        return None if None in pupils.values() else unit.unit.share

    @cached_property
    def _units(self) -> dict[str, dict[int, UnitResult]]:
        stages = self.result.resources.stages if self.result.resources else {}
        return {
            stage: {unit.unit.school.main.number: unit for unit in stages[stage].units} if stage in stages else {}
            for stage in self.template.units
        }

    # ---- 差异系数

    def _stages(self) -> Iterator[tuple[str, StageResult]]:
        if self.result.resources is not None:
            yield from self.result.resources.stages.items()

    def _cvs(self) -> Iterator[tuple[Key, Shown]]:
        for stage, found in self._stages():
            for indicator in self.result.edition.resources:
                yield ("cv", stage, indicator.id, "units"), len(found.units)
            for key, value in found.indicators.items():
                if value.mean is not None:
                    yield ("mean", stage, key), _number(value.mean)
                    yield ("cv", stage, key, "mean"), _number(value.mean)
                if value.std is not None:
                    yield ("cv", stage, key, "std"), _number(value.std)
                if value.cv is not None:
                    yield ("cv", stage, key, "cv"), _number(value.cv)
                yield ("cv", stage, key, "status"), STATUS_NAMES[value.cv_status][self.lang]
                yield ("cv", stage, key, "below"), value.units_below
                yield ("cv", stage, key, "below_floor"), value.units_below_floor
            if found.composite_cv is not None:
                yield ("composite", stage), _number(found.composite_cv)

    # ---- 评估结果

    def _result(self) -> Iterator[tuple[Key, Shown]]:
        result, county = self.result, self.result.county
        yield ("verdict",), STATUS_NAMES[result.status][self.lang]
        yield ("county", "name"), (county.name or "") if county else ""
        yield ("county", "year"), str(county.year) if county and county.year is not None else ""
        if result.resources is not None:
            yield ("item", "resources", "status"), STATUS_NAMES[result.resources.status][self.lang]
        for stage, found in self._stages():
            yield from self._stage_lines(stage, found)
        for group, status in ((key, value.status) for key, value in result.groups.items()):
            yield ("item", group, "status"), STATUS_NAMES[status][self.lang]
        for line in self.template.result.lines:
            if line.criterion is not None:
                yield from self._item_line(line.id, line.criterion)

    def _stage_lines(self, stage: str, found: StageResult) -> Iterator[tuple[Key, Shown]]:
        from qbe_xl.assessment.statuses import conjunction

        units = conjunction(unit.status for unit in found.units)
        cvs = conjunction(indicator.cv_status for indicator in found.indicators.values())
        yield ("item", f"{stage}.units", "value"), found.units_failing
        yield ("item", f"{stage}.units", "status"), STATUS_NAMES[units][self.lang]
        yield ("item", f"{stage}.cv", "value"), sum(i.cv_status == "fail" for i in found.indicators.values())
        yield ("item", f"{stage}.cv", "status"), STATUS_NAMES[cvs][self.lang]

    def _item_line(self, item_id: str, criterion: model.AnyCriterion) -> Iterator[tuple[Key, Shown]]:
        item = self.items.get(item_id)
        if item is None:  # a part that nobody reports
            yield ("item", item_id, "value"), 0
            yield ("item", item_id, "status"), STATUS_NAMES["not_applicable"][self.lang]
            return
        yield ("item", item_id, "status"), STATUS_NAMES[item.status][self.lang]
        value = self._item_value(item, criterion)
        if value is not None:
            yield ("item", item_id, "value"), value

    def _item_value(self, item: ItemResult, criterion: model.AnyCriterion) -> Shown | None:
        if isinstance(criterion, model.AllOf):
            return None
        if isinstance(criterion, model.Declaration | model.Veto):
            answer = {"yes": words.YES, "no": words.NO}.get(str(item.value))
            return answer[self.lang] if answer else ""
        if isinstance(criterion, model.Ratio | model.Survey):
            return _number(item.value) if isinstance(item.value, int | Fraction) else ""
        return sum(school.status == "fail" for school in item.schools)

    # ---- 社会认可度

    def _survey(self) -> Iterator[tuple[Key, Shown]]:
        rows = self.result.county.survey if self.result.county else ()
        for row in rows:
            valid, satisfied = row.number_of("survey_valid"), row.number_of("survey_satisfied")
            if valid and satisfied is not None:
                yield ("survey_rate", row.text("survey_group")), float(Fraction(satisfied) / valid)
        for name in ("survey_issued", "survey_valid", "survey_satisfied"):
            known = [value for row in rows if (value := row.number_of(name)) is not None]
            if known:
                yield ("survey_total", name), _number(sum(known))
