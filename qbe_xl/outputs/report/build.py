"""The report from JSON documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date as Date
from typing import Any

from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.report.facts import NOTHING, Facts, Words
from qbe_xl.outputs.report.model import Cell, Paragraph, Report
from qbe_xl.outputs.report.sections import SECTIONS
from qbe_xl.standards import Edition, load_edition

TITLE = Text("县域义务教育优质均衡发展自评报告", "Self-evaluation report: quality and balanced compulsory education")
VERDICT_WORDS = {
    "pass": Text("达标", "Met"),
    "fail": Text("不达标", "Not met"),
    "undetermined": Text("待定", "Undetermined"),
    "blocked": Text("暂不下结论", "No verdict yet"),
}


def report(
    assessment: Mapping[str, Any],
    *,
    gaps: Mapping[str, Any] | None = None,
    plan: Mapping[str, Any] | None = None,
    ledger: Mapping[str, Any] | None = None,
    trend: Mapping[str, Any] | None = None,
    evidence: Mapping[str, Any] | None = None,
    language: Lang = "zh",
    edition: Edition | None = None,
    date: Date | None = None,
) -> Report:
    """The report that these results give.

    `assessment` (schema qbe-xl/assessment/1) must be of a workbook that could be assessed, in the report's `language`,
    as must the others, which add a section each: `gaps`, `plan`, `ledger`, `trend`, `evidence` (schemas of the same
    names). `edition`: the rules that the assessment used, by default those of the id in it. `date`: the day printed,
    by default today. ValueError where the assessment has no resources, or its rules are not those of the edition.
    """
    if assessment.get("resources") is None:
        raise ValueError("a workbook that cannot be assessed has no report")
    if edition is None:
        edition = load_edition(assessment["edition"]["id"], tuple(assessment["options"]))
    if edition.digest != assessment["edition"]["digest"]:
        raise ValueError("the assessment was made with other rules")
    words = Words(language)
    documents = {
        "assessment": assessment, "gaps": gaps, "plan": plan, "ledger": ledger, "trend": trend, "evidence": evidence,
    }  # fmt: skip
    facts = Facts(edition, words, {key: value for key, value in documents.items() if value is not None})
    whole = facts.assessment
    county = whole["county"]
    year = county["year"].quoted()
    verdict = "blocked" if whole["blocked"].value else whole["verdict"].value or "undetermined"
    sections = [section for make in SECTIONS if (section := make(facts)) is not None]
    return Report(
        title=TITLE[language],
        county=county["name"].quoted()
        if county["name"].value
        else Cell(words.pick("（未填县名）", "(county not named)")),
        code=county["code"].quoted(),
        year=Cell(year.text, county["year"].value, year.source) if year.source else NOTHING,
        edition=whole["edition"]["id"].quoted(),
        language=language,
        date=(date or Date.today()).isoformat(),
        verdict=verdict,
        verdict_word=VERDICT_WORDS[verdict][language],
        verdict_text=_verdict(facts, verdict),
        sections=tuple(replace(each, tables=tuple(table for table in each.tables if table.rows)) for each in sections),
        engine=whole["engine"].quoted(),
    )


def _verdict(facts: Facts, verdict: str) -> Paragraph:
    """One sentence: who, when, the answer."""
    words, whole = facts.words, facts.assessment
    county = whole["county"]
    name = county["name"].quoted() if county["name"].value else Cell(words.pick("（未填县名）", "(county not named)"))
    if county["year"].value is not None:
        year = Cell(str(county["year"].value), county["year"].value, county["year"].source)
        who = words.runs("{name} {year} 年", "{name} {year}", name=name, year=year)
    else:
        who = (name,)
    if verdict == "blocked":
        errors = whole["findings"].count(severity="error")
        return words.say(
            "{who}：填报数据有 {errors} 处错误，改正之前不能下结论。以下各项是按现有数据测算的，仅供核对。",
            "{who}: errors in the reported data: {errors}. There is no verdict until they are corrected; what follows was "
            "calculated from the data as they are, for checking only.",
            "warning",
            who=who,
            errors=errors,
        )
    said = {
        "pass": (
            "{who}达到县域义务教育优质均衡发展标准。",
            "{who} meets the standard of quality and balanced compulsory education.",
        ),
        "fail": (
            "{who}未达到县域义务教育优质均衡发展标准。",
            "{who} does not meet the standard of quality and balanced compulsory education.",
        ),
        "undetermined": (
            "{who}数据不全，能否达到县域义务教育优质均衡发展标准待定。",
            "{who}: data are missing; whether the standard of quality and balanced compulsory education is met is open.",
        ),
    }
    zh, en = said[verdict]
    return words.say(zh, en, who=who)
