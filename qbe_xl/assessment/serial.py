"""The contract's JSON: canonical, the same bytes for the same input on any machine."""

from __future__ import annotations

import json
from typing import Any

from qbe_xl.assessment.results import (
    Assessment,
    GroupResult,
    IndicatorResult,
    ItemResult,
    SchoolResult,
    StageResult,
    UnitResult,
)
from qbe_xl.checks.reasons import can_be_answered, value_at
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Lang, Text
from qbe_xl.core.numbers import json_number
from qbe_xl.standards.model import Source

SCHEMA = "qbe-xl/assessment/1"


def to_json(result: Assessment, lang: Lang) -> str:
    """Keys sorted, two spaces, UTF-8 characters as they are, a newline at the end."""
    return json.dumps(to_dict(result, lang), ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"


def to_dict(result: Assessment, lang: Lang) -> dict[str, Any]:
    """The result as plain data; every number has 15 significant digits, missing is None."""
    from qbe_xl import __version__

    county, edition = result.county, result.edition
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "engine": f"qbe-xl {__version__}",
        "lang": lang,
        "file": {"name": result.submission.file.name, "sha256": result.submission.file.sha256},
        "edition": {"id": edition.id, "digest": edition.digest},
        "form": result.submission.form,
        "county": {
            "code": county.code if county else None,
            "name": county.name if county else None,
            "year": county.year if county else None,
        },
        "verdict": result.verdict,
        "blocked": result.blocked,
        "conventions": list(edition.conventions),
        "options": list(edition.options),
        "excluded": [
            {"school": e.school.code, "name": e.school.name, "reason": e.reason[lang]} for e in result.excluded
        ],
        "resources": _resources(result),
        "findings": [_finding(result, f, lang) for f in result.findings],
    }
    for key in ("government", "quality", "recognition", "vetoes", "entry"):
        group = result.groups.get(key)
        data[key] = _group(group, lang) if group is not None else None
    return data


def _resources(result: Assessment) -> dict[str, Any] | None:
    if result.resources is None:
        return None
    return {
        "status": result.resources.status,
        "stages": {name: _stage(stage) for name, stage in result.resources.stages.items()},
        "units": [_unit(unit) for unit in result.resources.units],
    }


def _stage(stage: StageResult) -> dict[str, Any]:
    return {
        "status": stage.status,
        "units": len(stage.units),
        "units_failing": stage.units_failing,
        "indicators": {key: _indicator(value) for key, value in stage.indicators.items()},
        "composite_cv": json_number(stage.composite_cv),
    }


def _indicator(result: IndicatorResult) -> dict[str, Any]:
    return {
        "mean": json_number(result.mean),
        "std": json_number(result.std),
        "cv": json_number(result.cv),
        "cv_limit": json_number(result.cv_limit),
        "cv_status": result.cv_status,
        "cv_reported": json_number(result.cv_reported),
        "limit": json_number(result.limit),
        "units_below": result.units_below,
        "units_below_floor": result.units_below_floor,
        "units_missing": result.units_missing,
        "gap_schools": json_number(result.gap_schools),
        "gap_mean": json_number(result.gap_mean),
    }


def _unit(result: UnitResult) -> dict[str, Any]:
    unit = result.unit
    return {
        "school": unit.school.code,
        "name": unit.school.name,
        "stage": unit.stage,
        "pupils": json_number(unit.pupils),
        "share": json_number(unit.share),
        "campuses": [row.text("school_code") for row in unit.school.campuses],
        "met": result.met,
        "status": result.status,
        "below": list(result.below),
        "values": {
            key: {
                "value": json_number(value.value),
                "amount": json_number(value.amount),
                "pupils": json_number(value.pupils),
                "limit": json_number(value.limit),
                "floor": json_number(value.floor),
                "status": value.status,
                "cells": list(value.cells),
            }
            for key, value in result.values.items()
        },
    }


def _group(group: GroupResult, lang: Lang) -> dict[str, Any]:
    return {"status": group.status, "items": [_item(item, lang) for item in group.items]}


def _item(item: ItemResult, lang: Lang, whole: Source | None = None) -> dict[str, Any]:
    # a part has its whole's source, unless an overlay gave it one of its own
    source: Source | None = item.criterion.source or whole
    value = item.value if item.value is None or isinstance(item.value, str) else json_number(item.value)
    data: dict[str, Any] = {
        "id": item.id,
        "status": item.status,
        "value": value,
        "operator": item.operator,
        "limit": json_number(item.limit),
        "numerator": json_number(item.numerator),
        "denominator": json_number(item.denominator),
        "stated": json_number(item.stated),
        "parts": [_item(part, lang, source) for part in item.parts],
        "detail": item.detail[lang],
        "cells": list(item.cells),
        "missing": list(item.missing),
        "source": source.sentence(lang) if source is not None else None,
    }
    if item.schools:
        data["schools"] = [_school(school, lang) for school in item.schools]
    return data


def _school(result: SchoolResult, lang: Lang) -> dict[str, Any]:
    return {
        "school": result.school.code,
        "name": result.school.name,
        "status": result.status,
        "value": json_number(result.value),
        "limit": json_number(result.limit),
        "detail": result.detail[lang],
        "cells": list(result.cells),
    }


def explained(finding: Finding) -> list[dict[str, str | None]]:
    """The answers that hold for a finding."""
    return [
        {"kind": e.kind, "reason": e.reason, "who": e.who, "date": e.date, "value": e.value, "origin": e.origin}
        for e in finding.explained
    ]


def _finding(result: Assessment, finding: Finding, lang: Lang) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message(lang),
        "file": finding.file,
        "sheet": finding.sheet,
        "range": finding.range,
        "school": finding.school,
        "args": {key: value[lang] if isinstance(value, Text) else value for key, value in finding.args.items()},
        "fix": finding.fix(lang),
        "value": value_at(result.submission, finding) if can_be_answered(finding.code) else None,
        "explained": explained(finding),
    }
