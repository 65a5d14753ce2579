"""What an assessment found, as data: exact values, statuses, and the cells they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from qbe_xl.assessment.statuses import Status
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Lang, Text
from qbe_xl.core.numbers import Exact
from qbe_xl.county import County, Submission
from qbe_xl.county.units import Exclusion, School, Unit
from qbe_xl.standards import Edition
from qbe_xl.standards.model import AnyCriterion, Resource


@dataclass(frozen=True)
class ValueResult:
    """One indicator of one unit: times × amount / pupils against its limit and its floor, all exact.

    `allowed`: below the limit but not below the floor (可作余项). `cells` are where amount and pupils stand.
    """

    indicator: Resource
    value: Exact | None
    amount: Exact | None
    pupils: Exact | None
    limit: Exact
    floor: Exact
    status: Status
    allowed: bool
    unit: Unit = field(repr=False)

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of the submitted file that the value comes from."""
        return self.unit.cells(self.indicator)


@dataclass(frozen=True)
class UnitResult:
    """One unit: how many of the seven it meets, which it does not, and whether it passes the rule."""

    unit: Unit
    status: Status
    met: int
    values: Mapping[str, ValueResult]

    @property
    def below(self) -> tuple[str, ...]:
        """Ids of the indicators below their limit."""
        return tuple(key for key, value in self.values.items() if value.status == "fail")

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the indicators without data."""
        return tuple(key for key, value in self.values.items() if value.status == "undetermined")


@dataclass(frozen=True)
class IndicatorResult:
    """One indicator over the units of a stage.

    `mean`, `std` are over the units whose data are complete; `cv` is None where one unit's data are missing or all
    amounts are 0, `cv_reported` is then the CV of the others. `gap_schools` adds what each unit lacks to its limit,
    `gap_mean` is what the stage as a whole lacks; both in the unit of the amount.
    """

    indicator: Resource
    stage: str
    limit: Exact
    units: int
    mean: Decimal | None
    std: Decimal | None
    cv: Decimal | None
    cv_reported: Decimal | None
    cv_limit: Exact
    cv_status: Status
    units_below: int
    units_below_floor: int
    units_missing: int
    gap_schools: Exact
    gap_mean: Exact


@dataclass(frozen=True)
class StageResult:
    """One stage: its units and its seven indicators. `composite_cv` is for information only (仅供参考)."""

    stage: str
    status: Status
    units: tuple[UnitResult, ...]
    indicators: Mapping[str, IndicatorResult]
    composite_cv: Decimal | None

    @property
    def units_failing(self) -> int:
        """Units that fail the 6-of-7 rule."""
        return sum(unit.status == "fail" for unit in self.units)


@dataclass(frozen=True)
class ResourcesResult:
    """资源配置: both stages."""

    status: Status
    stages: Mapping[str, StageResult]

    @property
    def units(self) -> tuple[UnitResult, ...]:
        """All units, stage by stage."""
        return tuple(unit for stage in self.stages.values() for unit in stage.units)


@dataclass(frozen=True)
class SchoolResult:
    """One school under an item that looks at every school (G3, G4, G5, Q3, Q4 …)."""

    school: School
    status: Status
    value: Exact | None
    limit: Exact | None
    detail: Text
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ItemResult:
    """One criterion, or one part of it: status, both sides of the comparison, cells, source, and a sentence.

    For items over all schools, `value` counts the schools (or classes) that do not meet it and `schools` lists all
    that were looked at. `stated` is what the form itself states (自报).
    """

    id: str
    criterion: AnyCriterion
    status: Status
    detail: Text
    value: Exact | str | None = None
    operator: str | None = None
    limit: Exact | None = None
    numerator: Exact | None = None
    denominator: Exact | None = None
    stated: Exact | None = None
    cells: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    parts: tuple[ItemResult, ...] = ()
    schools: tuple[SchoolResult, ...] = ()

    @property
    def name(self) -> Text:
        """The criterion's name."""
        name: Text = self.criterion.name
        return name


@dataclass(frozen=True)
class GroupResult:
    """The items of one group (基本条件, 政府保障, 教育质量, 社会认可度, 一票否决)."""

    status: Status
    items: tuple[ItemResult, ...]


@dataclass(frozen=True)
class Assessment:
    """The result of one submission. Built by `assess`; `to_dict` and `to_json` give the contract's JSON."""

    submission: Submission
    edition: Edition
    findings: tuple[Finding, ...]
    schools: tuple[School, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    resources: ResourcesResult | None = None
    groups: Mapping[str, GroupResult] = field(default_factory=dict)

    @property
    def county(self) -> County | None:
        """What was reported; None where the file could not be read."""
        return self.submission.county

    @property
    def usable(self) -> bool:
        """Whether an assessment was made at all."""
        return self.resources is not None

    @property
    def blocked(self) -> bool:
        """Whether an open error keeps the verdict back."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def status(self) -> Status:
        """What the reported data give, errors aside."""
        if self.resources is None:
            return "undetermined"
        from qbe_xl.assessment.statuses import conjunction

        return conjunction([self.resources.status, *(group.status for group in self.groups.values())])

    @property
    def verdict(self) -> Status | None:
        """pass, fail or undetermined; None while blocked."""
        return None if self.blocked else self.status

    @property
    def exit_code(self) -> int:
        """0 passes, 1 fails, 2 undetermined, 3 blocked or unusable."""
        return {"pass": 0, "fail": 1, "undetermined": 2, "not_applicable": 2, None: 3}[self.verdict]

    def item(self, item_id: str) -> ItemResult:
        """The result of a criterion (`G9`) or part (`G11.backbone`); KeyError where there is none."""
        for group in self.groups.values():
            for item in group.items:
                for found in (item, *item.parts):
                    if found.id == item_id:
                        return found
        raise KeyError(item_id)

    def to_dict(self, lang: Lang = "zh") -> dict[str, Any]:
        """The result as plain data, schema `qbe-xl/assessment/1`."""
        from qbe_xl.assessment.serial import to_dict

        return to_dict(self, lang)

    def to_json(self, lang: Lang = "zh") -> str:
        """The canonical JSON text: keys sorted, numbers to 15 significant digits, one newline at the end."""
        from qbe_xl.assessment.serial import to_json

        return to_json(self, lang)
