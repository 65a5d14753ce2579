"""七、存在的问题: what fails, what is open for want of data, and what the checks of the report found."""

from __future__ import annotations

from collections.abc import Iterator

from qbe_xl.outputs.report.facts import CV_PLACES, Facts, Node
from qbe_xl.outputs.report.model import Cell, Column, Paragraph, Run, Section, Table
from qbe_xl.outputs.report.sections.groups import value
from qbe_xl.standards.wording import GROUP_NAMES

_GROUPS = ("entry", "government", "quality", "recognition", "vetoes")
_SEVERITIES = {"error": ("错误", "Error"), "query": ("疑问", "Query")}


def problems(facts: Facts) -> Section:
    """Bullets of what is not met, then what could not be judged, then the open findings."""
    words = facts.words
    failing, missing = [*_resources(facts, "fail"), *_items(facts, "fail")], list(_missing(facts))
    paragraphs: list[Paragraph] = []
    if failing:
        paragraphs += [words.say("不达标的方面：", "Not met:"), *failing]
    else:
        paragraphs.append(words.say("没有判定为不达标的项目。", "Nothing is judged as not met."))
    if missing:
        paragraphs += [
            words.say("因缺数据尚不能判定的方面：", "What cannot be judged yet, for want of data:"),
            *missing,
        ]
    paragraphs.append(_counts(facts))
    table = _findings(facts)
    return Section(
        "problems",
        words.pick("存在的问题", "What is not met"),
        tuple(paragraphs),
        (table,) if table is not None else (),
    )


def _resources(facts: Facts, wanted: str) -> Iterator[Paragraph]:
    words, units = facts.words, facts.units
    for key, stage in facts.stages:
        if any(u["stage"].value == key and u["status"].value == wanted for u in units):
            failing = wanted == "fail"
            yield words.say(
                "资源配置：{stage} {all} 个单位中有 {n} 个" + ("不达标。" if failing else "因缺数据待定。"),
                "Resources, {stage}: of {all} units, "
                + ("not met: {n}." if failing else "undetermined for want of data: {n}."),
                "bullet",
                stage=words.pick(words.stage(key), words.stage(key).lower()),
                all=stage["units"].number(),
                n=units.count(stage=key, status=wanted),
            )
        over: list[Cell | tuple[Run, ...]] = []
        for indicator, result in stage["indicators"].items():
            if result["cv_status"].value != wanted:
                continue
            cv = result["cv"].number(result["cv_limit"].exact, places=CV_PLACES, fixed=True, status=wanted)
            over.append((facts.short(indicator), " ", cv) if cv.number is not None else facts.short(indicator))
        if over:
            yield words.say(
                "校际差异系数：{stage}"
                + ("超过限值的指标：" if wanted == "fail" else "因缺数据待定的指标：")
                + "{over}。",
                "Coefficients of variation, {stage}: "
                + ("above the limit: " if wanted == "fail" else "undetermined: ")
                + "{over}.",
                "bullet",
                stage=words.pick(words.stage(key), words.stage(key).lower()),
                over=words.listed(over),
            )


def _items(facts: Facts, wanted: str) -> Iterator[Paragraph]:
    words = facts.words
    for key in _GROUPS:
        group = facts.assessment.get(key)
        for item in group["items"] if group is not None else ():
            if item["status"].value != wanted:
                continue
            lines = [part for part in item["parts"] if part["status"].value == wanted] or [item]
            for line in lines:
                shown = value(facts, line)
                yield words.say(
                    "{group} {id} {name}：{value}。", "{group} {id} {name}: {value}.", "bullet",
                    group=GROUP_NAMES[key][words.lang], id=line["id"].quoted(), name=_named(facts, item, line), value=shown,
                )  # fmt: skip


def _named(facts: Facts, item: Node, line: Node) -> tuple[Run, ...]:
    name = facts.name(item["id"].value)
    if line is item:
        return (name,)
    part = facts.name(line["id"].value)
    return facts.words.runs("{name}（{part}）", "{name} ({part})", name=name, part=part)


def _missing(facts: Facts) -> Iterator[Paragraph]:
    words = facts.words
    yield from _resources(facts, "undetermined")
    for key in _GROUPS:
        group = facts.assessment.get(key)
        if group is None:
            continue
        ids: list[Cell | tuple[Run, ...]] = [
            i["id"].quoted() for i in group["items"] if i["status"].value == "undetermined"
        ]
        if ids:
            yield words.say(
                "{group}：{n} 项（{ids}）。", "{group}: {n} ({ids}).", "bullet",
                group=GROUP_NAMES[key][words.lang],
                n=group["items"].count(status="undetermined"), ids=words.listed(ids),
            )  # fmt: skip


def _counts(facts: Facts) -> Paragraph:
    words, findings = facts.words, facts.assessment["findings"]
    return words.say(
        "填报数据检查：错误 {errors} 处，待说明的疑问 {queries} 处，已说明的疑问 {explained} 处，提示 {notes} 处。",
        "Checks of the report: errors: {errors}; open queries: {queries}; explained queries: {explained}; notes: {notes}.",
        errors=findings.count(severity="error"),
        queries=findings.count(severity="query", explained="[]"),
        explained=findings.count(severity="query", not_explained="[]"),
        notes=findings.count(severity="note"),
    )


def _findings(facts: Facts) -> Table | None:
    words = facts.words
    rows = []
    for severity, (zh, en) in _SEVERITIES.items():
        for finding in facts.assessment["findings"]:
            if finding["severity"].value != severity or (severity == "query" and finding["explained"].value):
                continue
            rows.append(
                (
                    Cell(words.pick(zh, en), status="fail" if severity == "error" else "undetermined"),
                    finding["code"].quoted(),
                    finding["sheet"].quoted(),
                    finding["range"].quoted(),
                    finding["message"].quoted(),
                    finding["fix"].quoted(),
                )
            )
    if not rows:
        return None
    return Table(
        "findings",
        words.pick("填报数据中的错误和待说明的疑问", "Errors and open queries in the reported data"),
        (
            Column(words.pick("类别", "Kind"), "status", width=0.9),
            Column(words.pick("编号", "Code"), width=1.5),
            Column(words.pick("工作表", "Sheet"), width=1.3),
            Column(words.pick("单元格", "Cells"), width=1.1),
            Column(words.pick("问题", "Finding"), width=4.5),
            Column(words.pick("如何改正", "What mends it"), width=3),
        ),
        tuple(rows),
    )
