"""十一、年度变化: figures year by year, warnings, steps back."""

from __future__ import annotations

from qbe_xl.core.fields import YES_NO
from qbe_xl.outputs.report.facts import CV_PLACES, PLACES, Facts, Node
from qbe_xl.outputs.report.model import Cell, Chart, Column, Section, Series, Table

_MEASURES = ("met", "cv", "mean", "mean_class", "largest_class", "over_classes", "mean_school")
_CVS = ("cv", "composite")


def trend(facts: Facts) -> Section | None:
    """A column a year: verdicts, schools met, CVs, means and sizes; items whose status changed; warnings in sentences."""
    whole = facts.document("trend")
    if whole is None:
        return None
    words = facts.words
    years = whole["years"]
    paragraphs = [
        words.say(
            "比较的年度：{years}。", "Years compared: {years}.",
            years=words.listed([_year(each["year"]) for each in years]),
        )
    ]  # fmt: skip
    if whole["several_rules"].value:
        paragraphs.append(
            words.say(
                "各年所用的评估标准不同，比较时请注意。", "The years were assessed by different rules.", "warning"
            )
        )
    for key, zh, en in (
        ("warnings", "预警（按近年变化外推，不参与判定）：", "Warnings (extrapolated; they decide nothing):"),
        ("regressions", "退步：", "Steps back:"),
    ):
        if len(whole[key]):
            paragraphs.append(words.say(zh, en))
            paragraphs += [words.say("{s}。", "{s}.", "bullet", s=each["sentence"].quoted()) for each in whole[key]]
        else:
            none = {
                "warnings": ("没有预警。", "There is no warning."),
                "regressions": ("没有退步。", "There is no step back."),
            }
            paragraphs.append(words.say(*none[key]))
    return Section(
        "trend",
        words.pick("年度变化", "Changes over the years"),
        tuple(paragraphs),
        (_verdicts(facts, whole), _lines(facts, whole)),
        tuple(_chart(facts, whole, key) for key, _ in facts.stages),
    )


def _year(node: Node) -> Cell:
    return Cell(str(node.value), node.value, node.source)


def _verdicts(facts: Facts, whole: Node) -> Table:
    words = facts.words
    return Table(
        "trend_years",
        words.pick("各年结论", "Results by year"),
        (
            Column(words.pick("年度", "Year"), "number"),
            Column(words.pick("学校数", "Schools"), "number"),
            Column(words.pick("评估标准", "Rules"), width=2),
            Column(words.pick("结论", "Result"), "status", width=1.5),
        ),
        tuple(
            (
                _year(each["year"]),
                each["schools"].number(),
                each["edition"]["id"].quoted(),
                Cell(words.pick("暂不下结论", "No verdict yet"))
                if each["blocked"].value
                else words.status(each["status"].value),
            )
            for each in whole["years"]
        ),
    )


def _lines(facts: Facts, whole: Node) -> Table:
    words = facts.words
    rows = []
    for line in whole["lines"]:
        if line["school"].value is not None or not _shown(line):
            continue
        rows.append(
            (
                line["name"].quoted(),
                *(_point(facts, line, point) for point in line["points"]),
                words.status(line["points"][len(line["points"]) - 1]["status"].value),
            )
        )
    return Table(
        "trend_lines",
        words.pick("逐年数据", "Figures by year"),
        (
            Column(words.pick("项目", "Figure"), width=3.5),
            *(Column(_year(each["year"]), "number") for each in whole["years"]),
            Column(words.pick("最近一年结论", "Newest result"), "status", width=1.2),
        ),
        tuple(rows),
    )


def _shown(line: Node) -> bool:
    measure = line["measure"].value
    if measure in ("item", "part"):
        return len({point["status"].value for point in line["points"]}) > 1
    return measure in _MEASURES


def _point(facts: Facts, line: Node, point: Node) -> Cell:
    words, value, status = facts.words, point["value"].value, point["status"].value
    if isinstance(value, str):
        return Cell(YES_NO[value][words.lang], status=status) if value in YES_NO else point["value"].quoted(status)
    measure = line["measure"].value
    return point["value"].number(
        point["limit"].exact,
        bool(line["percent"].value),
        CV_PLACES if measure in _CVS else PLACES,
        status=status,
        fixed=measure in (*_CVS, "mean"),
    )


def _chart(facts: Facts, whole: Node, stage: str) -> Chart:
    """The newest and the earlier CVs of a stage beside each other."""
    words = facts.words
    lines = [each for each in whole["lines"] if each["measure"].value == "cv" and each["stage"].value == stage]
    return Chart(
        f"trend_cv_{stage}",
        words.pick(f"{words.stage(stage)}差异系数逐年", f"{words.stage(stage)}: CVs by year"),
        tuple(facts.short(each["id"].value) for each in lines),
        tuple(
            Series(_year(year["year"]), tuple(_point(facts, line, line["points"][number]) for line in lines))
            for number, year in enumerate(whole["years"])
        ),
        tuple(line["points"][len(line["points"]) - 1]["limit"].limit(places=2) for line in lines),
        words.pick("限值", "limit"),
    )
