"""问题清单, the rows: every finding and everything that is not met or lacks data, with what it takes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qbe_xl.assessment.items import limit_text
from qbe_xl.assessment.resources import gap_step
from qbe_xl.assessment.results import Assessment, IndicatorResult, ItemResult, SchoolResult, StageResult, UnitResult
from qbe_xl.assessment.wording import CV_PLACES, SIGNS, number, plain, with_unit
from qbe_xl.checks.reasons import can_be_answered, value_at
from qbe_xl.core.fields import YES_NO, field_of
from qbe_xl.core.findings import SEVERITY_NAMES
from qbe_xl.core.languages import STAGE_NAMES, Lang, Text
from qbe_xl.core.numbers import Exact, exact, shown_percent
from qbe_xl.measures import contributions, shortfall
from qbe_xl.outputs.results.links import Where, parse_place
from qbe_xl.outputs.results.words import joined
from qbe_xl.standards import Edition, model

KINDS: dict[str, Text] = {
    **SEVERITY_NAMES,
    "explained": Text("已说明", "Explained"),
    "fail": Text("不达标", "Not met"),
    "undetermined": Text("缺数据", "No data"),
    "allowed": Text("余项", "Allowed"),
}
ORDER = ("error", "fail", "undetermined", "query", "explained", "allowed", "note")
_NAMED = 3  # schools named under a CV


@dataclass(frozen=True)
class Problem:
    """One row. `kind` is a key of KINDS; `place` is the first cell concerned, `sheet` a sheet of the result (a key of SHEETS).

    `value` is by what a query can be answered (当时的值), `reason` the answers that hold for it.
    """

    kind: str
    code: str
    school: str
    place: Where | None
    found: str
    wanted: str
    fix: str
    sheet: str | None = None
    value: str = ""
    reason: str = ""


def problems(result: Assessment, lang: Lang) -> list[Problem]:
    """All rows, most severe first, else in the order of the sheets."""
    rows = [*_findings(result, lang), *_resources(result, lang), *_items(result, lang)]
    return sorted(rows, key=lambda row: ORDER.index(row.kind))


def _findings(result: Assessment, lang: Lang) -> Iterator[Problem]:
    names = {school.code: school.name for school in result.schools}
    if result.county is not None:
        names |= {row.text("school_code"): row.text("school_name") for row in result.county.schools}
    for finding in result.findings:
        where = Where(finding.file, finding.sheet, finding.range) if finding.sheet and finding.range else None
        school = names.get(finding.school or "", finding.school or "")
        if where is None and finding.sheet:
            where = Where(finding.file, finding.sheet, "A1")
        value = value_at(result.submission, finding) if can_be_answered(finding.code) else ""
        reason = "\n".join(each.sentence(lang) for each in finding.explained)
        fix = "" if reason else finding.fix(lang)
        yield Problem(finding.state, finding.code, school, where, finding.message(lang), "", fix, None, value, reason)


# ---- resources


def _resources(result: Assessment, lang: Lang) -> Iterator[Problem]:
    if result.resources is None:
        return
    for stage in result.resources.stages.values():
        for indicator in stage.indicators.values():
            yield from _cv(indicator, stage, lang)
        for unit in stage.units:
            yield from _unit(unit, result.edition, lang)


def _cv(result: IndicatorResult, stage: StageResult, lang: Lang) -> Iterator[Problem]:
    if result.cv_status not in ("fail", "undetermined"):
        return
    name = f"{STAGE_NAMES[result.stage][lang]} {result.indicator.id} " + Text("差异系数", "CV")[lang]
    limit = f"≤ {number(result.cv_limit, places=2)}"
    if result.cv is None:
        missing = [u.unit.school.name for u in stage.units if result.indicator.id in u.missing]
        who = joined(missing[:_NAMED], lang) + (f" +{len(missing) - _NAMED}" if len(missing) > _NAMED else "")
        found = Text(f"{name}：缺数据", f"{name}: no data")
        fix = Text(f"补填缺数据的学校后才能计算：{who}。", f"Needs the data of {who}.")
        yield Problem("undetermined", result.indicator.id, "", None, found[lang], limit, fix[lang], "cv")
        return
    values = [(u.unit.school.name, u.values[result.indicator.id]) for u in stage.units]
    known = [(n, v.amount, v.pupils, v) for n, v in values if v.amount is not None and v.pupils is not None]
    shares = contributions([a for _, a, _, _ in known], [p for _, _, p, _ in known])
    ranked = sorted(zip(shares, known, strict=True), key=lambda pair: -pair[0])[:_NAMED]
    who = joined(
        [f"{n} {number(v.value or 0, v.limit)}（{shown_percent(s, 0)}）" if lang == "zh"
         else f"{n} {number(v.value or 0, v.limit)} ({shown_percent(s, 0)})" for s, (n, _, _, v) in ranked], lang
    )  # fmt: skip
    mean = number(exact(result.mean), None) if result.mean is not None else "–"
    shown = number(exact(result.cv), result.cv_limit, places=CV_PLACES)
    fix = Text(
        f"缩小校际差距，县均 {mean}；对差异贡献最大的学校：{who}。",
        f"Narrow the differences; the county mean is {mean}. The schools that differ most: {who}.",
    )
    yield Problem("fail", result.indicator.id, "", None, f"{name} {shown}", limit, fix[lang], "cv")


def _unit(result: UnitResult, edition: Edition, lang: Lang) -> Iterator[Problem]:
    stage = STAGE_NAMES[result.unit.stage][lang]
    for key, value in result.values.items():
        if value.status == "pass":
            continue
        place = parse_place(value.cells[0]) if value.cells else None
        short = (value.indicator.short or value.indicator.name)[lang]
        head, school = f"{stage} {key} {short}", result.unit.school.name
        limit = with_unit(plain(value.limit), value.indicator)[lang]
        if value.amount is None or value.pupils is None or value.value is None:
            fields = [*edition.amount_fields(value.indicator, result.unit.stage), f"pupils_{result.unit.stage}"]
            open_fields = [name for name in fields if result.unit.school.total(name) is None]
            blank = [field_of(name).name[lang] for name in open_fields]
            place = _blank_cell(result, open_fields) or place
            nothing = Text(f"{head}：缺数据", f"{head}: no data")[lang]
            fill_in = Text(f"补填“{joined(blank, lang)}”。", f"Fill in: {joined(blank, lang)}.")[lang]
            yield Problem("undetermined", key, school, place, nothing, f"≥ {limit}", fill_in)
            continue
        times: Exact = value.indicator.per_pupils
        step = gap_step(value.indicator, result.unit.stage, edition)
        short_of = [shortfall(times, value.amount, line, value.pupils, step) for line in (value.limit, value.floor)]
        lacking, to_floor = (with_unit(number(gap), value.indicator)[lang] for gap in short_of)
        shown = with_unit(number(value.value, value.limit), value.indicator)[lang]
        sides = Text(f"资源量 {number(value.amount)}，学生 {number(value.pupils)}",
                     f"amount {number(value.amount)}, pupils {number(value.pupils)}")[lang]  # fmt: skip
        found_text = f"{head} {shown}（{sides}）" if lang == "zh" else f"{head}: {shown} ({sides})"
        floor = plain(value.floor)
        wanted = Text(f"≥ {limit}（余项 ≥ {floor}）", f"≥ {limit} (the one below: ≥ {floor})")[lang]
        fix = Text(f"增加 {lacking} 可达标", f"{lacking} more would meet it")[lang]
        if not value.allowed:
            fix += Text(f"；增加 {to_floor} 可作余项", f"; {to_floor} more would reach {floor}")[lang]
        # an indicator at 85 % is a problem only where the school fails
        kind = "allowed" if value.allowed and result.status != "fail" else "fail"
        yield Problem(kind, key, school, place, found_text, wanted, fix + Text("。", ".")[lang])


def _blank_cell(result: UnitResult, names: Sequence[str]) -> Where | None:
    """The first cell without a number among these fields, campus by campus."""
    for name in names:
        for row in result.unit.school.rows:
            at = row.place(name)
            if at is not None and row.number_of(name) is None:
                return Where(at.file, at.sheet, at.ref)
    return None


# ---- items over the county or over schools


def _items(result: Assessment, lang: Lang) -> Iterator[Problem]:
    for group in ("entry", "government", "quality", "recognition", "vetoes"):
        if group not in result.groups:
            continue
        for item in result.groups[group].items:
            for one in item.parts or (item,):
                if one.status not in ("fail", "undetermined"):
                    continue
                if one.schools:
                    yield from _schools(one, lang)
                else:
                    yield _item(one, lang)


def _first(cells: Sequence[str]) -> Where | None:
    return next((where for where in map(parse_place, cells) if where is not None), None)


def _schools(item: ItemResult, lang: Lang) -> Iterator[Problem]:
    code, name = item.id.partition(".")[0], item.name[lang]
    for school in item.schools:
        if school.status in ("fail", "undetermined"):
            found = school.detail[lang]
            fix = _school_fix(item, school, lang)
            yield Problem(school.status, code, school.school.name, _first(school.cells), found, name, fix)


def _school_fix(item: ItemResult, school: SchoolResult, lang: Lang) -> str:
    criterion = item.criterion
    if school.status == "undetermined":
        return Text("补填所缺数据。", "Fill in what is missing.")[lang]
    value, limit = school.value, school.limit
    if isinstance(criterion, model.Rooms):
        return Text(f"还缺 {number(value or 0)} 间。", f"{number(value or 0)} more needed.")[lang]
    if isinstance(criterion, model.EachClass):
        return Text("把各班调整到标准以内。", "Bring every class within the limit.")[lang]
    if isinstance(criterion, model.EachSchool) and criterion.formula is not None and value is not None and limit:
        if criterion.formula.is_quotient:
            return _needed(criterion, school.school.value(criterion.formula.sides()[0]),
                           school.school.value(criterion.formula.sides()[1]), limit, lang)  # fmt: skip
        if value > limit:
            over = with_unit(number(value - limit), criterion)[lang]
            return Text(f"超出 {over}。", f"{over} too many.")[lang]
    return Text("整改到位后更新填报。", "Update the report once it is put right.")[lang]


def _item(item: ItemResult, lang: Lang) -> Problem:
    criterion = item.criterion
    code = item.id.partition(".")[0]
    wanted = ""
    if isinstance(criterion, model.Declaration | model.Veto):
        answer = "yes" if isinstance(criterion, model.Declaration) else "no"
        wanted = YES_NO[answer][lang]
    elif isinstance(criterion, model.Ratio | model.Survey):
        wanted = limit_text(criterion)[lang]
    found = f"{item.name[lang]}：{item.detail[lang]}" if lang == "zh" else f"{item.name[lang]}: {item.detail[lang]}"
    return Problem(item.status, code, "", _first(item.cells), found, wanted, _item_fix(item, lang))


def _item_fix(item: ItemResult, lang: Lang) -> str:
    criterion = item.criterion
    if item.status == "undetermined":
        if item.missing:
            names = [field_of(name).name[lang] for name in item.missing]
            return Text(f"补填“{joined(names, lang)}”。", f"Fill in: {joined(names, lang)}.")[lang]
        return Text("核对并补填数据。", "Check and complete the data.")[lang]
    if isinstance(criterion, model.Veto):
        return Text("一票否决：整改后方可申报。", "A veto: it has to be put right first.")[lang]
    if isinstance(criterion, model.Declaration):
        return Text("达到要求后改填“是”，并附佐证。", "Answer yes once it holds, with evidence.")[lang]
    if isinstance(criterion, model.Ratio | model.Survey) and criterion.limit is not None:
        return _needed(criterion, item.numerator, item.denominator, criterion.limit, lang)
    return Text("整改到位后更新填报。", "Update the report once it is put right.")[lang]


def _needed(
    criterion: model.AnyCriterion, numerator: Exact | None, denominator: Exact | None, limit: Exact, lang: Lang
) -> str:
    """By how much the numerator falls short with the denominator as it is; only for `at least`."""
    operator = getattr(criterion, "operator", None)
    if operator != ">=" or numerator is None or denominator is None or denominator <= 0:
        sign = SIGNS.get(operator or "", "")
        asked = plain(limit, criterion.percent)
        return Text(f"需达到 {sign} {asked}。", f"Has to be {sign} {asked}.")[lang]
    least = math.ceil(Fraction(limit) * denominator)
    gap = number(least - numerator)
    return Text(
        f"分母不变时，分子至少为 {least}，还差 {gap}。",
        f"With the denominator as it is, the numerator has to be {least}: {gap} more.",
    )[lang]
