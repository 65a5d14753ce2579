"""Gaps, drivers and scenarios as canonical JSON: the same bytes for the same input, numbers to 15 significant digits."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qbe_xl.assessment.results import Assessment
from qbe_xl.core.languages import Lang
from qbe_xl.core.numbers import Exact, json_number
from qbe_xl.planning.drivers import Driver, Drivers
from qbe_xl.planning.gaps import Gaps, IndicatorGap, ItemGap, SchoolGap, SeatGap, UnitGap
from qbe_xl.planning.whatif import Cell, Outcome, Row, UnitChange, WhatIf

GAPS_SCHEMA = "qbe-xl/gaps/1"
WHATIF_SCHEMA = "qbe-xl/whatif/1"


def to_json(data: dict[str, Any]) -> str:
    """Keys sorted, two spaces, UTF-8 characters as they are, a newline at the end."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"


def head(result: Assessment, schema: str, lang: Lang) -> dict[str, Any]:
    """What every result of ours begins with: schema, engine, file, edition, form, county."""
    from qbe_xl import __version__

    county = result.county
    return {
        "schema": schema,
        "engine": f"qbe-xl {__version__}",
        "lang": lang,
        "file": {"name": result.submission.file.name, "sha256": result.submission.file.sha256},
        "edition": {"id": result.edition.id, "digest": result.edition.digest},
        "options": list(result.edition.options),
        "form": result.submission.form,
        "county": {
            "code": county.code if county else None,
            "name": county.name if county else None,
            "year": county.year if county else None,
        },
    }


# ---- gaps and drivers


def gaps_to_dict(gaps: Gaps, drivers: tuple[Drivers, ...], lang: Lang = "zh") -> dict[str, Any]:
    """What is missing and who drives the CVs, schema `qbe-xl/gaps/1`."""
    result = gaps.assessment
    return {
        **head(result, GAPS_SCHEMA, lang),
        "verdict": result.verdict,
        "blocked": result.blocked,
        "unknown": gaps.unknown,
        "units": [_unit(gap) for gap in gaps.units],
        "schools": [_school(gap, lang) for gap in gaps.schools],
        "indicators": [_indicator(gap) for gap in gaps.indicators],
        "facilities": [
            {
                "id": each.indicator.id,
                "schools": each.schools,
                "to_limit": json_number(each.to_limit),
                "to_floor": json_number(each.to_floor),
            }
            for each in gaps.facilities
        ],
        "items": [_item(gap, lang) for gap in gaps.items],
        "seats": [_seat(gap) for gap in gaps.seats],
        "drivers": [_drivers(each) for each in drivers],
    }


def _unit(gap: UnitGap) -> dict[str, Any]:
    unit = gap.unit.unit
    return {
        "school": unit.school.code,
        "name": unit.school.name,
        "stage": unit.stage,
        "id": gap.indicator.id,
        "value": json_number(gap.value.value),
        "limit": json_number(gap.value.limit),
        "floor": json_number(gap.value.floor),
        "step": json_number(gap.step),
        "to_limit": json_number(gap.to_limit),
        "to_floor": json_number(gap.to_floor),
        "unit": gap.indicator.unit,
    }


def _school(gap: SchoolGap, lang: Lang) -> dict[str, Any]:
    from qbe_xl.core.fields import field_of

    return {
        "school": gap.school.code,
        "name": gap.school.name,
        "id": gap.indicator.id,
        "field": gap.field,
        "field_name": field_of(gap.field).name[lang],
        "unit": gap.indicator.unit,
        "step": json_number(gap.step),
        "to_limit": json_number(gap.to_limit),
        "to_floor": json_number(gap.to_floor),
        "decided_by": gap.decided_by,
        "stages": [unit.unit.unit.stage for unit in gap.units],
    }


def _indicator(gap: IndicatorGap) -> dict[str, Any]:
    result = gap.result
    return {
        "id": result.indicator.id,
        "stage": result.stage,
        "limit": json_number(result.limit),
        "floor": json_number(gap.floor),
        "mean": json_number(result.mean),
        "unit": result.indicator.unit,
        "step": json_number(gap.step),
        "units_below": result.units_below,
        "units_below_floor": result.units_below_floor,
        "units_to_limit": json_number(gap.units_to_limit),
        "units_to_floor": json_number(gap.units_to_floor),
        "mean_to_limit": json_number(gap.mean_to_limit),
        "mean_to_floor": json_number(gap.mean_to_floor),
    }


def _item(gap: ItemGap, lang: Lang) -> dict[str, Any]:
    school = gap.school
    return {
        "id": gap.item.id,
        "school": school.school.code if school else None,
        "name": school.school.name if school else None,
        "direction": gap.direction,
        "amount": json_number(gap.amount),
        "step": json_number(gap.step) if gap.amount is not None else None,
        "field": gap.field,
        "field_name": gap.name[lang],
        "unit": gap.unit,
        "detail": (school.detail if school else gap.item.detail)[lang],
    }


def _seat(gap: SeatGap) -> dict[str, Any]:
    return {
        "id": gap.item.id,
        "school": gap.result.school.code,
        "name": gap.result.school.name,
        "stage": gap.stage,
        "limit": json_number(gap.limit),
        "pupils": json_number(gap.pupils),
        "classes": json_number(gap.classes),
        "largest": json_number(gap.largest),
        "over": json_number(gap.over),
        "more_classes": gap.more_classes,
        "if_divided": json_number(gap.if_divided),
    }


def _drivers(drivers: Drivers) -> dict[str, Any]:
    result = drivers.result
    return {
        "id": result.indicator.id,
        "stage": result.stage,
        "cv": json_number(drivers.cv),
        "cv_limit": json_number(result.cv_limit),
        "cv_status": result.cv_status,
        "complete": drivers.complete,
        "mean": json_number(result.mean),
        "median_pupils": json_number(drivers.median_pupils),
        "tiny_below": json_number(drivers.tiny_below),
        "units": [_driver(driver) for driver in drivers.units],
    }


def _driver(driver: Driver) -> dict[str, Any]:
    unit = driver.value.unit
    return {
        "school": unit.school.code,
        "name": unit.school.name,
        "pupils": json_number(driver.value.pupils),
        "value": json_number(driver.value.value),
        "share": json_number(driver.share),
        "cv_without": json_number(driver.cv_without),
        "passes_without": driver.passes_without,
        "direction": driver.direction,
        "tiny": driver.tiny,
    }


# ---- what-if


def whatif_to_dict(result: WhatIf, lang: Lang = "zh") -> dict[str, Any]:
    """Scenarios beside the present, schema `qbe-xl/whatif/1`."""
    return {
        **head(result.base, WHATIF_SCHEMA, lang),
        "base": {"verdict": result.base.verdict, "status": result.base.status, "blocked": result.base.blocked},
        "scenarios": [_outcome(outcome, lang) for outcome in result.outcomes],
        "criteria": [_row(row, lang) for row in result.rows],
    }


def _outcome(outcome: Outcome, lang: Lang) -> dict[str, Any]:
    result = outcome.assessment
    return {
        "name": outcome.scenario.name,
        "note": outcome.scenario.note,
        "actions": len(outcome.scenario.steps),
        "even_classes": outcome.scenario.even,
        "verdict": result.verdict,
        "status": result.status,
        "blocked": result.blocked,
        "errors": [{"code": f.code, "school": f.school, "message": f.message(lang)} for f in outcome.errors],
        "newly_passing": [_change(each) for each in outcome.those("pass")],
        "newly_failing": [_change(each) for each in outcome.those("fail")],
        "newly_undetermined": [_change(each) for each in outcome.those("undetermined")],
        "appeared": [_change(each) for each in outcome.appeared],
        "gone": [_change(each) for each in outcome.gone],
    }


def _change(each: UnitChange) -> dict[str, Any]:
    return {"school": each.code, "name": each.name, "stage": each.stage, "before": each.before, "after": each.after}


def _row(row: Row, lang: Lang) -> dict[str, Any]:
    return {
        "id": row.id,
        "measure": row.measure,
        "stage": row.stage,
        "name": row.name[lang],
        "unit": row.unit,
        "changed": row.changed,
        "base": _cell(row.base),
        "scenarios": [_cell(cell) for cell in row.cells],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {"value": _value(cell.value), "status": cell.status, "limit": json_number(cell.limit)}


def _value(value: Exact | Decimal | str | None) -> int | float | str | None:
    return json_number(value) if isinstance(value, int | Fraction | Decimal) else value
