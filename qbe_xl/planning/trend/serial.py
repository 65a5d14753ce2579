"""A trend as canonical JSON, schema `qbe-xl/trend/1`: numbers to 15 significant digits, gaps as null."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from qbe_xl.assessment.results import Assessment
from qbe_xl.core.languages import Lang
from qbe_xl.core.numbers import Exact, json_number
from qbe_xl.planning.trend.find import Trend
from qbe_xl.planning.trend.schools import Named, Step
from qbe_xl.planning.trend.series import Line, Point, Year
from qbe_xl.planning.trend.settings import horizon, rate_years
from qbe_xl.planning.trend.signals import Course, Regression
from qbe_xl.planning.trend.wording import course_sentence, label, regression_sentence
from qbe_xl.planning.whatif import UnitChange

TREND_SCHEMA = "qbe-xl/trend/1"


def trend_to_dict(trend: Trend, lang: Lang = "zh") -> dict[str, Any]:
    """The whole trend as plain data; `planning.serial.to_json` writes it."""
    from qbe_xl import __version__

    county, numbers = trend.newest.county, [each.year for each in trend.years]
    return {
        "schema": TREND_SCHEMA,
        "engine": f"qbe-xl {__version__}",
        "lang": lang,
        "county": {"code": county.code if county else None, "name": county.name if county else None},
        "years": [_year(each) for each in trend.years],
        "left_out": [
            {"file": _file(each), "messages": [finding.sentence(lang) for finding in each.findings]}
            for each in trend.left_out
        ],
        "several_rules": trend.several_rules,
        "since": trend.since,
        "lines": [_line(line, numbers, lang) for line in trend.lines],
        "extrapolation": {"rate_years": rate_years(), "horizon": horizon()},
        "warnings": [_course(each, numbers[-1], lang) for each in trend.courses],
        "regressions": [_regression(each, numbers[-1], lang) for each in trend.worse],
        "schools": [_step(step) for step in trend.steps],
    }


def _file(result: Assessment) -> dict[str, Any]:
    return {"name": result.submission.file.name, "sha256": result.submission.file.sha256}


def _year(year: Year) -> dict[str, Any]:
    result = year.assessment
    return {
        "year": year.year,
        "file": _file(result),
        "edition": {"id": result.edition.id, "digest": result.edition.digest},
        "options": list(result.edition.options),
        "form": result.submission.form,
        "verdict": result.verdict,
        "status": result.status,
        "blocked": result.blocked,
        "schools": len(result.schools),
    }


def _about(line: Line, lang: Lang) -> dict[str, Any]:
    return {
        "id": line.id,
        "measure": line.measure,
        "stage": line.stage,
        "school": line.school,
        "name": label(line, lang),
        "unit": line.unit,
        "percent": line.percent,
        "operator": line.operator,
    }


def _line(line: Line, years: list[int], lang: Lang) -> dict[str, Any]:
    points = [{"year": year, **_point(point)} for year, point in zip(years, line.points, strict=True)]
    return {**_about(line, lang), "points": points}


def _point(point: Point) -> dict[str, Any]:
    return {"value": _value(point.value), "status": point.status, "limit": json_number(point.limit)}


def _value(value: Exact | Decimal | str | None) -> int | float | str | None:
    return json_number(value) if isinstance(value, int | Fraction | Decimal) else value


def _course(course: Course, newest: int, lang: Lang) -> dict[str, Any]:
    return {
        **_about(course.line, lang),
        "since": course.since,
        "rate": json_number(course.rate),
        "value": json_number(course.value),
        "limit": json_number(course.limit),
        "in_years": course.in_years,
        "year": course.year,
        "sentence": course_sentence(course, newest, lang),
    }


def _regression(each: Regression, newest: int, lang: Lang) -> dict[str, Any]:
    return {
        **_about(each.line, lang),
        "kind": each.kind,
        "since": each.since,
        "before": _point(each.before),
        "after": _point(each.after),
        "sentence": regression_sentence(each, newest, lang),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "since": step.since,
        "year": step.year,
        "new": [_named(each) for each in step.new],
        "gone": [_named(each) for each in step.gone],
        "renumbered": [{**_named(each), "before": each.before} for each in step.renumbered],
        "newly_failing": [_unit(each) for each in step.failing],
        "newly_passing": [_unit(each) for each in step.passing],
    }


def _named(each: Named) -> dict[str, Any]:
    return {"code": each.code, "name": each.name}


def _unit(each: UnitChange) -> dict[str, Any]:
    return {"code": each.code, "name": each.name, "stage": each.stage}
