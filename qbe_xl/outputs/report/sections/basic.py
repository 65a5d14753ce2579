"""一、基本情况: who reports, how many schools and pupils, by which rules."""

from __future__ import annotations

from qbe_xl.outputs.report.facts import Facts
from qbe_xl.outputs.report.model import Cell, Column, Paragraph, Section, Table


def basic(facts: Facts) -> Section:
    """The county, its schools and pupils by stage, what was left out, and the rules."""
    words, whole = facts.words, facts.assessment
    paragraphs: list[Paragraph] = [_schools(facts), _rules(facts)]
    paragraphs += _conventions(facts)
    tables = [_stages(facts)]
    if len(whole["excluded"]):
        tables.append(_excluded(facts))
    return Section("basic", words.pick("基本情况", "Basic facts"), tuple(paragraphs), tuple(tables))


def _schools(facts: Facts) -> Paragraph:
    words, whole = facts.words, facts.assessment
    missing = facts.units.count(pupils="null")
    left_out = len(whole["excluded"])
    return words.say(
        "本报告依据填报工作簿“{file}”。参加评估的学校 {schools} 所，按学段计为 {units} 个单位"
        "（一贯制学校和完全中学的小学部、初中部分别作为一个单位）"
        + ("；未纳入资源配置评估的学校 {excluded} 所，见下表" if left_out else "")
        + ("；在校生数未填的单位 {missing} 个" if missing.number else "")
        + "。",
        "This report is based on the workbook “{file}”. Schools assessed: {schools}, which are {units} units by stage (the "
        "primary and the junior part of a school are a unit each)"
        + ("; schools that take no part in the resource indicators: {excluded}, see the table" if left_out else "")
        + ("; units whose pupils are missing: {missing}" if missing.number else "")
        + ".",
        file=whole["file"]["name"].quoted(),
        schools=facts.units.distinct("school"),
        units=facts.units.count(),
        excluded=whole["excluded"].count(),
        missing=missing,
    )


def _rules(facts: Facts) -> Paragraph:
    words, whole = facts.words, facts.assessment
    options = [
        facts.rule(f"options/{option}/name", next(o for o in facts.edition.file.options if o.id == option).name)
        for option in whole["options"].value
    ]
    return words.say(
        "评估标准：{name}（{id}）。启用的放宽口径：{options}。",
        "Rules: {name} ({id}). Relaxations switched on: {options}.",
        name=facts.rule("name", facts.edition.name),
        id=whole["edition"]["id"].quoted(),
        options=words.listed(list(options)) if options else words.pick("无", "none"),
    )


def _conventions(facts: Facts) -> list[Paragraph]:
    words = facts.words
    used = list(facts.assessment["conventions"].value)
    if not used:
        return []
    head = words.say("计算时采用以下约定：", "These conventions were used:")
    return [
        head,
        *(
            Paragraph((facts.rule(f"conventions/{each}", facts.edition.convention_text(each)),), "bullet")
            for each in used
        ),
    ]


def _stages(facts: Facts) -> Table:
    words = facts.words
    rows = []
    for key, stage in facts.stages:
        units = facts.units
        rows.append(
            (
                Cell(words.stage(key)),
                stage["units"].number(),
                units.sum("pupils", stage=key),
                units.count(stage=key, status="pass"),
                stage["units_failing"].number(),
                units.count(stage=key, status="undetermined"),
                words.status(stage["status"].value),
            )
        )
    return Table(
        "stages",
        words.pick("各学段学校与学生", "Schools and pupils by stage"),
        (
            Column(words.pick("学段", "Stage"), width=1.2),
            Column(words.pick("单位数", "Units"), "number"),
            Column(words.pick("在校生数", "Pupils"), "number", "人" if words.lang == "zh" else None),
            Column(words.pick("达标单位", "Units met"), "number"),
            Column(words.pick("不达标单位", "Units not met"), "number"),
            Column(words.pick("待定单位", "Undetermined"), "number"),
            Column(words.pick("资源配置结论", "Resources"), "status", width=1.3),
        ),
        tuple(rows),
    )


def _excluded(facts: Facts) -> Table:
    words = facts.words
    rows = tuple(
        (each["school"].quoted(), each["name"].quoted(), each["reason"].quoted())
        for each in facts.assessment["excluded"]
    )
    return Table(
        "excluded",
        words.pick("未纳入资源配置评估的学校", "Schools that take no part in the resource indicators"),
        (
            Column(words.pick("学校代码", "Code"), width=1.2),
            Column(words.pick("学校", "School"), width=2),
            Column(words.pick("原因", "Reason"), width=4),
        ),
        rows,
    )
