"""What if: each scenario applied, assessed, and set beside the present, criterion by criterion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from qbe_xl.assessment.results import Assessment, ItemResult, UnitResult
from qbe_xl.assessment.run import reassess, usable
from qbe_xl.assessment.statuses import Status
from qbe_xl.core.errors import QbeError
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import LANGUAGES, STAGE_NAMES, Text
from qbe_xl.core.messages import render
from qbe_xl.core.numbers import Exact
from qbe_xl.county import County
from qbe_xl.planning.changes import apply
from qbe_xl.planning.scenario import Scenario
from qbe_xl.standards import Edition, model
from qbe_xl.standards.wording import GROUP_NAMES

Measure = Literal["verdict", "group", "met", "mean", "below", "cv", "composite", "item", "part"]


@dataclass(frozen=True)
class Cell:
    """What one criterion comes to in one assessment; both None where it has no such row."""

    value: Exact | Decimal | str | None
    status: Status | None
    limit: Exact | None = None


@dataclass(frozen=True)
class Row:
    """One criterion now and in every scenario, in their order. `stage` for what is by stage."""

    id: str
    measure: Measure
    stage: str | None
    name: Text
    unit: str | None
    percent: bool
    base: Cell
    cells: tuple[Cell, ...]

    @property
    def changed(self) -> bool:
        """Whether any scenario gives another value or status."""
        return any((cell.value, cell.status) != (self.base.value, self.base.status) for cell in self.cells)


@dataclass(frozen=True)
class UnitChange:
    """A unit whose status under the 6-of-7 rule is another; None where it is not there."""

    code: str
    name: str
    stage: str
    before: Status | None
    after: Status | None


@dataclass(frozen=True)
class Outcome:
    """One scenario carried out: the county as it would be, its assessment, and what is different about schools.

    `errors` are errors of the data that the scenario itself brings about (a part above its whole …).
    """

    scenario: Scenario
    county: County
    assessment: Assessment
    units: tuple[UnitChange, ...]
    errors: tuple[Finding, ...]

    def those(self, after: Status) -> tuple[UnitChange, ...]:
        """Units that were there before and now newly pass (or fail)."""
        return tuple(u for u in self.units if u.before is not None and u.after == after)

    @property
    def appeared(self) -> tuple[UnitChange, ...]:
        """Units that were not there before."""
        return tuple(u for u in self.units if u.before is None)

    @property
    def gone(self) -> tuple[UnitChange, ...]:
        """Units that are there no more."""
        return tuple(u for u in self.units if u.after is None)


@dataclass(frozen=True)
class WhatIf:
    """The present and every scenario beside each other."""

    base: Assessment
    outcomes: tuple[Outcome, ...]
    rows: tuple[Row, ...]


def what_if(base: Assessment, scenarios: Iterable[Scenario]) -> WhatIf:
    """Every scenario on its own, starting from the report of `base` (values in error count as missing).

    QbeError QBE-PLN-009 names scenario and line of an action that cannot be carried out; QBE-PLN-012 where `base` could
    not be assessed at all.
    """
    if base.county is None or base.resources is None:
        raise QbeError("QBE-PLN-012", file=base.submission.file.name)
    county = usable(base.county, base.findings)
    outcomes = tuple(_outcome(base, county, scenario) for scenario in scenarios)
    return WhatIf(base, outcomes, tuple(_rows(base, [outcome.assessment for outcome in outcomes])))


def class_limits(edition: Edition) -> dict[str, Exact]:
    """The largest class allowed by stage, from the edition."""
    return {s: n for c in edition.file.criteria if isinstance(c, model.EachClass) for s, n in c.at_most.items()}


def changed_county(county: County, scenario: Scenario, edition: Edition) -> County:
    """The county after a scenario; QbeError QBE-PLN-009 with scenario and place of an action that cannot be."""
    even = class_limits(edition) if scenario.even else None
    try:
        return apply(county, scenario.actions, even_classes=even)
    except QbeError:
        for count, step in enumerate(scenario.steps, start=1):  # which of them it was
            try:
                apply(county, scenario.actions[:count], even_classes=even)
            except QbeError as error:
                words = {lang: render(error.code, lang, error.values)[0].rstrip("。.") for lang in LANGUAGES}
                problem = Text(words["zh"], words["en"])
                raise QbeError("QBE-PLN-009", name=scenario.name, where=step.where, problem=problem) from error
        raise


def _outcome(base: Assessment, county: County, scenario: Scenario) -> Outcome:
    changed = changed_county(county, scenario, base.edition)
    after = base if changed is county else reassess(base, changed)
    known = {_key(f) for f in base.findings}
    errors = tuple(f for f in after.findings if f.severity == "error" and _key(f) not in known)
    return Outcome(scenario, changed, after, tuple(_units(base, after)), errors)


def _key(finding: Finding) -> tuple[str, ...]:
    return (finding.code, finding.place, finding.school or "", finding.message("en"))


def _units(base: Assessment, after: Assessment) -> Iterator[UnitChange]:
    old, new = _by_id(base), _by_id(after)
    for key in dict.fromkeys([*old, *new]):
        before, now = old.get(key), new.get(key)
        one = now or before
        if one is not None and (before.status if before else None) != (now.status if now else None):
            school = one.unit.school
            yield UnitChange(
                school.code, school.name, one.unit.stage, before.status if before else None, now.status if now else None
            )


def _by_id(result: Assessment) -> dict[tuple[str, str], UnitResult]:
    units = result.resources.units if result.resources is not None else ()
    return {(u.unit.school.code or u.unit.school.name, u.unit.stage): u for u in units}


# ---- row by row


def _rows(base: Assessment, others: list[Assessment]) -> Iterator[Row]:
    cells = [criteria(result) for result in (base, *others)]
    nothing = Cell(None, None)
    for key in dict.fromkeys(key for each in cells for key in each):
        about = next(each[key][0] for each in cells if key in each)
        found = [each[key][1] if key in each else nothing for each in cells]
        yield Row(*key, *about, found[0], tuple(found[1:]))


Key = tuple[str, Measure, str | None]  # id, measure, stage
About = tuple[Text, str | None, bool]  # name, unit, whether it is a percentage
Cells = dict[Key, tuple[About, Cell]]


def criteria(result: Assessment) -> Cells:
    """Everything that a criterion, or the whole, comes to."""
    found: Cells = {}

    def put(key: Key, name: Text, cell: Cell, unit: str | None = None, percent: bool = False) -> None:
        found[key] = ((name, unit, percent), cell)

    put(("verdict", "verdict", None), Text("结论", "Verdict"), Cell(None, result.status))
    resources = result.resources
    if resources is not None:
        put(("resources", "group", None), GROUP_NAMES["resources"], Cell(None, resources.status))
        for stage in resources.stages.values():
            word = STAGE_NAMES[stage.stage]
            failing, count = stage.units_failing, len(stage.units)
            status: Status = "fail" if failing else "not_applicable" if not count else "pass"
            if not failing and any(unit.status == "undetermined" for unit in stage.units):
                status = "undetermined"
            name = Text(f"{word.zh}：达标学校数", f"{word.en}: schools that meet the rule")
            put(("units", "met", stage.stage), name, Cell(sum(u.status == "pass" for u in stage.units), status, count), "所")
            for key, i in stage.indicators.items():
                short = i.indicator.short or i.indicator.name
                start = Text(f"{word.zh} {key} {short.zh}", f"{word.en} {key} {short.en}")
                cv = Text(f"{start.zh}：差异系数", f"{start.en}: CV")
                put((key, "cv", stage.stage), cv, Cell(i.cv, i.cv_status, i.cv_limit))
                below = Text(f"{start.zh}：低于标准的学校", f"{start.en}: schools below the limit")
                put((key, "below", stage.stage), below, Cell(i.units_below, None), "所")
                mean = Text(f"{start.zh}：县均", f"{start.en}: mean")
                put((key, "mean", stage.stage), mean, Cell(i.mean, None, i.limit), i.indicator.unit)
            composite = Text(f"{word.zh}：综合差异系数（仅供参考）", f"{word.en}: composite CV (for information)")
            put(("composite", "composite", stage.stage), composite, Cell(stage.composite_cv, None))
    for key, group in result.groups.items():
        put((key, "group", None), GROUP_NAMES[key], Cell(None, group.status))
        for item in group.items:
            put((item.id, "item", None), item.name, _cell(item), _unit(item), item.criterion.percent)
            for part in item.parts:
                put((part.id, "part", None), part.name, _cell(part), _unit(part), part.criterion.percent)
    return found


def _cell(item: ItemResult) -> Cell:
    return Cell(None if item.parts else item.value, item.status, item.limit)


def _unit(item: ItemResult) -> str | None:
    if isinstance(item.criterion, model.EachClass):
        return "个班"
    return "所" if item.schools else item.criterion.unit
