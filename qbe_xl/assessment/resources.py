"""资源配置: the seven indicators of every unit, the 6-of-7 rule, and the CV of each stage, decided exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from qbe_xl.assessment.results import IndicatorResult, ResourcesResult, StageResult, UnitResult, ValueResult
from qbe_xl.assessment.statuses import Status, conjunction
from qbe_xl.core.fields import field_of
from qbe_xl.core.numbers import Exact, quotient, total
from qbe_xl.county.units import Unit
from qbe_xl.measures import composite, cv_at_most, meets, shortfall, variation
from qbe_xl.standards import Edition
from qbe_xl.standards.model import Resource

CENT = Fraction(1, 100)


def assess_resources(units: Sequence[Unit], edition: Edition) -> ResourcesResult:
    """Both stages; a stage without units is not applicable."""
    stages = {stage: _stage([u for u in units if u.stage == stage], stage, edition) for stage in edition.stages}
    return ResourcesResult(conjunction(result.status for result in stages.values()), stages)


def _stage(units: list[Unit], stage: str, edition: Edition) -> StageResult:
    results = tuple(assess_unit(unit, edition) for unit in units)
    indicators = {i.id: _indicator(i, stage, results, edition) for i in edition.resources} if units else {}
    cvs = [result.cv for result in indicators.values()]
    known = [cv for cv in cvs if cv is not None]
    status = conjunction([*(u.status for u in results), *(i.cv_status for i in indicators.values())])
    return StageResult(
        stage, status, results, indicators, composite(known) if known and len(known) == len(cvs) else None
    )


def assess_unit(unit: Unit, edition: Edition) -> UnitResult:
    """One unit under the 6-of-7 rule.

    It fails if no filling of what is missing could pass, passes if every filling passes, else it is undetermined.
    """
    values = {i.id: _value(unit, i, edition) for i in edition.resources}
    below = sum(v.status == "fail" for v in values.values())
    below_floor = sum(v.status == "fail" and not v.allowed for v in values.values())
    missing = sum(v.status == "undetermined" for v in values.values())
    may_miss = len(values) - edition.file.resource_rule.met_at_least
    status: Status = "undetermined" if missing else "pass"
    if below_floor or below > may_miss:
        status = "fail"
    return UnitResult(unit, status, len(values) - below - missing, values)


def _value(unit: Unit, indicator: Resource, edition: Edition) -> ValueResult:
    stage = unit.stage
    limit: Exact = indicator.at_least[stage]  # type: ignore[index]
    floor = edition.floor(indicator, stage)
    amount, pupils = unit.amounts[indicator.id], unit.pupils
    if amount is None or pupils is None:
        return ValueResult(indicator, None, amount, pupils, limit, floor, "undetermined", False, unit)
    times: Exact = indicator.per_pupils
    status: Status = "pass" if meets(times, amount, limit, pupils) else "fail"
    allowed = status == "fail" and meets(times, amount, floor, pupils)
    value = quotient(times * amount, pupils)
    return ValueResult(indicator, value, amount, pupils, limit, floor, status, allowed, unit)


def gap_step(indicator: Resource, stage: str, edition: Edition) -> Exact:
    """The smallest step of an amount: one person or room, 0.01 ㎡, 0.01 元."""
    whole = all(field_of(name).type == "count" for name in edition.amount_fields(indicator, stage))
    return 1 if whole else CENT


def _indicator(indicator: Resource, stage: str, units: tuple[UnitResult, ...], edition: Edition) -> IndicatorResult:
    limit: Exact = indicator.at_least[stage]  # type: ignore[index]
    cv_limit: Exact = indicator.cv_at_most[stage]  # type: ignore[index]
    values = [unit.values[indicator.id] for unit in units]
    known = [(v.amount, v.pupils) for v in values if v.amount is not None and v.pupils is not None]
    amounts, pupils = [a for a, _ in known], [p for _, p in known]
    times: Exact = indicator.per_pupils
    step = gap_step(indicator, stage, edition)
    complete = len(known) == len(values)
    measured = variation(amounts, pupils, times) if known else None
    cv_status: Status = "undetermined"
    if complete:
        cv_status = "pass" if cv_at_most(amounts, pupils, cv_limit) else "fail"
    mean: Decimal | None = measured.mean if measured else None
    return IndicatorResult(
        indicator=indicator,
        stage=stage,
        limit=limit,
        units=len(values),
        mean=mean,
        std=measured.std if measured else None,
        cv=measured.cv if measured and complete else None,
        cv_reported=None if complete or measured is None else measured.cv,
        cv_limit=cv_limit,
        cv_status=cv_status,
        units_below=sum(v.status == "fail" for v in values),
        units_below_floor=sum(v.status == "fail" and not v.allowed for v in values),
        units_missing=len(values) - len(known),
        gap_schools=total(shortfall(times, a, limit, p, step) for a, p in known),
        gap_mean=shortfall(times, total(amounts), limit, total(pupils), step) if known else 0,
    )
