"""二、资源配置, and 附表: the seven indicators, their CVs and means, the units that do not meet the rule."""

from __future__ import annotations

from qbe_xl.assessment.wording import plain
from qbe_xl.outputs.report.facts import CV_PLACES, Facts, Node
from qbe_xl.outputs.report.model import MARKS, Cell, Chart, Column, Paragraph, Run, Section, Series, Table


def resources(facts: Facts) -> Section:
    """CVs and means against their limits, units that meet at least six of seven, and those that do not."""
    words = facts.words
    paragraphs = [_rule(facts)]
    if not facts.stages:
        paragraphs.append(words.say("没有可以评估的学校。", "There is no school to assess.", "warning"))
    for key, stage in facts.stages:
        paragraphs += [_met(facts, key, stage), _cvs(facts, key, stage)]
    tables = [_indicators(facts, key, stage) for key, stage in facts.stages]
    tables += [table for key, _ in facts.stages if (table := _not_met(facts, key)) is not None]
    charts = [_cv_chart(facts, key, stage) for key, stage in facts.stages]
    below = _below_chart(facts)
    if any(cell.number for series in below.series for cell in series.values):
        charts.append(below)
    return Section("resources", words.pick("资源配置", "Resources"), tuple(paragraphs), tuple(tables), tuple(charts))


def _rule(facts: Facts) -> Paragraph:
    rule = facts.edition.file.resource_rule
    return facts.words.say(
        "标准：每所学校的七项指标至少有 {met} 项达到标准，余项不低于标准的 {floor}；每一项指标的校际差异系数均不超过限值。"
        "判定按未取整的数值作出，表中数值为四舍五入后的显示。",
        "The rule: at every school at least {met} of the seven indicators meet their limits and the other is at least {floor} of its "
        "limit; every coefficient of variation (CV) is within its limit. Decisions are made on unrounded values.",
        met=facts.rule("resource_rule/met_at_least", rule.met_at_least),
        floor=facts.rule("resource_rule/floor_share", rule.floor_share, percent=True),
    )


def _met(facts: Facts, key: str, stage: Node) -> Paragraph:
    words, units = facts.words, facts.units
    undetermined = units.count(stage=key, status="undetermined")
    return words.say(
        "{stage}：参评单位 {units} 个，其中达标 {passing} 个、不达标 {failing} 个"
        + ("、缺数据而待定 {open} 个" if undetermined.number else "")
        + "。",
        "{stage}: units assessed: {units}; met: {passing}; not met: {failing}"
        + ("; undetermined for want of data: {open}" if undetermined.number else "")
        + ".",
        stage=words.stage(key),
        units=stage["units"].number(),
        passing=units.count(stage=key, status="pass"),
        failing=stage["units_failing"].number(),
        open=undetermined,
    )


def _cvs(facts: Facts, key: str, stage: Node) -> Paragraph:
    words = facts.words
    over: list[Cell | tuple[Run, ...]] = []
    unknown: list[Cell | tuple[Run, ...]] = []
    for indicator, result in stage["indicators"].items():
        name = facts.short(indicator)
        if result["cv_status"].value == "fail":
            limit = result["cv_limit"]
            over.append(
                words.runs(
                    "{name} {cv}（限值 {limit}）", "{name} {cv} (limit {limit})",
                    name=name, cv=_cv(result), limit=limit.limit(places=2),
                )
            )  # fmt: skip
        elif result["cv_status"].value == "undetermined":
            unknown.append(name)
    sentences: list[Run] = []
    if over:
        sentences += words.runs(
            "{stage}差异系数超过限值的指标：{over}。", "{stage}: CVs above the limit: {over}. ",
            stage=words.stage(key), over=words.listed(over),
        )  # fmt: skip
    if unknown:
        sentences += words.runs(
            "{stage}差异系数因缺数据待定的指标：{unknown}。", "{stage}: CVs undetermined for want of data: {unknown}. ",
            stage=words.stage(key), unknown=words.listed(unknown),
        )  # fmt: skip
    if not sentences:
        sentences += words.runs(
            "{stage}七项指标的差异系数均不超过限值。", "{stage}: every CV is within its limit.", stage=words.stage(key)
        )
    return Paragraph(tuple(sentences))


def _cv(result: Node) -> Cell:
    """A CV, or why there is none; its status is in words beside it."""
    return result["cv"].number(result["cv_limit"].exact, places=CV_PLACES, fixed=True, status=result["cv_status"].value)


def _indicators(facts: Facts, key: str, stage: Node) -> Table:
    words = facts.words
    rows = []
    for indicator, result in stage["indicators"].items():
        limit = result["limit"]
        rows.append(
            (
                Cell(indicator, None, f"edition#/criteria/{indicator}/id"),
                facts.name(indicator),
                limit.limit("≥"),
                result["mean"].number(limit.exact, fixed=True),
                result["units_below"].number(),
                result["units_below_floor"].number(),
                result["units_missing"].number(),
                _cv(result),
                result["cv_limit"].limit("≤", places=2),
                words.status(result["cv_status"].value),
            )
        )
    return Table(
        f"indicators_{key}",
        words.pick(f"{words.stage(key)}七项指标", f"The seven indicators: {words.stage(key).lower()}"),
        (
            Column(words.pick("编号", "Id"), width=0.7),
            Column(words.pick("指标", "Indicator"), width=3.4),
            Column(words.pick("标准", "Limit"), "number"),
            Column(words.pick("县均值", "Mean"), "number"),
            Column(words.pick("低于标准单位", "Units below limit"), "number"),
            Column(words.pick("低于底线单位", "Units below floor"), "number"),
            Column(words.pick("缺数据单位", "Units without data"), "number"),
            Column(words.pick("差异系数", "CV"), "number"),
            Column(words.pick("差异系数限值", "CV limit"), "number"),
            Column(words.pick("差异系数结论", "CV result"), "status", width=1.2),
        ),
        tuple(rows),
        words.say(
            "县均值为全县该项总量除以总学生数，不是各校数值的平均；县均值达到标准不等于各校达标。",
            "The mean is the county's amount divided by its pupils, not the mean of schools; a mean that meets the limit does not make "
            "the schools meet it.",
            "note",
        ),
    )


def _columns(facts: Facts, key: str | None) -> tuple[Column, ...]:
    """The seven indicators as columns, with the stage's limits as their unit where there is one stage."""
    return tuple(Column(facts.short(each.id), "number") for each in facts.edition.resources)


def _values(facts: Facts, unit: Node) -> tuple[Cell, ...]:
    cells = []
    for indicator in facts.edition.resources:
        result = unit["values"][indicator.id]
        status, value, limit, floor = (result["status"].value, *(result[k].exact for k in ("value", "limit", "floor")))
        if status == "fail" and value is not None and floor is not None:
            # below the floor it is shown so that it does not seem to reach it, above it not to seem to reach the limit
            status, limit = ("allowed", limit) if value >= floor else (status, floor)
        missing = facts.words.value_status("undetermined")
        cells.append(result["value"].number(limit, fixed=True, status=status, missing=missing))
    return tuple(cells)


def _rows(facts: Facts, units: list[Node], with_stage: bool) -> tuple[tuple[Cell, ...], ...]:
    words = facts.words
    return tuple(
        (
            unit["name"].quoted() if unit["name"].value else unit["school"].quoted(),
            *((Cell(words.stage(unit["stage"].value)),) if with_stage else ()),
            unit["pupils"].number(missing=words.value_status("undetermined")),
            *_values(facts, unit),
            unit["met"].number(),
            words.status(unit["status"].value),
        )
        for unit in units
    )


def _unit_table(facts: Facts, key: str, title: str, units: list[Node], stage: str | None) -> Table:
    words = facts.words
    return Table(
        key,
        title,
        (
            Column(words.pick("学校", "School"), width=2.4),
            *(() if stage else (Column(words.pick("学段", "Stage"), width=0.9),)),
            Column(words.pick("在校生", "Pupils"), "number", width=0.9),
            *_columns(facts, stage),
            Column(words.pick("达标项数", "Met"), "number", width=0.8),
            Column(words.pick("结论", "Result"), "status", width=1.2),
        ),
        _rows(facts, units, with_stage=stage is None),
        _limits_note(facts, stage),
        wide=True,
    )


def _limits_note(facts: Facts, stage: str | None) -> Paragraph:
    """The limits and floors of the seven indicators, since the columns show values only."""
    words = facts.words
    runs: list[Run] = []
    for key in [stage] if stage else [each for each, _ in facts.stages]:
        parts: list[Cell | tuple[Run, ...]] = []
        for each in facts.edition.resources:
            limit = each.at_least[key]  # type: ignore[index]
            parts.append(
                words.runs(
                    "{name} {limit}（底线 {floor}）", "{name} {limit} (floor {floor})",
                    name=facts.short(each.id),
                    limit=facts.rule(f"criteria/{each.id}/at_least/{key}", limit),
                    floor=Cell(
                        plain(facts.edition.floor(each, key)),
                        float(facts.edition.floor(each, key)),
                        f"edition#/criteria/{each.id}/floor/{key}",
                    ),
                )
            )  # fmt: skip
        runs += words.runs(
            "{stage}标准：{parts}。", "{stage} limits: {parts}. ", stage=words.stage(key), parts=words.listed(parts)
        )
    runs += words.runs(
        "“{fail}”为低于底线；“{allowed}”为低于标准、不低于底线，每个单位至多一项可作余项。",
        "“{fail}”: below the floor; “{allowed}”: below the limit, not below the floor, which a unit may have once.",
        fail=MARKS["fail"],
        allowed=MARKS["allowed"],
    )
    return Paragraph(tuple(runs), "note")


def _not_met(facts: Facts, key: str) -> Table | None:
    words = facts.words
    units = [u for u in facts.units if u["stage"].value == key and u["status"].value != "pass"]
    if not units:
        return None
    title = words.pick(f"{words.stage(key)}不达标和待定的单位", f"{words.stage(key)} units not met or undetermined")
    return _unit_table(facts, f"not_met_{key}", title, units, key)


def all_units(facts: Facts) -> Section | None:
    """附表: every unit with its seven indicators; None where there is none."""
    words = facts.words
    if not len(facts.units):
        return None
    title = words.pick("各单位七项指标", "All units and their seven indicators")
    table = _unit_table(facts, "units", title, list(facts.units), None)
    return Section("units", title, (), (table,), appendix=True)


def _cv_chart(facts: Facts, key: str, stage: Node) -> Chart:
    words = facts.words
    results = dict(stage["indicators"].items())
    return Chart(
        f"cv_{key}",
        words.pick(
            f"{words.stage(key)}校际差异系数与限值", f"{words.stage(key)}: coefficients of variation and limits"
        ),
        tuple(facts.short(each) for each in results),
        (Series(words.pick("差异系数", "CV"), tuple(_cv(result) for result in results.values())),),
        tuple(result["cv_limit"].limit(places=2) for result in results.values()),
        words.pick("限值", "limit"),
    )


def _below_chart(facts: Facts) -> Chart:
    words = facts.words
    ids = [each.id for each in facts.edition.resources]
    return Chart(
        "below",
        words.pick("各项指标低于标准的单位数", "Units below the limit, by indicator"),
        tuple(facts.short(each) for each in ids),
        tuple(
            Series(words.stage(key), tuple(stage["indicators"][each]["units_below"].number() for each in ids))
            for key, stage in facts.stages
        ),
        unit=words.pick("个", "units"),
    )
